// What every island needs: asking the server, saying something, building an element. Islands meet only through events on document.

export const csrf = () => JSON.parse(document.body.getAttribute('hx-headers') || '{}')['X-CSRFToken'] || '';
export const tell = (name, detail = {}) => document.dispatchEvent(new CustomEvent(name, { detail }));
export const say = (words, more = {}) => tell('toast', { words, ...more });
export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
export const narrow = () => matchMedia('(max-width: 760px)').matches;

export function build(html) {
  const template = document.createElement('template');
  template.innerHTML = html.trim();
  return template.content;
}

/** Passes on what the server asks for in HX-Trigger, as htmx does for its own requests. */
function triggers(response) {
  const header = response.headers.get('HX-Trigger');
  if (!header) return false;
  const wanted = JSON.parse(header);
  for (const [name, detail] of Object.entries(wanted)) tell(name, detail || {});
  return 'toast' in wanted;
}

/** fetch with our headers. Gives the response, or null after telling the person what went wrong. */
export async function ask(url, { quiet = false, ...options } = {}) {
  let response;
  try {
    response = await fetch(url, { credentials: 'same-origin', ...options, headers: { 'X-Requested-With': 'fetch', 'X-CSRFToken': csrf(), ...options.headers } });
  } catch (error) {
    if (error.name !== 'AbortError' && !quiet) tell('trouble', { status: 0 });
    return null;
  }
  if (response.redirected && new URL(response.url).pathname.startsWith('/account/')) {
    location.reload();
    return null;
  }
  const said = triggers(response);
  if (!response.ok && !said && !quiet) tell('trouble', { status: response.status });
  return response.ok ? response : null;
}

export const post = (url, data = {}, options = {}) =>
  ask(url, { method: 'POST', body: data instanceof FormData ? data : new URLSearchParams(data), ...options });

export const postJson = (url, data) =>
  ask(url, { method: 'POST', body: JSON.stringify(data), headers: { 'Content-Type': 'application/json' }, keepalive: true, quiet: true });

export function later(wait, work) {
  let timer = 0;
  const run = (...args) => { clearTimeout(timer); timer = setTimeout(() => { timer = 0; work(...args); }, wait); };
  run.now = (...args) => { clearTimeout(timer); timer = 0; return work(...args); };
  run.waits = () => timer !== 0;
  run.stop = () => { clearTimeout(timer); timer = 0; };
  return run;
}

/** Listens on document for as long as the element lives. */
export function hear(element, handlers) {
  const ends = new AbortController();
  for (const [name, work] of Object.entries(handlers)) document.addEventListener(name, (event) => work(event.detail || {}, event), { signal: ends.signal });
  return ends;
}
