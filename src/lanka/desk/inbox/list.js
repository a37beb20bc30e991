// <lanka-list>: the rows of a view. Keeps them in order while the house pushes changed ones; knows which is open, unread, ticked.
import { ask, build, calm, hear, later, tell } from '../js/dom.js';
import { belongs, follower, glide } from './order.js';
import { Picked } from './picked.js';

customElements.define('lanka-list', class extends HTMLElement {
  connectedCallback() {
    this.unread = new Set(this.dataset.unread.split(' ').filter(Boolean));
    this.picked = new Picked(this);
    this.counting = later(400, () => this.count());
    this.watchers = new Map();
    this.addEventListener('click', (event) => this.clicked(event));
    this.ends = hear(this, {
      'lanka:conversation': (news) => news.html && this.put(build(news.html).firstElementChild),
      'lanka:lost': () => this.reload(),
      'lanka:opened': ({ id }) => this.mark(id),
      'lanka:viewing': (who) => this.watched(who),
      changed: ({ ids = [] }) => ids.forEach((id) => this.fetchRow(id)),
      key: ({ key }, event) => this.key(key, event),
    });
    this.seeMore = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && this.more(), { root: this.querySelector('[data-scroll]'), rootMargin: '400px' });
    this.dress();
    this.mark(this.dataset.open);
    this.querySelector('.row.on')?.scrollIntoView({ block: 'nearest' });
    this.querySelector('.tabs [aria-current]')?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }

  disconnectedCallback() { this.ends.abort(); this.seeMore.disconnect(); }

  get list() { return this.querySelector('[data-list]'); }
  get rows() { return [...this.list.querySelectorAll('.row:not(.gone)')]; }

  dress() {
    for (const row of this.rows) {
      row.classList.toggle('unread', this.unread.has(row.dataset.id));
      row.classList.toggle('picked', this.picked.has(row.dataset.id));
      const on = row.dataset.id === this.dataset.open;
      row.classList.toggle('on', on);
      const link = row.querySelector('.row-link');
      if (on) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
    }
    const more = this.list.querySelector('.row-more');
    this.querySelector('[data-empty]').hidden = this.rows.length > 0 || Boolean(more || this.querySelector('.hits'));
    if (more && more !== this.watchedMore) { this.watchedMore = more; this.seeMore.observe(more); }
  }

  mark(id) {
    this.dataset.open = id || '';
    this.unread.delete(String(id));
    this.dress();
  }

  clicked(event) {
    if (event.target.closest('.row-more button')) return this.more();
    const row = event.target.closest('.row');
    if (!row || event.ctrlKey || event.metaKey || event.button) return;
    event.preventDefault();
    if (event.shiftKey || event.target.closest('.ava:first-child')) return this.picked.toggle(row.dataset.id, event.shiftKey);
    this.open(row);
  }

  open(row, focus = false) {
    this.mark(row.dataset.id);
    row.scrollIntoView({ block: 'nearest' });
    if (focus) row.querySelector('.row-link').focus({ preventScroll: true });
    tell('lanka:go', { url: `${this.dataset.base}${row.dataset.id}/${this.dataset.query ? `?q=${encodeURIComponent(this.dataset.query)}` : ''}`, id: row.dataset.id });
  }

  key(key, event) {
    const rows = this.rows, at = rows.findIndex((row) => row.dataset.id === (this.cursor || this.dataset.open));
    if (key === 'j' || key === 'k') {
      const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + (key === 'j' ? 1 : -1)))];
      this.cursor = null;
      if (next) this.open(next, true);
    } else if (key === 'x' && rows.length) this.picked.toggle((rows[at] || rows[0]).dataset.id);
    else return;
    event.preventDefault();
  }

  /** A changed row: into its place, or out of the list where it no longer belongs. */
  put(row) {
    if (!row?.classList.contains('row')) return;
    const id = row.dataset.id, there = this.list.querySelector(`#${CSS.escape(row.id)}`), fits = belongs(row, this.dataset.view, this.dataset.me);
    this.counting();
    if (fits === false || (fits === null && !there)) return there && this.take(there);
    const news = row.dataset.in && (!there || there.dataset.in !== row.dataset.in);
    if (news && (id !== this.dataset.open || document.hidden)) this.unread.add(id);
    const before = follower(this.list, row), focused = there?.contains(document.activeElement);
    if (!there && before === this.list.querySelector('.row-more') && before && this.rows.length) return; // below what is loaded
    const moved = !there || (there.nextElementSibling !== before && there !== before);
    glide(this.list, () => {
      if (there && !moved) there.replaceWith(row);
      else { there?.remove(); this.list.insertBefore(row, before); }
    }, calm() || !moved);
    if (news) row.classList.add('came');
    this.dress();
    this.showWatchers(id);
    if (focused) row.querySelector('.row-link').focus({ preventScroll: true });
  }

  take(row) {
    row.classList.add('gone');
    setTimeout(() => { glide(this.list, () => row.remove(), calm()); this.dress(); }, calm() ? 0 : 240);
  }

  async fetchRow(id) {
    const answer = await ask(`/desk/conversation/${id}/row/`, { quiet: true });
    if (answer) this.put(build((await answer.json()).html).firstElementChild);
  }

  address(more = '') { return `${this.dataset.rows}?${new URLSearchParams({ q: this.dataset.query, ...(more && { before: more }) })}`; }

  async more() {
    const last = this.list.querySelector('.row-more');
    if (!last || last.dataset.busy) return;
    last.dataset.busy = '1';
    const answer = await ask(this.address(last.dataset.more), { quiet: true });
    if (!answer) { delete last.dataset.busy; return; }
    answer.headers.get('X-Unread').split(' ').filter(Boolean).forEach((id) => this.unread.add(id));
    const found = build(await answer.text()).querySelector('[data-list]');
    last.replaceWith(...[...found.children].filter((row) => !row.id || !this.list.querySelector(`#${row.id}`)));
    this.dress();
  }

  /** After the stream was lost: what is shown is asked for again, in place. */
  async reload() {
    const answer = await ask(this.address(), { quiet: true });
    if (!answer) return;
    this.unread = new Set(answer.headers.get('X-Unread').split(' ').filter(Boolean));
    const scroll = this.querySelector('[data-scroll]'), top = scroll.scrollTop, focus = document.activeElement?.closest?.('.row')?.id;
    scroll.innerHTML = await answer.text();
    scroll.scrollTop = top;
    this.dress();
    if (focus) this.querySelector(`#${focus} .row-link`)?.focus({ preventScroll: true });
    this.counting();
  }

  async count() {
    const answer = await ask('/desk/counts/', { quiet: true });
    if (!answer) return;
    const counts = await answer.json();
    this.querySelectorAll('[data-count]').forEach((place) => { if (place.dataset.count in counts) place.textContent = counts[place.dataset.count]; });
  }

  watched({ conversation, user, initials, name, what }) {
    const there = this.watchers.get(String(conversation)) || new Map();
    if (what === 'left') there.delete(user); else if (String(user) !== this.dataset.me) there.set(user, { initials, name, what });
    this.watchers.set(String(conversation), there);
    this.showWatchers(String(conversation));
  }

  showWatchers(id) {
    const place = this.list.querySelector(`.watch[data-watch="${id}"]`);
    place?.replaceChildren(...[...(this.watchers.get(id) || new Map()).values()].map(({ initials, name, what }) => {
      const face = build(`<span class="ava tiny ${what}"></span>`).firstElementChild;
      face.textContent = initials;
      face.title = name;
      return face;
    }));
  }
});
