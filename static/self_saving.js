// When a page that saves by itself does so, and what it may still send when it is left.

export const PAUSE = 800; // milliseconds after the last key
export const MOST_ON_LEAVING = 60000; // bytes a browser sends for a page that is gone

/** Call `save()` when she has signed in again, and when the network is back after `isOffline()`; `leave()` when the page
 *  is hidden or left: unless it says that nothing could be lost, the browser asks. */
export function onOccasions({ save, isOffline, leave }) {
  document.addEventListener("signed-in", () => save());
  window.addEventListener("online", () => isOffline() && save());
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  window.addEventListener("beforeunload", (event) => leave() || event.preventDefault());
}

/** Call `save()` on Ctrl+S. */
export function onSaveKey(save) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    save();
  });
}
