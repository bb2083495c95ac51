"""How the medals of a competition are handed over: what is asked of it, and what officials plan."""

from starlette.responses import Response

from lastlap.errors import RefusedError
from lastlap.events import CeremonyHeld, CeremonyPlanned, Event, RecordRetracted
from lastlap.live import answers
from lastlap.live.access import Refused
from lastlap.live.asking import Ask, answer
from lastlap.live.podium import ceremony_now, held_by, planned
from lastlap.log import Draft
from lastlap.publish.ceremony import clock_at, presenter_words, replanned


def _now(ask: Ask) -> answers.CeremonyNow:
    rink, competition = ask.hall.rink, ask.competition
    plan = planned(rink, competition) or CeremonyPlanned(competition.id)
    return answers.CeremonyNow(
        competition=competition.id,
        where=plan.where,
        place=plan.place,
        at=clock_at(plan.at, rink.opened),
        presents=tuple(map(presenter_words, plan.presenters)),
        held=held_by(rink, competition) is not None,
        ceremony=ceremony_now(rink, competition),
    )


async def ceremony(ask: Ask) -> Response:
    """How the medals of a competition are handed over, and to whom once that is known."""
    return answer(ask, _now(ask))


async def plan(ask: Ask) -> Response:
    """Plans the ceremony: what is not said stays as it was planned."""
    wanted, rink, competition = ask.told(answers.CeremonyWanted), ask.hall.rink, ask.competition
    before = planned(rink, competition) or CeremonyPlanned(competition.id)
    told = replanned(
        before,
        rink.opened,
        where=wanted.where,
        place=wanted.place,
        at=wanted.at,
        presents=wanted.presents,
    )
    return await _said(ask, told)


async def hold(ask: Ask) -> Response:
    """Writes down that the medals were handed over."""
    rink, competition = ask.hall.rink, ask.competition
    found = ceremony_now(rink, competition)
    if found is None or not found.official:
        message = f"the result of {competition.title} is not official: no medals are handed over yet"
        raise RefusedError(message)
    if found.held:
        message = f"the ceremony of {competition.title} was held already: there is nothing to do"
        raise RefusedError(message)
    return await _said(ask, CeremonyHeld(competition.id, ask.hall.now()))


async def not_held(ask: Ask) -> Response:
    """Takes back that the medals were handed over."""
    number = held_by(ask.hall.rink, ask.competition)
    if number is None:
        raise Refused(
            409, f"the ceremony of {ask.competition.title} was not held: there is nothing to take back"
        )
    return await _said(ask, RecordRetracted(number, "the ceremony was not held"))


async def _said(ask: Ask, event: Event) -> Response:
    hall = ask.hall
    async with hall.saying:
        record = await hall.say(Draft(event, None, ask.visitor.by, hall.now()))
    return answer(ask, answers.Recorded(record.number), 201)
