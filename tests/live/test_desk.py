"""The desk, and the pages round it: doubts, corrections, what they would change, and what happens when something breaks."""

import re
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from lastlap import secretary
from lastlap.entries import read_entries
from lastlap.events import (
    Event,
    GunFired,
    MeetOpened,
    Passing,
)
from lastlap.log import Meet, wall_clock
from lastlap.nocs import nocs
from lastlap.race import Lap, NoLap
from lastlap.ranking import standings
from lastlap.rulebook import IRM, edition
from lastlap.times import SECOND, Instant
from lastlap.timing.devices import Device
from lastlap.timing.link import parse_address
from live.browser import barriers, needs_chromium
from live.rink import LAPTOP, PHONE, TABLET, Desk, Official, Pad, rink
from live.served import a_meet, free_port

pytestmark = needs_chromium

LAP = 33
CUP = edition("isu-2018")


def ridden(laps: int, *, size: int = 10, missed: tuple[int, int] = (0, 0), gap: float = 0.4) -> list[Event]:
    """The gun and so many laps, the skaters *gap* seconds apart; the line has *missed* a bib at the end of a lap."""
    gun = Instant(wall_clock() - (laps * LAP + 10) * SECOND)
    ends = [
        (lap, bib, gun + int((lap * LAP + bib * gap) * SECOND))
        for lap in range(1, laps + 1)
        for bib in range(1, size + 1)
    ]
    seen = [
        Passing(Instant(at), f"{1000 + bib}", source="line") for lap, bib, at in ends if (bib, lap) != missed
    ]
    return [GunFired(gun), *seen]


@pytest.fixture
def at_desk(request: pytest.FixtureRequest, tmp_path: Path, browser: Browser) -> Iterator[Desk]:
    """The referee at the desk of the race; the test's parameter is what has happened in it, nothing if it has none."""
    events = getattr(request, "param", None) or []
    with rink(a_meet(tmp_path / "ice.meet", events, size=10)) as place:
        desk = Desk(place, browser, size=LAPTOP)
        desk.claim("Anna")
        desk.open("w-sf1")
        yield desk
        desk.context.close()


def after(*events: Event) -> pytest.MarkDecorator:
    """The desk of a race in which these events have happened."""
    return pytest.mark.parametrize("at_desk", [list(events)], indirect=True, ids=["told"])


class TestDoubts:
    """What does not fit stands in a queue, and one key decides it."""

    @after(*ridden(6, missed=(4, 3)))
    def test_one_key_accepts_a_proposal(self, at_desk: Desk) -> None:
        """The line missed 4 at the end of lap 3, so 4 seemed lapped: the proposed insertion is taken, and 4 has done all laps."""
        expect(at_desk.page.locator("#doubts-title")).to_contain_text("1 doubt")
        assert at_desk.rink.race("w-sf1").rides[4].irm is IRM.LAP
        at_desk.key("y")
        expect(at_desk.page.locator("#doubts-title")).to_contain_text("No doubts")
        at_desk.stored()
        assert at_desk.rink.race("w-sf1").rides[4].laps == 6

    @after(*ridden(6, missed=(4, 3)))
    def test_looking_first_changes_nothing(self, at_desk: Desk) -> None:
        """What would change is shown: 4 would have a lap more; the doubt stands."""
        at_desk.key("=")
        expect(at_desk.page.locator("dialog[open] .changes")).to_contain_text("6 laps")
        at_desk.key("Escape")
        expect(at_desk.page.locator("#doubts-title")).to_contain_text("1 doubt")
        assert at_desk.rink.said("w-sf1", "PassingInserted") == []

    @after(*ridden(6, missed=(4, 3)))
    def test_a_doubt_is_dismissed_with_a_reason(self, at_desk: Desk) -> None:
        """4 was seen to cut a lap: things stay as they are."""
        at_desk.post("x", ("why", "cut through the infield"))
        expect(at_desk.page.locator("#doubts-title")).to_contain_text("No doubts")
        assert [one.why for one in at_desk.rink.said("w-sf1", "DoubtDismissed")] == [
            "cut through the infield"
        ]


