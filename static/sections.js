// How far each section of a return is, in the navigation, after something was saved.

/** `sections`: {url, title, style, text, spoken} of each (budgets.views.lines.section_states). */
export function showSections(sections) {
  for (const { url, title, style, text, spoken } of sections) {
    const state = document.querySelector(`.sections a[href="${url}"] .state`);
    const [dot, short, full] = state.children;
    state.title = `${title}：${spoken}`;
    dot.className = `dot ${style}`;
    short.textContent = text;
    full.textContent = spoken;
  }
}
