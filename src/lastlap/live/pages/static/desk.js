// The desk: where officials run a race. Every action has a key; what is said goes through the queue, and is never lost.

import { ACTIONS } from "./actions.js";
import { RinkClock } from "./clocks.js";
import { changesNode, Form, agreed } from "./forms.js";
import { keyOf, KeyCard } from "./keys.js";
import { list, walk } from "./lists.js";
import { clock, follow, isOver, isSkated, raceClock } from "./live.js";
import { cap, el, front, put, sign, StandingsTable, strip } from "./pieces.js";
import { Queue } from "./queue.js";
import { QueueBar } from "./queue_bar.js";
import { eventWords } from "./says.js";
import { ask, identity, isOne, may, signIn, signInIfSignedOut, whoAmI } from "./session.js";
import { speaker } from "./words.js";

const say = speaker("en");
const race = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const at = (id) => document.getElementById(id);
const of = (kind) => ACTIONS.find(({ id }) => id === kind);

let me = null, desk = null, meet = null, drawn = [];
let picked = { doubt: null, passing: null, record: null };
const accepted = new Map(); // of doubts whose proposal was accepted: the queue's entry that says so

const rinkClock = new RinkClock();
const queue = new Queue(rinkClock, () => { bar.update(); if (desk) draw(); });
const bar = new QueueBar(queue, { mend: (entry) => form.open(of(entry.form.action), entry.form.values, { reading: entry.reading ?? undefined, item: entry.form.item }) });
const form = new Form({ race, clock: rinkClock, context, preview, post });
const keys = new KeyCard(run);

// What is known, for actions and forms

function context() {
  const { board } = desk;
  const item = {
    doubt: doubts().find(({ id }) => id === picked.doubt) ?? doubts()[0],
    passing: passings().find(({ number }) => number === picked.passing),
    record: recordToUndo(),
    undone: recordToRedo(),
  };
  return { desk, board, role: me.role, front: front(board), laps: board.laps, names: new Map(board.standings.map(({ bib, name }) => [bib, name])), ...item };
}

/** The doubts that are open; those just accepted are left out until the log has the word, or refuses it. */
const doubts = () => desk.doubts.filter(({ id }) => !isOnItsWay(queue.get(accepted.get(id))));
const isOnItsWay = (entry) => Boolean(entry) && (entry.state === "waits" || (entry.state === "stored" && entry.number > desk.version));

/** What was seen of crossings, newest first: passings of devices, and taps, which stand in the log. */
function passings() {
  const taps = desk.log.filter(({ type, number }) => type === "CrossingTapped" && !desk.passings.some((one) => one.number === number)).map(passingOfTap);
  return [...desk.passings, ...taps].sort((one, other) => other.at_us - one.at_us || other.number - one.number);
}

function passingOfTap({ number, by, event, taken_back }) {
  const { gun_us, standings } = desk.board;
  return {
    number, at_us: event.at, clock: gun_us === null ? null : clock(event.at - gun_us, 2), transponder: "", bib: event.bib, loop: "", source: by, strength: null, struck: taken_back,
    name: standings.find(({ bib }) => bib === event.bib)?.name ?? null, verdict: taken_back ? "taken back" : "tapped", lap: taken_back ? null : event.lap,
  };
}

const record = () => desk.log.find(({ number }) => number === picked.record);
const recordToUndo = () => { const one = record(); return one?.retractable && !one.taken_back ? one : said().find(({ retractable, taken_back }) => retractable && !taken_back); };
const recordToRedo = () => { const one = record(); return one?.taken_back ? one : said().find(({ taken_back }) => taken_back); };

/** The log without taps: they stand among the passings. */
const said = () => desk.log.filter(({ type }) => type !== "CrossingTapped");

const isAllowed = (action) => {
  if (action.only) return isOne(action.only);
  if (action.id === "accept") return me.may.length > 0;
  if (action.id === "strike") return may("PassingStruck");
  return may(action.type);
};

// Doing

/** Do what a key or a button asks for. */
function run(id, preset = {}) {
  if (id === "arm") return arm();
  const action = of(id);
  if (!desk || !action || !isAllowed(action)) return tell("Your role may not do this.");
  const now = context();
  if (action.of && !now[action.of]) return tell(MISSING[action.of]);
  if (id === "accept") return accept(now.doubt);
  if (id === "strike") return strike(now.passing);
  if (id === "draw") return drawNext();
  if (id === "ceremony") return planCeremony(action);
  if (id === "held") return ceremonyHeld();
  if (action.fields) return form.open(action, preset, { says: titleOf(action, now), item: itemOf(action, now) });
  return atOnce(action, now);
}

