"""The pages of those who watch, in a real Chromium on a real server: spectators, scoreboard, announcer, overlay."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from lastlap.startlist import Skater, Starter
from live.browser import DESKTOP, HALL, PHONE, Watched, barriers, needs_chromium, opened
from live.fields import EASTERN, LONG, MISHAPS, OFFICIAL, cut_night, field, meet_of
from live.served import Served, served

pytestmark = needs_chromium

PAGES = ("/", "/scoreboard", "/announcer", "/overlay?show=laps,clock,sprint,order&skater=4")
BUDGET = 100_000
"""Bytes that the spectators' page may take on its first load."""

SCENES: dict[str, Callable[[Path], Path]] = {
    "empty": lambda path: meet_of(path, (), ridden=-600),
    "before the gun": lambda path: meet_of(path, field(24, LONG), ridden=-600),
    "a sprint lap, 24 long names": lambda path: meet_of(path, field(24, LONG), ridden=262, story=MISHAPS[:4]),
    "mid-race, thirty skaters": lambda path: meet_of(path, field(30), ridden=300),
    "a final with DQ, DNF and a dead heat": lambda path: meet_of(
        path, field(16, EASTERN), ridden=421, phase="final", story=MISHAPS
    ),
    "finished": lambda path: meet_of(path, field(24, LONG), ridden=640, phase="final"),
    "official": lambda path: meet_of(path, field(16), ridden=640, phase="final", story=OFFICIAL),
}
"""Moments that strain a page."""


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Where a scene is served; each is made once."""
    folder, found = tmp_path_factory.mktemp("scenes"), dict[str, str]()
    with ExitStack() as servers:

        def address(scene: str) -> str:
            if scene not in found:
                path = SCENES[scene](folder / f"{len(found)}.meet")
                found[scene] = f"http://127.0.0.1:{servers.enter_context(served(path)).port}"
            return found[scene]

        yield address


def settled(page: Page) -> None:
    """Wait until the page has shown its first board."""
    shown = "#laps:not([hidden]), #sprint:not([hidden])" if "/overlay" in page.url else ".state-connected"
    page.wait_for_selector(shown)


def url_of(place: Served, path: str = "/") -> str:
    """The address of a page."""
    return f"http://127.0.0.1:{place.port}{path}"


# Every page, every scene


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_shuts_nobody_out(
    browser: Browser, at: Callable[[str], str], path: str, size: tuple[int, int]
) -> None:
    """Axe finds nothing serious in light and dark, the console stays empty, and nobody outside is asked."""
    with opened(browser, at("a sprint lap, 24 long names") + path, size=size, still=True) as seen:
        settled(seen.page)
        assert barriers(seen.page) == []
        seen.page.emulate_media(color_scheme="dark")
        assert barriers(seen.page) == []
        assert (seen.errors, seen.abroad) == ([], [])


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("path", ["/", "/scoreboard", "/announcer"])
def test_every_scene_fits(browser: Browser, at: Callable[[str], str], path: str, scene: str) -> None:
    """Whatever happens in a race, nothing is wider than a phone, and nothing goes wrong in the page."""
    with opened(browser, at(scene) + path, size=PHONE) as seen:
        seen.page.wait_for_selector(".state-connected")
        seen.page.wait_for_load_state("load")
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        assert barriers(seen.page) == []
        assert (seen.errors, seen.abroad) == ([], [])


@pytest.mark.parametrize("scene", ["a sprint lap, 24 long names", "mid-race, thirty skaters", "finished"])
def test_the_hall_sees_every_row(browser: Browser, at: Callable[[str], str], scene: str) -> None:
    """The scoreboard never scrolls, shows every skater, and the numeral of laps to go fills a third of its height."""
    with opened(browser, at(scene) + "/scoreboard", size=HALL) as seen:
        seen.page.wait_for_selector(".line")
        bottoms = seen.page.eval_on_selector_all(
            ".line", "rows => rows.map((row) => row.getBoundingClientRect().bottom)"
        )
        assert len(bottoms) == (30 if "thirty" in scene else 24)
        assert max(bottoms) <= HALL[1]
        assert seen.page.evaluate("[document.documentElement.scrollHeight, innerHeight]") == [
            HALL[1],
            HALL[1],
        ]
        assert "finished" in scene or seen.page.evaluate(_NUMERAL_HEIGHT) >= HALL[1] * 0.42


_NUMERAL_HEIGHT = "parseFloat(getComputedStyle(document.querySelector('.numeral')).fontSize)"
"""A digit is 0.72 of its letter size high."""


def test_the_night_can_be_cut_anywhere(browser: Browser, night: Path, tmp_path: Path) -> None:
    """The first women's semi-final after four minutes: nine laps to go, the bell, Takagi sure, and all that said plainly."""
    with (
        served(cut_night(night, tmp_path / "cut.meet", "w-sf1", 250)) as place,
        opened(browser, url_of(place), size=PHONE) as seen,
    ):
        expect(seen.page.locator(".top-numeral")).to_have_text("9")
        expect(seen.page.locator(".top-words")).to_contain_text("Bell: sprint lap")
        expect(seen.page.locator(".row", has_text="Nana Takagi")).to_contain_text("Sure of the final")
        expect(seen.page.locator("#notices")).to_contain_text("Partly reconstructed")
        expect(seen.page.locator("#foot")).to_contain_text("Provisional")


