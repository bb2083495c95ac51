"""Sheets for programs and spreadsheets: CSV and JSON."""

import csv
import io

import msgspec

from lastlap.publish import Wanted
from lastlap.publish.book import Book
from lastlap.publish.sheet import Cell, Sheet, Table

# CSV

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it spreadsheets take a CSV in UTF-8 for one in the code page of the machine."""


def sheet_csv(_book: Book, sheet: Sheet, _wanted: Wanted) -> bytes:
    """A sheet as a CSV file."""
    return as_csv(sheet).encode()


def as_csv(sheet: Sheet) -> str:
    """The tables of a sheet: a line of headings and a line for each row; between two tables an empty line.

    A table with a title has it on a line of its own, above the headings.
    """
    text = io.StringIO()
    write = csv.writer(text).writerow
    for place, table in enumerate(sheet.tables):
        if place:
            write(())
        if table.title:
            write((_safe(table.title),))
        write([column.heading for column in table.columns])
        for row in table.lines:
            write([_safe_cell(cell) for cell in row.cells])
    return _BOM + text.getvalue()


def _safe_cell(cell: Cell) -> str:
    return cell.text if cell.value is not None else _safe(cell.text)


def _safe(text: str) -> str:
    """Text that a spreadsheet will not take for a formula: whoever is called `=1+1` keeps the name."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


# JSON


def sheet_json(_book: Book, sheet: Sheet, _wanted: Wanted) -> bytes:
    """A sheet as JSON."""
    return msgspec.json.format(msgspec.json.encode(as_json(sheet)), indent=1)


def as_json(sheet: Sheet) -> dict[str, object]:
    """A sheet as plain values: each row by its columns' keys, each cell with its text and what that stands for.

    A value is a number, or the microseconds of a time as printed, or `null` where the text is
    no number.
    """
    fields: dict[str, object] = msgspec.to_builtins(sheet) | {
        "tables": [_plain(table) for table in sheet.tables]
    }
    del fields["pictures"], fields["across"]
    return fields | {"conditions": sheet.conditions and _plain(sheet.conditions)}


def _plain(table: Table) -> dict[str, object]:
    keys = [column.key for column in table.columns]
    return {
        "title": table.title,
        "columns": [
            {"key": column.key, "title": column.heading, "kind": column.kind} for column in table.columns
        ],
        "rows": [dict(zip(keys, map(_value, row.cells), strict=True)) for row in table.lines],
    }


def _value(cell: Cell) -> dict[str, object]:
    return {"text": cell.text, "value": cell.value, "struck": cell.struck}
