// The result above the indicators is the server's: each save brings it anew.

const result = document.querySelector("[data-result]");

document.addEventListener("saved", ({ detail }) => (result.innerHTML = detail.result));
