"""A meet's log: one SQLite file that only grows, with one writer and any number of readers.

Strategy: whoever writes commits whatever else waits to be written, and everybody gets an answer
only when it is on the disk.  A file is looked at before it is opened for good, so that opening
destroys nothing.  `docs/log-format.md` describes the file for whoever has to check it without
this program.
"""

import os
import socket
import sqlite3
import time
import weakref
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from errno import ENOSPC, EROFS
from pathlib import Path
from threading import Lock
from typing import Any, Self

import msgspec

from lastlap.chain import GENESIS, Header, Line, Moment, proved
from lastlap.errors import InputError, MeetError
from lastlap.events import Event, MeetOpened, Record, meet_opened
from lastlap.pages import PAGE, committed, readable_rows
from lastlap.race import Race, replay
from lastlap.times import SECOND, Instant

APPLICATION_ID = int.from_bytes(b"last")
"""What SQLite calls the application id of a file: one with another id is no meet."""

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE record (
            number INTEGER PRIMARY KEY,
            race TEXT,
            by TEXT NOT NULL,
            at INTEGER NOT NULL,
            key TEXT,
            event TEXT NOT NULL,
            hash TEXT NOT NULL
        )""",
        "CREATE UNIQUE INDEX record_key ON record (key) WHERE key IS NOT NULL",
        """CREATE TRIGGER record_never_changes BEFORE UPDATE ON record
        BEGIN SELECT RAISE(ABORT, 'a record is never changed: append another one'); END""",
        """CREATE TRIGGER record_never_goes BEFORE DELETE ON record
        BEGIN SELECT RAISE(ABORT, 'a record is never deleted: append another one'); END""",
        # It also stops INSERT OR REPLACE, which deletes without asking the trigger above.
        """CREATE TRIGGER record_comes_next BEFORE INSERT ON record
        WHEN new.number IS NOT (SELECT ifnull(max(number), 0) + 1 FROM record)
            OR EXISTS (SELECT 1 FROM record WHERE key = new.key)
        BEGIN SELECT RAISE(ABORT, 'a record takes the next number, and a key that no other has'); END""",
    ),
)
"""From an empty file to the newest schema; a file's schema version is the number of steps that it has taken."""

_INSERT = "INSERT INTO record (number, race, by, at, key, event, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"
_SELECT = "SELECT number, race, by, at, key, event, hash FROM record"
_LAST = "SELECT number, hash FROM record ORDER BY number DESC LIMIT 1"
_PLANNED = """SELECT race FROM record WHERE race IS NOT NULL AND event GLOB '{"type":"RacePlanned"*'
    GROUP BY race ORDER BY min(number)"""

_KINDS = (int, str | None, str, int, str | None, str, str)
"""What may stand in the columns that `_SELECT` names."""

_CHUNK = 1_000
"""The records that a reader fetches at once: between two chunks it holds no transaction open."""

_SENTENCES = {
    "SQLITE_FULL": "the disk is full; nothing acknowledged is lost: make room and go on",
    "SQLITE_IOERR": "the disk fails; nothing acknowledged is lost: see that it is there and has room, and go on",
    "SQLITE_READONLY": "it is write-protected, or its folder is: copy it to where you may write",
    "SQLITE_CANTOPEN": "it cannot be opened: see that you may read the file and write in its folder",
    "SQLITE_BUSY": "another program is at work on it: close that, or wait and try again",
    "SQLITE_MISUSE": "it was closed: open it again",
}
"""What SQLite's error codes, which begin so, mean to a user."""

_UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises over a damaged file; its words may quote bytes that are no text."""

StrPath = str | os.PathLike[str]


def wall_clock() -> Instant:
    """The time of this computer."""
    return Instant(time.time_ns() // 1_000)


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A record that has no number yet."""

    event: Event
    race: str | None = None
    by: str = ""
    at: Moment | None = None
    """`None` is now."""
    key: str | None = None
    """However often a key is sent, only its first draft becomes a record."""


