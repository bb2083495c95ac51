"""What a race makes of its log: verdicts, laps, orders, and officials' words."""

import msgspec
import pytest

from lastlap.events import (
    ClockCompared,
    DeviceReported,
    DoubtDismissed,
    Event,
    GunFired,
    IncidentNoted,
    LapGained,
    LappedLifted,
    LapsGiven,
    MarkGiven,
    MarkLifted,
    NeutralLapEnded,
    OrderRead,
    Passing,
    PassingInserted,
    PassingMoved,
    PassingRestored,
    PassingStruck,
    RaceFreed,
    RaceNeutralised,
    RacePlanned,
    RaceRestarted,
    RaceStopped,
    Record,
    RecordReinstated,
    RecordRetracted,
    ResultDeclared,
    ResultStatus,
    SkaterAdvanced,
    SkaterFell,
    StartListPosted,
    TransponderAssigned,
)
from lastlap.race import Lap, NoLap, Race, Status, replay
from lastlap.rulebook import IRM, Elimination, Lapped, NeutralLap
from lastlap.times import SECOND, Duration, Instant
from story import RULES, ranks, records, starter, told

THREE = """laps 3; sprint 1: 3 2 1; sprint 3: 60 40 20
0:31.0 3   0:31.2 1   0:31.5 2
1:02.0 1   1:02.1 2   1:02.9 3
1:33.0 1   1:33.4 2   1:35.0 3
"""


def at(seconds: float) -> Instant:
    """A moment, in seconds on the clock of the story."""
    return Instant(int(seconds * SECOND))


def lasting(seconds: float) -> Duration:
    """A time on the race clock, in seconds."""
    return Duration(int(seconds * SECOND))


def verdict(race: Race, number: int) -> str:
    """The verdict on a record, in words."""
    found = race.verdicts[number]
    return f"lap {found.number} of {found.bib}" if isinstance(found, Lap) else found.value


class TestVerdicts:
    """What a passing turns out to be."""

    def test_each_crossing_ends_a_lap(self) -> None:
        """Three skaters, three laps, nine passings: nine laps."""
        race = told(THREE)
        assert [verdict(race, number) for number in (3, 6, 11)] == ["lap 1 of 3", "lap 2 of 1", "lap 3 of 3"]
        assert race.status is Status.FINISHED

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("0:31.3 3'", NoLap.ECHO),
            ("0:33.9 3", NoLap.ECHO),
            ("0:45.0 3", NoLap.TOO_SOON),
            ("0:05.0 3", NoLap.EARLY),
            ("0:12.0 3", NoLap.TOO_SOON),
            ("0:40.0 ?X", NoLap.UNKNOWN_TRANSPONDER),
        ],
    )
    def test_what_ends_no_lap(self, line: str, reason: NoLap) -> None:
        """The other ankle, an echo, the grid, a stranger: none of them ends a lap."""
        log, rules = records(f"laps 3\n0:31.0 3\n{line}")
        assert replay(log, rules).verdicts[log[-1].number] is reason

    def test_after_the_finish(self) -> None:
        """Rolling out over the line once more changes nothing."""
        assert verdict(told(THREE + "2:10.0 1"), 12) == NoLap.AFTER_THE_FINISH.value

    def test_the_same_record_twice(self) -> None:
        """Told again, it changes nothing, not even its own verdict."""
        log, rules = records(THREE)
        race = replay([*log, *log], rules)
        assert race.verdicts == told(THREE).verdicts
        assert race.records == told(THREE).records

    def test_before_the_gun(self) -> None:
        """A passing before the gun, or with no gun at all, is no lap."""
        assert verdict(told("laps 2\ngun 1:00\n0:55.0 1"), 3) == NoLap.BEFORE_THE_GUN.value
        log = [Record(1, StartListPosted((starter(1),))), Record(2, Passing(at(40), "T1"))]
        assert replay(log, RULES).verdicts[2] is NoLap.BEFORE_THE_GUN

    def test_another_loop_ends_no_lap(self) -> None:
        """A loop on the back straight tells where skaters are, not that they ended a lap."""
        race = told("laps 2\n0:31.0 1", Passing(at(45), "T1", loop="BACK"))
        assert verdict(race, 4) == NoLap.OTHER_LOOP.value

    def test_a_strike_hands_the_lap_to_the_echo(self) -> None:
        """If the first passing is struck, the one of the other ankle ends the lap."""
        race = told("laps 2\n0:31.0 1  0:31.2 1'", PassingStruck(3, "a ghost"))
        assert verdict(race, 3) == NoLap.STRUCK.value
        assert race.verdicts[4] == Lap(1, 1, at(31.2))

    def test_a_strike_can_be_taken_back(self) -> None:
        """Struck, then restored: as if nothing had been said."""
        race = told(THREE, PassingStruck(3), PassingRestored(3))
        assert race.verdicts == told(THREE).verdicts

    def test_an_inserted_passing_counts(self) -> None:
        """A crossing that no device saw ends a lap as any other."""
        race = told("laps 2\n0:31.0 1\n1:33.0 1", PassingInserted(at(62), 1, "seen by the judge"))
        assert verdict(race, 5) == "lap 2 of 1"
        assert verdict(race, 4) == NoLap.AFTER_THE_FINISH.value

    def test_a_moved_passing_counts_where_it_was_moved(self) -> None:
        """An official says when it really was, and whose it was."""
        race = told("laps 2\n0:31.0 1\n0:32.0 ?X\n1:02.0 2", PassingMoved(4, at(31.5), 2))
        assert verdict(race, 4) == "lap 1 of 2"
        assert race.ended(2, 1) == at(31.5)
        assert race.ended(2, 2) == at(62)

    def test_a_passing_moved_in_time_keeps_its_skater(self) -> None:
        """Only the moment changes."""
        assert told("laps 2\n0:31.0 1", PassingMoved(3, at(30))).ended(1, 1) == at(30)

    def test_a_word_on_a_passing_may_come_before_it(self) -> None:
        """A log read in another order says the same."""
        log = [
            Record(1, StartListPosted((starter(1),))),
            Record(2, GunFired(at(0))),
            Record(4, PassingMoved(3, bib=1)),
            Record(3, Passing(at(31), "nobody's")),
        ]
        assert replay(log, RULES).rides[1].done == 1
        race = replay(log[:3], RULES)
        assert race.verdicts == {}
        race.tell(log[3])
        assert race.rides[1].done == 1


