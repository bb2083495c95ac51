"""What the race secretary does before the races."""

from pathlib import Path
from typing import TYPE_CHECKING

from lastlap.cli.output import NO, YES, Options, bytes_of, print_json, terminal
from lastlap.cli.sheets import sheets_in
from lastlap.errors import RulebookError

if TYPE_CHECKING:
    from lastlap.log import Meet
    from lastlap.rulebook import Rulebook


def new(options: Options) -> int:
    """Make a meet: with its competitions under an edition, or from official sheets."""
    from lastlap import secretary
    from lastlap.events import MeetOpened
    from lastlap.log import Meet

    if options.sheets:
        sheets = [sheet for _, sheet in sheets_in(options.sheets)]
        with Meet.create(options.meet) as meet:
            secretary.open_from_sheets(meet, sheets, options.games)
            return _say_races(meet, options)
    categories = options.category or ["W", "M"]
    rulebooks = {category: _rulebook(options.edition, category) for category in categories}
    opened = MeetOpened(
        options.name or Path(options.meet).stem, options.venue, options.date,
        options.utc_offset, options.lap_m, options.profile, options.games,
    )  # fmt: skip
    with Meet.create(options.meet) as meet:
        secretary.open_meet(meet, opened, rulebooks)
        return _say_competitions(meet, options)


def enter(options: Options) -> int:
    """Take entries from a spreadsheet (CSV); every problem is named at once, by row."""
    from lastlap import secretary
    from lastlap.entries import decode_entries, read_entries
    from lastlap.log import Meet
    from lastlap.nocs import nocs

    text, encoding = decode_entries(bytes_of(Path(options.entries)), origin=options.entries)
    with Meet.open(options.meet, write=True) as meet:
        competition = secretary.competition_of(meet, options.competition)
        read = read_entries(
            text,
            nocs=nocs(),
            rulebook=competition.rulebook,
            origin=options.entries,
            category=competition.category,
        )
        taken = secretary.enter(meet, competition, read, anyway=options.anyway)
    if options.json:
        print_json(
            {"competition": competition.id, "encoding": encoding, "taken": taken, "problems": read.problems}
        )
    else:
        for problem in read.problems:
            print(f"{'error' if problem.error else 'note'}: {problem}")
        print(
            f"{competition.title}: {taken} of {len(read.entries)} entries that can be taken were taken ({encoding})"
        )
    return YES if taken else NO


def draw(options: Options) -> int:
    """Draw the next races: the semi-finals, then the final, or division A from B."""
    from lastlap import secretary
    from lastlap.log import Meet

    with Meet.open(options.meet, write=True) as meet:
        competition = secretary.competition_of(meet, options.competition)
        plans = secretary.draw_next(meet, competition, options.seed)
        races = {name: meet.race(name) for name in plans}
    if options.json:
        print_json(
            {
                "competition": competition.id,
                "races": [
                    {"race": name, "starters": list(race.starters.values())} for name, race in races.items()
                ],
            }
        )
    else:
        for name, race in races.items():
            terminal().show_start_list(name, race)
    return YES


def withdraw(options: Options) -> int:
    """Withdraw skaters before the start; reserves come in and the start lists are posted anew."""
    from lastlap import secretary
    from lastlap.log import Meet

    with Meet.open(options.meet, write=True) as meet:
        competition = secretary.competition_of(meet, options.competition)
        posted = secretary.withdraw(meet, competition, options.skaters, options.why)
    if options.json:
        print_json({"competition": competition.id, "changes": [change.why for change in posted]})
    else:
        print(*([change.why for change in posted] or ["withdrawn; no start list changes"]), sep="\n")
    return YES


def _rulebook(name: str, category: str) -> "Rulebook":
    """An edition by its name, or a rulebook of one's own by its file."""
    from lastlap.rulebook import edition, parse_rulebook

    if not name.endswith(".toml"):
        return edition(name, category)
    try:
        text = bytes_of(Path(name)).decode()
    except UnicodeDecodeError as error:
        message = f"{name} is no text: a rulebook is a TOML file in UTF-8"
        raise RulebookError(message) from error
    return parse_rulebook(text, category, origin=name)


def _say_races(meet: "Meet", options: Options) -> int:
    races = {race: len(meet.race(race).starters) for race in meet.races()}
    if options.json:
        print_json({"meet": str(meet.path), "races": races})
    else:
        print(f"{meet.path.name}: {len(races)} races")
        print(*(f"  {race}: {starters} on the start list" for race, starters in races.items()), sep="\n")
    return YES


def _say_competitions(meet: "Meet", options: Options) -> int:
    from lastlap.competition import competitions

    found = competitions(meet.records())
    if options.json:
        print_json({"meet": str(meet.path), "competitions": list(found)})
    else:
        print(*(f"{name}: {one.title}, {one.rulebook.title}" for name, one in found.items()), sep="\n")
    return YES
