// The result above the indicators is the server's: each save brings it anew, with how many there are. The preview stays
// open as it was.

const result = document.querySelector("[data-result]");

document.addEventListener("saved", ({ detail }) => {
  const isOpen = result.querySelector("[data-preview]")?.open ?? false;
  result.innerHTML = detail.result;
  const preview = result.querySelector("[data-preview]");
  if (preview) preview.open = isOpen;
  const count = document.querySelector("[data-count]"); // of a project, on its tab
  if (count) count.textContent = detail.rows.length;
});
