// The blocks as forms, one row each; two languages beside each other when asked for.
import { post } from '../js/dom.js';
import { after, fresh, freshId, moved } from './text.js';
import { dressWhen, whenKnown } from './when.js';

export class Rows {
  constructor(writing) {
    this.writing = writing;
    this.place = writing.querySelector('[data-rows]');
    this.place.addEventListener('input', (event) => this.typed(event));
    this.place.addEventListener('change', (event) => this.chosen(event));
    this.place.addEventListener('click', (event) => this.clicked(event));
    this.place.addEventListener('keydown', (event) => this.keyed(event));
  }

  form(kind) { return this.writing.querySelector(`template[data-kind="${kind}"]`).content.cloneNode(true); }

  draw() {
    const { texts, tongue, beside } = this.writing;
    this.place.replaceChildren(this.row(null));
    if (!texts[tongue]) return;
    const own = texts[tongue].blocks, other = beside ? (texts[beside]?.blocks || []) : [];
    for (const block of own) this.place.append(this.row(block));
    for (const block of other) if (!own.some((one) => one.id === block.id)) this.place.append(this.row(block));
    for (const area of this.place.querySelectorAll('textarea')) this.grow(area);
  }

  /** One block (null: the subject and the like) in a frame, with a cell for each language shown. */
  row(block) {
    const { tongue, beside, mayWrite } = this.writing;
    const frame = this.form('frame').firstElementChild;
    frame.dataset.id = block?.id || '';
    if (block) frame.querySelector('[data-called]').textContent = this.writing.querySelector(`template[data-kind="${block.kind}"]`).dataset.called;
    else { frame.classList.add('w-envelope'); frame.querySelector('header').remove(); frame.querySelector('[data-when]').remove(); }
    if (!mayWrite) frame.querySelector('.w-block-tools')?.remove();
    for (const language of [tongue, beside].filter(Boolean)) frame.querySelector('[data-cells]').append(this.cell(block, language));
    if (block) dressWhen(frame, block.when);
    return frame;
  }

  cell(block, language) {
    const cell = document.createElement('div'), written = this.writing.texts[language];
    cell.className = 'w-cell';
    cell.lang = cell.dataset.language = language;
    if (!written) { if (!block) cell.append(this.untold(language)); return cell; }
    const held = block ? written.blocks.find((one) => one.id === block.id) : written;
    if (!held) { cell.append(this.gone(block, language)); return cell; }
    cell.append(this.form(block?.kind || 'envelope'));
    this.fill(cell, held);
    return cell;
  }

  fill(cell, held) {
    for (const input of cell.querySelectorAll('[data-f]')) {
      const value = held[input.dataset.f];
      if (input.type === 'checkbox') input.checked = Boolean(value); else input.value = value ?? '';
      input.disabled = !this.writing.mayWrite && input.type === 'checkbox';
      input.readOnly = !this.writing.mayWrite;
    }
    const list = cell.querySelector('[data-list]');
    for (const [number, row] of (list ? held.rows : []).entries()) {
      const form = this.form('row').firstElementChild;
      form.dataset.row = number;
      for (const input of form.querySelectorAll('[data-f]')) { input.value = row[input.dataset.f]; input.readOnly = !this.writing.mayWrite; }
      list.append(form);
    }
    if (held.file) this.picture(cell, held.file);
  }

  picture(cell, file) {
    const image = cell.querySelector('[data-picture] img');
    image.src = `${this.writing.dataset.pictures}${file}/`;
    image.hidden = false;
  }

  /** A language nobody has begun. */
  untold(language) {
    const { writing } = this, form = this.form('untold').firstElementChild;
    form.querySelector('[data-untold]').textContent = writing.dataset.untold.replace('%s', writing.tongueName(language));
    const from = Object.keys(writing.texts).filter((one) => writing.texts[one].blocks.length).sort((a, b) => (b === 'en') - (a === 'en'));
    for (const one of writing.mayWrite ? from : []) {
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn small', textContent: writing.dataset.copyFrom.replace('%s', writing.tongueName(one)) });
      button.addEventListener('click', () => writing.begin(language, one));
      form.querySelector('[data-froms]').append(button);
    }
    const begin = form.querySelector('[data-do=begin]');
    begin.textContent = writing.dataset.empty;
    begin.hidden = !writing.mayWrite;
    begin.addEventListener('click', () => writing.begin(language));
    return form;
  }

  /** A block that this language lacks and another has. */
  gone(block, language) {
    const { writing } = this, button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn small w-lacks' });
    const from = Object.keys(writing.texts).find((one) => one !== language && writing.texts[one].blocks.some((held) => held.id === block.id));
    button.textContent = writing.dataset.copyFrom.replace('%s', writing.tongueName(from));
    button.disabled = !writing.mayWrite;
    button.addEventListener('click', () => {
      const source = writing.texts[from].blocks, at = source.findIndex((held) => held.id === block.id);
      const written = writing.texts[language];
      written.blocks = after(written.blocks, source[at - 1]?.id || '', structuredClone(source[at]));
      writing.changed();
      writing.draw();
    });
    return button;
  }

  where(target) {
    return { id: target.closest('.w-block')?.dataset.id || '', language: target.closest('.w-cell')?.dataset.language || this.writing.tongue };
  }

