"""What a passing costs: from the event to new standings, and a whole race replayed.

    python bench/race.py

Prints medians of several runs and asserts that the work was really done.
"""

import random
from statistics import median
from time import perf_counter

from lastlap.events import Event, GunFired, Passing, Record, StartListPosted
from lastlap.race import Lap, Race, replay
from lastlap.ranking import standings
from lastlap.rulebook import Rulebook, edition
from lastlap.startlist import Skater, Starter
from lastlap.times import SECOND, Instant

RUNS = 5


def log(skaters: int, laps: int, transponders: int, seed: int = 1) -> list[Record]:
    """A whole race as its records, the passings in the order of their times."""
    rng = random.Random(seed)
    starters = tuple(
        Starter(
            bib, Skater(f"s{bib}", f"Skater {bib}", "NED"), tuple(f"{bib}-{n}" for n in range(transponders))
        )
        for bib in range(1, skaters + 1)
    )
    seen: list[Passing] = []
    for starter in starters:
        at = 0.0
        for _ in range(laps):
            at += rng.gauss(31, 0.4)
            seen += [
                Passing(Instant(int((at + rng.random() * 0.04) * SECOND)), code, source="box")
                for code in starter.transponders
            ]
    seen.sort(key=lambda passing: passing.at)
    events: list[Event] = [StartListPosted(starters), GunFired(Instant(0)), *seen]
    return [Record(number, event, "race") for number, event in enumerate(events, 1)]


def live(records: list[Record], rulebook: Rulebook) -> list[float]:
    """The seconds from each passing to the standings after it."""
    race = Race(rulebook)
    for record in records[:2]:
        race.tell(record)
    standings(race)
    costs: list[float] = []
    for record in records[2:]:
        begun = perf_counter()
        race.tell(record)
        standings(race)
        costs.append(perf_counter() - begun)
    assert (
        sum(isinstance(verdict, Lap) for verdict in race.verdicts.values()) == len(race.starters) * race.laps
    )
    return costs


def report(skaters: int, laps: int, transponders: int, rulebook: Rulebook) -> None:
    """Print what this size of race costs."""
    records = log(skaters, laps, transponders)
    runs = [live(records, rulebook) for _ in range(RUNS)]
    a_lap = skaters * transponders
    middle = median(median(run) for run in runs)
    ratio = median(median(run[-a_lap:]) / median(run[:a_lap]) for run in runs)
    replays = []
    for _ in range(RUNS):
        begun = perf_counter()
        race = replay(records, rulebook)
        done = len(race.verdicts)
        replays.append(perf_counter() - begun)
        assert done == len(records) - 2
        assert standings(race)[0].score.laps == laps
    print(
        f"{skaters} skaters x {laps} laps x {transponders} transponders: "
        f"{middle * 1e6:.1f} us from a passing to standings (median), last lap / first lap {ratio:.2f}, "
        f"replay of all {len(records) - 2} passings {median(replays) * 1e3:.1f} ms"
    )


def main() -> None:
    """Print the figures."""
    sprint = edition("isu-2024")
    report(24, 16, 2, sprint)
    long = Rulebook(name="long", title="A long race", laps=125, sprints=edition("isu-2024").sprints)
    report(100, 125, 1, long)
    report(100, 125, 2, long)


if __name__ == "__main__":
    main()
