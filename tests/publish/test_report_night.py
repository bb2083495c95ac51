"""The report of the demo night, beside what is known of that night: fact by fact, and in every language."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from lastlap.events import Record
from lastlap.log import Meet
from lastlap.publish.finding import Clock, Finding, Line, Noc, NocLine, One, Person, Value
from lastlap.publish.findings import parts
from lastlap.publish.report import DASH, Report, as_text, report
from lastlap.publish.words import LANGUAGES, language

FACTS = [
    # the row, what is known, and the words by which the report says it, wherever they stand in one sentence
    (
        1,
        "16 laps, four sprints, 5-3-1 and 60-40-20",
        "16 laps; four sprints; 4, 8 and 12; 5, 3 and 1; 60, 40 and 20",
    ),
    (
        2,
        "two semi-finals of 12, eight go to a final of 16",
        "Two semi-finals of 12; final of 16; first eight of each",
    ),
    (3, "Takagi won the first sprint: five points", "Takagi had won the first sprint; five points"),
    (3, "Takagi 5th, Kim 6th", "Also through; Nana Takagi (JPN) in fifth; Kim Bo-reum (KOR) in sixth"),
    (3, "Guo Dan 2nd", "won the first women's semi-final; ahead of Guo Dan of China"),
    (
        4,
        "the fall before the second sprint",
        "before the second sprint; lap 8; Ivanie Blondin (Canada) fell; home straight",
    ),
    (4, "Sato stumbled over Blondin", "Ayano Sato (Japan); stumbled over Blondin"),
    (
        4,
        "Sato stayed down, left the ice, left elbow",
        "Sato stayed down and left the ice; left elbow; lap 8",
    ),
    (4, "Li Dan 3rd", "won the second women's semi-final; and Li Dan of China"),
    (
        5,
        "Lee won the second sprint, took it easy, 6th",
        "Lee was as safe after winning the second; take it easy; sixth",
    ),
    (
        5,
        "why five points make it sure",
        "five points alone were enough for the final; no more than eight skaters",
    ),
    (5, "Williamson 3rd after a strong finish", "Williamson came third after a strong finish"),
    (6, "Chung won the second sprint, five points", "Chung was as safe after winning the second"),
    (6, "Chung 6th", "Also through; Chung Jaewon (KOR) in sixth"),
    (
        6,
        "Tsuchiya 11th and Wang 12th are out",
        "Out are; Ryosuke Tsuchiya (JPN) in 11th; Wang Hongli (CHN) in 12th",
    ),
    (
        6,
        "and why: two points were too few",
        "The last place in the final went to Mantia with three points; missed it with two",
    ),
    (
        7,
        "the women's medals",
        "Nana Takagi of Japan won gold; Kim Bo-reum of Korea, who took silver; bronze went to Irene Schouten",
    ),
    (
        7,
        "the men's medals",
        "Lee Seunghoon of Korea won gold; Bart Swings of Belgium, who took silver; bronze went to Koen Verweij",
    ),
    (
        8,
        "Takagi's second gold, three days after the first",
        "For Takagi it was the second gold medal of these Games; three days after; team pursuit",
    ),
    (
        8,
        "the only woman with two golds",
        "Takagi is the only woman with two speed skating golds at these Games",
    ),
    (9, "Japan's fourth gold", "For Japan it was the fourth gold of these Games"),
    (
        10,
        "Lee's second Olympic gold",
        "For Lee it was a second Olympic gold; men's 10,000 metres of Vancouver 2010",
    ),
    (11, "Korea's fifth gold", "For Korea it was the fifth gold of these Games"),
    (11, "15 medals, a record", "Korea now has 15 medals at these Games, a record; 14 of Vancouver 2010"),
    (12, "the first mass start", "No mass start had ever been held at a Winter Games before"),
    (12, "the closing event", "closed the speed skating programme"),
    (
        13,
        "handed over at the oval right after the racing",
        "handed over on the spot, at Gangneung Oval, right after the racing",
    ),
    (
        13,
        "not at the plaza the next night",
        "did not have to wait for the next night at the Olympic Plaza, 50 km away",
    ),
    (13, "with anthems", "The anthems of Japan and Korea were played"),
    (13, "Ryu presented Lee's gold", "IOC member Ryu Seung-min presented Lee with the gold medal"),
]


STEPS = {"first": " 1", "second": " 2", "third": " 3"}
"""What a value of that name is: who took that place."""


@pytest.fixture(scope="module")
def records(night: Path) -> list[Record]:
    """The log of the demo night."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        return list(meet.records())


