// Going through the queue by keyboard: J and K or the arrows from row to row, X or the space bar ticks, and Enter
// opens what has the focus, as it does with every link. Without the script links and ticks do the same. Before what
// was ticked is passed, it is said what stands open in it.

const table = document.querySelector("[data-queue]");
const links = [...table.querySelectorAll("[data-opens-return]")];
const MOST_NAMED = 8;
const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

document.querySelector("[data-queue-keys]").hidden = false;

/** Focus a row's link, which shows the row as the present one; beyond the ends nothing moves. */
const goTo = (number) => links[number]?.focus();

/** Before they are passed together she is told what nobody mended or explained, as when she passes one. */
const button = document.querySelector("[data-passes-many]");
const always = button.dataset.confirm;
button.form.addEventListener("submit", () => {
  const ticked = [...table.querySelectorAll("[data-warning]:checked")];
  const left = ticked.map(({ dataset }) => dataset).filter(({ warning }) => warning);
  const named = left.slice(0, MOST_NAMED).map(({ unit, warning }) => `${unit}${warning}`);
  const others = left.length > MOST_NAMED ? `；另有 ${left.length - MOST_NAMED} 份，见“检查”一栏` : "";
  button.dataset.confirm = named.length ? `${always}注意：${named.join("；")}${others}。` : always;
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const { key, target } = event;
  const name = key.length === 1 ? key.toLowerCase() : key;
  // From nowhere J leads into the queue; elsewhere on the page a key keeps its meaning.
  if (target === document.body && name === "j") return goTo(0);
  const row = target.closest("[data-queue] tbody tr");
  if (!row) return;
  const tick = row.querySelector("[type=checkbox]");
  if (name in STEPS) goTo(links.indexOf(row.querySelector("[data-opens-return]")) + STEPS[name]);
  else if (name === "x" || (name === " " && target !== tick)) tick.checked = !tick.checked;
  else return;
  event.preventDefault();
});
