"""Every ending that a small race can have: the brute force beside which certainty is tested.

Written to be read and not to be fast; it knows nothing of how `lastlap.certainty` works.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, combinations, permutations
from random import Random

import msgspec

from lastlap.certainty import Contender, Situation, Sprint

Won = Mapping[int, int]
"""The points that each bib won from now on."""


class Truth(msgspec.Struct, frozen=True):
    """What holds of one skater over all endings."""

    worst: int
    best: int
    needs: int | None
    """The smallest number of points with which, or with more, no ending puts the skater behind the top."""


def endings(
    s: Situation, *, falls: bool, sprint: int = 0
) -> Iterator[tuple[Won, tuple[int, ...], frozenset[int]]]:
    """Points won, the order over the line, and who dropped out, of every ending of *s*."""
    riders = {c.bib for c in s.contenders if c.line is None and c.out is None}
    yield from _onwards(s, riders, {}, frozenset(), sprint, falls)


def _onwards(
    s: Situation, riders: set[int], won: Won, down: frozenset[int], sprint: int, falls: bool
) -> Iterator[tuple[Won, tuple[int, ...], frozenset[int]]]:
    if sprint == len(s.sprints):
        yield won, (), down
        return
    here = s.sprints[sprint]
    for more in _subsets(riders - down) if falls else [()]:
        fallen = down | set(more)
        may = [bib for bib in sorted(here.open_to) if bib not in fallen]
        for order in permutations(may, len(may) if here.finish else min(len(may), len(here.places))):
            now = dict(won)
            for bib, points in zip(order, here.places, strict=False):
                now[bib] = now.get(bib, 0) + points
            if here.finish:
                yield now, order, fallen
            else:
                yield from _onwards(s, riders, now, fallen, sprint + 1, falls)


def _subsets(bibs: set[int]) -> Iterator[tuple[int, ...]]:
    return chain.from_iterable(combinations(sorted(bibs), many) for many in range(len(bibs) + 1))


def ranks(
    s: Situation, won: Won, order: tuple[int, ...], down: frozenset[int], *, heat: bool
) -> dict[int, int]:
    """The rank of everybody in one ending; with *heat*, the next over the line cannot be told from the last one."""
    keys: dict[int, tuple[int, bool, int, int]] = {}
    across = max((c.line or 0 for c in s.contenders), default=0)
    for c in s.contenders:
        if c.out is not None or c.bib in down:
            keys[c.bib] = (1 if c.out is None else 2, False, 0, c.out or 0)
            continue
        points = c.points + (0 if c.void else won.get(c.bib, 0))
        line = c.line if c.line is not None else across + 1 + order.index(c.bib)
        if heat and across and c.line is None and order[0] == c.bib:
            line -= 1
        keys[c.bib] = (0, not (s.first_wins and line == 1), -points, line)
    return {bib: 1 + sum(other < key for other in keys.values()) for bib, key in keys.items()}


def truth(s: Situation, top: int, *, falls: bool) -> dict[int, Truth]:
    """What holds of every skater over all endings of *s*."""
    seen: dict[int, list[tuple[int, int, bool, bool]]] = {c.bib: [] for c in s.contenders}
    for won, order, down in endings(s, falls=falls):
        for heat in (False, True):
            for bib, rank in ranks(s, won, order, down, heat=heat).items():
                if bib not in down:
                    seen[bib].append((rank, won.get(bib, 0), heat, bool(down)))
    return {c.bib: _truth(c, top, seen[c.bib]) for c in s.contenders}


def _truth(c: Contender, top: int, seen: list[tuple[int, int, bool, bool]]) -> Truth:
    worst = max(rank for rank, _, heat, _ in seen if not heat)
    best = min(rank for rank, _, _, fell in seen if not fell)
    behind = [points for rank, points, heat, _ in seen if not heat and rank > top]
    ahead = [
        points
        for rank, points, heat, _ in seen
        if not heat and rank <= top and points > max(behind, default=-1)
    ]
    if worst <= top:
        return Truth(worst, best, 0)
    return Truth(worst, best, None if c.void or c.out is not None else min(ahead, default=None))


def situation(seed: int) -> tuple[Situation, int]:
    """A made-up moment of a small race, and the places that are asked for."""
    rng = Random(seed)
    bibs = list(range(1, rng.randint(2, 4) + 1))
    rng.shuffle(bibs)
    over, gone = rng.choice([0, 0, 0, 1, 2]), rng.choice([0, 0, 0, 1])
    finished, out, riding = bibs[:over], bibs[over : over + gone], bibs[over + gone :]
    first_wins = rng.random() < 0.2
    lines = (
        [1, 1]
        if len(finished) == 2 and not first_wins and rng.random() < 0.3
        else range(1, len(finished) + 1)
    )
    contenders = [
        Contender(bib, rng.randint(0, 6), line=line) for bib, line in zip(finished, lines, strict=True)
    ]
    contenders += [Contender(bib, out=1) for bib in out]
    for bib in riding:
        void = rng.random() < 0.15
        contenders.append(Contender(bib, 0 if void else rng.randint(0, 6), void))
    sprints = list(_sprints(rng, riding, finished, full=len(bibs) == 4))
    return Situation(tuple(contenders), tuple(sprints), first_wins), rng.randint(1, 4)


def _sprints(rng: Random, riding: list[int], finished: list[int], *, full: bool) -> Iterator[Sprint]:
    """Sprints on the way, alike or not, some half decided, and the finish."""
    many = rng.choice([0, 1, 1, 2] if full else [0, 1, 2, 2])
    alike, table = rng.random() < 0.6, _table(rng, 5, 3)
    for _ in range(0 if finished and rng.random() < 0.8 else many):
        half = rng.random() < 0.4
        may = (
            [bib for bib in riding + finished * (rng.random() < 0.3) if rng.random() < 0.6]
            if half
            else riding
        )
        if may:
            yield Sprint(table if alike else _table(rng, 5, 3), frozenset(may))
    if riding:
        yield Sprint(_table(rng, 8, 4), frozenset(riding), finish=True)


def _table(rng: Random, most: int, places: int) -> tuple[int, ...]:
    return tuple(sorted((rng.randint(1, most) for _ in range(rng.randint(1, places))), reverse=True))
