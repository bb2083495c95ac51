"""Passings as a table: whatever a spreadsheet makes of it, and every problem by its row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.events import Passing
from lastlap.times import Instant
from lastlap.timing.table import COLUMNS, Passings, cells, parse_passings, passings_table, row
from timing.decoding import NIGHT, WORDS

AT = NIGHT.moment("20:30:31.05")


def read(*rows: str, heading: str = ",".join(COLUMNS)) -> Passings:
    """What is read of a table with these *rows*."""
    return parse_passings("\n".join([heading, *rows]), utc_offset=540, origin="passings.csv")


@pytest.mark.parametrize(
    "moment",
    [
        str(AT),
        "2018-02-24T20:30:31.05",
        "2018-02-24 20:30:31.050000",
        "2018-02-24T20:30:31.050+09:00",
        "2018-02-24T11:30:31.05Z",
    ],
)
def test_a_moment_is_written_in_several_ways(moment: str) -> None:
    """In microseconds, by the clock at the rink, with its zone, in UTC."""
    assert read(f"{moment},KX12345,FIN,box,217,25,12").passings == (
        Passing(AT, "KX12345", "FIN", "box", 217, 25, 12),
    )


def test_a_table_needs_two_columns() -> None:
    """In any order and case, beside others, and parted as spreadsheets of the country do."""
    found = parse_passings("\ufeffTransponder;Skater;At\r\nKX12345;Bo;2018-02-24T11:30:31.05\r\n\r\n")
    assert found == Passings((Passing(AT, "KX12345"),))


@pytest.mark.parametrize(
    ("heading", "missing"), [("transponder,loop", "at"), ("at", "transponder"), ("", "at")]
)
def test_a_table_without_its_columns_is_refused(heading: str, missing: str) -> None:
    """The sentence names the column, and those that there may be."""
    with pytest.raises(
        InputError, match=f"passings.csv, row 1: there is no column {missing}: name the columns at, t"
    ):
        read(heading=heading)


def test_every_problem_is_named_by_its_row() -> None:
    """Sound rows are taken; the others say what to do about them."""
    found = read("soon,T1", f"{AT},,,,x,-1,1.5", f"{AT},T3", "2018-02-24,T4", "")
    assert found.passings == (Passing(AT, "T3"),)
    assert [str(problem) for problem in found.problems] == [
        "passings.csv, row 2, at: 'soon' is no moment: write it as 2018-02-24T20:30:00.123456+09:00",
        "passings.csv, row 3, transponder: there is no transponder: write its code",
        "passings.csv, row 3, number: 'x' is no whole number: correct it, or leave the cell empty",
        "passings.csv, row 3, strength: '-1' is no whole number: correct it, or leave the cell empty",
        "passings.csv, row 3, hits: '1.5' is no whole number: correct it, or leave the cell empty",
        "passings.csv, row 5, at: '2018-02-24' is no moment: write it as 2018-02-24T20:30:00.123456+09:00",
    ]


def test_a_lost_quotation_mark_spoils_one_row() -> None:
    """What follows it is read."""
    assert read(f'{AT},"T1', f"{AT},T2").passings == (Passing(AT, "T1"), Passing(AT, "T2"))


def test_a_table_of_passings() -> None:
    """Moments are in UTC, to the microsecond; what is not known is left empty."""
    passings = (Passing(AT, "KX12345", "FIN", 'the "box"', 217), Passing(Instant(10**18), "2"))
    assert passings_table(passings) == (
        "at,transponder,loop,source,number,strength,hits\r\n"
        '2018-02-24T11:30:31.050000+00:00,KX12345,FIN,"the ""box""",217,,\r\n'
        "1000000000000000000,2,FIN,,,,\r\n"
    )


def test_a_cell_too_long_for_a_table_is_a_cell() -> None:
    """No text whatever stops the reading."""
    long = "x" * 200_000
    assert cells(f"{long},2") == [f"{long},2"]
    assert cells("") == []


COUNTS = st.none() | st.integers(0, 10**9)
PASSINGS = st.builds(
    Passing,
    at=st.integers(-(10**17), 10**17).map(Instant),
    transponder=WORDS.filter(bool),
    loop=WORDS.filter(bool),
    source=WORDS,
    number=COUNTS,
    strength=COUNTS,
    hits=COUNTS,
)


@given(st.lists(PASSINGS, max_size=4))
def test_a_table_is_read_as_it_was_written(passings: list[Passing]) -> None:
    """Any moment, in any century."""
    assert parse_passings(passings_table(passings)) == Passings(tuple(passings))


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_a_row_is_read_as_it_was_written(words: list[str]) -> None:
    """Commas and quotation marks in a cell part nothing."""
    assert cells(row(words)) == words or words == [""]


@given(st.text(max_size=60) | st.text('0123456789-T:,;"\n', max_size=60))
def test_every_row_is_taken_or_has_a_problem(text: str) -> None:
    """Nothing raises, and no row is passed over."""
    found = parse_passings(f"at,transponder\n{text}")
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    assert len(found.passings) + len({problem.row for problem in found.problems}) == len(lines)
