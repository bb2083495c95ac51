"""What a story is made of: findings, each one fact of a meet with the records that it stands on.

Strategy: a finding has a kind, values and records, and no words.  A language has one sentence for
each kind, so it can state nothing that is not among the values, and the values can be looked up
in the records.
"""

import re
from collections.abc import Mapping
from datetime import date

import msgspec

from lastlap.times import Duration


class Person(msgspec.Struct, frozen=True, tag=True):
    """A skater."""

    name: str
    noc: str


class Line(msgspec.Struct, frozen=True, tag=True):
    """A skater with a place, and the points that count."""

    who: Person
    place: int
    points: int


class Noc(msgspec.Struct, frozen=True, tag=True):
    """A committee that sends skaters."""

    code: str


class NocLine(msgspec.Struct, frozen=True, tag=True):
    """A NOC in the medal standings."""

    noc: Noc
    rank: int
    gold: int
    silver: int
    bronze: int


class Clock(msgspec.Struct, frozen=True, tag=True):
    """A time or a gap."""

    us: Duration


class Day(msgspec.Struct, frozen=True, tag=True):
    """A date."""

    day: date


class RaceName(msgspec.Struct, frozen=True, tag=True):
    """A race by its category, its phase and which of the phase it is; or a competition, by its final."""

    category: str
    phase: str = "final"
    place: int = 1


class EventName(msgspec.Struct, frozen=True, tag=True):
    """A medal event of some Games, as its programme names it."""

    name: str


class Phrase(msgspec.Struct, frozen=True, tag=True):
    """Words of an official as they stand in the log; a language may know how to say them."""

    words: str


class Name(msgspec.Struct, frozen=True, tag=True):
    """A name that is the same in every language: of a meet, a place, a person who is no skater."""

    name: str


One = Person | Line | Noc | NocLine | Clock | Day | RaceName | EventName | Phrase | Name | int
"""A single value."""

Value = One | tuple[One, ...]
"""What may stand in a sentence."""


class Finding(msgspec.Struct, frozen=True):
    """One fact of a meet."""

    kind: str
    """Which sentence says it."""
    about: str
    """The race, the competition or the meet, and what tells it from others of its kind."""
    values: Mapping[str, Value]
    records: tuple[int, ...]
    """The records of the log that it stands on, by number."""
    rows: tuple[str, ...] = ()
    """The rows of packaged data that it stands on besides."""

    @property
    def id(self) -> str:
        """What it is called in every language and after every correction, whatever variant of its kind it is."""
        variants = _VARIANTS.match(self.kind)
        name = (variants[1] or variants[2]) if variants else self.kind
        return f"{self.about}.{name}" if self.about else name


_VARIANTS = re.compile(
    "(headline|medals|podium|cut|safe|ceremony|instead|left|from_behind|break|disqualified|fell_over)_"
    "|(?:(fell)_(?!over))"
)
"""Kinds that say one thing in several ways, by what they begin with."""


class Part(msgspec.Struct, frozen=True):
    """A paragraph: findings that are told one after the other."""

    name: str
    """Its own name; parts of one competition begin with its id."""
    findings: tuple[Finding, ...]
    topic: str = ""
    """Under which heading it stands, by the key of the heading's words; `""` is none."""
    race: RaceName | None = None
    """Or: the race whose name is the heading."""
