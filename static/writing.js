// Texts that save themselves as the entry table does: a moment after the last key, on leaving, and when the network is
// back. What is said of it only repeats what the server answered; until then the texts are kept by the journal.
// Without scripts the page is a form with a button.

import { Journal } from "./grid/journal.js";
import { beforeLeaving } from "./leaving.js";
import { failure, post } from "./post.js";
import { showSections } from "./sections.js";
import { MOST_ON_LEAVING, PAUSE, onOccasions, onSaveKey } from "./self_saving.js";

const RETRY = 5000; // without an answer
const KEPT = "您写的记在这台电脑上，连上以后自动保存。";

const form = document.getElementById("writing");
const part = (name) => document.querySelector(`[data-writing="${name}"]`);
const journal = new Journal(document.body.dataset.person, location.pathname);
const texts = [...form.querySelectorAll("textarea")].map((field) => ({
  field,
  name: field.name,
  title: field.dataset.title,
  known: field.defaultValue, // what she wrote when the server took it last
  stored: field.defaultValue, // what the server made of that
  theirs: null, // what somebody else stored there meanwhile; null when nobody did
}));

let version = Number(form.elements.row_version.value);
let current = null; // the promise of the save under way
let refusal = null; // {status, message} of the last answer that took nothing
let savedAt = "";
let timer;

const isChanged = ({ field, known }) => field.value !== known;
const isUnsaved = () => texts.some(isChanged);
const disputed = () => texts.filter(({ theirs }) => theirs !== null);

function note() {
  const changed = texts.filter(isChanged);
  journal.write(changed.map(({ name, field, stored }) => ({ key: name, text: field.value, stored, version })));
}

/** Have again what was written before the page went away; return how many texts that is. */
function restore() {
  const kept = journal.takeOver().flatMap((entry) => {
    const text = texts.find(({ name }) => name === entry.key);
    return text && entry.text !== text.field.value ? [{ text, entry }] : [];
  });
  for (const { text, entry } of kept) {
    Object.assign(text, { known: entry.stored, stored: entry.stored });
    text.field.value = entry.text;
    version = Math.min(version, entry.version); // written since by others: the server says so
  }
  if (!kept.length) journal.write([]);
  return kept.length;
}

