"""A feed as files in a folder: all at once, or as a meet grows."""

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from glob import escape
from pathlib import Path

from lastlap.events import Record
from lastlap.log import Meet
from lastlap.publish import Makers, Wanted, put
from lastlap.publish.book import Book
from lastlap.publish.odf.feed import NEVER, Feed, messages
from lastlap.publish.odf.message import DEFAULTS, Sent, Settings
from lastlap.publish.odf.outbox import Outbox
from lastlap.publish.printing import Printer
from lastlap.times import SECOND, Duration, Instant

_LAG = Duration(SECOND // 4)
"""So long after its moment a record can be read at the latest: held messages wait for it."""


def write_feed(meet: Meet, path: Path, settings: Settings = DEFAULTS) -> int:
    """Writes the whole feed of *meet* as files, sheets in PDF among them, and returns how many there are.

    Files of an earlier feed of the same competition make room.
    """
    written = 0
    for sent in messages(meet.records(), settings, Printer(meet.records)):
        if not written:
            _make_room(path, sent.settings.competition)
        put(path / sent.file_name, sent.xml)
        written += 1
    return written


def _make_room(path: Path, competition: str) -> None:
    path.mkdir(parents=True, exist_ok=True)
    for old in path.glob(f"{escape(competition)}~*.xml*"):
        old.unlink()


def write_odf(book: Book, _wanted: Wanted) -> Makers:
    """The whole feed, sheets in PDF among it, in the way in which nothing else was asked for."""
    for sent in messages(book.records, DEFAULTS, Printer(lambda: book.records)):
        yield f"odf/{sent.file_name}", partial(_xml, sent)


def _xml(sent: Sent) -> bytes:
    return sent.xml


class Follower:
    """The feed of a meet that somebody else adds to: what is new in it goes into the folder.

    As long as records come in the order of their moments, the files are those that `write_feed`
    would write of the whole meet, however often the following was broken off.
    """

    def __init__(self, meet: Meet, path: Path, settings: Settings = DEFAULTS) -> None:
        self._meet = meet
        self._feed = Feed(settings, Printer(meet.records))
        self._known = 0
        self._fresh: deque[Record] = deque()
        """What was read and not told yet."""
        self._waiting: deque[Sent] = deque()
        """What the disk has not taken yet; until it has, the rest waits in the log."""
        self.folder = Outbox(path)

    def look(self, now: Instant) -> None:
        """Writes what is due by *now*, by the records that are there.

        Raises `OSError` if the disk does not take it, and `MeetError` if the log cannot be read just now;
        the next look tries again, and nothing is lost.
        """
        self._write()
        self._waiting.extend(self._due(now))
        self._write()

    @property
    def is_at_rest(self) -> bool:
        """Whether all that the records say is on the disk."""
        return not self._waiting and self._feed.next_due is None

    def rest(self) -> None:
        """Writes what was held, when nothing more is to come."""
        self._write()
        self._waiting.extend(self._feed.rest())
        self._write()

    def _write(self) -> None:
        if self._waiting and not self.folder.has_begun:
            self.folder.begin(self._waiting)
            self._waiting.clear()
        while self._waiting:
            self.folder.put(self._waiting[0])
            self._waiting.popleft()

    def _due(self, now: Instant) -> Iterator[Sent]:
        fresh = sorted(self._meet.records(after=self._known), key=lambda record: (record.at, record.number))
        self._fresh.extend(fresh)
        self._known = max([self._known, *(record.number for record in fresh)])
        while self._fresh:
            record = self._fresh[0]
            yield from self._feed.due(record.at)
            self._fresh.popleft()
            self._feed.tell(record)
            yield from self._feed.due(record.at)
        yield from self._feed.due(Instant(min(now, NEVER) - _LAG))

    def follow(self, now: Callable[[], Instant], wait: Callable[[], bool]) -> None:
        """Looks again and again until *wait* says that it is enough; then writes what was held."""
        self.look(now())
        while wait():
            self.look(now())
        self.rest()
