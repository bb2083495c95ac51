"""The night of PyeongChang, live: through real P3 bytes, with officials' words at their moments."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lastlap.log import Meet
from lastlap.night import compared, night, nights, sheet_of
from live.served import PATIENCE, Client, free_port
from live.test_outside import is_there
from live.test_streams import eventually


def test_the_night_played_live_ends_as_it_did(tmp_path: Path) -> None:
    """At a speed of 900 all six races come out as their official sheets say, and the pages follow."""
    client = Client(free_port())
    command = [sys.executable, "-m", "lastlap", "demo", "--serve", "--speed", "900", "--host", "127.0.0.1"]
    command += ["--port", str(client.port), "--out", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        try:
            assert eventually(lambda: is_there(client), PATIENCE)
            with client.stream("/api/meet/stream") as events:
                events.until(lambda meet: [medals["official"] for medals in meet["medals"]] == [True, True])
        finally:
            process.send_signal(signal.SIGINT)
            assert process.stdout is not None
            said = process.stdout.read()
    script = night(nights()[0])
    with Meet.open(tmp_path / script.file) as meet:
        assert meet.check().ok
        for race in script.races:
            assert compared(sheet_of(race), meet.race(race.id)).differences == ()
    assert f"http://127.0.0.1:{client.port}/desk" in said
    assert process.returncode == 0


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf", "1e9"])
def test_a_speed_that_nobody_can_watch(tmp_path: Path, speed: str) -> None:
    """One sentence, and no traceback."""
    command = [sys.executable, "-m", "lastlap", "demo", "--serve", f"--speed={speed}", "--out", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "nobody can watch" in run.stderr
