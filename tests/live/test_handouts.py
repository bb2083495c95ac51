"""What is handed out of a meet that is served: every file of the list is there, right, and as new as the log."""

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from lastlap.events import ResultDeclared, ResultStatus
from lastlap.log import Meet
from lastlap.publish import SETTERS
from live.browser import DESKTOP, PHONE, barriers, needs_chromium, opened
from live.served import Client, Served, served
from live.test_ceremonies import a_final, order

needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not here"
)
UNOFFICIAL, OFFICIAL = ResultDeclared(ResultStatus.UNOFFICIAL), ResultDeclared(ResultStatus.OFFICIAL)


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Served]:
    """A final with an unofficial result, served."""
    path = a_final(tmp_path / "night.meet", order(3, 1, 2, 4), UNOFFICIAL)
    with served(path, bearer="scripts") as server:
        yield server


@pytest.fixture
def client(night: Served) -> Client:
    """Somebody who watches."""
    return night.client()


def states(client: Client) -> dict[str, str]:
    """How final each sheet is."""
    groups = client.get("/api/sheets").json["groups"]
    return {sheet["id"]: sheet["status"] for group in groups for sheet in group["sheets"]}


def test_all_that_is_offered_is_there(client: Client) -> None:
    """Every sheet in every format, the charts, the reports, the ceremony, the feeds: each as what it says it is."""
    offered = client.get("/api/sheets").json
    names = [
        *(
            f"{sheet['id']}.{ending}"
            for group in offered["groups"]
            for sheet in group["sheets"]
            for ending in SETTERS
        ),
        *(f"{name}.svg" for group in offered["groups"] for name, _ in group["charts"]),
        *(
            f"report-{one['lang']}.{ending}"
            for one in offered["reports"]
            for ending in ("html", "pdf", "txt")
        ),
        *(f"ceremony-{one['competition']}.pdf" for one in offered["ceremonies"]),
        "f.pdf",
        "races.ics",
        "news.atom",
    ]
    begins = {
        "pdf": b"%PDF-",
        "xlsx": b"PK",
        "html": b"<!doctype html>",
        "ics": b"BEGIN:VCALENDAR",
        "atom": b"<?xml",
    }
    assert len(names) > 30
    for name in names:
        answer = client.get(f"/sheets/{name}")
        assert answer.status == 200, name
        assert answer.body.lower().startswith(begins.get(name.rpartition(".")[2], b"").lower()), name
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "script-src" not in answer.headers["Content-Security-Policy"]


@needs_pdftotext
def test_the_print_has_the_cells_of_the_spreadsheet(client: Client, tmp_path: Path) -> None:
    """Whatever stands in the CSV of the result stands in its PDF, and in that of the whole race."""
    table = client.get("/sheets/f-result.csv").body.decode("utf-8-sig")
    cells = {cell for row in csv.reader(io.StringIO(table)) for cell in row if cell}
    for name in ("f-result.pdf", "f.pdf"):
        (tmp_path / name).write_bytes(client.get(f"/sheets/{name}").body)
        read = subprocess.run(
            [str(shutil.which("pdftotext")), "-layout", str(tmp_path / name), "-"],
            capture_output=True,
            text=True,
            check=True,
        )
        words = " ".join(read.stdout.split())
        assert {cell for cell in cells if " ".join(cell.split()) not in words} == set()


@pytest.mark.parametrize(
    "name", ["g-result.pdf", "f-result.doc", "report-fr.html", "f-speed.svg", "..%2Fnight.meet", "%00"]
)
def test_what_is_not_there_is_said(client: Client, name: str) -> None:
    """A sheet of no race, a format of no writer, a way out of the folder."""
    answer = client.get(f"/sheets/{name}")
    assert answer.status == 404
    assert "there is n" in answer.error


def test_a_sheet_is_as_new_as_the_last_word(night: Served, client: Client) -> None:
    """Official at once when it is declared; the same answer again costs nothing."""
    assert states(client)["f-result"] == "Unofficial"
    first = client.get("/sheets/f-result.html")
    assert client.get("/sheets/f-result.html", If_None_Match=first.headers["ETag"]).status == 304
    night.official("referee").say("f", {"type": "ResultDeclared", "status": "official"})
    assert states(client)["f-result"] == "Official"
    assert client.get("/sheets/f-result.html").headers["ETag"] != first.headers["ETag"]


def test_what_somebody_adds_to_the_story_is_told(night: Served, client: Client) -> None:
    """A quote in the file beside the meet stands in the next report."""
    assert "I only heard the bell" not in client.get("/sheets/report-en.txt").body.decode()
    story = night.hall.meet.path.with_suffix(".story.toml")
    story.write_text('[[quotes]]\ntext = "I only heard the bell."\nwho = "Ann Aa"\n', encoding="utf-8")
    assert "I only heard the bell" in client.get("/sheets/report-en.txt").body.decode()
    story.write_text("[[quotes]]\ntext = 3\n", encoding="utf-8")
    broken = client.get("/sheets/report-en.txt")
    assert (broken.status, "night.story.toml" in broken.error) == (400, True)


def test_an_empty_meet_has_nothing_to_hand_out(tmp_path: Path) -> None:
    """It says so in a sentence."""
    Meet.create(tmp_path / "empty.meet").close()
    with served(tmp_path / "empty.meet") as server:
        answer = server.client().get("/api/sheets")
        assert (answer.status, "is empty" in answer.error) == (400, True)


# As people see it


@needs_chromium
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_page_follows_the_meet(night: Served, browser: Browser, size: tuple[int, int]) -> None:
    """The result turns official while the page is open; nobody is shut out, and nothing is asked outside."""
    with opened(browser, f"http://127.0.0.1:{night.port}/sheets", size=size, still=True) as seen:
        result = seen.page.locator("[data-group=f] .sheet-line", has_text="Result C73A")
        expect(result.locator(".doubt")).to_contain_text("Unofficial")
        assert barriers(seen.page) == []
        seen.page.emulate_media(color_scheme="dark")
        assert barriers(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        night.official("referee").say("f", {"type": "ResultDeclared", "status": "official"})
        expect(result).to_contain_text("Official")
        expect(result.locator(".doubt")).to_have_count(0)
        corrected = {"type": "ResultDeclared", "status": "corrected", "note": "the camera was read again"}
        night.official("referee").say("f", corrected)
        expect(result).to_contain_text("Official, corrected")
        expect(result.locator(".doubt")).to_have_count(0)
        assert (seen.errors, seen.abroad) == ([], [])


@needs_chromium
def test_a_sheet_is_shown_as_it_is_printed(night: Served, browser: Browser) -> None:
    """The page of a sheet keeps its style behind the server's walls."""
    with opened(browser, f"http://127.0.0.1:{night.port}/sheets/f-result.html") as seen:
        expect(seen.page.locator("h1")).to_contain_text("Result")
        assert (
            seen.page.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse")
            == "collapse"
        )
        assert (seen.errors, seen.abroad) == ([], [])
