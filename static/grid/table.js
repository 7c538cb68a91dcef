// The schedule as one real table. Built once; afterwards only what changed is written.

import { UNITS, cellText, figureText, printed } from "./decimal.js";
import { lockTitle, writeLock } from "./locks.js";
import { LINE, REASON, RECONCILIATION } from "./rows.js";

const GROUPS = [
  ["较年初预算", ["variance_to_initial", "差额"], ["variance_to_initial_rate", "%"]],
  ["较全年预算", ["variance_to_revised", "差额"], ["execution_rate", "执行率 %"]],
  ["较上年决算", ["variance_to_last_year", "差额"], ["variance_to_last_year_rate", "%"]],
];
const OF_FIVE = [...GROUPS.flatMap(([, ...columns]) => columns.map(([name]) => name)), "share"];
const SHARE_PAUSE = 400; // milliseconds after a key until the shares of other rows follow
const QUALIFIERS = [["fund", "funds", "资金性质"], ["nature", "natures", "支出性质"]];

/** An element with attributes; `text` sets its text, and functions listen (`click: …`). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (name === "text") element.textContent = value;
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

const nameIn = (choices, value) => choices.find(([each]) => each === value)?.[1] ?? "";

/** What a row is called: its code where it is one, its name, and what tells it from rows of the same name. */
export function labelOf(row) {
  const { grid, column } = row.sheet;
  const others = row.isNamed ? grid.key.filter((name) => name !== "name") : [];
  return [row.category && row.code, row.name, nameIn(grid.funds, row.fund), nameIn(grid.natures, row.nature),
    ...others.map((name) => column[name].shown(row.cells[name].value))].filter(Boolean).join(" ");
}

/** A measure as printed: differences as their figures are, rates in percent; with their sign except for a ratio. */
export function measureText({ kind, value: name }, value, sheet) {
  return kind === "difference" ? figureText(value, sheet.scaleOf(name), true) : printed(value, kind !== "ratio");
}

/** What is typed in a cell as it is shown when the cell is left: as typed where it cannot be read. */
export function leftText(row, name) {
  const { text, value, error } = row.cells[name];
  return error ? text : row.sheet.column[name].shown(value);
}

/** As `leftText`, but what the field holds: a choice holds its value. */
export const leftValue = (row, name) =>
  row.sheet.column[name].choices.length && !row.cells[name].error ? row.cells[name].value : leftText(row, name);

const MARKS = [".message", ".note-text", ".point-mark", ".finding-mark"].map((each) => `:scope > ${each}`).join(", ");

/** A field is described by the mistake, the note, the question and the findings that hang at it and are shown. */
export function describe(cell) {
  const isBehind = cell.closest(".unsaved, .removed"); // what was found before is not shown there
  const marks = [...cell.querySelectorAll(MARKS)].filter((each) => !(isBehind && each.classList.contains("finding-mark")));
  const said = marks.map(({ id }) => id).join(" ");
  for (const field of cell.querySelectorAll("input, select, textarea")) field.setAttribute("aria-describedby", said);
}

/** How many rows a sum lacks, as it stands below it; "" for none. */
const missingBelow = ({ origin, blanks }) => (origin === "computed" && blanks ? `${blanks} 行未填` : "");

function setText(element, text) {
  if (element.textContent === text) return;
  if (element.firstChild && element.childNodes.length === 1) element.firstChild.nodeValue = text; // keeps what is laid out
  else element.textContent = text;
}

export class Table {
  views = new Map(); // row → {tr, name, words, …, cells: {column → td}, fields: {column → input or select}}
  places = new WeakMap(); // field → {row, column}
  body = make("tbody");
  lengths = {};
  before = null; // what the cell under the cursor held (Row.content) before anything was typed in it

