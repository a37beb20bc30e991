// <lanka-composer>: writes the answer. What is typed lives here and in the draft; nothing that arrives touches it.
import { hear, post, postJson, later, tell } from '../js/dom.js';
import { Draft } from './draft.js';
import { Files } from './files.js';
import { Book } from './book.js';
import { Gauge } from './gauge.js';

const TYPING_EVERY = 4000;

customElements.define('lanka-composer', class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form');
    this.text = this.querySelector('[data-text]');
    this.subject = this.querySelector('[data-subject]');
    this.refused = this.querySelector('[data-refused]');
    this.files = new Files(this);
    this.draft = new Draft(this);
    this.book = new Book(this);
    this.gauge = new Gauge(this);
    this.form.addEventListener('submit', (event) => { event.preventDefault(); this.send(); });
    this.form.addEventListener('change', (event) => { if (event.target.name === 'mode') { this.dress(); this.draft.keep(); this.text.focus(); } });
    this.text.addEventListener('input', () => this.typed());
    this.text.addEventListener('keydown', (event) => this.keyed(event));
    this.addEventListener('click', (event) => this.clicked(event));
    this.ends = hear(this, { key: ({ key }, event) => this.key(key, event) });
    this.dress();
    this.grow();
  }

  disconnectedCallback() { this.ends.abort(); this.draft.now(); this.gauge.stop(); }

  get way() { return this.form.querySelector('[name=mode]:checked'); }
  get noting() { return this.way?.value === 'note'; }
  get can() { return this.way?.dataset.can ? JSON.parse(this.way.dataset.can) : {}; }

  dress() {
    const way = this.way, label = way?.closest('label');
    this.classList.toggle('noting', this.noting);
    this.subject.hidden = !this.can.subject;
    this.querySelector('[data-because].because').textContent = way?.dataset.because || '';
    this.text.placeholder = this.noting ? this.text.dataset.note : this.text.dataset.placeholder;
    const word = this.querySelector('[data-send-word]');
    word.textContent = this.noting ? word.dataset.noteWord : word.dataset.sendWord;
    this.form.style.setProperty('--c-now', label && !this.noting ? getComputedStyle(label).getPropertyValue('--c') : '');
    this.querySelector('[data-attach]').hidden = this.noting || this.can.files === false;
    this.refuse('');
    this.files.check();
    this.gauge.measure();
  }

  grow() {
    if (CSS.supports('field-sizing', 'content')) return;
    this.text.style.height = 'auto';
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  typed() {
    this.grow();
    this.refuse('');
    this.draft.keep();
    this.book.typed();
    this.gauge.measure();
    if (Date.now() - (this.told || 0) < TYPING_EVERY || !this.text.value) return;
    this.told = Date.now();
    const [line, ...address] = (this.way?.value || '').split(':');
    postJson('/live/typing/', { conversation: Number(this.dataset.conversation), what: 'typing', ...(this.can.typing && { line: Number(line), address: address.join(':') }) });
  }

  keyed(event) {
    if (this.book.keyed(event)) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.send(event.shiftKey ? 'close' : ''); }
    if (event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); this.text.blur(); }
  }

  key(key, event) {
    if (key !== 'n' && key !== 'r') return;
    event.preventDefault();
    if ((key === 'n') !== this.noting) this.choose(key === 'n' ? 'note' : '');
    this.text.focus();
  }

  choose(mode) {
    const ways = [...this.form.querySelectorAll('[name=mode]')];
    const wanted = ways.find((way) => (mode ? way.value === mode : way.dataset.best)) || ways.find((way) => way.value !== 'note');
    if (wanted) { wanted.checked = true; this.dress(); this.draft.keep(); }
  }

  clicked(event) {
    const then = event.target.closest('[data-then]');
    if (then) { then.closest('.menu').hidePopover(); this.send(then.dataset.then, then.dataset.until); }
    if (event.target.closest('[data-book]')) this.book.open();
    if (event.target.closest('[data-look]')) this.gauge.look();
    if (event.target.closest('[data-shut]')) this.querySelector('dialog').close();
  }

  refuse(words) {
    this.refused.textContent = words;
    this.refused.hidden = !words;
  }

  async send(then = '', until = '') {
    if (this.sending || (!this.text.value.trim() && !this.files.list.length)) { this.text.focus(); return; }
    if (this.files.busy) return;
    this.sending = true;
    const key = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`;
    const data = new FormData(this.form), text = this.text.value, label = this.way.closest('label');
    data.set('key', this.key_ || (this.key_ = key));
    data.set('then', then);
    data.set('until', until);
    tell('lanka:sending', { key, text, shape: this.noting ? 'note' : 'out', look: [...label.classList].find((name) => name.startsWith('ch-')), name: label.textContent.trim() });
    this.text.value = '';
    this.grow();
    this.draft.stop();
    const answer = await this.ask(data);
    this.sending = false;
    if (answer.ok) this.done(key, text); else this.failed(key, text, answer.words);
  }

  async ask(data) {
    const answer = await post(this.form.action, data, { keepalive: false, refusals: true });
    return { ok: Boolean(answer), words: answer ? '' : this.dataset.unsent || '' };
  }

  done(key) {
    this.key_ = '';
    this.files.clear();
    this.draft.sent();
    if (this.text.value) this.draft.keep();
    if (this.noting) this.choose('');
    this.gauge.measure();
    tell('lanka:sent', { key });
  }

  failed(key, text) {
    tell('lanka:unsent', { key });
    this.text.value = this.text.value ? `${text}\n${this.text.value}` : text;
    this.grow();
    this.draft.keep();
    this.text.focus();
  }
});
