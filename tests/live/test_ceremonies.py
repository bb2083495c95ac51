"""The victory ceremony on a night that is served: planned at the desk, read by the announcer, held, taken back."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from lastlap.events import (
    CompetitionOpened,
    Event,
    MeetOpened,
    OrderRead,
    RacePlanned,
    ResultDeclared,
    ResultStatus,
    StartListPosted,
)
from lastlap.log import Draft, Meet
from lastlap.rulebook import edition
from lastlap.startlist import Skater, Starter
from live.browser import DESKTOP, PHONE, barriers, needs_chromium, opened
from live.rink import LAPTOP, Desk, rink
from live.served import Client, Served, served

RULES = edition("club", "W")
NOCS = {1: "NED", 2: "BEL", 3: "AUT", 4: "KOR"}
ASKED = "/api/competitions/women/ceremony"
OFFICIAL = ResultDeclared(ResultStatus.OFFICIAL)


def a_final(path: Path, *said: Event) -> Path:
    """A meet with one final of four, of which so much was *said*."""
    starters = tuple(
        Starter(bib, Skater(f"s{bib}", f"Skater {bib}", noc, said="SKAY-ter")) for bib, noc in NOCS.items()
    )
    with Meet.create(path) as meet:
        meet.append(MeetOpened("Club night", "The Rink", "2026-01-10", 60), by="secretary")
        meet.append(CompetitionOpened("women", "Women's mass start", "W", RULES), by="secretary")
        plan = RacePlanned("women", "final", "Women, final", RULES)
        meet.append_all(Draft(event, "f", "referee") for event in (plan, StartListPosted(starters), *said))
    return path


def order(*bibs: int | tuple[int, ...]) -> OrderRead:
    """The order over the line at the end."""
    return OrderRead(RULES.laps, bibs)


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Served]:
    """A final whose result is official, served."""
    with served(a_final(tmp_path / "night.meet", order(3, 1, 2, 4), OFFICIAL), bearer="scripts") as server:
        yield server


@pytest.fixture
def secretary(night: Served) -> Client:
    """The secretary's browser."""
    return night.official("secretary")


def medals(told: dict[str, list[dict[str, object]]]) -> list[tuple[object, list[int]]]:
    """Who gets which medal, in the order of the presentation."""
    return [(one["medal"], [who["bib"] for who in one["recipients"]]) for one in told["awards"]]  # type: ignore[attr-defined] # JSON


# Asking and saying


def test_a_ceremony_is_planned_bit_by_bit(secretary: Client) -> None:
    """What is not said stays; what is said as nothing is cleared."""
    plan = {
        "where": "plaza",
        "place": "Medals Plaza",
        "at": "22:45",
        "presents": ["gold medal: Ann Aa, president"],
    }
    assert secretary.post(ASKED, plan).status == 201
    assert secretary.post(ASKED, {"at": "23:00"}).status == 201
    now = secretary.get(ASKED).json
    assert {name: now[name] for name in plan} == plan | {"at": "23:00"}
    assert now["ceremony"]["awards"][2]["presenters"][0]["role"] == "president"
    assert secretary.post(ASKED, {"at": "", "presents": []}).status == 201
    assert (secretary.get(ASKED).json["at"], secretary.get(ASKED).json["presents"]) == ("", [])


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"at": "late"}, "'late' is no moment: write 22:45, or 2018-02-25 20:00 for another day"),
        ({"presents": ["Ann Aa"]}, "'Ann Aa' names no presenter"),
        ({"where": "pub"}, "that cannot be understood"),
    ],
)
def test_a_plan_that_cannot_be_is_one_sentence(secretary: Client, body: object, says: str) -> None:
    """And the plan stays as it was."""
    answer = secretary.post(ASKED, body)
    assert answer.status == 400
    assert answer.error.startswith(says)
    assert secretary.get(ASKED).json["ceremony"]["planned"] is False


def test_it_is_held_once_and_that_can_be_taken_back(secretary: Client) -> None:
    """By mistake it was pressed too early."""
    assert secretary.post(f"{ASKED}/held").status == 201
    again = secretary.post(f"{ASKED}/held")
    assert (again.status, "was held already" in again.error) == (409, True)
    assert secretary.get(ASKED).json["held"] is True
    assert secretary.ask("DELETE", f"{ASKED}/held").status == 201
    assert secretary.get(ASKED).json["held"] is False
    never = secretary.ask("DELETE", f"{ASKED}/held")
    assert (never.status, "was not held" in never.error) == (409, True)


def test_no_medals_before_the_result_is_official(tmp_path: Path) -> None:
    """A ceremony can be planned before the race, and be held only after it."""
    with served(a_final(tmp_path / "night.meet")) as server:
        client = server.official("secretary")
        assert client.post(ASKED, {"at": "22:45"}).status == 201
        assert client.get(ASKED).json["ceremony"] is None
        assert client.get("/api/races/f/announcer").json["ceremonies"] == []
        refused = client.post(f"{ASKED}/held")
        assert (refused.status, "is not official" in refused.error) == (409, True)


