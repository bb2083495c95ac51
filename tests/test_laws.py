"""The laws of the heart: they hold for every race, however it is told.

The numbers are those of the list in docs/tour.md.
"""

import random
from collections import Counter

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lastlap.events import (
    ClockCompared,
    CrossingTapped,
    Event,
    GunFired,
    LappedCalled,
    LapsCut,
    LapsGiven,
    MarkGiven,
    OrderRead,
    Passing,
    PassingInserted,
    PassingMoved,
    PassingRestored,
    PassingStruck,
    RaceRestarted,
    RaceStopped,
    Record,
    StartListPosted,
    TransponderAssigned,
)
from lastlap.race import Lap, Race, replay
from lastlap.ranking import Score, scores, standings
from lastlap.rulebook import IRM, Elimination, Lapped, Ranking, Redistribution, Rulebook, Sprints
from lastlap.times import SECOND, Duration, Instant
from story import RULES, starter

SPRINTS = Sprints(at=(1, 3), points=(3, 2, 1), finish=(60, 40, 20, 10))

rulebooks = st.builds(
    lambda policy, dsq, out: msgspec.structs.replace(
        RULES, laps=5, sprints=SPRINTS, lapped=policy, redistribution=dsq, elimination=out,
        ranking=Ranking(void=(IRM.DSQ, IRM.DNF, IRM.LAP)),
    ),
    st.sampled_from([Lapped("remove"), Lapped("continue"), Lapped("finish with leader"), Lapped("ignore")]),
    st.sampled_from([Redistribution("none"), Redistribution("finish"), Redistribution("all")]),
    st.sampled_from([None, Elimination(first=2, every=2)]),
)  # fmt: skip
"""Rulebooks of five laps, of every kind."""


@st.composite
def skated(draw: st.DrawFn) -> list[Event]:
    """What is seen of a race: a pack of up to six, lapped skaters, missed and stray passings, taps that lag."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    skaters = draw(st.integers(1, 6))
    seen: list[Event] = []
    for bib in range(1, skaters + 1):
        at, pace, taps = 0.0, rng.choice([30, 30, 30, 48]), rng.choice([0, 0, 0.3, 1])
        for lap in range(1, rng.choice([5, 5, 5, 3, 6]) + 1):
            at += rng.gauss(pace, 2)
            seen += [
                Passing(Instant(int((at + rng.random() * 0.3) * SECOND)), f"T{bib}{ankle}")
                for ankle in ("", "'")
                if rng.random() < 0.9
            ]
            seen += [
                CrossingTapped(
                    Instant(int((at + rng.gauss(1, 2)) * SECOND)), bib, rng.choice([None, None, lap, lap + 1])
                )
                for _ in range(2)
                if rng.random() < taps
            ]
    seen += [
        Passing(
            Instant(rng.randrange(200 * SECOND)),
            rng.choice(["T1", "T2'", "X"]),
            loop=rng.choice(["FIN", "BACK"]),
        )
        for _ in range(rng.randrange(4))
    ]
    return sorted(seen, key=lambda event: event.at if isinstance(event, Passing | CrossingTapped) else 0)


@st.composite
def words(draw: st.DrawFn, numbers: int) -> list[Event]:
    """What officials say of a race whose records go up to *numbers*."""
    bib, number = st.integers(1, 6), st.integers(1, numbers)
    at = st.integers(0, 200).map(lambda seconds: Instant(seconds * SECOND))
    kinds: list[st.SearchStrategy[Event]] = [
        st.builds(PassingStruck, number),
        st.builds(PassingRestored, number),
        st.builds(PassingMoved, number, at, st.none() | bib),
        st.builds(PassingInserted, at, bib),
        st.builds(CrossingTapped, at, bib, st.none() | st.integers(1, 5)),
        st.builds(TransponderAssigned, st.just("T1"), st.none() | bib, at),
        st.builds(OrderRead, st.integers(1, 5), st.permutations(range(1, 4)).map(tuple)),
        st.builds(MarkGiven, bib, st.sampled_from(IRM), since=st.none() | at),
        st.builds(LappedCalled, bib),
        st.builds(LapsGiven, bib, st.integers(0, 5)),
        st.builds(LapsCut, st.integers(1, 5)),
        st.builds(
            ClockCompared, st.sampled_from(["", "box"]), at.map(Duration), since=st.sampled_from([None, 3])
        ),
        st.builds(RaceStopped, at),
        st.builds(RaceRestarted, at, st.none() | st.integers(0, 5)),
    ]
    return draw(st.lists(st.one_of(kinds), max_size=4))


def log(events: list[Event]) -> list[Record]:
    """The records of a race of six with these *events*."""
    opening: list[Event] = [StartListPosted(tuple(starter(bib) for bib in range(1, 7))), GunFired(Instant(0))]
    return [Record(number, event, "race") for number, event in enumerate([*opening, *events], 1)]


def picture(race: Race) -> object:
    """Everything that a race says, but for the numbers of its records."""
    orders = [race.order(lap) for lap in range(1, race.laps + 1)]
    laps = sorted(
        (verdict.bib, verdict.number, verdict.at)
        for verdict in race.verdicts.values()
        if isinstance(verdict, Lap)
    )
    return standings(race), orders, laps, race.status


@st.composite
def whole(draw: st.DrawFn) -> list[Event]:
    """A race with officials' words anywhere between the passings."""
    events = draw(skated())
    for word in draw(words(len(events) + 2)):
        events.insert(draw(st.integers(0, len(events))), word)
    return events


