"""The log of a meet: what is appended stays, is found again, and cannot be changed unseen."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastlap.chain import Line
from lastlap.errors import InputError, MeetError
from lastlap.events import (
    Event,
    NoteMade,
    Passing,
    RacePlanned,
    Record,
)
from lastlap.log import STEPS, Check, Draft, Meet
from lastlap.rulebook import edition
from lastlap.times import SECOND, Instant
from strategies_log import EVENTS, FINAL, drafts, events, note, opening_night

SEMI_FINAL = RacePlanned("women", "semi-final", "Semi-final 1, women", edition("isu-2014"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a meet may be made."""
    return tmp_path / "night.meet"


@pytest.fixture
def meet(path: Path) -> Iterator[Meet]:
    """A new meet, open for writing, at an hour when it is always one o'clock."""
    with Meet.create(path, now=lambda: Instant(3_600 * SECOND)) as meet:
        yield meet


@pytest.fixture
def full(path: Path) -> Path:
    """A meet at rest with an opening night in it."""
    with Meet.create(path) as meet:
        meet.append_all(opening_night())
    return path


def sentence(call: pytest.ExceptionInfo[BaseException]) -> str:
    """The one sentence that an error is."""
    text = str(call.value)
    assert "\n" not in text
    return text


def python(code: str, *arguments: object) -> str:
    """What another process that runs *code* prints."""
    command = [sys.executable, "-c", f"import sys\nfrom lastlap.log import *\n{code}", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


# What is appended is found again


def test_records_are_numbered_from_one(meet: Meet) -> None:
    """The numbers of a meet start at 1 and have no gaps."""
    assert [meet.append(note()).number for _ in range(3)] == [1, 2, 3]


def test_a_record_says_who_when_and_of_which_race(meet: Meet) -> None:
    """What stands around an event comes back with it."""
    record = meet.append(note(), race="w-final", by="referee", at=Instant(7))
    assert (record.event, record.race, record.by, record.at) == (note(), "w-final", "referee", 7)
    assert list(meet.records()) == [record]


def test_a_record_without_a_moment_gets_that_of_the_meets_clock(meet: Meet) -> None:
    """Whoever does not say when, says it now."""
    assert meet.append(note()).at == 3_600 * SECOND


def test_a_reader_asks_for_one_race_and_what_is_new(meet: Meet) -> None:
    """Records can be had of one race, and behind a number that one already has."""
    for number, race in enumerate(["w-final", "m-final", None, "w-final"], 1):
        meet.append(note(number), race=race)
    assert [record.number for record in meet.records(race="w-final")] == [1, 4]
    assert [record.number for record in meet.records(after=2)] == [3, 4]
    assert [record.number for record in meet.records("w-final", after=1)] == [4]


def test_more_records_than_are_fetched_at_once_come_in_one_go(meet: Meet) -> None:
    """A long log is read to its end."""
    meet.append_all(Draft(note()) for _ in range(2_500))
    assert [record.number for record in meet.records()] == list(range(1, 2_501))


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: str(kind.__name__))
def test_every_event_comes_back_as_it_went_in(meet: Meet, kind: type[Event]) -> None:
    """Whatever an event says, the log says the same, also to whoever opens it later (law 7)."""
    written: list[Record] = []

    @settings(max_examples=15)
    @given(drafts(events(kind)))
    def law(sent: Draft) -> None:
        record = meet.append(sent.event, race=sent.race, by=sent.by, at=sent.at)
        assert Draft(record.event, record.race, record.by, record.at) == sent
        written.append(record)

    law()
    with Meet.open(meet.path) as reader:
        assert list(reader.records()) == written


def test_an_event_that_could_not_be_read_again_is_refused(meet: Meet) -> None:
    """A moment that is no number does not get into the log, nor does what comes with it."""
    noon: Instant = "noon"  # type: ignore[assignment]
    with pytest.raises(
        InputError, match=r"a Passing cannot be written to the log so: .*int.*str.*at"
    ) as call:
        meet.append_all([Draft(note()), Draft(Passing(noon, "T1"))])
    assert sentence(call)
    assert list(meet.records()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        Draft(NoteMade("\ud800")),
        Draft(note(), at=Instant(2**63)),
        Draft(note(), race=7),  # type: ignore[arg-type]
        Draft("words"),  # type: ignore[arg-type]
        Draft(NoteMade(object())),  # type: ignore[arg-type]
    ],
    ids=["half a character", "beyond time", "no name", "no event", "no text"],
)
def test_nonsense_is_refused(meet: Meet, wrong: Draft) -> None:
    """What JSON or SQLite cannot hold is the caller's fault, and said so."""
    with pytest.raises(InputError, match="cannot be written to the log so"):
        meet.submit(wrong)


