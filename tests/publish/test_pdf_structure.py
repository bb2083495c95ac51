"""What PDF/UA-1 and PDF/A-2a ask of a file and another reader can see, looked up object by object.

No validator is installed with the tests, so this is none: it checks what can be counted, not what
takes an eye, such as whether contrasts are enough or whether the order makes sense.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
from pypdf import PdfReader
from pypdf.generic import BooleanObject, DictionaryObject, PdfObject

from lastlap.events import Record, ResultStatus
from lastlap.log import Meet
from lastlap.publish.ceremony import ceremony
from lastlap.publish.contents import sheets
from lastlap.publish.pdf import as_pdf
from lastlap.publish.report import report
from lastlap.publish.scene import Stage
from lastlap.publish.sheet import Sheet
from lastlap.publish.typeset import ceremony_pdf, report_pdf
from publish import meets

MADE = datetime(2025, 11, 30, 12, 0, 0, tzinfo=UTC)


@cache
def printed() -> dict[str, tuple[Sheet | None, bytes]]:
    """A PDF of every kind of sheet, official ones and a provisional one."""
    books = {
        "world cup": meets.told_again("wc2025_cgy_m_divb", "wc2025_cgy_m_diva"),
        "provisional": meets.odd(30, "olympic", None),
        "protested": meets.odd(12, "world-cup", ResultStatus.PROTESTED),
    }
    return {
        f"{name}: {sheet.id}": (sheet, as_pdf([sheet], MADE))
        for name, told in books.items()
        for sheet in sheets(told, reasons=True)
    }


every_sheet = pytest.mark.parametrize("name", list(printed()))


def read(name: str) -> tuple[Sheet, PdfReader]:
    """A sheet, and its PDF as another program reads it."""
    sheet, pdf = printed()[name]
    assert sheet is not None
    return sheet, PdfReader(io.BytesIO(pdf), strict=True)


class Tag(NamedTuple):
    """An element of the tree of tags."""

    kind: str
    alt: str | None
    says: dict[str, object]
    """Its attributes."""
    below: "list[Tag]"

    def all(self) -> "Iterator[Tag]":
        """Every element below it, in reading order."""
        for tag in self.below:
            yield tag
            yield from tag.all()

    def of(self, *kinds: str) -> "list[Tag]":
        """Those of certain kinds."""
        return [tag for tag in self.all() if tag.kind in kinds]


def tree(reader: PdfReader) -> Tag:
    """The tags of a file."""
    return tag_of(reader.root_object["/StructTreeRoot"])


def tag_of(found: PdfObject) -> Tag:
    """An element with all below it; what is no element is left out."""
    node = cast("DictionaryObject", found.get_object())
    below = [tag_of(child) for child in listed(node.get("/K")) if is_tag(child)]
    parts = [cast("DictionaryObject", part.get_object()) for part in listed(node.get("/A"))]
    says = {key: value for part in parts for key, value in part.items()}
    return Tag(str(node.get("/S", "")), cast("str | None", node.get("/Alt")), says, below)


def is_tag(found: PdfObject) -> bool:
    """Whether it is an element and not a piece of a page."""
    node = found.get_object()
    return isinstance(node, DictionaryObject) and "/S" in node


def listed(found: PdfObject | None) -> list[PdfObject]:
    """What may be one, several or none."""
    if found is None:
        return []
    node = found.get_object()
    return [*node] if isinstance(node, list) else [found]


def check_file(reader: PdfReader) -> None:
    """What every file has to have: claims, language, title, colours, no secrets and no scripts."""
    root, yes = cast("dict[str, Any]", reader.root_object), BooleanObject(value=True)
    assert root["/MarkInfo"]["/Marked"] == yes
    assert root["/MarkInfo"].get("/Suspects") != yes
    assert root["/Lang"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == yes
    about = root["/Metadata"].get_object().get_data().decode()
    for claim in ("pdfuaid:part>1<", "pdfaid:part>2<", "pdfaid:conformance>A<"):
        assert claim in about
    assert "<dc:title>" in about
    (intent,) = root["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].get_object().get_data()[36:40] == b"acsp"  # an ICC profile
    assert not reader.is_encrypted
    assert not {"/OpenAction", "/AA", "/AcroForm", "/AF"} & set(root)
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(root.get("/Names", {}))


def check_pages(reader: PdfReader) -> None:
    """Of every page: the order of tags is that of the tabulator, its fonts are inside and lead back to letters."""
    for page in cast("list[dict[str, Any]]", reader.pages):
        assert page["/Tabs"] == "/S"
        assert "/StructParents" in page
        assert "/AA" not in page
        for font in page["/Resources"]["/Font"].values():
            (own,) = font.get_object()["/DescendantFonts"]
            descriptor = own.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            assert font.get_object()["/ToUnicode"].get_object().get_data()


def check_all_is_tagged(reader: PdfReader) -> None:
    """Whatever is drawn belongs to a tag or is marked as decoration."""
    for page in reader.pages:
        contents = page.get_contents()
        assert contents is not None
        depth = 0
        for operands, operator in contents.operations:
            if operator in (b"BMC", b"BDC"):
                depth += 1
            elif operator == b"EMC":
                depth -= 1
            assert depth or operator not in (b"Tj", b"TJ", b"S", b"f", b"B", b"Do", b"sh"), operands
        assert depth == 0


@every_sheet
def test_a_sheet_is_what_it_claims(name: str) -> None:
    """All that both standards ask for and a reader can count."""
    _, reader = read(name)
    check_file(reader)
    check_pages(reader)
    check_all_is_tagged(reader)


@every_sheet
def test_every_cell_has_its_tag(name: str) -> None:
    """A table is tagged row by row; each title is a head with its scope, and rows are of one length."""
    sheet, reader = read(name)
    tables = tree(reader).of("/Table")
    wanted = [*sheet.tables, *([sheet.conditions] if sheet.conditions else [])]
    assert len(tables) == len(wanted)
    for table, expected in zip(tables, wanted, strict=True):
        rows = [row.of("/TH", "/TD") for row in table.of("/TR")]
        assert len(rows) == len(expected.lines) + 1 + any(column.group for column in expected.columns)
        assert all(head.says["/Scope"] in ("/Column", "/Both") for head in table.of("/TH"))
        assert len(table.of("/TH")) >= len(expected.columns)
        widths = {sum(int(str(cell.says.get("/ColSpan", 1))) for cell in row) for row in rows}
        assert widths == {len(expected.columns)}


@every_sheet
def test_figures_speak_and_headings_stand_in_order(name: str) -> None:
    """Every figure has its words; there is one first heading, and no level is skipped."""
    sheet, reader = read(name)
    assert [tag.alt for tag in tree(reader).of("/Figure")] == [picture.says for picture in sheet.pictures]
    levels = [tag.kind for tag in tree(reader).of("/H1", "/H2", "/H3", "/H4")]
    assert levels[0] == "/H1"
    assert levels.count("/H1") == 1
    assert set(levels) <= {"/H1", "/H2"}


def test_reports_and_ceremonies_are_what_they_claim(night: Path) -> None:
    """The other two kinds of print are held to the same, and say their own language."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        records: list[Record] = [*meet.records()]
    at = records[-1].at
    for lang in ("en", "ko", "ja", "nl"):
        reader = PdfReader(io.BytesIO(report_pdf(report(records, lang), "Night", at)), strict=True)
        check_file(reader)
        check_pages(reader)
        check_all_is_tagged(reader)
        assert str(reader.root_object["/Lang"]) == lang
    plan = PdfReader(io.BytesIO(ceremony_pdf(ceremony(Stage(records), "men"), "Night", at)), strict=True)
    check_file(plan)
    check_pages(plan)
    check_all_is_tagged(plan)
    assert {"/Table", "/TH", "/H1", "/H2"} <= {tag.kind for tag in tree(plan).all()}
