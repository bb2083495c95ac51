"""The records as lines of text: carried over, proved, and recomputed by an outsider."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from lastlap.chain import GENESIS, Line, proved
from lastlap.errors import InputError
from lastlap.log import Draft, Meet, import_lines
from lastlap.times import Instant
from strategies_log import drafts, events, opening_night


@pytest.fixture
def lines(tmp_path: Path) -> list[str]:
    """An opening night, exported."""
    with Meet.create(tmp_path / "night.meet") as meet:
        meet.append_all(opening_night())
        return list(meet.export())


def imported(folder: Path, lines: list[str]) -> list[str]:
    """What a meet exports that was imported from *lines*."""
    with import_lines(folder / "copy.meet", lines) as meet:
        return list(meet.export())


def refusal(folder: Path, lines: list[str]) -> str:
    """The sentence by which *lines* are refused; nothing is left of the attempt."""
    with pytest.raises(InputError) as call:
        import_lines(folder / "copy.meet", lines)
    assert not list(folder.glob("copy.meet-[nw]*"))
    assert not (folder / "copy.meet").exists()
    return str(call.value)


# Carried over


def test_an_export_says_how_many_records_follow_and_where_they_end(lines: list[str]) -> None:
    """The first line is the header; every other one is a record."""
    last = json.loads(lines[-1])
    assert json.loads(lines[0]) == {"lastlap": "meet", "schema": 1, "records": 44, "head": last["hash"]}
    assert [json.loads(line)["number"] for line in lines[1:]] == list(range(1, 45))


def test_a_line_holds_all_of_a_record(lines: list[str]) -> None:
    """Number, race, who, when, key, the event with its type, and the hash at the end."""
    line = json.loads(lines[3])
    assert list(line) == ["number", "race", "by", "at", "key", "event", "hash"]
    assert (line["number"], line["race"], line["by"], line["key"]) == (
        3,
        "w-final",
        "secretary",
        "start list",
    )
    assert line["event"]["type"] == "StartListPosted"


@settings(max_examples=15)
@given(st.lists(drafts(events()), max_size=5), st.sampled_from(["", "\n", "\r\n"]))
def test_an_imported_meet_is_the_same_to_the_byte(
    tmp_path_factory: pytest.TempPathFactory, sent: list[Draft], line_end: str
) -> None:
    """Exported, sent as a text file and imported, a meet exports the same lines again (law 7)."""
    folder = tmp_path_factory.mktemp("carried")
    with Meet.create(folder / "night.meet") as meet:
        meet.append_all(sent)
        lines = list(meet.export())
    assert imported(folder, [line + line_end for line in lines]) == lines


def test_an_imported_meet_goes_on_where_it_was(tmp_path: Path, lines: list[str]) -> None:
    """Keys are known, and the next record follows from the last."""
    with import_lines(tmp_path / "copy.meet", lines) as meet:
        assert meet.append_all([opening_night()[2]])[0].number == 3
        assert meet.append_all([opening_night()[0]])[0].number == 45
        assert meet.check().ok


# Refused


@pytest.mark.parametrize(
    ("start", "stop", "instead", "words"),
    [
        (0, 45, [], "line 1 is not as lastlap writes it"),
        (0, 1, [], "line 1 is not as lastlap writes it"),
        (20, 21, [], "line 21 does not follow from the one before it: it was changed, moved or left out"),
        (20, 22, [21, 20], "line 21 does not follow"),
        (20, 20, [20], "line 22 does not follow"),
        (20, 20, [0], "line 21 is not as lastlap writes it"),
        (44, 45, [], "line 1 promises 44 records and "),
    ],
    ids=["nothing", "no header", "one gone", "two swapped", "one twice", "two headers", "the end cut off"],
)
def test_an_export_with_other_lines_is_refused(
    tmp_path: Path, lines: list[str], start: int, stop: int, instead: list[int], words: str
) -> None:
    """An export of which lines were moved or left out is refused whole, and the line is named."""
    lines[start:stop] = [lines[number] for number in instead]
    assert words in refusal(tmp_path, lines)


@pytest.mark.parametrize(
    ("line", "old", "new", "words"),
    [
        (
            1,
            '"schema":1',
            '"schema":2',
            "line 1: it is from a newer lastlap (schema 2, this one knows 1): get that",
        ),
        (1, '"head":"', '"head":"0', "line 1 promises 44 records and 0"),
        (21, '"by":"box"', '"by":"bux"', "line 21 does not follow"),
        (21, '"number":20', '"number":21', "line 21 does not follow"),
        (21, '"at":', '"at": ', "line 21 does not follow"),
        (21, '"Passing"', '"Pasting"', "line 21 is not as lastlap writes it: Invalid value 'Pasting'"),
        (21, '"hash"', '"hush"', "line 21 is not as lastlap writes it"),
        (21, '"hash":', "", "line 21 is not as lastlap writes it"),
    ],
)
def test_an_export_with_another_text_is_refused(
    tmp_path: Path, lines: list[str], line: int, old: str, new: str, words: str
) -> None:
    """An export in which somebody has written is refused whole, and the line is named."""
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new)
    assert words in refusal(tmp_path, lines)


@settings(max_examples=60)
@given(st.data())
def test_no_character_of_an_export_can_be_changed(data: st.DataObject) -> None:
    """Whichever character is changed, the line it stands in or the end is refused."""
    head, lines = GENESIS, []
    for number in range(1, 4):
        line = Line(number, None, "starter", Instant(number), None, Raw(b'{"type":"NoteMade","text":"a"}'))
        lines.append(line.linked(number, head))
        head = lines[-1].hash
    texts = [f'{{"lastlap":"meet","schema":1,"records":3,"head":"{head}"}}', *(line.text for line in lines)]
    at = data.draw(st.integers(0, 3))
    place = data.draw(st.integers(0, len(texts[at]) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda letter: letter != texts[at][place]))
    texts[at] = texts[at][:place] + letter + texts[at][place + 1 :]
    with pytest.raises(InputError, match=f"line {at + 1}"):
        list(proved(texts, newest=1))


# Recomputed


def test_the_hash_is_that_of_the_text_before_it(lines: list[str]) -> None:
    """Anybody can recompute a hash: that of the line before, and the line up to its own."""
    head = GENESIS
    for line in lines[1:]:
        body = line[: line.rindex(',"hash":')]
        head = hashlib.sha256((head + body).encode()).hexdigest()
        assert line == f'{body},"hash":"{head}"}}'
    assert json.loads(lines[0])["head"] == head
