"""The facts of a meet in the order in which a story tells them: paragraphs of findings.

Strategy: pure, from records alone.  Where two competitions have the same to say, it is said once
and stands on the records of both.
"""

from collections.abc import Iterable, Iterator

from lastlap.competition import Competition
from lastlap.events import (
    CeremonyHeld,
    CeremonyPlanned,
    CompetitionOpened,
    MeetOpened,
    Presenter,
    RacePlanned,
    Record,
    StartListPosted,
)
from lastlap.publish.ceremony import clock_at, venue
from lastlap.publish.course import course, finding
from lastlap.publish.finding import Finding, Name, Noc, Part, Person, Phrase, RaceName, Value
from lastlap.publish.honours import Honour, claimed, firsts, honours, standing_then, standings_then
from lastlap.publish.outcome import division_b, podium, semi_final, status, to_the_final
from lastlap.publish.scene import Scene, Stage

SEMI_FINALS, DIVISION_B = "semi-final", "division B"


def parts(records: Iterable[Record], competition: str | None = None) -> tuple[Part, ...]:
    """The paragraphs of the story of a meet, or of one *competition* of it."""
    stage = Stage(records)
    chosen = [one for one in stage.competitions.values() if competition in (None, one.id)]
    of_games = {honour.competition.id: honour for honour in honours(stage)}
    told = [
        Part("headline", tuple(_headline(stage, chosen, of_games))),
        *(Part(f"{one.id}/lead", tuple(_lead(stage, one, of_games.get(one.id)))) for one in chosen),
    ]
    for one in chosen:
        told += _competition(stage, one, of_games.get(one.id))
    told += [
        Part(
            "standings",
            tuple(f for one in [*of_games.values()][-1:] for f in standings_then(one)),
            "standings",
        ),
        Part("ceremony", _once(_ceremonies(stage, chosen)), "ceremony"),
        Part("format", _once(finding for one in chosen for finding in _format(stage, one)), "format"),
        Part("made up", _once(_made_up(stage, chosen)), "made_up"),
    ]
    return tuple(part for part in told if part.findings)


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The *findings*, those that say the same made one."""
    found: dict[tuple[str, str], Finding] = {}
    for one in findings:
        key = (one.kind, repr(one.values))
        same = found.get(key)
        if same is not None:
            numbers = tuple(sorted({*same.records, *one.records}))
            one = Finding(same.kind, same.about, same.values, numbers, (*same.rows, *one.rows))  # noqa: PLW2901 - the two are one
        found[key] = one
    return tuple(found.values())


# The lead


def _headline(stage: Stage, chosen: Iterable[Competition], of_games: dict[str, Honour]) -> Iterator[Finding]:
    decided = [(one, scene) for one in chosen if (scene := stage.deciding(one))]
    won = [(scene, who) for _, scene in decided for who in scene.finishers if who.rank == 1]
    records = sorted({number for scene, _ in won for number in scene.result})
    winners = tuple(scene.person(who.score.bib) for scene, who in won)
    values: dict[str, Value] = {"winners": winners}
    new = [
        one.id in of_games and any("first" in f.kind for f in firsts(of_games[one.id])) for one, _ in decided
    ]
    if not winners:
        meet: dict[str, Value] = {"meet": Name(stage.opened.name)}
        yield Finding("headline_of_meet", "", meet, stage.saying(MeetOpened))
    elif new and all(new):
        rows = tuple(row for one, _ in decided for f in firsts(of_games[one.id]) for row in f.rows)
        kind = "headline_of_firsts" if len(winners) > 1 else "headline_of_first"
        yield Finding(kind, "", values, tuple(records), rows)
    elif len(decided) == 1:
        race: dict[str, Value] = {"race": decided[0][1].title}
        kind = "headline_of_shared" if len(winners) > 1 else "headline_of_one"
        yield Finding(kind, "", values | race, tuple(records))
    else:
        yield Finding("headline_of_several", "", values, tuple(records))


def _lead(stage: Stage, one: Competition, honour: Honour | None) -> Iterator[Finding]:
    scene = stage.deciding(one)
    if scene:
        yield from podium(scene, medals=honour is not None)
        yield from status(scene)
    if honour:
        yield from firsts(honour)


# A competition


def _competition(stage: Stage, one: Competition, honour: Honour | None) -> Iterator[Part]:
    name = RaceName(one.category)
    if honour:
        yield Part(f"{one.id}/honours", (*claimed(honour), *standing_then(honour)), race=name)
    scene = stage.deciding(one)
    if scene:
        yield Part(f"{one.id}/final", tuple(course(scene)), race=name)
    for semi in stage.of(one, SEMI_FINALS):
        yield Part(f"{one.id}/{semi.name}", tuple(semi_final(semi)), "semis")
        yield Part(f"{one.id}/{semi.name}/through", tuple(to_the_final(semi)), "semis")
    for division in stage.of(one, DIVISION_B):
        told = (*division_b(division), *course(division), *status(division))
        yield Part(f"{one.id}/{division.name}", told, "division_b")


# Around it


def _ceremonies(stage: Stage, chosen: Iterable[Competition]) -> Iterator[Finding]:
    """Where and when the medals were handed over, whose anthem was played, and who presented them."""
    planned = [
        (one, plan, scene)
        for one in chosen
        if (plan := stage.ceremony(one.id)) and (scene := stage.deciding(one))
    ]
    for one, plan, scene in planned:
        yield from _ceremony(stage, one, plan, scene)
    held = [
        (plan, scene, _ceremony_records(stage, one)) for one, plan, scene in planned if stage.held(one.id)
    ]
    nocs = [
        noc
        for plan, scene, _ in held
        for noc in dict.fromkeys(who.noc for who in _medallists(scene, "gold"))
        if noc not in plan.music
    ]
    if nocs:
        records = sorted({number for _, scene, told in held for number in (*told, *scene.result)})
        played = tuple(Noc(noc) for noc in dict.fromkeys(nocs))
        yield Finding("anthems" if len(played) > 1 else "anthem", "", {"nocs": played}, tuple(records))
    for plan, scene, told in held:
        yield from (f for presenter in plan.presenters for f in _presented(scene, presenter, told))


def _ceremony_records(stage: Stage, one: Competition) -> tuple[int, ...]:
    held = stage.saying(CeremonyHeld, one.id) if stage.held(one.id) else ()
    return (*stage.saying(MeetOpened), *stage.saying(CeremonyPlanned, one.id), *held)


def _ceremony(stage: Stage, one: Competition, plan: CeremonyPlanned, scene: Scene) -> Iterator[Finding]:
    records = (*_ceremony_records(stage, one), *scene.result)
    at, done = clock_at(plan.at, stage.opened), "held" if stage.held(one.id) else "planned"
    values: dict[str, Value] = {"place": Name(venue(plan, stage.opened))}
    if at:
        values |= {"at": Name(at)}
    yield Finding(f"ceremony_{done}_{plan.where}_{'at' if at else 'after'}", one.id, values, records)
    other = plan.instead_of
    if other:
        elsewhere: dict[str, Value] = {"instead": Name(other.place)}
        elsewhere |= {"km": other.km} if other.km else {}
        elsewhere |= {"days": other.days_later} if other.days_later else {}
        kind = f"instead{'_km' if other.km else ''}{'_days' if other.days_later else ''}"
        yield Finding(kind, one.id, elsewhere, records)


def _presented(scene: Scene, presenter: Presenter, told: tuple[int, ...]) -> Iterator[Finding]:
    people = _medallists(scene, presenter.medal)
    values: dict[str, Value] = {
        "presenter": Name(presenter.name),
        "people": people,
        "medal": Phrase(presenter.medal),
    }
    kind = f"presented_{presenter.gives}"
    if presenter.role:
        values |= {"role": Phrase(presenter.role)}
        kind += "_role"
    if people:
        yield Finding(
            kind, f"{scene.name}.{presenter.medal}.{presenter.name}", values, (*told, *scene.result)
        )


def _medallists(scene: Scene, medal: str) -> tuple[Person, ...]:
    rank = ("gold", "silver", "bronze").index(medal) + 1
    return tuple(scene.person(who.score.bib) for who in scene.finishers if who.rank == rank)


def _format(stage: Stage, one: Competition) -> Iterator[Finding]:
    """By which rules it was skated, and how one came into the final."""
    scene = stage.deciding(one)
    if scene is None or len(scene.race.tables) < _SPRINTS_WORTH_A_WORD:
        return
    *way, finish = scene.race.tables.items()
    values: dict[str, Value] = {
        "laps": scene.race.laps,
        "at": tuple(lap for lap, _ in way),
        "points": way[0][1],
        "finish": finish[1],
        "sprints": len(scene.race.tables),
        "n": len(way[0][1]),
        "m": len(finish[1]),
    }
    records = (*stage.saying(CompetitionOpened, one.id), *scene.of(RacePlanned)[-1:])
    yield Finding("format", one.id, values, records)
    semis = stage.of(one, SEMI_FINALS)
    sizes = {len(semi.race.starters) for semi in semis}
    if len(sizes) == 1:
        field: dict[str, Value] = {
            "semis": len(semis),
            "skaters": sizes.pop(),
            "advance": semis[0].race.rulebook.format.advance,
            "final": len(scene.race.starters),
        }
        lists = [number for semi in (*semis, scene) for number in semi.of(RacePlanned, StartListPosted)]
        yield Finding("way_to_the_final", one.id, field, (*records, *lists))


_SPRINTS_WORTH_A_WORD = 2


def _made_up(stage: Stage, chosen: Iterable[Competition]) -> Iterator[Finding]:
    races = [stage.scenes[race] for one in chosen for race in one.races]
    made_up = [scene for scene in races if scene.made_up and scene.is_over]
    if made_up:
        yield finding(made_up[0], "made_up", {"races": len(made_up)}, [n for s in made_up for n in s.basis])
