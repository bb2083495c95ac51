// The pieces that every page is made of: cap, sprint strip, rows. They build nodes, and text is only ever text.

import { isOver, isSkated } from "./live.js";

const SVG = "http://www.w3.org/2000/svg";

/** An element. `on...` attributes are listeners; null and false attributes are left out. */
export const el = (tag, attributes = {}, ...children) => dress(document.createElement(tag), attributes, children);

/** An element of a drawing. */
export const svg = (tag, attributes = {}, ...children) => dress(document.createElementNS(SVG, tag), attributes, children);

function dress(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const SHOWN = new WeakMap();

/** Fill `host` with what `build()` makes, but only if `data` is not what it shows already: so nothing flickers. */
export function put(host, data, build) {
  const seen = JSON.stringify(data) ?? "";
  if (SHOWN.get(host) === seen) return false;
  SHOWN.set(host, seen);
  host.replaceChildren(...[build()].flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return true;
}

// Signs

const SIGNS = {
  lock: "M4 7V5a4 4 0 0 1 8 0v2h1v8H3V7zm2 0h4V5a2 2 0 0 0-4 0z",
  bell: "M8 1a1 1 0 0 1 1 1v.6A4.5 4.5 0 0 1 12.5 7v3l1.5 2H2l1.5-2V7A4.5 4.5 0 0 1 7 2.6V2a1 1 0 0 1 1-1zM6 13h4a2 2 0 0 1-4 0z",
  question: "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm-.9 9.8h1.8v1.8H7.1zM8 3.4c-1.8 0-2.9 1-3 2.6h1.7c.1-.7.5-1.1 1.2-1.1.8 0 1.2.4 1.2 1 0 .5-.2.8-.9 1.3-.9.6-1.2 1.1-1.2 2.2h1.7c0-.6.2-.8 1-1.3.8-.6 1.2-1.2 1.2-2.2C11 4.3 9.8 3.4 8 3.4z",
  cross: "M3.4 2 8 6.6 12.6 2 14 3.4 9.4 8l4.6 4.6-1.4 1.4L8 9.4 3.4 14 2 12.6 6.6 8 2 3.4z",
  star: "M8 1l2.1 4.6 4.9.6-3.6 3.4.9 4.9L8 12.1l-4.3 2.4.9-4.9L1 6.2l4.9-.6z",
  flag: "M3 1h1.6v1H13l-2 3.5L13 9H4.6v6H3z",
};

/** A small sign that stands before words. */
export const sign = (name) => svg("svg", { class: "sign", viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: SIGNS[name] }));

// The cap

const CAP = "M3 32.5V19C3 8.5 11 2 22 2s19 6.5 19 17v13.5C34 28.5 10 28.5 3 32.5z";

/** The parts of a cap in a 44 x 36 box, for a drawing. */
export function capShape(bib) {
  const text = String(bib);
  const size = text.length < 3 ? 20 : 15;
  return [svg("path", { class: "cap-shape", d: CAP }), svg("text", { class: "cap-bib", x: 22, y: 25, "font-size": size }, text)];
}

/** The bib on a cap; `kind` is "" | "light" | "now" | "out". */
export const cap = (bib, kind = "") =>
  svg("svg", { class: `cap${kind ? ` cap-${kind}` : ""}`, viewBox: "0 0 44 36", role: "img", "aria-label": String(bib) }, ...capShape(bib));

/** A cap with the NOC beside it. */
export const capped = (bib, noc, kind = "") => el("span", { class: "capped" }, cap(bib, kind), el("span", { class: "noc" }, noc ?? ""));

// What the board says, in words

/** The laps that the leader has done. */
export const front = (board) => board.laps - board.laps_to_go;

/** Whether the standings tell anything yet: before the first lap is done, everybody is first. */
export const isRanked = (board) => isOver(board) || (isSkated(board) && front(board) > 0);

/** Whether who scored at the sprint is news still. */
const isNews = (sprint, board) => isSkated(board) && (sprint.state === "now" || (sprint.state === "done" && sprint.lap === front(board)));

/** The bibs that have just scored, while that is news. */
export const scoredNow = (board) =>
  new Set(board.sprints.filter((sprint) => isNews(sprint, board)).flatMap(({ order }) => order.map(({ bib }) => bib)));

/** The name of a sprint: short as on the strip, or long as it is said. */
export function sprintName(board, sprint, say, long = false) {
  const number = board.sprints.indexOf(sprint) + 1;
  if (sprint.lap === board.laps) return say(long ? "finish" : "finish_short");
  return say(long ? "sprint" : "sprint_short", { n: number });
}

/** What the places of this race are worth, in the reader's language where it is one of the known goals. */
export function goal(board, say) {
  const known = { "the final": "goal_final", "a medal": "goal_medal", "division A": "goal_division" }[board.goal];
  return known ? say(known) : say("goal_top", { n: board.top });
}

/** Whether a place among the first so many leads somewhere, so that a line is drawn under it. */
export const leadsOn = (board) => ["the final", "division A"].includes(board.goal);

/** How a skater stands to the goal: `{kind: "sure" | "out" | "open", text}`, or null where nothing is to be said. */
export function prospect(line, board, say) {
  const where = goal(board, say);
  if (line.qualified) return { kind: "sure", text: say("qualified", { goal: where }) };
  if (line.irm) return { kind: "out", text: say(line.irm) };
  if (!isSkated(board) && !isOver(board)) return null;
  const medal = isOver(board) && !board.provisional && board.goal === "a medal" ? ["gold", "silver", "bronze"][line.rank - 1] : null;
  if (medal) return { kind: "sure", text: say(medal) };
  if (line.sure) return { kind: "sure", text: say("sure", { goal: where }) };
  if (isOver(board)) return null;
  if (line.out) return { kind: "open", text: say("beyond", { goal: where }) };
  return line.needs ? { kind: "open", text: say("needs", { n: line.needs }) } : null;
}

/** A prospect as a node, with its sign. */
export function prospectNode({ kind, text }) {
  const [name, shape] = { sure: ["sure", "lock"], out: ["out", "cross"], open: ["frost", null] }[kind];
  return el("span", { class: name }, shape ? sign(shape) : null, shape ? " " : null, text);
}

/** The skaters in the order on the ice: more laps first, then who was sooner over the line. */
export const onTheIce = (board) =>
  board.standings
    .filter((line) => (line.riding || line.finished) && line.last_us !== null && !line.irm)
    .sort((one, other) => other.laps - one.laps || (one.laps === front(board) && one.position && other.position ? one.position - other.position : one.last_us - other.last_us));

/** The whole laps that a skater on the ice is behind the leader of the race. */
export function lapsBehind(line, board) {
  const short = front(board) - line.laps;
  if (!line.riding) return short;
  const leader = onTheIce(board)[0];
  if (!leader || short < 1 || line.last_us === null) return 0;
  if (!board.pace_us) return short - 1;
  return Math.max(Math.floor(short - (leader.last_us - line.last_us) / board.pace_us + 0.05), 0);
}

/** What comes next on the ice, in words: the bell, the next sprint, or that the race is held. */
export function nextWords(board, say) {
  if (board.status !== "running") return say(board.status);
  if (board.bell) return say(board.next_sprint === board.laps ? "finish_now" : "sprint_now");
  return board.next_sprint === null ? "" : say("next_sprint", { n: board.next_sprint - front(board) });
}

// The sprint strip

/** The cells S1 S2 S3 F: filled as sprints are decided, the one being skated warm. */
export function strip(board, say) {
  const skated = isSkated(board) && board.bell;
  const next = board.sprints.find(({ lap }) => lap > front(board));
  return el("ol", { class: "strip", "aria-label": say("sprints") }, board.sprints.map((sprint) => stripCell(board, sprint, say, skated && sprint === next)));
}

function stripCell(board, sprint, say, bell) {
  const now = bell || sprint.state === "now" ? " strip-now" : "";
  const lap = now ? [sign("bell"), el("span", { class: "strip-word" }, ` ${say("now")}`)] : [say("lap_short", { n: sprint.lap })];
  return el("li", { class: `strip-cell${now}` },
    el("div", { class: "strip-head" },
      el("span", { class: "strip-name" }, sprintName(board, sprint, say)),
      el("span", { class: "strip-lap" }, ...lap)),
    el("div", { class: "strip-places" }, stripPlaces(board, sprint)));
}

function stripPlaces(board, sprint) {
  const lines = new Map(board.standings.map((line) => [line.bib, line]));
  const kind = isNews(sprint, board) ? "now" : "";
  const won = sprint.order.filter(({ points }) => points);
  const open = sprint.points.slice(won.length);
  return [
    ...won.map(({ bib, points }) => el("div", { class: "strip-place" },
      cap(bib, kind),
      lines.get(bib)?.void ? el("s", { class: "void" }, String(points)) : el("span", {}, String(points)))),
    ...open.map((points) => el("div", { class: "strip-place strip-open" }, el("span", { class: "strip-blank" }), el("span", {}, String(points)))),
  ];
}

// Rows

const MOVE = { duration: 200, easing: "ease-out" };
const still = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * The table of standings, or before the gun the start list. Rows keep their nodes and glide to new places.
 * `more(line, board)` makes the nodes that open below a row on tap.
 */
export class StandingsTable {
  #head = el("tr");
  #body = el("tbody");
  #rows = new Map();
  #open = null;
  #board = null;
  #order = "";

  constructor(say, { more = null } = {}) {
    this.say = say;
    this.more = more;
    this.node = el("table", { class: "rows" }, el("caption", { class: "spoken" }, say("standings")), el("thead", {}, this.#head), this.#body);
  }

  update(board) {
    this.#board = board;
    const started = isRanked(board);
    const lines = started ? board.standings : [...board.standings].sort((one, other) => one.bib - other.bib);
    const names = board.sprints.length <= 6 ? board.sprints.map((sprint) => sprintName(board, sprint, this.say)) : [];
    const below = leadsOn(board) && started ? lines.find(({ rank }) => rank !== null && rank > board.top) : null;
    put(this.#head, [names, started], () => headCells(this.say, names, started));
    for (const line of lines) this.#fill(line, { board, started, names, scored: scoredNow(board), cut: line === below });
    this.#settle(lines.map(({ bib }) => bib));
  }

  /** Draw anew what `more` makes. */
  refresh() {
    for (const { opened } of this.#rows.values()) SHOWN.delete(opened.firstChild);
    if (this.#board) this.update(this.#board);
  }

  /** Give the row of a bib a class, or take it. */
  mark(bib, name, has) {
    this.#rows.get(bib)?.tr.classList.toggle(name, has);
  }

  #fill(line, { board, started, names, scored, cut }) {
    if (!this.#rows.has(line.bib)) this.#rows.set(line.bib, this.#made(line.bib));
    const { tr, opened, rank, badge, button, notes } = this.#rows.get(line.bib);
    const kind = line.irm ? "out" : scored.has(line.bib) ? "now" : "";
    const said = rowNotes(line, board, this.say);
    tr.classList.toggle("row-cut", cut);
    put(rank, [line.rank, started], () => (started ? String(line.rank ?? "") : ""));
    put(badge, [line.bib, kind], () => cap(line.bib, kind));
    put(button, line.name, () => line.name);
    put(notes, [line.noc, said], () => [el("span", { class: "noc" }, line.noc), ...said.map(noteNode)]);
    const points = started ? [names.map((_, place) => line.sprints[place]), line.void, line.rank === null ? "" : line.points] : null;
    if (JSON.stringify(points) !== tr.dataset.points) {
      tr.dataset.points = JSON.stringify(points);
      while (tr.children.length > 3) tr.lastChild.remove();
      if (points) tr.append(...pointCells(...points));
    }
    const isOpen = this.#open === line.bib;
    opened.hidden = !isOpen;
    opened.firstChild.colSpan = started ? names.length + 4 : 3;
    if (this.more) button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) put(opened.firstChild, [line, board.status], () => this.more(line, board));
  }

  #made(bib) {
    const rank = el("td", { class: "row-rank number" }), badge = el("td", { class: "row-cap" });
    const button = this.more ? el("button", { class: "row-button", type: "button" }) : el("span");
    const notes = el("div", { class: "row-line" });
    const words = el("td", { class: "row-words" }, el("div", { class: "row-name" }, button), notes);
    const tr = el("tr", { class: "row", "data-bib": bib, onclick: this.more ? () => this.#toggle(bib) : null }, rank, badge, words);
    return { tr, opened: el("tr", { class: "row-more", hidden: true }, el("td")), rank, badge, button, notes };
  }

  #toggle(bib) {
    this.#open = this.#open === bib ? null : bib;
    this.update(this.#board);
  }

  /** Put the rows in their order; whoever moved glides there. */
  #settle(bibs) {
    const order = bibs.join();
    if (order === this.#order) return;
    this.#order = order;
    const before = still.matches ? [] : [...this.#rows].map(([bib, { tr }]) => [bib, tr.getBoundingClientRect().top]);
    for (const [bib, { tr, opened }] of this.#rows) if (!bibs.includes(bib)) { tr.remove(); opened.remove(); this.#rows.delete(bib); }
    const wanted = bibs.flatMap((bib) => [this.#rows.get(bib).tr, this.#rows.get(bib).opened]);
    wanted.forEach((tr, place) => { if (this.#body.children[place] !== tr) this.#body.insertBefore(tr, this.#body.children[place] ?? null); });
    for (const [bib, top] of before) {
      const moved = this.#rows.has(bib) && top ? top - this.#rows.get(bib).tr.getBoundingClientRect().top : 0;
      if (Math.abs(moved) > 1) this.#rows.get(bib).tr.animate([{ transform: `translateY(${moved}px)` }, { transform: "none" }], MOVE);
    }
  }
}

function headCells(say, names, started) {
  const cells = [el("th", { scope: "col", class: "number" }, el("span", { "aria-hidden": "true" }, "#"), el("span", { class: "spoken" }, say("rank"))), el("th", { scope: "col" }, el("span", { class: "spoken" }, say("cap"))), el("th", { scope: "col" }, say("skater"))];
  if (!started) return cells;
  return [...cells, ...names.map((name) => el("th", { scope: "col", class: "number" }, name)), el("th", { scope: "col", class: "number" }, say("points"))];
}

function pointCells(won, isVoid, total) {
  const cells = won.map((points) => el("td", { class: "row-points" }, !points ? "" : isVoid ? el("s", { class: "void" }, String(points)) : String(points)));
  return [...cells, el("td", { class: "row-total" }, String(total))];
}

const noteNode = (note) => (typeof note === "string" ? el("span", { class: "frost" }, note) : prospectNode(note));

/** What stands small below a name: laps behind or the gap, then how the skater stands to the goal, where that tells skaters apart. */
function rowNotes(line, board, say) {
  const notes = [];
  const late = line.irm === "DNS" || line.irm === "WDR" ? 0 : lapsBehind(line, board);
  if (line.shared && line.rank !== null && isOver(board)) notes.push(say("shared"));
  if (line.finished && line.time && isOver(board)) notes.push(line.time);
  if (line.irm && line.laps) notes.push(say("laps", { n: line.laps }));
  else if (late > 0 && front(board) > 0) notes.push(say("laps_behind", { n: late }));
  else if (line.behind_us > 0 && !line.irm) notes.push(say("gap_s", { s: line.behind }));
  const found = prospect(line, board, say);
  const tells = found && (found.kind !== "open" || line.points > 0 || (line.out && leadsOn(board)));
  return tells ? [...notes, found] : notes;
}

const SMALLEST = 0.62; // of its size: what would have to be smaller yet takes two lines

/** Make names that are too long for their room smaller, so that they can be read to the end. */
export function fit(host, names) {
  for (const name of host.querySelectorAll(names)) {
    const text = document.createRange();
    text.selectNodeContents(name);
    const share = name.clientWidth / (text.getBoundingClientRect().width + 1);
    if (share < SMALLEST) name.classList.add("two-lines");
    else if (share < 1) name.style.fontSize = `${Math.floor(share * 97) / 100}em`;
  }
}
