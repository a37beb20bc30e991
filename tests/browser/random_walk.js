// Random edits of a drawing in the page; every state goes to the server's validator. Run by test_journeys_random.py.
async ({ url, seed, steps }) => {
  const edit = await import('/static/desk/journeys/graph.js');
  let state = seed;
  const random = () => { // mulberry32: the same walk again when it fails
    state = (state + 0x6D2B79F5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const one = (list) => list[Math.floor(random() * list.length)];
  const fresh = [...document.querySelectorAll('[data-new]')].map((item) => JSON.parse(item.dataset.new));
  let graph = JSON.parse(document.querySelector('lanka-journey').dataset.graph);
  const all = () => [...edit.walk(graph.steps)];
  const inner = () => all().flatMap(({ node }) => edit.waysOf(node).map(([way, steps]) => ({ owner: node.id, way, steps })));
  const place = () => {
    const { owner, way, steps } = one([{ owner: '', way: '', steps: graph.steps }, ...inner()]);
    return { owner, way, at: Math.floor(random() * (steps.length + 1)) };
  };
  const id = () => one(all())?.node.id || '';
  const put = (node) => (node ? edit.insert(graph, place(), edit.renewed(graph, node)) : graph);
  const made = {
    insert: () => put(one(fresh)),
    copy: () => put(edit.find(graph, id())?.node),
    move: () => edit.move(graph, id(), place()),
    shift: () => edit.shift(graph, id(), one([-1, 1])),
    sideways: () => edit.sideways(graph, id(), one([-1, 1])),
    wrap: () => edit.wrap(graph, id(), fresh.find((node) => node.kind === 'split')),
    remove: () => edit.remove(graph, id()),
    addBranch: () => edit.addBranch(graph, id(), { share: 1 }),
    removeBranch: () => {
      const split = one(all().filter(({ node }) => node.kind === 'split'))?.node;
      return split ? edit.removeBranch(graph, split.id, one(split.branches).id) : graph;
    },
    name: () => { const named = id(); return named ? edit.set(graph, named, 'name', 'Named') : graph; },
    goal: () => edit.set(graph, '', 'goal_event', 'visit'),
  };
  const said = [], wrong = [];
  const headers = { 'Content-Type': 'application/json', ...JSON.parse(document.body.getAttribute('hx-headers')) };
  for (let n = 0; n < steps && !wrong.length; n += 1) {
    const what = all().length > 40 ? 'remove' : one(Object.keys(made)), before = JSON.stringify(graph), count = all().length;
    const next = made[what]();
    if (JSON.stringify(graph) !== before) wrong.push(`${n} ${what} changed the drawing it was given`);
    graph = next;
    said.push(what);
    if (['move', 'shift', 'sideways'].includes(what) && all().length !== count) wrong.push(`${n} ${what}: ${count} steps became ${all().length}`);
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ graph }) }), told = await answer.json();
    if (!answer.ok) wrong.push(`${n} ${what}: ${JSON.stringify(told)}`);
    else if (all().map((found) => found.node.id).sort().join() !== Object.keys(told.words).sort().join()) wrong.push(`${n} ${what}: other steps there`);
  }
  return { wrong, said, size: all().length };
}
