"""What an official must look at: where passings may not tell what happened, and what to do about it.

Strategy: each kind of doubt is one function over the field as the passings tell of it.  A doubt
is a question with, where there is one clear answer, the correction that gives it.  Nothing is
corrected here: an accepted proposal is an event as any other, and the race is judged anew.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import cached_property
from itertools import pairwise, zip_longest
from statistics import median_low
from typing import NamedTuple

import msgspec

from lastlap.events import (
    DeviceReported,
    DoubtDismissed,
    Event,
    LappedLifted,
    MarkGiven,
    MarkLifted,
    OrderRead,
    PassingInserted,
    PassingStruck,
    RaceFreed,
    RaceNeutralised,
    RaceRestarted,
    RaceStopped,
    TransponderAssigned,
)
from lastlap.facts import NEVER, OF_BIB, Facts, Seen
from lastlap.race import Lap, NoLap, Race, Ride
from lastlap.rulebook import IRM
from lastlap.times import SECOND, Duration, Instant, between, clock

_PUZZLING = (NoLap.UNKNOWN_TRANSPONDER, NoLap.TOO_SOON, NoLap.OUT)
"""The verdicts behind which there may be a doubt."""

_SHORT = 0.75
"""Nobody skates a lap in less than this part of what it takes the field."""

_FIELD = 4
"""So many skaters tell what a lap takes the field: one in doubt, and three others."""

_GONE = 2
"""So many laps behind, and unseen for as long as so many take: the skater may be off the ice."""


_GUESS = Duration(5 * SECOND)
"""No further than this is a moment from the truth that was worked out from the laps around it."""


_BLIND = 1.2
"""If the line sees nobody for so many laps, it sees nothing."""


class Question(Enum):
    """What is in doubt."""

    UNKNOWN_TRANSPONDER = "nobody on the start list wears this transponder"
    IMPOSSIBLE_LAP = "nobody skates a lap so fast"
    MISSED_PASSING = "a passing may have been missed"
    CLOSE_FINISH = "too close for transponders to tell apart"
    UNSURE_CROSSING = "nobody saw well when the line was crossed"
    TAPPED_OTHERWISE = "tapped in another order"
    TAPPED_AS_ANOTHER = "tapped as another lap"
    READ_NOT_SEEN = "read at the line, but not seen there"
    SILENT = "not seen any more, and not marked"
    AHEAD_THOUGH_LAPPED = "lapped, but read ahead of skaters who were not"
    SEEN_THOUGH_MARKED = "seen in the race, though marked as not started"
    CLOCK_JUMPED = "a device's clock was set during the race"


class Doubt(msgspec.Struct, frozen=True):
    """Something that an official must look at."""

    id: str
    """The same for as long as the doubt stands; `DoubtDismissed` names it."""
    kind: Question
    at: Instant
    """The moment that is in doubt."""
    says: str
    """One sentence: who, when and why."""
    bib: int | None = None
    lap: int | None = None
    number: int | None = None
    """The record of the passing in doubt."""
    proposal: Event | None = None
    """The correction that settles the doubt if it is accepted; `None` where no single one is clear."""


def doubts(race: Race) -> tuple[Doubt, ...]:
    """What an official must look at now, oldest first; what was dismissed is left out.

    A race told by orders alone gives no doubts, nor does one in which every passing fits.
    The cost grows as the number of passings does.
    """
    start = race.start
    if start is None:
        return ()
    field = _Field(race, start)
    found = [doubt for ask in _QUESTIONS for doubt in ask(field) if doubt.id not in field.dismissed]
    return tuple(sorted(found, key=lambda doubt: (doubt.at, doubt.id)))


class _Skated(NamedTuple):
    """A lap of *bib*, from one crossing to the next."""

    bib: int
    lap: int
    took: Duration
    usual: Duration
    """What it usually takes."""
    until: Instant


class _Field:
    """All skaters as the passings tell of them, gathered once for all questions."""

    def __init__(self, race: Race, start: Instant) -> None:
        self.race, self.start, self.rides = race, start, race.rides
        self.facts = Facts(race.records, race.rulebook)
        self.timing = race.rulebook.timing
        self.dismissed = {one.doubt for one in race.said(DoubtDismissed)}
        self.front = max((ride.laps for ride in self.rides.values() if not ride.told), default=0)
        """The laps that the leader has done, as far as they were counted."""
        self._held = _held(self.facts)
        self._took = {bib: self._lap_times(ride) for bib, ride in self.rides.items()}
        self._own = {bib: median_low(known) for bib, took in self._took.items() if (known := _known(took))}
        columns = enumerate(map(_known, zip_longest(*self._took.values())), 1)
        laps = {lap: (median_low(known), len(known)) for lap, known in columns if known}
        self.pace = median_low(median for median, _ in laps.values()) if laps else None
        """What a lap of this race usually takes."""
        self._usual = {lap: self._credible(median) for lap, (median, many) in laps.items() if many >= _FIELD}

    def _lap_times(self, ride: Ride) -> list[Duration | None]:
        """How long each lap took; `None` where an end of it was not seen, or the race was held up."""
        # Where the clock starts at the gun, the neutral lap is part of the first.
        neutral = self.race.rulebook.neutral_lap.skated and self.start == self.facts.gun
        return [
            None if since is None or until is None or self.was_held(since, until) else between(since, until)
            for since, until in pairwise((None if neutral else self.start, *ride.crossings))
        ]

    def was_held(self, since: Instant, until: Instant) -> bool:
        """Whether the race was stopped or neutralised for some of the time between two moments."""
        return bool(self._held) and any(begin < until and since < end for begin, end in self._held)

    def _credible(self, median: Duration) -> Duration:
        """What a lap took the field: *median*, unless the line missed most of the field at its end."""
        return median if self.pace is None or median <= self.timing.long_lap * self.pace else self.pace

    def is_told(self, lap: int) -> bool:
        """Whether enough skaters have ended *lap* to tell what it usually takes."""
        return lap in self._usual

    def skated(self, bib: int, lap: int, took: Duration, until: Instant) -> _Skated:
        """A lap beside what it took the field or, where that is not told, what a lap takes the skater."""
        return _Skated(bib, lap, took, self._usual.get(lap) or self._own.get(bib) or took, until)

    @cached_property
    def odd(self) -> list[_Skated]:
        """The laps that took much less or much more than usual."""
        return [
            self.skated(bib, lap, took, until)
            for bib, ride in self.rides.items()
            for lap, (took, until) in enumerate(zip(self._took[bib], ride.crossings, strict=True), 1)
            if took is not None and until is not None and self._is_odd(bib, lap, took)
        ]

    def _is_odd(self, bib: int, lap: int, took: Duration) -> bool:
        usual = self._usual.get(lap) or self._own[bib]
        return not _SHORT * usual <= took <= self.timing.long_lap * usual

    @cached_property
    def blind(self) -> list[tuple[Instant, Instant]]:
        """The spans of more than a lap in which the line saw nobody: a box without power, a loop that was cut."""
        passings = (self.race.passing(number) for number in self.race.verdicts)
        seen = sorted({one[0] for one in passings if one and one[0] > self.start})
        longest = 0 if self.pace is None else _BLIND * self.pace
        spans = pairwise((self.start, *seen))
        return [(since, until) for since, until in spans if between(since, until) > longest]

    def is_settled(self, bib: int) -> bool:
        """Whether an official has said how far the skater came, or which crossings count."""
        return any(bib in said for said in (self.facts.marks, self.facts.given, self.facts.gains))

    def is_lapped_by_passings(self, bib: int) -> bool:
        """Whether the skater counts as lapped, and nobody but the passings says so."""
        said = bib in self.facts.marks or bib in self.facts.lapped
        return self.rides[bib].irm is IRM.LAP and not said

    def is_wearer(self, bib: int) -> bool:
        """Whether the skater has worn a transponder."""
        return any(bib == owner for owners in self.facts.owners.values() for _, owner in owners)

    def seen_as(self, verdict: NoLap) -> list[Seen]:
        """The passings with this verdict, in the order of their times."""
        return [seen for seen in self._puzzling if self.race.verdicts[seen[2]] is verdict]

    @cached_property
    def _puzzling(self) -> list[Seen]:
        verdicts = self.race.verdicts.items()
        numbers = [
            number for number, verdict in verdicts if isinstance(verdict, NoLap) and verdict in _PUZZLING
        ]
        return self.facts.amended([seen for number in numbers if (seen := self.race.passing(number))])

    def crossed(self, verdict: NoLap) -> list[tuple[int, Instant, int]]:
        """Bib, moment and record number of the passings with this verdict whose skater is known."""
        whose = [(self.facts.owner(code, at), at, number) for at, code, number, _ in self.seen_as(verdict)]
        return [(bib, at, number) for bib, at, number in whose if bib is not None]

    @cached_property
    def numbers(self) -> dict[tuple[int, Instant], int]:
        """The record number of the passing by which a bib crossed the line at a moment."""
        out = {(bib, at): number for bib, at, number in self.crossed(NoLap.OUT)}
        verdicts = self.race.verdicts.items()
        return out | {(lap.bib, lap.at): number for number, lap in verdicts if isinstance(lap, Lap)}

    @cached_property
    def unsure(self) -> dict[tuple[int, int], Duration]:
        """Of a bib and a lap whose end was not seen well: how far the true moment may be away."""
        ankles = Duration(int(self.timing.ankles * SECOND))
        seen, heard = self._transponders
        weakly = {crossing for crossing, codes in seen.items() if codes < heard[crossing[0]]}
        estimates = {one.number for one in self.race.records if _is_estimate(one.event)}
        laps = [(number, lap) for number, lap in self.race.verdicts.items() if isinstance(lap, Lap)]
        guessed = {(lap.bib, lap.number) for number, lap in laps if number in estimates}
        return dict.fromkeys(weakly, ankles) | dict.fromkeys(guessed, _GUESS)

    @cached_property
    def _transponders(self) -> tuple[dict[tuple[int, int], set[str]], dict[int, set[str]]]:
        """Those that saw a bib end a lap, and those of a bib that did so more than once."""
        seen: dict[tuple[int, int], set[str]] = defaultdict(set)
        often: Counter[tuple[int, str]] = Counter()
        current: dict[int, int] = {}
        for bib, code, verdict in self._crossings():
            if isinstance(verdict, Lap):
                current[bib] = verdict.number
            if bib in current and not code.startswith(OF_BIB) and code not in seen[bib, current[bib]]:
                seen[bib, current[bib]].add(code)
                often[bib, code] += 1
        heard: dict[int, set[str]] = defaultdict(set)
        for (bib, code), times in often.items():
            if times > 1:
                heard[bib].add(code)
        return {crossing: codes & heard[crossing[0]] for crossing, codes in seen.items() if codes}, heard

    def _crossings(self) -> Iterator[tuple[int, str, Lap | NoLap]]:
        """What ended a lap, and what was seen beside it, as time went: whose, by which transponder, its verdict."""
        verdicts = self.race.verdicts
        passings = [seen for number in verdicts if (seen := self.race.passing(number))]
        for at, code, number, _ in self.facts.amended(passings):
            verdict, bib = verdicts[number], self.facts.owner(code, at)
            if bib is not None and (isinstance(verdict, Lap) or verdict is NoLap.ECHO):
                yield bib, code, verdict

    def name(self, bib: int) -> str:
        """The skater as a sentence names them."""
        return f"{bib} {self.rides[bib].starter.skater.name}"

    def clock(self, at: Instant) -> str:
        """What the race clock showed at a moment."""
        return clock(between(self.start, at))


def _is_estimate(event: Event) -> bool:
    return isinstance(event, PassingInserted) and event.estimated


def _held(facts: Facts) -> list[tuple[Instant, Instant]]:
    """The spans in which the race was stopped or neutralised, whether laps were counted or not."""
    ends = sorted(event.at for event in facts.each(RaceRestarted, RaceFreed))
    begins = [event.at for event in facts.each(RaceStopped, RaceNeutralised)]
    return [(begin, next((end for end in ends if end >= begin), NEVER)) for begin in begins]


def _known(durations: Iterable[Duration | None]) -> list[Duration]:
    return [one for one in durations if one is not None]


# Transponders


def _unknown_transponders(field: _Field) -> Iterator[Doubt]:
    """One doubt a transponder; none if an official has said whose it is, or that it is nobody's."""
    moments: dict[str, list[Instant]] = defaultdict(list)
    for at, code, _, _ in field.seen_as(NoLap.UNKNOWN_TRANSPONDER):
        if _is_strange(field, code):
            moments[code].append(at)
    whose = _only_unseen(field) if len(moments) == 1 else None
    for code, crossed in moments.items():
        yield _unknown_transponder(field, code, crossed, whose)


