"""The commands, as their users type them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lastlap.cli import main
from lastlap.events import GunFired, OrderRead, ResultDeclared, ResultStatus
from lastlap.log import Draft, Meet
from lastlap.times import Instant

SHEETS = Path(__file__).parent / "races"

MESSY = """Family;Given;Nation;Born;Rank;Transponder 1
TAKAGI;Nana;JPN;1992;1;FL-1
MØLLER RIGAS;Elena;DEN;;2;FL-2
TAKAGI;Nana;JPN;1992;3;FL-3
NOBODY;Ann;XYZ;1999;4;FL-4
"""

COMMANDS = (
    "demo",
    "rank",
    "verify",
    "new",
    "enter",
    "draw",
    "withdraw",
    "standings",
    "sure",
    "check",
    "export",
    "import",
    "publish",
    "odf",
    "odf-check",
)


def mended(skaters: int) -> str:
    """Entries without a mistake, and one reserve."""
    nocs = ("JPN", "DEN", "KOR", "NED", "CAN", "ITA", "USA", "GER", "SUI", "CHN")
    rows = [f"Skater {place};{nocs[place % 10]};1990;{place};" for place in range(1, skaters + 1)]
    return "name;noc;birth year;ranking;reserve\n" + "\n".join([*rows, "Reserve One;EST;1991;99;yes"])


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    code = main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def skated(file: Path, race: str) -> None:
    """Everybody crosses the line in the order of the grid; the referee signs."""
    with Meet.open(file, write=True) as meet:
        skated = meet.race(race)
        read = OrderRead(skated.laps, tuple(skated.starters))
        words = (GunFired(Instant(0)), read, ResultDeclared(ResultStatus.OFFICIAL))
        meet.append_all(Draft(word, race, "referee") for word in words)


class TestSecretary:
    """Friday night and Saturday morning."""

    def test_every_problem_at_once(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """By row, with what to do; nothing is entered."""
        meet, entries = str(tmp_path / "night.meet"), tmp_path / "entries.csv"
        entries.write_text(MESSY, encoding="utf-8")
        assert said(capsys, "new", meet, "--edition", "isu-2018", "--category", "W")[0] == 0
        code, out, _ = said(capsys, "enter", meet, str(entries))
        assert code == 1
        assert all(f"row {row}" in out for row in (3, 4, 5))
        assert "0 of" in out

    def test_from_entries_to_the_final(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Entered, drawn, two withdraw, one comes in, two semi-finals, the final's start list."""
        file = tmp_path / "night.meet"
        meet, entries = str(file), tmp_path / "entries.csv"
        entries.write_text(mended(20), encoding="utf-8")
        said(capsys, "new", meet, "--edition", "isu-2018", "--category", "W", "--name", "Club night")
        assert "21 of 21" in said(capsys, "enter", meet, str(entries))[1]
        assert "w-sf1" in said(capsys, "draw", meet)[1]
        code, out, _ = said(capsys, "withdraw", meet, "Skater 5", "Skater 6", "--why", "ill")
        assert code == 0
        assert "Reserve One (EST) comes in" in out
        code, _, err = said(capsys, "draw", meet)
        assert (code, "must be official" in err) == (1, True)
        for race in ("w-sf1", "w-sf2"):
            skated(file, race)
        code, out, _ = said(capsys, "draw", meet, "--json")
        assert [race["race"] for race in json.loads(out)["races"]] == ["w-final"]
        assert "is drawn" in said(capsys, "draw", meet)[2]

    def test_json_of_each_step(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Programs get one object."""
        meet, entries = str(tmp_path / "night.meet"), tmp_path / "entries.csv"
        entries.write_text(mended(12), encoding="utf-8")
        assert json.loads(said(capsys, "new", meet, "--json")[1])["competitions"] == ["women", "men"]
        taken = json.loads(said(capsys, "enter", meet, str(entries), "--competition", "women", "--json")[1])
        assert (taken["taken"], taken["problems"], taken["encoding"]) == (13, [], "utf-8")
        gone = json.loads(said(capsys, "withdraw", meet, "Skater 1", "--competition", "women", "--json")[1])
        assert gone == {"competition": "women", "changes": []}
        assert said(capsys, "withdraw", meet, "Skater 2", "--competition", "women")[1].startswith("withdrawn")

    def test_a_rulebook_of_one_s_own(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """One file; a mistake in it is named with its field."""
        rules = tmp_path / "ours.toml"
        rules.write_text('name = "ours"\ntitle = "Ours"\nlaps = 8\n', encoding="utf-8")
        assert said(capsys, "new", str(tmp_path / "a.meet"), "--edition", str(rules))[0] == 0
        rules.write_text('name = "ours"\ntitle = "Ours"\nlaps = 0\n', encoding="utf-8")
        code, _, err = said(capsys, "new", str(tmp_path / "b.meet"), "--edition", str(rules))
        assert code == 2
        assert "field `laps`" in err
        rules.write_bytes(b"\xff\xff\x00")
        assert "is no text" in said(capsys, "new", str(tmp_path / "c.meet"), "--edition", str(rules))[2]

    def test_from_sheets(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Races and start lists of official sheets."""
        meet = str(tmp_path / "night.meet")
        sheets = [str(SHEETS / f"og2018_w_{race}.json") for race in ("sf1", "sf2")]
        assert "og2018_w_sf1: 12" in said(capsys, "new", meet, "--from", *sheets)[1]
        other = str(tmp_path / "other.meet")
        races = json.loads(said(capsys, "new", other, "--json", "--from", *sheets)[1])["races"]
        assert races == {"og2018_w_sf1": 12, "og2018_w_sf2": 12}


class TestSheets:
    """Official sheets, ranked and compared."""

    def test_rank_prints_an_object_a_file(self, capsys: pytest.CaptureFixture[str]) -> None:
        """With the fields that scripts rely on."""
        files = sorted(map(str, SHEETS.glob("*.json")))
        code, out, _ = said(capsys, "rank", *files, "--json")
        objects = [json.loads(line) for line in out.splitlines()]
        assert code == 0
        assert [found["file"] for found in objects] == files
        assert set(objects[0]["skaters"][0]) == {"rank", "name", "noc", "total", "irm", "qualified"}

    def test_rank_for_people(self, capsys: pytest.CaptureFixture[str]) -> None:
        """A table, and what is odd about the sheet."""
        out = said(capsys, "rank", str(SHEETS / "wc2025_slc_w_diva.json"))[1]
        assert "Mia MANGANELLO" in out
        assert "15 laps" in out

    def test_all_official_sheets_verify(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Every rank and total as printed."""
        code, out, _ = said(capsys, "verify", *map(str, SHEETS.glob("*.json")))
        assert code == 0
        assert out.count("all as printed") == 14

    def test_a_doctored_sheet_does_not(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The answer is no, and says where."""
        sheet = json.loads((SHEETS / "og2018_w_f.json").read_text(encoding="utf-8"))
        sheet["skaters"][0]["rank"], sheet["skaters"][1]["rank"] = 2, 1
        doctored = tmp_path / "doctored.json"
        doctored.write_text(json.dumps(sheet), encoding="utf-8")
        code, out, _ = said(capsys, "verify", str(doctored), "--json")
        assert code == 1
        assert len(json.loads(out)["differences"]) == 2
        assert "printed rank 2" in said(capsys, "verify", str(doctored))[1]


class TestLooking:
    """Questions to a meet."""

    def test_standings(self, night: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Each place with its reason; a board for programs."""
        meet = str(night / "pyeongchang-2018.meet")
        out = said(capsys, "standings", meet, "w-final")[1]
        assert "5 at sprint 1, 5 at sprint 2, 5 at sprint 3" in out
        assert "made up" in out
        board = json.loads(said(capsys, "standings", meet, "w-final", "--json")[1])
        assert board["standings"][0]["why"] == "16 laps; 60 points at the finish"

    def test_sure(self, night: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """With the proof."""
        meet = str(night / "pyeongchang-2018.meet")
        assert "Lee Seunghoon" in said(capsys, "sure", meet, "m-sf1")[1]
        found = json.loads(said(capsys, "sure", meet, "m-sf1", "--top", "3", "--json")[1])["skaters"]
        assert [one["sure"] for one in found][:4] == [True, True, True, False]

    def test_export_and_import_are_inverse(
        self, night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """To the byte."""
        lines, again = tmp_path / "lines.jsonl", tmp_path / "again.meet"
        meet = str(night / "pyeongchang-2018.meet")
        assert said(capsys, "export", meet, "--out", str(lines))[0] == 0
        assert said(capsys, "import", str(again), str(lines))[0] == 0
        assert said(capsys, "export", str(again))[1] == lines.read_text(encoding="utf-8")

    def test_check(self, night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Whole, or not; what can be proved can be saved."""
        meet = night / "pyeongchang-2018.meet"
        assert json.loads(said(capsys, "check", str(meet), "--json")[1])["ok"] is True
        damaged = tmp_path / "damaged.meet"
        damaged.write_bytes(meet.read_bytes()[:200_000])
        code, out, err = said(capsys, "check", str(damaged))
        assert (code, out.count("\n"), err) == (1, 1, "")
        code, out, _ = said(capsys, "check", str(damaged), "--salvage", str(tmp_path / "saved.meet"))
        assert (code, "holds records 1 to" in out) == (0, True)

    def test_the_demo_for_programs(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """One object; a second demo replaces the first."""
        for _ in range(2):
            code, out, _ = said(capsys, "demo", "--out", str(tmp_path / "demo"), "--json")
            whole = json.loads(out)
            assert (code, whole["differences"], len(whole["races"])) == (0, [], 6)


class TestWrongUse:
    """A user's mistake is one sentence, never a traceback."""

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("rank", "nofile.json"), "nofile.json"),
            (("rank", "."), "directory"),
            (("standings", "nofile.meet", "w-final"), "does not exist"),
            (("standings", "{text}", "w-final"), "text.meet"),
            (("standings", "{meet}", "w-f"), "w-final"),
            (("new", "{meet}"), "pyeongchang-2018.meet"),
            (("new", "{folder}/a.meet", "--edition", "isu-1999"), "isu-2018"),
            (("new", "{folder}/no/such/a.meet"), "make it first"),
            (("sure", "{meet}", "w-final", "--top", "0"), "top must be 1 or more"),
            (("import", "{folder}/b.meet", "{text}"), "line 1"),
            (("export", "{meet}", "--out", "{folder}/no/such/file"), "no such file"),
            (("demo", "--night", "nowhere"), "nowhere"),
        ],
    )
    def test_one_sentence(
        self,
        arguments: tuple[str, ...],
        words: str,
        night: Path,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """It names the file or the word that is wrong."""
        text = tmp_path / "text.meet"
        text.write_text("this is no meet\n", encoding="utf-8")
        places = {"meet": night / "pyeongchang-2018.meet", "text": text, "folder": tmp_path}
        code, out, err = said(capsys, *(word.format(**places) for word in arguments))
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert words in err

    def test_bytes_instead_of_lines(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """An import of a picture is refused."""
        picture = tmp_path / "picture.png"
        picture.write_bytes(b"\x89PNG\xff\xfe")
        code, _, err = said(capsys, "import", str(tmp_path / "c.meet"), str(picture))
        assert (code, "is no text" in err) == (2, True)

    def test_unknown_command(self) -> None:
        """Argparse's own words, exit code 2."""
        found = subprocess.run(
            [sys.executable, "-m", "lastlap", "frobnicate"], capture_output=True, text=True, check=False
        )
        assert found.returncode == 2
        assert "Traceback" not in found.stderr

    def test_help_lists_every_command(self) -> None:
        """As somebody would look for it."""
        found = subprocess.run(
            [sys.executable, "-m", "lastlap", "--help"], capture_output=True, text=True, check=True
        )
        assert all(f"    {command}" in found.stdout for command in COMMANDS)

    def test_a_closed_pipe_is_no_error(self, night: Path) -> None:
        """`lastlap export ... | head -1` ends quietly."""
        meet = night / "pyeongchang-2018.meet"
        shell = f'"{sys.executable}" -m lastlap export "{meet}" | head -1'
        found = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, check=True)
        assert found.stderr == ""
        assert len(found.stdout.splitlines()) == 1
