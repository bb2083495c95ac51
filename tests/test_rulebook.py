"""The rules are data: every edition is whole, says where each number comes from, and slips are named."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import resources
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.errors import RulebookError
from lastlap.rulebook import (
    IRM,
    Divisions,
    Elimination,
    Profile,
    Ranking,
    Rulebook,
    Source,
    Sprints,
    Sure,
    edition,
    edition_for,
    editions,
    parse_rulebook,
)
from strategies import rulebooks

ROOT = Path(__file__).resolve().parent.parent
SENIORS = ["isu-2011-trial", "isu-2014", "isu-2018", "isu-2022", "isu-2024"]
CATEGORIES = ["W", "M"]
OLD, NEW = ((5, 3, 1), (60, 40, 20)), ((3, 2, 1), (60, 40, 20, 10, 6, 3))
"""Points on the way and at the finish, before and since the season 2018/19."""

MATTERS = ["laps", "sprints", "lapped", "ranking", "format", "redistribution", "neutral_lap"]
"""What decides a race: a default of these is a statement too."""

FULL = Rulebook(
    name="full",
    title="Everything set",
    laps=2,
    elimination=Elimination(1),
    divisions=Divisions(),
    series={"DIVISION": (1,)},
    profiles={"NAME": Profile()},
    rule_codes={"CODE": "why"},
)
"""A rulebook in which no table is missing."""

each_edition = pytest.mark.parametrize("name", editions())
each_category = pytest.mark.parametrize("category", CATEGORIES)


def file_of(name: str) -> str:
    """The text of the edition called *name*."""
    return resources.files("lastlap").joinpath("rulebooks", f"{name}.toml").read_text(encoding="utf-8")


def stated(name: str) -> set[str]:
    """The dotted names of what the file of an edition states, for all categories or for one."""
    fields = tomllib.loads(file_of(name))
    parts = [fields, *fields.pop("category", {}).values()]
    return {field for part in parts for field in leaves(part)} - {"name", "title", "sources"}


def leaves(value: object, path: str = "") -> Iterator[str]:
    """The dotted names of all that has no more fields below it."""
    if isinstance(value, dict) and value:
        for name, below in value.items():
            yield from leaves(below, f"{path}.{name}".removeprefix("."))
    else:
        yield path


def club(*lines: str) -> Rulebook:
    """The rulebook of a club that writes *lines* below the fewest that it must write."""
    return parse_rulebook("\n".join(['name = "club"', 'title = "Our rules"', *lines]), origin="club.toml")


# The editions


@each_edition
@each_category
def test_every_edition_is_whole(name: str, category: str) -> None:
    """Each file reads without a flaw for women and men, and is called what it says."""
    rulebook = edition(name, category)
    assert rulebook.name == name
    assert rulebook.title


@each_edition
def test_every_number_says_where_it_comes_from(name: str) -> None:
    """Each field that a file sets has a source, and so has each default that decides a race."""
    rulebook = edition(name, "W")
    defaults = {field: msgspec.to_builtins(getattr(rulebook, field)) for field in MATTERS}
    wanted = stated(name).union(leaves(defaults))
    assert [field for field in wanted if rulebook.source(field) is None] == []


@each_edition
def test_every_source_says_what_it_is(name: str) -> None:
    """A source has words; what is not confirmed or secondary says why in a note, or is our own default."""
    for source in edition(name, "W").sources:
        assert source.where
        assert source.note or source.sure is not Sure.UNKNOWN or "this project" in source.where


@each_edition
@each_category
def test_an_edition_reads_back_from_a_log(name: str, category: str) -> None:
    """A race keeps its rulebook in the log: JSON gives back the same rules."""
    rulebook = edition(name, category)
    assert msgspec.json.decode(msgspec.json.encode(rulebook), type=Rulebook) == rulebook


@given(rulebooks())
def test_any_rulebook_reads_back_from_a_log(rulebook: Rulebook) -> None:
    """So does every other rulebook that somebody may write."""
    assert msgspec.json.decode(msgspec.json.encode(rulebook), type=Rulebook) == rulebook


def test_the_seniors_have_one_edition_a_day() -> None:
    """Since July 2014 every day has one edition for seniors, and the trial of 2011/12 was over before."""
    trial, *since_2014 = [edition(name, "W") for name in SENIORS]
    assert trial.ends == date(2012, 6, 30)
    assert since_2014[0].begins == date(2014, 7, 1)
    for earlier, later in pairwise(since_2014):
        assert later.begins
        assert earlier.ends == later.begins - timedelta(days=1)
    assert since_2014[-1].ends is None


@pytest.mark.parametrize(
    ("name", "category", "tables"),
    [
        ("isu-2011-trial", "W", {5: (5, 3, 2, 1), 10: (5, 3, 2, 1), 15: (25, 15, 10, 5, 3, 1)}),
        ("isu-2011-trial", "M", {7: (5, 3, 2, 1), 14: (5, 3, 2, 1), 20: (25, 15, 10, 5, 3, 1)}),
        ("isu-2014", "W", dict.fromkeys((4, 8, 12), OLD[0]) | {16: OLD[1]}),
        ("isu-2018", "M", dict.fromkeys((4, 8, 12), NEW[0]) | {16: NEW[1]}),
        ("isu-2022", "W", dict.fromkeys((4, 8, 12), NEW[0]) | {16: NEW[1]}),
        ("isu-2024", "M", dict.fromkeys((4, 8, 12), NEW[0]) | {16: NEW[1]}),
        ("yog-2020", "W", {5: (5, 3, 1), 10: (30, 20, 10)}),
        ("isu-junior-2025", "JM", {4: (3, 2, 1), 7: (3, 2, 1), 10: (30, 20, 10, 4, 2, 1)}),
        ("points-race", "", dict.fromkeys(range(10, 100, 10), (5, 3, 2, 1)) | {100: (10, 6, 4, 2)}),
        ("elimination", "", {}),
    ],
)
def test_the_sprints_of_an_edition(name: str, category: str, tables: dict[int, tuple[int, ...]]) -> None:
    """The laps with points, and the points, as sheets and explanations of the rules have them."""
    assert edition(name, category).tables() == tables


def test_points_behind_a_mark_are_void_since_2022() -> None:
    """Until 2022 a lapped skater leaves the ice and keeps the points; since then it is the other way round."""
    rules = {name: edition(name) for name in SENIORS[1:]}
    assert [(book.lapped.policy, IRM.LAP in book.ranking.void) for book in rules.values()] == [
        ("remove", False),
        ("remove", False),
        ("continue", True),
        ("continue", True),
    ]
    assert rules["isu-2024"].ranking.void == (IRM.DNF, IRM.LAP, IRM.DSQ)


def test_the_winner_of_the_trial_was_first_over_the_line() -> None:
    """In 2011/12 two sprints could outweigh the first place at the finish, so a rule of its own was needed."""
    rules = edition("isu-2011-trial", "M")
    first, second, *_ = rules.sprints.finish
    assert 2 * rules.sprints.points[0] >= first - second
    assert rules.ranking.order == "first over the line"


@pytest.mark.parametrize("name", ["isu-2014", "isu-2018", "isu-2022", "isu-2024", "isu-junior-2025", "yog-2020", "club"])  # fmt: skip
def test_the_first_three_over_the_line_are_the_first_three(name: str) -> None:
    """No points on the way outweigh a place among the first three at the finish; a tie goes to the time."""
    sprints = edition(name).sprints
    most = len(sprints.at) * sprints.points[0]
    assert all(better - worse >= most for better, worse in pairwise([*sprints.finish, 0][:4]))


def test_the_games_of_2018_part_24_skaters_into_two_semi_finals() -> None:
    """Two semi-finals, eight of each to a final of 16, two skaters a NOC at most, parted in the draw."""
    plan = edition("isu-2014").format
    assert (plan.kind, plan.semi_finals, plan.advance, plan.max_entries) == ("semi-finals", 2, 8, 24)
    assert (plan.max_per_noc, plan.split_nocs, plan.final_grid) == (2, True, "alternate")


def test_division_b_feeds_division_a() -> None:
    """In the World Cup of 2025/26 three of B by rank and one by sprint points join 20 seeds in A."""
    rules = edition("isu-2024")
    assert rules.format.kind == "divisions"
    assert rules.divisions
    assert (rules.divisions.seeds, rules.divisions.by_rank, rules.divisions.by_sprints) == (20, 3, 1)
    assert rules.divisions.keep == "better"


def test_the_season_points_of_the_world_cup() -> None:
    """A: 60 54 48 43 40, in twos to 32, then in ones, 17 for rank 24 and 1 for rank 40. B: 20 19 ... 1."""
    series = edition("isu-2024").series
    assert series["A"][:12] == (60, 54, 48, 43, 40, 38, 36, 34, 32, 31, 30, 29)
    assert series["A"][11:] == tuple(range(29, 0, -1))
    assert (series["A"][23], len(series["A"])) == (17, 40)
    assert series["B"] == tuple(range(20, 0, -1))


@pytest.mark.parametrize("name", ["isu-2018", "isu-2022", "isu-2024"])
def test_sheets_of_games_and_world_cups_print_marks_differently(name: str) -> None:
    """Games: DQ without rank, no zero, no time unless finished. World Cup: DQ ranked, DNF and LAP silent."""
    games, cup = edition(name).profile("olympic"), edition(name).profile("world-cup")
    assert (games.codes[IRM.DSQ], games.codes[IRM.LAP], games.zero) == ("DQ", "", "")
    assert (games.disqualified_ranked, games.unfinished_time, games.left_out) == (False, False, ())
    assert [cup.codes[mark] for mark in (IRM.DSQ, IRM.DNF, IRM.LAP)] == ["DQ", "", ""]
    assert (cup.disqualified_ranked, cup.unfinished_time, cup.zero) == (True, True, "0")
    assert cup.left_out == (IRM.DNS, IRM.WDR)


def test_a_profile_that_a_rulebook_lacks_prints_plainly() -> None:
    """A club's rulebook without profiles can still be printed: marks as they are, zeros as 0."""
    assert club("laps = 6").profile("olympic") == Profile()


