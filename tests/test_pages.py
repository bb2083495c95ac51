"""What a damaged file still tells: torn, cut, overwritten, or left behind by a crash."""

import json
import os
import sqlite3
import struct
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastlap.errors import MeetError
from lastlap.log import Meet, salvage
from lastlap.pages import PAGE, committed, readable_rows
from strategies_log import note, opening_night

FRAME = 24 + PAGE

CRASH = """
import os, sys
sys.path.insert(0, sys.argv[2])
from strategies_log import note, opening_night
from lastlap.log import Meet
with Meet.create(sys.argv[1]) as meet:
    meet.append_all(opening_night())
meet = Meet.open(sys.argv[1], write=True)
for number in range(30):
    meet.append(note(number))
os._exit(9)
"""
"""Writes an opening night and closes; then thirty notes one by one, and is gone."""


class Wreck(NamedTuple):
    """The bytes of a meet and of the log beside it, and what was acknowledged."""

    database: bytes
    wal: bytes
    lines: list[str]

    def at(self, folder: Path) -> Path:
        """The wreck as files in *folder*."""
        path = folder / "night.meet"
        for file in folder.glob("night.meet*"):
            file.unlink()
        path.write_bytes(self.database)
        if self.wal:
            path.with_name("night.meet-wal").write_bytes(self.wal)
        return path


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Wreck:
    """A meet whose writer was gone before it could tidy up."""
    path = tmp_path_factory.mktemp("crash") / "night.meet"
    run = subprocess.run([sys.executable, "-c", CRASH, path, Path(__file__).parent], check=False)
    assert run.returncode == 9
    database, wal = path.read_bytes(), path.with_name("night.meet-wal").read_bytes()
    with Meet.open(path) as meet:
        return Wreck(database, wal, list(meet.export())[1:])


@pytest.fixture(scope="module")
def resting(tmp_path_factory: pytest.TempPathFactory) -> Wreck:
    """A meet that was closed in peace."""
    path = tmp_path_factory.mktemp("rest") / "night.meet"
    with Meet.create(path) as meet:
        meet.append_all(opening_night())
        lines = list(meet.export())[1:]
    return Wreck(path.read_bytes(), b"", lines)