# Races


def test_races_stand_in_the_order_in_which_they_were_planned(meet: Meet) -> None:
    """The programme of the night is that of the plans; a second plan of a race does not move it."""
    programme = [("w-sf1", SEMI_FINAL), ("w-final", FINAL), ("w-sf1", SEMI_FINAL)]
    meet.append_all([Draft(note(), "hall"), *(Draft(plan, race) for race, plan in programme)])
    assert meet.races() == ("w-sf1", "w-final")


def test_a_race_is_the_fold_of_its_records(full: Path) -> None:
    """The race has the skaters and the passings that the log tells of it."""
    with Meet.open(full) as meet:
        race = meet.race("w-final")
    assert len(race.starters) == 40
    assert len(race.verdicts) == 40


def test_whoever_asks_for_an_unknown_race_is_told_those_there_are(full: Path) -> None:
    """A slip of the pen in a race's id is easily mended."""
    with Meet.open(full) as meet, pytest.raises(InputError, match=r"no race 'w-finale', but these: w-final$"):
        meet.race("w-finale")


# Said twice


def test_the_same_key_twice_is_one_record(meet: Meet) -> None:
    """A request that is sent again, because its answer was lost, changes nothing (law 3)."""
    first = meet.append(note(1), key="tap 1")
    assert meet.append(note(2), key="tap 1") == first
    assert meet.append(note(3), key="tap 2").number == 2
    assert len(list(meet.records())) == 2


def test_the_same_key_twice_in_one_go_is_one_record(meet: Meet) -> None:
    """Also drafts that are committed together know of each other's keys."""
    assert [record.number for record in meet.append_all([Draft(note(), key="tap")] * 3)] == [1, 1, 1]


# Many at once


def test_many_may_submit_at_once(meet: Meet) -> None:
    """Eight judges at once: every tap becomes one record, and each of them learns which."""
    with ThreadPoolExecutor(8) as judges:
        futures = list(judges.map(lambda number: meet.submit(Draft(note(number))), range(400)))
    records = [future.result() for future in futures]
    assert sorted(record.number for record in records) == list(range(1, 401))
    assert [record.event for record in records] == [note(number) for number in range(400)]
    assert meet.check().ok


def test_many_may_append_at_once(meet: Meet) -> None:
    """Appending waits for the disk, and serves whoever waits besides."""
    with ThreadPoolExecutor(8) as judges:
        records = list(judges.map(lambda number: meet.append(note(number)), range(100)))
    assert [record.event for record in records] == [note(number) for number in range(100)]
    assert sorted(record.number for record in records) == list(range(1, 101))


def test_closing_waits_for_what_was_submitted(path: Path) -> None:
    """Nothing that was submitted is forgotten at the end of the night."""
    with Meet.create(path) as meet:
        futures = [meet.submit(Draft(note(number))) for number in range(200)]
    assert [future.result(timeout=0).number for future in futures] == list(range(1, 201))


def test_a_closed_meet_says_so(path: Path) -> None:
    """After closing, neither asking nor adding hangs or breaks."""
    meet = Meet.create(path)
    meet.close()
    meet.close()
    for use in (lambda: meet.append(note()), lambda: meet.submit(Draft(note())), meet.races, meet.check):
        with pytest.raises(MeetError, match=r"night.meet: it was closed: open it again"):
            use()


def test_who_gets_an_answer_may_append_at_once(meet: Meet) -> None:
    """An answer that leads to another record does not lock the log up."""
    first = meet.submit(Draft(note(1)))
    first.add_done_callback(lambda record: meet.append(note(record.result().number + 1)))
    meet.submit(Draft(note(3))).result()
    meet.append(note(4))
    assert sorted(record.event.text for record in meet.records() if isinstance(record.event, NoteMade)) == [
        f"note {number}" for number in range(1, 5)
    ]


