"""The race: the log folded into what is known, and every passing's verdict.

Strategy: facts are only collected; judging happens in the order of *times*, not of arrival, and
is a pure function of the facts.  Two paths keep one law.  A passing that is later than all those
before it (nearly all are) is judged at once, at a cost that does not grow with the race.
Anything else, such as a late passing or an official's word, makes the next question judge all
passings anew.  So a struck, repeated, moved or resent passing needs no code of its own.

A race may be told by passings, by taps, by orders that people read, or by all of them.  Where no
passing ended a lap, and no tap but those that name it, laps are told by exception: once the
order at the finish is read, everybody has done the whole race of whom nobody says otherwise.
"""

from collections.abc import Iterable
from itertools import starmap
from typing import TypeVar

from lastlap.events import (
    IncidentNoted,
    MarkGiven,
    Passing,
    RacePlanned,
    Record,
    SkaterFell,
)
from lastlap.facts import Facts, Seen, Status
from lastlap.judging import Ice, Lap, NoLap, Ride, Verdict
from lastlap.rulebook import Rulebook
from lastlap.startlist import Starter
from lastlap.taps import OtherLap, Taps
from lastlap.times import Instant

__all__ = ["Lap", "NoLap", "Race", "Ride", "Status", "Verdict", "replay"]

Word = TypeVar("Word")
"""A kind of event that officials say."""


