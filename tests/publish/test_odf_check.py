"""The checks of messages: what is right passes, and whatever is broken is found by the check meant for it."""

import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from lxml import etree

import story
from feeds import SKELETONS, THREE, XSD, feed_of, meet, needs_schema
from lastlap.cli import main
from lastlap.errors import InputError
from lastlap.events import ResultDeclared, ResultStatus
from lastlap.log import Meet
from lastlap.publish.odf import Sent, messages
from lastlap.publish.odf.check import ALONE, HISTORIES, TOGETHER, check, check_schema
from lastlap.rulebook import Format

Files = list[tuple[str, bytes]]


@pytest.fixture(scope="module")
def feed(night: Path) -> list[Sent]:
    """The whole feed of the demo night."""
    with Meet.open(night / "pyeongchang-2018.meet") as held:
        return list(messages(held.records()))


@pytest.fixture(scope="module")
def files(feed: list[Sent]) -> Files:
    """Its files."""
    return [(sent.file_name, sent.xml) for sent in feed]


@pytest.fixture(scope="module")
def samples(feed: list[Sent]) -> Mapping[str, bytes]:
    """The last message of each type and status: `DT_RESULT OFFICIAL`."""
    found = {f"{sent.message.kind} {sent.message.status}".strip(): sent.xml for sent in feed}
    return found | {"SEMI": semi_final()}


def semi_final() -> bytes:
    """A result in which two share a hundredth, one was disqualified and one did not start."""
    text = """
        laps 2; sprint 1: 3 2 1; sprint 2: 60 40 20
        0:31.0 3   0:31.2 1   0:32.5 2   0:33.0 4
        1:02.0 4   1:02.401 1   1:02.404 3   1:03.1 2
        mark 4 DSQ
        mark 5 DNS
    """
    rules = msgspec.structs.replace(story.RULES, format=Format(advance=2))
    return feed_of(
        meet(text, ("2:00", ResultDeclared(ResultStatus.OFFICIAL)), phase="semi-final", base=rules),
        "DT_RESULT",
    )[-1].xml


@pytest.fixture(scope="module")
def small() -> list[Sent]:
    """The feed of a final of three skaters, which is quickly checked."""
    words = (
        ("4:00", ResultDeclared(ResultStatus.UNOFFICIAL)),
        ("5:00", ResultDeclared(ResultStatus.OFFICIAL)),
    )
    return feed_of(meet(THREE, *words))


def rules(files: Files, *, whole_feed: bool = False) -> set[str]:
    """The checks that find something."""
    return {finding.rule for finding in check(files, whole_feed=whole_feed)}


# What is right


def test_the_feed_of_the_night_is_clean(files: Files) -> None:
    """Not one finding in all its messages, alone and together."""
    assert check(files, whole_feed=True) == []
    assert len(files) > 1000


@needs_schema
def test_every_message_of_the_night_is_valid_for_two_validators(files: Files) -> None:
    """Both lxml and xmlschema say so of each."""
    schema = etree.XMLSchema(etree.parse(XSD))
    assert [name for name, data in files if not schema.validate(etree.fromstring(data))] == []
    assert list(check_schema(files, str(XSD))) == []


@pytest.mark.skipif(not SKELETONS.exists(), reason="the skeletons are not ours to bring")
def test_each_example_of_the_standard_is_clean() -> None:
    """Messages that somebody else wrote pass every check alone, and the schema."""
    files = [(path.name, path.read_bytes()) for path in sorted(SKELETONS.glob("*.xml"))]
    assert [finding for file in files for finding in check([file])] == []
    assert list(check_schema(files, str(XSD))) == []


@pytest.mark.skipif(not SKELETONS.exists(), reason="the skeletons are not ours to bring")
def test_together_the_examples_have_one_flaw() -> None:
    """The semi-final's version 1 is younger than the one that takes its version 3 back."""
    found = check([(path.name, path.read_bytes()) for path in sorted(SKELETONS.glob("*.xml"))])
    assert [(finding.rule, finding.where) for finding in found] == [("version", "@Version")]


# What is broken, message by message

Break = Callable[[ET.Element], object]


def put(path: str, name: str, value: str | None) -> Break:
    """Sets an attribute of the first element at *path*, or takes it away."""

    def broken(root: ET.Element) -> None:
        found = root if path == "." else root.find(f".//{path}")
        assert found is not None, path
        if value is None:
            del found.attrib[name]
        else:
            assert found.get(name) != value
            found.set(name, value)

    return broken


