// A soft shadow where the table goes on to the right beyond what is seen.

/** Draw it in the element that scrolls, as long as there is more of its content to the right. */
export function showEdge(scroller, content) {
  const edge = document.createElement("div");
  edge.className = "edge";
  edge.setAttribute("aria-hidden", "true");
  edge.append(document.createElement("span"));
  scroller.prepend(edge);
  const draw = () => {
    edge.classList.toggle("shown", scroller.scrollWidth - scroller.clientWidth - scroller.scrollLeft > 1);
    edge.style.setProperty("--height", `${scroller.clientHeight}px`);
  };
  scroller.addEventListener("scroll", draw, { passive: true });
  const sizes = new ResizeObserver(draw);
  for (const each of [scroller, content]) sizes.observe(each);
}
