"""The result of a race, the World Cup sheet of the same race, and the summary of an event."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from lastlap.competition import Competition, Placing, event_ranking, kept_points, qualified, series_points
from lastlap.events import ConditionsNoted, ResultDeclared, SkaterAdvanced
from lastlap.publish.book import Book, Chapter
from lastlap.publish.frame import framed, roles, sprint_facts, times_made_up
from lastlap.publish.sheet import Cell, Column, Row, Sheet, Table, filled, gap, number, times, words
from lastlap.race import Race
from lastlap.ranking import Score, Standing, printed_mark, printed_rank, printed_total
from lastlap.rulebook import IRM, Profile
from lastlap.times import Instant

_RANK = Column("rank", "Rank", "number", strong=True)
_CAP = Column("cap", "Cap", "number")
_NAME = Column("name", "Name", wide=True)
_NOC = Column("noc", "NOC")

_LEGEND = {
    "Q": "qualified for the final",
    "ADV": "advanced to the final by the referee",
    "DNS": "did not start",
    "DNF": "did not finish",
    "DQ": "disqualified",
    "DSQ": "disqualified",
    "LAP": "lapped",
    "WDR": "withdrawn before the start",
    "void": "the points struck out do not count",
    "=": "shared rank",
    "(7)": "the thousandth of a second, where hundredths are equal",
    "(N)": "came up from division B on the day",
}
"""What may stand on a result, and what it means."""


# The result


def result(book: Book, chapter: Chapter, *, reasons: bool = False) -> Sheet:
    """The result of a race (C73A); with *reasons*, why everybody has the rank they have."""
    profile = book.profile(chapter)
    found = _listed(chapter.standings, profile)
    tables = [_result_table(chapter, found, profile, _marks(chapter))]
    if reasons:
        tables.append(_reasons(found, profile))
    return framed(
        book,
        chapter,
        Sheet(
            id=f"{chapter.id}-result",
            report="C73A",
            title="Result",
            meet="",
            facts=(*sprint_facts(chapter), *_skated(book, chapter)),
            tables=tuple(tables),
            conditions=conditions(book, chapter),
            officials=roles(chapter),
            notes=tuple(_notes(chapter, found)),
            legend=_legend(tables[0], profile, chapter),
        ),
    )


def _listed(found: Sequence[Standing], profile: Profile) -> list[Standing]:
    """Whom this family of sheets prints."""
    return [standing for standing in found if standing.score.irm not in profile.left_out]


def _result_table(
    chapter: Chapter, found: Sequence[Standing], profile: Profile, marks: Mapping[int, str]
) -> Table:
    clocks = _clocks(found, profile)
    first = _first(found, clocks)
    rows = [
        Row(
            (
                *_who(standing, profile),
                *_points(standing.score, profile),
                time,
                gap(first, time) if standing.score.laps == chapter.race.front else Cell(),
                words(", ".join(_remarks(standing.score, profile, marks))),
            ),
            apart=bool(place) and _parts(found[place - 1], standing, chapter.race),
        )
        for place, (standing, time) in enumerate(zip(found, clocks, strict=True))
    ]
    columns = (_RANK, _CAP, _NAME, _NOC, *_point_columns(chapter.race), *_TIME_COLUMNS)
    return filled(columns, rows, ("rank", "cap", "name", "noc", "laps", "total", "time"))


_TIME_COLUMNS = (
    Column("time", "Time", "time", strong=True),
    Column("behind", "Behind", "gap", "behind the first over the line, of who did as many laps"),
    Column("notes", "Notes"),
)


def _point_columns(race: Race) -> Iterator[Column]:
    yield Column("laps", "Laps", "number")
    for place, lap in enumerate(race.tables, 1):
        where = "at the finish" if lap == race.laps else f"at the end of lap {lap}"
        yield Column(f"s{place}", f"S{place}", "number", f"points {where}")
    yield Column("bonus", "Laps +/-", "number", "points for laps gained or lost")
    yield Column("total", "Total", "number", "points that count", strong=True)


def _who(standing: Standing, profile: Profile) -> tuple[Cell, ...]:
    score = standing.score
    return (
        rank_cell(standing, profile),
        number(score.bib),
        words(score.skater.name),
        words(score.skater.noc),
        Cell() if score.irm in (IRM.DNS, IRM.WDR) else number(score.laps),
    )


def rank_cell(standing: Standing, profile: Profile) -> Cell:
    """The rank as a family of sheets prints it, with the sign of a tie."""
    text = printed_rank(standing, profile)
    return Cell(text + ("=" if text and standing.shared else ""), standing.rank if text else None)


def _points(score: Score, profile: Profile) -> Iterator[Cell]:
    """The points at each sprint, struck out where they are void, the bonus and the total."""
    for won in score.sprints:
        yield number(won, struck=score.void) if won else Cell()
    yield number(score.bonus, f"{score.bonus:+}") if score.bonus else Cell()
    yield Cell() if score.irm in (IRM.DNS, IRM.WDR) else number(score.total, printed_total(score, profile))


def _clocks(found: Sequence[Standing], profile: Profile) -> tuple[Cell, ...]:
    """The times that are printed."""
    return times([standing.score.time if _is_timed(standing.score, profile) else None for standing in found])


def _is_timed(score: Score, profile: Profile) -> bool:
    if score.irm in (IRM.DSQ, IRM.DNS, IRM.WDR):
        return False
    return profile.unfinished_time or score.irm is not IRM.DNF


def _first(found: Sequence[Standing], clocks: Sequence[Cell]) -> Cell:
    """The time of the first over the line: the least of those with the most laps."""
    timed = [
        (-standing.score.laps, time.value, time)
        for standing, time in zip(found, clocks, strict=True)
        if time.value is not None and standing.score.irm is not IRM.DSQ
    ]
    return min(timed, key=lambda one: one[:2])[2] if timed else Cell()


def _remarks(score: Score, profile: Profile, marks: Mapping[int, str]) -> Iterator[str]:
    """What stands in the column of notes."""
    mark = printed_mark(score, profile)
    yield from filter(None, (marks.get(score.bib, ""), f"{mark} {score.rule}".strip()))
    if score.void and any(score.sprints):
        yield "void"


def _parts(above: Standing, below: Standing, race: Race) -> bool:
    """Whether a line parts two skaters: the last who goes on from the first who does not, or before the unranked."""
    if above.rank is not None and race.phase == "semi-final":
        advance = race.rulebook.format.advance
        if above.rank <= advance < (below.rank or advance + 1):
            return True
    return (above.score.irm in _BEHIND) != (below.score.irm in _BEHIND)


_BEHIND = (IRM.DSQ, IRM.DNS, IRM.WDR)


def _marks(chapter: Chapter) -> dict[int, str]:
    """Of each bib that goes on from this semi-final: with which mark."""
    if chapter.plan.phase != "semi-final" or not chapter.is_over:
        return {}
    advanced = {event.bib for event in chapter.race.said(SkaterAdvanced)}
    allowed = advanced if chapter.race.rulebook.format.referee_may_advance else ()
    going_on = qualified([chapter.standings], chapter.race.rulebook, advanced=[allowed])
    return {who.standing.score.bib: who.mark for who in going_on}


def _reasons(found: Sequence[Standing], profile: Profile) -> Table:
    rows = [
        Row((rank_cell(one, profile), number(one.score.bib), words(one.skater.name), words(one.why)))
        for one in found
    ]
    why = Column("why", "Why", wide=True)
    return Table((_RANK, _CAP, _NAME, why), tuple(rows), "Why this rank")


def _notes(chapter: Chapter, found: Sequence[Standing]) -> Iterator[str]:
    """What must be said under the result: protests, corrections, rules, cuts."""
    yield from (event.note for event in chapter.race.said(ResultDeclared)[-1:] if event.note)
    for rule in dict.fromkeys(standing.score.rule for standing in found if standing.score.rule):
        yield f"{rule}: {chapter.race.rulebook.rule_codes.get(rule, 'see the decisions of the officials')}"
    if chapter.race.laps != chapter.race.rulebook.laps:
        yield f"The race was {chapter.race.laps} laps long instead of {chapter.race.rulebook.laps}."
    if not chapter.is_over and chapter.race.front:
        yield f"As after {chapter.race.front} of {chapter.race.laps} laps."


def _legend(table: Table, profile: Profile, chapter: Chapter) -> tuple[tuple[str, str], ...]:
    """What the codes on this very result mean."""
    printed = {
        part for row in table.rows for cell in row.cells for part in cell.text.replace(",", "").split()
    }
    texts = "".join(cell.text for row in table.rows for cell in row.cells if cell.value is not None)
    meant = {**_LEGEND, **{profile.codes.get(irm, irm.value): _LEGEND[irm.value] for irm in IRM}}
    codes = [code for code in meant if code and code in printed]
    codes += ["="] if "=" in texts else []
    codes += ["(7)"] if "(" in texts else []
    race = chapter.race
    finish = [(f"S{len(race.tables)}", "the finish")] if race.laps in race.tables else []
    return (*finish, *((code, meant[code]) for code in codes))


# The ice and the air


def conditions(book: Book, chapter: Chapter) -> Table | None:
    """When the race began and ended, and what was measured meanwhile; `None` if nothing is known."""
    noted = list(chapter.race.said(ConditionsNoted))
    begun, ended = chapter.race.start, chapter.race.latest if chapter.is_over else None
    rows = [
        _condition(book, "Start", begun, noted[0] if noted else None),
        _condition(book, "End", ended, noted[-1] if len(noted) > 1 else None),
    ]
    known = [row for row in rows if any(cell.text for cell in row.cells[1:])]
    return filled(_CONDITIONS, known) if noted else None


def _skated(book: Book, chapter: Chapter) -> tuple[tuple[str, str], ...]:
    """From when to when the race was on the ice."""
    begun, ended = chapter.race.start, chapter.race.latest
    if begun is None or ended is None or not chapter.is_over:
        return ()
    return (("Skated", f"{book.local(begun):%H:%M} to {book.local(ended):%H:%M}"),)


_CONDITIONS = (
    Column("when", "Conditions"),
    Column("time", "Time", "number"),
    Column("air", "Air", "number"),
    Column("humidity", "Humidity", "number"),
    Column("ice", "Ice", "number"),
    Column("pressure", "Pressure", "number"),
    Column("note", "Note"),
)


def _condition(book: Book, when: str, at: Instant | None, noted: ConditionsNoted | None) -> Row:
    moment = "" if at is None else f"{book.local(at):%H:%M}"
    if noted is None:
        return Row((Cell(when), Cell(moment), *[Cell()] * 5))
    measured = (
        (noted.air_c, "\N{DEGREE SIGN}C"),
        (noted.humidity, "%"),
        (noted.ice_c, "\N{DEGREE SIGN}C"),
        (noted.pressure_hpa, "hPa"),
    )
    cells = [words("" if value is None else f"{value:g} {unit}") for value, unit in measured]
    return Row((Cell(when), Cell(moment), *cells, words(noted.note)))


# The World Cup sheet


def world_cup_sheet(book: Book, chapter: Chapter) -> Sheet:
    """The result in the layout of the ISU's World Cup sheets, with series points where the race gives any."""
    profile = book.profile(chapter)
    found = _listed(chapter.standings, profile)
    table = _isu_table(chapter, found, profile, _series(book, chapter))
    sheet = Sheet(
        id=f"{chapter.id}-isu",
        title="Result",
        meet="",
        layout="world cup",
        tables=(table,),
        conditions=conditions(book, chapter),
        officials=roles(chapter),
        notes=tuple(_notes(chapter, found)),
        legend=tuple(_isu_legend(table, found, profile)),
    )
    return framed(book, chapter, sheet)


