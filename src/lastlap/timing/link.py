"""A link to a device: connects, keeps the bytes, connects again, and tells how it is.

Strategy: a link knows nothing of languages.  It hands every chunk of bytes, with the moment at
which it came, first to whoever keeps raw bytes and then to whoever reads them; it waits longer
after each failure, and never spins.  Its state is a question, asked whenever somebody looks.

Addresses: `tcp://HOST:PORT`, `serial:DEVICE` or `serial:DEVICE@BAUD`, `file:PATH` for a file that a
program goes on writing to, `folder:PATH` for one into which it puts whole files, and
`listen://HOST:PORT` for a program that connects to us.
"""

import asyncio
import contextlib
import logging
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Protocol

import msgspec

from lastlap.errors import InputError
from lastlap.log import wall_clock
from lastlap.times import SECOND, Duration, Instant, between
from lastlap.timing.lynx import LIF, Glimpse, is_whole

CHUNK = 65_536
"""The most bytes that are taken at once."""

_PORTS = 65_535
"""The highest number of a TCP port."""

_LOG = logging.getLogger(__name__)

_ADDRESS = re.compile(
    r"(?P<kind>tcp|listen)://(?P<host>\[[^\]]+\]|[^:/]+):(?P<port>\d{1,5})"
    r"|serial:(?P<device>[^@]+)(@(?P<baud>\d+))?|(?P<place>file|folder):(?P<path>.+)"
)


class Address(msgspec.Struct, frozen=True):
    """Where a device is."""

    text: str
    kind: str = "tcp"
    """`tcp`, `listen`, `serial`, `file` or `folder`."""
    host: str = ""
    port: int = 0
    device: str = ""
    baud: int = 9_600
    path: str = ""


def parse_address(text: str) -> Address:
    """The address that *text* names; raises `InputError` with the ways of writing one."""
    match = _ADDRESS.fullmatch(text)
    if match is None or int(match["port"] or 0) > _PORTS:
        message = f"{text!r} is no address: write tcp://HOST:PORT, listen://HOST:PORT, serial:DEVICE@BAUD, file:PATH or folder:PATH"
        raise InputError(message)
    return Address(
        text,
        match["kind"] or match["place"] or "serial",
        (match["host"] or "").strip("[]"),
        int(match["port"] or 0),
        match["device"] or "",
        int(match["baud"] or 9_600),
        match["path"] or "",
    )


class Patience(msgspec.Struct, frozen=True):
    """How long a link waits for what, in seconds."""

    first: float = 0.2
    """After the first failure; then twice as long each time."""
    longest: float = 5.0
    connecting: float = 5.0
    quiet: float = 8.0
    """Without a byte for so long, a device that is connected counts as silent; 0 is never."""
    dead: float = 30.0
    """Without a byte for so long, the connection is given up and made anew; 0 is never."""


class LinkState(msgspec.Struct, frozen=True):
    """How a link is at one moment."""

    word: str
    """`ok`, `silent` or `lost`."""
    says: str
    """A sentence for the people at the line."""
    quiet_for: Duration | None = None
    """Since the last byte; `None` if there never was one."""


class Wire(Protocol):
    """An open connection to a device."""

    async def read(self) -> bytes:
        """The next bytes; `b""` if the connection has ended."""

    async def write(self, data: bytes) -> None:
        """Sends *data* to the device."""


class Link:
    """The connection to one device, for as long as it is wanted.

    *heard* is called with every chunk and the moment it came, before anything else happens;
    *opened* each time a connection has been made, *closed* with the reason when one has ended.
    """

    def __init__(
        self,
        address: Address,
        heard: Callable[[bytes, Instant], None],
        *,
        opened: Callable[[], None] = lambda: None,
        closed: Callable[[str], None] = lambda _why: None,
        patience: Patience = Patience(),  # noqa: B008 - a frozen value
        now: Callable[[], Instant] = wall_clock,
        rng: Random | None = None,
    ) -> None:
        self.address = address
        self._heard = heard
        self._opened = opened
        self._closed = closed
        self._patience = patience
        self._now = now
        self._rng = rng or Random()  # noqa: S311 - spreads retries, keeps no secret
        self._wire: Wire | None = None
        self._last: Instant | None = None
        self._board = _Switchboard()
        self.connection = 0
        """The number of the connection, counted up each time one is made."""
        self._trouble = "nobody has connected yet" if address.kind == "listen" else "not connected yet"

    async def run(self) -> None:
        """Keeps the link up until the task is cancelled."""
        wait = self._patience.first
        try:
            while True:
                before = self._last
                await self._once()
                is_new = self._last != before
                wait = self._patience.first if is_new else min(wait * 2, self._patience.longest)
                await asyncio.sleep(wait * self._rng.uniform(0.8, 1.2))
        finally:
            self._board.close()

    async def _once(self) -> None:
        """One connection, from its making to its end."""
        was_open = False
        try:
            async with _open(self.address, self._patience.connecting, self._board) as wire:
                self._wire, was_open = wire, True
                self.connection += 1
                self._opened()
                await self._listen(wire)
                self._trouble = "the device closed the connection"
        except TimeoutError:
            self._trouble = "nothing was heard for too long" if was_open else "no answer"
        except OSError as error:
            self._trouble = (error.strerror or str(error)).lower()
        finally:
            self._wire = None
        _LOG.info("%s: %s", self.address.text, self._trouble)
        if was_open:
            self._closed(self._trouble)

    async def _listen(self, wire: Wire) -> None:
        while True:
            async with asyncio.timeout(self._patience.dead or None):
                data = await wire.read()
            if not data:
                return
            self._last = self._now()
            self._heard(data, self._last)

    async def send(self, data: bytes, connection: int) -> bool:
        """Sends *data* if the *connection* of that number is up; says whether it was."""
        if self._wire is None or connection != self.connection:
            return False
        try:
            await self._wire.write(data)
        except OSError:
            return False
        return True

    @property
    def state(self) -> LinkState:
        """How the link is now."""
        quiet = None if self._last is None else between(self._last, self._now())
        if self._wire is None:
            return LinkState("lost", f"{self.address.text}: lost: {self._trouble}; trying again", quiet)
        if not self._patience.quiet:
            return LinkState("ok", f"{self.address.text}: connected", quiet)
        if quiet is None or quiet > self._patience.quiet * SECOND:
            seconds = "nothing heard yet" if quiet is None else f"silent for {quiet // SECOND} s"
            return LinkState("silent", f"{self.address.text}: connected, {seconds}", quiet)
        return LinkState("ok", f"{self.address.text}: ok", quiet)


