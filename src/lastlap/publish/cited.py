"""Records of the log as a page may show them: without what is private."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from lastlap.events import Record
from lastlap.rulebook import Rulebook
from lastlap.times import SECOND, Instant

_PRIVATE = ("birth_year", "transponders", "transponder", "said", "ranking")
"""What the log holds of people for the race, and no reader needs."""

_RULEBOOK = set(Rulebook.__struct_fields__)
"""By which fields a rulebook among plain values is known."""


class Cited(msgspec.Struct, frozen=True):
    """One record on a page."""

    number: int
    race: str
    at: str
    """In UTC, for machines."""
    clock: str
    """By the rink's clock."""
    kind: str
    says: str
    """Its facts as JSON, the private ones left out."""


def cited(records: Iterable[Record], numbers: Iterable[int], utc_offset: int) -> tuple[Cited, ...]:
    """Those of *records* that have one of the *numbers*, as a page may show them."""
    wanted = set(numbers)
    return tuple(_cited(record, utc_offset) for record in records if record.number in wanted)


def _cited(record: Record, utc_offset: int) -> Cited:
    fields = msgspec.to_builtins(record.event, enc_hook=str)
    kind = fields.pop("type")
    says = msgspec.json.encode(public(fields)).decode()
    moment = moment_at(record.at)
    local = moment + timedelta(minutes=utc_offset)
    return Cited(
        record.number, record.race or "", f"{moment:%Y-%m-%dT%H:%M:%SZ}", f"{local:%H:%M:%S}", kind, says
    )


def moment_at(at: Instant) -> datetime:
    """The moment as a date and time in UTC."""
    return datetime.fromtimestamp(at // SECOND, UTC)


def public(value: object) -> object:
    """A value of an event without private fields, and with rulebooks by their names."""
    if isinstance(value, list | tuple):
        return [public(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == _RULEBOOK:
        return value["name"]
    hidden = [*_PRIVATE, *([] if value.get("injury_public") else ["injury"])]
    return {
        key: public(one) for key, one in value.items() if key not in hidden and one not in (None, "", [], {})
    }
