// Sheets, charts, reports and feeds: what there is now, each in every format.

import { follow, timeOfDay } from "./live.js";
import { el, put, sign } from "./pieces.js";
import { ask, identity, whoAmI } from "./session.js";

const SOON = 300; // ms after a change that the list is asked for: a declaration comes with others
const at = (id) => document.getElementById(id);

const NAMES = { pdf: "PDF", html: "HTML", csv: "CSV", xlsx: "XLSX", json: "JSON", txt: "Text" };
const file = (name) => `/sheets/${encodeURIComponent(name)}`;

let offered = null, meet = null, connection = { word: "waiting", since: Date.now() }, timer = null;

async function read() {
  const { ok, data, error } = await ask("GET", "/api/sheets");
  if (ok) offered = data;
  at("error").textContent = ok || connection.word === "lost" ? "" : error;
  draw();
}

const format = (id, one) => el("a", { class: one === "pdf" ? "main" : null, href: file(`${id}.${one}`) }, NAMES[one] ?? one);

/** How final a sheet is, with a sign where it may still change; before the start there is nothing to doubt. */
function stateNode(status) {
  const final = status.startsWith("Official") || status === "Before the start";
  return status ? el("span", { class: final ? "sheet-state" : "sheet-state doubt" }, ...(final ? [] : [sign("question"), " "]), status) : null;
}

const lineNode = ({ id, title, report, status }) => el("li", { class: "sheet-line" },
  el("span", { class: "sheet-name" }, title, report ? el("small", {}, ` ${report}`) : null), stateNode(status),
  el("span", { class: "sheet-formats", role: "group", "aria-label": title }, offered.formats.map((one) => format(id, one))));

const chartsNode = (charts) => (charts.length ? el("li", { class: "sheet-line" }, el("span", { class: "sheet-name" }, "Charts"),
  el("span", { class: "sheet-formats", role: "group", "aria-label": "Charts" }, charts.map(([name, title]) => el("a", { href: file(`${name}.svg`) }, title)))) : null);

const groupNode = ({ title, race, sheets, charts }) => el("section", { class: "card", "data-group": race ?? title },
  el("div", { class: "group-head" }, el("h2", {}, title), race ? el("a", { class: "button first", href: file(`${race}.pdf`) }, "Print all") : null),
  el("ul", { class: "sheet-lines" }, sheets.map(lineNode), chartsNode(charts)));

/** The race that is on or was on last stands first: its sheets are what somebody waits for. */
function inOrder(groups) {
  const first = groups.filter(({ race }) => race && race === meet?.current);
  return [...first, ...groups.filter((group) => !first.includes(group))];
}

function draw() {
  const time = timeOfDay(connection.since * 1000, meet?.utc_offset ?? 0);
  const words = { connected: "live", waiting: "waiting for the rink", lost: "no connection: what you see was so then" }[connection.word] ?? "";
  at("lost").hidden = connection.word !== "lost";
  at("state").className = `state state-${connection.word}`;
  put(at("state"), words, () => [el("span", { class: "state-dot" }), words]);
  if (!offered) return;
  at("title").textContent = offered.meet;
  at("as-of").textContent = `As of record ${offered.version} of the log${connection.word === "lost" ? `, ${time}` : ""}.`;
  put(at("groups"), [offered.groups, offered.formats, meet?.current], () => (offered.groups.length ? inOrder(offered.groups).map(groupNode) : el("p", { class: "empty" }, "There is nothing to print yet: sheets appear as soon as there are entries.")));
  at("story").hidden = !offered.groups.length;
  put(at("reports"), [offered.reports, offered.ceremonies], () => [
    ...offered.reports.map(({ lang, name }) => el("li", { class: "sheet-line" }, el("span", { class: "sheet-name", lang }, name), el("span", { class: "sheet-formats", role: "group", "aria-label": name }, ["html", "pdf", "txt"].map((one) => format(`report-${lang}`, one))))),
    ...offered.ceremonies.map(({ competition, title }) => el("li", { class: "sheet-line" }, el("span", { class: "sheet-name" }, `Victory ceremony: ${title}`), el("span", { class: "sheet-formats" }, format(`ceremony-${competition}`, "pdf")))),
  ]);
}

async function begin() {
  const me = await whoAmI();
  if (me?.signed_in) at("identity").replaceChildren(identity("/sheets"));
  follow("/api/meet/stream", (next) => {
    meet = next;
    timer ??= setTimeout(() => { timer = null; read(); }, SOON);
  }, (next) => { connection = next; draw(); }, { rests: true });
  await read();
}

begin();