def test_obstruction_has_its_code() -> None:
    """The code printed on sheets of 2025/26 is explained by the rulebook."""
    assert "257.4.5" in edition("isu-2024").rule_codes["T25"]


def test_an_elimination_race_takes_out_two_at_a_time() -> None:
    """After laps 4, 6 ... 14 of 16 the last two are out, and laps done decide the places."""
    rules = edition("elimination")
    assert rules.elimination == Elimination(first=4, every=2, out=2, until=14)
    assert rules.ranking.order == "mass start"


def test_in_a_points_race_nobody_is_lapped_by_the_clock() -> None:
    """A rider who gains a lap overtakes the field: that must mark nobody, so officials say who gained."""
    rules = edition("points-race")
    assert rules.lapped.policy == "ignore"
    assert (rules.lap_gain.gained, rules.lap_gain.lost) == (20, 20)
    assert rules.timing.shortest_lap < 15


def test_no_edition_has_the_neutral_lap_on() -> None:
    """Sheets know the 16 laps only, so editions replay them as they are; a rulebook may switch the lap on."""
    assert not any(edition(name, "W").neutral_lap.skated for name in editions())
    assert club("laps = 6", "[neutral_lap]", "skated = true").neutral_lap.skated


# Which edition


@pytest.mark.parametrize(
    ("on", "tables", "name"),
    [
        (date(2018, 2, 24), OLD, "isu-2014"),
        (date(2014, 7, 1), OLD, "isu-2014"),
        (date(2022, 2, 19), NEW, "isu-2018"),
        (date(2022, 6, 30), NEW, "isu-2018"),
        (date(2022, 7, 1), NEW, "isu-2022"),
        (date(2023, 3, 4), NEW, "isu-2022"),
        (date(2025, 11, 16), NEW, "isu-2024"),
        (date(2031, 1, 1), NEW, "isu-2024"),
        (date(2012, 2, 1), ((5, 3, 2, 1), (25, 15, 10, 5, 3, 1)), "isu-2011-trial"),
        (date(2020, 1, 16), ((5, 3, 1), (30, 20, 10)), "yog-2020"),
        (date(2025, 12, 1), ((3, 2, 1), (30, 20, 10, 4, 2, 1)), "isu-junior-2025"),
    ],
)
def test_a_sheet_tells_its_edition_by_day_and_points(
    on: date, tables: tuple[tuple[int, ...], tuple[int, ...]], name: str
) -> None:
    """The day tells apart editions with the same points, the points those of the same day."""
    points, finish = tables
    found = edition_for(on=on, points=points, finish=finish, category="M")
    assert found == edition(name, "M")


