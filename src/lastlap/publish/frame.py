"""What stands round the tables of a sheet: whose it is, as of when, how final, who signs."""

from collections.abc import Iterable

import msgspec

from lastlap.competition import Competition
from lastlap.events import GunFired, Record, ResultDeclared, in_force
from lastlap.publish.book import Book, Chapter
from lastlap.publish.sheet import Sheet, printable
from lastlap.race import Status
from lastlap.ranking import Standing

_ACROSS = {Status.PROTESTED: "UNDER PROTEST", Status.OFFICIAL: "", Status.CORRECTED: ""}
"""What stands across a result of that status; across every other stands `PROVISIONAL`."""

_STATUS = {
    Status.OFFICIAL: "Official",
    Status.CORRECTED: "Official, corrected",
    Status.UNOFFICIAL: "Unofficial",
    Status.PROTESTED: "Under protest",
    Status.FINISHED: "Provisional",
    Status.RUNNING: "Race in progress",
    Status.STOPPED: "Race stopped",
    Status.NEUTRALISED: "Race neutralised",
}


def framed(book: Book, chapter: Chapter, sheet: Sheet) -> Sheet:
    """The *sheet* of a race with what every sheet of that race says."""
    status = chapter.race.status
    competition = book.competitions.get(chapter.plan.competition)
    return msgspec.structs.replace(
        of_meet(book, sheet, chapter.last, final=chapter.is_signed),
        event=printable(book.event(competition)) if competition else printable(chapter.plan.title),
        phase=chapter.phase,
        race=chapter.id,
        status=_STATUS.get(status, "Not started"),
        across=_ACROSS.get(status, "PROVISIONAL"),
        reconstructed=printable(chapter.plan.reconstructed),
    )


def of_meet(book: Book, sheet: Sheet, last: Record, *, final: bool) -> Sheet:
    """The *sheet* with what every sheet of the meet says, as of its *last* record."""
    return msgspec.structs.replace(
        sheet,
        meet=printable(book.meet.name),
        venue=printable(book.meet.venue),
        date=printable(book.day),
        notes=tuple(map(printable, sheet.notes)),
        facts=tuple((fact, printable(words)) for fact, words in sheet.facts),
        record=last.number,
        at=last.at,
        as_of=f"record {last.number}, {book.moment(last.at)} ({book.zone})",
        records=len(book.records),
        head=book.head if final else "",
    )


def of_competition(book: Book, competition: Competition, sheet: Sheet) -> Sheet:
    """The *sheet* of a whole competition, before its races."""
    return msgspec.structs.replace(
        of_meet(book, sheet, book.last, final=False), event=printable(book.event(competition))
    )


def times_made_up(printed: Iterable[Standing], *chapters: Chapter) -> str:
    """What is made up on a list that shows of a race no more than its ranks, totals, laps and times."""
    names = {standing.score.skater.id: standing.score.skater.name for standing in printed}
    found = []
    for what, field in (("times", "made_up_times"), ("laps", "made_up_laps")):
        for chapter in chapters:
            whose = [names[skater] for skater in getattr(chapter.plan, field) if skater in names]
            where = f" in {_in_a_sentence(chapter)}" if len(chapters) > 1 else ""
            found += [f"the {what} of {', '.join(whose)}{where}"] if whose else []
    return printable(f"made up: {'; '.join(found)}") if found else ""


def _in_a_sentence(chapter: Chapter) -> str:
    phase = f"{chapter.phase[0].lower()}{chapter.phase[1:]}"
    return f"the {phase}" if chapter.plan.phase == "final" else phase


def sprint_facts(chapter: Chapter) -> tuple[tuple[str, str], ...]:
    """The rules of the race in short: how far, and what the sprints are worth."""
    race, book = chapter.race, chapter.race.rulebook
    facts = [("Distance", f"{race.laps} laps")]
    on_the_way = {lap: points for lap, points in race.tables.items() if lap < race.laps}
    if on_the_way:
        points = next(iter(on_the_way.values()))
        facts.append(("Sprints", f"laps {', '.join(map(str, on_the_way))}: {_scale(points)}"))
    facts.append(("Finish", _scale(race.tables.get(race.laps, ()))))
    if chapter.plan.phase == "semi-final":
        facts.append(("To the final", f"the first {book.format.advance} of each semi-final"))
    return tuple(facts)


def _scale(points: tuple[int, ...]) -> str:
    return "-".join(map(str, points)) + " points" if points else "no points"


def roles(chapter: Chapter) -> tuple[tuple[str, str], ...]:
    """Who signs: the referee and the starter, with their names where the log knows them."""
    named = {"Referee": "", "Starter": ""}
    for record in in_force(chapter.race.records):
        kind = {ResultDeclared: "Referee", GunFired: "Starter"}.get(type(record.event))
        role, _, name = printable(record.by).partition(" ")
        if kind and role.casefold() == kind.casefold() and name:
            named[kind] = name
    return tuple(named.items())
