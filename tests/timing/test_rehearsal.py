"""A decoder that is not there, over real TCP on loopback; nobody sleeps to wait."""

import asyncio
import math
import queue
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import Self

import pytest

from lastlap.errors import InputError
from lastlap.events import Passing
from lastlap.startlist import Skater, Starter
from lastlap.times import MINUTE, SECOND, Duration, Instant, after, between, parse_clock
from lastlap.timing.box import Story, made_up
from lastlap.timing.faults import Cut, Damage, Delay, Die, Drop, Duplicate, Reorder
from lastlap.timing.p3 import P3
from lastlap.timing.rehearsal import AT_ONCE, CLIENTS, Plan, Rehearsal, rehearse, serve
from lastlap.timing.said import GetTime, Resend, Said, Status, Time

GUN = Instant(1_519_470_000 * SECOND)
EVERYTHING = Resend(1, 2**32 - 1)
STARTERS = [
    Starter(bib, Skater(f"s{bib}", f"Skater {bib}", "NOR"), (f"{100 + bib}", f"{200 + bib}"))
    for bib in range(1, 9)
]
RACE = made_up(STARTERS, 6, [2, 4, 6], GUN, Random(5))
"""Eight skaters, six laps, 96 passings in three minutes."""


class Listener:
    """A client that takes P3 over TCP."""

    def __init__(self, port: int) -> None:
        self.heard: list[Said] = []
        self._port = port
        self._p3 = P3()

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    def ask(self, *requests: GetTime | Resend) -> None:
        """Send requests."""
        self._writer.write(b"".join(map(P3.encode, requests)))

    async def hear(self) -> bool:
        """Hear what comes next; says whether the connection still stands."""
        try:
            data = await asyncio.wait_for(self._reader.read(65_536), 20)
        except ConnectionError:
            return False
        self.heard += self._p3.receive(data)
        return bool(data)

    async def until(self, enough: Callable[[], bool]) -> None:
        """Hear until it is enough."""
        while not enough():
            assert await self.hear(), "the connection has ended too soon"

    async def until_lost(self) -> None:
        """Hear until the connection ends."""
        while await self.hear():
            pass

    @property
    def seen(self) -> set[int | None]:
        """The numbers of the passings that came."""
        return {said.number for said in self.heard if isinstance(said, Passing)}

    @property
    def times(self) -> list[Instant]:
        """What the box's clock showed when it was asked."""
        return [said.at for said in self.heard if isinstance(said, Time)]


Visit = Callable[[Rehearsal], Awaitable[None]]


def rehearsing(
    visit: Visit, plan: Plan, story: Story = RACE, now: Callable[[], Instant] | None = None
) -> list[str]:
    """What a decoder tells of itself that plays *story* by *plan* for as long as *visit* takes."""
    told: list[str] = []

    async def run() -> None:
        async with serve(story, plan, Random(3), told.append, now) as rehearsal:
            await asyncio.wait_for(visit(rehearsal), 30)

    asyncio.run(run())
    return told


def is_story(heard: list[Said]) -> bool:
    """Whether every passing of the race was heard, and none that was not skated."""
    return {(said.at, said.transponder) for said in heard if isinstance(said, Passing)} == {
        (told.at, told.transponder) for told in RACE.passings
    }


AT_ONCE_ANYWHERE = Plan(port=0, speed=AT_ONCE)


def test_a_race_arrives_over_tcp() -> None:
    """All 96 passings in their order, a status every five seconds, and the race is over."""

    async def visit(rehearsal: Rehearsal) -> None:
        async with Listener(rehearsal.port) as client:
            await client.until(lambda: len(client.seen) == 96)
            assert is_story(client.heard)
            passings = [said.number for said in client.heard if isinstance(said, Passing)]
            assert passings == list(range(1, 97))
            assert sum(isinstance(said, Status) for said in client.heard) > 30
            await rehearsal.over.wait()

    rehearsing(visit, AT_ONCE_ANYWHERE)


def test_a_rehearsal_tells_what_happens() -> None:
    """A sentence each: where it listens, who comes, the gun, the connection, the end."""

    async def visit(rehearsal: Rehearsal) -> None:
        async with Listener(rehearsal.port) as client:
            await client.until_lost()
        await rehearsal.over.wait()

    told = rehearsing(visit, Plan(port=0, speed=AT_ONCE, faults=(Cut(60, 20),)))
    assert told[0].startswith("a decoder listens on tcp://127.0.0.1:")
    assert told[1:5] == [
        "a client is connected, 1 of 4",
        "the gun",
        "1:00.0: the connection is lost",
        "1:20.0: the connection is back",
    ]
    assert told[5].endswith(": the race is over")


