"""What the secretary waits for: the sheets of a race, and a whole night published.

    python bench/sheets.py

Prints medians of several runs, each with new data, and asserts that the work was really done.
"""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec

from lastlap import night
from lastlap.log import Meet
from lastlap.publish import OF_RACES, Book, Wanted, files, read_book
from lastlap.publish.book import utc
from lastlap.publish.contents import sheets
from lastlap.publish.pdf import as_pdf

RUNS = 5


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def two_sheets(book: Book, run: int) -> bytes:
    """The start list and the result of a final in one PDF; each run with another name, so that nothing is cached."""
    named = msgspec.structs.replace(book, meet=msgspec.structs.replace(book.meet, name=f"Run {run}"))
    found = [sheet for sheet in sheets(named, ["m-final"]) if sheet.id.endswith(("start-list", "result"))]
    pdf = as_pdf(found, utc(book.last.at))
    assert len(found) == 2  # noqa: PLR2004 - that is what is measured
    assert pdf.startswith(b"%PDF")
    return pdf


def fill(made: list[tuple[str, bytes]], book: Book, name: str) -> None:
    """The files of one format, at the end of *made*."""
    made.extend(files(book, Wanted(), [name]))


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        script = night.night(night.nights()[0])
        with Meet.create(Path(folder) / script.file) as meet:
            night.play(script, meet, lambda _: None)
            opened = seconds(lambda: read_book(meet))
            book = read_book(meet)
    print(f"reading a night of {len(book.records)} records into a book {opened * 1e3:.0f} ms")
    first = seconds(lambda: two_sheets(book, 0))
    again = median(seconds(partial(two_sheets, book, run)) for run in range(1, RUNS + 1))
    print(f"two sheets as one PDF: the first time {first * 1e3:.0f} ms, then {again * 1e3:.0f} ms")
    for name in OF_RACES:
        made: list[tuple[str, bytes]] = []
        taken = seconds(partial(fill, made, book, name))
        assert made
        print(f"{name}: {len(made)} files, {sum(len(data) for _, data in made) // 1024} KB in {taken:.2f} s")


if __name__ == "__main__":
    main()
