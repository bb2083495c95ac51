"""The victory ceremonies of a meet, read off its races as they stand."""

from lastlap.competition import Competition
from lastlap.events import CeremonyHeld, CeremonyPlanned
from lastlap.live.rink import Rink
from lastlap.publish.ceremony import Ceremony, ceremony_of


def ceremonies(rink: Rink, race: str) -> tuple[Ceremony, ...]:
    """The ceremonies of all competitions that are decided; none while the *race* is on the ice.

    Those still to be held stand first.
    """
    if rink.race(race).status.is_on_the_ice:
        return ()
    decided = [found for one in rink.competitions.values() if (found := ceremony_now(rink, one))]
    return tuple(sorted(decided, key=lambda one: one.held))


def ceremony_now(rink: Rink, competition: Competition) -> Ceremony | None:
    """The ceremony of a competition, once a race has decided it."""
    deciding = [
        race
        for phase in ("final", "division A")
        for race in competition.races_of(phase)
        if rink.has(race) and rink.is_over(race)
    ]
    if not deciding:
        return None
    race, plan = rink.race(deciding[-1]), planned(rink, competition)
    return ceremony_of(rink.opened, competition, race, plan, held=held_by(rink, competition) is not None)


def planned(rink: Rink, competition: Competition) -> CeremonyPlanned | None:
    """The plan that stands."""
    found = rink.latest(CeremonyPlanned, competition.id)
    return found.event if found and isinstance(found.event, CeremonyPlanned) else None


def held_by(rink: Rink, competition: Competition) -> int | None:
    """The number of the record by which it was held."""
    found = rink.latest(CeremonyHeld, competition.id)
    return found.number if found else None
