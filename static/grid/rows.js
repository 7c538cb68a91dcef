// The rows of a schedule, what is typed in them, and everything computed from that. Knows no page.
// Says the same as budgets/rows.py: which rows are part of which, and where a total comes from.

import { parseDate } from "./dates.js";
import { cellText, changeRate, difference, exactText, exceeds, parseFigure, ratio } from "./decimal.js";

export const REASON = "variance_reason";
export const LINE = "line";
export const RECONCILIATION = "reconciliation";
const SUBTOTAL = "subtotal";
const TOTAL = "total";
const COMPUTE = { difference, change_rate: changeRate, ratio };
const EMPTY = { id: null, item: "", category: null, fund: "", nature: "", parent: "", row_version: 0, values: {}, expressions: {}, columns: [],
  elsewhere: null, source: null, is_unconfirmed: false };
const UNSIGNED = "请填正数：是增是减由“类别”说明。";
const LINE_BREAKS = /\s*[\r\n\u2028\u2029]+\s*/g;
let made = 0;

const yuan = (text) => parseFigure(text, "yuan").value;

const nothing = (blanks) => ({ value: null, origin: "blank", blanks });

const sumOf = (figures, take, zero) => figures.reduce((sum, figure) => sum + take(figure), zero);

const placeKey = (category, { fund, nature }) => `${category}-${fund}-${nature}`;

/** One column of the schedule, as budgets.returns declares it: how its texts are read and written. */
class Column {
  constructor(data, unit) {
    Object.assign(this, data);
    this.isFigure = !["text", "choice", "date"].includes(this.kind);
    this.scale = this.kind === "amount" ? unit : this.kind;
  }

  /** What a text means: {value, error}; a choice may be typed by its label, or by a part no other has. */
  read(text, scale = this.scale) {
    if (this.isFigure) return this.readFigure(text, scale);
    if (this.kind === "date") return parseDate(text, this.year);
    const value = text.trim();
    if (!value || !this.choices.length) return { value, error: "" };
    const parts = this.choices.filter(([, label]) => label.includes(value));
    const choice = this.choices.find((each) => each.includes(value)) ?? (parts.length === 1 ? parts[0] : null);
    return choice ? { value: choice[0], error: "" } : { value: "", error: `“${value}”不在可选项中，请重新选择。` };
  }

  readFigure(text, scale) {
    const found = parseFigure(text, scale);
    return this.is_unsigned && found.value < 0n ? { value: null, error: UNSIGNED } : found;
  }

  /** What the server keeps: amounts in yuan. */
  kept(text = "") {
    return this.read(text, this.kind === "amount" ? "yuan" : this.scale).value;
  }

  /** As the server writes what it keeps. */
  keptText(value) {
    return this.isFigure ? exactText(value, this.kind === "amount" ? "yuan" : this.scale) : value;
  }

  /** In exact digits, as a cell shows it when it is entered. */
  text(value) {
    return this.isFigure ? exactText(value, this.scale) : value;
  }

  /** As a cell shows it when it is left. */
  shown(value) {
    if (this.isFigure) return cellText(value, this.scale);
    return this.choices.find(([each]) => each === value)?.[1] ?? value;
  }
}

/** One row: what the server keeps (`stored`), what is typed (`cells`) and what is shown (`figures`). */
export class Row {
  id = `r${(made += 1)}`;
  stored = {}; // column → value
  storedExpressions = {}; // column → {text, unit} of what a stored figure was typed as
  cells = {}; // column → {text as typed, value, error, expression the value was computed from or null}
  pasted = new Set(); // columns whose cells hold what was pasted
  mistakes = {}; // column → what the server said
  dispute = null; // what is to be chosen between, where somebody else wrote in the same cell
  unanswered = {}; // column → the values sent of it since the server has answered last
  figures = {}; // name → {value, origin, blanks, isOverruled, isByFormula}
  removed = false;
  stoodAfter = undefined; // the row above it when it left the table; undefined at the head
  parts = [];

  constructor(data, sheet) {
    const { kind, code, name, parent, depth, item, category, fund, nature, columns, is_unconfirmed } = data;
    Object.assign(this, { sheet, kind, code, title: name, parent, depth, item, category, fund, nature, columns, is_unconfirmed });
    this.storedPlace = { fund, nature };
    this.adopt(data);
    this.takeElsewhere(data);
    this.revert();
  }

