"""Strategies for the log: any event of any kind, any draft, and a meet that has everything in it."""

from collections.abc import Callable
from typing import Any, get_args

from hypothesis import strategies as st
from msgspec import inspect

from lastlap.events import Event, MeetOpened, NoteMade, Passing, PassingStruck, RacePlanned, StartListPosted
from lastlap.log import Draft
from lastlap.rulebook import edition
from lastlap.startlist import Skater, Starter
from lastlap.times import SECOND, Instant

EVENTS: tuple[type[Event], ...] = get_args(Event)
"""Every kind of event that there is."""

FINAL = RacePlanned("women", "final", "Final, women", edition("isu-2014"))

_TEXT = st.text(max_size=12)
_LEAST, _MOST = -(2**63), 2**63 - 1


def note(number: int = 1) -> NoteMade:
    """A word in the log."""
    return NoteMade(f"note {number}")


def opening_night() -> list[Draft]:
    """A race from its plan to its first lap; its start list is too long for one page of a file."""
    field = [Starter(bib, Skater(f"s{bib}", f"Skater {bib}", "NED"), (f"T{bib}",)) for bib in range(1, 41)]
    passings = [Passing(Instant(bib * SECOND), f"T{bib}", source="box") for bib in range(1, 41)]
    return [
        Draft(MeetOpened("Night at the oval"), by="secretary"),
        Draft(FINAL, "w-final", by="secretary"),
        Draft(StartListPosted(tuple(field)), "w-final", by="secretary", key="start list"),
        *(Draft(passing, "w-final", by="box") for passing in passings),
        Draft(PassingStruck(5, why="the box was moved"), "w-final", by="referee"),
    ]


def events(*kinds: type[Event]) -> st.SearchStrategy[Event]:
    """Any event of one of *kinds*, or of any kind, however little sense it makes."""
    return st.one_of(*(_values(inspect.type_info(kind)) for kind in kinds or EVENTS))


def drafts(event: st.SearchStrategy[Event]) -> st.SearchStrategy[Draft]:
    """A draft of an *event*, with anything at all around it."""
    moments = st.integers(_LEAST, _MOST).map(Instant)
    return st.builds(Draft, event, race=st.none() | _TEXT, by=_TEXT, at=moments)


def _values(kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - msgspec's descriptions of types have no common type
    """Any value of a type that msgspec describes so."""
    return _MAKERS[type(kind)](kind)


def _record(kind: inspect.StructType) -> st.SearchStrategy[Any]:
    fields = {field.name: _values(field.type) for field in kind.fields}
    needed = {name: fields.pop(name) for name in [field.name for field in kind.fields if field.required]}
    return st.fixed_dictionaries(needed, optional=fields).map(lambda values: kind.cls(**values))


def _whole_numbers(kind: inspect.IntType) -> st.SearchStrategy[int]:
    least = _LEAST if kind.ge is None else kind.ge
    return st.integers(least, _MOST if kind.le is None else kind.le)


def _numbers(kind: inspect.FloatType) -> st.SearchStrategy[float]:
    limits = st.floats(kind.ge, kind.le, allow_nan=False, allow_infinity=False)
    return limits.filter(lambda number: kind.gt is None or number > kind.gt)


_MAKERS: dict[type, Callable[[Any], st.SearchStrategy[Any]]] = {
    inspect.StructType: _record,
    inspect.UnionType: lambda kind: st.one_of(*map(_values, kind.types)),
    inspect.IntType: _whole_numbers,
    inspect.FloatType: _numbers,
    inspect.StrType: lambda _: _TEXT,
    inspect.BoolType: lambda _: st.booleans(),
    inspect.NoneType: lambda _: st.none(),
    inspect.DateType: lambda _: st.dates(),
    inspect.LiteralType: lambda kind: st.sampled_from(kind.values),
    inspect.EnumType: lambda kind: st.sampled_from(kind.cls),
    inspect.VarTupleType: lambda kind: st.lists(_values(kind.item_type), max_size=2).map(tuple),
    inspect.DictType: lambda kind: st.dictionaries(
        _values(kind.key_type), _values(kind.value_type), max_size=2
    ),
}
