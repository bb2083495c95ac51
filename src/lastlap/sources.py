"""Tables and documents that hold facts: CSV and TOML text as records, errors with their row.

The files that come with lastlap lie in `data/`; where each is from stands in its README.
"""

import csv
import tomllib
from importlib import resources
from typing import TypeVar

import msgspec

from lastlap.errors import InputError

T = TypeVar("T", bound=msgspec.Struct)


def packaged(*path: str) -> str:
    """The text of the file at *path* below `data/`, as in `packaged("games", "2018.csv")`.

    Raises `InputError` if no such file comes with lastlap.
    """
    file = resources.files("lastlap").joinpath("data", *path)
    if not file.is_file():
        message = f"no file {'/'.join(path)} comes with lastlap: see the README in its data folder"
        raise InputError(message)
    return file.read_text(encoding="utf-8")


def parse_table(text: str, row: type[T], origin: str) -> tuple[T, ...]:
    """The rows of the CSV *text*, each as a record of type *row*; an empty cell is left out.

    The header names the fields.  Raises `InputError`, which names *origin* and the row as a
    spreadsheet numbers it: the header is row 1.
    """
    table = csv.DictReader(text.splitlines(), restkey="cells beyond the header")
    return tuple(
        _record({name: cell for name, cell in cells.items() if cell}, row, f"{origin}, row {table.line_num}")
        for cells in table
    )


def parse_document(text: str, document: type[T], origin: str) -> T:
    """The TOML *text* as a record of type *document*.

    Raises `InputError`, which names *origin* and the field that is wrong.
    """
    try:
        fields = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{origin} is no TOML: {error}"
        raise InputError(message) from error
    return _record(fields, document, origin)


def _record(fields: dict[str, object], record: type[T], where: str) -> T:
    try:
        return msgspec.convert(fields, record, strict=False)
    except msgspec.ValidationError as error:
        message = f"{where}: {error}"
        raise InputError(message) from error
