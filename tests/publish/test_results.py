"""Results: what official sheets print is what ours print, and every oddity has its place."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from lastlap.events import ResultStatus
from lastlap.log import Meet
from lastlap.official import Sheet as Official
from lastlap.publish import Book, book, read_book
from lastlap.publish.contents import sheets
from lastlap.publish.results import result, summary, world_cup_sheet
from lastlap.publish.sheet import Cell, Sheet
from publish import meets

WORLD_CUPS = [f"wc2025_{rink}_{sex}" for rink in ("cgy", "slc") for sex in "mw"]
NIGHT = {
    "w-sf1": "og2018_w_sf1",
    "w-sf2": "og2018_w_sf2",
    "m-sf1": "og2018_m_sf1",
    "m-sf2": "og2018_m_sf2",
    "w-final": "og2018_w_f",
    "m-final": "og2018_m_f",
}
Cells = dict[str, dict[str, Cell]]


def cells(sheet: Sheet) -> Cells:
    """The first table of a sheet: of each name, its cells by the key of the column."""
    table = sheet.tables[0]
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, row.cells, strict=True)) for row in table.rows]
    return {row["name"].text: row for row in rows}


def text(found: Cells, name: str, key: str) -> str:
    """The text of a cell."""
    return found[name][key].text


def differences(official: Official, found: Cells, *, isu: bool) -> list[str]:
    """What the official sheet states and ours prints otherwise; a mark stands in its own place."""
    wrong = []
    for row in official.skaters:
        ours = found[row.name]
        stated = {
            "rank": "" if row.rank is None else str(row.rank),
            "noc": row.noc,
            "laps": row.laps and str(row.laps),
            "total": None if row.points_total is None else str(row.points_total),
            "time": row.time and _printed(row.time, row.time_thousandth),
            **{f"s{place}": str(won or "") for place, won in enumerate(row.sprints or (), 1)},
        }
        for key, printed in stated.items():
            shown = ours[key].text.rstrip("=") if key in ours else ""
            if (
                printed is not None
                and shown != printed
                and not (key == "total" and not isu and printed == "0")
            ):
                wrong.append(f"{row.name}: {key} is {printed!r} on the sheet, {shown!r} here")
    return wrong


def _printed(time: str, thousandth: int | None) -> str:
    return time if thousandth is None or "(" in time else f"{time}({thousandth})"


@cache
def world_cup(day: str) -> Book:
    """Both divisions of a day."""
    return meets.told_again(f"{day}_divb", f"{day}_diva")


@pytest.mark.parametrize("division", ["diva", "divb"])
@pytest.mark.parametrize("day", WORLD_CUPS)
def test_a_world_cup_sheet_is_as_the_isu_printed_it(day: str, division: str) -> None:
    """Told by orders and times alone, both our layouts print the ranks, points, laps and times of the ISU's sheet."""
    both = world_cup(day)
    (official,) = meets.official(f"{day}_{division}")
    for sheet in (result, world_cup_sheet):
        found = cells(sheet(both, both.chapters[official.id]))
        assert differences(official, found, isu=True) == []


@pytest.mark.parametrize("day", WORLD_CUPS)
def test_series_points_are_those_of_the_isu(day: str) -> None:
    """The points column holds what the ISU printed, but for the slips that `lastlap verify` tells of."""
    both = world_cup(day)
    slips = {"wc2025_cgy_m": 18, "wc2025_slc_w": 1, "wc2025_slc_m": 1}
    differ = 0
    for division in ("diva", "divb"):
        (official,) = meets.official(f"{day}_{division}")
        found = cells(world_cup_sheet(both, both.chapters[official.id]))
        differ += sum(found[row.name]["points"].value != row.wc_points for row in official.skaters)
    assert differ == slips.get(day, 0)


@pytest.mark.parametrize("day", WORLD_CUPS)
def test_who_came_up_from_division_b_is_marked(day: str) -> None:
    """`(N)` stands before the points of exactly those before whose points the ISU printed it."""
    both = world_cup(day)
    fields = json.loads((meets.RACES / f"{day}_diva.json").read_text("utf-8"))
    found = cells(world_cup_sheet(both, both.chapters[fields["id"]]))
    ours = {name for name, line in found.items() if line["points"].text.startswith("(N)")}
    assert ours == {line["name"] for line in fields["skaters"] if line["wc_points_N_mark"]}


