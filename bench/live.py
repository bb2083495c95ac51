"""How fast boards reach those who watch, and what a stream costs: server and clients on this machine.

    python bench/live.py [STREAMS ...]

The goals: whole boards of 24 skaters at 5 Hz to 1,000 streams with p50 <= 12 ms and p99 <= 40 ms,
to 5,000 with p99 <= 150 ms, to 10,000 with all of them served; at most 20 KB a stream; a stalled
reader costs nobody anything.  From a decoder's byte to 100 browsers, with the durable commit: a
passing on its own p50 <= 10 ms and p99 <= 30 ms, in a burst p99 <= 120 ms.

The clients run in a process of their own, on the same cores as the server: their reading counts.
"""

import asyncio
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import quantiles

from argon2 import PasswordHasher

from lastlap.events import GunFired, MeetOpened, Passing, RacePlanned, StartListPosted
from lastlap.live.accounts import Accounts, accounts_path
from lastlap.live.hall import Hall
from lastlap.live.server import Serving, running
from lastlap.log import Draft, Meet, wall_clock
from lastlap.rulebook import edition
from lastlap.secretary import open_meet
from lastlap.startlist import Skater, Starter
from lastlap.times import SECOND, Instant
from lastlap.timing.devices import Device
from lastlap.timing.link import parse_address
from lastlap.timing.p3 import P3

SKATERS = 24
HZ = 5
SECONDS = 10
STALLED = 5
"""So many clients read nothing at all."""

GOALS = {1_000: (12.0, 40.0), 5_000: (float("inf"), 150.0), 10_000: (float("inf"), float("inf"))}
KB_A_STREAM = 20
CONNECTING = 30
"""Seconds until all must have their first board."""

ALONE, BURST = (10.0, 30.0), 120.0
FEW, SHARE = 1_000, 0.9
"""So few streams must get that share of all boards, each of them."""

WATCHING = 100
"""So many watch while a decoder's bytes are followed to them."""

LAP = 30 * SECOND
BEGIN = Instant(1_519_473_600 * SECOND)


# The server's process


def starters() -> tuple[Starter, ...]:
    """Twenty-four skaters with names of the usual length."""
    return tuple(
        Starter(bib, Skater(f"s{bib}", f"Firstname LASTNAME-{bib:02}", "NED"), (str(1000 + bib),))
        for bib in range(1, SKATERS + 1)
    )


def a_race(path: Path) -> None:
    """A meet with one race on the ice."""
    rules = edition("isu-2024", "W")
    with Meet.create(path) as meet:
        open_meet(meet, MeetOpened("bench", lap_m=385.0), {"W": rules})
        plan = RacePlanned("women", "semi-final", "Women, semi-final 1", rules)
        meet.append_all(
            Draft(event, "w-sf1") for event in (plan, StartListPosted(starters()), GunFired(BEGIN))
        )


def passing(number: int) -> Passing:
    """The passing with that number, from 0: all skaters in turn, lap by lap."""
    lap, place = divmod(number, SKATERS)
    at = Instant(BEGIN + (lap + 1) * LAP + place * SECOND // 5)
    return Passing(at, str(1001 + place), source="box", number=number + 1, strength=120, hits=30)


async def serve(folder: Path, decoder: str, hz: float) -> None:
    """Serves a race, of which a passing is told so often, or what the *decoder* says."""
    path = folder / "bench.meet"
    a_race(path)
    devices = (Device("box", "p3", parse_address(decoder)),) if decoder else ()
    with (
        Meet.open(path, write=True) as meet,
        Accounts.open(accounts_path(path), wall_clock, PasswordHasher()) as accounts,
    ):
        hall = Hall(meet, accounts, wall_clock)
        async with running(hall, Serving("127.0.0.1", 0, devices, trusts_box=True)) as port:
            print(port, flush=True)
            end = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
            telling = asyncio.create_task(tell(hall, hz))
            await end.wait()
            telling.cancel()
            print(json.dumps({"written": hall.hub.written, "passed_over": hall.hub.passed_over}), flush=True)


async def tell(hall: Hall, hz: float) -> None:
    """Tells a passing so often, once somebody has sent the signal to begin."""
    begin = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, begin.set)
    await begin.wait()
    loop = asyncio.get_running_loop()
    first = loop.time()
    for number in range(SKATERS * 16):
        await asyncio.sleep(max(0.0, first + number / hz - loop.time()))
        await hall.say(Draft(passing(number), "w-sf1", "box"))


