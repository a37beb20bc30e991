// The town's pages: threads stay at their end, a sent form is empty again, Enter sends.
if (window.parent !== window) document.documentElement.classList.add('framed'); // inside the tour
const atEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 80;
const down = (box) => { box.scrollTop = box.scrollHeight; };

for (const box of document.querySelectorAll('[data-bottom]')) {
  let stay = true;
  down(box);
  box.addEventListener('scroll', () => { stay = atEnd(box); });
  new MutationObserver(() => stay && down(box)).observe(box, { childList: true, subtree: true });
}

document.addEventListener('htmx:afterRequest', ({ target, detail }) => {
  const form = target.closest?.('form[data-clears]');
  if (form && detail.successful) form.reset();
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.target.matches?.('[data-enter]')) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});
