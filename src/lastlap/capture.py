"""From devices to the log: what each says becomes records, and nothing that was said is lost.

Strategy: an `Inbox` is pure: bytes and the moment they came go in, drafts of records and answers
to the device come out.  So a file of raw bytes gives the same log again.  `capture` is the wiring
around it: links, raw file, log.  A draft that the disk refuses is kept and tried again.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec

from lastlap.errors import InputError, MeetError
from lastlap.events import ClockCompared, DeviceReported, Event, Passing, Record, in_force
from lastlap.log import Draft, Meet, wall_clock
from lastlap.times import SECOND, Duration, Instant, between
from lastlap.timing.link import Address, Link, LinkState, Patience, parse_address
from lastlap.timing.p3 import P3
from lastlap.timing.p98 import P98
from lastlap.timing.raw import Chunk, RawFile
from lastlap.timing.said import Garbled, GetTime, Missed, Resend, Restarted, Said, Time, passing_key
from lastlap.timing.watch import Counter, Watch

_LOG = logging.getLogger(__name__)


class Language(Protocol):
    """What an inbox needs of a decoder of bytes."""

    def receive(self, data: bytes) -> list[Said]:
        """What *data* tells, together with what was kept."""

    def finish(self) -> list[Said]:
        """What was kept, when the line is cut."""


LANGUAGES: dict[str, Callable[[str], Language]] = {"p3": P3, "p98": P98}
"""How to listen to a device that is called by a name, by the name of its language."""


class Device(msgspec.Struct, frozen=True):
    """A device that the timekeeper plugged in."""

    name: str
    """What passings name as their source."""
    language: str
    address: Address


def parse_device(text: str) -> Device:
    """The device that `[NAME=][LANGUAGE+]ADDRESS` names, as in `box=p3+tcp://10.0.0.7:5403`.

    Without a name it is called by its address; the language is P3 if not given.  Raises
    `InputError` for what cannot be one.
    """
    name, parted, rest = text.rpartition("=")
    language, plus, address = rest.partition("+")
    if not plus:
        language, address = "p3", rest
    if language not in LANGUAGES:
        message = f"{text!r}: nobody here speaks {language!r}: choose one of {', '.join(LANGUAGES)}"
        raise InputError(message)
    return Device(name if parted else rest, language, parse_address(address))


# One device's words, made ready for the log

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


class Inbox:
    """The words of one device, as drafts for the log of *race*.

    *last* is the number of the last passing that the log has of this device, if it has any, and
    *compared* what the log of the race says of its clock.  With *trusts_box* the box's clock is
    ours, as on a night that is played again, and a passing counts as written down when the box saw
    it; else when its bytes came.
    """

    def __init__(
        self,
        device: Device,
        race: str | None,
        last: int | None = None,
        compared: ClockCompared | None = None,
        *,
        trusts_box: bool = False,
    ) -> None:
        self._name = device.name
        self._trusts_box = trusts_box
        self._asks = device.language == "p3"
        self._race = race
        self._language = LANGUAGES[device.language](device.name)
        self._last = last
        self._missing: dict[int, int] = {}
        self._asked_at = Instant(0)
        self._probes = 0
        self._garbled_at: Instant | None = None
        self._watch = Watch(device.name, compared)
        self._counter = Counter(device.name)

    def hear(self, data: bytes, at: Instant) -> Heard:
        """What *data*, which came at *at*, means for the log and for the device."""
        return self._taken(self._language.receive(data), at)

    def sent(self, data: bytes, at: Instant) -> None:
        """*data*, which `hear` or `opened` gave as an answer, goes to the device at *at*."""
        if self._asks and GetTime() in P3().receive(data):
            self._watch.asked(at)

    def opened(self) -> Heard:
        """What to ask when a connection has been made: the time, and what went by meanwhile."""
        self._watch.reopened()
        asked: list[GetTime | Resend] = [GetTime()]
        if self._last is not None:
            asked.append(Resend(self._last + 1, self._last + _REACH))
        return Heard(answers=tuple(P3.encode(request) for request in asked) if self._asks else ())

    def closed(self, at: Instant) -> Heard:
        """What is left to say when a connection has ended."""
        return self._taken(self._language.finish(), at)

    def lost(self, why: str, at: Instant) -> Draft:
        """What to write down when the connection has ended without our wish."""
        return self._report(DeviceReported(self._name, "lost", f"connection lost: {why}", at), at)

    def armed(self, race: str | None, compared: ClockCompared | None) -> Heard:
        """From now on all is of *race*, whose log says *compared* of the clock; asks for the time anew."""
        self._race = race
        self._watch = Watch(self._name, compared)
        self._counter = Counter(self._name)
        return Heard(answers=(P3.encode(GetTime()),)) if self._asks else Heard()

    @property
    def missing(self) -> int:
        """How many passings the device has counted that have not arrived."""
        return len(self._missing)

    def _taken(self, said: Iterable[Said], at: Instant) -> Heard:
        words, known = list(said), set(self._missing)
        drafts = [draft for word in words for draft in self._drafts(word, at)]
        requests: list[Resend | GetTime] = []
        if (self._missing.keys() - known) or between(self._asked_at, at) >= _ASK_EVERY:
            self._asked_at = at
            is_idle = not any(isinstance(word, Passing) for word in words)
            requests += [*self._asked_again(), *(self._probe() if is_idle else ())]
        if self._watch.is_due(at) and not self._trusts_box:
            requests.append(GetTime())
        return Heard(tuple(drafts), tuple(map(P3.encode, requests)) if self._asks else ())

    def _probe(self) -> Iterator[Resend]:
        """Now and then while nobody passes: whether the latest passings went by unheard."""
        if self._last is not None and self._probes < _PROBES:
            self._probes += 1
            yield Resend(self._last + 1, self._last + _REACH)

    def _drafts(self, word: Said, at: Instant) -> Iterator[Draft]:
        match word:
            case Passing():
                yield from self._passing(word, at)
            case Time():
                yield from self._compared(self._watch.answered(word, at), at)
            case Missed(first=first, last=last):
                self._missing |= dict.fromkeys(range(first, last + 1), 0)
                says = f"{last - first + 1} passings did not arrive, numbers {first} to {last}"
                yield self._report(DeviceReported(self._name, "missed", says, at, first, last), at)
            case Restarted(number=number):
                self._missing = dict.fromkeys(range(max(1, number - _BEFORE), number), 0)
                self._last = number - 1
                self._counter.restarted(number)
                says = f"the device counts anew, from {number}"
                yield self._report(DeviceReported(self._name, "restarted", says, at, number), at)
            case Garbled(why=why):
                yield from self._garbled(why, at)
            case _:
                return

    def _passing(self, passing: Passing, at: Instant) -> Iterator[Draft]:
        if passing.number is None or passing.number > (self._last or 0):
            self._watch.passed(passing, at)
            yield from self._compared(self._counter.passed(passing, at), at)
        if passing.number is not None:
            if self._last is None:
                # Nothing tells whether passings went by before the first that we heard.
                before = range(max(1, passing.number - _BEFORE), passing.number)
                self._missing |= dict.fromkeys(before, 0)
            self._probes = 0 if passing.number > (self._last or 0) else self._probes
            self._missing.pop(passing.number, None)
            self._last = max(self._last or 0, passing.number)
        written = passing.at if self._trusts_box else at
        yield Draft(passing, self._race, self._name, written, passing_key(passing))

    def _compared(self, told: Iterable[Event], at: Instant) -> Iterator[Draft]:
        return (self._report(event, at) for event in told if not self._trusts_box)

    def _garbled(self, why: str, at: Instant) -> Iterator[Draft]:
        if self._garbled_at is None or between(self._garbled_at, at) >= _GARBLED_EVERY:
            self._garbled_at = at
            yield self._report(DeviceReported(self._name, "garbled", f"damaged bytes: {why}", at), at)

    def _report(self, event: Event, at: Instant) -> Draft:
        return Draft(event, self._race, self._name, at)

    def _asked_again(self) -> Iterator[Resend]:
        """Requests for the passings that are missing, each so often and no more."""
        due = sorted(number for number, times in self._missing.items() if times < _ASK_AGAIN)
        for number in due:
            self._missing[number] += 1
        for first, last in _spans(due):
            yield Resend(first, last)


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


def replayed(chunks: Iterable[Chunk], devices: Sequence[Device], race: str) -> Iterator[Draft]:
    """The drafts that raw bytes gave when they came, in the same order.

    Raises `InputError` for bytes of a device that is not among *devices*.
    """
    inboxes = {device.name: Inbox(device, race) for device in devices}
    for chunk in chunks:
        if chunk.source not in inboxes:
            known = ", ".join(inboxes) or "none"
            message = f"the raw bytes are of {chunk.source!r}: say which device that was; told are {known}"
            raise InputError(message)
        inbox = inboxes[chunk.source]
        if chunk.sent:
            inbox.sent(chunk.data, chunk.at)
        else:
            yield from inbox.hear(chunk.data, chunk.at).drafts


# Devices, raw file and log together


class Capture:
    """Devices that write into the log of a race, until the task that runs them is cancelled."""

    def __init__(
        self,
        meet: Meet,
        race: str | None,
        devices: Sequence[Device],
        raw: Path,
        *,
        trusts_box: bool = False,
        patience: Patience = Patience(),  # noqa: B008 - a frozen value
        now: Callable[[], Instant] = wall_clock,
    ) -> None:
        self._meet = meet
        self._race = race
        self._now = now
        self._raw_path = raw
        self._waiting: list[Draft] = []
        self._retrying: asyncio.TimerHandle | None = None
        self._refused = ""
        self._changed = asyncio.Event()
        self._stored = 0
        last, compared = _last_numbers(meet), _last_comparisons(meet, race)
        inboxes = [
            Inbox(device, race, last.get(device.name), compared.get(device.name), trusts_box=trusts_box)
            for device in devices
        ]
        self._lines = [
            _Line(self, device, inbox, patience) for device, inbox in zip(devices, inboxes, strict=True)
        ]

    async def run(self) -> None:
        """Listens to all devices until it is cancelled."""
        with ExitStack() as held:
            self.raw = held.enter_context(RawFile(self._raw_path))
            async with asyncio.TaskGroup() as group:
                for line in self._lines:
                    group.create_task(line.link.run())

    async def until(self, is_enough: Callable[[], bool]) -> None:
        """Waits until *is_enough*, which is asked whenever a record has been stored."""
        while not is_enough():
            self._changed.clear()
            await self._changed.wait()

    def arm(self, race: str) -> None:
        """From now on the devices write into *race*."""
        if race == self._race:
            return
        self._race = race
        compared = _last_comparisons(self._meet, race)
        for line in self._lines:
            line.arm(race, compared.get(line.name))

    @property
    def stored(self) -> int:
        """How many records have been stored."""
        return self._stored

    @property
    def waiting(self) -> int:
        """How many records the disk has refused so far."""
        return len(self._waiting)

    @property
    def names(self) -> list[str]:
        """What the devices are called, in the order of `states`."""
        return [line.name for line in self._lines]

    @property
    def states(self) -> list[LinkState]:
        """How the devices are."""
        return [line.link.state for line in self._lines]

    @property
    def trouble(self) -> str:
        """Why the log takes nothing just now; `""` if it does."""
        return self._refused

    def now(self) -> Instant:
        """The moment on our clock."""
        return self._now()

    def keep(self, drafts: Iterable[Draft]) -> None:
        """Put *drafts* into the log; those that it cannot take are kept and tried again."""
        loop = asyncio.get_running_loop()
        for draft in drafts:
            stored = self._meet.submit(draft)
            stored.add_done_callback(partial(self._hand_over, loop, draft))

    def _hand_over(self, loop: asyncio.AbstractEventLoop, draft: Draft, stored: Future[Record]) -> None:
        """From the writer's thread to ours."""
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._done, draft, stored)

    def _done(self, draft: Draft, stored: Future[Record]) -> None:
        error = stored.exception()
        if error is None:
            self._stored += 1
            self._refused = ""
        elif isinstance(error, MeetError):
            self._refused = str(error)
            self._waiting.append(draft)
            self._retry_soon()
        else:
            _LOG.error("%s could not be stored", draft, exc_info=error)
        self._changed.set()

    def _retry_soon(self) -> None:
        if self._retrying is None:
            _LOG.warning("%s; trying again", self._refused)
            self._retrying = asyncio.get_running_loop().call_later(_RETRY, self._retry)

    def _retry(self) -> None:
        self._retrying = None
        waiting, self._waiting = self._waiting, []
        self.keep(waiting)


