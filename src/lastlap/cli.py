"""The commands: one function each, plain text for people, `--json` for programs.

Exit codes: 0 fine, 1 the answer is "no", 2 wrong use or wrong input, which is one sentence on
stderr.  What a command needs is imported when it runs, so that `lastlap --help` is there at once.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lastlap.errors import InputError, LastlapError, MeetError, RefusedError, RulebookError

if TYPE_CHECKING:
    from lastlap.capture import Capture
    from lastlap.certainty import Certainty
    from lastlap.log import Check, Meet
    from lastlap.official import Sheet
    from lastlap.publish import Book, Wanted
    from lastlap.rulebook import Rulebook
    from lastlap.times import Instant

YES, NO, WRONG_USE = 0, 1, 2
"""What a command's exit code says."""

Options = argparse.Namespace
"""What the user wrote."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that *arguments* (else the command line) name, and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except RefusedError as error:
        print(f"lastlap: {error}", file=sys.stderr)
        return NO
    except LastlapError as error:
        print(f"lastlap: {error}", file=sys.stderr)
        return WRONG_USE
    except BrokenPipeError:
        sys.stderr.close()
        return YES


# The night played again


def demo(options: Options) -> int:
    """Play a whole race night again, from entries to medals, and leave its meet in a folder."""
    from lastlap import night, terminal
    from lastlap.games import games
    from lastlap.log import Meet
    from lastlap.publish import Wanted, publish, read_book

    script = night.night(options.night or night.nights()[0])
    folder = Path(options.out or Path(script.file).stem)
    file = _fresh(folder / script.file)
    watch = terminal.Quiet() if options.json else terminal.Progress(script)
    with Meet.create(file) as meet, watch:
        played = night.play(script, meet, watch.raced)
        check = meet.check()
        book = read_book(meet, games(script.games))
    with _files(folder):
        written = publish(book, folder, Wanted())
    if options.json:
        _print_json(night.as_json(script, played, check, str(file)) | {"published": len(written)})
    else:
        terminal.show_night(script, played, check, file)
        print(f"{len(written)} sheets and charts in {folder}")
    return YES if played.is_as_known and check.ok else NO


def _fresh(file: Path) -> Path:
    """*file* with nothing of an earlier demo beside it."""
    with _files(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        for old in file.parent.glob(f"{file.name}*"):
            old.unlink()
    return file


# Official sheets


def rank(options: Options) -> int:
    """Rank official sheets anew, whatever rank, total and qualification they print."""
    from lastlap.official import rank_sheet

    for file, sheet in _sheets(options.files):
        ranked = rank_sheet(sheet)
        if options.json:
            _print_json(ranked.as_json(file))
        else:
            _terminal().show_ranked(file, ranked)
    return YES


def verify(options: Options) -> int:
    """Compare official sheets with what the rules say; 1 if anything differs."""
    from lastlap.official import verify_sheet

    differ = False
    for file, sheet in _sheets(options.files):
        found = verify_sheet(sheet)
        differ = differ or bool(found.differences)
        if options.json:
            _print_json(
                {"file": file, "id": sheet.id, "skaters": len(sheet.skaters)}
                | {"differences": found.differences, "warnings": found.warnings}
            )
        else:
            _terminal().show_verified(file, len(sheet.skaters), found)
    return NO if differ else YES


def _sheets(files: Sequence[str]) -> "Iterator[tuple[str, Sheet]]":
    from lastlap.official import parse_sheet

    for file in files:
        yield file, parse_sheet(_read(Path(file)), file)


# The secretary


def new(options: Options) -> int:
    """Make a meet: with its competitions under an edition, or from official sheets."""
    from lastlap import secretary
    from lastlap.events import MeetOpened
    from lastlap.log import Meet

    if options.sheets:
        sheets = [sheet for _, sheet in _sheets(options.sheets)]
        with Meet.create(options.meet) as meet:
            secretary.open_from_sheets(meet, sheets)
            return _say_races(meet, options)
    categories = options.category or ["W", "M"]
    rulebooks = {category: _rulebook(options.edition, category) for category in categories}
    opened = MeetOpened(
        options.name or Path(options.meet).stem, options.venue, options.date,
        options.utc_offset, options.lap_m, options.profile,
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

    text, encoding = decode_entries(_read(Path(options.entries)), origin=options.entries)
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
        _print_json(
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
        _print_json(
            {
                "competition": competition.id,
                "races": [
                    {"race": name, "starters": list(race.starters.values())} for name, race in races.items()
                ],
            }
        )
    else:
        for name, race in races.items():
            _terminal().show_start_list(name, race)
    return YES


def withdraw(options: Options) -> int:
    """Withdraw skaters before the start; reserves come in and the start lists are posted anew."""
    from lastlap import secretary
    from lastlap.log import Meet

    with Meet.open(options.meet, write=True) as meet:
        competition = secretary.competition_of(meet, options.competition)
        posted = secretary.withdraw(meet, competition, options.skaters, options.why)
    if options.json:
        _print_json({"competition": competition.id, "changes": [change.why for change in posted]})
    else:
        print(*([change.why for change in posted] or ["withdrawn; no start list changes"]), sep="\n")
    return YES


def _rulebook(name: str, category: str) -> "Rulebook":
    """An edition by its name, or a rulebook of one's own by its file."""
    from lastlap.rulebook import edition, parse_rulebook

    if not name.endswith(".toml"):
        return edition(name, category)
    try:
        text = _read(Path(name)).decode()
    except UnicodeDecodeError as error:
        message = f"{name} is no text: a rulebook is a TOML file in UTF-8"
        raise RulebookError(message) from error
    return parse_rulebook(text, category, origin=name)