@pytest.fixture
def wreck(request: pytest.FixtureRequest) -> Wreck:
    """Each of them in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Wreck)
    return found


either = pytest.mark.parametrize("wreck", ["crashed", "resting"], indirect=True)


def saved(path: Path) -> list[str]:
    """The records that can be had of a meet: by opening it, else by salvage; only a `MeetError` may come."""
    before = path.read_bytes()
    with suppress(MeetError), Meet.open(path, write=True) as meet:
        return list(meet.export())[1:]
    assert path.read_bytes() == before
    into = path.with_name("saved.meet")
    into.unlink(missing_ok=True)
    with suppress(MeetError):
        salvage(path, into)
        with Meet.open(into) as meet:
            assert meet.check().ok
            return list(meet.export())[1:]
    return []


def is_prefix(lines: list[str], of: list[str]) -> bool:
    """Whether *lines* are the first of the others."""
    return lines == of[: len(lines)]


# The law: damaged anywhere, a meet gives an unbroken prefix of what was acknowledged


@either
def test_a_meet_cut_anywhere_gives_its_first_records(wreck: Wreck, tmp_path: Path) -> None:
    """Cut at any byte, a meet opens or is salvaged; what comes out is unbroken from the first record (law 7)."""

    @settings(max_examples=40)
    @given(st.integers(0, len(wreck.database)), st.booleans())
    def law(end: int, of_the_log: bool) -> None:
        cut = (
            wreck._replace(wal=wreck.wal[:end])
            if of_the_log
            else wreck._replace(database=wreck.database[:end])
        )
        assert is_prefix(saved(cut.at(tmp_path)), wreck.lines)

    law()


@either
def test_a_meet_overwritten_anywhere_gives_its_first_records(wreck: Wreck, tmp_path: Path) -> None:
    """Whatever is written over any part of a meet, nothing false comes out of it."""

    @settings(max_examples=60)
    @given(st.integers(0, len(wreck.database) + len(wreck.wal) - 1), st.binary(min_size=1, max_size=200))
    def law(start: int, rubbish: bytes) -> None:
        both = bytearray(wreck.database + wreck.wal)
        both[start : start + len(rubbish)] = rubbish[: len(both) - start]
        size = len(wreck.database)
        damaged = wreck._replace(database=bytes(both[:size]), wal=bytes(both[size:]))
        assert is_prefix(saved(damaged.at(tmp_path)), wreck.lines)

    law()


@settings(max_examples=100)
@given(st.binary(max_size=3 * PAGE), st.binary(max_size=300))
def test_rubbish_is_read_without_complaint(rubbish: bytes, cell: bytes) -> None:
    """No bytes whatever make the reader of pages fail or go on for ever."""
    leaf = b"\x0d\0\0\0\x01\0\0\0\0\x20" + bytes(22) + cell
    for page in (rubbish, leaf, leaf.ljust(PAGE, b"\xff")):
        list(readable_rows(page))
        list(readable_rows(b"", bytes(32 + 24) + page))
        committed(page)


# What a page tells


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.text(max_size=9) | st.integers(3_000, 13_000),
        ),
        max_size=12,
    )
)
def test_pages_tell_what_sqlite_tells(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int | None, str | int | None]]
) -> None:
    """Of an undamaged file, the pages give every row as SQLite does, however long it is."""
    path = tmp_path_factory.mktemp("rows") / "rows.db"
    values = [(number, "x" * text if isinstance(text, int) else text) for number, text in rows]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA page_size = {PAGE}")
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, number, text)")
        connection.executemany("INSERT INTO row (number, text) VALUES (?, ?)", values)
    found = [row for row in readable_rows(path.read_bytes()) if len(row) == 3]
    assert sorted(found) == [(number, *row) for number, row in enumerate(values, 1)]


def test_rows_below_a_number_are_left_out(resting: Wreck) -> None:
    """Whoever wants the end of a log need not read its beginning."""
    numbers = {row[0] for row in readable_rows(resting.database, first=40) if len(row) == 7}
    assert numbers == {40, 41, 42, 43, 44}


def test_a_log_ends_with_its_last_finished_transaction(crashed: Wreck) -> None:
    """Pages of a transaction that was not finished, or of an older log, do not count."""
    frames = (len(crashed.wal) - 32) // FRAME
    assert committed(crashed.wal) == crashed.wal[: 32 + frames * FRAME]
    assert committed(crashed.wal[:-1]) == crashed.wal[: 32 + (frames - 1) * FRAME]
    older = struct.pack(">II8s8x", 1, 1, b"old salt") + bytes(PAGE)
    assert committed(crashed.wal + older) == crashed.wal
    assert committed(crashed.wal[:40]) == b""


# Crashes


def test_after_a_crash_a_meet_opens_with_every_record(crashed: Wreck, tmp_path: Path) -> None:
    """What was acknowledged is there, nobody has to do anything, and the night goes on."""
    with Meet.open(crashed.at(tmp_path), write=True) as meet:
        assert list(meet.export())[1:] == crashed.lines
        assert meet.append(note()).number == len(crashed.lines) + 1


def test_a_crash_in_the_middle_of_writing_is_no_damage(crashed: Wreck, tmp_path: Path) -> None:
    """A record that was only half written was not acknowledged, so the meet opens without it."""
    torn = crashed._replace(wal=crashed.wal[:-1])
    with Meet.open(torn.at(tmp_path), write=True) as meet:
        assert list(meet.export())[1:] == crashed.lines[:-1]


@pytest.mark.parametrize("write", [False, True], ids=["to read", "to write"])
def test_a_damaged_log_is_not_thrown_away(crashed: Wreck, tmp_path: Path, write: bool) -> None:
    """Where SQLite would drop finished records behind a damaged page, the meet is not opened but salvaged."""
    wal = bytearray(crashed.wal)
    wal[32 + 10 * FRAME + 24 + 100] ^= 1
    path = crashed._replace(wal=bytes(wal)).at(tmp_path)
    with pytest.raises(
        MeetError, match=r"that ends in -wal is damaged.*--salvage NEW.meet` saves records 1 to 74$"
    ):
        Meet.open(path, write=write)
    assert path.with_name("night.meet-wal").read_bytes() == wal
    assert saved(path) == crashed.lines


def test_the_log_beside_an_empty_file_is_not_thrown_away(crashed: Wreck, tmp_path: Path) -> None:
    """SQLite would delete it; the records in it can still be read."""
    path = crashed._replace(database=b"").at(tmp_path)
    for write in (False, True):
        with pytest.raises(MeetError, match=r"cannot be trusted: it is empty; .* saves no record$"):
            Meet.open(path, write=write)
    assert json.loads(salvage(path, tmp_path / "new.meet").loose[-1]) == json.loads(crashed.lines[-1])


# Salvage


def test_records_outlive_the_pages_that_lead_to_them(resting: Wreck, tmp_path: Path) -> None:
    """With the first pages gone, by which SQLite finds all others, every record is saved."""
    path = resting._replace(database=os.urandom(2 * PAGE) + resting.database[2 * PAGE :]).at(tmp_path)
    with pytest.raises(MeetError, match=r"cannot be trusted: .*; `lastlap check .* saves records 1 to 44$"):
        Meet.open(path)
    found = salvage(path, tmp_path / "new.meet")
    assert (found.records, found.loose) == (44, ())
    assert found.sentence.startswith(
        f"{tmp_path / 'new.meet'} holds records 1 to 44 of {path}; nothing can be"
    )
    assert saved(path) == resting.lines


def test_salvage_tells_what_is_lost(resting: Wreck, tmp_path: Path) -> None:
    """Behind a lost record others can still be read, but no longer proved: they are handed over apart."""
    start = resting.database.index(b'"transponder":"T7"')
    damaged = resting.database[:start] + b"?" + resting.database[start + 1 :]
    found = salvage(resting._replace(database=damaged).at(tmp_path), tmp_path / "new.meet")
    assert found.records == 9
    assert list(found.loose[1:]) == resting.lines[10:]
    assert "record 10 is lost, so 35 that can be read behind it cannot be proved" in found.sentence


def test_without_its_first_record_nothing_is_proved(resting: Wreck, tmp_path: Path) -> None:
    """If the very first record is lost, all others are handed over unproved."""
    path = resting._replace(database=resting.database.replace(b"Night at", b"Night in")).at(tmp_path)
    with pytest.raises(MeetError, match=r"record 1 is not as it was written.* saves no record$"):
        Meet.open(path, write=True)
    found = salvage(path, tmp_path / "new.meet")
    assert (found.records, len(found.loose)) == (0, 44)
    assert found.sentence.endswith(
        f"holds no record of {path}; record 1 is lost, so 44 that can be read behind it cannot be proved"
    )


def test_salvage_changes_nothing_in_what_it_reads(crashed: Wreck, tmp_path: Path) -> None:
    """The damaged files stay as they are, for whoever knows more."""
    path = crashed.at(tmp_path)
    salvage(path, tmp_path / "new.meet")
    assert path.read_bytes() == crashed.database
    assert path.with_name("night.meet-wal").read_bytes() == crashed.wal


def test_nothing_to_save_is_said(tmp_path: Path) -> None:
    """From a file without a record no meet is made."""
    path = tmp_path / "night.meet"
    path.write_bytes(os.urandom(9_000))
    for lost in (path, tmp_path / "missing.meet", tmp_path):
        with pytest.raises(MeetError, match=r"no record in .* can be read, so .*new.meet was not made"):
            salvage(lost, tmp_path / "new.meet")
    assert not (tmp_path / "new.meet").exists()


def test_salvage_overwrites_nothing(resting: Wreck, tmp_path: Path) -> None:
    """What is saved gets a file of its own."""
    path = resting.at(tmp_path)
    with pytest.raises(MeetError, match="there already is a file"):
        salvage(path, path)
