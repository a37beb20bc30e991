// Reasons on hover and focus: one tip for all, in the top layer.
import { build } from '../js/dom.js';

const tip = build('<div class="tip" role="tooltip" id="tip" popover="manual"></div>').firstElementChild;
document.body.append(tip);

function show(element) {
  tip.textContent = element.dataset.tip;
  tip.showPopover();
  const box = element.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(box.left, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${Math.max(8, box.top - tip.offsetHeight - 6)}px`;
}

for (const name of ['pointerover', 'focusin', 'click']) document.addEventListener(name, (event) => {
  const element = event.target.closest?.('[data-tip]');
  if (element) show(element); else if (tip.matches(':popover-open')) tip.hidePopover();
});
document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && tip.matches(':popover-open')) tip.hidePopover(); });
