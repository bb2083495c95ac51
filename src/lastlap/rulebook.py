"""The rules as data: one dated edition a file, every number with its source.

Strategy: an edition is a TOML file that an official can read and diff.  Code reads fields and
never the name of an edition.  A rule that is no number is a named policy: the name stands
here, in the type of its field, and one function elsewhere does what it says.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Annotated, Any, Literal

import msgspec

from lastlap.errors import RulebookError

Count = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
"""A whole number, zero or more."""

Positive = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
"""A whole number, one or more."""

Seconds = Annotated[float, msgspec.Meta(ge=0, le=3600)]
"""Seconds, as a rulebook states them."""

Metres = Annotated[float, msgspec.Meta(gt=0, le=10_000)]
"""Metres, as a rulebook states them."""


class IRM(StrEnum):
    """An invalid result mark: why a skater has no ordinary place."""

    DNS = "DNS"
    """Did not start."""
    WDR = "WDR"
    """Withdrawn before the start."""
    DNF = "DNF"
    """Did not finish."""
    LAP = "LAP"
    """Lapped by the leader."""
    DSQ = "DSQ"
    """Disqualified."""


class Sure(StrEnum):
    """How sure a number of a rulebook is."""

    CONFIRMED = "confirmed"
    """Read in a primary source or on an official sheet."""
    SECONDARY = "secondary"
    """Read in a secondary source only."""
    INFERRED = "inferred"
    """Follows from official results."""
    UNKNOWN = "unknown"
    """No source: a default of this project."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a rulebook; unknown fields in the file are refused."""


class Source(Rule, frozen=True):
    """Where the fields of a rulebook come from, and how sure they are."""

    fields: tuple[str, ...]
    """Dotted names, as in `sprints.points`; a table's name stands for all its fields."""
    where: str
    sure: Sure
    note: str = ""


class NeutralLap(Rule, frozen=True):
    """The lap on which the group stays together before the race opens."""

    skated: bool = False
    counted: bool = False
    """Whether it is one of the laps of the race."""
    timed: bool = False
    """Whether the race clock runs during it; if not, it starts when the lap ends."""


class Sprints(Rule, frozen=True):
    """Where points are won, and how many."""

    at: tuple[Positive, ...] = ()
    """The laps whose end is a sprint, without the finish."""
    every: Positive | None = None
    """Or: a sprint at the end of every n-th lap."""
    points: tuple[Positive, ...] = ()
    """For the first, second ... over the line at each of those."""
    finish: tuple[Positive, ...] = ()
    """The same at the finish."""
    dead_heat: Literal["better place", "worse place"] = "better place"
    """Which place's points skaters get who cannot be told apart at a sprint."""
    bell: Literal["every sprint", "finish"] = "every sprint"
    """Which laps begin with the bell: each that ends in points, or the last one only."""


class Lapped(Rule, frozen=True):
    """What happens to a skater whom the leader has overtaken by a lap."""

    policy: Literal["remove", "continue", "finish with leader", "ignore"] = "continue"
    """What the skater does.

    `remove` leaves the ice, and the laps done count; `continue` rides all laps; `finish with
    leader` ends at the next crossing after the leader's finish.  All three give the mark `LAP`.
    `ignore` gives none: who is a lap ahead or behind is for officials to say.
    """


class Redistribution(Rule, frozen=True):
    """Which points of a disqualified skater go to the next skaters over the line."""

    disqualified: Literal["none", "finish", "all"] = "none"


class LapGain(Rule, frozen=True):
    """Points for each lap gained on the main group, and points taken for each lap lost to it."""

    gained: Count = 0
    lost: Count = 0


class Elimination(Rule, frozen=True):
    """The last over the line are taken out: `out` skaters at `first` and every `every` laps after it."""

    first: Positive
    every: Positive = 1
    out: Positive = 1
    until: Positive | None = None
    """The last lap with an elimination; the lap before the finish if not given."""


class Ranking(Rule, frozen=True):
    """What decides the places."""

    order: Literal["mass start", "first over the line", "points race"] = "mass start"
    """The name of the comparison in `lastlap.ranking.MERITS`."""
    time_places: Annotated[int, msgspec.Meta(ge=0, le=6)] = 3
    """The decimals of a second that count when times are compared; equal means a shared rank."""
    void: tuple[IRM, ...] = ()
    """The marks that make points void: they do not count, but stay printed."""


