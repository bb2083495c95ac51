"""A skater's name in its parts: given and family name, the forms for print and television, and for prose.

Strategy: a log holds a name as sheets print it, in one piece.  Where a word stands in capitals,
sheets say themselves which part is the family name.  Where none does, another spelling in the
table of people may; else the custom of the NOC decides, which is a guess and is told as one in
`docs/odf.md`.
"""

import re
import unicodedata
from functools import lru_cache

import msgspec

from lastlap.people import people

PARTICLES = frozenset(
    [
        "'t",
        "af",
        "al",
        "ap",
        "av",
        "da",
        "dal",
        "dalla",
        "das",
        "de",
        "degli",
        "dei",
        "del",
        "dela",
        "della",
        "den",
        "der",
        "des",
        "di",
        "do",
        "dos",
        "du",
        "el",
        "het",
        "in",
        "la",
        "las",
        "le",
        "los",
        "op",
        "'t",
        "te",
        "ten",
        "ter",
        "tot",
        "und",
        "van",
        "vom",
        "von",
        "y",
        "zu",
        "zum",
        "zur",
    ]
)
"""Words in small letters that belong to the family name behind them."""

FAMILY_FIRST = frozenset(["CHN", "HKG", "KOR", "PRK", "TPE"])
"""The NOCs whose names, printed without capitals, begin with the family name: so the sheets of 2018 print them."""

TWO_FAMILIES = frozenset(
    [
        "ARG",
        "BOL",
        "CHI",
        "COL",
        "CRC",
        "CUB",
        "ECU",
        "ESA",
        "ESP",
        "GUA",
        "HON",
        "MEX",
        "PAN",
        "PAR",
        "PER",
        "PUR",
        "URU",
        "VEN",
    ]
)
"""The NOCs where the last two of three words or more are the family name."""

LONGEST_NAME, LONGEST_TV_FAMILY = 25, 18
"""The characters that given and family names, and the family name on television, may have."""

_SPELT = {
    "ä": "ae", "æ": "ae", "å": "aa", "ö": "oe", "ø": "oe", "œ": "oe", "ü": "ue", "ß": "ss",
    "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ŋ": "ng", "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
}  # fmt: skip
"""Letters that ASCII spells out or that Unicode does not take apart."""


class Name(msgspec.Struct, frozen=True):
    """A name in the parts and forms of ODF."""

    given: str
    """`""` if there is only one name."""
    family: str

    @property
    def print_name(self) -> str:
        """`van AERT Wout`."""
        return _joined(self.tv_family_whole, self.given)

    @property
    def print_initial(self) -> str:
        """`CHAVES RUBIO JE`."""
        return _joined(self.tv_family_whole, "".join(self._initials))

    @property
    def tv_name(self) -> str:
        """`Wout van AERT`."""
        return _joined(self.given, self.tv_family_whole)

    @property
    def tv_initial(self) -> str:
        """`J.E. CHAVES RUBIO`."""
        return _joined("".join(f"{initial}." for initial in self._initials), self.tv_family_whole)

    @property
    def tv_family(self) -> str:
        """`van AERT`, cut after a word if it would be too long for the screen."""
        return shortened(self.tv_family_whole, LONGEST_TV_FAMILY)

    @property
    def tv_family_whole(self) -> str:
        """The family name in capitals, its particles as they are."""
        return " ".join(map(capitals, self.family.split()))

    @property
    def _initials(self) -> list[str]:
        return [word[0].upper() for word in self.given.replace("-", " ").split()]


def capitals(word: str) -> str:
    """The *word* of a family name in capitals: a particle stays small, and so does the c of Mc."""
    if word.islower() and word in PARTICLES:
        return word
    if word[:2] == "Mc" and word[2:3].isupper():
        return f"Mc{word[2:].upper()}"
    return word.upper()


def shortened(text: str, most: int) -> str:
    """*text* in at most so many characters, cut between words if it can be."""
    if len(text) <= most:
        return text
    whole, _, _ = text[: most + 1].rpartition(" ")
    return (whole or text[:most]).strip()


def plain_letters(text: str) -> str:
    """The Latin letters of *text* in ASCII, as the feeds of the Games spell them: `Soeren` for Sören.

    Letters of other scripts stay as they are.

    >>> plain_letters("Elena Møller Rigas"), plain_letters("JÍLEK")
    ('Elena Moeller Rigas', 'JILEK')
    """
    spelt = "".join(_spelt(letter) for letter in unicodedata.normalize("NFC", text))
    apart = unicodedata.normalize("NFD", spelt)
    latin = "".join(mark for mark in apart if not "\u0300" <= mark <= "\u036f")
    return unicodedata.normalize("NFC", latin)


def _spelt(letter: str) -> str:
    plain = _SPELT.get(letter.lower())
    if plain is None:
        return letter
    return plain if letter == letter.lower() else plain.capitalize()


