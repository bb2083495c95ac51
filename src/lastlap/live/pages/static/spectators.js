// The spectators' page: one race at a glance, on a phone first.

import { MeetClock, clock, followRace, isOver, isSkated, raceClock, racesOf, read, timeOfDay } from "./live.js";
import { Oval } from "./oval.js";
import { StandingsTable, cap, capped, el, front, goal, isRanked, leadsOn, nextWords, prospect, prospectNode, put, sign, sprintName, strip } from "./pieces.js";
import { WORDS, keep, keepLanguage, kept, language, speaker } from "./words.js";

const FOLLOWED = "lastlap.followed";
const CLOCK_HIDDEN_AFTER = 10_000; // ms without a connection after which no clock is shown to run
const TICK = 100; // ms between two readings of the clock

const lang = language();
const say = speaker(lang);
const at = (id) => document.getElementById(id);
const meetClock = new MeetClock();
const oval = new Oval(say);
const table = new StandingsTable(say, { more });

let board = null, meet = null, connection = { word: "waiting", since: Date.now() };
let chosen = new URLSearchParams(location.search).get("race");
let mine = JSON.parse(kept(FOLLOWED) ?? "null");
let charts = null;

// The frame of the page

document.documentElement.lang = lang;
at("skip").textContent = say("skip");
at("races").setAttribute("aria-label", say("race"));
at("ice").append(oval.node, el("p", { class: "ice-key", id: "key" }));
at("standings").append(el("div", { class: "head", id: "standings-head" }), table.node);

function boardTold(next) {
  meetClock.heard(next.now_us);
  if (board && board.race === next.race) announce(board, next);
  else charts?.forget();
  board = next;
  draw();
}

function meetTold(next) {
  meet = next;
  draw();
}

function stateTold(next) {
  connection = next;
  draw();
}

function draw() {
  drawState();
  if (meet) drawRaces();
  drawFigures();
  drawNotices();
  drawMine();
  drawRace();
  drawMedals();
  drawIncidents();
  drawResults();
  drawFoot();
}

// What stays in sight

function drawState() {
  const { word, since } = connection;
  const text = { connected: say("live"), waiting: say("waiting"), missing: say("no_such_race"), lost: say("lost", { time: heardAt(since) }) }[word];
  at("state").className = `state state-${word}`;
  put(at("state"), text, () => [el("span", { class: "state-dot" }), text]);
}

/** When something was heard last, on the rink's clock if that is known. */
const heardAt = (since) => timeOfDay(meetClock.then(since), meet?.utc_offset ?? -new Date().getTimezoneOffset());

function drawRaces() {
  const current = racesOf(meet).find(({ id }) => id === meet.current);
  // A race that has just ended stays a while: then the current one is not what is shown.
  const shown = chosen || !board || board.race === meet.current ? current && `${current.title} · ${say("now")}` : board.title;
  const groups = meet.competitions.map(({ title, phases }) => [title, phases.flatMap(({ races }) => races.map(({ id, title: name }) => [id, name]))]);
  put(at("races"), [groups, shown], () => [
    el("option", { value: "" }, shown ?? say("follow_current")),
    ...groups.map(([title, races]) => el("optgroup", { label: title }, races.map(([id, name]) => el("option", { value: id }, name))))]);
  at("races").value = chosen ?? "";
}

function drawFigures() {
  const figures = at("figures");
  figures.classList.toggle("top-bell", Boolean(board && isSkated(board) && (board.bell || board.laps_to_go === 0)));
  figures.classList.toggle("top-over", Boolean(board && isOver(board)));
  figures.classList.toggle("top-waits", Boolean(board && !isOver(board) && !isSkated(board)));
  if (!board) return put(figures, null, () => []);
  document.title = isSkated(board) ? `${board.laps_to_go} · ${board.title}` : board.title;
  put(at("title"), board.title, () => board.title);
  if (isOver(board)) return put(figures, [board.status, board.standings[0]?.time], () => overFigures());
  if (!isSkated(board)) return put(figures, [board.status, startsAt()], () => waitingFigures());
  return put(figures, [board.laps_to_go, board.next_sprint, board.bell, board.status, front(board)], () => skatedFigures());
}

