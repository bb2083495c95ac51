"""Official sheets rank as printed, and whatever is wrong, odd or missing on a sheet is told in a sentence."""

import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.events import RacePlanned
from lastlap.official import (
    RankedSheet,
    Sheet,
    competition_id,
    competition_opened,
    parse_sheet,
    race_planned,
    rank_sheet,
    sheet_profile,
    sheet_rulebook,
    sheet_scores,
    start_list,
    verify_sheet,
)
from lastlap.startlist import start_list_flaws
from lastlap.times import clock

RACES = sorted(Path(__file__).with_name("races").glob("*.json"))
every_race = pytest.mark.parametrize("path", RACES, ids=lambda path: path.stem)

Fields = dict[str, Any]


def read(stem: str) -> Fields:
    """The official race of that file, as plain values."""
    fields: Fields = json.loads(Path(__file__).with_name("races").joinpath(f"{stem}.json").read_text("utf-8"))
    return fields


def parsed(fields: Fields) -> Sheet:
    """The sheet that a file with *fields* would be."""
    return parse_sheet(json.dumps(fields).encode(), "sheet.json")


SCHEME = {"intermediate": [3, 2, 1], "final": [60, 40, 20, 10, 6, 3], "sprint_laps": [4, 8, 12, 16]}


def sheet(*rows: Fields, **fields: object) -> Sheet:
    """A small World Cup sheet of 2025/26; a row is what it adds to a finisher without points."""
    finisher = {"noc": "NED", "sprints": [0, 0, 0, 0], "laps": 16, "time": "8:00.00", "status": "OK"}
    skaters = [finisher | {"name": f"Skater {chr(65 + number)}"} | row for number, row in enumerate(rows)]
    race = {"id": "race", "date": "2025-12-07", "sex": "W", "race_laps": 16, "points_scheme": SCHEME}
    return parsed(race | fields | {"skaters": skaters})


def places(found: RankedSheet) -> list[tuple[int | None, str]]:
    """Rank and the last letter of the name, first to last."""
    return [(standing.rank, row.name[-1]) for row, standing in zip(found.rows, found.standings, strict=True)]


def printed(fields: Fields) -> list[tuple[Any, ...]]:
    """What an official file prints, first to last."""
    rows = sorted(fields["skaters"], key=lambda row: row["rank"])
    return [(row["rank"], row["name"], row["points_total"], row["qualified"]) for row in rows]


def found_in(fields: Fields) -> list[tuple[Any, ...]]:
    """The same as `printed`, as we find it."""
    rows = rank_sheet(parsed(fields)).as_json("sheet.json")["skaters"]
    return [(row["rank"], row["name"], row["total"], row["qualified"]) for row in rows]


# The outside authority


@every_race
def test_an_official_race_ranks_as_printed(path: Path) -> None:
    """Rank, total and qualification of every row are those of the sheet."""
    fields = read(path.stem)
    assert found_in(fields) == printed(fields)


@every_race
@pytest.mark.parametrize("seed", range(3))
def test_it_ranks_so_without_looking_at_what_is_printed(path: Path, seed: int) -> None:
    """Without ranks, totals and qualification, and with its rows shuffled, a race ranks the same."""
    fields = read(path.stem)
    expected = printed(fields)
    for row in fields["skaters"]:
        del row["rank"], row["qualified"], row["qualification_mark"]
        if row["sprints"]:
            del row["points_total"]
    random.Random(seed).shuffle(fields["skaters"])
    assert found_in(fields) == expected


@every_race
def test_nothing_on_an_official_sheet_is_called_a_difference(path: Path) -> None:
    """What is odd on a sheet is a warning; the ranks and totals are right on all of them."""
    assert verify_sheet(parse_sheet(path.read_bytes(), path.name)).differences == ()


VOID = "printed sprint points void"
WARNINGS = {
    "og2018_m_f": [
        "all totals",
        "Koen Verweij (NED), Livio Wenger (SUI)",
        "no laps, which is taken as all 16",
    ],
    "og2018_m_sf1": ["all totals", "Brian Hansen (USA): no time", "no laps, which is taken as all 16"],
    "og2018_m_sf2": ["all totals", "Konrad Niedzwiedzki (POL): no time", "no laps, which is taken as all 16"],
    "og2018_w_f": ["all totals", "Maryna Zuyeva (BLR): no time", "no laps, which is taken as all 16"],
    "og2018_w_sf1": ["all totals", "no laps, which is taken as all 16", "Ramona Härdi (SUI): did not finish"],
    "og2018_w_sf2": [
        "all totals",
        "Li Dan (CHN): no time",
        "no laps, which",
        "Ayano Sato (JPN): did not finish",
    ],
    "wc2025_cgy_m_diva": [f"Didrik Eng STRAND (NOR): 3 {VOID}: lapped"],
    "wc2025_cgy_m_divb": [f"Andrey ZUYEV (KAZ): 2 {VOID}: lapped", "from rank 3 to rank 20"],
    "wc2025_cgy_w_diva": [],
    "wc2025_cgy_w_divb": [],
    "wc2025_slc_m_diva": ["Jake WEIDEMANN (CAN): 44 World Cup points printed, rank 4 is worth 43"],
    "wc2025_slc_m_divb": [
        f"Kierryn HUGHES (NZL): 6 {VOID}: did not finish",
        f"Cosmin NEDELEA (ROU): 2 {VOID}: did not finish",
    ],
    "wc2025_slc_w_diva": ["15 laps for a race of 16", "Momoka HORIKAWA (JPN): 44 World Cup points"],
    "wc2025_slc_w_divb": [],
}


