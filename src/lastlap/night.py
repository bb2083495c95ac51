"""A race night played again from its result sheets, through the same log and engine as a real one.

Strategy: a script names the races and what their sheets do not hold; the rest is made up by
`lastlap.reconstruction` and marked as such in the log.  Nothing here knows how a race ends:
results, qualification, start lists of the finals and medals are read off the engine, and only
compared with the sheets.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from random import Random
from typing import Literal

import msgspec

from lastlap.board import board
from lastlap.capture import Capture
from lastlap.certainty import Certainty, sure
from lastlap.claims import Claim, claims
from lastlap.competition import (
    Medallist,
    Placing,
    Qualifier,
    competitions,
    event_ranking,
    medallists,
    qualified,
    start_list,
)
from lastlap.doubts import Question, doubts
from lastlap.draw import line_up
from lastlap.events import (
    BellRung,
    CeremonyHeld,
    CeremonyPlanned,
    CompetitionOpened,
    Elsewhere,
    EntriesTaken,
    Event,
    GunFired,
    MarkGiven,
    MeetOpened,
    Passing,
    Presenter,
    RacePlanned,
    Record,
    ResultDeclared,
    ResultStatus,
    SkaterFell,
    SkatersCalled,
    StartListPosted,
)
from lastlap.games import archive, games
from lastlap.log import Check, Draft, Meet
from lastlap.medals import Medals, NocStanding, award, table
from lastlap.official import Row, Sheet, parse_sheet, race_planned, sheet_scores
from lastlap.people import people
from lastlap.race import Lap, Race, Status, replay
from lastlap.ranking import standings
from lastlap.reconstruction import Hints, Known, crossings, finish_times, sprint_orders
from lastlap.rulebook import IRM, Rulebook, edition
from lastlap.sources import packaged, parse_document
from lastlap.startlist import Entry, Skater, Starter
from lastlap.times import HOUR, MINUTE, SECOND, Duration, Instant, after, clock, cut
from lastlap.timing.box import Story, story_of
from lastlap.timing.devices import Device
from lastlap.timing.link import parse_address
from lastlap.timing.rehearsal import AT_ONCE, Plan, serve

SECRETARY, REFEREE, STARTER, DECODER = "secretary", "referee", "starter", "decoder"
"""Who says what on a night that is played again."""

_SIGHT = Duration(30 * SECOND)
"""How long officials take to see that somebody does not come round again."""


class Fall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fall that a report tells of."""

    skater: str
    lap: int
    place: str
    source: str
    brought_down_by: str | None = None
    injury: str = ""
    injury_public: bool = False
    left: str = ""
    """How the race of this skater ended there, if it did: the reason for the mark."""


