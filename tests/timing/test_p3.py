"""P3 as real decoders speak it, whole and damaged, and back to the same bytes."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.times import Instant
from lastlap.timing import (
    P3,
    Fault,
    Garbled,
    GetTime,
    GetVersion,
    Missed,
    Other,
    Passing,
    Resend,
    Restarted,
    Said,
    Status,
    Time,
    Version,
    passing_key,
)
from lastlap.timing.framing import checksum
from lastlap.timing.p3 import LONGEST, Frame

CAPTURE = Path(__file__).parent.parent / "captures" / "amb.out"
FRAMES = [bytes.fromhex(line) for line in CAPTURE.read_text(encoding="ascii").split()]
"""1,388 frames that a real AMB decoder sent."""

PASSED, ESCAPED = (
    next(frame for frame in FRAMES if frame[8] == 1),
    next(frame for frame in FRAMES if 0x8D in frame),
)
"""The first passing, and the first frame in which a byte is escaped."""

PROCHIP = Other(
    0x01,
    {
        0x01: (7).to_bytes(4, "little"),
        0x03: (94_890).to_bytes(4, "little"),
        0x0A: b"FL-94890",
        0x05: (90).to_bytes(2, "little"),
        0x06: (40).to_bytes(2, "little"),
        0x04: (1_519_462_800_000_000).to_bytes(8, "little"),
        0x08: bytes(2),
        0x81: (11).to_bytes(4, "little"),
    },
)
"""A passing with the fields of a ProChip decoder, in its order."""


def told(*parts: bytes, source: str = "") -> list[Said]:
    """What a decoder tells whose bytes arrive in *parts*, to the end."""
    p3 = P3(source)
    return [*(said for part in parts for said in p3.receive(part)), *p3.finish()]


def sound(records: Iterable[Said]) -> list[Said]:
    """Only what frames said: nothing about gaps and rubbish."""
    return [said for said in records if not isinstance(said, Garbled | Missed | Restarted)]


def passing(number: int | None, at: int = 0, transponder: str = "1") -> Passing:
    """A passing of which the rest does not matter."""
    return Passing(Instant(at), transponder, number=number)


def sealed(tor: int, body: bytes) -> bytes:
    """A frame with a right checksum around any *body*."""
    header = b"\x8e\x02%b\0\0\0\0%b" % ((len(body) + 11).to_bytes(2, "little"), tor.to_bytes(2, "little"))
    check = checksum(header + body + b"\x8f").to_bytes(2, "little")
    inside = header[1:4] + check + header[6:] + body
    return b"\x8e%b\x8f" % re.sub(rb"[\x8d-\x8f]", lambda byte: b"\x8d" + bytes((byte[0][0] + 0x20,)), inside)


# What real decoders send


def test_every_frame_of_the_capture_is_read() -> None:
    """84 passings and 1,304 statuses, nothing garbled and nothing missed."""
    assert Counter(type(said) for said in told(*FRAMES)) == {Passing: 84, Status: 1304}


def test_the_passings_of_the_capture_are_numbered_without_a_gap() -> None:
    """157777 to 157860, by three transponders."""
    passings = [said for said in told(*FRAMES) if isinstance(said, Passing)]
    assert [said.number for said in passings] == list(range(157_777, 157_861))
    assert Counter(said.transponder for said in passings) == {"3438895": 31, "5691251": 27, "3292480": 26}


def test_a_passing_tells_when_who_and_how_well_it_was_heard() -> None:
    """The first passing of the capture, field by field."""
    at = Instant(1_551_542_808_933_000)
    first = Passing(at, "5691251", "FIN", "finish", number=157_777, strength=178, hits=52)
    assert told(PASSED, source="finish") == [first]


def test_a_status_tells_how_the_decoder_fares() -> None:
    """Noise 39, 22 degrees, 11.8 volts."""
    assert told(FRAMES[0]) == [Status(39, temperature=22, voltage=118, gps=0, decoder=268_307)]


def test_a_passing_without_a_named_source_is_of_the_decoder_by_its_number() -> None:
    """Two unnamed decoders on one line can be told apart; a name given by people goes first."""
    assert [getattr(said, "source", None) for said in told(PASSED)] == ["268307"]
    assert [getattr(said, "source", None) for said in told(PASSED, source="box 2")] == ["box 2"]


def test_the_capture_is_written_again_to_the_byte() -> None:
    """What was decoded and encoded is what was sent, 1,388 of 1,388."""
    assert [P3.encode(said) for said in told(*FRAMES) if isinstance(said, Frame)] == FRAMES


def test_the_requests_are_the_bytes_that_decoders_know() -> None:
    """GET_TIME as a client at work sends it, and RESEND for 100 to 110."""
    assert P3.encode(GetTime()).hex() == "8e0000005beb000024000100040005008f"
    assert P3.encode(Resend(100, 110)).hex() == "8e02170012980000040001046400000002046e0000008f"


# However the bytes arrive


def test_the_capture_cut_at_every_byte_says_the_same() -> None:
    """At each of the stream's 45,000 places: nothing before the frame is whole, then all of it."""
    p3 = P3()
    for frame, said in zip(FRAMES, told(*FRAMES), strict=True):
        for place in range(1, len(frame)):
            assert p3.receive(frame[:place]) == []
            assert p3.receive(frame[place:]) == [said]


