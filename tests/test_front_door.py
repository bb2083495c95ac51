"""The front door: what `import lastlap` promises, and nothing beside it."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

import lastlap
from lastlap.log import Meet

IMPORTED = {
    name.name: node.module
    for node in ast.walk(ast.parse(Path(lastlap.__file__).read_text(encoding="utf-8")))
    if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("lastlap.")
    for name in node.names
}
"""What a type checker is told of the front door: each name, and the room that it is from."""


def test_what_is_promised_is_what_there_is() -> None:
    """`__all__` names what type checkers see, each thing is the one in its room, and `open` opens a meet."""
    assert sorted(lastlap.__all__) == sorted([*IMPORTED, "open"])
    for name, room in IMPORTED.items():
        assert getattr(lastlap, name) is getattr(import_module(room), name)
    assert lastlap.open == Meet.open


@pytest.mark.parametrize("name", lastlap.__all__)
def test_every_promise_explains_itself(name: str) -> None:
    """Whoever asks for help on a promised function or class gets a sentence."""
    promised = getattr(lastlap, name)
    assert promised.__doc__ or not callable(promised)


@pytest.mark.parametrize("name", ["gold", "_said", "Passing"])
def test_nothing_else_is_behind_the_front_door(name: str) -> None:
    """A name that is not promised is not there, and Python says so in its own words."""
    with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
        getattr(lastlap, name)


def test_the_front_door_is_small() -> None:
    """Few enough names that a newcomer reads them all."""
    assert 15 <= len(lastlap.__all__) <= 60
