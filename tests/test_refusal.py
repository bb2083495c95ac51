"""Why an official's event may not be appended: one sentence that names the thing and the way out."""

from typing import get_args

import pytest

from lastlap.events import (
    ConditionsNoted,
    DoubtDismissed,
    EntryWithdrawn,
    Event,
    GunFired,
    IncidentNoted,
    LapGained,
    LappedLifted,
    LapsCut,
    LapsGiven,
    MarkGiven,
    MarkLifted,
    NoteMade,
    OrderRead,
    Passing,
    PassingInserted,
    PassingMoved,
    PassingRestored,
    PassingStruck,
    RaceArmed,
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
    SkatersCalled,
    StartListPosted,
    TransponderAssigned,
)
from lastlap.race import Race, Status, replay
from lastlap.refusal import REASONS, refusal
from lastlap.rulebook import IRM, Format, Rulebook
from lastlap.startlist import Skater, Starter
from lastlap.times import SECOND, Duration, Instant
from story import starter, told

RUNNING = """laps 3
0:31.0 1   0:31.2 2   0:31.5 3
1:02.0 1   1:02.1 2
"""
"""Records 1 and 2 are the start list and the gun, 3 to 7 are passings; 3 has yet to end lap 2."""

FINISHED = RUNNING + "1:02.5 3\n1:33.0 1   1:33.4 2   1:35.0 3\n"

LAPPED = "laps 4\n0:31.0 1   0:31.2 2\n1:02.0 1\n1:33.0 1\n"
"""1 has ended three laps, 2 one: 2 is lapped."""


def at(seconds: float) -> Instant:
    """A moment, in seconds on the clock of the story."""
    return Instant(round(seconds * SECOND))


def declared(status: ResultStatus, note: str = "") -> ResultDeclared:
    """The referee's word on the result."""
    return ResultDeclared(status, note)


def semi_final(*, may_advance: bool = True) -> RacePlanned:
    """A semi-final, under rules that let the referee advance skaters or not."""
    rules = Rulebook("story", "The rules of a story", laps=3, format=Format(referee_may_advance=may_advance))
    return RacePlanned("women", "semi-final", "Semi-final 1", rules)


def test_every_event_stands_in_the_table() -> None:
    """Whoever thinks of a new event must say by what it can be refused."""
    assert set(REASONS) == set(get_args(Event))


@pytest.mark.parametrize("story", [RUNNING, FINISHED, "laps 3"])
@pytest.mark.parametrize(
    "event",
    [
        Passing(at(99), "nobody's"),
        Passing(at(-99), "T1"),
        NoteMade("a seagull on the ice"),
        ConditionsNoted(ice_c=-5.5),
        DoubtDismissed("close:3:1-2"),
    ],
)
def test_some_events_are_never_refused(story: str, event: Event) -> None:
    """What a device says is a fact about the device, and a note harms nobody."""
    assert refusal(told(story), event) is None


def test_what_concerns_the_meet_is_not_said_of_a_race() -> None:
    """A withdrawal from the competition is no event of one race."""
    why = refusal(told(RUNNING), EntryWithdrawn("women", "s1"))
    assert why == "this concerns the meet or a competition, not one race: say it of the meet"


class TestBibs:
    """Whoever is named must be on the start list."""

    @pytest.mark.parametrize(
        "event",
        [
            TransponderAssigned("X", 9),
            PassingInserted(at(93), 9),
            PassingMoved(3, bib=9),
            OrderRead(3, (1, (2, 9))),
            LapsGiven(9, 2),
            LapGained(9, at(93)),
            IncidentNoted("a collision", (1, 9)),
            SkaterFell(9),
            SkaterFell(1, brought_down_by=9),
            MarkGiven(9, IRM.DNF),
            MarkLifted(9),
            LappedLifted(9),
            SkaterAdvanced(9),
        ],
    )
    def test_a_bib_that_nobody_wears(self, event: Event) -> None:
        """There is no 9: the number was misread, or the start list is old."""
        why = refusal(told(RUNNING), event)
        assert why == "bib 9 is not on the start list: check the number, or post a new start list"

    def test_several_bibs_that_nobody_wears(self) -> None:
        """All of them are named at once."""
        why = refusal(told(RUNNING), IncidentNoted("a collision", (8, 1, 9)))
        assert why == "bibs 8, 9 are not on the start list: check the number, or post a new start list"

    @pytest.mark.parametrize(
        "event",
        [
            TransponderAssigned("X", 3),
            TransponderAssigned("X", None),
            IncidentNoted("a collision", (1, 2)),
            IncidentNoted("the lights went out"),
            SkaterFell(1, brought_down_by=2),
            MarkGiven(1, IRM.DNF),
        ],
    )
    def test_bibs_that_are_worn(self, event: Event) -> None:
        """A transponder may also belong to nobody, and an incident concern nobody."""
        assert refusal(told(RUNNING), event) is None


