"""Who gets in where: every route with every role, and all the ways in which nobody should get in."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from lastlap.live.asking import MOST
from lastlap.live.doors import DOORS
from lastlap.live.roles import ROLES
from lastlap.live.server import Serving
from lastlap.log import wall_clock
from lastlap.times import HOUR, MINUTE, Duration, Instant
from live.served import PIN, Client, Served, a_meet, served

EVERYBODY = "nobody referee secretary timekeeper judge announcer viewer"
SIGNED_IN = "referee secretary timekeeper judge announcer viewer"
SPEAKING = "referee secretary timekeeper judge"

WHO: Mapping[str, tuple[str, str]] = {
    # a route                                    while the pages are open | while they are closed
    "GET /api/meet": (EVERYBODY, SIGNED_IN),
    "GET /api/meet/stream": (EVERYBODY, SIGNED_IN),
    "GET /api/now": (EVERYBODY, EVERYBODY),
    "GET /api/races/{race}/board": (EVERYBODY, SIGNED_IN),
    "GET /api/races/{race}/stream": (EVERYBODY, SIGNED_IN),
    "GET /api/races/{race}/boards/{version}": (EVERYBODY, SIGNED_IN),
    "GET /api/races/{race}/laps": (EVERYBODY, SIGNED_IN),
    "GET /api/races/{race}/announcer": (EVERYBODY, SIGNED_IN),
    "GET /api/races/{race}/announcer/stream": (EVERYBODY, SIGNED_IN),
    "GET /api/odf": (EVERYBODY, SIGNED_IN),
    "GET /api/odf/{name}": (EVERYBODY, SIGNED_IN),
    "GET /api/odf/stream": (EVERYBODY, SIGNED_IN),
    "GET /api/races/{race}/desk": (SIGNED_IN, SIGNED_IN),
    "GET /api/races/{race}/desk/stream": (SIGNED_IN, SIGNED_IN),
    "POST /api/races/{race}/events": (SPEAKING, SPEAKING),
    "POST /api/races/{race}/events:batch": (SPEAKING, SPEAKING),
    "POST /api/races/{race}/preview": (SPEAKING, SPEAKING),
    "POST /api/races/{race}/arm": ("referee timekeeper", "referee timekeeper"),
    "GET /favicon.ico": (EVERYBODY, EVERYBODY),
    "GET /api/sheets": (EVERYBODY, SIGNED_IN),
    "GET /sheets": (EVERYBODY, SIGNED_IN),
    "GET /sheets/{name}": (EVERYBODY, SIGNED_IN),
    "GET /api/competitions/{competition}/ceremony": (EVERYBODY, SIGNED_IN),
    "POST /api/competitions/{competition}/ceremony": ("referee secretary", "referee secretary"),
    "POST /api/competitions/{competition}/ceremony/held": ("referee secretary", "referee secretary"),
    "DELETE /api/competitions/{competition}/ceremony/held": ("referee secretary", "referee secretary"),
    "POST /api/competitions/{competition}/draw": ("referee secretary", "referee secretary"),
    "POST /api/competitions/{competition}/withdraw": ("referee secretary", "referee secretary"),
    "GET /api/me": (EVERYBODY, EVERYBODY),
    "POST /api/sign-in": (EVERYBODY, EVERYBODY),
    "POST /api/claim": (EVERYBODY, EVERYBODY),
    "POST /api/join": (EVERYBODY, EVERYBODY),
    "POST /api/sign-out": (SIGNED_IN, SIGNED_IN),
    "GET /api/invites": ("referee", "referee"),
    "POST /api/invites": ("referee", "referee"),
    "DELETE /api/invites/{id}": ("referee", "referee"),
    "GET /api/people": ("referee", "referee"),
    "DELETE /api/people/{id}": ("referee", "referee"),
    "POST /api/settings": ("referee", "referee"),
    "GET /api/audit": ("referee secretary", "referee secretary"),
    "GET /api/openapi.json": (EVERYBODY, EVERYBODY),
    "GET /healthz": (EVERYBODY, EVERYBODY),
    "GET /metrics": (EVERYBODY, EVERYBODY),
    "GET /static/{name}": (EVERYBODY, EVERYBODY),
    "GET /": (EVERYBODY, SIGNED_IN),
    "GET /scoreboard": (EVERYBODY, SIGNED_IN),
    "GET /scoreboard/{race}": (EVERYBODY, SIGNED_IN),
    "GET /announcer": (EVERYBODY, SIGNED_IN),
    "GET /announcer/{race}": (EVERYBODY, SIGNED_IN),
    "GET /overlay": (EVERYBODY, SIGNED_IN),
    "GET /overlay/{race}": (EVERYBODY, SIGNED_IN),
    "GET /desk": (SIGNED_IN, SIGNED_IN),
    "GET /desk/{race}": (SIGNED_IN, SIGNED_IN),
    "GET /pad": (SIGNED_IN, SIGNED_IN),
    "GET /pad/{race}": (SIGNED_IN, SIGNED_IN),
    "GET /sign-in": (EVERYBODY, EVERYBODY),
    "GET /join/{token}": (EVERYBODY, EVERYBODY),
    "GET /people": ("referee", "referee"),
    "GET /audit": ("referee secretary", "referee secretary"),
}
"""Of every route, which roles come in."""

FILLED = {
    "race": "w-sf1",
    "version": "999999",
    "competition": "nothing",
    "id": "999999",
    "token": "x",
    "name": "x.js",
}


def plain(path: str) -> str:
    """A route's path without the types of its places."""
    return re.sub(r"{(\w+):\w+}", r"{\1}", path)


