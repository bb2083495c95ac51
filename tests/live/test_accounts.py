"""The people of a meet: kept beside it, read by nobody, forgotten when the file is deleted."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lastlap.errors import InputError, MeetError
from lastlap.live.accounts import Accounts, accounts_path, new_code
from lastlap.live.limits import FREE, Tries
from lastlap.live.roles import MAY, ROLES
from lastlap.times import MINUTE, SECOND, Instant
from live.served import PIN, QUICK


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at = Instant(10**15)

    def __call__(self) -> Instant:
        """The moment that it shows."""
        return self.at


@pytest.fixture
def clock() -> Clock:
    """The clock of a test."""
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Iterator[Accounts]:
    """The accounts of a new meet."""
    with Accounts.open(tmp_path / "night.accounts", clock, QUICK) as found:
        yield found


def test_a_person_proves_who_they_are(accounts: Accounts) -> None:
    """By name, however it is spaced and spelled, and PIN."""
    ada = accounts.add("Ada  Example", PIN, "judge")
    assert accounts.proved("ada example", PIN) == ada
    assert accounts.proved("Ada Example", PIN + "x") is None
    assert accounts.proved("Eve", PIN) is None


def test_two_people_cannot_have_one_name(accounts: Accounts) -> None:
    """The log would not tell them apart."""
    accounts.add("Ada", PIN, "judge")
    with pytest.raises(InputError, match="there already is a ADA"):
        accounts.add("ADA", PIN, "referee")


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\nb"])
def test_a_name_that_cannot_be(accounts: Accounts, name: str) -> None:
    """Nobody, too long, or more than a line."""
    with pytest.raises(InputError, match="name"):
        accounts.add(name, PIN, "judge")


def test_what_is_kept_opens_nothing(accounts: Accounts, tmp_path: Path) -> None:
    """Neither PINs nor the tokens of sessions and invites stand in the file."""
    session = accounts.begin(accounts.add("Ada", PIN, "judge"))
    _, invite = accounts.invite("judge", "Bob", 5, "referee")
    kept = (tmp_path / "night.accounts").read_bytes()
    assert [secret for secret in (PIN, session, invite) if secret.encode() in kept] == []


def test_the_file_can_be_deleted(tmp_path: Path, clock: Clock) -> None:
    """Then nobody is known, and sessions signed before are nobody's: the key is another."""
    path = accounts_path(tmp_path / "night.meet")
    with Accounts.open(path, clock, QUICK) as before:
        before.add("Ada", PIN, "referee")
        key = before.key
    path.unlink()
    with Accounts.open(path, clock, QUICK) as after:
        assert (after.people, after.is_claimed) == ([], False)
        assert after.key != key


def test_a_file_that_is_none_is_said_to_be_so(tmp_path: Path, clock: Clock) -> None:
    """One sentence, and the way out."""
    path = tmp_path / "night.accounts"
    path.write_text("nothing that SQLite knows" * 100, encoding="utf-8")
    with pytest.raises(MeetError, match="move it away"), Accounts.open(path, clock, QUICK):
        pass


def test_the_file_is_closed_when_it_is_let_go(tmp_path: Path, clock: Clock) -> None:
    """Nobody holds it open after the server has ended."""
    with Accounts.open(tmp_path / "a.accounts", clock, QUICK) as accounts:
        pass
    with pytest.raises(sqlite3.ProgrammingError):
        _ = accounts.people


def test_an_invite_ends_with_its_time(accounts: Accounts, clock: Clock) -> None:
    """To the microsecond."""
    _, token = accounts.invite("judge", "", 5, "referee")
    clock.at = Instant(clock.at + 5 * MINUTE - 1)
    assert accounts.invited(token)
    clock.at = Instant(clock.at + 1)
    assert accounts.invited(token) is None
    assert accounts.join(token, "Eve", PIN) is None


@pytest.mark.parametrize("minutes", [0, -1, 24 * 60 + 1])
def test_an_invite_holds_for_a_sensible_time(accounts: Accounts, minutes: int) -> None:
    """No longer than a day."""
    with pytest.raises(InputError, match="minutes"):
        accounts.invite("judge", "", minutes, "referee")


def test_codes_differ() -> None:
    """The first referee's code is made anew each time."""
    assert len({new_code() for _ in range(50)}) > 45


# Guessing


def test_waiting_grows_and_ends(clock: Clock) -> None:
    """Half a minute after the fifth wrong try, twice as long after each further one, at most a quarter of an hour."""
    tries = Tries(clock)
    waits = []
    for _ in range(FREE + 7):
        tries.wrong("ada")
        waits.append(tries.wait("ada"))
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]
    clock.at = Instant(clock.at + 900 * SECOND)
    assert tries.wait("ada") == 0


def test_what_was_long_ago_is_forgotten(clock: Clock) -> None:
    """After half an hour one begins anew; whoever was right begins anew at once."""
    tries = Tries(clock)
    for _ in range(FREE):
        tries.wrong("ada")
    clock.at = Instant(clock.at + 31 * MINUTE)
    tries.wrong("ada")
    assert tries.wait("ada") == 0
    for _ in range(FREE):
        tries.wrong("bob")
    tries.right("bob")
    assert tries.wait("bob") == 0


def test_guessers_do_not_fill_the_memory(clock: Clock) -> None:
    """Whoever tries a million names pushes out the oldest of them."""
    tries = Tries(clock)
    for number in range(20_000):
        tries.wrong(number)
    assert len(tries._wrong) <= 10_000  # noqa: SLF001 - there is no other way to see it


# Roles


def test_a_role_posts_what_is_its_business() -> None:
    """The referee everything; the announcer and the viewer nothing; nobody but the referee gives marks."""
    assert {role for role in ROLES if "MarkGiven" in MAY[role]} == {"referee"}
    assert {role for role in ROLES if "ResultDeclared" in MAY[role]} == {"referee"}
    assert {role for role in ROLES if "CrossingTapped" in MAY[role]} == {"referee", "timekeeper", "judge"}
    assert MAY["announcer"] | MAY["viewer"] == frozenset()
    assert all(may <= MAY["referee"] for may in MAY.values())
    assert {role for role in ROLES if "Passing" in MAY[role]} == {"referee"}