class Check(msgspec.Struct, frozen=True):
    """What a look at all records of a meet found."""

    ok: bool
    records: int
    """How many records, from the first on, are as they were written."""
    head: str
    """The hash of the last of those. A chain cannot show that its end was cut off; a head noted elsewhere can."""
    broken_at: int | None
    """The number of the first record that is not as it was written, if one can be named."""
    sentence: str
    """What is found, without the name of the file."""


class Salvaged(msgspec.Struct, frozen=True):
    """What came out of a damaged file."""

    records: int
    loose: tuple[str, ...]
    """Records that can be read but not proved, since one before them is gone: lines as `Meet.export` gives them."""
    sentence: str


class Meet:
    """The log of one meet, made by `Meet.create` or `Meet.open`.

    One process at a time may write, while any number read.  Every method may be called from any
    thread.  Whatever is wrong with the file is a `MeetError`.  The file is let go by `close`, at
    the end of a `with`, or at the latest when nobody has the meet any more.
    """

    def __init__(
        self,
        path: Path,
        reading: sqlite3.Connection,
        writer: "_Writer | None",
        now: Callable[[], Instant],
        held: ExitStack,
    ) -> None:
        self.path = path
        self._reading = reading
        self._writer = writer
        self._now = now
        self._let_go = weakref.finalize(self, held.close)

    @classmethod
    def create(cls, path: StrPath, *, now: Callable[[], Instant] = wall_clock) -> Self:
        """A new meet at *path*, open for writing; there must be no file yet."""
        _build(path, (), now)
        return cls.open(path, write=True, now=now)

    @classmethod
    def open(
        cls,
        path: StrPath,
        *,
        write: bool = False,
        now: Callable[[], Instant] = wall_clock,
        steps: Sequence[Sequence[str]] = STEPS,
    ) -> Self:
        """The meet at *path*, to be read only or, with *write*, to be added to.

        A reader gets a file whose structure is sound; use `check` to prove its records.  A writer
        gets a file of which every record is proved.  A file of an older schema is brought to the
        newest, for a writer in place and for a reader in memory.  *now* is asked for the `at` of
        records that come without; *steps* are for tests of that.
        """
        full = _existing(path)
        with ExitStack() as held:
            if write:
                held.enter_context(_pen(full, now))
            with _plainly(full):
                look, read = _ways(full)
                _examine(full, look, len(steps), thoroughly=write)
                writer = held.enter_context(_writing(full, steps)) if write else None
                reading = held.enter_context(_reading(full, read, steps))
            return cls(full, reading, writer, now, held.pop_all())

    def close(self) -> None:
        """Waits until all that was submitted is on the disk, and lets go of the file."""
        self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(
        self,
        event: Event,
        *,
        race: str | None = None,
        by: str = "",
        at: Instant | None = None,
        key: str | None = None,
    ) -> Record:
        """The event as a record of the log, on the disk when it is returned.

        If the log has a record with the same *key*, that one is returned and nothing is added.
        Raises `InputError` for an event that could not be read again.
        """
        return self.append_all([Draft(event, race, by, at, key)])[0]

    def append_all(self, drafts: Iterable[Draft]) -> list[Record]:
        """The *drafts* as records, in their order: all of them on the disk, or none."""
        return self._ready().write([_drafted(draft, self._now) for draft in drafts])

    def submit(self, draft: Draft) -> Future[Record]:
        """The record to come, without a wait for the disk: drafts that wait are committed together.

        The result is there when the record is on the disk; it is a `MeetError` if it cannot be.
        """
        return self._ready().submit(_drafted(draft, self._now))

    def follow(self, told: Callable[[Sequence[Record]], None]) -> None:
        """From now on calls *told* with the records of each commit, in their order, whoever wrote them.

        It is called by the thread that committed, before whoever wrote has an answer, and may
        neither raise nor write; a record whose key was known comes again.
        """
        self._ready().followers.append(told)

    def _ready(self) -> "_Writer":
        if self._writer is None:
            message = f"{self.path} is open for reading only: open it with write=True to add to it"
            raise MeetError(message)
        return self._writer

    def records(self, race: str | None = None, after: int = 0) -> Iterator[Record]:
        """The records with numbers greater than *after*, of one *race* or of all, by number."""
        for line in self._lines(after, race=race):
            yield _record(line, self.path)

    def keyed(self, key: str) -> Record | None:
        """The record that was written with this *key*, if there is one."""
        rows = self._ask(f"{_SELECT} WHERE key = ?", key)
        return _record(_line(rows[0]), self.path) if rows else None

    def races(self) -> tuple[str, ...]:
        """The ids of the meet's races, in the order in which they were planned."""
        return tuple(race for (race,) in self._ask(_PLANNED))

    def race(self, race: str) -> Race:
        """The race of that id as its records tell it up to now; `InputError` if there is none."""
        if race not in self.races():
            message = f"{self.path} has no race {race!r}, but these: {', '.join(self.races()) or 'none yet'}"
            raise InputError(message)
        return replay(self.records(race))

    def check(self) -> Check:
        """Whether every record is as it was written, and the file as SQLite wants it."""
        with _plainly(self.path):
            return _proof(self._reading)

    def export(self) -> Iterator[str]:
        """The meet as lines of JSON, without line ends: a header, then every record that there is now.

        The header holds the number of records and the last hash, so that a cut export is noticed.
        """
        ((schema,),) = self._ask("PRAGMA user_version")
        number, head = (self._ask(_LAST) or [(0, GENESIS)])[0]
        yield msgspec.json.encode(Header(schema, number, head)).decode()
        for line in self._lines(0, until=number):
            yield line.text

    def _lines(self, after: int, race: str | None = None, until: int = 2**63 - 1) -> Iterator[Line]:
        query = f"{_SELECT} WHERE number > ? AND number <= ? AND ifnull(race = ?, ?) ORDER BY number LIMIT ?"
        while rows := self._ask(query, after, until, race, race is None, _CHUNK):
            with _plainly(self.path):
                lines = [_line(row) for row in rows]
            yield from lines
            after = lines[-1].number

    def _ask(self, query: str, *values: object) -> list[Any]:
        with _plainly(self.path):
            return self._reading.execute(query, values).fetchall()


