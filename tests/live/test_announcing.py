"""What the announcer is given to say: true, short, and nothing that has to be worked out."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from lastlap.board import board
from lastlap.events import (
    IncidentNoted,
    MeetOpened,
    Passing,
    RacePlanned,
    Record,
    ResultDeclared,
    ResultStatus,
    SkaterFell,
    SkatersCalled,
)
from lastlap.live.announcing import announcer_now
from lastlap.live.rink import Rink
from lastlap.live.stakes import Stakes
from lastlap.live.wording import says
from lastlap.log import Draft, Meet, wall_clock
from lastlap.race import Race, replay
from lastlap.rulebook import Format
from lastlap.times import Instant
from story import RULES, told

STORY = """laps 4; sprint 2: 5 3 1; sprint 4: 60 40 20
0:31.0 3   0:31.2 1   0:31.5 2   0:36.0 4
"""


def said(race: Race, kind: str, *records: str) -> list[str]:
    """The sentences of one kind."""
    lines = announcer_now(race, board(race, "w-sf1", 7), records).lines
    return [line.says for line in lines if line.kind == kind]


def semi_final(text: str, *more: object) -> Race:
    """The story as a semi-final from which two go on."""
    base = replace(RULES, format=Format(advance=2))
    laps = told(text, base=base).rulebook
    plan = RacePlanned("w", "semi-final", "Semi-final 1", laps)
    return told(text, plan, *more, base=base)  # type: ignore[arg-type] # events


def test_who_leads_and_what_comes() -> None:
    """The leader with the gap, the laps to go, the next sprint with its points."""
    race = told(STORY)
    assert said(race, "now") == ["3 laps to go.", "3 Skater 3 leads a group of 3, 5.0 seconds ahead."]
    assert said(race, "sprint")[0] == "This lap ends in the sprint of lap 2: 5-3-1 points."


def test_what_the_sprint_would_change() -> None:
    """For those in front: what winning it would make of them."""
    assert said(semi_final(STORY), "sprint")[1:] == [
        f"If Skater {bib} wins it, that makes 5 points: 1st by points." for bib in (3, 1, 2)
    ]


def test_who_is_sure_and_who_needs_what() -> None:
    """Only what is proved, with the proviso while somebody rides."""
    race = semi_final(STORY + "1:02.0 1   1:02.1 2   1:02.2 3   1:04.0 4\n1:33.0 1\n2:04.0 1\n")
    assert said(race, "certain")[0].startswith("Sure of the final: Skater 1")


def test_the_medals_and_records_are_at_stake_in_a_final_alone() -> None:
    """If it ended now these would win, and this would fall."""
    text = STORY + "1:02.0 1   1:02.1 2   1:02.2 3   1:04.0 4\n"
    plan = RacePlanned("w", "final", "Final", told(text).rulebook)
    race = told(text, plan)
    assert said(race, "medal") == [
        "If it ended now, the medals would go to Skater 1 (NED), Skater 2 (NED), Skater 3 (NED)."
    ]
    assert said(race, "record", "Korea, fifth gold") == ["If it ended now: Korea, fifth gold."]
    assert said(semi_final(text), "medal") == []


def test_incidents_newest_first() -> None:
    """What happened, where, and to whom; no injury."""
    race = told(STORY, SkaterFell(2, 1, "bend 2", injury="elbow"), IncidentNoted("A block.", (1, 3), 2))
    assert said(race, "incident") == [
        "A block on lap 2: 1 Skater 1 and 3 Skater 3.",
        "Fall on lap 1: 2 Skater 2, bend 2.",
    ]


def test_before_and_after() -> None:
    """Who skates how far; then the result, with the first three."""
    assert said(replay([], RULES), "now") == ["w-sf1: 0 skaters, 1 lap."]
    called = replay([Record(1, SkatersCalled(Instant(0)), "w-sf1")], RULES)
    assert said(called, "now")[1:] == ["The skaters are called to the start."]
    over = told("laps 1; sprint 1: 60 40 20\n0:31.0 1   0:31.5 2", ResultDeclared(ResultStatus.OFFICIAL))
    assert said(over, "now") == [
        "The race is official.",
        "1: Skater 1, NED, 60 points.",
        "2: Skater 2, NED, 40 points.",
    ]


def test_who_is_who() -> None:
    """Every starter with how the name is said, and why they stand here."""
    starters = announcer_now(told(STORY), board(told(STORY), "x", 1)).starters
    assert [one.bib for one in starters] == [1, 2, 3, 4]


def test_the_records_of_the_night_fall_as_they_did(night: Path) -> None:
    """Of the finals of PyeongChang: the facts that the report of the night tells."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        rink = Rink(meet, wall_clock)
        stakes = Stakes(rink)
        women, men = " ".join(stakes.records("w-final")), " ".join(stakes.records("m-final"))
        assert stakes.records("w-sf1") == ()
    assert "Japan, fourth gold at these Games" in women
    assert "the only woman with two golds in Speed Skating at these Games" in women
    assert "Korea, 15th medal at these Games: more than ever, 14 in 2010" in men
    assert "Lee Seunghoon, second Olympic gold" in men


@pytest.mark.parametrize("opened", [MeetOpened("Cup"), MeetOpened("G", profile="olympic", date="1998-02-24")])
def test_a_meet_of_no_games_that_we_know_has_no_records(tmp_path: Path, opened: MeetOpened) -> None:
    """A cup, or Games without files, gives nothing to say; that is no error."""
    race = told("laps 1; sprint 1: 60 40 20\n0:31.0 1   0:31.5 2   0:32.0 3")
    with Meet.create(tmp_path / "cup.meet") as meet:
        meet.append(opened)
        plan = RacePlanned("w", "final", "Final", race.rulebook)
        meet.append_all(Draft(event, "f") for event in (plan, *(record.event for record in race.records)))
        meet.append_all(Draft(Passing(Instant(31_000_000 * bib), f"T{bib}"), "f") for bib in (1, 2, 3))
        assert Stakes(Rink(meet, wall_clock)).records("f") == ()


def test_every_event_of_people_has_its_words() -> None:
    """No official reads the name of a type in the log of the desk."""
    from lastlap.live.roles import MAY  # noqa: PLC0415
    from lastlap.live.wording import _WORDS  # noqa: PLC0415

    told_by_people = MAY["timekeeper"] | MAY["secretary"] | MAY["judge"]
    assert told_by_people <= {kind.__name__ for kind in _WORDS}
    assert says(SkaterFell(2, 1, "bend 2", brought_down_by=3, injury="elbow"), told(STORY)) == (
        "2 Skater 2 fell, lap 1, bend 2, brought down by 3 Skater 3"
    )
