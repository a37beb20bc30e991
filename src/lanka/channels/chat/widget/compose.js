// Where the visitor writes: text, files, the draft that survives the page.
const LONGEST = 8000;
const FILES = 10;
const compose = {
  files: [], notes: [],

  build() {
    this.text = h('textarea', { rows: 1, placeholder: say('write'), 'aria-label': say('message'), dir: 'auto', enterkeyhint: 'send' });
    this.text.value = keep.get('draft', '');
    this.go = h('button.go', { type: 'submit', 'aria-label': say('send'), title: say('send') }, icon('send'));
    this.pick = h('input', { type: 'file', multiple: true, hidden: true, tabindex: -1, onchange: () => { this.take(this.pick.files); this.pick.value = ''; } });
    this.clip = h('button.clip', { type: 'button', 'aria-label': say('attach'), title: say('attach'), onclick: () => this.pick.click() }, icon('clip'));
    this.chips = h('ul.chips');
    this.trouble = h('p.trouble', { role: 'alert' });
    this.net = h('p.net', { role: 'status', hidden: true }, say('offline'));
    this.form = h('form.compose', { onsubmit: (e) => { e.preventDefault(); this.send(); } },
      this.net, this.trouble, this.chips, h('.row', {}, config.file_limit > 0 && [this.clip, this.pick], this.text, this.go));
    this.text.addEventListener('keydown', (e) => {
      if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); this.send(); }
    });
    this.text.addEventListener('input', () => { this.notes = []; this.typed(); this.fit(); this.draft(); });
    this.text.addEventListener('paste', (e) => { if (e.clipboardData?.files.length) { e.preventDefault(); this.take(e.clipboardData.files); } });
    return this.form;
  },
  draft: later(() => keep.set('draft', compose.text.value), 250),
  fit() {
    this.text.style.height = 'auto';
    this.text.style.height = Math.min(this.text.scrollHeight, 132) + 'px';
    const over = this.text.value.length - LONGEST;
    const words = [...this.notes, over > 0 && say('too_long', { n: over })].filter(Boolean).join('\n');
    if (this.trouble.textContent !== words) this.trouble.textContent = words;
    this.go.disabled = over > 0 || this.files.some((file) => !file.given) || !(this.text.value.trim() || this.files.length);
  },
  note(words) { this.notes = [...this.notes.filter((other) => other !== words), words]; this.fit(); },
  typed() {
    if (!token() || !this.text.value.trim() || Date.now() - (this.told || 0) < 3000) return;
    this.told = Date.now();
    quietly('typing');
  },
  send() {
    this.fit();
    if (this.go.disabled) return;
    speak(this.text.value, this.files.map((file) => file.given));
    this.text.value = '';
    this.files = [];
    this.notes = [];
    keep.drop('draft');
    this.told = 0;
    this.paint();
    this.fit();
    this.text.focus();
  },

  // Files go up as soon as they are chosen; the message then only names them.
  take(list) {
    this.notes = [];
    for (const file of list) {
      if (this.files.length >= FILES) return this.note(say('file_many', { limit: FILES }));
      if (file.size > config.file_limit) this.note(say('file_large', { name: file.name, limit: size(config.file_limit) }));
      else this.put({ name: file.name || 'file', file, part: 0 });
    }
  },
  put(item) {
    this.files.push(item);
    item.wire = upload(item.file, (part) => { item.part = part; this.paint(); });
    item.wire.done.then((given) => { item.given = given; }).catch((no) => this.refuse(item, no)).finally(() => { this.paint(); this.fit(); });
    this.paint();
    this.fit();
  },
  refuse(item, no) {
    if (!this.files.includes(item)) return;
    this.files = this.files.filter((other) => other !== item);
    const key = { type: 'file_type', large: 'file_large', empty: 'file_empty', pace: 'pace' }[no.code] || 'file_broken';
    this.note(say(key, { name: item.name, limit: size(config.file_limit) }));
  },
  paint() {
    this.chips.replaceChildren(...this.files.map((item) => {
      const chip = h('li.chip' + (item.given ? '.done' : ''), {}, icon('file'), h('span', {}, item.name),
        !item.given && h('span.quiet', { role: 'progressbar', 'aria-valuenow': Math.round(item.part * 100) }, say('uploading', { name: item.name, percent: Math.round(item.part * 100) })),
        h('button', { type: 'button', 'aria-label': say('remove_file', { name: item.name }), onclick: () => this.without(item) }, icon('close')));
      chip.style.setProperty('--part', item.part * 100 + '%');
      return chip;
    }));
  },
  without(item) {
    item.wire.stop();
    this.files = this.files.filter((other) => other !== item);
    this.paint();
    this.fit();
    this.text.focus();
  },
};

// One message on its way: kept before anything is tried.
function speak(text, files = [], more = {}) {
  const about = me();
  const first = !thread.rows.some((row) => !row.out);
  const item = { id: uuid(), text: text.trim(), page: location.href.slice(0, 2000), title: document.title.replace(/^\(\d+\) /, '').slice(0, 300), language: config.language, tab: TAB, at: Date.now(), ...more };
  for (const key of ['name', 'email', 'phone']) if (about[key]) item[key] = about[key];
  if (first && about.answers) item.answers = about.answers;
  if (files.length) { item.files = files.map((file) => file.file); item.shown = files; }
  queue.add(item);
  tabs.tell({ type: 'changed' });
  thread.fresh = 0;
  log.bottom = true;
  show();
}
const me = () => keep.get('me', {});
