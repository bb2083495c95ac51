"""The lists before a race: entries, and the start list."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from lastlap.competition import Competition
from lastlap.publish.book import Book, Chapter
from lastlap.publish.frame import framed, of_competition, roles, sprint_facts
from lastlap.publish.sheet import Column, Row, Sheet, Table, filled, number, words
from lastlap.race import Status
from lastlap.startlist import Entry, Starter

_NAME = Column("name", "Name", wide=True)
_NOC = Column("noc", "NOC")
_BORN = Column("born", "Born", "number", "year of birth")
_RANKING = Column("ranking", "Ranking", "number", "place in the ranking list that the draw uses")


def entries(book: Book, competition: Competition) -> Sheet | None:
    """Everybody who was entered, by NOC (C32A); `None` if nobody was."""
    if not competition.entries:
        return None
    ordered = sorted(competition.entries, key=lambda entry: (entry.skater.noc, entry.skater.name))
    rows = [
        Row(
            (
                words(entry.skater.noc),
                words(entry.skater.name),
                number(entry.skater.birth_year),
                number(entry.skater.ranking),
                words(_remark(entry, competition)),
            )
        )
        for entry in ordered
    ]
    columns = (_NOC, _NAME, _BORN, _RANKING, Column("notes", "Notes"))
    sheet = Sheet(
        id=f"{competition.id}-entries",
        report="C32A",
        title="Entries",
        meet="",
        facts=_counts(ordered, competition),
        tables=(filled(columns, rows, ("noc", "name")),),
    )
    return of_competition(book, competition, sheet)


def _remark(entry: Entry, competition: Competition) -> str:
    """What a public list says of an entry; why somebody withdrew may be private, so it does not."""
    if entry.skater.id in competition.withdrawn:
        return "withdrawn"
    return "reserve" if entry.reserve else ""


def _counts(ordered: Sequence[Entry], competition: Competition) -> tuple[tuple[str, str], ...]:
    present = [entry for entry in ordered if entry.skater.id not in competition.withdrawn]
    reserves = sum(entry.reserve for entry in present)
    nocs = Counter(entry.skater.noc for entry in present)
    facts = [("Skaters", str(len(present) - reserves)), ("NOCs", str(len(nocs)))]
    return (*facts, *([("Reserves", str(reserves))] if reserves else []))


def start_list(book: Book, chapter: Chapter) -> Sheet | None:
    """Who starts where and why (C51A); `None` if there is no start list yet."""
    starters = sorted(chapter.race.starters.values(), key=_on_the_grid)
    if not starters:
        return None
    sheet = Sheet(
        id=f"{chapter.id}-start-list",
        report="C51A",
        title="Start list",
        meet="",
        facts=(*_scheduled(book, chapter), *sprint_facts(chapter)),
        tables=(_grid(starters, chapter.race.rulebook.format.grid_width),),
        officials=roles(chapter),
    )
    is_next = chapter.race.status in (Status.PLANNED, Status.READY)
    status = "Before the start" if is_next else ""
    return msgspec.structs.replace(framed(book, chapter, sheet), across="", status=status)


def _on_the_grid(starter: Starter) -> tuple[bool, int]:
    return (starter.grid is None, starter.grid or starter.bib)


def _grid(starters: Sequence[Starter], width: int) -> Table:
    """The starters as they stand; a line parts each row on the ice from the next."""
    gridded = any(starter.grid for starter in starters)
    rows = [
        Row(
            (
                number(starter.grid),
                number(starter.bib),
                words(starter.skater.name),
                words(starter.skater.noc),
                number(starter.skater.birth_year),
                number(starter.skater.ranking),
                words(starter.why),
            ),
            apart=gridded and place > 0 and place % width == 0,
        )
        for place, starter in enumerate(starters)
    ]
    columns = (
        Column("grid", "Start", "number", "start position, 1 at the front inside", strong=True),
        Column("cap", "Cap", "number"),
        _NAME,
        _NOC,
        _BORN,
        _RANKING,
        Column("why", "Starts here because", wide=True),
    )
    return filled(columns, rows, ("cap", "name", "noc"))


def _scheduled(book: Book, chapter: Chapter) -> tuple[tuple[str, str], ...]:
    at = chapter.plan.scheduled
    return () if at is None else (("Start", book.moment(at).rpartition(":")[0]),)