  /** What the server calls it (budgets.views.addresses); "" for a row named by the unit before it is saved. */
  get key() {
    if (this.isNamed) return this.lineId ? `line-${this.lineId}` : "";
    return this.category ? placeKey(this.category, this.place) : this.item;
  }

  /** The fund and nature it is stored under, or will be. */
  get place() {
    return this.version ? this.storedPlace : this;
  }

  /** Whether its fund or nature were chosen anew since it was stored. */
  get isMoved() {
    const { fund, nature } = this.place;
    return fund !== this.fund || nature !== this.nature;
  }

  /** What no two rows may have in common. */
  get identity() {
    if (this.isNamed) return this.sheet.grid.key.map((column) => (this.removed ? this.stored[column] : this.cells[column].value)).join("\n");
    return this.category && !this.removed ? placeKey(this.category, this) : this.key;
  }

  /** Whether the unit names it itself. */
  get isNamed() {
    return this.kind === LINE && this.sheet.isNamed;
  }

  get name() {
    return this.isNamed ? this.cells.name.value || `第 ${this.sheet.lines.indexOf(this) + 1} 行` : this.title;
  }

  /** Whether it is on a category and was never stored. */
  get isNew() {
    return this.sheet.isClassified && this.kind === LINE && this.version === 0;
  }

  /** Whether the unit names it and nothing is written in it. */
  get isBlank() {
    return this.isNamed && this.sheet.names.every((name) => this.cells[name].text.trim() === "");
  }

  /** Whether nobody has written anything in it: it is not saved, and nothing is missed in it. */
  get isVoid() {
    return this.isBlank && !this.version;
  }

  get isPlain() {
    return !this.fund && !this.nature;
  }

  get isGroup() {
    return this.sheet.grid.groups.some(({ code }) => code === this.code);
  }

  get canBeRemoved() {
    return this.isOpen && this.kind === LINE && (this.sheet.isClassified || this.sheet.canGrow);
  }

  get reason() {
    return this.cells[REASON]?.value ?? "";
  }

  /** Whether a column says anything about it: some rows have only some figures, and only lines have words. */
  applies(name) {
    if (name === REASON) return true;
    if (!this.sheet.column[name].isFigure) return this.kind === LINE;
    return !this.columns.length || this.columns.includes(name);
  }

  /** A figure may be typed in a line always, in a total only where all rows below are blank. */
  canType(name) {
    const isUnknown = this.sheet.isClassified && this.kind === SUBTOTAL && !this.category && !this.isGroup;
    if (!this.isOpen || this.removed || this.kind === RECONCILIATION || isUnknown || !this.applies(name) || this.sheet.locked.has(name)) return false;
    if (this.isRuled(name) || this.sheet.held.has(name)) return false;
    if (name === REASON) return this.isAsked || this.reason !== "" || this.stored[REASON] !== "";
    return this.figures[name]?.origin !== "computed";
  }

  /** What stands beside a column as the server computed it last: {text, title, is_ruled}; null for nothing. */
  beside(name) {
    return (this.sheet.beside.has(name) && this.computed[name]) || null;
  }

  /** Whether what a rule computes counts, whatever is typed. */
  isRuled(name) {
    return Boolean(this.beside(name)?.is_ruled);
  }

  /** A 类 or 款 summed from its lines leaves explaining to them. */
  get isAsked() {
    if (this.kind === SUBTOTAL && this.sheet.isClassified) return this.figures.outturn.origin === "stated";
    return this.kind !== RECONCILIATION;
  }

  get lacksReason() {
    if (this.removed || !this.sheet.column[REASON] || !this.isAsked || this.reason) return false;
    const { outturn, initial_budget, last_year_outturn } = this.values;
    return [initial_budget, last_year_outturn].some((base) => exceeds(outturn, base, this.sheet.threshold));
  }

  /** The figures as shown, and the base of the share. */
  get values() {
    const figures = Object.entries(this.figures).map(([name, { value }]) => [name, value]);
    return { total_outturn: this.sheet.shareTotal, ...Object.fromEntries(figures) };
  }

  get isUnsaved() {
    if (this.kind === RECONCILIATION) return false;
    if (this.removed) return this.version > 0;
    return this.isNew || this.isMoved || (!this.isVoid && this.sheet.names.some((name) => this.isChanged(name)));
  }