class Format(Rule, frozen=True):
    """How a competition runs: its phases, quotas and grids."""

    kind: Literal["single", "semi-finals", "divisions"] = "single"
    semi_finals: Positive = 2
    advance: Positive = 8
    """The skaters of each semi-final who go to the final."""
    straight_final_up_to: Count = 16
    """With so many entries or fewer there are no semi-finals."""
    max_entries: Positive = 30
    max_per_noc: Positive | None = None
    split_nocs: bool = True
    """Whether skaters of one NOC are dealt to different semi-finals as evenly as can be."""
    draw: Literal["serpentine", "in blocks"] = "serpentine"
    grid_width: Positive = 6
    final_grid: Literal["alternate", "by rank"] = "alternate"
    """Alternate: first of semi-final 1, first of semi-final 2, second of semi-final 1 ..."""
    eliminated: Literal["by place", "by place, points, time"] = "by place"
    """How those who miss the final rank behind it; by place alone, equal places share the rank."""
    referee_may_advance: bool = False
    """Whether the referee may give an obstructed skater a place in the final."""


class Divisions(Rule, frozen=True):
    """How division B feeds division A on the same day."""

    seeds: Positive = 20
    by_rank: Count = 3
    """The first so many of division B also skate in A."""
    by_sprints: Count = 1
    """So many more, by intermediate points only; at equal points the better rank."""
    keep: Literal["better", "A"] = "better"
    """Which series points a skater keeps who raced in both."""


class Profile(Rule, frozen=True):
    """How a family of sheets prints what the engine knows."""

    codes: Mapping[IRM, str] = {}
    """The spelling of each invalid result mark; `""` prints none, a mark not named prints as it is."""
    left_out: tuple[IRM, ...] = ()
    """The marks whose skaters are not on the sheet at all."""
    disqualified_ranked: bool = False
    """Whether a disqualified skater keeps a rank number."""
    unfinished_time: bool = True
    """Whether who did not ride all laps has a time printed: that of the last lap done."""
    zero: Literal["0", ""] = "0"
    """How no points at all are printed as a total."""


class Timing(Rule, frozen=True):
    """What transponders can and cannot tell."""

    echo: Seconds = 3.0
    """Passings of one skater closer than this are one crossing: two transponders, or an echo."""
    tap: Seconds = 5.0
    """A tap this close to a passing of the skater, or to another tap, is the same crossing.

    Whoever taps a pack of a dozen, one after the other, is some seconds behind its last.
    """
    ankles: Seconds = 0.4
    """One ankle follows the other within so much: who was seen by the second alone may have crossed that much sooner."""
    grid: Seconds = 10.0
    """Crossings so soon after the start are skaters leaving the grid."""
    shortest_lap: Seconds = 20.0
    """Nobody skates a lap faster; a passing sooner than this after the last is in doubt."""
    long_lap: Annotated[float, msgspec.Meta(gt=1, le=100)] = 1.6
    """A lap so many times as long as the skater's usual one makes a missed passing likely."""
    photo_finish: Seconds = 0.02
    """Scoring crossings closer than this cannot be told apart by transponders."""
    group_gap: Seconds = 2.0
    """A gap longer than this parts two groups on the ice."""


class Rulebook(Rule, frozen=True):
    """One dated edition of the rules, for one category."""

    name: str
    title: str
    laps: Positive
    begins: date | None = None
    ends: date | None = None
    lap_m: Metres | None = None
    """The length of a lap in metres where the edition fixes one; normally a fact of the rink."""
    neutral_lap: NeutralLap = NeutralLap()
    sprints: Sprints = Sprints()
    lapped: Lapped = Lapped()
    redistribution: Redistribution = Redistribution()
    lap_gain: LapGain = LapGain()
    elimination: Elimination | None = None
    ranking: Ranking = Ranking()
    format: Format = Format()
    divisions: Divisions | None = None
    series: Mapping[str, tuple[Count, ...]] = {}
    """Series points by division, for the first, second ... of a race."""
    profiles: Mapping[str, Profile] = {}
    timing: Timing = Timing()
    rule_codes: Mapping[str, str] = {}
    """What a code behind a decision means, as in T25."""
    sources: tuple[Source, ...] = ()

    def tables(self, laps: int | None = None) -> dict[int, tuple[int, ...]]:
        """Of each lap that ends in a sprint: the points for the first, second ... over the line.

        *laps* is the length of the race where it differs from the rulebook's: a cut race keeps
        the sprints before its new last lap, and the finish is at its new end.
        """
        last = laps or self.laps
        step = self.sprints.every
        at = range(step, last, step) if step else self.sprints.at
        tables = {lap: self.sprints.points for lap in at if lap < last and self.sprints.points}
        return tables | ({last: self.sprints.finish} if self.sprints.finish else {})

    def bells(self, laps: int | None = None) -> tuple[int, ...]:
        """The laps at whose start the bell rings, in rising order; *laps* as in `tables`."""
        last = laps or self.laps
        sprints = self.tables(laps) if self.sprints.bell == "every sprint" else ()
        return tuple(sorted({*sprints, last}))

    def profile(self, name: str) -> Profile:
        """How the family of sheets called *name* prints; the plain profile if the rulebook has none so called."""
        return self.profiles.get(name, Profile())

    def source(self, field: str) -> Source | None:
        """Where the dotted *field* comes from: its own source, else that of the nearest table around it."""
        named = {name: source for source in self.sources for name in source.fields}
        while field and field not in named:
            field = field.rpartition(".")[0]
        return named.get(field)


