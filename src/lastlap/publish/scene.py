"""A meet as whoever writes about it needs it: its races with their results, and which record says what.

Strategy: everything is looked up in the records of the log, so that "as of" an earlier moment is
the same question put to fewer records.  What a reconstructed race makes up is not known here.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TypeVar

from lastlap.competition import Competition, competitions
from lastlap.events import (
    CeremonyHeld,
    CeremonyPlanned,
    CompetitionOpened,
    Event,
    GunFired,
    IncidentNoted,
    LapsGiven,
    MeetOpened,
    NeutralLapEnded,
    OrderRead,
    RacePlanned,
    Record,
    ResultDeclared,
    ResultStatus,
    SkaterAdvanced,
    SkaterFell,
    StartListPosted,
    in_force,
)
from lastlap.publish.finding import Clock, Line, Person, RaceName
from lastlap.race import Lap, Race, Status, replay
from lastlap.ranking import Standing, standings
from lastlap.rulebook import IRM
from lastlap.times import Duration, cut

_OVER = (Status.FINISHED, Status.UNOFFICIAL, Status.PROTESTED, Status.OFFICIAL, Status.CORRECTED)

_Said = TypeVar("_Said", CompetitionOpened, CeremonyPlanned, CeremonyHeld)

_OfSkaters = TypeVar("_OfSkaters", IncidentNoted, SkaterAdvanced, SkaterFell)

PRINTED = 2
"""The decimals of a time in a story."""


class Scene:
    """One race, its result, and the records behind it."""

    def __init__(self, name: str, category: str, records: Sequence[Record]) -> None:
        self.name = name
        self.category = category
        self.records = records
        self._said = in_force(records)
        self.race: Race = replay(records)
        self.places: tuple[Standing, ...] = standings(self.race)

    @property
    def plan(self) -> RacePlanned | None:
        """What the organiser planned."""
        return self.race.planned

    @property
    def title(self) -> RaceName:
        """What the race is called."""
        return RaceName(self.category, self.race.phase or "final", self.plan.place if self.plan else 1)

    @property
    def is_over(self) -> bool:
        """Whether there is a result, official or not."""
        return self.race.status in _OVER

    @property
    def finishers(self) -> list[Standing]:
        """Who has a place, as `finishers` finds them."""
        return finishers(self.places)

    # What is known, and not made up

    @property
    def made_up(self) -> bool:
        """Whether the passings on the way are made up."""
        return bool(self.plan and self.plan.reconstructed)

    def knows_place(self, lap: int, place: int) -> bool:
        """Whether it is known who was so many-th over the line at the end of a sprint lap."""
        if not self.made_up or self.plan is None:
            return len(self.race.order(lap, place)) >= place
        return place in self.plan.known_places.get(lap, ())

    def time(self, standing: Standing) -> Duration | None:
        """The time of a skater as printed, if it is known."""
        unknown = self.plan.made_up_times if self.plan else ()
        time = standing.score.time
        return None if time is None or standing.skater.id in unknown else cut(time, PRINTED)

    def gap(self, ahead: Standing, behind: Standing) -> Clock | None:
        """How much longer one took than the other, if both times are known and tell it."""
        one, other = self.time(ahead), self.time(behind)
        return None if one is None or other is None or other <= one else Clock(Duration(other - one))

    # Who

    def person(self, bib: int) -> Person:
        """The skater who wears *bib*."""
        skater = self.race.starters[bib].skater
        return Person(skater.name, skater.noc)

    def line(self, standing: Standing) -> Line:
        """The skater with the place taken."""
        return Line(self.person(standing.score.bib), standing.rank or 0, standing.score.total)

    # Which record says it

    def of(self, *kinds: type[Event]) -> tuple[int, ...]:
        """The numbers of the records of these kinds that stand."""
        return tuple(record.number for record in self._said if isinstance(record.event, kinds))

    def told(self, kind: type[_OfSkaters]) -> tuple[_OfSkaters, ...]:
        """What stands of one kind, said once, of skaters on the start list."""
        events = dict.fromkeys(self.race.said(kind))
        return tuple(one for one in events if all(bib in self.race.starters for bib in _bibs(one)))

    def saying(self, event: Event) -> tuple[int, ...]:
        """The numbers of the records that say just this."""
        return tuple(record.number for record in self._said if record.event == event)

    @cached_property
    def basis(self) -> tuple[int, ...]:
        """The records of who starts and by which rules."""
        return (*self.of(RacePlanned)[-1:], *self.of(StartListPosted)[-1:])

    @cached_property
    def declared(self) -> tuple[int, ...]:
        """The record by which the result stands as it does: the last declaration."""
        return self.of(ResultDeclared)[-1:]

    @cached_property
    def result(self) -> tuple[int, ...]:
        """The records that places and totals stand on."""
        return (*self.basis, *(self.declared or self._crossings_of_all()))

    def _crossings_of_all(self) -> tuple[int, ...]:
        return tuple(sorted(self._crossing.values())) + self.of(OrderRead)

    @cached_property
    def _crossing(self) -> dict[tuple[int, int], int]:
        """The record of the passing with which a bib ended a lap."""
        verdicts = self.race.verdicts.items()
        return {(ended.bib, ended.number): number for number, ended in verdicts if isinstance(ended, Lap)}

    def crossing(self, bib: int, lap: int) -> tuple[int, ...]:
        """The records that tell when, or in which order, *bib* ended *lap*."""
        read = [
            record.number
            for record in self._said
            if isinstance(record.event, OrderRead) and record.event.lap == lap and bib in self.race.read(lap)
        ]
        passed = self._crossing.get((bib, lap))
        return (*read[-1:], *(() if passed is None else (passed,)))

    def timed(self, standing: Standing) -> tuple[int, ...]:
        """The records that the time of a skater stands on."""
        bib = standing.score.bib
        given = tuple(
            record.number
            for record in self._said
            if isinstance(record.event, LapsGiven) and record.event.bib == bib
        )
        return (*self.of(GunFired, NeutralLapEnded), *self.crossing(bib, standing.score.laps), *given)


def finishers(places: Iterable[Standing]) -> list[Standing]:
    """Who has a place, first to last, without those who did not finish or were disqualified."""
    return [one for one in places if one.rank is not None and one.score.irm in (None, IRM.LAP)]


def _bibs(event: IncidentNoted | SkaterAdvanced | SkaterFell) -> tuple[int, ...]:
    return event.bibs if isinstance(event, IncidentNoted) else (event.bib,)


class Stage:
    """A meet: its competitions, its races, its ceremonies."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.records = sorted(records, key=lambda record: record.number)
        self._said = in_force(self.records)
        self.competitions: dict[str, Competition] = competitions(self.records)

    @cached_property
    def scenes(self) -> dict[str, Scene]:
        """Every race that was planned, by id."""
        return {
            race: Scene(race, one.category, [record for record in self.records if record.race == race])
            for one in self.competitions.values()
            for race in one.races
        }

    def of(self, competition: Competition, phase: str) -> list[Scene]:
        """The races of a phase that have a result."""
        scenes = (self.scenes[race] for race in competition.races_of(phase))
        return [scene for scene in scenes if scene.is_over]

    def deciding(self, competition: Competition) -> Scene | None:
        """The race that decides the competition, once it has a result."""
        decided = [scene for phase in ("final", "division A") for scene in self.of(competition, phase)]
        return decided[-1] if decided else None

    @property
    def opened(self) -> MeetOpened:
        """What the meet is."""
        found = [record.event for record in self._said if isinstance(record.event, MeetOpened)]
        return found[-1] if found else MeetOpened("")

    def saying(self, kind: type[Event], competition: str = "") -> tuple[int, ...]:
        """The number of the last record of a kind, of a competition if one is named."""
        found = [
            record.number
            for record in self._said
            if isinstance(record.event, kind)
            and getattr(record.event, "competition", "") in ("", competition)
        ]
        return tuple(found[-1:])

    def opening(self, competition: str) -> CompetitionOpened | None:
        """What was said when the competition was opened."""
        return self._last(CompetitionOpened, competition)

    def ceremony(self, competition: str) -> CeremonyPlanned | None:
        """The plan of the victory ceremony."""
        return self._last(CeremonyPlanned, competition)

    def held(self, competition: str) -> CeremonyHeld | None:
        """That the ceremony was held."""
        return self._last(CeremonyHeld, competition)

    def _last(self, kind: type[_Said], competition: str) -> _Said | None:
        found = [
            record.event
            for record in self._said
            if isinstance(record.event, kind) and record.event.competition == competition
        ]
        return found[-1] if found else None

    def first_official(self, race: str) -> int | None:
        """The number of the record that first made the result of a race official."""
        return next(
            (
                record.number
                for record in self.records
                if record.race == race
                and isinstance(record.event, ResultDeclared)
                and record.event.status is ResultStatus.OFFICIAL
            ),
            None,
        )
