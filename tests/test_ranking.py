"""Points, places, and the reason for every place."""

import msgspec
import pytest

from lastlap.events import LapGained, MarkGiven, OrderRead
from lastlap.race import Race
from lastlap.ranking import (
    MERITS,
    Score,
    printed_mark,
    printed_rank,
    printed_total,
    ranked,
    scores,
    standings,
)
from lastlap.rulebook import IRM, LapGain, Lapped, Profile, Ranking, Redistribution, Rulebook, Sprints
from lastlap.startlist import Skater
from lastlap.times import SECOND, Duration, Instant
from story import RULES, ranks, told

THREE = """laps 3; sprint 1: 3 2 1; sprint 3: 60 40 20
0:31.0 3   0:31.2 1   0:31.5 2
1:02.0 1   1:02.1 2   1:02.9 3
1:33.0 1   1:33.4 2   1:35.0 3
"""

LAST = Ranking(void=(IRM.DSQ, IRM.DNF, IRM.LAP))


def why(race: Race, bib: int) -> str:
    """The reason for the place of *bib*."""
    return next(standing.why for standing in standings(race) if standing.score.bib == bib)


def points(race: Race) -> dict[int, tuple[int, ...]]:
    """The points of each bib by sprint."""
    return {score.bib: score.sprints for score in scores(race)}


def score(
    bib: int, *sprints: int, laps: int = 16, time: float | None = None, irm: IRM | None = None
) -> Score:
    """A score made by hand; *time* in seconds."""
    lasting = None if time is None else Duration(round(time * SECOND))
    return Score(bib, Skater(f"s{bib}", f"Skater {bib}", "NED"), laps, laps, sprints, lasting, irm)


class TestPoints:
    """Who wins what at a sprint."""

    def test_the_table_is_dealt_in_the_order_over_the_line(self) -> None:
        """First gets most; the finish has its own table."""
        assert points(told(THREE)) == {1: (2, 60), 2: (1, 40), 3: (3, 20)}

    def test_points_come_as_places_are_decided(self) -> None:
        """The first two over the line have theirs before the third is there."""
        race = told("laps 3; sprint 1: 3 2 1; sprint 3: 9 8\n0:31 1  0:32 2\n0:33 3'")
        assert points(race)[2] == (2, 0)

    @pytest.mark.parametrize(("policy", "second"), [("none", 40), ("finish", 60), ("all", 60)])
    def test_a_disqualified_winner(self, policy: str, second: int) -> None:
        """Where the rules say so, those behind move up at the finish."""
        base = msgspec.structs.replace(
            RULES, ranking=LAST, redistribution=msgspec.convert({"disqualified": policy}, Redistribution)
        )
        assert points(told(THREE, MarkGiven(1, IRM.DSQ), base=base))[2][1] == second

    def test_moving_up_at_the_sprints_too(self) -> None:
        """Only under the rule that says all sprints."""
        base = msgspec.structs.replace(RULES, ranking=LAST, redistribution=Redistribution("all"))
        assert points(told(THREE, MarkGiven(3, IRM.DSQ), base=base)) == {1: (3, 60), 2: (2, 40), 3: (0, 0)}

    @pytest.mark.parametrize(("rule", "each"), [("better place", 3), ("worse place", 2)])
    def test_a_dead_heat_shares_a_place(self, rule: str, each: int) -> None:
        """Both get the points of one place, and the next skater those of the third."""
        base = msgspec.structs.replace(RULES, sprints=msgspec.convert({"dead_heat": rule}, Sprints))
        race = told(THREE, OrderRead(1, ((1, 3), 2)), base=base)
        assert {bib: won[0] for bib, won in points(race).items()} == {1: each, 2: 1, 3: each}

    def test_a_tie_behind_the_points_wins_none(self) -> None:
        """The fourth over the line gets nothing, alone or in a dead heat."""
        story = "laps 2; sprint 1: 3 2; sprint 2: 9\n0:31 1 0:32 2 0:33 3 0:34 4\n"
        assert points(told(story, OrderRead(1, (1, 2, (3, 4)))))[3] == (0, 0)

    def test_void_points_stay_on_the_sheet(self) -> None:
        """A non-finisher's marks are printed and do not count."""
        race = told(THREE, MarkGiven(3, IRM.DNF), base=msgspec.structs.replace(RULES, ranking=LAST))
        found = next(score for score in scores(race) if score.bib == 3)
        assert (found.sprints, found.total, found.void) == ((3, 20), 0, True)

    def test_laps_gained_and_lost_have_their_worth(self) -> None:
        """As on the track: twenty points for a lap, and twenty less for one lost."""
        base = msgspec.structs.replace(RULES, lap_gain=LapGain(20, 10), lapped=Lapped("ignore"))
        race = told(THREE, LapGained(3, Instant(0)), LapGained(2, Instant(0), -1), base=base)
        assert {score.bib: score.bonus for score in scores(race)} == {1: 0, 2: -10, 3: 20}
        assert "20 for laps gained" in why(race, 3)
        assert "-10 for laps lost" in why(race, 2)


