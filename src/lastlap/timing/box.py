"""A decoder that is not there: what it sees of a story, what it says of it, and what it answers.

Strategy: story, faults and chance are known before the first skater moves, so all that the box
will ever see is worked out at once.  What it says up to a moment, what it remembers then and what
its clock shows are questions with that moment as their argument.  So nothing here waits, and a
race can be driven at any speed, or backwards.

Moments are those of the story; what the box's own clock makes of them stands in its passings.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from lastlap.errors import InputError
from lastlap.events import Event, GunFired, Passing
from lastlap.reconstruction import Known, Rng, crossings
from lastlap.startlist import Starter
from lastlap.times import SECOND, Duration, Instant, after, between
from lastlap.timing.faults import Fault, Weak, Wire, Without
from lastlap.timing.p3 import P3
from lastlap.timing.said import GetTime, GetVersion, Other, Resend, Said, Status, Time, Version

# What there is to see


class Story(msgspec.Struct, frozen=True):
    """A race as a loop that misses nothing would see it."""

    gun: Instant
    passings: tuple[Passing, ...]
    """As time goes, each with a strength and hits, and with no number: that is the box's own."""
    starters: tuple[Starter, ...] = ()
    """Who wears which transponder, where that is known."""

    def moved(self, gun: Instant) -> "Story":
        """The same race, with its gun at another moment."""
        shift = between(self.gun, gun)
        passings = [msgspec.structs.replace(one, at=after(one.at, shift)) for one in self.passings]
        return Story(gun, tuple(passings), self.starters)


def story_of(events: Iterable[Event], starters: Sequence[Starter], rng: Rng) -> Story:
    """The race that *events* tell of, from wherever they are: a log, a night played again, a simulation.

    The latest gun counts; where none was fired, it was at the first passing.  Strength and hits
    are made up where no device told them.  Raises `InputError` if nobody passes a loop.
    """
    told = list(events)
    passings = sorted((one for one in told if isinstance(one, Passing)), key=lambda one: one.at)
    if not passings:
        message = (
            "there is no passing to rehearse with: post a start list with transponders, or take another race"
        )
        raise InputError(message)
    guns = [one.at for one in told if isinstance(one, GunFired)]
    seen = tuple(_seen_well(passing, rng) for passing in passings)
    return Story((guns or [passings[0].at])[-1], seen, tuple(starters))


def _seen_well(passing: Passing, rng: Rng) -> Passing:
    """*passing* as a box sees a transponder that is well, if nobody says how it saw it."""
    strength = passing.strength if passing.strength is not None else int(rng.uniform(80, 180))
    hits = passing.hits if passing.hits is not None else int(rng.uniform(10, 60))
    return msgspec.structs.replace(passing, number=None, source="", strength=strength, hits=hits)


_LAP = Duration(29 * SECOND)
_SPREAD = Duration(8 * SECOND)
"""How long after the first the last skater may finish."""

_ANKLES = 20_000, 350_000
"""How long the second ankle comes after the first, in microseconds."""


def made_up(starters: Sequence[Starter], laps: int, sprints: Iterable[int], gun: Instant, rng: Rng) -> Story:
    """A race of *laps* laps that never was, with the *starters* in a pack that comes apart at the end.

    Raises `InputError` if nobody wears a transponder.
    """
    bibs = sorted((starter.bib for starter in starters), key=lambda _: rng.random())
    times = {bib: Duration(int(laps * _LAP + rng.uniform(0, _SPREAD))) for bib in bibs}
    known = [Known(bib, total=0, finisher=True) for bib in bibs]
    orders = {lap: tuple(sorted(bibs, key=lambda _: rng.random())[:3]) for lap in sprints if lap < laps}
    ends = crossings(known, orders, times, laps, rng) if bibs else {}
    passings = [
        passing
        for starter in starters
        for end in ends[starter.bib]
        for passing in _over_the_line(starter, after(gun, end), rng)
    ]
    return story_of([GunFired(gun), *passings], starters, rng)


