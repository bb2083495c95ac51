"""What leaves the rink on paper and by wire: sheets, charts, feeds and the story, all read off one book.

Strategy: a *setter* makes a file of one sheet, a *writer* takes the book and names files, each with what
makes it; only `publish` touches the disk.  Whoever adds a format adds a line to `SETTERS` or `WRITERS`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from lastlap.errors import InputError
from lastlap.publish.book import Book, awarded, book, read_book
from lastlap.publish.sheet import Sheet
from lastlap.publish.story import Story

__all__ = [
    "FORMATS", "OF_RACES", "SETTERS", "WRITERS", "Book", "Files", "Maker", "Makers", "Setter", "Sheet", "Wanted",
    "Writer", "awarded", "book", "files", "makers", "publish", "put", "read_book", "sheets_of",
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

Maker = Callable[[], bytes]
"""What makes a file."""

Makers = Iterator[tuple[str, Maker]]
"""Files by their path, none of them made yet."""

Setter = Callable[[Book, Sheet, Wanted], bytes]
"""What makes a file of one sheet."""

Writer = Callable[[Book, Wanted], Makers]
"""What names all files of one format."""

SETTERS: Mapping[str, str] = {
    "pdf": "pdf:sheet_pdf",
    "html": "page:sheet_html",
    "csv": "tables:sheet_csv",
    "xlsx": "workbook:sheet_xlsx",
    "json": "tables:sheet_json",
}
"""Of each format of sheets, where its setter stands: a module of this room, and a function in it."""

WRITERS: Mapping[str, str] = {
    "svg": "charts:write_svg",
    "report": "press:write_reports",
    "ceremony": "press:write_ceremonies",
    "odf": "odf.folder:write_odf",
    "ics": "ics:write_ics",
    "atom": "atom:write_atom",
}
"""The same of everything else that is published."""

FORMATS = (*SETTERS, *WRITERS)
"""All formats."""

OF_RACES = (*SETTERS, "svg")
"""The formats that can be had of single races; each of the others tells of the whole meet."""

_MAKE_ROOM = {"odf": "odf/*~DT_*~*.xml"}
"""Files of a format that stay from an earlier time under names of their own, and would tell of it."""


def files(book: Book, wanted: Wanted, formats: Collection[str] = ()) -> Files:
    """The files of a book in certain *formats*, or in all that there are of what is wanted.

    Raises `InputError` for a race or a format that is not there, and for the whole meet's formats where
    single races are wanted.
    """
    for path, make in makers(book, wanted, formats):
        yield path, make()


def makers(book: Book, wanted: Wanted, formats: Collection[str] = ()) -> Makers:
    """The same files, each to be made when it is asked for; raises what `files` raises."""
    chosen = _chosen(book, wanted, formats)
    sheets = sheets_of(book, wanted) if any(name in SETTERS for name in chosen) else ()
    for name in chosen:
        if name in WRITERS:
            writer: Writer = _named(WRITERS[name])
            yield from writer(book, wanted)
        for sheet in sheets if name in SETTERS else ():
            yield f"sheets/{sheet.id}.{name}", partial(_set, book, sheet, name, wanted)


def _set(book: Book, sheet: Sheet, name: str, wanted: Wanted) -> bytes:
    setter: Setter = _named(SETTERS[name])
    return setter(book, sheet, wanted)


def _chosen(book: Book, wanted: Wanted, formats: Collection[str]) -> Collection[str]:
    for race in wanted.races:
        if race not in book.chapters:
            message = f"there is no race {race!r}: the meet has {', '.join(book.chapters) or 'none yet'}"
            raise InputError(message)
    for name in formats:
        if name not in FORMATS:
            message = f"there is no format {name!r}: choose among {', '.join(FORMATS)}"
            raise InputError(message)
        if wanted.races and name not in OF_RACES:
            message = f"{name} tells of the whole meet: of single races there are {', '.join(OF_RACES)}"
            raise InputError(message)
    return formats or (OF_RACES if wanted.races else FORMATS)


def sheets_of(book: Book, wanted: Wanted) -> tuple[Sheet, ...]:
    """The sheets that there are of what is wanted, in the order of a results book."""
    found: tuple[Sheet, ...] = _named("contents:sheets")(book, wanted.races, reasons=wanted.reasons)
    return found


def _named(place: str) -> Any:  # noqa: ANN401 - a function of whatever kind
    """A function of this room, imported only now: some need a moment to load."""
    module, _, function = place.partition(":")
    return getattr(import_module(f"lastlap.publish.{module}"), function)


def publish(book: Book, folder: Path, wanted: Wanted, formats: Collection[str] = ()) -> list[Path]:
    """Writes the files of a book below *folder*, and returns their paths; raises what `files` raises."""
    written: list[Path] = []
    for file, content in files(book, wanted, formats):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        put(folder / file, content)
        written.append(folder / file)
    for name in _chosen(book, wanted, formats):
        stale = folder.glob(_MAKE_ROOM[name]) if name in _MAKE_ROOM else ()
        for old in set(stale) - set(written):
            old.unlink()
    return written


def put(path: Path, content: bytes) -> None:
    """Writes a file under its own name only when it is whole: somebody may be reading what is there."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
