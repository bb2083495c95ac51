"""The Games that come with lastlap, and what is known of earlier ones: files read as medals.

Each file under `data/` is described in the README there; the format of an events file stands
at `parse_games`.
"""

import re
from collections import Counter
from datetime import date
from functools import lru_cache
from typing import Annotated

import msgspec

from lastlap.claims import Archive, Debut
from lastlap.errors import InputError
from lastlap.medals import Career, Games, Gender, Medal, MedalEvent, Medals, Tally, Team, Winner, Won
from lastlap.nocs import nocs
from lastlap.people import People, people
from lastlap.sources import packaged, parse_document, parse_table
from lastlap.times import parse_clock


@lru_cache
def games(year: int) -> Medals:
    """The Games of that *year* with all their medals, from the files that come with lastlap.

    Raises `InputError` if there are none of that year.

    >>> games(2018).find("Speed Skating", "Women's Mass Start").number
    97
    """
    about, events = packaged("games", f"{year}.toml"), packaged("games", f"{year}.csv")
    return parse_games(about, events, people(), f"games/{year}")


def games_known(year: int | None) -> Medals | None:
    """The Games of a *year*, if there is one and their medals come with lastlap."""
    try:
        return games(year) if year else None
    except InputError:
        return None


def event_decided(medals: Medals, title: str, category: str) -> MedalEvent | None:
    """The event of the Games that a competition decides: the one called *title*, else the mass start of its *category*.

    >>> event_decided(games(2018), "", "M").title
    "Speed Skating Men's Mass Start"
    """
    wanted = title or _MASS_STARTS.get(category, "")
    return next((event for event in medals.events if event.title.casefold() == wanted.casefold()), None)


_MASS_STARTS = {"W": "Speed Skating Women's Mass Start", "M": "Speed Skating Men's Mass Start"}
"""What the programme of the Games calls the event of a category."""


@lru_cache
def archive() -> Archive:
    """What the files that come with lastlap know beyond one Games."""
    return Archive(
        tallies=parse_tallies(packaged("games", "tables.csv"), "games/tables.csv"),
        careers=parse_careers(packaged("careers.toml"), "careers.toml"),
        debuts=parse_table(packaged("games", "debuts.csv"), Debut, "games/debuts.csv"),
        nocs=nocs(),
    )


