"""Every fact that the log of a race night may hold, and nothing else.

Strategy: a fact is a frozen record in one closed union.  Devices state facts about what they
saw; officials state facts about what they decided.  Nothing is ever changed: what turns out to
be wrong is struck, lifted or retracted by a later fact, which can itself be retracted.

Who said it and when stands in the `Record` around the event; why stands in the event.  Moments
(`at`) are on the one clock of the meet, in microseconds.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

import msgspec

from lastlap.rulebook import IRM, Rulebook
from lastlap.startlist import Entry, Starter
from lastlap.times import Duration, Instant

FINISH_LINE = "FIN"
"""The name of the loop under the finish line; passings of other loops end no lap."""

Phase = Literal["semi-final", "final", "division A", "division B"]
"""What a race is in its competition."""


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """What every event is: a frozen record whose JSON says its `type`."""


# The meet, before anyone skates


class MeetOpened(Fact, frozen=True):
    """A meet: all that one organiser runs at one rink."""

    name: str
    venue: str = ""
    date: str = ""
    """The first day, as YYYY-MM-DD."""
    utc_offset: int = 0
    """Minutes that the rink's clocks are ahead of UTC."""
    lap_m: float | None = None
    """The measured length of a lap at this rink, in metres."""
    profile: str = "world-cup"
    """The name of the rulebook's profile by which sheets are printed."""
    games: int | None = None
    """The year of the Olympic Winter Games that the meet is part of; `None`: of none."""


class CompetitionOpened(Fact, frozen=True):
    """A competition: all phases of one category."""

    competition: str
    title: str
    category: str
    """`W`, `M`, `JW`, `JM` ..."""
    rulebook: Rulebook
    event: str = ""
    """At Games: the medal event that it decides, as in `Speed Skating Women's Mass Start`."""


class EntriesTaken(Fact, frozen=True):
    """Skaters were entered in a competition; an entry of the same skater id replaces the earlier one."""

    competition: str
    entries: tuple[Entry, ...]


class EntryWithdrawn(Fact, frozen=True):
    """A skater will not start in any race of the competition."""

    competition: str
    skater: str
    why: str = ""


class RacePlanned(Fact, frozen=True):
    """A race of a competition, with the rules that it is skated under."""

    competition: str
    phase: Phase
    title: str
    rulebook: Rulebook
    place: int = 1
    """Which of the races of its phase: semi-final 1, semi-final 2."""
    scheduled: Instant | None = None
    reconstructed: str = ""
    """If not empty: what in this race's log is made up, and from which known facts."""
    known_places: dict[int, tuple[int, ...]] = {}
    """If it is made up: of each sprint lap, the places over the line that a source tells."""
    made_up_times: tuple[str, ...] = ()
    """If it is made up: the ids of the skaters whose time no source tells."""
    made_up_laps: tuple[str, ...] = ()
    """If it is made up: the ids of the skaters whose laps no source tells."""


class StartListPosted(Fact, frozen=True):
    """Who skates; the latest start list replaces the earlier ones."""

    starters: tuple[Starter, ...]
    why: str = ""


class TransponderAssigned(Fact, frozen=True):
    """A transponder belongs to the bib from *since* on, or for the whole race; `None` is nobody."""

    transponder: str
    bib: int | None
    since: Instant | None = None
    why: str = ""


class RaceArmed(Fact, frozen=True):
    """From now on devices write into this race; of all races of a meet the one that was armed last counts."""

    at: Instant


class SkatersCalled(Fact, frozen=True):
    """The skaters are called to the start: they are on the ice and are being presented."""

    at: Instant


# On the ice, as devices and the starter tell it


class GunFired(Fact, frozen=True):
    """The start signal; the latest one counts (a false start is fired again)."""

    at: Instant


class NeutralLapEnded(Fact, frozen=True):
    """The signal after the neutral lap: from now on it is free."""

    at: Instant


class BellRung(Fact, frozen=True):
    """The bell, at the start of a sprint lap."""

    at: Instant
    lap: int | None = None


class Passing(Fact, frozen=True):
    """One crossing of a loop, as one device saw it. A device is never told that it is wrong."""

    at: Instant
    transponder: str
    loop: str = FINISH_LINE
    source: str = ""
    """Which device, by the name that the timekeeper gave it."""
    number: int | None = None
    """The device's own number of the passing; gaps in it tell of passings that never arrived."""
    strength: int | None = None
    hits: int | None = None


class DeviceReported(Fact, frozen=True):
    """Something about a device, and no passing: told by whoever listens to it.

    *first* and *last* are the device's own numbers of passings that did not arrive.
    """

    source: str
    what: Literal["missed", "garbled", "clock jumped", "other pace", "restarted", "lost", "back"]
    says: str
    at: Instant | None = None
    first: int | None = None
    last: int | None = None


