// What a reviewer writes while she looks through the pages of a return is there on the next page, and after a
// refusal. It is kept in this tab alone, under her, the return and its last step.

const form = document.querySelector("[data-draft]");
const field = form.elements.comment;
const key = `comment ${form.dataset.draft}`;

field.value ||= sessionStorage.getItem(key) ?? "";
field.addEventListener("input", () => sessionStorage.setItem(key, field.value));

for (const button of document.querySelectorAll("[data-opens]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
}
for (const button of document.querySelectorAll("[data-closes]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.closes).close());
}
