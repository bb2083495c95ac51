"""RMonitor, the text by which timing programs feed scoreboards and apps: lines, and a decoder of them.

Strategy: a line is a frozen record, and the type of each field says how it is written, so that
reading and writing are one table.  Everything but the heartbeat and the passings is sent again at
each refresh, about every 30 seconds; so nothing else may become an event.

Lines of extended feeds (`$L`, `$T`, `$SP` ...) are tolerated, as `OtherLine`.
"""

import csv
import re
from collections.abc import Callable, Iterable
from typing import Any, NewType

import msgspec

from lastlap.errors import InputError
from lastlap.events import FINISH_LINE, GunFired, Passing
from lastlap.times import SECOND, Duration, Instant, after, between, parse_clock
from lastlap.timing.lines import LineDecoder
from lastlap.timing.names import ENCODING, latin
from lastlap.timing.said import Garbled, OtherLine
from lastlap.timing.wall import WallClock

_JITTER = 2 * SECOND
"""By how much two beats may differ on when one race started: both of their clocks are cut to seconds."""

Bare = NewType("Bare", str)
"""Text that feeds write without quotation marks."""

Flag = NewType("Flag", str)
"""`Green`, `Yellow`, `Red`, `Finish` or nothing; feeds pad it to six letters, and one cuts it short."""

Laps = NewType("Laps", int)
"""A number of laps; feeds write none as nothing."""

Seconds = NewType("Seconds", Duration)
"""A length of time that feeds write in whole seconds."""

Shift = NewType("Shift", Duration)
"""A length of time that feeds write with its sign."""


class Line(msgspec.Struct, frozen=True):
    """What every line is: its fields, in their order behind the command."""


class Heartbeat(Line, frozen=True, tag="$F"):
    """The clocks and the flag, every second."""

    laps_to_go: int
    """9999 is unknown."""
    time_to_go: Seconds
    time_of_day: Seconds
    race_time: Seconds
    flag: Flag

    @property
    def is_running(self) -> bool:
        """Whether the race clock runs."""
        return self.race_time > 0 or self.flag[:1].upper() == "G"


class Competitor(Line, frozen=True, tag="$A"):
    """Who races."""

    registration: str
    """What tells competitors apart in all other lines."""
    number: str
    transponder: Bare
    first: str
    last: str
    nationality: str
    category: Bare


class CompetitorAgain(Line, frozen=True, tag="$COMP"):
    """Who races, as newer programs say it beside `Competitor`."""

    registration: str
    number: str
    category: Bare
    first: str
    last: str
    nationality: str
    extra: str = ""


class Run(Line, frozen=True, tag="$B"):
    """What is run now."""

    id: int
    name: str


class Category(Line, frozen=True, tag="$C"):
    """A class of competitors."""

    id: Bare
    name: str


class Setting(Line, frozen=True, tag="$E"):
    """Something about the track: `TRACKNAME`, or `TRACKLENGTH` in kilometres."""

    name: str
    value: str


class Cleared(Line, frozen=True, tag="$I"):
    """All that was said before is void; a refresh follows."""

    time: str
    date: str


class Place(Line, frozen=True, tag="$G"):
    """Where a competitor stands in the race."""

    place: int
    registration: str
    laps: Laps
    total: Duration


class Best(Line, frozen=True, tag="$H"):
    """Where a competitor stands by best lap."""

    place: int
    registration: str
    lap: int
    time: Duration


class Crossing(Line, frozen=True, tag="$J"):
    """A passing of the finish line; said once."""

    registration: str
    lap_time: Duration
    total: Duration
    """Since the start of the race."""


class Correction(Line, frozen=True, tag="$COR"):
    """A time that a photo finish corrected."""

    registration: str
    number: str
    laps: Laps
    total: Duration
    by: Shift


_KINDS = (Heartbeat, Competitor, CompetitorAgain, Run, Category, Setting, Cleared, Place, Best, Crossing, Correction)  # fmt: skip
_COMMANDS = {str(kind.__struct_config__.tag): (kind, msgspec.structs.fields(kind)) for kind in _KINDS}

Heard = Passing | GunFired | Line | OtherLine | Garbled
"""What a feed may say."""


