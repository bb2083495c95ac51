"""Every door of the server: one table of routes, each with who may come in, what it asks and what it answers."""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

import brotli  # type: ignore[import-untyped] # it has no types
import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from lastlap.competition import Competition
from lastlap.errors import LastlapError, MeetError
from lastlap.events import Event, RaceArmed, Record, RecordReinstated, RecordRetracted
from lastlap.live import answers
from lastlap.live.access import SIGNED_IN, Open, Refused, Visitor
from lastlap.live.accounts import Person
from lastlap.live.hall import Hall, discreet, sentence
from lastlap.live.hub import Channel, Frame, Hub
from lastlap.live.metrics import exposition
from lastlap.live.openapi import schema
from lastlap.live.preview import previewed
from lastlap.live.qr import qr_svg
from lastlap.live.roles import MAY, Role, forbidden
from lastlap.live.views import laps_now, rink_time
from lastlap.live.wire import transport_of
from lastlap.live.wording import says
from lastlap.log import Draft
from lastlap.refusal import refusal
from lastlap.secretary import draw_next, withdraw
from lastlap.times import Instant

PAGES = Path(__file__).parent / "pages"

MOST = 64 * 1024
"""No body of a request is longer, in bytes."""

_MOST_TAPS = 500
"""So many events of a pad's queue are taken at once."""

_WORTH_IT = 1_024
"""Shorter answers are not compressed."""

_AUDIT = 500
"""So many lines of the audit are shown."""

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


def _as(kind: type[T], body: bytes) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise Refused(400, f"that cannot be understood: {str(error)[:300]}") from error


# Answers


def answer(ask: Ask, value: object, status: int = 200, *, etag: str = "") -> Response:
    """*value* as JSON."""
    return _json(ask.request, msgspec.json.encode(value), status, etag)


def _json(request: Request, body: bytes, status: int = 200, etag: str = "") -> Response:
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


def _framed(ask: Ask, frame: Frame) -> Response:
    return _json(ask.request, frame.body, etag=f'"{frame.version}"')


# Reading


async def meet(ask: Ask) -> Response:
    """The meet, its competitions, phases and races, with their status."""
    return _framed(ask, ask.hall.meet_channel().frame)


async def meet_stream(ask: Ask) -> Response:
    """The same, whenever it changes."""
    return Streaming(ask.hall.hub, ask.hall.meet_channel(), ask.visitor.token)


async def now(ask: Ask) -> Response:
    """The meet's clock."""
    return answer(ask, answers.Now(ask.hall.now()))


async def board(ask: Ask) -> Response:
    """The board of a race; its ETag is its version."""
    return _framed(ask, ask.hall.board_channel(ask.race).frame)


async def stream(ask: Ask) -> Response:
    """The board, whenever it changes."""
    return Streaming(ask.hall.hub, ask.hall.board_channel(ask.race), ask.visitor.token)


async def old_board(ask: Ask) -> Response:
    """The board as it was at one record of the race: it never changes, so it may be kept for ever."""
    race, version = ask.race, ask.request.path_params["version"]
    found = ask.hall.rink.board_of(race, version) if version < 2**63 else None
    if found is None:
        raise Refused(404, f"record {version} is not of the race {race}")
    public = ask.hall.accounts.is_open
    headers = {
        "ETag": f'"{version}"',
        "Cache-Control": f"{'public' if public else 'private'}, max-age=31536000, immutable",
    }
    return content(ask.request, found, "application/json", headers)


async def laps(ask: Ask) -> Response:
    """The race lap by lap, for charts."""
    race = ask.race
    found = laps_now(ask.hall.rink, race)
    return answer(ask, found, etag=f'"{found.version}"')


async def announcer(ask: Ask) -> Response:
    """What the announcer may say."""
    return _framed(ask, ask.hall.announcer_channel(ask.race).frame)


