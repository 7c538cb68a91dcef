// A pasted block of cells and where it goes: columns by the words of its heading, rows by their code or name where it
// has them, else from the cursor on. Codes that are not in the table yet are offered to be added.

import { postJson } from "../post.js";
import { UNITS, parseFigure } from "./decimal.js";
import { plain, readHeading } from "./headings.js";
import { REASON } from "./rows.js";
import { make } from "./table.js";

const TOTAL_WORDS = /^(本年)?(收入|支出)?(合计|总计|总分)$/;
const CODE_IN_FRONT = /^\[?([0-9]{3}(?:[0-9]{2}){0,2})\]?(?![0-9.,])[、:：-]?(.*)$/;
const CODES = { function: /^2[0-9]{2}(?:[0-9]{2}){0,2}$/, economic: /^3(?:0[0-9]|1[0-3]|99)(?:[0-9]{2})?$/ };
const LONGEST_CODE = { function: 7, economic: 5 };
const MOST_SAID = 3; // rows that are named in a sentence

/** The words of a name, without 其中 and numbers before it. */
const bareName = (text) => plain(text).replace(/^(其中:?|[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|[0-9]+[.、])+/, "");

const isWords = (text) => /\p{Script=Han}/u.test(text) && parseFigure(text, "wan").value === null;

/** Paste a block at a place ({row, column}; null for the box that adds rows). `write(changes, rows)` makes it one step
 *  with the rows that were added, and counts {filled, computed, locked, unneeded}; `say(text)` tells what came of it. */
export function pasteBlock(table, block, place, { write, say }) {
  const reading = read(table.sheet, block, place);
  const told = (found) => {
    const counts = write(found.changes, found.rows);
    say(report(counts, found, reading, table.sheet.held.size > 0));
  };
  if (!reading.isByRow) {
    if (!place) return say("没有看出科目编码或名称：请连同编码或名称一起复制，或把光标放进要粘贴的格再粘贴。");
    return told(spread(table, place, reading));
  }
  if (table.sheet.isNamed) return told(byName(table.sheet, reading));
  const { found, missing } = lookUp(table.sheet, reading);
  if (!missing.length || !table.sheet.isClassified) return told({ ...found, unknown: missing.map(({ title }) => title) });
  return complete(table.sheet, reading, missing).then(told);
}

// --- What the block says

/** The block understood: {lines, columns, isByRow}. A line is {code, name, cells: [{name, text}]}, `columns` the names
 *  its cells go to by their words, null where they go from the cursor on. A blank takes no reason away. */
function read(sheet, block, place) {
  const heading = readHeading(block, sheet);
  const data = block.slice(heading?.depth ?? 0).filter((line) => !/^栏次/.test(plain(line.join(""))));
  const keys = heading ? keysOf(heading, sheet) : guessKeys(sheet, data, place);
  if (!heading && !keys) return { lines: data.map((texts) => ({ texts })), isByRow: false, columns: null };
  const columns = heading ? heading.names.map((name) => (sheet.column[name] ? name : "")) : columnsAfter(sheet, data, keys, place);
  const filled = data.filter((texts) => texts.some((text) => text.trim() !== ""));
  const lines = (heading && !keys ? data : filled).map((texts) => {
    const cells = texts.flatMap((text, at) =>
      columns[at] ? { name: columns[at], text: withUnit(text.trim(), heading?.units[at], sheet.column[columns[at]], sheet) } : []);
    return { texts, cells: cells.filter(({ name, text }) => name !== REASON || text), ...keyOf(texts, keys, sheet) };
  });
  if (heading && sheet.isNamed) fillMerged(sheet, lines, columns);
  const outside = heading ? 0 : filled.flatMap((texts) => texts.filter((text, at) => !columns[at] && !isKey(keys, at) && text.trim())).length;
  return { lines, columns, isByRow: keys !== null, unknown: unknownOf(heading, filled), guessed: heading?.guessed ?? "", outside };
}

const isKey = (keys, at) => keys.code === at || keys.name === at || (keys.name > at && keys.code < at);

function keysOf({ names }, { isNamed }) {
  const [code, name] = [names.indexOf("code"), names.indexOf("name")];
  if (isNamed) return name < 0 ? null : { code: -1, name };
  return code < 0 && name < 0 ? null : { code, name };
}

/** Titles of columns that are none of ours although something stands in them. */
const unknownOf = (heading, lines) =>
  heading ? heading.unknown.filter((title, at, all) => all.indexOf(title) === at && lines.length) : [];

/** Which first columns tell the row, where no heading says so; null for none. */
function guessKeys(sheet, lines, place) {
  if (sheet.isNamed) return null;
  const column = (at) => lines.map((line) => (line[at] ?? "").trim()).filter(Boolean);
  const width = Math.max(...lines.map((line) => line.length));
  const first = column(0);
  if (!first.length || (width < 2 && place)) return null;
  const { classification } = sheet.grid.schedule;
  const codes = first.map((text) => codeIn(text, classification));
  if (codes.some(Boolean) && first.every((text, at) => codes[at] || TOTAL_WORDS.test(plain(text)))) {
    const next = Array.from({ length: width }, (_, at) => at).slice(1).find((at) => column(at).length);
    const isNamed = next !== undefined && column(next).every(isWords);
    const full = codes.filter((code) => code.length === LONGEST_CODE[classification]);
    const isCertain = !place || isNamed || first.some(isWords) || sheet.rows.some(({ code }) => full.includes(code)) ||
      (full.length > 1 && full.length === new Set(codes).size);
    return isCertain ? { code: 0, name: isNamed ? next : -1 } : null;
  }
  const known = new Set(sheet.rows.map(({ name }) => bareName(name)));
  const areNames = first.every(isWords) && (!place || sheet.column[place.column].isFigure || sheet.isClassified);
  const isCertain = first.some((text) => known.has(bareName(text))) || (sheet.isClassified && first.every((text) => !/[0-9]/.test(plain(text))));
  return areNames && isCertain ? { code: -1, name: 0 } : null;
}

/** The columns of a block whose first ones tell the row: all our figures where it has as many, else from the cursor on. */
function columnsAfter(sheet, lines, keys, place) {
  const start = Math.max(keys.code, keys.name) + 1;
  const rest = Math.max(...lines.map((line) => line.length)) - start;
  const figures = sheet.figures.map(({ name }) => name);
  const from = place && rest !== figures.length ? Math.max(figures.indexOf(place.column), 0) : 0;
  return [...Array.from({ length: start }, () => ""), ...figures.slice(from)];
}

/** The code and the name of a line, and both as they are written; one may stand in front of the other in one cell. */
function keyOf(texts, keys, sheet) {
  if (!keys) return {};
  const [first, second] = [keys.code, keys.name].map((at) => (texts[at] ?? "").trim());
  const code = sheet.isClassified ? codeIn(first || second, sheet.grid.schedule.classification) : "";
  const isTogether = code && !(first && second);
  const title = [first, second].filter(Boolean).join(" ");
  return { title, code, name: isTogether ? CODE_IN_FRONT.exec(plain(first || second))[2] : second || first };
}

/** The code a text is or begins with; "" for none. */
function codeIn(text, classification) {
  const [, code = "", rest = ""] = CODE_IN_FRONT.exec(plain(text)) ?? [];
  return CODES[classification]?.test(code) && (!rest || isWords(text)) ? code : "";
}

/** A choice merged over several rows stands in the first of them. */
function fillMerged(sheet, lines, columns) {
  const merged = columns.filter((name, at) => sheet.column[name]?.kind === "choice" && at < columns.indexOf("name"));
  for (const name of merged) {
    let last = "";
    for (const { name: title, cells } of lines) {
      const cell = cells.find((each) => each.name === name);
      if (cell && title && !cell.text) cell.text = last;
      last = cell?.text ?? last;
    }
  }
}

/** An amount under a heading of another unit says so itself, or it would be taken in the unit of the page. */
function withUnit(text, unit, column, sheet) {
  const isPlain = column.kind === "amount" && unit && unit !== UNITS[sheet.unit] && /[0-9０-９]/.test(text) && !/^[=＝]|[元万亿]\)?$/.test(text);
  return isPlain ? `${text}${unit}` : text;
}

