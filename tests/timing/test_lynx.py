"""FinishLynx: readings of the line in, start lists out, and never half a file."""

import csv
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.events import MarkGiven, OrderRead, StartListPosted
from lastlap.rulebook import IRM
from lastlap.startlist import Skater, Starter
from lastlap.times import Duration, parse_clock
from lastlap.timing.lynx import (
    EventId,
    Glimpse,
    Lif,
    Planned,
    events,
    is_whole,
    lif_text,
    parse_lif,
    people,
    schedule,
)
from lastlap.timing.said import Garbled
from timing.decoding import WORDS

FINAL = '7,1,4,"Final, ladies",,,massstart,,,6400,20:30:00.1234\r\n'


def lif(*rows: str) -> Lif:
    """The result file that has these *rows*."""
    found = parse_lif((FINAL + "".join(f"{row}\r\n" for row in rows)).encode())
    assert isinstance(found, Lif)
    return found


# Results


def test_the_finish_of_a_final() -> None:
    """Three skaters within two hundredths, one who did not finish: order, times, and a mark to decide on."""
    found = lif(
        "1,7,3,TAKAGI,Nana,JPN,8:32.87,,8:32.87,,",
        "2,3,1,KIM,Bo-reum,KOR,8:32.99,,0.12,,",
        '3,12,2,"SCHOUTEN, I.",Irene,NED,8:33.02,,0.03,,"1:02.1 (1:02.1)"',
        "DNF,5,4,SATO,Ayano,JPN,,,,,",
    )
    assert found.id == (7, 1, 4)
    assert found.name == "Final, ladies"
    assert found.order_read(16) == OrderRead(
        16, (7, 3, 12), {7: parse_clock("8:32.87"), 3: parse_clock("8:32.99"), 12: parse_clock("8:33.02")}
    )
    assert found.marks() == (MarkGiven(5, IRM.DNF, why="as the photo finish has it"),)
    assert not found.flaws


def test_a_dead_heat_has_one_place() -> None:
    """Equal places are a dead heat, and the next place is left out."""
    assert lif("1,7", "2,3", "2,12", "4,5").order == (7, (3, 12), 5)


def test_rows_may_stand_in_any_order() -> None:
    """The place counts; who has none yet is not in the order."""
    assert lif("3,12", ",4,,,,,8:40.00", "1,7", "2,3").order == (7, 3, 12)


def test_nobody_read_is_no_order() -> None:
    """A start list that was saved as a result says nothing, and blank lines are passed over."""
    assert lif(",7,1", "", ",3,2").order_read(4) is None


@pytest.mark.parametrize("mark", ["DNF", "DNS", "DQ", "DSQ", "SCR", "dq"])
def test_marks_stand_instead_of_a_place(mark: str) -> None:
    """As operators write them; scratched is withdrawn before the start."""
    irm = {"DQ": IRM.DSQ, "SCR": IRM.WDR}.get(mark.upper(), mark.upper())
    assert lif("1,7", f"{mark},3").irms == {3: irm}


@pytest.mark.parametrize(
    ("rows", "order", "flaw"),
    [
        (["1,7", "2,", "3,12"], (7,), "place 2 has no bib"),
        (["1,7", "3,12"], (7,), "there is no place 2"),
        (["1,7", "2,3", "3,7"], (7, 3), "bib 7 has two places"),
        (["1,7", "2,3", "2,3"], (7,), "bib 3 has two places"),
    ],
)
def test_the_order_goes_as_far_as_it_is_known(rows: Sequence[str], order: tuple[int, ...], flaw: str) -> None:
    """Whoever comes behind a skater that nobody recognised must not move up."""
    found = lif(*rows)
    assert found.order == order
    assert found.flaws == (f"{flaw}: the order is taken as far as it is known before that",)


def test_what_the_operator_should_look_at_is_named_by_line() -> None:
    """An unreadable place, bib or time, and a mark of nobody, spoil nothing else."""
    found = lif("1,7,,,,,fast", "ADV,3", "2,x9", "DNF,", "3,5,,,,,8:40.1")
    assert found.flaws == (
        "line 2: 'fast' is no time",
        "line 3: 'ADV' is no place",
        "line 4: 'x9' is no bib",
        "line 5: DNF has no bib",
        "place 2 has no bib: the order is taken as far as it is known before that",
    )
    assert found.times == {5: parse_clock("8:40.1")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_is_read_in_whichever_encoding(encoding: str) -> None:
    """FinishLynx writes what it is set to."""
    found = parse_lif("7,1,4,Éliminés\r\n1,7\r\n".encode(encoding))
    assert isinstance(found, Lif)
    assert (found.name, found.order) == ("Éliminés", (7,))


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"7,1\n", b"place,bib\n", b"7,x,1,Final\n1,7\n", b'"7,1,4",Final\n', b"\0" * 9]
)
def test_what_is_no_result_is_garbled(data: bytes) -> None:
    """A file of something else is not taken for an empty result."""
    found = parse_lif(data)
    assert isinstance(found, Garbled)
    assert found.why.startswith("no .lif file")


# Half a file


