"""From a decoder's bytes to the log: nothing lost, nothing doubled, whatever the line does."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from lastlap.capture import Capture
from lastlap.doubts import Question, doubts
from lastlap.errors import InputError
from lastlap.events import (
    ClockCompared,
    Fact,
    GunFired,
    Passing,
    RacePlanned,
    StartListPosted,
)
from lastlap.inbox import replayed
from lastlap.log import Draft, Meet
from lastlap.ranking import standings
from lastlap.rulebook import Rulebook
from lastlap.startlist import Skater, Starter
from lastlap.times import SECOND, Instant
from lastlap.timing.box import Story, made_up
from lastlap.timing.devices import Device
from lastlap.timing.faults import parse_fault
from lastlap.timing.link import Patience, parse_address
from lastlap.timing.raw import read_raw
from lastlap.timing.rehearsal import AT_ONCE, Plan, serve
from story import RULES, starter

BOX = Device("box", "p3", parse_address("tcp://127.0.0.1:5403"))
NOW = Instant(1_800_000_000 * SECOND)
QUICK = Patience(first=0.001, longest=0.01, dead=0.0)


# Whole races over loopback TCP


STARTERS = tuple(
    Starter(bib, Skater(f"s{bib}", f"Skater {bib}", "NED"), (str(5000 + 2 * bib), str(5001 + 2 * bib)))
    for bib in range(1, 9)
)
RACE = Rulebook(name="six", title="Six laps", laps=6, sprints=RULES.sprints)


def skated() -> Story:
    """A race of eight over six laps."""
    return made_up(STARTERS, 6, (2, 4), NOW, random.Random(4))


def meet_at(path: Path) -> Meet:
    """A meet with one race that is about to start."""
    meet = Meet.create(path)
    events = (RacePlanned("w", "final", "Women, final", RACE), StartListPosted(STARTERS), GunFired(NOW))
    meet.append_all(Draft(event, "final") for event in events)
    return meet


async def captured(meet: Meet, story: Story, *faults: str, enough: Callable[[Capture], bool]) -> None:
    """Run the capture against a rehearsal until it has *enough*."""
    plan = Plan(port=0, faults=tuple(map(parse_fault, faults)), speed=AT_ONCE)
    async with serve(story, plan, random.Random(1)) as box:
        device = Device("box", "p3", parse_address(f"tcp://127.0.0.1:{box.port}"))
        capture = Capture(
            meet, "final", [device], meet.path.with_suffix(".raw"), patience=QUICK, trusts_box=True
        )
        running = asyncio.ensure_future(capture.run())
        try:
            await asyncio.wait_for(capture.until(lambda: enough(capture)), 30)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def numbers(meet: Meet) -> set[int]:
    """The box's numbers of all passings in the log."""
    return {
        event.number
        for record in meet.records("final")
        if isinstance(event := record.event, Passing) and event.number
    }


@pytest.fixture(scope="module")
def faultless(tmp_path_factory: pytest.TempPathFactory) -> Meet:
    """The race without any fault."""
    meet = meet_at(tmp_path_factory.mktemp("faultless") / "night.meet")
    story = skated()
    asyncio.run(captured(meet, story, enough=lambda _: len(numbers(meet)) == len(story.passings)))
    return meet


@pytest.mark.parametrize(
    "faults",
    [
        ("drop=0.05",),
        ("duplicate=0.2",),
        ("reorder=0.2",),
        ("damage=0.05",),
        ("cut=60:20",),
        ("drop=0.05", "duplicate=0.1", "damage=0.03", "cut=90:20"),
    ],
)
def test_the_standings_are_those_of_the_faultless_race(
    faults: tuple[str, ...], faultless: Meet, tmp_path: Path
) -> None:
    """Whatever the wire does, resending mends it."""
    story = skated()
    with meet_at(tmp_path / "night.meet") as meet:
        asyncio.run(
            captured(meet, story, *faults, enough=lambda _: len(numbers(meet)) == len(story.passings))
        )
        assert standings(meet.race("final")) == standings(faultless.race("final"))


