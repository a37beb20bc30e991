// The islands of the settings: fields that show when another says so, a copy button, filters that send themselves, the brand's picture.
import { say } from '../js/dom.js';

const value = (input) => (input?.type === 'checkbox' ? String(input.checked) : input?.value);

customElements.define('lanka-form', class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form');
    this.addEventListener('change', () => this.show());
    this.show();
    this.querySelector('[aria-invalid]')?.focus();
  }

  show() {
    for (const row of this.querySelectorAll('[data-shown-if]')) {
      const [name, wanted] = row.dataset.shownIf.split('=');
      row.hidden = !wanted.split(',').includes(value(this.form.elements[name]));
    }
  }
});

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    say(button.dataset.done);
  } catch {
    getSelection().selectAllChildren(button.parentElement.querySelector('code'));
  }
});

document.addEventListener('change', (event) => event.target.closest('[data-submit]')?.form.requestSubmit());

const bright = (color) => {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

customElements.define('lanka-brand', class extends HTMLElement {
  connectedCallback() {
    this.addEventListener('input', () => this.draw());
    this.draw();
  }

  draw() {
    const field = (name) => this.querySelector(`[name="${name}"]`).value;
    const look = this.querySelector('[data-look]');
    look.style.setProperty('--brand', field('color'));
    look.style.setProperty('--brand-ink', field('ink'));
    this.querySelectorAll('[data-name]').forEach((place) => { place.textContent = field('name') || 'Lanka'; });
    this.querySelector('[data-return]').textContent = field('return_address').split('\n').join(' · ');
    this.querySelector('[data-contrast]').hidden = 1.05 / (bright(field('color')) + 0.05) >= 4.5;
  }
});