  /** `deeds`: again(row), mark(row, removed), rekey(row, name, value), clear(row, name), called from buttons and keys. */
  constructor(sheet, deeds) {
    const { grid } = sheet;
    Object.assign(this, { sheet, deeds, canEdit: grid.can_edit, isOfFive: grid.schedule.in_variances });
    const byName = (name) => grid.measures.find((measure) => measure.name === name);
    this.measures = this.isOfFive ? OF_FIVE.map(byName) : grid.measures;
    this.qualifiers = QUALIFIERS.filter(([, choices]) => grid[choices].length);
    this.middle = sheet.columns.filter(({ name }) => name !== REASON && name !== "name");
    this.columns = this.widths();
    this.element = make("table", { class: `figures grid${this.isOfFive ? "" : " compact"} ${grid.schedule.name}` },
      make("caption", { class: "visually-hidden", text: `${grid.schedule.title}，金额单位：${UNITS[sheet.unit]}` }),
      this.columns, this.isOfFive ? this.headOfFive() : this.plainHead(), this.body);
    this.refresh();
  }

  /** A column's width is fixed, so that a key does not make the browser measure every cell again. */
  widths() {
    const of = (name, { length }) => Array.from({ length }, () => make("col", { class: name }));
    const styleOf = ({ kind, name, isFigure }) => (isFigure ? `figures ${kind}` : `${kind}s ${name}`);
    return make("colgroup", {}, ...of("names", [1]), ...of("qualifiers", this.qualifiers),
      ...this.middle.flatMap((column) => [make("col", { class: styleOf(column) }),
        ...this.besides(column).map(() => make("col", { class: "beside" }))]),
      ...of("measures", this.measures), ...of("reasons", this.isOfFive ? [1] : []));
  }

  /** What stands beside a column as the server computes it: its declaration, or nothing. */
  besides({ name }) {
    return this.sheet.beside.has(name) ? [this.sheet.beside.get(name)] : [];
  }

  /** Make all figures' or all measures' columns wide enough for a text: a figure is never shown in part. What the cells
   *  would inherit, the browser would work out for each of them. */
  widen(columns, text) {
    const length = text.length - (text.match(/[,.]/g) ?? []).length / 2;
    if (length <= (this.lengths[columns] ?? 0)) return;
    this.lengths[columns] = length;
    this.columns.style.setProperty(`--${columns}-length`, length);
  }

  get firstTitle() {
    return this.sheet.isClassified ? "科目编码、名称" : this.sheet.isNamed ? this.sheet.column.name.title : "项目";
  }

  /** Figures with the unit of the amounts, measures with their formula. */
  plainHead() {
    const { unit } = this.sheet;
    const head = (text, more) => make("th", { scope: "col", text, ...more });
    const titleOf = ({ kind, title }) => (kind === "amount" ? `${title}（${UNITS[unit]}）` : title);
    return make("thead", {}, make("tr", {}, head(this.firstTitle, { class: "name" }),
      ...this.middle.flatMap((column) => [head(titleOf(column), { class: column.isFigure && "number" }),
        ...this.besides(column).map(({ title }) => head(title, { class: "number", title: "按评分规则计算，保存后更新" }))]),
      ...this.measures.map(({ title, formula }) => head(title, { class: "number", title: formula }))));
  }

  /** Two rows: the years and what is compared above the five figures and their differences. */
  headOfFive() {
    const { grid, unit, figures } = this.sheet;
    const words = this.middle.filter(({ isFigure }) => !isFigure);
    const tall = (text, more) => make("th", { scope: "col", rowspan: 2, text, ...more });
    const wide = (text, colspan) => make("th", { scope: "colgroup", colspan, class: "group", text });
    const low = (text, title = "") => make("th", { scope: "col", class: "number", text, title });
    const first = make("tr", {}, tall(this.firstTitle, { class: "name" }),
      ...this.qualifiers.map(([, , title]) => tall(title)), ...words.map(({ title }) => tall(title)),
      wide(`${grid.year - 1} 年（上年）`, 2), wide(`${grid.year} 年（本年） 单位：${UNITS[unit]}`, 3),
      ...GROUPS.map(([title, ...columns]) => wide(title, columns.length)),
      tall("占比 %", { class: "number", title: this.measureNamed("share").formula }), tall("差异原因"));
    const measures = GROUPS.flatMap(([, ...columns]) => columns);
    const second = make("tr", {}, ...figures.map(({ title }) => low(title.replace(/^上年/, ""))),
      ...measures.map(([name, text]) => low(text, this.measureNamed(name).formula)));
    return make("thead", {}, first, second);
  }

