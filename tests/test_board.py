"""The board: what everybody may see of a race at one moment."""

import msgspec

from lastlap.board import Around, Board, board
from lastlap.events import (
    IncidentNoted,
    MarkGiven,
    Passing,
    RacePlanned,
    Record,
    ResultDeclared,
    ResultStatus,
    SkaterFell,
    StartListPosted,
)
from lastlap.race import Race, replay
from lastlap.rulebook import IRM, Format, Ranking
from lastlap.times import Instant
from story import RULES, told

STORY = """laps 3; sprint 1: 3 2 1; sprint 3: 60 40 20
0:31.0 3   0:31.2 1   0:31.5 2
1:02.0 1   1:02.1 2
"""


def shown(race: Race) -> Board:
    """The board of *race*."""
    return board(race, "w-final", 217)


def test_it_has_every_field_that_scripts_rely_on() -> None:
    """The names of docs/commands.md; unknown is null, never absent."""
    plain = msgspec.json.decode(msgspec.json.encode(shown(told(STORY))))
    assert {
        "version",
        "race",
        "status",
        "laps",
        "laps_to_go",
        "next_sprint",
        "clock",
        "doubts",
        "incidents",
    } <= set(plain)
    line = plain["standings"][-1]
    fields = {
        "rank",
        "bib",
        "name",
        "noc",
        "laps",
        "sprints",
        "points",
        "time",
        "behind",
        "irm",
        "certain",
        "why",
    }
    assert fields <= set(line)
    assert (line["irm"], plain["version"]) == (None, 217)


def test_while_racing() -> None:
    """Laps to go from the leader, the next sprint, and the clock at the latest crossing."""
    found = shown(told(STORY))
    assert (found.status, found.laps_to_go, found.next_sprint, found.clock) == ("running", 1, 3, "1:02.10")


def test_before_the_start() -> None:
    """Nothing is certain, and no time is known."""
    found = shown(replay([Record(1, StartListPosted(tuple(told(STORY).starters.values())))], RULES))
    assert (found.status, found.clock, found.title) == ("ready", None, "w-final")
    assert [(line.time, line.behind, line.certain) for line in found.standings] == [(None, None, None)] * 3


def test_after_the_finish() -> None:
    """Gaps are to the first over the line; there is no sprint left."""
    found = shown(told(STORY + "1:33.0 1   1:33.4 2   1:35.0 3"))
    assert (found.laps_to_go, found.next_sprint) == (0, None)
    assert [(line.bib, line.behind) for line in found.standings if line.laps == 3] == [
        (1, "0.00"),
        (2, "0.40"),
    ]


def test_what_is_sure_is_said() -> None:
    """Only of whom it is sure; the sentence is the proof."""
    lines = {line.bib: line.certain for line in shown(told(STORY + "1:33.0 1")).standings}
    assert lines[1]


def test_void_points_are_shown_and_do_not_count() -> None:
    """A non-finisher's marks stay on the board."""
    base = msgspec.structs.replace(RULES, ranking=Ranking(void=(IRM.DNF,)))
    line = next(
        line for line in shown(told(STORY, MarkGiven(3, IRM.DNF), base=base)).standings if line.bib == 3
    )
    assert (line.sprints, line.points, line.irm) == ((3, 0), 0, "DNF")


def test_injuries_are_not_shown() -> None:
    """What happened is, and to whom."""
    race = told(
        STORY, SkaterFell(3, 2, "first bend", injury="elbow"), IncidentNoted("pushed", (1, 2), injury="knee")
    )
    found = shown(race)
    assert [(incident.what, incident.bibs) for incident in found.incidents] == [
        ("fall", (3,)),
        ("pushed", (1, 2)),
    ]
    assert b"elbow" not in msgspec.json.encode(found)
    assert b"knee" not in msgspec.json.encode(found)


def test_doubts_are_shown_with_what_settles_them() -> None:
    """A transponder that nobody wears."""
    found = shown(told(STORY, Passing(Instant(63_000_000), "X")))
    assert [(doubt.kind, doubt.proposal) for doubt in found.doubts] == [
        ("nobody on the start list wears this transponder", None)
    ]


def test_what_is_made_up_is_said() -> None:
    """A reconstructed race says so on its board."""
    log = [Record(1, RacePlanned("w", "final", "Women, final", RULES, reconstructed="made up: all passings"))]
    found = shown(replay(log))
    assert (found.reconstructed, found.title, found.standings) == (
        "made up: all passings",
        "Women, final",
        (),
    )


def test_a_race_told_only_by_orders() -> None:
    """Complete without a single time."""
    race = told("laps 8; sprint 4: 5 3 1; sprint 8: 60 40 20\nread 4: 7 3 12\nread 8: 3 12 7 1 5")
    found = shown(race)
    assert [line.bib for line in found.standings] == [3, 12, 7, 1, 5]
    assert {line.time for line in found.standings} == {None}
    assert (found.status, found.doubts) == ("finished", ())


