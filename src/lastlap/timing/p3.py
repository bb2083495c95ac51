"""P3, the language of AMB and MYLAPS decoders, without any I/O: bytes to events and back.

Strategy: a frame is the bytes from 0x8E to 0x8F, neither of which stands inside unescaped.  It
holds version, length, checksum, flags and type of record (TOR), then fields of tag, length and
value in any order; numbers are little-endian.  `p3_records` knows the fields; here are frames,
passings and their numbers.

What is wrong with a frame is told by `Garbled`; no bytes whatever raise.
"""

import re
import struct
from typing import Any

import msgspec

from lastlap.errors import InputError
from lastlap.events import FINISH_LINE, Passing
from lastlap.times import Instant
from lastlap.timing.framing import Framing, checksum
from lastlap.timing.p3_records import (
    ASKING,
    HEADER,
    PASSING,
    REQUESTS,
    SHAPES,
    SHAPES_BY_RECORD,
    Layout,
    fields_of,
    tagged,
)
from lastlap.timing.said import (
    Fault,
    Garbled,
    GetTime,
    GetVersion,
    Missed,
    Other,
    Resend,
    Restarted,
    Said,
    Status,
    Time,
    Version,
)

LONGEST = 8_192
"""The most bytes between the ends of a frame; the longest frame seen has 53."""

_START = 0x8E
_ESCAPE = 0x8D
_SHIFT = 0x20
_CHECK = 4  # where the checksum stands; it is made as if it were 0
_ESCAPED = re.compile(rb"\x8d[^\x8f]")
_PLAIN = {bytes((_ESCAPE, byte)): bytes(((byte - _SHIFT) % 256,)) for byte in range(256)}
_SPECIAL = re.compile(rb"[\x8d-\x8f]")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")
_LABEL = re.compile(r"[!-~]([ -~]{0,253}[!-~])?")
_KEPT = 64
"""The most decoders that are counted apart, and layouts kept: a bound for memory, far above what a line has."""

Frame = Passing | Status | Time | Version | Fault | Other | Resend | GetTime | GetVersion
"""What a P3 frame can hold."""


class P3:
    """The P3 of one line: what the decoders on it say.

    *source* is what passings name as their source; without, it is the decoder's own number.
    A passing's transponder is the code printed on the chip where the decoder sends it, as
    ProChip decoders do (`FL-94890`), and else the chip's number.  Its time is the decoder's own.
    """

    def __init__(self, source: str = "", loop: str = FINISH_LINE) -> None:
        self._source = source
        self._loop = loop
        self._framing = Framing(b"\x8e", b"\x8f", b"\x8e\x8f", LONGEST)
        self._last: dict[int | None, tuple[int, Instant]] = {}
        self._layouts: dict[tuple[int, int], Layout] = {}

    @property
    def kept(self) -> int:
        """How many bytes wait for the rest of their frame; twice `LONGEST` at most, and a few."""
        return self._framing.kept

    def receive(self, data: bytes) -> list[Said]:
        """What *data* tells, together with what was kept; the beginning of a frame is kept.

        However the bytes are split over calls, the same is told.  Bytes that are no frame are told
        when the next frame is whole, or when there are many.
        """
        said: list[Said] = []
        for sent in self._framing.receive(data):
            said += [sent] if isinstance(sent, Garbled) else self._read(sent)
        return said

    def finish(self) -> list[Said]:
        """What was kept, when the line is cut; after that, `receive` takes a new connection's bytes.

        The count of passings goes on, so that a gap over the cut shows.
        """
        return [*self._framing.finish()]

    @staticmethod
    def encode(said: Frame) -> bytes:
        """The frame that says so: the inverse of `receive`.

        A passing's source is said if it is a decoder's number; its loop is never said.  Raises
        `InputError` for what P3 cannot say.
        """
        if isinstance(said, Other):
            return _closed(said)
        if isinstance(said, GetTime | GetVersion):
            return _closed(REQUESTS[type(said)])
        shape = SHAPES_BY_RECORD.get(type(said))
        if shape is None:
            message = f"a {type(said).__name__} is nothing that P3 can say"
            raise InputError(message)
        values = _passing_values(said) if isinstance(said, Passing) else msgspec.structs.asdict(said)
        return _closed(Other(shape.tor, tagged(shape.fields, values)))

    def _read(self, sent: bytes) -> list[Said]:
        plain = _ESCAPED.sub(_unescaped, sent) if _ESCAPE in sent else sent
        if flaw := _flaw(plain):
            return [Garbled(sent, flaw)]
        tor = plain[8] | plain[9] << 8
        layout = self._layouts.get((tor, len(plain)))
        values = layout.read(plain) if layout else None
        if values is None:
            values = self._learnt(tor, plain)
        if not values:
            return [_other(sent, plain)]
        if tor == PASSING:
            return self._passing(values) or [_other(sent, plain)]
        return [SHAPES[tor].make(**values)]

    def _learnt(self, tor: int, plain: bytes) -> dict[str, Any] | None:
        """The values in a frame that lies as none did before, if it makes a record; it is kept in mind how."""
        shape, fields = SHAPES.get(tor), fields_of(plain)
        if shape is None or fields is None:
            return None
        layout = Layout(shape.fields, fields)
        if not shape.required.issubset(layout.names):
            return None
        if len(self._layouts) == _KEPT:
            self._layouts.clear()
        self._layouts[tor, len(plain)] = layout
        return layout.read(plain)

    def _passing(self, values: dict[str, Any]) -> list[Said]:
        """A passing, and what its number tells; nothing if there is no time or no transponder in it."""
        transponder, at = _transponder(values), values.get("at", values.get("utc"))
        if at is None or not transponder:
            return []
        number, decoder = values.get("number"), values.get("decoder")
        source = self._source or ("" if decoder is None else str(decoder))
        strength, hits = values.get("strength"), values.get("hits")
        passing = Passing(at, transponder, self._loop, source, number, strength, hits)
        notice = None if number is None else self._counted(number, at, decoder)
        return [notice, passing] if notice else [passing]

    def _counted(self, number: int, at: Instant, decoder: int | None) -> Missed | Restarted | None:
        """What the number of a passing tells beside it.

        A number that was there before is a passing sent again, unless it is later than all that
        were sent: then the decoder counts anew.  (If its clock was set back too, only that shows.)
        """
        last, latest = self._last.pop(decoder, (None, at))
        if last is not None and number <= last and at <= latest:
            self._last[decoder] = last, latest
            return None
        self._last[decoder] = number, max(at, latest)
        if len(self._last) > _KEPT:
            del self._last[next(iter(self._last))]
        if last is None or number == last + 1:
            return None
        return Missed(last + 1, number - 1, decoder) if number > last else Restarted(number, decoder)


