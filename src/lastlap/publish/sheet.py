"""What a printed list is made of: columns, rows, cells and what stands round them, as plain values.

Strategy: a sheet is decided once, down to the text of every cell, and every format shows that.
A cell holds its text as printed beside the value it stands for, so that a spreadsheet can count
with it.  What cannot be printed at all (control characters) never gets into a cell.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from lastlap.times import Duration, Instant, clock, cut, sheet_clocks

Kind = Literal["text", "number", "time", "gap"]
"""What a column holds: text stands left, everything else right, times on their decimal point."""


class Column(msgspec.Struct, frozen=True):
    """A column of a table."""

    key: str
    """For programs: the same for ever."""
    title: str
    kind: Kind = "text"
    means: str = ""
    """What the title is short for."""
    group: str = ""
    """What several columns side by side have in common: it stands above their titles."""
    strong: bool = False
    wide: bool = False
    """Whether it takes the room that the others leave; its cells may break into lines."""
    shaded: bool = False

    @property
    def heading(self) -> str:
        """The title with the group that it belongs to."""
        return f"{self.group} {self.title}".strip()


class Cell(msgspec.Struct, frozen=True):
    """A cell: its text, and what that stands for."""

    text: str = ""
    value: int | None = None
    """A number, or the whole microseconds of the time as printed; `None` if the text is no number."""
    struck: bool = False
    """Printed, and does not count."""


class Row(msgspec.Struct, frozen=True):
    """A row of a table."""

    cells: tuple[Cell, ...]
    apart: bool = False
    """Whether a line parts it from the row above."""


class Table(msgspec.Struct, frozen=True):
    """Columns and rows under a title, which is empty for a sheet's only table."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    total: Row | None = None
    """The last line, which adds up."""

    @property
    def lines(self) -> tuple[Row, ...]:
        """The rows, and the total behind them."""
        return (*self.rows, *([self.total] if self.total else ()))


class Picture(msgspec.Struct, frozen=True):
    """A drawing on a sheet."""

    name: str
    title: str
    whole: str
    """The title with the race that it is about."""
    shows: str
    """What it shows, in a sentence or two for who cannot see it."""
    says: str
    """The same, and behind it the numbers that it is drawn from."""
    svg: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A printed list with everything that stands on it."""

    id: str
    """The name of its files."""
    report: str = ""
    """The code of the report, as results books have it: C73A is a result."""
    title: str
    meet: str
    venue: str = ""
    date: str = ""
    event: str = ""
    phase: str = ""
    race: str | None = None
    """The id of the race that it is about."""
    status: str = ""
    """How far what it says has come, in a word."""
    across: str = ""
    """What stands across the page of a sheet that is not final."""
    layout: Literal["book", "world cup"] = "book"
    landscape: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    conditions: Table | None = None
    officials: tuple[tuple[str, str], ...] = ()
    """Roles with names; where the name is not known, a line to sign on."""
    notes: tuple[str, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    reconstructed: str = ""
    """If not empty, what of this is made up."""
    record: int = 0
    """The number of the last record that it knows."""
    at: Instant | None = None
    """When that record was written."""
    as_of: str = ""
    """The same in words."""
    records: int = 0
    """How many records the log held when the sheet was made."""
    head: str = ""
    """The hash of the last of those, as `lastlap check` prints it: only on a sheet that is final."""

    @property
    def name(self) -> str:
        """What the sheet is called among others."""
        about = ", ".join(filter(None, (self.event, self.phase)))
        return f"{about}: {self.title}" if about else f"{self.meet}: {self.title}"

    @property
    def heading(self) -> tuple[str, ...]:
        """The lines above the tables, for formats that have no layout of their own."""
        place = ", ".join(filter(None, (self.venue, self.date)))
        about = ", ".join(filter(None, (self.event, self.phase)))
        state = f"{self.title} ({self.status.lower()})" if self.status else self.title
        return tuple(filter(None, (self.meet, place, about, state)))

    @property
    def small_print(self) -> tuple[str, ...]:
        """The lines below the tables, likewise."""
        signed = [f"{role}: {name}" for role, name in self.officials if name]
        codes = [f"{code}: {meaning}" for code, meaning in self.legend]
        made_up = [f"Reconstructed; {self.reconstructed}."] if self.reconstructed else []
        facts = [f"{fact}: {words}" for fact, words in self.facts]
        return (*facts, *signed, *self.notes, *codes, *made_up, *self.proof)

    @property
    def proof(self) -> tuple[str, ...]:
        """As of which record the sheet is, and what `lastlap check` has to say if the log is still that one."""
        as_of = (f"As of {self.as_of}",) if self.as_of else ()
        head = (f"Log of {self.records} records, head {self.head}",) if self.head else ()
        return (*as_of, *head)


# Cells


def words(text: str, *, struck: bool = False) -> Cell:
    """A cell of text; characters that cannot be printed become `\N{REPLACEMENT CHARACTER}`."""
    return Cell(printable(text), None, struck)


def number(value: int | None, text: str | None = None, *, struck: bool = False) -> Cell:
    """A cell of a number, by default printed plainly; empty where it is not known."""
    shown = "" if value is None else str(value)
    return Cell(shown if text is None else text, value, struck)


def times(durations: Sequence[Duration | None]) -> tuple[Cell, ...]:
    """The cells of one column of times: hundredths, and the thousandth in brackets where two are equal."""
    texts = sheet_clocks(durations)
    return tuple(
        Cell(text, None if duration is None else cut(duration, 3 if "(" in text else 2))
        for text, duration in zip(texts, durations, strict=True)
    )


def gap(first: Cell, own: Cell) -> Cell:
    """How far *own* time is behind the *first*, as far as the two are printed: so the sheet adds up."""
    if first.value is None or own.value is None:
        return Cell()
    places = 3 if "(" in own.text and "(" in first.text else 2
    behind = Duration(cut(Duration(own.value), places) - cut(Duration(first.value), places))
    return Cell(f"+{clock(behind, places)}", behind) if behind > 0 else Cell()


def printable(text: str) -> str:
    """*text* on one line, with a replacement for whatever is no character of a text.

    Invisible characters are left out, such as those that turn the direction of what follows, but
    for the two that join letters or keep them apart.
    """
    spaced = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(_printable(letter) for letter in spaced)


def _printable(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Cf" and letter not in JOINERS:
        return ""
    return "\N{REPLACEMENT CHARACTER}" if category in _UNPRINTABLE else letter


JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Invisible characters that some scripts need; no font has to draw them."""


_UNPRINTABLE = ("Cc", "Cs", "Cn", "Co")
"""Unicode's categories of what is no printable character."""


# What several sheets say alike


def filled(columns: Iterable[Column], rows: Sequence[Row], always: Iterable[str] = ()) -> Table:
    """A table without the columns in which no row has anything, but for those *always* there."""
    kept = [
        (place, column)
        for place, column in enumerate(columns)
        if column.key in always or any(row.cells[place].text for row in rows)
    ]
    return Table(
        columns=tuple(column for _, column in kept),
        rows=tuple(Row(tuple(row.cells[place] for place, _ in kept), row.apart) for row in rows),
    )
