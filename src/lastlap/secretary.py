"""What the race secretary does with a meet: open it, take entries, draw, withdraw, go on to the final.

Strategy: each function reads the log, works out what is to be said with `lastlap.competition`,
and appends it.  What may not be done is refused with the reason before anything is written.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from lastlap.competition import (
    Competition,
    competitions,
    qualified,
    start_list,
    substituted,
    to_division_a,
)
from lastlap.draw import draw
from lastlap.entries import EntryList
from lastlap.errors import InputError, RefusedError
from lastlap.events import (
    CompetitionOpened,
    EntriesTaken,
    EntryWithdrawn,
    Event,
    MeetOpened,
    Phase,
    RacePlanned,
    SkaterAdvanced,
    StartListPosted,
    meet_opened,
)
from lastlap.log import Draft, Meet
from lastlap.official import Sheet, competition_id, competition_opened, race_planned, sheet_profile
from lastlap.official import start_list as sheet_start_list
from lastlap.race import Race, Status
from lastlap.ranking import standings
from lastlap.rulebook import Rulebook
from lastlap.startlist import Entry, Starter, start_list_flaws

BY = "secretary"
"""Who says what is said here, unless somebody signs it."""

TITLES: Mapping[str, str] = {"W": "Women", "M": "Men", "JW": "Junior women", "JM": "Junior men", "X": "Mixed"}
"""What the categories are called."""

_SIGNED = (Status.OFFICIAL, Status.CORRECTED)


def open_meet(meet: Meet, opened: MeetOpened, rulebooks: Mapping[str, Rulebook]) -> None:
    """Writes down a new meet with a competition for each category, under its rulebook."""
    events: list[Event] = [opened]
    for category, rulebook in rulebooks.items():
        title = TITLES.get(category, category)
        events.append(CompetitionOpened(title.lower().replace(" ", "-"), title, category, rulebook))
    meet.append_all(Draft(event, by=BY) for event in events)


def open_from_sheets(meet: Meet, sheets: Sequence[Sheet], games: int | None = None) -> None:
    """Writes down a meet whose races and start lists are those of official sheets.

    The year of the *games* that it is part of is that of the sheets, if they are of Games and nothing
    else is said.

    Raises `InputError` if two sheets have one id, or a start list cannot be.
    """
    twice = [name for name, count in Counter(sheet.id for sheet in sheets).items() if count > 1]
    if twice:
        message = f"two sheets have the id {twice[0]}: give each race its own"
        raise InputError(message)
    opened = _meet_of(sheets[0])
    drafts = [Draft(msgspec.structs.replace(opened, games=games or opened.games), by=BY)]
    for competition in dict.fromkeys(map(competition_id, sheets)):
        drafts += _competition_of([sheet for sheet in sheets if competition_id(sheet) == competition])
    meet.append_all(drafts)


def _competition_of(sheets: Sequence[Sheet]) -> Iterator[Draft]:
    """A competition with the entries, plans and start lists of its sheets."""
    opened = competition_opened(sheets)
    yield Draft(opened, by=BY)
    starters = [starter for sheet in sheets for starter in sheet_start_list(sheet)]
    entries = {starter.skater.id: Entry(starter.skater, starter.transponders) for starter in starters}
    yield Draft(EntriesTaken(opened.competition, tuple(entries.values())), by=BY)
    for sheet in sheets:
        posted = StartListPosted(sheet_start_list(sheet), "as the sheet has it")
        for flaw in start_list_flaws(posted.starters):
            message = f"the sheet {sheet.id}: {flaw}"
            raise InputError(message)
        yield Draft(race_planned(sheet), sheet.id, BY)
        yield Draft(posted, sheet.id, BY)


def _meet_of(sheet: Sheet) -> MeetOpened:
    day = sheet.day.isoformat() if sheet.day else ""
    profile = sheet_profile(sheet)
    games = sheet.day.year if sheet.day and profile == "olympic" else None
    return MeetOpened(sheet.competition or sheet.id, sheet.venue or "", day, profile=profile, games=games)


def competition_of(meet: Meet, wanted: str | None) -> Competition:
    """The competition with the id *wanted*, or the only one of the meet if that is not said.

    Raises `InputError`, which lists those there are.
    """
    found = competitions(meet.records())
    if wanted is None and len(found) == 1:
        return next(iter(found.values()))
    if wanted not in found:
        known = ", ".join(found) or "none"
        what = "say which competition" if wanted is None else f"there is no competition {wanted!r}"
        message = f"{meet.path.name}: {what}: it has {known}"
        raise InputError(message)
    return found[wanted]


def profile_of(meet: Meet) -> str:
    """The name of the profile by which the meet's sheets are printed."""
    opened = meet_opened(meet.records())
    return opened.profile if opened else ""


def enter(meet: Meet, competition: Competition, read: EntryList, *, anyway: bool) -> int:
    """Takes the entries that were read, and returns how many; none at all if a row is wrong, unless *anyway*."""
    wrong = any(problem.error for problem in read.problems)
    if not read.entries or (wrong and not anyway):
        return 0
    if competition.races:
        message = f"{competition.title} is drawn already: withdraw skaters, or let reserves come in"
        raise RefusedError(message)
    meet.append(EntriesTaken(competition.id, read.entries), by=BY)
    return len(read.entries)


