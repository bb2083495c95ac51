"""Every door of the server: one table of routes, each with who may come in, what it asks and what it answers."""

from starlette.responses import Response

from lastlap.events import Event
from lastlap.live import answers, ceremonies, feeding, saying, signing_in, watching
from lastlap.live.access import SIGNED_IN
from lastlap.live.asking import Ask, Door, answer
from lastlap.live.openapi import schema
from lastlap.live.roles import MAY, Role


async def openapi(ask: Ask) -> Response:
    """This table, as OpenAPI."""
    return answer(ask, schema(DOORS))


_OFFICIALS = frozenset(role for role, may in MAY.items() if may)
_R: frozenset[Role] = frozenset({"referee"})
_RS: frozenset[Role] = frozenset({"referee", "secretary"})
_RT: frozenset[Role] = frozenset({"referee", "timekeeper"})

DOORS: tuple[Door, ...] = (
    Door("GET", "/api/meet", "spectators", watching.meet, answers.MeetNow),
    Door("GET", "/api/meet/stream", "spectators", watching.meet_stream),
    Door("GET", "/api/now", "anyone", watching.now, answers.Now),
    Door("GET", "/api/races/{race}/board", "spectators", watching.board, answers.Board),
    Door("GET", "/api/races/{race}/stream", "spectators", watching.stream),
    Door("GET", "/api/races/{race}/boards/{version:int}", "spectators", watching.old_board, answers.Board),
    Door("GET", "/api/races/{race}/laps", "spectators", watching.laps, answers.LapsNow),
    Door("GET", "/api/races/{race}/announcer", "spectators", watching.announcer, answers.AnnouncerNow),
    Door("GET", "/api/races/{race}/announcer/stream", "spectators", watching.announcer_stream),
    Door("GET", "/api/odf", "spectators", feeding.listed, answers.OdfNow),
    Door("GET", "/api/odf/stream", "spectators", feeding.message_stream),
    Door("GET", "/api/odf/{name}", "spectators", feeding.message),
    Door("GET", "/api/races/{race}/desk", SIGNED_IN, saying.desk, answers.DeskNow),
    Door("GET", "/api/races/{race}/desk/stream", SIGNED_IN, saying.desk_stream),
    Door("POST", "/api/races/{race}/events", _OFFICIALS, saying.post_event, answers.Recorded, Event),
    Door(
        "POST",
        "/api/races/{race}/events:batch",
        _OFFICIALS,
        saying.post_batch,
        list[answers.BatchLine],
        list[answers.Tap],
    ),
    Door("POST", "/api/races/{race}/preview", _OFFICIALS, saying.preview, answers.Preview, answers.Proposed),
    Door("POST", "/api/races/{race}/arm", _RT, saying.arm, answers.Recorded),
    Door("POST", "/api/competitions/{competition}/draw", _RS, saying.draw, answers.Drawn, answers.Lot),
    Door(
        "POST",
        "/api/competitions/{competition}/withdraw",
        _RS,
        saying.withdraw_skaters,
        answers.Withdrawn,
        answers.Leaving,
    ),
    Door(
        "GET",
        "/api/competitions/{competition}/ceremony",
        "spectators",
        ceremonies.ceremony,
        answers.CeremonyNow,
    ),
    Door(
        "POST",
        "/api/competitions/{competition}/ceremony",
        _RS,
        ceremonies.plan,
        answers.Recorded,
        answers.CeremonyWanted,
    ),
    Door("POST", "/api/competitions/{competition}/ceremony/held", _RS, ceremonies.hold, answers.Recorded),
    Door(
        "DELETE", "/api/competitions/{competition}/ceremony/held", _RS, ceremonies.not_held, answers.Recorded
    ),
    Door("GET", "/api/sheets", "spectators", watching.sheets, answers.SheetsNow),
    Door("GET", "/sheets", "spectators", watching.page("sheets")),
    Door("GET", "/sheets/{name}", "spectators", watching.sheet),
    Door("GET", "/api/me", "anyone", signing_in.me, answers.Me),
    Door("POST", "/api/sign-in", "anyone", signing_in.sign_in, answers.Done, answers.SignIn),
    Door("POST", "/api/claim", "anyone", signing_in.claim, answers.Done, answers.Claim),
    Door("POST", "/api/join", "anyone", signing_in.join, answers.Done, answers.Join),
    Door("POST", "/api/sign-out", SIGNED_IN, signing_in.sign_out, answers.Done),
    Door("GET", "/api/invites", _R, signing_in.invites, list[answers.Invite]),
    Door("POST", "/api/invites", _R, signing_in.post_invite, answers.InviteMade, answers.InviteWanted),
    Door("DELETE", "/api/invites/{id:int}", _R, signing_in.delete_invite, answers.Done),
    Door("GET", "/api/people", _R, signing_in.people, list[answers.Person]),
    Door("DELETE", "/api/people/{id:int}", _R, signing_in.delete_person, answers.Done),
    Door("POST", "/api/settings", _R, signing_in.settings, answers.Done, answers.Settings),
    Door("GET", "/api/audit", _RS, signing_in.audit, list[answers.AuditLine]),
    Door("GET", "/api/openapi.json", "anyone", openapi),
    Door("GET", "/healthz", "anyone", watching.health, answers.Healthy),
    Door("GET", "/metrics", "anyone", watching.metrics),
    Door("GET", "/favicon.ico", "anyone", watching.icon),
    Door("GET", "/static/{name:path}", "anyone", watching.static),
    Door("GET", "/", "spectators", watching.page("spectators")),
    Door("GET", "/scoreboard", "spectators", watching.page("scoreboard")),
    Door("GET", "/scoreboard/{race}", "spectators", watching.page("scoreboard")),
    Door("GET", "/announcer", "spectators", watching.page("announcer")),
    Door("GET", "/announcer/{race}", "spectators", watching.page("announcer")),
    Door("GET", "/overlay", "spectators", watching.page("overlay")),
    Door("GET", "/overlay/{race}", "spectators", watching.page("overlay")),
    Door("GET", "/desk", SIGNED_IN, watching.page("desk")),
    Door("GET", "/desk/{race}", SIGNED_IN, watching.page("desk")),
    Door("GET", "/pad", SIGNED_IN, watching.page("pad")),
    Door("GET", "/pad/{race}", SIGNED_IN, watching.page("pad")),
    Door("GET", "/sign-in", "anyone", watching.page("sign-in")),
    Door("GET", "/join/{token}", "anyone", watching.page("join")),
    Door("GET", "/people", _R, watching.page("people")),
    Door("GET", "/audit", _RS, watching.page("audit")),
)
"""Every route of the server, and who may come in."""
