"""The vocabulary of the log is closed, reads back as it was written, and refuses slips."""

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastlap import events
from lastlap.events import (
    Event,
    Fact,
    IncidentNoted,
    LapsCut,
    NoteMade,
    OrderRead,
    Passing,
    PassingStruck,
    Record,
    RecordReinstated,
    RecordRetracted,
    SkaterFell,
    StartListPosted,
    in_force,
)
from lastlap.times import Duration, Instant
from strategies import events as facts
from strategies import records

KINDS = get_args(Event)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)

TAKING_BACK = st.integers(1, 6).map(RecordRetracted) | st.integers(1, 6).map(RecordReinstated)


def posted(body: str) -> Event:
    """The event that an official's request holds."""
    event: Event = msgspec.json.decode(body, type=Event)
    return event


def numbers(*said: Event) -> list[int]:
    """The numbers of the records that stand, if *said* is what the log says from record 1 on."""
    return [
        record.number for record in in_force(Record(number, event) for number, event in enumerate(said, 1))
    ]


def test_the_union_holds_every_fact_once() -> None:
    """No event is defined and then forgotten in the union, and none stands there twice."""
    assert list(KINDS) == Fact.__subclasses__()


@every_kind
def test_an_event_says_what_it_is(kind: type[Event]) -> None:
    """In JSON the `type` of an event is the name of its class, and every class says in a line what it means."""
    schema = msgspec.json.schema(kind)["$defs"][kind.__name__]
    assert schema["properties"]["type"]["enum"] == [kind.__name__]
    assert (kind.__doc__ or "").strip().endswith(".")


@every_kind
def test_an_event_never_changes(kind: type[Event]) -> None:
    """A fact that was written down cannot be altered in memory either."""
    assert kind.__struct_config__.frozen


@every_kind
@given(data=st.data())
def test_every_event_reads_back_from_the_log(kind: type[Event], data: st.DataObject) -> None:
    """Whatever an event says, JSON keeps it to the last microsecond and letter."""
    event = data.draw(facts(kind))
    assert msgspec.json.decode(msgspec.json.encode(event), type=Event) == event


@given(records())
def test_every_record_reads_back(record: Record) -> None:
    """A line of the log is the same after it was written and read."""
    assert msgspec.json.decode(msgspec.json.encode(record), type=Record) == record


@given(facts())
def test_what_is_not_said_may_be_left_out(event: Event) -> None:
    """A request without the fields that have their defaults means the same event."""
    said = msgspec.to_builtins(event)
    fields = msgspec.structs.fields(type(event))
    brief = {field.name: said[field.name] for field in fields if getattr(event, field.name) != field.default}
    assert msgspec.convert({"type": said["type"]} | brief, Event) == event


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ('{"type": "MarkGiven", "bib": 7, "irm": "DSQ", "wy": "obstruction"}', "unknown field `wy`"),
        ('{"type": "MarkGiven", "irm": "DSQ"}', "missing required field `bib`"),
        ('{"type": "MarkGiven", "bib": "7", "irm": "DSQ"}', r"got `str` - at `\$\.bib`"),
        ('{"type": "MarkGiven", "bib": 7, "irm": "DQ"}', r"Invalid enum value 'DQ' - at `\$\.irm`"),
        ('{"type": "OrderRead", "lap": 12, "bibs": [7, "3"]}', r"at `\$\.bibs\[1\]`"),
        ('{"type": "ResultDeclared", "status": "final"}', r"at `\$\.status`"),
        ('{"type": "StartListPosted", "starters": [{"bib": 1}]}', r"field `skater` - at `\$\.starters\[0\]`"),
        ('{"type": "PassingStrucked", "number": 3}', "Invalid value 'PassingStrucked'"),
        ('{"number": 3}', "missing required field `type`"),
    ],
)
def test_a_slip_in_a_request_is_named(body: str, complaint: str) -> None:
    """A misspelt event or field is refused with the field's name, never taken for something else."""
    with pytest.raises(msgspec.ValidationError, match=complaint):
        posted(body)


def test_a_dead_heat_reads_back_as_a_dead_heat() -> None:
    """Bibs in brackets of their own stay together."""
    read = posted('{"type": "OrderRead", "lap": 8, "bibs": [7, [3, 12], 4], "times": {"7": 240000000}}')
    assert read == OrderRead(8, (7, (3, 12), 4), {7: Duration(240_000_000)})


def test_injuries_are_told_only_where_somebody_may_be_hurt() -> None:
    """Private words on injuries stand in two events, under one name, so that all who print can leave them out."""
    private = [kind for kind in KINDS if "injury" in kind.__struct_fields__]
    assert private == [IncidentNoted, SkaterFell]


def test_a_start_list_tells_no_more_of_a_person_than_the_sport_needs() -> None:
    """Of a person the log holds id, name, NOC, birth year, ranking and how the name is said: nothing else."""
    skater = msgspec.json.schema(StartListPosted)["$defs"]["Skater"]
    assert set(skater["properties"]) == {"id", "name", "noc", "birth_year", "ranking", "said"}


def test_what_nobody_took_back_stands() -> None:
    """A strike stands; a retraction takes it out, and it is as if it had not been said."""
    assert numbers(PassingStruck(9), NoteMade("seen")) == [1, 2]
    assert numbers(PassingStruck(9), NoteMade("seen"), RecordRetracted(1)) == [2, 3]


def test_the_last_word_on_a_record_counts() -> None:
    """Retracted, said again, retracted again: the last of them holds."""
    strike, retracted, again = PassingStruck(9), RecordRetracted(1), RecordReinstated(1)
    assert numbers(strike, retracted, again) == [1, 2, 3]
    assert numbers(strike, retracted, again, retracted) == [2, 3, 4]


@given(st.integers(0, 9))
def test_a_retraction_can_be_retracted(length: int) -> None:
    """In a chain in which each takes the one before back, every second one stands, the last for sure."""
    chain = [RecordRetracted(number) for number in range(1, length + 1)]
    assert numbers(LapsCut(12), *chain) == list(range(1 + length % 2, length + 2, 2))


@given(st.lists(TAKING_BACK, max_size=6), st.data())
def test_in_which_order_records_arrive_makes_no_difference(said: list[Event], data: st.DataObject) -> None:
    """What stands follows from the numbers of the records, not from their order of arrival."""
    log = [Record(number, event) for number, event in enumerate([LapsCut(12), *said], 1)]
    assert in_force(data.draw(st.permutations(log))) == in_force(log)


def test_a_passing_is_at_the_finish_line_unless_it_says_otherwise() -> None:
    """A decoder with one loop need not name it."""
    assert Passing(Instant(0), "4711").loop == events.FINISH_LINE
