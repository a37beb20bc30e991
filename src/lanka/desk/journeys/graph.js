// The drawing and what may be done with it: pure functions, a new drawing each time. Whatever they give is a valid Graph (outreach/journeys/graph.py).
// A place is {owner, way, at}: the sequence of a way out of `owner` ('' and '' is the journey's own) and the number in it.

export const MOST = 8; // branches of a split

export const waysOf = (node) => {
  if (node.kind === 'split') return [...node.branches.map((branch) => [branch.id, branch.steps]), ['otherwise', node.otherwise]];
  return node.kind === 'wait_for' ? [['came', node.came], ['timed_out', node.timed_out]] : [];
};

/** Every step in reading order, with the place where it stands: {node, owner, way, at, steps}. */
export function* walk(steps, owner = '', way = '') {
  for (const [at, node] of steps.entries()) {
    yield { node, owner, way, at, steps };
    for (const [name, inner] of waysOf(node)) yield* walk(inner, node.id, name);
  }
}

export const find = (graph, id) => [...walk(graph.steps)].find((one) => one.node.id === id);
export const holds = (node, id) => [...walk([node])].some((one) => one.node.id === id);

function withWay(node, way, change) {
  if (node.kind === 'wait_for') return { ...node, [way]: change(node[way]) };
  if (way === 'otherwise') return { ...node, otherwise: change(node.otherwise) };
  return { ...node, branches: node.branches.map((branch) => (branch.id === way ? { ...branch, steps: change(branch.steps) } : branch)) };
}

/** The steps with one node put in the place of the node of this id (null: taken away). */
function mapNode(steps, id, change) {
  return steps.flatMap((node) => {
    if (node.id === id) { const fresh = change(node); return fresh ? [fresh] : []; }
    return [waysOf(node).reduce((built, [way]) => withWay(built, way, (inner) => mapNode(inner, id, change)), node)];
  });
}

const inSequence = (graph, { owner, way }, change) =>
  owner ? { ...graph, steps: mapNode(graph.steps, owner, (node) => withWay(node, way, change)) } : { ...graph, steps: change(graph.steps) };

export const sequence = (graph, { owner, way }) => (owner ? (waysOf(find(graph, owner)?.node || {}).find(([name]) => name === way) || [])[1] : graph.steps);

function taken(graph) {
  const ids = new Set();
  for (const { node } of walk(graph.steps)) { ids.add(node.id); (node.branches || []).forEach((branch) => ids.add(branch.id)); }
  return ids;
}

function fresh(ids, start) {
  let id = '';
  do id = `${start}-${Math.random().toString(36).slice(2, 8)}`; while (ids.has(id));
  ids.add(id);
  return id;
}

/** The same step with all that is in it, under ids that the drawing does not have yet. What looks at a message inside looks at its copy. */
export function renewed(graph, node) {
  const ids = taken(graph), named = new Map();
  const dress = (one) => {
    const id = fresh(ids, one.kind.replace(/_/g, '-'));
    named.set(one.id, id);
    const copy = { ...one, id };
    if (one.kind === 'split') Object.assign(copy, { branches: one.branches.map((branch) => ({ ...branch, id: fresh(ids, 'way'), steps: branch.steps.map(dress) })), otherwise: (one.otherwise || []).map(dress) });
    if (one.kind === 'wait_for') Object.assign(copy, { came: (one.came || []).map(dress), timed_out: (one.timed_out || []).map(dress) });
    return copy;
  };
  const point = (one) => waysOf(one).reduce((built, [way]) => withWay(built, way, (inner) => inner.map(point)), one.of && named.has(one.of) ? { ...one, of: named.get(one.of) } : one);
  return point(dress(node));
}

export function insert(graph, place, node) {
  return inSequence(graph, place, (steps) => [...steps.slice(0, place.at), node, ...steps.slice(place.at)]);
}

export const remove = (graph, id) => ({ ...graph, steps: mapNode(graph.steps, id, () => null) });

/** Into itself or to where it stands already: the same drawing. */
export function move(graph, id, place) {
  const from = find(graph, id);
  if (!from || (place.owner && holds(from.node, place.owner)) || !sequence(graph, place)) return graph;
  const same = from.owner === place.owner && from.way === place.way;
  if (same && (place.at === from.at || place.at === from.at + 1)) return graph;
  const at = same && place.at > from.at ? place.at - 1 : place.at;
  return insert(remove(graph, id), { ...place, at }, from.node);
}

/** One up or down in its sequence; at the edge out of it, before or behind the step that holds it. */
export function shift(graph, id, by) {
  const here = find(graph, id);
  if (!here) return graph;
  const at = here.at + by;
  if (at >= 0 && at < here.steps.length) return move(graph, id, { ...here, at: by > 0 ? at + 1 : at });
  if (!here.owner) return graph;
  const outer = find(graph, here.owner);
  return move(graph, id, { owner: outer.owner, way: outer.way, at: by > 0 ? outer.at + 1 : outer.at });
}

/** To the way beside the one it stands on. */
export function sideways(graph, id, by) {
  const here = find(graph, id);
  if (!here?.owner) return graph;
  const ways = waysOf(find(graph, here.owner).node), to = ways[ways.findIndex(([name]) => name === here.way) + by];
  return to ? move(graph, id, { owner: here.owner, way: to[0], at: Math.min(here.at, to[1].length) }) : graph;
}

export function wrap(graph, id, split) {
  const here = find(graph, id);
  if (!here) return graph;
  const around = renewed(graph, split);
  const [first, ...others] = around.branches;
  return { ...graph, steps: mapNode(graph.steps, id, (node) => ({ ...around, branches: [{ ...first, steps: [node] }, ...others] })) };
}

/** `path`: 'span.count', 'branches.0.rule'. What is on the way and missing is made. */
export function assign(target, path, value) {
  const [key, ...rest] = path.split('.');
  const into = Array.isArray(target) ? [...target] : { ...target };
  into[key] = rest.length ? assign(into[key] ?? {}, rest.join('.'), value) : value;
  return into;
}

export const read = (target, path) => path.split('.').reduce((value, key) => value?.[key], target);

/** A field of a step; with the id '' of the journey itself. */
export const set = (graph, id, path, value) => (id ? { ...graph, steps: mapNode(graph.steps, id, (node) => assign(node, path, value)) } : assign(graph, path, value));

export function addBranch(graph, id, branch) {
  const node = find(graph, id)?.node;
  if (node?.kind !== 'split' || node.branches.length >= MOST) return graph;
  const one = { ...branch, id: fresh(taken(graph), 'way'), steps: [] };
  return { ...graph, steps: mapNode(graph.steps, id, () => ({ ...node, branches: [...node.branches, one] })) };
}

/** With the steps on it; a split keeps its last branch. */
export function removeBranch(graph, id, branch) {
  const node = find(graph, id)?.node;
  if (node?.kind !== 'split' || node.branches.length < 2) return graph;
  return { ...graph, steps: mapNode(graph.steps, id, () => ({ ...node, branches: node.branches.filter((one) => one.id !== branch) })) };
}
