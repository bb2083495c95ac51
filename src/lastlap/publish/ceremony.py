"""The victory ceremony: who stands where, what is raised and played, and what the announcer says.

Strategy: the medallists follow from the result, and all else from the latest `CeremonyPlanned`.
Medals go from bronze to gold.  Flags hang by place, one for each medallist, so equal places hang
level and a medal that a tie takes away leaves its pole empty.  For each NOC that won gold its
anthem is played; of several, in the order of their codes, which is this project's choice.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from lastlap.competition import Competition
from lastlap.errors import InputError, RefusedError
from lastlap.events import CeremonyPlanned, MeetOpened, Presenter
from lastlap.nocs import nocs
from lastlap.publish.finding import Person
from lastlap.publish.scene import Stage, finishers
from lastlap.publish.words import language
from lastlap.race import Race, Status
from lastlap.ranking import standings
from lastlap.times import SECOND, Instant

MEDALS: tuple[Literal["gold", "silver", "bronze"], ...] = ("gold", "silver", "bronze")
"""By place."""

POLES: Mapping[str, str] = {"gold": "centre", "silver": "right", "bronze": "left"}
"""Where the flag of each place hangs, seen by somebody on the podium who faces the arena."""

_FINAL = (Status.OFFICIAL, Status.CORRECTED)


class Recipient(msgspec.Struct, frozen=True):
    """Somebody on the podium."""

    bib: int
    name: str
    noc: str
    noc_name: str
    said: str
    """How the name is said; `""` if nobody told."""


class Award(msgspec.Struct, frozen=True):
    """One step of the presentation: a medal and those who get it."""

    medal: Literal["gold", "silver", "bronze"]
    recipients: tuple[Recipient, ...]
    """In start-list order; empty where a tie took the medal away."""
    presenters: tuple[Presenter, ...]


class Flag(msgspec.Struct, frozen=True):
    """A flag: whose, for which place, on which pole."""

    noc: str
    noc_name: str
    medal: str
    pole: str


class Anthem(msgspec.Struct, frozen=True):
    """What is played, and for whom."""

    noc: str
    noc_name: str
    music: str


class ScriptLine(msgspec.Struct, frozen=True):
    """Words to be said aloud, or what happens between them."""

    cue: str
    """What is to happen before the words are said."""
    says: str


class Ceremony(msgspec.Struct, frozen=True):
    """The plan of a victory ceremony."""

    competition: str
    title: str
    where: Literal["venue", "plaza"]
    place: str
    at: str
    """By the rink's clock; `""` is right after the racing."""
    official: bool
    """Whether the result is official, so that the plan may be carried out."""
    planned: bool
    """Whether anybody has planned it; else only the result is known."""
    held: bool
    awards: tuple[Award, ...]
    """In the order of the presentation: bronze, silver, gold."""
    flags: tuple[Flag, ...]
    """Gold first."""
    anthems: tuple[Anthem, ...]
    script: tuple[ScriptLine, ...]
    notes: tuple[str, ...]
    """What whoever runs the ceremony must know: ties, a missing medal, what nobody has entered."""


def ceremony(stage: Stage, competition: str) -> Ceremony:
    """The victory ceremony of a *competition*.

    Raises `RefusedError` if it is not decided yet.
    """
    found = stage.competitions[competition]
    scene = stage.deciding(found)
    if scene is None:
        message = (
            f"{found.title} has no result yet: the ceremony can be planned when its final has been skated"
        )
        raise RefusedError(message)
    plan, held = stage.ceremony(competition), stage.held(competition) is not None
    return ceremony_of(stage.opened, found, scene.race, plan, held=held)


def ceremony_of(
    opened: MeetOpened, competition: Competition, race: Race, known: CeremonyPlanned | None, *, held: bool
) -> Ceremony:
    """The victory ceremony of a *competition* that *race* has decided, as far as its plan is *known*."""
    plan = known or CeremonyPlanned(competition.id)
    awards = tuple(_award(race, plan, medal) for medal in reversed(MEDALS))
    anthems = _anthems(awards[-1], plan)
    return Ceremony(
        competition=competition.id,
        title=competition.title,
        where=plan.where,
        place=venue(plan, opened),
        at=clock_at(plan.at, opened),
        official=race.status in _FINAL,
        planned=known is not None,
        held=held,
        awards=awards,
        flags=tuple(_flags(awards)),
        anthems=anthems,
        script=tuple(_script(competition.title, awards, anthems, opened.name)),
        notes=tuple(_notes(race, plan, awards, anthems)),
    )


