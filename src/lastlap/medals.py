"""Medals: standings as of any moment, records of a NOC, medals of a skater.

Strategy: one Games is a programme of events, each with the medals won in it so far.  "As of" a
moment is a copy of it without the later medals, so that every question has one argument fewer
and the same answer on the night and in hindsight.  Where a name or a history is not fully
known, an answer says so or is not given.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Literal

import msgspec

from lastlap.errors import InputError
from lastlap.people import People
from lastlap.ranking import Standing
from lastlap.rulebook import IRM
from lastlap.startlist import Skater
from lastlap.times import HOUR, MINUTE, Instant


class Medal(StrEnum):
    """What is won, the best first."""

    GOLD = "gold"
    SILVER = "silver"
    BRONZE = "bronze"


class Gender(StrEnum):
    """Whom an event is for."""

    WOMEN = "Women"
    MEN = "Men"
    MIXED = "Mixed"
    OPEN = "Open"

    def may_meet(self, other: "Gender") -> bool:
        """Whether one person may win medals in events for both."""
        return {self, other} != {Gender.WOMEN, Gender.MEN}


class Winner(msgspec.Struct, frozen=True):
    """A person who won a medal, alone or in a team."""

    id: str
    name: str
    """As the source of the medal prints it."""


Counted = Literal["medal", "gold"]
"""What may be counted: all medals, or golds alone."""


class Won(msgspec.Struct, frozen=True):
    """One medal: it counts once for the NOC, and once for each of its people."""

    medal: Medal
    noc: str
    name: str
    """The person, pair or team, as the source prints it; `""` if it does not say."""
    people: tuple[Winner, ...] = ()
    complete: bool = True
    """Whether *people* is everyone who got the medal."""

    def is_a(self, counted: Counted) -> bool:
        """Whether it is one of what is counted."""
        return counted == "medal" or self.medal is Medal.GOLD

    def is_of(self, who: str) -> bool:
        """Whether the person with the id *who* is known to have got it."""
        return any(winner.id == who for winner in self.people)


class MedalEvent(msgspec.Struct, frozen=True):
    """An event on the programme of the Games, with the medals won in it."""

    number: int
    """Its place in the order of the Games, from 1."""
    at: Instant
    """When the medals were won; as far as nobody has said, the planned start."""
    sport: str
    name: str
    """As in `Women's Mass Start`."""
    gender: Gender
    won: tuple[Won, ...] = ()
    """Gold first; a tie gives one medal twice, and the next may be missing; empty until decided."""
    source: str = ""
    """Where this is written down: file and row, or race and record."""

    @property
    def place(self) -> tuple[Instant, int]:
        """What the order of events goes by."""
        return (self.at, self.number)

    @property
    def title(self) -> str:
        """The event with its sport: other sports have a mass start too."""
        return f"{self.sport} {self.name}"

    @property
    def family(self) -> str:
        """The name without the gender: `Mass Start`."""
        return self.name.removeprefix(f"{self.gender}'s ")


class Team(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The people behind a team's medal."""

    event: int
    """The number of the event."""
    noc: str
    medal: Medal
    people: tuple[str, ...]
    """Their ids."""
    complete: bool
    """Whether the source names everyone who got the medal."""
    source: str


