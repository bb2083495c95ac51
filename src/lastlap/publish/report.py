"""The race report: the story of a meet in one language, each sentence with what it stands on.

Strategy: the sentences are findings said in a language; what people wrote stands beside them and is
marked as theirs.  Nothing is stored: after a correction in the log the report is another, and it
marks the sentences that tell something else than when their result first became official.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from lastlap.events import Record, meet_opened
from lastlap.publish.finding import Day, Finding, Name, Part
from lastlap.publish.findings import parts
from lastlap.publish.mentions import Mentions
from lastlap.publish.scene import Stage
from lastlap.publish.story import Edit, Picture, Quote, Story, Words, basis
from lastlap.publish.words import Language, language

DASH = "\N{EN DASH}"
"""Between the dateline and the first sentence."""


class Sentence(msgspec.Struct, frozen=True):
    """One sentence of a report."""

    id: str
    kind: str
    text: str
    records: tuple[int, ...]
    rows: tuple[str, ...]
    basis: str
    """Of what it states; it is another when the facts are."""
    corrected: bool = False
    """Whether it told something else when the result first became official."""
    edited_by: str | None = None
    """Who wrote it instead; `None` if nobody did."""
    stale: bool = False
    """Whether the facts have changed since it was edited."""


class Paragraph(msgspec.Struct, frozen=True):
    """Sentences that belong together, and what people attached behind them."""

    name: str
    heading: str
    """`""` if none stands above it."""
    sentences: tuple[Sentence, ...]
    words: tuple[Words, ...] = ()
    quotes: tuple[Quote, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be read."""
        return not (self.sentences or self.words or self.quotes or self.pictures)