class TestCorrections:
    """Whatever was said can be looked at before, and taken back after."""

    @after(*ridden(16))
    def test_disqualified_looked_at_taken_back_said_again(self, at_desk: Desk) -> None:
        """The winner is disqualified: who goes on instead is shown before; ten minutes later it is taken back, and said again."""
        at_desk.form("d", ("bib", "1"), ("rule", "T25"))
        at_desk.key("Enter")
        expect(at_desk.changes).to_contain_text("Goes on now: 9 Skater 9")
        expect(at_desk.changes).to_contain_text("Goes on no more: 1 Skater 1")
        assert at_desk.rink.race("w-sf1").mark(1) is None
        at_desk.key("Enter")
        expect(at_desk.page.locator("#marks")).to_contain_text("1 DSQ T25")
        at_desk.post("z", ("why", "it was 2 who pushed"))
        expect(at_desk.page.locator("#marks")).to_have_text("")
        assert at_desk.rink.race("w-sf1").rides[1].irm is None
        at_desk.post("Z", ("why", "the video shows 1 after all"))
        expect(at_desk.page.locator("#marks")).to_contain_text("1 DSQ T25")
        assert at_desk.rink.race("w-sf1").rides[1].irm is IRM.DSQ

    @after(*ridden(16))
    def test_an_obstructed_skater_is_advanced(self, at_desk: Desk) -> None:
        """10 finished outside the first eight because of 1: the referee gives a place in the final, and takes it back."""
        at_desk.form("v", ("bib", "10"), ("rule", "T25"), ("why", "obstructed by 1"))
        at_desk.key("Enter")
        expect(at_desk.changes).to_contain_text("Goes on now: 10 Skater 10")
        at_desk.key("Enter")
        at_desk.stored()
        expect(at_desk.page.locator("dialog[open]")).to_have_count(0)
        assert [one.bib for one in at_desk.rink.said("w-sf1", "SkaterAdvanced")] == [10]
        at_desk.post("z", ("why", "the protest was withdrawn"))
        assert at_desk.rink.said("w-sf1", "SkaterAdvanced") == []

    @after(*ridden(3))
    def test_a_passing_is_struck_restored_and_moved(self, at_desk: Desk) -> None:
        """The latest passing, of 10, is struck, is restored, and turns out to have been 9's."""
        number = max(at_desk.rink.race("w-sf1").verdicts)
        at_desk.key("3")
        at_desk.page.keyboard.press("Enter")
        at_desk.key("-")
        expect(at_desk.page.locator("#passings .item-struck")).to_have_count(1)
        assert at_desk.rink.race("w-sf1").verdicts[number] is NoLap.STRUCK
        at_desk.key("-")
        expect(at_desk.page.locator("#passings .item-struck")).to_have_count(0)
        at_desk.post(".", ("bib", "9"), ("why", "she wore the other's transponder"))
        assert [(one.number, one.bib) for one in at_desk.rink.said("w-sf1", "PassingMoved")] == [(number, 9)]

    @after(*ridden(4))
    def test_an_order_with_a_dead_heat_and_times(self, at_desk: Desk) -> None:
        """The photo finish of the first sprint is typed as it is read."""
        at_desk.post("o", ("bibs", "2 2:12.80 (1 3) 4"))
        read = at_desk.rink.said("w-sf1", "OrderRead")[0]
        assert (read.lap, read.bibs, read.times, read.read_by) == (
            4,
            (2, (1, 3), 4),
            {2: 132_800_000},
            "photo finish",
        )

    @after(*ridden(4))
    def test_what_cannot_be_is_said_in_the_form(self, at_desk: Desk) -> None:
        """A bib twice, a bracket left open, somebody who is not there: a sentence, and nothing is sent."""
        at_desk.form("o", ("bibs", "2 2"))
        for text, words in (
            ("2 2", "Bib 2 stands twice"),
            ("(2 3", "bracket is still open"),
            ("2 99", "99 is not on the start list"),
        ):
            at_desk.page.fill("[name=bibs]", text)
            at_desk.key("Enter")
            expect(at_desk.page.locator("dialog[open] .form-error")).to_contain_text(words)
        assert at_desk.rink.said("w-sf1", "OrderRead") == []

    @after(*ridden(2))
    def test_what_the_race_refuses_is_shown_and_mended(self, at_desk: Desk) -> None:
        """A mark that does not stand cannot be lifted: the reason is shown, and the form comes back as it was."""
        at_desk.form("M", ("bib", "5"), ("why", "mistaken"))
        at_desk.key("Enter")
        refused = at_desk.page.locator(".queue-refused")
        expect(refused).to_contain_text("5 Skater 5 has no mark")
        refused.get_by_role("button", name="Mend").click()
        expect(at_desk.page.locator("dialog[open] [name=why]")).to_have_value("mistaken")


