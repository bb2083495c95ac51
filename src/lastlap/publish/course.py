"""How a race went: sprints, breaks, falls, the last lap and the marks, as findings."""

from collections.abc import Container, Iterator, Sequence
from itertools import pairwise

import msgspec

from lastlap.events import IncidentNoted, MarkGiven, SkaterAdvanced, SkaterFell
from lastlap.gaps import behind
from lastlap.publish.finding import Clock, Finding, Phrase, Value
from lastlap.publish.scene import PRINTED, Scene
from lastlap.ranking import Standing, over_the_line
from lastlap.rulebook import IRM
from lastlap.times import SECOND, Duration, cut

WORTH_A_MENTION = 8
"""A skater who fell and got up is told of down to this place."""


def course(scene: Scene) -> Iterator[Finding]:
    """Everything that is known of how a race went, in the order in which it is told."""
    yield from breaks(scene)
    yield from sprints(scene)
    yield from falls(scene)
    yield from last_lap(scene)
    yield from points_places(scene)
    yield from next_places(scene)
    yield from line_and_rank(scene)
    yield from marks(scene)


def finding(
    scene: Scene, kind: str, values: dict[str, Value], records: Sequence[int], tag: str = ""
) -> Finding:
    """A finding of one race; *tag* tells it from others of its kind."""
    about = f"{scene.name}.{tag}" if tag else scene.name
    return Finding(kind, about, values, tuple(sorted({*scene.basis, *records})))


def on_the_way(scene: Scene, told: Container[int]) -> Iterator[Finding]:
    """What happened in a semi-final before the finish; the sprints *told* are told of elsewhere."""
    yield from breaks(scene)
    yield from falls(scene)
    yield from (_sprint(scene, one) for one in sprints_won(scene) if one.number not in told)
    yield from last_lap(scene)


# Sprints


class SprintWon(msgspec.Struct, frozen=True):
    """Who won a sprint on the way."""

    number: int
    lap: int
    bib: int
    points: int


def sprints_won(scene: Scene) -> list[SprintWon]:
    """The sprints on the way whose only winner is known."""
    race = scene.race
    return [
        SprintWon(number, lap, race.order(lap, 1)[0], table[0])
        for number, (lap, table) in enumerate(race.tables.items(), 1)
        if lap < race.laps and scene.knows_place(lap, 1) and not _is_tied(scene, lap)
    ]


def _is_tied(scene: Scene, lap: int) -> bool:
    first = scene.race.order(lap, 1)[0]
    return any(first in tie for tie in scene.race.ties(lap))


def sprints(scene: Scene) -> Iterator[Finding]:
    """Who won the sprints on the way."""
    won = sprints_won(scene)
    on_the_way = [lap for lap in scene.race.tables if lap < scene.race.laps]
    records = [number for one in won for number in scene.crossing(one.bib, one.lap)]
    if len(won) < max(2, len(on_the_way)):
        yield from (_sprint(scene, one) for one in won)
    elif len({one.bib for one in won}) == 1:
        standing = next(one for one in scene.places if one.score.bib == won[0].bib)
        values: dict[str, Value] = {
            "who": scene.person(won[0].bib),
            "count": len(won),
            "points": sum(one.points for one in won),
            "place": standing.rank or 0,
        }
        yield finding(scene, "all_sprints", values, [*records, *scene.result])
    else:
        people = tuple(scene.person(one.bib) for one in won)
        yield finding(scene, "sprint_winners", {"people": people}, records)


def _sprint(scene: Scene, one: SprintWon) -> Finding:
    values: dict[str, Value] = {"who": scene.person(one.bib), "sprint": one.number, "points": one.points}
    return finding(scene, "sprint_winner", values, scene.crossing(one.bib, one.lap), f"s{one.number}")


def points_places(scene: Scene) -> Iterator[Finding]:
    """Who is right behind the podium by points won on the way."""
    told = {one.bib for one in sprints_won(scene)} if _is_one_skaters(scene) else set[int]()
    lines = [
        one
        for one in scene.finishers
        if one.rank in _BEHIND_THE_PODIUM
        and one.score.total
        and not one.score.sprints[-1]
        and one.score.bib not in told
    ]
    if lines and scene.race.phase != "division B":
        many = "points_places" if len(lines) > 1 else "points_place"
        yield finding(scene, many, {"lines": tuple(map(scene.line, lines))}, scene.result)


def next_places(scene: Scene) -> Iterator[Finding]:
    """Who came in behind the first three, where no sprint points on the way put them there."""
    people = tuple(scene.person(one.score.bib) for one in scene.finishers if one.rank in _BEHIND_THE_PODIUM)
    if people and not any(points_places(scene)) and not _is_one_skaters(scene):
        yield finding(scene, "next_places", {"people": people}, scene.result)


_BEHIND_THE_PODIUM = (4, 5, 6)


def _is_one_skaters(scene: Scene) -> bool:
    won = sprints_won(scene)
    return len(won) > 1 and len({one.bib for one in won}) == 1


