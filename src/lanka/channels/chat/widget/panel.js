// The frame: launcher, header, the sheet on a phone, the badge and the title of the page.
const NARROW = '(max-width: 500px), (max-height: 460px)';
const panel = {
  open: false,

  build(style) {
    const host = h('div', { 'data-lanka-chat': true });
    this.host = host;
    this.root = h('.root.' + config.position);
    const shadow = host.attachShadow({ mode: 'closed' });
    this.shadow = shadow;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    shadow.adoptedStyleSheets = [sheet];
    this.badge = h('span.badge', { hidden: true });
    this.launcher = h('button.launcher', { type: 'button', 'aria-expanded': 'false', 'aria-controls': 'panel', onclick: () => this.toggle() }, icon('chat'), icon('down'), this.badge);
    this.peek = h('.peek', { hidden: true, role: 'status' });
    this.box = h('section.panel', { id: 'panel', role: 'dialog', 'aria-label': config.title, hidden: true }, this.header(), h('.middle', {}, ...log.build()), compose.build(), h('.drop', { 'aria-hidden': true }, say('drop')));
    this.root.append(this.peek, this.box, this.launcher);
    shadow.append(this.root);
    this.colours();
    this.events();
    (document.body || document.documentElement).append(host);
  },
  header() {
    this.state = h('p', {});
    this.faces = h('.faces', { 'aria-hidden': true });
    this.menu = h('.menu', { role: 'menu', hidden: true },
      ...['move', 'choices', 'forget'].map((name) => h('button', { type: 'button', role: 'menuitem', onclick: () => { this.menued(false); if (name === 'choices') this.choices(); else cards.ask(name); } }, say(name))));
    this.more = h('button', { type: 'button', 'aria-label': say('more'), 'aria-haspopup': 'menu', 'aria-expanded': 'false', title: say('more'), onclick: () => this.menued(this.menu.hidden) }, icon('more'));
    return h('header', {}, this.faces, h('.name', {}, h('h1', {}, config.title), this.state), this.more,
      h('button', { type: 'button', 'aria-label': say('close'), title: say('close'), onclick: () => this.toggle(false) }, icon('close')), this.menu);
  },
  // What they hear from the company: a page of their own, by a form, so that the token stands in no address.
  async choices() {
    const sent = h('form', { method: 'post', target: '_blank', rel: 'noopener', hidden: true, action: `${BASE.replace(/\/c\/([^/]+)\/?$/, '/p/at/$1/')}?language=${config.language}` },
      h('input', { name: 'token', type: 'hidden', value: token() || await known() }));
    this.shadow.append(sent);
    sent.submit();
    sent.remove();
  },
  menued(on) {
    this.menu.hidden = !on;
    this.more.setAttribute('aria-expanded', on + '');
    if (on) this.menu.firstChild.focus();
  },
  colours() {
    const dark = config.theme === 'dark' || (config.theme === 'device' && matchMedia('(prefers-color-scheme: dark)').matches);
    this.root.classList.toggle('dark', dark);
    const { color, on, light, dark: night } = config.look;
    for (const [name, value] of [['c', color], ['on', on], ['link', dark ? night : light]]) this.root.style.setProperty('--' + name, value);
  },
  events() {
    this.root.addEventListener('keydown', (e) => this.key(e));
    matchMedia('(prefers-color-scheme: dark)').addEventListener?.('change', () => this.colours());
    for (const name of ['dragenter', 'dragover', 'dragleave', 'drop']) this.box.addEventListener(name, (e) => this.drag(e));
    for (const name of ['resize', 'scroll']) window.visualViewport?.addEventListener(name, () => this.fit());
    this.box.addEventListener('click', (e) => { if (!this.menu.hidden && !this.menu.contains(e.target) && !this.more.contains(e.target)) this.menued(false); });
  },
  key(e) {
    e.stopPropagation(); // the page's own shortcuts are not meant
    if (e.key === 'Escape') return this.menu.hidden ? this.toggle(false) : (this.menued(false), this.more.focus());
    if (!this.menu.hidden && /^Arrow(Up|Down)$/.test(e.key)) { e.preventDefault(); (this.shadow.activeElement.nextSibling || this.menu.firstChild).focus(); }
    if (e.key === 'Tab' && this.open && matchMedia(NARROW).matches) this.trap(e);
  },
  trap(e) {
    const all = [...this.box.querySelectorAll('button,textarea,input,a,[tabindex="0"]')].filter((n) => !n.disabled && n.tabIndex >= 0 && n.getClientRects().length);
    const edge = e.shiftKey ? all[0] : all.at(-1);
    if (this.shadow.activeElement === edge) { e.preventDefault(); (e.shiftKey ? all.at(-1) : all[0]).focus(); }
  },
  drag(e) {
    if (!config.file_limit || this.root.classList.contains('blocked') || ![...(e.dataTransfer?.types || [])].includes('Files')) return;
    e.preventDefault();
    if (e.type === 'drop') compose.take(e.dataTransfer.files);
    this.box.classList.toggle('dragged', e.type === 'dragenter' || e.type === 'dragover');
  },
  // The part of the screen that the keyboard of a phone leaves free.
  fit() {
    const view = window.visualViewport;
    if (!view) return;
    this.root.style.setProperty('--high', view.height + 'px');
    this.root.style.setProperty('--top', view.offsetTop + 'px');
    if (this.open && log.bottom) log.down();
  },
  toggle(on = !this.open, focus = true) {
    if (on === this.open) return;
    this.open = on;
    this.box.hidden = !on;
    this.root.classList.toggle('opened', on);
    this.launcher.setAttribute('aria-expanded', on + '');
    tabbed('open', on ? '1' : '');
    const narrow = matchMedia(NARROW).matches;
    this.box.setAttribute('aria-modal', narrow + '');
    const page = document.documentElement.style;
    if (on && narrow) { this.was = page.overflow; page.overflow = 'hidden'; } else if (this.was != null) { page.overflow = this.was; this.was = null; }
    if (on) {
      thread.fresh = thread.unread[0]?.seq || 0;
      this.fit();
      log.bottom = true;
      known().then(() => tabs.check(), () => {});
    }
    show(true);
    if (focus) on ? this.focus() : this.launcher.focus();
  },
  focus() {
    const first = this.root.classList.contains('blocked') ? this.box.querySelector('.tail input,.tail textarea') : compose.text;
    (matchMedia('(hover: none)').matches ? this.box.querySelector('.log') : first || compose.text).focus({ preventScroll: true });
  },

  paint() {
    const unread = this.open && document.visibilityState === 'visible' ? [] : thread.unread;
    const n = unread.length;
    this.badge.hidden = !n;
    this.badge.textContent = n > 9 ? '9+' : n;
    this.launcher.setAttribute('aria-label', n ? say('open') + '. ' + say('unread', { n }) : say(this.open ? 'close' : 'open'));
    title(n);
    this.glimpse(this.open ? null : unread.at(-1));
    const name = thread.lastAgent, names = name ? [name] : config.agents;
    const off = navigator.onLine === false || this.lost;
    const line = off ? say('waiting')
      : !config.open ? say('status_closed') : thread.agent || names.length ? say('status_here', { names: list(names) }) : say('status_open');
    if (this.state.textContent !== line) this.state.textContent = line;
    this.root.classList.toggle('here', config.open && !off);
    compose.net.hidden = !off || !queue.all().length;
    const faces = names.length ? names : [config.title];
    if (this.faces.print !== faces.join()) {
      this.faces.print = faces.join();
      const logo = config.logo && !names.length && h('img', { src: BASE + 'logo.svg', alt: '' });
      if (logo) logo.onerror = () => logo.replaceWith(h('b', {}, initial(config.title)));
      this.faces.replaceChildren(...(logo ? [logo] : faces.map((face) => h('b', {}, initial(face)))));
    }
  },
  glimpse(row) {
    this.peek.hidden = !row || row.seq <= (this.waved || 0);
    if (this.peek.hidden || this.peek.seq === row.seq) return;
    this.peek.seq = row.seq;
    const text = row.text || row.files?.[0]?.name || '';
    this.peek.replaceChildren(h('button.text', { type: 'button', onclick: () => this.toggle(true) }, h('b', {}, row.name || config.title), h('span', { dir: 'auto' }, text.slice(0, 160))),
      h('button.away', { type: 'button', 'aria-label': say('close'), onclick: () => { this.waved = row.seq; show(); } }, icon('close')));
  },
};
const list = (names) => new Intl.ListFormat(config.language).format(names);

let own = null;
function title(n) {
  if (own !== null && document.title === own.shown) document.title = own.was;
  own = null;
  if (n) { own = { was: document.title, shown: `(${n}) ${document.title}` }; document.title = own.shown; }
}
