"""What a timing device may say besides a passing, and what we may ask of it.

Numbers of passings are the device's own.  `decoder` is the number that a device calls itself, as
printed on it; `None` if it does not say.
"""

import msgspec

from lastlap.events import Passing
from lastlap.times import Instant


class Garbled(msgspec.Struct, frozen=True):
    """Bytes that tell nothing; no other byte that came in is lost without a word."""

    data: bytes
    why: str


class Missed(msgspec.Struct, frozen=True):
    """The device has counted passings that never arrived: *first* to *last*, both included.

    Said once, when the gap shows.  Passings that are sent again later fill it without a word.
    """

    first: int
    last: int
    decoder: int | None = None


class Restarted(msgspec.Struct, frozen=True):
    """The device counts its passings anew, from *number*: it was switched off, or cleared."""

    number: int
    decoder: int | None = None


class Status(msgspec.Struct, frozen=True):
    """How a device fares; said every few seconds, so silence means that the line is dead."""

    noise: int
    """What the loop picks up without a transponder; below 40 is good."""
    temperature: int | None = None
    """Of the device, in whole degrees Celsius."""
    voltage: int | None = None
    """Of its supply, in tenths of a volt."""
    gps: int | None = None
    satellites: int | None = None
    loop_triggers: int | None = None
    number: int | None = None
    """P98 only: its status lines and its passings are counted together."""
    decoder: int | None = None


class Time(msgspec.Struct, frozen=True):
    """What the device's clock shows; it may be set to local time, or wrong."""

    at: Instant
    utc: Instant | None = None
    """The same moment in UTC, if the device knows."""
    flags: int | None = None
    decoder: int | None = None


MODELS = {0x10: "AMBrc", 0x11: "AMBmx", 0x12: "TranX", 0x13: "TranX Pro", 0x14: "TranX Pro"}
"""The kinds of decoders by the number that they give in a `Version`."""


class Version(msgspec.Struct, frozen=True):
    """Which device this is; see `MODELS` for its *kind*.

    Where no source tells whether a field is a number or words, it is given as the bytes sent.
    """

    kind: int
    description: str = ""
    version: bytes = b""
    release: bytes = b""
    registration: bytes = b""
    build: bytes = b""
    options: bytes = b""
    decoder: int | None = None


FAULTS = {
    1: "the checksum is wrong",
    2: "the start of the frame is missing",
    3: "the header is wrong",
    4: "no such type of record",
    5: "parameters are missing",
    6: "the frame is too long",
}
"""What a device's fault codes mean."""


class Fault(msgspec.Struct, frozen=True):
    """The device could not do what we asked; see `FAULTS` for the *code*."""

    code: int
    text: str = ""
    decoder: int | None = None


class Other(msgspec.Struct, frozen=True):
    """A sound P3 frame of whatever type, as its fields by tag; of a tag sent twice, the last."""

    tor: int
    """The type of record."""
    tags: dict[int, bytes] = {}
    version: int = 2
    flags: int = 0


class OtherLine(msgspec.Struct, frozen=True):
    """A sound P98 line of a kind that we cannot read, without its checksum."""

    text: str


class Resend(msgspec.Struct, frozen=True):
    """A request: send the passings *first* to *last* again, both included."""

    first: int
    last: int


class GetTime(msgspec.Struct, frozen=True):
    """A request: tell what your clock shows. The answer is a `Time`."""


class GetVersion(msgspec.Struct, frozen=True):
    """A request: tell what you are. The answer is a `Version`."""


Said = (
    Passing
    | Garbled
    | Missed
    | Restarted
    | Status
    | Time
    | Version
    | Fault
    | Other
    | OtherLine
    | Resend
    | GetTime
    | GetVersion
)
"""Whatever may come out of a device's bytes."""


def passing_key(passing: Passing) -> str:
    """The key under which a log takes *passing* once, however often the device sends it.

    It is made of source, number, time and transponder: a device that restarts counts anew, so the
    number alone is not enough.  Make it of the passing as decoded: what our clock makes of the
    device's time may change a little from one sending to the next.
    """
    return f"{passing.source}/{passing.number}/{passing.at}/{passing.transponder}"