  measureNamed(name) {
    return this.measures.find((measure) => measure.name === name);
  }

  field(row, column) {
    return this.views.get(row).fields[column];
  }

  /** The row an element stands in. */
  rowOf(element) {
    const tr = element.closest("tbody tr");
    return this.sheet.rows.find((row) => this.views.get(row).tr === tr);
  }

  /** Put the cursor into the first cell of a row that can be typed in. */
  enter(row) {
    this.field(row, this.sheet.names.find((name) => row.canType(name)) ?? this.sheet.names[0]).focus();
  }

  /** Bring the table's rows to the sheet's: add, take out, put in order, write. What stands right is not moved. */
  refresh() {
    const left = this.placeOfCursor();
    for (const [row, view] of this.views) {
      if (this.sheet.rows.includes(row)) continue;
      view.tr.remove();
      this.views.delete(row);
    }
    let at = this.body.firstElementChild;
    for (const row of this.sheet.rows) {
      if (!this.views.has(row)) this.build(row);
      const { tr } = this.views.get(row);
      if (tr === at) at = at.nextElementSibling;
      else this.body.insertBefore(tr, at);
      this.write(row);
    }
    if (left && !left.tr.isConnected) this.enter(this.sheet.rows[left.at] ?? this.sheet.rows.at(-1));
  }

  /** The row the cursor stands in and its number: should it go, the cursor goes to the row that comes in its place,
   *  or Ctrl+Z would be the browser's own, which takes back keys of whatever cell was typed in last. */
  placeOfCursor() {
    const tr = document.activeElement?.closest("tbody tr");
    return tr && this.body.contains(tr) ? { tr, at: [...this.body.children].indexOf(tr) } : null;
  }

  build(row) {
    const view = { code: make("span", { class: "code" }), words: make("span", { class: "words" }), cells: {}, slots: {}, fields: {} };
    const title = "单位添加的科目，财政局还没有确认";
    const mark = row.is_unconfirmed && make("span", { class: "mark ask", text: "未确认", title });
    view.source = make("a", { class: "source" });
    view.deeds = make("span", { class: "deeds" });
    view.name = make("th", { scope: "row", tabindex: !row.isNamed && -1 }, row.category && view.code, view.words, mark, view.source, view.deeds);
    const [names, reasons] = ["name", REASON].map((name) => this.sheet.columns.filter((column) => column.name === name));
    for (const column of names) view.words.after(this.buildField(row, view, column, view.name));
    view.beside = {};
    const cells = (columns) => columns.flatMap((column) => {
      const cell = make("td");
      cell.append(this.buildField(row, view, column, cell), column.isFigure ? make("span", { class: "below" }) : "");
      const besides = this.besides(column).map(({ name }) => (view.beside[name] = make("td", { class: "number measure" }, make("span"))));
      return [cell, ...besides];
    });
    const qualifiers = this.qualifiers.map(([name]) => (view.cells[name] = make("td", { class: "qualifier" }, (view.slots[name] = make("span")))));
    const measures = this.measures.map(({ name }) => (view.cells[name] = make("td", { "data-measure": name, tabindex: -1 }, make("span"))));
    view.tr = make("tr", {}, view.name, ...qualifiers, ...cells(this.middle), ...measures, ...cells(reasons));
    this.views.set(row, view);
  }

  buildField(row, view, { name, isFigure, choices }, cell) {
    const id = `${row.id}-${name}`;
    const options = [["", ""], ...choices].map(([value, text]) => make("option", { value, text }));
    const field = !this.canEdit ? make("span", { class: "shown" })
      : choices.length ? make("select", { id }, ...options)
      : isFigure ? make("input", { id, autocomplete: "off", spellcheck: "false", inputmode: "decimal" })
      : make("textarea", { id, rows: 1, autocomplete: "off", spellcheck: "false" });
    view.fields[name] = field;
    view.cells[name] = cell;
    this.places.set(field, { row, column: name });
    return field.tagName === "TEXTAREA" ? make("div", { class: "grows" }, field) : field;
  }

