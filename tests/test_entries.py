"""Entries from spreadsheets: what is taken, and what is said of the rest."""

import unicodedata

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastlap.entries import EntryList, decode_entries, read_entries
from lastlap.errors import InputError
from lastlap.rulebook import Divisions, Format, Rulebook
from lastlap.startlist import Entry, Skater

NOCS = {"BEL": "Belgium", "CIV": "Côte d'Ivoire", "GER": "Germany", "GRE": "Greece", "JPN": "Japan", "NED": "Netherlands"} | {
    f"{letter}{letter}{letter}": f"Land of {letter}" for letter in "QVWXYZ"
}  # fmt: skip

RULES = Rulebook("test", "Test", 16, format=Format(kind="semi-finals", max_entries=6, max_per_noc=2))


def read(text: str, category: str = "", rules: Rulebook = RULES) -> EntryList:
    """What is read of the spreadsheet *text*."""
    return read_entries(text, nocs=NOCS, rulebook=rules, origin="w.csv", category=category)


def said(text: str, category: str = "", rules: Rulebook = RULES) -> list[str]:
    """What is wrong with the spreadsheet *text*, without the name of the file."""
    return [str(problem).removeprefix("w.csv, ") for problem in read(text, category, rules).problems]


def names(text: str, category: str = "", rules: Rulebook = RULES) -> list[str]:
    """Who is entered by the spreadsheet *text*."""
    return [entry.skater.name for entry in read(text, category, rules).entries]


def rows(*lines: str) -> str:
    """A spreadsheet with the usual headings."""
    return "\n".join(["Name,NOC,Birth year,Ranking,Transponders,Reserve", *lines])


def test_the_secretary_sees_every_problem_at_once() -> None:
    """A missing year, a skater twice, an unknown NOC and more: each is named by its row."""
    text = rows(
        "Josephine SCHLÖRB,GER,2003,4,4027123 4027124,",
        "Nana Takagi,JPN,,1,,",
        "TAKAGI Nana,jpn,1992,1,,",
        "Bart Swings,BLE,1991,2,4027123,",
        ",NED,1985,many,,perhaps",
    )
    assert said(text) == [
        "row 3, birth year: there is no birth year: ask for it",
        "row 4, name: TAKAGI Nana (JPN) is entered in row 3 already: delete one of the two",
        "row 5, noc: BLE is no NOC: is it BEL (Belgium)?",
        "row 5, transponders: 4027123 is the transponder of Josephine SCHLÖRB in row 2 too: correct one of the two",
        "row 6, name: there is no name: write it as sheets shall print it",
        "row 6, ranking: many is no place in a ranking list: write a whole number, or nothing for the unranked",
        "row 6, reserve: perhaps is neither yes nor no: write yes for a reserve, and nothing for the others",
    ]
    assert names(text) == ["Josephine SCHLÖRB", "Nana Takagi"]


def test_a_row_becomes_an_entry() -> None:
    """All that the row tells is in the entry, and the skater has an id."""
    skater = Skater("bart-swings-bel", "Bart Swings", "BEL", 1991, 2)
    assert read(rows("Bart Swings,BEL,1991,2,A1 A2,yes")).entries == (
        Entry(skater, ("A1", "A2"), reserve=True),
    )


