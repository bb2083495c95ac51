// What the server says, as it says it: streams that come back by themselves, and the meet's clock.

const FIRST_WAIT = 300; // ms before the first try to come back; each further try waits up to twice as long
const LONGEST_WAIT = 2000; // so that a page is there again within 3 s of the server
const QUIET = 45_000; // ms without a frame after which a page asks whether anybody is there
const ASK_EVERY = 20_000; // ms between two looks at the meet, for a page that stays with one race
const SAMPLES = 8; // the latest frames that the clock is told from

/** The meet's clock as far as frames tell it: its moment now, in microseconds. */
export class MeetClock {
  #samples = [];
  #rate = 1;

  /** Take the moment that a frame was made at. The frame took a while to come, so the earliest reading is best. */
  heard(now_us) {
    if (typeof now_us !== "number") return;
    const last = this.#samples.at(-1);
    if (last && now_us < last.now_us) this.#samples = []; // another server, another clock
    this.#samples.push({ now_us, here: performance.now() });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    this.#rate = this.#paced();
  }

  get known() { return this.#samples.length > 0; }

  now() {
    const moments = this.#samples.map(({ now_us, here }) => now_us + (performance.now() - here) * 1000 * this.#rate);
    return moments.length ? Math.max(...moments) : null;
  }

  /** The meet's moment when this browser's clock showed so many ms since 1970. */
  then(ms) {
    const now = this.now();
    return now === null ? ms * 1000 : now - (Date.now() - ms) * 1000 * this.#rate;
  }

  /** How fast the meet's clock runs: 1, or more where a night is played again faster. */
  #paced() {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    const passed = last.here - first.here;
    if (passed < 1000) return this.#rate;
    const rate = (last.now_us - first.now_us) / 1000 / passed;
    return rate < 1.5 ? 1 : rate;
  }
}

/**
 * Follow a stream of whole objects. `told(data)` gets each one that is new, `state({word, since})` what
 * becomes of the connection: "waiting" for the first frame, "connected", or "lost" since a moment (ms).
 * With `rests`, the stream is let go while nobody looks at the page. The answer ends it.
 */
