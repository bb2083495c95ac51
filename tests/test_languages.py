"""The same race in every language that devices speak, each over the connection that it comes by."""

import asyncio
import os
import pty
import random
import tty
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from lastlap.capture import Capture
from lastlap.events import (
    GunFired,
    MeetOpened,
    OrderRead,
    Passing,
    RacePlanned,
    StartListPosted,
    TransponderAssigned,
)
from lastlap.inbox import replayed, wall_of
from lastlap.log import Draft, Meet
from lastlap.ranking import standings
from lastlap.rulebook import Rulebook
from lastlap.startlist import Skater, Starter
from lastlap.times import SECOND, Duration, Instant, between, cut
from lastlap.timing import alge, mylaps, raceresult
from lastlap.timing.box import Story, made_up
from lastlap.timing.devices import parse_device
from lastlap.timing.link import Patience
from lastlap.timing.lynx import EventId, Lif, lif_text
from lastlap.timing.p3 import P3
from lastlap.timing.p98 import P98
from lastlap.timing.raw import read_raw
from lastlap.timing.rmonitor import Bare, Competitor, Crossing, Flag, Heartbeat, Seconds, encode
from lastlap.timing.table import passings_table
from story import RULES

GUN = Instant(1_800_000_000 * SECOND)
WALL = wall_of(60, GUN)
QUICK = Patience(first=0.001, longest=0.01, dead=0.0)
RACE = Rulebook(name="six", title="Six laps", laps=6, sprints=RULES.sprints)
CODES = {bib: (str(5000 + 2 * bib), str(5001 + 2 * bib)) for bib in range(1, 7)}
STARTERS = tuple(Starter(bib, Skater(f"s{bib}", f"Skater {bib}", "NED"), worn) for bib, worn in CODES.items())


def skated() -> Story:
    """A race of six over six laps, in whole milliseconds, as some languages tell no more."""
    story = made_up(STARTERS, 6, (2, 4), GUN, random.Random(4))
    return Story(story.gun, tuple(in_milliseconds(one) for one in story.passings), STARTERS)


def in_milliseconds(passing: Passing) -> Passing:
    """The passing, its time cut."""
    return msgspec.structs.replace(passing, at=Instant(GUN + cut(between(GUN, passing.at), 3)))


def numbered() -> list[Passing]:
    """The passings as a device counts them."""
    return [msgspec.structs.replace(one, number=n) for n, one in enumerate(skated().passings, 1)]


def firsts() -> list[tuple[int, Passing]]:
    """One passing a crossing, with the bib, as devices tell them that know numbers."""
    owner = {codes[0]: bib for bib, codes in CODES.items()}
    return [(owner[one.transponder], one) for one in skated().passings if one.transponder in owner]


def meet_at(path: Path) -> Meet:
    """A meet with one race, started by a gun."""
    meet = Meet.create(path)
    meet.append(MeetOpened("Night", utc_offset=60))
    meet.append_all(
        Draft(event, "final")
        for event in (
            RacePlanned("w", "final", "Women, final", RACE),
            StartListPosted(STARTERS),
            GunFired(GUN),
        )
    )
    return meet


async def captured(
    meet: Meet,
    device: str,
    is_enough: Callable[[], bool],
    meanwhile: Callable[[Capture], Awaitable[None]] | None = None,
) -> None:
    """Run the capture of one device until the log has enough; the day is that of the race."""
    raw = meet.path.with_suffix(".raw")
    capture = Capture(meet, "final", [parse_device(device)], raw, patience=QUICK, now=lambda: GUN)
    running = asyncio.ensure_future(capture.run())
    try:
        async with asyncio.timeout(30):
            if meanwhile:
                await meanwhile(capture)
            await capture.until(is_enough)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def told(meet: Meet, kind: type = Passing) -> int:
    """How many passings, or events of another kind, the log has."""
    return sum(isinstance(record.event, kind) for record in meet.records())


@asynccontextmanager
async def speaking(words: Iterable[bytes]) -> AsyncIterator[int]:
    """A device on TCP that says these *words* to whoever connects; its port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(words))
        await reader.read()
        writer.close()
        left.set()

    left = asyncio.Event()
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await left.wait()


def p98_words() -> list[bytes]:
    """P98 counts the seconds since it was switched on, here at the gun's own zero."""
    return [P98.encode(one) for one in numbered()]