const MISSING = {
  doubt: "There is no doubt in the queue.", passing: "Pick a passing first: press 3, then the arrows.",
  record: "Nothing was said that can be taken back.", undone: "Nothing is taken back.",
};

/** The thing that a form is about stays the same while it is filled, whatever comes in. */
const itemOf = (action, now) => (action.of ? { [action.of]: now[action.of] } : null);

const titleOf = (action, now) => {
  if (action.id === "undo") return `Take back: ${now.record.says}`;
  if (action.id === "redo") return `Say again: ${now.undone.says}`;
  if (action.id === "dismiss") return `Leave it as it is: ${now.doubt.says}`;
  if (action.id === "move") return `Move passing ${now.passing.number} of ${now.passing.name ?? now.passing.transponder}, ${now.passing.clock}`;
  return null;
};

async function atOnce(action, now) {
  const reading = rinkClock.reading();
  const question = action.agreed?.(now);
  if (question && !(await agreed(question, action.name))) return;
  const event = { type: action.type, ...action.build?.({}, now) };
  queue.add(race, event, { reading, says: eventWords(event) });
}

function post(action, { event, timed, ago, reading, values }) {
  if (action.id === "withdraw") return withdraw(values);
  if (action.id === "ceremony") return ceremonyPlanned(values);
  queue.add(race, event, { reading: timed ? reading : null, ago, says: eventWords(event), form: { action: action.id, values } });
}

/** What an event would change, as a node. */
async function preview({ event, timed, ago, reading }) {
  const moment = timed && rinkClock.moment(reading);
  const body = { event: timed && moment !== null ? { ...event, at: moment - ago } : event };
  return changesNode(await ask("POST", `/api/races/${encodeURIComponent(race)}/preview`, body), context());
}

function accept(doubt) {
  if (!doubt.proposal) return tell("Nothing single is clear here. Correct it by hand, or dismiss it with x.");
  if (!may(doubt.proposal.type)) return tell("Your role may not do this.");
  accepted.set(doubt.id, queue.add(race, doubt.proposal, { says: eventWords(doubt.proposal) }).key);
  draw();
}

function strike({ number, struck }) {
  const event = struck ? { type: "PassingRestored", number, why: "" } : { type: "PassingStruck", number, why: "" };
  queue.add(race, event, { says: eventWords(event) });
}

async function arm() {
  if (!isOne("timekeeper")) return tell("Your role may not do this.");
  if (desk.armed && desk.armed !== race && !(await agreed(`Devices write into ${titleOfRace(desk.armed)} now. Let them write into this race?`, "Arm this race"))) return;
  const { ok, error } = await ask("POST", `/api/races/${encodeURIComponent(race)}/arm`);
  tell(ok ? "Armed: devices write into this race." : error);
}

async function withdraw({ bib, why }) {
  const skater = desk.starters.find((one) => one.bib === Number(bib));
  const { ok, error } = await ask("POST", `/api/competitions/${encodeURIComponent(competition().id)}/withdraw`, { skaters: [skater.name], why });
  tell(ok ? `${skater.name} is withdrawn, and the start list posted anew.` : error);
}

const ceremonyOf = () => `/api/competitions/${encodeURIComponent(competition()?.id ?? "")}/ceremony`;

/** The form of the ceremony, with what is planned already. */
async function planCeremony(action) {
  const { ok, data, error } = await ask("GET", ceremonyOf());
  if (!ok) return tell(error);
  form.open(action, { ...data, presents: data.presents.join("; ") }, { says: `The ceremony: ${competition().title}` });
}

async function ceremonyPlanned({ where, place, at: moment, presents }) {
  const { ok, error } = await ask("POST", ceremonyOf(), { where, place, at: moment, presents: presents.split(";").map((one) => one.trim()).filter(Boolean) });
  tell(ok ? "The ceremony is planned: the announcer has it." : error);
}