@every_race
def test_what_is_odd_on_an_official_sheet_is_explained(path: Path) -> None:
    """Each oddity of each sheet is told once, and nothing else is."""
    warnings = verify_sheet(parse_sheet(path.read_bytes(), path.name)).warnings
    expected = WARNINGS[path.stem]
    assert len(warnings) == len(expected), warnings
    assert all(words in warning for words, warning in zip(expected, warnings, strict=True)), warnings


def test_the_basis_says_where_totals_come_from() -> None:
    """Totals of 2018 are taken as the sheets print them, those of 2025 are sums of sprint points."""
    bases = {path.stem[:4]: rank_sheet(parsed(read(path.stem))).basis for path in RACES}
    assert bases == {"og20": "totals", "wc20": "sprints"}


def test_the_readme_tells_of_every_race() -> None:
    """Nobody adds a race without saying where it is from."""
    text = RACES[0].with_name("README.md").read_text("utf-8")
    assert [path.stem for path in RACES if f"`{path.stem}`" not in text] == []
    assert all(read(path.stem)["source"] for path in RACES)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (
            "rank",
            7,
            "Metoděj JÍLEK (CZE): printed rank 7, found 6: 16 laps; 5 points: 2 at sprint 1, 3 at sprint 2",
        ),
        ("points_total", 3, "Metoděj JÍLEK (CZE): printed total 3, found 5: 16 laps"),
        ("points_total", 0, "if these points are void, `points_forfeited` must say so"),
    ],
)
def test_a_difference_says_who_what_and_why(field: str, value: int, sentence: str) -> None:
    """A slip put into an official sheet is found, and only that."""
    fields = read("wc2025_cgy_m_diva")
    fields["skaters"][5][field] = value
    (difference,) = verify_sheet(parsed(fields)).differences
    assert sentence in difference


def test_wrong_qualifications_are_differences() -> None:
    """Who is printed as qualified and is not, and the other way round, are both named."""
    fields = read("og2018_w_sf1")
    fields["skaters"][7] |= {"qualified": False, "qualification_mark": None}
    fields["skaters"][8] |= {"qualified": None, "qualification_mark": "Q"}
    eighth, ninth = verify_sheet(parsed(fields)).differences
    assert "Maryna Zuyeva (BLR): printed as not qualified, found qualified: 16 laps" in eighth
    assert "Elena Møller Rigas (DEN): printed as qualified, found not qualified: 16 laps" in ninth


# The race that a sheet tells of


@pytest.mark.parametrize(
    ("stem", "name", "laps"),
    [
        ("og2018_w_f", "isu-2014", 16),
        ("wc2025_cgy_w_diva", "isu-2024", 16),
        ("wc2025_slc_w_diva", "isu-2024", 15),
    ],
)
def test_the_day_and_the_points_tell_the_edition(stem: str, name: str, laps: int) -> None:
    """A sheet is ranked by the rules of its own day, over its own laps."""
    rulebook = sheet_rulebook(parsed(read(stem)))
    assert (rulebook.name, rulebook.laps, rulebook.sprints.at) == (name, laps, (4, 8, 12))
    assert rulebook.tables()[laps] == rulebook.sprints.finish


def test_without_a_date_the_season_tells_the_edition() -> None:
    """Points of several editions are those of the sheet's season, or the newest without one."""
    assert sheet_rulebook(sheet({}, date=None, season="2021/22")).name == "isu-2018"
    assert sheet_rulebook(sheet({}, date=None)).name == "isu-2024"


def test_points_that_no_edition_gives_are_the_sheets_own() -> None:
    """An unknown scheme is used as the sheet states it, with the other rules of the nearest edition."""
    scheme = {"intermediate": [4, 2], "final": [31, 15, 10], "sprint_laps": [3, 6, 9]}
    rows = {"sprints": [0, 4, 0], "laps": 9}, {"sprints": [0, 2, 31], "laps": 9}
    found = sheet(*rows, points_scheme=scheme, race_laps=9)
    assert sheet_rulebook(found).tables() == {3: (4, 2), 6: (4, 2), 9: (31, 15, 10)}
    assert places(rank_sheet(found)) == [(1, "B"), (2, "A")]
    assert rank_sheet(found).warnings == (
        "no edition gives 4-2 at the sprints and 31-15-10 at the finish: ranked by isu-junior-2025 with these points",
    )


