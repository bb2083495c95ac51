"""What is already certain of a race, whatever still happens, with the proof in words.

Strategy: nothing is sampled.  What is still open is a stock of places with points, and two
questions decide everything.  *How many others can still be ahead?*  In the worst case the
skater comes last everywhere; then as many others as possible must get the points that they
lack out of the stock, and whoever lacks least is served first.  *How few must be ahead?*  In
the best case the skater wins all that is open; then the others must take what remains, and
as few of them as possible may get too much.  Which of several like sprints a place belongs to
does not matter: a dealing in which nobody takes more places than there are sprints can always
be spread over the sprints (König's theorem on edge colourings).  So the searches deal *kinds*
of places, of which there are few.  `docs/certainty.md` has the proofs.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain, takewhile
from operator import attrgetter, mul, sub

import msgspec
from msgspec.structs import replace

from lastlap.errors import InputError
from lastlap.race import Race, Ride
from lastlap.ranking import MERITS, Score, over_the_line, scores, standings
from lastlap.rulebook import IRM, Rulebook

PATIENCE = 300_000
"""The steps that the searches of one board may take: a mass start needs hundreds, a points race thousands."""


class Sprint(msgspec.Struct, frozen=True):
    """A sprint that is not yet decided, or not wholly."""

    places: tuple[int, ...]
    """The points of the places that nobody has taken yet, best first."""
    open_to: frozenset[int]
    """The bibs that can still take one."""
    finish: bool = False


class Contender(msgspec.Struct, frozen=True):
    """How one skater stands in the race."""

    bib: int
    points: int = 0
    """Won so far, as far as they count."""
    void: bool = False
    """Whether points still to come do not count."""
    line: int | None = None
    """The place over the line of who has finished; who cannot be told apart shares one."""
    out: int | None = None
    """The place among those who are out of the race; 0 for who has no place at all."""
    adrift: bool = False
    """Riding, but may be stopped short of the distance: behind all who skate it, and some who are out."""


class Situation(msgspec.Struct, frozen=True):
    """A moment of a race, reduced to what the rest of it depends on."""

    contenders: tuple[Contender, ...]
    sprints: tuple[Sprint, ...] = ()
    first_wins: bool = False
    """Whether the first over the line wins, whatever the points."""
    medals: int = 3
    """The places that win a medal."""
    proviso: str = "if they finish"
    """What must hold of a skater who is still riding."""


class Certainty(msgspec.Struct, frozen=True):
    """What is certain of one skater, as long as no decision changes what has been skated."""

    bib: int
    top: int
    """Asked for is this place, or a better one."""
    sure_rank: int | None
    """The best rank that is sure; `None` for who has no place at all."""
    best_rank: int | None
    """The best rank still possible, if everybody who rides finishes."""
    sure: bool
    """Whether `top` cannot be missed any more."""
    out: bool
    """Whether `top` cannot be reached any more."""
    needs: int | None
    """The fewest further points that make `top` sure, however they are won; 0 if it is, `None` if none do."""
    medal: bool
    """Whether a medal is sure."""
    why: str
    """The proof, in a sentence or two."""
    provided: str = ""
    """What the skater must still do for `sure_rank` and `needs` to hold; `""` if nothing."""
    exact: bool = True
    """Whether this is the whole truth; if not, it is safe: what it calls sure is sure, what out is out."""


def sure(race: Race, *, top: int | None = None) -> tuple[Certainty, ...]:
    """What is already certain of every skater, in the order of the standings.

    Asked for is a place among the first *top*; if not given, the places that matter in the
    race's phase: those that lead from a semi-final to the final or from division B to
    division A by rank, elsewhere the first three.  Raises `InputError` if *top* is no place.
    """
    places, goal = aim(race)
    if top is not None and top != places:
        places, goal = top, ""
    certain = certainties(situation(race), places, goal)
    return tuple(certain[standing.score.bib] for standing in standings(race))


def certainties(
    situation: Situation, top: int, goal: str = "", *, patience: int = PATIENCE
) -> dict[int, Certainty]:
    """What is certain of each skater in *situation*, by bib.

    *goal* says what a place among the first *top* means, as in `the final`.  Exact for every
    field and rulebook of a mass start; where a search runs out of *patience*, or a rider is
    adrift, the answer is safe and says that it is not `exact`.  Raises `InputError` if *top* is
    no place.
    """
    if top < 1:
        message = f"top must be 1 or more, not {top}: it is the last of the places that are asked for"
        raise InputError(message)
    board = _Board(situation, top, goal or f"the first {top}", patience)
    return {skater.bib: board.certainty(skater) for skater in situation.contenders}


# From a race


def aim(race: Race) -> tuple[int, str]:
    """The places that matter in the race's phase, and what they mean."""
    rulebook = race.rulebook
    match race.phase:
        case "semi-final":
            return rulebook.format.advance, "the final"
        case "final":
            return 3, "a medal"
        case "division B" if rulebook.divisions and rulebook.divisions.by_rank:
            return rulebook.divisions.by_rank, "division A"
        case _:
            return 3, ""


