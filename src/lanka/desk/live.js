// <lanka-live>: what the house says while one looks. Turns pieces of the stream into events on document, nothing more.
import { tell } from './js/dom.js';

function alone(src) {
  const channel = new MessageChannel();
  import(src).then(() => self.listenAlone(channel.port1));
  return channel.port2;
}

customElements.define('lanka-live', class extends HTMLElement {
  connectedCallback() {
    this.topics = new Map([['page', ['inbox']]]);
    const worker = this.getAttribute('worker');
    this.port = 'SharedWorker' in window ? new SharedWorker(worker).port : alone(worker);
    this.port.onmessage = ({ data }) => this.got(data);
    this.port.start?.();
    this.subscribe();
    this.wish = ({ detail }) => { if (detail.topics) this.topics.set(detail.who, detail.topics); else this.topics.delete(detail.who); this.subscribe(); };
    document.addEventListener('lanka:topics', this.wish);
    addEventListener('pagehide', () => this.port.postMessage({ bye: true }));
    addEventListener('pageshow', (event) => { if (event.persisted) { this.subscribe(); tell('lanka:lost'); } });
    tell('lanka:live-ready');
  }

  disconnectedCallback() {
    this.port.postMessage({ bye: true });
    document.removeEventListener('lanka:topics', this.wish);
  }

  subscribe() {
    this.port.postMessage({ src: this.getAttribute('src'), topics: [...new Set([...this.topics.values()].flat())] });
  }

  got({ state, name, data }) {
    if (state) {
      if (state === 'on' && this.state === 'off') tell('lanka:lost');
      this.state = state;
      document.querySelectorAll('[data-live]').forEach((light) => { light.classList.toggle('on', state === 'on'); light.classList.toggle('off', state === 'off'); });
    } else tell(`lanka:${name}`, data);
  }
});
