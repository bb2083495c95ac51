"""Start lists, entries, decisions, medals and lap charts say what an official would look for."""

import re
from pathlib import Path

import msgspec
import pytest

from lastlap.events import (
    ConditionsNoted,
    DoubtDismissed,
    EntryWithdrawn,
    Event,
    IncidentNoted,
    LapGained,
    LappedLifted,
    LapsCut,
    MarkLifted,
    NoteMade,
    OrderRead,
    Passing,
    PassingInserted,
    PassingMoved,
    PassingRestored,
    PassingStruck,
    RaceFreed,
    RaceNeutralised,
    RaceRestarted,
    RaceStopped,
    RecordReinstated,
    RecordRetracted,
    ResultDeclared,
    ResultStatus,
    SkaterFell,
    TransponderAssigned,
)
from lastlap.games import games
from lastlap.log import Meet
from lastlap.publish import Book, book, read_book
from lastlap.publish.decisions import decisions
from lastlap.publish.lap_chart import lap_chart
from lastlap.publish.lists import entries, start_list
from lastlap.publish.medal_lists import medal_standings, medallists_by_event, medallists_of
from lastlap.publish.results import result, summary
from lastlap.publish.sheet import Cell, Column, Row, Sheet, filled, gap, number, printable, times, words
from lastlap.times import SECOND, Duration, Instant
from publish import meets


def lines(sheet: Sheet | None, table: int = 0) -> list[list[str]]:
    """The texts of a table."""
    assert sheet is not None
    return [[cell.text for cell in row.cells] for row in sheet.tables[table].lines]


@pytest.fixture(scope="session")
def pyeongchang(night: Path) -> Book:
    """The night, as part of the Games of 2018."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        return read_book(meet, games(2018))


# Cells


def test_text_that_cannot_be_printed_is_replaced() -> None:
    """A control character becomes a replacement, white space one space, and an accent joins its letter."""
    assert printable(" Ada\tEXAM\x07PLE ") == "Ada EXAM\ufffdPLE"
    assert printable("e\N{COMBINING ACUTE ACCENT}") == "\N{LATIN SMALL LETTER E WITH ACUTE}"


def test_nobody_turns_a_line_round() -> None:
    """A character that reverses what follows is left out; one that keeps two letters apart stays."""
    assert printable("Ada\N{RIGHT-TO-LEFT OVERRIDE} 1\N{SOFT HYPHEN}2") == "Ada 12"
    assert printable("a\N{ZERO WIDTH NON-JOINER}b") == "a\N{ZERO WIDTH NON-JOINER}b"


def test_a_number_that_is_not_known_is_empty() -> None:
    """Neither 0 nor None."""
    assert number(None) == Cell()
    assert number(0).text == "0"


def test_times_are_cut_to_what_is_printed() -> None:
    """7:42.9769 prints as 7:42.97, and that is its value."""
    (cell,) = times([Duration(462_976_900)])
    assert (cell.text, cell.value) == ("7:42.97", 462_970_000)


def test_nobody_is_behind_himself() -> None:
    """The first has no gap, nor has who has no time."""
    first, other = times([Duration(10_000_000), None])
    assert gap(first, first) == gap(first, other) == gap(other, first) == Cell()


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    """Unless it is always there."""
    columns = (Column("a", "A"), Column("b", "B"), Column("c", "C"))
    table = filled(columns, [Row((words("x"), Cell(), Cell()))], ("c",))
    assert [column.key for column in table.columns] == ["a", "c"]


# Lists


def test_a_start_list_says_where_and_why(pyeongchang: Book) -> None:
    """The winner of semi-final 1 stands first on the grid of the final."""
    sheet = start_list(pyeongchang, pyeongchang.chapters["w-final"])
    assert lines(sheet)[0] == [
        "1",
        "1",
        "Francesca Lollobrigida",
        "ITA",
        "won semi-final 1; row 1 of the grid",
    ]
    assert sheet is not None
    assert ("Start", "24 Feb 2018 21:30") in sheet.facts
    assert [row.apart for row in sheet.tables[0].rows].index(True) == 6


def test_a_race_without_starters_has_no_start_list() -> None:
    """Nothing is printed of it."""
    early = book(meets.odd_records(12)[:4])
    assert start_list(early, early.chapters["sf1"]) is None
    assert lap_chart(early, early.chapters["sf1"]) is None
    assert decisions(early, early.chapters["sf1"]) is None


def test_entries_do_not_say_why_somebody_withdrew() -> None:
    """It may be an illness, and that is nobody's business."""
    records = meets.odd_records(12)
    withdrawn = meets.numbered([(EntryWithdrawn("women", "s3", "broken ankle"), None)])[0]
    told = book([*records, msgspec.structs.replace(withdrawn, number=len(records) + 1)])
    sheet = entries(told, told.competitions["women"])
    assert "ankle" not in str(sheet)
    assert [line[-1] for line in lines(sheet)].count("withdrawn") == 1
    assert sheet is not None
    assert dict(sheet.facts)["Skaters"] == "11"


