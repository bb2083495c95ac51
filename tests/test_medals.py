"""Medal standings as of a moment, records of NOCs, medals of skaters."""

import itertools
from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.medals import (
    Career,
    CareerMedal,
    Degree,
    Games,
    Gender,
    Medal,
    MedalEvent,
    Medals,
    NocStanding,
    Tally,
    Winner,
    award,
    career,
    only_with,
    ordinal,
    records,
    table,
)
from lastlap.people import People, Person
from lastlap.ranking import Score, Standing
from lastlap.rulebook import IRM
from lastlap.startlist import Skater
from lastlap.times import HOUR, Instant
from podium import event, programmes, told

THREE = told("""
    Ice Women Sprint: AAA Ann | BBB Bea | CCC Cat
    Ice Men Sprint: BBB Ben | AAA Abe | CCC Cid
    Snow Women Sprint: CCC Cat | AAA Ann | AAA Amy
""")


def lines(medals: Medals) -> list[tuple[int, int, str, int, int, int]]:
    """The standings as rank, rank by total, NOC, gold, silver, bronze."""
    return [(s.rank, s.rank_by_total, s.noc, s.gold, s.silver, s.bronze) for s in table(medals)]


def standing(noc: str, medals: Medals) -> NocStanding:
    """The line of one NOC."""
    return next(line for line in table(medals) if line.noc == noc)


# The collection


def test_events_stand_in_order_whatever_order_they_come_in() -> None:
    """The secretary may enter the events of the day in any order."""
    for order in itertools.permutations(THREE.events):
        assert Medals(THREE.games).adding(*order) == THREE


def test_a_result_that_comes_again_replaces_the_first_one() -> None:
    """A medal that moves on after a disqualification is counted where it ended, and once."""
    corrected = THREE.adding(event(1, "Ice Women Sprint: BBB Bea | CCC Cat | AAA Ann"))
    assert len(corrected.events) == 3
    assert lines(corrected.through(1)) == [
        (1, 1, "BBB", 1, 0, 0),
        (2, 1, "CCC", 0, 1, 0),
        (3, 1, "AAA", 0, 0, 1),
    ]


def test_as_of_a_moment_counts_what_was_won_up_to_then() -> None:
    """An event counts from the microsecond in which it is decided."""
    second = THREE.event(2).at
    assert THREE.until(second) == THREE.through(2)
    assert THREE.until(Instant(second - 1)) == THREE.before(2) == THREE.through(1)


def test_as_of_a_moment_the_programme_is_still_whole() -> None:
    """What is not decided yet stays on the programme, with the place where it is written down."""
    early = THREE.before(1)
    assert [e.won for e in early.events] == [(), (), ()]
    assert [e.source for e in early.events] == ["row 1", "row 2", "row 3"]


def test_of_two_events_at_one_moment_the_smaller_number_comes_first() -> None:
    """The order of the programme decides where the clock cannot."""
    moved = msgspec.structs.replace(THREE.event(3), at=THREE.event(2).at)
    assert [e.number for e in THREE.adding(moved).before(3).events if e.won] == [1, 2]


def test_an_event_is_found_by_sport_and_name() -> None:
    """The same name may stand in two sports."""
    assert THREE.find("Snow", "Women's Sprint").number == 3
    assert THREE.find("Snow", "Women's Sprint").title == "Snow Women's Sprint"
    with pytest.raises(InputError, match="there is no Snow Men's Sprint at the test Games"):
        THREE.find("Snow", "Men's Sprint")


def test_a_number_that_is_not_on_the_programme_is_refused() -> None:
    """Asking for event 4 of three says so."""
    with pytest.raises(InputError, match="there is no event 4 at the test Games"):
        THREE.before(4)


def test_the_family_of_an_event_is_its_name_without_the_gender() -> None:
    """Women's and men's sprint are one kind of event; an open one has no gender to lose."""
    assert {e.family for e in THREE.events} == {"Sprint"}
    assert event(9, "Snow Mixed Relay:").family == "Relay"


def test_standings_of_one_sport_or_gender_count_only_its_events() -> None:
    """A table of the sport, of the women, or of both."""
    assert [e.number for e in THREE.within("Ice").events] == [1, 2]
    assert [e.number for e in THREE.within(gender=Gender.WOMEN).events] == [1, 3]
    assert lines(THREE.within("Snow", Gender.WOMEN)) == [(1, 2, "CCC", 1, 0, 0), (2, 1, "AAA", 0, 1, 1)]


