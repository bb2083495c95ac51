"""Points and places, and the reason for every place.

The rank of a skater is one comparison, `merit`; nothing else in the program compares skaters.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any

import msgspec

from lastlap.race import Race, Ride
from lastlap.rulebook import IRM, Profile, Rulebook
from lastlap.startlist import Skater
from lastlap.times import Duration, clock, cut

UNKNOWN_TIME = Duration(10**15)
"""Stands for a time that nobody knows: behind every known one."""

_NO_LINE = 10**6
"""Stands for the place of who has not crossed the finish line: behind every place."""

_LAST = {IRM.DSQ: 1, IRM.DNS: 2, IRM.WDR: 3}
"""The marks that put a skater behind all others, in this order."""

_NEVER_STARTED = (IRM.DNS, IRM.WDR)
"""The marks of who has no rank at all."""


class Score(msgspec.Struct, frozen=True):
    """What one skater has to show for the race."""

    bib: int
    skater: Skater
    laps: int
    """Laps done."""
    due: int
    """Laps that count in the comparison: the whole race for who is still in it, else the laps done."""
    sprints: tuple[int, ...]
    """The points won at each sprint, the finish last, also where they are void."""
    time: Duration | None = None
    """At the end of the last lap done, cut to what the rulebook compares."""
    irm: IRM | None = None
    rule: str = ""
    """The code of the rule behind the mark."""
    bonus: int = 0
    """Points for laps gained, less those for laps lost."""
    void: bool = False
    """Whether the points do not count."""
    line: int | None = None
    """The place over the line at the finish."""
    stated: int | None = None
    """The total, where a sheet gives no more than that."""

    @property
    def total(self) -> int:
        """The points that count."""
        if self.void:
            return 0
        return (sum(self.sprints) if self.stated is None else self.stated) + self.bonus


Merit = Callable[[Score], tuple[Any, ...]]
"""What decides the place of a score: the smaller, the better; equal means a shared rank."""


def merit(score: Score) -> tuple[int, int, bool, int, int, int, int]:
    """ISU: not disqualified, more laps, finished, more points, further on, sooner over the line.

    Verified on official sheets of 2018 to 2025.  "Further on" tells skaters apart only while
    they race: whoever is still in it counts with the whole distance.  Sooner over the line is
    the order at the finish where one is known, as a photo finish may know it better than the
    times do; else the time.
    """
    last = _LAST.get(score.irm, 0) if score.irm else 0
    time = UNKNOWN_TIME if score.time is None else score.time
    line, time = (_NO_LINE, time) if score.line is None else (score.line, Duration(0))
    return (last, -score.due, score.irm is IRM.DNF, -score.total, -score.laps, line, time)


def are_level(one: Score, other: Score) -> bool:
    """Whether by `merit` only the order over the line or the time can tell two skaters apart."""
    return merit(one)[:_BEFORE_THE_LINE] == merit(other)[:_BEFORE_THE_LINE]


_BEFORE_THE_LINE = 5
"""So many parts of `merit` come before the order over the line and the time."""


def merit_first_over_the_line(score: Score) -> tuple[Any, ...]:
    """The trial of 2011/12: the winner is first over the line, the others go by `merit`."""
    last, due, unfinished, *rest = merit(score)
    return (last, due, unfinished, score.line != 1, *rest)


def merit_points_race(score: Score) -> tuple[Any, ...]:
    """Track cycling: not disqualified, finished, more points, better in the final sprint, further on."""
    last, _due, unfinished, total, laps, line, time = merit(score)
    return (last, unfinished, total, line, laps, time)


MERITS: Mapping[str, Merit] = {
    "mass start": merit,
    "first over the line": merit_first_over_the_line,
    "points race": merit_points_race,
}
"""The comparisons that a rulebook's `ranking.order` may name."""


