"""What a device says, made ready for the log: nothing lost, nothing doubled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.errors import InputError
from lastlap.events import DeviceReported, GunFired, NoteMade, Passing, RacePlanned, Record, StartListPosted
from lastlap.inbox import Heard, Inbox, Known, replayed, wall_of
from lastlap.race import replay
from lastlap.rulebook import Rulebook
from lastlap.startlist import Skater, Starter
from lastlap.times import SECOND, Instant
from lastlap.timing import alge
from lastlap.timing.devices import Device, parse_device
from lastlap.timing.link import parse_address
from lastlap.timing.p3 import P3
from lastlap.timing.p98 import P98
from lastlap.timing.raw import Chunk
from lastlap.timing.said import GetTime, Resend, Said, Status, Time

BOX = Device("box", "p3", parse_address("tcp://127.0.0.1:5403"))
NOW = Instant(1_800_000_000 * SECOND)
STARTERS = (Starter(1, Skater("s1", "Skater 1", "NED"), ("5001",)),)
RACE = Rulebook(name="six", title="Six laps", laps=6)


def passing(number: int, at: int = 0, transponder: str = "5001") -> Passing:
    """A passing as the box numbers it."""
    return Passing(Instant(NOW + (at or number) * SECOND), transponder, "FIN", "box", number, 90, 20)


def asked(heard: Heard) -> list[Said]:
    """The requests to the box, read as the box would."""
    return [said for answer in heard.answers for said in P3().receive(answer)]


def heard(inbox: Inbox, *said: Passing | Status) -> Heard:
    """What the inbox makes of these words in one chunk."""
    return inbox.hear(b"".join(map(P3.encode, said)), NOW)


class TestInbox:
    """What the words of a device become."""

    def test_a_passing_becomes_a_record_once(self) -> None:
        """Sent again, it has the same key."""
        inbox = Inbox(BOX, "final")
        first, again = (heard(inbox, passing(1)).drafts[0] for _ in range(2))
        assert (first.event, first.race, first.by) == (passing(1), "final", "box")
        assert first.key == again.key
        assert first.at == NOW

    def test_a_trusted_box_tells_when_it_was_written_down(self) -> None:
        """On a night that is played again, our clock shows another year."""
        assert heard(Inbox(BOX, "final", trusts_box=True), passing(7)).drafts[0].at == passing(7).at

    def test_a_gap_is_reported_and_asked_for(self) -> None:
        """Numbers 2 to 4 went by."""
        inbox = Inbox(BOX, "final")
        found = heard(inbox, passing(1), passing(5))
        reported = [draft.event for draft in found.drafts if isinstance(draft.event, DeviceReported)]
        assert [(event.what, event.first, event.last) for event in reported] == [("missed", 2, 4)]
        assert asked(found) == [Resend(2, 4)]
        assert inbox.missing == 3

    def test_what_does_not_come_is_asked_for_again_but_not_for_ever(self) -> None:
        """Half a second later, twenty times in all; what came is not asked for any more."""
        inbox = Inbox(BOX, "final")
        heard(inbox, passing(1), passing(5))
        assert asked(heard(inbox, passing(3))) == []
        later = [inbox.hear(P3.encode(Status(36)), Instant(NOW + second * SECOND)) for second in range(1, 22)]
        assert asked(later[0])[:2] == [Resend(2, 2), Resend(4, 4)]
        assert [Resend(2, 2) in asked(found) for found in later].count(True) == 19

    def test_while_nobody_passes_the_last_ones_are_asked_for(self) -> None:
        """The very last passing may have gone by, and no later one would tell."""
        inbox = Inbox(BOX, "final")
        heard(inbox, passing(1))
        later = [inbox.hear(P3.encode(Status(36)), Instant(NOW + second * SECOND)) for second in range(1, 9)]
        assert [asked(found) for found in later] == [[Resend(2, 10_001)]] * 5 + [[]] * 3

    def test_a_new_connection_asks_for_what_went_by(self) -> None:
        """From the last number that the log has, or from the first that it has not."""
        assert asked(Inbox(BOX, "final").opened()) == [GetTime()]
        known = Known(frozenset(range(1, 18)))
        assert asked(Inbox(BOX, "final", known).opened())[1] == Resend(18, 10_017)
        gappy = Known(frozenset({1, 2, 4, 5, 9}))
        assert asked(Inbox(BOX, "final", gappy).opened())[1] == Resend(3, 10_009)
        assert Inbox(parse_device("p98+tcp://127.0.0.1:1"), "final").opened() == Heard()

    def test_what_went_by_before_the_first_one_is_asked_for(self) -> None:
        """Plugged in late, or the first frame was damaged: no gap in the numbers tells."""
        assert asked(heard(Inbox(BOX, "final"), passing(200))) == [Resend(150, 199)]

    def test_a_box_that_counts_anew_is_reported(self) -> None:
        """What was missing before is not asked for any more, but what went by since it counts anew is."""
        inbox = Inbox(BOX, "final")
        heard(inbox, passing(1), passing(5))
        found = heard(inbox, passing(3, at=60))
        assert asked(found) == [Resend(1, 2)]
        assert [event.what for draft in found.drafts if isinstance(event := draft.event, DeviceReported)] == [
            "restarted"
        ]
        assert inbox.missing == 2

    def test_noise_is_reported_now_and_then(self) -> None:
        """Not once a frame."""
        inbox = Inbox(BOX, "final")
        rubbish = b"\x8e\x02rubbish\x8f" * 5
        assert len(inbox.hear(rubbish, NOW).drafts) == 1
        assert len(inbox.hear(rubbish, Instant(NOW + SECOND)).drafts) == 0
        assert len(inbox.hear(rubbish, Instant(NOW + 11 * SECOND)).drafts) == 1

    def test_half_a_frame_at_the_end_of_a_connection(self) -> None:
        """It is reported, and the next connection starts afresh."""
        inbox = Inbox(BOX, "final")
        inbox.hear(P3.encode(passing(1))[:20], NOW)
        assert [
            draft.event.what for draft in inbox.closed(NOW).drafts if isinstance(draft.event, DeviceReported)
        ] == ["garbled"]

    @given(st.lists(st.integers(1, 30), max_size=12), st.integers(1, 40))
    def test_the_same_bytes_give_the_same_records(self, numbers: list[int], width: int) -> None:
        """However they are cut into chunks, live or from the raw file."""
        data = b"".join(P3.encode(passing(number)) for number in numbers)
        chunks = [Chunk(NOW, "box", data[at : at + width].hex()) for at in range(0, len(data), width)]
        whole = [draft.event for draft in Inbox(BOX, "final").hear(data, NOW).drafts]
        assert [draft.event for draft in replayed(chunks, [BOX], "final")] == whole

    def test_raw_bytes_of_a_stranger(self) -> None:
        """Whoever replays them has to say which device that was."""
        with pytest.raises(InputError, match="the raw bytes are of 'other'"):
            list(replayed([Chunk(NOW, "other", "8e")], [BOX], "final"))


def test_a_counter_of_seconds_is_put_on_our_clock() -> None:
    """P98 counts from when the box was switched on, twenty minutes before the gun."""
    inbox = Inbox(parse_device("line=p98+tcp://127.0.0.1:1"), "final")
    seen = Passing(Instant(1_231_500_000), "5001", "FIN", "1", 1, 90, 20)
    compared, draft = inbox.hear(P98.encode(seen), Instant(NOW + 31 * SECOND)).drafts
    race = replay(
        Record(number, event, "final")
        for number, event in enumerate(
            (
                RacePlanned("w", "final", "Women, final", RACE),
                StartListPosted(STARTERS),
                GunFired(NOW),
                compared.event,
                draft.event,
            ),
            1,
        )
    )
    assert race.passing(5) == (NOW + 31 * SECOND, "5001", 5, "FIN")


def test_devices_write_into_the_race_that_is_armed() -> None:
    """Armed for another race, a device's passings go there, and its clock is looked at anew for that log."""
    inbox = Inbox(BOX, None)
    assert [draft.race for draft in heard(inbox, passing(1)).drafts if isinstance(draft.event, Passing)] == [
        None
    ]
    asking = inbox.armed("w-final", Known())
    assert asked(asking) == [GetTime()]
    drafts = heard(inbox, passing(2)).drafts
    assert [draft.race for draft in drafts if isinstance(draft.event, Passing)] == ["w-final"]


