"""What the announcer may say now: sentences that are true, so that nobody has to do sums.

Strategy: everything is read off the board, where `certainty` has proved it; what a sprint would
change is said by points alone, as the order behind it is open.
"""

from collections.abc import Iterator, Sequence

from lastlap.board import Board, Line
from lastlap.events import SkatersCalled
from lastlap.live.answers import AnnouncerNow, Sentence, StarterLine
from lastlap.live.wording import named
from lastlap.race import Race

_BEST = 3
"""So many skaters of each kind are named."""


def announcer_now(race: Race, board: Board, records: Sequence[str] = ()) -> AnnouncerNow:
    """What may be said of the race on the *board*; *records* would fall if it ended now."""
    lines = [
        *_now(race, board),
        *_certain(board),
        *_sprint(board),
        *_medals(board),
        *(
            Sentence("record", f"{'If it ended now: ' if board.laps_to_go else ''}{record}.")
            for record in records
        ),
        *_incidents(race, board),
    ]
    starters = tuple(
        StarterLine(bib, one.skater.name, one.skater.noc, one.skater.said, one.why)
        for bib, one in race.starters.items()
    )
    return AnnouncerNow(board.version, board.race, tuple(lines), starters)


def _now(race: Race, board: Board) -> Iterator[Sentence]:
    match board.status:
        case "planned" | "ready":
            yield Sentence("now", f"{board.title}: {len(race.starters)} skaters, {_laps(board.laps)}.")
            if race.said(SkatersCalled):
                yield Sentence("now", "The skaters are called to the start.")
        case "running":
            yield from _running(race, board)
        case "stopped" | "neutralised":
            yield Sentence("now", f"The race is {board.status}.")
        case status:
            words = {"finished": "is over; the result is not declared yet"}
            yield Sentence("now", f"The race {words.get(status, f'is {status}')}.")
            yield from _podium(board)


def _running(race: Race, board: Board) -> Iterator[Sentence]:
    last = ", the last one" if board.laps_to_go == 1 else ""
    yield Sentence("now", f"{_laps(board.laps_to_go)} to go{last}.")
    yield from _leading(race, board)
    if board.next_sprint is not None:
        yield _coming(race, board, board.next_sprint)


def _leading(race: Race, board: Board) -> Iterator[Sentence]:
    """Who is ahead on the ice, and by how much."""
    if not board.groups:
        return
    front, *others = board.groups
    leader = named(race, front.bibs[0])
    gap = f", {others[0].gap} seconds ahead" if others and others[0].gap else ""
    with_whom = "alone" if len(front.bibs) == 1 else f"a group of {len(front.bibs)}"
    yield Sentence("now", f"{leader} leads {with_whom}{gap}.")


def _coming(race: Race, board: Board, lap: int) -> Sentence:
    """The next sprint: when, and for how many points."""
    until = lap - (board.laps - board.laps_to_go)
    what = "the finish" if lap == board.laps else f"the sprint of lap {lap}"
    when = "This lap ends in" if until == 1 else f"In {until} laps comes"
    return Sentence("sprint", f"{when} {what}: {'-'.join(map(str, race.tables[lap]))} points.")


def _podium(board: Board) -> Iterator[Sentence]:
    for line in board.standings[:_BEST]:
        if line.rank is not None:
            yield Sentence("now", f"{line.rank}: {line.name}, {line.noc}, {_points(line.points)}.")


def _certain(board: Board) -> Iterator[Sentence]:
    """Who is sure of what the race is for, who cannot reach it any more, and what others need."""
    goal = board.goal or f"the first {board.top}"
    skated = [line for line in board.standings if line.irm is None]
    for on_the_ice, proviso in ((False, ""), (True, ", if they finish")):
        sure = [line for line in skated if line.sure and line.riding is on_the_ice]
        if sure:
            yield Sentence("certain", f"Sure of {goal}{proviso}: {_names(sure)}.")
    if not board.laps_to_go:
        return
    out = [line for line in skated if line.out]
    if out:
        yield Sentence("certain", f"Out of reach is {goal} for {_names(out)}.")
    near = sorted((line for line in skated if not line.sure and line.needs), key=lambda line: line.needs or 0)
    for line in near[:_BEST]:
        yield Sentence("certain", f"{line.name} is sure of {goal} with {_points(line.needs or 0)} more.")


def _sprint(board: Board) -> Iterator[Sentence]:
    """What the sprint that is skated would change for those who lead on the ice."""
    due = next((sprint for sprint in board.sprints if sprint.state == "now" and not sprint.order), None)
    if due is None or not board.groups:
        return
    lines = {line.bib: line for line in board.standings}
    first = due.points[0]
    for bib in board.groups[0].bibs[:_BEST]:
        yield from _if_won(lines[bib], first, board)


def _if_won(line: Line, first: int, board: Board) -> Iterator[Sentence]:
    if line.void:
        return
    total = line.points + first
    goal = board.goal or f"the first {board.top}"
    if not line.sure and line.needs and first >= line.needs:
        yield Sentence("sprint", f"If {line.name} wins it, {goal} is sure: {_points(total)}.")
        return
    ahead = sum(other.points > total for other in board.standings if other.bib != line.bib)
    yield Sentence(
        "sprint", f"If {line.name} wins it, that makes {_points(total)}: {_ordinal(ahead + 1)} by points."
    )


def _medals(board: Board) -> Iterator[Sentence]:
    if board.phase != "final" or not board.sprints or board.status in ("planned", "ready"):
        return
    # Before the finish nobody has the points that decide: what stands is only what stands now.
    if board.laps_to_go and not any(line.points for line in board.standings):
        return
    words = "The medals go to" if not board.laps_to_go else "If it ended now, the medals would go to"
    won = [line for line in board.standings if line.rank is not None and line.rank <= _BEST and not line.irm]
    if won:
        yield Sentence("medal", f"{words} {', '.join(f'{line.name} ({line.noc})' for line in won)}.")


def _incidents(race: Race, board: Board) -> Iterator[Sentence]:
    for incident in reversed(board.incidents):
        who = " and ".join(named(race, bib) for bib in incident.bibs)
        lap = "" if incident.lap is None else f" on lap {incident.lap}"
        place = f", {incident.place}" if incident.place else ""
        what = "Fall" if incident.what == "fall" else incident.what.rstrip(".")
        yield Sentence("incident", f"{what}{lap}{f': {who}' if who else ''}{place}.")


def _names(lines: Sequence[Line]) -> str:
    names = [line.name for line in lines]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _points(total: int) -> str:
    return f"{total} point{'' if total == 1 else 's'}"


def _laps(count: int) -> str:
    return f"{count} lap{'' if count == 1 else 's'}"


def _ordinal(place: int) -> str:
    tail = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{tail}"
