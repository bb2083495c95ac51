"""Runs, proves and tells a mass start speed skating night, from entries to medals.

```python
import lastlap

race = lastlap.open("night.meet").race("w-final")
for standing in lastlap.standings(race)[:3]:
    print(standing.rank, standing.skater.name, standing.score.total, standing.why)
```

Strategy: a name is fetched from its room when it is first asked for, so that whoever needs one
room (the command line for `--help`) does not wait for all of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lastlap.certainty import Certainty, sure
    from lastlap.competition import Competition, competitions, event_ranking, medallists, qualified
    from lastlap.entries import EntryList, read_entries
    from lastlap.errors import InputError, LastlapError, MeetError, RefusedError, RulebookError
    from lastlap.events import Event, Record
    from lastlap.gaps import Group, groups, lap_times
    from lastlap.log import Check, Draft, Meet, import_lines, salvage
    from lastlap.official import Sheet, parse_sheet, rank_sheet, verify_sheet
    from lastlap.race import Lap, NoLap, Race, Status, replay
    from lastlap.ranking import Score, Standing, ranked, standings
    from lastlap.rulebook import IRM, Rulebook, edition, editions, parse_rulebook
    from lastlap.startlist import Entry, Skater, Starter
    from lastlap.times import Duration, Instant, clock, parse_clock

    open = Meet.open  # noqa: A001 - `lastlap.open` reads as it should; nobody imports it bare

__all__ = [
    "IRM",
    "Certainty",
    "Check",
    "Competition",
    "Draft",
    "Duration",
    "Entry",
    "EntryList",
    "Event",
    "Group",
    "InputError",
    "Instant",
    "Lap",
    "LastlapError",
    "Meet",
    "MeetError",
    "NoLap",
    "Race",
    "Record",
    "RefusedError",
    "Rulebook",
    "RulebookError",
    "Score",
    "Sheet",
    "Skater",
    "Standing",
    "Starter",
    "Status",
    "clock",
    "competitions",
    "edition",
    "editions",
    "event_ranking",
    "groups",
    "import_lines",
    "lap_times",
    "medallists",
    "open",
    "parse_clock",
    "parse_rulebook",
    "parse_sheet",
    "qualified",
    "rank_sheet",
    "ranked",
    "read_entries",
    "replay",
    "salvage",
    "standings",
    "sure",
    "verify_sheet",
]

_ROOMS = {
    "certainty": "Certainty sure",
    "competition": "Competition competitions event_ranking medallists qualified",
    "entries": "EntryList read_entries",
    "errors": "InputError LastlapError MeetError RefusedError RulebookError",
    "events": "Event Record",
    "gaps": "Group groups lap_times",
    "log": "Check Draft Meet import_lines salvage",
    "official": "Sheet parse_sheet rank_sheet verify_sheet",
    "race": "Lap NoLap Race Status replay",
    "ranking": "Score Standing ranked standings",
    "rulebook": "IRM Rulebook edition editions parse_rulebook",
    "startlist": "Entry Skater Starter",
    "times": "Duration Instant clock parse_clock",
}
"""Where each of those names is at home."""


def __getattr__(name: str) -> object:
    """The promised *name*, from its room."""
    if name == "open":
        return import_module("lastlap.log").Meet.open
    for room, names in _ROOMS.items():
        if name in names.split():
            return getattr(import_module(f"lastlap.{room}"), name)
    message = f"module 'lastlap' has no attribute {name!r}"
    raise AttributeError(message)