def _say_races(meet: "Meet", options: Options) -> int:
    races = {race: len(meet.race(race).starters) for race in meet.races()}
    if options.json:
        _print_json({"meet": str(meet.path), "races": races})
    else:
        print(f"{meet.path.name}: {len(races)} races")
        print(*(f"  {race}: {starters} on the start list" for race, starters in races.items()), sep="\n")
    return YES


def _say_competitions(meet: "Meet", options: Options) -> int:
    from lastlap.competition import competitions

    found = competitions(meet.records())
    if options.json:
        _print_json({"meet": str(meet.path), "competitions": list(found)})
    else:
        print(*(f"{name}: {one.title}, {one.rulebook.title}" for name, one in found.items()), sep="\n")
    return YES


# The timekeeper


def capture(options: Options) -> int:
    """Listen to decoders and write what they say into a race's log, until it is finished or Ctrl-C."""
    import asyncio

    from lastlap.capture import Capture, parse_device
    from lastlap.log import Meet

    devices = [parse_device(text) for text in options.decoder]
    with Meet.open(options.meet, write=True) as meet:
        meet.race(options.race)
        raw = Path(options.raw) if options.raw else meet.path.with_suffix(".raw")
        listening = Capture(meet, options.race, devices, raw)
        with suppress(KeyboardInterrupt):
            asyncio.run(_listen(listening, lambda: options.until_finished and _is_over(meet, options.race)))
        print(f"{listening.stored} records stored; raw bytes in {raw}")
    return YES


async def _listen(listening: "Capture", is_enough: Callable[[], bool]) -> None:
    """Runs a capture, and says on stderr whenever the state of a device changes."""
    import asyncio

    running = asyncio.ensure_future(listening.run())
    shown: list[str] = []
    while not is_enough() and not running.done():
        words = [f"{state.word}: {state.says}" for state in listening.states]
        words += filter(None, [listening.trouble])
        if [word.partition(":")[0] for word in words] != shown:
            shown = [word.partition(":")[0] for word in words]
            print(*words, sep="\n", file=sys.stderr)
        await asyncio.wait([running], timeout=0.2)
    running.cancel()
    await asyncio.wait([running])


def _is_over(meet: "Meet", race: str) -> bool:
    from lastlap.race import Status

    return meet.race(race).status not in (Status.PLANNED, Status.READY, Status.RUNNING)


def rehearse(options: Options) -> int:
    """Play a decoder on TCP for a whole race: the race of the log, or a made-up one for its start list."""
    from random import Random

    from lastlap.events import GunFired, Passing
    from lastlap.log import Meet
    from lastlap.timing.box import made_up, story_of
    from lastlap.timing.faults import parse_fault
    from lastlap.timing.rehearsal import Plan, rehearse

    with Meet.open(options.meet) as meet:
        race = meet.race(options.race)
        told = [record.event for record in meet.records(options.race)]
    starters = tuple(race.starters.values())
    rng = Random(options.seed)  # noqa: S311 - a rehearsal keeps no secret
    if any(isinstance(event, Passing) for event in told):
        skated = story_of([event for event in told if isinstance(event, Passing | GunFired)], starters, rng)
    else:
        skated = made_up(starters, race.laps, list(race.tables), _now(), rng)
    faults = tuple(parse_fault(text) for text in options.fault)
    with suppress(KeyboardInterrupt):
        rehearse(skated, Plan(port=options.port, faults=faults, speed=options.speed), options.seed, print)
    return YES


