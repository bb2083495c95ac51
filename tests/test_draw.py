"""The draw: fair, the same every time, and explained."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastlap.draw import Draw, draw, line_up
from lastlap.errors import RefusedError
from lastlap.rulebook import Divisions, Format, Rulebook
from lastlap.startlist import Entry, Skater, start_list_flaws

RULES = Rulebook("test", "Test", 16, format=Format(kind="semi-finals", straight_final_up_to=0))


def rules(**changes: object) -> Rulebook:
    """The rules of the test with changes in the format."""
    return msgspec.structs.replace(RULES, format=msgspec.structs.replace(RULES.format, **changes))


def entry(place: int, noc: str = "NED", *, ranked: bool = True, reserve: bool = False) -> Entry:
    """A skater at *place* of the ranking list."""
    skater = Skater(f"s{place}", f"Skater {place}", noc, ranking=place if ranked else None)
    return Entry(skater, (f"T{place}",), reserve)


def field(nocs: str) -> list[Entry]:
    """The skaters of a ranking list, each NOC a letter: `AAB` are two of A before one of B."""
    return [entry(place, letter * 3) for place, letter in enumerate(nocs, 1)]


def dealt(drawn: Draw) -> str:
    """The places of the ranking list in each race, as in `1 4 5 | 2 3`."""
    return " | ".join(" ".join(starter.skater.id[1:] for starter in race.starters) for race in drawn.races)


def why(drawn: Draw) -> dict[str, str]:
    """The reason for each skater's place, by the place in the ranking list."""
    return {starter.skater.id[1:]: starter.why for race in drawn.races for starter in race.starters}


class TestSemiFinals:
    """The ranking list is dealt, then NOCs are split."""

    def test_the_ranking_list_is_dealt_in_a_serpentine(self) -> None:
        """1 to the first, 2 and 3 to the second, 4 and 5 to the first, and so on."""
        assert dealt(draw(field("ABCDEFGHI"), RULES, seed=1)) == "1 4 5 8 9 | 2 3 6 7"

    def test_three_semi_finals_are_dealt_there_and_back(self) -> None:
        """1 2 3 3 2 1 1 2 3."""
        assert dealt(draw(field("ABCDEFG"), rules(semi_finals=3), seed=1)) == "1 6 7 | 2 5 | 3 4"

    def test_neighbours_are_swapped_so_that_a_noc_is_split(self) -> None:
        """1 and 4 would meet, so 3 and 4 change places: the lower of the swaps that would do."""
        drawn = draw(field("ABCADEFG"), RULES, seed=1)
        assert dealt(drawn) == "1 3 5 8 | 2 4 6 7"
        assert drawn.swaps == 1
        assert drawn.why == (
            "2 semi-finals of 4 and 4 skaters: dealt in serpentine by the ranking list, "
            "then one swap of neighbours so that the skaters of AAA are split"
        )

    def test_each_skater_is_told_why(self) -> None:
        """Where the serpentine led, who was moved for whom, and the row of the grid."""
        reasons = why(draw(field("ABCADEFG"), rules(grid_width=2), seed=1))
        assert (
            reasons["1"]
            == "1st of the field (place 1 in the ranking list): dealt to semi-final 1; row 1 of the grid"
        )
        assert reasons["3"] == (
            "3rd of the field (place 3 in the ranking list): dealt to semi-final 2, moved to semi-final 1 "
            "to make room where the skaters of AAA are split; row 1 of the grid"
        )
        assert reasons["4"].startswith(
            "4th of the field (place 4 in the ranking list): dealt to semi-final 1, moved to semi-final 2 "
            "so that the skaters of AAA are split; row 1"
        )
        assert reasons["8"].endswith("row 2 of the grid")

    def test_a_rulebook_may_leave_nocs_together(self) -> None:
        """Then the serpentine is all."""
        drawn = draw(field("ABCADEFG"), rules(split_nocs=False), seed=1)
        assert (dealt(drawn), drawn.swaps) == ("1 4 5 8 | 2 3 6 7", 0)
        assert drawn.why.endswith("dealt in serpentine by the ranking list")

    def test_a_hard_field_of_thirty_takes_seven_swaps(self) -> None:
        """Fifteen NOCs with two skaters each, mixed so that few swaps mend two of them."""
        drawn = draw(field("GBCAJKFLEMPIHINEHLPMJCBNAFKDGD"), RULES, seed=1)
        assert drawn.swaps == 7
        assert "then 7 swaps of neighbours" in drawn.why

    def test_blocks_are_dealt_by_lot(self) -> None:
        """Of 1 and 2, of 3 and 4 ... one goes to each semi-final; another seed, another draw."""
        by_lot = rules(draw="in blocks")
        draws = [draw(field("ABCDEFGH"), by_lot, seed=seed) for seed in range(8)]
        for drawn in draws:
            first = {int(starter.skater.id[1:]) for starter in drawn.races[0].starters}
            assert all(len(first & {place, place + 1}) == 1 for place in (1, 3, 5, 7))
        assert len({dealt(drawn) for drawn in draws}) > 1
        assert "dealt by lot, block by block" in draws[0].why


