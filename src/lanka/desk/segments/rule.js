// <lanka-rule>: a rule as rows of plain words. Keeps the tree as JSON in its hidden field and asks for size and people while one types.
import { ask, later } from '../js/dom.js';

const element = (name, attributes = {}, ...inside) => {
  const made = Object.assign(document.createElement(name), attributes);
  for (const [key, value] of Object.entries(attributes)) if (key.startsWith('aria-')) made.setAttribute(key, value);
  made.append(...inside);
  return made;
};
const option = ([value, words], chosen) => element('option', { value, textContent: words, selected: String(chosen ?? '') === value });
let lists = 0;

customElements.define('lanka-rule', class extends HTMLElement {
  connectedCallback() {
    const { kinds, words } = JSON.parse(this.querySelector('#rule-vocabulary').textContent);
    this.kinds = new Map(kinds.map((kind) => [kind.is, kind]));
    this.words = words;
    this.fixed = this.hasAttribute('data-fixed');
    this.tree = JSON.parse(this.querySelector('#rule-tree').textContent);
    this.place = this.querySelector('.rule-tree');
    this.kept = this.querySelector('[name="rule"]');
    this.shows = document.getElementById(this.dataset.shows);
    this.look = later(350, () => this.find());
    this.draw();
  }

  disconnectedCallback() { this.look.stop(); this.asked?.abort(); }

  changed() { this.keep(); this.look(); }

  keep() { this.kept.value = JSON.stringify(this.tree); }

  draw(focus) {
    this.place.replaceChildren(this.group(this.tree, null));
    if (this.fixed) this.place.querySelectorAll('button, input, select').forEach((one) => { one.disabled = true; });
    this.keep();
    if (focus) this.place.querySelector(`[data-at="${focus}"] :is(select, input, button)`)?.focus();
  }

  redraw(node) { this.draw(this.path(node)); this.look(); }

  /** Where a node stands: '0.2'. */
  path(node, from = this.tree, at = '') {
    if (node === from) return at || 'root';
    for (const [n, child] of (from.rules || []).entries()) {
      const found = this.path(node, child, at ? `${at}.${n}` : `${n}`);
      if (found) return found;
    }
    return '';
  }

  async find() {
    this.asked?.abort();
    this.asked = new AbortController();
    this.shows.setAttribute('aria-busy', 'true');
    const answer = await ask(this.dataset.try, { method: 'POST', body: JSON.stringify(this.tree), headers: { 'Content-Type': 'application/json' }, signal: this.asked.signal });
    if (!answer) return;
    this.shows.innerHTML = await answer.text();
    this.shows.removeAttribute('aria-busy');
  }

  group(node, parent) {
    const how = element('select', { 'aria-label': this.words.fits }, ...['all', 'any', 'none'].map((one) => option([one, this.words[one]], node.is)));
    how.addEventListener('change', () => { node.is = how.value; this.redraw(node); });
    const head = element('div', { className: 'rule-head' }, element('span', { textContent: this.words.fits }), how);
    if (parent) head.append(this.remover(node, parent));
    const box = element('div', { className: parent ? 'rule-group inner' : 'rule-group' }, head);
    box.dataset.at = this.path(node);
    const rows = element('ol', { className: 'rule-rows' });
    for (const [n, one] of node.rules.entries()) {
      if (n) rows.append(element('li', { className: 'rule-joint', textContent: { all: this.words.and, any: this.words.or, none: this.words.nor }[node.is] }));
      rows.append(element('li', {}, one.rules ? this.group(one, node) : this.row(one, node)));
    }
    if (!node.rules.length) rows.append(element('li', { className: 'soft rule-empty', textContent: parent ? '–' : this.words.empty }));
    box.append(rows);
    if (!this.fixed) box.append(this.adder(node, parent));
    return box;
  }

  adder(node) {
    const one = element('button', { type: 'button', className: 'btn small', textContent: `+ ${this.words.add}` });
    one.addEventListener('click', () => { const made = this.fresh('bought'); node.rules.push(made); this.redraw(made); });
    const group = element('button', { type: 'button', className: 'btn small plain', textContent: `+ ${this.words.group}` });
    group.addEventListener('click', () => { const made = { is: 'any', rules: [this.fresh('bought')] }; node.rules.push(made); this.redraw(made.rules[0]); });
    return element('div', { className: 'rule-add' }, one, group);
  }

  remover(node, parent) {
    const button = element('button', { type: 'button', className: 'icon small rule-away', title: this.words.remove, 'aria-label': this.words.remove, textContent: '×' });
    button.addEventListener('click', () => { parent.rules.splice(parent.rules.indexOf(node), 1); this.redraw(parent); });
    return button;
  }

  fresh(is) { return { is }; }

  row(node, parent) {
    const kind = this.kinds.get(node.is);
    const what = element('select', { className: 'rule-kind', 'aria-label': this.words.condition }, ...[...this.kinds.values()].map((one) => option([one.is, one.label], node.is)));
    what.addEventListener('change', () => { const made = this.fresh(what.value); parent.rules[parent.rules.indexOf(node)] = made; this.redraw(made); });
    const row = element('div', { className: 'rule-row' }, what);
    row.dataset.at = this.path(node);
    for (const field of kind?.fields || []) this.settle(node, field);
    const fields = (kind?.fields || []).filter((field) => this.fits(node, field));
    const hidden = fields.filter((field) => field.more && !this.used(node, field));
    row.append(...fields.filter((field) => !hidden.includes(field)).map((field) => this.field(node, field)));
    const unit = row.querySelector(':scope > .rule-unit');
    if (unit) { const pair = element('span', { className: 'rule-pair' }); unit.previousElementSibling.before(pair); pair.append(pair.nextElementSibling, unit); }
    if (hidden.length && !this.fixed) row.append(this.more(node, hidden));
    row.append(this.remover(node, parent));
    return row;
  }

  more(node, hidden) {
    const button = element('button', { type: 'button', className: 'btn small plain rule-more', textContent: `${this.words.more} …` });
    button.addEventListener('click', () => { (this.opened ||= new WeakSet()).add(node); this.redraw(node); });
    return button;
  }

  used(node, field) { return this.opened?.has(node) || (node[field.name] !== undefined && node[field.name] !== '' && node[field.name] !== 0 && node[field.name] !== (field.start ?? '')); }

  fits(node, field) { return Object.entries(field.only || {}).every(([name, values]) => values.includes(node[name])); }

  /** A value for every field that shows, and none for those that do not. */
  settle(node, field) {
    const alike = this.kinds.get(node.is).fields.filter((one) => one.name === field.name);
    if (!this.fits(node, field)) { if (!alike.some((one) => this.fits(node, one))) delete node[field.name]; return; }
    if (field.as === 'choice' && !field.many) {
      const values = field.options.map(([value]) => value);
      const now = field.name === 'no' ? (node.no ? '1' : '') : String(node[field.name] ?? '');
      if (!values.includes(now)) this.set(node, field, field.start ?? values[0] ?? '');
      else if (node[field.name] === undefined && field.name !== 'no') this.set(node, field, now);
    } else if ((field.many || field.as === 'list') && !Array.isArray(node[field.name])) node[field.name] = field.many && field.options.length ? [field.options[0][0]] : [];
    else if (field.many) node[field.name] = node[field.name].filter((value) => field.options.some(([known]) => known === value));
    else if (field.as === 'number' && node[field.name] === undefined && field.start) node[field.name] = field.start;
    else if (field.as === 'date' && !node[field.name]) node[field.name] = new Date().toISOString().slice(0, 10);
  }

  set(node, field, value) { node[field.name] = field.name === 'no' ? value === '1' : field.number ? Number(value) : value; }

  field(node, field) {
    if (field.as === 'choice') return field.many ? this.picks(node, field) : this.choice(node, field);
    const input = element('input', { type: { number: 'number', date: 'date' }[field.as] || 'text', className: `rule-${field.as}`, 'aria-label': field.label, placeholder: field.as === 'list' ? `${field.label}: ${this.words.several}` : field.label });
    const value = node[field.name];
    input.value = field.as === 'list' ? (value || []).join(', ') : field.as === 'money' ? (value ? value / 100 : '') : value ?? '';
    if (field.least) input.min = field.least;
    input.addEventListener('input', () => { this.typed(node, field, input); this.changed(); });
    const made = [input];
    if (field.as === 'money') made.push(this.choice(node, { name: 'currency', label: field.label, options: field.currencies.map((one) => [one, one]) }));
    if (field.list?.length) { const list = element('datalist', { id: `rule-list-${lists += 1}` }, ...field.list.map((one) => element('option', { value: one }))); input.setAttribute('list', list.id); made.push(list); }
    const named = field.more || ['low', 'high'].includes(field.name);
    return element('label', { className: 'rule-field' }, ...(named ? [element('span', { textContent: field.label })] : []), ...made);
  }

  typed(node, field, input) {
    const text = input.value.trim();
    if (field.as === 'list') node[field.name] = text.split(',').map((one) => one.trim()).filter(Boolean);
    else if (field.as === 'number') node[field.name] = Math.max(field.least || 0, Math.round(Number(text) || 0));
    else if (field.as === 'money') node[field.name] = Math.max(0, Math.round(Number(text.replace(',', '.')) * 100) || 0);
    else node[field.name] = text;
  }

  choice(node, field) {
    const now = field.name === 'no' ? (node.no ? '1' : '') : node[field.name];
    const select = element('select', { className: `rule-${field.name}`, 'aria-label': field.label }, ...field.options.map((one) => option(one, now)));
    select.addEventListener('change', () => { this.set(node, field, select.value); this.redraw(node); this.again(node, field.name); });
    return field.more ? element('label', { className: 'rule-field' }, element('span', { textContent: field.label }), select) : select;
  }

  /** The same field after drawing anew: the keyboard stays where it was. */
  again(node, name) { this.place.querySelector(`[data-at="${this.path(node)}"] .rule-${name}`)?.focus(); }

  picks(node, field) {
    const box = element('span', { className: 'rule-picks', role: 'group', 'aria-label': field.label });
    for (const [value, words] of field.options) {
      const tick = element('input', { type: 'checkbox', checked: node[field.name].includes(value) });
      tick.addEventListener('change', () => {
        node[field.name] = tick.checked ? [...node[field.name], value] : node[field.name].filter((one) => one !== value);
        this.changed();
      });
      box.append(element('label', {}, tick, element('span', { textContent: words })));
    }
    return box;
  }
});
