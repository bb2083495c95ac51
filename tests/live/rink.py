"""A rink for browser tests: the real server in a thread, a clock that can skip, and officials at work on its pages."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from lastlap.events import in_force
from lastlap.log import Meet, wall_clock
from lastlap.race import Race
from lastlap.times import SECOND, Instant
from lastlap.timing.devices import Device
from live.browser import Watched
from live.served import PIN, served

CODE = "4821-9930"
"""The one-time code of the terminal, in these tests."""

CUT_OFF = (
    "ERR_INTERNET_DISCONNECTED",
    "ERR_CONNECTION_REFUSED",
    "ERR_CONNECTION_RESET",
    "ERR_INCOMPLETE",
    "ERR_NETWORK",
    "ERR_EMPTY",
)
"""What the browser itself says on the console when the network or the server is away."""

_WAITS = re.compile(r"\bwaits?\b")

PHONE, TABLET, LAPTOP = (390, 844), (820, 1180), (1366, 768)


class Rink:
    """A meet that is served; its clock is the wall clock, and skips where the test says so."""

    def __init__(self, path: Path, devices: tuple[Device, ...] = ()) -> None:
        self.path = path
        self.devices = devices
        self.port = 0
        self.skipped = 0
        self.pages: list[Page] = []
        self._held = ExitStack()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def now(self) -> Instant:
        """The meet's clock."""
        return Instant(wall_clock() + self.skipped)

    def start(self) -> None:
        """Serves the meet, on the same port as before."""
        serving = served(self.path, devices=self.devices, port=self.port, now=self.now, code=CODE)
        self.port = self._held.enter_context(serving).port

    def stop(self) -> None:
        """Stops the server; streams break off."""
        self._held.close()

    def skip(self, seconds: float) -> None:
        """Time passes for everybody at once: the meet and every page whose clock was installed."""
        self.skipped += round(seconds * SECOND)
        for page in self.pages:
            page.clock.fast_forward(round(seconds * 1000))

    def race(self, name: str) -> Race:
        """The race as its file tells it now."""
        with Meet.open(self.path) as meet:
            return meet.race(name)

    def said(self, name: str, kind: str) -> list[Any]:
        """The events of one kind that stand in the file of a race, in its order; what was taken back is left out."""
        with Meet.open(self.path) as meet:
            standing = in_force(meet.records(name))
        return [record.event for record in standing if type(record.event).__name__ == kind]


@contextmanager
def rink(path: Path, devices: tuple[Device, ...] = ()) -> Iterator[Rink]:
    """The meet at *path*, served for as long as the `with` lasts."""
    found = Rink(path, devices)
    found.start()
    try:
        yield found
    finally:
        found.stop()


class Official:
    """Somebody with a browser of their own."""

    def __init__(
        self, rink: Rink, browser: Browser, *, size: tuple[int, int], touch: bool = False, skips: bool = False
    ) -> None:
        self.rink = rink
        self.context: BrowserContext = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, has_touch=touch, reduced_motion="reduce"
        )
        self.page: Page = self.context.new_page()
        if skips:
            self.page.clock.install()
            rink.pages.append(self.page)
        self.watched = Watched(self.page)

    def go(self, path: str) -> None:
        """Open a page of the rink."""
        self.page.goto(self.rink.url + path, wait_until="domcontentloaded")

    def claim(self, name: str) -> None:
        """Become the referee, by the code in the terminal."""
        self.go("/sign-in")
        self.page.get_by_text("The first start").click()
        self.page.fill("#code", CODE)
        self.page.fill("#claim-name", name)
        self.page.fill("#claim-pin", PIN)
        self.page.get_by_role("button", name="Become the referee").click()
        self.page.wait_for_url("**/desk")

    def invite(self, role: str, name: str) -> str:
        """The link that lets somebody in."""
        self.go("/people")
        self.page.locator("#people li").first.wait_for()
        self.page.select_option("#role", role)
        self.page.fill("#name", name)
        self.page.get_by_role("button", name="Make the invite").click()
        return self.page.locator(".made-url a").get_attribute("href") or ""

    def join(self, link: str, name: str) -> None:
        """Take an invite up."""
        self.page.goto(link)
        self.page.fill("#name", name)
        self.page.fill("#pin", PIN)
        self.page.get_by_role("button", name="Join").click()
        self.page.wait_for_url(lambda url: "/join/" not in url)

    @property
    def mistakes(self) -> list[str]:
        """What stands on the console and should not; that the network was away is no mistake of the page."""
        return [text for text in self.watched.errors if not any(words in text for words in CUT_OFF)]


class Desk(Official):
    """The desk, worked by keys."""

    def open(self, race: str) -> None:
        """Go to the desk of a race."""
        self.go(f"/desk/{race}")
        self.page.locator("#togo > *").first.wait_for()

    def key(self, key: str) -> None:
        """Press one key of the desk."""
        self.page.keyboard.press(key)

    def form(self, key: str, *fields: tuple[str, str]) -> None:
        """Open the form of *key* and fill it."""
        self.key(key)
        for name, text in fields:
            field = self.page.locator(f"dialog[open] [name={name}]")
            if field.evaluate("node => node.tagName") == "SELECT":
                field.select_option(text)
            else:
                field.fill(text)

    def post(self, key: str, *fields: tuple[str, str], looks: bool = False) -> None:
        """Fill the form of *key* and post it; where it *looks* first, show what changes, then post."""
        self.form(key, *fields)
        self.page.locator("dialog[open] button[type=submit]").click()
        if looks:
            self.changes.locator("> *").first.wait_for()
            self.page.keyboard.press("Enter")
        self.page.locator("dialog[open]").wait_for(state="detached")
        self.stored()

    @property
    def changes(self) -> Locator:
        """What a form shows of what would change."""
        return self.page.locator("dialog[open] .form-changes")

    def stored(self) -> None:
        """Wait until the log has everything."""
        expect(self.page.locator(".queue")).not_to_contain_text(_WAITS)
        expect(self.page.locator(".queue")).not_to_contain_text("Not taken")

    def declare(self, status: str, note: str = "") -> None:
        """Declare the result."""
        self.post("q", ("status", status), ("note", note), looks=True)
        expect(self.page.locator("#status strong")).to_contain_text(
            {
                "unofficial": "Unofficial",
                "protested": "Protest",
                "official": "Official",
                "corrected": "Official, corrected",
            }[status]
        )


class Pad(Official):
    """A judges' pad, worked by fingers."""

    def open(self, race: str) -> None:
        """Go to the pad of a race."""
        self.go(f"/pad/{race}")
        self.page.locator(".tile").first.wait_for()

    def tile(self, bib: int) -> Locator:
        """The tile of a skater."""
        return self.page.locator(f'.tile[data-key="{bib}"]')

    def tap(self, *bibs: int) -> None:
        """Tap skaters, one after the other."""
        for bib in bibs:
            self.tile(bib).tap()

    def button(self, name: str) -> Locator:
        """A button by the beginning of its name."""
        return self.page.get_by_role("button", name=name)

    @property
    def waiting(self) -> Locator:
        """The tiles whose tap waits."""
        return self.page.locator(".tile-waits")

    def stored(self) -> None:
        """Wait until the log has everything."""
        expect(self.page.locator(".queue")).not_to_contain_text(_WAITS)


def bibs_of(race: Race, names: Sequence[str]) -> list[int]:
    """The bibs of skaters by their names."""
    by_name = {starter.skater.name: bib for bib, starter in race.starters.items()}
    return [by_name[name] for name in names]
