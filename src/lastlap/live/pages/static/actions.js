// Everything that an official can do at the desk: one table, each with its key, its fields and its event.

import { parseDuration, parseMoment, parseOrder } from "./order.js";

const IRM = [["DNS", "did not start"], ["DNF", "did not finish"], ["LAP", "lapped"], ["DSQ", "disqualified"], ["WDR", "withdrew"]];

// Fields that several actions have

const bib = { name: "bib", label: "Skater", kind: "bib", required: true };
const why = { name: "why", label: "Reason", kind: "text" };
const whyRequired = { ...why, required: true };
const rule = { name: "rule", label: "Rule", kind: "text", hint: "The code that the sheet prints, such as T25.", offers: ["T25"] };
const when = { name: "at", label: "When", kind: "moment", hint: "Empty: the moment you pressed the key. 12: so many seconds before. 3:21.5: the race clock." };
const place = { name: "place", label: "Where", kind: "text", offers: ["entering the home straight", "home straight", "first bend", "back straight", "last bend", "finish line"] };
const injury = { name: "injury", label: "Injury (private, never shown or printed)", kind: "text" };
const lapRidden = { name: "lap", label: "Lap", kind: "lap", value: ({ front, laps }) => Math.min(front + 1, laps) };

/** The actions, in the order in which a race needs them. */
export const ACTIONS = [
  // The race
  { id: "call", key: "A", group: "Race", name: "Call to the start", type: "SkatersCalled", timed: true },
  { id: "gun", key: "g", group: "Race", name: "Gun now", type: "GunFired", timed: true, agreed: ({ board }) => (board.gun_us === null ? null : "The gun has been fired. Was that a false start, and this is the new gun?") },
  { id: "gun-ago", key: "G", group: "Race", name: "The gun was … ago", type: "GunFired", timed: true, fields: [{ ...when, label: "Seconds ago", required: true, hint: "12: the gun was 12 seconds before you pressed the key." }] },
  { id: "neutral-end", key: "e", group: "Race", name: "Neutral lap over", type: "NeutralLapEnded", timed: true },
  { id: "bell", key: "b", group: "Race", name: "Bell rung", type: "BellRung", timed: true, build: (_values, { front, laps }) => ({ lap: Math.min(front + 1, laps) }) },
  { id: "stop", key: "s", group: "Race", name: "Stop", type: "RaceStopped", timed: true, fields: [why, when] },
  { id: "restart", key: "r", group: "Race", name: "Restart", type: "RaceRestarted", timed: true, fields: [{ name: "laps_to_go", label: "Laps to go", kind: "count", value: ({ board }) => board.laps_to_go || "", hint: "Everybody still in the race has so many laps left. Empty: laps stand as they are." }, why, when] },
  { id: "neutralise", key: "n", group: "Race", name: "Neutralise", type: "RaceNeutralised", timed: true, fields: [{ name: "counted", label: "Laps are counted meanwhile", kind: "yes" }, why, when] },
  { id: "free", key: "f", group: "Race", name: "Free again", type: "RaceFreed", timed: true, fields: [why, when] },
  { id: "cut", key: "c", group: "Race", name: "Cut laps", type: "LapsCut", preview: true, fields: [{ name: "laps", label: "The race is now so many laps long", kind: "count", required: true }, whyRequired] },

  // Order and laps
  { id: "order", key: "o", group: "Order and laps", name: "Order over the line", type: "OrderRead", fields: [
    { ...lapRidden, required: true, label: "At the end of lap", value: ({ board, front }) => lapToRead(board, front) },
    { name: "bibs", label: "Order", kind: "order", required: true, hint: "7 3 12. A dead heat: 7 (3 12) 4. With times: 7 8:32.87 3 8:32.99." },
    { name: "read_by", label: "Read by", kind: "choice", options: [["photo finish", "photo finish"], ["judge", "judge"], ["stopwatch", "stopwatch"]], value: ({ role }) => (role === "judge" ? "judge" : "photo finish"), only: ({ role }) => role !== "judge" },
    why] },
  { id: "lapped", key: "k", group: "Order and laps", name: "Lapped", type: "LappedCalled", fields: [bib, { ...lapRidden, value: undefined }, why] },
  { id: "not-lapped", key: "K", group: "Order and laps", name: "Not lapped", type: "LappedLifted", fields: [bib, whyRequired] },
  { id: "laps", key: "h", group: "Order and laps", name: "Laps given", type: "LapsGiven", preview: true, fields: [bib, { name: "laps", label: "Laps done", kind: "count", required: true }, { name: "time", label: "In the time", kind: "duration", hint: "8:53.14, or empty." }, whyRequired] },
  { id: "gained", key: "j", group: "Order and laps", name: "Lap gained", type: "LapGained", timed: true, preview: true, fields: [bib, { name: "laps", label: "Laps gained", kind: "count", value: () => 1, signed: true, hint: "-1: a lap lost." }, why, when] },

  // Skaters
  { id: "fall", key: "l", group: "Skaters", name: "Fall", type: "SkaterFell", timed: true, fields: [bib, lapRidden, place, { ...bib, name: "brought_down_by", label: "Brought down by", required: false }, injury, when] },
  { id: "incident", key: "i", group: "Skaters", name: "Incident", type: "IncidentNoted", timed: true, fields: [{ name: "what", label: "What happened", kind: "text", required: true, offers: ["obstruction", "contact", "broken skate", "kicked the finish"] }, { name: "bibs", label: "Skaters", kind: "bibs" }, lapRidden, place, injury, when] },
  { id: "mark", key: "m", group: "Skaters", name: "Mark", type: "MarkGiven", fields: [bib, { name: "irm", label: "Mark", kind: "choice", options: IRM, value: ({ board }) => (board.gun_us === null ? "DNS" : "DNF") }, rule, why], previewIf: ({ irm }) => irm === "DSQ" },
  { id: "disqualify", key: "d", group: "Skaters", name: "Disqualify", type: "MarkGiven", preview: true, fields: [bib, { ...rule, required: true }, why], build: () => ({ irm: "DSQ" }) },
  { id: "lift", key: "M", group: "Skaters", name: "Lift the mark", type: "MarkLifted", fields: [bib, whyRequired] },
  { id: "advance", key: "v", group: "Skaters", name: "Advance to the final", type: "SkaterAdvanced", preview: true, fields: [bib, rule, whyRequired] },
  { id: "withdraw", key: "w", group: "Skaters", name: "Withdraw before the start", only: "secretary", fields: [bib, whyRequired] },

  // Passings
  { id: "accept", key: "y", group: "Doubts and passings", name: "Accept the proposal" },
  { id: "dismiss", key: "x", group: "Doubts and passings", name: "Dismiss the doubt", type: "DoubtDismissed", fields: [whyRequired], build: (_values, { doubt }) => ({ doubt: doubt.id }), of: "doubt" },
  { id: "strike", key: "-", group: "Doubts and passings", name: "Strike, or restore", of: "passing" },
  { id: "move", key: ".", group: "Doubts and passings", name: "Move the passing", type: "PassingMoved", fields: [{ ...bib, required: false, label: "It was of" }, { ...when, kind: "moment-or-none", hint: "3:21.5 on the race clock; empty: the moment is right." }, whyRequired], build: (_values, { passing }) => ({ number: passing.number }), of: "passing" },
  { id: "insert", key: "t", group: "Doubts and passings", name: "Put in a passing", type: "PassingInserted", timed: true, fields: [bib, when, whyRequired] },
  { id: "transponder", key: "p", group: "Doubts and passings", name: "Assign a transponder", type: "TransponderAssigned", fields: [{ name: "transponder", label: "Transponder", kind: "text", required: true, value: ({ passing }) => passing?.transponder ?? "" }, { ...bib, hint: "0: it is nobody's." }, { name: "since", label: "Since", kind: "moment-or-none", hint: "3:21.5 on the race clock; empty: for the whole race." }, why] },

  // The result
  { id: "result", key: "q", group: "Result", name: "Declare the result", type: "ResultDeclared", preview: true, fields: [
    { name: "status", label: "The result is", kind: "choice", options: [["unofficial", "unofficial"], ["protested", "under protest"], ["official", "official"], ["corrected", "official, corrected"]], value: ({ board }) => nextStatus(board.status) },
    { name: "note", label: "Note", kind: "text", hint: "What is protested, or what was corrected and why: the sheet prints it." }] },
  { id: "draw", key: "D", group: "Result", name: "Draw the next race", only: "secretary" },
  { id: "ceremony", key: "C", group: "Result", name: "Plan the ceremony", only: "secretary", fields: [
    { name: "where", label: "Where", kind: "choice", options: [["venue", "at the rink"], ["plaza", "at the medals plaza"]] },
    { name: "place", label: "Name of the place", kind: "text", hint: "Empty: the rink." },
    { name: "at", label: "When", kind: "text", hint: "22:45, or 2018-02-25 20:00. Empty: right after the racing." },
    { name: "presents", label: "Who presents", kind: "text", hint: "gold medal: Ann Aa, president; gold gift: Bo Bb, mayor" }] },
  { id: "held", key: "H", group: "Result", name: "Ceremony held, or not", only: "secretary" },
  { id: "undo", key: "z", group: "Result", name: "Take back what was said", type: "RecordRetracted", fields: [whyRequired], build: (_values, { record }) => ({ number: record.number }), of: "record" },
  { id: "redo", key: "Z", group: "Result", name: "Say it again", type: "RecordReinstated", fields: [whyRequired], build: (_values, { undone }) => ({ number: undone.number }), of: "undone" },
  { id: "note", key: "u", group: "Result", name: "Note for the log", type: "NoteMade", fields: [{ name: "text", label: "Note", kind: "text", required: true }] },
];

