// <lanka-history>: a person's whole thread, further back as one scrolls. Filters are addresses.
import { ask, build, hear } from '../js/dom.js';

customElements.define('lanka-history', class extends HTMLElement {
  connectedCallback() {
    this.knots = this.querySelector('[data-knots]');
    this.ends = hear(this, { person: () => location.reload() });
    this.end = this.querySelector('[data-loading]');
    if (!this.dataset.older) return;
    this.end.hidden = false;
    this.watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.more(), { root: this, rootMargin: '600px' });
    this.watch.observe(this.end);
  }

  disconnectedCallback() { this.ends.abort(); this.watch?.disconnect(); }

  async more() {
    if (this.busy || !this.dataset.older) return;
    this.busy = true;
    const { older, channel, kind } = this.dataset;
    const answer = await ask(`${this.dataset.events}?${new URLSearchParams({ before: older, channel, kind })}`);
    this.busy = false;
    if (!answer) return;
    const found = build(await answer.text());
    for (const item of [...found.children]) if (!item.id || !this.knots.querySelector(`#${CSS.escape(item.id)}`)) this.knots.append(item);
    this.dataset.older = answer.headers.get('X-Older') || '';
    if (this.dataset.older) { this.watch.unobserve(this.end); this.watch.observe(this.end); } else { this.end.hidden = true; this.watch.disconnect(); }
  }
});
