"""A device's clock under watch: what the log is told of it, and when."""

from lastlap.events import ClockCompared, DeviceReported, Event, Passing
from lastlap.times import HOUR, SECOND, Duration, Instant
from lastlap.timing.said import Time
from lastlap.timing.watch import Counter, Watch

NOON = Instant(1_800_000_000 * SECOND)


def moment(seconds: float) -> Instant:
    """So many seconds after noon, on our clock."""
    return Instant(NOON + int(seconds * SECOND))


def look(watch: Watch, seconds: float, ahead: int = 0) -> list[Event]:
    """Ask a clock that is *ahead*; it answers within 4 ms."""
    watch.asked(moment(seconds))
    return watch.answered(Time(Instant(moment(seconds) + 2_000 + ahead)), moment(seconds + 0.004))


def passes(watch: Watch, number: int, seconds: float, ahead: int = 0) -> None:
    """Passing *number* comes 10 ms after it was, timed by a clock that is *ahead*."""
    passing = Passing(Instant(moment(seconds) + ahead), "5001", source="box", number=number)
    watch.passed(passing, moment(seconds + 0.01))


def believed(ahead: int = 0) -> Watch:
    """A watch whose clock was looked at twice."""
    watch = Watch("box")
    assert look(watch, 0, ahead) == []
    assert len(look(watch, 1, ahead)) == 1
    return watch


def test_two_looks_that_agree_are_believed() -> None:
    """An hour and 20 ms ahead, give or take 3 ms: the box shows the time of the next zone."""
    watch = Watch("box")
    assert look(watch, 0, HOUR + 20_000) == []
    (compared,) = look(watch, 1, HOUR + 20_000)
    assert isinstance(compared, ClockCompared)
    assert abs(compared.ahead - HOUR - 20_000) < 3_000
    assert compared.since is None
    assert compared.says.startswith("box shows UTC+1, 0.02")


def test_a_clock_that_goes_on_as_it_was_is_no_news() -> None:
    """Every five seconds a look, and nothing to tell."""
    watch = believed()
    assert [look(watch, seconds) for seconds in range(6, 300, 5)] == [[]] * 59


def test_when_it_is_asked_again() -> None:
    """Soon while it is not believed, and every five seconds after that; first by whoever opens the line."""
    watch = Watch("box")
    assert not watch.is_due(moment(0))
    look(watch, 0)
    assert (watch.is_due(moment(0.9)), watch.is_due(moment(1))) == (False, True)
    look(watch, 1)
    assert (watch.is_due(moment(5.9)), watch.is_due(moment(6))) == (False, True)


def test_a_jump_is_told_with_the_first_passing_after_it() -> None:
    """Passing 8 came with the new time, 7 with the old one, though nobody had looked meanwhile."""
    watch = believed()
    passes(watch, 7, 2)
    passes(watch, 8, 3, ahead=-3 * SECOND)
    assert look(watch, 6, -3 * SECOND) == []
    report, compared = look(watch, 7, -3 * SECOND)
    assert isinstance(report, DeviceReported)
    assert (report.what, report.first, report.at) == ("clock jumped", 8, moment(3.01))
    assert "jumped 3.00" in report.says
    assert "back before its passing 8" in report.says
    assert isinstance(compared, ClockCompared)
    assert (compared.since, round(compared.ahead / SECOND)) == (8, -3)


def test_a_jump_while_nobody_passes_holds_from_the_next_passing_on() -> None:
    """The last one was number 7."""
    watch = believed()
    passes(watch, 7, 2)
    look(watch, 6, 2 * SECOND)
    assert [
        getattr(event, "since", None) or getattr(event, "first", None) for event in look(watch, 7, 2 * SECOND)
    ] == [8, 8]


def test_a_clock_at_another_pace_is_left_alone() -> None:
    """A rehearsal at ten times the speed: it is said once, and nobody asks any more."""
    watch = Watch("box")
    told = [look(watch, second, 9 * second * SECOND) for second in range(8)]
    assert [len(events) for events in told] == [0, 0, 0, 0, 1, 0, 0, 0]
    assert isinstance(told[4][0], DeviceReported)
    assert told[4][0].what == "other pace"
    assert not watch.is_due(moment(100))
    watch.reopened()
    assert [look(watch, second) for second in (101, 102)] == [[], []]


def test_a_clock_that_ran_ahead_and_goes_as_ours_now_is_left_alone() -> None:
    """A rehearsal that is over: its passings cannot have been when the clock says now."""
    watch = Watch("box")
    passes(watch, 1, 1)
    passes(watch, 2, 2, ahead=400 * SECOND)
    assert look(watch, 3, 480 * SECOND) == []
    (report,) = look(watch, 4, 480 * SECOND)
    assert isinstance(report, DeviceReported)
    assert report.what == "other pace"


def test_an_answer_that_nobody_asked_for_tells_nothing() -> None:
    """The answer to a question from before the line was cut."""
    watch = Watch("box")
    assert watch.answered(Time(NOON), moment(5)) == []
    assert look(watch, 6) == []


def test_what_the_log_knows_is_not_told_again() -> None:
    """A laptop that was started anew finds the clock as it was, or set."""
    known = ClockCompared("box", Duration(2 * SECOND), Duration(2_000))
    watch = Watch("box", known)
    assert [look(watch, second, 2 * SECOND) for second in (0, 1)] == [[], []]
    other = Watch("box", known)
    assert [len(look(other, second, 4 * SECOND)) for second in (0, 1)] == [0, 2]


def test_a_counter_is_put_on_our_clock_by_its_first_passing() -> None:
    """It was switched on at noon; a passing that came quicker tells it better, a slower one nothing."""
    counter = Counter("line")
    arrivals = [(100, 100.2), (130, 130.1), (160, 160.3), (190, 190.19)]
    told = [
        counter.passed(Passing(Instant(int(box * SECOND)), "5001", source="line"), moment(ours))
        for box, ours in arrivals
    ]
    assert [len(events) for events in told] == [1, 1, 0, 0]
    (better,) = told[1]
    assert isinstance(better, ClockCompared)
    assert (better.ahead, better.error, better.since) == (-NOON - 100_000, None, None)


def test_a_counter_that_starts_anew_has_another_zero() -> None:
    """From passing 3 on."""
    counter = Counter("line")
    counter.passed(Passing(Instant(100 * SECOND), "5001"), moment(100))
    counter.restarted(3)
    (compared,) = counter.passed(Passing(Instant(5 * SECOND), "5001", number=3), moment(205))
    assert isinstance(compared, ClockCompared)
    assert (compared.ahead, compared.since) == (-moment(200), 3)


def test_a_time_of_day_is_no_counter() -> None:
    """Its passings may be as late as they like."""
    assert Counter("box").passed(Passing(NOON, "5001"), moment(9)) == []
