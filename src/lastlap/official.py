"""Official result sheets: read, ranked anew from what was skated, and compared with what is printed.

Strategy: what a sheet tells of the ice (sprint points, laps, times, status) becomes one `Score`
a skater, and the comparison that ranks a live race ranks them.  What officials concluded from
it (rank, total, qualification) is set aside, and only compared with what is found.  Where a
sheet does not hold what decides between two skaters, that is said, and is no difference.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import count, groupby, zip_longest
from typing import Annotated, Any, Literal

import msgspec

from lastlap.errors import InputError, RulebookError
from lastlap.events import CompetitionOpened, RacePlanned
from lastlap.people import people
from lastlap.ranking import MERITS, UNKNOWN_TIME, Score, Standing, are_level, ranked
from lastlap.rulebook import IRM, Rulebook, edition, edition_for, editions
from lastlap.startlist import Skater, Starter
from lastlap.times import HOUR, SECOND, Duration, cut, parse_clock

Text = Annotated[str, msgspec.Meta(min_length=1)]
"""Text that may not be empty."""

Number = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
"""A bib, points or laps."""

Positive = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
"""A rank, or the number of a lap."""

_STATUS = {irm.value: irm for irm in IRM} | {"DQ": IRM.DSQ}
_FINISHED = ("OK", "FIN")
_LAST = (IRM.DSQ, IRM.DNS, IRM.WDR)
_LONGEST = 24 * HOUR


class PointsScheme(msgspec.Struct, frozen=True):
    """What the sprints of a race are worth, as its sheet says."""

    intermediate: tuple[Number, ...] | None = None
    final: tuple[Number, ...] | None = None
    sprint_laps: tuple[Positive, ...] | None = None
    """The laps that end in a sprint, the finish last."""


class Row(msgspec.Struct, frozen=True, dict=True):
    """One skater's row on a sheet, as printed; `None` is unknown."""

    name: Text
    noc: str
    rank: Positive | None = None
    bib: Number | None = None
    sprints: tuple[Number | None, ...] | None = None
    """The points at each sprint, the finish last, also those that turned out void."""
    points_total: Number | None = None
    laps: Number | None = None
    time: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    time_seconds: Decimal | None = None
    """The same time in seconds, for a row without the text."""
    time_thousandth: Annotated[int, msgspec.Meta(ge=0, le=9)] | None = None
    """The third decimal, which sheets print in brackets."""
    status: str = "OK"
    points_forfeited: bool | None = None
    """Whether the sheet treats the printed points as void."""
    qualified: bool | None = None
    qualification_mark: str | None = None
    wc_points: Number | None = None
    """What the World Cup points column prints."""
    transponders: tuple[str | Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)], ...] = ()
    """On no official sheet: the codes that the skater wears when the race is skated again."""

    @property
    def label(self) -> str:
        """Who it is, as in `Kim Bo-reum (KOR)`."""
        return f"{self.name} ({self.noc})"

    @cached_property
    def irm(self) -> IRM | None:
        """The mark that the status stands for; `None` for who finished."""
        return _STATUS.get(self.status.strip().upper())

    @property
    def advanced(self) -> bool:
        """Whether the referee gave the skater a place in the next round."""
        return (self.qualification_mark or "").strip().upper() == "ADV"

    @cached_property
    def duration(self) -> Duration | None:
        """The time with its thousandth, in whole microseconds; no float is ever made of it.

        Raises `InputError` if it is no time of a race.
        """
        if self.time and self.time.strip():
            duration = parse_clock(self.time)
        elif self.time_seconds is not None:
            duration = _from_seconds(self.time_seconds)
        else:
            return None
        if duration >= _LONGEST:
            message = f"the time {self.time} is longer than a day: write minutes:seconds.hundredths"
            raise InputError(message)
        if self.time_thousandth is None:
            return duration
        return Duration(cut(duration, 2) + self.time_thousandth * SECOND // 1_000)


class Sheet(msgspec.Struct, frozen=True, dict=True):
    """An official result sheet, without the fields that nothing here needs; `None` is unknown."""

    id: Text
    skaters: Annotated[tuple[Row, ...], msgspec.Meta(min_length=1)]
    competition: str | None = None
    season: str | None = None
    day: date | None = msgspec.field(default=None, name="date")
    venue: str | None = None
    sex: str | None = None
    phase: str | None = None
    race_laps: Positive | None = None
    points_scheme: PointsScheme | None = None
    qualify_top: Number | None = None
    """How many qualify by rank; `None` if the race leads to no other."""

    @cached_property
    def distance(self) -> int | None:
        """The laps of the race: as the sheet states them, unless everybody who finished has others printed."""
        ridden = {row.laps for row in self.skaters if row.irm in (None, IRM.LAP)}
        stated = self.race_laps or self.finish_lap
        if stated and not ridden.isdisjoint((stated, None)):
            return stated
        return max((laps for laps in ridden if laps), default=stated)

    @property
    def finish_lap(self) -> int | None:
        """The lap that the points scheme calls the finish."""
        laps = self.points_scheme and self.points_scheme.sprint_laps
        return max(laps) if laps else None


# Read


def parse_sheet(data: bytes, origin: str) -> Sheet:
    """The sheet that the JSON *data* holds; fields that nobody here knows are left out.

    Raises `InputError`, which names *origin*, the row (the skater's position in the file, from
    1) and what is wrong there.
    """
    try:
        sheet = msgspec.json.decode(data.decode("utf-8-sig"), type=Sheet)
    except _UNREADABLE as error:
        message = f"{origin}{_misfit(str(error), data)}"
        raise InputError(message) from error
    for flaw in _flaws(sheet):
        message = f"{origin}, {flaw}"
        raise InputError(message)
    return sheet


def _from_seconds(seconds: Decimal) -> Duration:
    if not seconds.is_finite() or not 0 <= seconds * SECOND < _LONGEST:
        message = f"{seconds} is no time of a race in seconds: write a number such as 462.97"
        raise InputError(message)
    return Duration(int(seconds * SECOND))


_WORDS = {
    "int": "a whole number",
    "decimal": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}
"""What a club's secretary calls the types that msgspec names."""


_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def _misfit(error: str, data: bytes) -> str:
    """What is wrong with a file, in a secretary's words: it is no JSON at all, or which row and field do not fit."""
    if not data.strip():
        return " is empty: give a result sheet as JSON"
    try:
        values = msgspec.json.decode(data.decode("utf-8-sig"))
    except _UNREADABLE as reason:
        return f" is no JSON: give a result sheet as JSON ({reason})"
    what, _, path = error.partition(" - at `$.")
    what = what.replace("Object missing required field", "there is no")
    what = re.sub(r"`([\w| ]+)`", _in_words, what).replace("Expected", "expected")
    place = re.fullmatch(r"skaters\[(\d+)\]\.?(.*)`", path)
    if place is None:
        return f", {path.rstrip('`') or 'the sheet'}: {what}"
    skater, field = values["skaters"][int(place[1])], place[2]
    name = f" ({skater['name']})" if isinstance(skater, dict) and "name" in skater else ""
    return f", row {int(place[1]) + 1}{name}{field and f', {field}'}: {what}"


def _in_words(types: re.Match[str]) -> str:
    return " or ".join(_WORDS.get(name, name) for name in types[1].split(" | "))


def _flaws(sheet: Sheet) -> Iterator[str]:
    """What no single field can tell: a sentence for each row that cannot be used."""
    seen: dict[str, int] = {}
    for number, row in enumerate(sheet.skaters, 1):
        yield from (f"row {number} ({row.name}): {flaw}" for flaw in _row_flaws(row))
        worn = () if row.bib is None else (f"bib {row.bib}",)
        for key in (f"skater {_skater_id(row.name, row.noc)}", *worn):
            if seen.setdefault(key, number) != number:
                yield f"row {number} ({row.name}): {key} stands in row {seen[key]} already, so mend one of the two"


def _row_flaws(row: Row) -> Iterator[str]:
    if not row.name.strip():
        yield "the name is blank: say who it is"
    if row.status.strip().upper() not in (*_STATUS, *_FINISHED):
        yield f"the status {row.status!r} is unknown: write OK, DNF, DQ, DNS, WDR or LAP"
    try:
        _ = row.duration
    except InputError as error:
        yield str(error)


# The race that a sheet tells of


def start_list(sheet: Sheet) -> tuple[Starter, ...]:
    """Who started, in the order of the rows; without a bib a skater gets the smallest number that nobody wears."""
    worn = {row.bib for row in sheet.skaters}
    free = (bib for bib in count(1) if bib not in worn)
    return tuple(
        Starter(
            next(free) if row.bib is None else row.bib,
            Skater(_skater_id(row.name, row.noc), row.name, row.noc),
            tuple(str(code) for code in row.transponders),
        )
        for row in sheet.skaters
    )


def race_planned(sheet: Sheet) -> RacePlanned:
    """The race as the log plans it: its competition, its phase, and the rules of its day."""
    phase, place = _phase(sheet)
    title = ", ".join(filter(None, [_SEXES.get(_sex(sheet)), sheet.phase or phase]))
    return RacePlanned(competition_id(sheet), phase, title, sheet_rulebook(sheet), place)


def competition_opened(sheets: Sequence[Sheet]) -> CompetitionOpened:
    """The competition whose races *sheets* are, all of one `competition_id`; its rules are those of a semi-final."""
    sheet = next((sheet for sheet in sheets if _phase(sheet)[0] == "semi-final"), sheets[0])
    title = sheet.competition or sheet.id
    return CompetitionOpened(competition_id(sheet), title, _category(sheet), sheet_rulebook(sheet))


def competition_id(sheet: Sheet) -> str:
    """One id for all races of a competition and category."""
    words = f"{sheet.competition or sheet.id} {_category(sheet)}".casefold()
    return "-".join(re.findall(r"[^\W_]+", words))


def sheet_profile(sheet: Sheet) -> str:
    """The name of the profile by which such sheets are printed: that of Games, or of the World Cup.

    Games print by the Olympic data feed, whichever Games they are; all others print as the ISU does.
    """
    return "olympic" if _GAMES.search(f"{sheet.competition or ''} {sheet.id}".casefold()) else "world-cup"


def sheet_rulebook(sheet: Sheet) -> Rulebook:
    """The edition of the sheet's day and points, with the laps and the sprint laps of the sheet.

    If no edition gives those points, the nearest one does, with the sheet's own points.  A
    semi-final's sheet also says how many go to the final.
    """
    book = _rules(sheet)[0]
    if _phase(sheet)[0] != "semi-final":
        return book
    advance = sheet.qualify_top or book.format.advance
    semi_finals = msgspec.structs.replace(book.format, kind="semi-finals", advance=advance)
    return msgspec.structs.replace(book, format=semi_finals)


_GAMES = re.compile(r"\bgames\b|olympi(?!c oval)(?!.*\b(?:trial|quali))|\by?og\d")
_SEXES = {"W": "Women", "M": "Men"}


def _sex(sheet: Sheet) -> str:
    """`W` or `M`, also where a sheet says ladies or female."""
    first = (sheet.sex or "").strip()[:1].upper()
    return {"F": "W", "L": "W"}.get(first, first)


def _category(sheet: Sheet) -> str:
    junior = re.search(r"junior|youth", (sheet.competition or "").casefold())
    return f"J{_sex(sheet)}" if junior else _sex(sheet)


def _phase(sheet: Sheet) -> tuple[Literal["semi-final", "final", "division A", "division B"], int]:
    """The phase, and which of its races: `semi-final 2` and `SF2` are the second."""
    words = (sheet.phase or "").casefold()
    if re.search(r"semi|\bsf", words):
        number = re.search(r"\d{1,3}", words)
        return "semi-final", int(number[0]) if number else 1
    division = re.search(r"\bdiv(?:ision|\.)?\s*([ab])\b", words)
    if division is None:
        return "final", 1
    return ("division A" if division[1] == "a" else "division B"), 1


@lru_cache(maxsize=4096)
def _skater_id(name: str, noc: str) -> str:
    return people().find(name, noc).id


def _rules(sheet: Sheet) -> tuple[Rulebook, str]:
    """The rulebook, and a sentence if no edition is quite it."""
    season = re.search(r"[12]\d{3}", sheet.season or "")
    in_season = date(int(season[0]), 12, 1) if season else date.max
    return _edition(sheet.day or in_season, _category(sheet), sheet.points_scheme, sheet.distance)


@lru_cache
def _edition(on: date, category: str, scheme: PointsScheme | None, laps: int | None) -> tuple[Rulebook, str]:
    """The edition of a day, a category and a scheme, fitted to what the sheet states."""
    points = tuple(filter(None, scheme.intermediate or ())) if scheme else ()
    finish = tuple(filter(None, scheme.final or ())) if scheme else ()
    known = edition_for(on=on, points=points, finish=finish, category=category) if finish else None
    book = known or _nearest(on, category, laps)
    laps = laps or book.laps
    stated = sorted(set(scheme.sprint_laps))[:-1] if scheme and scheme.sprint_laps else book.sprints.at
    sprints = msgspec.structs.replace(
        book.sprints,
        at=tuple(lap for lap in stated if lap < laps),
        every=None,
        points=points if finish else book.sprints.points,
        finish=finish or book.sprints.finish,
    )
    fitted = msgspec.structs.replace(book, laps=laps, sprints=sprints)
    if known:
        return fitted, ""
    if finish:
        scale = f"{_scale(points)} at the sprints and {_scale(finish)} at the finish"
        return fitted, f"no edition gives {scale}: ranked by {book.name} with these points"
    return fitted, f"the sheet states no points scheme: ranked by {book.name}"


def _nearest(on: date, category: str, laps: int | None) -> Rulebook:
    """The mass start edition nearest in length, and of those the one in force on a day or nearest to it."""
    known = []
    for name in editions():
        with suppress(RulebookError):
            known.append(edition(name, category))
    dated = [(book.begins, book) for book in known if book.begins and book.ranking.order == "mass start"]
    length = laps or max(book.laps for _, book in dated)
    return min(dated, key=lambda pair: (abs(pair[1].laps - length), pair[0] > on, abs(pair[0] - on)))[1]


def _scale(points: Sequence[int]) -> str:
    return "-".join(map(str, points)) or "no points"


# Ranked anew


class RankedSheet(msgspec.Struct, frozen=True):
    """A sheet ranked anew: `rows`, `standings` and `qualified` run side by side, first to last."""

    id: str
    basis: Literal["sprints", "totals"]
    """What totals are: the sum of the sprint points, or taken as the sheet prints them."""
    rows: tuple[Row, ...]
    standings: tuple[Standing, ...]
    qualified: tuple[bool | None, ...]
    """`None` if the race leads to no other."""
    warnings: tuple[str, ...]
    """What the sheet leaves open or prints oddly, and how it was taken: a sentence each."""

    def as_json(self, file: str) -> dict[str, Any]:
        """What `lastlap rank --json` prints of *file*, as plain values."""
        places = zip(self.rows, self.standings, self.qualified, strict=True)
        skaters = [
            {
                "rank": standing.rank,
                "name": row.name,
                "noc": row.noc,
                "total": standing.score.total,
                "irm": standing.score.irm and standing.score.irm.value,
                "qualified": qualified,
            }
            for row, standing, qualified in places
        ]
        return {
            "file": file,
            "id": self.id,
            "basis": self.basis,
            "skaters": skaters,
            "warnings": list(self.warnings),
        }


def rank_sheet(sheet: Sheet) -> RankedSheet:
    """The *sheet* ranked anew; neither the order of its rows nor its printed ranks make a difference.

    Skaters whom the sheet does not tell apart share a rank, with a warning.  That the referee
    advanced a skater is taken as given.
    """
    rulebook = sheet_rulebook(sheet)
    scores = sheet_scores(sheet)
    rows = {score.bib: row for score, row in zip(scores, sheet.skaters, strict=True)}
    scores.sort(key=lambda score: score.skater.id)
    keeps_rank = rulebook.profile(sheet_profile(sheet)).disqualified_ranked
    standings = [
        standing
        if keeps_rank or standing.score.irm is not IRM.DSQ
        else msgspec.structs.replace(standing, rank=None)
        for standing in ranked(scores, MERITS[rulebook.ranking.order])
    ]
    placed = [(rows[standing.score.bib], standing) for standing in standings]
    return RankedSheet(
        id=sheet.id,
        basis="sprints" if any(row.sprints for row, _ in placed) else "totals",
        rows=tuple(row for row, _ in placed),
        standings=tuple(standings),
        qualified=tuple(_is_qualified(row, standing, sheet.qualify_top) for row, standing in placed),
        warnings=tuple(_warnings(sheet, placed)),
    )


def sheet_scores(sheet: Sheet) -> list[Score]:
    """What every skater has to show, in the order of the rows; rank and qualification are not read.

    The total is read only where a row has no sprint points.  Who finished without laps printed
    rode them all.  Who did not, and has none printed, stands behind those whose laps are known:
    the later their last lap ended, the better.  Nobody is lapped because of a time; the sheet
    says so by a status or by forfeited points.
    """
    rulebook = sheet_rulebook(sheet)
    columns = max(len(row.sprints or ()) for row in sheet.skaters)
    starters = start_list(sheet)
    return [_score(pair, rulebook, columns) for pair in zip(sheet.skaters, starters, strict=True)]


def _score(pair: tuple[Row, Starter], rulebook: Rulebook, columns: int) -> Score:
    row, starter = pair
    laps, time = _laps(row, rulebook), row.duration
    won = tuple(points or 0 for points in row.sprints or ())
    return Score(
        bib=starter.bib,
        skater=starter.skater,
        laps=laps or 0,
        due=(time or 0) - UNKNOWN_TIME if laps is None else laps,
        sprints=won + (0,) * (columns - len(won)),
        time=None if time is None else cut(time, rulebook.ranking.time_places),
        irm=row.irm or (IRM.LAP if row.points_forfeited else None),
        void=bool(row.points_forfeited or (won and _is_void(row, rulebook))),
        stated=None if won else row.points_total or 0,
    )


def _laps(row: Row, rulebook: Rulebook) -> int | None:
    """The laps done, as printed or as they follow; `None` if they do not."""
    if row.laps is not None:
        return row.laps
    if row.irm is None or (row.irm is IRM.LAP and rulebook.lapped.policy != "remove"):
        return rulebook.laps
    return 0 if row.irm in (IRM.DNS, IRM.WDR) else None


def _is_void(row: Row, rulebook: Rulebook) -> bool:
    """Whether points do not count; sheets that print no mark show only by the laps who did not finish."""
    short = row.laps is not None and row.laps < rulebook.laps
    return (row.irm or (IRM.DNF if short else None)) in rulebook.ranking.void


def _is_qualified(row: Row, standing: Standing, top: int | None) -> bool | None:
    if row.advanced:
        return True
    if top is None:
        return None
    return standing.rank is not None and standing.score.irm is not IRM.DSQ and standing.rank <= top


# What a sheet leaves open

_Placed = Sequence[tuple[Row, Standing]]
"""Rows with their standings, first to last."""

_VOID = {
    IRM.LAP: "lapped",
    IRM.DNF: "did not finish",
    IRM.DSQ: "disqualified",
    None: "fewer laps than the race",
}
"""Why points do not count."""


def _warnings(sheet: Sheet, placed: _Placed) -> Iterator[str]:
    rulebook, note = _rules(sheet)
    if note:
        yield note
    others = sorted({sheet.finish_lap or rulebook.laps, sheet.race_laps or rulebook.laps} - {rulebook.laps})
    if others:
        race = " or ".join(map(str, others))
        yield f"the sheet prints {rulebook.laps} laps for a race of {race}: ranked over {rulebook.laps}"
    yield from _points_warnings(placed)
    yield from _missing_warnings(placed, rulebook.laps)
    for tied in _tied(placed):
        yield f"{_names(tied)} share a rank: laps, points and time are equal as far as the sheet gives them"
    advanced = [row for row, _ in placed if row.advanced]
    if advanced:
        yield f"{_names(advanced)}: ADV, a decision of the referee, is taken as given"


def _points_warnings(placed: _Placed) -> Iterator[str]:
    """Points that are void, taken as given, or not there."""
    for row, standing in placed:
        score = standing.score
        if score.void and any(score.sprints):
            points = f"{sum(score.sprints)} printed sprint point{'' if sum(score.sprints) == 1 else 's'}"
            yield f"{row.label}: {points} void: {_VOID.get(score.irm, 'forfeited')}"
    stated = [row for row, _ in placed if not row.sprints]
    given = [row for row in stated if row.points_total]
    if given:
        who = "all totals are" if len(stated) == len(placed) else f"{_names(given)}: the total is"
        yield f"{who} taken as given, as there are no sprint points"
    silent = [row for row in stated if row.points_total is None and row.irm not in _LAST]
    if silent:
        yield f"{_names(silent)}: neither sprint points nor a total, which is taken as no points"


def _missing_warnings(placed: _Placed, laps: int) -> Iterator[str]:
    """Times and laps that are not there, and laps that say something else than the status."""
    racing = [(row, standing.score) for row, standing in placed if standing.score.irm not in _LAST]
    timeless = [row for row, score in racing if score.time is None]
    if timeless:
        yield f"{_names(timeless)}: no time, so behind those with the same laps and points whose time is known"
    whole = [row for row, score in racing if row.laps is None and score.due >= 0]
    if whole:
        yield f"{_names(whole)}: no laps, which is taken as all {laps}"
    lost = [row for row, score in racing if score.due < 0]
    if lost:
        yield f"{_names(lost)}: did not finish and no laps, so behind those whose laps are known"
    short = [row for row, score in racing if row.irm is None and score.due < laps]
    if short:
        yield f"{_names(short)}: fewer than {laps} laps and no mark, so ranked by the laps as if unfinished"


def _tied(placed: _Placed) -> Iterator[list[Row]]:
    """Those who share a rank, without those of whom a sheet tells no more than the mark."""
    shared = [pair for pair in placed if pair[1].shared and pair[1].score.irm not in _LAST]
    for _, tied in groupby(shared, key=lambda pair: pair[1].rank):
        yield [row for row, _ in tied]


def _names(rows: Sequence[Row]) -> str:
    *first, last = [row.label for row in rows]
    return f"{', '.join(first)} and {last}" if first else last


# Compared with what is printed


class Verification(msgspec.Struct, frozen=True):
    """A sheet's ranks, totals and qualification compared with ours: a sentence for each finding."""

    differences: tuple[str, ...]
    """Who, what is printed, what we find and why."""
    warnings: tuple[str, ...]
    """What is open or odd without being a difference, explained; the warnings of the ranking first."""


def verify_sheet(sheet: Sheet) -> Verification:
    """The *sheet* ranked anew and compared with what it prints; what it does not print is not compared.

    A printed place that only something missing on the sheet could settle (an unknown time, an
    equal hundredth) is a warning.  Slips in the World Cup points column are told, never mended.
    """
    found = rank_sheet(sheet)
    compared = list(_compared(found, sheet.qualify_top))
    warnings = [sentence for is_open, sentence in compared if is_open]
    if sheet.qualify_top is None and any(row.qualified is not None for row in found.rows):
        warnings.append("qualification is printed, but not how many qualify: not compared")
    warnings += [*_sprint_slips(sheet), *_series_slips(sheet, found)]
    differences = tuple(sentence for is_open, sentence in compared if not is_open)
    return Verification(differences, (*found.warnings, *warnings))


def _compared(found: RankedSheet, top: int | None) -> Iterator[tuple[bool, str]]:
    """A sentence for each thing printed otherwise than found, and whether the sheet leaves it open."""
    for index, (row, standing) in enumerate(zip(found.rows, found.standings, strict=True)):
        rank, total, qualified = standing.rank, standing.score.total, found.qualified[index]
        says, why = f"{row.label}: printed", _why(standing)
        if row.rank not in (None, rank):
            is_open = row.rank in _possible_places(index, found.standings)
            if rank or not is_open:
                yield is_open, f"{says} rank {row.rank}, found {rank or 'none'}: {why}"
        if row.points_total not in (None, total):
            advice = "" if row.points_total else "; if these points are void, `points_forfeited` must say so"
            yield False, f"{says} total {row.points_total}, found {total}: {why}{advice}"
        if qualified is not None and _printed_qualification(row) not in (None, qualified):
            places = _possible_places(index, found.standings)
            words = ("not qualified", "qualified") if qualified else ("qualified", "not qualified")
            yield places[0] <= (top or 0) < places[-1], f"{says} as {words[0]}, found {words[1]}: {why}"


def _printed_qualification(row: Row) -> bool | None:
    return True if row.qualified is None and row.qualification_mark else row.qualified


def _why(standing: Standing) -> str:
    if standing.score.due < 0 and standing.score.irm not in _LAST:
        return "did not finish, and no laps are printed"
    return standing.why


def _possible_places(index: int, standings: Sequence[Standing]) -> range:
    """The places that a skater can have, given what the sheet leaves open."""
    score = standings[index].score
    ahead = sum(not _is_open(score, other.score) for other in standings[:index])
    behind = sum(not _is_open(score, other.score) for other in standings[index + 1 :])
    return range(1 + ahead, 1 + len(standings) - behind)


def _is_open(one: Score, other: Score) -> bool:
    """Whether the sheet does not hold what decides between two skaters."""
    if one.irm in _LAST or other.irm in _LAST:
        return one.irm is other.irm
    if one.due < 0 or other.due < 0:
        return None not in (one.irm, other.irm)
    if not are_level(one, other):
        return False
    return one.time is None or other.time is None or one.time == other.time


# Slips of officials, explained and never mended


def _sprint_slips(sheet: Sheet) -> Iterator[str]:
    """A sentence for each sprint at which other points are printed than the sheet's own scheme has."""
    if sheet.points_scheme is None or any(not row.sprints and row.irm not in _LAST for row in sheet.skaters):
        return
    sprints = sheet_rulebook(sheet).sprints
    columns = list(zip_longest(*(row.sprints or () for row in sheet.skaters), fillvalue=0))
    for number, column in enumerate(columns, 1):
        is_last = number == len(columns)
        scheme = sprints.finish if is_last else sprints.points
        won = tuple(sorted(filter(None, column), reverse=True))
        if won != scheme[: len(won)]:
            sprint = "the finish" if is_last else f"sprint {number}"
            yield f"at {sprint} {_scale(won)} is printed, the scheme is {_scale(scheme)}: a dead heat or a slip"


class _Dealt(msgspec.Struct, frozen=True):
    """The World Cup points of a row, beside those of its rank."""

    rank: int
    row: Row
    due: int
    lower: int | None
    """So many places lower the table has what is printed: 0 is right, `None` is nowhere near."""


def _series_slips(sheet: Sheet, found: RankedSheet) -> Iterator[str]:
    """Where the World Cup points leave the table; a column that slid by a place is told once.

    It slides where points were dealt before a skater was disqualified: a value is skipped, and
    all below have what the next place is worth.
    """
    table = sheet_rulebook(sheet).series.get(_phase(sheet)[0].removeprefix("division "), ())
    dealt = sorted(_dealt(found, table), key=lambda row: row.rank) if table else []
    for lower, run in groupby(dealt, key=lambda row: row.lower):
        first, *others = run
        if lower and others:
            place = first.rank + lower - 1
            yield (
                f"World Cup points: from rank {first.rank} to rank {others[-1].rank} the sheet prints those of "
                f"{lower} place{'' if lower == 1 else 's'} lower, and skips {_worth(table, place)}, as if the "
                f"skater in place {place} had been taken out after the points were dealt"
            )
        elif lower != 0:
            for slip in (first, *others):
                printed = f"{slip.row.label}: {slip.row.wc_points} World Cup points printed"
                yield f"{printed}, rank {slip.rank} is worth {slip.due}"


def _dealt(found: RankedSheet, table: Sequence[int]) -> Iterator[_Dealt]:
    for row, standing in zip(found.rows, found.standings, strict=True):
        rank, printed = row.rank or standing.rank, row.wc_points
        if rank is not None and printed is not None and row.irm not in _LAST:
            lower = (places for places in range(4) if _worth(table, rank + places) == printed)
            yield _Dealt(rank, row, _worth(table, rank), next(lower, None))


def _worth(table: Sequence[int], rank: int) -> int:
    return table[rank - 1] if rank <= len(table) else 0
