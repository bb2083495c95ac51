"""The records of a log as lines of JSON, each sealed by a hash over itself and the hash before it.

Strategy: a line is all that a record is, so the log can be proved, carried over and recovered as
plain text.  The hash stands last in its line, and seals the text before it as it stands.
`docs/log-format.md` tells how to recompute it with a shell.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Annotated, TypeVar

import msgspec

from lastlap.errors import InputError
from lastlap.events import Event, Record
from lastlap.times import Instant

GENESIS = 64 * "0"
"""Stands before the first record, where the hash of a record before it would stand."""

Moment = Annotated[Instant, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
"""A moment that a log can hold."""

_Said = TypeVar("_Said")


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A record with its key and its hash, its event as the JSON that was written."""

    number: int
    race: str | None
    by: str
    at: Moment
    key: str | None
    event: msgspec.Raw
    hash: str = ""

    @property
    def text(self) -> str:
        """The line, without a line end."""
        return msgspec.json.encode(self).decode()

    def follows(self, head: str) -> bool:
        """Whether the line is as it was written behind a record with the hash *head*."""
        return self.hash == _seal(head, self)

    def linked(self, number: int, head: str) -> "Line":
        """The same as record *number*, behind a record with the hash *head*."""
        line = Line(number, self.race, self.by, self.at, self.key, self.event)
        return msgspec.structs.replace(line, hash=_seal(head, line))

    def record(self) -> Record:
        """What the line says; a `ValueError` if it is nothing that this lastlap understands."""
        return Record(self.number, _EVENT.decode(self.event), self.race, self.by, self.at)


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="lastlap", tag="meet"):
    """The first line of an exported log."""

    schema: int
    records: int
    """How many lines follow."""
    head: str
    """The hash of the last of them."""


_EVENT = msgspec.json.Decoder(Event)
_HEADER = msgspec.json.Decoder(Header)
_LINE = msgspec.json.Decoder(Line)


def _seal(head: str, line: Line) -> str:
    body, _, _ = msgspec.json.encode(line).rpartition(b',"hash":')
    return hashlib.sha256(head.encode() + body).hexdigest()


def proved(lines: Iterable[str], newest: int) -> Iterator[Line]:
    """The records of an exported log, each proved to follow from the one before it.

    Raises `InputError`, which names the line, where that cannot be, also if the lines end too
    early or are of a schema newer than *newest*.
    """
    texts = enumerate((line.rstrip("\r\n") for line in lines), 1)
    header = _header(texts, newest)
    count, head = 0, GENESIS
    for number, text in texts:
        line = _read(_LINE, number, text)
        _read(_EVENT, number, line.event)
        if line.number != count + 1 or not line.follows(head) or line.text != text:
            message = (
                f"line {number} does not follow from the one before it: it was changed, moved or left out"
            )
            raise InputError(message)
        count, head = line.number, line.hash
        yield line
    if (count, head) != (header.records, header.head):
        message = (
            f"line 1 promises {header.records} records and {header.head} as the last hash, "
            f"but here are {count} and {head}: get the whole export"
        )
        raise InputError(message)


def _header(texts: Iterator[tuple[int, str]], newest: int) -> Header:
    header = _read(_HEADER, *next(texts, (1, "")))
    if header.schema > newest:
        message = f"line 1: it is from a newer lastlap (schema {header.schema}, this one knows {newest}): get that one"
        raise InputError(message)
    return header


def _read(decoder: "msgspec.json.Decoder[_Said]", number: int, text: str | msgspec.Raw) -> _Said:
    try:
        return decoder.decode(text)
    except ValueError as error:
        message = f"line {number} is not as lastlap writes it: {error}"
        raise InputError(message) from error
