"""What an official must look at, and the correction that one key accepts."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.doubts import Doubt, Question, doubts
from lastlap.events import (
    DeviceReported,
    DoubtDismissed,
    Event,
    LapGained,
    LappedLifted,
    LapsGiven,
    MarkGiven,
    MarkLifted,
    NeutralLapEnded,
    OrderRead,
    PassingInserted,
    PassingMoved,
    PassingStruck,
    RaceFreed,
    RaceNeutralised,
    RaceRestarted,
    RaceStopped,
    RecordRetracted,
    StartListPosted,
    TransponderAssigned,
)
from lastlap.race import Race
from lastlap.refusal import refusal
from lastlap.rulebook import IRM, Elimination, Lapped, NeutralLap, Rulebook
from lastlap.times import SECOND, Duration, Instant
from story import RULES, starter, told


def at(seconds: float) -> Instant:
    """A moment, in seconds on the clock of the story."""
    return Instant(round(seconds * SECOND))


def race_of(laps: int, field: int = 5, without: str = "", first: str = "laps {}") -> str:
    """A clean race as a story: everybody a second apart, 31 seconds a lap, but for the passings *without*."""
    crossed = [
        f"{seconds // 60}:{seconds % 60:02}.0 {bib}"
        for lap in range(1, laps + 1)
        for bib in range(1, field + 1)
        for seconds in [31 * lap + bib]
    ]
    return "\n".join([first.format(laps), *(line for line in crossed if line not in without.split(", "))])


def under(**fields: object) -> Rulebook:
    """The rules of stories, but for some fields."""
    return msgspec.structs.replace(RULES, **fields)


def kinds(race: Race) -> list[Question]:
    """What is in doubt."""
    return [doubt.kind for doubt in doubts(race)]


def only(race: Race) -> Doubt:
    """The one doubt that a race gives."""
    (doubt,) = doubts(race)
    return doubt


def number_of(story: str, passing: str) -> int:
    """The record number of a passing such as `1:02.0 3` in a story of which each line is one."""
    return story.splitlines().index(passing) + 2


class TestNothingInDoubt:
    """Where officials can look at the ice instead."""

    def test_a_clean_race(self) -> None:
        """Every passing fits."""
        assert doubts(told(race_of(8))) == ()

    @given(st.lists(st.lists(st.integers(280, 360), min_size=6, max_size=6), min_size=4, max_size=8))
    def test_whoever_skates_steadily(self, laps: list[list[int]]) -> None:
        """Laps of 28 to 36 seconds in any mixture are never in doubt, but for who was first over the line."""
        ends = [(sum(tenths[:lap]), bib) for bib, tenths in enumerate(laps, 1) for lap in range(1, 7)]
        crossed = [f"{end // 600}:{end % 600 / 10:04.1f} {bib}" for end, bib in ends]
        assert set(kinds(told("\n".join(["laps 6", *crossed])))) <= {Question.CLOSE_FINISH}

    def test_a_race_told_by_orders_alone(self) -> None:
        """Two judges, no passings at all: they saw what they saw, even if transponders were worn."""
        assert doubts(told("laps 3\nread 1: 3 1 2\nread 3: 1 2\nlapped 3")) == ()

    def test_before_the_gun(self) -> None:
        """Without a gun no passing means anything yet, a stranger's neither."""
        assert doubts(told("laps 3\n0:31.0 1   0:31.1 ?X", RecordRetracted(2))) == ()
        assert doubts(Race()) == ()

    def test_the_other_ankle(self) -> None:
        """An echo is no doubt, and neither is rolling out after the finish."""
        assert doubts(told(race_of(3) + "\n0:32.2 1'\n2:30.0 1")) == ()


