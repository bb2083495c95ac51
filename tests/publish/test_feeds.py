"""What is published of a meet besides its sheets: feeds, calendar, reports and ceremonies, in one folder."""

import json
from pathlib import Path

import pytest

from lastlap.cli import main
from lastlap.log import Meet
from lastlap.publish import FORMATS, OF_RACES, Book, Wanted, publish, read_book

FEEDS = ("odf", "ics", "atom")


@pytest.fixture(scope="module")
def book(night: Path) -> Book:
    """The night of PyeongChang."""
    with Meet.open(night / "pyeongchang-2018.meet") as held:
        return read_book(held)


def test_a_meet_leaves_its_feeds(book: Book, tmp_path: Path) -> None:
    """A folder of messages, a calendar and a feed; the same bytes when it is done again."""
    before = {path: path.read_bytes() for path in publish(book, tmp_path, Wanted(), FEEDS)}
    assert {path: path.read_bytes() for path in publish(book, tmp_path, Wanted(), FEEDS)} == before
    assert {path.name for path in before if path.suffix != ".xml"} == {"races.ics", "news.atom"}
    assert len(before) > 1000


def test_messages_of_an_earlier_time_make_room(book: Book, tmp_path: Path) -> None:
    """A partner who reads the folder finds one feed; what is no message of ours stays."""
    old, other = "CUP~2018-01-01~2018-01-01~100000000~DT_RESULT~~X~~OFFICIAL~9~T~.xml", "notes.xml"
    (tmp_path / "odf").mkdir()
    for name in (old, other):
        (tmp_path / "odf" / name).write_text("<a/>", "utf-8")
    publish(book, tmp_path, Wanted(), ["odf"])
    assert not (tmp_path / "odf" / old).exists()
    assert (tmp_path / "odf" / other).exists()


def test_reports_and_ceremonies_are_written_for_people_and_programs(book: Book, tmp_path: Path) -> None:
    """Four reports and two ceremonies: text, JSON and PDF."""
    written = publish(book, tmp_path, Wanted(), ["report", "ceremony"])
    names = {path.relative_to(tmp_path).as_posix() for path in written}
    folders = {"text": "txt", "data": "json", "print": "pdf"}
    what = ("report-en", "report-ko", "report-ja", "report-nl", "ceremony-women", "ceremony-men")
    assert names == {f"{folder}/{name}.{end}" for folder, end in folders.items() for name in what}
    plan = json.loads((tmp_path / "data" / "ceremony-men.json").read_text(encoding="utf-8"))
    assert [award["medal"] for award in plan["awards"]] == ["bronze", "silver", "gold"]


def test_the_command_publishes_all_of_it(
    night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And says what is where; the feed knows the address."""
    out = tmp_path / "out"
    meet = str(night / "pyeongchang-2018.meet")
    assert main(["publish", meet, "--out", str(out), "--at", "https://example.org/night"]) == 0
    feeds = [str(out / name) for name in ("odf", "races.ics", "news.atom")]
    assert set(feeds) <= set(capsys.readouterr().out.split())
    assert "https://example.org/night/news.atom" in (out / "news.atom").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--format", "odf", "--race", "w-final"], "odf tells of the whole meet"),
        (["--format", "docx"], f"choose among {', '.join(FORMATS)}"),
        (["--race", "w-semi"], "there is no race 'w-semi'"),
    ],
)
def test_what_cannot_be_published_is_said(
    night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], says: str
) -> None:
    """In a sentence, and nothing is written."""
    meet, out = str(night / "pyeongchang-2018.meet"), tmp_path / "out"
    assert main(["publish", meet, "--out", str(out), *options]) == 2
    assert says in capsys.readouterr().err
    assert not out.exists()


def test_of_one_race_its_sheets_and_charts(book: Book, tmp_path: Path) -> None:
    """In every format that a race has of its own."""
    written = publish(book, tmp_path, Wanted(["w-sf1"]))
    assert {path.suffix.removeprefix(".") for path in written} == set(OF_RACES)
    assert all(path.name.startswith("w-sf1-") for path in written)