@pytest.fixture(scope="module")
def found(records: list[Record]) -> list[Finding]:
    """What the report of the night is made of."""
    return [finding for part in parts(records) for finding in part.findings]


@pytest.fixture(scope="module")
def english(records: list[Record]) -> Report:
    """The report of the night in English."""
    return report(records)


@pytest.mark.parametrize(("row", "known", "words"), FACTS, ids=[f"{row}-{known}" for row, known, _ in FACTS])
def test_the_report_states_what_is_known_of_the_night(
    english: Report, row: int, known: str, words: str
) -> None:
    """Each fact that was reported of the night stands in one sentence, and the sentence in its records."""
    stating = [one for one in english.sentences if all(word in plain(one.text) for word in words.split("; "))]
    assert stating, f"row {row}, {known}: no sentence says {words}"
    assert stating[0].records


def test_the_report_has_a_headline_and_a_dateline(english: Report) -> None:
    """Row 14: both winners stand in the headline; the dateline names the place and the day."""
    assert english.headline.text == "Nana Takagi and Lee Seunghoon win the first Olympic mass starts"
    assert english.dateline == "GANGNEUNG OVAL, 24 February 2018"
    assert f"{english.dateline} {DASH} Nana Takagi of Japan won" in as_text(english)


@pytest.mark.parametrize("code", LANGUAGES[1:])
def test_every_language_states_the_same_facts(records: list[Record], english: Report, code: str) -> None:
    """A language leaves out no sentence, and no name, time or number of a sentence."""
    other = report(records, code)
    assert [one.id for one in other.sentences] == [one.id for one in english.sentences]
    assert [one.basis for one in other.sentences] == [one.basis for one in english.sentences]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_sentence_says_all_its_names_and_times(found: list[Finding], code: str) -> None:
    """Whoever and whatever time a finding is about stands in the sentence of every language."""
    words = language(code)
    for finding in found:
        said = words.sentence(finding)
        for value in flat(finding.values.values()):
            if isinstance(value, Person):
                assert value.name in said
            if isinstance(value, Clock):
                assert words.gap(value) in said or words.time(value) in said


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_sentence_says_no_number_that_is_not_its_own(found: list[Finding], code: str) -> None:
    """Every figure of a sentence is a figure of its values."""
    words = language(code)
    for finding in found:
        known = " ".join(words.say(value, "") for value in flat(finding.values.values()))
        known += " ".join(figures(value) for value in flat(finding.values.values()))
        known += " 1 3" if finding.kind == "close_finish" else ""
        known += "".join(place for name, place in STEPS.items() if name in finding.values)
        strange = [
            n for n in re.findall(r"\d+", words.sentence(finding)) if n not in re.findall(r"\d+", known)
        ]
        assert not strange, f"{finding.id}: {words.sentence(finding)}"


def test_no_sentence_is_told_twice_under_one_name(found: list[Finding]) -> None:
    """The name of a sentence is its own, so that an edit is of one sentence only."""
    names = [finding.id for finding in found]
    assert len(names) == len(set(names))


def test_what_is_made_up_is_not_told(found: list[Finding], english: Report) -> None:
    """No time that no source kept, no sprint that no report told of, and no break made of invented passings."""
    kinds = {finding.kind for finding in found}
    assert not kinds & {"break_held", "break_caught", "from_behind", "from_behind_by", "led_at_the_bell"}
    text = as_text(english)
    assert "Claudia Pechstein (Germany) won the first sprint" not in text
    assert "8:33.14" not in text
    assert "made up in its log" in text


def plain(text: str) -> str:
    """The text with the apostrophe of a keyboard."""
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def flat(values: Iterable[Value]) -> list[One]:
    """The single values among *values*."""
    return [one for value in values for one in (value if isinstance(value, tuple) else (value,))]


def figures(value: object) -> str:
    """The figures of a value that has several."""
    match value:
        case Line():
            return f"{value.place} {value.points}"
        case NocLine():
            return f"{value.rank} {value.gold} {value.silver} {value.bronze}"
        case Noc() | Person():
            return ""
    return str(value)
