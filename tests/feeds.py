"""A small meet with one race, told as a story, and the feed that it gives.

The clock of the meet starts with the gun; whatever a line of the story says is said at the
latest moment that was told before it.  Words of officials come with their minute and second.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest

import story
from lastlap.events import (
    CompetitionOpened,
    EntriesTaken,
    Event,
    MeetOpened,
    Phase,
    RacePlanned,
    Record,
    StartListPosted,
)
from lastlap.publish.odf import Sent, messages
from lastlap.rulebook import Profile, Rulebook
from lastlap.startlist import Entry
from lastlap.times import Instant, parse_clock

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("LASTLAP_SHARED") or ROOT.parent / "shared")
XSD = SHARED / "spec" / "odf" / "xsd" / "odf2.xsd"
SKELETONS = SHARED / "spec" / "odf" / "skeletons"

needs_schema = pytest.mark.skipif(
    not XSD.exists(), reason="the schema is not ours to bring: LASTLAP_SHARED says where it is"
)

RACE = "w-final"

THREE = """
    laps 3; sprint 1: 3 2 1; sprint 3: 60 40 20
    0:31.0 3   0:31.2 1   0:32.5 2
    1:02.0 1   1:02.5 3   1:03.1 2
    1:33.0 1   1:33.4 2   1:35.0 3
"""
"""Skater 1 wins with 62 points before 2 with 41 and 3 with 23."""


def record_of(number: int, event: Event, at: int, race: str | None = RACE) -> Record:
    """A record that was written down at a moment."""
    return Record(number, event, race, "referee", Instant(at))


def meet(
    text: str = THREE, *words: tuple[str, Event], phase: Phase = "final", base: Rulebook = story.RULES
) -> list[Record]:
    """The log of a meet with one race of *phase*; *words* are said on a clock that starts with the gun."""
    told, rules = story.records(text, base)
    rules = msgspec.structs.replace(rules, profiles={"olympic": Profile(disqualified_ranked=False)})
    starters = next(record.event.starters for record in told if isinstance(record.event, StartListPosted))
    opening: list[tuple[Event, str | None]] = [
        (MeetOpened("Demo Night", "Demo Oval", "2026-02-21", 60, profile="olympic"), None),
        (CompetitionOpened("women", "Women", "W", rules), None),
        (EntriesTaken("women", tuple(Entry(one.skater, one.transponders) for one in starters)), None),
        (RacePlanned("women", phase, "Women, final", rules, scheduled=Instant(0)), RACE),
    ]
    log = [record_of(number, event, -1_000_000, race) for number, (event, race) in enumerate(opening, 1)]
    now = 0
    for record in told:
        now = max(now, getattr(record.event, "at", None) or 0)
        log.append(
            record_of(
                len(log) + 1, record.event, now if not isinstance(record.event, StartListPosted) else -500_000
            )
        )
    for clock, event in words:
        log.append(record_of(len(log) + 1, event, int(parse_clock(clock))))
    return log


def roots(feed: Iterable[Sent]) -> list[ET.Element]:
    """The messages as trees."""
    return [ET.fromstring(sent.xml) for sent in feed]  # noqa: S314 - our own


def feed_of(records: Sequence[Record], *kinds: str) -> list[Sent]:
    """The messages of some types, in order; all of them if none is named."""
    return [sent for sent in messages(records) if not kinds or sent.message.kind in kinds]


def said(feed: Iterable[Sent]) -> list[str]:
    """Each message in a word: `RESULT LIVE 2`."""
    return [
        " ".join(filter(None, [one.message.kind.removeprefix("DT_"), one.message.status, str(one.version)]))
        for one in feed
    ]


def values(root: ET.Element, path: str, *names: str) -> list[tuple[str | None, ...]]:
    """The attributes with those names of all elements at *path*."""
    return [tuple(one.get(name) for name in names) for one in root.iterfind(path)]
