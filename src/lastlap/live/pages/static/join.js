// Take an invite up: a name, a PIN, and in.

import { ask, whoAmI } from "./session.js";

const token = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const form = document.getElementById("join");
const error = document.getElementById("error");
const HOME = { judge: "/pad", announcer: "/announcer", viewer: "/" };

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  error.textContent = "";
  const { name, pin } = Object.fromEntries(new FormData(form));
  const answer = await ask("POST", "/api/join", { token, name: name.trim(), pin });
  if (answer.ok) return location.assign(HOME[(await whoAmI(true))?.role] ?? "/desk");
  error.textContent = answer.error;
});
