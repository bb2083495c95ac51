"""A competition from its entries to its medallists: who comes in, who goes on, and what a place is worth.

Strategy: a function for each step takes what the step before it left, as plain values, and says of
every skater why.  Nothing is kept: after a correction in a semi-final the same question gives
another final.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from operator import itemgetter
from typing import Literal

import msgspec

from lastlap.draw import line_up, nth
from lastlap.errors import RefusedError, RulebookError
from lastlap.events import (
    CompetitionOpened,
    EntriesTaken,
    EntryWithdrawn,
    RacePlanned,
    Record,
    StartListPosted,
    in_force,
)
from lastlap.ranking import MERITS, UNKNOWN_TIME, Standing
from lastlap.rulebook import IRM, Divisions, Profile, Rulebook
from lastlap.startlist import Entry, Starter

_OUT = (IRM.DSQ, IRM.DNS, IRM.WDR)
"""The marks with which nobody goes on, wins a medal or scores series points."""


# What the log says of it


class Competition(msgspec.Struct, frozen=True):
    """What the log says of a competition, outside its races."""

    id: str
    title: str
    category: str
    rulebook: Rulebook
    entries: tuple[Entry, ...] = ()
    """All that were taken, those of the withdrawn among them."""
    withdrawn: Mapping[str, str] = {}
    """Why, by skater id, in the order of the withdrawals."""
    races: Mapping[str, RacePlanned] = {}
    """The plan of each race, by the race's id."""
    event: str = ""
    """At Games: the medal event that it decides, as in `CompetitionOpened.event`."""

    @property
    def entered(self) -> tuple[Entry, ...]:
        """Who is to be drawn: neither withdrawn nor a reserve."""
        return tuple(entry for entry in self._present() if not entry.reserve)

    @property
    def reserves(self) -> tuple[Entry, ...]:
        """Who may come in, first to last: by the ranking list, the unranked behind it as entered."""
        reserves = [entry for entry in self._present() if entry.reserve]
        return tuple(
            sorted(reserves, key=lambda entry: (entry.skater.ranking is None, entry.skater.ranking or 0))
        )

    def _present(self) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.skater.id not in self.withdrawn)

    def races_of(self, phase: str) -> tuple[str, ...]:
        """The ids of the races of *phase*, semi-final 1 before semi-final 2."""
        found = [(plan.place, race) for race, plan in self.races.items() if plan.phase == phase]
        return tuple(race for _, race in sorted(found))


def competitions(records: Iterable[Record]) -> dict[str, Competition]:
    """The competitions of a meet by id, as its log tells them now.

    What is said of a competition that nobody opened is left out.
    """
    found: dict[str, Competition] = {}
    for record in in_force(records):
        event = record.event
        if isinstance(event, CompetitionOpened):
            found[event.competition] = _opened(event, found.get(event.competition))
        elif isinstance(event, EntriesTaken | EntryWithdrawn | RacePlanned) and event.competition in found:
            found[event.competition] = _told(found[event.competition], event, record.race or "")
    return found


def _opened(event: CompetitionOpened, earlier: Competition | None) -> Competition:
    """The competition that *event* opens, or corrects if it was opened before."""
    opened = Competition(event.competition, event.title, event.category, event.rulebook, event=event.event)
    if earlier is None:
        return opened
    return msgspec.structs.replace(
        opened, entries=earlier.entries, withdrawn=earlier.withdrawn, races=earlier.races
    )


def _told(
    competition: Competition, event: EntriesTaken | EntryWithdrawn | RacePlanned, race: str
) -> Competition:
    """The *competition* after a fact about it."""
    match event:
        case EntriesTaken():
            taken = {entry.skater.id: entry for entry in (*competition.entries, *event.entries)}
            return msgspec.structs.replace(competition, entries=tuple(taken.values()))
        case EntryWithdrawn():
            withdrawn = {**competition.withdrawn, event.skater: event.why}
            return msgspec.structs.replace(competition, withdrawn=withdrawn)
        case _:
            return msgspec.structs.replace(competition, races={**competition.races, race: event})


