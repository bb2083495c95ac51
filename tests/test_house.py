"""Who may import whom, and the other habits of the house, read off the source."""

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "lastlap"

ROOMS = {
    # a room        <- whom it may import; and so whatever those may import
    #
    # The heart: what the rules and the facts of a night mean.
    "errors": "",
    "times": "errors",
    "sources": "errors",
    "nocs": "sources",
    "people": "sources",
    "startlist": "",
    "rulebook": "errors",
    "events": "times rulebook startlist",
    "facts": "events",
    "taps": "facts",
    "judging": "taps",
    "race": "judging",
    "doubts": "race",
    "gaps": "race",
    "refusal": "race",
    "ranking": "race",
    "certainty": "ranking",
    "entries": "people rulebook startlist",
    "draw": "rulebook startlist",
    "competition": "draw ranking",
    "medals": "people ranking",
    "claims": "medals",
    "games": "claims nocs",
    # Round the heart: files, what people look at, and a night made of what is known of it.
    "chain": "events",
    "pages": "",
    "log": "chain race pages",
    "official": "people ranking",
    "timing": "entries log ranking reconstruction",
    "inbox": "log timing",
    "capture": "inbox",
    "board": "certainty competition doubts gaps",
    "reconstruction": "times",
    "night": "board capture competition games official",
    "secretary": "competition entries log official",
    "publish": "board games gaps secretary",
    "stories": "night",
    "terminal": "night",
    # The doors.
    "live": "night publish refusal secretary",
    "__init__": "board competition entries log official refusal",
    "cli": "live publish refusal secretary stories terminal",
    "__main__": "cli",
}
"""The house. A new room gets a line here, with as few others behind it as it can live with."""

HEART = tuple(ROOMS)[: tuple(ROOMS).index("chain")]
"""Pure: no I/O, no clock, no chance, and of third parties only msgspec."""

PURE = (
    "abc bisect collections contextlib csv dataclasses datetime decimal difflib enum fractions functools hashlib heapq "
    "importlib.resources itertools json math msgspec operator re statistics string textwrap tomllib types typing "
    "unicodedata"
)
"""What the heart may import; add what can neither see nor change the world."""

WORLDLY = {"open", "print", "input", "now", "today", "utcnow"}
"""What the heart may not call, under whatever name it stands."""

CATCHES_ALL: dict[str, int] = {}
"""The modules that may catch `Exception`, and how often; it takes an outermost loop that logs the traceback."""

VAGUE = "base common core handler helper helpers info item manager misc service stuff tools util utils"
"""Names of places to put things in, not of things."""

NOT_OURS = (
    r"(^|[^\w.])/(home|root|work|farm|tmp|Users)/[a-z.]",  # a folder of somebody's machine
    r"(pypi|npmjs|debian|crates|pythonhosted)[.](org|com|io)\b",  # a registry's host: clients know theirs
)

MODULES = sorted(SRC.rglob("*.py"))
every_module = pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SRC)))


# What the source says


def room_of(module: Path) -> str:
    """The room that a file stands in: the folder or the file right below the package."""
    return module.relative_to(SRC).parts[0].removesuffix(".py")


