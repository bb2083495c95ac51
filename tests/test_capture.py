"""From a decoder's bytes to the log: nothing lost, nothing doubled, whatever the line does."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.capture import Capture, Device, Heard, Inbox, parse_device, replayed
from lastlap.doubts import Question, doubts
from lastlap.errors import InputError
from lastlap.events import (
    ClockCompared,
    DeviceReported,
    Fact,
    GunFired,
    Passing,
    RacePlanned,
    Record,
    StartListPosted,
)
from lastlap.log import Draft, Meet
from lastlap.race import replay
from lastlap.ranking import standings
from lastlap.rulebook import Rulebook
from lastlap.startlist import Skater, Starter
from lastlap.times import SECOND, Instant
from lastlap.timing.box import Story, made_up
from lastlap.timing.faults import parse_fault
from lastlap.timing.link import Patience, parse_address
from lastlap.timing.p3 import P3
from lastlap.timing.p98 import P98
from lastlap.timing.raw import Chunk, read_raw
from lastlap.timing.rehearsal import AT_ONCE, Plan, serve
from lastlap.timing.said import GetTime, Resend, Said, Status
from story import RULES, starter

BOX = Device("box", "p3", parse_address("tcp://127.0.0.1:5403"))
NOW = Instant(1_800_000_000 * SECOND)
QUICK = Patience(first=0.001, longest=0.01, dead=0.0)


def passing(number: int, at: int = 0, transponder: str = "5001") -> Passing:
    """A passing as the box numbers it."""
    return Passing(Instant(NOW + (at or number) * SECOND), transponder, "FIN", "box", number, 90, 20)


def asked(heard: Heard) -> list[Said]:
    """The requests to the box, read as the box would."""
    return [said for answer in heard.answers for said in P3().receive(answer)]


def heard(inbox: Inbox, *said: Passing | Status) -> Heard:
    """What the inbox makes of these words in one chunk."""
    return inbox.hear(b"".join(map(P3.encode, said)), NOW)


class TestDevices:
    """How the timekeeper names a device."""

    def test_name_language_and_address(self) -> None:
        """All of it, or the address alone."""
        assert parse_device("line=p98+serial:/dev/ttyS0@9600").name == "line"
        plain = parse_device("tcp://10.0.0.7:5403")
        assert (plain.name, plain.language) == ("tcp://10.0.0.7:5403", "p3")

    def test_an_unknown_language(self) -> None:
        """The answer lists those that are spoken here."""
        with pytest.raises(InputError, match="nobody here speaks 'x2': choose one of p3, p98"):
            parse_device("box=x2+tcp://10.0.0.7:5403")


def test_devices_write_into_the_race_that_is_armed() -> None:
    """Armed for another race, a device's passings go there, and its clock is looked at anew for that log."""
    inbox = Inbox(BOX, None)
    assert [draft.race for draft in heard(inbox, passing(1)).drafts if isinstance(draft.event, Passing)] == [
        None
    ]
    asking = inbox.armed("w-final", None)
    assert asked(asking) == [GetTime()]
    drafts = heard(inbox, passing(2)).drafts
    assert [draft.race for draft in drafts if isinstance(draft.event, Passing)] == ["w-final"]


