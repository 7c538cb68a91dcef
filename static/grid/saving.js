// Sending what changed, by itself: a moment after the last key, on leaving, and when the network is back. What the
// page says of it only repeats what the server answered; until then everything is also kept by the journal.

import { postJson } from "../post.js";
import { MOST_ON_LEAVING, PAUSE, onOccasions } from "../self_saving.js";
import { Journal } from "./journal.js";
import { Problems } from "./problems.js";

const NOTE_PAUSE = 200; // until the journal has it
const RETRIES = [2000, 5000, 10000, 30000]; // after the first, second … time without an answer
const MOST_ROUNDS = 5; // of one save, while others write in the same rows

const OFFLINE = "连不上服务器。您可以接着填：填的都记在这台电脑上，连上以后自动保存。";
const BROKEN = "服务器出错，还没有保存；您填的都记在这台电脑上，稍后自动再试。";

export class Saving {
  current = null; // the promise of the save under way
  failure = null; // {status} of the last answer, when it saved nothing and said nothing about rows
  savedAt = "";
  attempts = 0;
  isBehind = false; // others wrote in rows of ours: more of theirs than those may be unknown here
  last = {}; // {text, key} of what was sent last without an answer

  /** `parts`: the elements {state, button, problems}; `refreshed(answer)` is called when the rows have changed. */
  constructor(table, parts, refreshed) {
    Object.assign(this, { table, sheet: table.sheet, parts, refreshed });
    this.journal = new Journal(document.body.dataset.person, this.sheet.grid.save_url);
    this.problems = new Problems(table, parts.problems, () => {
      this.refreshed();
      this.changed();
      this.savesIn(0);
    });
    this.isReady = (row) => row.isSound && !this.isUnderHand(row);
    parts.button.addEventListener("click", () => this.save());
    onOccasions({ save: () => this.save(), isOffline: () => this.failure?.status === 0, leave: () => this.leave() });
  }

  /** Have again what was typed before the page went away; return how many rows that is. */
  restore() {
    const entries = this.journal.takeOver();
    if (!entries.length) return 0;
    this.sheet.restore(entries);
    this.problems.show(); // what was not restored
    this.refreshed();
    const { length } = this.sheet.unsaved;
    this.save();
    return length;
  }

  /** After every change: say so, note it, and save it in a moment. */
  changed() {
    this.show();
    this.note();
    this.savesIn(PAUSE);
  }

  /** After a cell was left: its row may be complete now. */
  left() {
    if (this.sheet.unsaved.length && !this.failure) this.savesIn(PAUSE);
  }

  note() {
    clearTimeout(this.noting);
    this.noting = setTimeout(() => this.noteNow(), NOTE_PAUSE);
  }

  noteNow() {
    clearTimeout(this.noting);
    this.journal.write(this.sheet.unsaved.map((row) => row.entry()));
  }

