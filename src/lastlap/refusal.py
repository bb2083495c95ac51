"""Why an official's event may not be appended to a race now.

Strategy: one table says of every event by what it can be refused.  Each reason is a small
function that gives a sentence, or `None` if it does not apply; the first that applies counts.
What a device says is never refused: it is a fact about the device.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from lastlap.events import (
    BellRung,
    CeremonyHeld,
    CeremonyPlanned,
    ClockCompared,
    CompetitionOpened,
    ConditionsNoted,
    CrossingTapped,
    DeviceReported,
    DoubtDismissed,
    EntriesTaken,
    EntryWithdrawn,
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
    MeetOpened,
    NeutralLapEnded,
    NoteMade,
    OrderRead,
    Passing,
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
    ResultStatus,
    SkaterAdvanced,
    SkaterFell,
    SkatersCalled,
    StartListPosted,
    TransponderAssigned,
    in_force,
)
from lastlap.race import NoLap, Race, Status
from lastlap.rulebook import IRM
from lastlap.startlist import start_list_flaws
from lastlap.times import between, clock


def refusal(race: Race, event: Event) -> str | None:
    """Why *event* may not be appended to *race* as it stands: one sentence with the way out; `None` if it may."""
    return next((why for reason in REASONS[type(event)] if (why := reason(race, event))), None)


# Skaters


def _bib_not_listed(race: Race, event: Event) -> str | None:
    strange = [str(bib) for bib in _bibs(event) if bib not in race.starters]
    if not strange:
        return None
    named = f"bib {strange[0]} is" if len(strange) == 1 else f"bibs {', '.join(strange)} are"
    return f"{named} not on the start list: check the number, or post a new start list"


def _bibs(event: Event) -> tuple[int, ...]:
    """All bibs that *event* names."""
    match event:
        case OrderRead(bibs=places):
            return tuple(bib for place in places for bib in (place if isinstance(place, tuple) else (place,)))
        case IncidentNoted(bibs=bibs):
            return bibs
    named = (getattr(event, "bib", None), getattr(event, "brought_down_by", None))
    return tuple(bib for bib in named if bib is not None)


def _name(race: Race, bib: int) -> str:
    return f"{bib} {race.starters[bib].skater.name}"


# The start


def _list_with_flaws(_race: Race, event: StartListPosted) -> str | None:
    return "; ".join(start_list_flaws(event.starters)) or None


def _new_list_without_a_reason(race: Race, event: StartListPosted) -> str | None:
    if race.status in (Status.PLANNED, Status.READY) or event.why:
        return None
    return "the race has begun: say why its start list changes"


def _is_signed(race: Race, _event: RaceArmed) -> str | None:
    if race.status not in (Status.OFFICIAL, Status.CORRECTED):
        return None
    return f"the result is {race.status.value}, so nothing is to be timed any more: arm the next race"


def _nobody_starts(race: Race, _event: GunFired | SkatersCalled) -> str | None:
    return None if race.starters else "there is no start list: post it before the gun is fired"


def _has_begun(race: Race, _event: SkatersCalled) -> str | None:
    if race.status in (Status.PLANNED, Status.READY):
        return None
    return "the race has begun: nobody is called to the start any more"


# Passings


def _no_passing(race: Race, event: PassingStruck | PassingRestored | PassingMoved) -> str | None:
    number = event.number
    if number in race.verdicts:
        return None
    if any(record.number == number for record in race.records):
        return f"record {number} is no passing: what an official said is retracted"
    return f"this race has no record {number}: look up the number of the passing"


def _struck_already(race: Race, event: PassingStruck) -> str | None:
    struck = race.verdicts[event.number] is NoLap.STRUCK
    return f"passing {event.number} is struck already: there is nothing to do" if struck else None


def _not_struck(race: Race, event: PassingRestored) -> str | None:
    struck = race.verdicts[event.number] is NoLap.STRUCK
    return None if struck else f"passing {event.number} is not struck: there is nothing to restore"


def _nothing_moved(_race: Race, event: PassingMoved) -> str | None:
    if event.at is None and event.bib is None:
        return f"nothing is said of passing {event.number}: give its moment, its bib or both"
    return None


def _before_the_gun(race: Race, event: PassingInserted | CrossingTapped) -> str | None:
    gun = next(reversed(race.said(GunFired)), None)
    if gun is None:
        return "the gun has not been fired, so nobody can have ended a lap: fire it first"
    if event.at < gun.at:
        early = clock(between(gun.at, event.at))
        return f"at {early} on the clock the gun had not been fired: give a later moment"
    return None


# Orders and laps


def _nobody_read(_race: Race, event: OrderRead) -> str | None:
    return None if _bibs(event) else "the order names nobody: name at least the first, or retract the reading"


def _lap_outside(race: Race, event: OrderRead | CrossingTapped) -> str | None:
    if event.lap is None or 1 <= event.lap <= race.laps:
        return None
    return f"there is no lap {event.lap}: the race has laps 1 to {race.laps}"


def _read_twice(_race: Race, event: OrderRead) -> str | None:
    twice = next((bib for bib, times in Counter(_bibs(event)).items() if times > 1), None)
    return None if twice is None else f"bib {twice} stands twice in the order: name each skater once"


def _timed_but_not_read(_race: Race, event: OrderRead) -> str | None:
    timed = next((bib for bib in event.times if bib not in _bibs(event)), None)
    if timed is None:
        return None
    return f"bib {timed} has a time but no place in the order: put it into the order too"


def _impossible_laps(race: Race, event: LapsGiven) -> str | None:
    if 0 <= event.laps <= race.laps:
        return None
    return f"{event.laps} laps cannot be given: the race is {race.laps} laps long, so give 0 to {race.laps}"


def _no_lap_gained(_race: Race, event: LapGained) -> str | None:
    return None if event.laps else "no lap is gained or lost: give 1 for a lap gained, -1 for a lap lost"


def _no_cut(race: Race, event: LapsCut) -> str | None:
    longest = race.rulebook.laps
    if event.laps == race.laps:
        return f"the race is {race.laps} laps long already: give another number"
    if 1 <= event.laps <= longest:
        return None
    return f"a race cannot be cut to {event.laps} laps: give 1 to {longest}, as the rulebook has no more"


# Marks


def _mark_without_a_reason(race: Race, event: MarkGiven) -> str | None:
    if event.irm is not IRM.DSQ or event.rule or event.why:
        return None
    return f"{_name(race, event.bib)} cannot be disqualified without a reason: name the rule, or say why"


def _no_mark(race: Race, event: MarkLifted) -> str | None:
    if race.mark(event.bib):
        return None
    if race.rides[event.bib].irm:
        return f"{_name(race, event.bib)} is lapped, not marked: say instead that the skater was not lapped"
    return f"{_name(race, event.bib)} has no mark: there is nothing to lift"


def _not_lapped(race: Race, event: LappedLifted) -> str | None:
    name, irm, mark = _name(race, event.bib), race.rides[event.bib].irm, race.mark(event.bib)
    if irm is not IRM.LAP:
        return f"{name} does not count as lapped: there is nothing to lift"
    return f"the referee gave {name} the mark LAP: lift the mark instead" if mark else None


def _cannot_advance(race: Race, event: SkaterAdvanced) -> str | None:
    if not race.rulebook.format.referee_may_advance:
        rules = race.rulebook.name
        return f"{_name(race, event.bib)} cannot be advanced: the rulebook {rules} goes by the places alone"
    if race.phase != "semi-final":
        return f"{_name(race, event.bib)} can be advanced from a semi-final only, and this race is none"
    return None


# The race


def _not_running(race: Race, _event: RaceStopped | RaceNeutralised) -> str | None:
    if race.status is Status.RUNNING:
        return None
    return f"the race is {race.status.value}, not running: only a running race can be held up"


def _not_on_the_ice(race: Race, event: RaceStopped) -> str | None:
    """A race can be stopped also while it is neutralised."""
    return None if race.status is Status.NEUTRALISED else _not_running(race, event)


def _not_stopped(race: Race, event: RaceRestarted) -> str | None:
    if race.status is not Status.STOPPED:
        return f"the race is {race.status.value}, not stopped: stop it before it is restarted"
    if event.laps_to_go is None or 1 <= event.laps_to_go <= race.laps:
        return None
    return f"there cannot be {event.laps_to_go} laps to go: give 1 to {race.laps}"


def _not_neutralised(race: Race, _event: RaceFreed) -> str | None:
    if race.status is Status.NEUTRALISED:
        return None
    return f"the race is {race.status.value}, not neutralised: there is nothing to free"


# The result


def _no_note(_race: Race, event: ResultDeclared) -> str | None:
    if event.note or event.status not in (ResultStatus.PROTESTED, ResultStatus.CORRECTED):
        return None
    what = "what is protested" if event.status is ResultStatus.PROTESTED else "what was corrected and why"
    return f"a result cannot be {event.status.value} without a note: say {what}"


def _not_run(race: Race, _event: ResultDeclared) -> str | None:
    if race.status in (Status.PLANNED, Status.READY):
        return "the race has not begun: there is no result before it has been skated"
    return None


def _still_riding(race: Race, event: ResultDeclared) -> str | None:
    if event.status not in (ResultStatus.OFFICIAL, ResultStatus.CORRECTED):
        return None
    riding = ", ".join(_name(race, bib) for bib in race.starters if race.rides[bib].riding)
    if not riding:
        return None
    return f"the result cannot be {event.status.value} yet: wait for {riding} to finish, or give a mark"


def _nothing_to_correct(race: Race, event: ResultDeclared) -> str | None:
    if event.status is not ResultStatus.CORRECTED or any(
        said.status in (ResultStatus.OFFICIAL, ResultStatus.CORRECTED) for said in race.said(ResultDeclared)
    ):
        return None
    return "no result has been official yet, so none can be corrected: declare it official"


# Taking back


def _no_record(race: Race, event: RecordRetracted | RecordReinstated) -> str | None:
    number = event.number
    if any(record.number == number for record in race.records):
        return None
    if number in race.verdicts:
        return f"record {number} is a passing: what a device saw is struck, not retracted"
    return f"this race has no record {number}: look up the number of what was said"


def _retracted_already(race: Race, event: RecordRetracted) -> str | None:
    if _stands(race, event.number):
        return None
    return f"record {event.number} is retracted already: there is nothing to do"


def _not_retracted(race: Race, event: RecordReinstated) -> str | None:
    if not _stands(race, event.number):
        return None
    return f"record {event.number} is not retracted: there is nothing to reinstate"


def _stands(race: Race, number: int) -> bool:
    return any(record.number == number for record in in_force(race.records))


def _of_the_meet(_race: Race, _event: Event) -> str | None:
    return "this concerns the meet or a competition, not one race: say it of the meet"


REASONS: Mapping[type[Fact], tuple[Callable[[Race, Any], str | None], ...]] = {
    MeetOpened: (_of_the_meet,),
    CompetitionOpened: (_of_the_meet,),
    EntriesTaken: (_of_the_meet,),
    EntryWithdrawn: (_of_the_meet,),
    RacePlanned: (),
    StartListPosted: (_list_with_flaws, _new_list_without_a_reason),
    TransponderAssigned: (_bib_not_listed,),
    RaceArmed: (_is_signed,),
    SkatersCalled: (_nobody_starts, _has_begun),
    GunFired: (_nobody_starts,),
    NeutralLapEnded: (),
    BellRung: (),
    Passing: (),
    DeviceReported: (),
    ClockCompared: (),
    PassingInserted: (_bib_not_listed, _before_the_gun),
    CrossingTapped: (_bib_not_listed, _before_the_gun, _lap_outside),
    PassingStruck: (_no_passing, _struck_already),
    PassingRestored: (_no_passing, _not_struck),
    PassingMoved: (_no_passing, _nothing_moved, _bib_not_listed),
    OrderRead: (_nobody_read, _lap_outside, _bib_not_listed, _read_twice, _timed_but_not_read),
    LapsGiven: (_bib_not_listed, _impossible_laps),
    LapGained: (_bib_not_listed, _no_lap_gained),
    IncidentNoted: (_bib_not_listed,),
    SkaterFell: (_bib_not_listed,),
    MarkGiven: (_bib_not_listed, _mark_without_a_reason),
    MarkLifted: (_bib_not_listed, _no_mark),
    LappedCalled: (_bib_not_listed,),
    LappedLifted: (_bib_not_listed, _not_lapped),
    SkaterAdvanced: (_bib_not_listed, _cannot_advance),
    RaceStopped: (_not_on_the_ice,),
    RaceRestarted: (_not_stopped,),
    RaceNeutralised: (_not_running,),
    RaceFreed: (_not_neutralised,),
    LapsCut: (_no_cut,),
    ResultDeclared: (_no_note, _not_run, _still_riding, _nothing_to_correct),
    ConditionsNoted: (),
    NoteMade: (),
    CeremonyPlanned: (_of_the_meet,),
    CeremonyHeld: (_of_the_meet,),
    DoubtDismissed: (),
    RecordRetracted: (_no_record, _retracted_already),
    RecordReinstated: (_no_record, _not_retracted),
}
"""Of every event, why it may be refused, in the order in which the reasons are tried."""
