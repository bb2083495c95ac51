"""Who is who: one person, one id, however many ways sources write the name.

Strategy: sources differ in case, accents, hyphens and word order, and `same_name` forgives
exactly that.  Whatever differs by more stands in a table of people; nothing is guessed.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

import msgspec

from lastlap.errors import InputError
from lastlap.sources import packaged, parse_document

Spelling = tuple[str, ...]
"""The words of a name without case and accents, in alphabetical order."""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person, as far as telling them from others needs."""

    id: str
    """As in `Skater.id`: `nana-takagi-jpn`."""
    name: str
    noc: str
    also: tuple[str, ...] = ()
    """How else sources print the name."""


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """People whose names sources write in several ways, or who won as a team."""

    persons: tuple[Person, ...] = ()

    def find(self, name: str, noc: str) -> Person:
        """The person whom *name* means among those of *noc*.

        Whoever is not listed is a person of that name alone; the id is made of the words in
        alphabetical order, so that `Sven KRAMER` and `KRAMER Sven` are one person even then.
        """
        for spelling in _spellings(name):
            if (noc, spelling) in self.bearers:
                return self.bearers[noc, spelling][0]
        words, _ = _spellings(name)
        return Person("-".join((*words, noc.lower())), name, noc)

    @cached_property
    def by_id(self) -> Mapping[str, Person]:
        """Everyone listed, by id."""
        return {person.id: person for person in self.persons}

    @cached_property
    def bearers(self) -> Mapping[tuple[str, Spelling], list[Person]]:
        """Who bears a name, by NOC and spelling; more than one is a flaw of the table."""
        found = defaultdict(list)
        for person in self.persons:
            names = (person.name, *person.also)
            for spelling in dict.fromkeys(spelling for name in names for spelling in _spellings(name)):
                found[person.noc, spelling].append(person)
        return dict(found)


@lru_cache
def people() -> People:
    """The people listed in the files that come with lastlap."""
    return parse_people(packaged("people.toml"), "people.toml")


def parse_people(text: str, origin: str = "the table of people") -> People:
    """The people that the TOML *text* lists.

    Raises `InputError` if it cannot be read, or if two people have one id or one name.
    """
    found = parse_document(text, People, origin)
    for flaw in _flaws(found):
        message = f"{origin}: {flaw}"
        raise InputError(message)
    return found


def same_name(one: str, other: str) -> bool:
    """Whether two names differ by no more than case, accents, hyphens and word order.

    A hyphen may stand for a space or for nothing, so that this is not transitive: where one
    source writes two words and another writes one, only a table can tell.

    >>> same_name("LEE Seung Hoon", "Lee Seung-hoon"), same_name("Lee Seung-hoon", "Seunghoon LEE")
    (True, True)
    >>> same_name("LEE Seung Hoon", "Seunghoon LEE")
    False
    """
    return not set(_spellings(one)).isdisjoint(_spellings(other))


def _flaws(people: People) -> Iterator[str]:
    """What no single row can tell: a sentence for each id or name that means two people."""
    for identity, count in Counter(person.id for person in people.persons).items():
        if count > 1:
            yield f"id {identity} stands there {count} times: give each person their own"
    for bearers in people.bearers.values():
        if len(bearers) > 1:
            yield f"{bearers[0].id} and {bearers[1].id} bear one name: tell them apart by `also`, or make them one"


# Letters that are no accented form of another, so that Unicode does not take them apart.
_LETTERS = str.maketrans("øłđð\N{LATIN SMALL LETTER DOTLESS I}", "olddi") | str.maketrans(
    {"þ": "th", "æ": "ae", "œ": "oe"}
)
_HYPHENS = re.compile("[\N{HYPHEN}-\N{HORIZONTAL BAR}]")
# Accents of the Latin script only: in others the same kind of mark makes another letter.
_SILENT = re.compile("[\u0300-\u036f'\N{RIGHT SINGLE QUOTATION MARK}.,]")


def _spellings(name: str) -> tuple[Spelling, Spelling]:
    """The two readings of *name*: with a hyphen as a space, and with a hyphen as nothing."""
    plain = _SILENT.sub("", unicodedata.normalize("NFKD", name.casefold()).translate(_LETTERS))
    hyphenated = _HYPHENS.sub("-", plain)
    return _sorted_words(hyphenated.replace("-", " ")), _sorted_words(hyphenated.replace("-", ""))


def _sorted_words(text: str) -> Spelling:
    return tuple(sorted(text.split()))
