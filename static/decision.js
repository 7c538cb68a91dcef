// What a reviewer writes while she looks through the pages of a return is there on the next page, and after a
// refusal. It is kept in this tab alone, under her, the return and its last step.

import { post } from "./post.js";

const form = document.querySelector("[data-draft]");
const field = form.elements.comment;
const key = `comment ${form.dataset.draft}`;

const words = (count) => field.dataset.words.replace("{n}", count);
const points = form.querySelector("[data-points]");

field.value = sessionStorage.getItem(key) || field.value;
field.addEventListener("input", () => sessionStorage.setItem(key, field.value));

post(form.dataset.look, {}); // her queue says what is new to her since; nothing is lost when it does not arrive

const back = form.querySelector("[data-limited]");
const whole = back.dataset.confirm;
const limit = form.elements.points_only; // not there where a point is on the whole return

/** Before it is given back she is told how much of it opens. */
function tellHowMuchOpens() {
  const { limited, places } = back.dataset;
  back.dataset.confirm = limit?.checked ? limited.replace("{n}", places) : whole;
}
limit?.addEventListener("change", tellHowMuchOpens);

/** A point was asked on this page: the return has what it needs, may open that place alone, and does not pass. */
document.addEventListener("asked", () => {
  const before = Number(points.dataset.points);
  points.dataset.points = before + 1;
  const count = points.querySelector("span");
  count.textContent = Number(count.textContent) + 1;
  for (const hidden of form.querySelectorAll("[data-points], [data-points-only]")) hidden.hidden = false;
  if (!field.value.trim() || field.value === words(before)) field.value = words(before + 1);
  back.dataset.places = Number(back.dataset.places) + 1;
  tellHowMuchOpens();
  for (const button of form.querySelectorAll("[data-passes]")) button.disabled = true;
});

for (const button of document.querySelectorAll("[data-opens]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
}
for (const button of document.querySelectorAll("[data-closes]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.closes).close());
}
