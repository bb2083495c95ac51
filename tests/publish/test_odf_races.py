"""Results in the feed are those of the engine, and those that official sheets print."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest

from feeds import record_of, roots
from lastlap.competition import event_ranking
from lastlap.events import (
    EntriesTaken,
    Event,
    LappedCalled,
    LapsCut,
    LapsGiven,
    MarkGiven,
    MeetOpened,
    OrderRead,
    Record,
    ResultDeclared,
    ResultStatus,
    StartListPosted,
)
from lastlap.log import Meet
from lastlap.official import (
    Sheet,
    competition_opened,
    parse_sheet,
    race_planned,
    rank_sheet,
    sheet_profile,
    sheet_scores,
    start_list,
)
from lastlap.publish.odf import Sent, messages
from lastlap.publish.odf.check import check
from lastlap.race import replay
from lastlap.ranking import Standing, standings
from lastlap.rulebook import IRM
from lastlap.startlist import Entry
from lastlap.times import MINUTE, clock

RACES = Path(__file__).parent.parent / "races"
WORLD_CUP = sorted(RACES.glob("wc*.json"))
OLYMPIC = sorted(RACES.glob("og*.json"))
IDS = {
    "w_sf1": "w-sf1",
    "w_sf2": "w-sf2",
    "m_sf1": "m-sf1",
    "m_sf2": "m-sf2",
    "w_f": "w-final",
    "m_f": "m-final",
}


@pytest.fixture(scope="module")
def played(night: Path) -> list[Record]:
    """The log of the demo night."""
    with Meet.open(night / "pyeongchang-2018.meet") as held:
        return list(held.records())


@pytest.fixture(scope="module")
def official(played: list[Record]) -> dict[str, ET.Element]:
    """Its official results, by the title of the race."""
    feed = [
        one for one in messages(played) if (one.message.kind, one.message.status) == ("DT_RESULT", "OFFICIAL")
    ]
    return {root.find(".//SportDescription").get("SubEventName", ""): root for root in roots(feed)}  # type: ignore[union-attr]  # each has one


def told(sheet: Sheet) -> list[Record]:
    """The log of a race that people told by orders, laps and times, as its sheet has it."""
    plan = msgspec.structs.replace(race_planned(sheet), scheduled=None)
    starters = start_list(sheet)
    entries = tuple(Entry(one.skater, one.transponders) for one in starters)
    opened = MeetOpened(
        sheet.competition or "",
        "Olympic Oval",
        sheet.day.isoformat() if sheet.day else "",
        profile=sheet_profile(sheet),
    )
    opening: list[tuple[Event, str | None]] = [
        (opened, None),
        (competition_opened([sheet]), None),
        (EntriesTaken(plan.competition, entries), None),
        (plan, sheet.id),
        (StartListPosted(starters), sheet.id),
    ]
    said = [*opening, *((event, sheet.id) for event in _told_by_people(sheet))]
    return [record_of(number, event, number * MINUTE, race) for number, (event, race) in enumerate(said, 1)]


def _told_by_people(sheet: Sheet) -> Iterator[Event]:
    scores = sheet_scores(sheet)
    laps = max(score.laps for score in scores)
    yield LapsCut(laps)
    tables = race_planned(sheet).rulebook.tables(laps)
    finishers = [score for score in scores if score.laps == laps and score.irm is not IRM.DSQ]
    finishers.sort(key=lambda score: (-score.sprints[-1], score.time or 0))
    for number, lap in enumerate(tables):
        won = sorted(
            (score for score in scores if score.sprints[number]), key=lambda score: -score.sprints[number]
        )
        if lap < laps:
            yield OrderRead(lap, tuple(score.bib for score in won), read_by="judge")
    times = {score.bib: score.time for score in finishers if score.time is not None}
    yield OrderRead(laps, tuple(score.bib for score in finishers), times)
    for score in scores:
        if score.irm is IRM.LAP:
            yield LappedCalled(score.bib)
        if score.irm in (IRM.DSQ, IRM.DNF) or score.laps < laps:
            yield LapsGiven(score.bib, score.laps, score.time)
            yield MarkGiven(score.bib, score.irm or IRM.DNF, "T25" if score.irm is IRM.DSQ else "")
    yield ResultDeclared(ResultStatus.OFFICIAL)


def lines(root: ET.Element) -> list[tuple[Any, ...]]:
    """Of each line of a message: rank, bib, points, laps, mark."""
    found = []
    for line in root.iterfind("Competition/Result"):
        values = {
            one.get("Code"): one.get("Value")
            for one in line.iterfind("ExtendedResults/ExtendedResult")
            if not one.get("Pos")
        }
        bib = next(line.iter("Competitor")).get("Bib")
        found.append(
            (
                line.get("Rank"),
                bib,
                line.get("Result"),
                values.get("LAPS"),
                values.get("TIME"),
                line.get("IRM"),
            )
        )
    return found


def ours(found: Iterable[Standing], laps: int) -> list[tuple[Any, ...]]:
    """The same of the engine's standings."""
    rows = []
    for standing in found:
        score, out = standing.score, standing.score.irm is IRM.DSQ
        time = clock(score.time) if score.time is not None and score.laps == laps and not out else None
        points = str(score.total) if score.total and not out else None
        rows.append(
            (
                None if out else str(standing.rank),
                str(score.bib),
                points,
                str(score.laps),
                time,
                "DQ" if out else None,
            )
        )
    return sorted(rows, key=lambda row: row[5] is not None)


