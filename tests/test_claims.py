"""What becomes true with a medal event: what is claimed, and what is not."""

import pytest
from hypothesis import given, settings

from lastlap.claims import Archive, Claim, Debut, Kind, claims, firsts_and_lasts
from lastlap.errors import RefusedError
from lastlap.medals import Career, CareerMedal, Medal, Medals, Tally
from podium import programmes, told

GAMES = told("""
    Ice Women Sprint: AAA Ann | BBB Bea | CCC Cat
    Ice Men Sprint: BBB Ben | AAA Abe | CCC Cid
    Ice Women Relay: AAA Ann+Amy | BBB Bea+Bo | CCC ?
    Ice Men Relay: BBB Ben+? | AAA Abe+Al | CCC Cid+Con
    Ice Women Mile: CCC Cat | AAA Ann | BBB Bo
    Ice Men Mile: AAA Abe | AAA Al | BBB Ben
    Snow Mixed Relay: AAA Amy+Al | BBB Bea+Ben | DDD Dee+Don
""")
ARCHIVE = Archive(
    tallies=(Tally(2026, "AAA", 4, gold=1, none_before=True, source="AAA 2026"),),
    careers={
        "Abe": Career(
            "Abe", 2030, "", (CareerMedal(2026, "Ice", "Men's Mile", Medal.GOLD, source="Abe 2026"),)
        )
    },
    nocs={"AAA": "Aland"},
)


def said(kind: Kind, number: int, games: Medals = GAMES, archive: Archive = ARCHIVE) -> list[str]:
    """The sentences of one kind that become true with that event."""
    return [claim.sentence for claim in claims(games, number, archive) if claim.kind is kind]


def the(kind: Kind, number: int) -> Claim:
    """The one claim of that kind at that event."""
    (claim,) = [claim for claim in claims(GAMES, number, ARCHIVE) if claim.kind is kind]
    return claim


def test_the_medallists_are_named_in_order() -> None:
    """Gold first, each with the NOC; whom the source does not know is not made up."""
    assert said(Kind.MEDALLISTS, 1) == [
        "Ice Women's Sprint: gold Ann (AAA), silver Bea (BBB), bronze Cat (CCC)"
    ]
    nameless = told("Ice Men Sprint: AAA Abe = BBB Ben | | CCC -")
    assert said(Kind.MEDALLISTS, 1, nameless) == [
        "Ice Men's Sprint: gold Abe (AAA), gold Ben (BBB), bronze name unknown (CCC)"
    ]


def test_an_event_without_medals_has_no_claims() -> None:
    """Before the result is in, asking for its story is refused."""
    with pytest.raises(RefusedError, match="no medals of Ice Women's Relay are known yet"):
        claims(GAMES.before(3), 3, ARCHIVE)


def test_golds_and_medals_of_a_noc_are_counted_at_that_moment() -> None:
    """With the women's relay AAA has two golds and three medals, however many come later."""
    assert said(Kind.NOC_GOLDS, 3) == ["Aland, second gold at these Games"]
    assert said(Kind.NOC_MEDALS, 3) == [
        "Aland, third medal at these Games",
        "BBB, third medal at these Games",
        "CCC, third medal at these Games",
    ]
    assert [claim.rows for claim in claims(GAMES, 3, ARCHIVE) if claim.kind is Kind.NOC_GOLDS] == [
        ("row 1", "row 3")
    ]


def test_two_medals_in_one_event_are_counted_once_together() -> None:
    """With gold and silver in the mile AAA goes from five medals to seven."""
    assert said(Kind.NOC_MEDALS, 6) == [
        "Aland, seventh medal at these Games",
        "BBB, sixth medal at these Games",
    ]
    assert the(Kind.NOC_GOLDS, 6).rows == ("row 1", "row 3", "row 6")


def test_a_record_is_claimed_with_the_event_with_which_it_falls() -> None:
    """Four medals and one gold were the best of AAA."""
    assert said(Kind.NOC_RECORD, 1) == ["Aland, first gold at these Games: as many as ever, 1 in 2026"]
    assert said(Kind.NOC_RECORD, 2) == []
    assert said(Kind.NOC_RECORD, 3) == ["Aland, second gold at these Games: more than ever, 1 in 2026"]
    assert said(Kind.NOC_RECORD, 4) == ["Aland, fourth medal at these Games: as many as ever, 4 in 2026"]
    assert the(Kind.NOC_RECORD, 4).rows == ("row 4", "AAA 2026")
    unnamed = Archive(tallies=ARCHIVE.tallies)
    assert said(Kind.NOC_RECORD, 1, archive=unnamed) == [
        "AAA, first gold at these Games: as many as ever, 1 in 2026"
    ]


