"""Which characters a font file has, so that none is lost silently on paper.

Strategy: only the table that leads from characters to glyphs is read (`cmap`, of the OpenType
specification), in its two forms that fonts use today.  Whatever cannot be read has no characters.
"""

import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources
from pathlib import Path

OURS = Path(str(resources.files("lastlap").joinpath("data", "fonts")))
"""The folder of the fonts that come with lastlap: Latin, Korean and Japanese."""

SQUARE = "\N{WHITE SQUARE}"
"""What is printed for a character that is missing; our own fonts have it."""

_ENDINGS = (".otf", ".ttf", ".ttc", ".otc")


def missing(text: str, folders: Iterable[str] = ()) -> str:
    """The characters of *text* that neither our fonts have nor those in *folders*, each once, in order."""
    known = frozenset[int]().union(*(_characters(str(path)) for path in _fonts([str(OURS), *folders])))
    return "".join(dict.fromkeys(letter for letter in text if ord(letter) not in known))


def _fonts(folders: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(Path(folder).rglob("*")) if path.suffix.lower() in _ENDINGS)


@lru_cache
def _characters(path: str) -> frozenset[int]:
    return frozenset(characters(Path(path).read_bytes()))


def characters(font: bytes) -> set[int]:
    """The code points that a font file has a glyph for; of a collection, those of its first font."""
    try:
        start = struct.unpack_from(">L", font, 12)[0] if font[:4] == b"ttcf" else 0
        return set().union(*(_mapped(font, table) for table in _maps(font, start)))
    except struct.error:
        return set()


def _maps(font: bytes, start: int) -> Iterator[int]:
    """Where the Unicode subtables of `cmap` begin."""
    (tables,) = struct.unpack_from(">H", font, start + 4)
    for place in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, start + 12 + 16 * place)
        if tag == b"cmap":
            _, count = struct.unpack_from(">HH", font, offset)
            for entry in range(count):
                platform, _, where = struct.unpack_from(">HHL", font, offset + 4 + 8 * entry)
                if platform in (0, 3):
                    yield offset + where


def _mapped(font: bytes, table: int) -> set[int]:
    (form,) = struct.unpack_from(">H", font, table)
    if form == 12:  # noqa: PLR2004 - segmented coverage, the form for all of Unicode
        (count,) = struct.unpack_from(">L", font, table + 12)
        groups = (struct.unpack_from(">LL", font, table + 16 + 12 * place) for place in range(count))
        return {code for first, last in groups for code in range(first, last + 1)}
    if form == 4:  # noqa: PLR2004 - segments of the first 65,536 characters
        (double,) = struct.unpack_from(">H", font, table + 6)
        ends = struct.unpack_from(f">{double // 2}H", font, table + 14)
        begins = struct.unpack_from(f">{double // 2}H", font, table + 16 + double)
        return {
            code
            for first, last in zip(begins, ends, strict=True)
            for code in range(first, min(last, 0xFFFE) + 1)
        }
    return set()
