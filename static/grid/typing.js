// The keyboard, the mouse and the clipboard in the table: what is typed goes into the rows, keys move between
// cells. A cell is selected when it is entered, and typing replaces; after F2 or a key it is being edited.

import { History } from "./history.js";
import { isLocked } from "./locks.js";
import { pasteBlock } from "./pasting.js";
import { Range, blockText, parseBlock } from "./range.js";
import { LINE, REASON } from "./rows.js";
import { leftValue } from "./table.js";

const LINE_HEIGHT = 20; // pixels of a line of words, as grid.css has it

/** Listen on the table. Returns the history, into which the page's other deeds are put, `commit()`, which makes a step
 *  of what is being typed, and `paste(block, place)`.
 *  `changed(row, column)` after a key, `rearranged()` after a block, `left()` after a cell, `added()` below the last row. */
export function listen(table, { changed, rearranged, added, left, say }) {
  const { sheet } = table;
  const history = new History();
  const range = new Range(table);
  let isEdited = false; // the cell under the cursor, since it was entered
  let isDragged = false;
  let start = null; // where a run of Tabs began: in rows one names, Enter goes to that column of the next, as in Excel
  let isTabbed = false;

  const put = (row, column, text, how) => {
    row.type(column, text, how);
    changed(row, column);
  };

  const on = (type, deed) =>
    table.element.addEventListener(type, (event) => {
      const place = table.places.get(event.target);
      if (place) deed(event, event.target, place);
    });

  /** Write texts into many cells as one step: [{row, name, text}], with the rows that were added for them; `how` as in
   *  Row.type. Cells that take none are left out. Returns how many were {filled, computed, locked, unneeded}; a
   *  blank that changes nothing is none of them. */
  const write = (changes, { rows = [], how = "typed" } = {}) => {
    if (rows.length) sheet.arrange();
    const counts = { filled: 0, computed: 0, locked: 0, unneeded: 0 };
    const cells = [];
    for (const { row, name, text } of fromBelow(sheet, changes)) {
      const isBlank = text.trim() === "";
      if (!row.canType(name)) {
        if (!isBlank) counts[row.figures[name]?.origin === "computed" ? "computed" : isLocked(row, name) || sheet.held.has(name) ? "locked" : "unneeded"] += 1;
        continue;
      }
      const before = row.content(name);
      row.type(name, text, how);
      row.settle(name);
      sheet.update(row);
      cells.push({ row, name, before, after: row.content(name) });
      if (!isBlank || before.text !== "") counts.filled += 1;
    }
    history.push({ cells, rows: rows.map((row) => ({ row, deed: "add" })) });
    refresh();
    return counts;
  };

  /** Show everything anew, the cell under the cursor too. */
  const refresh = () => {
    rearranged();
    const field = document.activeElement;
    const place = table.places.get(field);
    if (!place) return;
    table.before = place.row.content(place.column);
    if (place.row.canType(place.column)) field.value = table.before.text;
    field.select?.();
    isEdited = false;
    range.draw();
  };

  /** What was typed in the cell under the cursor becomes a step. */
  const commit = () => {
    const field = document.activeElement;
    const place = table.places.get(field);
    if (!place || !place.row.canType(place.column)) return;
    place.row.settle(place.column);
    const after = place.row.content(place.column);
    history.push({ cells: [{ row: place.row, name: place.column, before: table.before, after }] });
    table.before = after;
  };

  const emptied = new Set(); // rows that were taken out as undoing left nothing in them
  const take = (step, isBack) => {
    if (!step) return say(isBack ? "没有可以撤销的了。" : "没有可以重做的了。");
    for (const { row, deed } of isBack ? [...step.rows].reverse() : step.rows) { // so that each finds its place
      if ((deed === "remove") === isBack) sheet.bringBack(row);
      else sheet.takeOut(row);
    }
    const rows = new Set(step.cells.map(({ row }) => row));
    for (const row of rows) if (emptied.delete(row)) sheet.bringBack(row);
    for (const { row, name, before, after } of step.cells) {
      if (!sheet.rows.includes(row)) continue;
      const value = isBack ? before : after;
      if (!sheet.column[name]) row.qualify(name, value);
      else row.putBack(name, value);
    }
    for (const row of rows) { // stored meanwhile, and nothing is left in it
      if (!row.isBlank || row.removed || !row.version) continue;
      sheet.takeOut(row);
      emptied.add(row);
    }
    refresh();
    const [first] = step.cells;
    const stands = first && [first.row, sheet.lines.findLast((row) => !row.removed)].find((row) => sheet.rows.includes(row) && !row.removed);
    const field = stands && table.field(stands, first.name);
    if (field && field !== document.activeElement) field.focus();
    say(`${isBack ? "已撤销" : "已重做"}${step.cells.length > 1 ? ` ${step.cells.length} 格` : ""}。`);
  };

  on("focusin", (event, field, place) => {
    const { row, column } = place;
    table.before = row.content(column); // what Esc restores
    if (row.canType(column)) field.value = table.before.text;
    if (!field.readOnly) field.select?.();
    isEdited = false;
    range.start(place);
    if (!isTabbed) start = null;
    isTabbed = false;
  });

  on("focusout", (event, field, { row, column }) => {
    if (!row.canType(column)) return;
    row.settle(column);
    history.push({ cells: [{ row, name: column, before: table.before, after: row.content(column) }] });
    field.value = leftValue(row, column);
    left();
    if (sheet.column[column].isFigure) table.widen("figures", field.value);
  });

  on("input", (event, field, place) => {
    isEdited = true;
    if (range.isMany) range.start(place);
    put(place.row, place.column, field.value, event.inputType === "insertFromPaste" ? "pasted" : "typed");
  });

  // --- The mouse

  const placeAt = (element) => {
    const cell = element.closest?.("td, th");
    return cell && table.element.contains(cell) ? table.places.get(cell.querySelector("input, select, textarea")) : null;
  };

  /** Edit the cell under the cursor: with the caret at a place in what it shows, or at its end. A figure that was worked
   *  out is edited as it was typed. */
  const edit = (field, place, at = Infinity) => {
    isEdited = true;
    range.start(place);
    const { expression } = place.row.cells[place.column];
    const isWorkedOut = expression?.unit === sheet.unit;
    if (isWorkedOut) put(place.row, place.column, (field.value = expression.text));
    const caret = isWorkedOut ? field.value.length : Math.min(at, field.value.length);
    field.setSelectionRange(caret, caret);
  };

  /** A click selects a cell, the text in it too, and typing replaces; a second one edits; in a cell that is edited it is
   *  the browser's. */
  const click = (event, field, place) => {
    if (field.readOnly || !field.setSelectionRange || (isEdited && field === document.activeElement)) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    if (event.detail > 1) return edit(field, place, caretAt(event, field));
    field.select();
    range.start(place);
  };

  table.element.addEventListener("mousedown", (event) => {
    const place = event.button === 0 && placeAt(event.target);
    isDragged = Boolean(place);
    isTabbed = false;
    if (place && !event.shiftKey && table.places.has(event.target)) return click(event, event.target, place);
    if (!place || !event.shiftKey || isEdited || !table.places.get(document.activeElement)) return;
    event.preventDefault();
    range.reach(place);
  });
  table.element.addEventListener("mouseover", (event) => {
    const place = isDragged && event.buttons === 1 && placeAt(event.target);
    const { anchor } = range;
    if (!place || !anchor || (place.row === anchor.row && place.column === anchor.column && !range.isMany)) return;
    getSelection().removeAllRanges();
    range.reach(place);
  });
  document.addEventListener("mouseup", () => (isDragged = false));

  // --- The clipboard

  const isOwn = () => range.anchor && (range.isMany || !isEdited);

  on("copy", (event) => {
    if (!isOwn()) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", blockText(range.cells.map((cells) => cells.map(copied))));
    if (range.isMany) say(`已复制 ${range.cells.flat().length} 格。`);
  });

  on("cut", (event) => {
    if (!isOwn()) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", blockText(range.cells.map((cells) => cells.map(copied))));
    clear();
  });

  on("paste", (event, field, place) => {
    const text = event.clipboardData.getData("text/plain");
    const isBlock = /[\t\n\r]/.test(text.replace(/[\r\n]+$/, ""));
    if (!isBlock && !range.isMany) return;
    event.preventDefault();
    if (place.column === REASON && !text.includes("\t")) return insert(field, parseBlock(text).flat().join("\n"), "insertFromPaste");
    commit();
    const block = parseBlock(text);
    if (isBlock) return paste(block, topLeft());
    const { filled } = write(range.cells.flat().map(({ row, name }) => ({ row, name, text: block[0][0].trim() })), { how: "pasted" });
    say(`已填 ${filled} 格。`);
  });

  /** Paste a block at a cell; without one, in the rows of its codes. */
  const paste = (block, place) =>
    pasteBlock(table, block, place, { write: (changes, rows) => write(changes, { rows, how: "pasted" }), say });

  /** Put a text in place of what is chosen in a field, as the browser would by that type of input. */
  const insert = (field, text, inputType) => {
    if (field.readOnly) return;
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType }));
  };

  /** A new line in a reason, as in Excel. */
  const breakLine = (field, { column }) => {
    if (!sheet.column[column].has_lines) return;
    if (!isEdited) field.setSelectionRange(field.value.length, field.value.length);
    insert(field, "\n", "insertLineBreak");
  };

  const topLeft = () => {
    const [{ row, name }] = range.cells[0];
    return { row, column: name };
  };

  const clear = () => {
    const cells = range.cells.flat();
    const { filled } = write(cells.map(({ row, name }) => ({ row, name, text: "" })));
    if (range.isMany) say(`已清除 ${filled} 格。Ctrl+Z 撤销。`);
  };

  /** Fill the chosen cells from their first row or column; one cell alone from the one above or to the left. */
  const fill = (isDown) => {
    commit();
    const cells = range.cells;
    const alone = cells.flat().length === 1;
    const [names, rows] = [range.names, range.rows];
    const beside = ({ row, name }) => isDown
      ? { row: rows[rows.indexOf(row) - 1], name }
      : { row, name: names[names.indexOf(name) - 1] };
    const sourceOf = (cell, at, to) => (alone ? beside(cell) : isDown ? cells[0][to] : cells[at][0]);
    const changes = cells.flatMap((line, at) => line.map((cell, to) => ({ ...cell, source: sourceOf(cell, at, to) })));
    write(changes.filter(({ row, name, source }) =>
      source.row && source.name && (source.row !== row || source.name !== name) &&
      sheet.column[source.name].kind === sheet.column[name].kind)
      .map(({ row, name, source }) => ({ row, name, text: copied(source) })));
  };

  // --- The keyboard

  const withControl = (event, row) => {
    const key = event.key.toLowerCase();
    const go = (next) => next?.focus();
    const deeds = {
      z: () => (commit(), take(event.shiftKey ? history.forth() : history.back(), !event.shiftKey)),
      y: () => (commit(), take(history.forth(), false)),
      ...(!isEdited && { a: () => range.all() }),
      d: () => fill(true),
      r: () => fill(false),
      home: () => go(fieldsOf(table).at(0)),
      end: () => go(fieldsOf(table).at(-1)),
      ...(row.canBeRemoved && { delete: () => table.deeds.mark(row, !row.removed) }),
    };
    if (!deeds[key] || (isEdited && ["home", "end"].includes(key))) return;
    event.preventDefault();
    deeds[key]();
  };

  /** Keys that mean something only while a cell is selected and not edited; whether it was one of them. */
  const whileSelected = ({ key, shiftKey }, field, place) => {
    const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const row = fieldsOf(table, place.row);
    if (shiftKey && arrows[key]) range.step(...arrows[key]);
    else if (shiftKey) return false;
    else if (key === "Delete") clear();
    else if (key === "Home") row.at(0)?.focus();
    else if (key === "End") row.at(-1)?.focus();
    else if (key === "PageDown" || key === "PageUp") page(table, place, key === "PageDown" ? 1 : -1)?.focus();
    else if (key === "F2" && !field.readOnly && field.setSelectionRange) edit(field, place);
    else return false;
    return true;
  };

  table.element.addEventListener("keydown", (event) => {
    const { target, key } = event;
    const place = table.places.get(target);
    const row = place?.row ?? table.rowOf(target);
    if (event.isComposing || !row || event.metaKey) return;
    if (event.altKey && key === "Enter" && target.tagName === "TEXTAREA") return event.preventDefault(), breakLine(target, place);
    if (event.altKey) return;
    if (event.ctrlKey) return withControl(event, row);
    if (place && !isEdited && whileSelected(event, target, place)) return event.preventDefault();
    if (key === "Escape" && place && range.isMany) range.start(place);
    else if (key === "Escape" && place && !target.readOnly) {
      const { error } = row.cells[place.column];
      const isMistaken = error && target.value === table.before.text; // left so: what is stored comes back
      if (isMistaken) row.type(place.column, sheet.column[place.column].text(row.stored[place.column]));
      else row.putBack(place.column, table.before);
      target.value = row.cells[place.column].text;
      changed(row, place.column);
      target.select?.();
      isEdited = false;
    }
    if (isEdited && isWithinLines(target, key)) return;
    if (key === "Tab" && place) [start, isTabbed] = [start ?? place, true];
    const isReturn = key === "Enter" && !event.shiftKey && sheet.isNamed && start?.row === row;
    const next = nextField(table, target, isReturn ? start : place, event);
    if (next || (key === "Enter" && target.tagName === "TEXTAREA")) event.preventDefault();
    if (next) next.focus();
    else if (key === "Enter" && place && !event.shiftKey && sheet.isNamed) added();
    else if (key === "Enter" && place && row.canType(place.column)) { // the last row: taken where it stands
      commit();
      target.value = row.cells[place.column].text;
      target.select?.();
      isEdited = false;
    }
  });

  return { history, commit, paste };
}