def test_a_second_gold_of_a_skater_names_the_first() -> None:
    """Ann won alone, then in the relay; that she has no other medal is not said twice."""
    assert said(Kind.GAMES_GOLDS, 3) == [
        "Ann, second gold at these Games: after gold in the Women's Sprint on 1 January",
    ]
    assert said(Kind.GAMES_MEDALS, 3) == [
        "Bea, second medal at these Games: after silver in the Women's Sprint on 1 January",
    ]
    claim = the(Kind.GAMES_GOLDS, 3)
    assert (claim.subject, claim.count, claim.rows) == ("Ann", 2, ("row 1", "row 3"))


def test_a_gold_after_a_silver_is_a_second_medal() -> None:
    """Abe's first gold of these Games is his third medal at them."""
    assert said(Kind.GAMES_GOLDS, 6) == []
    assert said(Kind.GAMES_MEDALS, 6)[0].startswith("Abe, third medal at these Games: after silver in")


def test_olympic_medals_are_claimed_of_known_careers_only() -> None:
    """Abe won gold four years ago, so this is his second; of Al nothing earlier is known."""
    assert said(Kind.CAREER_GOLDS, 6) == ["Abe, second Olympic gold: after gold in the Men's Mile of 2026"]
    assert [sentence.split(":")[0] for sentence in said(Kind.CAREER_MEDALS, 6)] == [
        "Abe, fourth Olympic medal"
    ]
    assert the(Kind.CAREER_GOLDS, 6).rows == ("Abe 2026", "row 6")


def test_a_career_that_ends_too_early_is_no_career() -> None:
    """What Abe won at the Games in between is not known, so nothing is counted over all Games."""
    late = Archive(careers={"Abe": Career("Abe", 2026, "", ())})
    assert said(Kind.CAREER_GOLDS, 6, archive=late) == said(Kind.CAREER_MEDALS, 6, archive=late) == []


def test_a_person_may_have_been_in_a_team_whom_nobody_named() -> None:
    """CCC's bronze relay might be Cat's, so that her gold may be her second medal or her third."""
    assert [sentence.split(":")[0] for sentence in said(Kind.GAMES_MEDALS, 5)] == [
        "Ann, third medal at these Games",
        "Bo, second medal at these Games",
    ]


def test_an_unnamed_bronze_does_not_hide_a_second_gold() -> None:
    """Whoever was in the team that came third, Cat's golds are known."""
    games = told("""
        Ice Women Sprint: CCC Cat | |
        Ice Women Relay: | | CCC ?
        Ice Women Mile: CCC Cat | |
    """)
    assert said(Kind.GAMES_GOLDS, 3, games) == [
        "Cat, second gold at these Games: after gold in the Women's Sprint on 1 January"
    ]
    assert said(Kind.GAMES_MEDALS, 3, games) == []


@pytest.mark.parametrize("team", ["Women Relay: CCC ?", "Mixed Relay: CCC Cid+?"])
def test_an_unnamed_gold_hides_a_second_gold(team: str) -> None:
    """If Cat was in the winning relay, this is her third."""
    games = told(f"Ice Women Sprint: CCC Cat | |\nIce {team} | |\nIce Women Mile: CCC Cat | |")
    assert said(Kind.GAMES_GOLDS, 3, games) == []


@pytest.mark.parametrize("team", ["Men Relay: CCC ?", "Women Relay: AAA ?", "Women Relay: CCC Cat+?"])
def test_a_team_that_cannot_matter_hides_nothing(team: str) -> None:
    """Men, other NOCs, and a team in which she is known to have been."""
    games = told(f"Ice Women Sprint: CCC Cat | |\nIce {team} | |\nIce Women Mile: CCC Cat | |")
    assert len(said(Kind.GAMES_GOLDS, 3, games)) == 1


def test_the_only_one_with_two_golds_in_the_sport() -> None:
    """It is said so far, until no woman can win another gold in the sport."""
    assert said(Kind.ONLY, 3) == ["Ann, the only woman with two golds in Ice at these Games so far"]
    last = told("Ice Men Sprint: BBB Ben | |\nIce Men Mile: BBB Ben | |\nIce Women Mile:")
    assert said(Kind.ONLY, 2, last) == ["Ben, the only man with two golds in Ice at these Games"]
    assert the(Kind.ONLY, 3).rows == ("row 1", "row 3")