def withdraw(
    meet: Meet, competition: Competition, names: Sequence[str], why: str, by: str = BY
) -> list[StartListPosted]:
    """Withdraws skaters, by id or by name, and posts the start lists that change; reserves come in.

    Raises `InputError` for somebody who is not entered, and changes nothing then.
    """
    leaving = [_entry_named(competition, name) for name in names]
    meet.append_all(Draft(EntryWithdrawn(competition.id, entry.skater.id, why), by=by) for entry in leaving)
    now = competition_of(meet, competition.id)
    waiting = [race for race in now.races if meet.race(race).status is Status.READY]
    drawn = [tuple(meet.race(race).starters.values()) for race in waiting]
    posted: list[StartListPosted] = []
    for race, before, after in zip(waiting, drawn, substituted(drawn, now), strict=True):
        if after.starters != before:
            meet.append(after, race=race, by=by)
            posted.append(after)
    return posted


def _entry_named(competition: Competition, name: str) -> Entry:
    wanted = name.casefold()
    for entry in competition.entries:
        if wanted in (entry.skater.id, entry.skater.name.casefold()):
            return entry
    message = f"{name!r} is not entered for {competition.title}: give the name as entered, or the skater's id"
    raise InputError(message)


def draw_next(meet: Meet, competition: Competition, seed: str, by: str = BY) -> dict[str, RacePlanned]:
    """Plans the next races of a competition with their start lists, and returns their plans by id.

    First the draw; when the semi-finals are official, the final; when division B is official,
    division A with those who come up from it.  Raises `RefusedError`, which says what is missing.
    """
    if not competition.races:
        return _first_draw(meet, competition, seed, by)
    semi_finals = competition.races_of("semi-final")
    if semi_finals and not competition.races_of("final"):
        return _draw_final(meet, competition, semi_finals, by)
    upper, lower = competition.races_of("division A"), competition.races_of("division B")
    if upper and lower:
        return _fill_division_a(meet, competition, upper[0], lower[0], by)
    message = f"{competition.title}: everything is drawn: {', '.join(competition.races)}"
    raise RefusedError(message)


def _first_draw(meet: Meet, competition: Competition, seed: str, by: str) -> dict[str, RacePlanned]:
    drawn = draw(competition.entered, competition.rulebook, seed=seed)
    plans: dict[str, RacePlanned] = {}
    for race in drawn.races:
        name = race_id(competition, race.phase, race.place)
        plans[name] = _plan(competition, race.phase, race.place)
        _post(meet, {name: plans[name]}, race.starters, drawn.why, by)
    return plans


def _draw_final(
    meet: Meet, competition: Competition, semi_finals: Sequence[str], by: str
) -> dict[str, RacePlanned]:
    races = [_signed(meet, race) for race in semi_finals]
    going_on = qualified(
        [standings(race) for race in races],
        competition.rulebook,
        advanced=[[one.bib for one in race.said(SkaterAdvanced)] for race in races],
    )
    starters = start_list(going_on, competition.rulebook, entries=competition.entries)
    name, plan = race_id(competition, "final", 1), _plan(competition, "final", 1)
    _post(meet, {name: plan}, starters, f"from {' and '.join(semi_finals)}", by)
    return {name: plan}


def _fill_division_a(
    meet: Meet, competition: Competition, upper: str, lower: str, by: str
) -> dict[str, RacePlanned]:
    race = meet.race(upper)
    seeds = tuple(race.starters.values())
    coming = to_division_a(standings(_signed(meet, lower)), competition.rulebook)
    known = {starter.skater.id for starter in seeds}
    if any(who.standing.skater.id in known for who in coming):
        message = f"{competition.title}: division B has fed division A already"
        raise RefusedError(message)
    starters = start_list(coming, competition.rulebook, entries=competition.entries, behind=seeds)
    meet.append(StartListPosted(starters, f"with those who come up from {lower}"), race=upper, by=by)
    return {upper: competition.races[upper]}


def _signed(meet: Meet, name: str) -> Race:
    race = meet.race(name)
    if race.status not in _SIGNED:
        message = f"{name} is {race.status.value}: its result must be official before the next race is drawn"
        raise RefusedError(message)
    return race


def _plan(competition: Competition, phase: Phase, place: int) -> RacePlanned:
    number = f" {place}" if phase == "semi-final" else ""
    return RacePlanned(
        competition.id, phase, f"{competition.title}, {phase}{number}", competition.rulebook, place
    )


def race_id(competition: Competition, phase: str, place: int) -> str:
    """The id of a race: `w-sf1`, `w-final`, `m-a`."""
    ends = {"semi-final": f"sf{place}", "final": "final", "division A": "a", "division B": "b"}
    return f"{competition.category.lower()}-{ends[phase]}"


def _post(
    meet: Meet, plans: Mapping[str, RacePlanned], starters: Iterable[Starter], why: str, by: str
) -> None:
    """Plans a race and posts its start list, in one go."""
    posted = StartListPosted(tuple(starters), why)
    meet.append_all(Draft(event, race, by) for race, plan in plans.items() for event in (plan, posted))
