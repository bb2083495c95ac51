"""What leaves the rink: sheets, charts, messages."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from lastlap.cli.output import NO, YES, Options, bytes_of, on_disk, print_json
from lastlap.errors import InputError

if TYPE_CHECKING:
    from lastlap.publish import Book, Wanted
    from lastlap.publish.odf import Settings


def publish(options: Options) -> int:
    """Write a meet's sheets, charts, feeds and reports into a folder; with --site also pages for a web space."""
    for folder in options.fonts:
        if not Path(folder).is_dir():
            message = f"there is no folder {folder}: give one with fonts in it"
            raise InputError(message)
    paths, lost, number = _published(options)
    if options.json:
        files = [str(path) for path in paths]
        print_json({"meet": options.meet, "out": options.out, "written": files, "lost": lost})
    else:
        print(*dict.fromkeys(_shown(path) for path in paths), sep="\n", flush=True)
    if options.follow:
        with suppress(KeyboardInterrupt):
            _follow(options, number)
    return YES


def _published(options: Options) -> tuple[list[Path], str, int]:
    """Writes everything that is wanted: the files, the characters that no font has, the last record."""
    from lastlap.games import games
    from lastlap.log import Meet
    from lastlap.publish import Wanted, publish, read_book
    from lastlap.publish.story import read_story, story_file

    out, formats = Path(options.out), [name for text in options.format for name in text.split(",")]
    with Meet.open(options.meet) as meet:
        book = read_book(meet, games(options.games) if options.games else None)
        story = read_story(story_file(meet.path))
    wanted = Wanted(tuple(options.race), options.reasons, tuple(options.fonts), options.at, story)
    with on_disk(out):
        paths = publish(book, out, wanted, formats)
        if options.site:
            paths += _site(book, wanted, out, options)
    lost = _lost(book, wanted) if not formats or "pdf" in formats else ""
    return paths, lost, book.last.number


def _follow(options: Options, known: int) -> None:
    """Publishes again whenever an official has said something that is printed, after record number *known*."""
    from threading import Event as Signal

    from lastlap.log import Meet
    from lastlap.publish.book import NEWS

    never = Signal()
    with Meet.open(options.meet) as meet:
        while not never.wait(_QUIET):
            fresh = list(meet.records(after=known))
            known = max([known, *(record.number for record in fresh)])
            if any(isinstance(record.event, NEWS) for record in fresh):
                _published(options)
                print(f"{options.out} is as of record {known}", file=sys.stderr, flush=True)


_QUIET = 1.0
"""Seconds between two looks at a meet whose sheets are followed."""


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

    settings, out = feed_settings(options), Path(options.out)
    with Meet.open(options.meet) as meet, on_disk(out):
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
        print_json({"meet": options.meet, "out": options.out, "messages": written})
    else:
        print(f"{written} messages in {out}")
    return YES


_PAUSE = 0.1
"""Seconds between two looks at a meet that is followed."""


def feed_settings(options: Options) -> "Settings":
    """How the feed is to be, as `odf` and `serve` are told; `InputError` for a code that cannot be."""
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

    found = check_files([Path(file) for file in options.files], bytes_of, options.xsd)
    if options.json:
        print_json({"files": found.files, "findings": found.findings})
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
    with on_disk(out):
        out.write_bytes(_png(picture.svg) if out.suffix == ".png" else picture.svg.encode())
    print(f"{picture.title} in {out}")
    return YES


def _png(svg: str) -> bytes:
    from lastlap.publish.pdf import as_png

    return as_png(svg)
