"""Alge Timy timers (serial): impulses of photocells, start gates and keys in, commands out.

Strategy: a line is fixed, 26 characters and a check sum of two where that is switched on (`CHK1`):
a mark, the number of who passes, the channel, the time of day, the group.  A Timy knows nobody:
the number is what its operator has keyed in, or counts up by itself; it is given as transponder.

Impulses less than 0.3 ms apart count as one instant for the maker too.
"""

import re
from collections.abc import Mapping

from lastlap.errors import InputError
from lastlap.events import FINISH_LINE, GunFired, Passing
from lastlap.times import Instant
from lastlap.timing.lines import LineDecoder
from lastlap.timing.names import ENCODING
from lastlap.timing.said import Garbled, OtherLine
from lastlap.timing.wall import WallClock

SETUP = ("CHK1", "PRE4")
"""The commands that switch on check sums and ten-thousandths of a second."""

DUMP = "RSM"
"""The command that makes a Timy say again all that it has in memory."""

_BODY = 26

_IMPULSE = re.compile(
    r"""
    (?P<mark>[ ?micCdn])
    (?P<number>[ 0-9]{4})[ ]
    (?P<channel>[cC][0-8])[M ][ ]  # M: by its key
    (?P<clock>[ 0-9]{2}:[0-9]{2}:[0-9]{2})[.,:]
    (?P<decimals>[0-9]{1,4})[ ]*
    (?:[ ][0-9]{2})?  # the group
    """,
    re.VERBOSE,
)

_ANSWER = re.compile(r"[A-Z]{2}[ -~]*|[0-9:]{5,8}(\.[0-9])?|.{5} (RT|TT|SQ)[ -~]*")
"""What else a Timy says: answers to commands, the running time, times that it has reckoned itself."""

_CHANGED = "cCdn"
"""The marks of a time that the operator cleared, struck out, or gave another number."""

Heard = Passing | GunFired | OtherLine | Garbled
"""What a Timy may say."""


class Timy(LineDecoder[Heard]):
    """What an Alge Timy says.

    Impulses of channel *gun* are shots of the gun.  Those of the other channels count for the loop
    that *loops* names, as in `{"C2": "200 m"}`; without *loops*, all are of the finish line.

    What the operator changes on the Timy afterwards is no impulse: it comes as `OtherLine`.
    """

    def __init__(
        self, wall: WallClock, *, gun: str = "C0", loops: Mapping[str, str] | None = None, source: str = ""
    ) -> None:
        super().__init__()
        self._wall = wall
        self._gun = gun
        self._loops = loops
        self._source = source

    def _read(self, line: bytes) -> list[Heard]:
        text = line.decode(ENCODING)
        if _ANSWER.fullmatch(text):
            return [OtherLine(text)]
        try:
            return [self._impulse(text)]
        except InputError as error:
            return [Garbled(line, str(error))]

    def _impulse(self, text: str) -> Heard:
        body, checked = text[:_BODY], text[_BODY:]
        match = _IMPULSE.fullmatch(body)
        if match is None:
            message = "neither an answer nor an impulse"
            raise InputError(message)
        if checked and checked != _checksum(body):
            message = f"the check sum should be {_checksum(body)}"
            raise InputError(message)
        if match["mark"] in _CHANGED:
            return OtherLine(text)
        return self._fact(match["channel"].upper(), match["number"].strip(), self._moment(match))

    def _moment(self, match: re.Match[str]) -> Instant:
        return self._wall.moment(f"{match['clock']}.{match['decimals']}")

    def _fact(self, channel: str, number: str, at: Instant) -> Passing | GunFired:
        if channel == self._gun:
            return GunFired(at)
        loop = FINISH_LINE if self._loops is None else self._loops.get(channel, channel)
        return Passing(at, number, loop, self._source)


def _checksum(body: str) -> str:
    high, low = divmod(sum(body.encode(ENCODING)) % 256, 16)
    return f"{high + 0x30:c}{low + 0x30:c}"


# What is sent


def command(text: str) -> bytes:
    """A command as it is sent, as in `command(DUMP)`."""
    return f"{text}\r".encode(ENCODING)


def encode(fact: Passing | GunFired, wall: WallClock, channel: str) -> bytes:
    """An impulse as a Timy sends it, with its check sum, in ten-thousandths of a second; `Timy` is the inverse."""
    number = fact.transponder if isinstance(fact, Passing) else ""
    time = wall.shown(fact.at).isoformat(timespec="microseconds")[11:24]
    body = f" {number:>4} {channel:<3} {time} 00"
    return f"{body}{_checksum(body)}\r".encode(ENCODING)