def test_a_final_sprint_alone_is_a_scheme_too() -> None:
    """A race without sprints on the way has no sprint laps to keep."""
    found = sheet({"sprints": [9]}, points_scheme={"final": [9]})
    assert sheet_rulebook(found).tables() == {16: (9,)}
    assert "no edition gives no points at the sprints and 9 at the finish" in rank_sheet(found).warnings[0]


@pytest.mark.parametrize("scheme", [None, {"intermediate": [3, 2, 1]}])
def test_a_sheet_without_a_scheme_is_ranked_by_the_edition_of_its_day(scheme: Fields | None) -> None:
    """Where the sheet does not say what sprints are worth, that is said, and the edition tells it."""
    found = sheet({"laps": 10}, points_scheme=scheme, race_laps=10, competition="Junior World Cup")
    assert sheet_rulebook(found).sprints.at == (4, 7)
    assert rank_sheet(found).warnings == ("the sheet states no points scheme: ranked by isu-junior-2025",)


def test_a_sheet_that_knows_no_laps_has_those_of_the_edition() -> None:
    """Neither the rows nor the race nor the scheme say how long it was: 16 laps, then."""
    found = sheet(
        {"laps": None}, {"laps": None}, race_laps=None, points_scheme=SCHEME | {"sprint_laps": None}
    )
    assert sheet_rulebook(found).laps == 16
    assert [score.due for score in sheet_scores(found)] == [16, 16]


def test_laps_known_of_some_are_not_the_length_of_the_race() -> None:
    """If only the lapped skater's laps are printed, the others still rode what the sheet states."""
    found = rank_sheet(sheet({"laps": 14, "time": "7:00.00"}, {"laps": None}))
    assert places(found) == [(1, "B"), (2, "A")]


def test_a_lap_too_many_in_one_row_shortens_nobody_elses_race() -> None:
    """A slip in the laps of one skater leaves the others their points."""
    found = rank_sheet(sheet({"sprints": [0, 0, 0, 60]}, {"laps": 17}))
    assert [standing.score.total for standing in found.standings] == [0, 60]
    assert places(found) == [(1, "B"), (2, "A")]


@pytest.mark.parametrize(
    ("competition", "profile"),
    [
        ("Olympic Winter Games Beijing 2022", "olympic"),
        ("Asian Winter Games 2025", "olympic"),
        ("ISU World Championships", "world-cup"),
        ("Olympic Oval Finale", "world-cup"),
        ("U.S. Olympic Team Trials", "world-cup"),
        (None, "world-cup"),
    ],
)
def test_games_print_by_their_own_profile(competition: str | None, profile: str) -> None:
    """Trials for the Games and races on an Olympic oval are no Games."""
    assert sheet_profile(sheet({}, competition=competition)) == profile


def test_an_id_of_games_is_enough() -> None:
    """A sheet without the name of its competition is told by its id."""
    assert sheet_profile(sheet({}, id="og2022_w_f")) == "olympic"


@pytest.mark.parametrize(
    ("text", "phase", "place"),
    [
        ("semi-final 2", "semi-final", 2),
        ("SF1", "semi-final", 1),
        ("Semifinal", "semi-final", 1),
        ("final", "final", 1),
        ("final (Division A)", "division A", 1),
        ("Div. B", "division B", 1),
        (None, "final", 1),
    ],
)
def test_the_phase_is_read_from_its_text(text: str | None, phase: str, place: int) -> None:
    """Sheets name phases in several ways."""
    planned = race_planned(sheet({}, phase=text))
    assert (planned.phase, planned.place) == (phase, place)


@pytest.mark.parametrize(
    ("sex", "title"), [("Ladies", "Women, final"), ("F", "Women, final"), (None, "final")]
)
def test_the_category_is_read_from_its_text(sex: str | None, title: str) -> None:
    """Ladies are women; a sheet that does not say has no category."""
    assert race_planned(sheet({}, sex=sex)).title == title


def test_races_of_one_competition_and_sex_belong_together() -> None:
    """The six races of PyeongChang are two competitions, whose semi-finals send eight to the final."""
    night = [parsed(read(path.stem)) for path in RACES if path.stem.startswith("og2018")]
    women = [found for found in night if found.sex == "W"]
    assert len({competition_id(found) for found in night}) == 2
    opened = competition_opened(women)
    assert (opened.competition, opened.category) == (race_planned(women[0]).competition, "W")
    assert (opened.rulebook.format.kind, opened.rulebook.format.advance) == ("semi-finals", 8)


def test_a_competition_of_finals_alone_keeps_its_format() -> None:
    """World Cup divisions are opened as the edition has them."""
    opened = competition_opened([parsed(read("wc2025_slc_w_divb"))])
    assert (opened.title, opened.rulebook.format.kind) == (
        "ISU Speed Skating World Cup #1 2025/26",
        "divisions",
    )