// --- Which rows it is about

/** From the cell on, right and down; by the words of a heading only down. Rows to be named grow more. Reasons are in no
 *  block: one pasted there goes down alone. */
function spread(table, place, { lines, columns }) {
  const { sheet } = table;
  const names = place.column === REASON ? [REASON] : sheet.names.filter((name) => name !== REASON);
  const shown = sheet.rows.filter((row) => !table.views.get(row).tr.hidden);
  const [top, left] = [shown.indexOf(place.row), names.indexOf(place.column)];
  const found = { changes: [], rows: [], outside: 0 };
  lines.forEach(({ texts, cells }, down) => {
    let row = shown[top + down];
    if (!row && sheet.canGrow) {
      row = sheet.growNamed();
      found.rows.push(row);
      shown.push(row);
    }
    const placed = columns ? cells : texts.map((text, right) => ({ name: names[left + right], text: text.trim() }));
    for (const { name, text } of placed) {
      if (row && name) found.changes.push({ row, name, text });
      else found.outside += 1;
    }
  });
  return found;
}

/** Rows that the unit names: those of the same key are filled, others go into empty rows and new ones. */
function byName(sheet, { lines }) {
  const found = { changes: [], rows: [], outside: 0 };
  const free = new Set(sheet.lines.filter((row) => !row.removed));
  for (const { texts, cells } of lines) {
    const keys = cells.filter(({ name }) => sheet.grid.key.includes(name));
    const isSame = (row) => keys.every(({ name, text }) => row.cells[name].value === sheet.column[name].read(text).value);
    const isTotal = TOTAL_WORDS.test(plain(texts.find((text) => text.trim() && !/^[0-9]+$/.test(text.trim())) ?? ""));
    if (isTotal && !sheet.top) continue; // it is shown elsewhere
    let row = isTotal ? sheet.top : [...free].find(isSame) ?? [...free].find(({ isVoid }) => isVoid);
    if (!row && !sheet.canGrow) {
      found.outside += cells.length;
      continue;
    }
    if (!row) {
      row = sheet.growNamed();
      found.rows.push(row);
    }
    free.delete(row);
    found.changes.push(...cells.filter(({ name }) => row !== sheet.top || sheet.column[name].isFigure).map((cell) => ({ row, ...cell })));
  }
  return found;
}