async def announcer_stream(ask: Ask) -> Response:
    """The same, whenever it changes."""
    return Streaming(ask.hall.hub, ask.hall.announcer_channel(ask.race), ask.visitor.token)


# The desk


def _desk(ask: Ask) -> Channel:
    return ask.hall.desk_channel(ask.race, private=ask.visitor.role == "referee")


async def desk(ask: Ask) -> Response:
    """A race as officials see it."""
    channel = _desk(ask)
    return _json(ask.request, channel.frame.body)


async def desk_stream(ask: Ask) -> Response:
    """The same, whenever it changes."""
    return Streaming(ask.hall.hub, _desk(ask), ask.visitor.token)


async def post_event(ask: Ask) -> Response:
    """Says an event; 201 with its number once it is on the disk, 200 if its key was known."""
    body = ask.told(dict[str, Any])
    key = ask.request.headers.get("idempotency-key")
    number, status = await _said(ask, ask.race, body, key, _ago(ask.request))
    return answer(ask, answers.Recorded(number), status)


def _ago(request: Request) -> int | None:
    text = request.query_params.get("ago_us")
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 15:  # noqa: PLR2004 - more than 30 years
        raise Refused(400, "ago_us is no number of microseconds: give 0 or more")
    return int(text)


async def _said(
    ask: Ask, race: str, body: dict[str, Any], key: str | None, ago_us: int | None
) -> tuple[int, int]:
    """The number of the record that an event has become, and 201; or 200, if its key was known."""
    hall = ask.hall
    if ago_us is not None:
        body = body | {"at": hall.now() - ago_us}
    event = _event(body)
    async with hall.saying:
        full = f"api:{key}" if key else None
        known = hall.meet.keyed(full) if full else None
        if known is not None:
            return _same(known, race, event), 200
        _allow(ask, race, event)
        await hall.arm_by_gun(race, event, ask.visitor)
        record = await hall.say(Draft(event, race, ask.visitor.by, hall.now(), full))
        return record.number, 201


def _event(body: dict[str, Any]) -> Event:
    try:
        return msgspec.convert(body, type=Event)  # type: ignore[no-any-return] # a union of types
    except (msgspec.ValidationError, RecursionError, ValueError) as error:
        raise Refused(400, f"that is no event: {str(error)[:300]}") from error


def _same(known: Record, race: str, event: Event) -> int:
    """The number of the record that has the key, if it is of the same kind and race."""
    if known.race != race or type(known.event) is not type(event):
        raise Refused(
            409, f"that key is of record {known.number} already, which says something else: take a new key"
        )
    return known.number


def _allow(ask: Ask, race: str, event: Event) -> None:
    """Raises `Refused` if the visitor may not say *event*, or nobody may now."""
    role = ask.visitor.role
    if role is None:
        raise Refused(401, "sign in first")
    told = ask.hall.rink.race(race)
    about = None
    if isinstance(event, RecordRetracted | RecordReinstated):
        about = next((record for record in told.records if record.number == event.number), None)
    why = forbidden(role, ask.visitor.by, event, about)
    if why:
        raise Refused(403, why)
    refused = refusal(told, event)
    if refused:
        raise Refused(409, refused)


async def post_batch(ask: Ask) -> Response:
    """Says the events of a pad's queue, each exactly once; one that is refused stops no other."""
    race, taps = ask.race, ask.told(list[answers.Tap])
    if len(taps) > _MOST_TAPS:
        raise Refused(413, f"that is more than {_MOST_TAPS} events: send fewer at once")
    found = []
    for tap in taps:
        try:
            number, status = await _said(ask, race, tap.event, tap.key, tap.ago_us)
            found.append(answers.BatchLine(tap.key, number))
        except Refused as error:
            found.append(answers.BatchLine(tap.key, error=error.says, status=error.status))
        except LastlapError as error:
            status = 503 if isinstance(error, MeetError) else 400
            found.append(answers.BatchLine(tap.key, error=sentence(error), status=status))
    return answer(ask, found)


