"""The women's night of PyeongChang, run by one desk and two pads, without a decoder, and with a cut of the network."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from lastlap import night
from lastlap.events import CompetitionOpened, EntriesTaken, Event, MeetOpened, Record, StartListPosted
from lastlap.log import Draft, Meet
from lastlap.official import start_list
from lastlap.race import Race, Status, replay
from lastlap.ranking import standings
from lastlap.startlist import Entry, Starter
from live.browser import needs_chromium
from live.rink import LAPTOP, PHONE, TABLET, Desk, Pad, Rink, rink

pytestmark = needs_chromium

SCRIPT = night.night("pyeongchang-2018")
LAP = 33.0
"""Seconds that a lap takes in these tests."""


class Known(NamedTuple):
    """What is known of a race, by the names of the skaters."""

    orders: Mapping[int, Sequence[str]]
    """At each sprint, the first three; at the finish, everybody."""
    short: Mapping[str, int]
    """The laps of those who did not finish."""


def races(competition: str) -> Iterator[night.RaceScript]:
    """The races of a competition, in the order of the night."""
    return (race for race in SCRIPT.races if race.competition == competition)


def sheet_starters(race: night.RaceScript) -> tuple[Starter, ...]:
    """The official start list of a race."""
    return start_list(night.sheet_of(race))


def known(race: night.RaceScript) -> Known:
    """The facts of the sheet: sprint orders that give its points, the finish, who did not get there."""
    starters = [msgspec.structs.replace(one, transponders=(f"T{one.bib}",)) for one in sheet_starters(race)]
    said = [word.event for word in night.told(SCRIPT, race, starters)]
    events: list[Event] = [
        night.planned(SCRIPT, race, night.sheet_of(race)),
        StartListPosted(tuple(starters)),
        *said,
    ]
    told = replay([Record(number, event, race.id) for number, event in enumerate(events, 1)])
    names = {bib: one.skater.name for bib, one in told.starters.items()}
    orders = {
        lap: [names[bib] for bib in told.order(lap, None if lap == told.laps else 3)] for lap in told.tables
    }
    return Known(orders, {names[bib]: ride.laps for bib, ride in told.rides.items() if ride.laps < told.laps})


def womens_meet(path: Path) -> Path:
    """The women's competition as it stood before the first gun: entries, and the start lists of the semi-finals."""
    scripted = next(one for one in SCRIPT.competitions if one.id == "women")
    semi_finals = [race for race in races("women") if race.id != "w-final"]
    skaters = [one.skater for race in semi_finals for one in sheet_starters(race)]
    opened = CompetitionOpened(scripted.id, scripted.title, scripted.category, scripted.rules)
    with Meet.create(path) as meet:
        meet.append(
            MeetOpened(SCRIPT.name, SCRIPT.venue, utc_offset=SCRIPT.utc_offset, profile=SCRIPT.profile)
        )
        meet.append(opened, by="secretary")
        meet.append(EntriesTaken("women", tuple(Entry(skater) for skater in skaters)), by="secretary")
        for race in semi_finals:
            plan = msgspec.structs.replace(
                night.planned(SCRIPT, race, night.sheet_of(race)), reconstructed=""
            )
            lists = (plan, StartListPosted(sheet_starters(race)))
            meet.append_all(Draft(event, race.id, "secretary") for event in lists)
    return path


def differences(race: night.RaceScript, told: Race) -> list[str]:
    """How the race as it was told differs from its sheet, but for the times that nobody took."""
    return [
        words for words in night.compared(night.sheet_of(race), told).differences if "time is" not in words
    ]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Rink]:
    """The women's competition, served."""
    with rink(womens_meet(tmp_path / "women.meet")) as found:
        yield found


class Crew(NamedTuple):
    """Who works the night."""

    desk: Desk
    pads: tuple[Pad, Pad]

    def begin(self, race: str) -> None:
        """Everybody opens the race, and the gun goes."""
        self.desk.open(race)
        for pad in self.pads:
            pad.open(race)
        self.desk.key("g")
        self.desk.stored()

    def skate(self, place: Rink, orders: Mapping[int, Sequence[int]]) -> None:
        """The race to its end: both judges tap whom they see, the second begins a place later."""
        done = 0
        for lap, bibs in orders.items():
            place.skip((lap - done) * LAP)
            done = lap
            for pad, seen in zip(self.pads, (bibs, bibs[1:]), strict=True):
                pad.page.locator(".pad-laps button", has_text=f"lap {lap}").first.tap()
                pad.tap(*seen)
        for pad in self.pads:
            pad.stored()

    def end(self, race: Race, known: Known) -> None:
        """Who did not finish is marked, and the result declared."""
        for name, laps in known.short.items():
            bib = str(next(bib for bib, one in race.starters.items() if one.skater.name == name))
            self.desk.post("h", ("bib", bib), ("laps", str(laps)), ("why", "left the ice"), looks=True)
            self.desk.post("m", ("bib", bib), ("irm", "DNF"), ("why", "left the ice"))
        self.desk.declare("unofficial")
        self.desk.declare("official")


