// The judges' pad: big tiles in riding order, tapped as skaters cross the line. It goes on without a connection.

import { RinkClock } from "./clocks.js";
import { list } from "./lists.js";
import { follow, isOver, streamOf } from "./live.js";
import { orderText, parseOrder } from "./order.js";
import { cap, el, front, put, sign } from "./pieces.js";
import { Queue } from "./queue.js";
import { QueueBar } from "./queue_bar.js";
import { ridingOrder } from "./riding.js";
import { eventWords } from "./says.js";
import { may, signIn, signInIfSignedOut, whoAmI } from "./session.js";
import { keep, kept } from "./words.js";

const QUIET = 6000; // ms without a tap after which tiles may change their places
const AGAIN = 3000; // ms within which a second tap on one tile is a slip of the finger
const race = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const at = (id) => document.getElementById(id);

const MODES = [
  ["sprint", "Sprints"], ["all", "Count all"], ["one", "Count one"], ["lapped", "Lapped"], ["fell", "Fell"],
];

const rinkClock = new RinkClock();
let board = null, mode = recalled("mode") ?? "sprint", lap = Number(recalled("lap")) || null, counted = Number(recalled("one")) || null;
let order = [], heard = null, lastTap = 0, isDown = false, offer = null;

const queue = new Queue(rinkClock, () => { bar.update(); if (board) draw(); });
const bar = new QueueBar(queue, { below: at("refused") });

// What this pad remembers is of this meet and race.
function nameOf(what) { return `lastlap.pad.${what}:${rinkClock.meet ?? ""}:${race}`; }
function recalled(what) { return kept(nameOf(what)); }
function remember(what, value) { keep(nameOf(what), value === null ? null : String(value)); }

// What was tapped here

const isTap = ({ event, key }) => event.type === "CrossingTapped" && !queue.isTakenBack(key);
const taps = () => queue.of(race).filter((entry) => isTap(entry) && entry.state !== "refused");
const tapsAt = (which) => taps().filter(({ event }) => event.lap === which);
const sprints = () => board.sprints.map((sprint, place) => ({ lap: sprint.lap, name: sprint.lap === board.laps ? "Finish" : `Sprint ${place + 1}` }));
const nextSprint = () => sprints().find((sprint) => sprint.lap > lap) ?? null;

/** The laps that a skater has done: as the board tells, or as was tapped here since. */
function lapsOf(bib) {
  const line = board.standings.find((one) => one.bib === bib);
  const known = line?.laps ?? 0;
  const told = Math.max(0, ...taps().filter(({ event }) => event.bib === bib && event.lap).map(({ event }) => event.lap));
  const since = taps().filter(({ event, state, number }) => event.bib === bib && !event.lap && (state === "waits" || number > board.version)).length;
  return Math.max(known + since, told);
}

// Tapping

/** A finger came down on a tile. The moment is taken before anything else. */
function tapped(bib) {
  const reading = rinkClock.reading();
  offer = null;
  ({ sprint: crossed, all: crossed, one: chosen, lapped: calledLapped, fell: saidFell })[mode](bib, reading);
}

function crossed(bib, reading) {
  const earlier = (mode === "sprint" ? tapsAt(lap) : taps()).filter(({ event }) => event.bib === bib).at(-1);
  if (earlier && Date.now() - earlier.made < AGAIN) return;
  if (earlier && mode === "sprint") return again(bib, reading);
  add({ type: "CrossingTapped", bib, lap: mode === "sprint" ? lap : null }, reading);
}

/** The same skater once more: perhaps it is the next sprint, and nobody has pressed "next". */
function again(bib, reading) {
  const next = nextSprint();
  offer = next && { bib, reading, ...next };
  tell(next ? "" : `${bib} is tapped already for lap ${lap}.`);
  draw();
}

function takeOffer() {
  const { bib, reading } = offer;
  choose(offer.lap);
  add({ type: "CrossingTapped", bib, lap }, reading);
}

function add(event, reading) {
  lastTap = Date.now();
  queue.add(race, event, { reading, says: eventWords(event) });
  tell("");
}

function chosen(bib) {
  counted = bib;
  remember("one", bib);
  remember("count", lapsOf(bib));
  draw();
}

const count = () => Number(recalled("count")) || 0;

function countOne() {
  const done = count() + 1;
  if (done > board.laps) return tell(`The race has ${board.laps} laps.`);
  remember("count", done);
  add({ type: "CrossingTapped", bib: counted, lap: done }, rinkClock.reading());
}

function correct(by) {
  remember("count", Math.min(Math.max(count() + by, 0), board.laps));
  draw();
}

