"""Charts: valid drawings that can be read without colour and without eyes."""

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.log import Meet
from lastlap.publish import Book, Wanted, files, read_book
from lastlap.publish.charts import KINDS, chart
from lastlap.publish.drawing import spread, ticks
from publish import meets

SVG = "{http://www.w3.org/2000/svg}"
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="session")
def night_book(night: Path) -> Book:
    """The night of PyeongChang."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        return read_book(meet)


def drawn(book: Book, race: str, kind: str, *bibs: int) -> ET.Element:
    """A chart, read as XML."""
    return ET.fromstring(chart(book, book.chapters[race], kind, bibs).svg)  # noqa: S314 - our own drawing


@every_kind
def test_a_chart_says_what_it_is(night_book: Book, kind: str) -> None:
    """Title and description for screen readers, and everybody's name in words."""
    svg = drawn(night_book, "w-final", kind)
    title, says = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None
    assert says is not None
    assert (title.text or "").endswith("Women's mass start, Final")
    assert "Nana Takagi: " in (says.text or "")
    assert svg.get("role") == "img"
    assert any("Nana Takagi" in (text.text or "") for text in svg.iter(f"{SVG}text"))


@every_kind
def test_a_chart_of_a_reconstructed_race_says_so(night_book: Book, kind: str) -> None:
    """On the drawing itself, since it is shown without its sheet too."""
    texts = [text.text or "" for text in drawn(night_book, "w-final", kind).iter(f"{SVG}text")]
    assert any(text.startswith("Reconstructed; made up: ") for text in texts)


def test_the_coach_sees_his_two_skaters(night_book: Book) -> None:
    """Two are highlighted, by lines of different patterns and marks of different shapes; nobody else is."""
    svg = drawn(night_book, "m-final", "position", 3, 11)
    bold = [path for path in svg.iter(f"{SVG}path") if path.get("stroke-width") == "3"]
    assert [path.get("stroke-dasharray") for path in bold] == [None, "9 4"]
    assert len([*svg.iter(f"{SVG}circle")]) == 16
    names = [text.text or "" for text in svg.iter(f"{SVG}text") if text.get("font-weight") == "700"]
    assert [name.split()[0] for name in names if name.endswith(("KOR", "ITA"))] == ["11", "3"]


def test_a_line_ends_where_the_skater_left(night_book: Book) -> None:
    """Who did not finish has no place after her last lap, and the mark stands behind her name."""
    svg = drawn(night_book, "w-sf2", "position", 8)
    line = next(path for path in svg.iter(f"{SVG}path") if path.get("stroke-width") == "3")
    assert len((line.get("d") or "").split("L")) == 8
    assert any((text.text or "").endswith("JPN DNF") for text in svg.iter(f"{SVG}text"))


@every_kind
@pytest.mark.parametrize("size", [12, 30])
def test_any_field_can_be_drawn(kind: str, size: int) -> None:
    """A race told by orders alone, without a single lap time, is drawn as far as it is known."""
    assert drawn(meets.odd(size), "sf1", kind).tag == f"{SVG}svg"


def test_charts_are_published() -> None:
    """Four a race."""
    names = [name for name, _ in files(meets.odd(12), Wanted(), ["svg"])]
    assert names == [f"charts/sf1-{kind}.svg" for kind in KINDS]


@given(st.lists(st.floats(0, 400), min_size=1, max_size=30))
def test_names_never_stand_on_each_other(wanted: list[float]) -> None:
    """However the lines end, names keep their distance, their order, and stay on the drawing."""
    found = spread(wanted, 12, 0, 400)
    ordered = sorted(range(len(wanted)), key=lambda place: wanted[place])
    assert all(found[below] - found[above] >= 12 - 1e-6 for above, below in pairwise(ordered))
    assert all(-1e-6 <= place <= 400 + 1e-6 for place in found)


@given(st.floats(0, 100), st.floats(0.1, 400))
def test_an_axis_has_round_numbers(low: float, span: float) -> None:
    """A few, rising, within the axis."""
    found = ticks(low, low + span)
    assert len(found) <= 8
    assert found == sorted(set(found))
    assert all(low - 1e-6 <= tick <= low + span + 1e-6 for tick in found)
