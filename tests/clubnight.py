"""A club's night for tests of ceremonies: one race of four skaters, in any order, ties as told."""

from lastlap.events import (
    CompetitionOpened,
    Event,
    MeetOpened,
    OrderRead,
    RacePlanned,
    Record,
    ResultDeclared,
    ResultStatus,
    StartListPosted,
)
from lastlap.publish.scene import Stage
from lastlap.rulebook import edition
from lastlap.startlist import Skater, Starter

RULES = edition("club", "W")
NOCS = {1: "NED", 2: "BEL", 3: "AUT", 4: "NED"}
OPENED = MeetOpened("Club night", "The Rink", "2026-01-10", utc_offset=60)


def stage(*bibs: int | tuple[int, ...], said: tuple[Event, ...] = (), result: bool = True) -> Stage:
    """A meet whose only race ended in that order, with *said* of the ceremony."""
    starters = tuple(Starter(bib, Skater(f"s{bib}", f"Skater {bib}", noc)) for bib, noc in NOCS.items())
    log: list[tuple[Event, str | None]] = [
        (OPENED, None),
        (CompetitionOpened("w", "Women", "W", RULES), None),
        (RacePlanned("w", "final", "Women, final", RULES), "w-final"),
        (StartListPosted(starters), "w-final"),
    ]
    if result:
        log += [(OrderRead(RULES.laps, bibs), "w-final"), (ResultDeclared(ResultStatus.OFFICIAL), "w-final")]
    log += [(event, None) for event in said]
    return Stage(Record(number, event, race) for number, (event, race) in enumerate(log, 1))
