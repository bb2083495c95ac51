"""The commands of the story, as their users type them."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lastlap.cli import main
from lastlap.log import Meet


@pytest.fixture
def meet(night: Path, tmp_path: Path) -> Path:
    """A copy of the demo night that may be written to."""
    return Path(shutil.copy(night / "pyeongchang-2018.meet", tmp_path / "night.meet"))


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    code = main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_report_is_text_a_page_or_plain_values(
    meet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same story in each form."""
    code, text, _ = said(capsys, "report", str(meet), "--lang", "nl")
    assert code == 0
    assert "heeft goud gewonnen" in text
    page = tmp_path / "r.html"
    assert said(capsys, "report", str(meet), "--out", str(page)) == (0, "", "")
    assert 'data-records="' in page.read_text(encoding="utf-8")
    told = json.loads(said(capsys, "report", str(meet), "--json")[1])
    assert told["headline"]["records"]


def test_one_competition_can_be_told_alone(meet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The women's report does not tell of the men, and has a headline of its own."""
    _, text, _ = said(capsys, "report", str(meet), "--competition", "women")
    assert text.startswith("Nana Takagi wins the first Olympic mass start\n")
    assert "Lee Seunghoon" not in text
    assert said(capsys, "report", str(meet), "--competition", "nobody")[0] == 2


def test_a_sentence_is_edited_and_stays_edited(meet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The words go into the story file, and the next report has them; a sentence that is not there is named."""
    edit = (
        "report",
        str(meet),
        "--edit",
        "w-final.medals",
        "--text",
        "Takagi waited, and won.",
        "--by",
        "Jo",
    )
    assert said(capsys, *edit)[0] == 0
    assert "Takagi waited, and won." in said(capsys, "report", str(meet))[1]
    assert "edited by Jo" in said(capsys, "report", str(meet), "--trace")[1]
    code, _, error = said(capsys, "report", str(meet), "--edit", "nothing", "--text", "x")
    assert code == 2
    assert "the report has no sentence 'nothing': --trace shows what they are called" in error


def test_an_edit_to_look_at_again_is_said_on_the_side(meet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever makes the report hears which edited sentences have other facts now."""
    story = meet.with_suffix(".story.toml")
    story.write_text(
        '[[edits]]\nsentence = "w-final.medals"\nlang = "en"\ntext = "Old."\nbasis = "00000000"\n'
    )
    assert "look again at w-final.medals" in said(capsys, "report", str(meet))[2]


def test_a_ceremony_is_planned_and_held_from_the_command_line(
    meet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is said is in the log, what is not said stays as it was planned."""
    plan = ("ceremony", str(meet), "men", "--at", "22:45", "--presents", "gold gift: Bo Bb, mayor")
    code, text, _ = said(capsys, *plan, "--by", "protocol")
    assert code == 0
    assert "Gangneung Oval (venue), 22:45" in text
    assert "gift by mayor Bo Bb" in text
    assert json.loads(said(capsys, "ceremony", str(meet), "men", "--held", "--json")[1])["held"]
    with Meet.open(meet) as log:
        assert [record.by for record in log.records()][-2:] == ["protocol", "secretary"]


def test_a_ceremony_of_one_of_several_must_be_named(meet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With two competitions, the answer asks which."""
    code, _, error = said(capsys, "ceremony", str(meet))
    assert code == 2
    assert "it has women, men" in error


def test_a_site_is_written_and_a_person_forgotten(
    meet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pages of the new meet do not have the name."""
    new, out = tmp_path / "new.meet", tmp_path / "site"
    code, text, _ = said(capsys, "forget", str(meet), "Ayano Sato", "--into", str(new))
    assert code == 0
    assert f"Now delete {meet}" in text
    assert said(capsys, "publish", str(new), "--out", str(out), "--site")[0] == 0
    assert not any("Sato" in page.read_text(encoding="utf-8") for page in out.rglob("*.html"))


def test_nobody_is_forgotten_into_a_file_that_is_there(
    meet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that exists is not overwritten."""
    assert said(capsys, "forget", str(meet), "Ayano Sato", "--into", str(meet))[0] == 2


def test_a_report_as_pdf_has_its_text(meet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed can be read out of the file again, and the same log gives the same bytes."""
    one, two = tmp_path / "one.pdf", tmp_path / "two.pdf"
    for file in (one, two):
        assert said(capsys, "report", str(meet), "--out", str(file))[0] == 0
    assert one.read_bytes() == two.read_bytes()
    tool = shutil.which("pdftotext")
    if tool is None and not os.environ.get("CI"):
        pytest.skip("pdftotext (poppler-utils) is not here")
    read = subprocess.run([str(tool), str(one), "-"], capture_output=True, text=True, check=True).stdout
    assert "Nana Takagi of Japan won gold" in " ".join(read.split())


def test_quotes_pictures_and_words_are_attached(
    meet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each behind its paragraph, the picture beside the story; all stands in the report."""
    photo = tmp_path / "elsewhere" / "finish.jpg"
    photo.parent.mkdir()
    photo.write_bytes(b"a picture")
    quote = ("--quote", "I only heard the bell.", "--who", "Nana Takagi, winner", "--after", "women/lead")
    picture = ("--picture", str(photo), "--caption", "The finish.", "--credit", "Bo Bb")
    words = ("--words", "It had snowed since noon.", "--by", "Cas Cc", "--lang", "en")
    for added in (quote, picture, words, picture):
        assert said(capsys, "report", str(meet), *added)[0] == 0
    told = said(capsys, "report", str(meet))[1]
    assert told.split("\n\n")[1] == "[Photo: The finish. (Bo Bb)]"
    blocks = told.split("\n\n")
    said_after = next(place for place, block in enumerate(blocks) if "I only heard the bell." in block)
    assert blocks[said_after].endswith("Nana Takagi, winner")
    assert "Nana Takagi of Japan won gold" in blocks[said_after - 1]
    assert "It had snowed since noon. (Cas Cc)" in told
    assert "It had snowed" not in said(capsys, "report", str(meet), "--lang", "nl")[1]
    assert (meet.parent / "finish.jpg").read_bytes() == b"a picture"


@pytest.mark.parametrize(
    ("added", "says"),
    [
        (("--quote", "Yes."), "say --who: who said it"),
        (("--words", "Yes."), "say --by: who wrote it"),
        (("--picture", "finish.jpg", "--caption", "x"), "say --credit: who took it"),
        (("--picture", "none.jpg", "--caption", "x", "--credit", "y"), "none.jpg cannot be taken"),
        (("--quote", "Yes.", "--who", "Jo", "--after", "lead"), "choose among headline, women/lead"),
    ],
)
def test_what_cannot_be_attached_is_said(
    meet: Path, capsys: pytest.CaptureFixture[str], added: tuple[str, ...], says: str
) -> None:
    """In a sentence; the story stays as it was."""
    code, _, error = said(capsys, "report", str(meet), *added)
    assert code == 2
    assert says in error
    assert not meet.with_suffix(".story.toml").exists()


def test_a_picture_never_replaces_another(
    meet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two photographers call theirs finish.jpg."""
    (meet.parent / "finish.jpg").write_bytes(b"the first")
    other = tmp_path / "other" / "finish.jpg"
    other.parent.mkdir()
    other.write_bytes(b"the second")
    code, _, error = said(
        capsys, "report", str(meet), "--picture", str(other), "--caption", "x", "--credit", "y"
    )
    assert code == 2
    assert "is another picture" in error
    assert (meet.parent / "finish.jpg").read_bytes() == b"the first"