class Report(msgspec.Struct, frozen=True):
    """The story of a meet in one language."""

    lang: str
    headline: Sentence
    dateline: str
    pictures: tuple[Picture, ...]
    """Below the headline."""
    paragraphs: tuple[Paragraph, ...]
    as_of: int
    """The number of the last record that it knows."""
    lost_edits: tuple[Edit, ...] = ()
    """Edits of sentences that are not told any more."""

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences, the headline first."""
        return (self.headline, *(one for paragraph in self.paragraphs for one in paragraph.sentences))


def report(
    records: Iterable[Record], lang: str = "en", story: Story | None = None, competition: str | None = None
) -> Report:
    """The report of a meet, or of one *competition*, in the language *lang*.

    Raises `InputError` if there is no such language.
    """
    told = sorted(records, key=lambda record: record.number)
    head, *body = parts(told, competition)
    mentions = Mentions(finding for part in body for finding in part.findings)
    writer = _Writer(language(lang), story or Story(), _first_told(told, competition), mentions)
    paragraphs = tuple(writer.paragraphs(body))
    known = {finding.id for part in (head, *body) for finding in part.findings}
    return Report(
        lang=lang,
        headline=next(writer.sentences(head.findings)),
        dateline=_dateline(told, writer.language),
        pictures=writer.here(story.pictures if story else (), "headline"),
        paragraphs=tuple(one for one in paragraphs if not one.is_empty),
        as_of=told[-1].number if told else 0,
        lost_edits=tuple(e for e in writer.story.edits if e.lang == lang and e.sentence not in known),
    )


def _first_told(records: Sequence[Record], competition: str | None) -> dict[str, str] | None:
    """The basis of each sentence, by id, when results first became official; `None` if nothing came after."""
    stage = Stage(records)
    first = {race: stage.first_official(race) for race in stage.scenes}
    kept = [one for one in records if one.race is None or one.number <= (first.get(one.race) or one.number)]
    if len(kept) == len(records):
        return None
    return {finding.id: basis(finding) for part in parts(kept, competition) for finding in part.findings}


def _dateline(records: Sequence[Record], words: Language) -> str:
    """Where and when: `GANGNEUNG OVAL, 24 February 2018`."""
    opened = meet_opened(records)
    if not opened:
        return ""
    venue = words.say(Name(opened.venue), "").upper()
    day = words.day(Day(date.fromisoformat(opened.date))) if opened.date else ""
    return ", ".join(filter(None, [venue, day]))


Attached = TypeVar("Attached", Words, Quote, Picture)
"""Something that people attach to a report."""


class _Writer:
    """Puts findings, and what people added, into one language."""

    def __init__(
        self, words: Language, story: Story, first: dict[str, str] | None, mentions: Mentions
    ) -> None:
        self.language = words
        self.story = story
        self._first = first
        self._mentions = mentions

    def sentences(self, findings: Iterable[Finding]) -> Iterator[Sentence]:
        """The sentences that say *findings*, edited ones as edited; those left out are left out."""
        for finding in findings:
            now = basis(finding)
            corrected = self._first is not None and self._first.get(finding.id) != now
            edit = self.story.edit_of(finding.id, self.language.code)
            is_headline = finding.kind.startswith("headline")
            text = (
                edit.text
                if edit
                else self.language.sentence(finding, None if is_headline else self._mentions)
            )
            if text or is_headline:
                yield Sentence(
                    finding.id,
                    finding.kind,
                    text or self.language.sentence(finding),
                    finding.records,
                    finding.rows,
                    now,
                    corrected,
                    None if edit is None else edit.by,
                    edit is not None and edit.basis != now,
                )

    def paragraphs(self, body: Sequence[Part]) -> Iterator[Paragraph]:
        """The paragraphs with their headings, and behind each what people attached to it.

        Nothing stands above the first: the headline does.
        """
        above = ""
        for part in body:
            heading = self._heading(part)
            is_new = heading != above and part is not body[0]
            yield self._paragraph(part.name, heading if is_new else "", part.findings)
            above = heading
        names = {"headline", *(part.name for part in body)}
        lost = dict.fromkeys(one.after for one in self._attached if one.after not in names)
        yield from (self._paragraph(name, "", ()) for name in lost)

    def _paragraph(self, name: str, heading: str, findings: Iterable[Finding]) -> Paragraph:
        return Paragraph(
            name,
            heading,
            tuple(self.sentences(findings)),
            self.here(self.story.words, name),
            self.here(self.story.quotes, name),
            self.here(self.story.pictures, name),
        )

    @property
    def _attached(self) -> tuple[Words | Quote | Picture, ...]:
        return (*self.story.words, *self.story.quotes, *self.story.pictures)

    def here(self, attached: Sequence[Attached], name: str) -> tuple[Attached, ...]:
        """Those of *attached* that stand behind the paragraph *name* in this language."""
        return tuple(one for one in attached if one.after == name and one.lang in ("", self.language.code))

    def _heading(self, part: Part) -> str:
        if part.topic:
            return self.language.label(part.topic)
        words = self.language.race(part.race) if part.race else ""
        return words[:1].upper() + words[1:]


# As text


def as_text(found: Report) -> str:
    """The report to be read or pasted: plain text, one line a paragraph."""
    words = language(found.lang)
    first = f"{found.dateline} {DASH} " if found.dateline else ""
    blocks = [found.headline.text, *(_picture_text(one, words) for one in found.pictures)]
    for paragraph in found.paragraphs:
        said = words.words.stop.join(one.text for one in paragraph.sentences)
        blocks += [paragraph.heading] if paragraph.heading else []
        blocks += [first + said] if said else []
        first = "" if said else first
        blocks += [f"{one.text} ({one.by})" for one in paragraph.words]
        blocks += [_quote_text(one, words) for one in paragraph.quotes]
        blocks += [_picture_text(one, words) for one in paragraph.pictures]
    return "\n\n".join(blocks) + "\n"


def _quote_text(quote: Quote, words: Language) -> str:
    opening, closing = words.words.quotes
    return f"{opening}{quote.text}{closing} {DASH} {quote.who}"


def _picture_text(picture: Picture, words: Language) -> str:
    return f"[{words.label('photo')}: {picture.caption} ({picture.credit})]"


def as_trace(found: Report) -> str:
    """Each sentence with its id, its basis, and the records and rows that it stands on."""
    lines = []
    for name, sentences in [
        ("headline", (found.headline,)),
        *((one.name, one.sentences) for one in found.paragraphs),
    ]:
        lines.append(f"[{name}]")
        for one in sentences:
            lines.append(f"  {one.text}")
            lines.append(f"    {one.id}  {one.basis}  {_origin(one)}{_remarks(one)}")
    lines += [f"edit of {edit.sentence}, which is told no more: {edit.text}" for edit in found.lost_edits]
    return "\n".join(lines) + "\n"


def _origin(one: Sentence) -> str:
    records = f"records {', '.join(map(str, one.records))}" if one.records else ""
    rows = f"data: {'; '.join(dict.fromkeys(one.rows[:_SHOWN]))}" if one.rows else ""
    more = f" and {len(one.rows) - _SHOWN} more" if len(one.rows) > _SHOWN else ""
    return "  ".join(filter(None, [records, rows + more]))


_SHOWN = 6
"""So many rows of data are named in a line; JSON has them all."""


def _remarks(one: Sentence) -> str:
    edited = "" if one.edited_by is None else f"  edited by {one.edited_by or 'somebody'}"
    stale = "  LOOK AGAIN: its facts have changed since" if one.stale else ""
    return edited + stale + ("  corrected since the result became official" if one.corrected else "")


# For programs


def as_json(found: Report) -> dict[str, object]:
    """The report as plain values."""
    plain: dict[str, object] = msgspec.to_builtins(found)
    return plain
