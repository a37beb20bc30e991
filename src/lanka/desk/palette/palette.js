// <lanka-palette>: finds every action on the page, every place, person and conversation. Also shows the keys.
import { ask, build, later } from '../js/dom.js';

const kbd = (keys) => keys.split(' ').map((key) => { const k = document.createElement('kbd'); k.textContent = key === 'mod+k' ? 'Ctrl K' : key.toUpperCase(); return k; });
const plain = (text) => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');

customElements.define('lanka-palette', class extends HTMLElement {
  connectedCallback() {
    [this.dialog, this.keys] = ['palette', 'keys'].map((name) => this.querySelector(`[data-dialog=${name}]`));
    this.input = this.querySelector('[data-input]');
    this.list = this.querySelector('[data-list]');
    this.find = later(140, () => this.ask());
    document.addEventListener('click', (event) => {
      const open = event.target.closest('[data-open]')?.dataset.open;
      if (open === 'palette') this.open();
      if (open === 'keys') this.showKeys();
      if (event.target === this.dialog || event.target === this.keys || event.target.closest('lanka-palette [data-shut]')) { this.dialog.close(); this.keys.close(); }
    });
    this.input.addEventListener('input', () => { this.show(); this.find(); });
    this.dialog.addEventListener('keydown', (event) => this.key(event));
    this.list.addEventListener('click', (event) => { const item = event.target.closest('.item'); if (item) this.choose(item, event); });
  }

  open() {
    document.querySelectorAll('.menu:popover-open').forEach((menu) => menu.hidePopover());
    this.back = document.activeElement;
    this.input.value = '';
    this.found = '';
    this.show();
    if (!this.dialog.open) this.dialog.showModal();
    this.input.focus();
  }

  actions() {
    const seen = new Set(), near = (element) => (element.closest('.stage, .history') ? 0 : element.closest('.rail') ? 2 : 1);
    return [...document.querySelectorAll('[data-command]')].sort((a, b) => near(a) - near(b)).filter((element) => {
      const fresh = !seen.has(element.dataset.command) && !element.closest('[hidden], dialog');
      seen.add(element.dataset.command);
      return fresh;
    });
  }

  show() {
    const words = plain(this.input.value).split(/\s+/).filter(Boolean);
    const fit = this.actions().filter((element) => words.every((word) => plain(element.dataset.command).includes(word)));
    const items = fit.slice(0, words.length ? 12 : 40).map((element) => {
      const item = build('<button class="item" type="button" role="option"><span></span></button>').firstElementChild;
      item.firstElementChild.textContent = element.dataset.command;
      if (element.dataset.key) { const keys = document.createElement('small'); keys.append(...kbd(element.dataset.key)); item.append(keys); }
      item.does = element;
      return item;
    });
    const head = build('<p class="menu-head" role="presentation"></p>').firstElementChild;
    head.textContent = this.list.dataset.actions;
    const none = build('<p></p>').firstElementChild;
    none.textContent = this.list.dataset.none;
    const found = words.length ? [...build(this.found || '<i></i>').children].filter((child) => child.localName !== 'i') : [];
    this.list.replaceChildren(...found, ...(items.length ? [head, ...items] : found.length ? [] : [none]));
    this.mark(0);
  }

  async ask() {
    const words = this.input.value.trim();
    const answer = words.length > 1 && await ask(`${this.dataset.find}?q=${encodeURIComponent(words)}`, { quiet: true });
    if (words !== this.input.value.trim()) return;
    this.found = answer ? (await answer.text()).trim() : '';
    this.show();
  }

  get items() { return [...this.list.querySelectorAll('.item')]; }

  mark(at) {
    const items = this.items;
    this.at = items.length ? (at + items.length) % items.length : 0;
    items.forEach((item, n) => { item.id = `palette-${n}`; item.setAttribute('aria-selected', String(n === this.at)); });
    items[this.at]?.scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', items.length ? `palette-${this.at}` : '');
  }

  key(event) {
    if (event.key === 'ArrowDown') this.mark(this.at + 1);
    else if (event.key === 'ArrowUp') this.mark(this.at - 1);
    else if (event.key === 'Enter' && this.items[this.at]) this.choose(this.items[this.at], event);
    else return;
    event.preventDefault();
  }

  choose(item, event) {
    this.dialog.close();
    if (item.href) { if (event.type !== 'click') location.assign(item.href); return; }
    const { does } = item;
    if (does.matches('textarea, input:not([type=radio])')) does.focus(); else does.click();
  }

  showKeys() {
    const list = this.keys.querySelector('[data-keys]');
    list.querySelectorAll('.made').forEach((old) => old.remove());
    for (const element of this.actions().filter((one) => one.dataset.key)) {
      const line = build('<div class="made"><dt></dt><dd></dd></div>').firstElementChild;
      line.querySelector('dt').append(...kbd(element.dataset.key));
      line.querySelector('dd').textContent = element.dataset.command;
      list.append(line);
    }
    this.keys.showModal();
  }
});
