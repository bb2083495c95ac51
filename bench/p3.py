"""How fast P3 is decoded: a real capture over and over, and rubbish of several kinds.

    python bench/p3.py

Prints the best of several runs, in processor time, beside a plain decoder that does the same work
in the obvious way; asserts that every frame was read.
"""

import random
import struct
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

from lastlap.timing import P3, Garbled, Passing, Said, Status

CAPTURE = Path(__file__).parent.parent / "tests" / "captures" / "amb.out"
RUNS = 5
REPEATS = 20
CHUNK = 1 << 16
RUBBISH = 100_000_000


def chunks(data: bytes) -> Iterator[bytes]:
    """The *data* as a socket hands it over."""
    return (data[at : at + CHUNK] for at in range(0, len(data), CHUNK))


def best(work: Callable[[], object], runs: int = RUNS) -> float:
    """The seconds of processor time that *work* takes, in the best of some runs."""
    costs = []
    for _ in range(runs):
        begun = process_time()
        work()
        costs.append(process_time() - begun)
    return min(costs)


def decoded(stream: bytes) -> Counter[type[Said]]:
    """What *stream* tells, counted by kind."""
    p3 = P3("box")
    return Counter(type(said) for chunk in chunks(stream) for said in p3.receive(chunk))


START, ESCAPE, END = 0x8E, 0x8D, 0x8F
TABLE = []
for number in range(256):
    register = number << 8
    for _ in range(8):
        register = register << 1 ^ (0x11021 if register & 0x8000 else 0)
    TABLE.append(register)


def plainly(stream: bytes) -> Counter[int]:
    """The same the obvious way, byte by byte, counted by type of record."""
    kinds: Counter[int] = Counter()
    frame, is_escaped = bytearray(), False
    for byte in stream:
        if byte == START:
            frame = bytearray()
        if byte == ESCAPE:
            is_escaped = True
            continue
        frame.append(byte - 0x20 if is_escaped else byte)
        if byte == END and not is_escaped:
            kinds[read_plainly(frame)] += 1
        is_escaped = False
    return kinds


def read_plainly(frame: bytearray) -> int:
    """The type of the record in *frame*, all of whose fields were read."""
    _, _, length, check, _, tor = struct.unpack_from("<BBHHHH", frame)
    frame[4:6] = b"\0\0"
    register = 0xFFFF
    for byte in frame:
        register = TABLE[register >> 8] ^ (register << 8 & 0xFFFF) ^ byte
    assert (register, len(frame)) == (check, length)
    fields, at = {}, 10
    while at < length - 1:
        fields[frame[at]] = int.from_bytes(frame[at + 2 : at + 2 + frame[at + 1]], "little")
        at += 2 + frame[at + 1]
    assert fields[0x81]
    return int(tor)


def measure_capture() -> None:
    """Print frames a second, ours and plainly."""
    frames = [bytes.fromhex(line) for line in CAPTURE.read_text(encoding="ascii").split()]
    stream = b"".join(frames) * REPEATS
    assert decoded(stream) == {Passing: 84 * REPEATS, Status: 1304 * REPEATS}
    assert plainly(stream) == {1: 84 * REPEATS, 2: 1304 * REPEATS}
    ours = len(frames) * REPEATS / best(lambda: decoded(stream))
    plain = len(frames) * REPEATS / best(lambda: plainly(stream), runs=2)
    passings = b"".join(frame for frame in frames if frame[8] == 1) * 10 * REPEATS
    alone = 840 * REPEATS / best(lambda: decoded(passings))
    print(f"capture: {ours:,.0f} frames/s; passings alone: {alone:,.0f}/s")
    print(f"  the obvious way: {plain:,.0f} frames/s; so ours is {ours / plain:.1f} times as fast")


def measure_rubbish(name: str, rubbish: bytes) -> None:
    """Print how fast 100 MB of *rubbish* is got rid of, and what it takes to keep."""
    stream = rubbish * (RUBBISH // len(rubbish))
    cost = best(lambda: assert_garbled(stream), runs=1)
    part = stream[: RUBBISH // 20]
    tracemalloc.start()
    assert_garbled(part)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(
        f"100 MB of {name}: {len(stream) / cost / 1e6:,.0f} MB/s, at most {peak / 1e6:.1f} MB of memory beside it"
    )


def assert_garbled(stream: bytes) -> None:
    """Decode *stream*, of which every byte must come back as garbled."""
    p3 = P3()
    garbled = sum(
        len(said.data) for chunk in chunks(stream) for said in p3.receive(chunk) if isinstance(said, Garbled)
    )
    assert garbled + p3.kept == len(stream)


if __name__ == "__main__":
    measure_capture()
    measure_rubbish("zeros", bytes(1_000_000))
    measure_rubbish("noise", random.Random(1).randbytes(1_000_000))
    measure_rubbish("frame starts", b"\x8e" * 1_000_000)
    measure_rubbish("frames of nothing but escapes", b"\x8e" + b"\x8d\xae" * 4_000 + b"\x8f")