def test_there_is_no_ceremony_of_nothing(secretary: Client) -> None:
    """A competition that is not there is said to be none."""
    answer = secretary.get("/api/competitions/men/ceremony")
    assert (answer.status, answer.error) == (404, "there is no such competition: there are women")


def test_the_announcer_hears_of_the_plan_and_of_a_correction(night: Served, secretary: Client) -> None:
    """The stream brings both; the medallists follow the result."""
    with night.client().stream("/api/races/f/announcer/stream") as frames:
        assert medals(frames.next()["ceremonies"][0]) == [("bronze", [2]), ("silver", [1]), ("gold", [3])]
        secretary.post(ASKED, {"presents": ["gold medal: Ann Aa"]})
        planned = frames.until(lambda frame: frame["ceremonies"][0]["planned"])
        assert planned["ceremonies"][0]["awards"][2]["presenters"][0]["name"] == "Ann Aa"
        referee = night.official("referee")
        referee.say("f", {"type": "MarkGiven", "bib": 3, "irm": "DSQ", "rule": "T25"})
        referee.say("f", {"type": "ResultDeclared", "status": "corrected", "note": "T25"})
        after = frames.until(lambda frame: medals(frame["ceremonies"][0])[2] == ("gold", [1]))
        assert after["ceremonies"][0]["awards"][2]["presenters"][0]["name"] == "Ann Aa"


# As people see it


@needs_chromium
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_announcer_reads_the_ceremony(
    night: Served, secretary: Client, browser: Browser, size: tuple[int, int]
) -> None:
    """Who gets what from whom, what to say, and what is missing; it folds away when it was held."""
    secretary.post(ASKED, {"at": "22:45", "presents": ["gold medal: Ann Aa, president", "gold gift: Bo Bb"]})
    with opened(browser, f"http://127.0.0.1:{night.port}/announcer/f", size=size, still=True) as seen:
        card = seen.page.locator("#ceremonies article")
        expect(card).to_contain_text("The Rink · 22:45")
        expect(card.locator(".award")).to_have_count(3)
        expect(card.locator(".award-gold")).to_contain_text("medal: president Ann Aa")
        expect(card.locator(".award-gold .award-said")).to_have_text("SKAY-ter")
        expect(card).to_contain_text("Nobody is entered to present the bronze medal.")
        expect(card.locator(".script li").last).to_contain_text("Your medallists of the women's mass start")
        assert barriers(seen.page) == []
        seen.page.emulate_media(color_scheme="dark")
        assert barriers(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        secretary.post(f"{ASKED}/held")
        expect(seen.page.locator("#ceremonies details:not([open])")).to_contain_text("held")
        expect(card).to_have_count(0)
        assert (seen.errors, seen.abroad) == ([], [])


@needs_chromium
def test_a_tie_and_an_open_result_are_seen(browser: Browser, tmp_path: Path) -> None:
    """Two golds and no silver; the result is not official yet, so everything is marked provisional."""
    unofficial = ResultDeclared(ResultStatus.UNOFFICIAL)
    with ExitStack() as held:
        server = held.enter_context(served(a_final(tmp_path / "t.meet", order((3, 1), 2, 4), unofficial)))
        seen = held.enter_context(
            opened(browser, f"http://127.0.0.1:{server.port}/announcer/f", language="nl")
        )
        card = seen.page.locator("#ceremonies article")
        expect(card.locator(".award-gold .cap")).to_have_count(2)
        expect(card.locator(".award-silver")).to_contain_text("niet uitgereikt")
        expect(card.locator(".award-open")).to_have_count(3)
        expect(card).to_contain_text("wait until it is official")


@needs_chromium
def test_the_desk_plans_it_and_says_that_it_was_held(browser: Browser, tmp_path: Path) -> None:
    """The form opens with what is planned; both questions are asked once."""
    with rink(a_final(tmp_path / "night.meet", order(3, 1, 2, 4), OFFICIAL)) as place:
        desk = Desk(place, browser, size=LAPTOP)
        desk.claim("Anna")
        desk.open("f")
        desk.post("C", ("at", "22:45"), ("presents", "gold medal: Ann Aa, president; gold gift: Bo Bb"))
        expect(desk.page.locator("#said")).to_contain_text("The ceremony is planned")
        desk.key("C")
        expect(desk.page.locator("dialog[open] [name=presents]")).to_have_value(
            "gold medal: Ann Aa, president; gold gift: Bo Bb"
        )
        desk.key("Escape")
        # What had the focus in the form loses it only with the next frame, and keys go there until then.
        expect(desk.page.locator("dialog :focus")).to_have_count(0)
        desk.key("H")
        desk.page.locator("dialog[open] button.first").click()
        expect(desk.page.locator("#said")).to_contain_text("the medals were handed over")
        desk.key("H")
        desk.page.locator("dialog[open] button.first").click()
        expect(desk.page.locator("#said")).to_contain_text("Taken back")
        assert desk.mistakes == []
        desk.context.close()
