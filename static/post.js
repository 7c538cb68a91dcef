// Asking the server to save something: what came back, or that nothing did.

import { askToSignIn } from "./sign_in.js";
import { csrfToken } from "./token.js";

const PATIENCE = 30000; // milliseconds until no answer counts as none
const FAILURES = {
  0: "没有收到服务器的答复，不知道是否已经保存；您写的还在这一页，请稍后再保存。",
  401: "登录已过期，请在页面上方输入密码，再保存；您写的还在这一页。",
};

/** Post a body: {status, answer}; status 0 when nothing came back, 401 when she is not signed in any more. */
async function send(url, body, { headers = {}, ...options } = {}) {
  try {
    const all = { "X-CSRFToken": csrfToken(), Accept: "application/json", ...headers };
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(url, { method: "POST", headers: all, body, signal, ...options });
    const { status, ok } = response;
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    if (isJson) return { status, answer: await response.json() };
    if (!ok && status !== 403) return { status, answer: {} };
    askToSignIn(); // what came is the sign-in page, or a refusal of another session's token
    return { status: 401, answer: {} };
  } catch {
    return { status: 0, answer: {} };
  }
}

/** Post fields, even as the page is left. */
export const post = (url, fields, options) => send(url, new URLSearchParams(fields), { keepalive: true, ...options });

/** Post JSON. */
export const postJson = (url, data, options) =>
  send(url, JSON.stringify(data), { headers: { "Content-Type": "application/json" }, ...options });

/** Why it was not saved, in a sentence. */
export function failure(status, { message }) {
  return message ?? FAILURES[status] ?? `服务器出错（${status}），本次没有保存，请稍后再试。`;
}