def test_the_capture_byte_by_byte_says_the_same() -> None:
    """One byte at a time is as good as all at once."""
    stream = b"".join(FRAMES)
    assert told(*(bytes((byte,)) for byte in stream)) == told(stream) == told(*FRAMES)


@given(st.tuples(*[st.binary(max_size=10)] * 4), st.integers(0, len(FRAMES) - 3))
def test_rubbish_around_frames_changes_nothing(rubbish: tuple[bytes, ...], first: int) -> None:
    """Bytes before, between and after frames are told as garbled; the frames are read."""
    frames = FRAMES[first : first + 3]
    parts = [part for pair in zip(rubbish, [*frames, b""], strict=True) for part in pair]
    assert sound(told(*parts)) == told(*frames)


@given(st.lists(st.sampled_from([ESCAPED, *FRAMES[:5], b"\x8e", b"\x8f", b"\x8d", b"\0", b"\x8e\x02"])))
def test_frames_and_rubbish_in_parts_are_as_whole(parts: list[bytes]) -> None:
    """It does not matter where the network cuts the bytes."""
    assert told(*parts) == told(b"".join(parts))


# Damaged


@pytest.mark.parametrize("damaged", [FRAMES[29], PASSED, ESCAPED], ids=["status", "passing", "escaped"])
def test_a_changed_byte_never_makes_a_passing(damaged: bytes) -> None:
    """Whichever byte turns into whichever other: the frame is garbled, its neighbours are read."""
    before, after = FRAMES[0], FRAMES[1]
    for place in range(len(damaged)):
        for byte in {*range(256)} - {damaged[place]}:
            frame = damaged[:place] + bytes((byte,)) + damaged[place + 1 :]
            records = told(before + frame + after)
            assert sound(records) == told(before, after)
            assert any(isinstance(said, Garbled) for said in records)


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ("8e8f", "too short for a frame"),
        ("8e0217001298000004008f", "the frame says that it has 23 bytes, but has 11"),
        ("8e021f004d7d0000020001022700070216000c01760601008104131804008f", "the checksum is wrong"),
    ],
)
def test_what_is_wrong_with_a_frame_is_said(frame: str, why: str) -> None:
    """A damaged frame comes back whole, with the reason."""
    assert told(bytes.fromhex(frame)) == [Garbled(bytes.fromhex(frame), why)]


@pytest.mark.parametrize("body", ["01", "0105", "0100810401", "ff"])
def test_a_field_that_runs_past_the_end_is_garbled(body: str) -> None:
    """A right checksum does not help a frame whose fields do not fit."""
    frame = sealed(0x18, bytes.fromhex(body))
    assert told(frame) == [Garbled(frame, "a field runs past the end of the frame")]


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_bytes_raise_and_little_is_kept(one: bytes, other: bytes) -> None:
    """Whatever comes, it is frames or garbled, and no byte is lost or kept for long."""
    p3 = P3()
    records = [*p3.receive(one), *p3.receive(other)]
    assert p3.kept <= 2 * LONGEST + 4
    assert (
        b"".join(said.data for said in [*records, *p3.finish()] if isinstance(said, Garbled)) == one + other
    )


