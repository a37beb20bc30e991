// The small forms: questions before the chat, leave a message, an address for the answer, a code that proves it.
const cards = {
  // What stands at the end of the thread, by name; the form is kept while the name stays, so that nothing typed is lost.
  which() {
    if (this.asking) return this.asking;
    if (!config.open && !thread.started) return 'leave';
    if (!thread.started && config.questions.length && !keep.get('asked')) return 'questions';
    if (thread.started && !me().email && !keep.get('no_email')) return 'email';
    return thread.started && me().email && thread.unanswered ? 'known' : '';
  },
  paint(tail) {
    const name = this.which();
    const blocks = name === 'leave' || (name === 'questions' && config.questions.some((q) => q.required));
    panel.root.classList.toggle('blocked', blocks);
    const print = name + me().email + config.language;
    if (tail.print === print) return;
    tail.print = print;
    tail.replaceChildren(...(name ? [].concat(this[name]()) : []));
  },
  ask(name) { this.asking = name; show(); setTimeout(() => log.down(true)); },
  done() { this.asking = ''; show(); compose.text.focus(); },

  questions() {
    const fields = config.questions.map((q) => field(q.key, { label: words[q.key] || q.key, required: q.required, options: q.options, value: me()[q.key] }));
    const needed = config.questions.some((q) => q.required);
    return form(fields, say('begin'), (values) => { learn(values); keep.set('asked', true); this.done(); },
      !needed && { label: say('skip'), does: () => { keep.set('asked', true); this.done(); } });
  },
  leave() {
    const extra = config.questions.filter((q) => !['name', 'email'].includes(q.key));
    const fields = [field('text', { label: say('your_message'), required: true, long: true }),
      field('name', { label: say('name'), value: me().name }), field('email', { label: say('email'), required: true, value: me().email }),
      ...extra.map((q) => field(q.key, { label: words[q.key] || q.key, required: q.required, options: q.options }))];
    return form(fields, say('send'), ({ text, ...values }) => { learn(values); keep.set('asked', true); speak(text, [], { left_message: true }); });
  },
  email() {
    const skip = () => { keep.set('no_email', true); show(); };
    return [h('p.ask', {}, say('ask_email'), ' ', h('button', { type: 'button', onclick: skip }, say('later'))), form([field('email', { label: say('email'), required: true, bare: true })], say('save'),
      (values) => { learn(values); quietly('about', { ...values, language: config.language }); show(); })];
  },
  known: () => h('p.ask', {}, config.open ? say('by_email', { email: me().email }) : say('left', { email: me().email })),
  move() {
    return [h('p.ask', {}, say('move_why')), form([field('email', { label: say('email'), required: true, value: me().email })], say('code_send'), async ({ email }) => {
      await post('prove', { address: email, language: config.language });
      learn({ email });
      this.ask('code');
    }, { label: say('cancel'), does: () => this.done() })];
  },
  code() {
    const { email } = me();
    return [h('p.ask', {}, say('code_sent', { email })), form([field('code', { label: say('code'), required: true })], say('code_ok'), async ({ code }) => {
      await post('prove', { address: email, code });
      this.ask('proved');
      setTimeout(() => this.asking === 'proved' && this.done(), 6000);
    }, { label: say('cancel'), does: () => this.done() })];
  },
  proved: () => h('p.ask', { role: 'status' }, say('code_done')),
  forget() {
    return [h('p.ask', {}, say('forget_sure')), form([], say('forget_yes'), () => { this.asking = ''; forget(true); }, { label: say('cancel'), does: () => this.done() })];
  },
};

// Kept on this device, sent with each message; known questions by their own names, the company's own as answers.
function learn(values) {
  const about = me(), before = JSON.stringify(about);
  for (const [key, value] of Object.entries(values)) {
    if (!value) continue;
    if (['name', 'email', 'phone'].includes(key)) about[key] = value;
    else about.answers = { ...about.answers, [key]: value };
  }
  if (JSON.stringify(about) !== before) keep.set('me', about);
}

const KINDS = { email: ['email', 'email'], phone: ['tel', 'tel'], name: ['text', 'name'], code: ['text', 'one-time-code'] };
function field(key, { label, required, options, value, long, bare }) {
  const id = 'f-' + key, [type, fills] = KINDS[key] || ['text', 'off'];
  const wrong = h('small.wrong', { id: id + '-w', role: 'alert' });
  let input;
  if (options?.length) {
    const name = 'q-' + key;
    input = h('.options', { role: 'radiogroup', 'aria-label': label }, ...options.map((option) => h('label', {}, h('input', { type: 'radio', name, value: option }), h('span', {}, option))));
  } else {
    const props = { id, 'aria-describedby': id + '-w', 'aria-required': !!required + '', value: value || '', maxlength: long ? LONGEST : 200, autocomplete: fills };
    if (key === 'code') props.inputmode = 'numeric';
    input = long ? h('textarea', { ...props, rows: 4 }) : h('input', { type: type === 'email' ? 'text' : type, inputmode: type === 'email' ? 'email' : null, ...props });
    if (bare) input.placeholder = label;
  }
  const node = h('.field', {}, h('label' + (bare ? '.quiet' : ''), { htmlFor: id }, label, required && !bare ? ' *' : ''), input, wrong);
  return { key, required, bare, node, wrong, input, get value() { return (options?.length ? input.querySelector(':checked')?.value || '' : input.value).trim(); } };
}
function form(fields, label, does, other) {
  const trouble = h('small.wrong', { role: 'alert' });
  const go = h('button.go', { type: 'submit' }, label);
  const complain = (f, text) => { f.wrong.textContent = text; f.input.setAttribute('aria-invalid', !!text + ''); return text; };
  return h('form.card' + (fields[0]?.bare ? '.inline' : ''), { novalidate: true, onsubmit: async (e) => {
    e.preventDefault();
    trouble.textContent = '';
    const bad = fields.filter((f) => complain(f, f.required && !f.value ? say('needed') : f.key === 'email' && f.value && !/^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/.test(f.value) ? say('bad_email') : ''));
    if (bad.length) return (bad[0].input.matches('input,textarea') ? bad[0].input : bad[0].input.querySelector('input')).focus();
    go.disabled = true;
    try {
      await does(Object.fromEntries(fields.map((f) => [f.key, f.value])));
    } catch (no) {
      trouble.textContent = say({ code: 'code_wrong', pace: 'try_later' }[no.code] || 'offline');
    }
    go.disabled = false;
  } }, ...fields.map((f) => f.node), trouble, h('.buttons', {}, other && h('button', { type: 'button', onclick: other.does }, other.label), go));
}