@lru_cache(maxsize=1024)
def name_of(printed: str, noc: str, *, ascii_only: bool = False) -> Name:
    """The parts of a name that a sheet prints as *printed*, of a skater of *noc*.

    >>> name_of("Wout van AERT", "BEL").print_name, name_of("Kim Bo-reum", "KOR").tv_initial
    ('van AERT Wout', 'B.R. KIM')
    """
    words = printed.split()
    family = _family(words) or _told_elsewhere(printed, words, noc) or _by_custom(words, noc)
    given = [word for place, word in enumerate(words) if place not in family]
    kept = [words[place] for place in family]
    return Name(_part(given, ascii_only=ascii_only), _part(kept, ascii_only=ascii_only))


def in_prose(printed: str) -> str:
    """A name as a sentence has it, without the capitals of a sheet.

    >>> in_prose("Wout van AERT"), in_prose("Antoine GÉLINAS-BEAULIEU"), in_prose("高木 菜那")
    ('Wout van Aert', 'Antoine Gélinas-Beaulieu', '高木 菜那')
    """
    return re.sub(r"\S+", lambda word: _mixed(word[0]), printed)


def family_alone(printed: str, noc: str) -> str:
    """The family name as it stands without a given name; `""` where it can only be guessed.

    It is known by its capitals, by another spelling of the person, or if custom leaves one word for
    the given name: of three words without capitals nobody can say whose the middle one is.  A number
    or an initial is no name.

    >>> family_alone("Annouk van der Weijden", "NED"), family_alone("Kim Bo-reum", "KOR")
    ('Van der Weijden', 'Kim')
    >>> family_alone("Viktor Hald Thorup", "DEN"), family_alone("Viktor Hald THORUP", "DEN")
    ('', 'Thorup')
    """
    words = printed.split()
    family = _family(words) or _told_elsewhere(printed, words, noc)
    if family is None:
        family = _by_custom(words, noc)
        if len(words) - len(family) != 1:
            return ""
    alone = in_prose(" ".join(words[place] for place in family))
    is_name = sum(map(str.isalpha, alone)) > 1
    return alone[:1].upper() + alone[1:] if is_name else ""


def _part(words: list[str], *, ascii_only: bool) -> str:
    """A part of a name in mixed case, within the limit."""
    mixed = " ".join(map(_mixed, words))
    return shortened(plain_letters(mixed) if ascii_only else mixed, LONGEST_NAME)


def _family(words: list[str]) -> range | None:
    """The places of the family name among *words*, if capitals tell: the run of them and the particles before it."""
    loud = [place for place, word in enumerate(words) if _is_capitals(word)]
    if not loud or len(loud) == len(words) > 1:
        return None
    return _with_particles(words, loud[0], loud[-1] + 1)


def _is_capitals(word: str) -> bool:
    """Whether *word* is printed in capitals, as `McCARTHY`, `O'BRIEN` and `D'ALMEIDA` are too; initials are not."""
    letters = [letter for letter in word if letter.isalpha()]
    rest = letters[2:] if word[:2] == "Mc" else letters
    return len(rest) > 1 and "".join(rest).isupper()


def _with_particles(words: list[str], first: int, end: int) -> range:
    while first and words[first - 1].lower() in PARTICLES and (first > 1 or words[0].islower()):
        first -= 1
    return range(first, end)


def _told_elsewhere(printed: str, words: list[str], noc: str) -> range | None:
    """The places that another spelling of the same person prints in capitals."""
    person = people().find(printed, noc)
    for other in person.also:
        spelt = other.split()
        family = _family(spelt)
        if family is None:
            continue
        loud = [spelt[place].casefold() for place in family]
        here = [place for place, word in enumerate(words) if word.casefold() in loud]
        if len(here) == len(loud):
            return range(here[0], here[-1] + 1)
    return None


def _by_custom(words: list[str], noc: str) -> range:
    if len(words) > 1 and (noc in FAMILY_FIRST or _has_no_case(words)):
        return range(1)
    last = len(words) - 1
    if len(words) > 2 and noc in TWO_FAMILIES:  # noqa: PLR2004 - two for the family, one for the skater
        return _with_particles(words, last - 1, len(words))
    return _with_particles(words, max(last, 0), len(words))


def _has_no_case(words: list[str]) -> bool:
    """Whether the script knows no capitals, as Korean and Japanese do not: there the family name comes first."""
    return all(letter.lower() == letter.upper() for word in words for letter in word)


def _mixed(word: str) -> str:
    """*word* with a capital at its beginning only, if it stands in capitals: `JÍLEK` as `Jílek`."""
    if not _is_capitals(word):
        return word
    if word[:2] == "Mc":
        return f"Mc{_mixed(word[2:])}"
    return "".join(
        letter if place == 0 or not word[place - 1].isalpha() else letter.lower()
        for place, letter in enumerate(word)
    )


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))
