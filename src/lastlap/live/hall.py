"""All that the routes share: the meet as it is now, its streams, its people, its devices."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

import msgspec

from lastlap.capture import Capture
from lastlap.errors import LastlapError, MeetError
from lastlap.events import Event, GunFired, RaceArmed, Record
from lastlap.live.access import Doorkeeper, Visitor
from lastlap.live.accounts import Accounts
from lastlap.live.announcing import announcer_now
from lastlap.live.answers import DeviceLine, MeetNow
from lastlap.live.handouts import Handouts
from lastlap.live.hub import Channel, Frame, Hub
from lastlap.live.limits import FREE_OF_AN_ADDRESS, Tries
from lastlap.live.partners import Partners
from lastlap.live.podium import ceremonies
from lastlap.live.rink import Rink
from lastlap.live.stakes import Stakes
from lastlap.live.views import desk_now, laps_now, meet_now
from lastlap.log import Draft, Meet, wall_clock
from lastlap.race import Status
from lastlap.times import Instant

_Said = TypeVar("_Said")

SERVER = "server"
"""Who says what the server says by itself."""


class Hall:
    """One meet that is served. It belongs to the event loop that it runs on."""

    def __init__(self, meet: Meet, accounts: Accounts, now: Callable[[], Instant], bearer: str = "") -> None:
        self.meet = meet
        self.accounts = accounts
        self.now = now
        self.rink = Rink(meet, now)
        self.stakes = Stakes(self.rink)
        self.handouts = Handouts(self.rink)
        self.hub = Hub()
        self.keeper = Doorkeeper(accounts, bearer)
        self.names = Tries(wall_clock)
        self.addresses = Tries(wall_clock, FREE_OF_AN_ADDRESS)
        self.code = ""
        """The code by which the first referee signs in; `""` if there is one already."""
        self.capture: Capture | None = None
        self.partners: Partners | None = None
        """The feed for partners, if it is wanted."""
        self.answered: Counter[int] = Counter()
        """How often each HTTP status was answered."""
        self.trouble = ""
        """Why the log did not take what an official said last; `""` if it did."""
        self.saying = asyncio.Lock()
        """Held by whoever checks and appends, so that an event is judged by all that came before it."""
        self.looking_back = asyncio.Semaphore(1)
        """A board of an earlier version takes a replay: one after the other."""
        self.proving = asyncio.Semaphore(1)
        """A PIN takes memory and time to check: one after the other."""
        self._meet: MeetNow | None = None
        self._meet_version = 0
        self.rink.changed = self._changed

    def follow(self) -> None:
        """From now on the races are told whatever is committed, whoever writes it."""
        loop = asyncio.get_running_loop()
        self.meet.follow(partial(_hand_over, loop, self.rink.tell))

    def _changed(self, races: set[str]) -> None:
        """Some races (`""` is the meet) have changed: so have the channels that show them."""
        # What is decided concerns every announcer: there is a ceremony to come.
        decided = any(race and self.rink.is_over(race) for race in races)
        for name, channel in self.hub.channels.items():
            kind, shown = name.split(":", 1)
            if shown in races or "" in races or kind == "meet" or (decided and kind == "announcer"):
                channel.change()
        if self.capture is not None and self.rink.armed is not None:
            self.capture.arm(self.rink.armed)

    def change_all(self) -> None:
        """Something that no record tells has changed, such as the state of a device."""
        for channel in self.hub.channels.values():
            channel.change()

    # What is watched

    def meet_channel(self) -> Channel:
        """The meet, its competitions, phases and races."""
        return self.hub.channel("meet:", self._meet_frame)

    def board_channel(self, race: str) -> Channel:
        """The board of a race."""
        return self.hub.channel(f"board:{race}", partial(self._board_frame, race))

    def announcer_channel(self, race: str) -> Channel:
        """What the announcer may say of a race."""
        return self.hub.channel(f"announcer:{race}", partial(self._announcer_frame, race))

    def laps_channel(self, race: str) -> Channel:
        """A race lap by lap; nobody streams it, but what was made of a version is kept."""
        return self.hub.channel(f"laps:{race}", partial(self._laps_frame, race))

    def desk_channel(self, race: str, *, private: bool) -> Channel:
        """A race as officials see it; injuries only where it is *private*."""
        kind = "private" if private else "desk"
        return self.hub.channel(f"{kind}:{race}", partial(self._desk_frame, race, private))

    def _meet_frame(self) -> Frame:
        """Its version is the record that last changed something of it; most change nothing."""
        found = msgspec.structs.replace(meet_now(self.rink), version=0)
        if found != self._meet:
            self._meet, self._meet_version = found, self.rink.version
        return _frame(self._meet_version, msgspec.structs.replace(found, version=self._meet_version))

    def _board_frame(self, race: str) -> Frame:
        board = self.rink.board(race)
        return _frame(board.version, board)

    def _announcer_frame(self, race: str) -> Frame:
        board, held = self.rink.board(race), ceremonies(self.rink, race)
        told = announcer_now(self.rink.race(race), board, self.stakes.records(race))
        version = max(board.version, self.rink.meet_version) if held else board.version
        return _frame(version, msgspec.structs.replace(told, version=version, ceremonies=held))

    def _laps_frame(self, race: str) -> Frame:
        return _frame(self.rink.kept(race).version, laps_now(self.rink, race))

    def _desk_frame(self, race: str, private: bool) -> Frame:
        desk = desk_now(self.rink, race, self.devices, self.disk)
        if not private:
            log = tuple(msgspec.structs.replace(line, event=discreet(line.event)) for line in desk.log)
            desk = msgspec.structs.replace(desk, log=log)
        return _frame(desk.version, desk)

    @property
    def devices(self) -> list[DeviceLine]:
        """How the devices are, and the feed if there is one."""
        feed = [] if self.partners is None else [_feed_line(self.partners.trouble)]
        if self.capture is None:
            return feed
        states = zip(self.capture.names, self.capture.states, strict=True)
        return [*(DeviceLine(name, state.word, state.says) for name, state in states), *feed]

    @property
    def disk(self) -> str:
        """Why the log takes nothing just now; `""` if it does."""
        return self.trouble or (self.capture.trouble if self.capture else "")

    # What is said

    async def say(self, draft: Draft) -> Record:
        """The record that *draft* has become, on the disk; `MeetError` if the disk does not take it."""
        try:
            record = await asyncio.wrap_future(self.meet.submit(draft))
        except MeetError as error:
            self.trouble = str(error)
            raise
        self.trouble = ""
        return record

    async def arm(self, race: str, visitor: Visitor, key: str | None = None) -> Record:
        """Devices write into *race* from now on."""
        return await self.say(Draft(RaceArmed(self.now()), race, visitor.by or SERVER, self.now(), key))

    async def arm_by_gun(self, race: str, event: Event, visitor: Visitor) -> None:
        """A gun arms its race, if devices would else write into one that nobody skates."""
        armed = self.rink.armed
        if not isinstance(event, GunFired) or self.capture is None or armed == race:
            return
        if armed is None or self.rink.race(armed).status is not Status.RUNNING:
            await self.arm(race, visitor)

    async def writing(self, work: Callable[[], _Said]) -> _Said:
        """What *work*, which reads and writes the log by itself, gives; done aside, so that nobody waits."""
        async with self.saying:
            return await asyncio.to_thread(work)


def _hand_over(
    loop: asyncio.AbstractEventLoop, tell: Callable[[Sequence[Record]], None], records: Sequence[Record]
) -> None:
    """From the writer's thread to the loop's; nowhere, if that has ended."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(tell, records)


def _feed_line(trouble: str) -> DeviceLine:
    return DeviceLine("feed", "lost" if trouble else "ok", trouble or "partners get what happens")


def _frame(version: int, value: object) -> Frame:
    return Frame(version, msgspec.json.encode(value))


def discreet(event: Event) -> Event:
    """The *event* without what is for the referee and the doctor alone."""
    return msgspec.structs.replace(event, injury="") if getattr(event, "injury", "") else event


def sentence(error: LastlapError) -> str:
    """What is wrong, as one line."""
    return " ".join(str(error).split())