  /** In how many cells what is typed cannot be read. */
  get misread() {
    return this.removed ? 0 : this.sheet.names.filter((name) => this.cells[name].error).length;
  }

  /** Whether nothing in it is known to be wrong, so that it can be sent without being asked for. */
  get isSound() {
    const isWrong = Object.keys(this.mistakes).length > 0 || this.misread > 0;
    return !this.dispute && (this.removed || !isWrong);
  }

  /** Whether it has everything a row must have. */
  get isWhole() {
    const isMissing = ({ name, required }) => required && this.cells[name].text.trim() === "";
    return this.removed || !this.isNamed || !this.sheet.columns.some(isMissing);
  }

  isChanged(name) {
    const { error, value, expression } = this.cells[name];
    const { text, unit } = this.storedExpressions[name] ?? {};
    const isTypedAnew = expression && (expression.text !== text || expression.unit !== unit);
    return error !== "" || value !== this.stored[name] || Boolean(isTypedAnew);
  }

  /** Have a text in a cell; `how` it came there is "typed" or "pasted". */
  type(name, text, how = "typed") {
    const column = this.sheet.column[name];
    if (!column.has_lines) text = text.replace(LINE_BREAKS, " ");
    const read = column.read(text);
    this.cells[name] = { text, ...read, expression: column.isFigure ? this.expressionOf(name, text, read) : null };
    this.pasted[how === "pasted" ? "add" : "delete"](name);
    delete this.mistakes[name];
  }

  /** The expression a figure was typed as, {text, unit}; where the figure is what it was before, that of before. */
  expressionOf(name, text, { value, error }) {
    if (error || value === null) return null;
    if (/^\s*[=＝]/.test(text)) return { text: text.trim(), unit: this.sheet.unit };
    const before = this.cells[name];
    if (before?.value === value && before.expression) return before.expression;
    return (value === this.stored[name] && this.storedExpressions[name]) || null;
  }

  /** What a cell holds and how it came there, to be put back: {text, expression, how}. */
  content(name) {
    const { text, expression } = this.cells[name];
    return { text, expression, how: this.pasted.has(name) ? "pasted" : "typed" };
  }

  putBack(name, { text, expression, how }) {
    this.type(name, text, how);
    this.cells[name].expression = expression;
    this.settle(name);
  }

  /** The note on one of its cells; undefined without one. */
  note(name) {
    return this.sheet.notes.get(`${this.key} ${name}`);
  }

  /** Have another fund or nature; `name` says which. */
  qualify(name, value) {
    this[name] = value;
    delete this.mistakes.code;
  }

  /** Write what is typed in exact digits, as the cell shows it when it is entered again. */
  settle(name) {
    const cell = this.cells[name];
    if (!cell.error) cell.text = this.sheet.column[name].text(cell.value);
  }

  /** Start from another stored version, or from none; what is typed stays. */
  adopt(data) {
    const { id, row_version, values, expressions } = { ...EMPTY, ...data };
    this.lineId = id ?? (data ? this.lineId : null);
    this.version = row_version;
    this.storedExpressions = expressions;
    for (const column of this.sheet.columns) this.stored[column.name] = column.kept(values[column.name]);
  }

  /** The figures that another schedule has for it, and where that is; what last year's return says of it. */
  takeElsewhere({ elsewhere, source, adjusted, last_year, computed, is_open = true }) {
    this.computed = computed ?? {}; // column → what stands beside it
    this.isOpen = is_open; // a return that was given back in part leaves the other rows locked
    this.lastYear = last_year ?? {};
    const figures = Object.entries(elsewhere ?? {}).map(([name, { value, blanks }]) => [name, { value: yuan(value), blanks }]);
    this.elsewhere = elsewhere && Object.fromEntries(figures);
    this.source = source;
    this.adjustedHere = adjusted; // yuan as text; undefined for a row the server does not know
  }

  /** Take what somebody else wrote into cells that are as they were here, unless both changed one cell to different
   *  things. Returns the columns of which that is so. */
  merge(theirs) {
    const changed = this.sheet.columns.filter(({ name }) => this.isChanged(name));
    const isDisputed = (column) => {
      const value = column.kept(theirs.values[column.name]);
      const { value: mine, error } = this.cells[column.name];
      const isHers = value === this.stored[column.name] || this.unanswered[column.name]?.includes(column.keptText(value));
      return !isHers && (error !== "" || value !== mine);
    };
    const disputed = changed.filter(isDisputed);
    if (!disputed.length) this.startFrom(theirs, changed.map(({ name }) => name));
    return disputed;
  }

