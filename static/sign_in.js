// Signing in again where she is, when her session has ended: the page and what is written in it stay.
// When she is back, the document says "signed-in".

import { csrfToken } from "./token.js";

const place = document.getElementById("sign-in-again");
const form = place?.querySelector("form");
const UNREACHED = "连不上服务器，请稍后再试。";

/** Show the field for the password; it does not take the cursor away from what she types. */
export function askToSignIn() {
  if (place) place.hidden = false;
}

function tell(message) {
  form.querySelector("[data-mistake]").textContent = message;
  form.elements.password.setAttribute("aria-invalid", String(message !== ""));
}

async function signIn(body) {
  try {
    await fetch(form.action); // leaves a token, where there is none any more
    const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
    const response = await fetch(form.action, { method: "POST", body, headers });
    return { isSignedIn: response.ok, message: (await response.json()).message };
  } catch {
    return { isSignedIn: false, message: UNREACHED };
  }
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { isSignedIn, message } = await signIn(new URLSearchParams(new FormData(form)));
  tell(isSignedIn ? "" : message);
  if (!isSignedIn) return form.elements.password.select();
  place.hidden = true;
  form.reset();
  document.dispatchEvent(new CustomEvent("signed-in"));
});
