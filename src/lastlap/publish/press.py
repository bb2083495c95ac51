"""What the press and the announcer take away: the report in every language, the plan of each ceremony."""

from functools import cache

import msgspec

from lastlap.publish import Makers, Wanted
from lastlap.publish import ceremony as planned
from lastlap.publish import report as told
from lastlap.publish.book import Book
from lastlap.publish.ceremony import Ceremony
from lastlap.publish.report import Report
from lastlap.publish.scene import Stage
from lastlap.publish.typeset import ceremony_pdf, report_pdf
from lastlap.publish.words import LANGUAGES

TEXTS, DATA, PRINT = "text", "data", "print"
"""The folders of what is read, of what programs read, and of PDF."""


def write_reports(book: Book, wanted: Wanted) -> Makers:
    """The report in every language, for people and for programs."""
    for lang in LANGUAGES:
        yield from _report(book, wanted, lang)


def _report(book: Book, wanted: Wanted, lang: str) -> Makers:
    @cache
    def found() -> Report:
        return told.report(book.records, lang, wanted.story)

    yield f"{TEXTS}/report-{lang}.txt", lambda: told.as_text(found()).encode()
    yield f"{DATA}/report-{lang}.json", lambda: _json(told.as_json(found()))
    yield f"{PRINT}/report-{lang}.pdf", lambda: report_pdf(found(), book.meet.name, book.last.at)


def write_ceremonies(book: Book, _wanted: Wanted) -> Makers:
    """The plan of each ceremony whose medallists are known."""
    stage = Stage(book.records)
    for one in stage.competitions.values():
        if stage.deciding(one):
            yield from _ceremony(book, planned.ceremony(stage, one.id))


def _ceremony(book: Book, found: Ceremony) -> Makers:
    name = f"ceremony-{found.competition}"
    yield f"{TEXTS}/{name}.txt", lambda: planned.as_text(found).encode()
    yield f"{DATA}/{name}.json", lambda: _json(msgspec.to_builtins(found))
    yield f"{PRINT}/{name}.pdf", lambda: ceremony_pdf(found, book.meet.name, book.last.at)


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value)) + b"\n"
