"""DT_CURRENT and DT_PLAY_BY_PLAY: the race in a line, and its story so far."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from lastlap.events import (
    Event,
    GunFired,
    IncidentNoted,
    LappedCalled,
    MarkGiven,
    MarkLifted,
    RaceFreed,
    RaceNeutralised,
    RaceRestarted,
    RaceStopped,
    Record,
    SkaterFell,
    in_force,
)
from lastlap.publish.odf.codes import ACTIONS, IRM_CODES, RESULT_STATUS
from lastlap.publish.odf.markup import Element, element, one_line
from lastlap.publish.odf.message import Message, competition, date_time
from lastlap.publish.odf.result import on_the_ice
from lastlap.publish.odf.told import Told, Unit
from lastlap.publish.odf.wording import extension, sport, venue
from lastlap.race import Race, Status
from lastlap.ranking import over_the_line, scores
from lastlap.times import Duration, Instant, between, clock


def current(told: Told, unit: Unit) -> Message | None:
    """The lap, the leader and the clock; worth a new version when lap, leader or clock's running change."""
    race = told.races[unit.race]
    if not race.status.is_on_the_ice or race.start is None:
        return None
    running = race.status is not Status.STOPPED
    shown = max(race.start, race.latest or race.start)
    time = clock(between(race.start, shown), 0)
    body = competition(
        element("ExtendedInfos", None, *on_the_ice(told, race)),
        element("Clock", {"Running": "Y" if running else "N", "Time": time}),
    )
    leading = race.order(race.front, 1) if race.front else ()
    sense = f"{race.front} {leading} {running}"
    return Message("DT_CURRENT", str(unit.rsc), body, "LIVE", began=told.when(unit.race), sense=sense)


class _Action(msgspec.Struct, frozen=True):
    """Something that happened, for the list."""

    id: str
    """The same for as long as it stands in the list."""
    at: Instant
    what: str
    comment: str
    lap: int | None = None
    bibs: tuple[int, ...] = ()
    points: int | None = None


def play_by_play(told: Told, unit: Unit) -> Message | None:
    """What happened in a race so far, the whole list; `None` before the gun."""
    race = told.races[unit.race]
    status = RESULT_STATUS.get(race.status, "")
    actions = sorted(_actions(told, race), key=lambda action: (action.at, action.id))
    if not actions or status == "START_LIST" or not status:
        return None
    body = competition(
        element("ExtendedInfos", None, sport(unit), venue(told)),
        element("Actions", None, *(_action(told, race, one, order) for order, one in enumerate(actions, 1))),
    )
    return Message("DT_PLAY_BY_PLAY", str(unit.rsc), body, status, began=told.when(unit.race))


def _actions(told: Told, race: Race) -> Iterator[_Action]:
    for record in in_force(race.records):
        telling = _TELLINGS.get(type(record.event))
        if telling:
            yield from telling(record, told, race)
    yield from _sprints(told, race)
    begun = race.status not in (Status.PLANNED, Status.READY)
    if begun and not race.status.is_on_the_ice and race.latest is not None:
        yield _Action("finish", race.latest, ACTIONS["finish"], "All skaters have finished", race.laps)


def _moment(record: Record) -> Instant:
    at: Instant | None = getattr(record.event, "at", None)
    return record.at if at is None else at


def _plain(words: str) -> "Callable[[Record, Told, Race], Iterator[_Action]]":
    """A telling that is the same words each time."""

    def telling(record: Record, _told: Told, _race: Race) -> Iterator[_Action]:
        yield _Action(f"r{record.number}", _moment(record), ACTIONS[type(record.event).__name__], words)

    return telling


def _of_skaters(words: Callable[[Any], str]) -> "Callable[[Record, Told, Race], Iterator[_Action]]":
    """A telling about the skaters whom the event names; without what is private."""

    def telling(record: Record, told: Told, race: Race) -> Iterator[_Action]:
        event: Any = record.event
        named = event.bibs if isinstance(event, IncidentNoted) else (event.bib,)
        bibs = tuple(bib for bib in named if bib in race.starters)
        who = ", ".join(_short(told, race, bib) for bib in bibs)
        said = one_line(f"{who} {words(event)}") or ACTIONS[type(event).__name__]
        lap = getattr(event, "lap", None)
        yield _Action(f"r{record.number}", _moment(record), ACTIONS[type(event).__name__], said, lap, bibs)

    return telling


def _short(told: Told, race: Race, bib: int) -> str:
    return told.participant(race.starters[bib].skater).name.tv_family


def _fell(event: SkaterFell) -> str:
    return f"falls {event.place}".strip()


def _marked(event: MarkGiven) -> str:
    rule = f" ({event.rule})" if event.rule else ""
    return f"{IRM_CODES.get(event.irm, event.irm.value)}{rule}"


_TELLINGS: Mapping[type[Event], Callable[[Record, Told, Race], Iterator[_Action]]] = {
    GunFired: _plain("Start"),
    RaceStopped: _plain("The race is stopped"),
    RaceRestarted: _plain("The race goes on"),
    RaceNeutralised: _plain("The race is neutralised"),
    RaceFreed: _plain("The race is free again"),
    SkaterFell: _of_skaters(_fell),
    IncidentNoted: _of_skaters(lambda event: " ".join(filter(None, [event.what, event.place]))),
    LappedCalled: _of_skaters(lambda _: "is lapped"),
    MarkGiven: _of_skaters(_marked),
    MarkLifted: _of_skaters(lambda _: "mark lifted"),
}
"""How each kind of fact is told.  Injuries, and why a mark was given, are nobody's business here."""


def _sprints(told: Told, race: Race) -> Iterator[_Action]:
    """Each sprint of which all scoring places are taken."""
    won = {score.bib: score.sprints for score in scores(race)}
    for number, (lap, table) in enumerate(race.tables.items()):
        order = over_the_line(race, lap, len(table))
        first = race.ended(order[0], lap) if order else None
        if len(order) < len(table) or first is None:
            continue
        words = ", ".join(f"{_short(told, race, bib)} {won[bib][number]}" for bib in order)
        title = "Finish" if lap == race.laps else f"Sprint {number + 1}"
        yield _Action(
            f"lap{lap}", first, ACTIONS["sprint"], f"{title}: {words}", lap, order, won[order[0]][number]
        )


def _action(told: Told, race: Race, action: _Action, order: int) -> Element:
    attributes = {
        "Id": action.id,
        "Period": action.lap,
        "Order": order,
        "Action": action.what,
        "Comment": action.comment,
        "When": _race_clock(race, action.at),
        "TimeStamp": date_time(action.at, told.meet.utc_offset, "milliseconds"),
    }
    points = [] if action.points is None else [extension("POINTS", action.points, None, "ExtendedAction")]
    return element("Action", attributes, *points, *_involved(told, race, action.bibs))


def _race_clock(race: Race, at: Instant) -> str | None:
    if race.start is None or at < race.start:
        return None
    return clock(Duration(between(race.start, at)))


def _involved(told: Told, race: Race, bibs: tuple[int, ...]) -> Iterator[Element]:
    for order, bib in enumerate(bibs, 1):
        who = told.participant(race.starters[bib].skater)
        attributes = {"Code": who.code, "Type": "A", "Organisation": who.skater.noc, "Order": order}
        yield element("Competitor", attributes)
