"""How a decoder's clock stands against ours: offset, drift, jumps, and whether it shows local time.

Strategy: every look at the decoder's clock bounds its offset.  What it showed was so at some moment
between our question and the answer; hence the offset lies in an interval.  Bounds are widened by
what a clock can drift, and cut by those of the next look.  If nothing is left, the clock has
jumped.  So nothing has to be guessed about the network, and an error that is told is a bound.

The decoder's times are facts and stay as they are.  To put a race on one clock, take one `Estimate`
and use it for all of its passings: then lap times are what the decoder measured, and the gun, which
is on our clock, is off by that estimate's error at most.
"""

import msgspec

from lastlap.times import HOUR, MINUTE, Duration, Instant, between, clock

MAX_DRIFT = 200
"""What a clock can gain or lose, in millionths: quartz stays below 100, and there are two clocks."""

SETTLING = Duration(10 * MINUTE)
"""How long a narrower look replaces the one that drift is measured from."""

ZONE_STEP = Duration(HOUR // 2)
ZONES = (Duration(-12 * HOUR), Duration(14 * HOUR))
NEAR_ZONE = Duration(5 * MINUTE)
"""A clock set by hand to local time is not further from it than this."""

_MILLION = 1_000_000


class Reading(msgspec.Struct, frozen=True):
    """One look at the decoder's clock: the answer to a `GetTime`, or a passing as it came in.

    Passings that were sent again say nothing about the clock of now: leave them out.
    """

    box: Instant
    """What the decoder's clock showed."""
    arrived: Instant
    """When we read that, on ours; best on a clock that nobody sets meanwhile."""
    asked: Instant | None = None
    """When we asked, on ours; a passing comes unasked, and later than its time by nobody knows how much."""


class Jump(msgspec.Struct, frozen=True):
    """The decoder's clock was set, or the decoder was switched off and on."""

    by: Duration
    """Forward; negative if back."""
    at: Instant
    """On our clock, when it was noticed."""


class Estimate(msgspec.Struct, frozen=True):
    """Where the decoder's clock stands against ours."""

    offset: Duration
    """How far it is ahead of ours; negative if behind."""
    at: Instant
    """The moment for which that holds, on the decoder's clock."""
    error: Duration | None
    """At most so far is the offset wrong, then.

    `None`: the decoder never answered.  Then the offset is as if its passings had come at once; it may be
    more, but not less.
    """
    drift: int = 0
    """The microseconds that it gains in an hour."""

    def ours(self, box: Instant) -> Instant:
        """What our clock showed when the decoder's showed *box*."""
        gained = self.drift * between(self.at, box) // HOUR
        return Instant(box - self.offset - gained)

    @property
    def zone(self) -> Duration | None:
        """How far the local time that the decoder shows is ahead of UTC; `None` if it is no local time.

        Zones of whole and half hours are known.  Only if our clock shows UTC.
        """
        zone = Duration(round(self.offset / ZONE_STEP) * ZONE_STEP)
        is_near = abs(self.offset - zone) <= NEAR_ZONE
        return zone if is_near and ZONES[0] <= zone <= ZONES[1] else None

    @property
    def sentence(self) -> str:
        """What a timekeeper wants to know of the clock.

        >>> Estimate(Duration(3_600_350_000), Instant(0), Duration(4_000), 36_000).sentence
        'shows UTC+1, 0.350 s ahead (to within 0.004 s), gains 0.036 s an hour'
        """
        if self.zone is None:
            return "shows neither UTC nor local time"
        ahead = self.offset - self.zone
        error = "" if self.error is None else f" (to within {clock(self.error, 3)} s)"
        where = f"{clock(Duration(abs(ahead)), 3)} s {'behind' if ahead < 0 else 'ahead'}{error}"
        pace = f"{'loses' if self.drift < 0 else 'gains'} {clock(Duration(abs(self.drift)), 3)} s an hour"
        return f"shows {zone_name(self.zone)}, {where}, {pace}"


def zone_name(zone: Duration) -> str:
    """The name of a zone that is so far ahead of UTC.

    >>> zone_name(Duration(5 * HOUR + 30 * MINUTE)), zone_name(Duration(0))
    ('UTC+5:30', 'UTC')
    """
    if not zone:
        return "UTC"
    hours, minutes = divmod(abs(zone) // MINUTE, 60)
    return f"UTC{'-' if zone < 0 else '+'}{hours}{f':{minutes:02}' if minutes else ''}"


class Clock:
    """One decoder's clock, as the readings told so far show it."""

    def __init__(self) -> None:
        self._first: _Bounds | None = None
        self._now: _Bounds | None = None

    def tell(self, reading: Reading) -> Jump | None:
        """Take one more reading, told in the order of arrival; says so if the clock has jumped since the last.

        Without an answer of the decoder, only a jump forward can be seen: a passing may be as late
        as it likes.
        """
        seen = _seen(reading)
        before = self._now and _widened(self._now, seen.at)
        after = _cut(before, seen) if before else seen
        if before and _is_empty(after):
            self._first = self._now = seen
            return Jump(Duration(_middle(seen) - _middle(before)), seen.at)
        self._now = after
        if self._first is None or _is_better(seen, self._first):
            self._first = seen
        return None

    @property
    def estimate(self) -> Estimate | None:
        """Where the clock stands now; `None` before the first reading."""
        now, first = self._now, self._first
        if now is None or first is None:
            return None
        offset = _middle(now)
        error = None if now.high is None else Duration(now.high - offset)
        return Estimate(offset, Instant(now.at + offset), error, _drift(first, now))


class _Bounds(msgspec.Struct, frozen=True):
    """What the offset can be, at a moment on our clock."""

    at: Instant
    low: Duration
    high: Duration | None
    """`None`: as much as it likes."""


def _seen(reading: Reading) -> _Bounds:
    low = between(reading.arrived, reading.box)
    if reading.asked is None or reading.asked > reading.arrived:  # somebody has set our clock back
        return _Bounds(reading.arrived, low, None)
    answer = _Bounds(reading.asked, low, between(reading.asked, reading.box))
    return _widened(answer, reading.arrived)


def _widened(bounds: _Bounds, at: Instant) -> _Bounds:
    """What the offset can be at the moment *at*, if that is all that is known of it."""
    slack = -(-abs(between(bounds.at, at)) * MAX_DRIFT // _MILLION)
    high = None if bounds.high is None else Duration(bounds.high + slack)
    return _Bounds(at, Duration(bounds.low - slack), high)


def _cut(one: _Bounds, other: _Bounds) -> _Bounds:
    highs = [bounds.high for bounds in (one, other) if bounds.high is not None]
    return _Bounds(one.at, max(one.low, other.low), min(highs, default=None))


def _is_empty(bounds: _Bounds) -> bool:
    return bounds.high is not None and bounds.low > bounds.high


def _middle(bounds: _Bounds) -> Duration:
    """The offset that can be least wrong; the lowest, if there is no highest."""
    return bounds.low if bounds.high is None else Duration((bounds.low + bounds.high) // 2)


def _is_better(seen: _Bounds, first: _Bounds) -> bool:
    """Whether drift had better be measured from *seen*."""
    if seen.high is None:
        return False
    if first.high is None:
        return True
    is_narrower = seen.high - seen.low < first.high - first.low
    return is_narrower and between(first.at, seen.at) <= SETTLING


def _drift(first: _Bounds, now: _Bounds) -> int:
    """The microseconds gained in an hour: the middle of what the bounds allow."""
    passed = between(first.at, now.at)
    if first.high is None or now.high is None or not passed:
        return 0
    most = MAX_DRIFT * HOUR // _MILLION
    low = max(-most, (now.low - first.high) * HOUR // passed)
    high = min(most, (now.high - first.low) * HOUR // passed)
    return (low + high) // 2