function skatedFigures() {
  if (board.laps_to_go === 0) return finishFigures();
  const words = nextWords(board, say);
  return [
    el("div", { class: "top-numeral" }, String(board.laps_to_go)),
    el("div", { class: "top-words" },
      el("strong", {}, say("laps_to_go", { n: board.laps_to_go })),
      el("span", { class: board.bell ? "bell" : "frost" }, board.bell ? sign("bell") : null, board.bell ? " " : null, words)),
    el("div", { class: "top-clock", id: "clock", "aria-label": say("race_clock"), role: "timer", "aria-live": "off" }),
  ];
}

function finishFigures() {
  return [
    el("div", { class: "top-numeral" }, sign("flag")),
    el("div", { class: "top-words" }, el("strong", { class: "bell" }, say("finish")), el("span", { class: "frost" }, board.status === "running" ? "" : say(board.status))),
    el("div", { class: "top-clock", id: "clock", "aria-label": say("race_clock"), role: "timer", "aria-live": "off" }),
  ];
}

const startsAt = () => plannedRace()?.scheduled_us ?? null;

const plannedRace = () => (meet ? racesOf(meet).find(({ id }) => id === board.race) : undefined);

function waitingFigures() {
  const planned = plannedRace();
  return [
    el("div", { class: "top-numeral" }, planned?.scheduled ?? "–"),
    el("div", { class: "top-words" }, el("strong", {}, say(board.status)), el("span", { class: "frost" }, say("laps", { n: board.laps }))),
    el("div", { class: "top-clock", id: "clock" }),
  ];
}

function overFigures() {
  const first = board.standings.find(({ position, finished }) => finished && position === 1) ?? board.standings[0];
  return [
    el("div", { class: "top-words" },
      el("strong", {}, say("finish")),
      el("span", { class: "frost" }, say(board.status))),
    el("div", { class: "top-clock" }, first?.time ?? ""),
  ];
}

function drawNotices() {
  const notices = [];
  if (connection.word === "lost") notices.push(["notice notice-lost", say("lost_says", { time: heardAt(connection.since) })]);
  if (board?.declared?.note) notices.push(["notice", `${say("declared")}: ${board.declared.note}`]);
  if (board && isOver(board) && board.provisional) notices.push(["notice", say("provisional_says")]);
  const empty = meet && meet.current === null && !chosen ? say("empty_meet") : board && !board.standings.length ? say("empty_race") : "";
  const made = board?.reconstructed ?? "";
  const unseen = say(connection.word === "missing" ? "no_such_race" : "waiting");
  put(at("notices"), [notices, made, empty, !board && !empty && unseen], () => [
    ...notices.map(([name, text]) => el("p", { class: name }, text)),
    made ? el("details", { class: "notice" }, el("summary", {}, say("reconstructed")), el("p", { lang: "en" }, made)) : null,
    empty ? el("p", { class: "empty" }, empty) : !board ? el("p", { class: "empty" }, unseen) : null,
  ]);
}

// Whom you follow

const isMine = (line) => mine !== null && line.name === mine.name && line.noc === mine.noc;

function followSkater(line) {
  mine = line && !isMine(line) ? { name: line.name, noc: line.noc } : null;
  keep(FOLLOWED, mine && JSON.stringify(mine));
  table.refresh();
  charts?.redraw();
  draw();
}

function drawMine() {
  if (!board?.standings.length) return put(at("mine"), null, () => []);
  const line = board.standings.find(isMine);
  const started = isRanked(board);
  const found = line && prospect(line, board, say);
  const seen = line ? [line.rank, line.bib, line.points, line.name, found, started, board.status] : [mine, board.standings.map(({ bib, name }) => [bib, name])];
  return put(at("mine"), seen, () => (line ? mineCard(line, found, started) : mineAsked()));
}

function mineCard(line, found, started) {
  const places = leadsOn(board) && !isOver(board) ? say("goes_on", { n: board.top, goal: goal(board, say) }) : "";
  return el("div", { class: "card mine-card" },
    cap(line.bib),
    el("div", {}, el("div", { class: "mine-name" }, line.name), el("span", { class: "noc" }, line.noc),
      started ? ` · ${say("points_n", { n: line.points })}` : ""),
    el("div", { class: "mine-rank" }, el("span", { class: "spoken" }, `${say("rank")} `), started ? String(line.rank ?? "–") : ""),
    found ? el("p", { class: "mine-words" }, prospectNode(found)) : null,
    el("div", { class: "mine-foot" }, el("span", { class: "frost small" }, places),
      el("button", { type: "button", class: "plain", onclick: () => followSkater(line) }, say("unfollow"))));
}

