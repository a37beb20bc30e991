// Talking with Lanka. Bodies are plain text to the browser, so no origin has to be asked for permission first.
let config, words;
const say = (key, values = {}) => (words[key] || '').replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');

class No extends Error {
  constructor(status, data) { super(data.words || status); this.status = status; this.code = data.error; this.data = data; }
  get lasting() { return this.status >= 400 && this.status < 500 && ![401, 408, 425, 429].includes(this.status); }
}

async function ask(path, body) {
  const answer = await fetch(BASE + path, { method: 'POST', body: JSON.stringify(body), credentials: 'omit' });
  const data = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const wait = +answer.headers.get('retry-after');
    throw Object.assign(new No(answer.status, data), { wait: wait * 1000 });
  }
  return data;
}

// Who we are. The first thing that needs it asks for it; two tabs at once still get one visitor.
const locked = (name, work) => (navigator.locks ? navigator.locks.request(NAME + name, work) : work());
const token = () => keep.get('token');
const known = () => locked('hello', async () => {
  if (!token()) adopt(await ask('hello', {}));
  return token();
});
function adopt(who) { keep.set('token', who.token); }

async function post(path, body = {}) {
  const mine = await known();
  try {
    return await ask(path, { ...body, token: mine });
  } catch (no) {
    if (no.status !== 403 || no.code !== 'forged' || body.files?.length) throw no;
    // another secret key on the server: we are nobody any more, what is unsent goes out as a new visitor
    if (token() === mine) { keep.drop('token'); keep.drop('thread'); }
    return ask(path, { ...body, token: await known() });
  }
}

const quietly = (path, body) => post(path, body).catch(() => {});

function upload(file, progress) {
  const wire = new XMLHttpRequest();
  const done = known().then((mine) => new Promise((good, bad) => {
    wire.open('POST', BASE + 'file?name=' + encodeURIComponent(file.name || 'file'));
    wire.setRequestHeader('authorization', 'Bearer ' + mine);
    wire.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total);
    wire.onload = () => {
      let data = {};
      try { data = JSON.parse(wire.responseText); } catch { /* a proxy's page */ }
      wire.status === 201 ? good(data) : bad(new No(wire.status, data));
    };
    wire.onerror = wire.onabort = () => bad(new Error('broken'));
    wire.send(file);
  }));
  return { done, stop: () => wire.abort() };
}

// One stream of events until it breaks. Silence for 40 seconds is broken too: heartbeats come every 15.
async function listen(after, heard, stop) {
  const body = JSON.stringify({ token: token(), after, page: location.href.slice(0, 2000) });
  const breaker = new AbortController();
  const end = () => breaker.abort();
  stop.addEventListener('abort', end);
  let dog;
  const alive = () => { clearTimeout(dog); dog = setTimeout(end, 40000); };
  try {
    alive();
    const answer = await fetch(BASE + 'stream', { method: 'POST', body, credentials: 'omit', cache: 'no-store', signal: breaker.signal });
    if (!answer.ok) throw new No(answer.status, await answer.json().catch(() => ({})));
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ''; ;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      text += value;
      const parts = text.split('\n\n');
      text = parts.pop();
      for (const part of parts) if (part.startsWith('data: ')) heard(JSON.parse(part.slice(6)));
    }
  } finally {
    clearTimeout(dog);
    stop.removeEventListener('abort', end);
  }
}