@contextmanager
def server(decoder: str = "") -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server in a process of its own, and its port."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--server", folder, decoder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own script
            assert process.stdout is not None
            try:
                yield process, int(process.stdout.readline())
            finally:
                process.terminate()
                print(f"{'':26} the hub: {process.stdout.readline().strip()}")


def rss_kb(process: subprocess.Popen[str]) -> int:
    """The memory that a process has, in KB."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1024


# The clients' process

_REQUEST = b"GET /api/races/w-sf1/stream HTTP/1.1\r\nHost: bench\r\n\r\n"
_END = b"\n\n\r\n"


class Clients:
    """Many streams, read by one loop."""

    def __init__(self, port: int, count: int) -> None:
        self.poll = select.epoll()
        self.socks: dict[int, socket.socket] = {}
        self.heads: dict[int, bytes] = {}
        self.frames: dict[int, int] = {}
        self.taken: list[float] = []
        self._buffer = bytearray(1 << 18)
        self._view = memoryview(self._buffer)
        for number in range(count):
            self._connect(port)
            if number % 50 == 0:
                self.read(0.02)

    def _connect(self, port: int) -> None:
        sock = socket.create_connection(("127.0.0.1", port))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        sock.sendall(_REQUEST)
        sock.setblocking(False)
        self.socks[sock.fileno()] = sock
        self.frames[sock.fileno()] = 0
        self.poll.register(sock.fileno(), select.EPOLLIN)

    def read(self, seconds: float) -> None:
        """Reads whatever comes for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for number, _ in self.poll.poll(left):
                self._take(number)

    def _take(self, number: int) -> None:
        """Reads one socket; a frame is timed when its last byte is there."""
        size = self.socks[number].recv_into(self._buffer)
        assert size, "the server hung up"
        if b"now_us" not in self.heads.get(number, b""):
            self.heads[number] = self.heads.get(number, b"") + bytes(self._view[: min(size, 2_000)])
        if self._view[size - 4 : size] != _END:
            return
        now = time.time()
        head = self.heads.pop(number)
        at = head.find(b'"now_us":')
        if at < 0:
            return
        made = int(head[at + 9 : at + 25])
        self.frames[number] += 1
        self.taken.append(1e3 * (now - made / 1e6))

    def close(self) -> None:
        """Hangs up."""
        for sock in self.socks.values():
            sock.close()
        self.poll.close()


def stalled(port: int) -> list[socket.socket]:
    """Clients that ask and never read."""
    found = []
    for _ in range(STALLED):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        sock.connect(("127.0.0.1", port))
        sock.sendall(_REQUEST)
        found.append(sock)
    return found