class TestTheStart:
    """Start lists and the gun."""

    def test_a_start_list_with_flaws(self) -> None:
        """Two skaters with bib 1 cannot both start."""
        why = refusal(Race(), StartListPosted((starter(1), starter(1))))
        assert why is not None
        assert why.startswith("bib 1 stands on the start list 2 times: give each its own; skater s1 stands")

    def test_a_new_start_list_during_the_race_needs_a_reason(self) -> None:
        """Before the gun a list may be changed freely, afterwards somebody will ask why."""
        posted = StartListPosted((starter(1), starter(2)))
        assert refusal(Race(), posted) is None
        assert refusal(told("laps 3", posted, RecordRetracted(2)), posted) is None
        assert refusal(told(RUNNING), posted) == "the race has begun: say why its start list changes"
        assert refusal(told(RUNNING), StartListPosted(posted.starters, "3 was listed by mistake")) is None

    def test_a_race_whose_result_is_official_is_not_armed(self) -> None:
        """Whoever arms it has taken the wrong race; before that, also a race without a start list is armed."""
        official = told(FINISHED, ResultDeclared(ResultStatus.OFFICIAL))
        assert refusal(official, RaceArmed(at(200))) == (
            "the result is official, so nothing is to be timed any more: arm the next race"
        )
        assert refusal(told(RUNNING), RaceArmed(at(0))) is None
        assert refusal(Race(), RaceArmed(at(0))) is None

    def test_skaters_are_called_before_the_gun_and_not_after(self) -> None:
        """And somebody has to be on the start list."""
        assert refusal(Race(), SkatersCalled(at(0))) == (
            "there is no start list: post it before the gun is fired"
        )
        listed = replay([Record(1, StartListPosted((Starter(1, Skater("a", "A", "NED")),)))])
        assert refusal(listed, SkatersCalled(at(0))) is None
        assert refusal(told(RUNNING), SkatersCalled(at(50))) == (
            "the race has begun: nobody is called to the start any more"
        )

    def test_no_gun_without_a_start_list(self) -> None:
        """Somebody has to stand on the ice."""
        why = refusal(Race(), GunFired(at(0)))
        assert why == "there is no start list: post it before the gun is fired"
        assert refusal(told(RUNNING), GunFired(at(5))) is None


