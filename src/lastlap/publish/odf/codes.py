"""Every code that our messages use, and how sure each is: the single place to correct them later.

Sources are the common code lists and the general interface of the Olympic Data Feed (`common`),
the speed skating code lists of the Winter Games 2022 (`SSK 2022`), results of those Games as
they were seen in a feed (`seen`), other sports of the feed (`elsewhere`).  What is ours is
called `ours`: the dictionary of speed skating itself could not be had.
"""

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from lastlap.race import Status
from lastlap.rulebook import IRM

GEN, SPORT, CODES = "OWG2026-GEN-4.6", "MSTART-PROFILE-1.0", "MSTART-CODES-1.0"
"""The general interface that we follow, and what we call our own profile of it: never the name of an IOC dictionary."""

DISCIPLINE, DISCIPLINE_NAME = "SSK", "Speed Skating"

ATHLETE_FUNCTION, CONFIRMED = "AA01", "CNF"
"""The function of who competes, and the status of a participant (seen)."""

COMPETITION_UNIT = "3"
"""The phase type of a unit that is a competition (common)."""


# RSC, the results system code


class Rsc(msgspec.Struct, frozen=True):
    """The parts of a code of 34 characters that says what a message is about; `-` fills up."""

    gender: str = ""
    """Of the event: M, W, X, O."""
    event: str = ""
    modifier: str = ""
    """The age group, never for open competition."""
    phase: str = ""
    unit: str = ""

    def __str__(self) -> str:
        event = f"{self.event:-<8}{self.modifier:-<10}"
        return f"{DISCIPLINE}{self.gender:-<1}{event}{self.phase:-<4}{self.unit:-<8}"

    @property
    def level(self) -> "Level":
        """What the code is about."""
        if not self.event:
            return "discipline"
        if not self.phase:
            return "event"
        return "unit" if self.unit else "phase"


Level = Literal["discipline", "event", "phase", "unit"]

WHOLE_DISCIPLINE = Rsc()

RSC = re.compile(r"([A-Z]{3})([MWXO-])([A-Z0-9.-]{8})([A-Z0-9.-]{10})([A-Z0-9.-]{4})([A-Z0-9.-]{8})")
"""The parts of a code, of any discipline."""


def parse_rsc(text: str) -> Rsc | None:
    """The parts of a code, `None` if it is none: wrong length or letters, or a gap before a part that is said."""
    match = RSC.fullmatch(text)
    if match is None:
        return None
    discipline, gender, *parts = match.groups()
    stripped = [part.rstrip("-") for part in parts]
    event, modifier, phase, unit = stripped
    gaps = [bool(unit and not phase), bool(phase and not event), bool(modifier and not event)]
    gaps += [bool(event) == (gender == "-"), *("-" in part for part in stripped)]
    return None if any(gaps) or discipline != DISCIPLINE else Rsc(gender.rstrip("-"), *stripped)


class Category(msgspec.Struct, frozen=True):
    """What a category of skaters is in ODF."""

    gender: str
    """Of the event."""
    person: str
    """Of its skaters: another code list, in which women are F."""
    words: str
    """Before `Mass Start`."""
    modifier: str = ""


CATEGORIES: Mapping[str, Category] = {
    "W": Category("W", "F", "Women's"),
    "M": Category("M", "M", "Men's"),
    "JW": Category("W", "F", "Junior Women's", "JUN"),
    "JM": Category("M", "M", "Junior Men's", "JUN"),
    "X": Category("X", "X", "Mixed"),
}
"""The categories; the modifier of juniors is ours."""

OPEN = Category("O", "X", "Open")
"""A category that we do not know."""

EVENT_TYPE = "MS"
"""The mass start (SSK 2022, seen).  A second competition of one category in a meet is `MS2` (ours)."""


class Phase(msgspec.Struct, frozen=True):
    """What a phase of a competition is in ODF."""

    code: str
    words: str
    numbered: bool = False
    medal: str = "0"
    """The unit medal type: 1 is a gold medal event."""


