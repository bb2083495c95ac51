"""Whole races under every fault, and any two of them, over loopback TCP: a table of what came of each.

    python bench/faults.py [SPEED] [NIGHT/RACE]

A race of a known night, 50 times as fast as the world if not said otherwise, is skated once without
a fault and once under each; an official settles the doubts.  Prints how many records were missed
or doubted, and asserts that in the end the standings are those of the faultless race.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from random import Random
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from lastlap.doubts import doubts
from lastlap.log import Meet
from lastlap.rulebook import edition
from lastlap.stories import story_for
from trouble import Row, Trial, differences, put_right, skated, table

TROUBLE = (
    "drop=0.01",
    "duplicate=0.05",
    "reorder=0.05",
    "delay=0.05:3",
    "damage=0.01",
    "cut=200:20",
    "die=110:20",
    "die=300:20:keeps",
    "weak=9003:0.5",
    "without=5",
    "jump=250:3",
    "clock=3600",
)
"""Every fault that the devices page lists, some of them over a sprint."""

SIDE_BY_SIDE = 10
"""So many races are skated at the same time."""


async def tried(trial: Trial, folder: Path, faults: Sequence[str], want: list[Row]) -> tuple[str, bool]:
    """What came of a race under *faults*: a line of the table, and whether all is well."""
    with await skated(trial, folder / f"{'_'.join(faults).replace(':', '-')}.meet", faults) as meet:
        at_once = not differences(want, meet)
        asked = len(doubts(meet.race("final")))
        settled = len(put_right(meet, trial))
        in_the_end = not differences(want, meet)
        proved = meet.check().ok
    word = "equal" if at_once else "equal when settled" if in_the_end else "DIFFERENT"
    line = f"{' '.join(faults):<36} {asked:>6} {settled:>8}   {word}{'' if proved else ', chain broken'}"
    return line, in_the_end and proved and (at_once or asked > 0)


async def all_tried(trial: Trial, folder: Path) -> bool:
    """Prints the table; whether every line of it is well."""
    plain: Meet
    with await skated(trial, folder / "plain.meet", ()) as plain:
        put_right(plain, trial)
        want = table(plain.race("final"))
    places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(faults: Sequence[str]) -> bool:
        async with places:
            line, is_well = await tried(trial, folder, faults, want)
        print(line, flush=True)
        return is_well

    rows = [*((fault,) for fault in TROUBLE), *combinations(TROUBLE, 2), TROUBLE[:6]]
    return all(await asyncio.gather(*map(one, rows)))


def main() -> None:
    """Skates them all."""
    speed = float(sys.argv[1]) if len(sys.argv) > 1 else 50.0
    name = sys.argv[2] if len(sys.argv) > 2 else "pyeongchang-2018/w-final"  # noqa: PLR2004 - script, speed, race
    trial = Trial(story_for((), name, Random(1)), edition("isu-2014"), speed)
    print(f"{name} at {speed:g}x\n{'faults':<36} {'doubts':>6} {'settled':>8}   standings")
    begun = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        is_well = asyncio.run(all_tried(trial, Path(folder)))
    print(f"{perf_counter() - begun:.0f} s")
    assert is_well, "a difference that no doubt asks about"


if __name__ == "__main__":
    main()
