"""The lap chart: where everybody was at the end of each lap, and how long it took them."""

from collections.abc import Callable, Iterator, Sequence

from lastlap.gaps import lap_times, positions
from lastlap.publish.book import Book, Chapter
from lastlap.publish.charts import KINDS, chart, has_lap_times
from lastlap.publish.frame import framed, sprint_facts
from lastlap.publish.results import rank_cell
from lastlap.publish.sheet import Cell, Column, Row, Sheet, Table, number, words
from lastlap.times import Duration, clock, cut

_TIMED = ("gap", "laps")
"""The charts that need times on the way."""

_MOST = 16
"""The laps that stand side by side; a longer race takes several tables."""


def lap_chart(book: Book, chapter: Chapter) -> Sheet | None:
    """The lap chart of a race with its drawings; `None` before anybody was seen to end a lap."""
    front = chapter.race.front
    if not front:
        return None
    places = positions(chapter.race)
    laps = {bib: lap_times(chapter.race, bib) for bib in chapter.race.starters}
    tables = [
        table
        for first in range(1, front + 1, _MOST)
        for table in (
            _table(book, chapter, "Position", first, lambda bib, lap: number(places[bib][lap - 1])),
            _table(book, chapter, "Lap time", first, lambda bib, lap: _lap_time(laps[bib], lap)),
        )
    ]
    told = tuple(table for table in tables if any(_told(table)))
    if not told:
        return None
    sheet = Sheet(
        id=f"{chapter.id}-lap-chart",
        title="Lap chart",
        meet="",
        landscape=True,
        facts=sprint_facts(chapter),
        tables=told,
        pictures=tuple(
            chart(book, chapter, kind) for kind in KINDS if kind not in _TIMED or has_lap_times(chapter)
        ),
    )
    return framed(book, chapter, sheet)


def _table(book: Book, chapter: Chapter, what: str, first: int, cell: Callable[[int, int], Cell]) -> Table:
    laps = range(first, min(first + _MOST, chapter.race.front + 1))
    tag = what.lower().replace(" ", "_")
    columns = (
        Column("rank", "Rank", "number", strong=True),
        Column("cap", "Cap", "number"),
        Column("name", "Name"),
        Column("noc", "NOC"),
        *(
            Column(
                f"{tag}_{lap}",
                str(lap),
                "number" if what == "Position" else "time",
                wide=True,
                shaded=_is_sprint(chapter, lap),
            )
            for lap in laps
        ),
    )
    profile = book.profile(chapter)
    rows = [
        Row(
            (
                rank_cell(standing, profile),
                number(standing.score.bib),
                words(standing.skater.name),
                words(standing.skater.noc),
                *(cell(standing.score.bib, lap) for lap in laps),
            )
        )
        for standing in chapter.standings
    ]
    return Table(columns, tuple(rows), f"{what} by lap")


def _is_sprint(chapter: Chapter, lap: int) -> bool:
    return lap in chapter.race.tables


def _lap_time(laps: Sequence[Duration | None], lap: int) -> Cell:
    time = laps[lap - 1] if lap <= len(laps) else None
    return Cell() if time is None else Cell(clock(time), cut(time, 2))


def _told(table: Table) -> Iterator[bool]:
    """Whether anything stands in the columns of the laps."""
    return (bool(cell.text) for row in table.rows for cell in row.cells[4:])
