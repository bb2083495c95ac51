"""An Atom feed of results and decisions (RFC 4287), for readers that are told what is new.

An entry keeps its id for ever.  One that was taken back says so, and does not vanish: a reader
may have shown it already.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import msgspec

from lastlap.events import (
    EntryWithdrawn,
    Event,
    LappedCalled,
    LappedLifted,
    LapsCut,
    MarkGiven,
    MarkLifted,
    MeetOpened,
    RaceRestarted,
    RaceStopped,
    Record,
    RecordReinstated,
    RecordRetracted,
    ResultDeclared,
    ResultStatus,
    SkaterAdvanced,
    in_force,
    meet_opened,
)
from lastlap.publish import Makers, Wanted
from lastlap.publish.book import Book
from lastlap.publish.odf.markup import Element, element, one_line, with_text, written
from lastlap.publish.odf.message import date_time
from lastlap.race import Race, replay
from lastlap.ranking import Standing, printed_mark, printed_rank, printed_total, standings
from lastlap.rulebook import IRM
from lastlap.startlist import Skater
from lastlap.times import Instant, sheet_clocks

ATOM = "http://www.w3.org/2005/Atom"

GENERATOR = "lastlap"


class Entry(msgspec.Struct, frozen=True):
    """A result or a decision, as readers are told it."""

    id: str
    title: str
    updated: Instant
    """When it was said, or taken back."""
    published: Instant
    author: str
    text: str
    category: str
    race: str


class News(msgspec.Struct, frozen=True):
    """A feed."""

    id: str
    title: str
    updated: Instant
    utc_offset: int
    entries: tuple[Entry, ...]
    """The newest first."""


def write_atom(book: Book, wanted: Wanted) -> Makers:
    """The feed of results and decisions; it knows its address if that is known."""
    yield FILE, lambda: atom(book.records, at=wanted.at)


def news(records: Iterable[Record]) -> News:
    """What there is to tell of a meet."""
    log = sorted(records, key=lambda record: record.number)
    meet = meet_opened(log) or MeetOpened("")
    first = next((record.event for record in log if isinstance(record.event, MeetOpened)), meet)
    ours = uuid5(NAMESPACE_OID, f"lastlap {first.name} {first.venue} {first.date}")
    entries = sorted(_entries(log, ours, meet), key=lambda entry: (entry.updated, entry.id), reverse=True)
    updated = max((entry.updated for entry in entries), default=log[0].at if log else Instant(0))
    return News(ours.urn, one_line(meet.name) or "Mass start", updated, meet.utc_offset, tuple(entries))


def _entries(log: list[Record], ours: UUID, meet: MeetOpened) -> Iterator[Entry]:
    standing = {record.number for record in in_force(log)}
    skaters = _skaters(log)
    for record in log:
        words = _WORDS.get(type(record.event))
        if words is None:
            continue
        before = [one for one in log if one.race == record.race and one.number <= record.number]
        told = words(_Said(record, replay(before) if record.race else Race(), meet, skaters))
        if told is None:
            continue
        (title, text), taken = told, record.number not in standing
        yield Entry(
            id=uuid5(ours, str(record.number)).urn,
            title=one_line(f"Taken back: {title}" if taken else title),
            updated=_updated(record, log),
            published=record.at,
            author=record.by.split()[0] if record.by.split() else "officials",
            text=f"This was taken back. {text}" if taken else text,
            category="result" if isinstance(record.event, ResultDeclared) else "decision",
            race=record.race or "",
        )


def _updated(record: Record, log: Iterable[Record]) -> Instant:
    """When the record was said, or somebody last took it back or said it again."""
    words = (
        one.at
        for one in log
        if isinstance(one.event, RecordRetracted | RecordReinstated) and one.event.number == record.number
    )
    return max([record.at, *words])


def _skaters(log: Iterable[Record]) -> Mapping[str, Skater]:
    taken = [getattr(record.event, "entries", ()) for record in log]
    return {entry.skater.id: entry.skater for entries in taken for entry in entries}


class _Said(msgspec.Struct, frozen=True):
    """A record, and what was known when it was said."""

    record: Record
    race: Race
    meet: MeetOpened
    skaters: Mapping[str, Skater]

    @property
    def title(self) -> str:
        """The race's name."""
        planned = self.race.planned
        return planned.title if planned else self.record.race or ""

    def who(self, bib: int) -> str:
        """The skater with that bib, for a sentence."""
        starter = self.race.starters.get(bib)
        return f"{starter.skater.name} ({starter.skater.noc})" if starter else f"bib {bib}"


_Words = tuple[str, str]
"""The title and the text of an entry."""


def _declared(said: _Said) -> _Words:
    event: Any = said.record.event
    rows = [_row(said, pair) for pair in _timed(standings(said.race))]
    reconstructed = said.race.planned.reconstructed if said.race.planned else ""
    words = [event.note, *rows, f"Reconstructed race: {reconstructed}" if reconstructed else ""]
    return f"{said.title}: {_STATUSES[event.status]} result", "\n".join(filter(None, words))


