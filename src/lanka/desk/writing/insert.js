// Fields and marks, put in where the cursor is.

const MARKS = { b: '**', i: '*', k: 'link' };

export class Insert {
  constructor(writing) {
    this.writing = writing;
    this.bar = writing.querySelector('[data-marks]');
    this.menu = writing.querySelector('#field-menu');
    writing.addEventListener('focusin', (event) => this.at(event.target));
    this.bar.addEventListener('pointerdown', (event) => event.preventDefault());
    this.bar.addEventListener('click', (event) => { const mark = event.target.closest('[data-mark]'); if (mark) this.mark(mark.dataset.mark); });
    this.menu.addEventListener('click', (event) => { const one = event.target.closest('[data-field]'); if (one) this.field(one); });
    this.menu.addEventListener('pointerover', (event) => this.propose(event.target.closest('[data-field]')));
    this.menu.addEventListener('focusin', (event) => this.propose(event.target.closest('[data-field]')));
    this.menu.querySelector('[data-instead]').addEventListener('input', () => { this.own = true; });
    this.menu.querySelector('[data-field-find]').addEventListener('input', (event) => this.find(event.target.value));
  }

  /** The bar stands at the field that has the cursor. */
  at(target) {
    if (!target.matches('.w-cell [data-f]:is(textarea, input:not([type=checkbox]))') || !this.writing.mayWrite) return;
    this.input = target;
    this.bar.hidden = false;
    const rich = target.matches('textarea');
    for (const mark of this.bar.querySelectorAll('[data-mark]')) mark.hidden = !rich || target.dataset.f === 'short';
    target.closest('.w-cell').append(this.bar);
  }

  keyed(event) {
    const mark = MARKS[event.key.toLowerCase()];
    if (!mark || !event.target.matches('textarea') || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.input = event.target;
    this.mark(mark);
  }

  mark(mark) {
    const { input } = this, words = input.value.slice(input.selectionStart, input.selectionEnd);
    if (mark === 'link') this.put(`[${words || '…'}](https://)`, words ? -1 : 1);
    else this.put(`${mark}${words}${mark}`, words ? 0 : -mark.length);
  }

  field(one) {
    const instead = this.menu.querySelector('[data-instead]').value.replaceAll('"', '').trim();
    const path = one.dataset.field;
    this.menu.hidePopover();
    this.put(instead && !one.dataset.sure ? `{{ ${path} | default: "${instead}" }}` : `{{ ${path} }}`);
    this.menu.querySelector('[data-instead]').value = '';
    this.own = false;
  }

  /** The catalogue's own words for who has none, in the language that is written. */
  propose(one) {
    const input = this.menu.querySelector('[data-instead]');
    if (!one || this.own) return;
    const language = this.input?.closest('.w-cell')?.dataset.language || this.writing.tongue;
    input.value = one.getAttribute(`data-fallback-${language}`) || '';
  }

  find(words) {
    const wanted = words.trim().toLowerCase();
    for (const group of this.menu.querySelectorAll('[data-group]')) {
      const items = [...group.querySelectorAll('[data-field]')];
      for (const item of items) item.hidden = Boolean(wanted) && !`${item.textContent} ${item.dataset.field}`.toLowerCase().includes(wanted);
      group.hidden = items.every((item) => item.hidden);
    }
  }

  put(text, back = 0) {
    const { input } = this;
    if (!input?.isConnected) return;
    input.focus();
    const start = input.selectionStart;
    input.setRangeText(text, start, input.selectionEnd, 'end');
    if (back) { const at = back > 0 ? start + back : input.selectionEnd + back; input.setSelectionRange(at, at); }
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
}