class TestTheRace:
    """Gun, bell, stop and restart."""

    def test_the_gun_was_twelve_seconds_ago(self, at_desk: Desk) -> None:
        """Nobody pressed the key in time: the gun is put where it was."""
        pressed = at_desk.rink.now()
        at_desk.post("G", ("at", "12"))
        fired = at_desk.rink.said("w-sf1", "GunFired")[0].at
        assert abs(pressed - 12 * SECOND - fired) < SECOND
        expect(at_desk.page.locator("#clock")).to_have_text(re.compile(r"0:1[2-9]"))

    @after(*ridden(2))
    def test_the_bell_ringer_is_told_a_lap_early(self, at_desk: Desk) -> None:
        """The front begins lap 3 of 4: the bell rings when it comes round."""
        expect(at_desk.page.locator("#bell")).to_contain_text("when the leader comes round")

    @after(*ridden(3))
    def test_the_bell_is_noted(self, at_desk: Desk) -> None:
        """The front is in the sprint lap: the bell is rung, and noted for lap 4."""
        expect(at_desk.page.locator("#bell")).to_contain_text("Bell now")
        at_desk.key("b")
        expect(at_desk.page.locator("#bell")).to_contain_text("has been rung for lap 4")
        assert at_desk.rink.said("w-sf1", "BellRung")[0].lap == 4

    @after(*ridden(5))
    def test_stopped_and_restarted_with_laps_to_go(self, at_desk: Desk) -> None:
        """A fall blocks the track: the race is stopped, and goes on with eight laps."""
        at_desk.post("l", ("bib", "7"), ("place", "first bend"), ("injury", "left elbow"))
        at_desk.post("s", ("why", "a skater lies on the ice"))
        expect(at_desk.page.locator("#status strong")).to_have_text("Stopped")
        at_desk.post("r", ("laps_to_go", "8"))
        expect(at_desk.page.locator("#togo .togo-number")).to_have_text("8")
        expect(at_desk.page.locator("#incidents")).not_to_contain_text("elbow")

    def test_a_false_start_is_asked_once(self, at_desk: Desk) -> None:
        """The second gun is a question first."""
        at_desk.key("g")
        expect(at_desk.page.locator("#status strong")).to_have_text("On the ice")
        at_desk.key("g")
        at_desk.page.locator("dialog[open] button.first").click()
        at_desk.key("4")
        expect(at_desk.page.locator("#log .item", has_text="gun")).to_have_count(2)
        assert len(at_desk.rink.said("w-sf1", "GunFired")) == 2


class TestTheResult:
    """Unofficial, protest, official, corrected."""

    @after(*ridden(16))
    def test_a_protest_and_a_correction(self, at_desk: Desk) -> None:
        """The result is protested, becomes official, and is corrected with the note that the sheet prints."""
        at_desk.declare("unofficial")
        at_desk.declare("protested", "2 was obstructed at the finish")
        at_desk.declare("official")
        at_desk.post("d", ("bib", "1"), ("rule", "T25"), looks=True)
        at_desk.declare("corrected", "1 disqualified (T25)")
        expect(at_desk.page.locator("#declared")).to_contain_text("1 disqualified (T25)")
        assert [str(one.status) for one in at_desk.rink.said("w-sf1", "ResultDeclared")] == [
            "unofficial",
            "protested",
            "official",
            "corrected",
        ]

    @after(*ridden(15))
    def test_not_official_while_somebody_skates(self, at_desk: Desk) -> None:
        """The form says what stands in the way, and nothing is posted."""
        at_desk.form("q", ("status", "official"))
        at_desk.key("Enter")
        expect(at_desk.changes).to_contain_text("cannot be official yet")
        assert at_desk.rink.said("w-sf1", "ResultDeclared") == []


