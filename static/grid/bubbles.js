// The sentences of cells, mistakes, findings and notes, hang below their cell; where the table ends there, above it.

const SENTENCES = ":scope > .message, :scope > .note-text, :scope > .finding-text";

/** Turn a sentence upwards that the lower edge of the element that scrolls would cut off, as it comes to be seen. */
export function hangInSight(scroller) {
  const place = ({ target }) => {
    for (const sentence of target.closest("td, th")?.querySelectorAll(SENTENCES) ?? []) {
      sentence.classList.remove("rises");
      const isCut = sentence.getBoundingClientRect().bottom > scroller.getBoundingClientRect().bottom;
      sentence.classList.toggle("rises", isCut);
    }
  };
  for (const type of ["focusin", "mouseover"]) scroller.addEventListener(type, place);
}