def test_a_number_out_of_the_blue_fills_no_memory() -> None:
    """A box that counts from one to a thousand million is asked for the latest ten thousand."""
    inbox = Inbox(BOX, "final")
    found = heard(inbox, passing(1), passing(1_000_000_000, at=9))
    assert inbox.missing == 10_000
    assert asked(found) == [Resend(999_990_000, 999_999_999)]


@pytest.mark.parametrize("again", [False, True], ids=["from the start", "armed later"])
def test_a_shot_from_before_the_gun_that_counts_is_noted(*, again: bool) -> None:
    """A timer's memory still has the false start; also when the race is armed once more."""
    timy, known = parse_device("timy=alge+serial:/dev/ttyS0"), Known(gun=NOW)
    inbox = Inbox(timy, "final", Known() if again else known, wall=wall_of(0, NOW))
    if again:
        inbox.armed("final", known)
    shots = [alge.encode(GunFired(Instant(NOW + at * SECOND)), wall_of(0, NOW), "C0") for at in (-60, 5)]
    early, late = inbox.hear(b"".join(shots), NOW).drafts
    assert isinstance(early.event, NoteMade)
    assert late.event == GunFired(Instant(NOW + 5 * SECOND))


def test_where_a_connection_ended_is_known_to_the_raw_file() -> None:
    """Half a frame of one connection is not the beginning of the next."""
    whole = P3.encode(passing(1))
    chunks = [Chunk(NOW, "box", whole[:20].hex()), Chunk(NOW, "box", ""), Chunk(NOW, "box", whole.hex())]
    told = [draft.event for draft in replayed(chunks, [BOX], "final")]
    assert [getattr(event, "what", "passing") for event in told] == ["garbled", "passing"]


def test_a_clock_that_nobody_compared_before_is_left_as_it_is() -> None:
    """The laptop died and listens again: the passings in the log stand on the box's own clock."""
    inbox = Inbox(BOX, "final", Known(frozenset({1}), has_passings=True))
    for answer in inbox.opened().answers:
        inbox.sent(answer, NOW)
    told = [inbox.hear(P3.encode(Time(NOW)), Instant(NOW + second * SECOND)) for second in (0, 1, 2)]
    assert [found.drafts for found in told] == [(), (), ()]
    assert GetTime() not in [word for found in told for word in asked(found)]
