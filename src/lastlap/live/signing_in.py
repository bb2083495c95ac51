"""Who comes in and how: the first referee, PINs, invites, people, and what they did."""

import asyncio
import hmac
from collections.abc import Callable

from starlette.responses import Response

from lastlap.events import Record
from lastlap.live import answers
from lastlap.live.access import Refused
from lastlap.live.accounts import Person
from lastlap.live.asking import (
    Ask,
    T,
    answer,
)
from lastlap.live.hall import Hall, discreet
from lastlap.live.qr import qr_svg
from lastlap.live.roles import MAY
from lastlap.live.views import rink_time
from lastlap.live.wording import says
from lastlap.times import Instant

_AUDIT = 500
"""So many lines of the audit are shown."""


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
