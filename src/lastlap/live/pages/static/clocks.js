// When something was done on this page, on the meet's clock: also without a connection, after a reload, or after sleep.
//
// A page has two clocks. The steady one (`performance.now`) is never set, but starts anew with each
// page, and on many tablets stands still while they sleep. The wall clock goes on, but may be set.
// A reading keeps both. The clock that has kept its distance to the meet's clock, from the last
// contact before the reading to the newest one, is the one that is believed.

import { keep, kept } from "./words.js";

const MEET = "lastlap.meet"; // under this name the browser keeps which meet it saw last
const PAGE = crypto.getRandomValues(new Uint32Array(2)).join("-"); // which page the steady clock is of
const AGREES = 400_000; // microseconds by which a clock may drift against the meet's in an hour or two, and more
const CONTACTS = 6; // the latest contacts, of which the quickest tells best
const PATIENCE = 4000; // ms
const FRESH = 30e6; // microseconds for which a contact is new enough, if no clock has been set and nobody slept

export class RinkClock {
  #contacts = [];

  /** Ask the server for the meet's clock. Whether it answered. */
  async ask() {
    const sent = readings();
    try {
      const answer = await fetch("/api/now", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) return false;
      const { now_us, began_us } = await answer.json();
      this.#is(began_us);
      this.met(now_us, sent, readings());
      return true;
    } catch {
      return false;
    }
  }

  /** Which meet it is, as far as this browser knows: two meets may be served at one address, one after the other. */
  get meet() { return kept(MEET); }

  #is(began_us) {
    const before = this.meet, meet = String(began_us);
    keep(MEET, meet);
    if (before !== null && before !== meet) location.reload(); // nothing of the other meet may stand on this page
  }

  /** Whether the newest contact still tells the moment, so that nobody need be asked. */
  get isFresh() {
    const newest = this.#contacts.at(-1), now = readings();
    if (!newest) return false;
    const [steady, wall] = [now.steady - newest.steady, now.wall - newest.wall];
    return steady < FRESH && Math.abs(steady - wall) < AGREES;
  }

  /** Take what the meet's clock was at some moment between two readings. */
  met(now_us, sent, heard) {
    const took = heard.steady - sent.steady;
    const contact = { ...heard, meet: now_us + Math.round(took / 2), took };
    if (this.#contacts.some((one) => !isConsistent(one, contact))) this.#contacts = []; // one of the clocks was set, or stood still
    this.#contacts.push(contact);
    if (this.#contacts.length > CONTACTS) this.#contacts.shift();
  }

  get known() { return this.#contacts.length > 0; }

  /** The contact that took least time, and so tells best. */
  get contact() {
    return this.#contacts.reduce((best, one) => (best === null || one.took < best.took ? one : best), null);
  }

  /** The meet's clock now, in microseconds, or null. */
  now() {
    const { contact } = this;
    return contact === null ? null : contact.meet + readings().steady - contact.steady;
  }

  /** What has to be kept of this moment, so that it can be told later. */
  reading() {
    const { contact } = this;
    return { ...readings(), contact: contact && { wall: contact.wall, steady: contact.steady, page: contact.page, meet: contact.meet } };
  }

  /** The moment of a reading on the meet's clock, in microseconds; null before the first contact. */
  moment(reading) {
    return this.contact === null ? null : momentOf(reading, this.contact);
  }
}

const readings = () => ({ wall: Date.now() * 1000, steady: Math.round(performance.now() * 1000), page: PAGE });

const isConsistent = (one, other) =>
  ["wall", "steady"].every((clock) => Math.abs((other.meet - one.meet) - (other[clock] - one[clock])) < AGREES);

/** The moment of a reading, as the contact before it (kept with it) and the newest contact tell. */
export function momentOf(reading, contact) {
  const told = [];
  if (reading.page === contact.page) told.push(between(reading, contact, "steady", reading.contact?.page === reading.page));
  told.push(between(reading, contact, "wall", Boolean(reading.contact)));
  const believed = told.find(({ since, until }) => since === null || Math.abs(since - until) < AGREES);
  if (believed) return believed.until;
  // Both clocks lost their distance: what was known before the reading is as near as anything.
  return told.find(({ since }) => since !== null)?.since ?? told[0].until;
}

/** What one clock says: counted on from the contact before the reading, and back from the newest. */
function between(reading, contact, clock, hasBefore) {
  const until = Math.round(contact.meet - (contact[clock] - reading[clock]));
  return { until, since: hasBefore ? Math.round(reading.contact.meet + reading[clock] - reading.contact[clock]) : null };
}
