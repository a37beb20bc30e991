// <lanka-campaign>: variants come and go; the name above follows the field. The form itself is sent by htmx as it changes.
customElements.define('lanka-campaign', class extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector('.camp-variants');
    this.addEventListener('click', (event) => {
      if (event.target.closest('[data-add]')) this.add();
      const away = event.target.closest('[data-away]');
      if (away) { away.closest('li').remove(); this.number(); this.changed(); }
    });
    this.querySelector('#name').addEventListener('input', ({ target }) => { document.getElementById('camp-title').textContent = target.value; });
    this.querySelector('[name="sends_at"]').addEventListener('input', () => { this.querySelector('[value="later"]').checked = true; });
    this.number();
  }

  add() {
    this.list.append(this.querySelector('template').content.cloneNode(true));
    this.list.querySelectorAll('[name="weight"]').forEach((one) => { one.value = 50; });
    this.number();
    this.list.lastElementChild.querySelector('select').focus();
  }

  number() {
    const rows = [...this.list.children];
    rows.forEach((row, n) => { row.querySelector('.camp-letter').textContent = 'ABCDEF'[n]; });
    this.toggleAttribute('data-alone', rows.length < 2);
    this.querySelector('.camp-test').hidden = rows.length < 2;
    this.querySelector('[data-add]').disabled = rows.length >= 6;
  }

  changed() { this.list.dispatchEvent(new Event('change', { bubbles: true })); }
});