class TestUnknownTransponders:
    """A passing of a transponder that nobody wears."""

    def test_one_doubt_a_transponder(self) -> None:
        """It says how often and when; nobody can say whose it is, as all have been seen."""
        race = told(race_of(3) + "\n0:33.5 ?X\n1:04.5 ?X\n1:10.0 ?Y")
        assert [(doubt.id, doubt.says, doubt.proposal) for doubt in doubts(race)] == [
            (
                "unknown:X",
                "transponder X, which nobody on the start list wears, crossed the line 2 times, from 33.50 to 1:04.50",
                None,
            ),
            (
                "unknown:Y",
                "transponder Y, which nobody on the start list wears, crossed the line once, at 1:10.00",
                None,
            ),
        ]

    def test_the_only_skater_not_seen_must_be_it(self) -> None:
        """All but 5 have ended a lap, so X is on the ankle of 5; once that is accepted, the doubt is gone."""
        story = race_of(1, field=4, first="laps 3\n0:05.0 5")
        doubt = only(told(story + "\n0:36.5 ?X"))
        assert doubt.says.endswith("once, at 36.50; of all starters only 5 Skater 5 has not been seen")
        assert doubt.proposal == TransponderAssigned(
            "X", 5, why="the only starter whom no transponder has shown"
        )
        assert doubts(told(story + "\n0:36.5 ?X", doubt.proposal)) == ()

    @pytest.mark.parametrize("first", ["laps 3\n0:05.0 5\n0:05.5 6", "laps 3"])
    def test_never_a_guess_among_several(self, first: str) -> None:
        """Two have not been seen, or none: whose transponder it is, an official must say."""
        assert only(told(race_of(1, field=4, first=first) + "\n0:36.5 ?X")).proposal is None

    def test_two_strangers_are_two_questions(self) -> None:
        """Only 5 is missing, but X or Y may be a coach; when Y is dismissed, X is 5."""
        story = race_of(1, field=4, first="laps 3\n0:05.0 5") + "\n0:36.5 ?X\n0:37.5 ?Y"
        assert [doubt.proposal for doubt in doubts(told(story))] == [None, None]
        doubt = only(told(story, DoubtDismissed("unknown:Y", "the coach")))
        assert (doubt.id, doubt.bib) == ("unknown:X", 5)

    def test_who_is_not_expected_is_not_missing(self) -> None:
        """6 did not start, so 5 is the only one missing."""
        story = race_of(1, field=4, first="laps 3\n0:05.0 5\n0:05.5 6\nmark 6 DNS")
        assert only(told(story + "\n0:36.5 ?X")).bib == 5

    def test_what_an_official_said_is_no_doubt(self) -> None:
        """X is nobody's, and a passing was moved to a skater who is not on the start list any more."""
        story = race_of(2) + "\n0:36.5 ?X"
        assert doubts(told(story, TransponderAssigned("X", None))) == ()
        posted = StartListPosted(tuple(map(starter, range(1, 5))))
        assert kinds(told(race_of(2, field=4), PassingInserted(at(64), 5), posted)) == []


class TestImpossibleLaps:
    """Passings that come too soon to be the end of a lap."""

    def test_sooner_than_anybody_skates(self) -> None:
        """Twelve seconds after the end of a lap: no lap, and an official strikes it or asks why."""
        story = race_of(3) + "\n0:44.0 1"
        doubt = only(told(story))
        assert (doubt.id, doubt.kind, doubt.bib, doubt.lap) == ("too-soon:18", Question.IMPOSSIBLE_LAP, 1, 2)
        assert doubt.says == "1 Skater 1 crossed the line at 44.00, only 12.00 s after ending lap 1"
        assert isinstance(doubt.proposal, PassingStruck)
        assert doubts(told(story, doubt.proposal)) == ()

    def test_soon_after_the_start(self) -> None:
        """On the first lap the start is what it is measured by."""
        doubt = only(told(race_of(3) + "\n0:15.0 1"))
        assert (doubt.says, doubt.lap) == (
            "1 Skater 1 crossed the line at 15.00, only 15.00 s after the start",
            1,
        )

    def test_what_an_official_inserted_or_moved(self) -> None:
        """Officials slip too: an insertion is compared as it stands, and a passing as it was moved."""
        assert only(told(race_of(3), PassingInserted(at(44), 1))).at == at(44)
        moved = told(race_of(3) + "\n0:44.0 1", PassingMoved(18, at=at(47), bib=2))
        assert (only(moved).bib, only(moved).at) == (2, at(47))

    def test_a_transponder_that_changed_hands(self) -> None:
        """X was on the ankle of 1 from 0:40 on, so it is 1 who came too soon."""
        race = told(race_of(3) + "\n0:46.0 ?X", TransponderAssigned("X", 1, since=at(40)))
        assert only(race).bib == 1

    def test_a_lap_much_shorter_than_that_of_the_field(self) -> None:
        """22 seconds count as a lap, but the field took 32."""
        story = race_of(2, first="laps 4") + "\n1:25.0 1\n1:36.0 2\n1:37.0 3\n1:38.0 4\n1:39.0 5"
        doubt = only(told(story))
        assert (doubt.kind, doubt.bib, doubt.lap) == (Question.IMPOSSIBLE_LAP, 1, 3)
        assert doubt.says == "1 Skater 1 took 22.00 for lap 3, where 32.00 is usual"
        assert doubt.proposal == PassingStruck(
            number_of(story, "1:25.0 1"), "too soon to be the end of a lap"
        )

    def test_a_few_skaters_are_no_field(self) -> None:
        """With three skaters nobody can say what is usual on a lap: one may just be fast."""
        assert doubts(told("laps 3\n0:33.0 1   0:33.5 2   0:34.0 3\n0:55.0 1   1:06.0 2   1:07.0 3")) == ()


