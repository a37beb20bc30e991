// <lanka-journey>: holds the drawing, its past and what is chosen; hears clicks and keys; keeps the draft on the server as one draws.
import { ask, hear, later, narrow, say, tell } from '../js/dom.js';
import { count, draw } from './canvas.js';
import { Draft } from './draft.js';
import { dragging } from './drag.js';
import { fill, form } from './form.js';
import * as edit from './graph.js';
import { keys } from './keys.js';
import { Past } from './past.js';
import { publishing } from './publish.js';
import { rule } from './rules.js';
import { simulation } from './simulate.js';
import { thread } from './threads.js';

const CLICKS = { // what was clicked → what it does
  '.plus': (it, _plus, on) => it.openGap(on('.gap')),
  '.step-menu': (it, _menu, on) => it.openMenu(on('.step').dataset.id),
  '[data-new]': (it, item) => { it.hideMenus(); it.insert(it.place, JSON.parse(item.dataset.new)); },
  '[data-paste]': (it) => { it.hideMenus(); it.insert(it.place, it.copied); },
  '[data-open]': (it, _open, on) => { const id = on('.step')?.dataset.id || 'start'; it.choose(it.chosen === id ? '' : id); },
  '[data-close]': (it) => it.close(),
  '[data-panel="simulate"]': (it) => it.simulate(),
  '[data-undo]': (it) => it.undo(),
  '[data-redo]': (it) => it.redo(),
  '[data-add-branch]': (it) => it.change(edit.addBranch(it.graph, it.chosen, { share: 1 })),
  '[data-remove-branch]': (it, _x, on) => it.change(edit.removeBranch(it.graph, it.chosen, on('[data-branch]').dataset.branch)),
  '[data-take-theirs]': (it) => it.draft.settle(true),
  '[data-keep-mine]': (it) => it.draft.settle(false),
};

