"""What leaves the rink on paper and by wire: sheets, charts, feeds and the story, all read off one book.

Strategy: a *writer* takes the book and what is wanted, and gives files as names with bytes; only
`publish` touches the disk.  Whoever adds a format adds a line to `WRITERS`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from importlib import import_module
from pathlib import Path

import msgspec

from lastlap.errors import InputError
from lastlap.publish.book import Book, awarded, book, read_book
from lastlap.publish.story import Story

__all__ = [
    "OF_RACES", "WRITERS", "Book", "Files", "Wanted", "Writer", "awarded", "book", "files", "publish", "read_book",
]  # fmt: skip


class Wanted(msgspec.Struct, frozen=True):
    """What somebody asked to be published."""

    races: Collection[str] = ()
    """The ids of the races; empty is the whole meet."""
    reasons: bool = False
    """Whether results say why everybody has their rank."""
    fonts: tuple[str, ...] = ()
    """Folders with more fonts, for names in characters that ours have not."""
    at: str = ""
    """The address under which it will all stand; `""` if unknown."""
    story: Story = Story()
    """What people added to the report."""


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
    "report": "press:write_reports",
    "ceremony": "press:write_ceremonies",
    "odf": "odf.folder:write_odf",
    "ics": "ics:write_ics",
    "atom": "atom:write_atom",
}
"""Of each format, where its writer stands: a module of this room, and a function in it."""

OF_RACES = ("pdf", "html", "csv", "xlsx", "json", "svg")
"""The formats that can be had of single races; each of the others tells of the whole meet."""

_MAKE_ROOM = {"odf": "odf/*~DT_*~*.xml"}
"""Files of a format that stay from an earlier time under names of their own, and would tell of it."""


def files(book: Book, wanted: Wanted, formats: Collection[str] = ()) -> Files:
    """The files of a book in certain *formats*, or in all that there are of what is wanted.

    Raises `InputError` for a race or a format that is not there, and for the whole meet's formats where
    single races are wanted.
    """
    for name in _chosen(book, wanted, formats):
        yield from _writer(name)(book, wanted)


def _chosen(book: Book, wanted: Wanted, formats: Collection[str]) -> Collection[str]:
    for race in wanted.races:
        if race not in book.chapters:
            message = f"there is no race {race!r}: the meet has {', '.join(book.chapters) or 'none yet'}"
            raise InputError(message)
    for name in formats:
        if name not in WRITERS:
            message = f"there is no format {name!r}: choose among {', '.join(WRITERS)}"
            raise InputError(message)
        if wanted.races and name not in OF_RACES:
            message = f"{name} tells of the whole meet: of single races there are {', '.join(OF_RACES)}"
            raise InputError(message)
    return formats or (OF_RACES if wanted.races else tuple(WRITERS))


def _writer(name: str) -> Writer:
    """The writer of a format, imported only now: some need a moment to load."""
    module, _, function = WRITERS[name].partition(":")
    writer: Writer = getattr(import_module(f"lastlap.publish.{module}"), function)
    return writer


def publish(book: Book, folder: Path, wanted: Wanted, formats: Collection[str] = ()) -> list[Path]:
    """Writes the files of a book below *folder*, and returns their paths; raises what `files` raises."""
    written = []
    for name in _chosen(book, wanted, formats):
        for old in folder.glob(_MAKE_ROOM[name]) if name in _MAKE_ROOM else ():
            old.unlink()
        for file, content in _writer(name)(book, wanted):
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written.append(path)
    return written
