"""Everything that is published of a meet, in one folder."""

from collections.abc import Callable, Mapping
from pathlib import Path

from lastlap.log import Meet
from lastlap.publish.feeds import write_feeds
from lastlap.publish.press import write_press

Part = Callable[[Meet, Path, str], list[Path]]
"""Writes one part of what is published, and says where; the text is the address of the folder, `""` if unknown."""

PARTS: Mapping[str, Part] = {
    "feeds": lambda meet, folder, at: write_feeds(meet, folder, at=at),
    "press": lambda meet, folder, _at: write_press(meet, folder),
}
"""What is published, part by part."""


def publish(meet: Meet, folder: Path, at: str = "") -> list[Path]:
    """Writes every part into *folder*, which is made if it is not there; the places of what was written."""
    return [path for write in PARTS.values() for path in write(meet, folder, at)]