class RaceScript(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One race of the night."""

    id: str
    competition: str
    sheet: str
    falls: tuple[Fall, ...] = ()


class CeremonyScript(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The victory ceremony of a competition, as far as reports tell of it."""

    where: Literal["venue", "plaza"]
    place: str
    source: str
    presenters: tuple[Presenter, ...] = ()
    instead_of: Elsewhere | None = None
    music: dict[str, str] = {}

    def planned(self, competition: str) -> CeremonyPlanned:
        """The plan, as an event of the log."""
        return CeremonyPlanned(
            competition,
            self.where,
            self.place,
            presenters=self.presenters,
            music=self.music,
            instead_of=self.instead_of,
        )


class CompetitionScript(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One competition of the night, and the event of the Games that it decides."""

    id: str
    title: str
    category: str
    rulebook: str
    sport: str
    event: str
    ceremony: "CeremonyScript | None" = None

    @property
    def title_at_games(self) -> str:
        """The medal event, as `MedalEvent.title` has it."""
        return f"{self.sport} {self.event}"

    @property
    def rules(self) -> Rulebook:
        """The rulebook that the competition is skated under."""
        return edition(self.rulebook, self.category)


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole night."""

    name: str
    venue: str
    date: date
    utc_offset: int
    lap_m: float
    profile: str
    games: int
    file: str
    seed: int
    made_up: str
    """What is invented when the night is played again, in words."""
    competitions: tuple[CompetitionScript, ...]
    races: tuple[RaceScript, ...]

    def competition(self, race: RaceScript) -> CompetitionScript:
        """The competition that *race* belongs to."""
        return next(competition for competition in self.competitions if competition.id == race.competition)


class _SprintFacts(msgspec.Struct, frozen=True):
    sprint_winners: Mapping[str, str] = {}
    second: Mapping[str, str] = {}
    finish: Mapping[str, str] = {}


class _Told(msgspec.Struct, frozen=True):
    """What a sheet's file tells besides the result."""

    start_local: str
    """The planned start on the rink's clock, as in 20:45."""
    sprint_facts: _SprintFacts = _SprintFacts()


def nights() -> tuple[str, ...]:
    """The names of the nights that come with lastlap, sorted."""
    files = resources.files("lastlap").joinpath("data", "nights").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def night(name: str) -> Script:
    """The script called *name* that comes with lastlap; raises `InputError` if there is none."""
    return parse_document(packaged("nights", f"{name}.toml"), Script, f"{name}.toml")


def sheet_of(race: RaceScript) -> Sheet:
    """The official sheet of *race*."""
    return parse_sheet(packaged("nights", race.sheet).encode(), race.sheet)


# The log of a race


class Said(msgspec.Struct, frozen=True):
    """An event that is still to be written down: what, by whom, when."""

    event: Event
    by: str
    at: Instant


def entries(sheets: Iterable[Sheet], first: int) -> tuple[Entry, ...]:
    """Everybody on the start of *sheets*, with two made-up transponders each, numbered from *first* on."""
    skaters = {score.skater.id: score.skater for sheet in sheets for score in sheet_scores(sheet)}
    ordered = sorted(skaters.values(), key=lambda skater: (skater.noc, skater.name))
    codes = ((f"{first + 2 * number}", f"{first + 2 * number + 1}") for number in range(len(ordered)))
    return tuple(Entry(skater, worn) for skater, worn in zip(ordered, codes, strict=True))


def planned(script: Script, race: RaceScript, sheet: Sheet) -> RacePlanned:
    """The plan of *race*: its phase as the sheet has it, under the script's rules, marked as reconstructed."""
    scripted = script.competition(race)
    timeless = {row.name: who.id for row, who in _rows(sheet) if row.duration is None}
    lapless = {row.name: who.id for row, who in _rows(sheet) if row.irm is not None and row.laps is None}
    return msgspec.structs.replace(
        race_planned(sheet),
        competition=scripted.id,
        rulebook=scripted.rules,
        scheduled=starting(script, race),
        reconstructed=f"made up: {'; '.join([script.made_up, *_invented(timeless, lapless)])}",
        known_places=_known_places(race, sheet, scripted.rules.tables()),
        made_up_times=tuple(timeless.values()),
        made_up_laps=tuple(lapless.values()),
    )


def _rows(sheet: Sheet) -> Iterator[tuple[Row, Skater]]:
    """Each row with its skater."""
    skaters = {score.skater.name: score.skater for score in sheet_scores(sheet)}
    return ((row, skaters[row.name]) for row in sheet.skaters)


def _invented(timeless: Iterable[str], lapless: Iterable[str]) -> Iterator[str]:
    """Of which skaters the sheet does not hold something that is shown all the same."""
    if timeless:
        yield f"the times of {', '.join(timeless)}"
    if lapless:
        yield f"the laps of {', '.join(lapless)}"


def _known_places(
    race: RaceScript, sheet: Sheet, tables: Mapping[int, tuple[int, ...]]
) -> dict[int, tuple[int, ...]]:
    """Of each sprint lap: the places that reports tell, and those at the finish that only the totals allow.

    Where the last place with points at the finish is worth more than all other sprints together,
    whoever has so many points has them from the finish.
    """
    *others, finish = tables.values()
    known = {lap: set(places) for lap, places in _hints(race, _ids(sheet), list(tables)).places.items()}
    if min(finish, default=0) > sum(table[0] for table in others):
        won = {score.total for score in sheet_scores(sheet)}
        reached = (place for place, points in enumerate(finish, 1) if any(total >= points for total in won))
        known[max(tables)] |= set(reached)
    return {lap: tuple(sorted(places)) for lap, places in known.items() if places}


def _ids(sheet: Sheet) -> dict[str, int]:
    """The skaters of *sheet* by name, numbered as they stand there: for whom bibs do not matter yet."""
    return {row.name: number for number, row in enumerate(sheet.skaters, 1)}


def starting(script: Script, race: RaceScript) -> Instant:
    """When the race was to start."""
    local = datetime.fromisoformat(f"{script.date}T{_told(race).start_local}").replace(tzinfo=UTC)
    moment = local - timedelta(minutes=script.utc_offset)
    return Instant(int(moment.timestamp()) * SECOND)


_CALLED = Duration(40 * SECOND)
"""So long before the gun the skaters of a race that is played again are called to the start."""


def _told(race: RaceScript) -> _Told:
    return msgspec.json.decode(packaged("nights", race.sheet), type=_Told)


def told(script: Script, race: RaceScript, starters: Sequence[Starter]) -> list[Said]:
    """Everything that is said of *race* from its start list to the last crossing, as time goes."""
    sheet = sheet_of(race)
    bibs = {starter.skater.id: starter.bib for starter in starters}
    known = [
        Known(bibs[score.skater.id], score.total, score.irm is None, score.time, score.laps or None)
        for score in sheet_scores(sheet)
    ]
    tables = script.competition(race).rules.tables()
    names = {score.skater.name: bibs[score.skater.id] for score in sheet_scores(sheet)}
    orders = sprint_orders(known, tables, _hints(race, names, list(tables)))
    times = finish_times(known, orders[max(tables)])
    rng = Random(f"{script.seed} {race.id}")  # noqa: S311 - a made-up race is no secret
    ends = crossings(known, orders, times, max(tables), rng)
    gun = starting(script, race)
    called = Instant(gun - _CALLED)
    said = [Said(SkatersCalled(called), STARTER, called), Said(GunFired(gun), STARTER, gun)]
    said += _bells(gun, ends, script.competition(race).rules.bells())
    said += _falls(race, names, gun, ends)
    said += _passings(starters, gun, ends, rng)
    left = {names[fall.skater]: fall.left for fall in race.falls if fall.left}
    said += _marks(known, gun, ends, left)
    return sorted(said, key=lambda word: word.at)


def _hints(race: RaceScript, names: Mapping[str, int], laps: Sequence[int]) -> Hints:
    """What the sheet's file and the script tell of the sprints, by lap and bib."""
    facts = _told(race).sprint_facts
    places: dict[int, dict[int, int]] = {lap: {} for lap in laps}
    for place, names_there in ((1, facts.sprint_winners), (2, facts.second)):
        for sprint, name in names_there.items():
            places[laps[int(sprint) - 1]][place] = names[name]
    places[laps[-1]] |= {int(place): names[name] for place, name in facts.finish.items()}
    fallen: dict[int, frozenset[int]] = {}
    for fall in race.falls:
        fallen[fall.lap] = fallen.get(fall.lap, frozenset()) | {names[fall.skater]}
    return Hints(places, fallen)


def _bells(gun: Instant, ends: Mapping[int, Sequence[Duration]], sprints: Sequence[int]) -> Iterator[Said]:
    """The bell, as the front starts a sprint lap."""
    for lap in sprints:
        first = min(times[lap - 2] for times in ends.values() if len(times) >= lap - 1)
        at = after(gun, first)
        yield Said(BellRung(at, lap), STARTER, at)


def _falls(
    race: RaceScript, names: Mapping[str, int], gun: Instant, ends: Mapping[int, Sequence[Duration]]
) -> Iterator[Said]:
    """Falls, a moment before the front ends the lap."""
    for fall in race.falls:
        first = min(times[fall.lap - 1] for times in ends.values() if len(times) >= fall.lap)
        at = after(gun, Duration(first - 3 * SECOND))
        by = names[fall.brought_down_by] if fall.brought_down_by else None
        fell = SkaterFell(names[fall.skater], fall.lap, fall.place, at, by, fall.injury, fall.injury_public)
        yield Said(fell, REFEREE, at)


def _passings(
    starters: Sequence[Starter], gun: Instant, ends: Mapping[int, Sequence[Duration]], rng: Random
) -> Iterator[Said]:
    """Each crossing as the decoder sees it: first one ankle, then the other."""
    for starter in starters:
        for end in ends[starter.bib]:
            seen = after(gun, end)
            for code in starter.transponders:
                yield Said(Passing(seen, code, source=DECODER), DECODER, seen)
                seen = after(seen, Duration(int(rng.uniform(20_000, 350_000))))


def _marks(
    known: Sequence[Known], gun: Instant, ends: Mapping[int, Sequence[Duration]], left: Mapping[int, str]
) -> Iterator[Said]:
    """The referee's word on those who do not come round again."""
    for row in known:
        if not row.finisher:
            at = after(after(gun, ends[row.bib][-1]), _SIGHT)
            why = left.get(row.bib, "left the ice")
            yield Said(MarkGiven(row.bib, IRM.DNF, why=why), REFEREE, at)


def judged(race: Race, at: Instant) -> list[Said]:
    """What officials say after a race: the photo finish where transponders cannot tell, then the result."""
    read = [
        doubt.proposal for doubt in doubts(race) if doubt.kind is Question.CLOSE_FINISH and doubt.proposal
    ]
    words: list[Event] = [
        *read,
        ResultDeclared(ResultStatus.UNOFFICIAL),
        ResultDeclared(ResultStatus.OFFICIAL),
    ]
    return [Said(word, REFEREE, after(at, Duration(number * MINUTE))) for number, word in enumerate(words, 1)]


# The night


class Raced(msgspec.Struct, frozen=True):
    """One race that was played again, and what came of it."""

    id: str
    title: str
    race: Race
    qualifiers: tuple[Qualifier, ...]
    """Who went on from this semi-final."""
    moments: tuple["Moment", ...]
    comparison: "Comparison"
    made_up_times: frozenset[int]
    """The bibs whose time no source kept."""


class Decided(msgspec.Struct, frozen=True):
    """A competition that is decided: its ranking, and what its medals mean."""

    title: str
    ranking: tuple[Placing, ...]
    medallists: tuple[Medallist, ...]
    claims: tuple[Claim, ...]
    table: tuple[NocStanding, ...]
    """The medal standings at that moment."""
    finalists_differ: tuple[str, ...]
    """Names on the start of only one of the two: the final's sheet, and the start list that was worked out."""


class Played(msgspec.Struct, frozen=True):
    """The whole night."""

    races: tuple[Raced, ...]
    decided: tuple[Decided, ...]

    @property
    def is_as_known(self) -> bool:
        """Whether nothing that was found differs from what the sheets know."""
        differ = [raced.comparison.differences for raced in self.races]
        return not any(differ) and not any(decided.finalists_differ for decided in self.decided)


def play(script: Script, meet: Meet, watch: Callable[[Raced], None]) -> Played:
    """The night of *script*, race by race through *meet*'s log; *watch* sees each race when it is over."""
    meet.append_all(opening(script))
    meet.append_all(posted(script, meet, Instant(_first(script) - _POSTED)))
    raced: list[Raced] = []
    decided: list[Decided] = []
    medals = _medals_before(script)
    for race in script.races:
        raced.append(_race(script, race, meet))
        signed = max(record.at for record in meet.records(race.id))
        meet.append_all(posted(script, meet, after(signed, MINUTE)))
        watch(raced[-1])
        if raced[-1].race.phase == "final":
            medals = _awarded(script, race, raced[-1].race, medals)
            decided.append(_decision(script, race, meet, medals))
    meet.append_all(ceremonies(script, raced[-1].race))
    return Played(tuple(raced), tuple(decided))


def opening(script: Script) -> Iterator[Draft]:
    """The meet, its competitions and their entries."""
    at = Instant(_first(script) - HOUR)
    day = script.date.isoformat()
    opened = MeetOpened(
        script.name, script.venue, day, script.utc_offset, script.lap_m, script.profile, script.games
    )
    yield Draft(opened, by=SECRETARY, at=at)
    for number, scripted in enumerate(script.competitions, 1):
        sheets = [sheet_of(race) for race in script.races if race.competition == scripted.id]
        opening = CompetitionOpened(
            scripted.id, scripted.title, scripted.category, scripted.rules, scripted.title_at_games
        )
        yield Draft(opening, by=SECRETARY, at=at)
        yield Draft(EntriesTaken(scripted.id, entries(sheets, 1000 * number + 1)), by=SECRETARY, at=at)
        if scripted.ceremony:
            yield Draft(scripted.ceremony.planned(scripted.id), by=SECRETARY, at=at)


def _first(script: Script) -> Instant:
    """When the first race is to start."""
    return min(starting(script, race) for race in script.races)


_POSTED = Duration(45 * MINUTE)
"""So long before the first race the start lists hang on the board, if they wait for no other race."""


def posted(script: Script, meet: Meet, at: Instant) -> list[Draft]:
    """Plan and start list of every race that has none yet and waits for no other, to be posted *at* a moment."""
    known = meet.races()
    due = [race for race in script.races if race.id not in known and _may_be_drawn(script, race, meet)]
    return [
        Draft(event, race.id, SECRETARY, at)
        for race in due
        for event in (
            planned(script, race, sheet_of(race)),
            StartListPosted(starters_of(script, race, meet)),
        )
    ]


def _may_be_drawn(script: Script, race: RaceScript, meet: Meet) -> bool:
    """Whether a race is no final, or all semi-finals before it are official."""
    if race_planned(sheet_of(race)).phase != "final":
        return True
    before = [
        other.id
        for other in script.races
        if other.competition == race.competition and race_planned(sheet_of(other)).phase == "semi-final"
    ]
    return all(other in meet.races() and meet.race(other).status is Status.OFFICIAL for other in before)


def ceremonies(script: Script, last: Race) -> Iterator[Draft]:
    """That the medals were handed over, when the *last* race is over."""
    over = last.latest or starting(script, script.races[-1])
    for scripted in script.competitions:
        if scripted.ceremony:
            yield Draft(CeremonyHeld(scripted.id), by=SECRETARY, at=after(over, _TO_THE_PODIUM))


_TO_THE_PODIUM = Duration(15 * MINUTE)
"""How long after the last race the ceremonies are written down; no report tells the minute."""


def _race(script: Script, race: RaceScript, meet: Meet) -> Raced:
    sheet = sheet_of(race)
    plan = planned(script, race, sheet)
    starters = tuple(meet.race(race.id).starters.values())
    _skate(script, race, starters, meet)
    skated = meet.race(race.id)
    over = skated.latest or starting(script, race)
    meet.append_all(_drafts(race, judged(skated, over)))
    final = meet.race(race.id)
    semi_finals = [*[()] * (plan.place - 1), standings(final)]
    going_on = qualified(semi_finals, plan.rulebook) if plan.phase == "semi-final" else ()
    when = tuple(moments(list(meet.records(race.id))))
    timeless = {row.name for row in sheet.skaters if row.duration is None}
    made_up = frozenset(starter.bib for starter in starters if starter.skater.name in timeless)
    return Raced(race.id, plan.title, final, going_on, when, compared(sheet, final), made_up)


def _skate(script: Script, race: RaceScript, starters: Sequence[Starter], meet: Meet) -> None:
    """The race itself: passings as P3 bytes over loopback TCP into the log, people's words beside them."""
    said = told(script, race, starters)
    rng = Random(f"{script.seed} {race.id} box")  # noqa: S311 - a made-up race is no secret
    marks = [word for word in said if isinstance(word.event, MarkGiven)]
    words = [word for word in said if not isinstance(word.event, MarkGiven | Passing)]
    meet.append_all(_drafts(race, words))
    asyncio.run(_capture(meet, race, story_of([word.event for word in said], starters, rng), rng))
    meet.append_all(_drafts(race, marks))


async def _capture(meet: Meet, race: RaceScript, skated: Story, rng: Random) -> None:
    """All passings of the story, from a decoder that is not there, captured as on a real night."""
    async with serve(skated, Plan(port=0, speed=AT_ONCE), rng) as box:
        device = Device(DECODER, "p3", parse_address(f"tcp://127.0.0.1:{box.port}"))
        capture = Capture(meet, race.id, [device], meet.path.with_suffix(".raw"), trusts_box=True)
        listening = asyncio.create_task(capture.run())
        try:
            await asyncio.wait_for(capture.until(lambda: capture.stored >= len(skated.passings)), _PATIENCE)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


_PATIENCE = 60.0
"""Seconds after which a race that does not arrive over loopback is given up."""


def _drafts(race: RaceScript, said: Iterable[Said]) -> Iterator[Draft]:
    return (Draft(word.event, race.id, word.by, word.at) for word in said)


def starters_of(script: Script, race: RaceScript, meet: Meet) -> tuple[Starter, ...]:
    """The start list: of a final from the semi-finals, else as the sheet has it, by NOC and name."""
    competition = competitions(meet.records())[race.competition]
    semi_finals = competition.races_of("semi-final")
    if race_planned(sheet_of(race)).phase == "final" and semi_finals:
        going_on = qualified([standings(meet.race(semi)) for semi in semi_finals], competition.rulebook)
        return start_list(going_on, competition.rulebook, entries=competition.entries)
    here = {score.skater.id for score in sheet_scores(sheet_of(race))}
    drawn = [
        (entry, "drawn so, by the official sheet") for entry in competition.entered if entry.skater.id in here
    ]
    return line_up(drawn, script.competition(race).rules)


def _medals_before(script: Script) -> Medals:
    """The medals of the Games before the first event that this night decides."""
    known = games(script.games)
    deciding = [known.find(competition.sport, competition.event) for competition in script.competitions]
    return known.before(min(deciding, key=lambda event: event.place).number)


def _awarded(script: Script, race: RaceScript, final: Race, medals: Medals) -> Medals:
    """The *medals* with those of the final just skated."""
    scripted = script.competition(race)
    event = medals.find(scripted.sport, scripted.event)
    at = final.latest or event.at
    return medals.adding(award(event, at, standings(final), people(), f"race {race.id}"))


def _decision(script: Script, race: RaceScript, meet: Meet, medals: Medals) -> Decided:
    scripted = script.competition(race)
    number = medals.find(scripted.sport, scripted.event).number
    competition = competitions(meet.records())[race.competition]
    semi_finals = [standings(meet.race(semi)) for semi in competition.races_of("semi-final")]
    final = meet.race(race.id)
    profile = scripted.rules.profile(script.profile)
    ranking = event_ranking(standings(final), semi_finals, scripted.rules, profile=profile)
    printed = {row.name for row in sheet_of(race).skaters}
    started = {starter.skater.name for starter in final.starters.values()}
    differ = tuple(sorted(printed ^ started))
    told = claims(medals, number, archive())
    return Decided(scripted.title, ranking, medallists(standings(final)), told, table(medals), differ)


# What became certain, and when


class Moment(msgspec.Struct, frozen=True):
    """The moment at which something about a skater became certain."""

    certainty: Certainty
    starter: Starter
    lap: int
    """The lap that had just ended."""
    clock: str
    points: int


def moments(records: Sequence[Record]) -> list[Moment]:
    """When each skater became sure of what the race is for, in the order in which it happened.

    Looked at whenever a place at a sprint is decided.
    """
    race = replay(())
    found: dict[int, Moment] = {}
    decided = 0
    for record in sorted(records, key=lambda record: (record.at, record.number)):
        race.tell(record)
        ended = race.verdicts.get(record.number) if isinstance(record.event, Passing) else None
        if not isinstance(ended, Lap) or ended.number not in race.tables:
            continue
        places = sum(len(race.order(lap, len(table))) for lap, table in race.tables.items())
        if places > decided:
            decided = places
            found |= {moment.starter.bib: moment for moment in _newly(race, ended, found)}
    return list(found.values())


def _newly(race: Race, ended: Lap, known: Mapping[int, Moment]) -> Iterator[Moment]:
    totals = {standing.score.bib: standing.score.total for standing in standings(race)}
    shown = clock(Duration(ended.at - (race.start or 0)))
    for certainty in sure(race):
        if certainty.sure and certainty.bib not in known:
            starter = race.starters[certainty.bib]
            yield Moment(certainty, starter, ended.number, shown, totals[certainty.bib])


# Compared with what is printed


class Comparison(msgspec.Struct, frozen=True):
    """A race that was played again, beside its sheet."""

    checked: int
    """The known facts that were compared."""
    differences: tuple[str, ...]


def compared(sheet: Sheet, race: Race) -> Comparison:
    """Every rank, total, time, laps and mark that the *sheet* knows, beside what the engine found."""
    pairs = list(_pairs(sheet, race))
    wrong = [
        f"{who}: {what} is {printed} on the sheet, {ours} here"
        for who, what, printed, ours in pairs
        if printed != ours
    ]
    return Comparison(len(pairs), tuple(wrong))


def _pairs(sheet: Sheet, race: Race) -> Iterator[tuple[str, str, object, object]]:
    found = {standing.skater.name: standing for standing in standings(race)}
    for row in sheet.skaters:
        standing = found[row.name]
        facts = {
            "rank": (row.rank, standing.rank),
            "total": (row.points_total, standing.score.total),
            "laps": (row.laps, standing.score.laps),
            "time": (row.duration, standing.score.time and cut(standing.score.time, 2)),
            "mark": (row.irm, standing.score.irm),
        }
        known = {what: fact for what, fact in facts.items() if what == "mark" or fact[0] is not None}
        yield from ((row.name, what, printed, ours) for what, (printed, ours) in known.items())


# As plain values


def as_json(script: Script, played: Played, check: Check, file: str) -> dict[str, object]:
    """The whole night as `lastlap demo --json` prints it."""
    return {
        "night": script.name,
        "meet": file,
        "reconstructed": f"made up: {script.made_up}",
        "records": check.records,
        "head": check.head,
        "races": [_race_json(raced) for raced in played.races],
        "competitions": [_decided_json(decided) for decided in played.decided],
        "facts_compared": sum(raced.comparison.checked for raced in played.races),
        "differences": [word for raced in played.races for word in raced.comparison.differences],
    }


def _race_json(raced: Raced) -> dict[str, object]:
    version = max((record.number for record in raced.race.records), default=0)
    return {
        "board": board(raced.race, raced.id, version),
        "qualified": [
            {
                "bib": who.standing.score.bib,
                "name": who.standing.skater.name,
                "mark": who.mark,
                "why": who.why,
            }
            for who in raced.qualifiers
        ],
        "sure": [
            {
                "bib": moment.starter.bib,
                "name": moment.starter.skater.name,
                "noc": moment.starter.skater.noc,
                "lap": moment.lap,
                "clock": moment.clock,
                "points": moment.points,
                "why": moment.certainty.why,
            }
            for moment in raced.moments
        ],
        "made_up_times": sorted(raced.made_up_times),
        "facts_compared": raced.comparison.checked,
        "differences": raced.comparison.differences,
    }


def _decided_json(decided: Decided) -> dict[str, object]:
    return {
        "title": decided.title,
        "ranking": [
            {
                "rank": placing.rank,
                "shared": placing.shared,
                "name": placing.standing.skater.name,
                "noc": placing.standing.skater.noc,
                "why": placing.why,
            }
            for placing in decided.ranking
        ],
        "medallists": [
            {
                "medal": medallist.medal,
                "name": medallist.standing.skater.name,
                "noc": medallist.standing.skater.noc,
            }
            for medallist in decided.medallists
        ],
        "claims": decided.claims,
        "medal_standings": decided.table,
        "finalists_differ": decided.finalists_differ,
    }