def opening(meet: Meet) -> MeetOpened:
    """What the meet was opened as; a meet without a name if nobody has said."""
    return meet_opened(meet.records()) or MeetOpened("")


def import_lines(path: StrPath, lines: Iterable[str], *, now: Callable[[], Instant] = wall_clock) -> Meet:
    """The meet that *lines*, as `Meet.export` gives them, tell of: a new file at *path*, open for writing.

    Its records are the same to the byte.  Raises `InputError`, which names the line, if one was
    changed, moved or left out; then no file is made.
    """
    _build(path, proved(lines, newest=len(STEPS)), now)
    return Meet.open(path, write=True, now=now)


def salvage(path: StrPath, into: StrPath) -> Salvaged:
    """Saves what can be proved in the damaged file at *path* to a new meet at *into*.

    That is every record from the first on, up to the first that can no longer be read.  The
    damaged file is only looked at, and the `-wal` beside it; nobody may have it open meanwhile.
    Raises `MeetError` if nothing can be saved.
    """
    full = Path(path).resolve()
    with _plainly(full):
        chain, loose = _rescued(full)
    if not chain and not loose:
        message = f"no record in {full} can be read, so {into} was not made: look for another copy"
        raise MeetError(message)
    _build(into, chain, wall_clock)
    lost = f"record {len(chain) + 1} is lost, so {len(loose)} that can be read behind it cannot be proved"
    if not loose:
        lost = "nothing can be read behind that, and if there was more the file does not show it"
    sentence = f"{into} holds {_span(len(chain))} of {full}; {lost}"
    return Salvaged(len(chain), tuple(line.text for line in loose), sentence)


# Writing