@pytest.mark.parametrize(
    ("hour", "offset", "day"),
    [
        (0, 0, date(1970, 1, 1)),
        (15, 540, date(1970, 1, 2)),
        (14, 540, date(1970, 1, 1)),
        (1, -120, date(1969, 12, 31)),
    ],
)
def test_the_day_is_that_of_the_clocks_at_the_games(hour: int, offset: int, day: date) -> None:
    """A medal of the small hours belongs to the day that the spectators see."""
    assert Games(2030, "", offset).day(Instant(hour * HOUR)) == day


@given(st.dates(), st.integers(0, 24 * HOUR - 1), st.integers(-720, 840))
def test_a_moment_and_its_day_agree(day: date, clock: int, offset: int) -> None:
    """The moment at which the clocks show a time on a day lies on that day."""
    held = Games(2030, "", offset)
    assert held.day(held.moment(day, clock)) == day


# From a race to medals


def place(rank: int | None, name: str, irm: IRM | None = None) -> Standing:
    """A line of a final's standings."""
    skater = Skater(id="", name=name, noc=f"{name[0] * 3}".upper())
    return Standing(rank, Score(bib=rank or 99, skater=skater, laps=16, due=16, sprints=(), irm=irm))


def medals_of(*standings: Standing) -> list[str]:
    """Who gets which medal for these standings."""
    undecided = event(1, "Ice Women Sprint:")
    decided = award(undecided, Instant(77), standings, People(), "race w-final")
    assert (decided.at, decided.source, decided.number) == (77, "race w-final", 1)
    return [f"{won.medal} {won.noc} {won.people[0].id}" for won in decided.won]


def test_the_first_three_of_a_final_get_the_medals() -> None:
    """Rank 1 has gold, 2 silver, 3 bronze; the fourth goes home without."""
    final = [place(rank, name) for rank, name in enumerate(["Ann", "Bea", "Cat", "Dee"], 1)]
    assert medals_of(*final) == ["gold AAA ann-aaa", "silver BBB bea-bbb", "bronze CCC cat-ccc"]


@pytest.mark.parametrize(
    ("ranks", "medals"),
    [
        ((1, 1, 3, 4), "gold gold bronze"),
        ((1, 2, 2, 4), "gold silver silver"),
        ((1, 2, 3, 3), "gold silver bronze bronze"),
        ((1, 1, 1, 4), "gold gold gold"),
    ],
)
def test_a_dead_heat_shares_the_medal_and_uses_up_the_next(ranks: tuple[int, ...], medals: str) -> None:
    """Two golds leave no silver, three golds neither silver nor bronze."""
    given_out = medals_of(*map(place, ranks, ["Ann", "Bea", "Cat", "Dee"]))
    assert " ".join(line.split()[0] for line in given_out) == medals


def test_no_medal_for_who_did_not_finish_or_is_disqualified() -> None:
    """In a final of three the third place of a disqualified skater is no bronze; a lapped one keeps it."""
    field = [place(1, "Ann"), place(2, "Bea", IRM.LAP), place(3, "Cat", IRM.DSQ), place(None, "Dee", IRM.DNS)]
    assert [line.split()[0] for line in medals_of(*field)] == ["gold", "silver"]


def test_a_skater_is_known_by_id_before_name() -> None:
    """Whoever has the id of a listed person is that person, however the sheet writes the name."""
    listed = People((Person("ann-aaa", "Ann Berg", "AAA"),))
    named = [(Skater("ann-aaa", "BERG A.", "AAA"), "ann-aaa"), (Skater("7", "BERG Ann", "AAA"), "ann-aaa")]
    for skater, identity in [*named, (Skater("7", "Bo Berg", "AAA"), "berg-bo-aaa")]:
        final = [Standing(1, Score(1, skater, 16, 16, ()))]
        (won,) = award(event(1, "Ice Women Sprint:"), Instant(0), final, listed, "").won
        assert won.people == (Winner(identity, skater.name),)


# Standings


