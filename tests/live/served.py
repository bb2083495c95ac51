"""A real server on loopback, and clients of the standard library, for the tests of the live pages."""

import asyncio
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from argon2 import PasswordHasher

from lastlap.events import Event, MeetOpened, RacePlanned, StartListPosted
from lastlap.live.access import COOKIE
from lastlap.live.accounts import Accounts, accounts_path
from lastlap.live.hall import Hall
from lastlap.live.roles import Role
from lastlap.live.server import Serving, running
from lastlap.log import Draft, Meet, wall_clock
from lastlap.rulebook import Rulebook, edition
from lastlap.secretary import open_meet
from lastlap.startlist import Skater, Starter
from lastlap.times import Instant
from lastlap.timing.devices import Device
from lastlap.timing.link import Patience

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes that are quick to make: a test proves no PIN against a thief."""

PIN = "lap-after-lap"
PATIENCE = 20.0
"""Seconds after which a test gives up."""

_T = TypeVar("_T")


def starters(size: int = 4, name: str = "Skater") -> tuple[Starter, ...]:
    """A start list."""
    return tuple(
        Starter(bib, Skater(f"s{bib}", f"{name} {bib}", "NED"), (f"{1000 + bib}",), grid=bib)
        for bib in range(1, size + 1)
    )


def a_meet(
    path: Path,
    said: Sequence[Event] = (),
    *,
    rules: Rulebook | None = None,
    size: int = 4,
    name: str = "Skater",
) -> Path:
    """A meet with one semi-final, `w-sf1`, of which more was *said*."""
    rules = rules or edition("isu-2024", "W")
    with Meet.create(path) as meet:
        open_meet(meet, MeetOpened("A night", utc_offset=60, lap_m=385.0), {"W": rules})
        plan = RacePlanned("women", "semi-final", "Women, semi-final 1", rules)
        events = (plan, StartListPosted(starters(size, name)), *said)
        meet.append_all(Draft(event, "w-sf1", "secretary") for event in events)
    return path


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """The body."""
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """Why it was not done."""
        return str(self.json["error"])


class Client:
    """A browser without a screen: it keeps its cookie, and sends what a page of ours would."""

    def __init__(self, port: int, host: str = "127.0.0.1", secure: ssl.SSLContext | None = None) -> None:
        self.port, self.host, self.secure = port, host, secure
        self.cookie = ""
        self.csrf = ""
        self.bearer = ""

    def ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """The answer to a request; *body* is sent as JSON, or as it is if it is bytes."""
        sent = self._headers(method) | (headers or {})
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        line = self._line()
        try:
            line.request(method, path, data, {name: value for name, value in sent.items() if value})
            got = line.getresponse()
            answer = Answer(got.status, got.headers, got.read() if got.length != 0 else b"")
        finally:
            line.close()
        self._keep(answer)
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        """The answer to a GET."""
        return self.ask(
            "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        """The answer to a POST."""
        return self.ask(
            "POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )

    def say(self, race: str, event: dict[str, Any], key: str = "", query: str = "") -> Answer:
        """Posts an event."""
        return self.ask("POST", f"/api/races/{race}/events{query}", event, {"Idempotency-Key": key})

    def sign_in(self, name: str, pin: str = PIN) -> "Client":
        """Signs in, and learns what a page of ours would send with it."""
        assert self.post("/api/sign-in", {"name": name, "pin": pin}).status == 201
        self.csrf = self.get("/api/me").json["csrf"]
        return self

    def _headers(self, method: str) -> dict[str, str]:
        found = {"Cookie": f"{COOKIE}={self.cookie}" if self.cookie else ""}
        if self.bearer:
            found["Authorization"] = f"Bearer {self.bearer}"
        if method not in ("GET", "HEAD") and self.csrf:
            found["X-CSRF"] = self.csrf
        return found

    def _line(self) -> http.client.HTTPConnection:
        if self.secure is not None:
            return http.client.HTTPSConnection(self.host, self.port, timeout=PATIENCE, context=self.secure)
        return http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)

    def _keep(self, answer: Answer) -> None:
        for header in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = header.partition(";")[0].partition("=")
            if name == COOKIE:
                self.cookie = value.strip('"')

    @contextmanager
    def stream(self, path: str) -> Iterator["Events"]:
        """The frames of a stream."""
        line = self._line()
        try:
            line.request("GET", path, headers={n: v for n, v in self._headers("GET").items() if v})
            got = line.getresponse()
            assert got.status == 200, got.read()
            yield Events(got)
        finally:
            if line.sock is not None:
                line.sock.close()
            line.close()


class Events:
    """The server-sent events of an answer."""

    def __init__(self, got: http.client.HTTPResponse) -> None:
        self._got = got
        self.headers = got.headers
        self.retry: int | None = None

    def next(self) -> dict[str, Any]:
        """The next frame, with its id as `id`; raises `EOFError` if the stream has ended."""
        found: dict[str, Any] | None = None
        number = ""
        while line := self._got.readline().decode().rstrip("\n"):
            field, _, value = line.partition(": ")
            if field == "retry":
                self.retry = int(value)
            if field == "id":
                number = value
            if field == "data":
                found = json.loads(value)
        if found is not None:
            return {**found, "id": number}
        if self._got.isclosed() or self._got.peek(1) == b"":
            raise EOFError
        return self.next()

    def until(self, is_enough: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first frame that *is_enough*."""
        while not is_enough(frame := self.next()):
            pass
        return frame


