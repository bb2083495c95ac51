"""The clock on the wall: times of day as moments."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.times import Instant
from lastlap.timing.wall import WallClock, parse_day
from timing.decoding import NIGHT, moments


def test_the_time_at_the_rink_is_not_utc() -> None:
    """Half past eight in the evening in Korea is half past eleven in the morning in Greenwich."""
    assert NIGHT.moment("20:30:00.5") == Instant(1_519_471_800_500_000)


def test_a_rink_of_which_nothing_is_said_keeps_utc() -> None:
    """The offset is nothing unless it is given."""
    assert WallClock(NIGHT.day).moment("11:30:00") == NIGHT.moment("20:30:00")


def test_a_device_that_says_the_day_is_believed() -> None:
    """The day before is a day less."""
    before = NIGHT.moment("20:30:00", parse_day("20180223"))
    assert NIGHT.moment("20:30:00") - before == 86_400_000_000


@pytest.mark.parametrize("text", ["24:00:00", "12:60:00", "12:00", "31.5", "", "noon", "12:00:00.1234567", "\u0661\u0662:00:00"])  # fmt: skip
def test_what_no_clock_shows_is_refused(text: str) -> None:
    """A time of day has hours, minutes and seconds."""
    with pytest.raises(InputError, match="is no time of day"):
        NIGHT.moment(text)


@pytest.mark.parametrize("text", ["20180230", "2018-2-3", "", "yesterday"])
def test_what_no_calendar_has_is_refused(text: str) -> None:
    """A day is written as YYYYMMDD or YYYY-MM-DD."""
    with pytest.raises(InputError, match="is no date"):
        parse_day(text)


@given(moments(1).map(Instant), st.integers(-14 * 60, 14 * 60))
def test_the_clock_shows_the_moment_that_it_tells(at: Instant, utc_offset: int) -> None:
    """Wherever the rink is."""
    wall = WallClock(date(2018, 2, 24), utc_offset)
    shown = wall.shown(at)
    assert wall.moment(f"{shown:%H:%M:%S.%f}", shown.date()) == at