function mineAsked() {
  const known = [...board.standings].sort((one, other) => one.bib - other.bib);
  const pick = el("select", { id: "pick", onchange: ({ target }) => followSkater(known.find(({ bib }) => String(bib) === target.value)) },
    el("option", { value: "" }, say("choose")),
    known.map(({ bib, name, noc }) => el("option", { value: bib }, `${bib} ${name} (${noc})`)));
  return el("div", { class: "mine-ask" }, el("label", { for: "pick" }, mine ? say("not_here", { name: mine.name }) : say("follow_whom")), pick);
}

// The race

function drawRace() {
  const has = Boolean(board?.standings.length);
  for (const id of ["ice", "standings", "charts"]) at(id).hidden = !has;
  if (!has) return put(at("strip"), null, () => []);
  oval.update(board);
  at("ice").hidden = isOver(board) && !board.standings.some(({ finished }) => finished);
  put(at("key"), [isSkated(board), connection.word], () => (!isSkated(board) ? "" : connection.word === "lost" ? say("oval_lost") : say("oval_says")));
  put(at("strip"), [board.sprints, board.bell, board.status, board.laps_to_go, board.standings.map(({ void: is }) => is)], () => strip(board, say));
  const started = isRanked(board);
  const places = leadsOn(board) ? say("goes_on", { n: board.top, goal: goal(board, say) }) : "";
  put(at("standings-head"), [started, board.status, places], () => [
    el("h2", {}, say(started ? "standings" : "start_list")),
    el("span", { class: "small frost" }, [places, isOver(board) ? say(board.status) : ""].filter(Boolean).join(" · "))]);
  table.update(board);
  for (const line of board.standings) table.mark(line.bib, "row-mine", isMine(line));
  charts?.update(board, mine);
  return true;
}

/** What opens below a row: why this place, what is sure, and whether to follow. */
function more(line) {
  const found = prospect(line, board, say);
  const open = isSkated(board) && line.best_rank !== null && line.sure_rank !== null && !line.irm;
  return el("div", { class: "more" },
    found ? el("p", {}, prospectNode(found)) : null,
    line.certain ? el("p", { lang: "en" }, line.certain) : null,
    line.why ? el("p", {}, el("strong", {}, `${say("why")}: `), el("span", { lang: "en" }, line.why)) : null,
    open ? el("p", { class: "frost" }, say("still", { best: line.best_rank, worst: line.sure_rank })) : null,
    line.time ? el("p", { class: "frost" }, `${say("lap", { n: line.laps })} · ${line.time}`) : null,
    el("button", { type: "button", "aria-pressed": String(isMine(line)), onclick: (event) => { event.stopPropagation(); followSkater(line); } },
      sign("star"), say(isMine(line) ? "unfollow" : "follow")));
}

// Round the race

function drawMedals() {
  const medals = meet?.medals ?? [];
  at("medals").hidden = !medals.length;
  put(at("medals"), medals, () => [el("div", { class: "head" }, el("h2", {}, say("medals"))), ...medals.map(medalList)]);
}

function medalList({ title, official, medallists }) {
  return el("div", {},
    el("div", { class: "head" }, el("h3", {}, title), el("span", { class: "small frost" }, say(official ? "official" : "medals_provisional"))),
    el("ol", { class: "medal-list" }, medallists.map(({ medal, name, noc }) => el("li", {},
      el("span", { class: `medal medal-${medal}${official ? " medal-official" : ""}`, role: "img", "aria-label": say(medal) }, { gold: "1", silver: "2", bronze: "3" }[medal]),
      el("span", {}, name, " ", el("span", { class: "noc" }, noc))))));
}

function drawIncidents() {
  const incidents = board?.incidents ?? [];
  at("incidents").hidden = !incidents.length;
  put(at("incidents"), incidents, () => [el("div", { class: "head" }, el("h2", {}, say("incidents"))),
    el("ul", { class: "incident-list" }, incidents.map(({ what, bibs, lap, place }) => el("li", {},
      ...bibs.map((bib) => cap(bib)), el("span", {}, what === "fall" ? say("fall") : what),
      el("span", { class: "frost" }, [lap === null ? "" : say("lap", { n: lap }), place].filter(Boolean).join(", ")))))]);
}

function drawResults() {
  const races = meet ? racesOf(meet).filter((race) => isOver(race) && race.id !== board?.race) : [];
  at("results").hidden = !races.length;
  put(at("results"), races.map(({ id, status }) => [id, status]), () => [el("div", { class: "head" }, el("h2", {}, say("results"))),
    el("div", { class: "results" }, races.map(resultOf))]);
}