def test_who_has_no_bib_gets_the_next_free_one() -> None:
    """Bibs stay as printed; the others are numbered from 1 in the order of the rows."""
    starters = start_list(sheet({"bib": None}, {"bib": 1}, {"bib": None, "transponders": ["FL-94890", 4711]}))
    assert [starter.bib for starter in starters] == [2, 1, 3]
    assert starters[2].transponders == ("FL-94890", "4711")


@every_race
def test_an_official_sheet_makes_a_start_list_without_flaws(path: Path) -> None:
    """Nobody stands on it twice, and the same skater has the same id in every race."""
    starters = start_list(parsed(read(path.stem)))
    assert start_list_flaws(starters) == []
    ids = {starter.skater.id for starter in starters}
    assert len(ids) == len(read(path.stem)["skaters"])


def test_a_skater_is_the_same_in_semi_final_and_final() -> None:
    """All 16 of the women's final come from the two semi-finals."""
    ids = [
        {starter.skater.id for starter in start_list(parsed(read(f"og2018_w_{race}")))}
        for race in ("f", "sf1", "sf2")
    ]
    assert ids[0] < ids[1] | ids[2]


# Times


@pytest.mark.parametrize(
    ("fields", "time"),
    [
        ({"time": "7:42.97", "time_thousandth": 6}, "7:42.976"),
        ({"time": "7:42.97(6)"}, "7:42.976"),
        ({"time": "7:42.97(6)", "time_thousandth": 6}, "7:42.976"),
        ({"time": None, "time_seconds": 462.97, "time_thousandth": 9}, "7:42.979"),
        ({"time": " ", "time_seconds": 462.97}, "7:42.970"),
        ({"time": None, "time_seconds": 500}, "8:20.000"),
        ({"time": None, "time_seconds": 0}, "0.000"),
    ],
)
def test_a_time_is_exact_however_it_is_written(fields: Fields, time: str) -> None:
    """462.97 is 462,970,000 microseconds, which no sum of floats makes it."""
    (score,) = sheet_scores(sheet(fields))
    assert score.time is not None
    assert clock(score.time, 3) == time


def test_the_thousandth_parts_equal_hundredths() -> None:
    """As on the sheet that prints 7:42.97(6) before 7:42.97(9)."""
    found = rank_sheet(sheet({"time_thousandth": 9}, {"time_thousandth": 6}))
    assert places(found) == [(1, "B"), (2, "A")]
    assert found.warnings == ()


# Marks, laps and points


@pytest.mark.parametrize("status", ["DQ", "DSQ", "dsq", " dq "])
def test_a_disqualified_skater_is_last(status: str) -> None:
    """The World Cup keeps a rank number for the disqualified, Games do not; points are void for both."""
    rows = {"status": status, "sprints": [3, 0, 0, 0], "time": None}, {"status": "DNF", "laps": 2}
    world_cup = rank_sheet(sheet(*rows))
    assert places(world_cup) == [(1, "B"), (2, "A")]
    assert world_cup.as_json("f")["skaters"][1] | {"name": ""} == {
        "rank": 2,
        "name": "",
        "noc": "NED",
        "total": 0,
        "irm": "DSQ",
        "qualified": None,
    }
    assert places(rank_sheet(sheet(*rows, competition="Olympic Winter Games"))) == [(1, "B"), (None, "A")]


@pytest.mark.parametrize("rank", [None, 2])
@pytest.mark.parametrize("status", ["DQ", "DNS", "WDR"])
def test_who_has_no_place_may_be_printed_with_or_without_a_number(status: str, rank: int | None) -> None:
    """A rank number behind everybody, or none at all, is no difference and nothing to warn of."""
    fields = {"status": status, "rank": rank, "time": None, "laps": None, "sprints": None}
    found = sheet({"rank": 1}, fields, competition="Olympic Winter Games")
    assert verify_sheet(found).differences == ()
    assert verify_sheet(found).warnings == ()
    assert sheet_scores(found)[1].laps == 0


def test_a_disqualified_skater_in_front_is_a_difference() -> None:
    """A printed rank 1 is none that a disqualified skater can have."""
    found = sheet({"rank": 2}, {"rank": 1, "status": "DQ"}, competition="Olympic Winter Games")
    assert "Skater B (NED): printed rank 1, found none: disqualified" in verify_sheet(found).differences


def test_the_order_among_the_disqualified_is_open() -> None:
    """A sheet does not hold why one stands before the other."""
    rows = {"status": "DQ", "laps": 16, "rank": 2}, {"status": "DQ", "laps": 9, "rank": 1}
    assert verify_sheet(sheet(*rows)).differences == ()


