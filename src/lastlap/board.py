"""The board: a race as everybody may see it at one moment, as plain values.

Strategy: one pure function makes it, whoever shows it: a terminal, a page, a partner's script.
Times stand twice, as printed and in microseconds; what is unknown is `None`, never absent; what
is private (injuries) is not here at all.
"""

from collections.abc import Iterable
from math import inf
from statistics import median_low
from typing import Literal

import msgspec

from lastlap.certainty import Certainty, aim, sure
from lastlap.competition import qualified, to_division_a
from lastlap.doubts import doubts
from lastlap.events import IncidentNoted, ResultDeclared, SkaterAdvanced, SkaterFell
from lastlap.gaps import groups
from lastlap.race import Race, Ride, Status
from lastlap.ranking import Standing, over_the_line, standings
from lastlap.times import Duration, Instant, between, clock


class Around(msgspec.Struct, frozen=True):
    """What a board says of the meet around its race."""

    category: str | None = None
    lap_m: float | None = None
    now: Instant | None = None
    """The moment on the meet's clock at which the board is made."""


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
    shared: bool
    """Whether somebody else has the same rank."""
    finished: bool
    riding: bool
    last_us: int | None
    """What the race clock showed when the latest lap ended."""
    void: bool
    """Whether the points do not count."""
    sure: bool
    """Whether `top` of the board cannot be missed any more."""
    out: bool
    """Whether `top` of the board cannot be reached any more."""
    sure_rank: int | None
    best_rank: int | None
    needs: int | None
    """The fewest further points that make `top` sure; `None` if none do, or nobody knows."""
    position: int | None
    """The place over the line at the end of the latest lap."""
    said: str
    """How the name is said."""
    qualified: str | None
    """`Q`, or `ADV` for who was advanced, once the race is over."""


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


class Scored(msgspec.Struct, frozen=True):
    """Who was over the line at a sprint, and what it is worth."""

    bib: int
    points: int
    read: bool
    """Whether people or the photo finish read it."""


class SprintLine(msgspec.Struct, frozen=True):
    """One sprint of the race."""

    lap: int
    name: str
    """`S1`, `S2` ... and `F` for the finish."""
    points: tuple[int, ...]
    state: Literal["done", "now", "to come"]
    order: tuple[Scored, ...]


class GroupLine(msgspec.Struct, frozen=True):
    """Skaters who ride together."""

    name: Literal["front", "chase", "pack", "behind"]
    bibs: tuple[int, ...]
    gap_us: int | None
    """To the first skater on the ice."""
    gap: str | None


class Declared(msgspec.Struct, frozen=True):
    """What the referee last declared of the result."""

    status: str
    note: str


class Board(msgspec.Struct, frozen=True):
    """A race at one moment."""

    version: int
    """The number of the last record that it knows."""
    race: str
    title: str
    phase: str | None
    category: str | None
    competition: str | None
    """The competition's id."""
    status: str
    laps: int
    laps_to_go: int
    next_sprint: int | None
    """The next lap that ends in a sprint."""
    clock: str | None
    """What the race clock showed when the latest lap ended."""
    clock_us: int | None
    gun_us: int | None
    """The zero of the race clock: the gun, or the end of a neutral lap that is not timed."""
    now_us: int | None
    """The moment at which the board was made."""
    top: int
    """How many places of this race are worth being sure of."""
    goal: str
    """What they mean, as in `the final`; `""` if nothing more than the places."""
    bell: bool
    """Whether the front skates a lap at whose start the bell rings."""
    lap_m: float | None
    pace_us: int | None
    """What a lap takes just now."""
    declared: Declared | None
    provisional: bool
    """Whether the result is not official yet."""
    reconstructed: str
    """If not empty, what of this is made up."""
    standings: tuple[Line, ...]
    sprints: tuple[SprintLine, ...]
    groups: tuple[GroupLine, ...]
    doubts: tuple[OpenDoubt, ...]
    incidents: tuple[Incident, ...]


_SIGNED = (Status.OFFICIAL, Status.CORRECTED)
_NOTHING_AROUND = Around()


def board(race: Race, name: str, version: int, around: Around = _NOTHING_AROUND) -> Board:
    """The board of *race*, which is called *name*, as of the record with the number *version*."""
    found = standings(race)
    front, planned = race.front, race.planned
    shown = None if race.start is None or race.latest is None else between(race.start, race.latest)
    top, goal = aim(race)
    return Board(
        version=version,
        race=name,
        title=planned.title if planned else name,
        phase=planned.phase if planned else None,
        category=around.category,
        competition=planned.competition if planned else None,
        status=race.status.value,
        laps=race.laps,
        laps_to_go=max(race.laps - front, 0),
        next_sprint=next((lap for lap in race.tables if lap > front), None),
        clock=_text(shown),
        clock_us=shown,
        gun_us=race.start,
        now_us=around.now,
        top=top,
        goal=goal,
        bell=race.status.is_on_the_ice and front + 1 in race.rulebook.bells(race.laps),
        lap_m=around.lap_m,
        pace_us=_pace(race.rides.values()),
        declared=_declared(race),
        provisional=race.status not in _SIGNED,
        reconstructed=planned.reconstructed if planned else "",
        standings=tuple(_lines(race, found)),
        sprints=tuple(_sprints(race, found)),
        groups=tuple(_groups(race)),
        doubts=tuple(_open_doubts(race)),
        incidents=tuple(map(_incident, race.incidents)),
    )


def is_skated(race: Race) -> bool:
    """Whether there is anything yet to be certain of."""
    return race.status not in (Status.PLANNED, Status.READY)


