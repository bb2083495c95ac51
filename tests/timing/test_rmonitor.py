"""RMonitor: what a feed says, and that it is written as it is read."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.events import GunFired, Passing
from lastlap.times import SECOND, Duration, Instant, parse_clock
from lastlap.timing.rmonitor import (
    Bare,
    Best,
    Category,
    Cleared,
    Competitor,
    CompetitorAgain,
    Correction,
    Crossing,
    Flag,
    Heartbeat,
    Laps,
    Line,
    Place,
    RMonitor,
    Run,
    Seconds,
    Setting,
    Shift,
    encode,
    line_text,
    parse_line,
)
from lastlap.timing.said import Garbled, OtherLine
from timing.decoding import NIGHT, PLACES, WORDS, assert_cuts_change_nothing

CAPTURE = (Path(__file__).parent.parent / "captures" / "Orbits_Mock_Session.txt").read_bytes()
START = Instant(NIGHT.moment("20:30:00"))


def read(*lines: str, start: Instant | None = None) -> list[object]:
    """What a feed of these *lines* tells."""
    feed = "".join(f"{line}\r\n" for line in lines)
    return [*RMonitor(NIGHT, start=start, source="Orbits").receive(feed.encode("latin-1"))]


def beat(time_of_day: str, race_time: str, flag: str = "Green ") -> str:
    """A heartbeat."""
    return f'$F,9999,"00:00:00","{time_of_day}","{race_time}","{flag}"'


def guns(said: list[object]) -> list[object]:
    """The shots among what was *said*."""
    return [word for word in said if isinstance(word, GunFired)]


# A real feed


def test_every_line_of_a_real_feed_is_written_back_as_it_was() -> None:
    """584 lines of Orbits, byte for byte."""
    lines = CAPTURE.decode("latin-1").splitlines()
    parsed = [parse_line(line) for line in lines]
    assert len(lines) == 584
    assert [line_text(line) for line in parsed if isinstance(line, Line)] == lines


def test_a_real_feed_tells_of_52_passings() -> None:
    """Nothing is garbled, and the gun was fired when the clock began to run: at 23:20:25."""
    said = RMonitor(NIGHT).receive(CAPTURE)
    assert sum(isinstance(word, Passing) for word in said) == 52
    assert not [word for word in said if isinstance(word, Garbled | OtherLine)]
    assert guns([*said]) == [GunFired(NIGHT.moment("23:20:25"))]


def test_passings_agree_with_the_places_of_a_real_feed() -> None:
    """Of every car, the passings after the first are the laps that the feed itself counts, to the millisecond."""
    said = RMonitor(NIGHT).receive(CAPTURE)
    places = {word.registration: word for word in said if isinstance(word, Place)}
    for car, place in places.items():
        passings = [word.at for word in said if isinstance(word, Passing) and word.transponder == car]
        assert len(passings) - 1 == place.laps
        assert passings[-1] - NIGHT.moment("23:20:25") == place.total


# Clocks


def test_a_passing_is_at_the_start_and_its_total() -> None:
    """Where the start is known it is not guessed, and the gun is not fired again."""
    said = read(beat("20:30:01", "00:00:00"), '$J,"7","00:00:31.050","00:01:02.108"', start=START)
    assert said[1:] == [Passing(Instant(START + parse_clock("1:02.108")), "7", source="Orbits")]


def test_the_gun_is_fired_once_however_the_clocks_jitter() -> None:
    """Both clocks are cut to seconds: beats of one race differ, and the first one counts."""
    said = read(
        beat("20:29:59", "00:00:00", "      "),
        beat("20:30:00", "00:00:00"),
        beat("20:30:02", "00:00:01"),
        beat("20:30:02", "00:00:02"),
    )
    assert guns(said) == [GunFired(START)]


def test_the_next_race_has_a_start_of_its_own() -> None:
    """The clock is set back to nothing, or falls back while it runs."""
    said = read(
        beat("20:30:07", "00:00:07"), beat("20:45:00", "00:00:00", ""), beat("20:50:00", "00:00:00"), beat("20:59:00", "00:08:55"), beat("20:59:01", "00:00:01")
    )  # fmt: skip
    assert guns(said) == [GunFired(NIGHT.moment(time)) for time in ("20:30:00", "20:50:00", "20:59:00")]


def test_clearing_the_board_is_no_new_race() -> None:
    """After `$I` a refresh follows; the race goes on from the start that it had."""
    said = read(beat("20:30:00", "00:00:00"), '$I,"20:30:08","24 Feb 18"', beat("20:30:09", "00:00:08"))
    assert guns(said) == [GunFired(START)]
    assert Cleared("20:30:08", "24 Feb 18") in said


def test_a_refresh_is_no_event() -> None:
    """Who races and who leads is said again and again; passings and the gun are not."""
    refresh = ['$A,"7","7",1007,"Bo","LEE","KOR",1', '$G,1,"7",3,"00:01:33.000"', '$H,1,"7",2,"00:00:30.500"']
    said = read(beat("20:30:00", "00:00:00"), *refresh, *refresh)
    assert [word for word in said if isinstance(word, Passing | GunFired)] == [GunFired(START)]
    assert said[2:5] == said[5:8]


def test_a_passing_before_any_clock_is_garbled() -> None:
    """Who joins in the middle cannot place it; the next heartbeat, a second later, says when the race began."""
    (said,) = read('$J,"7","00:00:31.050","00:01:02.108"')
    assert said == Garbled(
        b'$J,"7","00:00:31.050","00:01:02.108"',
        "a passing, but the feed has not said yet when the race started",
    )


# Lines


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('$A,"52","52",,"José","Müller, jr.","ESP",1', Competitor("52", "52", Bare(""), "José", "Müller, jr.", "ESP", Bare("1"))),
        ('$A,"52","52",KX12345,"","","",', Competitor("52", "52", Bare("KX12345"), "", "", "", Bare(""))),
        ('$COMP,"7","7X",1,"","","USA"', CompetitorAgain("7", "7X", Bare("1"), "", "", "USA")),
        ('$A,"1","1",1,"Bo ""the bow""","Li","CHN",1', Competitor("1", "1", Bare("1"), 'Bo "the bow"', "Li", "CHN", Bare("1"))),
        ('$G,3,"7",,"00:00:02.207"', Place(3, "7", Laps(0), Duration(2_207_000))),
        ('$COR,"7","7",16,"00:07:42.976","-00:00:00.012"', Correction("7", "7", Laps(16), parse_clock("7:42.976"), Shift(Duration(-12_000)))),
        ('$B,5,"Final"', Run(5, "Final")),
    ],
)  # fmt: skip
def test_a_line_as_feeds_have_it(text: str, line: Line) -> None:
    """Commas and accents in names, codes of letters or none, no laps, a corrected time."""
    assert parse_line(text) == line


