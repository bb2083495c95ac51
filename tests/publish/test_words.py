"""Sentences of every language: all kinds, the same values, and particles that are right after any name."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.publish.finding import Clock, Finding, Line, Noc, Person, Phrase, RaceName
from lastlap.publish.words import LANGUAGES, language, particle
from lastlap.times import Duration


def fields(template: str) -> set[str]:
    """The values that a template names."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("code", LANGUAGES[1:])
def test_every_language_has_a_sentence_for_every_kind_and_no_other(code: str) -> None:
    """Whatever English can say, each language can, under the same names; so with the words of pages."""
    english, other = language("en").words, language(code).words
    assert set(other.sentences) == set(english.sentences)
    assert set(other.labels) == set(english.labels)
    assert set(other.races) == set(english.races)
    assert set(other.categories) == set(english.categories)


SMALL_CHANGES = {"points", "place"}
"""What a language may leave out where the rest of the sentence says as much."""


@pytest.mark.parametrize("code", LANGUAGES[1:])
def test_a_sentence_names_the_same_values_in_every_language(code: str) -> None:
    """No language drops a skater, a gap or a count that English tells."""
    english, other = language("en").words.sentences, language(code).words.sentences
    dropped = {kind: fields(english[kind]) - fields(other[kind]) - SMALL_CHANGES for kind in english}
    assert {kind: names for kind, names in dropped.items() if names} == {}
    added = {kind: fields(other[kind]) - fields(english[kind]) - SMALL_CHANGES for kind in english}
    assert {kind: names for kind, names in added.items() if names} == {}


@pytest.mark.parametrize(
    ("word", "form", "right"),
    [
        ("한국", "은", "은"),
        ("네덜란드", "은", "는"),
        ("미국", "이", "이"),
        ("선수", "이", "가"),
        ("금메달", "을", "을"),
        ("위원", "과", "과"),
        ("독일", "으로", "로"),
        ("한국", "으로", "으로"),
        ("8:45.37", "으로", "로"),
        ("8:32.86", "으로", "으로"),
        ("7위", "으로", "로"),
        ("Takagi", "은", "은(는)"),
        ("Takagi", "으로", "(으)로"),
        ("선수(JPN)", "이", "가"),
    ],
)
def test_a_korean_particle_follows_the_sound_before_it(word: str, form: str, right: str) -> None:
    """After a final consonant one form, after a vowel the other, `로` after ㄹ, both where nobody can tell."""
    assert particle(word, form) == right


def said(code: str, kind: str, **values: object) -> str:
    """A sentence of one kind."""
    return language(code).sentence(Finding(kind, "x", values, (1,)))  # type: ignore[arg-type]


ANN, BEA, CAS = Person("Ann Aa", "USA"), Person("Bea Bb", "OAR"), Person("Cas Cc", "KEN")


def test_nocs_are_said_as_each_language_says_them() -> None:
    """An article where English has one, a code where a name is not known, and nobody is from no country."""
    lists = {"people": (ANN, BEA, CAS), "place": 2}
    assert said("en", "place_shared", **lists).startswith(
        "Ann Aa of the United States, Bea Bb (OAR) and Cas Cc of Kenya"
    )
    assert said("nl", "place_shared", **lists).startswith(
        "Ann Aa uit de Verenigde Staten, Bea Bb (OAR) en Cas Cc uit KEN"
    )
    assert (
        said("ko", "place_shared", **lists) == "미국의 Ann Aa, Bea Bb(OAR), KEN의 Cas Cc 선수가 공동 2위였다."
    )


def test_words_of_an_official_are_quoted_where_a_language_does_not_know_them() -> None:
    """What the referee wrote in English is not guessed at in Dutch; what is known is said."""
    opening, closing = language("nl").words.quotes
    unknown = said("nl", "fell_on_lap_at", who=ANN, lap=3, where=Phrase("by the flag"))
    assert unknown.endswith(f"ronde 3, {opening}by the flag{closing}.")
    known = Phrase("entering the home straight")
    assert said("nl", "fell_on_lap_at", who=ANN, lap=3, where=known).endswith(
        "bij het opdraaien van het rechte stuk."
    )


def test_a_long_gap_is_told_in_minutes() -> None:
    """Sixty seconds and more are written as a clock writes them."""
    times = {"time": Clock(Duration(500_000_000)), "gap": Clock(Duration(62_340_000))}
    race = {"first": ANN, "second": CAS, "race": RaceName("JW")}
    assert said("en", "podium_2_time_gap", **times, **race).endswith(
        "in 8:20.00, 1:02.34 ahead of Cas Cc of Kenya."
    )
    assert said("nl", "podium_2_time_gap", **times, **race).endswith(
        "in 8.20,00, met 1.02,34 voorsprong op Cas Cc uit KEN."
    )


@pytest.mark.parametrize(
    ("place", "word"), [(1, "first"), (9, "ninth"), (11, "11th"), (12, "12th"), (21, "21st"), (22, "22nd")]
)
def test_english_counts_places_in_words_and_in_figures(place: int, word: str) -> None:
    """Words up to nine, figures with the right ending beyond."""
    assert said("en", "out", lines=(Line(ANN, place, 0),)) == f"Out are Ann Aa (USA) in {word}."


def test_one_point_is_no_points() -> None:
    """One is one in every language that minds."""
    values = {"who": ANN, "points": 1, "missed": CAS}
    assert "with one point;" in said("en", "cut_by_points_to_none", **values, place=8)
    assert "met één punt naar" in said("nl", "cut_by_points_to_none", **values, place=8)


def test_a_category_that_is_not_known_is_told_without_one() -> None:
    """A race of a category that no language knows is a mixed one, and never an error."""
    assert (
        said("en", "podium_1", first=ANN, race=RaceName("U12"))
        == "Ann Aa of the United States won the mixed mass start."
    )


def test_a_noc_without_a_korean_name_keeps_its_code() -> None:
    """Better a code than a wrong name."""
    assert said("ko", "noc_gold", noc=Noc("KEN"), count=2) == "KEN은(는) 이번 대회에서 금메달 2개를 기록했다."


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@given(names=st.lists(NAMES, min_size=3, max_size=3), code=st.sampled_from(LANGUAGES))
def test_any_name_is_said_as_it_was_given(names: list[str], code: str) -> None:
    """Whatever letters or brackets a name has, it stands in the sentence; only a sheet's capitals are small."""
    first, second, third = (Person(name, "KEN") for name in names)
    text = said(code, "podium_3", first=first, second=second, third=third, race=RaceName("W"))
    assert all(name.casefold() in text.casefold() for name in names)
    out = said(code, "out", lines=(Line(first, 3, 0), Line(second, 4, 1)))
    assert all(name.casefold() in out.casefold() for name in names[:2])