@pytest.mark.parametrize(("status", "irm"), [("OK", "LAP"), ("FIN", "LAP"), ("DNF", "DNF"), ("LAP", "LAP")])
def test_forfeited_points_are_void(status: str, irm: str) -> None:
    """Who finished and forfeits points was lapped; who did not finish just did not."""
    found = rank_sheet(sheet({"status": status, "points_forfeited": True, "sprints": [1, 0, 0, 0]}))
    assert found.as_json("f")["skaters"][0] | {"total": 0, "irm": irm} == found.as_json("f")["skaters"][0]
    assert "1 printed sprint point void" in found.warnings[0]


def test_nobody_is_lapped_because_of_a_time() -> None:
    """A finisher two laps' time behind keeps the points, as long as the sheet does not void them."""
    found = rank_sheet(sheet({"sprints": [0, 0, 0, 60]}, {"sprints": [3, 0, 0, 0], "time": "9:00.00"}))
    assert [standing.score.total for standing in found.standings] == [60, 3]


def test_a_lapped_skater_had_to_leave_before_2022() -> None:
    """Where rules took the lapped out, the mark alone does not mean all laps; since then it does."""
    (before,) = sheet_scores(sheet({"status": "LAP", "laps": None}, date="2022-02-19"))
    (since,) = sheet_scores(sheet({"status": "LAP", "laps": None}))
    assert before.due < 0
    assert since.due == 16


def test_fewer_laps_without_a_mark_are_told() -> None:
    """Sheets print no mark for many who did not finish: laps rank them, and their points are void."""
    found = rank_sheet(sheet({"laps": 13, "sprints": [3, 0, 0, 0]}, {}))
    assert places(found) == [(1, "B"), (2, "A")]
    assert found.standings[1].score.total == 0
    assert found.standings[1].score.irm is None
    assert found.warnings == (
        "Skater A (NED): 3 printed sprint points void: fewer laps than the race",
        "Skater A (NED): fewer than 16 laps and no mark, so ranked by the laps as if unfinished",
    )


def test_non_finishers_without_laps_are_behind_those_with_laps() -> None:
    """Of those without laps, who lasted longer is ahead, and who has not even a time is last."""
    unknown = {"status": "DNF", "laps": None}
    rows = unknown | {"time": None}, unknown | {"time": "2:49.59"}, unknown | {"time": "4:49.19"}
    found = rank_sheet(sheet(*rows, {"status": "DNF", "laps": 0}, {"status": "DNF", "laps": 1}, {}))
    assert places(found) == [(1, "F"), (2, "E"), (3, "D"), (4, "C"), (5, "B"), (6, "A")]
    assert found.warnings[-1].startswith(
        "Skater C (NED), Skater B (NED) and Skater A (NED): did not finish and no laps"
    )


def test_the_order_of_non_finishers_without_laps_is_open() -> None:
    """Another order among them is a warning; one of them before a finisher is a difference."""
    rows = {"rank": 1}, {"rank": 3, "status": "DNF", "laps": None}, {"rank": 2, "status": "DNF", "laps": 3}
    outcome = verify_sheet(sheet(*rows))
    assert outcome.differences == ()
    assert "Skater C (NED): printed rank 2, found 2" not in outcome.warnings
    swapped = verify_sheet(sheet(rows[0], rows[1] | {"rank": 2}, rows[2] | {"rank": 3}))
    assert swapped.differences == ()
    assert "B (NED): printed rank 2, found 3: did not finish, and no laps are printed" in swapped.warnings[-1]
    closed = verify_sheet(sheet(rows[0], rows[1] | {"rank": 3, "laps": 5}, rows[2] | {"laps": 0, "rank": 2}))
    assert [who[:8] for who in closed.differences] == ["Skater B", "Skater C"]
    wrong = verify_sheet(sheet(rows[0] | {"rank": 2}, rows[1] | {"rank": 1}))
    assert len(wrong.differences) == 2


def test_who_cannot_be_told_apart_shares_a_rank() -> None:
    """Without times, equal points are an equal rank, and the printed order is open."""
    rows = {"time": None, "rank": 1}, {"time": None, "rank": 2}, {"rank": 3, "laps": 15}
    outcome = verify_sheet(sheet(*rows))
    assert places(rank_sheet(sheet(*rows))) == [(1, "A"), (1, "B"), (3, "C")]
    assert outcome.differences == ()
    assert any("Skater A (NED) and Skater B (NED) share a rank" in warning for warning in outcome.warnings)
    assert "Skater B (NED): printed rank 2, found 1" in outcome.warnings[-1]


def test_an_unknown_time_leaves_a_place_open() -> None:
    """Who has no time may be printed before somebody with the same points, but not before more points."""
    rows = {"sprints": [1, 0, 0, 0], "rank": 2}, {"sprints": [0, 1, 0, 0], "time": None, "rank": 1}
    assert verify_sheet(sheet(*rows)).differences == ()
    more = rows[0] | {"sprints": [2, 0, 0, 0]}
    assert len(verify_sheet(sheet(more, rows[1])).differences) == 2


