"""The meet as its log tells it now: every race folded as its records come, and what can be read off it.

Strategy: there is one owner, the event loop.  Whoever commits hands the records over; each is told
to its race once, in the order of the log.  What is read off a race is kept until its next record.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

import msgspec

from lastlap.board import Around, Board, board
from lastlap.competition import Competition, competitions
from lastlap.errors import InputError
from lastlap.events import (
    CeremonyHeld,
    CeremonyPlanned,
    ClockCompared,
    CrossingTapped,
    DeviceReported,
    MeetOpened,
    Passing,
    RaceArmed,
    RacePlanned,
    Record,
    RecordReinstated,
    RecordRetracted,
    in_force,
    meet_opened,
)
from lastlap.log import Meet
from lastlap.race import Race, Status, replay
from lastlap.times import Instant

_LATEST = 60
"""So many passings a desk shows."""

_BOARDS = 64
"""So many boards of earlier versions are kept."""

_OF_DEVICES = (Passing, CrossingTapped, DeviceReported, ClockCompared)

_RETELLING = (RecordRetracted, RecordReinstated)


class Kept:
    """One race, and what was read off it since its last record."""

    def __init__(self) -> None:
        self.race = Race()
        self.version = 0
        self.at = Instant(0)
        """When the last record was written down."""
        self.passings: list[Record] = []
        """The latest passings, newest last."""
        self.board: Board | None = None

    def tell(self, record: Record) -> None:
        """One more record."""
        self.race.tell(record)
        self.version, self.at, self.board = record.number, record.at, None
        if isinstance(record.event, Passing):
            self.passings.append(record)
            del self.passings[:-_LATEST]


class Rink:
    """The meet now. Only the event loop tells it anything, and only it may ask."""

    def __init__(self, meet: Meet, now: Callable[[], Instant]) -> None:
        self.meet = meet
        self.now = now
        self.version = 0
        self.word = 0
        """The last record that neither a device told nor a tap at the line."""
        self.began = Instant(0)
        """When the first record was written down."""
        self._kept: dict[str, Kept] = defaultdict(Kept)
        self._of_the_meet: list[Record] = []
        self._armings: list[Record] = []
        self._competitions: dict[str, Competition] | None = None
        self._races: tuple[str, ...] | None = None
        self._old: dict[tuple[str, int], bytes] = {}
        self.nothing = Race()
        """A race of which nothing is known, for what was said of the meet."""
        self.changed: Callable[[set[str]], None] = lambda _races: None
        self.tell(meet.records())

    def tell(self, records: Iterable[Record]) -> None:
        """Records of the log, in its order; those that are known change nothing."""
        changed = set[str]()
        for record in records:
            if record.number > self.version:
                self.began = self.began or record.at
                self.version = record.number
                self._tell(record)
                changed.add(record.race or "")
        if changed:
            self.changed(changed)

    def _tell(self, record: Record) -> None:
        if not isinstance(record.event, _OF_DEVICES):
            self.word = record.number
        if record.race is not None:
            self._kept[record.race].tell(record)
        if record.race is None or isinstance(record.event, (RacePlanned, *_RETELLING)):
            self._of_the_meet.append(record)
            self._competitions = self._races = None
            for kept in self._kept.values():
                kept.board = None
        if isinstance(record.event, (RaceArmed, *_RETELLING)):
            self._armings.append(record)

    # The meet

    @property
    def opened(self) -> MeetOpened:
        """What the organiser said of the meet."""
        return meet_opened(self._of_the_meet) or MeetOpened(self.meet.path.stem)

    @property
    def meet_version(self) -> int:
        """The number of the last record that is of no race alone."""
        return self._of_the_meet[-1].number if self._of_the_meet else 0

    def latest(self, kind: type[CeremonyPlanned | CeremonyHeld], competition: str) -> Record | None:
        """The last record of a kind that stands, of one competition."""
        for record in reversed(in_force(self._of_the_meet)):
            if isinstance(record.event, kind) and record.event.competition == competition:
                return record
        return None

    @property
    def competitions(self) -> dict[str, Competition]:
        """The competitions by id."""
        if self._competitions is None:
            self._competitions = competitions(self._of_the_meet)
        return self._competitions

    @property
    def races(self) -> tuple[str, ...]:
        """The ids of the races that are planned, in the order in which they were."""
        if self._races is None:
            standing = in_force(self._of_the_meet)
            planned = [record.race for record in standing if isinstance(record.event, RacePlanned)]
            self._races = tuple(dict.fromkeys(filter(None, planned)))
        return self._races

    @property
    def armed(self) -> str | None:
        """The race that devices write into."""
        armings = [record for record in in_force(self._armings) if isinstance(record.event, RaceArmed)]
        return armings[-1].race if armings else None

    @property
    def current(self) -> str | None:
        """The race to look at: armed and not finished, else running, else the next, else the last."""
        waiting = [name for name in self.races if not self.is_over(name)]
        running = [name for name in waiting if self.race(name).status not in (Status.PLANNED, Status.READY)]
        armed = [name for name in waiting if name == self.armed]
        first = next(iter([*armed, *running, *waiting]), None)
        return first if first is not None or not self.races else self.races[-1]

    def is_over(self, name: str) -> bool:
        """Whether nobody skates any more in the race called *name*."""
        status = self.race(name).status
        return status not in (Status.PLANNED, Status.READY) and not status.is_on_the_ice

    # One race

    def has(self, name: str) -> bool:
        """Whether there is a race called *name*."""
        return name in self._kept and name in self.races

    def said(self, latest: int) -> list[Record]:
        """What people said of the races and the meet, the latest so many, newest first."""
        found = {record.number: record for record in self._of_the_meet}
        for kept in self._kept.values():
            found |= {record.number: record for record in kept.race.records}
        return [found[number] for number in sorted(found, reverse=True)[:latest]]

    def race(self, name: str) -> Race:
        """The race called *name* as it stands."""
        return self.kept(name).race

    def kept(self, name: str) -> Kept:
        """What is kept of the race called *name*; `InputError` if there is none."""
        if name not in self._kept:
            message = f"there is no race {name!r}, but these: {', '.join(self.races) or 'none yet'}"
            raise InputError(message)
        return self._kept[name]

    def board(self, name: str) -> Board:
        """The newest board of a race; made once for each version."""
        kept = self.kept(name)
        if kept.board is None:
            kept.board = board(kept.race, name, kept.version, self.around(kept.race, self.now()))
        return kept.board

    def around(self, race: Race, now: Instant) -> Around:
        """What a board of *race* says of the meet around it."""
        planned = race.planned
        competition = self.competitions.get(planned.competition) if planned else None
        return Around(competition.category if competition else None, self.opened.lap_m, now)

    def board_of(self, name: str, version: int) -> bytes | None:
        """The board of a race as it was at one of its records, as JSON; `None` if that record is not of the race."""
        key = (name, version)
        if key not in self._old:
            found = self._replayed(name, version)
            if found is None:
                return None
            while len(self._old) >= _BOARDS:
                del self._old[next(iter(self._old))]
            self._old[key] = found
        return self._old[key]

    def _replayed(self, name: str, version: int) -> bytes | None:
        records = [record for record in self.meet.records(name) if record.number <= version]
        if not records or records[-1].number != version:
            return None
        race = replay(records)
        return msgspec.json.encode(board(race, name, version, self.around(race, records[-1].at)))
