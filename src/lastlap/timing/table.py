"""Passings as a table, CSV in and out, for whatever has no language of its own."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from lastlap.entries import Problem
from lastlap.errors import InputError
from lastlap.events import FINISH_LINE, Passing
from lastlap.times import MINUTE, Instant
from lastlap.timing.lines import LineDecoder
from lastlap.timing.said import Garbled

COLUMNS = ("at", "transponder", "loop", "source", "number", "strength", "hits")
"""The headings.  They may stand in any order, beside others; a table needs the first two."""

_NEEDED = COLUMNS[:2]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Passings(msgspec.Struct, frozen=True):
    """The passings that could be read, and what is wrong with the other rows, both in their order."""

    passings: tuple[Passing, ...]
    problems: tuple[Problem, ...] = ()


def parse_passings(text: str, *, utc_offset: int = 0, origin: str = "the passings") -> Passings:
    """The passings that the CSV *text* holds, and everything that is wrong with it.

    Cells are parted by comma, semicolon or tab, whichever the headings are.  A moment is whole
    microseconds since 1970, or ISO 8601; if that names no zone, it is what a clock shows that is
    *utc_offset* minutes ahead of UTC.  A passing without a loop is of the finish line.

    Raises `InputError` if a heading is missing.
    """
    first, *lines = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))
    separator = max(",;\t", key=first.count)
    heading = [cell.lower() for cell in cells(first, separator)]
    for column in _NEEDED:
        if column not in heading:
            message = f"{origin}, row 1: there is no column {column}: name the columns {', '.join(COLUMNS)}"
            raise InputError(message)
    rows = [
        _Row(origin, number, dict(zip(heading, cells(line, separator), strict=False)), utc_offset)
        for number, line in enumerate(lines, 2)
        if line.strip()
    ]
    read = [row.passing() for row in rows]
    return Passings(
        tuple(passing for passing in read if passing),
        tuple(problem for row in rows for problem in row.problems),
    )


def passings_table(passings: Iterable[Passing]) -> str:
    """The *passings* as a table, which `parse_passings` reads back; moments are ISO 8601 in UTC."""
    return "".join(f"{row(line)}\r\n" for line in (COLUMNS, *map(_written, passings)))


class _Row:
    """A row that is being read, and what is wrong with it."""

    def __init__(self, origin: str, number: int, cells: Mapping[str, str], utc_offset: int) -> None:
        self._origin, self._number, self._cells, self._utc_offset = origin, number, cells, utc_offset
        self.problems: list[Problem] = []

    def passing(self) -> Passing | None:
        """The passing that the row tells of, if nothing is wrong with it."""
        at, transponder = self._moment(), self._cells.get("transponder", "")
        if not transponder:
            self._complain("transponder", "there is no transponder: write its code")
        counts = {column: self._count(column) for column in COLUMNS[4:]}
        if at is None or self.problems:
            return None
        loop, source = self._cells.get("loop") or FINISH_LINE, self._cells.get("source", "")
        return Passing(at, transponder, loop, source, **counts)

    def _moment(self) -> Instant | None:
        text = self._cells.get("at", "")
        if re.fullmatch("-?[0-9]{1,18}", text):
            return Instant(int(text))
        moment = _calendar_moment(text)
        if moment is None:
            self._complain("at", f"{text!r} is no moment: write it as 2018-02-24T20:30:00.123456+09:00")
            return None
        ahead = 0 if moment.tzinfo else self._utc_offset
        return Instant(
            (moment.replace(tzinfo=moment.tzinfo or UTC) - _EPOCH) // _MICROSECOND - ahead * MINUTE
        )

    def _count(self, column: str) -> int | None:
        text = self._cells.get(column, "")
        if text and not re.fullmatch("[0-9]{1,15}", text):
            self._complain(column, f"{text!r} is no whole number: correct it, or leave the cell empty")
            return None
        return int(text) if text else None

    def _complain(self, column: str, what: str) -> None:
        self.problems.append(Problem(self._origin, self._number, column, what))


def _calendar_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text if len(text) > len("2018-02-24") else "a day alone is no moment")
    except ValueError:
        return None


def _written(passing: Passing) -> Iterator[str]:
    yield _iso(passing.at)
    for column in COLUMNS[1:]:
        value = getattr(passing, column)
        yield "" if value is None else str(value)


def _iso(at: Instant) -> str:
    try:
        moment = _EPOCH + at * _MICROSECOND
    except OverflowError:  # no calendar reaches that far
        return str(at)
    return moment.isoformat(timespec="microseconds")


class PassingsFile(LineDecoder[Passing]):
    """The passings of a table that some program goes on writing to; its first line is the headings.

    *utc_offset* is as for `parse_passings`, *source* what a passing names that names none.
    """

    def __init__(self, utc_offset: int = 0, source: str = "") -> None:
        super().__init__()
        self._utc_offset = utc_offset
        self._source = source
        self._heading = ""
        self._number = 0

    def finish(self) -> list[Passing | Garbled]:
        """What was kept, when the file ends; the next one begins with its headings again."""
        kept = super().finish()
        self._heading, self._number = "", 0
        return kept

    def _read(self, line: bytes) -> list[Passing | Garbled]:
        text, self._number = line.decode("utf-8", "replace"), self._number + 1
        if text == (self._heading or text):
            self._heading = text
            return []
        try:
            read = parse_passings(f"{self._heading}\n{text}", utc_offset=self._utc_offset)
        except InputError as error:
            return [Garbled(line, str(error))]
        wrong = [Garbled(line, f"line {self._number}: {one.what}") for one in read.problems]
        return [*(self._named(one) for one in read.passings), *wrong]

    def _named(self, passing: Passing) -> Passing:
        return msgspec.structs.replace(passing, source=passing.source or self._source)


# Rows of text


def cells(line: str, separator: str = ",") -> list[str]:
    """The cells of a *line*, without the spaces around them; a lost quotation mark spoils no other line."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:  # a cell of more than 100,000 letters, so no table
        return [line]


def row(cells: Iterable[str]) -> str:
    """The *cells* as a line, parted by commas and quoted where that is needed."""
    return ",".join(map(_quoted, cells))


def _quoted(cell: str) -> str:
    plain = re.sub(r"[\r\n]", " ", cell)
    doubled = plain.replace('"', '""')
    return f'"{doubled}"' if re.search('[",;\t]', plain) else plain