def situation(race: Race) -> Situation:
    """The *race* at this moment, reduced to what the rest of it depends on."""
    rulebook = race.rulebook
    return Situation(
        contenders=tuple(_contenders(race)),
        sprints=tuple(_sprints(race)),
        first_wins=rulebook.ranking.order == "first over the line" and _may_win(race),
        medals=0 if race.phase in ("semi-final", "division B") else 3,
        proviso=_proviso(rulebook),
    )


def _proviso(rulebook: Rulebook) -> str:
    if rulebook.elimination:
        return "if they do not drop out"
    if rulebook.lap_gain.gained or rulebook.lap_gain.lost:
        return "if they finish and nobody gains or loses a lap"
    if rulebook.lapped.policy == "finish with leader" or IRM.LAP in rulebook.ranking.void:
        return "if they finish without being lapped"
    return "if they finish"


def _contenders(race: Race) -> Iterator[Contender]:
    found = scores(race)
    out = _places(race, [score for score in found if _is_out(race, score)])
    finished = [score for score in found if score.bib not in out and _has_line(race, score)]
    line = _places(race, [replace(score, stated=0, bonus=0) for score in finished])
    for score in found:
        yield Contender(
            bib=score.bib,
            points=score.total,
            void=score.void,
            line=line.get(score.bib),
            out=0 if score.irm in _NO_PLACE else out.get(score.bib),
            adrift=_is_adrift(race, score),
        )


_NO_PLACE = (IRM.DSQ, IRM.DNS, IRM.WDR)
"""The marks of who has no place that could be sure."""


def _is_out(race: Race, score: Score) -> bool:
    """Whether everybody who skates the whole distance ranks ahead of the skater."""
    if score.irm in (*_NO_PLACE, IRM.DNF):
        return True
    return score.due < race.laps and race.rulebook.ranking.order != "points race"


def _has_line(race: Race, score: Score) -> bool:
    """Whether the skater's place over the line at the finish is settled."""
    return not race.rides[score.bib].riding and (score.line is not None or score.time is not None)


def _is_adrift(race: Race, score: Score) -> bool:
    """Whether the skater rides, but may be stopped before the whole distance."""
    ride, rulebook = race.rides[score.bib], race.rulebook
    if not ride.riding:
        return False
    is_last = ride.limit < race.laps or (rulebook.elimination is not None and bool(race.tables))
    is_lapped = ride.irm is IRM.LAP or ride.overtaken
    return is_last or (is_lapped and rulebook.lapped.policy == "finish with leader")


def _places(race: Race, found: Iterable[Score]) -> dict[int, int]:
    """The place of each of these scores among them; who cannot be told apart shares one."""
    merit = MERITS[race.rulebook.ranking.order]
    order = sorted((merit(score), score.bib) for score in found)
    keys = [key for key, _ in order]
    return {bib: bisect_left(keys, key) + 1 for key, bib in order}


def _sprints(race: Race) -> Iterator[Sprint]:
    """The sprints that are open; the finish also where it has no points, as its winner may count."""
    for lap, table in ({race.laps: (0,)} | race.tables).items():
        places, open_to = table[len(over_the_line(race, lap)) :], _open_to(race, lap)
        if places and open_to:
            yield Sprint(places, open_to, finish=lap == race.laps)


def _may_win(race: Race) -> bool:
    """Whether the first place over the line is open, or held by somebody who keeps it."""
    return all(race.rides[bib].finished for bib in over_the_line(race, race.laps, 1))


def _open_to(race: Race, lap: int) -> frozenset[int]:
    """Who can still take a place at the end of *lap*."""
    if race.latest is None and lap <= race.front:
        # Told by orders alone: the lap is over, but nobody has said yet who came in where.
        may = {bib for bib, ride in race.rides.items() if _may_have_ended(ride, lap, race.laps)}
    else:
        may = {bib for bib, ride in race.rides.items() if ride.riding and ride.done < lap}
    return frozenset(may.difference(race.order(lap)))


