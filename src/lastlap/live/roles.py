"""Who may say what: one table of roles and the events that are their business."""

from collections.abc import Mapping
from typing import Literal, get_args

from lastlap.events import Event, OrderRead, Record, RecordReinstated, RecordRetracted

Role = Literal["referee", "secretary", "timekeeper", "judge", "announcer", "viewer"]
"""What somebody is at this meet."""

ROLES: tuple[Role, ...] = get_args(Role)

_ALL = tuple(sorted(kind.__name__ for kind in get_args(Event)))
_TAKING_BACK = "RecordReinstated RecordRetracted"

MAY: Mapping[Role, frozenset[str]] = {
    "referee": frozenset(_ALL),
    "secretary": frozenset(
        f"ConditionsNoted NoteMade StartListPosted TransponderAssigned {_TAKING_BACK}".split()
    ),
    "timekeeper": frozenset(
        f"""
        BellRung ConditionsNoted CrossingTapped DoubtDismissed GunFired IncidentNoted LapGained LappedCalled
        LappedLifted LapsGiven NeutralLapEnded NoteMade OrderRead PassingInserted PassingMoved
        PassingRestored PassingStruck RaceArmed SkaterFell SkatersCalled TransponderAssigned
        {_TAKING_BACK}
        """.split()
    ),
    "judge": frozenset(
        f"CrossingTapped IncidentNoted LappedCalled NoteMade OrderRead SkaterFell {_TAKING_BACK}".split()
    ),
    "announcer": frozenset(),
    "viewer": frozenset(),
}
"""Of every role, the types of the events that it may post; the referee may post them all."""


def forbidden(role: Role, by: str, event: Event, about: Record | None) -> str | None:
    """Why somebody in *role*, who signs as *by*, may not say *event*; `None` if it is their business.

    *about* is the record that the event takes back, if it takes one back.
    """
    name = type(event).__name__
    if name not in MAY[role]:
        return f"a {role} cannot post {name}: ask the referee, or sign in with another role"
    if role == "referee":
        return None
    if isinstance(event, RecordRetracted | RecordReinstated) and about is not None and about.by != by:
        return f"record {event.number} was said by {about.by or 'somebody else'}: only they or the referee take it back"
    if role == "judge" and isinstance(event, OrderRead) and event.read_by != "judge":
        return 'a judge reads the order by eye: post it with "read_by": "judge"'
    return None
