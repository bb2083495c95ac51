"""What a user waits for: `lastlap --help`, and the whole demo night.

    python bench/commands.py

Prints medians of several runs beside a bare Python's, and asserts that the work was really done.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

RUNS = 9


def timed(*arguments: str) -> tuple[float, str]:
    """The seconds that a Python with these arguments takes, and what it printed."""
    begun = perf_counter()
    found = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return perf_counter() - begun, found.stdout


def main() -> None:
    """Print the figures."""
    bare = median(timed("-c", "pass")[0] for _ in range(RUNS))
    runs = [timed("-m", "lastlap", "--help") for _ in range(RUNS)]
    assert all("commands:" in out for _, out in runs)
    helped = median(seconds for seconds, _ in runs)
    print(f"lastlap --help {helped * 1e3:.0f} ms (a bare Python {bare * 1e3:.0f} ms)")
    with tempfile.TemporaryDirectory() as folder:
        nights = [
            timed("-m", "lastlap", "demo", "--out", str(Path(folder) / "demo"), "--json") for _ in range(3)
        ]
    whole = [json.loads(out) for _, out in nights]
    assert all(night["differences"] == [] for night in whole)
    assert all(night["facts_compared"] and night["records"] for night in whole)
    print(f"lastlap demo {median(seconds for seconds, _ in nights):.2f} s for {whole[0]['records']} records")


if __name__ == "__main__":
    main()
