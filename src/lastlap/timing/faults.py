"""How a decoder, its clock and its cable misbehave, as small values that can be combined.

Strategy: a fault does one of four things, and leaves the others as they are.  It hides passings
from the box, puts the box's clock wrong, takes the box or its cable away for a while, or harms
frames on the wire.  Chance comes in as `rng`, so the same seed makes the same trouble.

On the command line: `--fault drop=0.01 --fault cut=300:20`.
"""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import Annotated, Literal

import msgspec

from lastlap.errors import InputError
from lastlap.events import Passing
from lastlap.reconstruction import Rng
from lastlap.times import SECOND, Duration, Instant, after

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""Of all that could be hit, how much is: 0.01 is one in a hundred."""

Length = Annotated[float, msgspec.Meta(ge=0, le=86_400)]
"""How long something lasts, in seconds."""

RaceTime = Annotated[float, msgspec.Meta(ge=-86_400, le=86_400)]
"""A moment on the race clock, in seconds after the gun."""

Skew = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
"""How wrong a clock is: so many seconds, or millionths, ahead; negative if it is behind."""


class Outage(msgspec.Struct, frozen=True):
    """A while in which nobody reaches the box, on the race clock."""

    begins: Duration
    ends: Duration
    blind: bool
    """Whether the box sees nothing meanwhile."""
    forgets: bool
    """Whether its memory is empty afterwards, and it numbers passings from 1 again."""

    def is_on(self, elapsed: Duration) -> bool:
        """Whether it lasts at this moment of the race clock."""
        return self.begins <= elapsed < self.ends


class Frame(msgspec.Struct, frozen=True):
    """A frame on its way to a client."""

    sent: Instant
    due: Instant
    """When it arrives."""
    data: bytes
    waits: bool = False
    """Whether it lets the next frame overtake it."""


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every fault is; one that does nothing."""

    def sees(self, passing: Passing, bib: int | None, rng: Rng) -> Passing | None:
        """What the box sees of *passing*, which is of *bib* if anybody's; `None` is nothing."""
        del bib, rng
        return passing

    def ahead(self, elapsed: Duration) -> Duration:
        """How far the box's clock is ahead of the truth, at this moment of the race clock."""
        del elapsed
        return Duration(0)

    def outage(self) -> Outage | None:
        """When nobody reaches the box."""
        return None

    def carries(self, frame: Frame, rng: Rng) -> Sequence[Frame]:
        """What the wire makes of *frame*."""
        del rng
        return (frame,)


# What the box does not see


class Without(Fault, frozen=True):
    """This skater wears no transponder."""

    bib: int

    def sees(self, passing: Passing, bib: int | None, rng: Rng) -> Passing | None:
        """Nothing of this bib."""
        del rng
        return None if bib == self.bib else passing


class Weak(Fault, frozen=True):
    """This transponder's battery is dying: the box misses a share of its passings, the rest is faint."""

    transponder: str
    share: Share = 0.5

    def sees(self, passing: Passing, bib: int | None, rng: Rng) -> Passing | None:
        """Some of its passings, with few hits and hardly above the noise."""
        del bib
        if passing.transponder != self.transponder:
            return passing
        if _hit(self.share, rng):
            return None
        return msgspec.structs.replace(passing, strength=45 + _below(15, rng), hits=1 + _below(3, rng))


# The clock of the box


class WrongClock(Fault, frozen=True):
    """The box's clock is so many seconds ahead at the gun, and gains so many millionths."""

    seconds: Skew
    gains: Skew = 0

    def ahead(self, elapsed: Duration) -> Duration:
        """The seconds, and what it has gained since the gun."""
        return Duration(round(self.seconds * SECOND + elapsed * self.gains / 1_000_000))


class ClockJump(Fault, frozen=True):
    """The box's clock jumps so many seconds, ahead or (if negative) back."""

    at: RaceTime
    seconds: Skew

    def ahead(self, elapsed: Duration) -> Duration:
        """The seconds, once it has jumped."""
        return Duration(round(self.seconds * SECOND)) if elapsed >= _lasting(self.at) else Duration(0)


# The box or its cable is away


class Cut(Fault, frozen=True):
    """The connection is lost for so many seconds; the box goes on seeing and counting."""

    at: RaceTime
    seconds: Length

    def outage(self) -> Outage:
        """Out of reach, and nothing worse."""
        return Outage(_lasting(self.at), _lasting(self.at + self.seconds), blind=False, forgets=False)


class Die(Fault, frozen=True):
    """The box loses its power for so many seconds: it sees nothing, forgets all and counts from 1 again."""

    at: RaceTime
    seconds: Length
    memory: Literal["forgets", "keeps"] = "forgets"
    """A box that keeps its memory goes on counting where it was."""

    def outage(self) -> Outage:
        """Out of reach and blind."""
        begins, ends = _lasting(self.at), _lasting(self.at + self.seconds)
        return Outage(begins, ends, blind=True, forgets=self.memory == "forgets")


# Frames on the wire


class Drop(Fault, frozen=True):
    """A share of the frames is lost on the wire; the box has seen them and can send them again."""

    share: Share

    def carries(self, frame: Frame, rng: Rng) -> Sequence[Frame]:
        """The frame or none."""
        return () if _hit(self.share, rng) else (frame,)


class Duplicate(Fault, frozen=True):
    """A share of the frames comes twice."""

    share: Share

    def carries(self, frame: Frame, rng: Rng) -> Sequence[Frame]:
        """The frame once or twice."""
        return (frame, frame) if _hit(self.share, rng) else (frame,)


