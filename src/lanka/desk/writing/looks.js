// The previews beside the text: all channels, for the person who is chosen, as wide and as dark as asked.
import { ask, later } from '../js/dom.js';

export class Looks {
  constructor(writing) {
    this.writing = writing;
    this.place = writing.querySelector('[data-looks-here]');
    this.person = '';
    this.width = 'wide';
    this.dark = false;
    this.soon = later(60, () => this.load());
    writing.querySelector('form[data-person]').addEventListener('submit', (event) => { event.preventDefault(); this.choose(event.submitter); });
    writing.querySelector('.w-for').addEventListener('click', (event) => this.clicked(event));
    new ResizeObserver(() => this.scale()).observe(this.place);
    this.dress();
  }

  fresh() { this.soon(); }

  query() {
    const asked = new URLSearchParams({ language: this.writing.tongue });
    if (this.person) asked.set('person', this.person);
    return asked;
  }

  choose(button) {
    if (!button?.value) return;
    this.person = button.value;
    this.named(button.querySelector('.cut')?.textContent || button.textContent);
    this.writing.querySelector('#look-person').hidePopover();
    this.fresh();
  }

  named(name) {
    this.writing.querySelector('[data-person-name]').textContent = name;
    this.writing.querySelector('[data-nobody-button]').hidden = !this.person;
  }

  clicked(event) {
    const deed = event.target.closest('[data-do]')?.dataset.do;
    if (deed === 'wide' || deed === 'narrow') this.width = deed;
    if (deed === 'dark') this.dark = !this.dark;
    if (deed === 'nobody') { this.person = ''; this.named(this.writing.dataset.nobody); this.fresh(); }
    if (deed) this.dress();
  }

  dress() {
    this.place.classList.toggle('narrow', this.width === 'narrow');
    this.place.classList.toggle('dark', this.dark);
    const pressed = { wide: this.width === 'wide', narrow: this.width === 'narrow', dark: this.dark };
    for (const [name, on] of Object.entries(pressed)) this.writing.querySelector(`.w-for [data-do=${name}]`).setAttribute('aria-pressed', on);
    for (const frame of this.place.querySelectorAll('iframe')) {
      const wanted = `${frame.dataset.src}${this.dark ? '&dark' : ''}`;
      if (frame.getAttribute('src') !== wanted) frame.src = wanted;
    }
    this.scale();
  }

  /** The mail is drawn at its own width and made smaller to fit beside the text. */
  scale() {
    for (const box of this.place.querySelectorAll('.w-frame')) {
      const wide = this.width === 'wide' ? 660 : 390, room = box.clientWidth || 400, part = Math.min(1, room / wide);
      const frame = box.querySelector('iframe');
      Object.assign(frame.style, { width: `${wide}px`, height: `${Math.round(640 / part)}px`, transform: `scale(${part})` });
      box.style.height = '640px';
    }
  }

  async load() {
    const [looks, findings] = await Promise.all([ask(`${this.writing.dataset.looks}?${this.query()}`, { quiet: true }), ask(`${this.writing.dataset.findings}?${this.query()}`, { quiet: true })]);
    if (looks) this.swap(await looks.text());
    if (findings) this.found(await findings.text());
  }

  swap(html) {
    this.place.innerHTML = html;
    const stamp = this.writing.seen;
    for (const one of this.place.querySelectorAll('iframe, .w-paper img')) {
      const url = `${one.getAttribute('src')}&seen=${encodeURIComponent(stamp)}`;
      one.src = url;
      if (one.dataset.src) one.dataset.src = url;
    }
    this.dress();
  }

  found(html) {
    const pane = this.writing.querySelector('[data-pane=findings]');
    pane.innerHTML = html;
    const count = this.writing.querySelector('[data-count]'), wrong = pane.querySelectorAll('.wrong').length, all = Number(pane.querySelector('[data-findings]')?.dataset.findings || 0);
    count.textContent = all ? String(all) : '';
    count.className = wrong ? 'bad' : '';
  }
}