@pytest.fixture(scope="session")
def night_book(night: Path) -> Book:
    """The night of PyeongChang, as the demo leaves it."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        return read_book(meet)


@pytest.mark.parametrize("race", NIGHT)
def test_the_night_prints_as_its_sheets(night_book: Book, race: str) -> None:
    """The results of 2018 hold every rank, total, lap and time that is known of them."""
    (official,) = meets.official(NIGHT[race])
    found = cells(result(night_book, night_book.chapters[race]))
    assert differences(official, found, isu=False) == []


def test_qualification_is_printed(night_book: Book) -> None:
    """Semi-final 1 of the women sends eight to the final, the eighth without a point."""
    found = cells(result(night_book, night_book.chapters["w-sf1"]))
    assert sum(row["notes"].text == "Q" for row in found.values()) == 8
    assert text(found, "Maryna Zuyeva", "notes") == "Q"
    assert text(found, "Maryna Zuyeva", "total") == ""


def test_the_summary_has_everybody_once(night_book: Book) -> None:
    """24 skaters; who did not reach the final shares the rank with the same place of the other semi-final."""
    sheet = summary(night_book, night_book.competitions["women"])
    assert sheet is not None
    found = cells(sheet)
    assert len(found) == 24
    assert text(found, "Park Ji-woo", "rank") == text(found, "Elena Møller Rigas", "rank") == "17="
    assert text(found, "Nana Takagi", "semi_total") == "5"


# Oddities


@cache
def odd(profile: str = "olympic", status: ResultStatus | None = ResultStatus.OFFICIAL) -> Sheet:
    """The result of the made-up semi-final of 16."""
    made = meets.odd(16, profile, status)
    return result(made, made.chapters["sf1"])


def row(sheet: Sheet, cap: int) -> dict[str, str]:
    """The texts of the row of a cap."""
    return {
        key: cell.text for cells_ in cells(sheet).values() for key, cell in cells_.items()
        if cells_["cap"].value == cap
    }  # fmt: skip


def test_equal_hundredths_print_the_thousandth() -> None:
    """8:00.80(3) is ahead of 8:00.80(7), and the gap adds up."""
    assert row(odd(), 1)["time"] == "8:00.80(3)"
    assert row(odd(), 2)["time"] == "8:00.80(7)"
    assert row(odd(), 2)["behind"] == "+0.004"


def test_gaps_are_those_of_the_printed_times() -> None:
    """Whoever subtracts the printed times gets the printed gap."""
    assert row(odd(), 3)["time"] == "8:01.79"
    assert row(odd(), 3)["behind"] == "+0.99"


def test_a_dead_heat_shares_the_rank() -> None:
    """Caps 5 and 6 are fifth."""
    assert row(odd(), 5)["rank"] == row(odd(), 6)["rank"] == "5="
    assert row(odd(), 7)["rank"] == "7"


def test_void_points_are_struck_out_and_said() -> None:
    """Who did not finish keeps the mark of a sprint on the sheet, and it does not count."""
    cell = next(c for c in cells(odd()).values() if c["cap"].value == 15)["s2"]
    assert (cell.text, cell.struck) == ("2", True)
    assert row(odd(), 15)["notes"] == "DNF, void"
    assert ("void", "the points struck out do not count") in odd().legend


def test_the_disqualified_stand_last() -> None:
    """In the Olympic profile without rank, in that of the World Cup with one; with the rule that was broken."""
    assert (row(odd(), 16)["rank"], row(odd(), 16)["notes"]) == ("", "DQ T25, void")
    assert row(odd("world-cup"), 16)["rank"] == "15"
    assert any(note.startswith("T25: ") for note in odd().notes)


def test_whoever_the_referee_advanced_is_marked() -> None:
    """The obstructed skater did not finish, and goes on."""
    assert row(odd(), 13)["notes"] == "ADV, DNF"


def test_who_did_not_start_is_listed_or_left_out_as_the_profile_has_it() -> None:
    """The Olympic result lists them last, the World Cup's does not."""
    assert row(odd(), 14)["notes"] == "DNS"
    assert row(odd("world-cup"), 14) == {}


@pytest.mark.parametrize(
    ("status", "across", "says"),
    [
        (None, "PROVISIONAL", "Provisional"),
        (ResultStatus.UNOFFICIAL, "PROVISIONAL", "Unofficial"),
        (ResultStatus.PROTESTED, "UNDER PROTEST", "Under protest"),
        (ResultStatus.OFFICIAL, "", "Official"),
        (ResultStatus.CORRECTED, "", "Official, corrected"),
    ],
)
def test_a_result_that_is_not_final_says_so_across_the_page(
    status: ResultStatus | None, across: str, says: str
) -> None:
    """Only a final one carries the hash of the log, so that it can be checked."""
    sheet = odd("olympic", status)
    assert (sheet.across, sheet.status) == (across, says)
    assert bool(sheet.head) == (across == "")


def test_a_result_can_say_why() -> None:
    """With reasons, a second table tells of every skater why they have the rank."""
    made = meets.odd(16)
    reasons = result(made, made.chapters["sf1"], reasons=True).tables[1]
    assert len(reasons.rows) == len(odd().tables[0].rows)
    assert "points" in reasons.rows[0].cells[-1].text


def test_a_sheet_says_as_of_when_it_is() -> None:
    """The footer names the record, the moment on the rink's clock, and the head of the log."""
    last = meets.odd(16).last.number
    assert odd().proof[0].startswith(f"As of record {last}, 30 Nov 2025 ")
    assert odd().proof[0].endswith("(UTC+1)")
    assert odd().proof[1] == f"Log of {last} records, head {'ab' * 32}"


def test_the_referee_is_named() -> None:
    """Who declared the result signs it; whose name nobody knows gets a line."""
    assert odd().officials == (("Referee", "Ada EXAMPLE"), ("Starter", ""))


def test_a_race_in_progress_can_be_printed() -> None:
    """Before the finish is read, the result says after how many laps it is."""
    records = [record for record in meets.odd_records(16) if record.number < 9]
    early = book(records)
    sheet = result(early, early.chapters["sf1"])
    assert (sheet.status, sheet.across) == ("Race in progress", "PROVISIONAL")
    assert "As after 8 of 16 laps." in sheet.notes


def ids(found: Sequence[Sheet]) -> list[str]:
    """The ids of sheets."""
    return [sheet.id for sheet in found]


def test_a_book_has_its_sheets_in_order(night_book: Book) -> None:
    """Medals first, then each event with its final before its semi-finals."""
    found = ids(sheets(night_book))
    assert found[:2] == ["medallists", "medal-standings"]
    assert found.index("women-summary") < found.index("w-final-result") < found.index("w-sf1-result")
    assert len(found) == len(set(found)) == 32


def test_one_race_can_be_published_alone(night_book: Book) -> None:
    """Then only its own sheets are made."""
    assert {name.rpartition("final")[0] for name in ids(sheets(night_book, ["w-final"]))} == {"w-"}
