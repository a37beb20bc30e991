// The ticked rows of a list and the bar of what can be done with all of them.
import { post } from '../js/dom.js';

export class Picked {
  constructor(list) {
    this.list = list;
    this.ids = new Set();
    this.bar = list.querySelector('[data-bulk]');
    this.menu = list.querySelector('#menu-bulk');
    this.bar.addEventListener('click', (event) => this.clicked(event));
    list.addEventListener('htmx:configRequest', (event) => { if (this.menu.contains(event.target)) event.detail.parameters.ids = [...this.ids].join(' '); });
    list.addEventListener('htmx:afterRequest', (event) => { if (event.detail.successful && this.menu.contains(event.target)) this.none(); });
  }

  has(id) { return this.ids.has(id); }

  toggle(id, range = false) {
    const rows = this.list.rows.map((row) => row.dataset.id);
    if (range && this.last && rows.includes(this.last)) {
      const [from, to] = [rows.indexOf(this.last), rows.indexOf(id)].sort((a, b) => a - b);
      rows.slice(from, to + 1).forEach((one) => this.ids.add(one));
    } else if (!this.ids.delete(id)) this.ids.add(id);
    this.last = id;
    this.show();
  }

  none() { this.ids.clear(); this.show(); }

  show() {
    this.bar.hidden = this.ids.size === 0;
    this.bar.querySelector('[data-chosen]').textContent = this.ids.size;
    this.list.dress();
  }

  async clicked(event) {
    const button = event.target.closest('button');
    if (!button) return;
    if (button.dataset.do === 'none') return this.none();
    if (button.dataset.menu) {
      this.menu.replaceChildren();
      this.menu.dataset.load = `/desk/menu/${button.dataset.menu}/`;
      return this.menu.showPopover();
    }
    if (await post(`/desk/bulk/${button.dataset.do}/`, { ids: [...this.ids].join(' ') })) this.none();
  }
}