def rmonitor_words() -> list[bytes]:
    """A feed names registrations, and times since its start."""
    who = [Competitor(f"R{bib}", str(bib), Bare(""), "A", "B", "NED", Bare("1")) for bib in CODES]
    of_day = Duration((GUN + 3_600 * SECOND) % (24 * 3_600 * SECOND) + 2 * SECOND)
    beat = Heartbeat(6, Seconds(Duration(0)), Seconds(of_day), Seconds(Duration(2 * SECOND)), Flag("Green"))
    crossed = [Crossing(f"R{bib}", Duration(0), between(GUN, one.at)) for bib, one in firsts()]
    return [encode([*who, beat, *crossed])]


TCP: dict[str, Callable[[], list[bytes]]] = {
    "p3": lambda: [P3.encode(one) for one in numbered()],
    "p98": p98_words,
    "rmonitor": rmonitor_words,
    "raceresult": lambda: [raceresult.encode(one, WALL) for one in numbered()],
    "alge": lambda: [
        alge.encode(msgspec.structs.replace(one, transponder=str(bib)), WALL, "C1") for bib, one in firsts()
    ],
    "csv": lambda: [passings_table(numbered()).encode()],
}
"""What each language says of the race; those that a device on TCP, a serial server or a file may speak."""


def reference(tmp_path: Path) -> Meet:
    """The race as its passings stand in the log, without any device."""
    meet = meet_at(tmp_path / "reference.meet")
    meet.append_all(Draft(one, "final") for one in skated().passings)
    return meet


