"""What is already certain: nobody who is called sure ever misses it, and nothing certain is left unsaid."""

from collections.abc import Iterator
from itertools import permutations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lastlap.certainty import Certainty, Contender, Situation, Sprint, certainties, situation, sure
from lastlap.errors import InputError
from lastlap.events import (
    Event,
    GunFired,
    LapGained,
    LappedCalled,
    LappedLifted,
    LapsGiven,
    MarkGiven,
    OrderRead,
    Passing,
    RacePlanned,
    Record,
    StartListPosted,
)
from lastlap.race import Race, replay
from lastlap.ranking import MERITS, standings
from lastlap.rulebook import IRM, Rulebook, edition
from lastlap.times import SECOND, Instant
from story import starter

OLD, NEW = ((5, 3, 1), (60, 40, 20)), ((3, 2, 1), (60, 40, 20, 10, 6, 3))
"""The points of a sprint and of the finish: until 2018, and since."""

Tables = tuple[tuple[int, ...], tuple[int, ...]]


def ahead_of_all(tables: Tables, bibs: frozenset[int], sprints: int = 3) -> tuple[Sprint, ...]:
    """So many sprints and the finish, all of them open to all *bibs*."""
    points, finish = tables
    return (*(Sprint(points, bibs) for _ in range(sprints)), Sprint(finish, bibs, finish=True))


def field(skaters: int, tables: Tables, sprints: int = 3) -> Situation:
    """Before the start of a race of so many *skaters*."""
    bibs = frozenset(range(1, skaters + 1))
    return Situation(tuple(map(Contender, sorted(bibs))), ahead_of_all(tables, bibs, sprints))


def race_of(rulebook: Rulebook, skaters: int, phase: str = "") -> Race:
    """A race whose start list is posted and whose gun has been fired."""
    events: list[Event] = [StartListPosted(tuple(map(starter, range(1, skaters + 1)))), GunFired(Instant(0))]
    race = replay((Record(number, event) for number, event in enumerate(events, 1)), rulebook)
    if phase:
        race.tell(Record(3, RacePlanned("M", phase, phase, rulebook)))  # type: ignore[arg-type]  # one of its phases
    return race


def say(race: Race, *events: Event) -> Race:
    """The *race* after officials have said this."""
    for event in events:
        race.tell(Record(900 + len(race.records), event))
    return race


