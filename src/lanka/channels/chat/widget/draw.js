// Building nodes. What people wrote only ever becomes text nodes; there is no innerHTML in this program.
const PROPS = new Set(['value', 'disabled', 'hidden', 'checked', 'required', 'type', 'rows', 'multiple', 'htmlFor', 'className']);
function h(tag, props, ...children) {
  const [name, ...classes] = tag.split('.');
  const node = document.createElement(name || 'div');
  node.className = classes.join(' ');
  for (const [key, value] of Object.entries(props || {})) {
    if (value == null || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (PROPS.has(key)) node[key] = value;
    else node.setAttribute(key, value === true && !key.startsWith('aria') ? '' : value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';
const ICONS = {
  chat: 'M12 3.2c5 0 9 3.4 9 7.7s-4 7.7-9 7.7c-.9 0-1.800-.1-2.600-.3L5 20.600l.9-3.700C4.100 15.500 3 13.300 3 10.900c0-4.300 4-7.700 9-7.700ZM7.200 11h1.300M11.300 11h1.400M15.500 11h1.300',
  down: 'M6 9.500l6 6 6-6', close: 'M6 6l12 12M18 6L6 18', send: 'M12 19V5M5.500 11.500L12 5l6.500 6.500',
  clip: 'M20 11.500l-8.200 8.100a5.200 5.200 0 0 1-7.400-7.400l8.500-8.400a3.500 3.500 0 0 1 5 5l-8.500 8.400a1.700 1.700 0 0 1-2.500-2.500l7.800-7.700',
  more: 'M5.500 12h.01M12 12h.01M18.500 12h.01', file: 'M13.500 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8.500L13.500 3Zm0 0v5.500H19',
  tick: 'M4 12.500l4.500 4.500L19 6.500', ticks: 'M2 12.500l4.500 4.500L15 7.500M11.500 16l1 1L22 7.500', wait: 'M12 7v5l3 2M12 3.500a8.500 8.500 0 1 0 .01 0',
};
function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

const LINK = /\bhttps?:\/\/[^\s<>"']+|\bwww\.[^\s<>"']+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;
function linked(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    let shown = found[0].replace(/[.,;:!?…]+$/, '');
    if (shown.endsWith(')') && !shown.includes('(')) shown = shown.slice(0, -1);
    const href = shown.includes('://') ? shown : shown.includes('@') ? 'mailto:' + shown : 'https://' + shown;
    if (!safe(href)) continue;
    parts.push(text.slice(end, found.index), h('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow ugc' }, shown));
    end = found.index + shown.length;
  }
  return [...parts, text.slice(end)];
}
function safe(href) {
  try { return ['http:', 'https:', 'mailto:'].includes(new URL(href).protocol); } catch { return false; }
}

// the visitor's own way of writing times, where it is the same language
const locale = () => navigator.languages.find((tag) => tag.startsWith(config.language)) || config.language;
const time = (at) => new Intl.DateTimeFormat(locale(), { hour: 'numeric', minute: '2-digit' }).format(new Date(at));
function day(at) {
  const date = new Date(at), days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 864e5);
  if (days < 2) return say(days < 1 ? 'today' : 'yesterday');
  return new Intl.DateTimeFormat(locale(), { weekday: 'long', day: 'numeric', month: 'long' }).format(date);
}
function opening() {
  if (config.open || !config.opens) return '';
  const how = { weekday: 'long', hour: 'numeric', minute: '2-digit' };
  if (config.zone) how.timeZone = config.zone;
  return say('opens', { when: new Intl.DateTimeFormat(locale(), how).format(new Date(config.opens)) });
}
const size = (bytes) => {
  const mega = bytes >= 1e6;
  const unit = { style: 'unit', unit: mega ? 'megabyte' : 'kilobyte', maximumFractionDigits: mega && bytes < 1e7 ? 1 : 0 };
  return new Intl.NumberFormat(locale(), unit).format(Math.max(1, bytes / 1024) / (mega ? 1024 : 1));
};
const initial = (name) => [...(name || '?').trim()][0].toUpperCase();
