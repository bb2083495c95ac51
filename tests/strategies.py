"""Whole valid things for Hypothesis: skaters, start lists, rulebooks, events, records.

Strategy: the field types of the frozen records say what may stand in them, so a strategy is
read off the class.  Only where fields hang together (a rulebook's laps and sprints, the bibs of
a start list) is it written out.
"""

from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin

import msgspec
from hypothesis import strategies as st

from lastlap.events import Event, Record
from lastlap.rulebook import (
    IRM,
    Divisions,
    Elimination,
    Format,
    LapGain,
    Lapped,
    NeutralLap,
    Profile,
    Ranking,
    Redistribution,
    Rulebook,
    Source,
    Sprints,
    Timing,
)
from lastlap.startlist import Entry, Skater, Starter
from lastlap.times import HOUR, Duration, Instant

TEXT = st.text(max_size=12)
"""Any words, in any script."""

BIBS = st.integers(1, 199)
"""Numbers worn."""


def instants() -> st.SearchStrategy[Instant]:
    """Moments of the years 1970 to 2100."""
    return st.integers(0, 4_102_444_800_000_000).map(Instant)


def durations() -> st.SearchStrategy[Duration]:
    """Lengths of time that a race can take, to the microsecond."""
    return st.integers(0, 2 * HOUR).map(Duration)


def skaters() -> st.SearchStrategy[Skater]:
    """Skaters with a name of any letters, some with a ranking and a birth year."""
    return st.builds(
        Skater,
        id=st.integers(1, 9_999).map("skater-{}".format),
        name=TEXT,
        noc=st.sampled_from(["BEL", "CAN", "CHN", "ITA", "JPN", "KOR", "NED", "NOR", "USA"]),
        birth_year=st.none() | st.integers(1950, 2020),
        ranking=st.none() | st.integers(1, 60),
        said=TEXT,
    )


def codes() -> st.SearchStrategy[str]:
    """What transponders say they are."""
    return st.integers(1, 9_999_999).map(str)


def entries() -> st.SearchStrategy[Entry]:
    """Skaters entered, each with two transponders or none."""
    worn = st.sampled_from([0, 2]).flatmap(lambda count: st.tuples(*[codes()] * count))
    return st.builds(Entry, skater=skaters(), transponders=worn, reserve=st.booleans())


def starters() -> st.SearchStrategy[Starter]:
    """Single lines of a start list."""
    return st.builds(
        Starter,
        bib=BIBS,
        skater=skaters(),
        transponders=st.lists(codes(), max_size=2, unique=True).map(tuple),
        grid=st.none() | st.integers(1, 40),
        why=TEXT,
    )


@st.composite
def start_lists(draw: st.DrawFn, min_size: int = 0, max_size: int = 8) -> tuple[Starter, ...]:
    """Start lists without a flaw: each bib, skater and transponder once, two transponders a skater."""
    bibs = draw(st.lists(BIBS, min_size=min_size, max_size=max_size, unique=True))
    size = len(bibs)
    each = draw(st.lists(skaters(), min_size=size, max_size=size, unique_by=lambda skater: skater.id))
    worn = draw(st.lists(codes(), min_size=2 * size, max_size=2 * size, unique=True))
    return tuple(
        Starter(bib, skater, (worn[2 * place], worn[2 * place + 1]), place + 1)
        for place, (bib, skater) in enumerate(zip(bibs, each, strict=True))
    )


def falling_points(max_size: int = 8) -> st.SearchStrategy[tuple[int, ...]]:
    """Points for the first, second ...: a better place is never worth less."""
    return st.lists(st.integers(1, 60), min_size=1, max_size=max_size).map(
        lambda points: tuple(sorted(points, reverse=True))
    )


@st.composite
def sprints(draw: st.DrawFn, laps: int) -> Sprints:
    """Sprints of a race over *laps* laps: none, at some laps, or at every n-th."""
    finish = draw(st.just(()) | falling_points())
    how = draw(st.sampled_from(["none", "at", "every"])) if laps > 1 else "none"
    points = draw(falling_points(4)) if how != "none" else ()
    at = draw(st.sets(st.integers(1, laps - 1), min_size=1, max_size=4)) if how == "at" else set[int]()
    every = draw(st.integers(1, laps - 1)) if how == "every" else None
    heat, bell = draw(any_of(Sprints, "dead_heat")), draw(any_of(Sprints, "bell"))
    return Sprints(tuple(sorted(at)), every, points, finish, heat, bell)