class TestMissedPassings:
    """A lap so long that the line may have missed the end of another."""

    MISSED = race_of(8, without="1:35.0 2")

    def test_the_moment_is_interpolated(self) -> None:
        """2 took 62 s for a lap; accepted, the race is as if the line had seen 2 half-way."""
        doubt = only(told(self.MISSED))
        assert (doubt.kind, doubt.bib, doubt.lap) == (Question.MISSED_PASSING, 2, 3)
        assert doubt.says == (
            "2 Skater 2 took 1:02.00 for lap 3, where 31.00 is usual: was a passing missed at about 1:35.00?"
        )
        assert isinstance(doubt.proposal, PassingInserted)
        assert told(self.MISSED, doubt.proposal).rides[2].crossings == told(race_of(8)).rides[2].crossings
        assert doubts(told(self.MISSED, doubt.proposal)) == ()

    def test_two_missed_one_after_the_other(self) -> None:
        """Three laps in one: the first of them is proposed, and when it is accepted the second."""
        story = race_of(8, without="1:35.0 2, 2:06.0 2")
        first = only(told(story))
        assert first.at == at(95)
        assert first.proposal is not None
        second = only(told(story, first.proposal))
        assert (second.id, second.at) == (first.id, at(126))

    def test_a_small_field_is_compared_with_the_skater(self) -> None:
        """Two skaters: what a lap usually takes is told by the other laps of the skater."""
        assert only(told(race_of(8, field=2, without="1:35.0 2"))).at == at(95)

    def test_the_line_missed_most_of_the_field(self) -> None:
        """Somebody tripped over the cable: all but one miss lap 3, and the one who was seen is not in doubt."""
        story = race_of(8, without="1:35.0 2, 1:36.0 3, 1:37.0 4, 1:38.0 5")
        assert [(doubt.kind, doubt.bib) for doubt in doubts(told(story))] == [
            (Question.MISSED_PASSING, bib) for bib in (2, 3, 4, 5)
        ]

    def test_the_last_lap_may_be_as_slow_as_it_likes(self) -> None:
        """All laps are done: 5 rolled over the line at the end, and no lap more would fit into the race."""
        assert doubts(told(race_of(3, without="1:38.0 5") + "\n2:00.0 5")) == ()

    def test_rolling_out_does_not_hide_a_missed_passing(self) -> None:
        """2 finished with the others, but counted one lap short; rolling out made it up, a whole lap later."""
        story = race_of(4, without="1:04.0 2") + "\n2:50.0 2"
        doubt = only(told(story))
        assert (doubt.kind, doubt.at) == (Question.MISSED_PASSING, at(64))
        assert doubt.proposal is not None
        assert told(story, doubt.proposal).rides[2].time == Duration(at(126))

    def test_who_fell_and_finished_is_not_in_doubt(self) -> None:
        """2 lay on the ice for 25 s, and then rode all laps, less than a lap behind."""
        story = race_of(3, field=4, without="1:04.0 2, 1:35.0 2") + "\n1:29.0 2\n2:00.0 2"
        assert doubts(told(story)) == ()

    @pytest.mark.parametrize(
        "said",
        [
            MarkGiven(2, IRM.DNF),
            LapsGiven(2, 8),
            LapGained(2, at(80)),
            RaceStopped(at(70)),
            RaceNeutralised(at(70)),
        ],
    )
    def test_what_officials_know_is_not_in_doubt(self, said: Event) -> None:
        """A mark, laps given or gained, a race that was held up: then a long lap is no wonder."""
        over = RaceRestarted(at(70.5)) if isinstance(said, RaceStopped) else RaceFreed(at(70.5))
        assert Question.MISSED_PASSING not in kinds(told(self.MISSED, said, over))

    def test_held_together_with_laps_counted(self) -> None:
        """The first to end a slow lap is alone with it for a moment, but the race was neutralised."""
        story = race_of(3, first="laps 8") + "\n2:40.0 1"
        assert kinds(told(story)) == [Question.MISSED_PASSING]
        assert doubts(told(story, RaceNeutralised(at(100), counted=True))) == ()

    def test_the_neutral_lap_is_slow(self) -> None:
        """Nobody signalled its end, so it is part of the first lap: 62 s are no wonder."""
        base = under(neutral_lap=NeutralLap(skated=True))
        story = "laps 4\n0:33.0 1\n1:04.0 1\n1:35.0 1\n2:06.0 1"
        assert doubts(told("laps 4\n1:04.0 1\n1:35.0 1\n2:06.0 1", base=base)) == ()
        assert doubts(told(story, NeutralLapEnded(at(2)), base=base)) == ()
        assert kinds(told("laps 4\n1:04.0 1\n1:35.0 1\n2:06.0 1")) == [Question.MISSED_PASSING]

    def test_two_laps_faster_than_anybody_are_one(self) -> None:
        """A short track: 38 s are long, but two laps of 19 s are more than the rulebook believes."""
        fast = "laps 5\n0:22.0 1\n0:44.0 1\n1:06.0 1\n1:44.0 1"
        assert doubts(told(fast)) == ()
        assert kinds(told(fast.replace("1:44.0", "1:46.5"))) == [Question.MISSED_PASSING]