class TestWhatPagesNeed:
    """The further fields, by which a page draws the race without knowing the rules."""

    def test_the_clock_of_a_page_runs_by_itself(self) -> None:
        """The gun and the moment of the board stand on it, and how long a lap takes now."""
        found = board(told(STORY), "w-final", 217, Around("W", 385.0, Instant(63_000_000)))
        assert (found.gun_us, found.now_us, found.lap_m, found.category) == (0, 63_000_000, 385.0, "W")
        assert found.pace_us == 30_600_000

    def test_every_sprint_has_its_state_and_its_order(self) -> None:
        """Decided, being skated, still to come; with the points, and whether somebody read it."""
        rules = "laps 4; sprint 1: 3 2 1; sprint 2: 3 2 1; sprint 4: 60 40 20\n"
        found = shown(told(rules + "0:31.0 3   0:31.2 1   0:31.5 2\n1:02.0 1\nread 1: 3 1 2"))
        assert [(sprint.name, sprint.lap, sprint.state) for sprint in found.sprints] == [
            ("S1", 1, "done"),
            ("S2", 2, "now"),
            ("F", 4, "to come"),
        ]
        assert [(one.bib, one.points, one.read) for one in found.sprints[0].order] == [
            (3, 3, True),
            (1, 2, True),
            (2, 1, True),
        ]
        assert [(one.bib, one.points, one.read) for one in found.sprints[1].order] == [(1, 3, False)]

    def test_the_bell_rings_for_the_lap_of_a_sprint(self) -> None:
        """It is rung when the front begins the lap, and is over when the front has ended it."""
        assert shown(told(STORY)).bell
        assert not shown(told(STORY.splitlines()[0] + "\n0:31.0 3")).bell
        assert not shown(told(STORY + "1:33.0 1   1:33.4 2   1:35.0 3")).bell

    def test_who_rides_with_whom(self) -> None:
        """The groups on the ice, with their gaps; none before somebody has ended a lap."""
        found = shown(told("laps 3\n0:31.0 3   0:31.2 1   0:41.5 2"))
        assert [(group.name, group.bibs, group.gap) for group in found.groups] == [
            ("pack", (3, 1), None),
            ("behind", (2,), "10.5"),
        ]
        assert shown(told("laps 3\n1:00.0 ?X")).groups == ()

    def test_where_everybody_is_on_the_ice(self) -> None:
        """The place over the line at the end of the latest lap, and when that was."""
        lines = {line.bib: line for line in shown(told(STORY)).standings}
        assert {bib: line.position for bib, line in lines.items()} == {1: 1, 2: 2, 3: 1}
        assert (lines[1].last_us, lines[3].last_us) == (62_000_000, 31_000_000)
        assert all(line.riding and not line.finished for line in lines.values())

    def test_what_is_certain_stands_in_numbers_too(self) -> None:
        """Sure or not, the best and the worst place still possible, and the points that are missing."""
        found = shown(told(STORY + "1:33.0 1"))
        assert (found.top, found.goal) == (3, "")
        assert all(line.sure and line.sure_rank and line.best_rank for line in found.standings)
        before = shown(
            told("laps 9; sprint 3: 5 3 1; sprint 9: 60 40 20\n" + "0:31.0 1 0:31.1 2 0:31.2 3 0:31.3 4")
        )
        assert {(line.sure, line.out, line.best_rank) for line in before.standings} == {(False, False, 1)}

    def test_who_goes_on_is_marked_when_the_race_is_over(self) -> None:
        """`Q` for a place among the first; nobody while the race is on, or in a final."""
        base = msgspec.structs.replace(RULES, format=Format(advance=2))
        semi = RacePlanned("w", "semi-final", "Semi-final 1", msgspec.structs.replace(base, laps=1))
        final = msgspec.structs.replace(semi, phase="final")
        crossed = "laps 1\n0:31.0 3   0:31.2 1   0:31.5 2"
        over = shown(told(crossed, semi, base=base))
        assert [(line.bib, line.qualified) for line in over.standings] == [(3, "Q"), (1, "Q"), (2, None)]
        assert {line.qualified for line in shown(told(crossed, final, base=base)).standings} == {None}
        assert over.provisional
        assert (over.phase, over.competition, over.goal, over.top) == ("semi-final", "w", "the final", 2)

    def test_what_the_referee_declared(self) -> None:
        """The status with its note; official is not provisional."""
        whole = STORY + "1:33.0 1   1:33.4 2   1:35.0 3"
        assert shown(told(whole)).declared is None
        found = shown(told(whole, ResultDeclared(ResultStatus.OFFICIAL, "no protest")))
        assert found.declared is not None
        assert (found.declared.status, found.declared.note, found.provisional) == (
            "official",
            "no protest",
            False,
        )