class TestField:
    """Who is drawn, and in which order."""

    def test_the_unranked_stand_behind_the_ranked_by_lot(self) -> None:
        """The lot hangs on the seed and the skater alone, so everybody can check it."""
        entries = [*field("ABC"), *(entry(place, "XXX", ranked=False) for place in range(4, 8))]
        draws = {seed: dealt(draw(entries, rules(kind="single"), seed=seed)) for seed in ("ice", "bell")}
        assert draws == {"ice": "1 2 3 5 4 7 6", "bell": "1 2 3 7 6 5 4"}
        assert why(draw(entries, rules(kind="single"), seed="ice"))["5"] == (
            "4th of the field (unranked, by lot with seed ice); row 1 of the grid"
        )

    def test_equal_places_of_the_ranking_list_go_by_name(self) -> None:
        """They are no matter of luck."""
        tied = [Entry(Skater(name, name, "NED", ranking=5)) for name in ("cy", "ann", "ben")]
        for seed in range(4):
            starters = draw(tied, rules(kind="single"), seed=seed).races[0].starters
            assert [starter.skater.id for starter in starters] == ["ann", "ben", "cy"]

    def test_reserves_are_not_drawn(self) -> None:
        """They wait for somebody to withdraw."""
        entries = [*field("ABC"), entry(4, reserve=True)]
        assert dealt(draw(entries, RULES, seed=1)) == "1 | 2 3"

    def test_nobody_is_no_field(self) -> None:
        """Reserves alone make no race."""
        with pytest.raises(RefusedError, match="nobody is entered"):
            draw([entry(1, reserve=True)], RULES, seed=1)

    def test_too_many_are_refused_with_the_way_out(self) -> None:
        """30 may start, so of 32 two must go."""
        with pytest.raises(
            RefusedError, match="32 skaters in the field are too many: test lets 30 start, so withdraw 2"
        ):
            draw(map(entry, range(1, 33)), RULES, seed=1)


class TestOneRace:
    """A small field, or a format without semi-finals."""

    @pytest.mark.parametrize("changes", [{"straight_final_up_to": 3}, {"kind": "single"}])
    def test_a_straight_final_stands_by_the_ranking_list(self, changes: dict[str, object]) -> None:
        """Cap numbers and grid places run from 1, six a row."""
        drawn = draw(field("CBA"), rules(**changes), seed=1)
        assert [(race.phase, race.place, drawn.swaps) for race in drawn.races] == [("final", 1, 0)]
        assert [(s.bib, s.grid, s.transponders) for s in drawn.races[0].starters] == [
            (1, 1, ("T1",)),
            (2, 2, ("T2",)),
            (3, 3, ("T3",)),
        ]
        assert drawn.why == "3 skaters, one race: lined up by the ranking list"

    def test_one_more_skater_makes_two_semi_finals(self) -> None:
        """The limit of the rulebook is the last straight final."""
        drawn = draw(field("ABCD"), rules(straight_final_up_to=3), seed=1)
        assert [(race.phase, race.place) for race in drawn.races] == [("semi-final", 1), ("semi-final", 2)]

    def test_one_skater_is_a_field(self) -> None:
        """However short the race will be."""
        assert draw(field("A"), rules(kind="single"), seed=1).why.startswith("one skater, one race")


class TestDivisions:
    """The seeds skate in division A, the others in division B first."""

    SEEDED = msgspec.structs.replace(rules(kind="divisions", max_entries=4), divisions=Divisions(seeds=3))

    def test_the_first_of_the_ranking_list_are_seeded(self) -> None:
        """Division B stands first, as it is skated first."""
        drawn = draw(field("AABBC"), self.SEEDED, seed=1)
        assert [(race.phase, race.place) for race in drawn.races] == [("division B", 1), ("division A", 1)]
        assert drawn.swaps == 0
        assert dealt(drawn) == "4 5 | 1 2 3"
        assert drawn.why == "5 skaters: the first 3 of the ranking list are seeded in division A"

    def test_seeds_alone_need_no_division_b(self) -> None:
        """With as many skaters as seeds there is one race."""
        assert [race.phase for race in draw(field("ABC"), self.SEEDED, seed=1).races] == ["division A"]

    def test_a_division_can_be_too_large(self) -> None:
        """The limit holds for each race."""
        assert draw(field("ABCDEFG"), self.SEEDED, seed=1)
        with pytest.raises(RefusedError, match="5 skaters in division B are too many"):
            draw(field("ABCDEFGH"), self.SEEDED, seed=1)


