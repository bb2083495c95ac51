"""Feeds decoders with damaged streams for as long as you like, and holds them to their laws.

    python fuzz/decoders.py p3 60        60 seconds of P3
    python fuzz/decoders.py p98 60 7     60 seconds of P98, the chance being number 7

No bytes raise; it makes no difference in what parts they arrive; little is kept; a sound frame
after any rubbish is read.  Of what breaks a law the bytes are printed.
"""

import random
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from lastlap.timing import P3, P98, Passing, Said, Status

CAPTURE = Path(__file__).parent.parent / "tests" / "captures" / "amb.out"
SPECIAL = {"p3": b"\x8d\x8e\x8f\x00\x02\x81", "p98": b"\x01\t\r\n@#x0"}
"""Bytes that mean something in a language."""
DECODERS: dict[str, Callable[[], P3 | P98]] = {"p3": P3, "p98": P98}
MOST_KEPT = 20_000


def corpus(language: str) -> list[bytes]:
    """Sound frames, of a real capture."""
    frames = [bytes.fromhex(line) for line in CAPTURE.read_text(encoding="ascii").split()]
    if language == "p3":
        return frames
    said = P3().receive(b"".join(frames))
    return [P98.encode(one) for one in said if isinstance(one, Passing | Status)]


def damaged(rng: random.Random, frames: list[bytes], special: bytes) -> bytes:
    """Some frames in which bytes are changed, lost, doubled or moved."""
    stream = bytearray(b"".join(rng.choices(frames, k=rng.randint(1, 6))))
    for _ in range(rng.randint(0, 8)):
        place = rng.randrange(len(stream))
        end = min(len(stream), place + rng.randint(0, 12))
        byte = rng.choice([rng.choice(special), rng.randrange(256)])
        stream[place:end] = rng.choice([bytes((byte,)), b"", stream[place:end] * 2, rng.randbytes(3)])
        stream.append(byte)
    return bytes(stream)


def told(decoder: P3 | P98, parts: list[bytes]) -> list[Said]:
    """What the *decoder* tells of the *parts*, to their end."""
    said = []
    for part in parts:
        said += decoder.receive(part)
        assert decoder.kept <= MOST_KEPT, "too much is kept"
    return said + decoder.finish()


def check(make: Callable[[], P3 | P98], stream: bytes, sound: bytes, rng: random.Random) -> None:
    """Hold a decoder to its laws for one stream."""
    marks = sorted(rng.randrange(len(stream) + 1) for _ in range(rng.randint(0, 9)))
    parts = [stream[one:other] for one, other in zip([0, *marks], [*marks, len(stream)], strict=True)]
    assert told(make(), parts) == told(make(), [stream]), "parts are not as the whole"
    assert told(make(), [stream, sound])[-1] == told(make(), [sound])[-1], "a sound frame is not read"


def main(language: str, seconds: str = "10", seed: str = "0") -> None:
    """Check stream after stream until the time is over."""
    rng, frames, count = random.Random(int(seed)), corpus(language), 0
    until = monotonic() + float(seconds)
    while monotonic() < until:
        stream, count = damaged(rng, frames, SPECIAL[language]), count + 1
        try:
            check(DECODERS[language], stream, rng.choice(frames), rng)
        except Exception:
            print(f"broken by {stream!r}")
            raise
    print(f"{language}: {count:,} damaged streams, no law broken")


if __name__ == "__main__":
    main(*sys.argv[1:])
