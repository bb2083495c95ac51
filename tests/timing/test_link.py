"""Links to devices: connected, lost, silent, and connected again."""

import asyncio
import os
import pty
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from lastlap.errors import InputError
from lastlap.times import SECOND, Instant
from lastlap.timing.link import Address, Link, LinkState, Patience, parse_address

QUICK = Patience(first=0.001, longest=0.01, connecting=1.0, quiet=8.0, dead=0.0)

Server = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Box:
    """A device on loopback that a test tells what to say."""

    def __init__(self, serve: Server) -> None:
        self._serve = serve

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        finally:
            writer.close()

    async def __aenter__(self) -> Address:
        self._server = await asyncio.start_server(self._served, "127.0.0.1", 0)
        return parse_address(f"tcp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}")

    async def __aexit__(self, *_: object) -> None:
        self._server.close()


class Ear:
    """Hears what a link hears, and waits until it has heard enough."""

    def __init__(self) -> None:
        self.bytes = b""
        self._more = asyncio.Event()

    def heard(self, data: bytes, _at: Instant) -> None:
        """Take the bytes."""
        self.bytes += data
        self._more.set()

    async def until(self, wanted: bytes) -> None:
        """Wait until these bytes have come."""
        while wanted not in self.bytes:
            self._more.clear()
            await asyncio.wait_for(self._more.wait(), 10)


async def running(link: Link, until: Awaitable[None]) -> LinkState:
    """The state of the link once *until* is over; the link is stopped then."""
    task = asyncio.ensure_future(link.run())
    try:
        await until
        return link.state
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class TestAddresses:
    """How a device is named."""

    def test_each_kind(self) -> None:
        """TCP, a serial port, a file."""
        assert parse_address("tcp://10.0.0.7:5403") == Address(
            "tcp://10.0.0.7:5403", host="10.0.0.7", port=5403
        )
        assert parse_address("serial:/dev/ttyUSB0@38400").baud == 38_400
        assert parse_address("serial:COM3").device == "COM3"
        assert parse_address("file:feed.txt").path == "feed.txt"
        assert parse_address("tcp://[::1]:5403").host == "::1"

    @pytest.mark.parametrize("text", ["", "10.0.0.7", "tcp://box", "tcp://box:99999", "udp://box:1"])
    def test_a_wrong_one_is_explained(self, text: str) -> None:
        """With the ways of writing one."""
        with pytest.raises(InputError, match="is no address: write tcp://HOST:PORT"):
            parse_address(text)


class TestTcp:
    """A decoder on the network."""

    def test_bytes_come_and_go(self) -> None:
        """What the box sends is heard; what is sent, the box gets."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"hello ")
            writer.write(await reader.readexactly(4))
            await writer.drain()

        async def night() -> LinkState:
            ear = Ear()
            async with Box(serve) as address:
                link = Link(address, ear.heard, patience=QUICK)

                async def talk() -> None:
                    await ear.until(b"hello ")
                    assert await link.send(b"time", link.connection)
                    await ear.until(b"hello time")

                return await running(link, talk())

        assert asyncio.run(night()).quiet_for is not None

    def test_the_connection_is_made_again(self) -> None:
        """Lost after each byte, it comes back and nothing said is lost."""
        said = iter(b"abc")

        async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(bytes([next(said)]))
            await writer.drain()

        async def night() -> int:
            ear, opened = Ear(), list[None]()
            async with Box(serve) as address:
                link = Link(address, ear.heard, opened=lambda: opened.append(None), patience=QUICK)
                await running(link, ear.until(b"abc"))
            return len(opened)

        assert asyncio.run(night()) == 3

    def test_nobody_there_is_a_state_and_no_error(self) -> None:
        """The link says why and tries on, ever more slowly."""

        async def night() -> tuple[LinkState, bool]:
            async with Box(lambda _reader, _writer: asyncio.sleep(0)) as address:
                pass
            tries = list[Instant]()

            def now() -> Instant:
                tries.append(Instant(0))
                return Instant(0)

            link = Link(address, lambda _data, _at: None, patience=QUICK, now=now)
            state = await running(link, asyncio.sleep(0.02))
            return state, await link.send(b"x", link.connection)

        state, sent = asyncio.run(night())
        assert (state.word, sent) == ("lost", False)
        assert "trying again" in state.says

    def test_a_dead_connection_is_given_up(self) -> None:
        """A box that says nothing at all for too long is connected anew."""
        calls = list[int]()

        async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            calls.append(1)
            if len(calls) > 1:
                writer.write(b"back")
            await asyncio.sleep(5)

        async def night() -> None:
            ear = Ear()
            async with Box(serve) as address:
                patience = Patience(first=0.001, longest=0.01, dead=0.05)
                await running(Link(address, ear.heard, patience=patience), ear.until(b"back"))

        asyncio.run(night())
        assert len(calls) == 2


class TestState:
    """What the people at the line see."""

    def test_ok_then_silent(self) -> None:
        """It says for how long nothing has been heard."""
        clock = [Instant(0)]

        async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"x")
            await asyncio.sleep(5)

        async def night() -> list[str]:
            ear = Ear()
            async with Box(serve) as address:
                link = Link(address, ear.heard, patience=QUICK, now=lambda: clock[0])
                words = [link.state.word]

                async def look() -> None:
                    await ear.until(b"x")
                    words.append(link.state.word)
                    clock[0] = Instant(14 * SECOND)
                    words.append(link.state.says.partition(": ")[2])

                await running(link, look())
            return words

        assert asyncio.run(night()) == ["lost", "ok", "connected, silent for 14 s"]


def test_a_file_that_grows_is_followed(tmp_path: Path) -> None:
    """Also when the program that writes it starts over."""
    path = tmp_path / "feed.txt"
    path.write_bytes(b"one ")

    async def night() -> bytes:
        ear = Ear()
        link = Link(parse_address(f"file:{path}"), ear.heard, patience=QUICK)

        async def write() -> None:
            await ear.until(b"one ")
            with path.open("ab") as file:
                file.write(b"two ")
            await ear.until(b"two ")
            assert await link.send(b"nobody reads this", link.connection)
            path.write_bytes(b"3 ")
            await ear.until(b"3 ")

        await running(link, write())
        return ear.bytes

    assert asyncio.run(night()) == b"one two 3 "


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo terminals on Windows")
def test_a_serial_port_both_ways() -> None:
    """A pseudo terminal in the place of the cable."""
    pytest.importorskip("serial", reason="pyserial is not installed")
    box, port = pty.openpty()

    async def night() -> bytes:
        ear, opened = Ear(), asyncio.Event()
        address = parse_address(f"serial:{os.ttyname(port)}")
        link = Link(address, ear.heard, opened=opened.set, patience=QUICK)

        async def talk() -> None:
            await asyncio.wait_for(opened.wait(), 10)
            os.write(box, b"passing\n")
            await ear.until(b"passing")
            assert await link.send(b"time\n", link.connection)

        await running(link, talk())
        return os.read(box, 100)

    try:
        assert b"time" in asyncio.run(night())
    finally:
        os.close(box)
        os.close(port)