# Before the start


def substituted(
    start_lists: Sequence[Sequence[Starter]], competition: Competition
) -> tuple[StartListPosted, ...]:
    """The start lists of a phase anew, after the withdrawals; each says what has changed in it.

    The first to withdraw is replaced by the first reserve whose NOC has a place left, with the
    same cap number and grid place in the same race.  Where no reserve may come in, the place
    stays empty and everybody else keeps cap and place.
    """
    starters = [starter for starters in start_lists for starter in starters]
    incoming = _incoming(starters, competition)
    lists: list[StartListPosted] = []
    for drawn in start_lists:
        leaving = [starter for starter in drawn if starter.skater.id in competition.withdrawn]
        stays = [incoming.get(starter.skater.id, starter) for starter in drawn]
        present = tuple(starter for starter in stays if starter.skater.id not in competition.withdrawn)
        words = [_leaving_words(starter, incoming.get(starter.skater.id)) for starter in leaving]
        lists.append(StartListPosted(present, "; ".join(words)))
    return tuple(lists)


def _incoming(starters: Sequence[Starter], competition: Competition) -> dict[str, Starter]:
    """Of each skater who is replaced, by id: who starts instead."""
    by_id = {starter.skater.id: starter for starter in starters}
    leaving = [by_id[skater] for skater in competition.withdrawn if skater in by_id]
    waiting = [entry for entry in competition.reserves if entry.skater.id not in by_id]
    nocs = Counter(starter.skater.noc for starter in starters if starter not in leaving)
    most = competition.rulebook.format.max_per_noc
    incoming: dict[str, Starter] = {}
    for starter in leaving:
        entry = next((entry for entry in waiting if most is None or nocs[entry.skater.noc] < most), None)
        if entry is not None:
            waiting.remove(entry)
            nocs[entry.skater.noc] += 1
            incoming[starter.skater.id] = _instead(starter, entry)
    return incoming


def _instead(starter: Starter, entry: Entry) -> Starter:
    why = f"reserve, in for {starter.skater.name} ({starter.skater.noc}), who withdrew"
    return Starter(starter.bib, entry.skater, entry.transponders, starter.grid, why)


def _leaving_words(starter: Starter, instead: Starter | None) -> str:
    left = f"{starter.skater.name} ({starter.skater.noc}) withdrew"
    if instead is None:
        return f"{left}, cap {starter.bib} stays empty: no reserve is left whose NOC has a place"
    return f"{left}, {instead.skater.name} ({instead.skater.noc}) comes in with cap {starter.bib}"


# To the final


class Qualifier(msgspec.Struct, frozen=True):
    """A skater who goes on to the next race of the competition."""

    standing: Standing
    mark: Literal["Q", "ADV"]
    """Qualified by place or points, or advanced by the referee."""
    why: str


def qualified(
    semi_finals: Sequence[Sequence[Standing]],
    rulebook: Rulebook,
    *,
    advanced: Sequence[Collection[int]] = (),
) -> tuple[Qualifier, ...]:
    """Who goes on to the final, in the order of its grid.

    The first of each semi-final by rank; if several share the last of these places, all of them.
    *advanced* names, for each semi-final, the bibs that the referee gives a place: they stand
    behind the others, and the final grows.  Who did not start, withdrew or was disqualified goes
    on in no case.

    Raises `RefusedError` if somebody is advanced under a rulebook that does not know it.
    """
    if any(advanced) and not rulebook.format.referee_may_advance:
        message = (
            f"{rulebook.name} gives the referee no right to advance a skater to the final: take that back"
        )
        raise RefusedError(message)
    bibs = dict(enumerate(advanced, 1))
    groups = [
        list(_qualifiers(standings, semi, rulebook.format.advance, bibs.get(semi, ())))
        for semi, standings in enumerate(semi_finals, 1)
    ]
    by_mark = [[[who for who in group if who.mark == mark] for group in groups] for mark in ("Q", "ADV")]
    return tuple(qualifier for marked in by_mark for qualifier in _in_grid_order(marked, rulebook))


