"""The devices that can be plugged in: how one is written, and what there is to know of each language.

Strategy: a language is a row of one table.  It says how its bytes are read, what is sent when a
line opens, how passings are asked for again, and whether silence means that the line is dead.
Whatever else differs between devices stays inside their own files.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from lastlap.errors import InputError
from lastlap.events import FINISH_LINE, Passing
from lastlap.timing import alge, raceresult
from lastlap.timing.link import Address, parse_address
from lastlap.timing.lynx import Lif, parse_lif
from lastlap.timing.mylaps import TimingAndScoring
from lastlap.timing.p3 import P3
from lastlap.timing.p98 import P98
from lastlap.timing.rmonitor import Competitor, CompetitorAgain, RMonitor
from lastlap.timing.said import Garbled, GetTime, Resend
from lastlap.timing.table import PassingsFile
from lastlap.timing.wall import WallClock


class Device(msgspec.Struct, frozen=True):
    """A device that the timekeeper plugged in."""

    name: str
    """What passings name as their source."""
    language: str
    address: Address
    loop: str = FINISH_LINE
    """Which loop it is at; of a device with several lines, those that `loops` does not name."""
    loops: Mapping[str, str] = {}
    """Of a device with several lines: the loop that each stands for."""

    @property
    def spoken(self) -> "Language":
        """What there is to know of its language."""
        return LANGUAGES[self.language]


class Decoder(Protocol):
    """What a language needs of a decoder of bytes."""

    def receive(self, data: bytes) -> Sequence[Any]:
        """What *data* tells, together with what was kept."""

    def finish(self) -> Sequence[Any]:
        """What was kept, when the line is cut."""


class Language(msgspec.Struct, frozen=True):
    """What there is to know of a language."""

    decoder: Callable[[Device, WallClock], Decoder]
    greeting: tuple[bytes, ...] = ()
    """Sent whenever the line has been opened."""
    recovery: tuple[bytes, ...] = ()
    """Sent besides, if passings may have been missed while the line was cut."""
    resend: Callable[[int, int], bytes] | None = None
    """How the passings of two numbers, and all between, are asked for again."""
    tells_time: bool = False
    """Whether it answers `GetTime`."""
    has_heartbeat: bool = True
    """Whether it says something every few seconds, so that silence means trouble."""
    kind: str = ""
    """The only kind of address that makes sense, if there is only one."""


class _Numbered:
    """RMonitor, whose passings name a registration: they are told by the number that its competitor wears."""

    def __init__(self, feed: RMonitor) -> None:
        self._feed = feed
        self._numbers: dict[str, str] = {}

    def receive(self, data: bytes) -> list[Any]:
        return list(map(self._named, self._feed.receive(data)))

    def finish(self) -> list[Any]:
        return list(self._feed.finish())

    def _named(self, word: object) -> object:
        if isinstance(word, Competitor | CompetitorAgain):
            self._numbers[word.registration] = word.number
        if isinstance(word, Passing):
            number = self._numbers.get(word.transponder, word.transponder)
            return msgspec.structs.replace(word, transponder=f"#{number}")
        return word


class _Keyed:
    """An Alge Timy, which knows nobody: what its operator keys in is the number that a skater wears."""

    def __init__(self, timy: alge.Timy) -> None:
        self._timy = timy

    def receive(self, data: bytes) -> list[Any]:
        return [
            msgspec.structs.replace(word, transponder=f"#{int(word.transponder)}")
            if isinstance(word, Passing) and word.transponder.isdecimal()
            else word
            for word in self._timy.receive(data)
        ]

    def finish(self) -> list[Any]:
        return list(self._timy.finish())


class _Readings:
    """FinishLynx, of which every chunk is a whole file."""

    def __init__(self, *, timed: bool) -> None:
        self._timed = timed

    def receive(self, data: bytes) -> list[Lif | Garbled]:
        read = parse_lif(data)
        if isinstance(read, Lif) and not self._timed:
            read = msgspec.structs.replace(read, times={})
        return [read]

    def finish(self) -> list[Lif | Garbled]:
        return []


def _loops(device: Device) -> Mapping[str, str] | None:
    return device.loops or None


LANGUAGES: dict[str, Language] = {
    "p3": Language(
        lambda device, _: P3(device.name),
        greeting=(P3.encode(GetTime()),),
        resend=lambda first, last: P3.encode(Resend(first, last)),
        tells_time=True,
    ),
    "p98": Language(lambda device, _: P98(device.name)),
    "rmonitor": Language(lambda device, wall: _Numbered(RMonitor(wall, source=device.name))),
    "tands": Language(
        lambda device, wall: TimingAndScoring(wall, loops=_loops(device), source=device.name),
    ),
    "tands1": Language(
        lambda device, wall: TimingAndScoring(wall, version=1, loops=_loops(device), source=device.name),
    ),
    "lynx": Language(lambda _device, _wall: _Readings(timed=False), has_heartbeat=False, kind="folder"),
    "lynx-times": Language(lambda _device, _wall: _Readings(timed=True), has_heartbeat=False, kind="folder"),
    "raceresult": Language(
        lambda device, wall: raceresult.RaceResult(wall, loops=_loops(device), source=device.name),
        greeting=tuple(raceresult.command(*words.split(";")) for words in raceresult.GREETING),
        resend=raceresult.fetch,
        has_heartbeat=False,
    ),
    "alge": Language(
        lambda device, wall: _Keyed(alge.Timy(wall, loops=_loops(device), source=device.name)),
        greeting=tuple(map(alge.command, alge.SETUP)),
        recovery=(alge.command(alge.DUMP),),
        has_heartbeat=False,
    ),
    "csv": Language(
        lambda device, wall: PassingsFile(wall.utc_offset, source=device.name), has_heartbeat=False
    ),
}
"""Every language that is spoken here, by its name."""

_DEVICE = re.compile(
    r"(?:(?P<name>[^@=]+)(?:@(?P<loops>[^=]+))?=)?(?:(?P<language>[^+:/]+)\+)?(?P<address>.+)"
)


def parse_device(text: str) -> Device:
    """The device that `[NAME[@LOOP]=][LANGUAGE+]ADDRESS` names, as in `box=p3+tcp://10.0.0.7:5403`.

    Without a name it is called by its address; the language is P3 if not given.  A device at
    another line than the finish names its loop, as in `back@200m=tcp://10.0.0.8:5403`, and one
    with several lines which of them is which, as in `line@C1:FIN,C2:200m=alge+serial:/dev/ttyS0`.
    Raises `InputError` for what cannot be one.
    """
    match = _DEVICE.fullmatch(text)
    if match is None:
        message = f"{text!r} is no device: write NAME=LANGUAGE+ADDRESS, as in box=p3+tcp://10.0.0.7:5403"
        raise InputError(message)
    language = match["language"] or "p3"
    if language not in LANGUAGES:
        message = f"{text!r}: nobody here speaks {language!r}: choose one of {', '.join(LANGUAGES)}"
        raise InputError(message)
    address = parse_address(match["address"])
    kind = LANGUAGES[language].kind
    if kind and address.kind != kind:
        message = (
            f"{text!r}: {language} comes in files: name their folder, as in photo={language}+{kind}:PATH"
        )
        raise InputError(message)
    loop, loops = _parse_loops(match["loops"] or FINISH_LINE, text)
    return Device(match["name"] or text, language, address, loop, loops)


def _parse_loops(text: str, origin: str) -> tuple[str, dict[str, str]]:
    """The loop, or the loops by the names that the device has for them."""
    if ":" not in text:
        return text, {}
    pairs = [pair.split(":") for pair in text.split(",")]
    if any(len(pair) != 2 or not all(pair) for pair in pairs):  # noqa: PLR2004 - a pair
        message = f"{origin!r}: write loops as LINE:LOOP,LINE:LOOP, as in line@C1:FIN,C2:200m=..."
        raise InputError(message)
    return FINISH_LINE, dict(pairs)
