"""FinishLynx, the photo finish: results (.lif) in; people, events and schedule (.ppl, .evt, .sch) out.

Strategy: the files are text, and their writer does not say when it is done.  So a file is read once
it stands still, and again whenever it changes: a later reading of a lap replaces the earlier one,
and what was read too soon is mended by itself.

To FinishLynx every reading of the line is an event of its own: each sprint, and the finish.  The
event's number is that of the race in the meet's plan, its heat the lap at whose end is read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from lastlap.errors import InputError
from lastlap.events import MarkGiven, OrderRead, StartListPosted
from lastlap.race import Race
from lastlap.rulebook import IRM
from lastlap.startlist import Skater
from lastlap.times import Duration, clock, parse_clock
from lastlap.timing.names import given_and_family, latin
from lastlap.timing.said import Garbled
from lastlap.timing.table import cells, row

LIF = ".lif"
"""How the name of a result file ends."""

IRMS = {"DNF": IRM.DNF, "DNS": IRM.DNS, "DQ": IRM.DSQ, "DSQ": IRM.DSQ, "SCR": IRM.WDR}
"""What may stand instead of a place; who is scratched has withdrawn before the start."""


class Glimpse(msgspec.Struct, frozen=True):
    """What a look at a file shows."""

    size: int
    changed: int
    """When it was last written to, in whatever unit the file system counts."""
    tail: bytes
    """Its last two bytes."""


def is_whole(before: Glimpse | None, now: Glimpse) -> bool:
    """Whether a file is written to its end, as far as two looks can tell.

    It is if it stood still between them and ends with the end of a line.  A writer that rests for
    longer than the looks are apart may yet go on: go on looking, and read again what has changed.
    """
    return before == now and now.tail.removesuffix(b"\0").endswith(b"\n")


class EventId(NamedTuple):
    """The three numbers by which FinishLynx knows an event."""

    event: int
    round: int
    heat: int


class Lif(msgspec.Struct, frozen=True):
    """A result file: one reading of the line."""

    id: EventId
    name: str = ""
    order: tuple[int | tuple[int, ...], ...] = ()
    """The bibs in the order read, as `OrderRead` has them, as far as every place is known."""
    times: dict[int, Duration] = {}
    """Of bibs, since the photo finish's own start."""
    irms: dict[int, IRM] = {}
    """Of bibs that have a mark instead of a place."""
    flaws: tuple[str, ...] = ()
    """A sentence for each thing that its operator should look at."""

    def order_read(self, lap: int) -> OrderRead | None:
        """The order at the end of *lap*; `None` if nobody has a place yet."""
        if not self.order:
            return None
        placed = [bib for place in self.order for bib in (place if isinstance(place, tuple) else (place,))]
        return OrderRead(lap, self.order, {bib: self.times[bib] for bib in placed if bib in self.times})

    def marks(self) -> tuple[MarkGiven, ...]:
        """The marks that the operator wrote, for the referee to decide on."""
        return tuple(MarkGiven(bib, irm, why="as the photo finish has it") for bib, irm in self.irms.items())


def parse_lif(data: bytes) -> Lif | Garbled:
    """What the bytes of a .lif file say; `Garbled` if they are none, or no more than a part of one."""
    first, *lines = re.split(r"\r\n|\r|\n", _decoded(data))
    heading = cells(first)
    identity = _event_id(heading)
    if identity is None:
        return Garbled(data, "no .lif file: its first line begins with the numbers of event, round and heat")
    if lines[-1:] != [""]:
        return Garbled(data, "the file does not end with the end of a line, so there may be more to come")
    rows = [_Row(number, cells(line)) for number, line in enumerate(lines, 2) if line.strip()]
    order, unread = _order(sorted((row for row in rows if row.place), key=lambda row: row.place))
    return Lif(
        identity,
        "".join(heading[3:4]),
        order,
        {row.bib: row.time for row in rows if row.bib and row.time is not None},
        {row.bib: row.irm for row in rows if row.bib and row.irm},
        (*(flaw for row in rows for flaw in row.flaws), *unread),
    )


def _event_id(heading: Sequence[str]) -> EventId | None:
    numbers = [int(cell) for cell in heading[:3] if re.fullmatch("[0-9]{1,9}", cell)]
    return EventId(*numbers) if len(numbers) == len(EventId._fields) else None