def _over_the_line(starter: Starter, at: Instant, rng: Rng) -> Iterator[Passing]:
    for code in starter.transponders:
        yield Passing(at, code)
        at = after(at, Duration(int(rng.uniform(*_ANKLES))))


def recorded(data: Iterable[bytes], rng: Rng) -> Story:
    """The race in the bytes that a P3 decoder once sent, by its own clock; what it sent again counts once.

    Raises `InputError` if there is no passing in them.
    """
    listener = P3()
    said = [word for chunk in data for word in listener.receive(chunk)]
    return story_of(dict.fromkeys(word for word in said if isinstance(word, Passing)), (), rng)


# The box


STATUS_EVERY = Duration(5 * SECOND)
"""How often a box says how it fares."""

DECODER = 1
"""The number that the box calls itself by."""

_STATUS = Status(noise=36, temperature=22, voltage=118, decoder=DECODER)
_VERSION = Version(kind=0x10, description="rehearsal", decoder=DECODER)


class Box:
    """A decoder at the finish line of *story*, with *faults* of its own.

    Raises `InputError` for a fault that concerns nobody in the story, and for a transponder whose
    code P3 cannot say.
    """

    def __init__(self, story: Story, faults: Sequence[Fault], rng: Rng) -> None:
        self.faults = faults
        self.gun = story.gun
        self._bibs = {code: starter.bib for starter in story.starters for code in starter.transponders}
        self._check(story)
        outages = [outage for fault in faults if (outage := fault.outage())]
        self._outages = sorted(outages, key=lambda outage: outage.begins)
        self._forgets = sorted(outage.begins for outage in outages if outage.forgets)
        self._passings = tuple(self._numbered(story, rng))
        self._moments = [passing.at for passing in self._passings]
        self._set_ahead = Duration(0)
        self.start = min(story.gun, story.passings[0].at)
        """When the story begins."""
        self.end = self._end(story.passings[-1].at)
        """When it is over and the box can be reached."""

    def _check(self, story: Story) -> None:
        codes = {passing.transponder for passing in story.passings}
        for code in codes:
            P3.encode(Passing(story.gun, code))
        for fault in self.faults:
            if isinstance(fault, Without) and fault.bib not in self._bibs.values():
                message = f"no skater with bib {fault.bib} wears a transponder in this race"
                raise InputError(message)
            if isinstance(fault, Weak) and fault.transponder not in codes:
                message = f"nobody wears the transponder {fault.transponder} in this race"
                raise InputError(message)

    def _numbered(self, story: Story, rng: Rng) -> Iterator[Passing]:
        """What the box sees, with its numbers; still at the true moments."""
        counted: Counter[int] = Counter()
        for passing in story.passings:
            seen = self._seen(passing, rng)
            if seen is not None:
                life = self._life(passing.at)
                counted[life] += 1
                yield msgspec.structs.replace(seen, number=counted[life], source=str(DECODER))

    def _seen(self, passing: Passing, rng: Rng) -> Passing | None:
        elapsed = between(self.gun, passing.at)
        if any(outage.blind and outage.is_on(elapsed) for outage in self._outages):
            return None
        for fault in self.faults:
            seen = fault.sees(passing, self._bibs.get(passing.transponder), rng)
            if seen is None:
                return None
            passing = seen
        return passing

    def _life(self, now: Instant) -> int:
        """How often the box has lost its memory by *now*."""
        return bisect_right(self._forgets, between(self.gun, now))

    def _end(self, last: Instant) -> Instant:
        """When all is over, if the *last* passing was then."""
        for outage in self._outages:
            if outage.is_on(between(self.gun, last)):
                last = after(self.gun, outage.ends)
        return last

    def fire(self, gun: Instant) -> None:
        """Moves all that the box will see so that the *gun* is then; what it has said is said."""
        shift = between(self.gun, gun)
        self.gun, self.start, self.end = gun, after(self.start, shift), after(self.end, shift)
        self._passings = tuple(
            msgspec.structs.replace(one, at=after(one.at, shift)) for one in self._passings
        )
        self._moments = [passing.at for passing in self._passings]

    def is_reachable(self, now: Instant) -> bool:
        """Whether clients can be connected."""
        return not any(outage.is_on(between(self.gun, now)) for outage in self._outages)

    def set_clock(self, now: Instant, shown: Instant) -> None:
        """Sets the box's clock, which else shows the time of the story, to *shown* at the moment *now*."""
        self._set_ahead = between(now, shown)

    def clock(self, now: Instant) -> Instant:
        """What the box's clock shows; it knows no time before 1970."""
        elapsed = between(self.gun, now)
        wrong = sum(fault.ahead(elapsed) for fault in self.faults)
        return Instant(max(0, now + self._set_ahead + wrong))

    def says(self, since: Instant, until: Instant) -> list[tuple[Instant, Passing | Status]]:
        """What it says by itself, and when: after *since*, and up to *until* with it."""
        words: list[tuple[Instant, Passing | Status]] = [*self._passed(since, until)]
        moment = self._next_status(since)
        while moment <= until:
            words.append((moment, _STATUS))
            moment = self._next_status(moment)
        reachable = [word for word in words if self.is_reachable(word[0])]
        return sorted(reachable, key=lambda word: word[0])

    def _next_status(self, now: Instant) -> Instant:
        return Instant(now + STATUS_EVERY - between(self.gun, now) % STATUS_EVERY)

    def next(self, now: Instant) -> Instant:
        """The first moment after *now* at which it says something, goes away or comes back."""
        following = bisect_right(self._moments, now)
        edges = [after(self.gun, edge) for one in self._outages for edge in (one.begins, one.ends)]
        moments = [*self._moments[following : following + 1], *edges, self._next_status(now)]
        return min(moment for moment in moments if moment > now)

    def answer(self, request: Said, now: Instant) -> list[Passing | Status | Time | Version]:
        """What it says when asked; nothing to what is no request that it knows."""
        match request:
            case GetTime():
                return [Time(self.clock(now), decoder=DECODER)]
            case GetVersion():
                return [_VERSION]
            case Other(0x02):  # a status without a value asks for one
                return [_STATUS]
            case Resend(first, last):
                memory = self._passed(self._empty(now), now)
                return [passing for _, passing in memory if first <= (passing.number or 0) <= last]
        return []

    def _passed(self, since: Instant, until: Instant) -> Iterator[tuple[Instant, Passing]]:
        """The passings after *since* and up to *until*, each with its true moment, and timed by the box's clock."""
        first, last = (bisect_right(self._moments, moment) for moment in (since, until))
        for passing in self._passings[first:last]:
            yield passing.at, msgspec.structs.replace(passing, at=self.clock(passing.at))

    def _empty(self, now: Instant) -> Instant:
        """When the memory that it has *now* was empty for the last time."""
        life = self._life(now)
        return after(self.gun, self._forgets[life - 1]) if life else Instant(self.start - 1)


