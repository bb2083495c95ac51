"""What the press and the announcer take away: the report in every language, the plan of each ceremony."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from lastlap.log import Meet
from lastlap.publish import ceremony as planned
from lastlap.publish import report as told
from lastlap.publish.scene import Stage
from lastlap.publish.story import Story, read_story, story_file
from lastlap.publish.typeset import ceremony_pdf, report_pdf
from lastlap.publish.words import LANGUAGES
from lastlap.times import Instant

TEXTS, DATA, PRINT = "text", "data", "print"
"""The folders of what is read, of what programs read, and of PDF."""


def write_press(meet: Meet, folder: Path) -> list[Path]:
    """Writes reports and ceremonies of *meet* into *folder*, and returns their places."""
    stage = Stage(meet.records())
    files = dict([*_reports(stage, read_story(story_file(meet.path))), *_ceremonies(stage)])
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def _reports(stage: Stage, story: Story) -> Iterator[tuple[str, bytes]]:
    for lang in LANGUAGES:
        found = told.report(stage.records, lang, story)
        yield f"{TEXTS}/report-{lang}.txt", told.as_text(found).encode()
        yield f"{DATA}/report-{lang}.json", _json(told.as_json(found))
        yield f"{PRINT}/report-{lang}.pdf", report_pdf(found, stage.opened.name, _written(stage))


def _ceremonies(stage: Stage) -> Iterator[tuple[str, bytes]]:
    for one in stage.competitions.values():
        if stage.deciding(one):
            found = planned.ceremony(stage, one.id)
            yield f"{TEXTS}/ceremony-{one.id}.txt", planned.as_text(found).encode()
            yield f"{DATA}/ceremony-{one.id}.json", _json(planned.ceremony_json(stage, one.id))
            yield f"{PRINT}/ceremony-{one.id}.pdf", ceremony_pdf(found, stage.opened.name, _written(stage))


def _written(stage: Stage) -> Instant:
    """The moment of the last record: what the date of a file goes by."""
    return stage.records[-1].at if stage.records else Instant(0)


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value)) + b"\n"
