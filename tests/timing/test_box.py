"""A whole race through a decoder that is not there, with P3 listening at the other end."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.events import BellRung, Event, GunFired, Passing, Record, StartListPosted
from lastlap.race import replay
from lastlap.startlist import Skater, Starter
from lastlap.times import SECOND, Duration, Instant, after, between
from lastlap.timing.box import DECODER, STATUS_EVERY, Box, Line, Story, made_up, recorded, story_of
from lastlap.timing.faults import (
    ClockJump,
    Cut,
    Damage,
    Delay,
    Die,
    Drop,
    Duplicate,
    Fault,
    Reorder,
    Weak,
    Without,
    WrongClock,
)
from lastlap.timing.p3 import P3
from lastlap.timing.said import (
    Garbled,
    GetTime,
    GetVersion,
    Missed,
    Other,
    Resend,
    Restarted,
    Said,
    Status,
    Time,
    Version,
)
from story import RULES

GUN = Instant(1_700_000_000 * SECOND)
EVERYTHING = Resend(1, 2**32 - 1)

STARTERS = [
    Starter(bib, Skater(f"skater-{bib}", f"Skater {bib}", "NED"), (f"{100 + bib}", f"FL-94{bib:03}"))
    for bib in range(1, 7)
]
"""Six skaters; one of each one's two transponders has letters in its code."""

RACE = made_up(STARTERS, 6, [2, 4, 6], GUN, Random(5))
"""Six laps, three minutes, 72 passings."""


class Client:
    """Whoever listens to a box, over a line of its own."""

    def __init__(self, box: Box, since: Instant) -> None:
        self.line = Line(box, Random(11), since)
        self.heard: list[Said] = []
        self._p3 = P3()
        self._now = since

    def follow(self, until: Instant) -> None:
        """Listen for as long as nothing happens after *until*."""
        while self.line.next <= until:
            self._now = self.line.next
            self._hear()

    def ask(self, request: GetTime | GetVersion | Resend | Other) -> None:
        """Ask, and hear what is there at once."""
        self.line.ask(P3.encode(request), self._now)
        self._hear()

    def _hear(self) -> None:
        self.heard += self._p3.receive(self.line.hear(self._now))

    @property
    def passings(self) -> list[Passing]:
        """Every passing that was heard."""
        return [said for said in self.heard if isinstance(said, Passing)]


def listened(*faults: Fault, race: Story = RACE, asks: int = 0) -> list[Said]:
    """What a client hears of the race, and of all passings that it asks for so many times afterwards."""
    box = Box(race, faults, Random(7))
    client = Client(box, Instant(box.start - 1))
    client.follow(box.end)
    for ask in range(asks):
        client.ask(EVERYTHING)
        client.follow(after(box.end, Duration((ask + 1) * 2 * STATUS_EVERY)))
    return client.heard


def seen(heard: Iterable[Said]) -> list[Passing]:
    """The passings among what was *heard*, each once, as the story has them."""
    passings = {said.number or 0: said for said in heard if isinstance(said, Passing)}
    return [as_told(passings[number]) for number in sorted(passings)]


def as_told(passing: Passing) -> Passing:
    """A passing without what the box adds to it."""
    return msgspec.structs.replace(passing, number=None, source="")


def elapsed(passing: Passing) -> float:
    """When the passing was, in seconds after the gun."""
    return between(GUN, passing.at) / SECOND


def kinds(heard: Iterable[Said], kind: type[Said]) -> list[Said]:
    """Those of what was *heard* that are of a *kind*."""
    return [said for said in heard if isinstance(said, kind)]


# Stories


def test_a_made_up_race_is_whole() -> None:
    """Six skaters over six laps with two transponders each: 72 passings, none before the gun."""
    codes = [passing.transponder for passing in RACE.passings]
    assert {code: codes.count(code) for code in codes} == {
        code: 6 for one in STARTERS for code in one.transponders
    }
    assert list(RACE.passings) == sorted(RACE.passings, key=lambda passing: passing.at)
    assert 20 < elapsed(RACE.passings[0]) < elapsed(RACE.passings[-1]) < 200


def test_a_made_up_race_can_be_judged() -> None:
    """The engine counts six laps for every skater, and one crossing for the two ankles."""
    told: list[Event] = [StartListPosted(tuple(STARTERS)), GunFired(GUN), *RACE.passings]
    records = [Record(number, event) for number, event in enumerate(told, 1)]
    race = replay(records, msgspec.structs.replace(RULES, laps=6))
    assert {bib: (ride.laps, ride.finished) for bib, ride in race.rides.items()} == dict.fromkeys(
        range(1, 7), (6, True)
    )
    assert len(race.order(6)) == 6


