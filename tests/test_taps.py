"""Taps at the line: one crossing is one crossing, and a race told by nothing else is a whole race."""

import msgspec
import pytest

from lastlap.board import board
from lastlap.doubts import Question, doubts
from lastlap.events import (
    CrossingTapped,
    Event,
    GunFired,
    LapGained,
    LappedCalled,
    LapsCut,
    MarkGiven,
    OrderRead,
    Passing,
    PassingMoved,
    PassingRestored,
    PassingStruck,
    Record,
    RecordRetracted,
    StartListPosted,
    TransponderAssigned,
)
from lastlap.gaps import behind
from lastlap.race import Lap, NoLap, Race, Status
from lastlap.ranking import standings
from lastlap.refusal import refusal
from lastlap.rulebook import IRM, Lapped, NeutralLap, Ranking
from lastlap.times import SECOND, Duration, Instant, clock
from story import RULES, ranks, starter, told

THREE = """laps 3; sprint 1: 3 2 1; sprint 3: 60 40 20
0:31.0 3   0:31.2 1   0:31.5 2
1:02.0 1   1:02.1 2   1:02.9 3
1:33.0 1   1:33.4 2   1:35.0 3
"""


def at(seconds: float) -> Instant:
    """A moment, in seconds on the clock of the story."""
    return Instant(round(seconds * SECOND))


def tapped(events: str, *more: Event, first: str = "laps 3; sprint 1: 3 2 1; sprint 3: 60 40 20") -> Race:
    """A race told by taps, as in `31.0 3, 31.2 1 1`: the moment, the bib and perhaps the lap."""
    lines = [f"tap {int(float(moment)) // 60}:{float(moment) % 60:06.3f} {rest}"
             for moment, rest in (tap.split(maxsplit=1) for tap in events.split(", "))]  # fmt: skip
    return told("\n".join([first, *lines]), *more)


def verdict(race: Race, number: int) -> object:
    """The verdict on a record; of a lap its number and whose."""
    found = race.verdicts[number]
    return (found.number, found.bib) if isinstance(found, Lap) else found


def by(pad: str, *taps: CrossingTapped, story: str) -> Race:
    """The race of a story, with *taps* on one *pad* and on no other."""
    return _with_pads(story, [(pad, tap) for tap in taps])


def _with_pads(story: str, taps: list[tuple[str, CrossingTapped]]) -> Race:
    race = told(story)
    for number, (pad, tap) in enumerate(taps, 1000):
        race.tell(Record(number, tap, "story", pad))
    return race


