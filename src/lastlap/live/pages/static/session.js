// Who is signed in, and requests in their name.

import { el } from "./pieces.js";

const PATIENCE = 8000; // ms after which a request is given up

export const NO_CONNECTION = "No connection to the rink's computer.";

let me = null;

/** Who is signed in, as `/api/me` tells; null where it cannot be asked. The answer is kept until asked `anew`. */
export async function whoAmI(anew = false) {
  if (me && !anew) return me;
  const { ok, data } = await request("GET", "/api/me");
  if (ok) me = data;
  return ok ? me : null;
}

/** Whether the signed-in role may say events of this type. */
export const may = (type) => Boolean(me?.may?.includes(type));

/** Whether the signed-in role is one of these; the referee is each of them. */
export const isOne = (...roles) => Boolean(me?.signed_in) && (me.role === "referee" || roles.includes(me.role));

/**
 * Ask the server: `{ok, status, data, error}`, and nothing is ever thrown.
 * Status 0 is no answer at all; `error` is a sentence for the person who asked.
 */
export async function ask(method, url, body, headers = {}) {
  // Without its token a request would be refused, as if the person might not say it.
  if (!(await whoAmI()) && method !== "GET") return { ok: false, status: 0, data: null, error: NO_CONNECTION };
  const first = await request(method, url, body, headers);
  if (first.status !== 403 || !me?.signed_in) return first;
  // Whoever signed in again in another tab has another token since.
  const before = me.csrf;
  await whoAmI(true);
  return me?.csrf === before ? first : request(method, url, body, headers);
}

async function request(method, url, body, headers = {}) {
  const sent = { ...headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  if (method !== "GET" && me?.csrf) sent["X-CSRF"] = me.csrf;
  try {
    const answer = await fetch(url, {
      method, headers: sent, cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    const data = text && (answer.headers.get("Content-Type") ?? "").includes("json") ? JSON.parse(text) : null;
    return { ok: answer.ok, status: answer.status, data, error: answer.ok ? null : sentence(answer.status, data) };
  } catch {
    return { ok: false, status: 0, data: null, error: NO_CONNECTION };
  }
}

function sentence(status, data) {
  if (data?.error) return data.error;
  return { 401: "You are not signed in.", 403: "Your role may not do this.", 429: "Too many tries. Wait a moment." }[status]
    ?? `The rink's computer answered ${status}.`;
}

/** Go to the sign-in page, and come back from there. */
export function signIn() {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
}

/** A stream broke off: perhaps not the network has gone, but the session. */
export async function signInIfSignedOut() {
  const now = await whoAmI(true);
  if (now && !now.signed_in) signIn();
}

/** Sign out, and say so where that does not work. */
export async function signOut() {
  const { ok, error } = await ask("POST", "/api/sign-out");
  if (ok) location.assign("/sign-in");
  return error;
}

/** The name and role of who is signed in, with the ways to other pages for officials. */
export function identity(here = "") {
  if (!me?.signed_in) return el("nav", { class: "who", "aria-label": "You" }, el("a", { class: "button", href: `/sign-in?next=${encodeURIComponent(location.pathname)}` }, "Sign in"));
  const leads = [["/desk", "Desk", true], ["/sheets", "Sheets", true], ["/people", "People", isOne()], ["/audit", "Audit", isOne("secretary")]];
  return el("nav", { class: "who", "aria-label": "Officials' pages" },
    leads.filter(([path, , shown]) => shown && path !== here).map(([path, name]) => el("a", { class: "lead", href: path }, name)),
    el("span", { class: "who-name" }, me.name, el("span", { class: "frost" }, ` ${me.role}`)),
    el("button", { type: "button", class: "plain", onclick: signOut }, "Sign out"));
}
