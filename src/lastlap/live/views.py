"""What is shown of the meet and its races, read off them: pure functions from the rink to answers."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from lastlap.competition import Competition, medallists
from lastlap.doubts import Doubt, doubts
from lastlap.events import (
    ClockCompared,
    DeviceReported,
    Passing,
    Record,
    in_force,
)
from lastlap.gaps import behind, positions
from lastlap.live.answers import (
    CompetitionLine,
    DeskNow,
    DeskStarter,
    DeviceLine,
    DoubtLine,
    LapsNow,
    LogLine,
    MarkLine,
    MedalLine,
    Medals,
    MeetNow,
    PassingLine,
    PhaseLine,
    RaceLine,
    SkaterLaps,
)
from lastlap.live.rink import Rink
from lastlap.live.wording import says
from lastlap.race import Lap, NoLap, Race, Status
from lastlap.ranking import standings
from lastlap.times import Instant, between, clock

_LOG = 200
"""So many records that people said a desk shows."""

_SIGNED = (Status.OFFICIAL, Status.CORRECTED)
_PHASES = ("semi-final", "division B", "division A", "final")


def rink_time(at: Instant, utc_offset: int, form: str = "%H:%M:%S") -> str:
    """A moment as the rink's clock shows it."""
    try:
        moment = datetime.fromtimestamp(at // 1_000_000, UTC) + timedelta(minutes=utc_offset)
    except (OverflowError, OSError, ValueError):
        return ""
    return moment.strftime(form)


# The meet


def meet_now(rink: Rink) -> MeetNow:
    """The meet, its competitions, phases and races."""
    opened = rink.opened
    return MeetNow(
        version=rink.version,
        name=opened.name,
        venue=opened.venue,
        date=opened.date,
        utc_offset=opened.utc_offset,
        current=rink.current,
        competitions=tuple(_competition(rink, one) for one in rink.competitions.values()),
        medals=tuple(_medals(rink)),
    )


def _competition(rink: Rink, competition: Competition) -> CompetitionLine:
    phases = [phase for phase in _PHASES if competition.races_of(phase)]
    return CompetitionLine(
        id=competition.id,
        title=competition.title,
        category=competition.category,
        phases=tuple(
            PhaseLine(phase, tuple(_race_line(rink, name) for name in competition.races_of(phase)))
            for phase in phases
        ),
        may_draw=may_draw(rink, competition),
    )


def _race_line(rink: Rink, name: str) -> RaceLine:
    race = rink.race(name)
    planned = race.planned
    scheduled = planned.scheduled if planned else None
    offset = rink.opened.utc_offset
    return RaceLine(
        id=name,
        title=planned.title if planned else name,
        place=planned.place if planned else 1,
        status=race.status.value,
        scheduled_us=scheduled,
        scheduled=None if scheduled is None else rink_time(scheduled, offset, "%H:%M"),
        starters=len(race.starters),
        front=race.front,
        laps=race.laps,
    )


def may_draw(rink: Rink, competition: Competition) -> str | None:
    """What may be drawn next in a competition, in a sentence; `None` if nothing may."""
    if not competition.races:
        return "The first races may be drawn." if competition.entered else None
    semi_finals = competition.races_of("semi-final")
    if semi_finals and not competition.races_of("final") and _all_signed(rink, semi_finals):
        return "The semi-finals are official: the final may be drawn."
    upper, lower = competition.races_of("division A"), competition.races_of("division B")
    if upper and lower and rink.race(upper[0]).status is Status.READY and _all_signed(rink, lower):
        return "Division B is official: those who come up may be added to division A."
    return None


def _all_signed(rink: Rink, names: Sequence[str]) -> bool:
    return all(rink.race(name).status in _SIGNED for name in names)


def _medals(rink: Rink) -> Iterator[Medals]:
    """The medals of every competition whose final is over."""
    for competition in rink.competitions.values():
        for name in competition.races_of("final"):
            if rink.is_over(name):
                race = rink.race(name)
                found = tuple(
                    MedalLine(
                        one.medal,
                        one.standing.score.bib,
                        one.standing.skater.name,
                        one.standing.skater.noc,
                    )
                    for one in medallists(standings(race))
                )
                yield Medals(competition.id, competition.title, race.status in _SIGNED, found)


# Lap by lap


def laps_now(rink: Rink, name: str) -> LapsNow:
    """A race, lap by lap, for charts."""
    kept = rink.kept(name)
    race = kept.race
    gaps = {lap: behind(race, lap) for lap in range(1, race.front + 1)}
    won = {standing.score.bib: standing.score.sprints for standing in standings(race)}
    places = positions(race)
    return LapsNow(
        version=kept.version,
        race=name,
        laps=race.laps,
        sprints={str(lap): points for lap, points in race.tables.items()},
        skaters=tuple(
            SkaterLaps(
                bib=bib,
                name=starter.skater.name,
                noc=starter.skater.noc,
                ended_us=tuple(_ended(race, bib)),
                position=tuple(places[bib][: race.rides[bib].done]),
                points=tuple(_added_up(race, bib, won[bib])),
                gap_us=tuple(gaps[lap].get(bib) for lap in range(1, race.rides[bib].done + 1) if lap in gaps),
            )
            for bib, starter in race.starters.items()
        ),
    )


def _ended(race: Race, bib: int) -> Iterator[int | None]:
    for lap in range(1, race.rides[bib].done + 1):
        at = race.ended(bib, lap)
        yield None if at is None or race.start is None else between(race.start, at)


def _added_up(race: Race, bib: int, won: Sequence[int]) -> Iterator[int]:
    by_lap = dict(zip(race.tables, won, strict=True))
    total = 0
    for lap in range(1, race.rides[bib].done + 1):
        total += by_lap.get(lap, 0)
        yield total


# The desk


def desk_now(rink: Rink, name: str, devices: Iterable[DeviceLine], disk: str) -> DeskNow:
    """A race as officials see it."""
    kept = rink.kept(name)
    race = kept.race
    return DeskNow(
        version=kept.version,
        race=name,
        now_us=rink.now(),
        board=rink.board(name),
        armed=rink.armed,
        passings=tuple(_passing(race, record) for record in reversed(kept.passings)),
        doubts=tuple(map(_doubt, doubts(race))),
        log=tuple(_log(race, rink.opened.utc_offset)),
        devices=tuple(devices),
        disk=disk,
        starters=tuple(
            DeskStarter(bib, one.skater.name, one.skater.noc, one.transponders, one.grid, one.why)
            for bib, one in race.starters.items()
        ),
        marks=tuple(
            MarkLine(bib, mark.irm.value, mark.rule, mark.why)
            for bib in race.starters
            if (mark := race.mark(bib)) is not None
        ),
    )


def _passing(race: Race, record: Record) -> PassingLine:
    event = record.event
    assert isinstance(event, Passing)  # noqa: S101 - what is kept as a passing is one
    verdict = race.verdicts.get(record.number)
    seen = race.passing(record.number)
    at = seen[0] if seen else event.at
    bib = verdict.bib if isinstance(verdict, Lap) else _wearer(race, event.transponder)
    return PassingLine(
        number=record.number,
        at_us=at,
        clock=None if race.start is None else clock(between(race.start, at)),
        transponder=event.transponder,
        bib=bib,
        name=race.starters[bib].skater.name if bib in race.starters else None,
        loop=event.loop,
        source=event.source,
        strength=event.strength,
        verdict=f"lap {verdict.number}" if isinstance(verdict, Lap) else verdict.value if verdict else "",
        lap=verdict.number if isinstance(verdict, Lap) else None,
        struck=verdict is NoLap.STRUCK,
    )


def _wearer(race: Race, code: str) -> int | None:
    """Who wears a transponder by the start list."""
    return next((bib for bib, one in race.starters.items() if code in one.transponders), None)


_ACCEPT = {
    "TransponderAssigned": "Assign it",
    "PassingStruck": "Strike it",
    "PassingInserted": "Insert it",
    "PassingMoved": "Move it",
    "OrderRead": "Take this order",
    "MarkGiven": "Give the mark",
    "MarkLifted": "Lift the mark",
    "LapGained": "Count the lap",
}


def _doubt(doubt: Doubt) -> DoubtLine:
    kind = type(doubt.proposal).__name__
    return DoubtLine(
        id=doubt.id,
        kind=doubt.kind.value,
        says=doubt.says,
        bib=doubt.bib,
        lap=doubt.lap,
        number=doubt.number,
        at_us=doubt.at,
        proposal=doubt.proposal,
        accept=None if doubt.proposal is None else _ACCEPT.get(kind, "Accept"),
    )


def _log(race: Race, utc_offset: int) -> Iterator[LogLine]:
    """What people said of the race, newest first."""
    standing = {record.number for record in in_force(race.records)}
    said = [record for record in race.records if not isinstance(record.event, _OF_DEVICES)]
    for record in reversed(said[-_LOG:]):
        event = record.event
        stands = record.number in standing
        yield LogLine(
            number=record.number,
            by=record.by,
            at_us=record.at,
            time=rink_time(record.at, utc_offset),
            type=type(event).__name__,
            says=says(event, race),
            event=event,
            taken_back=not stands,
            retractable=stands,
        )


_OF_DEVICES = (ClockCompared, DeviceReported)
"""What the line tells of devices stands with the devices, not among what people said."""
