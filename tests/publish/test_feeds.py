"""All feeds of a meet in one folder."""

from pathlib import Path

import pytest

from lastlap.cli import main
from lastlap.log import Meet
from lastlap.publish.feeds import write_feeds


def test_a_meet_leaves_its_feeds(night: Path, tmp_path: Path) -> None:
    """A folder of messages, a calendar and a feed; the same bytes when it is done again."""
    with Meet.open(night / "pyeongchang-2018.meet") as held:
        messages, races, news = write_feeds(held, tmp_path / "out")
        before = {path: path.read_bytes() for path in (races, news)}
        names = sorted(path.name for path in messages.iterdir())
        write_feeds(held, tmp_path / "out")
    assert {path: path.read_bytes() for path in (races, news)} == before
    assert sorted(path.name for path in messages.iterdir()) == names
    assert len(names) > 1000


def test_the_command_publishes_all_of_it(
    night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And says what is where; the feed knows the address."""
    out = tmp_path / "out"
    meet = str(night / "pyeongchang-2018.meet")
    assert main(["publish", meet, "--out", str(out), "--at", "https://example.org/night"]) == 0
    feeds = [str(out / name) for name in ("odf", "races.ics", "news.atom")]
    assert set(feeds) <= set(capsys.readouterr().out.split())
    assert "https://example.org/night/news.atom" in (out / "news.atom").read_text("utf-8")