def test_a_sheet_of_an_unexpected_day_goes_by_its_points() -> None:
    """Old points after their time still mean the old edition; the latest begun if several have them."""
    found = edition_for(on=date(2021, 1, 1), points=OLD[0], finish=OLD[1])
    assert found == edition("isu-2014")
    assert edition_for(on=date(2010, 1, 1), points=NEW[0], finish=NEW[1]) == edition("isu-2024")


def test_a_sheet_with_strange_points_has_no_edition() -> None:
    """Points that no edition gives are for a person to look at."""
    assert edition_for(on=date(2018, 2, 24), points=(5, 3, 1), finish=(31, 15, 10)) is None


def test_an_edition_that_tells_categories_apart_wants_to_know_which() -> None:
    """The trial had 15 laps for women and 20 for men: without the category there is no answer."""
    trial = edition("isu-2011-trial", "W").sprints
    assert edition_for(on=date(2012, 2, 1), points=trial.points, finish=trial.finish) is None
    with pytest.raises(RulebookError, match=r"category not named \(it tells apart W, M\): field `laps`"):
        edition("isu-2011-trial")


def test_an_unknown_edition_is_refused_with_the_names_of_the_known() -> None:
    """Whoever mistypes an edition reads which there are."""
    with pytest.raises(RulebookError, match=r"no edition 'isu-2015': choose one of club, .*isu-2014"):
        edition("isu-2015")


