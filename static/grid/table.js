// The schedule as one real table. Built once; afterwards only what changed is written.

import { UNITS, amountText, cellText, printed } from "./decimal.js";
import { LINE, REASON, RECONCILIATION } from "./rows.js";

const GROUPS = [
  ["较年初预算", ["variance_to_initial", "差额"], ["variance_to_initial_rate", "%"]],
  ["较全年预算", ["variance_to_revised", "差额"], ["execution_rate", "执行率 %"]],
  ["较上年决算", ["variance_to_last_year", "差额"], ["variance_to_last_year_rate", "%"]],
];
const SHOWN = [...GROUPS.flatMap(([, ...columns]) => columns.map(([name]) => name)), "share"];
const CHOICES = [["fund", "funds", "资金性质"], ["nature", "natures", "支出性质"]];

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

/** What a row is called: its code where it is one, its name, and what tells it from rows of the same code. */
export function labelOf(row) {
  const { funds, natures } = row.sheet.grid;
  const parts = [row.category && row.code, row.name, nameIn(funds, row.fund), nameIn(natures, row.nature)];
  return parts.filter(Boolean).join(" ");
}

/** A measure as printed: amounts in the unit, rates in percent, with their sign except for a ratio. */
export function measureText({ kind }, value, unit) {
  return kind === "difference" ? amountText(value, unit, true) : printed(value, kind !== "ratio");
}