@pytest.fixture
def crew(place: Rink, browser: Browser) -> Iterator[Crew]:
    """A referee at the desk, and two judges whom she invited."""
    desk = Desk(place, browser, size=LAPTOP, skips=True)
    pads = (
        Pad(place, browser, size=TABLET, touch=True, skips=True),
        Pad(place, browser, size=PHONE, touch=True, skips=True),
    )
    desk.claim("Anna")
    for pad, name in zip(pads, ("Bram", "Carla"), strict=True):
        pad.join(desk.invite("judge", name), name)
    yield Crew(desk, pads)
    for official in (desk, *pads):
        official.context.close()


def bibs(race: Race, orders: Mapping[int, Sequence[str]]) -> dict[int, list[int]]:
    """The orders by the bibs that the skaters wear in *race*."""
    by_name = {starter.skater.name: bib for bib, starter in race.starters.items()}
    return {lap: [by_name[name] for name in names] for lap, names in orders.items()}


def test_the_womens_night_by_two_pads_and_no_decoder(place: Rink, crew: Crew) -> None:
    """Two semi-finals and the final, told by taps at sprints and finish, end as the official sheets have them."""
    first, second, final = races("women")
    for race in (first, second):
        crew.begin(race.id)
        told = place.race(race.id)
        crew.skate(place, bibs(told, known(race).orders))
        crew.end(told, known(race))
        assert differences(race, place.race(race.id)) == []
    crew.desk.key("D")
    crew.desk.page.get_by_role("link", name="To Women's mass start, final").wait_for()
    drawn = place.race(final.id)
    assert {one.skater.name for one in drawn.starters.values()} == {
        one.skater.name for one in sheet_starters(final)
    }
    crew.begin(final.id)
    crew.skate(place, bibs(drawn, known(final).orders))
    crew.end(drawn, known(final))
    assert differences(final, place.race(final.id)) == []
    podium = [(one.skater.noc, one.skater.name) for one in standings(place.race(final.id))[:3]]
    assert podium == [("JPN", "Nana Takagi"), ("KOR", "Kim Bo-reum"), ("NED", "Irene Schouten")]
    assert [official.mistakes for official in (crew.desk, *crew.pads)] == [[], [], []]


def test_the_network_is_cut_for_thirty_seconds_in_the_middle(place: Rink, crew: Crew) -> None:
    """One judge and the desk are cut off at the second sprint: every word arrives once, with its own moment."""
    race = next(races("women"))
    crew.begin(race.id)
    told = place.race(race.id)
    orders = bibs(told, known(race).orders)
    pad = crew.pads[0]
    place.skip(4 * LAP)
    pad.tap(*orders[4])
    pad.stored()
    place.skip(4 * LAP)
    for official in (pad, crew.desk):
        official.context.set_offline(True)
    pad.button("Next: Sprint 2").tap()
    pad.tap(orders[8][0])
    tapped_at = place.now()
    expect(pad.page.locator("#state")).to_contain_text("lost")
    pad.tap(*orders[8][1:])
    expect(pad.waiting).to_have_count(3)
    crew.desk.form("u", ("text", "the network is away"))
    crew.desk.page.keyboard.press("Enter")
    expect(crew.desk.page.locator(".queue")).to_contain_text("1 waits")
    assert len(place.said(race.id, "CrossingTapped")) == 3
    place.skip(30)
    pad.page.evaluate("dispatchEvent(new Event('online'))")  # a browser may believe so, and be wrong
    for official in (pad, crew.desk):
        official.context.set_offline(False)
    pad.stored()
    crew.desk.stored()
    taps = place.said(race.id, "CrossingTapped")
    assert [(tap.bib, tap.lap) for tap in taps] == [(bib, lap) for lap in (4, 8) for bib in orders[lap]]
    assert abs(taps[3].at - tapped_at) < 1_000_000
    assert [note.text for note in place.said(race.id, "NoteMade")] == ["the network is away"]
    assert place.race(race.id).status is Status.RUNNING


def test_what_waits_survives_a_reload(place: Rink, crew: Crew) -> None:
    """The judge taps while the network is away, the page is loaded again before it is back, and nothing is missing or doubled."""
    race = next(races("women"))
    crew.begin(race.id)
    pad = crew.pads[0]
    place.skip(4 * LAP)
    pad.context.set_offline(True)
    pad.tap(5, 1, 3)
    tapped_at = place.now()
    pad.button("Undo").tap()
    expect(pad.waiting).to_have_count(2)
    pad.page.route("**/events:batch", lambda route: route.abort())
    pad.context.set_offline(False)
    pad.open(race.id)
    expect(pad.waiting).to_have_count(2)
    place.skip(20)
    pad.page.unroute("**/events:batch")
    pad.stored()
    taps = place.said(race.id, "CrossingTapped")
    assert [(tap.bib, tap.lap) for tap in taps] == [(5, 4), (1, 4)]
    assert all(abs(tap.at - tapped_at) < 1_500_000 for tap in taps)


def test_an_answer_that_was_lost_doubles_nothing(place: Rink, crew: Crew) -> None:
    """The server stored a tap, and the answer never came: the pad sends it again, and it is one record."""
    race = next(races("women"))
    crew.begin(race.id)
    pad = crew.pads[0]
    place.skip(4 * LAP)
    lost: list[int] = []

    def loses(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined] # a Route, which Playwright's stubs name only inside a callback
        lost.append(1)
        route.abort()  # type: ignore[attr-defined]

    pad.page.route("**/events:batch", loses, times=1)
    pad.tap(5)
    pad.stored()
    assert lost == [1]
    assert [tap.bib for tap in place.said(race.id, "CrossingTapped")] == [5]
