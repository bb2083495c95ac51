"""Thousands of passings in one second over TCP: whether all land, and how long each takes to the disk.

    python bench/burst.py [PASSINGS]

A box on loopback TCP says 5,000 passings, spread over a second; they are captured into a meet as on
a race night.  From the moment a passing is sent until its record is durable: p50, p99 and the worst.
Goal: p99 within 50 ms.  Asserts that every passing is in the log, once, and that the chain holds.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from lastlap.capture import Capture
from lastlap.events import Passing, RacePlanned, Record
from lastlap.log import Meet
from lastlap.rulebook import Rulebook
from lastlap.times import SECOND, Instant
from lastlap.timing.devices import Device
from lastlap.timing.link import parse_address
from lastlap.timing.p3 import P3

PASSINGS = 5_000
GOAL = 0.050
"""Seconds within which 99 of 100 should be durable."""

STEP = 0.002
"""Seconds between two times that the box says something."""

START = Instant(1_800_000_000 * SECOND)


def note(durable: dict[int, float], records: Sequence[Record]) -> None:
    """When the passings among the *records*, which have just been committed, were durable."""
    now = perf_counter()
    for record in records:
        if isinstance(record.event, Passing) and record.event.number is not None:
            durable.setdefault(record.event.number, now)


async def say(
    frames: list[bytes], sent: list[float], _: asyncio.StreamReader, out: asyncio.StreamWriter
) -> None:
    """The box: all *frames*, spread over a second."""
    begun = perf_counter()
    while len(sent) < len(frames):
        due = min(len(frames), int((perf_counter() - begun) * len(frames)) + 1)
        out.write(b"".join(frames[len(sent) : due]))
        sent += [perf_counter()] * (due - len(sent))
        if due < len(frames):
            await asyncio.sleep(STEP)
    await out.drain()


async def burst(meet: Meet, many: int) -> tuple[list[float], dict[int, float]]:
    """When each passing was sent, and when it was durable."""
    frames = [
        P3.encode(Passing(Instant(START + number * SECOND // many), str(1 + number % 40), number=number + 1))
        for number in range(many)
    ]
    sent: list[float] = []
    server = await asyncio.start_server(partial(say, frames, sent), "127.0.0.1", 0)
    address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    device = Device("box", "p3", parse_address(address))
    capture = Capture(meet, "final", [device], meet.path.with_suffix(".raw"))
    durable: dict[int, float] = {}
    meet.follow(partial(note, durable))
    running = asyncio.create_task(capture.run())
    await asyncio.wait_for(capture.until(lambda: len(durable) == many), 60)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    server.close()
    return sent, durable


def main() -> None:
    """Prints the figures."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else PASSINGS
    with tempfile.TemporaryDirectory() as folder, Meet.create(Path(folder) / "burst.meet") as meet:
        meet.append(
            RacePlanned("w", "final", "Burst", Rulebook(name="burst", title="Burst", laps=16)), race="final"
        )
        begun = perf_counter()
        sent, durable = asyncio.run(burst(meet, many))
        took = perf_counter() - begun
        waits = sorted(durable[number + 1] - sent[number] for number in range(many))
        landed = [record.event.number for record in meet.records() if isinstance(record.event, Passing)]
        assert sorted(landed, key=lambda number: number or 0) == list(range(1, many + 1)), "some did not land"
        assert meet.check().ok
    cuts = quantiles(waits, n=100)
    print(f"{many} passings in {took:.2f} s over TCP, all durable, the chain holds")
    print(
        f"sent to durable: p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms, worst {waits[-1] * 1000:.1f} ms"
    )
    print(f"goal: p99 within {GOAL * 1000:.0f} ms: {'met' if cuts[98] <= GOAL else 'MISSED'}")


if __name__ == "__main__":
    main()
