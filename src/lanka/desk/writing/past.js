// One step back, one forth. Typing in one place for a while is one step.

const TOGETHER = 900, MOST = 200;

export class Past {
  constructor(texts) {
    this.steps = [JSON.stringify(texts)];
    this.at = 0;
    this.place = '';
    this.when = 0;
  }

  get back() { return this.at > 0; }
  get forth() { return this.at < this.steps.length - 1; }

  note(texts, place) {
    const now = Date.now(), same = place && place === this.place && now - this.when < TOGETHER && !this.forth;
    const made = JSON.stringify(texts);
    if (made === this.steps[this.at]) return;
    this.steps.length = this.at + 1;
    if (same) this.steps[this.at] = made; else this.steps.push(made);
    if (this.steps.length > MOST) this.steps.shift();
    this.at = this.steps.length - 1;
    this.place = place;
    this.when = now;
  }

  undo() { return this.go(-1); }
  redo() { return this.go(1); }

  go(by) {
    if (this.at + by < 0 || this.at + by >= this.steps.length) return null;
    this.at += by;
    this.place = '';
    return JSON.parse(this.steps[this.at]);
  }
}