def test_golds_of_another_sport_make_nobody_the_only_one() -> None:
    """Ann has three golds, two of them on ice."""
    games = told("Snow Women Mile: AAA Ann | |\nIce Women Sprint: AAA Ann | |\nIce Women Mile: AAA Ann | |")
    assert said(Kind.ONLY, 3, games) == ["Ann, the only woman with two golds in Ice at these Games"]


@pytest.mark.parametrize(
    "lines",
    [
        "Ice Mixed Sprint: AAA Ann | |\nIce Mixed Mile: AAA Ann | |",  # a woman or a man?
        "Ice Women Sprint: AAA Ann | |\nIce Women Mile: AAA Ann = BBB Bea | |\nIce Women Dance: BBB Bea | |",
        "Ice Women Sprint: AAA Ann | |\nIce Women Relay: BBB ? | |\nIce Women Mile: AAA Ann | |",
        "Ice Women Sprint: AAA Ann | |\nIce Women Mile: AAA Ann | |\nIce Women Dance: BBB Bea | | AAA Ann",
        "Snow Women Sprint: AAA Ann | |\nIce Women Mile: AAA Ann | |",
    ],
)
def test_who_is_not_the_only_one(lines: str) -> None:
    """A mixed event, another with as many, an unnamed team, a bronze, another sport: nothing is said."""
    games = told(lines)
    assert said(Kind.ONLY, len(games.events), games) == []


# Firsts and lasts

NEW = (Debut("Ice", "Women's Mile", 2030, "book 1"), Debut("Ice", "Men's Mile", 2030, "book 2"))


def first_and_last(number: int, games: Medals = GAMES, debuts: tuple[Debut, ...] = NEW) -> list[str]:
    """The sentences on an event as the first or last of its kind."""
    return [claim.sentence for claim in firsts_and_lasts(games, number, debuts)]


def test_the_first_of_a_kind_and_the_first_for_men() -> None:
    """The women's mile comes first and is the first mile of all; the men's is the first men's mile."""
    assert first_and_last(5)[0] == "Ice Women's Mile: the first Ice Mile at a Winter Games"
    assert first_and_last(6)[0] == "Ice Men's Mile: the first Ice Men's Mile at a Winter Games"
    assert firsts_and_lasts(GAMES, 5, NEW)[0].rows == ("book 1", "row 5")


@pytest.mark.parametrize(
    "debuts", [(), (Debut("Ice", "Women's Mile", 2026, ""),), (Debut("Snow", "Women's Mile", 2030, ""),)]
)
def test_an_event_is_new_only_if_a_source_says_so(debuts: tuple[Debut, ...]) -> None:
    """No source, another year, another sport: no first."""
    assert not any("first" in sentence for sentence in first_and_last(5, debuts=debuts))


def test_a_women_s_event_is_not_the_first_of_its_kind_if_the_men_s_is_older() -> None:
    """Only the women's mile is new: it is the first women's mile."""
    assert (
        first_and_last(5, debuts=NEW[:1])[0]
        == "Ice Women's Mile: the first Ice Women's Mile at a Winter Games"
    )


def test_the_last_for_women_and_the_closing_event() -> None:
    """After the women's mile only a men's event is left; with the men's mile the sport is over."""
    assert first_and_last(5)[1:] == ["Ice Women's Mile: the last Ice event for women at these Games"]
    assert first_and_last(6)[1:] == ["Ice Men's Mile: the closing event of the Ice programme of these Games"]
    assert first_and_last(4) == []


def test_nothing_closes_while_an_event_is_undecided() -> None:
    """If the men's relay was put off, the men's mile closes nothing; a mixed event is for women too."""
    put_off = told("Ice Women Sprint: AAA Ann | |\nIce Men Relay:\nIce Men Mile: AAA Abe | |")
    assert first_and_last(3, put_off, debuts=()) == []
    mixed = told("Ice Women Sprint: AAA Ann | |\nIce Mixed Relay:")
    assert first_and_last(1, mixed) == []


@settings(max_examples=40)
@given(programmes())
def test_what_is_claimed_at_the_moment_is_claimed_in_hindsight(games: Medals) -> None:
    """Later results change no claim, but for the programme that they stand on."""
    for event in games.events:
        if event.won:
            then = claims(games.through(event.number), event.number, ARCHIVE)
            assert claims(games, event.number, ARCHIVE) == then
            assert all(claim.rows and claim.sentence for claim in then)
