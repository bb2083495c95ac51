"""The commands: one function each, plain text for people, `--json` for programs.

Exit codes: 0 fine, 1 the answer is "no", 2 wrong use or wrong input, which is one sentence on
stderr.  What a command needs is imported when it runs, so that `lastlap --help` is there at once.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from lastlap.arguments import ARGUMENTS
from lastlap.errors import InputError, LastlapError, MeetError, RefusedError, RulebookError

if TYPE_CHECKING:
    from lastlap.capture import Capture
    from lastlap.certainty import Certainty
    from lastlap.events import Record
    from lastlap.log import Check, Meet
    from lastlap.night import Script
    from lastlap.official import Sheet
    from lastlap.publish import Book, Wanted
    from lastlap.publish.odf import Settings
    from lastlap.publish.report import Report
    from lastlap.publish.story import Edit
    from lastlap.rulebook import Rulebook
    from lastlap.times import Instant
    from lastlap.timing.relay import Relay

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
    from lastlap.log import Meet
    from lastlap.publish import Wanted, publish, read_book
    from lastlap.publish.website import write_site

    script = night.night(options.night or night.nights()[0])
    folder = Path(options.out or Path(script.file).stem)
    file = _fresh(folder / script.file)
    if options.serve:
        return _demo_live(script, file, options)
    watch = terminal.Quiet() if options.json else terminal.Progress(script)
    with Meet.create(file) as meet, watch:
        played = night.play(script, meet, watch.raced)
        check = meet.check()
        book = read_book(meet)
    with _files(folder):
        written = publish(book, folder, Wanted()) + write_site(book.records, folder)
    if options.json:
        _print_json(night.as_json(script, played, check, str(file)) | {"published": len(written)})
    else:
        terminal.show_night(script, played, check, file)
        messages = sum(path.suffix == ".xml" for path in written)
        print(
            f"{len(written) - messages} sheets, charts and pages, and {messages} messages for partners, in {folder}"
        )
        print(f"Begin with {folder / 'index.html'}")
    return YES if played.is_as_known and check.ok else NO


def _demo_live(script: "Script", file: Path, options: Options) -> int:
    """The night with all pages live, at the wanted speed, until Ctrl-C."""
    import asyncio

    from lastlap.live.evening import play_live
    from lastlap.live.journal import write_log
    from lastlap.live.server import ANYWHERE, Serving
    from lastlap.log import Meet

    if not 0 < options.speed <= _FASTEST:
        message = (
            f"nobody can watch a night at speed {options.speed:g}: take a number above 0, up to {_FASTEST}"
        )
        raise InputError(message)
    write_log("warning")
    serving = Serving(host=options.host or ANYWHERE, port=options.port)
    with Meet.create(file) as meet:
        asyncio.run(play_live(script, meet, serving, options.speed, _print_now))
    return YES


_FASTEST = 1_000
"""The highest speed of a night that is served."""


def _fresh(file: Path) -> Path:
    """*file* with nothing of an earlier demo beside it."""
    with _files(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        for old in (*file.parent.glob(f"{file.name}*"), *map(file.with_suffix, (".raw", ".accounts"))):
            old.unlink(missing_ok=True)
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

    from lastlap.capture import Capture
    from lastlap.log import Meet
    from lastlap.timing.devices import parse_device

    devices = [parse_device(text) for text in options.decoder]
    with Meet.open(options.meet, write=True) as meet:
        meet.race(options.race)
        raw = Path(options.raw) if options.raw else meet.path.with_suffix(".raw")
        listening = Capture(meet, options.race, devices, raw)
        fire = partial(_fire, meet, options.race) if options.gun else None
        with suppress(KeyboardInterrupt):
            asyncio.run(
                _listen(listening, lambda: options.until_finished and _is_over(meet, options.race), fire)
            )
        print(f"{listening.stored} records stored; raw bytes in {raw}")
    return YES


def _fire(meet: "Meet", race: str) -> None:
    """Fires the gun, as the Enter key has been pressed; a false start is fired again."""
    import os

    from lastlap.events import GunFired
    from lastlap.log import wall_clock

    at = wall_clock()
    if b"\n" in os.read(sys.stdin.fileno(), 1024):
        meet.append(GunFired(at), race=race, by="starter")
        print("the gun", file=sys.stderr)


async def _listen(
    listening: "Capture", is_enough: Callable[[], bool], fire: Callable[[], None] | None
) -> None:
    """Runs a capture, and says on stderr whenever the state of a device changes; Enter is for *fire*."""
    import asyncio

    if fire:
        print("press Enter for the gun", file=sys.stderr)
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), fire)
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


def serve(options: Options) -> int:
    """Run a meet live: listen to decoders, serve the pages and the API, until Ctrl-C."""
    import asyncio
    import os

    from lastlap.live.journal import write_log
    from lastlap.live.server import ANYWHERE, Serving, serve
    from lastlap.log import Meet
    from lastlap.timing.devices import parse_device

    if bool(options.tls_cert) != bool(options.tls_key):
        message = "TLS takes both files: give --tls-cert and --tls-key"
        raise InputError(message)
    serving = Serving(
        host=options.host or ANYWHERE,
        port=options.port,
        devices=tuple(parse_device(text) for text in options.decoder),
        bearer=os.environ.get("LASTLAP_TOKEN", ""),
        cert=Path(options.tls_cert) if options.tls_cert else None,
        key=Path(options.tls_key) if options.tls_key else None,
        odf=Path(options.odf) if options.odf else None,
        odf_settings=_feed_settings(options),
    )
    with Meet.open(options.meet, write=True) as meet:
        write_log()
        asyncio.run(serve(meet, serving, _print_now))
    return YES


def _print_now(text: str) -> None:
    print(text, flush=True)


def rehearse(options: Options) -> int:
    """Play a decoder on TCP: the race of a log, one made up for its start list, a known one or a capture."""
    from random import Random

    from lastlap.stories import story_for, story_in
    from lastlap.timing.faults import parse_fault
    from lastlap.timing.rehearsal import Plan, rehearse

    rng = Random(options.seed)  # noqa: S311 - a rehearsal keeps no secret
    faults = tuple(parse_fault(text) for text in options.fault)
    with ExitStack() as held:
        meet = _rehearsed(options, held)
        starters = tuple(meet.race(options.race).starters.values()) if meet else ()
        story = story_in(meet, options.race, rng) if meet and not options.story else None
        story = story or story_for(starters, options.story, rng)
        gun = _gun_of(meet, options.race) if meet and options.gun == "log" else None
        plan = Plan(port=options.port, faults=faults, speed=options.speed, holds=gun is not None)
        with suppress(KeyboardInterrupt):
            rehearse(story, plan, options.seed, partial(print, flush=True), gun)
    return YES


def _rehearsed(options: Options, held: ExitStack) -> "Meet | None":
    """The meet of the race that is rehearsed; none is needed where a story is named."""
    from lastlap.log import Meet

    if options.meet and options.race:
        return held.enter_context(Meet.open(options.meet))
    if options.meet or options.race or not options.story or options.gun == "log":
        message = "say which race: FILE.meet and --race RACE, or --story NIGHT/RACE alone"
        raise InputError(message)
    return None


def _gun_of(meet: "Meet", race: str) -> "Callable[[], Instant | None]":
    """Who looks in the log whether the gun of the race has been fired since now."""
    from lastlap.events import GunFired

    seen = max((record.number for record in meet.records()), default=0)

    def gun() -> "Instant | None":
        nonlocal seen
        fired = None
        for record in meet.records(after=seen):
            seen = record.number
            if record.race == race and isinstance(record.event, GunFired):
                fired = record.event.at
        return fired

    return gun


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
    from lastlap.inbox import replayed
    from lastlap.log import Meet, opening
    from lastlap.timing.devices import parse_device
    from lastlap.timing.raw import read_raw

    devices = [parse_device(text) for text in options.decoder]
    with Meet.open(options.meet, write=True) as meet, _files(Path(options.raw)):
        meet.race(options.race)
        before = sum(1 for _ in meet.records())
        chunks, offset = read_raw(Path(options.raw)), opening(meet).utc_offset
        told = replayed(chunks, devices, options.race, utc_offset=offset, races=meet.races)
        meet.append_all(told)
        added = sum(1 for _ in meet.records()) - before
    print(f"{added} records added to {options.race}")
    return YES


# The story


def report(options: Options) -> int:
    """Tell the story of a meet, each sentence from the records of its log; or add to it, or edit a sentence."""
    from lastlap.log import Meet
    from lastlap.publish import report as told
    from lastlap.publish.report_page import as_html
    from lastlap.publish.story import read_story, story_file

    with Meet.open(options.meet) as meet:
        records = list(meet.records())
        _competition_named(meet, options.competition)
    file, lang = Path(options.story or story_file(Path(options.meet))), options.lang or "en"
    if options.edit or options.quote or options.words or options.picture:
        return _add(options, told.report(records, lang, competition=options.competition), file)
    found = told.report(records, lang, read_story(file), options.competition)
    for sentence in (one for one in found.sentences if one.stale):
        print(f"look again at {sentence.id}: its facts have changed since it was edited", file=sys.stderr)
    if options.json:
        _print_json(told.as_json(found))
        return YES
    shown = told.as_trace(found) if options.trace else told.as_text(found)
    if (options.out or "").endswith(".pdf"):
        return _report_pdf(found, records, Path(options.out))
    if (options.out or "").endswith((".html", ".htm")):
        shown = as_html(found, records)
    with _writing(options.out) as write:
        write(shown)
    return YES


def _report_pdf(found: "Report", records: "Sequence[Record]", file: Path) -> int:
    from lastlap.publish.scene import Stage
    from lastlap.publish.typeset import report_pdf
    from lastlap.times import Instant

    at = records[-1].at if records else Instant(0)
    made = report_pdf(found, Stage(records).opened.name, at)
    with _files(file):
        file.write_bytes(made)
    return YES


def _add(options: Options, found: "Report", file: Path) -> int:
    """Writes down what a person adds to the report *found*, behind a paragraph that it has."""
    from lastlap.publish.story import Picture, Quote, Words, append, keep_picture, read_story

    read_story(file)
    names = ("headline", *(one.name for one in found.paragraphs))
    if options.after and options.after not in names:
        message = f"the report has no paragraph {options.after!r}: choose among {', '.join(names)}"
        raise InputError(message)
    place = {"after": options.after or "", "lang": options.lang or ""}
    if options.edit:
        append(file, _edit(options, found))
    if options.quote:
        append(file, Quote(options.quote, _needed(options.who, "--who: who said it"), options.by, **place))
    if options.words:
        append(file, Words(options.words, _needed(options.by, "--by: who wrote it"), **place))
    if options.picture:
        caption = _needed(options.caption, "--caption: what it shows")
        credit = _needed(options.credit, "--credit: who took it")
        place["after"] = options.after or "headline"
        append(file, Picture(keep_picture(Path(options.picture), file), caption, credit, **place))
    print(f"{file}: added")
    return YES


def _edit(options: Options, found: "Report") -> "Edit":
    """The edit of a sentence, with the basis that it has now."""
    from lastlap.publish.story import Edit

    basis = {sentence.id: sentence.basis for sentence in found.sentences}
    if options.edit not in basis:
        message = f"the report has no sentence {options.edit!r}: --trace shows what they are called"
        raise InputError(message)
    return Edit(options.edit, found.lang, options.text, basis[options.edit], options.by)


def _needed(given: str, what: str) -> str:
    """What was *given*, if anything was."""
    if not given.strip():
        message = f"say {what}"
        raise InputError(message)
    return given


def _competition_named(meet: "Meet", name: str | None) -> None:
    """Sees that the competition is there, if one is named."""
    from lastlap.secretary import competition_of

    if name is not None:
        competition_of(meet, name)


def ceremony(options: Options) -> int:
    """Show the plan of a victory ceremony with the announcer's script; or plan it."""
    from lastlap.log import Meet
    from lastlap.publish import ceremony as planned
    from lastlap.publish.scene import Stage
    from lastlap.publish.typeset import ceremony_pdf
    from lastlap.secretary import competition_of

    said = (options.where, options.place, options.at, options.presents, options.held or None)
    is_said = any(one is not None for one in said)
    with Meet.open(options.meet, write=is_said) as meet:
        name = competition_of(meet, options.competition).id
        if is_said:
            _plan_ceremony(meet, name, options)
        stage = Stage(meet.records())
    if options.json:
        _print_json(planned.ceremony_json(stage, name))
        return YES
    found = planned.ceremony(stage, name)
    if (options.out or "").endswith(".pdf"):
        with _files(Path(options.out)):
            Path(options.out).write_bytes(ceremony_pdf(found, stage.opened.name, stage.records[-1].at))
        return YES
    with _writing(options.out) as write:
        write(planned.as_text(found))
    return YES


