// What stands above the table when something could not be saved: why, which cells, who wrote what meanwhile, and what was
// not restored.

import { labelOf, leftText, make } from "./table.js";

export class Problems {
  mistakes = []; // {row, column, message}
  disputes = []; // {row, theirs, columns, who}

  /** `settled()` is called when she has chosen between two versions of a row. */
  constructor(table, element, settled) {
    Object.assign(this, { table, sheet: table.sheet, element, settled });
  }

  /** Mark the cells the server found wrong; `errors` as it names them, `sent` the rows it was about. */
  takeMistakes(errors, sent) {
    this.clear(sent);
    const { isNamed, column: known } = this.sheet;
    const place = (column) => (isNamed && !known[column] ? "name" : column); // "code" is what the row is
    const found = errors.map(({ row, column, message }) => ({ row: rowOf(sent, row), column: place(column), message }));
    for (const { row, column, message } of found) row.mistakes[column] = message;
    this.mistakes.push(...found);
    this.show();
  }

  /** Rows that somebody else wrote in: those where nobody wrote in the other's cells come together by themselves. */
  takeConflicts({ by, at, conflicts }, sent) {
    this.clear(sent);
    for (const { row: name, theirs } of conflicts) {
      const row = rowOf(sent, name);
      const isAnother = Boolean(theirs && row.lineId && theirs.id !== row.lineId && row.isNamed);
      const columns = !theirs || row.removed || isAnother ? this.sheet.columns : row.merge(theirs);
      if (columns.length) this.disputes.push((row.dispute = { row, theirs, columns, who: `${by} ${at}` }));
    }
    this.show();
  }

  /** What is said of these rows holds no more. */
  clear(rows) {
    for (const row of rows.keys()) {
      row.mistakes = {};
      row.dispute = null;
    }
    this.mistakes = this.mistakes.filter(({ row }) => !rows.has(row));
    this.disputes = this.disputes.filter(({ row }) => !rows.has(row));
    this.show();
  }

  /** How many mistakes are not yet touched; the list strikes out the others, and goes with the last one. */
  countOpen() {
    const isOpen = ({ row, column }) => !row.removed && column in row.mistakes;
    const items = this.element.querySelectorAll("ol > li");
    this.mistakes.forEach((mistake, at) => items[at]?.classList.toggle("done", !isOpen(mistake)));
    const { length } = this.mistakes.filter(isOpen);
    if (!length && this.mistakes.length) {
      this.mistakes = [];
      this.show();
    }
    return length;
  }

  /** Say why nothing was saved; "" when something was. `style` is "ask" for what passes by itself. */
  tell(failure, style = "wrong") {
    this.failure = failure && make("p", { class: `note ${style}`, text: failure });
    this.show();
  }

  show() {
    const title = make("strong", { text: "有人在您之后改过同一格。请选留哪一个，别的改动都已经并在一起：" });
    const sections = this.disputes.map((dispute) => this.section(dispute));
    const disputes = sections.length && make("div", { class: "note ask" }, title, ...sections);
    const lost = this.sheet.lost.length && this.lost();
    this.element.replaceChildren(...[this.failure, this.mistakes.length && this.list(), disputes, lost].filter(Boolean));
  }

  /** What she typed before and is approved by now: it stands nowhere else any more. */
  lost() {
    const items = this.sheet.lost.map(({ title, what }) => make("li", { text: `${short(title)}：${what}` }));
    const title = make("strong", { text: `上次没来得及保存的 ${items.length} 处没有找回，您当时填的是：` });
    const click = () => {
      this.sheet.lost = [];
      this.show();
    };
    return make("div", { class: "note ask" }, title, make("ul", {}, ...items), make("p", { text: this.sheet.grid.held.words }),
      make("button", { type: "button", class: "button", text: "知道了", click }));
  }

  list() {
    const items = this.mistakes.map(({ row, column, message }) => {
      const click = (event) => (event.preventDefault(), this.goTo(row, column));
      return make("li", {}, make("a", { href: `#${row.id}-${column}`, text: short(labelOf(row)), click }), `：${message}`);
    });
    const title = make("strong", { text: `有 ${items.length} 处要改，这些行还没有保存，您填的都还在：` });
    return make("div", { class: "note wrong" }, title, make("ol", {}, ...items));
  }

  /** Put the cursor into the cell; for a stated total under a computed one, on the button that clears it. */
  goTo(row, column) {
    const cell = this.table.cell(row, column);
    const field = cell.querySelector(".below button, select:enabled, input:not(:read-only), textarea:not(:read-only)");
    if (field) field.focus();
    else this.table.enter(row);
  }

  section({ row, theirs, columns, who }) {
    const choice = (text, isMine) => {
      const click = () => this.settle(row, theirs, columns, isMine);
      return make("button", { type: "button", class: "button", text, "aria-label": `${labelOf(row)}：${text}`, click });
    };
    return make("section", { class: "conflict" },
      make("h2", { text: `${short(labelOf(row))}：${who} ${theirs ? "改过" : "删除了这一行"}` }),
      theirs && this.comparison(row, theirs, columns),
      choice(theirs ? "用对方的" : "去掉这一行", false), choice(theirs ? "保留我的" : "保留我的，重新加入", true));
  }

  /** Both versions side by side, only the cells that differ. */
  comparison(row, theirs, columns) {
    const theirText = (column) => column.shown(column.kept(theirs.values[column.name]));
    const cells = columns.map((column) => [column.title, theirText(column), leftText(row, column.name)]);
    const lines = row.removed ? [["整行", "保留", "删除"]] : cells.filter(([, one, other]) => one !== other);
    const head = ["对方的", "我的"].map((text) => make("th", { scope: "col", text }));
    const body = lines.map(([title, ...both]) =>
      make("tr", {}, make("th", { scope: "row", text: title }), ...both.map((text) => make("td", { text: text || "未填" }))));
    return make("table", {}, make("thead", {}, make("tr", {}, make("td"), ...head)), make("tbody", {}, ...body));
  }

  /** Start from their version either way; keeping hers leaves what she typed, to be saved again. */
  settle(row, theirs, columns, isMine) {
    const given = isMine ? [] : columns;
    row.startFrom(theirs, this.sheet.names.filter((name) => row.isChanged(name) && !given.some((each) => each.name === name)));
    if (!isMine) row.removed = false;
    if (!isMine && !theirs) {
      row.revert();
      if (row.canBeRemoved) this.sheet.rows = this.sheet.rows.filter((each) => each !== row);
    }
    this.clear(new Map([[row, null]]));
    this.sheet.arrange();
    this.settled();
    this.element.querySelector("button")?.focus();
  }
}

const LONGEST = 40; // characters of a name that are told: it may be what is wrong with it

const short = (name) => (name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name);

/** The row that went by this name. */
const rowOf = (sent, name) => [...sent.keys()].find((row) => row.id === name);
