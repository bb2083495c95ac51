"""The newest frame to every open stream, conflated; a slow reader costs nobody anything.

Strategy: a `Channel` is one thing that is watched, such as the board of a race.  A frame is always
the whole thing, so a client that missed one needs nothing more than the next.  The first change
goes out at once, those after it wait until a gap has passed and go out as one.  A frame is encoded
once and written straight to the transports.  Who has not yet read the last frame is passed over
and gets the newest one later; who reads nothing for a minute is hung up on.
"""

import asyncio
import hashlib
import logging
import random
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

_LOG = logging.getLogger(__name__)

GAP = 0.05
"""Seconds between two frames of one channel."""

WIDE_GAP = 0.1
"""The same where many watch."""

_MANY = 2_000
"""So many streams are many."""

_AT_ONCE = 50
"""So many writes in a row before others get their turn."""

_CATCH_UP = 0.1
"""Seconds until who was passed over is looked at again."""

KEEP_ALIVE = 15.0
"""Seconds between two comments that keep idle connections open."""

PATIENCE = 60.0
"""Seconds after which a client that reads nothing is hung up on."""

_SEND_BUFFER = 16_384
"""A kernel left to itself keeps minutes of old boards for a client that has stalled."""

_SOONEST, _LATEST = 300, 1_500
"""Milliseconds after which a browser comes back: each at another moment, so that a thousand do not come at once."""


class Frame(NamedTuple):
    """Something whole, with the version that it is."""

    version: int
    body: bytes
    """JSON, on one line."""

    @property
    def event(self) -> bytes:
        """The frame as a server-sent event."""
        return b"id: %d\ndata: %s\n\n" % (self.version, self.body)


def chunk(data: bytes) -> bytes:
    """*data* as one chunk of an HTTP answer whose length is not known."""
    return b"%x\r\n%s\r\n" % (len(data), data)


_END = b"0\r\n\r\n"
_COMMENT = chunk(b":\n\n")


def etag_of(body: bytes) -> str:
    """By what a client knows *body* again."""
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'


def retry_hint() -> bytes:
    """When a browser should come back if the line is cut."""
    return b"retry: %d\n\n" % random.randint(_SOONEST, _LATEST)  # noqa: S311 - spreads clients, keeps no secret


class Stream:
    """One client that watches a channel."""

    __slots__ = ("sent", "since", "transport", "who")

    def __init__(self, transport: asyncio.Transport, who: str) -> None:
        self.transport = transport
        self.who = who
        """Whose session it is; `""` for nobody's."""
        self.sent: Frame | None = None
        self.since: float | None = None
        """Since when the client has not read what it was sent."""

    @property
    def is_free(self) -> bool:
        """Whether all that was written before has gone to the kernel."""
        return self.transport.get_write_buffer_size() == 0

    def end(self) -> None:
        """Ends the stream as HTTP wants it, with a word on when to come back."""
        if not self.is_free:
            self.transport.abort()
        elif not self.transport.is_closing():
            self.transport.write(chunk(retry_hint()) + _END)
            self.transport.close()