/** The rows of a table that lines of a block are about: {found, missing}; missing are lines without a row. */
function lookUp(sheet, { lines }) {
  const standing = sheet.rows.filter((row) => !row.removed);
  const found = { changes: [], rows: [], outside: 0, doubtful: [], repeated: [], headings: [] };
  const taken = new Set();
  const missing = [];
  for (const line of lines) {
    if (!line.code && !line.name) {
      found.outside += line.cells.filter(({ text }) => text).length;
      continue;
    }
    const rows = standing.filter((row) => isAbout(line, row, sheet));
    const plainOnes = rows.filter(({ isPlain }) => isPlain);
    const row = rows.length === 1 ? rows[0] : plainOnes.length === 1 ? plainOnes[0] : null;
    if (!rows.length) missing.push(line);
    else if (!row) found.doubtful.push(line.title);
    else if (taken.has(row)) found.repeated.push(line.title);
    else found.changes.push(...line.cells.map((cell) => ({ row, ...cell })));
    if (row) taken.add(row);
  }
  return { found, missing };
}

function isAbout({ code, name }, row, sheet) {
  if (code && sheet.isClassified) return row.code === code;
  if (row === sheet.top && TOTAL_WORDS.test(plain(name))) return true;
  return bareName(row.name) === bareName(name);
}

// --- Rows that are not there yet

/** Ask the server what the missing lines are and her whether to add them; returns what is to be written. */
async function complete(sheet, reading, missing) {
  const unique = (texts) => [...new Set(texts.filter(Boolean))];
  const wanted = { codes: unique(missing.map(({ code }) => code)), names: unique(missing.map(({ code, name }) => (code ? "" : name))) };
  const { status, answer } = await postJson(sheet.grid.find_url, wanted);
  if (status !== 200) {
    const failure = answer.message ?? "没有查到科目：连不上服务器或登录已过期，请稍后再粘贴一次。";
    return { ...lookUp(sheet, reading).found, unknown: missing.map(({ title }) => title), failure };
  }
  const matched = missing.map((line) => ({ line, category: categoryOf(line, answer.results) }));
  const isHeading = ({ category }) => category?.takes_money === false;
  const offers = [...new Map(matched.filter((each) => each.category?.takes_money).map(({ category }) => [category.id, category])).values()];
  const strange = matched.filter(({ category }) => !category).map(({ line }) => line.title);
  const isAdded = (offers.length || strange.length) && (await offer(offers, strange)) && offers.length > 0;
  const rows = isAdded ? offers.map((category) => addRow(sheet, category)) : [];
  if (rows.length) sheet.arrange();
  const { found, missing: left } = lookUp(sheet, reading);
  const headings = matched.filter(isHeading).map(({ line }) => line);
  return { ...found, rows, headings: left.filter((line) => headings.includes(line)).map(({ title }) => title),
    unknown: left.filter((line) => !headings.includes(line)).map(({ title }) => title) };
}

