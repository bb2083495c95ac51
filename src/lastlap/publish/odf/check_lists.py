"""Checks of the messages that are no result: people, schedule, config, medals, actions, sheets."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lastlap.publish.names import Name
from lastlap.publish.odf.codes import MEDAL_CODES, SCHEDULE_STATUSES
from lastlap.publish.odf.findings import Document, Flaw, whole
from lastlap.publish.odf.markup import Element

_COLOURS = ("Gold", "Silver", "Bronze")
_NOT_BEGUN = ("SCHEDULED", "GETTING_READY", "DELAYED", "RESCHEDULED", "POSTPONED", "CANCELLED", "UNSCHEDULED")
_WITH_A_START = ("SCHEDULED", "GETTING_READY", "RESCHEDULED")


# People


def people(document: Document) -> Iterator[Flaw]:
    """Everybody is there once, and the forms of the name are those of its parts."""
    for code, count in Counter(one.get("Code") for one in document.all("Participant")).items():
        if count > 1:
            yield Flaw(f"Participant {code}", f"it stands there {count} times", "list everybody once")
    for one in document.all("Participant"):
        where = f"Participant {one.get('Code')}"
        if one.get("Parent") != one.get("Code"):
            yield Flaw(f"{where}/@Parent", f"it is {one.get('Parent')}", "it is the code itself")
        name = Name(one.get("GivenName", ""), one.get("FamilyName", ""))
        forms = {
            "PrintName": name.print_name,
            "PrintInitialName": name.print_initial,
            "TVName": name.tv_name,
            "TVInitialName": name.tv_initial,
            "TVFamilyName": name.tv_family,
        }
        for form, due in forms.items():
            if one.get(form) != due:
                yield Flaw(f"{where}/@{form}", f"it is {one.get(form)!r}", f"for that name it is {due!r}")


def entry_list(document: Document) -> Iterator[Flaw]:
    """Entries are numbered 1, 2, 3, and everybody is entered once."""
    entered = document.all("Entry")
    for place, one in enumerate(entered, 1):
        if one.get("SortOrder") != str(place):
            yield Flaw(
                f"Entry {one.get('Code')}/@SortOrder", f"it is {one.get('SortOrder')}", "number them 1, 2, 3"
            )
    for code, count in Counter(one.get("Code") for one in entered).items():
        if count > 1:
            yield Flaw(f"Entry {code}", f"it stands there {count} times", "enter everybody once")


# Schedule and config


def schedule(document: Document) -> Iterator[Flaw]:
    """Units stand by time, in a session that is there, and say no more than has happened."""
    units = document.all("Unit")
    sessions = {session.get("SessionCode"): session for session in document.all("Session")}
    places = [
        (unit.get("StartDate") is None, unit.get("StartDate", ""), unit.get("Code", "")) for unit in units
    ]
    if places != sorted(places):
        yield Flaw("Unit", "the units are not in order", "by StartDate, then Code; without a start last")
    for code, count in Counter(unit.get("Code") for unit in units).items():
        if count > 1:
            yield Flaw(f"Unit {code}", f"it stands there {count} times", "send each unit once")
    for unit in units:
        yield from _unit(unit, sessions.get(unit.get("SessionCode")))
    for code, session in sessions.items():
        if session.get("StartDate", "") > session.get("EndDate", ""):
            yield Flaw(f"Session {code}", "it ends before it begins", "give its first and its last moment")


def _unit(unit: Element, session: Element | None) -> Iterator[Flaw]:
    where, status, start = f"Unit {unit.get('Code')}", unit.get("ScheduleStatus", ""), unit.get("StartDate")
    if unit.get("SessionCode") and session is None:
        yield Flaw(f"{where}/@SessionCode", "there is no such session", "send the session too")
    if (
        session is not None
        and start
        and not session.get("StartDate", "") <= start <= session.get("EndDate", "")
    ):
        yield Flaw(f"{where}/@StartDate", "it is outside its session", "put one of the two right")
    if status not in SCHEDULE_STATUSES:
        yield Flaw(f"{where}/@ScheduleStatus", f"there is no {status!r}", "use a code of the standard")
    if (status == "UNSCHEDULED" and start) or (status in _WITH_A_START and not start):
        yield Flaw(
            f"{where}/@StartDate",
            f"{status}, start {start}",
            "who has no start is UNSCHEDULED, and only they",
        )
    if (unit.get("ActualStartDate") and status in _NOT_BEGUN) or (
        unit.get("ActualEndDate") and status != "FINISHED"
    ):
        yield Flaw(f"{where}/@ScheduleStatus", f"{status} with an actual time", "give only what has happened")
    if unit.get("Venue") and unit.find("VenueDescription") is None:
        yield Flaw(f"{where}/@Venue", "it is not described", "add a VenueDescription")


def config(document: Document) -> Iterator[Flaw]:
    """Sprints come in order, the last at the end of the race, and points fall from place to place."""
    for one in document.all("Configs/Config"):
        where = f"Config {one.get('Unit')}"
        found = [(extended.get("Code"), extended) for extended in one]
        laps = [whole(extended.get("Value")) for code, extended in found if code == "LAPS"]
        sprints = [extended for code, extended in found if code == "SPRINT"]
        at = [whole(extended.get("Value")) or 0 for extended in sprints]
        if at != sorted(set(at)) or (at and laps and at[-1] > (laps[0] or 0)):
            yield Flaw(where, f"sprints at {at} of {laps} laps", "they rise, and none is after the finish")
        for extended in sprints:
            if extended.get("Pos") == "F" and [whole(extended.get("Value"))] != laps:
                yield Flaw(f"{where} SPRINT F", "it is not at the finish", "its lap is the last one")
            worth = [whole(item.get("Value")) or 0 for item in extended]
            places = [item.get("Pos") for item in extended]
            if any(less >= more for more, less in pairwise(worth)) or places != [
                str(n) for n in range(1, len(worth) + 1)
            ]:
                yield Flaw(
                    f"{where} SPRINT {extended.get('Pos')}", f"points {worth}", "for place 1, 2, 3, falling"
                )


# Medals


def medallists(document: Document) -> Iterator[Flaw]:
    """Gold, silver, bronze in that order; who shares a medal takes the next one away."""
    event = document.kind == "DT_MEDALLISTS" and document.competition is not None
    groups = {"Competition": document.all("Medal")} if event else {}
    groups |= {f"Event {one.get('Code')}": one.findall("Medal") for one in document.all("Discipline/Event")}
    for where, medals in groups.items():
        found = [medal.get("Code", "") for medal in medals]
        if found != [code for code in MEDAL_CODES.values() if code in found] or found[:1] != ["ME_GOLD"]:
            yield Flaw(where, f"medals {', '.join(found)}", "gold, silver, bronze, each element once")
        won = Counter({medal.get("Code"): len(medal.findall("Competitor")) for medal in medals})
        gold, silver, bronze = (won[code] for code in MEDAL_CODES.values())
        if (silver and gold > 1) or (bronze and gold + silver > 2):  # noqa: PLR2004 - gold and silver
            yield Flaw(
                where,
                f"{gold} gold, {silver} silver, {bronze} bronze",
                "a shared medal takes the next one away",
            )
        yield from _winners(where, medals)


def _winners(where: str, medals: Sequence[Element]) -> Iterator[Flaw]:
    codes = Counter(one.get("Code") for medal in medals for one in medal.findall("Competitor"))
    for code, count in codes.items():
        if count > 1:
            yield Flaw(f"{where} {code}", f"{count} medals in one event", "one medal a skater")
    for medal in medals:
        orders = [one.get("Order") for one in medal.findall("Competitor")]
        if not orders or orders != [str(place) for place in range(1, len(orders) + 1)]:
            yield Flaw(
                f"{where} {medal.get('Code')}",
                f"competitors {orders}",
                "number them 1, 2; a medal that nobody won is left out",
            )


def discipline(document: Document) -> Iterator[Flaw]:
    """As many events are finished as are told of."""
    for one in document.all("Discipline"):
        events, total = one.findall("Event"), whole(one.get("TotalEvents"))
        if one.get("FinishedEvents") != str(len(events)) or (total is not None and total < len(events)):
            what = f"{one.get('FinishedEvents')} of {total} finished, {len(events)} told"
            yield Flaw("Discipline/@FinishedEvents", what, "count the events that are told")


def standings(document: Document) -> Iterator[Flaw]:
    """Medal standings add up, rank as the rules have it, and say who shares a rank."""
    for one in document.all("MedalStandings"):
        lines = one.findall("MedalsTable/MedalLine")
        yield from _sums("MedalSummary", one.find("MedalSummary"))
        for line in lines:
            yield from _sums(f"MedalLine {line.get('Organisation')}", line)
        yield from _summary(one, lines)
        yield from _medal_ranks(lines)


def _counts(parent: Element | None, kind: str) -> tuple[int, ...]:
    found = (
        [] if parent is None else [one for one in parent.findall("MedalNumber") if one.get("Type") == kind]
    )
    return tuple(whole(found[0].get(colour)) or 0 for colour in _COLOURS) if found else (0, 0, 0)


def _sums(where: str, parent: Element | None) -> Iterator[Flaw]:
    numbers = [] if parent is None else parent.findall("MedalNumber")
    for one in numbers:
        counts = [whole(one.get(colour)) for colour in _COLOURS]
        if sum(filter(None, counts)) != (whole(one.get("Total")) or 0):
            yield Flaw(f"{where} {one.get('Type')}", f"{counts} with total {one.get('Total')}", "they add up")
        if "0" in one.attrib.values():
            yield Flaw(f"{where} {one.get('Type')}", "it has a zero", "leave it out")
    kinds = [one.get("Type", "") for one in numbers]
    parts = [_counts(parent, kind) for kind in kinds if kind != "TOT"]
    if tuple(map(sum, zip(*parts, strict=True))) != _counts(parent, "TOT") or len(set(kinds)) != len(kinds):
        yield Flaw(
            f"{where} TOT", f"it is {_counts(parent, 'TOT')}", "it is the sum of men, women, mixed and open"
        )


def _summary(one: Element, lines: Sequence[Element]) -> Iterator[Flaw]:
    told = _counts(one.find("MedalSummary"), "TOT")
    if tuple(map(sum, zip(*(_counts(line, "TOT") for line in lines), strict=True))) != told:
        yield Flaw("MedalSummary TOT", f"it is {told}", "it is the sum of the lines")
    finished, total = whole(one.get("FinishedEvents")) or 0, whole(one.get("TotalEvents")) or 0
    if not finished <= min(total, told[0]):
        yield Flaw(
            "MedalStandings/@FinishedEvents",
            f"{finished} of {total}, {told[0]} gold",
            "each has at least one gold",
        )


def _medal_ranks(lines: Sequence[Element]) -> Iterator[Flaw]:
    counts = [_counts(line, "TOT") for line in lines]
    totals = [sum(count) for count in counts]
    for place, (line, count) in enumerate(zip(lines, counts, strict=True), 1):
        due = {
            "Rank": str(1 + sum(other > count for other in counts)),
            "RankTotal": str(1 + sum(other > sum(count) for other in totals)),
            "SortRank": str(place),
            "RankEqual": "Y" if counts.count(count) > 1 else "",
            "RankTotalEqual": "Y" if totals.count(sum(count)) > 1 else "",
        }
        for name, text in due.items():
            if line.get(name, "").replace("N", "") != text:
                where = f"MedalLine {line.get('Organisation')}/@{name}"
                yield Flaw(
                    where,
                    f"it is {line.get(name)}",
                    f"it is {text or 'left out'}: by gold, silver, bronze, or by all",
                )
    yield from _medal_orders(lines, counts)


def _medal_orders(lines: Sequence[Element], counts: Sequence[tuple[int, ...]]) -> Iterator[Flaw]:
    shown = [
        (tuple(-medals for medals in count), line.get("Organisation", ""))
        for line, count in zip(lines, counts, strict=True)
    ]
    if shown != sorted(shown) or len({noc for _, noc in shown}) != len(shown):
        yield Flaw("MedalsTable", "the lines are not in order", "by rank, inside a tie by NOC, each NOC once")
    by_total = [whole(line.get("SortRankTotal")) for line in lines]
    ranked = sorted(
        zip(by_total, (sum(count) for count in counts), strict=True), key=lambda pair: pair[0] or 0
    )
    falls = all(more >= less for (_, more), (_, less) in pairwise(ranked))
    if sorted(filter(None, by_total)) != list(range(1, len(lines) + 1)) or not falls:
        yield Flaw("MedalLine/@SortRankTotal", f"they are {by_total}", "1, 2, 3 by all medals")


# The rest


def actions(document: Document) -> Iterator[Flaw]:
    """What happened is told in the order of time, each with a number and an id of its own."""
    told = document.all("Actions/Action")
    stamps = [one.get("TimeStamp", "") for one in told]
    if [one.get("Order") for one in told] != [str(place) for place in range(1, len(told) + 1)]:
        yield Flaw("Action/@Order", "it is not 1, 2, 3", "number the actions as they happened")
    if len({one.get("Id") for one in told}) != len(told):
        yield Flaw("Action/@Id", "an id stands there twice", "give each action its own")
    if stamps != sorted(stamps):
        yield Flaw("Action/@TimeStamp", "time runs backwards", "tell the actions as they happened")


def sheet(document: Document) -> Iterator[Flaw]:
    """A printed sheet is a PDF in base64, and says which report it is."""
    if document.kind != "DT_PDF":
        return
    if not document.root.get("DocumentSubtype"):
        yield Flaw("@DocumentSubtype", "it is missing", "give the report code, as in C73A")
    for data in document.all("PDFData"):
        try:
            pdf = b64decode("".join((data.text or "").split()), validate=True)
        except NotBase64:
            pdf = b""
        if not pdf.startswith(b"%PDF-"):
            yield Flaw("PDFData", "it is no PDF", "put in the sheet's bytes, in base64")