def test_a_made_up_race_is_told_by_its_seed() -> None:
    """The same seed makes the same race, another seed another one."""
    again, other = (made_up(STARTERS, 6, [2, 4, 6], GUN, Random(seed)) for seed in (5, 6))
    assert again == RACE != other


def test_a_story_is_read_off_a_log() -> None:
    """The latest gun counts, passings stand in the order of time, and how well they were seen is made up."""
    late, early = (
        Passing(Instant(90), "2", source="cam", number=8, strength=99),
        Passing(Instant(80), "1", hits=4),
    )
    told = story_of(
        [GunFired(Instant(10)), GunFired(Instant(50)), BellRung(Instant(60)), late, early], [], Random(1)
    )
    assert told.gun == 50
    assert [(one.at, one.transponder, one.source, one.number) for one in told.passings] == [
        (80, "1", "", None),
        (90, "2", "", None),
    ]
    assert (told.passings[0].hits, told.passings[1].strength) == (4, 99)
    assert 80 <= (told.passings[0].strength or 0) < 180
    assert 10 <= (told.passings[1].hits or 0) < 60


def test_a_story_without_a_gun_begins_at_its_first_passing() -> None:
    """A recording does not know when the gun was."""
    assert story_of([Passing(Instant(90), "2"), Passing(Instant(80), "1")], [], Random(1)).gun == 80


def test_nobody_rehearses_without_transponders() -> None:
    """A start list without transponders, and an empty one, give nothing that a decoder could see."""
    bare = [msgspec.structs.replace(starter, transponders=()) for starter in STARTERS]
    for starters in (bare, []):
        with pytest.raises(InputError, match="no passing to rehearse with"):
            made_up(starters, 6, [2], GUN, Random(1))


def test_a_story_can_be_moved_to_today() -> None:
    """Everything is as long after the new gun as it was after the old one."""
    moved = RACE.moved(Instant(50))
    assert moved.gun == 50
    assert [between(Instant(50), one.at) for one in moved.passings] == [
        between(GUN, one.at) for one in RACE.passings
    ]
    assert moved.moved(GUN) == RACE


def test_a_recording_is_a_story() -> None:
    """The bytes of a rehearsal, cut anywhere, give the race again; what was sent twice counts once."""
    box = Box(RACE, [Duplicate(0.3)], Random(7))
    line = Line(box, Random(1), GUN)
    data = line.hear(box.end)
    line.ask(P3.encode(Resend(1, 9)), box.end)
    data += line.hear(box.end)
    assert recorded([data[:1_000], data[1_000:]], Random(1)).passings == RACE.passings


def test_a_real_capture_can_be_rehearsed() -> None:
    """84 passings that a real decoder sent come through again."""
    lines = (Path(__file__).parent.parent / "captures" / "amb.out").read_text().split()
    race = recorded(map(bytes.fromhex, lines), Random(1))
    assert len(race.passings) == 84
    assert seen(listened(race=race)) == list(race.passings)


# A box without faults


def test_all_that_happens_is_heard() -> None:
    """The passings that arrive are the story's, numbered from 1, by one decoder, at their moments."""
    heard = listened()
    assert seen(heard) == list(RACE.passings)
    numbers = [(said.number, said.source) for said in heard if isinstance(said, Passing)]
    assert numbers == [(number, str(DECODER)) for number in range(1, len(RACE.passings) + 1)]
    assert not kinds(heard, Missed)


def test_a_box_says_every_five_seconds_how_it_fares() -> None:
    """Beginning with the gun: a race of three minutes has its 36 words."""
    assert len(kinds(listened(), Status)) == between(GUN, RACE.passings[-1].at) // STATUS_EVERY + 1


@given(st.lists(st.integers(0, 200 * SECOND), max_size=12))
def test_how_often_somebody_looks_makes_no_difference(looks: list[int]) -> None:
    """The same words in the same order, whether they are heard one by one or all together."""
    box = Box(RACE, (), Random(7))
    line, other = (Line(box, Random(1), Instant(GUN - 1)) for _ in range(2))
    data = b"".join(line.hear(after(GUN, Duration(look))) for look in [*sorted(looks), 201 * SECOND])
    assert data == other.hear(after(GUN, Duration(201 * SECOND)))


def test_a_box_can_be_asked_for_its_time() -> None:
    """Its own: here two hours ahead, and a millisecond faster every ten seconds."""
    box = Box(RACE, [WrongClock(7200, gains=100)], Random(7))
    client = Client(box, GUN)
    client.follow(after(GUN, Duration(10 * SECOND)))
    client.ask(GetTime())
    assert client.heard[-1] == Time(after(GUN, Duration(7210_001_000)), decoder=DECODER)


def test_a_box_can_be_asked_what_and_how_it_is() -> None:
    """It is a rehearsal, and says so; a status can be had at any time."""
    client = Client(Box(RACE, (), Random(7)), GUN)
    client.ask(GetVersion())
    client.ask(Other(0x02, {0x01: b""}))
    version, status = client.heard
    assert isinstance(version, Version)
    assert version.description == "rehearsal"
    assert isinstance(status, Status)