class TestTransponders:
    """Who wore what, and since when."""

    def test_a_number_worn_is_a_transponder_too(self) -> None:
        """A device that knows numbers tells `#2`; a list may give that to somebody else."""
        story = "laps 3\n0:31.0 1\n0:32.0 2"
        crossed = Passing(Instant(62 * SECOND), "#2")
        assert told(story, crossed).rides[2].done == 2
        assert told(story, crossed, TransponderAssigned("#2", 1)).rides[1].done == 2
        assert told(story, Passing(Instant(62 * SECOND), "#9")).verdicts[5] is NoLap.UNKNOWN_TRANSPONDER

    def test_assigned_late_the_past_finds_its_owner(self) -> None:
        """A spare transponder is told to the race after it was seen."""
        race = told(
            "laps 2\n0:31.0 1\n0:31.4 ?SPARE", TransponderAssigned("SPARE", 1), StartListPosted((starter(1),))
        )
        assert verdict(race, 4) == NoLap.ECHO.value

    def test_swapped_in_mid_race(self) -> None:
        """Before the swap the transponder was one skater's, after it another's."""
        race = told("laps 2\n0:31.0 1\n0:31.5 2\n1:02.0 1", TransponderAssigned("T1", 2, since=at(50)))
        assert [verdict(race, number) for number in (3, 5)] == ["lap 1 of 1", "lap 2 of 2"]

    def test_taken_from_everybody(self) -> None:
        """A transponder in a bag beside the track is nobody's."""
        race = told("laps 2\n0:31.0 1\n1:02.0 1", TransponderAssigned("T1", None))
        assert verdict(race, 3) == NoLap.UNKNOWN_TRANSPONDER.value

    def test_a_bib_that_does_not_start(self) -> None:
        """Assigned to a bib that is not on the start list, it is unknown."""
        race = told("laps 2\n0:31.0 1", TransponderAssigned("T1", 99))
        assert verdict(race, 3) == NoLap.UNKNOWN_TRANSPONDER.value