class TestOneCrossing:
    """What is seen of a skater within a few seconds is one crossing."""

    @pytest.mark.parametrize("moment", ["0:26.1", "0:30.2", "0:31.0", "0:31.4", "0:35.9"])
    def test_a_tap_and_a_passing_are_one(self, moment: str) -> None:
        """The tap lies before or behind the passing, in time and in the log: the time is the transponder's."""
        for lines in (f"0:31.0 3\ntap {moment} 3", f"tap {moment} 3\n0:31.0 3"):
            race = told(f"laps 2\n{lines}")
            assert set(race.verdicts.values()) == {Lap(1, 3, at(31)), NoLap.SEEN_TOO}

    def test_asked_in_between(self) -> None:
        """The tap ended the lap until the passing came in."""
        race = told("laps 2\ntap 0:30.4 3")
        assert race.verdicts == {3: Lap(1, 3, at(30.4))}
        race.tell(Record(4, Passing(at(31), "T3")))
        assert race.verdicts == {3: NoLap.SEEN_TOO, 4: Lap(1, 3, at(31))}

    def test_too_far_apart(self) -> None:
        """Six seconds later it is no longer the same crossing, and no lap either."""
        assert verdict(told("laps 2\n0:31.0 3\ntap 0:37.0 3"), 4) is NoLap.TOO_SOON

    def test_two_pads_are_one_crossing(self) -> None:
        """The earlier of two taps counts; a third one hangs on to the second."""
        race = tapped("31.4 3, 31.0 3, 35.5 3")
        assert [verdict(race, number) for number in (3, 4, 5)] == [
            NoLap.TAPPED_AGAIN,
            (1, 3),
            NoLap.TAPPED_AGAIN,
        ]
        assert race.ended(3, 1) == at(31)

    def test_an_insertion_is_as_good_as_a_passing(self) -> None:
        """Whoever inserted it gave a moment with care."""
        race = told("laps 2\ntap 0:31.9 3\ninsert 0:31.0 3")
        assert (verdict(race, 3), verdict(race, 4)) == (NoLap.SEEN_TOO, (1, 3))

    def test_others_and_other_loops_are_other_crossings(self) -> None:
        """2 crosses with 3, and 3 is on the back straight at no such moment: taps of 3 end a lap of 3."""
        race = told("laps 2\n0:31.0 2\ntap 0:31.1 3", Passing(at(31.2), "T3", loop="BACK"))
        assert verdict(race, 4) == (1, 3)

    def test_a_struck_passing_leaves_the_tap(self) -> None:
        """A ghost is struck: then the tap is all that tells of the crossing, until the ghost is restored."""
        story = "laps 2\n0:31.0 3\ntap 0:31.4 3"
        assert verdict(told(story, PassingStruck(3)), 4) == (1, 3)
        assert verdict(told(story, PassingStruck(3), PassingRestored(3)), 4) is NoLap.SEEN_TOO

    def test_a_late_owner(self) -> None:
        """The stranger's passing turns out to be of 3: the tap and the passing become one."""
        race = told("laps 2\n0:31.0 ?X\ntap 0:31.4 3")
        assert verdict(race, 4) == (1, 3)
        assert (
            verdict(told("laps 2\n0:31.0 ?X\ntap 0:31.4 3", TransponderAssigned("X", 3)), 4) is NoLap.SEEN_TOO
        )

    def test_a_tap_is_struck_moved_and_retracted(self) -> None:
        """The wrong bib was tapped: it is struck, or it was 2, or it was never said."""
        story = "laps 2\ntap 0:31.4 3\ntap 0:31.6 2"
        assert verdict(told(story, PassingStruck(3)), 3) is NoLap.STRUCK
        assert verdict(told(story, PassingMoved(3, bib=2)), 3) == (1, 2)
        assert verdict(told(story, PassingMoved(3, at=at(32))), 3) == (1, 3)
        assert set(told(story, RecordRetracted(3)).verdicts) == {4}

    def test_the_window_is_a_field_of_the_rulebook(self) -> None:
        """A club that taps slowly may allow nine seconds."""
        slow = msgspec.structs.replace(RULES, timing=msgspec.structs.replace(RULES.timing, tap=9.0))
        assert verdict(told("laps 2\n0:31.0 3\ntap 0:39.0 3", base=slow), 4) is NoLap.SEEN_TOO

    def test_nobody_of_that_number(self) -> None:
        """9 was taken off the start list after the tap."""
        posted = StartListPosted((starter(3),))
        assert verdict(told("laps 2\n0:31.0 3\ntap 0:31.5 9", posted), 4) is NoLap.UNKNOWN_TRANSPONDER


