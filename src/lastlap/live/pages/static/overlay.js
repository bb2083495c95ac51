// Over the picture of a broadcast. Parts: ?show=laps,clock,sprint,order and ?skater=BIB; ?lang= chooses the words.

import { MeetClock, clock, followRace, isOver, isSkated, raceClock, raceOfAddress } from "./live.js";
import { cap, el, fit, front, isRanked, nextWords, onTheIce, prospect, prospectNode, put, sprintName } from "./pieces.js";
import { language, speaker } from "./words.js";

const SPRINT_STAYS = 8000; // ms that the result of a sprint stays
const CLOCK_HIDDEN_AFTER = 10_000; // ms without a connection; what is counted in laps stays
const ORDER_ROWS = 15; // so many fit above the edge of the safe area
const FADE = 220; // ms, a little longer than the transition

const asked = new URLSearchParams(location.search);
const shows = new Set((asked.get("show") ?? "laps,clock,sprint").split(","));
const skater = /^\d+$/.test(asked.get("skater") ?? "") ? Number(asked.get("skater")) : null;
const lang = language();
const say = speaker(lang);
const at = (id) => document.getElementById(id);
const meetClock = new MeetClock();
let board = null, connection = { word: "waiting", since: Date.now() };
let decided = null, until = 0;
let home = null; // the race that bibs in the address belong to: another race has other people under them

document.documentElement.lang = lang;
at("stage").classList.toggle("stage-order", shows.has("order"));

function boardTold(next) {
  meetClock.heard(next.now_us);
  if (board?.race !== next.race) forget();
  else noticeSprint(board, next);
  home ??= next.race;
  board = next;
  draw();
}

/** Another race: nothing of the last one may stand beside it. */
function forget() {
  decided = null;
  for (const id of ["laps", "order", "sprint", "skater"]) at(id).hidden = true;
}

function noticeSprint(before, now) {
  const place = now.sprints.findIndex((sprint, number) => sprint.state === "done" && before.sprints[number]?.state !== "done");
  if (place < 0) return;
  decided = place;
  until = Date.now() + SPRINT_STAYS;
  setTimeout(draw, SPRINT_STAYS + 20);
}

function draw() {
  show("laps", shows.has("laps") && isSkated(board), drawLaps);
  const sprint = decided !== null && Date.now() < until && shows.has("sprint");
  show("sprint", sprint, drawSprint);
  show("order", shows.has("order") && isSkated(board) && onTheIce(board).length > 0, drawOrder);
  const line = skater !== null && home === board.race ? board.standings.find(({ bib }) => bib === skater) : null;
  show("skater", Boolean(line) && !sprint, () => drawSkater(line));
}

/** Fill a part and let it appear, or let it go and leave it as it was meanwhile. */
function show(id, is, fill) {
  const part = at(id);
  if (is) {
    fill(part);
    if (part.hidden) {
      part.classList.add("gone");
      part.hidden = false;
      void part.offsetWidth; // so that the browser sees it gone before it comes
    }
    part.classList.remove("gone");
  } else if (!part.hidden && !part.classList.contains("gone")) {
    part.classList.add("gone");
    setTimeout(() => { if (part.classList.contains("gone")) part.hidden = true; }, FADE);
  }
}

function drawLaps(part) {
  const finish = board.laps_to_go === 0;
  const words = finish ? "" : nextWords(board, say);
  part.classList.toggle("laps-bell", board.bell || finish);
  put(part, [board.laps_to_go, words], () => [
    el("div", { class: "laps-row" },
      el("div", { class: "laps-numeral" }, finish ? say("finish_short") : String(board.laps_to_go)),
      el("div", {}, el("div", { class: "laps-words" }, finish ? say("finish") : say("laps_to_go", { n: board.laps_to_go })), el("div", { class: "laps-next" }, words))),
    shows.has("clock") ? el("div", { class: "laps-clock", id: "clock" }) : null]);
  tick();
}

function drawSprint(part) {
  const sprint = board.sprints[decided];
  const lines = new Map(board.standings.map((line) => [line.bib, line]));
  const won = sprint.order.filter(({ bib, points }) => points && lines.has(bib)).map(({ bib, points }) => ({ ...lines.get(bib), won: points }));
  const fresh = put(part, [decided, won.map(({ bib, name, noc, won: points }) => [bib, name, noc, points])], () => [
    el("div", { class: "third-head" }, el("span", {}, sprintName(board, sprint, say, true)), el("span", {}, say("points"))),
    ...won.slice(0, 3).map((line, place) => el("div", { class: "third-row" },
      el("span", {}, String(place + 1)), cap(line.bib), el("span", { class: "third-name" }, line.name), el("span", { class: "noc" }, line.noc), el("span", { class: "number" }, String(line.won))))]);
  if (fresh) requestAnimationFrame(() => fit(part, ".third-name"));
}

function drawOrder(part) {
  const order = onTheIce(board).slice(0, ORDER_ROWS);
  const fresh = put(part, [front(board), order.map(({ bib, name, behind }) => [bib, name, behind])], () => [
    el("div", { class: "order-head" }, `${say("running_order")} · ${say("lap", { n: front(board) })}`),
    ...order.map((line, place) => el("div", { class: "order-row" },
      el("span", { class: "number" }, String(place + 1)), cap(line.bib), el("span", { class: "order-name" }, line.name),
      el("span", { class: "number" }, line.behind_us > 0 ? `+${line.behind}` : "")))]);
  if (fresh) requestAnimationFrame(() => fit(part, ".order-name"));
}

function drawSkater(line) {
  const found = prospect(line, board, say);
  const ranked = isRanked(board);
  put(at("skater"), [line.bib, line.name, line.noc, ranked && [line.rank, line.points], found], () => el("div", { class: "skater-row" },
    cap(line.bib),
    el("div", { class: "skater-name" }, line.name, " ", el("span", { class: "noc" }, line.noc)),
    el("div", { class: "skater-words" }, ranked ? say("points_n", { n: line.points }) : "", found && ranked ? " · " : "", found ? prospectNode(found) : ""),
    el("div", { class: "skater-place" }, ranked && line.rank !== null ? String(line.rank) : "")));
}

function tick() {
  const shown = at("clock");
  if (!shown || !board) return;
  const hidden = connection.word === "lost" && Date.now() - connection.since > CLOCK_HIDDEN_AFTER;
  const text = hidden || isOver(board) ? "" : clock(raceClock(board, meetClock), 1);
  if (shown.textContent !== text) shown.textContent = text;
}

setInterval(tick, 100);
followRace(raceOfAddress(), { board: boardTold, state: (next) => { connection = next; } });
