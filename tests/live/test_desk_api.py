"""What officials post: events, queues of pads, previews, draws, each as a person would see it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lastlap.events import DeviceReported
from live.served import Client, Served, a_meet, served

RACE = "/api/races/w-sf1"


@pytest.fixture
def rink(tmp_path: Path) -> Iterator[Served]:
    """A meet with a race of four, served."""
    with served(a_meet(tmp_path / "night.meet"), bearer="a token for scripts") as server:
        yield server


@pytest.fixture
def referee(rink: Served) -> Client:
    """The referee's browser."""
    return rink.official("referee")


def test_an_event_is_on_the_board_when_it_is_acknowledged(referee: Client) -> None:
    """The gun is answered with its number, and the board runs."""
    answer = referee.say("w-sf1", {"type": "GunFired"}, query="?ago_us=12000000")
    board = referee.get(f"{RACE}/board").json
    assert answer.status == 201
    assert board["version"] == answer.json["number"]
    assert board["status"] == "running"
    assert 12_000_000 <= board["now_us"] - board["gun_us"] < 20_000_000


def test_a_key_sent_twice_is_one_record(referee: Client) -> None:
    """A request that is sent again because the answer was lost doubles nothing."""
    first = referee.say("w-sf1", {"type": "NoteMade", "text": "ice"}, key="k1")
    again = referee.say("w-sf1", {"type": "NoteMade", "text": "ice"}, key="k1")
    assert (first.status, again.status) == (201, 200)
    assert first.json == again.json


def test_a_key_of_something_else_is_refused(referee: Client) -> None:
    """One key cannot stand for two things."""
    referee.say("w-sf1", {"type": "NoteMade", "text": "ice"}, key="k1")
    assert referee.say("w-sf1", {"type": "GunFired", "at": 1}, key="k1").status == 409


def test_what_cannot_be_is_refused_with_the_reason(referee: Client) -> None:
    """A refusal is one sentence, and nothing is written."""
    before = referee.get("/api/meet").json["version"]
    answer = referee.say("w-sf1", {"type": "MarkGiven", "bib": 99, "irm": "DNF"})
    assert (answer.status, answer.error.split(":")[0]) == (409, "bib 99 is not on the start list")
    assert referee.get("/api/meet").json["version"] == before


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/races/nowhere/events", b'{"type": "NoteMade", "text": ""}', 404),
        (f"{RACE}/events", b"{", 400),
        (f"{RACE}/events", b"[]", 400),
        (f"{RACE}/events", b'{"type": "Nonsense"}', 400),
        (f"{RACE}/events", b'{"type": "NoteMade", "text": "", "more": 1}', 400),
        (f"{RACE}/events", b'{"type": "GunFired", "at": 1e999}', 400),
        (f"{RACE}/events", b"[" * 60_000, 400),
        (f"{RACE}/events", b'{"type": "GunFired", "at": 9007199254740993}', 400),
        (f"{RACE}/events", b'{"type": "OrderRead", "lap": 4, "bibs": [1, [2, 18446744073709551615]]}', 400),
        (f"{RACE}/events", b'{"type": "NoteMade", "text": "\xff"}', 400),
        (f"{RACE}/events?ago_us=-1", b'{"type": "GunFired"}', 400),
        (f"{RACE}/events", b" " * 70_000, 413),
        (f"{RACE}/events:batch", b'[{"key": "", "event": {}}]', 400),
    ],
)
def test_a_body_that_cannot_be_is_said_to_be_so(referee: Client, path: str, body: bytes, status: int) -> None:
    """Whatever is sent, the answer is the right status with one sentence."""
    answer = referee.ask("POST", path, body)
    assert answer.status == status
    assert answer.error


