"""How far apart skaters are: lap times, gaps at the line, places lap by lap, groups on the ice."""

from hypothesis import given
from hypothesis import strategies as st

from lastlap.events import OrderRead, RecordRetracted
from lastlap.gaps import Group, behind, groups, lap_times, positions
from lastlap.race import Race
from lastlap.times import SECOND, Duration
from story import told

THREE = """laps 3
0:31.0 3   0:31.2 1   0:31.5 2
1:02.0 1   1:02.1 2   1:03.0 3
1:33.0 1   1:33.4 2   1:35.0 3
"""

BROKEN_UP = """laps 9
0:31.0 1   0:31.2 2   0:34.0 3   0:34.1 4   0:34.2 5   0:37.0 6   0:40.0 7   0:40.1 8
1:02.0 1   1:02.2 2   1:06.0 3   1:06.5 4   1:07.0 5   1:10.0 6   1:14.0 7   1:14.1 8
"""

crossings = st.lists(
    st.builds(
        "{1}:{2:02}.{3} {0}".format,
        st.integers(1, 5),
        st.integers(0, 4),
        st.integers(0, 59),
        st.integers(0, 9),
    ),
    max_size=40,
).map(lambda lines: "\n".join(["laps 5", *lines]))
"""The stories of all races in which up to five skaters cross the line as they like."""


def lasting(seconds: float) -> Duration:
    """A length of time, in seconds."""
    return Duration(round(seconds * SECOND))


TIMES = {1: lasting(93), 2: lasting(94)}
"""What a stopwatch said of two skaters at the finish."""


def names(race: Race) -> list[tuple[str, tuple[int, ...]]]:
    """The groups on the ice, without their gaps."""
    return [(group.name, group.bibs) for group in groups(race)]


class TestLapTimes:
    """How long each lap took."""

    def test_each_lap_from_line_to_line(self) -> None:
        """The first lap runs from the start, each other from the crossing before."""
        assert lap_times(told(THREE), 3) == (lasting(31), lasting(32), lasting(32))

    def test_the_time_that_people_read_counts(self) -> None:
        """If the photo finish read 1:33.10, the last lap is that much longer."""
        race = told(THREE, OrderRead(3, (1, 2), {1: lasting(93.1)}))
        assert lap_times(race, 1) == (lasting(31.2), lasting(30.8), lasting(31.1))

    def test_what_nobody_saw_is_unknown(self) -> None:
        """The judge saw 2 end lap 2, and nobody knows when: neither lap 2 nor lap 3 has a time."""
        race = told("laps 3\n0:31.0 1   0:31.5 2\n1:02.0 1\nread 2: 1 2")
        assert lap_times(race, 2) == (lasting(31.5), None)

    def test_who_has_done_no_lap_has_no_lap_times(self) -> None:
        """Before the first crossing there is nothing to tell."""
        assert lap_times(told("laps 3\n0:05.0 1"), 1) == ()


class TestBehind:
    """The gap to the first at the end of a lap."""

    def test_the_gap_to_the_first_over_the_line(self) -> None:
        """The first is behind by nothing, and the order is the order over the line."""
        gaps = behind(told(THREE), 1)
        assert list(gaps.items()) == [(3, 0), (1, lasting(0.2)), (2, lasting(0.5))]

    def test_the_photo_finish_knows_better(self) -> None:
        """2 is read first though its transponder came later: 1 is behind by nothing, not by less."""
        assert behind(told(THREE + "read 3: 2 1"), 3) == {2: 0, 1: 0, 3: lasting(1.6)}

    def test_without_a_time_there_is_no_gap(self) -> None:
        """Told by orders alone: nobody's gap is known, until somebody stops the times."""
        assert behind(told("laps 3\nread 3: 1 2"), 3) == {}
        timed = told("laps 3\nread 2: 2 1", OrderRead(3, (1, 2), TIMES))
        assert behind(timed, 3) == {1: 0, 2: lasting(1)}
        assert behind(timed, 2) == {}

    def test_a_stopwatch_needs_no_gun(self) -> None:
        """Two judges and a stopwatch: nobody told the gun, and the times at the finish still count."""
        race = told("laps 3\nread 2: 2 1", OrderRead(3, (1, 2), TIMES), RecordRetracted(2))
        assert race.start is None
        assert behind(race, 3) == {1: 0, 2: lasting(1)}
        assert lap_times(race, 2) == (None, None, None)

    def test_nobody_is_behind_on_a_lap_to_come(self) -> None:
        """At the end of a lap that nobody has ended there are no gaps."""
        assert behind(told(THREE), 4) == {}


