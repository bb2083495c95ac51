"""Where the server is wired together: routes, uvicorn, devices, log; it starts, runs, and stops politely."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lastlap.capture import Capture
from lastlap.errors import InputError, LastlapError, MeetError
from lastlap.live.access import Refused, Visitor
from lastlap.live.accounts import Accounts, accounts_path, new_code
from lastlap.live.addresses import announced, lan_address, url_of
from lastlap.live.answers import Problem
from lastlap.live.asking import Ask, Door, body_of, redirect_to_sign_in
from lastlap.live.doors import DOORS
from lastlap.live.hall import Hall, sentence
from lastlap.live.partners import Partners
from lastlap.live.qr import qr_terminal
from lastlap.live.wire import LendingProtocol, PoliteServer
from lastlap.log import Meet, wall_clock
from lastlap.publish.odf import Settings
from lastlap.timing.devices import Device
from lastlap.timing.link import Patience

_LOG = logging.getLogger("lastlap.live")

_GRACE = 5
"""Seconds that requests which are being answered have when the server stops."""

_LOOK = 0.5
"""Seconds between two looks at how the devices are."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
)
"""No inline code, nothing from elsewhere."""

_ON_PAPER = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; object-src 'self'; base-uri 'none'; "
"""A sheet brings its style with it, and runs nothing; a browser shows a PDF as an object."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


ANYWHERE = "0.0.0.0"  # noqa: S104 - phones in the hall are to reach it
"""The host by which everybody in the network can come in."""


class Serving(msgspec.Struct, frozen=True):
    """What is served, where and how."""

    host: str = ANYWHERE
    port: int = 8080
    """0 takes any that is free."""
    devices: tuple[Device, ...] = ()
    bearer: str = ""
    """A token with the referee's role, for scripts."""
    cert: Path | None = None
    key: Path | None = None
    trusts_box: bool = False
    patience: Patience = Patience()
    odf: Path | None = None
    """The folder for the feed of partners; none, if there is to be no feed."""
    odf_settings: Settings = Settings()


def app(hall: Hall) -> ASGIApp:
    """The routes of *hall* as an ASGI application."""
    routes = [Route(door.path, _endpoint(hall, door), methods=[door.method]) for door in DOORS]
    handlers = {HTTPException: _no_door, 500: _broken}
    return Outside(Starlette(routes=routes, exception_handlers=handlers), hall)


def _endpoint(hall: Hall, door: Door) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        visitor = hall.keeper.visitor(request)
        try:
            hall.keeper.admit(request, visitor, door.who)
            body = await body_of(request) if request.method in ("POST", "PUT", "DELETE") else b""
            return await door.answered_by(Ask(hall, request, visitor, body))
        except Refused as refused:
            if refused.status == 401 and door.is_page:  # noqa: PLR2004 - not signed in
                return redirect_to_sign_in(request)
            return problem(refused.status, refused.says, refused.headers)
        except LastlapError as error:
            return problem(_status(error), sentence(error))

    return endpoint


def _status(error: LastlapError) -> int:
    """The HTTP status that says what kind of trouble it is."""
    if isinstance(error, MeetError):
        return 503
    return 400 if isinstance(error, InputError) else 409


def problem(status: int, says: str, headers: object = None) -> Response:
    """Why something was not done, as JSON."""
    further = dict(headers) if isinstance(headers, dict) else {}
    return Response(
        msgspec.json.encode(Problem(says)),
        status,
        {"Cache-Control": "no-store", **further},
        "application/json",
    )


