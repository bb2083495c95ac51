"""What can be rehearsed, and two terminals that do: one plays the decoder, the other captures."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import IO

import pytest

from lastlap.errors import InputError
from lastlap.events import Passing, RacePlanned, StartListPosted
from lastlap.log import Draft, Meet
from lastlap.ranking import standings
from lastlap.rulebook import Rulebook, edition
from lastlap.startlist import Skater, Starter
from lastlap.stories import bytes_of, story_for, story_in
from lastlap.times import SECOND, Instant, between, clock
from lastlap.timing.p3 import P3
from lastlap.timing.raw import RawFile

AMB = Path(__file__).parent / "captures" / "amb.out"
STARTERS = tuple(
    Starter(bib, Skater(f"s{bib}", f"Skater {bib}", "NED"), (str(5000 + 2 * bib), str(5001 + 2 * bib)))
    for bib in range(1, 9)
)
SIX = Rulebook(name="six", title="Six laps", laps=6)


def rng() -> Random:
    """The same chance each time."""
    return Random(1)


def meet_at(path: Path, rules: Rulebook = SIX) -> Meet:
    """A meet with one race on whose start list eight skaters stand."""
    meet = Meet.create(path)
    for event in (RacePlanned("w", "final", "Women, final", rules), StartListPosted(STARTERS)):
        meet.append(event, race="final")
    return meet


class TestStories:
    """Where the race comes from that a rehearsal plays."""

    def test_a_race_is_made_up_until_there_is_one(self, tmp_path: Path) -> None:
        """For a start list alone, six laps of eight; then the race that was skated."""
        with meet_at(tmp_path / "night.meet") as meet:
            assert len(story_in(meet, "final", rng()).passings) == 6 * 8 * 2
            meet.append_all([Draft(Passing(Instant(SECOND), "5002"), "final")])
            assert [one.transponder for one in story_in(meet, "final", rng()).passings] == ["5002"]

    def test_a_night_by_those_who_skated_it(self) -> None:
        """The women's final of PyeongChang: sixteen skaters, two transponders each."""
        story = story_for((), "pyeongchang-2018/w-final", rng())
        assert len(story.starters) == 16
        assert {one.transponder for one in story.passings} == {
            code for starter in story.starters for code in starter.transponders
        }
        winner = min((one for one in story.passings if _laps(story.passings, one.transponder) == 16),
                     key=lambda one: _last(story.passings, one.transponder))  # fmt: skip
        assert clock(between(story.gun, _last(story.passings, winner.transponder))) == "8:32.87"

    def test_a_night_by_others(self) -> None:
        """Eight club skaters take the first eight roles, whoever was there is themselves."""
        own = story_for((), "pyeongchang-2018/w-final", rng())
        last = own.starters[-1]
        guest = Starter(99, last.skater, ("77",))
        story = story_for((*STARTERS, guest), "pyeongchang-2018/w-final", rng())
        assert story.starters == (*STARTERS, guest)
        assert {one.transponder for one in story.passings} == {
            *(code for starter in STARTERS for code in starter.transponders), "77",
        }  # fmt: skip
        crossed = [one.at for one in story.passings if one.transponder == "77"]
        assert crossed == [one.at for one in own.passings if one.transponder == last.transponders[0]]

    def test_nobody_wears_anything(self) -> None:
        """Then there is nothing to see."""
        bare = [Starter(1, Skater("s1", "Skater 1", "NED"))]
        with pytest.raises(InputError, match="nobody on the start list wears a transponder"):
            story_for(bare, "pyeongchang-2018/w-final", rng())

    @pytest.mark.parametrize("kind", ["hexadecimal", "bytes", "raw file"])
    def test_a_capture(self, kind: str, tmp_path: Path) -> None:
        """The same 84 passings out of lines of hexadecimal, plain bytes, and what a capture kept."""
        file, data = AMB, b"".join(bytes_of(AMB))
        if kind == "bytes":
            file = tmp_path / "amb.bin"
            file.write_bytes(data)
        if kind == "raw file":
            file = tmp_path / "amb.raw"
            with RawFile(file) as raw:
                for place in range(0, len(data), 100):
                    raw.keep("box", data[place : place + 100], Instant(place))
                    raw.keep("other", P3.encode(Passing(Instant(0), "1"))[:3], Instant(place))
        assert len(story_for(STARTERS, str(file), rng()).passings) == 84

    @pytest.mark.parametrize(
        ("name", "says"),
        [
            (
                "nowhere.raw",
                "there is no story 'nowhere.raw': name a file of captured bytes, or one of pyeong",
            ),
            (
                "pyeongchang-2018/x",
                "pyeongchang-2018 has no race 'x': choose one of pyeongchang-2018/w-sf1, ",
            ),
        ],
    )
    def test_no_such_story(self, name: str, says: str) -> None:
        """The answer says what there is."""
        with pytest.raises(InputError) as caught:
            story_for((), name, rng())
        assert says in str(caught.value)

    def test_a_file_that_holds_none(self, tmp_path: Path) -> None:
        """Half a byte is named with its line, and a file that is gone by its name."""
        odd = tmp_path / "odd.hex"
        odd.write_text("8e\nabc\n")
        with pytest.raises(InputError, match=r"odd\.hex, line 2: no bytes in hexadecimal"):
            list(bytes_of(odd))
        with pytest.raises(InputError, match="gone: no such file or directory"):
            bytes_of(tmp_path / "gone")