/** The sprint whose order is asked for next: the one just skated, else the one that comes. */
function lapToRead(board, front) {
  const unread = board.sprints.filter(({ order }) => !order.some(({ read }) => read));
  return (unread.find(({ lap }) => lap <= Math.max(front, 1)) ?? unread[0] ?? board.sprints.at(-1))?.lap ?? board.laps;
}

const nextStatus = (status) => ({ unofficial: "official", protested: "official", official: "corrected", corrected: "corrected" })[status] ?? "unofficial";

/**
 * The event that an action with filled fields says: `{event, timed, ago, error}`. `timed`: its
 * moment is that of the key press, or so many microseconds `ago`.
 */
export function eventOf(action, values, context) {
  const event = { type: action.type };
  let [ago, at] = [0, null];
  for (const field of fieldsOf(action, context)) {
    const text = String(values[field.name] ?? "").trim();
    if (field.required && !text) return { error: `${field.label}: this is needed.` };
    const found = READ[field.kind](text, field, context);
    if (found?.error) return { error: `${field.label}: ${found.error}` };
    if (field.kind === "moment") ({ ago = 0, at = null } = found.value);
    else if (field.kind === "order") Object.assign(event, { bibs: found.value.bibs, times: found.value.times });
    else event[field.name] = found.value;
  }
  Object.assign(event, action.build?.(values, context));
  if (event.type === "OrderRead") event.read_by ??= "judge";
  if (action.timed && at !== null) event.at = at;
  return { event, timed: Boolean(action.timed) && at === null, ago, error: null };
}

