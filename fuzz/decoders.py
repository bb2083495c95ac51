"""Feeds decoders with damaged streams for as long as you like, and holds them to their laws.

    python fuzz/decoders.py p3 60           60 seconds of P3
    python fuzz/decoders.py all 600 7       ten minutes, each language its share; the chance is number 7

No bytes raise; it makes no difference in what parts they arrive; little is kept; a sound word
after any rubbish is read.  Of what breaks a law the bytes are printed.
"""

import random
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

import msgspec

from lastlap.events import GunFired
from lastlap.times import SECOND, Duration, Instant
from lastlap.timing import P3, P98, Passing, Status, alge, mylaps, raceresult
from lastlap.timing.devices import LANGUAGES, Decoder, parse_device
from lastlap.timing.lynx import EventId, Lif, lif_text
from lastlap.timing.rmonitor import Bare, Competitor, Crossing, Flag, Heartbeat, Seconds, encode
from lastlap.timing.table import passings_table
from lastlap.timing.wall import WallClock

CAPTURES = Path(__file__).parent.parent / "tests" / "captures"
WALL = WallClock(date(2018, 2, 24), 540)
NOON = Instant(1_519_441_200 * SECOND)
MOST_KEPT = 70_000
"""More than any decoder may keep: the longest message that one of them takes, and a bit."""


class Target(NamedTuple):
    """A language under fire."""

    words: list[bytes]
    """Sound ones."""
    special: bytes
    """Bytes that mean something."""
    end: bytes = b""
    """What ends whatever a damaged stream has begun."""


def passings() -> list[Passing]:
    """A few, as devices count them."""
    return [
        Passing(Instant(NOON + 31 * n * SECOND), str(5000 + n), "FIN", "box", n, 90, 20) for n in range(1, 9)
    ]


def p3() -> Target:
    """The frames of a real capture."""
    lines = (CAPTURES / "amb.out").read_text(encoding="ascii").split()
    return Target([bytes.fromhex(line) for line in lines], b"\x8d\x8e\x8f\x00\x02\x81", b"\x8f")


def p98() -> Target:
    """The same capture, told as lines of text."""
    said = P3().receive(b"".join(p3().words))
    words = [P98.encode(one) for one in said if isinstance(one, Passing | Status)]
    return Target(words, b"\x01\t\r\n@#x0", b"\r\n")


def rmonitor() -> Target:
    """The lines of a real session, and a few of our own."""
    beat = Heartbeat(6, Seconds(Duration(0)), Seconds(Duration(0)), Seconds(Duration(SECOND)), Flag("Green"))
    ours = [
        beat,
        Competitor("1", "1", Bare("5"), "A", "B", "NED", Bare("1")),
        Crossing("1", Duration(0), Duration(SECOND)),
    ]
    real = (CAPTURES / "Orbits_Mock_Session.txt").read_bytes().splitlines(keepends=True)
    return Target([*real[:200], *(encode([line]) for line in ours)], b'$,"\r\n:0', b"\r\n")


def tands() -> Target:
    """Messages of version 2."""
    words = [mylaps.message("Finish", "Pong"), mylaps.gunshot("Finish", GunFired(NOON), 3, WALL)]
    return Target([*words, mylaps.handed_over("Finish", passings(), 4, WALL)], b"@$|=\r\n", b"$")


def tands1() -> Target:
    """Messages of version 1."""
    return Target(
        [mylaps.message("Finish", "Pong"), mylaps.store("Finish", passings(), 4, WALL)], b"@$ 0\r\n", b"$"
    )


def lynx() -> Target:
    """Result files."""
    read = Lif(EventId(1, 1, 4), "Final", (7, (3, 1), 2), {7: Duration(31 * SECOND)})
    return Target([lif_text(read).encode()], b'",\r\n:DNF')


