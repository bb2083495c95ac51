"""What leaves the rink on paper and by wire: sheets, charts and feeds, all read off one book.

Strategy: a *writer* takes the book and what is wanted, and gives files as names with bytes; only
`publish` touches the disk.  Whoever adds a format adds a line to `WRITERS`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from importlib import import_module
from pathlib import Path

import msgspec

from lastlap.errors import InputError
from lastlap.publish.book import Book, awarded, book, read_book

__all__ = ["WRITERS", "Book", "Files", "Wanted", "Writer", "awarded", "book", "files", "publish", "read_book"]


class Wanted(msgspec.Struct, frozen=True):
    """What somebody asked to be published."""

    races: Collection[str] = ()
    """The ids of the races; empty is the whole meet."""
    reasons: bool = False
    """Whether results say why everybody has their rank."""
    fonts: tuple[str, ...] = ()
    """Folders with more fonts, for names in characters that ours have not."""


Files = Iterator[tuple[str, bytes]]
"""Files by their path below the folder of what is published."""

Writer = Callable[[Book, Wanted], Files]
"""What makes the files of one format."""

WRITERS: Mapping[str, str] = {
    "pdf": "pdf:write_pdf",
    "html": "page:write_html",
    "csv": "tables:write_csv",
    "xlsx": "workbook:write_xlsx",
    "json": "tables:write_json",
    "svg": "charts:write_svg",
}
"""Of each format, where its writer stands: a module of this room, and a function in it."""


def files(book: Book, wanted: Wanted, formats: Collection[str] = ()) -> Files:
    """The files of a book in certain *formats*, or in all; raises `InputError` for a race that is not there."""
    for race in wanted.races:
        if race not in book.chapters:
            message = f"there is no race {race!r}: the meet has {', '.join(book.chapters) or 'none yet'}"
            raise InputError(message)
    for name in formats or WRITERS:
        yield from _writer(name)(book, wanted)


def _writer(name: str) -> Writer:
    """The writer of a format, imported only now: some need a moment to load."""
    module, _, function = WRITERS[name].partition(":")
    writer: Writer = getattr(import_module(f"lastlap.publish.{module}"), function)
    return writer


def publish(book: Book, folder: Path, wanted: Wanted, formats: Collection[str] = ()) -> list[Path]:
    """Writes the files of a book below *folder*, and returns their paths."""
    written = []
    for name, content in files(book, wanted, formats):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    return written