class TestInbox:
    """What the words of a device become."""

    def test_a_passing_becomes_a_record_once(self) -> None:
        """Sent again, it has the same key."""
        inbox = Inbox(BOX, "final")
        first, again = (heard(inbox, passing(1)).drafts[0] for _ in range(2))
        assert (first.event, first.race, first.by) == (passing(1), "final", "box")
        assert first.key == again.key
        assert first.at == NOW

    def test_a_trusted_box_tells_when_it_was_written_down(self) -> None:
        """On a night that is played again, our clock shows another year."""
        assert heard(Inbox(BOX, "final", trusts_box=True), passing(7)).drafts[0].at == passing(7).at

    def test_a_gap_is_reported_and_asked_for(self) -> None:
        """Numbers 2 to 4 went by."""
        inbox = Inbox(BOX, "final")
        found = heard(inbox, passing(1), passing(5))
        reported = [draft.event for draft in found.drafts if isinstance(draft.event, DeviceReported)]
        assert [(event.what, event.first, event.last) for event in reported] == [("missed", 2, 4)]
        assert asked(found) == [Resend(2, 4)]
        assert inbox.missing == 3

    def test_what_does_not_come_is_asked_for_again_but_not_for_ever(self) -> None:
        """Half a second later, twenty times in all; what came is not asked for any more."""
        inbox = Inbox(BOX, "final")
        heard(inbox, passing(1), passing(5))
        assert asked(heard(inbox, passing(3))) == []
        later = [inbox.hear(P3.encode(Status(36)), Instant(NOW + second * SECOND)) for second in range(1, 22)]
        assert asked(later[0])[:2] == [Resend(2, 2), Resend(4, 4)]
        assert [Resend(2, 2) in asked(found) for found in later].count(True) == 19

    def test_while_nobody_passes_the_last_ones_are_asked_for(self) -> None:
        """The very last passing may have gone by, and no later one would tell."""
        inbox = Inbox(BOX, "final")
        heard(inbox, passing(1))
        later = [inbox.hear(P3.encode(Status(36)), Instant(NOW + second * SECOND)) for second in range(1, 9)]
        assert [asked(found) for found in later] == [[Resend(2, 10_001)]] * 5 + [[]] * 3

    def test_a_new_connection_asks_for_what_went_by(self) -> None:
        """From the last number that the log has."""
        assert asked(Inbox(BOX, "final").opened()) == [GetTime()]
        assert asked(Inbox(BOX, "final", last=17).opened())[1] == Resend(18, 10_017)
        assert Inbox(parse_device("p98+tcp://127.0.0.1:1"), "final").opened() == Heard()

    def test_what_went_by_before_the_first_one_is_asked_for(self) -> None:
        """Plugged in late, or the first frame was damaged: no gap in the numbers tells."""
        assert asked(heard(Inbox(BOX, "final"), passing(200))) == [Resend(150, 199)]

    def test_a_box_that_counts_anew_is_reported(self) -> None:
        """What was missing before is not asked for any more, but what went by since it counts anew is."""
        inbox = Inbox(BOX, "final")
        heard(inbox, passing(1), passing(5))
        found = heard(inbox, passing(3, at=60))
        assert asked(found) == [Resend(1, 2)]
        assert [event.what for draft in found.drafts if isinstance(event := draft.event, DeviceReported)] == [
            "restarted"
        ]
        assert inbox.missing == 2

    def test_noise_is_reported_now_and_then(self) -> None:
        """Not once a frame."""
        inbox = Inbox(BOX, "final")
        rubbish = b"\x8e\x02rubbish\x8f" * 5
        assert len(inbox.hear(rubbish, NOW).drafts) == 1
        assert len(inbox.hear(rubbish, Instant(NOW + SECOND)).drafts) == 0
        assert len(inbox.hear(rubbish, Instant(NOW + 11 * SECOND)).drafts) == 1

    def test_half_a_frame_at_the_end_of_a_connection(self) -> None:
        """It is reported, and the next connection starts afresh."""
        inbox = Inbox(BOX, "final")
        inbox.hear(P3.encode(passing(1))[:20], NOW)
        assert [
            draft.event.what for draft in inbox.closed(NOW).drafts if isinstance(draft.event, DeviceReported)
        ] == ["garbled"]

    @given(st.lists(st.integers(1, 30), max_size=12), st.integers(1, 40))
    def test_the_same_bytes_give_the_same_records(self, numbers: list[int], width: int) -> None:
        """However they are cut into chunks, live or from the raw file."""
        data = b"".join(P3.encode(passing(number)) for number in numbers)
        chunks = [Chunk(NOW, "box", data[at : at + width].hex()) for at in range(0, len(data), width)]
        whole = [draft.event for draft in Inbox(BOX, "final").hear(data, NOW).drafts]
        assert [draft.event for draft in replayed(chunks, [BOX], "final")] == whole

    def test_raw_bytes_of_a_stranger(self) -> None:
        """Whoever replays them has to say which device that was."""
        with pytest.raises(InputError, match="the raw bytes are of 'other'"):
            list(replayed([Chunk(NOW, "other", "8e")], [BOX], "final"))


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


def test_a_counter_of_seconds_is_put_on_our_clock() -> None:
    """P98 counts from when the box was switched on, twenty minutes before the gun."""
    inbox = Inbox(parse_device("line=p98+tcp://127.0.0.1:1"), "final")
    seen = Passing(Instant(1_231_500_000), "5001", "FIN", "1", 1, 90, 20)
    compared, draft = inbox.hear(P98.encode(seen), Instant(NOW + 31 * SECOND)).drafts
    race = replay(
        Record(number, event, "final")
        for number, event in enumerate(
            (
                RacePlanned("w", "final", "Women, final", RACE),
                StartListPosted(STARTERS),
                GunFired(NOW),
                compared.event,
                draft.event,
            ),
            1,
        )
    )
    assert race.passing(5) == (NOW + 31 * SECOND, "5001", 5, "FIN")


def test_starters_wear_what_the_story_says() -> None:
    """A check of the test itself: two transponders each."""
    assert len(skated().passings) == 8 * 6 * 2
    assert starter(1).transponders
