"""DT_RESULT, the core message: the start list, the race as it goes on, and its result.

Strategy: ranks, points and times are the engine's, never worked out again.  While skaters race
they stand in the order on the ice, at the end in the order of the ranking; so the note on live
messages has it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

import msgspec

from lastlap.competition import qualified, series_points, to_division_a
from lastlap.doubts import Question, doubts
from lastlap.events import OrderRead, SkaterAdvanced
from lastlap.gaps import clocked
from lastlap.publish.odf.codes import IRM_CODES, RESULT_STATUS
from lastlap.publish.odf.markup import Element, element, one_line
from lastlap.publish.odf.message import Message, competition, date_time
from lastlap.publish.odf.told import Told, Unit
from lastlap.publish.odf.wording import competitor, extension, info, sport, venue
from lastlap.race import Race
from lastlap.ranking import Standing, over_the_line, standings
from lastlap.rulebook import IRM
from lastlap.times import Duration, clock, cut

_DECLARED = ("UNOFFICIAL", "PROTESTED", "OFFICIAL")
_ON_HOLD = "PROVISIONAL"
_ENDED = ("UNCONFIRMED", _ON_HOLD, *_DECLARED)
_NOT_STARTED = (IRM.DNS, IRM.WDR)


def result(told: Told, unit: Unit, *, was_official: bool = False) -> Message | None:
    """The result of a race as it is now; `None` without a plan and a start list.

    If it *was_official* and nothing is declared any more, it is on hold: `PROVISIONAL`.
    """
    race = told.races[unit.race]
    status = RESULT_STATUS.get(race.status, "")
    if was_official and status not in _DECLARED:
        status = _ON_HOLD
    if not status or not race.starters or race.planned is None:
        return None
    view = _View(told, unit, race, status)
    body = competition(
        element("ExtendedInfos", None, *_infos(view)), *(_line(view, line) for line in _lines(view))
    )
    return Message("DT_RESULT", str(unit.rsc), body, status, began=told.when(unit.race))


class _View:
    """A race at one moment, with what every line of the message needs of it."""

    def __init__(self, told: Told, unit: Unit, race: Race, status: str) -> None:
        self.told, self.unit, self.race, self.status = told, unit, race, status
        self.standings = standings(race)
        self.places = {bib: place for place, bib in enumerate(race.starters, 1)}
        self.orders = {lap: over_the_line(race, lap) for lap in race.tables}
        self.read = _read_by_camera(race)
        self.pending = _pending(race) if status == "UNCONFIRMED" else frozenset[int]()
        self.marks = _marks(self) if status in _DECLARED else {}
        self.times = _times(self)
        self.crowd = Counter(time // 10_000 for time in {cut(time, 3) for time in self.times.values()})
        self.series = _series(self) if status == "OFFICIAL" else {}


class _Line(msgspec.Struct, frozen=True):
    """A skater's place in the message."""

    standing: Standing
    sort: int
    rank: int | None
    shared: bool = False


# What the race is


def _infos(view: _View) -> Iterator[Element | None]:
    race, told = view.race, view.told
    if view.status != "START_LIST":
        yield _clock_of(view)
    starting = [one.skater for bib, one in race.starters.items() if race.rides[bib].irm not in _NOT_STARTED]
    nocs = len({skater.noc for skater in starting})
    if starting:
        yield info("UI", "STARTERS", len(starting), extension("ORG", nocs))
    if view.unit.plan.phase == "semi-final":
        yield info("UI", "QUAL_RULE", f"UT{race.rulebook.format.advance}^F")
    made_up = one_line(view.unit.plan.reconstructed)
    if made_up:
        yield info("UI", "RECONSTRUCTED", made_up)
    if view.status == "LIVE":
        yield from on_the_ice(told, race)
    yield sport(view.unit)
    yield venue(told)


def on_the_ice(told: Told, race: Race) -> Iterator[Element]:
    """The lap that the leader is on, who leads, and who crossed the line last."""
    yield info("DISPLAY", "LAP_CURRENT", min(race.front + 1, race.laps))
    leading = race.order(race.front, 1) if race.front else ()
    if leading:
        yield info("DISPLAY", "LEADER", _code(told, race, leading[0]))
    crossed = [ride for ride in race.rides.values() if ride.laps]
    if crossed:
        last = max(crossed, key=lambda ride: ride.at)
        yield info("DISPLAY", "LAST_COMP", _code(told, race, last.bib))


def _code(told: Told, race: Race, bib: int) -> str:
    return told.participant(race.starters[bib].skater).code