def test_what_is_no_json_is_refused(referee: Client) -> None:
    """A form of another page cannot post an event."""
    answer = referee.ask(
        "POST", f"{RACE}/events", b"a=1", {"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status == 415


def test_a_pads_queue_is_taken_event_by_event(rink: Served, referee: Client) -> None:
    """What is refused stops nothing; what is sent again is not doubled."""
    judge = rink.official("judge")
    referee.say("w-sf1", {"type": "GunFired"}, query="?ago_us=300000000")
    taps = [
        {"key": "a", "ago_us": 5_000_000, "event": {"type": "CrossingTapped", "bib": 1}},
        {"key": "b", "ago_us": 4_000_000, "event": {"type": "CrossingTapped", "bib": 99}},
        {"key": "c", "event": {"type": "GunFired", "at": 1}},
        {"key": "d", "ago_us": 3_000_000, "event": {"type": "CrossingTapped", "bib": 2}},
    ]
    first = judge.post(f"{RACE}/events:batch", taps).json
    again = judge.post(f"{RACE}/events:batch", taps).json
    assert [line.get("status") for line in first] == [None, 409, 403, None]
    assert first == again


def test_a_preview_says_what_would_change_and_writes_nothing(referee: Client) -> None:
    """The standings before and after a mark, and who would go on."""
    referee.say("w-sf1", {"type": "GunFired"}, query="?ago_us=600000000")
    referee.say("w-sf1", {"type": "OrderRead", "lap": 16, "bibs": [1, 2, 3, 4]})
    before = referee.get("/api/meet").json["version"]
    seen = referee.post(
        f"{RACE}/preview", {"event": {"type": "MarkGiven", "bib": 1, "irm": "DSQ", "rule": "T25"}}
    )
    moves = {one["bib"]: (one["before"]["rank"], one["after"]["rank"]) for one in seen.json["changes"]}
    assert (seen.json["refused"], moves) == (None, {1: (1, 4), 2: (2, 1), 3: (3, 2), 4: (4, 3)})
    assert seen.json["goes_on"] == {"in": [], "out": [1]}
    assert referee.get("/api/meet").json["version"] == before


def test_a_preview_says_why_not(referee: Client) -> None:
    """What would be refused is said before anybody presses the key."""
    seen = referee.post(f"{RACE}/preview", {"event": {"type": "MarkLifted", "bib": 1}}).json
    assert "has no mark" in seen["refused"]


def test_the_desk_shows_who_said_what(referee: Client) -> None:
    """The log of the desk has the role, the name, the time of the rink and a sentence."""
    referee.say("w-sf1", {"type": "SkaterFell", "bib": 2, "lap": 3, "place": "bend 1"})
    line = referee.get(f"{RACE}/desk").json["log"][0]
    assert (line["by"], line["says"]) == ("referee referee one", "2 Skater 2 fell, lap 3, bend 1")
    assert line["retractable"]


def test_an_injury_is_for_the_referee_alone(rink: Served, referee: Client) -> None:
    """The desk of others, the board and the audit do not tell of it."""
    referee.say("w-sf1", {"type": "SkaterFell", "bib": 2, "injury": "left elbow"})
    others = rink.official("timekeeper")
    assert b"elbow" in referee.get(f"{RACE}/desk").body
    for client, path in [
        (others, f"{RACE}/desk"),
        (rink.client(), f"{RACE}/board"),
        (rink.official("secretary"), "/api/audit"),
    ]:
        assert b"elbow" not in client.get(path).body


def test_what_is_taken_back_stands_as_such(referee: Client) -> None:
    """A retraction marks the record, and both stay in the log."""
    number = referee.say("w-sf1", {"type": "NoteMade", "text": "wrong"}).json["number"]
    referee.say("w-sf1", {"type": "RecordRetracted", "number": number})
    log = referee.get(f"{RACE}/desk").json["log"]
    assert [(line["type"], line["taken_back"]) for line in log[:2]] == [
        ("RecordRetracted", False),
        ("NoteMade", True),
    ]


def test_nobody_takes_back_what_another_said(rink: Served, referee: Client) -> None:
    """A judge takes back their own words, the referee anybody's."""
    one, other = rink.official("judge", "Ada"), rink.official("judge", "Bob")
    number = one.say("w-sf1", {"type": "NoteMade", "text": "hm"}).json["number"]
    taking_back = {"type": "RecordRetracted", "number": number}
    assert other.say("w-sf1", taking_back).status == 403
    assert one.say("w-sf1", taking_back).status == 201
    assert referee.say("w-sf1", {"type": "RecordReinstated", "number": number}).status == 201


def test_a_judge_reads_by_eye(rink: Served) -> None:
    """The photo finish is not a judge's."""
    judge, order = rink.official("judge"), {"type": "OrderRead", "lap": 4, "bibs": [1, 2, 3]}
    assert judge.say("w-sf1", order).status == 403
    assert judge.say("w-sf1", {**order, "read_by": "judge"}).status == 201


def test_a_race_is_armed_once(rink: Served) -> None:
    """The one that is armed is on the desk; arming it again is refused."""
    timekeeper = rink.official("timekeeper")
    assert timekeeper.post(f"{RACE}/arm").status == 201
    assert timekeeper.get(f"{RACE}/desk").json["armed"] == "w-sf1"
    assert timekeeper.post(f"{RACE}/arm").status == 409


def test_the_final_is_drawn_in_one_press(rink: Served, referee: Client) -> None:
    """Refused before the semi-final is official, done after; the meet says which."""
    early = referee.post("/api/competitions/women/draw", {})
    referee.say("w-sf1", {"type": "GunFired"}, query="?ago_us=600000000")
    referee.say("w-sf1", {"type": "OrderRead", "lap": 16, "bibs": [1, 2, 3, 4]})
    referee.say("w-sf1", {"type": "ResultDeclared", "status": "official"})
    may = referee.get("/api/meet").json["competitions"][0]["may_draw"]
    drawn = referee.post("/api/competitions/women/draw", {})
    assert (early.status, early.error[:22]) == (409, "w-sf1 is ready: its re")
    assert may == "The semi-finals are official: the final may be drawn."
    assert (drawn.status, drawn.json) == (201, {"races": ["w-final"]})
    assert rink.client().get("/api/meet").json["current"] == "w-final"


def test_a_script_with_the_token_is_the_referee(rink: Served) -> None:
    """The bearer token needs no CSRF header, and signs what it says."""
    script = rink.client()
    script.bearer = "a token for scripts"
    assert script.say("w-sf1", {"type": "GunFired", "at": 1}).status == 201
    assert script.get(f"{RACE}/desk").json["log"][0]["by"] == "referee token"
    script.bearer = "another"
    assert script.say("w-sf1", {"type": "GunFired", "at": 1}).status == 401


def test_an_order_is_read_with_its_times(referee: Client) -> None:
    """The photo finish's times stand by bib, as names of an object."""
    referee.say("w-sf1", {"type": "GunFired"}, query="?ago_us=600000000")
    order = {
        "type": "OrderRead",
        "lap": 16,
        "bibs": [2, [1, 3]],
        "times": {"2": 512_870_000, "1": 512_990_000},
    }
    assert referee.say("w-sf1", order).status == 201
    lines = referee.get(f"{RACE}/board").json["standings"]
    assert [(line["bib"], line["rank"], line["time"]) for line in lines[:2]] == [
        (2, 1, "8:32.87"),
        (1, 2, "8:32.99"),
    ]


def test_a_log_that_takes_nothing_is_said_everywhere(rink: Served, referee: Client) -> None:
    """The official, the desk and whoever watches the server are told why; what was said is not lost."""
    referee.say("w-sf1", {"type": "NoteMade", "text": "before"})
    rink.hall.meet.close()
    answer = referee.say("w-sf1", {"type": "NoteMade", "text": "after"})
    assert (answer.status, "closed" in answer.error) == (503, True)
    assert referee.get("/healthz").status == 503
    assert "closed" in referee.get("/healthz").json["disk"]


def test_a_key_has_its_length(referee: Client) -> None:
    """A key is no place to keep things in."""
    assert referee.say("w-sf1", {"type": "NoteMade", "text": "x"}, key="k" * 201).status == 400


def test_what_a_device_tells_is_not_among_what_people_said(rink: Served, referee: Client) -> None:
    """The audit has it, in its own words; the log of the desk has what officials said."""
    reported = DeviceReported("box", "lost", "connection lost: the cable")
    rink.hall.meet.append(reported, race="w-sf1", by="box")
    assert "DeviceReported" not in {line["type"] for line in referee.get(f"{RACE}/desk").json["log"]}
    assert "connection lost: the cable" in {line["says"] for line in referee.get("/api/audit").json}
