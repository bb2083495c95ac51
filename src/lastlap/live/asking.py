"""What every route is given and gives: a request with all that is needed to answer it, and the ways to answer."""

from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

import brotli  # type: ignore[import-untyped] # it has no types
import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from lastlap.competition import Competition
from lastlap.live.access import Open, Refused, Visitor
from lastlap.live.hall import Hall
from lastlap.live.hub import Channel, Frame, Hub
from lastlap.live.wire import transport_of

MOST = 64 * 1024
"""No body of a request is longer, in bytes."""

_WORTH_IT = 1_024
"""Shorter answers are not compressed."""

T = TypeVar("T")


class Ask(NamedTuple):
    """A request with all that is needed to answer it."""

    hall: Hall
    request: Request
    visitor: Visitor
    body: bytes

    def told(self, kind: type[T]) -> T:
        """The body as a *kind*; raises `Refused` with a sentence if it is none."""
        if "json" not in self.request.headers.get("content-type", ""):
            raise Refused(415, "send JSON, with the header Content-Type: application/json")
        return _as(kind, self.body)

    @property
    def race(self) -> str:
        """The race that the address names; raises `Refused` if there is none."""
        name: str = self.request.path_params["race"]
        if not self.hall.rink.has(name):
            raise Refused(404, f"there is no race {name[:60]!r} at this meet")
        return name

    @property
    def competition(self) -> Competition:
        """The competition that the address names; raises `Refused` if there is none."""
        known = self.hall.rink.competitions
        found = known.get(self.request.path_params["competition"])
        if found is None:
            raise Refused(404, f"there is no such competition: there are {', '.join(known) or 'none yet'}")
        return found


def _as(kind: type[T], body: bytes) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise Refused(400, f"that cannot be understood: {str(error)[:300]}") from error


# Answers


def answer(ask: Ask, value: object, status: int = 200, *, etag: str = "") -> Response:
    """*value* as JSON."""
    return as_json(ask.request, msgspec.json.encode(value), status, etag)


def as_json(request: Request, body: bytes, status: int = 200, etag: str = "") -> Response:
    """*body*, which is JSON, as an answer that nobody keeps unless it has an ETag to ask by."""
    headers = {"Cache-Control": "no-cache" if etag else "no-store"}
    return content(request, body, "application/json", {"ETag": etag, **headers} if etag else headers, status)


def content(
    request: Request, body: bytes, kind: str, headers: Mapping[str, str], status: int = 200
) -> Response:
    """An answer: short where the client has it already, compressed where that pays."""
    etag = headers.get("ETag")
    if etag and _has(request, etag):
        return Response(status_code=304, headers=dict(headers))
    sent = dict(headers)
    if len(body) >= _WORTH_IT:
        sent["Vary"] = "Accept-Encoding"
        if "br" in request.headers.get("accept-encoding", ""):
            body, sent["Content-Encoding"] = _squeezed(body), "br"
    return Response(body, status, sent, kind)


def _has(request: Request, etag: str) -> bool:
    """Whether the client has what *etag* stands for."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in known.split(","))


@lru_cache(128)
def _squeezed(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=5))


class Streaming(Response):
    """A stream of a channel's frames, written by the hub straight to the transport."""

    def __init__(self, hub: Hub, channel: Channel, who: str) -> None:
        super().__init__(
            media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        del self.headers["content-length"]
        self._hub, self._channel, self._who = hub, channel, who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers with the head, then leaves the rest to the hub until the client has gone."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        stream = self._hub.watch(self._channel, transport_of(scope), self._who)
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self._channel.leave(stream)


def framed(ask: Ask, frame: Frame) -> Response:
    """A channel's frame as an answer, with its version as the ETag."""
    return as_json(ask.request, frame.body, etag=f'"{frame.version}"')


class Door(NamedTuple):
    """One route."""

    method: str
    path: str
    who: Open
    answered_by: Callable[[Ask], Awaitable[Response]]
    answers: Any = None
    """The type of the answer's JSON; `None` for what is no JSON."""
    asks: Any = None
    """The type of the body's JSON."""

    @property
    def is_page(self) -> bool:
        """Whether a person sees it, who would rather be led to the page where one signs in."""
        return not self.path.startswith(("/api/", "/healthz", "/metrics", "/static/"))


async def body_of(request: Request) -> bytes:
    """The whole body of a request; raises `Refused` if it is too long."""
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > MOST:
                raise Refused(
                    413, f"that is more than {MOST // 1024} KB: send less at once", {"Connection": "close"}
                )
    except ClientDisconnect as error:
        raise Refused(400, "the request broke off") from error
    return bytes(body)


def redirect_to_sign_in(request: Request) -> Response:
    """To the page where one signs in, and from there back."""
    return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", 303, {"Cache-Control": "no-store"})