def test_standings_go_by_gold_then_silver_then_bronze() -> None:
    """One gold is worth more than any number of silvers; the rank by total says the other thing."""
    assert lines(THREE) == [(1, 1, "AAA", 1, 2, 1), (2, 3, "BBB", 1, 1, 0), (3, 2, "CCC", 1, 0, 2)]


def test_equal_nocs_share_a_rank_and_the_next_is_skipped() -> None:
    """Two in second place are followed by the fourth; inside the tie the code decides the order."""
    games = told("""
        Ice Women Sprint: AAA Ann | CCC Cat | DDD Dee
        Ice Women Mile: AAA Ann | BBB Bea | DDD Dee
    """)
    assert lines(games) == [
        (1, 1, "AAA", 2, 0, 0),
        (2, 3, "BBB", 0, 1, 0),
        (2, 3, "CCC", 0, 1, 0),
        (4, 1, "DDD", 0, 0, 2),
    ]
    assert [(line.shared, line.shared_by_total) for line in table(games)] == [
        (False, True),
        (True, True),
        (True, True),
        (False, True),
    ]


def test_a_tie_gives_both_nocs_the_medal() -> None:
    """Two golds in one event, and no silver."""
    games = told("Ice Men Sprint: AAA Abe = BBB Ben | | CCC Cid")
    assert lines(games) == [(1, 1, "AAA", 1, 0, 0), (1, 1, "BBB", 1, 0, 0), (3, 1, "CCC", 0, 0, 1)]


def test_a_team_counts_once_for_its_noc() -> None:
    """Four skaters stand on the podium, and the NOC has one more medal."""
    assert standing("AAA", told("Ice Women Relay: AAA Ann+Amy+Ada+Ava | BBB ? | CCC ?")).total == 1


def test_before_the_first_medal_the_table_is_empty() -> None:
    """On the morning of the first day nobody leads."""
    assert table(THREE.before(1)) == ()


@settings(max_examples=40)
@given(programmes())
def test_the_standings_add_up_to_the_medals(games: Medals) -> None:
    """No medal is lost and none is counted twice, whatever the ties."""
    counted = [(line.gold, line.silver, line.bronze) for line in table(games)]
    won = [sum(won.medal is medal for _, won in games.won) for medal in Medal]
    assert [sum(column) for column in zip(*counted, strict=True)] == (won if counted else [])


@settings(max_examples=40)
@given(programmes().flatmap(lambda games: st.tuples(st.just(games), st.permutations(games.events))))
def test_the_order_of_adding_makes_no_difference(pair: tuple[Medals, list[MedalEvent]]) -> None:
    """Results may come in one by one as they like, the standings are the same."""
    games, mixed = pair
    again = Medals(games.games)
    for one in mixed:
        again = again.adding(one)
    assert table(again) == table(games)


@settings(max_examples=40)
@given(programmes())
def test_every_rank_is_one_more_than_the_number_of_those_ahead(games: Medals) -> None:
    """That is what a shared rank means, by gold and by total."""
    standings = table(games)
    for line in standings:
        mine = (line.gold, line.silver, line.bronze)
        ahead = [other for other in standings if (other.gold, other.silver, other.bronze) > mine]
        assert line.rank == len(ahead) + 1
        assert line.rank_by_total == sum(other.total > line.total for other in standings) + 1
        assert line.shared == (sum(other.rank == line.rank for other in standings) > 1)


@settings(max_examples=40)
@given(programmes(), st.integers(0, 9))
def test_a_later_moment_never_has_fewer_medals(games: Medals, hour: int) -> None:
    """Medals only come, and the last moment has them all."""
    earlier = {line.noc: line.total for line in table(games.until(Instant(hour * HOUR)))}
    later = {line.noc: line.total for line in table(games)}
    assert all(later[noc] >= total for noc, total in earlier.items())
    assert games.until(Instant(9 * HOUR)) == games


# Records of a NOC

HISTORY = (
    Tally(2018, "AAA", 2, gold=2, silver=0, bronze=0, none_before=True, source="AAA 2018"),
    Tally(2022, "AAA", 3, gold=0, silver=0, bronze=3, source="AAA 2022"),
    Tally(2026, "AAA", 3, gold=1, silver=1, bronze=1, source="AAA 2026"),
    Tally(2022, "BBB", 1, source="BBB 2022"),
    Tally(2026, "BBB", 0, gold=0, silver=0, bronze=0, source="BBB 2026"),
    Tally(2026, "CCC", 5, source="CCC 2026"),
)
FIVE = told("""
    Ice Women Sprint: AAA Ann | BBB Bea | CCC Cat
    Ice Women Mile: BBB Bea | AAA Ann | CCC Cat
    Ice Women Marathon: CCC Cat | AAA Ann | DDD Dee
    Ice Women Dance: DDD Dee | AAA Ann | AAA Amy
    Ice Women Relay: AAA Ann | BBB Bea |
""")


