"""Every format of a sheet shows the same cells: each is read back and compared with what was decided."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path

import html5lib
import msgspec
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastlap.events import Event, ResultStatus
from lastlap.games import games
from lastlap.log import Meet
from lastlap.publish import Book, Wanted, book, files, read_book
from lastlap.publish.contents import sheets
from lastlap.publish.page import as_html
from lastlap.publish.pdf import as_pdf
from lastlap.publish.sheet import Sheet, Table
from lastlap.publish.tables import as_csv, as_json
from lastlap.publish.workbook import as_xlsx
from lastlap.times import SECOND, Duration, clock
from publish import meets
from strategies import events

MADE = datetime(2025, 11, 30, 12, 0, 0)  # noqa: DTZ001 - the rink's clock, which has no zone of its own
Cells = list[list[str]]


BOOKS: dict[str, Callable[[], Book]] = {
    **{f"{size} skaters": partial(meets.odd, size) for size in (12, 16, 24, 30)},
    "under protest": partial(meets.odd, 24, "world-cup", ResultStatus.PROTESTED),
    "division A after B": partial(meets.told_again, "wc2025_cgy_m_divb", "wc2025_cgy_m_diva"),
}


@cache
def printed(name: str) -> tuple[Sheet, ...]:
    """All sheets of a book, with the reasons."""
    return sheets(BOOKS[name](), reasons=True)


every_book = pytest.mark.parametrize("name", BOOKS)


def decided(sheet: Sheet) -> list[Cells]:
    """What every format has to show: of each table its headings and its cells."""
    return [
        [
            [column.heading for column in table.columns],
            *([cell.text for cell in row.cells] for row in table.lines),
        ]
        for table in sheet.tables
    ]


# CSV


def from_csv(text: str) -> list[Cells]:
    """The tables in a CSV file; a line of one field alone is a title, and an apostrophe guards a text like a formula."""
    tables: list[Cells] = [[]]
    for line in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
        if not line:
            tables.append([])
        elif tables[-1] or len(line) > 1:
            tables[-1].append([re.sub(r"^'(?=[=+@-])", "", field) for field in line])
    return tables


@every_book
def test_csv_reads_back(name: str) -> None:
    """A CSV file holds the headings and cells of its sheet, and begins so that spreadsheets know it is UTF-8."""
    for sheet in printed(name):
        assert as_csv(sheet).startswith("\ufeff")
        assert from_csv(as_csv(sheet)) == decided(sheet), sheet.id


# JSON


@every_book
def test_json_reads_back(name: str) -> None:
    """A JSON file holds them too, each row by the keys of its columns."""
    for sheet in printed(name):
        fields = json.loads(json.dumps(as_json(sheet)))
        tables = [
            [
                [column["title"] for column in table["columns"]],
                *([row[column["key"]]["text"] for column in table["columns"]] for row in table["rows"]),
            ]
            for table in fields["tables"]
        ]
        assert tables == decided(sheet), sheet.id


# XLSX


def shown(value: object, form: str) -> str:
    """What a spreadsheet shows of a value under the formats that we use."""
    if value is None:
        return ""
    if isinstance(value, timedelta):
        whole = value // timedelta(microseconds=1)
        text = clock(Duration(whole), 3 if form.endswith(".000") else 2)
        sign = "+" if form.startswith('"+"') else ""
        return f"{sign}{text}" if sign or not form.endswith(".000") else f"{text[:-1]}({text[-1]})"
    if isinstance(value, int) and form != "General":
        return str(value).join(form.replace('"', "").split("0")) if "0" in form else form.replace('"', "")
    return str(value)


def from_xlsx(data: bytes, wanted: list[Cells]) -> list[Cells]:
    """The tables in a workbook, found by their headings."""
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    lines = [[shown(cell.value, cell.number_format) for cell in line] for line in page.iter_rows()]
    tables = []
    for table in wanted:
        width = len(table[0])
        cut = [line[:width] for line in lines]
        start = cut.index(table[0])
        tables.append(cut[start : start + len(table)])
    return tables


@every_book
def test_xlsx_reads_back(name: str) -> None:
    """A workbook shows the same cells, though in it numbers are numbers and times are durations."""
    for sheet in printed(name):
        assert from_xlsx(as_xlsx(sheet, MADE), decided(sheet)) == decided(sheet), sheet.id


def test_times_in_a_workbook_are_durations_that_can_be_added() -> None:
    """The time 8:00.80(3) is 480.803 seconds there, and a hundredth is no more than was printed."""
    result = next(sheet for sheet in printed("12 skaters") if sheet.id == "sf1-result")
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(result, MADE))).worksheets[0]
    times = [cell.value for line in page.iter_rows() for cell in line if isinstance(cell.value, timedelta)]
    assert timedelta(seconds=480.803) in times
    assert timedelta(seconds=481.79) in times


def test_a_name_is_never_a_formula() -> None:
    """Whoever is called `=1+1` is called so in the workbook, and not 2; in the CSV an apostrophe stands before it."""
    sheet = next(sheet for sheet in printed("12 skaters") if sheet.id == "sf1-start-list")
    table = sheet.tables[0]
    named = tuple(type(cell)("=1+1") if cell.text == "Zoë ŠŤASTNÁ" else cell for cell in table.rows[6].cells)
    odd = _with(sheet, Table(table.columns, (type(table.rows[6])(named),)))
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(odd, MADE))).worksheets[0]
    found = [cell.data_type for line in page.iter_rows() for cell in line if cell.value == "=1+1"]
    assert found == ["s"]
    assert "'=1+1" in as_csv(odd)


def _with(sheet: Sheet, table: Table) -> Sheet:
    return msgspec.structs.replace(sheet, tables=(table,))


# HTML


def from_html(text: str) -> list[Cells]:
    """The tables of a page, read by a strict parser, with the name of a group before its columns' titles."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    page = parser.parse(text)
    tables = []
    for table in page.iter("table"):
        head = [[("".join(cell.itertext()), cell) for cell in line] for line in table.find("thead")]
        titles = [text for text, _ in head[-1]]
        if len(head) > 1:
            groups = [text for text, cell in head[0] for _ in range(int(cell.get("colspan", 1)))]
            titles = [f"{group} {title}".strip() for group, title in zip(groups, titles, strict=True)]
        lines = [line for part in ("tbody", "tfoot") for line in table.iterfind(f"{part}/tr")]
        tables.append([titles, *(["".join(cell.itertext()) for cell in line] for line in lines)])
    return tables


