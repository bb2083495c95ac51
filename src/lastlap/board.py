"""The board: a race as everybody may see it at one moment, as plain values.

Strategy: one pure function makes it, whoever shows it: a terminal, a page, a partner's script.
Times stand twice, as printed and in microseconds; what is unknown is `None`, never absent; what
is private (injuries) is not here at all.
"""

from collections.abc import Mapping
from math import inf

import msgspec

from lastlap.certainty import Certainty, sure
from lastlap.doubts import doubts
from lastlap.events import IncidentNoted, SkaterFell
from lastlap.race import Race, Status
from lastlap.ranking import Standing, standings
from lastlap.times import Duration, between, clock


class Line(msgspec.Struct, frozen=True):
    """One skater on the board."""

    rank: int | None
    bib: int
    name: str
    noc: str
    laps: int
    sprints: tuple[int, ...]
    """The points at each sprint, the finish last, also where they are void."""
    points: int
    """Those that count."""
    time: str | None
    time_us: int | None
    behind: str | None
    """The gap to the first over the line, of who has done as many laps."""
    behind_us: int | None
    irm: str | None
    certain: str | None
    """What is already sure of the skater, in a sentence."""
    why: str


class OpenDoubt(msgspec.Struct, frozen=True):
    """What an official must look at."""

    id: str
    kind: str
    says: str
    bib: int | None
    lap: int | None
    proposal: str | None
    """The type of the event that settles it."""


class Incident(msgspec.Struct, frozen=True):
    """What happened on the ice, without what is private."""

    what: str
    bibs: tuple[int, ...]
    lap: int | None
    place: str


class Board(msgspec.Struct, frozen=True):
    """A race at one moment."""

    version: int
    """The number of the last record that it knows."""
    race: str
    title: str
    status: str
    laps: int
    laps_to_go: int
    next_sprint: int | None
    """The next lap that ends in a sprint."""
    clock: str | None
    """What the race clock showed when the latest lap ended."""
    clock_us: int | None
    reconstructed: str
    """If not empty, what of this is made up."""
    standings: tuple[Line, ...]
    doubts: tuple[OpenDoubt, ...]
    incidents: tuple[Incident, ...]


def board(race: Race, name: str, version: int) -> Board:
    """The board of *race*, which is called *name*, as of the record with the number *version*."""
    front = race.front
    shown = None if race.start is None or race.latest is None else between(race.start, race.latest)
    certain = {certainty.bib: certainty for certainty in sure(race)} if _is_skated(race) else {}
    found = standings(race)
    return Board(
        version=version,
        race=name,
        title=race.planned.title if race.planned else name,
        status=race.status.value,
        laps=race.laps,
        laps_to_go=max(race.laps - front, 0),
        next_sprint=next((lap for lap in race.tables if lap > front), None),
        clock=_text(shown),
        clock_us=shown,
        reconstructed=race.planned.reconstructed if race.planned else "",
        standings=tuple(_line(standing, _first(found), certain) for standing in found),
        doubts=tuple(
            OpenDoubt(
                doubt.id, doubt.kind.value, doubt.says, doubt.bib, doubt.lap,
                type(doubt.proposal).__name__ if doubt.proposal else None,
            )
            for doubt in doubts(race)
        ),
        incidents=tuple(_incident(incident) for incident in race.incidents),
    )  # fmt: skip


def _is_skated(race: Race) -> bool:
    """Whether there is anything yet to be certain of."""
    return race.status not in (Status.PLANNED, Status.READY)


def _first(found: tuple[Standing, ...]) -> Standing | None:
    """Who is first over the line, of those with the most laps and a time; by the time where no order is known."""
    timed = [standing for standing in found if standing.score.time is not None and standing.score.laps]
    return min(timed, key=_over_the_line, default=None)


def _over_the_line(standing: Standing) -> tuple[int, float, int]:
    score = standing.score
    return (-score.laps, inf if score.line is None else score.line, score.time or 0)


def _line(standing: Standing, first: Standing | None, certain: Mapping[int, Certainty]) -> Line:
    score = standing.score
    level = first is not None and score.laps == first.score.laps
    gap = (
        # Where the order that was read knows better than the times do, nobody is ahead of the first.
        max(Duration(score.time - first.score.time), Duration(0))
        if level and first and score.time and first.score.time
        else None
    )
    proof = certain.get(score.bib)
    return Line(
        rank=standing.rank,
        bib=score.bib,
        name=score.skater.name,
        noc=score.skater.noc,
        laps=score.laps,
        sprints=score.sprints,
        points=score.total,
        time=_text(score.time),
        time_us=score.time,
        behind=_text(gap),
        behind_us=gap,
        irm=score.irm.value if score.irm else None,
        certain=proof.why if proof and proof.sure else None,
        why=standing.why,
    )


def _text(duration: Duration | None) -> str | None:
    return None if duration is None else clock(duration)


def _incident(incident: IncidentNoted | SkaterFell) -> Incident:
    if isinstance(incident, SkaterFell):
        return Incident("fall", (incident.bib,), incident.lap, incident.place)
    return Incident(incident.what, incident.bibs, incident.lap, incident.place)