def test_raw_bytes_build_the_same_race_again(faultless: Meet, tmp_path: Path) -> None:
    """The log of the raw file has the same passings; told to the same meet, it adds none."""
    chunks = list(read_raw(faultless.path.with_suffix(".raw")))
    with meet_at(tmp_path / "again.meet") as again:
        again.append_all(replayed(chunks, [BOX], "final"))
        assert standings(again.race("final")) == standings(faultless.race("final"))
        before = len(list(again.records()))
        again.append_all(replayed(chunks, [BOX], "final"))
        assert len(list(again.records())) == before


# Clocks that are not ours

SPEED = 60.0
"""A rehearsal so many times as fast as the world, and our clock with it."""


async def timed(meet: Meet, story: Story, *faults: str) -> None:
    """Run the capture, on a clock that is true, until the box has sent all passings and was looked at since."""
    plan = Plan(port=0, faults=tuple(map(parse_fault, faults)), speed=SPEED)
    async with serve(story, plan, random.Random(1)) as box:
        device = Device("box", "p3", parse_address(f"tcp://127.0.0.1:{box.port}"))
        raw = meet.path.with_suffix(".raw")
        capture = Capture(meet, "final", [device], raw, patience=QUICK, now=box.moment)
        running = asyncio.ensure_future(capture.run())
        enough = len(story.passings)
        try:
            await asyncio.wait_for(capture.until(lambda: len(numbers(meet)) == enough), 60)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def gaps(meet: Meet, other: Meet) -> list[float]:
    """By how many seconds the skaters' times differ."""
    times = [
        {one.score.bib: one.score.time or 0 for one in standings(each.race("final"))}
        for each in (meet, other)
    ]
    return [abs(times[0][bib] - times[1][bib]) / SECOND for bib in times[0]]


def reported(meet: Meet, kind: type[Fact]) -> list[Fact]:
    """What the log says of one kind."""
    return [record.event for record in meet.records("final") if isinstance(record.event, kind)]


def test_a_clock_that_is_an_hour_ahead_makes_no_difference(faultless: Meet, tmp_path: Path) -> None:
    """The box shows local time; the gun was fired on ours."""
    with meet_at(tmp_path / "night.meet") as meet:
        asyncio.run(timed(meet, skated(), "clock=3600.5"))
        assert len(reported(meet, ClockCompared)) == 1
        assert max(gaps(meet, faultless)) < 0.5
        assert ranks_of(meet) == ranks_of(faultless)


@pytest.mark.parametrize("seconds", [3, -3])
def test_a_clock_that_jumps_is_put_right_and_in_doubt(seconds: int, faultless: Meet, tmp_path: Path) -> None:
    """In mid-race somebody sets the box's clock: the standings stay, and an official is told."""
    with meet_at(tmp_path / "night.meet") as meet:
        asyncio.run(timed(meet, skated(), f"jump=100:{seconds}"))
        assert len(reported(meet, ClockCompared)) == 2
        assert max(gaps(meet, faultless)) < 0.5
        assert ranks_of(meet) == ranks_of(faultless)
        assert Question.CLOCK_JUMPED in {doubt.kind for doubt in doubts(meet.race("final"))}
        heard = [fact for fact in reported(meet, Fact) if getattr(fact, "what", "") != "lost"]
        with meet_at(tmp_path / "again.meet") as again:
            again.append_all(replayed(read_raw(meet.path.with_suffix(".raw")), [BOX], "final"))
            assert reported(again, Fact) == heard


def ranks_of(meet: Meet) -> list[int]:
    """The bibs in rank order."""
    return [standing.score.bib for standing in standings(meet.race("final"))]


def test_starters_wear_what_the_story_says() -> None:
    """A check of the test itself: two transponders each."""
    assert len(skated().passings) == 8 * 6 * 2
    assert starter(1).transponders


def test_two_devices_of_one_name(tmp_path: Path) -> None:
    """Nobody could tell their passings apart."""
    with (
        meet_at(tmp_path / "night.meet") as meet,
        pytest.raises(InputError, match="two devices are called 'box'"),
    ):
        Capture(meet, "final", [BOX, BOX], tmp_path / "night.raw")
