// A step is taken by its card and dropped on a place of the line: with the mouse at once, with a finger after holding it. Escape puts it back.
import { calm } from '../js/dom.js';

const FAR = 6, HOLD = 320, EDGE = 60; // pixels before a mouse drags; milliseconds a finger holds; where the canvas scrolls by itself

/** `drop(id, place, copying)` hears where it was dropped, `idle` that the hand is empty. `canvas` scrolls, the gaps lie in it.
 * Gives `busy()`: while something is held, what lies on the canvas must not be drawn anew. */
export function dragging(canvas, drop, idle) {
  let held = null;

  canvas.addEventListener('pointerdown', (event) => {
    const card = event.target.closest('.step > .card-row > .step-card');
    if (!card || event.button || event.target.closest('.step-menu')) return;
    held = { card, item: card.closest('.step'), x: event.clientX, y: event.clientY, id: event.pointerId, touch: event.pointerType !== 'mouse' };
    if (held.touch) held.timer = setTimeout(() => begin(event), HOLD);
  });

  canvas.addEventListener('pointermove', (event) => {
    if (!held || event.pointerId !== held.id) return;
    const far = Math.hypot(event.clientX - held.x, event.clientY - held.y) > FAR;
    if (!held.ghost && far) { if (held.touch) return cancel(); begin(event); }
    if (held?.ghost) follow(event);
  });

  canvas.addEventListener('touchmove', (event) => { if (held?.ghost) event.preventDefault(); }, { passive: false });
  canvas.addEventListener('contextmenu', (event) => { if (held?.ghost) event.preventDefault(); }); // a long press asks for it
  canvas.addEventListener('pointerup', (event) => { if (held?.ghost) finish(event); else cancel(); });
  canvas.addEventListener('pointercancel', cancel);
  addEventListener('keydown', (event) => { if (held?.ghost && event.key === 'Escape') { event.stopPropagation(); cancel(); } }, true);

  function begin(event) {
    canvas.setPointerCapture(held.id);
    const box = held.card.getBoundingClientRect();
    held.ghost = held.card.cloneNode(true);
    held.ghost.classList.add('ghost');
    Object.assign(held.ghost.style, { width: `${box.width}px`, left: `${box.left}px`, top: `${box.top}px` });
    held.ghost.inert = true;
    document.body.append(held.ghost);
    held.item.classList.add('lifted');
    canvas.classList.add('dragging');
    held.gaps = [...canvas.querySelectorAll('.gap')].filter((gap) => !held.item.contains(gap));
    if (held.touch && !calm()) navigator.vibrate?.(10);
    follow(event);
  }

  function follow(event) {
    held.ghost.style.translate = `${event.clientX - held.x}px ${event.clientY - held.y}px`;
    const view = canvas.getBoundingClientRect();
    const pull = (at, low, high) => (at < low + EDGE ? at - low - EDGE : at > high - EDGE ? at - high + EDGE : 0) / 4;
    canvas.scrollBy(pull(event.clientX, view.left, view.right), pull(event.clientY, view.top, view.bottom));
    const away = (gap) => { const box = gap.getBoundingClientRect(); return Math.hypot(box.left + 16 - event.clientX + (event.clientX > box.left && event.clientX < box.right ? event.clientX - box.left - 16 : 0), box.top + box.height / 2 - event.clientY); };
    const best = held.gaps.map((gap) => [away(gap), gap]).sort((a, b) => a[0] - b[0])[0];
    const target = best && best[0] < 120 ? best[1] : null;
    if (target !== held.target) { held.target?.classList.remove('target'); target?.classList.add('target'); held.target = target; }
  }

  function finish(event) {
    const { item, target } = held;
    cancel();
    const stop = (click) => { click.stopPropagation(); click.preventDefault(); }; // letting go is no click
    addEventListener('click', stop, { capture: true, once: true });
    setTimeout(() => removeEventListener('click', stop, true), 60);
    if (target) drop(item.dataset.id, { owner: target.dataset.owner, way: target.dataset.way, at: Number(target.dataset.at) }, event.altKey || event.ctrlKey);
  }

  function cancel() {
    if (!held) return;
    clearTimeout(held.timer);
    held.ghost?.remove();
    held.item.classList.remove('lifted');
    held.target?.classList.remove('target');
    canvas.classList.remove('dragging');
    held = null;
    idle();
  }

  return () => Boolean(held?.ghost);
}