  /** Remember what goes out: should no answer come, and it be found stored later, nobody else wrote it. */
  sending() {
    const sent = this.sheet.columns.filter(({ name }) => this.isChanged(name) && !this.cells[name].error);
    for (const column of sent) (this.unanswered[column.name] ??= []).push(column.keptText(this.cells[column.name].value));
  }

  /** Start from another stored version, keeping what is typed in some columns. */
  startFrom(theirs, kept) {
    this.adopt(theirs);
    if (theirs) this.revert(kept);
  }

  /** Give up what is typed for what is stored, except in the columns kept. */
  revert(kept = []) {
    const given = this.sheet.columns.filter(({ name }) => !kept.includes(name));
    for (const column of given) this.type(column.name, column.text(this.stored[column.name]));
  }

  /** Take the row as the server keeps it; what was typed since it was `sent` (or is unsent) stays. */
  takeStored(data, sent) {
    // Somebody else changed the row beneath what is typed in it: keep the version it started from, so that
    // saving it is answered with both.
    if (!sent && this.isUnsaved && data.row_version !== this.version) return this.takeElsewhere(data);
    const isKept = (name) => (sent ? this.cells[name].text !== sent.values[name] : this.isChanged(name));
    const kept = this.sheet.names.filter(isKept);
    const before = this.key;
    this.storedPlace = { fund: data.fund, nature: data.nature };
    this.adopt(data);
    this.sheet.moveNotes(before, this.key);
    this.takeElsewhere(data);
    this.revert([...kept, ...this.sheet.names.filter((name) => !this.isChanged(name))]); // "12." in which she types stays
    for (const name of this.sheet.names.filter((each) => !kept.includes(each))) this.cells[name].expression = this.storedExpressions[name] ?? null;
  }

  /** Be the change of a stored row that was taken out and entered anew. */
  inherit(row) {
    const { lineId, version, stored, storedExpressions, storedPlace } = row;
    Object.assign(this, { lineId, version, stored: { ...stored }, storedExpressions, storedPlace });
    row.version = 0;
  }

  /** As the server reads it (budgets/forms.py): every figure as text in the current unit. A row that has moved to
   *  another fund or nature is a new one there. */
  payload() {
    const { id: row, lineId: id, item, category, fund, nature, version } = this;
    if (this.removed) return this.removal();
    const key = this.isNamed ? { id } : category ? { category, fund, nature } : { item };
    const values = Object.fromEntries(this.sheet.names.map((name) => [name, this.cells[name].text]));
    const pasted = [...this.pasted].filter((name) => this.isChanged(name));
    return { row, ...key, row_version: this.isMoved ? 0 : version, values, expressions: this.expressions(), pasted };
  }

  /** What its figures were typed as, by column. */
  expressions(names = this.sheet.names) {
    return Object.fromEntries(names.map((name) => [name, this.cells[name].expression]).filter(([, expression]) => expression));
  }

  /** What takes it out from where it is stored. */
  removal() {
    const { id: row, lineId: id, item, category, version: row_version } = this;
    return { row, ...(this.isNamed ? { id } : category ? { category, ...this.storedPlace } : { item }), row_version };
  }

  /** What the journal keeps of it: what is typed, and what that started from. */
  entry() {
    const { id: row, key, kind, code, title: name, item, category, fund, nature, lineId: id, version: row_version, removed } = this;
    const { unit, headings, columns } = this.sheet;
    const values = Object.fromEntries(columns.map((column) => [column.name, column.keptText(this.stored[column.name])]));
    const typed = Object.fromEntries(columns.filter((each) => this.isChanged(each.name)).map((each) => [each.name, this.cells[each.name].text]));
    const above = [...headings].filter(([each]) => code && code.startsWith(each)).map(([each, heading]) => ({ code: each, ...heading }));
    return { row, key, unit, kind, code, name, item, category, fund, nature, id, row_version, removed, values, typed, above,
      storedPlace: this.storedPlace, unanswered: this.unanswered, expressions: this.storedExpressions,
      workedOut: this.expressions(Object.keys(typed)), pasted: [...this.pasted] };
  }

