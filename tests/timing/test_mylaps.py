"""Timing & Scoring: the conversation, the records of both versions, and that nothing is lost or there twice."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.events import GunFired, Passing
from lastlap.times import Instant
from lastlap.timing.mylaps import KEYS, Reply, TimingAndScoring, gun_key, gunshot, handed_over, message, store
from lastlap.timing.said import Garbled, OtherLine, passing_key
from lastlap.timing.wall import WallClock, parse_day
from timing.decoding import CODES, NIGHT, PLACES, assert_cuts_change_nothing, moments

REAL = "KV8658316:13:57.417 3 0F  1000025030870@TC3970116:14:00.638 3 0F  1000125030857"
"""Two records of version 1 as a Timing & Scoring sent them in March 2025."""

MARCH = WallClock(parse_day("2025-03-08"), 60)


def heard(*messages: bytes, version: int = 2) -> list[object]:
    """What our side of the conversation hears and replies."""
    talk = TimingAndScoring(NIGHT, version=1 if version == 1 else 2, source="T&S")
    return [word for data in messages for word in talk.receive(data)]


def kinds(said: Sequence[object], kind: type) -> list[object]:
    """The words of one *kind* among what was *said*."""
    return [word for word in said if isinstance(word, kind)]


# The conversation


def test_version_1_is_greeted() -> None:
    """Its sign of life is the same message, and is answered each time."""
    assert heard(b"Finish@Pong@$", b"Finish@Pong@$", version=1) == [Reply(b"lastlap@AckPong@$")] * 2


def test_version_2_is_greeted_and_asked_where_it_times() -> None:
    """We say which keys we want, once ask for the locations, and then for the devices of each."""
    hello = Reply(f"lastlap@AckPong@Version2.1@{KEYS}@$".encode())
    said = heard(b"Toolkit@Pong@$", b"Toolkit@Pong@$\r\n", b"Toolkit@GetLocations@ln=Start@ln=Finish@$")
    assert said == [
        hello,
        Reply(b"lastlap@GetLocations@$"),
        hello,
        OtherLine("Toolkit@GetLocations@ln=Start@ln=Finish@"),
        Reply(b"lastlap@GetInfo@Start@$"),
        Reply(b"lastlap@GetInfo@Finish@$"),
    ]


def test_a_ping_is_answered() -> None:
    """Version 2 pings; what answers our own questions is for people to read."""
    info = "Finish@AckGetInfo@id=20250558687|n=BibTagDecoder00DF|ant=2@"
    assert heard(b"Finish@Ping@$\r\n$", info.encode() + b"$\0") == [
        Reply(b"lastlap@AckPing@$"),
        OtherLine(info),
    ]


# Version 1


def test_records_of_a_real_store() -> None:
    """Chip, time at the rink, number; the acknowledgement comes behind them and waits for the commit."""
    talk = TimingAndScoring(MARCH, version=1, source="T&S", loops={"Split": "200 m"})
    assert talk.receive(f"Split@Store@{REAL}@2@$".encode()) == [
        Passing(MARCH.moment("16:13:57.417"), "KV86583", "200 m", "T&S", 0),
        Passing(MARCH.moment("16:14:00.638"), "TC39701", "200 m", "T&S", 1),
        Reply(b"lastlap@AckStore@2@$", when_committed=True),
    ]


def test_locations_are_loops() -> None:
    """Without a table all are the finish line; with one, what it does not name keeps its name."""
    data = f"Split@Store@{REAL}@2@$".encode()
    for loops, loop in ((None, "FIN"), ({"Finish": "FIN"}, "Split")):
        first = TimingAndScoring(NIGHT, loops=loops).receive(data)[0]
        assert isinstance(first, Passing)
        assert first.loop == loop


def test_what_is_sent_again_has_the_same_key() -> None:
    """A store that was not acknowledged comes again after 20 seconds, maybe with more: each record lands once."""
    once = f"Finish@Store@{REAL[:39]}@2@$".encode()
    again = f"Finish@Store@{REAL}@3@$".encode()
    keys = [passing_key(word) for word in heard(once, again, once) if isinstance(word, Passing)]
    assert (len(keys), len(set(keys))) == (4, 2)


def test_a_damaged_record_holds_the_acknowledgement_back_once() -> None:
    """It may arrive sound the second time; if not, it must not stand in the way of all others for ever."""
    data = f"Finish@Store@{REAL.replace('KV', 'KX')}@2@$".encode()
    talk = TimingAndScoring(NIGHT)
    first, second = talk.receive(data), talk.receive(data)
    assert kinds(first, Garbled) == [
        Garbled(b"KX8658316:13:57.417 3 0F  1000025030870", "the check sum should be 72")
    ]
    assert len(kinds(first, Passing)) == 1
    assert not kinds(first, Reply)
    assert second == [*first, Reply(b"lastlap@AckStore@2@$", when_committed=True)]


def test_two_damaged_messages_do_not_wait_for_each_other() -> None:
    """Both come again in turn, and both are acknowledged the second time."""
    damaged = [f"Finish@Store@{REAL[:38]}1@{number}@$".encode() for number in (5, 6)]
    replies = [word.data for word in heard(*damaged, *damaged) if isinstance(word, Reply)]
    assert replies == [b"lastlap@AckStore@5@$", b"lastlap@AckStore@6@$"]


# Version 2


def test_records_of_a_passing_message() -> None:
    """As Timing & Scoring's own description shows them; keys that we do not know are passed over."""
    data = (
        "10KM@Passing@t=13:11:30.904|c=0000041|ct=UH|d=120606|l=13|dv=4|re=0|an=00001111|g=0|b=41|n=41"
        "@t=13:12:21.830|c=FG29511|d=120606|h=12|am=-60@1016@$"
    )
    day = parse_day("2012-06-06")
    assert heard(data.encode()) == [
        Passing(NIGHT.moment("13:11:30.904", day), "0000041", source="T&S"),
        Passing(NIGHT.moment("13:12:21.830", day), "FG29511", source="T&S", hits=12),
        Reply(b"lastlap@AckPassing@1016@$", when_committed=True),
    ]