def test_every_route_stands_in_the_table() -> None:
    """A new route says who comes in before it is let in, and one that is gone leaves."""
    assert {f"{door.method} {plain(door.path)}" for door in DOORS} == set(WHO)


def came_in(client: Client, route: str) -> bool:
    """Whether the door was open: whatever is behind it may still say that something is wrong."""
    method, path = route.split()
    filled = re.sub(r"{(\w+)}", lambda place: FILLED[place[1]], path)
    if path.endswith("/stream"):
        return is_open_stream(client, filled)
    answer = client.ask(method, filled, b"{}" if method == "POST" else None)
    if answer.status == 401:
        return "sign in first" not in answer.error
    leads_away = answer.status == 303 and answer.headers["Location"].startswith("/sign-in")
    return not leads_away and answer.status != 403


def is_open_stream(client: Client, path: str) -> bool:
    """Whether a stream gives a first frame."""
    try:
        with client.stream(path) as events:
            return bool(events.next())
    except AssertionError:
        return False


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "closed"])
@pytest.mark.parametrize("role", ["nobody", *ROLES])
def test_every_route_opens_to_those_of_the_table_alone(tmp_path: Path, role: str, is_open: bool) -> None:
    """Every route, tried by every role, while the spectators' pages are open and while they are closed."""
    serving = Serving("127.0.0.1", 0, odf=tmp_path / "odf")
    with served(a_meet(tmp_path / "night.meet"), serving=serving) as server:
        server.hall.accounts.open_to_all(is_open, "test")
        routes = sorted(WHO, key=lambda route: route == "POST /api/sign-out")
        client = server.client() if role == "nobody" else server.official(role)  # type: ignore[arg-type] # a role
        found = {route: came_in(client, route) for route in routes}
    expected = {route: role in WHO[route][not is_open].split() for route in routes}
    assert found == expected


# Sessions


@pytest.fixture
def rink(tmp_path: Path) -> Iterator[Served]:
    """A meet with a race of four, served, whose referee has not come yet."""
    with served(a_meet(tmp_path / "night.meet"), code="1234-5678") as server:
        yield server


