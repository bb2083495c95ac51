// Single keys: which was meant, the card that shows them all, and the switch that turns them off.

import { ACTIONS } from "./actions.js";
import { el } from "./pieces.js";
import { keep, kept } from "./words.js";

const OFF = "lastlap.keys-off";

/** The single key that was pressed, or null where somebody types, or keys are off. */
export function keyOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return null;
  if (event.target.closest?.("input:not([type=checkbox]), select, textarea, [contenteditable]")) return null;
  if (kept(OFF) && event.key !== "?") return null;
  return event.key.length === 1 ? event.key : null;
}

const PLACES = [["1", "Race"], ["2", "Doubts"], ["3", "Passings"], ["4", "Log"], ["5", "Standings"], ["/", "Choose another race"], ["↑ ↓", "Up and down a list"], ["=", "What changes if"], ["?", "This card"], ["Esc", "Leave a form"]];

/** All keys on one card. */
export class KeyCard {
  constructor(run) {
    this.run = run;
    const groups = Map.groupBy ? Map.groupBy(ACTIONS, ({ group }) => group) : grouped(ACTIONS);
    const off = el("input", { type: "checkbox", id: "keys-off", checked: Boolean(kept(OFF)), onchange: ({ target }) => keep(OFF, target.checked ? "1" : null) });
    this.node = el("dialog", { class: "sheet sheet-wide", "aria-labelledby": "keys-title" }, el("form", { class: "form", method: "dialog" },
      el("h2", { id: "keys-title" }, "Every key"),
      el("div", { class: "card-keys" }, [["Places", [["a", "Arm this race"], ...PLACES]], ...[...groups].map(([group, actions]) => [group, actions.map(({ key, name }) => [key, name])])].map(([group, lines]) =>
        el("section", {}, el("h3", {}, group), el("dl", {}, lines.map(([key, name]) => el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, name))))))),
      el("label", { class: "form-yes", for: "keys-off" }, off, "Turn single keys off on this device (? still works)"),
      el("div", { class: "form-end" }, el("button", { class: "first" }, "Close", el("kbd", {}, "Esc")))));
  }

  show() { if (!this.node.open) this.node.showModal(); }
}

function grouped(actions) {
  const groups = new Map();
  for (const action of actions) groups.set(action.group, [...(groups.get(action.group) ?? []), action]);
  return groups;
}