async def preview(ask: Ask) -> Response:
    """What an event would change; nothing is written."""
    race = ask.race
    proposed = ask.told(answers.Proposed)
    body = {"at": ask.hall.now()} | proposed.event if _lacks_moment(proposed.event) else proposed.event
    return answer(ask, previewed(ask.hall.rink, race, _event(body)))


def _lacks_moment(body: dict[str, Any]) -> bool:
    """Whether an event is sent without its moment, which the server is to set when it is said."""
    try:
        _event(body)
    except Refused:
        return "at" not in body
    return False


async def arm(ask: Ask) -> Response:
    """Devices write into this race from now on."""
    race, hall = ask.race, ask.hall
    async with hall.saying:
        if hall.rink.armed == race:
            raise Refused(409, "the race is armed already: there is nothing to do")
        _allow(ask, race, RaceArmed(hall.now()))
        record = await hall.arm(race, ask.visitor)
    return answer(ask, answers.Recorded(record.number), 201)


def _competition(ask: Ask) -> Competition:
    found = ask.hall.rink.competitions.get(ask.request.path_params["competition"])
    if found is None:
        raise Refused(
            404,
            f"there is no such competition: there are {', '.join(ask.hall.rink.competitions) or 'none yet'}",
        )
    return found


async def draw(ask: Ask) -> Response:
    """Draws the next races of a competition: the semi-finals, the final, or division A with those of B."""
    competition = _competition(ask)
    lot = ask.told(answers.Lot) if ask.body else answers.Lot()
    hall = ask.hall
    plans = await hall.writing(lambda: draw_next(hall.meet, competition, lot.seed, ask.visitor.by))
    return answer(ask, answers.Drawn(tuple(plans)), 201)


async def withdraw_skaters(ask: Ask) -> Response:
    """Withdraws skaters from a competition; reserves come in."""
    competition, leaving = _competition(ask), ask.told(answers.Leaving)
    hall = ask.hall
    posted = await hall.writing(
        lambda: withdraw(hall.meet, competition, leaving.skaters, leaving.why, ask.visitor.by)
    )
    return answer(ask, answers.Withdrawn(tuple(one.why for one in posted)), 201)


# People


async def me(ask: Ask) -> Response:
    """Who asks, and what they may do."""
    visitor, accounts = ask.visitor, ask.hall.accounts
    role = visitor.role
    return answer(
        ask,
        answers.Me(
            signed_in=role is not None,
            name=visitor.person.name if visitor.person else None,
            role=role,
            csrf=accounts.csrf(visitor.token) if visitor.token else None,
            may=tuple(sorted(MAY[role])) if role else (),
            open=accounts.is_open,
        ),
    )


def _address(ask: Ask) -> str:
    return ask.request.client.host if ask.request.client else ""


def _wait(ask: Ask, name: str = "") -> None:
    """Raises `Refused` while the name or the address was wrong too often."""
    hall = ask.hall
    seconds = max(hall.addresses.wait(_address(ask)), hall.names.wait(name.casefold().strip()) if name else 0)
    if seconds:
        raise Refused(429, f"too many wrong tries: wait {seconds} s", {"Retry-After": str(seconds)})


def _wrong(ask: Ask, says: str, name: str = "") -> Refused:
    """Counts a wrong try, and gives what to raise."""
    hall = ask.hall
    hall.addresses.wrong(_address(ask))
    if name:
        hall.names.wrong(name.casefold().strip())
    hall.accounts.note("", f"a wrong try to sign in{f' as {name[:60]}' if name else ''} from {_address(ask)}")
    return Refused(401, says)


def _welcome(ask: Ask, person: Person) -> Response:
    response = answer(ask, answers.Done(), 201)
    ask.hall.keeper.let_in(ask.request, response, person)
    return response