def places(meet: Meet) -> list[tuple[int, int, int, int | None]]:
    """Bib, total, laps and time in milliseconds, in rank order."""
    return [
        (one.score.bib, one.score.total, one.score.laps, one.score.time and one.score.time // 1_000)
        for one in standings(meet.race("final"))
    ]


def again(meet: Meet, device: str, path: Path) -> Meet:
    """The meet that the raw bytes of the first give."""
    other = meet_at(path)
    raw = read_raw(meet.path.with_suffix(".raw"))
    other.append_all(replayed(raw, [parse_device(device)], "final", utc_offset=60, races=other.races))
    return other


def number_of(language: str) -> int:
    """How many passings the language tells: one a crossing, or one a transponder."""
    return len(firsts()) if language in ("rmonitor", "alge") else len(skated().passings)


@pytest.mark.parametrize("language", TCP)
def test_a_race_in_each_language(language: str, tmp_path: Path) -> None:
    """Over TCP, each gives the same standings, and its raw bytes give them again."""
    meet = meet_at(tmp_path / "night.meet")
    enough = number_of(language)

    async def night() -> str:
        async with speaking(TCP[language]()) as port:
            device = f"box={language}+tcp://127.0.0.1:{port}"
            await captured(meet, device, lambda: told(meet) == enough)
            return device

    device = asyncio.run(night())
    if language == "p98":  # its zero is only as good as the arrival of its first passing
        assert [row[:3] for row in places(meet)] == [row[:3] for row in places(reference(tmp_path))]
    else:
        assert places(meet) == places(reference(tmp_path))
    assert places(again(meet, device, tmp_path / "again.meet")) == places(meet)


@pytest.mark.parametrize("language", ["tands", "tands1"])
def test_timing_and_scoring_calls_us(language: str, tmp_path: Path) -> None:
    """It is answered only when its passings are on the disk; what it sends again lands once."""
    meet = meet_at(tmp_path / "night.meet")
    write, ends = (mylaps.handed_over, b"AckPassing") if language == "tands" else (mylaps.store, b"AckStore")
    batches = [numbered()[at : at + 20] for at in range(0, len(numbered()), 20)]
    on_disk: list[tuple[int, int]] = []

    async def program(port: int) -> None:
        reader, writer = await connected(port)
        writer.write(mylaps.message("Finish", "Pong"))
        for number, batch in enumerate([*batches, batches[0]], 1):
            writer.write(write("Finish", batch, number, WALL))
            while True:
                answer = await reader.readuntil(b"@$")
                if ends in answer:
                    break
            on_disk.append((told(meet), min(20 * number, len(numbered()))))
        writer.close()

    async def night() -> str:
        port = free_port()
        device = f"box={language}+listen://127.0.0.1:{port}"
        calling = asyncio.ensure_future(program(port))
        await captured(meet, device, calling.done)
        await calling
        return device

    device = asyncio.run(night())
    assert all(stored == sent for stored, sent in on_disk)
    assert places(meet) == places(reference(tmp_path))
    assert places(again(meet, device, tmp_path / "again.meet")) == places(meet)


def free_port() -> int:
    """A port that is free just now."""
    import socket  # noqa: PLC0415 - only here

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to whoever is about to listen there."""
    for _ in range(2_000):
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.005)
    message = f"nobody listens on {port}"
    raise AssertionError(message)


def test_who_calls_last_is_listened_to(tmp_path: Path) -> None:
    """A program whose line was cut calls again while the old connection still looks alive."""
    meet = meet_at(tmp_path / "night.meet")

    async def program(port: int) -> None:
        _, old = await connected(port)
        old.write(mylaps.message("Finish", "Pong"))
        await old.drain()
        reader, new = await connected(port)
        new.write(mylaps.handed_over("Finish", numbered()[:3], 1, WALL))
        await reader.readuntil(b"@$")
        new.close()
        old.close()

    port = free_port()
    device = f"box=tands+listen://127.0.0.1:{port}"
    asyncio.run(captured(meet, device, lambda: told(meet) == 3, lambda _: program(port)))


# Photo finish


def lif(lap: int, *order: int, event: int = 1) -> str:
    """A result file, with a time for everybody."""
    times = {bib: Duration((30 * lap + place) * SECOND) for place, bib in enumerate(order)}
    return lif_text(Lif(EventId(event, 1, lap), "Women, final", order, times))


def orders(meet: Meet) -> list[OrderRead]:
    """The orders in the log."""
    return [record.event for record in meet.records("final") if isinstance(record.event, OrderRead)]


def watched(tmp_path: Path, language: str, *files: tuple[str, str], enough: int) -> Meet:
    """The meet after these files have been put into the folder, one after the other was read."""
    meet, folder = meet_at(tmp_path / "night.meet"), tmp_path / "results"
    folder.mkdir(exist_ok=True)

    async def operator(capture: Capture) -> None:
        for count, (name, text) in enumerate(files, 1):
            (folder / name).write_text(text, newline="")
            await capture.until(lambda count=count: told(meet, OrderRead) >= count)  # type: ignore[misc]

    device = f"photo={language}+folder:{folder}"
    asyncio.run(captured(meet, device, lambda: told(meet, OrderRead) == enough, operator))
    return meet


def test_a_photo_finish_reads_orders(tmp_path: Path) -> None:
    """Each file is the order of a lap; the times stay the transponders'."""
    meet = watched(tmp_path, "lynx", ("s1.lif", lif(2, 3, 1, 2)), ("finish.lif", lif(6, 6, 5, 4)), enough=2)
    assert orders(meet) == [OrderRead(2, (3, 1, 2)), OrderRead(6, (6, 5, 4))]
    assert meet.race("final").order(6, 3) == (6, 5, 4)


def test_a_photo_finish_may_tell_times_too(tmp_path: Path) -> None:
    """As the operator says, by the name of the language."""
    meet = watched(tmp_path, "lynx-times", ("finish.lif", lif(6, 6, 5)), enough=1)
    assert orders(meet)[0].times == {6: 180 * SECOND, 5: 181 * SECOND}


def test_a_reading_that_changes_replaces_the_earlier(tmp_path: Path) -> None:
    """The operator looked again; the file is read anew."""
    meet = watched(tmp_path, "lynx", ("s1.lif", lif(2, 3, 1, 2)), ("s1.lif", lif(2, 1, 3, 2)), enough=2)
    assert meet.race("final").read(2) == (1, 3, 2)


def test_a_restart_does_not_read_again_what_is_known(tmp_path: Path) -> None:
    """Else it would overrule a judge who has spoken since."""
    meet = watched(tmp_path, "lynx", ("s1.lif", lif(2, 3, 1, 2)), enough=1)
    meet.append(OrderRead(2, (1, 2, 3), read_by="judge"), race="final", by="referee")
    (tmp_path / "results" / "s2.lif").write_text(lif(4, 5, 6), newline="")
    device = f"photo=lynx+folder:{tmp_path / 'results'}"
    asyncio.run(captured(meet, device, lambda: any(one.lap == 4 for one in orders(meet))))
    assert meet.race("final").read(2) == (1, 2, 3)


def test_a_reading_of_no_race_is_reported(tmp_path: Path) -> None:
    """Event 7, where the meet has one race."""
    device = parse_device("photo=lynx+folder:results")
    chunk = lif(2, 1, 2, event=7).encode()
    from lastlap.inbox import Inbox  # noqa: PLC0415 - only here

    (draft,) = Inbox(device, "final", races=lambda: ("final",)).hear(chunk, GUN).drafts
    assert "a reading of event 7, but the meet has 1 races" in getattr(draft.event, "says", "")
    assert not (tmp_path / "results").exists()


# Lines of other kinds


def test_a_serial_line(tmp_path: Path) -> None:
    """Alge on a serial port, here a pair of pseudo terminals."""
    ours, theirs = pty.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    meet = meet_at(tmp_path / "night.meet")

    def timy() -> None:
        """Says all that it has, once it has been told how."""
        heard = b""
        while alge.command("PRE4") not in heard:
            heard += os.read(ours, 100)
        said = b"".join(TCP["alge"]())
        while said:
            said = said[os.write(ours, said) :]

    async def operator(_: Capture) -> None:
        await asyncio.get_running_loop().run_in_executor(None, timy)

    device = f"timy=alge+serial:{os.ttyname(theirs)}@38400"
    asyncio.run(captured(meet, device, lambda: told(meet) == len(firsts()), operator))
    os.close(ours)
    os.close(theirs)
    assert places(meet) == places(reference(tmp_path))


def test_a_table_that_grows(tmp_path: Path) -> None:
    """Some program appends lines to a file; its headings come first."""
    meet, table = meet_at(tmp_path / "night.meet"), tmp_path / "passings.csv"
    lines = passings_table(numbered()).splitlines(keepends=True)
    table.write_text("".join(lines[:10]), newline="")

    async def program(capture: Capture) -> None:
        await capture.until(lambda: told(meet) == 9)
        with table.open("a", newline="") as file:
            file.writelines(lines[10:])

    asyncio.run(captured(meet, f"box=csv+file:{table}", lambda: told(meet) == len(numbered()), program))
    assert places(meet) == places(reference(tmp_path))


def test_two_devices_at_two_loops(tmp_path: Path) -> None:
    """A second box half way round ends no lap, and loses nothing."""
    meet = meet_at(tmp_path / "night.meet")

    async def night() -> None:
        async with speaking(TCP["p3"]()) as finish, speaking(TCP["p3"]()) as back:
            devices = [
                parse_device(text)
                for text in (f"box=tcp://127.0.0.1:{finish}", f"back@200m=tcp://127.0.0.1:{back}")
            ]
            capture = Capture(meet, "final", devices, tmp_path / "night.raw", patience=QUICK, now=lambda: GUN)
            running = asyncio.ensure_future(capture.run())
            await asyncio.wait_for(capture.until(lambda: told(meet) == 2 * len(numbered())), 30)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(night())
    assert {record.event.loop for record in meet.records() if isinstance(record.event, Passing)} == {
        "FIN",
        "200m",
    }
    assert places(meet) == places(reference(tmp_path))


def test_a_transponder_assigned_late_finds_its_past(tmp_path: Path) -> None:
    """Skater 3 wears spare 9001 that nobody wrote down; one word after the race puts all laps right."""
    spare = [
        msgspec.structs.replace(one, transponder="9001") if one.transponder in CODES[3] else one
        for one in numbered()
    ]
    meet = meet_at(tmp_path / "night.meet")

    async def night() -> None:
        async with speaking([P3.encode(one) for one in spare]) as port:
            await captured(meet, f"box=tcp://127.0.0.1:{port}", lambda: told(meet) == len(spare))

    asyncio.run(night())
    assert meet.race("final").rides[3].done == 0
    meet.append(TransponderAssigned("9001", 3), race="final")
    assert places(meet) == places(reference(tmp_path))


def test_a_transponder_swapped_in_mid_race(tmp_path: Path) -> None:
    """After lap 3 skater 3 goes on with a spare: said late, with the moment, both halves are hers."""
    half = Instant(GUN + 100 * SECOND)
    worn = [
        msgspec.structs.replace(one, transponder="9001")
        if one.transponder in CODES[3] and one.at > half
        else one
        for one in numbered()
    ]
    meet = meet_at(tmp_path / "night.meet")

    async def night() -> None:
        async with speaking([P3.encode(one) for one in worn]) as port:
            await captured(meet, f"box=tcp://127.0.0.1:{port}", lambda: told(meet) == len(worn))

    asyncio.run(night())
    meet.append(TransponderAssigned("9001", 3, since=half), race="final")
    assert places(meet) == places(reference(tmp_path))
