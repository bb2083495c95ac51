"""The site: valid pages, links that lead somewhere, nothing from elsewhere, nothing private."""

import json
import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import urldefrag

import html5lib
import pytest

from lastlap.errors import InputError
from lastlap.events import IncidentNoted, MeetOpened, Record, SkaterFell
from lastlap.log import Meet
from lastlap.publish.book import book
from lastlap.publish.charts import KINDS
from lastlap.publish.cited import cited
from lastlap.publish.offered import offered
from lastlap.publish.report import report
from lastlap.publish.report_page import as_html
from lastlap.publish.results import result
from lastlap.publish.story import Edit, Picture, Quote, Story, Words
from lastlap.publish.website import write_site
from sheetmeet import numbered

XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def records(night: Path) -> list[Record]:
    """The log of the demo night."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        return list(meet.records())


@pytest.fixture(scope="module")
def folder(records: list[Record], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the demo night, with other files beside its pages."""
    out = tmp_path_factory.mktemp("site")
    (out / "charts").mkdir()
    (out / "charts" / "w-sf2-drawn-by-hand.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (out / "w-sf2.csv").write_text("Rank\n1\n")
    write_site(records, out, contact="Ann Aa")
    return out


def pages(folder: Path) -> list[Path]:
    """The pages of a site."""
    return sorted(folder.rglob("*.html"))


def test_every_page_is_valid(folder: Path) -> None:
    """A strict parser finds no error in any page."""
    assert len(pages(folder)) == 14
    for page in pages(folder):
        html5lib.HTMLParser(strict=True).parse(page.read_text(encoding="utf-8"))


def test_every_link_is_relative_and_leads_somewhere(folder: Path) -> None:
    """Nothing is loaded or linked from elsewhere; each file and each place in it is there."""
    for page in pages(folder):
        tree = html5lib.parse(page.read_text(encoding="utf-8"))
        marks = {one.get("id") for one in tree.iter()}
        links = [one.get(name) or "" for one in tree.iter() for name in ("href", "src") if name in one.attrib]
        assert links
        for link in links:
            path, mark = urldefrag(link)
            assert "://" not in link
            assert not link.startswith(("/", "data:"))
            assert not path or (page.parent / path).is_file(), f"{page.name}: {link}"
            assert path or mark in marks, f"{page.name}: {link}"


def test_no_page_needs_a_script(folder: Path) -> None:
    """The only scripts are facts for search engines, which are JSON."""
    for page in pages(folder):
        tree = html5lib.parse(page.read_text(encoding="utf-8"))
        for script in tree.iter(f"{XHTML}script"):
            assert script.get("type") == "application/ld+json"
            assert json.loads(script.text or "")["@type"] == "SportsEvent"


def test_headings_stand_in_order_and_tables_have_heads(folder: Path) -> None:
    """One first heading a page, no level skipped; every table names its columns and its rows."""
    for page in pages(folder):
        tree = html5lib.parse(page.read_text(encoding="utf-8"))
        levels = [
            int(one.tag[-1])
            for one in tree.iter()
            if re.fullmatch(rf"{re.escape(XHTML)}h[1-6]", str(one.tag))
        ]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), page.name
        for table in tree.iter(f"{XHTML}table"):
            assert {one.get("scope") for one in table.iter(f"{XHTML}th")} == {"col", "row"}


def test_each_report_says_its_language(folder: Path) -> None:
    """A screen reader reads Korean as Korean."""
    for code in ("en", "ko", "ja", "nl"):
        assert f'<html lang="{code}">' in (folder / "report" / f"{code}.html").read_text(encoding="utf-8")


def test_a_sentence_leads_to_its_records(folder: Path) -> None:
    """Each sentence has its record numbers, and a note that leads to those records."""
    tree = html5lib.parse((folder / "report" / "en.html").read_text(encoding="utf-8"))
    marks = {one.get("id") for one in tree.iter()}
    told = [one for one in tree.iter() if one.get("data-sentence")]
    assert len(told) > 50
    assert all(f"r{number}" in marks for one in told for number in (one.get("data-records") or "").split())


