"""The computer's own troubles: a capture that is killed, a full disk, a file that cannot be written, two who write."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest

from lastlap.capture import Capture
from lastlap.events import GunFired, Passing, RacePlanned, Record, StartListPosted
from lastlap.log import Draft, Meet
from lastlap.timing.devices import Device
from lastlap.timing.faults import parse_fault
from lastlap.timing.link import parse_address
from lastlap.timing.raw import read_raw
from lastlap.timing.rehearsal import AT_ONCE, Plan, Rehearsal, serve
from trouble import QUICK, Trial, eight_laps, table

KILLS = int(os.environ.get("LASTLAP_KILLS", "6"))
"""How often the capturing process is killed; 200 for a long run."""

WAIT = 60
"""Seconds after which something has gone wrong."""


def meet_for(trial: Trial, path: Path) -> Path:
    """The file of a meet whose race is about to start."""
    plan = RacePlanned("w", "final", "Women, final", trial.rules)
    with Meet.create(path) as meet:
        events = (plan, StartListPosted(trial.story.starters), GunFired(trial.story.gun))
        meet.append_all(Draft(event, "final") for event in events)
    return path


def kept(path: Path) -> list[Record]:
    """What the log has acknowledged by now, as any reader sees it."""
    with Meet.open(path) as meet:
        return list(meet.records())


def passings(path: Path) -> int:
    """How many passings the log has."""
    return sum(isinstance(record.event, Passing) for record in kept(path))


def command(path: Path, port: int) -> list[str]:
    """The capture, as the timekeeper starts it."""
    decoder = f"box=tcp://127.0.0.1:{port}"
    return [sys.executable, "-m", "lastlap", "capture", str(path), "--race", "final", "--decoder", decoder]


async def killed(box: Rehearsal, path: Path, rng: Random) -> None:
    """A capture that is killed at some moment, on its way up or in the middle of the race."""
    running = await asyncio.create_subprocess_exec(
        *command(path, box.port), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert running.stderr is not None
    async with asyncio.timeout(WAIT):
        # With nothing in the log, nobody knows from which passing on the box is to be asked.
        while not passings(path):  # noqa: ASYNC110 - another process writes the file, and tells nobody
            await asyncio.sleep(0.05)
    with suppress(TimeoutError):
        async with asyncio.timeout(rng.uniform(0.1, 1.2)):
            await running.stderr.read()
    acknowledged = kept(path)
    running.kill()
    await running.wait()
    assert kept(path)[: len(acknowledged)] == acknowledged
    await running.stderr.read()


async def finished(box: Rehearsal, path: Path, enough: int) -> None:
    """A capture that nobody kills, until the log has *enough* passings."""
    running = await asyncio.create_subprocess_exec(
        *command(path, box.port), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert running.stderr is not None
    await asyncio.wait_for(running.stderr.readuntil(b"ok:"), WAIT)
    async with asyncio.timeout(WAIT):
        while passings(path) < enough:  # noqa: ASYNC110 - another process writes the file, and tells nobody
            await asyncio.sleep(0.1)
    running.send_signal(signal.SIGINT)
    await running.stderr.read()
    assert await running.wait() == 0


def test_killed_at_any_moment(tmp_path: Path) -> None:
    """However often it is killed, nothing acknowledged is lost, and the race ends as it would have ended."""
    trial, rng = eight_laps(), Random(KILLS)
    path = meet_for(trial, tmp_path / "night.meet")
    speed = max(1.0, 240 / (KILLS * 0.8))

    async def run() -> None:
        plan = Plan(port=0, speed=speed, faults=(parse_fault("drop=0.05"),))
        async with serve(trial.story, plan, Random(1)) as box:
            for _ in range(KILLS):
                await killed(box, path, rng)
            await finished(box, path, len(trial.story.passings))

    asyncio.run(run())
    undisturbed = meet_for(trial, tmp_path / "undisturbed.meet")
    asyncio.run(captured(trial, undisturbed))
    with Meet.open(path) as meet, Meet.open(undisturbed) as other:
        assert meet.check().ok
        assert table(meet.race("final")) == table(other.race("final"))


Meanwhile = Callable[[Capture], None]
"""What happens to the computer when a hundred records are stored; called again and again until the end."""


async def captured(
    trial: Trial, path: Path, raw: Path | None = None, meanwhile: Meanwhile | None = None
) -> Capture:
    """Capture the whole race in this process."""
    with Meet.open(path, write=True) as meet:
        async with serve(trial.story, Plan(port=0, speed=AT_ONCE), Random(1)) as box:
            device = Device("box", "p3", parse_address(f"tcp://127.0.0.1:{box.port}"))
            capture = Capture(
                meet, "final", [device], raw or path.with_suffix(".raw"), trusts_box=True, patience=QUICK
            )
            running = asyncio.ensure_future(capture.run())
            try:
                async with asyncio.timeout(WAIT):
                    while capture.stored < len(trial.story.passings):
                        if meanwhile:
                            meanwhile(capture)
                        await asyncio.sleep(0.01)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
    return capture


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of that size, if this user may mount one."""
    folder.mkdir()
    mount = ["/bin/mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    made = subprocess.run(mount, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"no disk can be mounted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["/bin/umount", str(folder)], check=True)


