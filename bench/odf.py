"""What a feed costs: a whole night as messages, the message after one crossing, and the checks of all.

    python bench/odf.py

Prints medians of several runs and asserts that the feed is whole and clean.
"""

import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from statistics import median, quantiles
from time import process_time

from lastlap.cli import main
from lastlap.events import Passing, Record
from lastlap.log import Meet
from lastlap.publish.odf import Feed, messages
from lastlap.publish.odf.check import check

RUNS = 5
AT_MOST = 0.010
"""Seconds that the messages after one record may take, so that a live feed keeps up on a rink's laptop."""


def night() -> list[Record]:
    """The log of the demo night, in the order in which it was written down."""
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(StringIO()):
        assert main(["demo", "--out", folder, "--json"]) == 0
        with Meet.open(next(Path(folder).glob("*.meet"))) as meet:
            return sorted(meet.records(), key=lambda record: (record.at, record.number))


def after_a_crossing(records: list[Record]) -> list[float]:
    """The seconds that each passing costs, with the messages that it makes due."""
    feed, spent = Feed(), list[float]()
    for record in records:
        begun = process_time()
        list(feed.due(record.at))
        feed.tell(record)
        list(feed.due(record.at))
        if isinstance(record.event, Passing):
            spent.append(process_time() - begun)
    return spent


def bench() -> None:
    """Prints the figures."""
    records = night()
    whole: list[float] = []
    for _ in range(RUNS):
        begun = process_time()
        files = [(sent.file_name, sent.xml) for sent in messages(records)]
        whole.append(process_time() - begun)
    print(f"a night: {len(records)} records, {len(files)} messages in {median(whole):.2f} s")
    crossings = after_a_crossing(records)
    slowest = quantiles(crossings, n=100)[98]
    print(f"a crossing: median {median(crossings) * 1e3:.2f} ms, 99 in 100 within {slowest * 1e3:.2f} ms")
    assert slowest < AT_MOST
    begun = process_time()
    assert check(files, whole_feed=True) == []
    print(f"the checks: {len(files) / (process_time() - begun):.0f} messages a second")


if __name__ == "__main__":
    bench()
