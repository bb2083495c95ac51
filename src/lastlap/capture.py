"""From devices to the log: links, raw bytes and log together, and nothing that was said is lost.

Strategy: bytes are kept before anybody looks at them; what they mean an `Inbox` says.  A draft
that the disk refuses is kept and tried again, and what a device must be told of a commit waits
for that.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import msgspec

from lastlap.errors import InputError, MeetError
from lastlap.events import ClockCompared, DeviceReported, GunFired, OrderRead, Passing, Record, in_force
from lastlap.inbox import Heard, Inbox, Known, wall_of
from lastlap.log import Draft, Meet, opening, wall_clock
from lastlap.times import Instant
from lastlap.timing.devices import Device
from lastlap.timing.link import Link, LinkState, Patience
from lastlap.timing.raw import RawFile

_LOG = logging.getLogger(__name__)


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
        self._waiting: list[tuple[Draft, _Batch]] = []
        self._retrying: asyncio.TimerHandle | None = None
        self._refused = self._unkept = ""
        self._changed = asyncio.Event()
        self._stored = 0
        _check_names(devices)
        wall = wall_of(opening(meet).utc_offset, now())
        inboxes = [
            Inbox(
                device, race, _known(meet, race, device), wall=wall, races=meet.races, trusts_box=trusts_box
            )
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
        for line in self._lines:
            line.arm(race, _known(self._meet, race, line.device))

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
        """Why the log takes nothing just now, or why raw bytes are not kept; `""` if all is well."""
        return "; ".join(filter(None, (self._refused, self._unkept)))

    def now(self) -> Instant:
        """The moment on our clock."""
        return self._now()

    def keep_raw(self, device: str, data: bytes, at: Instant, *, sent: bool = False) -> None:
        """Keep raw bytes before anybody looks at them; if they cannot be kept, the log goes on without."""
        try:
            self.raw.keep(device, data, at, sent=sent)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            unkept = f"{self.raw.path}: raw bytes are not kept: {why}; the log goes on without them"
            if unkept != self._unkept:
                _LOG.warning(unkept)
            self._unkept = unkept
        else:
            self._unkept = ""

    def keep(self, drafts: Iterable[Draft], then: Callable[[], None] = lambda: None) -> None:
        """Put *drafts* into the log; those that it cannot take are kept and tried again.

        *then* is called when all of them are on the disk, at once if there are none.
        """
        batch = _Batch([*drafts], then)
        if not batch.drafts:
            then()
        for draft in batch.drafts:
            self._submit(draft, batch)

    def _submit(self, draft: Draft, batch: "_Batch") -> None:
        stored = self._meet.submit(draft)
        stored.add_done_callback(partial(self._hand_over, asyncio.get_running_loop(), draft, batch))

    def _hand_over(
        self, loop: asyncio.AbstractEventLoop, draft: Draft, batch: "_Batch", stored: Future[Record]
    ) -> None:
        """From the writer's thread to ours."""
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._done, draft, batch, stored)

    def _done(self, draft: Draft, batch: "_Batch", stored: Future[Record]) -> None:
        error = stored.exception()
        if error is None:
            self._stored += 1
            self._refused = ""
            batch.one_stored()
        elif isinstance(error, MeetError):
            self._refused = str(error)
            self._waiting.append((draft, batch))
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
        for draft, batch in waiting:
            self._submit(draft, batch)


_RETRY = 0.5
"""Seconds between two tries to store what the disk refused."""


class _Batch:
    """Drafts that came together, and what to do when all are on the disk."""

    def __init__(self, drafts: list[Draft], then: Callable[[], None]) -> None:
        self.drafts = drafts
        self._left = len(drafts)
        self._then = then

    def one_stored(self) -> None:
        """One more of them is."""
        self._left -= 1
        if not self._left:
            self._then()


class _Line:
    """One device of a capture."""

    def __init__(self, capture: Capture, device: Device, inbox: Inbox, patience: Patience) -> None:
        self._capture = capture
        self.device = device
        self._inbox = inbox
        self._answering = set[asyncio.Task[bool]]()
        self.link = Link(
            device.address,
            self._heard,
            opened=self._opened,
            closed=self._closed,
            patience=patience
            if device.spoken.has_heartbeat
            else msgspec.structs.replace(patience, quiet=0, dead=0),
            now=capture.now,
        )

    @property
    def name(self) -> str:
        """What the device is called."""
        return self.device.name

    def arm(self, race: str, known: Known) -> None:
        """From now on the device writes into *race*, whose log has *known* of it."""
        self._act(self._inbox.armed(race, known))

    def _heard(self, data: bytes, at: Instant) -> None:
        self._capture.keep_raw(self.device.name, data, at)
        self._act(self._inbox.hear(data, at))

    def _opened(self) -> None:
        self._act(self._inbox.opened())

    def _closed(self, why: str) -> None:
        at = self._capture.now()
        self._capture.keep_raw(self.device.name, b"", at)
        self._act(self._inbox.closed(at))
        self._capture.keep([self._inbox.lost(why, at)])

    def _act(self, heard: Heard) -> None:
        # A receipt that has to wait is of use only to the connection that the message came by.
        self._capture.keep(heard.drafts, partial(self._send, heard.receipts, self.link.connection))
        self._send(heard.answers, self.link.connection)

    def _send(self, answers: Sequence[bytes], connection: int) -> None:
        for answer in answers:
            at = self._capture.now()
            self._capture.keep_raw(self.device.name, answer, at, sent=True)
            self._inbox.sent(answer, at)
            task = asyncio.ensure_future(self.link.send(answer, connection))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)


def _check_names(devices: Sequence[Device]) -> None:
    """Raises `InputError` if two devices have one name: nobody could tell their passings apart."""
    twice = [name for name, count in Counter(device.name for device in devices).items() if count > 1]
    if twice:
        message = f"two devices are called {twice[0]!r}: give each a name of its own, as in back=tcp://..."
        raise InputError(message)


def _known(meet: Meet, race: str | None, device: Device) -> Known:
    """What the log has of a device; of its passings' numbers, those since it last began to count anew."""
    heard, compared, has_passings, gun = set[int](), None, False, None
    orders: dict[tuple[str, int], OrderRead] = {}
    for record in in_force(meet.records()):
        match event := record.event:
            case Passing(source=device.name):
                heard.update(() if event.number is None else (event.number,))
                has_passings = has_passings or record.race == race
            case DeviceReported(source=device.name, what="restarted"):
                heard.clear()
            case ClockCompared(source=device.name) if record.race == race:
                compared = event
            case GunFired(at=at) if record.race == race:
                gun = at
            case OrderRead(lap=lap) if record.by == device.name and record.race:
                orders[record.race, lap] = event
            case _:
                pass
    return Known(frozenset(heard), has_passings, compared, gun, orders)
