// <lanka-thread>: one conversation. Fetches what came after, ties it in at its place, keeps the eye where it was.
import { ask, build, hear, later, postJson, post, tell } from '../js/dom.js';
import { near, splice } from './knots.js';

const VIEWING_EVERY = 20_000;
let serial = 0;

customElements.define('lanka-thread', class extends HTMLElement {
  connectedCallback() {
    this.following = true; // the newest is in sight until somebody scrolls away from it
    this.flow = this.querySelector('.flow');
    this.knots = this.querySelector('[data-knots]');
    this.pill = this.querySelector('[data-newest]');
    this.who = `thread-${serial += 1}`;
    this.watchers = new Map();
    this.refresh = later(30, () => this.fetchNewer());
    this.look = later(120, () => this.fetchHead());
    this.seen = later(700, () => document.visibilityState === 'visible' && post(this.dataset.seen, {}, { quiet: true }));
    this.ends = hear(this, {
      'lanka:conversation': (news) => this.heard(news),
      'lanka:viewing': (news) => this.watched(news),
      'lanka:typing': (news) => this.typing(news),
      'lanka:lost': () => this.changed(),
      'lanka:live-ready': () => this.subscribe(),
      changed: ({ ids = [] }) => ids.includes(Number(this.dataset.id)) && this.changed(),
      person: () => this.side(),
      'lanka:sending': (message) => this.optimistic(message),
      'lanka:sent': ({ key }) => this.settle(key),
      'lanka:unsent': ({ key }) => this.querySelector(`[data-key-of="${key}"]`)?.remove(),
    });
    this.flow.addEventListener('scroll', () => this.scrolled(), { passive: true });
    this.pill.addEventListener('click', () => this.newest('smooth'));
    this.addEventListener('click', (event) => event.target.closest('[data-older]') && this.older());
    this.size = new ResizeObserver(() => { this.style.setProperty('--compose', `${this.querySelector('.compose').offsetHeight}px`); if (this.following) this.newest(); });
    this.size.observe(this.flow);
    this.size.observe(this.querySelector('.compose'));
    this.size.observe(this.knots);
    this.subscribe();
    this.newest();
    this.seen();
    this.say('viewing');
    this.beat = setInterval(() => document.visibilityState === 'visible' && this.say('viewing'), VIEWING_EVERY);
    this.signature = this.state();
  }

  disconnectedCallback() {
    this.ends.abort();
    this.size.disconnect();
    clearInterval(this.beat);
    this.say('left');
    tell('lanka:topics', { who: this.who });
  }

  subscribe() {
    const typing = this.dataset.addresses.split(' ').filter(Boolean).map((address) => `typing:${address}`);
    tell('lanka:topics', { who: this.who, topics: [`viewing:${this.dataset.id}`, `conversation:${this.dataset.id}`, ...typing] });
  }

  say(what) { postJson('/live/viewing/', { conversation: Number(this.dataset.id), what }); }
  state(row = document.getElementById(`row-${this.dataset.id}`)) { return row ? [row.dataset.state, row.dataset.assignee, row.dataset.team, row.querySelectorAll('.chip').length].join() : ''; }

  heard(news) {
    const row = news.html && build(news.html).firstElementChild;
    if (row?.dataset.id !== this.dataset.id) return;
    this.refresh();
    const state = this.state(row);
    if (state !== this.signature) { this.signature = state; this.look(); }
  }

  changed() { this.refresh(); this.look(); }

  async fetchHead() {
    const busy = () => this.querySelector('.talk-head .menu:popover-open, .talk-head .htmx-request');
    if (busy()) return;
    const answer = await ask(`/desk/conversation/${this.dataset.id}/head/`, { quiet: true });
    if (!answer || !this.isConnected || busy()) return;
    const focus = document.activeElement?.closest?.('.talk-head') && document.activeElement.dataset.key;
    this.querySelector('.talk-head').replaceWith(build(await answer.text()));
    window.htmx.process(this.querySelector('.talk-head'));
    if (focus) this.querySelector(`.talk-head [data-key="${focus}"]`)?.focus();
    this.showWatchers();
  }

  async fetchNewer() {
    const answer = await ask(`${this.dataset.events}?after=${this.dataset.last}`, { quiet: true });
    if (!answer || !this.isConnected) return;
    this.dataset.last = answer.headers.get('X-Last');
    const { following } = this, fresh = splice(this.knots, build(await answer.text()));
    if (!fresh.length) return;
    this.querySelector('[data-typing]').hidden = true;
    if (following) this.newest('smooth'); else if (fresh.some((knot) => knot.matches('.in, .note'))) this.pillShows(true);
    if (fresh.some((knot) => knot.matches('.in'))) this.seen();
  }

  async older() {
    const button = this.querySelector('[data-older]');
    if (!button || button.disabled) return;
    button.disabled = true;
    const answer = await ask(`${this.dataset.events}?before=${encodeURIComponent(button.dataset.older)}`);
    if (!answer) { button.disabled = false; return; }
    const high = this.flow.scrollHeight, top = this.flow.scrollTop;
    splice(this.knots, build(await answer.text()), false);
    this.flow.scrollTop = top + this.flow.scrollHeight - high;
    const key = answer.headers.get('X-Older');
    if (key) { button.dataset.older = key; button.disabled = false; } else button.closest('.older').remove();
  }

  get stuck() { return this.flow.scrollHeight - this.flow.scrollTop - this.flow.clientHeight < 90; }
  newest(behavior = 'instant') { this.flow.scrollTo({ top: this.flow.scrollHeight, behavior }); this.pillShows(false); }

  pillShows(fresh) {
    const words = this.pill.querySelector('span');
    if (fresh) { this.pill.classList.add('new'); words.textContent = words.dataset.word; }
    if (this.stuck) { this.pill.classList.remove('new'); words.textContent = words.dataset.plain; }
    this.pill.hidden = this.stuck && !fresh;
  }

  scrolled() {
    if (this.flow.clientHeight) this.following = this.stuck;
    this.pillShows(false);
    if (this.flow.scrollTop < 240) this.older();
  }

  optimistic({ key, text, shape, look, name }) {
    const knot = build(`<li class="k ${shape} sending"><i class="knot"><i class="mark"></i></i><article class="b"><header class="m"><b></b></header><div class="text"></div></article></li>`).firstElementChild;
    if (look) knot.classList.add(look);
    knot.dataset.keyOf = key;
    knot.querySelector('b').textContent = name;
    knot.querySelector('.text').textContent = text;
    this.knots.append(knot);
    this.newest('smooth');
  }

  async settle(key) {
    await this.fetchNewer();
    this.querySelector(`[data-key-of="${key}"]`)?.remove();
    this.look();
  }

  watched({ conversation, user, initials, name, what }) {
    if (String(conversation) !== this.dataset.id || String(user) === document.body.dataset.user) return;
    clearTimeout(this.watchers.get(user)?.timer);
    if (what === 'left') this.watchers.delete(user);
    else {
      const timer = setTimeout(() => this.watched({ conversation, user, initials, name, what: what === 'typing' ? 'viewing' : 'left' }), what === 'typing' ? 6000 : 50_000);
      this.watchers.set(user, { initials, name, what, timer });
    }
    this.showWatchers();
  }

  showWatchers() {
    const place = this.querySelector('.watchers');
    place?.replaceChildren(...[...this.watchers.values()].map(({ initials, name, what }) => {
      const face = build(`<span class="ava mini ${what === 'typing' ? 'typing' : 'viewing'}" role="img"></span>`).firstElementChild;
      face.textContent = initials;
      face.title = name;
      face.setAttribute('aria-label', name);
      return face;
    }));
  }

  typing({ topic = '' }) {
    if (!this.dataset.addresses.split(' ').includes(topic.replace('typing:', ''))) return;
    const line = this.querySelector('[data-typing]'), stuck = this.stuck;
    line.hidden = false;
    if (stuck) near(line, this.flow);
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => { line.hidden = true; }, 5000);
  }

  async side() {
    const person = document.querySelector('#side .person')?.dataset.customer;
    const answer = person && await ask(`/desk/person/${person}/side/?conversation=${this.dataset.id}`, { quiet: true });
    const place = document.getElementById('side');
    if (answer && place) { place.innerHTML = await answer.text(); window.htmx.process(place); }
    this.changed();
  }
});
