// The conversation itself: what lies in the transcript, what is still on its way, what has been seen. Nothing here draws.
const KEPT = 150;
const thread = {
  rows: [], cursor: 0, seen: 0, read: 0, writing: '', agent: '', online: false, fresh: 0,

  load() {
    const was = keep.get('thread', {});
    this.rows = was.rows || [];
    this.cursor = was.cursor || 0;
    this.seen = Math.max(this.seen, was.seen || 0);
    this.read = Math.max(this.read, keep.get('read', 0));
  },
  // Only what the stream brought moves the cursor: an acknowledged message of ours may have overtaken an answer.
  save: later(() => tabs.leading && keep.set('thread', { rows: thread.rows.slice(-KEPT), seen: thread.seen, cursor: thread.cursor }), 50),
  streamed(e) {
    this.cursor = Math.max(this.cursor, e.seq || 0);
    this.hear(e);
  },
  get unread() { return this.rows.filter((row) => row.out && row.seq > this.read && !row.read); },
  get unanswered() { const last = this.rows.at(-1); return !!last && !last.out; },
  get started() { return this.rows.length > 0 || queue.all().length > 0; },
  get lastAgent() { return this.agent || this.rows.filter((row) => row.out && row.name).at(-1)?.name || ''; },

  // Every event may come twice (two tabs, a reconnect): by its id it is the same message.
  hear(e) {
    if (e.type === 'message') {
      const at = this.rows.findIndex((row) => row.id === e.id);
      if (at >= 0) this.rows[at] = e; else this.rows.push(e);
      this.rows.sort((a, b) => a.seq - b.seq);
      if (e.out) { this.writing = ''; this.seen = Math.max(this.seen, e.seq); if (at < 0 && !e.got) receipts.got(e.seq); }
      else queue.done(e.id);
    } else if (e.type === 'seen') this.seen = Math.max(this.seen, e.upto || this.rows.at(-1)?.seq || 0);
    else if (e.type === 'read') this.mark(e.upto);
    else if (e.type === 'agent') this.agent = e.on ? e.name : '';
    else if (e.type === 'typing') this.typing(e);
    this.save();
  },
  typing(e) {
    clearTimeout(this.clock);
    this.writing = e.on ? e.name || ' ' : '';
    if (e.on) this.clock = setTimeout(() => { this.writing = ''; show(); }, 7000);
  },
  mark(upto) {
    if (!(upto > this.read)) return;
    this.read = upto;
    keep.set('read', upto);
  },
  // They are looking at it now.
  look() {
    const last = this.unread.at(-1);
    if (!last) return;
    this.mark(last.seq);
    tabs.tell({ type: 'read', upto: last.seq });
    receipts.read(last.seq);
  },
  restart() {
    this.rows = []; this.cursor = this.seen = this.fresh = 0;
    keep.drop('thread');
  },
};

const receipts = {
  got: later((upto) => tabs.leading && quietly('got', { upto }), 300),
  read: later((upto) => quietly('read', { upto }), 300),
};

// What was written and is not yet acknowledged: one key each, so that no tab overwrites another's.
const queue = {
  all() {
    return keep.names('say:').map((name) => keep.get(name)).filter(Boolean).sort((a, b) => a.at - b.at);
  },
  add(item) {
    keep.set('say:' + item.id, item);
    flush();
  },
  done: (id) => keep.drop('say:' + id),
  fail(item, why) { keep.set('say:' + item.id, { ...item, failed: why }); },
  again(item) { queue.add({ ...item, failed: '', tab: TAB }); },
};

let busy = false, tries = 0, calm = 0;
// In the order written, one at a time. The tab in which it was written sends it; the leading tab takes what a closed one left.
async function flush() {
  if (busy) return;
  busy = true;
  clearTimeout(calm);
  try {
    for (let item; (item = queue.all().find(mine));) await deliver(item);
    tries = 0;
    if (queue.all().some((item) => !item.failed)) calm = setTimeout(flush, 4000);
  } catch (no) {
    calm = setTimeout(flush, no.wait || pause(tries++));
    if (no.status === 429) compose.note(say('pace'));
  } finally {
    busy = false;
    show();
  }
}
// what another tab wrote, should that tab be closed before it could send it
const sweep = later(() => flush(), 9000);
const mine = (item) => !item.failed && (item.tab === TAB || (tabs.leading && Date.now() - item.at > 8000));

async function deliver(item) {
  try {
    const { at, tab, failed, shown, ...body } = item;
    const { seq, at: stored } = await post('say', body);
    const row = { type: 'message', seq, id: item.id, out: false, at: stored, text: item.text, files: shown || [] };
    thread.hear(row);
    tabs.tell(row);
    tabs.wake();
  } catch (no) {
    if (!(no instanceof No) || !no.lasting) throw no;
    queue.fail(item, no.code || 'failed');
  }
  show();
}
