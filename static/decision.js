// What a reviewer writes while she looks through the pages of a return is there on the next page, and after a
// refusal. It is kept in this tab alone, under her, the return and its last step.

import { post } from "./post.js";

const form = document.querySelector("[data-draft]");
const field = form.elements.comment;
const key = `comment ${form.dataset.draft}`;

field.value ||= sessionStorage.getItem(key) ?? "";
field.addEventListener("input", () => sessionStorage.setItem(key, field.value));

post(form.dataset.look, {}); // her queue says what is new to her since; nothing is lost when it does not arrive

/** A point was asked on this page: the return has what it needs, and may open that place alone. */
document.addEventListener("asked", () => {
  const count = form.querySelector("[data-points]");
  count.dataset.points = Number(count.dataset.points) + 1;
  count.querySelector("span").textContent = count.dataset.points;
  for (const hidden of form.querySelectorAll("[data-points], [data-points-only]")) hidden.hidden = false;
  form.querySelector("[data-needs]")?.removeAttribute("data-needs");
});

for (const button of document.querySelectorAll("[data-opens]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
}
for (const button of document.querySelectorAll("[data-closes]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.closes).close());
}
