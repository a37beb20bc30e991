// Beside the drawing: somebody's year. Each change of the form or of the drawing walks it again; the way is bright on the canvas.
import { ask, build, hear, later } from '../js/dom.js';

export function simulation(builder) {
  let told = {}, asked = 0;

  const walk = later(120, async () => {
    const mine = ++asked, fresh = !builder.querySelector('[data-simulation]');
    const answer = await ask(builder.dataset.simulate, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ graph: builder.graph, told }) });
    if (!answer || mine !== asked || !builder.simulating) return;
    const { form, year, way } = await answer.json();
    if (fresh || builder.formOf !== shape(builder.graph, told)) show(form);
    else builder.querySelector('[data-year]').innerHTML = year;
    builder.formOf = shape(builder.graph, told);
    builder.follow(way);
  });

  function show(html) {
    const content = build(html);
    const form = content.querySelector('form');
    form.onsubmit = (event) => event.preventDefault();
    form.oninput = ({ target }) => {
      if ('findPerson' in target.dataset) return;
      told = Object.fromEntries(new FormData(form));
      walk();
    };
    form.onclick = (event) => {
      const chosen = event.target.closest('[name=customer].item'), forget = event.target.closest('[data-forget]');
      if (!chosen && !forget) return;
      event.preventDefault();
      told = { ...Object.fromEntries(new FormData(form)), customer: chosen?.value || '' };
      builder.formOf = '';
      walk.now();
    };
    builder.side(document.querySelector('[data-panel="simulate"]').dataset.command, content);
  }

  hear(builder, { 'journey:changed': () => builder.simulating && walk() });
  return () => { builder.formOf = ''; builder.simulating = true; walk.now(); };
}

/** What the form is made of: the questions that the drawing asks, and of whom. */
const shape = (graph, told) => JSON.stringify([graph.goal_event, graph.goal, graph.leave, told.customer || '', graph.steps], (key, value) => (['span', 'hour', 'weekdays', 'timeout', 'note', 'url', 'value'].includes(key) ? undefined : value));
