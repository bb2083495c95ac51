"""A device's clock, looked at again and again, and what the log has to be told of it.

Strategy: a clock is believed when two looks in a row agree, and what was seen meanwhile came when
it says, so neither a slow answer nor a box that runs at another pace than the world (a rehearsal
at ten times the speed) puts a race wrong.
After that the log is told once, and again only if the clock was set.  Which passings came after
that, their own delays tell: they fit one of the two offsets better than the other.

A device that only counts the seconds since it was switched on cannot be asked; its passings say
by their arrival where its zero is.
"""

from lastlap.events import ClockCompared, DeviceReported, Event, Passing
from lastlap.times import HOUR, SECOND, Duration, Instant, between, clock
from lastlap.timing.clocks import Clock, Estimate, Reading
from lastlap.timing.said import Time

EVERY = Duration(5 * SECOND)
"""How often a clock that is believed is looked at."""

SOON = Duration(1 * SECOND)
"""How often one is looked at that is not believed yet."""

_AGREEING = 2
"""So many looks in a row have to agree."""

_STRAYS = 4
"""After so many looks of which no two agree, the clock is left alone."""

_WANDERED = Duration(50_000)
"""A believed clock that is off by no more than this has drifted, and was not set."""

_PROMPT = Duration(10 * SECOND)
"""What a box sends as it sees it comes no later than this."""

_SWITCHED_ON = Instant(365 * 24 * HOUR)
"""A moment before this is no time of day: the device counts from when it was switched on."""

_BETTER = Duration(20_000)
"""A zero that is known better by less than this is not told again."""


class Watch:
    """The clock of the device *source*; *known* is what the log of the race says of it already."""

    def __init__(self, source: str, known: ClockCompared | None = None) -> None:
        self._source = source
        self._clock = Clock()
        self._told = known
        self._agreeing = self._strays = 0
        self._is_left = False
        self._last: Instant | None = None
        """When the device was asked for the last time."""
        self._open: Instant | None = None
        """When it was asked for the first time since it answered."""
        self._fresh: list[Passing] = []
        self._arrived: list[Instant] = []
        """The passings since the clock was last seen to be right, and when they came."""
        self._next = 1
        """The number that the device will give to the passing that comes next."""

    def is_due(self, at: Instant) -> bool:
        """Whether the device should be asked for its time again at the moment *at*."""
        if self._strays >= _STRAYS or self._last is None:
            return False
        return between(self._last, at) >= (EVERY if self._agreeing >= _AGREEING else SOON)

    def asked(self, at: Instant) -> None:
        """The device has been asked for its time."""
        self._last = at
        self._open = at if self._open is None else self._open

    def reopened(self) -> None:
        """The connection has been made anew: what was asked before is not answered any more."""
        self._last = self._open = None
        self._agreeing = 0
        self._strays = _STRAYS if self._is_left else 0

    def passed(self, passing: Passing, at: Instant) -> None:
        """A passing that was not heard before has come at the moment *at*."""
        self._fresh.append(passing)
        self._arrived.append(at)
        self._next = (passing.number or 0) + 1

    def answered(self, time: Time, at: Instant) -> list[Event]:
        """What the log has to be told, now that the device has said what its clock shows."""
        asked, self._open = self._open, None
        if asked is None or self._strays >= _STRAYS:
            return []
        has_jumped = self._clock.tell(Reading(time.at, at, asked)) is not None
        self._agreeing = 1 if has_jumped else self._agreeing + 1
        if self._agreeing >= _AGREEING:
            return self._believed(at)
        self._strays += has_jumped
        return self._left_alone(at) if self._strays >= _STRAYS else []

    def leave_alone(self) -> None:
        """The times of its passings are taken as they are, and nobody asks any more."""
        self._strays = _STRAYS
        self._is_left = True

    def _left_alone(self, at: Instant) -> list[Event]:
        self.leave_alone()
        says = f"the clock of {self._source} runs at another pace than ours: its times are taken as they are"
        return [DeviceReported(self._source, "other pace", says, at)]

    def _believed(self, at: Instant) -> list[Event]:
        """What is new, now that two looks agree."""
        self._strays = 0
        found, told = self._clock.estimate, self._told
        fresh = list(zip(self._fresh, self._arrived, strict=True))
        self._fresh, self._arrived = [], []
        if found is None or found.error is None:
            return []
        if told is None and any(_is_strange(passing, arrived, found) for passing, arrived in fresh):
            return self._left_alone(at)
        if told is None:
            self._told = _compared(self._source, found, None, at)
            return [self._told]
        if abs(found.offset - told.ahead) <= found.error + (told.error or 0) + _WANDERED:
            return []
        return self._jumped(found, told, fresh, at)

    def _jumped(
        self, found: Estimate, told: ClockCompared, fresh: list[tuple[Passing, Instant]], at: Instant
    ) -> list[Event]:
        """The clock was set: by how much, and since which of the *fresh* passings, as their delay tells."""
        by = Duration(found.offset - told.ahead)
        later = [
            (passing.number, arrived)
            for passing, arrived in fresh
            if abs(passing.at - found.offset - arrived) < abs(passing.at - told.ahead - arrived)
        ]
        first, moment = later[0] if later else (self._next, at)
        amount = f"{clock(Duration(abs(by)), 3)} s {'back' if by < 0 else 'ahead'}"
        says = f"the clock of {self._source} jumped {amount} before its passing {first}; its times are put right from there on"
        self._told = _compared(self._source, found, first, at)
        return [DeviceReported(self._source, "clock jumped", says, moment, first), self._told]


class Counter:
    """The zero of a device that counts the seconds since it was switched on, as its passings' arrivals tell it."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.restarted(None)

    def restarted(self, number: int | None) -> None:
        """The device counts anew, from passing *number* on."""
        self._since = number
        self._clock = Clock()
        self._told: Duration | None = None

    def passed(self, passing: Passing, at: Instant) -> list[Event]:
        """What the log has to be told now that a passing has come at the moment *at*."""
        if passing.at >= _SWITCHED_ON:
            return []
        self._clock.tell(Reading(passing.at, at))
        found = self._clock.estimate
        if found is None or (self._told is not None and found.offset - self._told < _BETTER):
            return []
        self._told = found.offset
        return [_compared(self._source, found, self._since, at)]


def _is_strange(passing: Passing, arrived: Instant, found: Estimate) -> bool:
    """Whether a passing that came as it was seen cannot have been when the clock would say."""
    late = between(found.ours(passing.at), arrived)
    return not -_PROMPT <= late <= _PROMPT


def _compared(source: str, found: Estimate, since: int | None, at: Instant) -> ClockCompared:
    return ClockCompared(source, found.offset, found.error, since, at, f"{source} {found.sentence}")
