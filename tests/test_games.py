"""The Games of 2018 as files: whole, agreeing with themselves, and proving the story of the night."""

import json
from pathlib import Path

import pytest

from lastlap.claims import Claim, Kind, claims
from lastlap.errors import InputError
from lastlap.games import (
    archive,
    event_decided,
    games,
    games_known,
    parse_careers,
    parse_games,
    parse_tallies,
)
from lastlap.medals import (
    Degree,
    Gender,
    Medal,
    MedalEvent,
    Medals,
    Tally,
    Winner,
    award,
    only_with,
    records,
    table,
)
from lastlap.nocs import nocs
from lastlap.people import people
from lastlap.ranking import Score, Standing
from lastlap.startlist import Skater

WOMEN, MEN = 97, 98
"""The two mass starts in the order of the Games."""


def before_the_mass_starts() -> Medals:
    """All that was won before the evening of 24 February."""
    return games(2018).before(WOMEN)


def raced(number: int, sheet: str) -> MedalEvent:
    """A mass start as decided by the race: ranks and names as the sheet of its final prints them."""
    rows = json.loads((Path(__file__).parent / "races" / f"{sheet}.json").read_text(encoding="utf-8"))[
        "skaters"
    ]
    standings = [
        Standing(row["rank"], Score(row["rank"], Skater("", row["name"], row["noc"]), 16, 16, ()))
        for row in rows
    ]
    planned = games(2018).event(number)
    return award(planned, planned.at, standings, people(), f"race {sheet}")


def night() -> Medals:
    """The Games as of the end of the night, the mass starts told by their races."""
    return before_the_mass_starts().adding(raced(WOMEN, "og2018_w_f"), raced(MEN, "og2018_m_f"))


def claimed(number: int, kind: Kind) -> list[Claim]:
    """The claims of one kind that become true with a mass start of the night."""
    return [claim for claim in claims(night(), number, archive()) if claim.kind is kind]


def sentences(number: int, kind: Kind) -> list[str]:
    """Their sentences."""
    return [claim.sentence for claim in claimed(number, kind)]


def counts(noc: str, medals: Medals) -> tuple[int, int]:
    """The golds and the medals of a NOC."""
    (line,) = [line for line in table(medals) if line.noc == noc]
    return line.gold, line.total


# The files


def test_all_events_give_exactly_the_final_table() -> None:
    """Counting 102 events gives the medal table of the Games, line by line, order included."""
    printed = [tally for tally in archive().tallies if tally.games == 2018]
    counted = table(games(2018))
    assert [(line.noc, line.gold, line.silver, line.bronze, line.total) for line in counted] == [
        (tally.noc, tally.gold, tally.silver, tally.bronze, tally.total) for tally in printed
    ]


def test_the_programme_is_whole_and_in_order() -> None:
    """102 events, 103 golds, 102 silvers, 102 bronzes, numbered as they were held."""
    events = games(2018).events
    assert [event.number for event in events] == list(range(1, 103))
    won = [won.medal for _, won in games(2018).won]
    assert [won.count(medal) for medal in Medal] == [103, 102, 102]


def test_every_noc_has_a_name() -> None:
    """Whoever won a medal, now or in an earlier table, is a known NOC."""
    codes = {won.noc for _, won in games(2018).won} | {tally.noc for tally in archive().tallies}
    assert codes <= set(nocs())


def test_a_tie_gives_the_medal_twice_and_leaves_out_the_next() -> None:
    """The two-man bobsleigh had two golds and no silver; the cross-country 10 km two bronzes."""
    bobsleigh = games(2018).find("Bobsleigh", "2-man").won
    assert [(won.medal, won.noc) for won in bobsleigh] == [
        ("gold", "CAN"),
        ("gold", "GER"),
        ("bronze", "LAT"),
    ]
    assert [winner.name for winner in bobsleigh[0].people] == ["Alexander KOPACZ", "Justin KRIPPS"]
    bronzes = games(2018).find("Cross-Country Skiing", "Women's 10km Free").won[2:]
    assert [(won.noc, won.people[0].name) for won in bronzes] == [
        ("NOR", "Marit BJOERGEN"),
        ("FIN", "Krista PARMAKOSKI"),
    ]