def line_and_rank(scene: Scene) -> Iterator[Finding]:
    """Who was first over the line behind the podium, and is placed well behind that."""
    order = over_the_line(scene.race, scene.race.laps)
    places = {one.score.bib: one for one in scene.finishers}
    for place, bib in enumerate(order[:_LOOKED_AT], 1):
        rank = places[bib].rank if bib in places else None
        if place in _BEHIND_THE_PODIUM and rank and rank > place + 1:
            if scene.knows_place(scene.race.laps, place):
                values: dict[str, Value] = {"who": scene.person(bib), "line": place, "place": rank}
                records = [*scene.crossing(bib, scene.race.laps), *scene.result]
                yield finding(scene, "line_and_rank", values, records)
            return


_LOOKED_AT = max(_BEHIND_THE_PODIUM)

# Breaks


class Break(msgspec.Struct, frozen=True):
    """Skaters ahead of the others at the end of a lap."""

    lap: int
    bibs: tuple[int, ...]
    gap: Duration
    next: int
    """Who led the others over the line."""


def breaks(scene: Scene) -> Iterator[Finding]:
    """Skaters who were away for some laps, if the passings on the way are not made up."""
    if scene.made_up:
        return
    ahead = [_ahead(scene, lap) for lap in range(1, scene.race.front + 1)]
    yield from (_break(scene, run) for run in _runs(ahead) if len(run) >= _LONG_ENOUGH)


_LONG_ENOUGH = 2
"""The laps for which skaters must be away to be told of."""

_FEW = 3
"""A break is no more than so many skaters, or a third of the field."""