class TestPlaces:
    """Who is ahead of whom."""

    def test_points_before_time(self) -> None:
        """An early sprint beats a better finish without points."""
        race = told("laps 2; sprint 1: 3; sprint 2: 9\n0:31 1 0:32 2 0:33 3\n1:02 2 1:03 3 1:09 1")
        assert ranks(race) == "2 1 3"

    def test_laps_before_points(self) -> None:
        """Whoever did not finish stands behind all who did, whatever the points."""
        race = told(THREE + "mark 1 DNF\nlaps 1 2")
        assert ranks(race) == "2 3 1"

    def test_while_racing_everybody_counts_with_the_whole_race(self) -> None:
        """The leader on the road is not ahead of the leader on points only by having crossed first."""
        race = told("laps 3; sprint 1: 3 2; sprint 3: 60\n0:31 1  0:32 2  0:33 3\n1:01 3")
        assert ranks(race) == "1 2 3"

    def test_the_photo_finish_goes_before_the_transponders(self) -> None:
        """Equal on points, the order read at the finish decides, not the times."""
        race = told("laps 1; sprint 1: 9\n0:31.00 1  0:31.50 2  0:31.51 3", OrderRead(1, (1, 3, 2)))
        assert ranks(race) == "1 3 2"
        assert (
            why(race, 3)
            == "1 lap; no points; ahead of Skater 2, who has the same points, in the order over the line"
        )

    def test_equal_thousandths_share_a_place(self) -> None:
        """Microseconds do not decide; a thousandth does."""
        assert ranks(told("laps 1\n0:31.0001 1  0:31.0009 2  0:31.0010 3")) == "1=2 3"
        assert why(told("laps 1\n0:31.0001 1  0:31.0009 2"), 2).endswith("shares the place: dead heat")

    def test_a_dead_heat_that_was_read_shares_a_place(self) -> None:
        """Even if the transponders saw a difference."""
        assert ranks(told("laps 1\n0:31.0 1  0:31.5 2  0:31.6 3", OrderRead(1, ((1, 2),)))) == "1=2 3"

    def test_the_disqualified_are_last(self) -> None:
        """Then who did not start, then who was withdrawn; those two have no rank."""
        race = told("laps 1\n0:31 1 0:32 2 0:33 3\nmark 1 DSQ\nmark 4 WDR\nmark 5 DNS")
        assert [(standing.rank, standing.score.bib) for standing in standings(race)] == [
            (1, 2), (2, 3), (3, 1), (None, 5), (None, 4),
        ]  # fmt: skip

    def test_unknown_times_stand_behind_known_ones(self) -> None:
        """And cannot be told apart among themselves."""
        found = ranked([score(1), score(2), score(3, time=500)])
        assert [(standing.rank, standing.shared) for standing in found] == [(1, False), (2, True), (2, True)]
        assert (
            found[1].why
            == "16 laps; no points; shares the place: laps and points are equal, the order is not known"
        )

    def test_first_over_the_line_may_win_whatever_the_points(self) -> None:
        """The rule of the trial season."""
        first = msgspec.structs.replace(score(1, 3), line=1)
        more = msgspec.structs.replace(score(2, 9), line=2)
        assert ranked([more, first], MERITS["first over the line"])[0].score is first

    def test_a_points_race_is_decided_by_points_alone(self) -> None:
        """Equal points: better at the finish."""
        behind, ahead = (msgspec.structs.replace(score(bib, 5), line=line) for bib, line in ((1, 2), (2, 1)))
        many = msgspec.structs.replace(score(3, 9, laps=99), line=None)
        found = ranked([behind, ahead, many], MERITS["points race"])
        assert [standing.score.bib for standing in found] == [3, 2, 1]


