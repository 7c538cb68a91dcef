// Texts are never left unsaved without asking; Ctrl+S saves them.

const form = document.querySelector("[data-guarded]");
const fields = [...form.querySelectorAll("textarea")];
const isRefused = document.querySelector("[role=alert]:not([hidden])") !== null; // what is shown was not saved
let isSending = false;

form.addEventListener("submit", () => (isSending = true));

window.addEventListener("beforeunload", (event) => {
  if (!isSending && (isRefused || fields.some((field) => field.value !== field.defaultValue))) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  form.requestSubmit();
});