# Sprints and bells


@given(rulebooks(), st.none() | st.integers(1, 60))
def test_a_sprint_on_the_way_never_falls_on_the_finish(rulebook: Rulebook, laps: int | None) -> None:
    """However the race is cut or lengthened, the finish has its own points and all sprints come before."""
    *on_the_way, last = sorted({*rulebook.tables(laps), laps or rulebook.laps})
    assert last == (laps or rulebook.laps)
    assert rulebook.tables(laps).get(last, ()) == rulebook.sprints.finish
    assert {rulebook.tables(laps)[lap] for lap in on_the_way} <= {rulebook.sprints.points}


def test_a_cut_race_keeps_the_sprints_before_its_end() -> None:
    """A race of 16 laps cut to 12 has sprints after 4 and 8 and its finish, with its points, after 12."""
    assert edition("isu-2014").tables(12) == {4: OLD[0], 8: OLD[0], 12: OLD[1]}


def test_the_bell_rings_for_every_sprint() -> None:
    """By default each lap that ends in points begins with the bell, also in a race that was cut."""
    assert edition("isu-2024").bells() == (4, 8, 12, 16)
    assert edition("isu-2024").bells(10) == (4, 8, 10)


def test_the_bell_can_ring_for_the_finish_alone() -> None:
    """The last lap begins with the bell, with points at the finish or without."""
    rung = club("laps = 16", "[sprints]", "at = [8]", "points = [1]", 'bell = "finish"')
    assert rung.bells() == edition("elimination").bells() == (16,)


# Sources


def test_a_source_of_a_table_stands_for_its_fields() -> None:
    """The nearest one counts: the field's own, else that of the table around it."""
    table, own = (
        Source(("sprints",), "a book", Sure.CONFIRMED),
        Source(("sprints.points",), "a letter", Sure.SECONDARY),
    )
    rules = Rulebook(name="club", title="Our rules", laps=6, sources=(table, own))
    assert rules.source("sprints.points") == own
    assert rules.source("sprints.finish") == table
    assert rules.source("profiles.olympic.codes") is None