@st.composite
def eliminations(draw: st.DrawFn, laps: int) -> Elimination | None:
    """Eliminations in a race over *laps* laps, if it is long enough for one."""
    if laps < 2 or draw(st.booleans()):
        return None
    first = draw(st.integers(1, laps - 1))
    until = draw(st.none() | st.integers(first, laps - 1))
    return Elimination(first, draw(st.integers(1, 4)), draw(st.integers(1, 3)), until)


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    """Rulebooks without a flaw, with any mixture of the rules that there are."""
    laps = draw(st.integers(1, 40))
    begins, ends = sorted(draw(st.lists(st.dates(), min_size=2, max_size=2)))
    skated = draw(st.booleans())
    plan = draw(whole(Format))
    divisions = draw(whole(Divisions)) if plan.kind == "divisions" else None
    return Rulebook(
        name=draw(TEXT),
        title=draw(TEXT),
        laps=laps,
        begins=draw(st.sampled_from([None, begins])),
        ends=draw(st.sampled_from([None, ends])),
        lap_m=draw(st.none() | st.floats(100, 500)),
        neutral_lap=NeutralLap(skated, skated and draw(st.booleans()), skated and draw(st.booleans())),
        sprints=draw(sprints(laps)),
        lapped=draw(whole(Lapped)),
        redistribution=draw(whole(Redistribution)),
        lap_gain=draw(whole(LapGain)),
        elimination=draw(eliminations(laps)),
        ranking=draw(whole(Ranking)),
        format=plan,
        divisions=divisions,
        series=draw(st.dictionaries(st.sampled_from("AB"), falling_points(), max_size=2)),
        profiles=draw(st.dictionaries(TEXT, whole(Profile), max_size=2)),
        timing=draw(whole(Timing)),
        rule_codes=draw(st.dictionaries(TEXT, TEXT, max_size=2)),
        sources=(Source(("laps", "sprints.points"), "a test", draw(any_of(Source, "sure"))),),
    )


def events(*kinds: type[Event]) -> st.SearchStrategy[Event]:
    """Facts of the log: of these *kinds*, or of any."""
    return st.sampled_from(kinds or get_args(Event)).flatmap(whole)


def records() -> st.SearchStrategy[Record]:
    """Lines of the log."""
    return whole(Record)


# Reading a strategy off a class


def whole(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Records of the class *kind*, with anything in each field that its type allows."""
    written_out = _WRITTEN_OUT.get(kind)
    if written_out:
        return written_out()
    return st.builds(kind, **{field.name: _value(field.type) for field in msgspec.structs.fields(kind)})


def any_of(kind: type[Any], field: str) -> st.SearchStrategy[Any]:
    """What may stand in the *field* of *kind*."""
    types = {known.name: known.type for known in msgspec.structs.fields(kind)}
    return _value(types[field])


def _value(kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - a type as annotations write it
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, NewType):
        return _value(kind.__supertype__)
    if get_origin(kind) is not None or isinstance(kind, UnionType):
        return _compound(get_origin(kind), get_args(kind))
    return st.sampled_from(kind) if issubclass(kind, Enum) else st.deferred(lambda: whole(kind))


def _compound(kind: Any, parts: tuple[Any, ...]) -> st.SearchStrategy[Any]:  # noqa: ANN401 - the same
    if kind in (Union, UnionType):
        return st.one_of(*map(_value, parts))
    if kind is Literal:
        return st.sampled_from(parts)
    if kind is Annotated:
        return _bounded(*parts)
    if kind is tuple:
        return st.lists(_value(parts[0]), max_size=3).map(tuple)
    assert kind in (dict, Mapping), kind
    return st.dictionaries(_value(parts[0]), _value(parts[1]), max_size=3)


def _bounded(kind: type[int] | type[float], bounds: msgspec.Meta) -> st.SearchStrategy[Any]:
    least = bounds.ge if bounds.ge is not None else bounds.gt
    if kind is int:
        return st.integers(least, bounds.le)  # type: ignore[arg-type]  # the bounds of a whole number are whole
    return st.floats(least, bounds.le, exclude_min=bounds.gt is not None)


_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(-3, 250),  # so small that a number often meets a bib, a lap or a record
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: TEXT,
    bool: st.booleans(),
    type(None): st.none(),
    date: st.dates(),
    Instant: instants(),
    Duration: durations(),
    IRM: st.sampled_from(IRM),
}

_WRITTEN_OUT: dict[type[Any], Callable[[], st.SearchStrategy[Any]]] = {
    Rulebook: rulebooks,
    Skater: skaters,
    Entry: entries,
    Starter: starters,
}
"""Records whose fields hang together, or look like something."""