class ClockCompared(Fact, frozen=True):
    """How a device's clock stands against the meet's: by it the device's passings are put on the meet's clock.

    A device's passings keep the times that its own clock gave them.  A comparison from a passing
    on leaves those before it where they were; one from the beginning replaces all that were made.
    """

    source: str
    ahead: Duration
    """How far the device's clock is ahead of the meet's; negative if it is behind."""
    error: Duration | None = None
    """At most so far is that wrong; `None`: the device never told the time, so it may be more ahead, but not less."""
    since: int | None = None
    """The device's number of the first passing that it holds for; `None` is from the beginning."""
    at: Instant | None = None
    says: str = ""
    """A sentence for the timekeeper."""


# Officials on crossings


class PassingInserted(Fact, frozen=True):
    """An official says that a skater crossed the finish line at a moment that no device saw."""

    at: Instant
    bib: int
    why: str = ""
    estimated: bool = False
    """Whether nobody saw the moment: it was worked out from others."""


class CrossingTapped(Fact, frozen=True):
    """An official at the line saw the skater cross it, and tapped; *lap* says which lap that ended.

    Evidence as a passing is: what a transponder tells of the same crossing counts instead, and
    so does an order that was read.  Where *lap* is told, nobody need have seen the laps before it.
    """

    at: Instant
    bib: int
    lap: int | None = None


class PassingStruck(Fact, frozen=True):
    """An official says that record *number* is no passing."""

    number: int
    why: str = ""


class PassingRestored(Fact, frozen=True):
    """An official takes the strike of record *number* back."""

    number: int
    why: str = ""


class PassingMoved(Fact, frozen=True):
    """An official says when the passing of record *number* really was, or whose it was."""

    number: int
    at: Instant | None = None
    bib: int | None = None
    why: str = ""


class OrderRead(Fact, frozen=True):
    """The order in which bibs crossed the line at the end of *lap*, as people or a photo finish read it.

    It overrides the order of the transponders, as far as it goes: the first three only is
    enough.  Bibs in brackets of their own, as in `(7, (3, 12), 4)`, are a dead heat.  A later
    reading of the same lap replaces this one.
    """

    lap: int
    bibs: tuple[int | tuple[int, ...], ...]
    times: dict[int, Duration] = {}
    """Of bibs whose time was read too: since the start of the race clock; it overrides the transponder's."""
    read_by: Literal["photo finish", "judge", "stopwatch"] = "photo finish"
    why: str = ""


class LapsGiven(Fact, frozen=True):
    """An official says how many laps a skater did, and in what time; `None` leaves it open."""

    bib: int
    laps: int
    time: Duration | None = None
    why: str = ""


class LapGained(Fact, frozen=True):
    """The skater gained *laps* on the main group (lost, if negative); their next crossings count as its laps."""

    bib: int
    at: Instant
    laps: int = 1
    why: str = ""


# Officials on skaters


class IncidentNoted(Fact, frozen=True):
    """Something happened on the ice that the race's story or a decision needs."""

    what: str
    bibs: tuple[int, ...] = ()
    lap: int | None = None
    place: str = ""
    """Where on the oval, in words."""
    at: Instant | None = None
    injury: str = ""
    """Private: for the referee and the doctor, never printed or published unless *injury_public*."""
    injury_public: bool = False
    """Whether the skater wants it told, or has told it in public."""


class SkaterFell(Fact, frozen=True):
    """A fall; whether the skater goes on is told by the passings or a mark."""

    bib: int
    lap: int | None = None
    place: str = ""
    at: Instant | None = None
    brought_down_by: int | None = None
    injury: str = ""
    """Private: for the referee and the doctor, never printed or published unless *injury_public*."""
    injury_public: bool = False
    """Whether the skater wants it told, or has told it in public."""


class MarkGiven(Fact, frozen=True):
    """The referee's decision on a skater; the latest one counts."""

    bib: int
    irm: IRM
    rule: str = ""
    """The code of the rule, as in T25."""
    why: str = ""
    since: Instant | None = None
    """From when on the skater's passings end no lap; `None` leaves the laps as they are."""


class MarkLifted(Fact, frozen=True):
    """The referee takes the skater's mark back."""

    bib: int
    why: str = ""


class LappedCalled(Fact, frozen=True):
    """An official says that a skater was lapped, whatever the passings tell."""

    bib: int
    lap: int | None = None
    why: str = ""


class LappedLifted(Fact, frozen=True):
    """An official says that a skater was not lapped, whatever the passings tell."""

    bib: int
    why: str = ""


class SkaterAdvanced(Fact, frozen=True):
    """The referee gives a skater of this semi-final a place in the final (`ADV`)."""

    bib: int
    rule: str = ""
    why: str = ""


# Officials on the race


class RaceStopped(Fact, frozen=True):
    """The referee stops the race; passings from now on end no lap until it is restarted."""

    at: Instant
    why: str = ""


class RaceRestarted(Fact, frozen=True):
    """The race goes on; with *laps_to_go*, everybody still in it has so many laps left."""

    at: Instant
    laps_to_go: int | None = None
    why: str = ""


class RaceNeutralised(Fact, frozen=True):
    """The pack is held together; laps are not counted until the race is freed, unless *counted*."""

    at: Instant
    counted: bool = False
    why: str = ""