def _isu_table(
    chapter: Chapter, found: Sequence[Standing], profile: Profile, series: Mapping[str, Cell]
) -> Table:
    rows = [
        Row(
            (
                *_who(standing, profile),
                *_points(standing.score, profile),
                _time_or_mark(standing.score, time, profile),
                series.get(standing.skater.id, Cell()),
            )
        )
        for standing, time in zip(found, _clocks(found, profile), strict=True)
    ]
    columns = (
        *(msgspec.structs.replace(column, title=_ISU[column.key]) for column in (_RANK, _CAP, _NAME, _NOC)),
        *_point_columns(chapter.race),
        _TIME_COLUMNS[0],
        Column("points", "Points", "number", "World Cup points", strong=True),
    )
    return filled(columns, rows, ("rank", "cap", "name", "noc", "laps", "total", "time"))


_ISU = {"rank": "Rnk", "cap": "Nr", "name": "Name", "noc": "Country"}
"""How the ISU's sheets head the columns."""


def _time_or_mark(score: Score, time: Cell, profile: Profile) -> Cell:
    mark = printed_mark(score, profile)
    return time if time.text or not mark else words(f"{mark} {score.rule}".strip())


def _isu_legend(table: Table, found: Sequence[Standing], profile: Profile) -> Iterator[tuple[str, str]]:
    cells = [cell for row in table.rows for cell in row.cells if cell.value is not None]
    printed = {
        "=": any(cell.text.endswith("=") for cell in cells),
        "(7)": any(cell.text.endswith(")") for cell in cells),
        "(N)": any(cell.text.startswith("(N)") for cell in cells),
    }
    yield from ((code, _LEGEND[code]) for code, is_printed in printed.items() if is_printed)
    for irm in dict.fromkeys(standing.score.irm for standing in found if standing.score.irm):
        mark = profile.codes.get(irm, irm.value)
        if mark:
            yield mark, _LEGEND[irm.value]
    if any(cell.struck for cell in cells):
        yield "struck out", "points that do not count"


