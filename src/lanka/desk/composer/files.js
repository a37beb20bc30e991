// Files for the message: dropped, pasted or picked; each is uploaded at once and may be taken out again.
import { build, csrf } from '../js/dom.js';

const LUCIDE_X = '<svg width="14" height="14" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><path d="M18 6 6 18M6 6l12 12"/></svg>';

export class Files {
  constructor(composer) {
    this.composer = composer;
    this.place = composer.querySelector('[data-files]');
    this.field = composer.querySelector('[name=files]');
    this.list = JSON.parse(this.field.value || '[]');
    this.busy = 0;
    composer.querySelector('[data-pick]').addEventListener('change', ({ target }) => { this.add(target.files); target.value = ''; });
    composer.addEventListener('paste', (event) => { if (event.clipboardData.files.length) { event.preventDefault(); this.add(event.clipboardData.files); } });
    const over = (on) => (event) => { if ([...event.dataTransfer.types].includes('Files')) { event.preventDefault(); composer.classList.toggle('drop', on); } };
    composer.addEventListener('dragover', over(true));
    composer.addEventListener('dragleave', over(false));
    composer.addEventListener('drop', (event) => { over(false)(event); this.add(event.dataTransfer.files); });
    this.list.forEach((file) => this.show(file));
  }

  add(files) {
    if (this.composer.can.files === false) return this.composer.refuse(this.composer.dataset.noFiles);
    for (const file of files) this.upload(file);
    return undefined;
  }

  chip(name) {
    const chip = build(`<li class="file"><b></b><progress max="1" value="0"></progress><button type="button">${LUCIDE_X}</button></li>`).firstElementChild;
    chip.querySelector('b').textContent = name;
    chip.querySelector('button').setAttribute('aria-label', `× ${name}`);
    this.place.append(chip);
    return chip;
  }

  show(file, chip = this.chip(file.name)) {
    chip.querySelector('progress')?.remove();
    chip.querySelector('button').addEventListener('click', () => { chip.remove(); this.list = this.list.filter((other) => other.sha256 !== file.sha256); this.changed(); });
  }

  upload(file) {
    const chip = this.chip(file.name), request = new XMLHttpRequest(), data = new FormData();
    data.append('file', file);
    this.busy += 1;
    request.upload.onprogress = (event) => { if (event.lengthComputable) chip.querySelector('progress').value = event.loaded / event.total; };
    request.onloadend = () => {
      this.busy -= 1;
      if (request.status === 200) {
        const kept = JSON.parse(request.responseText);
        this.list.push(kept);
        this.show(kept, chip);
        this.changed();
      } else {
        chip.remove();
        this.composer.refuse(request.status === 422 ? request.responseText : `${file.name}: ${request.status === 413 ? this.composer.dataset.tooLarge : this.composer.dataset.unkept}`);
      }
    };
    request.open('POST', this.composer.dataset.upload);
    request.setRequestHeader('X-CSRFToken', csrf());
    request.send(data);
    chip.querySelector('button').addEventListener('click', () => request.abort(), { once: true });
  }

  check() { if (this.list.length && this.composer.can.files === false && !this.composer.noting) this.composer.refuse(this.composer.dataset.noFiles); }
  changed() { this.field.value = JSON.stringify(this.list); this.composer.draft.keep(); this.check(); }
  clear() { this.list = []; this.field.value = '[]'; this.place.replaceChildren(); }
}
