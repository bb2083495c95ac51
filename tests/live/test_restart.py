"""The server goes down in mid-race and comes back: nothing is lost, and everybody sees the race again."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from lastlap.events import DeviceReported, Passing
from lastlap.log import Meet, wall_clock
from lastlap.timing.box import Story, made_up
from lastlap.timing.devices import Device
from lastlap.timing.link import parse_address
from lastlap.timing.rehearsal import Plan, serve
from live.served import PATIENCE, TOKEN, Client, a_meet, free_port, lastlap_serve, served, starters
from live.test_streams import eventually

RACE = "w-sf1"
LAPS, SPEED = 16, 60.0


@contextmanager
def decoder(story: Story, port: int = 0) -> Iterator[int]:
    """A decoder that plays *story* to whoever connects, and its port."""
    ready, ports, ends = threading.Event(), list[int](), list[object]()

    async def play() -> None:
        async with serve(story, Plan(port=port, speed=SPEED), Random(1)) as box:
            ports.append(box.port)
            end, loop = asyncio.Event(), asyncio.get_running_loop()
            ends.append(lambda: loop.call_soon_threadsafe(end.set))
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: asyncio.run(play()))
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield ports[0]
    finally:
        ends[0]()  # type: ignore[operator] # it ends the playing
        thread.join(PATIENCE)


def device(port: int) -> Device:
    """That decoder, as the timekeeper names it."""
    return Device("box", "p3", parse_address(f"tcp://127.0.0.1:{port}"))


def answers(client: Client) -> bool:
    """Whether the server is there."""
    try:
        return client.get("/healthz").status == 200
    except OSError:
        return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_restart_in_mid_race_loses_nothing(tmp_path: Path, how: signal.Signals) -> None:
    """Killed or ended and started again, the server has every passing: the decoder sends again what it missed."""
    path = a_meet(tmp_path / "night.meet", size=8)
    story = made_up(starters(8), LAPS, [4, 8, 12, 16], wall_clock(), Random(7))
    client = Client(free_port())
    client.bearer = TOKEN
    with decoder(story) as box:
        with lastlap_serve(path, client.port, box) as process:
            assert eventually(lambda: answers(client), PATIENCE)
            assert client.say(RACE, {"type": "GunFired", "at": story.gun}).status == 201
            with client.stream(f"/api/races/{RACE}/stream") as events:
                before = events.until(lambda frame: frame["laps_to_go"] <= LAPS - 3)
            process.send_signal(how)
            process.wait(PATIENCE)
            assert how is signal.SIGKILL or process.returncode == 0
        with lastlap_serve(path, client.port, box):
            assert eventually(lambda: answers(client), PATIENCE)
            with client.stream(f"/api/races/{RACE}/stream") as events:
                again = events.next()
                assert again["version"] >= before["version"]
                assert again["laps_to_go"] <= before["laps_to_go"]
                over = events.until(lambda frame: frame["status"] == "finished")
    with Meet.open(path) as meet:
        told = [record.event for record in meet.records(RACE)]
        assert meet.check().ok
    seen = {(one.transponder, one.number) for one in told if isinstance(one, Passing)}
    assert len(seen) == len(story.passings) == len([one for one in told if isinstance(one, Passing)])
    assert [line["laps"] for line in over["standings"]] == [LAPS] * 8


def test_the_race_that_was_armed_is_armed_again(tmp_path: Path) -> None:
    """After a restart devices write into the race that was armed last."""
    path = a_meet(tmp_path / "night.meet")
    with served(path) as server:
        assert server.official("timekeeper").post(f"/api/races/{RACE}/arm").status == 201
    with served(path) as server:
        assert server.do(lambda: server.hall.rink.armed) == RACE


def test_an_official_stays_signed_in_over_a_restart(tmp_path: Path) -> None:
    """Nobody has to type a PIN again because the server was started anew."""
    path = a_meet(tmp_path / "night.meet")
    with served(path) as server:
        judge = server.official("judge")
    with served(path) as server:
        judge.port = server.port
        assert judge.say(RACE, {"type": "NoteMade", "text": "still here"}).status == 201


def test_a_gun_arms_its_race(tmp_path: Path) -> None:
    """Nobody armed the race: the gun does, so that its passings do not go to another."""
    path = a_meet(tmp_path / "night.meet", size=2)
    story = made_up(starters(2), LAPS, [4, 8, 12, 16], wall_clock(), Random(7))
    with decoder(story) as box, served(path, devices=(device(box),)) as server:
        referee = server.official("referee")
        assert server.do(lambda: server.hall.rink.armed) == RACE
        referee.say(RACE, {"type": "GunFired", "at": story.gun})
        with referee.stream(f"/api/races/{RACE}/desk/stream") as events:
            frame = events.until(lambda frame: len(frame["passings"]) > 3)
    assert frame["armed"] == RACE
    assert frame["devices"][0]["word"] == "ok"
    assert frame["passings"][0]["verdict"].startswith(("lap", "leaving", "the same"))


def test_what_is_lost_of_a_device_is_said(tmp_path: Path) -> None:
    """A decoder that goes away shows on the desk, and the log says why."""
    path, port = a_meet(tmp_path / "night.meet", size=2), free_port()
    story = made_up(starters(2), LAPS, [4], wall_clock(), Random(7))
    with served(path, devices=(device(port),)) as server:
        referee = server.official("referee")
        with referee.stream(f"/api/races/{RACE}/desk/stream") as events:
            with decoder(story, port):
                events.until(lambda frame: frame["devices"][0]["word"] == "ok")
            events.until(lambda frame: frame["devices"][0]["word"] == "lost")
    with Meet.open(path) as meet:
        told = [record.event for record in meet.records(RACE)]
    assert "lost" in {one.what for one in told if isinstance(one, DeviceReported)}