# The kinds of connection


@asynccontextmanager
async def _open(address: Address, seconds: float, board: "_Switchboard") -> AsyncIterator[Wire]:
    match address.kind:
        case "serial":
            async with _open_serial(address) as serial:
                yield serial
        case "file":
            yield _Followed(Path(address.path))
        case "folder":
            yield _Watched(Path(address.path))
        case "listen":
            async with _held(await board.answer(address)) as caller:
                yield caller
        case _:
            async with asyncio.timeout(seconds):
                reader, writer = await asyncio.open_connection(address.host, address.port)
            async with _held(_Socket(reader, writer)) as socket:
                yield socket


@asynccontextmanager
async def _held(socket: "_Socket") -> AsyncIterator["_Socket"]:
    """A connection that is closed at the end, whatever happens."""
    try:
        yield socket
    finally:
        socket.close()
        with contextlib.suppress(OSError):
            await socket.closed()


class _Switchboard:
    """Where programs call us; whoever calls last is listened to."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._calls: asyncio.Queue[_Socket] = asyncio.Queue()
        self._caller: _Socket | None = None

    async def answer(self, address: Address) -> "_Socket":
        """The next call, or the last one that nobody has answered yet."""
        if self._server is None:
            self._server = await asyncio.start_server(self._called, address.host, address.port)
        self._caller = await self._calls.get()
        return self._caller

    async def _called(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not self._calls.empty():
            self._calls.get_nowait().close()
        self._calls.put_nowait(_Socket(reader, writer))
        if self._caller:  # a program that lost its line calls again, while the old one looks alive
            self._caller.close()

    def close(self) -> None:
        """Nobody can call any more."""
        if self._server:
            self._server.close()
        while not self._calls.empty():
            self._calls.get_nowait().close()


class _Socket:
    """A TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self) -> bytes:
        return await self._reader.read(CHUNK)

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def close(self) -> None:
        self._writer.close()

    async def closed(self) -> None:
        await self._writer.wait_closed()


class _Followed:
    """A file that some program goes on writing to."""

    _PAUSE = 0.05

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0

    async def read(self) -> bytes:
        """The next bytes of the file; starts over if it was made anew and is shorter."""
        while True:
            size = self._path.stat().st_size
            self._at = 0 if size < self._at else self._at
            if size > self._at:
                with self._path.open("rb") as file:
                    file.seek(self._at)
                    data = file.read(CHUNK)
                self._at += len(data)
                return data
            await asyncio.sleep(self._PAUSE)

    async def write(self, data: bytes) -> None:
        """Nobody listens."""


class _Watched:
    """A folder into which some program puts files: each is handed over when it is whole, and again when it changes."""

    _PAUSE = 0.25

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: dict[Path, Glimpse] = {}
        self._taken: dict[Path, Glimpse] = {}

    async def read(self) -> bytes:
        """The bytes of the next file that stands still and is not the same as before."""
        while True:
            for file in sorted(self._path.iterdir()):
                if file.suffix.lower() == LIF and (data := self._whole(file)):
                    return data
            await asyncio.sleep(self._PAUSE)

    def _whole(self, file: Path) -> bytes:
        """The file's bytes if it is whole and has changed since it was last taken, else none."""
        before, taken = self._seen.get(file), self._taken.get(file)
        try:
            state = file.stat()
            if taken and (taken.size, taken.changed) == (state.st_size, state.st_mtime_ns):
                return b""
            data = file.read_bytes()
        except FileNotFoundError:  # moved away since the folder was listed
            return b""
        now = self._seen[file] = Glimpse(len(data), state.st_mtime_ns, data[-2:])
        if not is_whole(before, now):
            return b""
        self._taken[file] = now
        return data

    async def write(self, data: bytes) -> None:
        """Nobody listens."""


@asynccontextmanager
async def _open_serial(address: Address) -> AsyncIterator[Wire]:
    """A serial port, by pyserial, which is asked for only here."""
    try:
        import serial  # noqa: PLC0415 - needed only where there is a serial port
    except ImportError as error:
        message = f"{address.text}: serial ports need pyserial: install lastlap[serial]"
        raise InputError(message) from error
    port = serial.Serial(address.device, address.baud, timeout=0, exclusive=os.name == "posix")
    try:
        yield _Serial(port)
    finally:
        port.close()


class _Serial:
    """A serial port, read as its bytes come."""

    _PAUSE = 0.01

    def __init__(self, port: "SerialPort") -> None:
        self._port = port

    async def read(self) -> bytes:
        while True:
            if data := bytes(self._port.read(CHUNK)):
                return data
            await asyncio.sleep(self._PAUSE)

    async def write(self, data: bytes) -> None:
        self._port.write(data)


class SerialPort(Protocol):
    """What of pyserial's port is used."""

    def read(self, size: int) -> bytes:
        """The bytes that are there, at most *size*."""

    def write(self, data: bytes) -> object:
        """Sends *data*."""