class TestEveryAction:
    """The forms that no other test fills."""

    SAID: tuple[tuple[str, str, dict[str, str], dict[str, object]], ...] = (
        ("k", "LappedCalled", {"bib": "9"}, {"bib": 9, "lap": None}),
        ("K", "LappedLifted", {"bib": "9", "why": "same lap"}, {"bib": 9, "why": "same lap"}),
        (
            "h",
            "LapsGiven",
            {"bib": "8", "laps": "4", "time": "2:30.5", "why": "seen"},
            {"laps": 4, "time": 150_500_000},
        ),
        ("j", "LapGained", {"bib": "7", "laps": "-1", "why": "stood still"}, {"bib": 7, "laps": -1}),
        (
            "i",
            "IncidentNoted",
            {"what": "contact", "bibs": "3 5", "injury": "knee"},
            {"bibs": (3, 5), "lap": 6},
        ),
        ("m", "MarkGiven", {"bib": "6", "irm": "DNF", "why": "left the ice"}, {"bib": 6, "irm": IRM.DNF}),
        ("t", "PassingInserted", {"bib": "5", "at": "3:21.5", "why": "seen"}, {"bib": 5}),
        (
            "p",
            "TransponderAssigned",
            {"transponder": "77", "bib": "4"},
            {"transponder": "77", "bib": 4, "since": None},
        ),
        ("c", "LapsCut", {"laps": "12", "why": "bad ice"}, {"laps": 12}),
        ("n", "RaceNeutralised", {"why": "a skater lies on the ice"}, {"counted": False}),
        ("f", "RaceFreed", {}, {}),
    )

    @after(*ridden(5))
    def test_every_form_says_its_event(self, at_desk: Desk) -> None:
        """Each form is filled as an official would, and the log has what was meant."""
        for key, kind, fields, wanted in self.SAID:
            at_desk.post(key, *fields.items(), looks=key in "hjc")
            said = at_desk.rink.said("w-sf1", kind)[-1]
            assert {name: getattr(said, name) for name in wanted} == wanted, kind

    @after(*ridden(5))
    def test_a_moment_as_the_race_clock_showed_it(self, at_desk: Desk) -> None:
        """5 crossed when the race clock showed 2:51.3, and no device saw it."""
        at_desk.post("t", ("bib", "5"), ("at", "2:51.3"), ("why", "seen"))
        gun = at_desk.rink.said("w-sf1", "GunFired")[0].at
        assert at_desk.rink.said("w-sf1", "PassingInserted")[0].at == gun + 171_300_000

    @after(*ridden(5))
    def test_armed_once(self, at_desk: Desk) -> None:
        """Devices write into this race from now on, and the desk says so."""
        at_desk.key("a")
        expect(at_desk.page.locator("#status")).to_contain_text("armed")
        expect(at_desk.page.locator("#said")).to_contain_text("Armed: devices write into this race")


class TestTrouble:
    """The server goes away, the page goes away."""

    @after(*ridden(5))
    def test_the_server_is_restarted_in_mid_race(self, at_desk: Desk, browser: Browser) -> None:
        """Desk and pad are there again within three seconds, and what was said meanwhile is stored."""
        pad = Pad(at_desk.rink, browser, size=TABLET, touch=True)
        pad.join(at_desk.invite("judge", "Bram"), "Bram")
        pad.open("w-sf1")
        at_desk.open("w-sf1")
        at_desk.rink.stop()
        expect(at_desk.page.locator("#lost")).to_be_visible()
        pad.tap(3)
        at_desk.form("u", ("text", "the laptop was restarted"))
        at_desk.key("Enter")
        at_desk.rink.start()
        begun = time.monotonic()
        expect(at_desk.page.locator("#state")).to_have_text("connected")
        expect(pad.page.locator("#state")).to_have_text("live")
        assert time.monotonic() - begun < 3
        at_desk.stored()
        pad.stored()
        assert [tap.bib for tap in at_desk.rink.said("w-sf1", "CrossingTapped")] == [3]
        assert [note.text for note in at_desk.rink.said("w-sf1", "NoteMade")] == ["the laptop was restarted"]
        assert at_desk.mistakes + pad.mistakes == []
        pad.context.close()

    def test_a_half_filled_form_survives_a_reload(self, at_desk: Desk) -> None:
        """The page is gone in mid-sentence; it comes back with the form as it was."""
        at_desk.form("i", ("what", "contact in the last bend"), ("bibs", "3 5"))
        at_desk.page.reload()
        expect(at_desk.page.locator("dialog[open] [name=what]")).to_have_value("contact in the last bend")
        at_desk.key("Enter")
        at_desk.stored()
        assert [(one.what, one.bibs) for one in at_desk.rink.said("w-sf1", "IncidentNoted")] == [
            ("contact in the last bend", (3, 5))
        ]

    def test_what_waits_of_one_person_is_not_sent_by_another(self, at_desk: Desk) -> None:
        """Anna's note waits; Bram signs in on her laptop: it is not sent as his, and goes out when she is back."""
        link = at_desk.invite("timekeeper", "Bram")
        at_desk.open("w-sf1")
        at_desk.page.route("**/events:batch", lambda route: route.abort())
        at_desk.form("u", ("text", "from Anna"))
        at_desk.key("Enter")
        expect(at_desk.page.locator(".queue")).to_contain_text("1 waits")
        at_desk.join(link, "Bram")
        at_desk.page.unroute("**/events:batch")
        at_desk.open("w-sf1")
        expect(at_desk.page.locator(".queue")).to_contain_text("1 from Anna waits until Anna signs in")
        assert at_desk.rink.said("w-sf1", "NoteMade") == []

    def test_what_waits_is_not_sent_to_another_meet(self, at_desk: Desk, tmp_path: Path) -> None:
        """A word waits from the rehearsal; at the same address the real meet is served: the word stays where it is."""
        at_desk.page.route("**/events:batch", lambda route: route.abort())
        at_desk.form("u", ("text", "from the rehearsal"))
        at_desk.key("Enter")
        expect(at_desk.page.locator(".queue")).to_contain_text("1 waits")
        at_desk.rink.stop()
        at_desk.rink.path = a_meet(tmp_path / "real.meet")
        at_desk.page.unroute("**/events:batch")
        at_desk.rink.start()
        at_desk.claim("Anna")
        at_desk.open("w-sf1")
        expect(at_desk.page.locator(".queue")).to_contain_text("1 of another meet waits here")
        assert at_desk.rink.said("w-sf1", "NoteMade") == []


