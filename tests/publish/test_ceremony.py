"""The victory ceremony: order, flags, anthems and words, also after ties."""

from pathlib import Path

import pytest

from clubnight import OPENED, stage
from lastlap.errors import InputError, RefusedError
from lastlap.events import (
    CeremonyHeld,
    CeremonyPlanned,
    Presenter,
    RecordRetracted,
)
from lastlap.log import Meet
from lastlap.publish.ceremony import Ceremony, as_text, ceremony, ceremony_json, parse_at, parse_presenter
from lastlap.publish.scene import Stage
from lastlap.refusal import refusal


def medals(found: Ceremony) -> list[tuple[str, list[int]]]:
    """Who gets what, in the order of the presentation."""
    return [(award.medal, [who.bib for who in award.recipients]) for award in found.awards]


def test_bronze_comes_first_and_gold_last() -> None:
    """One of each: bronze, silver, gold; the winner's flag in the centre, the winner's anthem."""
    found = ceremony(stage(3, 1, 2, 4), "w")
    assert medals(found) == [("bronze", [2]), ("silver", [1]), ("gold", [3])]
    assert [(flag.noc, flag.pole) for flag in found.flags] == [
        ("AUT", "centre"),
        ("NED", "right"),
        ("BEL", "left"),
    ]
    assert [anthem.music for anthem in found.anthems] == ["the national anthem of Austria"]


def test_two_golds_are_two_anthems_and_no_silver() -> None:
    """A dead heat for the win: both flags in the centre, both anthems by NOC code, no silver medal."""
    found = ceremony(stage((2, 3), 1, 4), "w")
    assert medals(found) == [("bronze", [1]), ("silver", []), ("gold", [2, 3])]
    assert [(flag.noc, flag.pole) for flag in found.flags] == [
        ("BEL", "centre"),
        ("AUT", "centre"),
        ("NED", "left"),
    ]
    assert [anthem.noc for anthem in found.anthems] == ["AUT", "BEL"]
    assert "No silver medal is given: its pole stays empty." in found.notes
    assert any(
        line.says == "Sharing the victory: Skater 2 of Belgium and Skater 3 of Austria."
        for line in found.script
    )


def test_two_silvers_leave_no_bronze_and_two_bronzes_stand_together() -> None:
    """Whoever shares a place gets the medal of that place."""
    assert medals(ceremony(stage(3, (1, 2), 4), "w")) == [("bronze", []), ("silver", [1, 2]), ("gold", [3])]
    assert medals(ceremony(stage(3, 1, (2, 4)), "w"))[0] == ("bronze", [2, 4])


def test_two_golds_of_one_noc_are_one_anthem() -> None:
    """Two winners of one NOC: two flags, and the anthem once."""
    found = ceremony(stage((1, 4), 2, 3), "w")
    assert [flag.noc for flag in found.flags] == ["NED", "NED", "BEL"]
    assert len(found.anthems) == 1


def test_a_plan_says_where_when_who_presents_and_what_is_played() -> None:
    """Each fact that people enter is in the plan and in the announcer's words."""
    who = (Presenter("gold", "medal", "Ann Aa", "president"), Presenter("gold", "gift", "Bo Bb"))
    at = parse_at("22:45", OPENED)
    plan = CeremonyPlanned("w", "plaza", "Town Square", at, who, {"AUT": "the hymn of the club"})
    found = ceremony(stage(3, 1, 2, 4, said=(plan,)), "w")
    assert (found.where, found.place, found.at, found.planned) == ("plaza", "Town Square", "22:45", True)
    words = [line.says for line in found.script]
    assert "The gold medal is presented by president Ann Aa." in words
    assert "The gift is handed over by Bo Bb." in words
    assert "Please stand for the hymn of the club." in words


def test_a_later_plan_replaces_the_earlier_and_can_be_taken_back() -> None:
    """Said twice is said once; said anew counts; taken back, the first plan counts again."""
    venue, plaza = CeremonyPlanned("w"), CeremonyPlanned("w", "plaza", "Town Square")
    assert ceremony(stage(3, 1, 2, said=(venue, venue)), "w").place == "The Rink"
    assert ceremony(stage(3, 1, 2, said=(venue, plaza)), "w").place == "Town Square"
    assert ceremony(stage(3, 1, 2, said=(venue, plaza, RecordRetracted(8))), "w").place == "The Rink"


def test_a_ceremony_is_held_when_somebody_says_so() -> None:
    """The word may come late, and twice."""
    assert not ceremony(stage(3, 1, 2), "w").held
    assert ceremony(stage(3, 1, 2, said=(CeremonyHeld("w"), CeremonyHeld("w"))), "w").held


def test_a_ceremony_is_no_word_on_a_race() -> None:
    """A plan is said of the meet; said of a race, it is refused with the way out."""
    race = stage(3, 1, 2).scenes["w-final"].race
    for event in (CeremonyPlanned("w"), CeremonyHeld("w")):
        assert "say it of the meet" in (refusal(race, event) or "")


def test_there_is_no_ceremony_before_there_is_a_result() -> None:
    """Asked too early, the answer is no, with the reason."""
    with pytest.raises(RefusedError, match="Women has no result yet"):
        ceremony(stage(result=False), "w")


@pytest.mark.parametrize("text", ["gold: Ann", "platinum medal: Ann", "gold medal Ann", ""])
def test_a_presenter_is_written_one_way(text: str) -> None:
    """What cannot be read is answered with an example."""
    with pytest.raises(InputError, match="write it as in 'gold medal: Ann Aa, president of the club'"):
        parse_presenter(text)


def test_a_presenter_and_a_moment_are_read() -> None:
    """A name with a role, or without; a time of the day of the meet, or of another day."""
    assert parse_presenter("silver gift: Bo Bb") == Presenter("silver", "gift", "Bo Bb")
    assert parse_presenter(" gold medal : Ann Aa , IOC member") == Presenter(
        "gold", "medal", "Ann Aa", "IOC member"
    )
    assert parse_at("2026-01-11 00:30", OPENED) - parse_at("23:30", OPENED) == 3_600_000_000
    with pytest.raises(InputError, match="write 22:45"):
        parse_at("soon", OPENED)


def test_the_ceremony_of_the_demo_night_is_known(night: Path) -> None:
    """Row 13: at the oval right after the racing, Korea's anthem, Ryu Seung-min presents Lee's gold."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        records = list(meet.records())
    plain = ceremony_json(Stage(records), "men")
    assert (plain["where"], plain["place"], plain["at"], plain["held"]) == (
        "venue",
        "Gangneung Oval",
        "",
        True,
    )
    text = as_text(ceremony(Stage(records), "men"))
    assert "3. gold: 11 Lee Seunghoon (KOR); medal by IOC member Ryu Seung-min" in text
    assert "KOR: the national anthem of Korea" in text