def _is_strange(field: _Field, code: str) -> bool:
    said = code in field.facts.owners or code.startswith(OF_BIB)
    return not said and f"unknown:{code}" not in field.dismissed


def _only_unseen(field: _Field) -> int | None:
    """The one starter who has ended no lap by passings, though all others have."""
    unseen = [bib for bib, ride in field.rides.items() if not ride.laps and not field.is_settled(bib)]
    return unseen[0] if len(unseen) == 1 else None


def _unknown_transponder(field: _Field, code: str, crossed: list[Instant], whose: int | None) -> Doubt:
    first, last = field.clock(crossed[0]), field.clock(crossed[-1])
    often = f"once, at {first}" if len(crossed) == 1 else f"{len(crossed)} times, from {first} to {last}"
    maybe = "" if whose is None else f"; of all starters only {field.name(whose)} has not been seen"
    why = "the only starter whom no transponder has shown"
    return Doubt(
        id=f"unknown:{code}",
        kind=Question.UNKNOWN_TRANSPONDER,
        at=crossed[0],
        says=f"transponder {code}, which nobody on the start list wears, crossed the line {often}{maybe}",
        bib=whose,
        proposal=None if whose is None else TransponderAssigned(code, whose, why=why),
    )


# Laps that are too short or too long


def _too_soon(field: _Field) -> Iterator[Doubt]:
    """A passing that ended no lap, as nobody skates so fast."""
    for bib, at, number in field.crossed(NoLap.TOO_SOON):
        ends = enumerate((field.start, *field.rides[bib].crossings))
        lap, end = max((lap, end) for lap, end in ends if end is not None and end <= at)
        since = f"{clock(between(end, at))} s after {f'ending lap {lap}' if lap else 'the start'}"
        yield Doubt(
            id=f"too-soon:{number}",
            kind=Question.IMPOSSIBLE_LAP,
            at=at,
            says=f"{field.name(bib)} crossed the line at {field.clock(at)}, only {since}",
            bib=bib,
            lap=lap + 1,
            number=number,
            proposal=PassingStruck(number, "too soon to be the end of a lap"),
        )


