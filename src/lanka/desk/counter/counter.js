// The counter: a scanner types into whatever has the focus, so letters that fall beside a field go to the scan field; lines grow as they are filled.
const writing = (element) => element.closest?.('input, textarea, select, [contenteditable=true]');

customElements.define('lanka-counter', class extends HTMLElement {
  connectedCallback() {
    this.ends = new AbortController();
    addEventListener('keydown', (event) => this.caught(event), { capture: true, signal: this.ends.signal });
  }

  disconnectedCallback() { this.ends.abort(); }

  caught(event) {
    const scan = this.querySelector('[data-scan]');
    if (!scan || event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.key === ' ' || writing(event.target)) return;
    if (document.querySelector('dialog[open], .menu:popover-open')) return;
    scan.focus();
    event.stopImmediatePropagation();
  }
});

const cents = (text) => Math.round(Number(text.replace(/[^\d,.-]/g, '').replace(',', '.')) * 100) || 0;

customElements.define('lanka-lines', class extends HTMLElement {
  connectedCallback() {
    this.lines = this.querySelector('[data-lines]');
    this.addEventListener('input', (event) => this.typed(event.target));
    this.addEventListener('keydown', (event) => this.entered(event));
  }

  typed(input) {
    if (input.name === 'product') this.known(input);
    const last = this.lines.lastElementChild;
    if ([...last.querySelectorAll('input')].some((field) => field.value)) this.lines.append(this.querySelector('template').content.cloneNode(true));
    const sum = [...this.querySelectorAll('[name=price]')].reduce((all, field) => all + cents(field.value), 0);
    this.querySelector('[data-sum]').textContent = (sum / 100).toFixed(2).replace('.', ',');
  }

  known(input) {
    const found = [...document.querySelectorAll('#goods option')].find((option) => option.value === input.value);
    const price = input.parentElement.querySelector('[name=price]');
    if (found?.dataset.amount && !price.value) price.value = (Number(found.dataset.amount) / 100).toFixed(2).replace('.', ',');
  }

  entered(event) {
    if (event.key !== 'Enter' || event.target.name !== 'product' || !event.target.value) return;
    event.preventDefault();
    event.target.parentElement.querySelector('[name=price]').focus();
  }
});
