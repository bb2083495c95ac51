"""What holds for the report of every meet, however strange its log."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lastlap.events import (
    CompetitionOpened,
    Event,
    IncidentNoted,
    LappedCalled,
    LapsGiven,
    MarkGiven,
    MeetOpened,
    OrderRead,
    Phase,
    RacePlanned,
    Record,
    ResultDeclared,
    ResultStatus,
    SkaterAdvanced,
    SkaterFell,
    StartListPosted,
)
from lastlap.publish.findings import parts
from lastlap.publish.report import as_text, report
from lastlap.publish.words import LANGUAGES
from lastlap.rulebook import IRM, edition
from lastlap.startlist import Skater, Starter
from sheetmeet import numbered

RULES = edition("isu-2024", "W")
BIBS = st.integers(1, 11)
"""Ten skaters, and a cap that nobody wears."""

LAPS = st.sampled_from([4, 8, 12, 15, 16])


def said() -> st.SearchStrategy[Event]:
    """Something that an official may say of a race, right or wrong."""
    orders = st.lists(BIBS | st.tuples(BIBS, BIBS), min_size=1, max_size=10)
    return st.one_of(
        st.builds(OrderRead, LAPS, orders.map(tuple)),
        st.builds(MarkGiven, BIBS, st.sampled_from(IRM), why=st.sampled_from(["", "left the ice"])),
        st.builds(SkaterFell, BIBS, st.none() | LAPS, brought_down_by=st.none() | BIBS),
        st.builds(
            IncidentNoted, st.text(max_size=5), st.lists(BIBS, max_size=2).map(tuple), st.none() | LAPS
        ),
        st.builds(LapsGiven, BIBS, st.integers(0, 16)),
        st.builds(LappedCalled, BIBS),
        st.builds(SkaterAdvanced, BIBS),
        st.builds(ResultDeclared, st.sampled_from(ResultStatus), st.sampled_from(["", "a protest"])),
    )


@st.composite
def meets(draw: st.DrawFn) -> list[Record]:
    """A meet with one race of ten skaters, of which anything may be said."""
    phases: list[Phase] = ["final", "semi-final", "division A", "division B"]
    phase = draw(st.sampled_from(phases))
    starters = tuple(Starter(bib, Skater(f"s{bib}", f"Skater {bib}", "NED")) for bib in range(1, 11))
    opening: list[tuple[Event, str | None]] = [
        (MeetOpened("Meet"), None),
        (CompetitionOpened("c", "Women", "W", RULES), None),
        (RacePlanned("c", phase, "Women", RULES), "w"),
        (StartListPosted(starters), "w"),
    ]
    return numbered([*opening, *((event, "w") for event in draw(st.lists(said(), max_size=8)))])


@settings(max_examples=60)
@given(log=meets(), code=st.sampled_from(LANGUAGES))
def test_every_log_has_a_report(log: list[Record], code: str) -> None:
    """Whatever was said of a race, there is a report of it, with a headline."""
    assert as_text(report(log, code)).strip()


@settings(max_examples=60)
@given(log=meets())
def test_every_sentence_stands_on_records_that_are_there(log: list[Record]) -> None:
    """A finding names at least one record, and only records of the log; its name is its own."""
    told = [finding for part in parts(log) for finding in part.findings]
    numbers = {record.number for record in log}
    assert all(finding.records and set(finding.records) <= numbers for finding in told)
    assert len({finding.id for finding in told}) == len(told)