/** The fields that this official has to fill. */
export const fieldsOf = (action, context) => (action.fields ?? []).filter(({ only }) => !only || only(context));

const value = (found) => ({ value: found });
const wrong = (error) => ({ error });

const READ = {
  text: (text) => value(text),
  choice: (text) => value(text),
  yes: (text) => value(text === "true"),
  bib: (text, { required, name }, { names }) => {
    if (!text || (text === "0" && name === "bib" && !names.has(0))) return required && !text ? wrong("name a bib.") : value(null);
    return /^\d+$/.test(text) && names.has(Number(text)) ? value(Number(text)) : wrong(`${text} is not on the start list.`);
  },
  bibs: (text, _field, { names }) => {
    const found = text.split(/[\s,;]+/).filter(Boolean);
    const strange = found.find((one) => !names.has(Number(one)));
    return strange ? wrong(`${strange} is not on the start list.`) : value(found.map(Number));
  },
  order: (text, _field, { names }) => {
    const found = parseOrder(text);
    if (found.error) return wrong(found.error);
    const strange = found.bibs.flat().find((one) => !names.has(one));
    return strange === undefined ? value(found) : wrong(`${strange} is not on the start list.`);
  },
  lap: (text, { required }, { laps }) => {
    if (!text) return required ? wrong("name a lap.") : value(null);
    const lap = Number(text);
    return Number.isInteger(lap) && lap >= 1 && lap <= laps ? value(lap) : wrong(`the race has laps 1 to ${laps}.`);
  },
  count: (text, { signed }) => {
    if (!text) return value(null);
    return (signed ? /^-?\d+$/ : /^\d+$/).test(text) ? value(Number(text)) : wrong("give a whole number.");
  },
  duration: (text) => {
    if (!text) return value(null);
    const found = parseDuration(text);
    return found === null ? wrong("write it as 8:53.14.") : value(found);
  },
  moment: (text, _field, { board }) => {
    const found = parseMoment(text, board.gun_us);
    return found === null ? wrong("write 12 (seconds ago) or 3:21.5 (the race clock).") : value(found);
  },
  "moment-or-none": (text, _field, { board }) => {
    if (!text) return value(null);
    const found = parseMoment(text, board.gun_us);
    return found?.at === undefined ? wrong("write it as on the race clock, 3:21.5.") : value(found.at);
  },
};
