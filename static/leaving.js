// Going on to another page of ours: what is written here is saved first, so that it is seen there.

/** `saveFirst(event, goOn)` stops the event and calls `goOn()` when it may go on; or leaves the event alone. */
export function beforeLeaving(saveFirst) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const opensHere = link && !link.target && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (opensHere && !link.getAttribute("href").startsWith("#")) saveFirst(event, () => (location.href = link.href));
  });
  document.addEventListener("submit", (event) => { // a deed on what is stored; a save may bring its form anew
    if (event.target.matches("[data-on-stored]")) saveFirst(event, () => document.querySelector("[data-on-stored]")?.submit());
  });
  document.querySelector("[data-unit-switch]").addEventListener("submit", (event) => {
    const { target, submitter } = event;
    saveFirst(event, () => target.requestSubmit(submitter));
  });
}