def test_short_rows_and_empty_cells_are_no_points() -> None:
    """A skater who left early may have fewer columns, and a cell without points may be empty."""
    rows = {"sprints": [3, None], "status": "DNF", "laps": 9}, {"sprints": [None, None, None, 60]}
    assert [score.sprints for score in sheet_scores(sheet(*rows))] == [(3, 0, 0, 0), (0, 0, 0, 60)]


def test_a_row_without_sprints_has_the_total_that_is_printed() -> None:
    """Other rows are still summed; nothing at all counts as no points; both are told."""
    rows: list[Fields] = [{"sprints": None, "points_total": 10}, {"sprints": [0, 0, 0, 60]}, {"sprints": []}]
    found = rank_sheet(sheet(*rows))
    assert [standing.score.total for standing in found.standings] == [60, 10, 0]
    assert found.basis == "sprints"
    assert found.warnings == (
        "Skater A (NED): the total is taken as given, as there are no sprint points",
        "Skater C (NED): neither sprint points nor a total, which is taken as no points",
    )


# Qualification


def test_the_first_by_rank_qualify() -> None:
    """Nobody who was disqualified or did not start qualifies, however few there are."""
    rows: list[Fields] = [{}, {"time": "8:01.00"}, {"status": "DQ"}, {"status": "DNS"}]
    assert rank_sheet(sheet(*rows, qualify_top=1)).qualified == (True, False, False, False)
    assert rank_sheet(sheet(*rows, qualify_top=4)).qualified == (True, True, False, False)
    assert rank_sheet(sheet(*rows)).qualified == (None, None, None, None)


def test_a_skater_whom_the_referee_advanced_qualifies() -> None:
    """No result tells it, so it is taken as given, and said."""
    found = rank_sheet(sheet({}, {"time": "8:01.00", "qualification_mark": "adv"}, qualify_top=1))
    assert found.qualified == (True, True)
    assert found.warnings == ("Skater B (NED): ADV, a decision of the referee, is taken as given",)


def test_a_qualification_that_hangs_on_a_missing_time_is_open() -> None:
    """Two share the last place that qualifies: which of them the sheet lets in is a warning."""
    rows = {"time": None, "qualified": True}, {"time": None, "qualified": False}
    outcome = verify_sheet(sheet(*rows, qualify_top=1))
    assert outcome.differences == ()
    assert "Skater B (NED): printed as not qualified, found qualified" in outcome.warnings[-1]


def test_qualification_without_a_number_is_not_compared() -> None:
    """A sheet that does not say how many qualify cannot be checked in this."""
    (warning,) = verify_sheet(sheet({"qualified": True})).warnings
    assert warning == "qualification is printed, but not how many qualify: not compared"


# Slips of officials


def column(*points: int | None, **fields: object) -> tuple[str, ...]:
    """What is said of a World Cup points column in division B, first to last."""
    rows = [
        {"wc_points": value, "rank": rank, "time": f"8:{rank:02}.00"} for rank, value in enumerate(points, 1)
    ]
    return verify_sheet(sheet(*rows, **{"phase": "Division B"} | fields)).warnings


def test_a_column_that_slid_is_told_once() -> None:
    """From the skipped value on everybody stands too low, by one place or, after a second time, by two."""
    first, second = column(20, 19, 17, 16, 15, 13, 12)
    assert "from rank 3 to rank 5 the sheet prints those of 1 place lower, and skips 18" in first
    assert "from rank 6 to rank 7 the sheet prints those of 2 places lower, and skips 14" in second


def test_single_slips_in_the_column_are_told_each() -> None:
    """A value that the table has nowhere near is a slip of its own, and so is one skater a place too low."""
    assert column(20, 99, 98, 16, 16, 14) == (
        "Skater B (NED): 99 World Cup points printed, rank 2 is worth 19",
        "Skater C (NED): 98 World Cup points printed, rank 3 is worth 18",
        "Skater D (NED): 16 World Cup points printed, rank 4 is worth 17",
        "Skater F (NED): 14 World Cup points printed, rank 6 is worth 15",
    )


def test_without_a_printed_rank_the_column_is_held_against_ours() -> None:
    """A sheet whose ranks are missing still deals its World Cup points by place."""
    (warning,) = verify_sheet(sheet({"wc_points": 19}, phase="Division B")).warnings
    assert warning == "Skater A (NED): 19 World Cup points printed, rank 1 is worth 20"


def test_an_empty_cell_or_another_competition_is_no_slip() -> None:
    """Who raced in both divisions has an empty cell; finals and old seasons have no such table."""
    assert column(20, None, 18) == ()
    assert column(*[0] * 3, phase="final") == ()
    assert column(*range(20, 0, -1), 0, 0) == ()


