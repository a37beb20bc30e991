// A step's form: filled from the drawing, and each change of a control told as a path and a value. Controls say by `data-as` what they hold.
import { read } from './graph.js';

const BUYING = /purchase|order/; // their words are in the lines: names and categories of what was bought
const clamp = (input) => Math.min(Number(input.max || 3650), Math.max(Number(input.min || 0), Math.round(Number(input.value)) || 0));

const SHOW = {
  words: (input, value) => { input.value = Object.values(value || {}).join(' '); },
  yes: (input, value) => { input.checked = Boolean(value); },
  list: (input, value) => { input.checked = (value || []).includes(input.value); },
  numbers: (input, value) => { input.checked = (value || []).includes(Number(input.value)); },
  plain: (input, value) => { input.value = value ?? ''; if (input.matches('select') && input.value !== String(value ?? '')) unknown(input, value); },
};
SHOW.id = SHOW.number = SHOW.plain;

/** What was chosen once and is not offered any more stays chosen. */
function unknown(select, value) {
  if (value === null || value === undefined || value === '') return;
  select.append(new Option(String(value), String(value)));
  select.value = String(value);
}

const TAKE = {
  words: (input, form) => (input.value.trim() ? { [BUYING.test(form.elements[input.dataset.of].value) ? 'lines' : 'text']: input.value.trim() } : {}),
  yes: (input) => input.checked,
  number: (input) => clamp(input),
  id: (input) => (input.value ? Number(input.value) : null),
  list: (input, form) => ticked(input, form),
  numbers: (input, form) => ticked(input, form).map(Number),
  plain: (input) => input.value,
};
const ticked = (input, form) => [...form.querySelectorAll(`[name="${input.name}"]:checked`)].map((one) => one.value);
const as = (input) => input.dataset.as || 'plain';

function showSpan(box, span) {
  box.querySelector('[data-count]').value = span ? Math.abs(span.count) : '';
  box.querySelector('[data-unit]').value = span?.unit || 'days';
  const sign = box.querySelector('[data-sign]');
  if (sign) sign.value = span && span.count > 0 ? '1' : span ? '-1' : sign.options[0].value;
}

function takeSpan(box) {
  const count = box.querySelector('[data-count]'), sign = box.querySelector('[data-sign]');
  if (count.value === '' && !box.dataset.least) return null;
  const turned = sign && !sign.hidden && !sign.closest('[hidden]') ? Number(sign.value) : 1;
  return { count: turned * Math.max(Number(box.dataset.least || 0), clamp(count)) || 0, unit: box.querySelector('[data-unit]').value };
}

/** Hides what another control makes pointless: `data-shown-if="by=rule,outcome"`, or "date" for: something is chosen. */
export function adapt(form) {
  for (const place of form.querySelectorAll('[data-shown-if]')) {
    const [name, wanted] = place.dataset.shownIf.split('='), value = form.elements[name]?.value || '';
    place.hidden = wanted ? !wanted.split(',').includes(value) : !value;
  }
}

/** Fills a form with a step (or the whole drawing). `tell(path, value)` hears what is changed; `sends`: [[id, words]] of the messages before. */
export function fill(form, node, sends, tell) {
  const list = form.querySelector('[data-branches]');
  if (list) list.replaceChildren(...node.branches.map((branch, n) => branchForm(branch, n, node.branches.length)));
  const of = form.querySelector('[data-sends]');
  if (of) of.append(...sends.map(([id, words]) => new Option(words, id)));
  for (const input of form.querySelectorAll('[name]')) SHOW[as(input)](input, read(node, input.name));
  for (const box of form.querySelectorAll('[data-span]')) showSpan(box, read(node, box.dataset.span));
  adapt(form);
  form.oninput = ({ target }) => {
    adapt(form);
    const box = target.closest('[data-span]');
    if (box) tell(box.dataset.span, takeSpan(box));
    else if (target.name) tell(target.name, TAKE[as(target)](target, form));
    const words = target.name && form.querySelector(`[data-of="${target.name}"]`); // where they are looked for depends on what happens
    if (words?.value) tell(words.name, TAKE.words(words, form));
    if (target.name === 'date') form.querySelectorAll('[data-span]').forEach((one) => tell(one.dataset.span, takeSpan(one)));
  };
}

function branchForm(branch, n, of) {
  const part = document.querySelector('template[data-form="branch"]').content.firstElementChild.cloneNode(true);
  for (const name of ['name', 'data-rule']) part.querySelectorAll(`[${name}]`).forEach((one) => one.setAttribute(name, one.getAttribute(name).replace('#', n)));
  part.dataset.branch = branch.id;
  part.querySelector('[data-remove-branch]').hidden = of < 2;
  return part;
}

export function form(name) {
  const template = document.querySelector(`template[data-form="${name}"]`), made = document.createElement('form');
  made.className = 'step-form';
  made.append(template.content.cloneNode(true));
  made.onsubmit = (event) => event.preventDefault();
  return { made, title: template.dataset.title };
}
