"""Meets for tests about what is published: official sheets told as logs, as far as sheets allow."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from lastlap.events import (
    Event,
    GunFired,
    LapsGiven,
    MarkGiven,
    OrderRead,
    Record,
    ResultDeclared,
    ResultStatus,
)
from lastlap.log import Draft, Meet
from lastlap.official import Sheet, parse_sheet, start_list
from lastlap.rulebook import IRM
from lastlap.secretary import open_from_sheets
from lastlap.times import HOUR, Instant, after

RACES = Path(__file__).parent / "races"


def sheet(name: str) -> Sheet:
    """The sheet of that name among the test files."""
    return parse_sheet((RACES / f"{name}.json").read_bytes(), name)


def told_from_sheets(path: Path, *names: str) -> list[Record]:
    """The log of a meet that `lastlap new --from` makes of sheets, with the races that they tell of skated."""
    sheets = [sheet(name) for name in names]
    with Meet.create(path, now=lambda: Instant(0)) as meet:
        open_from_sheets(meet, sheets)
        for number, one in enumerate(sheets, 1):
            at = Instant(number * HOUR)
            meet.append_all(Draft(event, one.id, "referee", at) for event in _skated(one, at))
        return list(meet.records())


def _skated(one: Sheet, at: Instant) -> Iterator[Event]:
    """What officials would have said: orders at the sprints and at the finish, times, marks, the result."""
    bibs = {starter.skater.name: starter.bib for starter in start_list(one)}
    yield GunFired(at)
    raw = msgspec.json.decode((RACES / f"{one.id}.json").read_bytes())
    for crossing in raw["sprint_crossings"][:-1]:
        yield OrderRead(crossing["lap"], tuple(bibs[name] for name in crossing["order"]), read_by="judge")
    timed = {bibs[row.name]: row.duration for row in one.skaters if row.duration and row.irm is None}
    times = {bib: time for bib, time in sorted(timed.items(), key=lambda pair: pair[1] or 0) if time}
    for row in one.skaters:
        if row.irm is IRM.DNF and row.laps is not None:
            yield LapsGiven(bibs[row.name], row.laps, row.duration)
        if row.irm is not None:
            yield MarkGiven(bibs[row.name], row.irm, why="as the sheet has it")
    yield OrderRead(one.distance or 0, tuple(times), times)
    yield ResultDeclared(ResultStatus.OFFICIAL)


def numbered(events: Iterable[tuple[Event, str | None]], first: int = 1) -> list[Record]:
    """Events, each with its race or `None`, as records a second apart."""
    return [
        Record(number, event, race, "referee", after(Instant(0), number * 1_000_000))  # type: ignore[arg-type]
        for number, (event, race) in enumerate(events, first)
    ]
