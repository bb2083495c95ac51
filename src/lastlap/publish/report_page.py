"""The report as a page: each sentence leads to the records that it stands on, without any script."""

from collections.abc import Iterable, Sequence
from itertools import count

import msgspec

from lastlap.events import MeetOpened, Record, meet_opened
from lastlap.publish.cited import cited
from lastlap.publish.report import DASH, Paragraph, Report, Sentence
from lastlap.publish.templates import filled, style
from lastlap.publish.words import language


class Link(msgspec.Struct, frozen=True):
    """A link at the top of a page."""

    href: str
    says: str
    lang: str = ""
    here: bool = False


class Noted(msgspec.Struct, frozen=True):
    """A sentence with the number of its note."""

    note: int
    id: str
    text: str
    numbers: str
    label: str
    corrected: bool
    edited_by: str | None
    stale: bool


def as_html(
    found: Report, records: Sequence[Record], *, css: str = "", links: Iterable[Link] = (), foot: str = ""
) -> str:
    """The report as one page; without the address of a style sheet its style stands in it."""
    words = language(found.lang)
    opened = _opened(records)
    numbers = count(1)
    said = {one.id: _noted(one, next(numbers), words.label("trace")) for one in found.sentences}
    told = sorted({number for one in found.sentences for number in one.records})
    any_words = any(one.words or one.quotes or one.pictures for one in found.paragraphs)
    by_people = any_words or found.pictures or any(one.edited_by is not None for one in found.sentences)
    return filled(
        "report.html",
        lang=found.lang,
        title=found.headline.text,
        meet=opened.name,
        css=css,
        style=style(),
        skip=words.label("skip"),
        nav=words.label("pages"),
        links=tuple(links),
        foot=foot,
        headline=said[found.headline.id],
        head=Paragraph("headline", "", (), pictures=found.pictures),
        paragraphs=[_paragraph(one, said) for one in found.paragraphs],
        dateline=found.dateline,
        dash=DASH,
        stop=words.words.stop,
        quotes=words.words.quotes,
        notes=[
            {"id": one.id, "records": one.records, "rows": "; ".join(dict.fromkeys(one.rows))}
            for one in found.sentences
        ],
        cited=cited(records, told, opened.utc_offset),
        by_people=words.label("by_people") if by_people else "",
        **{key: words.label(key) for key in ("from_log", "trace", "data", "edited", "stale", "corrected")},
    )


def _opened(records: Iterable[Record]) -> MeetOpened:
    return meet_opened(records) or MeetOpened("")


def _noted(one: Sentence, note: int, label: str) -> Noted:
    numbers = " ".join(map(str, one.records))
    return Noted(note, one.id, one.text, numbers, f"{label} {note}", one.corrected, one.edited_by, one.stale)


def _paragraph(one: Paragraph, said: dict[str, Noted]) -> dict[str, object]:
    return {
        "heading": one.heading,
        "sentences": [said[sentence.id] for sentence in one.sentences],
        "words": one.words,
        "quotes": one.quotes,
        "pictures": one.pictures,
    }