class TestLappedByAMissedPassing:
    """Rules that take lapped skaters off the ice make a missed passing costly."""

    REMOVE = under(lapped=Lapped("remove"))
    STORY = race_of(8, without="1:35.0 2")

    def test_who_comes_round_again_was_perhaps_not_lapped(self) -> None:
        """2 was missed once, and so taken for lapped; all later passings would be lost without a doubt."""
        race = told(self.STORY, base=self.REMOVE)
        assert race.rides[2].irm is IRM.LAP
        doubt = only(race)
        assert (doubt.kind, doubt.bib, doubt.at) == (Question.MISSED_PASSING, 2, at(95))
        assert doubt.number == number_of(self.STORY, "2:06.0 2")
        assert doubt.proposal is not None
        assert told(self.STORY, doubt.proposal, base=self.REMOVE).rides[2].finished

    def test_who_left_the_ice_was_lapped(self) -> None:
        """2 crosses the line once more on the way out, as late as a lapped skater does."""
        story = "laps 8\n0:32.0 1\n1:03.0 1\n1:34.0 1\n2:05.0 1\n0:50.0 2\n1:38.0 2"
        race = told(story, base=self.REMOVE)
        assert (race.rides[2].irm, doubts(race)) == (IRM.LAP, ())

    def test_a_stop_explains_the_long_lap(self) -> None:
        """The race was held up meanwhile, so nothing was missed."""
        race = told(self.STORY, RaceStopped(at(97)), RaceRestarted(at(97.5)), base=self.REMOVE)
        assert Question.MISSED_PASSING not in kinds(race)

    def test_who_was_eliminated_has_no_doubts(self) -> None:
        """5 was the last after lap 2, and rolls over the line a long time later."""
        base = under(elimination=Elimination(first=2, every=9), lapped=Lapped("remove"))
        race = told(race_of(4, without="1:38.0 5, 2:09.0 5") + "\n2:40.0 5", base=base)
        assert doubts(race) == ()


class TestCloseFinishes:
    """Crossings too close for transponders to tell apart."""

    SPRINT = "laps 3; sprint 1: 3 2 1; sprint 3: 60 40 20\n"

    def test_the_photo_finish_is_asked(self) -> None:
        """3 and 1 are 12 thousandths apart; accepted, the order stands as read and nothing is in doubt."""
        story = self.SPRINT + "0:31.000 2   0:31.500 3   0:31.512 1   0:33.0 4"
        doubt = only(told(story))
        assert (doubt.id, doubt.kind) == ("close:1:3-1", Question.CLOSE_FINISH)
        assert doubt.says == (
            "3 Skater 3 and 1 Skater 1 ended lap 1 within 0.012 s, at 31.50: look at the photo finish"
        )
        assert doubt.proposal == OrderRead(1, (2, 3, 1), why="as the transponders have it")
        assert doubts(told(story, doubt.proposal)) == ()

    def test_one_doubt_a_bunch(self) -> None:
        """Neighbour by neighbour within 0.02 s: one look at the picture tells all three apart."""
        race = told(self.SPRINT + "0:31.00 2   0:31.01 3   0:31.02 1   0:33.0 4")
        assert only(race).id == "close:1:2-3-1"

    @pytest.mark.parametrize(("lap", "expected"), [(1, ["close:1:3-4"]), (3, ["close:3:3-4", "close:3:4-5"])])
    def test_only_points_matter_on_the_way(self, lap: int, expected: list[str]) -> None:
        """Third or fourth is a point; fourth or fifth is nothing at a sprint, but a place at the finish."""
        crossed = "0:{0}.0 1   0:{0}.5 2   0:{1}.00 3   0:{1}.01 4   0:{1}.05 5   0:{1}.06 6"
        laps = [crossed.format(31, 32)]
        story = self.SPRINT + "\n".join(laps) if lap == 1 else "laps 1\n" + laps[0]
        found = [doubt.id for doubt in doubts(told(story))]
        assert found == (expected if lap == 1 else ["close:1:3-4", "close:1:5-6"])

    def test_nothing_is_at_stake_on_other_laps(self) -> None:
        """Lap 2 has no points."""
        assert doubts(told(self.SPRINT + "0:31.0 1   0:31.5 2\n1:02.00 1   1:02.01 2")) == ()

    def test_two_hundredths_are_enough(self) -> None:
        """The rulebook's figure itself is far enough apart."""
        assert doubts(told("laps 1\n0:31.00 1   0:31.02 2")) == ()

    def test_what_was_read_is_settled_as_far_as_it_goes(self) -> None:
        """2 and 3 were read, in a dead heat, with a time; the proposal keeps that and adds 1."""
        read = OrderRead(1, ((2, 3),), {2: Duration(at(31))})
        doubt = only(told("laps 1\n0:31.00 2   0:31.01 3   0:31.02 1", read))
        assert doubt.id == "close:1:3-1"
        assert doubt.proposal == OrderRead(
            1, ((2, 3), 1), {2: Duration(at(31))}, why="as the transponders have it"
        )

    def test_who_was_not_seen_cannot_be_compared(self) -> None:
        """4 was read by the judge only: nobody knows how close it was."""
        assert Question.CLOSE_FINISH not in kinds(told("laps 1\n0:31.0 2   0:31.5 1\nread 1: 4"))


