// A block's condition, built from a field, or written as it stands.

export function whenKnown(frame) {
  const field = frame.querySelector('[data-when-field]').value, how = frame.querySelector('[data-when-how]').value, value = frame.querySelector('[data-when-value]').value;
  if (!field) return '';
  if (how === 'known') return field;
  return `${field} ${how === 'is' ? '==' : '!='} "${value.replaceAll('"', '')}"`;
}

/** What the block's head says of its condition. `keep`: the inputs are being typed in. */
export function dressWhen(frame, when, { keep = false } = {}) {
  const said = frame.querySelector('[data-when-said]'), how = frame.querySelector('[data-when-how]').value;
  said.hidden = !when;
  said.querySelector('span').textContent = when;
  frame.querySelector('[data-when-value]').hidden = how === 'known';
  if (!keep) frame.querySelector('[data-when-in]').value = when || '';
}
