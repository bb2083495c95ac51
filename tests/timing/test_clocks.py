"""A decoder's clock against ours: what the readings bound is true, and what is told of it helps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.times import HOUR, MINUTE, SECOND, Duration, Instant
from lastlap.timing import Clock, Estimate, Jump, Reading
from lastlap.timing.clocks import MAX_DRIFT

START = 1_519_462_800 * SECOND
"""When the timekeeper plugs in, on our clock."""


def answer(seconds: float, offset: int = 0, round_trip: int = 10_000) -> Reading:
    """The answer to a question after so many *seconds*, of a clock that is *offset* ahead."""
    asked = Instant(START + int(seconds * SECOND))
    return Reading(Instant(asked + round_trip // 2 + offset), Instant(asked + round_trip), asked)


def passing(seconds: float, offset: int = 0, late: int = 300_000) -> Reading:
    """A passing that comes *late*, of a clock that is *offset* ahead."""
    at = START + int(seconds * SECOND)
    return Reading(Instant(at + offset), Instant(at + late))


def estimate(*readings: Reading) -> Estimate:
    """Where the clock stands after the *readings*, none of which is a jump."""
    clock = Clock()
    assert [clock.tell(reading) for reading in readings] == [None] * len(readings)
    assert clock.estimate is not None
    return clock.estimate


def test_nothing_is_known_before_the_first_reading() -> None:
    """A clock that nobody has looked at has no estimate."""
    assert Clock().estimate is None


def test_an_answer_bounds_the_offset() -> None:
    """Asked and answered within 10 ms, the decoder is 2 s ahead, 5 ms more or less."""
    found = estimate(answer(0, 2 * SECOND))
    assert (found.offset, found.drift) == (2 * SECOND, 0)
    assert found.error is not None
    assert 5_000 <= found.error <= 5_010


def test_a_quick_answer_tells_more_than_slow_ones() -> None:
    """A slow network does not spoil what a quick answer has told."""
    slow = [answer(second, 2 * SECOND, round_trip=900_000) for second in (0, 2, 3)]
    found = estimate(slow[0], answer(1, 2 * SECOND, round_trip=2_000), *slow[1:])
    assert abs(found.offset - 2 * SECOND) < 1_000
    assert found.error is not None
    assert found.error < 2_000


def test_drift_is_measured_over_time() -> None:
    """A decoder that gains 100 ms in an hour is seen to."""
    readings = [answer(60 * minute, minute * 100_000 // 60, round_trip=2_000) for minute in range(61)]
    assert estimate(*readings).drift == pytest.approx(100_000, abs=3_000)


def test_drift_is_measured_from_a_quick_answer() -> None:
    """A slow first answer is replaced while the clock settles, and not much later."""
    steady = [answer(minute * 60, 0, round_trip=2_000) for minute in range(1, 30)]
    assert abs(estimate(answer(0, 0, round_trip=800_000), *steady).drift) < 5_000


def test_a_moment_is_put_on_our_clock() -> None:
    """The passing at 12:00:10 on a clock that is 2 s ahead and gains 3.6 s an hour."""
    found = Estimate(Duration(2 * SECOND), Instant(0), Duration(0), drift=3_600_000)
    assert found.ours(Instant(10 * SECOND)) == 7_990_000


def test_without_answers_the_earliest_passing_counts() -> None:
    """Passings come late, by nobody knows how much: the one that came soonest says most."""
    found = estimate(passing(0, late=900_000), passing(5, late=200_000), passing(9, late=500_000))
    assert found.error is None
    assert found.offset == pytest.approx(-200_000, abs=2_000)


def test_an_answer_before_its_question_counts_as_unasked() -> None:
    """Our own clock was set back between the two: then the answer bounds nothing from above."""
    found = estimate(Reading(Instant(START), Instant(START), asked=Instant(START + SECOND)))
    assert (found.offset, found.error) == (0, None)


def test_passings_that_come_late_do_not_harm_an_answer() -> None:
    """A passing sent again after a minute is no jump of the clock."""
    assert abs(estimate(answer(0), passing(1, late=60 * SECOND)).offset) < 100


def test_an_answer_after_passings_is_where_drift_is_measured_from() -> None:
    """Passings alone tell nothing of drift."""
    readings = [passing(0), *(answer(60 * minute, minute * 1_000) for minute in range(1, 60))]
    assert estimate(passing(0), passing(100)).drift == 0
    assert estimate(*readings).drift == pytest.approx(60_000, abs=15_000)


# Jumps


@pytest.mark.parametrize("by", [-HOUR, -SECOND, SECOND, HOUR])
def test_a_jump_is_noticed(by: int) -> None:
    """Somebody sets the decoder's clock between two answers."""
    clock = Clock()
    assert clock.tell(answer(0)) is None
    jump = clock.tell(answer(60, by))
    assert jump is not None
    assert abs(jump.by - by) < 100
    assert jump.at == START + 60 * SECOND + 10_000
    assert clock.estimate is not None
    assert abs(clock.estimate.offset - by) < 100