export function follow(url, told, state = () => {}, { rests = false } = {}) {
  let source = null, timer = null, quiet = null, wait = FIRST_WAIT;
  let word = "", version = null, known = false, heard = Date.now();

  function says(next) {
    if (next === word || (next === "waiting" && word === "lost")) return;
    word = next;
    state({ word, since: heard });
  }

  function open() {
    close();
    if (rests && document.hidden) return;
    source = new EventSource(url);
    source.onmessage = ({ data, lastEventId }) => {
      wait = FIRST_WAIT;
      heard = Date.now();
      known = true;
      says("connected");
      watch();
      if (lastEventId && lastEventId === version) return told(JSON.parse(data), false);
      version = lastEventId;
      told(JSON.parse(data), true);
    };
    source.onopen = () => { if (known) says("connected"); };
    source.onerror = again;
    watch();
  }

  function close() {
    clearTimeout(timer);
    clearTimeout(quiet);
    source?.close();
    source = null;
  }

  function again() {
    close();
    says(known ? "lost" : "waiting");
    timer = setTimeout(open, wait * (0.5 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  /** A dead line tells nothing: whoever hears nothing for long has to ask. */
  function watch() {
    clearTimeout(quiet);
    quiet = setTimeout(ask, QUIET * (0.8 + Math.random() * 0.4));
  }

  async function ask() {
    try {
      const answer = await fetch("/api/now", { cache: "no-store", signal: AbortSignal.timeout(5000) });
      if (!answer.ok) throw new Error(String(answer.status));
      heard = Date.now();
      watch();
    } catch {
      again();
    }
  }

  const wake = () => (document.hidden ? rests && close() : source && !rests ? ask() : open());
  const online = () => { wait = FIRST_WAIT; open(); };
  const offline = () => { close(); if (known) says("lost"); };
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", online);
  addEventListener("offline", offline);
  says("waiting");
  open();
  return () => {
    close();
    document.removeEventListener("visibilitychange", wake);
    removeEventListener("online", online);
    removeEventListener("offline", offline);
  };
}

/**
 * Follow the boards of one race: the one that is named, or without a name the meet's current one.
 * `board(board)` gets each new board, `meet(meet)` each new meet; the state of a race that is not there is "missing".
 * A race that was seen to end stays for `stays` ms,
 * or until the next one is on the ice: nobody wants to read half a result.
 */
export function followRace(name, { board, meet = () => {}, state = () => {}, rests = false, stays = 300_000, fixed = name !== null }) {
  let chosen = name, shown = null, leave = () => {}, newest = null, ended = null, timer = null;

  function show(race) {
    if (race === shown) return;
    leave();
    shown = race;
    ended = null;
    leave = race === null ? () => {} : follow(streamOf(race), told, state, { rests });
  }

  let skated = false;

  function told(data) {
    if (isSkated(data)) skated = true;
    if (isOver(data) && skated && ended === null) ended = Date.now();
    if (!isOver(data)) ended = null;
    board(data);
  }

  function turn() {
    clearTimeout(timer);
    const current = chosen ?? newest?.current ?? null;
    const left = ended === null ? 0 : ended + stays - Date.now();
    const next = newest && racesOf(newest).find(({ id }) => id === current);
    if (chosen === null && current !== shown && left > 0 && !(next && isSkated(next))) {
      timer = setTimeout(turn, left);
      return;
    }
    if (current !== shown) skated = false;
    show(current);
  }

  // A browser has six connections to one place: a page that stays with its race needs no stream of the meet.
  const hear = fixed ? ask : follow;
  const end = hear(fixed ? "/api/meet" : "/api/meet/stream", (data) => {
    newest = data;
    meet(data);
    if (chosen !== null && !racesOf(data).some(({ id }) => id === chosen)) {
      leave();
      shown = null;
      state({ word: "missing", since: Date.now() });
      return;
    }
    // The board may still be on its way that says that the race is over.
    if (chosen === null && skated && ended === null && data.current !== shown) ended = Date.now();
    turn();
  }, ({ word, since }) => { if (shown === null) state({ word, since }); }, { rests });
  if (chosen) show(chosen);
  return {
    /** Show another race from now on; `null` follows the current one. */
    choose(race) {
      chosen = race;
      ended = null;
      turn();
    },
    end() {
      clearTimeout(timer);
      leave();
      end();
    },
  };
}

/** Ask for an object now and then; the answer ends it. */
function ask(url, told) {
  const once = async () => { const data = document.hidden ? null : await read(url); if (data) told(data); };
  const timer = setInterval(once, ASK_EVERY);
  once();
  return () => clearInterval(timer);
}

/** All races of a meet, in the order of its plan. */
export const racesOf = (meet) => meet.competitions.flatMap(({ phases }) => phases.flatMap(({ races }) => races));

/** The race that the page's address names, as in `/scoreboard/w-final`, or null. */
export const raceOfAddress = () => decodeURIComponent(location.pathname.split("/")[2] ?? "") || null;

export const streamOf = (race) => `/api/races/${encodeURIComponent(race)}/stream`;

/** What a GET tells, or null if nothing does. */
export async function read(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(8000) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

// Time as the sport prints it: cut, never rounded.

/** A duration in microseconds as `8:32.8`, or without decimals as `8:32`. */
export function clock(us, places = 1) {
  if (us === null || us === undefined) return "";
  const whole = Math.floor(Math.max(us, 0) / 1e6);
  const decimals = places ? "." + String(Math.floor(Math.max(us, 0) % 1e6)).padStart(6, "0").slice(0, places) : "";
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}${decimals}`;
}

/** A moment on the rink's clock as `19:31:05`, or without seconds as `19:31`. */
export function timeOfDay(us, utcOffset = 0, seconds = true) {
  if (us === null || us === undefined) return "";
  return new Date(us / 1000 + utcOffset * 60_000).toISOString().slice(11, seconds ? 19 : 16);
}

/** What the race clock shows now, in microseconds; where the race is over, what it showed last. */
export function raceClock(board, meetClock) {
  if (board.gun_us === null || board.gun_us === undefined) return null;
  if (!isSkated(board)) return board.clock_us;
  const now = meetClock.now();
  return now === null ? board.clock_us : Math.max(now - board.gun_us, board.clock_us ?? 0);
}

/** Whether skaters are on the ice and the clock runs. */
export const isSkated = ({ status }) => ["running", "stopped", "neutralised"].includes(status);

/** Whether nobody skates any more. */
export const isOver = ({ status }) => ["finished", "unofficial", "protested", "official", "corrected"].includes(status);
