"""Whole frames out of a stream of bytes, and whatever lies between them.

Strategy: a pattern says what a frame is; what it does not take is rubbish.  Rubbish is handed out
in pieces whose ends depend on the stream alone, so it makes no difference how the bytes arrived.
What is kept between two calls is never longer than two frames, and no byte is looked at often.
"""

import re
from binascii import crc_hqx
from collections.abc import Iterator

from lastlap.timing.said import Garbled

_SLICE = 1 << 16
"""The bytes that are looked at together; without it, one call with a long stream would need many times its memory."""


class Framing:
    """Frames between a byte *start* and one or two bytes that match *end*.

    Inside there are at most *longest* bytes, and none of *banned*.
    """

    def __init__(self, start: bytes, end: bytes, banned: bytes, longest: int) -> None:
        self._frame = re.compile(b"(%b[^%b]{0,%d}+%b)" % (start, banned, longest, end))
        self._start = start
        self._piece = longest + 2
        self._rest = b""

    @property
    def kept(self) -> int:
        """How many bytes wait for more."""
        return len(self._rest)

    def receive(self, data: bytes) -> Iterator[bytes | Garbled]:
        """Every frame that is whole now, and the rubbish between them."""
        for at in range(0, len(data), _SLICE):
            *parts, self._rest = self._frame.split(self._rest + data[at : at + _SLICE])
            for rubbish, frame in zip(parts[::2], parts[1::2], strict=True):
                if rubbish:
                    yield from self._pieces(rubbish)
                yield frame
            yield from self._overdue()

    def finish(self) -> Iterator[Garbled]:
        """What waits for more, when no more will come."""
        rest, self._rest = self._rest, b""
        yield from self._pieces(rest)

    def _overdue(self) -> Iterator[Garbled]:
        """Whole pieces of the rest in which no frame can begin."""
        begun = self._rest.rfind(self._start)
        is_open = begun >= 0 and len(self._rest) - begun <= self._piece
        done = begun if is_open else len(self._rest)
        done -= done % self._piece
        rubbish, self._rest = self._rest[:done], self._rest[done:]
        yield from self._pieces(rubbish)

    def _pieces(self, rubbish: bytes) -> Iterator[Garbled]:
        for at in range(0, len(rubbish), self._piece):
            piece = rubbish[at : at + self._piece]
            yield Garbled(piece, "cut short" if self._start in piece else "between frames")


def checksum(data: bytes) -> int:
    """The checksum of P3 and P98 over *data*, which has at least two bytes.

    A CRC with the polynomial 0x1021 whose register starts as 0xFFFF and takes each byte at its
    low end.  That is the usual CRC, which takes it at the high end, two bytes ahead.
    """
    return crc_hqx(data[:-2], 0x1D0F) ^ int.from_bytes(data[-2:], "big")
