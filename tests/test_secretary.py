"""What the race secretary does with a meet, from the first entry to the final's start list."""

from pathlib import Path

import msgspec
import pytest

from lastlap import secretary
from lastlap.competition import Competition
from lastlap.entries import EntryList, read_entries
from lastlap.errors import InputError, RefusedError
from lastlap.events import (
    Event,
    GunFired,
    MeetOpened,
    OrderRead,
    ResultDeclared,
    ResultStatus,
    SkaterAdvanced,
    meet_opened,
)
from lastlap.log import Draft, Meet
from lastlap.nocs import nocs
from lastlap.official import Sheet, parse_sheet
from lastlap.rulebook import edition
from lastlap.times import Instant

SHEETS = Path(__file__).parent / "races"
NOCS = ("NED", "KOR", "JPN", "CAN", "ITA", "NOR", "USA", "GER", "SUI", "CHN", "POL", "BEL")


def spreadsheet(skaters: int, reserves: int = 0) -> str:
    """Entries as they come by mail: two skaters a NOC, by ranking, the reserves last."""
    rows = [f"Skater {place},{NOCS[place % len(NOCS)]},2000,{place}," for place in range(1, skaters + 1)]
    rows += [f"Reserve {place},EST,2001,{90 + place},yes" for place in range(1, reserves + 1)]
    return "name,noc,birth year,ranking,reserve\n" + "\n".join(rows)


def entered(meet: Meet, text: str, name: str = "isu-2018") -> Competition:
    """A women's competition with the entries of a spreadsheet."""
    secretary.open_meet(meet, MeetOpened("Test"), {"W": edition(name, "W")})
    competition = secretary.competition_of(meet, None)
    secretary.enter(meet, competition, _read(text, competition), anyway=False)
    return secretary.competition_of(meet, None)


def _read(text: str, competition: Competition) -> EntryList:
    return read_entries(text, nocs=nocs(), rulebook=competition.rulebook)


def finished(meet: Meet, race: str, *more: Event) -> None:
    """The race is skated: everybody in the order of the grid, and the referee signs."""
    skated = meet.race(race)
    events: list[Event] = [GunFired(Instant(0)), OrderRead(skated.laps, tuple(skated.starters)), *more]
    events.append(ResultDeclared(ResultStatus.OFFICIAL))
    meet.append_all(Draft(event, race, "referee") for event in events)


@pytest.fixture
def meet(tmp_path: Path) -> Meet:
    """An empty meet."""
    return Meet.create(tmp_path / "test.meet")


class TestEntering:
    """Entries, and who may not enter."""

    def test_all_or_nothing(self, meet: Meet) -> None:
        """One wrong row, and nothing is taken unless the secretary says so."""
        competition = entered(meet, spreadsheet(0))
        read = _read(spreadsheet(3) + "\nNobody,XXX,2000,99,", competition)
        assert secretary.enter(meet, competition, read, anyway=False) == 0
        assert secretary.enter(meet, competition, read, anyway=True) == 3

    def test_after_the_draw_it_is_too_late(self, meet: Meet) -> None:
        """Then reserves come in, or nobody."""
        competition = entered(meet, spreadsheet(20))
        secretary.draw_next(meet, competition, "1")
        drawn = secretary.competition_of(meet, None)
        with pytest.raises(RefusedError, match="drawn already"):
            secretary.enter(meet, drawn, _read(spreadsheet(2), drawn), anyway=False)

    def test_which_competition(self, meet: Meet) -> None:
        """With several the secretary has to say; the answer lists them."""
        secretary.open_meet(meet, MeetOpened("Test"), {"W": edition("isu-2018"), "M": edition("isu-2018")})
        assert secretary.competition_of(meet, "men").category == "M"
        with pytest.raises(InputError, match="say which competition: it has women, men"):
            secretary.competition_of(meet, None)
        with pytest.raises(InputError, match="there is no competition 'boys'"):
            secretary.competition_of(meet, "boys")


class TestDrawing:
    """From entries to the final's start list."""

    def test_semi_finals_then_the_final_then_nothing(self, meet: Meet) -> None:
        """Each step waits for the referee's signature."""
        competition = entered(meet, spreadsheet(20))
        assert list(secretary.draw_next(meet, competition, "1")) == ["w-sf1", "w-sf2"]
        competition = secretary.competition_of(meet, None)
        finished(meet, "w-sf1")
        with pytest.raises(RefusedError, match="w-sf2 is ready: its result must be official"):
            secretary.draw_next(meet, competition, "1")
        finished(meet, "w-sf2")
        assert list(secretary.draw_next(meet, competition, "1")) == ["w-final"]
        final = meet.race("w-final")
        assert [starter.why.split(";")[0] for starter in final.starters.values()][:2] == [
            "won semi-final 1", "won semi-final 2",
        ]  # fmt: skip
        with pytest.raises(RefusedError, match="everything is drawn"):
            secretary.draw_next(meet, secretary.competition_of(meet, None), "1")

    def test_the_referee_s_advancement_makes_the_final_grow(self, meet: Meet) -> None:
        """An obstructed skater starts in it too."""
        competition = entered(meet, spreadsheet(20), "isu-2022")
        secretary.draw_next(meet, competition, "1")
        last = list(meet.race("w-sf1").starters)[-1]
        finished(meet, "w-sf1", SkaterAdvanced(last, "257.4.5", "obstructed"))
        finished(meet, "w-sf2")
        secretary.draw_next(meet, secretary.competition_of(meet, None), "1")
        assert len(meet.race("w-final").starters) == 17

    def test_division_b_feeds_division_a(self, meet: Meet) -> None:
        """Once, and only when B is official."""
        competition = entered(meet, spreadsheet(24), "isu-2024")
        assert sorted(secretary.draw_next(meet, competition, "1")) == ["w-a", "w-b"]
        competition = secretary.competition_of(meet, None)
        seeds = len(meet.race("w-a").starters)
        finished(meet, "w-b")
        assert list(secretary.draw_next(meet, competition, "1")) == ["w-a"]
        assert len(meet.race("w-a").starters) == seeds + 4
        with pytest.raises(RefusedError, match="has fed division A already"):
            secretary.draw_next(meet, competition, "1")

    def test_a_small_field_skates_the_final_at_once(self, meet: Meet) -> None:
        """Twelve entries need no semi-finals."""
        assert list(secretary.draw_next(meet, entered(meet, spreadsheet(12)), "1")) == ["w-final"]


