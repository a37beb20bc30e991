// Where a row belongs: the view's predicate on its data attributes, and the order by the last event.

const is = {
  mine: (row, me) => row.state === 'open' && row.assignee === me,
  unassigned: (row) => row.state === 'open' && !row.assignee,
  all: (row) => row.state === 'open',
  waiting: (row) => row.state === 'waiting',
  snoozed: (row) => row.state === 'snoozed',
  closed: (row) => row.state === 'closed',
};

/** true, false, or null where only the server can tell (search, mentions): what is there stays, nothing is added. */
export function belongs(row, view, me) {
  if (row.dataset.merged) return false;
  if (view.startsWith('team-')) return row.dataset.state === 'open' && row.dataset.team === view.slice(5);
  return view in is ? is[view](row.dataset, me) : null;
}

const moment = (row) => Date.parse(row.dataset.at) || 0;

/** The row that the given one goes before; undefined: it lies below the part that is loaded. */
export function follower(list, row) {
  const rows = [...list.querySelectorAll('.row')].filter((other) => other.id !== row.id);
  const found = rows.find((other) => moment(other) < moment(row) || (moment(other) === moment(row) && Number(other.dataset.id) < Number(row.dataset.id)));
  return found || list.querySelector('.row-more') || null;
}

/** Moves what the change displaced, gently. */
export function glide(list, change, still) {
  const before = new Map(still ? [] : [...list.querySelectorAll('.row')].map((row) => [row.id, row.getBoundingClientRect().top]));
  change();
  for (const row of list.querySelectorAll('.row')) {
    const from = before.get(row.id);
    if (from === undefined) continue;
    const way = from - row.getBoundingClientRect().top;
    if (Math.abs(way) > 1 && Math.abs(way) < 900) row.animate([{ transform: `translateY(${way}px)` }, { transform: 'none' }], { duration: 240, easing: 'cubic-bezier(.2,.7,.2,1)' });
  }
}
