"""What devices say, made ready for the log: bytes and the moment they came in, drafts and answers out.

Strategy: an `Inbox` is pure, so a file of raw bytes gives the same log again.  It knows what the
log needs of any device: that nothing is there twice, that what is missing is asked for, that what
went wrong is said.  What a language is like stands in `lastlap.timing.devices`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from lastlap.errors import InputError
from lastlap.events import (
    FINISH_LINE,
    ClockCompared,
    DeviceReported,
    Event,
    GunFired,
    NoteMade,
    OrderRead,
    Passing,
)
from lastlap.log import Draft
from lastlap.times import SECOND, Duration, Instant, between
from lastlap.timing.devices import Device
from lastlap.timing.lynx import Lif
from lastlap.timing.mylaps import Reply, gun_key
from lastlap.timing.p3 import P3
from lastlap.timing.raw import Chunk
from lastlap.timing.said import Garbled, GetTime, Missed, Restarted, Time, passing_key
from lastlap.timing.wall import WallClock
from lastlap.timing.watch import Counter, Watch

_ASK_AGAIN = 20
"""How often a passing that did not arrive is asked for."""

_ASK_EVERY = Duration(SECOND // 2)
"""The shortest time between two requests for the same passing."""

_PROBES = 5
"""How often the passings behind the last one are asked for while nobody passes."""

_BEFORE = 50
"""So many passings ahead of the first one that is heard are asked for."""

_GARBLED_EVERY = Duration(10 * SECOND)
"""A line that is noisy is reported no more often than this."""

_REACH = 10_000
"""So many passings behind the last one are asked for when a connection is made again."""


class Heard(msgspec.Struct, frozen=True):
    """What came of bytes."""

    drafts: tuple[Draft, ...] = ()
    answers: tuple[bytes, ...] = ()
    """To be sent to the device."""
    receipts: tuple[bytes, ...] = ()
    """To be sent to the device once all of the drafts are on the disk."""


class Known(msgspec.Struct, frozen=True):
    """What the log has of a device already, when one begins to listen to it."""

    heard: frozenset[int] = frozenset()
    """The numbers of its passings, since it last began to count anew."""
    has_passings: bool = False
    """Whether there are any in the race that it writes into."""
    compared: ClockCompared | None = None
    """What the log of that race says of its clock."""
    gun: Instant | None = None
    """When the gun of that race was fired, as the log has it."""
    orders: Mapping[tuple[str, int], OrderRead] = {}
    """The orders that it has read, by race and lap."""


class Inbox:
    """The words of one device, as drafts for the log of *race*.

    *wall* is the clock on the rink's wall, for devices that tell the time of day.  *races* tells
    the races of the meet in the order of its plan, for a photo finish, whose readings say which
    race they are of.  With *trusts_box* the box's clock is ours, as on a night that is played
    again, and a passing counts as written down when the box saw it; else when its bytes came.
    """

    def __init__(
        self,
        device: Device,
        race: str | None,
        known: Known = Known(),  # noqa: B008 - a frozen value
        *,
        wall: WallClock = WallClock(date(1970, 1, 1)),  # noqa: B008 - a frozen value
        races: Callable[[], Sequence[str]] = tuple,
        trusts_box: bool = False,
    ) -> None:
        self._name = device.name
        self._loop = device.loop
        self._trusts_box = trusts_box
        self._race = race
        self._races = races
        self._language = device.spoken
        self._decoder = self._language.decoder(device, wall)
        self._last = max(known.heard, default=None)
        self._may_have_missed = known.has_passings
        self._gun = known.gun
        self._orders = dict(known.orders)
        self._missing: dict[int, int] = {}
        # Whoever was killed may have been waiting for some of them.
        self._miss(min(known.heard, default=1) - _BEFORE, (self._last or 1) - 1)
        for number in known.heard:
            self._missing.pop(number, None)
        self._asked_at = Instant(0)
        self._probes = 0
        self._garbled_at: Instant | None = None
        self._watch = _watching(device.name, known)
        self._counter = Counter(device.name)

    def hear(self, data: bytes, at: Instant) -> Heard:
        """What *data*, which came at *at*, means for the log and for the device."""
        return self._taken(self._decoder.receive(data), at)

    def sent(self, data: bytes, at: Instant) -> None:
        """*data*, which was given as an answer, goes to the device at *at*."""
        if self._language.tells_time and GetTime() in P3().receive(data):
            self._watch.asked(at)

    def opened(self) -> Heard:
        """What to say when a connection has been made: the greeting, and what to ask for that went by meanwhile."""
        self._watch.reopened()
        answers = [*self._language.greeting]
        if self._language.resend and self._last is not None:
            # From the first that is missing on: then nothing that comes leaves a gap behind it.
            answers.append(self._language.resend(min([self._last + 1, *self._missing]), self._last + _REACH))
        if self._may_have_missed:
            answers += self._language.recovery
        self._may_have_missed = True
        return Heard(answers=tuple(answers))

    def closed(self, at: Instant) -> Heard:
        """What is left to say when a connection has ended."""
        return self._taken(self._decoder.finish(), at)

    def lost(self, why: str, at: Instant) -> Draft:
        """What to write down when the connection has ended without our wish."""
        return self._report(DeviceReported(self._name, "lost", f"connection lost: {why}", at), at)

    def armed(self, race: str | None, known: Known) -> Heard:
        """From now on all is of *race*, whose log has *known* of the device; asks for the time anew."""
        self._race = race
        self._gun = known.gun
        self._watch = _watching(self._name, known)
        self._counter = Counter(self._name)
        return Heard(answers=(P3.encode(GetTime()),) if self._language.tells_time else ())

    @property
    def missing(self) -> int:
        """How many passings the device has counted that have not arrived."""
        return len(self._missing)

    def _taken(self, said: Iterable[object], at: Instant) -> Heard:
        words, known = list(said), set(self._missing)
        drafts = [draft for word in words for draft in self._drafts(word, at)]
        requests: list[bytes] = []
        if (self._missing.keys() - known) or between(self._asked_at, at) >= _ASK_EVERY:
            self._asked_at = at
            is_idle = not any(isinstance(word, Passing) for word in words)
            requests += [*self._asked_again(), *(self._probe() if is_idle else ())]
        if self._language.tells_time and self._watch.is_due(at) and not self._trusts_box:
            requests.append(P3.encode(GetTime()))
        replies = [word for word in words if isinstance(word, Reply)]
        at_once = [reply.data for reply in replies if not reply.when_committed]
        receipts = tuple(reply.data for reply in replies if reply.when_committed)
        return Heard(tuple(drafts), (*at_once, *requests), receipts)

    def _probe(self) -> Iterator[bytes]:
        """Now and then while nobody passes: whether the latest passings went by unheard."""
        if self._language.resend and self._last is not None and self._probes < _PROBES:
            self._probes += 1
            yield self._language.resend(self._last + 1, self._last + _REACH)

    def _drafts(self, word: object, at: Instant) -> Iterator[Draft]:
        match word:
            case Passing():
                yield from self._passing(word, at)
            case GunFired():
                yield self._shot(word, at)
            case Lif():
                yield from self._read(word, at)
            case Time():
                yield from self._compared(self._watch.answered(word, at), at)
            case Missed(first=first, last=last):
                self._miss(first, last)
                says = f"{last - first + 1} passings did not arrive, numbers {first} to {last}"
                yield self._report(DeviceReported(self._name, "missed", says, at, first, last), at)
            case Restarted(number=number):
                self._missing = {}
                self._miss(number - _BEFORE, number - 1)
                self._last = number - 1
                self._counter.restarted(number)
                says = f"the device counts anew, from {number}"
                yield self._report(DeviceReported(self._name, "restarted", says, at, number), at)
            case Garbled(why=why):
                yield from self._garbled(why, at)
            case _:
                return

    def _miss(self, first: int, last: int) -> None:
        """Passings *first* to *last* are to be asked for, the latest of them at least, if the device can be asked."""
        if self._language.resend:
            self._missing |= dict.fromkeys(range(max(1, first, last - _REACH + 1), last + 1), 0)

    def _shot(self, gun: GunFired, at: Instant) -> Draft:
        """A shot; one from before the gun that counts, which a memory was asked for, is only noted."""
        if self._gun is not None and gun.at < self._gun:
            text = f"{self._name} has a shot of the gun in its memory from before the one that counts"
            return Draft(NoteMade(text), self._race, self._name, at, f"{gun_key(gun, self._name)}/note")
        self._gun = gun.at
        return Draft(gun, self._race, self._name, at, gun_key(gun, self._name))

    def _passing(self, passing: Passing, at: Instant) -> Iterator[Draft]:
        if passing.number is None or passing.number > (self._last or 0):
            self._watch.passed(passing, at)
            yield from self._compared(self._counter.passed(passing, at), at)
        if passing.number is not None:
            if self._last is None:
                # Nothing tells whether passings went by before the first that we heard.
                self._miss(passing.number - _BEFORE, passing.number - 1)
            self._probes = 0 if passing.number > (self._last or 0) else self._probes
            self._missing.pop(passing.number, None)
            self._last = max(self._last or 0, passing.number)
        written = passing.at if self._trusts_box else at
        if self._loop != FINISH_LINE:
            passing = msgspec.structs.replace(passing, loop=self._loop)
        yield Draft(passing, self._race, self._name, written, passing_key(passing))

    def _read(self, reading: Lif, at: Instant) -> Iterator[Draft]:
        """An order that the photo finish has read, if it is news; what else its file says is for the referee."""
        races, (event, _, lap) = self._races(), reading.id
        if not 1 <= event <= len(races):
            says = f"a reading of event {event}, but the meet has {len(races)} races: load the events that `lastlap lynx` writes"
            yield self._report(DeviceReported(self._name, "garbled", says, at), at)
            return
        race, order = races[event - 1], reading.order_read(lap)
        if order is not None and order != self._orders.get((race, lap)):
            self._orders[race, lap] = order
            yield Draft(order, race, self._name, at)
        notes = [*(f"{mark.irm} for {mark.bib}" for mark in reading.marks()), *reading.flaws]
        if notes:
            text = f"the photo finish of lap {lap} says: {'; '.join(notes)}"
            key = f"{self._name}/{race}/{lap}/{text}"
            yield Draft(NoteMade(text), race, self._name, at, key)

    def _compared(self, told: Iterable[Event], at: Instant) -> Iterator[Draft]:
        return (self._report(event, at) for event in told if not self._trusts_box)

    def _garbled(self, why: str, at: Instant) -> Iterator[Draft]:
        if self._garbled_at is None or between(self._garbled_at, at) >= _GARBLED_EVERY:
            self._garbled_at = at
            yield self._report(DeviceReported(self._name, "garbled", f"damaged bytes: {why}", at), at)

    def _report(self, event: Event, at: Instant) -> Draft:
        return Draft(event, self._race, self._name, at)

    def _asked_again(self) -> Iterator[bytes]:
        """Requests for the passings that are missing, each so often and no more."""
        resend = self._language.resend
        due = sorted(number for number, times in self._missing.items() if times < _ASK_AGAIN)
        for number in due:
            self._missing[number] += 1
        for first, last in _spans(due):
            if resend:
                yield resend(first, last)


def _watching(name: str, known: Known) -> Watch:
    """The watch over the clock of a device of which the race's log has *known*."""
    watch = Watch(name, known.compared)
    if known.has_passings and known.compared is None:
        # Whoever listened before took its times as they are: half a race on another clock is worse.
        watch.leave_alone()
    return watch