class Standing(msgspec.Struct, frozen=True):
    """A place in the ranking, who holds it, and why."""

    rank: int | None
    """`None` for who did not start."""
    score: Score
    below: Score | None = None
    """The next skater in the ranking."""
    shared: bool = False
    """Whether somebody else has the same rank."""

    @property
    def skater(self) -> Skater:
        """Who holds the place."""
        return self.score.skater

    @property
    def why(self) -> str:
        """The reason for the place, as a referee would say it.

        As in `16 laps; 3 points at sprint 1; ahead of Gabriel ODOR, who has the same points, by 11.59 s`.
        """
        score = self.score
        if score.irm in _LAST:
            return _mark_words(score)
        laps = f"{score.laps} lap{'' if score.laps == 1 else 's'}"
        return "; ".join(filter(None, [_mark_words(score), laps, _points_words(score), self._gap_words()]))

    def _gap_words(self) -> str:
        """How the skater stands to the next one, where only time tells them apart."""
        score, below = self.score, self.below
        if self.shared:
            equal = "laps and points are equal, the order is not known" if score.time is None else "dead heat"
            return f"shares the place: {equal}"
        if below is None or not are_level(score, below):
            return ""
        same = f"ahead of {below.skater.name}, who has the same points"
        if score.time is None or below.time is None or below.time <= score.time:
            return f"{same}, in the order over the line"
        return f"{same}, by {_gap(Duration(below.time - score.time))} s"


def standings(race: Race) -> tuple[Standing, ...]:
    """Where every skater on the start list stands now, first to last."""
    return _stand([_compared(race, ride) for ride in race.rides.values()])


def ranked(scores: Iterable[Score], by: Merit = merit) -> tuple[Standing, ...]:
    """The *scores* from first to last; who cannot be told apart shares a rank."""
    return _stand([(by(score), score) for score in scores])


def scores(race: Race) -> list[Score]:
    """What every skater on the start list has to show now, in start order."""
    return [_compared(race, ride)[1] for ride in race.rides.values()]


def over_the_line(race: Race, lap: int, first: int | None = None) -> tuple[int, ...]:
    """The first over the line at the end of *lap*; the disqualified left out where the next move up."""
    policy = race.rulebook.redistribution.disqualified
    if policy == "none" or (policy == "finish" and lap != race.laps):
        return race.order(lap, first)
    return tuple(bib for bib in race.order(lap) if race.rides[bib].irm is not IRM.DSQ)[:first]


_Compared = tuple[tuple[Any, ...], Score]
"""A score behind its merit."""


def _stand(compared: list[_Compared]) -> tuple[Standing, ...]:
    order = sorted(compared, key=itemgetter(0))
    following = (*order[1:], None)[: len(order)]
    found: list[Standing] = []
    rank, above = 0, None
    for place, ((key, score), after) in enumerate(zip(order, following, strict=True), 1):
        rank = rank if key == above else place
        shared = key == above or (after is not None and after[0] == key)
        started = score.irm is None or score.irm not in _NEVER_STARTED
        found.append(Standing(rank if started else None, score, after[1] if after else None, shared))
        above = key
    return tuple(found)


def _compared(race: Race, ride: Ride) -> _Compared:
    """The score of *ride* and its merit, made once for as long as the ride stays as it is."""
    kept: _Compared | None = ride.memo
    if kept is None:
        score = _score(race, ride)
        kept = ride.memo = (MERITS[race.rulebook.ranking.order](score), score)
    return kept


def _score(race: Race, ride: Ride) -> Score:
    ranking, mark = race.rulebook.ranking, race.mark(ride.bib)
    return Score(
        bib=ride.bib,
        skater=ride.starter.skater,
        laps=ride.done,
        due=ride.due,
        sprints=_sprints(race, ride),
        time=None if ride.time is None else cut(ride.time, ranking.time_places),
        irm=ride.irm,
        rule=mark.rule if mark else "",
        bonus=_bonus(race.rulebook, race.gained.get(ride.bib, 0)),
        void=ride.irm in ranking.void,
        line=_line(race, ride) if ride.finished else None,
    )


