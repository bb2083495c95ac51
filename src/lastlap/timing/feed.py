"""A race as an RMonitor feed, so that the scoreboards and apps of the rink work as they are.

Strategy: `picture` is everything that a client may be told of a race as it stands, and a pure
function of it.  A client that connects is sent the `refresh` of it, and again from time to time;
in between, the `change` from the picture that it knows to the one that is true now.

Places are those of the standings, so points count; who shares a place still gets a line each, as
boards keep one skater a place.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from lastlap.events import MeetOpened
from lastlap.race import Race, Status
from lastlap.ranking import standings
from lastlap.startlist import Starter
from lastlap.times import HOUR, MINUTE, Duration, Instant, between, cut
from lastlap.timing.names import given_and_family
from lastlap.timing.rmonitor import (
    Bare,
    Best,
    Category,
    Competitor,
    CompetitorAgain,
    Crossing,
    Flag,
    Heartbeat,
    Laps,
    Line,
    Place,
    Run,
    Seconds,
    Setting,
)

_CLASS = Bare("1")
"""The only class: a race is of one category."""

_FLAGS = {
    Status.PLANNED: "",
    Status.READY: "",
    Status.RUNNING: "Green",
    Status.STOPPED: "Red",
    Status.NEUTRALISED: "Yellow",
}
"""What flag is shown; where none is named here, the race has finished."""


def heartbeat(race: Race, now: Instant, utc_offset: int) -> Heartbeat:
    """The line that is sent every second: laps to go, the rink's time of day, the race clock, the flag.

    *utc_offset* is in minutes.  The race clock stands still once everybody has finished.
    """
    flag = _FLAGS.get(race.status, "Finish")
    until = race.latest if flag == "Finish" and race.latest is not None else now
    shown = Duration(0) if race.start is None else Duration(max(between(race.start, until), 0))
    return Heartbeat(
        laps_to_go=max(race.laps - race.front, 0),
        time_to_go=Seconds(Duration(0)),
        time_of_day=Seconds(Duration((now + utc_offset * MINUTE) % (24 * HOUR))),
        race_time=Seconds(shown),
        flag=Flag(flag),
    )


def picture(race: Race, meet: MeetOpened, run: int = 1) -> list[Line]:
    """All that a client may be told of *race* as it stands; *run* tells it from the other races."""
    return [
        Run(run, race.planned.title if race.planned else meet.name),
        Category(_CLASS, race.planned.phase if race.planned else ""),
        *_track(race, meet),
        *(line for starter in race.starters.values() for line in _competitor(starter)),
        *_crossings(race),
        *_places(race),
        *_bests(race),
    ]


def refresh(lines: Iterable[Line]) -> list[Line]:
    """What of a picture's *lines* is sent to who connects, and to all again and again: no passings."""
    return [line for line in lines if not isinstance(line, Crossing)]


def change(known: Sequence[Line], now: Sequence[Line]) -> list[Line]:
    """What a client that knows one picture must be told for it to know the one of *now*.

    A passing can be told but not taken back: boards count them.  So a client is told no more
    of them than laps were added; of what officials changed it is told the places and totals.
    """
    news = set(now) - set(known)
    added = Counter(_crossed(now)) - Counter(_crossed(known))
    found: list[Line] = []
    for line in now:
        if line not in news:
            continue
        if isinstance(line, Crossing):
            added[line.registration] -= 1
            if added[line.registration] < 0:
                continue
        found.append(line)
    return found


def _crossed(lines: Iterable[Line]) -> Iterator[str]:
    """Who crossed the line, as often as they did."""
    return (line.registration for line in lines if isinstance(line, Crossing))


def _track(race: Race, meet: MeetOpened) -> Iterator[Setting]:
    yield Setting("TRACKNAME", meet.venue)
    metres = meet.lap_m or race.rulebook.lap_m
    if metres:
        yield Setting("TRACKLENGTH", f"{metres / 1_000:.3f}")


def _competitor(starter: Starter) -> tuple[Competitor, CompetitorAgain]:
    bib, noc = str(starter.bib), starter.skater.noc
    code = Bare(next(iter(starter.transponders), ""))
    first, last = given_and_family(starter.skater.name)
    return (
        Competitor(bib, bib, code, first, last, noc, _CLASS),
        CompetitorAgain(bib, bib, _CLASS, first, last, noc),
    )


def _crossings(race: Race) -> list[Crossing]:
    """Every passing that ended a lap, as time went."""
    found = [Crossing(str(bib), time, total) for bib in race.starters for _, time, total in _laps(race, bib)]
    return sorted(found, key=lambda crossing: crossing.total)


def _laps(race: Race, bib: int) -> list[tuple[int, Duration, Duration]]:
    """The laps that *bib* ended at a known time: number, length and end, in whole milliseconds.

    The length is 0 where nobody knows when the lap began.
    """
    found = []
    began = race.start
    for lap in range(1, race.rides[bib].done + 1):
        ended = race.ended(bib, lap)
        if race.start is not None and ended is not None:
            length = Duration(0) if began is None else between(began, ended)
            found.append((lap, cut(length, 3), cut(between(race.start, ended), 3)))
        began = ended
    return found


def _places(race: Race) -> list[Place]:
    scores = [standing.score for standing in standings(race)]
    return [
        Place(place, str(score.bib), Laps(score.laps), cut(score.time or Duration(0), 3))
        for place, score in enumerate(scores, 1)
    ]


def _bests(race: Race) -> list[Best]:
    """The skaters by their fastest lap; whose laps nobody timed stand behind, with lap 0."""
    fastest = [(*_fastest(race, bib), bib) for bib in race.starters]
    fastest.sort(key=lambda best: (not best[0], best))
    return [Best(place, str(bib), lap, time) for place, (time, lap, bib) in enumerate(fastest, 1)]


def _fastest(race: Race, bib: int) -> tuple[Duration, int]:
    """The time and the number of a skater's fastest lap, 0 if none is known."""
    return min(((time, lap) for lap, time, _ in _laps(race, bib) if time), default=(Duration(0), 0))
