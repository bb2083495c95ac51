"""A meet without a person: the same records with their personal data replaced, as a new chain.

Strategy: a chain cannot forget, so nothing is deleted in it.  A new log is made record by record:
the same numbers, moments and facts, in which the person is a number.  What is found under their
name is replaced wherever it stands, also in the words of officials.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from lastlap.errors import InputError
from lastlap.events import EntriesTaken, Event, IncidentNoted, NoteMade, Record, SkaterFell, StartListPosted
from lastlap.log import Draft
from lastlap.startlist import Skater

WITHHELD = "Name withheld"
"""What stands for the name."""


def without(records: Sequence[Record], wanted: str) -> Iterator[Draft]:
    """The records of a meet without the personal data of the skater *wanted*, by id or by name, and a note of it.

    Numbers stay, so that what one record says of another holds.  Places, times and the NOC stay
    too: they are the race.  Raises `InputError` if nobody or more than one is called so.
    """
    who = _found(records, wanted)
    number = 1 + len({one.id for one in _skaters(records) if one.id.startswith("withheld-")})
    other = Skater(f"withheld-{number}", f"{WITHHELD} {number}", who.noc)
    bibs = _bibs(records, who.id)
    for record in records:
        event = _forgetting(record.event, bibs.get(record.race or "", set()))
        replaced = _replaced(msgspec.to_builtins(event), who, other)
        told: Event = msgspec.convert(replaced, type=Event)
        yield Draft(told, record.race, _renamed(record.by, who, other), record.at)
    note = "Personal data of one skater was replaced in this log, which was made anew for that."
    yield Draft(NoteMade(note), by="secretary")


def _found(records: Sequence[Record], wanted: str) -> Skater:
    known = {one.id: one for one in _skaters(records)}
    fitting = {one.id: one for one in known.values() if wanted in (one.id, one.name)}
    if len(fitting) != 1:
        what = "more than one is" if fitting else "nobody is"
        message = (
            f"{what} called {wanted!r} in this meet: give the id of the skater, as `lastlap export` shows it"
        )
        raise InputError(message)
    return next(iter(fitting.values()))


def _skaters(records: Sequence[Record]) -> Iterator[Skater]:
    for record in records:
        event = record.event
        if isinstance(event, EntriesTaken):
            yield from (entry.skater for entry in event.entries)
        if isinstance(event, StartListPosted):
            yield from (starter.skater for starter in event.starters)


def _bibs(records: Sequence[Record], skater: str) -> dict[str, set[int]]:
    """Which caps the skater wore, by race."""
    found: dict[str, set[int]] = {}
    for record in records:
        if isinstance(record.event, StartListPosted):
            worn = {one.bib for one in record.event.starters if one.skater.id == skater}
            found.setdefault(record.race or "", set()).update(worn)
    return found


def _forgetting(event: Event, bibs: set[int]) -> Event:
    """The event without what is private of whoever wore one of *bibs*."""
    match event:
        case SkaterFell(bib=bib) if bib in bibs:
            return msgspec.structs.replace(event, injury="", injury_public=False)
        case IncidentNoted(bibs=named) if bibs & set(named):
            return msgspec.structs.replace(event, injury="", injury_public=False)
    return event


def _replaced(value: object, who: Skater, other: Skater) -> object:
    """A plain value with the skater, the id and the name replaced wherever they stand."""
    match value:
        case {"id": identity, "name": _, "noc": _} if identity == who.id:
            return msgspec.to_builtins(other)
        case dict():
            return {
                _key(key, who, other): one if key == "type" else _replaced(one, who, other)
                for key, one in value.items()
            }
        case list() | tuple():
            return [_replaced(one, who, other) for one in value]
        case str():
            return _renamed(value, who, other)
    return value


def _key(key: object, who: Skater, other: Skater) -> object:
    return _renamed(key, who, other) if isinstance(key, str) else key


def _renamed(text: str, who: Skater, other: Skater) -> str:
    """*text* with the id and the name replaced, as whole words.

    Names of several words are found in any case of letters; one of a single word might be a word of
    the language too.
    """
    for old, new in ((who.id, other.id), (who.name, other.name)):
        flags = re.IGNORECASE if len(re.findall(r"\w+", old)) > 1 else re.NOFLAG
        text = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new, text, flags=flags)
    return text
