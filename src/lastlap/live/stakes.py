"""Which records of the Games would fall if a final ended now; nothing, where the meet is of no Games that we know."""

from collections.abc import Iterator

from lastlap.claims import Claim, Kind, claims
from lastlap.competition import Competition
from lastlap.errors import LastlapError
from lastlap.events import MeetOpened
from lastlap.games import archive, event_decided, games_known
from lastlap.live.rink import Rink
from lastlap.medals import MedalEvent, Medals, award
from lastlap.people import people
from lastlap.ranking import Standing, standings
from lastlap.times import Instant

_SAID_BESIDES = (Kind.MEDALLISTS, Kind.LAST)
"""What is no record, and stands on the board anyway."""

_PLACES = 3


class Stakes:
    """What is at stake in the finals of a meet; what was worked out for three medallists is kept."""

    def __init__(self, rink: Rink) -> None:
        self._rink = rink
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}

    def records(self, name: str) -> tuple[str, ...]:
        """Sentences, without a full stop, that would become true if the race ended as it stands."""
        race = self._rink.race(name)
        if race.phase != "final" or not race.front or race.planned is None:
            return ()
        competition = self._rink.competitions.get(race.planned.competition)
        found = standings(race)
        leading = tuple(one.skater.id for one in found[:_PLACES])
        if competition is None or (key := (name, *leading)) in self._known:
            return self._known.get((name, *leading), ())
        self._known[key] = tuple(_told(self._rink.opened, competition, found, race.latest or Instant(0)))
        return self._known[key]


def _told(
    opened: MeetOpened, competition: Competition, found: tuple[Standing, ...], at: Instant
) -> Iterator[str]:
    event = _event(opened, competition)
    if event is None:
        return
    medals, decided = event
    try:
        awarded = medals.before(decided.number).adding(award(decided, at, found, people(), "as it stands"))
        told: tuple[Claim, ...] = claims(awarded, decided.number, archive())
    except LastlapError:
        # Who is no medallist that the files know of gives nothing to say, and nothing to stop for.
        return
    yield from (claim.sentence for claim in told if claim.kind not in _SAID_BESIDES)


def _event(opened: MeetOpened, competition: Competition) -> tuple[Medals, MedalEvent] | None:
    """The Games that the meet is part of, and the event that the competition decides."""
    known = games_known(opened.games)
    event = known and event_decided(known, competition.event, competition.category)
    return (known, event) if known and event else None
