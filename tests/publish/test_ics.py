"""The calendar: one entry a race, the same for ever, and what has changed in it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import msgspec

from feeds import RACE, meet, record_of
from lastlap.events import MeetOpened, RacePlanned, Record, RecordReinstated, RecordRetracted
from lastlap.log import Meet
from lastlap.publish.ics import calendar, slots
from lastlap.publish.odf import Settings, messages
from lastlap.times import HOUR, SECOND, Instant

PLANNED = 4


def planned() -> tuple[list[Record], RacePlanned]:
    """A meet with one race planned, and the plan."""
    records = meet()[:PLANNED]
    plan = records[-1].event
    assert isinstance(plan, RacePlanned)
    return records, plan


def cell(event: icalendar.Event, name: str) -> object:
    """What an entry says: a moment, a day, a number or a text."""
    value: Any = event[name]
    return getattr(value, "dt", value)


def events(records: list[Record]) -> list[icalendar.Event]:
    """The entries of the calendar, as `icalendar` reads it."""
    read = icalendar.Calendar.from_ical(calendar(records))
    return [part for part in read.walk() if isinstance(part, icalendar.Event)]


def test_the_calendar_of_the_night_reads_as_it_was_planned(night: Path) -> None:
    """Six races with their titles, times, place and status, read back by icalendar."""
    with Meet.open(night / "pyeongchang-2018.meet") as held:
        records = list(held.records())
    found = [
        (
            cell(one, "uid"),
            cell(one, "summary"),
            cell(one, "dtstart"),
            cell(one, "location"),
            cell(one, "status"),
            cell(one, "sequence"),
        )
        for one in events(records)
    ]
    due = [
        (
            slot.uid,
            slot.title,
            datetime.fromtimestamp((slot.start or 0) / SECOND, UTC),
            "Gangneung Oval",
            "CONFIRMED",
            0,
        )
        for slot in slots(records)
    ]
    assert found == due
    assert found[0][:3] == (
        "SSKWMS----------------SFNL000100--@OWGPMS2018",
        "Women's Mass Start Semifinal 1",
        datetime(2018, 2, 24, 11, tzinfo=UTC),
    )
    assert len(found) == 6


def test_an_entry_has_the_code_of_its_race_in_the_feed() -> None:
    """So that a partner finds one by the other."""
    records = meet()
    unit = next(
        sent.message.code for sent in messages(records, Settings()) if sent.message.kind == "DT_RESULT"
    )
    assert [slot.uid for slot in slots(records)] == [f"{unit}@DN2026"]
    assert [slot.uid for slot in slots(records, "DEMO")] == [f"{unit}@DEMO"]


def test_a_race_that_is_moved_is_the_same_entry_with_the_next_number() -> None:
    """UID stays, SEQUENCE and LAST-MODIFIED go on, and the start is the new one."""
    records, plan = planned()
    records.append(record_of(5, msgspec.structs.replace(plan, scheduled=Instant(HOUR)), 60 * SECOND))
    (one,) = events(records)
    assert (cell(one, "sequence"), cell(one, "dtstart")) == (1, datetime(1970, 1, 1, 1, tzinfo=UTC))
    assert cell(one, "last-modified") == datetime(1970, 1, 1, 0, 1, tzinfo=UTC)


def test_what_does_not_touch_the_schedule_changes_no_number() -> None:
    """A race that is skated, or planned as it was, stays as it is in the calendar."""
    records, plan = planned()
    skated = meet()
    skated.append(record_of(len(skated) + 1, plan, 90 * SECOND))
    assert calendar(skated) == calendar(records)


def test_a_race_that_is_called_off_stays_and_says_so() -> None:
    """CANCELLED, and CONFIRMED again when the word is taken back."""
    records, _ = planned()
    records.append(record_of(5, RecordRetracted(PLANNED), SECOND, RACE))
    assert [cell(one, "status") for one in events(records)] == ["CANCELLED"]
    records.append(record_of(6, RecordReinstated(PLANNED), 2 * SECOND, RACE))
    assert [(cell(one, "status"), cell(one, "sequence")) for one in events(records)] == [("CONFIRMED", 2)]


def test_a_race_without_a_time_stands_on_its_day() -> None:
    """TENTATIVE for the whole day; without even a day it is left out."""
    records, plan = planned()
    records[-1] = record_of(PLANNED, msgspec.structs.replace(plan, scheduled=None), -1)
    (one,) = events(records)
    assert (cell(one, "dtstart"), cell(one, "status")) == (date(2026, 2, 21), "TENTATIVE")
    records[0] = record_of(1, MeetOpened("Demo Night"), -2, None)
    assert events(records) == []