def replanned(
    plan: CeremonyPlanned,
    opened: MeetOpened,
    *,
    where: Literal["venue", "plaza"] | None = None,
    place: str | None = None,
    at: str | None = None,
    presents: Sequence[str] | None = None,
) -> CeremonyPlanned:
    """The *plan* with what is said anew: `None` leaves a thing as it is, and nothing clears it.

    *at* is a moment as `parse_at` reads it, each of *presents* as `parse_presenter` does.

    Raises `InputError` for what cannot be read.
    """
    said: dict[str, object] = {"where": where, "place": place}
    if at is not None:
        said["at"] = parse_at(at, opened) if at.strip() else None
    if presents is not None:
        said["presenters"] = tuple(map(parse_presenter, presents))
    told = {field: value for field, value in said.items() if value is not None or field == "at"}
    return msgspec.structs.replace(plan, **told)


def ceremony_json(stage: Stage, competition: str) -> dict[str, object]:
    """The victory ceremony as plain values, for pages."""
    plain: dict[str, object] = msgspec.to_builtins(ceremony(stage, competition))
    return plain


def venue(plan: CeremonyPlanned, opened: MeetOpened) -> str:
    """The name of the place: of a ceremony at the venue that of the rink, if no other is given."""
    return plan.place or (opened.venue if plan.where == "venue" else "") or plan.where


def clock_at(at: Instant | None, opened: MeetOpened) -> str:
    """A moment on the rink's clock, as in `22:45`; `""` for none."""
    if at is None:
        return ""
    local = datetime.fromtimestamp(at / SECOND, UTC) + timedelta(minutes=opened.utc_offset)
    return f"{local:%H:%M}"


# The presentation


def _award(race: Race, plan: CeremonyPlanned, medal: Literal["gold", "silver", "bronze"]) -> Award:
    place = MEDALS.index(medal) + 1
    winners = [one for one in finishers(standings(race)) if one.rank == place]
    recipients = tuple(
        Recipient(
            one.score.bib,
            one.skater.name,
            one.skater.noc,
            nocs().get(one.skater.noc, one.skater.noc),
            one.skater.said,
        )
        for one in winners
    )
    return Award(medal, recipients, tuple(who for who in plan.presenters if who.medal == medal))


def _flags(awards: tuple[Award, ...]) -> Iterator[Flag]:
    for award in reversed(awards):
        for who in award.recipients:
            yield Flag(who.noc, who.noc_name, award.medal, POLES[award.medal])


def _anthems(gold: Award, plan: CeremonyPlanned) -> tuple[Anthem, ...]:
    won = {who.noc: who.noc_name for who in gold.recipients}
    return tuple(
        Anthem(noc, won[noc], plan.music.get(noc, f"the national anthem of {won[noc]}"))
        for noc in sorted(won)
    )


# The announcer's script


def _script(
    title: str, awards: tuple[Award, ...], anthems: tuple[Anthem, ...], meet: str
) -> Iterator[ScriptLine]:
    yield ScriptLine("The medallists walk in.", f"The victory ceremony of the {title.lower()}, {meet}.")
    for award in awards:
        if award.recipients:
            yield from _presentation(award)
    if anthems:
        music = " and then ".join(anthem.music for anthem in anthems)
        yield ScriptLine("All rise; the flags go up.", f"Please stand for {music}.")
    gold = [_full(who) for award in awards if award.medal == "gold" for who in award.recipients]
    silver_and_bronze = [_full(who) for award in awards[1::-1] for who in award.recipients]
    everybody = _joined([*gold, *silver_and_bronze])
    yield ScriptLine("The anthem has ended.", f"Your medallists of the {title.lower()}: {everybody}.")


def _presentation(award: Award) -> Iterator[ScriptLine]:
    several = len(award.recipients) > 1
    by = {
        gives: _joined([_presenter(who) for who in award.presenters if who.gives == gives])
        for gives in ("medal", "gift")
    }
    caps = _joined([f"cap {who.bib}" for who in award.recipients])
    names = _joined([_full(who) for who in award.recipients])
    place = _SHARED[award.medal] if several else _PLACE[award.medal]
    cue = f"{_first_up(caps)} to the step of {award.medal}.{_said(award)}"
    yield ScriptLine(cue, f"{place}: {names}.")
    medal = f"the {award.medal} medal{'s' if several else ''}"
    if by["medal"]:
        verb = "are" if several else "is"
        yield ScriptLine(f"{_first_up(medal)}.", f"{_first_up(medal)} {verb} presented by {by['medal']}.")
    if by["gift"]:
        yield ScriptLine("The gift.", f"The gift is handed over by {by['gift']}.")