def test_who_comes_while_the_connection_is_lost_is_hung_up_on() -> None:
    """Nobody hears a word of a box that cannot be reached, and the race goes on without them."""

    async def visit(rehearsal: Rehearsal) -> None:
        async with Listener(rehearsal.port) as client:
            assert not await client.hear()
        await rehearsal.over.wait()

    told = rehearsing(visit, Plan(port=0, speed=AT_ONCE, faults=(Cut(-1, 31),)))
    assert told[1:3] == ["the gun", "30.0: the connection is back"]


def test_the_race_waits_for_its_first_client() -> None:
    """Before there is one nothing happens; a clock that is asked then shows the moment of the gun."""

    async def visit(rehearsal: Rehearsal) -> None:
        async with Listener(rehearsal.port) as client:
            client.ask(GetTime())
            await client.until(lambda: bool(client.times))
            assert 0 <= between(GUN, client.times[0]) < 60 * SECOND

    rehearsing(visit, Plan(port=0, speed=1))


def test_the_race_can_begin_without_clients() -> None:
    """Who comes late asks for what went by."""

    async def visit(rehearsal: Rehearsal) -> None:
        await rehearsal.over.wait()
        async with Listener(rehearsal.port) as client:
            client.ask(EVERYTHING)
            await client.until(lambda: len(client.seen) == 96)
            assert is_story(client.heard)

    rehearsing(visit, Plan(port=0, speed=AT_ONCE, waits=False))


@pytest.mark.parametrize(
    "faults",
    [
        (Cut(60, 20),),
        (Die(60, 0, "keeps"),),
        (Cut(170, 60), Cut(20, 1)),
        (Cut(-1, 30),),
        (Drop(0.1), Duplicate(0.1), Damage(0.1)),
    ],
    ids=["cut", "off and on", "cut twice", "cut from the start", "bad wire"],
)
def test_a_client_that_comes_back_and_asks_has_the_whole_race(faults: tuple[Cut, ...]) -> None:
    """What a lost connection or a bad wire kept back is there for the asking, as often as it takes."""

    async def visit(rehearsal: Rehearsal) -> None:
        heard: list[Said] = []
        while not is_story(heard):
            async with Listener(rehearsal.port) as client:
                client.heard = heard
                client.ask(EVERYTHING)
                while await client.hear() and not is_story(heard):
                    client.ask(EVERYTHING)

    rehearsing(visit, Plan(port=0, speed=AT_ONCE, faults=faults))


def test_late_and_reordered_frames_all_come() -> None:
    """Nothing is held back for good: the race is not over before the last of it has arrived."""

    async def visit(rehearsal: Rehearsal) -> None:
        async with Listener(rehearsal.port) as client:
            await client.until(lambda: len(client.seen) == 96)
            await rehearsal.over.wait()

    told = rehearsing(visit, Plan(port=0, speed=AT_ONCE, faults=(Delay(1, 3_600), Reorder(0.5))))
    over = next(line for line in told if line.endswith("the race is over"))
    assert parse_clock(over.partition(": ")[0]) > 30 * MINUTE


def test_after_the_race_a_second_lasts_a_second() -> None:
    """The box stays on, and its clock does not run away."""

    async def visit(rehearsal: Rehearsal) -> None:
        async with Listener(rehearsal.port) as client:
            await rehearsal.over.wait()
            for asked in range(20):
                client.ask(GetTime())
                await client.until(lambda asked=asked: len(client.times) > asked)  # type: ignore[misc]
            assert between(client.times[0], client.times[-1]) < 30 * SECOND

    rehearsing(visit, AT_ONCE_ANYWHERE)


def test_speed_is_kept() -> None:
    """At a thousand times its speed a race of three minutes lasts a fifth of a second, not less."""
    lasts = between(GUN, RACE.passings[-1].at) / SECOND

    async def visit(rehearsal: Rehearsal) -> None:
        began = asyncio.get_running_loop().time()
        async with Listener(rehearsal.port) as client:
            await client.until(lambda: len(client.seen) == 96)
        assert asyncio.get_running_loop().time() - began >= lasts / 1_000

    rehearsing(visit, Plan(port=0, speed=1_000))


def test_a_box_is_on_before_the_gun() -> None:
    """So that the timekeeper sees it fare well: two words in the ten seconds before, and one with the gun."""

    async def visit(rehearsal: Rehearsal) -> None:
        async with Listener(rehearsal.port) as client:
            await client.until(lambda: bool(client.seen))
            first = next(place for place, said in enumerate(client.heard) if isinstance(said, Passing))
            quiet = between(GUN, RACE.passings[0].at) // (5 * SECOND)
            assert sum(isinstance(said, Status) for said in client.heard[:first]) == 3 + quiet

    rehearsing(visit, Plan(port=0, speed=AT_ONCE, before=Duration(10 * SECOND)))


