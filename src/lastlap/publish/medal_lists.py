"""The medals: who won one, event by event, and where the NOCs stand."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from lastlap.competition import Competition, Medallist, medallists
from lastlap.games import event_decided
from lastlap.medals import Games, Gender, Medal, MedalEvent, Medals, NocStanding, award, table
from lastlap.nocs import nocs
from lastlap.people import people
from lastlap.publish.book import Book, Chapter, awarded, day_words
from lastlap.publish.frame import framed, of_meet, times_made_up
from lastlap.publish.sheet import Cell, Column, Row, Sheet, Table, filled, number, times, words

_MEDAL = Column("medal", "Medal", strong=True)
_NAME = Column("name", "Name", wide=True)
_NOC = Column("noc", "NOC")
_NOT_AWARDED = "not awarded"

_GENDERS = {"W": Gender.WOMEN, "JW": Gender.WOMEN, "M": Gender.MEN, "JM": Gender.MEN, "X": Gender.MIXED}
"""For whom the events of a category are."""


def medallists_of(book: Book, competition: Competition) -> Sheet | None:
    """The medallists of one event (C92A); `None` before its last race has finished."""
    chapter = book.deciding(competition)
    if chapter is None or not chapter.is_over:
        return None
    won = medallists(chapter.standings)
    clocks = times([medallist.standing.score.time for medallist in won])
    rows = [
        Row((words(medal), words(name), words(noc), words(nocs().get(noc, "")), *cells))
        for medal, name, noc, cells in _by_medal(won, clocks)
    ]
    columns = (_MEDAL, _NAME, _NOC, Column("country", "Sent by"), _POINTS, _TIME)
    sheet = Sheet(
        id=f"{competition.id}-medallists",
        report="C92A",
        title="Medallists",
        meet="",
        facts=_decided_at(book, chapter),
        tables=(filled(columns, rows, ("medal", "name", "noc")),),
    )
    return msgspec.structs.replace(
        framed(book, chapter, sheet),
        phase="",
        race=None,
        event=book.event(competition),
        reconstructed=times_made_up([one.standing for one in won], chapter),
    )


_POINTS = Column("total", "Total", "number")
_TIME = Column("time", "Time", "time")


def _decided_at(book: Book, chapter: Chapter) -> tuple[tuple[str, str], ...]:
    return (("Decided", book.moment(chapter.race.latest)),) if chapter.race.latest else ()


def _by_medal(
    won: Sequence[Medallist], clocks: Sequence[Cell]
) -> Iterator[tuple[str, str, str, tuple[Cell, Cell]]]:
    """Gold, silver and bronze with who won it, several in a tie, and what a tie took away."""
    for medal in Medal:
        winners = [(one, time) for one, time in zip(won, clocks, strict=True) if one.medal == medal]
        for one, time in winners:
            skater, total = one.standing.skater, number(one.standing.score.total)
            yield medal.value.capitalize(), skater.name, skater.noc, (total, time)
        if not winners:
            yield medal.value.capitalize(), _NOT_AWARDED, "", (Cell(), Cell())


# Of the meet, or of the Games that it is part of


def medals_of(book: Book) -> Medals | None:
    """The medals so far: of the Games, or of this meet alone where it is of none; `None` before any is won."""
    medals = awarded(book) if book.medals else _own(book)
    return medals if medals and any(event.won for event in medals.events) else None


def _own(book: Book) -> Medals:
    """The medals of the meet alone."""
    medals = Medals(Games(0, book.meet.name, book.meet.utc_offset))
    for place, competition in enumerate(book.competitions.values(), 1):
        chapter = book.deciding(competition)
        if chapter is None:
            continue
        gender = _GENDERS.get(competition.category, Gender.OPEN)
        event = MedalEvent(place, chapter.last.at, "", book.event(competition), gender)
        if chapter.is_signed:
            at = chapter.race.latest or chapter.last.at
            event = award(event, at, chapter.standings, people(), f"race {chapter.id}")
        medals = medals.adding(event)
    return medals


def medallists_by_event(book: Book) -> Sheet | None:
    """Who won what, one event after the other (C93): those of this meet."""
    medals = medals_of(book)
    if medals is None:
        return None
    ours = [_named(book, event) for event in _ours(book, medals) if event.won]
    rows = [row for event in ours for row in _event_rows(event, medals)]
    columns = (Column("event", "Event", wide=True), Column("date", "Date"), _MEDAL, _NAME, _NOC)
    sheet = Sheet(
        id="medallists",
        report="C93",
        title="Medallists by event",
        meet="",
        tables=(Table(columns, tuple(rows)),),
    )
    return _of_signed(book, sheet)


def _ours(book: Book, medals: Medals) -> Iterable[MedalEvent]:
    """The events that this meet decides."""
    if book.medals is None:
        return medals.events
    ours = book.competitions.values()
    found = [event_decided(medals, competition.event, competition.category) for competition in ours]
    return sorted(filter(None, found), key=lambda event: event.place)


def _named(book: Book, event: MedalEvent) -> MedalEvent:
    """The *event*, called as the sheets of this meet call it if it is one of theirs."""
    names = map(book.event, book.competitions.values())
    found = (name for name in names if name.casefold() == event.name.casefold())
    return msgspec.structs.replace(event, name=next(found, event.name))


def _event_rows(event: MedalEvent, medals: Medals) -> Iterator[Row]:
    for medal in Medal:
        won = [(one.name, one.noc) for one in event.won if one.medal is medal] or [(_NOT_AWARDED, "")]
        for name, noc in won:
            cells = (event.name, day_words(medals.games.day(event.at)), medal.value.capitalize(), name, noc)
            yield Row(tuple(map(words, cells)), apart=medal is Medal.GOLD)


def medal_standings(book: Book) -> Sheet | None:
    """Where the NOCs stand by medals (C95), as of the last medal that this meet gave."""
    medals = medals_of(book)
    if medals is None:
        return None
    groups = {name: part for name, part in _parts(medals).items() if part.events}
    columns = (
        Column("rank", "Rank", "number", strong=True),
        _NOC,
        Column("country", "Name", wide=True),
        *(column for group in groups for column in _tally_columns(group)),
        Column("rank_by_total", "Rank", "number", "rank by the number of medals", group="By total"),
    )
    tallies = [{line.noc: line for line in table(part)} for part in groups.values()]
    rows = tuple(_noc_row(line, tallies) for line in tallies[-1].values())
    sheet = Sheet(
        id="medal-standings",
        report="C95",
        title="Medal standings",
        meet="",
        facts=_progress(book, medals),
        tables=(Table(columns, rows, total=_sum(rows)),),
        notes=(_ORDER,),
    )
    return _of_signed(book, sheet)


def _parts(medals: Medals) -> dict[str, Medals]:
    """The medals of women, of men, of events for both, and all."""
    both = [event for event in medals.events if event.gender in (Gender.MIXED, Gender.OPEN)]
    return {
        "Women": medals.within(gender=Gender.WOMEN),
        "Men": medals.within(gender=Gender.MEN),
        "Mixed, open": Medals(medals.games, tuple(both)),
        "Total": medals,
    }


_ORDER = "By gold, then silver, then bronze; NOCs equal in all three share a rank and stand by their code."


def _tally_columns(group: str) -> Iterator[Column]:
    for letter, means in zip("GSBT", ("gold", "silver", "bronze", "all medals"), strict=True):
        title = "Tot" if letter == "T" else letter
        yield Column(
            f"{group.lower()}_{means.split()[0]}", title, "number", means, group, strong=letter == "T"
        )


def _noc_row(line: NocStanding, tallies: Sequence[dict[str, NocStanding]]) -> Row:
    counts = [cell for tally in tallies for cell in _counts(tally.get(line.noc))]
    rank = number(line.rank, f"{line.rank}{'=' * line.shared}")
    by_total = number(line.rank_by_total, f"{line.rank_by_total}{'=' * line.shared_by_total}")
    return Row((rank, words(line.noc), words(nocs().get(line.noc, "")), *counts, by_total))


def _counts(line: NocStanding | None) -> tuple[Cell, ...]:
    if line is None:
        return (number(0),) * 4
    return tuple(number(count) for count in (line.gold, line.silver, line.bronze, line.total))


def _sum(rows: Sequence[Row]) -> Row:
    sums = [sum(row.cells[place].value or 0 for row in rows) for place in range(3, len(rows[0].cells) - 1)]
    return Row((Cell(), Cell(), words("All"), *map(number, sums), Cell()))


def _progress(book: Book, medals: Medals) -> tuple[tuple[str, str], ...]:
    decided = [event for event in medals.events if event.won]
    facts = [("After", f"{len(decided)} of {len(medals.events)} events")]
    last = _named(book, decided[-1])
    games = [("Games", medals.games.title)] if book.medals else []
    return (*facts, ("Last", f"{last.name}, {book.moment(last.at)}"), *games)


def _of_signed(book: Book, sheet: Sheet) -> Sheet:
    """The *sheet* of the meet, of which only what is official is counted: nobody makes up a medal."""
    return msgspec.structs.replace(of_meet(book, sheet, book.last, final=True), status="Official")