# One writer, many readers


def test_a_reader_may_not_add(full: Path) -> None:
    """Who opened a meet to read it is told how to open it otherwise."""
    with Meet.open(full) as meet, pytest.raises(MeetError, match="for reading only: open it with write=True"):
        meet.append(note())


def test_a_second_writer_is_told_who_holds_the_pen(meet: Meet) -> None:
    """In the same process or another, a second writer learns at once who writes, and since when."""
    who = (
        rf"night.meet is being written by process {os.getpid()} on .+ since 1970-01-01 01:00:00 UTC: close it"
    )
    with pytest.raises(MeetError, match=who) as call:
        Meet.open(meet.path, write=True)
    other = python(
        "try: Meet.open(sys.argv[1], write=True)\nexcept Exception as error: print(error)", meet.path
    )
    assert other.rstrip() == sentence(call)


def test_the_pen_is_free_when_the_writer_has_closed(full: Path) -> None:
    """One after the other may write, and nothing but an empty lock is left beside the meet."""
    for _ in range(2):
        with Meet.open(full, write=True) as meet:
            meet.append(note())
    assert sorted(file.name for file in full.parent.iterdir()) == ["night.meet", "night.meet-lock"]


def test_a_meet_that_nobody_has_any_more_is_closed(full: Path) -> None:
    """Whoever forgets to close a meet keeps nobody from it for ever."""
    assert Meet.open(full, write=True).append(note()).number == 45
    with Meet.open(full, write=True) as meet:
        assert meet.append(note()).number == 46


def test_a_writer_that_could_not_open_lets_go_of_the_pen(full: Path) -> None:
    """A refused file is not locked as well."""
    with Meet.open(full, write=True, steps=(*STEPS, ["SELECT 1"])):
        pass
    for _ in range(2):
        with pytest.raises(MeetError, match="newer lastlap"):
            Meet.open(full, write=True)


def test_another_process_reads_while_this_one_writes(meet: Meet) -> None:
    """A reader elsewhere sees every record once it is acknowledged, and disturbs nobody."""
    for number in range(1, 4):
        meet.append(note(number))
        seen = python("print([r.number for r in Meet.open(sys.argv[1]).records()])", meet.path)
        assert json.loads(seen) == list(range(1, number + 1))


def test_a_reader_follows_a_writer(meet: Meet) -> None:
    """A reader that stays open gets what was added since it last asked."""
    with Meet.open(meet.path) as reader:
        for number in range(1, 4):
            meet.append(note(number))
            assert [record.number for record in reader.records(after=number - 1)] == [number]
        assert reader.check().records == 3


# Append only


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record SET by = 'somebody else' WHERE number = 3",
        "UPDATE record SET number = 99 WHERE number = 44",
        "DELETE FROM record WHERE number = 44",
        "INSERT INTO record SELECT 46, race, by, at, NULL, event, hash FROM record WHERE number = 1",
        "INSERT OR REPLACE INTO record SELECT 3, race, by, at, key, event, hash FROM record WHERE number = 1",
        "INSERT OR REPLACE INTO record SELECT 45, race, by, at, key, event, hash FROM record WHERE number = 3",
    ],
)
def test_the_file_itself_refuses_changes(full: Path, statement: str) -> None:
    """Also with another program, a record cannot be changed, deleted, replaced or put anywhere but at the end."""
    with (
        closing(sqlite3.connect(full)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="a record"),
    ):
        connection.execute(statement)
    with Meet.open(full) as meet:
        assert meet.check().ok