def _now() -> "Instant":
    from lastlap.log import wall_clock

    return wall_clock()


def tell(options: Options) -> int:
    """Write down what an official says of a race: an event as `lastlap export` prints it."""
    import msgspec

    from lastlap.events import Event
    from lastlap.log import Meet
    from lastlap.refusal import refusal

    try:
        event: Event = msgspec.json.decode(options.event, type=Event)
    except msgspec.MsgspecError as error:
        message = f"{options.event!r} is no event: {error}"
        raise InputError(message) from error
    with Meet.open(options.meet, write=True) as meet:
        refused = refusal(meet.race(options.race), event)
        if refused:
            raise RefusedError(refused)
        record = meet.append(event, race=options.race, by=options.by)
    print(f"record {record.number}")
    return YES


def replay_raw(options: Options) -> int:
    """Build a race's log again from the raw bytes that a capture kept; what it has already is not doubled."""
    from lastlap.capture import parse_device, replayed
    from lastlap.log import Meet
    from lastlap.timing.raw import read_raw

    devices = [parse_device(text) for text in options.decoder]
    with Meet.open(options.meet, write=True) as meet, _files(Path(options.raw)):
        meet.race(options.race)
        before = sum(1 for _ in meet.records())
        meet.append_all(replayed(read_raw(Path(options.raw)), devices, options.race))
        added = sum(1 for _ in meet.records()) - before
    print(f"{added} records added to {options.race}")
    return YES


# Looking


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
        _print_json(board(race, options.race, version))
    else:
        _terminal().show_standings(options.race, race, profile)
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
        _print_json(
            {
                "race": options.race,
                "skaters": [_certainty_json(one, names[one.bib].name, names[one.bib].noc) for one in found],
            }
        )
    else:
        _terminal().show_sure(options.race, race, found)
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
            with _files(loose):
                loose.write_text("".join(f"{line}\n" for line in saved.loose), encoding="utf-8")
            print(f"what can be read but not proved stands in {loose}")
        return YES
    found = _checked(options.meet)
    if options.json:
        _print_json(found)
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

    with Meet.open(options.meet) as meet, _writing(options.out) as write:
        for line in meet.export():
            write(f"{line}\n")
    return YES


def take_in(options: Options) -> int:
    """Make a meet from the JSON lines of `lastlap export`, identical to the byte."""
    from lastlap.log import import_lines

    text = sys.stdin.read() if options.lines == "-" else _text(Path(options.lines))
    with import_lines(options.meet, text.splitlines()) as meet:
        found = meet.check()
    print(f"{options.meet}: {found.sentence}")
    return YES


def publish(options: Options) -> int:
    """Write a meet's sheets, charts and feeds into a folder."""
    from lastlap.games import games
    from lastlap.log import Meet
    from lastlap.publish import WRITERS, Wanted, publish, read_book

    formats = [name for text in options.format for name in text.split(",")]
    strange = [name for name in formats if name not in WRITERS]
    if strange:
        message = f"there is no format {strange[0]!r}: choose among {', '.join(WRITERS)}"
        raise InputError(message)
    with Meet.open(options.meet) as meet:
        book = read_book(meet, games(options.games) if options.games else None)
    wanted = Wanted(tuple(options.race), options.reasons, tuple(options.fonts))
    with _files(Path(options.out)):
        written = publish(book, Path(options.out), wanted, formats)
    lost = _lost(book, wanted) if not formats or "pdf" in formats else ""
    if options.json:
        files = [str(path) for path in written]
        _print_json({"folder": options.out, "files": files, "lost": lost})
    else:
        print(f"{len(written)} files in {options.out}")
    return YES


def _lost(book: "Book", wanted: "Wanted") -> str:
    """The characters that no font has, told on stderr too: they stand as a mark in the PDFs."""
    from lastlap.publish.pdf import lost_in, lost_words

    lost = lost_in(book, wanted)
    if lost:
        print(
            f"lastlap: {lost_words(lost)} Give a folder with a font that has them: --fonts", file=sys.stderr
        )
    return lost


