"""All feeds of a meet in one folder."""

from pathlib import Path

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