def test_the_first_referee_comes_in_by_the_code_once(rink: Served) -> None:
    """The code of the terminal makes one referee, and then nobody any more."""
    first = {"code": "1234-5678", "name": "Ada", "pin": PIN}
    assert rink.client().post("/api/claim", {**first, "code": "0000-0000"}).status == 401
    client = rink.client()
    assert client.post("/api/claim", first).status == 201
    assert client.get("/api/me").json["role"] == "referee"
    assert rink.client().post("/api/claim", {**first, "name": "Eve"}).status == 409


def test_nobody_is_known_before(rink: Served) -> None:
    """There is no default name and no default PIN."""
    assert rink.hall.accounts.people == []


def test_the_cookie_is_kept_from_scripts_and_other_sites(rink: Served) -> None:
    """The session cookie is HttpOnly and SameSite=Strict, and signed."""
    rink.official("judge")
    answer = rink.client().post("/api/sign-in", {"name": "judge one", "pin": PIN})
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(answer.headers["Set-Cookie"].split("; "))


@pytest.mark.parametrize("csrf", ["", "0" * 64, "é"])
def test_another_site_cannot_speak_for_an_official(rink: Served, csrf: str) -> None:
    """A request with the cookie alone, or with a made-up CSRF token, says nothing."""
    referee = rink.official("referee")
    referee.csrf = csrf.encode().decode("latin-1")
    answer = referee.say("w-sf1", {"type": "GunFired", "at": 1})
    assert (answer.status, rink.client().get("/api/races/w-sf1/board").json["status"]) == (403, "ready")


def test_a_csrf_token_of_somebody_else_is_no_use(rink: Served) -> None:
    """The token belongs to one session."""
    referee, judge = rink.official("referee"), rink.official("judge")
    referee.csrf = judge.csrf
    assert referee.say("w-sf1", {"type": "NoteMade", "text": ""}).status == 403


def test_a_forged_cookie_is_nobodys(rink: Served) -> None:
    """A cookie that was changed anywhere, or signed with another key, does not sign in."""
    referee = rink.official("referee")
    whole = referee.cookie
    for forged in (
        whole[:-1] + ("A" if whole[-1] != "A" else "B"),
        whole.split(".")[0],
        "x",
        whole[::-1],
        "A" * 9_000,
    ):
        referee.cookie = forged
        assert referee.get("/api/me").json["signed_in"] is False
    referee.cookie = whole
    assert referee.get("/api/me").json["signed_in"] is True


def test_a_cookie_of_a_session_that_was_ended_is_no_use(rink: Served) -> None:
    """Signing out ends the session itself, so a cookie that was stolen before is worth nothing."""
    judge = rink.official("judge")
    stolen = rink.client()
    stolen.cookie, stolen.csrf = judge.cookie, judge.csrf
    judge.post("/api/sign-out")
    assert stolen.get("/api/me").json["signed_in"] is False
    assert stolen.say("w-sf1", {"type": "NoteMade", "text": "hm"}).status == 401


def test_who_is_removed_is_out_at_once(rink: Served) -> None:
    """The sessions and the streams of who was removed end; the only referee stays."""
    referee, judge = rink.official("referee"), rink.official("judge")
    people = {one["name"]: one["id"] for one in referee.get("/api/people").json}
    with judge.stream("/api/races/w-sf1/desk/stream") as events:
        events.next()
        assert referee.ask("DELETE", f"/api/people/{people['judge one']}").status == 200
        with pytest.raises(EOFError):
            events.next()
    assert judge.get("/api/me").json["signed_in"] is False
    assert referee.ask("DELETE", f"/api/people/{people['referee one']}").status == 409


def test_a_session_ends_after_a_long_day(tmp_path: Path) -> None:
    """After sixteen hours one signs in anew, also if the cookie is still there."""
    with served(a_meet(tmp_path / "night.meet")) as server:
        judge = server.official("judge")
        later(server, Duration(17 * HOUR))
        assert judge.get("/api/me").json["signed_in"] is False


