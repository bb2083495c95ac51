"""The log of what officials decided in a race: every correction, who made it, when and why.

What is private never gets here: an injury is told to the referee and the doctor only.
"""

from collections.abc import Callable, Mapping
from typing import Any

from lastlap import events as said
from lastlap.events import Event, Record, in_force
from lastlap.publish.book import Book, Chapter
from lastlap.publish.frame import framed
from lastlap.publish.sheet import Column, Row, Sheet, filled, number, words
from lastlap.race import replay
from lastlap.rulebook import IRM
from lastlap.times import Instant, between, clock


def decisions(book: Book, chapter: Chapter) -> Sheet | None:
    """The decisions of a race in the order of the log; `None` if there was none."""
    decided = [record for record in chapter.race.records if type(record.event) in _WORDS]
    if not decided:
        return None
    standing = {record.number for record in in_force(chapter.race.records)}
    rows = tuple(_row(book, chapter, record, stands=record.number in standing) for record in decided)
    lost = any(record.number not in standing for record in decided)
    sheet = Sheet(
        id=f"{chapter.id}-decisions",
        title="Decisions of the officials",
        meet="",
        tables=(filled(_COLUMNS, rows, ("record", "when", "who", "what")),),
        legend=(("struck out", "taken back later"),) if lost else (),
    )
    return framed(book, chapter, sheet)


_COLUMNS = (
    Column("record", "Record", "number"),
    Column("when", "Time"),
    Column("who", "By"),
    Column("what", "Decision", wide=True),
    Column("why", "Reason", wide=True),
)


def _row(book: Book, chapter: Chapter, record: Record, *, stands: bool) -> Row:
    told = _Told(chapter, record)
    what = f"{_WORDS[type(record.event)](told)}{told.clock}"
    return Row(
        (
            number(record.number),
            words(f"{book.local(record.at):%H:%M:%S}"),
            words(record.by),
            words(what, struck=not stands),
            words(getattr(record.event, "why", "") or getattr(record.event, "note", "")),
        )
    )


# In words


class _Told:
    """An event that is told, with the race that it is about."""

    def __init__(self, chapter: Chapter, record: Record) -> None:
        self.chapter = chapter
        self.record = record
        self.event: Any = record.event

    @property
    def clock(self) -> str:
        """When it happened on the race clock, where that is known and not when it was said."""
        at, start = getattr(self.event, "at", None), self.chapter.race.start
        return "" if at is None or start is None or at < start else f", at {_clock(start, at)}"

    @property
    def who(self) -> str:
        """The skater whom the event names."""
        return self.skater(self.event.bib)

    def skater(self, bib: int) -> str:
        """A skater with cap and NOC, as in `12 Ada EXAMPLE (NED)`."""
        starter = self.chapter.race.starters.get(bib)
        return f"{bib} {starter.skater.name} ({starter.skater.noc})" if starter else str(bib)

    def passing(self, number: int) -> str:
        """The passing of a record in words."""
        seen = self.chapter.race.passing(number)
        start = self.chapter.race.start
        when = f" at {_clock(start, seen[0])}" if seen and start is not None else ""
        return f"the passing of record {number}{when}"


def _clock(start: Instant, at: Instant) -> str:
    return clock(between(start, at))


def _order(told: _Told) -> str:
    """What was read, by whom, and what the transponders had said."""
    event: said.OrderRead = told.event
    read = ", ".join(
        "=".join(map(str, place)) if isinstance(place, tuple) else str(place) for place in event.bibs
    )
    seen = _seen_by_transponders(told)
    against = ""
    if seen and seen != _flat(event):
        against = f"; the transponders had {', '.join(map(str, seen))}"
    elif seen:
        against = ", as the transponders had it"
    where = "at the finish" if event.lap == told.chapter.race.laps else f"at the end of lap {event.lap}"
    return f"Order {where} read by {event.read_by}: {read}{against}" + ("; with times" if event.times else "")


def _flat(event: said.OrderRead) -> tuple[int, ...]:
    return tuple(bib for place in event.bibs for bib in (place if isinstance(place, tuple) else (place,)))


def _seen_by_transponders(told: _Told) -> tuple[int, ...]:
    """The order of the bibs that were read as it would be if nobody had read any."""
    event: said.OrderRead = told.event
    unread = (record for record in told.chapter.records if not isinstance(record.event, said.OrderRead))
    order = replay(unread, told.chapter.race.rulebook).order(event.lap)
    return tuple(bib for bib in order if bib in _flat(event))