PHASES: Mapping[str, Phase] = {
    "semi-final": Phase("SFNL", "Semifinal", numbered=True),
    "final": Phase("FNL", "Final", medal="1"),
    "division A": Phase("DIVA", "Division A"),
    "division B": Phase("DIVB", "Division B"),
}
"""The phases; those of the divisions are ours."""


# States and marks

RESULT_STATUS: Mapping[Status, str] = {
    Status.READY: "START_LIST",
    Status.RUNNING: "LIVE",
    Status.STOPPED: "LIVE",
    Status.NEUTRALISED: "LIVE",
    Status.FINISHED: "UNCONFIRMED",
    Status.UNOFFICIAL: "UNOFFICIAL",
    Status.PROTESTED: "PROTESTED",
    Status.OFFICIAL: "OFFICIAL",
    Status.CORRECTED: "OFFICIAL",
}
"""How far the result has come; a planned race without a start list has none (common)."""

SCHEDULE_STATUS: Mapping[Status, str] = {
    Status.PLANNED: "SCHEDULED",
    Status.READY: "SCHEDULED",
    Status.RUNNING: "RUNNING",
    Status.STOPPED: "INTERRUPTED",
    Status.NEUTRALISED: "RUNNING",
    Status.FINISHED: "FINISHED",
    Status.UNOFFICIAL: "FINISHED",
    Status.PROTESTED: "FINISHED",
    Status.OFFICIAL: "FINISHED",
    Status.CORRECTED: "FINISHED",
}
"""What happens on the ice (common)."""

IRM_CODES: Mapping[IRM, str] = {IRM.DSQ: "DQ", IRM.DNS: "DNS", IRM.WDR: "WDR"}
"""How a mark is spelt.

`DQ` is of 2022; whether 2026 has `DSQ` is not known, and this is the line to change.  Who did not
finish or was lapped has a rank and laps and no mark (seen in 2022).
"""

KNOWN_IRM = frozenset({*IRM_CODES.values(), "DNF", "DQB"})
"""The marks that a mass start may have (SSK 2022)."""

RESULT_TYPES = frozenset(("IRM", "POINTS", "TIME"))
QUALIFICATION_MARKS = frozenset(("Q", "ADV"))
MEDAL_CODES: Mapping[str, str] = {"gold": "ME_GOLD", "silver": "ME_SILVER", "bronze": "ME_BRONZE"}
MEDAL_GENDERS: Mapping[str, str] = {"Men": "M", "Women": "W", "Mixed": "X", "Open": "O"}
"""The types of a medal number, besides `TOT` (common)."""

RESULT_STATUSES = frozenset(
    [
        "INTERMEDIATE",
        "LIVE",
        "OFFICIAL",
        "PARTIAL",
        "PROTESTED",
        "PROVISIONAL",
        "START_LIST",
        "UNCONFIRMED",
        "UNOFFICIAL",
    ]
)
SCHEDULE_STATUSES = frozenset(
    [
        "CANCELLED",
        "DELAYED",
        "FINISHED",
        "GETTING_READY",
        "INTERRUPTED",
        "POSTPONED",
        "RESCHEDULED",
        "RUNNING",
        "SCHEDULED",
        "SCHEDULED_BREAK",
        "UNSCHEDULED",
    ]
)

REPORTS: Mapping[str, tuple[str, str]] = {
    "start list": ("C51A", "Start List"),
    "result": ("C73A", "Results"),
}
"""The report code of a sheet and its title (elsewhere)."""

ACTIONS: Mapping[str, str] = {
    "GunFired": "START",
    "sprint": "SPRINT",
    "SkaterFell": "FALL",
    "IncidentNoted": "INCIDENT",
    "LappedCalled": "LAPPED",
    "MarkGiven": "IRM",
    "MarkLifted": "IRM_LIFTED",
    "RaceStopped": "STOP",
    "RaceRestarted": "RESTART",
    "RaceNeutralised": "NEUTRAL",
    "RaceFreed": "FREE",
    "finish": "FINISH",
}
"""What happened in a race, for DT_PLAY_BY_PLAY; all ours."""


# Extensions