class TestTables:
    """Spreadsheets come in many shapes."""

    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_separators_line_ends_and_encodings_make_no_difference(
        self, separator: str, end: str, encoding: str
    ) -> None:
        """Whatever program saved the file, the entries are the same."""
        plain = rows("Zoë Schlörb,GER,2003,4,1 2,", "", "Bart Swings,BEL,1991,,,x")
        data = plain.replace(",", separator).replace("\n", end).encode(encoding)
        text, found = decode_entries(data)
        assert read(text) == read(plain)
        assert found == encoding.removesuffix("-sig")

    def test_headings_go_by_many_names_in_any_order(self) -> None:
        """Family and given names, years out of dates, two columns of transponders, a title above."""
        text = "Entries women\n\nNation;WC Rank;Family name;Given Name;Date of birth;Chip 1;Chip 2;Pronunciation\nbelgium;2.0;SWINGS;Bart;12.02.1991;A1;A2;sving\nNED;-;Spice;;1.1.2001;;;"
        bart, spice = read(text).entries
        assert bart == Entry(Skater("bart-swings-bel", "Bart SWINGS", "BEL", 1991, 2, "sving"), ("A1", "A2"))
        assert (spice.skater.name, spice.skater.ranking) == ("Spice", None)

    def test_a_name_with_a_comma_is_turned_round(self) -> None:
        """Family name, given name: as sheets print it, the given name comes first."""
        assert names(rows('"SWINGS, Bart",BEL,1991')) == ["Bart SWINGS"]

    def test_stray_spaces_and_invisible_signs_are_left_out(self) -> None:
        """What cannot be seen does not make another skater."""
        text = rows("  Bart\u00a0 Swings\u200b ,\tBEL ,1991", "Bart Swings,BEL,1991")
        assert names(text) == ["Bart Swings"]
        assert said(text) == [
            "row 3, name: Bart Swings (BEL) is entered in row 2 already: delete one of the two"
        ]

    def test_rows_are_counted_as_the_spreadsheet_counts_them(self) -> None:
        """Blank rows count, and a cell of two lines is one row."""
        text = '\nName,NOC,Birth year\n"Bart\nSwings",BEL,1991\n,,\nX Y,,1990\n'
        assert names(text) == ["Bart Swings"]
        assert said(text) == ["row 5, noc: there is no NOC: write its three letters"]

    def test_a_quotation_mark_without_a_partner_spoils_one_row_only(self) -> None:
        """The rows below it are read as if nothing had happened."""
        text = rows('"Nana Takagi,JPN,1992', '"Swings, Bart",BEL,1991')
        assert names(text) == ["Bart Swings"]
        assert [problem.row for problem in read(text).problems if problem.error] == [2]

    def test_a_row_with_a_cell_too_many_is_not_guessed_at(self) -> None:
        """A comma in a name moves all that follows."""
        text = "Name,NOC\nSwings, Bart,BEL\n"
        assert said(text)[0].startswith("row 2: the row has more cells than the heading")
        assert names(text) == []

    def test_missing_columns_are_named(self) -> None:
        """Without names and NOCs nothing can be entered."""
        assert said("Ranking\n1\n") == [
            "row 1, name: no column has the heading name: give it to the skaters' names",
            "row 1, noc: no column has the heading NOC: give it to the three letters",
        ]
        assert [problem.column for problem in read("").problems] == ["name", "noc"]

    def test_columns_that_are_not_read_are_named(self) -> None:
        """A heading that is misspelt, or that stands there twice, is no silent loss."""
        text = "Name,NOC,Rankng,Nation,,Birth year\nBart Swings,BEL,2,GER,,1991\n"
        assert [(problem.column, problem.error) for problem in read(text).problems] == [
            ("Rankng", False),
            ("Nation", False),
        ]
        assert read(text).entries[0].skater == Skater("bart-swings-bel", "Bart Swings", "BEL", 1991)

    def test_what_is_no_table_is_refused(self) -> None:
        """A cell of a million letters is something else than entries."""
        with pytest.raises(InputError, match=r"w\.csv is no table"):
            read("Name,NOC\n" + "x" * 1_000_000)


class TestEncodings:
    """Bytes become text, and it is said how."""

    def test_a_workbook_is_sent_back(self) -> None:
        """Excel's own files have to be saved as CSV first."""
        for start in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
            with pytest.raises(InputError, match="is a workbook: save it as CSV"):
                decode_entries(start + b"...", origin="w.xlsx")

    @pytest.mark.parametrize("data", [b"\xff\xfeN", b"Name\x81"])
    def test_what_is_no_text_is_sent_back(self, data: bytes) -> None:
        """Half a character, or one that no encoding has, is no text."""
        with pytest.raises(InputError, match=r"w\.csv is no text"):
            decode_entries(data, origin="w.csv")

    def test_letters_that_were_lost_are_asked_for(self) -> None:
        """A question mark in a name is a letter that a program could not write."""
        assert said(rows("Metod?j Jílek,BEL,2006")) == [
            "row 2, name: Metod?j Jílek has lost a letter: write the name again, and save as CSV UTF-8"
        ]


