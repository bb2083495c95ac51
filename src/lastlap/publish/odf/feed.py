"""The feed: which message goes out when, as a pure function of the records and of nothing else.

Strategy: after every word of an official the messages that it may touch are made and compared
with what was sent; after a passing that waits until the result of the race may be sent again,
so that a pack crossing the line makes a few messages and not fifty.  What differs is held until
its document may go out, and until what comes before it in the order of the standard has gone.
An official result stays as it was declared until the referee declares it again.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator

import msgspec

from lastlap.events import (
    Passing,
    PassingInserted,
    Record,
    RecordReinstated,
    RecordRetracted,
    ResultDeclared,
    StartListPosted,
)
from lastlap.publish.odf.codes import REPORTS, WHOLE_DISCIPLINE
from lastlap.publish.odf.honours import (
    discipline_medallists,
    event_medallists,
    finals,
    medal_standings,
    ranking,
)
from lastlap.publish.odf.live import current, play_by_play
from lastlap.publish.odf.markup import element, one_line, with_text
from lastlap.publish.odf.message import DEFAULTS, MILLISECOND, Message, Sent, Settings, competition
from lastlap.publish.odf.participants import as_listed, entries, participants
from lastlap.publish.odf.result import result
from lastlap.publish.odf.schedule import config, schedule, unit_as_scheduled
from lastlap.publish.odf.told import Told, Unit
from lastlap.publish.odf.wording import info
from lastlap.race import Status
from lastlap.ranking import standings
from lastlap.times import Instant, after

Identity = tuple[str, str, str]
"""Document type, code and subtype: what versions are counted by."""

NEVER = Instant(2**62)
"""After everything that a log tells."""

ORDER = (
    "DT_PARTIC",
    "DT_PARTIC_UPDATE",
    "DT_ENTRIES",
    "DT_SCHEDULE",
    "DT_SCHEDULE_UPDATE",
    "DT_CONFIG",
    "DT_CURRENT",
    "DT_RESULT",
    "DT_PLAY_BY_PLAY",
    "DT_PDF",
    "DT_MEDALLISTS",
    "DT_MEDALS",
    "DT_MEDALLISTS_DISCIPLINE",
    "DT_RANKING",
)
"""What goes before what: the schedule before the result, the medallists before the ranking."""

_SIGNED = (Status.OFFICIAL, Status.CORRECTED)

_CROSSINGS = (Passing, PassingInserted)
"""The events that come in bursts, told by devices and by those who tap."""

_PEOPLE = (StartListPosted, RecordRetracted, RecordReinstated)
"""The events of a race that may tell of people anew; all of the whole meet do."""

CHANGED = "The result was declared again."
"""The note of a correction of which the referee does not say why."""

SSK = str(WHOLE_DISCIPLINE)

Report = Callable[[Told, Unit, str], bytes | None]
"""The printed sheet of a race, as PDF: `start list` or `result`; `None` where there is none."""


_Update = Callable[[Told, set[str]], Message | None]
"""What makes a message of the things that have changed."""


class _Held(msgspec.Struct):
    """A message that waits until it may go."""

    ready: Instant
    message: Message | None
    """`None` takes back what was sent."""
    races: frozenset[str]
    changed: set[str] = msgspec.field(default_factory=set)
    """What an update is about."""


class Feed:
    """A live feed: records go in as they are told, messages come out when they are due.

    `tell` and `due` take the clock from the records and from the caller; time never runs backwards.
    The same records at the same moments give the same messages to the byte.
    """

    def __init__(self, settings: Settings = DEFAULTS, report: Report | None = None) -> None:
        self.settings = settings
        self._report = report
        self._told = Told(ascii_only=settings.ascii_only)
        self._now = Instant(-NEVER)
        self._stamped = Instant(-NEVER)
        self._last: dict[Identity, Sent] = {}
        """The latest of each document, unless it was taken back."""
        self._gone: dict[Identity, tuple[int, Instant]] = {}
        """Of each document: the highest version, and when something of it went out last."""
        self._notes: dict[Identity, tuple[str, ...]] = {}
        self._held: dict[Identity, _Held] = {}
        self._dirty: dict[str, Instant] = {}
        """The races with passings that were not looked at, and when they are to be."""
        self._declared: dict[str, tuple[ResultDeclared, ...]] = {}
        self._units: dict[str, str] = {}
        """Each race as the schedule had it last."""
        self._people: dict[str, str] = {}

    # In

    def tell(self, record: Record) -> None:
        """Adds a record; its moment is when it was written down, or now if that is past."""
        self._now = max(self._now, record.at)
        self._told.tell(record)
        race = record.race
        if isinstance(record.event, _CROSSINGS):
            if self._told.has_unit(race) and race is not None:
                self._dirty.setdefault(race, self._free(("DT_RESULT", str(self._told.unit(race).rsc), "")))
            return
        if race is None or isinstance(record.event, _PEOPLE):
            self._look_at_meet()
        for unit in list(self._told.units):
            if race is None or unit.race == race:
                self._look_at_race(unit.race)

    # Out

    def due(self, now: Instant) -> Iterator[Sent]:
        """The messages that are due by *now*, in the order and with the times in which they go out."""
        while (moment := self.next_due) is not None and moment <= now:
            self._now = max(self._now, moment)
            for race in [race for race, at in self._dirty.items() if at <= moment]:
                self._look_at_race(race)
            yield from self._release()
        self._now = max(self._now, min(now, NEVER))

    def rest(self) -> Iterator[Sent]:
        """Whatever is still held, when no more records are to come."""
        while (moment := self.next_due) is not None:
            yield from self.due(moment)

    @property
    def next_due(self) -> Instant | None:
        """When something is due next; `None` if nothing is."""
        ready = [held.ready for held in self._held.values()]
        return min([*ready, *self._dirty.values()], default=None)

    # Looking

    def _look_at_meet(self) -> None:
        told = self._told
        people = {who.code: as_listed(who) for who in told.participants}
        changed = {code for code, listed in people.items() if self._people.get(code) != listed}
        everything = frozenset(unit.race for unit in told.units)
        if changed and told.begun:
            self._put_update("DT_PARTIC_UPDATE", participants, changed, everything)
        elif changed:
            self._put(("DT_PARTIC", SSK, ""), participants(told), everything)
        self._people = people
        for competition_id in told.competitions:
            races = frozenset(self._races_of(competition_id))
            self._put(
                ("DT_ENTRIES", str(told.event(competition_id)), ""), entries(told, competition_id), races
            )

    def _look_at_race(self, race: str) -> None:
        """Makes every message that the race may change, and holds what differs from what was sent."""
        self._dirty.pop(race, None)
        told, unit = self._told, self._told.unit(race)
        only, code = frozenset((race,)), str(unit.rsc)
        self._look_at_schedule(unit)
        event = str(told.event(unit.plan.competition))
        self._put(("DT_CONFIG", event, ""), config(told, unit.plan.competition), only)
        self._put(("DT_CURRENT", code, ""), current(told, unit), only)
        note = self._look_at_result(unit)
        self._put(("DT_PLAY_BY_PLAY", code, ""), play_by_play(told, unit), only)
        if note is not None:
            self._look_at_honours(unit, note)

    def _look_at_schedule(self, unit: Unit) -> None:
        seen = unit_as_scheduled(self._told, unit)
        before = self._units.get(unit.race)
        if seen == before:
            return
        self._units[unit.race] = seen
        if before is None:
            everything = frozenset(one.race for one in self._told.units)
            self._put(("DT_SCHEDULE", SSK, ""), schedule(self._told), everything)
        else:
            self._put_update("DT_SCHEDULE_UPDATE", schedule, {unit.race}, frozenset((unit.race,)))

    def _look_at_result(self, unit: Unit) -> str | None:
        """Holds the result if it has changed; returns the note for what follows from it, `None` if nothing does.

        `""` is a change that is no correction.
        """
        told, race = self._told, self._told.races[unit.race]
        declared = race.said(ResultDeclared)
        before = self._declared.get(unit.race, ())
        signed = race.status in _SIGNED
        if signed and declared == before:
            return None
        self._declared[unit.race] = declared
        was_official = unit.race in told.signed or bool(self._notes.get(("DT_RESULT", str(unit.rsc), "")))
        said = declared[-1].note if declared else ""
        note = (one_line(said) or CHANGED) if was_official else ""
        self._sign(unit.race, signed=signed)
        only, code = frozenset((unit.race,)), str(unit.rsc)
        if signed or not was_official or len(declared) != len(before):
            self._put(("DT_RESULT", code, ""), result(told, unit, was_official=was_official), only, note)
        self._look_at_report(unit)
        return note if signed or was_official else None

    def _sign(self, race: str, *, signed: bool) -> None:
        if signed:
            self._told.signed[race] = standings(self._told.races[race])
        else:
            self._told.signed.pop(race, None)

    def _look_at_report(self, unit: Unit) -> None:
        """The sheets of the race as PDF, where somebody prints them: the start list, and an official result."""
        if self._report is None:
            return
        told, status = self._told, self._told.races[unit.race].status
        for sheet, (code, _) in REPORTS.items():
            if sheet == "start list" and status is not Status.READY:
                continue
            signed = sheet == "start list" or status in _SIGNED
            pdf = self._report(told, unit, sheet) if signed else None
            message = pdf_message(unit, sheet, pdf, began=told.when(unit.race)) if pdf else None
            self._put(("DT_PDF", str(unit.rsc), code), message, frozenset((unit.race,)))

    def _look_at_honours(self, unit: Unit, note: str) -> None:
        """What follows from official results."""
        told, competition_id = self._told, unit.plan.competition
        races, event = frozenset(self._races_of(competition_id)), str(told.event(competition_id))
        final = next((one for one in finals(told) if one.competition == competition_id), None)
        self._put(("DT_MEDALLISTS", event, ""), event_medallists(told, final) if final else None, races, note)
        self._put(("DT_MEDALS", SSK, ""), medal_standings(told), races, note)
        self._put(("DT_MEDALLISTS_DISCIPLINE", SSK, ""), discipline_medallists(told), races, note)
        self._put(("DT_RANKING", event, ""), ranking(told, final) if final else None, races, note)

    def _races_of(self, competition_id: str) -> Iterator[str]:
        return (unit.race for unit in self._told.units if unit.plan.competition == competition_id)

    # Holding

    def _put(
        self, identity: Identity, message: Message | None, races: frozenset[str], note: str = ""
    ) -> None:
        """Holds the message until it may go, unless it says what was sent last; *note* says why it corrects that."""
        last, held = self._last.get(identity), self._held.get(identity)
        sent = last.message.says if last else None
        if (message.says if message else None) == sent:
            if held is not None:
                del self._held[identity]
            return
        if (
            held is not None
            and held.message is not None
            and message is not None
            and held.message.says == message.says
        ):
            return
        if note and identity in self._gone and message is not None:
            self._notes[identity] = (*self._notes.get(identity, ()), note)
        if message is None and identity[0] == "DT_CURRENT":
            self._held.pop(identity, None)
            return
        self._held[identity] = _Held(self._free(identity), message, races)

    def _put_update(self, kind: str, make: _Update, changed: set[str], races: frozenset[str]) -> None:
        """Holds an update of what has *changed*, together with what is held of it already."""
        identity = (kind, SSK, "")
        held = self._held.get(identity)
        if held is not None:
            changed, races = changed | held.changed, races | held.races
        message = make(self._told, changed)
        self._held[identity] = _Held(self._free(identity), message, races, changed)

    def _free(self, identity: Identity) -> Instant:
        """When the next version of a document may go out."""
        if identity not in self._gone:
            return self._now
        return max(self._now, after(self._gone[identity][1], self.settings.hold))

    # Releasing

    def _release(self) -> Iterator[Sent]:
        """Those that may go now; whoever waits for an earlier one is held as long as that is."""
        waiting: list[_Held] = []
        for identity in sorted(self._held, key=lambda one: (ORDER.index(one[0]), one)):
            held = self._held[identity]
            before = [one.ready for one in waiting if one.races & held.races]
            held.ready = max([held.ready, *before])
            if held.ready > self._now:
                waiting.append(held)
                continue
            del self._held[identity]
            yield from self._send(identity, held.message)

    def _send(self, identity: Identity, message: Message | None) -> Iterator[Sent]:
        version, _ = self._gone.get(identity, (0, self._now))
        last = self._last.get(identity)
        if last is not None and (message is None or _is_unsaid(last.message, message)):
            del self._last[identity]
            self._gone[identity] = (version, self._now)
            yield msgspec.structs.replace(last, at=self._tick(), invalid=True)
        if message is not None:
            sent = self._stamp(message, version + 1)
            self._last[identity] = sent
            self._gone[identity] = (version + 1, self._now)
            yield sent

    def _tick(self) -> Instant:
        """Now to the millisecond, and later than every message before."""
        self._stamped = max(Instant(self._now - self._now % MILLISECOND), after(self._stamped, MILLISECOND))
        return self._stamped

    def _stamp(self, message: Message, version: int) -> Sent:
        told = self._told
        settings = self.settings
        if not settings.competition:
            settings = self.settings = msgspec.structs.replace(settings, competition=told.competition_code)
        return Sent(
            message=message,
            version=version,
            at=self._tick(),
            settings=settings,
            utc_offset=told.meet.utc_offset,
            source=f"{told.venue_code}SSK1",
            notes=self._notes.get(message.identity, ()),
        )


def _is_unsaid(last: Message, message: Message) -> bool:
    """Whether a race that ran is back before its start: what was sent of it is taken back first."""
    return message.status == "START_LIST" != last.status


def pdf_message(unit: Unit, sheet: str, pdf: bytes, *, began: Instant | None = None) -> Message:
    """A printed sheet as a message: the start list or the result of a race."""
    code, title = REPORTS[sheet]
    body = competition(
        element("ExtendedInfos", None, info("EI", "REPORTTITLE", title)),
        with_text("PDFData", b64encode(pdf).decode()),
    )
    status = "START_LIST" if sheet == "start list" else "OFFICIAL"
    return Message("DT_PDF", str(unit.rsc), body, status, subtype=code, began=began)


def messages(
    records: Iterable[Record], settings: Settings = DEFAULTS, report: Report | None = None
) -> Iterator[Sent]:
    """The whole feed of a meet, from the first message to the last.

    Records are taken in the order in which they were written down.  A night that was played again
    may hold a moment late: so it is the order of `at`, and of the numbers where that is equal.
    """
    feed = Feed(settings, report)
    for record in sorted(records, key=lambda record: (record.at, record.number)):
        yield from feed.due(record.at)
        feed.tell(record)
        yield from feed.due(record.at)
    yield from feed.rest()