def test_a_name_that_the_source_does_not_know_is_nobody() -> None:
    """Of one silver only the NOC is known: it counts for the NOC, and for nobody by name."""
    silver = games(2018).find("Ski Jumping", "Women's Normal Hill Individual").won[1]
    assert (silver.noc, silver.name, silver.people, silver.complete) == ("GER", "", (), False)


def test_the_people_of_a_team_are_named_as_far_as_a_source_does() -> None:
    """Of Japan's women all four; of Korea's men three are sure; of the ice hockey teams nobody."""
    pursuits = [
        games(2018).find("Speed Skating", name).won for name in ("Women's Team Pursuit", "Men's Team Pursuit")
    ]
    assert [(won.noc, len(won.people), won.complete) for won in (pursuits[0][0], pursuits[1][1])] == [
        ("JPN", 4, True),
        ("KOR", 3, False),
    ]
    hockey = games(2018).find("Ice Hockey", "Women").won
    assert [(won.people, won.complete) for won in hockey] == [((), False)] * 3


def test_a_moved_event_counts_on_the_day_it_was_held() -> None:
    """The downhill was put off from 11 to 15 February; the clocks there were nine hours ahead of UTC."""
    downhill = games(2018).find("Alpine Skiing", "Men's Downhill")
    assert games(2018).games.day(downhill.at).isoformat() == "2018-02-15"
    assert games(2018).event(WOMEN).at == 1_519_475_400_000_000  # 2018-02-24T12:30Z


def test_games_of_which_nothing_is_known_are_refused() -> None:
    """There are no files of 1998."""
    with pytest.raises(InputError, match=r"games/1998\.toml"):
        games(1998)


# The night, fact by fact


def test_the_races_give_the_medals_that_the_medal_list_has() -> None:
    """The two mass starts as raced and as listed: the same medals for the same people."""
    for number in (WOMEN, MEN):
        ours, listed = night().event(number).won, games(2018).event(number).won
        assert [(won.medal, won.noc, won.people[0].id) for won in ours] == [
            (won.medal, won.noc, won.people[0].id) for won in listed
        ]
    assert table(night()) == table(games(2018).through(MEN))


def test_the_medallists_of_the_mass_starts() -> None:
    """Takagi, Kim, Schouten; Lee, Swings, Verweij."""
    assert sentences(WOMEN, Kind.MEDALLISTS) == [
        "Speed Skating Women's Mass Start: gold Nana Takagi (JPN), silver Kim Bo-reum (KOR), bronze Irene Schouten (NED)"
    ]
    assert sentences(MEN, Kind.MEDALLISTS) == [
        "Speed Skating Men's Mass Start: gold Lee Seunghoon (KOR), silver Bart Swings (BEL), bronze Koen Verweij (NED)"
    ]


def test_takagi_wins_her_second_gold_and_is_the_only_woman_with_two() -> None:
    """After the team pursuit three days earlier; no other woman won two golds in speed skating."""
    (second,), (only,) = claimed(WOMEN, Kind.GAMES_GOLDS), claimed(WOMEN, Kind.ONLY)
    assert second.sentence == (
        "Nana Takagi, second gold at these Games: after gold in the Women's Team Pursuit on 21 February"
    )
    assert only.sentence == "Nana Takagi, the only woman with two golds in Speed Skating at these Games"
    assert second.rows == only.rows == ("games/2018.csv, seq 75", "race og2018_w_f")
    whole = only_with(games(2018), "Speed Skating", Gender.WOMEN)
    assert whole == Winner("nana-takagi-jpn", "Nana TAKAGI")


