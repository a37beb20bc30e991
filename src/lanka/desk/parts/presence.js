// Who of the house is here: a green point on every face of theirs, and what concerns oneself said aloud.
import { hear, say } from '../js/dom.js';

const here = new Set();

function dress(root = document) {
  root.querySelectorAll?.('[data-person]').forEach((face) => face.classList.toggle('on-duty', here.has(face.dataset.person)));
}

hear(document.body, {
  'lanka:presence': ({ all, user, here: is }) => {
    if (all) { here.clear(); all.forEach((one) => here.add(String(one))); } else if (is) here.add(String(user)); else here.delete(String(user));
    dress();
  },
  'lanka:user': ({ assigned, mention }) => {
    const words = document.querySelector('lanka-live')?.dataset, id = assigned || mention;
    if (id && words) say(assigned ? words.assigned : words.mentioned, { open: `/desk/conversation/${id}/` });
  },
});
new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => node.nodeType === 1 && dress(node.parentNode)))).observe(document.body, { childList: true, subtree: true });
