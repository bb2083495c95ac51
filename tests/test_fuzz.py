"""Damaged bytes of every language: no exception, no hang, and parts are as the whole.

A few hundred streams each; `python fuzz/decoders.py all 600` goes on for ten minutes.
"""

import random

import decoders
import pytest

from lastlap.timing.devices import LANGUAGES

STREAMS = 300


def test_every_language_is_under_fire() -> None:
    """A new language brings a target."""
    assert set(decoders.TARGETS) == set(LANGUAGES)


@pytest.mark.parametrize("language", decoders.TARGETS)
def test_damaged_streams_break_no_law(language: str) -> None:
    """The same streams each time."""
    rng, target = random.Random(f"{language} 1"), decoders.TARGETS[language]()
    for _ in range(STREAMS):
        decoders.check(language, target, decoders.damaged(rng, target), rng)
