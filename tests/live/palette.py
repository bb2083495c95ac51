"""A screenshot as a small PNG: no more than 256 colours, so that pictures weigh little in the repository."""

import struct
import zlib
from collections import Counter

_HEAD = b"\x89PNG\r\n\x1a\n"
_MOST = 256

Pixel = tuple[int, ...]


def reduced(png: bytes) -> bytes:
    """The picture with its 256 commonest colours; every other colour becomes the nearest of them."""
    width, height, rows = _pixels(png)
    counted = Counter(pixel for row in rows for pixel in row)
    palette = [pixel for pixel, _ in counted.most_common(_MOST)]
    index = {pixel: _nearest(pixel, palette) for pixel in counted}
    body = b"".join(b"\0" + bytes(index[pixel] for pixel in row) for row in rows)
    return _HEAD + b"".join(
        [
            _chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(bytes(pixel[:3]) for pixel in palette)),
            _chunk(b"IDAT", zlib.compress(body, 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _nearest(pixel: Pixel, palette: list[Pixel]) -> int:
    def apart(place: int) -> int:
        return sum((one - other) ** 2 for one, other in zip(pixel, palette[place], strict=True))

    return min(range(len(palette)), key=apart)


def _pixels(png: bytes) -> tuple[int, int, list[list[Pixel]]]:
    """Width, height and the rows of a picture with eight bits a channel and no interlacing, as Chromium makes it."""
    chunks = _chunks(png)
    width, height, depth, kind = struct.unpack(">2I2B", chunks[b"IHDR"][:10])
    assert (depth, chunks[b"IHDR"][12]) == (8, 0)
    size = {2: 3, 6: 4}[kind]
    raw = zlib.decompress(chunks[b"IDAT"])
    rows: list[list[Pixel]] = []
    above = bytes(width * size)
    for start in range(0, len(raw), width * size + 1):
        above = _unfiltered(raw[start], raw[start + 1 : start + 1 + width * size], above, size)
        rows.append([tuple(above[at : at + size]) for at in range(0, width * size, size)])
    return width, height, rows


def _chunks(png: bytes) -> dict[bytes, bytes]:
    """The parts of the file by name; the data, which may stand in several, as one."""
    found: dict[bytes, bytes] = {}
    at = len(_HEAD)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        found[name] = found.get(name, b"") + png[at + 8 : at + 8 + length]
        at += length + 12
    return found


def _unfiltered(kind: int, line: bytes, above: bytes, size: int) -> bytes:
    """A row of bytes as it was before it was filtered for packing."""
    if kind == 0:
        return line
    out = bytearray(line)
    for place in range(len(out)):
        left = out[place - size] if place >= size else 0
        corner = above[place - size] if place >= size else 0
        out[place] = (out[place] + _foretold(kind, left, above[place], corner)) & 255
    return bytes(out)


def _foretold(kind: int, left: int, up: int, corner: int) -> int:
    """What a byte was foretold as, by the kind of filter of its row (PNG, section 9)."""
    if kind == 1:
        return left
    if kind == 2:
        return up
    if kind == 3:
        return (left + up) // 2
    near = left + up - corner
    return min((left, up, corner), key=lambda one: abs(near - one))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