def cross(race: Race, lap: int, *bibs: int) -> Race:
    """The *race* after *bibs* have ended *lap*, each half a second behind the last."""
    for place, bib in enumerate(bibs, len(race.order(lap))):
        at = Instant(lap * 30 * SECOND + place * SECOND // 2)
        race.tell(Record(100 + len(race.verdicts), Passing(at, f"T{bib}")))
    return race


def ridden(race: Race, laps: int) -> Race:
    """The *race* after everybody has done so many *laps*, in the order of their bibs."""
    for lap in range(1, laps + 1):
        cross(race, lap, *race.starters)
    return race


def of(race: Race, bib: int, top: int | None = None) -> Certainty:
    """What is certain of *bib*."""
    return next(one for one in sure(race, top=top) if one.bib == bib)


class TestTheTheorem:
    """Facts that were found by another search, years of rulebooks apart."""

    @pytest.mark.parametrize(("tables", "points"), [(OLD, 5), (NEW, 6)])
    def test_how_many_points_make_the_final_sure(self, tables: Tables, points: int) -> None:
        """Eight of twelve go on: five points were enough until 2018, six are since."""
        assert {one.needs for one in certainties(field(12, tables), 8).values()} == {points}

    @pytest.mark.parametrize(
        ("tables", "most"), [(OLD, [12, 10, 10, 9, 8, 7, 6]), (NEW, [15, 13, 12, 10, 9, 8, 7])]
    )
    def test_how_many_can_have_so_many_points(self, tables: Tables, most: list[int]) -> None:
        """The largest number of skaters with 1, 2 ... 7 points or more in one race."""
        riders = field(30, tables)
        for points, number in enumerate(most, 1):
            finished = Contender(99, points - 1, line=1)
            found = certainties(replace(riders, contenders=(*riders.contenders, finished)), 8)
            assert found[99].sure_rank == number + 1

    def test_lee_could_take_it_easy(self) -> None:
        """Under the rules of 2018 the winner of the second sprint is sure of the final at once."""
        race = ridden(race_of(edition("isu-2014"), 12, "semi-final"), 7)
        before, after = of(race, 7), of(cross(race, 8, 7), 7)
        assert (before.sure, before.needs) == (False, 5)
        assert (after.sure, after.needs, after.provided) == (True, 0, "if they finish")
        assert after.why == (
            "Sure of the final with 5 points: at most seven others can still be ahead, one with as many points"
            " already, three by points at the finish and three by points at other sprints. One more is too"
            " many: of the seven nearest four need one place each, and the rest must win 11 points and can win 8."
        )


# Every ending, one by one: slow, simple, and written without a look at the program

Ending = tuple[dict[int, int], tuple[int, ...], frozenset[int]]
"""What each skater has won, the riders as they came over the line, and who fell."""


def riders(situation: Situation) -> frozenset[int]:
    """Who is still in the race and has not finished."""
    return frozenset(one.bib for one in situation.contenders if one.line is None and one.out is None)


def subsets(bibs: frozenset[int]) -> Iterator[frozenset[int]]:
    """All the sets that *bibs* hold."""
    for mask in range(1 << len(bibs)):
        yield frozenset(bib for place, bib in enumerate(sorted(bibs)) if mask >> place & 1)


def endings(situation: Situation, *, falls: bool, fallen: frozenset[int] = frozenset()) -> Iterator[Ending]:
    """Every way in which the race can end; with *falls*, anybody may drop out before any sprint."""
    sprint, *later = situation.sprints
    upright = riders(situation) - fallen
    for down in subsets(upright) if falls else [frozenset[int]()]:
        takers = sorted(sprint.open_to - fallen - down)
        number = len(takers) if sprint.finish else min(len(takers), len(sprint.places))
        for order in permutations(takers, number):
            won = dict(zip(order, sprint.places, strict=False))
            if sprint.finish:
                yield won, order, fallen | down
                continue
            rest = replace(situation, sprints=tuple(later))
            for more, line, out in endings(rest, falls=falls, fallen=fallen | down):
                yield {bib: won.get(bib, 0) + more.get(bib, 0) for bib in {*won, *more}}, line, out


def final_ranks(situation: Situation, ending: Ending, *, level: bool = False) -> dict[int, int]:
    """The rank of each skater; *level* if the next over the line had the time of the last who was."""
    won, order, fallen = ending
    last = max((one.line or 0 for one in situation.contenders), default=0)
    keys: dict[int, tuple[int, ...]] = {}
    for one in situation.contenders:
        if one.out is not None or one.bib in fallen:
            keys[one.bib] = (1, one.out or 0)
            continue
        place = order.index(one.bib) if one.line is None else 0
        line = one.line or last + place + (not (level and last and not place))
        points = one.points + (0 if one.void else won.get(one.bib, 0))
        keys[one.bib] = (0, situation.first_wins and line != 1, -points, line)
    return {bib: 1 + sum(other < key for other in keys.values()) for bib, key in keys.items()}


def by_trying(situation: Situation, top: int, *, falls: bool) -> dict[int, tuple[int, int, int | None]]:
    """Of who is in the race: the worst rank if they finish, the best if all do, and the points that make sure."""
    found: dict[int, tuple[int, int, int | None]] = {}
    tried = list(endings(situation, falls=falls))
    strict = [final_ranks(situation, ending) for ending in tried]
    level = [final_ranks(situation, ending, level=True) for ending in tried]
    for one in situation.contenders:
        if one.out is not None:
            continue
        bib = one.bib
        known = [
            (ranks[bib], won.get(bib, 0))
            for ranks, (won, _, out) in zip(strict, tried, strict=True)
            if bib not in out
        ]
        worst = max(rank for rank, _ in known)
        best = min(
            ranks[bib] for ranks, (_, _, out) in zip(strict + level, tried * 2, strict=True) if not out
        )
        too_few = max((points for rank, points in known if rank > top), default=-1)
        enough = min((points for _, points in known if points > too_few), default=None)
        found[bib] = (worst, best, 0 if worst <= top else None if one.void else enough)
    return found


def falling(points: list[int]) -> tuple[int, ...]:
    """A table of points, best first."""
    return tuple(sorted(points, reverse=True))


TABLES = st.lists(st.integers(1, 5), min_size=1, max_size=2).map(falling)


@st.composite
def situations(draw: st.DrawFn, most: int = 4) -> Situation:
    """Small moments of a race: some have finished, some are out, some sprints are half decided."""
    size = draw(st.integers(2, most))
    finished = draw(st.integers(0, min(2, size - 1)))
    out = draw(st.integers(0, min(1, size - finished - 1)))
    lines = draw(st.sampled_from([(1, 2), (1, 1)]))[:finished]
    contenders = [Contender(size, out=1)] * out
    for bib in range(1, size + 1 - out):
        void = draw(st.integers(0, 4)) == 4
        line = lines[bib - 1] if bib <= finished else None
        contenders.append(Contender(bib, 0 if void else draw(st.integers(0, 6)), void, line))
    table = draw(TABLES)
    everybody = frozenset(range(finished + 1, size + 1 - out))
    takers = st.just(everybody) | st.frozensets(st.integers(1, size - out), min_size=1)
    sprints = draw(st.lists(st.builds(Sprint, st.just(table) | TABLES, takers), max_size=2))
    finish = draw(st.lists(st.integers(0, 8), min_size=1, max_size=4).map(falling))
    return Situation(
        tuple(contenders),
        (*sprints, Sprint(finish, everybody, finish=True)),
        first_wins=draw(st.integers(0, 4)) == 4,
    )


class TestAgainstEveryEnding:
    """What is said is the truth, the whole truth, for every small race."""

    @settings(max_examples=250)
    @given(situations(), st.integers(1, 4))
    def test_ranks_and_points_are_those_of_every_ending_tried(self, moment: Situation, top: int) -> None:
        """The sure rank, the best rank and the points that make sure are exact."""
        found = certainties(moment, top)
        assert all(one.exact for one in found.values())
        tried = by_trying(moment, top, falls=False)
        assert {bib: (found[bib].sure_rank, found[bib].best_rank, found[bib].needs) for bib in tried} == tried

    @settings(max_examples=60)
    @given(situations(most=3), st.integers(1, 3))
    def test_nobody_gains_by_a_fall_of_another(self, moment: Situation, top: int) -> None:
        """The same holds if anybody else may drop out at any time."""
        assert by_trying(moment, top, falls=True) == by_trying(moment, top, falls=False)

    @settings(max_examples=60)
    @given(situations(), st.integers(1, 4), st.integers(0, 12))
    def test_without_patience_it_is_still_safe(self, moment: Situation, top: int, patience: int) -> None:
        """A search that is cut short calls nothing sure that is not, and nobody out who is not."""
        exact, hasty = certainties(moment, top), certainties(moment, top, patience=patience)
        for bib, one in hasty.items():
            truth = exact[bib]
            assert (one.sure_rank or 9) >= (truth.sure_rank or 9)
            assert (one.best_rank or 9) <= (truth.best_rank or 9)
            assert one.needs is None or (truth.needs is not None and truth.needs <= one.needs)
            assert not one.exact or msgspec.structs.asdict(one) == msgspec.structs.asdict(truth)

    def test_wherever_the_search_is_cut_short_it_is_safe(self) -> None:
        """Five skaters with points before two open sprints: cut short after any number of steps."""
        everybody = frozenset(range(1, 6))
        sprint = Sprint((5, 3, 1), everybody)
        points = enumerate((6, 5, 3, 1, 0), 1)
        moment = Situation(
            tuple(Contender(bib, won) for bib, won in points),
            (sprint, sprint, Sprint((60, 40, 20), everybody, finish=True)),
        )
        exact = certainties(moment, 3)
        for patience in range(120):
            for bib, one in certainties(moment, 3, patience=patience).items():
                assert (one.sure_rank or 9) >= (exact[bib].sure_rank or 9)
                assert (one.best_rank or 9) <= (exact[bib].best_rank or 9)


def short(name: str, category: str = "") -> Rulebook:
    """An edition for four laps, with a sprint at the end of each."""
    rulebook = edition(name, category)
    sprints = replace(rulebook.sprints, at=(1, 2, 3) if rulebook.sprints.points else (), every=None)
    each = rulebook.elimination and replace(rulebook.elimination, first=1, every=1, out=1, until=3)
    return replace(rulebook, laps=4, sprints=sprints, elimination=each)


SHORT = [
    short(name, "M")
    for name in ("isu-2014", "isu-2024", "isu-2011-trial", "club", "elimination", "points-race")
]
"""Every way of ranking and of treating the lapped."""


@st.composite
def rides(draw: st.DrawFn, skaters: int, laps: int) -> list[Passing]:
    """The passings of a race in which some are lapped and some stop, in the order of their times."""
    found = []
    for bib in range(1, skaters + 1):
        at = 0
        for _ in range(draw(st.sampled_from([laps, laps, laps, 1]))):
            at += draw(st.sampled_from([25_000, 25_001, 26_000, 27_500, 60_000])) * SECOND // 1_000
            found.append(Passing(Instant(at), f"T{bib}"))
    return sorted(found, key=lambda passing: (passing.at, passing.transponder))


class TestLaws:
    """What must hold of every moment."""

    @given(situations(most=6), st.integers(1, 5), st.data())
    def test_more_points_never_make_it_worse(self, moment: Situation, top: int, data: st.DataObject) -> None:
        """Who is sure stays sure with points more, and no rank is lost by them."""
        one = data.draw(st.sampled_from([one for one in moment.contenders if one.out is None]))
        richer = replace(one, points=one.points + data.draw(st.integers(1, 5)))
        others = tuple(other for other in moment.contenders if other.bib != one.bib)
        before = certainties(moment, top)[one.bib]
        after = certainties(replace(moment, contenders=(*others, richer)), top)[one.bib]
        assert (after.sure_rank or 9) <= (before.sure_rank or 9)
        assert (after.best_rank or 9) <= (before.best_rank or 9)
        assert after.sure >= before.sure

    @given(situations(most=6), st.integers(1, 5), st.permutations(range(1, 7)))
    def test_other_bibs_change_only_the_bibs(self, moment: Situation, top: int, bibs: list[int]) -> None:
        """Numbers on caps are names: nothing else hangs on them."""
        named = {bib: 10 * bibs[bib - 1] for bib in range(1, 7)}
        contenders = tuple(replace(one, bib=named[one.bib]) for one in reversed(moment.contenders))
        sprints = tuple(
            replace(sprint, open_to=frozenset(named[bib] for bib in sprint.open_to))
            for sprint in moment.sprints
        )
        found = certainties(replace(moment, contenders=contenders, sprints=sprints), top)
        for bib, one in certainties(moment, top).items():
            # Of several ways of being ahead, which one the proof tells of may differ.
            assert replace(found[named[bib]], bib=bib, why="") == replace(one, why="")

    @settings(max_examples=80)
    @given(st.data())
    def test_nobody_who_is_sure_ever_misses_it(self, data: st.DataObject) -> None:
        """Whatever a race brings: who finishes unmarked has at least the rank that was sure at any moment."""
        race = race_of(data.draw(st.sampled_from(SHORT)), data.draw(st.integers(2, 6)))
        said: list[Certainty] = []
        for number, passing in enumerate(data.draw(rides(len(race.starters), race.laps)), 10):
            race.tell(Record(number, passing))
            said += sure(race, top=2)
        final = {standing.score.bib: standing for standing in standings(race)}
        for one in said:
            standing = final[one.bib]
            if race.rides[one.bib].finished and standing.score.irm is None:
                assert (one.sure_rank or 9) >= (standing.rank or 0), one
            if all(race.rides[bib].finished and race.rides[bib].irm is None for bib in final):
                assert (one.best_rank or 9) <= (standing.rank or 0), one


TRIED = "Every way of dealing the places that are left was tried: none serves one more."
"""What is said where no sum is proof enough."""


class TestSpecialRules:
    """Rules that are not those of every mass start."""

    def test_first_over_the_line_wins_whatever_the_points(self) -> None:
        """In the trial of 2011 the winner is sure although others may have more points."""
        contenders = (Contender(1, 25, line=1), Contender(2, 9, line=2), Contender(3, 30), Contender(4, 28))
        moment = Situation(contenders, (Sprint((10, 5), frozenset({3, 4}), finish=True),))
        trial = certainties(replace(moment, first_wins=True), 1)
        assert (trial[1].sure_rank, trial[3].best_rank) == (1, 2)
        assert certainties(moment, 1)[1].sure_rank == 3

    def test_only_one_can_be_first_over_the_line(self) -> None:
        """Of two whose points are void, one may still win the race, but not both."""
        contenders = (Contender(1, 1), Contender(2, void=True), Contender(3, void=True))
        finish = Sprint((1,), frozenset({1, 2, 3}), finish=True)
        one = certainties(Situation(contenders, (finish,), first_wins=True), 2)[1]
        assert (one.sure_rank, one.why.endswith(TRIED)) == (2, True)

    def test_the_first_over_the_line_can_come_from_nowhere(self) -> None:
        """Until somebody has crossed it, one more can always be ahead, however many points a skater has."""
        moment = field(4, ((), ()), sprints=0)
        leader = replace(moment, contenders=(Contender(1, 99), *moment.contenders[1:]))
        assert certainties(leader, 1)[1].sure_rank == 1
        assert certainties(replace(leader, first_wins=True), 1)[1].sure_rank == 2

    def test_a_winner_who_is_disqualified_leaves_no_winner_by_the_line(self) -> None:
        """Where nobody moves up, the second over the line is the second."""
        race = race_of(short("isu-2011-trial", "M"), 3)
        for lap in (1, 2, 3):
            cross(race, lap, 3, 1, 2)
        cross(race, 4, 1, 2)
        assert situation(race).first_wins
        say(race, MarkGiven(1, IRM.DSQ))
        assert not situation(race).first_wins
        assert of(race, 2).sure_rank == 2

    def test_void_points_cannot_make_anything_sure(self) -> None:
        """A lapped skater who rides on takes places, and gets nothing for them."""
        moment = field(5, NEW, sprints=1)
        lapped = replace(moment, contenders=(Contender(1, void=True), *moment.contenders[1:]))
        found = certainties(lapped, 3)
        assert found[1].needs is None
        assert found[1].best_rank == 5
        assert found[2].needs is not None

    def test_void_points_of_others_are_no_danger(self) -> None:
        """Only three of the other four can pass a skater with a point."""
        moment = field(5, NEW, sprints=1)
        contenders = (Contender(1, 1), Contender(2, void=True), *moment.contenders[2:])
        assert certainties(replace(moment, contenders=contenders), 3)[1].sure_rank == 4

    def test_among_void_points_the_line_decides(self) -> None:
        """Two lapped skaters: a rider may be last, who has finished is ahead of the other."""
        rider, finish = Contender(1, void=True), Sprint((3, 2), frozenset({1, 2}), finish=True)
        assert certainties(Situation((rider, Contender(2, void=True)), (finish,)), 1)[1].sure_rank == 2
        alone = replace(finish, open_to=frozenset({2}))
        there = Situation((replace(rider, line=1), Contender(2, void=True)), (alone,))
        assert certainties(there, 1)[1].sure_rank == 1

    def test_a_half_decided_sprint_helps_only_who_has_not_crossed(self) -> None:
        """The place that is left belongs to the last to cross, who wins by it; nobody else can get it."""
        contenders = (Contender(1, 3), Contender(2, 2), Contender(3, 1))
        moment = Situation(contenders, (Sprint((5, 4), frozenset({3})),))
        assert [one.sure_rank for one in certainties(moment, 1).values()] == [2, 3, 1]

    def test_nobody_takes_two_places_of_one_sprint(self) -> None:
        """The third may win one of two single points without passing; so the fourth must win the other."""
        contenders = (Contender(1, 4, line=1), Contender(2, 9), Contender(3, 2), Contender(4, 4))
        sprints = (Sprint((3,), frozenset({2, 3})), Sprint((1, 1), frozenset({3, 4})))
        assert certainties(Situation(contenders, sprints), 1)[1].best_rank == 3

    def test_the_best_place_may_be_needed_by_who_lacks_less(self) -> None:
        """Who has crossed has only the finish; so the one who lacks most must win the sprint instead."""
        contenders = (Contender(1, 9), Contender(2, 6), Contender(3, 5))
        finish = Sprint((4,), frozenset({1, 2, 3}), finish=True)
        moment = Situation(contenders, (Sprint((2, 2), frozenset({3})), Sprint((2,), frozenset({3})), finish))
        assert certainties(moment, 1)[1].sure_rank == 3

    def test_who_is_out_ranks_behind_all_who_ride(self) -> None:
        """By their place among those who are out; without a place, nothing is sure."""
        out = [Contender(3, out=1), Contender(4, out=2), Contender(5, 9, out=0)]
        found = certainties(Situation((Contender(1), Contender(2), *out)), 3)
        assert [(one.sure_rank, one.sure, one.out) for one in found.values()][2:] == [
            (3, True, False),
            (4, False, True),
            (None, False, True),
        ]
        assert [found[bib].why for bib in (4, 5)] == [
            "Out of the race: ranked 4 if all who ride finish.",
            "Has no place in this race.",
        ]
        assert found[4].provided == ""

    def test_whoever_is_adrift_may_be_behind_everybody(self) -> None:
        """Stopped short of the distance, points are worth nothing; nobody is out because of them either."""
        finish = Sprint((9, 4), frozenset({1, 2}), finish=True)
        contenders = (
            Contender(1, 20, adrift=True),
            Contender(2),
            Contender(3, 5, line=1),
            Contender(4, out=1),
        )
        found = certainties(Situation(contenders, (finish,)), 1)
        assert [(one.sure_rank, one.best_rank) for one in found.values()] == [(3, 1), (3, 1), (3, 1), (4, 3)]
        assert not any(one.exact for one in found.values())
        assert found[1].needs is None
        assert found[1].provided == "if they do not drop out"
        assert found[1].why == "Not sure of the first 1: only two others are in the race."

    def test_whoever_is_adrift_may_win_what_is_left_and_still_be_behind(self) -> None:
        """So nobody is out because of points that a rider must win who may be stopped short."""
        moment = Situation(
            (Contender(1, 3, line=1), Contender(2, adrift=True)), (Sprint((9,), frozenset({2})),)
        )
        assert certainties(moment, 1)[1].best_rank == 1

    def test_who_is_not_in_the_race_takes_no_place(self) -> None:
        """A sprint may be open to bibs that are not there: nothing hangs on them."""
        moment = field(3, NEW, sprints=1)
        sprints = [replace(sprint, open_to=sprint.open_to | {98, 99}) for sprint in moment.sprints]
        assert certainties(replace(moment, sprints=tuple(sprints)), 1) == certainties(moment, 1)

    def test_equal_places_over_the_line_share_a_rank(self) -> None:
        """A dead heat at the finish puts nobody ahead."""
        found = certainties(
            Situation((Contender(1, 3, line=1), Contender(2, 3, line=1), Contender(3, 3, line=3))), 1
        )
        assert [one.sure_rank for one in found.values()] == [1, 1, 3]

    def test_with_few_skaters_points_come_by_themselves(self) -> None:
        """Of three riders with six places at the finish, the last has 20 points at least."""
        moment = field(3, NEW, sprints=0)
        ahead = replace(moment, contenders=(Contender(1, 41), *moment.contenders[1:]))
        one = certainties(ahead, 1)[1]
        assert (one.sure_rank, one.sure) == (1, True)
        assert one.why == "Sure of the first 1 with 61 points: nobody can be ahead any more."

    def test_a_points_race_with_twelve_sprints_to_go(self) -> None:
        """Many sprints are as exact: 24 riders, and the points that make sure of the first three."""
        found = certainties(field(24, ((5, 3, 2, 1), (10, 6, 4, 2)), sprints=11), 3)
        assert all(one.exact and one.needs == 36 for one in found.values())


class TestFromARace:
    """What is still open is read off the race."""

    def test_a_sprint_is_open_to_who_has_not_crossed(self) -> None:
        """Two have their points; the third place is open to the others."""
        race = cross(ridden(race_of(edition("isu-2024"), 5), 3), 4, 4, 2)
        sprint = next(sprint for sprint in situation(race).sprints if sprint.places == (1,))
        assert sprint.open_to == {1, 3, 5}
        assert [one.points for one in situation(race).contenders] == [0, 2, 0, 3, 0]

    def test_a_dead_heat_takes_two_places(self) -> None:
        """Both have the points of the first; the third place is open."""
        race = cross(ridden(race_of(short("isu-2014"), 5), 0), 1, 1, 2)
        say(race, OrderRead(1, ((1, 2),)))
        assert [one.points for one in situation(race).contenders] == [5, 5, 0, 0, 0]
        assert (1,) in [sprint.places for sprint in situation(race).sprints]

    @pytest.mark.parametrize(("policy", "places"), [("finish", (60, 40, 20)), ("none", (40, 20))])
    def test_the_place_of_a_disqualified_skater(self, policy: str, places: tuple[int, ...]) -> None:
        """At the finish it is open again where the next move up."""
        rules = short("isu-2014")
        moved = replace(rules, redistribution=replace(rules.redistribution, disqualified=policy))
        race = cross(ridden(race_of(moved, 4), 3), 4, 1)
        say(race, MarkGiven(1, IRM.DSQ))
        finish = next(sprint for sprint in situation(race).sprints if sprint.finish)
        assert finish.places == places

    def test_who_finished_is_ranked_by_the_line_at_equal_points(self) -> None:
        """The order over the line is settled for them; the others come in later."""
        race = cross(ridden(race_of(short("isu-2014"), 5), 3), 4, 5, 4)
        assert [one.line for one in situation(race).contenders] == [None, None, None, 2, 1]

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("isu-2014", {"out": 1, "void": False, "adrift": False}),
            ("isu-2024", {"out": None, "void": True, "adrift": False}),
            ("club", {"out": None, "void": False, "adrift": True}),
        ],
    )
    def test_a_lapped_skater(self, name: str, expected: dict[str, object]) -> None:
        """Out where lapped skaters leave the ice, without points or perhaps without laps where they ride on."""
        race = ridden(race_of(short(name), 3), 1)
        say(race, LappedCalled(3))
        assert {field: getattr(situation(race).contenders[2], field) for field in expected} == expected

    @pytest.mark.parametrize(
        ("name", "provided"),
        [
            ("isu-2014", "if they finish"),
            ("isu-2024", "if they finish without being lapped"),
            ("club", "if they finish without being lapped"),
            ("points-race", "if they finish and nobody gains or loses a lap"),
            ("elimination", "if they do not drop out"),
        ],
    )
    def test_what_a_rider_must_still_do(self, name: str, provided: str) -> None:
        """Each way of running a race has its own proviso."""
        assert of(race_of(edition(name), 4), 1).provided == provided

    def test_a_lap_gained_counts_at_once(self) -> None:
        """In a points race twenty points are as good as those of four sprints."""
        race = ridden(race_of(short("points-race"), 5), 1)
        say(race, LapGained(5, Instant(40 * SECOND)))
        assert situation(race).contenders[4].points == 20

    def test_points_for_laps_do_not_change_the_line(self) -> None:
        """Who came second over the line is second there, also with twenty points for a lap gained."""
        race = say(ridden(race_of(short("points-race"), 2), 4), LapGained(2, Instant(500 * SECOND)))
        assert [(one.points, one.line) for one in situation(race).contenders] == [(25, 1), (35, 2)]

    def test_who_is_a_lap_behind_may_be_stopped_even_if_not_called_lapped(self) -> None:
        """Where the race ends with the leader, lifting the call gives no lap back."""
        race = cross(cross(cross(race_of(short("club"), 3), 1, 1, 2, 3), 2, 1, 2), 3, 1)
        assert [one.adrift for one in situation(say(race, LappedLifted(3))).contenders] == [
            False,
            False,
            True,
        ]

    def test_in_a_points_race_laps_do_not_decide(self) -> None:
        """Who was taken off a lap down is ranked by points among the others."""
        race = say(ridden(race_of(short("points-race"), 3), 2), LapsGiven(1, 3))
        one = situation(race).contenders[0]
        assert (one.points, one.out) == (10, None)
        told = say(ridden(race_of(short("isu-2014"), 3), 2), LapsGiven(1, 3))
        assert situation(told).contenders[0].out == 1

    def test_in_an_elimination_race_each_who_goes_makes_the_others_surer(self) -> None:
        """Whoever rides is ahead of all who are out; the last over the line is as good as out."""
        race = cross(race_of(short("elimination"), 4), 1, 4, 3, 2)
        assert [one.adrift for one in situation(race).contenders] == [True, False, False, False]
        cross(race, 1, 4, 3, 2, 1)
        assert [(one.bib, one.sure_rank, one.best_rank, one.exact) for one in sure(race)] == [
            (4, 3, 1, True),
            (3, 3, 1, True),
            (2, 3, 1, True),
            (1, 4, 4, True),
        ]

    def test_a_race_told_by_orders_alone(self) -> None:
        """A sprint that nobody has read yet stays open, also to who has dropped out since."""
        rules = short("isu-2014")
        race = race_of(rules, 5)
        say(race, OrderRead(2, (1, 2, 3)), MarkGiven(4, IRM.DNF), MarkGiven(5, IRM.DNS))
        sprints = [sprint for sprint in situation(race).sprints if not sprint.finish]
        assert [sprint.places for sprint in sprints] == [(5, 3, 1), (5, 3, 1)]
        assert [sprint.open_to for sprint in sprints] == [{1, 2, 3, 4}, {1, 2, 3}]

    def test_a_finish_that_is_read_in_part(self) -> None:
        """Whose place nobody has read may still have any that is left."""
        race = race_of(short("isu-2024"), 5)
        moment = situation(say(race, OrderRead(4, (3, 1)), LapsGiven(5, 3)))
        assert [one.line for one in moment.contenders] == [2, None, 1, None, None]
        finish = next(sprint for sprint in moment.sprints if sprint.finish)
        assert finish == Sprint((20, 10, 6, 3), frozenset({2, 4}), finish=True)

    def test_every_way_of_ranking_is_thought_of(self) -> None:
        """A new comparison must be proved here before it can be called certain."""
        assert set(MERITS) == {"mass start", "first over the line", "points race"}