def race_result() -> Target:
    """Passings as a decoder pushes them, and answers."""
    return Target(
        [raceresult.encode(one, WALL) for one in passings()] + [b"GETSTATUS;1\r\n"], b";#P\r\n-:", b"\r\n"
    )


def timy() -> Target:
    """Impulses of a Timy."""
    keyed = [msgspec.structs.replace(one, transponder=str(one.number)) for one in passings()]
    return Target([alge.encode(one, WALL, "C1") for one in keyed], b" C:.\r\n0M", b"\r")


def csv() -> Target:
    """The lines of a table, the headings first."""
    return Target(passings_table(passings()).encode().splitlines(keepends=True), b',;"\r\n0', b"\r\n")


TARGETS: dict[str, Callable[[], Target]] = {
    "p3": p3,
    "p98": p98,
    "rmonitor": rmonitor,
    "tands": tands,
    "tands1": tands1,
    "lynx": lynx,
    "lynx-times": lynx,
    "raceresult": race_result,
    "alge": timy,
    "csv": csv,
}
"""Every language that is spoken here."""

WHOLE_FILES = {"lynx", "lynx-times"}
"""Those whose chunks are files: parts of one are not the whole."""


def decoder(language: str) -> Decoder:
    """A new decoder of the language."""
    kind = LANGUAGES[language].kind or "file"
    return LANGUAGES[language].decoder(parse_device(f"box={language}+{kind}:x"), WALL)


def damaged(rng: random.Random, target: Target) -> bytes:
    """Some words in which bytes are changed, lost, doubled or moved."""
    stream = bytearray(b"".join(rng.choices(target.words, k=rng.randint(1, 6))))
    for _ in range(rng.randint(0, 8)):
        place = rng.randrange(len(stream))
        end = min(len(stream), place + rng.randint(0, 12))
        byte = rng.choice([rng.choice(target.special), rng.randrange(256)])
        stream[place:end] = rng.choice([bytes((byte,)), b"", stream[place:end] * 2, rng.randbytes(3)])
        stream.append(byte)
    return bytes(stream)


def told(language: str, parts: Sequence[bytes]) -> list[Any]:
    """What a new decoder tells of the *parts*, to their end."""
    listener, said = decoder(language), list[Any]()
    for part in parts:
        said += listener.receive(part)
        assert getattr(listener, "kept", 0) <= MOST_KEPT, "too much is kept"
    return [*said, *listener.finish()]


def check(language: str, target: Target, stream: bytes, rng: random.Random) -> None:
    """Hold a decoder to its laws for one stream."""
    if language in WHOLE_FILES:
        assert len(told(language, [stream])) == 1, "a file is one reading"
        return
    marks = sorted(rng.randrange(len(stream) + 1) for _ in range(rng.randint(0, 9)))
    parts = [stream[one:other] for one, other in zip([0, *marks], [*marks, len(stream)], strict=True)]
    assert told(language, parts) == told(language, [stream]), "parts are not as the whole"
    if language in ("p3", "p98"):
        sound = rng.choice(target.words)
        assert told(language, [stream, sound])[-1] == told(language, [sound])[-1], "a sound word is not read"


def fire(language: str, seconds: float, seed: int) -> int:
    """Check stream after stream of a language until the time is over; how many there were."""
    rng, target, count = random.Random(seed), TARGETS[language](), 0
    until = monotonic() + seconds
    while monotonic() < until:
        stream, count = damaged(rng, target), count + 1
        try:
            check(language, target, stream, rng)
        except Exception:
            print(f"{language} is broken by {stream!r}")
            raise
    return count


def main(language: str = "all", seconds: str = "10", seed: str = "0") -> None:
    """Check one language or all."""
    languages = list(TARGETS) if language == "all" else [language]
    for name in languages:
        count = fire(name, float(seconds) / len(languages), int(seed))
        print(f"{name}: {count:,} damaged streams, no law broken")


if __name__ == "__main__":
    main(*sys.argv[1:])