# The spectators' page


def test_the_first_load_is_small(browser: Browser, at: Callable[[str], str]) -> None:
    """Page, styles, modules and answers of the first load are less than 100 KB together."""
    address = at("mid-race, thirty skaters")
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    page = context.new_page()
    sizes: list[int] = []
    line = context.new_cdp_session(page)
    line.on("Network.dataReceived", lambda part: sizes.append(part["encodedDataLength"]))
    line.on("Network.responseReceived", lambda part: sizes.append(part["response"]["encodedDataLength"]))
    line.send("Network.enable")
    page.goto(address)
    page.wait_for_selector(".row")
    page.wait_for_load_state("load")
    context.close()
    assert 10_000 < sum(sizes) < BUDGET


def test_whom_you_follow_stands_on_top(browser: Browser, at: Callable[[str], str]) -> None:
    """A father chooses his daughter; her line is on top, and is there again when he comes back."""
    with opened(browser, at("a final with DQ, DNF and a dead heat"), size=PHONE) as seen:
        seen.page.select_option("#pick", "4")
        expect(seen.page.locator(".mine-card")).to_contain_text(EASTERN[3])
        seen.page.reload()
        expect(seen.page.locator(".mine-card .mine-name")).to_have_text(EASTERN[3])
        expect(seen.page.locator(".row-mine")).to_have_count(1)


def test_a_row_tells_why(browser: Browser, at: Callable[[str], str]) -> None:
    """A tap on a row opens the reason for its place; a second tap closes it."""
    with opened(browser, at("a final with DQ, DNF and a dead heat"), size=PHONE) as seen:
        name = seen.page.locator(".row[data-bib='1'] button")
        name.click()
        expect(seen.page.locator(".row-more:visible")).to_contain_text("12 laps")
        expect(name).to_have_attribute("aria-expanded", "true")
        name.click()
        expect(seen.page.locator(".row-more:visible")).to_have_count(0)


def test_void_points_are_struck_through(browser: Browser, at: Callable[[str], str]) -> None:
    """The points of who was disqualified are on the strip still, struck through, and the word stands in the row."""
    with opened(browser, at("a final with DQ, DNF and a dead heat"), size=DESKTOP) as seen:
        expect(seen.page.locator(".row[data-bib='2']")).to_contain_text("disqualified")
        expect(seen.page.locator(".strip s").first).to_have_css("text-decoration-line", "line-through")
        expect(seen.page.locator(".row[data-bib='5']")).to_contain_text("did not finish")


def test_everything_is_reached_by_keyboard(browser: Browser, at: Callable[[str], str]) -> None:
    """Whatever can be pressed or chosen on the spectators' page gets the focus by the tab key."""
    with opened(browser, at("a final with DQ, DNF and a dead heat"), size=DESKTOP) as seen:
        seen.page.wait_for_selector(".row")
        seen.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        seen.page.wait_for_selector(".picks button")
        seen.page.evaluate(_NUMBER_ALL)
        wanted = set(
            seen.page.evaluate("[...document.querySelectorAll('[data-stop]')].map((one) => one.dataset.stop)")
        )
        reached = set[str | None]()
        for _ in range(len(wanted) + 40):
            seen.page.keyboard.press("Tab")
            reached.add(seen.page.evaluate(_STOP))
        assert {*wanted, "cap", "table"} - reached == set()


_NUMBER_ALL = """() => {
  const all = document.querySelectorAll("a, button:not([tabindex='-1']), select, summary");
  [...all].filter((one) => one.checkVisibility() && !one.closest("#chart"))
    .forEach((one, place) => { one.dataset.stop = place; });
}"""
"""Gives a number to all that can be pressed, but in the chart, which is drawn anew when a cap gets the focus."""

_STOP = """() => {
  const { activeElement: here } = document;
  return here.closest("#chart") ? (here.matches("summary") ? "table" : "cap") : here.dataset.stop ?? null;
}"""