class TestWithdrawing:
    """On Saturday two skaters withdraw and one reserve comes in."""

    def test_the_reserve_takes_the_cap_of_the_first(self, meet: Meet) -> None:
        """The second leaves a hole."""
        competition = entered(meet, spreadsheet(20, reserves=1))
        secretary.draw_next(meet, competition, "1")
        competition = secretary.competition_of(meet, None)
        posted = secretary.withdraw(meet, competition, ["Skater 3", "Skater 4"], "ill")
        assert len(posted) in (1, 2)
        names = {
            starter.skater.name for race in meet.races() for starter in meet.race(race).starters.values()
        }
        assert len(names) == 19
        assert "Reserve 1" in names
        assert not names & {"Skater 3", "Skater 4"}

    def test_before_the_draw_no_list_changes(self, meet: Meet) -> None:
        """The skater is simply not drawn."""
        competition = entered(meet, spreadsheet(20))
        assert secretary.withdraw(meet, competition, ["skater 3"], "") == []
        assert len(secretary.competition_of(meet, None).entered) == 19

    def test_a_stranger_cannot_withdraw(self, meet: Meet) -> None:
        """And nothing changes."""
        competition = entered(meet, spreadsheet(4))
        with pytest.raises(InputError, match="'Nobody' is not entered for Women"):
            secretary.withdraw(meet, competition, ["Skater 1", "Nobody"], "")
        assert not secretary.competition_of(meet, None).withdrawn


class TestSheets:
    """A meet made of official sheets."""

    def sheet(self, name: str) -> Sheet:
        """An official sheet of the tests."""
        return parse_sheet((SHEETS / f"{name}.json").read_bytes(), name)

    def test_races_have_the_ids_of_their_sheets(self, meet: Meet) -> None:
        """Start lists and rules are those of the sheets."""
        secretary.open_from_sheets(meet, [self.sheet("og2018_w_sf1"), self.sheet("wc2025_cgy_m_diva")])
        assert meet.races() == ("og2018_w_sf1", "wc2025_cgy_m_diva")
        assert len(meet.race("wc2025_cgy_m_diva").starters) == 24
        assert meet.race("og2018_w_sf1").tables[16] == (60, 40, 20)
        assert len(meet.race("og2018_w_sf1").starters) == 12

    @pytest.mark.parametrize(
        ("sheet", "said", "games"),
        [("og2018_w_sf1", None, 2018), ("wc2025_cgy_m_diva", None, None), ("wc2025_cgy_m_diva", 2026, 2026)],
    )
    def test_the_games_are_those_of_the_sheets(
        self, meet: Meet, sheet: str, said: int | None, games: int | None
    ) -> None:
        """Sheets of Games have their year; a cup is of none, unless somebody says so."""
        secretary.open_from_sheets(meet, [self.sheet(sheet)], said)
        opened = meet_opened(meet.records())
        assert opened is not None
        assert opened.games == games

    def test_transponders_are_kept(self, meet: Meet) -> None:
        """A sheet may say what each skater wears."""
        plain = self.sheet("og2018_w_sf1")
        first = msgspec.structs.replace(plain.skaters[0], transponders=("FL-1", "FL-2"))
        secretary.open_from_sheets(
            meet, [msgspec.structs.replace(plain, skaters=(first, *plain.skaters[1:]))]
        )
        assert next(iter(meet.race("og2018_w_sf1").starters.values())).transponders == ("FL-1", "FL-2")

    def test_one_id_twice_is_refused(self, meet: Meet) -> None:
        """Two races cannot have one name."""
        with pytest.raises(InputError, match="two sheets have the id og2018_w_sf1"):
            secretary.open_from_sheets(meet, [self.sheet("og2018_w_sf1")] * 2)

    def test_one_transponder_twice_is_refused(self, meet: Meet) -> None:
        """Two skaters cannot wear one transponder."""
        plain = self.sheet("og2018_w_sf1")
        rows = tuple(msgspec.structs.replace(row, transponders=("FL-1",)) for row in plain.skaters)
        with pytest.raises(InputError, match="transponder FL-1 stands on the start list 12 times"):
            secretary.open_from_sheets(meet, [msgspec.structs.replace(plain, skaters=rows)])
