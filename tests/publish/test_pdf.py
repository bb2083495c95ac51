"""PDFs for the archive and for screen readers, the same to the byte, with every character of every name."""

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from lastlap.events import MeetOpened, ResultStatus
from lastlap.publish import Wanted, book, files
from lastlap.publish.contents import sheets
from lastlap.publish.fonts import OURS, SQUARE, characters, missing
from lastlap.publish.pdf import _compiler, as_pdf, as_png, lost_in, lost_on
from lastlap.publish.results import result
from lastlap.publish.sheet import Sheet
from publish import meets

MADE = datetime(2025, 11, 30, 12, 0, 0, tzinfo=UTC)


def sheet(name: str, size: int = 24, status: ResultStatus = ResultStatus.OFFICIAL) -> Sheet:
    """The made-up sheet with that id."""
    return next(one for one in sheets(meets.odd(size, "olympic", status)) if one.id == name)


def said_by(program: str, tmp_path: Path, pdf: bytes, *arguments: str) -> str:
    """What a program of poppler says of a PDF."""
    found = shutil.which(program)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"{program} is not installed (on Debian: poppler-utils)")
    path = tmp_path / "sheet.pdf"
    path.write_bytes(pdf)
    run = subprocess.run([found or program, *arguments, str(path)], capture_output=True, check=True)
    return run.stdout.decode()


def test_the_same_sheet_is_the_same_file() -> None:
    """Made twice, by one typst and by another, a PDF is equal to the byte."""
    first = as_pdf([sheet("sf1-result")], MADE)
    _compiler.cache_clear()
    assert as_pdf([sheet("sf1-result")], MADE) == first


def test_it_claims_both_standards() -> None:
    """Each sheet says in its metadata that it is PDF/A-2a and PDF/UA-1."""
    for one in sheets(meets.odd(16), reasons=True):
        pdf = as_pdf([one], MADE)
        assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in pdf
        assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf


def test_it_is_tagged_and_its_tables_have_heads(tmp_path: Path) -> None:
    """A screen reader finds a heading and a table whose columns have titles."""
    tags = said_by("pdfinfo", tmp_path, as_pdf([sheet("sf1-result")], MADE), "-struct")
    assert re.search(r"H1 ", tags)
    assert "Table (block)" in tags
    assert tags.count("TH ") == len(sheet("sf1-result").tables[0].columns)
    assert "/Scope /Column" in tags


def test_a_chart_has_words_for_who_cannot_see_it(tmp_path: Path) -> None:
    """Each figure of the lap chart has the sentence of its drawing as alternative text."""
    chart = sheet("sf1-lap-chart")
    tags = said_by("pdfinfo", tmp_path, as_pdf([chart], MADE), "-struct")
    assert tags.count("Figure") == len(chart.pictures) == 2
    assert all(picture.says for picture in chart.pictures)


def test_every_font_is_inside(tmp_path: Path) -> None:
    """No reader needs a font of its own: all are embedded, as subsets, with a way back to the characters."""
    lines = said_by("pdffonts", tmp_path, as_pdf([sheet("sf1-result")], MADE)).splitlines()[2:]
    assert lines
    assert all(re.search(r" yes yes yes ", line) and "Pretendard" in line for line in lines)


@pytest.mark.parametrize("size", [12, 16, 24, 30])
def test_a_result_fits_on_a_page(size: int, tmp_path: Path) -> None:
    """Up to thirty skaters, long names among them, stand on one page with the signatures."""
    about = said_by("pdfinfo", tmp_path, as_pdf([sheet("sf1-result", size)], MADE))
    assert "Pages:           1\n" in about
    assert "A4" in about


def test_a_name_parts_between_its_words_and_a_word_only_where_it_must(tmp_path: Path) -> None:
    """In a narrow column a word of forty letters is hyphenated; in a wide one the name parts at its own hyphen."""
    narrow, wide = (
        _text(tmp_path, as_pdf([sheet(name, 12)], MADE)) for name in ("sf1-result", "sf1-start-list")
    )
    assert re.search(r"Maria-Magdalena\nWOLFESCHLEGEL\w+\u00ad*\n\w+", narrow)
    assert re.search(r"Maria-Magdalena\s+WOLFESCHLEGELSTEINHAUSENBERGERDORFF-\s?SCHMIDT", wide)


