"""What people said of a race, retractions done, in the shape in which passings are judged by it.

Strategy: every question here is about words in force, never about passings; of several words
on one thing the last in the log counts.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import TypeVar, overload

from lastlap.events import (
    FINISH_LINE,
    ClockCompared,
    CrossingTapped,
    DeviceReported,
    GunFired,
    LapGained,
    LappedCalled,
    LappedLifted,
    LapsCut,
    LapsGiven,
    MarkGiven,
    MarkLifted,
    NeutralLapEnded,
    OrderRead,
    Passing,
    PassingInserted,
    PassingMoved,
    PassingRestored,
    PassingStruck,
    RaceFreed,
    RaceNeutralised,
    RacePlanned,
    RaceRestarted,
    RaceStopped,
    Record,
    ResultDeclared,
    StartListPosted,
    TransponderAssigned,
    in_force,
)
from lastlap.rulebook import Rulebook
from lastlap.times import Duration, Instant

Seen = tuple[Instant, str, int, str]
"""A passing as it is judged: when, whose transponder, record number, loop. Sorts as time goes."""

OF_BIB = "\N{NULL}bib "
"""Before a bib, in the place of a transponder: a passing whose skater an official named."""

EVER = Instant(-(2**63))
"""Before every moment that a log can hold."""

NEVER = Instant(2**63)
"""After every moment that a log can hold."""

_NO_RULES = Rulebook(name="none", title="No rules are known yet", laps=1)

_Said = TypeVar("_Said")
_Or = TypeVar("_Or")
_Or3 = TypeVar("_Or3")
_Or4 = TypeVar("_Or4")


class Status(Enum):
    """How far a race has come."""

    PLANNED = "planned"
    READY = "ready"
    RUNNING = "running"
    STOPPED = "stopped"
    NEUTRALISED = "neutralised"
    FINISHED = "finished"
    UNOFFICIAL = "unofficial"
    PROTESTED = "protested"
    OFFICIAL = "official"
    CORRECTED = "corrected"

    @property
    def is_on_the_ice(self) -> bool:
        """Whether the race has begun and is not over, stopped or not."""
        return self in (Status.RUNNING, Status.STOPPED, Status.NEUTRALISED)


class Facts:
    """What people said, retractions done, in the shape in which judging needs it."""

    def __init__(self, said: Iterable[Record], rulebook: Rulebook | None) -> None:
        self._said = in_force(said)
        self.planned = self._last(RacePlanned)
        self.rulebook = self.planned.rulebook if self.planned else rulebook or _NO_RULES
        cut = self._last(LapsCut)
        self.laps = cut.laps if cut else self.rulebook.laps
        self.tables = self.rulebook.tables(self.laps)
        posted = self._last(StartListPosted)
        self.starters = {starter.bib: starter for starter in posted.starters} if posted else {}
        self.declared = list(self.each(ResultDeclared))
        self._clock()
        self._devices()
        self._skaters()
        self._corrections()
        self._pauses()

    @overload
    def each(self, one: type[_Said], /) -> Iterator[_Said]: ...
    @overload
    def each(self, one: type[_Said], two: type[_Or], /) -> Iterator[_Said | _Or]: ...
    @overload
    def each(
        self, one: type[_Said], two: type[_Or], three: type[_Or3], four: type[_Or4], /
    ) -> Iterator[_Said | _Or | _Or3 | _Or4]: ...

    def each(self, *kinds: type) -> Iterator[object]:
        """The events of these kinds that stand, in the order of the log."""
        return (record.event for record in self._said if isinstance(record.event, kinds))

    def _last(self, kind: type[_Said]) -> _Said | None:
        return next((record.event for record in reversed(self._said) if isinstance(record.event, kind)), None)

    def _clock(self) -> None:
        gun, neutral = self._last(GunFired), self._last(NeutralLapEnded)
        rules = self.rulebook.neutral_lap
        self.gun = gun.at if gun else None
        self.neutral = rules.skated and not rules.counted
        self.neutral_end = neutral.at if neutral and self.neutral else None
        self.start = self.gun if rules.timed or self.neutral_end is None else self.neutral_end

    def _devices(self) -> None:
        """How the devices' clocks stand, each comparison with the number of its record."""
        self.clocks: dict[str, list[tuple[int, ClockCompared]]] = {}
        self._anew: dict[str, list[int]] = defaultdict(list)
        for record in self._said:
            event = record.event
            if isinstance(event, DeviceReported) and event.what == "restarted":
                self._anew[event.source].append(record.number)
            if isinstance(event, ClockCompared):
                kept = [] if event.since is None else self.clocks.get(event.source, [])
                self.clocks[event.source] = [*kept, (record.number, event)]

    def _life(self, source: str, number: int) -> int:
        """How often a device had begun to count its passings anew by the record of that *number*."""
        return bisect_left(self._anew.get(source, ()), number)

    def moment(self, number: int, passing: Passing) -> Instant:
        """When the *passing* of record *number* was, on the meet's clock.

        Of the comparisons that hold for it the last one counts: those that are not of later
        passings only, nor of later times that the device began to count.  If there is none, the
        first one counts.
        """
        compared = self.clocks.get(passing.source)
        if compared is None:
            return passing.at
        fitting = [one for told_at, one in compared if self._holds(told_at, one, number, passing)]
        return Instant(passing.at - (fitting[-1] if fitting else compared[0][1]).ahead)

    def _holds(self, told_at: int, compared: ClockCompared, number: int, passing: Passing) -> bool:
        """Whether a comparison, told by one record, is of the time of a *passing*, told by the record *number*."""
        then, now = self._life(passing.source, told_at), self._life(passing.source, number)
        if then != now or compared.since is None:
            return then <= now
        return told_at < number if passing.number is None else passing.number >= compared.since

    def _skaters(self) -> None:
        self.marks: dict[int, MarkGiven] = {}
        self.lapped: dict[int, bool] = {}
        for decision in self.each(MarkGiven, MarkLifted, LappedCalled, LappedLifted):
            match decision:
                case MarkGiven():
                    self.marks[decision.bib] = decision
                case MarkLifted(bib=bib):
                    self.marks.pop(bib, None)
                case _:
                    self.lapped[decision.bib] = isinstance(decision, LappedCalled)
        self.given = {event.bib: event for event in self.each(LapsGiven)}
        self.gains: dict[int, list[LapGained]] = defaultdict(list)
        for gain in sorted(self.each(LapGained), key=lambda gain: gain.at):
            self.gains[gain.bib].append(gain)
        self.owners: dict[str, list[tuple[Instant, int | None]]] = {}
        self._numbers = {f"#{bib}": bib for bib in self.starters}
        for starter in self.starters.values():
            self.owners.update({code: [(EVER, starter.bib)] for code in starter.transponders})
        for assigned in self.each(TransponderAssigned):
            self._assign(assigned)

    def _assign(self, assigned: TransponderAssigned) -> None:
        since = EVER if assigned.since is None else assigned.since
        earlier = [own for own in self.owners.get(assigned.transponder, ()) if own[0] < since]
        self.owners[assigned.transponder] = [*earlier, (since, assigned.bib)]

    def _corrections(self) -> None:
        self.struck: set[int] = set()
        for word in self.each(PassingStruck, PassingRestored):
            match word:
                case PassingStruck(number=number):
                    self.struck.add(number)
                case _:
                    self.struck.discard(word.number)
        self.moves = {move.number: move for move in self.each(PassingMoved)}
        self.taps: dict[int, CrossingTapped] = {}
        self.pads: dict[int, str] = {}
        for record in self._said:
            if isinstance(record.event, CrossingTapped):
                self.taps[record.number], self.pads[record.number] = record.event, record.by
        self.read = {event.lap: event for event in self.each(OrderRead)}
        self.furthest: dict[int, int] = {}
        for lap in sorted(lap for lap in self.read if lap <= self.laps):
            self.furthest.update(dict.fromkeys(self.read_order(lap), lap))

    def _pauses(self) -> None:
        """The spans in which passings end no lap, and where a restart puts the field."""
        self.pauses: list[tuple[Instant, Instant, Status]] = []
        self.restarts: list[tuple[Instant, int]] = []
        self.held = Status.RUNNING
        since = EVER
        for event in self.each(RaceStopped, RaceRestarted, RaceNeutralised, RaceFreed):
            match event:
                case RaceStopped(at=at):
                    self._pause(since, at)
                    self.held, since = Status.STOPPED, at
                case RaceNeutralised(at=at, counted=counted):
                    self._pause(since, at)
                    self.held, since = Status.NEUTRALISED, NEVER if counted else at
                case RaceRestarted(at=at, laps_to_go=laps_to_go):
                    self._resume(since, at)
                    if laps_to_go is not None:
                        self.restarts.append((at, self.laps - laps_to_go))
                case _:
                    self._resume(since, event.at)
        self._pause(since, NEVER)

    def _resume(self, since: Instant, at: Instant) -> None:
        self._pause(since, at)
        self.held = Status.RUNNING

    def _pause(self, since: Instant, until: Instant) -> None:
        if self.held is not Status.RUNNING and since < until:
            self.pauses.append((since, until, self.held))

    def amended(self, passings: Iterable[Seen]) -> list[Seen]:
        """The *passings* with what officials inserted, tapped or moved, in the order of their times."""
        by_people = [
            (record.event.at, f"{OF_BIB}{record.event.bib}", record.number, FINISH_LINE)
            for record in self._said
            if isinstance(record.event, PassingInserted | CrossingTapped)
        ]
        if self.moves:
            passings = map(self._moved, passings)
        return sorted((*passings, *map(self._moved, by_people)))

    def _moved(self, seen: Seen) -> Seen:
        move = self.moves.get(seen[2])
        if move is None:
            return seen
        at, code, number, loop = seen
        whose = code if move.bib is None else f"{OF_BIB}{move.bib}"
        return (at if move.at is None else move.at, whose, number, loop)

    def owner(self, code: str, at: Instant) -> int | None:
        """The bib that wore the transponder *code* at the moment *at*; `#7`, which no list assigns, is number 7."""
        if code.startswith(OF_BIB):
            return int(code.removeprefix(OF_BIB))
        own = self.owners.get(code)
        if own is None:
            return self._numbers.get(code)
        return next((bib for since, bib in reversed(own) if since <= at), None)

    def read_order(self, lap: int) -> tuple[int, ...]:
        """The starters whom people read at the end of *lap*, first to last, dead heats one after another."""
        read = self.read.get(lap)
        if read is None:
            return ()
        bibs = (bib for place in read.bibs for bib in (place if isinstance(place, tuple) else (place,)))
        return tuple(bib for bib in bibs if bib in self.starters)

    def read_time(self, bib: int, lap: int) -> Duration | None:
        """The time that people read for *bib* at the end of *lap*."""
        read = self.read.get(lap)
        return read.times.get(bib) if read else None
