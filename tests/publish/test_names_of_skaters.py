"""Names as ODF has them: the parts and forms of every way in which sheets print a name."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap.nocs import nocs
from lastlap.publish.names import LONGEST_TV_FAMILY, Name, name_of, plain_letters

RACES = Path(__file__).parent.parent / "races"


@pytest.mark.parametrize(
    ("printed", "noc", "given_name", "family"),
    [
        ("Gabriel ODOR", "AUT", "Gabriel", "Odor"),
        ("LEE Seung Hoon", "KOR", "Seung Hoon", "Lee"),
        ("Wout van AERT", "BEL", "Wout", "van Aert"),
        ("Wout van Aert", "BEL", "Wout", "van Aert"),
        ("van AERT Wout", "BEL", "Wout", "van Aert"),
        ("Annouk van der Weijden", "NED", "Annouk", "van der Weijden"),
        ("Daniele DI STEFANO", "ITA", "Daniele", "Di Stefano"),
        ("Kai IN 'T VELD", "NED", "Kai", "In 'T Veld"),
        ("Antoine GÉLINAS-BEAULIEU", "CAN", "Antoine", "Gélinas-Beaulieu"),
        ("Jéssica Carolina SANTOS RODRIGUES", "POR", "Jéssica Carolina", "Santos Rodrigues"),
        ("Jhoan Esteban Chaves Rubio", "COL", "Jhoan Esteban", "Chaves Rubio"),
        ("Laura Gomez Quintero", "COL", "Laura", "Gomez Quintero"),
        ("Kim Bo-reum", "KOR", "Bo-reum", "Kim"),
        ("Lee Seunghoon", "KOR", "Seunghoon", "Lee"),
        ("Guo Dan", "CHN", "Dan", "Guo"),
        ("Kaitlyn McGREGOR", "SUI", "Kaitlyn", "McGregor"),
        ("Rory O'BRIEN", "IRL", "Rory", "O'Brien"),
        ("高木 菜那", "JPN", "菜那", "高木"),
        ("Pelé", "BRA", "", "Pelé"),
    ],
)
def test_a_name_has_its_parts(printed: str, noc: str, given_name: str, family: str) -> None:
    """Capitals tell the family name; else another spelling or the custom of the NOC."""
    assert name_of(printed, noc) == Name(given_name, family)


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        (Name("Wout", "van Aert"), ("van AERT Wout", "van AERT W", "Wout van AERT", "W. van AERT", "van AERT")),
        (
            Name("Jhoan Esteban", "Chaves Rubio"),
            ("CHAVES RUBIO Jhoan Esteban", "CHAVES RUBIO JE", "Jhoan Esteban CHAVES RUBIO", "J.E. CHAVES RUBIO", "CHAVES RUBIO"),
        ),
        (Name("Seung-hoon", "Lee"), ("LEE Seung-hoon", "LEE SH", "Seung-hoon LEE", "S.H. LEE", "LEE")),
        (Name("Kaitlyn", "McGregor"), ("McGREGOR Kaitlyn", "McGREGOR K", "Kaitlyn McGREGOR", "K. McGREGOR", "McGREGOR")),
        (Name("", "Pelé"), ("PELÉ", "PELÉ", "PELÉ", "PELÉ", "PELÉ")),
    ],
)  # fmt: skip
def test_a_name_has_its_forms(name: Name, forms: tuple[str, ...]) -> None:
    """For print and television, in full and with initials."""
    assert (name.print_name, name.print_initial, name.tv_name, name.tv_initial, name.tv_family) == forms


@pytest.mark.parametrize(
    ("letters", "plain"),
    [
        ("Sören", "Soeren"),
        ("MØRKØV", "MOeRKOeV"),
        ("Jílek", "Jilek"),
        ("Łukasz", "Lukasz"),
        ("Ærø", "Aeroe"),
        ("高木", "高木"),
    ],
)
def test_letters_are_spelt_in_ascii(letters: str, plain: str) -> None:
    """As the feeds of the Games spell them; other scripts stay."""
    assert plain_letters(letters) == plain


def test_a_name_in_ascii_is_spelt_before_it_is_capitalised() -> None:
    """Moerkoev, and MOERKOEV for print."""
    name = name_of("Michael MØRKØV", "DEN", ascii_only=True)
    assert (name.family, name.print_name) == ("Moerkoev", "MOERKOEV Michael")


def test_a_long_family_name_is_cut_for_television_only() -> None:
    """Between words, to at most 18 characters."""
    name = Name("Ana", "Fernández de Córdoba Ruiz")
    assert name.tv_family == "FERNÁNDEZ de"
    assert name.print_name == "FERNÁNDEZ de CÓRDOBA RUIZ Ana"
    assert len(Name("", "X" * 30).tv_family) == LONGEST_TV_FAMILY


@pytest.mark.parametrize("path", sorted(RACES.glob("*.json")), ids=lambda path: path.stem)
def test_every_printed_name_keeps_its_words(path: Path) -> None:
    """No word of a name on an official sheet is lost, doubled or changed but for capitals."""
    for row in json.loads(path.read_text("utf-8"))["skaters"]:
        name = name_of(row["name"], row["noc"])
        words = f"{name.given} {name.family}".split()
        assert sorted(map(str.casefold, words)) == sorted(map(str.casefold, row["name"].split()))
        assert name.family


@given(st.text(max_size=80).filter(lambda text: text.split() != []), st.sampled_from(sorted(nocs())))
def test_whatever_is_printed_is_a_name(printed: str, noc: str) -> None:
    """With a family name, and within the limits."""
    name = name_of(printed, noc)
    assert name.family
    assert max(len(name.given), len(name.family)) <= 25