def _short_laps(field: _Field) -> Iterator[Doubt]:
    """A lap that counts, but took a skater much less than the field."""
    for skated in field.odd:
        if skated.took < skated.usual and field.is_told(skated.lap):
            number = field.numbers[skated.bib, skated.until]
            yield Doubt(
                id=f"short:{number}",
                kind=Question.IMPOSSIBLE_LAP,
                at=skated.until,
                says=_compared(field, skated),
                bib=skated.bib,
                lap=skated.lap,
                number=number,
                proposal=PassingStruck(number, "too soon to be the end of a lap"),
            )


def _compared(field: _Field, skated: _Skated) -> str:
    took, usual = clock(skated.took), clock(skated.usual)
    return f"{field.name(skated.bib)} took {took} for lap {skated.lap}, where {usual} is usual"


def _missed_passings(field: _Field) -> Iterator[Doubt]:
    """A lap so long that it may be two or more, of which the line saw the last end only."""
    for skated in (*field.odd, *_lapped_out(field)):
        if not field.is_settled(skated.bib) and _may_be_more(field, skated) and _has_room(field, skated):
            yield _missed_passing(field, skated)


def _lapped_out(field: _Field) -> Iterator[_Skated]:
    """The lap on which the passings took a skater out as lapped, if the skater then came round after all."""
    again: dict[int, Instant] = {}
    for bib, at, _ in field.crossed(NoLap.OUT):
        again.setdefault(bib, at)
    for bib, at in again.items():
        ride = field.rides[bib]
        if ride.irm is IRM.LAP and ride.laps < ride.limit and not field.was_held(ride.at, at):
            yield field.skated(bib, ride.laps + 1, between(ride.at, at), at)