def test_a_race_of_long_ago_is_skated_today() -> None:
    """The clock of the box is set when the playing begins, and all passings go with it."""
    today = Instant(1_800_000_000 * SECOND)

    async def visit(rehearsal: Rehearsal) -> None:
        async with Listener(rehearsal.port) as client:
            await client.until(lambda: len(client.seen) == 96)
            times = [said.at for said in client.heard if isinstance(said, Passing)]
            assert times == [after(one.at, Duration(between(GUN, today) + 1)) for one in RACE.passings]

    rehearsing(visit, AT_ONCE_ANYWHERE, now=lambda: today)


def test_a_decoder_has_four_clients() -> None:
    """All of them hear the race; a fifth is hung up on."""

    async def visit(rehearsal: Rehearsal) -> None:
        clients = [Listener(rehearsal.port) for _ in range(CLIENTS)]
        for client in clients:
            await client.__aenter__()
            client.ask(GetTime())
            await client.until(lambda client=client: bool(client.times))  # type: ignore[misc]
        async with Listener(rehearsal.port) as fifth:
            assert not await fifth.hear()
        for client in clients:
            client.ask(EVERYTHING)
            await client.until(lambda client=client: len(client.seen) == 96)  # type: ignore[misc]
            await client.__aexit__()

    told = rehearsing(visit, AT_ONCE_ANYWHERE)
    assert [line for line in told if "is connected" in line][-1] == "a client is connected, 4 of 4"


def test_who_does_not_read_is_hung_up_on() -> None:
    """A client that asks and asks and never listens costs the others nothing."""

    async def visit(rehearsal: Rehearsal) -> None:
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            deaf.setblocking(False)
            await asyncio.get_running_loop().sock_connect(deaf, ("127.0.0.1", rehearsal.port))
            await rehearsal.over.wait()
            with suppress(ConnectionError):
                while not rehearsal.left.is_set():
                    await asyncio.get_running_loop().sock_sendall(deaf, P3.encode(EVERYTHING) * 100)
                    await asyncio.sleep(0)
            await rehearsal.left.wait()

    assert rehearsing(visit, AT_ONCE_ANYWHERE)[-1] == "a client has left, 0 of 4 are connected"


def test_a_rehearsal_ends_when_the_last_client_has_left() -> None:
    """Run as the command runs it: it tells its address, plays, and returns."""
    told: queue.Queue[str] = queue.Queue()

    async def run() -> None:
        plan = Plan(port=0, speed=AT_ONCE, stay=30)
        rehearsed = asyncio.create_task(asyncio.to_thread(rehearse, RACE, plan, 1, told.put))
        address = await asyncio.to_thread(told.get, timeout=20)
        async with Listener(int(address.rpartition(":")[2])) as client:
            await client.until(lambda: len(client.seen) == 96)
        await asyncio.wait_for(rehearsed, 20)

    asyncio.run(run())


def test_a_rehearsal_does_not_stay_for_ever() -> None:
    """If nobody leaves, or nobody came, it ends all the same."""
    told: list[str] = []
    rehearse(RACE, Plan(port=0, speed=AT_ONCE, waits=False, stay=0), 1, told.append)
    assert told[-1].endswith("the race is over")


def test_a_taken_port_is_refused() -> None:
    """With a sentence that names it."""

    async def visit(rehearsal: Rehearsal) -> None:
        with pytest.raises(InputError, match=f"port {rehearsal.port}: address already in use"):
            async with serve(RACE, Plan(port=rehearsal.port), Random(1)):
                pass

    rehearsing(visit, AT_ONCE_ANYWHERE)


@pytest.mark.parametrize("plan", [Plan(port=70_000), Plan(port=0, speed=0), Plan(port=0, speed=math.nan)])
def test_a_plan_that_cannot_be_played_is_refused(plan: Plan) -> None:
    """No such port, a race that stands still, and no number at all."""
    with pytest.raises(InputError, match=r"cannot be played|nobody can listen"):
        rehearse(RACE, plan, 1, print)


@pytest.mark.parametrize("speed", [2_000, AT_ONCE])
def test_the_skaters_wait_for_the_gun(speed: float) -> None:
    """The box is on and its clock is right; the gun was fired a tenth of a second ago, and off they go."""
    today = Instant(1_800_000_000 * SECOND)

    async def visit(rehearsal: Rehearsal) -> None:
        async with Listener(rehearsal.port) as client:
            client.ask(GetTime())
            await client.until(lambda: bool(client.times))
            assert 0 <= between(today, client.times[0]) < MINUTE
            rehearsal.fire(gun := Instant(rehearsal.moment() - SECOND // 10))
            await client.until(lambda: len(client.seen) == 96)
            first = next(said for said in client.heard if isinstance(said, Passing))
            assert first.at - gun == RACE.passings[0].at - RACE.gun
            await rehearsal.over.wait()

    told = rehearsing(visit, Plan(port=0, speed=speed, holds=True), now=lambda: today)
    assert told.count("the gun") == 1