# From bytes


def _flaw(plain: bytes) -> str:
    """What is wrong with an unescaped frame as a whole; nothing if it is sound."""
    if len(plain) <= HEADER.size:
        return "too short for a frame"
    _, version, length, check, _, _ = HEADER.unpack_from(plain)
    if length != len(plain) and (length or version):
        return f"the frame says that it has {length} bytes, but has {len(plain)}"
    if check != checksum(b"%b\0\0%b" % (plain[:_CHECK], plain[_CHECK + 2 :])):
        return "the checksum is wrong"
    return ""


def _unescaped(match: re.Match[bytes]) -> bytes:
    return _PLAIN[match[0]]


def _transponder(values: dict[str, Any]) -> str:
    label = values.get("label")
    if label and _LABEL.fullmatch(label := label.strip(" \0")):
        return str(label)
    return str(values.get("chip", ""))


def _other(sent: bytes, plain: bytes) -> Other | GetTime | GetVersion | Garbled:
    """What a sound frame says that makes no record."""
    fields = fields_of(plain)
    if fields is None:
        return Garbled(sent, "a field runs past the end of the frame")
    _, version, _, _, flags, tor = HEADER.unpack_from(plain)
    tags = dict(fields)
    frame = Other(tor, tags, version, flags)
    return frame if any(tags.values()) else ASKING.get(tor, frame)


# To bytes


def _passing_values(passing: Passing) -> dict[str, int | str | None]:
    chip = _own_number(passing.transponder)
    if chip is None and not _LABEL.fullmatch(passing.transponder):
        message = f"{passing.transponder!r} is no transponder: give its number, or the code printed on it"
        raise InputError(message)
    return {
        "number": passing.number,
        "chip": chip,
        "label": passing.transponder if chip is None else None,
        "at": passing.at,
        "utc": None,
        "strength": passing.strength,
        "hits": passing.hits,
        "flags": 0,  # no other value was seen
        "decoder": _own_number(passing.source),
    }


def _own_number(text: str) -> int | None:
    """The number that a device means by *text*, if it is one."""
    return int(text) if _NUMBER.fullmatch(text) and int(text) < 2**32 else None


def _closed(frame: Other) -> bytes:
    """The bytes of *frame*. Where the version is 0, as in requests, the length is too."""
    try:
        body = b"".join(bytes((tag, len(value))) + value for tag, value in frame.tags.items())
        length = HEADER.size + len(body) + 1 if frame.version else 0
        header = HEADER.pack(_START, frame.version, length, 0, frame.flags, frame.tor)
    except (ValueError, struct.error) as error:
        message = f"P3 has no frame of the type {frame.tor} with these fields: {error}"
        raise InputError(message) from error
    plain = b"%b%b\x8f" % (header, body)
    check = checksum(plain).to_bytes(2, "little")
    inside = _SPECIAL.sub(_escaped, plain[1:_CHECK] + check + plain[_CHECK + 2 : -1])
    if len(inside) > LONGEST:
        message = f"a frame of {len(inside)} bytes is too long for P3: {LONGEST} is the most"
        raise InputError(message)
    return b"\x8e%b\x8f" % inside


def _escaped(match: re.Match[bytes]) -> bytes:
    return bytes((_ESCAPE, match[0][0] + _SHIFT))
