"""The entries of a competition, read from the spreadsheet that the secretary was sent.

Strategy: nothing stops at the first mistake.  Each cell is read to a value and a complaint, then
the rows are compared with each other.  Every complaint becomes a `Problem` with its row and its
column, so that all can be mended in one go.
"""

import csv
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial

import msgspec

from lastlap.errors import InputError
from lastlap.people import people, same_name
from lastlap.rulebook import Rulebook
from lastlap.startlist import Entry, Skater


class Problem(msgspec.Struct, frozen=True):
    """Something wrong in a spreadsheet: where, what, and what to do about it."""

    origin: str
    """The file."""
    row: int
    """As the spreadsheet counts them: its first row is 1."""
    column: str
    """Which cell of the row, by the name of its column; `""` is the whole row."""
    what: str
    error: bool = True
    """Whether the row is not taken because of it; if not, the cell alone is left open."""

    def __str__(self) -> str:
        where = ", ".join(filter(None, [self.origin, f"row {self.row}", self.column]))
        return f"{where}: {self.what}"


class EntryList(msgspec.Struct, frozen=True):
    """The entries that could be taken, and everything that is wrong, both in the order of the rows."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


def decode_entries(data: bytes, *, origin: str = "the entries") -> tuple[str, str]:
    """The text of a file, and the encoding that it was read in: `utf-8`, `utf-16` or `cp1252`.

    UTF-16 is known by its byte order mark.  `cp1252` is a guess, so show it: it is what Western
    European spreadsheets write unless told otherwise, and other old encodings get wrong accents.

    Raises `InputError` if the file is a workbook, or no text at all.
    """
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        message = f"{origin} is a workbook: save it as CSV UTF-8, and take that file"
        raise InputError(message)
    is_marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_marked else ("utf-8", "cp1252"):
        try:
            return data.decode(encoding).removeprefix("\ufeff"), encoding
        except UnicodeDecodeError:
            continue
    message = f"{origin} is no text: save the spreadsheet as CSV UTF-8, and take that file"
    raise InputError(message)


def read_entries(
    text: str,
    *,
    nocs: Mapping[str, str],
    rulebook: Rulebook,
    origin: str = "the entries",
    category: str = "",
) -> EntryList:
    """The entries that the CSV *text* holds, and everything that is wrong with it.

    Cells are parted by comma, semicolon or tab, whichever makes most of the headings; a title
    may stand above those.  *nocs* gives each NOC's name by its code.  With a *category*, rows
    that name another one are left out.  Where there are too many, the lowest ranked give way;
    reserves count for no quota.

    Raises `InputError` only if the text cannot be cut into cells.
    """
    table = _table(text, origin)
    heading = _heading(table, origin)
    problems = list(heading.problems())
    if any(problem.error for problem in problems):
        return EntryList((), tuple(problems))
    rows = [_row(line, nocs, category) for line in heading.lines(table)]
    rows = [row for row in rows if row.category in (category, "")]
    problems += (problem for row in rows for problem in row.problems)
    checks = (
        _entered_twice,
        partial(_over_quota, most=rulebook.format.max_per_noc),
        partial(_over, most=_room(rulebook)),
        _ranked_alike,
        _worn_twice,
    )
    for check in checks:
        # A row with a mistake of its own is compared as well: all of its problems are wanted at once.
        found = list(check(rows))
        problems += found
        rows = _without(rows, found)
    taken = _without(rows, problems)
    problems.sort(key=lambda problem: problem.row)
    return EntryList(tuple(_entry(row, _owners(rows)) for row in taken), tuple(problems))


def _without(rows: Sequence["_Row"], problems: Iterable[Problem]) -> list["_Row"]:
    """The *rows* that none of the *problems* stops from being taken."""
    refused = {problem.row for problem in problems if problem.error}
    return [row for row in rows if row.line.number not in refused]


# Text to cells


def _table(text: str, origin: str) -> list[list[str]]:
    """The cells of *text*, row by row, parted by what makes most of the headings."""
    try:
        tables = [_cells(text.removeprefix("\ufeff"), separator) for separator in ",;\t"]
    except csv.Error as error:
        message = f"{origin} is no table: {error}, so save the spreadsheet as CSV once more"
        raise InputError(message) from error
    return max(tables, key=lambda table: max(map(_known, table)))


def _cells(text: str, separator: str) -> list[list[str]]:
    lines = [f"{line}\n" for line in re.split(r"\r\n|\r|\n", text)]
    # A quotation mark without a partner would swallow all rows after it: then each line is a row of its own.
    parts = [lines] if text.count('"') % 2 == 0 else [[line] for line in lines]
    return [
        [_clean(cell) for cell in cells] for part in parts for cells in csv.reader(part, delimiter=separator)
    ]


def _clean(cell: str) -> str:
    """*cell* without stray spaces and invisible characters, its accents composed."""
    seen = (char for char in cell if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf"))
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())


def _key(text: str) -> str:
    """*text* in letters and digits alone, without capitals."""
    return re.sub(r"[\W_]", "", text.casefold())


# The headings


_HEADINGS = {
    "name": "name fullname skater skatername athlete athletename naam",
    "family": "family familyname surname lastname",
    "given": "given givenname givennames firstname forename",
    "noc": "noc noccode nation nat country federation",
    "category": "category gender sex class",
    "birth year": "birthyear yearofbirth yob born birthdate dateofbirth dob year",
    "ranking": "ranking rank wcrank wcranking worldcuprank worldcupranking rankinglist seed",
    "transponders": "transponders transponder transpondercode chip chips",
    "reserve": "reserve substitute sub",
    "said": "said pronunciation pronounced",
}
"""What the columns may be called, in letters alone; a number behind is left away."""

_COLUMN = {heading: column for column, headings in _HEADINGS.items() for heading in headings.split()}


def _known(cells: Iterable[str]) -> int:
    """How many of the *cells* are headings."""
    return sum(bool(_column(cell)) for cell in cells)


def _column(heading: str) -> str:
    return _COLUMN.get(_key(heading).rstrip("0123456789"), "")


def _heading(table: Sequence[Sequence[str]], origin: str) -> "_Heading":
    """The first row with the most headings."""
    row, cells = max(enumerate(table, 1), key=lambda line: _known(line[1]))
    named = [_column(cell) for cell in cells]
    columns = tuple(
        "" if column in named[:place] and column != "transponders" else column
        for place, column in enumerate(named)
    )
    return _Heading(_Line(origin, row, {}), tuple(cells), columns)


class _Line(msgspec.Struct, frozen=True):
    """A row of the spreadsheet."""

    origin: str
    number: int
    cells: Mapping[str, str]
    """What stands in each column; in `""`, what stands in none."""

    def problem(self, column: str, what: str, *, error: bool = True) -> Problem:
        """Something wrong in this row."""
        return Problem(self.origin, self.number, column, what, error)


class _Heading(msgspec.Struct, frozen=True):
    """The row that names the columns."""

    line: _Line
    cells: tuple[str, ...]
    columns: tuple[str, ...]
    """What each cell names; `""` for an unknown column, and for one that is named already."""

    def problems(self) -> Iterator[Problem]:
        """What is missing, and what is not read."""
        if not {"name", "family"} & set(self.columns):
            yield self.line.problem("name", "no column has the heading name: give it to the skaters' names")
        if "noc" not in self.columns:
            yield self.line.problem("noc", "no column has the heading NOC: give it to the three letters")
        for cell, column in zip(self.cells, self.columns, strict=True):
            if cell and not column:
                what = f"this column is not read: if it matters, give it one of the headings {', '.join(_HEADINGS)}, each but once"
                yield self.line.problem(cell, what, error=False)

    def lines(self, table: Sequence[Sequence[str]]) -> Iterator[_Line]:
        """The rows below that are not blank."""
        for number, cells in enumerate(table, 1):
            if number > self.line.number and any(cells):
                yield _Line(self.line.origin, number, self._by_column(cells))

    def _by_column(self, cells: Sequence[str]) -> dict[str, str]:
        pairs = list(zip(self.columns, cells, strict=False))
        texts = {
            column: " ".join(cell for named, cell in pairs if named == column)
            for column in filter(None, self.columns)
        }
        return {column: text.strip() for column, text in texts.items()} | {
            "": "".join(cells[len(self.columns) :])
        }


# A row


class _Row(msgspec.Struct, frozen=True):
    """A row that was read."""

    line: _Line
    entry: Entry
    category: str
    problems: tuple[Problem, ...]

    @property
    def skater(self) -> Skater:
        return self.entry.skater

    @property
    def rung(self) -> tuple[float, int]:
        """What puts rows in the order of the ranking list, the unranked behind it."""
        ranking = self.skater.ranking
        return (math.inf if ranking is None else ranking, self.line.number)


_LEFT_OPEN = ("birth year", "transponders")
"""The columns in which a mistake does not stop the row from being taken."""


def _row(line: _Line, nocs: Mapping[str, str], category: str) -> _Row:
    """The row that *line* tells, with everything that is wrong with it."""
    cells = defaultdict(str, line.cells)
    wrong: dict[str, str] = {"": _MORE_CELLS if cells[""] else ""}
    name, wrong["name"] = _read_name(cells)
    noc, wrong["noc"] = _read_noc(cells["noc"], nocs)
    year, wrong["birth year"] = _read_year(cells["birth year"])
    ranking, wrong["ranking"] = _read_ranking(cells["ranking"])
    codes, wrong["transponders"] = _read_codes(cells["transponders"])
    reserve, wrong["reserve"] = _read_reserve(cells["reserve"])
    named, wrong["category"] = _read_category(line.cells.get("category"), category)
    skater = Skater(people().find(name, noc).id, name, noc, year, ranking, cells["said"])
    problems = [
        line.problem(column, what, error=column not in _LEFT_OPEN) for column, what in wrong.items() if what
    ]
    return _Row(line, Entry(skater, codes, reserve), named, tuple(problems))


_MORE_CELLS = "the row has more cells than the heading: put a cell that holds a comma in quotation marks"


def _read_name(cells: Mapping[str, str]) -> tuple[str, str]:
    """The name as sheets print it, and what is wrong with it; so all these readers."""
    text = cells["name"] or f"{cells['family']}, {cells['given']}"
    family, _, given = text.partition(",")
    name = f"{given} {family}".strip() if given else family
    if not any(char.isalpha() for char in name):
        return "", "there is no name: write it as sheets shall print it"
    if re.search("[?\N{REPLACEMENT CHARACTER}]", name):
        return name, f"{name} has lost a letter: write the name again, and save as CSV UTF-8"
    return " ".join(name.split()), ""


def _read_noc(text: str, nocs: Mapping[str, str]) -> tuple[str, str]:
    """The code, also of a NOC written out."""
    code = text.upper()
    if code in nocs:
        return code, ""
    if not code:
        return "", "there is no NOC: write its three letters"
    codes = {_key(name): code for code, name in nocs.items()}
    if _key(text) in codes:
        return codes[_key(text)], ""
    hint = " or ".join(f"{known} ({nocs[known]})" for known in _alike(text, nocs, codes))
    return code, f"{text} is no NOC: " + (f"is it {hint}?" if hint else "write its three letters")


def _alike(text: str, nocs: Mapping[str, str], codes: Mapping[str, str]) -> list[str]:
    """The NOCs that *text* may mean: a code with letters swapped or wrong, or a name; *codes* are by name."""
    code = text.upper()
    if len(code) > len("NOC"):
        return [codes[name] for name in get_close_matches(_key(text), codes)]
    swapped = [known for known in nocs if sorted(known) == sorted(code)]
    return swapped or get_close_matches(code, nocs)


def _read_year(text: str) -> tuple[int | None, str]:
    """The year, also out of a date."""
    if not text:
        return None, "there is no birth year: ask for it"
    years = re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", text)
    if len(years) == 1:
        return int(years[0]), ""
    return None, f"{text} is no birth year: write its four digits"


def _read_ranking(text: str) -> tuple[int | None, str]:
    if text in ("", "-"):
        return None, ""
    place = re.fullmatch(r"0*([1-9][0-9]{0,8})(?:\.0*)?", text)
    if place:
        return int(place[1]), ""
    return None, f"{text} is no place in a ranking list: write a whole number, or nothing for the unranked"


def _read_codes(text: str) -> tuple[tuple[str, ...], str]:
    if re.search(r"[0-9]E\+[0-9]", text):
        return (), f"the spreadsheet cut a code down to {text}: format the column as text, and write it again"
    return tuple(dict.fromkeys(re.findall(r"[^\s,;/+|]+", text))), ""


_NO = {"", "no", "n", "false", "0"}
_YES = {"yes", "y", "x", "r", "res", "reserve", "substitute", "sub", "true"}


def _read_reserve(text: str) -> tuple[bool, str]:
    """Whether a reserve: yes, x, true, or a number as in R2."""
    word = _key(text)
    if word in _NO:
        return False, ""
    if word.isdigit() or word.rstrip("0123456789") in _YES:
        return True, ""
    return False, f"{text} is neither yes nor no: write yes for a reserve, and nothing for the others"


_CATEGORIES = {
    "W": "w women woman f female ladies lady dames",
    "M": "m men man male heren",
    "JW": "jw juniorwomen womenjunior womenjuniors juniorladies girls",
    "JM": "jm juniormen menjunior menjuniors boys",
}
"""The usual words for the usual categories."""

_CATEGORY = {word: category for category, words in _CATEGORIES.items() for word in words.split()}


def _read_category(text: str | None, wanted: str) -> tuple[str, str]:
    """The category, or `""` where it cannot be told; without a column, or if none is wanted, that one."""
    if text is None or not wanted or text.casefold() == wanted.casefold():
        return wanted, ""
    category = _CATEGORY.get(_key(text), "")
    return category, "" if category else f"{text or 'nothing'} is no category: write {', '.join(_CATEGORIES)}"


# Row against row


def _entered_twice(rows: Sequence[_Row]) -> Iterator[Problem]:
    """A skater in two rows, however the name is written in them."""
    for place, row in enumerate(rows):
        first = next((other for other in rows[:place] if _is_same(other.skater, row.skater)), None)
        if first is not None:
            what = f"{row.skater.name} ({row.skater.noc}) is entered in row {first.line.number} already: delete one of the two"
            yield row.line.problem("name", what)


def _is_same(one: Skater, other: Skater) -> bool:
    if one.noc != other.noc or not one.name:
        return False
    return one.id == other.id or same_name(one.name, other.name)


def _over_quota(rows: Sequence[_Row], most: int | None) -> Iterator[Problem]:
    """Of a NOC with too many skaters, the lowest ranked."""
    if most is None:
        return
    known = [row for row in rows if all(problem.column != "noc" for problem in row.problems)]
    for noc in dict.fromkeys(row.skater.noc for row in known):
        team = [row for row in known if row.skater.noc == noc]
        yield from _over(team, most, "noc", f"the quota of {noc}")


def _over(
    rows: Iterable[_Row], most: int, column: str = "", limit: str = "the size of the field"
) -> Iterator[Problem]:
    """Of too many skaters, the lowest ranked."""
    entered = sorted((row for row in rows if not row.entry.reserve), key=lambda row: row.rung)
    for row in entered[most:]:
        what = f"{row.skater.name} is over {limit}: {len(entered)} are entered, {most} may start, and the lowest ranked give way; make this a reserve, or delete the row"
        yield row.line.problem(column, what)


def _room(rulebook: Rulebook) -> int:
    """How many may be entered: a race full, and the seeds of division A where there are two."""
    seeds = rulebook.divisions.seeds if rulebook.divisions and rulebook.format.kind == "divisions" else 0
    return rulebook.format.max_entries + seeds


def _ranked_alike(rows: Sequence[_Row]) -> Iterator[Problem]:
    """Two skaters on one place of the ranking list: more often a slip than a tie."""
    first: dict[int, _Row] = {}
    for row in rows:
        ranking = row.skater.ranking
        if ranking is not None and first.setdefault(ranking, row) is not row:
            what = f"{first[ranking].skater.name} in row {first[ranking].line.number} has place {ranking} too: correct it, or let the draw take them in the order of their names"
            yield row.line.problem("ranking", what, error=False)


def _worn_twice(rows: Sequence[_Row]) -> Iterator[Problem]:
    """A transponder of two skaters."""
    owners = _owners(rows)
    for row in rows:
        for code in row.entry.transponders:
            if owners[code] is not row:
                owner = f"{owners[code].skater.name} in row {owners[code].line.number}"
                what = f"{code} is the transponder of {owner} too: correct one of the two"
                yield row.line.problem("transponders", what, error=False)


def _owners(rows: Sequence[_Row]) -> dict[str, _Row]:
    """Of each transponder, the first row that names it."""
    return {code: row for row in reversed(rows) for code in row.entry.transponders}


def _entry(row: _Row, owners: Mapping[str, _Row]) -> Entry:
    """The entry of *row*, without the transponders of others."""
    codes = tuple(code for code in row.entry.transponders if owners[code] is row)
    return msgspec.structs.replace(row.entry, transponders=codes)
