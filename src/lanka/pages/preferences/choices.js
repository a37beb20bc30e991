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
      this.show(this.part(await answer.text()), answer.url, at);
    } catch {
      const note = this.querySelector('#saved');
      note.textContent = this.dataset.wrong;
      note.className = 'saved note wrong';
    }
    this.removeAttribute('aria-busy');
  }

  // Only this element of the answer: the page's own <style> carries another nonce.
  part(html) {
    const part = html.slice(html.indexOf('<lanka-choices'), html.lastIndexOf('</lanka-choices>'));
    return new DOMParser().parseFromString(part, 'text/html').querySelector('lanka-choices');
  }

  show(fresh, url, at) {
    if (!fresh) { location.reload(); return; }
    const place = (one) => `${one.closest('section')?.id || ''} ${one.className}`;
    const open = new Set([...this.querySelectorAll('details[open]')].map(place));
    const words = fresh.querySelector('#saved').innerHTML;
    fresh.querySelector('#saved').replaceChildren();
    this.replaceChildren(...fresh.childNodes);
    for (const one of this.querySelectorAll('details')) if (open.has(place(one))) one.open = true;
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
