"""A folder in which a feed goes on where it was: what a partner may have fetched stays as it is.

Strategy: a feed that is started again works out anew what it said before.  As long as that is what
lies in the folder, only what is missing is written, with the moment that it had.  If the folder
holds something else (an older program, other settings, a clock that was set back), its files
stand: of each document what is true now follows as the next version.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape
from pathlib import Path

import msgspec

from lastlap.publish import put
from lastlap.publish.odf.feed import Identity
from lastlap.publish.odf.message import MILLISECOND, Message, Sent
from lastlap.times import MINUTE, SECOND, Instant, after

AGAIN = "The feed was started again."
"""The note of an official result that another one of the same race in the folder makes a correction."""

_NOTED = ("DT_RESULT", "DT_RANKING", "DT_MEDALLISTS")
"""The kinds of message that say why what was official has changed."""

_FIELDS = 12
"""So many fields a name has, with its ending."""


class Listed(msgspec.Struct, frozen=True):
    """A message in the folder, as its name tells."""

    name: str
    kind: str
    subtype: str
    code: str
    status: str
    version: int
    size: int
    """In bytes."""
    says: bytes
    """A digest of what it says, without its head and its notes."""
    notes: tuple[str, ...]

    @property
    def identity(self) -> Identity:
        """What versions are counted by."""
        return (self.kind, self.code, self.subtype)

    @property
    def moment(self) -> str:
        """Date and time on the rink's clock, which sort as time goes."""
        _, _, date, time, *_ = self.name.split("~")
        return f"{date} {time}"


