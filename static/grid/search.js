// The box that finds a category and adds its row: a combobox with a list, after the ARIA pattern.

import { parseBlock } from "./range.js";
import { make } from "./table.js";

const PAUSE = 150; // milliseconds without a key before the server is asked

/** `present(found)`: whether its row is there; `choose(found)` adds it or goes to it; `propose(text)` makes a new one;
 *  `paste(block)` takes several rows or columns at once. */
export function searchBox(input, list, { url, present, choose, propose, paste }) {
  let deeds = []; // what choosing each option of the list does
  let active = -1;
  let timer = 0;
  let asked = 0;
  let isEager = false; // Enter was pressed before the answer came

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const show = (options, chosen = []) => {
    deeds = chosen;
    list.replaceChildren(...options);
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(options.length > 0));
    activate(deeds.length ? 0 : -1);
  };

  const activate = (index) => {
    active = index;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = list.children[index];
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };

  const take = (deed) => {
    input.value = "";
    close();
    deed();
  };

  const ask = async () => {
    const text = input.value.trim();
    const number = (asked += 1);
    deeds = [];
    if (!text) return close();
    try {
      const response = await fetch(`${url}?q=${encodeURIComponent(text)}`);
      if (response.redirected || !response.ok) throw new Error();
      const { results, more } = await response.json();
      if (number !== asked) return; // she typed on
      const chosen = results.map((found) => () => choose(found));
      if (isEager && (results.length === 1 || results[0]?.code === text)) return take(chosen[0]);
      const rest = more ? [note("还有更多，请再多输几个字。")] : [];
      if (results.length) return show([...results.map(option), ...rest], chosen);
      const proposal = () => propose(text);
      show([line(0, proposal, make("span", { class: "words add", text: "没有找到？把您的科目加进来" }))], [proposal]);
    } catch {
      if (number === asked) show([note("没有查到：连不上服务器或登录已过期，请稍后再试。")]);
    }
  };

  const note = (text) => make("li", { class: "hint", role: "option", "aria-disabled": "true", text });

  const line = (at, deed, ...children) =>
    make("li", { id: `found-${at}`, role: "option", mousedown: (event) => (event.preventDefault(), take(deed)) }, ...children);

  const option = (found, at) => {
    const above = found.above.map(({ name }) => name).join(" › ");
    const former = found.former_names && `曾用名：${found.former_names}`;
    return line(at, () => choose(found),
      make("span", { class: "code", text: found.code }),
      make("span", { class: "words", text: found.name }),
      present(found) && make("span", { class: "mark", text: "已在表中" }),
      found.is_unconfirmed && make("span", { class: "mark ask", text: "未确认" }),
      make("span", { class: "above", text: [above, former, found.budget_book].filter(Boolean).join(" · ") }));
  };

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    deeds = []; // those of another text are not to be taken
    isEager = false;
    if (!event.isComposing) timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n\r]/.test(text.trim())) return;
    event.preventDefault();
    take(() => paste(parseBlock(text)));
  });
  input.addEventListener("compositionend", () => (timer = setTimeout(ask, PAUSE)));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && deeds.length) activate((active + step + deeds.length) % deeds.length);
    else if (event.key === "Enter" && deeds[active]) take(deeds[active]);
    else if (event.key === "Enter") isEager = input.value.trim() !== "";
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}
