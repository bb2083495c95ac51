"""`lastlap publish` and `lastlap chart`, as the secretary and the coach use them."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lastlap.cli import main
from lastlap.errors import InputError
from lastlap.events import ConditionsNoted, MeetOpened, ResultDeclared, ResultStatus
from lastlap.log import Draft, Meet
from lastlap.publish import FORMATS, Wanted, book, files, publish
from lastlap.times import Instant
from publish import meets


@pytest.fixture
def meet(tmp_path: Path) -> str:
    """The made-up meet, as a file."""
    path = tmp_path / "rink.meet"
    with Meet.create(path) as made:
        made.append_all(
            Draft(record.event, record.race, record.by, record.at) for record in meets.odd_records(12)
        )
    return str(path)


def test_the_demo_leaves_the_night_published(night: Path) -> None:
    """Every sheet in every format, and the charts, beside the meet."""
    names = {path.name for path in (night / "sheets").iterdir()}
    for ending in ("pdf", "html", "csv", "xlsx", "json"):
        assert f"w-final-result.{ending}" in names
        assert f"medal-standings.{ending}" in names
    assert len([*(night / "charts").glob("*.svg")]) == 6 * 4


def test_everything_is_published(meet: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each file that is named is there, and published again each is the same to the byte."""
    out = tmp_path / "out"
    assert main(["publish", meet, "--out", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert all(Path(name).exists() for name in said["written"])
    first = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert {path.parent.name for path in first} >= {"sheets", "charts", "odf", "print"}
    assert main(["publish", meet, "--out", str(out)]) == 0
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == first
    assert said["lost"] == ""


def test_one_race_in_one_format(meet: str, tmp_path: Path) -> None:
    """`--race` and `--format` narrow it down; several formats may stand in one word."""
    assert main(["publish", meet, "--out", str(tmp_path / "o"), "--race", "sf1", "--format", "csv,json"]) == 0
    assert sorted(path.name for path in (tmp_path / "o" / "sheets").glob("sf1-result.*")) == [
        "sf1-result.csv",
        "sf1-result.json",
    ]
    assert not [*(tmp_path / "o").rglob("*.pdf")]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "docx"], "there is no format 'docx'"),
        (["--race", "sf9"], "there is no race 'sf9'"),
        (["--games", "1931"], "1931"),
        (["--fonts", "nowhere"], "there is no folder nowhere"),
    ],
)
def test_what_is_not_there_is_said(
    meet: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    """A format, a race, Games or a folder of fonts: one sentence, exit 2."""
    assert main(["publish", meet, "--out", str(tmp_path / "o"), *arguments]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_said(
    meet: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, exit 2."""
    (tmp_path / "file").write_text("in the way", "utf-8")
    assert main(["publish", meet, "--out", str(tmp_path / "file"), "--format", "csv"]) == 2
    assert "file" in capsys.readouterr().err


def test_lost_characters_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name in characters that no font has is told on stderr, so that nobody finds out at the board."""
    path = tmp_path / "odd.meet"
    with Meet.create(path) as made:
        first, *others = meets.odd_records(12)
        assert isinstance(first.event, MeetOpened)
        made.append(MeetOpened("Cup \N{BRAHMI LETTER KA}"), by="secretary")
        made.append_all(Draft(record.event, record.race, record.by, record.at) for record in others)
    assert main(["publish", str(path), "--out", str(tmp_path / "o"), "--format", "pdf"]) == 0
    assert "U+11013" in capsys.readouterr().err


def test_an_empty_meet_cannot_be_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says so."""
    Meet.create(tmp_path / "empty.meet").close()
    assert main(["publish", str(tmp_path / "empty.meet"), "--out", str(tmp_path / "o")]) == 2
    assert "empty.meet is empty" in capsys.readouterr().err


def test_every_writer_is_there() -> None:
    """Each line of the table leads to a function that gives files, with names of its own."""
    names = [name for format_ in FORMATS for name, _ in files(meets.odd(12), Wanted(), [format_])]
    assert len(names) == len(set(names))
    with pytest.raises(InputError, match="there is no race 'x'"):
        next(files(meets.odd(12), Wanted(["x"])))


def test_publishing_makes_folders(tmp_path: Path) -> None:
    """Where there are none yet."""
    written = publish(book(meets.odd_records(12)), tmp_path / "a" / "b", Wanted(), ["svg"])
    assert written
    assert all(path.is_file() for path in written)


# Charts


@pytest.mark.parametrize("kind", ["position", "gap", "laps", "points"])
@pytest.mark.parametrize(("ending", "begins"), [(".svg", b"<svg"), (".png", b"\x89PNG")])
def test_a_chart_is_drawn(night: Path, tmp_path: Path, kind: str, ending: str, begins: bytes) -> None:
    """As SVG or PNG, by the ending of the file's name."""
    out = tmp_path / f"chart{ending}"
    meet = str(night / "pyeongchang-2018.meet")
    assert main(["chart", meet, "m-final", "--kind", kind, "--out", str(out), "--skater", "11"]) == 0
    assert out.read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["sf1", "--kind", "pie", "--out", "x.svg"], "there is no chart 'pie'"),
        (["sf1", "--out", "x.gif"], "neither a .svg nor a .png"),
        (["sf1", "--out", "x.svg", "--skater", "99"], "nobody wears cap 99"),
        (["sf7", "--out", "x.svg"], "no race 'sf7'"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_said(
    meet: str, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    """A kind, an ending, a cap or a race that is not there: one sentence, exit 2."""
    assert main(["chart", meet, *arguments]) == 2
    assert says in capsys.readouterr().err


# Following a meet


def test_a_folder_is_as_new_as_the_last_declaration(tmp_path: Path) -> None:
    """A program that follows the meet publishes again when a result is declared, each file as a whole."""
    file, out = tmp_path / "cup.meet", tmp_path / "out"
    with Meet.create(file) as meet:
        meet.append_all(
            Draft(one.event, one.race, one.by)
            for one in meets.odd_records(12, status=ResultStatus.UNOFFICIAL)
        )
        race = meet.races()[0]
        command = [
            sys.executable,
            "-m",
            "lastlap",
            "publish",
            str(file),
            "--out",
            str(out),
            "--site",
            "--follow",
        ]
        with subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as following:
            assert following.stdout is not None
            assert following.stderr is not None
            assert any("index.html" in line for line in iter(following.stdout.readline, ""))
            assert "Unofficial" in (out / f"sheets/{race}-result.html").read_text("utf-8")
            meet.append(ConditionsNoted(Instant(0), note="it snows"), race=race, by="referee")
            record = meet.append(ResultDeclared(ResultStatus.OFFICIAL), race=race, by="referee")
            said = next(line for line in iter(following.stderr.readline, "") if "as of" in line)
            following.send_signal(signal.SIGINT)
    assert said == f"{out} is as of record {record.number}\n"
    assert following.returncode == 0
    assert "Official" in (out / f"sheets/{race}-result.html").read_text("utf-8")
    assert not list(out.rglob("*.part"))
