// The entry page: joins the rows, the table, the keyboard, the search box, the saving and the page's head.

import { beforeLeaving } from "../leaving.js";
import { showSections } from "../sections.js";
import { onSaveKey } from "../self_saving.js";
import { hangInSight } from "./bubbles.js";
import { figureText } from "./decimal.js";
import { showEdge } from "./edge.js";
import { Findings } from "./findings.js";
import { Notes } from "./notes.js";
import { Points } from "./points.js";
import { proposalForm } from "./proposal.js";
import { restating } from "./restating.js";
import { REASON, Sheet } from "./rows.js";
import { Saving } from "./saving.js";
import { searchBox } from "./search.js";
import { Table, labelOf, make, measureText } from "./table.js";
import { listen } from "./typing.js";

const HEAD_PAUSE = 300; // milliseconds after a key until the head follows: changed with it, the whole page is laid out
const EMPTY = "从 Excel 复制整块（带表头更好），点任意一格按 Ctrl+V；或在上面搜索科目逐行添加。";

const part = (name) => document.querySelector(`[data-grid="${name}"]`);
const say = (text) => (part("notice").textContent = text);
let heading;
const grid = JSON.parse(document.getElementById("grid").textContent);
const sheet = new Sheet(grid);
const table = new Table(sheet, {
  again: ({ category: id, ...row }) => appear(sheet.add({ ...row, id, name: row.title, above: [] }, true)),
  mark(row, removed) {
    if (row.isVoid) return drop(row);
    row.removed = removed;
    history.push({ rows: [{ row, deed: removed ? "remove" : "add" }] });
    rearranged();
    [...table.views.get(row).name.querySelectorAll(".deeds button")].at(-1).focus();
    if (removed) say(`已删除“${labelOf(row)}”。Ctrl+Z 撤销。`);
  },
  rekey(row, name, value) {
    history.push({ cells: [{ row, name, before: row[name], after: value }] });
    row.qualify(name, value);
    rearranged();
  },
  clear(row, name) {
    const before = row.content(name);
    row.type(name, "");
    history.push({ cells: [{ row, name, before, after: row.content(name) }] });
    changed(row, name);
    table.field(row, name).focus();
  },
});
part("table").append(table.element);
showEdge(part("table"), table.element);
hangInSight(part("table"));
const parts = { state: part("state"), button: part("save"), problems: part("problems") };
const saving = grid.can_edit && new Saving(table, parts, refreshed);
const notes = new Notes(table, { saved: () => saving.save(), say, points: new Points(table, say) });
const findings = new Findings(table);
findings.write();
const empty = make("p", { class: "empty screen-only", text: EMPTY });
part("table").append(empty, notes.list);
part("note").addEventListener("click", () => notes.open(notes.place));

/** After a key: the row and what it is part of, in a pause the head; everything else stands as it is. */
function changed(row, column) {
  for (const each of sheet.update(row)) table.write(each);
  if (column === "outturn") table.writeShares();
  clearTimeout(heading);
  heading = setTimeout(showHead, HEAD_PAUSE);
  saving.changed();
}

function refreshed(answer) {
  table.refresh();
  notes.write();
  findings.write();
  showLastYear();
  showEmpty();
  showHead();
  showSections(answer?.sections ?? []);
  if (answer) document.dispatchEvent(new CustomEvent("saved", { detail: answer }));
}

function rearranged() {
  sheet.arrange();
  refreshed();
  saving.changed();
}

/** Put the cursor into a row's first cell; a removed row comes back. */
function arrive(row) {
  row.removed = false;
  rearranged();
  table.enter(row);
}

/** As `arrive`, for a row that was not there before. */
function appear(row) {
  history.push({ rows: [{ row, deed: "add" }] });
  arrive(row);
}

/** Take out a row in which nothing is written. */
function drop(row) {
  const at = sheet.rows.indexOf(row);
  sheet.rows.splice(at, 1);
  rearranged();
  table.enter(sheet.rows[at] ?? sheet.rows.at(-1));
}