  /** Be as an entry of the journal says; what it says of approved columns is told instead. */
  takeEntry({ unit, fund, nature, storedPlace, removed, typed, unanswered, workedOut = {}, pasted = [], ...stored }) {
    const { held, locked } = this.sheet;
    const cells = this.sheet.cellsOf({ unit, typed });
    const open = cells.filter(({ name }) => !held.has(name));
    this.sheet.lose(this, cells.filter(({ name, value, error }) => held.has(name) && (error || value !== this.stored[name])));
    if (held.size && !open.length) return;
    this.adopt(stored);
    this.revert();
    Object.assign(this, { fund, nature, storedPlace, removed, unanswered });
    for (const { name, column, text, value, error } of open.filter((each) => !locked.has(each.name))) {
      this.type(name, error || unit === this.sheet.unit ? text : column.text(value), pasted.includes(name) ? "pasted" : "typed");
      this.cells[name].expression = workedOut[name] ?? null;
    }
  }

  /** Compute its figures from those below, which are up to date, or take what is typed. */
  roll() {
    for (const { name } of this.sheet.figures) this.figures[name] = this.rolled(name);
    for (const { name, sum_of } of this.sheet.figures) if (sum_of.length) this.derive(name, sum_of);
    if (this.sheet.grid.schedule.is_adjusted) this.adjust();
  }

  /** A revised budget nobody typed is the initial one and what documents changed (budgets/adjustments.py). */
  adjust() {
    const here = yuan(this.adjustedHere ?? this.sheet.state.adjusted);
    const known = this.removed ? [] : [here, ...this.parts.map((part) => part.adjusted)].filter((each) => each !== null);
    this.adjusted = known.length ? sumOf(known, (each) => each, 0n) : null;
    const { initial_budget: { value: initial }, revised_budget: { value: revised } } = this.figures;
    if (revised !== null || initial === null || this.adjusted === null || this.cells.revised_budget.error) return;
    this.figures.revised_budget = { value: initial + this.adjusted, origin: "adjusted", blanks: 0 };
  }

  /** What no document accounts for in a revised budget that was typed; null where that is nothing. */
  get undocumented() {
    const { initial_budget: initial, revised_budget: revised } = this.figures;
    if (!this.sheet.grid.schedule.is_adjusted || !["entered", "stated"].includes(revised.origin)) return null;
    return revised.value - (initial.value ?? 0n) - (this.adjusted ?? 0n) || null;
  }

  rolled(name) {
    if (this.removed || this.isVoid) return nothing(0);
    const { value: own, error } = this.cells[name];
    const below = this.elsewhere ? [this.elsewhere[name]] : this.parts.map((part) => part.figures[name]);
    const known = below.filter((figure) => figure.value !== null);
    const blanks = sumOf(below, (figure) => figure.blanks, 0);
    const isEntered = this.kind === LINE && !this.elsewhere;
    if (known.length) {
      const value = sumOf(known, (figure) => figure.value, 0n);
      return { value, origin: "computed", blanks, isOverruled: error !== "" || (own !== null && own !== value) };
    }
    if (own === null) return nothing(isEntered ? 1 : blanks);
    return { value: own, origin: isEntered ? "entered" : "stated", blanks: 0 };
  }

  /** Columns that are others of the row added with their signs, where all of them are known and nothing is below. */
  derive(name, parts) {
    const own = this.figures[name];
    if (own.origin === "computed" || parts.some(([part]) => this.figures[part].value === null)) return;
    const value = sumOf(parts, ([part, sign]) => this.figures[part].value * BigInt(sign), 0n);
    const isOverruled = this.cells[name].error !== "" || (own.value !== null && own.value !== value);
    this.figures[name] = { value, origin: "computed", blanks: 0, isOverruled, isByFormula: true };
  }
}

/** All rows of a schedule in the order they are shown. */
export class Sheet {
  rows = [];
  headings = new Map(); // code → {id, name} of 类 and 款
  locked = new Set();
  lost = []; // {title, what} of what the journal kept and was approved otherwise since

  constructor(grid) {
    this.grid = grid;
    this.unit = grid.unit;
    this.columns = grid.columns.map((column) => new Column({ ...column, year: grid.year }, grid.unit));
    this.column = Object.fromEntries(this.columns.map((column) => [column.name, column]));
    this.names = this.columns.map((column) => column.name);
    this.figures = this.columns.filter((column) => column.isFigure);
    this.isClassified = grid.schedule.classification !== "";
    this.isNamed = grid.schedule.is_named;
    this.held = new Set(grid.held?.columns); // what was approved of every row: no row comes or goes either
    this.beside = new Map((grid.beside ?? []).map((each) => [each.name, each])); // column → what the server computes beside it
    this.notes = new Map(grid.notes.map((note) => [`${note.row} ${note.column}`, note]));
    this.threshold = { rate: yuan(grid.threshold.rate), fen: yuan(grid.threshold.yuan) };
    this.takeState(grid);
  }