def _qualifiers(
    standings: Sequence[Standing], semi: int, advance: int, bibs: Collection[int]
) -> Iterator[Qualifier]:
    """Who goes on from one semi-final, first to last."""
    over = [standing.rank for standing in standings[advance : advance + 1]]
    for standing in standings:
        if standing.rank is None or standing.score.irm in _OUT:
            continue
        words = _place_words(standing, f"semi-final {semi}")
        if standing.rank <= advance:
            why = f"{words}; all who share the last place go on" if standing.rank in over else words
            yield Qualifier(standing, "Q", why)
        elif standing.score.bib in bibs:
            yield Qualifier(standing, "ADV", f"advanced by the referee, {words}")


def _in_grid_order(groups: Sequence[Sequence[Qualifier]], rulebook: Rulebook) -> list[Qualifier]:
    """The qualifiers of all semi-finals, one group each, as they stand on the grid of the final."""
    if rulebook.format.final_grid == "alternate":
        return [qualifier for row in zip_longest(*groups) for qualifier in row if qualifier]
    merit = MERITS[rulebook.ranking.order]
    everybody = (qualifier for group in groups for qualifier in group)
    return sorted(everybody, key=lambda who: (who.standing.rank, merit(who.standing.score)))


def start_list(
    qualifiers: Iterable[Qualifier],
    rulebook: Rulebook,
    *,
    entries: Iterable[Entry] = (),
    behind: Sequence[Starter] = (),
) -> tuple[Starter, ...]:
    """The start list of the final, or of division A *behind* its seeds; cap numbers in grid order.

    The *entries* tell the transponders.
    """
    codes = {entry.skater.id: entry.transponders for entry in entries}
    places = [
        (Entry(who.standing.skater, codes.get(who.standing.skater.id, ())), who.why) for who in qualifiers
    ]
    return line_up(places, rulebook, behind=behind)


def _place_words(standing: Standing, where: str) -> str:
    """The place that a skater took in the race called *where*."""
    if standing.rank is None or standing.score.irm in _OUT:
        return f"{standing.why} in {where}"
    if standing.shared:
        return f"shared {nth(standing.rank)} in {where}"
    return f"won {where}" if standing.rank == 1 else f"{nth(standing.rank)} in {where}"


# The ranking of the event


class Placing(msgspec.Struct, frozen=True):
    """A place in the whole competition."""

    rank: int | None
    """`None` for who did not start, withdrew or, as the profile has it, was disqualified."""
    standing: Standing
    """In the last race that the skater was in."""
    why: str
    shared: bool = False
    """Whether somebody else has the same rank."""


def event_ranking(
    final: Sequence[Standing],
    semi_finals: Sequence[Sequence[Standing]],
    rulebook: Rulebook,
    *,
    profile: Profile | None = None,
) -> tuple[Placing, ...]:
    """Everybody who was in the competition: the finalists, the eliminated behind them, last the unranked.

    The eliminated rank by their place in the semi-final, equal places share the rank; a rulebook
    may tell them apart by points and time.  The *profile* says whether the disqualified keep a
    rank: behind the others of the final, or of all semi-finals.
    """
    finalists = {standing.skater.id for standing in final}
    raced = [(_level(standing), standing, "the final") for standing in final] + [
        (_level(standing, rulebook), standing, f"semi-final {semi}")
        for semi, standings in enumerate(semi_finals, 1)
        for standing in standings
        if standing.skater.id not in finalists
    ]
    unranked = _OUT if profile is None or not profile.disqualified_ranked else _OUT[1:]
    ranked = sorted((line for line in raced if line[1].score.irm not in unranked), key=itemgetter(0))
    levels = [level for level, _, _ in ranked]
    placings = [
        Placing(levels.index(level) + 1, who, _place_words(who, where), levels.count(level) > 1)
        for level, who, where in ranked
    ]
    last = [(who, where) for irm in unranked for _, who, where in raced if who.score.irm is irm]
    return (*placings, *(Placing(None, who, _place_words(who, where)) for who, where in last))