class TestCells:
    """Each cell is read by its own rules."""

    @pytest.mark.parametrize(
        ("noc", "hint"),
        [
            ("BLE", "is it BEL (Belgium)?"),
            ("GRR", "is it GRE (Greece) or GER (Germany)?"),
            ("Nederlands", "is it NED (Netherlands)?"),
            ("KKK", "write its three letters"),
        ],
    )
    def test_an_unknown_noc_gets_a_hint(self, noc: str, hint: str) -> None:
        """Codes and names that look alike are offered."""
        assert said(rows(f"X Y,{noc},2000")) == [f"row 2, noc: {noc} is no NOC: {hint}"]

    @pytest.mark.parametrize("year", ["94", "1994/1995", "21.3.94", "19940"])
    def test_a_birth_year_that_is_none_is_left_open(self, year: str) -> None:
        """The skater is entered without, and the cell is named."""
        found = read(rows(f"X Y,NED,{year}"))
        assert found.entries[0].skater.birth_year is None
        assert [problem.error for problem in found.problems] == [False]

    @pytest.mark.parametrize("ranking", ["0", "-3", "3.5", "third"])
    def test_a_ranking_that_is_none_stops_the_row(self, ranking: str) -> None:
        """The draw hangs on it, so nobody is drawn with a guess."""
        assert names(rows(f"X Y,NED,2000,{ranking}")) == []

    def test_a_transponder_that_the_spreadsheet_rounded_is_noticed(self) -> None:
        """4.03E+06 is no code any more."""
        found = read(rows("X Y,NED,2000,1,4.03E+06"))
        assert found.entries[0].transponders == ()
        assert "format the column as text" in found.problems[0].what

    @pytest.mark.parametrize(("cell", "reserve"), [("", False), ("No", False), ("0", False), ("X", True), ("R2", True), ("2", True)])  # fmt: skip
    def test_reserves_are_marked_in_many_ways(self, cell: str, reserve: bool) -> None:
        """Yes, a cross, or a number."""
        assert read(rows(f"X Y,NED,2000,1,,{cell}")).entries[0].reserve is reserve


class TestCategories:
    """One spreadsheet may hold the women and the men."""

    TEXT = "Name,NOC,Birth year,Gender\nAnn A,NED,2000,Female\nBen B,BEL,2000,men\nCy C,GER,2000,\nDi D,JPN,2000,U23\n"

    def test_rows_of_another_category_are_left_out(self) -> None:
        """The women's competition takes the women; who is neither is asked about."""
        assert names(self.TEXT, "W") == ["Ann A"]
        assert said(self.TEXT, "W") == [
            "row 4, category: nothing is no category: write W, M, JW, JM",
            "row 5, category: U23 is no category: write W, M, JW, JM",
        ]

    def test_a_club_has_its_own_categories(self) -> None:
        """What the competition calls itself is always known."""
        assert names(self.TEXT, "u23") == ["Di D"]

    def test_without_a_category_every_row_counts(self) -> None:
        """Also where the spreadsheet has no such column."""
        assert names(self.TEXT) == ["Ann A", "Ben B", "Cy C", "Di D"]
        assert names(rows("X Y,NED,2000"), "W") == ["X Y"]


