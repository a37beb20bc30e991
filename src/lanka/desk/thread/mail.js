// <lanka-mail>: the message as it was sent, in a frame that may run nothing; pictures from outside only when asked for.
import { build } from '../js/dom.js';

customElements.define('lanka-mail', class extends HTMLElement {
  connectedCallback() {
    this.show = this.querySelector('[data-show]');
    this.pictures = this.querySelector('[data-pictures]');
    this.show.addEventListener('click', () => (this.frame ? this.fold() : this.unfold()));
    this.pictures.addEventListener('click', () => { this.pictures.hidden = true; this.frame.src = `${this.getAttribute('src')}?pictures`; });
    if (this.hasAttribute('open')) this.unfold();
  }

  fold() { this.frame.remove(); this.frame = null; this.pictures.hidden = true; this.show.setAttribute('aria-expanded', 'false'); }

  unfold() {
    this.frame = build('<iframe sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" loading="lazy"></iframe>').firstElementChild;
    this.frame.title = this.show.textContent.trim();
    this.frame.addEventListener('load', () => this.measure());
    this.frame.src = this.getAttribute('src');
    this.append(this.frame);
    this.show.setAttribute('aria-expanded', 'true');
  }

  measure() {
    const page = this.frame?.contentDocument;
    if (!page?.body) return;
    this.frame.style.height = `${Math.min(page.documentElement.scrollHeight + 4, innerHeight * 0.75)}px`;
    const outside = [...page.images].some((picture) => /^https?:/.test(picture.getAttribute('src') || ''));
    if (outside && !this.frame.src.includes('?pictures')) this.pictures.hidden = false;
  }
});
