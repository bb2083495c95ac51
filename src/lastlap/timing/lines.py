"""What all decoders of lines have in common: half a line waits, and no line fills the memory."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

from lastlap.timing.said import Garbled

_Heard = TypeVar("_Heard")

LONGEST = 8_192
"""The most bytes of a line, unless a device has longer ones."""


class LineDecoder(ABC, Generic[_Heard]):
    """Cuts bytes into lines, which end with one of *ends* or several, and reads each that is whole."""

    def __init__(self, ends: bytes = b"\r\n", longest: int = LONGEST) -> None:
        self._ends = re.compile(b"[%b]" % re.escape(ends))
        self._longest = longest
        self._rest = bytearray()
        self._over = False

    @property
    def kept(self) -> int:
        """How many bytes wait for the rest of their line; never more than the longest line has."""
        return len(self._rest)

    def receive(self, data: bytes) -> list[_Heard | Garbled]:
        """What *data* tells, together with what was kept; the beginning of a line is kept.

        However the bytes are split over calls, the same is told.
        """
        *whole, rest = self._ends.split(data)
        heard: list[_Heard | Garbled] = []
        for piece in whole:
            heard += self._add(piece)
            heard += self._end()
        return [*heard, *self._add(rest)]

    def finish(self) -> list[_Heard | Garbled]:
        """What was kept, when the line is cut; after that, `receive` takes a new connection's bytes."""
        kept = [Garbled(bytes(self._rest), "cut short")] if self._rest else []
        self._rest.clear()
        self._over = False
        return [*kept]

    @abstractmethod
    def _read(self, line: bytes) -> Sequence[_Heard | Garbled]:
        """What a whole line tells; never raises."""

    def _add(self, piece: bytes) -> Iterator[Garbled]:
        """Keep more of a line; what is too long for one is handed out."""
        self._rest += piece
        while len(self._rest) > self._longest:
            self._over = True
            yield self._garbled(self._longest)

    def _end(self) -> Sequence[_Heard | Garbled]:
        over, self._over = self._over, False
        if over:
            return [self._garbled(len(self._rest))]
        line = bytes(self._rest)
        self._rest.clear()
        return self._read(line) if line else []

    def _garbled(self, size: int) -> Garbled:
        piece = bytes(self._rest[:size])
        del self._rest[:size]
        return Garbled(piece, f"of a line of more than {self._longest} bytes")