def _bonus(rulebook: Rulebook, laps: int) -> int:
    """The points for so many laps gained, or lost if negative."""
    return laps * (rulebook.lap_gain.gained if laps > 0 else rulebook.lap_gain.lost)


def _sprints(race: Race, ride: Ride) -> tuple[int, ...]:
    """The points that the skater won at each sprint, the finish last."""
    return tuple(_points_at(race, lap, table, ride.bib) for lap, table in race.tables.items())


def _points_at(race: Race, lap: int, table: tuple[int, ...], bib: int) -> int:
    ties = race.ties(lap)
    order = over_the_line(race, lap, None if ties else len(table))
    if bib not in order:
        return 0
    tie = next((tie for tie in ties if bib in tie), (bib,))
    tied = [other for other in order if other in tie]
    counts = tied[0] if race.rulebook.sprints.dead_heat == "better place" else tied[-1]
    place = order.index(counts)
    return table[place] if place < len(table) else 0


def _line(race: Race, ride: Ride) -> int | None:
    """The place over the line at the finish; who cannot be told apart shares one."""
    order = over_the_line(race, race.laps)
    if ride.bib not in order:
        return None
    place = order.index(ride.bib)
    while place and _is_dead_heat(race, order[place - 1], order[place]):
        place -= 1
    return place + 1


def _is_dead_heat(race: Race, one: int, other: int) -> bool:
    """Whether two skaters, one behind the other at the finish, cannot be told apart."""
    if any(one in tie and other in tie for tie in race.ties(race.laps)):
        return True
    read = race.read(race.laps)
    places = race.rulebook.ranking.time_places
    times = race.rides[one].time, race.rides[other].time
    if one in read or other in read or times[0] is None or times[1] is None:
        return False
    return cut(times[0], places) == cut(times[1], places)


# Words

_MARKS = {
    IRM.DNS: "did not start",
    IRM.WDR: "withdrawn before the start",
    IRM.DNF: "did not finish",
    IRM.LAP: "lapped",
    IRM.DSQ: "disqualified",
}


def _mark_words(score: Score) -> str:
    if score.irm is None:
        return ""
    return _MARKS[score.irm] + (f" ({score.rule})" if score.rule else "")


def _points_words(score: Score) -> str:
    if score.stated is not None:
        return f"{_points(score.total)}, as the sheet states"
    last = len(score.sprints)
    won = [
        f"{points} at {'the finish' if number == last else f'sprint {number}'}"
        for number, points in enumerate(score.sprints, 1)
        if points
    ]
    if score.bonus:
        won.append(f"{score.bonus} for laps {'gained' if score.bonus > 0 else 'lost'}")
    if not won:
        return "no points"
    if score.void:
        return f"no points: void are {', '.join(won)}"
    if len(won) == 1:
        return won[0].replace(str(score.total), _points(score.total), 1)
    return f"{_points(score.total)}: {', '.join(won)}"


def _points(total: int) -> str:
    return f"{total} point{'' if total == 1 else 's'}"


def _gap(duration: Duration) -> str:
    """A gap in hundredths, or in thousandths where hundredths show none."""
    return clock(duration, 2 if cut(duration, 2) else 3)


# As sheets print it


def printed_rank(standing: Standing, profile: Profile) -> str:
    """The rank as a family of sheets prints it: nothing for who has none there."""
    unranked = standing.score.irm is IRM.DSQ and not profile.disqualified_ranked
    return "" if standing.rank is None or unranked else str(standing.rank)


def printed_mark(score: Score, profile: Profile) -> str:
    """The invalid result mark as a family of sheets spells it; `""` prints none."""
    return "" if score.irm is None else profile.codes.get(score.irm, score.irm.value)


def printed_total(score: Score, profile: Profile) -> str:
    """The total as a family of sheets prints it."""
    return str(score.total) if score.total else profile.zero
