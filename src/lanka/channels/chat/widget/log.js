// The messages, drawn once each: a node is made again only when what it shows has changed.
const log = {
  list: null, box: null, drawn: new Map(), bottom: true,

  build() {
    this.list = h('ol.knots');
    this.box = h('.log', { role: 'log', 'aria-label': say('log'), tabindex: 0 }, this.flow = h('.flow', {}, h('.hero'), this.list, h('.pulse', { role: 'status' }), h('.tail')));
    new ResizeObserver(() => this.bottom && this.down()).observe(this.box);
    this.box.addEventListener('scroll', () => {
      this.bottom = this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 60;
      if (this.bottom) this.jump.hidden = true;
    });
    this.jump = h('button.jump', { type: 'button', hidden: true, onclick: () => this.down(true) }, icon('down'), say('newest'));
    return [this.box, this.jump];
  },
  down(smooth) {
    this.bottom = true;
    this.jump.hidden = true;
    this.box.scrollTo({ top: this.box.scrollHeight, behavior: smooth && !calmly() ? 'smooth' : 'auto' });
  },
  paint() {
    const items = this.items();
    const had = this.drawn.size;
    const nodes = items.map((item) => this.node(item));
    for (const key of this.drawn.keys()) if (!items.some((item) => item.key === key)) this.drawn.delete(key);
    nodes.forEach((node, i) => { if (this.list.children[i] !== node) this.list.insertBefore(node, this.list.children[i] || null); });
    while (this.list.children.length > nodes.length) this.list.lastChild.remove();
    this.hero(items.length);
    this.pulse();
    if (this.bottom) this.down();
    else if (this.drawn.size > had) this.jump.hidden = false;
  },
  // Rows and unsent messages as one list, with day lines, groups and the line above what is new.
  items() {
    const waiting = queue.all().map((item) => ({ ...item, out: false, files: item.shown || [], item, at: new Date(item.at).toISOString() }));
    const all = [...thread.rows, ...waiting.filter((item) => !thread.rows.some((row) => row.id === item.id))];
    const lastIn = all.map((row) => !row.out && !row.item).lastIndexOf(true);
    const found = [];
    let before = null;
    all.forEach((row, i) => {
      const today = day(row.at);
      if (!before || day(before.at) !== today) { found.push({ key: 'day:' + row.id, day: today }); before = null; }
      if (thread.fresh && row.seq === thread.fresh) { found.push({ key: 'new', day: say('new'), fresh: true }); before = null; }
      const close = (a, b) => a && b && a.out === b.out && a.name === b.name && Math.abs(new Date(a.at) - new Date(b.at)) < 3e5;
      const state = row.item ? (row.item.failed ? 'failed' : 'sending') : i !== lastIn ? '' : row.seq <= thread.seen ? 'seen' : 'sent';
      found.push({ key: row.id, row, first: !close(before, row), last: !close(row, all[i + 1]) || !!state, state });
      before = row;
    });
    return found;
  },
  node(item) {
    const print = JSON.stringify([item.day, item.first, item.last, item.state, item.row?.text, item.row?.item?.failed, item.row?.files?.length]);
    const had = this.drawn.get(item.key);
    if (had?.print === print) return had.node;
    const node = item.day ? h('li.day' + (item.fresh ? '.fresh' : ''), {}, h('span', {}, item.day)) : this.message(item);
    if (!had && this.ready) node.classList.add('arrives');
    had?.node.replaceWith(node);
    this.drawn.set(item.key, { node, print });
    return node;
  },
  message({ row, first, last, state }) {
    const who = row.out ? row.name || config.title : say('you');
    const alone = !row.text && row.files?.every((file) => picture(file));
    return h('li.' + (row.out ? 'theirs' : 'mine') + (first ? '.first' : '') + (last ? '.last' : '') + (state ? '.' + state : ''), {},
      first && row.out ? h('.who', {}, who) : h('span.quiet', {}, who + ': '),
      row.text && h('.bubble', { dir: 'auto' }, ...linked(row.text)),
      ...(row.files || []).map(attached),
      last && h('.meta' + (alone ? '.alone' : ''), {}, h('time', { datetime: row.at }, time(row.at)), state && h('span.state', {}, icon(MARK[state]), say(state))),
      state === 'failed' && h('.rescue', {}, h('span', {}, why(row.item)),
        h('button', { type: 'button', onclick: () => { queue.again(row.item); show(); } }, say('again')),
        h('button', { type: 'button', onclick: () => { queue.done(row.id); tabs.tell({ type: 'changed' }); show(); } }, say('remove'))));
  },
  hero(any) {
    const hero = this.flow.firstChild;
    const print = config.open + config.greeting + config.away + any;
    if (hero.print === print) return;
    hero.print = print;
    hero.classList.toggle('small', any > 0);
    hero.replaceChildren(h('h2', {}, config.open ? config.greeting : any ? '' : say('leave')),
      h('p', {}, config.open ? (any ? '' : say('intro')) : config.away, opening() && h('b', {}, ' ' + opening())));
  },
  pulse() {
    const name = thread.writing.trim(), pulse = this.list.nextSibling;
    if (pulse.name === thread.writing) return;
    pulse.name = thread.writing;
    const words = name ? say('status_writing', { name }) : say('writing');
    pulse.replaceChildren(...(thread.writing ? [h('span.dots', { 'aria-hidden': true }, h('i'), h('i'), h('i')), words] : []));
  },
};
const MARK = { sending: 'wait', sent: 'tick', seen: 'ticks', failed: 'close' };
const why = (item) => (item.failed === 'large' ? say('too_long', { n: Math.max(1, (item.text || '').length - LONGEST) }) : say('failed'));
const calmly = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
const picture = (file) => /^image\/(png|jpeg|gif|webp|avif)$/.test(file.type);

function attached(file) {
  const href = new URL(file.url, BASE).href;
  const card = () => h('a.file', { href, target: '_blank', rel: 'noopener', download: file.name }, icon('file'), h('span', {}, h('b', {}, file.name), h('small', {}, size(file.size))));
  if (!picture(file)) return card();
  const link = h('a.picture', { href, target: '_blank', rel: 'noopener' });
  const image = h('img', { src: href, alt: file.name, loading: 'lazy', onload: () => log.bottom && log.down() });
  image.onerror = () => link.replaceWith(card());
  link.append(image);
  return link;
}
