"""Sheets as XLSX workbooks, in which numbers are numbers and times are durations."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from lastlap.publish import Wanted
from lastlap.publish.book import Book, utc
from lastlap.publish.sheet import Cell, Column, Sheet, Table
from lastlap.times import MINUTE, SECOND

_UNTITLED = re.compile(r"[\[\]:*?/\\]+")
"""What the name of a page may not hold, nor be longer than 31 characters."""

_PLAIN, _BOLD = Font(name="Calibri", size=11), Font(name="Calibri", size=11, bold=True)
_RULE = Border(bottom=Side(style="thin"))


def sheet_xlsx(book: Book, sheet: Sheet, _wanted: Wanted) -> bytes:
    """A sheet as a workbook."""
    return as_xlsx(sheet, utc(book.last.at if sheet.at is None else sheet.at))


def as_xlsx(sheet: Sheet, made: datetime) -> bytes:
    """A sheet as a workbook of one page; the same to the byte for the same sheet.

    A time is a duration cut to the hundredth, and to the thousandth where that is printed, since
    a spreadsheet would round the rest.
    """
    workbook = Workbook()
    workbook.properties.created = workbook.properties.modified = made.replace(microsecond=0, tzinfo=None)
    workbook.properties.title, workbook.properties.creator = sheet.name, "lastlap"
    page = workbook.worksheets[0]
    page.title = _UNTITLED.sub(" ", sheet.phase or sheet.title)[:31]
    for line in sheet.heading:
        _write(page, [Cell(line)], _BOLD)
    for table in sheet.tables:
        _place(page, table)
    _write(page, [])
    for line in sheet.small_print:
        _write(page, [Cell(line)])
    _lay_out(page, sheet)
    return _packed(workbook)


def _place(page: Worksheet, table: Table) -> None:
    """The *table* below what is there already, after an empty line."""
    _write(page, [])
    if table.title:
        _write(page, [Cell(table.title)], _BOLD)
    _write(page, [Cell(column.heading) for column in table.columns], _BOLD)
    for place, column in enumerate(table.columns, 1):
        head = page.cell(page.max_row, place)
        head.border = _RULE
        head.alignment = Alignment(horizontal="left" if column.kind == "text" else "right")
    for row in table.lines:
        _write(page, row.cells, columns=table.columns)


def _write(
    page: Worksheet, cells: Sequence[Cell], font: Font = _PLAIN, columns: Iterable[Column] = ()
) -> None:
    """A new line of *cells*; without *columns* it is all text."""
    kinds = [column.kind for column in columns] or ["text"] * len(cells)
    page.append(["" for _ in cells] or [""])
    for place, (cell, kind) in enumerate(zip(cells, kinds, strict=True), 1):
        shown = page.cell(page.max_row, place)
        shown.font = Font(name=font.name, size=font.size, bold=font.bold, strike=cell.struck)
        if cell.value is None:
            shown.value = cell.text or None
            # Else a name such as `=1+1` were a formula.
            shown.data_type = "s" if cell.text else "n"
        elif kind in ("time", "gap"):
            shown.value = timedelta(microseconds=cell.value)
            shown.number_format = _clock_format(cell)
        else:
            shown.value = cell.value
            shown.number_format = _number_format(cell)


def _clock_format(cell: Cell) -> str:
    """The format that shows the duration as the sheet prints it."""
    value = cell.value or 0
    places = ".000" if "(" in cell.text or value % (SECOND // 100) else ".00"
    whole = "[m]:ss" if value >= MINUTE else "[s]"
    sign = '"+"' if cell.text.startswith("+") else ""
    return f"{sign}{whole}{places}"


def _number_format(cell: Cell) -> str:
    """The format that shows the number as the sheet prints it: with its `=` or `(N)`, or not at all."""
    digits = str(cell.value)
    before, found, behind = cell.text.partition(digits)
    if not found:
        return f'"{cell.text}"'
    if not before and not behind:
        return "General"
    return "".join(f'"{part}"' if part != "0" else part for part in (before, "0", behind) if part)


def _lay_out(page: Worksheet, sheet: Sheet) -> None:
    """Columns as wide as what stands in them, and a page that prints on A4."""
    for place in range(max((len(table.columns) for table in sheet.tables), default=0)):
        texts = [
            text
            for table in sheet.tables
            if place < len(table.columns)
            for text in (table.columns[place].heading, *(row.cells[place].text for row in table.lines))
        ]
        page.column_dimensions[get_column_letter(place + 1)].width = 2 + max(map(len, texts))
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.orientation = "landscape" if sheet.landscape else "portrait"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP knows; the real one would make each file another."""


def _packed(workbook: Workbook) -> bytes:
    packed, stilled = io.BytesIO(), io.BytesIO()
    # Not `workbook.save`, which would date the workbook now.
    ExcelWriter(workbook, ZipFile(packed, "w")).save()
    with ZipFile(packed) as parts, ZipFile(stilled, "w", ZIP_DEFLATED) as again:
        for name in parts.namelist():
            again.writestr(ZipInfo(name, _LONG_AGO), parts.read(name), ZIP_DEFLATED)
    return stilled.getvalue()
