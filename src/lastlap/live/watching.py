"""What is read: the meet, boards, laps, sentences, the pages and their files, and how the server is."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from starlette.responses import Response

from lastlap.live import answers
from lastlap.live.access import Refused
from lastlap.live.asking import Ask, Streaming, answer, content, framed
from lastlap.live.hub import etag_of
from lastlap.live.metrics import exposition

PAGES = Path(__file__).parent / "pages"


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
"""What a file that pages need is, by the end of its name."""

_HANDED_OUT = _KINDS | {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ics": "text/calendar; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
}
"""The same of what is handed out."""


# Reading


async def meet(ask: Ask) -> Response:
    """The meet, its competitions, phases and races, with their status."""
    return framed(ask, ask.hall.meet_channel().frame)


async def meet_stream(ask: Ask) -> Response:
    """The same, whenever it changes."""
    return Streaming(ask.hall.hub, ask.hall.meet_channel(), ask.visitor.token)


async def now(ask: Ask) -> Response:
    """The meet's clock."""
    return answer(ask, answers.Now(ask.hall.now(), ask.hall.rink.began))


async def board(ask: Ask) -> Response:
    """The board of a race; its ETag is its version."""
    return framed(ask, ask.hall.board_channel(ask.race).frame)


async def stream(ask: Ask) -> Response:
    """The board, whenever it changes."""
    return Streaming(ask.hall.hub, ask.hall.board_channel(ask.race), ask.visitor.token)


async def old_board(ask: Ask) -> Response:
    """The board as it was at one record of the race: it never changes, so it may be kept for ever."""
    race, version = ask.race, ask.request.path_params["version"]
    hall = ask.hall
    # It takes a replay of the race, so one after the other, and aside.
    async with hall.looking_back:
        found = await asyncio.to_thread(hall.rink.board_of, race, version) if version < 2**63 else None
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
    return framed(ask, ask.hall.laps_channel(ask.race).frame)


async def announcer(ask: Ask) -> Response:
    """What the announcer may say."""
    return framed(ask, ask.hall.announcer_channel(ask.race).frame)


async def announcer_stream(ask: Ask) -> Response:
    """The same, whenever it changes."""
    return Streaming(ask.hall.hub, ask.hall.announcer_channel(ask.race), ask.visitor.token)


# Sheets


async def sheets(ask: Ask) -> Response:
    """What there is to be printed, read or taken away."""
    offered = await ask.hall.handouts.offered()
    return answer(ask, offered, etag=f'"{offered.version}"')


async def sheet(ask: Ask) -> Response:
    """A sheet, a chart, a report, the calendar or the news, as a file."""
    name: str = ask.request.path_params["name"]
    found = await ask.hall.handouts.file(name)
    if found is None:
        raise Refused(404, f"there is no {name[:60]!r} now: /sheets lists what there is")
    taken = "attachment" if name.endswith((".csv", ".xlsx")) else "inline"
    headers = {
        "ETag": found.etag,
        "Cache-Control": "no-cache",
        "Content-Disposition": f"{taken}; filename*=UTF-8''{quote(name)}",
    }
    return content(ask.request, found.body, _HANDED_OUT[Path(name).suffix], headers)


# The machine


async def health(ask: Ask) -> Response:
    """Whether the server is alive, and the log takes what is said."""
    disk = ask.hall.disk
    return answer(ask, answers.Healthy(not disk, ask.hall.rink.version, disk), 503 if disk else 200)


async def metrics(ask: Ask) -> Response:
    """Figures for Prometheus."""
    return Response(exposition(ask.hall), media_type="text/plain; version=0.0.4")


# Pages


def page(name: str) -> Callable[[Ask], Awaitable[Response]]:
    """Whatever shows the page of that name."""

    async def shown(ask: Ask) -> Response:
        return _file(ask, PAGES / f"{name}.html", "text/html; charset=utf-8")

    shown.__doc__ = f"The page {name}."
    return shown


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


async def icon(ask: Ask) -> Response:
    """What browsers ask for beside a file that is no page."""
    return _file(ask, PAGES / "static" / "icon.svg", _KINDS[".svg"])


def _file(ask: Ask, path: Path, kind: str) -> Response:
    try:
        body = _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise Refused(404, "there is no such file") from error
    headers = {"ETag": etag_of(body), "Cache-Control": "no-cache"}
    if path.name.endswith("worker.js"):
        # A worker in /static may only look after /static, unless the server says so.
        headers["Service-Worker-Allowed"] = "/"
    return content(ask.request, body, kind, headers)


@lru_cache(256)
def _read(path: Path, _changed: int) -> bytes:
    return path.read_bytes()