def _spans(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The runs of consecutive *numbers*, which are sorted."""
    first = last = None
    for number in numbers:
        if last is not None and number == last + 1:
            last = number
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = number
    if first is not None and last is not None:
        yield first, last


def wall_of(utc_offset: int, at: Instant) -> WallClock:
    """The clock on the wall of a rink that is *utc_offset* minutes ahead of UTC, on the day of the moment *at*."""
    shown = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at, minutes=utc_offset)
    return WallClock(shown.date(), utc_offset)


def replayed(
    chunks: Iterable[Chunk],
    devices: Sequence[Device],
    race: str,
    *,
    utc_offset: int = 0,
    races: Callable[[], Sequence[str]] = tuple,
) -> Iterator[Draft]:
    """The drafts that raw bytes gave when they came, in the same order.

    *utc_offset* and *races* are as they were then.  Raises `InputError` for bytes of a device that
    is not among *devices*.
    """
    inboxes: dict[str, Inbox] = {}
    named = {device.name: device for device in devices}
    for chunk in chunks:
        if chunk.source not in named:
            known = ", ".join(named) or "none"
            message = f"the raw bytes are of {chunk.source!r}: say which device that was; told are {known}"
            raise InputError(message)
        if chunk.source not in inboxes:
            wall = wall_of(utc_offset, chunk.at)
            inboxes[chunk.source] = Inbox(named[chunk.source], race, wall=wall, races=races)
        inbox = inboxes[chunk.source]
        if chunk.sent:
            inbox.sent(chunk.data, chunk.at)
        elif not chunk.hex:
            yield from inbox.closed(chunk.at).drafts
        else:
            yield from inbox.hear(chunk.data, chunk.at).drafts