_RETRY = 0.5
"""Seconds between two tries to store what the disk refused."""


class _Line:
    """One device of a capture."""

    def __init__(self, capture: Capture, device: Device, inbox: Inbox, patience: Patience) -> None:
        self._capture = capture
        self._device = device
        self._inbox = inbox
        self._answering = set[asyncio.Task[bool]]()
        self.link = Link(
            device.address,
            self._heard,
            opened=self._opened,
            closed=self._closed,
            patience=patience,
            now=capture.now,
        )

    @property
    def name(self) -> str:
        """What the device is called."""
        return self._device.name

    def arm(self, race: str, compared: ClockCompared | None) -> None:
        """From now on the device writes into *race*."""
        self._act(self._inbox.armed(race, compared))

    def _heard(self, data: bytes, at: Instant) -> None:
        self._capture.raw.keep(self._device.name, data, at)
        self._act(self._inbox.hear(data, at))

    def _opened(self) -> None:
        self._act(self._inbox.opened())

    def _closed(self, why: str) -> None:
        at = self._capture.now()
        self._act(self._inbox.closed(at))
        self._capture.keep([self._inbox.lost(why, at)])

    def _act(self, heard: Heard) -> None:
        self._capture.keep(heard.drafts)
        for answer in heard.answers:
            at = self._capture.now()
            self._capture.raw.keep(self._device.name, answer, at, sent=True)
            self._inbox.sent(answer, at)
            task = asyncio.ensure_future(self.link.send(answer))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)


def _last_numbers(meet: Meet) -> dict[str, int]:
    """Of each device that the log knows, the number of its last passing."""
    found: dict[str, int] = {}
    for record in meet.records():
        event = record.event
        if isinstance(event, Passing) and event.number is not None:
            found[event.source] = event.number
    return found


def _last_comparisons(meet: Meet, race: str | None) -> dict[str, ClockCompared]:
    """Of each device, the last that the log of *race* says of its clock."""
    events = (record.event for record in in_force(meet.records(race) if race else ()))
    return {event.source: event for event in events if isinstance(event, ClockCompared)}
