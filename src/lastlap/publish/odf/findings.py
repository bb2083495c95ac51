"""What a check of messages works on and gives: documents, and what is wrong with them."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from lastlap.publish.odf.codes import Rsc, parse_rsc
from lastlap.publish.odf.markup import Element


class Flaw(msgspec.Struct, frozen=True):
    """Something wrong in a message."""

    where: str
    """The element and attribute, as in `Result 3/@Rank`; `""` is the whole message."""
    what: str
    todo: str
    """What to do about it."""


class Finding(msgspec.Struct, frozen=True):
    """Something wrong, and where."""

    file: str
    rule: str
    """The check that found it."""
    where: str
    what: str
    todo: str

    def __str__(self) -> str:
        return f"{self.file}: {f'{self.where}: ' if self.where else ''}{self.what}: {self.todo} [{self.rule}]"


class Document:
    """A message that was read."""

    def __init__(self, file: str, root: Element) -> None:
        self.file = file
        self.root = root
        self.kind = root.get("DocumentType", "")
        self.code = root.get("DocumentCode", "")
        self.status = root.get("ResultStatus", "")
        self.rsc: Rsc | None = parse_rsc(self.code)

    @property
    def competition(self) -> Element | None:
        """What it says; `None` if it takes a version back."""
        return self.root.find("Competition")

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes of corrections."""
        return tuple((note.text or "").strip() for note in self.root.findall("Note"))

    @property
    def version(self) -> int:
        """The version, 0 if it has none."""
        text = self.root.get("Version", "")
        return int(text) if text.isascii() and text.isdigit() else 0

    @property
    def stamp(self) -> str:
        """When it was made, as text that sorts as time goes."""
        head = self.root
        if head.get("TimeStamp"):
            return head.get("TimeStamp", "")
        return f"{head.get('Date', '')} {head.get('Time', '')}"

    @property
    def made(self) -> datetime | None:
        """When it was made, on the rink's clock; `None` if the header does not say it rightly."""
        try:
            if self.root.get("TimeStamp"):
                return datetime.fromisoformat(self.root.get("TimeStamp", "")).replace(tzinfo=None)
            return datetime.strptime(f"{self.stamp}000", "%Y-%m-%d %H%M%S%f")  # noqa: DTZ007 - the header has no zone
        except ValueError:
            return None

    @property
    def identity(self) -> tuple[str, ...]:
        """What versions are counted by."""
        named = [
            "CompetitionCode",
            "DocumentType",
            "DocumentCode",
            "DocumentSubcode",
            "DocumentSubtype",
            "Language",
            "Source",
        ]
        return tuple(self.root.get(name, "") for name in named)

    def all(self, path: str) -> list[Element]:
        """The elements at *path* below `Competition`."""
        found = self.competition
        return [] if found is None else found.findall(path)

    def everything(self) -> Iterator[Element]:
        """Every element from `Competition` down."""
        found = self.competition
        return iter(()) if found is None else found.iter()


def whole(text: str | None) -> int | None:
    """A whole number that is not negative, `None` if *text* is none."""
    return int(text) if text and text.isascii() and text.isdigit() else None


def number(text: str | None) -> int | None:
    """A whole number, `None` if *text* is none."""
    sign = -1 if (text or "").startswith("-") else 1
    found = whole((text or "").removeprefix("-"))
    return None if found is None else sign * found


def line_name(line: Element) -> str:
    """How a finding names a line of a result."""
    return f"{line.tag} {line.get('SortOrder', '?')}"


def value(line: Element, code: str, pos: str | None = None) -> Element | None:
    """The extended result with that code and position."""
    for found in line.findall("ExtendedResults/ExtendedResult"):
        if found.get("Code") == code and found.get("Pos") == pos:
            return found
    return None


def value_of(line: Element, code: str, pos: str | None = None) -> str | None:
    """What that extended result says."""
    found = value(line, code, pos)
    return None if found is None else found.get("Value")