# Broken rulebooks


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("laps = ten", " is no TOML: Invalid value (at line 3, column 8)"),
        ("", ": field `laps` is missing"),
        ("laps = 'ten'", ": field `laps`: expected a whole number, got text"),
        ("laps = 10.5", ": field `laps`: expected a whole number, got a number"),
        ("laps = true", ": field `laps`: expected a whole number, got true or false"),
        ("laps = 0", ": field `laps`: expected a whole number >= 1"),
        ("laps = 1000000", ": field `laps`: expected a whole number <= 10000"),
        ("lapps = 10", ": field `lapps` is unknown"),
        ("laps = 10; begins = 2025-10-01T19:30:00", ": field `begins`: expected a date, got a date with a time of day"),
        ("laps = 10; begins = 2025-10-01; ends = 2025-09-30", ": field `ends`: an edition cannot end before it begins"),
        ("laps = 10; lap_m = -400", ": field `lap_m`: expected a number > 0.0"),
        ("laps = 10; lapped = 3", ": field `lapped`: expected a table, got a whole number"),
        ("laps = 10; lapped.policy = 'shoot'", ": field `lapped.policy`: this field does not know 'shoot'"),
        ("laps = 10; ranking.void = ['DQ']", ": field `ranking.void[0]`: this field does not know 'DQ'"),
        ("laps = 10; profiles.x.codes.DQ = 'x'", ": field `profiles[...].codes`: this field does not know 'DQ'"),
        ("laps = 10; timing.echo = nan", ": field `timing.echo`: expected a number >= 0.0"),
        ("laps = 10; timing.grid = inf", ": field `timing.grid`: expected a number <= 3600.0"),
        ("laps = 10; elimination.every = 2", ": field `elimination.first` is missing"),
        ("laps = 10; elimination.first = 10", ": field `elimination.first`: must come before lap 10, the finish"),
        ("laps = 10; elimination = {first = 4, until = 3}", ": field `elimination.until`: must be between `first` and lap 10, the finish"),
        ("laps = 10; neutral_lap.timed = true", ": field `neutral_lap.skated`: a lap that is counted or timed must be skated"),
        ("laps = 10; format.kind = 'divisions'", ": field `divisions`: the format has divisions, so say how B feeds A"),
        ("laps = 10; series.A = [60, 61]", ": field `series.A`: a better place cannot be worth less"),
        ("laps = 10; category = 5", ": field `category` must be tables such as [category.W]"),
        ("laps = 10; category.W = 5", ": field `category` must be tables such as [category.W]"),
        ("laps = 10; category.M.laps = 0", ", category M: field `laps`: expected a whole number >= 1"),
        ("laps = 10; category.M.lap = 9", ", category M: field `lap` is unknown"),
        ("category.M.laps = 9", ", category not named (it tells apart M): field `laps` is missing"),
    ],
)  # fmt: skip
def test_a_slip_in_a_rulebook_is_named(lines: str, complaint: str) -> None:
    """The sentence names the file and the field, and says what is wrong in words of a club's secretary."""
    with pytest.raises(RulebookError) as refused:
        club(*lines.split("; "))
    assert str(refused.value) == f"club.toml{complaint}"


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("at = [3]; every = 3; points = [1]", "`sprints.every`: give either `at` or `every`, not both"),
        ("at = [3]", "`sprints.points`: a sprint on the way needs points"),
        ("points = [1]", "`sprints.at`: there are points for sprints on the way, so say after which laps"),
        ("at = [6, 3]; points = [1]", "`sprints.at`: name each lap once, in rising order"),
        ("at = [3, 3]; points = [1]", "`sprints.at`: name each lap once, in rising order"),
        ("at = [10]; points = [1]", "`sprints.at`: a sprint on the way must come before lap 10, the finish"),
        ("every = 10; points = [1]", "`sprints.every`: the first sprint must come before lap 10, the finish"),
        ("at = [3]; points = [1, 2]", "`sprints.points`: a better place cannot be worth less"),
        ("finish = [10, 20]", "`sprints.finish`: a better place cannot be worth less"),
        ("finish = [10, 0]", "`sprints.finish[1]`: expected a whole number >= 1"),
        ("at = 3; points = [1]", "`sprints.at`: expected a list, got a whole number"),
    ],
)
def test_sprints_that_contradict_themselves_are_refused(lines: str, complaint: str) -> None:
    """Sprints that cannot be skated, or points that would make losing pay, are named by field."""
    with pytest.raises(RulebookError) as refused:
        club("laps = 10", "[sprints]", *lines.split("; "))
    assert str(refused.value) == f"club.toml: field {complaint}"


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ("['sprint.at']", "`sources`: the rulebook has no field `sprint.at` that could have a source"),
        ("['sprints.at.x']", "`sources`: the rulebook has no field `sprints.at.x` that could have a source"),
        ("['series.A']", "`sources`: the rulebook has no field `series.A` that could have a source"),
        ("['laps', 'laps']", "`sources`: `laps` has 2 sources: give it one, and the others in its note"),
        ("'laps'", "`sources[0].fields`: expected a list, got text"),
    ],
)
def test_a_source_of_nothing_is_refused(fields: str, complaint: str) -> None:
    """A source with a misspelt field would leave a number without one, so it is named."""
    with pytest.raises(RulebookError) as refused:
        club("laps = 10", "[[sources]]", f"fields = {fields}", "where = 'our book'", "sure = 'confirmed'")
    assert str(refused.value) == f"club.toml: field {complaint}"


