// The looks that islands give to rows, for the pattern page.
document.querySelectorAll('[data-look]').forEach((list) => list.dataset.look && list.firstElementChild.classList.add(list.dataset.look));