@pytest.mark.parametrize("flag", ["Green ", "GREEN", "gree", "G"])
def test_a_green_flag_is_seen_however_it_is_written(flag: str) -> None:
    """Padded, in capitals, or cut short: the race has started."""
    assert guns(read(beat("20:30:00", "00:00:00", flag))) == [GunFired(START)]


def test_lines_of_extended_feeds_are_tolerated() -> None:
    """A crossing of another line, as IMSA sends it, is no passing of ours and no garble."""
    line = '$L,"7","T1","SFT","24.02.2018","20:30:31.050","1","GTP"'
    assert read(line) == [OtherLine(line)]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("G,1", "no line of RMonitor: one begins with $ and a command"),
        ("$", "no line of RMonitor: one begins with $ and a command"),
        ('$J,"7","00:00:31.050"', "$J has 2 fields, but needs 3"),
        ('$G,first,"7",1,"00:00:31.050"', "'first' is no whole number"),
        ('$G,1,"7",1,"soon"', "'soon' is no time: write minutes:seconds.hundredths, as in 7:43.97"),
        ('$A,"7","7,1007,"Bo","LEE","KOR",1', "no fields parted by commas: ',' expected after '\"'"),
    ],
)
def test_a_damaged_line_is_garbled_with_the_reason(line: str, why: str) -> None:
    """The bytes are kept, and the rest of the feed is read on."""
    assert read(line, '$C,1,"Ladies"') == [Garbled(line.encode(), why), Category(Bare("1"), "Ladies")]


