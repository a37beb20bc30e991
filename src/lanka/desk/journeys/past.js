// Undo and redo over drawings that never change. What is typed into one field within a moment is one step back.

const MOST = 200, ONE = 1200; // states kept; milliseconds that belong together

export class Past {
  constructor(graph) {
    Object.assign(this, { back: [], now: graph, ahead: [], key: '', at: 0 });
  }

  /** False when nothing is different. `key`: what is being typed into. */
  commit(graph, key = '') {
    if (graph === this.now || JSON.stringify(graph) === JSON.stringify(this.now)) return false;
    const same = key && key === this.key && Date.now() - this.at < ONE;
    if (!same) this.back = [...this.back, this.now].slice(-MOST);
    Object.assign(this, { now: graph, ahead: [], key, at: Date.now() });
    return true;
  }

  undo() {
    if (!this.back.length) return false;
    Object.assign(this, { ahead: [this.now, ...this.ahead], now: this.back.at(-1), back: this.back.slice(0, -1), key: '' });
    return true;
  }

  redo() {
    if (!this.ahead.length) return false;
    Object.assign(this, { back: [...this.back, this.now], now: this.ahead[0], ahead: this.ahead.slice(1), key: '' });
    return true;
  }
}
