// The answer book: `/` at the beginning of a word opens it, typing searches, Enter puts the answer in.
import { ask, later } from '../js/dom.js';

const SLASH = /(^|\s)\/([^\n/]{0,40})$/;

export class Book {
  constructor(composer) {
    this.composer = composer;
    this.place = composer.querySelector('[data-answers]');
    this.search = later(120, (words) => this.find(words));
    this.place.addEventListener('mousedown', (event) => { const item = event.target.closest('.item'); if (item) { event.preventDefault(); this.take(item); } });
    composer.text.addEventListener('blur', () => setTimeout(() => this.close(), 120));
  }

  get before() { return this.composer.text.value.slice(0, this.composer.text.selectionStart); }

  typed() {
    const found = SLASH.exec(this.before);
    if (found) this.search(found[2]); else this.close();
  }

  open() {
    const { text } = this.composer;
    text.focus();
    text.setRangeText(/\S$/.test(this.before) ? ' /' : '/', text.selectionStart, text.selectionEnd, 'end');
    this.typed();
  }

  close() { this.search.stop(); this.place.hidden = true; this.composer.text.removeAttribute('aria-activedescendant'); }

  async find(words) {
    const answer = await ask(`${this.composer.dataset.answers}&q=${encodeURIComponent(words)}`, { quiet: true });
    if (!answer || !SLASH.test(this.before)) return;
    this.place.innerHTML = await answer.text();
    this.place.hidden = false;
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
    const { text } = this.composer, end = text.selectionStart, found = SLASH.exec(this.before);
    const start = found ? end - found[2].length - 1 : end;
    text.setRangeText(item.dataset.answer, start, end, 'end');
    this.close();
    text.dispatchEvent(new Event('input', { bubbles: true }));
  }
}
