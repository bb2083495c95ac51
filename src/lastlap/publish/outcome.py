"""Who won, who goes on and who is out: the results of a meet's races as findings."""

from collections.abc import Iterator, Sequence

from lastlap.certainty import Contender, Situation, Sprint, certainties
from lastlap.competition import Qualifier, qualified, to_division_a
from lastlap.events import ResultDeclared, ResultStatus, SkaterAdvanced
from lastlap.publish.course import SprintWon, finding, marks, on_the_way, sprints_won
from lastlap.publish.finding import Clock, Finding, Person, Phrase, Value
from lastlap.publish.scene import Scene
from lastlap.ranking import Standing, are_level
from lastlap.rulebook import IRM
from lastlap.times import SECOND, Duration

PODIUM = (1, 2, 3)
"""The places that win something."""

CLOSE = Duration(SECOND)
"""If no more lies between the first and the third, it is worth a word."""

RELAXED = Duration(10 * SECOND)
"""So far behind the winner a skater who went on must have taken it easy."""


# Who won


def podium(scene: Scene, *, medals: bool) -> Iterator[Finding]:
    """The first three of a race; *medals* if they win any."""
    by_place = {place: [one for one in scene.finishers if one.rank == place] for place in PODIUM}
    if not by_place[1]:
        return
    if any(len(those) > 1 for those in by_place.values()):
        yield from _shared_podium(scene, by_place)
        return
    first, *others = (those[0] for those in by_place.values() if those)
    names = ("first", "second", "third")
    values: dict[str, Value] = {"race": scene.title}
    values |= {name: scene.person(one.score.bib) for name, one in zip(names, (first, *others), strict=False)}
    records = [*scene.result]
    kind = f"{'medals' if medals and len(others) == len(names) - 1 else 'podium'}_{1 + len(others)}"
    time = scene.time(first)
    gap = scene.gap(first, others[0]) if others else None
    if time is not None:
        values |= {"time": Clock(time)}
        records += scene.timed(first)
        kind += "_time"
    if gap is not None:
        values |= {"gap": gap}
        records += scene.timed(others[0])
        kind += "_gap"
    yield finding(scene, kind, values, records)
    if len(others) == len(names) - 1:
        yield from _close(scene, first, others[-1])


def _close(scene: Scene, first: Standing, third: Standing) -> Iterator[Finding]:
    """How little lay between the first three, if it was very little."""
    gap = scene.gap(first, third)
    if gap is not None and gap.us <= CLOSE:
        records = [*scene.timed(first), *scene.timed(third)]
        yield finding(scene, "close_finish", {"gap": gap}, records)


def _shared_podium(scene: Scene, by_place: dict[int, list[Standing]]) -> Iterator[Finding]:
    """A podium on which somebody shares a step: one sentence a place."""
    for place, those in by_place.items():
        people = tuple(scene.person(one.score.bib) for one in those)
        values: dict[str, Value] = {"people": people, "place": place, "race": scene.title}
        if those:
            many = "shared" if len(those) > 1 else "taken"
            kind = f"place_{many}" if place > 1 else f"win_{many}"
            yield finding(scene, kind, values, scene.result, f"place-{place}")


def status(scene: Scene) -> Iterator[Finding]:
    """That a result is not official, or is one that was corrected."""
    declared = scene.race.said(ResultDeclared)
    last = declared[-1] if declared else None
    race: dict[str, Value] = {"race": scene.title}
    if last is None or last.status is ResultStatus.UNOFFICIAL:
        yield finding(scene, "provisional", race, scene.declared)
    elif last.status is not ResultStatus.OFFICIAL:
        kind = "protested" if last.status is ResultStatus.PROTESTED else "corrected"
        yield finding(scene, kind, race | {"note": Phrase(last.note)}, scene.declared)


# Who goes on


def semi_final(scene: Scene) -> Iterator[Finding]:
    """How a semi-final went: who won it, and what happened on the way."""
    on = {who.standing.score.bib for who in _going_on(scene)}
    yield from podium(scene, medals=False)
    yield from strong_finish(scene)
    yield from on_the_way(scene, told={one.number for one in sprints_won(scene) if _is_safe(scene, one, on)})
    yield from marks(scene)
    yield from status(scene)