def _may_have_ended(ride: Ride, lap: int, last: int) -> bool:
    if lap < last:
        return ride.irm not in (IRM.DNS, IRM.WDR)
    return ride.riding or ride.finished


# The stock of open places

_Counts = tuple[int, ...]
"""A number of places of each kind."""

_Rooms = tuple[int, ...]
"""A number of places of each group; of a skater, how many they can take."""

_Want = tuple[int, _Rooms]
"""Points that a skater lacks, or can bear, and where they can be won."""

_Wants = tuple[_Want, ...]
"""The wants of several skaters."""

_Deal = tuple[_Counts, ...]
"""What each of several skaters gets."""

_Places = tuple[tuple[int, int], ...]
"""Places one by one, each with its worth and its group."""

_CROWN = 2**40
"""What the first place over the line is worth where it wins the race: more than all points."""


class _Group(msgspec.Struct, frozen=True):
    """Open sprints that are alike."""

    places: tuple[int, ...]
    """The points of the places that will be taken, best first."""
    open_to: frozenset[int]
    finish: bool
    crown: int
    """What its first place is worth besides the points."""
    sprints: int = 1

    @property
    def full(self) -> bool:
        """Whether everybody to whom the sprints are open takes a place."""
        return len(self.open_to) == len(self.places)


class _Kind(msgspec.Struct, frozen=True):
    """The same place at each sprint of a group."""

    points: int
    crown: int
    group: int
    place: int
    """0 is the best that is open."""
    finish: bool

    @property
    def worth(self) -> int:
        """What the place is worth for the ranking."""
        return self.points + self.crown


class _Haul(msgspec.Struct, frozen=True):
    """The places that one skater takes."""

    counts: _Counts
    points: int
    crown: int = 0
    place: int | None = None
    """The one at the finish, if it has points: 0 is the best that is open."""


class _Stock:
    """The open places by kind, best first, and what one skater can take of them."""

    def __init__(self, situation: Situation, patience: "_Patience") -> None:
        self._patience = patience
        self.groups = tuple(_groups(situation))
        self.kinds = tuple(sorted(_kinds(self.groups), key=attrgetter("worth"), reverse=True))
        self.counts = tuple(self.groups[kind.group].sprints for kind in self.kinds)
        self._tops = _tops([kind.points for kind in self.kinds])

    def rooms(self, bib: int) -> _Rooms:
        """How many places of each group *bib* can take."""
        return tuple(group.sprints if bib in group.open_to else 0 for group in self.groups)

    def best_haul(self, rooms: _Rooms) -> _Haul:
        """Every first place, and the line ahead of all others."""
        wins = self._haul(tuple(rooms[kind.group] * (not kind.place) for kind in self.kinds))
        return replace(wins, place=0)

    def worst_haul(self, rooms: _Rooms) -> _Haul:
        """The last place wherever everybody takes one, else none."""
        last = [len(group.places) - 1 if group.full else None for group in self.groups]
        return self._haul(tuple(rooms[kind.group] * (kind.place == last[kind.group]) for kind in self.kinds))

    def hauls(self, rooms: _Rooms, points: int) -> Iterator[_Haul]:
        """Whatever one skater may take to win so many *points*, neither more nor less."""
        return map(self._haul, self._takes(rooms, points))

    def _haul(self, counts: _Counts) -> _Haul:
        taken = [kind for kind, number in zip(self.kinds, counts, strict=True) for _ in range(number)]
        return _Haul(
            counts,
            points=sum(kind.points for kind in taken),
            crown=sum(kind.crown for kind in taken),
            place=next((kind.place for kind in taken if kind.finish), None),
        )

    def _takes(self, rooms: _Rooms, points: int, number: int = 0) -> Iterator[_Counts]:
        """The ways of winning just *points* by places of the kind with this *number* and lower ones."""
        if number == len(self.kinds):
            if not points and not any(map(mul, rooms, (group.full for group in self.groups))):
                yield ()
        elif points <= self._tops[number] * sum(rooms) and not self._patience.ends():
            kind = self.kinds[number]
            for taken in range(min(rooms[kind.group], self.counts[number]), -1, -1):
                free = _filled(rooms, kind.group, taken)
                for lower in self._takes(free, points - taken * kind.points, number + 1):
                    yield (taken, *lower)

    def levels(self, rooms: _Rooms) -> list[int]:
        """The numbers of points that one skater may win, most first."""
        totals = {0}
        for group, room in zip(self.groups, rooms, strict=True):
            won = [{0}]
            for _ in range(room):
                won.append({points + place for points in won[-1] for place in group.places})
            ways = won[-1] if group.full else set[int]().union(*won)
            totals = {total + points for total in totals for points in ways}
        return sorted(totals, reverse=True)

    def worth(self, counts: _Counts) -> int:
        """What *counts* are worth together."""
        return sum(kind.worth * number for kind, number in zip(self.kinds, counts, strict=True))

    def best(self, counts: _Counts, rooms: Iterable[int]) -> _Counts:
        """The best of *counts*, no more places of each group than there is room for."""
        free = list(rooms)
        taken: list[int] = []
        for kind, number in zip(self.kinds, counts, strict=True):
            taken.append(min(number, free[kind.group]))
            free[kind.group] -= taken[-1]
        return tuple(taken)