async function ceremonyHeld() {
  const { ok: known, data, error } = await ask("GET", ceremonyOf());
  if (!known) return tell(error);
  const [method, question, verb] = data.held ? ["DELETE", "The medals were handed over, says the log. Take that back?", "Take it back"] : ["POST", "Were the medals handed over?", "They were"];
  if (!(await agreed(question, verb))) return;
  const done = await ask(method, `${ceremonyOf()}/held`);
  tell(done.ok ? (data.held ? "Taken back." : "Written down: the medals were handed over.") : done.error);
}

async function drawNext() {
  const found = competition();
  if (!found) return;
  const { ok, data, error } = await ask("POST", `/api/competitions/${encodeURIComponent(found.id)}/draw`, {});
  if (!ok) return tell(error);
  drawn = data.races;
  draw();
  tell(`Drawn: ${data.races.join(", ")}.`);
}

const nextNode = (races) => el("p", { class: "next" }, races.map((one) => el("a", { class: "button first", href: `/desk/${encodeURIComponent(one)}` }, `To ${titleOfRace(one)}`)));

const competition = () => meet?.competitions.find(({ phases }) => phases.some(({ races }) => races.some(({ id }) => id === race)));
const titleOfRace = (id) => meet?.competitions.flatMap(({ phases }) => phases.flatMap(({ races }) => races)).find((one) => one.id === id)?.title ?? id;

/** Say something short to who works here. */
let hush = null;
function tell(text) {
  at("said").textContent = text;
  clearTimeout(hush);
  hush = setTimeout(() => { at("said").textContent = ""; }, 8000);
}

// Drawing

function draw() {
  const { board } = desk;
  document.title = `${board.title} | desk`;
  put(at("status"), [board.status, desk.armed], statusNode);
  put(at("devices"), [desk.devices, desk.disk], devicesNode);
  put(at("togo"), [board.laps_to_go, board.laps, board.next_sprint, board.status], togoNode);
  put(at("bell"), bellWord(board), () => bellNode(board));
  put(at("strip"), [board.sprints, board.standings.map(({ bib, void: lost }) => [bib, lost]), board.status, board.bell], () => strip(board, say));
  put(at("actions"), [board.status, me.may, me.role], actionNodes);
  drawDoubts();
  drawPassings();
  drawLog();
  drawStandings(board);
  tick();
}

function tick() {
  if (!desk) return;
  const shown = raceClock(desk.board, rinkClock.known ? rinkClock : { now: () => null });
  at("clock").textContent = shown === null ? "–:––.–" : clock(shown, 1);
}

function statusNode() {
  const words = say(desk.board.status);
  const armed = desk.armed === race ? el("span", { class: "armed" }, "armed") : el("span", { class: "frost" }, desk.armed ? `armed: ${titleOfRace(desk.armed)}` : "no race armed");
  return [el("strong", {}, words[0].toUpperCase() + words.slice(1)), armed];
}

function devicesNode() {
  const chips = desk.devices.map(({ name, word, says }) => el("li", { class: `chip chip-${word}`, title: says }, word === "ok" ? null : sign(word === "lost" ? "cross" : "question"), `${name}: ${word}`));
  const disk = desk.disk ? el("li", { class: "chip chip-lost" }, sign("cross"), desk.disk) : el("li", { class: "chip chip-ok" }, "disk: ok");
  return [...(chips.length ? chips : [el("li", { class: "chip" }, "no decoder")]), disk];
}

function togoNode() {
  const { board } = desk;
  if (isOver(board)) return el("p", { class: "togo-word" }, say(board.status));
  const next = board.next_sprint === null ? "" : board.next_sprint === board.laps ? `finish at lap ${board.laps}` : `next sprint at lap ${board.next_sprint}`;
  return [el("span", { class: "togo-number" }, String(board.laps_to_go)), el("span", { class: "togo-word" }, say("laps_to_go", { n: board.laps_to_go }), el("br"), el("span", { class: "frost" }, next))];
}

/** How near the bell is: "soon" a lap early, "now" in the sprint lap, else nothing. */
function bellWord(board) {
  if (!isSkated(board) || board.next_sprint === null) return null;
  const left = board.next_sprint - front(board);
  const rung = desk.log.some(({ event, taken_back }) => event.type === "BellRung" && event.lap === board.next_sprint && !taken_back);
  if (left === 1) return rung ? "rung" : "now";
  return left === 2 ? "soon" : null;
}