class Outbox:
    """The folder at *path*. Raises `OSError` if the disk does not take something; it may be tried again then."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.listed: list[Listed] = []
        """All messages of the feed in the order in which they went out; it only grows."""
        self.has_begun = False
        self._shift: dict[Identity, int] = {}
        """How far the versions of a document are ahead of those that the feed counts."""
        self._noted: dict[Identity, tuple[tuple[str, ...], int]] = {}
        """The notes that stand on a document, and how many of those of the feed they stand for."""

    def begin(self, history: Sequence[Sent]) -> None:
        """Goes on with the folder; *history* is all that the feed has said until now, one message at least."""
        self.path.mkdir(parents=True, exist_ok=True)
        found = _found(self.path, history[0].settings.competition)
        known = {sent.file_name: sent.xml for sent in history}
        missing = [sent for sent in history if sent.file_name not in found]
        goes_on = all(_is_same(self.path / name, known.get(name)) for name in found)
        self.listed = sorted(found.values(), key=lambda one: one.moment)
        for sent in missing if goes_on else self._amendments(history):
            self._write(sent)
        self.listed.sort(key=lambda one: one.moment)
        self.has_begun = True

    def put(self, sent: Sent) -> None:
        """Writes a message that follows all that is there."""
        identity = sent.message.identity
        version = sent.version + self._shift.get(identity, 0)
        before, known = self._noted.get(identity, ((), 0))
        notes = (*before, *sent.notes[known:])
        self._write(self._later(msgspec.structs.replace(sent, version=version, notes=notes)))

    def _write(self, sent: Sent) -> None:
        """Under its own name only when it is whole."""
        body = sent.xml
        put(self.path / sent.file_name, body)
        self.listed.append(_listed(sent.file_name, body))

    def _later(self, sent: Sent) -> Sent:
        """*sent* with a moment that is after all in the folder, and not too soon after its own last version."""
        if not self.listed:
            return sent
        first = after(_instant(self.listed[-1].moment, sent.utc_offset), MILLISECOND)
        if sent.message.identity in self._shift:
            own = next(one for one in reversed(self.listed) if one.identity == sent.message.identity)
            first = max(first, after(_instant(own.moment, sent.utc_offset), sent.settings.hold))
        return msgspec.structs.replace(sent, at=max(sent.at, first))

    # Where the folder says something else

    def _amendments(self, history: Sequence[Sent]) -> Iterator[Sent]:
        """What makes the folder true: of each document the latest, of updates all that it has not told."""
        before = {one.identity: one for one in self.listed}
        told = {(one.identity, one.says) for one in self.listed}
        self._shift = dict.fromkeys(before, 0)
        latest = {sent.message.identity: sent for sent in history}
        for sent in history:
            identity, says = sent.message.identity, _says(sent.xml)
            there = before.get(identity)
            if identity[0].endswith("_UPDATE"):
                is_news = (identity, says) not in told
            else:
                is_news = sent is latest[identity] and (there is None or there.says != says)
            if is_news:
                following = self._following(sent, there)
                yield following
                there = before[identity] = _listed(following.file_name, following.xml)
            if there is not None:
                self._shift[identity] = there.version - sent.version
                self._noted[identity] = (self._notes_of(identity), len(sent.notes))
        for identity, there in before.items():
            if identity not in latest:
                yield from self._taken_back(there, history[-1])

    def _following(self, sent: Sent, there: Listed | None) -> Sent:
        """*sent* as what follows the version that is *there*."""
        version = (there.version if there else 0) + (not sent.invalid)
        identity = sent.message.identity
        was_official = any(one.identity == identity and one.status == "OFFICIAL" for one in self.listed)
        corrects = was_official and sent.message.kind in _NOTED and not sent.invalid
        notes = sent.notes
        if corrects:
            notes = (*self._notes_of(identity), *(sent.notes[-1:] or (AGAIN,)))
        return self._later(msgspec.structs.replace(sent, version=version, notes=notes))

    def _notes_of(self, identity: Identity) -> tuple[str, ...]:
        """The notes that the folder has on a document."""
        noted = (one.notes for one in reversed(self.listed) if one.identity == identity and one.notes)
        return next(noted, ())

    def _taken_back(self, there: Listed, like: Sent) -> Iterator[Sent]:
        """A document that the feed does not know is taken back, with a head *like* that of the others."""
        message = Message(there.kind, there.code, "", there.status, there.subtype)
        sent = msgspec.structs.replace(like, message=message, version=there.version, notes=(), invalid=True)
        self._shift[there.identity] = there.version
        if _says(sent.xml) != there.says:
            yield self._later(sent)


def _found(path: Path, competition: str) -> dict[str, Listed]:
    """The whole messages of the competition, by name; what a crash left half written goes."""
    found = {}
    for file in path.iterdir():
        if not file.name.startswith(f"{competition}~"):
            continue
        body = file.read_bytes()
        if file.suffix == ".xml" and body.endswith(b">\n") and len(file.name.split("~")) == _FIELDS:
            found[file.name] = _listed(file.name, body)
        elif file.name.endswith((".xml", ".xml.part")):
            file.unlink()
    return found


def _is_same(path: Path, body: bytes | None) -> bool:
    return body is not None and path.read_bytes() == body


def _listed(name: str, body: bytes) -> Listed:
    _, _, _, _, kind, subtype, code, _, status, version, *_ = name.split("~")
    return Listed(name, kind, subtype, code, status, int(version), len(body), _says(body), _notes(body))


def _notes(xml: bytes) -> tuple[str, ...]:
    return tuple(unescape(note.decode()) for note in re.findall(b"<Note>(.*?)</Note>", xml, re.DOTALL))


def _says(xml: bytes) -> bytes:
    """A digest of the `Competition` element; that of nothing, where a version is taken back."""
    content = xml.partition(b"<OdfBody")[2].partition(b">")[2].partition(b"</Competition>")[0]
    return sha256(content.strip()).digest()


def _instant(moment: str, utc_offset: int) -> Instant:
    stamp = datetime.strptime(f"{moment}000", "%Y-%m-%d %H%M%S%f").replace(tzinfo=UTC)
    whole = round(stamp.replace(microsecond=0).timestamp()) * SECOND + stamp.microsecond
    return Instant(whole - utc_offset * MINUTE)
