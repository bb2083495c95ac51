"""What the server answers, as plain values: one record a shape, so that JSON and its schema are one thing."""

from typing import Annotated, Any, Literal

import msgspec

from lastlap.board import Board
from lastlap.events import Event
from lastlap.live.accounts import Doing, Invite, Person
from lastlap.live.roles import Role
from lastlap.publish.ceremony import Ceremony

__all__ = ["Board", "Doing", "Invite", "Person"]


class Answer(msgspec.Struct, frozen=True):
    """What every answer is."""


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the body of every request is."""


class Problem(Answer, frozen=True):
    """Why a request was not done."""

    error: str
    """One sentence."""


# The meet


class RaceLine(Answer, frozen=True):
    """One race in the plan of the meet."""

    id: str
    title: str
    place: int
    status: str
    scheduled_us: int | None
    scheduled: str | None
    """On the rink's clock, as in `19:00`."""
    starters: int
    front: int
    """The laps that the leader has done."""
    laps: int


class PhaseLine(Answer, frozen=True):
    """The races of one phase."""

    phase: str
    races: tuple[RaceLine, ...]


class CompetitionLine(Answer, frozen=True):
    """One competition."""

    id: str
    title: str
    category: str
    phases: tuple[PhaseLine, ...]
    may_draw: str | None
    """What may be drawn next, in a sentence."""


class MedalLine(Answer, frozen=True):
    """Who won a medal."""

    medal: Literal["gold", "silver", "bronze"]
    bib: int
    name: str
    noc: str


class Medals(Answer, frozen=True):
    """The medals of one competition."""

    competition: str
    title: str
    official: bool
    medallists: tuple[MedalLine, ...]


class MeetNow(Answer, frozen=True):
    """The meet, its competitions, phases and races."""

    version: int
    name: str
    venue: str
    date: str
    utc_offset: int
    current: str | None
    """The race to look at."""
    competitions: tuple[CompetitionLine, ...]
    medals: tuple[Medals, ...]


class Now(Answer, frozen=True):
    """The meet's clock, and which meet it is."""

    now_us: int
    began_us: int
    """When the first record of the log was written down: what waits in a browser is of this meet, or of another."""


# One race


class SkaterLaps(Answer, frozen=True):
    """One skater, lap by lap."""

    bib: int
    name: str
    noc: str
    ended_us: tuple[int | None, ...]
    """What the race clock showed at the end of each lap."""
    position: tuple[int | None, ...]
    points: tuple[int, ...]
    """All those won up to each lap."""
    gap_us: tuple[int | None, ...]
    """To the first over the line at the end of each lap."""


class LapsNow(Answer, frozen=True):
    """A race, lap by lap, for charts."""

    version: int
    race: str
    laps: int
    sprints: dict[str, tuple[int, ...]]
    skaters: tuple[SkaterLaps, ...]


class Sentence(Answer, frozen=True):
    """Something to be said aloud."""

    kind: Literal["now", "certain", "sprint", "record", "medal", "incident"]
    says: str


class StarterLine(Answer, frozen=True):
    """Who is who, for the announcer."""

    bib: int
    name: str
    noc: str
    said: str
    why: str


class CeremonyNow(Answer, frozen=True):
    """How the medals of a competition are handed over."""

    competition: str
    where: Literal["venue", "plaza"]
    place: str
    """As planned; `""` is the rink for a ceremony at the venue."""
    at: str
    """By the rink's clock, as in `22:45`; `""` is right after the racing."""
    presents: tuple[str, ...]
    """Who presents what, as in `gold medal: Ann Aa, president of the club`."""
    held: bool
    ceremony: Ceremony | None
    """To whom, and all that follows from it; `None` until a race has decided the competition."""


class CeremonyWanted(Asked, frozen=True):
    """What is to be planned anew; `null` leaves a thing as it is, and nothing clears it."""

    where: Literal["venue", "plaza"] | None = None
    place: str | None = None
    at: str | None = None
    """`22:45` on the day of the meet, or `2018-02-25 20:00`, by the rink's clock."""
    presents: tuple[str, ...] | None = None


class AnnouncerNow(Answer, frozen=True):
    """What the announcer may say."""

    version: int
    race: str
    lines: tuple[Sentence, ...]
    starters: tuple[StarterLine, ...]
    ceremonies: tuple[Ceremony, ...] = ()
    """Of the competitions that are decided, those still to be held first; none while the race is on the ice."""


# Sheets


class SheetLine(Answer, frozen=True):
    """A sheet that there is; `/sheets/{id}.{format}` is the file."""

    id: str
    title: str
    report: str
    """Its code in a results book, as in `C73A`; `""` for our own."""
    status: str
    """How final it is, in a word; `""` where that is not asked."""


class SheetGroup(Answer, frozen=True):
    """The sheets of a race, of a competition, or of the meet."""

    title: str
    race: str | None
    """`/sheets/{race}.pdf` is all of a race in one file."""
    sheets: tuple[SheetLine, ...]
    charts: tuple[tuple[str, str], ...]
    """Of each chart the name, of which `/sheets/{name}.svg` is the file, and the title."""


class ReportLine(Answer, frozen=True):
    """The story of the meet in one language; `/sheets/report-{lang}.{html,pdf,txt}` is the file."""

    lang: str
    name: str


class CeremonyLine(Answer, frozen=True):
    """The plan of a ceremony; `/sheets/ceremony-{competition}.pdf` is the file."""

    competition: str
    title: str


class SheetsNow(Answer, frozen=True):
    """Everything that can be printed, read or taken away."""

    version: int
    meet: str
    groups: tuple[SheetGroup, ...]
    formats: tuple[str, ...]
    reports: tuple[ReportLine, ...]
    ceremonies: tuple[CeremonyLine, ...]