@contextmanager
def tampering(path: Path) -> Iterator[sqlite3.Connection]:
    """The file in the hands of somebody who took its guards away."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for (guard,) in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {guard}")
        yield connection


def verdict(path: Path) -> Check:
    """What a check of the meet at *path* finds."""
    with Meet.open(path) as meet:
        return meet.check()


def test_a_changed_character_is_found_at_its_record(full: Path) -> None:
    """Whichever character of a record is changed, the check names that record."""
    whole = full.read_bytes()

    @settings(max_examples=40)
    @given(
        st.integers(1, 44),
        st.sampled_from(["race", "by", "at", "key", "event", "hash"]),
        st.integers(0, 10**6),
        st.sampled_from("0x"),
    )
    def law(number: int, column: str, place: int, letter: str) -> None:
        full.write_bytes(whole)
        with tampering(full) as connection:
            row = f"FROM record WHERE number = {number}"
            ((value,),) = connection.execute(f"SELECT ifnull({column}, '') {row}")
            place %= len(str(value)) + 1
            changed = str(value)[:place] + letter + str(value)[place + 1 :]
            change = f"UPDATE record SET {column} = ? WHERE number = ?"  # noqa: S608 - a column of our own
            connection.execute(change, (changed, number))
        found = verdict(full)
        assert (found.broken_at, found.records) == (
            (number, number - 1) if changed != str(value) else (None, 44)
        )

    law()


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("DELETE FROM record WHERE number = 9", 9),
        ("UPDATE record SET number = 99 WHERE number = 9", 9),
        ("UPDATE record SET number = 0 WHERE number = 9", 1),
        (
            "UPDATE record SET number = -number WHERE number IN (8, 9); UPDATE record SET number = 17 + number WHERE number < 0",
            8,
        ),
        ("UPDATE record SET by = x'7265666572' WHERE number = 44", 44),
        ("UPDATE record SET event = x'7b7d' WHERE number = 44", 44),
        ("UPDATE record SET key = 'mine' WHERE number = 4", 4),
        ("INSERT INTO record SELECT 45, race, by, at, NULL, event, hash FROM record WHERE number = 44", 45),
    ],
)
def test_a_removed_moved_or_forged_record_is_found(full: Path, statement: str, broken_at: int) -> None:
    """The check names the first record that does not stand where it was written."""
    with tampering(full) as connection:
        connection.executescript(statement)
    found = verdict(full)
    assert (found.ok, found.broken_at) == (False, broken_at)
    assert found.sentence.startswith(f"record {broken_at} ")


def test_a_whole_meet_checks(full: Path) -> None:
    """A meet that nobody has touched is whole, and its last hash can be noted elsewhere."""
    found = verdict(full)
    assert (found.ok, found.records, found.broken_at) == (True, 44, None)
    assert found.sentence == f"every record is as it was written: 44, and the last hash is {found.head}"


def test_a_writer_gets_no_meet_that_was_tampered_with(full: Path) -> None:
    """Nothing is added behind a record that is not as it was written; reading it is still possible."""
    with tampering(full) as connection:
        connection.execute("UPDATE record SET by = 'x' WHERE number = 9")
    words = r"cannot be trusted: record 9 is not as .*`lastlap check night.meet --salvage NEW.meet` saves records 1 to 8$"
    with pytest.raises(MeetError, match=words) as call:
        Meet.open(full, write=True)
    sentence(call)
    with Meet.open(full) as meet:
        assert len(list(meet.records())) == 44


def test_a_damaged_index_is_found(full: Path) -> None:
    """Also what stands beside the records has to be as SQLite wants it."""
    with tampering(full) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, 'key IS NOT NULL', 'key IS NULL')")
    found = verdict(full)
    assert (found.ok, found.broken_at, found.records) == (False, None, 44)
    assert "SQLite finds the file damaged" in found.sentence


def test_a_record_of_a_newer_lastlap_is_named(full: Path) -> None:
    """An event that this lastlap does not know is no damage, but it cannot be read either."""
    with Meet.open(full) as meet:
        *_, last = meet.export()
    later = Line(0, None, "", Instant(0), None, msgspec.Raw(b'{"type":"SkaterCloned"}'))
    line = later.linked(45, json.loads(last)["hash"])
    with closing(sqlite3.connect(full)) as connection, connection:
        event = bytes(line.event).decode()
        row = (line.number, line.race, line.by, line.at, line.key, event, line.hash)
        connection.execute("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    assert verdict(full).ok
    with (
        Meet.open(full) as meet,
        pytest.raises(MeetError, match=r"record 45 of .* get a newer one: .*SkaterCloned"),
    ):
        list(meet.records())


# Files that are no meet


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "does not exist: look at its name and its folder"),
        (b"", "is no meet, or nothing of one can be read: it is empty"),
        (b"bib;name\n7;Takagi\n" * 400, "is no meet, or nothing of one can be read: file is not a database"),
        (b"SQLite format 3\0" + bytes(9_000), "is no meet, or nothing of one can be read: "),
    ],
    ids=["missing", "empty", "a spreadsheet", "zeros"],
)
@pytest.mark.parametrize("write", [False, True], ids=["to read", "to write"])
def test_a_file_that_is_no_meet_is_named(path: Path, content: bytes | None, words: str, write: bool) -> None:
    """Whoever names a wrong file is told so in one sentence, and the file stays as it is."""
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MeetError, match=words) as call:
        Meet.open(path, write=write)
    assert str(path) in sentence(call)
    assert content is None or path.read_bytes() == content


def test_a_folder_is_no_meet(tmp_path: Path) -> None:
    """A folder is told from a file."""
    with pytest.raises(MeetError, match="is a folder: name a file in it"):
        Meet.open(tmp_path)


def test_another_programs_database_is_no_meet(path: Path) -> None:
    """An SQLite file of somebody else is left alone."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE record (number, hash)")
    with pytest.raises(MeetError, match="no meet, or nothing of one can be read: it is not marked as a meet"):
        Meet.open(path)