def test_a_passing_from_the_future_is_a_jump() -> None:
    """Nothing can be told before it happened."""
    clock = Clock()
    clock.tell(answer(0))
    jump = clock.tell(passing(60, HOUR))
    assert jump == Jump(Duration(HOUR - 300_000), Instant(START + 60 * SECOND + 300_000))


def test_what_drifts_does_not_jump() -> None:
    """Two hours without a reading, and a clock as bad as clocks are."""
    clock = Clock()
    clock.tell(answer(0))
    assert clock.tell(answer(7_200, 7_200 * MAX_DRIFT * 9 // 10)) is None


@given(
    st.integers(-20 * HOUR, 20 * HOUR),
    st.integers(-MAX_DRIFT, MAX_DRIFT),
    st.lists(
        st.tuples(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 10**6), st.booleans()),
        min_size=1,
        max_size=20,
    ),
)
def test_the_error_is_a_bound(offset: int, ppm: int, looks: list[tuple[int, int, int, bool]]) -> None:
    """Whatever the network does: no jump is made up, and the true offset is within what is told."""
    clock, now = Clock(), START
    for wait, there, back, is_answer in looks:
        asked, now = now + wait, now + wait + there + back
        shown = asked + there
        box = shown + offset + (shown - START) * ppm // 1_000_000
        reading = Reading(Instant(box), Instant(now), Instant(asked) if is_answer else None)
        assert clock.tell(reading) is None
    found = clock.estimate
    assert found is not None
    true = offset + (now - START) * ppm // 1_000_000
    assert found.error is None or abs(found.offset - true) <= found.error + 2
    assert found.error is not None or found.offset <= true + 2


# Local time


@pytest.mark.parametrize(
    ("offset", "zone"),
    [
        (0, "UTC"),
        (HOUR + 4 * MINUTE, "UTC+1"),
        (9 * HOUR - SECOND, "UTC+9"),
        (5 * HOUR + 30 * MINUTE, "UTC+5:30"),
        (-3 * HOUR - 30 * MINUTE, "UTC-3:30"),
        (14 * HOUR, "UTC+14"),
    ],
)
def test_local_time_is_recognised(offset: int, zone: str) -> None:
    """A decoder that somebody set by the clock on the wall is some half-hours off, and a little."""
    assert estimate(answer(0, offset)).sentence.startswith(f"shows {zone}, ")


@pytest.mark.parametrize("offset", [17 * MINUTE, 15 * HOUR, -13 * HOUR, -START])
def test_a_clock_of_its_own_is_no_local_time(offset: int) -> None:
    """Seventeen minutes, a day, or forty years: such a clock was never set."""
    found = estimate(answer(0, offset))
    assert found.zone is None
    assert found.sentence == "shows neither UTC nor local time"


def test_the_sentence_says_what_a_timekeeper_needs() -> None:
    """How far off, how sure, and whether it loses."""
    found = Estimate(Duration(-1_500_000), Instant(0), None, drift=-36_000)
    assert found.sentence == "shows UTC, 1.500 s behind, loses 0.036 s an hour"
