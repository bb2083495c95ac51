// What of an official's words is in the log, what waits, and what was refused: always in sight.

import { el, put, sign } from "./pieces.js";
import { signIn } from "./session.js";

const FRESH = 6000; // ms for which it is shown that something was stored

export class QueueBar {
  /**
   * `mend(entry)` opens the form of a refused entry again. With a `below`, the bar is one line of one
   * height, so that nothing moves under a finger, and what needs more words stands there.
   */
  constructor(queue, { mend = null, below = null } = {}) {
    Object.assign(this, { queue, mend, below });
    this.node = el("div", { class: "queue", role: "status" });
    this.stored = null;
  }

  update() {
    const { queue } = this;
    const waiting = queue.waiting, foreign = queue.foreign;
    this.#notice(queue.all.filter(({ state }) => state === "stored").at(-1));
    const data = [waiting.length, queue.refused, foreign.length, queue.strange.length, queue.state, queue.forgets, this.stored?.key];
    const more = () => [...queue.refused.map((entry) => this.#refused(entry)), this.#foreign(foreign), this.#strange(queue.strange), queue.forgets ? el("p", { class: "queue-line out" }, sign("cross"), " This browser keeps nothing: do not close or reload the page while something waits.") : null];
    put(this.node, data, () => [this.#waits(waiting.length - foreign.length, queue.refused.length), ...(this.below ? [] : more())]);
    if (this.below) put(this.below, data, more);
  }

  #notice(last) {
    if (!last || last.key === this.stored?.key || Date.now() - last.made > FRESH) return;
    this.stored = last;
    setTimeout(() => { this.stored = null; this.update(); }, FRESH);
  }

  #waits(count, refused) {
    if (this.below && refused && !count) return el("p", { class: "queue-line queue-refused" }, sign("cross"), `${refused} not taken: see below`);
    if (this.queue.state === "signed out") return el("p", { class: "queue-line queue-waits" }, `You are signed out; ${count} ${count === 1 ? "word waits" : "words wait"}. `, el("button", { type: "button", onclick: signIn }, "Sign in"));
    if (count) return el("p", { class: "queue-line queue-waits" }, `${count} ${count === 1 ? "waits" : "wait"}${this.queue.state === "lost" ? ": no connection. Go on, nothing is lost." : " to be stored"}`);
    if (this.stored) return el("p", { class: "queue-line queue-stored" }, `Stored as record ${this.stored.number}: ${this.stored.says}`);
    return el("p", { class: "queue-line frost" }, this.queue.state === "lost" ? "No connection. Go on, nothing is lost." : "All is stored");
  }

  #refused(entry) {
    return el("p", { class: "queue-line queue-refused" }, sign("cross"), el("span", {}, el("strong", {}, `Not taken: ${entry.says}. `), entry.error ?? ""),
      this.mend && entry.form ? el("button", { type: "button", onclick: () => { this.queue.forget(entry.key); this.mend(entry); } }, "Mend") : null,
      el("button", { type: "button", onclick: () => this.queue.again(entry.key) }, "Try again"),
      el("button", { type: "button", onclick: () => this.queue.forget(entry.key) }, "Put away"));
  }

  #foreign(entries) {
    if (!entries.length) return null;
    const whose = [...new Set(entries.map(({ by }) => by))].join(" and ");
    return this.#held(entries, `${entries.length} from ${whose} ${entries.length === 1 ? "waits" : "wait"} until ${whose} signs in on this device.`);
  }

  #strange(entries) {
    return entries.length ? this.#held(entries, `${entries.length} of another meet ${entries.length === 1 ? "waits" : "wait"} here, and ${entries.length === 1 ? "is" : "are"} not sent to this one.`) : null;
  }

  #held(entries, words) {
    return el("p", { class: "queue-line queue-waits" }, words,
      el("button", { type: "button", onclick: () => entries.forEach(({ key }) => this.queue.forget(key)) }, "Throw away"));
  }
}