def _level(standing: Standing, eliminated_by: Rulebook | None = None) -> tuple[float, ...]:
    """What puts everybody of a competition in order: a finalist, or else eliminated under a rulebook."""
    score, rank = standing.score, standing.rank or 0
    level = (eliminated_by is not None, score.irm is IRM.DSQ, rank)
    if eliminated_by is None or eliminated_by.format.eliminated == "by place":
        return level
    return (*level, -score.total, UNKNOWN_TIME if score.time is None else score.time)


class Medallist(msgspec.Struct, frozen=True):
    """A skater who won a medal."""

    medal: Literal["gold", "silver", "bronze"]
    standing: Standing


def medallists(standings: Sequence[Standing]) -> tuple[Medallist, ...]:
    """Who wins which medal, gold first.

    Whoever shares a place gets the medal of that place, and the medal that it takes away is not
    given: two gold and no silver, two silver and no bronze, as many bronze as share the place.
    """
    return tuple(
        Medallist(medal, standing)
        for rank, medal in _MEDALS.items()
        for standing in standings
        if standing.rank == rank and standing.score.irm not in _OUT
    )


_MEDALS: Mapping[int, Literal["gold", "silver", "bronze"]] = {1: "gold", 2: "silver", 3: "bronze"}


# Two divisions on one day


def to_division_a(division_b: Sequence[Standing], rulebook: Rulebook) -> tuple[Qualifier, ...]:
    """Who of division B also skates in division A that day, in the order of its grid.

    The first by rank, then the best of the rest by the points of the sprints on the way alone; at
    equal points the better rank.  Void points do not count.  Who declines is not replaced: so it
    was on the official sheets.
    """
    rules = rulebook.divisions or Divisions()
    standing_in = [who for who in division_b if who.score.irm not in _OUT]
    by_rank = [who for who in standing_in if (who.rank or 0) <= rules.by_rank]
    rest = sorted(standing_in[len(by_rank) :], key=_points_on_the_way, reverse=True)
    chosen = [Qualifier(who, "Q", _place_words(who, "division B")) for who in by_rank]
    for who in rest[: rules.by_sprints]:
        points = _points_on_the_way(who)
        why = f"{points} at the sprints on the way, most behind the first {rules.by_rank}; {_place_words(who, 'division B')}"
        chosen.append(Qualifier(who, "Q", why))
    return tuple(chosen)


def _points_on_the_way(standing: Standing) -> int:
    """The points that count, without those of the finish."""
    return 0 if standing.score.void else sum(standing.score.sprints[:-1])


def series_points(standings: Iterable[Standing], rulebook: Rulebook, division: str) -> dict[str, int | None]:
    """The series points of a race by skater id: 0 behind the end of the table, `None` for who gets none.

    None get the disqualified and who did not start; everybody else scores by rank, also who did
    not finish.

    Raises `RulebookError` if the rulebook has no table for the *division*.
    """
    if division not in rulebook.series:
        message = (
            f"{rulebook.name}: field `series`: there are no points for division {division!r}, so state them"
        )
        raise RulebookError(message)
    table = dict(enumerate(rulebook.series[division], 1))
    return {
        who.skater.id: None if who.score.irm in _OUT else table.get(who.rank or 0, 0) for who in standings
    }


class SeriesPoints(msgspec.Struct, frozen=True):
    """The series points that a skater keeps of a day, and the division in which they were won."""

    division: Literal["A", "B"]
    points: int | None


def kept_points(
    division_a: Mapping[str, int | None], division_b: Mapping[str, int | None], rulebook: Rulebook
) -> dict[str, SeriesPoints]:
    """Of each skater who raced that day, by id: the points that count, one score a skater.

    Who raced in both keeps the better score, A's if they are equal; or A's in any case, where the
    rulebook says so.
    """
    better = (rulebook.divisions or Divisions()).keep == "better"
    kept = {skater: SeriesPoints("B", points) for skater, points in division_b.items()}
    for skater, points in division_a.items():
        other = division_b.get(skater)
        if other is None or not better or (points is not None and points >= other):
            kept[skater] = SeriesPoints("A", points)
    return kept
