"""Elements of a message: made without empty attributes, written as XML, read without surprises."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from lastlap.errors import InputError

Element = ET.Element
"""An element of a message."""

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write, not even escaped."""

_DOCTYPE = re.compile("<!DOCTYPE", re.IGNORECASE)


def writable(text: str) -> str:
    """The *text* without what XML has no way to write."""
    return _FORBIDDEN.sub("", text)


def one_line(text: str) -> str:
    """The *text* on one line, with single blanks, without what XML has no way to write."""
    return " ".join(writable(text).split())


def element(tag: str, attributes: Mapping[str, object] | None = None, *children: Element | None) -> Element:
    """An element; an attribute or a child that is `None` is left out."""
    made = Element(tag)
    for name, value in (attributes or {}).items():
        if value is not None:
            made.set(name, writable(str(value)))
    made.extend(child for child in children if child is not None)
    return made


def with_text(tag: str, text: str) -> Element:
    """An element that holds *text*."""
    made = Element(tag)
    made.text = writable(text)
    return made


def written(root: Element) -> str:
    """The element as XML, two spaces a level; the same for the same element."""
    ET.indent(root)
    return ET.tostring(root, encoding="unicode")


def read(data: bytes) -> Element:
    """The root of the XML in *data*.

    Raises `InputError`, which says where, if it is no XML in UTF-8, as every message of ODF is.  A
    document type declaration is refused: ODF has none, and it is how a file makes its reader
    expand or fetch things.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"it is not in UTF-8 ({error.reason} at byte {error.start}): write it so"
        raise InputError(message) from error
    if "\0" in text or _DOCTYPE.search(text):
        message = (
            "it has a document type declaration or a zero byte, which no message of ODF has: take it out"
        )
        raise InputError(message)
    try:
        return ET.fromstring(text)  # noqa: S314 - without a DOCTYPE there are no entities
    except (ET.ParseError, ValueError) as error:
        message = f"it is no XML ({error}): send it again, whole"
        raise InputError(message) from error
