// A condition in a form: its words, and a dialog with the rule builder of the segments. Gives a rule as outreach/rules.py has it, or null.

const begun = (rule) => (rule?.rules ? rule : { is: 'all', rules: [rule || { is: 'bought' }] });

/** `words`: what the rule says. `tell` hears the new one. */
export function rule(slot, value, words, tell) {
  const part = document.querySelector('template[data-form="rule"]').content.firstElementChild.cloneNode(true);
  part.querySelector('[data-words]').textContent = value ? words : slot.dataset.none || part.dataset.none;
  part.classList.toggle('none', !value);
  part.querySelector('[data-change-rule]').addEventListener('click', () => ask(part.closest('lanka-journey'), value, tell));
  const away = part.querySelector('[data-drop-rule]');
  away.hidden = !value;
  away.addEventListener('click', () => tell(null));
  slot.replaceChildren(part);
}

function ask(builder, value, tell) {
  const dialog = builder.querySelector('[data-rule-dialog]'), place = dialog.querySelector('[data-rule-place]');
  const made = builder.querySelector('template[data-form="rule-builder"]').content.cloneNode(true);
  made.querySelector('#rule-tree').textContent = JSON.stringify(begun(value));
  place.replaceChildren();
  dialog.showModal();
  place.append(made);
  place.querySelector('lanka-rule')?.look?.now();
  dialog.onclose = () => {
    const told = JSON.parse(place.querySelector('[name="rule"]').value || 'null');
    place.replaceChildren();
    if (dialog.returnValue === 'take') tell(told?.rules?.length ? told : null);
    dialog.returnValue = '';
  };
}
