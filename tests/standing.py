"""Whether a finding stands on its records: its names, times and numbers looked up in them, by other ways than it was made."""

from collections.abc import Iterable, Iterator
from itertools import combinations

import msgspec

from lastlap.competition import competitions
from lastlap.events import GunFired, LapsGiven, OrderRead, Passing, Record
from lastlap.games import games
from lastlap.publish.finding import Clock, Finding, Line, Name, Noc, NocLine, Person, Phrase
from lastlap.race import replay
from lastlap.ranking import standings
from lastlap.times import cut


def unfounded(finding: Finding, records: Iterable[Record]) -> list[str]:
    """What of *finding* does not stand in the records that it names."""
    log = list(records)
    cited = [record for record in log if record.number in finding.records]
    text = msgspec.json.encode([record.event for record in cited], enc_hook=str).decode()
    clocks = set(_clocks(cited))
    wrong = [] if cited else ["no record"]
    for value in _flat(finding.values.values()):
        match value:
            case Person(name=name, noc=noc) | Line(who=Person(name=name, noc=noc)):
                wrong += [what for what in (name, noc) if f'"{what}"' not in text]
            case Name(name=name) | Phrase(words=name):
                wrong += [] if name in text or _is_time_of_day(name) else [name]
            case Clock(us=us):
                wrong += [] if {cut(us, 1), us} & clocks else [str(us)]
            case Noc() | NocLine():
                wrong += [] if finding.rows or value_code(value) in text else [value_code(value)]
        if isinstance(value, Line):
            wrong += [] if value in _lines(log, finding) else [repr(value)]
    return wrong


def value_code(value: Noc | NocLine) -> str:
    """The code of a NOC."""
    return value.code if isinstance(value, Noc) else value.noc.code


def _flat(values: Iterable[object]) -> Iterator[object]:
    for value in values:
        if isinstance(value, tuple):
            yield from _flat(value)
        else:
            yield value


def _is_time_of_day(text: str) -> bool:
    return len(text) == len("22:45") and text[2] == ":"


def _clocks(cited: Iterable[Record]) -> Iterator[int]:
    """All times and gaps that the moments and readings of the records can give, cut as they are printed."""
    records = list(cited)
    moments = [one.event.at for one in records if isinstance(one.event, Passing)]
    starts = [one.event.at for one in records if isinstance(one.event, GunFired)]
    read = [time for one in records if isinstance(one.event, OrderRead) for time in one.event.times.values()]
    given = [one.event.time for one in records if isinstance(one.event, LapsGiven) and one.event.time]
    times = [*read, *given, *(at - gun for at in moments for gun in starts)]
    times = [cut(time, 2) for time in times]  # type: ignore[arg-type]
    gaps = {abs(one - other) for one, other in combinations({*times}, 2)}
    gaps |= {abs(one - other) for one, other in combinations(moments, 2)}
    for gap in (*times, *gaps):
        yield from (cut(gap, 1), cut(gap, 2), gap)  # type: ignore[arg-type]


def _lines(log: list[Record], finding: Finding) -> list[Line]:
    """Everybody's place and points when the last record that the finding names was written."""
    last = max(finding.records)
    races = [race for one in competitions(log).values() for race in one.races]
    race = next(name for name in races if finding.about.startswith(name))
    places = standings(replay(record for record in log if record.race == race and record.number <= last))
    return [Line(Person(s.skater.name, s.skater.noc), s.rank or 0, s.score.total) for s in places]


def rows_are_there(finding: Finding) -> bool:
    """Whether rows of packaged medals that a finding names are rows of that file."""
    last = len(games(2018).events)
    return all(
        int(row.partition("seq ")[2]) <= last for row in finding.rows if row.startswith("games/2018.csv, seq")
    )
