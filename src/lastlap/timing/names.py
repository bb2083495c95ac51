"""Names as old devices and boards take them: in letters of Latin-1, the family name apart."""

import unicodedata
from itertools import compress

ENCODING = "latin-1"


def latin(text: str) -> str:
    """*text* on one line and in letters of Latin-1: others lose their accent, or become `?`.

    >>> latin("Éva ŁUKASIK-ŠIMEČKOVÁ")
    'Éva LUKASIK-SIMECKOVÁ'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_letter, unicodedata.normalize("NFC", text)))


def given_and_family(name: str) -> tuple[str, str]:
    """A name in two: the family name is what stands in capitals, else the last word.

    >>> given_and_family("Jéssica Carolina SANTOS RODRIGUES"), given_and_family("Nana Takagi")
    (('Jéssica Carolina', 'SANTOS RODRIGUES'), ('Nana', 'Takagi'))
    """
    words = name.split()
    in_capitals = [word.isupper() and not word.endswith(".") for word in words]
    family = in_capitals if any(in_capitals) else [place == len(words) for place, _ in enumerate(words, 1)]
    given = " ".join(word for word, is_family in zip(words, family, strict=True) if not is_family)
    return given, " ".join(compress(words, family))


def _letter(letter: str) -> str:
    if unicodedata.category(letter) == "Cc":
        return " "
    plain = unicodedata.normalize("NFKD", letter.translate(_ALIKE))
    return next((each for each in (letter, *plain) if each < "\u0100"), "?")


_ALIKE = str.maketrans(
    {
        "\N{LATIN CAPITAL LETTER L WITH STROKE}": "L",
        "\N{LATIN SMALL LETTER L WITH STROKE}": "l",
        "\N{LATIN CAPITAL LETTER D WITH STROKE}": "D",
        "\N{LATIN SMALL LETTER D WITH STROKE}": "d",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{EN DASH}": "-",
    }
)
"""Letters that Unicode does not take apart."""
