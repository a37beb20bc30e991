// <lanka-passkeys>: the browser's word that a passkey was not used, said to the person. The ceremony itself is allauth's.
import { say } from '../js/dom.js';

customElements.define('lanka-passkeys', class extends HTMLElement {
  connectedCallback() {
    this.failed = (event) => { event.preventDefault(); say(this.dataset.failed, { tone: 'bad' }); };
    document.addEventListener('allauth.error', this.failed);
  }

  disconnectedCallback() { document.removeEventListener('allauth.error', this.failed); }
});
