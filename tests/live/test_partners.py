"""The feed for partners: a server writes it and offers it, whatever happens to server, partner or disk."""

import http.client
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from lastlap.cli import main
from lastlap.errors import MeetError
from lastlap.events import Record
from lastlap.live.server import Serving
from lastlap.log import wall_clock
from lastlap.publish.odf.folder import Follower
from lastlap.timing.box import made_up
from live.served import (
    PATIENCE,
    TOKEN,
    Client,
    Events,
    Served,
    a_meet,
    free_port,
    lastlap_serve,
    served,
    starters,
)
from live.test_restart import LAPS, RACE, answers, decoder
from live.test_streams import eventually

NOW = "?ago_us=0"


@contextmanager
def feeding(path: Path) -> Iterator[Served]:
    """The meet at *path*, served with a feed into the folder beside it."""
    with served(path, bearer=TOKEN, serving=Serving("127.0.0.1", 0, odf=path.parent / "odf")) as server:
        yield server


def secretary(server: Served) -> Client:
    """A client that may say anything."""
    client = server.client()
    client.bearer = TOKEN
    return client


def files(folder: Path) -> dict[str, bytes]:
    """What lies in a folder."""
    return {file.name: file.read_bytes() for file in folder.glob("*.xml")}


def offered(client: Client) -> list[dict[str, object]]:
    """All messages that are listed, page by page."""
    found: list[dict[str, object]] = []
    while page := client.get(f"/api/odf?after={len(found)}").json["messages"]:
        found += page
    return found


def numbers(events: Events, count: int) -> list[int]:
    """The ids of the next so many messages."""
    return [int(events.next()["id"]) for _ in range(count)]


def test_a_night_that_is_killed_is_fed_whole(tmp_path: Path) -> None:
    """Killed in mid-race and started again: the folder is that of the whole meet, and nothing came twice."""
    path = a_meet(tmp_path / "night.meet", size=8)
    story = made_up(starters(8), LAPS, [4, 8, 12, 16], wall_clock(), Random(7))
    client = Client(free_port())
    client.bearer = TOKEN
    with decoder(story) as box:
        with lastlap_serve(path, client.port, box, "--odf", str(path.parent / "odf")) as process:
            assert eventually(lambda: answers(client), PATIENCE)
            client.say(RACE, {"type": "GunFired", "at": story.gun})
            with client.stream("/api/odf/stream") as events:
                seen = [events.next() for _ in range(20)]
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE)
        before = files(tmp_path / "odf")
        with lastlap_serve(path, client.port, box, "--odf", str(path.parent / "odf")) as process:
            assert eventually(lambda: answers(client), PATIENCE)
            with client.stream(f"/api/races/{RACE}/stream") as boards:
                boards.until(lambda frame: frame["status"] == "finished")
            for status in ("unofficial", "official"):
                assert client.say(RACE, {"type": "ResultDeclared", "status": status}).status == 201
            with client.stream(f"/api/odf/stream?after={seen[-1]['id']}") as events:
                while "~OFFICIAL~" not in seen[-1]["name"]:
                    seen.append(events.next())
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
    after = files(tmp_path / "odf")
    assert before.items() <= after.items()
    assert [one["number"] for one in seen] == list(range(1, len(seen) + 1))
    assert main(["odf", str(path), "--out", str(tmp_path / "whole")]) == 0
    assert after == files(tmp_path / "whole")
    assert main(["odf-check", str(tmp_path / "odf")]) == 0


def test_messages_are_listed_and_fetched(tmp_path: Path) -> None:
    """What is listed is what lies in the folder; a message may be kept for ever."""
    with feeding(a_meet(tmp_path / "night.meet")) as server:
        client = server.client()
        assert eventually(lambda: client.get("/api/odf").json["last"])
        listed = offered(client)
        assert [one["number"] for one in listed] == list(range(1, len(listed) + 1))
        assert {one["name"] for one in listed} == files(tmp_path / "odf").keys()
        first = listed[0]
        assert (first["type"], first["version"], first["subtype"]) == ("DT_SCHEDULE", 1, "")
        got = client.get(f"/api/odf/{first['name']}")
        assert got.body == (tmp_path / "odf" / str(first["name"])).read_bytes()
        assert len(got.body) == first["bytes"]
        assert "immutable" in str(got.headers["Cache-Control"])
        assert client.get(f"/api/odf/{first['name']}", If_None_Match=got.headers["ETag"]).status == 304
        (tmp_path / "odf" / str(first["name"])).unlink()
        assert "no more" in client.get(f"/api/odf/{first['name']}").error


@pytest.mark.parametrize("name", ["DT_NOTHING.xml", "..%2Fnight.meet", "%00"])
def test_nothing_but_messages_is_fetched(tmp_path: Path, name: str) -> None:
    """No other file of the disk, whatever is asked."""
    with feeding(a_meet(tmp_path / "night.meet")) as server:
        assert server.client().get(f"/api/odf/{name}").status == 404


