// Publishing: a dialog with findings, what changes and what becomes of those inside; the door; the editions beside the drawing.
import { ask, build, post } from '../js/dom.js';

export function publishing(builder) {
  const dialog = builder.querySelector('[data-publish-dialog]');

  async function open(url) {
    await builder.draft.settled();
    const answer = await ask(url);
    if (!answer) return;
    dialog.innerHTML = await answer.text();
    if (!dialog.open) dialog.showModal();
    dialog.querySelector('.btn.go:not([disabled]), [data-mend], .icon')?.focus();
  }

  /** The head of the page again, with what the server says now. */
  async function took(answer) {
    if (!answer) return;
    const doings = build(await answer.text()).firstElementChild;
    builder.querySelector('#journey-state').innerHTML = doings.querySelector('[data-state-chip]').innerHTML;
    builder.querySelector('#journey-doings').replaceWith(doings);
    dialog.close();
    builder.look();
  }

  builder.addEventListener('click', async ({ target }) => {
    const on = (selector) => target.closest(selector);
    if (on('[data-publish]')) await open(on('[data-publish]').dataset.publish);
    else if (on('[data-close-dialog]')) dialog.close();
    else if (on('[data-mend]')) { dialog.close(); builder.choose(on('[data-mend]').dataset.mend); } else if (on('[data-run]')) await took(await post(on('[data-run]').dataset.run, { what: on('[data-run]').dataset.what }));
    else if (on('[data-panel="editions"]')) {
      const { load, name } = on('[data-panel]').dataset, answer = await ask(load);
      if (!answer) return;
      builder.choose('');
      builder.side(name, build(await answer.text()));
    }
  });

  dialog.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { target: form, submitter } = event, told = new FormData(form, submitter);
    if (form.dataset.doPublish) await took(await post(form.dataset.doPublish, told));
    if (form.dataset.past) await took(await post(form.dataset.past, told));
  });

  dialog.addEventListener('change', async ({ target }) => {
    const form = target.closest('[data-past]');
    if (!form || !target.value) return;
    const answer = await ask(`${form.dataset.past}?since=${target.value}`);
    if (answer) form.querySelector('[data-past-count]').innerHTML = await answer.text();
  });
}