class TestThePad:
    """The judges' pad, beside what the night by hand shows of it."""

    @pytest.fixture
    def pad(self, at_desk: Desk, browser: Browser) -> Iterator[Pad]:
        """A judge's pad."""
        pad = Pad(at_desk.rink, browser, size=PHONE, touch=True, skips=True)
        pad.join(at_desk.invite("judge", "Bram"), "Bram")
        pad.open("w-sf1")
        yield pad
        pad.context.close()

    @after(*ridden(3))
    def test_a_tap_answers_within_one_frame(self, pad: Pad) -> None:
        """Before the next frame is drawn, the tile shows that it was tapped, and the browser has kept it."""
        answered = pad.page.evaluate(
            """() => {
                document.querySelector('.tile[data-key="3"]').dispatchEvent(new PointerEvent("pointerdown", { button: 0, bubbles: true }));
                const kept = Object.keys(localStorage).filter((name) => name.startsWith("lastlap.queue:"));
                return [document.querySelector('.tile[data-key="3"]').className, kept.length];
            }"""
        )
        assert answered == ["tile tile-waits", 1]
        expect(pad.tile(3)).to_have_class(re.compile("tile-stored"))

    @after(*ridden(3))
    def test_tiles_stay_where_they_are_under_a_finger(self, pad: Pad) -> None:
        """While a judge taps, nothing moves; at the next sprint the tiles stand in the order tapped."""
        before = pad.page.locator(".tile").evaluate_all("nodes => nodes.map((node) => node.dataset.key)")
        top = pad.tile(1).bounding_box()
        pad.tap(5, 2, 7)
        pad.stored()
        assert (
            pad.page.locator(".tile").evaluate_all("nodes => nodes.map((node) => node.dataset.key)") == before
        )
        assert pad.tile(1).bounding_box() == top
        pad.button("Next: Sprint 2").tap()
        expect(pad.page.locator(".tile").first).to_have_attribute("data-key", "5")

    @after(*ridden(3))
    def test_a_confirmed_order_with_a_dead_heat(self, pad: Pad) -> None:
        """5 first, 2 and 7 together: the judge says so, and it is read as such."""
        pad.tap(5, 2, 7)
        pad.page.get_by_label("7 in a dead heat with the one before").tap()
        pad.button("Confirm this order").tap()
        pad.stored()
        read = pad.rink.said("w-sf1", "OrderRead")[0]
        assert (read.lap, read.bibs, read.read_by) == (4, (5, (2, 7)), "judge")

    @after(*ridden(3))
    def test_the_next_sprint_was_not_chosen(self, pad: Pad) -> None:
        """5 was tapped at the first sprint, and comes again: the pad asks whether it is the second."""
        pad.tap(5)
        pad.rink.skip(4 * LAP)
        pad.tap(5)
        pad.button("It was lap 8").tap()
        pad.stored()
        taps = pad.rink.said("w-sf1", "CrossingTapped")
        assert [(tap.bib, tap.lap) for tap in taps] == [(5, 4), (5, 8)]
        expect(pad.page.locator(".pad-laps [aria-pressed=true]")).to_contain_text("Sprint 2")

    @after(*ridden(3))
    def test_laps_are_counted_for_one_skater(self, pad: Pad) -> None:
        """The judge counts 9, who did one lap less than the passings tell."""
        pad.button("Count one").tap()
        pad.tap(9)
        expect(pad.page.locator(".pad-count")).to_contain_text("3 of 16")
        pad.button("Crossed: lap 4 done").tap()
        pad.stored()
        assert [(tap.bib, tap.lap) for tap in pad.rink.said("w-sf1", "CrossingTapped")] == [(9, 4)]

    def test_a_tap_before_the_gun_is_refused_and_tried_again(self, pad: Pad, at_desk: Desk) -> None:
        """Nobody had fired the gun: the pad says why the tap was not taken; then the gun is put in, and the tap is."""
        pad.tap(5)
        expect(pad.page.locator("#refused")).to_contain_text("the gun has not been fired")
        at_desk.open("w-sf1")
        at_desk.post("G", ("at", "200"))
        pad.page.get_by_role("button", name="Try again").tap()
        expect(pad.tile(5)).to_have_class(re.compile("tile-stored"))

    @after(*ridden(3))
    def test_nothing_is_refused_because_nobody_could_be_asked_who_it_is(self, pad: Pad) -> None:
        """The page is loaded anew and does not know its session's token yet: what waits goes on waiting, and is stored then."""
        pad.page.route("**/events:batch", lambda route: route.abort())
        pad.tap(5)
        pad.page.route("**/api/me", lambda route: route.abort())
        pad.page.unroute("**/events:batch")
        asked = count(1)
        with pad.page.expect_request(lambda request: request.url.endswith("/api/me") and next(asked) == 4):
            pad.open("w-sf1")
        expect(pad.waiting).to_have_count(1)
        pad.page.unroute("**/api/me")
        expect(pad.tile(5)).to_have_class(re.compile("tile-stored"))
        assert [tap.bib for tap in pad.rink.said("w-sf1", "CrossingTapped")] == [5]

    @after(*ridden(3))
    def test_the_pad_opens_without_a_network(self, pad: Pad) -> None:
        """Once loaded, it opens though the network is away, shows the skaters it knew, and keeps taps."""
        pad.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        pad.page.evaluate(
            """async () => {
                const held = async () => (await caches.open("lastlap-pad")).match(location.pathname);
                while (!(await held())) await new Promise(requestAnimationFrame);
            }"""
        )
        pad.context.set_offline(True)
        pad.page.reload()
        pad.tap(5)
        expect(pad.waiting).to_have_count(1)
        pad.context.set_offline(False)
        pad.stored()
        assert [tap.bib for tap in pad.rink.said("w-sf1", "CrossingTapped")] == [5]


