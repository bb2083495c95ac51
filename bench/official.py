"""What it costs to rank official sheets: from the bytes of a file to places, totals and warnings.

    python bench/official.py

Prints medians of several runs and asserts that every sheet was ranked as it was made.
"""

import json
import random
from statistics import median
from time import process_time

from lastlap.official import parse_sheet, rank_sheet, verify_sheet

RUNS = 5
SHEETS = 100
ENOUGH = 1_000
"""Sheets a second that a season's archive needs, so that nobody waits for it."""
WINNER = 60
"""The points of a winner who wins nothing else."""


def made(number: int, skaters: int = 24) -> bytes:
    """A sheet of a World Cup race as JSON, its rows shuffled; no skater is on another sheet."""
    rng = random.Random(number)
    final = [WINNER, 40, 20, 10, 6, 3] + [0] * skaters
    rows = [
        {
            "name": f"Zoë {chr(65 + place)}ÅRD-{number}",
            "noc": "NED",
            "rank": place + 1,
            "bib": 100 + place,
            "sprints": [0, 0, 0, final[place]],
            "points_total": final[place],
            "laps": 16,
            "time": f"8:{10 + place}.{rng.randrange(100):02}",
            "status": "OK",
        }
        for place in range(skaters)
    ]
    rng.shuffle(rows)
    scheme = {"sprint_laps": [4, 8, 12, 16], "intermediate": [3, 2, 1], "final": final[:6]}
    race = {
        "id": f"race-{number}",
        "date": "2025-11-23",
        "sex": "W",
        "race_laps": 16,
        "points_scheme": scheme,
    }
    return json.dumps(race | {"skaters": rows, "notes": ["made up"]}).encode()


def ranked(files: list[bytes]) -> float:
    """The sheets a second that are parsed and ranked."""
    spent = 0.0
    for data in files:
        begun = process_time()
        found = rank_sheet(parse_sheet(data, "sheet"))
        spent += process_time() - begun
        assert [row.rank for row in found.rows] == [standing.rank for standing in found.standings]
        assert found.standings[0].score.total == WINNER
    return len(files) / spent


def verified(files: list[bytes]) -> float:
    """The sheets a second that are parsed, ranked and compared with what they print."""
    begun = process_time()
    right = sum(not verify_sheet(parse_sheet(data, "sheet")).differences for data in files)
    spent = process_time() - begun
    assert right == len(files)
    return right / spent


def main() -> None:
    """Print the figures, and fail if ranking is too slow."""
    runs = [[made(run * SHEETS + number) for number in range(SHEETS)] for run in range(RUNS)]
    new = median(ranked(files) for files in runs)
    known = median(ranked(runs[-1]) for _ in range(RUNS))
    compared = median(verified(runs[-1]) for _ in range(RUNS))
    print(
        f"{SHEETS} sheets of 24 skaters, a second of CPU time: {new:,.0f} ranked where every skater is new, "
        f"{known:,.0f} where none is; {compared:,.0f} verified"
    )
    assert new >= ENOUGH, f"fewer than {ENOUGH} sheets ranked a second"


if __name__ == "__main__":
    main()