def _series(book: Book, chapter: Chapter) -> dict[str, Cell]:
    """The series points that stand on the sheet, by skater id.

    Division B is printed before A is skated, so whoever raced in both has those of B there, and
    those of A unless B's count more.
    """
    competition = book.competitions.get(chapter.plan.competition)
    division = chapter.plan.phase.removeprefix("division ")
    if competition is None or division not in chapter.race.rulebook.series:
        return {}
    points = {
        letter: series_points(one.standings, one.race.rulebook, letter)
        for letter in ("A", "B")
        for one in book.chapters_of(competition, f"division {letter}")
        if letter in one.race.rulebook.series
    }
    lower, own = points.get("B", {}), points.get(division, {})
    kept = kept_points(points.get("A", {}), lower, chapter.race.rulebook)
    return {
        skater: _series_cell(won, came_up=division == "A" and skater in lower)
        for skater, won in own.items()
        if won is not None and (division == "B" or kept[skater].division == "A")
    }


def _series_cell(won: int, *, came_up: bool) -> Cell:
    return number(won, f"(N){won}" if came_up else None)


# The summary of the event


def summary(book: Book, competition: Competition) -> Sheet | None:
    """The ranking of the whole event (C74A); `None` if it has no semi-finals or no final yet."""
    semis, final = book.chapters_of(competition, "semi-final"), book.chapters_of(competition, "final")
    if not semis or not final or not final[-1].is_over:
        return None
    profile = book.profile(final[-1])
    ranking = event_ranking(
        final[-1].standings, [semi.standings for semi in semis], final[-1].race.rulebook, profile=profile
    )
    rows = _summary_rows(book, ranking, semis, final[-1])
    sheet = Sheet(
        id=f"{competition.id}-summary",
        report="C74A",
        title="Results summary",
        meet="",
        tables=(filled(_SUMMARY, rows, ("rank", "name", "noc")),),
        legend=_summary_legend(rows),
    )
    return msgspec.structs.replace(
        framed(book, final[-1], sheet),
        phase="",
        race=None,
        event=book.event(competition),
        reconstructed=times_made_up([placing.standing for placing in ranking], *semis, final[-1]),
    )