  savesIn(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(this.isReady), pause);
  }

  /** Whether she is still making the row what it will be: it stands twice, or lacks its name, and she is in it. */
  isUnderHand(row) {
    const isHers = this.table.views.get(row)?.tr.contains(document.activeElement);
    return isHers && (!row.isWhole || this.sheet.rows.some((each) => each !== row && !each.removed && each.identity === row.identity));
  }

  /** Save everything now; return whether everything is saved. Mistakes are told. */
  save() {
    clearTimeout(this.timer);
    return this.run((row) => !row.dispute);
  }

  /** Save the rows that are wanted, then what can be saved without being asked for. */
  async run(wanted, options) {
    while (this.current) await this.current;
    this.current = this.sendAll(wanted, options);
    this.show();
    await this.current;
    this.current = null;
    this.noteNow();
    this.show();
    return !this.sheet.unsaved.length;
  }

  async sendAll(wanted, options) {
    let sent = this.sheet.changes(wanted);
    const isAsked = () => this.isBehind && !this.problems.disputes.length; // sending no row brings all of them
    for (let round = 0; round < MOST_ROUNDS && (sent.size || isAsked()); round += 1) {
      if (!(await this.send(sent, options))) return;
      sent = this.sheet.changes(this.isReady);
    }
  }

  /** Send some rows; return whether others may do better: what is wrong in one does not keep the next from being saved. */
  async send(sent, options) {
    for (const row of sent.keys()) row.sending();
    const answering = postJson(this.sheet.grid.save_url, this.request(sent), options);
    this.noteNow();
    const { status, answer } = await answering;
    const takers = { 200: () => this.take(answer, sent), 409: () => this.takeConflicts(answer, sent),
      422: () => this.problems.takeMistakes(answer.errors, sent) };
    if (!takers[status]) return this.fail(status, answer);
    Object.assign(this, { failure: null, attempts: 0 });
    this.problems.tell("");
    takers[status]();
    for (const row of sent.keys()) row.unanswered = {};
    if (status === 200) return false;
    this.sheet.arrange();
    this.refreshed();
    return true;
  }

  /** The body for some rows. Sent again unchanged it has the same key: the server does it once. */
  request(sent) {
    const gone = [...sent.keys()].filter((row) => row.removed).map((row) => sent.get(row));
    const moved = [...sent.keys()].filter((row) => row.isMoved && !row.removed).map((row) => row.removal());
    const rows = [...sent].filter(([row]) => !row.removed).map(([, payload]) => payload);
    const body = { unit: this.sheet.unit, rows, removed: [...gone, ...moved] };
    const text = JSON.stringify(body);
    if (this.last.text !== text) this.last = { text, key: newKey() };
    return { ...body, key: this.last.key };
  }

  takeConflicts(answer, sent) {
    this.isBehind = true;
    this.problems.takeConflicts(answer, sent);
  }

  take(answer, sent) {
    this.isBehind = false;
    this.savedAt = answer.saved_at;
    this.last = {};
    this.problems.clear(sent);
    this.sheet.takeState(answer, sent);
    this.refreshed(answer);
    if (this.sheet.unsaved.length) this.savesIn(PAUSE);
  }

  fail(status, { message }) {
    this.failure = { status };
    this.problems.tell(message ?? { 0: OFFLINE, 401: "" }[status] ?? BROKEN, status === 0 ? "ask" : "wrong");
    if (status === 0 || status >= 500) this.savesIn(RETRIES[Math.min(this.attempts, RETRIES.length - 1)]);
    this.attempts += 1;
    return false;
  }

  /** The page is being left: send what can be sent. Whether nothing is left behind that could be lost. */
  leave() {
    this.noteNow();
    const { length } = this.sheet.unsaved;
    if (!length) return true;
    const sent = this.sheet.changes(this.isReady);
    const isSmall = JSON.stringify([...sent.values()]).length * 3 < MOST_ON_LEAVING; // a letter has up to three bytes
    if (!this.current && !this.failure) this.run(this.isReady, { keepalive: isSmall });
    return sent.size >= length && isSmall && !this.failure && this.journal.isKept;
  }

  /** The words beside the button; called after every change. */
  show() {
    const unsaved = this.sheet.unsaved.length;
    const mistakes = this.problems.countOpen();
    const misread = this.sheet.unsaved.reduce((sum, row) => sum + row.misread, 0);
    const known = { 0: `离线，有 ${unsaved} 行待保存`, 401: `登录已过期，有 ${unsaved} 行待保存` };
    const [text, style] = this.current ? ["保存中…", "now"]
      : this.failure && unsaved ? [known[this.failure.status] ?? `没有保存，有 ${unsaved} 行待保存`, known[this.failure.status] ? "ask" : "wrong"]
      : this.problems.disputes.length ? ["有人改过同一格", "ask"]
      : mistakes ? [`有 ${mistakes} 处错误`, "wrong"]
      : misread ? [`有 ${misread} 处填错，未保存`, "wrong"]
      : unsaved ? [`有 ${unsaved} 行未保存`, "ask"]
      : this.savedAt ? [`已保存 ${this.savedAt}`, "good"] : ["没有改动", ""];
    const { state } = this.parts;
    if (state.textContent !== text) state.textContent = text;
    state.className = `mark ${style}`;
  }
}

/** A name that no other request has; crypto.randomUUID is there on safe connections alone. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
