"""Guessing made slow: whoever is wrong too often waits, a name as well as an address, and is forgotten after a while."""

from collections.abc import Callable, Hashable

from lastlap.times import MINUTE, SECOND, Duration, Instant

FREE = 5
"""So often one may be wrong before one has to wait."""

FREE_OF_AN_ADDRESS = 20
"""The same for an address, behind which a whole rink may sit."""

_FIRST = Duration(30 * SECOND)
_LONGEST = Duration(15 * MINUTE)
_FORGOTTEN = Duration(30 * MINUTE)
_MOST = 10_000
"""So many names and addresses are remembered: whoever tries more pushes out the oldest."""


class Tries:
    """How often something was wrong, and until when it has to wait."""

    def __init__(self, now: Callable[[], Instant], free: int = FREE) -> None:
        self._now = now
        self._free = free
        self._wrong: dict[Hashable, tuple[int, Instant]] = {}

    def wait(self, who: Hashable) -> int:
        """How many seconds *who* has to wait before the next try; 0 is none."""
        often, latest = self._wrong.get(who, (0, Instant(0)))
        if often < self._free:
            return 0
        length = min(_FIRST << min(often - self._free, 10), _LONGEST)
        left = latest + length - self._now()
        return max(0, -(-left // SECOND))

    def wrong(self, who: Hashable) -> None:
        """*who* was wrong once more."""
        now = self._now()
        often, latest = self._wrong.pop(who, (0, now))
        often = 0 if now - latest > _FORGOTTEN else often
        self._wrong[who] = (often + 1, now)
        while len(self._wrong) > _MOST:
            del self._wrong[next(iter(self._wrong))]

    def right(self, who: Hashable) -> None:
        """*who* was right: nothing is held against them any more."""
        self._wrong.pop(who, None)
