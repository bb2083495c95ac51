"""Checks of a message alone: header, codes, formats, and which elements and extensions it may have."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta

from lastlap.nocs import nocs
from lastlap.publish.odf.codes import CLOCK, DISCIPLINE, EXTENSIONS, Level, parse_rsc
from lastlap.publish.odf.findings import Document, Flaw
from lastlap.publish.odf.markup import Element

_STATUSES: Mapping[str, Collection[str]] = {
    "DT_PARTIC": ("",),
    "DT_PARTIC_UPDATE": ("",),
    "DT_ENTRIES": ("",),
    "DT_SCHEDULE": ("",),
    "DT_SCHEDULE_UPDATE": ("",),
    "DT_CONFIG": ("",),
    "DT_RESULT": (
        "START_LIST", "LIVE", "INTERMEDIATE", "UNCONFIRMED", "UNOFFICIAL", "OFFICIAL", "PROTESTED", "PROVISIONAL",
    ),
    "DT_CURRENT": ("LIVE",),
    "DT_PLAY_BY_PLAY": ("LIVE", "INTERMEDIATE", "UNCONFIRMED", "UNOFFICIAL", "OFFICIAL", "PROTESTED", "PROVISIONAL"),
    "DT_RANKING": ("OFFICIAL", "UNOFFICIAL", "PARTIAL", "PROVISIONAL", "PROTESTED"),
    "DT_MEDALLISTS": ("OFFICIAL", "UNOFFICIAL", "PARTIAL", "PROVISIONAL"),
    "DT_MEDALLISTS_DISCIPLINE": ("",),
    "DT_MEDALS": ("",),
}  # fmt: skip
"""The result statuses that a message may have; `""` is none."""

_LEVELS: Mapping[str, tuple[Level, ...]] = {
    "DT_PARTIC": ("discipline",),
    "DT_PARTIC_UPDATE": ("discipline",),
    "DT_ENTRIES": ("event",),
    "DT_SCHEDULE": ("discipline",),
    "DT_SCHEDULE_UPDATE": ("discipline",),
    "DT_CONFIG": ("event",),
    "DT_RESULT": ("unit",),
    "DT_PHASE_RESULT": ("phase",),
    "DT_CURRENT": ("unit",),
    "DT_PLAY_BY_PLAY": ("unit",),
    "DT_RANKING": ("event",),
    "DT_MEDALLISTS": ("event",),
    "DT_MEDALLISTS_DISCIPLINE": ("discipline",),
    "DT_MEDALS": ("discipline",),
}
"""What a message is about; any other type may be about anything."""

_CHILDREN: Mapping[str, tuple[str, str]] = {
    "DT_PARTIC": ("Participant", ""),
    "DT_PARTIC_UPDATE": ("Participant", ""),
    "DT_ENTRIES": ("Entry", ""),
    "DT_SCHEDULE": ("Unit", "Session"),
    "DT_SCHEDULE_UPDATE": ("", "Session Unit"),
    "DT_CONFIG": ("Configs", ""),
    "DT_RESULT": ("ExtendedInfos Result", "Officials"),
    "DT_PHASE_RESULT": ("ExtendedInfos Result", "Officials"),
    "DT_CURRENT": ("Clock", "ExtendedInfos Result"),
    "DT_PLAY_BY_PLAY": ("ExtendedInfos Actions", ""),
    "DT_RANKING": ("ExtendedInfos Result", ""),
    "DT_MEDALLISTS": ("ExtendedInfos Medal", ""),
    "DT_MEDALLISTS_DISCIPLINE": ("Discipline", ""),
    "DT_MEDALS": ("MedalStandings", ""),
    "DT_PDF": ("PDFData", "ExtendedInfos"),
}
"""The elements that `Competition` must have, and may have besides: the schema has one list for all types."""

_NOTED = "DT_RESULT DT_PHASE_RESULT DT_CUMULATIVE_RESULT DT_RANKING DT_MEDALLISTS DT_MEDALLISTS_DISCIPLINE DT_MEDALS"
"""The messages that a correction may be noted in; brackets and pools are not of this sport."""

_BEFORE_OFFICIAL = ("START_LIST", "LIVE", "INTERMEDIATE", "UNCONFIRMED")

_CODES = {
    "Unit": ("Code", "unit"),
    "Config": ("Unit", "unit"),
    "Medal": ("Unit", "unit"),
    "Event": ("Code", "event"),
    "MedalStandings": ("LastEvent", "event"),
    "Progress": ("LastUnit", "unit"),
    "Discipline": ("Code", "discipline"),
    "Decision": ("Unit", "unit"),
}
"""The elements that carry a code, in which attribute, and of what."""

_EVENTS = re.compile(r"MS\d?|ELIM\d?|500M|1000M|1500M|3000M|5000M|10000M|TEAMPU")
_PHASES = re.compile(r"FNL|SFNL|QFNL|HEAT|REP|DIV[AB]|VICT")

_MOMENTS = frozenset(
    ("StartDate", "EndDate", "ActualStartDate", "ActualEndDate", "DateTime", "TimeStamp", "PublishTime", "IssuedTime")
)  # fmt: skip
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?[+-]\d\d:\d\d")

_LONGEST = {
    "GivenName": 25, "FamilyName": 25, "TVFamilyName": 18, "TeamName": 73, "VenueName": 25, "LocationName": 30,
    "IFId": 16, "CompetitionCode": 15,
}  # fmt: skip
"""The characters that a value may have."""

_LONGEST_ITEM = 40


def header(document: Document) -> Iterator[Flaw]:
    """The header is whole, and its version, dates and times can be."""
    head = document.root
    if document.root.tag != "OdfBody":
        yield Flaw("", f"the root is {document.root.tag}", "put the message into OdfBody")
    for name in ("CompetitionCode", "DocumentCode", "DocumentType", "FeedFlag", "LogicalDate", "Source"):
        if not head.get(name):
            yield Flaw(f"@{name}", "it is missing", "every message has it")
    if document.version < 1:
        yield Flaw("@Version", f"it is {head.get('Version')!r}", "count versions 1, 2, 3 of each document")
    styles = bool(head.get("TimeStamp")) + bool(head.get("Date") or head.get("Time"))
    if document.made is None or styles != 1:
        yield Flaw(
            "@Time", f"{document.stamp!r} is no moment", "give Date and Time (hhmmssfff), or a TimeStamp"
        )
    yield from _logical_date(document)


def _logical_date(document: Document) -> Iterator[Flaw]:
    text = document.root.get("LogicalDate", "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        yield Flaw("@LogicalDate", f"{text!r} is no date", "write YYYY-MM-DD")
        return
    made = document.made
    if made and made.date() - day not in (timedelta(0), timedelta(days=1)):
        yield Flaw("@LogicalDate", f"{day} is not the day of {made}", "give the day on which the unit began")


def codes(document: Document) -> Iterator[Flaw]:
    """Every RSC has its 34 characters and its grammar, means something, and is of the level that it must be."""
    yield from _code("@DocumentCode", document.code, _LEVELS.get(document.kind, ()))
    for found in document.everything():
        attribute, level = _CODES.get(found.tag, ("", ""))
        code = found.get(attribute)
        if code is not None:
            yield from _code(f"{found.tag}/@{attribute}", code, (level,))


def _code(where: str, code: str, levels: Collection[str]) -> Iterator[Flaw]:
    rsc = parse_rsc(code)
    if rsc is None:
        what = f"{code!r} is no code of 34 characters of {DISCIPLINE}"
        yield Flaw(where, what, "discipline 3, gender 1, event 18, phase 4, unit 8, filled up with -")
        return
    ceremony = rsc.phase == "VICT"
    if levels and rsc.level not in levels and not ceremony:
        yield Flaw(where, f"{code} is of a {rsc.level}", f"give the code of the {' or '.join(levels)}")
    if rsc.event and not _EVENTS.fullmatch(rsc.event):
        yield Flaw(where, f"there is no event {rsc.event}", "the mass start is MS")
    if rsc.phase and not _PHASES.fullmatch(rsc.phase):
        yield Flaw(where, f"there is no phase {rsc.phase}", "use FNL, SFNL, QFNL, HEAT, REP, DIVA or DIVB")
    if rsc.unit and not ceremony and not re.fullmatch(r"\d{4}\d\d", rsc.unit):
        yield Flaw(where, f"{rsc.unit} is no unit", "four digits and 00, as in 000100--")


def statuses(document: Document) -> Iterator[Flaw]:
    """The result status is one that the type of message may have."""
    may = _STATUSES.get(document.kind)
    if may is not None and document.status not in may:
        have = " or ".join(status or "none" for status in may)
        yield Flaw("@ResultStatus", f"{document.kind} has {document.status or 'none'}", f"it must be {have}")


def children(document: Document) -> Iterator[Flaw]:
    """The elements are those of the type of message: the schema knows one list for all."""
    if document.competition is None or document.kind not in _CHILDREN:
        return
    must, may = (words.split() for words in _CHILDREN[document.kind])
    tags = [child.tag for child in document.competition]
    for tag in must:
        if tag not in tags:
            yield Flaw("Competition", f"{document.kind} has no {tag}", "send the whole message")
    for tag in dict.fromkeys(tags):
        if tag not in (*must, *may):
            yield Flaw("Competition", f"{document.kind} has {tag}", "that is of another type of message")


def notes(document: Document) -> Iterator[Flaw]:
    """A note says why something official was corrected, so it stands in no other message."""
    if not document.notes:
        return
    if document.kind not in _NOTED.split():
        yield Flaw("Note", f"{document.kind} has a note", "notes are for corrected results only")
    elif document.status in _BEFORE_OFFICIAL or document.version == 1:
        yield Flaw(
            "Note", "there was nothing official yet", "a note says why something official was corrected"
        )
    if not all(document.notes):
        yield Flaw("Note", "it is empty", "say what was corrected, and why")


def empties(document: Document) -> Iterator[Flaw]:
    """An attribute that says nothing is left out."""
    for found in document.root.iter():
        for name, text in found.attrib.items():
            if not text.strip():
                yield Flaw(f"{found.tag}/@{name}", "it is empty", "leave it out")


def formats(document: Document) -> Iterator[Flaw]:
    """Moments have their zone, names and venues their length, and words no blanks around them."""
    for found in document.root.iter():
        for name, text in found.attrib.items():
            where = f"{found.tag}/@{name}"
            if name in _MOMENTS and not _is_moment(text):
                yield Flaw(where, f"{text!r} is no moment with a zone", "write YYYY-MM-DDThh:mm:ss+hh:mm")
            if len(text) > _LONGEST.get(name, len(text)):
                yield Flaw(where, f"{text!r} has {len(text)} characters", f"at most {_LONGEST[name]}")
            if text != text.strip():
                yield Flaw(where, f"{text!r} has blanks around it", "take them off")
        if found.tag == "ItemName" and len(found.get("Value", "")) > _LONGEST_ITEM:
            yield Flaw("ItemName/@Value", "it is too long", f"at most {_LONGEST_ITEM} characters")


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return _MOMENT.fullmatch(text) is not None


_NUMBER, _CODE = r"[1-9]\d*", r"[1-9A-Za-z][0-9A-Za-z-]{0,19}"

_ATTRIBUTES: Mapping[str, str] = {
    "Participant/Status": "CNF|ENT|HIS|NPR|LAR|LGL",
    "Participant/MainFunctionId": r"[A-Z]{1,3}\d{0,2}",
    "Session/Venue": "[A-Z0-9]{3}",
    "Unit/Venue": "[A-Z0-9]{3}",
    "Unit/Location": "[A-Z0-9]{3}",
    "Unit/PhaseType": "[1-9]",
    "SessionName/Language": "[A-Z]{3}",
    "SessionName/Value": r"\w.+",
    "ItemName/Language": "[A-Z]{3}",
    "ItemName/Value": r"\w.+",
    "Result/StartOrder": _NUMBER,
    "Clock/Time": r"\d+(:\d\d){0,2}",
    "ExtendedResult/Value2": CLOCK,
    "ExtendedResult/Rank": _NUMBER,
    "ExtendedResult/Diff": rf"\+{CLOCK}",
    "ExtendedAction/Code": "[A-Z_]+",
    "ExtendedAction/Value": r"-?\d+",
    "Action/Action": "[A-Z_]+",
    "Action/When": rf"{CLOCK}|\d+(:\d\d){{0,2}}(\.\d)?",
    "Competitor/Code": _CODE,
    "Competitor/Order": _NUMBER,
    "Athlete/Code": _CODE,
    "Athlete/Order": _NUMBER,
    "MedalNumber/Type": "M|W|X|O|TOT",
}
"""The form of attributes, where the schema has none."""

_REQUIRED = (
    "Athlete/Order", "SessionName/Value", "ItemName/Value", "Config/Unit", "UnitDateTime/StartDate",
    "ExtendedAction/Value",
)  # fmt: skip
"""What the schema lets be missing, and is of no use without."""

_PLACED = ("SPRINT", "LAP")
"""The extended results that tell a place over the line."""


def attributes(document: Document) -> Iterator[Flaw]:
    """Attributes have their form, and those that a message is of no use without are there."""
    for found in document.everything():
        for name, text in found.attrib.items():
            form = _ATTRIBUTES.get(f"{found.tag}/{name}")
            if form is not None and not re.fullmatch(form, text):
                yield Flaw(f"{found.tag}/@{name}", f"it is {text!r}", f"write it as {form}")
        for where in _REQUIRED:
            tag, _, name = where.partition("/")
            if found.tag == tag and name not in found.attrib:
                yield Flaw(f"{tag}/@{name}", "it is missing", "it is always sent")
        placed = found.tag == "ExtendedResult" and found.get("Code") in _PLACED
        if placed and not {"Rank", "SortOrder"} <= found.attrib.keys():
            where = f"ExtendedResult {found.get('Code')} {found.get('Pos')}"
            yield Flaw(where, "it has no place over the line", "give Rank and SortOrder")


def committees(document: Document) -> Iterator[Flaw]:
    """Every organisation is the code of a NOC: not one of ISO, such as DEU."""
    for found in document.everything():
        noc = found.get("Organisation")
        if noc is not None and noc not in nocs():
            yield Flaw(
                f"{found.tag}/@Organisation", f"there is no NOC {noc!r}", "write the three letters of the IOC"
            )


# Extensions

_KNOWN = {(one.parent, one.type, one.code): one for one in EXTENSIONS}
_EXTENDED = {one.parent for one in EXTENSIONS}
_MAY_BE_UNTIMED = ("LAP",)


def extensions(document: Document) -> Iterator[Flaw]:
    """Every extended value is known, in its form, and there once."""
    for parent in document.everything():
        extended = [child for child in parent if child.tag in _EXTENDED]
        places = Counter((one.get("Type"), one.get("Code"), one.get("Pos")) for one in extended)
        for place, count in places.items():
            if count > 1:
                yield Flaw(f"{parent.tag}/{_words(place)}", f"it stands there {count} times", "send it once")
        for one in extended:
            yield from _extension(one)


def _words(place: tuple[str | None, ...]) -> str:
    return "/".join(filter(None, place))


def _extension(one: Element) -> Iterator[Flaw]:
    kind, code, pos, text = (one.get(name) for name in ("Type", "Code", "Pos", "Value"))
    where = f"{one.tag} {_words((kind, code, pos))}"
    known = _KNOWN.get((one.tag, kind or "", code or ""))
    if known is None:
        yield Flaw(where, "there is no such value", "see the table of extended names")
        return
    if not re.fullmatch(known.pos, pos or ""):
        yield Flaw(f"{where}/@Pos", f"it is {pos!r}", "see the table of extended names")
    if text is None and code not in _MAY_BE_UNTIMED:
        yield Flaw(f"{where}/@Value", "it is missing", "send the value, or not at all")
    if text is not None and not re.fullmatch(known.value, text, re.DOTALL):
        yield Flaw(f"{where}/@Value", f"it is {text!r}", "no zeros in front, a point before hundredths")
    for extension in one:
        if extension.get("Code") not in known.extensions:
            yield Flaw(
                where, f"it has no extension {extension.get('Code')!r}", "see the table of extended names"
            )