class _Row:
    """A line of a result: `place,id,lane,last,first,affiliation,time,...`."""

    def __init__(self, number: int, row: Sequence[str]) -> None:
        place, bib, _, _, _, _, time = [*row, *[""] * 7][:7]
        self.flaws: list[str] = []
        self._number = number
        self.irm = IRMS.get(place.upper())
        self.place = 0 if self.irm else self._whole(place, "place")
        self.bib = self._whole(bib, "bib")
        self.time = self._time(time)
        if self.irm and not self.bib:
            self.flaws.append(f"line {number}: {place} has no bib")

    def _whole(self, text: str, what: str) -> int:
        """A whole number, 0 if there is none."""
        if re.fullmatch("[0-9]{0,9}", text):
            return int(text or 0)
        self.flaws.append(f"line {self._number}: {text!r} is no {what}")
        return 0

    def _time(self, text: str) -> Duration | None:
        try:
            return parse_clock(text) if text else None
        except InputError:
            self.flaws.append(f"line {self._number}: {text!r} is no time")
            return None


def _order(placed: Iterable[_Row]) -> tuple[tuple[int | tuple[int, ...], ...], list[str]]:
    """The bibs by place, up to the first place that is not known, and why they end there."""
    order: list[int | tuple[int, ...]] = []
    seen: list[int] = []
    for place, rows in groupby(placed, key=lambda row: row.place):
        bibs = [row.bib for row in rows]
        hole = _hole(place, bibs, seen)
        if hole:
            return tuple(order), [f"{hole}: the order is taken as far as it is known before that"]
        seen += bibs
        order.append(tuple(bibs) if len(bibs) > 1 else bibs[0])
    return tuple(order), []


def _hole(place: int, bibs: Sequence[int], seen: Sequence[int]) -> str:
    """Why nobody can tell who has the *place*, `""` if it can be told."""
    if place > len(seen) + 1:
        return f"there is no place {len(seen) + 1}"
    if 0 in bibs:
        return f"place {place} has no bib"
    twice = [bib for bib in bibs if [*seen, *bibs].count(bib) > 1]
    return f"bib {twice[0]} has two places" if twice else ""


def _decoded(data: bytes) -> str:
    """The text of a file, in whichever encoding FinishLynx is set to."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


# What is written.  Letters are those of Latin-1, so that it may be saved in any encoding.


class Planned(msgspec.Struct, frozen=True):
    """An event for FinishLynx: a race, or one sprint of it."""

    id: EventId
    title: str
    posted: StartListPosted


def plan(number: int, name: str, race: Race) -> list[Planned]:
    """The readings of race *number* of a meet, called *name*: one a sprint and one at the finish.

    So a reading that comes back says by its event which race it is of, and by its heat which lap.
    """
    title = race.planned.title if race.planned else name
    posted = StartListPosted(tuple(race.starters.values()))
    return [
        Planned(EventId(number, 1, lap), f"{title}, {'finish' if lap == race.laps else f'lap {lap}'}", posted)
        for lap in sorted({*race.tables, race.laps})
    ]


def people(planned: Iterable[Planned]) -> str:
    """The file lynx.ppl: who skates.  A bib that several skaters wear in turn is left out: lynx.evt names them."""
    wearers: dict[int, dict[str, Skater]] = {}
    for event in planned:
        for starter in event.posted.starters:
            wearers.setdefault(starter.bib, {})[starter.skater.id] = starter.skater
    return _file([str(bib), *_name(skater)] for bib, worn in wearers.items() for skater in _only(worn))


def events(planned: Iterable[Planned]) -> str:
    """The file lynx.evt: every event, and below it who starts where."""
    return _file(line for event in planned for line in _event(event))


def schedule(planned: Iterable[Planned]) -> str:
    """The file lynx.sch: the events in the order in which they are held."""
    return _file([str(number) for number in event.id] for event in planned)


def lif_text(lif: Lif) -> str:
    """A result file, in whole milliseconds; `parse_lif` is the inverse, flaws apart."""
    rows, place = [[*map(str, lif.id), lif.name]], 1
    for bibs in lif.order:
        tie = bibs if isinstance(bibs, tuple) else (bibs,)
        rows += [_result(str(place), bib, lif) for bib in tie]
        place += len(tie)
    rows += [_result(irm, bib, lif) for bib, irm in lif.irms.items()]
    return _file(rows)


def _event(event: Planned) -> Iterator[list[str]]:
    yield [*map(str, event.id), event.title]
    for starter in event.posted.starters:
        lane = "" if starter.grid is None else str(starter.grid)
        yield ["", str(starter.bib), lane, *_name(starter.skater)]


def _name(skater: Skater) -> tuple[str, str, str]:
    given, family = given_and_family(skater.name)
    return family, given, skater.noc


def _only(worn: Mapping[str, Skater]) -> list[Skater]:
    return list(worn.values()) if len(worn) == 1 else []


def _result(place: str, bib: int, lif: Lif) -> list[str]:
    time = lif.times.get(bib)
    return [place, str(bib), "", "", "", "", "" if time is None else clock(time, 3)]


def _file(rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"{latin(row(cells))}\r\n" for cells in rows)
