// How far a bulk export is, asked for every second while the page is seen; at its end the page is loaded again, with
// the file on it. Without the script the page asks by itself every few seconds.

const PAUSE = 1000; // milliseconds
const PATIENCE = 10000; // until no answer counts as none

const place = document.querySelector("[data-progress]");
const part = (name) => place.querySelector(`[data-progress-${name}]`);

/** What the server says of it; null where nothing came back. */
async function ask() {
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(place.dataset.progress, { headers, signal: AbortSignal.timeout(PATIENCE) });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    return isJson && response.ok ? await response.json() : { is_open: false }; // the page says why
  } catch {
    return null;
  }
}

function show({ percent, words, remaining }) {
  part("bar").value = percent;
  part("words").textContent = words;
  part("remaining").textContent = remaining;
}

async function look() {
  const said = document.hidden ? null : await ask();
  if (said && !said.is_open) return location.reload();
  if (said) show(said);
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
