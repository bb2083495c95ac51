"""A whole race under faults: skated by a rehearsal, captured over loopback TCP, put right by an official.

The official does what a real one can: accepts what a doubt proposes and, where it asks for the
photo finish, reads the order in which the skaters really crossed.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from random import Random

import msgspec

from lastlap.capture import Capture
from lastlap.doubts import Doubt, Question, doubts
from lastlap.events import (
    ClockCompared,
    DeviceReported,
    Event,
    GunFired,
    OrderRead,
    RacePlanned,
    StartListPosted,
)
from lastlap.log import Draft, Meet
from lastlap.race import Race, Status
from lastlap.ranking import standings
from lastlap.refusal import refusal
from lastlap.rulebook import IRM, Ranking, Rulebook, Sprints
from lastlap.startlist import Skater, Starter
from lastlap.times import MINUTE, SECOND, Duration, Instant, between
from lastlap.timing.box import Story, made_up
from lastlap.timing.devices import Device
from lastlap.timing.faults import ClockJump, WrongClock, parse_fault
from lastlap.timing.link import Patience, parse_address
from lastlap.timing.rehearsal import Plan, serve

GUN = Instant(1_800_000_000 * SECOND)
STARTERS = tuple(
    Starter(bib, Skater(f"s{bib}", f"Skater {bib}", "NED"), (str(5000 + 2 * bib), str(5001 + 2 * bib)))
    for bib in range(1, 9)
)
RULES = Rulebook(
    name="eight",
    title="Eight laps",
    laps=8,
    sprints=Sprints(at=(2, 4, 6), points=(3, 2, 1), finish=(60, 40, 20, 10, 6, 3)),
    ranking=Ranking(void=(IRM.DSQ, IRM.DNF, IRM.LAP)),
)
QUICK = Patience(first=0.001, longest=0.01, dead=0.0)


class Trial(msgspec.Struct, frozen=True):
    """A race to be skated: its story, its rules, and how many times as fast as the world it goes."""

    story: Story
    rules: Rulebook
    speed: float

    def order(self, lap: int) -> tuple[int, ...]:
        """The bibs in the order in which they really ended *lap*, as the photo finish has it."""
        ends = self.ends(lap)
        return tuple(sorted(ends, key=ends.__getitem__))

    def ends(self, lap: int) -> dict[int, Instant]:
        """When each bib that did so really ended *lap*."""
        found: dict[int, Instant] = {}
        for starter in self.story.starters:
            own = [one.at for one in self.story.passings if one.transponder == starter.transponders[0]]
            if len(own) >= lap:
                found[starter.bib] = own[lap - 1]
        return found


def eight_laps(speed: float = 300) -> Trial:
    """A race of eight over eight laps with three sprints and a finish, in four minutes and a bit."""
    story = made_up(STARTERS, RULES.laps, list(RULES.tables()), GUN, Random(7))
    return Trial(story, RULES, speed)


async def skated(trial: Trial, path: Path, faults: Sequence[str], seed: int = 1) -> Meet:
    """The meet after the race, as it was captured under *faults*, with nothing mended yet."""
    meet = Meet.create(path)
    plan = RacePlanned("w", "final", "Women, final", trial.rules)
    events = (plan, StartListPosted(trial.story.starters), GunFired(trial.story.gun))
    meet.append_all(Draft(event, "final") for event in events)
    parsed = tuple(map(parse_fault, faults))
    is_trusted = not any(isinstance(fault, ClockJump | WrongClock) for fault in parsed)
    rehearsal = Plan(port=0, faults=parsed, speed=trial.speed, after=Duration(2 * MINUTE))
    async with serve(trial.story, rehearsal, Random(seed)) as box:
        device = Device("box", "p3", parse_address(f"tcp://127.0.0.1:{box.port}"))
        raw = path.with_suffix(".raw")
        capture = Capture(meet, "final", [device], raw, trusts_box=is_trusted, patience=QUICK, now=box.moment)
        running = asyncio.ensure_future(capture.run())
        try:
            await asyncio.wait_for(box.over.wait(), 120)
            before = _lost(meet)
            box.say_goodbye()
            await asyncio.wait_for(capture.until(lambda: _lost(meet) > before), 30)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    return meet


def _lost(meet: Meet) -> int:
    """How often the connection has been lost, as far as the log has it."""
    said = [record.event for record in meet.records("final")]
    return sum(isinstance(event, DeviceReported) and event.what == "lost" for event in said)


def put_right(meet: Meet, trial: Trial) -> list[Doubt]:
    """The doubts that the official settled; what then keeps the race from being over, the photo finish tells."""
    settled = _settled(meet, trial)
    if meet.race("final").status is Status.RUNNING:
        for lap in trial.rules.tables():
            meet.append(_photo(trial, lap), race="final", by="referee")
        settled += _settled(meet, trial)
    return settled


def _settled(meet: Meet, trial: Trial) -> list[Doubt]:
    settled: list[Doubt] = []
    while doubt := next((one for one in doubts(meet.race("final")) if _has_answer(one)), None):
        assert len(settled) < 200, f"no end of doubts: {doubt.says}"
        settled.append(doubt)
        for event in _answers(doubt, trial):
            refused = refusal(meet.race("final"), event)
            assert refused is None, refused
            meet.append(event, race="final", by="referee")
    return settled


def _has_answer(doubt: Doubt) -> bool:
    return doubt.proposal is not None or doubt.kind is Question.SILENT


def _answers(doubt: Doubt, trial: Trial) -> Sequence[Event]:
    if doubt.proposal is None:
        return [_photo(trial, lap) for lap in trial.rules.tables()]
    if isinstance(doubt.proposal, OrderRead):
        read = sum(len(place) if isinstance(place, tuple) else 1 for place in doubt.proposal.bibs)
        lap, timed = doubt.proposal.lap, doubt.proposal.times
        bibs = trial.order(lap)[:read]
        ends = trial.ends(lap)
        times = {bib: between(trial.story.gun, ends[bib]) for bib in bibs} if timed else {}
        return [OrderRead(lap, bibs, times)]
    return [doubt.proposal]


def _photo(trial: Trial, lap: int) -> OrderRead:
    """The photo finish reads everybody at the end of *lap*, with times."""
    times = {bib: between(trial.story.gun, at) for bib, at in trial.ends(lap).items()}
    return OrderRead(lap, trial.order(lap), times)


Row = tuple[int, int | None, int, tuple[int, ...], int, IRM | None, Duration | None]


def table(race: Race) -> list[Row]:
    """The standings: bib, rank, laps, points at the sprints, total, mark, time."""
    return [
        (
            one.score.bib,
            one.rank,
            one.score.laps,
            one.score.sprints,
            one.score.total,
            one.score.irm,
            one.score.time,
        )
        for one in standings(race)
    ]


# Comparing


def is_about_clocks(faults: Sequence[str]) -> bool:
    """Whether one of *faults* puts the box's clock wrong."""
    return any(fault.startswith(("jump", "clock")) for fault in faults)


def differences(want: list[Row], meet: Meet) -> list[str]:
    """The lines of the standings that differ; in time only by more than the log says that clocks were looked at."""
    slack = _exactness(meet)
    return [
        f"{one} became {other}"
        for one, other in zip(want, table(meet.race("final")), strict=True)
        if one[:-1] != other[:-1] or abs((one[-1] or 0) - (other[-1] or 0)) > slack
    ]


def _exactness(meet: Meet) -> int:
    """How wrong a time can be: twice what the worst look at a clock left open, and what a clock may wander."""
    looks = [event.error for record in meet.records() if isinstance(event := record.event, ClockCompared)]
    return max((2 * (error or 0) + SECOND // 10 for error in looks), default=0)
