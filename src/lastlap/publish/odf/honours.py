"""DT_RANKING, DT_MEDALLISTS, DT_MEDALLISTS_DISCIPLINE and DT_MEDALS: what official results come to.

Strategy: everything is read off the standings as they were signed, so that nothing that is not
official is ever in one of these messages.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec

from lastlap.competition import Medallist, Placing, event_ranking, medallists
from lastlap.medals import Games, Gender, Medal, MedalEvent, Medals, NocStanding, Winner, Won, table
from lastlap.nocs import nocs
from lastlap.publish.odf.codes import IRM_CODES, MEDAL_CODES, MEDAL_GENDERS, WHOLE_DISCIPLINE
from lastlap.publish.odf.markup import Element, element
from lastlap.publish.odf.message import Message, competition, date_time, logical_date
from lastlap.publish.odf.told import Told, Unit, event_name
from lastlap.publish.odf.wording import competitor, event_sport, venue
from lastlap.ranking import Standing
from lastlap.times import Instant

_LETTERS = {letter: Gender(words) for words, letter in MEDAL_GENDERS.items()}


class Final(msgspec.Struct, frozen=True):
    """A final whose result is official."""

    competition: str
    unit: Unit
    at: Instant
    """When it was skated."""
    standings: tuple[Standing, ...]

    @property
    def medallists(self) -> tuple[Medallist, ...]:
        """Who won which medal."""
        return medallists(self.standings)


def finals(told: Told) -> list[Final]:
    """The official finals, in the order in which they were skated."""
    found = [
        Final(unit.plan.competition, unit, told.races[unit.race].latest or Instant(0), told.signed[unit.race])
        for unit in told.units
        if unit.plan.phase == "final" and unit.race in told.signed and told.races[unit.race].planned
    ]
    return sorted(found, key=lambda final: (final.at, str(final.unit.rsc)))


# The ranking of an event


def ranking(told: Told, final: Final) -> Message:
    """The ranking of a competition: the finalists, behind them the others by place in their semi-final."""
    units = told.units_of(final.competition)
    semi_finals = [told.signed.get(unit.race, ()) for unit in units.get("semi-final", [])]
    rules = told.competitions[final.competition].rulebook
    placings = event_ranking(final.standings, semi_finals, rules)
    total = sum(len(phase) for phase in units.values())
    complete = sum(unit.race in told.signed for phase in units.values() for unit in phase)
    progress = {"LastUnit": str(final.unit.rsc), "UnitsTotal": total, "UnitsComplete": complete}
    infos = element(
        "ExtendedInfos",
        None,
        element("Progress", progress),
        event_sport(told, final.competition),
        venue(told, location=False),
    )
    lines = (_placing(told, placing, sort) for sort, placing in enumerate(placings, 1))
    return Message("DT_RANKING", str(told.event(final.competition)), competition(infos, *lines), "OFFICIAL")


def _placing(told: Told, placing: Placing, sort: int) -> Element:
    score = placing.standing.score
    irm = IRM_CODES.get(score.irm) if score.irm else None
    attributes = {
        "Rank": placing.rank if irm is None else None,
        "RankEqual": "Y" if placing.shared and irm is None else None,
        "ResultType": "IRM" if irm else None,
        "IRM": irm,
        "SortOrder": sort,
    }
    return element("Result", attributes, competitor(told.participant(score.skater), score.bib))


# Medallists


def event_medallists(told: Told, final: Final) -> Message | None:
    """Who won the medals of a competition; `None` where nobody did."""
    day = logical_date(final.at, told.meet.utc_offset)
    more = {"Date": day, "Unit": str(final.unit.rsc)}
    medals = list(_medals(told, final.medallists, more))
    if not medals:
        return None
    infos = element("ExtendedInfos", None, event_sport(told, final.competition), venue(told, location=False))
    code = str(told.event(final.competition))
    return Message("DT_MEDALLISTS", code, competition(infos, *medals), "OFFICIAL")


def _medals(told: Told, won: Sequence[Medallist], more: dict[str, str]) -> Iterator[Element]:
    """A medal with everybody who won it; one that nobody won is left out."""
    for medal, winners in groupby(won, key=lambda one: one.medal):
        who = (
            competitor(told.participant(one.standing.skater), one.standing.score.bib, order)
            for order, one in enumerate(winners, 1)
        )
        yield element("Medal", {"Code": MEDAL_CODES[medal], **more}, *who)


def discipline_medallists(told: Told) -> Message | None:
    """The medallists of every competition of the meet; `None` before the first is decided."""
    events = [_event(told, final) for final in finals(told) if final.medallists]
    if not events:
        return None
    attributes = {"Code": str(WHOLE_DISCIPLINE), "TotalEvents": _total(told), "FinishedEvents": len(events)}
    body = competition(element("Discipline", attributes, *events))
    return Message("DT_MEDALLISTS_DISCIPLINE", str(WHOLE_DISCIPLINE), body)


def _event(told: Told, final: Final) -> Element:
    attributes = {
        "Code": str(told.event(final.competition)),
        "EventName": event_name(told.category(final.competition)),
        "Date": logical_date(final.at, told.meet.utc_offset),
    }
    return element("Event", attributes, *_medals(told, final.medallists, {}))


def _total(told: Told) -> int:
    """How many competitions of the meet end in a final, as far as the log tells."""
    ending = [one for one in told.competitions.values() if one.rulebook.format.kind != "divisions"]
    decided = {final.competition for final in finals(told)}
    return len({one.id for one in ending} | decided)


# Medal standings


def medal_standings(told: Told) -> Message | None:
    """The medals of the meet by NOC; `None` before the first is won."""
    decided = [final for final in finals(told) if final.medallists]
    if not decided:
        return None
    medals = _won(told, decided)
    last = decided[-1]
    attributes = {
        "DateTime": date_time(last.at, told.meet.utc_offset),
        "LastEvent": str(told.event(last.competition)),
        "TotalEvents": _total(told),
        "FinishedEvents": len(decided),
    }
    genders = [letter for letter, gender in _LETTERS.items() if any(medals.within(gender=gender).won)]
    lines = table(medals)
    summary = element("MedalSummary", None, *_numbers(medals, genders, None))
    body = element("MedalsTable", None, *(_medal_line(medals, line, lines, genders) for line in lines))
    standings = element("MedalStandings", attributes, summary, body)
    return Message("DT_MEDALS", str(WHOLE_DISCIPLINE), competition(standings))


def _won(told: Told, decided: Sequence[Final]) -> Medals:
    """The medals of this meet, as if it were Games of its own."""
    events = (
        MedalEvent(
            number,
            final.at,
            str(WHOLE_DISCIPLINE),
            str(told.event(final.competition)),
            _LETTERS[final.unit.category.gender],
            tuple(
                Won(
                    Medal(one.medal),
                    one.standing.skater.noc,
                    one.standing.skater.name,
                    (Winner(one.standing.skater.id, one.standing.skater.name),),
                )
                for one in final.medallists
            ),
        )
        for number, final in enumerate(decided, 1)
    )
    return Medals(Games(0, told.meet.name, told.meet.utc_offset)).adding(*events)


def _numbers(medals: Medals, genders: Iterable[str], noc: str | None) -> Iterator[Element]:
    """The medals of one NOC, or of all, by gender and in total; zeros are left out."""
    for letter in (*genders, "TOT"):
        chosen = medals if letter == "TOT" else medals.within(gender=_LETTERS[letter])
        won = [one.medal for _, one in chosen.won if noc in (None, one.noc)]
        counts = {medal.value.capitalize(): won.count(medal) or None for medal in Medal}
        if won:
            yield element("MedalNumber", {"Type": letter, **counts, "Total": len(won)})


def _medal_line(
    medals: Medals, line: NocStanding, lines: Sequence[NocStanding], genders: Iterable[str]
) -> Element:
    by_total = sorted(lines, key=lambda one: (one.rank_by_total, lines.index(one)))
    attributes = {
        "Rank": line.rank,
        "RankTotal": line.rank_by_total,
        "SortRank": lines.index(line) + 1,
        "SortRankTotal": by_total.index(line) + 1,
        "RankEqual": "Y" if line.shared else None,
        "RankTotalEqual": "Y" if line.shared_by_total else None,
        "Organisation": line.noc,
    }
    named = element("Description", {"OrganisationName": nocs().get(line.noc, line.noc)})
    return element("MedalLine", attributes, named, *_numbers(medals, genders, line.noc))