class TestRowAgainstRow:
    """What only several rows together can tell."""

    @pytest.mark.parametrize(
        "name", ["SWINGS Bart", "bart  swings", unicodedata.normalize("NFD", "Bärt Swings")]
    )
    def test_a_skater_is_the_same_however_the_name_is_written(self, name: str) -> None:
        """Capitals, accents and the order of words make no other skater."""
        assert names(rows("Bart Swings,BEL,1991", f"{name},BEL,1991")) == ["Bart Swings"]

    @pytest.mark.parametrize(
        ("one", "other"), [("Bo-Reum Lim", "LIM Boreum"), ("LEE Seung Hoon", "Seunghoon LEE")]
    )
    def test_names_that_are_spelt_in_two_ways_are_one_skater(self, one: str, other: str) -> None:
        """A hyphen may be left away, and of some skaters it is known how else they are written."""
        known = NOCS | {"KOR": "Korea"}
        found = read_entries(rows(f"{one},KOR,1990", f"{other},KOR,1990"), nocs=known, rulebook=RULES)
        assert [entry.skater.name for entry in found.entries] == [one]

    def test_the_same_name_of_another_noc_is_another_skater(self) -> None:
        """Two skaters may share a name, and have an id each."""
        found = read(rows("Kim Lee,NED,1999", "Kim Lee,JPN,2001"))
        assert [entry.skater.id for entry in found.entries] == ["kim-lee-ned", "kim-lee-jpn"]

    def test_over_the_quota_is_the_lowest_ranked(self) -> None:
        """The unranked are behind all others, and a reserve does not count."""
        text = rows("A A,NED,1999,,", "B B,NED,1999,7", "C C,NED,1999,3", "D D,NED,1999,1,,yes")
        assert names(text) == ["B B", "C C", "D D"]
        assert said(text) == [
            "row 2, noc: A A is over the quota of NED: 3 are entered, 2 may start, and the lowest ranked give way; make this a reserve, or delete the row"
        ]

    def test_a_row_with_a_mistake_counts_for_the_quota(self) -> None:
        """Else mending one problem would bring up the next; but a skater twice is one skater."""
        text = rows("A A,NED,1999,9", "B B,NED,1999,7", "C C,NED,1999,x", "B B,NED,1999,7")
        assert [(problem.row, problem.column) for problem in read(text).problems] == [
            (4, "ranking"),
            (4, "noc"),
            (5, "name"),
        ]

    def test_over_the_size_of_the_field_are_the_lowest_ranked(self) -> None:
        """The rulebook says how many may start; of two divisions one is seeded."""
        lines = [f"{letter} {letter},{letter * 3},1999,{place}" for place, letter in enumerate("ZYXWVQ", 1)]
        text = rows("Bart Swings,BEL,1991,", *lines)
        assert names(text) == ["Z Z", "Y Y", "X X", "W W", "V V", "Q Q"]
        assert said(text)[0].startswith(
            "row 2: Bart Swings is over the size of the field: 7 are entered, 6 may"
        )
        seeded = msgspec.structs.replace(RULES, divisions=Divisions(seeds=1))
        plan = msgspec.structs.replace(RULES.format, kind="divisions")
        assert names(text, rules=seeded) == names(text)
        assert not said(text, rules=msgspec.structs.replace(seeded, format=plan))

    def test_without_a_quota_a_noc_may_enter_many(self) -> None:
        """A club's race has skaters of one NOC only."""
        club = msgspec.structs.replace(RULES, format=Format(max_per_noc=None))
        assert len(names(rows("A A,NED,1999", "B B,NED,1999", "C C,NED,1999"), rules=club)) == 3

    def test_two_on_one_place_of_the_ranking_list_are_asked_about(self) -> None:
        """It may be a tie, so both are taken."""
        text = rows("A A,NED,1999,7", "B B,BEL,1999,7")
        assert said(text) == [
            "row 3, ranking: A A in row 2 has place 7 too: correct it, or let the draw take them in the order of their names"
        ]
        assert names(text) == ["A A", "B B"]

    def test_a_transponder_stays_with_the_first(self) -> None:
        """The other skater is entered without it, and one named twice in a row is one."""
        entries = read(rows("A A,NED,1999,1,T1;T1 T2", "B B,BEL,1999,2,T2 T3")).entries
        assert [entry.transponders for entry in entries] == [("T1", "T2"), ("T3",)]


CELLS = st.sampled_from(["", "NED", "bel", "Bart Swings", "swings bart", "1991", "3", "T1", "x", '"', ","]) | st.text(max_size=5)  # fmt: skip


@settings(max_examples=100)
@given(st.lists(st.lists(CELLS, max_size=7), max_size=12), st.sampled_from(",;\t"), st.booleans())
def test_whatever_is_in_the_file_something_sensible_comes_out(
    table: list[list[str]], separator: str, headed: bool
) -> None:
    """Nothing raises, ids and transponders are given once, and problems stand in the order of the rows."""
    head = [["Name", "NOC", "YoB", "Rank", "Transponder", "Reserve"]] if headed else []
    found = read("\n".join(separator.join(row) for row in head + table))
    ids = [entry.skater.id for entry in found.entries]
    codes = [code for entry in found.entries for code in entry.transponders]
    assert len(set(ids)) == len(ids)
    assert len(set(codes)) == len(codes)
    assert list(found.problems) == sorted(found.problems, key=lambda problem: problem.row)
    assert all(problem.what and problem.row > 0 for problem in found.problems)


@settings(max_examples=50)
@given(st.permutations(["Ann A,NED,1999,1,T1", "Ben B,NED,1999,2", "Cy C,BEL,1999,3", "Di D,GER,1999,,T2"]))
def test_the_order_of_rows_makes_no_difference(lines: list[str]) -> None:
    """The same entries come out of a spreadsheet that was sorted another way."""
    found = read(rows(*lines))
    assert {entry.skater.id: entry for entry in found.entries} == {
        entry.skater.id: entry for entry in read(rows(*sorted(lines))).entries
    }
    assert not found.problems
