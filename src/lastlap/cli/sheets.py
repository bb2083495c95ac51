"""Official sheets: ranked anew, compared with the rules."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lastlap.cli.output import NO, YES, Options, bytes_of, print_json, terminal

if TYPE_CHECKING:
    from lastlap.official import Sheet


def rank(options: Options) -> int:
    """Rank official sheets anew, whatever rank, total and qualification they print."""
    from lastlap.official import rank_sheet

    for file, sheet in sheets_in(options.files):
        ranked = rank_sheet(sheet)
        if options.json:
            print_json(ranked.as_json(file))
        else:
            terminal().show_ranked(file, ranked)
    return YES


def verify(options: Options) -> int:
    """Compare official sheets with what the rules say; 1 if anything differs."""
    from lastlap.official import verify_sheet

    differ = False
    for file, sheet in sheets_in(options.files):
        found = verify_sheet(sheet)
        differ = differ or bool(found.differences)
        if options.json:
            print_json(
                {"file": file, "id": sheet.id, "skaters": len(sheet.skaters)}
                | {"differences": found.differences, "warnings": found.warnings}
            )
        else:
            terminal().show_verified(file, len(sheet.skaters), found)
    return NO if differ else YES


def sheets_in(files: Sequence[str]) -> "Iterator[tuple[str, Sheet]]":
    """The sheets of some files, each with the name of its file; `InputError` for what is none."""
    from lastlap.official import parse_sheet

    for file in files:
        yield file, parse_sheet(bytes_of(Path(file)), file)
