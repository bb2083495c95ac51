"""What a rehearsal can play: the race in a log, one made up for a start list, a known night, a capture."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import msgspec

from lastlap.draw import line_up
from lastlap.errors import InputError
from lastlap.events import GunFired, Passing
from lastlap.log import Meet, wall_clock
from lastlap.night import entries, night, nights, sheet_of, told
from lastlap.reconstruction import Rng
from lastlap.startlist import Starter
from lastlap.timing.box import Story, made_up, recorded, story_of
from lastlap.timing.raw import read_raw

_HEX = re.compile(rb"[0-9a-fA-F\s]+")


def story_for(starters: Sequence[Starter], name: str, rng: Rng) -> Story:
    """The story called *name*, skated by the *starters*, or by those who did if there are none.

    A name is a night and one of its races, as in `pyeongchang-2018/w-final`, or a file of bytes
    that a P3 decoder once sent; there the transponders stay those that were seen.  Raises
    `InputError`, which says what there is, if it is neither.
    """
    if Path(name).is_file():
        return msgspec.structs.replace(recorded(bytes_of(Path(name)), rng), starters=tuple(starters))
    evening, _, race = name.partition("/")
    if evening in nights():
        return _of_the_night(evening, race, starters, rng)
    known = ", ".join(f"{evening}/{race.id}" for evening in nights() for race in night(evening).races)
    message = f"there is no story {name!r}: name a file of captured bytes, or one of {known}"
    raise InputError(message)


def story_in(meet: Meet, race: str, rng: Rng) -> Story:
    """The *race* as its log has it or, if nobody has skated yet, one made up for its start list."""
    planned = meet.race(race)
    starters = tuple(planned.starters.values())
    events = [record.event for record in meet.records(race)]
    seen = [event for event in events if isinstance(event, Passing | GunFired)]
    if any(isinstance(event, Passing) for event in seen):
        return story_of(seen, starters, rng)
    return made_up(starters, planned.laps, list(planned.tables), wall_clock(), rng)


def bytes_of(file: Path) -> Iterator[bytes]:
    """What a device sent, out of raw bytes, lines of hexadecimal, or the raw file of a capture.

    Raises `InputError` if the file cannot be read.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        message = (
            f"{file}: {(error.strerror or str(error)).lower()}: see that it is there and that you may use it"
        )
        raise InputError(message) from error
    if data.lstrip().startswith(b"{"):
        return _by_source(file)
    if not _HEX.fullmatch(data):
        return iter([data])
    return (_unhexed(file, number, line) for number, line in enumerate(data.split(b"\n"), 1))


def _by_source(file: Path) -> Iterator[bytes]:
    """The chunks of a raw file, one device after the other, so that no frame is torn by another's."""
    chunks = [chunk for chunk in read_raw(file) if not chunk.sent]
    return (chunk.data for source in dict.fromkeys(one.source for one in chunks) for chunk in chunks
            if chunk.source == source)  # fmt: skip


def _unhexed(file: Path, number: int, line: bytes) -> bytes:
    try:
        return bytes.fromhex(line.decode())
    except ValueError as error:
        message = f"{file}, line {number}: no bytes in hexadecimal: {error}"
        raise InputError(message) from error


def _of_the_night(evening: str, name: str, starters: Sequence[Starter], rng: Rng) -> Story:
    """A race of a known night, played again by the *starters*."""
    script = night(evening)
    race = next((race for race in script.races if race.id == name), None)
    if race is None:
        known = ", ".join(f"{evening}/{race.id}" for race in script.races)
        message = f"{evening} has no race {name!r}: choose one of {known}"
        raise InputError(message)
    entered = entries([sheet_of(race)], _FIRST_CODE)
    own = line_up([(entry, "as the sheet has it") for entry in entered], script.competition(race).rules)
    story = story_of([word.event for word in told(script, race, own)], own, rng)
    return _recast(story, own, starters) if starters else story


_FIRST_CODE = 9001
"""The first of the transponders of a night that has none to tell."""


def _recast(story: Story, roles: Sequence[Starter], starters: Sequence[Starter]) -> Story:
    """The *story* with *starters* in its *roles*: themselves where they have one, the others in start order.

    Where there are more roles than starters, the last ones stay empty; who finds none, stands still.
    """
    codes: dict[str, str] = {}
    for role, starter in _cast(roles, starters):
        codes.update(zip(role.transponders, starter.transponders, strict=False))
    passings = [
        msgspec.structs.replace(one, transponder=codes[one.transponder])
        for one in story.passings
        if one.transponder in codes
    ]
    if not passings:
        message = "nobody on the start list wears a transponder: give the skaters some, or take another race"
        raise InputError(message)
    return Story(story.gun, tuple(passings), tuple(starters))


def _cast(roles: Sequence[Starter], starters: Sequence[Starter]) -> Iterable[tuple[Starter, Starter]]:
    own = {role.skater.id: role for role in roles}
    themselves = [(own.pop(starter.skater.id), starter) for starter in starters if starter.skater.id in own]
    others = [starter for starter in starters if all(starter is not one for _, one in themselves)]
    return chain(themselves, zip(own.values(), others, strict=False))
