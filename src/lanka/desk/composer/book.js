// The answer book: `/` at the beginning of a word opens it, typing searches, Enter puts the answer in. In a note, `@` names a colleague.
import { ask, later } from '../js/dom.js';

const SLASH = /(^|\s)\/([^\n/]{0,40})$/, AT = /(^|\s)@([^\s@]{0,30})$/;

export class Book {
  constructor(composer) {
    this.composer = composer;
    this.place = composer.querySelector('[data-answers]');
    this.search = later(120, (words) => this.find(words));
    this.place.addEventListener('mousedown', (event) => { const item = event.target.closest('.item'); if (item) { event.preventDefault(); this.take(item); } });
    composer.text.addEventListener('blur', () => setTimeout(() => document.activeElement !== composer.text && this.close(), 120));
  }

  get before() { return this.composer.text.value.slice(0, this.composer.text.selectionStart); }
  get asked() { return SLASH.exec(this.before) || (this.composer.noting && AT.exec(this.before)) || null; }

  typed() {
    const { asked } = this;
    if (asked) this.search(asked[2]); else this.close();
  }

  open() {
    const { text } = this.composer;
    text.focus();
    text.setRangeText(/\S$/.test(this.before) ? ' /' : '/', text.selectionStart, text.selectionEnd, 'end');
    this.typed();
  }

  close() { this.search.stop(); this.place.hidden = true; this.composer.text.removeAttribute('aria-activedescendant'); }

  async find(words) {
    const named = AT.test(this.before);
    const answer = await ask(`${this.composer.dataset.answers}&${new URLSearchParams({ q: words, ...(named && { at: '1' }) })}`, { quiet: true });
    if (!answer || !this.asked) return;
    this.place.innerHTML = await answer.text();
    this.place.hidden = named && !this.place.querySelector('.item');
  }

  keyed(event) {
    if (this.place.hidden) return false;
    const items = [...this.place.querySelectorAll('.item')], at = items.findIndex((item) => item.getAttribute('aria-selected') === 'true');
    if (event.key === 'Escape') { event.stopPropagation(); this.close(); } else if ((event.key === 'Enter' || event.key === 'Tab') && !event.ctrlKey && !event.metaKey && items[at]) this.take(items[at]);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      items[at]?.removeAttribute('aria-selected');
      const next = items[(at + (event.key === 'ArrowDown' ? 1 : -1) + items.length) % items.length];
      next?.setAttribute('aria-selected', 'true');
      next?.scrollIntoView({ block: 'nearest' });
      this.composer.text.setAttribute('aria-activedescendant', next?.id || '');
    } else return false;
    event.preventDefault();
    return true;
  }

  take(item) {
    const { text } = this.composer, end = text.selectionStart, { asked } = this;
    text.setRangeText(item.dataset.answer, asked ? end - asked[2].length - 1 : end, end, 'end');
    this.close();
    text.dispatchEvent(new Event('input', { bubbles: true }));
  }
}