@given(st.integers(0, 0xFFFF), st.binary(max_size=60))
def test_no_sound_frame_raises(tor: int, body: bytes) -> None:
    """Whatever stands in a frame with a right checksum, something is said of it."""
    assert len(told(sealed(tor, body))) == 1


def test_a_frame_that_never_ends_is_given_up() -> None:
    """Memory is bounded, and the next frame is read."""
    p3 = P3()
    assert all(isinstance(said, Garbled) for said in p3.receive(b"\x8e" + bytes(10 * LONGEST)))
    assert p3.kept <= 2 * LONGEST + 4
    assert sound(p3.receive(FRAMES[0])) == told(FRAMES[0])


# Escapes


@pytest.mark.parametrize("byte", [0x11, 0x8A, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0xFF])
def test_any_byte_may_be_escaped(byte: int) -> None:
    """We escape three bytes only, but understand decoders that escape more."""
    sent, escaped = bytes((byte,)) * 3, bytes((0x8D, (byte + 0x20) % 256)) * 3
    frame = P3.encode(Other(0x18, {0x01: sent}))
    assert (escaped in frame) is (byte in {0x8D, 0x8E, 0x8F})
    assert told(frame) == told(frame.replace(sent, escaped)) == [Other(0x18, {0x01: sent})]


# Other fields and other records


def test_the_printed_code_of_a_prochip_is_its_transponder() -> None:
    """What stands on the chip is what a start list says."""
    assert told(P3.encode(PROCHIP)) == [
        Passing(Instant(1_519_462_800_000_000), "FL-94890", source="11", number=7, strength=90, hits=40)
    ]


@pytest.mark.parametrize(
    ("tag", "value", "transponder"),
    [(0x0A, b"  ", "94890"), (0x0A, b"FL\xff", "94890"), (0x0A, b"", "94890"), (0x0A, b"AB-1\0\0", "AB-1")],
)
def test_a_code_that_cannot_be_read_is_not_taken(tag: int, value: bytes, transponder: str) -> None:
    """Then the chip's number stands in its place."""
    (record,) = told(P3.encode(Other(0x01, {**PROCHIP.tags, tag: value})))
    assert isinstance(record, Passing)
    assert record.transponder == transponder


@given(st.permutations(list(PROCHIP.tags.items())), st.dictionaries(st.integers(0x40, 0x80), st.binary()))
def test_the_order_of_fields_and_unknown_ones_do_not_matter(
    fields: list[tuple[int, bytes]], unknown: dict[int, bytes]
) -> None:
    """A decoder may send fields in any order, and some that nobody has heard of."""
    assert told(P3.encode(Other(0x01, {**unknown, **dict(fields)}))) == told(P3.encode(PROCHIP))


@pytest.mark.parametrize("gone", [{0x04}, {0x03, 0x0A}, {0x01, 0x03, 0x04, 0x05, 0x06, 0x0A, 0x81}])
def test_a_passing_without_time_or_transponder_is_no_passing(gone: set[int]) -> None:
    """It is not thrown away either: its fields are there to be looked at."""
    frame = Other(0x01, {tag: value for tag, value in PROCHIP.tags.items() if tag not in gone})
    assert told(P3.encode(frame)) == [frame]


def test_a_passing_may_have_the_utc_time_alone() -> None:
    """Without a time of the decoder's own clock, that of the satellites counts."""
    tags = {tag: value for tag, value in PROCHIP.tags.items() if tag != 0x04}
    (record,) = told(P3.encode(Other(0x01, {**tags, 0x10: (5).to_bytes(8, "little")})))
    assert isinstance(record, Passing)
    assert record.at == 5


def test_frames_that_lie_otherwise_are_read_otherwise() -> None:
    """Of two decoders on one line, each may send its fields in its own order, with as many bytes."""
    tags = PROCHIP.tags
    turned = Other(0x01, {0x06: tags[0x06], **{tag: value for tag, value in tags.items() if tag != 0x06}})
    frames = [P3.encode(PROCHIP), P3.encode(turned)]
    assert told(*frames, *frames) == told(frames[0]) * 4


