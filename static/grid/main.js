// The entry page: joins the rows, the table, the keyboard, the search box, the saving and the page's head.

import { amountText } from "./decimal.js";
import { REASON, Sheet } from "./rows.js";
import { Saving } from "./saving.js";
import { searchBox } from "./search.js";
import { Table, measureText } from "./table.js";
import { listen } from "./typing.js";

const part = (name) => document.querySelector(`[data-grid="${name}"]`);
const say = (text) => (part("notice").textContent = text);
const grid = JSON.parse(document.getElementById("grid").textContent);
const sheet = new Sheet(grid);
const table = new Table(sheet, {
  again: ({ code, name, category }) => arrive(sheet.add({ id: category, code, name, above: [] }, true)),
  mark(row, removed) {
    row.removed = removed;
    rearranged();
    [...table.views.get(row).name.querySelectorAll("button")].at(-1).focus();
  },
  rekey(row) {
    delete row.mistakes.code;
    rearranged();
  },
  clear(row, name) {
    row.type(name, "");
    changed(row, name);
    table.field(row, name).focus();
  },
});
part("table").append(table.element);
const saving = grid.can_edit && new Saving(table, { state: part("state"), button: part("save"), problems: part("problems") }, refreshed);

/** After a key: the row, what it is part of, and the head; everything else stands as it is. */
function changed(row, column) {
  const rows = column === REASON ? [row] : sheet.update(row, column);
  for (const each of rows) table.write(each);
  if (column === "outturn") table.writeShares();
  showHead();
  saving.show();
}

function refreshed() {
  table.refresh();
  showHead();
}

function rearranged() {
  sheet.arrange();
  refreshed();
  saving.show();
}

/** Put the cursor into a row's first figure; a removed row comes back. */
function arrive(row) {
  row.removed = false;
  rearranged();
  table.field(row, sheet.names[0]).focus();
}

function showHead() {
  if (!grid.schedule.is_function) return;
  for (const element of document.querySelectorAll("[data-head]")) {
    const name = element.dataset.head;
    const measure = table.measureNamed(name);
    const { value, title } = measure ? sheet.measure(sheet.top, measure) : sheet.top.figures[name];
    const text = measure ? measureText(measure, value, sheet.unit) : amountText(value, sheet.unit);
    const isRate = element.classList.contains("rate");
    element.textContent = isRate && value !== null ? `${text} %` : text;
    element.className = `${isRate ? "rate " : ""}number${value === null ? " missing" : ""}`;
    element.title = title ?? "";
  }
}

/** Follow an address ending in #row-…: to the reason a row lacks, else to its first figure. */
function goToAddress() {
  const key = decodeURIComponent(location.hash.slice(1)).replace(/^row-/, "");
  const row = key && sheet.rows.find((each) => each.key === key);
  if (row) table.field(row, row.lacksReason ? REASON : sheet.names[0]).focus();
}

/** Nothing unsaved is left behind without asking; changing the unit saves first. */
function guardLeaving() {
  let isLeaving = false;
  window.addEventListener("beforeunload", (event) => {
    if (sheet.unsaved.length && !isLeaving) event.preventDefault();
  });
  document.querySelector("[data-unit-switch]").addEventListener("submit", async (event) => {
    if (!sheet.unsaved.length) return;
    event.preventDefault();
    const { target, submitter } = event;
    if (!confirm(`有 ${sheet.unsaved.length} 行未保存。先保存，再换单位吗？`)) return;
    isLeaving = await saving.save();
    if (isLeaving) target.requestSubmit(submitter);
  });
}

if (saving) {
  listen(table, { changed, pasted: rearranged, say });
  saving.show();
  guardLeaving();
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    saving.save();
  });
}
if (part("search")) {
  searchBox(part("search"), part("found"), {
    url: grid.search_url,
    present: ({ id }) => sheet.rows.some((row) => row.category === id && !row.removed),
    choose(found) {
      const before = sheet.rows.length;
      const row = sheet.add(found);
      say(sheet.rows.length > before ? "" : `${found.code} ${found.name} 已在表中。`);
      arrive(row);
    },
  });
}
window.addEventListener("hashchange", goToAddress);
window.addEventListener("load", () => setTimeout(goToAddress)); // after the browser's own, which takes the focus away