class TestToldByTaps:
    """Races without any transponders."""

    def test_every_crossing_tapped(self) -> None:
        """Nobody names a lap: each tap ends the next one, and all is as with transponders."""
        taps = THREE.splitlines()[1:]
        race = tapped(", ".join(f"{60 * int(t[0]) + float(t[2:])} {bib}" for line in taps
                                for t, bib in [one.split() for one in line.split("   ")]))  # fmt: skip
        assert race.status is Status.FINISHED
        assert [(s.score.bib, s.score.total, s.score.time, s.why) for s in standings(race)] == [
            (s.score.bib, s.score.total, s.score.time, s.why) for s in standings(told(THREE))
        ]

    SPRINTS = "31.0 3 1, 31.2 1 1, 31.5 2 1, 93.0 1 3, 93.4 2 3, 95.0 3 3, 97.0 4 3"

    def test_the_sprints_and_the_finish_only(self) -> None:
        """Nobody saw lap 2, and nobody need have; 4 was tapped at the finish only."""
        race = tapped(self.SPRINTS)
        assert ranks(race) == "1 2 3 4"
        assert [s.score.total for s in standings(race)] == [62, 41, 23, 0]
        assert race.rides[1].crossings == [at(31.2), None, at(93)]
        assert [standings(race)[place].why for place in (0, 3)] == [
            "3 laps; 62 points: 2 at sprint 1, 60 at the finish",
            "3 laps; no points",
        ]
        assert race.status is Status.FINISHED
        assert doubts(race) == ()

    def test_laps_by_exception(self) -> None:
        """5 was lapped, 6 did two laps and left: two words, and the result is whole."""
        race = tapped(f"{self.SPRINTS}, 99.0 5 3", LappedCalled(5),
                      first="laps 3; sprint 1: 3 2 1; sprint 3: 60 40 20\nlaps 6 2\nmark 6 DNF")  # fmt: skip
        assert [(s.score.bib, s.score.laps, s.score.irm) for s in standings(race)[4:]] == [
            (5, 3, IRM.LAP),
            (6, 2, IRM.DNF),
        ]
        assert race.status is Status.FINISHED

    def test_the_finish_may_be_read_instead(self) -> None:
        """Taps at the sprint, an order at the finish: of whom nobody says otherwise has done all laps."""
        race = tapped("31.0 3 1, 31.2 1 1, 31.5 2 1", OrderRead(3, (1, 2)))
        assert [ride.done for ride in race.rides.values()] == [3, 3, 3]
        assert [s.score.total for s in standings(race)] == [62, 41, 3]

    def test_who_is_not_tapped_is_not_lapped(self) -> None:
        """3 was tapped at the first sprint and not at the second: nobody counted, so nobody knows."""
        five = "laps 5; sprint 1: 3 2 1; sprint 3: 3 2 1; sprint 5: 60 40 20"
        race = tapped("31.0 3 1, 31.2 1 1, 93.0 1 3, 93.4 2 3, 125.0 1 4", first=five)
        assert [ride.irm for ride in race.rides.values()] == [None, None, None]
        assert doubts(race) == ()

    def test_who_is_tapped_a_lap_down_is_lapped(self) -> None:
        """When 1 had ended lap 3, 3 was tapped at the end of lap 2."""
        assert tapped("31.0 3 1, 93.0 1 3, 96.0 3 2").rides[3].irm is IRM.LAP

    def test_a_neutral_lap_needs_no_tap(self) -> None:
        """Whoever is tapped at the end of lap 1 by its number has ended the neutral lap before."""
        neutral = msgspec.structs.replace(RULES, neutral_lap=NeutralLap(skated=True))
        race = told("laps 2\ntap 1:10.0 3 1\ntap 1:40.0 3", base=neutral)
        assert race.rides[3].crossings == [at(70), at(100)]

    def test_a_lap_gained_is_in_the_number(self) -> None:
        """3 gained a lap and is tapped with the group at the end of its lap 2."""
        race = tapped("31.0 3 1, 70.0 3 2", LapGained(3, at(50)))
        assert race.rides[3].laps == 2
        assert tapped("31.0 3, 70.0 3 3", LapGained(3, at(50), -1)).rides[3].laps == 3

    @pytest.mark.parametrize(
        ("taps", "why"),
        [
            ("31.0 3 1, 62.0 3 1", NoLap.LAP_KNOWN),
            ("31.0 3 1, 62.0 3 3", NoLap.TOO_SOON),
            ("93.0 3 3, 124.0 3 4", NoLap.AFTER_THE_FINISH),
            ("93.0 3 4", NoLap.AFTER_THE_FINISH),
            ("5.0 3 1", NoLap.TOO_SOON),
        ],
    )
    def test_what_cannot_be(self, taps: str, why: NoLap) -> None:
        """A lap twice, two laps in half a minute, a lap beyond the race."""
        assert list(tapped(taps).verdicts.values())[-1] is why

    def test_out_is_out(self) -> None:
        """Marked from 1:00 on; or taken out as lapped, until the tap tells that 2 was with the leader."""
        marked = tapped("31.0 3 1, 93.0 3 3", MarkGiven(3, IRM.DNF, since=at(60)))
        assert verdict(marked, 4) is NoLap.OUT
        remove = msgspec.structs.replace(RULES, lapped=Lapped("remove"))
        story = "laps 5\n0:31.0 1   0:32.0 2\n1:02.0 1\n1:33.0 1\n"
        assert verdict(told(f"{story}tap 1:34.0 2 2", base=remove), 7) is NoLap.OUT
        back = told(f"{story}tap 1:34.0 2 3\n2:05.0 2", base=remove)
        assert back.rides[2].crossings == [at(32), None, at(94), at(125)]

    def test_a_cut_race_ends_earlier(self) -> None:
        """Cut to two laps, a tap of lap 3 is beyond it."""
        assert verdict(tapped("62.0 3 2, 93.0 3 3", LapsCut(2)), 4) is NoLap.AFTER_THE_FINISH

    def test_a_false_start_is_tapped_for_nothing(self) -> None:
        """Before the gun no tap means anything."""
        assert verdict(tapped("31.0 3", GunFired(at(40))), 3) is NoLap.BEFORE_THE_GUN