def test_a_gunshot_fires_the_gun() -> None:
    """A marker has no date: it is of the day of the races.  Other markers are for people to read."""
    data = b"Start@Marker@t=20:30:00.250|mt=Gunshot|n=Gunshot 1@mt=Lunch|t=12:00:00.000@7@$"
    assert heard(data) == [
        GunFired(NIGHT.moment("20:30:00.25")),
        OtherLine("mt=Lunch|t=12:00:00.000"),
        Reply(b"lastlap@AckMarker@7@$", when_committed=True),
    ]


def test_a_gunshot_that_is_sent_again_has_the_same_key() -> None:
    """After a false start the second shot counts, even if the first one is said once more."""
    first, second = (
        f"Start@Marker@t=20:30:{second}.000|mt=Gunshot@{second}@$".encode() for second in (10, 40)
    )
    keys = [gun_key(word, "T&S") for word in heard(first, second, first) if isinstance(word, GunFired)]
    assert keys[0] == keys[2] != keys[1]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("hello", "no message: its parts are parted and ended by @"),
        ("Finish@Pong", "no message: its parts are parted and ended by @"),
        (f"Finish@Store@{REAL}@", "a message without a number, so it cannot be acknowledged"),
        ("Finish@Store@", "a message without a number, so it cannot be acknowledged"),
        ("Finish@Store@x@1@", "no record of 39 characters"),
        ("Finish@Passing@c=1|t=13:11:30.904@1@", "the record does not say d"),
        ("Finish@Passing@c=1|t=noon|d=120606@1@", "'noon' is no time of day"),
        ("Finish@Passing@c=1|t=13:11:30.904|d=129906@1@", "'20129906' is no date"),
        ("Finish@Marker@mt=Gunshot@1@", "the record does not say t"),
    ],
)
def test_what_cannot_be_read_is_garbled_and_not_acknowledged(data: str, why: str) -> None:
    """The reason stands beside the bytes."""
    (word,) = heard(data.encode() + b"$")
    assert isinstance(word, Garbled)
    assert word.why == why


