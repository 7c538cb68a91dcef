// The cells that are chosen together, from an anchor to a tip, as in Excel; and blocks of text to and from it.

import { REASON } from "./rows.js";

/** A block of cells as Excel copies it, as rows of texts: a cell in quotes may hold tabs, line ends and quotes. */
export function parseBlock(text) {
  const rows = [[]];
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at <= plain.length; ) {
    const quoted = /^"((?:[^"]|"")*)"(?=[\t\n]|$)/.exec(plain.slice(at));
    const raw = quoted?.[0] ?? /^[^\t\n]*/.exec(plain.slice(at))[0];
    rows.at(-1).push(quoted ? quoted[1].replaceAll('""', '"') : raw);
    at += raw.length;
    if (plain[at] === "\n") rows.push([]);
    at += 1;
  }
  return rows;
}

/** Rows of texts as Excel pastes them. */
export function blockText(rows) {
  const cell = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(cell).join("\t")).join("\r\n");
}

export class Range {
  anchor = null; // {row, column}
  tip = null;
  drawn = [];

  constructor(table) {
    this.table = table;
  }

  get names() {
    return this.table.sheet.names.filter((name) => name !== REASON);
  }

  get rows() {
    return this.table.sheet.rows.filter((row) => this.table.views.get(row) && !this.table.views.get(row).tr.hidden);
  }

  get isMany() {
    return this.anchor !== null && (this.anchor.row !== this.tip.row || this.anchor.column !== this.tip.column);
  }

  /** Start anew at one cell. */
  start(place) {
    this.anchor = this.tip = place;
    this.draw();
  }

  /** Reach to another cell. */
  reach(place) {
    if (!this.anchor || !this.names.includes(place.column) || !this.names.includes(this.anchor.column)) return;
    this.tip = place;
    this.draw();
    this.table.views.get(place.row).cells[place.column].scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Reach one further, down or right. */
  step(down, right) {
    const [rows, names] = [this.rows, this.names];
    const row = rows[rows.indexOf(this.tip.row) + down];
    const column = names[names.indexOf(this.tip.column) + right];
    if (row && column) this.reach({ row, column });
  }

  all() {
    const [rows, names] = [this.rows, this.names];
    this.anchor = { row: rows[0], column: names[0] };
    this.reach({ row: rows.at(-1), column: names.at(-1) });
  }

  /** The chosen cells, row by row: [[{row, name}]]. A cell in a column that is in no block stands alone. */
  get cells() {
    if (!this.anchor) return [];
    const [rows, names] = [this.rows, this.names];
    if (!names.includes(this.anchor.column)) return [[{ row: this.anchor.row, name: this.anchor.column }]];
    const between = (all, one, other) => {
      const [first, last] = [all.indexOf(one), all.indexOf(other)].sort((a, b) => a - b);
      return all.slice(Math.max(first, 0), last + 1);
    };
    const chosen = between(names, this.anchor.column, this.tip.column);
    return between(rows, this.anchor.row, this.tip.row).map((row) => chosen.map((name) => ({ row, name })));
  }

  draw() {
    for (const cell of this.drawn) cell.classList.remove("chosen");
    this.drawn = this.isMany ? this.cells.flat().map(({ row, name }) => this.table.views.get(row).cells[name]) : [];
    for (const cell of this.drawn) cell.classList.add("chosen");
  }
}
