// The drawing on the server: sent as one draws, one at a time, the newest last. When somebody else was quicker, both stay reachable.
import { ask, csrf, later, say } from '../js/dom.js';

const AGAIN = 3000; // milliseconds until a server that was not there is asked again

export class Draft {
  constructor(builder, graph, seen) {
    Object.assign(this, { builder, kept: graph, seen, words: builder.dataset });
    this.save = later(400, () => this.send());
  }

  get open() { return this.builder.graph !== this.kept && !this.builder.still; }

  async send() {
    if (this.sending || this.conflict || !this.open) return;
    this.sending = true;
    this.status(this.words.keeping);
    const { graph } = this.builder, answer = await this.post(graph);
    this.sending = false;
    if (answer?.ok) this.took(graph, await answer.json());
    else if (answer?.status === 409) this.overtaken(await answer.json());
    else this.status(answer?.status === 422 ? this.words.refused : this.words.unkept);
    if (!answer || answer.status >= 500) setTimeout(() => this.save(), AGAIN);
    else if (answer.ok && this.open) this.save.now();
  }

  /** Not `ask`: no network is said in the head, and 409 is no error. */
  async post(graph) {
    const headers = { 'Content-Type': 'application/json', 'X-Requested-With': 'fetch', 'X-CSRFToken': csrf() };
    try {
      return await fetch(this.words.draft, { method: 'POST', credentials: 'same-origin', headers, body: JSON.stringify({ graph, seen: this.seen }) });
    } catch {
      return null;
    }
  }

  /** Resolves when what is drawn is what the server has. */
  async settled() {
    while (this.open && !this.conflict) { await this.save.now(); await new Promise((done) => { setTimeout(done, 60); }); }
  }

  took(graph, told) {
    Object.assign(this, { kept: graph, seen: told.at });
    if (this.builder.graph !== graph) return;
    this.builder.learn(told);
    this.status(this.words.kept);
  }

  status(words) { this.builder.part('kept-line').textContent = words; }

  overtaken(theirs) {
    this.conflict = theirs;
    this.builder.part('conflict-words').textContent = this.words.theirs.replace('%(name)s', theirs.by || '?');
    this.builder.part('conflict').hidden = false;
  }

  /** Whichever is taken, the other is one step back. */
  settle(take) {
    const { conflict: theirs, builder } = this, mine = builder.graph;
    this.conflict = null;
    builder.part('conflict').hidden = true;
    this.seen = theirs.at;
    builder.past.commit(theirs.graph);
    if (take) { builder.choose(''); this.kept = builder.graph; this.took(builder.graph, theirs); return; }
    builder.past.commit(mine);
    builder.after();
    this.save.now();
  }

  /** Somebody else kept a state: taken at once where nothing of one's own is unsent. */
  async news({ draft, by }) {
    if (!draft || draft === this.seen || String(by) === this.words.me || this.open) return;
    const answer = await ask(`${location.pathname}?as=drawing`, { quiet: true });
    if (!answer || this.open) return;
    const theirs = await answer.json();
    if (theirs.at === this.seen) return;
    this.builder.past.commit(theirs.graph);
    this.kept = this.builder.graph;
    this.took(this.kept, theirs);
    if (this.builder.chosen) this.builder.inspect();
    say(this.words.news.replace('%(name)s', theirs.by));
  }
}