_STATUSES = {
    ResultStatus.UNOFFICIAL: "unofficial",
    ResultStatus.PROTESTED: "protested",
    ResultStatus.OFFICIAL: "official",
    ResultStatus.CORRECTED: "corrected official",
}


def _timed(found: tuple[Standing, ...]) -> Iterator[tuple[Standing, str]]:
    return zip(found, sheet_clocks([standing.score.time for standing in found]), strict=True)


def _row(said: _Said, pair: tuple[Standing, str]) -> str:
    """A line of the result, with the cells that a sheet has."""
    standing, time = pair
    score, profile = standing.score, said.race.rulebook.profile(said.meet.profile)
    laps = f"{score.laps} lap{'' if score.laps == 1 else 's'}"
    total = printed_total(score, profile)
    points = f"{total} point{'' if total == '1' else 's'}" if total else ""
    cells = [points, laps, time, printed_mark(score, profile)]
    rank = printed_rank(standing, profile)
    name = f"{standing.skater.name} ({standing.skater.noc})"
    return f"{f'{rank}. ' if rank else ''}{name}: {', '.join(filter(None, cells))}"


def _marked(said: _Said) -> _Words | None:
    event: Any = said.record.event
    if event.irm is not IRM.DSQ:
        return None
    rule = said.race.rulebook.rule_codes.get(event.rule, "")
    words = f"{said.who(event.bib)} is disqualified"
    code = f" ({event.rule})" if event.rule else ""
    return f"{said.title}: {words}", f"{words}{code}. {rule}".strip()


def _of_a_skater(words: str) -> Callable[[_Said], _Words]:
    def told(said: _Said) -> _Words:
        event: Any = said.record.event
        sentence = f"{said.who(event.bib)} {words}"
        return f"{said.title}: {sentence}", f"{sentence}."

    return told


def _of_the_race(words: Callable[[Any], str]) -> Callable[[_Said], _Words]:
    def told(said: _Said) -> _Words:
        sentence = words(said.record.event)
        return f"{said.title}: {sentence}", f"{sentence[0].upper()}{sentence[1:]}."

    return told


def _withdrawn(said: _Said) -> _Words:
    event: Any = said.record.event
    skater = said.skaters.get(event.skater)
    sentence = f"{f'{skater.name} ({skater.noc})' if skater else event.skater} has withdrawn"
    return sentence, f"{sentence}."


_WORDS: Mapping[type[Event], Callable[[_Said], _Words | None]] = {
    ResultDeclared: _declared,
    MarkGiven: _marked,
    MarkLifted: _of_a_skater("has no mark any more"),
    SkaterAdvanced: _of_a_skater("is advanced to the final"),
    LappedCalled: _of_a_skater("is lapped"),
    LappedLifted: _of_a_skater("is not lapped"),
    RaceStopped: _of_the_race(lambda _: "the race is stopped"),
    RaceRestarted: _of_the_race(lambda _: "the race goes on"),
    LapsCut: _of_the_race(lambda event: f"the race is {event.laps} laps long"),
    EntryWithdrawn: _withdrawn,
}
"""How each kind of result and decision is told.

Why it was decided is not told here, as that may be about somebody's health; what the sheet must
say stands in the note of the result.
"""


def atom(records: Iterable[Record], *, at: str = "") -> bytes:
    """The feed of a meet as XML; *at* is the address under which its site stands, if it is known."""
    told = news(records)
    feed = element(
        "feed",
        {"xmlns": ATOM},
        with_text("id", told.id),
        with_text("title", told.title),
        with_text("updated", date_time(told.updated, told.utc_offset)),
        element("author", None, with_text("name", told.title)),
        with_text("generator", GENERATOR),
        *_links(at),
        *(_entry(entry, told.utc_offset, at) for entry in told.entries),
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written(feed)}\n'.encode()


def _links(at: str) -> Iterator[Element]:
    if at:
        yield element("link", {"rel": "self", "type": "application/atom+xml", "href": f"{_folder(at)}{FILE}"})
        yield element("link", {"rel": "alternate", "type": "text/html", "href": _folder(at)})


FILE = "news.atom"
"""The name of the feed's file."""


def _folder(at: str) -> str:
    return f"{at.rstrip('/')}/"


def _entry(entry: Entry, utc_offset: int, at: str) -> Element:
    text = with_text("content", entry.text)
    text.set("type", "text")
    link = {"rel": "alternate", "type": "text/html", "href": f"{_folder(at)}#{entry.race}"}
    return element(
        "entry",
        None,
        with_text("id", entry.id),
        with_text("title", entry.title),
        with_text("updated", date_time(entry.updated, utc_offset)),
        with_text("published", date_time(entry.published, utc_offset)),
        element("author", None, with_text("name", entry.author)),
        element("category", {"term": entry.category}),
        element("link", link) if at else None,
        text,
    )