def test_what_stands_before_a_line_does_not_spoil_it() -> None:
    """Who connects in the middle of a line still understands the one that follows at once."""
    assert read('02.051"$C,1,"Men"') == [
        Garbled(b'02.051"', "not the beginning of a line"),
        Category(Bare("1"), "Men"),
    ]


def test_a_line_without_a_command_is_refused() -> None:
    """A caller who gives text that is no line is told so."""
    with pytest.raises(InputError, match=re.escape("begins with $")):
        parse_line("Green")


def test_names_are_written_in_latin_letters_on_one_line() -> None:
    """What the feed cannot write becomes the plain letter, or a question mark; quotation marks are doubled."""
    line = Competitor("7", "7", Bare("A,7"), "Živa\n", 'ŁUKASIK "高"', "SLO", Bare("1"))
    assert line_text(line) == '$A,"7","7","A,7","Ziva","LUKASIK ""?""","SLO",1'


# Laws

MILLISECONDS = st.integers(0, 400_000_000).map(lambda count: Duration(count * 1_000))
NUMBERS = st.integers(0, 99_999)
FIELDS: dict[object, st.SearchStrategy[Any]] = {
    str: WORDS,
    Bare: WORDS.map(Bare),
    Flag: WORDS.map(Flag),
    int: NUMBERS,
    Laps: NUMBERS.map(Laps),
    Duration: MILLISECONDS,
    Seconds: st.integers(0, 99_999).map(lambda count: Seconds(Duration(count * SECOND))),
    Shift: st.builds(lambda time, sign: Shift(Duration(time * sign)), MILLISECONDS, st.sampled_from([1, -1])),
}
KINDS = (
    Heartbeat,
    Competitor,
    CompetitorAgain,
    Run,
    Category,
    Setting,
    Cleared,
    Place,
    Best,
    Crossing,
    Correction,
)


def lines_of(kind: type[Line]) -> st.SearchStrategy[Line]:
    """Lines of one *kind*, with anything in each field that its type allows."""
    return st.builds(kind, **{field.name: FIELDS[field.type] for field in msgspec.structs.fields(kind)})


LINES = st.one_of([lines_of(kind) for kind in KINDS])


@given(LINES)
def test_a_line_is_read_as_it_was_written(line: Line) -> None:
    """Reading is the inverse of writing, for every kind of line."""
    assert parse_line(line_text(line)) == line


@given(st.lists(LINES, max_size=6))
def test_a_feed_is_read_as_it_was_written(lines: list[Line]) -> None:
    """Crossings are told as passings, all else as it was written."""
    said = RMonitor(NIGHT, start=START).receive(encode(lines))
    expected = [
        Passing(Instant(START + line.total), line.registration) if isinstance(line, Crossing) else line
        for line in lines
    ]
    assert said == expected


@given(st.binary(max_size=60) | st.lists(LINES, max_size=4).map(encode), st.binary(max_size=20), PLACES)
def test_cuts_and_rubbish_change_nothing(feed: bytes, rubbish: bytes, places: list[int]) -> None:
    """Any bytes, cut anywhere, tell the same; none raise."""
    assert_cuts_change_nothing(lambda: RMonitor(NIGHT), rubbish + feed + rubbish, places)


@given(st.lists(LINES, max_size=4), st.binary(max_size=40).map(lambda noise: noise.replace(b"$", b"")))
def test_a_feed_is_understood_between_rubbish(lines: list[Line], rubbish: bytes) -> None:
    """Bytes that mean nothing, before and behind, take nothing away."""
    said = RMonitor(NIGHT, start=START).receive(rubbish + b"\n" + encode(lines) + rubbish)
    good = [word for word in said if not isinstance(word, Garbled)]
    assert good == RMonitor(NIGHT, start=START).receive(encode(lines))