class Reorder(Fault, frozen=True):
    """A share of the frames comes after the frame that was sent behind them."""

    share: Share

    def carries(self, frame: Frame, rng: Rng) -> Sequence[Frame]:
        """The frame, which may have to wait."""
        return (msgspec.structs.replace(frame, waits=True),) if _hit(self.share, rng) else (frame,)


class Delay(Fault, frozen=True):
    """A share of the frames comes late, by up to so many seconds; others overtake them."""

    share: Share
    seconds: Length = 3

    def carries(self, frame: Frame, rng: Rng) -> Sequence[Frame]:
        """The frame, now or later."""
        late = _lasting(rng.uniform(0, self.seconds)) if _hit(self.share, rng) else Duration(0)
        return (msgspec.structs.replace(frame, due=after(frame.due, late)),)


class Damage(Fault, frozen=True):
    """A share of the frames comes with one byte wrong, which their checksum tells."""

    share: Share

    def carries(self, frame: Frame, rng: Rng) -> Sequence[Frame]:
        """The frame, whole or damaged."""
        if not _hit(self.share, rng):
            return (frame,)
        data = bytearray(frame.data)
        data[_below(len(data), rng)] ^= 1 + _below(255, rng)
        return (msgspec.structs.replace(frame, data=bytes(data)),)


def _hit(share: float, rng: Rng) -> bool:
    return rng.random() < share


def _below(limit: int, rng: Rng) -> int:
    return int(rng.random() * limit)


def _lasting(seconds: float) -> Duration:
    return Duration(round(seconds * SECOND))


# On the command line

FAULTS: dict[str, type[Fault]] = {
    "drop": Drop,
    "duplicate": Duplicate,
    "reorder": Reorder,
    "delay": Delay,
    "damage": Damage,
    "cut": Cut,
    "die": Die,
    "jump": ClockJump,
    "clock": WrongClock,
    "weak": Weak,
    "without": Without,
}
"""Every fault, by the name that it has on the command line."""


def spelling(name: str) -> str:
    """How the fault of that *name* is written, with what may be left out in brackets.

    >>> spelling("die")
    'die=AT:SECONDS[:MEMORY]'
    """
    return f"{name}={''.join(_parts(FAULTS[name]))}"


def _parts(kind: type[Fault]) -> Iterator[str]:
    for place, field in enumerate(msgspec.structs.fields(kind)):
        part = f"{':' if place else ''}{field.name.upper()}"
        yield part if field.required else f"[{part}]"


def parse_fault(text: str) -> Fault:
    """The fault that *text* names, as in `drop=0.01` or `cut=300:20`.

    Shares are from 0 to 1, times in seconds, moments in seconds after the gun.  Raises
    `InputError`, which says how the fault is written.

    >>> parse_fault("cut=300:20")
    Cut(at=300.0, seconds=20.0)
    """
    name, _, rest = text.partition("=")
    kind = FAULTS.get(name)
    if kind is None:
        message = f"{text!r} is no fault: write one of {', '.join(map(spelling, FAULTS))}"
        raise InputError(message)
    fields = kind.__struct_fields__
    values = zip(fields, rest.split(":", len(fields) - 1), strict=False)
    try:
        return msgspec.convert(dict(values), kind, strict=False)
    except msgspec.ValidationError as error:
        terms = "; ".join(f"{field.upper()}: {_TERMS[field]}" for field in fields)
        message = f"{text!r} is no fault: write {spelling(name)} ({terms})"
        raise InputError(message) from error


_TERMS = {
    "share": "from 0 to 1",
    "at": "in seconds after the gun",
    "seconds": "a number of seconds",
    "memory": "forgets or keeps",
    "gains": "in millionths",
    "transponder": "its code",
    "bib": "a number",
}
"""What stands in the fields of faults."""


# The wire


class Wire:
    """The way from the box to one client, with what happens to frames on it."""

    def __init__(self, faults: Sequence[Fault], rng: Rng) -> None:
        self._faults = faults
        self._rng = rng
        self._travelling: list[tuple[Instant, int, Frame]] = []
        self._order = count()
        self._waiting: list[Frame] = []

    def send(self, data: bytes, now: Instant) -> None:
        """Put the frame *data* on the wire."""
        frames = [Frame(now, now, data)]
        for fault in self._faults:
            frames = [carried for frame in frames for carried in fault.carries(frame, self._rng)]
        overtaken, self._waiting = self._waiting, [frame for frame in frames if frame.waits]
        for frame in [*(frame for frame in frames if not frame.waits), *overtaken]:
            heappush(self._travelling, (max(frame.due, now), next(self._order), frame))

    def arrived(self, now: Instant) -> bytes:
        """All that has come to the end of the wire by *now*, and was not taken before."""
        data = bytearray()
        while self._travelling and self._travelling[0][0] <= now:
            data += heappop(self._travelling)[2].data
        return bytes(data)

    @property
    def due(self) -> Instant | None:
        """When the next frame arrives; `None` if none is on the way, or only ones that wait to be overtaken."""
        return self._travelling[0][0] if self._travelling else None

    def owes(self, until: Instant) -> bool:
        """Whether anything that was sent up to *until* is still on the way."""
        on_the_way = [*(frame for _, _, frame in self._travelling), *self._waiting]
        return any(frame.sent <= until for frame in on_the_way)
