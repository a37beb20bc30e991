// The draft: kept on the server a moment after each change, and at once when the page goes.
import { csrf, later, post } from '../js/dom.js';

export class Draft {
  constructor(composer) {
    this.composer = composer;
    this.words = composer.querySelector('[data-kept-words]');
    this.soon = later(600, () => this.save());
    this.going = () => document.visibilityState === 'hidden' && this.now();
    document.addEventListener('visibilitychange', this.going);
  }

  data() {
    const { text, files, way } = this.composer;
    return { text: text.value, mode: way?.value || '', files: JSON.stringify(files.list) };
  }

  keep() { this.words.textContent = this.composer.dataset.keeping; this.soon(); }
  stop() { this.soon.stop(); this.words.textContent = ''; }
  sent() { this.stop(); }

  async save() {
    const answer = await post(this.composer.dataset.draft, this.data(), { quiet: true });
    this.words.textContent = !answer ? this.composer.dataset.unkept : this.composer.text.value ? this.composer.dataset.kept : '';
  }

  /** The page goes or the thread is left: what waits is sent along. */
  now() {
    if (!this.soon.waits()) return;
    this.soon.stop();
    fetch(this.composer.dataset.draft, { method: 'POST', body: new URLSearchParams(this.data()), headers: { 'X-CSRFToken': csrf() }, keepalive: true, credentials: 'same-origin' }).catch(() => {});
  }
}
