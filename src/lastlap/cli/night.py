"""The night that is played again."""

from pathlib import Path
from typing import TYPE_CHECKING

from lastlap.cli.output import NO, YES, Options, on_disk, print_json, print_now
from lastlap.errors import InputError

if TYPE_CHECKING:
    from lastlap.night import Script


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
    with on_disk(folder):
        written = publish(book, folder, Wanted()) + write_site(book.records, folder)
    if options.json:
        print_json(night.as_json(script, played, check, str(file)) | {"published": len(written)})
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
        asyncio.run(play_live(script, meet, serving, options.speed, print_now))
    return YES


_FASTEST = 1_000
"""The highest speed of a night that is served."""


def _fresh(file: Path) -> Path:
    """*file* with nothing of an earlier demo beside it."""
    with on_disk(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        for old in (*file.parent.glob(f"{file.name}*"), *map(file.with_suffix, (".raw", ".accounts"))):
            old.unlink(missing_ok=True)
    return file