class _Writer:
    """Commits together all that waits: whoever is first does it for the others."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._asked: list[tuple[Line, Future[Record]]] = []
        self._asking = Lock()
        self._committing = Lock()
        self._thread = ThreadPoolExecutor(1, "lastlap-writer")
        self.followers: list[Callable[[Sequence[Record]], None]] = []

    def close(self) -> None:
        """Waits until all that was submitted is on the disk."""
        self._thread.shutdown()
        self._serve()

    def write(self, lines: Sequence[Line]) -> list[Record]:
        """The records that the numberless *lines* have become, on the disk."""
        records, _ = self._ask(lines)
        self._serve()
        return [record.result() for record in records]

    def submit(self, line: Line) -> Future[Record]:
        """The record that the numberless *line* is going to be; the writer's own thread sees to that."""
        (record,), is_first = self._ask([line])
        try:
            # Whoever finds others waiting is served with them.
            if is_first:
                self._thread.submit(self._serve)
        except RuntimeError as error:
            message = f"{self._path}: {_SENTENCES['SQLITE_MISUSE']}"
            raise MeetError(message) from error
        return record

    def _ask(self, lines: Sequence[Line]) -> tuple[list[Future[Record]], bool]:
        asked = [(line, Future[Record]()) for line in lines]
        with self._asking:
            is_first = not self._asked
            self._asked += asked
        return [record for _, record in asked], is_first

    def _serve(self) -> None:
        """One wait for the disk for all who wait by now."""
        with self._committing:
            asked = self._take()
            written = self._written([line for line, _ in asked])
            if not isinstance(written, MeetError):
                for told in self.followers:
                    told(written)
        # Answers are given when others may commit again, as whoever gets one may write again.
        if isinstance(written, MeetError):
            for _, record in asked:
                record.set_exception(written)
            return
        for (_, record), found in zip(asked, written, strict=True):
            record.set_result(found)

    def _take(self) -> list[tuple[Line, Future[Record]]]:
        with self._asking:
            asked, self._asked = self._asked, []
        return [(line, record) for line, record in asked if record.set_running_or_notify_cancel()]

    def _written(self, lines: Sequence[Line]) -> list[Record] | MeetError:
        try:
            with _plainly(self._path):
                return self._commit(lines) if lines else []
        except MeetError as error:
            return error

    def _commit(self, lines: Iterable[Line]) -> list[Record]:
        with self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            number, head = _last(connection)
            records = []
            for draft in lines:
                line = self._known(draft.key)
                if line is None:
                    line = draft.linked(number + 1, head)
                    number, head = line.number, line.hash
                    connection.execute(_INSERT, _row(line))
                records.append(_record(line, self._path))
        return records

    def _known(self, key: str | None) -> Line | None:
        """The record with that *key*, if there is one."""
        if key is None:
            return None
        row = self._connection.execute(f"{_SELECT} WHERE key = ?", (key,)).fetchone()
        return _line(row) if row else None


def _drafted(draft: Draft, now: Callable[[], Instant]) -> Line:
    """The *draft* as a line without a number; `InputError` if it could not be read again."""
    try:
        event = msgspec.json.decode(msgspec.json.encode(draft), type=Draft).event
        text = msgspec.json.encode(event)
    except (msgspec.MsgspecError, OverflowError, TypeError, ValueError) as error:
        message = f"a {type(draft.event).__name__} cannot be written to the log so: {error}"
        raise InputError(message) from error
    at = now() if draft.at is None else draft.at
    return Line(0, draft.race, draft.by, at, draft.key, msgspec.Raw(text))


