"""Raw bytes as devices sent them, kept before anything else looks at them.

Strategy: one line of JSON a chunk, `{"at": ..., "source": ..., "hex": ..., "sent": false}`, appended
and handed to the system at once, so that a killed process loses none that it was given.  A line that a power cut
tore is noticed and left out when the file is read.
"""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from errno import ENOSPC
from io import SEEK_END, FileIO
from os import strerror
from pathlib import Path
from typing import Self

import msgspec

from lastlap.errors import InputError
from lastlap.times import Instant


class Chunk(msgspec.Struct, frozen=True):
    """Bytes of one device that came together."""

    at: Instant
    """When they came, on the clock of this computer."""
    source: str
    """The device's address, as the timekeeper gave it."""
    hex: str
    """`""` where the connection ended."""
    sent: bool = False
    """Whether they went to the device: what it answers means more if one knows when it was asked."""

    @property
    def data(self) -> bytes:
        """The bytes."""
        return bytes.fromhex(self.hex)


class RawFile:
    """A file of raw bytes to which chunks are appended; a `with` makes and closes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held = ExitStack()
        self._file: FileIO | None = None

    def keep(self, source: str, data: bytes, at: Instant, *, sent: bool = False) -> None:
        """Append *data*; when this returns, the system has it.

        Raises `OSError` if it cannot be kept; then nothing of it is in the file, and another try
        may be made.
        """
        line = msgspec.json.encode(Chunk(at, source, data.hex(), sent)) + b"\n"
        file = self._opened()
        end = file.seek(0, SEEK_END)
        if file.write(line) != len(line):
            # A line that is torn in the middle of the file could not be read again.
            file.truncate(end)
            raise OSError(ENOSPC, strerror(ENOSPC))

    def _opened(self) -> FileIO:
        if self._file is None:
            self._file = self._held.enter_context(FileIO(self.path, "ab"))
        return self._file

    def __enter__(self) -> Self:
        # If it cannot be made now, it may be when there is something to keep.
        with suppress(OSError):
            self._opened()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()


def read_raw(path: Path) -> Iterator[Chunk]:
    """The chunks of a raw file, in the order in which they came.

    A torn last line is left out.  Raises `InputError`, which names the line, for any other that
    cannot be read.
    """
    decoder = msgspec.json.Decoder(Chunk)
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                chunk = decoder.decode(line)
                bytes.fromhex(chunk.hex)
            except (msgspec.MsgspecError, ValueError) as error:
                if not line.endswith(b"\n"):
                    return
                message = f"{path}, line {number}: no raw bytes of a device: {error}"
                raise InputError(message) from error
            yield chunk