def _groups(situation: Situation) -> Iterator[_Group]:
    """The open sprints of *situation*, those that are alike as one group."""
    bibs = frozenset(skater.bib for skater in situation.contenders)
    decided = any(skater.line for skater in situation.contenders)
    alike: Counter[_Group] = Counter()
    for sprint in situation.sprints:
        crown = _CROWN if situation.first_wins and sprint.finish and not decided else 0
        places = tuple(points for points in sprint.places if points) or (0,) * bool(crown)
        open_to = sprint.open_to & bibs
        alike[_Group(places[: len(open_to)], open_to, sprint.finish, crown)] += 1
    for group, sprints in alike.items():
        if group.places:
            yield replace(group, sprints=sprints)


def _kinds(groups: Iterable[_Group]) -> Iterator[_Kind]:
    for number, group in enumerate(groups):
        for place, points in enumerate(group.places):
            yield _Kind(points, 0 if place else group.crown, number, place, group.finish)


def _tops(worths: Sequence[int]) -> list[int]:
    """Of each kind, the most that it or a lower one is worth."""
    return [*accumulate(reversed(worths), max)][::-1]


def _filled(rooms: _Rooms, group: int, number: int) -> _Rooms:
    """What is left of *rooms* when a *number* of places of *group* are taken."""
    return (*rooms[:group], rooms[group] - number, *rooms[group + 1 :])


def _less(counts: _Counts, taken: _Counts) -> _Counts:
    """What *taken* leaves of *counts*."""
    return tuple(map(sub, counts, taken))


def _rooms(wants: Iterable[_Want], together: Callable[[Iterable[int]], int]) -> _Rooms:
    """The rooms of *wants* put together: their sum, their least or their most."""
    return tuple(map(together, zip(*(rooms for _, rooms in wants), strict=True)))


def _points(wants: Iterable[_Want]) -> int:
    """The points of all the *wants*."""
    return sum(points for points, _ in wants)


# The searches