class TestWhy:
    """The reason, as a referee would say it."""

    def test_several_sprints(self) -> None:
        """The sum, and where it comes from."""
        assert why(told(THREE), 1) == "3 laps; 62 points: 2 at sprint 1, 60 at the finish"

    @pytest.mark.parametrize(
        ("found", "words"),
        [
            (score(1, 3, 0), "16 laps; 3 points at sprint 1"),
            (score(1, 0, 1), "16 laps; 1 point at the finish"),
            (score(1, laps=1), "1 lap; no points"),
            (msgspec.structs.replace(score(1), stated=5), "16 laps; 5 points, as the sheet states"),
            (score(1, irm=IRM.DNS), "did not start"),
            (msgspec.structs.replace(score(1, irm=IRM.DSQ), rule="T25"), "disqualified (T25)"),
            (score(1, 3, 0, laps=7, irm=IRM.DNF), "did not finish; 7 laps; 3 points at sprint 1"),
            (
                msgspec.structs.replace(score(1, 3, 0, irm=IRM.LAP), void=True),
                "lapped; 16 laps; no points: void are 3 at sprint 1",
            ),
        ],
    )
    def test_each_kind(self, found: Score, words: str) -> None:
        """One sentence for each way of having a place."""
        assert ranked([found])[0].why == words

    def test_by_how_much(self) -> None:
        """Where only time tells two skaters apart, the gap is said; thousandths only if needed."""
        first, second = ranked([score(1, 3, time=478.96), score(2, 3, time=490.55)])
        assert first.why.endswith("ahead of Skater 2, who has the same points, by 11.59 s")
        assert second.why == "16 laps; 3 points at the finish"
        assert ranked([score(1, time=8.803), score(2, time=8.807)])[0].why.endswith("by 0.004 s")

    def test_the_skater_can_be_asked_for(self) -> None:
        """A standing knows whose it is."""
        assert ranked([score(7)])[0].skater.name == "Skater 7"


class TestProfiles:
    """What a family of sheets prints of it."""

    OLYMPIC = Profile(codes={IRM.DSQ: "DQ", IRM.LAP: ""}, zero="")
    WORLD_CUP = Profile(codes={IRM.DSQ: "DQ"}, disqualified_ranked=True)

    def test_the_rank(self) -> None:
        """A disqualified skater keeps a number on one sheet and has none on the other."""
        standing = ranked([score(1, irm=IRM.DSQ)])[0]
        assert (printed_rank(standing, self.OLYMPIC), printed_rank(standing, self.WORLD_CUP)) == ("", "1")
        assert printed_rank(ranked([score(1, irm=IRM.DNS)])[0], self.WORLD_CUP) == ""

    def test_the_mark(self) -> None:
        """Each in its own spelling, some not at all."""
        marks = [score(1, irm=irm) for irm in (IRM.DSQ, IRM.LAP, IRM.DNF, None)]
        assert [printed_mark(mark, self.OLYMPIC) for mark in marks] == ["DQ", "", "DNF", ""]

    def test_the_total(self) -> None:
        """No points print as 0 or as nothing."""
        assert [printed_total(score(1, 5), self.OLYMPIC), printed_total(score(1), self.OLYMPIC)] == ["5", ""]
        assert printed_total(score(1), self.WORLD_CUP) == "0"


def test_a_rulebook_without_sprints_gives_no_points() -> None:
    """An elimination race has none; places go by laps and time."""
    base = Rulebook(name="plain", title="No sprints", laps=1, sprints=Sprints())
    race = told("laps 1\n0:31 1  0:32 2", base=base)
    assert (ranks(race), points(race)) == ("1 2", {1: (), 2: ()})


def test_a_race_without_skaters_has_no_standings() -> None:
    """Before the start list is posted."""
    assert standings(Race()) == ()