def test_other_files_of_the_folder_are_offered(folder: Path) -> None:
    """A chart stands on the page of its race, a sheet is linked there and on the start page."""
    race = (folder / "races" / "w-sf2.html").read_text(encoding="utf-8")
    assert (
        '<img class="chart" src="../charts/w-sf2-drawn-by-hand.svg" '
        'alt="Drawn by hand: Women&#39;s mass start, Semi-final 2">' in race
    )
    assert 'href="../w-sf2.csv"' in race
    assert 'href="w-sf2.csv"' in (folder / "index.html").read_text(encoding="utf-8")


def test_files_are_offered_by_what_they_are(records: list[Record], tmp_path: Path) -> None:
    """A sheet stands once with all its formats, under the race or competition that it is about, in words."""
    names = ("sheets/w-final-result.pdf", "sheets/w-final-result.html", "print/report-ko.pdf", "news.atom")
    for name in (*names, "sheets/men-summary.csv", "w-final.zip", "charts/w-final-gap.svg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    write_site(records, tmp_path)
    stacks = offered(book(records), [*names, "sheets/men-summary.csv", "charts/w-final-gap.svg"])
    found = {
        stack.title: {one.title: [link.says for link in one.links] for one in stack.offers}
        for stack in stacks
    }
    assert found == {
        "The meet": {"Report, \ud55c\uad6d\uc5b4": ["PDF"], "News": ["feed"]},
        "Women's mass start, Final": {"Result": ["page", "PDF"], "Chart: gap to the first by lap": ["SVG"]},
        "Men's mass start": {"Results summary": ["CSV"]},
    }
    start = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert all(f'href="{name}"' in start for name in names)
    assert "w-final.zip" not in start


def test_a_chart_says_what_it_shows(records: list[Record], tmp_path: Path) -> None:
    """Whoever cannot see a chart hears which race it is of, who was first, and what stands out."""
    (tmp_path / "charts").mkdir()
    for kind in KINDS:
        (tmp_path / "charts" / f"w-final-{kind}.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    write_site(records, tmp_path)
    page = html5lib.parse((tmp_path / "races" / "w-final.html").read_text(encoding="utf-8"))
    alts = {Path(one.get("src") or "").stem: one.get("alt") or "" for one in page.iter(f"{XHTML}img")}
    assert all("Women's mass start, Final. " in alt for alt in alts.values())
    assert "Nana Takagi (JPN) was first at the end of lap 16; the lead changed" in alts["w-final-position"]
    assert "within a second of Nana Takagi (JPN); the largest gap was" in alts["w-final-gap"]
    assert " skated the fastest, " in alts["w-final-laps"]
    assert "Nana Takagi (JPN) has the most, 60." in alts["w-final-points"]


def test_a_reconstructed_race_says_what_is_made_up(folder: Path) -> None:
    """A time that no source kept, and a sprint that none told of, are marked."""
    race = (folder / "races" / "w-final.html").read_text(encoding="utf-8")
    assert "Reconstructed; made up: the cap numbers" in race
    assert "~8:33.14" in race
    assert ">8:32.87<" in race


def test_a_page_and_its_sheet_show_the_same_cells(folder: Path, records: list[Record]) -> None:
    """Law 10: but for the mark before what is made up, each cell of the page is that of the result sheet."""
    told = book(records)
    for name, chapter in told.chapters.items():
        tree = html5lib.parse((folder / "races" / f"{name}.html").read_text(encoding="utf-8"))
        lines = [["".join(cell.itertext()).lstrip("~") for cell in row] for row in tree.iter(f"{XHTML}tr")]
        table = result(told, chapter).tables[0]
        assert lines[0] == [column.title for column in table.columns]
        assert lines[1:] == [[cell.text for cell in row.cells] for row in table.rows]


def test_a_race_has_one_name_on_pages_and_sheets(folder: Path, records: list[Record]) -> None:
    """The heading of a race's page is the name that stands on its sheets; the start page has it in two parts."""
    told = book(records)
    start = (folder / "index.html").read_text(encoding="utf-8")
    for name, chapter in told.chapters.items():
        sheet = result(told, chapter)
        page = html5lib.parse((folder / "races" / f"{name}.html").read_text(encoding="utf-8"))
        heading = next(page.iter(f"{XHTML}h1"))
        assert heading.text == told.name(name) == f"{sheet.event}, {sheet.phase}"
        assert f'<a href="races/{name}.html">{sheet.phase}</a>' in start


def test_the_privacy_page_promises_what_the_night_promised(folder: Path) -> None:
    """Row 15: no marketing; what is kept and why; how it is deleted, and whom to ask."""
    text = (folder / "privacy.html").read_text(encoding="utf-8")
    assert "No personal data is used for marketing" in text
    assert "ask Ann Aa to be taken out" in text
    assert "lastlap forget" in text


def test_no_page_tells_an_injury_that_is_private(records: list[Record], tmp_path: Path) -> None:
    """What the doctor needs stays in the log, unless the skater wants it told; so do years of birth and transponders."""
    private = numbered(
        [
            (SkaterFell(8, 8, injury="left knee"), "w-sf2"),
            (IncidentNoted("hit", (8,), injury="rib"), "w-sf2"),
        ],
        2592,
    )
    write_site([*records, *private], tmp_path)
    text = " ".join(page.read_text(encoding="utf-8") for page in pages(tmp_path))
    assert not {"left knee", "rib", "birth_year"} & set(re.findall(r"left knee|\brib\b|birth_year", text))
    assert "&#34;transponders&#34;" not in text


def test_a_record_is_cited_without_what_is_private(records: list[Record]) -> None:
    """A start list on a page has caps, names and NOCs, and no transponders."""
    [posted] = cited(records, [9], 540)
    assert "Nana Takagi" in posted.says
    assert "transponder" not in posted.says
    assert posted.clock == "19:15:00"


def test_what_people_attach_is_shown_as_theirs(records: list[Record], tmp_path: Path) -> None:
    """Quote, picture with caption and credit, paragraph and edit: each says whose it is; the picture comes along."""
    (tmp_path / "lee.jpg").write_bytes(b"\xff\xd8")
    podium = next(one for one in report(records).sentences if one.id == "m-final.medals")
    story = Story(
        words=(Words("It snowed.", "Jo", after="ceremony"),),
        quotes=(Quote("I <heard> the bell.", "Lee Seunghoon, winner", after="men/lead"),),
        pictures=(Picture("lee.jpg", "Lee at the line", "Ann Aa", after="men/lead"),),
        edits=(
            Edit("m-final.medals", "en", "Lee won.", podium.basis, "Jo"),
            Edit("w-final.medals", "en", "Takagi won.", "0"),
        ),
    )
    out = tmp_path / "site"
    write_site(records, out, story, beside=tmp_path)
    text = (out / "report" / "en.html").read_text(encoding="utf-8")
    html5lib.HTMLParser(strict=True).parse(text)
    assert "I &lt;heard&gt; the bell." in text
    assert '<img src="lee.jpg" alt="Lee at the line"><figcaption>Lee at the line (Ann Aa)' in text
    assert (out / "report" / "lee.jpg").is_file()
    assert "[Edited by Jo]" in text
    assert text.count("have changed since it was edited") == 1


def test_a_picture_that_is_not_there_is_named(records: list[Record], tmp_path: Path) -> None:
    """A picture that cannot be copied stops the site with one sentence."""
    story = Story(pictures=(Picture("none.jpg", "Nobody", "Ann Aa"),))
    with pytest.raises(InputError, match=r"none\.jpg"):
        write_site(records, tmp_path / "site", story, beside=tmp_path)


def test_a_meet_before_its_first_race_has_a_site(tmp_path: Path) -> None:
    """An empty meet is a start page, a privacy page and reports of one line."""
    write_site(numbered([(MeetOpened("Club <night>", "The Rink"), None)]), tmp_path)
    for page in pages(tmp_path):
        html5lib.HTMLParser(strict=True).parse(page.read_text(encoding="utf-8"))
    assert "Club &lt;night&gt;" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_report_alone_is_a_whole_page(records: list[Record]) -> None:
    """A report that is sent to somebody has its style and its records in itself."""
    text = as_html(report(records, "ja"), records)
    html5lib.HTMLParser(strict=True).parse(text)
    assert "<style>" in text
    assert not re.search(r'(href|src)="(?!#)', text)