  /** Whether the unit names rows itself, and may add and remove some. */
  get canGrow() {
    return this.isNamed && !this.held.size;
  }

  /** The total; undefined in a schedule without one. */
  get top() {
    return this.rows.find((row) => row.kind === TOTAL);
  }

  get lines() {
    return this.rows.filter((row) => row.kind === LINE);
  }

  get unsaved() {
    return this.rows.filter((row) => row.isUnsaved);
  }

  get shareTotal() {
    return this.grid.schedule.is_share_base ? this.top.figures.outturn.value : yuan(this.state.share_total);
  }

  /** Take all rows as the server keeps them; `sent` holds the payloads the answer is about, by row. */
  takeState(state, sent = new Map()) {
    this.state = state;
    this.locked = new Set(state.last_year.columns); // they hold last year's approved figures
    const rank = (row) => (row.removed ? -1 : sent.has(row) ? Infinity : row.version); // what stands comes last and is found
    const keyed = [...this.rows].sort((one, other) => rank(one) - rank(other));
    const known = new Map(keyed.map((row) => [state.saved?.[row.id] ?? row.key, row]));
    const taken = state.rows.filter(({ kind }) => kind !== RECONCILIATION).map((data) => {
      const row = known.get(data.row);
      row?.takeStored(data, sent.get(row));
      return row ?? new Row(data, this);
    });
    for (const row of taken) if (row.kind === SUBTOTAL) this.headings.set(row.code, { id: row.category, name: row.title });
    const others = this.rows.filter((row) => !taken.includes(row) && this.outlives(row, sent));
    const stay = [...taken, ...others];
    for (const row of this.rows) if (!stay.includes(row)) this.markPlace(row);
    this.rows = this.isNamed ? this.asShown(stay) : stay;
    if (this.grid.schedule.is_reconciled) this.rows.push(this.newRow({ code: RECONCILIATION, item: RECONCILIATION, kind: RECONCILIATION, depth: 1 }));
    this.arrange();
  }

  /** The notes of a row that is called otherwise by now. */
  moveNotes(before, key) {
    if (before === key) return;
    for (const [name, note] of [...this.notes].filter(([, { row }]) => row === before)) {
      this.notes.delete(name);
      this.notes.set(`${key} ${note.column}`, { ...note, row: key });
    }
  }

  /** Rows stand where they stood, others below them: what is saved does not jump away from who types in it. */
  asShown(rows) {
    return [...this.rows.filter((row) => rows.includes(row)), ...rows.filter((row) => !this.rows.includes(row))];
  }

  /** Whether a row the server does not know stays: added or typed in since, or taken back after removal. */
  outlives(row, sent) {
    if (sent.get(row) && row.removed) row.adopt(null);
    return !row.removed && (row.isUnsaved || row.isVoid);
  }

  /** Have the rows again that the journal kept; each starts from the version it started from then. */
  restore(entries) {
    const isLine = ({ kind }) => kind === LINE;
    for (const entry of entries.filter(isLine)) this.restoreLine(entry);
    this.arrange(); // the headings are there by now
    for (const entry of entries.filter((each) => !isLine(each))) this.rows.find(({ key }) => key === entry.key)?.takeEntry(entry);
    this.arrange();
  }

  restoreLine(entry) {
    const known = this.rows.find(({ key }) => key && key === entry.key);
    if (!known && entry.removed) return; // it is gone
    if (this.held.size && !known) return void this.lose({ name: entry.typed.name || "新的一行" }, this.cellsOf(entry));
    if (this.held.size && entry.removed) return void this.lost.push({ title: known.name, what: "删除这一行" });
    for (const heading of entry.above) if (!this.headings.has(heading.code)) this.headings.set(heading.code, heading);
    const row = known ?? this.newRow({ ...entry, depth: this.isNamed ? 1 : 3, parent: this.isNamed && this.top ? TOTAL : "" });
    if (!known) this.rows.push(row);
    row.takeEntry(entry);
  }