def _may_be_more(field: _Field, skated: _Skated) -> bool:
    timing = field.timing
    is_long = skated.took > timing.long_lap * skated.usual
    return is_long and skated.took // _pieces(skated) >= timing.shortest_lap * SECOND


def _pieces(skated: _Skated) -> int:
    """How many laps it may have been."""
    return max(2, round(skated.took / skated.usual))


def _has_room(field: _Field, skated: _Skated) -> bool:
    """Whether the race is long enough for one more lap of the skater.

    Who has done all laps, but ended the last a whole lap behind the first, may have finished a
    lap earlier, and rolled out over the line since.
    """
    laps, ride = field.race.laps, field.rides[skated.bib]
    if ride.laps < laps:
        return True
    ends = [other.crossings[laps - 1] for other in field.rides.values() if other.laps >= laps]
    first = min((end for end in ends if end is not None), default=ride.at)
    return skated.lap < laps and between(first, ride.at) > skated.usual


def _missed_passing(field: _Field, skated: _Skated) -> Doubt:
    number = field.numbers[skated.bib, skated.until]
    missed = Instant(skated.until - skated.took + skated.took // _pieces(skated))
    return Doubt(
        id=f"missed:{number}",
        kind=Question.MISSED_PASSING,
        at=missed,
        says=f"{_compared(field, skated)}: was a passing missed at about {field.clock(missed)}?",
        bib=skated.bib,
        lap=skated.lap,
        number=number,
        proposal=PassingInserted(
            missed, skated.bib, "missed by the line; the moment is interpolated", estimated=True
        ),
    )


# The order over the line


def _close_finishes(field: _Field) -> Iterator[Doubt]:
    """Neighbours about the points of a sprint, or anywhere at the finish, whom transponders cannot tell apart."""
    race = field.race
    for lap in sorted({*race.tables, race.laps}):
        order = race.order(lap, None if lap == race.laps else len(race.tables[lap]) + 1)
        # Those who were read stand first, and between them nothing is in doubt any more.
        for bibs in _clusters(field, lap, order[max(len(race.read(lap)) - 1, 0) :]):
            yield _close_finish(field, lap, bibs, order[: order.index(bibs[-1]) + 1])


def _clusters(field: _Field, lap: int, order: tuple[int, ...]) -> list[list[int]]:
    """Those of *order* who ended *lap* too close to a neighbour."""
    clusters = [list(order[:1])]
    for ahead, bib in pairwise(order):
        if _is_close(field, lap, ahead, bib):
            clusters[-1].append(bib)
        else:
            clusters.append([bib])
    return [cluster for cluster in clusters if len(cluster) > 1]


def _is_close(field: _Field, lap: int, one: int, other: int) -> bool:
    first, second = field.race.ended(one, lap), field.race.ended(other, lap)
    if first is None or second is None:
        return False
    return abs(between(first, second)) < field.timing.photo_finish * SECOND


def _close_finish(field: _Field, lap: int, bibs: list[int], order: tuple[int, ...]) -> Doubt:
    """The doubt about *bibs*; its proposal is the *order* down to the last of them."""
    moments = [at for bib in bibs if (at := field.race.ended(bib, lap)) is not None]
    first, last = min(moments), max(moments)
    read = field.facts.read.get(lap, OrderRead(lap, ()))
    names = " and ".join(map(field.name, bibs))
    within = f"within {clock(between(first, last), 3)} s, at {field.clock(first)}"
    unread = order[len(field.race.read(lap)) :]
    return Doubt(
        id=f"close:{lap}:{'-'.join(map(str, bibs))}",
        kind=Question.CLOSE_FINISH,
        at=first,
        says=f"{names} ended lap {lap} {within}: look at the photo finish",
        bib=bibs[0],
        lap=lap,
        proposal=OrderRead(lap, (*read.bibs, *unread), read.times, why="as the transponders have it"),
    )


def _unsure_crossings(field: _Field) -> Iterator[Doubt]:
    """A place with points, or any at the finish, that hangs on a crossing that was not seen well."""
    race = field.race
    for lap in sorted({*race.tables, race.laps}):
        order, read = race.order(lap), len(race.read(lap))
        places = len(order) if lap == race.laps else len(race.tables[lap])
        for first, last in _unsure_spans(field, lap, order[read:]) if read < places else ():
            if read + first < places:
                yield _unsure_crossing(field, lap, order[: min(read + last + 1, places)], read + first)


def _unsure_spans(field: _Field, lap: int, order: tuple[int, ...]) -> list[list[int]]:
    """From where to where in *order* places may be otherwise; at the finish also where only a time may."""
    spans: list[list[int]] = []
    slack = [field.unsure.get((bib, lap), Duration(0)) for bib in order]
    ends = [field.race.ended(bib, lap) for bib in order]
    for place, (end, off) in enumerate(zip(ends, slack, strict=True)):
        ahead = [
            other
            for other in range(place)
            if end is not None and (sooner := ends[other]) is not None and sooner + slack[other] > end - off
            and (off or slack[other] == _GUESS)
        ]  # fmt: skip
        first = min(ahead, default=place)
        if first == place and not (off and lap == field.race.laps):
            continue
        while spans and spans[-1][1] >= first:
            first = min(first, spans.pop()[0])
        spans.append([first, place])
    return spans


def _unsure_crossing(field: _Field, lap: int, order: tuple[int, ...], first: int) -> Doubt:
    """The doubt about *order* from place *first* on; its proposal is the order as it stands, and the times."""
    race, read = field.race, field.facts.read.get(lap, OrderRead(lap, ()))
    unsure = [bib for bib in order[first:] if (bib, lap) in field.unsure] or list(order[first:])
    names = " and ".join(map(field.name, unsure))
    moment = race.ended(unsure[0], lap) or field.start
    times = {bib: between(field.start, at) for bib in unsure if (at := race.ended(bib, lap)) is not None}
    return Doubt(
        id=f"unsure:{lap}:{'-'.join(map(str, order[first:]))}",
        kind=Question.UNSURE_CROSSING,
        at=moment,
        says=f"nobody saw well when {names} ended lap {lap}, at about {field.clock(moment)}: look at the photo finish",
        bib=unsure[0],
        lap=lap,
        proposal=OrderRead(
            lap, (*read.bibs, *order[len(race.read(lap)) :]), {**read.times, **times}, why="as it stands"
        ),
    )


def _tapped_otherwise(field: _Field) -> Iterator[Doubt]:
    """An official at the line tapped the scoring places of a lap in another order than they stand."""
    race = field.race
    for lap in sorted({*race.tables, race.laps}):
        order, read = race.order(lap), len(race.read(lap))
        scoring = len(race.tables.get(lap, order))
        pads: dict[tuple[int, ...], list[str]] = defaultdict(list)
        for pad, tapped in race.tapped(lap).items():
            places = (*order[:read], *_rearranged(order[read:], tapped))
            if places[:scoring] != order[:scoring]:
                last = max(place for place, bib in enumerate(order) if places[place] != bib)
                pads[places[: last + 1]].append(pad)
        for places, by in pads.items():
            yield _tapped_order(field, lap, places, " and ".join(by) or "an official")


def _rearranged(order: Sequence[int], tapped: Sequence[int]) -> Iterator[int]:
    """The *order* with the bibs that were tapped in the order of the taps, the others where they are."""
    taps = iter([bib for bib in tapped if bib in order])
    return (next(taps) if bib in tapped else bib for bib in order)


def _tapped_order(field: _Field, lap: int, places: tuple[int, ...], by: str) -> Doubt:
    """The doubt about an order; its proposal is what was tapped, and to dismiss it leaves what stands."""
    race, read = field.race, field.facts.read.get(lap, OrderRead(lap, ()))
    order = race.order(lap)[: len(places)]
    first = next(bib for place, bib in enumerate(places) if order[place] != bib)
    unread = places[len(race.read(lap)) :]
    tapped, stands = (", ".join(map(str, bibs)) for bibs in (places, order))
    return Doubt(
        id=f"tapped:{lap}:{'-'.join(map(str, places))}",
        kind=Question.TAPPED_OTHERWISE,
        at=race.ended(first, lap) or field.start,
        says=f"at the end of lap {lap} {by} tapped {tapped}, and the order stands as {stands}: look at the photo finish",
        bib=first,
        lap=lap,
        proposal=OrderRead(lap, (*read.bibs, *unread), read.times, "judge", f"as {by} tapped it"),
    )


def _tapped_as_another(field: _Field) -> Iterator[Doubt]:
    """A tap that names another lap than the one that the skater ended."""
    for number, bib, at, told, counted in field.race.tapped_otherwise:
        if counted is None and field.race.verdicts[number] is not NoLap.LAP_KNOWN:
            continue
        ended = "that had ended before" if counted is None else f"but that crossing ended lap {counted}"
        yield Doubt(
            id=f"lap-tapped:{number}",
            kind=Question.TAPPED_AS_ANOTHER,
            at=at,
            says=f"{field.name(bib)} was tapped at {field.clock(at)} at the end of lap {told}, {ended}",
            bib=bib,
            lap=told,
            number=number,
            proposal=PassingStruck(number, "tapped as another lap"),
        )


def _read_not_seen(field: _Field) -> Iterator[Doubt]:
    """A skater whom people saw at the line and transponders did not, at the first such lap."""
    unseen: dict[int, int] = {}
    for lap in sorted(field.facts.read, reverse=True):
        unseen |= {bib: lap for bib in field.race.read(lap) if _is_unseen(field, bib, lap)}
    for bib, lap in unseen.items():
        yield _unseen(field, bib, lap)


def _is_unseen(field: _Field, bib: int, lap: int) -> bool:
    """Whether the skater should have been seen at the end of *lap*, where others were, and was not."""
    ride = field.rides[bib]
    return (
        ride.laps < lap <= field.front and not (ride.over or field.is_settled(bib)) and field.is_wearer(bib)
    )


def _unseen(field: _Field, bib: int, lap: int) -> Doubt:
    ride = field.rides[bib]
    seen = f"{ride.laps} lap{'' if ride.laps == 1 else 's'}"
    is_next = ride.laps == lap - 1 and (ride.riding or ride.irm is not IRM.LAP)
    missed = _moment_read(field, bib, lap) if is_next else None
    is_timed = field.facts.read_time(bib, lap) is not None
    why = "read at the line, and missed by the loop"
    return Doubt(
        id=f"unseen:{lap}:{bib}",
        kind=Question.READ_NOT_SEEN,
        at=ride.at if missed is None else missed,
        says=f"{field.name(bib)} was read at the end of lap {lap}, but the passings tell of {seen} only",
        bib=bib,
        lap=lap,
        proposal=None if missed is None else PassingInserted(missed, bib, why, estimated=not is_timed),
    )


def _moment_read(field: _Field, bib: int, lap: int) -> Instant | None:
    """When *bib* ended *lap*: as read, or as the nearest in the order did; `None` where that can be no lap."""
    order = field.race.order(lap)
    nearest = sorted(order, key=lambda other: abs(order.index(other) - order.index(bib)))
    at = next((at for other in nearest if (at := field.race.ended(other, lap)) is not None), None)
    shortest = field.timing.shortest_lap * SECOND
    return None if at is None or between(field.rides[bib].at, at) < shortest else at


# Skaters


def _silent(field: _Field) -> Iterator[Doubt]:
    """A skater who is awaited and does not come: off the ice, or missed while the line saw nobody."""
    latest, pace = field.race.latest, field.pace
    if latest is None or pace is None:
        return
    is_over = field.front >= field.race.laps
    for ride in field.rides.values():
        if not ride.riding or ride.told or not (ride.laps or field.is_wearer(ride.bib)):
            continue
        is_long = field.front - ride.done >= _GONE and between(ride.at, latest) > _GONE * pace
        blind = next((span for span in field.blind if span[0] < ride.at + pace < span[1]), None)
        if is_long or (is_over and blind):
            yield _gone(field, ride, blind)


def _gone(field: _Field, ride: Ride, blind: tuple[Instant, Instant] | None) -> Doubt:
    """The doubt about a silent skater; whom nobody can have seen may have done anything, and so may whom nobody saw."""
    seen = f"was last seen at {field.clock(ride.at)}, at the end of lap {ride.laps}"
    seen = seen if ride.laps else "has not been seen since the start"
    nobody = f", but the line saw nobody from {' to '.join(map(field.clock, blind))}" if blind else ""
    mark = MarkGiven(ride.bib, IRM.DNF, why=f"not seen after lap {ride.laps}")
    return Doubt(
        id=f"silent:{ride.bib}",
        kind=Question.SILENT,
        at=ride.at,
        says=f"{field.name(ride.bib)} {seen}, and the front has done {field.front} laps{nobody}",
        bib=ride.bib,
        lap=ride.laps + 1,
        proposal=mark if ride.laps and not blind else None,
    )


def _ahead_though_lapped(field: _Field) -> Iterator[Doubt]:
    """A skater whom the passings call lapped, and whom people read at the finish ahead of somebody who was not."""
    lap, order = field.race.laps, field.race.order(field.race.laps)
    unlapped = [bib for bib in order if field.rides[bib].irm is None]
    for bib in field.race.read(lap):
        if unlapped and order.index(bib) < order.index(unlapped[-1]) and field.is_lapped_by_passings(bib):
            other = field.name(unlapped[-1])
            yield Doubt(
                id=f"lapped:{bib}",
                kind=Question.AHEAD_THOUGH_LAPPED,
                at=field.rides[bib].at,
                says=f"{field.name(bib)} counts as lapped, but was read ahead of {other} at the finish",
                bib=bib,
                lap=lap,
                proposal=LappedLifted(bib, "read ahead of skaters who were not lapped"),
            )


def _seen_though_marked(field: _Field) -> Iterator[Doubt]:
    """A skater who is marked as not started, and has ended a lap."""
    for bib, ride in field.rides.items():
        mark = field.facts.marks.get(bib)
        if mark and mark.irm in (IRM.DNS, IRM.WDR) and ride.laps:
            yield Doubt(
                id=f"marked:{bib}",
                kind=Question.SEEN_THOUGH_MARKED,
                at=ride.at,
                says=f"{field.name(bib)} is marked {mark.irm}, but ended lap {ride.laps} at {field.clock(ride.at)}",
                bib=bib,
                lap=ride.laps,
                proposal=MarkLifted(bib, "seen in the race"),
            )


# Devices


def _clock_jumps(field: _Field) -> Iterator[Doubt]:
    """A device whose clock was set on the way: its times are put right as well as can be known."""
    for report in field.facts.each(DeviceReported):
        if report.what == "clock jumped" and report.at is not None and report.at >= field.start:
            yield Doubt(
                id=f"clock:{report.source}:{report.at}",
                kind=Question.CLOCK_JUMPED,
                at=report.at,
                says=f"at {field.clock(report.at)}: {report.says}",
            )


_QUESTIONS = (
    _unknown_transponders,
    _too_soon,
    _short_laps,
    _missed_passings,
    _close_finishes,
    _unsure_crossings,
    _tapped_otherwise,
    _tapped_as_another,
    _read_not_seen,
    _silent,
    _ahead_though_lapped,
    _seen_though_marked,
    _clock_jumps,
)
