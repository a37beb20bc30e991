// A condition in a form: whoever is in a segment. Gives a rule as outreach/rules.py has it, or null for none.

export function rule(slot, value, tell) {
  const pick = document.querySelector('template[data-form="rule"]').content.firstElementChild.cloneNode(true);
  if (value?.is === 'segment') pick.value = String(value.segment);
  pick.onchange = (event) => { event.stopPropagation(); tell(pick.value ? { is: 'segment', segment: Number(pick.value) } : null); };
  pick.oninput = (event) => event.stopPropagation();
  slot.replaceChildren(pick);
}