def test_charts_have_tables(browser: Browser, at: Callable[[str], str]) -> None:
    """Each chart is there as a table too, with a row for every skater and a column for every lap done."""
    with opened(browser, at("a final with DQ, DNF and a dead heat"), size=DESKTOP) as seen:
        seen.page.wait_for_selector(".row")
        seen.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        for kind in ("by_position", "by_gap", "by_points"):
            seen.page.click(f"#{kind}")
            seen.page.click("#charts summary")
            expect(seen.page.locator("#charts tbody tr")).to_have_count(16)
            expect(seen.page.locator("#charts thead th")).to_have_count(13)
        assert barriers(seen.page) == []


def test_medals_are_solid_only_when_official(browser: Browser, at: Callable[[str], str]) -> None:
    """Before the referee declares the result, medals are outlines and the page says so."""
    with opened(browser, at("finished"), size=PHONE) as seen:
        expect(seen.page.locator(".medal")).to_have_count(3)
        expect(seen.page.locator(".medal-official")).to_have_count(0)
        expect(seen.page.locator("#notices")).to_contain_text("Provisional")
    with opened(browser, at("official"), size=PHONE) as seen:
        expect(seen.page.locator(".medal-official")).to_have_count(3)


def test_nothing_moves_for_who_wants_that(browser: Browser, tmp_path: Path) -> None:
    """With reduced motion a row is at its new place at once; no animation runs anywhere."""
    with (
        served(meet_of(tmp_path / "a.meet", field(12), ridden=100)) as place,
        opened(browser, url_of(place), size=PHONE, still=True) as seen,
    ):
        seen.page.wait_for_selector(".row")
        say_sprint(place)
        expect(seen.page.locator(".row").first).to_have_attribute("data-bib", "7")
        assert seen.page.evaluate("document.getAnimations().length") == 0


# Words


def test_every_language_says_everything(browser: Browser, at: Callable[[str], str]) -> None:
    """English, Dutch, Korean and Japanese have the same keys, with the same gaps to fill, and no empty word."""
    with opened(browser, at("empty")) as seen:
        words = seen.page.evaluate("import('/static/words.js').then(({ WORDS }) => WORDS)")
    assert set(words) == {"en", "nl", "ko", "ja"}
    for spoken in words.values():
        assert set(spoken) == set(words["en"])
        assert all(json.dumps(word).strip('"{} ') for word in spoken.values())
        assert {key: _gaps(word) for key, word in spoken.items()} == {
            key: _gaps(word) for key, word in words["en"].items()
        }


def _gaps(word: str | dict[str, str]) -> set[str]:
    text = word if isinstance(word, str) else word["other"]
    return {part.split("}")[0] for part in text.split("{")[1:]}


@pytest.mark.parametrize(
    ("language", "word"), [("nl", "Stand"), ("ko-KR", "순위"), ("ja", "順位"), ("fr", "Standings")]
)
def test_the_page_speaks_the_browsers_language(
    browser: Browser, at: Callable[[str], str], language: str, word: str
) -> None:
    """The page takes the browser's language, or English, and says so to screen readers."""
    with opened(browser, at("mid-race, thirty skaters"), language=language) as seen:
        expect(seen.page.locator("#standings h2")).to_have_text(word)
        assert seen.page.evaluate("document.documentElement.lang") == (
            language[:2] if language != "fr" else "en"
        )


def test_the_choice_of_a_language_is_kept(browser: Browser, at: Callable[[str], str]) -> None:
    """Who chooses Dutch gets Dutch, today and when they come back."""
    with opened(browser, at("mid-race, thirty skaters"), size=PHONE) as seen:
        seen.page.locator("#foot select").select_option("nl")
        expect(seen.page.locator("#standings h2")).to_have_text("Stand")
        seen.page.goto(at("mid-race, thirty skaters") + "/scoreboard")
        expect(seen.page.locator(".to-go")).to_have_text("ronden te gaan")


def test_a_name_is_only_ever_text(browser: Browser, tmp_path: Path) -> None:
    """Script in a skater's name is shown as it was typed, on every page, and does nothing."""
    rogue = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    starters = (Starter(1, Skater("s1", rogue, "NED"), ("T1",)), *field(6)[1:])
    with served(meet_of(tmp_path / "a.meet", starters, ridden=140)) as place:
        for path in ("/", "/scoreboard", "/announcer", "/overlay?show=order&skater=1"):
            with opened(browser, url_of(place, path), size=DESKTOP) as seen:
                expect(seen.page.get_by_text(rogue).first).to_be_attached()
                assert seen.page.locator("img, body script").count() == 0
                assert seen.errors == []


# As it happens


def say_sprint(place: Served) -> None:
    """A judge's order at the first sprint: 7, 3, 12."""
    said = {"type": "OrderRead", "lap": 4, "bibs": [7, 3, 12], "read_by": "judge"}
    assert place.official("referee").say("race", said).status == 201


