// The reasons on the variance page: saved when left, on Ctrl+Enter or by their button. What is shown as saved is
// what the server said; whatever fails, the words stay where they were written.

import { beforeLeaving } from "./leaving.js";
import { failure, post } from "./post.js";

const LONGEST = Number(document.querySelector("[data-longest]").dataset.longest);
const left = document.querySelector("[data-left]");
const problems = document.querySelector("[data-problems]");

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** One reason as the server keeps it; the projects' total is shown in two tables, so it may have two fields. */
class Reason {
  cells = []; // {form, field, grows, state, button, problem, row}
  underWay = null;
  failure = "";
  theirs = null; // what somebody else wrote meanwhile, to be chosen from
  savedAt = "";
  asks = false;

  add(form) {
    const part = (name) => form.querySelector(`[data-${name}]`);
    const [field, grows] = [form.querySelector("textarea"), form.querySelector(".grows")];
    const [state, button, problem] = [part("state"), part("save"), part("problem")];
    this.cells.push({ form, field, grows, state, button, problem, row: form.closest("tr").previousElementSibling });
    this.version = Number(form.dataset.rowVersion);
    this.stored = field.defaultValue;
    this.asks ||= "asks" in form.dataset;
    field.value = field.defaultValue; // Firefox keeps what was typed before a reload
    field.addEventListener("input", () => this.type(field.value));
    field.addEventListener("focusout", () => this.save());
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.save().then((isSaved) => isSaved && document.activeElement === field && go(1));
    });
    form.addEventListener("submit", (event) => (event.preventDefault(), this.save()));
  }

  get text() {
    return this.cells[0].field.value;
  }

  get isUnsaved() {
    return this.text.trim() !== this.stored.trim();
  }

  /** The field that is on the screen first, for the cursor. */
  get field() {
    return this.cells[0].field;
  }

  type(text) {
    for (const { field } of this.cells) if (field.value !== text) field.value = text;
    if (!this.theirs) this.failure = ""; // the other's words stand beside until she has chosen
    this.show();
  }

  /** Save what is not saved; return whether everything is. */
  async save() {
    if (this.underWay) await this.underWay;
    if (!this.isUnsaved) return true;
    if (this.theirs) return false;
    this.underWay = this.send();
    this.show();
    const isSaved = await this.underWay;
    this.underWay = null;
    this.show();
    return isSaved && !this.isUnsaved;
  }

  async send() {
    const { form } = this.cells[0];
    const sent = this.text;
    const fields = { row: form.elements.row.value, row_version: this.version, reason: sent };
    const { status, answer } = await post(form.action, fields);
    if (status === 200) this.take(answer, sent);
    else if (status === 409) Object.assign(this, { theirs: answer, failure: answer.message });
    else this.failure = failure(status, answer);
    return status === 200;
  }

  /** The server's answer: what is stored now, and how many rows are left. */
  take(answer, sent) {
    const isUntouched = this.text === sent; // since it was sent
    Object.assign(this, { version: answer.row_version, stored: answer.reason, savedAt: answer.saved_at, failure: "" });
    this.asks = answer.asks;
    if (isUntouched) this.type(answer.reason);
    showLeft(answer.left);
    showSections(answer.sections);
  }

  /** Start from their version either way; keeping hers saves it over theirs. */
  settle(isMine) {
    const { theirs } = this.theirs;
    Object.assign(this, { version: theirs.row_version, stored: theirs.reason, theirs: null });
    if (isMine) this.failure = "";
    else this.type(theirs.reason);
    this.field.focus();
    if (isMine) this.save();
    this.show();
  }

  show() {
    const length = this.text.trim().length;
    const [text, style] = this.underWay ? ["保存中…", "now"]
      : this.theirs ? ["有人改过", "ask"]
      : length > LONGEST ? [`${length} 字，最多 ${LONGEST} 字`, "wrong"]
      : this.isUnsaved ? ["未保存", this.failure ? "wrong" : "ask"]
      : this.savedAt ? [`已保存 ${this.savedAt}`, "good"] : ["", ""];
    for (const { field, grows, state, button, problem, row } of this.cells) {
      grows.dataset.text = field.value;
      state.textContent = text;
      state.className = text && `mark ${style}`;
      button.hidden = !this.isUnsaved || Boolean(this.theirs) || Boolean(this.underWay);
      field.setAttribute("aria-invalid", String(Boolean(this.failure)));
      problem.replaceChildren(...this.complaint());
      this.mark(row);
    }
  }

  /** Why it is not saved, and what she may choose. */
  complaint() {
    if (!this.failure) return [];
    if (!this.theirs?.theirs) return [make("p", { className: "note wrong", role: "alert" }, this.failure)];
    const { by, at, theirs } = this.theirs;
    const isSame = theirs.reason === this.stored;
    const said = isSame ? "原因没有改，这一行的数改过，刷新后可见。" : `现在存的原因：“${theirs.reason || "（空）"}”`;
    const choice = (label, isMine) =>
      make("button", { type: "button", className: "button", textContent: label, onclick: () => this.settle(isMine) });
    const who = by ? `${by} ${at} 改过。` : "";
    return [make("div", { className: "note ask", role: "alert" },
      make("p", {}, make("strong", {}, this.failure), who), make("p", {}, said),
      choice("用对方的", false), " ", choice("用我的", true))];
  }

  mark(row) {
    row.classList.toggle("asks", this.asks);
    const mark = row.querySelector("[data-mark]");
    mark.hidden &&= !this.asks; // one that was asked for stays, to say that it is done
    mark.textContent = this.asks ? "需说明" : "已说明";
    mark.className = `mark ${this.asks ? "ask" : "good"}`;
    for (const outdated of row.nextElementSibling.querySelectorAll("[data-outdated]")) outdated.hidden = !this.asks;
  }
}

