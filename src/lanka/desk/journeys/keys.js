// The keys of the drawing: arrows walk, Alt and arrows move, Enter opens, + inserts, Del removes, Ctrl C X V Z Y.

const writing = (element) => element.closest?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]');
const typing = (element) => writing(element) && !element.matches('select, input[type=number]');
const ALT = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };
const CTRL = { c: 'copy', x: 'cut', v: 'paste' };

export function keys(builder, event) {
  const { target } = event, id = builder.focusedStep(), control = event.ctrlKey || event.metaKey;
  if (event.defaultPrevented || target.closest?.('dialog, .menu:popover-open')) return;
  if (control && !typing(target) && /^[zy]$/i.test(event.key)) return done(event, () => (event.key.toLowerCase() === 'y' || event.shiftKey ? builder.redo() : builder.undo()));
  if (event.key === 'Escape' && builder.chosen) return done(event, () => { const was = builder.chosen; builder.choose(''); builder.focusStep(was); });
  if (writing(target)) return;
  if (control && CTRL[event.key.toLowerCase()] && !event.shiftKey && !String(getSelection())) { if (id || event.key === 'v') done(event, () => builder.do(CTRL[event.key.toLowerCase()], id)); return; }
  if (!id || control) return;
  if (event.altKey && ALT[event.key]) done(event, () => builder.do(ALT[event.key], id));
  else if (ALT[event.key]) done(event, () => go(builder, id, event.key));
  else if (event.key === 'Delete' || event.key === 'Backspace') done(event, () => builder.do('remove', id));
  else if (event.key === '+') done(event, () => plus(builder, id));
}

function done(event, work) {
  event.preventDefault();
  event.stopPropagation();
  work();
}

/** Up and down in reading order; left and right to the ways beside. */
function go(builder, id, key) {
  const all = [...builder.root.querySelectorAll('.begin, .step')], here = builder.stepOf(id);
  let to = all[all.indexOf(here) + (key === 'ArrowDown' ? 1 : -1)];
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const way = here.closest('.way-out'), beside = key === 'ArrowRight' ? way?.nextElementSibling : way?.previousElementSibling;
    to = key === 'ArrowRight' && here.querySelector(':scope > .ways') ? here.querySelector('.ways .step') : beside?.querySelector('.step') || (key === 'ArrowLeft' ? way?.closest('.step') : null);
  }
  to?.querySelector('[data-open]').focus();
  to?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function plus(builder, id) {
  const item = builder.stepOf(id);
  const gap = item.nextElementSibling?.matches('.gap') ? item.nextElementSibling : item.previousElementSibling;
  gap?.querySelector('.plus')?.click();
}
