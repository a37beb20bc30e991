// Keys: every element with `data-key` is pressed by it, alone ("e") or one after the other ("g i"). The rest is told to the islands.

const LONG = 900;
let first = '', since = 0;

const writing = (element) => element.closest?.('input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true]');
const name = (event) => `${event.ctrlKey || event.metaKey ? 'mod+' : ''}${event.key.length === 1 ? event.key.toLowerCase() : event.key.toLowerCase()}`;

function press(key) {
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter((element) => !element.closest('[hidden]'));
  const element = all.at(-1);
  if (!element) return false;
  const field = element.dataset.focus && document.querySelector(element.dataset.focus);
  if (field) field.focus();
  else if (element.matches('textarea, input:not([type=radio])')) element.focus();
  else {
    element.click();
    const menu = document.getElementById(element.getAttribute('popovertarget') || '');
    // 'toggle' comes a moment later, and a fast hand is writing already
    if (menu?.matches(':popover-open')) menu.querySelector('input:not([type=hidden])')?.focus();
  }
  return true;
}

document.addEventListener('keydown', (event) => {
  const key = name(event);
  if (event.altKey || event.isComposing || ['shift', 'control', 'meta'].includes(event.key.toLowerCase())) return;
  if (key !== 'mod+k' && (writing(event.target) || event.ctrlKey || event.metaKey)) return;
  if (key !== 'mod+k' && document.querySelector('dialog[open], .menu:popover-open')) return;
  const both = Date.now() - since < LONG ? `${first} ${key}` : '';
  if (both && press(both)) { event.preventDefault(); first = ''; return; }
  first = key;
  since = Date.now();
  if (!['r', 'n'].includes(key) && press(key)) { event.preventDefault(); first = ''; return; }
  const told = new CustomEvent('key', { detail: { key }, cancelable: true });
  document.dispatchEvent(told);
  if (told.defaultPrevented) event.preventDefault();
});
