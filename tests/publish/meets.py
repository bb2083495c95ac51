"""Meets to publish: official sheets told again by orders and times alone, and small ones with every oddity."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from lastlap.events import (
    CompetitionOpened,
    EntriesTaken,
    Event,
    GunFired,
    LappedCalled,
    LapsGiven,
    MarkGiven,
    MeetOpened,
    OrderRead,
    RacePlanned,
    Record,
    ResultDeclared,
    ResultStatus,
    SkaterAdvanced,
    StartListPosted,
)
from lastlap.official import Sheet, competition_opened, parse_sheet, race_planned, sheet_profile, start_list
from lastlap.publish import Book, book
from lastlap.rulebook import IRM, Rulebook, edition
from lastlap.startlist import Entry, Skater, Starter
from lastlap.times import SECOND, Duration, Instant

RACES = Path(__file__).parent.parent / "races"
GUN = Instant(1_764_500_000 * SECOND)
OFFICIAL = ResultDeclared(ResultStatus.OFFICIAL)


def official(*stems: str) -> list[Sheet]:
    """The official sheets of those files."""
    return [parse_sheet(RACES.joinpath(f"{stem}.json").read_bytes(), stem) for stem in stems]


def numbered(said: Sequence[tuple[Event, str | None]]) -> list[Record]:
    """The log that says *said*, a second apart."""
    return [
        Record(number, event, race, "referee Ada EXAMPLE", Instant(GUN + 600 * SECOND + number * SECOND))
        for number, (event, race) in enumerate(said, 1)
    ]


def told_again(*stems: str) -> Book:
    """The meet of official sheets, told as judges would: orders at the sprints, times at the finish."""
    sheets = official(*stems)
    opened = competition_opened(sheets)
    meet = MeetOpened(
        sheets[0].competition or "",
        sheets[0].venue or "",
        str(sheets[0].day),
        profile=sheet_profile(sheets[0]),
    )
    said: list[tuple[Event, str | None]] = [(meet, None), (opened, None)]
    entries = {starter.skater.id: Entry(starter.skater) for sheet in sheets for starter in start_list(sheet)}
    said.append((EntriesTaken(opened.competition, tuple(entries.values())), None))
    for sheet in sheets:
        said += [(event, sheet.id) for event in skated(sheet)]
    return book(numbered(said), "0" * 64)


def skated(sheet: Sheet) -> Iterator[Event]:
    """A race as its official sheet tells it."""
    plan = race_planned(sheet)
    rows = list(zip(sheet.skaters, start_list(sheet), strict=True))
    yield plan
    yield StartListPosted(tuple(starter for _, starter in rows))
    yield GunFired(GUN)
    for place, lap in enumerate(plan.rulebook.tables()):
        won = [(row.sprints[place] or 0, starter.bib) for row, starter in rows if row.sprints]
        if lap < plan.rulebook.laps:
            yield OrderRead(
                lap, tuple(bib for points, bib in sorted(won, reverse=True) if points), read_by="judge"
            )
    finished = [
        (row.duration, starter.bib)
        for row, starter in rows
        if row.duration is not None and row.irm in (None, IRM.LAP) and (row.laps or 0) >= plan.rulebook.laps
    ]
    times: dict[int, Duration] = {bib: time for time, bib in sorted(finished)}
    yield OrderRead(plan.rulebook.laps, tuple(times), times)
    for row, starter in rows:
        if row.irm is IRM.DSQ:
            rule = "T25" if "T25" in plan.rulebook.rule_codes else ""
            yield LapsGiven(starter.bib, row.laps or 0, row.duration)
            yield MarkGiven(starter.bib, IRM.DSQ, rule, "as the sheet has it")
        elif starter.bib not in times:
            yield LapsGiven(starter.bib, row.laps or 0, row.duration)
            yield MarkGiven(starter.bib, IRM.DNF)
        elif row.points_forfeited:
            yield LappedCalled(starter.bib)
    yield OFFICIAL


# Made up


NAMES = (
    "Ada EXAMPLE",
    "Bo \N{LATIN SMALL LETTER O WITH STROKE}STERG\N{LATIN CAPITAL LETTER A WITH RING ABOVE}RD",
    "Maria-Magdalena WOLFESCHLEGELSTEINHAUSENBERGERDORFF-SCHMIDT",
    "\uae40\ubcf4\ub984",  # Kim Bo-reum in Hangul
    "\u9ad8\u6728\u83dc\u90a3",  # Takagi Nana in Kanji
    "\u30a2\u30ec\u30af\u30b5\u30f3\u30c0\u30fc \u30b9\u30df\u30b9",  # a name in Katakana
    "\u0141ukasz \u017b\u00d3\u0141\u0106",
    "Zo\u00eb \u0160\u0164ASTN\u00c1",
)
"""Accents, length, Korean, Japanese."""

NOCS = ("NED", "KOR", "JPN", "ITA", "CAN", "USA", "NOR", "POL")


def field(size: int) -> tuple[Starter, ...]:
    """So many starters with all kinds of names."""
    return tuple(
        Starter(
            bib,
            Skater(
                f"s{bib}",
                NAMES[bib % len(NAMES)] + (f" {bib}" if bib >= len(NAMES) else ""),
                NOCS[bib % 8],
                1990 + bib % 9,
            ),
            grid=bib,
            why="drawn",
        )
        for bib in range(1, size + 1)
    )


def odd(size: int, profile: str = "olympic", status: ResultStatus | None = ResultStatus.OFFICIAL) -> Book:
    """A semi-final of *size* with a tie, equal hundredths, void points, DQ, DNF, DNS and ADV."""
    return book(odd_records(size, profile, status), "ab" * 32)


def odd_records(
    size: int, profile: str = "olympic", status: ResultStatus | None = ResultStatus.OFFICIAL
) -> list[Record]:
    """The log of that meet."""
    rules = semi_rules()
    starters = field(size)
    said: list[tuple[Event, str | None]] = [
        (
            MeetOpened(
                "Rink Cup \N{EN DASH} \u65e5\u97d3\u6226",
                "Eishalle K\u00f6ln",
                "2025-11-30",
                60,
                profile=profile,
            ),
            None,
        ),
        (CompetitionOpened("women", "Women", "W", rules), None),
        (EntriesTaken("women", tuple(Entry(starter.skater) for starter in starters)), None),
        (RacePlanned("women", "semi-final", "Women, semi-final 1", rules), "sf1"),
        (StartListPosted(starters), "sf1"),
        *((event, "sf1") for event in oddities(size)),
    ]
    if status:
        said.append(
            (ResultDeclared(status, "Protest of KOR" if status is ResultStatus.PROTESTED else ""), "sf1")
        )
    return numbered(said)


def semi_rules() -> Rulebook:
    """The newest edition, with semi-finals."""
    rules = edition("isu-2024", "W")
    return msgspec.structs.replace(rules, format=msgspec.structs.replace(rules.format, kind="semi-finals"))


def oddities(size: int) -> Iterator[Event]:
    """What happens in that semi-final."""
    yield GunFired(GUN)
    yield OrderRead(4, (1, 2, size), read_by="judge")
    yield OrderRead(8, (2, size - 1, 3), read_by="judge")
    yield OrderRead(12, ((3, 4), 1), read_by="judge")
    whole = [*range(1, size - 3)]
    clocks = itertools.accumulate([480_803_000, 4_000, *[987_000] * size])
    times = {bib: Duration(time) for bib, time in zip(whole, clocks, strict=False)}
    tied: tuple[int | tuple[int, ...], ...] = (*whole[:4], (whole[4], whole[5]), *whole[6:])
    yield OrderRead(16, tied, times | {whole[5]: times[whole[4]]})
    yield LappedCalled(whole[-1])
    yield LapsGiven(size - 3, 11, Duration(330_120_000))
    yield MarkGiven(size - 3, IRM.DNF)
    yield SkaterAdvanced(size - 3, "257.4.5", "obstructed")
    yield MarkGiven(size - 2, IRM.DNS)
    yield LapsGiven(size - 1, 9, Duration(270_000_000))
    yield MarkGiven(size - 1, IRM.DNF)
    yield MarkGiven(size, IRM.DSQ, "T25", "pushed another skater")
