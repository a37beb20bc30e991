// <lanka-topics>: what the person hears, fetched anew when they or a colleague chose something.
import { ask, build, hear, later, tell } from '../js/dom.js';

let count = 0;

customElements.define('lanka-topics', class extends HTMLElement {
  connectedCallback() {
    this.who = `choices-${count += 1}`; // a swap puts the new one in before the old one goes
    this.topics = this.dataset.bases.split(' ').map((base) => `person:${base}`);
    this.again = later(250, () => this.load());
    this.ends = hear(this, {
      'lanka:person': ({ topic }) => this.topics.includes(topic) && this.again(),
      'lanka:lost': () => this.again(),
      'lanka:live-ready': () => this.subscribe(),
    });
    this.subscribe();
  }

  disconnectedCallback() { this.ends.abort(); tell('lanka:topics', { who: this.who }); }
  subscribe() { tell('lanka:topics', { who: this.who, topics: this.topics }); }

  async load() {
    if (!this.isConnected || this.querySelector('.menu:popover-open, details[open]')) return;
    const answer = await ask(this.getAttribute('src'), { quiet: true });
    if (!answer || !this.isConnected) return;
    const fresh = build(await answer.text()).firstElementChild;
    this.replaceChildren(...fresh.childNodes);
    window.htmx.process(this);
  }
});
