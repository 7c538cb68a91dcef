// What the checks find, marked in the cells it is about, as it was when the page or the last save was answered.

import { describe, make } from "./table.js";

const SYMBOLS = { wrong: "!", ask: "?", calm: "✓" };

export class Findings {
  constructor(table) {
    this.table = table;
  }

  /** Bring the marks to what is found now, in whatever rows the table has; the gravest of a cell marks it. */
  write() {
    const { sheet } = this.table;
    const marked = [...this.table.body.querySelectorAll(".finding-mark, .finding-text")];
    const cells = marked.map(({ parentElement }) => parentElement);
    for (const each of marked) each.remove();
    const found = new Map();
    for (const each of sheet.state.findings) {
      const cell = this.cellOf(each);
      if (cell) found.set(cell, [...(found.get(cell) ?? []), each]);
    }
    for (const [cell, findings] of found) this.mark(cell, findings);
    for (const cell of new Set([...cells, ...found.keys()])) describe(cell);
  }

  /** The cell of a place; of a place that is a whole row, or has a column of other tables, the row's name. */
  cellOf({ row: key, column }) {
    const row = this.table.sheet.rows.find((each) => each.key === key && !each.removed);
    const { cells, name } = (row && this.table.views.get(row)) ?? {};
    return name && (cells[column] ?? name);
  }

  mark(cell, findings) {
    const [{ row, column, mark }] = findings;
    const id = `finding-${row}-${column}`;
    const text = findings.map((each) => each.text).join("\n");
    const symbol = make("span", { text: SYMBOLS[mark], "aria-hidden": "true" });
    const words = make("span", { class: "visually-hidden", text });
    cell.append(make("span", { class: `finding-mark ${mark}`, id }, symbol, words),
      make("span", { class: `finding-text ${mark}`, text, "aria-hidden": "true" }));
  }
}