def test_what_a_box_cannot_do_it_does_not_answer() -> None:
    """Rubbish, and requests of other kinds, are met with silence."""
    line = Line(Box(RACE, (), Random(7)), Random(1), GUN)
    line.ask(b"rubbish" + P3.encode(Other(0x05)) + P3.encode(GetTime())[:-1], GUN)
    assert line.hear(GUN) == b""


def test_nothing_is_said_twice() -> None:
    """Whoever asks at a moment, and then looks back to an earlier one, has heard what was said till then."""
    line = Line(Box(RACE, (), Random(7)), Random(1), GUN)
    line.ask(P3.encode(GetTime()), RACE.passings[9].at)
    data = b"".join(line.hear(RACE.passings[number].at) for number in (9, 4, 9))
    passings = [said.number for said in P3().receive(data) if isinstance(said, Passing)]
    assert passings == list(range(1, 11))


def test_half_a_request_waits_for_its_other_half() -> None:
    """Bytes come as they come."""
    line = Line(Box(RACE, (), Random(7)), Random(1), GUN)
    request = P3.encode(GetTime())
    line.ask(request[:5], GUN)
    line.ask(request[5:], GUN)
    assert P3().receive(line.hear(GUN)) == [Time(GUN, decoder=DECODER)]


def test_passings_are_sent_again_on_request() -> None:
    """Both ends included; what has not happened yet cannot be had."""
    box = Box(RACE, (), Random(7))
    client = Client(box, RACE.passings[9].at)
    client.ask(Resend(4, 6))
    assert [passing.number for passing in client.passings] == [4, 5, 6]
    client.ask(Resend(9, 99))
    assert [passing.number for passing in client.passings[3:]] == [9, 10]


# Faults on the wire


@pytest.mark.parametrize(
    "faults",
    [
        [Drop(0.1)],
        [Duplicate(0.1)],
        [Reorder(0.1)],
        [Delay(0.2, 3)],
        [Damage(0.1)],
        [Drop(0.05), Duplicate(0.05), Reorder(0.05), Delay(0.1), Damage(0.05)],
    ],
    ids=["drop", "duplicate", "reorder", "delay", "damage", "all"],
)
def test_what_the_wire_does_can_be_repaired(faults: Sequence[Fault]) -> None:
    """Whoever asks for the passings again, and for lost answers once more, has the whole race."""
    assert listened(*faults) != listened()
    assert seen(listened(*faults, asks=6)) == list(RACE.passings)


def test_a_dropped_passing_leaves_a_gap() -> None:
    """What does not arrive is missing between the numbers of its neighbours, and the listener says so."""
    heard = listened(Drop(0.1))
    came = {said.number for said in heard if isinstance(said, Passing)}
    missed = {
        number for said in heard if isinstance(said, Missed) for number in range(said.first, said.last + 1)
    }
    assert missed
    assert came | missed == set(range(1, max(filter(None, came)) + 1))
    assert not came & missed


def test_a_damaged_frame_is_noticed() -> None:
    """No passing arrives that was not sent, and each damaged frame is told of at least once."""
    heard = listened(Damage(0.2))
    lost = len(listened()) - len([said for said in heard if not isinstance(said, Garbled | Missed)])
    assert set(seen(heard)) <= set(RACE.passings)
    assert len(kinds(heard, Garbled)) >= lost > 0


def test_a_late_frame_comes_after_its_time() -> None:
    """It is on the way when the next ones have come, and keeps the time at which the skater crossed."""
    numbers = [said.number for said in listened(Delay(0.3, 3), asks=1)[:80] if isinstance(said, Passing)]
    assert numbers != sorted(filter(None, numbers))


def test_a_line_knows_when_a_late_frame_arrives() -> None:
    """Nobody has to look in vain, or too late."""
    line = Line(Box(RACE, [Delay(1, 3)], Random(7)), Random(1), Instant(GUN - 1))
    assert (line.next, line.hear(GUN)) == (GUN, b"")
    assert GUN < line.next <= after(GUN, Duration(3 * SECOND))
    assert kinds(P3().receive(line.hear(line.next)), Status)


@settings(max_examples=25)
@given(st.permutations([Drop(0.1), Duplicate(0.2), Reorder(0.2), Delay(0.2), Damage(0.1)]), st.integers(0, 5))
def test_nothing_arrives_that_was_not_seen(faults: list[Fault], many: int) -> None:
    """Whatever the wire does, a passing that gets through is the story's, to the microsecond."""
    assert set(seen(listened(*faults[:many]))) <= set(RACE.passings)


# Faults of the connection and of the box