def p50_p99(taken: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile."""
    cuts = quantiles(taken, n=100)
    return cuts[49], cuts[98]


def fan_out(count: int) -> bool:
    """Boards to *count* streams; whether the goals were met."""
    with server() as (process, port):
        before = rss_kb(process)
        clients = Clients(port, count)
        for _ in range(CONNECTING):
            clients.read(1.0)
            if all(clients.frames.values()):
                break
        first = dict(clients.frames)
        assert all(first.values()), f"{sum(not got for got in first.values())} streams got no first frame"
        memory = (rss_kb(process) - before) / count
        held = stalled(port)
        clients.taken.clear()
        process.send_signal(signal.SIGUSR1)
        clients.read(SECONDS)
        got = [clients.frames[number] - first[number] for number in clients.frames]
        clients.close()
        for sock in held:
            sock.close()
    p50, p99 = p50_p99(clients.taken)
    most = HZ * SECONDS
    print(
        f"{count:6,} streams at {HZ} Hz       p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   {memory:5.1f} KB a stream   "
        f"{sum(got) / count / most:4.0%} of the boards, at least {min(got) / most:4.0%}"
    )
    assert min(got) > 0, "a stream was not served"
    assert count > FEW or min(got) >= SHARE * most, "boards were left out"
    goal = GOALS.get(count, GOALS[10_000])
    return p50 <= goal[0] and p99 <= goal[1] and memory <= KB_A_STREAM


# From a decoder's byte to a browser


class Browser:
    """A stream, of which the version of each board is told: with each passing it grows by one."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.sock.sendall(_REQUEST)
        self.sock.setblocking(False)
        self._kept = b""
        self.first = 0
        """The version before anybody passed."""

    def boards(self) -> list[int]:
        """How many passings each board knows that has come."""
        with suppress(BlockingIOError):
            while data := self.sock.recv(1 << 18):
                self._kept += data
        *whole, self._kept = self._kept.split(_END)
        found = [int(one[one.find(b"id: ") + 4 : one.find(b"\ndata: ")]) for one in whole if b"data: " in one]
        self.first = self.first or found[0]
        return [version - self.first for version in found]


def followed(
    sent: list[float], box: socket.socket, browsers: list[Browser], waits: list[float]
) -> list[float]:
    """Sends a passing after each wait; how long the oldest of each board took, in milliseconds."""
    poll = select.epoll()
    by_number = {browser.sock.fileno(): browser for browser in browsers}
    seen = dict.fromkeys(by_number, len(sent))
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    taken: list[float] = []

    def read(until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            for number, _ in poll.poll(left):
                now = time.monotonic()
                for passings in by_number[number].boards():
                    if passings > seen[number]:
                        taken.append(1e3 * (now - sent[seen[number]]))
                        seen[number] = passings

    for wait in waits:
        sent.append(time.monotonic())
        box.sendall(P3.encode(passing(len(sent) - 1)))
        read(time.monotonic() + wait)
    read(time.monotonic() + 1.0)
    assert set(seen.values()) == {len(sent)}, "a passing did not arrive"
    poll.close()
    return taken


def to_the_browser() -> bool:
    """A passing on its own, and passings in a burst; whether the goals were met."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
    with listening, server(address) as (_process, port):
        box, _ = listening.accept()
        browsers = [Browser(port) for _ in range(WATCHING)]
        time.sleep(1.0)
        for browser in browsers:
            assert browser.boards()
        sent: list[float] = []
        alone = p50_p99(followed(sent, box, browsers, [0.25] * SKATERS * 5))
        burst = p50_p99(followed(sent, box, browsers, ([0.02] * (SKATERS - 1) + [1.0]) * 5))
        for browser in browsers:
            browser.sock.close()
        box.close()
    print(
        f"a passing on its own       p50 {alone[0]:7.1f} ms   p99 {alone[1]:7.1f} ms   byte to {WATCHING} browsers"
    )
    print(
        f"passings in a burst        p50 {burst[0]:7.1f} ms   p99 {burst[1]:7.1f} ms   the oldest of each board"
    )
    return alone[0] <= ALONE[0] and alone[1] <= ALONE[1] and burst[1] <= BURST


def main() -> None:
    """Takes all figures, or those of as many streams as are named."""
    if sys.argv[1:2] == ["--server"]:
        asyncio.run(serve(Path(sys.argv[2]), sys.argv[3], HZ))
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    wanted = [int(text) for text in sys.argv[1:]] or sorted(GOALS)
    met = [to_the_browser(), *(fan_out(count) for count in wanted)]
    print(
        f"load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {'all goals met' if all(met) else 'not all goals met'}"
    )


if __name__ == "__main__":
    main()