class TestWhatIsAsked:
    """Which places matter."""

    @pytest.mark.parametrize(
        ("phase", "top", "medals", "goal"),
        [
            ("semi-final", 8, 0, "the final"),
            ("final", 3, 3, "a medal"),
            ("division A", 3, 3, "the first 3"),
            ("division B", 3, 0, "division A"),
        ],
    )
    def test_the_places_that_matter_in_a_phase(self, phase: str, top: int, medals: int, goal: str) -> None:
        """The final in a semi-final, medals in a final, division A in division B."""
        race = race_of(edition("isu-2024"), 12, phase)
        assert situation(race).medals == medals
        assert {one.top for one in sure(race)} == {top}
        assert sure(race)[0].why.startswith(f"Not sure of {goal}: ")

    def test_any_other_place_may_be_asked_for(self) -> None:
        """Then the words name the number of places."""
        race = race_of(edition("isu-2014"), 12, "semi-final")
        assert of(race, 1, top=8).why.startswith("Not sure of the final")
        assert of(race, 1, top=5).why.startswith("Not sure of the first 5")

    def test_there_is_no_place_nought(self) -> None:
        """The error says what to ask for."""
        with pytest.raises(InputError, match="top must be 1 or more, not 0"):
            sure(race_of(edition("isu-2014"), 3), top=0)

    def test_the_order_is_that_of_the_standings(self) -> None:
        """So that the two can be read side by side."""
        race = cross(ridden(race_of(edition("isu-2014"), 4), 3), 4, 3, 1)
        assert [one.bib for one in sure(race)] == [standing.score.bib for standing in standings(race)]

    def test_a_medal_is_said_as_soon_as_it_is_sure(self) -> None:
        """First over the line at the finish is a medal; the same place in a semi-final is none."""
        for phase, medal in (("final", True), ("semi-final", False)):
            race = cross(ridden(race_of(edition("isu-2014"), 9, phase), 15), 16, 9)
            assert (of(race, 9).sure_rank, of(race, 9).medal) == (1, medal)