def test_a_full_disk(tmp_path: Path) -> None:
    """It says so, waits, and goes on when there is room; the raw bytes, on another disk, have all of it."""
    trial, troubles = eight_laps(), set[str]()
    with small_disk(tmp_path / "stick", "2m") as stick:
        path = meet_for(trial, stick / "night.meet")
        ballast = stick / "ballast"

        def make_room(capture: Capture) -> None:
            if not troubles and not capture.trouble:
                with suppress(OSError), ballast.open("ab", buffering=0) as file:
                    while file.write(b"0" * 1024):
                        pass
            if capture.trouble:
                troubles.add(capture.trouble)
                ballast.unlink(missing_ok=True)

        capture = asyncio.run(captured(trial, path, tmp_path / "night.raw", make_room))
        assert any(
            "the disk" in trouble and "nothing acknowledged is lost" in trouble for trouble in troubles
        )
        assert capture.trouble == ""
        assert passings(path) == len(trial.story.passings)
        with Meet.open(path) as meet:
            assert meet.check().ok


def test_a_disk_that_becomes_read_only(tmp_path: Path) -> None:
    """A stick that is write-protected in mid-race, and freed again: not one passing is missing."""
    trial, troubles = eight_laps(), set[str]()
    with small_disk(tmp_path / "stick", "4m") as stick:
        path = meet_for(trial, stick / "night.meet")
        with Meet.open(path):
            pass

        def protect(capture: Capture) -> None:
            if capture.trouble:
                troubles.add(capture.trouble)
            mode = "rw" if troubles else "ro"
            subprocess.run(
                ["/bin/mount", "-o", f"remount,{mode}", str(stick)], check=False, capture_output=True
            )

        asyncio.run(captured(trial, path, stick / "night.raw", protect))
        assert passings(path) == len(trial.story.passings)
        with Meet.open(path) as meet:
            assert meet.check().ok


@pytest.mark.parametrize("way", ["no folder", "no room"])
def test_raw_bytes_that_cannot_be_kept(way: str, tmp_path: Path) -> None:
    """The log goes on without them, and says so; what was kept can still be read."""
    trial, troubles = eight_laps(), set[str]()
    path = meet_for(trial, tmp_path / "night.meet")

    def look(capture: Capture) -> None:
        troubles.add(capture.trouble)

    if way == "no folder":
        raw = tmp_path / "nowhere" / "night.raw"
        asyncio.run(captured(trial, path, raw, look))
        assert (
            f"{raw}: raw bytes are not kept: no such file or directory; the log goes on without them"
            in troubles
        )
    else:
        with small_disk(tmp_path / "stick", "8k") as stick:
            raw = stick / "night.raw"
            asyncio.run(captured(trial, path, raw, look))
            assert (
                f"{raw}: raw bytes are not kept: no space left on device; the log goes on without them"
                in troubles
            )
            assert len(list(read_raw(raw))) < len(trial.story.passings)
    assert passings(path) == len(trial.story.passings)


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """A quota for raw bytes: the same as a full disk, for who may not mount one."""
    trial = eight_laps()
    path = meet_for(trial, tmp_path / "night.meet")
    raw = tmp_path / "night.raw"
    raw.write_bytes(b"")
    code = (
        "import asyncio, sys; sys.path.insert(0, sys.argv[1]); import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from pathlib import Path; import test_capture_trouble as t\n"
        "from trouble import eight_laps\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))\n"
        "capture = asyncio.run(t.captured(eight_laps(), Path(sys.argv[2]), Path(sys.argv[3])))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent), str(path), str(raw)], check=False
    )
    assert found.returncode == 0
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1 << 20
    assert passings(path) == len(trial.story.passings)


def test_two_who_capture_into_one_meet(tmp_path: Path) -> None:
    """The second is told who is writing, in one sentence, and may start when the first has left."""
    trial = eight_laps()
    path = meet_for(trial, tmp_path / "night.meet")

    async def run() -> None:
        async with serve(trial.story, Plan(port=0, speed=AT_ONCE), Random(1)) as box:
            with Meet.open(path, write=True):
                second = await asyncio.create_subprocess_exec(
                    *command(path, box.port), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
                )
                _, said = await second.communicate()
            assert second.returncode == 2
            assert said.decode().startswith(f"lastlap: {path} is being written by process {os.getpid()} on")
            assert said.decode().count("\n") == 1
            await finished(box, path, len(trial.story.passings))

    asyncio.run(run())
