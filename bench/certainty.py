"""What certainty costs: the whole board of a race, at every moment when a sprint is decided.

    python bench/certainty.py

Prints medians and maxima of CPU time, and asserts that every answer is complete.  The goal is 50 ms
for 40 skaters under every rulebook of a mass start, and a second for a points race of 24.
"""

import random
from collections.abc import Iterator
from statistics import median
from time import process_time

from lastlap.certainty import Certainty, sure
from lastlap.events import Event, GunFired, Passing, Record, StartListPosted
from lastlap.race import Race
from lastlap.ranking import standings
from lastlap.rulebook import Rulebook, edition
from lastlap.startlist import Skater, Starter
from lastlap.times import SECOND, Instant

RACES = 3
TRIES = 2
TOPS = (3, 8)

MASS_STARTS = (
    "isu-2011-trial",
    "isu-2014",
    "isu-2018",
    "isu-2022",
    "isu-2024",
    "isu-junior-2025",
    "yog-2020",
    "club",
)


def log(skaters: int, laps: int, rng: random.Random) -> list[Record]:
    """A race in one pack, with another order at the end of each lap, as its records."""
    starters = tuple(
        Starter(bib, Skater(f"s{bib}", f"Skater {bib}", "NED"), (f"T{bib}",)) for bib in range(1, skaters + 1)
    )
    seen = [
        Passing(Instant(int((lap * 30 + rng.random() * 8) * SECOND)), starter.transponders[0], source="box")
        for lap in range(1, laps + 1)
        for starter in starters
    ]
    seen.sort(key=lambda passing: passing.at)
    events: list[Event] = [StartListPosted(starters), GunFired(Instant(0)), *seen]
    return [Record(number, event, "race") for number, event in enumerate(events, 1)]


def moments(rulebook: Rulebook, skaters: int, rng: random.Random) -> Iterator[Race]:
    """The race before its start, and after every passing that could win points at a sprint."""
    race = Race(rulebook)
    first, second, *passings = log(skaters, rulebook.laps, rng)
    for record in (first, second):
        race.tell(record)
    yield race
    for record in passings:
        race.tell(record)
        places = race.order(race.front)
        if len(places) <= len(race.tables.get(race.front, ())):
            yield race
    yield race
    assert [one.sure_rank for one in sure(race)] == [standing.rank for standing in standings(race)]


def timed(race: Race, top: int) -> tuple[float, tuple[Certainty, ...]]:
    """The seconds that the whole board takes, and the board."""
    costs = []
    for _ in range(TRIES):
        begun = process_time()
        board = sure(race, top=top)
        costs.append(process_time() - begun)
    return min(costs), board


def report(name: str, skaters: int) -> None:
    """Print what the board costs under the edition *name*."""
    costs = []
    for seed in range(RACES):
        for race in moments(edition(name, "M"), skaters, random.Random(seed)):
            for top in TOPS:
                cost, board = timed(race, top)
                costs.append(cost)
                assert len(board) == skaters
                assert all(
                    one.exact and one.why and (one.sure_rank or 0) >= (one.best_rank or 0) > 0
                    for one in board
                )
    print(
        f"{name}, {skaters} skaters, {len(costs)} boards: median {median(costs) * 1e3:.1f} ms, "
        f"max {max(costs) * 1e3:.1f} ms"
    )


def main() -> None:
    """Print the figures."""
    for name in (*MASS_STARTS, "elimination"):
        report(name, 40)
    report("points-race", 24)


if __name__ == "__main__":
    main()