class TestPositions:
    """The places lap by lap."""

    def test_places_at_the_end_of_each_lap(self) -> None:
        """1 comes from second to first, 3 goes from first to last."""
        assert positions(told(THREE)) == {1: [2, 1, 1], 2: [3, 2, 2], 3: [1, 3, 3]}

    def test_no_place_where_nobody_saw_the_skater(self) -> None:
        """2 fell: a place after lap 1, none after lap 2. 1 has one after each."""
        assert positions(told("laps 3\n0:31.0 2   0:31.2 1\n1:02.0 1")) == {1: [2, 1], 2: [1, None]}

    def test_orders_alone_give_places_where_they_were_read(self) -> None:
        """Nobody read laps 1 and 3; after lap 2 the places are known."""
        assert positions(told("laps 4\nread 2: 2 1\nread 4: 1 2")) == {
            1: [None, 2, None, 1],
            2: [None, 1, None, 2],
        }

    @given(crossings)
    def test_nobody_shares_a_place(self, story: str) -> None:
        """However they cross: at the end of a lap the places are 1, 2, 3 ... with nobody left out."""
        race = told(story)
        for places in zip(*positions(race).values(), strict=True):
            known = sorted(place for place in places if place is not None)
            assert known == list(range(1, len(known) + 1))


class TestGroups:
    """Who rides with whom."""

    def test_a_gap_parts_two_groups(self) -> None:
        """The largest group is the pack; ahead of it are the front and a chase, behind it the rest."""
        race = told(BROKEN_UP.replace("0:37.0 6", "0:36.0 6").replace("1:10.0 6", "1:08.0 6"))
        assert groups(race) == (
            Group("front", (1, 2)),
            Group("pack", (3, 4, 5, 6), lasting(4)),
            Group("behind", (7, 8), lasting(12)),
        )

    def test_all_between_front_and_pack_are_chasing(self) -> None:
        """Two escaped, one follows, and the pack of three comes behind both."""
        race = told("laps 9\n0:31.0 1   0:31.2 2   0:34.0 3   0:37.0 4   0:37.1 5   0:37.2 6")
        assert names(race) == [("front", (1, 2)), ("chase", (3,)), ("pack", (4, 5, 6))]

    def test_of_groups_of_one_size_the_first_is_the_pack(self) -> None:
        """Two and two: those ahead are the pack, those behind were dropped."""
        assert names(told("laps 9\n0:31.0 1   0:31.2 2   0:34.0 3   0:34.1 4")) == [
            ("pack", (1, 2)),
            ("behind", (3, 4)),
        ]

    def test_the_line_is_where_the_gap_is_measured(self) -> None:
        """1 has just ended lap 2, and 2 is due: at the end of lap 1 they were 0.2 s apart, so they still ride together."""
        assert names(told("laps 9\n0:31.0 1   0:31.2 2\n1:02.0 1")) == [("pack", (1, 2))]

    def test_who_is_overdue_has_been_dropped(self) -> None:
        """4 was with the pack after lap 1, but all others have ended lap 2, and the last of them 2.5 s after 3."""
        race = told(
            "laps 9\n0:31.0 1   0:31.2 2   0:31.3 3   0:31.4 4\n1:02.0 1   1:02.1 2   1:03.5 3   1:06.0 1'"
        )
        assert names(race) == [("pack", (1, 2, 3, 4))]
        race = told("laps 9\n0:31.0 1   0:31.3 3   0:31.4 4\n1:02.0 1   1:03.5 3\n1:33.0 1")
        assert groups(race) == (Group("pack", (1, 3)), Group("behind", (4,), lasting(31)))

    def test_who_never_came_round_is_not_with_the_pack(self) -> None:
        """3 left the grid and was never seen at the line; the others are a lap further."""
        race = told("laps 9\n0:05.0 3\n0:31.0 1   0:31.2 2\n1:02.0 1")
        assert names(race) == [("pack", (1, 2)), ("behind", (3,))]

    def test_an_unknown_gap_parts_nobody(self) -> None:
        """Before the first crossing, or told by orders alone, everybody is in one pack."""
        assert names(told("laps 9\n0:05.0 1   0:05.1 2")) == [("pack", (1, 2))]
        assert names(told("laps 9\nread 4: 3 1 2")) == [("pack", (3, 1, 2))]

    def test_only_those_in_the_race_are_on_the_ice(self) -> None:
        """1 has finished and 3 is out; 2 and 4 ride on."""
        race = told("laps 2\n0:31.0 1   0:31.1 2   0:31.2 3   0:31.3 4\n1:02.0 1\nmark 3 DNF")
        assert names(race) == [("pack", (2, 4))]
        assert groups(told(THREE)) == ()

    def test_nobody_is_on_the_ice_without_a_start_list(self) -> None:
        """A race that is only planned has no groups, no places and no gaps."""
        race = Race()
        assert (groups(race), positions(race), behind(race, 1)) == ((), {}, {})

    @given(crossings)
    def test_everybody_still_racing_is_in_one_group(self, story: str) -> None:
        """However they cross: each skater in the race rides in one group, and there is one pack."""
        race = told(story)
        found = groups(race)
        bibs = [bib for group in found for bib in group.bibs]
        assert sorted(bibs) == [bib for bib in race.starters if race.rides[bib].riding]
        assert [group.name for group in found].count("pack") == bool(bibs)