class TestPassings:
    """Inserting, striking, restoring and moving."""

    def test_no_passing_before_the_gun(self) -> None:
        """Nobody ends a lap before the race has begun."""
        assert refusal(told(RUNNING), PassingInserted(at(93), 3)) is None
        early = refusal(told("laps 3\ngun 1:00\n1:31.0 1"), PassingInserted(at(57.5), 1))
        assert early == "at -2.50 on the clock the gun had not been fired: give a later moment"
        ungunned = refusal(told("laps 3\nread 1: 1 2", RecordRetracted(2)), PassingInserted(at(31), 1))
        assert ungunned == "the gun has not been fired, so nobody can have ended a lap: fire it first"

    @pytest.mark.parametrize("event", [PassingStruck, PassingRestored, PassingMoved])
    def test_the_number_must_be_that_of_a_passing(self, event: type[PassingStruck]) -> None:
        """Record 2 is the gun, and there is no record 99."""
        assert (
            refusal(told(RUNNING), event(2)) == "record 2 is no passing: what an official said is retracted"
        )
        missing = refusal(told(RUNNING), event(99))
        assert missing == "this race has no record 99: look up the number of the passing"

    def test_a_passing_is_struck_once(self) -> None:
        """A second strike would change nothing; after a restoration it is possible again."""
        assert refusal(told(RUNNING), PassingStruck(3)) is None
        struck = told(RUNNING, PassingStruck(3))
        assert refusal(struck, PassingStruck(3)) == "passing 3 is struck already: there is nothing to do"
        assert refusal(told(RUNNING, PassingStruck(3), PassingRestored(3)), PassingStruck(3)) is None

    def test_only_what_is_struck_is_restored(self) -> None:
        """There is nothing to take back."""
        assert refusal(told(RUNNING, PassingStruck(3)), PassingRestored(3)) is None
        why = refusal(told(RUNNING), PassingRestored(3))
        assert why == "passing 3 is not struck: there is nothing to restore"

    def test_an_insertion_can_be_struck_too(self) -> None:
        """What an official inserted counts as a passing."""
        assert refusal(told(RUNNING, PassingInserted(at(62.5), 3)), PassingStruck(8)) is None

    def test_a_move_must_say_where_to(self) -> None:
        """Neither when nor who: then nothing is moved."""
        assert refusal(told(RUNNING), PassingMoved(3, bib=2)) is None
        assert refusal(told(RUNNING), PassingMoved(3, at=at(31.1))) is None
        why = refusal(told(RUNNING), PassingMoved(3))
        assert why == "nothing is said of passing 3: give its moment, its bib or both"


class TestOrdersAndLaps:
    """What people read at the line, and how long the race is."""

    @pytest.mark.parametrize(
        ("event", "why"),
        [
            (OrderRead(3, ()), "the order names nobody: name at least the first, or retract the reading"),
            (OrderRead(0, (1,)), "there is no lap 0: the race has laps 1 to 3"),
            (OrderRead(4, (1,)), "there is no lap 4: the race has laps 1 to 3"),
            (OrderRead(3, (1, (2, 1))), "bib 1 stands twice in the order: name each skater once"),
            (
                OrderRead(3, (1, 2), {3: Duration(93_000_000)}),
                "bib 3 has a time but no place in the order: put it into the order too",
            ),
            (LapsGiven(1, -1), "-1 laps cannot be given: the race is 3 laps long, so give 0 to 3"),
            (LapsGiven(1, 4), "4 laps cannot be given: the race is 3 laps long, so give 0 to 3"),
            (LapGained(1, at(62), 0), "no lap is gained or lost: give 1 for a lap gained, -1 for a lap lost"),
            (LapsCut(0), "a race cannot be cut to 0 laps: give 1 to 3, as the rulebook has no more"),
            (LapsCut(4), "a race cannot be cut to 4 laps: give 1 to 3, as the rulebook has no more"),
            (LapsCut(3), "the race is 3 laps long already: give another number"),
        ],
    )
    def test_what_cannot_be(self, event: Event, why: str) -> None:
        """Each slip is named with the way out."""
        assert refusal(told(RUNNING), event) == why

    @pytest.mark.parametrize(
        "event",
        [
            OrderRead(1, (1,)),
            OrderRead(3, (1, (2, 3))),
            LapsGiven(3, 0),
            LapsGiven(3, 3),
            LapGained(1, at(62)),
            LapsCut(2),
        ],
    )
    def test_what_can_be(self, event: Event) -> None:
        """The first only, a dead heat, all laps or none, a shorter race."""
        assert refusal(told(RUNNING), event) is None

    def test_a_cut_can_be_taken_back(self) -> None:
        """Cut to 2 laps, the race may become 3 laps long again."""
        assert refusal(told(RUNNING, LapsCut(2)), LapsCut(3)) is None