class RaceFreed(Fact, frozen=True):
    """The race is on again after it was neutralised."""

    at: Instant
    why: str = ""


class LapsCut(Fact, frozen=True):
    """The race is *laps* long instead of what the rulebook says."""

    laps: int
    why: str = ""


class ResultStatus(StrEnum):
    """How far the result has come."""

    UNOFFICIAL = "unofficial"
    PROTESTED = "protested"
    OFFICIAL = "official"
    CORRECTED = "corrected"
    """Official, and not as it was declared before: the note says what changed."""


class ResultDeclared(Fact, frozen=True):
    """The referee declares the result as the standings are at this record."""

    status: ResultStatus
    note: str = ""
    """What the sheet must say about it: the protest, or what was corrected and why."""


class ConditionsNoted(Fact, frozen=True):
    """Weather and ice."""

    at: Instant | None = None
    air_c: float | None = None
    ice_c: float | None = None
    humidity: float | None = None
    """Per cent."""
    pressure_hpa: float | None = None
    note: str = ""


class NoteMade(Fact, frozen=True):
    """Words that an official wants in the log."""

    text: str


# The victory ceremony


class Presenter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who hands something over at a victory ceremony."""

    medal: Literal["gold", "silver", "bronze"]
    """Whose winner gets it."""
    gives: Literal["medal", "gift"]
    name: str
    role: str = ""
    """As the announcer says it: `IOC member`."""


class Elsewhere(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where medals are handed over as a rule, when this ceremony is held at another place."""

    place: str
    km: int | None = None
    """How far from the rink."""
    days_later: int = 0


class CeremonyPlanned(Fact, frozen=True):
    """How the medals of a competition are to be handed over; a later plan replaces this one."""

    competition: str
    where: Literal["venue", "plaza"] = "venue"
    place: str = ""
    """Its name; for a ceremony at the venue the meet's venue if empty."""
    at: Instant | None = None
    presenters: tuple[Presenter, ...] = ()
    music: dict[str, str] = {}
    """By NOC: what is played where it is not the NOC's anthem."""
    instead_of: Elsewhere | None = None
    why: str = ""


class CeremonyHeld(Fact, frozen=True):
    """The medals of a competition were handed over, by the plan that stood then."""

    competition: str
    at: Instant | None = None


# Taking back


class DoubtDismissed(Fact, frozen=True):
    """An official looked at a doubt and leaves things as they are."""

    doubt: str
    """The doubt's id, as `race.doubts` gives it."""
    why: str = ""


class RecordRetracted(Fact, frozen=True):
    """An official takes record *number* back: the race is as if it had not been said.

    For what officials said; a device's passing is struck, not retracted.
    """

    number: int
    why: str = ""


class RecordReinstated(Fact, frozen=True):
    """An official says again what record *number* said."""

    number: int
    why: str = ""


Event = (
    MeetOpened
    | CompetitionOpened
    | EntriesTaken
    | EntryWithdrawn
    | RacePlanned
    | StartListPosted
    | TransponderAssigned
    | RaceArmed
    | SkatersCalled
    | GunFired
    | NeutralLapEnded
    | BellRung
    | Passing
    | DeviceReported
    | ClockCompared
    | PassingInserted
    | CrossingTapped
    | PassingStruck
    | PassingRestored
    | PassingMoved
    | OrderRead
    | LapsGiven
    | LapGained
    | IncidentNoted
    | SkaterFell
    | MarkGiven
    | MarkLifted
    | LappedCalled
    | LappedLifted
    | SkaterAdvanced
    | RaceStopped
    | RaceRestarted
    | RaceNeutralised
    | RaceFreed
    | LapsCut
    | ResultDeclared
    | ConditionsNoted
    | NoteMade
    | CeremonyPlanned
    | CeremonyHeld
    | DoubtDismissed
    | RecordRetracted
    | RecordReinstated
)
"""Whatever the log may hold."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the log: an event, who said it, when, and of which race.

    Numbers start at 1 and have no gaps within a meet.
    """

    number: int
    event: Event
    race: str | None = None
    """The race's id; `None` for what concerns the meet or a whole competition."""
    by: str = ""
    """Who said it: a device's name, or an official's role and name."""
    at: Instant = Instant(0)
    """When it was written down, on the meet's clock."""


def meet_opened(records: Iterable[Record]) -> MeetOpened | None:
    """What the meet of *records* was opened as, retractions done; `None` if nobody has said."""
    return next(
        (record.event for record in reversed(in_force(records)) if isinstance(record.event, MeetOpened)), None
    )


def in_force(records: Iterable[Record]) -> list[Record]:
    """Those of *records* that nobody has taken back, in the order of their numbers.

    A retraction can be retracted in its turn; of several words on one record the last one counts.
    """
    ordered = sorted(records, key=lambda record: record.number)
    taken_back: dict[int, bool] = {}
    for record in reversed(ordered):
        event = record.event
        if isinstance(event, RecordRetracted | RecordReinstated) and not taken_back.get(record.number):
            taken_back.setdefault(event.number, isinstance(event, RecordRetracted))
    return [record for record in ordered if not taken_back.get(record.number)]
