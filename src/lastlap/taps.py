"""Taps beside passings: which of them are one crossing of one skater, and which lap was told with it.

Strategy: what was seen of a skater falls into crossings by time alone: whatever is no longer
after the one before it than the rulebook's `timing.tap` belongs to the same.  So it makes no
difference what came first, in time or in the log.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lastlap.events import FINISH_LINE
from lastlap.facts import Facts, Seen
from lastlap.times import SECOND, Instant


class OtherLap(NamedTuple):
    """A tap that names another lap than its crossing ended."""

    number: int
    """Its record."""
    bib: int
    at: Instant
    told: int
    counted: int | None
    """The lap that the crossing ended, if any."""


class _Tap(NamedTuple):
    """A tap that was not struck; they sort as time goes."""

    at: Instant
    number: int
    bib: int
    evidence: Sequence[int]
    """All records that tell of the same crossing."""


class Taps:
    """What the taps among all that was *seen*, in the order of time, have to do with the rest of it."""

    def __init__(self, facts: Facts, seen: Iterable[Seen] = ()) -> None:
        self._facts = facts
        self._window = int(facts.rulebook.timing.tap * SECOND)
        self.seen_too: set[int] = set()
        """The taps, by record number, of crossings that a passing or an insertion tells of too."""
        self.repeated: set[int] = set()
        """The taps of crossings that nothing but an earlier tap tells of."""
        self.laps: dict[int, int] = {}
        """Of the record that stands for a crossing: the lap that it ended, if an official told."""
        self._tapped: list[_Tap] = []
        self._moments: dict[int, list[Instant]] = defaultdict(list)
        for bib, crossing in self._crossings(seen) if facts.taps else ():
            self._gather(bib, crossing)
        self._tapped.sort()

    def _crossings(self, seen: Iterable[Seen]) -> Iterator[tuple[int, list[Seen]]]:
        """The crossings of the finish line: whose, and all that tells of it."""
        crossings: dict[int, list[list[Seen]]] = defaultdict(list)
        for one in seen:
            at, code, number, loop = one
            bib = self._facts.owner(code, at)
            if bib is None or loop != FINISH_LINE or number in self._facts.struck:
                continue
            if crossings[bib] and at - crossings[bib][-1][-1][0] <= self._window:
                crossings[bib][-1].append(one)
            else:
                crossings[bib].append([one])
        return ((bib, crossing) for bib, own in crossings.items() for crossing in own)

    def _gather(self, bib: int, crossing: Sequence[Seen]) -> None:
        numbers = [number for _, _, number, _ in crossing]
        others = [number for number in numbers if number not in self._facts.taps]
        tapped = [(at, number) for at, _, number, _ in crossing if number in self._facts.taps]
        if others:
            self.seen_too.update(number for _, number in tapped)
        else:
            self.repeated.update(number for _, number in tapped[1:])
        told = [(at, lap) for at, number in tapped if (lap := self._facts.taps[number].lap) is not None]
        if told:
            self.laps[(others or numbers)[0]] = min(told)[1]
        for at, number in tapped:
            self._tapped.append(_Tap(at, number, bib, numbers))
            self._moments[bib].append(at)

    def touches(self, seen: Seen) -> bool:
        """Whether a passing that comes later than all others may be a crossing that was tapped."""
        at, code, _, _ = seen
        bib = self._facts.owner(code, at) if self._moments else None
        return bib is not None and any(at - moment <= self._window for moment in self._moments.get(bib, ()))

    def orders(self, ended: Container[int]) -> dict[str, tuple[int, ...]]:
        """Of each pad, by who tapped on it: the bibs whose crossing is that of a record in *ended*, as they were tapped."""
        found: dict[str, dict[int, None]] = defaultdict(dict)
        for tap in self._tapped:
            if any(record in ended for record in tap.evidence):
                found[self._facts.pads[tap.number]].setdefault(tap.bib)
        return {pad: tuple(bibs) for pad, bibs in found.items()}

    def contradicted(self, ended: Mapping[int, int]) -> Iterator[OtherLap]:
        """The taps that name another lap than their crossing ended; *ended* has that by the record that counts."""
        for at, number, bib, evidence in self._tapped:
            told = self._facts.taps[number].lap
            counted = next((ended[record] for record in evidence if record in ended), None)
            if told is not None and told != counted:
                yield OtherLap(number, bib, at, told, counted)