def fallen(noc: str, counted: str) -> list[tuple[int, int, Degree]]:
    """The records of one NOC at the five events: event, count, degree."""
    return [
        (record.event, record.count, record.degree)
        for record in records(FIVE, HISTORY)
        if (record.noc, record.counted) == (noc, counted)
    ]


def test_a_record_is_equalled_then_beaten_then_extended() -> None:
    """Three medals were the best: the third equals it, two more in one event beat it, the next extends it."""
    assert fallen("AAA", "medal") == [(3, 3, Degree.EQUALLED), (4, 5, Degree.BEATEN), (5, 6, Degree.EXTENDED)]


def test_golds_have_a_record_of_their_own() -> None:
    """The best Games by gold need not be the best by medals."""
    assert fallen("AAA", "gold") == [(5, 2, Degree.EQUALLED)]


def test_a_record_says_what_it_beats() -> None:
    """The first Games that reached the best is named, and whether all earlier Games are known."""
    third, fourth, fifth = [r for r in records(FIVE, HISTORY) if (r.noc, r.counted) == ("AAA", "medal")]
    assert third.why == "third medal of AAA at these Games: as many as ever, 3 in 2022"
    assert fourth.why == "fifth medal of AAA at these Games: more than ever, 3 in 2022"
    assert fifth.why == "sixth medal of AAA at these Games: still more than ever, 3 in 2022"
    assert (fourth.at, fourth.rows) == (FIVE.event(4).at, ("row 4", "AAA 2022"))


def test_a_history_that_is_not_whole_says_since_when() -> None:
    """Nobody knows what BBB won before 2022, so nobody says that it is more than ever."""
    first = next(r for r in records(FIVE, HISTORY) if r.noc == "BBB")
    assert first.why == "first medal of BBB at these Games: as many as at any Games since 2022, 1 in 2022"


def test_golds_are_compared_only_as_far_back_as_they_are_known() -> None:
    """Of 2022 only the total of BBB is known, so its golds are compared since 2026."""
    gold = next(r for r in records(FIVE, HISTORY) if (r.noc, r.counted) == ("BBB", "gold"))
    assert (gold.degree, gold.best, gold.since) == (Degree.BEATEN, 0, 2026)


def test_without_history_there_is_no_record() -> None:
    """DDD has no tally, and of CCC no gold is known: nothing is said of either."""
    assert {(record.noc, record.counted) for record in records(FIVE, HISTORY)} == {
        ("AAA", "medal"),
        ("AAA", "gold"),
        ("BBB", "medal"),
        ("BBB", "gold"),
    }
    assert records(FIVE, ()) == ()


def test_only_earlier_games_are_history() -> None:
    """The tally of these Games, or of later ones, is nothing to beat."""
    assert records(FIVE, [Tally(2030, "AAA", 0), Tally(2034, "AAA", 0)]) == ()


def test_a_gap_in_the_history_ends_the_comparison() -> None:
    """The Games of 2022 are missing, so it is not known whether 2018 is all; of 2026 missing, nothing is."""
    with_gap = [tally for tally in HISTORY if tally.games != 2022]
    assert {r.since for r in records(FIVE, with_gap) if r.noc == "AAA"} == {2026}
    assert not [r for r in records(FIVE, HISTORY[:2]) if r.noc == "AAA"]


@settings(max_examples=40)
@given(programmes(), st.integers(0, 4))
def test_a_record_falls_exactly_when_the_count_reaches_the_best(games: Medals, best: int) -> None:
    """At each event: a record if and only if the NOC won a medal in it and now has as many as the best."""
    history = [Tally(2026, "AAA", best)]
    for one in games.events:
        gained = sum(won.noc == "AAA" for won in one.won)
        now = sum(won.noc == "AAA" for _, won in games.through(one.number).won)
        fell = [record for record in records(games, history) if record.event == one.number]
        assert bool(fell) == (gained > 0 and now >= best)
        assert [record.count for record in fell] == [now] * len(fell)