# Laws

PASSINGS = st.lists(
    st.builds(
        Passing,
        at=moments(1_000).map(Instant),
        transponder=CODES,
        loop=st.just("Finish"),
        number=st.integers(0, 0xFFFF),
    ),
    max_size=5,
)


def read_back(data: bytes, wall: WallClock) -> list[object]:
    """What is heard of one message, with every location a loop of its own."""
    return [*TimingAndScoring(wall, loops={}).receive(data)]


@given(PASSINGS, st.integers(0, 999), st.integers(-840, 840))
def test_a_store_is_read_as_it_was_written(passings: list[Passing], number: int, utc_offset: int) -> None:
    """Version 1, at any rink, to the millisecond."""
    wall = WallClock(NIGHT.day, utc_offset)
    acknowledged = Reply(message("lastlap", "AckStore", str(number)), when_committed=True)
    assert read_back(store("Finish", passings, number, wall), wall) == [*passings, acknowledged]


@given(PASSINGS, st.none() | st.integers(0, 99), st.none() | st.integers(0, 99))
def test_a_passing_message_is_read_as_it_was_written(
    passings: list[Passing], strength: int | None, hits: int | None
) -> None:
    """Version 2, which numbers messages but no passings."""
    unnumbered = [Passing(p.at, p.transponder, p.loop, strength=strength, hits=hits) for p in passings]
    said = read_back(handed_over("Finish", unnumbered, 1, NIGHT), NIGHT)
    assert said == [*unnumbered, Reply(b"lastlap@AckPassing@1@$", when_committed=True)]


@given(st.integers(0, 86_399_999))
def test_a_gunshot_is_read_as_it_was_written(millisecond: int) -> None:
    """At any time of the day of the races."""
    gun = GunFired(Instant(NIGHT.moment("00:00:00") + millisecond * 1_000))
    assert read_back(gunshot("Start", gun, 3, NIGHT), NIGHT)[0] == gun


TALK = (
    PASSINGS.map(lambda passings: store("Finish", passings, 1, NIGHT))
    | st.binary(max_size=60)
    | st.text("@$=|PongStre1:., ", max_size=40).map(str.encode)
)


@given(st.lists(TALK, max_size=4).map(b"".join), PLACES)
def test_cuts_and_rubbish_change_nothing(data: bytes, places: list[int]) -> None:
    """Any bytes, cut anywhere, tell the same; none raise."""
    assert_cuts_change_nothing(lambda: TimingAndScoring(NIGHT), data, places)


@given(PASSINGS, st.binary(max_size=40).map(lambda noise: noise.replace(b"$", b"")))
def test_a_message_is_understood_between_rubbish(passings: list[Passing], rubbish: bytes) -> None:
    """Once something has ended, the next message is read; what follows it waits."""
    said = read_back(rubbish + b"$" + store("Finish", passings, 1, NIGHT) + rubbish, NIGHT)
    assert said[-len(passings) - 1 :] == [*passings, Reply(b"lastlap@AckStore@1@$", when_committed=True)]


@given(st.lists(st.sampled_from([1, 2, 3]), max_size=8))
def test_nothing_is_acknowledged_before_its_facts(order: list[int]) -> None:
    """However often messages come, each acknowledgement stands right behind the passing that it is for."""
    passings = {number: Passing(Instant(number * 1_000_000), f"C{number}") for number in (1, 2, 3)}
    data = b"".join(store("Finish", [passings[number]], number, NIGHT) for number in order)
    said = TimingAndScoring(NIGHT).receive(data)
    numbers = [word.transponder[1:] for word in said[::2] if isinstance(word, Passing)]
    replies = [word.data for word in said[1::2] if isinstance(word, Reply) and word.when_committed]
    assert replies == [f"lastlap@AckStore@{number}@$".encode() for number in numbers]
    assert len(replies) == len(order)
