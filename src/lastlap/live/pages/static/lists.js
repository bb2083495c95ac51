// Lists that keep their nodes: what has not changed is not touched, and the keyboard stays where it was.

const SHOWN = new WeakMap();

/** Show `items` in `host`: `keyOf(item)` tells which is which, `build(item)` makes the node of one. */
export function list(host, items, keyOf, build) {
  const old = new Map([...host.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const key = String(keyOf(item));
    const seen = JSON.stringify(item);
    const node = old.get(key);
    old.delete(key);
    if (node && SHOWN.get(node) === seen) return node;
    const made = build(item);
    made.dataset.key = key;
    SHOWN.set(made, seen);
    if (node) replace(node, made);
    return made;
  });
  for (const node of old.values()) node.remove();
  nodes.forEach((node, place) => { if (host.children[place] !== node) host.insertBefore(node, host.children[place] ?? null); });
}

/** Put a node in another's place; the button or field that had the keyboard has it still. */
function replace(node, made) {
  const held = node.contains(document.activeElement) ? [...node.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement) : -1;
  node.replaceWith(made);
  if (held < 0) return;
  const able = made.querySelectorAll(FOCUSABLE);
  (able[held] ?? able[0])?.focus();
}

const FOCUSABLE = "button, input, select, textarea, a";

/** Let the arrow keys walk through the buttons of class `pick` in `host`. */
export function walk(host) {
  host.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.classList?.contains("pick")) return;
    const picks = [...host.querySelectorAll(".pick")];
    picks[picks.indexOf(event.target) + step]?.focus();
    event.preventDefault();
  });
}
