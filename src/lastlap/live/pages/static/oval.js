// The oval: the track from above, with caps where the skaters are thought to be.
//
// Measured is only who crosses the line, and when. Between two crossings a cap stands where its skater would be
// at the pace of the race; it is drawn pale. Who was measured just now is drawn solid.

import { isOver, isSkated } from "./live.js";
import { cap, capShape, el, front, onTheIce, put, svg } from "./pieces.js";

const WIDE = 364, HIGH = 196;
const STRAIGHT = 84, RADIUS = 72, TRACK = 24; // half a straight, the middle lane's bend, half the track
const LINE_AT = 0.55; // where on the home straight the finish line is, from its middle on
const LAP = 4 * STRAIGHT + 2 * Math.PI * RADIUS;
const CAP_WIDE = 21.5, CAP_HIGH = 17.6;
const LANES = [0, -15.5, 15.5];
const FRESH = 1_500_000; // us that a crossing counts as just measured
const FURTHEST = 0.985; // of a lap: nobody is drawn over the line before they were seen there
const SLOWEST = 66; // ms between two drawings

/** The point after a share of a lap, `off` to the outside of the middle lane. */
export function pointAt(share, off = 0) {
  const bend = Math.PI * RADIUS, radius = RADIUS + off;
  let way = (((share % 1) + 1) % 1) * LAP + STRAIGHT * (1 + LINE_AT);
  way %= LAP;
  const middle = [WIDE / 2, HIGH / 2];
  const turn = (x, angle, side) => [middle[0] + x + side * radius * Math.sin(angle), middle[1] + side * radius * Math.cos(angle)];
  if (way < 2 * STRAIGHT) return [middle[0] - STRAIGHT + way, middle[1] + radius];
  if (way < 2 * STRAIGHT + bend) return turn(STRAIGHT, (way - 2 * STRAIGHT) / RADIUS, 1);
  if (way < 4 * STRAIGHT + bend) return [middle[0] + STRAIGHT - (way - 2 * STRAIGHT - bend), middle[1] - radius];
  return turn(-STRAIGHT, (way - 4 * STRAIGHT - bend) / RADIUS, -1);
}

/** How far into the current lap a skater is thought to be, 0 to 1. */
export function shareOfLap(line, board, clock_us) {
  const pace = board.pace_us ?? 36_000_000;
  return Math.min(Math.max(clock_us - (line.last_us ?? 0), 0) / pace, FURTHEST);
}

/** Where caps can stand without hiding one another: `[{bib, share, lane}]`, each as near its share as it can be. */
export function spread(skaters, kept = new Map()) {
  const room = CAP_WIDE / LAP, last = new Map();
  return [...skaters].sort((one, other) => other.share - one.share).map(({ bib, share }) => {
    const lanes = [kept.get(bib), ...LANES].filter((lane) => lane !== undefined);
    const space = (lane) => (last.has(lane) ? last.get(lane) - room : Infinity);
    const free = lanes.find((lane) => space(lane) >= share);
    const lane = free ?? lanes.reduce((best, next) => (space(next) > space(best) ? next : best));
    const placed = Math.min(share, space(lane));
    last.set(lane, placed);
    return { bib, share: placed, lane };
  });
}

/** A track that shows a board, and moves its caps on by the race clock. */
export class Oval {
  #caps = new Map();
  #lanes = new Map();
  #board = null;
  #track = svg("g");
  #groups = svg("g", { "aria-hidden": "true" });
  #skaters = svg("g", { "aria-hidden": "true" });
  #infield = el("div", { class: "oval-infield" });
  #drawn = 0;

  constructor(say) {
    this.say = say;
    this.#drawTrack();
    this.node = el("div", { class: "oval" },
      svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": say("oval") }, this.#track, this.#groups, this.#skaters), this.#infield);
  }

  #drawTrack() {
    const edge = (off) => svg("rect", {
      x: WIDE / 2 - STRAIGHT - RADIUS - off, y: HIGH / 2 - RADIUS - off, rx: RADIUS + off,
      width: 2 * (STRAIGHT + RADIUS + off), height: 2 * (RADIUS + off), class: off > 0 ? "oval-ice" : "oval-inside",
    });
    const [[x, top], [, bottom]] = [pointAt(0, -TRACK), pointAt(0, TRACK)];
    this.#track.append(edge(TRACK), edge(-TRACK), svg("line", { class: "oval-finish", x1: x, x2: x, y1: top, y2: bottom }));
  }

