"""A race told again from its official sheet: passings made up between the facts that are known.

Strategy: result sheets keep places, points, laps and finish times, and lose the passings.  Here
they are made up so that every known fact comes out exactly: first the order at each sprint that
gives everybody their total, then the times over the finish, then one crossing a lap for each
skater in a pack that nobody leaves by a whole lap.  All between the facts is invention, and
whoever shows it must say so.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, product
from typing import Protocol

import msgspec

from lastlap.errors import InputError
from lastlap.times import SECOND, Duration

_OPENING = (1.14, 1.08)
"""How long the first laps of a race last, in usual laps."""

_INTO_A_SPRINT = 0.95
"""The same of a lap that ends in a sprint."""

_CLOSING = (0.95, 0.88)
"""The same of the last laps."""

_RELAXED = Duration(20 * SECOND)
"""How far behind the winner a skater is put whose time nobody kept and who won no points at the finish."""

_BREATH = Duration(2 * SECOND)
"""What is left of a lap to whoever falls back farthest without being lapped."""

_LEAST = Duration(60_000)
"""The smallest gap between two skaters on the way: the transponders can tell it."""


class Rng(Protocol):
    """Where the invention comes from: any `random.Random`."""

    def random(self) -> float:
        """A number from 0 to below 1."""

    def uniform(self, a: float, b: float) -> float:
        """A number between *a* and *b*."""


class Known(msgspec.Struct, frozen=True):
    """What a sheet tells of one skater."""

    bib: int
    total: int
    finisher: bool
    time: Duration | None = None
    """At the finish, or at the end of the last lap done."""
    laps: int | None = None


class Hints(msgspec.Struct, frozen=True):
    """What reports tell of the sprints, by lap."""

    places: Mapping[int, Mapping[int, int]] = {}
    """Of a sprint lap: the bib on some of its places, the first place being 1."""
    not_scoring: Mapping[int, frozenset[int]] = {}
    """Of a sprint lap: bibs who cannot have scored there."""


def sprint_orders(
    known: Sequence[Known], tables: Mapping[int, tuple[int, ...]], hints: Hints
) -> dict[int, tuple[int, ...]]:
    """Who won each place of each sprint, so that everybody gets their total and no hint is broken.

    Of several ways the first is taken: skaters in the order given, better places first.  Raises
    `InputError` if there is none.
    """
    slots: dict[tuple[int, int], int] = {}
    for lap, places in hints.places.items():
        slots |= {(lap, place): bib for place, bib in places.items() if place <= len(tables[lap])}
    scorers = sorted((row for row in known if row.total), key=lambda row: -row.total)
    if not _deal(scorers, tables, hints, slots, dict(slots)):
        message = "no order at the sprints gives these totals: look at the totals and at what is told of the sprints"
        raise InputError(message)
    return {
        lap: tuple(slots[lap, place] for place in range(1, len(table) + 1) if (lap, place) in slots)
        for lap, table in tables.items()
    }


def _deal(
    scorers: Sequence[Known],
    tables: Mapping[int, tuple[int, ...]],
    hints: Hints,
    slots: dict[tuple[int, int], int],
    told: Mapping[tuple[int, int], int],
) -> bool:
    """Fill *slots* for the *scorers*, one after the other; back out where it cannot be done."""
    if not scorers:
        return True
    row, *rest = scorers
    for won in _ways(row, tables, hints, slots, told):
        slots.update(dict.fromkeys(won, row.bib))
        if _deal(rest, tables, hints, slots, told):
            return True
        for slot in won:
            if slot not in told:
                del slots[slot]
    return False


def _ways(
    row: Known,
    tables: Mapping[int, tuple[int, ...]],
    hints: Hints,
    slots: Mapping[tuple[int, int], int],
    told: Mapping[tuple[int, int], int],
) -> Iterator[list[tuple[int, int]]]:
    """The sets of places, at most one a sprint, that give the skater their total."""
    choices: list[list[tuple[int, int] | None]] = []
    for lap, table in tables.items():
        mine = [place for (at, place), bib in told.items() if at == lap and bib == row.bib]
        free = [place for place in range(1, len(table) + 1) if (lap, place) not in slots]
        barred = row.bib in hints.not_scoring.get(lap, ())
        choices.append([(lap, place) for place in mine or ([] if barred else free)] or [None])
        if not mine and None not in choices[-1]:
            choices[-1].append(None)
    for way in product(*choices):
        won = [slot for slot in way if slot is not None]
        if sum(tables[lap][place - 1] for lap, place in won) == row.total:
            yield won


def finish_times(known: Sequence[Known], finish: Sequence[int]) -> dict[int, Duration]:
    """A finish time for every finisher: the known ones, and others that fit between them.

    *known* is in the order of the ranks, *finish* the bibs who won points at the finish, in
    their order.  A scorer of unknown time comes in just ahead of the next known one; whoever
    else has none kept rolled in well behind.
    """
    finishers = [row for row in known if row.finisher]
    times = {row.bib: row.time for row in finishers if row.time is not None}
    others = [time for bib, time in times.items() if bib not in finish]
    after = min(others, default=Duration(8 * 60 * SECOND))
    for ahead, bib in reversed(list(enumerate(finish))):
        if bib not in times:
            before = times.get(finish[ahead - 1]) if ahead else None
            times[bib] = Duration((before + after) // 2 if before is not None else after - 150_000)
        after = times[bib]
    late = max(times[bib] for bib in finish) if finish else after
    unknown = [row.bib for row in finishers if row.bib not in times]
    return times | {bib: Duration(late + _RELAXED + n * 1_730_000) for n, bib in enumerate(unknown)}


def front(laps: int, winning: Duration, sprints: Sequence[int]) -> list[Duration]:
    """When the front of the pack ends each lap: slow at first, quick into sprints, quickest at the end."""
    shares = [_INTO_A_SPRINT if lap in sprints else 1.0 for lap in range(1, laps + 1)]
    shares[: len(_OPENING)] = _OPENING[:laps]
    shares[-len(_CLOSING) :] = _CLOSING[-laps:]
    ends = accumulate(shares)
    return [Duration(int(winning * end / sum(shares))) for end in ends]


def crossings(
    known: Sequence[Known],
    orders: Mapping[int, tuple[int, ...]],
    times: Mapping[int, Duration],
    laps: int,
    rng: Rng,
) -> dict[int, list[Duration]]:
    """Of each skater: when every lap done ended, on the race clock.

    At a sprint those who scored come first, in their order; nobody is lapped who finished; a
    non-finisher of known time ends with the last lap that the front ends before that time.
    """
    pace = front(laps, min(times.values()), sorted(orders))
    last_sprint = max((lap for lap in orders if lap < laps), default=0)
    places = [row.bib for row in known]
    found: dict[int, list[Duration]] = {bib: [] for bib in places}
    done = {row.bib: _laps_done(row, pace) for row in known}
    for lap in range(1, laps):
        places = _shuffled(places, orders.get(lap, ()), rng)
        behind = Duration(0)
        for place, bib in enumerate(bib for bib in places if lap <= done[bib]):
            behind = Duration(behind + (int(_LEAST + rng.uniform(0, 160_000)) if place else 0))
            slack = _slack(pace, lap, last_sprint, times.get(bib))
            found[bib].append(Duration(pace[lap - 1] + max(behind, slack) + place))
    for row in known:
        if row.finisher:
            found[row.bib].append(times[row.bib])
        elif row.time is not None and found[row.bib]:
            found[row.bib][-1] = row.time
    return found


def _laps_done(row: Known, pace: Sequence[Duration]) -> int:
    if row.laps is not None or row.finisher:
        return row.laps if row.laps is not None else len(pace)
    return sum(row.time is not None and end < row.time for end in pace)


def _shuffled(places: Sequence[int], first: Sequence[int], rng: Rng) -> list[int]:
    """The pack a lap later: everybody moves a little, and who scores is in front."""
    moved = sorted(range(len(places)), key=lambda place: place + rng.uniform(-3, 3))
    return [*first, *(places[place] for place in moved if places[place] not in first)]


def _slack(pace: Sequence[Duration], lap: int, last_sprint: int, time: Duration | None) -> Duration:
    """How far behind the front a skater is who comes in late: the field comes apart after the last sprint."""
    if time is None or lap <= last_sprint:
        return Duration(0)
    gap = (time - pace[-1]) * (lap - last_sprint) // (len(pace) - last_sprint)
    room = pace[lap] - pace[lap - 1] - _BREATH
    return Duration(max(0, min(gap, room)))