def _clock_of(view: _View) -> Element | None:
    """When it really began, and ended; `None` where nobody noted the gun."""
    gun, latest, offset = view.told.when(view.unit.race), view.race.latest, view.told.meet.utc_offset
    if gun is None:
        return None
    ended = date_time(latest, offset) if latest is not None and view.status in _ENDED else None
    return element("UnitDateTime", {"StartDate": date_time(gun, offset), "EndDate": ended})


# Who stands where


def _lines(view: _View) -> list[_Line]:
    by_bib = {standing.score.bib: standing for standing in view.standings}
    if view.status == "START_LIST":
        ordered = [by_bib[bib] for bib in view.race.starters]
        return [_Line(one, sort, None) for sort, one in enumerate(_marked_last(ordered), 1)]
    if view.status == "LIVE":
        return _live_lines(view)
    return [
        _Line(one, sort, _rank(one, view), one.shared and _rank(one, view) is not None)
        for sort, one in enumerate(_marked_last(view.standings), 1)
    ]


def _marked_last(ordered: "list[Standing] | tuple[Standing, ...]") -> list[Standing]:
    return sorted(ordered, key=lambda one: irm_of(one) is not None)


def _rank(standing: Standing, view: _View) -> int | None:
    unranked = irm_of(standing) is not None or standing.score.bib in view.pending
    return None if unranked else standing.rank


def irm_of(standing: Standing) -> str | None:
    """The mark as ODF spells it; `None` for who has none there."""
    irm = standing.score.irm
    return None if irm is None else IRM_CODES.get(irm)


def _live_lines(view: _View) -> list[_Line]:
    """In the order on the ice: by laps, then as they ended the last one, then as they started."""
    race = view.race
    orders = {lap: race.order(lap) for lap in {ride.done for ride in race.rides.values()} if lap}
    crossed = {(lap, bib): place for lap, order in orders.items() for place, bib in enumerate(order)}

    def on_ice(standing: Standing) -> tuple[int, int, int]:
        bib, done = standing.score.bib, standing.score.laps
        return (-done, crossed.get((done, bib), len(race.rides)), view.places[bib])

    ordered = _marked_last(sorted(view.standings, key=on_ice))
    return [
        _Line(one, sort, sort if one.score.laps and irm_of(one) is None else None)
        for sort, one in enumerate(ordered, 1)
    ]


def _read_by_camera(race: Race) -> frozenset[int]:
    """The bibs whose place at the finish the photo finish told."""
    read = [order for order in race.said(OrderRead) if order.lap == race.laps]
    if not read or read[-1].read_by != "photo finish":
        return frozenset()
    return frozenset(race.read(race.laps))


def _pending(race: Race) -> frozenset[int]:
    """The bibs whose place at the finish only the photo finish can tell, and has not told yet."""
    close = [
        doubt for doubt in doubts(race) if doubt.kind is Question.CLOSE_FINISH and doubt.lap == race.laps
    ]
    bibs = (part for doubt in close for part in doubt.id.split(":")[2].split("-"))
    return frozenset(map(int, bibs))


def _marks(view: _View) -> Mapping[int, str]:
    """Who goes on to the next race: by bib, how."""
    plan, rules = view.unit.plan, view.race.rulebook
    if plan.phase == "semi-final":
        before: list[tuple[Standing, ...]] = [()] * (plan.place - 1)
        advanced = (
            [one.bib for one in view.race.said(SkaterAdvanced)] if rules.format.referee_may_advance else []
        )
        going_on = qualified([*before, view.standings], rules, advanced=[*[()] * (plan.place - 1), advanced])
    elif plan.phase == "division B":
        going_on = to_division_a(view.standings, rules)
    else:
        going_on = ()
    return {who.standing.score.bib: who.mark for who in going_on}


def _times(view: _View) -> dict[int, Duration]:
    """The time at the finish of everybody who did the whole race, by bib."""
    unmarked = (standing.score for standing in view.standings if irm_of(standing) is None)
    return {
        score.bib: score.time for score in unmarked if score.time is not None and score.laps >= view.race.laps
    }


def _series(view: _View) -> Mapping[int, int]:
    division = view.unit.plan.phase.removeprefix("division ")
    if division not in view.race.rulebook.series:
        return {}
    points = series_points(view.standings, view.race.rulebook, division)
    bibs = {standing.skater.id: standing.score.bib for standing in view.standings}
    return {bibs[skater]: won for skater, won in points.items() if won}


# A line