async def sign_in(ask: Ask) -> Response:
    """Signs in by name and PIN."""
    wanted = ask.told(answers.SignIn)
    hall = ask.hall
    async with hall.proving:
        _wait(ask, wanted.name)
        person = await _aside(lambda: hall.accounts.proved(wanted.name, wanted.pin))
    if person is None:
        raise _wrong(ask, "that name and PIN do not belong together: try again", wanted.name)
    hall.names.right(wanted.name.casefold().strip())
    hall.accounts.note(f"{person.role} {person.name}", f"signed in from {_address(ask)}")
    return _welcome(ask, person)


async def claim(ask: Ask) -> Response:
    """Makes the first referee, by the code in the terminal."""
    wanted = ask.told(answers.Claim)
    hall = ask.hall
    async with hall.proving:
        _wait(ask)
        if not hall.code or hall.accounts.is_claimed:
            raise Refused(409, "there is a referee already: sign in, or ask for an invite")
        if not hmac.compare_digest(_digits(wanted.code), _digits(hall.code)):
            raise _wrong(ask, "that is not the code in the terminal: try again")
        person = await _aside(lambda: hall.accounts.add(wanted.name, wanted.pin, "referee"))
        hall.code = ""
    return _welcome(ask, person)


def _digits(code: str) -> bytes:
    return "".join(letter for letter in code if letter.isalnum()).encode()


async def sign_out(ask: Ask) -> Response:
    """Ends the session."""
    response = answer(ask, answers.Done())
    ask.hall.keeper.let_out(ask.visitor, response)
    ask.hall.hub.end(lambda stream: stream.who == ask.visitor.token != "")
    return response


async def post_invite(ask: Ask) -> Response:
    """Invites somebody: a link that holds for a while, and once."""
    wanted = ask.told(answers.InviteWanted)
    invite, token = ask.hall.accounts.invite(wanted.role, wanted.name, wanted.minutes, ask.visitor.by)
    url = str(ask.request.url.replace(path=f"/join/{token}", query="", fragment=""))
    return answer(ask, answers.InviteMade(url, qr_svg(url), invite.expires_us), 201)


async def invites(ask: Ask) -> Response:
    """The invites that are neither used nor too old."""
    return answer(ask, ask.hall.accounts.invites)


async def delete_invite(ask: Ask) -> Response:
    """Takes an invite back."""
    if not ask.hall.accounts.withdraw_invite(_id(ask), ask.visitor.by):
        raise Refused(404, "there is no such invite")
    return answer(ask, answers.Done())


async def join(ask: Ask) -> Response:
    """Comes in by an invite, with a PIN of one's own."""
    wanted = ask.told(answers.Join)
    hall = ask.hall
    async with hall.proving:
        _wait(ask)
        person = await _aside(lambda: hall.accounts.join(wanted.token, wanted.name, wanted.pin))
    if person is None:
        raise _wrong(ask, "that invite was used, taken back or is too old: ask the referee for a new one")
    return _welcome(ask, person)


async def people(ask: Ask) -> Response:
    """Who may sign in."""
    return answer(ask, ask.hall.accounts.people)


async def delete_person(ask: Ask) -> Response:
    """Removes somebody and ends their sessions; what they said stays in the log."""
    accounts, wanted = ask.hall.accounts, _id(ask)
    leaving = next((one for one in accounts.people if one.id == wanted), None)
    if leaving is None:
        raise Refused(404, "there is no such person")
    referees = [one for one in accounts.people if one.role == "referee"]
    if referees == [leaving]:
        raise Refused(409, "that is the only referee: invite another one first")
    accounts.remove(wanted, ask.visitor.by)
    ask.hall.hub.end(lambda stream: bool(stream.who) and accounts.session(stream.who) is None)
    return answer(ask, answers.Done())


def _id(ask: Ask) -> int:
    found: int = ask.request.path_params["id"]
    return min(found, 2**62)