function savesIn(pause) {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

/** Save what is written; return whether all of it is saved. */
async function save(options) {
  clearTimeout(timer);
  while (current) await current;
  if (isUnsaved()) {
    current = send(options);
    show();
    await current;
    current = null;
  }
  note();
  show();
  return !isUnsaved();
}

/** What is to be stored: of a text in dispute, what is there. */
const wanted = () => Object.fromEntries(texts.map(({ name, field, theirs }) => [name, theirs ?? field.value]));

async function send(options) {
  for (let isMerged = true; isMerged; ) {
    const sent = wanted();
    const { status, answer } = await post(location.pathname, { ...sent, row_version: version }, { keepalive: false, ...options });
    refusal = null;
    if (status === 200) return take(answer, sent);
    if (status !== 409) return refuse(status, answer);
    isMerged = merge(answer);
  }
}

function take(answer, sent) {
  version = answer.row_version;
  savedAt = answer.saved_at;
  for (const text of texts) {
    const isHers = text.theirs === null;
    text.stored = answer.texts[text.name];
    if (isHers) text.known = sent[text.name];
    tell(text, "");
  }
  showSections(answer.sections);
  showFound(answer.found);
  if (texts.some((text) => text.theirs === null && isChanged(text))) savesIn(PAUSE);
}

/** What the checks find in the text as it is stored, as the page showed it when it was opened. */
function showFound(found) {
  const list = part("findings");
  if (!list) return; // a page whose texts are not checked
  list.hidden = !found.length;
  list.replaceChildren(...found.map(({ style, label, sentence, quotation, remedy, url }) => {
    const said = make("div", {}, make("p", {}, make("a", { href: url, textContent: sentence })));
    if (quotation) said.append(make("p", { className: "small" }, make("q", { textContent: quotation })));
    if (remedy) said.append(make("p", { className: "quiet small", textContent: remedy }));
    return make("li", {}, make("span", { className: `mark ${style}`, textContent: label }), said);
  }));
}

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function refuse(status, { message, errors = {} }) {
  for (const text of texts) tell(text, errors[text.name] ?? "");
  refusal = { status, message: status === 422 ? "" : status === 0 ? `连不上服务器。${KEPT}` : failure(status, { message }) };
  if (status === 0 || status >= 500) savesIn(RETRY);
}

/** Bring another person's texts together with hers; whether anything of hers may be sent now. */
function merge({ row_version, texts: theirs, by, at }) {
  version = row_version;
  for (const text of texts) {
    const other = theirs[text.name];
    if (!isChanged(text)) {
      if (text.field.value !== other) text.field.value = other;
      text.known = other;
    } else if (other !== text.stored && other !== text.field.value.trim()) {
      dispute(text, other, by, at);
    }
    text.stored = other;
  }
  return texts.some((text) => text.theirs === null && isChanged(text));
}

/** Show both texts and ask which one is to stand. */
function dispute(text, theirs, by, at) {
  settle(text);
  text.theirs = theirs;
  const box = document.getElementById("dispute").content.firstElementChild.cloneNode(true);
  box.querySelector("[data-who]").textContent = `${[by, at].filter(Boolean).join(" ")} 改了${text.title}：`;
  box.querySelector("blockquote").textContent = theirs || "（空）";
  box.querySelector("[data-mine]").addEventListener("click", () => {
    settle(text);
    save();
    text.field.focus();
  });
  box.querySelector("[data-theirs]").addEventListener("click", () => {
    text.field.value = text.known = theirs;
    settle(text);
    save();
    text.field.focus();
  });
  text.field.before(box);
  text.box = box;
}

function settle(text) {
  text.box?.remove();
  text.theirs = null;
}

/** What is wrong with a text, below it. */
function tell({ field, name }, message) {
  let place = document.getElementById(`${name}-mistake`);
  if (!place && !message) return;
  if (!place) {
    place = Object.assign(document.createElement("p"), { id: `${name}-mistake`, className: "mistake" });
    place.setAttribute("role", "alert");
    field.after(place);
  }
  place.textContent = message;
  place.hidden = message === "";
  field.setAttribute("aria-invalid", String(message !== ""));
}

/** The words beside the button, in the terms of the entry table. */
function show() {
  const known = { 0: "离线，待保存", 401: "登录已过期，待保存", 422: "没有保存" };
  const [words, style] = current ? ["保存中…", "now"]
    : refusal && isUnsaved() ? [known[refusal.status] ?? "没有保存", known[refusal.status] && refusal.status !== 422 ? "ask" : "wrong"]
    : disputed().length ? ["有人改过同一段文字", "ask"]
    : isUnsaved() ? ["未保存", "ask"]
    : savedAt ? [`已保存 ${savedAt}`, "good"] : ["没有改动", ""];
  const state = part("state");
  if (state.textContent !== words) state.textContent = words;
  state.className = `mark ${style}`;
  const message = (refusal?.status !== 401 && refusal?.message) || "";
  const notice = part("notice");
  if (notice.textContent !== message) notice.textContent = message;
  notice.className = `note ${refusal?.status === 0 ? "ask" : "wrong"}`;
  notice.hidden = message === "";
}

/** The page is being left: send what can be sent. Whether nothing is left behind that could be lost. */
function leave() {
  note();
  if (!isUnsaved()) return true;
  const isSmall = new URLSearchParams(wanted()).toString().length < MOST_ON_LEAVING;
  if (!current && !refusal) save({ keepalive: isSmall });
  return isSmall && !refusal && !disputed().length && journal.isKept;
}

async function saveFirst(event, goOn) {
  if (!isUnsaved()) return;
  event.preventDefault();
  const isSaved = await save();
  if (isSaved || (refusal && refusal.status !== 422)) return goOn(); // without an answer the browser asks whether to leave
  const place = disputed()[0]?.box.querySelector("button") ?? form.querySelector("[aria-invalid=true]");
  place?.focus();
}

form.addEventListener("input", (event) => {
  note();
  show();
  if (!event.isComposing) savesIn(PAUSE);
});
form.addEventListener("compositionend", () => savesIn(PAUSE));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
onSaveKey(save);
onOccasions({ save, isOffline: () => refusal?.status === 0, leave });
beforeLeaving(saveFirst);
if (restore()) part("found").textContent = "上次没来得及保存的文字已经找回。";
if (isUnsaved()) savesIn(0); // found again, or written before this script was there
show();
document.querySelector(".sections [aria-current]")?.scrollIntoView({ block: "nearest" }); // it may be far down