class Extension(msgspec.Struct, frozen=True):
    """A value that the schema leaves to the dictionary of a sport."""

    parent: str
    """The element that carries it."""
    type: str
    code: str
    value: str
    """A pattern of the whole value."""
    sure: Literal["seen", "SSK 2022", "elsewhere", "ours"]
    says: str
    pos: str = ""
    """A pattern of the whole position; `""` where there is none."""
    extensions: tuple[str, ...] = ()
    """The codes of its own extensions."""


_NUMBER = r"[1-9]\d*"
CLOCK = r"(?:(?:[1-9]\d*:[0-5]\d|[1-5]\d|[1-9]):[0-5]\d|[1-5]?\d)\.\d\d"
"""A duration: hours and minutes only where there are some, and then no zero before them."""

_INFO, _RESULT, _CONFIG = "ExtendedInfo", "ExtendedResult", "ExtendedConfig"
_SPRINT, _LAP = r"S[1-9]\d*|F", r"[1-9]\d*|F"

EXTENSIONS: tuple[Extension, ...] = (
    Extension(
        _INFO, "UI", "STARTERS", _NUMBER, "elsewhere", "how many start; `ORG`: of how many NOCs",
        extensions=("ORG",),
    ),
    Extension(_INFO, "UI", "QUAL_RULE", r"UT[1-9]\d*\^F", "SSK 2022", "so many of each semi-final go to the final"),
    Extension(_INFO, "UI", "RECONSTRUCTED", r".+", "ours", "what of the race is made up, if it was played again"),
    Extension(_INFO, "DISPLAY", "LAP_CURRENT", _NUMBER, "ours", "the lap that the leader is on"),
    Extension(_INFO, "DISPLAY", "LEADER", r"\S+", "ours", "the competitor in front"),
    Extension(_INFO, "DISPLAY", "LAST_COMP", r"\S+", "elsewhere", "who crossed the line last"),
    Extension(_INFO, "EI", "REPORTTITLE", r".+", "elsewhere", "the title of a printed report"),
    Extension(_RESULT, "ER", "SPRINT", _NUMBER, "ours", "points at a sprint; Rank: the place over the line", _SPRINT),
    Extension(_RESULT, "ER", "LAP", CLOCK, "ours", "time at the end of a lap; Value2: of the lap", _LAP),
    Extension(_RESULT, "ER", "LAPS", r"\d+", "ours", "laps done"),
    Extension(_RESULT, "ER", "TIME", CLOCK, "ours", "time at the finish; Diff: behind the first"),
    Extension(_RESULT, "ER", "MS", r"\.\d\d\d", "elsewhere", "the fraction of the time, where two share the hundredth"),
    Extension(_RESULT, "ER", "RULE", r".+", "elsewhere", "the rule behind a disqualification"),
    Extension(_RESULT, "ER", "YC", "Y", "elsewhere", "a yellow card; not sent, the log has none"),
    Extension(_RESULT, "ER", "RC", "Y", "elsewhere", "a red card; not sent, the log has none"),
    Extension(_RESULT, "ER", "STATUS", r"[A-Z_]+", "elsewhere", "how a skater is in the race; not sent, LAPS says it"),
    Extension(_RESULT, "ER", "LAPPED", "Y", "ours", "the leader has lapped the skater"),
    Extension(_RESULT, "ER", "BONUS", r"-?[1-9]\d*", "ours", "points for laps gained, or lost"),
    Extension(_RESULT, "ER", "WC_PTS", _NUMBER, "ours", "points for the series"),
    Extension("ExtendedEntry", "IFRANK", "RANK_WLD", _NUMBER, "seen", "the place in the ranking list of the draw"),
    Extension(_CONFIG, "EC", "LAPS", _NUMBER, "ours", "the laps of the race"),
    Extension(
        _CONFIG, "EC", "SPRINT", _NUMBER, "ours", "the lap that ends in a sprint; `POINTS`: for each place",
        _SPRINT, ("POINTS",),
    ),
)  # fmt: skip
"""Every extension that we send or know; the table of `docs/odf.md` is this one."""