def test_every_lap_counted_by_two_judges(tmp_path: Path, browser: Browser) -> None:
    """Four skaters, sixteen laps, two judges who tap everybody: every crossing is one, and 3 wins by the finish."""
    with rink(a_meet(tmp_path / "club.meet", size=4)) as place:
        desk = Desk(place, browser, size=LAPTOP, skips=True)
        desk.claim("Anna")
        pads = [Pad(place, browser, size=PHONE, touch=True, skips=True) for _ in range(2)]
        for pad, name in zip(pads, ("Bram", "Carla"), strict=True):
            pad.join(desk.invite("judge", name), name)
            pad.open("w-sf1")
            pad.button("Count all").tap()
        desk.open("w-sf1")
        desk.key("g")
        desk.stored()
        for _ in range(16):
            place.skip(LAP)
            for pad in pads:
                pad.tap(3, 1, 4, 2)
                pad.stored()
        told = place.race("w-sf1")
        assert [ride.laps for ride in told.rides.values()] == [16, 16, 16, 16]
        assert told.order(16) == (3, 1, 4, 2)
        assert [one.score.bib for one in standings(told)] == [3, 1, 4, 2]
        assert sum(isinstance(verdict, Lap) for verdict in told.verdicts.values()) == 4 * 16
        for official in (desk, *pads):
            assert official.mistakes == []
            official.context.close()


def test_the_state_of_a_device_is_in_sight(tmp_path: Path, browser: Browser) -> None:
    """A decoder that does not answer is lost, and the desk says so by its name."""
    box = Device("box", "p3", parse_address(f"tcp://127.0.0.1:{free_port()}"))
    with rink(a_meet(tmp_path / "ice.meet"), devices=(box,)) as place:
        desk = Desk(place, browser, size=LAPTOP)
        desk.claim("Anna")
        desk.open("w-sf1")
        expect(desk.page.locator("#devices")).to_contain_text("box: lost")
        expect(desk.page.locator("#devices")).to_contain_text("disk: ok")
        desk.context.close()


ENTRIES = "family name;given name;noc;ranking;reserve\n" + "".join(
    f"NUMBER{place};Skater;{noc};{place};{'yes' if place > 24 else ''}\n"
    for place, noc in enumerate(
        ("NED", "KOR", "JPN", "CAN", "ITA", "NOR", "GER", "POL", "USA", "CHN", "SUI", "BEL", "EST") * 2, 1
    )
)