class TestReadNotSeen:
    """People saw a skater at the line, the transponders did not."""

    def test_the_neighbour_knows_when(self) -> None:
        """2 was read between 1 and 3 and missed by the line: it crossed when they did."""
        story = race_of(2, without="1:04.0 2") + "\nread 2: 1 2 3"
        doubt = only(told(story.replace("laps 2", "laps 4")))
        assert (doubt.id, doubt.kind, doubt.at) == ("unseen:2:2", Question.READ_NOT_SEEN, at(63))
        assert doubt.says == "2 Skater 2 was read at the end of lap 2, but the passings tell of 1 lap only"
        assert doubt.proposal == PassingInserted(
            at(63), 2, "read at the line, and missed by the loop", estimated=True
        )
        assert doubts(told(story.replace("laps 2", "laps 4"), doubt.proposal)) == ()

    def test_the_time_that_was_read_is_better(self) -> None:
        """The photo finish read 1:03.70 for 2."""
        story = race_of(2, without="1:04.0 2").replace("laps 2", "laps 4")
        assert only(told(story, OrderRead(2, (1, 2), {2: Duration(at(63.7))}))).at == at(63.7)

    def test_two_laps_short_is_no_single_passing(self) -> None:
        """2 has ended one lap by passings and was read after lap 3: no one insertion mends that."""
        story = (
            race_of(3, without="1:04.0 2, 1:35.0 2").replace("laps 3", "laps 5")
            + "\nread 3: 1 2\nread 2: 2 1"
        )
        first = doubts(told(story))[0]
        assert (first.id, first.bib, first.proposal is None) == ("unseen:2:2", 2, False)
        skipped = told(story.replace("\nread 2: 2 1", ""))
        assert [(doubt.id, doubt.proposal) for doubt in doubts(skipped)] == [("unseen:3:2", None)]

    def test_a_moment_that_can_be_no_lap(self) -> None:
        """2 ended lap 1 late, so it cannot have ended lap 2 when the first did."""
        race = told("laps 4\n0:32.0 1   0:50.0 2\n1:03.0 1\nread 2: 1 2")
        assert only(race).proposal is None

    def test_nobody_was_seen_there(self) -> None:
        """The line saw nobody else either, and nobody is asked why it did not see 2."""
        assert doubts(told("laps 4\n0:32.0 1   0:33.0 2\nread 2: 2 1")) == ()

    def test_nobody_knows_when(self) -> None:
        """The only other skater so far on got there by a lap lost, not by crossing the line."""
        race = told("laps 5\n0:32.0 1   0:33.0 2\n1:03.0 1\nread 2: 2", LapGained(1, at(40), -1))
        assert only(race).proposal is None

    def test_who_was_taken_out_cannot_be_inserted(self) -> None:
        """2 was missed twice and taken out as lapped; one passing more would not bring 2 back."""
        story = (
            race_of(5, without="1:04.0 2, 1:35.0 2, 2:06.0 2, 2:37.0 2").replace("laps 5", "laps 8")
            + "\nread 2: 2"
        )
        race = told(story, base=under(lapped=Lapped("remove")))
        assert only(race).proposal is None

    @pytest.mark.parametrize(
        "said", [MarkGiven(2, IRM.DNF), LapsGiven(2, 2), TransponderAssigned("T2", None)]
    )
    def test_who_need_not_be_seen(self, said: Event) -> None:
        """Marked, counted by an official or without a transponder: then it is enough to be read."""
        story = "laps 4\n0:32.0 1   0:33.0 2\n1:03.0 1"
        read = OrderRead(2, (1, 2))
        assert kinds(told(story, TransponderAssigned("T2'", None), read)) == [Question.READ_NOT_SEEN]
        assert kinds(told(story, TransponderAssigned("T2'", None), read, said)) == []


