"""What is handed out of a meet that is served: sheets, charts, reports, feeds, made when somebody asks for them.

Strategy: all is read off one book, which is made aside, one at a time, and kept until a person has
said something new.  What devices say makes it old only after some seconds, so that those who read
of a race on the ice do not disturb it.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from functools import partial

import msgspec

from lastlap.live import answers
from lastlap.live.hub import etag_of
from lastlap.live.rink import Rink
from lastlap.publish import FORMATS, SETTERS, Book, Maker, Sheet, Wanted, makers, read_book, sheets_of
from lastlap.publish.story import read_story, story_file
from lastlap.publish.words import LANGUAGES, language

FRESH = 5.0
"""Seconds for which a book is good while nothing but passings comes in."""

_OFFERED = tuple(name for name in FORMATS if name != "odf")
"""The formats that are handed out; partners get their messages from the feed."""

_KEPT = 48
"""So many files of a book are kept."""


class Handout(msgspec.Struct, frozen=True):
    """A file, and how it is known again."""

    body: bytes
    etag: str


class _Edition(msgspec.Struct):
    """What there is as of one record, and what was made of it."""

    word: int
    version: int
    story: int
    made: float
    offered: answers.SheetsNow
    makers: Mapping[str, Maker]
    """Of every file by its name, what makes it."""
    files: dict[str, Handout] = {}


class Handouts:
    """Makes what is asked for. It belongs to the event loop that it runs on."""

    def __init__(self, rink: Rink) -> None:
        self._rink = rink
        self._edition: _Edition | None = None
        self._making = asyncio.Lock()

    async def offered(self) -> answers.SheetsNow:
        """Everything that there is now; raises `InputError` for a meet in which nothing was said."""
        async with self._making:
            return (await self._newest()).offered

    async def file(self, name: str) -> Handout | None:
        """The file of that name, if there is one now."""
        async with self._making:
            edition = await self._newest()
            if name not in edition.files:
                if name not in edition.makers:
                    return None
                body = await asyncio.to_thread(edition.makers[name])
                while len(edition.files) >= _KEPT:
                    del edition.files[next(iter(edition.files))]
                edition.files[name] = Handout(body, etag_of(body))
            return edition.files[name]

    async def _newest(self) -> _Edition:
        rink, known = self._rink, self._edition
        story = _changed(rink)
        if known is not None and (known.word, known.story) == (rink.word, story):
            old = known.version != rink.version and time.monotonic() - known.made > FRESH
            if not old:
                return known
        made = await asyncio.to_thread(_made, rink, rink.word, rink.version, story)
        self._edition = made
        return made


def _changed(rink: Rink) -> int:
    """When what people added to the report was changed last."""
    file = story_file(rink.meet.path)
    return file.stat().st_mtime_ns if file.exists() else 0


def _made(rink: Rink, word: int, version: int, story: int) -> _Edition:
    book = read_book(rink.meet)
    wanted = Wanted(story=read_story(story_file(rink.meet.path)))
    sheets = sheets_of(book, wanted)
    makers = dict(_makers(book, sheets, wanted))
    return _Edition(word, version, story, time.monotonic(), _offered(book, sheets), makers)


# What there is


def _offered(book: Book, sheets: tuple[Sheet, ...]) -> answers.SheetsNow:
    groups: dict[tuple[str, str], list[Sheet]] = {}
    for sheet in sheets:
        groups.setdefault((sheet.race or "", "" if sheet.race else sheet.event), []).append(sheet)
    return answers.SheetsNow(
        version=book.last.number,
        meet=book.meet.name,
        groups=tuple(_group(book, race, found) for (race, _), found in groups.items()),
        formats=tuple(SETTERS),
        reports=tuple(answers.ReportLine(lang, language(lang).words.name) for lang in LANGUAGES),
        ceremonies=tuple(answers.CeremonyLine(one, title) for one, title in _decided(book)),
    )


def _group(book: Book, race: str, found: list[Sheet]) -> answers.SheetGroup:
    from lastlap.publish.charts import KINDS as CHARTS  # noqa: PLC0415 - only who looks at sheets needs them

    first = found[0]
    has_charts = race in book.chapters and bool(book.chapters[race].race.front)
    return answers.SheetGroup(
        title=", ".join(filter(None, (first.event, first.phase))) or first.meet,
        race=race or None,
        sheets=tuple(answers.SheetLine(one.id, _title(one), one.report, one.status) for one in found),
        charts=tuple((f"{race}-{kind}", title) for kind, (title, _) in CHARTS.items()) if has_charts else (),
    )


def _title(sheet: Sheet) -> str:
    return f"{sheet.title}, ISU layout" if sheet.layout == "world cup" else sheet.title


def _decided(book: Book) -> Iterator[tuple[str, str]]:
    for competition in book.competitions.values():
        chapter = book.deciding(competition)
        if chapter is not None and chapter.is_over:
            yield competition.id, competition.title


# Every file, and how it is made


def _makers(book: Book, sheets: tuple[Sheet, ...], wanted: Wanted) -> Iterator[tuple[str, Maker]]:
    for path, make in makers(book, wanted, _OFFERED):
        yield path.rpartition("/")[2], make
    for race in book.chapters:
        yield f"{race}.pdf", partial(_all_of, book, [one for one in sheets if one.race == race])
    for lang in LANGUAGES:
        yield f"report-{lang}.html", partial(_report_page, book, wanted, lang)


def _all_of(book: Book, sheets: list[Sheet]) -> bytes:
    """All sheets of a race in one PDF, to be printed at once."""
    from lastlap.publish.book import utc  # noqa: PLC0415 - the typesetter takes its time to load
    from lastlap.publish.pdf import as_pdf  # noqa: PLC0415

    return as_pdf(sheets, utc(book.last.at))


def _report_page(book: Book, wanted: Wanted, lang: str) -> bytes:
    from lastlap.publish.report import report  # noqa: PLC0415 - only who reads it needs it
    from lastlap.publish.report_page import as_html  # noqa: PLC0415

    return as_html(report(book.records, lang, wanted.story), book.records).encode()
