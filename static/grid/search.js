// The box that finds a category and adds its row: a combobox with a list, after the ARIA pattern.

import { make } from "./table.js";

const PAUSE = 150; // milliseconds without a key before the server is asked

/** `present(found)` tells whether its row is there already; `choose(found)` adds it or goes to it. */
export function searchBox(input, list, { url, present, choose }) {
  let results = [];
  let active = -1;
  let timer = 0;
  let asked = 0;
  let isEager = false; // Enter was pressed before the answer came

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const show = (options) => {
    list.replaceChildren(...options);
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(options.length > 0));
    activate(results.length ? 0 : -1);
  };

  const activate = (index) => {
    active = index;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = list.children[index];
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };

  const take = (found) => {
    input.value = "";
    close();
    choose(found);
  };

  const ask = async () => {
    const text = input.value.trim();
    const number = (asked += 1);
    results = [];
    if (!text) return close();
    try {
      const response = await fetch(`${url}?q=${encodeURIComponent(text)}`);
      if (response.redirected || !response.ok) throw new Error();
      const answer = await response.json();
      if (number !== asked) return; // she typed on
      results = answer.results;
      if (isEager && (results.length === 1 || results[0]?.code === text)) return take(results[0]);
      const hint = !results.length ? `没有找到“${text}”，请换编码、名称或拼音首字母。` : answer.more ? "还有更多，请再多输几个字。" : "";
      show([...results.map((found, at) => option(found, at)), hint && note(hint)].filter(Boolean));
    } catch {
      if (number === asked) show([note("没有查到：连不上服务器或登录已过期，请稍后再试。")]);
    }
  };

  const note = (text) => make("li", { class: "hint", role: "option", "aria-disabled": "true", text });

  const option = (found, at) => {
    const above = found.above.map(({ name }) => name).join(" › ");
    const former = found.former_names && `曾用名：${found.former_names}`;
    return make("li", { id: `found-${at}`, role: "option", mousedown: (event) => (event.preventDefault(), take(found)) },
      make("span", { class: "code", text: found.code }),
      make("span", { class: "words", text: found.name }),
      present(found) && make("span", { class: "mark", text: "已在表中" }),
      make("span", { class: "above", text: [above, former, found.budget_book].filter(Boolean).join(" · ") }));
  };

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    results = []; // those of another text are not to be taken
    isEager = false;
    if (!event.isComposing) timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("compositionend", () => (timer = setTimeout(ask, PAUSE)));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && results.length) activate((active + step + results.length) % results.length);
    else if (event.key === "Enter" && results[active]) take(results[active]);
    else if (event.key === "Enter") isEager = input.value.trim() !== "";
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}