def test_from_entries_to_the_final_by_typed_orders(tmp_path: Path, browser: Browser) -> None:
    """Entries, the draw, a withdrawal, two semi-finals told by the desk alone, one press for the final."""
    path = tmp_path / "cup.meet"
    with Meet.create(path) as found:
        secretary.open_meet(found, MeetOpened("Cup"), {"W": CUP})
        competition = secretary.competition_of(found, None)
        assert secretary.enter(
            found, competition, read_entries(ENTRIES, nocs=nocs(), rulebook=CUP), anyway=True
        )
    with rink(path) as place:
        desk = Desk(place, browser, size=LAPTOP)
        desk.claim("Anna")
        desk.page.get_by_role("button", name="Draw").click()
        desk.page.get_by_role("link", name="Women, semi-final 2").wait_for()
        desk.open("w-sf1")
        desk.post("w", ("bib", "2"), ("why", "ill"))
        expect(desk.page.locator("#said")).to_contain_text("is withdrawn")
        for race in ("w-sf1", "w-sf2"):
            desk.open(race)
            _by_orders(desk, sorted(place.race(race).starters))
        desk.key("D")
        desk.page.get_by_role("link", name=re.compile("^To Women")).click()
        desk.page.wait_for_url("**/desk/w-final")
        assert len(place.race("w-final").starters) == 2 * CUP.format.advance
        _draw_again(desk)
        assert len(place.said("w-final", "StartListPosted")) == 2
        assert desk.mistakes == []
        desk.context.close()


def _draw_again(desk: Desk) -> None:
    """A semi-final was corrected: the plan of the final is taken back, and it is drawn again."""
    desk.open("w-final")
    desk.key("4")
    desk.page.locator("#log .pick", has_text="Race planned").click()
    desk.post("z", ("why", "a semi-final was corrected"))
    desk.open("w-sf2")
    expect(desk.page.locator("#drawing")).to_contain_text("the final may be drawn")
    desk.key("D")
    desk.page.get_by_role("link", name=re.compile("^To Women")).wait_for()


def _by_orders(desk: Desk, bibs: Sequence[int]) -> None:
    """A race whose story is the order at each sprint and at the finish."""
    desk.key("g")
    expect(desk.page.locator("#status strong")).to_have_text("On the ice")
    for lap in (4, 8, 12, 16):
        order = bibs if lap == 16 else bibs[:3]
        desk.post("o", ("lap", str(lap)), ("bibs", " ".join(map(str, order))), ("read_by", "judge"))
    desk.declare("unofficial")
    desk.declare("official")


class TestEveryPage:
    """No page shuts anybody out, and none stumbles."""

    PATHS = ("/desk", "/desk/w-sf1", "/pad/w-sf1", "/people", "/audit")

    @after(*ridden(6, missed=(4, 3)))
    def test_no_barrier_for_anybody(self, at_desk: Desk) -> None:
        """Axe finds nothing serious on the officials' pages, light and dark, and nothing stands on the console."""
        for scheme in ("light", "dark"):
            at_desk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            for path in self.PATHS:
                at_desk.go(path)
                at_desk.page.locator("#identity *").first.wait_for()
                at_desk.page.wait_for_load_state("load")
                assert barriers(at_desk.page) == [], f"{path}, {scheme}"
        assert at_desk.mistakes == []

    @after(*ridden(6))
    def test_no_barrier_in_forms(self, at_desk: Desk) -> None:
        """Nor in a form, with what it would change, nor on the card of keys."""
        at_desk.form("d", ("bib", "1"), ("rule", "T25"))
        at_desk.key("Enter")
        expect(at_desk.page.locator("dialog[open] .changes")).to_be_visible()
        assert barriers(at_desk.page) == []
        at_desk.key("Escape")
        at_desk.key("?")
        assert barriers(at_desk.page) == []

    def test_no_barrier_before_signing_in(self, at_desk: Desk, browser: Browser) -> None:
        """Nor on the pages by which people come in."""
        link = at_desk.invite("judge", "Bram")
        guest = Official(at_desk.rink, browser, size=PHONE)
        for url in (f"{at_desk.rink.url}/sign-in", link):
            guest.page.goto(url)
            assert barriers(guest.page) == []
        guest.join(link, "Bram")
        assert guest.mistakes == []
        guest.context.close()

    def test_a_script_in_a_name_is_text(self, tmp_path: Path, browser: Browser) -> None:
        """A skater is called like a piece of HTML: every page shows that, and runs nothing."""
        name = "<img src=x onerror=alert(1)><b>Bold</b>"
        with rink(a_meet(tmp_path / "odd.meet", ridden(4, size=4), name=name)) as place:
            desk = Desk(place, browser, size=LAPTOP)
            desk.claim("<i>Anna</i>")
            for path in ("/desk/w-sf1", "/pad/w-sf1", "/audit", "/people", "/desk"):
                desk.go(path)
                desk.page.get_by_text("<i>Anna</i>").first.wait_for()
                assert desk.page.locator("main img[src=x], main b, main i").count() == 0
            desk.open("w-sf1")
            desk.form("l", ("bib", "1"))
            expect(desk.page.locator("dialog[open] .form-read").first).to_have_text(f"{name} 1")
            assert desk.mistakes == []
            desk.context.close()

    def test_keys_can_be_turned_off(self, at_desk: Desk) -> None:
        """Who works by voice or by a stick turns single keys off; the card still opens."""
        at_desk.key("?")
        at_desk.page.get_by_label("Turn single keys off").check()
        at_desk.key("Escape")
        at_desk.key("u")
        expect(at_desk.page.locator("dialog[open]")).to_have_count(0)
        at_desk.key("?")
        expect(at_desk.page.locator("dialog[open]")).to_have_count(1)

    def test_every_action_has_a_key_of_its_own_and_is_in_the_docs(self, at_desk: Desk) -> None:
        """No two actions share a key, and the page for officials names each."""
        actions = at_desk.page.evaluate(
            "import('/static/actions.js').then(({ ACTIONS }) => ACTIONS.map(({ key, name }) => [key, name]))"
        )
        keys = [key for key, _ in actions]
        page = (Path(__file__).parents[2] / "docs" / "officials.md").read_text(encoding="utf-8")
        assert len(keys) == len(set(keys))
        assert [name for key, name in actions if f"`{key}`" not in page] == []