  /** Write everything of a row that may have changed. */
  write(row) {
    const view = this.views.get(row);
    const isNoted = this.sheet.figures.some(({ name }) => missingBelow(row.figures[name]));
    const wasUnsaved = view.tr.classList.contains("unsaved");
    view.tr.className = `${row.removed ? "removed" : row.kind}${row.isUnsaved ? " unsaved" : ""}${isNoted ? " noted" : ""}${row.isOpen ? "" : " shut"}`;
    view.tr.hidden = row.kind === RECONCILIATION && this.sheet.figures.every(({ name }) => row.figures[name].value === null);
    if (row.key && !row.isNew) view.tr.id = `row-${row.key}`;
    this.writeName(row, view);
    for (const qualifier of this.qualifiers) this.writeQualifier(row, view, ...qualifier);
    for (const column of this.sheet.columns) this.writeField(row, view, column);
    for (const [name, cell] of Object.entries(view.beside)) this.writeBeside(row.beside(name), cell);
    for (const measure of this.measures) this.writeMeasure(row, measure);
    if (!this.sheet.isNamed) this.writeMessage(this.cell(row, "code"), `${row.id}-code`, row.mistakes.code ?? "");
    if (wasUnsaved === row.isUnsaved) return;
    for (const { parentElement } of view.tr.querySelectorAll(".finding-mark")) describe(parentElement);
  }

  /** The cell of a column; a mistake in what the row is stands at its fund, or at its name. */
  cell(row, name) {
    const view = this.views.get(row);
    return view.cells[name] ?? view.cells.fund ?? view.name;
  }

  writeName(row, view) {
    const label = labelOf(row);
    view.name.className = `name depth-${row.depth}${row.isNamed ? " named" : ""}${this.sheet.held.has("name") ? " locked" : ""}`;
    view.name.setAttribute("aria-label", label); // without the buttons
    setText(view.code, row.code);
    setText(view.words, row.isNamed ? "" : row.name);
    view.source.hidden = !row.source;
    if (row.source) view.source.href = row.source.url;
    setText(view.source, row.source ? `取自“${row.source.title}”` : "");
    const shape = this.canEdit && row.canBeRemoved ? `${row.removed} ${label}` : "";
    if (view.shape !== shape) view.deeds.replaceChildren(...(shape ? this.buttons(row, label) : []));
    view.deeds.classList.toggle("shown", row.removed);
    view.shape = shape;
  }

  /** Reached by arrow left from the first cell, or by the mouse; Tab goes from cell to cell. */
  buttons(row, label) {
    const button = (text, title, click) =>
      make("button", { type: "button", tabindex: -1, text, title, "aria-label": `${title}：${label}`, click });
    if (row.removed) return [button("撤销", "撤销删除", () => this.deeds.mark(row, false))];
    const again = button("＋", "同一科目再加一行", () => this.deeds.again(row));
    return [...(this.qualifiers.length ? [again] : []), button("×", "删除这一行", () => this.deeds.mark(row, true))];
  }

  /** A new row offers the choice; a stored one says what was chosen, as a button that offers it again. */
  writeQualifier(row, { slots: cells }, name, choices, title) {
    const [cell, select] = [cells[name], cells[name].querySelector("select")];
    const text = row.kind === LINE ? nameIn(this.sheet.grid[choices], row[name]) || "未区分" : "";
    const choice = () => this.choice(row, name, this.sheet.grid[choices], title);
    if (!this.canEdit || !row.isOpen || row.removed || row.kind !== LINE) {
      if (select || cell.textContent !== text || cell.firstElementChild) cell.replaceChildren(text);
    } else if (select && (row.isNew || select === document.activeElement)) select.value = row[name];
    else if (row.isNew) cell.replaceChildren(choice());
    else if (select || cell.textContent !== text || !cell.firstElementChild) {
      const label = `${row.code} ${row.name} ${title}：${text}，更改`;
      const click = () => (cell.replaceChildren(choice()), cell.firstElementChild.focus());
      cell.replaceChildren(make("button", { type: "button", tabindex: -1, text, "aria-label": label, title: `更改${title}`, click }));
    }
  }

