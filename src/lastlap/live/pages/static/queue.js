// What an official said on this page, kept in the browser until the log has it: exactly once, and in order.
//
// Every entry has its own key, which the server knows again; its own reading of the clocks; and a
// place of its own in `localStorage`, written before anything is shown or sent. So a reload, a
// closed lid or two windows of the same pad lose nothing and double nothing.

import { ask } from "./session.js";

const PREFIX = "lastlap.queue:";
const AT_ONCE = 40; // entries in one request
const FIRST_WAIT = 500, LONGEST_WAIT = 2000; // ms between two tries
const LISTEN = 20_000; // ms after which the clocks are compared again
const KEPT_FOR = 36 * 3600e3; // ms for which this browser remembers what was stored

export class Queue {
  #entries = new Map();
  #timer = null;
  #busy = false;
  #wait = FIRST_WAIT;
  #next = 1;

  /** `changed()` is called whenever an entry or the state has changed. */
  constructor(clock, changed) {
    this.clock = clock;
    this.changed = changed;
    this.by = null;
    /** "ok", "lost" (no answer), "signed out". */
    this.state = "ok";
    /** Whether this browser keeps nothing: then nobody may reload the page. */
    this.forgets = false;
    this.#load();
    addEventListener("storage", ({ key, newValue }) => { if (key?.startsWith(PREFIX)) this.#elsewhere(key, newValue); });
    addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.send(); });
    setInterval(() => this.#listen(), LISTEN);
  }

  /** From now on entries are of this person, and those that they left are sent. */
  signedIn(name) {
    this.by = name;
    if (this.state === "signed out") this.state = "ok";
    this.send();
  }

  /**
   * Keep an event, and send it as soon as may be. With a `reading` of the clocks, its `at` is that
   * moment, or so many microseconds `ago`. With `back`, it takes back what another entry (by key) said.
   */
  add(race, event, { reading = null, ago = 0, back = null, says = "", form = null } = {}) {
    const entry = { key: newKey(), seq: this.#next++, made: Date.now(), race, event, reading, ago, back, says, form, by: this.by, meet: this.clock.meet, state: "waits", tried: false, number: null, error: null };
    this.#keep(entry);
    this.changed();
    this.send();
    return entry;
  }

  /** Take an entry back: at once if it never left this page, else by a word to the log. */
  takeBack(key, why = "") {
    const entry = this.#entries.get(key);
    if (!entry || entry.state === "refused" || (entry.state === "waits" && !entry.tried)) return this.forget(key);
    return this.add(entry.race, { type: "RecordRetracted", number: entry.number ?? 0, why }, { back: key, says: `taken back: ${entry.says}` });
  }

  /** Remove an entry from this browser. */
  forget(key) {
    this.#entries.delete(key);
    try { localStorage.removeItem(PREFIX + key); } catch { /* it keeps nothing anyway */ }
    this.changed();
    return null;
  }

  get(key) { return this.#entries.get(key); }

  /** Send a refused entry once more: what stood against it may have changed. */
  again(key) {
    this.#keep({ ...this.#entries.get(key), state: "waits", error: null });
    this.changed();
    this.send();
  }

  /** Every entry of a race, first to last. */
  of(race) { return this.all.filter((entry) => entry.race === race); }

  /** Every entry of this meet, first to last. */
  get all() { return this.#sorted.filter((entry) => this.#isHere(entry)); }
  get waiting() { return this.all.filter(({ state }) => state === "waits"); }
  get refused() { return this.all.filter(({ state }) => state === "refused"); }

  /** Those of somebody else who used this browser: they wait until that person signs in again. */
  get foreign() { return this.waiting.filter((entry) => this.by !== null && entry.by !== null && entry.by !== this.by); }

  /** Those of another meet, which was served at this address before: they are never sent to this one. */
  get strange() { return this.#sorted.filter((entry) => entry.state === "waits" && !this.#isHere(entry)); }

  get #sorted() { return [...this.#entries.values()].sort((one, other) => one.seq - other.seq); }
  #isHere({ meet }) { return meet === null || meet === this.clock.meet; }

  /** Whether what an entry said is taken back, or will be. */
  isTakenBack(key) { return this.all.some(({ back, state }) => back === key && state !== "refused"); }

  /** Send what waits, now. */
  send() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#busy) this.#run();
  }

  async #run() {
    this.#busy = true;
    let ready = [];
    try {
      while ((ready = this.#ready()).length) if (!(await this.#sent(ready))) break;
    } finally {
      this.#busy = false;
    }
    if (!ready.length && this.state === "lost" && (await this.clock.ask())) this.#says("ok");
    if (ready.length || this.state === "lost") this.#timer = setTimeout(() => this.send(), this.#later());
  }

  #later() {
    const wait = this.#wait * (0.5 + Math.random() / 2);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    return wait;
  }

  /** The next entries that can be sent together: of one race, and none that needs another's number first. */
  #ready() {
    const mine = this.waiting.filter((entry) => entry.by === null || entry.by === this.by);
    if (!this.by || !mine.length) return [];
    const ready = [];
    for (const entry of mine.filter(({ race }) => race === mine[0].race)) {
      if (entry.back && !this.#resolved(entry)) break;
      if (this.#entries.has(entry.key)) ready.push(this.#entries.get(entry.key));
      if (ready.length === AT_ONCE) break;
    }
    return ready;
  }

  /** Whether the number of what is to be taken back is known. Where that was refused, there is nothing to take back. */
  #resolved(entry) {
    const other = this.#entries.get(entry.back);
    if (!other || other.state === "refused") {
      if (!entry.event.number) this.forget(entry.key);
      return true;
    }
    if (other.state === "waits") return false;
    if (entry.event.number !== other.number) this.#keep({ ...entry, event: { ...entry.event, number: other.number } });
    return true;
  }

  /** Send entries; whether the server took them all in, stored or refused. */
  async #sent(entries) {
    if ((!this.clock.isFresh || this.state === "lost") && !(await this.clock.ask())) return this.#lost();
    // Whatever was taken back while the clock was asked never leaves.
    const leaving = entries.filter(({ key }) => this.#entries.has(key));
    if (!leaving.length) return true;
    for (const { key } of leaving) this.#keep({ ...this.#entries.get(key), tried: true });
    const items = leaving.map(({ key }) => this.#item(this.#entries.get(key)));
    const { ok, status, data, error } = await ask("POST", `/api/races/${encodeURIComponent(leaving[0].race)}/events:batch`, items);
    if (!ok) return this.#failed(leaving, status, error);
    this.#wait = FIRST_WAIT;
    this.#says("ok");
    return data.map((told) => this.#told(told)).every(Boolean);
  }

  #item({ key, event, reading, ago }) {
    return { key, event: reading === null ? event : { ...event, at: this.clock.moment(reading) - ago } };
  }

  #told({ key, number, error, status }) {
    const entry = this.#entries.get(key);
    if (!entry) return true;
    if (number !== undefined && number !== null) this.#keep({ ...entry, state: "stored", number, error: null });
    else if (status === 401 || status === 429 || status >= 500) return false;
    else this.#keep({ ...entry, state: "refused", error });
    this.changed();
    return true;
  }

  #failed(entries, status, error) {
    if (status === 0 || status === 429 || status >= 500) return this.#lost();
    if (status === 401) { this.#says("signed out"); return false; }
    for (const { key } of entries) this.#keep({ ...this.#entries.get(key), state: "refused", error });
    this.changed();
    return true;
  }

  #lost() {
    this.#says("lost");
    return false;
  }

  #says(state) {
    if (state === this.state) return;
    this.state = state;
    this.changed();
  }

  async #listen() {
    if (document.hidden) return;
    const heard = await this.clock.ask();
    if (heard && this.state === "lost") this.#says("ok");
    if (this.waiting.length) this.send();
  }

  // What the browser keeps

  #keep(entry) {
    this.#entries.set(entry.key, entry);
    try {
      localStorage.setItem(PREFIX + entry.key, JSON.stringify(entry));
    } catch {
      this.forgets = true;
    }
  }

  #load() {
    try {
      for (const name of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) this.#loaded(name);
    } catch {
      this.forgets = true;
    }
  }

  /** Another window of this browser wrote or removed an entry. */
  #elsewhere(name, text) {
    if (text === null) this.#entries.delete(name.slice(PREFIX.length));
    else this.#loaded(name);
    this.changed();
  }

  #loaded(name) {
    const entry = JSON.parse(localStorage.getItem(name) ?? "null");
    if (entry === null) return;
    if (entry.state === "stored" && Date.now() - entry.made > KEPT_FOR) { localStorage.removeItem(name); return; }
    const known = this.#entries.get(entry.key);
    if (!known || known.state === "waits") this.#entries.set(entry.key, entry);
    this.#next = Math.max(this.#next, entry.seq + 1);
  }
}

// `crypto.randomUUID` is there over TLS only, and a rink without internet often has none.
const newKey = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
