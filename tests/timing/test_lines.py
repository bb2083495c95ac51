"""Lines out of bytes: half a line waits, and one without an end does not fill the memory."""

from hypothesis import given
from hypothesis import strategies as st

from lastlap.timing.lines import LineDecoder
from lastlap.timing.said import Garbled
from timing.decoding import PLACES, assert_cuts_change_nothing

TOO_LONG = "of a line of more than 5 bytes"


class Short(LineDecoder[str]):
    """Lines of at most five bytes, told as they are."""

    def __init__(self) -> None:
        super().__init__(b";.", 5)

    def _read(self, line: bytes) -> list[str]:
        return [line.decode("latin-1")]


def test_half_a_line_waits() -> None:
    """The rest of it may come later."""
    lines = Short()
    assert lines.receive(b"one;tw") == ["one"]
    assert lines.kept == 2
    assert lines.receive(b"o.;.;") == ["two"]
    assert lines.kept == 0


def test_a_line_without_an_end_comes_in_pieces() -> None:
    """No more is kept than the longest line has; the line behind it is read again."""
    assert Short().receive(b"12345678901.five5;") == [
        Garbled(b"12345", TOO_LONG),
        Garbled(b"67890", TOO_LONG),
        Garbled(b"1", TOO_LONG),
        "five5",
    ]


def test_what_waits_when_the_line_is_cut_is_garbled() -> None:
    """Then a new connection begins with a new line."""
    lines = Short()
    assert lines.receive(b"1234567") == [Garbled(b"12345", TOO_LONG)]
    assert lines.finish() == [Garbled(b"67", "cut short")]
    assert lines.finish() == []
    assert lines.receive(b"one;") == ["one"]


@given(st.text("ab;.", max_size=40).map(str.encode), PLACES)
def test_cuts_change_nothing(data: bytes, places: list[int]) -> None:
    """However the bytes are split over calls, the same lines come out."""
    assert_cuts_change_nothing(Short, data, places)


@given(st.lists(st.text("ab;.", max_size=30).map(str.encode), max_size=5))
def test_no_byte_is_lost_without_a_word(chunks: list[bytes]) -> None:
    """All but the ends is either told as a line or as garbled, in its order; and little is kept."""
    lines, said = Short(), list[str | Garbled]()
    for chunk in chunks:
        said += lines.receive(chunk)
        assert lines.kept <= 5
    said += lines.finish()
    told = "".join(word.data.decode() if isinstance(word, Garbled) else word for word in said)
    assert told == b"".join(chunks).decode().replace(";", "").replace(".", "")
