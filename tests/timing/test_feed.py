"""A race as an RMonitor feed: a scoreboard that knows nothing of us shows our standings."""

from hypothesis import given
from hypothesis import strategies as st

from lastlap.events import (
    GunFired,
    MarkGiven,
    MeetOpened,
    PassingInserted,
    PassingStruck,
    RacePlanned,
    RaceStopped,
)
from lastlap.race import Race
from lastlap.ranking import standings
from lastlap.rulebook import IRM, Rulebook
from lastlap.times import SECOND, Duration, Instant, cut
from lastlap.timing.feed import change, heartbeat, picture, refresh
from lastlap.timing.rmonitor import (
    Best,
    Category,
    Competitor,
    Crossing,
    Heartbeat,
    Line,
    Place,
    Run,
    Setting,
    encode,
    line_text,
    parse_line,
)
from story import told

MEET = MeetOpened("The Night", venue="Gangneung Oval", lap_m=400.0)

STORY = """
laps 3; sprint 1: 3 2 1; sprint 3: 60 40 20
0:31.0 3   0:31.2 1   0:31.5 2
1:02.0 1   1:02.1 2   1:02.2 3
1:33.0 1   1:33.4 2   1:35.5 3
"""


class Scoreboard:
    """A board as they hang in rinks: it knows the lines of RMonitor, and nothing of mass starts."""

    def __init__(self) -> None:
        self.places: dict[int, Place] = {}
        self.bests: dict[int, Best] = {}
        self.laps: dict[str, int] = {}
        self.names: dict[str, str] = {}

    def hear(self, data: bytes) -> None:
        """Show what the lines say."""
        for text in data.decode("latin-1").splitlines():
            match parse_line(text):
                case Place() as line:
                    self.places[line.place] = line
                case Best() as line:
                    self.bests[line.place] = line
                case Crossing() as line:
                    self.laps[line.registration] = self.laps.get(line.registration, 0) + 1
                case Competitor() as line:
                    self.names[line.registration] = f"{line.first} {line.last}"

    @property
    def rows(self) -> list[tuple[int, str, int, Duration]]:
        """Place, number, laps and time, from the top."""
        return [(p.place, p.registration, p.laps, p.total) for _, p in sorted(self.places.items())]


def board(race: Race) -> list[tuple[int, str, int, Duration]]:
    """What our own standings say, as a scoreboard would show it."""
    return [
        (row, str(s.score.bib), s.score.laps, cut(s.score.time or Duration(0), 3))
        for row, s in enumerate(standings(race), 1)
    ]


def lines(kind: type[Line], race: Race) -> list[str]:
    """The lines of one *kind* that are told of the *race*."""
    return [line_text(line) for line in picture(race, MEET) if isinstance(line, kind)]


def test_a_scoreboard_shows_the_standings() -> None:
    """Who won the first sprint is behind the winner of the finish, and nobody had to tell the board why."""
    race, shown = told(STORY), Scoreboard()
    shown.hear(encode(refresh(picture(race, MEET))))
    assert shown.rows == board(race)
    assert shown.names == {"1": "Skater 1", "2": "Skater 2", "3": "Skater 3"}


def test_the_lines_of_a_race() -> None:
    """Title, track, skater with transponder, passings, places and best laps, as programs write them."""
    race = told(STORY, RacePlanned("W", "final", "Final, ladies", Rulebook("r", "R", 3)))
    assert lines(Run, race) == ['$B,1,"Final, ladies"']
    assert lines(Category, race) == ['$C,1,"final"']
    assert lines(Setting, race) == ['$E,"TRACKNAME","Gangneung Oval"', '$E,"TRACKLENGTH","0.400"']
    assert lines(Competitor, race)[2] == '$A,"3","3",T3,"Skater","3","NED",1'
    assert lines(Crossing, race)[3] == '$J,"1","00:00:30.800","00:01:02.000"'
    assert lines(Place, race)[2] == '$G,3,"3",3,"00:01:35.500"'
    assert lines(Best, race)[0] == '$H,1,"2",2,"00:00:30.600"'


def test_a_race_of_which_little_is_known_has_all_its_lines() -> None:
    """No title, no track, no gun, no passings: every skater still has a place."""
    race = told("laps 1\nread 1: 2 1")
    bare = picture(race, MeetOpened("Club night"), run=7)
    assert line_text(bare[0]) == '$B,7,"Club night"'
    assert [line_text(line) for line in bare[-4:]] == [
        '$G,1,"2",1,"00:00:00.000"',
        '$G,2,"1",1,"00:00:00.000"',
        '$H,1,"1",0,"00:00:00.000"',
        '$H,2,"2",0,"00:00:00.000"',
    ]
    assert not [line for line in picture(Race(), MEET) if isinstance(line, Place | Crossing)]