def test_a_cut_cable_costs_nothing_for_good() -> None:
    """For 20 s nothing is heard; the box went on counting, and has it all."""
    box = Box(RACE, [Cut(60, 20)], Random(7))
    client = Client(box, Instant(GUN - 1))
    client.follow(box.end)
    silent = [one for one in RACE.passings if 60 <= elapsed(one) < 80]
    assert silent
    assert seen(client.heard) == [one for one in RACE.passings if one not in silent]
    assert [box.is_reachable(after(GUN, Duration(at * SECOND))) for at in (59, 60, 79, 80)] == [
        True,
        False,
        False,
        True,
    ]
    client.ask(EVERYTHING)
    assert seen(client.heard) == list(RACE.passings)


def test_a_race_is_not_over_before_the_connection_is_back() -> None:
    """If the cable is out at the last passing, the box waits until somebody can ask."""
    last = elapsed(RACE.passings[-1])
    box = Box(RACE, [Cut(last - 5, 20), Cut(last + 10, 10), Cut(last + 100, 5)], Random(7))
    assert between(GUN, box.end) / SECOND == pytest.approx(last + 20)


def test_nothing_is_slept_through() -> None:
    """The box names the moments at which the connection goes and comes, and that of every word."""
    box = Box(RACE, [Cut(61.5, 20)], Random(7))
    moments = [GUN]
    while moments[-1] < box.end:
        moments.append(box.next(moments[-1]))
    told = {moment for moment, _ in box.says(GUN, box.end)}
    assert told | {after(GUN, Duration(61_500_000)), after(GUN, Duration(81_500_000))} <= set(moments)


@pytest.mark.parametrize(("fault", "restarts"), [(Die(60, 20), True), (Die(60, 20, "keeps"), False)])
def test_a_box_that_loses_its_power_sees_nothing_meanwhile(fault: Die, *, restarts: bool) -> None:
    """Exactly the passings of those 20 s are lost for good; the count begins anew if the memory is gone."""
    heard = listened(fault, asks=1)
    passings = {as_told(said) for said in heard if isinstance(said, Passing)}
    assert passings == {one for one in RACE.passings if not 60 <= elapsed(one) < 80}
    assert bool(kinds(heard, Restarted)) is restarts
    assert not kinds(heard, Missed)


def test_a_box_that_forgets_cannot_send_again() -> None:
    """What it saw before it died is not asked for in vain only if somebody kept it."""
    box = Box(RACE, [Die(60, 20)], Random(7))
    client = Client(box, box.end)
    client.ask(EVERYTHING)
    assert {as_told(one) for one in client.passings} == {one for one in RACE.passings if elapsed(one) >= 80}
    assert [one.number for one in client.passings] == list(range(1, len(client.passings) + 1))


def test_a_jump_of_the_clock_shows_in_the_passings() -> None:
    """From 60 s on all times are an hour behind, and nothing else is changed."""
    hour = Duration(3_600 * SECOND)
    wrong = [
        msgspec.structs.replace(one, at=Instant(one.at - hour)) if elapsed(one) >= 60 else one
        for one in RACE.passings
    ]
    assert seen(listened(ClockJump(60, -3600))) == wrong


def test_a_clock_knows_no_time_before_1970() -> None:
    """A jump too far back ends at the beginning of time, so the frame can still be sent."""
    box = Box(RACE.moved(Instant(0)), [ClockJump(0, -10)], Random(7))
    assert box.clock(Instant(5 * SECOND)) == 0


def test_a_skater_without_transponder_is_missing() -> None:
    """Both ankles of bib 3, and nobody else."""
    worn = STARTERS[2].transponders
    assert seen(listened(Without(3))) == [one for one in RACE.passings if one.transponder not in worn]


def test_a_weak_transponder_is_missed_now_and_then() -> None:
    """The others are all there; the numbers have no gap, as the box itself saw nothing."""
    heard = listened(Weak("103", 0.5))
    others = [one for one in RACE.passings if one.transponder != "103"]
    assert [one for one in seen(heard) if one.transponder != "103"] == others
    assert 0 < len(seen(heard)) - len(others) < 6
    assert not kinds(heard, Missed)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Without(9), "no skater with bib 9 wears a transponder"),
        (Weak("999"), "nobody wears the transponder 999"),
    ],
)
def test_a_fault_that_concerns_nobody_is_refused(fault: Fault, says: str) -> None:
    """A mistyped bib would make a rehearsal without its fault."""
    with pytest.raises(InputError, match=says):
        Box(RACE, [fault], Random(7))


def test_a_code_that_no_decoder_can_say_is_refused() -> None:
    """Before the race, not in the middle of it."""
    with pytest.raises(InputError, match="transponder"):
        Box(story_of([Passing(GUN, "Zoë\n")], [], Random(1)), (), Random(7))