def test_a_category_changes_only_what_it_names() -> None:
    """Men skate two laps more; the points of the table around it stay."""
    lines = [
        "laps = 10",
        "[sprints]",
        "at = [5]",
        "points = [1]",
        "[category.M]",
        "laps = 12",
        "sprints.at = [6]",
    ]
    text = "\n".join(['name = "club"', 'title = "Our rules"', *lines])
    women, men = parse_rulebook(text, "W"), parse_rulebook(text, "M")
    assert (women.laps, women.sprints) == (10, Sprints(at=(5,), points=(1,)))
    assert (men.laps, men.sprints) == (12, Sprints(at=(6,), points=(1,)))


def test_a_category_can_have_what_the_others_lack() -> None:
    """Only the juniors skate with eliminations; the women's rules know nothing of them."""
    text = "name = 'club'\ntitle = 'Our rules'\nlaps = 10\ncategory.JW.elimination.first = 4"
    assert parse_rulebook(text, "JW").elimination == Elimination(4)
    assert parse_rulebook(text, "W").elimination is None


def test_the_shortest_spans_are_allowed() -> None:
    """An edition of a single day, and a single elimination, are no flaw."""
    day = club(
        "laps = 10", "begins = 2025-10-01", "ends = 2025-10-01", "elimination = {first = 4, until = 4}"
    )
    assert day.begins == day.ends == date(2025, 10, 1)
    assert day.elimination == Elimination(4, until=4)


# The pages


def test_the_example_of_the_manual_is_a_rulebook() -> None:
    """What docs/write-a-rulebook.md shows as complete can be used as it stands."""
    page = (ROOT / "docs" / "write-a-rulebook.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    women, men = parse_rulebook(example, "W"), parse_rulebook(example, "M")
    assert sorted(women.tables()) == [3, 6, 9, 12]
    assert sorted(men.tables()) == [3, 6, 9, 12, 15]
    assert women.ranking == Ranking(time_places=2, void=(IRM.DNF, IRM.DSQ))


def test_the_manual_knows_every_field() -> None:
    """Each field that a rulebook may set is in the table of docs/write-a-rulebook.md."""
    page = (ROOT / "docs" / "write-a-rulebook.md").read_text(encoding="utf-8")
    assert [field for field in leaves(msgspec.to_builtins(FULL)) if f"`{field}`" not in page] == []


def test_the_page_of_rules_names_tests_that_exist() -> None:
    """Whoever follows docs/rules.md from a rule to its proof finds the test."""
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("test_*.py"))
    assert [name for name in re.findall(r"`(test_\w+)`", page) if f"def {name}(" not in tests] == []


def test_the_page_of_rules_names_fields_that_exist() -> None:
    """Each field in the tables of docs/rules.md is one that a rulebook can set."""
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    known = set(leaves(msgspec.to_builtins(FULL))) | {"laps", "series.A", "series.B", "rule_codes.T25"}
    fields = re.findall(r"^\|[^|]*\| ((?:`[\w. =\"]+`(?:, )?)+) \|", page, re.MULTILINE)
    named = {
        name.split(" = ")[0] for cell in fields for name in re.findall(r"`([^`]+)`", cell) if "." in name
    }
    assert {name.removeprefix("category.W.").removeprefix("category.M.") for name in named} <= known
