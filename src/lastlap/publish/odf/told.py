"""What the records so far say, in the words of ODF: units and their codes, participants and theirs.

Strategy: records come in one by one, and each race keeps its own fold.  Codes are given in the
order in which the log first names a thing, taken back or not, so that no later word changes
a code that is out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from lastlap.competition import Competition, competitions
from lastlap.events import (
    DeviceReported,
    EntriesTaken,
    GunFired,
    MeetOpened,
    Passing,
    RacePlanned,
    Record,
    StartListPosted,
    meet_opened,
)
from lastlap.publish.names import Name, name_of, plain_letters, shortened
from lastlap.publish.odf.codes import CATEGORIES, EVENT_TYPE, OPEN, PHASES, Category, Phase, Rsc
from lastlap.publish.odf.markup import one_line
from lastlap.race import Race
from lastlap.ranking import Standing
from lastlap.startlist import Skater
from lastlap.times import Instant

FIRST_CODE = 1001
"""The code of the participant whom the log names first."""

NOWHERE, NOWHERE_NAME = "TBD", "To be determined"
"""The venue of a meet that names none."""

LONGEST_VENUE = 25


class Participant(msgspec.Struct, frozen=True):
    """A skater as messages name them."""

    code: str
    skater: Skater
    name: Name
    gender: str


class Unit(msgspec.Struct, frozen=True):
    """A race as messages name it."""

    race: str
    plan: RacePlanned
    """As it stands, or as it last stood if it was called off."""
    rsc: Rsc
    event: Rsc
    category: Category
    phase: Phase
    number: str
    """After the name of the phase, where there are several."""

    @property
    def event_name(self) -> str:
        """`Women's Mass Start`."""
        return event_name(self.category)

    @property
    def name(self) -> str:
        """`Women's Mass Start Semifinal 1`."""
        return f"{self.event_name} {self.phase.words}{self.number}"


def event_name(category: Category) -> str:
    """`Women's Mass Start`."""
    return f"{category.words} Mass Start"


class Told:
    """A meet as the records told so far have it."""

    def __init__(self, *, ascii_only: bool = False) -> None:
        self.meet = MeetOpened("")
        self.races: dict[str, Race] = {}
        self.competitions: dict[str, Competition] = {}
        self.signed: dict[str, tuple[Standing, ...]] = {}
        """Of each race whose result is official: the standings as they were signed."""
        self.rescheduled: set[str] = set()
        """The races whose start was moved."""
        self.begun = False
        """Whether a gun was fired in the meet."""
        self._ascii_only = ascii_only
        self._said: list[Record] = []
        self._plans: dict[str, RacePlanned] = {}
        self._codes: dict[str, str] = {}
        self._events: dict[str, Rsc] = {}
        self._units: dict[str, Rsc] = {}
        self._skaters: dict[str, tuple[Skater, str]] = {}

    # Telling

    def tell(self, record: Record) -> None:
        """Adds a record."""
        if record.race is not None:
            self.races.setdefault(record.race, Race()).tell(record)
        event = record.event
        if isinstance(event, Passing | DeviceReported):
            return
        self._said.append(record)
        match event:
            case RacePlanned():
                self._plan(record.race or "", event)
            case EntriesTaken():
                self._name((entry.skater for entry in event.entries), event.competition)
            case StartListPosted():
                plan = self._plans.get(record.race or "")
                self._name((one.skater for one in event.starters), plan.competition if plan else "")
            case GunFired():
                self.begun = True
        if record.race is None or isinstance(event, RacePlanned):
            self._look_again()

    def _look_again(self) -> None:
        self.competitions = competitions(self._said)
        self.meet = meet_opened(self._said) or self.meet
        for competition in self.competitions.values():
            if competition.id not in self._events:
                self._events[competition.id] = self._event_rsc(competition.category)
        for race, plan in self._plans.items():
            if race not in self._units and plan.competition in self._events:
                self._units[race] = self._unit_rsc(plan)

    def _plan(self, race: str, plan: RacePlanned) -> None:
        earlier = self._plans.get(race)
        if earlier and plan.scheduled not in (None, earlier.scheduled) and earlier.scheduled is not None:
            self.rescheduled.add(race)
        self._plans[race] = plan

    def _name(self, skaters: Iterable[Skater], competition: str) -> None:
        for skater in skaters:
            self._codes.setdefault(skater.id, str(FIRST_CODE + len(self._codes)))
            self._skaters[skater.id] = (skater, competition)

    def _event_rsc(self, category: str) -> Rsc:
        known = CATEGORIES.get(category, OPEN)
        taken = set(self._events.values())
        rscs = (
            Rsc(known.gender, f"{EVENT_TYPE}{number if number > 1 else ''}", known.modifier)
            for number in range(1, len(taken) + 2)
        )
        return next(rsc for rsc in rscs if rsc not in taken)

    def _unit_rsc(self, plan: RacePlanned) -> Rsc:
        event, taken = self._events[plan.competition], set(self._units.values())
        numbers = (number for number in range(plan.place, plan.place + len(taken) + 1))
        rscs = (
            Rsc(event.gender, event.event, event.modifier, PHASES[plan.phase].code, f"{number:04}00")
            for number in numbers
        )
        return next(rsc for rsc in rscs if rsc not in taken)

    # What it is about

    @property
    def units(self) -> Iterator[Unit]:
        """The races ever planned, in the order in which they were."""
        return (self.unit(race) for race in self._units)

    def unit(self, race: str) -> Unit:
        """The race with that id; it must be planned in a competition that was opened."""
        told = self.races[race].planned
        plan, rsc = told or self._plans[race], self._units[race]
        phase, category = PHASES[plan.phase], self.category(plan.competition)
        number = f" {plan.place}" if phase.numbered else ""
        return Unit(race, plan, rsc, self._events[plan.competition], category, phase, number)

    def has_unit(self, race: str | None) -> bool:
        """Whether the race is one that messages can be about."""
        return race in self._units

    def event(self, competition: str) -> Rsc:
        """The code of a competition."""
        return self._events[competition]

    def category(self, competition: str) -> Category:
        """What the competition's skaters are in ODF."""
        found = self.competitions.get(competition)
        return CATEGORIES.get(found.category, OPEN) if found else OPEN

    def participant(self, skater: Skater) -> Participant:
        """The skater as messages name them."""
        _, competition = self._skaters[skater.id]
        printed = one_line(skater.name) or skater.id
        name = name_of(printed, skater.noc, ascii_only=self._ascii_only)
        return Participant(self._codes[skater.id], skater, name, self.category(competition).person)

    @property
    def participants(self) -> list[Participant]:
        """Everybody whom the log has named, in that order."""
        return [self.participant(skater) for skater, _ in self._skaters.values()]

    # The place

    @property
    def venue(self) -> str:
        """The name of the rink."""
        whole = one_line(self.meet.venue)
        return shortened(whole, LONGEST_VENUE).strip(" ,(-") or NOWHERE_NAME

    @property
    def venue_code(self) -> str:
        """Three letters for it: its first ones."""
        letters = re.sub("[^A-Z0-9]", "", plain_letters(self.meet.venue).upper())
        return letters[:3].ljust(3, "X") if letters else NOWHERE

    @property
    def competition_code(self) -> str:
        """The code of the meet, made of the first letters of its name and its year."""
        words = re.findall("[A-Z0-9]+", plain_letters(self.meet.name).upper())
        first = "".join(word[0] for word in words if not word[0].isdigit())[:11]
        return f"{first or 'MEET'}{self.meet.date[:4]}"

    def when(self, race: str) -> Instant | None:
        """When the gun was fired."""
        guns = self.races[race].said(GunFired)
        return guns[-1].at if guns else None

    def units_of(self, competition: str) -> Mapping[str, list[Unit]]:
        """The units of a competition that stand, by phase, first to last."""
        found: dict[str, list[Unit]] = {}
        for unit in self.units:
            if unit.plan.competition == competition and self.races[unit.race].planned:
                found.setdefault(unit.plan.phase, []).append(unit)
        return {phase: sorted(units, key=lambda unit: unit.plan.place) for phase, units in found.items()}