class Line:
    """One client's connection to *box*, made at the moment *now*: requests in, bytes out.

    What the wire does to frames is the box's faults' business.  A moment earlier than one before adds nothing.
    """

    def __init__(self, box: Box, rng: Rng, now: Instant) -> None:
        self._box = box
        self._requests = P3()
        self._wire = Wire(box.faults, rng)
        self._now = now

    def ask(self, data: bytes, now: Instant) -> None:
        """Take the bytes of requests; half a request waits for its other half."""
        self._listen(now)
        for request in self._requests.receive(data):
            for word in self._box.answer(request, now):
                self._wire.send(P3.encode(word), now)

    def hear(self, now: Instant) -> bytes:
        """What arrives up to *now*, and was not heard before."""
        self._listen(now)
        return self._wire.arrived(now)

    def _listen(self, now: Instant) -> None:
        for moment, word in self._box.says(self._now, now):
            self._wire.send(P3.encode(word), moment)
        self._now = max(self._now, now)

    @property
    def next(self) -> Instant:
        """When there is something to hear again, or the box goes away or comes back."""
        following = self._box.next(self._now)
        return following if self._wire.due is None else min(following, self._wire.due)

    def owes(self, until: Instant) -> bool:
        """Whether anything that was said up to *until* is still on the way."""
        return self._wire.owes(until)
