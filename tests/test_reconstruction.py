"""Passings made up between known facts: the facts come out, whatever is made up."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.reconstruction import Hints, Known, crossings, finish_times, front, sprint_orders
from lastlap.times import SECOND, Duration

TABLES = {2: (3, 2, 1), 4: (3, 2, 1), 6: (30, 20, 10)}


def lasting(seconds: float) -> Duration:
    """A time, in seconds."""
    return Duration(round(seconds * SECOND))


@st.composite
def skated(draw: st.DrawFn) -> list[Known]:
    """The sheet of a race that somebody could have skated: points dealt, times rising, some unknown."""
    bibs = list(range(1, draw(st.integers(3, 9)) + 1))
    totals = dict.fromkeys(bibs, 0)
    for lap, table in TABLES.items():
        order = bibs if lap == max(TABLES) else draw(st.permutations(bibs))
        for bib, points in zip(order, table, strict=False):
            totals[bib] += points
    times = sorted(
        draw(st.lists(st.integers(17_000, 18_500), min_size=len(bibs), max_size=len(bibs), unique=True))
    )
    known = [
        Known(
            bib,
            totals[bib],
            finisher=True,
            time=Duration(time * 10_000) if bib <= 3 or draw(st.booleans()) else None,
        )
        for bib, time in zip(bibs, times, strict=True)
    ]
    return sorted(known, key=lambda row: -row.total)


@given(skated(), st.integers())
def test_every_fact_comes_out(known: list[Known], seed: int) -> None:
    """Totals by the orders at the sprints, known finish times to the microsecond."""
    orders = sprint_orders(known, TABLES, Hints())
    times = finish_times(known, orders[6])
    ends = crossings(known, orders, times, 6, random.Random(seed))
    for row in known:
        won = sum(
            table[orders[lap].index(row.bib)] for lap, table in TABLES.items() if row.bib in orders[lap]
        )
        assert won == row.total
        assert row.time in (None, ends[row.bib][-1])


@given(skated(), st.integers())
def test_what_is_made_up_could_have_been_skated(known: list[Known], seed: int) -> None:
    """Laps take time, scorers are first over the line, and nobody is lapped."""
    orders = sprint_orders(known, TABLES, Hints())
    ends = crossings(known, orders, finish_times(known, orders[6]), 6, random.Random(seed))
    for lap in range(1, 6):
        at_lap = sorted(ends, key=lambda bib: ends[bib][lap - 1])
        assert at_lap[: len(orders.get(lap, ()))] == list(orders.get(lap, ()))
        assert max(times[lap - 1] for times in ends.values()) < min(times[lap] for times in ends.values())
    assert all(later - earlier > lasting(15) for times in ends.values() for earlier, later in pairwise(times))


@given(skated(), st.data())
def test_hints_are_kept(known: list[Known], data: st.DataObject) -> None:
    """What a report tells of a sprint stands."""
    orders = sprint_orders(known, TABLES, Hints())
    lap = data.draw(st.sampled_from([2, 4]))
    told = Hints({lap: {1: orders[lap][0]}}, {6 - lap: frozenset(set(orders[lap]) - set(orders[6 - lap]))})
    again = sprint_orders(known, TABLES, told)
    assert again[lap][0] == orders[lap][0]
    assert not set(again[6 - lap]) & told.not_scoring[6 - lap]


def test_impossible_totals_are_refused() -> None:
    """No way of winning sprints gives 29 points."""
    with pytest.raises(InputError, match="no order at the sprints gives these totals"):
        sprint_orders([Known(1, 29, finisher=True)], TABLES, Hints())


def test_a_place_behind_the_points_says_nothing_about_points() -> None:
    """A report of the fourth over the line is no hint here."""
    assert sprint_orders([Known(1, 30, finisher=True)], TABLES, Hints({6: {4: 1}}))[6] == (1,)


class TestFinishTimes:
    """Times that no source kept are put where they can have been."""

    def test_between_two_known_ones(self) -> None:
        """The bronze time lies between silver and the fourth over the line."""
        rows = [
            Known(1, 30, finisher=True, time=lasting(170)),
            Known(2, 20, finisher=True),
            Known(3, 0, finisher=True, time=lasting(171)),
        ]
        assert finish_times(rows, (1, 2))[2] == lasting(170.5)

    def test_a_whole_podium_unknown(self) -> None:
        """They came in just ahead of the first whose time is known."""
        rows = [Known(bib, 30 - 10 * bib, finisher=True) for bib in (1, 2)] + [
            Known(3, 0, finisher=True, time=lasting(171))
        ]
        times = finish_times(rows, (1, 2))
        assert times[1] < times[2] < times[3]

    def test_whoever_relaxed_comes_late(self) -> None:
        """A skater without points at the finish and without a time rolled in behind."""
        rows = [Known(1, 30, finisher=True, time=lasting(170)), Known(2, 3, finisher=True)]
        assert finish_times(rows, (1,))[2] > lasting(185)

    def test_a_race_without_points_at_the_finish(self) -> None:
        """Known times stand; the others come behind them."""
        rows = [Known(1, 0, finisher=True, time=lasting(170)), Known(2, 0, finisher=True)]
        assert finish_times(rows, ())[2] > lasting(170)


class TestNonFinishers:
    """Who did not finish."""

    def test_laps_follow_from_the_time(self) -> None:
        """The last lap is the last that the front had ended before."""
        rows = [Known(1, 0, finisher=True, time=lasting(180)), Known(2, 0, finisher=False, time=lasting(75))]
        ends = crossings(rows, {}, {1: lasting(180)}, 6, random.Random(1))
        pace = front(6, lasting(180), ())
        assert ends[2][-1] == lasting(75)
        assert len(ends[2]) == sum(end < lasting(75) for end in pace)

    def test_known_laps_stand(self) -> None:
        """Laps that a sheet prints are the laps that are skated."""
        rows = [Known(1, 0, finisher=True, time=lasting(180)), Known(2, 0, finisher=False, laps=3)]
        assert len(crossings(rows, {}, {1: lasting(180)}, 6, random.Random(1))[2]) == 3


def test_the_front_is_quick_into_sprints_and_at_the_end() -> None:
    """Slow at first, and the last lap is the fastest."""
    pace = [Duration(0), *front(6, lasting(180), (2, 4))]
    laps = [later - earlier for earlier, later in pairwise(pace)]
    assert laps[0] == max(laps)
    assert laps[-1] == min(laps)
    assert laps[3] < laps[2]
    assert pace[-1] == lasting(180)