class RMonitor(LineDecoder[Heard]):
    """What an RMonitor feed says.

    The feed gives times since the start of the race, to the millisecond, but its start only to
    the second.  So the times of a race are exact among each other, while all of them may be up
    to a second off the clock of the meet.  Where a better *start* is known, such as the arrival
    of a passing less its total, give it; and whoever takes over in the middle of a race must give
    the start that it had, else its next passings would be off against the first ones.
    """

    def __init__(self, wall: WallClock, *, start: Instant | None = None, source: str = "") -> None:
        super().__init__()
        self._midnight = wall.moment("00:00:00")
        self._given = start
        self._start = start
        self._shown: Duration | None = None
        self._source = source

    def _read(self, line: bytes) -> list[Heard]:
        begin = max(line.find(b"$"), 0)
        noise: list[Heard] = [Garbled(line[:begin], "not the beginning of a line")] if begin else []
        try:
            return [*noise, *self._meant(parse_line(line[begin:].decode(ENCODING)), line[begin:])]
        except InputError as error:
            return [*noise, Garbled(line[begin:], str(error))]

    def _meant(self, said: Line | OtherLine, line: bytes) -> list[Heard]:
        match said:
            case Heartbeat():
                return [said, *self._clock(said)]
            case Crossing():
                return [self._passing(said, line)]
            case Cleared():
                self._shown = None
        return [said]

    def _clock(self, beat: Heartbeat) -> list[GunFired]:
        """The start of the race, when its clock is first seen to run, or to run anew."""
        before, self._shown = self._shown, beat.race_time if beat.is_running else None
        runs_on = before is not None and beat.race_time >= before - SECOND
        if self._given is not None or runs_on or not beat.is_running:
            return []
        start = after(self._midnight, Duration(beat.time_of_day - beat.race_time))
        if self._start is not None and abs(between(self._start, start)) <= _JITTER:
            return []
        self._start = start
        return [GunFired(start)]

    def _passing(self, crossing: Crossing, line: bytes) -> Passing | Garbled:
        if self._start is None:
            return Garbled(line, "a passing, but the feed has not said yet when the race started")
        return Passing(after(self._start, crossing.total), crossing.registration, FINISH_LINE, self._source)


# Lines as text


def parse_line(text: str) -> Line | OtherLine:
    """What a line says; raises `InputError` if it cannot be read."""
    command, *cells = _cells(text)
    if command not in _COMMANDS:
        return OtherLine(text)
    kind, fields = _COMMANDS[command]
    least = sum(field.required for field in fields)
    if len(cells) < least:
        message = f"{command} has {len(cells)} fields, but needs {least}"
        raise InputError(message)
    return kind(*(_FORMS[field.type][0](cell) for field, cell in zip(fields, cells, strict=False)))


def line_text(line: Line) -> str:
    """The line as it is sent, but for its end; `parse_line` is the inverse.

    What Latin-1 lacks is written as the letter without its accent, else as `?`.
    """
    command = str(line.__struct_config__.tag)
    _, fields = _COMMANDS[command]
    return ",".join([command, *(_FORMS[field.type][1](getattr(line, field.name)) for field in fields)])


def encode(lines: Iterable[Line]) -> bytes:
    """The *lines* as they go over the wire; `RMonitor` is the inverse."""
    return "".join(f"{line_text(line)}\r\n" for line in lines).encode(ENCODING)


def _cells(text: str) -> list[str]:
    if not re.match(r"\$[A-Z]+(,|$)", text):
        message = "no line of RMonitor: one begins with $ and a command"
        raise InputError(message)
    try:
        return [cell.strip() for cell in next(csv.reader([text], strict=True))]
    except csv.Error as error:
        message = f"no fields parted by commas: {error}"
        raise InputError(message) from error


def _whole(text: str) -> int:
    """A whole number; nothing is none, as of the laps of who has not done one yet."""
    if not re.fullmatch("[0-9]{0,9}", text):
        message = f"{text!r} is no whole number"
        raise InputError(message)
    return int(text or 0)


def _shift(text: str) -> Duration:
    length = parse_clock(text.lstrip("+-"))
    return Duration(-length) if text.startswith("-") else length


def _seconds_text(duration: Duration) -> str:
    minutes, seconds = divmod(duration // SECOND, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def _time_text(duration: Duration) -> str:
    return f"{_seconds_text(duration)}.{duration % SECOND // 1_000:03}"


def _quoted(text: str) -> str:
    doubled = latin(text).strip().replace('"', '""')
    return f'"{doubled}"'


def _bare(text: str) -> str:
    plain = latin(text).strip()
    return _quoted(plain) if set(plain) & set(',"') else plain


_FORMS: dict[Any, tuple[Callable[[str], Any], Callable[[Any], str]]] = {
    int: (_whole, str),
    str: (str, _quoted),
    Bare: (Bare, _bare),
    Laps: (_whole, lambda laps: str(laps or "")),
    Flag: (Flag, lambda flag: _quoted(flag)[:-1].ljust(7) + '"'),
    Duration: (parse_clock, lambda duration: _quoted(_time_text(duration))),
    Seconds: (parse_clock, lambda duration: _quoted(_seconds_text(duration))),
    Shift: (_shift, lambda shift: _quoted(("-" if shift < 0 else "+") + _time_text(Duration(abs(shift))))),
}
"""How a field of each type is read and written."""
