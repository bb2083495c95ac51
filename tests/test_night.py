"""The night of PyeongChang, played again: every fact reported of it comes out computed.

The numbers of the facts are those of the list in docs/tour.md.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from lastlap import night as played_again
from lastlap.claims import Kind
from lastlap.doubts import doubts
from lastlap.events import SkaterFell
from lastlap.log import Check, Meet
from lastlap.night import Decided, Played, Raced, Script, night, nights, play, sheet_of
from lastlap.ranking import Standing, standings
from lastlap.rulebook import IRM


class Told(msgspec.Struct, frozen=True):
    """The night with what came of it."""

    script: Script
    played: Played
    file: Path

    def raced(self, race: str) -> Raced:
        """The race of that id."""
        return next(raced for raced in self.played.races if raced.id == race)

    def standing(self, race: str, name: str) -> Standing:
        """Where a skater came in a race."""
        return next(one for one in standings(self.raced(race).race) if one.skater.name == name)

    def decided(self, place: int) -> Decided:
        """The women's competition is 0, the men's 1."""
        return self.played.decided[place]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The night, played once."""
    script = night(nights()[0])
    file = tmp_path_factory.mktemp("night") / script.file
    with Meet.create(file) as meet:
        return Told(script, play(script, meet, lambda _raced: None), file)


def claimed(decided: Decided, kind: Kind) -> list[str]:
    """The sentences of one kind that became true with a medal event."""
    return [claim.sentence for claim in decided.claims if claim.kind is kind]


class TestFacts:
    """The list of facts, row by row."""

    def test_1_laps_sprints_and_points(self, told: Told) -> None:
        """16 laps, sprints at 4, 8, 12 and the finish, 5-3-1 and 60-40-20."""
        race = told.raced("w-final").race
        assert race.tables == {4: (5, 3, 1), 8: (5, 3, 1), 12: (5, 3, 1), 16: (60, 40, 20)}

    def test_2_two_semi_finals_of_twelve_and_a_final_of_sixteen(self, told: Told) -> None:
        """The first eight of each go on; the finalists are those of the official sheet."""
        starters = {raced.id: len(raced.race.starters) for raced in told.played.races}
        assert list(starters.values()) == [12, 12, 12, 12, 16, 16]
        assert [decided.finalists_differ for decided in told.played.decided] == [(), ()]

    def test_3_the_first_women_s_semi_final(self, told: Told) -> None:
        """Takagi won the first sprint, five points, 5th; Guo Dan 2nd; Kim Bo-reum 6th."""
        takagi = told.standing("w-sf1", "Nana Takagi")
        assert (takagi.rank, takagi.score.sprints) == (5, (5, 0, 0, 0))
        assert told.standing("w-sf1", "Guo Dan").rank == 2
        assert told.standing("w-sf1", "Kim Bo-reum").rank == 6

    def test_4_the_fall_in_the_second(self, told: Told) -> None:
        """Sato stumbled over Blondin on lap 8 and did not finish; Li Dan came 3rd."""
        race = told.raced("w-sf2").race
        sato, blondin = (told.standing("w-sf2", name) for name in ("Ayano Sato", "Ivanie Blondin"))
        falls = {fall.bib: fall for fall in race.incidents if isinstance(fall, SkaterFell)}
        assert falls[sato.score.bib].brought_down_by == blondin.score.bib
        assert (sato.score.irm, sato.score.laps, falls[sato.score.bib].lap) == (IRM.DNF, 8, 8)
        assert told.standing("w-sf2", "Li Dan").rank == 3

    @pytest.mark.parametrize(
        ("race", "name", "lap"),
        [("w-sf1", "Nana Takagi", 4), ("m-sf1", "Lee Seunghoon", 8), ("m-sf2", "Chung Jaewon", 8)],
    )
    def test_5_five_points_were_sure_of_the_final(self, told: Told, race: str, name: str, lap: int) -> None:
        """The board says so the moment it is true: as they win their sprint."""
        moment = next(one for one in told.raced(race).moments if one.starter.skater.name == name)
        assert (moment.lap, moment.points) == (lap, 5)
        assert moment.certainty.why

    def test_5_lee_could_take_it_easy(self, told: Told) -> None:
        """He won the second sprint and came 6th; Williamson was 3rd."""
        assert told.raced("m-sf1").race.order(8)[0] == told.standing("m-sf1", "Lee Seunghoon").score.bib
        assert told.standing("m-sf1", "Lee Seunghoon").rank == 6
        assert told.standing("m-sf1", "Shane Williamson").rank == 3

    def test_6_who_is_out_and_why(self, told: Told) -> None:
        """Chung 6th; Tsuchiya 11th and Wang 12th did not go on."""
        assert told.standing("m-sf2", "Chung Jaewon").rank == 6
        out = [told.standing("m-sf2", name) for name in ("Ryosuke Tsuchiya", "Wang Hongli")]
        assert [standing.rank for standing in out] == [11, 12]
        assert out[0].why.startswith("16 laps; no points")
        assert not {who.standing.skater.name for who in told.raced("m-sf2").qualifiers} & {
            "Wang Hongli",
            "Ryosuke Tsuchiya",
        }

    def test_7_the_medals(self, told: Told) -> None:
        """Takagi, Kim, Schouten; Lee, Swings, Verweij."""
        names = [[who.standing.skater.name for who in decided.medallists] for decided in told.played.decided]
        assert names == [
            ["Nana Takagi", "Kim Bo-reum", "Irene Schouten"],
            ["Lee Seunghoon", "Bart Swings", "Koen Verweij"],
        ]

    def test_8_takagi_s_second_gold_of_these_games(self, told: Told) -> None:
        """After the team pursuit; no other woman won two in speed skating."""
        (second,) = claimed(told.decided(0), Kind.GAMES_GOLDS)
        assert second.startswith("Nana Takagi, second gold at these Games")
        assert claimed(told.decided(0), Kind.ONLY) == [
            "Nana Takagi, the only woman with two golds in Speed Skating at these Games"
        ]

    def test_9_japan_s_fourth_gold_at_that_moment(self, told: Told) -> None:
        """The standings are those of the moment."""
        assert claimed(told.decided(0), Kind.NOC_GOLDS) == ["Japan, fourth gold at these Games"]

    def test_10_lee_s_second_olympic_gold(self, told: Told) -> None:
        """After the 10,000 m of 2010."""
        (second,) = claimed(told.decided(1), Kind.CAREER_GOLDS)
        assert second == "Lee Seunghoon, second Olympic gold: after gold in the Men's 10,000m of 2010"

    def test_11_korea_s_record_falls_with_lee_s_gold(self, told: Told) -> None:
        """The 14th medal equalled it, the 15th broke it."""
        equalled = [claim for claim in claimed(told.decided(0), Kind.NOC_RECORD) if claim.startswith("Korea")]
        assert equalled == ["Korea, 14th medal at these Games: as many as ever, 14 in 2010"]
        assert claimed(told.decided(1), Kind.NOC_RECORD) == [
            "Korea, 15th medal at these Games: more than ever, 14 in 2010"
        ]
        assert claimed(told.decided(1), Kind.NOC_GOLDS)[0] == "Korea, fifth gold at these Games"

    def test_12_first_and_last(self, told: Told) -> None:
        """The first mass start at Winter Games; the end of the speed skating programme."""
        assert (
            "the first Speed Skating Mass Start at a Winter Games" in claimed(told.decided(0), Kind.FIRST)[0]
        )
        assert "the closing event of the Speed Skating programme" in claimed(told.decided(1), Kind.LAST)[0]

    def test_every_fact_of_the_sheets_comes_out(self, told: Told) -> None:
        """Ranks, totals, times, laps and marks, as far as they are known."""
        assert told.played.is_as_known
        assert sum(raced.comparison.checked for raced in told.played.races) > 300


