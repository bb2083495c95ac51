"""The story of a meet: the report, the ceremonies, and forgetting a person."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lastlap.cli.output import YES, Options, on_disk, print_json, writing
from lastlap.errors import InputError

if TYPE_CHECKING:
    from lastlap.events import Record
    from lastlap.log import Meet
    from lastlap.publish.report import Report
    from lastlap.publish.story import Edit


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
        print_json(told.as_json(found))
        return YES
    shown = told.as_trace(found) if options.trace else told.as_text(found)
    if (options.out or "").endswith(".pdf"):
        return _report_pdf(found, records, Path(options.out))
    if (options.out or "").endswith((".html", ".htm")):
        shown = as_html(found, records)
    with writing(options.out) as write:
        write(shown)
    return YES


def _report_pdf(found: "Report", records: "Sequence[Record]", file: Path) -> int:
    from lastlap.publish.scene import Stage
    from lastlap.publish.typeset import report_pdf
    from lastlap.times import Instant

    at = records[-1].at if records else Instant(0)
    made = report_pdf(found, Stage(records).opened.name, at)
    with on_disk(file):
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
        print_json(planned.ceremony_json(stage, name))
        return YES
    found = planned.ceremony(stage, name)
    if (options.out or "").endswith(".pdf"):
        with on_disk(Path(options.out)):
            Path(options.out).write_bytes(ceremony_pdf(found, stage.opened.name, stage.records[-1].at))
        return YES
    with writing(options.out) as write:
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