async def settings(ask: Ask) -> Response:
    """Opens or closes the pages of the spectators."""
    wanted = ask.told(answers.Settings)
    ask.hall.accounts.open_to_all(wanted.open, ask.visitor.by)
    if not wanted.open:
        ask.hall.hub.end(lambda stream: not stream.who)
    return answer(ask, answers.Done())


async def audit(ask: Ask) -> Response:
    """Who said what when, newest first: of the races, the meet and the accounts."""
    hall = ask.hall
    offset = hall.rink.opened.utc_offset
    lines = [
        answers.AuditLine(
            one.at_us, rink_time(Instant(one.at_us), offset), one.by, None, None, "account", one.says
        )
        for one in hall.accounts.doings(_AUDIT)
    ]
    lines += [_audited(hall, record, offset) for record in hall.rink.said(_AUDIT)]
    return answer(ask, sorted(lines, key=lambda line: (line.at_us, line.number or 0), reverse=True)[:_AUDIT])


def _audited(hall: Hall, record: Record, offset: int) -> answers.AuditLine:
    race = hall.rink.race(record.race) if record.race else hall.rink.nothing
    return answers.AuditLine(
        record.at, rink_time(record.at, offset), record.by, record.number, record.race,
        type(record.event).__name__, says(discreet(record.event), race),
    )  # fmt: skip


async def _aside(work: Callable[[], T]) -> T:
    """What *work* gives, done in a thread, as a PIN takes its time to check."""
    return await asyncio.to_thread(work)


# The machine


async def health(ask: Ask) -> Response:
    """Whether the server is alive, and the log takes what is said."""
    disk = ask.hall.disk
    return answer(ask, answers.Healthy(not disk, ask.hall.rink.version, disk), 503 if disk else 200)


async def metrics(ask: Ask) -> Response:
    """Figures for Prometheus."""
    return Response(exposition(ask.hall), media_type="text/plain; version=0.0.4")


# Pages


def _page(name: str) -> Callable[[Ask], Awaitable[Response]]:
    async def shown(ask: Ask) -> Response:
        return _file(ask, PAGES / f"{name}.html", "text/html; charset=utf-8")

    shown.__doc__ = f"The page {name}."
    return shown


_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


async def static(ask: Ask) -> Response:
    """A file that pages need."""
    root = (PAGES / "static").resolve()
    path = (
        (root / ask.request.path_params["name"]).resolve()
        if "\0" not in ask.request.path_params["name"]
        else root
    )
    if not path.is_relative_to(root) or path.suffix not in _KINDS:
        raise Refused(404, "there is no such file")
    return _file(ask, path, _KINDS[path.suffix])


def _file(ask: Ask, path: Path, kind: str) -> Response:
    try:
        body = _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise Refused(404, "there is no such file") from error
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if path.name.endswith("worker.js"):
        # A worker in /static may only look after /static, unless the server says so.
        headers["Service-Worker-Allowed"] = "/"
    return content(ask.request, body, kind, headers)


@lru_cache(256)
def _read(path: Path, _changed: int) -> bytes:
    return path.read_bytes()


async def openapi(ask: Ask) -> Response:
    """This table, as OpenAPI."""
    return answer(ask, schema(DOORS))


# The table


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


_OFFICIALS = frozenset(role for role, may in MAY.items() if may)
_R: frozenset[Role] = frozenset({"referee"})
_RS: frozenset[Role] = frozenset({"referee", "secretary"})
_RT: frozenset[Role] = frozenset({"referee", "timekeeper"})