def _laps(passings: tuple[Passing, ...], code: str) -> int:
    return sum(one.transponder == code for one in passings)


def _last(passings: tuple[Passing, ...], code: str) -> Instant:
    return max(one.at for one in passings if one.transponder == code)


# Two terminals


@contextmanager
def terminal(*words: str) -> Iterator[subprocess.Popen[str]]:
    """A command that runs in a terminal of its own; it is ended with Ctrl-C at the latest here."""
    command = [sys.executable, "-m", "lastlap", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


def until(stream: IO[str] | None, words: str) -> str:
    """The line of a terminal that has these *words* in it, when it comes."""
    assert stream is not None
    for line in stream:
        if words in line:
            return line
    raise AssertionError(words)


def rehearsed(folder: Path, *how: str) -> list[tuple[int, str, str | None]]:
    """The standings after two terminals have rehearsed a race: bib, points, time."""
    file = str(folder / "night.meet")
    meet_at(folder / "night.meet", edition("isu-2018", "W")).close()
    with ExitStack() as terminals:
        box = terminals.enter_context(
            terminal("rehearse", file, "--race", "final", "--port", "0", "--gun", "log", *how)
        )
        address = until(box.stdout, "listens").split()[-1]
        capture = terminals.enter_context(
            terminal(
                "capture", file, "--race", "final", "--decoder", f"box={address}", "--gun", "--until-finished"
            )
        )
        until(capture.stderr, "ok:")
        assert capture.stdin is not None
        capture.stdin.write("\n")
        capture.stdin.flush()
        assert "records stored" in until(capture.stdout, "stored")
        assert capture.wait(30) == 0
        until(box.stdout, "the race is over")
        assert box.wait(30) == 0
    with Meet.open(file) as meet:
        assert meet.check().ok
        return [
            (one.score.bib, one.why, clock(one.score.time) if one.score.time else None)
            for one in standings(meet.race("final"))
        ]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, str, str | None]]:
    """What a rehearsal without any fault gives."""
    return rehearsed(
        tmp_path_factory.mktemp("undisturbed"), "--speed", "100", "--story", "pyeongchang-2018/m-sf1"
    )


def test_two_terminals_rehearse_a_race(undisturbed: list[tuple[int, str, str | None]]) -> None:
    """Enter fires the gun, and the winner's time is that of the night: whoever is first of eight now."""
    assert len(undisturbed) == 8
    assert all(why.startswith("16 laps") for _, why, _ in undisturbed)


def test_two_terminals_rehearse_trouble(
    undisturbed: list[tuple[int, str, str | None]], tmp_path: Path
) -> None:
    """Frames lost, doubled, swapped, late and damaged, and the cable out for 20 seconds: the same race."""
    faults = ["drop=0.01", "duplicate=0.05", "reorder=0.05", "delay=0.05:2", "damage=0.01", "cut=100:20"]
    how = [word for fault in faults for word in ("--fault", fault)]
    assert rehearsed(tmp_path, "--speed", "100", "--story", "pyeongchang-2018/m-sf1", *how) == undisturbed


@pytest.mark.parametrize(
    "words", [[], ["night.meet"], ["--race", "final"], ["--story", "pyeongchang-2018/m-sf1", "--gun", "log"]]
)
def test_a_rehearsal_of_nothing(words: list[str]) -> None:
    """Without a race and without a story there is nothing to play."""
    found = subprocess.run(
        [sys.executable, "-m", "lastlap", "rehearse", *words], capture_output=True, text=True, check=False
    )
    assert found.returncode == 2
    assert found.stderr.startswith("lastlap: say which race: FILE.meet and --race RACE, or --story")
