// A button that cannot be taken back asks first; one that needs words does not go without them.
// <button data-confirm="what will happen" data-confirm-button="its name"> and
// <button data-needs="name of a field" data-needs-words="what to write">.

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Ask in a dialog; resolve to whether she went on. */
function ask(sentence, name) {
  const back = make("button", { className: "button", value: "", textContent: "再看看" });
  const on = make("button", { className: "button main", value: "on", textContent: name });
  const buttons = make("div", { className: "row-of-buttons" }, on, back);
  const form = make("form", { method: "dialog" }, make("p", { textContent: sentence, id: "confirm-words" }), buttons);
  const dialog = make("dialog", { className: "confirm" }, form);
  dialog.setAttribute("aria-labelledby", "confirm-words");
  document.body.append(dialog);
  dialog.showModal();
  back.focus(); // a second Enter must not do what cannot be taken back
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "on");
    });
  });
}

document.addEventListener("submit", async (event) => {
  const { target: form, submitter: button } = event;
  if (!button || form.method === "dialog") return;
  const field = button.dataset.needs && form.elements[button.dataset.needs];
  if (field && !field.value.trim()) {
    event.preventDefault();
    field.setCustomValidity(button.dataset.needsWords);
    field.reportValidity();
    // What stands in the way of this button must not stand in the way of another.
    const clear = () => field.setCustomValidity("");
    for (const type of ["input", "blur"]) field.addEventListener(type, clear, { once: true });
    return;
  }
  if (!button.dataset.confirm) return;
  if (button.dataset.confirmed === "now") {
    button.dataset.confirmed = "sent";
    return;
  }
  event.preventDefault();
  if (button.dataset.confirmed) return; // it is on its way already
  if (await ask(button.dataset.confirm, button.dataset.confirmButton)) {
    button.dataset.confirmed = "now";
    form.requestSubmit(button);
  } else if (document.activeElement === document.body) button.focus(); // where she was before, unless she went on
});

// Back from the next page, what was sent may be sent anew.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[data-confirmed]")) delete button.dataset.confirmed;
});
