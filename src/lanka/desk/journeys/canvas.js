// Draws a drawing: one line, each step a knot on it, a split as strands that part and join again. Knows nothing of editing.
import { waysOf } from './graph.js';

const parts = new Map();
function part(name) {
  if (!parts.has(name)) parts.set(name, document.querySelector(`template[data-part="${name}"]`).content.firstElementChild);
  return parts.get(name).cloneNode(true);
}

const text = (root, name, words) => { const place = root.querySelector(`[data-${name}]`); if (place) { place.textContent = words || ''; place.hidden = !words; } };

function icon(name) {
  const drawn = document.querySelector(`template[data-icon="${name}"]`);
  return drawn ? drawn.content.firstElementChild.cloneNode(true) : document.createElement('i');
}

function gap(owner, way, at) {
  const item = part('gap');
  Object.assign(item.querySelector('button')?.dataset || {}, { owner, way, at });
  Object.assign(item.dataset, { owner, way, at });
  return item;
}

/** One sequence: gap, step, gap, step, …, gap. Behind an end nothing can be put. */
function strand(steps, owner, way, look) {
  const list = document.createElement('ol');
  list.className = 'strand';
  for (const [at, node] of steps.entries()) list.append(gap(owner, way, at), step(node, look));
  if (steps.at(-1)?.kind !== 'end') list.append(gap(owner, way, steps.length));
  return list;
}

function step(node, look) {
  const item = part('step'), [words, more] = look.words[node.id] || ['…', ''];
  item.dataset.id = node.id;
  item.classList.add(`is-${node.kind}`);
  item.classList.toggle('on', look.selected === node.id);
  item.classList.toggle('walked', look.walked.has(node.id));
  item.querySelector('[data-knot]').append(icon(node.kind));
  text(item, 'title', words);
  text(item, 'more', more);
  const open = item.querySelector('[data-open]');
  open.setAttribute('aria-pressed', String(look.selected === node.id));
  const found = look.findings.filter((one) => one.node === node.id);
  text(item, 'finding', found.map((one) => one.words).join('\n'));
  item.classList.toggle('wrong', found.some((one) => one.stops));
  const ways = waysOf(node);
  if (ways.length) item.append(branches(node, ways, look));
  return item;
}

function branches(node, ways, look) {
  const box = part('ways');
  for (const [way, steps] of ways) {
    if (node.by === 'random' && way === 'otherwise' && !steps.length) continue;
    const one = part('way');
    Object.assign(one.dataset, { owner: node.id, way });
    one.classList.toggle('walked', look.walked.has(`${node.id}/${way}`));
    text(one, 'name', look.ways[node.id]?.[way] || '…');
    one.querySelector('[data-steps]').replaceWith(strand(steps, node.id, way, look));
    box.append(one);
  }
  return box;
}

/** The whole drawing into `root`. `look`: {words, ways, start, findings, selected, walked}. */
export function draw(root, graph, look) {
  const begin = part('begin');
  begin.classList.toggle('on', look.selected === 'start');
  const lines = begin.querySelector('[data-lines]');
  for (const [name, words] of look.start) {
    const line = document.createElement('span');
    line.append(icon(name), words);
    lines.append(line);
  }
  const found = look.findings.filter((one) => !one.node);
  text(begin, 'finding', found.map((one) => one.words).join('\n'));
  begin.classList.toggle('wrong', found.some((one) => one.stops));
  const list = strand(graph.steps, '', '', look);
  list.classList.add('main');
  list.prepend(begin);
  const finish = part('finish');
  finish.classList.toggle('walked', look.walked.has('finish'));
  list.append(finish);
  root.replaceChildren(list);
}

/** Live numbers onto what is drawn: who stands at each step, who went which way. */
export function count(root, graph, numbers, steps) {
  for (const { node } of steps) {
    const item = root.querySelector(`.step[data-id="${node.id}"]`);
    if (!item) continue;
    const here = numbers.here[node.id] || 0, passed = numbers.passed[node.id] || {};
    const all = Object.values(passed).reduce((sum, one) => sum + one, 0);
    number(item.querySelector(':scope > .card-row [data-here]'), here);
    number(item.querySelector(':scope > .card-row [data-passed]'), all);
    for (const way of item.querySelectorAll(':scope > .ways > .way-out')) {
      const went = passed[way.dataset.way] || 0;
      number(way.querySelector('[data-went]'), went, all ? `${new Intl.NumberFormat(document.documentElement.lang).format(went)} · ${Math.round((100 * went) / all)} %` : '');
    }
  }
  for (const [name, value] of [['entered', numbers.entered], ['finished', numbers.entered - numbers.inside]]) number(root.querySelector(`[data-${name}]`), value);
}

function number(place, value, words = '') {
  if (!place) return;
  place.hidden = !value && !words;
  const said = words || new Intl.NumberFormat(document.documentElement.lang).format(value);
  const into = place.querySelector('b') || place;
  if (into.textContent !== said) into.textContent = said;
}