/** Changes in the order that lets a sum be known before its own cell is asked whether it can be typed in: lines first,
 *  then what they are parts of; in a row, what the others add up to last. */
function fromBelow(sheet, changes) {
  const rank = ({ row, name }) => [row.kind === LINE ? 0 : 10 - row.depth, sheet.column[name].sum_of.length];
  const ranked = changes.map((change) => [rank(change), change]);
  ranked.sort(([[one, first]], [[other, second]]) => one - other || first - second);
  return ranked.map(([, change]) => change);
}

/** Where in a field's text the mouse points; its end where the browser does not tell. */
function caretAt({ clientX, clientY }, field) {
  const found = document.caretPositionFromPoint?.(clientX, clientY);
  return found?.offsetNode === field ? found.offset : Infinity;
}

/** What a cell gives to the clipboard: figures in exact digits, a choice by its label. */
function copied({ row, name }) {
  const column = row.sheet.column[name];
  if (column.isFigure && row.applies(name)) {
    const { text, error } = row.cells[name];
    return error && row.canType(name) ? text : column.text(row.figures[name].value);
  }
  return column.isFigure ? "" : name === "name" ? row.name : column.shown(row.cells[name].value);
}

/** The fields that can be gone to, in a row or in the table. */
function fieldsOf(table, row = null) {
  const within = row ? table.views.get(row).tr : table.element;
  const kinds = ["input:not([hidden])", "textarea:not([hidden])", "select:not([hidden]):enabled"];
  return [...within.querySelectorAll(kinds.map((kind) => `tr:not([hidden]) ${kind}`).join())]
    .filter((field) => table.places.get(field)?.row.canType(table.places.get(field).column));
}