@contextmanager
def _pen(path: Path, now: Callable[[], Instant]) -> Iterator[None]:
    """The right to write to the meet at *path*; `MeetError` says who has it.

    It is a lock that SQLite holds on an empty file beside the meet.  It is the same on every
    system, ends with the process however that ends, also keeps two threads of one process
    apart, and is not inherited by a forked child, which a lock by `flock` would be.
    """
    holder = _beside(path, "-writer")
    with ExitStack() as held:
        with _plainly(path):
            lock = held.enter_context(closing(_connect(_beside(path, "-lock"), "mode=rwc", patience=0)))
            if not _takes(lock):
                who = holder.read_text(encoding="utf-8") if holder.exists() else ""
                message = f"{path} is being written by {who or 'another process'}: close it there, or open it for reading"
                raise MeetError(message)
            held.callback(holder.unlink, missing_ok=True)
            since = datetime.fromtimestamp(now() // SECOND, UTC)
            name = f"process {os.getpid()} on {socket.gethostname()} since {since:%Y-%m-%d %H:%M:%S} UTC"
            holder.write_text(name, encoding="utf-8")
        yield


def _takes(lock: sqlite3.Connection) -> bool:
    """Takes the *lock* for as long as its connection is open, unless somebody else has it."""
    try:
        # Nothing is ever written in it, so it needs no journal beside it.
        lock.execute("PRAGMA journal_mode = OFF")
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_BUSY":
            raise
        return False
    return True


# Making and finding


def _build(path: StrPath, lines: Iterable[Line], now: Callable[[], Instant]) -> None:
    """Makes the file of a meet with *lines* in it: whole, or not at all."""
    full = Path(path).resolve()
    if not full.parent.is_dir():
        message = f"there is no folder {full.parent}: make it first"
        raise MeetError(message)
    with _pen(full, now), _plainly(full), ExitStack() as held:
        for found in filter(Path.exists, (full, _beside(full, "-wal"))):
            message = f"there already is a file {found}: choose another name, or move it away"
            raise MeetError(message)
        scaffold = _beside(full, "-new")
        held.callback(scaffold.unlink, missing_ok=True)
        _fill(scaffold, lines)
        scaffold.rename(full)


def _fill(scaffold: Path, lines: Iterable[Line]) -> None:
    scaffold.unlink(missing_ok=True)
    with closing(_connect(scaffold, "mode=rwc")) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE}")
        _migrate(connection, STEPS)
        with connection:
            connection.execute("BEGIN")
            connection.executemany(_INSERT, map(_row, lines))
        connection.execute("PRAGMA journal_mode = WAL")


def _existing(path: StrPath) -> Path:
    """The full path of a file that has something in it; `MeetError` if it is none."""
    full = Path(path).resolve()
    with _plainly(full):
        if full.is_dir():
            message = f"{full} is a folder: name a file in it"
            raise MeetError(message)
        if not full.exists():
            message = f"{full} does not exist: look at its name and its folder"
            raise MeetError(message)
        if not full.stat().st_size:
            # SQLite would take it for a new file, and delete the -wal beside it.
            raise _damaged(full, "it is empty")
    return full


# Looking before opening


def _examine(path: Path, way: str, newest: int, *, thoroughly: bool) -> None:
    """Raises `MeetError` unless the file is sound and, if *thoroughly*, its records are; changes nothing."""
    try:
        with closing(_connect(path, way)) as connection:
            version = _version(connection)
            flaw = _flaw(connection, path, thoroughly=thoroughly)
    except _UNREADABLE as error:
        if _sentence(error):
            raise
        version, flaw = 0, str(error)
    if flaw:
        raise _damaged(path, flaw)
    if version > newest:
        message = f"{path} is from a newer lastlap (schema {version}, this one knows {newest}): get that one"
        raise MeetError(message)


def _flaw(connection: sqlite3.Connection, path: Path, *, thoroughly: bool) -> str:
    """A clause on what is wrong with the file; empty if nothing is."""
    if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
        return "it is not marked as a meet"
    found = _proof(connection) if thoroughly else _glance(connection)
    if not found.ok:
        return found.sentence
    if _drops(connection, path) and not _appears(connection, _last(connection)[0] + 1):
        # A record that is just being committed is not seen yet either: nobody commits while we look again.
        with closing(_connect(path, "mode=rw")) as other:
            other.execute("BEGIN IMMEDIATE")
            if _drops(other, path):
                return f"the file beside it that ends in -wal is damaged, and SQLite stops at record {found.records}"
    return ""


def _appears(connection: sqlite3.Connection, number: int) -> bool:
    """Whether record *number* is seen within a moment, as one is that was just being committed."""
    for _ in range(_LOOKS):
        if _last(connection)[0] >= number:
            return True
        time.sleep(_LOOK)
    return False


