"""How fast a log takes and gives records on the disk of this machine.

    python bench/log.py [FOLDER]

The goals: a durable append in 1 ms (median), and 20,000 events a second from many who submit at
once.  A bare write and `fsync` of as many bytes is timed beside it: the least that it can take.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from lastlap.events import Passing, Record
from lastlap.log import Draft, Meet, import_lines, salvage
from lastlap.pages import PAGE
from lastlap.times import Instant

ALONE = 1_000
"""Records appended one by one."""

TOGETHER = 40_000
"""Records submitted at once, by four who submit."""


def draft(number: int) -> Draft:
    """A passing as a decoder tells it."""
    at = Instant(1_519_473_600_000_000 + 31_000 * number)
    event = Passing(at, str(100_000 + number % 48), source="finish", strength=120, hits=31)
    return Draft(event, "w-final", by="finish")


def timed(times: int, act: Callable[[int], object]) -> list[float]:
    """The milliseconds that each of so many *times* takes, sorted."""
    taken = []
    for number in range(times):
        begun = perf_counter()
        act(number)
        taken.append(1e3 * (perf_counter() - begun))
    return sorted(taken)


def tell(what: str, taken: list[float]) -> None:
    """Prints the median and the 99th percentile."""
    print(f"{what:44} p50 {taken[len(taken) // 2]:7.3f} ms   p99 {quantiles(taken, n=100)[-1]:7.3f} ms")


def tell_rate(what: str, count: int, act: Callable[[], object]) -> None:
    """Prints how many of *count* are done in a second."""
    begun = perf_counter()
    act()
    print(f"{what:44} {count / (perf_counter() - begun):11,.0f} a second")


def bare(folder: Path) -> list[float]:
    """What a bare write takes until it is on the disk: as many bytes as a record makes SQLite write."""
    with (folder / "bare").open("wb", buffering=0) as file:
        page = os.urandom(24 + PAGE)

        def write(_: int) -> None:
            file.write(page)
            os.fsync(file.fileno())

        return timed(ALONE, write)


def together(meet: Meet) -> None:
    """Four who submit, each without waiting for what came before."""

    def submits(first: int) -> list[Record]:
        records: list[Future[Record]] = [meet.submit(draft(number)) for number in range(first, TOGETHER, 4)]
        return [record.result() for record in records]

    with ThreadPoolExecutor(4) as crew:
        written = [record.number for records in crew.map(submits, range(4)) for record in records]
    assert len(set(written)) == TOGETHER


def main() -> None:
    """Prints the figures, and makes sure that every record is really there."""
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if sys.argv[1:] else None) as name:
        folder = Path(name)
        tell("a bare write and fsync", bare(folder))
        with Meet.create(folder / "bench.meet") as meet:
            tell("append, durable", timed(ALONE, lambda number: meet.append_all([draft(number)])))
            tell_rate("submit by four at once, durable", TOGETHER, lambda: together(meet))
            drafts = [draft(number) for number in range(TOGETHER)]
            tell_rate("append_all, durable", TOGETHER, lambda: meet.append_all(drafts))
            count = ALONE + 2 * TOGETHER
            tell_rate("records read", count, lambda: list(meet.records()))
            tell_rate("records checked", count, meet.check)
            tell_rate("records exported", count, lambda: list(meet.export()))
            lines = list(meet.export())
            found = meet.check()
            assert (found.ok, found.records) == (True, count)
        tell_rate("records imported", count, lambda: import_lines(folder / "copy.meet", lines).close())
        tell_rate("records salvaged", count, lambda: salvage(folder / "bench.meet", folder / "saved.meet"))
        for copy in ("copy.meet", "saved.meet"):
            with Meet.open(folder / copy) as meet:
                assert list(meet.export()) == lines


if __name__ == "__main__":
    main()