/** What is typed in a cell as it is shown when the cell is left: as typed where it is no amount. */
export function leftText(row, column) {
  const { text, value, error } = row.cells[column];
  return column === REASON || error ? text : cellText(value, row.sheet.unit);
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class Table {
  views = new Map(); // row → {tr, name, cells: {column → td}, fields: {column → input}, shape}
  places = new WeakMap(); // input → {row, column}
  body = make("tbody");
  lengths = {};

  /** `deeds`: again(row), mark(row, removed), rekey(row), clear(row, name), called from buttons and keys. */
  constructor(sheet, deeds) {
    Object.assign(this, { sheet, deeds, canEdit: sheet.grid.can_edit });
    this.measures = SHOWN.map((name) => sheet.grid.measures.find((measure) => measure.name === name));
    const caption = `${sheet.grid.schedule.title}，单位：${UNITS[sheet.unit]}`;
    this.element = make("table", { class: "figures grid" },
      make("caption", { class: "visually-hidden", text: caption }), this.widths(), this.head(), this.body);
    this.refresh();
  }

  /** A column's width is fixed, so that a key does not make the browser measure every cell again. */
  widths() {
    const of = (name, number) => Array.from({ length: number }, () => make("col", { class: name }));
    return make("colgroup", {}, ...of("names", 1), ...of("choices", this.sheet.isClassified ? CHOICES.length : 0),
      ...of("figures", this.sheet.names.length), ...of("measures", SHOWN.length), ...of("reasons", 1));
  }

  /** Make all figures' or all measures' columns wide enough for a text: a figure is never shown in part. */
  widen(columns, text) {
    const length = text.length - (text.match(/[,.]/g) ?? []).length / 2;
    if (length <= (this.lengths[columns] ?? 0)) return;
    this.lengths[columns] = length;
    this.element.style.setProperty(`--${columns}-length`, length);
  }

  head() {
    const { grid, unit, isClassified } = this.sheet;
    const tall = (text, more) => make("th", { scope: "col", rowspan: 2, text, ...more });
    const wide = (text, colspan) => make("th", { scope: "colgroup", colspan, class: "group", text });
    const low = (text, title = "") => make("th", { scope: "col", class: "number", text, title });
    const first = make("tr", {},
      tall(isClassified ? "科目编码、名称" : "项目", { class: "name" }),
      ...(isClassified ? CHOICES.map(([, , title]) => tall(title)) : []),
      wide(`${grid.year - 1} 年（上年）`, 2), wide(`${grid.year} 年（本年） 单位：${UNITS[unit]}`, 3),
      ...GROUPS.map(([title, ...columns]) => wide(title, columns.length)),
      tall("占比 %", { class: "number", title: this.measureNamed("share").formula }), tall("差异原因"));
    const measures = GROUPS.flatMap(([, ...columns]) => columns);
    const second = make("tr", {}, ...grid.figures.map(({ title }) => low(title.replace(/^上年/, ""))),
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

  /** Bring the table's rows to the sheet's: add, take out, put in order, write. What stands right is not moved. */
  refresh() {
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
  }

  build(row) {
    const view = { name: make("th", { scope: "row" }), cells: {}, fields: {} };
    const choices = this.sheet.isClassified ? CHOICES.map(([column]) => (view.cells[column] = make("td", { class: "choice" }))) : [];
    const figures = this.sheet.names.map((name) => this.buildField(row, view, name, { inputmode: "decimal" }));
    const measures = this.measures.map(({ name }) => (view.cells[name] = make("td", { "data-measure": name })));
    view.tr = make("tr", {}, view.name, ...choices, ...figures, ...measures, this.buildField(row, view, REASON));
    this.views.set(row, view);
  }

  buildField(row, view, column, more) {
    const id = `${row.id}-${column}`;
    const field = this.canEdit
      ? make("input", { id, autocomplete: "off", spellcheck: "false", ...more })
      : make("span", { class: "shown" });
    view.fields[column] = field;
    this.places.set(field, { row, column });
    return (view.cells[column] = make("td", {}, field, make("span", { class: "below" })));
  }

  /** Write everything of a row that may have changed. */
  write(row) {
    const view = this.views.get(row);
    view.tr.className = `${row.removed ? "removed" : row.kind}${row.isUnsaved ? " unsaved" : ""}`;
    view.tr.hidden = row.kind === RECONCILIATION && this.sheet.names.every((name) => row.figures[name].value === null);
    if (!row.isNew) view.tr.id = `row-${row.key}`;
    const shape = [row.kind, row.removed, row.isNew, labelOf(row), row.depth].join();
    if (view.shape !== shape) this.writeName(row, view);
    view.shape = shape;
    for (const column of this.sheet.columns) this.writeField(row, view, column);
    for (const measure of this.measures) this.writeMeasure(row, measure);
    if (this.sheet.isClassified) this.writeMessage(view.cells.fund, `${row.id}-code`, row.mistakes.code ?? "");
  }

  writeName(row, view) {
    view.name.className = `name depth-${row.depth}`;
    view.name.setAttribute("aria-label", labelOf(row)); // without the buttons
    const code = this.sheet.isClassified && row.category && make("span", { class: "code", text: row.code });
    const name = make("span", { class: "words", text: row.name });
    view.name.replaceChildren(...[code, name, this.buttons(row)].filter(Boolean));
    for (const [column, choices, title] of this.sheet.isClassified ? CHOICES : []) {
      const cell = view.cells[column];
      const isChoice = row.isNew && this.canEdit && !row.removed;
      if (isChoice && cell.querySelector("select")) continue; // she may be in it
      const text = row.kind === LINE ? nameIn(this.sheet.grid[choices], row[column]) || "未区分" : "";
      cell.replaceChildren(isChoice ? this.choice(row, column, this.sheet.grid[choices], title) : make("span", { text }));
    }
  }

  choice(row, column, choices, title) {
    const options = [["", "未区分"], ...choices].map(([value, text]) => make("option", { value, text }));
    const change = ({ target }) => {
      row[column] = target.value;
      this.deeds.rekey(row);
    };
    const select = make("select", { id: `${row.id}-${column}`, "aria-label": `${row.code} ${row.name} ${title}`, change }, ...options);
    select.value = row[column];
    return select;
  }

  /** Reached by arrow left from the first figure, or by the mouse; Tab goes from figure to figure. */
  buttons(row) {
    if (!this.canEdit || !this.sheet.isClassified || row.kind !== LINE) return null;
    const button = (text, title, click) =>
      make("button", { type: "button", tabindex: -1, text, title, "aria-label": `${title}：${labelOf(row)}`, click });
    if (row.removed) return make("span", { class: "deeds shown" }, button("撤销", "撤销删除", () => this.deeds.mark(row, false)));
    return make("span", { class: "deeds" },
      button("＋", "同一科目再加一行", () => this.deeds.again(row)),
      button("×", "删除这一行", () => this.deeds.mark(row, true)));
  }

  writeField(row, view, column) {
    const [field, cell] = [view.fields[column], view.cells[column]];
    const canType = row.canType(column);
    const figure = column === REASON ? null : row.figures[column];
    const text = canType || row.removed || !figure ? leftText(row, column) : cellText(figure.value, this.sheet.unit);
    if (figure) this.widen("figures", text);
    cell.className = figure ? `number figure ${row.removed ? "" : figure.origin}` : `reason ${row.lacksReason ? "lacking" : ""}`;
    if (figure) this.writeNotes(row, cell, column);
    if (!this.canEdit) return setText(field, text || (figure ? "—" : row.lacksReason ? "未说明" : ""));
    field.readOnly = !canType;
    field.tabIndex = canType ? 0 : -1;
    field.hidden = !figure && !canType;
    field.title = figure ? this.originOf(row, figure) : text;
    field.placeholder = row.lacksReason && !figure ? "差异较大，请说明原因" : "";
    field.setAttribute("aria-label", `${labelOf(row)} ${this.sheet.titles[column]}`);
    if ((document.activeElement !== field || !canType) && field.value !== text) field.value = text;
    this.writeMessage(cell, field.id, row.mistakes[column] ?? (canType ? row.cells[column].error : ""));
  }

  originOf(row, { origin }) {
    if (origin === "stated") return "直接填报的合计，分项未填";
    if (origin !== "computed") return "";
    return row.kind === RECONCILIATION ? "按功能分类的合计减去按支出性质的合计" : "由下级各行相加";
  }

  /** Below a computed total: how many rows are blank, and the stated total it overrules. */
  writeNotes(row, cell, name) {
    const { origin, blanks, isOverruled } = row.figures[name];
    const missing = origin === "computed" && blanks ? `含 ${blanks} 行未填` : "";
    const overruled = isOverruled ? `填报合计 ${leftText(row, name)}，与分项之和不符` : "";
    const below = cell.querySelector(".below");
    if ((below.dataset.notes ?? "") === missing + overruled) return;
    below.dataset.notes = missing + overruled;
    const clear = () => this.deeds.clear(row, name);
    below.replaceChildren(...[
      missing && make("span", { text: missing }),
      overruled && make("span", { class: "overruling", text: overruled }),
      overruled && this.canEdit && make("button", { type: "button", text: "清除", "aria-label": `清除${overruled}`, click: clear }),
    ].filter(Boolean));
  }

  /** Mark a cell with what is wrong in it, or take the mark away; its field is described by the sentence. */
  writeMessage(cell, id, text) {
    const message = cell.querySelector(".message");
    if ((message?.textContent ?? "") === text && !text === !cell.classList.contains("invalid")) return;
    message?.remove();
    cell.classList.toggle("invalid", text !== "");
    if (text) cell.append(make("span", { class: "message", id: `${id}-message`, text }));
    for (const field of cell.querySelectorAll("input, select")) {
      field.setAttribute("aria-invalid", String(text !== ""));
      field.setAttribute("aria-describedby", text ? `${id}-message` : "");
    }
  }

  writeMeasure(row, measure) {
    const cell = this.views.get(row).cells[measure.name];
    const { value, title } = row.removed ? { value: null, title: "" } : this.sheet.measure(row, measure);
    const isDown = value < 0n && measure.kind !== "ratio";
    cell.className = `number measure ${value === null ? "missing" : isDown ? "down" : ""}`;
    cell.title = title;
    const text = row.removed ? "" : measureText(measure, value, this.sheet.unit);
    this.widen("measures", text);
    setText(cell, text);
  }

  /** The share of every row, when the total it is a share of has changed. */
  writeShares() {
    for (const row of this.sheet.rows) this.writeMeasure(row, this.measureNamed("share"));
  }
}