def copy(path: str) -> Break:
    """Says the first element at *path* twice."""

    def broken(root: ET.Element) -> None:
        parent = root.find(f".//{path}/..")
        assert parent is not None, path
        parent.append(parent.findall(path.rpartition("/")[2])[0])

    return broken


def cut(path: str) -> Break:
    """Takes the first element at *path* away."""

    def broken(root: ET.Element) -> None:
        parent = root.find(f".//{path}/..")
        assert parent is not None, path
        parent.remove(parent.findall(path.rpartition("/")[2])[0])

    return broken


def swap(path: str) -> Break:
    """Lets the first two elements at *path* change places."""

    def broken(root: ET.Element) -> None:
        parent = root.find(f".//{path}/..")
        assert parent is not None, path
        one, two = parent.findall(path.rpartition("/")[2])[:2]
        places = list(parent)
        first, second = places.index(one), places.index(two)
        parent[first], parent[second] = two, one

    return broken


def note(text: str) -> Break:
    """Adds a note."""
    return lambda root: setattr(ET.SubElement(root, "Note"), "text", text)


def text(path: str, words: str) -> Break:
    """Writes *words* into the first element at *path*."""
    return lambda root: setattr(root.find(f".//{path}"), "text", words)


SPRINT, LAP, TIME = (f"ExtendedResult[@Code='{code}']" for code in ("SPRINT", "LAP", "TIME"))
R1, R2, R9 = "Result[@SortOrder='1']", "Result[@SortOrder='2']", "Result[@SortOrder='9']"
OFFICIAL, LIVE, START = "DT_RESULT OFFICIAL", "DT_RESULT LIVE", "DT_RESULT START_LIST"
ISO = "DNK"