function resultOf({ id, title, status }) {
  const list = el("div", {});
  const opened = async ({ target }) => {
    const found = target.open ? await read(`/api/races/${encodeURIComponent(id)}/board`) : null;
    if (found) put(list, found.version, () => resultTable(found));
  };
  return el("details", { ontoggle: opened }, el("summary", {}, title, el("span", { class: "small frost" }, say(status))), list);
}

function resultTable(found) {
  const result = new StandingsTable(say);
  result.update(found);
  return [found.provisional ? el("p", { class: "small frost" }, say("provisional_says")) : null, result.node];
}

function drawFoot() {
  const offset = meet?.utc_offset ?? 0;
  const seen = board ? say("as_of", { time: timeOfDay(board.now_us, offset), n: board.version }) : "";
  const official = board && isOver(board) ? (board.provisional ? say("provisional") : say("official_says")) : board ? say("provisional") : "";
  put(at("foot"), [seen, official, meet?.name, meet?.venue], () => [
    el("div", { class: "foot-line" },
      el("p", {}, [seen, official].filter(Boolean).join(" · ")),
      el("label", {}, `${say("choose_language")} `, el("select", { onchange: ({ target }) => changeLanguage(target.value) },
        Object.entries(WORDS).map(([code, words]) => el("option", { value: code, lang: code, selected: code === lang }, words.language))))),
    el("p", {}, [meet?.name, meet?.venue].filter(Boolean).join(" · ")),
    el("p", {}, el("a", { class: "foot-lead", href: "/sheets" }, say("all_sheets"))),
    el("p", {}, say("privacy"))]);
}

function changeLanguage(code) {
  keepLanguage(code);
  const here = new URL(location.href);
  here.searchParams.delete("lang");
  location.assign(here);
}

// What is read aloud to who cannot see: sprints that are decided, and results.

function announce(before, now) {
  const decided = now.sprints.filter((sprint, place) => sprint.state === "done" && before.sprints[place]?.state !== "done");
  const names = new Map(now.standings.map(({ bib, name }) => [bib, name]));
  const said = decided.map((sprint) => say("said_sprint", {
    sprint: sprintName(now, sprint, say, true),
    order: sprint.order.map(({ bib, points }, place) => say("said_placing", { rank: place + 1, name: names.get(bib), points: say("points_n", { n: points }) })).join("; "),
  }));
  if (now.status !== before.status) said.push(say("said_status", { race: now.title, status: say(now.status) }));
  if (said.length) at("spoken").textContent = said.join(" ");
}

// What moves by itself

const still = matchMedia("(prefers-reduced-motion: reduce)");
let drawnFor = null;

function tick() {
  if (!board) return;
  const isLost = connection.word === "lost";
  const shown = at("clock");
  if (shown && isSkated(board)) {
    const hidden = isLost && Date.now() - connection.since > CLOCK_HIDDEN_AFTER;
    shown.textContent = hidden ? "" : clock(raceClock(board, meetClock), board.status === "running" ? 1 : 2);
  } else if (shown) shown.textContent = countdown();
  if (!still.matches || drawnFor !== board || isLost) {
    oval.frame(isLost ? board.clock_us : raceClock(board, meetClock), isLost);
    drawnFor = board;
  }
}

function countdown() {
  const left = startsAt() === null || !meetClock.known ? null : startsAt() - meetClock.now();
  return left !== null && left > 0 && left < 3_600_000_000 ? `−${clock(left, 0)}` : "";
}

setInterval(tick, TICK);

// Charts come when somebody scrolls there: the first load stays small.

new IntersectionObserver(async (entries, observer) => {
  if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
  observer.disconnect();
  const { Charts } = await import("./charts.js");
  charts = new Charts(at("charts"), say);
  if (board) charts.update(board, mine);
}, { rootMargin: "200px" }).observe(at("charts"));

// Off it goes

const following = followRace(chosen, { board: boardTold, meet: meetTold, state: stateTold, rests: true, fixed: false });

at("races").addEventListener("change", ({ target }) => {
  chosen = target.value || null;
  const here = new URL(location.href);
  if (chosen) here.searchParams.set("race", chosen);
  else here.searchParams.delete("race");
  history.replaceState(null, "", here);
  following.choose(chosen);
});
