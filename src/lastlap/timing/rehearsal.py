"""A decoder that is not there, on TCP: real P3 bytes of a whole race, at any speed, with faults on demand.

Strategy: the `Box` knows all that it will say, so one task has only to wait for the moment of the
next word.  A client is a `Line` to the box and a transport.  Who reads too slowly is hung up on,
and can ask for what was missed, as can who lost the connection.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from random import Random
from typing import cast

import msgspec

from lastlap.errors import InputError
from lastlap.log import wall_clock
from lastlap.reconstruction import Rng
from lastlap.times import HOUR, SECOND, Duration, Instant, after, between, clock
from lastlap.timing.box import Box, Line, Story
from lastlap.timing.faults import Fault

PORT = 5403
"""Where P3 decoders listen."""

CLIENTS = 4
"""How many clients a P3 decoder takes."""

AT_ONCE = math.inf
"""The speed at which nobody waits for the race."""

_FAR_OFF = Duration(24 * HOUR)
"""Where the gun is that nobody has fired yet."""

_BACKLOG = 1 << 20
"""The most bytes that wait for a client to read them."""


class Plan(msgspec.Struct, frozen=True):
    """Where and how a story is played."""

    host: str = "127.0.0.1"
    port: int = PORT
    """0 takes any that is free."""
    faults: tuple[Fault, ...] = ()
    speed: float = 1.0
    """How many seconds of the race a second takes: above 0, and up to `AT_ONCE`."""
    before: Duration = Duration(0)
    """How long before the gun the playing begins."""
    after: Duration = Duration(0)
    """How long the box goes on at this speed when the race is over, so that what was lost is sent again."""
    waits: bool = True
    """Whether it begins when the first client is there, or else by itself."""
    holds: bool = False
    """Whether nobody skates until `Rehearsal.fire` tells when the gun was.

    Until then the box is on, whether a client is there or not, and its clock is right.
    """
    stay: float = 10.0
    """How many seconds `rehearse` stays on after the race, for who has missed something."""


Tell = Callable[[str], None]
"""Who is given a sentence for each thing that happens."""


Gun = Callable[[], Instant | None]
"""Who knows when the gun was fired; `None` as long as it was not."""


def rehearse(story: Story, plan: Plan, seed: int, tell: Tell, gun: Gun | None = None) -> None:
    """Plays *story* to whoever connects, as if it were today, and returns when it is over.

    If the plan holds, *gun* is asked again and again when the gun was.  After the race the box
    stays on for a while, or until the last client has left.  Raises what `serve` raises.
    """
    rng = Random(seed)  # noqa: S311 - a rehearsal keeps no secret, and can be repeated
    asyncio.run(_rehearse(serve(story, plan, rng, tell, wall_clock), plan.stay, gun))


async def _rehearse(serving: AbstractAsyncContextManager["Rehearsal"], stay: float, gun: Gun | None) -> None:
    async with serving as rehearsal:
        while gun and (fired := gun()) is None:  # noqa: ASYNC110 - a file with a gun in it wakes nobody
            await asyncio.sleep(_LISTEN)
        if gun and fired is not None:
            rehearsal.fire(fired)
        await rehearsal.over.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(stay):
                await rehearsal.left.wait()


_LISTEN = 0.05
"""Seconds between two times that somebody is asked for the gun."""


@asynccontextmanager
async def serve(
    story: Story,
    plan: Plan,
    rng: Rng,
    tell: Tell = lambda _: None,
    now: Callable[[], Instant] | None = None,
) -> AsyncIterator["Rehearsal"]:
    """A decoder that listens for as long as the `async with` lasts, also when the race is over.

    Then a second lasts a second again.  The box's clock shows the time of the story; with *now*,
    it is set by that when the playing begins.  Raises `InputError` if nobody can listen there, and for a plan that cannot be played
    or does not fit the story.
    """
    if not plan.speed > 0:
        message = f"a race cannot be played at speed {plan.speed}: take 1, more, or a fraction"
        raise InputError(message)
    if plan.holds:
        story = story.moved(after((now or wall_clock)(), _FAR_OFF))
    rehearsal = Rehearsal(Box(story, plan.faults, rng), plan, rng, tell)
    server = await _listening(rehearsal, plan)
    rehearsal.port = server.sockets[0].getsockname()[1]
    tell(f"a decoder listens on tcp://{plan.host}:{rehearsal.port}")
    playing = asyncio.create_task(rehearsal.play(now))
    try:
        yield rehearsal
    finally:
        server.close()
        rehearsal.hang_up()
        playing.cancel()
        with suppress(asyncio.CancelledError):
            await playing
        await server.wait_closed()


async def _listening(rehearsal: "Rehearsal", plan: Plan) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    try:
        return await loop.create_server(lambda: _Client(rehearsal), plan.host, plan.port)
    except (OSError, OverflowError) as error:
        message = f"nobody can listen on {plan.host}, port {plan.port}: {str(error).rpartition(': ')[2]}"
        raise InputError(message) from error


class Rehearsal:
    """A box on TCP, as `serve` opens it."""

    def __init__(self, box: Box, plan: Plan, rng: Rng, tell: Tell) -> None:
        self.port = 0
        """Where it listens."""
        self.over = asyncio.Event()
        """Set when the race is over and all of it has been sent, or if it cannot go on."""
        self.left = asyncio.Event()
        """Set when, after that, the last client has left."""
        self._box, self._plan, self._rng, self._tell = box, plan, rng, tell
        self._clients: dict[asyncio.Transport, Line] = {}
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        # The race stands still, a moment before anything happens.
        self._reached = Instant(box.start - (_FAR_OFF if plan.holds else plan.before) - 1)
        self._reachable = box.is_reachable(self._reached)
        self._speed, self._since, self._began = float(plan.holds), self._loop.time(), self._reached

    # What clients do

    def visited(self, transport: asyncio.Transport) -> None:
        """A client connects; it is hung up on while the box cannot be reached, and if it is one too many."""
        self._woken.set()
        # To stop listening would free the port for somebody else: to hang up at once is nearly the same.
        if not self._reachable or len(self._clients) == CLIENTS:
            transport.abort()
            return
        self._clients[transport] = Line(self._box, self._rng, self.moment())
        self._tell(f"a client is connected, {len(self._clients)} of {CLIENTS}")

    def asked(self, transport: asyncio.Transport, data: bytes) -> None:
        """A client asks for something."""
        self._clients[transport].ask(data, self.moment())
        self._woken.set()

    def hung_up(self, transport: asyncio.Transport) -> None:
        """A client is gone."""
        if self._clients.pop(transport, None):
            self._tell(f"a client has left, {len(self._clients)} of {CLIENTS} are connected")
        if self.over.is_set() and not self._clients:
            self.left.set()

    def hang_up(self) -> None:
        """Ends all connections, without a word."""
        clients, self._clients = self._clients, {}
        for transport in clients:
            transport.abort()

    def say_goodbye(self) -> None:
        """Ends all connections when all that was said has been sent; nobody can connect any more."""
        self._reachable = False
        for transport in self._clients:
            transport.close()

    # The race

    def fire(self, gun: Instant) -> None:
        """The *gun* was fired, a moment ago: the skaters are off, and the playing takes its speed."""
        elapsed = max(0, between(gun, self.moment()))
        self._box.fire(gun)
        self._pace(self._plan.speed)
        if self._plan.speed != AT_ONCE:
            self._began = Instant(max(self._began, gun + int(elapsed * self._plan.speed)))
        self._tell("the gun")
        self._woken.set()

    def leap(self, moment: Instant) -> None:
        """Leaps over a break: it is *moment* from now on, if that is not past."""
        if moment > self.moment():
            self._since, self._began = self._loop.time(), moment
            self._woken.set()

    async def play(self, now: Callable[[], Instant] | None) -> None:
        """Plays the race, with the box's clock set by *now*, and stays on until the task is cancelled."""
        try:
            if self._plan.waits and not self._plan.holds:
                await self._woken.wait()
            if now and not self._plan.holds:
                self._box.set_clock(self._reached, now())
            if not self._plan.holds:
                self._pace(self._plan.speed)
            while True:
                reached = await self._wait()
                while (due := self._next()) <= reached:
                    self._step(due)
        finally:
            self.over.set()

    def _pace(self, speed: float) -> None:
        self._speed, self._since, self._began = speed, self._loop.time(), self.moment()

    def moment(self) -> Instant:
        """The moment of the story that it is now: what a true clock shows that runs at the speed of the playing."""
        if self._speed == AT_ONCE:
            return self._reached
        return Instant(self._began + int((self._loop.time() - self._since) * self._speed * SECOND))

    def _next(self) -> Instant:
        """When something happens next."""
        return min([self._box.next(self._reached), *(line.next for line in self._clients.values())])

    async def _wait(self) -> Instant:
        """Waits until something happens, or until a client asks; returns the moment that it is then."""
        due = self._next()
        if self._speed == AT_ONCE:
            await asyncio.sleep(0)
            return due
        seconds = max(0, due - self.moment()) / SECOND / self._speed
        timer = self._loop.call_later(seconds, self._woken.set)
        await self._woken.wait()
        timer.cancel()
        self._woken.clear()
        return self.moment()

    def _step(self, now: Instant) -> None:
        """All that happens at the moment *now*."""
        self._reached = now
        for transport, line in self._clients.items():
            transport.write(line.hear(now))
            if transport.get_write_buffer_size() > _BACKLOG:
                transport.abort()
        if now == self._box.gun and not self._plan.holds:
            self._tell("the gun")
        if self._box.is_reachable(now) != self._reachable:
            self._come_or_go(now)
        if not self.over.is_set() and now >= after(self._box.end, self._plan.after):
            self._end(now)

    def _come_or_go(self, now: Instant) -> None:
        self._reachable = not self._reachable
        if not self._reachable:
            self.hang_up()
        self._tell(f"{self._shown(now)}: the connection is {'back' if self._reachable else 'lost'}")

    def _end(self, now: Instant) -> None:
        """Ends the race, unless something of it is still on the way."""
        if not any(line.owes(self._box.end) for line in self._clients.values()):
            self.over.set()
            self._pace(1.0)
            self._tell(f"{self._shown(now)}: the race is over")

    def _shown(self, now: Instant) -> str:
        return clock(between(self._box.gun, now), places=1)


class _Client(asyncio.Protocol):
    """A client's end of the connection."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._rehearsal.visited(self._transport)

    def data_received(self, data: bytes) -> None:
        self._rehearsal.asked(self._transport, data)

    def connection_lost(self, _: Exception | None) -> None:
        self._rehearsal.hung_up(self._transport)
