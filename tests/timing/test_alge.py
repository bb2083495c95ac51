"""Alge Timy: impulses with and without check sums, the gun, and what the operator changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.events import GunFired, Passing
from lastlap.times import Instant
from lastlap.timing.alge import DUMP, SETUP, Timy, command, encode
from lastlap.timing.said import Garbled, OtherLine
from timing.decoding import NIGHT, PLACES, assert_cuts_change_nothing


def said(*lines: str) -> list[object]:
    """What a Timy says with these *lines*."""
    return [*Timy(NIGHT, source="Timy").receive("".join(f"{line}\r" for line in lines).encode("latin-1"))]


def passing(time: str, number: str = "23") -> Passing:
    """An impulse of the finish line."""
    return Passing(NIGHT.moment(time), number, source="Timy")


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("   22 c0  15:44:15,5165 00", GunFired(NIGHT.moment("15:44:15.5165"))),
        ("   23 c1  15:44:15,7847 00", passing("15:44:15.7847")),
        ("   23 c1M 15:43:55,8800 00", passing("15:43:55.88")),
        ("   23 C1M 15:43:55.88   00", passing("15:43:55.88")),
        ("?     C1   9:43:55:8800 00", passing("9:43:55.88", "")),
        ("m0023 c1  15:44:15.7847 00", passing("15:44:15.7847", "0023")),
        ("i  23 c1  15:44:15.7847", passing("15:44:15.7847")),
    ],
)
def test_an_impulse_as_timys_send_it(line: str, fact: object) -> None:
    """By photocell or key, with comma, point or colon, without a valid number, from memory, without a group."""
    assert said(line) == [fact]


def test_the_check_sum_of_an_impulse() -> None:
    """Two characters of half a byte each; a wrong one means that a character is wrong."""
    sound = encode(passing("20:30:31.1234"), NIGHT, "C1")
    assert sound == b"   23 C1  20:30:31.1234 00:>\r"
    (word,) = Timy(NIGHT).receive(sound.replace(b"31", b"32"))
    assert word == Garbled(b"   23 C1  20:30:32.1234 00:>", "the check sum should be :?")


def test_channels_are_loops() -> None:
    """A channel that the table does not name keeps its own name; the gun may be on any channel."""
    timy = Timy(NIGHT, gun="C5", loops={"C2": "200 m"})
    lines = b"    1 C2  20:30:31.1000 00\r    2 C0  20:30:31.2000 00\r      C5  20:30:31.3000 00\r"
    assert timy.receive(lines) == [
        Passing(NIGHT.moment("20:30:31.1"), "1", "200 m"),
        Passing(NIGHT.moment("20:30:31.2"), "2", "C0"),
        GunFired(NIGHT.moment("20:30:31.3")),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "c  23 c1  15:44:15,7847 00",
        "d  23 c1  15:44:15,7847 00",
        "n  14 c0  15:44:01,0366 00",
        "   23 RT  00:00:31,7847 00",
        "15:44:16.1",
        "15:44:16",
        "TIMY: V 1982",
        "PROG? 01",
    ],
)
def test_what_is_no_impulse_is_for_people_to_read(line: str) -> None:
    """Times cleared, struck out, numbered anew or reckoned by the Timy; its clock; its answers."""
    assert said(line) == [OtherLine(line)]


@pytest.mark.parametrize(
    "line", ["   23 c9  15:44:15,7847 00", "   23 c1  15:44:1#,7847 00", "\xff\xfe", "   23 c1  15:44:15"]
)
def test_a_damaged_impulse_is_garbled(line: str) -> None:
    """It is not passed over in silence."""
    assert said(line) == [Garbled(line.encode("latin-1"), "neither an answer nor an impulse")]


def test_an_impulse_at_no_time_is_garbled() -> None:
    """An hour that no day has."""
    line = "   23 c1  25:44:15,7847 00"
    assert said(line) == [Garbled(line.encode(), "'25:44:15.7847' is no time of day")]


def test_commands_end_with_a_return() -> None:
    """Check sums on, four decimals, and the whole memory once more."""
    assert b"".join(map(command, [*SETUP, DUMP])) == b"CHK1\rPRE4\rRSM\r"


NIGHT_MOMENTS = st.integers(0, 863_999_999).map(lambda count: Instant(NIGHT.moment("00:00:00") + count * 100))
FACTS = st.builds(
    Passing,
    at=NIGHT_MOMENTS,
    transponder=st.integers(0, 9_999).map(str),
    source=st.just("Timy"),
) | st.builds(GunFired, NIGHT_MOMENTS)


def channel(fact: Passing | GunFired) -> str:
    """Where an impulse like this comes in."""
    return "C0" if isinstance(fact, GunFired) else "C1"


@given(FACTS)
def test_an_impulse_is_read_as_it_was_written(fact: Passing | GunFired) -> None:
    """To the ten-thousandth of a second."""
    assert Timy(NIGHT, source="Timy").receive(encode(fact, NIGHT, channel(fact))) == [fact]


LINES = (
    FACTS.map(lambda fact: encode(fact, NIGHT, channel(fact)))
    | st.binary(max_size=40)
    | st.text(" ?mcC0123:.,\r\n", max_size=40).map(str.encode)
)


@given(st.lists(LINES, max_size=4).map(b"".join), PLACES)
def test_cuts_and_rubbish_change_nothing(data: bytes, places: list[int]) -> None:
    """Any bytes, cut anywhere, tell the same; none raise."""
    assert_cuts_change_nothing(lambda: Timy(NIGHT), data, places)


@given(FACTS, st.binary(max_size=40))
def test_an_impulse_is_understood_between_rubbish(fact: Passing | GunFired, rubbish: bytes) -> None:
    """A line after rubbish is read as ever."""
    data = rubbish + b"\r" + encode(fact, NIGHT, channel(fact)) + rubbish
    assert fact in Timy(NIGHT, source="Timy").receive(data)
