"""Instants and durations in whole microseconds, and how sheets print them.

Strategy: a time is an integer from the decoder to the printer, so that nothing is ever
rounded.  Text is made at the edge only, and it is *cut*: 7:42.969 prints as 7:42.96.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NewType

from lastlap.errors import InputError

Instant = NewType("Instant", int)
"""A moment, in microseconds since 1970-01-01 UTC (or since any other zero, if all share it)."""

Duration = NewType("Duration", int)
"""A length of time, in microseconds."""

SECOND = Duration(1_000_000)
MINUTE = Duration(60 * SECOND)
HOUR = Duration(60 * MINUTE)

_CLOCK = re.compile(
    r"""
    (?:(?:([0-9]{1,4}):(?=[0-5][0-9]:))?  # hours, if two digits of minutes follow
    ([0-9]{1,4}):(?=[0-5][0-9](?![0-9])))?  # minutes, if two digits of seconds follow
    ([0-9]{1,6})  # seconds
    (?:[.,](?:([0-9]{2})\(([0-9])\)|([0-9]{1,6})))?  # hundredths and a thousandth in brackets, or decimals
    """,
    re.VERBOSE,
)


def between(earlier: Instant, later: Instant) -> Duration:
    """The time from *earlier* to *later*; negative if they stand the other way round."""
    return Duration(later - earlier)


def after(start: Instant, duration: Duration) -> Instant:
    """The moment *duration* after *start*."""
    return Instant(start + duration)


def cut(duration: Duration, places: int) -> Duration:
    """*duration* without what stands behind *places* decimals of a second, 0 to 6; towards zero.

    >>> cut(Duration(462_976_543), 3)
    462976000
    """
    rest = abs(duration) % 10 ** (6 - places)
    return Duration(duration + rest if duration < 0 else duration - rest)


def clock(duration: Duration, places: int = 2) -> str:
    """*duration* as a scoreboard shows it, cut (never rounded up) to *places* decimals, 0 to 6.

    >>> clock(Duration(492_349_999))
    '8:12.34'
    >>> clock(Duration(31_500_000), places=1)
    '31.5'
    """
    sign = "-" if cut(duration, places) < 0 else ""
    seconds, rest = divmod(abs(duration), SECOND)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    whole = f"{seconds}"
    if hours:
        whole = f"{hours}:{minutes:02}:{seconds:02}"
    elif minutes:
        whole = f"{minutes}:{seconds:02}"
    return f"{sign}{whole}.{f'{rest:06}'[:places]}" if places else f"{sign}{whole}"


def parse_clock(text: str) -> Duration:
    """The duration that *text* prints: `7:43.97`, `31.5`, `1:02:03`, or a sheet's `7:42.97(6)`.

    Raises `InputError` for anything else.

    >>> parse_clock("7:42.97(6)")
    462976000
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        message = f"{text!r} is no time: write minutes:seconds.hundredths, as in 7:43.97"
        raise InputError(message)
    hours, minutes, seconds, hundredths, thousandth, decimals = match.groups()
    fraction = decimals or f"{hundredths or ''}{thousandth or ''}"
    whole = int(hours or 0) * HOUR + int(minutes or 0) * MINUTE + int(seconds) * SECOND
    return Duration(whole + int(f"{fraction:0<6}"))


def sheet_clocks(durations: Sequence[Duration | None]) -> list[str]:
    """The *durations* as an official sheet prints them, in the same order; `""` where unknown.

    Hundredths, and the thousandth in brackets only where equal hundredths must be told apart:

    >>> sheet_clocks([Duration(462_976_000), Duration(462_979_000), Duration(463_000_000), None])
    ['7:42.97(6)', '7:42.97(9)', '7:43.00', '']
    """
    known = {duration // 1_000 for duration in durations if duration is not None}
    crowd = Counter(thousandths // 10 for thousandths in known)
    return [_sheet_clock(duration, crowd) for duration in durations]


def _sheet_clock(duration: Duration | None, crowd: Counter[int]) -> str:
    if duration is None:
        return ""
    thousandths = duration // 1_000
    bracket = f"({thousandths % 10})" if crowd[thousandths // 10] > 1 else ""
    return clock(duration) + bracket