def _mark(told: _Told) -> str:
    event: said.MarkGiven = told.event
    rule = f" by rule {event.rule}" if event.rule else ""
    return f"{told.who} {_MARKS[event.irm]}{rule}"


_MARKS = {
    IRM.DNS: "did not start",
    IRM.DNF: "did not finish",
    IRM.LAP: "was lapped",
    IRM.DSQ: "is disqualified",
    IRM.WDR: "withdrew before the start",
}


def _fall(told: _Told) -> str:
    event: said.SkaterFell = told.event
    by = f", brought down by {told.skater(event.brought_down_by)}" if event.brought_down_by else ""
    return f"{told.who} fell{_where(event.lap, event.place)}{by}"


def _incident(told: _Told) -> str:
    event: said.IncidentNoted = told.event
    who = ", ".join(map(told.skater, event.bibs))
    return f"{event.what}{_where(event.lap, event.place)}" + (f": {who}" if who else "")


def _where(lap: int | None, place: str) -> str:
    return "".join([f" in lap {lap}" if lap else "", f", {place}" if place else ""])


def _moved(told: _Told) -> str:
    event: said.PassingMoved = told.event
    whose = f" was {told.skater(event.bib)}" if event.bib is not None else " was then"
    return f"{told.passing(event.number).capitalize()}{whose}"


def _laps(told: _Told) -> str:
    event: said.LapsGiven = told.event
    time = "" if event.time is None else f" in {clock(event.time)}"
    return f"{told.who} did {event.laps} laps{time}"


def _gain(told: _Told) -> str:
    laps: int = told.event.laps
    word = "gained" if laps > 0 else "lost"
    return f"{told.who} {word} {abs(laps)} lap{'' if abs(laps) == 1 else 's'} on the main group"


def _advanced(told: _Told) -> str:
    rule = f" by rule {told.event.rule}" if told.event.rule else ""
    return f"{told.who} is advanced to the final{rule}"


def _assigned(told: _Told) -> str:
    """Whose it is, without its number: that could be used to pass for somebody else."""
    event: said.TransponderAssigned = told.event
    return f"A transponder belongs to {'nobody' if event.bib is None else told.skater(event.bib)}"


def _restarted(told: _Told) -> str:
    left = told.event.laps_to_go
    return "Race restarted" + ("" if left is None else f" with {left} laps to go")


def _numbered(sentence: str) -> Callable[[_Told], str]:
    return lambda told: sentence.format(told.event.number)


def _of_skater(sentence: str) -> Callable[[_Told], str]:
    return lambda told: sentence.format(told.who)


def _plainly(sentence: str) -> Callable[[_Told], str]:
    return lambda _told: sentence


_WORDS: Mapping[type[Event], Callable[[_Told], str]] = {
    said.StartListPosted: lambda told: f"Start list of {len(told.event.starters)} posted",
    said.TransponderAssigned: _assigned,
    said.PassingInserted: _of_skater("Passing of {} inserted"),
    said.PassingStruck: lambda told: f"{told.passing(told.event.number).capitalize()} struck",
    said.PassingRestored: lambda told: f"{told.passing(told.event.number).capitalize()} restored",
    said.PassingMoved: _moved,
    said.OrderRead: _order,
    said.LapsGiven: _laps,
    said.LapGained: _gain,
    said.IncidentNoted: _incident,
    said.SkaterFell: _fall,
    said.MarkGiven: _mark,
    said.MarkLifted: _of_skater("The mark of {} is lifted"),
    said.LappedCalled: _of_skater("{} is called lapped"),
    said.LappedLifted: _of_skater("{} is not lapped"),
    said.SkaterAdvanced: _advanced,
    said.RaceStopped: _plainly("Race stopped"),
    said.RaceRestarted: _restarted,
    said.RaceNeutralised: _plainly("Race neutralised"),
    said.RaceFreed: _plainly("Race freed"),
    said.LapsCut: lambda told: f"Race cut to {told.event.laps} laps",
    said.ResultDeclared: lambda told: f"Result declared {told.event.status.value}",
    said.DoubtDismissed: _plainly("A doubt was looked at; things stay as they are"),
    said.RecordRetracted: _numbered("Record {} taken back"),
    said.RecordReinstated: _numbered("Record {} said again"),
}
"""What is a decision, and how it is told; what devices say, and notes that may be private, is not."""