def test_a_lap_whose_beginning_nobody_saw_has_no_time() -> None:
    """The board shows when it ended, and no best lap."""
    race = told("laps 3\nread 1: 1\n1:02.0 1")
    assert lines(Crossing, race) == ['$J,"1","00:01:02.000","00:01:02.000"']


def test_a_refresh_tells_of_no_passing() -> None:
    """It is sent again and again, and boards count passings."""
    assert not [line for line in refresh(picture(told(STORY), MEET)) if isinstance(line, Crossing)]


def test_a_change_tells_of_the_lap_and_of_whoever_moved() -> None:
    """One passing more: one passing, and the places and best laps that are others now."""
    *most, last = STORY.strip().splitlines()
    before, after = told("\n".join([*most, last.rpartition("  ")[0]])), told(STORY)
    assert [line_text(line) for line in change(picture(before, MEET), picture(after, MEET))] == [
        '$J,"3","00:00:33.300","00:01:35.500"',
        '$G,3,"3",3,"00:01:35.500"',
    ]


def test_a_passing_that_is_put_in_between_is_told_once() -> None:
    """All later laps of the skater change their length; the board must not count them again."""
    before = told("laps 4\n0:31.0 1\n1:33.0 1")
    after = told("laps 4\n0:31.0 1\n1:33.0 1", PassingInserted(Instant(62 * SECOND), 1))
    news = change(picture(before, MEET), picture(after, MEET))
    assert [line_text(line) for line in news if isinstance(line, Crossing)] == [
        '$J,"1","00:00:31.000","00:01:02.000"'
    ]


def test_a_struck_passing_is_not_told_anew() -> None:
    """Passings cannot be taken back; the place is told with a lap less."""
    before, after = told(STORY), told(STORY, PassingStruck(11))
    assert [line_text(line) for line in change(picture(before, MEET), picture(after, MEET))] == [
        '$G,3,"3",2,"00:01:02.200"'
    ]


def test_the_heartbeat_runs_with_the_race() -> None:
    """Laps to go are the leader's; the time of day is the rink's."""
    race = told("laps 3\n0:31.0 1\n0:32.0 2", GunFired(Instant(0)))
    beat = heartbeat(race, Instant(40 * SECOND + 999_999), utc_offset=540)
    assert line_text(beat) == '$F,2,"00:00:00","09:00:40","00:00:40","Green "'


def test_the_clock_does_not_run_before_the_gun() -> None:
    """A gun that is set for later shows no time yet; after midnight the day begins anew."""
    beat = heartbeat(told("laps 3\ngun 1500:10\n1501:00 1"), Instant(90_000 * SECOND), utc_offset=0)
    assert (beat.time_of_day, beat.race_time) == (3_600 * SECOND, 0)


def test_the_clock_stands_still_after_the_finish() -> None:
    """It shows when the last skater came in."""
    assert (
        line_text(heartbeat(told(STORY), Instant(200 * SECOND), 0))
        == '$F,0,"00:00:00","00:03:20","00:01:35","Finish"'
    )


def test_flags_of_a_race() -> None:
    """None before the start, red when the referee stops it, the finish also if nobody came in."""
    stopped = told("laps 3\n0:31.0 1", RaceStopped(Instant(40 * SECOND)))
    nobody = told("laps 3\nmark 1 DNS", MarkGiven(1, IRM.DNS))
    assert heartbeat(Race(), Instant(0), 0) == parse_line('$F,1,"00:00:00","00:00:00","00:00:00",""')
    assert [heartbeat(race, Instant(0), 0).flag for race in (stopped, nobody)] == ["Red", "Finish"]
    assert isinstance(parse_line(line_text(heartbeat(stopped, Instant(0), 0))), Heartbeat)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(30_000, 40_000)), max_size=14))
def test_changes_lead_where_a_refresh_does(passings: list[tuple[int, int]]) -> None:
    """A board that was told every change shows the same as one that has just come, and has counted each lap once."""
    shown, known, clocks = Scoreboard(), list[Line](), dict.fromkeys(range(1, 5), 0)
    story = "laps 3; sprint 1: 3 2 1\n0:00.1 1 0:00.1 2 0:00.1 3 0:00.1 4"
    race = told(story)
    for bib, lap_time in passings:
        clocks[bib] += lap_time
        minutes, rest = divmod(clocks[bib], 60_000)
        story += f"\n{minutes}:{rest / 1_000:06.3f} {bib}"
        race = told(story)
        now = picture(race, MEET)
        shown.hear(encode(change(known, now)))
        known = now
    assert not passings or shown.rows == board(race)
    assert shown.laps == {str(bib): ride.done for bib, ride in race.rides.items() if ride.done}
