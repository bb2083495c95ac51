"""A meet as publishing reads it: its races, competitions and medals at one moment of the log."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec

from lastlap.competition import Competition, competitions
from lastlap.errors import InputError
from lastlap.events import (
    CeremonyHeld,
    CeremonyPlanned,
    CompetitionOpened,
    EntriesTaken,
    EntryWithdrawn,
    MeetOpened,
    RacePlanned,
    Record,
    RecordReinstated,
    RecordRetracted,
    ResultDeclared,
    SkaterAdvanced,
    StartListPosted,
    meet_opened,
)
from lastlap.games import event_decided, games_known
from lastlap.log import Meet
from lastlap.medals import MedalEvent, Medals, award
from lastlap.people import people
from lastlap.race import Race, Status, replay
from lastlap.ranking import Standing, standings
from lastlap.rulebook import Profile
from lastlap.secretary import TITLES
from lastlap.times import Instant

SIGNED = (Status.OFFICIAL, Status.CORRECTED)
"""How far a race has come whose result is final."""

_OVER = (Status.FINISHED, Status.UNOFFICIAL, Status.PROTESTED, *SIGNED)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


NEWS = (
    MeetOpened, CompetitionOpened, EntriesTaken, EntryWithdrawn, RacePlanned, StartListPosted, SkaterAdvanced,
    ResultDeclared, CeremonyPlanned, CeremonyHeld, RecordRetracted, RecordReinstated,
)  # fmt: skip
"""The events after which what was published is no longer so; of a race on the ice nothing is final anyway."""


class Chapter(msgspec.Struct, frozen=True):
    """One race of the meet."""

    id: str
    plan: RacePlanned
    race: Race
    records: tuple[Record, ...]
    """All that the log holds of it."""

    @property
    def last(self) -> Record:
        """The record as of which it is told."""
        return self.records[-1]

    @property
    def standings(self) -> tuple[Standing, ...]:
        """Who stands where."""
        return standings(self.race)

    @property
    def is_signed(self) -> bool:
        """Whether the result is official."""
        return self.race.status in SIGNED

    @property
    def is_over(self) -> bool:
        """Whether nobody is skating any more, however final the result is."""
        return self.race.status in _OVER

    @property
    def phase(self) -> str:
        """What the race is, as a heading: `Semi-final 1`, `Final`, `Division A`."""
        number = f" {self.plan.place}" if self.plan.phase == "semi-final" else ""
        return f"{self.plan.phase[0].upper()}{self.plan.phase[1:]}{number}"


class Book(msgspec.Struct, frozen=True):
    """Everything that is published of a meet is read off this."""

    meet: MeetOpened
    competitions: Mapping[str, Competition]
    chapters: Mapping[str, Chapter]
    """The races by id, in the order in which they were planned."""
    records: tuple[Record, ...]
    """The log, in the order of its numbers."""
    head: str
    """The hash of the last record."""
    medals: Medals | None = None
    """The programme and the medals of the Games that the meet is part of."""

    @property
    def last(self) -> Record:
        """The record as of which the meet is told."""
        return self.records[-1]

    def profile(self, chapter: Chapter) -> Profile:
        """How the sheets of a race are printed."""
        return chapter.race.rulebook.profile(self.meet.profile)

    def chapters_of(self, competition: Competition, phase: str) -> list[Chapter]:
        """The races of a phase, semi-final 1 before semi-final 2."""
        return [self.chapters[race] for race in competition.races_of(phase) if race in self.chapters]

    def deciding(self, competition: Competition) -> Chapter | None:
        """The race that decides the medals: the final, or division A."""
        found = self.chapters_of(competition, "final") or self.chapters_of(competition, "division A")
        return found[-1] if found else None

    def event(self, competition: Competition) -> str:
        """What the competition is called on a sheet; one that is called by its category alone says its sport."""
        words = TITLES.get(competition.category, competition.category)
        if competition.title in (self.meet.name, words):
            return f"Mass start, {words.lower()}"
        return competition.title

    def name(self, race: str) -> str:
        """What a race is called wherever it is named in full: `Men's mass start, Final`."""
        chapter = self.chapters[race]
        competition = self.competitions.get(chapter.plan.competition)
        event = self.event(competition) if competition else chapter.plan.title
        return f"{event}, {chapter.phase}"

    def local(self, at: Instant) -> datetime:
        """The moment as the rink's clocks show it; they say no zone, as the meet's is the only one."""
        return (utc(at) + timedelta(minutes=self.meet.utc_offset)).replace(tzinfo=None)

    def moment(self, at: Instant) -> str:
        """The moment on the rink's clocks, as in `24 Feb 2018 20:58:10`."""
        when = self.local(at)
        return f"{day_words(when.date())} {when:%H:%M:%S}"

    @property
    def zone(self) -> str:
        """How far the rink's clocks are ahead of UTC, as in `UTC+9`."""
        hours, minutes = divmod(abs(self.meet.utc_offset), 60)
        sign = "-" if self.meet.utc_offset < 0 else "+"
        return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")

    @property
    def day(self) -> str:
        """The first day in words; as the organiser wrote it where that is no date."""
        try:
            return day_words(date.fromisoformat(self.meet.date))
        except ValueError:
            return self.meet.date


