"""What all commands share: exit codes, files, and where their words go."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from lastlap.errors import InputError

YES, NO, WRONG_USE = 0, 1, 2
"""What a command's exit code says."""

Options = argparse.Namespace
"""What the user wrote."""


@contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """A sentence instead of a traceback for whatever the file system refuses."""
    try:
        yield
    except OSError as error:
        message = (
            f"{path}: {(error.strerror or str(error)).lower()}: see that it is there and that you may use it"
        )
        raise InputError(message) from error


def bytes_of(path: Path) -> bytes:
    """The bytes of a file; `InputError` if it cannot be read."""
    with on_disk(path):
        return path.read_bytes()


def text_of(path: Path) -> str:
    """The text of a file of JSON lines; `InputError` if it is none."""
    try:
        return bytes_of(path).decode()
    except UnicodeDecodeError as error:
        message = f"{path} is no text: give the lines that `lastlap export` wrote"
        raise InputError(message) from error


@contextmanager
def writing(out: str | None) -> Iterator[Callable[[str], object]]:
    """What writes text: to the file *out*, else to the terminal."""
    if out is None:
        yield sys.stdout.write
        return
    with on_disk(Path(out)), Path(out).open("w", encoding="utf-8") as file:
        yield file.write


def terminal() -> ModuleType:
    """What people read; fetched only for them, as tables take their time to import."""
    from lastlap import terminal

    return terminal


def print_json(value: object) -> None:
    """Print a value for programs."""
    import msgspec

    print(msgspec.json.encode(value).decode())


def print_now(text: str) -> None:
    """Print what people should read at once, also where the output is a file."""
    print(text, flush=True)