def _plan_ceremony(meet: "Meet", name: str, options: Options) -> None:
    """Writes down the plan, with what was planned before where nothing new is said, or that it was held."""
    from lastlap.events import CeremonyHeld, CeremonyPlanned
    from lastlap.publish.ceremony import replanned
    from lastlap.publish.scene import Stage

    stage = Stage(meet.records())
    said = {"where": options.where, "place": options.place, "at": options.at, "presents": options.presents}
    if any(value is not None for value in said.values()):
        plan = stage.ceremony(name) or CeremonyPlanned(name)
        meet.append(replanned(plan, stage.opened, **said), by=options.by)
    if options.held:
        meet.append(CeremonyHeld(name), by=options.by)


def forget(options: Options) -> int:
    """Make a new meet without the personal data of a skater; the old file is left, to be deleted by you."""
    from lastlap.log import Meet
    from lastlap.publish.forgetting import without
    from lastlap.publish.story import story_file

    with Meet.open(options.meet) as meet:
        drafts = list(without(list(meet.records()), options.skater))
    with Meet.create(options.into) as anew:
        anew.append_all(drafts)
    print(f"{options.into}: {len(drafts)} records, the last says that personal data was replaced")
    print(f"Now delete {options.meet} and its copies, backups and raw captures, and publish anew.")
    if story_file(Path(options.meet)).exists():
        print(f"People wrote {story_file(Path(options.meet))}: look for the name there.")
    return YES