BROKEN: tuple[tuple[str, Break, str], ...] = (
    # The header
    (OFFICIAL, put(".", "CompetitionCode", "A" * 16), "format"),
    (OFFICIAL, put(".", "CompetitionCode", None), "header"),
    (OFFICIAL, put(".", "Source", None), "header"),
    (OFFICIAL, put(".", "FeedFlag", None), "header"),
    (OFFICIAL, put(".", "FeedFlag", "X"), "schema"),
    (OFFICIAL, put(".", "Version", "0"), "header"),
    (OFFICIAL, put(".", "Version", "one"), "header"),
    (OFFICIAL, put(".", "Time", "22:08:32"), "header"),
    (OFFICIAL, put(".", "Time", "256000000"), "header"),
    (OFFICIAL, put(".", "Date", "2018-02-30"), "header"),
    (OFFICIAL, put(".", "LogicalDate", "24.02.2018"), "header"),
    (OFFICIAL, put(".", "LogicalDate", "2018-02-25"), "header"),
    (OFFICIAL, put(".", "TimeStamp", "2018-02-24T22:00:00+09:00"), "header"),
    (OFFICIAL, put("Competition", "Gen", None), "schema"),
    (OFFICIAL, put("Competition", "Codes", None), "schema"),
    (OFFICIAL, put(".", "DocumentType", "DT_START_LIST"), "schema"),
    (OFFICIAL, put(".", "Source", ""), "empty"),
    # Codes
    (OFFICIAL, put(".", "DocumentCode", "SSKMMS----------------FNL-000100-"), "rsc"),
    (OFFICIAL, put(".", "DocumentCode", "SSKMMSTART------------FNL-000100--"), "rsc"),
    (OFFICIAL, put(".", "DocumentCode", "SSKMMS----------------FNL---------"), "rsc"),
    (OFFICIAL, put(".", "DocumentCode", "SSKMMS----------------LAST000100--"), "rsc"),
    (OFFICIAL, put(".", "DocumentCode", "SSK-MS----------------FNL-000100--"), "rsc"),
    (OFFICIAL, put(".", "DocumentCode", "STKMMS----------------FNL-000100--"), "rsc"),
    ("DT_RANKING OFFICIAL", put(".", "DocumentCode", "SSKMMS----------------FNL-000100--"), "rsc"),
    ("DT_PARTIC", put(".", "DocumentCode", "SSKMMS----------------------------"), "rsc"),
    ("DT_SCHEDULE", put("Unit", "Code", "SSKMMS----------------------------"), "rsc"),
    ("DT_CONFIG", put("Config", "Unit", "SSKMMS----------------FNL-1-------"), "rsc"),
    ("DT_MEDALS", put("MedalStandings", "LastEvent", "SSKMMS"), "rsc"),
    ("DT_MEDALLISTS OFFICIAL", put("Medal", "Unit", "SSKMMS----------------------------"), "rsc"),
    # What a type of message may have
    (OFFICIAL, put(".", "ResultStatus", "FINAL"), "status"),
    (OFFICIAL, put(".", "ResultStatus", None), "status"),
    ("DT_PARTIC", put(".", "ResultStatus", "OFFICIAL"), "status"),
    ("DT_CURRENT LIVE", put(".", "ResultStatus", "OFFICIAL"), "status"),
    (OFFICIAL, put(".", "DocumentType", "DT_MEDALS"), "elements"),
    (OFFICIAL, cut("Competition/ExtendedInfos"), "elements"),
    (LIVE, note("Routine."), "note"),
    (START, note("Routine."), "note"),
    ("DT_CONFIG", note("Routine."), "note"),
    (OFFICIAL, note(" "), "note"),
    (OFFICIAL, lambda root: root.insert(0, ET.Element("Note")), "schema"),
    # Formats
    (OFFICIAL, put("UnitDateTime", "StartDate", "2018-02-24T22:00:00"), "format"),
    (OFFICIAL, put("UnitDateTime", "StartDate", "2018-02-24T25:00:00+09:00"), "format"),
    (OFFICIAL, put("Athlete/Description", "FamilyName", "X" * 26), "format"),
    (OFFICIAL, put("VenueDescription", "VenueName", "Oval " * 6), "format"),
    (OFFICIAL, put("Athlete/Description", "FamilyName", " Lee"), "format"),
    (OFFICIAL, put("Athlete/Description", "Organisation", ISO), "noc"),
    (OFFICIAL, put("VenueDescription", "Venue", "Gangneung"), "schema"),
    (OFFICIAL, put("Athlete", "Order", "first"), "attribute"),
    (OFFICIAL, put("UnitDateTime", "StartDate", None), "attribute"),
    (OFFICIAL, put(SPRINT, "Rank", None), "attribute"),
    (OFFICIAL, put(TIME, "Value", "07:43.97"), "extension"),
    (OFFICIAL, put(TIME, "Value", "7:43,97"), "extension"),
    (OFFICIAL, put(TIME, "Value", "463.97"), "extension"),
    (OFFICIAL, put(LAP, "Value", "0:36.77"), "extension"),
    (OFFICIAL, put("ExtendedResult[@Code='LAPS']", "Value", "sixteen"), "extension"),
    (OFFICIAL, put("ExtendedResult[@Code='LAPS']", "Code", "ROUNDS"), "extension"),
    (OFFICIAL, put(SPRINT, "Pos", "4"), "extension"),
    (OFFICIAL, put(SPRINT, "Value", "0"), "extension"),
    (OFFICIAL, put(SPRINT, "Value", None), "extension"),
    (OFFICIAL, put("ExtendedInfo", "Type", "XX"), "extension"),
    (OFFICIAL, copy(f"ExtendedResults/{SPRINT}"), "extension"),
    (OFFICIAL, put("Extension", "Code", "NOC"), "extension"),
    # Orders and ranks
    (OFFICIAL, put(R2, "SortOrder", "3"), "sort"),
    (OFFICIAL, cut("Competition/Result"), "sort"),
    (OFFICIAL, swap("Competition/Result"), "sort"),
    (OFFICIAL, put(R2, "StartOrder", "11"), "start"),
    (OFFICIAL, put(R2, "StartSortOrder", None), "start"),
    (OFFICIAL, put(R2, "Rank", "1"), "rank"),
    (OFFICIAL, put(R2, "Rank", "02"), "rank"),
    (OFFICIAL, put(R2, "RankEqual", "Y"), "rank"),
    (OFFICIAL, put(R2, "RankEqual", "N"), "schema"),
    (OFFICIAL, put(R9, "Rank", "10"), "rank"),
    ("DT_RANKING OFFICIAL", put(R2, "Rank", "3"), "rank"),
    ("DT_RANKING OFFICIAL", put("Result[@RankEqual]", "RankEqual", None), "rank"),
    (OFFICIAL, put("Competitor", "Code", "0038"), "competitor"),
    (OFFICIAL, put("Athlete", "Bib", "99"), "competitor"),
    (OFFICIAL, put("Competitor", "Organisation", "NED"), "competitor"),
    (OFFICIAL, put("Athlete/Description", "Gender", "F"), "competitor"),
    (OFFICIAL, put("Athlete/Description", "Gender", "W"), "schema"),
    # Marks, points, qualification
    (OFFICIAL, put(R9, "IRM", "DQ"), "irm"),
    (OFFICIAL, put(R9, "ResultType", "IRM"), "irm"),
    (OFFICIAL, lambda root: [put(R9, name, "DSQ" if name == "IRM" else "IRM")(root) for name in ("IRM", "ResultType")], "irm"),
    (OFFICIAL, put(R1, "ResultType", "SCORE"), "irm"),
    (OFFICIAL, put(R1, "ResultType", None), "points"),
    (OFFICIAL, put(R1, "Result", "060"), "points"),
    (OFFICIAL, lambda root: [put(R9, name, value)(root) for name, value in (("Result", "0"), ("ResultType", "POINTS"))], "points"),
    (OFFICIAL, put(R1, "Result", "61"), "sprint"),
    (OFFICIAL, put(R1, "Result", "6"), "order"),
    (OFFICIAL, cut(f"{R1}/ExtendedResults/{SPRINT}"), "sprint"),
    (OFFICIAL, put(f"{R2}/ExtendedResults/{SPRINT}", "SortOrder", "1"), "sprint"),
    (OFFICIAL, put(f"{R9}", "QualificationMark", "Q"), "qualification"),
    # Laps and times
    (OFFICIAL, put(f"{R1}/ExtendedResults/ExtendedResult[@Code='LAPS']", "Value", "15"), "laps"),
    (OFFICIAL, put(f"{R2}/ExtendedResults/{TIME}", "Diff", "+0.10"), "time"),
    (OFFICIAL, put(f"{R2}/ExtendedResults/{TIME}", "Diff", "0.11"), "time"),
    (OFFICIAL, put(f"{R2}/ExtendedResults/{TIME}", "Value", "7:44.09"), "time"),
    (OFFICIAL, put(f"{R1}/ExtendedResults/{LAP}[@Pos='5']", "Value2", "20.00"), "time"),
    (OFFICIAL, put(R1, "PhotoFinish", "P"), "photo finish"),
    (OFFICIAL, put(R1, "Unchecked", "Y"), "photo finish"),
    # Stages of a race
    (OFFICIAL, put(R9, "Rank", None), "stage"),
    (START, put(R1, "Rank", "1"), "stage"),
    (LIVE, put("UnitDateTime", "EndDate", "2018-02-24T22:10:00+09:00"), "stage"),
    (OFFICIAL, put("UnitDateTime", "EndDate", "2018-02-24T21:10:00+09:00"), "stage"),
    (OFFICIAL, put("ExtendedInfo[@Code='STARTERS']", "Value", "15"), "starters"),
    (OFFICIAL, put("Extension[@Code='ORG']", "Value", "3"), "starters"),
    # What only a semi-final has
    ("SEMI", put("ExtendedResult[@Code='MS']", "Value", ".501"), "time"),
    ("SEMI", swap("Competition/Result"), "order"),
    ("SEMI", put("Result[@QualificationMark]", "QualificationMark", "FA"), "qualification"),
    ("SEMI", put("Result[@Rank='3']", "QualificationMark", "Q"), "qualification"),
    ("SEMI", put("Result[@IRM='DQ']", "QualificationMark", "Q"), "qualification"),
    ("SEMI", put("Result[@IRM='DQ']", "IRM", "DNS"), "laps"),
    ("SEMI", put("Result[@IRM='DQ']", "Rank", "4"), "irm"),
    ("SEMI", put("Result[@IRM='DNS']", "IRM", "LAP"), "irm"),
    ("DT_SCHEDULE", put("ItemName", "Value", "Women's Mass Start Semifinal 1 of the Winter Games"), "format"),
    ("DT_MEDALS", put("MedalLine", "Organisation", "NED"), "medals"),
    ("DT_MEDALS", cut("MedalsTable/MedalLine"), "medals"),
    # People
    ("DT_PARTIC", copy("Competition/Participant"), "people"),
    ("DT_PARTIC", put("Participant", "Parent", "1"), "people"),
    ("DT_PARTIC", put("Participant", "PrintName", "Maryna Zuyeva"), "people"),
    ("DT_PARTIC", put("Participant", "TVInitialName", "M ZUYEVA"), "people"),
    ("DT_PARTIC", put("Participant", "TVFamilyName", "Zuyeva"), "people"),
    ("DT_PARTIC", put("Participant", "PrintInitialName", None), "schema"),
    ("DT_ENTRIES", put("Entry[@SortOrder='2']", "SortOrder", "7"), "entries"),
    ("DT_ENTRIES", copy("Competition/Entry"), "entries"),
    # Schedule and config
    ("DT_SCHEDULE", swap("Competition/Unit"), "schedule"),
    ("DT_SCHEDULE", copy("Competition/Unit"), "schedule"),
    ("DT_SCHEDULE", cut("Competition/Session"), "schedule"),
    ("DT_SCHEDULE", put("Session", "EndDate", "2018-02-24T19:00:00+09:00"), "schedule"),
    ("DT_SCHEDULE", put("Unit[@ScheduleStatus='SCHEDULED']", "StartDate", None), "schedule"),
    ("DT_SCHEDULE", put("Unit", "ScheduleStatus", "SCHEDULED"), "schedule"),
    ("DT_SCHEDULE", put("Unit", "ScheduleStatus", "OVER"), "schedule"),
    ("DT_SCHEDULE", put("Unit", "PhaseType", None), "schema"),
    ("DT_SCHEDULE", cut("Unit/VenueDescription"), "schedule"),
    ("DT_SCHEDULE_UPDATE", put("Unit", "ScheduleStatus", "RUNNING"), "schedule"),
    ("DT_CONFIG", put("ExtendedConfig[@Pos='S2']", "Value", "2"), "config"),
    ("DT_CONFIG", put("ExtendedConfig[@Pos='F']", "Value", "15"), "config"),
    ("DT_CONFIG", put("ExtendedConfigItem", "Value", "1"), "config"),
    ("DT_CONFIG", put("ExtendedConfigItem", "Pos", "2"), "config"),
    # Medals
    ("DT_MEDALLISTS OFFICIAL", swap("Competition/Medal"), "medallists"),
    ("DT_MEDALLISTS OFFICIAL", cut("Competition/Medal"), "medallists"),
    ("DT_MEDALLISTS OFFICIAL", put("Medal", "Code", "GOLD"), "schema"),
    ("DT_MEDALLISTS OFFICIAL", put("Medal/Competitor", "Order", "2"), "medallists"),
    ("DT_MEDALLISTS OFFICIAL", copy("Medal/Competitor"), "medallists"),
    ("DT_MEDALLISTS_DISCIPLINE", put("Discipline", "FinishedEvents", "1"), "discipline"),
    ("DT_MEDALLISTS_DISCIPLINE", put("Discipline", "TotalEvents", "1"), "discipline"),
    ("DT_MEDALS", put("MedalLine/MedalNumber", "Total", "4"), "medals"),
    ("DT_MEDALS", put("MedalLine/MedalNumber", "Silver", "0"), "medals"),
    ("DT_MEDALS", put("MedalSummary/MedalNumber", "Gold", "2"), "medals"),
    ("DT_MEDALS", put("MedalLine", "Rank", "2"), "medals"),
    ("DT_MEDALS", put("MedalLine", "RankTotal", "2"), "medals"),
    ("DT_MEDALS", put("MedalLine", "RankTotalEqual", None), "medals"),
    ("DT_MEDALS", put("MedalLine", "RankEqual", "Y"), "medals"),
    ("DT_MEDALS", put("MedalLine", "SortRankTotal", "9"), "medals"),
    ("DT_MEDALS", put("MedalLine", "SortRank", None), "medals"),
    ("DT_MEDALS", swap("MedalsTable/MedalLine"), "medals"),
    ("DT_MEDALS", put("MedalStandings", "FinishedEvents", "3"), "medals"),
    ("DT_MEDALS", put("MedalLine", "Organisation", "KOO"), "noc"),
    # The rest
    ("DT_PLAY_BY_PLAY OFFICIAL", put("Action", "Order", "2"), "actions"),
    ("DT_PLAY_BY_PLAY OFFICIAL", put("Action", "Id", "lap4"), "actions"),
    ("DT_PLAY_BY_PLAY OFFICIAL", swap("Actions/Action"), "actions"),
    ("DT_CURRENT LIVE", put("Clock", "Running", "yes"), "schema"),
    ("DT_CURRENT LIVE", cut("Competition/Clock"), "elements"),
)  # fmt: skip
"""Each way of breaking a message, and the check that must find it; `schema` is what only the schema finds."""