@given(skated(), rulebooks, st.randoms(use_true_random=False))
def test_law_1_any_order_of_arrival_gives_the_same_race(
    events: list[Event], rules: Rulebook, rng: random.Random
) -> None:
    """Passings may come late, in bursts, backwards: the race is the same."""
    shuffled = events.copy()
    rng.shuffle(shuffled)
    assert picture(replay(log(shuffled), rules)) == picture(replay(log(events), rules))


@given(whole(), rulebooks)
def test_law_2_every_passing_has_exactly_one_verdict(events: list[Event], rules: Rulebook) -> None:
    """None is dropped, none is judged twice."""
    records = log(events)
    passings = {
        record.number
        for record in records
        if isinstance(record.event, Passing | PassingInserted | CrossingTapped)
    }
    assert set(replay(records, rules).verdicts) == passings


@given(skated(), rulebooks)
def test_law_3_saying_a_thing_twice_changes_nothing(events: list[Event], rules: Rulebook) -> None:
    """A decoder that sends everything again adds no lap."""
    assert picture(replay(log([*events, *events]), rules)) == picture(replay(log(events), rules))


@given(skated(), rulebooks, st.data())
def test_law_4_strike_then_restore_is_nothing(
    events: list[Event], rules: Rulebook, data: st.DataObject
) -> None:
    """What is struck and restored is as if nobody had touched it."""
    number = data.draw(st.integers(3, len(events) + 3))
    touched = log([*events, PassingStruck(number), PassingRestored(number)])
    assert picture(replay(touched, rules)) == picture(replay(log(events), rules))


@given(whole(), rulebooks)
def test_law_5_renaming_bibs_renames_the_standings_and_no_more(events: list[Event], rules: Rulebook) -> None:
    """No bib is luckier than another, but where nothing else tells two skaters apart."""
    named = {bib: bib + 10 for bib in range(1, 7)}
    renamed = replay([_renamed(record, named) for record in log(events)], rules)
    plain = replay(log(events), rules)
    assert [(s.rank, s.score.bib) for s in standings(renamed)] == [
        (s.rank, named[s.score.bib]) for s in standings(plain)
    ]


def _renamed(record: Record, named: dict[int, int]) -> Record:
    """*record* with other bibs; the transponders stay."""
    event = record.event
    bib = getattr(event, "bib", None)
    if isinstance(event, StartListPosted):
        moved = tuple(msgspec.structs.replace(starter, bib=named[starter.bib]) for starter in event.starters)
        return msgspec.structs.replace(record, event=StartListPosted(moved))
    if isinstance(event, OrderRead):
        read = tuple(named[bib] for bib in event.bibs if isinstance(bib, int))
        return msgspec.structs.replace(record, event=OrderRead(event.lap, read))
    if bib is not None:
        return msgspec.structs.replace(record, event=msgspec.structs.replace(event, bib=named[bib]))
    return record


@given(whole(), rulebooks)
def test_law_6_points_given_are_the_tables_sum(events: list[Event], rules: Rulebook) -> None:
    """Each place of a sprint is given once, as far as somebody has crossed."""
    race = replay(log(events), rules)
    for column, (lap, table) in enumerate(race.tables.items()):
        given_out = Counter(score.sprints[column] for score in scores(race) if score.sprints[column])
        crossed = [bib for bib in race.order(lap) if not _moves_up(race, bib, lap)]
        assert given_out == Counter(table[: len(crossed)])


def _moves_up(race: Race, bib: int, lap: int) -> bool:
    policy = race.rulebook.redistribution.disqualified
    return race.rides[bib].irm is IRM.DSQ and (policy == "all" or (policy == "finish" and lap == race.laps))


@given(whole(), rulebooks, st.data())
def test_law_9_live_and_replayed_are_the_same(
    events: list[Event], rules: Rulebook, data: st.DataObject
) -> None:
    """Asked after every single record, the live race is at any moment what a replay of the log so far gives."""
    records = log(events)[: data.draw(st.integers(1, len(events) + 2))]
    live = Race(rules)
    for record in records:
        live.tell(record)
        standings(live)
    replayed = replay(records, rules)
    assert picture(live) == picture(replayed)
    assert live.verdicts == replayed.verdicts


@given(whole(), rulebooks)
def test_ranks_are_as_many_as_skaters(events: list[Event], rules: Rulebook) -> None:
    """Every starter has one standing; a rank is one more than the skaters ahead."""
    found = standings(replay(log(events), rules))
    started: list[Score] = [standing.score for standing in found if standing.rank is not None]
    ranks = [standing.rank for standing in found if standing.rank is not None]
    assert len(found) == 6
    assert ranks == sorted(ranks)
    assert all(rank <= place for place, rank in enumerate(ranks, 1))
    assert len(started) == sum(score.irm not in (IRM.DNS, IRM.WDR) for score in started)