const calledLapped = (bib) => queue.add(race, { type: "LappedCalled", bib, lap: null, why: "called at the line" }, { says: `${bib} lapped` });
const saidFell = (bib, reading) => queue.add(race, { type: "SkaterFell", bib, lap: Math.min(front(board) + 1, board.laps) }, { reading, says: `${bib} fell` });

/** Take the last thing back that was said on this pad. */
function undo() {
  const last = queue.of(race).filter(({ key, state, back }) => !back && state !== "refused" && !queue.isTakenBack(key)).at(-1);
  if (!last) return tell("Nothing is left to take back.");
  if (mode === "one" && last.event.bib === counted && last.event.lap === count()) remember("count", count() - 1);
  lastTap = 0;
  offer = null;
  queue.takeBack(last.key, "a slip on the pad");
  tell(`Taken back: ${last.says}.`);
}

// The order of a sprint

const heats = () => new Set((recalled(`heats-${lap}`) ?? "").split(" ").filter(Boolean).map(Number));

/** The bibs as tapped at a lap, dead heats in brackets of their own. */
function tappedOrder() {
  const equal = heats(), bibs = [];
  for (const { event: { bib } } of tapsAt(lap)) {
    if (equal.has(bib) && bibs.length) bibs.push([bibs.pop(), bib].flat());
    else bibs.push(bib);
  }
  return bibs;
}

function toggleHeat(bib) {
  const equal = heats();
  if (!equal.delete(bib)) equal.add(bib);
  remember(`heats-${lap}`, [...equal].join(" "));
  draw();
}

function sendOrder(bibs, times = {}) {
  const strange = bibs.flat().find((bib) => !board.standings.some((line) => line.bib === bib));
  if (strange !== undefined) return tell(`${strange} is not on the start list.`);
  const event = { type: "OrderRead", lap, bibs, times, read_by: "judge", why: "" };
  queue.add(race, event, { says: eventWords(event) });
  return tell(`Sent for lap ${lap}: ${orderText(bibs)}.`);
}

function sendTyped(event) {
  event.preventDefault();
  const input = event.target.querySelector("input");
  const { bibs, times, error } = parseOrder(input.value);
  if (error || !bibs.length) return tell(error ?? "Type the order first, as in 7 3 12.");
  sendOrder(bibs, times);
  input.value = "";
  remember("typed", null);
}

// Which lap, which mode

function choose(which) {
  lap = which;
  offer = null;
  remember("lap", lap);
  settle();
  draw();
}

function turnTo(which) {
  mode = which;
  offer = null;
  remember("mode", mode);
  settle();
  draw();
}

/** Put the tiles into riding order: only when no finger can be on its way to one. */
function settle() {
  order = ridingOrder(board, taps());
}

const isQuiet = () => !isDown && Date.now() - lastTap > QUIET;

// Drawing

function draw() {
  if (order.length !== board.standings.length) settle();
  document.title = `${board.title} | pad`;
  at("title").textContent = board.title;
  put(at("togo"), [board.laps_to_go, board.status], () => (isOver(board) ? "over" : `${board.laps_to_go} to go`));
  put(at("modes"), mode, () => MODES.map(([id, name]) => el("button", { type: "button", "aria-pressed": String(id === mode), onclick: () => turnTo(id) }, name)));
  drawTask();
  const lines = new Map(board.standings.map((line) => [line.bib, line]));
  list(at("tiles"), order.filter((bib) => lines.has(bib)).map((bib) => tileOf(lines.get(bib))), ({ bib }) => bib, tileNode);
  put(at("ends"), [mode, lap], endNodes);
  list(at("taps"), queue.of(race).slice(-14).reverse().map(({ key, says, state, number, error }) => ({ key, says, state, number, error, gone: queue.isTakenBack(key) })), ({ key }) => key, tapNode);
}

function tileOf({ bib, name, noc, irm, riding, finished }) {
  const own = mode === "sprint" ? tapsAt(lap) : [];
  const place = own.findIndex(({ event }) => event.bib === bib);
  const mine = mode === "sprint" ? own[place] : mode === "all" ? taps().filter(({ event }) => event.bib === bib).at(-1) : null;
  const badge = mode === "sprint" ? (place < 0 ? "" : String(place + 1)) : mode === "all" ? `${lapsOf(bib)}` : "";
  return { bib, name, noc, irm, off: Boolean(irm) || (!riding && !finished && board.gun_us !== null), badge, state: mine?.state ?? "", counted: mode === "one" && bib === counted };
}