@pytest.mark.parametrize(
    ("kind", "broken", "rule"), BROKEN, ids=[f"{n}-{rule}" for n, (_, _, rule) in enumerate(BROKEN)]
)
def test_what_is_broken_is_found(samples: Mapping[str, bytes], kind: str, broken: Break, rule: str) -> None:
    """By the check meant for it, or by the schema where no check is needed."""
    root = ET.fromstring(samples[kind])  # noqa: S314 - our own
    broken(root)
    file = [("broken.xml", ET.tostring(root))]
    if rule != "schema":
        assert rule in rules(file)
    elif XSD.exists():
        assert list(check_schema(file, str(XSD)))
        assert not etree.XMLSchema(etree.parse(XSD)).validate(etree.fromstring(file[0][1]))
    else:
        pytest.skip("only the schema finds this, and it is not here")


def test_every_check_of_a_message_is_tried() -> None:
    """No check is in the list that no broken message needs."""
    assert set(ALONE) - {rule for _, _, rule in BROKEN} == {"sheet"}


@pytest.mark.parametrize(
    ("data", "subtype"),
    [("!", "C73A"), ("SGVsbG8=", "C73A"), ("JVBERi0xLjQK", "")],
    ids=["base64", "no pdf", "no report"],
)
def test_a_sheet_that_is_none_is_found(data: str, subtype: str) -> None:
    """What is no PDF, or of no report."""
    head = 'CompetitionCode="D" DocumentCode="SSKMMS----------------FNL-000100--" DocumentType="DT_PDF" Version="1"'
    more = 'FeedFlag="T" Date="2026-02-21" Time="160000000" LogicalDate="2026-02-21" Source="S"'
    kind = f'DocumentSubtype="{subtype}"' if subtype else ""
    xml = f"<OdfBody {head} {kind} {more}><Competition><PDFData>{data}</PDFData></Competition></OdfBody>"
    assert rules([("sheet.xml", xml.encode())]) == {"sheet"}


