"""A calendar of the races, for whoever subscribes to it: one entry a race, the same one for ever.

Times are in UTC, because a log knows how far the rink's clocks are from UTC and not which zone
that is; a calendar shows them in the zone of whoever reads it.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import icalendar
import msgspec

from lastlap.events import (
    MeetOpened,
    RacePlanned,
    Record,
    RecordReinstated,
    RecordRetracted,
    meet_opened,
)
from lastlap.publish import Makers, Wanted
from lastlap.publish.book import Book
from lastlap.publish.odf.markup import one_line
from lastlap.publish.odf.schedule import SLOT
from lastlap.publish.odf.told import Told, Unit
from lastlap.times import Instant, after

PRODUCT = "-//lastlap//mass start//EN"


class Slot(msgspec.Struct, frozen=True):
    """A race as the calendar has it."""

    uid: str
    title: str
    venue: str
    phase: str
    status: Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
    sequence: int
    """How often the schedule of the race has changed."""
    changed: Instant
    """When it did last."""
    start: Instant | None
    day: date | None = None
    """The day, where nothing more is known."""


def slots(records: Iterable[Record], competition: str = "") -> list[Slot]:
    """Every race ever planned, by time; *competition* is the competition code, as for a feed."""
    seen: dict[str, Slot] = {}
    told = Told()
    for record in sorted(records, key=lambda record: (record.at, record.number)):
        told.tell(record)
        if not isinstance(record.event, RacePlanned | RecordRetracted | RecordReinstated | MeetOpened):
            continue
        for unit in told.units:
            seen[unit.race] = _slot(told, unit, record.at, seen.get(unit.race))
    code = competition or told.competition_code
    named = (msgspec.structs.replace(slot, uid=f"{slot.uid}@{code}") for slot in seen.values())
    return sorted(named, key=lambda slot: (slot.start is None, slot.start or 0, slot.uid))


def _slot(told: Told, unit: Unit, at: Instant, before: Slot | None) -> Slot:
    """The race as it is planned now; one number further if that differs from what was planned *before*."""
    planned = told.races[unit.race].planned
    start = unit.plan.scheduled
    status: Literal["CONFIRMED", "TENTATIVE", "CANCELLED"] = "TENTATIVE" if start is None else "CONFIRMED"
    slot = Slot(
        uid=str(unit.rsc),
        title=unit.name,
        venue=one_line(told.meet.venue),
        phase=unit.phase.words,
        status=status if planned else "CANCELLED",
        sequence=before.sequence if before else 0,
        changed=before.changed if before else at,
        start=start,
        day=_day(told.meet.date),
    )
    if before is None or slot == before:
        return slot
    return msgspec.structs.replace(slot, sequence=before.sequence + 1, changed=at)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def write_ics(book: Book, _wanted: Wanted) -> Makers:
    """The calendar of the races."""
    yield "races.ics", lambda: calendar(book.records)


def calendar(records: Iterable[Record], competition: str = "") -> bytes:
    """The calendar of a meet, as iCalendar (RFC 5545); a race of which not even the day is known is left out."""
    records = list(records)
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    name = _name(records)
    if name:
        made.add("x-wr-calname", name)
    for slot in slots(records, competition):
        if slot.start is not None or slot.day is not None:
            made.add_component(_event(slot))
    return bytes(made.to_ical())


def _name(records: Iterable[Record]) -> str:
    """The name of the meet, `""` if none was opened."""
    opened = meet_opened(records)
    return one_line(opened.name) if opened else ""


def _event(slot: Slot) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", slot.uid)
    event.add("dtstamp", _utc(slot.changed))
    event.add("last-modified", _utc(slot.changed))
    event.add("sequence", slot.sequence)
    if slot.start is not None:
        event.add("dtstart", _utc(slot.start))
        event.add("dtend", _utc(after(slot.start, SLOT)))
    else:
        event.add("dtstart", slot.day)
    event.add("summary", slot.title)
    if slot.venue:
        event.add("location", slot.venue)
    event.add("status", slot.status)
    event.add("categories", ["Speed Skating", "Mass Start", slot.phase])
    return event


def _utc(at: Instant) -> datetime:
    """The moment to the second, as calendars have it."""
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=at // 1_000_000)