DOORS: tuple[Door, ...] = (
    Door("GET", "/api/meet", "spectators", meet, answers.MeetNow),
    Door("GET", "/api/meet/stream", "spectators", meet_stream),
    Door("GET", "/api/now", "anyone", now, answers.Now),
    Door("GET", "/api/races/{race}/board", "spectators", board, answers.Board),
    Door("GET", "/api/races/{race}/stream", "spectators", stream),
    Door("GET", "/api/races/{race}/boards/{version:int}", "spectators", old_board, answers.Board),
    Door("GET", "/api/races/{race}/laps", "spectators", laps, answers.LapsNow),
    Door("GET", "/api/races/{race}/announcer", "spectators", announcer, answers.AnnouncerNow),
    Door("GET", "/api/races/{race}/announcer/stream", "spectators", announcer_stream),
    Door("GET", "/api/races/{race}/desk", SIGNED_IN, desk, answers.DeskNow),
    Door("GET", "/api/races/{race}/desk/stream", SIGNED_IN, desk_stream),
    Door("POST", "/api/races/{race}/events", _OFFICIALS, post_event, answers.Recorded, Event),
    Door(
        "POST",
        "/api/races/{race}/events:batch",
        _OFFICIALS,
        post_batch,
        list[answers.BatchLine],
        list[answers.Tap],
    ),
    Door("POST", "/api/races/{race}/preview", _OFFICIALS, preview, answers.Preview, answers.Proposed),
    Door("POST", "/api/races/{race}/arm", _RT, arm, answers.Recorded),
    Door("POST", "/api/competitions/{competition}/draw", _RS, draw, answers.Drawn, answers.Lot),
    Door(
        "POST",
        "/api/competitions/{competition}/withdraw",
        _RS,
        withdraw_skaters,
        answers.Withdrawn,
        answers.Leaving,
    ),
    Door("GET", "/api/me", "anyone", me, answers.Me),
    Door("POST", "/api/sign-in", "anyone", sign_in, answers.Done, answers.SignIn),
    Door("POST", "/api/claim", "anyone", claim, answers.Done, answers.Claim),
    Door("POST", "/api/join", "anyone", join, answers.Done, answers.Join),
    Door("POST", "/api/sign-out", SIGNED_IN, sign_out, answers.Done),
    Door("GET", "/api/invites", _R, invites, list[answers.Invite]),
    Door("POST", "/api/invites", _R, post_invite, answers.InviteMade, answers.InviteWanted),
    Door("DELETE", "/api/invites/{id:int}", _R, delete_invite, answers.Done),
    Door("GET", "/api/people", _R, people, list[answers.Person]),
    Door("DELETE", "/api/people/{id:int}", _R, delete_person, answers.Done),
    Door("POST", "/api/settings", _R, settings, answers.Done, answers.Settings),
    Door("GET", "/api/audit", _RS, audit, list[answers.AuditLine]),
    Door("GET", "/api/openapi.json", "anyone", openapi),
    Door("GET", "/healthz", "anyone", health, answers.Healthy),
    Door("GET", "/metrics", "anyone", metrics),
    Door("GET", "/static/{name:path}", "anyone", static),
    Door("GET", "/", "spectators", _page("spectators")),
    Door("GET", "/scoreboard", "spectators", _page("scoreboard")),
    Door("GET", "/scoreboard/{race}", "spectators", _page("scoreboard")),
    Door("GET", "/announcer", "spectators", _page("announcer")),
    Door("GET", "/announcer/{race}", "spectators", _page("announcer")),
    Door("GET", "/overlay", "spectators", _page("overlay")),
    Door("GET", "/overlay/{race}", "spectators", _page("overlay")),
    Door("GET", "/desk", SIGNED_IN, _page("desk")),
    Door("GET", "/desk/{race}", SIGNED_IN, _page("desk")),
    Door("GET", "/pad", SIGNED_IN, _page("pad")),
    Door("GET", "/pad/{race}", SIGNED_IN, _page("pad")),
    Door("GET", "/sign-in", "anyone", _page("sign-in")),
    Door("GET", "/join/{token}", "anyone", _page("join")),
    Door("GET", "/people", _R, _page("people")),
    Door("GET", "/audit", _RS, _page("audit")),
)
"""Every route of the server, and who may come in."""


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
