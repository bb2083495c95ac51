// Events in a few words, for lists of what was said and what waits to be sent.

import { clock } from "./live.js";
import { orderText } from "./order.js";

const STATUS = { unofficial: "unofficial", protested: "protest", official: "official", corrected: "corrected" };

const WORDS = {
  SkatersCalled: () => "skaters called to the start",
  GunFired: () => "gun",
  NeutralLapEnded: () => "end of the neutral lap",
  BellRung: ({ lap }) => `bell${lap ? ` for lap ${lap}` : ""}`,
  CrossingTapped: ({ bib, lap }) => `${bib} tapped${lap ? ` at the end of lap ${lap}` : ""}`,
  PassingInserted: ({ bib }) => `passing of ${bib} put in`,
  PassingStruck: ({ number }) => `passing ${number} struck`,
  PassingRestored: ({ number }) => `passing ${number} restored`,
  PassingMoved: ({ number, bib }) => `passing ${number} ${bib ? `is of ${bib}` : "moved"}`,
  TransponderAssigned: ({ transponder, bib }) => `transponder ${transponder} is ${bib ? `of ${bib}` : "nobody's"}`,
  OrderRead: ({ lap, bibs }) => `order at lap ${lap}: ${orderText(bibs)}`,
  LapsGiven: ({ bib, laps, time }) => `${bib} did ${laps} laps${time ? ` in ${clock(time, 2)}` : ""}`,
  LapGained: ({ bib, laps }) => `${bib} ${laps < 0 ? "lost" : "gained"} ${Math.abs(laps ?? 1)} lap${Math.abs(laps ?? 1) === 1 ? "" : "s"}`,
  IncidentNoted: ({ what, bibs }) => `incident: ${what}${bibs?.length ? ` (${bibs.join(", ")})` : ""}`,
  SkaterFell: ({ bib, lap }) => `${bib} fell${lap ? ` in lap ${lap}` : ""}`,
  MarkGiven: ({ bib, irm, rule }) => `${bib} ${irm}${rule ? ` (${rule})` : ""}`,
  MarkLifted: ({ bib }) => `mark of ${bib} lifted`,
  LappedCalled: ({ bib }) => `${bib} lapped`,
  LappedLifted: ({ bib }) => `${bib} not lapped`,
  SkaterAdvanced: ({ bib, rule }) => `${bib} advanced${rule ? ` (${rule})` : ""}`,
  RaceStopped: () => "race stopped",
  RaceRestarted: ({ laps_to_go }) => `race restarted${laps_to_go ? `, ${laps_to_go} laps to go` : ""}`,
  RaceNeutralised: () => "race neutralised",
  RaceFreed: () => "race free again",
  LapsCut: ({ laps }) => `race cut to ${laps} laps`,
  ResultDeclared: ({ status, note }) => `result ${STATUS[status] ?? status}${note ? `: ${note}` : ""}`,
  NoteMade: ({ text }) => `note: ${text}`,
  DoubtDismissed: ({ why }) => `doubt dismissed${why ? `: ${why}` : ""}`,
  RecordRetracted: ({ number }) => `record ${number || ""} taken back`,
  RecordReinstated: ({ number }) => `record ${number} said again`,
};

/** What an event says, in a few words. */
export const eventWords = (event) => WORDS[event.type]?.(event) ?? event.type;