def test_a_file_is_read_once_it_stands_still() -> None:
    """It has not changed between two looks, and its last line has an end."""
    done = Glimpse(90, 1000, b"\r\n")
    assert is_whole(done, done)
    assert is_whole(Glimpse(90, 1000, b"\n\0"), Glimpse(90, 1000, b"\n\0"))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (None, Glimpse(90, 1000, b"\r\n")),
        (Glimpse(80, 1000, b"\r\n"), Glimpse(90, 1000, b"\r\n")),
        (Glimpse(90, 1000, b"\r\n"), Glimpse(90, 1001, b"\r\n")),
        (Glimpse(90, 1000, b"32"), Glimpse(90, 1000, b"32")),
        (Glimpse(0, 1000, b""), Glimpse(0, 1000, b"")),
    ],
)
def test_a_file_that_is_being_written_is_left_alone(before: Glimpse | None, now: Glimpse) -> None:
    """First seen, grown, written again, without its last line's end, or empty."""
    assert not is_whole(before, now)


@given(st.integers(0, 200))
def test_half_a_file_never_gives_a_wrong_order(size: int) -> None:
    """Cut inside a line it is garbled; cut between lines, the order is the beginning of the true one."""
    data = (FINAL + "1,7,,,,,8:32.87\r\n2,3,,,,,8:32.99\r\n3,12,,,,,8:33.02\r\n").encode()
    found = parse_lif(data[:size])
    if isinstance(found, Garbled):
        assert size == 0 or not data[:size].endswith(b"\n") or size < len(FINAL)
    else:
        assert found.order == (7, 3, 12)[: len(found.order)]
        assert data[:size].endswith((b"\r", b"\n"))


# Start lists

RACE = StartListPosted(
    (
        Starter(7, Skater("nana", "Nana TAKAGI", "JPN"), grid=1),
        Starter(12, Skater("sven", "Sven ZÁPOTOCKÝ", "CZE")),
    )
)
OTHER = StartListPosted((Starter(7, Skater("lee", "LEE Seung-hoon", "KOR")), *RACE.starters[1:]))
EVENING = (Planned(EventId(7, 1, 1), "Ladies, sprint 1", RACE), Planned(EventId(8, 1, 1), "Men", OTHER))


def test_an_event_names_its_skaters() -> None:
    """Bib, place on the grid, family and given name, NOC; commas and letters as FinishLynx can read them."""
    assert events(EVENING[:1]) == (
        '7,1,1,"Ladies, sprint 1"\r\n'
        ",7,1,TAKAGI,Nana,JPN\r\n"
        ",12,,ZÁPOTOCKÝ,Sven,CZE\r\n"
    )  # fmt: skip


def test_people_are_told_apart_by_their_bib() -> None:
    """Who wears a bib alone is listed; where it is worn in turn, only the event knows by whom."""
    assert people(EVENING) == "12,ZÁPOTOCKÝ,Sven,CZE\r\n"


def test_the_schedule_is_the_order_of_the_evening() -> None:
    """Three numbers a line."""
    assert schedule(EVENING) == "7,1,1\r\n8,1,1\r\n"


# Laws

BIBS = st.integers(1, 999)
TIMES = st.integers(0, 3_600_000).map(lambda count: Duration(count * 1_000))


@st.composite
def lifs(draw: st.DrawFn) -> Lif:
    """Results without a flaw."""
    bibs = draw(st.lists(BIBS, max_size=8, unique=True))
    ties = draw(st.lists(st.integers(1, 3), min_size=len(bibs), max_size=len(bibs)))
    order: list[int | tuple[int, ...]] = []
    placed = bibs[: draw(st.integers(0, len(bibs)))]
    left = list(placed)
    for size in ties:
        tie, left = left[:size], left[size:]
        order += [tuple(tie)] if len(tie) > 1 else tie
    marked = bibs[len(placed) :]
    irms = {bib: draw(st.sampled_from([IRM.DNF, IRM.DNS, IRM.DSQ])) for bib in marked}
    times = {bib: draw(TIMES) for bib in placed if draw(st.booleans())}
    return Lif(EventId(*draw(st.tuples(BIBS, BIBS, BIBS))), draw(WORDS), tuple(order), times, irms)


@given(lifs(), st.sampled_from(["utf-8", "utf-16"]))
def test_a_result_is_read_as_it_was_written(result: Lif, encoding: str) -> None:
    """Places, dead heats, times and marks, in any encoding."""
    assert parse_lif(lif_text(result).encode(encoding)) == result


@given(st.binary(max_size=80) | st.text('0123456789,"\n DNFQ:.', max_size=80).map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    """Whatever lies in the folder is a result or garbled."""
    found = parse_lif(b"1,1,1,Final\n" + data)
    assert isinstance(found, Garbled | Lif)
    assert isinstance(parse_lif(data), Garbled | Lif)


@given(
    st.lists(
        st.builds(Starter, bib=BIBS, skater=st.builds(Skater, id=WORDS, name=st.text(max_size=9), noc=WORDS)),
        max_size=4,
    )
)
def test_every_starter_has_a_line(starters: list[Starter]) -> None:
    """Whatever the names are, each line has the cells that it should have."""
    text = events([Planned(EventId(1, 1, 1), "Final", StartListPosted(tuple(starters)))])
    rows = list(csv.reader(text.split("\r\n")[1:-1]))
    assert [row[1] for row in rows] == [str(starter.bib) for starter in starters]
    assert all(len(row) == 6 for row in rows)
