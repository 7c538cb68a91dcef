// The keyboard and the clipboard in the table: what is typed goes into the rows, keys move between cells.

import { REASON } from "./rows.js";
import { leftText } from "./table.js";

/** Listen on the table; `changed(row, column)` is called after a key, `pasted()` after a block, `say(text)` tells her. */
export function listen(table, { changed, pasted, say }) {
  let before = ""; // the text of the focused cell when it was entered

  const put = (row, column, text) => {
    row.type(column, text);
    changed(row, column);
  };

  const on = (type, deed) =>
    table.element.addEventListener(type, (event) => {
      const place = table.places.get(event.target);
      if (place) deed(event, event.target, place);
    });

  on("focusin", (event, field, { row, column }) => {
    if (row.canType(column)) field.value = row.cells[column].text;
    before = field.value;
    if (!field.readOnly) field.select();
  });

  on("focusout", (event, field, { row, column }) => {
    if (!row.canType(column)) return;
    row.settle(column);
    field.value = leftText(row, column);
    if (column !== REASON) table.widen("figures", field.value);
  });

  on("input", (event, field, { row, column }) => put(row, column, field.value));

  on("paste", (event, field, place) => {
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (place.column === REASON || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const { filled, skipped, outside } = pasteBlock(table, place, text);
    pasted();
    if (!field.readOnly) field.value = place.row.cells[place.column].text;
    const parts = [`已粘贴 ${filled} 格`, skipped && `跳过 ${skipped} 个自动计算的格`, outside && `${outside} 格超出表格，没有粘贴`];
    say(`${parts.filter(Boolean).join("，")}。`);
  });

  table.element.addEventListener("keydown", (event) => {
    const { target, key } = event;
    const place = table.places.get(target);
    const row = place?.row ?? table.rowOf(target);
    if (event.isComposing || !row || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      if (key !== "Delete" || !table.buttons(row)) return;
      event.preventDefault();
      return table.deeds.mark(row, !row.removed);
    }
    if (key === "Escape" && place && !target.readOnly) {
      target.value = before;
      put(row, place.column, before);
      target.select();
    }
    const next = nextField(table, target, place, event);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

/** Fill the figures from a cell on, right and down, row by row as the table shows them. */
function pasteBlock(table, place, text) {
  const { rows, names } = table.sheet;
  const [top, left] = [rows.indexOf(place.row), names.indexOf(place.column)];
  const done = { filled: 0, skipped: 0, outside: 0 };
  text.split("\n").forEach((line, down) => line.split("\t").forEach((cell, right) => {
    const [row, name] = [rows[top + down], names[left + right]];
    if (!row || !name || table.views.get(row).tr.hidden) done.outside += 1;
    else if (!row.canType(name)) done.skipped += 1;
    else {
      row.type(name, cell.trim());
      row.settle(name);
      done.filled += 1;
    }
  }));
  return done;
}

/** The field a key leads to: Enter and the arrows up and down within the column, left and right at the ends. */
function nextField(table, field, place, { key, shiftKey }) {
  if (key === "Enter" && place) return vertical(table, place, shiftKey ? -1 : 1, (next) => !next.readOnly);
  if (key === "ArrowDown" && place) return vertical(table, place, 1, () => true);
  if (key === "ArrowUp" && place) return vertical(table, place, -1, () => true);
  if (key === "ArrowLeft" && atEnd(field, 0)) return horizontal(table, field, -1);
  if (key === "ArrowRight" && atEnd(field, field.value?.length)) return horizontal(table, field, 1);
  return null;
}

function atEnd(field, position) {
  if (field.tagName === "SELECT") return false;
  const isWhole = field.selectionStart === 0 && field.selectionEnd === field.value?.length;
  return field.tagName === "BUTTON" || isWhole || (field.selectionStart === position && field.selectionEnd === position);
}

function vertical(table, { row, column }, step, isWanted) {
  const { rows } = table.sheet;
  for (let at = rows.indexOf(row) + step; rows[at]; at += step) {
    const field = table.field(rows[at], column);
    if (!field.hidden && !field.closest("tr").hidden && isWanted(field)) return field;
  }
  return null;
}

/** Within the row: its buttons, its figures, its reason. */
function horizontal(table, field, step) {
  const all = [...field.closest("tr").querySelectorAll("th button, td.figure input, td.reason input:not([hidden])")];
  return all[all.indexOf(field) + step] ?? null;
}