# Systematically: every attribute of every kind of message

FREE = frozenset(
    """
    EventName SubEventName DisciplineName VenueName LocationName OrganisationName Comment GivenName FamilyName
    Sport Gen Codes Source CompetitionCode When Id Period Action Bib Location SessionCode
    """.split()  # noqa: SIM905 - a list of words is read as words
)
"""Attributes that may say anything, as far as a message alone can tell: words, names and ids."""

OPTIONAL = frozenset(
    """
    Sport ResultStatus Medal SessionCode Location Comment When TimeStamp Period Action EventName SubEventName
    LocationName GivenName Gender Substitute PhotoFinish Diff Value2 Rank ActualEndDate EndDate MainFunctionId
    TotalEvents LastUnit UnitsTotal UnitsComplete Unchecked QualificationMark Bib Date Venue ActualStartDate Competitor/Order
    ExtendedResult/Value Unit/StartDate
    """.split()  # noqa: SIM905 - a list of words is read as words
)
"""Attributes that some message may leave out by the standard, so that alone nothing can be missed."""


def attributes(data: bytes) -> list[tuple[str, str]]:
    """Each attribute of each kind of element in a message, once."""
    root = ET.fromstring(data)  # noqa: S314 - our own
    return list(dict.fromkeys((one.tag, name) for one in root.iter() for name in one.attrib))