# The feed for partners


class OdfLine(Answer, frozen=True):
    """A message of the feed."""

    number: int
    """Counted from 1 in the order in which they went out."""
    name: str
    """Of its file: `/api/odf/{name}` has it."""
    type: str
    code: str
    subtype: str
    version: int
    status: str
    bytes: int


class OdfNow(Answer, frozen=True):
    """Messages of the feed, at most 500 at once."""

    messages: tuple[OdfLine, ...]
    last: int
    """The number of the last message that is out."""
    trouble: str
    """Why the folder takes nothing just now; `""` if it does."""


# The desk


class PassingLine(Answer, frozen=True):
    """A passing as an official sees it."""

    number: int
    at_us: int
    clock: str | None
    transponder: str
    bib: int | None
    name: str | None
    loop: str
    source: str
    strength: int | None
    verdict: str
    lap: int | None
    struck: bool


class DoubtLine(Answer, frozen=True):
    """A doubt as an official sees it."""

    id: str
    kind: str
    says: str
    bib: int | None
    lap: int | None
    number: int | None
    at_us: int
    proposal: Event | None
    accept: str | None
    """Words for the key that accepts the proposal."""


class LogLine(Answer, frozen=True):
    """A record that somebody said."""

    number: int
    by: str
    at_us: int
    time: str
    """On the rink's clock, as in `19:31:05`."""
    type: str
    says: str
    event: Event
    taken_back: bool
    retractable: bool


class DeviceLine(Answer, frozen=True):
    """How a device is."""

    name: str
    word: str
    says: str


class DeskStarter(Answer, frozen=True):
    """A line of the start list."""

    bib: int
    name: str
    noc: str
    transponders: tuple[str, ...]
    grid: int | None
    why: str


class MarkLine(Answer, frozen=True):
    """A mark that stands."""

    bib: int
    irm: str
    rule: str
    why: str


class DeskNow(Answer, frozen=True):
    """A race as officials see it."""

    version: int
    race: str
    now_us: int
    board: Board
    armed: str | None
    passings: tuple[PassingLine, ...]
    doubts: tuple[DoubtLine, ...]
    log: tuple[LogLine, ...]
    devices: tuple[DeviceLine, ...]
    disk: str
    """Why the log takes nothing; `""` if it does."""
    starters: tuple[DeskStarter, ...]
    marks: tuple[MarkLine, ...]


class Recorded(Answer, frozen=True):
    """The number of the record that an event became."""

    number: int


class BatchLine(Answer, frozen=True, omit_defaults=True):
    """What became of one event of a queue: a number, or why not."""

    key: str
    number: int | None = None
    error: str | None = None
    status: int | None = None


class Tap(Asked, frozen=True):
    """One event of a pad's queue."""

    key: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    event: dict[str, Any]
    ago_us: Annotated[int, msgspec.Meta(ge=0)] | None = None


class Proposed(Asked, frozen=True):
    """An event that is not said yet."""

    event: dict[str, Any]


class Stand(Answer, frozen=True):
    """How somebody stands."""

    rank: int | None
    points: int
    irm: str | None
    laps: int
    time: str | None


class Change(Answer, frozen=True):
    """What an event would change for one skater."""

    bib: int
    name: str
    before: Stand | None
    after: Stand | None
    says: str


class GoesOn(Answer, frozen=True):
    """Who would go on who does not now, and the other way round."""

    in_: tuple[int, ...] = msgspec.field(name="in")
    out: tuple[int, ...]


class Preview(Answer, frozen=True):
    """What an event would change."""

    refused: str | None
    changes: tuple[Change, ...]
    goes_on: GoesOn


class Lot(Asked, frozen=True):
    """What the lot is drawn by."""

    seed: Annotated[str, msgspec.Meta(max_length=100)] = "1"


class Drawn(Answer, frozen=True):
    """The races that were drawn."""

    races: tuple[str, ...]


class Leaving(Asked, frozen=True):
    """Who withdraws."""

    skaters: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=60)]
    why: Annotated[str, msgspec.Meta(max_length=500)] = ""


class Withdrawn(Answer, frozen=True):
    """The start lists that changed, in words."""

    changes: tuple[str, ...]


# People

Short = Annotated[str, msgspec.Meta(max_length=200)]


class SignIn(Asked, frozen=True):
    """Who wants to come in."""

    name: Short
    pin: Short


class Claim(Asked, frozen=True):
    """Who becomes the referee, by the code in the terminal."""

    code: Short
    name: Short
    pin: Short


class Join(Asked, frozen=True):
    """Who was invited."""

    token: Short
    name: Short
    pin: Short


class Me(Answer, frozen=True):
    """Who asks, and what they may do."""

    signed_in: bool
    name: str | None
    role: Role | None
    csrf: str | None
    may: tuple[str, ...]
    """The types of the events that they may post."""
    open: bool
    """Whether spectators may look without signing in."""


class InviteWanted(Asked, frozen=True):
    """Who is to be invited."""

    role: Role
    name: Short = ""
    minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 60


class InviteMade(Answer, frozen=True):
    """A link, and the same as a QR code."""

    url: str
    qr: str
    """SVG."""
    expires_us: int


class Settings(Asked, frozen=True):
    """What the organiser may set."""

    open: bool


class AuditLine(Answer, frozen=True):
    """Who said what, when."""

    at_us: int
    time: str
    by: str
    number: int | None
    """The record, if it is one."""
    race: str | None
    type: str
    says: str


class Done(Answer, frozen=True):
    """It is done."""

    done: bool = True


class Healthy(Answer, frozen=True):
    """The server is alive."""

    ok: bool
    version: int
    disk: str
