"""One person, one id, however a source writes the name."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.people import parse_people, people, same_name

TABLE = parse_people("""
persons = [
    { id = "an-na-kor", name = "An Na", noc = "KOR", also = ["An Naya"] },
    { id = "an-na-chn", name = "An Na", noc = "CHN" },
    { id = "oeystein-nor", name = "Øystein Bråten", noc = "NOR", also = ["Oeystein Braaten"] },
]
""")

NAMES = st.lists(st.text(st.sampled_from("abcdeéøłüñßİ"), min_size=1, max_size=5), min_size=1, max_size=4)
"""The words of names, some with accents."""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nana TAKAGI", "Nana Takagi"),
        ("TAKAGI Nana", "Nana Takagi"),
        ("TAKAGI, Nana", "Nana Takagi"),
        ("Bo Reum KIM", "Kim Bo-reum"),
        ("Kim Boreum", "Kim Bo-reum"),
        ("Ireen WÜST", "Ireen Wust"),
        ("Øystein Bråten", "oystein braten"),
        ("Weiß", "WEISS"),
        ("Jean O\u2019Neill", "ONeill Jean"),
        ("Ted\u2010Jan BLOEMEN", "Ted-Jan Bloemen"),
        ("Niedźwiedzki", "Niedzwiedzki"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    """Case, accents, hyphens and word order make no other person."""
    assert same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Seung Hoon LEE", "Lee Seunghoon"),  # no hyphen says that two words are one
        ("Nana Takagi", "Miho Takagi"),
        ("Nana Takagi", "Takagi"),
        ("Marit BJOERGEN", "Marit Bjørgen"),
        ("Wüst", "Wuest"),
        ("がく", "かく"),  # in Japanese the mark makes another letter
    ],
)
def test_names_that_are_not_the_same(one: str, other: str) -> None:
    """Another spelling is not guessed to be the same name."""
    assert not same_name(one, other)


@given(NAMES.flatmap(lambda words: st.tuples(st.just(words), st.permutations(words))))
def test_word_order_case_and_form_of_accents_never_matter(pair: tuple[list[str], list[str]]) -> None:
    """Whatever the name: in capitals, turned round, its accents apart from their letters."""
    words, mixed = pair
    name, other = " ".join(words), unicodedata.normalize("NFD", " ".join(mixed).upper())
    assert same_name(name, other)
    assert same_name(other, name)
    assert TABLE.find(name, "NED").id == TABLE.find(other, "NED").id


@given(NAMES)
def test_a_hyphen_may_be_a_space_or_nothing(words: list[str]) -> None:
    """Bo-reum, Bo Reum and Boreum are written of one person."""
    assert same_name("-".join(words), " ".join(words))
    assert same_name("-".join(words), "".join(words))


def test_a_listed_person_is_found_under_every_name() -> None:
    """The name of the table, another name that it lists, and both as they may be printed."""
    for name in ("Øystein Bråten", "BRÅTEN Øystein", "Oystein Braten", "BRAATEN, Oeystein"):
        assert TABLE.find(name, "NOR").id == "oeystein-nor"
    assert TABLE.find("AN Naya", "KOR") == TABLE.by_id["an-na-kor"]


def test_the_same_name_of_another_noc_is_another_person() -> None:
    """An Na skates for Korea, and another An Na for China."""
    assert TABLE.find("AN Na", "KOR").id == "an-na-kor"
    assert TABLE.find("AN Na", "CHN").id == "an-na-chn"


def test_whoever_is_not_listed_is_a_person_of_that_name() -> None:
    """The id is made of the words in alphabetical order; the name stays as it was written."""
    found = TABLE.find("VAN DER BERG Zoë", "NED")
    assert (found.id, found.name, found.noc) == ("berg-der-van-zoe-ned", "VAN DER BERG Zoë", "NED")
    assert TABLE.find("Zoe van der Berg", "NED").id == found.id


@pytest.mark.parametrize(
    ("rows", "flaw"),
    [
        (
            '{ id = "a", name = "An Na", noc = "KOR" }, { id = "a", name = "Bo Na", noc = "KOR" }',
            "id a stands there 2",
        ),
        (
            '{ id = "a", name = "An-na", noc = "KOR" }, { id = "b", name = "Na An", noc = "KOR" }',
            "a and b bear one name",
        ),
        ('{ id = "a", name = "An Na" }', "missing required field `noc`"),
        ('{ id = "a", name = "An Na", noc = "KOR", alias = ["Anna"] }', "unknown field `alias`"),
        ("{", "is no TOML"),
    ],
)
def test_a_table_that_could_mistake_people_is_refused(rows: str, flaw: str) -> None:
    """One id or one name for two people would give a skater somebody else's medals."""
    with pytest.raises(InputError, match=f"my people.*{flaw}"):
        parse_people(f"persons = [{rows}]", "my people")


@pytest.mark.parametrize(
    ("noc", "names"),
    [
        ("JPN", ["Nana TAKAGI", "Nana Takagi", "Takagi Nana"]),
        ("KOR", ["Seung Hoon LEE", "Lee Seunghoon", "Lee Seung-hoon", "Lee Seung-Hoon"]),
        ("KOR", ["Bo Reum KIM", "Kim Bo-reum"]),
        ("KOR", ["Chung Jaewon", "Chung Jae-won"]),
    ],
)
def test_the_medallists_of_the_night_are_one_person_in_every_source(noc: str, names: list[str]) -> None:
    """The names of the medal list, of the race sheets and of the reports lead to one id."""
    assert len({people().find(name, noc).id for name in names} & set(people().by_id)) == 1
