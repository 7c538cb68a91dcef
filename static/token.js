// What a request must bring along to be believed that a page of ours sent it.

/** The token of now: signing in again changes the cookie, so the page's own comes second. */
export function csrfToken() {
  const cookie = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie);
  return cookie?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]").value;
}
