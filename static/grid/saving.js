// Sending what changed and showing what the server said: saved, mistakes, somebody else's changes, no answer.

import { postJson } from "../post.js";
import { labelOf, leftText, make } from "./table.js";

const EXPIRED = "登录已过期，请在新窗口登录后再点保存；您填的内容都还在这一页。";
const UNREACHED = "没有收到服务器的答复，不知道是否已经保存；您填的内容都还在这一页，请稍后再点一次保存核对。";

/** The row that went by this name. */
const rowOf = (sent, name) => [...sent.keys()].find((row) => row.id === name);

export class Saving {
  isUnderWay = false;
  failure = "";
  savedAt = "";
  mistakes = []; // {row, column, message}
  conflicts = []; // {row, theirs}

  /** `parts`: the elements {state, button, problems}; `refreshed(answer)` is called when the rows have changed. */
  constructor(table, parts, refreshed) {
    Object.assign(this, { table, sheet: table.sheet, parts, refreshed });
    parts.button.addEventListener("click", () => this.save());
  }

  /** Save; return whether everything is saved now. */
  async save() {
    const sent = this.sheet.changes();
    if (this.isUnderWay || !sent.size) return !sent.size;
    Object.assign(this, { isUnderWay: true, failure: "" });
    this.show();
    const [rows, removed] = [false, true].map((isRemoved) =>
      [...sent].filter(([row]) => row.removed === isRemoved).map(([, payload]) => payload));
    const { status, answer } = await postJson(this.sheet.grid.save_url, { unit: this.sheet.unit, rows, removed });
    this.isUnderWay = false;
    if (status === 200) this.take(answer, sent);
    else if (status === 422) this.takeMistakes(answer.errors, sent);
    else if (status === 409) this.takeConflicts(answer, sent);
    else this.fail(status, answer);
    this.show();
    return status === 200 && !this.sheet.unsaved.length;
  }

  take(answer, sent) {
    Object.assign(this, { savedAt: answer.saved_at, mistakes: [], conflicts: [] });
    for (const row of sent.keys()) row.mistakes = {};
    this.sheet.takeState(answer, sent);
    this.parts.problems.replaceChildren();
    this.refreshed(answer);
  }

  fail(status, { message }) {
    const known = { 0: UNREACHED, 401: EXPIRED }[status];
    this.failure = message ?? known ?? `服务器出错（${status}），不知道是否已经保存，请稍后再点一次保存核对。`;
    this.parts.problems.replaceChildren(make("p", { class: "note wrong", text: this.failure }));
  }

  takeMistakes(errors, sent) {
    for (const row of sent.keys()) row.mistakes = {};
    this.conflicts = [];
    const { isNamed, column: known } = this.sheet;
    const place = (column) => (isNamed && !known[column] ? "name" : column); // "code" is what the row is
    this.mistakes = errors.map(({ row, column, message }) => ({ row: rowOf(sent, row), column: place(column), message }));
    const items = this.mistakes.map(({ row, column, message }) => {
      row.mistakes[column] = message;
      const click = (event) => (event.preventDefault(), this.goTo(row, column));
      return make("li", {}, make("a", { href: `#${row.id}-${column}`, text: labelOf(row), click }), `：${message}`);
    });
    const title = make("strong", { text: `有 ${items.length} 处要改，本次没有保存，您填的都还在：` });
    this.parts.problems.replaceChildren(make("div", { class: "note wrong" }, title, make("ol", {}, ...items)));
    this.refreshed();
  }

  /** Put the cursor into the cell; for a stated total under a computed one, on the button that clears it. */
  goTo(row, column) {
    const cell = this.table.cell(row, column);
    const field = cell.querySelector(".below button, select:enabled, input:not(:read-only)");
    if (field) field.focus();
    else this.table.enter(row);
  }

  /** Mistakes not yet touched; the list at the top strikes out the others. */
  get openMistakes() {
    const isOpen = ({ row, column }) => !row.removed && column in row.mistakes;
    const items = this.parts.problems.querySelectorAll("ol > li");
    this.mistakes.forEach((mistake, at) => items[at]?.classList.toggle("done", !isOpen(mistake)));
    return this.mistakes.filter(isOpen);
  }

  takeConflicts({ message, by, at, conflicts }, sent) {
    this.mistakes = [];
    this.conflicts = conflicts.map(({ row, theirs }) => ({ row: rowOf(sent, row), theirs }));
    const sections = this.conflicts.map((conflict) => this.conflictSection(conflict, `${by} ${at}`));
    this.parts.problems.replaceChildren(make("div", { class: "note ask" }, make("strong", { text: message }), ...sections));
  }

  conflictSection({ row, theirs }, who) {
    const choice = (text, isMine) => {
      const click = () => this.settle(row, theirs, isMine, section);
      return make("button", { type: "button", class: "button", text, "aria-label": `${labelOf(row)}：${text}`, click });
    };
    const section = make("section", { class: "conflict" },
      make("h2", { text: `${labelOf(row)}：${who} ${theirs ? "改过" : "删除了这一行"}` }),
      theirs && this.comparison(row, theirs),
      choice(theirs ? "用对方的" : "去掉这一行", false), choice(theirs ? "保留我的" : "保留我的，重新加入", true));
    return section;
  }

  /** Both versions side by side, only the cells that differ. */
  comparison(row, theirs) {
    const theirText = (column) => column.shown(column.kept(theirs.values[column.name]));
    const cells = this.sheet.columns.map((column) => [column.title, theirText(column), leftText(row, column.name)]);
    const lines = row.removed ? [["整行", "保留", "删除"]] : cells.filter(([, one, other]) => one !== other);
    const head = ["对方的", "我的"].map((text) => make("th", { scope: "col", text }));
    const body = lines.map(([title, ...both]) =>
      make("tr", {}, make("th", { scope: "row", text: title }), ...both.map((text) => make("td", { text: text || "未填" }))));
    return make("table", {}, make("thead", {}, make("tr", {}, make("td"), ...head)), make("tbody", {}, ...body));
  }

  /** Start from their version either way; keeping hers leaves what she typed, to be saved again. */
  settle(row, theirs, isMine, section) {
    row.adopt(theirs);
    if (!isMine) {
      row.removed = false;
      row.revert();
      if (!theirs && row.canBeRemoved) this.sheet.rows = this.sheet.rows.filter((each) => each !== row);
    }
    section.remove();
    this.conflicts = this.conflicts.filter((conflict) => conflict.row !== row);
    if (!this.conflicts.length) this.parts.problems.replaceChildren();
    this.sheet.arrange();
    this.refreshed();
    this.show();
    (this.parts.problems.querySelector("button") ?? this.parts.button).focus();
  }

  /** The words beside the button; called after every change. */
  show() {
    const unsaved = this.sheet.unsaved.length;
    const mistakes = this.openMistakes.length;
    const pending = `有 ${unsaved} 行未保存`;
    const [text, style] = this.isUnderWay ? ["保存中…", "now"]
      : this.failure && unsaved ? [`保存失败，${pending}`, "wrong"]
      : this.conflicts.length ? ["有人改过同一行", "ask"]
      : mistakes ? [`有 ${mistakes} 处错误`, "wrong"]
      : unsaved ? [pending, "ask"]
      : this.savedAt ? [`已保存 ${this.savedAt}`, "good"] : ["没有改动", ""];
    const { state, button } = this.parts;
    if (state.textContent !== text) state.textContent = text;
    state.className = `mark ${style}`;
    button.disabled = this.isUnderWay;
  }
}
