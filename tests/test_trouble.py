"""The fault matrix: whatever goes wrong, the standings are those of the faultless race, or a doubt says why not."""

import asyncio
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest

from lastlap.doubts import doubts
from lastlap.race import Status
from trouble import Row, differences, eight_laps, is_about_clocks, put_right, skated, table

TROUBLE = (
    "drop=0.05",
    "duplicate=0.2",
    "reorder=0.1",
    "delay=0.1:2",
    "damage=0.05",
    "cut=80:20",
    "die=50:20",  # over a sprint
    "die=200:40",  # over the bell and half of the finish
    "die=80:20:keeps",
    "weak=5006:0.5",
    "without=3",
    "jump=100:3",
    "clock=3600",
)
"""Every fault that there is, at its worst moment."""

AT_ONCE = 12
"""So many races are skated side by side."""


async def all_of(folder: Path, combined: Sequence[tuple[str, ...]]) -> list[list[str]]:
    """What is wrong after each combination of faults."""
    plain = eight_laps()
    with await skated(plain, folder / "plain.meet", ()) as meet:
        put_right(meet, plain)
        want = table(meet.race("final"))
    places = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, faults: tuple[str, ...]) -> list[str]:
        async with places:
            return await wrong(folder / f"{number}.meet", faults, want)

    return await asyncio.gather(*(one(number, faults) for number, faults in enumerate(combined)))


async def wrong(path: Path, faults: tuple[str, ...], want: list[Row]) -> list[str]:
    """What differs without a doubt about it, and what differs when all doubts are settled."""
    trial = eight_laps(50) if is_about_clocks(faults) else eight_laps()
    with await skated(trial, path, faults) as meet:
        race = meet.race("final")
        is_asked = bool(doubts(race)) or race.status is Status.RUNNING
        unasked = [] if is_asked else differences(want, meet)
        put_right(meet, trial)
        assert meet.check().ok
        return [f"{' '.join(faults)}: {line}" for line in (*unasked, *differences(want, meet))]


@pytest.mark.parametrize("fault", TROUBLE)
def test_one_fault(fault: str, tmp_path: Path) -> None:
    """The standings are equal, or the doubts lead to equal ones."""
    assert asyncio.run(all_of(tmp_path, [(fault,)])) == [[]]


def test_every_two_faults(tmp_path: Path) -> None:
    """The same with any two at a time; two with a wrong clock need a quiet machine: `bench/faults.py` has them."""
    quick = [two for two in combinations(TROUBLE, 2) if not is_about_clocks(two)]
    found = asyncio.run(all_of(tmp_path, quick))
    assert [line for lines in found for line in lines] == []


def test_a_race_of_which_nothing_arrives_is_never_equal(tmp_path: Path) -> None:
    """A check of the matrix itself: a box that is dead all the time leaves no standings, and no doubt either."""
    trial = eight_laps()
    with asyncio.run(skated(trial, tmp_path / "dead.meet", ["die=0:200"])) as meet:
        assert meet.race("final").status is Status.RUNNING
        assert differences([(1, 1, 8, (), 60, None, None)] * 8, meet)
