"""Rows out of the pages of a damaged SQLite file, where SQLite itself no longer gets at them.

Strategy: SQLite finds a row by way of the pages above it, so one bad page hides all below it.
Here every page is read for itself, and so is every page in the write-ahead log, old versions
too.  What is found is not to be trusted: it may be torn or out of date, and the caller has to
prove it by the hash chain.  The layout is in https://sqlite.org/fileformat2.html; the sections
named below are its.
"""

import struct
from collections.abc import Iterator, Mapping

PAGE = 4096
"""The bytes of a page: a meet is always made with this size."""

_LEAF = b"\x0d"
"""The first byte of a page that holds rows of a table (section 1.6)."""

_FRAME = 24 + PAGE
"""A page in the write-ahead log, with its header (section 4.1)."""

_WAL_HEADER = 32

_MOST = PAGE - 35
"""The longest row that stands on one page (section 1.6); of a longer one the rest stands on overflow pages."""

_LEAST = (PAGE - 12) * 32 // 255 - 23

_CONSTANTS = {0: None, 8: 0, 9: 1}
"""The kinds of value that take no room (section 2.1)."""

_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
"""The kinds of whole number, and how many bytes each takes."""

_TEXT = 13
"""The kind of an empty text; each byte of text adds two."""

_MORE = 0x80
"""The bit of a byte that says that the number goes on in the next one."""

Value = int | str | None
"""What a column may hold; rows with anything else in them are not ours."""


def readable_rows(database: bytes, wal: bytes = b"", first: int = 1) -> Iterator[tuple[Value, ...]]:
    """The rows numbered *first* or more that can be read in a file and its write-ahead log, in no order.

    A row's first value is its number.  Some rows come twice, some in an older state.  Nothing is
    raised, whatever the bytes are.
    """
    stored = {start // PAGE + 1: database[start : start + PAGE] for start in range(0, len(database), PAGE)}
    frames = [
        (int.from_bytes(wal[start : start + 4]), wal[start + 24 : start + _FRAME])
        for start in range(_WAL_HEADER, len(wal), _FRAME)
    ]
    leaves = [page for page in (*stored.values(), *(page for _, page in frames)) if page[:1] == _LEAF]
    # An overflow page may be damaged in the log or in the file, so both are tried.
    for pages in [stored | dict(frames), stored] if stored and frames else [stored | dict(frames)]:
        for page in leaves:
            yield from _rows(page, pages, first)


def committed(wal: bytes) -> bytes:
    """The *wal* up to the last transaction that was finished in it; empty if there is none."""
    # All frames since the log last began anew carry the same salt; a commit names the file's size (section 4.1).
    salt = wal[_WAL_HEADER + 8 : _WAL_HEADER + 16]
    ends = [
        start + _FRAME
        for start in range(_WAL_HEADER, len(wal) - _FRAME + 1, _FRAME)
        if wal[start + 8 : start + 16] == salt and any(wal[start + 4 : start + 8])
    ]
    return wal[: ends[-1]] if ends else b""


def _rows(page: bytes, pages: Mapping[int, bytes], first: int) -> Iterator[tuple[Value, ...]]:
    """The rows of a leaf that can be read."""
    count = min(int.from_bytes(page[3:5]), (len(page) - 8) // 2)
    for (start,) in struct.iter_unpack(">H", page[8 : 8 + 2 * count]):
        try:
            size, at = _varint(page, start)
            number, at = _varint(page, at)
            if number >= first:
                yield (number, *_columns(_payload(page[at:], size, pages)))
        except (IndexError, KeyError, ValueError):
            continue  # damaged: whoever asked for what can be read does not miss it


def _columns(payload: bytes) -> list[Value]:
    """What stands in the columns behind the row's number (section 2.1)."""
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    # The number itself stands before the row, and its own column is empty (section 2.3).
    return values[1:]


def _payload(cell: bytes, size: int, pages: Mapping[int, bytes]) -> bytes:
    """The *size* bytes of a row that begins with *cell* and may go on on overflow pages (section 1.6)."""
    if size > PAGE * len(pages):
        message = "longer than the whole file"
        raise ValueError(message)
    local = size
    if size > _MOST:
        local = _LEAST + (size - _LEAST) % (PAGE - 4)
        local = local if local <= _MOST else _LEAST
    payload, following = cell[:local], cell[local : local + 4]
    while len(payload) < size:
        page = pages[int.from_bytes(following)]
        part = page[4 : 4 + size - len(payload)]
        if len(part) < min(PAGE - 4, size - len(payload)):
            message = "the page ends before the row does"
            raise ValueError(message)
        payload, following = payload + part, page[:4]
    return payload


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    """The value of *kind* that stands at *at*, and where the next one does (section 2.1)."""
    if kind in _CONSTANTS:
        return _CONSTANTS[kind], at
    size = _INTEGERS.get(kind, (kind - _TEXT) // 2)
    raw = payload[at : at + size]
    if kind in _INTEGERS and len(raw) == size:
        return int.from_bytes(raw, signed=True), at + size
    if kind < _TEXT or kind % 2 == 0 or len(raw) < size:
        message = "neither a whole number nor a text"
        raise ValueError(message)
    return raw.decode(), at + size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number of one to nine bytes that stands at *at*, and where it ends (section 1.6)."""
    number = 0
    for _ in range(8):
        byte, at = data[at], at + 1
        number = number << 7 | byte & ~_MORE
        if not byte & _MORE:
            return number, at
    return number << 8 | data[at], at + 1