def editions() -> tuple[str, ...]:
    """The names of the editions that come with lastlap, sorted."""
    files = resources.files("lastlap").joinpath("rulebooks").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@lru_cache
def edition(name: str, category: str = "") -> Rulebook:
    """The edition called *name*, for *category* (`W`, `M` ...) where it differs by category.

    Raises `RulebookError` if there is no such edition, or if it must know the category.

    >>> edition("isu-2014").sprints.points
    (5, 3, 1)
    """
    if name not in editions():
        message = f"there is no edition {name!r}: choose one of {', '.join(editions())}, or name a TOML file"
        raise RulebookError(message)
    text = resources.files("lastlap").joinpath("rulebooks", f"{name}.toml").read_text(encoding="utf-8")
    return parse_rulebook(text, category, origin=f"{name}.toml")


def edition_for(
    *, on: date, points: tuple[int, ...], finish: tuple[int, ...], category: str = ""
) -> Rulebook | None:
    """The edition under which a race of *category* was skated: what a sheet tells is its day and its points.

    The edition in force on that day that gives *points* at its sprints and *finish* at the
    finish, the latest begun if there are several.  If none of that day gives them, the latest
    begun of any day that does; `None` if there is none at all.

    >>> edition_for(on=date(2018, 2, 24), points=(5, 3, 1), finish=(60, 40, 20)).name
    'isu-2014'
    """
    alike = [
        book for book in _known(category) if (book.sprints.points, book.sprints.finish) == (points, finish)
    ]
    of_the_day = [book for book in alike if book.begins and book.begins <= on <= (book.ends or date.max)]
    return max(of_the_day or alike, key=lambda book: book.begins or date.min, default=None)


def _known(category: str) -> Iterator[Rulebook]:
    """The editions that can be told for *category*."""
    for name in editions():
        try:
            known = edition(name, category)
        except RulebookError:  # it tells categories apart, and not this one
            continue
        yield known


def parse_rulebook(text: str, category: str = "", *, origin: str = "the rulebook") -> Rulebook:
    """The rulebook that the TOML *text* states, for *category*.

    Raises `RulebookError`, which names *origin* and the field that is wrong, also if it is wrong
    for another category only.
    """
    fields, by_category = _read(text, origin)
    for other, special in by_category.items():
        _rulebook(_merged(fields, special), f"{origin}, category {other}")
    if by_category:
        origin = f"{origin}, category {category or 'not named'} (it tells apart {', '.join(by_category)})"
    return _rulebook(_merged(fields, by_category.get(category, {})), origin)


