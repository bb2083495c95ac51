"""The commands: one function each, plain text for people, `--json` for programs.

Exit codes: 0 fine, 1 the answer is "no", 2 wrong use or wrong input, which is one sentence on
stderr.  What a command needs is imported when it runs, so that `lastlap --help` is there at once.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

from lastlap.cli import looking, night, partners, programs, secretary, sheets, story, timekeeper
from lastlap.cli.arguments import ARGUMENTS
from lastlap.cli.output import NO, WRONG_USE, YES, Options
from lastlap.errors import LastlapError, RefusedError


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
    "demo": night.demo,
    "rank": sheets.rank,
    "verify": sheets.verify,
    "new": secretary.new,
    "enter": secretary.enter,
    "draw": secretary.draw,
    "withdraw": secretary.withdraw,
    "capture": timekeeper.capture,
    "serve": timekeeper.serve,
    "rehearse": timekeeper.rehearse,
    "tell": timekeeper.tell,
    "replay-raw": timekeeper.replay_raw,
    "report": story.report,
    "ceremony": story.ceremony,
    "forget": story.forget,
    "lynx": programs.lynx,
    "passings": programs.passings,
    "rmonitor": programs.rmonitor,
    "standings": looking.standings,
    "sure": looking.sure,
    "check": looking.check,
    "export": looking.export,
    "publish": partners.publish,
    "odf": partners.odf,
    "odf-check": partners.odf_check,
    "chart": partners.chart,
    "import": looking.take_in,
}
"""Each command: its function, whose docstring is its help; its arguments stand in `arguments`."""
