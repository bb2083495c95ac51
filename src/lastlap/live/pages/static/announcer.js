// The announcer's page: sentences ready to be said, newest on top, and who is who.

import { MeetClock, clock, follow, followRace, isSkated, raceClock, raceOfAddress, racesOf, timeOfDay } from "./live.js";
import { cap, el, isRanked, nextWords, prospect, prospectNode, put, scoredNow, sign, strip } from "./pieces.js";
import { language, speaker } from "./words.js";

const NEW_FOR = 20_000; // ms that a sentence is marked as new
const KEPT = 20; // sentences that are no longer so

const lang = language();
const say = speaker(lang);
const at = (id) => document.getElementById(id);
const meetClock = new MeetClock();
let board = null, meet = null, told = null, connection = { word: "waiting", since: Date.now() };
let race = null, leave = () => {}, sought = "";
let since = new Map(); // when each sentence was told first
let gone = []; // what was said and is no longer so, newest first

document.documentElement.lang = lang;

const search = el("input", { type: "search", id: "find", placeholder: say("find"), "aria-label": say("find"), oninput: ({ target }) => { sought = target.value.trim().toLowerCase(); drawWho(); } });
const people = el("ul", { class: "who-list" });
at("who").append(el("div", { class: "who-head" }, el("h2", {}, say("who")), search), people);
at("who").tabIndex = 0;
at("who").setAttribute("aria-label", say("who"));

function boardTold(next) {
  meetClock.heard(next.now_us);
  if (next.race !== race) listen(next.race);
  board = next;
  draw();
}

/** Hear the sentences of another race; those of the last one are dropped. */
function listen(next) {
  leave();
  [race, told, gone, since] = [next, null, [], new Map()];
  leave = follow(`/api/races/${encodeURIComponent(next)}/announcer/stream`, linesTold, () => {}, { rests: true });
}

function linesTold(next) {
  if (next.race !== race) return;
  const first = told === null, now = Date.now();
  const said = new Set(next.lines.map(({ says }) => says));
  for (const { kind, says } of told?.lines ?? []) if (!said.has(says)) gone.unshift({ kind, says, clock: board?.clock ?? "" });
  gone = gone.filter(({ says }) => !said.has(says)).slice(0, KEPT);
  since = new Map(next.lines.map(({ says }) => [says, since.get(says) ?? (first ? now - NEW_FOR : now)]));
  told = next;
  draw();
}

function draw() {
  drawState();
  if (!board) return;
  put(at("title"), board.title, () => board.title);
  document.title = `${board.title} · lastlap`;
  drawFigures();
  drawLines();
  drawCeremonies();
  drawWho();
  put(at("strip"), [board.sprints, board.bell, board.status, board.laps_to_go], () => (board.standings.length ? strip(board, say) : null));
}

function drawState() {
  const offset = meet?.utc_offset ?? 0;
  const time = timeOfDay(meetClock.then(connection.since), offset);
  const text = { connected: say("live"), waiting: say("waiting"), missing: say("no_such_race"), lost: say("lost", { time }) }[connection.word];
  at("state").className = `state state-${connection.word}`;
  put(at("state"), text, () => [el("span", { class: "state-dot" }), text]);
  const age = board ? [say("as_of", { time: timeOfDay(board.now_us, offset), n: board.version }), say(board.provisional ? "provisional" : "official_says")].join(" · ") : "";
  const notices = [connection.word === "lost" ? say("lost_says", { time }) : "", meet && meet.current === null ? say("empty_meet") : ""].filter(Boolean);
  const made = board?.reconstructed ?? "";
  put(at("notices"), [notices, made, age], () => [...notices.map((notice, place) => el("p", { class: connection.word === "lost" && place === 0 ? "notice notice-lost" : "notice" }, notice)),
    made ? el("details", { class: "notice" }, el("summary", {}, say("reconstructed")), el("p", { lang: "en" }, made)) : null,
    el("p", { class: "frost small" }, age)]);
}

function drawFigures() {
  const skated = isSkated(board);
  at("figures").classList.toggle("top-bell", skated && (board.bell || board.laps_to_go === 0));
  const planned = meet ? racesOf(meet).find(({ id }) => id === board.race) : null;
  put(at("figures"), [board.status, board.laps_to_go, board.bell, planned?.scheduled], () => (skated ? [
    el("span", { class: "top-numeral" }, board.laps_to_go === 0 ? sign("flag") : String(board.laps_to_go)),
    el("span", {}, board.laps_to_go === 0 ? say("finish") : say("laps_to_go", { n: board.laps_to_go }), el("br"),
      el("span", { class: board.bell ? "top-next bell" : "top-next frost" }, board.laps_to_go === 0 ? "" : nextWords(board, say))),
    el("span", { class: "top-clock", id: "clock", role: "timer", "aria-live": "off", "aria-label": say("race_clock") }),
  ] : [el("span", {}, [say(board.status), planned?.scheduled && !board.clock ? say("start_at", { time: planned.scheduled }) : ""].filter(Boolean).join(" · "))]));
}

function drawLines() {
  const now = Date.now();
  const lines = [...(told?.lines ?? [])].sort((one, other) => since.get(other.says) - since.get(one.says)).map((line) => ({ ...line, isNew: now - since.get(line.says) < NEW_FOR }));
  const ceremony = (told?.ceremonies ?? []).find(({ held }) => !held);
  put(at("now"), [lines, ceremony?.title], () => [el("h2", { class: "spoken" }, say("say_now")),
    ceremony ? el("p", { class: "to-ceremony" }, el("a", { class: "button", href: "#ceremonies" }, say("ceremony_of", { title: ceremony.title }))) : null,
    lines.length ? el("ol", { class: "says", "aria-live": "polite" }, lines.map(sentence)) : el("p", { class: "empty" }, say("nothing_to_say"))]);
  const opened = at("before").querySelector("details")?.open ?? false;
  put(at("before"), gone, () => (gone.length ? el("details", { open: opened }, el("summary", {}, say("earlier")),
    el("ol", { class: "says says-old" }, gone.map(({ says, clock: when }) => el("li", { lang: "en" }, `${when} ${says}`)))) : null));
}

