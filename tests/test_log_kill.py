"""Killed at any moment, a meet keeps every record that it has acknowledged (law 7).

Run as a script, this file is the one that is killed: it appends for ever and prints the number of
each record as soon as that is acknowledged.
"""

import os
import random
import subprocess
import sys
from collections import deque
from concurrent.futures import Future
from pathlib import Path

import pytest

from lastlap.events import NoteMade, Record
from lastlap.log import Draft, Meet
from lastlap.pages import PAGE

KILLS = int(os.environ.get("LASTLAP_KILLS", "12"))
"""How often a writer is killed; set it higher for a long run."""


def written_before_the_kill(path: Path, way: str, patience: int) -> list[tuple[int, str]]:
    """What a writer had acknowledged, number and first words, when it was killed after *patience* records."""
    command = [sys.executable, __file__, str(path), way]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(patience)]
        writer.kill()
        lines += writer.stdout.readlines()
    # The kill may have cut the last line short.
    return [(int(line.split()[0]), line.split()[1]) for line in lines if line.endswith("\n")]


@pytest.mark.parametrize("way", ["one by one", "in groups", "all at once"])
def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path, way: str) -> None:
    """However often the computer dies, each record that was acknowledged is there, and the chain holds."""
    path = tmp_path / "night.meet"
    Meet.create(path).close()
    chance = random.Random(way)
    for _ in range(KILLS):
        acknowledged = written_before_the_kill(path, way, chance.randrange(1, 300))
        with Meet.open(path, write=True) as meet:
            said = {record.number: beginning(record) for record in meet.records()}
            assert meet.check().ok
        assert acknowledged
        assert {number: said[number] for number, _ in acknowledged} == dict(acknowledged)


def test_a_group_that_is_killed_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """What is appended in one go is never found in part, not even after a kill."""
    path = tmp_path / "night.meet"
    Meet.create(path).close()
    for patience in range(1, KILLS, 3):
        written_before_the_kill(path, "all at once", patience)
        with Meet.open(path) as meet:
            assert len(list(meet.records())) % GROUP == 0


@pytest.mark.parametrize("way", ["one by one", "all at once"])
def test_readers_come_and_go_while_a_writer_writes(tmp_path: Path, way: str) -> None:
    """Whoever opens a meet in the middle of its writing finds it whole, and no less than before."""
    path = tmp_path / "night.meet"
    Meet.create(path).close()
    seen = [0]
    with subprocess.Popen([sys.executable, __file__, path, way], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        while seen[-1] < 2_000:
            assert writer.stdout.readline()
            with Meet.open(path) as meet:
                found = meet.check()
            assert found.ok
            seen.append(found.records)
        writer.kill()
    assert seen == sorted(seen)


# The one that is killed

GROUP = 40
"""The records that are appended in one go."""


def beginning(record: Record) -> str:
    """The first words of what a record says."""
    assert isinstance(record.event, NoteMade)
    return record.event.text[:16]


def say(record: Record) -> None:
    """Tells the world that a record is safe."""
    sys.stdout.write(f"{record.number} {beginning(record)}\n")
    sys.stdout.flush()


def writes_for_ever(meet: Meet, way: str) -> None:
    """Appends in the *way* that is asked for, until somebody ends it."""
    waiting: deque[Future[Record]] = deque()
    while True:
        draft = Draft(NoteMade(random.randbytes(random.choice([9, 90, PAGE])).hex()))
        if way == "one by one":
            say(meet.append(draft.event))
        elif way == "all at once":
            for record in meet.append_all([draft] * GROUP):
                say(record)
        else:
            waiting.append(meet.submit(draft))
            while len(waiting) > GROUP:
                say(waiting.popleft().result())


if __name__ == "__main__":
    with Meet.open(sys.argv[1], write=True) as meet:
        writes_for_ever(meet, sys.argv[2])