class Channel:
    """One thing that is watched."""

    def __init__(self, hub: "Hub", make: Callable[[], Frame]) -> None:
        self._hub = hub
        self._make = make
        self.streams = set[Stream]()
        self._frame: Frame | None = None
        self._chunk = b""
        self._stale = True
        self._last = 0.0
        self._due: asyncio.TimerHandle | None = None
        self._sending: asyncio.Task[None] | None = None

    # The frame

    @property
    def frame(self) -> Frame:
        """The newest frame."""
        if self._stale or self._frame is None:
            made = self._make()
            if self._frame is None or made != self._frame:
                self._frame, self._chunk = made, chunk(made.event)
            self._stale = False
        return self._frame

    def change(self) -> None:
        """Something has changed: the newest frame goes out, at once or when the gap has passed."""
        self._stale = True
        if self.streams and self._due is None:
            loop = asyncio.get_running_loop()
            self._due = loop.call_at(max(loop.time(), self._last + self._gap), self._go)

    @property
    def _gap(self) -> float:
        return WIDE_GAP if len(self._hub.streams) > _MANY else GAP

    def _go(self) -> None:
        self._due = None
        loop = asyncio.get_running_loop()
        if self._sending is not None and not self._sending.done():
            self._due = loop.call_later(self._gap / 4, self._go)
            return
        self._last = loop.time()
        if self.streams:
            self._sending = loop.create_task(self._send())
            self._sending.add_done_callback(_tell_trouble)

    # Sending

    async def _send(self) -> None:
        """The newest frame to everybody who can take it; who cannot is looked at again soon."""
        frame = self.frame
        written = behind = 0
        for stream in tuple(self.streams):
            if stream.sent is frame:
                continue
            if self._give(stream, frame):
                written += 1
                if written % _AT_ONCE == 0:
                    await asyncio.sleep(0)
            else:
                behind += 1
        self._hub.count(written, behind)
        if behind and self._due is None:
            self._due = asyncio.get_running_loop().call_later(_CATCH_UP, self._go)

    def _give(self, stream: Stream, frame: Frame) -> bool:
        """Writes *frame*, if the client has read what it was sent before."""
        if stream.transport.is_closing():
            self.leave(stream)
            return True
        if not stream.is_free:
            self._passed_over(stream)
            return False
        # While others had their turn the channel may have got a newer frame: that one goes out then.
        stream.transport.write(self._chunk if frame is self._frame else chunk(frame.event))
        stream.sent, stream.since = frame, None
        return True

    def _passed_over(self, stream: Stream) -> None:
        now = asyncio.get_running_loop().time()
        if stream.since is None:
            stream.since = now
        elif now - stream.since > PATIENCE:
            stream.transport.abort()
            self.leave(stream)

    def join(self, stream: Stream) -> None:
        """A new client: it gets the newest frame right away."""
        frame = self.frame
        self.streams.add(stream)
        self._hub.streams[stream] = self
        stream.transport.write(chunk(retry_hint()) + self._chunk)
        stream.sent = frame

    def leave(self, stream: Stream) -> None:
        """A client has gone."""
        self.streams.discard(stream)
        self._hub.streams.pop(stream, None)


def _tell_trouble(sending: asyncio.Task[None]) -> None:
    """Logs why a frame could not be made, else nobody would ever read it."""
    if not sending.cancelled() and (error := sending.exception()) is not None:
        _LOG.error("a frame could not be made", exc_info=error)


class Hub:
    """All channels, by name."""

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.streams: dict[Stream, Channel] = {}
        self.written = 0
        """The frames written so far."""
        self.passed_over = 0
        """How often a client was passed over, as it had not read the last frame."""
        self.is_over = False

    def channel(self, name: str, make: Callable[[], Frame]) -> Channel:
        """The channel called *name*; if it is new, *make* gives its frames."""
        if name not in self.channels:
            self.channels[name] = Channel(self, make)
        return self.channels[name]

    def count(self, written: int, behind: int) -> None:
        """So many frames were written, and so many clients passed over."""
        self.written += written
        self.passed_over += behind

    def watch(self, channel: Channel, transport: asyncio.Transport, who: str) -> Stream:
        """A new client on *channel*, which has got the head of the answer; it must `leave` when it has gone."""
        _lean(transport)
        stream = Stream(transport, who)
        if self.is_over:
            stream.end()
        else:
            channel.join(stream)
        return stream

    async def keep_alive(self) -> None:
        """Writes a comment to every stream now and then, until it is cancelled."""
        while True:
            await asyncio.sleep(KEEP_ALIVE)
            for number, (stream, channel) in enumerate(tuple(self.streams.items()), 1):
                if stream.transport.is_closing():
                    channel.leave(stream)
                elif stream.is_free:
                    stream.transport.write(_COMMENT)
                if number % _AT_ONCE == 0:
                    await asyncio.sleep(0)

    def end(self, is_meant: Callable[[Stream], bool]) -> None:
        """Ends the streams that are meant; their clients are told when to come back."""
        for stream, channel in tuple(self.streams.items()):
            if is_meant(stream):
                stream.end()
                channel.leave(stream)

    async def close(self) -> None:
        """Ends every stream, and takes no new one."""
        self.is_over = True
        self.end(lambda _stream: True)
        await asyncio.sleep(0)


def _lean(transport: asyncio.Transport) -> None:
    """Lets the kernel keep no more than a few frames for a client that has stalled."""
    found = transport.get_extra_info("socket")
    with suppress(OSError):
        if found is not None:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
