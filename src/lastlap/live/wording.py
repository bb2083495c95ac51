"""Every event in one sentence, as an official reads it in the log of the desk."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lastlap.events import (
    BellRung,
    CeremonyHeld,
    CeremonyPlanned,
    ClockCompared,
    ConditionsNoted,
    CrossingTapped,
    DeviceReported,
    DoubtDismissed,
    Event,
    Fact,
    GunFired,
    IncidentNoted,
    LapGained,
    LappedCalled,
    LappedLifted,
    LapsCut,
    LapsGiven,
    MarkGiven,
    MarkLifted,
    NeutralLapEnded,
    NoteMade,
    OrderRead,
    PassingInserted,
    PassingMoved,
    PassingRestored,
    PassingStruck,
    RaceArmed,
    RaceFreed,
    RaceNeutralised,
    RacePlanned,
    RaceRestarted,
    RaceStopped,
    RecordReinstated,
    RecordRetracted,
    ResultDeclared,
    SkaterAdvanced,
    SkaterFell,
    SkatersCalled,
    StartListPosted,
    TransponderAssigned,
)
from lastlap.race import Race
from lastlap.times import Instant, between, clock


def says(event: Event, race: Race) -> str:
    """The *event* in a sentence without a full stop, with the names of its skaters."""
    words = _WORDS.get(type(event))
    text = words(event, race) if words else type(event).__name__
    why = getattr(event, "why", "")
    return f"{text}: {why}" if why else text


def named(race: Race, bib: int | None) -> str:
    """A skater as a sentence names them: `7 Nana TAKAGI`."""
    if bib is None:
        return "nobody"
    starter = race.starters.get(bib)
    return f"{bib} {starter.skater.name}" if starter else f"bib {bib}"


def order_words(bibs: Iterable[int | tuple[int, ...]]) -> str:
    """Bibs in order, dead heats joined: `7, 3=12, 4`."""
    return ", ".join("=".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in bibs)


def _at(race: Race, at: Instant | None) -> str:
    """When on the race clock, as a tail of a sentence."""
    return "" if at is None or race.start is None else f" at {clock(between(race.start, at), 1)}"


def _lap(lap: int | None) -> str:
    return "" if lap is None else f", lap {lap}"


def _place(event: SkaterFell | IncidentNoted) -> str:
    return f", {event.place}" if event.place else ""


def _fell(event: SkaterFell, race: Race) -> str:
    by = "" if event.brought_down_by is None else f", brought down by {named(race, event.brought_down_by)}"
    return f"{named(race, event.bib)} fell{_lap(event.lap)}{_place(event)}{by}"


def _incident(event: IncidentNoted, race: Race) -> str:
    who = ", ".join(named(race, bib) for bib in event.bibs)
    return f"{event.what}{f' ({who})' if who else ''}{_lap(event.lap)}{_place(event)}"


def _read(event: OrderRead, race: Race) -> str:
    where = "the finish" if event.lap == race.laps else f"lap {event.lap}"
    return f"Order at {where}, {event.read_by}: {order_words(event.bibs)}"


def _tapped(event: CrossingTapped, race: Race) -> str:
    return f"{named(race, event.bib)} tapped over the line{_at(race, event.at)}{_lap(event.lap)}"


def _moved(event: PassingMoved, race: Race) -> str:
    to = [] if event.bib is None else [f"is of {named(race, event.bib)}"]
    to += [] if event.at is None else [f"was{_at(race, event.at)}"]
    return f"Passing {event.number} {' and '.join(to)}"


def _given(event: LapsGiven, race: Race) -> str:
    time = "" if event.time is None else f" in {clock(event.time)}"
    return f"{named(race, event.bib)} did {event.laps} laps{time}"


def _mark(event: MarkGiven, race: Race) -> str:
    return f"{named(race, event.bib)}: {event.irm.value}{f' ({event.rule})' if event.rule else ''}"


def _advanced(event: SkaterAdvanced, race: Race) -> str:
    return f"{named(race, event.bib)} is advanced{f' ({event.rule})' if event.rule else ''}"


def _restarted(event: RaceRestarted, _race: Race) -> str:
    return f"Race restarted{'' if event.laps_to_go is None else f', {event.laps_to_go} laps to go'}"


def _declared(event: ResultDeclared, _race: Race) -> str:
    return f"Result {event.status.value}{f': {event.note}' if event.note else ''}"


_WORDS: Mapping[type[Fact], Callable[[Any, Race], str]] = {
    RacePlanned: lambda event, _race: f"Race planned: {event.title}",
    StartListPosted: lambda event, _race: f"Start list of {len(event.starters)}",
    TransponderAssigned: lambda event, race: (
        f"Transponder {event.transponder} is worn by {named(race, event.bib)}"
    ),
    RaceArmed: lambda _event, _race: "Race armed: devices write into it",
    SkatersCalled: lambda event, race: f"Skaters called to the start{_at(race, event.at)}",
    GunFired: lambda _event, _race: "Gun",
    NeutralLapEnded: lambda event, race: f"Neutral lap ended{_at(race, event.at)}",
    BellRung: lambda event, race: f"Bell{_at(race, event.at)}{_lap(event.lap)}",
    PassingInserted: lambda event, race: f"{named(race, event.bib)} crossed the line{_at(race, event.at)}",
    CrossingTapped: _tapped,
    PassingStruck: lambda event, _race: f"Passing {event.number} struck",
    PassingRestored: lambda event, _race: f"Passing {event.number} restored",
    PassingMoved: _moved,
    OrderRead: _read,
    LapsGiven: _given,
    LapGained: lambda event, race: f"{named(race, event.bib)} gained {event.laps} laps",
    IncidentNoted: _incident,
    SkaterFell: _fell,
    MarkGiven: _mark,
    MarkLifted: lambda event, race: f"Mark of {named(race, event.bib)} lifted",
    LappedCalled: lambda event, race: f"{named(race, event.bib)} is lapped{_lap(event.lap)}",
    LappedLifted: lambda event, race: f"{named(race, event.bib)} is not lapped",
    SkaterAdvanced: _advanced,
    RaceStopped: lambda event, race: f"Race stopped{_at(race, event.at)}",
    RaceRestarted: _restarted,
    RaceNeutralised: lambda event, race: f"Race neutralised{_at(race, event.at)}",
    RaceFreed: lambda event, race: f"Race freed{_at(race, event.at)}",
    LapsCut: lambda event, _race: f"Race cut to {event.laps} laps",
    ResultDeclared: _declared,
    ConditionsNoted: lambda event, _race: f"Conditions noted{f': {event.note}' if event.note else ''}",
    NoteMade: lambda event, _race: event.text,
    CeremonyPlanned: lambda event, _race: (
        f"Ceremony of {event.competition} planned{f', {event.place}' if event.place else ''}"
    ),
    CeremonyHeld: lambda event, _race: f"Ceremony of {event.competition} held",
    DeviceReported: lambda event, _race: event.says,
    ClockCompared: lambda event, _race: event.says,
    DoubtDismissed: lambda event, _race: f"Doubt {event.doubt} dismissed",
    RecordRetracted: lambda event, _race: f"Record {event.number} taken back",
    RecordReinstated: lambda event, _race: f"Record {event.number} holds again",
}
"""Of every event that stands in the log of a desk or in the audit, how it is put into words."""
