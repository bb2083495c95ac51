"""What anybody may look at: standings, certainties, the log and its proof."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lastlap.cli.output import NO, YES, Options, on_disk, print_json, terminal, text_of, writing
from lastlap.errors import MeetError

if TYPE_CHECKING:
    from lastlap.certainty import Certainty
    from lastlap.log import Check


def standings(options: Options) -> int:
    """Show a race's standings, each place with its reason."""
    from lastlap.board import board
    from lastlap.log import Meet
    from lastlap.secretary import profile_of

    with Meet.open(options.meet) as meet:
        race = meet.race(options.race)
        version = max((record.number for record in meet.records(options.race)), default=0)
        profile = race.rulebook.profile(options.profile or profile_of(meet))
    if options.json:
        print_json(board(race, options.race, version))
    else:
        terminal().show_standings(options.race, race, profile)
    return YES


def sure(options: Options) -> int:
    """Show what is already certain of a race, with the proof."""
    from lastlap import certainty
    from lastlap.log import Meet

    with Meet.open(options.meet) as meet:
        race = meet.race(options.race)
    found = certainty.sure(race, top=options.top)
    if options.json:
        names = {bib: starter.skater for bib, starter in race.starters.items()}
        print_json(
            {
                "race": options.race,
                "skaters": [_certainty_json(one, names[one.bib].name, names[one.bib].noc) for one in found],
            }
        )
    else:
        terminal().show_sure(options.race, race, found)
    return YES


def _certainty_json(one: "Certainty", name: str, noc: str) -> dict[str, object]:
    import msgspec

    return {"name": name, "noc": noc, "sure": one.sure, "out": one.out} | msgspec.structs.asdict(one)


def check(options: Options) -> int:
    """Prove every record of a meet by its hash chain; 1 if it is broken."""
    from lastlap.log import salvage

    if options.salvage:
        saved = salvage(options.meet, options.salvage)
        print(saved.sentence)
        if saved.loose:
            loose = Path(f"{options.salvage}-loose.jsonl")
            with on_disk(loose):
                loose.write_text("".join(f"{line}\n" for line in saved.loose), encoding="utf-8")
            print(f"what can be read but not proved stands in {loose}")
        return YES
    found = _checked(options.meet)
    if options.json:
        print_json(found)
    else:
        print(found.sentence)
    return YES if found.ok else NO


def _checked(file: str) -> "Check":
    """The check of a meet's file; a file that is too damaged to be opened is one that fails it."""
    from lastlap.log import Check, Meet

    try:
        with Meet.open(file) as meet:
            found = meet.check()
    except MeetError as error:
        if not Path(file).is_file():
            raise
        return Check(ok=False, records=0, head="", broken_at=None, sentence=str(error))
    return Check(found.ok, found.records, found.head, found.broken_at, f"{file}: {found.sentence}")


def export(options: Options) -> int:
    """Write a meet's log as JSON lines."""
    from lastlap.log import Meet

    with Meet.open(options.meet) as meet, writing(options.out) as write:
        for line in meet.export():
            write(f"{line}\n")
    return YES


def take_in(options: Options) -> int:
    """Make a meet from the JSON lines of `lastlap export`, identical to the byte."""
    from lastlap.log import import_lines

    text = sys.stdin.read() if options.lines == "-" else text_of(Path(options.lines))
    with import_lines(options.meet, text.splitlines()) as meet:
        found = meet.check()
    print(f"{options.meet}: {found.sentence}")
    return YES