class Race:
    """Everything that a race's records say, and what follows from it."""

    def __init__(self, rulebook: Rulebook | None = None) -> None:
        self._rulebook = rulebook
        self._said: dict[int, Record] = {}
        self._passings: dict[int, Passing] = {}
        self._facts = Facts([], rulebook)
        self._ice = Ice(self._facts)
        self._stale = False

    # Telling

    def tell(self, record: Record) -> None:
        """Add a fact; in any order of arrival, and never refused. One that is known already changes nothing."""
        event, number = record.event, record.number
        if number in self._passings or number in self._said:
            return
        if not isinstance(event, Passing):
            self._said[number] = record
            self._stale = True
            return
        self._passings[number] = event
        seen = self._seen(number, event)
        if (
            self._stale
            or seen < self._ice.last
            or number in self._facts.moves
            or self._ice.taps.touches(seen)
        ):
            self._stale = True
        else:
            self._ice.judge(seen)

    def _seen(self, number: int, passing: Passing) -> Seen:
        """The *passing* of record *number* as it is judged, on the meet's clock."""
        at = self._facts.moment(number, passing) if self._facts.clocks else passing.at
        return (at, passing.transponder, number, passing.loop)

    def _fresh(self) -> "Ice":
        if self._stale:
            self._facts = Facts(self._said.values(), self._rulebook)
            told = self._facts.amended(starmap(self._seen, self._passings.items()))
            self._ice = Ice(self._facts, Taps(self._facts, told))
            for seen in told:
                self._ice.judge(seen)
            self._ice.restart_all()
            self._stale = False
        self._ice.settle()
        return self._ice

    # The plan

    @property
    def rulebook(self) -> Rulebook:
        """The rules that the race is skated under."""
        return self._fresh().facts.rulebook

    @property
    def planned(self) -> RacePlanned | None:
        """What the organiser planned, if that was said."""
        self._fresh()
        return self._facts.planned

    @property
    def phase(self) -> str:
        """The phase that the race belongs to, `""` where that was not said."""
        planned = self.planned
        return planned.phase if planned else ""

    @property
    def laps(self) -> int:
        """How long the race is, after cuts."""
        return self._fresh().facts.laps

    @property
    def tables(self) -> dict[int, tuple[int, ...]]:
        """Of each lap that ends in a sprint, the points for the first, second ... over the line."""
        return self._fresh().facts.tables

    @property
    def starters(self) -> dict[int, Starter]:
        """The start list, by bib, in start order."""
        return self._fresh().facts.starters

    # What happened

    @property
    def verdicts(self) -> dict[int, Verdict]:
        """Of every passing, insertion and tap, by its record's number: the lap that it ends, or why it ends none."""
        return self._fresh().verdicts

    @property
    def rides(self) -> dict[int, Ride]:
        """How far each skater on the start list has come, by bib."""
        return self._fresh().rides

    @property
    def start(self) -> Instant | None:
        """The zero of the race clock: the gun, or the end of an untimed neutral lap."""
        return self._fresh().facts.start

    @property
    def front(self) -> int:
        """The laps that the leader has done."""
        return max((ride.done for ride in self._fresh().rides.values()), default=0)

    @property
    def latest(self) -> Instant | None:
        """The moment of the latest passing that ended a lap."""
        ended = [ride.at for ride in self._fresh().rides.values() if ride.laps]
        return max(ended, default=None)

    @property
    def status(self) -> Status:
        """How far the race has come."""
        ice = self._fresh()
        facts = ice.facts
        if facts.declared:
            return Status(facts.declared[-1].status.value)
        if not facts.starters:
            return Status.PLANNED
        if facts.gun is None and not any(ride.done for ride in ice.rides.values()):
            return Status.READY
        if not any(ride.riding for ride in ice.rides.values()):
            return Status.FINISHED
        return facts.held

    def order(self, lap: int, first: int | None = None) -> tuple[int, ...]:
        """The bibs in the order in which they ended *lap*, or the *first* so many of them.

        Where people or the photo finish read the order, theirs; behind it, as the passings tell.
        """
        ice = self._fresh()
        read = ice.facts.read_order(lap)
        seen = ice.orders.get(lap, ())
        if not read:
            return tuple(seen[:first])
        return (*read, *(bib for bib in seen if bib not in read))[:first]

    def ties(self, lap: int) -> tuple[tuple[int, ...], ...]:
        """The dead heats that were read at the end of *lap*."""
        read = self._fresh().facts.read.get(lap)
        return tuple(bibs for bibs in read.bibs if isinstance(bibs, tuple)) if read else ()

    def read(self, lap: int) -> tuple[int, ...]:
        """The bibs whose order at the end of *lap* people or the photo finish read."""
        return self._fresh().facts.read_order(lap)

    def tapped(self, lap: int) -> dict[str, tuple[int, ...]]:
        """The bibs in the order in which they were tapped at the end of *lap*, by who tapped them."""
        ended = {number for number, one in self._ended_laps() if one.number == lap}
        return self._ice.taps.orders(ended)

    @property
    def tapped_otherwise(self) -> tuple[OtherLap, ...]:
        """The taps that name another lap than their crossing ended."""
        ended = {number: one.number for number, one in self._ended_laps()}
        return tuple(self._ice.taps.contradicted(ended))

    def _ended_laps(self) -> list[tuple[int, Lap]]:
        verdicts = self._fresh().verdicts.items()
        return [(number, verdict) for number, verdict in verdicts if isinstance(verdict, Lap)]

    def ended(self, bib: int, lap: int) -> Instant | None:
        """When *bib* ended *lap*, as far as somebody or something saw it."""
        crossings = self._fresh().rides[bib].crossings
        read = self._facts.read_time(bib, lap)
        if read is not None and self._facts.start is not None:
            return Instant(self._facts.start + read)
        return crossings[lap - 1] if 0 < lap <= len(crossings) else None

    def mark(self, bib: int) -> MarkGiven | None:
        """The referee's decision on *bib*, if one stands."""
        return self._fresh().facts.marks.get(bib)

    # What officials said

    @property
    def gained(self) -> dict[int, int]:
        """Of bibs that gained or lost laps on the main group: how many, lost ones negative."""
        return {bib: sum(gain.laps for gain in gains) for bib, gains in self._fresh().facts.gains.items()}

    def said(self, kind: type[Word]) -> tuple[Word, ...]:
        """What officials said of one kind, as far as it stands, in the order of the log."""
        return tuple(self._fresh().facts.each(kind))

    @property
    def incidents(self) -> tuple[IncidentNoted | SkaterFell, ...]:
        """Falls and other incidents, in the order in which they were noted."""
        return tuple(self._fresh().facts.each(IncidentNoted, SkaterFell))

    @property
    def records(self) -> tuple[Record, ...]:
        """What was said of the race by people, in the order of the log; retracted records included."""
        return tuple(sorted(self._said.values(), key=lambda record: record.number))

    def passing(self, number: int) -> "Seen | None":
        """The moment on the meet's clock, transponder, number and loop of the passing with record *number*."""
        self._fresh()
        passing = self._passings.get(number)
        return None if passing is None else self._seen(number, passing)


def replay(records: Iterable[Record], rulebook: Rulebook | None = None) -> Race:
    """The race that *records* tell of, under *rulebook* unless they plan it under another."""
    race = Race(rulebook)
    for record in records:
        race.tell(record)
    return race
