"""Judging: what each passing means, in the order of the times at which skaters crossed the line.

Strategy: `Ice` takes passings one after the other and keeps how far each skater has come, so
that a passing costs the same on the last lap as on the first.  It never looks back: whoever
learns something about the past makes a new `Ice` and judges all passings anew.
"""

from collections import defaultdict
from enum import Enum
from typing import Any

import msgspec

from lastlap.events import FINISH_LINE
from lastlap.facts import EVER, NEVER, Facts, Seen, Status
from lastlap.rulebook import IRM, Rulebook
from lastlap.startlist import Starter
from lastlap.taps import Taps
from lastlap.times import SECOND, Duration, Instant


class NoLap(Enum):
    """Why a passing ends no lap."""

    STRUCK = "struck by an official"
    OTHER_LOOP = "not the finish line"
    BEFORE_THE_GUN = "before the gun"
    UNKNOWN_TRANSPONDER = "no skater on the start list wears this transponder"
    RACE_STOPPED = "while the race was stopped"
    NEUTRALISED = "while the race was neutralised"
    OUT = "the skater is out of the race"
    NEUTRAL_LAP = "the neutral lap"
    EARLY = "leaving the grid"
    ECHO = "the same crossing, seen once more"
    AFTER_THE_FINISH = "the skater has already finished"
    TOO_SOON = "sooner after the last one than anybody skates a lap"
    LAP_GAINED = "the lap that the skater gained on the main group"
    SEEN_TOO = "tapped, and seen by a transponder too"
    TAPPED_AGAIN = "the same crossing, tapped once more"
    LAP_KNOWN = "tapped as a lap that the skater has ended already"


class Lap(msgspec.Struct, frozen=True):
    """The end of lap *number* for *bib*."""

    number: int
    bib: int
    at: Instant


Verdict = Lap | NoLap


class Ride:
    """How far one skater has come. Read it, never write to it: it belongs to its race."""

    __slots__ = ("at", "bib", "crossings", "done", "due", "finished", "irm", "laps", "limit", "memo", "out_since", "over", "overtaken", "riding", "skip", "starter", "time", "told")  # fmt: skip

    def __init__(self, starter: Starter, start: Instant, limit: int, out_since: Instant) -> None:
        self.starter = starter
        self.bib = starter.bib
        self.laps = 0
        """Laps that the passings tell of."""
        self.at = start
        """When the last of them ended."""
        self.crossings: list[Instant | None] = []
        """When each of them ended; `None` where nobody saw it."""
        self.done = 0
        """Laps done, as passings and officials together tell it."""
        self.time: Duration | None = None
        """On the race clock, when the last lap done ended."""
        self.irm: IRM | None = None
        self.riding = True
        """Started, neither finished nor out."""
        self.finished = False
        self.due = 0
        """Laps that count for the place: the whole race while riding, else the laps done."""
        self.limit = limit
        """The lap after which the skater's race ends."""
        self.memo: Any = None
        """Room for what a reader made of the ride; emptied whenever the ride changes."""
        self.out_since = out_since
        self.overtaken = False
        """Whether the passings tell that the leader has lapped the skater."""
        self.over = False
        """Whether the skater's race ended short of the distance, because the leader had ended it."""
        self.skip = 0
        """Crossings to come that end no lap, for laps gained on the main group."""
        self.told = False
        """Whether the last lap was tapped by its number: then nobody counts what the skater does between two taps."""


