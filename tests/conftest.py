"""What tests share: how Hypothesis behaves, and one night of PyeongChang that all may read."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Tests that a shell runs in the background ignore Ctrl-C; the programs that they start and end by it must not.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A loaded machine is slow, not wrong, so there is no deadline; in CI the same commit tries the same examples.
settings.register_profile("desk", deadline=None, print_blob=True)
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `lastlap demo` leaves: `pyeongchang-2018.meet` and what is published of it."""
    folder = tmp_path_factory.mktemp("demo") / "pyeongchang-2018"
    demo = [sys.executable, "-m", "lastlap", "demo", "--out", str(folder)]
    subprocess.run(demo, stdout=subprocess.DEVNULL, check=True)
    return folder


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A real Chromium, for the tests of one module: beside it no other event loop may run."""
    from live.browser import chromium  # noqa: PLC0415 - most tests look at no page

    with chromium() as found:
        yield found
