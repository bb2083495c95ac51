"""A feed that is broken off and goes on: a partner misses nothing, and never gets one version twice."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from feeds import THREE, meet
from lastlap.events import Record, ResultDeclared, ResultStatus
from lastlap.log import Draft, Meet
from lastlap.publish.odf import Settings
from lastlap.publish.odf.check import check_files
from lastlap.publish.odf.folder import Follower, write_feed
from lastlap.times import SECOND, Instant

UNOFFICIAL = ("4:00", ResultDeclared(ResultStatus.UNOFFICIAL))
OFFICIAL = ("5:00", ResultDeclared(ResultStatus.OFFICIAL))
AGAIN = ("6:00", ResultDeclared(ResultStatus.OFFICIAL))
LATER = Instant(10**6 * SECOND)
OTHER = THREE.replace("1:33.4 2", "1:32.4 2")
"""The same race, won by the other at the line."""

PLAIN = Settings(competition="DN2026")


def written(path: Path, records: Iterable[Record]) -> Path:
    """The meet at *path*, made if it is not there, with these records more."""
    with Meet.open(path, write=True) if path.exists() else Meet.create(path) as log:
        log.append_all(Draft(one.event, one.race, one.by, one.at) for one in records)
    return path


def files(folder: Path) -> dict[str, bytes]:
    """What lies in a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def followed(path: Path, out: Path, settings: Settings = PLAIN, now: Instant = LATER) -> Follower:
    """A follower that looked once, and then was killed."""
    with Meet.open(path) as log:
        follower = Follower(log, out, settings)
        follower.look(now)
    return follower


def versions(folder: Path) -> dict[tuple[str, ...], list[int]]:
    """Of each document the versions that say something, in the order in which they went out."""
    found = defaultdict(list)
    for name, body in sorted(files(folder).items(), key=lambda one: one[0].split("~")[2:4]):
        fields = name.split("~")
        if b"<Competition" in body:
            found[tuple(fields[4:7])].append(int(fields[9]))
    return found


def test_killed_after_every_record_the_folder_is_that_of_the_whole_meet(tmp_path: Path) -> None:
    """What was written stays to the byte; what was not goes out with the moment that it had."""
    records = meet(THREE, UNOFFICIAL, OFFICIAL, AGAIN)
    path, before = tmp_path / "night.meet", dict[str, bytes]()
    for record in records:
        followed(written(path, [record]), tmp_path / "live", now=record.at)
        if (tmp_path / "live").exists():
            after = files(tmp_path / "live")
            assert before.items() <= after.items()
            before = after
    followed(path, tmp_path / "live")
    with Meet.open(path) as log:
        write_feed(log, tmp_path / "whole", PLAIN)
    assert files(tmp_path / "live") == files(tmp_path / "whole")


def test_the_numbers_of_messages_are_the_same_after_a_restart(tmp_path: Path) -> None:
    """So a partner can go on after the last one that it has."""
    path = written(tmp_path / "night.meet", meet(THREE, UNOFFICIAL, OFFICIAL))
    first = followed(path, tmp_path / "live").folder.listed
    again = followed(path, tmp_path / "live").folder.listed
    assert first == again
    assert [one.moment for one in first] == sorted(one.moment for one in first)


def test_what_is_torn_or_missing_is_written_again(tmp_path: Path) -> None:
    """A file that was half written when the power failed, one that somebody took away, and a remainder."""
    path, out = written(tmp_path / "night.meet", meet(THREE, UNOFFICIAL, OFFICIAL)), tmp_path / "live"
    followed(path, out)
    whole = files(out)
    first, second, *_ = sorted(whole)
    (out / first).write_bytes(whole[first][:100])
    (out / second).unlink()
    (out / f"{second}.part").write_bytes(b"<")
    (out / "letter.xml").touch()
    followed(path, out)
    (out / "letter.xml").unlink()
    assert files(out) == whole


@pytest.mark.parametrize("end", [UNOFFICIAL, OFFICIAL])
def test_where_the_folder_says_something_else_versions_go_on(
    tmp_path: Path, end: tuple[str, ResultDeclared]
) -> None:
    """Another meet of that code went before: its files stay, no version comes twice, and the checks find nothing."""
    earlier = written(tmp_path / "earlier.meet", meet(OTHER, UNOFFICIAL, OFFICIAL))
    path, out = written(tmp_path / "night.meet", meet(THREE, end)), tmp_path / "live"
    followed(earlier, out)
    before = files(out)
    followed(path, out)
    assert before.items() < files(out).items()
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in versions(out).values())
    assert check_files([out], Path.read_bytes).findings == ()
    settled = files(out)
    followed(path, out)
    assert files(out) == settled


def test_what_follows_an_amended_folder_counts_on(tmp_path: Path) -> None:
    """A declaration after it is one version more than the folder has."""
    out = tmp_path / "live"
    followed(written(tmp_path / "earlier.meet", meet(OTHER, UNOFFICIAL, OFFICIAL)), out)
    path = written(tmp_path / "night.meet", meet(THREE, UNOFFICIAL))
    with Meet.open(path) as log:
        follower = Follower(log, out, PLAIN)
        follower.look(Instant(250 * SECOND))
        before = versions(out)
        written(path, meet(THREE, UNOFFICIAL, OFFICIAL)[-1:])
        follower.look(LATER)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in versions(out).values())
    assert sum(map(len, versions(out).values())) > sum(map(len, before.values()))


def test_notes_add_up_in_an_amended_folder(tmp_path: Path) -> None:
    """What was official in the folder is corrected with a note, and so is that, before and after a restart."""
    out = tmp_path / "live"
    followed(written(tmp_path / "earlier.meet", meet(OTHER, UNOFFICIAL, OFFICIAL, AGAIN)), out)
    path, corrected = tmp_path / "night.meet", meet(THREE, UNOFFICIAL, OFFICIAL, AGAIN)
    with Meet.open(written(path, corrected[:-1])) as log:
        follower = Follower(log, out, PLAIN)
        follower.look(Instant(320 * SECOND))
        written(path, corrected[-1:])
        follower.look(LATER)
    assert check_files([out], Path.read_bytes).findings == ()
    settled = files(out)
    followed(path, out)
    assert files(out) == settled


def test_a_folder_that_takes_nothing_loses_nothing(tmp_path: Path) -> None:
    """Whenever it can, the feed goes on where it was."""
    records, out = meet(THREE, UNOFFICIAL, OFFICIAL), tmp_path / "live"
    path = written(tmp_path / "night.meet", records[:-2])
    out.touch()
    with Meet.open(path) as log:
        follower = Follower(log, out, PLAIN)
        with pytest.raises(OSError, match=r"exists|directory"):
            follower.look(records[-3].at)
        written(path, records[-2:-1])
        with pytest.raises(OSError, match=r"exists|directory"):
            follower.look(records[-2].at)
        out.unlink()
        follower.look(records[-2].at)
        out.rename(tmp_path / "elsewhere")
        written(path, records[-1:])
        with pytest.raises(FileNotFoundError):
            follower.look(LATER)
        (tmp_path / "elsewhere").rename(out)
        follower.rest()
        assert follower.is_at_rest
        write_feed(log, tmp_path / "whole", PLAIN)
    assert files(out) == files(tmp_path / "whole")
