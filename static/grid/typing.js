// The keyboard and the clipboard in the table: what is typed goes into the rows, keys move between cells.

import { REASON } from "./rows.js";
import { leftValue } from "./table.js";

/** Listen on the table: `changed(row, column)` after a key, `pasted()` after a block, `added()` below the last row. */
export function listen(table, { changed, pasted, added, say }) {
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
    field.dataset.before = field.value; // what Esc restores
    if (!field.readOnly) field.select?.();
  });

  on("focusout", (event, field, { row, column }) => {
    if (!row.canType(column)) return;
    row.settle(column);
    field.value = leftValue(row, column);
    if (table.sheet.column[column].isFigure) table.widen("figures", field.value);
  });

  on("input", (event, field, { row, column }) => put(row, column, field.value));

  on("paste", (event, field, place) => {
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (place.column === REASON || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const { filled, skipped, outside } = pasteBlock(table, place, text);
    pasted();
    if (!field.readOnly) field.value = place.row.cells[place.column].text;
    const parts = [`已粘贴 ${filled} 格`, skipped && `跳过 ${skipped} 个不用填的格`, outside && `${outside} 格超出表格，没有粘贴`];
    say(`${parts.filter(Boolean).join("，")}。`);
  });

  table.element.addEventListener("keydown", (event) => {
    const { target, key } = event;
    const place = table.places.get(target);
    const row = place?.row ?? table.rowOf(target);
    if (event.isComposing || !row || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      if (key !== "Delete" || !row.canBeRemoved) return;
      event.preventDefault();
      return table.deeds.mark(row, !row.removed);
    }
    if (key === "Escape" && place && !target.readOnly) {
      target.value = target.dataset.before;
      put(row, place.column, target.value);
      target.select?.();
    }
    const next = nextField(table, target, place, event);
    if (next) event.preventDefault();
    if (next) next.focus();
    else if (key === "Enter" && place && !event.shiftKey && table.sheet.isNamed) added();
    else if (key === "Enter" && place && row.canType(place.column)) { // the last row: taken where it stands
      row.settle(place.column);
      target.value = row.cells[place.column].text;
      target.select?.();
    }
  });
}

/** Fill the cells from one on, right and down, row by row as the table shows them; rows to be named grow more. */
function pasteBlock(table, place, text) {
  const { sheet } = table;
  const names = sheet.names.filter((name) => name !== REASON);
  const [top, left] = [sheet.rows.indexOf(place.row), names.indexOf(place.column)];
  const done = { filled: 0, skipped: 0, outside: 0 };
  text.split("\n").forEach((line, down) => line.split("\t").forEach((cell, right) => {
    const row = sheet.rows[top + down] ?? (sheet.isNamed ? sheet.addNamed() : null);
    const name = names[left + right];
    if (!row || !name || table.views.get(row)?.tr.hidden) done.outside += 1;
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
  const isChoice = field.tagName === "SELECT"; // up and down choose in it
  if (key === "ArrowDown" && place && !isChoice) return vertical(table, place, 1, () => true);
  if (key === "ArrowUp" && place && !isChoice) return vertical(table, place, -1, () => true);
  if (key === "ArrowLeft" && atEnd(field, 0)) return horizontal(table, field, -1);
  if (key === "ArrowRight" && atEnd(field, field.value?.length)) return horizontal(table, field, 1);
  return null;
}

function atEnd(field, position) {
  const isWhole = field.selectionStart === 0 && field.selectionEnd === field.value?.length;
  return field.tagName !== "INPUT" || isWhole || (field.selectionStart === position && field.selectionEnd === position);
}

function vertical(table, { row, column }, step, isWanted) {
  const { rows } = table.sheet;
  for (let at = rows.indexOf(row) + step; rows[at]; at += step) {
    const field = table.field(rows[at], column);
    if (!field.hidden && !field.closest("tr").hidden && isWanted(field)) return field;
  }
  return null;
}

/** Within the row: its buttons, then its cells. */
function horizontal(table, field, step) {
  const of = (selector) => [...field.closest("tr").querySelectorAll(selector)];
  const all = [...of("th button"), ...of("input:not([hidden]), select:not([hidden]):enabled")];
  return all[all.indexOf(field) + step] ?? null;
}
