// Sign in, or at the first start become the referee.

import { ask, whoAmI } from "./session.js";

const next = () => {
  const path = new URLSearchParams(location.search).get("next") ?? "";
  return /^\/(?![/\\])/.test(path) ? path : "/desk"; // a path of this server, and no other
};

function wire(id, url, errorId) {
  const form = document.getElementById(id), error = document.getElementById(errorId);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = "";
    const button = form.querySelector("button");
    button.disabled = true;
    const answer = await ask("POST", url, Object.fromEntries(new FormData(form)));
    button.disabled = false;
    if (answer.ok) return location.assign(next());
    error.textContent = answer.error;
    form.querySelector("[name=pin]").select();
  });
}

wire("sign-in", "/api/sign-in", "error");
wire("claim", "/api/claim", "claim-error");
whoAmI().then((me) => { if (me?.signed_in) location.replace(next()); });