def test_a_meet_is_never_made_over_a_file(full: Path) -> None:
    """A new meet takes nobody's place, not even that of a log that was left behind."""
    before = full.read_bytes()
    with pytest.raises(MeetError, match=r"already is a file .*night.meet: choose another name"):
        Meet.create(full)
    assert full.read_bytes() == before
    full.rename(full.with_name("night.meet-wal"))
    with pytest.raises(MeetError, match=r"already is a file .*night.meet-wal: choose another name"):
        Meet.create(full)


def test_a_meet_needs_a_folder(tmp_path: Path) -> None:
    """A folder that is not there is named."""
    with pytest.raises(MeetError, match=r"there is no folder .*nowhere: make it first"):
        Meet.create(tmp_path / "nowhere" / "night.meet")


@contextmanager
def somebody_s_own(file: Path) -> Iterator[Path]:
    """A copy of *file* in a folder of somebody for whom write protection counts: for root it does not."""
    nobody = 65_534
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(file, folder))
        if os.geteuid() != 0:
            yield copy
            return
        os.chown(folder, nobody, nobody)
        os.chown(copy, nobody, nobody)
        os.setresuid(nobody, nobody, 0)
        try:
            yield copy
        finally:
            os.setresuid(0, 0, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not write-protected on Windows")
def test_a_write_protected_meet_can_be_read(full: Path) -> None:
    """From a disk that cannot be written to, a meet can be read and not written."""
    with somebody_s_own(full) as file:
        file.chmod(0o400)
        file.parent.chmod(0o500)
        with Meet.open(file) as meet:
            assert meet.check().records == 44
        with pytest.raises(
            MeetError, match=r"night.meet: it cannot be opened: see that you may .* write in its folder"
        ):
            Meet.open(file, write=True)
        file.parent.chmod(0o700)
        with (
            pytest.raises(MeetError, match=r"night.meet: it is write-protected"),
            Meet.open(file, write=True) as meet,
        ):
            meet.append(NoteMade("nothing is written"))


# A full disk


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """The disk takes no more than *size* bytes a file, as if it were full."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_loses_nothing_that_was_acknowledged(meet: Meet) -> None:
    """When the disk takes no more, the meet says so; when it does again, the meet goes on."""
    acknowledged = [meet.append(note(number)) for number in range(20)]
    with no_file_longer_than(meet.path.with_name("night.meet-wal").stat().st_size):
        for _ in range(2):
            with pytest.raises(MeetError, match="the disk fails; nothing acknowledged is lost") as call:
                meet.append(note(), key="tap")
            sentence(call)
        assert list(meet.records()) == acknowledged
    acknowledged.append(meet.append(note(), key="tap"))
    assert list(meet.records()) == acknowledged
    assert acknowledged[-1].number == 21
    assert meet.check().ok


def test_a_meet_can_be_read_on_a_full_disk(full: Path) -> None:
    """Where not even SQLite's own files have room, a meet at rest can still be read and carried away."""
    with no_file_longer_than(1_000):
        with Meet.open(full) as meet:
            assert len(list(meet.export())) == 45
        with pytest.raises(MeetError, match=r"night.meet: the disk fails"):
            Meet.open(full, write=True)
    with Meet.open(full, write=True) as meet:
        assert meet.append(note()).number == 45


def test_a_full_disk_leaves_no_half_made_meet(path: Path) -> None:
    """A meet is made whole or not at all."""
    with no_file_longer_than(5_000), pytest.raises(MeetError, match=r"night.meet: the disk fails"):
        Meet.create(path)
    assert not path.exists()
    Meet.create(path).close()


# Schemas

ADD_A_TABLE = (*STEPS, ("CREATE TABLE added (what TEXT)", "INSERT INTO added VALUES ('by a later schema')"))
"""What a later lastlap could do to the file."""


def test_an_older_file_is_brought_to_the_newest_schema_when_it_is_written(full: Path) -> None:
    """A writer brings an older file up to date, and every record stays as it was."""
    with Meet.open(full, write=True, steps=ADD_A_TABLE) as meet:
        assert meet.append(note()).number == 45
        assert meet.check().ok
    with closing(sqlite3.connect(full)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("SELECT what FROM added").fetchone() == ("by a later schema",)


def test_a_reader_leaves_an_older_file_as_it_is(full: Path) -> None:
    """A reader of an older file sees it as the newest schema has it, and changes not a byte."""
    before = full.read_bytes()
    with Meet.open(full, steps=ADD_A_TABLE) as meet:
        assert next(meet.export()).startswith('{"lastlap":"meet","schema":2,"records":44,')
        assert meet.check().ok
    assert full.read_bytes() == before


def test_a_step_that_fails_changes_nothing(full: Path) -> None:
    """A file is brought to the newest schema as a whole, or stays what it was."""
    with pytest.raises(MeetError, match="no such table: nowhere"):
        Meet.open(full, write=True, steps=(*ADD_A_TABLE, ("DROP TABLE nowhere",)))
    with Meet.open(full, write=True) as meet:
        assert meet.append(note()).number == 45


def test_a_broken_chain_is_not_brought_to_another_schema(full: Path) -> None:
    """Before a file is changed, every record of it is proved."""
    with tampering(full) as connection:
        connection.execute("UPDATE record SET by = 'x' WHERE number = 9")
    before = full.read_bytes()
    with pytest.raises(MeetError, match="record 9 is not as it was written"):
        Meet.open(full, write=True, steps=ADD_A_TABLE)
    assert full.read_bytes() == before


@pytest.mark.parametrize("write", [False, True], ids=["to read", "to write"])
def test_a_newer_file_is_left_alone(full: Path, write: bool) -> None:
    """What a newer lastlap has written, an older one does not touch."""
    Meet.open(full, write=True, steps=ADD_A_TABLE).close()
    with pytest.raises(
        MeetError, match=r"is from a newer lastlap \(schema 2, this one knows 1\): get that one"
    ) as call:
        Meet.open(full, write=write)
    sentence(call)


def test_who_follows_hears_every_commit_in_order(meet: Meet) -> None:
    """Whoever writes: the records come in the order of the log, before the writer has an answer."""
    heard: list[int] = []
    meet.follow(lambda records: heard.extend(record.number for record in records))
    meet.append_all([Draft(note(1)), Draft(note(2))])
    with ThreadPoolExecutor(4) as judges:
        futures = list(judges.map(lambda number: meet.submit(Draft(note(number))), range(100)))
        assert {future.result().number for future in futures} == set(range(3, 103))
    assert heard == list(range(1, 103))


def test_who_follows_does_not_hear_what_was_not_written(meet: Meet) -> None:
    """A key that is known gives the record that has it again, and no new one."""
    heard: list[int] = []
    meet.append(note(1), key="k")
    meet.follow(lambda records: heard.extend(record.number for record in records))
    meet.append(note(1), key="k")
    assert heard == [1]


def test_a_record_is_found_by_its_key(meet: Meet) -> None:
    """Whoever lost the answer can ask for it."""
    record = meet.append(note(1), key="k")
    assert meet.keyed("k") == record
    assert meet.keyed("other") is None