# Decisions


def after(*said: Event) -> Book:
    """The made-up semi-final with more said at its end."""
    records = meets.odd_records(12)
    more = meets.numbered([(event, "sf1") for event in said])
    return book(
        [*records, *(msgspec.structs.replace(one, number=len(records) + one.number) for one in more)],
        "cd" * 32,
    )


def decided(*said: Event) -> list[str]:
    """What the decisions log says of them, each in its words."""
    told = after(*said)
    found = lines(decisions(told, told.chapters["sf1"]))
    return [line[3] for line in found[-len(said) :]]


AT = Instant(meets.GUN + 100 * SECOND)


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (TransponderAssigned("T1", 3), "A transponder belongs to 3 "),
        (TransponderAssigned("T1", None), "A transponder belongs to nobody"),
        (PassingInserted(AT, 1), "Passing of 1 Bo .* inserted, at 1:40.00"),
        (IncidentNoted("Collision", (1, 7), 3, "second bend"), r"Collision in lap 3, second bend: 1 .*, 7 "),
        (
            SkaterFell(1, 8, "back straight", AT, 7),
            "1 Bo .* fell in lap 8, back straight, brought down by 7 ",
        ),
        (MarkLifted(12), "The mark of 12 .* is lifted"),
        (LappedLifted(8), "8 .* is not lapped"),
        (LapGained(3, AT, -1), r"3 .* lost 1 lap on the main group"),
        (RaceStopped(AT), "Race stopped, at 1:40.00"),
        (RaceRestarted(AT, 10), "Race restarted with 10 laps to go"),
        (RaceNeutralised(AT), "Race neutralised"),
        (RaceFreed(AT), "Race freed"),
        (LapsCut(12), "Race cut to 12 laps"),
        (DoubtDismissed("x"), "A doubt was looked at"),
        (RecordRetracted(7), "Record 7 taken back"),
        (RecordReinstated(7), "Record 7 said again"),
    ],
)
def test_every_decision_has_its_words(event: Event, says: str) -> None:
    """A line a decision, with who and where."""
    assert re.match(says, decided(event)[0])


def test_corrections_of_passings_name_the_passing() -> None:
    """Struck, restored and moved: which record, and when on the race clock."""
    first = len(meets.odd_records(12)) + 1
    found = decided(
        Passing(AT, "X"), PassingStruck(first, "a coach"), PassingRestored(first), PassingMoved(first, bib=4)
    )[-3:]
    assert found[0] == f"The passing of record {first} at 1:40.00 struck"
    assert found[1] == f"The passing of record {first} at 1:40.00 restored"
    assert found[2].startswith(f"The passing of record {first} at 1:40.00 was 4 ")


def test_what_was_taken_back_is_struck_out() -> None:
    """It stays in the log, and on the sheet."""
    told = after(RecordRetracted(8, "misread"))
    sheet = decisions(told, told.chapters["sf1"])
    assert sheet is not None
    struck = [row for row in sheet.tables[0].rows if any(cell.struck for cell in row.cells)]
    assert [row.cells[0].value for row in struck] == [8]
    assert sheet.legend == (("struck out", "taken back later"),)


def test_an_injury_is_printed_nowhere(pyeongchang: Book) -> None:
    """Nor are notes, nor the numbers of transponders: the referee and the doctor know."""
    told = after(
        SkaterFell(1, 8, injury="elbow"), IncidentNoted("fall", injury="elbow"), NoteMade("elbow hurts"),
        TransponderAssigned("my elbow", 3),
    )  # fmt: skip
    for one, chapter in ((told, "sf1"), (pyeongchang, "w-sf2")):
        sheet = decisions(one, one.chapters[chapter])
        assert sheet is not None
        assert "elbow" not in str(sheet)


def test_the_photo_finish_against_the_transponders_is_said(pyeongchang: Book) -> None:
    """The order read, and what the transponders had; where they agree, that too."""
    chapter = pyeongchang.chapters["w-sf2"]
    sheet = decisions(pyeongchang, chapter)
    assert any("as the transponders had it" in line[3] for line in lines(sheet))
    first, second, *_ = chapter.race.order(4)
    swapped = OrderRead(4, (second, first))
    record = msgspec.structs.replace(chapter.last, number=chapter.last.number + 1, event=swapped)
    other = msgspec.structs.replace(chapter, records=(*chapter.records, record))
    other.race.tell(record)
    says = lines(decisions(pyeongchang, other))[-1][3]
    assert says.endswith(f"read by photo finish: {second}, {first}; the transponders had {first}, {second}")


# Conditions