def test_a_start_list_goes_on_behind_those_who_stand() -> None:
    """Cap numbers and grid places follow the highest, also where somebody has withdrawn before."""
    seeds = line_up([(entry(1), "seeded"), (entry(2), "seeded"), (entry(3), "seeded")], RULES)
    more = line_up([(entry(4), "3rd in division B")], rules(grid_width=2), behind=seeds[1:])
    assert more[:2] == seeds[1:]
    assert (more[2].bib, more[2].grid, more[2].why) == (4, 4, "3rd in division B; row 2 of the grid")


# Laws

NOC_LISTS = st.lists(st.sampled_from("ABCDE"), min_size=2, max_size=24).map("".join)


def word(drawn: Draw, count: int) -> tuple[int, ...]:
    """The semi-final of each skater, in the order of the ranking list."""
    semis = {starter.skater.ranking: race.place for race in drawn.races for starter in race.starters}
    return tuple(semis[place] for place in range(1, count + 1))


def is_split(semis: Sequence[int], nocs: str) -> bool:
    """Whether the skaters of every NOC are dealt as evenly as can be."""
    counts = Counter(zip(nocs, semis, strict=True))
    each = [[counts[noc, semi] for semi in set(semis)] for noc in set(nocs)]
    return all(max(numbers) - min(numbers) <= 1 for numbers in each)


def nearest(start: tuple[int, ...], nocs: str) -> tuple[int, set[tuple[int, ...]]]:
    """The fewest swaps of neighbours that split all NOCs, and where they lead, found by trying all of them."""
    reached, swaps = {start}, 0
    while not any(is_split(semis, nocs) for semis in reached):
        reached = {
            (*semis[:place], semis[place + 1], semis[place], *semis[place + 2 :])
            for semis in reached
            for place in range(len(semis) - 1)
        }
        swaps += 1
    return swaps, {semis for semis in reached if is_split(semis, nocs)}


def untouched(semis: tuple[int, ...], start: tuple[int, ...]) -> int:
    """How many from the top of the field stay where they were dealt."""
    return next(
        (at for at, pair in enumerate(zip(semis, start, strict=True)) if len(set(pair)) > 1), len(semis)
    )


@settings(max_examples=60)
@given(NOC_LISTS, st.integers(1, 3), st.sampled_from(["serpentine", "in blocks"]))
def test_every_draw_is_fair(nocs: str, semi_finals: int, how: str) -> None:
    """Everybody starts once, sizes differ by one at most, and so do the skaters of a NOC."""
    drawn = draw(field(nocs), rules(semi_finals=semi_finals, draw=how), seed=7)
    everybody = [starter for race in drawn.races for starter in race.starters]
    sizes = [len(race.starters) for race in drawn.races]
    assert sorted(starter.skater.ranking or 0 for starter in everybody) == [*range(1, len(nocs) + 1)]
    assert max(sizes) - min(sizes) <= 1
    assert is_split(word(drawn, len(nocs)), nocs)
    assert not any(start_list_flaws(race.starters) for race in drawn.races)


SMALL = (
    st.permutations("AABBCCDDEE")
    | st.permutations("AAABBBCC")
    | st.lists(st.sampled_from("ABCD"), min_size=3, max_size=8)
)


@settings(max_examples=80)
@given(SMALL.map("".join), st.integers(2, 3))
def test_no_fewer_swaps_would_do(nocs: str, semi_finals: int) -> None:
    """Trying all swaps on small fields finds no shorter way, and none that leaves the top as it was for longer."""
    plan = rules(semi_finals=semi_finals)
    start = word(draw(field(nocs), rules(semi_finals=semi_finals, split_nocs=False), seed=1), len(nocs))
    drawn = draw(field(nocs), plan, seed=1)
    swaps, ways = nearest(start, nocs)
    assert drawn.swaps == swaps
    assert word(drawn, len(nocs)) in ways
    assert untouched(word(drawn, len(nocs)), start) == max(untouched(way, start) for way in ways)


@settings(max_examples=50)
@given(NOC_LISTS, st.integers(0, 10), st.randoms(use_true_random=False))
def test_the_order_of_the_entries_makes_no_difference(nocs: str, unranked: int, rng: Random) -> None:
    """A spreadsheet sorted another way gives the same draw."""
    entries = [
        *field(nocs),
        *(entry(place, "XXX", ranked=False) for place in range(25, 25 + min(unranked, 6))),
    ]
    shuffled = rng.sample(entries, len(entries))
    assert draw(shuffled, RULES, seed="s") == draw(entries, RULES, seed="s")


@settings(max_examples=30)
@given(NOC_LISTS, st.integers(), st.integers())
def test_the_seed_is_for_the_unranked_only(nocs: str, one: int, other: int) -> None:
    """Ranked skaters cannot be drawn better by trying seeds."""
    assert draw(field(nocs), RULES, seed=one) == draw(field(nocs), RULES, seed=other)