def test_japan_wins_its_fourth_gold() -> None:
    """At that moment, counted over all sports."""
    assert sentences(WOMEN, Kind.NOC_GOLDS) == ["Japan, fourth gold at these Games"]


def test_lee_wins_his_second_olympic_gold() -> None:
    """After the 10,000 m of Vancouver; with the team pursuit of these Games it is his fifth medal."""
    assert sentences(MEN, Kind.CAREER_GOLDS) == [
        "Lee Seunghoon, second Olympic gold: after gold in the Men's 10,000m of 2010"
    ]
    (fifth,) = claimed(MEN, Kind.CAREER_MEDALS)
    assert (fifth.subject, fifth.count) == ("lee-seung-hoon-kor", 5)


def test_korea_stood_at_four_golds_and_thirteen_medals() -> None:
    """Before the women's mass start; the women's silver made it 14, the men's gold five and 15."""
    assert counts("KOR", before_the_mass_starts()) == (4, 13)
    assert counts("KOR", night().through(WOMEN)) == (4, 14)
    assert counts("KOR", night()) == (5, 15)
    assert sentences(MEN, Kind.NOC_GOLDS) == ["Korea, fifth gold at these Games"]
    assert "Korea, 15th medal at these Games" in sentences(MEN, Kind.NOC_MEDALS)


def test_korea_equals_its_record_with_kim_and_beats_it_with_lee() -> None:
    """14 medals were the best, in 2010: noticed as it is equalled and the moment it falls."""
    fallen = [record for record in records(night(), archive().tallies) if record.noc == "KOR"]
    assert [(r.event, r.count, r.degree, r.best, r.best_games, r.since) for r in fallen] == [
        (WOMEN, 14, Degree.EQUALLED, 14, 2010, None),
        (MEN, 15, Degree.BEATEN, 14, 2010, None),
    ]
    assert fallen[1].why == "15th medal of KOR at these Games: more than ever, 14 in 2010"
    assert sentences(MEN, Kind.NOC_RECORD) == ["Korea, 15th medal at these Games: more than ever, 14 in 2010"]


def test_the_first_mass_start_and_the_end_of_the_speed_skating() -> None:
    """The women's final is the first mass start at a Winter Games, the men's closes the programme."""
    assert sentences(WOMEN, Kind.FIRST) == [
        "Speed Skating Women's Mass Start: the first Speed Skating Mass Start at a Winter Games"
    ]
    assert sentences(WOMEN, Kind.LAST) == [
        "Speed Skating Women's Mass Start: the last Speed Skating event for women at these Games"
    ]
    assert sentences(MEN, Kind.LAST) == [
        "Speed Skating Men's Mass Start: the closing event of the Speed Skating programme of these Games"
    ]


def test_a_record_of_a_noc_whose_history_is_short_says_so() -> None:
    """Of Japan only 2010 and 2014 are known here, so nothing is said of ever."""
    japan = [record for record in records(night(), archive().tallies) if record.noc == "JPN"]
    assert {record.since for record in japan} == {2010}
    assert not any("ever" in record.why.split() for record in japan)


# Files that cannot be used

ABOUT = 'year = 2030\ntitle = "the test Games"\nutc_offset = 60\n'
HEADER = "seq,date,scheduled_local,sport,event,gender,gold_noc,gold,silver_noc,silver\n"
RELAY = "1,2030-02-10,2030-02-09T00:30:00,Ice,Women's Relay,Women,JPN,Japan team #1,KOR,Bo KIM/Na KIM\n"
TEAM = '[[teams]]\nevent = 1\nnoc = "{noc}"\nmedal = "gold"\npeople = ["{who}"]\ncomplete = true\nsource = "me"\n'


