"""The board: what everybody may see of a race at one moment."""

import msgspec

from lastlap.board import Board, board
from lastlap.events import IncidentNoted, MarkGiven, Passing, RacePlanned, Record, SkaterFell, StartListPosted
from lastlap.race import Race, replay
from lastlap.rulebook import IRM, Ranking
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