class TestMarks:
    """The referee's decisions on skaters."""

    def test_a_disqualification_has_a_reason(self) -> None:
        """The rule or words are enough; a skater who did not finish needs neither."""
        assert refusal(told(RUNNING), MarkGiven(1, IRM.DSQ)) == (
            "1 Skater 1 cannot be disqualified without a reason: name the rule, or say why"
        )
        assert refusal(told(RUNNING), MarkGiven(1, IRM.DSQ, rule="T25")) is None
        assert refusal(told(RUNNING), MarkGiven(1, IRM.DSQ, why="obstruction")) is None

    def test_only_a_mark_that_stands_is_lifted(self) -> None:
        """Without a mark there is nothing to lift; who is lapped by the passings has none."""
        assert refusal(told(RUNNING + "mark 1 DNF"), MarkLifted(1)) is None
        assert refusal(told(RUNNING), MarkLifted(1)) == "1 Skater 1 has no mark: there is nothing to lift"
        assert refusal(told(LAPPED), MarkLifted(2)) == (
            "2 Skater 2 is lapped, not marked: say instead that the skater was not lapped"
        )

    def test_only_who_is_lapped_can_turn_out_not_to_be(self) -> None:
        """1 leads; 2 is lapped by the passings; and what the referee marked is lifted as a mark."""
        assert refusal(told(LAPPED), LappedLifted(2)) is None
        assert refusal(told(LAPPED), LappedLifted(1)) == (
            "1 Skater 1 does not count as lapped: there is nothing to lift"
        )
        assert refusal(told(LAPPED + "mark 2 LAP"), LappedLifted(2)) == (
            "the referee gave 2 Skater 2 the mark LAP: lift the mark instead"
        )

    def test_a_skater_is_advanced_from_a_semi_final(self) -> None:
        """If the rulebook lets the referee do so at all."""
        advanced = SkaterAdvanced(1, rule="257.4.5", why="obstructed")
        assert refusal(told(RUNNING, semi_final()), advanced) is None
        strict = refusal(told(RUNNING, semi_final(may_advance=False)), advanced)
        assert strict == "1 Skater 1 cannot be advanced: the rulebook story goes by the places alone"
        rules = semi_final().rulebook
        nowhere = refusal(told(RUNNING, RacePlanned("women", "final", "Final", rules)), advanced)
        assert nowhere == "1 Skater 1 can be advanced from a semi-final only, and this race is none"


STOP, GO_ON = RaceStopped(at(70)), RaceRestarted(at(90))
HOLD, FREE = RaceNeutralised(at(70)), RaceFreed(at(90))


class TestTheRace:
    """Stopping and restarting, neutralising and freeing."""

    @pytest.mark.parametrize(
        ("said", "allowed"),
        [
            ((), (STOP, HOLD)),
            ((STOP,), (GO_ON,)),
            ((STOP, GO_ON), (STOP, HOLD)),
            ((HOLD,), (STOP, FREE)),
            ((HOLD, FREE), (STOP, HOLD)),
        ],
    )
    def test_one_thing_follows_another(self, said: tuple[Event, ...], allowed: tuple[Event, ...]) -> None:
        """A race is stopped, then restarted; held together, then freed, or stopped after all."""
        race = told(RUNNING, *said)
        assert [event for event in (STOP, GO_ON, HOLD, FREE) if not refusal(race, event)] == list(allowed)

    def test_the_sentence_says_how_the_race_is(self) -> None:
        """Whoever presses the wrong key sees why nothing happened."""
        race = told(FINISHED)
        assert race.status is Status.FINISHED
        held = "the race is finished, not running: only a running race can be held up"
        assert [refusal(race, event) for event in (STOP, HOLD, GO_ON, FREE)] == [
            held,
            held,
            "the race is finished, not stopped: stop it before it is restarted",
            "the race is finished, not neutralised: there is nothing to free",
        ]

    @pytest.mark.parametrize("laps", [-1, 0, 4])
    def test_a_restart_fits_into_the_race(self, laps: int) -> None:
        """After the restart there is at least one lap to go, and no more than the race has."""
        race = told(RUNNING, STOP)
        why = refusal(race, RaceRestarted(at(90), laps_to_go=laps))
        assert why == f"there cannot be {laps} laps to go: give 1 to 3"
        assert refusal(race, RaceRestarted(at(90), laps_to_go=1)) is None