# The night of PyeongChang


@pytest.mark.parametrize("path", OLYMPIC, ids=lambda path: path.stem)
def test_a_race_of_the_night_is_in_the_feed_as_its_sheet_has_it(
    path: Path, official: dict[str, ET.Element]
) -> None:
    """Rank, name, NOC, points, time and qualification, as printed."""
    sheet = parse_sheet(path.read_bytes(), path.name)
    root = official[_name(path.stem)]
    found = [
        (
            int(line.get("Rank", "0")),
            line.get("Result"),
            next(line.iter("Competitor")).get("Organisation"),
            line.get("QualificationMark") == "Q",
        )
        for line in root.iterfind("Competition/Result")
    ]
    rows = sorted(sheet.skaters, key=lambda row: row.rank or 0)
    assert found == [
        (row.rank, str(row.points_total) if row.points_total else None, row.noc, bool(row.qualified))
        for row in rows
    ]
    times = [row[4] for row in lines(root)]
    assert [time for time, row in zip(times, rows, strict=True) if row.time and row.irm is None] == [
        row.time for row in rows if row.time and row.irm is None
    ]


def _name(stem: str) -> str:
    words = {"w": "Women's", "m": "Men's", "sf1": "Semifinal 1", "sf2": "Semifinal 2", "f": "Final"}
    _, category, phase = stem.split("_")
    return f"{words[category]} Mass Start {words[phase]}"


def test_the_feed_agrees_with_the_engine(played: list[Record], official: dict[str, ET.Element]) -> None:
    """Rank, bib, points, laps, time and mark of everybody in six races."""
    for stem, race in IDS.items():
        skated = replay(record for record in played if record.race == race)
        assert lines(official[_name(f"og2018_{stem}")]) == ours(standings(skated), skated.laps)


def test_the_ranking_of_an_event_is_the_engines(played: list[Record]) -> None:
    """Finalists as they finished, the others by place in their semi-final, equal places shared."""
    ranked = roots(one for one in messages(played) if one.message.kind == "DT_RANKING")
    for category, root in zip("wm", ranked, strict=True):
        races = [
            replay(one for one in played if one.race == f"{category}-{end}")
            for end in ("final", "sf1", "sf2")
        ]
        final, *semi_finals = map(standings, races)
        due = event_ranking(final, semi_finals, races[0].rulebook)
        found = [(line.get("Rank"), line.get("RankEqual")) for line in root.iterfind("Competition/Result")]
        assert found == [(str(placing.rank), "Y" if placing.shared else None) for placing in due]


# The World Cup


@pytest.mark.parametrize("path", WORLD_CUP, ids=lambda path: path.stem)
def test_a_race_told_by_people_is_in_the_feed_as_its_sheet_has_it(path: Path) -> None:
    """A sheet turned into what judges said, and that into a message: rank, bib, points, laps and time as printed."""
    sheet = parse_sheet(path.read_bytes(), path.name)
    feed = list(messages(told(sheet)))
    last = [one for one in feed if one.message.kind == "DT_RESULT"][-1]
    found = rank_sheet(sheet)
    assert last.message.status == "OFFICIAL"
    assert lines(roots([last])[0]) == ours(found.standings, max(one.score.laps for one in found.standings))


@pytest.mark.parametrize("path", WORLD_CUP, ids=lambda path: path.stem)
def test_its_feed_is_clean(path: Path) -> None:
    """Every check passes."""
    feed: list[Sent] = list(messages(told(parse_sheet(path.read_bytes(), path.name))))
    assert check([(one.file_name, one.xml) for one in feed], whole_feed=True) == []


def test_points_of_the_series_are_told() -> None:
    """As the sheet of a division has them; nobody who is disqualified has any."""
    path = RACES / "wc2025_cgy_w_diva.json"
    sheet = parse_sheet(path.read_bytes(), path.name)
    root = roots(one for one in messages(told(sheet)) if one.message.kind == "DT_RESULT")[-1]
    won = [one.get("Value") for one in root.iter("ExtendedResult") if one.get("Code") == "WC_PTS"]
    assert won[:6] == ["60", "54", "48", "43", "40", "38"]