  /** The cells of an entry of the journal as they are read: {name, column, text, value, error}. */
  cellsOf({ unit, typed }) {
    const read = ([name, text]) => {
      const column = this.column[name];
      return { name, column, text, ...column.read(text, column.kind === "amount" ? unit : column.scale) };
    };
    return Object.entries(typed).filter(([name]) => this.column[name]).map(read);
  }

  /** Keep what was typed in cells of a row that were approved since, to be told. */
  lose({ name: title }, cells) {
    const words = ({ column, text, value, error }) => (error ? text : column.shown(value)) || "清空";
    this.lost.push(...cells.map((each) => ({ title, what: `${each.column.title} ${words(each)}` })));
  }

  newRow(data) {
    return new Row({ ...EMPTY, kind: LINE, depth: 3, ...data }, this);
  }

  /** Add a row for a category found by searching (budgets.views.categories), unless the same is there. */
  add({ id, code, name, above, is_unconfirmed }, isAgain = false) {
    const twin = this.rows.find((row) => row.category === id && row.isPlain);
    if (twin && !isAgain) return twin;
    for (const heading of above) if (!this.headings.has(heading.code)) this.headings.set(heading.code, heading);
    this.rows.push(this.newRow({ code, name, category: id, is_unconfirmed }));
    return this.rows.at(-1);
  }

  /** Take a row out: one the server knows stands struck out until that is saved. */
  takeOut(row) {
    row.removed = row.version > 0;
    if (row.removed) return;
    this.markPlace(row);
    this.rows = this.rows.filter((each) => each !== row);
  }

  /** Remember where a row that leaves stands. */
  markPlace(row) {
    row.stoodAfter = this.rows[this.rows.indexOf(row) - 1];
  }

  /** Have a row again that was taken out, perhaps from the server too, where it stood. */
  bringBack(row) {
    row.removed = false;
    if (this.rows.includes(row)) return;
    row.adopt(null);
    if (!this.isNamed) return void this.rows.push(row); // its code says where it stands
    let above = row.stoodAfter;
    while (above && !this.rows.includes(above)) above = above.stoodAfter;
    this.rows.splice(this.rows.indexOf(above) + 1, 0, row);
  }

  /** Add a row to be named: the last one where nothing is written in that yet. */
  addNamed() {
    return this.lines.at(-1)?.isVoid ? this.lines.at(-1) : this.growNamed();
  }

  /** Add a row to be named in any case. */
  growNamed() {
    this.rows.push(this.newRow({ code: "", depth: 1, parent: this.top ? TOTAL : "" }));
    return this.rows.at(-1);
  }

  /** Put the rows in order under their 类 and 款, join parts to wholes, and compute everything. */
  arrange() {
    if (this.isClassified) this.classify();
    if (this.isNamed && this.grid.can_add && !this.lines.length) this.addNamed();
    const wholes = new Map(this.rows.filter((row) => row.kind !== LINE).map((row) => [row.code, row]));
    for (const row of this.rows) row.parts = [];
    for (const row of this.rows) {
      row.whole = wholes.get(row.parent);
      row.whole?.parts.push(row);
    }
    for (const row of [...this.rows].reverse()) row.roll();
    this.rollGap();
  }