class TestTheResult:
    """When the referee may declare what."""

    def test_nobody_is_riding_when_a_result_is_official(self) -> None:
        """Those still in the race are named; it is enough that each has finished or has a mark."""
        official = declared(ResultStatus.OFFICIAL)
        assert refusal(told(RUNNING), official) == (
            "the result cannot be official yet: "
            "wait for 1 Skater 1, 2 Skater 2, 3 Skater 3 to finish, or give a mark"
        )
        assert refusal(told(FINISHED), official) is None
        assert refusal(told(RUNNING + "1:33.0 1   1:33.4 2\nmark 3 DNF"), official) is None

    def test_orders_alone_make_an_official_result(self) -> None:
        """Two judges, no transponders: when the finish has been read, the result may be declared."""
        assert refusal(told("laps 3\nread 3: 1 2 3"), declared(ResultStatus.OFFICIAL)) is None
        assert refusal(told("laps 3\nread 3: 1 2\nlaps 3 2"), declared(ResultStatus.OFFICIAL)) is None

    def test_an_unofficial_result_need_not_wait(self) -> None:
        """It may be shown while the last are still on the ice."""
        assert refusal(told(RUNNING), declared(ResultStatus.UNOFFICIAL)) is None

    @pytest.mark.parametrize("status", [ResultStatus.UNOFFICIAL, ResultStatus.OFFICIAL])
    def test_no_result_before_the_race(self, status: ResultStatus) -> None:
        """Nobody has skated."""
        why = "the race has not begun: there is no result before it has been skated"
        assert (
            refusal(told("laps 3", StartListPosted((starter(1),)), RecordRetracted(2)), declared(status))
            == why
        )
        assert refusal(Race(), declared(status)) == why

    @pytest.mark.parametrize(
        ("status", "what"),
        [
            (ResultStatus.PROTESTED, "what is protested"),
            (ResultStatus.CORRECTED, "what was corrected and why"),
        ],
    )
    def test_what_the_sheet_must_say(self, status: ResultStatus, what: str) -> None:
        """A protest and a correction stand on the sheet in words."""
        race = told(FINISHED, declared(ResultStatus.OFFICIAL))
        assert refusal(race, declared(status)) == (
            f"a result cannot be {status.value} without a note: say {what}"
        )
        assert refusal(race, declared(status, "by NED")) is None

    def test_only_an_official_result_is_corrected(self) -> None:
        """Before that it is simply declared."""
        race = told(FINISHED, declared(ResultStatus.UNOFFICIAL))
        assert refusal(race, declared(ResultStatus.CORRECTED, "2 before 1")) == (
            "no result has been official yet, so none can be corrected: declare it official"
        )

    def test_a_corrected_result_waits_for_all_too(self) -> None:
        """If a finisher's mark is lifted, a corrected result is as official as the first."""
        race = told(
            RUNNING + "mark 1 DNF\nmark 2 DNF\nmark 3 DNF", declared(ResultStatus.OFFICIAL), MarkLifted(3)
        )
        assert refusal(race, declared(ResultStatus.CORRECTED, "3 rides")) == (
            "the result cannot be corrected yet: wait for 3 Skater 3 to finish, or give a mark"
        )


class TestTakingBack:
    """Retracting what an official said, and saying it again."""

    @pytest.mark.parametrize("event", [RecordRetracted, RecordReinstated])
    def test_only_what_officials_said(self, event: type[RecordRetracted]) -> None:
        """Record 3 is a passing, and there is no record 99."""
        passing = "record 3 is a passing: what a device saw is struck, not retracted"
        assert refusal(told(RUNNING), event(3)) == passing
        missing = "this race has no record 99: look up the number of what was said"
        assert refusal(told(RUNNING), event(99)) == missing

    def test_one_after_the_other(self) -> None:
        """The mark is record 8: given, retracted, reinstated."""
        given, retracted = told(RUNNING + "mark 3 DNF"), told(RUNNING + "mark 3 DNF", RecordRetracted(8))
        assert refusal(given, RecordRetracted(8)) is None
        assert refusal(given, RecordReinstated(8)) == (
            "record 8 is not retracted: there is nothing to reinstate"
        )
        assert refusal(retracted, RecordReinstated(8)) is None
        assert refusal(retracted, RecordRetracted(8)) == (
            "record 8 is retracted already: there is nothing to do"
        )

    def test_an_insertion_is_an_officials_word(self) -> None:
        """It may be struck as a passing, and retracted as what somebody said."""
        assert refusal(told(RUNNING, PassingInserted(at(62.5), 3)), RecordRetracted(8)) is None