class TestSilent:
    """A skater who is in the race and has not been seen for a while."""

    STORY = race_of(5, without="1:35.0 2, 2:06.0 2, 2:37.0 2").replace("laps 5", "laps 8")

    def test_who_left_the_ice_did_not_finish(self) -> None:
        """2 was last seen after lap 2, and all others have ended lap 5: accepted, 2 is marked."""
        doubt = only(told(self.STORY))
        assert (doubt.id, doubt.kind, doubt.lap) == ("silent:2", Question.SILENT, 3)
        assert doubt.says == (
            "2 Skater 2 was last seen at 1:04.00, at the end of lap 2, and the front has done 5 laps"
        )
        assert doubt.proposal == MarkGiven(2, IRM.DNF, why="not seen after lap 2")
        assert doubts(told(self.STORY, doubt.proposal)) == ()

    def test_who_was_never_seen_may_be_anything(self) -> None:
        """Not started, fallen at once, a dead transponder: nobody can guess, so nothing is proposed."""
        doubt = only(told(race_of(3, first="laps 8\n0:05.0 6")))
        assert doubt.says == "6 Skater 6 has not been seen since the start, and the front has done 3 laps"
        assert doubt.proposal is None

    def test_one_lap_is_not_long(self) -> None:
        """2 has missed lap 3 only."""
        assert doubts(told(race_of(3, without="1:35.0 2").replace("laps 3", "laps 8"))) == ()

    def test_a_slow_skater_is_not_silent(self) -> None:
        """2 is two laps down, and comes round every 47 s."""
        story = race_of(5, without="0:33.0 2, 1:04.0 2, 1:35.0 2, 2:06.0 2, 2:37.0 2").replace(
            "laps 5", "laps 8"
        )
        assert doubts(told(story + "\n0:47.0 2\n1:34.0 2\n2:21.0 2")) == ()

    def test_who_wears_no_transponder_cannot_be_seen(self) -> None:
        """The judges look after 6, who lost both: no doubt about that."""
        lost = [TransponderAssigned("T6", None), TransponderAssigned("T6'", None)]
        assert doubts(told(race_of(3, first="laps 8\n0:05.0 6"), *lost)) == ()

    def test_who_is_read_is_not_silent(self) -> None:
        """The transponder of 2 died, but the judge read 2 at the end of lap 5."""
        assert kinds(told(self.STORY + "\nread 5: 1 2")) == [Question.READ_NOT_SEEN]


class TestSeenThoughMarked:
    """Marked as not started, and seen in the race."""

    @pytest.mark.parametrize("irm", [IRM.DNS, IRM.WDR])
    def test_who_is_seen_has_started(self, irm: IRM) -> None:
        """The mark was for somebody else, or the transponder is on another ankle; accepted, it is lifted."""
        story = race_of(2, first="laps 8")
        doubt = only(told(story, MarkGiven(2, irm)))
        assert (doubt.id, doubt.kind) == ("marked:2", Question.SEEN_THOUGH_MARKED)
        assert doubt.says == f"2 Skater 2 is marked {irm}, but ended lap 2 at 1:04.00"
        assert doubt.proposal == MarkLifted(2, "seen in the race")
        assert doubts(told(story, MarkGiven(2, irm), doubt.proposal)) == ()

    def test_who_stayed_away_did_not_start(self) -> None:
        """6 is marked and was not seen; 2 raced and did not finish: both as they should be."""
        assert doubts(told(race_of(2, first="laps 8\nmark 6 DNS\nmark 2 DNF"))) == ()

    def test_who_left_the_start_list_is_nobodys_doubt(self) -> None:
        """6 withdrew, and a new start list was posted without 6."""
        posted = StartListPosted(tuple(map(starter, range(1, 6))))
        assert doubts(told(race_of(2, first="laps 8\nmark 6 WDR"), posted)) == ()


bibs, tenths = st.integers(1, 6), st.integers(0, 2400)
crossings = st.builds(
    lambda tenth, who: f"{tenth // 600}:{tenth % 600 / 10:04.1f} {who}",
    tenths,
    st.one_of(bibs, st.just("?X")),
)
readings = st.builds("read {} {}".format, st.integers(1, 5), bibs)
taps = st.builds(
    lambda tenth, bib, lap: f"tap {tenth // 600}:{tenth % 600 / 10:04.1f} {bib} {lap}",
    tenths,
    bibs,
    st.sampled_from(["", "", 1, 2, 5]),
)
marks = st.builds("mark {} {}".format, bibs, st.sampled_from(["DNS", "DNF", "LAP"]))
stories = st.lists(
    st.one_of(crossings, crossings, crossings, crossings, taps, readings, marks), max_size=60
).map(lambda lines: "\n".join(["laps 5; sprint 2: 3 2 1; sprint 5: 60 40 20", *lines]))
"""All that six skaters and a stranger can do at the line in four minutes, and what officials make of it."""