function tileNode({ bib, name, noc, irm, off, badge, state, counted: is }) {
  const said = badge ? `${mode === "sprint" ? "place" : "laps"} ${badge}, ${{ stored: "stored", waits: "waits" }[state] ?? ""}` : "";
  const node = el("button", { type: "button", class: `tile${off ? " tile-off" : ""}${state ? ` tile-${state}` : ""}${is ? " tile-counted" : ""}` },
    el("span", { class: "tile-top" }, el("span", { class: "tile-bib" }, String(bib)), badge ? el("span", { class: "tile-badge", "aria-hidden": "true" }, badge) : el("span", { class: "tile-noc" }, irm ?? noc)),
    el("span", { class: "tile-name" }, tileName(name)), said ? el("span", { class: "spoken" }, said) : null);
  node.addEventListener("pointerdown", (event) => { if (event.button === 0) { event.preventDefault(); isDown = true; tapped(bib); } });
  node.addEventListener("click", (event) => { if (event.detail === 0) tapped(bib); }); // a key, or a screen reader
  return node;
}

/** What of a name fits on a tile: the family name where it stands in capitals, else all of it. */
function tileName(name) {
  const capital = name.split(/\s+/).filter((word) => word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase());
  return capital.length ? capital.join(" ") : name;
}

function drawTask() {
  const data = [mode, lap, tapsAt(lap).map(({ key, state }) => [key, state]), [...heats()], board.sprints.map((one) => [one.lap, one.order.some(({ read }) => read)]), counted, count(), offer?.bib, board.laps, queue.of(race).filter(({ event }) => event.type === "OrderRead").map(({ state }) => state)];
  const typing = at("task").contains(document.activeElement) && document.activeElement.tagName === "INPUT";
  const drawn = !typing && put(at("task"), data, { sprint: sprintTask, one: oneTask, all: () => hint("Tap everybody at every lap, as they cross. The number is the laps done."), lapped: () => hint("Tap whoever was lapped."), fell: () => hint("Tap whoever fell. The desk can say more about it.") }[mode]);
  const row = drawn && at("task").querySelector(".pad-order");
  if (row) row.scrollLeft = row.scrollWidth; // the latest is in sight
}

const hint = (text) => el("p", { class: "pad-hint" }, text);

/** Every row is there from the beginning and keeps its height: nothing may move under a finger. */
function sprintTask() {
  const read = board.sprints.find((one) => one.lap === lap)?.order.some((one) => one.read);
  const next = nextSprint(), own = tapsAt(lap);
  return [
    el("div", { class: "pad-laps", role: "group", "aria-label": "Which sprint" }, sprints().map((one) => el("button", { type: "button", "aria-pressed": String(one.lap === lap), onclick: () => choose(one.lap) }, one.name, el("span", { class: "pad-lap" }, `lap ${one.lap}`)))),
    offer ? el("div", { class: "pad-row pad-offer" }, el("p", {}, `${offer.bib} is tapped for lap ${lap}.`), el("button", { type: "button", class: "first", onclick: takeOffer }, `It was lap ${offer.lap}`))
      : own.length ? el("ol", { class: "pad-row pad-order", tabindex: "0", "aria-label": `Tapped for lap ${lap}` }, own.map(placeNode)) : el("p", { class: "pad-row pad-hint" }, "Tap them as they cross. The first ones score; tap as many more as you can."),
    el("div", { class: "pad-send" }, el("button", { type: "button", disabled: !own.length, onclick: () => sendOrder(tappedOrder()) }, read ? "Confirm again" : "Confirm this order"), el("button", { type: "button", disabled: !next || !own.length, class: next ? "first" : "", onclick: () => choose(next.lap) }, next ? `Next: ${next.name}` : "The last sprint")),
  ];
}

function placeNode({ event: { bib }, state }, place) {
  const equal = heats().has(bib);
  return el("li", { class: `place place-${state}` }, place ? el("button", { type: "button", class: "place-heat", "aria-pressed": String(equal), "aria-label": `${bib} in a dead heat with the one before`, onclick: () => toggleHeat(bib) }, equal ? "=" : "›") : null, cap(bib, state === "stored" ? "" : "light"));
}

function oneTask() {
  if (!counted) return hint("Tap the skater whose laps you count.");
  const name = board.standings.find(({ bib }) => bib === counted)?.name ?? "";
  return el("div", { class: "pad-one" },
    el("p", { class: "pad-one-name" }, cap(counted), ` ${name}`),
    el("div", { class: "pad-count" }, el("button", { type: "button", "aria-label": "One lap fewer", onclick: () => correct(-1) }, "−"), el("p", {}, el("strong", {}, String(count())), ` of ${board.laps} laps done`), el("button", { type: "button", "aria-label": "One lap more", onclick: () => correct(1) }, "+")),
    el("button", { type: "button", class: "first pad-crossed", onclick: countOne }, `Crossed: lap ${count() + 1} done`));
}

