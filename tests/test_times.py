"""Times are cut, never rounded, and printed times can be read back."""

from decimal import ROUND_DOWN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.times import (
    HOUR,
    MINUTE,
    SECOND,
    Duration,
    Instant,
    after,
    between,
    clock,
    cut,
    parse_clock,
    sheet_clocks,
)
from strategies import durations, instants

PLACES = st.integers(0, 6)
EITHER_SIGN = st.integers(-2 * HOUR, 2 * HOUR).map(Duration)


def exactly(duration: Duration) -> Decimal:
    """*duration* in seconds, without any loss."""
    return Decimal(duration) / SECOND


def shown(text: str) -> Decimal:
    """The seconds that a clock shows."""
    seconds = Decimal(0)
    for part in text.strip("-").split(":"):
        seconds = seconds * 60 + Decimal(part)
    return -seconds if text.startswith("-") else seconds


def printed(*texts: str) -> list[str]:
    """What a sheet prints for times that are known as *texts*."""
    return sheet_clocks([parse_clock(text) for text in texts])


@given(EITHER_SIGN, PLACES)
def test_a_clock_cuts_and_never_rounds(duration: Duration, places: int) -> None:
    """A clock shows the exact time without its last decimals, as Decimal's ROUND_DOWN has it."""
    step = Decimal(1).scaleb(-places)
    assert shown(clock(duration, places)) == exactly(duration).quantize(step, ROUND_DOWN)


@given(EITHER_SIGN, PLACES)
def test_cut_takes_away_what_the_clock_does_not_show(duration: Duration, places: int) -> None:
    """A duration that was cut is, to the microsecond, what the clock shows of it."""
    assert exactly(cut(duration, places)) == shown(clock(duration, places))


@given(durations())
def test_a_clock_with_all_decimals_reads_back(duration: Duration) -> None:
    """Printing a time to the microsecond and reading it gives the same time."""
    assert parse_clock(clock(duration, 6)) == duration


@given(durations(), PLACES)
def test_reading_a_clock_gives_what_was_not_cut(duration: Duration, places: int) -> None:
    """A printed time reads as the time that was cut, never as a later one."""
    assert parse_clock(clock(duration, places)) == cut(duration, places) <= duration


@given(instants(), durations())
def test_a_duration_leads_from_one_moment_to_the_other(start: Instant, duration: Duration) -> None:
    """What lies between two moments is what leads from the earlier to the later."""
    later = after(start, duration)
    assert between(start, later) == duration
    assert between(later, start) == -duration


@pytest.mark.parametrize(
    ("duration", "places", "text"),
    [
        (0, 2, "0.00"),
        (9_999, 2, "0.00"),
        (59_999_999, 2, "59.99"),
        (MINUTE, 2, "1:00.00"),
        (463_970_000, 2, "7:43.97"),
        (463_979_999, 2, "7:43.97"),
        (463_979_999, 0, "7:43"),
        (HOUR + 61_000_001, 6, "1:01:01.000001"),
        (-31_509_999, 2, "-31.50"),
        (-HOUR, 1, "-1:00:00.0"),
        (-1, 2, "0.00"),
    ],
)
def test_a_clock_shows_no_more_than_it_must(duration: int, places: int, text: str) -> None:
    """No leading zeros, no empty minutes or hours, and no minus before nothing."""
    assert clock(Duration(duration), places) == text


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("7:43.97", 463_970_000),
        (" 7:43,97 ", 463_970_000),
        ("31.5", 31_500_000),
        ("463.97", 463_970_000),
        ("62:15.30", 3_735_300_000),
        ("1:02:03", 3_723_000_000),
        ("7:42.97(6)", 462_976_000),
        ("8:08.80(0)", 488_800_000),
    ],
)
def test_times_are_read_as_people_write_them(text: str, duration: int) -> None:
    """Minutes, seconds and decimals, with a comma or a full stop, or a sheet's bracket."""
    assert parse_clock(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DNF",
        "7:4.97",
        "7:73.97",
        "1:2:03",
        "1:75:00",
        "7:42.9(6)",
        "7:42(6)",
        "7:42.976(1)",
        "-31.50",
        "7:43.97.1",
        "7:43.9712345",
        "٣.5",
        "9" * 5_000,
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """A slip of the pen is refused, not guessed at, and the sentence shows how to write a time."""
    with pytest.raises(InputError, match=r"is no time: write minutes:seconds\.hundredths"):
        parse_clock(text)


def test_equal_hundredths_show_their_thousandth() -> None:
    """Two World Cup finishes of 2025, decided by the thousandth, print as on their sheets."""
    assert printed("7:42.976", "7:42.979", "7:43.00") == ["7:42.97(6)", "7:42.97(9)", "7:43.00"]
    assert printed("8:08.807", "8:09.10", "8:08.803") == ["8:08.80(7)", "8:09.10", "8:08.80(3)"]


def test_equal_thousandths_show_no_bracket() -> None:
    """A bracket tells apart; where it cannot, there is none."""
    assert printed("8:08.803", "8:08.803") == ["8:08.80", "8:08.80"]


def test_a_third_with_another_thousandth_brings_the_brackets_back() -> None:
    """Among three of the same hundredth, all show the thousandth, also the two that share it."""
    assert printed("8:08.803", "8:08.803", "8:08.807") == ["8:08.80(3)", "8:08.80(3)", "8:08.80(7)"]


def test_neighbouring_hundredths_are_told_apart_already() -> None:
    """7:42.979 and 7:42.980 differ in print without their thousandths."""
    assert printed("7:42.979", "7:42.980") == ["7:42.97", "7:42.98"]


def test_nobody_knows_the_time_nothing_is_printed() -> None:
    """An unknown time leaves its cell empty and the others as they are."""
    assert sheet_clocks([None, Duration(31_500_000), None]) == ["", "31.50", ""]


@given(st.lists(st.none() | st.integers(480_000_000, 480_100_000).map(Duration), max_size=6))
def test_a_sheet_tells_apart_whoever_differs_by_a_thousandth(times: list[Duration | None]) -> None:
    """Two cells of a sheet read alike only if their times are equal to the thousandth."""
    cells = sheet_clocks(times)
    for time, cell in zip(times, cells, strict=True):
        alike = {other and cut(other, 3) for other, text in zip(times, cells, strict=True) if text == cell}
        assert alike == {time and cut(time, 3)}
