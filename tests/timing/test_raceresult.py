"""RACE RESULT decoders: passings pushed and fetched, gaps, days without a date."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.events import Passing
from lastlap.times import Instant
from lastlap.timing.raceresult import GREETING, RaceResult, command, encode, fetch
from lastlap.timing.said import Garbled, Missed, OtherLine, Restarted
from lastlap.timing.wall import parse_day
from timing.decoding import CODES, NIGHT, PLACES, assert_cuts_change_nothing, moments

PUSHED = "#P;217;KX12345;2018-02-24;20:30:31.050;;12;25;;1;1;2;;10211;3.0;4;0;D-50432;177;;D-50432"
"""A passing of an active transponder at loop 2, in all its twenty fields."""


def said(*lines: str, loops: dict[str, str] | None = None) -> list[object]:
    """What a decoder says with these *lines*."""
    return [
        *RaceResult(NIGHT, loops=loops, source="box").receive(
            "".join(f"{line}\r\n" for line in lines).encode()
        )
    ]


def passing(number: int, file: int = 177) -> str:
    """A passing with that *number*."""
    return f"{number};KX12345;2018-02-24;20:30:31.050;;12;25;;1;1;2;;10211;3.0;4;0;box;{file};;box"


def test_a_passing_that_is_pushed() -> None:
    """Number, transponder, moment, loop, strength and hits."""
    at = NIGHT.moment("20:30:31.05")
    assert said(PUSHED) == [Passing(at, "KX12345", "FIN", "box", 217, 25, 12)]
    assert said(PUSHED, loops={"2": "200 m"}) == [Passing(at, "KX12345", "200 m", "box", 217, 25, 12)]
    assert said(PUSHED, loops={"1": "FIN"}) == [Passing(at, "KX12345", "2", "box", 217, 25, 12)]


def test_a_passing_of_the_oldest_version() -> None:
    """Seven fields and no loop; a strength in hexadecimal is not guessed at."""
    assert said("1;12;2018-02-24;20:30:31.050;3;2;1F", loops={}) == [
        Passing(NIGHT.moment("20:30:31.05"), "12", "FIN", "box", 1, None, 2)
    ]


def test_a_box_without_gps_counts_days() -> None:
    """It says 0000-00-00 on the first and 0000-00-01 after midnight."""
    first, second = said("1;12;0000-00-00;23:59:59.000;;2;9", "2;12;0000-00-01;00:00:01.000;;2;9")
    assert isinstance(first, Passing)
    assert isinstance(second, Passing)
    assert second.at - first.at == 2_000_000
    assert second.at == NIGHT.moment("00:00:01", parse_day("2018-02-25"))


def test_a_gap_is_told_once_and_filled_without_a_word() -> None:
    """Numbers 5 and 6 never came; then they are fetched."""
    words = said(*map(passing, (4, 7, 5, 6, 8, 10)))
    assert [word for word in words if not isinstance(word, Passing)] == [Missed(5, 6), Missed(9, 9)]
    assert fetch(5, 6) == b"5:2\r\n"


def test_a_new_file_counts_anew() -> None:
    """That is no gap and nothing that comes again."""
    words = said(passing(40), passing(1, file=178), passing(2, file=178))
    assert [word for word in words if not isinstance(word, Passing)] == [Restarted(1)]


def test_answers_are_for_people_to_read() -> None:
    """Versions, states and counts tell of no passing; empty lines end a list."""
    assert said("GETPROTOCOL;3.2;1.0;3.4", "", "PASSINGS;217;177") == [
        OtherLine("GETPROTOCOL;3.2;1.0;3.4"),
        OtherLine("PASSINGS;217;177"),
    ]


def test_the_greeting() -> None:
    """We ask for the version that we know, for the state, and for every passing to be pushed."""
    assert b"".join(map(command, GREETING)) == (
        b"GETPROTOCOL\r\nSETPROTOCOL;3.2\r\nGETSTATUS\r\nSETPUSHPASSINGS;1;0\r\nPASSINGS\r\n"
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1;12;2018-02-24;20:30:31.050;;2", "neither an answer nor a passing: that begins with its number and a transponder"),
        ("one;12;2018-02-24;20:30:31.050;;2;9", "neither an answer nor a passing: that begins with its number and a transponder"),
        ("1;;2018-02-24;20:30:31.050;;2;9", "neither an answer nor a passing: that begins with its number and a transponder"),
        ("1;12;2018-02-30;20:30:31.050;;2;9", "'2018-02-30' is no date"),
        ("1;12;2018-02-24;25:30:31.050;;2;9", "'25:30:31.050' is no time of day"),
    ],
)  # fmt: skip
def test_a_damaged_line_is_garbled_with_the_reason(line: str, why: str) -> None:
    """And a number that was not read leaves no trace in the counting."""
    assert said(line, passing(9))[0] == Garbled(line.encode(), why)
    assert len(said(line, passing(9))) == 2


def test_a_passing_as_it_is_written() -> None:
    """Twenty fields; without a number it is the first of its file."""
    line = encode(Passing(NIGHT.moment("20:30:31.05"), "KX12345", "2", hits=12), NIGHT)
    assert line == b"#P;1;KX12345;2018-02-24;20:30:31.050;;12;;;;;2;;;;;;;1;;\r\n"


PASSINGS = st.builds(
    Passing,
    at=moments(1_000).map(Instant),
    transponder=CODES,
    loop=st.sampled_from(["FIN", "1", "8"]),
    source=st.just("box"),
    number=st.integers(1, 999_999),
    strength=st.none() | st.integers(0, 127),
    hits=st.none() | st.integers(0, 999),
)


@given(PASSINGS, st.integers(1, 99))
def test_a_passing_is_read_as_it_was_written(passing: Passing, file: int) -> None:
    """To the millisecond."""
    assert RaceResult(NIGHT, loops={}, source="box").receive(encode(passing, NIGHT, file)) == [passing]


LINES = (
    PASSINGS.map(lambda passing: encode(passing, NIGHT))
    | st.binary(max_size=50)
    | st.text("#P;GET0123-:.\r\n", max_size=50).map(str.encode)
)


@given(st.lists(LINES, max_size=4).map(b"".join), PLACES)
def test_cuts_and_rubbish_change_nothing(data: bytes, places: list[int]) -> None:
    """Any bytes, cut anywhere, tell the same; none raise."""
    assert_cuts_change_nothing(lambda: RaceResult(NIGHT), data, places)


@given(PASSINGS, st.binary(max_size=40))
def test_a_passing_is_understood_between_rubbish(passing: Passing, rubbish: bytes) -> None:
    """A line after rubbish is read as ever."""
    words = RaceResult(NIGHT, loops={}, source="box").receive(
        rubbish + b"\n" + encode(passing, NIGHT) + rubbish
    )
    assert passing in words
