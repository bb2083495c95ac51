"""MYLAPS Timing & Scoring: the conversation over TCP by which it hands over passings, versions 1 and 2.

Strategy: Timing & Scoring connects to us and sends messages, `Source@Function@data@...@$`.  What is
to be said back stands as a `Reply` among what was heard, to be sent when its turn comes.  An
acknowledgement stands behind the facts that it is for, and is sent only once those are committed:
whatever is not acknowledged is sent again, every 20 seconds.  Nothing can be lost that way, and
nothing is there twice: what is sent again has the same key, `passing_key` or `gun_key`.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import msgspec

from lastlap.errors import InputError
from lastlap.events import FINISH_LINE, GunFired, Passing
from lastlap.times import Instant
from lastlap.timing.lines import LineDecoder
from lastlap.timing.names import ENCODING, latin
from lastlap.timing.said import Garbled, OtherLine
from lastlap.timing.wall import WallClock, parse_day

KEYS = "c|ct|t|d|l|dv|re|an|h|am"
"""What version 2 is asked to tell of a passing: the chip and its type, time and date, and how well it was read."""

_BETWEEN = "\0\r\n "
"""What may stand between messages."""

_LONGEST = 65_536
"""A hundred records with every key that there is take a third of it."""

_RECORD = re.compile(
    r"""
    (?P<chip>[!-~].{6})
    (?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3})
    [ ].[ ][0-9A-F]{2}  # the device, and its antennas as a bit map
    [ 0-9]{3}  # the lap
    (?P<number>[0-9A-F]{4})
    (?P<date>[0-9]{6})
    (?P<sum>[0-9A-F]{2})
    """,
    re.VERBOSE,
)
"""A record of version 1."""

_UNACKNOWLEDGED = 10
"""How many messages version 2 sends before it waits for an acknowledgement."""

_SUMMED = 37
"""The characters of a record of version 1 that its check sum is of."""


class Reply(msgspec.Struct, frozen=True):
    """Bytes to send to Timing & Scoring."""

    data: bytes
    when_committed: bool = False
    """Not before all that was heard ahead of it has been committed to the log."""


Heard = Passing | GunFired | Reply | OtherLine | Garbled
"""What Timing & Scoring may say, and what to say back."""


class TimingAndScoring(LineDecoder[Heard]):
    """Our side of a conversation with Timing & Scoring.

    Passings of a location count for the loop that *loops* names for it; without *loops*, all are
    of the finish line.  A message with a damaged record is acknowledged only when it comes a second
    time: the damage may be gone by then, and if not, the other records must not wait for ever.
    """

    def __init__(
        self,
        wall: WallClock,
        *,
        version: Literal[1, 2] = 2,
        loops: Mapping[str, str] | None = None,
        name: str = "lastlap",
        source: str = "",
    ) -> None:
        super().__init__(b"$", _LONGEST)
        self._wall = wall
        self._version = version
        self._loops = loops
        self._name = name
        self._source = source
        self._met = False
        self._damaged: deque[str] = deque(maxlen=_UNACKNOWLEDGED)
        self._records: dict[str, Callable[[str, str], Heard]] = {
            "Store": self._record,
            "Passing": self._passing,
            "Marker": self._marker,
        }

    def _read(self, line: bytes) -> list[Heard]:
        text = line.decode(ENCODING).strip(_BETWEEN)
        if not text:
            return []
        match text.split("@"):
            case [location, function, *parts, ""] if function in self._records:
                return self._take(line, location, function, parts)
            case [_, function, *parts, ""]:
                return self._answer(text, function, parts)
        return [Garbled(line, "no message: its parts are parted and ended by @")]

    def _answer(self, text: str, function: str, parts: list[str]) -> list[Heard]:
        match function:
            case "Pong":
                return self._greet()
            case "Ping":
                return [self._reply("AckPing")]
            case "GetLocations":
                names = [part.removeprefix("ln=") for part in parts if part.startswith("ln=")]
                return [OtherLine(text), *(self._reply("GetInfo", name) for name in names)]
        return [OtherLine(text)]

    def _greet(self) -> list[Heard]:
        """The handshake; version 1 goes on sending it, as a sign of life."""
        if self._version == 1:
            return [self._reply("AckPong")]
        met, self._met = self._met, True
        return [self._reply("AckPong", "Version2.1", KEYS), *([] if met else [self._reply("GetLocations")])]

    def _take(self, line: bytes, location: str, function: str, parts: list[str]) -> list[Heard]:
        """The records of a message, and its acknowledgement."""
        *records, number = parts or [""]
        if not number.isdecimal():
            return [Garbled(line, "a message without a number, so it cannot be acknowledged")]
        heard = [self._tried(function, record, location) for record in records]
        if any(isinstance(each, Garbled) for each in heard) and number not in self._damaged:
            self._damaged.append(number)
            return heard
        return [*heard, self._reply(f"Ack{function}", number, when_committed=True)]

    def _tried(self, function: str, record: str, location: str) -> Heard:
        try:
            return self._records[function](record, location)
        except InputError as error:
            return Garbled(record.encode(ENCODING), str(error))

    def _reply(self, function: str, *data: str, when_committed: bool = False) -> Reply:
        return Reply(message(self._name, function, *data), when_committed)

    def _loop(self, location: str) -> str:
        return FINISH_LINE if self._loops is None else self._loops.get(location, location)

    # The three kinds of record

    def _record(self, text: str, location: str) -> Passing:
        """A passing as version 1 writes it."""
        match = _RECORD.fullmatch(text)
        if match is None:
            message = "no record of 39 characters"
            raise InputError(message)
        if int(match["sum"], 16) != _sum(text):
            message = f"the check sum should be {_sum(text):02X}"
            raise InputError(message)
        at = self._wall.moment(match["time"], parse_day(f"20{match['date']}"))
        return Passing(
            at, match["chip"].strip(), self._loop(location), self._source, int(match["number"], 16)
        )

    def _passing(self, text: str, location: str) -> Passing:
        """A passing as version 2 writes it."""
        told = _told(text, "c", "t", "d")
        at = self._wall.moment(told["t"], parse_day(f"20{told['d']}"))
        strength, hits = _count(told.get("am", "")), _count(told.get("h", ""))
        return Passing(at, told["c"], self._loop(location), self._source, strength=strength, hits=hits)

    def _marker(self, text: str, _location: str) -> GunFired | OtherLine:
        """A marker, which has no date; of the kinds that there are, the gun's shot alone is a fact of the race."""
        told = _told(text, "mt", "t")
        return GunFired(self._wall.moment(told["t"])) if told["mt"] == "Gunshot" else OtherLine(text)