class Served:
    """A server that runs in a thread of its own."""

    def __init__(self, hall: Hall, port: int, loop: asyncio.AbstractEventLoop) -> None:
        self.hall, self.port, self._loop = hall, port, loop

    def client(self, name: str = "") -> Client:
        """A new client, signed in as *name* if one is given."""
        client = Client(self.port)
        return client.sign_in(name) if name else client

    def official(self, role: Role, name: str = "") -> Client:
        """A new client of somebody in *role*."""
        name = name or f"{role} one"
        if name not in {one.name for one in self.hall.accounts.people}:
            self.hall.accounts.add(name, PIN, role)
        return self.client(name)

    def do(self, work: Callable[[], _T]) -> _T:
        """What *work* gives, done by the server's loop."""

        async def done() -> _T:
            return work()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(PATIENCE)


@contextmanager
def served(
    path: Path,
    *,
    bearer: str = "",
    devices: tuple[Device, ...] = (),
    port: int = 0,
    now: Callable[[], Instant] = wall_clock,
    code: str = "",
    serving: Serving | None = None,
) -> Iterator[Served]:
    """The meet at *path*, served on loopback as long as the `with` lasts."""
    started = threading.Event()
    found: list[Served] = []
    failed: list[BaseException] = []
    ending: list[Callable[[], object]] = []
    wanted = serving or Serving("127.0.0.1", port, devices, patience=Patience(first=0.05, longest=0.2))

    async def serve() -> None:
        end = asyncio.Event()
        loop = asyncio.get_running_loop()
        async with AsyncExitStack() as held:
            meet = held.enter_context(Meet.open(path, write=True, now=now))
            accounts = held.enter_context(Accounts.open(accounts_path(path), wall_clock, QUICK))
            hall = Hall(meet, accounts, now, bearer)
            hall.code = code
            where = await held.enter_async_context(running(hall, wanted))
            found.append(Served(hall, where, loop))
            ending.append(lambda: loop.call_soon_threadsafe(end.set))
            started.set()
            await end.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            started.set()

    thread = threading.Thread(target=run)
    thread.start()
    started.wait(PATIENCE)
    try:
        if not found:
            raise failed[0]
        yield found[0]
    finally:
        for end in ending:
            end()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as looking:
        looking.bind(("127.0.0.1", 0))
        return int(looking.getsockname()[1])


TOKEN = "a token for scripts"  # noqa: S105 - of a test
"""What a script shows to a server that runs in a process of its own."""


@contextmanager
def lastlap_serve(path: Path, port: int, box: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """`lastlap serve` in a process of its own, as an operator starts it; the decoder stands at port *box*."""
    words = f"--host 127.0.0.1 --port {port} --decoder box=tcp://127.0.0.1:{box}".split()
    command = [sys.executable, "-m", "lastlap", "serve", str(path), *words, *options]
    environment = os.environ | {"LASTLAP_TOKEN": TOKEN}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