async def _no_door(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    words = {
        404: "there is nothing here: see /api/openapi.json for what there is",
        405: "that cannot be done here",
    }
    return problem(status, words.get(status, "that cannot be done"), headers)


async def _broken(_request: Request, _error: Exception) -> Response:
    return problem(
        500, "the server made a mistake, which stands in its log: try again, and tell the timekeeper"
    )


class Outside:
    """Round everything: headers that keep browsers from harm, a count and a line in the log for each answer."""

    def __init__(self, inner: ASGIApp, hall: Hall) -> None:
        self._inner = inner
        self._site = hall

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands over to the application."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._site.answered[message["status"]] += 1
                _protect(MutableHeaders(scope=message), scope)
                _tell(scope, message["status"])
            await send(message)

        await self._inner(scope, receive, sending)


def _protect(headers: MutableHeaders, scope: Scope) -> None:
    for name, value in _HEADERS.items():
        headers[name] = value
    # An overlay is shown inside other programs' pages; nothing can be pressed on it.
    ancestors = "*" if scope["path"].startswith("/overlay") else "'self'"
    policy = _ON_PAPER if scope["path"].startswith("/sheets/") else _POLICY
    headers["Content-Security-Policy"] = f"{policy}frame-ancestors {ancestors}"
    if scope["scheme"] == "https":
        headers["Strict-Transport-Security"] = "max-age=86400"


_QUIET = ("/static/", "/healthz", "/metrics", "/api/now")
"""What is asked so often that only trouble with it is worth a line."""


def _tell(scope: Scope, status: int) -> None:
    path, bad = scope["path"], 400
    if path.startswith(_QUIET) and status < bad:
        return
    # The token of an invite is a secret until it is used, so it stays out of the log.
    shown = "/join/..." if path.startswith("/join/") else path
    client = scope.get("client")
    _LOG.info(
        "answered",
        extra={
            "fields": {
                "method": scope["method"],
                "path": shown,
                "status": status,
                "client": client[0] if client else "",
            }
        },
    )


# Running


@asynccontextmanager
async def running(hall: Hall, serving: Serving) -> AsyncIterator[int]:
    """The hall, served for as long as the `async with` lasts; gives the port.

    Raises `InputError` if nobody can listen there, or the certificate cannot be used.
    """
    server = PoliteServer(_config(app(hall), serving), partial(_end_streams, hall))
    sock = _listening(server.config)
    hall.follow()
    async with AsyncExitStack() as held:
        held.callback(sock.close)
        if serving.devices:
            _begin(await _capture(hall, serving), held)
        if serving.odf is not None:
            hall.partners = Partners(hall.meet, serving.odf, serving.odf_settings, hall.now)
            hall.partners.changed = hall.change_all
            hall.partners.start()
            held.push_async_callback(hall.partners.close)
        _begin(hall.hub.keep_alive(), held)
        _begin(_watch_devices(hall), held)
        serve = asyncio.create_task(server.serve(sockets=[sock]))
        held.push_async_callback(_stopped, server, serve)
        while not server.started and not serve.done():  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(0.01)
        yield int(sock.getsockname()[1])


async def _end_streams(hall: Hall) -> None:
    if hall.partners is not None:
        hall.partners.end_streams()
    await hall.hub.close()


async def _stopped(server: PoliteServer, serve: asyncio.Task[None]) -> None:
    server.should_exit = True
    await serve


def _begin(work: Coroutine[None, None, None], held: AsyncExitStack) -> None:
    """Does *work* beside all else, for as long as *held* is."""
    held.push_async_callback(_ended, asyncio.create_task(work))


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _capture(hall: Hall, serving: Serving) -> Coroutine[None, None, None]:
    """Devices write into the race that was armed last, or the one to look at if none was."""
    armed = hall.rink.armed or hall.rink.current
    if armed is not None and hall.rink.armed is None:
        await hall.arm(armed, Visitor())
    raw = hall.meet.path.with_suffix(".raw")
    hall.capture = Capture(
        hall.meet,
        armed,
        serving.devices,
        raw,
        trusts_box=serving.trusts_box,
        patience=serving.patience,
        now=hall.now,
    )
    return hall.capture.run()


async def _watch_devices(hall: Hall) -> None:
    """Shows on the desks whenever the state of a device or of the disk changes."""
    known: tuple[object, ...] = ()
    while True:
        shown = (hall.disk, *((device.name, device.word) for device in hall.devices))
        if shown != known:
            known = shown
            hall.change_all()
        await asyncio.sleep(_LOOK)


def _config(application: ASGIApp, serving: Serving) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        host=serving.host,
        port=serving.port,
        http=LendingProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        # Only a proxy on this very machine is believed when it says who asks, and how.
        proxy_headers=True,
        forwarded_allow_ips=["127.0.0.1", "::1"],
        backlog=4096,
        timeout_graceful_shutdown=_GRACE,
        ssl_certfile=serving.cert,
        ssl_keyfile=serving.key,
    )


def _listening(config: uvicorn.Config) -> socket.socket:
    """A socket on which the server listens; `InputError` if that cannot be."""
    try:
        config.load()
    except OSError as error:
        message = (
            f"{config.ssl_certfile} and {config.ssl_keyfile} are no certificate with its key: {_why(error)}"
        )
        raise InputError(message) from error
    sock = socket.socket(socket.AF_INET6 if ":" in config.host else socket.AF_INET)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((config.host, config.port))
        sock.listen(config.backlog)
    except (OSError, OverflowError) as error:
        sock.close()
        message = f"nobody can listen on {config.host}, port {config.port}: {_why(error)}; choose another with --port"
        raise InputError(message) from error
    return sock


def _why(error: Exception) -> str:
    """What the system says, without its number."""
    return (getattr(error, "strerror", None) or str(error)).lower()


Tell = Callable[[str], None]
"""Who is given what the people at the terminal should read."""


async def serve(meet: Meet, serving: Serving, tell: Tell) -> None:
    """Serves *meet* until the program is asked to end, by Ctrl-C or SIGTERM."""
    with Accounts.open(accounts_path(meet.path), wall_clock) as accounts:
        hall = Hall(meet, accounts, wall_clock, serving.bearer)
        async with running(hall, serving) as port, found(hall, serving, port, tell):
            await asked_to_end()
            tell("Stopping: what was said is on the disk.")


@asynccontextmanager
async def found(hall: Hall, serving: Serving, port: int, tell: Tell) -> AsyncIterator[None]:
    """Says where the server is, and how the first referee signs in."""
    host, secure = lan_address(serving.host), serving.cert is not None
    url = url_of(host, port, secure=secure)
    if not hall.accounts.is_claimed:
        hall.code = new_code()
    async with announced(host, port, secure=secure) as name:
        tell("\n".join(_words(hall, url, f"http{'s' if secure else ''}://{name}:{port}" if name else "")))
        yield


def _words(hall: Hall, url: str, by_name: str) -> Iterator[str]:
    yield f"{hall.rink.opened.name} is live:"
    yield f"  spectators   {url}/"
    yield f"  officials    {url}/desk"
    yield f"  scoreboard   {url}/scoreboard"
    yield f"  announcer    {url}/announcer"
    yield f"  broadcast    {url}/overlay"
    if by_name:
        yield f"  by name      {by_name}/"
    yield qr_terminal(f"{url}/")
    if hall.code:
        yield f"First of all the referee signs in, once, at {url}/sign-in with the code {hall.code}"
    yield "Ctrl-C ends it."


async def asked_to_end() -> None:
    """Waits until the program is asked to end, by Ctrl-C or SIGTERM."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    await asked.wait()