@pytest.mark.parametrize("size", [12, 16, 24, 30])
def test_signatures_never_stand_alone(size: int, tmp_path: Path) -> None:
    """With the reasons a result takes more than one page, and the last one has skaters above who signs."""
    signed = next(one for one in sheets(meets.odd(size), reasons=True) if one.id == "sf1-result")
    pages = _text(tmp_path, as_pdf([signed], MADE)).rstrip("\f").split("\f")
    assert "Starter" in pages[-1]
    assert len(re.findall(r"^\d+=? \d+ ", pages[-1], re.MULTILINE)) > 2


def test_what_is_not_final_says_so_across_the_page(tmp_path: Path) -> None:
    """Under protest stands there in large letters, and nothing across the page of an official result."""
    protested = as_pdf([sheet("sf1-result", 24, ResultStatus.PROTESTED)], MADE)
    assert "".join(_text(tmp_path, protested).split()).count("UNDERPROTEST") == 2
    assert "UNDER" not in _text(tmp_path, as_pdf([sheet("sf1-result")], MADE))


def _text(tmp_path: Path, pdf: bytes) -> str:
    """The words of a PDF."""
    said_by("pdftotext", tmp_path, pdf, "-raw", "-enc", "UTF-8")
    return (tmp_path / "sheet.txt").read_text("utf-8").replace("\u00a0", " ")


def test_several_sheets_make_one_file(tmp_path: Path) -> None:
    """Each begins on a new page."""
    both = as_pdf([sheet("sf1-start-list"), sheet("sf1-result")], MADE)
    assert "Pages:           2\n" in said_by("pdfinfo", tmp_path, both)


# Characters


def test_our_fonts_have_the_names_of_the_sport() -> None:
    """Latin with its accents, Hangul, kana and kanji are there."""
    assert missing("".join(meets.NAMES)) == ""
    assert missing("áàâäãåāăąćčçďđéèêëēėęěğģíîïīįıķĺļłńñňņóòôöõőøŕřśšşșßťţțúùûüůűūųýÿźżžþÆŒ") == ""


def test_a_character_that_no_font_has_is_told(tmp_path: Path) -> None:
    """It is printed as a white square, and a note on the sheet says which character stands there."""
    odd = msgspec.structs.replace(sheet("sf1-result", 12), meet="Cup \N{BRAHMI LETTER KA}")
    assert lost_on(odd) == "\N{BRAHMI LETTER KA}"
    text = _text(tmp_path, as_pdf([odd], MADE))
    assert f"Cup {SQUARE}" in text
    assert f"{SQUARE} stands for characters that the fonts of this sheet have not: U+11013." in " ".join(
        text.split()
    )


@pytest.mark.parametrize(
    "name",
    ["\u0600", "a\u200cb", "\u202eabc", "\x00", "\U0001f600", "\ufeff", "e\u0301\u0316", "\u0627\u0644"],
)
def test_no_name_keeps_a_result_from_being_printed(name: str) -> None:
    """Signs without a letter, invisible ones, emoji, heaps of accents, letters from right to left."""
    log = [
        msgspec.structs.replace(record, event=MeetOpened(name)) if record.number == 1 else record
        for record in meets.odd_records(12)
    ]
    told = book(log)
    assert as_pdf([result(told, told.chapters["sf1"])], MADE).startswith(b"%PDF")


def test_a_whole_book_tells_what_it_lost() -> None:
    """The made-up meet loses nothing."""
    assert lost_in(meets.odd(12), Wanted()) == ""


def test_a_font_tells_its_characters_and_rubbish_has_none() -> None:
    """Both of our weights have the same characters; a file that is no font, or half of one, has none."""
    regular, bold = ((OURS / f"PretendardJP-{weight}.otf").read_bytes() for weight in ("Regular", "Bold"))
    assert len(characters(regular)) > 15_000
    assert ord(SQUARE) in characters(regular) & characters(bold)
    assert characters(b"rubbish") == characters(b"") == characters(regular[:40]) == set()


def test_a_folder_of_fonts_adds_characters(tmp_path: Path) -> None:
    """What our fonts lack may come from a folder that the user names; an empty one adds nothing."""
    assert missing("\N{BRAHMI LETTER KA}", [str(tmp_path)]) == "\N{BRAHMI LETTER KA}"


# Pictures


def test_a_drawing_becomes_a_png() -> None:
    """As wide as asked for, by typst alone."""
    (picture, *_) = sheet("sf1-lap-chart").pictures
    png = as_png(picture.svg, 800)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == 800


def test_each_sheet_is_dated_by_its_last_record() -> None:
    """The file says when its newest fact was written, not when somebody printed it."""
    made = dict(files(meets.odd(12), Wanted(), ["pdf"]))
    assert b"<xmp:CreateDate>2025-11-30T11:03:" in made["sheets/sf1-result.pdf"]
