"""What the press and the announcer take away: the report in every language, the plan of each ceremony."""

from pathlib import Path

import msgspec

from lastlap.log import Meet
from lastlap.publish import ceremony as planned
from lastlap.publish import report as told
from lastlap.publish.scene import Stage
from lastlap.publish.story import read_story, story_file
from lastlap.publish.words import LANGUAGES

TEXTS, DATA = "text", "data"
"""The folders of what is read and of what programs read."""


def write_press(meet: Meet, folder: Path) -> list[Path]:
    """Writes reports and ceremonies of *meet* as text and JSON into *folder*, and returns their places."""
    records = list(meet.records())
    story = read_story(story_file(meet.path))
    files: dict[str, str] = {}
    for lang in LANGUAGES:
        found = told.report(records, lang, story)
        files[f"{TEXTS}/report-{lang}.txt"] = told.as_text(found)
        files[f"{DATA}/report-{lang}.json"] = _json(told.as_json(found))
    stage = Stage(records)
    for one in stage.competitions.values():
        if stage.deciding(one):
            files[f"{TEXTS}/ceremony-{one.id}.txt"] = planned.as_text(planned.ceremony(stage, one.id))
            files[f"{DATA}/ceremony-{one.id}.json"] = _json(planned.ceremony_json(stage, one.id))
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value)).decode() + "\n"
