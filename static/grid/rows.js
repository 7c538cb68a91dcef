// The rows of a schedule, what is typed in them, and everything computed from that. Knows no page.
// Says the same as budgets/rows.py: which rows are part of which, and where a total comes from.

import { changeRate, difference, exactText, exceeds, parseAmount, ratio } from "./decimal.js";

export const REASON = "variance_reason";
export const LINE = "line";
export const RECONCILIATION = "reconciliation";
const SUBTOTAL = "subtotal";
const TOTAL = "total";
const BY_NATURE = "expenditure_by_nature";
const COMPUTE = { difference, change_rate: changeRate, ratio };
const EMPTY = { item: "", category: null, fund: "", nature: "", parent: "", row_version: 0, figures: {}, variance_reason: "" };
let made = 0;

const yuan = (text) => parseAmount(text, "yuan").value;

/** What identifies a row within its schedule, as budgets.views.addresses names it. */
const keyOf = ({ category, fund, nature, item }) => (category ? `${category}-${fund}-${nature}` : item);

/** What the server keeps in a column: fen, null for blank, or the text of the reason. */
export const valueIn = (data, column) => (column === REASON ? data.variance_reason : yuan(data.figures[column] ?? ""));

const sumOf = (figures, take, zero) => figures.reduce((sum, figure) => sum + take(figure), zero);

/** One row: what the server keeps (`stored`), what is typed (`cells`) and what is shown (`figures`). */
export class Row {
  id = `r${(made += 1)}`;
  stored = {}; // column → value
  cells = {}; // column → {text as typed, value, error}
  mistakes = {}; // column → what the server said
  figures = {}; // name → {value, origin, blanks, isOverruled}
  removed = false;
  parts = [];

  constructor(data, sheet) {
    this.sheet = sheet;
    const { kind, code, name, parent, depth, item, category, fund, nature } = data;
    Object.assign(this, { kind, code, name, parent, depth, item, category, fund, nature });
    this.adopt(data);
    this.revert();
  }

  get key() {
    return keyOf(this);
  }

  /** Whether its fund and nature can still be chosen. */
  get isNew() {
    return this.sheet.isClassified && this.kind === LINE && this.version === 0;
  }

  get isPlain() {
    return !this.fund && !this.nature;
  }

  get reason() {
    return this.cells[REASON].value;
  }

  /** A figure may be typed in a line always, in a total only where all rows below are blank. */
  canType(column) {
    const isUnknown = this.sheet.isClassified && this.kind === SUBTOTAL && !this.category;
    if (this.removed || this.kind === RECONCILIATION || isUnknown) return false;
    if (column === REASON) return this.isAsked || this.reason !== "" || this.stored[REASON] !== "";
    return this.figures[column].origin !== "computed";
  }

  /** A 类 or 款 summed from its lines leaves explaining to them. */
  get isAsked() {
    if (this.kind === SUBTOTAL && this.sheet.isClassified) return this.figures.outturn.origin === "stated";
    return this.kind !== RECONCILIATION;
  }

  get lacksReason() {
    if (this.removed || !this.isAsked || this.reason) return false;
    const { outturn, initial_budget, last_year_outturn } = this.values;
    return [initial_budget, last_year_outturn].some((base) => exceeds(outturn, base, this.sheet.threshold));
  }

  /** The figures as shown, and the base of the share. */
  get values() {
    const values = { total_outturn: this.sheet.shareTotal };
    for (const name of this.sheet.names) values[name] = this.figures[name].value;
    return values;
  }

  get isUnsaved() {
    if (this.kind === RECONCILIATION) return false;
    if (this.removed) return this.version > 0;
    return this.isNew || this.sheet.columns.some((column) => this.isChanged(column));
  }

  isChanged(column) {
    return this.cells[column].error !== "" || this.cells[column].value !== this.stored[column];
  }

  type(column, text) {
    const read = column === REASON ? { value: text.trim(), error: "" } : parseAmount(text, this.sheet.unit);
    this.cells[column] = { text, ...read };
    delete this.mistakes[column];
  }

  textOf(column, value) {
    return column === REASON ? value : exactText(value, this.sheet.unit);
  }

  /** Write what is typed in exact digits, as the cell shows it when it is entered again. */
  settle(column) {
    const cell = this.cells[column];
    if (!cell.error) cell.text = this.textOf(column, cell.value);
  }

  /** Start from another stored version, or from none; what is typed stays. */
  adopt(data) {
    this.version = (data ?? EMPTY).row_version;
    for (const column of this.sheet.columns) this.stored[column] = valueIn(data ?? EMPTY, column);
  }