def test_sprint_points_that_the_scheme_does_not_have_are_told() -> None:
    """A dead heat at sprint 1 and a slip at the finish; points that nobody won are none."""
    rows = {"sprints": [3, 0, 0, 61]}, {"sprints": [3, 0, 3, 0]}, {"sprints": [0, 0, 2, 0]}
    assert verify_sheet(sheet(*rows)).warnings == (
        "at sprint 1 3-3 is printed, the scheme is 3-2-1: a dead heat or a slip",
        "at the finish 61 is printed, the scheme is 60-40-20-10-6-3: a dead heat or a slip",
    )


def test_sprint_points_are_not_compared_with_what_is_not_there() -> None:
    """Without a scheme, or with the points of some skaters missing, no sprint is called a slip."""
    odd, missing = {"sprints": [2, 0, 0, 50]}, {"sprints": None, "points_total": 60}
    assert not any("slip" in warning for warning in verify_sheet(sheet(odd, missing)).warnings)
    assert not any("slip" in warning for warning in verify_sheet(sheet(odd, points_scheme=None)).warnings)


# Files that cannot be used


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "sheet.json is empty: give a result sheet as JSON"),
        (b" \n", "sheet.json is empty"),
        (b"Rank;Name", "sheet.json is no JSON"),
        (b'{"id": "\xff"}', "sheet.json is no JSON"),
        (b'{"x": ' + b"[" * 100_000, "sheet.json is no JSON"),
        (b"[]", "sheet.json, the sheet: expected an object, got a list"),
        (b'{"id": "x"}', "sheet.json, the sheet: there is no skaters"),
        (b'{"id": "x", "skaters": {}}', "sheet.json, skaters: expected a list, got an object"),
        (b'{"id": "x", "skaters": []}', "sheet.json, skaters: expected a list of length >= 1"),
        (b'{"id": "x", "skaters": [7]}', "sheet.json, row 1: expected an object, got a whole number"),
        (b'{"id": "x", "skaters": [{"noc": "NED"}]}', "sheet.json, row 1: there is no name"),
        (
            b'{"id": "x", "skaters": [{"noc": 7}]}',
            "sheet.json, row 1, noc: expected text, got a whole number",
        ),
        (b"[project]", "sheet.json is no JSON: give a result sheet as JSON"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused(data: bytes, sentence: str) -> None:
    """One sentence names the file, the row if there is one, and what is wrong."""
    with pytest.raises(InputError) as refused:
        parse_sheet(data, "sheet.json")
    assert str(refused.value).startswith(sentence)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"laps": -1}, "row 2 (Skater B), laps: expected a whole number >= 0"),
        ({"laps": "many"}, "row 2 (Skater B), laps: expected a whole number or null, got text"),
        ({"sprints": [0, "x"]}, "row 2 (Skater B), sprints[1]: expected a whole number or null, got text"),
        ({"time_seconds": "soon"}, "row 2 (Skater B), time_seconds: Invalid decimal string"),
        ({"name": None}, "row 2 (None), name: expected text, got null"),
        ({"name": " "}, "row 2 ( ): the name is blank: say who it is"),
        (
            {"status": "GONE"},
            "row 2 (Skater B): the status 'GONE' is unknown: write OK, DNF, DQ, DNS, WDR or LAP",
        ),
        ({"time": "quick"}, "row 2 (Skater B): 'quick' is no time"),
        ({"time": "24:00:00"}, "row 2 (Skater B): the time 24:00:00 is longer than a day"),
        ({"time": None, "time_seconds": -1}, "row 2 (Skater B): -1 is no time of a race in seconds"),
        ({"time": None, "time_seconds": "NaN"}, "row 2 (Skater B): NaN is no time of a race in seconds"),
        ({"bib": 7}, "row 2 (Skater B): bib 7 stands in row 1 already, so mend one of the two"),
        ({"name": "A Skater"}, "row 2 (A Skater): skater a-skater-ned stands in row 1 already"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(fields: Fields, sentence: str) -> None:
    """The row counts from 1, and the skater's name stands beside it."""
    with pytest.raises(InputError) as refused:
        sheet({"bib": 7}, fields)
    assert str(refused.value).startswith(f"sheet.json, {sentence}")


def test_a_byte_order_mark_and_unknown_fields_do_no_harm() -> None:
    """Files come from spreadsheets and other programs."""
    row = {"name": "Skater A", "noc": "NED", "helmet": "white"}
    data = json.dumps({"id": "x", "weather": {"ice": -4}, "skaters": [row]}).encode("utf-8-sig")
    assert parse_sheet(data, "sheet.json").skaters[0].name == "Skater A"


# Laws

small = st.none() | st.integers(0, 4)
rows = st.fixed_dictionaries(
    {"status": st.sampled_from(["OK", "OK", "DNF", "DQ", "DNS", "WDR", "LAP"])},
    optional={
        "sprints": st.none() | st.lists(small, min_size=2, max_size=5),
        "points_total": small,
        "laps": st.none() | st.integers(14, 16),
        "time": st.none() | st.integers(0, 5).map("8:0{}.00".format),
        "time_thousandth": small,
        "points_forfeited": st.none() | st.booleans(),
        "qualification_mark": st.sampled_from([None, "Q", "ADV"]),
        "rank": st.none() | st.integers(1, 9),
        "wc_points": small,
    },
)
races = st.fixed_dictionaries(
    {"qualify_top": small},
    optional={
        "competition": st.sampled_from([None, "Olympic Winter Games", "Youth Games", "World Cup"]),
        "date": st.dates().map(str),
        "phase": st.sampled_from([None, "semi-final 2", "final", "Division B"]),
        "race_laps": st.none() | st.integers(1, 20),
        "points_scheme": st.none()
        | st.fixed_dictionaries(
            {"intermediate": st.lists(st.integers(0, 5)), "final": st.lists(st.integers(0, 9))},
            optional={"sprint_laps": st.none() | st.lists(st.integers(1, 20))},
        ),
    },
)


@given(st.lists(rows, min_size=1, max_size=8), races, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_makes_no_difference(
    skaters: list[Fields], race: Fields, rng: random.Random
) -> None:
    """A sheet sorted by name, or by nothing, ranks as one sorted by rank, and says the same."""
    named = [row | {"name": f"Skater {letter}"} for row, letter in zip(skaters, "ABCDEFGH", strict=False)]
    shuffled = rng.sample(named, len(named))
    assert rank_sheet(sheet(*named, **race)).as_json("") == rank_sheet(sheet(*shuffled, **race)).as_json("")
    assert verify_sheet(sheet(*named, **race)) == verify_sheet(sheet(*shuffled, **race))


@given(st.lists(rows, min_size=1, max_size=8), races, st.permutations("ABCDEFGH"))
def test_renaming_skaters_renames_the_result(skaters: list[Fields], race: Fields, letters: list[str]) -> None:
    """Who a skater is makes no difference to the place, the total or the qualification."""
    found = rank_sheet(sheet(*skaters, **race)).as_json("")["skaters"]
    renamed = [row | {"name": f"Skater {letter}"} for row, letter in zip(skaters, letters, strict=False)]
    other = rank_sheet(sheet(*renamed, **race)).as_json("")["skaters"]
    new = {f"Skater {old}": f"Skater {letter}" for old, letter in zip("ABCDEFGH", letters, strict=True)}
    assert sorted(map(str, other)) == sorted(str(row | {"name": new[row["name"]]}) for row in found)


@given(st.lists(rows, min_size=1, max_size=8), races)
def test_what_we_find_is_no_difference(skaters: list[Fields], race: Fields) -> None:
    """A sheet that prints just what we find is right in every row."""
    first = rank_sheet(sheet(*skaters, **race))
    printed_so = {
        row.name: {"rank": standing.rank, "points_total": standing.score.total, "qualified": qualified}
        for row, standing, qualified in zip(first.rows, first.standings, first.qualified, strict=True)
    }
    again = [row | printed_so[f"Skater {letter}"] for row, letter in zip(skaters, "ABCDEFGH", strict=False)]
    assert verify_sheet(sheet(*again, **race)).differences == ()


@given(st.lists(rows, min_size=1, max_size=8), races)
def test_the_planned_race_can_be_logged(skaters: list[Fields], race: Fields) -> None:
    """The log's own check of an event finds nothing wrong with the race that a sheet tells of."""
    planned = race_planned(sheet(*skaters, **race))
    assert msgspec.json.decode(msgspec.json.encode(planned), type=RacePlanned) == planned


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "noc", "bib"]), inner)
    ),
    max_leaves=6,
)
of_the_race = [field for field in Sheet.__struct_encode_fields__ if field != "skaters"]
of_a_row = [*read("wc2025_cgy_m_diva")["skaters"][0], "transponders"]
spoils = st.tuples(st.sampled_from(of_the_race + of_a_row), st.integers(0, 23), anything)


@given(st.lists(spoils, min_size=1, max_size=3))
def test_a_spoilt_file_is_ranked_or_refused_in_a_sentence(spoils: list[tuple[str, int, Any]]) -> None:
    """Whatever stands in a field, the answer is a ranking or one sentence, never a crash."""
    fields = read("wc2025_cgy_m_diva")
    for field, row, value in spoils:
        (fields if field in of_the_race else fields["skaters"][row])[field] = value
    with suppress(InputError):
        found = parsed(fields)
        assert len(rank_sheet(found).as_json("")["skaters"]) == len(fields["skaters"])
        assert verify_sheet(found).warnings[: len(rank_sheet(found).warnings)] == rank_sheet(found).warnings


@given(st.binary(max_size=40))
def test_bytes_that_are_no_sheet_are_refused(data: bytes) -> None:
    """No rubbish makes the program fall over."""
    with pytest.raises(InputError, match=r"^rubbish"):
        parse_sheet(data, "rubbish")
