"""A race for scoreboards: what boards are told, live, by TCP."""

import asyncio
from collections.abc import Callable

import pytest

from lastlap.errors import InputError
from lastlap.events import Event, GunFired, MeetOpened, Passing, RacePlanned, Record, StartListPosted
from lastlap.inbox import wall_of
from lastlap.race import Race, replay
from lastlap.times import SECOND, Instant
from lastlap.timing.relay import Relay
from lastlap.timing.rmonitor import Cleared, Competitor, Crossing, Heartbeat, Place, RMonitor, parse_line
from story import rules, starter

GUN = Instant(1_800_000_000 * SECOND)
NIGHT = MeetOpened("Night", "The Oval", utc_offset=60)


def race_of(*passings: Passing) -> Race:
    """A race of two over three laps, with these passings."""
    plan = RacePlanned("w", "final", "Women, final", rules("laps 3; sprint 3: 60 40 20"))
    events: list[Event] = [plan, StartListPosted((starter(1), starter(2))), GunFired(GUN), *passings]
    return replay(Record(number, event, "final") for number, event in enumerate(events, 1))


def crossing(seconds: int, bib: int) -> Passing:
    """A passing of *bib* so many seconds after the gun."""
    return Passing(Instant(GUN + seconds * SECOND), f"T{bib}")


def relay_of(race: Callable[[], Race]) -> Relay:
    """A relay at a rink one hour ahead of UTC."""
    return Relay(race, NIGHT, wall_of(60, GUN), lambda: Instant(GUN + 40 * SECOND))


async def lines(reader: asyncio.StreamReader, until: type) -> list[object]:
    """What a board is told, up to the first line of a kind."""
    told: list[object] = []
    while not told or not isinstance(told[-1], until):
        told.append(parse_line((await asyncio.wait_for(reader.readline(), 10)).decode("latin-1").strip()))
    return told


def test_who_connects_is_told_all_that_there_is() -> None:
    """Cleared, then who skates and where they stand, then the clocks."""

    async def board() -> list[object]:
        async with relay_of(lambda: race_of(crossing(31, 1))).serve("127.0.0.1", 0) as relay:
            reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
            told = await lines(reader, Heartbeat)
            writer.close()
            return told

    told = asyncio.run(board())
    assert isinstance(told[0], Cleared)
    assert {one.number for one in told if isinstance(one, Competitor)} == {"1", "2"}
    assert [one.registration for one in told if isinstance(one, Place)] == ["1", "2"]
    assert isinstance(told[-1], Heartbeat)
    assert (told[-1].laps_to_go, told[-1].flag) == (2, "Green")


def test_a_passing_is_told_once() -> None:
    """To everybody who is there; another program's reader understands it."""
    passings = [crossing(31, 1)]
    race = race_of(*passings)

    async def boards() -> list[list[object]]:
        async with relay_of(lambda: race).serve("127.0.0.1", 0) as relay:
            ends = [await asyncio.open_connection("127.0.0.1", relay.port) for _ in range(2)]
            for reader, _ in ends:
                await lines(reader, Heartbeat)
            race.tell(Record(5, crossing(32, 2), "final"))
            told = [await lines(reader, Crossing) for reader, _ in ends]
            for _, writer in ends:
                writer.close()
            return told

    for told in asyncio.run(boards()):
        last = told[-1]
        assert isinstance(last, Crossing)
        assert (last.registration, last.total) == ("2", 32 * SECOND)


def test_another_race_clears_the_boards() -> None:
    """The devices write into the next race: boards start anew."""
    races = [race_of(crossing(31, 1)), race_of()]

    async def board() -> list[object]:
        async with relay_of(lambda: races[0]).serve("127.0.0.1", 0) as relay:
            reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
            await lines(reader, Heartbeat)
            races.pop(0)
            told = await lines(reader, Cleared)
            writer.close()
            return told

    assert isinstance(asyncio.run(board())[-1], Cleared)


def test_our_own_reader_makes_the_same_race_of_it() -> None:
    """What goes out as RMonitor comes in again as the same passings."""
    race = race_of(crossing(31, 1), crossing(32, 2))

    async def heard() -> bytes:
        async with relay_of(lambda: race).serve("127.0.0.1", 0) as relay:
            reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
            await lines(reader, Heartbeat)
            race.tell(Record(6, crossing(62, 1), "final"))
            data = await asyncio.wait_for(reader.readuntil(b"$J"), 10) + await reader.readline()
            writer.close()
            return data

    words = RMonitor(wall_of(60, GUN), start=GUN).receive(asyncio.run(heard()))
    assert [word for word in words if isinstance(word, Passing)] == [Passing(Instant(GUN + 62 * SECOND), "1")]


def test_who_has_left_is_forgotten() -> None:
    """Boards come and go; a port that is taken is said in a sentence."""

    async def night() -> None:
        async with relay_of(race_of).serve("127.0.0.1", 0) as relay:
            reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
            await lines(reader, Heartbeat)
            assert relay.clients == 1
            with pytest.raises(InputError, match=r"nobody can listen on 127\.0\.0\.1"):
                async with relay_of(race_of).serve("127.0.0.1", relay.port):
                    pass
            writer.close()
            await writer.wait_closed()

    asyncio.run(night())
