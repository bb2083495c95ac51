"""A race told as text: the small language in which tests are written.

```
laps 3; sprint 1: 3 2 1; sprint 3: 60 40 20
0:31.0 3   0:31.2 1   0:31.5 2
1:02.0 1   1:02.1 2'          # 2 was seen by the transponder of the other ankle
read 2: 1 2=3                 # the photo finish: 2 and 3 in a dead heat
tap 1:03.2 3 2                # a judge saw 3 end lap 2; without the last number any lap
mark 3 DNF
```

Every bib that the text names is on the start list and wears two transponders; `?X` is a
transponder that nobody wears.  The gun is fired at 0:00 unless the story says `gun`.
"""

import re
from collections.abc import Callable, Iterable
from itertools import groupby

import msgspec

from lastlap.events import (
    CrossingTapped,
    Event,
    GunFired,
    LappedCalled,
    LapsCut,
    LapsGiven,
    MarkGiven,
    OrderRead,
    Passing,
    PassingInserted,
    Record,
    StartListPosted,
)
from lastlap.race import Race, replay
from lastlap.ranking import standings
from lastlap.rulebook import IRM, Rulebook
from lastlap.startlist import Skater, Starter
from lastlap.times import Instant, parse_clock

_PASSING = re.compile(r"(\d+:[\d.]+)\s+(\?\w+|\d+'?)")

RULES = Rulebook(name="story", title="The rules of a story", laps=1)
"""What a story's first line changes."""


def starter(bib: int, noc: str = "NED") -> Starter:
    """A skater with *bib* and two transponders."""
    return Starter(bib, Skater(f"s{bib}", f"Skater {bib}", noc), (f"T{bib}", f"T{bib}'"))


def rules(line: str, base: Rulebook = RULES) -> Rulebook:
    """The rulebook that `laps 3; sprint 1: 3 2 1; sprint 3: 60 40 20` states."""
    laps, points, finish, at = base.laps, base.sprints.points, base.sprints.finish, list[int]()
    for part in filter(None, (part.strip() for part in line.split(";"))):
        name, _, table = part.partition(":")
        kind, number = name.split()
        worth = tuple(map(int, table.split()))
        if kind == "laps":
            laps = int(number)
        elif int(number) == laps:
            finish = worth
        else:
            at, points = [*at, int(number)], worth
    sprints = msgspec.structs.replace(base.sprints, at=tuple(at), points=points, finish=finish)
    return msgspec.structs.replace(base, laps=laps, sprints=sprints)


def events(lines: Iterable[str]) -> list[Event]:
    """What the lines of a story say, in their order."""
    found: list[Event] = []
    for line in lines:
        word, *rest = line.replace(":", " ").split()
        if word in _WORDS:
            found.append(_WORDS[word](rest, line))
        else:
            found += [_passing(time, who) for time, who in _PASSING.findall(line)]
    return found


def records(text: str, base: Rulebook = RULES) -> tuple[list[Record], Rulebook]:
    """The log that *text* tells, and its rules."""
    head, *lines = [line.partition("#")[0].strip() for line in text.strip().splitlines()]
    told = events(filter(None, lines))
    bibs = {int(who.rstrip("'")) for line in lines for _, who in _PASSING.findall(line) if who[0] != "?"}
    bibs |= {bib for event in told for bib in _named(event)}
    opening: list[Event] = [StartListPosted(tuple(map(starter, sorted(bibs))))]
    if not any(isinstance(event, GunFired) for event in told):
        opening.append(GunFired(Instant(0)))
    numbered = enumerate([*opening, *told], 1)
    return [Record(number, event, "story") for number, event in numbered], rules(head, base)


def told(text: str, *more: Event, base: Rulebook = RULES) -> Race:
    """The race that *text* tells, with *more* said at its end."""
    log, rulebook = records(text, base)
    log += [Record(len(log) + number, event, "story") for number, event in enumerate(more, 1)]
    return replay(log, rulebook)


def ranks(race: Race) -> str:
    """The standings in one line: `1st 3, 2nd 1`, as `3 1`; a shared place as `3=1`."""
    places = [[s.score.bib for s in level] for _, level in groupby(standings(race), key=lambda s: s.rank)]
    return " ".join("=".join(map(str, place)) for place in places)


def _passing(time: str, who: str) -> Passing:
    code = who[1:] if who[0] == "?" else f"T{who}"
    return Passing(Instant(parse_clock(time)), code, source="box")


def _read(rest: list[str], _line: str) -> OrderRead:
    places = [tuple(map(int, place.split("="))) for place in rest[1:]]
    return OrderRead(int(rest[0]), tuple(place if len(place) > 1 else place[0] for place in places))


def _tap(time: str, bib: str, lap: str = "") -> CrossingTapped:
    return CrossingTapped(Instant(parse_clock(time)), int(bib), int(lap) if lap else None)


def _named(event: Event) -> tuple[int, ...]:
    if isinstance(event, OrderRead):
        return tuple(bib for place in event.bibs for bib in (place if isinstance(place, tuple) else (place,)))
    bib = getattr(event, "bib", None)
    return (bib,) if isinstance(bib, int) else ()


_WORDS: dict[str, Callable[[list[str], str], Event]] = {
    "read": _read,
    "gun": lambda _rest, line: GunFired(Instant(parse_clock(line.split()[1]))),
    "tap": lambda _rest, line: _tap(*line.split()[1:]),
    "mark": lambda rest, _line: MarkGiven(int(rest[0]), IRM(rest[1])),
    "lapped": lambda rest, _line: LappedCalled(int(rest[0])),
    "laps": lambda rest, _line: LapsGiven(int(rest[0]), int(rest[1])),
    "cut": lambda rest, _line: LapsCut(int(rest[0])),
    "insert": lambda _rest, line: PassingInserted(
        Instant(parse_clock(line.split()[1])), int(line.split()[2])
    ),
}
