"""What a chart of a race shows, in a sentence or two for who cannot see it."""

from itertools import pairwise

from lastlap.gaps import behind, lap_times
from lastlap.publish.book import Chapter
from lastlap.publish.sheet import printable
from lastlap.times import SECOND, clock


def of_positions(chapter: Chapter) -> str:
    """Who was first at the end, and how often the lead had changed until then."""
    leaders = [order[0] for lap in range(1, chapter.race.front + 1) if (order := chapter.race.order(lap))]
    changes = sum(before != after for before, after in pairwise(leaders))
    sentence = ""
    if leaders:
        first = _who(chapter, leaders[-1])
        sentence = f"{first} was first at the end of lap {chapter.race.front}; the lead {_changed(changes)}."
    return f"Position of each skater at the end of every lap. {sentence}".strip()


def of_gaps(chapter: Chapter) -> str:
    """How many were close to the first at the end, and how far behind the last was."""
    race = chapter.race
    gaps = behind(race, race.front)
    sentence = ""
    if len(gaps) > 1:
        first, *others = gaps
        close = sum(gaps[bib] <= SECOND for bib in others)
        sentence = (
            f"At the end of lap {race.front}, {close} of {len(others)} were within a second of "
            f"{_who(chapter, first)}; the largest gap was {clock(max(gaps.values()))} s."
        )
    return f"Seconds behind the first at the end of every lap. {sentence}".strip()


def of_lap_times(chapter: Chapter) -> str:
    """The fastest lap."""
    timed = [
        (time, bib, lap)
        for bib in chapter.race.starters
        for lap, time in enumerate(lap_times(chapter.race, bib), 1)
        if time is not None
    ]
    if not timed:
        return "Lap times in seconds."
    time, bib, lap = min(timed)
    return f"Lap times in seconds. {_who(chapter, bib)} skated the fastest, {clock(time)} s in lap {lap}."


def of_points(chapter: Chapter) -> str:
    """How many have points, and who has the most."""
    scored = [one.score for one in chapter.standings if one.score.total > 0]
    most = max((score.total for score in scored), default=0)
    best = " and ".join(_who(chapter, score.bib) for score in scored if score.total == most)
    has = "has" if sum(score.total == most for score in scored) == 1 else "have"
    sentence = f"{len(scored)} scored; {best} {has} the most, {most}." if scored else "Nobody has points."
    return f"Points by sprint. {sentence}"


def _who(chapter: Chapter, bib: int) -> str:
    skater = chapter.race.starters[bib].skater
    return printable(f"{skater.name} ({skater.noc})")


def _changed(count: int) -> str:
    times = {1: "once", 2: "twice"}.get(count, f"{count} times")
    return f"changed {times} at the line" if count else "never changed at the line"