@every_book
def test_a_page_reads_back_and_is_valid_html(name: str) -> None:
    """A page is parsed without a single error, shows the same cells, and fetches nothing from anywhere."""
    for sheet in printed(name):
        page = as_html(sheet)
        wanted = decided(sheet)
        assert from_html(page)[: len(wanted)] == wanted, sheet.id
        assert not re.findall(r"(?:src|href|@import|url\()", page)


def test_a_page_tells_search_engines_of_the_race() -> None:
    """The result's page has the race as schema.org's SportsEvent, and no name can end that element."""
    page = next(
        content.decode()
        for path, content in files(meets.odd(12), Wanted(), ["html"])
        if path.endswith("sf1-result.html")
    )
    about = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])
    assert about["@type"] == "SportsEvent"
    assert about["startDate"].endswith("+01:00")
    assert len(about["competitor"]) == 12


def test_a_name_cannot_become_markup() -> None:
    """A skater called `<script>` stands as such on the page."""
    sheet = next(sheet for sheet in printed("12 skaters") if sheet.id == "sf1-start-list")
    table = sheet.tables[0]
    named = tuple(
        type(cell)("</script><b>") if cell.text == "Zoë ŠŤASTNÁ" else cell for cell in table.rows[6].cells
    )
    page = as_html(
        _with(sheet, Table(table.columns, (type(table.rows[6])(named),))), {"name": "</script><b>"}
    )
    assert "</script><b>" not in page.replace("&lt;/script&gt;", "")
    assert from_html(page)[0][1][2] == "</script><b>"