  /** Give up what is typed for what is stored, except in the columns kept. */
  revert(kept = []) {
    const given = this.sheet.columns.filter((column) => !kept.includes(column));
    for (const column of given) this.type(column, this.textOf(column, this.stored[column]));
  }

  /** Take the row as the server keeps it; what was typed since it was `sent` (or is unsent) stays. */
  takeStored(data, sent) {
    const old = sent && { ...sent.figures, [REASON]: sent.variance_reason };
    const isKept = (column) => (sent ? this.cells[column].text !== old[column] : this.isChanged(column));
    const kept = this.sheet.columns.filter(isKept);
    this.adopt(data);
    this.revert(kept);
  }

  /** As the server reads it (budgets/forms.py): every figure as text in the current unit. */
  payload() {
    const { id: row, item, category, fund, nature, version: row_version, removed } = this;
    const texts = this.sheet.columns.map((column) => [column, this.cells[column].text]);
    const { [REASON]: variance_reason, ...figures } = Object.fromEntries(texts);
    return { row, ...(category ? { category, fund, nature } : { item }), row_version, figures, variance_reason, removed };
  }

  /** Compute a figure from the parts, or take what is typed; the rows below are up to date. */
  roll(name) {
    const { value: own, error } = this.cells[name];
    const below = this.parts.map((part) => part.figures[name]);
    const known = below.filter((figure) => figure.value !== null);
    const blanks = sumOf(below, (figure) => figure.blanks, 0);
    if (this.removed) this.figures[name] = { value: null, origin: "blank", blanks: 0 };
    else if (known.length) {
      const value = sumOf(known, (figure) => figure.value, 0n);
      const isOverruled = error !== "" || (own !== null && own !== value);
      this.figures[name] = { value, origin: "computed", blanks, isOverruled };
    } else if (own === null) this.figures[name] = { value: null, origin: "blank", blanks: below.length ? blanks : 1 };
    else this.figures[name] = { value: own, origin: below.length ? "stated" : "entered", blanks: 0 };
  }
}

/** All rows of a schedule in the order they are shown. */
export class Sheet {
  rows = [];
  headings = new Map(); // code → {id, name} of 类 and 款

  constructor(grid) {
    this.grid = grid;
    this.unit = grid.unit;
    this.names = grid.figures.map((figure) => figure.name);
    this.columns = [...this.names, REASON];
    this.titles = Object.fromEntries(grid.figures.map((figure) => [figure.name, figure.title]));
    this.titles[REASON] = "差异原因";
    this.isClassified = grid.schedule.is_classified;
    this.isByNature = grid.schedule.name === BY_NATURE;
    this.threshold = { rate: yuan(grid.threshold.rate), fen: yuan(grid.threshold.yuan) };
    this.takeState(grid);
  }

  get top() {
    return this.rows[0];
  }

  get unsaved() {
    return this.rows.filter((row) => row.isUnsaved);
  }

  get shareTotal() {
    return this.isByNature ? yuan(this.state.share_total) : this.top.figures.outturn.value;
  }

  /** Take all rows as the server keeps them; `sent` holds the payloads the answer is about, by row. */
  takeState(state, sent = new Map()) {
    this.state = state;
    const known = new Map([...this.rows].sort((a, b) => a.version - b.version).map((row) => [row.key, row]));
    const taken = state.rows.filter(({ kind }) => kind !== RECONCILIATION).map((data) => {
      const row = known.get(keyOf(data));
      row?.takeStored(data, sent.get(row));
      return row ?? new Row(data, this);
    });
    for (const row of taken) if (row.kind === SUBTOTAL) this.headings.set(row.code, { id: row.category, name: row.name });
    const others = this.rows.filter((row) => !taken.includes(row) && this.outlives(row, sent));
    this.rows = [...taken, ...others];
    if (this.isByNature) this.rows.push(this.newRow({ code: RECONCILIATION, kind: RECONCILIATION, depth: 1 }));
    this.arrange();
  }

  /** Whether a row the server does not know stays: added or typed in since, or taken back after removal. */
  outlives(row, sent) {
    if (sent.get(row)?.removed) row.adopt(null);
    return !row.removed && row.isUnsaved;
  }

  newRow(data) {
    return new Row({ ...EMPTY, kind: LINE, depth: 3, ...data }, this);
  }

  /** Add a row for a category found by searching (budgets.views.categories), unless the same is there. */
  add({ id, code, name, above }, isAgain = false) {
    const twin = this.rows.find((row) => row.category === id && row.isPlain);
    if (twin && !isAgain) return twin;
    for (const heading of above) if (!this.headings.has(heading.code)) this.headings.set(heading.code, heading);
    this.rows.push(this.newRow({ code, name, category: id }));
    return this.rows.at(-1);
  }

