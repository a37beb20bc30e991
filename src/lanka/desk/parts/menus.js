// Menus are popovers: placed by whoever opened them, loaded when opened, walked with the arrows, filtered by typing.
import { ask, later, narrow } from '../js/dom.js';

let opener = null;
document.addEventListener('click', (event) => { opener = event.target.closest('[popovertarget], [data-menu]') || opener; }, true);

function place(menu) {
  if (narrow()) return;
  const from = opener?.isConnected && opener.getClientRects().length ? opener : document.querySelector('.talk-do') || document.querySelector('.list-head');
  const box = from ? from.getBoundingClientRect() : { left: innerWidth / 2, right: innerWidth / 2, top: innerHeight / 3, bottom: innerHeight / 3 };
  const wide = menu.offsetWidth, high = menu.offsetHeight;
  const left = box.left + wide > innerWidth - 12 ? Math.max(12, box.right - wide) : box.left;
  const below = box.bottom + 6 + high <= innerHeight - 8 || box.top < high + 14;
  menu.style.left = `${left}px`;
  menu.style.top = `${Math.max(8, below ? Math.min(box.bottom + 6, innerHeight - high - 8) : box.top - high - 6)}px`;
}

async function load(menu) {
  const answer = await ask(menu.dataset.load);
  if (!answer) return menu.hidePopover();
  menu.innerHTML = await answer.text();
  window.htmx.process(menu);
  place(menu);
  focusIn(menu);
}

function focusIn(menu) {
  (menu.querySelector('[autofocus], input:not([type=hidden])') || menu.querySelector('.item'))?.focus({ preventScroll: true });
}

document.addEventListener('toggle', (event) => {
  const menu = event.target;
  if (!menu.classList?.contains('menu')) return;
  if (event.newState === 'open') {
    place(menu);
    if (menu.dataset.load) load(menu); else focusIn(menu);
  } else if (opener && menu.contains(document.activeElement)) opener.focus({ preventScroll: true });
}, true);

const shown = (menu) => [...menu.querySelectorAll('.item:is(button, a), input:not([type=hidden])')].filter((item) => item.getClientRects().length);

document.addEventListener('keydown', (event) => {
  const menu = event.target.closest?.('.menu:popover-open');
  if (!menu) return;
  const items = shown(menu), at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined && !(event.target.matches('input[type=text], input[type=search]') && /Home|End/.test(event.key))) {
    event.preventDefault();
    items[(to + items.length) % items.length]?.focus();
  } else if (event.key === 'Enter' && event.target.matches('[data-filter]')) {
    const only = shown(menu).find((item) => item.matches('.item') && (event.target.value || item.classList.contains('on')));
    if (only && !(event.target.name && event.target.value && only.dataset.word !== event.target.value.trim().toLowerCase())) { event.preventDefault(); only.click(); }
  }
});

document.addEventListener('input', (event) => {
  const field = event.target;
  if (field.matches('[data-filter]')) {
    const words = field.value.trim().toLowerCase();
    field.closest('.menu').querySelectorAll('.item[data-word]').forEach((item) => { item.hidden = !`${item.dataset.word} ${item.textContent}`.toLowerCase().includes(words); });
  } else if (field.matches('[data-find-person]')) findPerson(field);
});

const findPerson = later(180, async (field) => {
  const into = field.closest('form').querySelector('[data-found]');
  if (field.value.trim().length < 2) { into.replaceChildren(); return; }
  const answer = await ask(`${field.dataset.findPerson}?${new URLSearchParams({ q: field.value, not: field.dataset.not || '', as: field.dataset.as || '' })}`);
  if (answer) into.innerHTML = await answer.text();
});

document.addEventListener('change', (event) => {
  if (!event.target.matches('[data-local]') || !event.target.value) return;
  const form = event.target.form, wish = document.createElement('button');
  Object.assign(wish, { name: event.target.dataset.local, value: new Date(event.target.value).toISOString(), hidden: true });
  form.append(wish);
  form.requestSubmit(wish);
});

document.addEventListener('htmx:afterRequest', (event) => {
  if (event.detail.successful) event.target.closest?.('.menu:popover-open')?.hidePopover();
});

document.addEventListener('click', async (event) => {
  const copy = event.target.closest('[data-copy]');
  if (!copy) return;
  await navigator.clipboard.writeText(copy.dataset.copy);
  document.dispatchEvent(new CustomEvent('toast', { detail: { words: copy.dataset.copied } }));
  copy.closest('.menu')?.hidePopover();
});