function showHead() {
  if (grid.schedule.classification !== "function") return;
  for (const element of document.querySelectorAll("[data-head]")) {
    const name = element.dataset.head;
    const measure = table.measureNamed(name);
    const { value, title } = measure ? sheet.measure(sheet.top, measure) : sheet.top.figures[name];
    const text = measure ? measureText(measure, value, sheet) : figureText(value, sheet.unit);
    const isRate = element.classList.contains("rate");
    element.textContent = isRate && value !== null ? `${text} %` : text;
    element.className = `${isRate ? "rate " : ""}number${value === null ? " missing" : ""}`;
    element.title = title ?? "";
  }
}

/** Where last year's figures come from, and how many of them are not in the table yet. */
function showLastYear() {
  const { said, lacking, carry_url: href } = sheet.state.last_year;
  const offer = Boolean(lacking) && grid.can_edit && make("a", { href, text: "从上年带入" });
  part("last-year").hidden = !said;
  part("last-year").replaceChildren(said, ...(offer ? [`还有 ${lacking} 行的上年数不在本表：`, offer, "。"] : []));
}

/** What to do with a table that has no rows yet. */
function showEmpty() {
  empty.hidden = !saving || !sheet.isClassified || sheet.lines.length > 0;
}

/** Follow an address ending in #row-… or #row-…:column: to what can be done in that cell, or to the cell; else to the reason
 *  the row lacks, else to its first cell. */
function goToAddress() {
  const [key, column] = decodeURIComponent(location.hash.slice(1)).replace(/^row-/, "").split(":");
  const row = key && sheet.rows.find((each) => each.key === key);
  const cell = row && column ? notes.cellOf(row, column) : null;
  const deed = cell?.querySelector(".below button, select:enabled, input:not(:read-only), textarea:not(:read-only)");
  if (cell) (deed ?? (cell.tabIndex = -1, cell)).focus();
  else if (row?.lacksReason) table.field(row, REASON).focus();
  else if (row) table.enter(row);
}

/** Whoever leaves for another page of ours sees there what she has just typed: it is saved first. */
async function saveFirst(event, goOn) {
  if (!sheet.unsaved.length) return;
  event.preventDefault();
  commit();
  const isSaved = await saving.save();
  if (isSaved || saving.failure) return goOn(); // without an answer the browser asks whether to leave
  say("还有没保存的行，改好再离开；要放弃，请先撤销或删除这些行。");
}

const { history, commit, paste } = saving ? listen(table, { changed, rearranged, left: () => saving.left(), added: () => sheet.canGrow && arrive(sheet.addNamed()), say }) : {};
showLastYear();
showEmpty();
if (saving) {
  restating(table, { commit, saving, refreshed, say });
  saving.show();
  beforeLeaving(saveFirst);
  const restored = saving.restore();
  if (restored) say(`上次没来得及保存的 ${restored} 行已经找回。`);
  onSaveKey(() => {
    commit(); // what is stored after the save is no longer what was there before she typed
    saving.save();
  });
}
part("add")?.addEventListener("click", () => arrive(sheet.addNamed()));
if (part("search")) {
  const choose = (found) => {
    const before = sheet.rows.length;
    const row = sheet.add(found);
    const isNew = sheet.rows.length > before;
    say(isNew ? "" : `${found.code} ${found.name} 已在表中。`);
    if (isNew) appear(row);
    else arrive(row);
  };
  searchBox(part("search"), part("found"), {
    url: grid.search_url,
    present: ({ id }) => sheet.rows.some((row) => row.category === id && !row.removed),
    choose,
    paste: (block) => paste(block, null),
    propose: proposalForm(part("proposal"), { url: grid.add_category_url, added: choose, left: () => part("search").focus() }),
  });
}
window.addEventListener("hashchange", goToAddress);
window.addEventListener("load", () => setTimeout(goToAddress)); // after the browser's own, which takes the focus away