class TestClocks:
    """A device's clock is not the meet's."""

    STORY = "laps 3\n0:31.0 1  0:31.5 2\n1:02.0 1  1:02.1 2"

    @staticmethod
    def times(race: Race, bib: int) -> list[int | None]:
        """When *bib* ended each lap, in tenths of a second after the gun."""
        return [at and at // 100_000 for at in race.rides[bib].crossings]

    def test_its_passings_are_put_on_the_meets_clock(self) -> None:
        """The box is five seconds ahead, said after the fact; another device's passings stay."""
        race = told(
            self.STORY, ClockCompared("box", Duration(5 * SECOND)), ClockCompared("other", Duration(1))
        )
        assert self.times(race, 1) == [260, 570]

    def test_a_later_word_from_the_beginning_replaces_the_earlier(self) -> None:
        """The box was two seconds ahead all the time."""
        words = (ClockCompared("box", Duration(ahead * SECOND)) for ahead in (5, 2))
        assert self.times(told(self.STORY, *words), 1) == [290, 600]

    def test_a_word_from_a_passing_on_leaves_those_before_it(self) -> None:
        """Set three seconds ahead before its passing 2; passing 1, sent again later, was before that."""
        passings = (
            Passing(Instant(at * SECOND), "T1", source="box", number=n) for n, at in ((2, 65), (1, 31))
        )
        ahead = ClockCompared("box", Duration(3 * SECOND), since=2)
        race = told(
            "laps 3", StartListPosted((starter(1),)), ClockCompared("box", Duration(0)), ahead, *passings
        )
        assert self.times(race, 1) == [310, 620]

    def test_a_passing_that_came_before_a_word_from_later_on_is_told_by_the_first(self) -> None:
        """Nobody had compared the clock when it came."""
        first = ClockCompared("box", Duration(SECOND), since=9)
        race = told(self.STORY, first, ClockCompared("box", Duration(2 * SECOND), since=12))
        assert self.times(race, 2) == [305, 611]

    def test_a_word_from_a_passing_on_holds_since_the_device_counted_anew(self) -> None:
        """Set three seconds ahead before its passing 60; then it was switched off, and its passing 1 is later."""
        anew = DeviceReported("box", "restarted", "the device counts anew, from 1", first=1)
        told_so = (ClockCompared("box", Duration(0)), ClockCompared("box", Duration(3 * SECOND), since=60))
        race = told(
            "laps 3",
            StartListPosted((starter(1),)),
            Passing(at(31), "T1", source="box", number=59),
            *told_so,
            anew,
            Passing(at(65), "T1", source="box", number=1),
        )
        assert self.times(race, 1) == [310, 620]

    def test_a_comparison_can_be_taken_back(self) -> None:
        """Then the box's times stand as they came."""
        log, _ = records(self.STORY)
        word = ClockCompared("box", Duration(5 * SECOND))
        assert self.times(told(self.STORY, word, RecordRetracted(len(log) + 1)), 1) == [310, 620]

    def test_a_passing_is_judged_at_once_on_the_meets_clock(self) -> None:
        """Live or replayed, the same verdicts; and an official's moment is the meet's."""
        log, rulebook = records(self.STORY)
        numbered = enumerate([ClockCompared("box", Duration(5 * SECOND)), *(one.event for one in log)], 1)
        live = Race(rulebook)
        told_so = [Record(number, event, "story") for number, event in numbered]
        for record in told_so:
            live.tell(record)
            assert live.verdicts == replay(told_so[: record.number], rulebook).verdicts
        assert live.passing(4) == (26 * SECOND, "T1", 4, "FIN")
        assert live.passing(99) is None


class TestLapped:
    """Overtaken by the leader."""

    SLOW = "laps 4\n0:30 1  0:31 2\n1:00 1\n1:30 1  1:31 2\n2:00 1  2:02 2\n2:40 2\n"

    def test_the_leader_overtakes(self) -> None:
        """2 had not ended lap 2 when 1 ended lap 3."""
        race = told(self.SLOW)
        assert (race.rides[2].irm, race.rides[1].irm) == (IRM.LAP, None)
        assert race.rides[2].done == 4

    def test_under_the_old_rule_the_lapped_leave(self) -> None:
        """Passings after that end no lap any more."""
        race = told(self.SLOW, base=msgspec.structs.replace(RULES, lapped=Lapped("remove")))
        assert race.rides[2].done == 1
        assert verdict(race, 7) == NoLap.OUT.value
        assert not race.rides[2].riding

    def test_an_official_lifts_it(self) -> None:
        """A passing had been missed: the skater was never lapped."""
        assert told(self.SLOW, LappedLifted(2)).rides[2].irm is None

    def test_a_rulebook_may_not_care(self) -> None:
        """In a points race on a track nobody is marked for it."""
        assert (
            told(self.SLOW, base=msgspec.structs.replace(RULES, lapped=Lapped("ignore"))).rides[2].irm is None
        )

    def test_finishing_with_the_leader(self) -> None:
        """Under that rule the next crossing after the leader's finish is everybody's last."""
        base = msgspec.structs.replace(RULES, lapped=Lapped("finish with leader"))
        race = told("laps 3\n0:30 1 0:31 2\n1:00 1\n1:30 1 1:32 2\n2:10 2", base=base)
        assert race.rides[2].done == 2
        assert race.rides[2].finished
        assert verdict(race, 8) == NoLap.AFTER_THE_FINISH.value
        assert race.order(3) == (1,)

    def test_a_lapped_skater_takes_no_place_at_the_finish(self) -> None:
        """Over the line right behind the winner, a lap down: the points go to those who did the distance."""
        base = msgspec.structs.replace(RULES, lapped=Lapped("finish with leader"))
        story = """laps 3; sprint 3: 60 40 20
        0:31 1  0:31.1 2  0:40 3
        1:02 1  1:02.1 2
        1:33 1  1:33.4 3  1:34 2
        """
        assert told(story, base=base).order(3) == (1, 2)

    def test_an_order_that_was_read_does_not_unlap(self) -> None:
        """The points stay void when the finish is read without the lapped skater."""
        story = "laps 3\n0:31 1  0:40 2\n1:02 1\n1:33 1\n1:41 2\n2:20 2\n"
        assert told(story).rides[2].irm is IRM.LAP
        assert told(story + "read 3: 1 2").rides[2].irm is IRM.LAP

    def test_a_call_does_not_take_back_laps(self) -> None:
        """Called lapped under the old rule, what was skated before still counts."""
        base = msgspec.structs.replace(RULES, lapped=Lapped("remove"))
        story = "laps 4\n0:31 1  0:33 2\n1:02 1  1:06 2\n1:33 1\n"
        assert told(story + "lapped 2", base=base).rides[2].done == 2
        assert told(story + "mark 2 LAP", base=base).rides[2].done == 2

    def test_a_late_first_passing_tells_of_the_whole_race(self) -> None:
        """Seen for the first time when the leader ended three laps: lapped."""
        assert told("laps 4\n0:31 1\n1:02 1\n1:33 1\n1:40 2").rides[2].irm is IRM.LAP

    def test_nobody_is_lapped_whom_no_passing_tells_of(self) -> None:
        """A skater without transponder rides on."""
        assert told("laps 4\n0:31 1\n1:02 1\n1:33 1\nread 1: 1 2").rides[2].irm is None


class TestMarks:
    """The referee's decisions on skaters."""

    def test_out_since_a_moment(self) -> None:
        """Rolling over the line after giving up is no lap."""
        race = told(THREE, MarkGiven(3, IRM.DNF, since=at(90)))
        assert verdict(race, 11) == NoLap.OUT.value
        assert race.rides[3].done == 2

    def test_given_and_lifted(self) -> None:
        """Taken back, the skater is in the race again."""
        race = told(THREE, MarkGiven(1, IRM.DSQ, "T25"), MarkLifted(1))
        assert (race.rides[1].irm, race.mark(1)) == (None, None)
        assert ranks(race) == "1 2 3"

    def test_the_code_of_the_rule_is_kept(self) -> None:
        """A decision names its rule."""
        mark = told(THREE, MarkGiven(1, IRM.DSQ, "T25")).mark(1)
        assert mark is not None
        assert mark.rule == "T25"

    def test_retracting_a_decision_undoes_it(self) -> None:
        """Whatever an official said can be taken back, and said again."""
        mark = MarkGiven(1, IRM.DSQ)
        assert told(THREE, mark, RecordRetracted(12)).rides[1].irm is None
        assert told(THREE, mark, RecordRetracted(12), RecordReinstated(12)).rides[1].irm is IRM.DSQ
        assert told(THREE, mark, RecordRetracted(12), RecordRetracted(13)).rides[1].irm is IRM.DSQ


class TestByOrders:
    """A race without any transponder, told by people."""

    STORY = "laps 8; sprint 4: 5 3 1; sprint 8: 60 40 20\nread 4: 7 3 12\nread 8: 3 12 7 1 5\nlapped 9\nlaps 8 6\n"

    def test_orders_alone_make_a_result(self) -> None:
        """Sprint, finish, one lapped, one who did six laps."""
        race = told(self.STORY)
        assert race.status is Status.FINISHED
        assert ranks(race) == "3 12 7 1 5 9 8"

    def test_laps_are_told_by_exception(self) -> None:
        """Everybody of whom nobody says otherwise did the whole race."""
        race = told(self.STORY)
        assert [race.rides[bib].done for bib in (1, 8, 9)] == [8, 6, 8]

    def test_before_the_finish_laps_are_those_of_the_last_order(self) -> None:
        """After the first sprint the three who were read have done four laps."""
        race = told("laps 8; sprint 4: 5 3 1\nread 4: 7 3 12\nlapped 9")
        assert [race.rides[bib].done for bib in (7, 9)] == [4, 0]
        assert race.status is Status.RUNNING

    def test_without_a_gun_the_orders_tell_that_it_runs(self) -> None:
        """Nobody has to press a button at the start."""
        log = [Record(1, StartListPosted((starter(1), starter(2)))), Record(2, OrderRead(1, (1, 2)))]
        assert replay(log[:1], RULES).status is Status.READY
        assert replay(log, msgspec.structs.replace(RULES, laps=2)).status is Status.RUNNING

    def test_times_are_welcome(self) -> None:
        """A stopwatch gives a time to whom it was read for."""
        race = told("laps 2\nread 2: 1 2", OrderRead(2, (1, 2), {1: lasting(62)}))
        assert (race.rides[1].time, race.rides[2].time) == (62 * SECOND, None)
        assert race.ended(1, 2) == at(62)

    def test_a_skater_who_gave_up_has_the_laps_that_were_read(self) -> None:
        """Marked DNF, the finish does not give the whole race."""
        assert told("laps 8\nread 4: 1 2\nread 8: 1\nmark 2 DNF").rides[2].done == 4

    def test_passings_and_orders_mix(self) -> None:
        """One skater without transponder in a race with transponders: laps are not guessed."""
        race = told("laps 2\n0:31 1\n1:02 1\nread 2: 2 1\nlapped 3")
        assert [race.rides[bib].done for bib in (1, 2, 3)] == [2, 2, 0]
        assert race.order(2) == (2, 1)


class TestOrders:
    """Who crossed before whom."""

    def test_what_people_read_goes_first(self) -> None:
        """The first three are read; behind them the transponders tell."""
        race = told(THREE, OrderRead(1, (1, 3)))
        assert race.order(1) == (1, 3, 2)
        assert race.order(1, 2) == (1, 3)
        assert race.read(1) == (1, 3)

    def test_a_dead_heat(self) -> None:
        """Bibs in brackets of their own cannot be told apart."""
        race = told(THREE, OrderRead(1, ((1, 3), 2)))
        assert (race.order(1), race.ties(1)) == ((1, 3, 2), ((1, 3),))
        assert race.ties(2) == ()

    def test_the_last_reading_counts(self) -> None:
        """A second look at the picture replaces the first."""
        assert told(THREE, OrderRead(1, (2,)), OrderRead(1, (1,))).order(1) == (1, 3, 2)

    def test_a_bib_that_is_no_longer_on_the_start_list_has_no_place(self) -> None:
        """A list posted anew without the skater."""
        race = told(THREE, OrderRead(1, (2, 1)), StartListPosted((starter(1), starter(3))))
        assert race.order(1) == (1, 3)

    def test_read_times_override(self) -> None:
        """The photo finish's time stands, and only for whom it was read."""
        race = told(THREE, OrderRead(3, (1, 2), {1: lasting(92.9)}))
        assert (race.rides[1].time, race.rides[2].time) == (lasting(92.9), lasting(93.4))

    def test_laps_given_stand(self) -> None:
        """What an official says of somebody's laps and time is final."""
        race = told(THREE, LapsGiven(2, 2, lasting(70)))
        assert (race.rides[2].done, race.rides[2].time, race.rides[2].riding) == (2, lasting(70), False)


class TestPauses:
    """Stopped, restarted, neutralised, cut, and laps gained."""

    def test_stopped_and_restarted_with_laps_to_go(self) -> None:
        """Passings in between end no lap; then everybody has two laps to go."""
        race = told(
            "laps 4\n0:31 1  0:32 2\n1:02 1\n1:10 2\n2:31 1  2:32 2\n",
            RaceStopped(at(65), "ice broken"),
            RaceRestarted(at(120), laps_to_go=3),
        )
        assert verdict(race, 6) == NoLap.RACE_STOPPED.value
        assert [race.rides[bib].done for bib in (1, 2)] == [2, 2]
        assert (race.order(2), race.ended(1, 2)) == ((1, 2), at(151))

    def test_a_restart_leaves_those_who_are_out(self) -> None:
        """Who gave up before does not get the laps of the others."""
        race = told(
            "laps 4\n0:31 1 0:32 2\nmark 2 DNF", RaceStopped(at(65)), RaceRestarted(at(120), laps_to_go=2)
        )
        race.tell(Record(9, Passing(at(150), "T1")))
        assert [race.rides[bib].done for bib in (1, 2)] == [3, 1]
        assert race.ended(1, 2) is None

    def test_stopped_for_good(self) -> None:
        """Nothing counts after a stop that nobody lifts."""
        race = told("laps 3\n0:31 1\n1:02 1", RaceStopped(at(50)))
        assert (race.status, race.rides[1].done) == (Status.STOPPED, 1)

    def test_restarted_where_everybody_stands(self) -> None:
        """Without laps to go each skater goes on from their own lap."""
        race = told("laps 3\n0:31 1\n2:02 1", RaceStopped(at(40)), RaceRestarted(at(60)))
        assert (race.status, race.rides[1].done) == (Status.RUNNING, 2)

    def test_neutralised_laps_do_not_count(self) -> None:
        """Until the race is freed, unless the referee says that they count."""
        story = "laps 4\n0:31 1\n1:02 1\n1:33 1\n"
        assert told(story, RaceNeutralised(at(40)), RaceFreed(at(80))).rides[1].done == 2
        assert told(story, RaceNeutralised(at(40), counted=True), RaceFreed(at(80))).rides[1].done == 3
        assert told(story, RaceNeutralised(at(40))).status is Status.NEUTRALISED

    def test_neutralised_then_stopped(self) -> None:
        """Both spans count."""
        words = (RaceNeutralised(at(50)), RaceStopped(at(70)), RaceRestarted(at(80)))
        race = told("laps 4\n0:31 1\n1:02 1\n1:15 1\n1:50 1", *words)
        assert [verdict(race, number) for number in (4, 5)] == [
            NoLap.NEUTRALISED.value,
            NoLap.RACE_STOPPED.value,
        ]

    def test_a_restart_acts_at_once(self) -> None:
        """Nobody has to cross the line before the laps are right; a passing from before it still finds its place."""
        race = told("laps 4\n0:31 1\n1:02 1", RaceStopped(at(65)), RaceRestarted(at(120), laps_to_go=3))
        assert race.rides[1].done == 1
        race.tell(Record(7, Passing(at(64), "T1'")))
        assert (race.rides[1].done, race.verdicts[7]) == (1, NoLap.ECHO)

    def test_cut_short(self) -> None:
        """The finish is where the referee puts it."""
        race = told("laps 4; sprint 2: 3 2 1; sprint 4: 60 40 20\n0:31 1\n1:02 1\ncut 2")
        assert (race.laps, race.tables) == (2, {2: (60, 40, 20)})
        assert race.rides[1].finished

    def test_cut_below_an_order_that_was_read(self) -> None:
        """Nobody did more laps than the race has."""
        assert told("laps 4\nread 3: 1 2\nread 2: 2 1\ncut 2").rides[1].done == 2

    def test_a_lap_gained_is_skated_once_more(self) -> None:
        """Having caught the main group, the skater's next crossing is the group's lap, not a further one."""
        race = told("laps 5\n0:31 1\n1:00 1\n1:30 1\n2:00 1", LapGained(1, at(65)))
        assert verdict(race, 5) == NoLap.LAP_GAINED.value
        assert (race.rides[1].done, race.gained) == (3, {1: 1})

    def test_a_lap_lost_is_given(self) -> None:
        """Back in the group a lap down, the skater's laps are the group's."""
        race = told("laps 5\n0:31 1\n1:10 1", LapGained(1, at(65), -1))
        assert race.rides[1].done == 3
        assert race.ended(1, 2) is None


class TestNeutralLap:
    """The lap on which the group stays together."""

    BASE = msgspec.structs.replace(RULES, neutral_lap=NeutralLap(skated=True))

    def test_the_clock_starts_when_it_ends(self) -> None:
        """Crossings at its end are no laps; the time runs from the second shot."""
        race = told("laps 1\n0:36 1\n1:06 1", NeutralLapEnded(at(35.5)), base=self.BASE)
        assert verdict(race, 3) == NoLap.NEUTRAL_LAP.value
        assert (race.start, race.rides[1].time) == (at(35.5), lasting(30.5))

    def test_nobody_pressed_the_button(self) -> None:
        """Without the second shot each skater's first crossing ends the neutral lap."""
        race = told("laps 1\n0:03 1\n0:36 1\n1:06 1", base=self.BASE)
        assert [verdict(race, number) for number in (3, 4, 5)] == ["the neutral lap"] * 2 + ["lap 1 of 1"]

    def test_counted_it_is_an_ordinary_lap(self) -> None:
        """Some rulebooks count it as one of the laps."""
        base = msgspec.structs.replace(RULES, neutral_lap=NeutralLap(skated=True, counted=True))
        assert told("laps 2\n0:36 1", base=base).rides[1].done == 1

    def test_timed_the_clock_starts_at_the_gun(self) -> None:
        """A rulebook may let the clock run."""
        base = msgspec.structs.replace(RULES, neutral_lap=NeutralLap(skated=True, timed=True))
        race = told("laps 1\n0:36 1\n1:06 1", NeutralLapEnded(at(35.5)), base=base)
        assert race.rides[1].time == lasting(66)


class TestElimination:
    """The last over the line are out."""

    BASE = msgspec.structs.replace(RULES, elimination=Elimination(first=1, every=1, out=1))

    def test_one_a_lap(self) -> None:
        """Each lap the last one is out; a later crossing of theirs ends no lap."""
        story = "laps 3\n0:30 1  0:31 2  0:32 3\n1:00 1  1:01 2  1:02 3\n1:30 2  1:31 1\n"
        race = told(story, base=self.BASE)
        assert verdict(race, 8) == NoLap.OUT.value
        assert [race.rides[bib].done for bib in (1, 2, 3)] == [3, 2, 1]
        assert ranks(race) == "1 2 3"


class TestQuestions:
    """What else can be asked of a race."""

    def test_nothing_is_known_at_first(self) -> None:
        """An empty log is a planned race without rules."""
        race = Race()
        assert (race.status, race.phase, race.laps, race.front, race.latest) == (
            Status.PLANNED,
            "",
            1,
            0,
            None,
        )
        assert race.planned is None

    def test_the_plan_brings_the_rules(self) -> None:
        """A planned race needs no rulebook from elsewhere."""
        race = replay([Record(1, RacePlanned("w", "semi-final", "Women's semi-final 1", RULES, 1))])
        assert (race.rulebook, race.phase) == (RULES, "semi-final")

    def test_how_far_it_is(self) -> None:
        """The leader's laps and the latest lap's end."""
        race = told("laps 3\n0:31 1  0:32 2\n1:02 1")
        assert (race.front, race.latest, race.rides[1].riding) == (2, at(62), True)

    def test_what_was_said(self) -> None:
        """Incidents, advancements and declarations in the order of the log; injuries stay with them."""
        words: list[Event] = [
            SkaterFell(1, 2, "first bend"),
            IncidentNoted("pushed", (1, 2)),
            SkaterAdvanced(2, "257.4.5"),
            ResultDeclared(ResultStatus.UNOFFICIAL),
        ]
        race = told(THREE, *words)
        assert race.incidents == tuple(words[:2])
        assert [one.bib for one in race.said(SkaterAdvanced)] == [2]
        assert race.status is Status.UNOFFICIAL
        assert len(race.records) == 6
        assert race.said(ResultDeclared) == (words[3],)

    def test_a_passing_can_be_looked_up(self) -> None:
        """Its moment, its transponder, its loop."""
        race = told(THREE)
        assert race.passing(3) == (at(31), "T3", 3, "FIN")
        assert race.passing(99) is None

    def test_no_time_without_a_gun(self) -> None:
        """Laps that people give stand without any clock."""
        log = [Record(1, StartListPosted((starter(1),))), Record(2, OrderRead(1, (1,), {1: Duration(5)}))]
        race = replay(log, RULES)
        assert (race.ended(1, 1), race.start, race.said(DoubtDismissed)) == (None, None, ())