def to_the_final(scene: Scene) -> Iterator[Finding]:
    """Who goes on from a semi-final and how, who is out and why."""
    going_on = _going_on(scene)
    on = {who.standing.score.bib for who in going_on}
    rest = [who.standing for who in going_on if who.mark == "Q" and (who.standing.rank or 0) not in PODIUM]
    if rest:
        yield finding(scene, "also_through", {"lines": tuple(map(scene.line, rest))}, scene.result)
    yield from safe(scene, on)
    yield from sure_on_the_way(scene, on)
    out = [one for one in scene.places if one.score.bib not in on]
    yield from cut_off(scene, [who.standing for who in going_on], out)
    placed = tuple(scene.line(one) for one in out if one.rank and one.score.irm in (None, IRM.LAP))
    if placed:
        yield finding(scene, "out", {"lines": placed}, scene.result)


def _going_on(scene: Scene) -> tuple[Qualifier, ...]:
    may = scene.race.rulebook.format.referee_may_advance
    advanced = [event.bib for event in scene.told(SkaterAdvanced) if may]
    return qualified([scene.places], scene.race.rulebook, advanced=[advanced])


def strong_finish(scene: Scene) -> Iterator[Finding]:
    """Who came third with nothing but the points of the last sprint."""
    for one in scene.finishers:
        points = one.score.sprints[-1] if one.score.sprints else 0
        if one.rank == PODIUM[-1] and points and points == one.score.total:
            values: dict[str, Value] = {"who": scene.person(one.score.bib), "place": 3, "points": points}
            yield finding(scene, "strong_finish", values, scene.result, str(one.score.bib))


def safe(scene: Scene, going_on: set[int]) -> Iterator[Finding]:
    """Who was sure of the final by one sprint alone, why that is so, and who took it easy then."""
    top = scene.race.rulebook.format.advance
    told = False
    for won in sprints_won(scene):
        if not _is_safe(scene, won, going_on):
            continue
        most = most_with(scene, won, top)
        standing = _standing(scene, won.bib)
        values: dict[str, Value] = {
            "who": scene.person(won.bib),
            "sprint": won.number,
            "points": won.points,
            "most": most or top,
        }
        records = [*scene.crossing(won.bib, won.lap), *scene.result]
        relaxed = _relaxed(scene, standing)
        if told and relaxed:
            both = {**values, **relaxed.values}
            yield finding(scene, "safe_too_relaxed", both, [*records, *relaxed.records], f"s{won.number}")
            continue
        yield finding(scene, "safe_too" if told else "safe", values, records, f"s{won.number}")
        told = True
        if relaxed:
            yield relaxed


def _is_safe(scene: Scene, won: SprintWon, going_on: set[int]) -> bool:
    """Whether that one win was what a skater went on by: not so if the finish alone would have done."""
    on = won.bib in going_on and _standing(scene, won.bib).rank not in PODIUM
    return on and most_with(scene, won, scene.race.rulebook.format.advance) is not None


def _standing(scene: Scene, bib: int) -> Standing:
    return next(one for one in scene.places if one.score.bib == bib)


def most_with(scene: Scene, won: SprintWon, top: int) -> int | None:
    """At most how many skaters can end with as many points as that sprint gave; `None` if more than *top*.

    Asked of a race of which nothing is known but this one win, so that it holds whatever else
    happened.
    """
    tables, everybody = scene.race.tables, frozenset(scene.race.starters)
    contenders = tuple(Contender(bib, won.points if bib == won.bib else 0) for bib in scene.race.starters)
    open_sprints = tuple(
        Sprint(
            table[1:] if lap == won.lap else table,
            everybody - {won.bib} if lap == won.lap else everybody,
            finish=lap == scene.race.laps,
        )
        for lap, table in tables.items()
    )
    if won.points != tables[won.lap][0] or scene.race.rulebook.ranking.order != "mass start":
        return None
    certain = certainties(Situation(contenders, open_sprints), top, "")[won.bib]
    return certain.sure_rank if certain.sure else None