def test_a_partner_who_comes_back_misses_nothing(tmp_path: Path) -> None:
    """The number of the last message, as browsers send it, is where the stream goes on."""
    with feeding(a_meet(tmp_path / "night.meet")) as server:
        referee = secretary(server)
        with referee.stream("/api/odf/stream") as events:
            seen = numbers(events, 3)
        referee.say(RACE, {"type": "GunFired"}, query=NOW)
        referee.say(RACE, {"type": "RaceStopped"}, query=NOW)
        assert eventually(lambda: len(offered(referee)) > 6)
        with referee.stream(f"/api/odf/stream?after={seen[-1]}") as events:
            seen += numbers(events, 3)
            referee.say(RACE, {"type": "RaceRestarted"}, query=NOW)
            seen += numbers(events, len(offered(referee)) - len(seen))
        assert seen == list(range(1, len(seen) + 1))
        again = referee.get("/api/odf?after=2").json
        assert again["messages"][0]["number"] == 3


def test_a_browser_goes_on_by_itself(tmp_path: Path) -> None:
    """What its header says counts more than the address that it first came by."""
    with feeding(a_meet(tmp_path / "night.meet")) as server:
        client = server.client()
        assert eventually(lambda: len(offered(client)) > 3)
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        line.request("GET", "/api/odf/stream?after=1", headers={"Last-Event-ID": "2"})
        events = Events(line.getresponse())
        assert numbers(events, 2) == [3, 4]
        assert events.retry is not None
        line.close()


def test_a_log_that_cannot_be_read_for_a_moment_ends_no_feed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so, and goes on when it can."""
    with feeding(a_meet(tmp_path / "night.meet")) as server:
        client, partners = secretary(server), server.hall.partners
        assert partners is not None
        assert eventually(lambda: client.get("/api/odf").json["last"])
        before = client.get("/api/odf").json["last"]
        with monkeypatch.context() as broken:

            def records(*_: object, **__: object) -> Iterator[Record]:
                message = "the disk fails"
                raise MeetError(message)

            broken.setattr(server.hall.meet, "records", records)
            assert eventually(lambda: "the disk fails" in partners.trouble)
        client.say(RACE, {"type": "GunFired"}, query=NOW)
        assert eventually(lambda: client.get("/api/odf").json["last"] > before)
        assert partners.trouble == ""


def test_a_feed_that_makes_a_mistake_says_so_and_stops_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its traceback stands in the server's log; the race goes on."""
    with feeding(a_meet(tmp_path / "night.meet")) as server:
        client = secretary(server)
        assert eventually(lambda: client.get("/api/odf").json["last"])
        monkeypatch.setattr(Follower, "look", lambda *_: 1 // 0)
        assert eventually(lambda: "a mistake of its own" in client.get("/api/odf").json["trouble"])
        assert client.say(RACE, {"type": "GunFired"}, query=NOW).status == 201


def test_what_is_no_number_is_refused(tmp_path: Path) -> None:
    """One sentence says what is wanted."""
    with feeding(a_meet(tmp_path / "night.meet")) as server:
        client = server.client()
        assert client.get("/api/odf?after=x").status == 400
        assert "Last-Event-ID" in client.get("/api/odf/stream", Last_Event_ID="-1").error


def test_a_stream_ends_with_the_server_and_with_the_pages(tmp_path: Path) -> None:
    """Who may look no more gets no message more; a server that stops lets partners go."""
    with feeding(a_meet(tmp_path / "night.meet")) as server:
        client, referee = server.client(), secretary(server)
        with client.stream("/api/odf/stream") as events, referee.stream("/api/odf/stream") as others:
            numbers(events, 3)
            referee.post("/api/settings", {"open": False})
            referee.say(RACE, {"type": "GunFired"}, query=NOW)
            with pytest.raises(EOFError):
                numbers(events, 100)
            partners = server.hall.partners
            assert partners is not None
            server.do(partners.end_streams)
            with pytest.raises(EOFError):
                numbers(others, 100)
        assert client.get("/api/odf").status == 401


def test_no_feed_is_offered_unless_it_is_wanted(tmp_path: Path) -> None:
    """The sentence says how to have one."""
    with served(a_meet(tmp_path / "night.meet")) as server:
        for path in ("/api/odf", "/api/odf/stream", "/api/odf/x.xml"):
            answer = server.client().get(path)
            assert (answer.status, "--odf DIR" in answer.error) == (404, True)


def test_a_disk_that_takes_no_feed_stops_nothing_else(tmp_path: Path) -> None:
    """The desk says why, the log takes what is said, and the feed goes on when it can, with all of it."""
    path, out = a_meet(tmp_path / "night.meet"), tmp_path / "odf"
    out.touch()
    with feeding(path) as server:
        referee = secretary(server)
        assert eventually(lambda: "cannot be written" in referee.get("/api/odf").json["trouble"])
        with referee.stream(f"/api/races/{RACE}/desk/stream") as events:
            frame = events.until(lambda frame: frame["devices"][0]["word"] == "lost")
            assert (frame["devices"][0]["name"], frame["disk"]) == ("feed", "")
            assert referee.say(RACE, {"type": "GunFired"}, query=NOW).status == 201
            assert referee.get("/healthz").status == 200
            out.unlink()
            events.until(lambda frame: frame["devices"][0]["word"] == "ok")
    assert main(["odf", str(path), "--out", str(tmp_path / "whole")]) == 0
    assert files(out) == files(tmp_path / "whole")
