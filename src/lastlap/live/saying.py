"""What officials see and say: the desk, events, queues of pads, previews, draws."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from lastlap.errors import LastlapError, MeetError
from lastlap.events import Event, RaceArmed, Record, RecordReinstated, RecordRetracted
from lastlap.live import answers
from lastlap.live.access import Refused
from lastlap.live.asking import (
    Ask,
    Streaming,
    answer,
    as_json,
)
from lastlap.live.hall import sentence
from lastlap.live.hub import Channel
from lastlap.live.preview import previewed
from lastlap.live.roles import forbidden
from lastlap.log import Draft
from lastlap.refusal import refusal
from lastlap.secretary import draw_next, withdraw

_LONGEST_KEY = 200

_MOST_TAPS = 500
"""So many events of a pad's queue are taken at once."""


def _desk(ask: Ask) -> Channel:
    return ask.hall.desk_channel(ask.race, private=ask.visitor.role == "referee")


async def desk(ask: Ask) -> Response:
    """A race as officials see it."""
    channel = _desk(ask)
    return as_json(ask.request, channel.frame.body)


async def desk_stream(ask: Ask) -> Response:
    """The same, whenever it changes."""
    return Streaming(ask.hall.hub, _desk(ask), ask.visitor.token)


async def post_event(ask: Ask) -> Response:
    """Says an event; 201 with its number once it is on the disk, 200 if its key was known."""
    body = ask.told(dict[str, Any])
    key = ask.request.headers.get("idempotency-key")
    if key and len(key) > _LONGEST_KEY:
        raise Refused(
            400, f"the Idempotency-Key is longer than {_LONGEST_KEY} characters: take a shorter one"
        )
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


_LARGEST = 2**53
"""No number of an event is larger: it is what a page can count to, and 285 years of microseconds."""


def _event(body: dict[str, Any]) -> Event:
    if not _is_sound(body):
        raise Refused(400, "that is no event: it has a number that no clock shows")
    try:
        # An object's names are strings in JSON, also where they stand for bibs.
        return msgspec.convert(body, type=Event, str_keys=True)  # type: ignore[no-any-return] # a union of types
    except (msgspec.ValidationError, RecursionError, ValueError) as error:
        raise Refused(400, f"that is no event: {str(error)[:300]}") from error


def _is_sound(value: object) -> bool:
    """Whether every number in *value* is one that can be shown."""
    if isinstance(value, dict):
        return all(map(_is_sound, value.values()))
    if isinstance(value, list):
        return all(map(_is_sound, value))
    return not isinstance(value, int) or abs(value) <= _LARGEST


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


async def draw(ask: Ask) -> Response:
    """Draws the next races of a competition: the semi-finals, the final, or division A with those of B."""
    competition = ask.competition
    lot = ask.told(answers.Lot) if ask.body else answers.Lot()
    hall = ask.hall
    plans = await hall.writing(lambda: draw_next(hall.meet, competition, lot.seed, ask.visitor.by))
    return answer(ask, answers.Drawn(tuple(plans)), 201)


async def withdraw_skaters(ask: Ask) -> Response:
    """Withdraws skaters from a competition; reserves come in."""
    competition, leaving = ask.competition, ask.told(answers.Leaving)
    hall = ask.hall
    posted = await hall.writing(
        lambda: withdraw(hall.meet, competition, leaving.skaters, leaving.why, ask.visitor.by)
    )
    return answer(ask, answers.Withdrawn(tuple(one.why for one in posted)), 201)
