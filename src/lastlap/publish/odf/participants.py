"""DT_PARTIC and DT_ENTRIES: who is there, and who is entered for what."""

from collections.abc import Collection, Iterable

from lastlap.publish.odf.codes import ATHLETE_FUNCTION, CONFIRMED, WHOLE_DISCIPLINE
from lastlap.publish.odf.markup import Element, element, written
from lastlap.publish.odf.message import Message, competition
from lastlap.publish.odf.told import Participant, Told
from lastlap.publish.odf.wording import composition
from lastlap.startlist import Entry


def participants(told: Told, codes: Collection[str] | None = None) -> Message | None:
    """Everybody, or an update of those with *codes*; `None` where nobody is."""
    shown = [who for who in told.participants if codes is None or who.code in codes]
    if not shown:
        return None
    kind = "DT_PARTIC" if codes is None else "DT_PARTIC_UPDATE"
    return Message(kind, str(WHOLE_DISCIPLINE), competition(*map(_participant, _in_order(shown))))


def as_listed(who: Participant) -> str:
    """The participant as the list has it, to see whether that has changed."""
    return written(_participant(who))


def _in_order(who: Iterable[Participant]) -> list[Participant]:
    return sorted(who, key=lambda one: int(one.code))


def _participant(who: Participant) -> Element:
    name = who.name
    attributes = {
        "Code": who.code,
        "Parent": who.code,
        "Status": CONFIRMED,
        "GivenName": name.given or None,
        "FamilyName": name.family,
        "PrintName": name.print_name,
        "PrintInitialName": name.print_initial,
        "TVName": name.tv_name,
        "TVInitialName": name.tv_initial,
        "TVFamilyName": name.tv_family,
        "Gender": who.gender,
        "Organisation": who.skater.noc,
        "MainFunctionId": ATHLETE_FUNCTION,
    }
    return element("Participant", attributes, element("Discipline", {"Code": str(WHOLE_DISCIPLINE)}))


def entries(told: Told, competition_id: str) -> Message | None:
    """Who is entered in a competition and has not withdrawn; `None` where nobody is."""
    found = told.competitions[competition_id]
    ordered = sorted(
        (*found.entered, *found.reserves),
        key=lambda entry: (entry.skater.noc, told.participant(entry.skater).name.print_name.casefold()),
    )
    if not ordered:
        return None
    body = competition(*(_entry(told, entry, sort) for sort, entry in enumerate(ordered, 1)))
    return Message("DT_ENTRIES", str(told.event(competition_id)), body)


def _entry(told: Told, entry: Entry, sort: int) -> Element:
    who = told.participant(entry.skater)
    ranking = entry.skater.ranking
    rank = {"Type": "IFRANK", "Code": "RANK_WLD", "Value": ranking}
    more = [element("ExtendedEntry", rank)] if ranking else []
    attributes = {
        "Code": who.code,
        "Type": "A",
        "Organisation": who.skater.noc,
        "SortOrder": sort,
        "Substitute": "Y" if entry.reserve else None,
    }
    return element("Entry", attributes, composition(who, None, *more))
