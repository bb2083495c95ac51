"""What certainty costs: a whole board of 40 skaters at every moment of a race, under each rulebook.

    python bench/certainty.py

Prints the median and the worst of all moments, and asserts that every skater got an exact answer.
"""

from statistics import median
from time import process_time

import race as made
from lastlap.certainty import sure
from lastlap.race import Race
from lastlap.rulebook import edition, editions

FIELDS = {"points-race": 24}
"""The skaters of a race where it is not 40."""


def report(name: str) -> None:
    """Print what one rulebook costs."""
    rulebook = edition(name, "M")
    skaters = FIELDS.get(name, 40)
    race = Race(rulebook)
    costs: list[float] = []
    exact = True
    for number, record in enumerate(made.log(skaters, rulebook.laps, 1)):
        race.tell(record)
        if number % 5:
            continue
        begun = process_time()
        board = sure(race)
        costs.append(process_time() - begun)
        exact = exact and all(one.exact for one in board)
        assert len(board) == len(race.starters)
    print(
        f"{name}: {skaters} skaters, {len(costs)} boards: median {median(costs) * 1e3:.1f} ms, "
        f"worst {max(costs) * 1e3:.1f} ms{'' if exact else ', not all exact'}"
    )


def main() -> None:
    """Print the figures of every edition."""
    for name in editions():
        report(name)


if __name__ == "__main__":
    main()
