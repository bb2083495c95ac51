"""The records of P3: which field of which record a tag is, and how the fields lie in a frame.

Strategy: one table serves both ways.  A decoder sends the same fields in the same order over and
over, so how they lie is found out once; frames that lie alike are then unpacked at a stroke.
"""

import struct
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from lastlap.errors import InputError
from lastlap.events import Passing
from lastlap.timing.said import Fault, GetTime, GetVersion, Other, Resend, Status, Time, Version

HEADER = struct.Struct("<BBHHHH")
"""Start, version, length, checksum, flags, type of record (TOR)."""

_NUMBERS = {1: "B", 2: "H", 4: "I", 8: "Q"}
"""How `struct` calls numbers of so many bytes; in small letters, they may be below zero."""

_TEXT, _AS_SENT = "text", "as sent"

Record = Passing | Status | Version | Resend | Time | Fault
Fields = tuple[tuple[int, str, str], ...]
"""Tag, name and form of each: `_TEXT`, `_AS_SENT`, or a number as `struct` calls it."""


class Shape(NamedTuple):
    """A type of record, with its fields in the order in which a decoder sends them."""

    tor: int
    make: Callable[..., Record]
    required: frozenset[str]
    fields: Fields


def fields_of(plain: bytes) -> list[tuple[int, bytes]] | None:
    """The tags and values in an unescaped frame; `None` if they run past its end."""
    fields = []
    at, end = HEADER.size, len(plain) - 1
    while at < end - 1:
        value = at + 2
        after = value + plain[at + 1]
        fields.append((plain[at], plain[value:after]))
        at = after
    return fields if at == end else None


class Layout:
    """How the fields lie in frames that have the same tags and lengths in the same order."""

    def __init__(self, fields: Fields, lying: list[tuple[int, bytes]]) -> None:
        """Made after a frame with the fields *lying* in it, for a record that has *fields*."""
        known = {tag: (name, form) for tag, name, form in fields}
        lengths = [(tag, len(value)) for tag, value in lying]
        named = [_named(*known.get(tag, ("", _AS_SENT)), length) for tag, length in lengths]
        forms = (f"H{form}" for _, form in named)
        self._unpack = struct.Struct(f"<{HEADER.size}x{''.join(forms)}x").unpack
        self._heads = tuple(tag | length << 8 for tag, length in lengths)
        self.names = tuple(name for name, _ in named)
        self._texts = {name for _, name, form in fields if form == _TEXT}.intersection(self.names)

    def read(self, plain: bytes) -> dict[str, Any] | None:
        """The values by name in a frame as long as the one that this was made after, if it lies alike."""
        heads_and_values = self._unpack(plain)
        if heads_and_values[::2] != self._heads:
            return None
        values = dict(zip(self.names, heads_and_values[1::2], strict=True))
        values.pop("", None)
        for name in self._texts:
            values[name] = values[name].decode("latin-1")
        return values


def _named(name: str, form: str, length: int) -> tuple[str, str]:
    """The name and the form of a field that is so long; without a name if it tells nothing."""
    if form not in {_TEXT, _AS_SENT}:
        number = _NUMBERS.get(length, "")
        form = number.lower() if form.islower() else number
        return (name, form) if form else ("", f"{length}s")
    return name if length else "", f"{length}s"


def tagged(fields: Fields, values: Mapping[str, Any]) -> dict[int, bytes]:
    """Those of the *values* that are there, as bytes by tag; `InputError` if one does not fit."""
    tags = {}
    for tag, name, form in fields:
        if values[name] in {None, "", b""}:
            continue
        try:
            tags[tag] = _packed(form, values[name])
        except (struct.error, ValueError) as error:
            message = f"P3 cannot say {name} = {values[name]!r}: {error}"
            raise InputError(message) from error
    return tags


def _packed(form: str, value: Any) -> bytes:  # noqa: ANN401 a field may hold a number, text or bytes
    if form == _TEXT:
        return bytes(value, "latin-1")
    return bytes(value) if form == _AS_SENT else struct.pack(f"<{form}", value)


# The table

_DECODER = (0x81, "decoder", "I")


def _shape(tor: int, make: type[Record], *fields: tuple[int, str, str]) -> Shape:
    required = frozenset(field.name for field in msgspec.structs.fields(make) if field.required)
    return Shape(tor, make, required, fields)


PASSING = 0x01

_SHAPES = (
    # Whether a passing has a transponder hangs on the values.
    Shape(
        PASSING,
        Passing,
        frozenset(),
        (
            (0x01, "number", "I"),
            (0x03, "chip", "I"),
            (0x0A, "label", _TEXT),
            (0x04, "at", "Q"),
            (0x10, "utc", "Q"),
            (0x05, "strength", "H"),
            (0x06, "hits", "H"),
            (0x08, "flags", "H"),
            _DECODER,
        ),
    ),
    _shape(
        0x02,
        Status,
        (0x01, "noise", "H"),
        (0x07, "temperature", "h"),
        (0x0C, "voltage", "B"),
        (0x06, "gps", "B"),
        (0x0A, "satellites", "B"),
        (0x0B, "loop_triggers", "H"),
        _DECODER,
    ),
    _shape(
        0x03,
        Version,
        (0x01, "kind", "B"),
        (0x02, "description", _TEXT),
        (0x03, "version", _AS_SENT),
        (0x04, "release", _AS_SENT),
        (0x08, "registration", _AS_SENT),
        (0x0A, "build", _AS_SENT),
        (0x0C, "options", _AS_SENT),
        _DECODER,
    ),
    _shape(0x04, Resend, (0x01, "first", "I"), (0x02, "last", "I")),
    _shape(0x24, Time, (0x01, "at", "Q"), (0x04, "flags", "H"), (0x05, "utc", "Q"), _DECODER),
    _shape(0xFFFF, Fault, (0x01, "code", "H"), (0x02, "text", _TEXT), _DECODER),
)
SHAPES = {shape.tor: shape for shape in _SHAPES}
"""By type of record."""
SHAPES_BY_RECORD: dict[object, Shape] = {shape.make: shape for shape in _SHAPES}

REQUESTS: dict[type[GetTime | GetVersion], Other] = {
    # The bytes of GetTime are those of a client at work; GetVersion is made after it.
    GetTime: Other(0x24, dict.fromkeys((0x01, 0x04, 0x05), b""), version=0),
    GetVersion: Other(0x03, dict.fromkeys((0x01, 0x02, 0x03, 0x04, 0x08, 0x0A, 0x0C), b""), version=0),
}
"""A field without a value asks for it."""
ASKING: dict[int, GetTime | GetVersion] = {0x24: GetTime(), 0x03: GetVersion()}
"""What a record of which no field has a value asks, by its type."""
