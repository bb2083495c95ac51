"""Elements that several kinds of message have: who skates, and what and where it is."""

from lastlap.publish.odf.codes import DISCIPLINE_NAME
from lastlap.publish.odf.markup import Element, element
from lastlap.publish.odf.told import Participant, Told, Unit, event_name


def info(kind: str, code: str, value: object, *extensions: Element) -> Element:
    """An extended info."""
    return element("ExtendedInfo", {"Type": kind, "Code": code, "Value": value}, *extensions)


def extension(code: str, value: object, pos: object = None, tag: str = "Extension") -> Element:
    """What an extended value adds to itself."""
    return element(tag, {"Code": code, "Pos": pos, "Value": value})


def sport(unit: Unit) -> Element:
    """Which race it is, in words."""
    return element(
        "SportDescription",
        {
            "DisciplineName": DISCIPLINE_NAME,
            "EventName": unit.event_name,
            "SubEventName": unit.name,
            "Gender": unit.category.gender,
        },
    )


def event_sport(told: Told, competition: str) -> Element:
    """Which event it is, in words."""
    category = told.category(competition)
    words = {"DisciplineName": DISCIPLINE_NAME, "EventName": event_name(category)}
    return element("SportDescription", words | {"Gender": category.gender})


def venue(told: Told, *, location: bool = True) -> Element:
    """Where it is."""
    here = {"Venue": told.venue_code, "VenueName": told.venue}
    inside = {"Location": told.venue_code, "LocationName": told.venue}
    return element("VenueDescription", {**here, **(inside if location else {})})


def description(who: Participant) -> Element:
    """Who it is.  A birth date is not sent: no message needs it, and the log keeps a year at most."""
    return element(
        "Description",
        {
            "GivenName": who.name.given or None,
            "FamilyName": who.name.family,
            "Gender": who.gender,
            "Organisation": who.skater.noc,
        },
    )


def composition(who: Participant, bib: int | None, *more: Element) -> Element:
    """The one skater of an individual competitor."""
    athlete = element("Athlete", {"Code": who.code, "Order": 1, "Bib": bib}, description(who), *more)
    return element("Composition", None, athlete)


def competitor(who: Participant, bib: int | None, order: int | None = None) -> Element:
    """An individual competitor."""
    return element(
        "Competitor",
        {"Code": who.code, "Type": "A", "Bib": bib, "Organisation": who.skater.noc, "Order": order},
        composition(who, bib),
    )