# Other programs


def lynx(options: Options) -> int:
    """Write the files with which FinishLynx knows people, events and schedule: one event a sprint and finish."""
    from lastlap.log import Meet
    from lastlap.timing import lynx

    with Meet.open(options.meet) as meet:
        plans = [lynx.plan(number, name, meet.race(name)) for number, name in enumerate(meet.races(), 1)]
    planned = [reading for plan in plans for reading in plan]
    if not planned:
        message = f"{options.meet} has no races yet: draw them first"
        raise InputError(message)
    folder = Path(options.out)
    files = {"ppl": lynx.people, "evt": lynx.events, "sch": lynx.schedule}
    with _files(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for ending, written in files.items():
            (folder / f"lynx.{ending}").write_text(written(planned), encoding="latin-1", newline="")
    print(f"{folder}: {len(planned)} readings of {len(plans)} races in lynx.{', lynx.'.join(files)}")
    return YES


def passings(options: Options) -> int:
    """Write the passings of a race as a table (CSV), as the devices told them."""
    from lastlap.events import Passing
    from lastlap.log import Meet
    from lastlap.timing.table import passings_table

    with Meet.open(options.meet) as meet, _writing(options.out) as write:
        meet.race(options.race)
        told = (record.event for record in meet.records(options.race))
        write(passings_table(event for event in told if isinstance(event, Passing)))
    return YES


def rmonitor(options: Options) -> int:
    """Feed a race to scoreboards and apps that speak RMonitor, until Ctrl-C."""
    import asyncio

    from lastlap.inbox import wall_of
    from lastlap.log import Meet, opening, wall_clock
    from lastlap.race import Race
    from lastlap.timing.relay import Relay

    with Meet.open(options.meet) as meet:
        meet.race(options.race)
        race, seen = Race(), 0

        def latest() -> Race:
            nonlocal seen
            for record in meet.records(options.race, after=seen):
                race.tell(record)
                seen = record.number
            return race

        opened = opening(meet)
        relay = Relay(latest, opened, wall_of(opened.utc_offset, wall_clock()), wall_clock)
        with suppress(KeyboardInterrupt):
            asyncio.run(_relayed(relay, options))
    return YES


async def _relayed(relay: "Relay", options: Options) -> None:
    """Serves a feed until it is cancelled."""
    import asyncio

    async with relay.serve(options.host, options.port):
        print(f"{options.race} as RMonitor on tcp://{options.host}:{relay.port}; Ctrl-C ends it", flush=True)
        await asyncio.Event().wait()


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


# Partners


def publish(options: Options) -> int:
    """Write a meet's sheets, charts, feeds and reports into a folder; with --site also pages for a web space."""
    from lastlap.games import games
    from lastlap.log import Meet
    from lastlap.publish import Wanted, publish, read_book
    from lastlap.publish.story import read_story, story_file

    out, formats = Path(options.out), [name for text in options.format for name in text.split(",")]
    for folder in options.fonts:
        if not Path(folder).is_dir():
            message = f"there is no folder {folder}: give one with fonts in it"
            raise InputError(message)
    with Meet.open(options.meet) as meet:
        book = read_book(meet, games(options.games) if options.games else None)
        story = read_story(story_file(meet.path))
    wanted = Wanted(tuple(options.race), options.reasons, tuple(options.fonts), options.at, story)
    with _files(out):
        paths = publish(book, out, wanted, formats)
        if options.site:
            paths += _site(book, wanted, out, options)
    lost = _lost(book, wanted) if not formats or "pdf" in formats else ""
    if options.json:
        files = [str(path) for path in paths]
        _print_json({"meet": options.meet, "out": options.out, "written": files, "lost": lost})
    else:
        print(*dict.fromkeys(_shown(path) for path in paths), sep="\n")
    return YES


def _site(book: "Book", wanted: "Wanted", out: Path, options: Options) -> list[Path]:
    """Writes the pages of the site, and returns their places."""
    from lastlap.publish.website import write_site

    beside = Path(options.meet).parent
    return write_site(book.records, out, wanted.story, beside=beside, contact=options.contact)


def _shown(path: Path) -> Path:
    """A file as it is listed for people: of a thousand messages their folder alone."""
    return path.parent if path.suffix == ".xml" else path


def odf(options: Options) -> int:
    """Write a meet's ODF2-compatible messages into a folder, all of them or as the meet grows."""
    from threading import Event as Signal

    from lastlap.log import Meet, wall_clock
    from lastlap.publish.odf.folder import Follower, write_feed

    settings, out = _feed_settings(options), Path(options.out)
    with Meet.open(options.meet) as meet, _files(out):
        if not options.follow:
            written = write_feed(meet, out, settings)
        else:
            follower, never = Follower(meet, out, settings), Signal()
            with suppress(KeyboardInterrupt):
                follower.look(wall_clock())
                said = f"{len(follower.folder.listed)} messages in {out} so far; Ctrl-C ends it"
                print(said, file=sys.stderr, flush=True)
                follower.follow(wall_clock, lambda: not never.wait(_PAUSE))
            written = len(follower.folder.listed)
    if options.json:
        _print_json({"meet": options.meet, "out": options.out, "messages": written})
    else:
        print(f"{written} messages in {out}")
    return YES


_PAUSE = 0.1
"""Seconds between two looks at a meet that is followed."""


def _feed_settings(options: Options) -> "Settings":
    import re

    from lastlap.publish.odf import Settings

    if options.code and not re.fullmatch("[A-Z0-9]{1,15}", options.code):
        message = f"--code {options.code!r}: give at most 15 capital letters and digits, as in DEMO2026"
        raise InputError(message)
    return Settings(
        competition=options.code or "",
        feed="P" if options.production else "T",
        header="time stamp" if options.time_stamp else "date and time",
        ascii_only=options.ascii,
    )


def odf_check(options: Options) -> int:
    """Check ODF2 messages for what is wrong in them and between them; 1 if anything is."""
    from lastlap.publish.odf.check import check_files

    found = check_files([Path(file) for file in options.files], _read, options.xsd)
    if options.json:
        _print_json({"files": found.files, "findings": found.findings})
    else:
        print(*found.findings, f"{found.files} messages checked, {len(found.findings)} findings", sep="\n")
    return NO if found.findings else YES


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
    for name, command in _COMMANDS.items():
        words = (command.__doc__ or "").strip()
        one = commands.add_parser(name, help=words, description=words)
        one.set_defaults(command=command)
        for flags, settings in ARGUMENTS[name]:
            one.add_argument(*flags, **settings)
    return parser


_COMMANDS: Mapping[str, Callable[[Options], int]] = {
    "demo": demo,
    "rank": rank,
    "verify": verify,
    "new": new,
    "enter": enter,
    "draw": draw,
    "withdraw": withdraw,
    "capture": capture,
    "serve": serve,
    "rehearse": rehearse,
    "tell": tell,
    "replay-raw": replay_raw,
    "report": report,
    "ceremony": ceremony,
    "forget": forget,
    "lynx": lynx,
    "passings": passings,
    "rmonitor": rmonitor,
    "standings": standings,
    "sure": sure,
    "check": check,
    "export": export,
    "publish": publish,
    "odf": odf,
    "odf-check": odf_check,
    "chart": chart,
    "import": take_in,
}
"""Each command: its function, whose docstring is its help; its arguments stand in `lastlap.arguments`."""
