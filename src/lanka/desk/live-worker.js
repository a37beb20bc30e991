// One stream for all tabs of a browser. A tab says which topics it wants; when they change, the new stream opens before the old one closes.
const ports = new Map(); // port -> {topics, seen}
const EVENTS = ['hello', 'lost', 'conversation', 'viewing', 'typing', 'presence', 'user', 'person', 'journey'];
let source = null, asked = '', address = '', timer = 0;

const send = (message) => ports.forEach((_, port) => port.postMessage(message));
const wanted = () => [...new Set([...ports.values()].flatMap((tab) => tab.topics))].sort().join(',');

function open() {
  const topics = wanted();
  if (!topics || (topics === asked && source && source.readyState !== 2)) return;
  asked = topics;
  const old = source, fresh = new EventSource(`${address}?topics=${encodeURIComponent(topics)}`);
  source = fresh;
  fresh.onopen = () => { old?.close(); send({ state: 'on' }); };
  fresh.onerror = () => { old?.close(); if (source === fresh) send({ state: 'off' }); if (fresh.readyState === 2) setTimeout(open, 3000); };
  let greeted = false;
  for (const name of EVENTS) fresh.addEventListener(name, (event) => {
    if (source !== fresh) return;
    if (name === 'hello') { if (greeted) send({ name: 'lost', data: {} }); greeted = true; return; }
    send({ name, data: JSON.parse(event.data || '{}') });
  });
}

function listen(port) {
  port.onmessage = ({ data }) => {
    if (data.bye) ports.delete(port);
    else { address = data.src; ports.set(port, { topics: data.topics }); }
    clearTimeout(timer);
    timer = setTimeout(ports.size ? open : () => { source?.close(); source = null; asked = ''; }, 120);
    if (source?.readyState === 1) port.postMessage({ state: 'on' });
  };
}

self.onconnect = (event) => listen(event.ports[0]);
self.listenAlone = listen; // where there is no SharedWorker: the same code within the page