policies = st.sampled_from(
    [under(lapped=Lapped(policy)) for policy in ("remove", "continue", "finish with leader")]
)
"""The rules for lapped skaters."""


class TestClockJumps:
    """A device's clock that was set on the way."""

    def test_a_jump_during_the_race_is_in_doubt(self) -> None:
        """Its times are put right, but the photo finish knows better; before the race it is nothing."""
        early, late = (
            DeviceReported("box", "clock jumped", "the clock of box jumped", at(moment), 3)
            for moment in (-5, 40)
        )
        doubt = only(told(race_of(3), early, late, DeviceReported("box", "lost", "connection lost", at(41))))
        assert (doubt.kind, doubt.at, doubt.proposal) == (Question.CLOCK_JUMPED, at(40), None)
        assert doubt.says == "at 40.00: the clock of box jumped"

    def test_it_is_dismissed_as_any_other(self) -> None:
        """Somebody looked at the photo finish."""
        jump = DeviceReported("box", "clock jumped", "the clock of box jumped", at(40), 3)
        assert not kinds(told(race_of(3), jump, DoubtDismissed(f"clock:box:{at(40)}")))


class TestAllDoubts:
    """What is true of every doubt."""

    STORY = (
        race_of(6, without="1:35.0 2, 2:07.0 3, 2:38.0 3, 3:09.0 3", first="laps 9") + "\n0:41.0 ?X\n0:50.0 1"
    )

    def test_the_oldest_comes_first(self) -> None:
        """They stand in the order of the moments that are in doubt."""
        found = doubts(told(self.STORY))
        assert [doubt.id for doubt in found] == ["unknown:X", "too-soon:30", "missed:18", "silent:3"]

    def test_a_dismissed_doubt_does_not_come_back(self) -> None:
        """An official looked, and left things as they are; the others still stand."""
        found = doubts(told(self.STORY))
        for doubt in found:
            left = doubts(told(self.STORY, DoubtDismissed(doubt.id)))
            assert [other.id for other in left] == [other.id for other in found if other is not doubt]

    def test_a_doubt_can_be_written_down(self) -> None:
        """As JSON it says its kind in words, and its proposal as the log would hold it."""
        (doubt,) = [doubt for doubt in doubts(told(self.STORY)) if doubt.id.startswith("too-soon")]
        told_of = msgspec.json.decode(msgspec.json.encode(doubt))
        assert told_of["kind"] == "nobody skates a lap so fast"
        assert told_of["proposal"]["type"] == "PassingStruck"

    @given(stories, policies)
    def test_a_proposal_can_always_be_accepted(self, story: str, base: Rulebook) -> None:
        """It is never refused, and settles what it was made for."""
        race = told(story, base=base)
        for doubt in doubts(race):
            if doubt.proposal is not None:
                assert refusal(race, doubt.proposal) is None
                left = doubts(told(story, doubt.proposal, base=base))
                assert (doubt.id, doubt.at) not in [(other.id, other.at) for other in left]