/** The ceremonies: what to know, who stands where, and the words to be said; one that was held folds away. */
function drawCeremonies() {
  const known = told?.ceremonies ?? [];
  const opened = [...at("ceremonies").querySelectorAll("details[open]")].map(({ dataset }) => dataset.competition);
  put(at("ceremonies"), known, () => known.map((one) => (one.held
    ? el("details", { class: "ceremony", "data-competition": one.competition, open: opened.includes(one.competition) }, el("summary", {}, el("h2", {}, say("ceremony_of", { title: one.title })), " ", el("span", { class: "frost" }, say("ceremony_held"))), ...ceremonyParts(one))
    : el("article", { class: "ceremony" }, el("h2", {}, say("ceremony_of", { title: one.title })), ...ceremonyParts(one)))));
}

const ceremonyParts = (one) => [
  el("p", { class: "ceremony-where" }, [one.place, one.at || say("right_after")].join(" · "), one.official ? null : el("strong", { class: "doubt" }, " ", sign("question"), " ", say("provisional"))),
  ...one.notes.map((note) => el("p", { class: "notice", lang: "en" }, note)),
  el("ol", { class: "awards" }, one.awards.map((award) => el("li", { class: `award award-${one.official ? "official" : "open"} award-${award.medal}` },
    el("strong", { class: "award-medal" }, say(award.medal)),
    award.recipients.length ? award.recipients.map((who) => el("div", { class: "award-who" }, cap(who.bib), el("span", {}, who.name, " ", el("span", { class: "noc" }, who.noc), who.said ? el("em", { class: "award-said" }, who.said) : null)))
      : el("div", { class: "award-who frost" }, say("not_awarded")),
    award.presenters.length ? el("div", { class: "award-by" }, award.presenters.map((who) => el("div", {}, say(`gives_${who.gives}`), ": ", [who.role, who.name].filter(Boolean).join(" ")))) : null))),
  el("p", { class: "flags" }, el("span", { class: "frost" }, say("flags"), ": "), one.flags.flatMap(({ pole, noc, noc_name: name }, place) => [place ? " · " : "", say(`pole_${pole}`), " ", el("strong", {}, noc), " ", name])),
  el("p", { class: "flags" }, el("span", { class: "frost" }, say("anthem"), ": "), one.anthems.flatMap(({ noc, music }, place) => [place ? " · " : "", el("strong", {}, noc), " ", el("span", { lang: "en" }, music)])),
  el("ol", { class: "script", lang: "en", "aria-label": say("script") }, one.script.map(({ cue, says }) => el("li", {}, el("span", { class: "script-cue" }, cue), el("span", { class: "script-says" }, says)))),
];

const KIND_SIGNS = { certain: "lock", sprint: "bell", record: "star", medal: "star", incident: "cross", now: "flag" };

const sentence = ({ kind, says, isNew }) => el("li", { class: isNew ? "says-new" : `says-${kind}` },
  el("span", { class: "says-kind" }, sign(KIND_SIGNS[kind]), say(`kind_${kind}`)), el("span", { lang: "en" }, says));

function drawWho() {
  const lines = new Map((board?.standings ?? []).map((line) => [line.bib, line]));
  const starters = (told?.starters ?? []).filter(({ bib, name, said, noc }) => !sought || String(bib) === sought || [name, said, noc].some((text) => (text ?? "").toLowerCase().includes(sought)));
  const ranked = board && isRanked(board), scored = board ? scoredNow(board) : new Set();
  const rows = starters.map((starter) => ({ ...starter, line: lines.get(starter.bib) ?? null }));
  put(people, [ranked, [...scored], rows.map(({ bib, name, noc, said, why, line }) => [bib, name, noc, said, why, line && [line.rank, line.points, line.sure, line.out, line.needs, line.irm, line.qualified]])], () =>
    rows.map(({ bib, name, noc, said, why, line }) => {
      const found = line && prospect(line, board, say);
      return el("li", {},
        cap(bib, line?.irm ? "out" : scored.has(bib) ? "now" : ""),
        el("div", {}, el("div", { class: "who-name" }, name, " ", el("span", { class: "noc" }, noc)), said ? el("div", { class: "who-said" }, said) : null),
        el("div", { class: "who-line" }, why ? el("span", { lang: "en" }, why) : null, why && found ? " · " : null, found ? prospectNode(found) : null),
        ranked && line?.rank ? el("div", { class: "who-rank" }, el("span", { class: "spoken" }, `${say("rank")} `), `${line.rank}.`) : null,
        ranked && line?.points ? el("div", { class: "who-points" }, say("points_n", { n: line.points })) : null);
    }));
}

function tick() {
  const shown = at("clock");
  if (shown && board) shown.textContent = connection.word === "lost" ? "" : clock(raceClock(board, meetClock), 1);
}

setInterval(tick, 100);
setInterval(() => { if (told) drawLines(); }, 2000);
followRace(raceOfAddress(), {
  board: boardTold,
  meet: (next) => { meet = next; draw(); },
  state: (next) => { connection = next; draw(); },
  rests: true,
});