function endNodes() {
  return [
    el("button", { type: "button", class: "pad-undo", onclick: undo }, "Undo the last tap"),
    mode === "sprint" ? el("form", { class: "pad-typed", onsubmit: sendTyped }, el("label", { for: "typed" }, `Or type the order of lap ${lap}`),
      el("input", { id: "typed", inputmode: "text", autocomplete: "off", placeholder: "7 (3 12) 4", value: recalled("typed") ?? "", oninput: ({ target }) => remember("typed", target.value || null) }), el("button", { type: "submit" }, "Send")) : null,
  ].filter(Boolean);
}

function tapNode({ says, state, number, error, gone }) {
  const words = { stored: `record ${number}`, waits: "waits", refused: error }[state];
  return el("li", { class: `tap tap-${state}${gone ? " tap-gone" : ""}` }, state === "refused" ? sign("cross") : null, el("span", {}, says), el("span", { class: "frost" }, gone ? "taken back" : words));
}

let hush = null;
function tell(text) {
  at("said").textContent = text;
  clearTimeout(hush);
  hush = setTimeout(() => { at("said").textContent = ""; }, 8000);
}

// Beginning

function told(data) {
  board = data;
  heard = Date.now();
  remember("board", JSON.stringify({ board, heard }));
  shown();
}

function shown() {
  if (!sprints().some((one) => one.lap === lap)) lap = (sprints().find((one) => one.lap > front(board)) ?? sprints().at(-1))?.lap ?? board.laps;
  if (isQuiet()) settle();
  at("page").hidden = false;
  draw();
}

function connected({ word }) {
  if (word === "lost") signInIfSignedOut();
  const since = heard === null || word !== "lost" ? "" : ` since ${new Date(heard).toTimeString().slice(0, 8)}`;
  const words = { waiting: "waiting", connected: "live", lost: "lost" }[word];
  at("state").className = `state state-${word}`;
  put(at("state"), [words, since], () => [el("span", { class: "state-dot" }), el("span", {}, words, el("span", { class: "state-since" }, since))]);
}

/** What this page knew before it was closed, for the time until the rink's computer answers. */
function recall() {
  const known = JSON.parse(recalled("board") ?? "null");
  if (!known || board) return;
  ({ board, heard } = known);
  shown();
}

/** Without a race in the address: which races there are. */
async function chooseRace() {
  follow("/api/meet/stream", ({ competitions, current }) => {
    const races = competitions.flatMap(({ phases }) => phases.flatMap((phase) => phase.races));
    at("page").hidden = false;
    put(at("task"), [races, current], () => (races.length ? races.map(({ id, title, status }) => el("a", { class: `button${id === current ? " first" : ""}`, href: `/pad/${encodeURIComponent(id)}` }, `${title}: ${status}`)) : hint("No race is drawn yet.")));
  }, connected);
  await signedIn();
}

async function begin() {
  if (!race) return chooseRace();
  addEventListener("pointerup", () => { isDown = false; });
  addEventListener("pointercancel", () => { isDown = false; });
  setInterval(() => { if (board && isQuiet()) { settle(); draw(); } }, 1000);
  at("queue").append(bar.node);
  recall();
  enter(JSON.parse(kept("lastlap.pad.me") ?? "null"));
  await rinkClock.ask(); // what is remembered from now on is of the meet that answered
  follow(streamOf(race), told, connected);
  keepAwake();
  document.addEventListener("visibilitychange", keepAwake);
  // Service workers are there over TLS and on this very computer only: without one, the page must stay open.
  navigator.serviceWorker?.register("/static/pad-worker.js", { scope: "/pad/" }).then(() => caches.open("lastlap-pad")).then((store) => store.add(new Request(location.pathname, { cache: "reload" }))).catch(() => {});
  await signedIn();
}

/** Ask who is signed in until somebody answers. */
async function signedIn() {
  const me = await whoAmI(true);
  if (!me) return setTimeout(signedIn, 1500);
  if (!me.signed_in) return signIn();
  keep("lastlap.pad.me", JSON.stringify({ name: me.name }));
  at("identity").replaceChildren(el("span", { class: "who-name" }, me.name), el("a", { class: "lead pad-desk", href: "/desk" }, "Desk"));
  enter(me);
  if (!may("CrossingTapped")) tell("Your role may not tap: ask the referee for an invite as a judge.");
}

function enter(me) {
  if (!me) return;
  queue.signedIn(me.name);
  bar.update();
}

async function keepAwake() {
  if (document.hidden) return;
  try { await navigator.wakeLock?.request("screen"); } catch { /* a tablet that goes to sleep all the same */ }
}

begin();
