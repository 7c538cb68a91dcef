// What was done in the table, step by step, so that it can be undone and done again.
// A step is {cells: [{row, name, before, after}], rows: [{row, deed}]}, deed being "add" or "remove"; the name is that of
// a column, or "fund" or "nature".

const DEPTH = 500; // steps that are remembered

export class History {
  done = [];
  undone = [];

  /** Remember a step that has been taken; what was undone before it cannot be done again. */
  push({ cells = [], rows = [] }) {
    const changed = cells.filter(({ before, after }) => before !== after);
    if (!changed.length && !rows.length) return;
    this.done.push({ cells: changed, rows });
    if (this.done.length > DEPTH) this.done.shift();
    this.undone = [];
  }

  /** The last step, to be taken back; undefined when there is none. */
  back() {
    const step = this.done.pop();
    if (step) this.undone.push(step);
    return step;
  }

  /** The step taken back last, to be taken again; undefined when there is none. */
  forth() {
    const step = this.undone.pop();
    if (step) this.done.push(step);
    return step;
  }
}
