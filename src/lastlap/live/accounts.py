"""Who may sign in: a small file beside the meet, with all that is secret and nothing that is of the race.

Strategy: PINs are kept as argon2 hashes, tokens as digests, so whoever reads the file can sign in
as nobody.  Delete the file and nobody is known any more; the meet does not change.
"""

import hashlib
import hmac
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, Self, cast

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from lastlap.errors import InputError, MeetError
from lastlap.live.roles import ROLES, Role
from lastlap.times import HOUR, MINUTE, Instant

SESSION = 16 * HOUR
"""A session ends after so long, a long day at the rink, whatever happens."""

LONGEST_INVITE = 24 * 60
"""Minutes for which an invite holds at most."""

_SHORTEST_PIN, _LONGEST_PIN = 6, 128
_LONGEST_NAME = 60
_REMEMBERED = 5_000
"""So many doings are kept: whoever guesses for hours does not fill the disk."""

_RUNS = "0123456789 9876543210 abcdefghijklmnopqrstuvwxyz qwertyuiop"
_SCHEMA = """
    CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS person (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL, pin TEXT NOT NULL, since INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS invite (
        id INTEGER PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
        name TEXT NOT NULL, by TEXT NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE IF NOT EXISTS session (
        digest TEXT PRIMARY KEY, person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
        expires INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS doing (at INTEGER NOT NULL, by TEXT NOT NULL, says TEXT NOT NULL);
"""


class Person(msgspec.Struct, frozen=True):
    """Somebody who may sign in."""

    id: int
    name: str
    role: Role
    since_us: int


class Invite(msgspec.Struct, frozen=True):
    """A link by which one person may choose a PIN, once."""

    id: int
    role: Role
    name: str
    by: str
    expires_us: int
    used: bool


class Doing(msgspec.Struct, frozen=True):
    """Something that happened to the accounts."""

    at_us: int
    by: str
    says: str


class SignedIn(NamedTuple):
    """A session that holds."""

    person: Person
    token: str