  typed(event) {
    const input = event.target, { id, language } = this.where(input);
    if (input.matches('textarea')) this.grow(input);
    if (input.matches('[data-when-in], [data-when-value]')) return this.when(input);
    if (!input.dataset.f) return undefined;
    const row = input.closest('[data-row]');
    if (!row) return this.writing.put(id, input.dataset.f, input.type === 'checkbox' ? input.checked : input.value, language);
    const rows = structuredClone(this.held(id, language).rows);
    rows[row.dataset.row][input.dataset.f] = input.value;
    return this.writing.put(id, 'rows', rows, language);
  }

  when(input) {
    const frame = input.closest('.w-block');
    if (!input.matches('[data-when-in]')) frame.querySelector('[data-when-in]').value = whenKnown(frame);
    const value = frame.querySelector('[data-when-in]').value;
    dressWhen(frame, value, { keep: true });
    this.writing.put(frame.dataset.id, 'when', value, this.writing.tongue);
  }

  chosen(event) {
    if (event.target.matches('[data-when-field], [data-when-how]')) this.when(event.target);
    if (event.target.matches('[data-upload]')) this.upload(event.target);
  }

  async upload(input) {
    const { id, language } = this.where(input), data = new FormData();
    if (!input.files[0]) return;
    data.append('file', input.files[0]);
    const answer = await post(this.writing.dataset.upload, data);
    if (!answer) return;
    const { file, width, height } = await answer.json();
    for (const [field, value] of Object.entries({ file, width, height })) this.writing.put(id, field, value, language);
    this.writing.draw();
  }

  held(id, language) { return this.writing.texts[language].blocks.find((block) => block.id === id); }

  clicked(event) {
    const deed = event.target.closest('[data-do]')?.dataset.do;
    if (!deed) return;
    const { id, language } = this.where(event.target), { writing } = this;
    if (deed === 'up' || deed === 'down') this.move(id, deed === 'up' ? -1 : 1);
    if (deed === 'delete') { writing.everywhere((blocks) => blocks.filter((block) => block.id !== id)); this.place.querySelector('.w-block:last-child')?.focus(); }
    if (deed === 'double') this.double(id);
    if (deed === 'comment') this.comment(id);
    if (deed === 'when') this.openWhen(event.target.closest('.w-block'));
    if (deed === 'row') this.rowsOf(id, language, (rows) => [...rows, { label: '', value: '' }]);
    if (deed === 'unrow') { const number = Number(event.target.closest('[data-row]').dataset.row); this.rowsOf(id, language, (rows) => rows.filter((_row, at) => at !== number)); }
  }

  rowsOf(id, language, work) { this.writing.put(id, 'rows', work(structuredClone(this.held(id, language).rows)), language); this.writing.draw(); }

  openWhen(frame) {
    const box = frame.querySelector('[data-when]');
    box.hidden = !box.hidden;
    frame.querySelector('[data-do=when]').setAttribute('aria-expanded', !box.hidden);
    if (!box.hidden) box.querySelector('[data-when-in]').focus();
  }

  comment(id) {
    this.writing.show('versions');
    this.writing.toSide();
    const started = Date.now(), wait = () => {
      const form = this.writing.querySelector('.w-say');
      if (!form) { if (Date.now() - started < 4000) setTimeout(wait, 60); return; }
      form.querySelector('[data-remark-block]').value = id;
      form.querySelector('[data-remark-language]').value = this.writing.tongue;
      form.querySelector('textarea').focus();
    };
    setTimeout(wait, 150);
  }

  add(kind) {
    const id = freshId(), at = this.place.querySelector('.w-block:focus-within')?.dataset.id || '';
    this.writing.everywhere((blocks) => (at ? after(blocks, at, fresh(kind, id)) : [...blocks, fresh(kind, id)]));
    this.focus(id, '');
  }

  double(id) {
    const other = freshId();
    this.writing.everywhere((blocks) => { const held = blocks.find((block) => block.id === id); return held ? after(blocks, id, { ...structuredClone(held), id: other }) : blocks; });
    this.focus(other, '');
  }

  move(id, by) {
    const tool = document.activeElement?.dataset?.do;
    this.keepFocus(() => this.writing.everywhere((blocks) => moved(blocks, id, by)));
    if (tool) this.block(id)?.querySelector(`[data-do="${tool}"]`)?.focus();
    this.block(id)?.scrollIntoView({ block: 'nearest' });
  }

  block(id) { return this.place.querySelector(`.w-block[data-id="${CSS.escape(id)}"]`); }

  focus(id, field) {
    const frame = this.block(id || ''), inputs = frame?.querySelector(`[data-f="${CSS.escape(field || '')}"]`) || frame?.querySelector('.w-cell [data-f]') || frame;
    if (field === 'when' && frame) { frame.querySelector('[data-when]').hidden = false; frame.querySelector('[data-when-in]').focus(); return; }
    frame?.scrollIntoView({ block: 'center' });
    inputs?.focus({ preventScroll: true });
  }

  /** Redraws, and puts the cursor where it was. */
  keepFocus(work) {
    const active = document.activeElement, { id, language } = active.closest?.('.w-cell') ? this.where(active) : {};
    const field = active.dataset?.f, start = active.selectionStart;
    work();
    if (!field) return;
    const again = this.block(id)?.querySelector(`.w-cell[data-language="${language}"] [data-f="${field}"]`);
    again?.focus({ preventScroll: true });
    if (again?.setSelectionRange && start !== null && again.type !== 'checkbox') again.setSelectionRange(start, start);
  }

  keyed(event) { if ((event.ctrlKey || event.metaKey) && event.target.matches('[data-f]')) this.writing.insert.keyed(event); }

  grow(area) {
    if (CSS.supports('field-sizing', 'content')) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }
}
