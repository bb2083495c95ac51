"""Findings as sentences: one set of sentences a language, and the grammar that they need.

Strategy: the sentences of a language are data, `data/words/LANG.toml`: one template for each kind of
finding.  A template names values and how each is said: `{who:of}` is the skater with the NOC,
`{place:ordinal}` a place in words.  Several ways are parted by `|`; in Korean the last may be a
particle, which takes the form that the word before it asks for.
"""

import re
import string
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, cast

import msgspec

from lastlap.errors import InputError
from lastlap.nocs import nocs
from lastlap.publish.finding import (
    Clock,
    Day,
    EventName,
    Finding,
    Line,
    Name,
    Noc,
    NocLine,
    One,
    Person,
    Phrase,
    RaceName,
    Value,
)
from lastlap.publish.mentions import Mentions
from lastlap.publish.names import in_prose
from lastlap.sources import packaged, parse_document
from lastlap.times import MINUTE, clock

LANGUAGES = ("en", "ko", "ja", "nl")
"""The languages in which a meet is told; English first."""


class Vocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `data/words/LANG.toml` holds."""

    name: str
    """The language in its own words."""
    decimal: str
    """Between seconds and hundredths."""
    minutes: str
    """Between minutes and seconds."""
    quotes: tuple[str, str]
    joins: tuple[str, str]
    """Between the names of a list, and before the last."""
    long_joins: tuple[str, str]
    """The same where what is listed has commas itself."""
    stop: str
    """Between sentences."""
    months: tuple[str, ...]
    day: str
    """How a date is written, from `{day}`, `{month}`, `{year}`."""
    ordinals: tuple[str, ...]
    """From the first on."""
    ordinal: str
    """Beyond them, from `{n}`."""
    counts: tuple[str, ...]
    """From one on."""
    forms: Mapping[str, str]
    """How a value is said in a way: the name of the way, and words round `{}`."""
    plurals: Mapping[str, tuple[str, str]]
    """Ways that count: for one, and for more, from `{n}`."""
    races: Mapping[str, str]
    """By phase, from `{category}` and `{place:ordinal}`."""
    categories: Mapping[str, str]
    of_noc: Mapping[str, str] = {}
    """NOCs that need other words after "of": an article."""
    nocs: Mapping[str, str] = {}
    family_alone: bool = False
    """Whether a skater who was named is called by the family name from then on."""
    neutral: tuple[str, ...] = ()
    """Codes that stand for no country, so that nobody is "of" them."""
    games: Mapping[str, str] = {}
    """Games by their year."""
    events: Mapping[str, str] = {}
    phrases: Mapping[str, str] = {}
    """What officials say, in this language; what is not here is quoted as it stands."""
    labels: Mapping[str, str] = {}
    """The words of pages, by key."""
    sentences: Mapping[str, str] = {}


@lru_cache
def language(code: str) -> "Language":
    """The language with that code; raises `InputError` if there is none."""
    if code not in LANGUAGES:
        message = f"there is no language {code!r} here: choose one of {', '.join(LANGUAGES)}"
        raise InputError(message)
    vocabulary = parse_document(packaged("words", f"{code}.toml"), Vocabulary, f"words/{code}.toml")
    return Language(code, vocabulary)


class Language:
    """How findings are said in one language."""

    def __init__(self, code: str, words: Vocabulary) -> None:
        self.code = code
        self.words = words

    def sentence(self, finding: Finding, mentions: Mentions | None = None) -> str:
        """The sentence that says *finding*, with its full stop; *mentions* tells who was named before it."""
        template = self.words.sentences[finding.kind]
        said = _Template(self, mentions).vformat(template, (), finding.values)
        if mentions and self.words.family_alone:
            mentions.name(finding.values.values())
        first = _OPENING.match(template)
        opening = finding.values[first[1]] if first else ""
        is_a_name = isinstance(opening[0] if isinstance(opening, tuple) and opening else opening, _NAMES)
        return said if is_a_name else said[:1].upper() + said[1:]

    def label(self, key: str) -> str:
        """A word of a page."""
        return self.words.labels[key]

    # One value, in one way

    def say(self, value: Value, way: str) -> str:
        """A value in the way that a template asks for: several steps are parted by `|`."""
        first, *steps = way.split("|")
        if isinstance(value, tuple):
            has_commas = isinstance(value[0], NocLine) if value else False
            joins = self.words.long_joins if has_commas else self.words.joins
            said = _joined([self._one(one, first) for one in value], joins)
        else:
            said = self._one(value, first)
        for step in steps:
            said += particle(said, step)
        return said

    def _one(self, value: One, way: str) -> str:
        plain = _PLAIN[type(value)](self, value)
        if isinstance(value, int):
            return self._number(value, way)
        if isinstance(value, Clock) and way == "gap":
            return self.gap(value)
        if isinstance(value, Person | Noc):
            return self._with_noc(value, way)
        if isinstance(value, RaceName) and way in ("category", "one"):
            key = value.category if f"{value.category}.one" in self.words.categories else "X"
            return self.words.categories[key if way == "category" else f"{key}.one"]
        if isinstance(value, Line | NocLine) and way:
            return _Template(self).vformat(self.words.forms[way], (), msgspec.structs.asdict(value))
        return plain

    def _number(self, value: int, way: str) -> str:
        if way == "ordinal":
            few = self.words.ordinals
            return few[value - 1] if 0 < value <= len(few) else self.nth(value)
        if way == "games":
            return self.words.games.get(str(value), str(value))
        if way == "count":
            few = self.words.counts
            return few[value - 1] if 0 < value <= len(few) else str(value)
        if way in self.words.plurals:
            one, more = self.words.plurals[way]
            said = (one if value == 1 else more).replace("{n}", str(value))
            return said.replace("{count}", self._number(value, "count"))
        return str(value)

    def nth(self, value: int) -> str:
        """A place in figures."""
        ending = "th"
        if self.code == "en" and value // 10 % 10 != 1:
            ending = {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
        return self.words.ordinal.replace("{n}", str(value)).replace("{th}", ending)

    def _with_noc(self, value: Person | Noc, way: str) -> str:
        code = value.noc if isinstance(value, Person) else value.code
        noc = self.noc(code)
        if way == "of":
            noc = self.words.of_noc.get(code, noc)
        if isinstance(value, Noc):
            return noc
        if way in ("", "code"):
            return in_prose(value.name) if not way else code
        kind = "neutral" if code in self.words.neutral else way
        return self.words.forms[f"person_{kind}"].format_map({"name": in_prose(value.name), "noc": noc})

    def noc(self, code: str) -> str:
        """The name of a NOC in this language; where it is not known, the code."""
        if code in self.words.neutral:
            return code
        known = nocs().get(code, code) if self.code == "en" else code
        return self.words.nocs.get(code, known)

    def phrase(self, words: str) -> str:
        """What an official said, in this language if it is known here, else quoted."""
        if words in self.words.phrases:
            return self.words.phrases[words]
        opening, closing = self.words.quotes
        return words if self.code == "en" else f"{opening}{words}{closing}"

    def race(self, race: RaceName) -> str:
        """What a race is called."""
        category = self.words.categories.get(race.category, self.words.categories["X"])
        template = self.words.races[race.phase]
        said = template.replace("{category}", category)
        return said.replace("{place:ordinal}", self._number(race.place, "ordinal")).replace(
            "{place}", str(race.place)
        )

    def time(self, value: Clock) -> str:
        """A time as it is written in this language, cut to hundredths."""
        return clock(value.us).replace(".", self.words.decimal).replace(":", self.words.minutes)

    def gap(self, value: Clock) -> str:
        """A gap in seconds, without noughts that say nothing; in minutes too, if it is that long."""
        text = clock(value.us)
        text = text.removesuffix("0")
        if value.us >= MINUTE:
            return self.words.forms["gap_minutes"].replace("{}", self.time(value))
        return self.words.forms["gap"].replace("{}", text.replace(".", self.words.decimal))

    def day(self, value: Day) -> str:
        """A date."""
        day = value.day
        fields = {"day": str(day.day), "month": self.words.months[day.month - 1], "year": str(day.year)}
        return self.words.day.format_map(fields)

    def event(self, value: EventName) -> str:
        """A medal event."""
        return self.words.events.get(value.name, value.name)


def _joined(said: list[str], joins: tuple[str, str]) -> str:
    between, last = joins
    return last.join([between.join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)


_PLAIN: Mapping[type, Callable[[Language, Any], str]] = {
    int: lambda _language, value: str(value),
    Person: lambda _language, value: in_prose(value.name),
    Line: lambda _language, value: in_prose(value.who.name),
    Noc: lambda language, value: language.noc(value.code),
    NocLine: lambda language, value: language.noc(value.noc.code),
    Clock: lambda language, value: language.time(value),
    Day: lambda language, value: language.day(value),
    RaceName: lambda language, value: language.race(value),
    EventName: lambda language, value: language.event(value),
    Phrase: lambda language, value: language.phrase(value.words),
    Name: lambda language, value: language.words.phrases.get(value.name, value.name),
}


_OPENING = re.compile(r"\{(\w+)")
"""What a sentence opens with, if that is a value."""

_NAMES = (Person, Line, Name)
"""What stays as it is written where a sentence opens with it: `van der Poel` too."""


class _Template(string.Formatter):
    """Fills a template with values said in one language."""

    def __init__(self, language: Language, mentions: Mentions | None = None) -> None:
        self._language = language
        self._mentions = mentions

    def format_field(self, value: object, format_spec: str) -> str:
        told = cast("Value", value)
        if self._mentions and not format_spec:
            told = self._mentions.briefly(told)
        return self._language.say(told, format_spec)


# Korean

_PARTICLES = {"은": "는", "이": "가", "을": "를", "과": "와", "으로": "로", "이며": "며"}
"""After a final consonant, and after a vowel."""

_HANGUL_FIRST, _HANGUL_LAST, _FINALS = 0xAC00, 0xD7A3, 28
_RIEUL = 8
"""The final consonant after which `로` stands as after a vowel."""

_DIGITS = {"0": 21, "1": 8, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": 8, "8": 8, "9": 0}
"""The final consonants of the digits as they are read: 영 일 이 삼 사 오 육 칠 팔 구."""


def particle(word: str, after_consonant: str) -> str:
    """The form of a Korean particle, given as after a consonant, that follows *word*.

    What a word in Latin letters ends in cannot be told from its spelling, so both forms are
    written, as Korean newspapers do.

    >>> particle("일본", "은"), particle("네덜란드", "은"), particle("Takagi", "은")
    ('은', '는', '은(는)')
    """
    after_vowel = _PARTICLES[after_consonant]
    final = _final(re.sub(r"\([^)]*\)$", "", word))
    if final is None:
        return f"{after_consonant}({after_vowel})" if after_consonant != "으로" else "(으)로"
    if final == 0 or (after_consonant == "으로" and final == _RIEUL):
        return after_vowel
    return after_consonant


def _final(word: str) -> int | None:
    """The number of the final consonant that *word* ends in as it is read; `None` if that cannot be told."""
    last = word[-1:]
    if last in _DIGITS:
        return _DIGITS[last]
    if last and _HANGUL_FIRST <= ord(last) <= _HANGUL_LAST:
        return (ord(last) - _HANGUL_FIRST) % _FINALS
    return None


def missing(kinds: Iterable[str]) -> dict[str, list[str]]:
    """Of each language the *kinds* for which it has no sentence."""
    return {
        code: [kind for kind in kinds if kind not in language(code).words.sentences] for code in LANGUAGES
    }