def test_any_number_of_lengths_is_read() -> None:
    """What is kept of how frames lie is bounded, and frames are read all the same."""
    faults = [Fault(1, "x" * length) for length in range(100)]
    assert told(*map(P3.encode, faults), *map(P3.encode, faults)) == faults * 2


def test_a_number_too_wide_for_a_number_is_not_known() -> None:
    """A strength of nine bytes is no strength; a passing time of nine bytes is no time."""
    wide = bytes(9)
    (record,) = told(P3.encode(Other(0x01, {**PROCHIP.tags, 0x05: wide})))
    assert isinstance(record, Passing)
    assert record.strength is None
    frame = Other(0x01, {**PROCHIP.tags, 0x04: wide})
    assert told(P3.encode(frame)) == [frame]


@pytest.mark.parametrize("tor", [0, 5, 0x13, 0x15, 0x16, 0x18, 0x20, 0x28, 0x2D, 0x2F, 0x30, 0x45, 0x4A])
def test_every_other_type_of_record_comes_as_its_fields(tor: int) -> None:
    """RESET, CLEAR_PASSING, the settings, WATCHDOG ...: nothing is lost."""
    frame = Other(tor, {0x01: b"\x8e", 0x81: b"\x8f\0\0\0"}, flags=3)
    assert told(P3.encode(frame)) == [frame]


def test_a_status_without_noise_is_told_by_its_fields() -> None:
    """A record lacks what makes it one: then its fields are told."""
    frame = Other(0x02, {0x07: b"\x16\0"})
    assert told(P3.encode(frame)) == [frame]


def test_requests_are_understood_too() -> None:
    """Who plays a decoder hears what is asked of it."""
    requests: list[Frame] = [GetTime(), GetVersion(), Resend(1, 4_294_967_295)]
    assert told(*map(P3.encode, requests)) == requests


def test_an_empty_record_that_asks_nothing_we_know_is_told_as_it_is() -> None:
    """CLEAR_PASSING has no fields at all; an empty status asks for one, but nobody answers that here."""
    for frame in (Other(0x05), Other(0x02)):
        assert told(P3.encode(frame)) == [frame]


# Gaps


def test_a_gap_in_the_numbers_is_missed() -> None:
    """After 3 comes 7, so 4 to 6 never arrived; each decoder counts for itself."""
    one, other = passing(3), Passing(Instant(0), "1", source="9", number=1)
    records = told(*map(P3.encode, (one, other, passing(7), passing(8))))
    assert [said for said in records if not isinstance(said, Passing)] == [Missed(4, 6)]


def test_passings_sent_again_say_nothing_new() -> None:
    """They come with old numbers and old times: no gap, no restart, and the same key for the log."""
    first, second, third = (passing(number, at=number) for number in (5, 6, 7))
    assert told(*map(P3.encode, (first, third, second, first, third, passing(8, at=8)))) == [
        first,
        Missed(6, 6),
        third,
        second,
        first,
        third,
        passing(8, at=8),
    ]


def test_a_decoder_that_counts_anew_has_not_missed_anything() -> None:
    """It was switched off and on, or cleared: its numbers are lower, its times later."""
    records = told(*map(P3.encode, (passing(157_860, at=10), passing(1, at=20), passing(2, at=30))))
    assert records[1:] == [Restarted(1), passing(1, at=20), passing(2, at=30)]


def test_a_gap_over_a_cut_line_shows() -> None:
    """Whoever trips over the cable loses no passing silently."""
    p3 = P3()
    p3.receive(P3.encode(passing(1)) + P3.encode(passing(2))[:9])
    assert p3.finish() == [Garbled(P3.encode(passing(2))[:9], "cut short")]
    assert p3.receive(P3.encode(passing(3))) == [Missed(2, 2), passing(3)]


def test_a_passing_without_a_number_is_not_counted() -> None:
    """Gates and beacons send some; they are passings all the same."""
    assert told(*map(P3.encode, (passing(1), passing(None), passing(2)))) == [
        passing(1),
        passing(None),
        passing(2),
    ]


