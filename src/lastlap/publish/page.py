"""Sheets as web pages: the look of the paper, nothing fetched from anywhere, no script to run."""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from itertools import groupby

import msgspec
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from lastlap.publish import Wanted
from lastlap.publish.book import Book
from lastlap.publish.sheet import Column, Sheet, Table

_TAIL = re.compile(r"(.*?)(\(\d\)|=)?", re.DOTALL)


def sheet_html(book: Book, sheet: Sheet, _wanted: Wanted) -> bytes:
    """A sheet as a page, with what it tells search engines."""
    return as_html(sheet, sports_event(book, sheet)).encode()


def as_html(sheet: Sheet, about: dict[str, object] | None = None) -> str:
    """A sheet as a page of its own; *about* is what it tells search engines, as JSON-LD."""
    return _template().render(sheet=sheet, style=Markup(_packaged("sheet.css")), about=_script(about))  # noqa: S704 - our own style sheet


def sports_event(book: Book, sheet: Sheet) -> dict[str, object] | None:
    """A race in the words of schema.org; `None` for a sheet that is about none."""
    chapter = book.chapters.get(sheet.race or "")
    if chapter is None:
        return None
    zone = book.meet.utc_offset
    offset = f"{'-' if zone < 0 else '+'}{abs(zone) // 60:02}:{abs(zone) % 60:02}"
    at = chapter.plan.scheduled if chapter.race.start is None else chapter.race.start
    begun = {"startDate": f"{book.local(at):%Y-%m-%dT%H:%M:%S}{offset}"} if at is not None else {}
    return {
        "@context": "https://schema.org",
        "@type": "SportsEvent",
        "name": ", ".join(filter(None, (sheet.event, sheet.phase))),
        "sport": "Speed skating, mass start",
        "eventStatus": "https://schema.org/EventScheduled",
        **begun,
        "location": {"@type": "Place", "name": sheet.venue},
        "superEvent": {"@type": "SportsEvent", "name": sheet.meet},
        "competitor": [
            {"@type": "Person", "name": starter.skater.name, "affiliation": starter.skater.noc}
            for starter in chapter.race.starters.values()
        ],
    }


def _script(about: dict[str, object] | None) -> Markup:
    """JSON that cannot end the element that it stands in, whatever somebody is called."""
    text = msgspec.json.encode(about).decode() if about else ""
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - no markup is left


def _tail(text: str) -> tuple[str, str]:
    """A text without, and then, what stands behind its number: a thousandth in brackets, or the sign of a tie."""
    found = _TAIL.fullmatch(text)
    return (found[1], found[2] or "") if found else (text, "")


def _tails(table: Table) -> list[bool]:
    """Of each column, whether any of its cells has such a tail, so that all leave room for it."""
    return [
        column.kind != "text" and any(_tail(row.cells[place].text)[1] for row in table.lines)
        for place, column in enumerate(table.columns)
    ]


def _groups(columns: Sequence[Column]) -> list[tuple[str, int]]:
    return [(group, len([*members])) for group, members in groupby(columns, key=lambda column: column.group)]


@lru_cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters |= {"tail": _tail, "tails": _tails, "groups": _groups}
    return environment.from_string(_packaged("sheet.html"))


@lru_cache
def _packaged(name: str) -> str:
    return resources.files("lastlap.publish").joinpath("templates", name).read_text("utf-8")