# PDF


@pytest.fixture
def pdftotext() -> str:
    """The program that gets the text out of a PDF."""
    found = shutil.which("pdftotext")
    if found is None and not os.environ.get("CI"):
        pytest.skip("pdftotext is not installed (on Debian: poppler-utils)")
    return found or "pdftotext"


def squeezed(text: str) -> str:
    """*text* without white space and without places where a word may break: those are the setter's."""
    return re.sub(r"[\s\u200b\u00a0\u00ad\x0c]+", "", text)


def missing_lines(text: str, tables: list[Cells]) -> Iterator[str]:
    """The lines that do not stand in *text* one after the other."""
    at = 0
    for table in tables:
        for line in table[1:]:
            wanted = squeezed("".join(line))
            found = text.find(wanted, at)
            if found < 0:
                yield " ".join(line)
            at = max(at, found)


@every_book
def test_the_text_of_a_pdf_reads_back(name: str, pdftotext: str, tmp_path: Path) -> None:
    """The text taken out of a PDF has every line of the CSV, in its order, letter by letter."""
    for sheet in printed(name):
        assert lost_in_print(sheet, pdftotext, tmp_path / "sheet.pdf") == [], sheet.id


def lost_in_print(sheet: Sheet, pdftotext: str, path: Path) -> list[str]:
    """The lines of the CSV that are not in the text of the PDF.

    The running head of a new page may stand between two lines of a table, never inside of one.
    """
    path.write_bytes(as_pdf([sheet], MADE))
    run = subprocess.run([pdftotext, "-raw", str(path), "-"], capture_output=True, check=True)
    return list(missing_lines(squeezed(run.stdout.decode()), from_csv(as_csv(sheet))))


def test_every_kind_of_sheet_of_the_night_reads_back(night: Path, pdftotext: str, tmp_path: Path) -> None:
    """So do the summaries, the medals of the Games and the lap charts of a whole night."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        told = read_book(meet, games(2018))
    found = sheets(told, reasons=True)
    kinds = {sheet.title for sheet in found}
    assert kinds == {
        *("Medallists by event", "Medal standings", "Entries", "Medallists", "Results summary"),
        *("Start list", "Result", "Lap chart", "Decisions of the officials"),
    }
    for sheet in found:
        assert lost_in_print(sheet, pdftotext, tmp_path / "sheet.pdf") == [], sheet.id
        assert from_csv(as_csv(sheet)) == decided(sheet), sheet.id
        assert from_html(as_html(sheet))[: len(sheet.tables)] == decided(sheet), sheet.id


def test_the_same_cells_means_the_same_seconds() -> None:
    """The value behind a printed time is that time: to the hundredth, or the thousandth where it is printed."""
    result = next(sheet for sheet in printed("30 skaters") if sheet.id == "sf1-result")
    cells = [cell for row in result.tables[0].rows for cell in row.cells if ":" in cell.text]
    assert cells
    for cell in cells:
        places = 3 if "(" in cell.text else 2
        assert clock(Duration(cell.value or 0), places) == re.sub(r"\((\d)\)", r"\1", cell.text)
        assert (cell.value or 0) % (SECOND // 10**places) == 0


# The law


@settings(max_examples=40)
@given(st.lists(events(), max_size=10))
def test_whatever_a_log_says_every_format_shows_the_same(said: list[Event]) -> None:
    """Anything in any script, said of a race in any order, is printed alike everywhere; nothing is raised."""
    records = meets.odd_records(12)
    more = meets.numbered([(event, "sf1") for event in said])
    told = [*records, *(msgspec.structs.replace(one, number=len(records) + one.number) for one in more)]
    for sheet in sheets(book(told), reasons=True):
        wanted = decided(sheet)
        assert from_csv(as_csv(sheet)) == wanted
        assert from_html(as_html(sheet))[: len(wanted)] == wanted
        assert from_xlsx(as_xlsx(sheet, MADE), wanted) == wanted
        assert json.dumps(as_json(sheet))