class TestHonesty:
    """What is made up is said to be; what is private is not said."""

    def test_the_log_names_what_is_made_up(self, told: Told) -> None:
        """Also whose times no source kept."""
        plan = told.raced("m-sf2").race.planned
        assert plan is not None
        assert "every passing before the finish" in plan.reconstructed
        assert "Sven Kramer" in plan.reconstructed

    def test_injuries_stay_in_the_log(self, told: Told) -> None:
        """The referee's note on an elbow is in no output."""
        whole = msgspec.json.encode(played_again.as_json(told.script, told.played, _check(told.file), "x"))
        assert b"elbow" not in whole
        assert b"Ayano Sato" in whole

    def test_the_photo_finish_was_read_where_it_had_to_be(self, told: Told) -> None:
        """No doubt is left, and every result is official."""
        for raced in told.played.races:
            assert doubts(raced.race) == ()
            assert raced.race.status.value == "official"
        assert told.raced("w-sf1").race.read(16)

    def test_a_difference_would_be_told(self, told: Told) -> None:
        """A sheet that prints something else is named with who and what."""
        script, raced = told.script, told.raced("w-final")
        sheet = sheet_of(script.races[4])
        first = msgspec.structs.replace(sheet.skaters[0], points_total=61)
        doctored = msgspec.structs.replace(sheet, skaters=(first, *sheet.skaters[1:]))
        found = played_again.compared(doctored, raced.race)
        assert found.differences == ("Nana Takagi: total is 61 on the sheet, 60 here",)


def test_the_same_night_twice_is_the_same_log(told: Told, tmp_path: Path) -> None:
    """Chance is seeded: the log is the same to the last byte."""
    with Meet.create(tmp_path / "again.meet") as again:
        play(told.script, again, lambda _raced: None)
        assert list(again.export()) == list(_lines(told.file))


def _lines(file: Path) -> Iterator[str]:
    with Meet.open(file) as meet:
        yield from meet.export()


def _check(file: Path) -> Check:
    with Meet.open(file) as meet:
        return meet.check()
