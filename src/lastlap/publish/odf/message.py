"""A message: what it says, and the header with which it is sent."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from lastlap.publish.odf.codes import CODES, GEN, SPORT
from lastlap.publish.odf.markup import Element, element, with_text, written
from lastlap.times import HOUR, MINUTE, SECOND, Duration, Instant

MILLISECOND = Duration(1_000)

DAY_ENDS = Duration(3 * HOUR)
"""So long after midnight the day before is still on."""


class Settings(msgspec.Struct, frozen=True):
    """What a feed is to be like, and no log can tell."""

    competition: str = ""
    """The competition code, at most 15 characters; made of the meet's name if not given."""
    feed: Literal["T", "P"] = "T"
    """Test or production."""
    header: Literal["date and time", "time stamp"] = "date and time"
    """The header of 2026, or the one that the test feed of 2028 has."""
    ascii_only: bool = False
    """Whether names are spelt in ASCII, as in the feeds of the Games."""
    hold: Duration = Duration(SECOND // 4)
    """So long after a message further versions of it are held back, and the last of them sent."""


DEFAULTS = Settings()
"""A test feed in the way of 2026."""


class Message(msgspec.Struct, frozen=True):
    """What a message says; who sends it when, and how often before, is the feed's business."""

    kind: str
    """The document type, as in `DT_RESULT`."""
    code: str
    """The RSC of what it is about."""
    body: str
    """The `Competition` element, as XML."""
    status: str = ""
    subtype: str = ""
    began: Instant | None = None
    """When the unit that it is about began: a message of a race past midnight is of the day before."""
    sense: str | None = None
    """What of it has to change to be worth a new version; the whole body if not given."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What versions are counted by."""
        return (self.kind, self.code, self.subtype)

    @property
    def says(self) -> tuple[str, str]:
        """What a later version must differ in."""
        return (self.status, self.body if self.sense is None else self.sense)


class Sent(msgspec.Struct, frozen=True):
    """A message as it goes out."""

    message: Message
    version: int
    at: Instant
    settings: Settings
    utc_offset: int
    """Minutes that the rink's clocks are ahead of UTC."""
    source: str
    notes: tuple[str, ...] = ()
    """Why an official result was corrected, each time."""
    invalid: bool = False
    """Whether it takes that version back and says nothing else."""

    @property
    def file_name(self) -> str:
        """As the standard proposes outside the Games: sorts as time goes within a day."""
        said = self.message
        stamp = local(self.at, self.utc_offset)
        fields = [
            self.settings.competition, self.logical_date, f"{stamp:%Y-%m-%d}", _clock_digits(stamp), said.kind,
            said.subtype, said.code, "", said.status, str(self.version), self.settings.feed, "",
        ]  # fmt: skip
        return f"{'~'.join(fields)}.xml"

    @property
    def logical_date(self) -> str:
        """The day that the message belongs to; a correction belongs to the day on which it is made."""
        began = None if self.notes else self.message.began
        return logical_date(self.at if began is None else began, self.utc_offset)

    @property
    def xml(self) -> bytes:
        """The whole message, to the byte."""
        said = self.message
        root = element(
            "OdfBody",
            {
                "CompetitionCode": self.settings.competition,
                "DocumentCode": said.code,
                "DocumentType": said.kind,
                "DocumentSubtype": said.subtype or None,
                "Version": self.version,
                "ResultStatus": said.status or None,
                "FeedFlag": self.settings.feed,
                **self._stamp,
                "LogicalDate": self.logical_date,
                "Source": self.source,
            },
            *(with_text("Note", note) for note in self.notes if not self.invalid),
        )
        head = written(root)
        if not self.invalid:
            head = _with_body(head, said.body)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n'.encode()

    @property
    def _stamp(self) -> dict[str, object]:
        stamp = local(self.at, self.utc_offset)
        if self.settings.header == "time stamp":
            return {"TimeStamp": date_time(self.at, self.utc_offset, "milliseconds")}
        return {"Date": f"{stamp:%Y-%m-%d}", "Time": _clock_digits(stamp)}


def _with_body(head: str, body: str) -> str:
    """The message *head* with its *body* before the notes."""
    if head.endswith("/>"):
        return f"{head.removesuffix('/>').rstrip()}>\n{body}\n</OdfBody>"
    start, end = head.split(">", 1)
    return f"{start}>\n{body}{end}"


def competition(*children: Element | None) -> str:
    """The `Competition` element around *children*, as XML."""
    return written(element("Competition", {"Gen": GEN, "Sport": SPORT, "Codes": CODES}, *children))


# Times


def local(at: Instant, utc_offset: int) -> datetime:
    """What clock and calendar at the rink show."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at + utc_offset * MINUTE)


def date_time(at: Instant, utc_offset: int, precision: str = "seconds") -> str:
    """`2018-02-24T20:00:00+09:00`."""
    sign, minutes = "-" if utc_offset < 0 else "+", abs(utc_offset)
    shown = local(at, utc_offset).replace(tzinfo=None).isoformat(timespec=precision)
    return f"{shown}{sign}{minutes // 60:02}:{minutes % 60:02}"


def logical_date(at: Instant, utc_offset: int) -> str:
    """The day that a moment belongs to, which ends some hours after midnight."""
    return f"{local(Instant(at - DAY_ENDS), utc_offset):%Y-%m-%d}"


def _clock_digits(stamp: datetime) -> str:
    return f"{stamp:%H%M%S}{stamp.microsecond // 1_000:03}"