def sure_on_the_way(scene: Scene, going_on: set[int]) -> Iterator[Finding]:
    """Who else was sure of the final after a sprint, by all points won up to then."""
    tables = [lap for lap in scene.race.tables if lap < scene.race.laps]
    told = {won.bib for won in sprints_won(scene) if _is_safe(scene, won, going_on)}
    told |= {one.score.bib for one in scene.finishers if one.rank in PODIUM}
    for number, lap in enumerate(tables, 1):
        if not all(_is_decided(scene, decided) for decided in tables[:number]):
            return
        newly = [bib for bib in _sure_after(scene, lap) if bib in going_on and bib not in told]
        told |= set(newly)
        if newly:
            records = [
                record
                for decided in tables[:number]
                for bib in scene.race.order(decided, len(scene.race.tables[decided]))
                for record in scene.crossing(bib, decided)
            ]
            people: dict[str, Value] = {"people": tuple(map(scene.person, newly)), "sprint": number}
            yield finding(scene, "sure_after", people, [*records, *scene.result], f"s{number}")


def _is_decided(scene: Scene, lap: int) -> bool:
    """Whether it is known, and not made up, who took each place with points at the end of *lap*."""
    places = len(scene.race.tables[lap])
    return not scene.made_up and len(scene.race.order(lap, places)) == places and not scene.race.ties(lap)


def _sure_after(scene: Scene, lap: int) -> list[int]:
    """Who could not miss the final any more when *lap* had ended, if they finished."""
    points = dict.fromkeys(scene.race.starters, 0)
    for decided, table in scene.race.tables.items():
        for bib, won in zip(scene.race.order(decided, len(table)), table, strict=False):
            points[bib] += won if decided <= lap else 0
    contenders = tuple(Contender(bib, won) for bib, won in points.items())
    still = tuple(
        Sprint(table, frozenset(points), finish=later == scene.race.laps)
        for later, table in scene.race.tables.items()
        if later > lap
    )
    top = scene.race.rulebook.format.advance
    if scene.race.rulebook.ranking.order != "mass start":
        return []
    found = certainties(Situation(contenders, still), top, "")
    return [bib for bib in points if found[bib].sure]


def _relaxed(scene: Scene, standing: Standing) -> Finding | None:
    first = next((one for one in scene.finishers if one.rank == 1), None)
    gap = scene.gap(first, standing) if first else None
    if first is None or gap is None or gap.us < RELAXED or standing.score.irm:
        return None
    time = scene.time(standing)
    values: dict[str, Value] = {
        "who": scene.person(standing.score.bib),
        "place": standing.rank or 0,
        "time": Clock(time or Duration(0)),
        "gap": gap,
    }
    records = [*scene.timed(first), *scene.timed(standing), *scene.result]
    return finding(scene, "relaxed", values, records, f"bib-{standing.score.bib}")


def cut_off(scene: Scene, going_on: Sequence[Standing], out: Sequence[Standing]) -> Iterator[Finding]:
    """What the last place in the final went by."""
    by_place = [one for one in going_on if one.score.irm is None]
    missed = [one for one in out if one.rank and one.score.irm is None]
    if not by_place or not missed:
        return
    last, first_out = max(by_place, key=lambda one: one.rank or 0), missed[0]
    people: dict[str, Value] = {
        "who": scene.person(last.score.bib),
        "place": last.rank or 0,
        "missed": scene.person(first_out.score.bib),
    }
    if last.score.total > first_out.score.total:
        points: dict[str, Value] = {"points": last.score.total, "fewer": first_out.score.total}
        kind = "cut_by_points" if first_out.score.total else "cut_by_points_to_none"
        yield finding(scene, kind, people | points, scene.result)
    elif are_level(last.score, first_out.score) and (gap := scene.gap(last, first_out)):
        kind = "cut_by_time" if last.score.total else "cut_by_time_alone"
        values: dict[str, Value] = people | {"points": last.score.total, "gap": gap}
        records = [*scene.timed(last), *scene.timed(first_out), *scene.result]
        yield finding(scene, kind, values, records)


def division_b(scene: Scene) -> Iterator[Finding]:
    """How division B ended, and who may skate in division A too."""
    yield from podium(scene, medals=False)
    people: tuple[Person, ...] = tuple(
        scene.person(who.standing.score.bib) for who in to_division_a(scene.places, scene.race.rulebook)
    )
    if people and scene.race.rulebook.divisions:
        yield finding(scene, "to_division_a", {"people": people}, scene.result)
