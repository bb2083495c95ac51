"""The report as PDF: one typst template, archival and tagged, the same bytes for the same log."""

import warnings
from functools import lru_cache
from importlib import resources

import msgspec

from lastlap.errors import RefusedError
from lastlap.publish.cited import moment_at
from lastlap.publish.report import Paragraph, Report
from lastlap.publish.words import Language, language
from lastlap.times import Instant


def as_pdf(found: Report, meet: str, at: Instant) -> bytes:
    """The report of the *meet* on A4, dated *at* a moment: PDF/A-2a and PDF/UA-1, without pictures and records.

    Raises `RefusedError` if this computer has no font for the language.
    """
    import typst  # noqa: PLC0415 - it takes its time, and only a PDF needs it

    words = language(found.lang)
    told = {
        "lang": found.lang,
        "meet": meet,
        "headline": found.headline.text,
        "dateline": found.dateline,
        "paragraphs": [_paragraph(one, words) for one in found.paragraphs],
        "foot": f"{words.label('from_log')} {words.label('as_of')} {found.as_of}",
        "fonts": _fonts(words),
    }
    template = resources.files("lastlap.publish").joinpath("pages", "report.typ").read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", typst.TypstWarning)  # families of the list that are not here
        made = typst.compile(
            template,
            format="pdf",
            sys_inputs={"report": msgspec.json.encode(told).decode()},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=moment_at(at),
        )
    return bytes(made)


def _paragraph(one: Paragraph, words: Language) -> dict[str, object]:
    opening, closing = words.words.quotes
    return {
        "heading": one.heading,
        "text": words.words.stop.join(sentence.text for sentence in one.sentences),
        "quotes": [{"text": f"{opening}{quote.text}{closing}", "who": quote.who} for quote in one.quotes],
        "words": one.words,
    }


def _fonts(words: Language) -> list[str]:
    """The families of the language that are here, best first."""
    here = [family for family in words.words.fonts if family in _families()]
    if not here:
        message = (
            f"no font for {words.words.name} is installed here: install one of {', '.join(words.words.fonts)}"
        )
        raise RefusedError(message)
    return here


@lru_cache
def _families() -> frozenset[str]:
    import typst  # noqa: PLC0415 - as above

    return frozenset(typst.Fonts().families())
