// Who said what when, newest first.

import { el } from "./pieces.js";
import { ask, identity, signIn, whoAmI } from "./session.js";

const SHOWN = 500;
const at = (id) => document.getElementById(id);
let lines = [];

async function read() {
  const { ok, data, error } = await ask("GET", "/api/audit");
  at("error").textContent = error ?? "";
  if (!ok) return;
  lines = Array.isArray(data) ? data : data.lines ?? data.records;
  const chosen = at("who").value;
  at("who").replaceChildren(el("option", { value: "" }, "everybody"), ...[...new Set(lines.map(({ by }) => by))].sort().map((by) => el("option", { value: by, selected: by === chosen }, by || "nobody")));
  draw();
}

function draw() {
  const words = at("find").value.toLowerCase().split(/\s+/).filter(Boolean);
  const who = at("who").value;
  const found = lines.filter((line) => (!who || line.by === who) && words.every((word) => textOf(line).includes(word)));
  at("count").textContent = `${found.length} of ${lines.length}${found.length > SHOWN ? `, the newest ${SHOWN} shown` : ""}`;
  at("lines").replaceChildren(...found.slice(0, SHOWN).map(lineNode));
}

const textOf = ({ number, time, by, race, says, type }) => [number, time, by, race, says, type].join(" ").toLowerCase();

const lineNode = ({ number, time, by, race, says, type, taken_back }) => el("tr", {},
  el("td", { class: "number" }, String(number ?? "")), el("td", { class: "number" }, time ?? ""), el("td", {}, by), el("td", {}, race ?? ""),
  el("td", {}, taken_back ? el("s", {}, says ?? type) : says ?? type, taken_back ? " (taken back)" : ""));

async function begin() {
  const me = await whoAmI();
  if (!me?.signed_in) return signIn();
  at("identity").replaceChildren(identity("/audit"));
  for (const id of ["find", "who"]) at(id).addEventListener("input", draw);
  at("again").addEventListener("click", read);
  await read();
}

begin();
