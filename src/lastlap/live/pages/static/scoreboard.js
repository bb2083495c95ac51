// The hall's screen: laps to go, sprints and standings; between races what there is to read.

import { MeetClock, clock, followRace, isOver, isSkated, raceClock, raceOfAddress, racesOf, read, timeOfDay } from "./live.js";
import { cap, el, fit, isRanked, leadsOn, nextWords, prospect, put, scoredNow, sign, strip } from "./pieces.js";
import { language, speaker } from "./words.js";

const ONE_COLUMN = 16, TWO_COLUMNS = 30, FEWEST_ROWS = 12; // rows that can be read from 50 m
const STAYS = 60_000; // ms that a result stays before the next start is shown
const TURN = 12_000; // ms between two panels, between races
const CLOCK_HIDDEN_AFTER = 10_000;

const lang = language();
const say = speaker(lang);
const at = (id) => document.getElementById(id);
const meetClock = new MeetClock();
let board = null, meet = null, connection = { word: "waiting", since: Date.now() }, turn = 0;
const results = new Map();

document.documentElement.lang = lang;

function boardTold(next) {
  meetClock.heard(next.now_us);
  board = next;
  draw();
}

function meetTold(next) {
  meet = next;
  draw();
  remember();
}

function stateTold(next) {
  connection = next;
  draw();
}

function draw() {
  drawState();
  if (!board) {
    const word = connection.word === "missing" ? "no_such_race" : meet && meet.current === null ? "empty_meet" : "waiting";
    put(at("right"), ["none", word], () => el("p", { class: "empty" }, say(word)));
    return;
  }
  put(at("title"), board.title, () => board.title);
  at("left").classList.toggle("left-bell", isSkated(board) && (board.bell || board.laps_to_go === 0));
  if (isSkated(board)) drawSkated();
  else if (isOver(board)) drawOver();
  else drawBetween();
}

function drawState() {
  const { word, since } = connection;
  const offset = meet?.utc_offset ?? 0;
  const age = board ? say("as_of", { time: timeOfDay(board.now_us, offset), n: board.version }) : "";
  const provisional = board && !isOver(board) && !isSkated(board) ? "" : board?.provisional ? say("provisional") : board ? say("official_says") : "";
  const made = board?.reconstructed ? say("reconstructed") : "";
  const line = { connected: say("live"), waiting: say("waiting"), missing: say("no_such_race"), lost: say("lost", { time: timeOfDay(meetClock.then(since), offset) }) }[word];
  at("state").className = `state state-${word}`;
  put(at("state"), [line, age, provisional, made], () => [el("span", { class: "state-dot" }), [line, age, provisional, made].filter(Boolean).join(" · ")]);
}

const heading = () => [el("p", { class: "race" }, board.title), el("p", { class: "meet" }, meet?.name ?? "")];

// A race on the ice

function drawSkated() {
  const words = nextWords(board, say), finish = board.laps_to_go === 0;
  put(at("left"), ["skated", board.title, meet?.name, board.laps_to_go, words, board.bell], () => [
    ...heading(),
    el("p", { class: "numeral" }, finish ? sign("flag") : String(board.laps_to_go)),
    el("p", { class: "to-go" }, finish ? say("finish") : say("laps_to_go", { n: board.laps_to_go })),
    finish || !words ? null : el("p", { class: "next" }, board.bell ? sign("bell") : null, board.bell ? " " : null, words),
    el("p", { class: "clock", id: "clock", role: "timer", "aria-live": "off", "aria-label": say("race_clock") })]);
  drawLines();
}

function drawLines() {
  const shown = board.standings.slice(0, TWO_COLUMNS);
  const key = [board.race, board.sprints, board.bell, board.status, board.laps_to_go, shown.map((line) => [line.rank, line.bib, line.points, line.irm, line.sure, line.qualified, line.time, line.void])];
  if (put(at("right"), key, () => [board.sprints.length ? strip(board, say) : null, linesOf(board, shown)])) fit(at("right"), ".line-name");
}

function linesOf(of, shown) {
  const below = leadsOn(of) && isRanked(of) ? shown.find(({ rank }) => rank !== null && rank > of.top) : null;
  const scored = scoredNow(of);
  return lines(shown.map((line) =>
    el("li", { class: line === below ? "line line-cut" : "line" },
      el("span", { class: "line-rank" }, isRanked(of) ? String(line.rank ?? "") : ""),
      cap(line.bib, line.irm ? "out" : scored.has(line.bib) ? "now" : ""),
      el("span", { class: "line-name" }, line.name),
      el("span", { class: "noc" }, line.noc),
      markOf(line, of),
      el("span", { class: "line-total" }, line.rank === null || line.irm ? (line.irm ? el("span", { class: "out line-mark" }, line.irm === "DSQ" ? "DQ" : line.irm) : "") : String(line.points)))));
}