class _Patience:
    """How many more steps the searches for one board may take."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def ends(self) -> bool:
        """Take a step; whether it is one too many."""
        self._left -= 1
        return self.has_ended()

    def has_ended(self) -> bool:
        """Whether a search was cut short."""
        return self._left < 0


class _Dealer:
    """Deals places so that each skater gets as many points as they want; remembers what it tried."""

    def __init__(self, stock: _Stock, before: int | None, patience: _Patience) -> None:
        """*before* is a place at the finish: a better one is worth a point more, for who comes in before it."""
        early = [kind.finish and before is not None and kind.place < before for kind in stock.kinds]
        self._worths = [kind.worth + more for kind, more in zip(stock.kinds, early, strict=True)]
        self._tops = _tops(self._worths)
        self.stock = stock
        self._tried: dict[tuple[_Wants, _Counts], _Deal | None] = {}
        self._patience = patience

    def deal(self, wants: _Wants, counts: _Counts) -> _Deal | None:
        """Places out of *counts* for as many skaters as there are *wants*; `None` if there are not enough.

        Most points first.  Once its patience has run out, the dealer says that there are enough
        without knowing.
        """
        if not wants:
            return ()
        if (wants, counts) not in self._tried:
            self._tried[wants, counts] = self._try(wants, counts)
        return self._tried[wants, counts]

    def _try(self, wants: _Wants, counts: _Counts) -> _Deal | None:
        if self.bound(wants, counts) < _points(wants):
            return None
        for bundle, others in self._ways(wants, counts):
            deal = self.deal(others, _less(counts, bundle))
            if deal is not None:
                return (bundle, *deal)
        return ((0,) * len(counts),) * len(wants) if self._patience.has_ended() else None

    def bound(self, wants: Sequence[_Want], counts: _Counts) -> int:
        """No more points than these can be dealt to so many skaters."""
        return sum(map(mul, self._worths, self.stock.best(counts, _rooms(wants, sum))))

    def _ways(self, wants: _Wants, counts: _Counts) -> Iterator[tuple[_Counts, _Wants]]:
        """What may be dealt first, and the wants left then: if there is a deal, one begins like this."""
        joker = self.joker(wants, counts)
        if joker is None:
            (points, rooms), *others = wants
            for bundle in self._bundles(points, rooms, counts):
                yield bundle, tuple(others)
            return
        # Whoever gets the joker might swap with who wants most of those with the same rooms.
        most = {rooms: number for number, (_, rooms) in reversed([*enumerate(wants)])}
        for number in most.values():
            yield joker, wants[:number] + wants[number + 1 :]

    def joker(self, wants: Sequence[_Want], counts: _Counts) -> _Counts | None:
        """A single place that is enough, whoever of those that want points gets it."""
        most, room = max(points for points, _ in wants), _rooms(wants, min)
        for number, kind in enumerate(self.stock.kinds):
            if counts[number] and room[kind.group] and self._worths[number] >= most:
                return tuple(int(other == number) for other in range(len(counts)))
        return None

    def _bundles(self, points: int, rooms: _Rooms, counts: _Counts, kind: int = 0) -> Iterator[_Counts]:
        """The ways of winning *points* by places of *kind* and lower, with none of the last to spare."""
        if points <= 0:
            yield (0,) * (len(counts) - kind)
        elif kind < len(counts) and points <= self._tops[kind] * sum(rooms) and not self._patience.ends():
            worth, group = self._worths[kind], self.stock.kinds[kind].group
            for number in range(min(counts[kind], rooms[group], -(-points // worth)), -1, -1):
                free = _filled(rooms, group, number)
                for lower in self._bundles(points - number * worth, free, counts, kind + 1):
                    yield (number, *lower)


class _Stower:
    """Finds room for places with skaters who must not get more points than they can bear."""

    def __init__(self, patience: _Patience) -> None:
        self._tried: dict[tuple[_Places, _Wants], bool] = {}
        self._patience = patience

    def fits(self, places: _Places, holds: _Wants) -> bool:
        """Whether there is room for all *places*, most worth first, in the *holds*, most points first.

        Once its patience has run out, the stower says yes without knowing.
        """
        if not places:
            return True
        if (places, holds) not in self._tried:
            self._tried[places, holds] = self._try(places, holds)
        return self._tried[places, holds]

    def _try(self, places: _Places, holds: _Wants) -> bool:
        if self._patience.ends():
            return True
        if _points(holds) < sum(worth for worth, _ in places):
            return False
        (worth, group), *others = places
        for points, rooms in dict.fromkeys(holds):
            if points >= worth and rooms[group]:
                left = (points - worth, _filled(rooms, group, 1))
                rest = Counter(holds) + Counter([left]) - Counter([(points, rooms)])
                if self.fits(tuple(others), tuple(sorted(rest.elements(), reverse=True))):
                    return True
        return False


def _picks(classes: Sequence[Sequence[_Want]], number: int) -> Iterator[_Wants]:
    """The ways of picking *number* wants, from each class the first; there must be so many."""
    if not classes:
        yield ()
        return
    first, *others = classes
    behind = sum(map(len, others))
    for size in range(max(0, number - behind), min(number, len(first)) + 1):
        for rest in _picks(others, number - size):
            yield (*first[:size], *rest)


# The board


class _Case(msgspec.Struct, frozen=True):
    """One way in which the race may go for a skater, and what it leaves to the others."""

    haul: _Haul
    """What the skater takes."""
    counts: _Counts
    """The places that are left to the others."""
    dealer: _Dealer
    ahead: int
    """How many others are ahead anyhow."""
    lacks: tuple[_Wants, ...] = ()
    """What the others lack to be ahead, least first, those apart who win at different sprints."""
    own: _Wants = ()
    """What the skater wins, if it is left open by which places."""


class _Board:
    """What follows from one situation for each skater."""

    def __init__(self, situation: Situation, top: int, goal: str, patience: int) -> None:
        self._situation = situation
        self._top, self._goal = top, goal
        self._racing = [skater for skater in situation.contenders if skater.out is None]
        self._patience = _Patience(patience)
        self._stock = _Stock(situation, self._patience)
        self._rooms = {skater.bib: self._stock.rooms(skater.bib) for skater in situation.contenders}
        self._most = self._stock.worth(self._stock.counts)
        """Nobody can win more."""
        self._dealers: dict[int | None, _Dealer] = {}
        self._stower = _Stower(self._patience)
        self._known: dict[tuple[Contender, _Rooms], Certainty] = {}

    def certainty(self, skater: Contender) -> Certainty:
        """What is certain of *skater*; found once for all who stand alike."""
        alike = (replace(skater, bib=0), self._rooms[skater.bib])
        if alike not in self._known:
            self._known[alike] = (
                self._of_racing(skater) if skater.out is None else self._of_out(skater, skater.out)
            )
        return replace(self._known[alike], bib=skater.bib)

    def _of_racing(self, skater: Contender) -> Certainty:
        worst = self._worst(skater)
        deal = self._deal_most(worst)
        stay = self._best(skater)
        sure_rank, best_rank = 1 + worst.ahead + len(deal), 1 + sum(stay)
        needs = 0 if sure_rank <= self._top else self._needs(skater)
        if len(self._racing) <= self._top:
            why = f"Sure of {self._goal}: {_are(len(self._racing) - 1)} in the race."
        elif needs == 0:
            why = f"Sure of {self._goal} {_why_sure(skater, worst, deal)}"
        elif best_rank > self._top:
            haul = self._stock.best_haul(self._rooms[skater.bib])
            why = f"Out of reach is {self._goal}: {_why_out(skater, haul, *stay)}"
        else:
            why = f"Not sure of {self._goal}: {_why_open(skater, worst, deal, needs)}"
        return self._told(skater, (sure_rank, best_rank), needs, why)

    def _of_out(self, skater: Contender, out: int) -> Certainty:
        """What is certain of who is *out*; whoever rides counts as ahead, as if all finished."""
        if not out:
            return self._told(skater, (None, None), None, "Has no place in this race.")
        better = sum(0 < (other.out or 0) < out for other in self._situation.contenders)
        adrift = sum(other.adrift for other in self._racing)
        rank = 1 + len(self._racing) + better
        needs = 0 if rank <= self._top else None
        why = f"Out of the race: ranked {rank} if all who ride finish."
        return self._told(skater, (rank, rank - adrift), needs, why)

    def _told(
        self, skater: Contender, ranks: tuple[int | None, int | None], needs: int | None, why: str
    ) -> Certainty:
        sure_rank, best_rank = ranks
        riding = skater.line is None and skater.out is None
        proviso = "if they do not drop out" if skater.adrift else self._situation.proviso
        return Certainty(
            bib=skater.bib,
            top=self._top,
            sure_rank=sure_rank,
            best_rank=best_rank,
            sure=needs == 0,
            out=best_rank is None or best_rank > self._top,
            needs=needs,
            medal=sure_rank is not None and sure_rank <= self._situation.medals,
            why=why,
            provided=proviso if riding else "",
            exact=self._is_exact(),
        )

    def _is_exact(self) -> bool:
        """Whether every search so far came to its end, and nobody may be stopped short."""
        return not self._patience.has_ended() and not any(skater.adrift for skater in self._racing)

    # The worst case: how many can be ahead

    def _worst(self, skater: Contender) -> _Case:
        """The case in which the skater takes only what they cannot avoid."""
        if skater.adrift:
            nothing = self._nothing()
            return _Case(nothing, self._stock.counts, self._dealer(nothing), ahead=len(self._racing) - 1)
        return self._case(skater, self._stock.worst_haul(self._rooms[skater.bib]))

    def _nothing(self, points: int = 0) -> _Haul:
        """No places, but so many *points*."""
        return _Haul((0,) * len(self._stock.kinds), points)

    def _case(self, skater: Contender, haul: _Haul, own: _Wants = ()) -> _Case:
        ahead, lacks = 0, defaultdict[_Rooms, list[_Want]](list)
        for points, other in self._lacks(skater, haul):
            rooms = self._rooms[other.bib]
            ahead += points <= 0
            if 0 < points <= self._most and any(rooms):
                lacks[rooms].append((points, rooms))
        classes = tuple(tuple(sorted(wants)) for wants in lacks.values())
        left = _less(self._stock.counts, haul.counts)
        return _Case(haul, left, self._dealer(haul), ahead, classes, own)

    def _lacks(self, skater: Contender, haul: _Haul) -> Iterator[tuple[int, Contender]]:
        """The points that each other skater lacks to be ahead of *skater* with this *haul*.

        At equal points the line decides.  A rider without a place at the finish comes in last,
        so equal points put others ahead.  Ahead of a rider with one, and of who has finished, it
        takes a point more, except for who came in before; the dealer gives that point to those
        who still can.
        """
        placed = skater.line is not None or haul.place is not None
        target = self._mark(skater) + haul.points * (not skater.void) + haul.crown + placed
        for other in self._racing:
            if other.bib == skater.bib:
                continue
            before = other.line is not None and (skater.line is None or other.line < skater.line)
            lack = target - self._mark(other) - (placed and before)
            if other.void:
                # Points change nothing for them: only coming in before the skater does, or winning the race.
                lack = _CROWN * (lack > (other.line is None and bool(haul.place)))
            yield lack, other

    def _mark(self, skater: Contender) -> int:
        return skater.points + _CROWN * (self._situation.first_wins and skater.line == 1)

    def _deal_most(self, case: _Case) -> _Deal:
        """The places by which as many others as possible get ahead."""
        sizes = range(1, 1 + sum(map(len, case.lacks)))
        number = bisect_left(sizes, True, key=lambda size: self._deal(case, size) is None)
        return self._deal(case, number) or ()

    def _deal(self, case: _Case, number: int) -> _Deal | None:
        """Places by which *number* others get ahead; `None` if so many cannot."""
        for picked in _picks(case.lacks, number):
            deal = case.dealer.deal(tuple(sorted((*picked, *case.own), reverse=True)), case.counts)
            if deal is not None:
                return deal
        return None

    def _dealer(self, haul: _Haul) -> _Dealer:
        if haul.place not in self._dealers:
            self._dealers[haul.place] = _Dealer(self._stock, haul.place, self._patience)
        return self._dealers[haul.place]

    # How many points are enough

    def _needs(self, skater: Contender) -> int | None:
        """The fewest further points that make the top sure, whichever way they are won."""
        if skater.void or skater.adrift:
            return None
        levels = self._stock.levels(self._rooms[skater.bib])
        safe = bisect_left(levels, True, key=lambda points: not self._seem_enough(skater, points))
        safe += sum(1 for _ in takewhile(lambda points: self._are_enough(skater, points), levels[safe:]))
        return levels[safe - 1] if safe else None

    def _seem_enough(self, skater: Contender, points: int) -> bool:
        """Whether so many *points* are enough, even if the places that win them are left open."""
        own = ((points, self._rooms[skater.bib]),)
        return self._is_safe(self._case(skater, self._nothing(points), own))

    def _are_enough(self, skater: Contender, points: int) -> bool:
        """Whether so many *points* are enough by whichever places they are won."""
        hauls = self._stock.hauls(self._rooms[skater.bib], points)
        return (
            all(self._is_safe(self._case(skater, haul)) for haul in hauls) and not self._patience.has_ended()
        )

    def _is_safe(self, case: _Case) -> bool:
        """Whether too few others can be ahead to push the skater out of the top."""
        missing = self._top - case.ahead
        if missing <= 0:
            return False
        return missing > sum(map(len, case.lacks)) or self._deal(case, missing) is None

    # The best case: how few must be ahead

    def _best(self, skater: Contender) -> tuple[int, int]:
        """How many are ahead anyhow, and how many more must be, because somebody wins what is left."""
        haul = self._stock.best_haul(self._rooms[skater.bib])
        left = _less(self._stock.counts, haul.counts)
        # The next over the line may have the same time as the last who was.
        last = max((other.line for other in self._racing if other.line), default=None)
        ahead, takers, holds = self._bearers(replace(skater, line=skater.line or last), haul, left)
        sizes = range(1 + sum(map(len, holds)))
        picks = chain.from_iterable(_picks(holds, size) for size in sizes)
        return ahead, next(len(picked) for picked in picks if self._fits(left, takers, holds, picked))

    def _bearers(
        self, skater: Contender, haul: _Haul, left: _Counts
    ) -> tuple[int, list[_Want], list[list[_Want]]]:
        """How many are ahead anyhow; who may win anything; and what the others can bear, least first."""
        takers = [
            (0, self._rooms[other.bib]) for other in self._situation.contenders if other.out is not None
        ]
        ahead, holds = 0, defaultdict[_Rooms, list[_Want]](list)
        for lack, other in self._lacks(skater, haul):
            rooms = self._rooms[other.bib]
            ahead += lack <= 0 and not other.adrift
            if lack <= 0 or other.adrift or lack > self._stock.worth(self._stock.best(left, rooms)):
                takers.append((0, rooms))
            else:
                holds[rooms].append((lack - 1, rooms))
        return ahead, takers, [sorted(wants) for wants in holds.values()]

    def _fits(self, left: _Counts, takers: list[_Want], holds: list[list[_Want]], picked: _Wants) -> bool:
        """Whether all that is *left* finds room, if the *picked* of the *holds* may win anything."""
        stock = self._stock
        nobody = (0, (0,) * len(stock.groups))
        rest = _less(left, stock.best(left, _rooms((nobody, *takers, *picked), sum)))
        places = [
            (kind.worth, kind.group)
            for kind, number in zip(stock.kinds, rest, strict=True)
            for _ in range(number)
        ]
        bearers = Counter(chain(*holds)) - Counter(picked)
        return self._stower.fits(tuple(places), tuple(sorted(bearers.elements(), reverse=True)))


# Words


def _why_sure(skater: Contender, worst: _Case, deal: _Deal) -> str:
    """With how many points the place is sure, and who can still be ahead and who cannot."""
    with_points = f"with {_total(skater, worst.haul)}"
    if not worst.ahead and not deal:
        return f"{with_points}: nobody can be ahead any more."
    return f"{with_points}: at most {_who(skater, worst, deal)}. {_no_more(worst, deal)}".rstrip()


def _why_open(skater: Contender, worst: _Case, deal: _Deal, needs: int | None) -> str:
    """Who can still be ahead, and how many points would be enough."""
    if skater.adrift:
        return f"{_are(worst.ahead)} in the race."
    enough = "No points are left that would make it sure."
    if needs is not None:
        enough = f"{_plural(needs, 'more point')} will do, however they are won."
    return f"{_who(skater, worst, deal)}. {enough}"


def _why_out(skater: Contender, haul: _Haul, ahead: int, pushed: int) -> str:
    """Who stays ahead even if the skater wins everything."""
    chance = ", all that is left included" if haul.points and not skater.void else ""
    must = f", {_number(pushed)} of them because somebody must win what is left" if pushed else ""
    others = _plural(ahead + pushed, "other", _number)
    stay = "stays" if ahead + pushed == 1 else "stay"
    return f"with {_total(skater, haul)}{chance}, {others} {stay} ahead{must}."


def _total(skater: Contender, haul: _Haul) -> str:
    return _plural(skater.points + haul.points * (not skater.void), "point")


def _who(skater: Contender, worst: _Case, deal: _Deal) -> str:
    """How many others can be ahead, and by what."""
    finish = [kind.finish for kind in worst.dealer.stock.kinds]
    late = sum(any(map(mul, finish, bundle)) for bundle in deal)
    ways = {
        "with as many points already" if skater.line is None else "as they are now": worst.ahead,
        "by points at the finish": late,
        "by points at other sprints": len(deal) - late,
    }
    found = [(_number(number), way) for way, number in ways.items() if number]
    others = f"{_plural(worst.ahead + len(deal), 'other', _number)} can still be ahead"
    if len(found) == 1:
        return f"{others} {found[0][1]}"
    *how, last = map(" ".join, found)
    return f"{others}, {', '.join(how)} and {last}"


def _no_more(worst: _Case, deal: _Deal) -> str:
    """Why nobody else can be ahead but as many as *deal* serves; `""` if nobody else lacks points in reach.

    Those who lack least are shown to be too many, although they are let win wherever any of the
    others can; so any others are too many, too.
    """
    everybody = sorted(chain(*worst.lacks))
    nearest = [(points, _rooms(everybody, max)) for points, _ in everybody[: len(deal) + 1]]
    if len(nearest) == len(deal):
        return ""
    wants, counts = nearest[:], worst.counts
    while wants and (joker := worst.dealer.joker(wants, counts)):
        wants.pop()
        counts = _less(counts, joker)
    # Where the skater cannot avoid a place at the finish, the dealer counts more than points.
    if wants and worst.haul.place is None:
        must, can = _points(wants), worst.dealer.bound(wants, counts)
        if can < must < _CROWN:
            who = _nearest(len(nearest), len(wants))
            return f"One more is too many: {who} must win {_plural(must, 'point')} and can win {can}."
    return "Every way of dealing the places that are left was tried: none serves one more."


def _nearest(number: int, short: int) -> str:
    """The *number* of those who lack least, of whom *short* need more than one place."""
    if number == 1:
        return "the next"
    who = f"the {_number(number)} nearest"
    return who if number == short else f"of {who} {_number(number - short)} need one place each, and the rest"


def _are(others: int) -> str:
    """That no more than so many *others* are ... what follows."""
    if not others:
        return "nobody else is"
    return f"only {_plural(others, 'other', _number)} {'is' if others == 1 else 'are'}"


def _plural(number: int, noun: str, words: Callable[[int], str] = str) -> str:
    return f"{words(number)} {noun}{'' if number == 1 else 's'}"


def _number(number: int) -> str:
    """A number of skaters, in a word as far as words are short."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
