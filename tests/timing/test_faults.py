"""What can go wrong between the ice and the laptop, one thing at a time."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.events import Passing
from lastlap.times import SECOND, Duration, Instant
from lastlap.timing.faults import (
    FAULTS,
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
    Wire,
    Without,
    WrongClock,
    parse_fault,
    spelling,
)

FRAMES = [f"<{number}>".encode() for number in range(200)]
"""What the box sends, one a second."""


def carried(*faults: Fault, seed: int = 7) -> list[bytes]:
    """What comes of FRAMES over a wire with *faults*, in the order of arrival."""
    wire = Wire(faults, Random(seed))
    came = b""
    for second, frame in enumerate(FRAMES):
        came += wire.arrived(Instant(second * SECOND))
        wire.send(frame, Instant(second * SECOND))
    came += wire.arrived(Instant(1_000 * SECOND))
    return [part + b">" for part in came.split(b">")[:-1]]


def lasting(seconds: float) -> Duration:
    """A time on the race clock."""
    return Duration(round(seconds * SECOND))


# On the wire


def test_a_good_wire_carries_everything() -> None:
    """Without a fault all frames come, whole and in order."""
    assert carried() == FRAMES


def test_a_good_wire_carries_at_once() -> None:
    """What is sent can be read in the same moment, and only once."""
    wire = Wire((), Random(1))
    wire.send(b"frame", Instant(5))
    assert (wire.due, wire.owes(Instant(4)), wire.owes(Instant(5))) == (5, False, True)
    assert (wire.arrived(Instant(4)), wire.arrived(Instant(5)), wire.arrived(Instant(5))) == (
        b"",
        b"frame",
        b"",
    )
    assert (wire.due, wire.owes(Instant(5))) == (None, False)


def test_a_share_of_the_frames_is_dropped() -> None:
    """About one frame in ten is lost, and the others keep their order."""
    came = carried(Drop(0.1))
    assert 8 <= len(FRAMES) - len(came) <= 35
    assert came == [frame for frame in FRAMES if frame in came]


def test_a_share_of_the_frames_comes_twice() -> None:
    """The second copy follows the first, and nothing is lost."""
    came = carried(Duplicate(0.1))
    assert 8 <= len(came) - len(FRAMES) <= 35
    assert list(dict.fromkeys(came)) == FRAMES
    assert came == sorted(came, key=FRAMES.index)


def test_a_share_of_the_frames_is_overtaken_by_the_next() -> None:
    """Nothing is lost or doubled; who changes places does so with a neighbour."""
    came = carried(Reorder(0.1))
    assert sorted(came) == sorted(FRAMES[: len(came)])
    assert came != FRAMES[: len(came)]
    assert max(abs(came.index(frame) - FRAMES.index(frame)) for frame in came) <= 2


def test_a_frame_that_waits_is_still_on_the_way() -> None:
    """It comes when the next one has come, not before."""
    wire = Wire([Reorder(1)], Random(1))
    wire.send(b"first", Instant(1))
    assert (wire.arrived(Instant(9)), wire.due, wire.owes(Instant(1))) == (b"", None, True)
    wire.send(b"second", Instant(10))
    assert wire.arrived(Instant(10)) == b"first"


def test_a_share_of_the_frames_comes_late() -> None:
    """Up to three seconds late: all come, and up to three others overtake each of them."""
    came = carried(Delay(0.3, seconds=3))
    assert sorted(came) == sorted(FRAMES)
    assert came != FRAMES
    assert max(came.index(frame) - FRAMES.index(frame) for frame in came) <= 3


@pytest.mark.parametrize(("share", "least", "most"), [(0.1, 60, 140), (1, 1_000, 1_000)])
def test_a_share_of_the_frames_is_damaged(share: float, least: int, most: int) -> None:
    """One byte of the frame is wrong, never more, never none."""
    wire = Wire([Damage(share)], Random(7))
    wrong = []
    for frame in FRAMES * 5:
        wire.send(frame, Instant(0))
        came = wire.arrived(Instant(0))
        wrong.append(sum(ours != theirs for ours, theirs in zip(frame, came, strict=True)))
    assert set(wrong) <= {0, 1}
    assert least <= sum(wrong) <= most


def test_faults_add_up() -> None:
    """What is doubled can be lost, once or twice."""
    came = carried(Duplicate(1), Drop(0.5))
    assert {came.count(frame) for frame in FRAMES} == {0, 1, 2}


@given(
    st.lists(st.sampled_from([Drop(0.2), Duplicate(0.2), Reorder(0.2), Delay(0.2), Damage(0.2)])),
    st.integers(),
)
def test_the_same_seed_makes_the_same_trouble(faults: list[Fault], seed: int) -> None:
    """A rehearsal can be repeated."""
    assert carried(*faults, seed=seed) == carried(*faults, seed=seed)


# What the box sees

CROSSING = Passing(Instant(100), "1003", strength=120, hits=40)


def test_who_wears_no_transponder_is_not_seen() -> None:
    """The fault names a bib, and nobody else is hidden."""
    assert Without(7).sees(CROSSING, 7, Random(1)) is None
    assert Without(7).sees(CROSSING, 8, Random(1)) == CROSSING
    assert Without(7).sees(CROSSING, None, Random(1)) == CROSSING


def test_a_weak_transponder_is_seen_now_and_then_and_faintly() -> None:
    """About half of its passings are missed, the others have few hits; other transponders are well."""
    rng = Random(1)
    seen = [Weak("1003").sees(CROSSING, None, rng) for _ in range(200)]
    faint = [passing for passing in seen if passing is not None]
    assert 60 <= len(faint) <= 140
    assert all(1 <= (passing.hits or 0) <= 3 and 45 <= (passing.strength or 0) < 60 for passing in faint)
    assert {(passing.at, passing.transponder) for passing in faint} == {(100, "1003")}
    assert Weak("1004").sees(CROSSING, None, rng) == CROSSING


@pytest.mark.parametrize("fault", [Drop(1), Cut(0, 10), ClockJump(0, 5), Die(0, 10)])
def test_other_faults_hide_nothing_from_a_box_that_is_on(fault: Fault) -> None:
    """What harms the wire or the clock does not change what the loop sees."""
    assert fault.sees(CROSSING, 7, Random(1)) == CROSSING


# The clock, and being away


def test_a_clock_jumps_once() -> None:
    """It is right before, and wrong from then on."""
    jump = ClockJump(at=60, seconds=-3600)
    assert [jump.ahead(lasting(at)) for at in (0, 59.999_999, 60, 400)] == [
        0,
        0,
        lasting(-3600),
        lasting(-3600),
    ]


def test_a_clock_is_wrong_and_gains() -> None:
    """Two hours ahead at the gun, and 50 millionths faster: 20 ms more after 400 seconds."""
    wrong = WrongClock(7200, gains=50)
    assert (wrong.ahead(lasting(0)), wrong.ahead(lasting(400))) == (lasting(7200), lasting(7200.02))


def test_a_cut_cable_leaves_the_box_alone() -> None:
    """From the second that was said, for as long as was said; the box sees and remembers."""
    outage = Cut(300, 20).outage()
    assert [outage.is_on(lasting(at)) for at in (299.9, 300, 319.9, 320)] == [False, True, True, False]
    assert not outage.blind
    assert not outage.forgets


@pytest.mark.parametrize(("fault", "forgets"), [(Die(300, 20), True), (Die(300, 20, "keeps"), False)])
def test_a_box_without_power_sees_nothing(fault: Die, *, forgets: bool) -> None:
    """Its memory is gone afterwards, unless it has a battery."""
    assert (fault.outage().blind, fault.outage().forgets) == (True, forgets)


def test_most_faults_leave_clock_and_connection_alone() -> None:
    """A dropped frame is no outage, and the clock stays right."""
    assert Drop(1).outage() is None
    assert Drop(1).ahead(lasting(300)) == 0


# On the command line


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("drop=0.01", Drop(0.01)),
        ("duplicate=1", Duplicate(1)),
        ("reorder=0.05", Reorder(0.05)),
        ("delay=0.1", Delay(0.1, 3)),
        ("delay=0.1:1.5", Delay(0.1, 1.5)),
        ("damage=0", Damage(0)),
        ("cut=300:20", Cut(300, 20)),
        ("die=300:20", Die(300, 20, "forgets")),
        ("die=300:20:keeps", Die(300, 20, "keeps")),
        ("jump=300:-3600", ClockJump(300, -3600)),
        ("clock=7200:50", WrongClock(7200, 50)),
        ("weak=FL-94890:0.3", Weak("FL-94890", 0.3)),
        ("without=7", Without(7)),
    ],
)
def test_a_fault_is_written_in_one_word(text: str, fault: Fault) -> None:
    """A name, and what it needs behind it, with colons between."""
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("drop=2", "'drop=2' is no fault: write drop=SHARE (SHARE: from 0 to 1)"),
        ("drop", "write drop=SHARE"),
        ("drop=nan", "write drop=SHARE"),
        ("drop=0.1:3", "write drop=SHARE"),
        ("cut=300", "write cut=AT:SECONDS (AT: in seconds after the gun; SECONDS: a number of seconds)"),
        ("cut=300:-20", "write cut=AT:SECONDS"),
        ("jump=300:inf", "write jump=AT:SECONDS"),
        ("die=300:20:maybe", "MEMORY: forgets or keeps"),
        ("without=seven", "write without=BIB (BIB: a number)"),
        ("snow=1", "'snow=1' is no fault: write one of drop=SHARE, duplicate=SHARE"),
    ],
)
def test_a_fault_written_wrongly_says_how_to_write_it(text: str, says: str) -> None:
    """The sentence quotes what was written and shows the form."""
    with pytest.raises(InputError) as refused:
        parse_fault(text)
    assert says in str(refused.value)


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_can_explain_itself(name: str) -> None:
    """The help of the command can show its form and say what it does, and so can a refusal."""
    assert spelling(name).startswith(f"{name}=")
    assert (FAULTS[name].__doc__ or "").endswith(".")
    with pytest.raises(InputError, match=r"write .*=.* \(.*\)"):
        parse_fault(spelling(name))