  choice(row, name, choices, title) {
    const options = [["", "未区分"], ...choices].map(([value, text]) => make("option", { value, text }));
    const change = ({ target }) => this.deeds.rekey(row, name, target.value);
    const label = `${row.code} ${row.name} ${title}`;
    const blur = () => setTimeout(() => this.views.has(row) && this.write(row)); // it is a button again
    const select = make("select", { id: `${row.id}-${name}`, "aria-label": label, change, blur }, ...options);
    select.value = row[name];
    return select;
  }

  writeField(row, view, column) {
    const { name, kind, isFigure } = column;
    const [field, cell] = [view.fields[name], view.cells[name]];
    const [canType, applies, lacksReason] = [row.canType(name), row.applies(name), name === REASON && row.lacksReason];
    const figure = isFigure && applies ? row.figures[name] : null;
    const [isRuled, computed] = [row.isRuled(name), row.beside(name)?.text ?? ""];
    const proposed = this.sheet.beside.get(name)?.proposes ? computed : "";
    const typed = () => (canType || row.removed || !figure ? leftText(row, name) : column.shown(figure.value));
    const text = !applies ? "" : isRuled ? computed : typed();
    if (isFigure) this.widen("figures", text);
    const styles = [isFigure ? "number figure" : name === REASON ? "why" : kind === "date" ? "text" : kind, figure && !row.removed && figure.origin,
      isRuled && "computed", this.sheet.held.has(name) && "locked", lacksReason && "lacking", !applies && "none"];
    if (cell !== view.name) cell.className = styles.filter(Boolean).join(" ");
    if (figure) this.writeNotes(row, cell, column);
    if (isFigure) writeLock(row, cell, column);
    if (!this.canEdit) return setText(field, text || (figure ? "—" : lacksReason ? "未说明" : ""));
    field.readOnly = !canType;
    field.disabled = field.tagName === "SELECT" && !canType;
    field.tabIndex = canType ? 0 : -1;
    field.hidden = !applies || (!isFigure && !canType && !row.removed && !this.sheet.held.has(name));
    field.title = lockTitle(row, column) || (isRuled ? "按评分规则计算，不能改" : "") || (figure ? this.originOf(row, figure, column) : text);
    const placeholder = figure?.origin === "adjusted" ? column.shown(figure.value) : proposed || (lacksReason ? "差异较大，请说明原因" : column.required ? column.title : "");
    if (field.placeholder !== placeholder) field.placeholder = placeholder; // laid out anew even where it is the same
    field.setAttribute("aria-label", `${labelOf(row)} ${column.title}`);
    if (column.choices.length) this.writeOdd(field, row.cells[name]);
    if (column.choices.length) cell.dataset.text = field.hidden ? "" : text; // a choice does not wrap on paper
    const value = column.choices.length ? leftValue(row, name) : text;
    if (document.activeElement === field && canType) this.refreshFocused(row, name, field);
    else if (field.value !== value) field.value = value;
    if (field.tagName === "TEXTAREA") field.parentElement.dataset.text = field.hidden ? "" : field.value;
    this.writeMessage(cell, field.id, row.mistakes[name] ?? (canType ? row.cells[name].error : ""));
  }

  /** A text that is none of the choices stands among them as it was pasted, until another is chosen. */
  writeOdd(field, { text, error }) {
    const odd = field.querySelector("[data-odd]");
    if (odd?.value === text && error) return;
    odd?.remove();
    if (error) field.append(make("option", { value: text, text, "data-odd": "" }));
  }

  /** What is typed is already in the row: where the text differs, the server has another figure by now. */
  refreshFocused(row, name, field) {
    const { text } = row.cells[name];
    if (field.value === text) return;
    field.value = text;
    this.before = row.content(name);
  }

  originOf(row, { origin, isByFormula }, { name, sum_of }) {
    const { expression, error } = row.cells[name];
    if (expression && !error && origin !== "computed") return this.workedOut(expression, name);
    if (origin === "stated") return "直接填报的合计，分项未填";
    if (origin === "adjusted") return "由年初预算数加“预算调整”里的增减得出；直接填数就按填的数";
    if (origin !== "computed") return "";
    if (row.kind === RECONCILIATION) return "按功能分类的合计减去按支出性质的合计";
    if (row.source) return `取自“${row.source.title}”一节`;
    if (!isByFormula) return "由下级各行相加";
    const terms = sum_of.map(([name, sign]) => `${sign < 0 ? " − " : " + "}${this.sheet.column[name].title}`);
    return `由${terms.join("").slice(3)}得出`;
  }