  classify() {
    const { groups } = this.grid;
    const [top, ...others] = this.rows;
    const rows = others.filter((row) => !row.isGroup);
    const lines = rows.filter((row) => row.kind === LINE || row.version || row.isUnsaved);
    const isBelow = (row, code) => row.code.startsWith(code) && (row.code !== code || !row.isPlain);
    const codes = new Set(lines.flatMap((row) => [row.code.slice(0, 3), row.code.slice(0, 5)]));
    const holding = new Set([...codes].filter((code) => lines.some((row) => isBelow(row, code))));
    const groupOf = (code) => { // a 类 that no group names is in the last
      const at = groups.findIndex((group) => group.code === code || group.classes.includes(code.slice(0, 3)));
      return at < 0 ? groups.length - 1 : at;
    };
    const above = ({ code }, longest) => {
      const lengths = [7, 5, 3].filter((length) => length <= longest);
      const found = lengths.map((length) => code.slice(0, length)).find((each) => holding.has(each));
      return found ?? groups[groupOf(code)]?.code ?? TOTAL;
    };
    const plain = new Map(rows.filter((row) => row.isPlain).map((row) => [row.code, row]));
    const subtotals = [...holding].map((code) => plain.get(code) ?? this.newHeading(code));
    const details = lines.filter((row) => !subtotals.includes(row));
    for (const row of subtotals) {
      const depth = row.code.length === 3 && !groups.length ? 1 : 2;
      Object.assign(row, { kind: SUBTOTAL, depth, parent: above(row, row.code.length - 1) });
    }
    for (const row of details) {
      Object.assign(row, { kind: LINE, depth: 3, parent: above(row, row.code.length - (row.isPlain ? 1 : 0)) });
    }
    const isNeeded = (group, at) => details.some((row) => groupOf(row.code) === at);
    const made = ({ code, name }) => this.newRow({ kind: SUBTOTAL, code, name, item: code, depth: 1, parent: TOTAL });
    const heads = groups.flatMap((group, at) => {
      const row = others.find(({ code }) => code === group.code) ?? (isNeeded(group, at) && made(group));
      return row || [];
    });
    // A group stands before its rows; then by code, a subtotal before lines of the same code: "-" sorts before ".".
    const rank = (row) => `${groupOf(row.code) + 1}${row.isGroup ? "" : row.code}${row.kind === SUBTOTAL ? "-" : "."}`;
    const order = (one, other) => (rank(one) < rank(other) ? -1 : Number(rank(one) > rank(other)));
    this.rows = [top, ...[...heads, ...subtotals, ...details].sort(order)];
  }

  newHeading(code) {
    const { id: category, name } = this.headings.get(code) ?? { id: null, name: code };
    return this.newRow({ kind: SUBTOTAL, code, name, category });
  }

  /** Compute again from a row upwards; return the rows that may show something else. */
  update(row) {
    const changed = [];
    for (let each = row; each; each = each.whole) {
      each.roll();
      changed.push(each);
    }
    return this.rollGap() ? [...changed, this.rows.at(-1)] : changed;
  }

  /** Compute the line by which the total by nature falls short of the total by function, with its name. */
  rollGap() {
    if (!this.grid.schedule.is_reconciled) return false;
    const row = this.rows.at(-1);
    for (const { name } of this.figures) {
      const gap = difference(yuan(this.state.head[name]), this.top.figures[name].value) || null;
      row.figures[name] = { value: gap, origin: gap ? "computed" : "blank", blanks: 0 };
    }
    const { value } = row.figures.outturn;
    const isExplained = value !== null && value === yuan(this.state.other_income);
    row.title = isExplained ? "支出中由其他收入安排" : "按功能合计与按性质合计的差额";
    return true;
  }

  /** A measure of a row: its value, and what hovering says: the formula with figures, or the obstacle. */
  measure(row, { kind, value, base, formula }) {
    const values = row.values;
    const found = COMPUTE[kind](values[value], values[base]);
    if (found === null) return { value: null, title: `无法计算：${this.obstacle([value, base], values)}` };
    const [first, second] = [value, base].map((name) => exactText(values[name], this.scaleOf(name)));
    return { value: found, title: `${formula}；代入：${first}，${second}` };
  }

  scaleOf(name) {
    return this.column[name]?.scale ?? this.unit;
  }

  obstacle(names, values) {
    const title = (name) => this.grid.figure_titles[name];
    const blank = names.filter((name) => values[name] === null).map(title);
    return blank.length ? `${blank.join("、")}未填` : `${title(names[1])}为 0`;
  }

  /** The payload of every row to be saved that is `wanted`. A row that stands twice goes twice: the server says what
   *  is wrong. */
  changes(wanted = () => true) {
    const standing = new Map();
    for (const row of this.rows.filter((each) => !each.removed && !each.isVoid)) {
      standing.set(row.identity, [...(standing.get(row.identity) ?? []), row]);
    }
    const twins = (row) => (standing.get(row.identity) ?? []).filter((each) => each !== row);
    for (const row of this.rows.filter((each) => each.removed && each.version)) {
      twins(row).find((each) => !each.version)?.inherit(row);
    }
    const isGone = (row) => row.isVoid || (row.removed && !row.version);
    const isGoing = (row) => [row, ...(row.removed ? [] : twins(row))].some((each) => each.isUnsaved);
    const going = this.rows.filter((row) => !isGone(row) && isGoing(row) && [row, ...twins(row)].every(wanted));
    return new Map(going.map((row) => [row, row.payload()]));
  }
}
