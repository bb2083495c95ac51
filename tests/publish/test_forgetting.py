"""A meet made anew without a person: everything but the name stays."""

from pathlib import Path

import pytest

from lastlap.errors import InputError
from lastlap.events import EntriesTaken, Event, IncidentNoted, NoteMade, Record, SkaterFell, StartListPosted
from lastlap.log import Meet
from lastlap.publish.forgetting import without
from lastlap.ranking import standings
from lastlap.startlist import Entry, Skater, Starter
from sheetmeet import numbered

ANN = Skater("ann-aa-ned", "Ann Aa", "NED", 1999, 4, "an AH")
AN = Skater("an-ned", "An", "NED")


def told(*more: Event) -> list[Record]:
    """A log with two skaters, and *more* said of race w."""
    opening: list[Event] = [
        EntriesTaken("w", (Entry(ANN, ("T1",)), Entry(AN))),
        StartListPosted((Starter(1, ANN), Starter(2, AN))),
    ]
    return numbered((event, "w") for event in (*opening, *more))


def after(records: list[Record], wanted: str) -> list[Event]:
    """The events of the new log."""
    return [draft.event for draft in without(records, wanted)]


def test_nothing_of_the_person_is_left() -> None:
    """Name, id, year of birth, pronunciation and injury are gone, also from what officials wrote."""
    records = told(
        SkaterFell(1, 2, injury="left knee"), NoteMade("ANN AA was late; Ann Aa's coach says sorry")
    )
    text = repr(after(records, "Ann Aa"))
    assert not any(word in text for word in ("Ann Aa", "ANN AA", "ann-aa", "1999", "an AH", "left knee"))
    assert "Name withheld 1 was late; Name withheld 1's coach" in text


def test_the_others_stay_as_they_are() -> None:
    """Another skater keeps name and injury; a short name is no word of the language."""
    records = told(SkaterFell(2, 2, injury="rib"), IncidentNoted("An and an official", (2,)))
    assert "rib" in repr(after(records, "ann-aa-ned"))
    assert "Name withheld 1 and an official" in repr(after(records, "An"))


def test_the_new_log_says_that_it_was_done_and_not_of_whom() -> None:
    """The last record is a note."""
    last = after(told(), "Ann Aa")[-1]
    assert isinstance(last, NoteMade)
    assert "Personal data of one skater was replaced" in last.text
    assert "Ann" not in last.text


def test_a_second_person_gets_another_number() -> None:
    """Whoever is forgotten later is not mixed up with the first."""
    once = numbered((draft.event, draft.race) for draft in without(told(), "Ann Aa"))
    assert "Name withheld 2" in repr(after(once, "An"))


@pytest.mark.parametrize("wanted", ["Nobody", ""])
def test_nobody_is_forgotten_by_mistake(wanted: str) -> None:
    """A name that nobody has is answered with a sentence."""
    with pytest.raises(InputError, match="nobody is called"):
        after(told(), wanted)


def test_the_demo_night_keeps_its_results(night: Path, tmp_path: Path) -> None:
    """Without Sato the chain is whole, every place is the same, and her name is nowhere."""
    with Meet.open(night / "pyeongchang-2018.meet") as meet, Meet.create(tmp_path / "new.meet") as new:
        new.append_all(without(list(meet.records()), "Ayano Sato"))
        assert new.check().ok
        assert not any("sato" in line.lower() for line in new.export())
        for race in meet.races():
            places = [[one.score.bib for one in standings(log.race(race))] for log in (meet, new)]
            assert places[0] == places[1]
