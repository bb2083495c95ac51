"""Reports of other meets: no sentence without its record, whatever was skated and however little is known."""

from pathlib import Path

import pytest

from lastlap.errors import InputError
from lastlap.events import (
    CompetitionOpened,
    Event,
    GunFired,
    LapsGiven,
    MarkGiven,
    MeetOpened,
    OrderRead,
    RacePlanned,
    Record,
    ResultDeclared,
    ResultStatus,
    SkaterFell,
    StartListPosted,
)
from lastlap.log import Meet
from lastlap.publish.findings import parts
from lastlap.publish.report import as_text, as_trace, report
from lastlap.publish.story import Edit, Quote, Story, append, read_story
from lastlap.rulebook import IRM, Rulebook, edition
from lastlap.startlist import Skater, Starter
from lastlap.times import SECOND, Duration, Instant
from sheetmeet import told_from_sheets
from standing import rows_are_there, unfounded

OTHERS = ["wc2025_cgy_w_diva", "wc2025_slc_m_diva", "wc2025_cgy_m_divb"]


@pytest.mark.parametrize("name", OTHERS)
def test_no_sentence_of_another_race_is_without_its_record(tmp_path: Path, name: str) -> None:
    """Three World Cup races told from their sheets: every name, time and place stands in the records named."""
    records = told_from_sheets(tmp_path / "cup.meet", name)
    told = [finding for part in parts(records) for finding in part.findings]
    assert len(told) > 4
    assert {finding.id: unfounded(finding, records) for finding in told if unfounded(finding, records)} == {}
    assert not any("games" in row for finding in told for row in finding.rows)


def test_no_sentence_of_the_demo_night_is_without_its_record(night: Path) -> None:
    """The same of the night of PyeongChang, medals and ceremony too."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        records = list(meet.records())
    told = [finding for part in parts(records) for finding in part.findings]
    assert {finding.id: unfounded(finding, records) for finding in told if unfounded(finding, records)} == {}
    assert all(map(rows_are_there, told))


def test_a_name_that_no_record_has_is_noticed(tmp_path: Path) -> None:
    """The test of tests: a finding whose records are taken away stands on nothing."""
    records = told_from_sheets(tmp_path / "cup.meet", OTHERS[0])
    told = next(finding for part in parts(records) for finding in part.findings if part.name != "headline")
    assert unfounded(told, records) == []
    assert unfounded(told, [record for record in records if record.number not in told.records]) != []


# A club race: orders, marks, no clock

NAMES = {1: "Ann Aa", 2: "Bea Bb", 3: "Cas Cc", 4: "Dee Dd", 5: "Eva Ee"}


def club(*said: Event, rulebook: Rulebook | None = None) -> list[Record]:
    """The log of a club's race that is told by orders alone."""
    rules = rulebook or edition("club", "W")
    starters = tuple(
        Starter(bib, Skater(name.split()[0].lower(), name, "NED")) for bib, name in NAMES.items()
    )
    opening: list[tuple[Event, str | None]] = [
        (MeetOpened("Club night", "The Rink", "2026-01-10"), None),
        (CompetitionOpened("women", "Women", "W", rules), None),
        (RacePlanned("women", "final", "Women, final", rules), "w"),
        (StartListPosted(starters), "w"),
        (GunFired(Instant(0)), "w"),
    ]
    told = [*opening, *((event, "w") for event in said)]
    return [
        Record(number, event, race, "referee", Instant(number))
        for number, (event, race) in enumerate(told, 1)
    ]


def finish(*bibs: int | tuple[int, ...]) -> OrderRead:
    """The order at the finish."""
    return OrderRead(edition("club", "W").laps, bibs, read_by="judge")


OFFICIAL = ResultDeclared(ResultStatus.OFFICIAL)


def said(records: list[Record], lang: str = "en") -> str:
    """The report as text."""
    return as_text(report(records, lang))


def test_a_race_told_by_orders_alone_has_a_correct_report() -> None:
    """No time, no gap, no medal: who won, who was second and third, who fell and who did not finish."""
    text = said(
        club(SkaterFell(4, 2), MarkGiven(4, IRM.DNF, why="left the ice"), finish(3, 1, 2, 5), OFFICIAL)
    )
    assert "Cas Cc of the Netherlands won the women" in text
    assert "ahead of Ann Aa of the Netherlands and Bea Bb of the Netherlands." in text
    assert "Dee Dd (Netherlands) fell on lap 2. Dd left the ice, out of the race on lap 2." in text
    assert not {"seconds", "gold", "Games", "medal"} & set(text.split())