class TestTapsAndTransponders:
    """One skater without a transponder, or a line that saw nothing for a while."""

    def test_one_without_a_transponder(self) -> None:
        """3 wears none and is tapped: the race is as if 3 wore one."""
        story = THREE.replace("0:31.0 3", "").replace("1:02.9 3", "").replace("1:35.0 3", "")
        race = told(f"{story}tap 0:31.0 3\ntap 1:02.9 3\ntap 1:35.0 3")
        assert [s.score for s in standings(race)] == [s.score for s in standings(told(THREE))]

    def test_a_told_lap_reaches_the_passing(self) -> None:
        """The loop missed 3 at the end of lap 2; a tap says that the next passing ended lap 3."""
        story = THREE.replace("1:02.9 3", "") + "tap 1:35.4 3 3"
        race = told(story)
        assert race.rides[3].crossings == [at(31), None, at(95)]
        assert ranks(race) == ranks(told(THREE))

    def test_who_leads_by_laps_unseen_laps_nobody(self) -> None:
        """The loop was dead; a judge tapped the leader at lap 3: nobody has been overtaken by that."""
        race = told("laps 5\n0:31.0 1   0:32.0 2\n1:33.0 1\ntap 1:33.2 1 3\n1:34.0 2")
        assert race.rides[1].laps == 3
        assert told("laps 5\n0:31.0 1   0:32.0 2\n1:33.0 1\ntap 1:33.2 1 3").rides[2].irm is None

    def test_a_wrong_number_does_not_move_a_skater(self) -> None:
        """3 was tapped at the end of lap 3 half a minute after lap 1: the passing ends lap 2, and that is a doubt."""
        race = told(f"{THREE}tap 1:03.0 3 3")
        assert ranks(race) == ranks(told(THREE))
        (doubt,) = doubts(race)
        assert (doubt.kind, doubt.bib, doubt.number) == (Question.TAPPED_AS_ANOTHER, 3, 12)
        assert (
            doubt.says
            == "3 Skater 3 was tapped at 1:03.00 at the end of lap 3, but that crossing ended lap 2"
        )
        assert doubt.proposal == PassingStruck(12, "tapped as another lap")
        assert doubts(told(f"{THREE}tap 1:03.0 3 3", doubt.proposal)) == ()

    def test_a_lap_tapped_twice(self) -> None:
        """Lap 2 was tapped at 1:02 and once more at 1:30."""
        (doubt,) = doubts(tapped("62.0 3 2, 90.0 3 2"))
        assert doubt.says == "3 Skater 3 was tapped at 1:30.00 at the end of lap 2, that had ended before"
        assert [doubt.kind for doubt in doubts(tapped("62.0 3 2, 63.0 3 1"))] == [Question.TAPPED_AS_ANOTHER]

    def test_who_is_tapped_by_laps_is_not_silent(self) -> None:
        """3 wears none and is tapped at the sprints only."""
        story = "laps 8\n" + "\n".join(
            f"{(31 * lap + bib) // 60}:{(31 * lap + bib) % 60:02}.0 {bib}"
            for lap in range(1, 6)
            for bib in (1, 2)
        )
        assert doubts(told(f"{story}\ntap 0:35.0 3 1")) == ()


