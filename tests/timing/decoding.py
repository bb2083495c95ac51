"""The law that every decoder keeps: however the bytes arrive, and whatever stands around them, it tells the same."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Protocol

from hypothesis import strategies as st

from lastlap.timing.wall import WallClock, parse_day

NIGHT = WallClock(parse_day("2018-02-24"), 9 * 60)
"""The wall clock of PyeongChang."""


class Decoder(Protocol):
    """What takes bytes and tells what they say."""

    @property
    def kept(self) -> int:
        """How many bytes wait for more."""

    def receive(self, data: bytes, /) -> Sequence[object]:
        """What the bytes say."""

    def finish(self) -> Sequence[object]:
        """What the rest says."""


def told(decoder: Decoder, chunks: Iterable[bytes]) -> list[object]:
    """All that *decoder* tells of the *chunks* and of their end."""
    said = [word for chunk in chunks for word in decoder.receive(chunk)]
    return [*said, *decoder.finish()]


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    """The *data* in pieces, cut at the *places*."""
    ends = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[begin:end] for begin, end in pairwise(ends)]


def assert_cuts_change_nothing(make: Callable[[], Decoder], data: bytes, places: Iterable[int]) -> None:
    """Whole, byte by byte or cut anywhere: the same is told, and nothing is kept at the end."""
    whole = make()
    expected = told(whole, [data])
    assert whole.kept == 0
    assert told(make(), cut(data, range(len(data)))) == expected
    assert told(make(), cut(data, places)) == expected


PLACES = st.lists(st.integers(0, 10_000), max_size=4)
"""Where bytes are cut."""

LATIN = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, categories=["L", "N", "P", "S", "Zs"]), max_size=12
)
"""Words that Latin-1 can write."""

WORDS = LATIN.map(str.strip)
"""The same without blanks around them."""

CODES = st.text("ABCDEFGHJKLMNPRSTVWXYZ0123456789", min_size=1, max_size=7)
"""What transponders call themselves."""


def moments(unit: int) -> st.SearchStrategy[int]:
    """Moments of the years 2001 to 2099, in microseconds, in whole *unit*s of them."""
    return st.integers(978_400_000_000_000 // unit, 4_070_000_000_000_000 // unit).map(
        lambda count: count * unit
    )