def parsed(module: Path) -> ast.Module:
    """The file as a tree."""
    return ast.parse(module.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    """The full names of all that is imported anywhere in *tree*, as in `lastlap.times.clock`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom):
            origin = importlib.util.resolve_name("." * node.level + (node.module or ""), "lastlap")
            yield from (f"{origin}.{name.name}" for name in node.names)


def imported_rooms(tree: ast.Module) -> set[str]:
    """The rooms of the house that *tree* imports; whatever is no room is of the front door, `__init__`."""
    ours = [name.split(".") for name in imports(tree) if f"{name}.".startswith("lastlap.")]
    return {parts[1] if parts[2:] or parts[-1] in ROOMS else "__init__" for parts in ours}


def reach(room: str) -> set[str]:
    """Whom a room may import: those that the table names, and whom they may import."""
    near = ROOMS[room].split()
    return set(near).union(*(reach(other) for other in near))


def trespasses(room: str, tree: ast.Module) -> list[str]:
    """A sentence for each room that *room* imports and may not."""
    strange = imported_rooms(tree) - reach(room) - {room}
    return [f"{room} may not import {other}" for other in sorted(strange)]


def impurities(room: str, tree: ast.Module) -> list[str]:
    """A sentence for each thing in *tree* by which a heart module could touch the world."""
    foreign = [name for name in imports(tree) if not name.startswith("lastlap")]
    worldly = [
        name for name in foreign if not any(f"{name}.".startswith(f"{pure}.") for pure in PURE.split())
    ]
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {ast.unparse(func).rpartition(".")[-1] for func in calls}
    return [f"{room} is of the heart and may not import {name}" for name in worldly] + [
        f"{room} is of the heart and may not call {name}()" for name in sorted(called & WORLDLY)
    ]


def catch_alls(tree: ast.Module) -> int:
    """How often *tree* catches `Exception`, `BaseException` or anything at all."""
    handlers = [node.type for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    suppressed = [call for call in calls if ast.unparse(call.func).endswith("suppress")]
    caught = [ast.unparse(kind) if kind else "Exception" for kind in handlers] + [
        *map(ast.unparse, suppressed)
    ]
    return sum(bool(re.search(r"\b(Base)?Exception\b", text)) for text in caught)


def tracked_files() -> list[Path]:
    """All files of the project, also those that are not yet committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


# The table


@every_module
def test_a_room_imports_only_whom_it_may(module: Path) -> None:
    """Nobody imports against the arrows, not even inside a function or for a type checker."""
    wrong = trespasses(room_of(module), parsed(module)) if room_of(module) in ROOMS else []
    assert not wrong, "; ".join(wrong)


def test_every_room_stands_in_the_table() -> None:
    """A new room says whom it may import before it is let in."""
    new = {room_of(module) for module in MODULES} - set(ROOMS)
    assert not new, f"{', '.join(sorted(new))}: a new room, so give it a line in ROOMS"


def test_the_table_names_no_room_that_is_not_there() -> None:
    """Whoever leaves the house leaves the table."""
    gone = set(ROOMS) - {room_of(module) for module in MODULES}
    assert not gone, f"{', '.join(sorted(gone))}: no such room, so take its line out of ROOMS"


@pytest.mark.parametrize(
    "line",
    [
        "from lastlap.race import Race",
        "import lastlap.race",
        "from lastlap import race",
        "from .race import Race",
        "def lap():\n    from lastlap.race import Race",
        "if TYPE_CHECKING:\n    from lastlap.race import Race",
    ],
)
def test_an_import_is_seen_wherever_it_stands(line: str) -> None:
    """However it is written, times may not import race, and medals may."""
    assert trespasses("times", ast.parse(line)) == ["times may not import race"]
    assert trespasses("medals", ast.parse(line)) == []


def test_nobody_in_the_house_comes_in_by_the_front_door() -> None:
    """Inside, a room is imported by its own name, else everything would hang on everything."""
    assert trespasses("cli", ast.parse("import lastlap")) == ["cli may not import __init__"]
    assert trespasses("cli", ast.parse("from lastlap import standings")) == ["cli may not import __init__"]


# The heart


@every_module
def test_the_heart_cannot_touch_the_world(module: Path) -> None:
    """The heart does no I/O, reads no clock and rolls no dice: what it needs comes in as arguments."""
    room = room_of(module)
    wrong = impurities(room, parsed(module)) if room in HEART else []
    assert not wrong, "; ".join(wrong)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("import random", "import random"),
        ("from os import path", "import os.path"),
        ("def f():\n    import sqlite3", "import sqlite3"),
        ("from importlib import import_module", "import importlib.import_module"),
        ("import requests", "import requests"),
        ("open('night.meet')", "call open()"),
        ("at = date.today()", "call today()"),
    ],
)
def test_an_impurity_is_seen(line: str, what: str) -> None:
    """The test of purity notices a module, a function and a third party."""
    assert impurities("race", ast.parse(line)) == [f"race is of the heart and may not {what}"]


def test_coverage_watches_the_whole_heart() -> None:
    """All of the heart, and nothing else, has to be reached by the tests."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    watched = settings["tool"]["coverage"]["report"]["include"]
    assert sorted(watched) == sorted(f"src/lastlap/{room}.py" for room in HEART)


# The habits


@every_module
def test_a_module_says_what_it_is(module: Path) -> None:
    """Every file opens with a sentence."""
    assert (ast.get_docstring(parsed(module)) or "").partition("\n")[0].endswith(".")


@every_module
def test_nobody_catches_everything(module: Path) -> None:
    """Trouble that nobody thought of is not hidden, but for the loops named in CATCHES_ALL."""
    name = module.relative_to(SRC).as_posix()
    assert catch_alls(parsed(module)) <= CATCHES_ALL.get(name, 0), f"{name} may not catch Exception"


@pytest.mark.parametrize(
    "catch", ["except:", "except Exception:", "except (KeyError, BaseException) as error:"]
)
def test_a_catch_all_is_seen(catch: str) -> None:
    """Every way of catching everything counts, and catching one thing does not."""
    assert catch_alls(ast.parse(f"try:\n    f()\n{catch}\n    g()")) == 1
    assert catch_alls(ast.parse("with contextlib.suppress(Exception):\n    f()")) == 1
    assert catch_alls(ast.parse("try:\n    f()\nexcept KeyError:\n    g()")) == 0


@every_module
def test_a_module_is_named_after_a_thing(module: Path) -> None:
    """No file is called `utils`: what stands in it has a name."""
    assert module.stem.strip("_") not in VAGUE.split()
    assert module.stem not in sys.stdlib_module_names


def test_no_file_names_somebodys_machine() -> None:
    """No line names a folder of the machine that it was written on, or the host of a package registry."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if any(re.search(pattern, line) for pattern in NOT_OURS)
    ]
    assert not found, "\n".join(found)


def test_the_requirements_are_pinned_with_hashes_alone() -> None:
    """Packages are pinned in requirements/, and no tool's own lock file stands beside them."""
    assert not [path.name for path in tracked_files() if path.suffix == ".lock"]
    for path in (ROOT / "requirements").glob("*.txt"):
        pins = re.findall(r"^[\w.-]+==\S+.*$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert pins
        assert all(pin.endswith("\\") for pin in pins), "a pin without its hashes"