class TestOnThePage:
    """The small things that pages know: orders, and when something was."""

    @pytest.mark.parametrize(
        ("text", "bibs"),
        [
            ("7 3 12", [7, 3, 12]),
            ("7, 3, 12", [7, 3, 12]),
            ("7 (3 12) 4", [7, [3, 12], 4]),
            ("(7 3)", [[7, 3]]),
            ("", []),
        ],
    )
    def test_an_order_as_it_is_typed(self, at_desk: Desk, text: str, bibs: list[object]) -> None:
        """Bibs with blanks or commas, dead heats in brackets."""
        found = at_desk.page.evaluate(
            "text => import('/static/order.js').then(({ parseOrder }) => parseOrder(text))", text
        )
        assert (found["bibs"], found["error"]) == (bibs, None)

    # Of each reading: what the page's clocks showed then, in seconds (the steady one, the wall clock, the page),
    # the contact before it, and the newest contact; then the moment on the meet's clock.
    CASES = (
        ("nothing happened", (100, 1100, "a"), (90, 1090, "a", 5090), (160, 1160, "a", 5160), 5100),
        (
            "the wall clock was set forward",
            (100, 1100, "a"),
            (90, 1090, "a", 5090),
            (160, 4760, "a", 5160),
            5100,
        ),
        (
            "the tablet slept after the tap",
            (100, 1100, "a"),
            (90, 1090, "a", 5090),
            (120, 1700, "a", 5700),
            5100,
        ),
        ("the page was loaded again", (100, 1100, "a"), (90, 1090, "a", 5090), (3, 1160, "b", 5160), 5100),
        (
            "loaded again, and the wall clock was set",
            (100, 1100, "a"),
            (90, 1090, "a", 5090),
            (3, 9160, "b", 5160),
            5100,
        ),
        ("no contact before", (100, 1100, "a"), None, (160, 1160, "a", 5160), 5100),
    )

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
    def test_when_a_tap_was(
        self,
        at_desk: Desk,
        case: tuple[str, tuple[object, ...], tuple[object, ...] | None, tuple[object, ...], int],
    ) -> None:
        """Whatever happens to one of the page's clocks, the moment is the one on the meet's clock."""
        _, reading, before, newest, moment = case
        found = at_desk.page.evaluate(
            """([reading, before, newest]) => import("/static/clocks.js").then(({ momentOf }) => {
                const clocks = ([steady, wall, page, meet]) => ({ steady: steady * 1e6, wall: wall * 1e6, page, meet: meet * 1e6 });
                return momentOf({ ...clocks(reading), contact: before && clocks(before) }, clocks(newest)) / 1e6;
            })""",
            [reading, before, newest],
        )
        assert found == moment