def test_two_who_cannot_be_told_apart_share_the_victory() -> None:
    """A dead heat for the first place is told as one, and nobody is second."""
    text = said(club(finish((3, 1), 2, 5, 4), OFFICIAL))
    assert "Ann Aa of the Netherlands and Cas Cc of the Netherlands could not be told apart" in text
    assert "Bea Bb of the Netherlands came third." in text
    assert "second" not in text


def test_a_result_that_is_not_official_says_so() -> None:
    """Before the referee has signed, the lead says that it is provisional."""
    assert "is not official yet" in said(club(finish(3, 1, 2, 5, 4)))
    protested = ResultDeclared(ResultStatus.PROTESTED, "obstruction in the last bend")
    assert "under protest: obstruction in the last bend" in said(club(finish(3, 1, 2, 5, 4), protested))


def test_before_anything_is_skated_there_is_a_headline_and_no_more() -> None:
    """A report of a meet without a result is its name."""
    assert said(club()[:-1]).strip() == "Club night"


def test_two_who_came_third_at_the_line_are_two_sentences() -> None:
    """Each sentence has a name of its own, so that an edit means one of them."""
    rules = edition("isu-2018", "W")
    log = club(OrderRead(rules.laps, (1, 2, (3, 4), 5)), OFFICIAL, rulebook=rules)
    log[2] = Record(3, RacePlanned("women", "semi-final", "Women, semi-final 1", rules), "w")
    third = [one for one in report(log).sentences if one.kind == "strong_finish"]
    assert len({one.id for one in third}) == len(third) == 2


def test_a_break_is_told_where_passings_tell_it() -> None:
    """Who went clear, by how much at most, and where the winner was at the bell."""
    rules = edition("isu-2024", "W")
    starters = tuple(
        Starter(bib, Skater(name.split()[0].lower(), name, "NED")) for bib, name in NAMES.items()
    )
    laps = {lap: 30 * lap for lap in range(1, rules.laps + 1)}
    orders: list[Event] = []
    for lap, at in laps.items():
        lead = 4 if 3 <= lap <= 6 else 0
        order = (5, 1, 2, 3, 4) if lap < rules.laps else (1, 2, 3, 4, 5)
        times = {
            bib: Duration((at + (lead if place else 0)) * SECOND + place * 200_000)
            for place, bib in enumerate(order)
        }
        orders.append(OrderRead(lap, order, times))
    log = club(*orders, OFFICIAL, rulebook=rules)
    log[3] = Record(4, StartListPosted(starters), "w")
    text = said(log)
    assert (
        "Eva Ee broke away on lap 3 and led by as much as 4.2 seconds; the others caught up after lap 6."
        in text
    )
    assert "At the bell Aa was still second, 0.2 seconds behind Ee." in text


def test_who_was_sure_of_the_final_is_told_where_the_points_prove_it() -> None:
    """Under 3-2-1, nine points are safe after the third sprint; whoever has fewer is not called safe."""
    rules = edition("isu-2024", "W")
    starters = tuple(Starter(bib, Skater(f"s{bib}", f"Skater {bib}", "NED")) for bib in range(1, 13))
    sprint = [OrderRead(lap, (9, 10, 11), read_by="judge") for lap in (4, 8, 12)]
    log = club(
        *sprint, OrderRead(rules.laps, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)), OFFICIAL, rulebook=rules
    )
    log[2] = Record(3, RacePlanned("women", "semi-final", "Women, semi-final 1", rules), "w")
    log[3] = Record(4, StartListPosted(starters), "w")
    text = said(log)
    assert "After the second sprint Skater 9 had only to finish" in text
    assert "After the third sprint Skater 10 had only to finish" in text
    assert "Skater 11 had only" not in text


# Corrections and what people write


def test_a_correction_marks_the_sentences_that_it_touches() -> None:
    """The winner is disqualified an hour later: the podium is told anew and marked, the fall is not."""
    first = (SkaterFell(4, 2), finish(3, 1, 2, 5, 4), OFFICIAL)
    later = (
        MarkGiven(3, IRM.DSQ, "T25", "obstruction"),
        ResultDeclared(ResultStatus.CORRECTED, "3 disqualified"),
    )
    before, after = report(club(*first)), report(club(*first, *later))
    assert not any(one.corrected for one in before.sentences)
    corrected = {one.kind for one in after.sentences if one.corrected}
    assert {"headline_of_one", "podium_3", "disqualified_for", "corrected"} <= corrected
    assert "fell_on_lap" not in corrected
    assert "corrected since" in as_trace(after)


