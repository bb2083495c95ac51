"""Whether messages are right: every check, what it looks at, and the schema beside them.

Strategy: a check is a function that says what is wrong where; this is the list of them.  Nothing
here knows how our own messages are made, so that they are checked like anybody's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from lastlap.errors import InputError
from lastlap.publish.odf import check_feed, check_header, check_lists, check_result
from lastlap.publish.odf.check_feed import Batch, Flaws, History
from lastlap.publish.odf.findings import Document, Finding, Flaw
from lastlap.publish.odf.markup import read

ALONE: Mapping[str, Callable[[Document], Iterator[Flaw]]] = {
    "header": check_header.header,
    "rsc": check_header.codes,
    "status": check_header.statuses,
    "elements": check_header.children,
    "note": check_header.notes,
    "empty": check_header.empties,
    "format": check_header.formats,
    "attribute": check_header.attributes,
    "noc": check_header.committees,
    "extension": check_header.extensions,
    "sort": check_result.sorts,
    "start": check_result.starts,
    "competitor": check_result.competitors,
    "irm": check_result.marks,
    "rank": check_result.ranks,
    "points": check_result.points,
    "order": check_result.orders,
    "sprint": check_result.sprints,
    "laps": check_result.laps,
    "time": check_result.times,
    "photo finish": check_result.camera,
    "stage": check_result.stages,
    "starters": check_result.starters,
    "qualification": check_result.qualification,
    "people": check_lists.people,
    "entries": check_lists.entry_list,
    "schedule": check_lists.schedule,
    "config": check_lists.config,
    "medallists": check_lists.medallists,
    "discipline": check_lists.discipline,
    "medals": check_lists.standings,
    "actions": check_lists.actions,
    "sheet": check_lists.sheet,
}
"""What is checked of each message by itself."""

HISTORIES: Mapping[str, Callable[[History], Flaws]] = {
    "version": check_feed.versions,
    "pace": check_feed.pace,
    "stages": check_feed.stages,
    "notes": check_feed.notes,
}
"""What is checked of the versions of each document."""

TOGETHER: Mapping[str, Callable[[Batch], Flaws]] = {
    "schedule first": check_feed.schedule_first,
    "unit": check_feed.units,
    "sequence": check_feed.honours_after_results,
    "known": check_feed.known_people,
    "medals won": check_feed.medallists_as_ranked,
    "medals counted": check_feed.standings_as_won,
    "ranking": check_feed.ranking_as_raced,
    "as configured": check_feed.as_configured,
}
"""What is checked of messages together."""


class Checked(msgspec.Struct, frozen=True):
    """What a look at files found."""

    files: int
    findings: tuple[Finding, ...]


def check_files(
    paths: Sequence[Path], read_bytes: Callable[[Path], bytes], xsd: str | None = None
) -> Checked:
    """Everything wrong with the messages at *paths*; a folder is a whole feed, single files are an excerpt.

    Raises `InputError` if one cannot be read, or the schema at *xsd* is none.
    """
    excerpt = [path for path in paths if not path.is_dir()]
    feeds = [sorted(path.glob("*.xml")) for path in paths if path.is_dir()]
    empty = [path for path, feed in zip(filter(Path.is_dir, paths), feeds, strict=True) if not feed]
    if empty:
        message = f"{empty[0]} has no message in it: give a folder that `lastlap odf` wrote, or files"
        raise InputError(message)
    findings: list[Finding] = []
    for group in (excerpt, *feeds):
        files = [(str(path), read_bytes(path)) for path in group]
        findings += check(files, whole_feed=group is not excerpt)
        findings += check_schema(files, xsd) if xsd else ()
    return Checked(len(excerpt) + sum(map(len, feeds)), tuple(findings))


def check(files: Iterable[tuple[str, bytes]], *, whole_feed: bool = False) -> list[Finding]:
    """Everything wrong with the messages in *files*, by name, in their order.

    With *whole_feed* nothing may be missing between them: versions begin at 1 and have no gap.
    """
    found: list[Finding] = []
    documents: list[Document] = []
    for name, data in files:
        try:
            documents.append(Document(name, read(data)))
        except InputError as unreadable:
            what, _, todo = str(unreadable).partition(": ")
            found.append(Finding(name, "xml", "", what, todo))
    for document in documents:
        found += _alone(document)
    return found + list(_together(documents, whole_feed=whole_feed))


def _alone(document: Document) -> Iterator[Finding]:
    for rule, look in ALONE.items():
        for flaw in look(document):
            yield _finding(rule, document, flaw)


def _together(documents: Sequence[Document], *, whole_feed: bool) -> Iterator[Finding]:
    batch = Batch(documents, whole_feed=whole_feed)
    for rule, look in HISTORIES.items():
        for history in batch.histories:
            yield from (_finding(rule, *found) for found in look(history))
    for rule, see in TOGETHER.items():
        yield from (_finding(rule, *found) for found in see(batch))


def _finding(rule: str, document: Document, flaw: Flaw) -> Finding:
    return Finding(document.file, rule, flaw.where, flaw.what, flaw.todo)


def check_schema(files: Iterable[tuple[str, bytes]], xsd: str) -> Iterator[Finding]:
    """Everything in which the messages in *files* break the schema at *xsd*.

    Raises `InputError` if that is no schema.
    """
    import xmlschema  # noqa: PLC0415 - it takes its time to import, and most checks go without

    try:
        schema = xmlschema.XMLSchema(xsd)
    except (xmlschema.XMLSchemaException, OSError, SyntaxError) as error:
        message = f"{xsd} is no schema that can be read ({str(error).splitlines()[0]}): give the odf2.xsd of its package"
        raise InputError(message) from error
    for name, data in files:
        try:
            root = read(data)
        except InputError:
            continue
        for broken in schema.iter_errors(root):
            yield Finding(name, "schema", broken.path or "", str(broken.reason), "see the schema")
