"""What a result means at Games: medals of skaters and NOCs, records, firsts and lasts, as findings."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from lastlap.claims import Claim, Kind, claims
from lastlap.competition import Competition
from lastlap.events import CompetitionOpened, MeetOpened
from lastlap.games import archive, event_decided, games_known
from lastlap.medals import (
    CareerMedal,
    Degree,
    Medal,
    MedalEvent,
    Medals,
    NocStanding,
    Winner,
    Won,
    award,
    career,
    records,
    table,
)
from lastlap.people import people
from lastlap.publish.finding import EventName, Finding, Noc, NocLine, Person, RaceName, Value
from lastlap.publish.scene import Scene, Stage


class Honour(msgspec.Struct, frozen=True):
    """A competition of Games that is decided."""

    competition: Competition
    scene: Scene
    now: Medals
    """As of that moment."""
    event: MedalEvent
    origin: tuple[int, ...]
    """The records of the log that say which event it is."""

    def finding(self, kind: str, values: Mapping[str, Value], rows: Sequence[str], tag: str = "") -> Finding:
        """A finding of this competition."""
        about = f"{self.competition.id}.{tag}" if tag else self.competition.id
        numbers = tuple(sorted({*self.origin, *self.scene.result}))
        return Finding(kind, about, values, numbers, tuple(rows))

    def winner_of(self, who: str) -> tuple[Won, Winner]:
        """The medal and the person with that id."""
        return next((won, one) for won in self.event.won for one in won.people if one.id == who)


def honours(stage: Stage) -> list[Honour]:
    """Every decided competition of Games whose medals are known, in the order in which they were decided."""
    known = games_known(stage.opened.games)
    if known is None:
        return []
    deciding = {
        one.id: event
        for one in stage.competitions.values()
        if (event := event_decided(known, one.event, one.category))
    }
    if not deciding:
        return []
    medals = known.before(min(deciding.values(), key=lambda event: event.place).number)
    decided: list[Honour] = []
    for identity, event in sorted(deciding.items(), key=lambda pair: pair[1].place):
        competition = stage.competitions[identity]
        scene = stage.deciding(competition)
        if scene:
            at = scene.race.latest or event.at
            now = award(medals.event(event.number), at, scene.places, people(), f"race {scene.name}")
            medals = medals.adding(now)
            origin = (*stage.saying(MeetOpened), *stage.saying(CompetitionOpened, identity))
            decided.append(Honour(competition, scene, medals.through(now.number), now, origin))
    return [one for one in decided if one.event.won]


def claimed(honour: Honour) -> Iterator[Finding]:
    """Everything notable that becomes true with a competition, skaters first, then NOCs."""
    for claim in claims(honour.now, honour.event.number, archive()):
        if claim.kind in _OF_SKATERS:
            yield from _OF_SKATERS[claim.kind](honour, claim)
    yield from _nocs(honour)


def firsts(honour: Honour) -> Iterator[Finding]:
    """That it was the first event of its kind, or the last of its sport."""
    race: dict[str, Value] = {"race": RaceName(honour.competition.category)}
    for claim in claims(honour.now, honour.event.number, archive()):
        if claim.kind is Kind.FIRST:
            of_all = honour.event.name not in claim.sentence.partition(": ")[2]
            kind = "first_of_all" if of_all else "first_of_category"
            yield honour.finding(kind, race, claim.rows)
        if claim.kind is Kind.LAST:
            closing = "closing" in claim.sentence
            yield honour.finding("closing_event" if closing else "last_of_category", race, claim.rows)


# Of skaters


def _again_at_games(honour: Honour, claim: Claim) -> Iterator[Finding]:
    won, who = honour.winner_of(claim.subject)
    here = [one for one in career(honour.now, who.id) if one.medal is Medal.GOLD]
    yield _again(honour, won, here, claim, "gold")


def _again_medal(honour: Honour, claim: Claim) -> Iterator[Finding]:
    won, who = honour.winner_of(claim.subject)
    if won.medal is not Medal.GOLD:
        yield _again(honour, won, career(honour.now, who.id), claim, "medal")


def _again(honour: Honour, won: Won, medals: Sequence[CareerMedal], claim: Claim, what: str) -> Finding:
    *earlier, this = medals
    values: dict[str, Value] = {"who": _person(won), "count": len(medals)}
    only = earlier[0]
    if len(earlier) == 1 and only.day and this.day and this.day > only.day:
        values |= {"event": EventName(only.event), "days": (this.day - only.day).days}
        return honour.finding(f"{what}_again_days", values, claim.rows, claim.subject)
    values |= {"events": tuple(EventName(one.event) for one in earlier)}
    return honour.finding(f"{what}_again", values, claim.rows, claim.subject)


def _only(honour: Honour, claim: Claim) -> Iterator[Finding]:
    won, _ = honour.winner_of(claim.subject)
    sport = honour.now.within(honour.event.sport).events
    left = any(not e.won and e.gender.may_meet(honour.event.gender) for e in sport)
    values: dict[str, Value] = {
        "who": _person(won),
        "count": claim.count or 0,
        "race": RaceName(honour.competition.category),
    }
    kind = "only_one_so_far" if left else "only_one"
    yield honour.finding(kind, values, (*claim.rows, *(e.source for e in sport)), claim.subject)


def _career_golds(honour: Honour, claim: Claim) -> Iterator[Finding]:
    won, who = honour.winner_of(claim.subject)
    life = archive().careers[who.id].until(honour.now.games.year) or ()
    golds = [one for one in career(honour.now, who.id, life) if one.medal is Medal.GOLD]
    values: dict[str, Value] = {"who": _person(won), "count": len(golds)}
    first = golds[0]
    values |= {"event": EventName(first.event), "year": first.games}
    kind = "career_gold_after" if len(golds) == len(_PAIR) else "career_gold_since"
    yield honour.finding(kind, values, claim.rows, claim.subject)


_PAIR = ("the one before", "this one")


def _career_medals(honour: Honour, claim: Claim) -> Iterator[Finding]:
    won, _ = honour.winner_of(claim.subject)
    values: dict[str, Value] = {"who": _person(won), "count": claim.count or 0}
    yield honour.finding("career_medals", values, claim.rows, claim.subject)


_OF_SKATERS = {
    Kind.GAMES_GOLDS: _again_at_games,
    Kind.ONLY: _only,
    Kind.CAREER_GOLDS: _career_golds,
    Kind.CAREER_MEDALS: _career_medals,
    Kind.GAMES_MEDALS: _again_medal,
}


def _person(won: Won) -> Person:
    return Person(won.name, won.noc)


# Of NOCs


def _nocs(honour: Honour) -> Iterator[Finding]:
    for noc in dict.fromkeys(won.noc for won in honour.event.won):
        medals = [(event, won) for event, won in honour.now.won if won.noc == noc]
        golds = [event for event, won in medals if won.medal is Medal.GOLD]
        values: dict[str, Value] = {"noc": Noc(noc)}
        if honour.event in golds:
            kind = "noc_gold" if len(golds) > 1 else "noc_first_gold"
            rows = [event.source for event in golds]
            yield honour.finding(kind, values | {"count": len(golds)}, rows, noc.lower())
        elif len(medals) == 1:
            yield honour.finding("noc_first_medal", values, [honour.event.source], noc.lower())
        yield from _records(honour, noc)


def _records(honour: Honour, noc: str) -> Iterator[Finding]:
    """Records that fell with this event, of which all the history is known."""
    for fallen in records(honour.now, archive().tallies):
        is_news = fallen.degree is not Degree.EXTENDED and fallen.since is None
        if (fallen.noc, fallen.event) == (noc, honour.event.number) and is_news:
            degree = "beaten" if fallen.degree is Degree.BEATEN else "equalled"
            values: dict[str, Value] = {
                "noc": Noc(noc),
                "count": fallen.count,
                "best": fallen.best,
                "year": fallen.best_games,
            }
            rows = [event.source for event, won in honour.now.won if won.noc == noc]
            kind = f"record_{degree}_{fallen.counted}"
            yield honour.finding(kind, values, [*rows, *fallen.rows], noc.lower())


# Standings


def standing_then(honour: Honour) -> Iterator[Finding]:
    """Where the NOCs that won gold stand in the medal standings of that moment."""
    rows = _decided_rows(honour)
    golds = {won.noc for won in honour.event.won if won.medal is Medal.GOLD}
    for line in table(honour.now):
        if line.noc in golds:
            kind = "standing_shared" if line.shared else "standing"
            yield honour.finding(kind, {"line": _line(line)}, rows, line.noc.lower())


def standings_then(honour: Honour) -> Iterator[Finding]:
    """The first three of the medal standings of that moment."""
    first = tuple(_line(line) for line in table(honour.now) if line.rank <= _FIRST)
    yield honour.finding("standings", {"lines": first}, _decided_rows(honour))


_FIRST = 3


def _line(line: NocStanding) -> NocLine:
    return NocLine(Noc(line.noc), line.rank, line.gold, line.silver, line.bronze)


def _decided_rows(honour: Honour) -> tuple[str, ...]:
    return tuple(event.source for event in honour.now.events if event.won)