def later(server: Served, by: Duration) -> None:
    """Sets the clock of the accounts ahead."""
    server.hall.accounts._now = lambda: Instant(wall_clock() + by)  # noqa: SLF001 - nobody else may set it


def test_closing_the_pages_sends_spectators_away(rink: Served) -> None:
    """Who watches without having signed in is sent away at once, officials stay."""
    referee = rink.official("referee")
    with (
        rink.client().stream("/api/races/w-sf1/stream") as spectator,
        referee.stream("/api/races/w-sf1/stream") as mine,
    ):
        assert spectator.next()
        assert mine.next()
        assert referee.post("/api/settings", {"open": False}).status == 200
        with pytest.raises(EOFError):
            spectator.next()
        referee.say("w-sf1", {"type": "GunFired", "at": 1})
        assert mine.next()["status"] == "running"


# Guessing


def test_guessing_a_pin_is_made_slow(rink: Served) -> None:
    """After five wrong PINs the name has to wait, also with the right one, and is told how long."""
    rink.official("judge", "Ada")
    client = rink.client()
    tries = [client.post("/api/sign-in", {"name": "Ada", "pin": f"wrong {n}"}).status for n in range(7)]
    locked = client.post("/api/sign-in", {"name": " ADA ", "pin": PIN})
    assert tries == [401] * 5 + [429] * 2
    assert (locked.status, 0 < int(locked.headers["Retry-After"]) <= 30) == (429, True)


def test_guessing_names_is_made_slow(rink: Served) -> None:
    """An address that tries one name after the other has to wait too; those who are in stay in."""
    judge = rink.official("judge")
    client = rink.client()
    tries = [client.post("/api/sign-in", {"name": f"n{n}", "pin": "wrong one"}).status for n in range(22)]
    assert (tries.count(401), tries[-1]) == (20, 429)
    assert judge.get("/api/me").json["signed_in"] is True


def test_guessing_the_first_code_is_made_slow(rink: Served) -> None:
    """The code of the terminal cannot be tried often."""
    first = {"code": "0000-0000", "name": "Eve", "pin": PIN}
    assert [rink.client().post("/api/claim", first).status for _ in range(21)][-1] == 429


# Invites


def test_an_invite_lets_in_one_person_once(rink: Served) -> None:
    """The link gives the role that the referee chose, and then nothing any more."""
    made = rink.official("referee").post("/api/invites", {"role": "judge", "name": "Bob", "minutes": 5}).json
    token = made["url"].rpartition("/")[2]
    bob = rink.client()
    assert bob.post("/api/join", {"token": token, "name": "Bob", "pin": PIN}).status == 201
    assert bob.get("/api/me").json["role"] == "judge"
    assert rink.client().post("/api/join", {"token": token, "name": "Eve", "pin": PIN}).status == 401
    assert made["qr"].startswith("<svg")


def test_an_invite_that_is_too_old_is_no_use(rink: Served) -> None:
    """A link that was stolen and used after its time lets nobody in."""
    made = rink.official("referee").post("/api/invites", {"role": "referee", "minutes": 5}).json
    later(rink, Duration(6 * MINUTE))
    stolen = {"token": made["url"].rpartition("/")[2], "name": "Eve", "pin": PIN}
    assert rink.client().post("/api/join", stolen).status == 401


def test_an_invite_is_taken_back(rink: Served) -> None:
    """The referee sees which links are out, and ends one."""
    referee = rink.official("referee")
    made = referee.post("/api/invites", {"role": "judge", "name": "Bob"}).json
    (listed,) = referee.get("/api/invites").json
    assert referee.ask("DELETE", f"/api/invites/{listed['id']}").status == 200
    token = made["url"].rpartition("/")[2]
    assert rink.client().post("/api/join", {"token": token, "name": "Bob", "pin": PIN}).status == 401