def test_a_sprint_is_told(browser: Browser, tmp_path: Path) -> None:
    """Once the order at a sprint is read, the strip has it, the table moves, it is read aloud, and the broadcast shows it."""
    with (
        served(meet_of(tmp_path / "a.meet", field(12), ridden=100)) as place,
        opened(browser, url_of(place), size=PHONE) as crowd,
        opened(browser, url_of(place, "/overlay"), size=HALL) as picture,
    ):
        settled(crowd.page)
        settled(picture.page)
        say_sprint(place)
        expect(crowd.page.locator("#spoken")).to_contain_text("Sprint 1: 1. Skater NUMBER7, 3 points")
        expect(crowd.page.locator(".row").first).to_have_attribute("data-bib", "7")
        expect(picture.page.locator("#sprint .third-row")).to_have_count(3)
        expect(picture.page.locator("#sprint")).to_be_hidden(timeout=10_000)
        assert (crowd.errors, picture.errors) == ([], [])


def test_a_lost_connection_is_said_and_comes_back(browser: Browser, tmp_path: Path) -> None:
    """When the server is gone, the page says since when; 3 s after it is back, so is the page."""
    path = meet_of(tmp_path / "a.meet", field(12), ridden=100)
    with ExitStack() as pages:
        with served(path) as place:
            port = place.port
            seen = pages.enter_context(opened(browser, url_of(place), size=PHONE))
            settled(seen.page)
        expect(seen.page.locator("#notices")).to_contain_text("No connection since")
        expect(seen.page.locator(".top-numeral")).to_have_text("13")
        with served(path, port=port):
            expect(seen.page.locator("#state")).to_have_text("live", timeout=3000)


@pytest.mark.parametrize("path", ["/?race=nowhere", "/scoreboard/nowhere", "/announcer/nowhere"])
def test_a_race_that_is_not_there_is_said_to_be(
    browser: Browser, at: Callable[[str], str], path: str
) -> None:
    """An address of last year is answered with a sentence, not with an endless wait."""
    with opened(browser, at("mid-race, thirty skaters") + path, size=DESKTOP) as seen:
        expect(seen.page.locator("#state")).to_contain_text("There is no such race here.")


# Over the picture


def test_the_overlay_is_clear_and_safe(browser: Browser, at: Callable[[str], str]) -> None:
    """Nothing but its parts is to be seen, all inside the 90 % that every screen shows, and nothing can be selected."""
    with opened(browser, at("a sprint lap, 24 long names") + PAGES[3], size=HALL) as seen:
        settled(seen.page)
        expect(seen.page.locator("#skater")).to_be_visible()
        for left, top, right, bottom in seen.page.eval_on_selector_all(".panel:not([hidden])", _EDGES):
            assert left >= 96
            assert top >= 54
            assert right <= 1824
            assert bottom <= 1026
        expect(seen.page.locator("body")).to_have_css("background-color", "rgba(0, 0, 0, 0)")
        expect(seen.page.locator("body")).to_have_css("user-select", "none")


_EDGES = "parts => parts.map((part) => { const at = part.getBoundingClientRect(); return [at.left, at.top, at.right, at.bottom]; })"


def test_the_overlay_shows_only_what_is_asked_for(browser: Browser, at: Callable[[str], str]) -> None:
    """Parts are turned on by the address; a skater who is not in the race is not shown."""
    with opened(browser, at("mid-race, thirty skaters") + "/overlay?show=laps&skater=99", size=HALL) as seen:
        expect(seen.page.locator("#laps")).to_contain_text("laps to go")
        for part in ("#order", "#sprint", "#skater", "#clock"):
            expect(seen.page.locator(part)).to_be_hidden()


# The oval


def evaluated(seen: Watched, script: str) -> list[Any]:
    """What a module of the pages answers."""
    found: list[Any] = seen.page.evaluate(
        f"import('/static/oval.js').then(({{ pointAt, spread }}) => {{ {script} }})"
    )
    return found


def test_caps_on_the_oval_do_not_hide_one_another(browser: Browser, at: Callable[[str], str]) -> None:
    """Thirty skaters at one place of the track stand one behind the other, in three lanes."""
    with opened(browser, at("empty")) as seen:
        placed = evaluated(
            seen,
            "return spread(Array.from({ length: 30 }, (_, bib) => ({ bib, share: 0.5 }))).map(({ share, lane }) => [lane, share]);",
        )
    assert len({(lane, round(share, 4)) for lane, share in placed}) == 30
    assert len({lane for lane, _ in placed}) == 3


def test_a_lap_on_the_oval_ends_where_it_began(browser: Browser, at: Callable[[str], str]) -> None:
    """The finish line is on the home straight, and half a lap later one is on the other side, going back."""
    with opened(browser, at("empty")) as seen:
        start, half, end, before = evaluated(
            seen, "return [0, 0.5, 1, -0.01].map((share) => pointAt(share));"
        )
    assert start == pytest.approx(end)
    assert start[1] > half[1]
    assert before[0] < start[0]
