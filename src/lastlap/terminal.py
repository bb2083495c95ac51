"""What people read in a terminal: tables and sentences of what the engine found."""

import sys
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.table import Table

from lastlap.certainty import Certainty
from lastlap.doubts import doubts
from lastlap.log import Check
from lastlap.night import Decided, Played, Raced, Script
from lastlap.official import RankedSheet, Verification
from lastlap.race import Race
from lastlap.ranking import Standing, printed_mark, printed_rank, printed_total, standings
from lastlap.rulebook import Profile
from lastlap.times import sheet_clocks

_WIDE = 240
"""The columns of a page that goes to a file or another program."""

_PAGE = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
_ASIDE = Console(stderr=True, highlight=False)


class Quiet:
    """Watches a night and says nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was opened."""

    def raced(self, _raced: Raced) -> None:
        """Nothing is said of a race."""


class Progress(Quiet):
    """Watches a night with a line that tells how far it is."""

    def __init__(self, script: Script) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn())
        self._bar = Bar(*columns, console=_ASIDE, transient=True)
        self._task = self._bar.add_task("to the start", total=len(script.races))

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def raced(self, raced: Raced) -> None:
        """One race more is over."""
        self._bar.update(self._task, advance=1, description=raced.title)


def _say(*sentences: str) -> None:
    """Each sentence on a line of its own, which the terminal may wrap."""
    for sentence in sentences:
        _PAGE.print(sentence, soft_wrap=True)


# The night


def show_night(script: Script, played: Played, check: Check, file: Path) -> None:
    """The whole night: races, what became certain when, medals, and what was compared."""
    _say(f"[bold]{escape(script.name)}[/], {escape(script.venue)}, {script.date:%d %B %Y}")
    _say(f"[dim]Reconstructed. Made up: {escape(script.made_up)}; times with ~ too.[/]")
    for raced in played.races:
        _show_raced(script, raced)
    for decided in played.decided:
        _show_decided(decided)
    _PAGE.print("\n[bold]What was proved[/]")
    checked = sum(raced.comparison.checked for raced in played.races)
    differences = [word for raced in played.races for word in raced.comparison.differences]
    _say(f"{checked} facts of the official sheets compared: {len(differences)} differ")
    _say(*(f"  {escape(word)}" for word in differences))
    _say(f"{escape(str(file))}: {escape(check.sentence)}")
    _say(f"Look further: [bold]lastlap standings {escape(str(file))} {played.races[-1].id}[/]")
    _say("See it live in a browser: [bold]lastlap demo --serve --speed 20[/]")


def _show_raced(script: Script, raced: Raced) -> None:
    race = raced.race
    _PAGE.print()
    going_on = {qualifier.standing.score.bib: qualifier.mark for qualifier in raced.qualifiers}
    title = f"{raced.id}  {raced.title}, {race.status.value}"
    profile = race.rulebook.profile(script.profile)
    _standings_table(title, race, profile, going_on, raced.made_up_times)
    for incident in race.incidents:
        who = ", ".join(race.starters[bib].skater.name for bib in _bibs(incident))
        _say(f"  lap {incident.lap}: {escape(who)} fell, {escape(incident.place)}")
    for moment in raced.moments[:_FEW]:
        if moment.lap < race.laps:
            name = escape(moment.starter.skater.name)
            _PAGE.print(
                f"  [green]lap {moment.lap}, {moment.clock}: {name} is sure.[/] {escape(moment.certainty.why)}"
            )


_FEW = 8
"""So many moments of certainty are told of a race; a sheet has them all."""


def _bibs(incident: object) -> Sequence[int]:
    bib = getattr(incident, "bib", None)
    return (bib,) if isinstance(bib, int) else getattr(incident, "bibs", ())


def _show_decided(decided: Decided) -> None:
    _PAGE.print()
    _PAGE.print(f"[bold]{escape(decided.title)}[/]")
    for claim in decided.claims:
        _say(f"  {escape(claim.sentence)}.")
    table = _table("Medal standings at that moment", "#", "NOC", "Gold", "Silver", "Bronze", "Total")
    for line in decided.table[:_FEW]:
        table.add_row(*map(str, (line.rank, line.noc, line.gold, line.silver, line.bronze, line.total)))
    _PAGE.print(table)


# One race


def show_standings(name: str, race: Race, profile: Profile) -> None:
    """The standings with a reason for every place, and what an official must look at."""
    _standings_table(f"{name}  {race.status.value}", race, profile)
    for doubt in doubts(race):
        _say(f"  [yellow]?[/] {escape(doubt.says)}")
    if race.planned and race.planned.reconstructed:
        _say(f"[dim]Reconstructed; {escape(race.planned.reconstructed)}.[/]")