_SUMMARY = (
    _RANK,
    _NAME,
    _NOC,
    Column("semi", "No", "number", group="Semi-final"),
    Column("semi_rank", "Rank", "number", group="Semi-final"),
    Column("semi_total", "Points", "number", group="Semi-final"),
    Column("semi_time", "Time", "time", group="Semi-final"),
    Column("semi_mark", "Q", group="Semi-final"),
    Column("laps", "Laps", "number", group="Final"),
    Column("total", "Points", "number", group="Final", strong=True),
    Column("time", "Time", "time", group="Final"),
    Column("mark", "Notes", group="Final"),
)


def _summary_rows(
    book: Book, ranking: Sequence[Placing], semis: Sequence[Chapter], final: Chapter
) -> list[Row]:
    in_semis = {
        skater: cells
        for place, semi in enumerate(semis, 1)
        for skater, cells in _semi_cells(book, semi, place).items()
    }
    in_final = _final_cells(book, final)
    return [
        Row(
            (
                Cell("" if placing.rank is None else f"{placing.rank}{'=' * placing.shared}", placing.rank),
                words(placing.standing.skater.name),
                words(placing.standing.skater.noc),
                *in_semis.get(placing.standing.skater.id, [Cell()] * 5),
                *in_final.get(placing.standing.skater.id, [Cell()] * 4),
            ),
            apart=bool(place) and _is_in(ranking[place - 1], in_final) and not _is_in(placing, in_final),
        )
        for place, placing in enumerate(ranking)
    ]


def _is_in(placing: Placing, final: Mapping[str, object]) -> bool:
    return placing.standing.skater.id in final


def _semi_cells(book: Book, semi: Chapter, place: int) -> dict[str, list[Cell]]:
    profile, marks = book.profile(semi), _marks(semi)
    clocks = _clocks(semi.standings, profile)
    return {
        standing.skater.id: [
            number(place),
            rank_cell(standing, profile),
            number(standing.score.total, printed_total(standing.score, profile)),
            time,
            words(marks.get(standing.score.bib) or printed_mark(standing.score, profile)),
        ]
        for standing, time in zip(semi.standings, clocks, strict=True)
    }


def _final_cells(book: Book, final: Chapter) -> dict[str, list[Cell]]:
    profile = book.profile(final)
    clocks = _clocks(final.standings, profile)
    return {
        standing.skater.id: [
            number(standing.score.laps),
            number(standing.score.total, printed_total(standing.score, profile)),
            time,
            words(printed_mark(standing.score, profile)),
        ]
        for standing, time in zip(final.standings, clocks, strict=True)
    }


def _summary_legend(rows: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    printed = {cell.text for row in rows for cell in row.cells}
    shared = [("=", _LEGEND["="])] if any(row.cells[0].text.endswith("=") for row in rows) else []
    return (*((code, words) for code, words in _LEGEND.items() if code in printed), *shared)