def utc(at: Instant) -> datetime:
    """The moment by the world's clock."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)


def day_words(day: date) -> str:
    """A day as sheets print it, in any locale: `24 Feb 2018`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def read_book(meet: Meet, medals: Medals | None = None) -> Book:
    """The book of *meet* as its log is now; *medals* are those of the Games, if others than the log says.

    Raises `InputError` for a meet in which nothing was written yet.
    """
    check = meet.check()
    return book(meet.records(), check.head, medals, origin=meet.path.name)


def book(
    records: Iterable[Record], head: str = "", medals: Medals | None = None, *, origin: str = "the meet"
) -> Book:
    """The book that *records* tell, of which the last has the hash *head*; *medals* as in `read_book`."""
    told = sorted(records, key=lambda record: record.number)
    if not told:
        message = f"{origin} is empty: nothing can be published of it yet"
        raise InputError(message)
    chapters = {name: chapter for name, said in _by_race(told).items() if (chapter := _chapter(name, said))}
    meet = meet_opened(told) or MeetOpened(origin)
    of_games = medals or games_known(meet.games)
    return Book(meet, competitions(told), chapters, tuple(told), head, of_games)


def _by_race(records: Iterable[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.race is not None:
            found[record.race].append(record)
    return found


def _chapter(name: str, records: list[Record]) -> Chapter | None:
    """The race that *records* tell of, unless nobody has planned it."""
    race = replay(records)
    return Chapter(name, race.planned, race, tuple(records)) if race.planned else None


# Medals


def awarded(book: Book) -> Medals | None:
    """The medals of the Games as of this meet's latest official final.

    `None` before there is one, and if the meet is of no Games.
    """
    ours = list(_decided_here(book))
    official = [(event, chapter) for event, chapter in ours if chapter.is_signed]
    if book.medals is None or not official:
        return None
    so_far = book.medals.through(max((event for event, _ in official), key=lambda event: event.place).number)
    numbers = {event.number for event, _ in ours}
    open_still = [msgspec.structs.replace(e, won=()) for e in so_far.events if e.number in numbers]
    return so_far.adding(
        *open_still,
        *(
            award(event, chapter.race.latest or event.at, chapter.standings, people(), f"race {chapter.id}")
            for event, chapter in official
        ),
    )


def _decided_here(book: Book) -> Iterator[tuple[MedalEvent, Chapter]]:
    """The events of the Games that this meet decides, each with the race that does."""
    for competition in book.competitions.values():
        chapter = book.deciding(competition)
        event = book.medals and event_decided(book.medals, competition.event, competition.category)
        if chapter and event:
            yield event, chapter