_PLACE = {"bronze": "In third place", "silver": "In second place", "gold": "The winner"}
_SHARED = {"bronze": "Sharing third place", "silver": "Sharing second place", "gold": "Sharing the victory"}


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def _full(who: Recipient) -> str:
    return language("en").say(Person(who.name, who.noc), "of")


def _said(award: Award) -> str:
    """How the names are said, for the eyes of the announcer only."""
    hints = [f"{who.name}: {who.said}" for who in award.recipients if who.said]
    return f" Say {'; '.join(hints)}." if hints else ""


def _presenter(who: Presenter) -> str:
    return f"{who.role} {who.name}".strip()


def _joined(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


# What must not be overlooked


def _notes(
    race: Race, plan: CeremonyPlanned, awards: tuple[Award, ...], anthems: tuple[Anthem, ...]
) -> Iterator[str]:
    if race.status not in _FINAL:
        yield f"The result is {race.status.value}: wait until it is official."
    for award in awards:
        if len(award.recipients) > 1:
            yield f"{len(award.recipients)} {award.medal} medals: have as many medals, gifts and flags ready."
        if not award.recipients:
            yield f"No {award.medal} medal is given: its pole stays empty."
        elif not any(who.gives == "medal" for who in award.presenters):
            yield f"Nobody is entered to present the {award.medal} medal."
    if len(anthems) > 1:
        yield "Two anthems: they are played in the order of the NOC codes, each in full. The organiser may choose otherwise."
    silent = [who.name for award in awards for who in award.recipients if not who.said]
    if silent:
        yield f"How these names are said is not entered: {', '.join(silent)}."
    if plan.instead_of:
        yield f"Not at {plan.instead_of.place}, as otherwise."


def as_text(found: Ceremony) -> str:
    """The plan and the announcer's script, to be read in a terminal or printed."""
    when = found.at or "right after the racing"
    lines = [f"{found.title}: victory ceremony", f"{found.place} ({found.where}), {when}", ""]
    lines += [f"! {note}" for note in found.notes]
    lines += ["", "Presentation"]
    for number, award in enumerate(found.awards, 1):
        who = _joined([f"{one.bib} {one.name} ({one.noc})" for one in award.recipients]) or "nobody"
        by = "; ".join(f"{one.gives} by {_presenter(one)}" for one in award.presenters)
        lines.append(f"  {number}. {award.medal}: {who}{f'; {by}' if by else ''}")
    lines += ["", "Flags, as seen from the podium"]
    lines += [f"  {flag.pole}: {flag.noc} {flag.noc_name} ({flag.medal})" for flag in found.flags]
    lines += ["", "Anthem"]
    lines += [f"  {anthem.noc}: {anthem.music}" for anthem in found.anthems]
    lines += ["", "Script"]
    for line in found.script:
        lines += [f"  [{line.cue}]", f"  {line.says}"]
    return "\n".join(lines) + "\n"


def presenter_words(who: Presenter) -> str:
    """Who presents what, as `parse_presenter` reads it."""
    return f"{who.medal} {who.gives}: {who.name}{f', {who.role}' if who.role else ''}"


def parse_presenter(text: str) -> Presenter:
    """Who presents what, as in `gold medal: Ann Aa, president of the club`.

    Raises `InputError`, which says how to write it.
    """
    match = re.fullmatch(r"\s*(gold|silver|bronze)\s+(medal|gift)\s*:\s*([^,]+?)\s*(?:,\s*(.+?))?\s*", text)
    if match is None:
        message = f"{text!r} names no presenter: write it as in 'gold medal: Ann Aa, president of the club'"
        raise InputError(message)
    medal, gives, name, role = match.groups()
    return Presenter(_MEDAL[medal], "medal" if gives == "medal" else "gift", name, role or "")


_MEDAL: Mapping[str, Literal["gold", "silver", "bronze"]] = {medal: medal for medal in MEDALS}


def parse_at(text: str, opened: MeetOpened) -> Instant:
    """The moment that `22:45` on the meet's day means, or `2018-02-25 20:00`, by the rink's clock.

    Raises `InputError` for anything else.
    """
    day, _, clock = text.strip().rpartition(" ")
    try:
        local = datetime.fromisoformat(f"{day or opened.date}T{clock}").replace(tzinfo=UTC)
    except ValueError as error:
        message = f"{text!r} is no moment: write 22:45, or 2018-02-25 20:00 for another day"
        raise InputError(message) from error
    return Instant(int((local - timedelta(minutes=opened.utc_offset)).timestamp()) * SECOND)