def chart(options: Options) -> int:
    """Draw a chart of a race, as SVG or PNG."""
    from lastlap.log import Meet
    from lastlap.publish import read_book
    from lastlap.publish.charts import KINDS
    from lastlap.publish.charts import chart as drawn

    out = Path(options.out)
    if options.kind not in KINDS or out.suffix not in (".svg", ".png"):
        message = (
            f"there is no chart {options.kind!r}: choose among {', '.join(KINDS)}"
            if options.kind not in KINDS
            else f"{out} is neither a .svg nor a .png: end its name with what you want"
        )
        raise InputError(message)
    with Meet.open(options.meet) as meet:
        race = meet.race(options.race)
        strange = [bib for bib in options.skater if bib not in race.starters]
        if strange:
            message = f"nobody wears cap {strange[0]} in {options.race}: `lastlap standings` lists the caps"
            raise InputError(message)
        book = read_book(meet)
    picture = drawn(book, book.chapters[options.race], options.kind, options.skater)
    with _files(out):
        out.write_bytes(_png(picture.svg) if out.suffix == ".png" else picture.svg.encode())
    print(f"{picture.title} in {out}")
    return YES


def _png(svg: str) -> bytes:
    from lastlap.publish.pdf import as_png

    return as_png(svg)


# Files and output


@contextmanager
def _files(path: Path) -> Iterator[None]:
    """A sentence instead of a traceback for whatever the file system refuses."""
    try:
        yield
    except OSError as error:
        message = (
            f"{path}: {(error.strerror or str(error)).lower()}: see that it is there and that you may use it"
        )
        raise InputError(message) from error


def _read(path: Path) -> bytes:
    with _files(path):
        return path.read_bytes()


def _text(path: Path) -> str:
    try:
        return _read(path).decode()
    except UnicodeDecodeError as error:
        message = f"{path} is no text: give the lines that `lastlap export` wrote"
        raise InputError(message) from error


@contextmanager
def _writing(out: str | None) -> Iterator[Callable[[str], object]]:
    if out is None:
        yield sys.stdout.write
        return
    with _files(Path(out)), Path(out).open("w", encoding="utf-8") as file:
        yield file.write


def _terminal() -> ModuleType:
    """What people read; fetched only for them, as tables take their time to import."""
    from lastlap import terminal

    return terminal


def _print_json(value: object) -> None:
    import msgspec

    print(msgspec.json.encode(value).decode())


# The command line


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lastlap",
        description="Runs, proves and tells a mass start speed skating night, from entries to medals.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (command, arguments) in _COMMANDS.items():
        words = (command.__doc__ or "").strip()
        one = commands.add_parser(name, help=words, description=words)
        one.set_defaults(command=command)
        for flags, settings in arguments:
            one.add_argument(*flags, **settings)
    return parser


Argument = tuple[tuple[str, ...], Mapping[str, Any]]
"""The flags of an argument, and what argparse is told of it."""


def _of(*flags: str, **settings: object) -> Argument:
    return flags, settings


_JSON = _of("--json", action="store_true", help="print JSON for programs")
_MEET = _of("meet", metavar="FILE.meet")
_RACE = _of("race", metavar="RACE")
_COMPETITION = _of("--competition", metavar="ID", help="which one, if the meet has several")

