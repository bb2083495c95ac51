"""Games told as text: the small language in which tests about medals are written.

```
Ice Women Sprint: AAA Ann | BBB Bea | CCC Cat
Ice Men Sprint: AAA Abe = BBB Ben | | CCC Cid      # two golds, so no silver
Ice Women Relay: AAA Ann+Amy | BBB Bea+? | CCC ?   # a team; of BBB and CCC not all are known
Ice Women Mile: AAA - | | CCC Cat                  # a name that nobody knows; no silver
Snow Mixed Relay:                                  # on the programme, not decided
```

One event a line, numbered from 1 and decided an hour apart; the id of a person is the name.
"""

import re

from hypothesis import strategies as st

from lastlap.medals import Games, Gender, Medal, MedalEvent, Medals, Winner, Won
from lastlap.times import HOUR, Instant

_LINE = re.compile(r"(\w+) (Women|Men|Mixed|Open) ([^:]+):([^#]*)")
NOCS = ("AAA", "BBB", "CCC", "DDD")
"""The committees of the test Games."""


def told(text: str, year: int = 2030) -> Medals:
    """The Games that *text* tells of."""
    lines = [line for line in text.splitlines() if line.strip()]
    held = Games(year, "the test Games", 0, earlier=(2018, 2022, 2026))
    return Medals(held).adding(*(event(*pair) for pair in enumerate(lines, 1)))


def event(number: int, line: str) -> MedalEvent:
    """The event that one line tells of."""
    match = _LINE.match(line.strip())
    assert match, line
    sport, gender, name, medals = match.groups()
    title = name if gender in ("Mixed", "Open") else f"{gender}'s {name}"
    won = tuple(
        _won(medal, one.strip())
        for medal, cell in zip(Medal, medals.split("|"), strict=False)
        for one in cell.split("=")
        if one.strip()
    )
    return MedalEvent(number, Instant(number * HOUR), sport, title, Gender(gender), won, f"row {number}")


def _won(medal: Medal, text: str) -> Won:
    noc, names = text.split(" ", 1)
    if names == "-":
        return Won(medal, noc, "", complete=False)
    people = tuple(Winner(name, name) for name in names.split("+") if name != "?")
    return Won(medal, noc, names, people, complete="?" not in names)


def programmes() -> st.SearchStrategy[Medals]:
    """Games of up to eight events of one sport, some of them undecided, with ties of every kind."""
    one = st.tuples(st.sampled_from(NOCS), st.sampled_from("pqr")).map(" ".join)
    medal = st.lists(one, max_size=2, unique=True).map(" = ".join)
    line = st.tuples(st.sampled_from(["Women", "Men", "Open"]), st.lists(medal, max_size=3).map(" | ".join))
    return st.lists(line.map(lambda parts: f"Ice {parts[0]} Race: {parts[1]}"), max_size=8).map(
        lambda lines: told("\n".join(lines))
    )
