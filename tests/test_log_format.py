"""The page on the log format is true: an outsider who follows it finds what lastlap writes."""

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from lastlap.events import Elsewhere, NoteMade, Presenter
from lastlap.log import APPLICATION_ID, STEPS, Draft, Meet, import_lines
from lastlap.startlist import Entry, Skater, Starter
from strategies_log import EVENTS, note, opening_night

PAGE = (Path(__file__).parent.parent / "docs" / "log-format.md").read_text(encoding="utf-8")

PARTS: tuple[type[msgspec.Struct], ...] = (Skater, Entry, Starter, Presenter, Elsewhere)
"""The records inside of events, but for rulebooks, which have a page of their own."""


def block(kind: str, beginning: str) -> str:
    """The code of that *kind* on the page which starts so."""
    blocks: list[str] = re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return next(text for text in blocks if text.startswith(beginning))


def rows(kinds: tuple[type[msgspec.Struct], ...]) -> list[str]:
    """The table of the page that tells of *kinds*, as their own docstrings have it."""
    return [row(kind) for kind in kinds]


def row(kind: type[msgspec.Struct]) -> str:
    """One line of such a table."""
    says = (kind.__doc__ or "").split("\n")[0].replace("*", "`")
    fields = msgspec.structs.fields(kind)
    always = " ".join(f"`{field.name}`" for field in fields if field.required)
    default = " ".join(f"`{field.name}`" for field in fields if not field.required)
    return f"| `{kind.__name__}` | {says} | {always} | {default} |"


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A meet at rest, with letters in it that need care."""
    path = tmp_path / "night.meet"
    with Meet.create(path) as meet:
        meet.append_all(opening_night())
        meet.append(NoteMade('Žofie said: "très\tbien" \\ \x01\x7f\n'), race='"', by="Père Noël\n", key="\\")
        (tmp_path / "night.jsonl").write_text("\n".join(meet.export()) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", [*EVENTS, *PARTS], ids=lambda kind: str(kind.__name__))
def test_the_page_tells_of_every_event_and_its_fields(kind: type[msgspec.Struct]) -> None:
    """Each event has its line, with what it says and all its fields."""
    assert row(kind) in PAGE, f"docs/log-format.md needs this line:\n{row(kind)}"


def test_the_export_on_the_page_is_one(tmp_path: Path) -> None:
    """The export that the page shows can be imported, in this version and all to come."""
    lines = block("json", '{"lastlap"').splitlines()
    with import_lines(tmp_path / "page.meet", lines) as meet:
        assert list(meet.export()) == lines
    assert block("json", '{"number":2').strip() in lines


def test_the_shell_on_the_page_proves_an_export(night: Path) -> None:
    """With `sha256sum` and nothing else, an outsider comes to the same last hash."""
    with Meet.open(night) as meet:
        head = meet.check().head
    assert shell(night.parent) == [head]


def test_the_shell_on_the_page_finds_a_changed_line(night: Path) -> None:
    """And names the line that somebody has written in."""
    export = night.with_name("night.jsonl")
    export.write_text(export.read_text(encoding="utf-8").replace('"T7"', '"T8"', 1), encoding="utf-8")
    assert any(line.startswith('broken: {"number":3,') for line in shell(night.parent))


def shell(folder: Path) -> list[str]:
    """What the shell commands on the page print in *folder*."""
    sh = shutil.which("sh")
    if sh is None:
        pytest.skip("this computer has no shell")
    run = subprocess.run(
        [sh, "-c", block("sh", "prev=")], cwd=folder, check=True, capture_output=True, text=True
    )
    return run.stdout.splitlines()


def test_the_query_on_the_page_gives_the_export(night: Path) -> None:
    """With an SQLite shell and nothing else, an outsider gets the same lines."""
    with closing(sqlite3.connect(night)) as connection:
        found = [line for (line,) in connection.execute(block("sql", "SELECT"))]
    with Meet.open(night) as meet:
        assert found == list(meet.export())[1:]


def test_the_file_is_marked_as_the_page_says(night: Path) -> None:
    """Table, marks and size of a page are those on the page."""
    with closing(sqlite3.connect(night)) as connection:
        schema = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'record'").fetchone()[0]
        marks = [
            connection.execute(f"PRAGMA {mark}").fetchone()[0]
            for mark in ("application_id", "user_version", "page_size", "journal_mode")
        ]
    assert schema.split() == block("sql", "CREATE TABLE").split()
    assert marks == [APPLICATION_ID, len(STEPS), 4096, "wal"]
    assert f"`PRAGMA application_id` is {APPLICATION_ID} " in PAGE
    assert f"\n| {len(STEPS)} | " in PAGE


def test_the_triggers_are_those_on_the_page(night: Path) -> None:
    """The page names every guard of the table."""
    with closing(sqlite3.connect(night)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    assert sorted(name for (name,) in triggers) == sorted(
        re.findall(r"^\| `(record_\w+)`", PAGE, re.MULTILINE)
    )


def test_the_files_beside_a_meet_are_those_on_the_page(night: Path) -> None:
    """While somebody writes, no file stands beside a meet that the page does not tell of."""
    with Meet.open(night, write=True) as meet:
        meet.append_all([Draft(note())])
        beside = {file.name for file in night.parent.glob("night.meet*")}
    told = set(re.findall(r"^\| `(night\.meet-\w+)`", PAGE, re.MULTILINE))
    assert beside | {"night.meet-new"} == told | {"night.meet"}
