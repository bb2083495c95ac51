"""Sheets as web pages and the site in a real Chromium: on a phone and a laptop, light and dark."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lastlap.events import ResultStatus
from lastlap.log import Meet
from lastlap.publish import Wanted, book, publish
from lastlap.publish.website import write_site
from live.browser import DESKTOP, PHONE, barriers, needs_chromium, opened
from publish import meets

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def folder(night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The night as a site with charts, and the sheets of a protested race with long names beside it."""
    out = tmp_path_factory.mktemp("looks")
    with Meet.open(night / "pyeongchang-2018.meet") as meet:
        records = [*meet.records()]
    publish(book(records), out, Wanted(), ["html", "svg"])
    publish(meets.odd(24, "world-cup", ResultStatus.PROTESTED), out, Wanted(reasons=True), ["html"])
    write_site(records, out)
    return out


PAGES = (
    "index.html",
    "privacy.html",
    "races/w-sf2.html",
    "ceremony/men.html",
    "report/ko.html",
    "sheets/m-final-lap-chart.html",
    "sheets/w-sf2-decisions.html",
    "sheets/women-summary.html",
    "sheets/sf1-result.html",
    "sheets/sf1-isu.html",
)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_and_shuts_nobody_out(
    browser: Browser, folder: Path, path: str, size: tuple[int, int], *, dark: bool
) -> None:
    """Nothing but tables and charts in their frames moves sideways, and axe finds nothing serious."""
    with opened(browser, (folder / path).as_uri(), size=size, dark=dark) as watched:
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert watched.page.evaluate(wide) == 0
        assert watched.errors == []
        assert barriers(watched.page) == []
        assert watched.abroad == []
