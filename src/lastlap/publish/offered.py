"""What stands in a folder beside the pages of a site, sorted by what it is about and named in words.

Strategy: every file that lastlap writes is called by the id of its sheet, race or competition.  What
is called otherwise is offered by its own name.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from lastlap.publish.book import Book
from lastlap.publish.charts import KINDS
from lastlap.publish.contents import sheets
from lastlap.publish.report_page import Link
from lastlap.publish.words import LANGUAGES, language

FORMATS = {
    "html": "page",
    "pdf": "PDF",
    "csv": "CSV",
    "xlsx": "XLSX",
    "json": "JSON",
    "svg": "SVG",
    "png": "PNG",
    "ics": "calendar",
    "atom": "feed",
    "txt": "text",
}
"""What is offered, by how a file's name ends, and what it is called."""


class Offer(msgspec.Struct, frozen=True):
    """One thing, in one or more formats."""

    title: str
    links: tuple[Link, ...]


class Stack(msgspec.Struct, frozen=True):
    """What is offered of one race or competition, or of the meet."""

    about: str
    """The id of the race or competition; empty for the meet."""
    title: str
    offers: tuple[Offer, ...]


def offered(book: Book, paths: Iterable[str]) -> list[Stack]:
    """The files at *paths*, all of formats that are known: the meet's, then each competition's with its races'."""
    known = _known(book)
    headings = _headings(book)
    found: dict[str, dict[str, list[str]]] = {about: {} for about in headings}
    order = [*known]
    paths = sorted(
        paths, key=lambda path: order.index(stem) if (stem := Path(path).stem) in known else len(order)
    )
    for path in paths:
        about, title = _about(book, known, path)
        found[about].setdefault(title, []).append(path)
    return [
        Stack(about, title, tuple(_offers(found[about]))) for about, title in headings.items() if found[about]
    ]


def _headings(book: Book) -> dict[str, str]:
    """Everything that files may be about, in the order in which it is offered, with its name."""
    return {
        "": "The meet",
        **{
            about: title
            for competition in book.competitions.values()
            for about, title in (
                (competition.id, book.event(competition)),
                *(
                    (race, book.name(race))
                    for race in reversed([*competition.races])
                    if race in book.chapters
                ),
            )
        },
        **{race: book.name(race) for race in book.chapters},
    }


def _known(book: Book) -> dict[str, tuple[str, str]]:
    """What the files of sheets, charts, reports and ceremonies are about, and their titles."""
    printed = {sheet.id: (sheet.race or _competition(book, sheet.id), sheet.title) for sheet in sheets(book)}
    drawn = {
        f"{race}-{kind}": (race, f"Chart: {title.lower()}")
        for race in book.chapters
        for kind, (title, _) in KINDS.items()
    }
    told = {f"report-{lang}": ("", f"Report, {language(lang).words.name}") for lang in LANGUAGES}
    held = {f"ceremony-{competition}": (competition, "Victory ceremony") for competition in book.competitions}
    return {**printed, **drawn, **told, **held}


def _competition(book: Book, name: str) -> str:
    """The competition that a sheet of no race is about, if it is about one."""
    return next((one for one in book.competitions if name.startswith(f"{one}-")), "")


def _about(book: Book, known: dict[str, tuple[str, str]], path: str) -> tuple[str, str]:
    """What a file is about, and what it is called."""
    stem = Path(path).stem
    if stem in known:
        return known[stem]
    named = [
        one for one in (*book.chapters, *book.competitions) if re.match(rf"{re.escape(one)}(?![^-_. ])", stem)
    ]
    about = max(named, key=len, default="")
    words = re.sub(r"[-_. ]+", " ", stem[len(about) :]).strip()
    return about, f"{words[0].upper()}{words[1:]}" if words else "Everything"


def _offers(named: dict[str, list[str]]) -> Iterator[Offer]:
    for title, paths in named.items():
        yield Offer(
            title, tuple(Link(path, FORMATS[Path(path).suffix[1:]]) for path in sorted(paths, key=_place))
        )


def _place(path: str) -> int:
    return [*FORMATS].index(Path(path).suffix[1:])
