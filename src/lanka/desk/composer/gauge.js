// How long the text is on this channel and what it costs; how it will look where the channel can show it.
import { ask, later, post } from '../js/dom.js';

const language = document.documentElement.lang || 'en';
const money = (minor, currency) => new Intl.NumberFormat(language, { style: 'currency', currency, minimumFractionDigits: 2 }).format(minor / 100);

export class Gauge {
  constructor(composer) {
    this.composer = composer;
    this.words = composer.querySelector('[data-measured]');
    this.button = composer.querySelector('[data-look]');
    this.soon = later(160, () => this.count());
  }

  stop() { this.soon.stop(); }

  measure() {
    const { can, text } = this.composer;
    this.button.hidden = !can.previews;
    this.words.classList.remove('over');
    if (can.segmented && text.value) return this.soon();
    this.soon.stop();
    const left = can.text_limit ? can.text_limit - text.value.length : Infinity;
    this.words.textContent = left < 200 ? String(left) : can.paper && can.cost ? money(can.cost, can.currency) : '';
    this.words.classList.toggle('over', left < 0);
    return undefined;
  }

  async count() {
    const { way, text } = this.composer;
    const answer = await ask(`${this.composer.dataset.measure}?${new URLSearchParams({ line: way.dataset.line, text: text.value })}`, { quiet: true });
    if (!answer || way !== this.composer.way) return;
    const { parts, left, note, cost, currency } = await answer.json();
    this.words.textContent = `${left} / ${parts}${cost ? ` · ${money(cost, currency)}` : ''}`;
    this.words.title = note;
    this.words.classList.toggle('over', parts > 2);
  }

  async look() {
    const answer = await post(this.composer.dataset.preview, new FormData(this.composer.form));
    if (!answer) return;
    const dialog = this.composer.querySelector('dialog'), sheet = dialog.querySelector('[data-sheet]'), blob = await answer.blob();
    const view = document.createElement(blob.type.startsWith('image/') ? 'img' : 'iframe');
    const address = URL.createObjectURL(blob);
    view.src = view.localName === 'img' ? address : `${address}#toolbar=0&navpanes=0&view=FitH`;
    view[view.localName === 'img' ? 'alt' : 'title'] = dialog.getAttribute('aria-label');
    sheet.replaceChildren(view);
    dialog.showModal();
    dialog.addEventListener('close', () => { URL.revokeObjectURL(address); sheet.replaceChildren(); }, { once: true });
  }
}
