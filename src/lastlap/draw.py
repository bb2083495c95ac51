"""The draw: who skates in which race, where they stand on the grid, and why.

Strategy: the field is put in one order, by the ranking list, and dealt to the semi-finals in it.
To deal is to write a word, one semi-final a skater: 1 2 2 1 1 2 ...  Whatever else the draw wants
is then a search for the nearest word that has it, and the reasons are read off the two words.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from heapq import heappop, heappush
from typing import Literal

import msgspec

from lastlap.errors import RefusedError
from lastlap.rulebook import Divisions, Rulebook
from lastlap.startlist import Entry, Starter

_Word = tuple[int, ...]
"""Of each skater of the field, in its order, the number of the semi-final."""

_Teams = Mapping[str, Sequence[int]]
"""Of each NOC with more than one skater, their places in the field, from 0."""


class DrawnRace(msgspec.Struct, frozen=True):
    """A race that the draw filled."""

    phase: Literal["semi-final", "final", "division A", "division B"]
    place: int
    """Which of the races of its phase: semi-final 1, semi-final 2."""
    starters: tuple[Starter, ...]


class Draw(msgspec.Struct, frozen=True):
    """The races of the first phase, and how they came about."""

    races: tuple[DrawnRace, ...]
    swaps: int
    """How often two neighbours in the field changed places, so that NOCs are split."""
    why: str


def draw(entries: Iterable[Entry], rulebook: Rulebook, *, seed: str | int) -> Draw:
    """The first races of a competition: semi-finals, a straight final, or two divisions.

    The same entries and seed give the same draw, in whatever order the entries come and on any
    machine.  Reserves are not drawn.  Semi-finals differ in size by one skater at most, and
    the skaters of a NOC are dealt to them as evenly as can be, by the fewest swaps there are.

    Raises `RefusedError` if nobody is entered, or more skaters than the rulebook lets start.
    """
    field = _field(entries, str(seed))
    places = [_place_words(place, entry, str(seed)) for place, entry in enumerate(field, 1)]
    if rulebook.format.kind == "divisions":
        return _divisions(field, places, rulebook)
    _refuse_too_many(len(field), "in the field", rulebook)
    if rulebook.format.kind == "single" or len(field) <= rulebook.format.straight_final_up_to:
        return _straight_final(field, places, rulebook)
    return _semi_finals(field, places, rulebook, str(seed))


def line_up(
    places: Iterable[tuple[Entry, str]], rulebook: Rulebook, *, behind: Sequence[Starter] = ()
) -> tuple[Starter, ...]:
    """A start list: skaters in grid order, each with the reason, *behind* those who stand already.

    Cap numbers and grid places go on from theirs, the first is 1; the reason names the row.
    """
    bib = max((starter.bib for starter in behind), default=0)
    grid = max((starter.grid or 0 for starter in behind), default=0)
    width = rulebook.format.grid_width
    lines = [
        Starter(
            bib=bib + place,
            skater=entry.skater,
            transponders=entry.transponders,
            grid=grid + place,
            why=f"{why}; row {(grid + place - 1) // width + 1} of the grid",
        )
        for place, (entry, why) in enumerate(places, 1)
    ]
    return (*behind, *lines)


def nth(number: int) -> str:
    """*number* as a place is written.

    >>> [nth(number) for number in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    is_teen = number // 10 % 10 == 1
    return f"{number}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


# The field


def _field(entries: Iterable[Entry], seed: str) -> list[Entry]:
    """Who is drawn, in the order of the ranking list; the unranked behind it, by lot."""
    return sorted((entry for entry in entries if not entry.reserve), key=lambda entry: _rung(entry, seed))


def _rung(entry: Entry, seed: str) -> tuple[bool, int, str, str]:
    """What puts the field in order. Equal places of the ranking list go by the skater's id."""
    skater = entry.skater
    if skater.ranking is None:
        return (True, 0, _lot(entry, seed), skater.id)
    return (False, skater.ranking, "", skater.id)


def _lot(entry: Entry, seed: str) -> str:
    """The skater's lot: nobody can foresee it, and everybody who knows the seed can check it."""
    return sha256(f"{seed}\n{entry.skater.id}".encode()).hexdigest()


def _place_words(place: int, entry: Entry, seed: str) -> str:
    ranking = entry.skater.ranking
    how = f"unranked, by lot with seed {seed}" if ranking is None else f"place {ranking} in the ranking list"
    return f"{nth(place)} of the field ({how})"


def _refuse_too_many(count: int, where: str, rulebook: Rulebook) -> None:
    most = rulebook.format.max_entries
    if not count:
        message = "nobody is entered: take entries first, reserves alone make no race"
        raise RefusedError(message)
    if count > most:
        message = f"{count} skaters {where} are too many: {rulebook.name} lets {most} start, so withdraw {count - most} or make them reserves"
        raise RefusedError(message)


# A race of its own


def _straight_final(field: Sequence[Entry], places: Sequence[str], rulebook: Rulebook) -> Draw:
    starters = line_up(zip(field, places, strict=True), rulebook)
    why = f"{_skaters(len(field))}, one race: lined up by the ranking list"
    return Draw((DrawnRace("final", 1, starters),), 0, why)


def _divisions(field: Sequence[Entry], places: Sequence[str], rulebook: Rulebook) -> Draw:
    """The seeds in division A, the others in division B, which is skated first."""
    seeds = (rulebook.divisions or Divisions()).seeds
    lines = list(zip(field, places, strict=True))
    _refuse_too_many(len(lines[:seeds]), "in division A", rulebook)
    races = [DrawnRace("division A", 1, line_up(lines[:seeds], rulebook))]
    if lines[seeds:]:
        _refuse_too_many(len(lines[seeds:]), "in division B", rulebook)
        races.insert(0, DrawnRace("division B", 1, line_up(lines[seeds:], rulebook)))
    why = f"{_skaters(len(field))}: the first {seeds} of the ranking list are seeded in division A"
    return Draw(tuple(races), 0, why)


# Semi-finals


def _semi_finals(field: Sequence[Entry], places: Sequence[str], rulebook: Rulebook, seed: str) -> Draw:
    rules = rulebook.format
    dealt = _serpentine(len(field), rules.semi_finals)
    if rules.draw == "in blocks":
        dealt = _in_blocks([_lot(entry, seed) for entry in field], rules.semi_finals)
    teams = _teams([entry.skater.noc for entry in field]) if rules.split_nocs else {}
    swaps, word = _split(dealt, teams)
    crowded = [noc for noc, team in teams.items() if _surplus(dealt, team, len(team))]
    lines = [
        (semi, (entry, place + _deal_words(entry.skater.noc, first, semi, crowded)))
        for entry, place, first, semi in zip(field, places, dealt, word, strict=True)
    ]
    races = [
        DrawnRace("semi-final", semi, line_up([line for in_semi, line in lines if in_semi == semi], rulebook))
        for semi in sorted(set(word))
    ]
    return Draw(tuple(races), swaps, _draw_words(races, rules.draw, swaps, crowded))


def _serpentine(count: int, semis: int) -> _Word:
    """1 to the first, 2 and 3 to the second, 4 and 5 to the first again ... with two semi-finals."""
    there_and_back = [*range(1, semis + 1), *range(semis, 0, -1)]
    return tuple(there_and_back[place % len(there_and_back)] for place in range(count))


def _in_blocks(lots: Sequence[str], semis: int) -> _Word:
    """Of each block of as many neighbours as there are semi-finals, one to each, by lot."""
    blocks = [lots[place : place + semis] for place in range(0, len(lots), semis)]
    return tuple(sorted(block).index(lot) + 1 for block in blocks for lot in block)


def _teams(nocs: Sequence[str]) -> _Teams:
    teams: dict[str, list[int]] = {}
    for place, noc in enumerate(nocs):
        teams.setdefault(noc, []).append(place)
    return {noc: team for noc, team in teams.items() if len(team) > 1}


def _split(dealt: _Word, teams: _Teams) -> tuple[int, _Word]:
    """The word next to *dealt* that splits all *teams* evenly, and the swaps of neighbours up to it.

    Exact, by best-first search (A*).  Word and steps grow from the top of the field: who comes
    next either keeps the semi-final dealt, which costs nothing, or takes over that of somebody
    further down, past whom it is handed up from neighbour to neighbour: as many swaps as places.
    There always is such a word, as rounding a table of shares to whole numbers always succeeds.

    Of several with as few swaps, it is the one that leaves the top of the field as it was for longest.
    """
    queue: list[tuple[int, _Word, _Word]] = [(0, (), dealt)]
    while True:
        _, steps, word = heappop(queue)
        if len(steps) == len(word):
            return sum(steps), word
        for step, changed in _steps(word, len(steps)):
            taken = (*steps, step)
            if not any(_is_lost(changed, len(taken), team) for team in teams.values()):
                heappush(queue, (sum(taken) + _swaps_due(changed, teams), taken, changed))


def _steps(word: _Word, place: int) -> Iterator[tuple[int, _Word]]:
    """The semi-finals that the skater at *place* may get: from how far down, and the word then."""
    done, rest = word[:place], word[place:]
    for semi in dict.fromkeys(rest):
        step = rest.index(semi)
        yield step, (*done, semi, *rest[:step], *rest[step + 1 :])


def _swaps_due(word: _Word, teams: _Teams) -> int:
    """How many swaps it takes at least: one moves two skaters."""
    return (sum(_surplus(word, team, len(team)) for team in teams.values()) + 1) // 2


def _is_lost(word: _Word, settled: int, team: Sequence[int]) -> bool:
    """Whether the last place settled keeps the *team* from being split, as all places before *settled* stay."""
    if settled - 1 not in team:
        return False
    return _surplus(word, [place for place in team if place < settled], len(team)) > 0


def _surplus(word: _Word, places: Sequence[int], size: int) -> int:
    """How many of those at *places*, of a team of *size*, would have to be moved for an even split."""
    semis = max(word)
    dealt = [word[place] for place in places]
    counts = sorted((dealt.count(semi) for semi in range(1, semis + 1)), reverse=True)
    shares = [len(range(semi, size, semis)) for semi in range(semis)]
    return sum(max(count - share, 0) for count, share in zip(counts, shares, strict=True))


# Words


def _deal_words(noc: str, dealt: int, semi: int, crowded: Sequence[str]) -> str:
    if dealt == semi:
        return f": dealt to semi-final {semi}"
    if noc in crowded:
        return f": dealt to semi-final {dealt}, moved to semi-final {semi} so that the skaters of {noc} are split"
    return f": dealt to semi-final {dealt}, moved to semi-final {semi} to make room where the skaters of {_listed(crowded)} are split"


def _draw_words(races: Sequence[DrawnRace], how: str, swaps: int, crowded: Sequence[str]) -> str:
    sizes = [str(len(race.starters)) for race in races]
    dealt = f"{len(races)} semi-finals of {_listed(sizes)} skaters: dealt {_HOW[how]}"
    if not swaps:
        return dealt
    times = "one swap" if swaps == 1 else f"{swaps} swaps"
    return f"{dealt}, then {times} of neighbours so that the skaters of {_listed(crowded)} are split"


_HOW = {
    "serpentine": "in serpentine by the ranking list",
    "in blocks": "by lot, block by block of the ranking list",
}


def _skaters(count: int) -> str:
    return "one skater" if count == 1 else f"{count} skaters"


def _listed(words: Sequence[str]) -> str:
    """*words* as a sentence lists them."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