class Games(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One Olympic Winter Games."""

    year: int
    title: str
    utc_offset: int
    """Minutes that the clocks there are ahead of UTC."""
    earlier: tuple[int, ...] = ()
    """The years of all Games before, so that a gap in a history is seen."""
    teams: tuple[Team, ...] = ()

    def day(self, at: Instant) -> date:
        """The date at the Games at a moment."""
        return date.fromordinal(_EPOCH + (at + self.utc_offset * MINUTE) // _DAY)

    def moment(self, day: date, clock: int) -> Instant:
        """The moment at which the clocks at the Games show *clock* microseconds after midnight."""
        return Instant((day.toordinal() - _EPOCH) * _DAY + clock - self.utc_offset * MINUTE)


_DAY = 24 * HOUR
_EPOCH = date(1970, 1, 1).toordinal()


class Medals(msgspec.Struct, frozen=True):
    """The programme of one Games and the medals won so far; events come in by `adding`."""

    games: Games
    events: tuple[MedalEvent, ...] = ()
    """In the order in which they are decided."""

    def event(self, number: int) -> MedalEvent:
        """The event with that number; raises `InputError` if there is none."""
        for event in self.events:
            if event.number == number:
                return event
        message = f"there is no event {number} at {self.games.title}: give a number of its programme"
        raise InputError(message)

    def find(self, sport: str, name: str) -> MedalEvent:
        """The event of that name in that sport; raises `InputError` if there is none."""
        for event in self.events:
            if (event.sport, event.name) == (sport, name):
                return event
        message = f"there is no {sport} {name} at {self.games.title}: write both as its programme does"
        raise InputError(message)

    def adding(self, *events: MedalEvent) -> "Medals":
        """With these events in their places, in whatever order they come; a known number is replaced."""
        known = {event.number: event for event in (*self.events, *events)}
        ordered = tuple(sorted(known.values(), key=lambda event: event.place))
        return msgspec.structs.replace(self, events=ordered)

    def until(self, at: Instant) -> "Medals":
        """As of a moment: the whole programme, with the medals won up to then."""
        return self._keeping(lambda event: event.at <= at)

    def before(self, number: int) -> "Medals":
        """As of just before the event with that number was decided."""
        place = self.event(number).place
        return self._keeping(lambda event: event.place < place)

    def through(self, number: int) -> "Medals":
        """As of the moment when the event with that number was decided."""
        place = self.event(number).place
        return self._keeping(lambda event: event.place <= place)

    def within(self, sport: str | None = None, gender: Gender | None = None) -> "Medals":
        """Only the events of a sport, or for a gender, or both: for standings of their own."""
        kept = (e for e in self.events if sport in (None, e.sport) and gender in (None, e.gender))
        return msgspec.structs.replace(self, events=tuple(kept))

    @property
    def won(self) -> Iterator[tuple[MedalEvent, Won]]:
        """Every medal so far with its event, in order."""
        return ((event, won) for event in self.events for won in event.won)

    def _keeping(self, has_happened: Callable[[MedalEvent], bool]) -> "Medals":
        events = (e if has_happened(e) else msgspec.structs.replace(e, won=()) for e in self.events)
        return msgspec.structs.replace(self, events=tuple(events))


def award(
    event: MedalEvent, at: Instant, standings: Iterable[Standing], people: People, source: str
) -> MedalEvent:
    """The *event* as decided at a moment by a race: rank 1 has gold, 2 silver, 3 bronze, ties as they are.

    Whoever did not finish or is disqualified gets no medal.  Among *people* a skater is found by
    id, else by name and NOC.
    """
    medals = dict(enumerate(Medal, start=1))
    won = tuple(
        _won(medals[standing.rank], standing.skater, people)
        for standing in standings
        if standing.rank in medals and standing.score.irm in (None, IRM.LAP)
    )
    return msgspec.structs.replace(event, at=at, won=won, source=source)


def _won(medal: Medal, skater: Skater, people: People) -> Won:
    person = people.by_id.get(skater.id) or people.find(skater.name, skater.noc)
    return Won(medal, skater.noc, skater.name, (Winner(person.id, skater.name),))


# Standings


class NocStanding(msgspec.Struct, frozen=True):
    """A NOC in the medal standings."""

    rank: int
    """By gold, then silver, then bronze; equal on all three is a shared rank."""
    rank_by_total: int
    """By the number of medals alone."""
    noc: str
    gold: int
    silver: int
    bronze: int
    shared: bool
    """Whether another NOC has the same rank."""
    shared_by_total: bool

    @property
    def total(self) -> int:
        """All medals."""
        return self.gold + self.silver + self.bronze


def table(medals: Medals) -> tuple[NocStanding, ...]:
    """The medal standings of every NOC with a medal: by rank, inside a tie by code.

    The ranks are those of the Olympic Data Feed: after two NOCs in second place comes the fourth.
    """
    won = Counter((won.noc, won.medal) for _, won in medals.won)
    counts = {noc: tuple(won[noc, medal] for medal in Medal) for noc, _ in won}
    lines = [_line(noc, counts[noc], list(counts.values())) for noc in counts]
    return tuple(sorted(lines, key=lambda line: (line.rank, line.noc)))


def _line(noc: str, count: tuple[int, ...], counts: Sequence[tuple[int, ...]]) -> NocStanding:
    """The standing of a NOC with that *count* of gold, silver and bronze among those *counts*."""
    gold, silver, bronze = count
    totals = [sum(other) for other in counts]
    return NocStanding(
        rank=1 + sum(other > count for other in counts),
        rank_by_total=1 + sum(other > sum(count) for other in totals),
        noc=noc,
        gold=gold,
        silver=silver,
        bronze=bronze,
        shared=counts.count(count) > 1,
        shared_by_total=totals.count(sum(count)) > 1,
    )


# Records of a NOC


class Tally(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The medals of a NOC at one Games, as history keeps them."""

    games: int
    noc: str
    total: int
    gold: int | None = None
    """`None` where only the total is known; so for silver and bronze."""
    silver: int | None = None
    bronze: int | None = None
    none_before: bool = False
    """Whether the NOC had won no medal at any Games before these."""
    source: str = ""

    def count(self, counted: Counted) -> int | None:
        """How many of what is counted; `None` where it is not known."""
        return self.total if counted == "medal" else self.gold


class Degree(StrEnum):
    """How a count stands to the best of earlier Games, in words."""

    EQUALLED = "as many as"
    BEATEN = "more than"
    EXTENDED = "still more than"
    """The record was beaten by an earlier event of these Games."""


class RecordFallen(msgspec.Struct, frozen=True):
    """A NOC has as many medals, or golds, as at its best Games before, or more."""

    noc: str
    counted: Counted
    count: int
    """How many there are with this event."""
    degree: Degree
    best: int
    """How many there were at the best Games before."""
    best_games: int
    """The first Games with so many."""
    since: int | None
    """The earliest Games that the comparison knows of; `None` if it knows all that matter."""
    event: int
    """The number of the event with which it fell."""
    at: Instant
    rows: tuple[str, ...]
    """Where the event and the old best are written down."""

    @property
    def why(self) -> str:
        """The reason, as in `15th medal of KOR at these Games: more than ever, 14 in 2010`."""
        return f"{ordinal(self.count)} {self.counted} of {self.noc} at these Games: {self.reach}"

    @property
    def reach(self) -> str:
        """How far the record reaches: `more than ever, 14 in 2010`."""
        span = "ever" if self.since is None else f"at any Games since {self.since}"
        return f"{self.degree} {span}, {self.best} in {self.best_games}"


def records(medals: Medals, tallies: Iterable[Tally]) -> tuple[RecordFallen, ...]:
    """Every record of a NOC that has fallen so far, at the event with which it fell.

    Counts are compared as far back as *tallies* know them without a gap.  A NOC of whose last
    Games nothing is known has no records here.
    """
    marks = _marks({(tally.noc, tally.games): tally for tally in tallies}, medals.games.earlier)
    counts: Counter[_Key] = Counter()
    fallen = []
    for event in medals.events:
        gains = Counter((won.noc, what) for won in event.won for what in _COUNTED if won.is_a(what))
        for key, gain in gains.items():
            counts[key] += gain
            if key in marks and counts[key] >= marks[key].best:
                fallen.append(marks[key].fallen(event, counts[key], gain))
    return tuple(fallen)


_COUNTED: tuple[Counted, ...] = ("gold", "medal")
_Key = tuple[str, Counted]


class _Mark(msgspec.Struct, frozen=True):
    """What a NOC has to beat."""

    counted: Counted
    best: int
    tally: Tally
    """Of the Games where it was first reached."""
    since: int | None

    def fallen(self, event: MedalEvent, count: int, gain: int) -> RecordFallen:
        """The record that falls with *event*, which brought *gain* of the *count* medals so far."""
        degree = Degree.EQUALLED if count == self.best else Degree.BEATEN
        if count - gain > self.best:
            degree = Degree.EXTENDED
        return RecordFallen(
            noc=self.tally.noc,
            counted=self.counted,
            count=count,
            degree=degree,
            best=self.best,
            best_games=self.tally.games,
            since=self.since,
            event=event.number,
            at=event.at,
            rows=(event.source, self.tally.source),
        )


def _marks(tallies: Mapping[tuple[str, int], Tally], earlier: Iterable[int]) -> dict[_Key, _Mark]:
    """What each NOC has to beat; *tallies* are by NOC and Games."""
    latest_first = sorted(earlier, reverse=True)
    histories = {noc: [tallies.get((noc, year)) for year in latest_first] for noc, _ in tallies}
    marks = {(noc, what): _mark(history, what) for noc, history in histories.items() for what in _COUNTED}
    return {key: mark for key, mark in marks.items() if mark}


def _mark(history: Iterable[Tally | None], counted: Counted) -> _Mark | None:
    """The best of one NOC's *history*, from the last Games back to the first gap."""
    known: list[tuple[int, Tally]] = []
    for tally in history:
        count = tally.count(counted) if tally else None
        if tally is None or count is None:
            break
        known.append((count, tally))
    if not known:
        return None
    best, tally = max(known, key=lambda pair: (pair[0], -pair[1].games))
    _, earliest = known[-1]
    return _Mark(counted, best, tally, None if earliest.none_before else earliest.games)


# Medals of a skater


class CareerMedal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One medal of one person."""

    games: int
    sport: str
    event: str
    medal: Medal
    day: date | None = None
    """`None` where only the Games are known."""
    source: str = ""

    @property
    def words(self) -> str:
        """As in `gold in the Men's 10,000m of 2010`."""
        when = f"of {self.games}" if self.day is None else f"on {self.day.day} {_MONTHS[self.day.month - 1]}"
        return f"{self.medal} in the {self.event} {when}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Career(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The Olympic medals of one person before certain Games."""

    person: str
    """Their id."""
    before: int
    """Every medal before the Games of this year is listed."""
    source: str
    medals: tuple[CareerMedal, ...]

    def until(self, games: int) -> tuple[CareerMedal, ...] | None:
        """The medals before the Games of a year; `None` where not all of them are known."""
        if games > self.before:
            return None
        return tuple(medal for medal in self.medals if medal.games < games)


def career(medals: Medals, who: str, earlier: Sequence[CareerMedal] = ()) -> tuple[CareerMedal, ...]:
    """The medals of the person with the id *who*: the *earlier* ones, then those of these Games in order.

    Medals in teams count if the person is known to have been in the team.
    """
    games = medals.games
    here = (
        CareerMedal(games.year, event.sport, event.name, won.medal, games.day(event.at), event.source)
        for event, won in medals.won
        if won.is_of(who)
    )
    return (*earlier, *here)


def only_with(medals: Medals, sport: str, gender: Gender, golds: int = 2) -> Winner | None:
    """The one woman (or man) with so many golds in the sport, or more, at these Games.

    `None` if it is nobody or more than one; also if the people of a winning team are not all
    known, as one of them might be another.
    """
    of_sport = [(event, won) for event, won in medals.won if event.sport == sport and won.is_a("gold")]
    if any(not won.complete and event.gender.may_meet(gender) for event, won in of_sport):
        return None
    winners = {winner.id: winner for _, won in of_sport for winner in won.people}
    count = Counter(winner.id for _, won in of_sport for winner in won.people)
    having = [who for who in winners if count[who] >= golds and _may_be(medals, who, gender)]
    return winners[having[0]] if len(having) == 1 else None


def _may_be(medals: Medals, who: str, gender: Gender) -> bool:
    """Whether no medal of the person, in any sport, says that they are of another gender."""
    return all(event.gender.may_meet(gender) for event, won in medals.won if won.is_of(who))


# Counts in words

_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def ordinal(count: int) -> str:
    """A count from 1 as a place in order.

    >>> ordinal(5), ordinal(15), ordinal(22)
    ('fifth', '15th', '22nd')
    """
    if count < len(_ORDINALS):
        return _ORDINALS[count]
    is_teen = count // 10 % 10 == 1
    return f"{count}{'th' if is_teen else _ENDINGS.get(count % 10, 'th')}"