/** The cell a screenful up or down. */
function page(table, { row, column }, step) {
  const { clientHeight } = table.element.parentElement;
  const { offsetHeight } = table.views.get(row).tr;
  const rows = table.sheet.rows.filter((each) => !table.field(each, column).hidden && !table.views.get(each).tr.hidden);
  const at = rows.indexOf(row) + step * Math.max(1, Math.floor(clientHeight / offsetHeight) - 3);
  return table.field(rows[Math.min(Math.max(at, 0), rows.length - 1)], column);
}

/** The field a key leads to: Enter and the arrows up and down within the column, left and right at the ends. */
function nextField(table, field, place, { key, shiftKey }) {
  if (key === "Enter" && place) return vertical(table, place, shiftKey ? -1 : 1, (next) => !next.readOnly);
  const isChoice = field.tagName === "SELECT"; // up and down choose in it
  if (key === "ArrowDown" && place && !isChoice) return vertical(table, place, 1, () => true);
  if (key === "ArrowUp" && place && !isChoice) return vertical(table, place, -1, () => true);
  if (key === "ArrowLeft" && atEnd(field, 0)) return horizontal(field, -1);
  if (key === "ArrowRight" && atEnd(field, field.value?.length)) return horizontal(field, 1);
  return null;
}

/** Whether an arrow up or down goes to another line of the text under the cursor. */
function isWithinLines(field, key) {
  if (field.tagName !== "TEXTAREA" || field.scrollHeight < 2 * LINE_HEIGHT) return false;
  return (key === "ArrowUp" && field.selectionStart > 0) || (key === "ArrowDown" && field.selectionEnd < field.value.length);
}

function atEnd(field, position) {
  const isWhole = field.selectionStart === 0 && field.selectionEnd === field.value?.length;
  return !["INPUT", "TEXTAREA"].includes(field.tagName) || isWhole || (field.selectionStart === position && field.selectionEnd === position);
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
function horizontal(field, step) {
  const of = (selector) => [...field.closest("tr").querySelectorAll(selector)];
  const all = [...of("th .deeds button, .qualifier span button"), ...of("input:not([hidden]), textarea:not([hidden]), select:not([hidden]):enabled, td:focus")];
  return all[all.indexOf(field) + step] ?? null;
}