class TestWords:
    """The proof as an announcer can say it."""

    @staticmethod
    def why(moment: Situation, top: int, bib: int = 1) -> str:
        """The proof for *bib*."""
        return certainties(moment, top)[bib].why

    def test_what_is_not_sure_says_what_is_missing(self) -> None:
        """Who can be ahead, and the points that would do."""
        assert self.why(field(12, OLD), 8) == (
            "Not sure of the first 8: 11 others can still be ahead with as many points already."
            " 5 more points will do, however they are won."
        )

    def test_what_is_not_sure_and_cannot_be_made_so(self) -> None:
        """Whoever wins: the leader needs only the second place, unless another takes it."""
        moment = Situation(
            (Contender(1, 5), Contender(2, 9), Contender(3)),
            (Sprint((5, 3), frozenset({1, 2, 3}), finish=True),),
        )
        assert self.why(moment, 1) == (
            "Not sure of the first 1: two others can still be ahead, one with as many points already and one"
            " by points at the finish. No points are left that would make it sure."
        )

    def test_what_is_out_of_reach(self) -> None:
        """Winning everything is not enough; and sometimes somebody must win too much."""
        assert self.why(
            Situation((Contender(1, 5, line=2), Contender(2, 6, line=1), Contender(3, 7, line=3))), 2
        ) == ("Out of reach is the first 2: with 5 points, two others stay ahead.")
        lapped = Situation(
            (Contender(1, void=True), Contender(2, 1)), (Sprint((5,), frozenset({1}), finish=True),)
        )
        assert self.why(lapped, 1) == "Out of reach is the first 1: with 0 points, one other stays ahead."
        moment = Situation(
            (Contender(1, 1), Contender(2, 20), Contender(3, line=1)),
            (Sprint((5, 3), frozenset({1, 2}), finish=True), Sprint((9,), frozenset({3}))),
        )
        assert self.why(moment, 1) == (
            "Out of reach is the first 1: with 6 points, all that is left included, two others stay ahead,"
            " one of them because somebody must win what is left."
        )

    def test_what_is_sure_since_few_are_left(self) -> None:
        """Nobody needs to count points."""
        assert self.why(field(3, OLD), 3) == "Sure of the first 3: only two others are in the race."
        assert self.why(field(2, OLD), 3) == "Sure of the first 3: only one other is in the race."
        assert self.why(field(1, OLD), 3) == "Sure of the first 3: nobody else is in the race."

    def test_what_is_sure_since_nobody_else_can_win_anything(self) -> None:
        """Of five, two are ahead, one can still win points, and one has finished without enough."""
        lines = [
            Contender(2, 9, line=1),
            Contender(3, 9, line=2),
            Contender(1, 2, line=3),
            Contender(4, line=4),
        ]
        moment = Situation((*lines, Contender(5)), (Sprint((3,), frozenset({5}), finish=True),))
        assert self.why(moment, 4) == (
            "Sure of the first 4 with 2 points: at most three others can still be ahead, two as they are now and"
            " one by points at the finish."
        )

    def test_what_is_sure_by_one_who_lacks_too_much(self) -> None:
        """The nearest is the proof."""
        contenders = (Contender(1, 9), Contender(2, 2), Contender(3, 9))
        moment = Situation(contenders, (Sprint((3, 2), frozenset({1, 2, 3}), finish=True),))
        assert self.why(moment, 2) == (
            "Sure of the first 2 with 9 points: at most one other can still be ahead with as many points"
            " already."
        )
        nearer = replace(moment, sprints=(*moment.sprints, Sprint((3, 2), frozenset({1, 2, 3}))))
        assert self.why(nearer, 2).endswith("One more is too many: the next must win 7 points and can win 6.")

    def test_what_no_sum_proves(self) -> None:
        """Three places of three points are nine, but two skaters who lack four each need four of them."""
        bibs = frozenset({1, 2, 3})
        moment = Situation((Contender(1, 4), Contender(2), Contender(3)), (Sprint((3,), bibs),) * 3)
        assert self.why(moment, 2) == (
            f"Sure of the first 2 with 4 points: at most one other can still be ahead by points at other sprints. {TRIED}"
        )

    def test_what_is_sure_while_a_sprint_is_half_decided(self) -> None:
        """The sum lets all win where any can, so that it is proof for any two."""
        bibs = frozenset({1, 2, 3})
        sprints = (Sprint((4,), frozenset({3})), Sprint((2, 1), bibs, finish=True))
        moment = Situation((Contender(1, 6), Contender(2, 4), Contender(3)), sprints)
        assert self.why(moment, 2).endswith("the two nearest must win 8 points and can win 7.")

    def test_what_is_sure_with_a_place_that_cannot_be_missed(self) -> None:
        """The last of three has 20 points; who wins is ahead at equal points."""
        moment = field(3, OLD, sprints=0)
        ahead = replace(moment, contenders=(Contender(1, 40), *moment.contenders[1:]))
        assert self.why(ahead, 2) == (
            f"Sure of the first 2 with 60 points: at most one other can still be ahead by points at the finish. {TRIED}"
        )