def gun_key(gun: GunFired, source: str) -> str:
    """The key under which a log takes a shot once: sent again after a false start, it must not fire the gun again."""
    return f"{source}/gun/{gun.at}"


def _told(record: str, *needed: str) -> dict[str, str]:
    """The values of a record of version 2 by their keys."""
    told = {key: value for key, _, value in (pair.partition("=") for pair in record.split("|"))}
    missing = [key for key in needed if not told.get(key)]
    if missing:
        message = f"the record does not say {', '.join(missing)}"
        raise InputError(message)
    return told


def _count(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


def _sum(record: str) -> int:
    return sum(record[:_SUMMED].encode(ENCODING)) % 256


# What either side sends


def message(source: str, function: str, *data: str) -> bytes:
    """A message of *source*, as in `message("lastlap", "GetInfo", "Finish")`.

    >>> message("lastlap", "AckStore", "217")
    b'lastlap@AckStore@217@$'
    """
    return latin("@".join([source, function, *data, "$"])).encode(ENCODING)


def store(location: str, passings: Iterable[Passing], number: int, wall: WallClock) -> bytes:
    """The message number *number* of version 1, with up to 50 *passings* in whole milliseconds.

    A transponder has seven characters, a passing's number four hexadecimal digits; longer ones are cut.
    """
    return message(location, "Store", *(_written(passing, wall) for passing in passings), str(number))


def handed_over(location: str, passings: Iterable[Passing], number: int, wall: WallClock) -> bytes:
    """The message number *number* of version 2, with up to 100 *passings* in whole milliseconds."""
    return message(location, "Passing", *(_pairs(passing, wall) for passing in passings), str(number))


def gunshot(location: str, gun: GunFired, number: int, wall: WallClock) -> bytes:
    """The message number *number* that says when the gun was fired."""
    return message(location, "Marker", f"t={_time(gun.at, wall)}|mt=Gunshot|n=Gunshot", str(number))


def _written(passing: Passing, wall: WallClock) -> str:
    number = (passing.number or 0) % 0x10000
    chip, day = f"{passing.transponder:7.7}", f"{wall.shown(passing.at):%y%m%d}"
    record = f"{chip}{_time(passing.at, wall)} 1 01  0{number:04X}{day}"
    return f"{record}{_sum(record):02X}"


def _pairs(passing: Passing, wall: WallClock) -> str:
    day = f"{wall.shown(passing.at):%y%m%d}"
    told = {
        "c": passing.transponder,
        "t": _time(passing.at, wall),
        "d": day,
        "h": passing.hits,
        "am": passing.strength,
    }
    return "|".join(f"{key}={value}" for key, value in told.items() if value is not None)


def _time(at: Instant, wall: WallClock) -> str:
    return wall.shown(at).isoformat(timespec="milliseconds")[11:23]
