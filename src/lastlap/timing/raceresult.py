"""RACE RESULT decoders (TCP, port 3601): passings in, commands out.

Strategy: lines of fields parted by semicolons.  One that begins with a number is a passing that was
asked for, one that begins with `#P` a passing that the decoder pushes; any other is an answer.  A
passing has twenty fields, and the first seven even in the oldest version of the protocol.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from lastlap.errors import InputError
from lastlap.events import FINISH_LINE, Passing
from lastlap.timing.lines import LineDecoder
from lastlap.timing.names import ENCODING, latin
from lastlap.timing.said import Garbled, Missed, OtherLine, Restarted
from lastlap.timing.wall import WallClock, parse_day

GREETING = ("GETPROTOCOL", "SETPROTOCOL;3.2", "GETSTATUS", "SETPUSHPASSINGS;1;0", "PASSINGS")
"""The commands with which a connection begins."""

_FIELDS = 20
_LEAST = 7

Heard = Passing | Missed | Restarted | OtherLine | Garbled
"""What a decoder may say."""


class RaceResult(LineDecoder[Heard]):
    """What a RACE RESULT decoder says.

    Passings of a loop id count for the loop that *loops* names for it; without *loops*, all are of
    the finish line.  Numbers begin anew with each file of the decoder, which the oldest versions
    do not name: there a new file shows only as numbers that come again.  Numbers that are missing
    are told once; `fetch` asks for their passings.
    """

    def __init__(self, wall: WallClock, *, loops: Mapping[str, str] | None = None, source: str = "") -> None:
        super().__init__()
        self._wall = wall
        self._loops = loops
        self._source = source
        self._file = ""
        self._last: int | None = None

    def _read(self, line: bytes) -> list[Heard]:
        text = line.decode(ENCODING)
        if re.match("[A-Z]{2}", text):
            return [OtherLine(text)]
        try:
            return self._passing(text.removeprefix("#P;").split(";"))
        except InputError as error:
            return [Garbled(line, str(error))]

    def _passing(self, fields: list[str]) -> list[Heard]:
        if len(fields) < _LEAST or not re.fullmatch("[0-9]{1,15}", fields[0]) or not fields[1]:
            message = "neither an answer nor a passing: that begins with its number and a transponder"
            raise InputError(message)
        number, code, day, time, _, hits, strength, *more = fields
        loop, file = (more[3:4] or [""])[0], (more[10:11] or [""])[0]
        at = self._wall.moment(time, self._day(day))
        passing = Passing(
            at, code, self._loop(loop), self._source, int(number), _count(strength), _count(hits)
        )
        return [*self._counted(int(number), file), passing]

    def _day(self, text: str) -> date:
        """The day that the decoder says; without GPS it only counts days, from the day of the races."""
        counted = re.fullmatch("0000-00-([0-9]{2})", text)
        return self._wall.day + timedelta(days=int(counted[1])) if counted else parse_day(text)

    def _loop(self, identity: str) -> str:
        return FINISH_LINE if self._loops is None else self._loops.get(identity, identity or FINISH_LINE)

    def _counted(self, number: int, file: str) -> list[Heard]:
        """What the number of a passing tells of those before it."""
        last, self._last = self._last, number
        if last is None or file != self._file:
            self._file = file
            return [] if last is None else [Restarted(number)]
        self._last = max(last, number)
        return [Missed(last + 1, number - 1)] if number > last + 1 else []


def _count(text: str) -> int | None:
    """A number, if it is written in decimals; some versions write bytes in hexadecimal."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


# What is sent


def command(*words: str) -> bytes:
    r"""A command as it is sent.

    >>> command("SETPUSHPASSINGS", "1", "0")
    b'SETPUSHPASSINGS;1;0\r\n'
    """
    return f"{';'.join(words)}\r\n".encode(ENCODING)


def fetch(first: int, last: int) -> bytes:
    """The command that asks for the passings *first* to *last* of the decoder's file, both included."""
    return command(f"{first}:{last - first + 1}")


def encode(passing: Passing, wall: WallClock, file: int = 1) -> bytes:
    """A passing as a decoder pushes it, in whole milliseconds; `RaceResult` with loops is the inverse."""
    shown = wall.shown(passing.at)
    fields = dict.fromkeys(range(_FIELDS), "") | {
        0: str(passing.number or 1),
        1: passing.transponder,
        2: f"{shown:%Y-%m-%d}",
        3: shown.isoformat(timespec="milliseconds")[11:23],
        5: "" if passing.hits is None else str(passing.hits),
        6: "" if passing.strength is None else str(passing.strength),
        10: "" if passing.loop == FINISH_LINE else passing.loop,
        17: str(file),
    }
    return latin(f"#P;{';'.join(fields.values())}").encode(ENCODING) + b"\r\n"
