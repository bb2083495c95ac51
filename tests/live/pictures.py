"""The pictures of docs/officials.md, taken from the real pages: `python tests/live/pictures.py` makes them again."""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import Browser  # noqa: E402 - found only after the line above

from lastlap import night  # noqa: E402
from lastlap.events import Event, GunFired, OrderRead, Passing, SkaterFell, StartListPosted  # noqa: E402
from lastlap.log import wall_clock  # noqa: E402
from lastlap.official import start_list  # noqa: E402
from lastlap.times import SECOND, Instant  # noqa: E402
from live.browser import chromium  # noqa: E402
from live.palette import reduced  # noqa: E402
from live.rink import LAPTOP, PHONE, Desk, Pad, rink  # noqa: E402
from live.served import a_meet  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"

LAPS_RIDDEN, LAP = 7, 32.6


def race() -> list[Event]:
    """Seven laps of a semi-final, of which the line missed one crossing; the first sprint is read, and somebody fell."""
    script = night.night(night.nights()[0])
    listed = start_list(night.sheet_of(script.races[0]))
    starters = tuple(one.__class__(one.bib, one.skater, (f"{1000 + one.bib}",), one.grid) for one in listed)
    gun = Instant(wall_clock() - int((LAPS_RIDDEN * LAP + 9) * SECOND))
    seen = [
        Passing(
            Instant(gun + int((lap * LAP + one.bib * (0.3 + 0.05 * lap)) * SECOND)),
            one.transponders[0],
            source="line",
        )
        for lap in range(1, LAPS_RIDDEN + 1)
        for one in starters
        if (one.bib, lap) != (8, 5)
    ]
    story: list[Event] = [OrderRead(4, (5, (1, 3), 2)), SkaterFell(12, 6, "last bend")]
    return [StartListPosted(starters, "as the sheet has it"), GunFired(gun), *seen, *story]


def keep(png: bytes, name: str) -> None:
    """Write a picture, small."""
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{name}.png"
    path.write_bytes(reduced(png))
    sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB\n")


def take(browser: Browser, folder: Path) -> None:
    """All pictures, from one evening."""
    with rink(a_meet(folder / "cup.meet", race(), size=12)) as place:
        desk = Desk(place, browser, size=LAPTOP)
        desk.claim("Anna")
        pad = Pad(place, browser, size=PHONE, touch=True)
        pad.join(desk.invite("judge", "Bram"), "Bram")
        desk.invite("timekeeper", "Carla")
        keep(desk.page.screenshot(clip={"x": 0, "y": 0, "width": 1366, "height": 640}), "people")
        desk.open("w-sf1")
        desk.page.locator("#doubts .item").first.wait_for()
        keep(desk.page.screenshot(), "desk")
        desk.form("d", ("bib", "5"), ("rule", "T25"), ("why", "obstructed 6"))
        desk.key("Enter")
        desk.changes.locator("> *").first.wait_for()
        keep(desk.page.locator("dialog[open]").screenshot(), "what-changes")
        pad.open("w-sf1")
        pad.tap(3, 1)
        pad.stored()
        pad.context.set_offline(True)
        pad.tap(5, 2)
        pad.page.get_by_text("no connection").first.wait_for()
        keep(pad.page.screenshot(), "pad")


if __name__ == "__main__":
    with chromium() as found, tempfile.TemporaryDirectory() as made:
        take(found, Path(made))
