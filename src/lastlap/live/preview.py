"""What an event would change, before anybody says it."""

from collections.abc import Iterator

from lastlap.competition import qualified, to_division_a
from lastlap.events import Event, Record, SkaterAdvanced
from lastlap.live.answers import Change, GoesOn, Preview, Stand
from lastlap.live.rink import Rink
from lastlap.live.wording import named
from lastlap.race import Race, replay
from lastlap.ranking import Standing, standings
from lastlap.refusal import refusal
from lastlap.times import clock


def previewed(rink: Rink, name: str, event: Event) -> Preview:
    """How the race called *name* would stand with *event*; nothing is written."""
    race = rink.race(name)
    refused = refusal(race, event)
    if refused:
        return Preview(refused, (), GoesOn((), ()))
    records = [*rink.meet.records(name), Record(rink.version + 1, event, name, "preview", rink.now())]
    after = replay(records)
    now, then = _going_on(race), _going_on(after)
    goes_on = GoesOn(tuple(sorted(then - now)), tuple(sorted(now - then)))
    return Preview(None, tuple(_changes(race, after)), goes_on)


def _going_on(race: Race) -> set[int]:
    """Who would go on to the next race if this one ended as it stands."""
    if not race.front:
        return set()
    if race.phase == "division B":
        return {who.standing.score.bib for who in to_division_a(standings(race), race.rulebook)}
    if race.phase != "semi-final":
        return set()
    may = race.rulebook.format.referee_may_advance
    advanced = [one.bib for one in race.said(SkaterAdvanced)] if may else []
    found = qualified([standings(race)], race.rulebook, advanced=[advanced])
    return {who.standing.score.bib for who in found}


def _changes(before: Race, after: Race) -> Iterator[Change]:
    """Everybody who stands otherwise, in the order in which they would stand."""
    old = {standing.score.bib: standing for standing in standings(before)}
    new = {standing.score.bib: standing for standing in standings(after)}
    for bib in (*new, *(bib for bib in old if bib not in new)):
        was, will = _stand(old.get(bib)), _stand(new.get(bib))
        if was != will:
            race = after if bib in new else before
            name = race.starters[bib].skater.name
            yield Change(bib, name, was, will, f"{named(race, bib)}: {_words(was, will)}")


def _stand(standing: Standing | None) -> Stand | None:
    if standing is None:
        return None
    score = standing.score
    return Stand(
        standing.rank,
        score.total,
        score.irm.value if score.irm else None,
        score.laps,
        None if score.time is None else clock(score.time),
    )


def _words(was: Stand | None, will: Stand | None) -> str:
    if was is None or will is None:
        return "comes in" if was is None else "goes out of the race"
    pairs = (
        ("rank", was.rank, will.rank),
        ("points", was.points, will.points),
        ("mark", was.irm, will.irm),
        ("laps", was.laps, will.laps),
        ("time", was.time, will.time),
    )
    told = [f"{what} {_word(old)} to {_word(new)}" for what, old, new in pairs if old != new]
    return ", ".join(told)


def _word(value: object) -> str:
    return "none" if value is None else str(value)
