"""What a partner asks for: the list of messages, one of them, or all as they go out."""

import asyncio

from starlette.responses import Response, StreamingResponse

from lastlap.live.access import Refused
from lastlap.live.answers import OdfNow
from lastlap.live.asking import Ask, answer, content
from lastlap.live.partners import PAGE, Partners


def _partners(ask: Ask) -> Partners:
    if ask.hall.partners is None:
        raise Refused(404, "this server offers no feed: start it with --odf DIR")
    return ask.hall.partners


def _number(text: str, what: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:  # noqa: PLR2004 - more than any feed has
        raise Refused(400, f"{what} is the number of a message, as in 17")
    return int(text)


async def listed(ask: Ask) -> Response:
    """The messages so far; with `?after=17` those after number 17."""
    partners = _partners(ask)
    start = _number(ask.request.query_params.get("after", "0"), "after")
    found = tuple(partners.lines[start : start + PAGE])
    return answer(ask, OdfNow(found, len(partners.lines), partners.trouble))


async def message(ask: Ask) -> Response:
    """A message as XML: it never changes, so it may be kept for ever."""
    partners, name = _partners(ask), ask.request.path_params["name"]
    if not partners.has(name):
        raise Refused(404, "there is no such message: /api/odf lists them")
    try:
        body = await asyncio.to_thread((partners.path / name).read_bytes)
    except OSError as error:
        raise Refused(404, "the message is no more in the folder of the feed") from error
    kept = "public" if ask.hall.accounts.is_open else "private"
    headers = {"ETag": f'"{name}"', "Cache-Control": f"{kept}, max-age=31536000, immutable"}
    return content(ask.request, body, "application/xml", headers)


async def message_stream(ask: Ask) -> Response:
    """Every message as it goes out; `Last-Event-ID`, or `?after=17`, goes on after that number."""
    partners = _partners(ask)
    query = ask.request.query_params.get("after", "0")
    last = _number(ask.request.headers.get("last-event-id") or query, "Last-Event-ID")

    def may() -> bool:
        accounts, token = ask.hall.accounts, ask.visitor.token
        if token:
            return accounts.session(token) is not None
        return accounts.is_open or ask.visitor.by_bearer

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(partners.events(last, may), 200, headers, "text/event-stream")