@settings(max_examples=40)
@given(programmes(), st.integers(0, 9))
def test_a_record_once_fallen_does_not_change_with_later_events(games: Medals, hour: int) -> None:
    """What was announced at the moment stays true in hindsight."""
    history = [Tally(2026, noc, 1, gold=1) for noc in ("AAA", "BBB")]
    then = records(games.until(Instant(hour * HOUR)), history)
    assert records(games, history)[: len(then)] == then


# Medals of a skater


def test_a_career_runs_over_the_games() -> None:
    """First what was won before, then these Games in order, with the day."""
    before = (CareerMedal(2026, "Ice", "Women's Mile", Medal.GOLD),)
    medals = career(THREE, "Cat", before)
    assert [one.words for one in medals] == [
        "gold in the Women's Mile of 2026",
        "bronze in the Women's Sprint on 1 January",
        "gold in the Women's Sprint on 1 January",
    ]
    assert career(THREE, "Dee") == ()


def test_a_career_is_known_only_as_far_as_its_source_goes() -> None:
    """Listed up to 2026, it serves those Games and earlier ones, and not those of 2030."""
    medals = tuple(CareerMedal(year, "Ice", "Women's Mile", Medal.GOLD) for year in (2018, 2022))
    life = Career("Cat", 2026, "a book", medals)
    assert (life.until(2026), life.until(2022), life.until(2030)) == (medals, medals[:1], None)


def test_each_of_a_team_has_the_medal() -> None:
    """The relay counts in the career of all who are known to have won it."""
    games = told("Ice Women Relay: AAA Ann+Amy+? | BBB Bea+Bo |")
    assert [len(career(games, who)) for who in ("Ann", "Amy", "Bo", "?")] == [1, 1, 1, 0]


GOLDS = """
    Ice Women Sprint: AAA Ann | |
    Ice Women Mile: BBB Bea | |
    Ice Women Relay: AAA Ann+Amy | |
    Ice Men Sprint: CCC Cid | |
    Ice Men Mile: CCC Cid | |
"""


def test_the_only_woman_with_two_golds_in_the_sport() -> None:
    """Ann won alone and in a team; nobody else has two."""
    games = told(GOLDS)
    assert only_with(games, "Ice", Gender.WOMEN) == Winner("Ann", "Ann")
    assert only_with(games, "Ice", Gender.MEN) == Winner("Cid", "Cid")
    assert only_with(games.before(3), "Ice", Gender.WOMEN) is None
    assert only_with(games, "Ice", Gender.WOMEN, golds=1) is None


@pytest.mark.parametrize(
    ("line", "only"),
    [
        ("Ice Women Dance: AAA Amy | |", False),  # now Amy has two as well
        ("Ice Women Dance: BBB Bea | |\nIce Women Run: BBB Bea | |", False),  # Bea has even three
        ("Ice Mixed Dance: AAA Amy+Abe | |", False),  # a mixed gold counts too
        ("Ice Mixed Dance: CCC Cid+Cat | |", True),  # Cid has three, but is a man
        ("Snow Women Sprint: AAA Amy | |", True),  # another sport
        ("Ice Women Dance: BBB ? | |", False),  # who knows who was in that team
        ("Ice Mixed Dance: BBB Bo+? | |", False),
        ("Ice Men Dance: BBB ? | |", True),  # no woman was
        ("Ice Women Dance: DDD Dee | BBB ? |", True),  # a team's silver is no gold
    ],
)
def test_who_else_might_have_two_golds(line: str, only: bool) -> None:
    """The only one is named only if the people of all winners are known."""
    games = told(f"{GOLDS}{line}")
    assert (only_with(games, "Ice", Gender.WOMEN) == Winner("Ann", "Ann")) is only


# Words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "first"),
        (9, "ninth"),
        (10, "10th"),
        (11, "11th"),
        (13, "13th"),
        (21, "21st"),
        (22, "22nd"),
        (33, "33rd"),
        (111, "111th"),
        (121, "121st"),
    ],
)
def test_small_ordinals_are_words(count: int, words: str) -> None:
    """Up to nine a word, then figures; the teens all end in th."""
    assert ordinal(count) == words