@pytest.mark.parametrize(
    "pin", ["", "12345", "123456", "111111", "abababab", "bob the judge", "qwerty", "9" * 129]
)
def test_a_pin_that_is_easy_to_guess_is_refused(rink: Served, pin: str) -> None:
    """Short ones, runs, repetitions and one's own name; the invite can still be used then."""
    made = rink.official("referee").post("/api/invites", {"role": "judge"}).json
    told = {"token": made["url"].rpartition("/")[2], "name": "Bob the judge"}
    refused = rink.client().post("/api/join", {**told, "pin": pin})
    assert refused.status == 400
    assert "PIN" in refused.error
    assert rink.client().post("/api/join", {**told, "pin": PIN}).status == 201


# Files, headers and names


@pytest.mark.parametrize(
    "path",
    [
        "/static/../doors.py",
        "/static/..%2fdoors.py",
        "/static/%2e%2e/%2e%2e/doors.py",
        "/static/....//doors.py",
        "/static/%2fetc/passwd",
        "/static//etc/passwd",
        "/static/x%00.js",
        "/static/..%5cdoors.py",
        "/static/",
        "/static/" + "a" * 5_000 + ".js",
    ],
)
def test_no_file_outside_is_given(rink: Served, path: str) -> None:
    """Whatever way it is written, only the pages' own files are read."""
    answer = rink.client().get(path)
    assert answer.status == 404
    assert b"import" not in answer.body


def test_every_answer_keeps_browsers_from_harm(rink: Served) -> None:
    """No inline code, no guessing of types, no frames but for the overlay."""
    client = rink.client()
    for path in ("/api/meet", "/", "/nowhere", "/static/x.js", "/sign-in"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "unsafe" not in policy
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert policy.endswith("frame-ancestors 'self'")
    assert client.get("/overlay").headers["Content-Security-Policy"].endswith("frame-ancestors *")


SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


def test_a_script_in_a_name_stays_a_name(tmp_path: Path) -> None:
    """A skater whose name is a script is text in JSON, and no page of ours is made from names."""
    with served(a_meet(tmp_path / "night.meet", name=SCRIPT)) as server:
        referee = server.official("referee", SCRIPT[:50])
        referee.say("w-sf1", {"type": "IncidentNoted", "what": SCRIPT, "bibs": [1]})
        paths = ["/api/meet", "/api/audit", "/api/people", "/api/me"]
        paths += [f"/api/races/w-sf1/{what}" for what in ("board", "laps", "announcer", "desk")]
        for path in paths:
            answer = referee.get(path)
            assert answer.headers["Content-Type"] == "application/json"
            assert answer.json is not None
        pages = [plain(door.path).replace("{race}", SCRIPT) for door in DOORS if door.is_page]
        for page in pages:
            answer = referee.get(page.replace(" ", "%20").replace("{token}", "x"))
            assert b"alert(" not in answer.body or "json" in answer.headers["Content-Type"]


def test_a_body_that_is_too_long_is_not_read_to_its_end(rink: Served) -> None:
    """Whoever sends more than a request may have is refused, signed in or not."""
    for client in (rink.client(), rink.official("referee")):
        answer = client.ask("POST", "/api/sign-in", b"x" * (MOST + 1))
        assert answer.status == 413


def test_what_is_not_there_is_said_in_json(rink: Served) -> None:
    """Unknown addresses and methods are answered with a sentence."""
    assert rink.client().get("/nowhere").error
    assert rink.client().ask("PUT", "/api/meet").status == 405


def test_the_accounts_are_read_by_their_owner_alone(rink: Served, tmp_path: Path) -> None:
    """The file with the PINs has the rights 0600, and no PIN stands in it."""
    rink.official("judge")
    path = tmp_path / "night.accounts"
    assert path.stat().st_mode & 0o777 == 0o600
    assert PIN.encode() not in path.read_bytes()
