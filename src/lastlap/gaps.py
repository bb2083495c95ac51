"""How far apart skaters are: lap times, gaps at the line, places lap by lap, and groups on the ice."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Literal

import msgspec

from lastlap.race import Race
from lastlap.times import SECOND, Duration, between


def lap_times(race: Race, bib: int) -> tuple[Duration | None, ...]:
    """How long *bib* took for each lap done; `None` where its beginning or its end was not seen."""
    clocks = [clocked(race, bib, lap) for lap in range(race.rides[bib].done + 1)]
    return tuple(_gap(earlier, later) for earlier, later in pairwise(clocks))


def behind(race: Race, lap: int) -> dict[int, Duration]:
    """The gap of each bib to the first at the end of *lap*, in the order over the line.

    Who has no known time there is left out.  Where the order that people read knows better than
    the times do, nobody is behind by less than nothing.
    """
    order = race.order(lap)
    first = clocked(race, order[0], lap) if order else None
    gaps = {bib: _gap(first, clocked(race, bib, lap)) for bib in order}
    return {bib: max(gap, Duration(0)) for bib, gap in gaps.items() if gap is not None}


def positions(race: Race) -> dict[int, list[int | None]]:
    """The place of each bib at the end of lap 1, 2 ... up to the leader's last; `None` where it has none."""
    laps = race.front
    places: dict[int, list[int | None]] = {bib: [None] * laps for bib in race.starters}
    for lap in range(1, laps + 1):
        for place, bib in enumerate(race.order(lap), 1):
            places[bib][lap - 1] = place
    return places


class Group(msgspec.Struct, frozen=True):
    """Skaters who ride together."""

    name: Literal["front", "chase", "pack", "behind"]
    """The largest group is the pack; there may be several chases, and several groups behind."""
    bibs: tuple[int, ...]
    """In running order."""
    gap: Duration | None = None
    """From the first skater on the ice to the first of this group; `None` for the first group, or unknown."""


def groups(race: Race) -> tuple[Group, ...]:
    """Who rides with whom at the latest passing, first to last.

    Those are compared who are still in the race, in the order of laps, then over the line.  A gap
    between neighbours is measured at the line, where the hinder one crossed it last.  But if the
    one ahead has been there once more, and longer ago than that, the gap has grown meanwhile.
    A gap longer than the rulebook's `timing.group_gap` parts two groups; an unknown gap does not.
    """
    limit = race.rulebook.timing.group_gap * SECOND
    together: list[list[int]] = []
    for bib in _running_order(race):
        gap = _distance(race, together[-1][-1], bib) if together else None
        if together and (gap is None or gap <= limit):
            together[-1].append(bib)
        else:
            together.append([bib])
    return tuple(_named(race, together))


def _running_order(race: Race) -> Iterable[int]:
    """The bibs still in the race, first to last."""
    riding = [bib for bib in race.starters if race.rides[bib].riding]
    orders = {lap: race.order(lap) for lap in {race.rides[bib].done for bib in riding}}
    places = {(lap, bib): place for lap, order in orders.items() for place, bib in enumerate(order)}
    return sorted(
        riding, key=lambda bib: (-race.rides[bib].done, places.get((race.rides[bib].done, bib), len(places)))
    )


def _distance(race: Race, ahead: int, bib: int) -> Duration | None:
    """How far *bib* is behind the one *ahead*, at least."""
    done = race.rides[bib].done
    at_the_line = _gap(clocked(race, ahead, done), clocked(race, bib, done))
    gone, now = race.ended(ahead, done + 1), race.latest
    since = None if gone is None or now is None else between(gone, now)
    return max((gap for gap in (at_the_line, since) if gap is not None), default=None)


def _named(race: Race, together: list[list[int]]) -> Iterable[Group]:
    pack = max(range(len(together)), key=lambda place: len(together[place]), default=0)
    for place, bibs in enumerate(together):
        gap = _distance(race, together[0][0], bibs[0]) if place else None
        if place == pack:
            yield Group("pack", tuple(bibs), gap)
        elif place > pack:
            yield Group("behind", tuple(bibs), gap)
        else:
            yield Group("chase" if place else "front", tuple(bibs), gap)


def clocked(race: Race, bib: int, lap: int) -> Duration | None:
    """What the race clock showed when *bib* ended *lap*; lap 0 is the start."""
    if lap == 0:
        return Duration(0)
    if lap == race.rides[bib].done:
        return race.rides[bib].time
    at = race.ended(bib, lap)
    return None if at is None or race.start is None else between(race.start, at)


def _gap(earlier: Duration | None, later: Duration | None) -> Duration | None:
    return None if earlier is None or later is None else Duration(later - earlier)
