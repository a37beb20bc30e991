// The address is the state: opening a conversation changes it, and going back shows what it says.
import { hear, narrow, tell } from '../js/dom.js';

const OPEN = /^\/desk\/inbox\/([\w-]+)\/(\d+)\/$/, LIST = /^\/desk\/inbox\/([\w-]+)\/$/;
const stage = () => document.getElementById('stage');
const view = (path) => (OPEN.exec(path) || LIST.exec(path) || [])[1];
let asked = '';

function shape(open) {
  document.body.classList.toggle('deep', open);
  document.getElementById('main').classList.toggle('bare', !open);
}

async function show(url, id) {
  asked = url;
  stage().classList.remove('show-side');
  await window.htmx.ajax('GET', url, { target: '#stage', swap: 'innerHTML' });
  if (asked !== url) return;
  shape(true);
  const thread = stage().querySelector('lanka-thread');
  document.title = `${thread?.querySelector('h1')?.textContent || ''} · Lanka`;
  tell('lanka:opened', { id: thread?.dataset.id || id });
}

function back(event) {
  const list = document.querySelector('lanka-list');
  if (!list || !narrow()) return;
  event?.preventDefault();
  history.pushState({}, '', list.dataset.base + (list.dataset.query ? `?q=${encodeURIComponent(list.dataset.query)}` : ''));
  leave();
}

function leave() {
  shape(false);
  stage().replaceChildren();
  tell('lanka:opened', { id: '' });
}

hear(document.body, {
  'lanka:go': ({ url, id }) => { if (location.pathname + location.search !== url) history.pushState({ id }, '', url); show(url, id); },
  key: ({ key }) => { if (key === 'u') back(); },
});
document.addEventListener('click', (event) => {
  if (event.target.closest('[data-back]')) back(event);
  if (event.target.closest('[data-side]')) {
    document.querySelector('.stage, .person-main')?.classList.toggle(matchMedia('(max-width: 1180px)').matches ? 'show-side' : 'no-side');
    event.target.closest('.menu')?.hidePopover();
  }
});
addEventListener('popstate', () => {
  const list = document.querySelector('lanka-list'), open = OPEN.exec(location.pathname);
  if (!list || view(location.pathname) !== list.dataset.view) return location.reload();
  if (open) show(location.pathname + location.search, open[2]); else if (narrow()) leave(); else location.reload();
});