class TestOrdersTapped:
    """The order of taps on a pad, beside the order of transponders and of other pads."""

    STORY = "laps 3; sprint 1: 3 2 1; sprint 3: 60 40 20\n0:31.0 3   0:31.2 1   0:31.5 2   0:31.9 4"

    def test_the_same_order_is_no_doubt(self) -> None:
        """Tapped late, but in the same order; and behind the points nobody asks."""
        taps = [CrossingTapped(at(32 + place), bib) for place, bib in enumerate((3, 1, 2, 4))]
        race = by("judge 1", *taps, story=self.STORY)
        assert race.tapped(1) == {"judge 1": (3, 1, 2, 4)}
        assert doubts(race) == ()
        last = "0:31.0 3   0:31.2 1   0:31.5 2   0:31.9 4   0:32.3 5"
        swapped = [CrossingTapped(at(33), 5), CrossingTapped(at(34), 4)]
        assert doubts(by("judge 1", *swapped, story=f"laps 3; sprint 1: 3 2 1\n{last}")) == ()

    def test_another_order_is_a_doubt(self) -> None:
        """The judge saw 1 before 3. Accepted, that order counts, and the times stay the transponders'."""
        race = by("judge 1", CrossingTapped(at(31.4), 1), CrossingTapped(at(31.8), 3), story=self.STORY)
        (doubt,) = doubts(race)
        assert (doubt.id, doubt.kind, doubt.lap, doubt.bib) == (
            "tapped:1:1-3",
            Question.TAPPED_OTHERWISE,
            1,
            1,
        )
        assert doubt.says == (
            "at the end of lap 1 judge 1 tapped 1, 3, and the order stands as 3, 1: look at the photo finish"
        )
        assert doubt.proposal == OrderRead(1, (1, 3), read_by="judge", why="as judge 1 tapped it")
        assert refusal(race, doubt.proposal) is None
        race.tell(Record(2000, doubt.proposal, "story"))
        assert doubts(race) == ()
        assert race.order(1) == (1, 3, 2, 4)
        assert (race.ended(1, 1), race.ended(3, 1)) == (at(31.2), at(31))

    def test_who_moves_into_the_points(self) -> None:
        """4 was tapped as third, behind 3 and 1 who were not tapped: 2 loses the point."""
        race = by("judge 1", CrossingTapped(at(32), 4), CrossingTapped(at(32.4), 2), story=self.STORY)
        (doubt,) = doubts(race)
        assert doubt.proposal == OrderRead(1, (3, 1, 4, 2), read_by="judge", why="as judge 1 tapped it")

    def test_two_pads_that_contradict_each_other(self) -> None:
        """No transponders: the earlier tap stands, the other pad is the doubt; two of one mind are one doubt."""
        taps = [("judge 1", 31.0, 3), ("judge 1", 31.4, 1), ("judge 2", 31.5, 1), ("judge 2", 31.9, 3)]
        pads = [(pad, CrossingTapped(at(moment), bib)) for pad, moment, bib in taps]
        (doubt,) = doubts(_with_pads("laps 3; sprint 1: 3 2 1\nread 3: 1 3", pads))
        assert doubt.proposal == OrderRead(1, (1, 3), read_by="judge", why="as judge 2 tapped it")
        third = [(pad.replace("2", "3"), tap) for pad, tap in pads[2:]]
        (both,) = doubts(_with_pads("laps 3; sprint 1: 3 2 1\nread 3: 1 3", [*pads, *third]))
        assert "judge 2 and judge 3 tapped 1, 3" in both.says

    def test_what_was_read_is_no_doubt(self) -> None:
        """The photo finish read the first two; only behind them is anything open."""
        swapped = [CrossingTapped(at(31.4), 1), CrossingTapped(at(31.8), 3)]
        assert doubts(by("", *swapped, story=f"{self.STORY}\nread 1: 3 1")) == ()
        behind_them = [CrossingTapped(at(32.4), 4), CrossingTapped(at(32.8), 2)]
        (doubt,) = doubts(by("", *behind_them, story=f"{self.STORY}\nread 1: 3 1"))
        assert doubt.proposal == OrderRead(1, (3, 1, 4, 2), read_by="judge", why="as an official tapped it")