def test_an_edited_sentence_is_flagged_when_its_facts_change() -> None:
    """An edit stays as it was written; once its facts are others, it says so."""
    first = (finish(3, 1, 2, 5, 4), OFFICIAL)
    podium = next(one for one in report(club(*first)).sentences if one.kind == "podium_3")
    story = Story(edits=(Edit(podium.id, "en", "Cas flew.", podium.basis, "Jo"),))
    edited = next(one for one in report(club(*first), "en", story).sentences if one.id == podium.id)
    assert (edited.text, edited.edited_by, edited.stale) == ("Cas flew.", "Jo", False)
    later = (MarkGiven(3, IRM.DSQ, "T25", "obstruction"), ResultDeclared(ResultStatus.CORRECTED, "3 out"))
    flagged = next(one for one in report(club(*first, *later), "en", story).sentences if one.id == podium.id)
    assert flagged.stale
    assert "LOOK AGAIN" in as_trace(report(club(*first, *later), "en", story))


def test_an_edit_of_a_sentence_that_is_gone_is_not_lost() -> None:
    """If what was edited is not told any more, the edit is shown to whoever looks."""
    story = Story(edits=(Edit("w.all_sprints", "en", "She won them all.", "00000000"),))
    found = report(club(finish(3, 1, 2, 5, 4), OFFICIAL), "en", story)
    assert [edit.text for edit in found.lost_edits] == ["She won them all."]
    assert "She won them all." not in as_text(found)


def test_a_sentence_edited_to_nothing_is_left_out() -> None:
    """Whoever edits may leave a sentence out, in one language."""
    log = club(SkaterFell(4, 2), finish(3, 1, 2, 5, 4), OFFICIAL)
    fell = next(one for one in report(log).sentences if one.kind == "fell_on_lap")
    story = Story(edits=(Edit(fell.id, "en", "", fell.basis),))
    assert fell.id not in [one.id for one in report(log, "en", story).sentences]
    assert fell.id in [one.id for one in report(log, "nl", story).sentences]


def test_quotes_stand_where_people_put_them_and_only_in_their_language() -> None:
    """A quote behind the lead stands there; one behind a paragraph that is not there stands at the end."""
    log = club(finish(3, 1, 2, 5, 4), OFFICIAL)
    quotes = (
        Quote("I heard the bell.", "Cas Cc, winner", after="women/lead"),
        Quote("Doei!", "Ann Aa", lang="nl"),
    )
    blocks = as_text(report(log, "en", Story(quotes=quotes))).split("\n\n")
    assert "I heard the bell." in blocks[2]
    assert not any("Doei!" in block for block in blocks)
    assert "Doei!" in as_text(report(log, "nl", Story(quotes=quotes)))


def test_an_edit_is_written_to_the_story_file_and_read_back(tmp_path: Path) -> None:
    """Whatever is typed comes back to the letter."""
    file = tmp_path / "night.story.toml"
    edits = [
        Edit("w.podium", "en", 'She said "yes"\n\\o/ ünd \x7f', "0a1b2c3d", "Jo"),
        Edit("w.fell", "en", "", "00000000"),
    ]
    for edit in edits:
        append(file, edit)
    assert list(read_story(file).edits) == edits
    assert read_story(tmp_path / "none.story.toml") == Story()


def test_a_picture_without_a_credit_is_not_taken(tmp_path: Path) -> None:
    """Who took a picture must be said, and the sentence names the file."""
    file = tmp_path / "night.story.toml"
    file.write_text('[[pictures]]\nfile = "a.jpg"\ncaption = "The start"\ncredit = " "\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"night\.story\.toml: the picture a\.jpg has no credit"):
        read_story(file)


def test_a_skater_with_laps_given_is_told_of_as_out() -> None:
    """A judge's word on laps is enough for a report."""
    text = said(club(LapsGiven(5, 2), MarkGiven(5, IRM.DNF), finish(3, 1, 2, 4), OFFICIAL))
    assert "Eva Ee (Netherlands) did not finish." in text


@pytest.mark.parametrize("lang", ["ko", "ja", "nl"])
def test_a_club_race_is_told_in_every_language(lang: str) -> None:
    """The smallest race has a report in every language, with the names as given."""
    text = said(club(finish(3, 1, 2, 5, 4), OFFICIAL), lang)
    assert all(name in text for name in ("Cas Cc", "Ann Aa", "Bea Bb"))


def test_a_language_that_is_not_there_is_named() -> None:
    """Whoever asks for another language is told which there are."""
    with pytest.raises(InputError, match="there is no language 'xx' here: choose one of en, ko, ja, nl"):
        report(club(), "xx")