def test_decoders_without_end_do_not_fill_the_memory() -> None:
    """Of very many decoders on one line, the one heard longest ago is counted anew."""
    heard = [Passing(Instant(0), "1", source=str(decoder), number=1) for decoder in range(65)]
    again = [Passing(Instant(0), "1", source=decoder, number=9) for decoder in ("64", "0")]
    records = told(*map(P3.encode, heard + again))
    assert [said for said in records if not isinstance(said, Passing)] == [Missed(2, 8, 64)]


def test_the_key_of_a_passing_tells_passings_apart() -> None:
    """Sent again it is the same, after a restart it is another."""
    one = Passing(Instant(5), "123", source="box", number=1, strength=3)
    again = Passing(Instant(5), "123", source="box", number=1)
    assert passing_key(one) == passing_key(again)
    others = [
        Passing(Instant(6), "123", source="box", number=1),
        Passing(Instant(5), "124", source="box", number=1),
        Passing(Instant(5), "123", source="box", number=2),
        Passing(Instant(5), "123", source="other", number=1),
    ]
    assert len({passing_key(passing) for passing in [one, *others]}) == 5


# There and back

U8, U16, U32, U64 = (st.integers(0, 2**bits - 1) for bits in (8, 16, 32, 64))
TEXT = st.text(st.characters(max_codepoint=255), max_size=255)
DECODERS = st.none() | U32

PASSINGS = st.builds(
    Passing,
    at=U64.map(Instant),
    transponder=U32.map(str) | st.from_regex(r"[A-Z]{2}-[0-9]{5}", fullmatch=True),
    source=st.just("") | U32.map(str),
    number=st.none() | U32,
    strength=st.none() | U16,
    hits=st.none() | U16,
)
RECORDS = st.one_of(
    st.builds(
        Status,
        noise=U16,
        temperature=st.none() | st.integers(-(2**15), 2**15 - 1),
        voltage=st.none() | U8,
        gps=st.none() | U8,
        satellites=st.none() | U8,
        loop_triggers=st.none() | U16,
        decoder=DECODERS,
    ),
    st.builds(
        Time, at=U64.map(Instant), utc=st.none() | U64.map(Instant), flags=st.none() | U16, decoder=DECODERS
    ),
    st.builds(
        Version,
        kind=U8,
        description=TEXT,
        version=st.binary(max_size=8),
        release=st.binary(max_size=8),
        registration=st.binary(max_size=8),
        build=st.binary(max_size=8),
        options=st.binary(max_size=8),
        decoder=DECODERS,
    ),
    st.builds(Fault, code=U16, text=TEXT, decoder=DECODERS),
    st.builds(Resend, first=U32, last=U32),
    st.builds(GetTime),
    st.builds(GetVersion),
    st.builds(
        Other,
        tor=st.sampled_from([0, 5, 0x13, 0x4A, 0xFFFE]),
        tags=st.dictionaries(U8, st.binary(max_size=255), max_size=5),
        version=U8,
        flags=U16,
    ),
)


@given(st.lists(PASSINGS | RECORDS, max_size=6))
def test_what_is_encoded_is_decoded(records: list[Frame]) -> None:
    """Whatever P3 can say is understood as it was meant."""
    assert sound(told(*map(P3.encode, records))) == records


@pytest.mark.parametrize(
    "said",
    [
        passing(1, at=-1),
        passing(2**32),
        passing(1, transponder=""),
        passing(1, transponder="7 "),
        passing(1, transponder="Käthe"),
        Passing(Instant(0), "1", strength=2**16),
        Status(-1),
        Status(1, voltage=256),
        Fault(1, "\u20ac"),
        Fault(1, "x" * 256),
        Other(2**16),
        Other(1, {256: b""}),
        Other(1, {tag: bytes(255) for tag in range(40)}),
        Missed(1, 2),
    ],
    ids=repr,
)
def test_what_p3_cannot_say_is_refused(said: Frame) -> None:
    """Nothing is cut off or sent wrong: a sentence says what does not fit."""
    with pytest.raises(InputError):
        P3.encode(said)
