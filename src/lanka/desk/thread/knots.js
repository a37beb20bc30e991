// Ties new knots into the thread: each at its moment, one that is there already is replaced.

const moment = (knot) => knot.dataset.at || '';
const order = (a, b) => (moment(a) === moment(b) ? Number(a.dataset.id || 0) - Number(b.dataset.id || 0) : Date.parse(moment(a)) - Date.parse(moment(b)));

/** Gives the knots that are new. A day line comes once. */
export function splice(list, found, animate = true) {
  const fresh = [];
  for (const knot of [...found.children]) {
    const there = knot.id && list.querySelector(`#${CSS.escape(knot.id)}`);
    if (there) { if (knot.matches('.k')) there.replaceWith(knot); continue; }
    list.insertBefore(knot, after(list, knot));
    if (knot.matches('.k')) fresh.push(knot);
    if (animate) knot.classList.add('fresh');
  }
  return fresh;
}

function after(list, knot) {
  const all = [...list.children];
  for (let i = all.length - 1; i >= 0; i -= 1) {
    if (all[i].matches('.sending')) continue;
    if (order(all[i], knot) <= 0) return all[i + 1] || null;
  }
  return all[0] || null;
}

export function near(element, scroller) {
  scroller.scrollTop = Math.max(scroller.scrollTop, element.offsetTop + element.offsetHeight - scroller.clientHeight + 40);
}