function bellNode(board) {
  const words = {
    soon: "Ring the bell when the leader comes round: the next lap is a sprint.",
    now: "Bell now: the leader is in a sprint lap.", rung: `The bell has been rung for lap ${board.next_sprint}.`,
  }[bellWord(board)];
  if (!words) return [];
  return el("p", { class: `bell-${bellWord(board)}` }, sign("bell"), " ", words);
}

// Which actions stand in front depends on how far the race is; all others follow below.
const FIRST = {
  ready: ["arm", "gun", "gun-ago", "transponder", "mark", "withdraw"], planned: ["draw", "withdraw"],
  running: ["bell", "order", "fall", "incident", "lapped", "mark", "stop", "neutralise"],
  stopped: ["restart", "cut", "fall", "mark", "incident", "order"], neutralised: ["free", "stop", "incident", "fall"],
  finished: ["order", "mark", "disqualify", "result"], unofficial: ["result", "order", "disqualify", "advance"],
  protested: ["disqualify", "advance", "result", "undo"], official: ["draw", "ceremony", "held", "result", "disqualify", "undo"], corrected: ["draw", "ceremony", "held", "result", "disqualify", "undo"],
};

function actionNodes() {
  const first = FIRST[desk.board.status] ?? [];
  const rest = ["arm", ...ACTIONS.map(({ id }) => id)].filter((id) => !first.includes(id));
  const open = at("actions").querySelector("details")?.open ?? false;
  return [
    el("div", { class: "keys" }, first.map(keyButton)),
    el("details", { open }, el("summary", {}, "All other actions"), el("div", { class: "keys" }, rest.map(keyButton))),
  ];
}

function keyButton(id) {
  const [name, key, allowed] = id === "arm" ? ["Arm this race", "a", isOne("timekeeper")] : [of(id).name, of(id).key, isAllowed(of(id))];
  return el("button", { type: "button", disabled: !allowed, class: id === "gun" ? "first" : "", onclick: () => run(id) }, name, el("kbd", {}, key));
}

// Doubts

function drawDoubts() {
  const open = doubts();
  if (!open.some(({ id }) => id === picked.doubt)) picked.doubt = open[0]?.id ?? null;
  put(at("doubts-title"), open.length, () => [open.length ? sign("question") : "", open.length ? ` ${open.length} ${open.length === 1 ? "doubt" : "doubts"}` : "No doubts"]);
  at("doubts-title").classList.toggle("doubt", open.length > 0);
  put(at("work-tab"), open.length, () => (open.length ? [sign("question"), `Doubts (${open.length}) and passings`] : "Doubts and passings"));
  list(at("doubts"), open.map((doubt) => ({ ...doubt, picked: doubt.id === picked.doubt })), ({ id }) => id, doubtNode);
}

function doubtNode(doubt) {
  const pick = () => { picked.doubt = doubt.id; draw(); };
  const words = doubt.proposal ? `${doubt.accept ?? "Yes"}: ${eventWords(doubt.proposal)}` : null;
  return el("li", { class: doubt.picked ? "item item-picked" : "item" },
    el("button", { type: "button", class: "pick", "aria-expanded": String(doubt.picked), onclick: pick, onfocus: () => { if (picked.doubt !== doubt.id) pick(); } }, doubt.bib === null ? null : cap(doubt.bib), el("span", { class: "item-words" }, doubt.says)),
    doubt.picked ? el("div", { class: "item-keys" },
      words ? el("button", { type: "button", class: "first", disabled: !may(doubt.proposal?.type), onclick: () => accept(doubt) }, words, el("kbd", {}, "y")) : el("span", { class: "frost" }, "Correct it by hand, or dismiss it."),
      words ? el("button", { type: "button", onclick: () => whatIf(doubt.proposal) }, "What changes?", el("kbd", {}, "=")) : null,
      el("button", { type: "button", disabled: !may("DoubtDismissed"), onclick: () => { picked.doubt = doubt.id; run("dismiss"); } }, "Dismiss", el("kbd", {}, "x"))) : null);
}

