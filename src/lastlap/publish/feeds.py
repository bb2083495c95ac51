"""What partners, calendars and feed readers take from a meet, as files of one folder."""

from pathlib import Path

from lastlap.log import Meet
from lastlap.publish.atom import FILE, atom
from lastlap.publish.ics import calendar
from lastlap.publish.odf.folder import write_feed
from lastlap.publish.odf.message import DEFAULTS, Settings

MESSAGES, CALENDAR, NEWS = "odf", "races.ics", FILE
"""The folder of ODF2-compatible messages, the calendar of the races, and the feed of results and decisions."""


def write_feeds(meet: Meet, folder: Path, settings: Settings = DEFAULTS, *, at: str = "") -> list[Path]:
    """Writes all feeds of *meet* into *folder*, and returns their places there.

    *at* is the address under which the folder will stand, if that is known.
    """
    records = list(meet.records())
    folder.mkdir(parents=True, exist_ok=True)
    write_feed(meet, folder / MESSAGES, settings)
    (folder / CALENDAR).write_bytes(calendar(records, settings.competition))
    (folder / NEWS).write_bytes(atom(records, at=at))
    return [folder / MESSAGES, folder / CALENDAR, folder / NEWS]