def unseen(
    samples: Mapping[str, bytes], broken: Callable[[ET.Element, str], object], but: frozenset[str]
) -> list[str]:
    """The attributes that neither a check nor the schema misses or minds when *broken*, without those in *but*."""
    schema, found = etree.XMLSchema(etree.parse(XSD)), []
    for kind, data in samples.items():
        for tag, name in attributes(data):
            root = ET.fromstring(data)  # noqa: S314 - our own
            broken(next(one for one in root.iter(tag) if name in one.attrib), name)
            message = ET.tostring(root)
            is_clean = not check([(kind, message)]) and schema.validate(etree.fromstring(message))
            if is_clean and not {name, f"{tag}/{name}"} & but:
                found.append(f"{kind}: {tag}/@{name}")
    return found


@needs_schema
def test_an_attribute_that_is_rubbish_is_found(samples: Mapping[str, bytes]) -> None:
    """Whatever is no free text cannot be replaced by rubbish unseen."""
    assert unseen(samples, lambda one, name: one.set(name, "?!"), FREE) == []


@needs_schema
def test_an_attribute_that_is_gone_is_found(samples: Mapping[str, bytes]) -> None:
    """Nothing that must be there can be missing unseen."""
    assert unseen(samples, lambda one, name: one.attrib.pop(name), OPTIONAL) == []