customElements.define('lanka-journey', class extends HTMLElement {
  connectedCallback() {
    const [graph, told, numbers] = ['graph', 'told', 'numbers'].map((name) => JSON.parse(this.dataset[name]));
    Object.assign(this, { past: new Past(graph), told, numbers, chosen: '', walked: new Set(), copied: null, still: 'still' in this.dataset });
    this.canvas = this.part('canvas');
    this.root = this.part('strands');
    this.draft = new Draft(this, graph, told.at);
    this.addEventListener('click', (event) => this.clicked(event));
    this.busy = this.still ? () => false : dragging(this.canvas, (id, place, copying) => this.dropped(id, place, copying), () => this.stale && this.draw());
    this.ends = hear(this, { 'lanka:journey': (news) => { this.look(); this.draft.news(news); }, 'lanka:lost': () => this.look() });
    document.addEventListener('keydown', (event) => keys(this, event), { signal: this.ends.signal });
    tell('lanka:topics', { who: 'journey', topics: [this.dataset.topic] });
    new ResizeObserver(() => this.line()).observe(this.root);
    addEventListener('beforeunload', (event) => { if (this.draft.open) { this.draft.save.now(); event.preventDefault(); } }, { signal: this.ends.signal });
    this.draw();
    const wish = new URLSearchParams(location.hash.slice(1)).get('step');
    if (wish && (wish === 'start' || edit.find(this.graph, wish))) this.choose(wish);
    document.fonts?.ready.then(() => this.line());
    this.walkYear = simulation(this);
    publishing(this);
  }

  disconnectedCallback() { this.ends.abort(); }

  get graph() { return this.past.now; }

  part(name) { return this.querySelector(`[data-${name}]`); }

  // -- showing

  draw() {
    this.stale = this.busy(); // held by the hand: drawn when it lets go
    if (this.stale) return;
    const focused = this.focusedStep();
    this.classList.toggle('simulated', Boolean(this.simulating));
    draw(this.root, this.graph, { ...this.told, selected: this.chosen, walked: this.walked });
    this.tally();
    this.line();
    if (focused) this.focusStep(focused);
    if (this.still) return;
    this.part('undo').disabled = !this.past.back.length;
    this.part('redo').disabled = !this.past.ahead.length;
  }

  line() { thread(this.part('threads'), this.part('drawing')); }

  tally() {
    count(this.root, this.graph, this.numbers, edit.walk(this.graph.steps));
    const { inside, share, here } = this.numbers;
    const elsewhere = Object.entries(here).reduce((sum, [id, count]) => sum + (edit.find(this.graph, id) ? 0 : count), 0);
    this.part('elsewhere-line').hidden = !elsewhere;
    this.part('elsewhere').textContent = elsewhere;
    this.part('inside-line').hidden = !this.numbers.entered;
    this.part('goal-line').hidden = share === null || !(this.graph.goal || this.graph.goal_event);
    this.part('inside').textContent = inside;
    this.part('goal').textContent = `${share ?? 0} %`;
  }

  stepOf(id) { return this.root.querySelector(id === 'start' ? '.begin' : `.step[data-id="${id}"]`); }

  focusedStep() { const item = document.activeElement?.closest?.('.step, .begin'); return item && this.root.contains(item) ? item.dataset.id || 'start' : ''; }

  focusStep(id) { this.stepOf(id)?.querySelector('[data-open]').focus({ preventScroll: true }); }

  /** Opens a step beside the drawing; '' closes. */
  choose(id) {
    this.chosen = id;
    if (this.simulating) { this.simulating = false; this.walked = new Set(); this.draw(); }
    history.replaceState(null, '', id ? `#step=${id}` : location.pathname);
    this.root.querySelectorAll('.on').forEach((one) => { one.classList.remove('on'); one.querySelector('[data-open]').setAttribute('aria-pressed', 'false'); });
    const item = id && this.stepOf(id);
    if (!item) return this.side(null);
    item.classList.add('on');
    item.querySelector('[data-open]').setAttribute('aria-pressed', 'true');
    this.inspect();
    if (narrow()) item.scrollIntoView({ block: 'start', behavior: 'smooth' }); else item.querySelector('.step-card').scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  inspect() {
    const start = this.chosen === 'start', node = start ? this.graph : edit.find(this.graph, this.chosen)?.node;
    if (!node) return this.choose('');
    const { made, title } = form(start ? 'start' : node.kind);
    if (!start) made.append(form('foot').made.firstElementChild);
    const sends = [...edit.walk(this.graph.steps)].filter((one) => one.node.kind === 'send').map((one) => [one.node.id, this.told.words[one.node.id]?.[0] || '…']);
    fill(made, node, sends, (path, value) => this.change(edit.set(this.graph, start ? '' : this.chosen, path, value), `${this.chosen}:${path}`, { quietly: true }));
    made.querySelectorAll('[data-rule]').forEach((slot) => this.showRule(slot, node));
    if (this.still) made.querySelectorAll('input, select, textarea, button').forEach((one) => { one.disabled = true; });
    this.side(title, made);
    this.findings();
  }

  simulate() {
    if (this.simulating) return this.choose('');
    this.choose('');
    return this.walkYear();
  }

  /** The way of the simulated person, bright: [[step, way], …]. */
  follow(way) {
    this.walked = new Set(way.flatMap(([id, name]) => (!id ? name === 'done' ? ['finish'] : [] : name ? [id, `${id}/${name}`] : [id])));
    this.draw();
  }

  findings() {
    const place = this.part('side-body').querySelector('[data-finding]');
    if (!place) return;
    const found = this.told.findings.filter((one) => one.node === (this.chosen === 'start' ? '' : this.chosen));
    place.textContent = found.map((one) => one.words).join('\n');
    place.hidden = !found.length;
  }

  /** A rule that was changed has its words from the server. */
  ruleWords() {
    const node = this.chosen === 'start' ? this.graph : edit.find(this.graph, this.chosen)?.node;
    const slots = [...this.part('side-body').querySelectorAll('[data-rule]')];
    for (const slot of node ? slots : []) this.showRule(slot, node);
  }

  showRule(slot, node) {
    const path = slot.dataset.rule, id = this.chosen;
    if (this.still) { slot.textContent = this.told.rules[id]?.[path] || '–'; return; }
    rule(slot, edit.read(node, path), this.told.rules[id]?.[path] || '…', (value) => { this.change(edit.set(this.graph, id === 'start' ? '' : id, path, value)); });
  }

  /** What lies beside the drawing: a title and its content; null closes. */
  side(title, content) {
    const side = this.part('side'), held = side.contains(document.activeElement);
    side.hidden = title === null;
    this.classList.toggle('has-side', title !== null);
    if (title === null) return held ? this.canvas.focus() : undefined;
    this.part('side-title').textContent = title;
    this.part('side-body').replaceChildren(content);
    side.scrollTop = 0;
  }

  // -- changing

  /** A new drawing: drawn, kept, undoable. `key`: the field that is being typed into; `quietly`: its form stays as it is. */
  change(graph, key = '', { quietly = false } = {}) {
    if (this.still || !this.past.commit(graph, key)) return false;
    this.after(quietly);
    return true;
  }

  after(quietly = false) {
    if (this.chosen && this.chosen !== 'start' && !edit.find(this.graph, this.chosen)) this.choose('');
    this.draw();
    if (!quietly && this.chosen) this.inspect();
    this.draft.save();
    tell('journey:changed', { graph: this.graph });
  }

  undo() { if (this.past.undo()) this.after(); }

  redo() { if (this.past.redo()) this.after(); }

  insert(place, node) {
    const fresh = edit.renewed(this.graph, node);
    if (!this.change(edit.insert(this.graph, place, fresh))) return;
    this.choose(fresh.id);
    if (narrow()) return;
    this.part('side-body').querySelector('input:not([type=hidden]), select, textarea')?.focus({ preventScroll: true });
  }

  dropped(id, place, copying) {
    const here = edit.find(this.graph, id);
    this.change(copying ? edit.insert(this.graph, place, edit.renewed(this.graph, here.node)) : edit.move(this.graph, id, place));
    this.focusStep(id);
  }

  /** 'open', 'up', 'down', 'left', 'right', 'copy', 'cut', 'paste', 'wrap', 'remove': of one step. */
  do(what, id) {
    const here = edit.find(this.graph, id), moves = { up: ['shift', -1], down: ['shift', 1], left: ['sideways', -1], right: ['sideways', 1] };
    if (what === 'open') return this.choose(id);
    if (what === 'paste') return this.copied && this.insert(here ? { ...here, at: here.at + 1 } : { owner: '', way: '', at: this.graph.steps.length }, this.copied);
    if (!here) return undefined;
    if (what === 'copy' || what === 'cut') { this.copied = here.node; if (what === 'copy') say(this.dataset.copied); }
    if (moves[what]) { if (this.change(edit[moves[what][0]](this.graph, id, moves[what][1]))) { this.focusStep(id); this.stepOf(id)?.scrollIntoView({ block: 'nearest' }); } }
    if (what === 'wrap') this.change(edit.wrap(this.graph, id, JSON.parse(document.querySelector('[data-new*=\'"by":"rule"\']').dataset.new)));
    if (what === 'remove' || what === 'cut') {
      const next = (here.steps[here.at + 1] || here.steps[here.at - 1])?.id || here.owner || 'start';
      this.change(edit.remove(this.graph, id));
      this.focusStep(next);
    }
    return undefined;
  }

  clicked({ target }) {
    const on = (selector) => target.closest(selector), what = on('[data-do]')?.dataset.do;
    const found = Object.keys(CLICKS).find(on);
    if (what) { this.hideMenus(); this.do(what, on('.inspect') ? this.chosen : this.menuFor); } else if (found) CLICKS[found](this, on(found), on);
    else if (target === this.canvas || target === this.part('drawing')) this.choose('');
  }

  close() {
    const id = this.chosen;
    this.choose('');
    if (id) this.focusStep(id);
  }

  openGap(gap) {
    this.place = { ...gap.dataset, at: Number(gap.dataset.at) };
    this.querySelector('#insert-step [data-paste]').hidden = !this.copied;
  }

  openMenu(id) {
    this.menuFor = id;
    const menu = this.querySelector('#step-menu');
    menu.querySelector('[data-do="paste"]').hidden = !this.copied;
    menu.querySelectorAll('[data-in-way]').forEach((one) => { one.hidden = !edit.find(this.graph, id)?.owner; });
  }

  hideMenus() { this.querySelectorAll('.menu:popover-open').forEach((menu) => menu.hidePopover()); }

  // -- learning

  /** What the server says of the drawing: words, findings. */
  learn(told) {
    this.told = told;
    this.draw();
    this.findings();
    this.ruleWords();
  }

  /** The numbers again: at most once a second, however much happens. */
  look() {
    this.looking ||= later(700, async () => {
      const answer = await ask(this.dataset.numbersUrl, { quiet: true });
      if (answer) { this.numbers = await answer.json(); this.tally(); }
    });
    if (!this.looking.waits()) this.looking();
  }
});
