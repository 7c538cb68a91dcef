// What was done in the table, step by step, so that it can be undone and done again.
// A step is {cells: [{row, name, before, after}], rows: [{row, deed}]}, deed being "add" or "remove". The name is that of
// a column, before and after then being as Row.content has them; or it is "fund" or "nature", and they are values.

const DEPTH = 500; // steps that are remembered

export class History {
  done = [];
  undone = [];

  /** Remember a step that has been taken; what was undone before it cannot be done again. */
  push({ cells = [], rows = [] }) {
    const changed = cells.filter(({ before, after }) => !isSame(before, after));
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

/** Whether a cell holds the same; that it came there another way is no step. */
function isSame(before, after) {
  if (typeof before === "string") return before === after;
  const typed = ({ text, expression }) => [text, expression?.text, expression?.unit].join("\n");
  return typed(before) === typed(after);
}
