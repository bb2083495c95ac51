"""DT_SCHEDULE, DT_SCHEDULE_UPDATE and DT_CONFIG: when races are, how they stand, and what they are like."""

from collections.abc import Iterable, Iterator

from lastlap.events import RaceRestarted, RaceStopped, SkatersCalled, in_force
from lastlap.publish.odf.codes import COMPETITION_UNIT, DISCIPLINE, SCHEDULE_STATUS, WHOLE_DISCIPLINE
from lastlap.publish.odf.markup import Element, element, written
from lastlap.publish.odf.message import Message, competition, date_time, logical_date
from lastlap.publish.odf.told import Told, Unit
from lastlap.publish.odf.wording import extension
from lastlap.race import Status
from lastlap.times import MINUTE, Duration, Instant, after

SLOT = Duration(15 * MINUTE)
"""How long a race is planned to take, where only its start is."""

_BEFORE_THE_GUN = {SkatersCalled: "GETTING_READY", RaceStopped: "DELAYED", RaceRestarted: ""}
"""What the latest of these words makes of a race that has not begun; after a restart it is as planned."""

_BEGUN = ("RUNNING", "INTERRUPTED", "FINISHED")


def schedule(told: Told, races: Iterable[str] | None = None) -> Message | None:
    """The whole schedule, or an update of some *races* with their sessions; `None` where nothing is planned."""
    chosen = set(races) if races is not None else None
    units = sorted(told.units, key=_place)
    shown = [unit for unit in units if chosen is None or unit.race in chosen]
    if not shown:
        return None
    days = {_day(told, unit) for unit in shown}
    sessions = [one for one in _sessions(told, units, days) if one is not None]
    kind = "DT_SCHEDULE" if chosen is None else "DT_SCHEDULE_UPDATE"
    body = competition(*sessions, *(_unit(told, unit, units) for unit in shown))
    return Message(kind, str(WHOLE_DISCIPLINE), body)


def unit_as_scheduled(told: Told, unit: Unit) -> str:
    """The race as the schedule has it, to see whether that has changed."""
    return written(_unit(told, unit, list(told.units)))


def schedule_status(told: Told, unit: Unit) -> str:
    """What the schedule says of the race."""
    race = told.races[unit.race]
    status = race.status
    if race.planned is None and status in (Status.PLANNED, Status.READY):
        return "CANCELLED"
    if status not in (Status.PLANNED, Status.READY):
        return SCHEDULE_STATUS[status]
    kinds = [type(record.event) for record in in_force(race.records)]
    waiting = [_BEFORE_THE_GUN[kind] for kind in kinds if kind in _BEFORE_THE_GUN]
    if waiting and waiting[-1]:
        return waiting[-1]
    if unit.plan.scheduled is None:
        return "UNSCHEDULED"
    return "RESCHEDULED" if unit.race in told.rescheduled else SCHEDULE_STATUS[status]


def _place(unit: Unit) -> tuple[bool, int, str]:
    """By the planned start, then by code; who has none stands last."""
    scheduled = unit.plan.scheduled
    return (scheduled is None, scheduled or 0, str(unit.rsc))


def _day(told: Told, unit: Unit) -> str:
    scheduled = unit.plan.scheduled
    return "" if scheduled is None else logical_date(scheduled, told.meet.utc_offset)


def _sessions(told: Told, units: list[Unit], days: set[str]) -> Iterator[Element]:
    """A session for each day on which races are planned; of *days* only."""
    offset = told.meet.utc_offset
    for day, code in _session_codes(told, units).items():
        if day not in days:
            continue
        starts = [
            unit.plan.scheduled
            for unit in units
            if unit.plan.scheduled is not None and _day(told, unit) == day
        ]
        medals = sum(unit.phase.medal == "1" for unit in units if _day(told, unit) == day)
        attributes = {
            "SessionCode": code,
            "StartDate": date_time(min(starts), offset),
            "EndDate": date_time(after(max(starts), SLOT), offset),
            "Venue": told.venue_code,
            "VenueName": told.venue,
            "Medal": medals or None,
        }
        named = element("SessionName", {"Language": "ENG", "Value": f"Session {int(code[3:])}"})
        yield element("Session", attributes, named)


def _session_codes(told: Told, units: list[Unit]) -> dict[str, str]:
    days = sorted({_day(told, unit) for unit in units} - {""})
    return {day: f"{DISCIPLINE}{number:02}" for number, day in enumerate(days, 1)}


def _unit(told: Told, unit: Unit, units: list[Unit]) -> Element:
    offset = told.meet.utc_offset

    def moment(at: Instant | None) -> str | None:
        return None if at is None else date_time(at, offset)

    race = told.races[unit.race]
    status = schedule_status(told, unit)
    gun = told.when(unit.race) if status in _BEGUN else None
    attributes = {
        "Code": str(unit.rsc),
        "PhaseType": COMPETITION_UNIT,
        "ScheduleStatus": status,
        "StartDate": moment(unit.plan.scheduled),
        "ActualStartDate": moment(gun),
        "ActualEndDate": moment(race.latest) if gun is not None and status == "FINISHED" else None,
        "Medal": unit.phase.medal,
        "Venue": told.venue_code,
        "Location": told.venue_code,
        "SessionCode": _session_codes(told, units).get(_day(told, unit)),
    }
    item = element("ItemName", {"Language": "ENG", "Value": unit.name})
    where = element("VenueDescription", {"VenueName": told.venue, "LocationName": told.venue})
    return element("Unit", attributes, item, where)


def config(told: Told, competition_id: str) -> Message | None:
    """The laps and sprints of every race of a competition; `None` where none is planned."""
    units = [unit for units in told.units_of(competition_id).values() for unit in units]
    if not units:
        return None
    ordered = sorted(units, key=_place)
    body = competition(element("Configs", None, *(_config(told, unit) for unit in ordered)))
    return Message("DT_CONFIG", str(told.event(competition_id)), body)


def _config(told: Told, unit: Unit) -> Element:
    race = told.races[unit.race]
    laps = element("ExtendedConfig", {"Type": "EC", "Code": "LAPS", "Value": race.laps})
    return element("Config", {"Unit": str(unit.rsc)}, laps, *_sprints(race.tables, race.laps))


def _sprints(tables: dict[int, tuple[int, ...]], laps: int) -> Iterator[Element]:
    for number, (lap, table) in enumerate(tables.items(), 1):
        attributes = {
            "Type": "EC",
            "Code": "SPRINT",
            "Pos": "F" if lap == laps else f"S{number}",
            "Value": lap,
        }
        points = (
            extension("POINTS", worth, place, "ExtendedConfigItem") for place, worth in enumerate(table, 1)
        )
        yield element("ExtendedConfig", attributes, *points)
