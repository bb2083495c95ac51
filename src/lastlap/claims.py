"""What becomes true with a medal event: every notable fact, in words, with where it is from.

Strategy: a claim is made only where the facts prove it.  A count of a person's medals is not
claimed while a team of their NOC has people whom nobody named; Olympic medals are claimed only
of those whose career is known; a first, only of events whose first Games is known.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from lastlap.errors import RefusedError
from lastlap.medals import (
    Career,
    CareerMedal,
    Counted,
    Gender,
    Medal,
    MedalEvent,
    Medals,
    Tally,
    Winner,
    career,
    only_with,
    ordinal,
    records,
)


class Kind(StrEnum):
    """What a claim is about."""

    MEDALLISTS = "medallists"
    NOC_GOLDS = "golds of a NOC"
    NOC_MEDALS = "medals of a NOC"
    NOC_RECORD = "record of a NOC"
    GAMES_GOLDS = "golds of a skater at these Games"
    GAMES_MEDALS = "medals of a skater at these Games"
    ONLY = "only one with so many golds in a sport"
    CAREER_GOLDS = "Olympic golds of a skater"
    CAREER_MEDALS = "Olympic medals of a skater"
    FIRST = "first of its kind"
    LAST = "last of its kind"


class Claim(msgspec.Struct, frozen=True):
    """A notable fact that becomes true with one event."""

    kind: Kind
    subject: str
    """The code of a NOC, the id of a person, or the title of an event."""
    sentence: str
    """In words, without a full stop."""
    rows: tuple[str, ...]
    """Where the facts that it follows from are written down."""
    count: int | None = None
    """How many, where it counts something."""


class Debut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The Games at which an event was first held."""

    sport: str
    event: str
    games: int
    source: str


class Archive(msgspec.Struct, frozen=True):
    """What is known beyond the Games themselves."""

    tallies: tuple[Tally, ...] = ()
    careers: Mapping[str, Career] = {}
    """By a person's id."""
    debuts: tuple[Debut, ...] = ()
    nocs: Mapping[str, str] = {}
    """The names of NOCs by code; where one is missing, the code is said."""


def claims(medals: Medals, number: int, archive: Archive) -> tuple[Claim, ...]:
    """Every notable fact that becomes true with the event of that *number*, as of that moment.

    Raises `RefusedError` if the event has no medals yet.
    """
    now = medals.through(number)
    event = now.event(number)
    if not event.won:
        message = f"no medals of {event.title} are known yet: add its result first"
        raise RefusedError(message)
    return (
        _medallists(event),
        *_noc_claims(now, event, archive),
        *_skater_claims(now, event, archive),
        *firsts_and_lasts(now, number, archive.debuts),
    )


def firsts_and_lasts(medals: Medals, number: int, debuts: Iterable[Debut]) -> tuple[Claim, ...]:
    """That the event is the first of its kind at any Winter Games, or the last of its sport at these.

    It is new only if *debuts* says so, and the first of a kind if all of that kind are new: the
    women's and the men's.  It is the last only once all others of the sport are decided, or all
    that are open to women, or to men.
    """
    event = medals.event(number)
    found = (_first(medals, event, tuple(debuts)), _last(medals, event))
    return tuple(claim for claim in found if claim)


def _medallists(event: MedalEvent) -> Claim:
    names = ", ".join(f"{won.medal} {won.name or 'name unknown'} ({won.noc})" for won in event.won)
    return Claim(Kind.MEDALLISTS, event.title, f"{event.title}: {names}", (event.source,))


# Of NOCs


_NOC_KINDS: Mapping[Counted, Kind] = {"gold": Kind.NOC_GOLDS, "medal": Kind.NOC_MEDALS}


def _noc_claims(now: Medals, event: MedalEvent, archive: Archive) -> Iterator[Claim]:
    for noc in dict.fromkeys(won.noc for won in event.won):
        name = archive.nocs.get(noc, noc)
        for counted, kind in _NOC_KINDS.items():
            medals = [e for e, won in now.won if won.noc == noc and won.is_a(counted)]
            if event in medals:
                sentence = f"{name}, {ordinal(len(medals))} {counted} at these Games"
                yield Claim(kind, noc, sentence, _once(e.source for e in medals), len(medals))
    for record in records(now, archive.tallies):
        if record.event == event.number:
            name = archive.nocs.get(record.noc, record.noc)
            sentence = f"{name}, {ordinal(record.count)} {record.counted} at these Games: {record.reach}"
            yield Claim(Kind.NOC_RECORD, record.noc, sentence, record.rows, record.count)


# Of skaters


