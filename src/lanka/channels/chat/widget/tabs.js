// Many tabs, one conversation: one of them (the leader) holds the stream and passes on what it hears.
const air = window.BroadcastChannel ? new BroadcastChannel(NAME) : null;
const tabs = {
  leading: false, letGo: null, heard: 0,
  tell: (message) => air?.postMessage(message),

  // A stream is worth having once there is a conversation, or somebody is about to begin one.
  wake() {
    if (token() && !this.leading && !this.waiting) this.campaign();
  },
  campaign(steal) {
    if (!navigator.locks) return this.lead(); // an insecure page: every tab leads, and nothing is doubled by it
    this.waiting = new AbortController();
    const how = steal ? { steal: true } : { signal: this.waiting.signal };
    navigator.locks.request(NAME + 'lead', how, () => this.lead()).catch(() => this.stop());
  },
  lead() {
    this.leading = true;
    this.letGo = new AbortController();
    const { signal } = this.letGo;
    thread.load();
    flush();
    follow(signal);
    return new Promise((free) => signal.addEventListener('abort', free));
  },
  stop() {
    this.leading = false;
    this.waiting?.abort();
    this.waiting = null;
    this.letGo?.abort();
    this.letGo = null;
  },
  // A leader in the background may have been put to sleep by the phone. Who is looked at may take over.
  async check() {
    if (this.leading || !token()) return this.wake();
    const before = this.heard;
    this.tell({ type: 'there?' });
    await sleep(2500);
    if (!this.leading && this.heard === before && document.visibilityState === 'visible' && token()) this.campaign(true);
  },
};

if (air) air.onmessage = ({ data }) => {
  if (data.type === 'there?') return tabs.leading && tabs.tell({ type: 'here', on: !panel.lost });
  tabs.heard++;
  if (data.type === 'here') panel.lost = !data.on;
  else if (data.type === 'forget') return forget(false);
  else if (data.type === 'restart') thread.restart();
  else if (data.type === 'changed') sweep();
  else thread.hear(data);
  show();
};

async function follow(signal) {
  for (let fails = 0; !signal.aborted;) {
    try {
      await listen(thread.cursor, (e) => {
        if (e.type === 'ready') { fails = 0; connected(true); flush(); }
        else if (e.type === 'joined') { thread.restart(); tabs.tell({ type: 'restart' }); }
        else { thread.streamed(e); tabs.tell(e); }
        show();
      }, signal);
    } catch (no) {
      if (signal.aborted) return;
      if (no.status === 403 && no.code === 'forged') { keep.drop('token'); thread.restart(); await known().catch(() => {}); }
    }
    if (signal.aborted) return;
    connected(false, fails > 0);
    await Promise.race([sleep(fails ? pause(fails - 1) : 300), online()]);
    fails++;
  }
}
function connected(on, surely = true) {
  if (!on && !surely) return;
  panel.lost = !on;
  tabs.tell({ type: 'here', on });
  show();
}
const online = () => new Promise((done) => addEventListener('online', done, { once: true }));