def test_a_small_games_is_read() -> None:
    """A team, a pair, a moved day, half past midnight an hour ahead of UTC."""
    read = parse_games(ABOUT + TEAM.format(noc="JPN", who="nana-takagi-jpn"), HEADER + RELAY, people())
    (relay,) = read.events
    assert (read.games.day(relay.at).isoformat(), relay.family) == ("2030-02-10", "Relay")
    assert [(won.noc, won.complete, [one.name for one in won.people]) for won in relay.won] == [
        ("JPN", True, ["Nana Takagi"]),
        ("KOR", True, ["Bo KIM", "Na KIM"]),
    ]


@pytest.mark.parametrize(
    ("about", "rows", "flaw"),
    [
        ("", RELAY + RELAY, r"mine\.csv: seq 1 stands there 2 times"),
        ("", RELAY.replace("KOR", "KOR;CHN"), r"mine\.csv, seq 1: silver has 2 NOCs but 1 names"),
        ("", RELAY.replace("Women,", "Ladies,"), r"mine\.csv, row 2: Invalid enum value 'Ladies'"),
        ("", RELAY.replace("T00:30:00", ""), r"mine\.csv, row 2: .*scheduled_local"),
        (TEAM.format(noc="JPN", who="nobody-jpn"), RELAY, r"mine\.toml: .*there is no person nobody-jpn"),
        (TEAM.format(noc="KOR", who="nana-takagi-jpn"), RELAY, r"mine\.toml: .*no team of KOR that won gold"),
        (
            TEAM.format(noc="KOR", who="nana-takagi-jpn").replace("gold", "silver"),
            RELAY,
            "no team of KOR that won silver",
        ),
        (TEAM.format(noc="JPN", who="nana-takagi-jpn").replace("= 1", "= 7"), RELAY, "there is no event 7"),
        ("year = 2031", RELAY, r"mine\.toml is no TOML"),
    ],
)
def test_files_that_do_not_agree_are_refused(about: str, rows: str, flaw: str) -> None:
    """Each mistake is named with its file and its row."""
    with pytest.raises(InputError, match=flaw):
        parse_games(ABOUT + about, HEADER + rows, people(), "mine")


def test_a_tally_whose_medals_do_not_add_up_is_refused() -> None:
    """One digit too many is found before it becomes a record; a total alone is fine."""
    header = "games,noc,gold,silver,bronze,total,none_before,source\n"
    with pytest.raises(
        InputError, match="mine, KOR 2010: gold, silver and bronze are 14, but the total says 15"
    ):
        parse_tallies(f"{header}2010,KOR,6,6,2,15,,me\n", "mine")
    (alone,) = parse_tallies(f"{header}2010,KOR,,,,14,true,me\n", "mine")
    assert alone == Tally(2010, "KOR", 14, none_before=True, source="mine, KOR 2010: me")


def test_a_career_says_where_each_medal_is_from() -> None:
    """Person, Games and event are named before the source."""
    text = '[[careers]]\nperson = "a"\nbefore = 2030\nsource = "me"\nmedals = [{games=2026, sport="Ice", event="Mile", medal="gold"}]'
    assert [medal.source for medal in parse_careers(text, "mine")["a"].medals] == ["mine, a 2026 Mile: me"]
    with pytest.raises(InputError, match=r"mine: .*medal"):
        parse_careers(text.replace("gold", "tin"), "mine")


def test_every_career_is_of_a_listed_person() -> None:
    """A career under an unknown id would never be found."""
    assert set(archive().careers) <= set(people().by_id)


def test_the_event_that_a_competition_decides() -> None:
    """The one that the log names, else the mass start of its category; of juniors there is none."""
    known = games_known(2018)
    assert known is not None
    assert event_decided(known, "", "W") == known.find("Speed Skating", "Women's Mass Start")
    assert event_decided(known, "Speed Skating Men's 500m", "M") == known.find("Speed Skating", "Men's 500m")
    assert event_decided(known, "", "JW") is None


def test_games_without_files_are_not_known() -> None:
    """And whoever is of no Games has none."""
    assert games_known(1924) is None
    assert games_known(None) is None
