// Draws what changed, soon and once; and begins.
let drawing = 0;
function show(now) {
  if (!panel.root) return;
  if (now === true) { clearTimeout(drawing); drawing = 0; return draw(); }
  drawing ||= setTimeout(() => { drawing = 0; draw(); }, 16);
}
function draw() {
  const there = panel.open && document.visibilityState === 'visible';
  if (panel.open) {
    cards.paint(log.box.querySelector('.tail'));
    log.paint();
    compose.fit();
    log.ready = true;
  }
  if (there && (document.hasFocus() || log.bottom)) thread.look();
  panel.paint();
}

function forget(tell) {
  keep.forget();
  tabs.stop();
  thread.restart();
  thread.read = 0;
  panel.lost = false;
  if (tell) tabs.tell({ type: 'forget' });
  panel.toggle(false);
  show();
}

// From a mail: `?lanka=…` opens the same thread here. The address bar and the history do not keep it.
async function arrive() {
  const url = new URL(location.href), link = url.searchParams.get('lanka');
  if (!link) return false;
  url.searchParams.delete('lanka');
  history.replaceState(history.state, '', url);
  try {
    const who = await ask('hello', { link });
    if (who.token !== token()) { thread.restart(); thread.read = 0; keep.drop('read'); adopt(who); tabs.tell({ type: 'restart' }); }
    return true;
  } catch { return false; }
}

async function fetched(path) {
  for (let tries = 0; ; tries++) {
    try {
      const answer = await fetch(BASE + path, { credentials: 'omit' });
      if (answer.ok) return answer;
      if (answer.status < 500 && answer.status !== 429) throw Object.assign(new Error(answer.status), { end: true });
    } catch (error) { if (error.end) throw error; }
    await Promise.race([sleep(pause(tries)), online()]);
  }
}

async function start() {
  const page = SCRIPT.dataset.language || document.documentElement.lang;
  const lang = [page, ...navigator.languages].filter(Boolean).join(',');
  const [first, style] = await Promise.all([fetched('config?lang=' + encodeURIComponent(lang)), fetched(STYLE)]);
  config = await first.json();
  words = config.words;
  thread.load();
  const { name, email, phone } = SCRIPT.dataset;
  learn({ name, email, phone });
  panel.build(await style.text());
  const came = await arrive();
  tabs.wake();
  show(true);
  if (came || (tabbed('open') && !matchMedia(NARROW).matches)) panel.toggle(true, came);
  if (config.visits && token() && thread.started) quietly('visit', { page: location.href.slice(0, 2000), title: document.title.slice(0, 300) });
}

document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible' && config) { tabs.check(); show(true); } });
addEventListener('online', () => { if (config) { flush(); show(); } });
addEventListener('offline', () => config && show());
addEventListener('focus', () => config && show());
addEventListener('pagehide', () => {
  if (tabs.leading && token() && thread.started) navigator.sendBeacon?.(BASE + 'left', JSON.stringify({ token: token(), page: location.href.slice(0, 2000) }));
  tabs.stop();
});
addEventListener('pageshow', (e) => { if (e.persisted && config) { thread.load(); tabs.wake(); show(true); } });
addEventListener('storage', (e) => { if (config && e.key?.startsWith(NAME)) show(); });
document.addEventListener('click', (e) => {
  const link = e.target.closest?.('[data-lanka-open],a[href="#lanka-chat"]');
  if (link && config) { e.preventDefault(); panel.toggle(true); }
});
start().catch((error) => console.warn('Lanka chat: ' + error.message));