def parse_games(about: str, events: str, who: People, origin: str = "the Games") -> Medals:
    """The Games that two files tell of: *about* them (TOML, a `Games`), and their *events* (CSV).

    The rows are numbered in the order of the Games (`seq`).  An event counts from its planned
    start on the day it was held.  In a cell `;` parts the NOCs of a tie and ` & ` their names,
    `/` the two of a pair; `... team` and `... team #2` stand for a team, whose people *about*
    may name; a name without a letter is one that the source does not know.

    Raises `InputError`, which names the file and the row.
    """
    held = parse_document(about, Games, f"{origin}.toml")
    rows = parse_table(events, _Row, f"{origin}.csv")
    for seq, count in Counter(row.seq for row in rows).items():
        if count > 1:
            message = f"{origin}.csv: seq {seq} stands there {count} times: give each event its own"
            raise InputError(message)
    found = Medals(held).adding(*(_event(row, held, who, f"{origin}.csv") for row in rows))
    for team in held.teams:
        found = found.adding(_with_team(found.event(team.event), team, who, f"{origin}.toml"))
    return found


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of a file of medal events."""

    seq: int
    date: date
    """When the event was held."""
    scheduled_local: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")]
    """When it was to start, by the clocks there; of a moved event only the time of day counts."""
    sport: str
    event: str
    gender: Gender
    gold_noc: str = ""
    gold: str = ""
    silver_noc: str = ""
    silver: str = ""
    bronze_noc: str = ""
    bronze: str = ""
    date_note: str = ""


def _event(row: _Row, held: Games, who: People, origin: str) -> MedalEvent:
    where = f"{origin}, seq {row.seq}"
    _, _, clock = row.scheduled_local.partition("T")
    return MedalEvent(
        number=row.seq,
        at=held.moment(row.date, parse_clock(clock)),
        sport=row.sport,
        name=row.event,
        gender=row.gender,
        won=(
            *_won(Medal.GOLD, row.gold_noc, row.gold, who, where),
            *_won(Medal.SILVER, row.silver_noc, row.silver, who, where),
            *_won(Medal.BRONZE, row.bronze_noc, row.bronze, who, where),
        ),
        source=where,
    )


def _won(medal: Medal, noc_cell: str, name_cell: str, who: People, where: str) -> list[Won]:
    """The medals that two cells of a row tell of: several in a tie, none where a tie left none."""
    codes = noc_cell.split(";") if noc_cell else []
    names = name_cell.split(" & ") if name_cell else []
    if len(codes) != len(names):
        message = f"{where}: {medal} has {len(codes)} NOCs but {len(names)} names: give each name its NOC"
        raise InputError(message)
    return [_one(medal, noc, name, who) for noc, name in zip(codes, names, strict=True)]


_TEAM = re.compile(r" team( #\d+)?$")


def _one(medal: Medal, noc: str, name: str, who: People) -> Won:
    if not any(letter.isalpha() for letter in name):
        return Won(medal, noc, "", complete=False)
    if _TEAM.search(name):
        return Won(medal, noc, name, complete=False)
    return Won(medal, noc, name, tuple(Winner(who.find(one, noc).id, one) for one in name.split("/")))


def _with_team(event: MedalEvent, team: Team, who: People, origin: str) -> MedalEvent:
    """The *event* with the people of one of its teams."""
    key = (team.noc, team.medal)
    strangers = [identity for identity in team.people if identity not in who.by_id]
    if strangers or key not in {(won.noc, won.medal) for won in event.won if not won.people}:
        what = f"person {strangers[0]}" if strangers else f"team of {team.noc} that won {team.medal} in it"
        message = f"{origin}: team of {team.noc} in event {team.event}: there is no {what}"
        raise InputError(message)
    winners = tuple(Winner(identity, who.by_id[identity].name) for identity in team.people)
    won = (
        msgspec.structs.replace(won, people=winners, complete=team.complete)
        if (won.noc, won.medal) == key
        else won
        for won in event.won
    )
    return msgspec.structs.replace(event, won=tuple(won))


def parse_tallies(text: str, origin: str = "the tallies") -> tuple[Tally, ...]:
    """The tallies that the CSV *text* lists; the source of each begins with its place in *origin*.

    Raises `InputError` if a row cannot be used, or if its medals do not add up to its total.
    """
    return tuple(_checked(tally, origin) for tally in parse_table(text, Tally, origin))


def _checked(tally: Tally, origin: str) -> Tally:
    where = f"{origin}, {tally.noc} {tally.games}"
    known = [count for count in (tally.gold, tally.silver, tally.bronze) if count is not None]
    if len(known) == len(Medal) and sum(known) != tally.total:
        message = f"{where}: gold, silver and bronze are {sum(known)}, but the total says {tally.total}"
        raise InputError(message)
    return msgspec.structs.replace(tally, source=f"{where}: {tally.source}")


def parse_careers(text: str, origin: str = "the careers") -> dict[str, Career]:
    """The careers that the TOML *text* lists, by id; the source of each medal begins with its place in *origin*.

    Raises `InputError` if it cannot be read.
    """
    return {life.person: _sourced(life, origin) for life in parse_document(text, _Careers, origin).careers}


def _sourced(life: Career, origin: str) -> Career:
    medals = tuple(
        msgspec.structs.replace(
            medal, source=f"{origin}, {life.person} {medal.games} {medal.event}: {life.source}"
        )
        for medal in life.medals
    )
    return msgspec.structs.replace(life, medals=medals)


class _Careers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of careers."""

    careers: tuple[Career, ...]
