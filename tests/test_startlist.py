"""A start list is refused only for what makes it impossible, and every reason is given."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.startlist import Entry, Skater, Starter, start_list_flaws
from strategies import entries, skaters, start_lists, starters

NANA = Skater("nana-takagi-jpn", "Nana TAKAGI", "JPN")
IRENE = Skater("irene-schouten-ned", "Irene SCHOUTEN", "NED")


@given(start_lists())
def test_each_their_own_is_no_flaw(starters: tuple[Starter, ...]) -> None:
    """A start list with every bib, skater and transponder once has no flaw."""
    assert start_list_flaws(starters) == []


def test_two_skaters_cannot_wear_one_bib() -> None:
    """A bib given twice is named, with how often it stands there."""
    flaws = start_list_flaws([Starter(7, NANA), Starter(7, IRENE)])
    assert flaws == ["bib 7 stands on the start list 2 times: give each its own"]


def test_nobody_starts_twice() -> None:
    """A skater on two lines is named by the id."""
    flaws = start_list_flaws([Starter(7, NANA), Starter(8, NANA)])
    assert flaws == ["skater nana-takagi-jpn stands on the start list 2 times: give each its own"]


def test_a_transponder_has_one_ankle() -> None:
    """A transponder on two skaters, or on both ankles of one, is named."""
    flaws = start_list_flaws([Starter(7, NANA, ("A1", "A2")), Starter(8, IRENE, ("A2", "A1", "A1"))])
    assert flaws == [
        "transponder A1 stands on the start list 3 times: give each its own",
        "transponder A2 stands on the start list 2 times: give each its own",
    ]


def test_all_flaws_are_told_at_once() -> None:
    """The secretary mends everything in one go: bib, skater and transponder together."""
    flaws = start_list_flaws([Starter(7, NANA, ("A1",)), Starter(7, NANA, ("A1",))])
    assert [flaw.split()[0] for flaw in flaws] == ["bib", "skater", "transponder"]


def test_a_start_list_without_transponders_is_fine() -> None:
    """A club without transponders starts all the same."""
    assert start_list_flaws([Starter(1, NANA), Starter(2, IRENE)]) == []


@given(start_lists(min_size=1), st.data())
def test_a_line_repeated_is_always_found(starters: tuple[Starter, ...], data: st.DataObject) -> None:
    """Whichever line stands there again, its bib, its skater and both transponders are told."""
    again = data.draw(st.sampled_from(starters))
    flaws = start_list_flaws([*starters, again])
    assert [flaw.split()[1] for flaw in flaws] == [str(again.bib), again.skater.id, *again.transponders]


def test_nobody_is_a_reserve_who_is_not_said_to_be() -> None:
    """An entry counts as one who starts, unless it says that the skater is a reserve."""
    assert not Entry(NANA).reserve


@pytest.mark.parametrize("thing", [NANA, Entry(NANA), Starter(7, NANA)])
def test_a_misspelt_field_is_named(thing: Skater | Entry | Starter) -> None:
    """A field that nobody knows is refused by its name, in a skater, an entry and a starter."""
    with pytest.raises(msgspec.ValidationError, match="unknown field `nco`"):
        msgspec.convert(msgspec.to_builtins(thing) | {"nco": "NED"}, type(thing))


@given(st.one_of(skaters(), entries(), starters()))
def test_what_is_written_down_never_changes(thing: Skater | Entry | Starter) -> None:
    """Skaters, entries and starters can be kept in sets, as only what never changes can."""
    assert {thing, msgspec.structs.replace(thing)} == {thing}


@given(st.one_of(skaters(), entries(), starters()))
def test_what_is_written_down_reads_back(thing: Skater | Entry | Starter) -> None:
    """Skaters, entries and starters are the same after a trip through JSON."""
    assert msgspec.json.decode(msgspec.json.encode(thing), type=type(thing)) == thing