class TestOrdersRead:
    """What is read overrides taps and transponders, as far as it goes."""

    def test_the_first_three_only_and_a_dead_heat(self) -> None:
        """The photo finish read 3, then 1 and 4 in a dead heat; 2 stays where the taps and passings have it."""
        story = "laps 1; sprint 1: 60 40 20 10\n0:31.0 1   0:31.2 2   0:31.5 3\ntap 0:31.3 4"
        race = told(story, OrderRead(1, (3, (1, 4))))
        assert race.order(1) == (3, 1, 4, 2)
        assert [(s.rank, s.score.bib, s.score.total) for s in standings(race)] == [
            (1, 3, 60),
            (2, 1, 40),
            (2, 4, 40),
            (4, 2, 10),
        ]

    def test_the_time_stays_the_transponders(self) -> None:
        """Without times read, 3 is first and has the later time; nobody is behind by less than nothing."""
        race = told("laps 1\n0:31.0 1   0:31.2 3", OrderRead(1, (3, 1)))
        assert [(s.score.bib, s.score.time) for s in standings(race)] == [(3, 31_200_000), (1, 31_000_000)]
        assert behind(race, 1) == {3: Duration(0), 1: Duration(0)}
        assert [(line.bib, line.behind) for line in board(race, "story", 1).standings] == [
            (3, "0.00"),
            (1, "0.00"),
        ]
        assert standings(race)[0].why.endswith(
            "ahead of Skater 1, who has the same points, in the order over the line"
        )

    def test_or_is_the_photo_finishs(self) -> None:
        """With times read, they count: in the ranking, on the board, and in the gaps."""
        times = {3: Duration(30_980_000), 1: Duration(30_991_000)}
        race = told("laps 1\n0:31.0 1   0:31.2 3\ntap 0:31.4 3", OrderRead(1, (3, 1), times))
        assert [clock(s.score.time, 3) for s in standings(race) if s.score.time] == ["30.980", "30.991"]
        assert behind(race, 1) == {3: Duration(0), 1: Duration(11_000)}
        assert [(line.bib, line.behind_us) for line in board(race, "story", 1).standings] == [
            (3, 0),
            (1, 11_000),
        ]
        assert race.ended(3, 1) == at(30.98)


class TestRefused:
    """What a pad may not say."""

    @pytest.mark.parametrize(
        ("tap", "why"),
        [
            (
                CrossingTapped(at(31), 9),
                "bib 9 is not on the start list: check the number, or post a new start list",
            ),
            (
                CrossingTapped(at(-1), 3),
                "at -1.00 on the clock the gun had not been fired: give a later moment",
            ),
            (CrossingTapped(at(31), 3, 4), "there is no lap 4: the race has laps 1 to 3"),
            (CrossingTapped(at(31), 3, 0), "there is no lap 0: the race has laps 1 to 3"),
            (CrossingTapped(at(31), 3, 3), None),
            (CrossingTapped(at(31), 3), None),
        ],
    )
    def test_what_cannot_be(self, tap: CrossingTapped, why: str | None) -> None:
        """Nobody of that number, before the gun, a lap that the race has not."""
        assert refusal(told(THREE), tap) == why

    def test_a_tap_is_an_officials_word(self) -> None:
        """It may be retracted, and struck."""
        race = told(f"{THREE}tap 1:35.2 3")
        assert refusal(race, RecordRetracted(12)) is None
        assert refusal(race, PassingStruck(12)) is None


def test_a_mark_of_lapped_voids_points_told_by_taps() -> None:
    """Under rules that void the points of who was lapped, they are void here too."""
    rules = msgspec.structs.replace(RULES, ranking=Ranking(void=(IRM.LAP,)))
    race = told("laps 2; sprint 1: 3 2 1; sprint 2: 60 40 20\ntap 0:31.0 3 1\ntap 1:02.0 1 2\ntap 1:05.0 3 2",
                LappedCalled(3), base=rules)  # fmt: skip
    assert [(s.score.bib, s.score.total) for s in standings(race)] == [(1, 60), (3, 0)]
