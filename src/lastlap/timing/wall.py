"""The clock on the rink's wall, by which devices tell the time of day."""

import re
from datetime import UTC, date, datetime, timedelta

import msgspec

from lastlap.errors import InputError
from lastlap.times import HOUR, MINUTE, Duration, Instant, parse_clock

_DAY = Duration(24 * HOUR)
_TIME_OF_DAY = re.compile(r"([ 01]?[0-9]|2[0-3])(:[0-5][0-9]){2}([.,][0-9]{1,6})?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class WallClock(msgspec.Struct, frozen=True):
    """What turns a time of day into a moment: the day, and how far the rink is from UTC."""

    day: date
    """Of the races.  A device that says the date is believed; one that does not, after midnight too, means this day."""
    utc_offset: int = 0
    """Minutes that the clock is ahead of UTC."""

    def moment(self, time: str, day: date | None = None) -> Instant:
        """When the clock shows *time*, as in `16:13:57.417`, on *day*, or else on the day of the races.

        Raises `InputError` if that is no time of day.
        """
        if not _TIME_OF_DAY.fullmatch(time):
            message = f"{time!r} is no time of day"
            raise InputError(message)
        days = (day or self.day).toordinal() - _EPOCH.toordinal()
        return Instant(days * _DAY + parse_clock(time) - self.utc_offset * MINUTE)

    def shown(self, at: Instant) -> datetime:
        """What the clock shows at the moment *at*."""
        return _EPOCH + timedelta(microseconds=at + self.utc_offset * MINUTE)


def parse_day(text: str) -> date:
    """The day that *text* says, as YYYYMMDD or YYYY-MM-DD; raises `InputError` if it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is no date"
        raise InputError(message) from error
