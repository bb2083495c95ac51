"""Raw bytes of devices: kept at once, read back as they came."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.times import Instant
from lastlap.timing.raw import Chunk, RawFile, read_raw

chunks = st.lists(st.tuples(st.integers(0, 2**50), st.text(max_size=9), st.binary(max_size=40)), max_size=8)


@given(chunks)
def test_what_is_kept_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, kept: list[tuple[int, str, bytes]]
) -> None:
    """Moment, device and bytes, in the same order."""
    path = tmp_path_factory.mktemp("raw") / "night.raw"
    with RawFile(path) as raw:
        for at, source, data in kept:
            raw.keep(source, data, Instant(at))
    assert [(chunk.at, chunk.source, chunk.data) for chunk in read_raw(path)] == kept


def test_a_file_is_gone_on_with(tmp_path: Path) -> None:
    """A process that starts again adds to what is there."""
    path = tmp_path / "night.raw"
    for byte in (b"a", b"b"):
        with RawFile(path) as raw:
            raw.keep("box", byte, Instant(1))
    assert [chunk.data for chunk in read_raw(path)] == [b"a", b"b"]


@pytest.mark.parametrize("torn", [b'{"at":2,"sou', b'{"at":2,"source":"box","hex":"8'])
def test_a_torn_last_line_is_left_out(tmp_path: Path, torn: bytes) -> None:
    """Power went off in the middle of a line."""
    path = tmp_path / "night.raw"
    with RawFile(path) as raw:
        raw.keep("box", b"a", Instant(1))
    path.write_bytes(path.read_bytes() + torn)
    assert list(read_raw(path)) == [Chunk(Instant(1), "box", "61")]


@pytest.mark.parametrize("wrong", [b"rubbish\n", b'{"at":2,"source":"box","hex":"8"}\n'])
def test_another_wrong_line_is_named(tmp_path: Path, wrong: bytes) -> None:
    """With its number."""
    path = tmp_path / "night.raw"
    path.write_bytes(wrong)
    with pytest.raises(InputError, match="line 1: no raw bytes of a device"):
        list(read_raw(path))
