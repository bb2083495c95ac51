"""The feed for partners: ODF messages, worked out aside, on the disk in a folder, and told as they go out."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import msgspec

from lastlap.errors import MeetError
from lastlap.live.answers import OdfLine
from lastlap.live.hub import KEEP_ALIVE, retry_hint
from lastlap.log import Meet
from lastlap.publish.odf import Settings
from lastlap.publish.odf.folder import Follower
from lastlap.times import Instant

_LOG = logging.getLogger("lastlap.live.partners")

_PAUSE = 0.1
"""Seconds between two looks at the log."""

_LOOKS = 20
"""So often the log is looked at when the server stops; nothing is held for longer than that."""

PAGE = 500
"""So many messages are listed at once."""

_STOPPED = "the feed has stopped for a mistake of its own, which stands in the log: start the server again"


class Partners:
    """The feed of a meet that is served. It belongs to the event loop; what takes time is done in a thread."""

    def __init__(self, meet: Meet, path: Path, settings: Settings, now: Callable[[], Instant]) -> None:
        self._follower = Follower(meet, path, settings)
        self._now = now
        self.path = path
        self.lines: list[OdfLine] = []
        """All messages so far, in the order in which they went out; the number of each is its place, from 1."""
        self.trouble = ""
        """Why the folder takes nothing just now; `""` if it does."""
        self.changed: Callable[[], None] = lambda: None
        """Who is told when the trouble comes or goes."""
        self.is_over = False
        self._names = set[str]()
        self._news = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()

    # Working

    def start(self) -> None:
        """Follows the log from now on, until `close`."""
        self._work = asyncio.create_task(self._run())
        self._work.add_done_callback(self._ended)

    async def close(self) -> None:
        """Writes what was held, and returns when it is on the disk or the disk has refused it."""
        self._ending.set()
        if self._work is not None:
            await asyncio.wait([self._work])

    def end_streams(self) -> None:
        """Ends every stream, and lets no new one last."""
        self.is_over = True
        self._tell()

    async def _run(self) -> None:
        look = partial(_look, self._follower, self._now)
        while not self._ending.is_set():
            await self._try(look)
            await _either(self._ending, _PAUSE)
        # What is held gets its own moment, so that a server that is started again finds what it would say.
        for _ in range(_LOOKS):
            await self._try(look)
            if self._follower.is_at_rest or self.trouble:
                break
            await asyncio.sleep(_PAUSE)
        await self._try(self._follower.rest)

    async def _try(self, work: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(work)
        except (OSError, MeetError) as error:
            why = (getattr(error, "strerror", None) or str(error)).lower()
            self._say(
                f"the feed cannot be written to {self.path}: {why}; it goes on when it can, and loses nothing"
            )
        else:
            self._say("")
        self._tell_new()

    def _say(self, trouble: str) -> None:
        if trouble == self.trouble:
            return
        self.trouble = trouble
        _LOG.log(logging.ERROR if trouble else logging.INFO, trouble or "the feed goes on")
        self.changed()

    def _ended(self, work: asyncio.Task[None]) -> None:
        if not work.cancelled() and (error := work.exception()) is not None:
            self._say(_STOPPED)
            _LOG.error("the feed has stopped", exc_info=error)

    # Telling

    def _tell_new(self) -> None:
        folder = self._follower.folder
        if not folder.has_begun or len(folder.listed) == len(self.lines):
            return
        for number, one in enumerate(folder.listed[len(self.lines) :], len(self.lines) + 1):
            line = OdfLine(
                number, one.name, one.kind, one.code, one.subtype, one.version, one.status, one.size
            )
            self.lines.append(line)
            self._names.add(one.name)
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def has(self, name: str) -> bool:
        """Whether a message of that file name is out."""
        return name in self._names

    async def events(self, last: int, may: Callable[[], bool]) -> AsyncIterator[bytes]:
        """Every message after number *last* as a server-sent event, as long as the reader *may*."""
        yield retry_hint()
        while may() and not self.is_over:
            news, fresh = self._news, self.lines[last : last + PAGE]
            for line in fresh:
                yield _event(line)
            last += len(fresh)
            if not fresh and not await _either(news, KEEP_ALIVE):
                yield b":\n\n"


def _look(follower: Follower, now: Callable[[], Instant]) -> None:
    follower.look(now())


async def _either(event: asyncio.Event, seconds: float) -> bool:
    """Whether *event* came within so many seconds."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _event(line: OdfLine) -> bytes:
    told = {"number": line.number, "name": line.name, "url": f"/api/odf/{line.name}"}
    return b"id: %d\ndata: %s\n\n" % (line.number, msgspec.json.encode(told))
