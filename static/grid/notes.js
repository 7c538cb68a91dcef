// The notes on cells and the history of each: marks in the table, the box that opens at a cell (Shift+F2, as in Excel),
// and the list of all notes, numbered, that stands below the table where it is read or printed.

import { failure, post } from "../post.js";
import { UNITS } from "./decimal.js";
import { REASON } from "./rows.js";
import { describe, labelOf, make } from "./table.js";

const GAP = 4; // pixels between a cell and its box
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Notes {
  saves = 0; // how often a note was sent
  place = null; // {row, column} of the cell that was selected last
  at = null; // the cell the box shows
  drafts = new Map(); // what is written and not saved, by cell

  /** `saved()` resolves once new rows are known to the server; `say(text)` tells what was done; `points` are the
   *  review points (points.js). */
  constructor(table, { saved, say, points }) {
    Object.assign(this, { table, sheet: table.sheet, saved, say, points });
    this.list = make("section", { class: `footnotes${table.canEdit ? " print-only" : ""}`, "aria-label": "附注" });
    this.build();
    table.element.addEventListener("focusin", ({ target }) => (this.place = this.placeOf(target) ?? this.place));
    table.element.addEventListener("keydown", (event) => this.key(event));
    document.querySelector("[data-opens=point-dialog]")?.addEventListener("click", () => this.offer());
    table.element.addEventListener("click", ({ target }) => target.closest(".note-mark") && this.open(this.placeOf(target)));
    this.write();
  }

  /** The cell an element stands in: {row, column}; null where it is none. */
  placeOf(element) {
    const cell = element.closest("tbody td, tbody th");
    const row = cell && this.table.rowOf(cell);
    if (!row) return null;
    const { cells, name } = this.table.views.get(row);
    const column = cell === name ? "name" : Object.keys(cells).find((each) => cells[each] === cell);
    return column ? { row, column } : null;
  }

  cellOf(row, column) {
    const { cells, name } = this.table.views.get(row);
    return column === "name" ? name : cells[column];
  }

  /** The columns of a row in the order they stand in, [name, title]: what is computed and what says the row too. */
  columnsOf(row) {
    const { middle, qualifiers, measures, isOfFive } = this.table;
    const reason = isOfFive ? [this.sheet.column[REASON]] : [];
    const all = [["name", this.table.firstTitle], ...qualifiers.map(([name, , title]) => [name, title]),
      ...[...middle, ...measures, ...reason].map(({ name, title }) => [name, title])];
    return all.filter(([name]) => name === "name" || !this.sheet.column[name] || row.applies(name));
  }

  // --- In the table

  /** Bring the marks and the list to the notes there are; called after every change of the rows. */
  write() {
    const shown = this.shown();
    for (const mark of this.table.body.querySelectorAll(".note-mark")) {
      if (shown.some(({ note, cell }) => mark.parentElement === cell && mark.note === note)) continue;
      const cell = mark.parentElement;
      for (const each of [mark.nextElementSibling, mark]) each.remove();
      delete cell.dataset.note;
      describe(cell);
    }
    for (const [at, { note, row, column, cell }] of shown.entries()) {
      const mark = cell.querySelector(":scope > .note-mark") ?? this.mark(note, row, column, cell);
      mark.firstElementChild.textContent = at + 1;
    }
    const items = shown.map(({ note, row, title }) =>
      make("li", {}, make("strong", { text: `${labelOf(row)} · ${title}` }), `：${note.text}`, make("span", { class: "quiet", text: `（${note.by}）` })));
    this.list.replaceChildren(...(items.length ? [make("h2", { text: "附注" }), make("ol", {}, ...items)] : []));
    this.list.hidden = !items.length;
    this.points.write();
    this.writeStops();
  }

  /** The notes whose row is there, in the order of the table: [{note, row, column, title, cell}]. */
  shown() {
    if (!this.sheet.notes.size) return [];
    const noted = (row) => this.columnsOf(row).map(([column, title]) => ({ note: row.note(column), row, column, title, cell: this.cellOf(row, column) }));
    return this.sheet.rows.filter((row) => !row.removed).flatMap(noted).filter(({ note }) => note);
  }

  mark(note, row, column, cell) {
    const label = `批注：${note.text}`;
    const mark = make("button", { type: "button", class: "note-mark", "aria-label": label, tabindex: this.table.canEdit ? -1 : 0 }, make("span"));
    mark.note = note;
    cell.dataset.note = ""; // the mark hangs in it; its classes are the table's
    cell.append(mark, make("span", { class: "note-text", id: `${row.id}-${column}-note`, text: `${note.by}：${note.text}` }));
    describe(cell);
    return mark;
  }

  /** Where nothing can be typed, the cells themselves are gone to: one of them by Tab, the others by arrows. */
  writeStops() {
    if (this.table.canEdit) return;
    const cells = [...this.table.body.querySelectorAll("td, th")];
    const here = this.place && this.table.views.has(this.place.row) && this.cellOf(this.place.row, this.place.column);
    for (const cell of cells) cell.tabIndex = -1;
    if (cells.length) (cells.includes(here) ? here : cells[0]).tabIndex = 0;
  }

  key(event) {
    const { key, shiftKey, target } = event;
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const isCell = ["TD", "TH"].includes(target.tagName);
    if ((key === "F2" && shiftKey) || (isCell && key === "Enter")) {
      event.preventDefault();
      this.open(this.placeOf(target));
    } else if (isCell && ARROWS[key] && !this.table.canEdit) {
      event.preventDefault();
      this.step(target, ...ARROWS[key]);
    }
  }

  /** Go from a cell to the next one down or to the right. */
  step(cell, down, right) {
    const rows = [...this.table.body.querySelectorAll("tr:not([hidden])")];
    const row = rows[rows.indexOf(cell.parentElement) + down];
    const next = row?.children[[...cell.parentElement.children].indexOf(cell) + right];
    if (!next) return;
    [cell.tabIndex, next.tabIndex] = [-1, 0];
    next.focus();
  }

  // --- The box

  build() {
    const { canEdit } = this.table;
    const parts = {
      title: make("h2", { id: "cell-box-title" }),
      columns: make("select", { class: "input", "aria-label": "这一行的哪一格", change: () => this.turnTo({ row: this.at.row, column: parts.columns.value }) }),
      close: make("button", { type: "button", class: "button", text: "关闭", click: () => this.close() }),
      text: canEdit ? make("textarea", { id: "cell-note", class: "input", rows: 3, input: () => this.keepDraft() }) : make("p", { class: "said" }),
      by: make("p", { class: "quiet small" }),
      problem: make("p", { class: "mistake small", role: "alert" }),
      save: canEdit && make("button", { type: "submit", class: "button main", text: "保存批注", title: "Ctrl+Enter 或 Ctrl+S" }),
      remove: canEdit && make("button", { type: "button", class: "button", text: "删除批注", click: () => this.save("") }),
      records: make("div", { class: "records", tabindex: 0, role: "region", "aria-label": "修改记录" }),
    };
    const label = canEdit ? make("label", { for: "cell-note", text: "批注" }) : make("h3", { text: "批注" });
    const submit = (event) => (event.preventDefault(), this.save(parts.text.value));
    const form = make("form", { submit, autocomplete: "off" },
      make("header", {}, parts.title, parts.columns, parts.close),
      label, parts.text, parts.by, parts.problem,
      canEdit && make("div", { class: "deeds" }, parts.save, parts.remove, make("span", { class: "quiet small", text: "审核人看得到，随 Excel 和打印带出。" })),
      make("h3", { text: "修改记录" }), parts.records);
    this.box = make("dialog", { class: "cell-box", "aria-labelledby": "cell-box-title" }, form,
      this.points.form(() => this.at, () => this.close()));
    this.box.addEventListener("close", () => this.closed());
    this.box.addEventListener("mousedown", ({ target }) => target === this.box && this.close());
    this.box.addEventListener("keydown", (event) => {
      if (!event.ctrlKey || !["Enter", "s"].includes(event.key) || !canEdit) return;
      event.preventDefault();
      form.requestSubmit();
    });
    this.parts = parts;
    document.body.append(this.box);
  }

  /** Open the box at a cell; at none, say what to do. */
  async open(place) {
    if (!place || !this.sheet.rows.includes(place.row)) return this.say("先点一下要看的格，再看批注和修改记录。");
    this.back = document.activeElement;
    if (!place.row.key || place.row.isNew) await this.saved(); // the server does not know the row yet
    if (!place.row.key || place.row.isNew) return this.say("这一行还没有保存。填好并保存以后，再写批注。");
    this.turnTo(place);
    if (!this.box.open) this.box.showModal();
    this.stand();
    (this.table.canEdit ? this.parts.text : this.parts.close).focus();
  }

  /** Let the dialog of the bar ask about the cell that was selected. */
  offer() {
    if (!this.place || !this.sheet.rows.includes(this.place.row)) return;
    const { row, column } = this.place;
    const [, title] = this.columnsOf(row).find(([name]) => name === column) ?? [];
    this.points.offer(this.place, [labelOf(row), title].filter(Boolean).join(" · "));
  }

  /** Show a cell in the box: what is known at once, the rest when it comes. */
  async turnTo({ row, column: wanted }) {
    const columns = this.columnsOf(row);
    const column = columns.some(([name]) => name === wanted) ? wanted : "name";
    this.at = { row, column };
    this.parts.title.textContent = labelOf(row);
    this.parts.columns.replaceChildren(...columns.map(([value, text]) => make("option", { value, text, selected: value === column && "" })));
    this.parts.columns.value = column;
    this.parts.problem.textContent = "";
    this.parts.records.replaceChildren(make("p", { class: "quiet small", text: "正在读取…" }));
    this.writeText();
    const [asked, saves] = [this.at, this.saves];
    const record = await this.read(row.key, column);
    if (asked !== this.at) return;
    if (record && saves === this.saves) { // else it was read before a note was saved
      this.take(row.key, column, record.note);
      this.writeText();
    }
    this.parts.records.replaceChildren(this.history(record?.records, row, column));
    this.stand();
  }

  async read(row, column) {
    try {
      const response = await fetch(`${this.sheet.grid.record_url}?${new URLSearchParams({ row, column })}`);
      return response.ok ? await response.json() : null;
    } catch {
      return null; // no network, or the sign-in page in its place
    }
  }

  get name() {
    return `${this.at.row.key} ${this.at.column}`;
  }

  /** The note as it is stored, or as she left it. */
  writeText() {
    const note = this.sheet.notes.get(this.name);
    const { text, by, remove } = this.parts;
    by.textContent = note ? `${note.by} ${note.at}` : "";
    if (!this.table.canEdit) return (text.textContent = note?.text ?? "没有批注。");
    text.value = this.drafts.get(this.name) ?? note?.text ?? "";
    remove.hidden = !note;
  }

  keepDraft() {
    const { value } = this.parts.text;
    if (value === (this.sheet.notes.get(this.name)?.text ?? "")) this.drafts.delete(this.name);
    else this.drafts.set(this.name, value);
  }

  history(records, row, column) {
    const quiet = (text) => make("p", { class: "quiet small", text });
    if (!records) return quiet("没有读到修改记录，请检查网络，再打开一次。");
    const isComputed = !this.sheet.column[column]?.isFigure ? this.table.measureNamed(column) : row.figures[column].origin === "computed";
    if (!records.length) return quiet(isComputed ? "这一格是算出来的，修改记录在它所用的各格里。" : "还没有改过。");
    const unit = this.sheet.column[column]?.kind === "amount" ? `（${UNITS[this.sheet.unit]}）` : "";
    const head = make("tr", {}, ...["时间", "谁", `原来${unit}`, `改为${unit}`, "方式"].map((text) => make("th", { scope: "col", text })));
    const lines = records.map(({ at, by, old, new: now, how, expression }) => make("tr", {}, ...[at, by].map((text) => make("td", { text })),
      make("td", { class: "value", text: old }), make("td", { class: "value", text: now }, expression && make("span", { class: "quiet", text: ` ${expression}` })),
      make("td", { text: how })));
    return make("table", {}, make("thead", {}, head), make("tbody", {}, ...lines));
  }

  /** Below the cell, or above it where there is no room below. */
  stand() {
    const cell = this.cellOf(this.at.row, this.at.column);
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    const { left, top, bottom } = cell.getBoundingClientRect();
    const { offsetWidth, offsetHeight, style } = this.box;
    const hasRoom = bottom + GAP + offsetHeight <= innerHeight - GAP;
    style.left = `${Math.max(GAP, Math.min(left, innerWidth - offsetWidth - GAP))}px`;
    style.top = `${Math.max(GAP, hasRoom ? bottom + GAP : top - GAP - offsetHeight)}px`;
  }

  /** Save a text as the cell's note; "" takes the note away. */
  async save(text) {
    const { row: { key }, column } = this.at;
    const [name, note] = [this.name, this.sheet.notes.get(this.name)];
    const fields = { row: key, column, text, row_version: note?.row_version ?? 0 };
    this.saves += 1;
    const { status, answer } = await post(this.sheet.grid.note_url, fields);
    if (status === 200) {
      this.drafts.delete(name);
      this.take(key, column, answer.note);
      this.say(answer.note ? "批注已保存。" : "批注已删除。");
      return this.close();
    }
    this.drafts.set(name, text || this.parts.text.value);
    if (status === 409) this.takeTheirs(key, column, answer);
    else this.parts.problem.textContent = failure(status, answer);
    if (status !== 401) return;
    this.close(); // the password is asked for on the page
    this.say("登录已过期。您写的批注还在，登录后再打开这一格保存。");
  }

  /** Somebody else wrote in it: what she has is shown, and saving once more puts what is written here over it. */
  takeTheirs(key, column, { message, theirs }) {
    const draft = this.parts.text.value;
    if (theirs !== undefined) this.take(key, column, theirs);
    const said = theirs ? `${theirs.by} ${theirs.at} 改成：“${theirs.text}”。再按一次“保存批注”就用您写的。` : message;
    this.parts.problem.textContent = said;
    this.parts.text.value = draft;
  }

  take(row, column, note) {
    const known = this.sheet.notes.get(`${row} ${column}`);
    if (known?.row_version === note?.row_version) return;
    if (note) this.sheet.notes.set(`${row} ${column}`, note);
    else this.sheet.notes.delete(`${row} ${column}`);
    this.write();
  }

  close() {
    this.box.close();
  }

  closed() {
    if (this.table.element.contains(this.back)) return this.back.focus();
    const { row, column } = this.at;
    if (!this.sheet.rows.includes(row)) return;
    const field = this.table.views.get(row).fields[column];
    (this.table.canEdit && field && !field.hidden && !field.disabled ? field : this.cellOf(row, column)).focus();
  }
}