@needs_schema
def test_an_attribute_that_is_empty_is_found(samples: Mapping[str, bytes]) -> None:
    """Nothing is sent empty, whatever it is."""
    assert unseen(samples, lambda one, name: one.set(name, ""), frozenset()) == []


# What is broken between messages

Tangle = Callable[[list[Sent]], Files]


def of(kind: str, status: str = "") -> Callable[[list[Sent]], int]:
    """Where the last message of a type and status stands."""

    def place(feed: list[Sent]) -> int:
        return max(
            n for n, one in enumerate(feed) if (one.message.kind, one.message.status) == (kind, status)
        )

    return place


def without(where: Callable[[list[Sent]], int]) -> Tangle:
    """A message is lost."""
    return lambda feed: files_of([one for one in feed if one is not feed[where(feed)]])


def without_all(kind: str) -> Tangle:
    """All messages of a type are lost."""
    return lambda feed: files_of([one for one in feed if one.message.kind != kind])


def changed(where: Callable[[list[Sent]], int], broken: Break) -> Tangle:
    """A message is broken, in a way that it alone does not show."""

    def tangled(feed: list[Sent]) -> Files:
        chosen = feed[where(feed)]
        root = ET.fromstring(chosen.xml)  # noqa: S314 - our own
        broken(root)
        return [(one.file_name, ET.tostring(root) if one is chosen else one.xml) for one in feed]

    return tangled


def at(where: Callable[[list[Sent]], int], seconds: float) -> Tangle:
    """A message goes out earlier or later."""

    def tangled(feed: list[Sent]) -> Files:
        chosen = feed[where(feed)]
        time = ET.fromstring(chosen.xml).get("Time", "")  # noqa: S314 - our own
        moment = int(time[:2]) * 3600 + int(time[2:4]) * 60 + int(time[4:]) / 1000 + seconds
        minutes, rest = divmod(moment, 60)
        shown = f"{int(minutes // 60):02}{int(minutes % 60):02}{round(rest * 1000):05}"
        return changed(where, put(".", "Time", shown))(feed)

    return tangled


RESULT = of("DT_RESULT", "OFFICIAL")


def files_of(feed: list[Sent]) -> Files:
    """The files of a feed."""
    return [(one.file_name, one.xml) for one in feed]


def corrected(feed: list[Sent]) -> Files:
    """Two corrections of the last result, of which the second has lost the note of the first."""
    last = feed[RESULT(feed)]
    found = []
    for later, words in enumerate(("first", "second"), 1):
        root = ET.fromstring(last.xml)  # noqa: S314 - our own
        for name, value in (("Version", str(last.version + later)), ("Time", f"0200{later:02}000")):
            root.set(name, value)
        note(words)(root)
        found.append((f"correction {later}", ET.tostring(root)))
    return found


TANGLED: tuple[tuple[Tangle, str], ...] = (
    (without(of("DT_RESULT", "LIVE")), "version"),
    (without(of("DT_PARTIC")), "known"),
    (without(of("DT_SCHEDULE")), "unit"),
    (changed(RESULT, put(".", "Version", "1")), "version"),
    (at(of("DT_RESULT", "UNOFFICIAL"), 59.9), "pace"),
    (at(of("DT_RESULT", "START_LIST"), 60), "stages"),
    (changed(of("DT_RESULT", "UNOFFICIAL"), put(".", "ResultStatus", "OFFICIAL")), "notes"),
    (changed(RESULT, note("Corrected.")), "notes"),
    (lambda feed: [*files_of(feed), *corrected(feed)], "notes"),
    (without_all("DT_SCHEDULE_UPDATE"), "schedule first"),
    (at(of("DT_SCHEDULE_UPDATE"), 30), "schedule first"),
    (changed(RESULT, put(".", "DocumentCode", "SSKWMS----------------FNL-000200--")), "unit"),
    (at(of("DT_MEDALLISTS", "OFFICIAL"), -90), "sequence"),
    (at(of("DT_RANKING", "OFFICIAL"), -90), "sequence"),
    (changed(of("DT_PARTIC"), cut("Competition/Participant")), "known"),
    (changed(of("DT_PARTIC"), put("Participant", "GivenName", "Maria")), "known"),
    (changed(of("DT_ENTRIES"), cut("Competition/Entry")), "known"),
    (changed(of("DT_MEDALLISTS", "OFFICIAL"), put("Medal/Competitor", "Code", "1003")), "medals won"),
    (
        changed(of("DT_MEDALLISTS_DISCIPLINE"), put("Medal/Competitor", "Organisation", "FRA")),
        "medals counted",
    ),
    (changed(of("DT_RANKING", "OFFICIAL"), put("Result/Competitor", "Code", "1003")), "ranking"),
    (changed(RESULT, put(SPRINT, "Value", "50")), "as configured"),
    (changed(RESULT, put(SPRINT, "Pos", "S7")), "as configured"),
    (changed(RESULT, put("ExtendedResult[@Code='LAPS']", "Value", "17")), "as configured"),
)
"""Each way of tangling a feed, and the check that must find it."""


