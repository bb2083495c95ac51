"""The documents keep pace with the program: what they show happens, what they name is there."""

import contextlib
import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from lastlap.events import Event
from lastlap.rulebook import editions

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changelog.d/*.md")])
SIGHTS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
"""`...` in a page's output stands for anything, as for the seconds that something took."""


def text_of(page: str | Path) -> str:
    """The text of the page at *page*, a path from the root of the project."""
    return (ROOT / page).read_text(encoding="utf-8")


def each_page_with(words: str) -> pytest.MarkDecorator:
    """A test of every page that has *words* in it, by its path from the root of the project."""
    names = [path.relative_to(ROOT).as_posix() for path in PAGES if words in text_of(path)]
    return pytest.mark.parametrize("page", names)


def headings(text: str) -> set[str]:
    """The words in code type that stand in headings: `rank` of ``## `lastlap rank` ``."""
    lines = re.findall(r"^#+ .*$", text, re.MULTILINE)
    return {word for line in lines for code in re.findall(r"`([^`]+)`", line) for word in code.split()}


def sessions(text: str) -> Iterator[tuple[str, str]]:
    """The `lastlap` commands that a page shows being typed, each with what it shows of the answer."""
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for typed in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = typed.partition("\n")
            if command.startswith("lastlap "):
                yield command, shown


def lastlap(command: str, folder: Path | None = None) -> str:
    """What `lastlap` prints for *command*, typed in *folder*."""
    argv = [sys.executable, "-m", *shlex.split(command)]
    here = os.environ | {"PYTHONUTF8": "1", "PYTHONPATH": str(ROOT / "src")}
    run = subprocess.run(argv, cwd=folder, env=here, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    return run.stdout


def commands() -> list[str]:
    """The commands that `lastlap --help` lists."""
    return re.findall(r"^ {4}([a-z][a-z-]*)(?: |$)", lastlap("lastlap --help"), re.MULTILINE)


@pytest.fixture
def place(page: str, request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder in which *page* is tried: where the demo has run, if the page speaks of that night."""
    if "pyeongchang-2018" not in text_of(page):
        return tmp_path
    night: Path = request.getfixturevalue("night")
    return night.parent


@each_page_with(">>> ")
def test_the_code_on_a_page_gives_what_the_page_shows(page: str, place: Path) -> None:
    """The Python on a page, typed where the demo has run, prints what the page says."""
    with contextlib.chdir(place):
        failed, tried = doctest.testfile(str(ROOT / page), module_relative=False, optionflags=SIGHTS)
    assert tried
    assert not failed


@each_page_with("\n$ lastlap ")
def test_a_command_on_a_page_prints_what_the_page_shows(page: str, place: Path) -> None:
    """Each command on a page, typed where the demo has run, answers as the page says."""
    for command, shown in sessions(text_of(page)):
        printed = lastlap(command, place)
        assert doctest.OutputChecker().check_output(shown, printed, SIGHTS), f"$ {command}\n{printed}"


@each_page_with("](")
def test_every_link_leads_somewhere(page: str) -> None:
    """A link to another file of the project finds it."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text_of(page))
    missing = [link for link in links if ":" not in link and not (ROOT / page).parent.joinpath(link).exists()]
    assert not missing, f"{page} links to {', '.join(missing)}"


def test_every_page_is_on_the_list_of_pages() -> None:
    """`docs/README.md` leads to every page and every decision."""
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in PAGES if ROOT / "docs" in path.parents]
    assert [
        page for page in pages if page != "README.md" and f"({page})" not in text_of("docs/README.md")
    ] == []


def test_every_command_has_its_heading() -> None:
    """`docs/commands.md` has a heading for every command, and for none that is gone."""
    assert commands()
    assert headings(text_of("docs/commands.md")) - {"lastlap"} == set(commands())


def test_every_option_is_on_the_page_of_commands() -> None:
    """Whatever `--help` lists for a command is named in `docs/commands.md`."""
    page = text_of("docs/commands.md")
    listed = {
        option
        for name in commands()
        for option in re.findall(r"--[a-z-]+", lastlap(f"lastlap {name} --help"))
    }
    assert {option for option in listed - {"--help"} if option not in page} == set()


def test_every_event_is_on_the_page_of_the_log_format() -> None:
    """`docs/log-format.md` tells what every event of the log means."""
    page = text_of("docs/log-format.md")
    assert [event.__name__ for event in get_args(Event) if f"`{event.__name__}`" not in page] == []


def test_every_edition_is_on_the_page_of_rules() -> None:
    """`docs/rules.md` tells of every edition that comes with lastlap."""
    assert [name for name in editions() if f"`{name}`" not in text_of("docs/rules.md")] == []


def test_every_change_note_says_what_kind_it_is() -> None:
    """A note in `changelog.d` is called NAME.KIND.md, so that a release can sort it."""
    notes = [path.name for path in (ROOT / "changelog.d").glob("*.md") if path.name != "README.md"]
    assert [
        name for name in notes if not re.fullmatch(r"[a-z0-9-]+\.(added|changed|fixed|removed)\.md", name)
    ] == []
