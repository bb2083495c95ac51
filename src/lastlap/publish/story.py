"""What people add to a report: quotes, pictures, paragraphs and edited sentences, in a file of their own.

Strategy: the log holds facts and never forgets; words that people write are no facts of the race,
may have to be deleted, and are written by others than officials.  So they stand in
`NAME.story.toml` beside the meet.  An edit keeps the basis of the sentence that it replaced, so that
it shows when the facts have changed since.
"""

import json
from collections.abc import Mapping
from filecmp import cmp
from hashlib import sha256
from pathlib import Path
from shutil import copyfile

import msgspec

from lastlap.errors import InputError
from lastlap.publish.finding import Finding
from lastlap.sources import parse_document


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paragraph that a person wrote."""

    text: str
    by: str
    after: str = ""
    """The name of the paragraph behind which it stands, as `lastlap report --trace` prints it; else at the end."""
    lang: str = ""
    """The language that it is written in, and told in; `""` is told in every language."""


class Quote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody said."""

    text: str
    who: str
    """Who said it, and what they are: `Ann Aa, winner`."""
    by: str = ""
    """Who attached it."""
    after: str = ""
    lang: str = ""


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A photograph."""

    file: str
    """Beside the story file."""
    caption: str
    credit: str
    """Who took it; a picture without a credit is not taken."""
    after: str = "headline"
    lang: str = ""


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence that a person wrote instead of one of the report."""

    sentence: str
    """Its id."""
    lang: str
    text: str
    """`""` leaves the sentence out."""
    basis: str
    """That of the sentence when it was edited."""
    by: str = ""


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that people added."""

    words: tuple[Words, ...] = ()
    quotes: tuple[Quote, ...] = ()
    pictures: tuple[Picture, ...] = ()
    edits: tuple[Edit, ...] = ()

    def edit_of(self, sentence: str, lang: str) -> Edit | None:
        """The last edit of a sentence in a language."""
        found = [edit for edit in self.edits if (edit.sentence, edit.lang) == (sentence, lang)]
        return found[-1] if found else None


def basis(finding: Finding) -> str:
    """What a sentence states, as eight characters: another basis, other facts."""
    told = msgspec.json.encode([finding.kind, finding.values], order="deterministic")
    return sha256(told).hexdigest()[:8]


def story_file(meet: Path) -> Path:
    """Where the story of the meet at that path stands."""
    return meet.with_suffix(".story.toml")


def read_story(file: Path) -> Story:
    """What people added to a report; nothing where there is no file.

    Raises `InputError`, which names the file and the field.
    """
    if not file.exists():
        return Story()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {error}"
        raise InputError(message) from error
    story = parse_document(text, Story, str(file))
    for picture in story.pictures:
        if not picture.credit.strip():
            message = f"{file}: the picture {picture.file} has no credit: say who took it"
            raise InputError(message)
    return story


Added = Words | Quote | Picture | Edit
"""One thing that a person adds."""

_TABLES: Mapping[type, str] = {Words: "words", Quote: "quotes", Picture: "pictures", Edit: "edits"}


def append(file: Path, added: Added) -> None:
    """Writes what a person adds at the end of a story file; of the edits of one sentence the last counts.

    Raises `InputError` if the file cannot be written.
    """
    fields = msgspec.structs.asdict(added)
    lines = [
        "",
        f"[[{_TABLES[type(added)]}]]",
        *(f"{name} = {_toml(str(value))}" for name, value in fields.items() if value or name == "text"),
        "",
    ]
    try:
        with file.open("a", encoding="utf-8") as out:
            out.write("\n".join(lines))
    except OSError as error:
        message = f"{file} cannot be written: {error}"
        raise InputError(message) from error


def keep_picture(picture: Path, story: Path) -> str:
    """Sees that a photograph stands beside the story file, copied if need be, and returns its name there.

    Raises `InputError` if it cannot be read, or another picture of that name is there.
    """
    beside = story.parent / picture.name
    try:
        if not beside.exists():
            copyfile(picture, beside)
        elif not cmp(picture, beside, shallow=False):
            message = f"{beside} is another picture: give {picture} a name of its own"
            raise InputError(message)
    except OSError as error:
        message = f"{picture} cannot be taken: {(error.strerror or str(error)).lower()}"
        raise InputError(message) from error
    return picture.name


def _toml(text: str) -> str:
    """*text* as a TOML string: a JSON string is one, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\N{DELETE}", "\\u007f")
