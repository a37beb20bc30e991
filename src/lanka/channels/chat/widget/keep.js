// What this browser remembers of the conversation, under the line's own name. Works without storage too, then for one page.
const SCRIPT = document.currentScript;
const BASE = SCRIPT.src.replace(/widget\.js.*$/, '');
const NAME = 'lanka:' + BASE.split('/').slice(-2)[0] + ':';
if (window[NAME]) return;
window[NAME] = true;

const shelf = (() => {
  try {
    localStorage.setItem(NAME, '');
    localStorage.removeItem(NAME);
    return localStorage;
  } catch {
    const kept = new Map();
    return {
      getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v), removeItem: (k) => kept.delete(k),
      key: (i) => [...kept.keys()][i], get length() { return kept.size; },
    };
  }
})();

// What belongs to this tab alone, over reloads.
const tabbed = (name, value) => {
  try {
    if (value == null) return sessionStorage.getItem(NAME + name);
    sessionStorage.setItem(NAME + name, value);
  } catch { /* then only until the next page */ }
  return value;
};
const TAB = tabbed('tab') || tabbed('tab', Math.random().toString(36).slice(2));

const keep = {
  get(name, otherwise = null) {
    try { return JSON.parse(shelf.getItem(NAME + name)) ?? otherwise; } catch { return otherwise; }
  },
  set(name, value) {
    try { shelf.setItem(NAME + name, JSON.stringify(value)); } catch { /* full or forbidden: this page goes on without */ }
  },
  drop: (name) => shelf.removeItem(NAME + name),
  names(start) {
    const found = [];
    for (let i = 0; i < shelf.length; i++) {
      const key = shelf.key(i);
      if (key.startsWith(NAME + start)) found.push(key.slice(NAME.length));
    }
    return found;
  },
  forget() { for (const name of keep.names('')) keep.drop(name); },
};

const uuid = () => '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
// 1, 2, 4 … 30 seconds, each a little different so that a thousand browsers do not return together
const pause = (tries) => Math.min(30000, 1000 * 2 ** tries) * (0.7 + Math.random() * 0.6);
const later = (fn, ms) => { let t; return (...a) => { clearTimeout(t); t = setTimeout(() => fn(...a), ms); }; };
