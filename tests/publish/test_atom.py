"""The Atom feed: results and decisions, each with an id for ever, valid by RFC 4287."""

from pathlib import Path

import pytest
from lxml import etree

from feeds import THREE, meet, record_of
from lastlap.events import (
    EntryWithdrawn,
    Event,
    LapsCut,
    MarkGiven,
    MarkLifted,
    RaceStopped,
    Record,
    RecordRetracted,
    ResultDeclared,
    ResultStatus,
    SkaterAdvanced,
)
from lastlap.log import Meet
from lastlap.publish.atom import atom, news
from lastlap.rulebook import IRM
from lastlap.times import SECOND, Instant

GRAMMAR = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><element name="feed"><interleave>
    <ref name="id"/><ref name="title"/><ref name="updated"/>
    <oneOrMore><ref name="author"/></oneOrMore>
    <optional><element name="generator"><text/></element></optional>
    <zeroOrMore><ref name="link"/></zeroOrMore>
    <zeroOrMore><ref name="entry"/></zeroOrMore>
  </interleave></element></start>
  <define name="entry"><element name="entry"><interleave>
    <ref name="id"/><ref name="title"/><ref name="updated"/>
    <optional><element name="published"><ref name="moment"/></element></optional>
    <zeroOrMore><ref name="author"/></zeroOrMore>
    <zeroOrMore><element name="category"><attribute name="term"><ref name="words"/></attribute></element></zeroOrMore>
    <zeroOrMore><ref name="link"/></zeroOrMore>
    <element name="content"><attribute name="type"><value>text</value></attribute><text/></element>
  </interleave></element></define>
  <define name="id"><element name="id"><data type="anyURI"><param name="pattern">[a-z]+:.+</param></data></element></define>
  <define name="title"><element name="title"><ref name="words"/></element></define>
  <define name="updated"><element name="updated"><ref name="moment"/></element></define>
  <define name="author"><element name="author"><element name="name"><ref name="words"/></element></element></define>
  <define name="link"><element name="link">
    <attribute name="rel"><choice><value>self</value><value>alternate</value></choice></attribute>
    <attribute name="type"><ref name="words"/></attribute>
    <attribute name="href"><data type="anyURI"/></attribute>
  </element></define>
  <define name="words"><data type="string"><param name="minLength">1</param></data></define>
  <define name="moment"><data type="dateTime"><param name="pattern">.+(Z|[+-]\\d\\d:\\d\\d)</param></data></define>
</grammar>
"""
"""What RFC 4287 says of the elements that we use, as RELAX NG: what must be there, once, and in which form."""

VALID = etree.RelaxNG(etree.fromstring(GRAMMAR))

Words = list[tuple[str, Event]]

OFFICIAL = ("5:00", ResultDeclared(ResultStatus.OFFICIAL))


def told(*words: tuple[str, Event]) -> list[Record]:
    """A meet of three skaters, and what is said after the race."""
    return meet(THREE, *words)


@pytest.mark.parametrize("site", ["", "https://example.org/night"])
def test_the_feed_of_the_night_is_valid(night: Path, site: str) -> None:
    """By the rules of RFC 4287, with and without an address; ids differ, and the newest stands first."""
    with Meet.open(night / "pyeongchang-2018.meet") as held:
        records = list(held.records())
    VALID.assertValid(etree.fromstring(atom(records, at=site)))
    found = news(records)
    assert len({entry.id for entry in found.entries}) == len(found.entries) == 12
    assert [entry.updated for entry in found.entries] == sorted(
        (one.updated for one in found.entries), reverse=True
    )


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<title>", "<headline>"),
        ("+01:00</updated>", "</updated>"),
        ("<id>urn:uuid:", "<id>"),
        ('type="text"', 'type="word"'),
    ],
)
def test_the_grammar_sees_what_is_wrong(right: str, wrong: str) -> None:
    """An element that Atom has not, a time without a zone, an id that is no IRI, a type of no kind."""
    text = atom(told(OFFICIAL)).decode()
    closing = text.replace("</title>", "</headline>") if wrong == "<headline>" else text
    assert right in text
    assert not VALID.validate(etree.fromstring(closing.replace(right, wrong).encode()))


def test_a_result_is_told_as_it_was_declared() -> None:
    """An entry for each declaration, with the places of that moment and the note."""
    words: Words = [
        OFFICIAL,
        ("6:00", MarkGiven(1, IRM.DSQ, "T25")),
        ("7:00", ResultDeclared(ResultStatus.CORRECTED, "Skater 1 out.")),
    ]
    last, disqualified, first = news(told(*words)).entries
    assert first.text.startswith("1. Skater 1 (NED): 62 points, 3 laps, 1:33.00")
    assert last.text.startswith("Skater 1 out.\n1. Skater 2 (NED)")
    assert (last.title, last.category) == ("Women, final: corrected official result", "result")
    assert (disqualified.title, disqualified.category) == (
        "Women, final: Skater 1 (NED) is disqualified",
        "decision",
    )


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (MarkLifted(1), "Skater 1 (NED) has no mark any more."),
        (SkaterAdvanced(2), "Skater 2 (NED) is advanced to the final."),
        (RaceStopped(Instant(0)), "The race is stopped."),
        (LapsCut(2), "The race is 2 laps long."),
    ],
)
def test_a_decision_is_told_in_a_sentence(event: Event, sentence: str) -> None:
    """Each kind in its own words."""
    (entry,) = news(told(("4:00", event))).entries
    assert (entry.text, entry.category, entry.author) == (sentence, "decision", "referee")


def test_a_withdrawal_is_told_by_name() -> None:
    """From the whole competition."""
    records = told()
    records.append(record_of(len(records) + 1, EntryWithdrawn("women", "s2", "ill"), 300 * SECOND, None))
    (entry,) = news(records).entries
    assert entry.title == "Skater 2 (NED) has withdrawn"


def test_what_was_taken_back_stays_and_says_so() -> None:
    """The same id, a new title, and the time at which it was taken back."""
    before = told(OFFICIAL)
    after = [*before, record_of(len(before) + 1, RecordRetracted(len(before)), 900 * SECOND)]
    (one,), (other,) = news(before).entries, news(after).entries
    assert one.id == other.id
    assert other.title == f"Taken back: {one.title}"
    assert other.updated == 900 * SECOND


def test_ids_stay_whatever_comes_later() -> None:
    """An entry keeps its id while the log grows."""
    one, two = told(OFFICIAL), told(OFFICIAL, ("6:00", ResultDeclared(ResultStatus.CORRECTED)))
    assert news(one).entries[0].id == news(two).entries[-1].id
    assert news(one).id == news(two).id


def test_reasons_stay_private() -> None:
    """Why somebody has a mark or withdrew may be about their health."""
    words: Words = [
        ("4:00", MarkGiven(1, IRM.DNF, why="left elbow")),
        ("4:30", MarkGiven(2, IRM.DSQ, why="left elbow")),
        OFFICIAL,
    ]
    text = atom(told(*words))
    assert b"left elbow" not in text
    assert b"is disqualified" in text


def test_a_meet_of_which_nothing_is_known_is_a_feed_too() -> None:
    """Without a single record."""
    VALID.assertValid(etree.fromstring(atom([])))