def _standings_table(
    title: str,
    race: Race,
    profile: Profile,
    marks: Mapping[int, str] | None = None,
    made_up: Container[int] = (),
) -> None:
    """The standings as a *profile* prints them, with *marks* in the last column, or else with the reasons."""
    found = standings(race)
    sprints = [f"S{number}" for number in range(1, len(race.tables))] + ["F"][: len(race.tables)]
    columns = ("#", "Cap", "Name", "NOC", "Laps", *sprints, "Points", "Time")
    table = _table(title, *columns, "" if marks is not None else "Why")
    for standing, time in zip(found, sheet_clocks([one.score.time for one in found]), strict=True):
        bib, mark = standing.score.bib, printed_mark(standing.score, profile)
        last = standing.why if marks is None else marks.get(bib) or mark
        table.add_row(*_cells(standing, f"~{time}" if bib in made_up else time, profile), escape(last))
    _PAGE.print(table)


def _cells(standing: Standing, time: str, profile: Profile) -> Iterable[str]:
    score = standing.score
    points = [str(won) if won else "" for won in score.sprints]
    if score.void:
        points = [f"[strike]{won}[/]" if won else "" for won in points]
    rank = printed_rank(standing, profile) + ("=" if standing.shared else "")
    name, noc = escape(score.skater.name), escape(score.skater.noc)
    return (rank, str(score.bib), name, noc, str(score.laps), *points, printed_total(score, profile), time)


def show_start_list(name: str, race: Race) -> None:
    """Who starts where, and why."""
    title = race.planned.title if race.planned else name
    table = _table(f"{name}  {title}", "Grid", "Cap", "Name", "NOC", "Why")
    for starter in race.starters.values():
        grid = "" if starter.grid is None else str(starter.grid)
        skater = starter.skater
        table.add_row(grid, str(starter.bib), escape(skater.name), escape(skater.noc), escape(starter.why))
    _PAGE.print(table)


def show_sure(name: str, race: Race, found: Sequence[Certainty]) -> None:
    """What is certain of each skater, with the proof."""
    top = found[0].top if found else 0
    table = _table(
        f"{name}  sure of the first {top}?",
        "Cap",
        "Name",
        "NOC",
        "Sure",
        "At least",
        "At best",
        "Needs",
        "Why",
    )
    for one in found:
        skater = race.starters[one.bib].skater
        word = "yes" if one.sure else "out" if one.out else ""
        places = [str(rank or "") for rank in (one.sure_rank, one.best_rank)]
        needs = "" if one.needs is None or one.sure else str(one.needs)
        table.add_row(str(one.bib), escape(skater.name), skater.noc, word, *places, needs, escape(one.why))
    _PAGE.print(table)


# Official sheets


def show_ranked(file: str, ranked: RankedSheet) -> None:
    """A sheet ranked anew."""
    table = _table(f"{file}  by {ranked.basis}", "#", "Name", "NOC", "Points", "", "Q")
    for row, standing, qualified in zip(ranked.rows, ranked.standings, ranked.qualified, strict=True):
        rank = "" if standing.rank is None else str(standing.rank)
        mark = standing.score.irm or ""
        table.add_row(
            rank, escape(row.name), row.noc, str(standing.score.total), mark, "Q" if qualified else ""
        )
    _PAGE.print(table)
    for warning in ranked.warnings:
        _say(f"  [yellow]![/] {escape(warning)}")


def show_verified(file: str, skaters: int, found: Verification) -> None:
    """What differs between a sheet and the rules, and what is odd about it."""
    verdict = f"{len(found.differences)} differences" if found.differences else "all as printed"
    _say(f"{escape(file)}: {skaters} skaters, {verdict}")
    for difference in found.differences:
        _say(f"  [red]x[/] {escape(difference)}")
    for warning in found.warnings:
        _say(f"  [yellow]![/] {escape(warning)}")


_NUMBERS = {
    "#",
    "Cap",
    "Grid",
    "Laps",
    "Points",
    "Time",
    "F",
    "Gold",
    "Silver",
    "Bronze",
    "Total",
    "Needs",
    "At least",
    "At best",
}


def _table(title: str, *columns: str) -> Table:
    table = Table(title=escape(title), title_justify="left", title_style="bold", box=None, padding=(0, 1))
    for column in columns:
        numeric = column in _NUMBERS or column[1:].isdigit()
        table.add_column(column, justify="right" if numeric else "left", no_wrap=column != "Why")
    return table