/** The category a line means: of its code, rather of its name too; of a name alone where only one has it. */
function categoryOf({ code, name }, results) {
  const ofCode = results.filter((each) => each.code === code);
  if (code) return ofCode.find((each) => each.name === name) ?? ofCode[0];
  const ofName = results.filter((each) => each.name === name);
  const taking = ofName.filter(({ takes_money }) => takes_money);
  return taking.length > 1 ? undefined : taking[0] ?? ofName[0];
}

/** Add the row of a category; one that is struck out comes back. */
function addRow(sheet, category) {
  const row = sheet.add(category);
  row.removed = false;
  return row;
}

/** Show what can be added and what cannot; resolves to whether to add. */
function offer(offers, strange) {
  const item = ({ code, name, budget_book, is_unconfirmed }) => make("li", {},
    make("span", { class: "code", text: code }), make("span", { class: "words", text: name }),
    is_unconfirmed && make("span", { class: "mark ask", text: "未确认" }),
    budget_book && budget_book !== "一般公共预算" && make("span", { class: "above", text: budget_book }));
  const title = offers.length ? `这张表里还没有这 ${offers.length} 个科目，要添加吗？` : `有 ${strange.length} 个科目没有找到`;
  const advice = "科目表里没有，或只写了名称而同名的不止一个，不会粘贴。请先在“添加科目”里按编码添加，再粘贴一次。";
  const button = (text, value, isMain) => make("button", { class: `button${isMain ? " main" : ""}`, value, text });
  const buttons = offers.length ? [button("添加并粘贴", "add", true), button("不添加，只粘贴其余", "", false)]
    : [button("知道了，粘贴其余", "", true)];
  const dialog = make("dialog", { class: "confirm offer", "aria-labelledby": "offer-title" },
    make("form", { method: "dialog" },
      make("h2", { id: "offer-title", text: title }),
      offers.length > 0 && make("ul", { class: "categories" }, ...offers.map(item)),
      strange.length > 0 && offers.length > 0 && make("h3", { text: `另有 ${strange.length} 个没有找到` }),
      strange.length > 0 && make("ul", { class: "categories" }, ...strange.map((text) => make("li", { text }))),
      strange.length > 0 && make("p", { class: "quiet small", text: advice }),
      make("div", { class: "row-of-buttons" }, ...buttons)));
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("button").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "add");
    });
  });
}

// --- What came of it

/** In a few words: what was filled and added, and what was not, with why. */
function report({ filled, computed, locked, unneeded }, found, { unknown: columns = [], guessed = "", outside = 0 }, isHeld) {
  const some = (titles) => `“${titles.slice(0, MOST_SAID).join("”“")}”${titles.length > MOST_SAID ? `等 ${titles.length} 行` : ""}`;
  const { rows, doubtful = [], repeated = [], headings = [], unknown = [], failure } = found;
  const beyond = found.outside + outside;
  const parts = [
    `已粘贴 ${filled} 格`,
    rows.length && `新增 ${rows.length} 行`,
    computed && `跳过 ${computed} 个自动计算的单元格`,
    locked && `跳过 ${locked} 个${isHeld ? "已批复的目标" : "已锁定的上年数"}`,
    unneeded && `跳过 ${unneeded} 个不用填的格`,
    beyond && `${beyond} 格超出表格，没有粘贴`,
  ];
  const sentences = [
    failure,
    unknown.length && `表里没有${some(unknown)}，没有粘贴`,
    doubtful.length && `${some(doubtful)}在表里不止一行，没有粘贴`,
    repeated.length && `${some(repeated)}粘贴了不止一次，只取第一次的`,
    headings.length && `${some(headings)}是小计，由下级各行相加，没有粘贴`,
    columns.length && `“${columns.join("”“")}”列没有对应的列，没有粘贴`,
    guessed && `“${guessed}”按年初预算数填`,
  ];
  const plainSentences = sentences.filter(Boolean).map((text) => (text.endsWith("。") ? text : `${text}。`)).join("");
  return `${parts.filter(Boolean).join("，")}。${plainSentences}${filled || rows.length ? "Ctrl+Z 撤销。" : ""}`;
}
