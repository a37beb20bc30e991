// <lanka-choices>: every button and list saves at once and the page stays where it is. Without a script the same forms do the same.
customElements.define('lanka-choices', class extends HTMLElement {
  connectedCallback() {
    document.documentElement.classList.add('live');
    this.addEventListener('submit', (event) => { event.preventDefault(); this.save(event.target, event.submitter); });
    this.addEventListener('change', (event) => this.changed(event.target));
    this.querySelector('.sought')?.scrollIntoView({ block: 'start' });
  }

  changed(field) {
    const form = field.form;
    if (!form?.matches('.rest')) return;
    const picking = form.elements.pause?.value === 'date';
    form.classList.toggle('picking', picking);
    if (field.name === 'pause' && picking) { form.elements.until.focus(); return; }
    form.requestSubmit();
  }

  async save(form, button) {
    const body = new URLSearchParams(new FormData(form, button));
    const at = document.activeElement?.dataset?.focus || button?.dataset?.focus;
    this.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(location.href, { method: 'POST', body });
      this.show(new DOMParser().parseFromString(await answer.text(), 'text/html'), answer.url, at);
    } catch {
      const note = this.querySelector('#saved');
      note.textContent = this.dataset.wrong;
      note.className = 'saved note wrong';
    }
    this.removeAttribute('aria-busy');
  }

  show(page, url, at) {
    const fresh = page.querySelector('lanka-choices');
    if (!fresh) { location.reload(); return; }
    const open = [...this.querySelectorAll('details[open]')].map((one) => one.closest('section')?.id || 'history');
    const words = fresh.querySelector('#saved').innerHTML;
    fresh.querySelector('#saved').replaceChildren();
    this.replaceChildren(...fresh.childNodes);
    for (const id of open) (id === 'history' ? this.querySelector('.history') : this.querySelector(`#${CSS.escape(id)} details`))?.setAttribute('open', '');
    history.replaceState(null, '', new URL(url).pathname + this.tongue(url));
    requestAnimationFrame(() => { this.querySelector('#saved').innerHTML = words; }); // a region that is there before its words: readers say them
    this.focusOn(at);
  }

  tongue(url) {
    const language = new URL(url).searchParams.get('language');
    return language ? `?language=${encodeURIComponent(language)}` : '';
  }

  focusOn(at) {
    const place = at && this.querySelector(`[data-focus="${CSS.escape(at)}"]:not([disabled])`);
    (place || this.querySelector(`[data-focus^="${CSS.escape((at || '').split('-')[0])}-"]:not([disabled])`))?.focus({ preventScroll: true });
  }
});