  /** What a figure was typed as; in another unit than it is shown in, with that. */
  workedOut({ text, unit }, name) {
    return `由 ${text} 算得${this.sheet.column[name].kind === "amount" && unit !== this.sheet.unit ? `（${UNITS[unit]}）` : ""}`;
  }

  /** Below a computed figure: how many rows are blank, and what is stated beside it and overruled. */
  writeNotes(row, cell, { name }) {
    const { isOverruled, isByFormula } = row.figures[name];
    const missing = missingBelow(row.figures[name]);
    const [what, sum] = isByFormula ? ["填报数", "算式"] : ["填报合计", "分项之和"];
    const overruled = isOverruled ? `${what} ${leftText(row, name)}，与${sum}不符` : "";
    const odd = name === "revised_budget" && row.undocumented !== null ? this.oddText(row) : "";
    const below = cell.querySelector(".below");
    if ((below.dataset.notes ?? "") === missing + overruled + odd) return;
    below.dataset.notes = missing + overruled + odd;
    below.classList.toggle("partly", !overruled && !odd);
    const clear = () => this.deeds.clear(row, name);
    below.replaceChildren(...[
      missing && make("span", { text: missing }),
      odd && make("span", { class: "odd", text: odd, title: "调整文件在“预算调整”里填；没有文件也可以填这个数" }),
      overruled && make("span", { class: "overruling", text: overruled }),
      overruled && this.canEdit && make("button", { type: "button", text: "清除", "aria-label": `清除${overruled}`, click: clear }),
    ].filter(Boolean));
  }

  /** A revised budget that no document accounts for is allowed, and said. */
  oddText(row) {
    if (!row.adjusted) return "没有调整文号";
    return `与调整文件差 ${row.undocumented > 0n ? "+" : ""}${cellText(row.undocumented, this.sheet.unit)}`;
  }

  /** Mark a cell with what is wrong in it, or take the mark away; its field is described by the sentence. */
  writeMessage(cell, id, text) {
    const message = cell.querySelector(".message");
    if ((message?.textContent ?? "") === text && !text === !cell.classList.contains("invalid")) return;
    message?.remove();
    cell.classList.toggle("invalid", text !== "");
    if (text) cell.append(make("span", { class: "message", id: `${id}-message`, text }));
    for (const field of cell.querySelectorAll("input, select, textarea")) {
      field.setAttribute("aria-invalid", String(text !== ""));
    }
    describe(cell);
  }

  /** What the server computed beside a column; a dash with the obstacle where it cannot be computed. */
  writeBeside(beside, cell) {
    cell.className = `number measure${beside && !beside.text ? " missing" : ""}`;
    cell.title = beside?.title ?? "";
    setText(cell.firstElementChild, beside ? beside.text || "—" : "");
  }

  writeMeasure(row, measure) {
    const cell = this.views.get(row).cells[measure.name];
    const applies = (name) => !this.sheet.column[name] || row.applies(name);
    const isShown = !row.removed && applies(measure.value) && applies(measure.base);
    const { value, title } = isShown ? this.sheet.measure(row, measure) : { value: null, title: "" };
    const isDown = value < 0n && measure.kind !== "ratio";
    cell.className = `number measure ${value === null ? "missing" : isDown ? "down" : ""}`;
    cell.title = title;
    const text = isShown ? measureText(measure, value, this.sheet) : "";
    this.widen("measures", text);
    setText(cell.firstElementChild, text);
  }

  /** The share of every row, when the total it is a share of has changed: in a pause, for all rows are written. */
  writeShares() {
    const share = this.measureNamed("share");
    const write = () => this.sheet.rows.filter((row) => this.views.has(row)).forEach((row) => this.writeMeasure(row, share));
    clearTimeout(this.sharing);
    if (share) this.sharing = setTimeout(write, SHARE_PAUSE);
  }
}
