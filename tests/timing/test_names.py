"""Names as old devices take them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.timing.names import ENCODING, given_and_family, latin
from timing.decoding import LATIN


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Jéssica Carolina SANTOS RODRIGUES", "Jéssica Carolina SANTOS RODRIGUES"),
        ("Lucie KORVASOVÁ", "Lucie KORVASOVÁ"),
        ("Łukasz Đoković", "Lukasz Dokovic"),
        ("Zoë\N{RIGHT SINGLE QUOTATION MARK}s\tsister", "Zoë's sister"),
        ("e\N{COMBINING ACUTE ACCENT}", "é"),
        ("高木 菜那", "?? ??"),
        ("Ānele", "Anele"),
    ],
)
def test_a_name_is_written_in_latin_letters(name: str, written: str) -> None:
    """Accents stay where Latin-1 has them, and are dropped where it does not."""
    assert latin(name) == written


@given(st.text(max_size=30))
def test_any_name_can_be_sent(name: str) -> None:
    """On one line, and without an error."""
    assert latin(name).encode(ENCODING).decode(ENCODING) == latin(name)
    assert len(latin(name).splitlines()) <= 1


@given(LATIN)
def test_what_latin_has_stays_as_it_is(name: str) -> None:
    """Nothing is lost that need not be."""
    assert latin(name) == name


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Nana Takagi", ("Nana", "Takagi")),
        ("Elena Møller Rigas", ("Elena Møller", "Rigas")),
        ("LEE Seung-hoon", ("Seung-hoon", "LEE")),
        ("Jéssica Carolina SANTOS RODRIGUES", ("Jéssica Carolina", "SANTOS RODRIGUES")),
        ("J. R. Smith", ("J. R.", "Smith")),
        ("Park Park", ("Park", "Park")),
        ("Cher", ("", "Cher")),
        ("", ("", "")),
    ],
)
def test_the_family_name_stands_in_capitals_or_last(name: str, parts: tuple[str, str]) -> None:
    """As sheets print names."""
    assert given_and_family(name) == parts