def _read(text: str, origin: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What *text* states for all categories, and what for one alone, by category."""
    try:
        fields = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{origin} is no TOML: {error}"
        raise RulebookError(message) from error
    by_category = fields.pop("category", {})
    tables = by_category.values() if isinstance(by_category, dict) else [by_category]
    if not all(isinstance(table, dict) for table in tables):
        message = f"{origin}: field `category` must be tables such as [category.W]"
        raise RulebookError(message)
    return fields, by_category


def _merged(fields: Mapping[str, Any], special: Mapping[str, Any]) -> dict[str, Any]:
    """*fields* with those of *special* laid over them, table by table."""
    merged = dict(fields)
    for name, value in special.items():
        both_tables = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = _merged(merged[name], value) if both_tables else value
    return merged


def _rulebook(fields: Mapping[str, Any], origin: str) -> Rulebook:
    try:
        rulebook = msgspec.convert(fields, Rulebook)
    except msgspec.ValidationError as error:
        message = f"{origin}: {_plain(str(error))}"
        raise RulebookError(message) from error
    for flaw in _flaws(rulebook):
        message = f"{origin}: {flaw}"
        raise RulebookError(message)
    return rulebook


_NAMED = re.compile(r"Object (missing|contains unknown)(?: required)? field `(.*)`")

_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "date": "a date",
    "datetime": "a date with a time of day",
}
"""What a club's secretary calls the types that msgspec names."""


def _plain(error: str) -> str:
    """A validation error of msgspec in a user's words: which field, and what is wrong with it.

    >>> _plain("Object contains unknown field `pionts` - at `$.sprints`")
    'field `sprints.pionts` is unknown'
    >>> _plain("Expected `int`, got `str` - at `$.laps`")
    'field `laps`: expected a whole number, got text'
    """
    what, _, where = error.partition(" - at `")
    where = where.removeprefix("key` in `").strip("`").removeprefix("$").removeprefix(".")
    named = _NAMED.fullmatch(what)
    if named:
        field = f"{where}.{named[2]}".removeprefix(".")
        return f"field `{field}` is {named[1].removeprefix('contains ')}"
    what = re.sub(r"`([\w| ]+)`", _in_words, what).replace("Invalid enum value", "this field does not know")
    return f"field `{where}`: {what[0].lower()}{what[1:]}"


def _in_words(types: re.Match[str]) -> str:
    return " or ".join(_WORDS.get(name, name) for name in types[1].split(" | ") if name != "null")


def _flaws(rulebook: Rulebook) -> Iterator[str]:
    """What no single field can tell: a sentence for each contradiction between fields."""
    yield from _sprint_flaws(rulebook)
    yield from _source_flaws(rulebook)
    neutral, elimination = rulebook.neutral_lap, rulebook.elimination
    if rulebook.begins and rulebook.ends and rulebook.ends < rulebook.begins:
        yield "field `ends`: an edition cannot end before it begins"
    if (neutral.counted or neutral.timed) and not neutral.skated:
        yield "field `neutral_lap.skated`: a lap that is counted or timed must be skated"
    if rulebook.format.kind == "divisions" and rulebook.divisions is None:
        yield "field `divisions`: the format has divisions, so say how B feeds A"
    if elimination and elimination.first >= rulebook.laps:
        yield f"field `elimination.first`: must come before lap {rulebook.laps}, the finish"
    if elimination and elimination.until and not elimination.first <= elimination.until < rulebook.laps:
        yield f"field `elimination.until`: must be between `first` and lap {rulebook.laps}, the finish"
    for division, points in rulebook.series.items():
        if _rises(points):
            yield f"field `series.{division}`: a better place cannot be worth less"


def _sprint_flaws(rulebook: Rulebook) -> Iterator[str]:
    sprints, laps = rulebook.sprints, rulebook.laps
    on_the_way = sprints.at or sprints.every
    if sprints.at and sprints.every:
        yield "field `sprints.every`: give either `at` or `every`, not both"
    if on_the_way and not sprints.points:
        yield "field `sprints.points`: a sprint on the way needs points"
    if sprints.points and not on_the_way:
        yield "field `sprints.at`: there are points for sprints on the way, so say after which laps"
    if list(sprints.at) != sorted(set(sprints.at)):
        yield "field `sprints.at`: name each lap once, in rising order"
    if any(lap >= laps for lap in sprints.at):
        yield f"field `sprints.at`: a sprint on the way must come before lap {laps}, the finish"
    if sprints.every and sprints.every >= laps:
        yield f"field `sprints.every`: the first sprint must come before lap {laps}, the finish"
    if _rises(sprints.points):
        yield "field `sprints.points`: a better place cannot be worth less"
    if _rises(sprints.finish):
        yield "field `sprints.finish`: a better place cannot be worth less"


def _rises(points: tuple[int, ...]) -> bool:
    return list(points) != sorted(points, reverse=True)


def _source_flaws(rulebook: Rulebook) -> Iterator[str]:
    named = Counter(field for source in rulebook.sources for field in source.fields)
    for field, times in named.items():
        if not _has(rulebook, field):
            yield f"field `sources`: the rulebook has no field `{field}` that could have a source"
        if times > 1:
            yield f"field `sources`: `{field}` has {times} sources: give it one, and the others in its note"


def _has(rulebook: Rulebook, field: str) -> bool:
    """Whether the dotted *field* leads to something in *rulebook*."""
    value: object = rulebook
    for name in field.split("."):
        if isinstance(value, Rule) and name in value.__struct_fields__:
            value = getattr(value, name)
        elif isinstance(value, Mapping) and name in value:
            value = value[name]
        else:
            return False
    return True
