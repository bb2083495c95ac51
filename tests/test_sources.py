"""CSV and TOML text as records, and what is said of a file that cannot be used."""

import msgspec
import pytest

from lastlap.errors import InputError
from lastlap.sources import packaged, parse_document, parse_table


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row for these tests."""

    name: str
    bib: int
    ranking: int | None = None


def test_rows_become_records() -> None:
    """Numbers are numbers, quotes keep a comma, an empty cell takes the default."""
    text = 'name,bib,ranking\n"Berg, Ann",7,3\nBea Lund,12,\n'
    assert parse_table(text, Entry, "entries") == (Entry("Berg, Ann", 7, 3), Entry("Bea Lund", 12))


def test_a_header_alone_is_an_empty_table() -> None:
    """Nobody has entered yet."""
    assert parse_table("name,bib\n", Entry, "entries") == ()


@pytest.mark.parametrize(
    ("row", "flaw"),
    [
        ("Ann,seven", r"Expected `int`, got `str` - at `\$.bib`"),
        (",7", "missing required field `name`"),
        ("Ann,7,3", "unknown field `cells beyond the header`"),
        ("Ann", "missing required field `bib`"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row: str, flaw: str) -> None:
    """The header is row 1, as in a spreadsheet."""
    with pytest.raises(InputError, match=f"entries.csv, row 3: .*{flaw}"):
        parse_table(f"name,bib\nBea,1\n{row}\n", Entry, "entries.csv")


def test_a_document_becomes_a_record() -> None:
    """TOML is read field by field."""
    assert parse_document('name = "Ann"\nbib = 7', Entry, "entry.toml") == Entry("Ann", 7)


@pytest.mark.parametrize(
    ("text", "flaw"), [("name = ", "is no TOML"), ('name = "Ann"', "field `bib`"), ("skater = 1", "`skater`")]
)
def test_a_document_that_cannot_be_used_is_named(text: str, flaw: str) -> None:
    """The file and the field are said."""
    with pytest.raises(InputError, match=f"entry.toml.*{flaw}"):
        parse_document(text, Entry, "entry.toml")


def test_a_packaged_file_is_read_by_its_path() -> None:
    """Every file that comes with lastlap has a line in the README beside it."""
    assert packaged("games", "2018.csv").startswith("seq,date,")
    for name in (
        "noc.csv",
        "people.toml",
        "careers.toml",
        "games/2018.csv",
        "games/tables.csv",
        "games/debuts.csv",
    ):
        assert f"`{name}`" in packaged("README.md")


def test_a_file_that_is_not_there_is_said_to_be_missing() -> None:
    """Games of which nothing is known cannot be read."""
    with pytest.raises(InputError, match=r"no file games/1916\.csv comes with lastlap"):
        packaged("games", "1916.csv")
