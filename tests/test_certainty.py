"""What is sure is sure, and nothing that is sure is left out: certainty beside every possible ending."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from endings import Truth, situation, truth
from lastlap.certainty import Certainty, Contender, Situation, Sprint, certainties, sure
from lastlap.certainty import situation as situation_of
from lastlap.errors import InputError
from lastlap.events import Phase, RacePlanned, Record, StartListPosted
from lastlap.race import Race
from lastlap.ranking import standings
from lastlap.rulebook import IRM, Elimination, LapGain, Lapped, Ranking, Redistribution, Rulebook, edition
from story import RULES, starter, told

OLD = ((5, 3, 1), (5, 3, 1), (5, 3, 1)), (60, 40, 20)
NEW = ((3, 2, 1), (3, 2, 1), (3, 2, 1)), (60, 40, 20, 10, 6, 3)
Tables = tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]


def field(tables: Tables, skaters: int, points: int) -> Situation:
    """A race before the start in which bib 1 has so many points in hand, taken from the first sprints."""
    bibs = frozenset(range(1, skaters + 1))
    sprints, finish = tables
    ways, left = list(sprints), points
    for number, table in enumerate(ways):
        if left in table:
            ways[number] = tuple(worth for worth in table if worth != left)
            left = 0
            break
    assert not left
    opened = [Sprint(table, bibs - {1} if table != sprints[0] else bibs) for table in ways]
    contenders = tuple(Contender(bib, points if bib == 1 else 0) for bib in sorted(bibs))
    return Situation(contenders, (*opened, Sprint(finish, bibs, finish=True)))


def found(one: Certainty) -> Truth:
    """A certainty in the words of the brute force."""
    assert one.sure_rank is not None
    assert one.best_rank is not None
    return Truth(one.sure_rank, one.best_rank, one.needs)


@given(st.integers(0, 10**9))
def test_law_13_it_is_what_every_ending_says(seed: int) -> None:
    """The rank that is sure, the best still possible, and the points that make it sure: exactly."""
    moment, top = situation(seed)
    mine = certainties(moment, top)
    for bib, true in truth(moment, top, falls=False).items():
        one = mine[bib]
        assert one.exact
        contender = next(c for c in moment.contenders if c.bib == bib)
        if contender.out is None:
            assert found(one) == true
        else:
            assert (one.sure_rank, one.best_rank) == (true.worst, true.best)


def is_tiny(seed: int) -> bool:
    """Whether all endings with every way of falling can be tried."""
    moment, _ = situation(seed)
    return len(moment.contenders) <= 3 and len(moment.sprints) <= 2


@given(st.integers(0, 10**9).filter(is_tiny))
def test_law_13_holds_although_others_fall(seed: int) -> None:
    """Whoever is sure, and finishes, is there whoever else drops out."""
    moment, top = situation(seed)
    mine = certainties(moment, top)
    for bib, true in truth(moment, top, falls=True).items():
        assert mine[bib].sure_rank == true.worst


@given(st.integers(0, 10**9), st.integers(1, 4))
def test_more_points_never_make_a_sure_skater_unsure(seed: int, more: int) -> None:
    """What is proved stays proved."""
    moment, top = situation(seed)
    before = certainties(moment, top)
    for lucky in moment.contenders:
        if lucky.void or lucky.out is not None:
            continue
        rich = tuple(
            msgspec.structs.replace(c, points=c.points + more) if c is lucky else c for c in moment.contenders
        )
        after = certainties(msgspec.structs.replace(moment, contenders=rich), top)[lucky.bib]
        assert found(after).worst <= found(before[lucky.bib]).worst


@given(st.integers(0, 10**9))
def test_renaming_bibs_renames_the_answer(seed: int) -> None:
    """No bib is luckier than another."""
    moment, top = situation(seed)
    named = msgspec.structs.replace(
        moment,
        contenders=tuple(msgspec.structs.replace(c, bib=c.bib + 20) for c in moment.contenders),
        sprints=tuple(
            msgspec.structs.replace(s, open_to=frozenset(bib + 20 for bib in s.open_to))
            for s in moment.sprints
        ),
    )
    renamed = certainties(named, top)
    for bib, one in certainties(moment, top).items():
        assert renamed[bib + 20] == msgspec.structs.replace(one, bib=bib + 20)


class TestFivePoints:
    """The theorem of PyeongChang, and what became of it."""

    @pytest.mark.parametrize(("tables", "needed"), [(OLD, 5), (NEW, 6)])
    def test_so_many_points_are_sure_of_the_first_eight(self, tables: Tables, needed: int) -> None:
        """Before the start, of twelve skaters: five in 2018, six since."""
        bibs = frozenset(range(1, 13))
        sprints, finish = tables
        opened = (*(Sprint(table, bibs) for table in sprints), Sprint(finish, bibs, finish=True))
        start = Situation(tuple(Contender(bib) for bib in sorted(bibs)), opened)
        assert {one.needs for one in certainties(start, 8).values()} == {needed}

    def test_the_first_sprint_won_is_enough(self) -> None:
        """With the five points of a sprint won, at most seven others can still be ahead."""
        mine = certainties(field(OLD, 12, 5), 8)[1]
        assert mine.sure
        assert "seven others" in mine.why

    def test_three_points_are_not_enough_today(self) -> None:
        """A single sprint won is very likely enough, and no proof."""
        assert not certainties(field(NEW, 12, 3), 8)[1].sure


class TestPatience:
    """A search that would take too long gives a safe answer, and says so."""

    @pytest.mark.parametrize("patience", [0, 1, 3, 10, 30, 100])
    def test_cut_short_it_is_safe(self, patience: int) -> None:
        """Nothing is called sure that is not, and nothing impossible that is possible."""
        bibs = frozenset(range(1, 13))
        tables = ((5, 3, 1), (4, 4, 2), (6, 3, 2), (7, 5, 1))
        opened = tuple(Sprint(table, bibs) for table in tables)
        contenders = tuple(Contender(bib, bib % 5) for bib in sorted(bibs))
        moment = Situation(contenders, (*opened, Sprint((9, 6, 3), bibs, finish=True)))
        true = certainties(moment, 4)
        for bib, one in certainties(moment, 4, patience=patience).items():
            assert found(one).worst >= found(true[bib]).worst
            assert found(one).best <= found(true[bib]).best


class TestWords:
    """What is said of it."""

    def test_a_skater_who_is_out_has_no_place(self) -> None:
        """Disqualified: nothing is sure, nothing is possible."""
        mine = certainties(Situation((Contender(1, out=0), Contender(2, 3))), 1)
        assert (mine[1].sure_rank, mine[1].best_rank, mine[1].out) == (None, None, True)
        assert mine[2].sure

    def test_top_must_be_a_place(self) -> None:
        """Nobody is first of the first none."""
        with pytest.raises(InputError, match="top must be 1 or more, not 0"):
            certainties(Situation((Contender(1),)), 0)


def raced(story: str, phase: Phase = "final", base: Rulebook = RULES) -> Race:
    """The race of a story, in a phase."""
    race = told(story, base=base)
    race.tell(Record(900, RacePlanned("w", phase, "Women", race.rulebook)))
    return race


HALF = """laps 4; sprint 2: 5 3 1; sprint 4: 60 40 20
0:30 1  0:30.1 2  0:30.2 3  0:30.3 4
1:00 1  1:00.1 2
"""


class TestRaces:
    """Certainty as it is asked of a race."""

    def test_in_the_order_of_the_standings(self) -> None:
        """With the proviso of who still rides."""
        race = raced(HALF)
        assert [one.bib for one in sure(race)] == [standing.score.bib for standing in standings(race)]
        assert sure(race)[0].provided == "if they finish"

    @pytest.mark.parametrize(
        ("phase", "name", "top"),
        [
            ("semi-final", "isu-2018", 8),
            ("final", "isu-2018", 3),
            ("division B", "isu-2024", 3),
            ("division A", "isu-2024", 3),
        ],
    )
    def test_each_phase_has_its_goal(self, phase: Phase, name: str, top: int) -> None:
        """The final, a medal, division A."""
        race = Race(edition(name))
        race.tell(Record(1, RacePlanned("w", phase, "Women", edition(name))))
        race.tell(Record(2, StartListPosted(tuple(map(starter, range(1, 13))))))
        assert {one.top for one in sure(race)} == {top}

    def test_another_place_can_be_asked_for(self) -> None:
        """As who is sure of winning."""
        assert [one.sure for one in sure(raced(HALF + "1:30 1\n2:00 1"), top=1)] == [
            True,
            False,
            False,
            False,
        ]

    def test_a_half_decided_sprint(self) -> None:
        """Only those who have not crossed can take what is left of it."""
        finish, half = situation_of(raced(HALF)).sprints
        assert half == Sprint((1,), frozenset({3, 4}))
        assert finish.finish

    def test_after_the_finish_all_is_settled(self) -> None:
        """Best and sure rank are one."""
        race = raced("laps 1; sprint 1: 9\n0:31 1  0:32 2  0:33 3")
        assert [(one.sure_rank, one.best_rank) for one in sure(race)] == [(1, 1), (2, 2), (3, 3)]
        assert {one.provided for one in sure(race)} == {""}

    def test_who_is_out_stands_behind_all_who_ride(self) -> None:
        """A non-finisher by laps, a disqualified skater nowhere."""
        race = raced(HALF + "mark 4 DNF\nmark 3 DSQ")
        found = {one.bib: one for one in sure(race)}
        assert (found[4].sure_rank, found[4].best_rank) == (3, 3)
        assert found[3].sure_rank is None

    def test_void_points_help_nobody(self) -> None:
        """A lapped skater rides on without a chance of points."""
        base = msgspec.structs.replace(RULES, ranking=Ranking(void=(IRM.LAP,)))
        race = raced(
            "laps 5; sprint 5: 9 5\n0:30 1  0:31 2  0:32 3\n1:00 1  1:01 2\n1:30 1  1:31 2", base=base
        )
        found = {one.bib: one for one in sure(race, top=1)}
        assert (found[3].needs, found[1].provided) == (None, "if they finish without being lapped")

    def test_the_disqualified_leave_their_place_at_the_finish(self) -> None:
        """Where the next move up, the place is open again for who has not crossed."""
        base = msgspec.structs.replace(RULES, redistribution=Redistribution("finish"))
        race = raced("laps 1; sprint 1: 9 5\n0:31 1\nmark 1 DSQ\n0:32.5 3'\nmark 2 DNS\nlapped 4", base=base)
        assert situation_of(race).sprints[0].places == (5,)

    def test_a_race_told_by_orders(self) -> None:
        """A sprint that is over is open to whoever nobody has read yet."""
        race = raced("laps 8; sprint 4: 5 3 1; sprint 8: 60\nread 4: 1 2\nlapped 3\nmark 4 DNS")
        assert situation_of(race).sprints[1] == Sprint((1,), frozenset({3}))
        over = raced("laps 8; sprint 8: 60 40 20\nread 8: 1 2\nlapped 3\nmark 4 DNF")
        assert situation_of(over).sprints[0] == Sprint((20,), frozenset({3}), finish=True)

    def test_the_winner_is_first_over_the_line(self) -> None:
        """Under the trial's rule points do not win."""
        base = msgspec.structs.replace(RULES, ranking=Ranking("first over the line"))
        story = "laps 1; sprint 1: 9 8 7\n0:31 1"
        assert situation_of(raced(story, base=base)).first_wins
        assert not situation_of(raced(story + "\nmark 1 DSQ\n0:32 2", base=base)).first_wins

    def test_an_elimination_race(self) -> None:
        """Whoever rides is ahead of all who are out."""
        base = msgspec.structs.replace(RULES, elimination=Elimination(first=1))
        race = raced("laps 3\n0:30 1  0:31 2  0:32 3\n1:00 1", base=base)
        found = {one.bib: one for one in sure(race)}
        assert found[3].sure_rank == 3
        assert found[1].provided == "if they do not drop out"

    def test_a_points_race_on_the_track(self) -> None:
        """Points first; the proviso names the laps that could still be gained."""
        base = msgspec.structs.replace(
            RULES, ranking=Ranking("points race"), lap_gain=LapGain(20, 20), lapped=Lapped("ignore")
        )
        found = sure(raced(HALF, base=base))
        assert found[0].provided == "if they finish and nobody gains or loses a lap"

    def test_lapped_and_finishing_with_the_leader(self) -> None:
        """They may be stopped short of the distance, behind all who skate it."""
        base = msgspec.structs.replace(RULES, lapped=Lapped("finish with leader"))
        race = raced(
            "laps 5; sprint 5: 9 5\n0:30 1  0:31 2  0:32 3\n1:00 1  1:01 2\n1:30 1  1:31 2", base=base
        )
        assert next(c for c in situation_of(race).contenders if c.bib == 3).adrift
        mine = next(one for one in sure(race, top=1) if one.bib == 3)
        assert (mine.exact, mine.sure, mine.out) == (False, False, False)
        assert "in the race" in mine.why