class TestUnsureCrossings:
    """Crossings that nobody saw well, where places hang on them."""

    BOTH = "\n".join(
        f"{minute}:{second:04.1f} {bib}   {minute}:{second + 0.2:04.1f} {bib}'"
        for minute, lap in [(0, 31), (1, 2), (1, 33)]
        for second, bib in [(lap, 1), (lap + 0.1, 2), (lap + 3, 3)]
    )
    """Three skaters, two ankles each, three laps."""

    FIRST = "laps 4; sprint 1: 3 2; sprint 4: 60 40\n"

    def test_one_ankle_at_a_sprint(self) -> None:
        """Of 2 only the second ankle was seen at lap 1, 0.3 s behind 1: 2 may have been first."""
        near = self.BOTH.replace("0:31.1 2   ", "")
        doubt = only(told(self.FIRST + near))
        assert (doubt.id, doubt.kind, doubt.lap) == ("unsure:1:1-2", Question.UNSURE_CROSSING, 1)
        assert doubt.says == (
            "nobody saw well when 2 Skater 2 ended lap 1, at about 31.30: look at the photo finish"
        )
        assert doubt.proposal == OrderRead(1, (1, 2), {2: Duration(at(31.3))}, why="as it stands")
        assert doubts(told(self.FIRST + near, doubt.proposal)) == ()

    def test_far_enough_behind(self) -> None:
        """3 was seen by one ankle too, three seconds behind: nothing hangs on it."""
        assert doubts(told(self.FIRST + self.BOTH.replace("0:34.0 3   ", ""))) == ()

    def test_at_the_finish_the_time_hangs_on_it(self) -> None:
        """Nobody is near 3, but its time may be 0.4 s too long."""
        doubt = only(told("laps 3\n" + self.BOTH.replace("1:36.0 3   ", "")))
        assert (doubt.id, doubt.bib) == ("unsure:3:3", 3)
        assert doubt.proposal == OrderRead(3, (1, 2, 3), {3: Duration(at(96.2))}, why="as it stands")

    def test_who_wears_one_is_seen_by_one(self) -> None:
        """The other ankle of 3 was never seen, or once only: that is no habit."""
        once = self.BOTH.replace("   1:05.2 3'", "").replace("   1:36.2 3'", "")
        assert doubts(told("laps 3\n" + once)) == ()
        assert doubts(told("laps 3\n" + once.replace("   0:34.2 3'", ""))) == ()

    def test_an_estimate_at_a_sprint(self) -> None:
        """2 was missed at the end of lap 1, and the moment worked out: the photo finish knows who was first."""
        race = told(self.FIRST + self.BOTH.replace("0:31.1 2   0:31.3 2'", ""),
                    PassingInserted(at(31.4), 2, estimated=True))  # fmt: skip
        assert [doubt.id for doubt in doubts(race)] == ["unsure:1:1-2"]

    def test_two_that_hang_together(self) -> None:
        """1 and 2 are estimates within each other, and 3 is near both: one look tells all."""
        race = told(
            "laps 2; sprint 1: 3 2 1; sprint 2: 6\n0:31.0 4   0:37.0 3\n1:02.0 4   1:05.0 3   1:05.5 1   1:06.0 2",
            PassingInserted(at(33.0), 1, estimated=True),
            PassingInserted(at(36.5), 2, estimated=True),
        )
        found = [doubt for doubt in doubts(race) if doubt.kind is Question.UNSURE_CROSSING]
        assert [doubt.id for doubt in found] == ["unsure:1:4-1-2"]

    def test_behind_the_points_nothing_hangs_on_it(self) -> None:
        """3 and 4 may have crossed the other way round: the points were gone by then."""
        story = self.FIRST + "0:31.0 1   0:31.5 2   0:45.0 3\n1:02.0 1   1:02.5 2   1:16.0 3   1:16.5 4"
        assert doubts(told(story, PassingInserted(at(45.5), 4, estimated=True))) == ()

    def test_who_was_read_is_settled(self) -> None:
        """The first two were read; what is behind has no points."""
        estimate = PassingInserted(at(31.4), 2, estimated=True)
        story = self.FIRST + self.BOTH.replace("0:31.1 2   0:31.3 2'", "")
        assert doubts(told(story + "\nread 1: 1 2", estimate)) == ()


class TestBlind:
    """The line saw nobody for more than a lap."""

    STORY = (
        race_of(6, without=", ".join(f"{s // 60}:{s % 60:02}.0 {b}" for s, b in
                                     [(156, 1), (157, 2), (158, 3), (159, 4), (160, 5), (187, 1), (188, 2)]))
    )  # fmt: skip
    """Nobody was seen at the end of lap 5, nor were 1 and 2 at the finish."""

    def test_nobody_is_off_the_ice_for_not_being_seen(self) -> None:
        """When the others are put right, 1 and 2 are asked for, and no mark is proposed: they may have won."""
        race = told(self.STORY, *(PassingInserted(at(155 + bib), bib, estimated=True) for bib in (3, 4, 5)))
        silent = [doubt for doubt in doubts(race) if doubt.kind is Question.SILENT]
        assert [(doubt.bib, doubt.proposal) for doubt in silent] == [(1, None), (2, None)]
        assert silent[0].says == (
            "1 Skater 1 was last seen at 2:05.00, at the end of lap 4, and the front has done 6 laps, "
            "but the line saw nobody from 2:09.00 to 3:09.00"
        )

    def test_who_is_read_ahead_is_not_lapped(self) -> None:
        """The photo finish has 1 and 2 first; the passings call them lapped: accepted, they are not."""
        words = [PassingInserted(at(155 + bib), bib, estimated=True) for bib in (3, 4, 5)]
        read = OrderRead(6, (1, 2, 3, 4, 5))
        found = [
            one for one in doubts(told(self.STORY, *words, read)) if one.kind is Question.AHEAD_THOUGH_LAPPED
        ]
        assert [(doubt.bib, doubt.proposal) for doubt in found] == [
            (bib, LappedLifted(bib, "read ahead of skaters who were not lapped")) for bib in (1, 2)
        ]
        assert found[0].says == "1 Skater 1 counts as lapped, but was read ahead of 5 Skater 5 at the finish"
        lifted = told(self.STORY, *words, read, *(doubt.proposal for doubt in found if doubt.proposal))
        assert Question.AHEAD_THOUGH_LAPPED not in kinds(lifted)
        assert lifted.rides[1].irm is None
