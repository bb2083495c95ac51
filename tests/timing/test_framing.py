"""Frames are cut out of a stream the same way however it arrives, and no byte is lost."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from lastlap.timing.framing import Framing, checksum
from lastlap.timing.said import Garbled

LONGEST = 6

PARTS = st.lists(st.sampled_from([b"<", b">", b"a", b"bcd", b"aaaaaaaa", b"<ab>", b"<>", b"b>\n<c"]))
"""Parts of a stream in which frames, halves of frames and rubbish follow each other."""


def cut(parts: Sequence[bytes]) -> list[bytes | Garbled]:
    """What a stream that arrives in *parts* is cut into, to its end."""
    framing = Framing(b"<", b">", b"<>", LONGEST)
    return [*(piece for part in parts for piece in framing.receive(part)), *framing.finish()]


def test_a_frame_stands_between_its_ends() -> None:
    """Two frames with rubbish between them are three pieces."""
    assert cut([b"<ab>\r\n<c>"]) == [b"<ab>", Garbled(b"\r\n", "between frames"), b"<c>"]


def test_a_frame_without_end_is_told_when_the_next_one_is_whole() -> None:
    """The bytes of a frame that was cut short are handed over with the reason."""
    assert cut([b"<ab<c>"]) == [Garbled(b"<ab", "cut short"), b"<c>"]


def test_half_a_frame_waits() -> None:
    """Nothing is said of a frame before its end is there, or the line is cut."""
    framing = Framing(b"<", b">", b"<>", LONGEST)
    assert list(framing.receive(b"<ab")) == []
    assert framing.kept == 3
    assert list(framing.finish()) == [Garbled(b"<ab", "cut short")]
    assert framing.kept == 0


def test_the_longest_frame_is_a_frame_and_a_longer_one_is_not() -> None:
    """What never ends is given up as soon as it is too long for a frame."""
    assert cut([b"<123456>"]) == [b"<123456>"]
    assert all(isinstance(piece, Garbled) for piece in cut([b"<1234567>"]))


def test_the_longest_line_waits_for_the_last_byte_of_its_end() -> None:
    """With an end of two bytes, even the longest frame is one if they come one by one."""
    framing = Framing(b"<", rb"\r?\n", rb"<\r\n", LONGEST)
    pieces = [piece for byte in b"<123456\r\n" for piece in framing.receive(bytes((byte,)))]
    assert pieces == [b"<123456\r\n"]


@given(PARTS)
def test_no_byte_is_lost(parts: list[bytes]) -> None:
    """Put together, frames and rubbish are the stream."""
    pieces = [piece.data if isinstance(piece, Garbled) else piece for piece in cut(parts)]
    assert b"".join(pieces) == b"".join(parts)


@given(PARTS)
def test_it_does_not_matter_how_the_bytes_arrive(parts: list[bytes]) -> None:
    """In parts, whole or byte by byte, a stream is cut into the same pieces."""
    stream = b"".join(parts)
    assert cut(parts) == cut([stream]) == cut([bytes((byte,)) for byte in stream])


@given(PARTS)
def test_little_is_kept(parts: list[bytes]) -> None:
    """However long the rubbish, no more is kept than two frames have."""
    framing = Framing(b"<", b">", b"<>", LONGEST)
    for part in parts:
        list(framing.receive(part))
        assert framing.kept <= 2 * (LONGEST + 2)


def test_a_stream_longer_than_a_slice_is_no_special_case() -> None:
    """A frame that lies across two slices of one long call is a frame."""
    assert cut([b"<ab>" * 50_001 + b"x"])[-2:] == [b"<ab>", Garbled(b"x", "between frames")]
    assert cut([b"x" + b"<ab>" * 50_000])[1:] == [b"<ab>"] * 50_000


@given(st.binary(min_size=2, max_size=40))
def test_the_checksum_takes_bytes_at_its_low_end(data: bytes) -> None:
    """The short way gives what the definition gives bit by bit."""
    register = 0xFFFF
    for bit in (byte >> place & 1 for byte in data for place in reversed(range(8))):
        register = (register << 1 | bit) ^ (0x11021 if register & 0x8000 else 0)
    assert checksum(data) == register
