// Restating one of last year's approved figures: a small box asks for the figure and the reason.

import { failure, postJson } from "../post.js";
import { UNITS } from "./decimal.js";
import { approvedFigure, isLocked, lockTitle } from "./locks.js";
import { labelOf, make } from "./table.js";

/** Open the box from a locked cell: by Enter, F2, a key, or a double click. */
export function restating(table, { commit, saving, refreshed, say }) {
  const { sheet } = table;

  const placeOf = (target) => {
    if (target.closest?.(".note-mark, .note-text")) return null; // the note's own
    const place = table.places.get(target) ?? table.places.get(target.closest?.("td")?.querySelector("input"));
    return place && isLocked(place.row, place.column) ? place : null;
  };

  table.element.addEventListener("keydown", (event) => {
    const place = placeOf(event.target);
    const { key } = event;
    const isMeant = ["Enter", "F2"].includes(key) || (key.length === 1 && key !== " ");
    if (!place || !isMeant || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey && key.length > 1) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    open(place, key.length === 1 ? key : "");
  }, true);

  table.element.addEventListener("dblclick", (event) => {
    const place = placeOf(event.target);
    if (place) open(place, "");
  });

  /** What is typed in the row goes first: the box starts from the row as it is stored. */
  async function open({ row, column: name }, typed) {
    commit();
    if (row.isUnsaved) await saving.save();
    if (row.isUnsaved) return say("这一行还没有保存，请先改好再重述。");
    const column = sheet.column[name];
    const current = column.text(row.stored[name]);
    const approved = approvedFigure(row, column);
    const figure = make("input", { id: "restated-figure", class: "input", autocomplete: "off", inputmode: "decimal" });
    const reason = make("textarea", { id: "restated-reason", class: "input", rows: 3 });
    const mistake = make("p", { class: "mistake", role: "alert" });
    const unit = column.kind === "amount" && UNITS[column.scale];
    const said = (title, text) => make("div", {}, make("dt", { text: title }), make("dd", { text: text || "空白" }));
    const button = (text, click, main = "") => make("button", { type: "button", class: `button ${main}`, text, click });
    const dialog = make("dialog", { class: "confirm restating", "aria-labelledby": "restating" },
      make("h2", { id: "restating", text: `重述上年数：${labelOf(row)}` }),
      make("dl", {}, said(column.title, current), said(sheet.state.last_year.source, approved)),
      make("label", { for: figure.id, text: `改为${unit ? `（${unit}）` : ""}` }), figure,
      make("label", { for: reason.id, text: "为什么与已审核的不同" }), reason, mistake,
      make("p", { class: "quiet small", text: "两个数和原因都会保留，审核人看得到。" }),
      make("div", { class: "row-of-buttons" }, button("保存重述", () => send(figure.value, reason.value), "main"),
        current !== approved && button("用已审核的数", () => send(approved, "")), button("取消", () => dialog.close())));
    figure.value = typed || current;
    reason.value = row.lastYear[name]?.restated?.reason ?? "";
    dialog.addEventListener("close", () => (dialog.remove(), table.field(row, name).focus()));
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.target !== figure) return;
      event.preventDefault();
      reason.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
    figure.focus();
    if (typed) figure.setSelectionRange(1, 1);
    else figure.select();

    async function send(text, why) {
      for (const each of dialog.querySelectorAll("button")) each.disabled = true;
      const values = Object.fromEntries(sheet.columns.map((each) => [each.name, each.text(row.stored[each.name])]));
      const asked = { ...row.payload(), values: { ...values, [name]: text } };
      const body = { unit: sheet.unit, rows: [asked], column: name, reason: why };
      const { status, answer } = await postJson(sheet.state.last_year.restate_url, body);
      for (const each of dialog.querySelectorAll("button")) each.disabled = false;
      if (status !== 200) return (mistake.textContent = failure(status, answer));
      sheet.takeState(answer);
      refreshed(answer);
      dialog.close();
      say(lockTitle(row, column).startsWith("重述") ? "已重述。" : "已用回已审核的数。");
    }
  }
}