  update(board) {
    this.#board = board;
    const first = isOver(board) ? board.standings.filter(({ finished }) => finished).sort((one, other) => (one.position ?? 99) - (other.position ?? 99)) : onTheIce(board);
    const leaders = first.slice(0, 3).map(({ bib }) => bib);
    put(this.#infield, [leaders, front(board), board.status], () => (leaders.length ? [
      el("div", { class: "oval-lap" }, front(board) === board.laps ? this.say("finish") : this.say("at_line", { n: front(board) })),
      el("ol", { class: "oval-leaders" }, leaders.map((bib) => el("li", {}, cap(bib)))),
    ] : []));
  }

  /** Draw the caps at the moment that the race clock shows; `isLost` stops every estimate. */
  frame(clock_us, isLost = false) {
    const now = performance.now();
    if (!this.#board || now - this.#drawn < SLOWEST) return;
    this.#drawn = now;
    this.node.classList.toggle("oval-lost", isLost);
    const board = this.#board;
    const waiting = !isOver(board) && !isSkated(board);
    const lines = isOver(board) ? [] : board.standings.filter(({ riding, irm }) => !irm && (riding || waiting));
    const moment = clock_us ?? 0;
    const skaters = lines.map((line, place) => ({ bib: line.bib, share: waiting ? -0.012 - Math.floor(place / 3) * 0.024 : shareOfLap(line, board, moment) }));
    const placed = spread(skaters, this.#lanes);
    const fresh = new Set(lines.filter(({ last_us }) => last_us !== null && moment - last_us < FRESH).map(({ bib }) => bib));
    this.#drawCaps(placed, fresh);
    this.#drawGroups(board, placed);
  }

  #drawCaps(placed, fresh) {
    const there = new Set(placed.map(({ bib }) => bib));
    for (const [bib, node] of this.#caps) if (!there.has(bib)) { node.remove(); this.#caps.delete(bib); }
    for (const { bib, share, lane } of placed) {
      if (!this.#caps.has(bib)) this.#caps.set(bib, this.#skaters.appendChild(svg("g", {}, ...capShape(bib))));
      this.#lanes.set(bib, lane);
      const [x, y] = pointAt(share, lane);
      const scale = CAP_WIDE / 44;
      this.#caps.get(bib).setAttribute("transform", `translate(${(x - CAP_WIDE / 2).toFixed(1)} ${(y - CAP_HIGH / 2).toFixed(1)}) scale(${scale.toFixed(3)})`);
      this.#caps.get(bib).setAttribute("class", fresh.has(bib) ? "oval-cap" : "oval-cap cap-light");
    }
  }

  #drawGroups(board, placed) {
    const shares = new Map(placed.map(({ bib, share }) => [bib, share]));
    const spans = (isSkated(board) ? board.groups : []).map((group) => {
      const found = group.bibs.map((bib) => shares.get(bib)).filter((share) => share !== undefined);
      return found.length ? { gap: group.gap, from: Math.min(...found), to: Math.max(...found) } : null;
    }).filter((span) => span !== null && span.to - span.from < 0.75);
    const parted = spans.length < 2 ? [] : spans;
    put(this.#groups, parted.map(({ gap, from, to }) => [gap, from.toFixed(3), to.toFixed(3)]), () => parted.flatMap((span) => this.#bracket(span)));
  }

  #bracket({ gap, from, to }) {
    const margin = 0.010, off = -TRACK - 4, steps = Math.max(2, Math.ceil((to - from) * 60));
    const ends = [from - margin, to + margin];
    const arc = Array.from({ length: steps + 1 }, (_, step) => pointAt(ends[0] + ((ends[1] - ends[0]) * step) / steps, off));
    const points = [pointAt(ends[0], off + 4), ...arc, pointAt(ends[1], off + 4)].map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
    const [x, y] = pointAt((from + to) / 2, off - 11);
    const label = gap === null ? [] : [svg("text", { class: "oval-gap", x: x.toFixed(1), y: (y + 3.5).toFixed(1) }, `+${gap}`)];
    return [svg("polyline", { class: "oval-bracket", points }), ...label];
  }
}