const byPlace = new Map();
for (const form of document.querySelectorAll("form[data-reason]")) {
  const place = form.dataset.reason;
  if (!byPlace.has(place)) byPlace.set(place, new Reason());
  byPlace.get(place).add(form);
}
const reasons = [...byPlace.values()];
const pending = () => reasons.filter((reason) => reason.isUnsaved || reason.underWay);

function showLeft(count) {
  left.dataset.left = count;
  left.textContent = count ? `还有 ${count} 行要说明` : "差异都已说明";
  left.className = `mark ${count ? "ask" : "good"}`;
}

/** How far the sections are now, in the navigation. */
function showSections(sections) {
  for (const { url, style, text, spoken } of sections) {
    const state = document.querySelector(`.sections a[href="${url}"] .state`);
    if (!state) continue;
    state.replaceChildren(...(text ? [make("span", { className: `dot ${style}` }), text] : []));
    state.title = spoken;
  }
}

/** Put the cursor into the next (1) or previous (-1) reason that is missing or not saved, around the end. */
function go(direction) {
  const wanted = reasons.filter((reason) => reason.asks || reason.isUnsaved);
  if (!wanted.length) return;
  const at = reasons.findIndex((reason) => reason.cells.some(({ field }) => field === lastField));
  const places = wanted.map((reason) => reasons.indexOf(reason));
  const next = direction > 0 ? places.findIndex((place) => place > at) : places.findLastIndex((place) => place < at);
  wanted.at(next < 0 ? (direction > 0 ? 0 : -1) : next).field.focus();
}

let lastField = null; // clicking a button takes the cursor away from it
document.addEventListener("focusin", ({ target }) => {
  if (target.matches("form[data-reason] textarea")) lastField = target;
});
for (const button of document.querySelectorAll("[data-go]")) {
  button.addEventListener("click", () => go(Number(button.dataset.go)));
}
document.addEventListener("keydown", (event) => {
  const direction = event.altKey && { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!direction) return;
  event.preventDefault();
  go(direction);
});

/** Save all, then go on; what cannot be saved keeps her here and says so. */
async function saveFirst(event, goOn) {
  if (!pending().length) return;
  event.preventDefault();
  await Promise.all(reasons.map((reason) => reason.save()));
  const unsaved = pending();
  problems.replaceChildren();
  if (!unsaved.length) return goOn();
  const words = `有 ${unsaved.length} 行的原因没有保存，排序、筛选或换页会丢掉它，先处理好再离开。`;
  problems.replaceChildren(make("p", { className: "note wrong" }, words));
  unsaved[0].field.focus();
}

beforeLeaving(saveFirst);
window.addEventListener("beforeunload", (event) => {
  if (pending().length) event.preventDefault();
});

/** Follow an address ending in #reason-…: into the field. */
function goToAddress() {
  const field = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (field?.matches("form[data-reason] textarea")) field.focus();
}
window.addEventListener("hashchange", goToAddress);
for (const reason of reasons) reason.show();
goToAddress();
