// Three charts of a race: position, gap and points by lap. One skater is picked out, the others are ice.

import { isSkated, read } from "./live.js";
import { cap, el, front, put, svg } from "./pieces.js";

const LEFT = 30, RIGHT = 30, TOP = 14, BOTTOM = 24;
const KINDS = ["by_position", "by_gap", "by_points"];
const JITTER = 1500; // ms over which browsers spread their asking after a lap

/** The charts in their section: tabs, the drawing, caps to pick from, and the same as a table. */
export class Charts {
  #host; #say; #kind = KINDS[0]; #picked = null; #laps = null; #asked = ""; #board = null; #mine = null; #width = 0;
  #body = el("div", { id: "chart", role: "tabpanel" });
  #tabs = el("div", { class: "tabs", role: "tablist" });

  constructor(host, say) {
    this.#host = host;
    this.#say = say;
    host.append(el("div", { class: "head" }, el("h2", {}, say("charts"))), this.#tabs, this.#body);
    this.#tabs.append(...KINDS.map((kind) => el("button", {
      type: "button", role: "tab", id: kind, "aria-controls": "chart", onclick: () => this.#choose(kind), onkeydown: (event) => this.#step(event),
    }, say(kind))));
    this.#choose(this.#kind);
    new ResizeObserver(() => { if (Math.abs(host.clientWidth - this.#width) > 8) this.redraw(); }).observe(host);
  }

  /** Another race is shown: what is drawn is not of it. */
  forget() {
    this.#laps = null;
    this.#asked = "";
    this.#picked = null;
  }

  update(board, mine) {
    this.#board = board;
    this.#mine = mine;
    const wanted = `${board.race} ${front(board)} ${board.status} ${isSkated(board) ? "" : board.version}`;
    if (wanted === this.#asked) return;
    const first = this.#asked === "";
    this.#asked = wanted;
    setTimeout(() => this.#ask(board.race), first ? 0 : 500 + Math.random() * JITTER);
  }

  async #ask(race) {
    const laps = await read(`/api/races/${encodeURIComponent(race)}/laps`);
    if (!laps || laps.race !== this.#board.race) return;
    this.#laps = laps;
    this.redraw();
  }

  #choose(kind) {
    this.#kind = kind;
    for (const tab of this.#tabs.children) {
      const is = tab.id === kind;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is ? 0 : -1;
    }
    this.#body.setAttribute("aria-labelledby", kind);
    this.redraw();
  }

  #step({ key, target }) {
    const tabs = [...this.#tabs.children], step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(target) + step + tabs.length) % tabs.length];
    next.focus();
    this.#choose(next.id);
  }

  redraw() {
    this.#width = this.#host.clientWidth;
    const done = this.#laps ? Math.max(0, ...this.#laps.skaters.map(({ position }) => position.length)) : 0;
    if (!done) return put(this.#body, "empty", () => el("p", { class: "frost" }, this.#say("no_laps")));
    const mine = this.#mine && this.#laps.skaters.find(({ name, noc }) => name === this.#mine.name && noc === this.#mine.noc)?.bib;
    const picked = this.#picked ?? mine ?? this.#board.standings[0]?.bib;
    return put(this.#body, [this.#kind, this.#laps, picked, this.#width], () => this.#drawn(done, picked));
  }

  #drawn(done, picked) {
    const series = SERIES[this.#kind](this.#laps, done, this.#say);
    const picture = drawing(series, this.#laps, { width: Math.max(this.#width - 26, 280), done, picked, label: this.#say(this.#kind), pick: (bib) => this.#pick(bib) });
    const who = this.#laps.skaters.find(({ bib }) => bib === picked);
    return [
      this.#kind === "by_gap" ? el("p", { class: "frost small" }, this.#say("gap_axis")) : null,
      picture,
      el("p", { class: "picked" }, who ? [cap(who.bib), ` ${who.name} `, el("span", { class: "noc" }, who.noc)] : ""),
      el("div", { class: "picks", role: "group", "aria-label": this.#say("chart_hint") }, this.#laps.skaters.map(({ bib, name }) =>
        el("button", { type: "button", "data-bib": bib, "aria-pressed": String(bib === picked), "aria-label": `${bib} ${name}`, onclick: () => this.#pick(bib), onfocus: () => this.#pick(bib) }, cap(bib, bib === picked ? "" : "light")))),
      el("details", {}, el("summary", {}, this.#say("as_table")), el("div", { class: "wide", tabindex: "0" }, tableOf(series, this.#laps, done, this.#say, this.#kind))),
    ];
  }

  #pick(bib) {
    if (bib === this.#picked) return;
    this.#picked = bib;
    const focused = document.activeElement?.dataset?.bib, opened = this.#body.querySelector("details")?.open;
    this.redraw();
    if (opened) this.#body.querySelector("details").open = true;
    if (focused) this.#body.querySelector(`.picks [data-bib="${focused}"]`)?.focus();
  }
}

/** What each chart shows: values by lap (null where unknown), the height of a value, and lines to read it by. */
const SERIES = {
  by_position: ({ skaters }) => {
    const most = skaters.length;
    return {
      of: ({ position }) => position, high: (place) => (place - 1) / Math.max(most - 1, 1), marks: [], ends: true,
      tall: most * 17, text: (place) => (place === null ? "" : String(place)),
    };
  },
  by_gap: ({ skaters }) => {
    const known = skaters.flatMap(({ gap_us }) => gap_us).filter((gap) => gap !== null);
    const most = Math.max(5e6, ...known);
    const step = [1, 2, 5, 10, 20, 30, 60].find((seconds) => most / 1e6 / seconds <= 6) ?? 120;
    return {
      of: ({ gap_us }) => gap_us, high: (gap) => gap / most, ends: false, tall: 240,
      marks: Array.from({ length: Math.floor(most / 1e6 / step) + 1 }, (_, n) => [n * step * 1e6, n ? `+${n * step}` : "0"]),
      text: (gap) => (gap === null ? "" : (Math.floor(gap / 10000) / 100).toFixed(2)),
    };
  },
  by_points: ({ skaters }) => {
    const most = Math.max(5, ...skaters.flatMap(({ points }) => points));
    // A finish is worth twelve sprints, so that heights grow with the root of the points.
    return {
      of: ({ points }) => points, high: (points) => 1 - Math.sqrt(points / most), ends: false, tall: 240,
      marks: [0, 1, 3, 5, 10, 20, 40, 60].filter((points) => points <= most).map((points) => [points, String(points)]),
      text: (points) => (points === null ? "" : String(points)),
    };
  },
};

function drawing(series, laps, { width, done, picked, label, pick }) {
  const tall = series.tall + TOP + BOTTOM;
  const x = (lap) => LEFT + ((width - LEFT - RIGHT) * (lap - 1)) / Math.max(laps.laps - 1, 1);
  const y = (value) => TOP + series.high(value) * series.tall;
  const half = (x(2) - x(1)) / 2 || 10;
  const every = half * 2 < 18 ? 2 : 1;
  const numbers = Array.from({ length: laps.laps }, (_, place) => place + 1).filter((lap) => lap % every === 0 || lap === laps.laps);
  const order = [...laps.skaters].sort((one, other) => (one.bib === picked) - (other.bib === picked));
  return svg("svg", { class: "chart", viewBox: `0 0 ${width} ${tall}`, height: tall, role: "img", "aria-label": label },
    Object.keys(laps.sprints).map((lap) => svg("rect", { class: "chart-sprint", x: x(Number(lap)) - half * 0.8, y: TOP - 10, width: half * 1.6, height: series.tall + 20 })),
    series.marks.map(([value, text]) => [svg("line", { class: "chart-grid", x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }), svg("text", { x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, text)]).flat(),
    numbers.map((lap) => svg("text", { x: x(lap), y: tall - 4, "text-anchor": "middle" }, String(lap))),
    order.map((skater) => lineOf(skater, series, { x, y, done, isPicked: skater.bib === picked, pick })));
}

function lineOf(skater, series, { x, y, done, isPicked, pick }) {
  const values = series.of(skater).slice(0, done);
  const points = values.map((value, place) => (value === null ? null : [x(place + 1), y(value)]));
  const path = points.map((point, place) => (point ? `${points[place - 1] ? "L" : "M"}${point[0].toFixed(1)} ${point[1].toFixed(1)}` : "")).join("");
  const last = points.findLastIndex((point) => point !== null), first = points.findIndex((point) => point !== null);
  const dots = points.filter((point) => point !== null).map(([cx, cy]) => svg("circle", { class: "chart-dot", cx, cy, r: 3 }));
  const ends = last < 0 ? [] : [
    (series.ends || isPicked) && svg("text", { class: "chart-bib", x: points[last][0] + 8, y: points[last][1] + 4 }, String(skater.bib)),
    series.ends && svg("text", { x: points[first][0] - 8, y: points[first][1] + 4, "text-anchor": "end" }, String(skater.bib)),
  ].filter(Boolean);
  return svg("g", { class: isPicked ? "chart-picked" : "", onpointerenter: () => pick(skater.bib) },
    svg("path", { class: "chart-reach", d: path }), svg("path", { class: "chart-line", d: path }), dots, ends);
}

function tableOf(series, laps, done, say, kind) {
  const numbers = Array.from({ length: done }, (_, place) => place + 1);
  return el("table", {}, el("caption", { class: "spoken" }, say(kind)),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, say("skater")), numbers.map((lap) => el("th", { scope: "col" }, el("span", { class: "spoken" }, say("lap", { n: lap })), el("span", { "aria-hidden": "true" }, String(lap)))))),
    el("tbody", {}, laps.skaters.map((skater) => el("tr", {}, el("th", { scope: "row" }, `${skater.bib} ${skater.name}`),
      numbers.map((lap) => el("td", {}, series.text(series.of(skater)[lap - 1] ?? null)))))));
}
