"""Streams: the newest board to everybody who reads, and nobody waits for who does not."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from live.served import Client, Served, a_meet, served

STREAM = "/api/races/w-sf1/stream"


@pytest.fixture
def rink(tmp_path: Path) -> Iterator[Served]:
    """A meet with a race of twenty-four, served."""
    with served(a_meet(tmp_path / "night.meet", size=24)) as server:
        yield server


def gun(client: Client) -> int:
    """Fires the gun, and gives the number of its record."""
    return int(client.say("w-sf1", {"type": "GunFired"}, query="?ago_us=0").json["number"])


def test_a_stream_begins_with_the_board_and_a_word_on_when_to_come_back(rink: Served) -> None:
    """Whoever connects sees the race at once, and comes back at a moment of their own."""
    hints = set()
    for _ in range(8):
        with rink.client().stream(STREAM) as events:
            assert events.next()["race"] == "w-sf1"
            assert events.headers["Content-Type"].startswith("text/event-stream")
            assert events.retry is not None
            hints.add(events.retry)
    assert all(100 < hint < 2_000 for hint in hints)
    assert len(hints) > 1


def test_a_change_reaches_everybody_with_its_number(rink: Served) -> None:
    """The frame of the gun has the gun's number as its id, on every stream."""
    referee = rink.official("referee")
    with contextlib.ExitStack() as held:
        streams = [held.enter_context(rink.client().stream(STREAM)) for _ in range(5)]
        assert {events.next()["status"] for events in streams} == {"ready"}
        number = gun(referee)
        assert {(frame["status"], frame["id"]) for frame in map(next_of, streams)} == {
            ("running", str(number))
        }


def next_of(events: object) -> dict[str, object]:
    """The next frame."""
    return events.next()  # type: ignore[attr-defined,no-any-return] # `Events`


def test_changes_that_come_together_go_out_as_one(rink: Served) -> None:
    """Fifty notes give far fewer than fifty frames, and the last one knows them all."""
    referee = rink.official("referee")
    with rink.client().stream(STREAM) as events:
        events.next()
        notes = [{"key": str(n), "event": {"type": "NoteMade", "text": str(n)}} for n in range(50)]
        said = referee.post("/api/races/w-sf1/events:batch", notes).json
        frames = 0
        while events.next()["version"] < said[-1]["number"]:
            frames += 1
    assert frames < 25