_LOOKS, _LOOK = 50, 0.002
"""How often, and every how many seconds, a record that is being committed is looked for."""


def _drops(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the log beside the file holds a record behind the last that SQLite sees.

    SQLite takes the first damaged page of the log for its end, and throws away what stands behind.
    """
    log = _beside(path, "-wal")
    wal = log.read_bytes() if log.exists() else b""
    number, head = _last(connection)
    behind = _recovered(b"", committed(wal), first=number + 1)
    return any(line.number == number + 1 and line.follows(head) for line in behind)


def _glance(connection: sqlite3.Connection) -> Check:
    """What a look at the structure of the file finds; the records are counted and not proved."""
    complaint = _complaint(connection, "quick_check")
    return Check(not complaint, *_last(connection), None, complaint)


def _proof(connection: sqlite3.Connection) -> Check:
    number, head = 0, GENESIS
    try:
        for line in map(_line, connection.execute(f"{_SELECT} ORDER BY number")):
            if line.number != number + 1 or not line.follows(head):
                words = f"record {number + 1} is not as it was written, or it is gone"
                return Check(False, number, head, number + 1, words)
            number, head = line.number, line.hash
        complaint = _complaint(connection, "integrity_check")
    except _UNREADABLE as error:
        if _sentence(error):
            raise
        return Check(False, number, head, number + 1, f"record {number + 1} cannot be read ({error})")
    words = complaint or f"every record is as it was written: {number}, and the last hash is {head}"
    return Check(not complaint, number, head, None, words)


def _complaint(connection: sqlite3.Connection, check: str) -> str:
    """What SQLite itself finds wrong with the file."""
    ((found,),) = connection.execute(f"PRAGMA {check}(1)")
    return "" if found == "ok" else f"SQLite finds the file damaged ({found.splitlines()[-1]})"


def _damaged(path: Path, flaw: str) -> MeetError:
    """The sentence about a file that is not to be opened."""
    # To close a file makes POSIX drop all locks that this process holds on it, SQLite's too.  So
    # bytes are read past SQLite only here and in `salvage`: of a file that nobody can work with.
    chain, loose = _rescued(path)
    flaw = " ".join(flaw.split())
    if not chain and not loose:
        return MeetError(f"{path} is no meet, or nothing of one can be read: {flaw}")
    way_out = f"`lastlap check {path.name} --salvage NEW.meet` saves {_span(len(chain))}"
    return MeetError(f"{path} cannot be trusted: {flaw}; {way_out}")


def _rescued(path: Path) -> tuple[list[Line], list[Line]]:
    """The records in the bytes of a file that can be proved, and those behind them that can be read."""
    files = (path, _beside(path, "-wal"))
    database, wal = (file.read_bytes() if file.is_file() else b"" for file in files)
    found: defaultdict[int, dict[str, Line]] = defaultdict(dict)
    for line in _recovered(database, wal):
        found[line.number].setdefault(line.text, line)
    chain: list[Line] = []
    head = GENESIS
    while proofs := [line for line in found[len(chain) + 1].values() if line.follows(head)]:
        chain.append(proofs[0])
        head = proofs[0].hash
    behind = (found[number] for number in sorted(found) if number > len(chain))
    return chain, [line for lines in behind for line in lines.values()]


def _recovered(database: bytes, wal: bytes, first: int = 1) -> Iterator[Line]:
    return map(_line, filter(_fits, readable_rows(database, wal, first)))


# SQLite


def _connect(path: Path, way: str, patience: float = 5) -> sqlite3.Connection:
    """A connection that any thread may use and that leaves transactions to us; *patience* is in seconds."""
    return sqlite3.connect(
        f"{path.as_uri()}?{way}", uri=True, timeout=patience, isolation_level=None, check_same_thread=False
    )


def _ways(path: Path) -> tuple[str, str]:
    """How to look at the file, and how to read it.

    The last reader to close tidies up the -wal and -shm beside the file, so it may write.  At
    rest, a file can be read even where nothing can be written, but then by nobody who writes.
    """
    wal = _beside(path, "-wal")
    try:
        with closing(_connect(path, "mode=ro")) as connection:
            _version(connection)
    except _UNREADABLE as error:
        if _sentence(error) and not (wal.exists() and wal.stat().st_size):
            return "immutable=1", "immutable=1"
    return "mode=ro", "mode=rw"


@contextmanager
def _reading(path: Path, way: str, steps: Sequence[Sequence[str]]) -> Iterator[sqlite3.Connection]:
    """A connection that sees the newest schema, if need be of a copy in memory."""
    with ExitStack() as held:
        connection = held.enter_context(closing(_connect(path, way)))
        connection.execute("PRAGMA query_only = ON")
        if _version(connection) < len(steps):
            memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            held.enter_context(closing(memory))
            connection.backup(memory)
            _migrate(memory, steps)
            connection = memory
        yield connection


@contextmanager
def _writing(path: Path, steps: Sequence[Sequence[str]]) -> Iterator[_Writer]:
    """A writer to a file of the newest schema."""
    with closing(_connect(path, "mode=rw")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        # On macOS only these wait for the disk itself; elsewhere they do nothing.
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA checkpoint_fullfsync = ON")
        _migrate(connection, steps)
        with closing(_Writer(path, connection)) as writer:
            yield writer


def _migrate(connection: sqlite3.Connection, steps: Sequence[Sequence[str]]) -> None:
    """Takes the *steps* that the file has not taken yet: all of them in one transaction, or none."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        missing = steps[_version(connection) :]
        for statement in (statement for step in missing for statement in step):
            connection.execute(statement)
        if missing:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {len(steps)}")


def _version(connection: sqlite3.Connection) -> int:
    ((version,),) = connection.execute("PRAGMA user_version")
    return int(version)


def _last(connection: sqlite3.Connection) -> tuple[int, str]:
    """The number and the hash of the last record."""
    number, head = connection.execute(_LAST).fetchone() or (0, GENESIS)
    return number, head


def _row(line: Line) -> tuple[object, ...]:
    event = bytes(line.event).decode()
    return (line.number, line.race, line.by, line.at, line.key, event, line.hash)


def _line(row: Sequence[Any]) -> Line:
    if not _fits(row):
        message = f"record {row[0]} holds a value of the wrong kind"
        raise sqlite3.DataError(message)
    number, race, by, at, key, event, seal = row
    return Line(number, race, by, at, key, msgspec.Raw(event.encode()), seal)


def _fits(row: Sequence[Any]) -> bool:
    """Whether *row* can be one of our table: of a damaged page, anything may come."""
    return len(row) == len(_KINDS) and all(map(isinstance, row, _KINDS))


def _record(line: Line, path: Path) -> Record:
    try:
        return line.record()
    except ValueError as error:
        message = f"record {line.number} of {path} says what this lastlap does not know, so get a newer one: {error}"
        raise MeetError(message) from error


# Words


@contextmanager
def _plainly(path: Path) -> Iterator[None]:
    """Says in a sentence what the world has done to the file."""
    try:
        yield
    except (*_UNREADABLE, OSError) as error:
        message = f"{path}: {_sentence(error) or error}"
        raise MeetError(message) from error


def _sentence(error: Exception) -> str:
    """What *error* means to a user; nothing if it is the file itself that is wrong."""
    code = getattr(error, "sqlite_errorname", "")
    if isinstance(error, sqlite3.ProgrammingError):
        code = "SQLITE_MISUSE"
    if isinstance(error, OSError):
        code = {ENOSPC: "SQLITE_FULL", EROFS: "SQLITE_READONLY"}.get(error.errno or 0, "SQLITE_CANTOPEN")
    return next((sentence for beginning, sentence in _SENTENCES.items() if code.startswith(beginning)), "")


def _beside(path: Path, ending: str) -> Path:
    """The file beside the one at *path*, named as SQLite names its own."""
    return path.with_name(path.name + ending)


def _span(last: int) -> str:
    return {0: "no record", 1: "record 1"}.get(last, f"records 1 to {last}")
