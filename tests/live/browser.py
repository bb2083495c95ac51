"""A real Chromium for the tests of the pages, and what a page may not do in it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""So that Chromium runs in a container, and calls nobody by itself."""

PHONE, DESKTOP, HALL = (390, 844), (1280, 800), (1920, 1080)
"""Sizes of what people look at, in CSS pixels."""

AXE = Path(__file__).resolve().parent.parent / "vendor" / "axe-core" / "axe.min.js"

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def chromium_path() -> str | None:
    """The Chromium of this machine, or `None`."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


needs_chromium = pytest.mark.skipif(
    chromium_path() is None and os.environ.get("CI") != "true",
    reason="no Chromium on the PATH (on Debian: apt-get install chromium)",
)
"""For a test module: skip it where there is no Chromium, except in CI, where it has to be there."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium, which is gone at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A page, and everything that it did and should not: errors on its console, calls to the outside."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        self.abroad: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", self._failed)
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def _failed(self, error: Error) -> None:
        self.errors.append(str(error))

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.hostname not in LOOPBACK:
            self.abroad.append(request.url)


@contextmanager
def opened(
    browser: Browser,
    url: str,
    *,
    size: tuple[int, int] = DESKTOP,
    dark: bool = False,
    language: str = "en",
    still: bool = False,
) -> Iterator[Watched]:
    """The page at *url* in a browser of its own: with its size, its colours, its language, and no motion if *still*."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        locale=language,
        reduced_motion="reduce" if still else "no-preference",
    )
    try:
        watched = Watched(context.new_page())
        watched.page.goto(url, wait_until="domcontentloaded")
        yield watched
    finally:
        context.close()


_AT_REST = """async () => {
    const moves = (one) => one.playState === "running" && one.effect.getComputedTiming().iterations !== Infinity;
    while (document.getAnimations().some(moves)) await new Promise(requestAnimationFrame);
}"""
"""Colours that are on their way from one to another have a contrast that nobody sees for long."""


def barriers(page: Page) -> list[str]:
    """What axe finds on the page that shuts people out: serious and critical, one sentence each."""
    page.evaluate(_AT_REST)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{violation['id']} ({violation['impact']}): {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