def is_over(race: Race) -> bool:
    """Whether nobody skates any more."""
    return is_skated(race) and not race.status.is_on_the_ice


def _pace(rides: Iterable[Ride]) -> Duration | None:
    """The middle one of the latest laps of all skaters whose beginning and end were seen."""
    took = []
    for ride in rides:
        begin, end = (ride.crossings[-2], ride.crossings[-1]) if len(ride.crossings) > 1 else (None, None)
        if begin is not None and end is not None:
            took.append(between(begin, end))
    return median_low(took) if took else None


def _declared(race: Race) -> Declared | None:
    said = race.said(ResultDeclared)
    return Declared(said[-1].status.value, said[-1].note) if said else None


# Lines


def _lines(race: Race, found: tuple[Standing, ...]) -> Iterable[Line]:
    certain = {certainty.bib: certainty for certainty in sure(race)} if is_skated(race) else {}
    first, going_on, places = _first(found), _going_on(race, found), _places(race)
    for standing in found:
        bib = standing.score.bib
        ride = race.rides[bib]
        yield _line(
            standing, ride, _gap(standing, first), certain.get(bib), (places.get(bib), going_on.get(bib))
        )


def _first(found: tuple[Standing, ...]) -> Standing | None:
    """Who is first over the line, of those with the most laps and a time; by the time where no order is known."""
    timed = [standing for standing in found if standing.score.time is not None and standing.score.laps]
    return min(timed, key=_over_the_line, default=None)


def _over_the_line(standing: Standing) -> tuple[int, float, int]:
    score = standing.score
    return (-score.laps, inf if score.line is None else score.line, score.time or 0)


def _gap(standing: Standing, first: Standing | None) -> Duration | None:
    """How far behind the first over the line, of who has done as many laps."""
    score = standing.score
    if first is None or score.laps != first.score.laps or not score.time or not first.score.time:
        return None
    # Where the order that was read knows better than the times do, nobody is ahead of the first.
    return max(Duration(score.time - first.score.time), Duration(0))


def _places(race: Race) -> dict[int, int]:
    """Of each bib its place over the line at the end of its latest lap."""
    orders = {done: race.order(done) for done in {ride.done for ride in race.rides.values()} if done}
    found = {}
    for bib, ride in race.rides.items():
        if bib in orders.get(ride.done, ()):
            found[bib] = orders[ride.done].index(bib) + 1
    return found


def _going_on(race: Race, found: tuple[Standing, ...]) -> dict[int, str]:
    """The mark of who goes on from this race, once it is over."""
    if not is_over(race):
        return {}
    if race.phase == "division B":
        return {who.standing.score.bib: who.mark for who in to_division_a(found, race.rulebook)}
    if race.phase != "semi-final":
        return {}
    may = race.rulebook.format.referee_may_advance
    advanced = [one.bib for one in race.said(SkaterAdvanced)] if may else []
    return {
        who.standing.score.bib: who.mark for who in qualified([found], race.rulebook, advanced=[advanced])
    }


def _line(
    standing: Standing,
    ride: Ride,
    gap: Duration | None,
    proof: Certainty | None,
    where: tuple[int | None, str | None],
) -> Line:
    score = standing.score
    position, mark = where
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
        shared=standing.shared,
        finished=ride.finished,
        riding=ride.riding,
        last_us=ride.time if ride.done else None,
        void=score.void,
        sure=proof is not None and proof.sure,
        out=proof is not None and proof.out,
        sure_rank=proof.sure_rank if proof else None,
        best_rank=proof.best_rank if proof else None,
        needs=proof.needs if proof else None,
        position=position,
        said=score.skater.said,
        qualified=mark,
    )


def _text(duration: Duration | None) -> str | None:
    return None if duration is None else clock(duration)


# Sprints, groups and the rest


def _sprints(race: Race, found: tuple[Standing, ...]) -> Iterable[SprintLine]:
    """The sprints of the race, in the order in which they are skated."""
    won = {standing.score.bib: standing.score.sprints for standing in found}
    for number, (lap, points) in enumerate(race.tables.items()):
        read = race.read(lap)
        order = tuple(
            Scored(bib, won[bib][number], bib in read) for bib in over_the_line(race, lap) if won[bib][number]
        )
        name = "F" if lap == race.laps else f"S{number + 1}"
        yield SprintLine(lap, name, points, _state(race, lap, len(points)), order)


def _state(race: Race, lap: int, places: int) -> Literal["done", "now", "to come"]:
    """Whether a sprint is decided, being skated, or still to come."""
    taken = len(race.order(lap, places))
    if taken >= places or is_over(race):
        return "done"
    if race.front + 1 >= lap and race.status.is_on_the_ice:
        coming = any(ride.riding and ride.done < lap for ride in race.rides.values())
        return "now" if coming else "done"
    return "to come"


def _groups(race: Race) -> Iterable[GroupLine]:
    """Who rides with whom; none before somebody has ended a lap."""
    if not race.front:
        return
    for group in groups(race):
        gap = None if group.gap is None else clock(group.gap, 1)
        yield GroupLine(group.name, group.bibs, group.gap, gap)


def _open_doubts(race: Race) -> Iterable[OpenDoubt]:
    for doubt in doubts(race):
        proposal = type(doubt.proposal).__name__ if doubt.proposal else None
        yield OpenDoubt(doubt.id, doubt.kind.value, doubt.says, doubt.bib, doubt.lap, proposal)


def _incident(incident: IncidentNoted | SkaterFell) -> Incident:
    if isinstance(incident, SkaterFell):
        return Incident("fall", (incident.bib,), incident.lap, incident.place)
    return Incident(incident.what, incident.bibs, incident.lap, incident.place)
