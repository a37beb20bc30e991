// The line of the drawing, measured from what stands there: straight through the knots of a sequence, curved where strands part and join.

const SVG = 'http://www.w3.org/2000/svg';

function path(into, points, name, walked) {
  if (points.length < 2) return;
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', points.slice(1).reduce((drawn, to, n) => {
    const from = points[n], half = Math.min(26, (to.y - from.y) / 2);
    if (Math.abs(to.x - from.x) < 1) return `${drawn} L${to.x} ${to.y}`;
    // parts near where it comes from and goes straight down, or comes down and joins near where it goes to
    return to.joins
      ? `${drawn} L${from.x} ${to.y - 2 * half} C${from.x} ${to.y - half} ${to.x} ${to.y - half} ${to.x} ${to.y}`
      : `${drawn} C${from.x} ${from.y + half} ${to.x} ${from.y + half} ${to.x} ${from.y + 2 * half} L${to.x} ${to.y}`;
  }, `M${points[0].x} ${points[0].y}`));
  line.setAttribute('class', `${name}${walked ? ' walked' : ''}`);
  into.append(line);
}

/** Draws into `svg`, which lies under `root`. */
export function thread(svg, root) {
  const origin = root.getBoundingClientRect();
  svg.setAttribute('width', root.scrollWidth);
  svg.setAttribute('height', root.scrollHeight);
  svg.replaceChildren();
  const middle = (element) => { const box = element.getBoundingClientRect(); return { x: box.left + box.width / 2 - origin.left, y: box.top + box.height / 2 - origin.top }; };
  const dim = document.createElementNS(SVG, 'g'), bright = document.createElementNS(SVG, 'g');
  svg.append(dim, bright);

  function strand(list, from, walked) {
    let last = from, straight = [from];
    for (const item of list.children) {
      const knot = item.querySelector(':scope > .card-row > [data-knot], :scope > [data-knot]');
      if (knot) { last = middle(knot); straight.push(last); }
      if (knot && item.classList.contains('walked') && walked && straight.length > 1) path(bright, straight.slice(-2), 'bright', true);
      const ways = item.querySelector(':scope > .ways');
      if (!ways) continue;
      path(dim, straight, 'line', false);
      last = branches(ways, last, item.classList.contains('walked'));
      straight = [last];
    }
    path(dim, straight, 'line', false);
    return last;
  }

  function branches(ways, from, walked) {
    const box = ways.getBoundingClientRect(), join = { x: from.x, y: box.bottom - origin.top, joins: true };
    const every = [...ways.children];
    const stacked = every.length > 1 && every[1].offsetTop > every[0].offsetTop + 4;
    if (stacked) path(dim, [from, { ...join, joins: false }], 'line faint', false);
    for (const way of every) {
      const begin = middle(way.querySelector('[data-knot]')), on = walked && way.classList.contains('walked');
      const leaves = { x: from.x, y: stacked ? Math.max(from.y, begin.y - 40) : box.top - origin.top };
      const parts = stacked && way !== every[0] ? [leaves, begin] : [from, leaves, begin];
      path(dim, parts, 'line', false);
      if (on) path(bright, stacked ? [from, leaves, begin] : parts, 'bright', true);
      const list = way.querySelector(':scope > .strand'), last = strand(list, begin, on);
      if (list.lastElementChild?.classList.contains('is-end')) continue;
      const low = stacked ? { x: from.x, y: way.getBoundingClientRect().bottom - origin.top + 2, joins: true } : join;
      path(dim, [last, low], 'line', false);
      if (on && !list.querySelector(':scope > .stops')) path(bright, [last, low], 'bright', true);
    }
    return { x: join.x, y: join.y };
  }

  const main = root.querySelector('.strand.main');
  if (main) strand(main, middle(main.querySelector('[data-knot]')), true);
}
