// Times in the zone and the language of whoever looks: the server writes one row for everybody.

const spoken = document.documentElement.lang || 'en';
const language = spoken === 'en' ? 'en-GB' : spoken; // the shops are European: 24 hours, the day before the month
const shape = (options) => new Intl.DateTimeFormat(language, options);
const time = shape({ hour: '2-digit', minute: '2-digit' });
const weekday = shape({ weekday: 'short', hour: '2-digit', minute: '2-digit' });
const day = shape({ day: 'numeric', month: 'short' });
const year = shape({ day: 'numeric', month: 'short', year: 'numeric' });
const month = shape({ month: 'short', year: 'numeric' });
const full = shape({ dateStyle: 'full', timeStyle: 'short' });
const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
const days = (date, now) => Math.round((midnight(date) - midnight(now)) / 864e5);

function short(date, now) {
  const away = days(date, now);
  if (away === 0) return time.format(date);
  return date.getFullYear() === now.getFullYear() ? day.format(date) : year.format(date);
}

function until(date, now) {
  const away = days(date, now);
  if (away === 0) return time.format(date);
  return away < 7 ? weekday.format(date) : day.format(date);
}

const words = { short, until, time: (date) => time.format(date), full: (date) => full.format(date), day: (date) => year.format(date), month: (date) => month.format(date) };

function dress(element) {
  const date = new Date(element.dateTime);
  if (Number.isNaN(date.getTime())) return;
  const said = (words[element.dataset.as] || short)(date, new Date());
  if (element.textContent !== said) element.textContent = said;
  if (!element.title) element.title = full.format(date);
}

function due(element) {
  const left = (new Date(element.dataset.due) - Date.now()) / 1000;
  const size = Math.abs(left);
  const said = size < 3600 ? `${left < 0 ? '−' : ''}${Math.floor(size / 60)}:${String(Math.floor(size % 60)).padStart(2, '0')}` : '';
  if (said && element.textContent !== said) element.textContent = said;
  element.classList.toggle('late', left < 0);
}

const all = (root) => { if (root.matches?.('time[data-as]')) dress(root); root.querySelectorAll?.('time[data-as]').forEach(dress); };
new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => node.nodeType === 1 && all(node)))).observe(document.body, { childList: true, subtree: true });
all(document);
setInterval(() => document.querySelectorAll('[data-due]').forEach(due), 1000);
setInterval(() => all(document), 60_000);