class _Span(msgspec.Struct, frozen=True):
    """Over what the medals of a skater are counted, and how that is said."""

    golds: Kind
    medals: Kind
    words: str


_AT_GAMES = _Span(Kind.GAMES_GOLDS, Kind.GAMES_MEDALS, "{} at these Games")
_OLYMPIC = _Span(Kind.CAREER_GOLDS, Kind.CAREER_MEDALS, "Olympic {}")


def _skater_claims(now: Medals, event: MedalEvent, archive: Archive) -> Iterator[Claim]:
    for noc, who in ((won.noc, who) for won in event.won for who in won.people):
        unknown = _unknown(now, event.gender, noc, who)
        here = career(now, who.id)
        yield from _counts(who, here, _AT_GAMES, unknown)
        life = archive.careers.get(who.id)
        earlier = life.until(now.games.year) if life else None
        if earlier is not None:
            yield from _counts(who, (*earlier, *here), _OLYMPIC, unknown)
        yield from _only(now, event, who, here)


def _unknown(now: Medals, gender: Gender, noc: str, who: Winner) -> set[Medal]:
    """What the person may have won besides: medals of the NOC whose people are not all known."""
    return {
        won.medal
        for event, won in now.won
        if won.noc == noc and event.gender.may_meet(gender) and not (won.complete or won.is_of(who.id))
    }


def _counts(who: Winner, medals: Sequence[CareerMedal], span: _Span, unknown: set[Medal]) -> Iterator[Claim]:
    """That the last of *medals* is a second gold or medal, or a later one, unless *unknown* might change that."""
    golds = [one for one in medals if one.medal is Medal.GOLD]
    if medals[-1].medal is Medal.GOLD and len(golds) > 1 and Medal.GOLD not in unknown:
        yield _count(who, golds, span.golds, span.words.format("gold"))
    if len(medals) > max(1, len(golds)) and not unknown:
        yield _count(who, medals, span.medals, span.words.format("medal"))


def _count(who: Winner, medals: Sequence[CareerMedal], kind: Kind, what: str) -> Claim:
    earlier = ", ".join(one.words for one in medals[:-1])
    sentence = f"{who.name}, {ordinal(len(medals))} {what}: after {earlier}"
    return Claim(kind, who.id, sentence, _once(one.source for one in medals), len(medals))


_ONE = {Gender.WOMEN: "woman", Gender.MEN: "man"}
_SEVERAL = {2: "two", 3: "three", 4: "four", 5: "five"}


def _only(now: Medals, event: MedalEvent, who: Winner, here: Sequence[CareerMedal]) -> Iterator[Claim]:
    """That nobody else of the gender has so many golds in the sport; said of a gold that makes it true."""
    golds = [one for one in here if one.sport == event.sport and one.medal is Medal.GOLD]
    several = len(golds) > 1 and here[-1].medal is Medal.GOLD
    if event.gender not in _ONE or not several or not only_with(now, event.sport, event.gender, len(golds)):
        return
    left = any(not e.won and e.gender.may_meet(event.gender) for e in now.within(event.sport).events)
    words = (
        f"the only {_ONE[event.gender]} with {_SEVERAL.get(len(golds), len(golds))} golds in {event.sport}"
    )
    sentence = f"{who.name}, {words} at these Games{' so far' if left else ''}"
    yield Claim(Kind.ONLY, who.id, sentence, _once(one.source for one in golds), len(golds))


# Of the programme


def _first(medals: Medals, event: MedalEvent, debuts: Sequence[Debut]) -> Claim | None:
    key = (event.sport, medals.games.year)
    new = {debut.event: debut.source for debut in debuts if (debut.sport, debut.games) == key}
    if event.name not in new:
        return None
    family = [e for e in medals.within(event.sport).events if e.family == event.family]
    is_first = family[0] == event and all(e.name in new for e in family)
    what = f"{event.sport} {event.family}" if is_first else event.title
    sentence = f"{event.title}: the first {what} at a Winter Games"
    return Claim(Kind.FIRST, event.title, sentence, (new[event.name], event.source))


def _last(medals: Medals, event: MedalEvent) -> Claim | None:
    programme = medals.within(event.sport).events
    left = [e for e in programme if not e.won or e.place > event.place]
    if not left:
        words = f"the closing event of the {event.sport} programme of these Games"
    elif event.gender in _ONE and not any(e.gender.may_meet(event.gender) for e in left):
        words = f"the last {event.sport} event for {event.gender.lower()} at these Games"
    else:
        return None
    return Claim(Kind.LAST, event.title, f"{event.title}: {words}", _once(e.source for e in programme))


def _once(rows: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rows))
