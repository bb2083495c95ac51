"""Sheets on paper: PDF for archives and for screen readers, and pictures as PNG.

Strategy: typst sets what `sheet.typ` says.  Each file is PDF/A-2a and PDF/UA-1 at once, with its
fonts inside, and the same to the byte for the same sheet: its date is that of its last record.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any

import msgspec
import typst

from lastlap.publish import Wanted, sheets_of
from lastlap.publish.book import Book, utc
from lastlap.publish.fonts import OURS, SQUARE, missing
from lastlap.publish.sheet import JOINERS, Sheet

STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
"""What every file claims to be: to be archived (ISO 19005-2) and to be read aloud (ISO 14289-1)."""


def sheet_pdf(book: Book, sheet: Sheet, wanted: Wanted) -> bytes:
    """A sheet as a PDF."""
    return as_pdf([sheet], utc(book.last.at if sheet.at is None else sheet.at), wanted.fonts)


def as_pdf(found: Sequence[Sheet], made: datetime, fonts: Sequence[str] = ()) -> bytes:
    """Sheets as one PDF, each from a new page on.

    Characters that neither our fonts have nor those in the folders *fonts* are printed as a white
    square, and a note on the sheet says which they are.
    """
    setting = [_setting(sheet, fonts) for sheet in found]
    inputs = {
        "sheets": msgspec.json.encode(setting).decode(),
        "title": " - ".join(dict.fromkeys((found[0].name, found[0].meet))) if found else "",
    } | {part: str(getattr(made, part)) for part in _PARTS}
    return _compiled(_template(), "pdf", inputs, tuple(fonts))


_PARTS = ("year", "month", "day", "hour", "minute", "second")


def as_png(svg: str, width: int = 1600) -> bytes:
    """A drawing as PNG, *width* pixels wide."""
    source = (
        b"#set page(width: 800pt, height: auto, margin: 0pt)\n"
        b'#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    )
    return _compiled(source, "png", {"svg": svg}, ppi=72 * width / 800)


def _setting(sheet: Sheet, fonts: Sequence[str]) -> dict[str, Any]:
    """What the template gets of a sheet, with nothing in it that the fonts have not."""
    plain, lost = msgspec.json.encode(sheet).decode(), lost_on(sheet, fonts)
    fields: dict[str, Any] = msgspec.json.decode(plain.translate(dict.fromkeys(map(ord, lost), SQUARE)))
    if lost:
        fields["notes"] = [*fields["notes"], lost_words(lost)]
    return fields | {"proof": sheet.proof}


def lost_on(sheet: Sheet, fonts: Sequence[str] = ()) -> str:
    """The characters of a sheet that neither our fonts have nor those in the folders *fonts*."""
    lost = missing(msgspec.json.encode(sheet).decode(), fonts)
    return "".join(letter for letter in lost if letter not in JOINERS)


def lost_in(book: Book, wanted: Wanted) -> str:
    """The characters that the PDFs of a book cannot print, each once."""
    found = sheets_of(book, wanted)
    return "".join(dict.fromkeys(letter for sheet in found for letter in lost_on(sheet, wanted.fonts)))


def lost_words(lost: str) -> str:
    """The sentence that says which characters a sheet could not print."""
    codes = ", ".join(f"U+{ord(letter):04X}" for letter in lost)
    return f"{SQUARE} stands for characters that the fonts of this sheet have not: {codes}."


def _compiled(
    source: bytes,
    form: "typst.OutputFormat",
    inputs: dict[str, str],
    fonts: tuple[str, ...] = (),
    ppi: float = 144,
) -> bytes:
    made = _compiler(fonts).compile(
        source, format=form, sys_inputs=inputs, ppi=ppi, pdf_standards=STANDARDS if form == "pdf" else []
    )
    if not isinstance(made, bytes):
        message = "typst gave more than one file"
        raise TypeError(message)
    return made


@lru_cache
def _compiler(fonts: tuple[str, ...]) -> typst.Compiler:
    """A typst that knows no fonts but ours and those in the folders *fonts*: any machine sets the same."""
    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(OURS), *fonts]
    )
    return typst.Compiler(font_paths=found)


@lru_cache
def _template() -> bytes:
    return resources.files("lastlap.publish").joinpath("templates", "sheet.typ").read_bytes()
