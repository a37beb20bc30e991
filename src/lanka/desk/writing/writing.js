// <lanka-writing>: one text in all its languages. What is typed lives here, goes to the server as a draft, and the previews follow it.
import { ask, later, narrow, post, say } from '../js/dom.js';
import { Past } from './past.js';
import { Rows } from './rows.js';
import { Insert } from './insert.js';
import { Looks } from './looks.js';
import { shaped, withBlock } from './text.js';

customElements.define('lanka-writing', class extends HTMLElement {
  connectedCallback() {
    this.texts = JSON.parse(this.querySelector('#writing-texts').textContent);
    this.mayWrite = this.hasAttribute('data-write');
    this.tongue = this.dataset.language;
    this.seen = this.dataset.seen;
    this.past = new Past(this.texts);
    this.rows = new Rows(this);
    this.insert = new Insert(this);
    this.looks = new Looks(this);
    this.keep = later(450, () => this.save());
    this.addEventListener('click', (event) => this.clicked(event));
    this.addEventListener('keydown', (event) => this.keyed(event));
    this.addEventListener('change', (event) => { if (event.target.matches('[data-beside]')) this.draw(); });
    this.querySelector('[data-title]').addEventListener('change', (event) => post(this.dataset.name, { name: event.target.value }));
    this.leaving = () => { if (this.keep.waits()) this.keep.now(); };
    addEventListener('pagehide', this.leaving);
    this.draw();
    this.show(location.hash.slice(1) || 'looks');
    this.looks.fresh();
  }

  disconnectedCallback() { this.keep.stop(); removeEventListener('pagehide', this.leaving); }

  get beside() { const other = this.querySelector('[data-beside]').value; return other !== this.tongue ? other : ''; }
  get tongues() { return [...this.querySelectorAll('[data-tongue]')].map((button) => [button.dataset.tongue, button.dataset.tongueName]); }
  tongueName(code) { return this.tongues.find(([one]) => one === code)?.[1] || code; }

  draw() {
    const everywhere = new Set(Object.values(this.texts).flatMap((one) => one.blocks.map((block) => block.id)));
    for (const button of this.querySelectorAll('[data-tongue]')) {
      const held = this.texts[button.dataset.tongue];
      button.setAttribute('aria-pressed', button.dataset.tongue === this.tongue);
      button.dataset.state = !held?.blocks.length ? 'none' : held.blocks.length < everywhere.size ? 'some' : 'all';
    }
    this.classList.toggle('two', Boolean(this.beside));
    this.rows.draw();
    this.dressTools();
  }

  dressTools() {
    const undo = this.querySelector('[data-do=undo]'), redo = this.querySelector('[data-do=redo]');
    if (undo) { undo.disabled = !this.past.back; redo.disabled = !this.past.forth; }
  }

  /** After every change. `place`: where it happened, so that typing in one field is one step back. */
  changed(place = '') {
    this.past.note(this.texts, place);
    this.dressTools();
    this.word(this.dataset.saving);
    this.keep();
  }

  step(how) {
    const found = this.past[how]();
    if (!found) return;
    this.texts = found;
    if (!this.texts[this.tongue] && Object.keys(this.texts).length) this.tongue = Object.keys(this.texts)[0];
    this.rows.keepFocus(() => this.draw());
    this.word(this.dataset.saving);
    this.keep();
    this.dressTools();
  }

  word(words, bad = false) {
    const place = this.querySelector('[data-saved-words]');
    place.textContent = words;
    place.classList.toggle('bad', bad);
  }

  async save(over = false) {
    if (!this.mayWrite) return false;
    if (this.saving) { this.again = true; return false; }
    this.saving = true;
    const body = JSON.stringify({ texts: this.texts, seen: this.seen, over });
    const answer = await fetch(this.dataset.draft, { method: 'POST', body, keepalive: body.length < 60000, headers: { 'Content-Type': 'application/json', 'X-CSRFToken': JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken'] } }).catch(() => null);
    this.saving = false;
    const ok = await this.heard(answer);
    if (ok && this.again) { this.again = false; return this.save(); }
    return ok;
  }

  async heard(answer) {
    if (answer?.ok) {
      this.seen = (await answer.json()).seen;
      this.word(this.dataset.saved);
      this.querySelector('[data-clash]').hidden = true;
      this.looks.fresh();
      return true;
    }
    this.word(this.dataset.unsaved, true);
    if (answer?.status === 409) this.clash(await answer.json());
    if (answer?.status === 422) say((await answer.json().catch(() => ({}))).faults?.[0]?.words || this.dataset.unsaved, { tone: 'bad' });
    return false;
  }

  clash(theirs) {
    this.theirs = theirs;
    this.querySelector('[data-clash-words]').textContent = this.dataset.over.replace('%s', theirs.by || '?');
    this.querySelector('[data-clash]').hidden = false;
  }

  settle(mine) {
    this.querySelector('[data-clash]').hidden = true;
    if (mine) { this.save(true); return; }
    this.texts = this.theirs.texts;
    this.seen = this.theirs.seen;
    this.past.note(this.texts, '');
    this.draw();
    this.word(this.dataset.saved);
    this.looks.fresh();
  }

  /** Saves what waits, then does it: nobody asks about words that are not kept. */
  async kept() {
    if (this.keep.waits()) { this.keep.stop(); return this.save(); }
    while (this.saving) await new Promise((done) => { setTimeout(done, 40); });
    return this.querySelector('[data-clash]').hidden;
  }

  show(name) {
    const tab = this.querySelector(`[data-tab="${CSS.escape(name)}"]`);
    if (!tab) return;
    for (const one of this.querySelectorAll('[data-tab]')) one.setAttribute('aria-selected', one === tab);
    for (const pane of this.querySelectorAll('[data-pane]')) pane.hidden = pane.dataset.pane !== name;
    if (name === 'versions') this.load('versions');
  }

  async load(name) {
    const pane = this.querySelector(`[data-pane=${name}]`);
    const answer = await ask(this.dataset[name]);
    if (answer) { pane.innerHTML = await answer.text(); window.htmx.process(pane); }
  }

  async clicked(event) {
    const at = (selector) => event.target.closest(selector);
    const tongue = at('[data-tongue]'), tab = at('[data-tab]'), jump = at('[data-jump]'), added = at('[data-new]'), deed = at('[data-do]')?.dataset.do;
    if (tongue) { this.tongue = tongue.dataset.tongue; this.draw(); this.looks.fresh(); }
    if (tab) this.show(tab.dataset.tab);
    if (jump) this.jump(jump.dataset);
    if (added) this.rows.add(added.dataset.new);
    if (deed === 'undo' || deed === 'redo') this.step(deed);
    if (deed === 'mine' || deed === 'theirs') this.settle(deed === 'mine');
    if (deed === 'test' && await this.kept()) post(`${this.dataset.test}?${this.looks.query()}`);
    if (deed === 'ask' && await this.kept()) this.askApproval();
  }

  async askApproval() {
    const answer = await post(this.dataset.ask);
    if (!answer) { this.show('findings'); return; }
    const pane = this.querySelector('[data-pane=versions]');
    this.show('versions');
    pane.innerHTML = await answer.text();
    window.htmx.process(pane);
  }

  jump({ language, block, field }) {
    if (language && language !== this.tongue && this.texts[language]) { this.tongue = language; this.draw(); this.looks.fresh(); }
    this.rows.focus(block, field);
  }

  keyed(event) {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === 'z') { event.preventDefault(); this.step(event.shiftKey ? 'redo' : 'undo'); }
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown') && event.target.closest('.w-block')) {
      event.preventDefault();
      this.rows.move(event.target.closest('.w-block').dataset.id, event.key === 'ArrowUp' ? -1 : 1);
    }
  }

  /** A language begun: a copy of another, or an empty one of the same shape. */
  begin(language, from = '') {
    this.texts[language] = from ? structuredClone(this.texts[from]) : { subject: '', preview: '', short: '', blocks: [] };
    this.changed();
    this.draw();
  }

  /** Every language that is written, changed at once: the shape of a text is the same in all. */
  everywhere(work) {
    if (!this.texts[this.tongue]) this.texts[this.tongue] = { subject: '', preview: '', short: '', blocks: [] };
    for (const [language, written] of Object.entries(this.texts)) written.blocks = work(written.blocks, language);
    this.changed();
    this.draw();
  }

  put(block, field, value, language) {
    const written = this.texts[language] ||= { subject: '', preview: '', short: '', blocks: [] };
    if (!block) written[field] = value;
    else for (const [code, one] of Object.entries(this.texts)) if (code === language || shaped(field)) withBlock(one, block, (held) => { held[field] = value; });
    this.changed(`${language}:${block}:${field}`);
  }

  toSide() { if (narrow()) this.querySelector('.w-side').scrollIntoView(); }
});