def _line(view: _View, line: _Line) -> Element:
    score, irm = line.standing.score, irm_of(line.standing)
    points = score.total if irm is None and score.bib not in view.pending else 0
    place = view.places[score.bib]
    grid = view.race.starters[score.bib].grid
    attributes = {
        "Rank": line.rank,
        "RankEqual": "Y" if line.shared else None,
        "ResultType": "IRM" if irm else "POINTS" if points else None,
        "Result": points or None,
        "IRM": irm,
        "QualificationMark": view.marks.get(score.bib),
        "SortOrder": line.sort,
        "StartOrder": grid or place,
        "StartSortOrder": place,
        "PhotoFinish": _camera(view, score.bib),
        "Unchecked": "Y" if _is_unchecked(view, line) else None,
    }
    values = list(_values(view, line))
    who = view.told.participant(line.standing.skater)
    results = element("ExtendedResults", None, *values) if values else None
    return element("Result", attributes, results, competitor(who, score.bib))


def _camera(view: _View, bib: int) -> str | None:
    if bib in view.pending:
        return "P"
    return "E" if view.status in _ENDED and bib in view.read else None


def _is_unchecked(view: _View, line: _Line) -> bool:
    """Whether transponders alone say so until now."""
    score = line.standing.score
    told = view.status in ("LIVE", "UNCONFIRMED") and score.laps > 0
    return told and irm_of(line.standing) is None and score.bib not in view.race.read(score.laps)


def _values(view: _View, line: _Line) -> Iterator[Element]:
    score = line.standing.score
    if view.status == "START_LIST" or score.irm in _NOT_STARTED:
        return
    yield from _laps(view, score.bib)
    yield from _sprints(view, line)
    if score.laps or view.status != "LIVE":
        yield _value("LAPS", score.laps)
    yield from _time(view, score.bib)
    if score.irm is IRM.LAP:
        yield _value("LAPPED", "Y")
    if score.bonus:
        yield _value("BONUS", score.bonus)
    rule = one_line(score.rule)
    if score.irm is IRM.DSQ and rule:
        yield _value("RULE", rule)
    if score.bib in view.series:
        yield _value("WC_PTS", view.series[score.bib])


def _value(code: str, value: object, **more: object) -> Element:
    return element("ExtendedResult", {"Type": "ER", "Code": code, "Value": value, **more})


def _sprints(view: _View, line: _Line) -> Iterator[Element]:
    """The points won at each sprint, also where they are void."""
    score = line.standing.score
    for number, (lap, points) in enumerate(zip(view.orders, score.sprints, strict=True), 1):
        if points:
            pos = "F" if lap == view.race.laps else f"S{number}"
            order = view.orders[lap]
            tie = next((tie for tie in view.race.ties(lap) if score.bib in tie), (score.bib,))
            rank = min(order.index(bib) for bib in tie if bib in order) + 1
            equal = "Y" if len(tie) > 1 else None
            yield element(
                "ExtendedResult",
                {
                    "Type": "ER",
                    "Code": "SPRINT",
                    "Pos": pos,
                    "Value": points,
                    "Rank": rank,
                    "RankEqual": equal,
                }
                | {"SortOrder": order.index(score.bib) + 1},
            )


def _laps(view: _View, bib: int) -> Iterator[Element]:
    """The laps that a skater ended: the latest one while they race, all of them at the end."""
    done = view.race.rides[bib].done
    ends = [hundredths(clocked(view.race, bib, lap)) for lap in range(done + 1)]
    for lap, (earlier, end) in enumerate(pairwise(ends), 1):
        order = view.race.order(lap)
        if bib not in order or (view.status == "LIVE" and lap < done):
            continue
        place = order.index(bib) + 1
        took = None if end is None or earlier is None else end - earlier
        first = hundredths(clocked(view.race, order[0], lap))
        yield element(
            "ExtendedResult",
            {
                "Type": "ER",
                "Code": "LAP",
                "Pos": "F" if lap == view.race.laps else lap,
                "Value": _clock(end),
                "Value2": _clock(took),
                "Rank": place,
                "SortOrder": place,
                "Diff": _behind(first, end) if place > 1 else None,
            },
        )


def hundredths(time: Duration | None) -> int | None:
    """A time in hundredths, cut: gaps are told between times as they are printed, so that sums agree."""
    return None if time is None else time // 10_000


def _clock(time: int | None) -> str | None:
    return None if time is None or time <= 0 else clock(Duration(time * 10_000))


def _behind(first: int | None, time: int | None) -> str | None:
    if first is None or time is None:
        return None
    return f"+{clock(Duration(max(time - first, 0) * 10_000))}"


def _time(view: _View, bib: int) -> Iterator[Element]:
    """The time at the finish, and its fraction where another skater has the same hundredth."""
    time = view.times.get(bib)
    if time is None:
        return
    first = min(view.times.values())
    diff = {"Diff": _behind(hundredths(first), hundredths(time))} if time > first else {}
    yield _value("TIME", clock(time), **diff)
    if view.crowd[cut(time, 3) // 10_000] > 1:
        yield _value("MS", f".{time % 1_000_000 // 1_000:03}")
