"""Reports and ceremonies as PDF: typst templates, archival and tagged, the same bytes for the same log."""

import warnings
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

import msgspec

from lastlap.errors import RefusedError
from lastlap.publish.ceremony import Ceremony
from lastlap.publish.cited import moment_at
from lastlap.publish.report import Paragraph, Report
from lastlap.publish.words import Language, language
from lastlap.times import Instant


def report_pdf(found: Report, meet: str, at: Instant) -> bytes:
    """The report of the *meet* on A4, dated *at* a moment: PDF/A-2a and PDF/UA-1, without pictures and records.

    Raises `RefusedError` if this computer has no font for the language.
    """
    words = language(found.lang)
    told = {
        "lang": found.lang,
        "meet": meet,
        "headline": found.headline.text,
        "dateline": found.dateline,
        "paragraphs": [_paragraph(one, words) for one in found.paragraphs],
        "foot": f"{words.label('from_log')} {words.label('as_of')} {found.as_of}",
    }
    return _typeset("report.typ", told, words, at)


def ceremony_pdf(found: Ceremony, meet: str, at: Instant) -> bytes:
    """The plan of a ceremony of the *meet* on A4, with the announcer's script: PDF/A-2a and PDF/UA-1."""
    told = {"lang": "en", "meet": meet, "plan": found}
    return _typeset("ceremony.typ", told, language("en"), at)


def _paragraph(one: Paragraph, words: Language) -> dict[str, object]:
    opening, closing = words.words.quotes
    return {
        "heading": one.heading,
        "text": words.words.stop.join(sentence.text for sentence in one.sentences),
        "quotes": [{"text": f"{opening}{quote.text}{closing}", "who": quote.who} for quote in one.quotes],
        "words": one.words,
    }


def _typeset(template: str, told: Mapping[str, object], words: Language, at: Instant) -> bytes:
    """What a template makes of values, which come in as data, so that no letter of them is read as markup."""
    import typst  # noqa: PLC0415 - it takes its time, and only a PDF needs it

    data = msgspec.json.encode({**told, "fonts": _fonts(words)}).decode()
    text = resources.files("lastlap.publish").joinpath("pages", template).read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", typst.TypstWarning)  # of letters that the fonts do not have
        made = typst.compile(
            text,
            format="pdf",
            sys_inputs={"told": data},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=moment_at(at),
        )
    return bytes(made)


def _fonts(words: Language) -> list[str]:
    """The families of the language that are here, best first."""
    here = [family for family in words.words.fonts if family in _families()]
    if not here:
        known = ", ".join(words.words.fonts)
        message = f"no font for {words.words.name} is installed here: install one of {known}"
        raise RefusedError(message)
    return here


@lru_cache
def _families() -> frozenset[str]:
    import typst  # noqa: PLC0415 - as above

    return frozenset(typst.Fonts().families())
