// The explanations on the page of findings: saved by their button or Ctrl+Enter, one by one, in place. Whatever
// fails, the words stay where they were written.

import { failure, post } from "./post.js";
import { showSections } from "./sections.js";

const left = document.querySelector("[data-left]");
const forms = [...document.querySelectorAll("form[data-explains]")];
const stored = new Map(forms.map((form) => [form, form.elements.text.defaultValue]));
const isUnsaved = (form) => form.elements.text.value.trim() !== stored.get(form).trim();

function show(form, text, style) {
  const state = form.querySelector("[data-state]");
  state.textContent = text;
  state.className = text ? `mark ${style}` : "";
}

/** How many findings each group has, in the tabs; a group without any has none, unless it is being looked at. */
function showGroups(groups) {
  for (const tab of document.querySelectorAll("a[data-group]")) {
    const count = groups[tab.dataset.group];
    tab.querySelector("[data-count]").textContent = count;
    tab.hidden = !count && !tab.hasAttribute("aria-current");
  }
}

async function save(form) {
  const text = form.elements.text.value;
  show(form, "保存中…", "now");
  const { status, answer } = await post(form.action, Object.fromEntries(new FormData(form)));
  if (status !== 200) {
    show(form, failure(status, answer), "wrong");
    return false;
  }
  stored.set(form, text);
  show(form, `已保存 ${answer.saved_at}`, "good");
  if (left) left.textContent = answer.left;
  showGroups(answer.groups);
  showSections(answer.sections);
  return true;
}

/** Save and, when that went well, go on to the next one that is not explained yet. */
async function saveAndGoOn(form) {
  if (!(await save(form))) return;
  const rest = forms.slice(forms.indexOf(form) + 1);
  rest.find((each) => !stored.get(each))?.elements.text.focus();
}

for (const form of forms) {
  const field = form.elements.text;
  field.value = field.defaultValue; // Firefox keeps what was typed before a reload
  form.addEventListener("submit", (event) => (event.preventDefault(), save(form)));
  field.addEventListener("input", () => show(form, isUnsaved(form) ? "未保存" : "", "ask"));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    saveAndGoOn(form);
  });
}

window.addEventListener("beforeunload", (event) => forms.some(isUnsaved) && event.preventDefault());