/** Show what an event would change, and nothing more. */
async function whatIf(event) {
  const node = await preview({ event });
  const dialog = el("dialog", { class: "sheet", "aria-labelledby": "what-if" }, el("form", { class: "form", method: "dialog" },
    el("h2", { id: "what-if" }, `What changes: ${eventWords(event)}`), node, el("div", { class: "form-end" }, el("button", {}, "Close", el("kbd", {}, "Esc")))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// Passings and the log

/** While one is picked, newer ones wait above it, so that nothing moves under the hand. */
let newest = Infinity;

function drawPassings() {
  const all = passings();
  if (picked.passing === null) newest = Infinity;
  else if (newest === Infinity) newest = Math.max(...all.map(({ number }) => number));
  const shown = all.filter(({ number }) => number <= newest).map((passing) => ({ ...passing, picked: passing.number === picked.passing }));
  const held = all.length - shown.length;
  put(at("newer"), held, () => (held ? el("button", { type: "button", onclick: () => { picked.passing = null; draw(); } }, `${held} newer`) : []));
  list(at("passings"), shown, ({ number }) => number, passingNode);
  at("no-passings").hidden = all.length > 0;
}

function passingNode(passing) {
  const pick = () => { picked.passing = passing.picked ? null : passing.number; draw(); };
  const whose = passing.name ?? (passing.transponder ? `transponder ${passing.transponder}` : "");
  const words = passing.lap === null ? passing.verdict : `lap ${passing.lap}`;
  return el("li", { class: `item${passing.picked ? " item-picked" : ""}${passing.struck ? " item-struck" : ""}` },
    el("button", { type: "button", class: "pick", "aria-expanded": String(passing.picked), onclick: pick },
      el("span", { class: "item-time" }, passing.clock ?? ""), passing.bib === null ? sign("question") : cap(passing.bib, passing.lap === null ? "light" : ""),
      el("span", { class: "item-words" }, whose), el("span", { class: `item-verdict${passing.lap === null ? " frost" : ""}` }, words)),
    passing.picked ? el("div", { class: "item-keys" },
      el("span", { class: "frost" }, [`record ${passing.number}`, passing.source, passing.loop, passing.strength === null ? "" : `strength ${passing.strength}`].filter(Boolean).join(", ")),
      el("button", { type: "button", disabled: !may("PassingStruck"), onclick: () => strike(passing) }, passing.struck ? "Restore" : "Strike", el("kbd", {}, "-")),
      el("button", { type: "button", disabled: !may("PassingMoved"), onclick: () => run("move") }, "Move", el("kbd", {}, ".")),
      el("button", { type: "button", onclick: () => whatIf(passing.struck ? { type: "PassingRestored", number: passing.number } : { type: "PassingStruck", number: passing.number }) }, "What changes?", el("kbd", {}, "=")),
      passing.transponder ? el("button", { type: "button", disabled: !may("TransponderAssigned"), onclick: () => run("transponder") }, "Whose?", el("kbd", {}, "p")) : null) : null);
}

function drawLog() {
  const shown = said().map((one) => ({ ...one, picked: one.number === picked.record }));
  list(at("log"), shown, ({ number }) => number, recordNode);
  at("no-log").hidden = shown.length > 0;
}

function recordNode(one) {
  const pick = () => { picked.record = one.picked ? null : one.number; draw(); };
  return el("li", { class: `item${one.picked ? " item-picked" : ""}${one.taken_back ? " item-struck" : ""}` },
    el("button", { type: "button", class: "pick", "aria-expanded": String(one.picked), onclick: pick },
      el("span", { class: "item-time" }, one.time), el("span", { class: "item-words" }, one.says), el("span", { class: "item-verdict frost" }, one.taken_back ? "taken back" : one.by)),
    one.picked ? el("div", { class: "item-keys" }, el("span", { class: "frost" }, `record ${one.number}, ${one.by}`),
      one.taken_back ? el("button", { type: "button", disabled: !may("RecordReinstated"), onclick: () => run("redo") }, "Say it again", el("kbd", {}, "Z")) : null,
      one.retractable && !one.taken_back ? el("button", { type: "button", disabled: !may("RecordRetracted"), onclick: () => run("undo") }, "Take it back", el("kbd", {}, "z")) : null,
      one.retractable && !one.taken_back ? el("button", { type: "button", onclick: () => whatIf({ type: "RecordRetracted", number: one.number }) }, "What changes?", el("kbd", {}, "=")) : null) : null);
}

// Standings

const table = new StandingsTable(say, { more: skaterNode });

function drawStandings(board) {
  table.update(board);
  put(at("marks"), desk.marks, () => desk.marks.map(({ bib, irm, rule, why }) => el("p", { class: "out" }, sign("cross"), ` ${bib} ${irm}${rule ? ` ${rule}` : ""}${why ? `: ${why}` : ""}`)));
  put(at("declared"), [board.declared, board.provisional], () => (board.declared?.note ? el("p", { class: "declared" }, `${say(board.declared.status)}: ${board.declared.note}`) : []));
  at("incidents-title").hidden = board.incidents.length === 0;
  put(at("incidents"), board.incidents, () => board.incidents.map(({ what, bibs, lap, place }) => el("li", {}, [lap ? `Lap ${lap}` : null, what, bibs.join(", "), place].filter(Boolean).join(" · "))));
  put(at("next"), drawn.map(titleOfRace), () => (drawn.length ? nextNode(drawn) : []));
  put(at("drawing"), [competition()?.may_draw, isOne("secretary")], drawNode);
}

/** One press makes the next start list, as soon as that may be. */
function drawNode() {
  const what = competition()?.may_draw;
  if (!what || !isOne("secretary")) return [];
  return [el("p", {}, what), el("button", { type: "button", class: "first", onclick: () => run("draw") }, "Draw", el("kbd", {}, "D"))];
}

/** What can be done with a skater, below the row. */
function skaterNode(line) {
  const preset = { bib: String(line.bib) };
  const offered = [["mark", "Mark"], ["disqualify", "Disqualify"], ["lapped", "Lapped"], ["fall", "Fell"], ["laps", "Laps"], ["advance", "Advance"]];
  const mark = desk.marks.some(({ bib }) => bib === line.bib);
  return el("div", { class: "skater" }, el("p", {}, line.why), line.certain ? el("p", { class: "sure" }, sign("lock"), " ", line.certain) : null,
    el("div", { class: "item-keys" },
      mark ? el("button", { type: "button", onclick: () => run("lift", preset) }, "Lift the mark", el("kbd", {}, "M")) : null,
      offered.filter(([id]) => isAllowed(of(id))).map(([id, name]) => el("button", { type: "button", onclick: () => run(id, preset) }, name))));
}

// Columns and lists, by keys and tabs

const phone = matchMedia("(max-width: 49.99rem)");

/** Bring a column to the front, where not all three are in sight. On a tablet race control always is. */
function column(name) {
  if (name === "race" && !phone.matches) return;
  document.body.dataset.shown = name;
  for (const tab of document.querySelectorAll("[data-column]")) tab.setAttribute("aria-pressed", String(tab.dataset.column === name));
}

function tab(name) {
  column("work");
  for (const one of ["passings", "log"]) at(`${one}-panel`).hidden = one !== name;
  for (const button of document.querySelectorAll("[data-tab]")) button.setAttribute("aria-pressed", String(button.dataset.tab === name));
}

const PLACES = {
  1: () => { column("race"); at("actions").querySelector("button:not([disabled])")?.focus(); },
  2: () => { column("work"); at("doubts").querySelector(".pick")?.focus(); },
  3: () => { tab("passings"); at("passings").querySelector(".pick")?.focus(); },
  4: () => { tab("log"); at("log").querySelector(".pick")?.focus(); },
  5: () => { column("standings"); at("standings-column").querySelector("button")?.focus(); },
};

function pressed(event) {
  const key = keyOf(event);
  if (key === null || document.querySelector("dialog[open]")) return;
  const action = key === "a" ? { id: "arm" } : ACTIONS.find((one) => one.key === key);
  if (!(action || PLACES[key] || "?=/".includes(key))) return;
  event.preventDefault();
  if (key === "?") return keys.show();
  if (!desk) return;
  if (key === "/") return at("races").focus();
  if (key === "=") return lookAtPicked();
  if (PLACES[key]) return PLACES[key]();
  run(action.id);
}

/** "What changes if" of what the keyboard is on, else of the first doubt. */
function lookAtPicked() {
  const now = context();
  const on = document.activeElement?.closest("ol, ul")?.id;
  if (on === "log" && record()?.retractable) return whatIf({ type: "RecordRetracted", number: record().number });
  if (on === "passings" && now.passing) return whatIf({ type: now.passing.struck ? "PassingRestored" : "PassingStruck", number: now.passing.number });
  if (now.doubt?.proposal) return whatIf(now.doubt.proposal);
  tell("There is no proposal to look at. In a form, press “What changes?”.");
}

// The meet

function metMeet(data) {
  meet = data;
  const races = meet.competitions.flatMap(({ phases }) => phases.flatMap((phase) => phase.races));
  put(at("races"), [races.map(({ id, title, status }) => [id, title, status])], () => [
    el("option", { value: "", selected: !race }, "Choose a race"),
    ...races.map(({ id, title, status }) => el("option", { value: id, selected: id === race }, id === race ? title : `${title} (${say(status)})`))]);
  if (race && desk) draw();
  if (!race) put(at("meet"), [meet.competitions, me.role], meetNode);
}

function meetNode() {
  return [el("h1", {}, meet.name), ...meet.competitions.map(competitionNode)];
}

function competitionNode({ id, title, phases, may_draw }) {
  const races = phases.flatMap((phase) => phase.races);
  return el("section", { class: "card" }, el("h2", {}, title),
    races.length ? el("ul", { class: "meet-races" }, races.map((one) => el("li", {},
      el("a", { class: "button", href: `/desk/${encodeURIComponent(one.id)}` }, one.title), el("span", {}, say(one.status)), el("span", { class: "frost" }, `${one.starters} skaters${one.scheduled ? `, ${one.scheduled}` : ""}`),
      el("a", { class: "lead", href: `/pad/${encodeURIComponent(one.id)}` }, "Judges’ pad")))) : el("p", { class: "frost" }, "No race is drawn yet."),
    may_draw ? el("div", { class: "drawing" }, el("p", {}, may_draw), isOne("secretary") ? el("button", { type: "button", class: "first", onclick: () => drawOf(id) }, "Draw") : null) : null);
}

async function drawOf(id) {
  const { ok, data, error } = await ask("POST", `/api/competitions/${encodeURIComponent(id)}/draw`, {});
  tell(ok ? `Drawn: ${data.races.join(", ")}.` : error);
}

// Beginning

function wire() {
  document.addEventListener("keydown", pressed);
  column(phone.matches ? "race" : "work");
  at("races").addEventListener("change", ({ target }) => { if (target.value) location.assign(`/desk/${encodeURIComponent(target.value)}`); });
  for (const one of document.querySelectorAll("[data-column]")) one.addEventListener("click", () => column(one.dataset.column));
  for (const one of document.querySelectorAll("[data-tab]")) one.addEventListener("click", () => tab(one.dataset.tab));
  at("help").addEventListener("click", () => keys.show());
  for (const id of ["doubts", "passings", "log"]) walk(at(id));
  at("standings").append(table.node);
  document.body.append(form.node, keys.node);
  at("queue").append(bar.node);
  setInterval(tick, 100);
}

function connected({ word, since }) {
  if (word === "lost") signInIfSignedOut();
  const words = { waiting: "waiting for the rink’s computer", connected: "connected", lost: "no connection" }[word];
  put(at("state"), [word, since], () => [el("span", { class: "state-dot" }), word === "lost" ? `${words} since ${new Date(since).toTimeString().slice(0, 8)}` : words]);
  at("state").className = `state state-${word}`;
  document.body.classList.toggle("is-lost", word === "lost");
  at("lost").hidden = word !== "lost";
}

async function begin() {
  me = await whoAmI();
  if (me && !me.signed_in) return signIn();
  if (!me) return setTimeout(begin, 1000);
  at("identity").replaceChildren(identity(race ? "" : "/desk"));
  at("page").hidden = !race;
  at("tabs").hidden = !race;
  at("meet").hidden = Boolean(race);
  wire();
  await rinkClock.ask();
  queue.signedIn(me.name);
  bar.update();
  follow("/api/meet/stream", metMeet, race ? undefined : connected);
  if (!race) return;
  at("pad").href = `/pad/${encodeURIComponent(race)}`;
  let isFirst = true;
  follow(`/api/races/${encodeURIComponent(race)}/desk/stream`, (data) => {
    desk = data;
    for (const id of accepted.keys()) if (!desk.doubts.some((one) => one.id === id)) accepted.delete(id);
    draw();
    if (isFirst) form.reopen();
    isFirst = false;
  }, connected);
}

begin();
