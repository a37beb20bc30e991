// <lanka-toasts>: says what happened, with a way back, and what to do when something failed.
import { build, post } from '../js/dom.js';

const SHOWN = 6000;

customElements.define('lanka-toasts', class extends HTMLElement {
  connectedCallback() {
    document.addEventListener('toast', ({ detail }) => this.say(detail.words, detail));
    document.addEventListener('trouble', ({ detail }) => this.trouble(detail.status));
    document.addEventListener('htmx:responseError', ({ detail }) => {
      if (!(detail.xhr.getResponseHeader('HX-Trigger') || '').includes('toast')) this.trouble(detail.xhr.status);
    });
    document.addEventListener('htmx:sendError', () => this.trouble(0));
    this.querySelectorAll('[data-toast]').forEach((note) => this.say(note.textContent, { tone: note.dataset.toast === 'error' ? 'bad' : '' }));
  }

  trouble(status) {
    const words = status === 0 ? this.dataset.offline : status === 403 ? this.dataset.denied : status === 404 ? this.dataset.gone : status >= 500 ? this.dataset.busy : this.dataset.error;
    this.say(words, { tone: 'bad' });
  }

  say(words, { undo = '', open = '', tone = '' } = {}) {
    if (!words) return;
    const toast = build('<div class="toast"><span></span></div>').firstElementChild;
    toast.firstElementChild.textContent = words;
    if (tone) toast.classList.add(tone);
    if (undo) toast.append(this.button(this.dataset.undo, () => { post(undo); this.leave(toast); }, 'z'));
    if (open) toast.append(this.button(this.dataset.open, () => location.assign(open)));
    this.querySelectorAll('.toast').forEach((old) => this.leave(old));
    this.append(toast);
    this.showPopover();
    let timer = setTimeout(() => this.leave(toast), tone ? SHOWN * 1.6 : SHOWN);
    toast.addEventListener('pointerenter', () => clearTimeout(timer));
    toast.addEventListener('pointerleave', () => { timer = setTimeout(() => this.leave(toast), 2000); });
  }

  button(words, work, key = '') {
    const button = build('<button type="button"></button>').firstElementChild;
    button.textContent = words;
    if (key) { button.dataset.key = key; button.dataset.command = words; }
    button.addEventListener('click', work);
    return button;
  }

  leave(toast) {
    toast.classList.add('leave');
    setTimeout(() => { toast.remove(); if (!this.querySelector('.toast')) this.hidePopover(); }, 260);
  }
});