  /** Put the rows in order under their 类 and 款, join parts to wholes, and compute everything. */
  arrange() {
    if (this.isClassified) this.classify();
    const wholes = new Map(this.rows.filter((row) => row.kind !== LINE).map((row) => [row.code, row]));
    for (const row of this.rows) row.parts = [];
    for (const row of this.rows) {
      row.whole = wholes.get(row.parent);
      row.whole?.parts.push(row);
    }
    for (const row of [...this.rows].reverse()) for (const name of this.names) row.roll(name);
    this.rollGap();
  }

  classify() {
    const [top, ...others] = this.rows;
    const lines = others.filter((row) => row.kind === LINE || row.version || row.isUnsaved);
    const isBelow = (row, code) => row.code.startsWith(code) && (row.code !== code || !row.isPlain);
    const codes = new Set(lines.flatMap((row) => [row.code.slice(0, 3), row.code.slice(0, 5)]));
    const holding = new Set([...codes].filter((code) => lines.some((row) => isBelow(row, code))));
    const above = ({ code }, longest) => {
      const lengths = [7, 5, 3].filter((length) => length <= longest);
      return lengths.map((length) => code.slice(0, length)).find((each) => holding.has(each)) ?? TOTAL;
    };
    const plain = new Map(others.filter((row) => row.isPlain).map((row) => [row.code, row]));
    const subtotals = [...holding].map((code) => plain.get(code) ?? this.newHeading(code));
    const details = lines.filter((row) => !subtotals.includes(row));
    for (const row of subtotals) {
      Object.assign(row, { kind: SUBTOTAL, depth: row.code.length === 3 ? 1 : 2, parent: above(row, row.code.length - 1) });
    }
    for (const row of details) {
      Object.assign(row, { kind: LINE, depth: 3, parent: above(row, row.code.length - (row.isPlain ? 1 : 0)) });
    }
    const rank = (row) => row.code + (row.kind === SUBTOTAL ? "-" : "."); // "-" sorts before ".", both before digits
    const order = (one, other) => (rank(one) < rank(other) ? -1 : Number(rank(one) > rank(other)));
    this.rows = [top, ...[...subtotals, ...details].sort(order)];
  }

  newHeading(code) {
    const { id: category, name } = this.headings.get(code) ?? { id: null, name: code };
    return this.newRow({ code, name, category });
  }

  /** Compute a column again from a row upwards; return the rows that may show something else. */
  update(row, name) {
    const changed = [];
    for (let each = row; each; each = each.whole) {
      each.roll(name);
      changed.push(each);
    }
    return this.rollGap() ? [...changed, this.rows.at(-1)] : changed;
  }

  /** Compute the line by which the total by nature falls short of the total by function, with its name. */
  rollGap() {
    if (!this.isByNature) return false;
    const row = this.rows.at(-1);
    for (const name of this.names) {
      const gap = difference(yuan(this.state.head[name]), this.top.figures[name].value) || null;
      row.figures[name] = { value: gap, origin: gap ? "computed" : "blank", blanks: 0 };
    }
    const { value } = row.figures.outturn;
    const isExplained = value !== null && value === yuan(this.state.other_income);
    row.name = isExplained ? "支出中由其他收入安排" : "按功能合计与按性质合计的差额";
    return true;
  }

  /** A measure of a row: its value, and what hovering says: the formula with figures, or the obstacle. */
  measure(row, { kind, value, base, formula }) {
    const values = row.values;
    const found = COMPUTE[kind](values[value], values[base]);
    if (found === null) return { value: null, title: `无法计算：${this.obstacle([value, base], values)}` };
    const [first, second] = [value, base].map((name) => exactText(values[name], this.unit));
    return { value: found, title: `${formula}；代入：${first}，${second}` };
  }

  obstacle(names, values) {
    const title = (name) => this.titles[name] ?? "合计决算数";
    const blank = names.filter((name) => values[name] === null).map(title);
    return blank.length ? `${blank.join("、")}未填` : `${title(names[1])}为 0`;
  }

  /** The payload of every row to be saved. A row that stands twice goes twice: the server says what is wrong. */
  changes() {
    const twins = (row) => this.rows.filter((each) => each !== row && each.key === row.key && !each.removed);
    const isGone = (row) => row.removed && !row.version;
    const going = this.rows.filter((row) => !isGone(row) && [row, ...twins(row)].some((each) => each.isUnsaved));
    return new Map(going.map((row) => [row, { ...row.payload(), removed: row.removed && !twins(row).length }]));
  }
}
