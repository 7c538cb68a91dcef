// Review points on cells and rows: marked where they stand, and asked from the box of a cell (notes.js).

import { failure, post } from "../post.js";
import { describe, labelOf, make } from "./table.js";

export class Points {
  /** `say(text)` tells what was done. */
  constructor(table, say) {
    Object.assign(this, { table, say, grid: table.sheet.grid });
  }

  /** Bring the marks to the points there are, in whatever rows the table has by now. */
  write() {
    for (const mark of this.table.body.querySelectorAll(".point-mark")) mark.remove();
    for (const point of this.grid.points) {
      const row = this.table.sheet.rows.find((each) => each.key === point.row && !each.removed);
      const { cells, name } = (row && this.table.views.get(row)) ?? {};
      const cell = name && ((point.column && cells[point.column]) || name);
      if (!cell) continue;
      const text = `要点（${point.state}）${point.text}`;
      const words = make("span", { class: "visually-hidden", text });
      cell.append(make("span", { class: "point-mark", id: `point-mark-${point.id}`, title: text }, make("span", { text: "问", "aria-hidden": "true" }), words));
      describe(cell);
    }
  }

  /** Offer a cell first among what the dialog of the bar asks about. */
  offer({ row, column }, title) {
    const choices = document.querySelector("#point-dialog fieldset");
    if (!choices) return;
    choices.querySelector("[data-cell]")?.remove();
    const place = [["row", row.key], ["column", column === "name" ? "" : column]];
    const parts = place.map(([name, value]) => make("input", { type: "hidden", name, value }));
    const radio = make("input", { type: "radio", name: "section", value: this.grid.schedule.name });
    choices.querySelector("legend").after(make("label", { class: "choice", "data-cell": "" }, radio, title, ...parts));
    choices.onchange = () => parts.forEach((part) => (part.disabled = !radio.checked));
    radio.checked = true;
  }

  /** The form in which something is asked about the cell that `at()` tells; null for who may not ask. */
  form(at, done) {
    const { ask_url, reasons } = this.grid;
    if (!ask_url) return null;
    const options = [["", "请选择原因"], ...reasons].map(([value, text]) => make("option", { value, text }));
    const parts = {
      reason: make("select", { class: "input", name: "reason", required: "", "aria-label": "原因" }, ...options),
      demand: make("textarea", { class: "input", name: "demand", rows: 2, required: "", placeholder: "哪里不对、怎么改", "aria-label": "要求" }),
      problem: make("p", { class: "mistake small", role: "alert" }),
    };
    const submit = async (event) => {
      event.preventDefault();
      const { row, column } = at();
      const place = { section: this.grid.schedule.name, row: row.key, column: column === "name" ? "" : column };
      const { status, answer } = await post(ask_url, { ...place, reason: parts.reason.value, demand: parts.demand.value });
      parts.problem.textContent = status === 201 ? "" : failure(status, answer);
      if (status !== 201) return;
      this.grid.points.push(answer.point);
      this.write();
      for (const part of [parts.reason, parts.demand]) part.value = "";
      this.say(`已对“${labelOf(row)}”提要点，退回时一起发给单位。`);
      document.dispatchEvent(new CustomEvent("asked"));
      done();
    };
    return make("form", { class: "asking", submit, autocomplete: "off" },
      make("h3", { text: "对这一格提审核要点" }), parts.reason, parts.demand, parts.problem,
      make("div", { class: "deeds" }, make("button", { class: "button main", text: "提要点" })));
  }
}
