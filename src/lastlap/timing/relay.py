"""A race for scoreboards and apps that speak RMonitor: any number of them, over TCP.

Strategy: everybody is told the same, so what is sent is made once.  Whoever connects is told all
that there is; after that the changes, a heartbeat each second, and all again every half minute,
so whoever missed something has it soon.  Who does not read is hung up on.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import cast

from lastlap.errors import InputError
from lastlap.events import MeetOpened
from lastlap.race import Race
from lastlap.times import Instant
from lastlap.timing.feed import change, heartbeat, picture, refresh
from lastlap.timing.rmonitor import Cleared, Line, encode
from lastlap.timing.wall import WallClock

PORT = 50_000
"""Where scoreboards expect an RMonitor feed."""

_LOOK = 0.1
"""Seconds between two looks at the race."""

_BEAT = 1.0
_REFRESH = 30.0

_BACKLOG = 1 << 18
"""The most bytes that wait for a client to read them."""


class Relay:
    """The feed of whatever race *race* gives, on the clock of *now*; another race than before clears the boards."""

    def __init__(
        self, race: Callable[[], Race], meet: MeetOpened, wall: WallClock, now: Callable[[], Instant]
    ) -> None:
        self.port = 0
        """Where it listens."""
        self._race, self._meet, self._wall, self._now = race, meet, wall, now
        self._shown = race()
        self._run = 1
        self._known = picture(self._shown, meet, self._run)
        self._clients: set[asyncio.Transport] = set()

    @property
    def clients(self) -> int:
        """How many are connected."""
        return len(self._clients)

    @asynccontextmanager
    async def serve(self, host: str, port: int) -> AsyncIterator["Relay"]:
        """Listens for as long as the `async with` lasts; port 0 takes any.  Raises `InputError` if it cannot."""
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(lambda: _Board(self), host, port)
        except (OSError, OverflowError) as error:
            message = f"nobody can listen on {host}, port {port}: {str(error).rpartition(': ')[2]}"
            raise InputError(message) from error
        self.port = server.sockets[0].getsockname()[1]
        telling = asyncio.create_task(self._tell())
        try:
            yield self
        finally:
            server.close()
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling
            for client in list(self._clients):
                client.abort()
            await server.wait_closed()

    async def _tell(self) -> None:
        loop = asyncio.get_running_loop()
        beat = again = loop.time()
        while True:
            now = loop.time()
            lines = self._news()
            if now >= beat:
                beat += _BEAT
                lines.append(self._heartbeat())
            if now >= again:
                again += _REFRESH
                lines += refresh(self._known)
            self._send(encode(lines))
            await asyncio.sleep(_LOOK)

    def _news(self) -> list[Line]:
        """What has changed since the last look."""
        race = self._race()
        if race is not self._shown:
            self._shown, self._run = race, self._run + 1
            self._known = picture(race, self._meet, self._run)
            return [self._cleared(), *refresh(self._known)]
        known, self._known = self._known, picture(race, self._meet, self._run)
        return change(known, self._known)

    def _cleared(self) -> Cleared:
        shown = self._wall.shown(self._now())
        return Cleared(f"{shown:%H:%M:%S}", f"{shown:%d %b %y}")

    def _heartbeat(self) -> Line:
        return heartbeat(self._shown, self._now(), self._wall.utc_offset)

    def _send(self, data: bytes) -> None:
        for client in list(self._clients) if data else ():
            client.write(data)
            if client.get_write_buffer_size() > _BACKLOG:
                client.abort()

    def visited(self, client: asyncio.Transport) -> None:
        """A client connects: it is told all that there is."""
        self._clients.add(client)
        client.write(encode([self._cleared(), *refresh(self._known), self._heartbeat()]))

    def left(self, client: asyncio.Transport) -> None:
        """A client is gone."""
        self._clients.discard(client)


class _Board(asyncio.Protocol):
    """A client's end of the connection; whatever it says is not listened to."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._relay.visited(self._transport)

    def connection_lost(self, _: Exception | None) -> None:
        self._relay.left(self._transport)