/** Rows in one column, or in two where there are many. */
function lines(rows) {
  const two = rows.length > ONE_COLUMN;
  const host = el("ol", { class: two ? "lines lines-two" : "lines" }, rows);
  host.style.setProperty("--rows", String(two ? Math.max(Math.ceil(rows.length / 2), FEWEST_ROWS) : Math.max(rows.length, FEWEST_ROWS)));
  return host;
}

function markOf(line, of) {
  const found = prospect(line, of, say);
  return found?.kind === "sure" ? el("span", { class: "sure", role: "img", "aria-label": found.text }, sign("lock")) : el("span", {});
}

// A race that is over

function drawOver() {
  const winner = board.standings[0];
  put(at("left"), ["over", board.title, meet?.name, board.status, winner], () => [
    ...heading(),
    el("div", { class: "winner" }, cap(winner.bib), el("span", {}, winner.name), el("span", { class: "noc" }, winner.noc)),
    el("p", { class: "next" }, say(board.status)),
    el("p", { class: "clock" }, winner.time ?? "")]);
  drawLines();
}

// Between races

function drawBetween() {
  const planned = meet ? racesOf(meet).find(({ id }) => id === board.race) : null;
  put(at("left"), ["between", board.title, meet?.name, planned?.scheduled, board.status], () => [
    el("p", { class: "next" }, say("next_start")),
    ...heading(),
    el("p", { class: "start-at" }, planned?.scheduled ?? "–"),
    el("p", { class: "next" }, `${say("laps", { n: board.laps })} · ${say("skaters", { n: board.standings.length })}`),
    el("p", { class: "clock", id: "countdown" })]);
  const panels = [...(board.standings.length ? [startPanel] : []), ...[...results.values()].map((result) => () => resultPanel(result)), ...(meet?.medals.length ? [medalPanel] : [])];
  const panel = panels.length ? panels[turn % panels.length] : () => [el("p", { class: "empty" }, say("empty_race"))];
  if (put(at("right"), ["between", turn % Math.max(panels.length, 1), panels.length, board.version, meet?.version], panel)) fit(at("right"), ".line-name");
}

function startPanel() {
  const shown = [...board.standings].sort((one, other) => one.bib - other.bib).slice(0, TWO_COLUMNS);
  return [el("p", { class: "panel-head" }, say("start_list")),
    lines(shown.map((line) => el("li", { class: "line" },
      el("span", {}), cap(line.bib), el("span", { class: "line-name" }, line.name), el("span", { class: "noc" }, line.noc))))];
}

const resultPanel = (result) => [
  el("p", { class: "panel-head" }, result.title, el("span", {}, say(result.status))), linesOf(result, result.standings.slice(0, TWO_COLUMNS))];

function medalPanel() {
  return [el("p", { class: "panel-head" }, say("medal_standings")), el("div", { class: "medal-board" }, meet.medals.map(({ title, official, medallists }) => el("div", {},
    el("p", { class: "panel-head" }, el("span", {}, title), el("span", {}, say(official ? "official" : "medals_provisional"))),
    el("ol", {}, medallists.map(({ medal, name, noc }) => el("li", {},
      el("span", { class: `medal medal-${medal}${official ? " medal-official" : ""}`, role: "img", "aria-label": say(medal) }, { gold: "1", silver: "2", bronze: "3" }[medal]),
      el("span", {}, name), el("span", { class: "noc" }, noc))))))) ];
}

/** The results of the last two races that are over: of the semi-finals, before a final. */
async function remember() {
  const over = racesOf(meet).filter(isOver).slice(-2);
  for (const id of results.keys()) if (!over.some((race) => race.id === id)) results.delete(id);
  for (const { id, status } of over) {
    if (results.get(id)?.status === status) continue;
    const found = await read(`/api/races/${encodeURIComponent(id)}/board`);
    if (found) results.set(id, found);
  }
  draw();
}

// What moves by itself

function tick() {
  if (!board) return;
  const shown = at("clock"), wait = at("countdown");
  if (shown) {
    const hidden = connection.word === "lost" && Date.now() - connection.since > CLOCK_HIDDEN_AFTER;
    shown.textContent = hidden ? "" : clock(raceClock(board, meetClock), 1);
  }
  if (wait) {
    const start = racesOf(meet ?? { competitions: [] }).find(({ id }) => id === board.race)?.scheduled_us ?? null;
    const left = start === null || !meetClock.known ? null : start - meetClock.now();
    wait.textContent = left !== null && left > 0 && left < 21_600_000_000 ? `−${clock(left, 0)}` : "";
  }
}

setInterval(tick, 100);
setInterval(() => { turn += 1; draw(); }, TURN);
addEventListener("resize", () => fit(at("right"), ".line-name"));

/** The screen of the computer stays on while it shows the board, where the browser can see to that. */
const wake = () => { if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {}); };
document.addEventListener("visibilitychange", wake);
wake();

followRace(raceOfAddress(), { board: boardTold, meet: meetTold, state: stateTold, stays: STAYS, rests: true });
