// The form of a bureau's own rule: names of figures are completed while a side is typed, and what is wrong with
// it is shown at once, marked in its text.

import { post } from "./post.js";

const PAUSE = 400; // milliseconds without a key before the server reads what is written
const MOST = 10; // so many names are offered at once
const OPENING = "[【［";
const form = document.querySelector("[data-rule-form]");
const status = form.querySelector("[data-said]");
const tables = [...document.querySelectorAll("[data-names]")];
const listed = [...document.querySelectorAll("[data-name]")].map(({ dataset: { name, keys } }) => ({ name, keys }));
let latest = form.elements.left; // the side a name that is clicked goes to

/** The names of a row by its code, where a schedule has such rows: 支出按功能分类.2080505.决算数. */
function ofCode(code) {
  return tables.filter((table) => "classified" in table.dataset).flatMap((table) =>
    [...table.rows[1].cells].slice(1).map((cell) => {
      const name = `${table.dataset.names}.${code}.${cell.textContent}`;
      return { name, keys: cell.dataset.keys };
    }));
}

/** The names that have every word of a text in them, or in their initials; those whose parts begin so first. */
function matching(text) {
  const words = text.toLowerCase().split(/[.．。\s]+/).filter(Boolean);
  const code = words.find((word) => /^(\d{3}|\d{5}|\d{7})$/.test(word));
  const known = code ? ofCode(code) : listed;
  const has = ({ name, keys }) => words.every((word) => name.includes(word) || keys.includes(word));
  const parts = ({ name, keys }) => [...name.split("."), ...keys.split(" ")];
  const rank = (each) => words.filter((word) => !parts(each).some((part) => part.startsWith(word))).length;
  return known.filter(has).sort((one, other) => rank(one) - rank(other)).slice(0, MOST);
}

/** What stands before the caret and may become a name: its text, and from where to where it would be replaced. */
function wordAt(text, caret) {
  const before = text.slice(0, caret);
  const bracket = Math.max(...[...OPENING].map((each) => before.lastIndexOf(each)));
  if (bracket >= 0 && !/[\]】］]/.test(before.slice(bracket))) {
    const rest = /^[^[\]【】［］+×*÷/]*[\]】］]/.exec(text.slice(caret));
    return { words: before.slice(bracket + 1), start: bracket, end: caret + (rest?.[0].length ?? 0) };
  }
  const words = /[^[\]【】［］()（）+＋\-－−×*÷/％%]*$/.exec(before)[0].trimStart();
  return /^[\d.\s]*$/.test(words) ? null : { words, start: caret - words.length, end: caret };
}

/** Complete what is typed in one side. */
function complete(field) {
  const list = form.querySelector(`[data-suggestions="${field.name}"]`);
  let names = [];
  let active = 0;
  let caret = 0; // where it was when the names were offered
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);

  const close = () => {
    names = [];
    list.hidden = true;
    field.removeAttribute("aria-activedescendant");
  };

  const activate = (index) => {
    active = index;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    list.children[index].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", list.children[index].id);
  };

  const take = (name) => {
    const word = wordAt(field.value, field.selectionStart);
    if (!word) return close();
    field.setRangeText(`[${name}]`, word.start, word.end, "end");
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const option = ({ name }, at) => {
    const line = document.createElement("li");
    Object.assign(line, { id: `${list.id}-${at}`, role: "option", textContent: name });
    line.addEventListener("mousedown", (event) => (event.preventDefault(), take(name)));
    return line;
  };

  const offer = () => {
    const word = wordAt(field.value, field.selectionStart);
    names = word ? matching(word.words) : [];
    if (!names.length) return close();
    list.replaceChildren(...names.map(option));
    list.hidden = false;
    caret = field.selectionStart;
    activate(0);
  };

  field.addEventListener("input", (event) => event.isComposing || (event.isTrusted && offer()));
  field.addEventListener("compositionend", offer);
  field.addEventListener("blur", close);
  document.addEventListener("selectionchange", () => field.selectionStart === caret || close());
  field.addEventListener("focus", () => (latest = field));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || !names.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) activate((active + step + names.length) % names.length);
    else if (event.key === "Enter" || event.key === "Tab") take(names[active].name);
    else if (event.key === "Escape") close();
    else return close(); // what it types offers anew
    event.preventDefault();
  });
}

/** Show the mistake of a side, or that there is none. */
function showMistake(side, mistake) {
  const line = form.querySelector(`[data-mistake="${side}"]`);
  form.elements[side].setAttribute("aria-invalid", String(Boolean(mistake)));
  line.hidden = !mistake;
  if (!mistake) return;
  const text = Object.assign(document.createElement("span"), { className: "formula" });
  const wrong = Object.assign(document.createElement("mark"), { textContent: mistake.wrong });
  text.append(mistake.before, wrong, mistake.after);
  line.replaceChildren(text, mistake.sentence);
}

let asked = 0;
let timer = 0;

/** Whether saving found a side blank, and it still is: reading it says nothing of that, and what is said stands. */
function isStillBlank(side) {
  const marked = form.querySelector(`[data-mistake="${side}"] .formula`);
  return !form.elements[side].value.trim() && marked?.textContent.trim() === "";
}

/** Let the server read what is written so far. Without an answer nothing is said: saving says it. */
async function read() {
  const number = (asked += 1);
  const { status: code, answer } = await post(form.dataset.read, Object.fromEntries(new FormData(form)), { keepalive: false });
  if (number !== asked || code !== 200) return;
  for (const side of ["left", "right"]) isStillBlank(side) || showMistake(side, answer.wrong[side]);
  status.textContent = answer.tolerance || answer.said;
  status.classList.toggle("mistake", Boolean(answer.tolerance));
}

for (const side of ["left", "right"]) complete(form.elements[side]);

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(read, PAUSE);
});

// A click on a mistake goes to where it is; a click on a name of the list puts it where she writes.
form.addEventListener("click", ({ target }) => {
  const line = target.closest("[data-mistake]");
  const wrong = line?.querySelector("mark");
  if (!wrong) return;
  const field = form.elements[line.dataset.mistake];
  const start = wrong.previousSibling?.textContent.length ?? 0;
  field.focus();
  field.setSelectionRange(start, start + wrong.textContent.length);
});

for (const cell of document.querySelectorAll("[data-name]")) {
  const { name } = cell.dataset;
  const button = Object.assign(document.createElement("button"), {
    type: "button", className: "as-link", textContent: cell.textContent, title: `填入 [${name}]`,
  });
  button.addEventListener("click", () => {
    latest.focus();
    latest.setRangeText(`[${name}]`, latest.selectionStart, latest.selectionEnd, "end");
    latest.dispatchEvent(new Event("input", { bubbles: true }));
  });
  cell.replaceChildren(button);
}

if (form.elements.left.value || form.elements.right.value) read();
