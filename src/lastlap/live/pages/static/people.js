// Who may do what: invites with a QR code, people, and whether spectators may look.

import { timeOfDay } from "./live.js";
import { el } from "./pieces.js";
import { agreed } from "./forms.js";
import { ask, identity, signIn, whoAmI } from "./session.js";

const DUTIES = {
  referee: "everything", secretary: "entries, start lists, draws, withdrawals, the audit", timekeeper: "devices, passings, orders, laps",
  judge: "the pad: taps, orders, lapped, falls, incidents", announcer: "the announcer’s page", viewer: "looks, and changes nothing",
};
const at = (id) => document.getElementById(id);
const says = (text) => { at("error").textContent = text ?? ""; };
const localTime = (us) => (us ? timeOfDay(us, -new Date().getTimezoneOffset(), false) : "");

async function shown() {
  const [invites, people, me] = await Promise.all([ask("GET", "/api/invites"), ask("GET", "/api/people"), whoAmI(true)]);
  says(invites.error ?? people.error);
  at("invites").replaceChildren(...lines(invites.data, inviteNode, "None."));
  at("people").replaceChildren(...lines(people.data, (person) => personNode(person, me), "Nobody."));
  at("open-word").textContent = me?.open ? "open to everybody" : "closed: only for who is signed in";
  at("open").textContent = me?.open ? "Close them" : "Open them";
}

const lines = (items, node, none) => (items?.length ? items.map(node) : [el("li", { class: "frost" }, none)]);

const inviteNode = ({ id, role, name, expires_us }) => el("li", {}, el("span", { class: "line-words" }, el("strong", {}, name || "somebody"), ` ${role}`, el("span", { class: "frost" }, ` until ${localTime(expires_us)}`)),
  el("button", { type: "button", "aria-label": `Take back the invite of ${name}`, onclick: () => remove(`/api/invites/${encodeURIComponent(id)}`) }, "Take back"));

const personNode = ({ id, role, name }, me) => el("li", {}, el("span", { class: "line-words" }, el("strong", {}, name), ` ${role}`, el("span", { class: "frost" }, ` ${DUTIES[role] ?? ""}`)),
  name === me?.name ? el("span", { class: "frost" }, "you") : el("button", { type: "button", "aria-label": `Remove ${name}`, onclick: () => removePerson(id, name) }, "Remove"));

async function removePerson(id, name) {
  if (await agreed(`Remove ${name}? What ${name} said stays in the log; a new invite lets ${name} in again.`, "Remove")) await remove(`/api/people/${encodeURIComponent(id)}`);
}

async function remove(url) {
  const { ok, error } = await ask("DELETE", url);
  if (!ok) return says(error);
  await shown();
}

async function invite(event) {
  event.preventDefault();
  const { role, name, minutes } = Object.fromEntries(new FormData(event.target));
  const { ok, data, error } = await ask("POST", "/api/invites", { role, name: name.trim(), minutes: Number(minutes) });
  says(error);
  if (!ok) return;
  at("made").replaceChildren(madeNode(data, name, role));
  event.target.querySelector("[name=name]").value = "";
  await shown();
}

/** The QR code is shown as a picture, so that nothing in it can run. */
const madeNode = ({ url, qr, expires_us }, name, role) => el("div", { class: "made" },
  el("img", { class: "made-qr", src: `data:image/svg+xml,${encodeURIComponent(qr)}`, alt: `The invite of ${name} as a QR code`, width: 220, height: 220 }),
  el("div", {}, el("p", {}, "Let ", el("strong", {}, name), ` (${role}) scan this, or open the link:`), el("p", { class: "made-url" }, el("a", { href: url }, url)), el("p", { class: "frost" }, `It works once, until ${localTime(expires_us)}.`)));

async function toggle() {
  const me = await whoAmI();
  const { error } = await ask("POST", "/api/settings", { open: !me.open });
  says(error);
  await shown();
}

async function begin() {
  const me = await whoAmI();
  if (!me?.signed_in) return signIn();
  at("identity").replaceChildren(identity("/people"));
  at("role").replaceChildren(...Object.keys(DUTIES).map((role) => el("option", { value: role, selected: role === "judge" }, role)));
  const duty = () => { at("duties").textContent = `A ${at("role").value}: ${DUTIES[at("role").value]}.`; };
  at("role").addEventListener("change", duty);
  duty();
  at("invite").addEventListener("submit", invite);
  at("open").addEventListener("click", toggle);
  await shown();
}

begin();
