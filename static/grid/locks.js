// The cells that hold last year's approved figures: which they are, and what they say of themselves.

import { UNITS } from "./decimal.js";
import { RECONCILIATION } from "./rows.js";

/** Whether a cell holds one of last year's approved figures, or would. */
export function isLocked(row, name) {
  const isShown = row.sheet.locked.has(name) && row.applies(name) && row.kind !== RECONCILIATION;
  return isShown && !row.removed && row.figures[name].origin !== "computed";
}

/** What was approved, in exact digits; "" for nothing. */
export const approvedFigure = (row, column) => column.text(column.kept(row.lastYear[column.name]?.approved));

/** As `approvedFigure`, with its unit. */
function approvedText(row, column) {
  const text = approvedFigure(row, column);
  return text && column.kind === "amount" ? `${text} ${UNITS[column.scale]}` : text;
}

/** Where a locked figure comes from, and why it is another one; "" for a cell that is not locked. */
export function lockTitle(row, column) {
  if (row.sheet.held.has(column.name)) return row.sheet.grid.held.words;
  if (!isLocked(row, column.name)) return "";
  const { source } = row.sheet.state.last_year;
  const { restated, differs } = row.lastYear[column.name] ?? {};
  const approved = approvedText(row, column);
  const how = row.sheet.grid.can_edit ? "确有变动的，按 Enter 重述" : "";
  if (restated) return `重述：${source}里${approved ? `是 ${approved}` : "没有这个数"}。原因：${restated.reason}（${restated.by} ${restated.at}）`;
  if (differs) return `${source}里${approved ? `是 ${approved}` : "没有这个数"}，与这里不一致。${how && "按 Enter 取用，或写明原因"}`;
  if (!approved) return `${source}里没有这个数，已锁定。${how}`;
  return row.stored[column.name] === null ? `${source}里是 ${approved}，保存这一行时带入` : `取自 ${source}，已锁定。${how}`;
}

/** Mark a locked cell; beside a figure that is not the approved one stands that one. */
export function writeLock(row, cell, column) {
  const locked = isLocked(row, column.name);
  const { restated, differs } = (locked && row.lastYear[column.name]) || {};
  cell.classList.toggle("locked", locked || row.sheet.held.has(column.name));
  cell.classList.toggle("restated", Boolean(restated));
  cell.classList.toggle("differs", Boolean(differs && !restated));
  if (locked) cell.title = lockTitle(row, column);
  const text = differs ? `${restated ? "原" : "已审核"} ${approvedFigure(row, column) || "空白"}` : "";
  const shown = cell.querySelector(".approved");
  if ((shown?.textContent ?? "") === text) return;
  shown?.remove();
  if (text) cell.append(Object.assign(document.createElement("span"), { className: "approved", textContent: text }));
}
