"""P98 as real decoders speak it, whole and damaged, and back to the same lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.times import SECOND, Instant
from lastlap.timing import P98, Garbled, Missed, OtherLine, Passing, Restarted, Said, Status
from lastlap.timing.p98 import LONGEST

VOSTOK = [
    "#\t101\t1378\t0\tx53D2",
    "@\t101\t1379\t8110984\t2434.835\t190\t40\t2\tx26C0",
    "#\t101\t1380\t0\txF64A",
    "@\t101\t9788\t8110984\t52083.691\t127\t40\t2\tx3DAF",
    "#\t101\t9789\t0\tx840E",
    "@\t101\t1394\t8110984\t2460.125\t145\t40\t2\tx0751",
    "@\t101\t12\t3444425\t46.820\t61\t40\t2\txE934",
]
"""Lines that Vostok decoders sent, with their own checksums."""

AMBRC = [
    "#\t20\t0\t72\t0\tx6B89",
    "#\t20\t1\t73\t0\txF2E9",
    "@\t20\t2\t8533156\t596.126\t400\t163\t2\tx14F5",
    "@\t20\t27\t3885036\t688.41\t70\t103\t2\tx4C27",
]
"""Lines that an AMBrc sent: it leaves out trailing zeros, and a status has one field more."""


def sent(lines: list[str]) -> bytes:
    """The lines as they come over the wire."""
    return b"".join(b"\x01%b\r\n" % line.encode("ascii") for line in lines)


def told(*parts: bytes, source: str = "") -> list[Said]:
    """What a decoder tells whose bytes arrive in *parts*, to the end."""
    p98 = P98(source)
    return [*(said for part in parts for said in p98.receive(part)), *p98.finish()]


def sound(records: list[Said]) -> list[Said]:
    """Only what lines said: nothing about gaps and rubbish."""
    return [said for said in records if not isinstance(said, Garbled | Missed | Restarted)]


# What real decoders send


def test_a_passing_is_read() -> None:
    """2434.835 seconds after it was switched on, the decoder saw transponder 8110984."""
    assert told(sent(VOSTOK[1:2])) == [
        Passing(Instant(2_434_835_000), "8110984", source="101", number=1379, strength=40, hits=190)
    ]


def test_a_status_is_read() -> None:
    """Noise 72, the first line after the decoder was switched on."""
    assert told(sent(AMBRC[:1])) == [Status(72, number=0, decoder=20)]


def test_the_checksum_is_over_the_characters_that_were_sent() -> None:
    """688.41 and 46.820: with and without trailing zeros, both are right."""
    records = sound(told(sent([AMBRC[3], VOSTOK[6]])))
    assert [said.at for said in records if isinstance(said, Passing)] == [688_410_000, 46_820_000]


@pytest.mark.parametrize("lines", [VOSTOK, AMBRC])
def test_every_line_of_real_decoders_is_read(lines: list[str]) -> None:
    """Nothing is garbled, with CR LF or LF alone at the end."""
    assert len(sound(told(sent(lines)))) == len(lines)
    assert told(sent(lines).replace(b"\r\n", b"\n")) == told(sent(lines))


def test_lines_of_a_vostok_are_written_again_to_the_byte() -> None:
    """What was decoded and encoded is what was sent."""
    records = [said for said in told(sent(VOSTOK)) if isinstance(said, Passing | Status)]
    assert b"".join(map(P98.encode, records)) == sent(VOSTOK)


def test_seconds_count_from_the_epoch() -> None:
    """If it is known when the decoder was switched on, times are moments of our clock."""
    (record,) = P98("box", epoch=Instant(7 * SECOND)).receive(sent(VOSTOK[6:]))
    assert isinstance(record, Passing)
    assert (record.at, record.source) == (53_820_000, "box")
    again = P98.encode(record, epoch=Instant(7 * SECOND))
    assert P98("box", epoch=Instant(7 * SECOND)).receive(again) == [record]


def test_a_sound_line_of_another_kind_comes_as_its_text() -> None:
    """Nobody knows what a dollar line says; it is not garbled, and not lost."""
    assert told(sent(["$\t40\t3\t5\t28800\txF9EB"])) == [OtherLine("$\t40\t3\t5\t28800")]


# However the bytes arrive, and damaged


@given(st.lists(st.sampled_from([sent([line]) for line in VOSTOK] + [b"\x01", b"\r", b"\n", b"@\t", b"x"])))
def test_lines_and_rubbish_in_parts_are_as_whole(parts: list[bytes]) -> None:
    """In parts, whole or byte by byte, the same is told."""
    stream = b"".join(parts)
    assert told(*parts) == told(stream) == told(*(bytes((byte,)) for byte in stream))


@given(st.tuples(*[st.binary(max_size=10)] * 4))
def test_rubbish_around_lines_changes_nothing(rubbish: tuple[bytes, ...]) -> None:
    """Bytes before, between and after lines are told as garbled; the lines are read."""
    lines = [sent([line]) for line in VOSTOK[:3]]
    parts = [part for pair in zip(rubbish, [*lines, b""], strict=True) for part in pair]
    assert sound(told(*parts)) == told(*lines)


def test_a_changed_character_never_makes_a_passing() -> None:
    """Whichever byte of a passing turns into whichever other: it is garbled, its neighbours are read.

    Only the checksum's letters may change their case, and zeros before it and line ends do not count.
    """
    before, damaged, after = (sent([line]) for line in VOSTOK[:3])
    for place in range(len(damaged) - 2):
        for byte in {*range(256)} - {*damaged[place : place + 1].swapcase(), damaged[place]}:
            line = damaged[:place] + bytes((byte,)) + damaged[place + 1 :]
            assert sound(told(before + line + after)) == sound(told(before, after))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "no line of fields and a checksum"),
        ("@\t101", "no line of fields and a checksum"),
        ("@\t101\t26C0", "no line of fields and a checksum"),
        ("#\t101\t1378\t0\tx53D3", "the checksum is wrong"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(line: str, why: str) -> None:
    """A damaged line comes back whole, with the reason."""
    assert told(sent([line])) == [Garbled(sent([line]), why)]


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_bytes_raise_and_little_is_kept(one: bytes, other: bytes) -> None:
    """Whatever comes, no byte is lost, or kept for long."""
    p98 = P98()
    records = [*p98.receive(one), *p98.receive(other)]
    assert p98.kept <= 2 * LONGEST + 4
    assert (
        b"".join(said.data for said in [*records, *p98.finish()] if isinstance(said, Garbled)) == one + other
    )


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126) | st.just("\t"), min_size=1, max_size=60))
def test_no_sound_line_raises(text: str) -> None:
    """Whatever stands in a line with a right checksum, something is said of it."""
    assert len(told(P98.encode(OtherLine(text)))) == 1


# Gaps


def test_a_gap_in_the_numbers_is_missed() -> None:
    """Statuses and passings are counted together, so what was missed may be either."""
    records = told(sent([VOSTOK[0], VOSTOK[2], VOSTOK[2]]))
    assert records == [
        Status(0, number=1378, decoder=101),
        Missed(1379, 1379, 101),
        Status(0, number=1380, decoder=101),
        Status(0, number=1380, decoder=101),
    ]


def test_a_decoder_that_counts_anew_was_switched_off() -> None:
    """Its seconds count anew too, so the clock has to be looked at."""
    assert told(sent([VOSTOK[4], VOSTOK[6]]))[1] == Restarted(12, 101)


def test_a_line_without_a_number_is_not_counted() -> None:
    """A gap is seen between numbers only."""
    lines = [Status(0, number=1), Status(0), Status(0, number=2)]
    assert told(*map(P98.encode, lines)) == lines


# There and back

COUNTS = st.none() | st.integers(0, 10**10 - 1)
PASSINGS = st.builds(
    Passing,
    at=st.integers(0, 10**16 - 1).map(Instant),
    transponder=st.from_regex("[!-~]{1,12}", fullmatch=True),
    source=st.just("") | st.integers(0, 10**10 - 1).map(str),
    number=COUNTS,
    strength=COUNTS,
    hits=COUNTS,
)
STATUSES = st.builds(Status, noise=st.integers(0, 10**10 - 1), number=COUNTS, decoder=COUNTS)


@given(st.lists(PASSINGS | STATUSES, max_size=5))
def test_what_is_encoded_is_decoded(records: list[Passing | Status]) -> None:
    """Whatever P98 can say is understood as it was meant."""
    assert sound(told(*map(P98.encode, records))) == records


@pytest.mark.parametrize(
    "said",
    [
        Passing(Instant(-1), "1"),
        Passing(Instant(10**16), "1"),
        Passing(Instant(0), ""),
        Passing(Instant(0), "7 8"),
        Passing(Instant(0), "1", number=-1),
        Status(10**10),
        OtherLine("a\r\n"),
        Missed(1, 2),
    ],
    ids=repr,
)
def test_what_p98_cannot_say_is_refused(said: Passing | Status | OtherLine) -> None:
    """A sentence says what does not fit."""
    with pytest.raises(InputError):
        P98.encode(said)