class Accounts:
    """The accounts of a meet. Its methods may be called from any thread."""

    def __init__(
        self, connection: sqlite3.Connection, now: Callable[[], Instant], hasher: PasswordHasher
    ) -> None:
        self._connection = connection
        self._lock = Lock()
        self._now = now
        self._hasher = hasher
        self._nobody = hasher.hash(secrets.token_hex(16))
        self.key = self._kept_key()
        """What sessions are signed with."""

    @classmethod
    @contextmanager
    def open(
        cls, path: Path, now: Callable[[], Instant], hasher: PasswordHasher | None = None
    ) -> Iterator[Self]:
        """The accounts in the file at *path*, which is made if it is not there and read by its owner alone."""
        try:
            path.touch(mode=0o600, exist_ok=True)
            path.chmod(0o600)
            connecting = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            with closing(connecting) as connection:
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA secure_delete = ON")
                connection.executescript(_SCHEMA)
                yield cls(connection, now, hasher or PasswordHasher())
        except (OSError, sqlite3.Error) as error:
            message = f"{path}: {str(error).lower()}: move it away to begin with no accounts, the meet stays as it is"
            raise MeetError(message) from error

    # Settings

    def _kept_key(self) -> str:
        key = self._setting("key")
        if key is None:
            key = secrets.token_hex(32)
            self._set("key", key)
        return key

    @property
    def is_open(self) -> bool:
        """Whether spectators may look without signing in."""
        return self._setting("open") != "no"

    def open_to_all(self, is_open: bool, by: str) -> None:
        """Opens or closes the pages of the spectators."""
        self._set("open", "yes" if is_open else "no")
        self.note(by, f"{'opened' if is_open else 'closed'} the pages of the spectators")

    def _setting(self, name: str) -> str | None:
        rows = self._ask("SELECT value FROM setting WHERE name = ?", name)
        return cast("str", rows[0]["value"]) if rows else None

    def _set(self, name: str, value: str) -> None:
        self._ask("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, value)

    # People

    @property
    def people(self) -> list[Person]:
        """Everybody who may sign in."""
        return [_person(row) for row in self._ask("SELECT * FROM person ORDER BY id")]

    @property
    def is_claimed(self) -> bool:
        """Whether there is a referee."""
        return bool(self._ask("SELECT 1 FROM person WHERE role = 'referee'"))

    def add(self, name: str, pin: str, role: Role) -> Person:
        """A new person; `InputError` for a name or a PIN that cannot be."""
        flaw = name_flaw(name) or pin_flaw(pin, name)
        if flaw is None and self._ask("SELECT 1 FROM person WHERE folded = ?", _folded(name)):
            flaw = f"there already is a {name.strip()}: choose another name"
        if flaw:
            raise InputError(flaw)
        self._ask(
            "INSERT INTO person (name, folded, role, pin, since) VALUES (?, ?, ?, ?, ?)",
            name.strip(), _folded(name), role, self._hasher.hash(pin), self._now(),
        )  # fmt: skip
        self.note(f"{role} {name.strip()}", "chose a PIN and signed in")
        return _person(self._ask("SELECT * FROM person WHERE folded = ?", _folded(name))[0])

    def remove(self, person: int, by: str) -> Person | None:
        """Removes a person and ends their sessions; `None` if there is none of that id."""
        rows = self._ask("DELETE FROM person WHERE id = ? RETURNING *", person)
        if not rows:
            return None
        gone = _person(rows[0])
        self.note(by, f"removed the {gone.role} {gone.name}")
        return gone

    def proved(self, name: str, pin: str) -> Person | None:
        """The person of that name, if the PIN is theirs; it takes as long for a name that nobody has."""
        rows = self._ask("SELECT * FROM person WHERE folded = ?", _folded(name))
        kept = cast("str", rows[0]["pin"]) if rows else self._nobody
        try:
            self._hasher.verify(kept, pin)
        except (VerifyMismatchError, InvalidHashError):
            return None
        return _person(rows[0]) if rows else None

    # Invites

    def invite(self, role: Role, name: str, minutes: int, by: str) -> tuple[Invite, str]:
        """An invite, and the token that its link holds; `InputError` for what cannot be."""
        if role not in ROLES or not 1 <= minutes <= LONGEST_INVITE:
            message = f"an invite is for one of {', '.join(ROLES)} and holds 1 to {LONGEST_INVITE} minutes"
            raise InputError(message)
        if len(name) > _LONGEST_NAME:
            message = f"the name is longer than {_LONGEST_NAME} characters: shorten it"
            raise InputError(message)
        token = secrets.token_urlsafe(24)
        expires = self._now() + minutes * MINUTE
        values = (_digest(token), role, name.strip(), by, expires)
        rows = self._ask(
            "INSERT INTO invite (digest, role, name, by, expires) VALUES (?, ?, ?, ?, ?) RETURNING *", *values
        )
        self.note(by, f"invited {name.strip() or 'somebody'} as {role}")
        return _invite(rows[0]), token

    @property
    def invites(self) -> list[Invite]:
        """The invites that are neither used nor too old."""
        return [_invite(row) for row in self._ask(f"{_OPEN_INVITES} ORDER BY id", self._now())]

    def withdraw_invite(self, invite: int, by: str) -> bool:
        """Takes an invite back; whether there was one of that id."""
        gone = self._ask("DELETE FROM invite WHERE id = ? RETURNING id", invite)
        if gone:
            self.note(by, f"took invite {invite} back")
        return bool(gone)

    def invited(self, token: str) -> Invite | None:
        """The invite whose link holds *token*, if it still holds."""
        rows = self._ask(f"{_OPEN_INVITES} AND digest = ?", self._now(), _digest(token))
        return _invite(rows[0]) if rows else None

    def join(self, token: str, name: str, pin: str) -> Person | None:
        """Whoever was invited becomes a person; `None` if the invite does not hold (any more)."""
        invite = self.invited(token)
        if invite is None:
            return None
        flaw = name_flaw(name) or pin_flaw(pin, name)
        if flaw:
            raise InputError(flaw)
        # Whoever marks it used has it: two who come at once do not both get in.
        taken = self._ask("UPDATE invite SET used = 1 WHERE id = ? AND used = 0 RETURNING id", invite.id)
        if not taken:
            return None
        try:
            return self.add(name, pin, invite.role)
        except InputError:
            self._ask("UPDATE invite SET used = 0 WHERE id = ?", invite.id)
            raise

    # Sessions

    def begin(self, person: Person) -> str:
        """A new session of *person*: its token."""
        token = secrets.token_urlsafe(24)
        self._ask("DELETE FROM session WHERE expires <= ?", self._now())
        self._ask("INSERT INTO session VALUES (?, ?, ?)", _digest(token), person.id, self._now() + SESSION)
        return token

    def session(self, token: str) -> SignedIn | None:
        """Whose session it is, if it still holds."""
        rows = self._ask(
            "SELECT person.* FROM session JOIN person ON person.id = session.person WHERE digest = ? AND expires > ?",
            _digest(token), self._now(),
        )  # fmt: skip
        return SignedIn(_person(rows[0]), token) if rows else None

    def end(self, token: str) -> None:
        """Ends a session."""
        self._ask("DELETE FROM session WHERE digest = ?", _digest(token))

    def csrf(self, token: str) -> str:
        """What requests of a session that change something must bring with them."""
        return hmac.new(self.key.encode(), f"csrf {token}".encode(), hashlib.sha256).hexdigest()

    # What happened

    def note(self, by: str, says: str) -> None:
        """Writes down what happened to the accounts."""
        self._ask("INSERT INTO doing VALUES (?, ?, ?)", self._now(), by, says)
        self._ask("DELETE FROM doing WHERE rowid <= (SELECT max(rowid) FROM doing) - ?", _REMEMBERED)

    def doings(self, latest: int) -> list[Doing]:
        """What happened to the accounts, newest first."""
        rows = self._ask("SELECT * FROM doing ORDER BY rowid DESC LIMIT ?", latest)
        return [Doing(row["at"], row["by"], row["says"]) for row in rows]

    def _ask(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()


_OPEN_INVITES = "SELECT * FROM invite WHERE used = 0 AND expires > ?"


def name_flaw(name: str) -> str | None:
    """Why nobody can be called *name* here, in a sentence; `None` if they can."""
    if not name.strip():
        return "a name is needed: give the one that the log should show"
    if len(name) > _LONGEST_NAME or not name.isprintable():
        return f"a name has at most {_LONGEST_NAME} printable characters: shorten it"
    return None


def pin_flaw(pin: str, name: str) -> str | None:
    """Why *pin* is too easy to guess for somebody called *name*, in a sentence; `None` if it will do."""
    if not _SHORTEST_PIN <= len(pin) <= _LONGEST_PIN:
        return f"a PIN has {_SHORTEST_PIN} to {_LONGEST_PIN} characters: choose another"
    low = pin.casefold()
    # Fewer than three different characters, or a run along the keyboard, is what everybody tries first.
    if len(set(low)) < 3 or low in _RUNS or low == _folded(name):  # noqa: PLR2004 - said in the line above
        return (
            "that PIN is too easy to guess: take no repeated digits, no run such as 123456, and not the name"
        )
    return None


def new_code() -> str:
    """A code that is easy to type and hard to guess, as in `4821-9930`."""
    return f"{secrets.randbelow(10**4):04}-{secrets.randbelow(10**4):04}"


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _person(row: Any) -> Person:  # noqa: ANN401 - a row of SQLite
    return Person(row["id"], row["name"], row["role"], row["since"])


def _invite(row: Any) -> Invite:  # noqa: ANN401 - a row of SQLite
    return Invite(row["id"], row["role"], row["name"], row["by"], row["expires"], bool(row["used"]))


def accounts_path(meet: str | os.PathLike[str]) -> Path:
    """Where the accounts of a *meet* are."""
    return Path(meet).with_suffix(".accounts")
