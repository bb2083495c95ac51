// The form of an action: filled by keys or by taps, with what it would change, and kept until it is posted.

import { ACTIONS, eventOf, fieldsOf } from "./actions.js";
import { parseOrder } from "./order.js";
import { cap, el } from "./pieces.js";
import { keep, kept } from "./words.js";

const DRAFT = "lastlap.draft:";
const BY_TAP = ["bib", "bibs", "order"];

/**
 * The one form of the desk. `context()` tells how the race stands, `preview(event)` asks the server
 * what would change, `post(action, said)` sends it on its way.
 */
export class Form {
  #action = null;
  #inputs = new Map();
  #tapped = null;
  #reading = null;
  #shown = null;

  constructor({ race, context, preview, post, clock }) {
    Object.assign(this, { race, context, preview, post, clock });
    this.title = el("h2", { id: "form-title" });
    this.body = el("div", { class: "form-fields" });
    this.caps = el("div", { class: "form-caps", role: "group", "aria-label": "Skaters, to tap" });
    this.error = el("p", { class: "form-error out", role: "alert" });
    this.changes = el("div", { class: "form-changes", "aria-live": "polite" });
    this.go = el("button", { type: "submit", class: "first" });
    this.look = el("button", { type: "button", onclick: () => this.#look() }, "What changes?");
    const leave = el("button", { type: "button", onclick: () => this.close() }, "Leave it", el("kbd", {}, "Esc"));
    const form = el("form", { class: "form", method: "dialog", onsubmit: (event) => { event.preventDefault(); this.#submit(); } },
      this.title, this.body, this.caps, this.error, this.changes, el("div", { class: "form-end" }, this.go, this.look, leave));
    this.node = el("dialog", { class: "sheet", "aria-labelledby": "form-title", oncancel: () => this.#forget() }, form);
    this.node.addEventListener("input", () => this.#typed());
    // Enter posts from every field, also where the browser would not have it so.
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "SELECT") return;
      event.preventDefault();
      form.requestSubmit();
    });
  }

  get isOpen() { return this.node.open; }

  /** Open the form of an action, with what is known already. */
  open(action, preset = {}, { reading = this.clock.reading(), says = null, item = null } = {}) {
    if (this.isOpen) return;
    Object.assign(this, { item, says });
    this.#action = action;
    this.#reading = reading;
    this.#inputs.clear();
    this.#tapped = null;
    const context = this.#context();
    this.title.textContent = says ?? action.name;
    this.body.replaceChildren(...fieldsOf(action, context).map((field) => this.#field(field, preset, context)));
    this.#drawCaps(context);
    this.look.hidden = !action.type;
    this.#reset();
    this.node.showModal();
    (this.body.querySelector("[data-empty]") ?? this.body.querySelector("input, select"))?.focus();
    this.#typed();
  }

  /** Open what was being filled when the page went away; whether there was something. */
  reopen() {
    for (const action of ACTIONS) {
      const draft = JSON.parse(kept(this.#draft(action)) ?? "null");
      if (!draft) continue;
      this.open(action, draft.values, draft);
      return true;
    }
    return false;
  }

  close() {
    this.#forget();
    this.node.close();
  }

  /** What is known of the race, with what the form was opened for. */
  #context() { return { ...this.context(), ...(this.item ?? {}) }; }

  #draft(action) { return `${DRAFT}${this.clock.meet ?? ""}:${this.race}:${action.id}`; }
  #forget() { if (this.#action) keep(this.#draft(this.#action), null); }

  get values() { return Object.fromEntries([...this.#inputs].map(([name, input]) => [name, input.type === "checkbox" ? String(input.checked) : input.value])); }

  #field(field, preset, context) {
    const id = `field-${field.name}`;
    const start = preset[field.name] ?? field.value?.(context) ?? "";
    const input = control(field, id, start);
    this.#inputs.set(field.name, input);
    if (BY_TAP.includes(field.kind)) {
      this.#tapped ??= input;
      input.addEventListener("focus", () => { this.#tapped = input; });
    }
    if (field.required && start === "") input.dataset.empty = "";
    if (field.kind === "yes") return el("label", { class: "form-yes", for: id }, input, field.label);
    return el("div", { class: "form-field" },
      el("label", { for: id }, field.label, field.required || field.kind === "choice" ? null : el("span", { class: "frost" }, " (may stay empty)")),
      input, field.offers ? el("datalist", { id: `${id}-offers` }, field.offers.map((text) => el("option", { value: text }))) : null,
      field.hint ? el("p", { class: "hint", id: `${id}-hint` }, field.hint) : null,
      BY_TAP.includes(field.kind) ? el("p", { class: "form-read", "data-read": field.name }) : null);
  }

  #drawCaps({ board }) {
    const lines = [...board.standings].sort((one, other) => one.bib - other.bib);
    this.caps.hidden = this.#tapped === null;
    this.caps.replaceChildren(...lines.map(({ bib, name }) => el("button", { type: "button", class: "form-cap", title: name, onclick: () => this.#tap(bib) }, cap(bib))));
  }

  #tap(bib) {
    const input = this.#tapped;
    const kind = input.dataset.kind;
    if (kind === "bib") input.value = String(bib);
    else input.value = toggled(input.value, bib);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Something was typed: keep it, read it back, and what was shown of changes is no longer so. */
  #typed() {
    if (!this.isOpen) return;
    const { names } = this.#context();
    for (const node of this.body.querySelectorAll("[data-read]")) {
      const input = this.#inputs.get(node.dataset.read);
      node.textContent = readBack(input.value, input.dataset.kind, names);
    }
    keep(this.#draft(this.#action), JSON.stringify({ values: this.values, reading: this.#reading, says: this.says, item: this.item }));
    this.#reset();
  }

  #reset() {
    this.#shown = null;
    this.error.textContent = "";
    this.changes.replaceChildren();
    this.go.replaceChildren(this.#mustLook() ? "Show what changes" : "Post", el("kbd", {}, "Enter"));
  }

  #mustLook() { return Boolean(this.#action.type && (this.#action.preview || this.#action.previewIf?.(this.values))); }

  #said() {
    const said = eventOf(this.#action, this.values, this.#context());
    this.error.textContent = said.error ?? "";
    return said.error ? null : { ...said, reading: said.timed ? this.#reading : null };
  }

  async #submit() {
    if (this.#mustLook() && this.#shown !== JSON.stringify(this.values)) return this.#look();
    const said = this.#action.type ? this.#said() : { values: this.values };
    if (!said) return;
    const [action, values] = [this.#action, this.values];
    this.close();
    this.post(action, { ...said, values });
  }

  async #look() {
    const said = this.#said();
    if (!said) return;
    const values = JSON.stringify(this.values);
    this.go.disabled = true;
    const node = await this.preview(said);
    this.go.disabled = false;
    if (!this.isOpen || JSON.stringify(this.values) !== values) return;
    this.changes.replaceChildren(node);
    if (node.dataset.refused !== undefined) return;
    this.#shown = values;
    this.go.replaceChildren("Post", el("kbd", {}, "Enter"));
    this.go.focus();
  }
}

/** The control of a field. */
function control(field, id, start) {
  const shared = { id, name: field.name, "data-kind": field.kind, required: false, "aria-required": field.required ? "true" : null, "aria-describedby": field.hint ? `${id}-hint` : null };
  if (field.kind === "choice") return el("select", shared, field.options.map(([code, text]) => el("option", { value: code, selected: code === start }, code === text ? code : `${code}: ${text}`)));
  if (field.kind === "yes") return el("input", { ...shared, type: "checkbox", checked: start === "true" });
  const numeric = ["bib", "lap", "count"].includes(field.kind) && !field.signed;
  return el("input", { ...shared, type: "text", autocomplete: "off", inputmode: numeric ? "numeric" : null, list: field.offers ? `${id}-offers` : null, value: String(start) });
}

/** The bibs as typed, with this one added, or taken out if it is the last. */
function toggled(text, bib) {
  const tokens = text.trim().split(/\s+/).filter(Boolean);
  if (tokens.at(-1) === String(bib)) tokens.pop();
  else if (!tokens.includes(String(bib))) tokens.push(String(bib));
  return tokens.join(" ");
}

/** What was typed, as names. */
function readBack(text, kind, names) {
  if (!text.trim()) return "";
  if (kind !== "order") return text.split(/[\s,;]+/).filter(Boolean).map((one) => names.get(Number(one)) ?? `${one}: nobody`).join(", ");
  const { bibs, error } = parseOrder(text);
  const name = (one) => names.get(one) ?? `${one}: nobody`;
  return error ?? bibs.map((one, place) => `${place + 1}. ${Array.isArray(one) ? one.map(name).join(" = ") : name(one)}`).join("  ");
}

/** Ask once: whether to do it. */
export function agreed(text, verb) {
  return new Promise((decide) => {
    const dialog = el("dialog", { class: "sheet", "aria-labelledby": "ask" },
      el("form", { class: "form", method: "dialog" }, el("h2", { id: "ask" }, text),
        el("div", { class: "form-end" }, el("button", { class: "first", value: "yes" }, verb), el("button", { value: "" }, "Leave it", el("kbd", {}, "Esc")))));
    dialog.addEventListener("close", () => { dialog.remove(); decide(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** What would change, as the server's preview tells. */
export function changesNode(answer, { names }) {
  if (answer.error) return el("p", { class: "notice" }, `${answer.error} What changes cannot be shown. What you post is kept, and sent when the connection is back.`);
  const { refused, changes, goes_on } = answer.data;
  if (refused) return el("p", { class: "form-error out", "data-refused": "" }, refused);
  const name = (bib) => `${bib} ${names.get(bib) ?? ""}`;
  const moves = [["Goes on now", goes_on?.in, "sure"], ["Goes on no more", goes_on?.out, "out"]].filter(([, bibs]) => bibs?.length);
  if (!changes.length && !moves.length) return el("p", { class: "form-same" }, "Nothing in the standings changes.");
  const own = changes.filter((change) => !isShift(change));
  return el("div", { class: "form-differs" },
    moves.map(([words, bibs, kind]) => el("p", { class: `form-moves ${kind}` }, el("strong", {}, `${words}: `), bibs.map(name).join(", "))),
    own.length ? changesTable(own) : null, shifts(changes.filter(isShift)).map(([words, bibs]) => el("p", { class: "form-shift" }, el("strong", {}, words), bibs.map((bib) => [" ", cap(bib, "light")]).flat())));
}

/** Whether a skater's place alone changes, because of others. */
const isShift = ({ before, after }) => Boolean(before && after) && ["points", "irm", "laps", "time"].every((what) => before[what] === after[what]) && before.rank !== null && after.rank !== null;

/** Those whose place alone changes, by how far. */
function shifts(changes) {
  const found = new Map();
  for (const { bib, before, after } of changes) {
    const by = before.rank - after.rank;
    const words = `${Math.abs(by)} ${Math.abs(by) === 1 ? "place" : "places"} ${by > 0 ? "up:" : "down:"}`;
    found.set(words, [...(found.get(words) ?? []), bib]);
  }
  return [...found];
}

const changesTable = (changes) => el("table", { class: "changes" },
  el("caption", { class: "spoken" }, "What changes in the standings"),
  el("thead", {}, el("tr", {}, ["Skater", "Before", "After"].map((text) => el("th", { scope: "col" }, text)))),
  el("tbody", {}, changes.map(({ bib, name, before, after }) => el("tr", {},
    el("th", { scope: "row" }, cap(bib), " ", name), el("td", {}, scoreWords(before)), el("td", {}, scoreWords(after))))));

function scoreWords(score) {
  if (!score) return "not there";
  const { rank, points, irm, laps, time } = score;
  const place = rank === null ? "no place" : `place ${rank}`;
  return [irm ?? place, points === 1 ? "1 point" : `${points} points`, laps === 1 ? "1 lap" : `${laps} laps`, time].filter(Boolean).join(", ");
}
