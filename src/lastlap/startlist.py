"""Who skates: skaters, their entries, and the lines of a start list."""

from collections import Counter
from collections.abc import Sequence

import msgspec


class Skater(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person, with no more about them than the sport needs."""

    id: str
    """Stable over the races of a meet, e.g. `nana-takagi-jpn`."""
    name: str
    """As sheets print it."""
    noc: str
    """The three letters of who sent the skater."""
    birth_year: int | None = None
    ranking: int | None = None
    """Place in the ranking list that the draw uses; `None` is unranked."""
    said: str = ""
    """How the name is said, for the announcer."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A skater entered in a competition."""

    skater: Skater
    transponders: tuple[str, ...] = ()
    reserve: bool = False
    """Entered to come in if somebody withdraws."""


class Starter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a start list."""

    bib: int
    skater: Skater
    transponders: tuple[str, ...] = ()
    """The codes that the skater wears, normally two: one an ankle."""
    grid: int | None = None
    """The start position, 1 at the front inside."""
    why: str = ""
    """Why the skater starts in this race and stands here, as the draw explains it."""


def start_list_flaws(starters: Sequence[Starter]) -> list[str]:
    """A sentence for each thing that makes a start list impossible: a bib, skater or transponder twice."""
    columns = {
        "bib": [str(starter.bib) for starter in starters],
        "skater": [starter.skater.id for starter in starters],
        "transponder": [code for starter in starters for code in starter.transponders],
    }
    return [
        f"{column} {value} stands on the start list {count} times: give each its own"
        for column, values in columns.items()
        for value, count in Counter(values).items()
        if count > 1
    ]