_COMMANDS: Mapping[str, tuple[Callable[[Options], int], Sequence[Argument]]] = {
    "demo": (
        demo,
        (
            _of("--out", metavar="DIR", help="the folder for what it leaves (the night's name if not given)"),
            _of("--night", metavar="NAME", help="which night, if several come with lastlap"),
            _JSON,
        ),
    ),
    "rank": (rank, (_of("files", nargs="+", metavar="FILE"), _JSON)),
    "verify": (verify, (_of("files", nargs="+", metavar="FILE"), _JSON)),
    "new": (
        new,
        (
            _MEET,
            _of(
                "--edition", default="isu-2024", metavar="NAME", help="an edition, or a TOML file of your own"
            ),
            _of(
                "--from",
                dest="sheets",
                nargs="+",
                metavar="SHEET.json",
                help="races and start lists of sheets",
            ),
            _of(
                "--category",
                action="append",
                metavar="W|M|JW|JM",
                help="repeat for several (W and M if not given)",
            ),
            _of("--name", metavar="TEXT"),
            _of("--venue", default="", metavar="TEXT"),
            _of("--date", default="", metavar="YYYY-MM-DD"),
            _of(
                "--utc-offset",
                type=int,
                default=0,
                metavar="MIN",
                help="minutes that the rink's clock is ahead of UTC",
            ),
            _of("--lap-m", type=float, metavar="M", help="the measured length of a lap"),
            _of(
                "--profile",
                default="world-cup",
                metavar="NAME",
                help="how sheets print: world-cup or olympic",
            ),
            _JSON,
        ),
    ),
    "enter": (
        enter,
        (
            _MEET,
            _of("entries", metavar="ENTRIES.csv"),
            _COMPETITION,
            _of(
                "--anyway", action="store_true", help="take the rows that are right although others are wrong"
            ),
            _JSON,
        ),
    ),
    "draw": (
        draw,
        (_MEET, _COMPETITION, _of("--seed", default="1", help="of the lot for unranked skaters"), _JSON),
    ),
    "withdraw": (
        withdraw,
        (_MEET, _of("skaters", nargs="+", metavar="SKATER"), _COMPETITION, _of("--why", default=""), _JSON),
    ),
    "capture": (
        capture,
        (
            _MEET,
            _of("--race", required=True, metavar="RACE"),
            _of(
                "--decoder",
                action="append",
                required=True,
                metavar="[NAME=]ADDRESS",
                help="tcp://HOST:PORT, serial:DEVICE@BAUD or file:PATH; repeat for several",
            ),
            _of("--raw", metavar="FILE", help="where raw bytes are kept (beside the meet if not given)"),
            _of("--until-finished", action="store_true", help="stop when everybody has finished"),
        ),
    ),
    "rehearse": (
        rehearse,
        (
            _MEET,
            _of("--race", required=True, metavar="RACE"),
            _of(
                "--port",
                type=int,
                default=5403,
                metavar="N",
                help="5403 is what P3 decoders use; 0 takes any",
            ),
            _of(
                "--speed",
                type=float,
                default=1.0,
                metavar="X",
                help="so many seconds of the race take one; inf does not wait",
            ),
            _of(
                "--fault",
                action="append",
                default=[],
                metavar="FAULT",
                help="misbehave: drop=0.01, cut=300:20 ...",
            ),
            _of("--seed", type=int, default=1, metavar="S", help="of all that is made up"),
        ),
    ),
    "tell": (
        tell,
        (
            _MEET,
            _RACE,
            _of("event", metavar="EVENT", help='JSON, as in {"type": "MarkGiven", "bib": 7, "irm": "DNF"}'),
            _of("--by", default="referee", metavar="NAME", help="who says it"),
        ),
    ),
    "replay-raw": (
        replay_raw,
        (
            _of("raw", metavar="FILE.raw"),
            _MEET,
            _of("--race", required=True, metavar="RACE"),
            _of(
                "--decoder",
                action="append",
                required=True,
                metavar="[NAME=]ADDRESS",
                help="as it was captured",
            ),
        ),
    ),
    "standings": (
        standings,
        (_MEET, _RACE, _of("--profile", metavar="NAME", help="print as this family of sheets does"), _JSON),
    ),
    "sure": (
        sure,
        (_MEET, _RACE, _of("--top", type=int, metavar="K", help="which places are asked for"), _JSON),
    ),
    "check": (
        check,
        (
            _MEET,
            _of("--salvage", metavar="NEW.meet", help="save what can be proved of a damaged file"),
            _JSON,
        ),
    ),
    "publish": (
        publish,
        (
            _MEET,
            _of("--out", required=True, metavar="DIR", help="the folder for what is published"),
            _of("--race", action="append", default=[], metavar="RACE", help="only this; repeat for several"),
            _of(
                "--format", action="append", default=[], metavar="NAME,NAME", help="only these: pdf, html ..."
            ),
            _of("--reasons", action="store_true", help="let results say why everybody has their rank"),
            _of("--games", type=int, metavar="YEAR", help="the Games whose medals the meet decides"),
            _of(
                "--fonts", action="append", default=[], metavar="DIR", help="more fonts, for rare characters"
            ),
            _JSON,
        ),
    ),
    "chart": (
        chart,
        (
            _MEET,
            _RACE,
            _of("--kind", default="position", metavar="NAME", help="position, gap, laps or points"),
            _of("--out", required=True, metavar="FILE", help="a name that ends in .svg or .png"),
            _of(
                "--skater",
                type=int,
                action="append",
                default=[],
                metavar="CAP",
                help="highlight this skater; repeat for several (the first three if not given)",
            ),
        ),
    ),
    "export": (export, (_MEET, _of("--out", metavar="FILE", help="a file instead of the terminal"))),
    "import": (take_in, (_MEET, _of("lines", metavar="LINES.jsonl", help="what export wrote; - is stdin"))),
}
"""Each command: its function, whose docstring is its help, and its arguments."""