def test_conditions_stand_under_the_result() -> None:
    """What was measured at the start and at the end, with units."""
    told = after(ConditionsNoted(air_c=12.5, ice_c=-6.0, humidity=41), ConditionsNoted(air_c=13.0))
    sheet = result(told, told.chapters["sf1"])
    assert sheet.conditions is not None
    start, end = ([cell.text for cell in row.cells] for row in sheet.conditions.rows)
    assert start[2:] == ["12.5 \N{DEGREE SIGN}C", "41 %", "-6 \N{DEGREE SIGN}C"]
    assert end[2] == "13 \N{DEGREE SIGN}C"


# Medals


def test_the_medallists_of_the_women(pyeongchang: Book) -> None:
    """Gold, silver, bronze with NOC, points and time."""
    sheet = medallists_of(pyeongchang, pyeongchang.competitions["women"])
    assert lines(sheet)[0] == ["Gold", "Nana Takagi", "JPN", "Japan", "60", "8:32.87"]
    assert [line[0] for line in lines(sheet)] == ["Gold", "Silver", "Bronze"]


def test_both_events_are_listed(pyeongchang: Book) -> None:
    """One block an event, in the order in which they were decided."""
    found = lines(medallists_by_event(pyeongchang))
    assert [line[3] for line in found] == [
        "Nana Takagi", "Kim Bo-reum", "Irene Schouten", "Lee Seunghoon", "Bart Swings", "Koen Verweij",
    ]  # fmt: skip


def test_medal_standings_are_as_of_the_night(pyeongchang: Book) -> None:
    """Korea has its fifth gold and 15th medal, Japan its fourth gold; what came the next day does not count."""
    sheet = medal_standings(pyeongchang)
    assert sheet is not None
    keys = [column.key for column in sheet.tables[0].columns]
    found = {line[1]: dict(zip(keys, line, strict=True)) for line in lines(sheet)}
    assert (found["KOR"]["total_gold"], found["KOR"]["total_all"]) == ("5", "15")
    assert found["JPN"]["total_gold"] == "4"
    assert ("After", "98 of 102 events") in sheet.facts


def test_a_sheet_says_only_what_is_made_up_on_it(pyeongchang: Book) -> None:
    """Nobody makes up a medal; of the medallists the time of one is, of the whole event's times several."""
    for sheet in (medal_standings(pyeongchang), medallists_by_event(pyeongchang)):
        assert sheet is not None
        assert sheet.reconstructed == ""
    men = medallists_of(pyeongchang, pyeongchang.competitions["men"])
    assert men is not None
    assert men.reconstructed == "made up: the times of Koen Verweij"
    women = summary(pyeongchang, pyeongchang.competitions["women"])
    assert women is not None
    assert " in semi-final 2; the times of " in women.reconstructed
    assert women.reconstructed.endswith(
        " in the final; the laps of Ramona H\u00e4rdi in semi-final 1; the laps of Ayano Sato in semi-final 2"
    )


def test_decisions_without_a_reason_leave_no_empty_column(pyeongchang: Book) -> None:
    """The start list and the results need no reason: a sheet of those alone has no column of reasons."""
    sheet = decisions(pyeongchang, pyeongchang.chapters["m-final"])
    assert sheet is not None
    assert [column.key for column in sheet.tables[0].columns] == ["record", "when", "who", "what"]


def test_a_meet_of_no_games_has_its_own_medals() -> None:
    """Those of its own finals alone, and none before the first is official."""
    today = meets.told_again("wc2025_cgy_m_divb", "wc2025_cgy_m_diva")
    assert len(lines(medal_standings(today))) == 4
    early = meets.odd(12)
    assert medal_standings(early) is None
    assert medallists_by_event(early) is None


def test_a_meet_of_games_has_no_medals_before_its_own_are_official(night: Path) -> None:
    """Then they stand as of that moment, whatever the files know of the days after."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        records = list(meet.records())
    signed = {
        race: next(
            record.number
            for record in records
            if record.race == race
            and isinstance(record.event, ResultDeclared)
            and record.event.status is ResultStatus.OFFICIAL
        )
        for race in ("w-final", "m-final")
    }
    assert medal_standings(book(record for record in records if record.number < signed["w-final"])) is None
    between = book(record for record in records if record.number < signed["m-final"])
    sheet = medal_standings(between)
    assert sheet is not None
    found = {line[1]: line for line in lines(sheet)}
    assert found["JPN"][15] == "4"
    assert found["KOR"][15:19] == ["4", "6", "4", "14"]


# The lap chart


def test_the_lap_chart_has_positions_and_lap_times(pyeongchang: Book) -> None:
    """A row a skater, a column a lap; the lap times add up to the time, but for what was cut."""
    chapter = pyeongchang.chapters["w-final"]
    sheet = lap_chart(pyeongchang, chapter)
    assert sheet is not None
    assert lines(sheet)[0][-1] == "1"
    laps = [cell.value or 0 for cell in sheet.tables[1].rows[0].cells[4:]]
    assert 0 <= (chapter.standings[0].score.time or 0) - sum(laps) < 16 * SECOND // 100
    assert [column.title for column in sheet.tables[0].columns if column.shaded] == ["4", "8", "12", "16"]
