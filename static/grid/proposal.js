// The form by which a code our table lacks is added to it; the row it is for stands in the table at once.

import { postJson } from "../post.js";

/** Return `open(text)`; `added(category)` gets what the server made of it, `left()` is called when she gives up. */
export function proposalForm(form, { url, added, left }) {
  const fields = [...form.querySelectorAll("input, select")];
  const tell = (name, message) => {
    form.querySelector(`#proposal-${name}-mistake`).textContent = message;
    form.elements[name]?.setAttribute("aria-invalid", String(message !== ""));
  };

  const clear = () => ["code", "name", "all"].forEach((name) => tell(name, ""));

  const close = () => {
    form.hidden = true;
    left();
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { status, answer } = await postJson(url, Object.fromEntries(fields.map(({ name, value }) => [name, value])));
    clear();
    if (status === 201) {
      form.hidden = true;
      return added(answer);
    }
    const message = answer.message ?? "没有加上：连不上服务器或登录已过期，请稍后再试。";
    const errors = answer.errors ?? [{ column: "all", message }];
    for (const error of errors) tell(error.column, error.message);
    form.elements[errors[0].column]?.focus();
  });
  form.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  form.querySelector("[type=button]").addEventListener("click", close);

  return (text) => {
    const isCode = /^[0-9 ]+$/.test(text);
    form.reset();
    clear();
    form.hidden = false;
    form.elements.code.value = isCode ? text : "";
    form.elements.name.value = isCode ? "" : text;
    form.elements[isCode ? "name" : "code"].focus();
  };
}