def _ahead(scene: Scene, lap: int) -> Break | None:
    """The skaters with the largest gap behind them at the end of *lap*, if it is one."""
    gaps = behind(scene.race, lap)
    limit = scene.race.rulebook.timing.group_gap * SECOND
    few = max(1, min(_FEW, len(gaps) // 3))
    steps = [
        (gaps[next_one] - gaps[bib], place, next_one)
        for place, (bib, next_one) in enumerate(pairwise(gaps), 1)
        if place <= few
    ]
    if not steps or max(steps)[0] < limit:
        return None
    gap, place, next_one = max(steps)
    return Break(lap, tuple(gaps)[:place], Duration(gap), next_one)


def _runs(ahead: Sequence[Break | None]) -> list[list[Break]]:
    """The breaks, each with its laps: it goes on as long as one who was ahead still is."""
    runs: list[list[Break]] = []
    for before, one in pairwise((None, *ahead)):
        if one and before and set(one.bibs) & set(before.bibs):
            runs[-1].append(one)
        elif one:
            runs.append([one])
    return runs


def _break(scene: Scene, laps: Sequence[Break]) -> Finding:
    most = max(laps, key=lambda one: one.gap)
    values: dict[str, Value] = {
        "people": tuple(map(scene.person, most.bibs)),
        "gap": Clock(cut(most.gap, 1)),
        "lap": most.lap,
        "until": laps[-1].lap,
        "since": laps[0].lap,
    }
    records = [
        number
        for lap in {most.lap, laps[0].lap, laps[-1].lap}
        for one in laps
        if one.lap == lap
        for bib in (*one.bibs, one.next)
        for number in scene.crossing(bib, lap)
    ]
    kind = "break_held" if laps[-1].lap == scene.race.laps else "break_caught"
    return finding(scene, kind, values, records, f"from-{laps[0].lap}")


def last_lap(scene: Scene) -> Iterator[Finding]:
    """Where the winner was at the bell of the last lap, if that is known."""
    bell = scene.race.laps - 1
    winner = next((one.score.bib for one in scene.finishers if one.rank == 1), None)
    order = scene.race.order(bell)
    if scene.made_up or winner is None or winner not in order or len(order) < len(scene.race.order(bell + 1)):
        return
    place = order.index(winner) + 1
    records = [*scene.crossing(winner, bell), *scene.crossing(order[0], bell)]
    if place == 1:
        yield finding(scene, "led_at_the_bell", {"who": scene.person(winner)}, records)
        return
    values: dict[str, Value] = {"who": scene.person(winner), "place": place, "leader": scene.person(order[0])}
    gap = cut(behind(scene.race, bell).get(winner, Duration(0)), PRINTED)
    if gap:
        yield finding(scene, "from_behind_by", values | {"gap": Clock(gap)}, records)
    else:
        yield finding(scene, "from_behind", values, records)


# Falls


def falls(scene: Scene) -> Iterator[Finding]:
    """Falls, what became of those who fell, and other incidents."""
    fallen = scene.told(SkaterFell)
    over = {fall: fall.brought_down_by for fall in fallen if fall.brought_down_by in scene.race.starters}
    yield from (_fall(scene, fall) for fall in fallen if fall not in over)
    for bib in dict.fromkeys(over.values()):
        if bib is not None:
            yield _over(scene, bib, [fall for fall in fallen if over.get(fall) == bib])
    for fall in {fall.bib: fall for fall in fallen}.values():
        yield from _afterwards(scene, fall)
    for incident in scene.told(IncidentNoted):
        yield from _incident(scene, incident)


def _fall(scene: Scene, fall: SkaterFell) -> Finding:
    values: dict[str, Value] = {"who": scene.person(fall.bib)}
    kind = "fell"
    if fall.lap is not None:
        values |= {"lap": fall.lap}
        kind = "fell_on_lap"
        sprints_there = [lap for lap in scene.race.tables if lap < scene.race.laps]
        if fall.place:
            values |= {"where": Phrase(fall.place)}
            kind = "fell_on_lap_at"
            if fall.lap in sprints_there:
                values |= {"sprint": sprints_there.index(fall.lap) + 1}
                kind = "fell_before_sprint_at"
    return finding(scene, kind, values, scene.saying(fall), f"record-{scene.saying(fall)[0]}")


def _over(scene: Scene, bib: int, brought: Sequence[SkaterFell]) -> Finding:
    people = tuple(scene.person(fall.bib) for fall in brought)
    records = [number for fall in brought for number in scene.saying(fall)]
    values: dict[str, Value] = {"people": people, "by": scene.person(bib)}
    kind = "fell_over_many" if len(people) > 1 else "fell_over"
    return finding(scene, kind, values, records, f"bib-{bib}")


def _afterwards(scene: Scene, fall: SkaterFell) -> Iterator[Finding]:
    """That whoever fell left the race, with what injury if it may be told; or got up and came in well."""
    standing = next(one for one in scene.places if one.score.bib == fall.bib)
    mark = scene.race.mark(fall.bib)
    values: dict[str, Value] = {"who": scene.person(fall.bib)}
    tag = f"bib-{fall.bib}"
    if mark and mark.irm is IRM.DNF and not mark.why:
        people: dict[str, Value] = {"people": (scene.person(fall.bib),)}
        yield finding(scene, "did_not_finish", people, scene.saying(mark), tag)
    elif mark and mark.irm is IRM.DNF:
        records = [*scene.saying(fall), *scene.saying(mark)]
        values |= {"how": Phrase(mark.why)}
        kind = "left"
        if fall.injury and fall.injury_public:
            values |= {"injury": Phrase(fall.injury)}
            kind = "left_injured"
        if fall.lap is not None:
            values |= {"lap": fall.lap}
            kind += "_on_lap"
        yield finding(scene, kind, values, records, tag)
    elif standing.rank and standing.rank <= WORTH_A_MENTION and standing.score.irm is None:
        values |= {"place": standing.rank}
        yield finding(scene, "got_up", values, [*scene.saying(fall), *scene.result], tag)


def _incident(scene: Scene, incident: IncidentNoted) -> Iterator[Finding]:
    if not incident.bibs:
        return
    people = tuple(map(scene.person, incident.bibs))
    values: dict[str, Value] = {"people": people, "what": Phrase(incident.what)}
    number = scene.saying(incident)
    if incident.lap is None:
        yield finding(scene, "incident", values, number, f"record-{number[0]}")
    else:
        values |= {"lap": incident.lap}
        yield finding(scene, "incident_on_lap", values, number, f"record-{number[0]}")


# Marks


def marks(scene: Scene) -> Iterator[Finding]:
    """Who did not finish, was lapped, disqualified or advanced, or did not start."""
    fallen = {fall.bib for fall in scene.told(SkaterFell)}
    for kind, irms in _MARKS.items():
        marked = [one for one in scene.places if one.score.irm in irms and one.score.bib not in fallen]
        if marked:
            people = tuple(scene.person(one.score.bib) for one in marked)
            yield finding(scene, kind, {"people": people}, [*scene.of(MarkGiven), *scene.result])
    yield from (_disqualified(scene, one) for one in scene.places if one.score.irm is IRM.DSQ)
    for advanced in {event.bib: event for event in scene.told(SkaterAdvanced)}.values():
        who: dict[str, Value] = {"who": scene.person(advanced.bib)}
        yield finding(scene, "advanced", who, scene.saying(advanced), f"bib-{advanced.bib}")


_MARKS = {
    "did_not_finish": (IRM.DNF,),
    "lapped": (IRM.LAP,),
    "did_not_start": (IRM.DNS, IRM.WDR),
}
"""The marks that are told together, by the kind of the finding."""


def _disqualified(scene: Scene, standing: Standing) -> Finding:
    bib = standing.score.bib
    mark = scene.race.mark(bib)
    records = scene.saying(mark) if mark else scene.result
    values: dict[str, Value] = {"who": scene.person(bib)}
    if mark and mark.why:
        values |= {"why": Phrase(mark.why)}
        return finding(scene, "disqualified_for", values, records, f"bib-{bib}")
    return finding(scene, "disqualified", values, records, f"bib-{bib}")