class Ice:
    """The race as it stands after the passings judged so far."""

    def __init__(self, facts: Facts, taps: Taps | None = None) -> None:
        self.facts = facts
        self.taps = taps or Taps(facts)
        self.verdicts: dict[int, Verdict] = {}
        self.orders: dict[int, list[int]] = defaultdict(list)
        self.last: Seen = (EVER, "", 0, "")
        """The latest passing judged."""
        self._unsettled = set[Ride]()
        """The rides that have changed since somebody last looked."""
        self._front = 0
        self._restarts = sorted(facts.restarts, reverse=True)
        timing = facts.rulebook.timing
        self._echo, self._grid = int(timing.echo * SECOND), int(timing.grid * SECOND)
        self._shortest = int(timing.shortest_lap * SECOND)
        self._by_orders = True
        """Whether no lap has been counted: laps are told by exception."""
        start = facts.start if facts.start is not None else EVER
        self._free = facts.neutral_end if facts.neutral_end is not None else start
        self.rides = {bib: self._ride(starter) for bib, starter in facts.starters.items()}
        self._gains = {bib: gains[::-1] for bib, gains in facts.gains.items()}
        self._neutral = set(facts.starters) if facts.neutral and facts.neutral_end is None else set[int]()
        self._eliminations = _elimination_laps(facts.rulebook, facts.laps)

    def _ride(self, starter: Starter) -> Ride:
        mark = self.facts.marks.get(starter.bib)
        since = mark.since if mark and mark.since is not None else NEVER
        ride = Ride(starter, self._free, self.facts.laps, since)
        self._settle(ride)
        return ride

    def judge(self, seen: Seen) -> None:
        """Give the passing its verdict; it must be later than all those judged before."""
        at, code, number, _ = self.last = seen
        while self._restarts and self._restarts[-1][0] <= at:
            self._restart(*self._restarts.pop())
        bib = self.facts.owner(code, at)
        ride = self.rides.get(bib) if bib is not None else None
        no_crossing = self._no_crossing(seen)
        if no_crossing is None and ride is not None:
            self.verdicts[number] = self._judged(ride, seen)
        else:
            self.verdicts[number] = no_crossing or NoLap.UNKNOWN_TRANSPONDER

    def restart_all(self) -> None:
        """Let the restarts that no passing has followed yet put the field where they say."""
        while self._restarts:
            at, laps = self._restarts.pop()
            self.last = max(self.last, (at, "", 0, ""))
            self._restart(at, laps)

    def _no_crossing(self, seen: Seen) -> NoLap | None:
        """Why this is no crossing of the finish line in the race, whoever it was."""
        at, _, number, loop = seen
        if number in self.facts.struck:
            return NoLap.STRUCK
        if loop != FINISH_LINE:
            return NoLap.OTHER_LOOP
        return NoLap.BEFORE_THE_GUN if self.facts.gun is None or at < self.facts.gun else None

    def _judged(self, ride: Ride, seen: Seen) -> Verdict:
        at, _, number, _ = seen
        for since, until, held in self.facts.pauses:
            if since <= at < until:
                return NoLap.RACE_STOPPED if held is Status.STOPPED else NoLap.NEUTRALISED
        if number in self.taps.seen_too:
            return NoLap.SEEN_TOO
        if number in self.taps.repeated:
            return NoLap.TAPPED_AGAIN
        lap = self.taps.laps.get(number)
        is_tap = number in self.facts.taps
        not_told = self._not_told(ride, at, lap) if lap is not None else None
        if lap is not None and not_told is None:
            return self._end_told(ride, at, lap, is_tap=is_tap)
        if not_told is not None and is_tap:
            return not_told
        return self._not_yet(ride, at) or self._no_more(ride, at) or self._end_lap(ride, at)

    def _not_told(self, ride: Ride, at: Instant, lap: int) -> NoLap | None:
        """Why this cannot be the end of the *lap* that an official named."""
        self._gained(ride, at)
        if lap <= ride.laps:
            return NoLap.LAP_KNOWN
        if lap > ride.limit:
            return NoLap.AFTER_THE_FINISH if ride.limit == self.facts.laps else NoLap.OUT
        if at >= ride.out_since or (ride.overtaken and lap < self._front and self._must_leave(ride)):
            return NoLap.OUT
        return NoLap.TOO_SOON if at - ride.at < (lap - ride.laps) * self._shortest else None

    def _end_told(self, ride: Ride, at: Instant, lap: int, *, is_tap: bool) -> Lap:
        """The end of the *lap* that an official named; the ones before it count, seen or not."""
        self._neutral.discard(ride.bib)
        ride.skip = 0
        ride.crossings += [None] * (lap - 1 - ride.laps)
        ride.laps = lap - 1
        ride.overtaken = ride.overtaken and lap < self._front
        return self._end_lap(ride, at, told=is_tap)

    def _not_yet(self, ride: Ride, at: Instant) -> NoLap | None:
        """Why the skater's first lap cannot have ended."""
        if ride.laps:
            return None
        if ride.bib in self._neutral:
            if at - ride.at >= self._grid:
                self._neutral.discard(ride.bib)
                ride.at = at
            return NoLap.NEUTRAL_LAP
        if self.facts.neutral_end is not None and at - self._free < self._shortest:
            return NoLap.NEUTRAL_LAP
        return NoLap.EARLY if at - ride.at < self._grid and ride.at == self._free else None

    def _no_more(self, ride: Ride, at: Instant) -> NoLap | None:
        """Why this cannot be the end of the skater's next lap."""
        since = at - ride.at
        if since < self._echo:
            return NoLap.ECHO
        if ride.laps >= ride.limit:
            return NoLap.AFTER_THE_FINISH if ride.over or ride.limit == self.facts.laps else NoLap.OUT
        if at >= ride.out_since or (ride.overtaken and self._must_leave(ride)):
            return NoLap.OUT
        if since < self._shortest:
            return NoLap.TOO_SOON
        self._gained(ride, at)
        if ride.skip:
            ride.skip -= 1
            ride.at = at
            return NoLap.LAP_GAINED
        return None

    def _must_leave(self, ride: Ride) -> bool:
        """Whether a skater whom the leader has overtaken is out, and no official says otherwise."""
        return self.facts.rulebook.lapped.policy == "remove" and self.facts.lapped.get(ride.bib, True)

    def _gained(self, ride: Ride, at: Instant) -> None:
        """Take the laps into account that the skater has gained or lost by now."""
        gains = self._gains.get(ride.bib)
        while gains and gains[-1].at <= at:
            laps = gains.pop().laps
            ride.skip += max(laps, 0)
            ride.laps += max(-laps, 0)
            ride.crossings += [None] * -laps

    def _end_lap(self, ride: Ride, at: Instant, *, told: bool = False) -> Lap:
        if self._by_orders and not told:
            self._counted_first()
        ride.told = told
        ride.laps = lap = ride.laps + 1
        ride.at = at
        ride.crossings.append(at)
        self.orders[lap].append(ride.bib)
        if self._front >= self.facts.laps and self.facts.rulebook.lapped.policy == "finish with leader":
            ride.over, ride.limit = True, lap
        if lap < self._front:
            ride.overtaken = True
        if lap > self._front:
            self._lead(ride, lap)
        if lap in self._eliminations:
            self._eliminate(lap)
        self._unsettled.add(ride)
        return Lap(lap, ride.bib, at)

    def _counted_first(self) -> None:
        """A crossing has ended a lap whose number nobody told: from now on laps are counted."""
        self._by_orders = False
        self._unsettled.update(self.rides.values())

    def _lead(self, leader: Ride, lap: int) -> None:
        """Somebody is the first to end *lap*: of whoever has not ended the lap before it, he is a lap ahead.

        Of skaters whom no passing has told of yet nothing is known; they are looked at when one
        does.  Nor is anything known where laps were told by their numbers, and not counted.
        """
        self._front = lap
        if lap > 1 and leader.crossings[-2] is None:
            return
        for ride in self.rides.values():
            if 0 < ride.laps < lap - 1 and not (ride.overtaken or ride.told):
                ride.overtaken = True
                self._unsettled.add(ride)

    def _eliminate(self, lap: int) -> None:
        """Take the last out as soon as nobody else is left behind them."""
        self.settle()
        behind = [ride for ride in self.rides.values() if ride.riding and ride.laps < lap]
        if self._eliminations[lap] < len(behind):
            return
        for ride in behind:
            ride.limit = min(ride.limit, lap)

    def _restart(self, at: Instant, laps: int) -> None:
        self.settle()
        for ride in self.rides.values():
            if not ride.riding:
                continue
            for lap in range(laps + 1, ride.laps + 1):
                self.orders[lap] = [bib for bib in self.orders[lap] if bib != ride.bib]
            ride.crossings = [*ride.crossings, *[None] * laps][:laps]
            ride.laps, ride.at = laps, at
            self._unsettled.add(ride)
        self._front = laps

    def settle(self) -> None:
        """Bring what can be read of the rides up to date."""
        while self._unsettled:
            self._settle(self._unsettled.pop())

    def _settle(self, ride: Ride) -> None:
        """Make one picture of what passings and officials tell of a skater."""
        facts, bib = self.facts, ride.bib
        ride.memo = None
        mark, given = facts.marks.get(bib), facts.given.get(bib)
        policy = facts.rulebook.lapped.policy
        lapped = facts.lapped.get(bib, ride.overtaken and policy != "ignore")
        ride.irm = mark.irm if mark else IRM.LAP if lapped else None
        out = ride.irm is not None and (ride.irm is not IRM.LAP or policy == "remove")
        ride.done = given.laps if given else self._laps_done(ride, out=out)
        ride.time = given.time if given else self._time(ride)
        ride.finished = not out and (ride.done >= facts.laps or ride.over)
        ride.riding = not (out or given or ride.finished) and ride.laps < ride.limit
        ride.due = facts.laps if ride.riding else ride.done

    def _laps_done(self, ride: Ride, *, out: bool) -> int:
        facts = self.facts
        if self._by_orders and facts.laps in facts.read and not out:
            return facts.laps
        return max(ride.laps, facts.furthest.get(ride.bib, 0))

    def _time(self, ride: Ride) -> Duration | None:
        read = self.facts.read_time(ride.bib, ride.done)
        if read is not None:
            return read
        if (
            self.facts.start is None
            or ride.laps < ride.done
            or not ride.crossings
            or ride.crossings[-1] is None
        ):
            return None
        return Duration(ride.at - self.facts.start)


def _elimination_laps(rulebook: Rulebook, laps: int) -> dict[int, int]:
    """Of each lap at whose end skaters are taken out: how many."""
    rules = rulebook.elimination
    if rules is None:
        return {}
    until = rules.until or laps - 1
    return dict.fromkeys(range(rules.first, min(until, laps - 1) + 1, rules.every), rules.out)