@pytest.mark.parametrize(
    ("tangle", "rule"), TANGLED, ids=[f"{n}-{rule}" for n, (_, rule) in enumerate(TANGLED)]
)
def test_what_is_tangled_is_found(small: list[Sent], tangle: Tangle, rule: str) -> None:
    """By the check meant for it, where the feed itself is clean."""
    assert rule in rules(tangle(small), whole_feed=True)
    assert rules(files_of(small), whole_feed=True) == set()


def test_every_check_of_a_feed_is_tried() -> None:
    """No check is in the list that no tangled feed needs."""
    assert set(TOGETHER) | set(HISTORIES) == {rule for _, rule in TANGLED}


# Files that are none


ENTITIES = "<!DOCTYPE x [<!ENTITY a 'b'>]><OdfBody/>"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<OdfBody>",
        b"\xff\xfe\x00",
        b"no xml",
        *(ENTITIES.encode(code) for code in ("utf-8", "utf-16", "utf-16-le")),
    ],
    ids=["empty", "cut", "bytes", "words", "doctype", "utf-16", "utf-16 without mark"],
)
def test_what_is_no_xml_is_a_finding(data: bytes) -> None:
    """Never a traceback."""
    assert rules([("broken.xml", data)]) == {"xml"}


def test_a_message_of_something_else_is_a_finding() -> None:
    """XML that is no message of ODF."""
    assert "header" in rules([("page.xml", b"<html/>")])


def test_a_schema_that_is_none_is_said(tmp_path: Path) -> None:
    """In one sentence."""
    (tmp_path / "odf2.xsd").write_text("<nothing/>")
    with pytest.raises(InputError, match="is no schema that can be read"):
        list(check_schema([], str(tmp_path / "odf2.xsd")))


# The commands


def test_the_commands_write_and_check_a_feed(
    night: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder of messages, and the answer that nothing is wrong; 1 once something is."""
    out = tmp_path / "odf"
    assert (
        main(
            ["odf", str(night / "pyeongchang-2018.meet"), "--out", str(out), "--code", "DEMO2026", "--ascii"]
        )
        == 0
    )
    assert main(["odf-check", str(out)]) == 0
    assert "0 findings" in capsys.readouterr().out
    min(out.glob("*~DT_MEDALS~*")).unlink()
    assert main(["odf-check", str(out), "--json"]) == 1
    assert '"rule":"version"' in capsys.readouterr().out


def test_a_meet_is_followed_until_ctrl_c(night: Path, tmp_path: Path) -> None:
    """It says when it is there, and leaves what a whole feed leaves."""
    meet = night / "pyeongchang-2018.meet"
    command = [sys.executable, "-m", "lastlap", "odf", str(meet), "--out", str(tmp_path / "live"), "--follow"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as following:
        assert following.stderr is not None
        assert "messages in" in following.stderr.readline()
        following.send_signal(signal.SIGINT)
        said, _ = following.communicate(timeout=60)
    assert (following.returncode, said.split()[0]) == (0, str(len(list((tmp_path / "live").iterdir()))))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["odf-check", "nowhere.xml"], "nowhere.xml"),
        (["odf-check", "."], "has no message in it"),
        (["odf", "nowhere.meet", "--out", "x", "--code", "demo"], "capital letters"),
    ],
)
def test_wrong_use_is_one_sentence(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Which file, and what to do; exit code 2."""
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert words in capsys.readouterr().err