def test_who_reads_nothing_costs_nobody_anything(rink: Served) -> None:
    """While one client has stalled, the others get every change, and the server keeps little for the one."""
    referee = rink.official("referee")
    stalled = socket.socket()
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    stalled.connect(("127.0.0.1", rink.port))
    stalled.sendall(f"GET {STREAM} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    with stalled, rink.client().stream(STREAM) as events:
        events.next()
        for number in range(40):
            referee.say("w-sf1", {"type": "NoteMade", "text": str(number)})
            known = events.next()["version"]
        newest = referee.get("/api/races/w-sf1/board").json["version"]
        assert newest == known or events.until(lambda frame: frame["version"] == newest)
        kept = rink.do(lambda: [stream.transport.get_write_buffer_size() for stream in rink.hall.hub.streams])
        assert max(kept) < 40_000
        assert rink.hall.hub.passed_over > 0


def test_who_reads_again_gets_the_newest_board(rink: Served) -> None:
    """A client that had stalled does not wade through old boards: soon it has the newest."""
    referee = rink.official("referee")
    with rink.client().stream(STREAM) as events:
        for number in range(60):
            referee.say("w-sf1", {"type": "NoteMade", "text": str(number)})
        newest = referee.get("/api/races/w-sf1/board").json["version"]
        frames = 0
        while events.next()["version"] != newest:
            frames += 1
    assert frames < 45


def test_who_has_gone_is_forgotten(rink: Served) -> None:
    """A stream whose client hangs up is closed on our side too."""
    with rink.client().stream(STREAM) as events:
        events.next()
        assert rink.do(lambda: len(rink.hall.hub.streams)) == 1
    assert eventually(lambda: rink.do(lambda: len(rink.hall.hub.streams)) == 0)


def eventually(is_so: object, patience: float = 10.0) -> bool:
    """Whether something becomes true."""
    until = time.monotonic() + patience
    waiting = threading.Event()
    while time.monotonic() < until:
        if is_so():  # type: ignore[operator] # a question
            return True
        waiting.wait(0.02)
    return False


def test_a_server_that_stops_ends_its_streams_politely(tmp_path: Path) -> None:
    """Every client gets the end of the answer with a word on when to come back, and no stop hangs."""
    begun = time.monotonic()
    with contextlib.ExitStack() as held:
        with served(a_meet(tmp_path / "night.meet")) as server:
            streams = [held.enter_context(server.client().stream(STREAM)) for _ in range(20)]
            for events in streams:
                events.next()
                events.retry = None
        for events in streams:
            with pytest.raises(EOFError):
                events.next()
            assert events.retry is not None
    assert time.monotonic() - begun < 10


def test_the_meet_is_told_when_it_changes_and_not_else(rink: Served) -> None:
    """A note changes nothing of the meet; a gun does."""
    referee = rink.official("referee")
    with rink.client().stream("/api/meet/stream") as events:
        first = events.next()
        referee.say("w-sf1", {"type": "NoteMade", "text": "x"})
        gun(referee)
        second = events.next()
    assert (first["current"], second["current"]) == ("w-sf1", "w-sf1")
    assert second["competitions"][0]["phases"][0]["races"][0]["status"] == "running"


def test_a_desk_hears_of_everything(rink: Served) -> None:
    """The desk's stream has the log, newest first."""
    referee = rink.official("referee")
    with referee.stream("/api/races/w-sf1/desk/stream") as events:
        events.next()
        referee.say("w-sf1", {"type": "NoteMade", "text": "wind"})
        frame = events.until(lambda frame: frame["log"][0]["type"] == "NoteMade")
    assert frame["log"][0]["says"] == "wind"
    assert frame["board"]["race"] == "w-sf1"


def test_the_announcer_hears_of_it_too(rink: Served) -> None:
    """The announcer's stream says that the race is on."""
    referee = rink.official("referee")
    with rink.client().stream("/api/races/w-sf1/announcer/stream") as events:
        assert "24 skaters" in events.next()["lines"][0]["says"]
        gun(referee)
        assert events.next()["lines"][0]["says"] == "16 laps to go."


# Snapshots


def test_a_board_that_is_known_is_not_sent_again(rink: Served) -> None:
    """With the ETag that it has, a client is told in a word that nothing is new."""
    client = rink.client()
    first = client.get("/api/races/w-sf1/board")
    assert first.headers["ETag"] == f'"{first.json["version"]}"'
    again = client.get("/api/races/w-sf1/board", If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    gun(rink.official("referee"))
    assert client.get("/api/races/w-sf1/board", If_None_Match=first.headers["ETag"]).status == 200


def test_an_old_board_stays_as_it_was(rink: Served) -> None:
    """The board of a version can be kept for ever, and is made of the records up to it."""
    client, referee = rink.client(), rink.official("referee")
    number = gun(referee)
    assert referee.say("w-sf1", {"type": "RaceStopped"}, query="?ago_us=0").status == 201
    old = client.get(f"/api/races/w-sf1/boards/{number}")
    assert (old.json["status"], client.get("/api/races/w-sf1/board").json["status"]) == ("running", "stopped")
    assert "immutable" in old.headers["Cache-Control"]
    assert old.body == client.get(f"/api/races/w-sf1/boards/{number}").body
    assert client.get("/api/races/w-sf1/boards/1").status == 404
    assert client.get(f"/api/races/w-sf1/boards/{10**30}").status == 404


def test_what_is_long_is_sent_short(rink: Served) -> None:
    """A board is compressed for who can read it so, and a stream never is."""
    whole = rink.client().get("/api/races/w-sf1/board")
    short = rink.client().get("/api/races/w-sf1/board", Accept_Encoding="gzip, br")
    assert short.headers["Content-Encoding"] == "br"
    assert len(short.body) < len(whole.body) / 3
    client = rink.client()
    with client.stream(STREAM) as events:
        assert "Content-Encoding" not in events.headers


def test_figures_and_health(rink: Served) -> None:
    """Prometheus reads who watches what, and a load balancer that the server is well."""
    with rink.client().stream(STREAM) as events:
        events.next()
        text = rink.client().get("/metrics").body.decode()
    assert 'lastlap_streams{kind="board"} 1.0' in text
    assert "lastlap_log_writable 1.0" in text
    assert rink.client().get("/healthz").json["ok"] is True
