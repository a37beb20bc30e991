// One browser for each customer inside one real browser: what the shop's page and its chat remember, lock and
// tell their other tabs carries the customer's number. So Maija and Piotr never share a visitor.
(() => {
  const who = document.currentScript.dataset.as;
  if (!who) return;
  const mark = `town-${who}:`;

  class Shelf {
    constructor(real) { this.real = real; }
    get keys() { return Object.keys(this.real).filter((key) => key.startsWith(mark)).map((key) => key.slice(mark.length)); }
    get length() { return this.keys.length; }
    key(n) { return this.keys[n] ?? null; }
    getItem(key) { return this.real.getItem(mark + key); }
    setItem(key, value) { this.real.setItem(mark + key, value); }
    removeItem(key) { this.real.removeItem(mark + key); }
    clear() { for (const key of this.keys) this.removeItem(key); }
  }
  for (const name of ['localStorage', 'sessionStorage']) {
    Object.defineProperty(window, name, { value: new Shelf(window[name]), configurable: true });
  }

  const Air = window.BroadcastChannel;
  if (Air) window.BroadcastChannel = class extends Air { constructor(name) { super(mark + name); } };

  const { locks } = navigator;
  if (locks) {
    Object.defineProperty(navigator, 'locks', {
      value: { request: (name, ...rest) => locks.request(mark + name, ...rest), query: () => locks.query() }, configurable: true,
    });
  }
})();
