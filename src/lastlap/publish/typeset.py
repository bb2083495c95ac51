"""Reports and ceremonies as PDF: typst templates, archival and tagged, the same bytes for the same log."""

import warnings
from collections.abc import Mapping
from importlib import resources

import msgspec

from lastlap.publish.ceremony import Ceremony
from lastlap.publish.cited import moment_at
from lastlap.publish.report import Paragraph, Report
from lastlap.publish.words import Language, language
from lastlap.times import Instant


def report_pdf(found: Report, meet: str, at: Instant) -> bytes:
    """The report of the *meet* on A4, dated *at* a moment: PDF/A-2a and PDF/UA-1, without pictures and records."""
    words = language(found.lang)
    told = {
        "lang": found.lang,
        "meet": meet,
        "headline": found.headline.text,
        "dateline": found.dateline,
        "paragraphs": [_paragraph(one, words) for one in found.paragraphs],
        "foot": f"{words.label('from_log')} {words.label('as_of')} {found.as_of}",
    }
    return _typeset("report.typ", told, at)


def ceremony_pdf(found: Ceremony, meet: str, at: Instant) -> bytes:
    """The plan of a ceremony of the *meet* on A4, with the announcer's script: PDF/A-2a and PDF/UA-1."""
    told = {"lang": "en", "meet": meet, "plan": found}
    return _typeset("ceremony.typ", told, at)


def _paragraph(one: Paragraph, words: Language) -> dict[str, object]:
    opening, closing = words.words.quotes
    return {
        "heading": one.heading,
        "text": words.words.stop.join(sentence.text for sentence in one.sentences),
        "quotes": [{"text": f"{opening}{quote.text}{closing}", "who": quote.who} for quote in one.quotes],
        "words": one.words,
    }


def _typeset(template: str, told: Mapping[str, object], at: Instant) -> bytes:
    """What a template makes of values, which come in as data, so that no letter of them is read as markup.

    The fonts are those that come with lastlap, and no others: the same bytes on every computer.
    """
    import typst  # noqa: PLC0415 - it takes its time, and only a PDF needs it

    text = resources.files("lastlap.publish").joinpath("pages", template).read_bytes()
    fonts = resources.files("lastlap").joinpath("data", "fonts")
    with resources.as_file(fonts) as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", typst.TypstWarning)  # of letters that the fonts do not have
        made = typst.compile(
            text,
            format="pdf",
            font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(folder)]),
            sys_inputs={"told": msgspec.json.encode(told).decode()},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=moment_at(at),
        )
    return bytes(made)
