"""Meets for the tests of the pages: fields that strain a page, and a night cut at any moment of it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from msgspec.structs import replace

from lastlap.events import (
    CompetitionOpened,
    Event,
    GunFired,
    IncidentNoted,
    MarkGiven,
    MeetOpened,
    OrderRead,
    Passing,
    Phase,
    RacePlanned,
    Record,
    ResultDeclared,
    ResultStatus,
    SkaterFell,
    StartListPosted,
)
from lastlap.log import Draft, Meet, wall_clock
from lastlap.rulebook import IRM, edition
from lastlap.startlist import Skater, Starter
from lastlap.times import SECOND, Instant

LAP = 33 * SECOND

LONG = (
    "Maria Magdalena VAN DEN BERGH-KONSTANTINOPOLSKA",
    "Anastasiia Aleksandrovna GOLIKOVA-SEMYONOVA",
    "Elizabeth Catherine FEATHERSTONEHAUGH",
    "Þórgunnur Ingibjörg SIGURÐARDÓTTIR",
    "Maria Fernanda DE OLIVEIRA CAVALCANTI",
    "Karolina Małgorzata SZCZĘŚNIAK-WYSZYŃSKA",
)
"""Names longer than a row of a phone."""

EASTERN = (
    "김보름",
    "高木菜那",
    "박지우",
    "佐藤綾乃",
    "이승훈",
    "土屋良輔",
    "정재원",
    "ウィリアムソン師円",
    "郭丹",
    "李丹",
)
"""Names as they are written at home."""

NOCS = ("NED", "KOR", "JPN", "CAN", "ITA", "NOR", "GER", "POL", "USA", "CHN", "SUI", "BEL")


def field(size: int, names: Sequence[str] = ()) -> tuple[Starter, ...]:
    """A start list of so many skaters, who bear the *names* in turn."""
    return tuple(
        Starter(
            bib,
            Skater(
                f"s{bib}", _name(names, bib), NOCS[bib % len(NOCS)], said="KIM BO-reum" if bib == 1 else ""
            ),
            (f"T{bib}",),
            grid=bib,
        )
        for bib in range(1, size + 1)
    )


def _name(names: Sequence[str], bib: int) -> str:
    if not names:
        return f"Skater NUMBER{bib}"
    name = names[(bib - 1) % len(names)]
    return name if bib <= len(names) else f"{name} {bib}"


def meet_of(
    path: Path,
    starters: tuple[Starter, ...],
    *,
    ridden: float,
    phase: Phase = "semi-final",
    story: Sequence[Event] = (),
) -> Path:
    """A meet with one race, `race`, that has been on the ice for *ridden* seconds; none if 0 or less.

    Then the *story* is told. The skaters ride in groups that drift apart.
    """
    gun = Instant(wall_clock() - int(ridden * SECOND))
    rules = edition("isu-2018")
    before: list[tuple[str | None, Event]] = [
        (None, MeetOpened("Ice Cup", "Thialf, Heerenveen", "2026-11-27", 60)),
        (None, CompetitionOpened("women", "Women's mass start", "W", rules)),
        ("race", RacePlanned("women", phase, f"Women, {phase}", rules, scheduled=gun)),
    ]
    if starters:
        before.append(("race", StartListPosted(starters)))
    if ridden > 0:
        before.append(("race", GunFired(gun)))
    with Meet.create(path) as meet:
        meet.append_all(
            [Draft(event, race, "secretary", Instant(gun - SECOND)) for race, event in before]
            + [Draft(event, "race", "decoder", event.at) for event in _passings(starters, gun, ridden)]
            + [Draft(event, "race", "referee", wall_clock()) for event in story]
        )
    return path


def _passings(starters: Sequence[Starter], gun: Instant, ridden: float) -> Iterator[Passing]:
    rng = Random(7)
    ridden_us = int(ridden * SECOND)
    found: list[tuple[int, str]] = []
    for place, starter in enumerate(starters):
        group = 0 if place < 3 else 1 if place < len(starters) - 4 else 2
        for lap in range(1, 17):
            drift = group * lap * SECOND // 2
            when = lap * LAP + drift + rng.randrange(group * 3 + 2) * SECOND * 3 // 5 + rng.randrange(SECOND)
            if when <= ridden_us:
                found.append((when, starter.transponders[0]))
    for when, transponder in sorted(found):
        yield Passing(Instant(gun + when), transponder, source="finish line")


MISHAPS: tuple[Event, ...] = (
    SkaterFell(5, lap=6, place="last bend"),
    IncidentNoted("blocked in the home straight", (2, 9), lap=7, place="home straight"),
    MarkGiven(5, IRM.DNF),
    MarkGiven(2, IRM.DSQ, rule="T25", why="impeding"),
    OrderRead(4, ((1, 3), 2)),
)
"""A fall, an obstruction, a DNF, a DQ of who had scored, and a dead heat at the first sprint."""

OFFICIAL: tuple[Event, ...] = (ResultDeclared(ResultStatus.OFFICIAL),)


def cut_night(night: Path, path: Path, race: str, ridden: float) -> Path:
    """The demo night as it was when *race* had been on the ice for *ridden* seconds, as if that were now."""
    with Meet.open(night / "pyeongchang-2018.meet") as whole:
        records = list(whole.records())
        gun = next(
            record.event.at
            for record in records
            if record.race == race and isinstance(record.event, GunFired)
        )
    cut = gun + int(ridden * SECOND)
    later = wall_clock() - cut
    with Meet.create(path) as meet:
        meet.append_all([_moved(record, later) for record in records if _is_told(record, race, cut)])
    return path


def _is_told(record: Record, race: str, cut: int) -> bool:
    """Plans are always told; else what was known by the cut."""
    if record.race is None or isinstance(record.event, RacePlanned):
        return True
    if isinstance(record.event, StartListPosted) and record.race == race:
        return True
    return max(getattr(record.event, "at", None) or 0, record.at) <= cut


def _moved(record: Record, later: int) -> Draft:
    event = record.event
    for name in ("at", "scheduled"):
        moment = getattr(event, name, None)
        if moment is not None:
            event = replace(event, **{name: Instant(moment + later)})
    return Draft(event, record.race, record.by, Instant(record.at + later))
