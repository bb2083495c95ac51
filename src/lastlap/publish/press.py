"""What the press and the announcer take away: the report in every language, the plan of each ceremony."""

import msgspec

from lastlap.publish import Files, Wanted
from lastlap.publish import ceremony as planned
from lastlap.publish import report as told
from lastlap.publish.book import Book
from lastlap.publish.scene import Stage
from lastlap.publish.typeset import ceremony_pdf, report_pdf
from lastlap.publish.words import LANGUAGES

TEXTS, DATA, PRINT = "text", "data", "print"
"""The folders of what is read, of what programs read, and of PDF."""


def write_reports(book: Book, wanted: Wanted) -> Files:
    """The report in every language, for people and for programs."""
    for lang in LANGUAGES:
        found = told.report(book.records, lang, wanted.story)
        yield f"{TEXTS}/report-{lang}.txt", told.as_text(found).encode()
        yield f"{DATA}/report-{lang}.json", _json(told.as_json(found))
        yield f"{PRINT}/report-{lang}.pdf", report_pdf(found, book.meet.name, book.last.at)


def write_ceremonies(book: Book, _wanted: Wanted) -> Files:
    """The plan of each ceremony whose medallists are known."""
    stage = Stage(book.records)
    for one in stage.competitions.values():
        if stage.deciding(one):
            found = planned.ceremony(stage, one.id)
            yield f"{TEXTS}/ceremony-{one.id}.txt", planned.as_text(found).encode()
            yield f"{DATA}/ceremony-{one.id}.json", _json(planned.ceremony_json(stage, one.id))
            yield f"{PRINT}/ceremony-{one.id}.pdf", ceremony_pdf(found, book.meet.name, book.last.at)


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value)) + b"\n"
