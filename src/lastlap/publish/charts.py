"""Charts of a race: position and gap by lap, lap times, points by sprint."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate
from statistics import median
from textwrap import wrap
from unicodedata import east_asian_width

from lastlap.gaps import behind, lap_times, positions
from lastlap.publish import Makers, Wanted, captions
from lastlap.publish.book import Book, Chapter
from lastlap.publish.drawing import (
    BOTTOM,
    FROST,
    INK,
    LEFT,
    LINE,
    OTHER,
    RIGHT,
    TOP,
    Point,
    Scale,
    path,
    rule,
    shade,
    spread,
    svg,
    ticks,
    words,
)
from lastlap.publish.sheet import Picture, printable
from lastlap.ranking import Standing
from lastlap.times import SECOND

Value = float | None
Lines = Mapping[int, Sequence[Value]]
"""Of each bib, its values at the end of lap 1, 2 ..."""


def write_svg(book: Book, wanted: Wanted) -> Makers:
    """Every chart of every race that has been skated, as SVG."""
    for name, chapter in book.chapters.items():
        if chapter.race.front and (not wanted.races or name in wanted.races):
            for kind in KINDS:
                yield f"charts/{name}-{kind}.svg", partial(_drawn, book, chapter, kind)


def _drawn(book: Book, chapter: Chapter, kind: str) -> bytes:
    return chart(book, chapter, kind).svg.encode()


def chart(book: Book, chapter: Chapter, kind: str, highlighted: Collection[int] = ()) -> Picture:
    """The chart of one *kind*, with some bibs *highlighted*; if none are, the first three."""
    title, draw = KINDS[kind]
    name = f"{chapter.id}-{kind}"
    bold = [bib for bib in highlighted if bib in chapter.race.starters]
    drawn = draw(chapter, bold or [standing.score.bib for standing in chapter.standings[:3]])
    state = "" if chapter.is_signed else " (provisional)"
    whole = f"{title}: {printable(book.name(chapter.id))}{state}"
    made_up = list(_made_up(chapter, drawn.height))
    height = drawn.height + (_LINE * len(made_up) + 8 if made_up else 0)
    drawing = svg(name, whole, drawn.says, [*drawn.parts, *made_up], height)
    return Picture(name, title, whole, drawn.shows, drawn.says, drawing)


_LINE = 14


def _made_up(chapter: Chapter, top: float) -> Iterator[str]:
    """What of the race is made up, on the drawing itself: it is shown without its sheet too."""
    if chapter.plan.reconstructed:
        sentence = f"Reconstructed; {printable(chapter.plan.reconstructed)}."
        for number, line in enumerate(wrap(sentence, 150)):
            yield words(Point(16, top + 6 + _LINE * number), line, size=11, fill=FROST)


class _Drawn:
    """What a chart consists of, and what it shows in words."""

    def __init__(self, shows: str, lines: str, parts: Sequence[str], height: int = 540) -> None:
        self.shows = shows
        self.says = f"{shows} {lines}".strip()
        self.parts = parts
        self.height = height


# Lines over laps


def _position(chapter: Chapter, highlighted: Sequence[int]) -> _Drawn:
    lines: dict[int, list[Value]] = {bib: list(places) for bib, places in positions(chapter.race).items()}
    last = max((place for places in lines.values() for place in places if place), default=1)
    across = Scale(1, last, TOP + 8, BOTTOM - 8)
    marks = [1, *range(5, int(last) + 1, 5)]
    told = _told(chapter, lines, highlighted, "{:g}")
    parts = _over_laps(chapter, lines, across, marks, "Position", highlighted)
    return _Drawn(captions.of_positions(chapter), told, [*parts])


def _gap(chapter: Chapter, highlighted: Sequence[int]) -> _Drawn:
    race = chapter.race
    found = [behind(race, lap) for lap in range(1, race.front + 1)]
    lines = {bib: [_seconds(gaps.get(bib)) for gaps in found] for bib in race.starters}
    most = max((gap for gaps in lines.values() for gap in gaps if gap is not None), default=1.0)
    across = Scale(0, max(most, 1.0), TOP + 8, BOTTOM - 8)
    told = _told(chapter, lines, highlighted, "{:.1f}")
    parts = _over_laps(chapter, lines, across, ticks(0, most), "Seconds behind the first", highlighted)
    return _Drawn(captions.of_gaps(chapter), told, [*parts])


def _laps(chapter: Chapter, highlighted: Sequence[int]) -> _Drawn:
    race = chapter.race
    lines = {bib: [_seconds(lap) for lap in lap_times(race, bib)] for bib in race.starters}
    every = [lap for laps in lines.values() for lap in laps if lap is not None] or [30.0]
    slowest = min(max(every), 1.4 * median(every))
    kept = {bib: [lap if lap and lap <= slowest else None for lap in laps] for bib, laps in lines.items()}
    low = min(every)
    across = Scale(low, slowest, BOTTOM - 8, TOP + 8)
    left_out = f" Laps slower than {slowest:.1f} s are not drawn." if max(every) > slowest else ""
    shows = f"{captions.of_lap_times(chapter)}{left_out}"
    told = _told(chapter, lines, highlighted, "{:.1f}")
    parts = _over_laps(chapter, kept, across, ticks(low, slowest), "Lap time in seconds", highlighted)
    return _Drawn(shows, told, [*parts])


def _seconds(duration: int | None) -> Value:
    return None if duration is None else duration / SECOND


def _over_laps(
    chapter: Chapter,
    lines: Lines,
    across: Scale,
    marks: Sequence[float],
    what: str,
    highlighted: Sequence[int],
) -> Iterator[str]:
    """The grid, the lines, and the names at their ends."""
    laps = max(chapter.race.laps, 2)
    along = Scale(1, laps, LEFT + 12, RIGHT - 12)
    half = (along(2) - along(1)) / 2
    yield from (shade(along(lap) - half, along(lap) + half) for lap in chapter.race.tables)
    for mark in marks:
        yield rule(Point(LEFT, across(mark)), Point(RIGHT, across(mark)))
        yield words(Point(LEFT - 8, across(mark) + 4), f"{mark:g}", anchor="end", fill=FROST)
    step = -(-laps // 20)
    for lap in sorted({*range(step, laps + 1, step), *chapter.race.tables}):
        sprint = lap in chapter.race.tables
        yield words(Point(along(lap), BOTTOM + 18), str(lap), anchor="middle", weight=700 if sprint else 400)
    yield words(
        Point((LEFT + RIGHT) / 2, BOTTOM + 40), "Lap (sprint laps shaded)", anchor="middle", fill=FROST
    )
    yield words(Point(16, TOP - 12), what, fill=FROST)
    yield from _lines(chapter, lines, along, across, highlighted)


def _lines(
    chapter: Chapter, lines: Lines, along: Scale, across: Scale, highlighted: Sequence[int]
) -> Iterator[str]:
    styles = {bib: place for place, bib in enumerate(highlighted)}
    points = {
        bib: [
            None if value is None else Point(along(lap), across(value)) for lap, value in enumerate(values, 1)
        ]
        for bib, values in lines.items()
    }
    # Whoever is highlighted is drawn last, above the others.
    for bib in sorted(points, key=lambda bib: (bib in styles, styles.get(bib, 0))):
        yield path(points[bib], styles.get(bib))
    ends = {bib: ended[-1] for bib, line in points.items() if (ended := [point for point in line if point])}
    yield from _names(chapter, ends, styles)


_LOWEST = BOTTOM + 24
"""How far down names may stand."""


def _names(chapter: Chapter, ends: Mapping[int, Point], styles: Mapping[int, int]) -> Iterator[str]:
    """The skaters' names right of the plot, each as near to the end of the line as there is room."""
    standing = {one.score.bib: one for one in chapter.standings}
    bibs = sorted(ends, key=lambda bib: (ends[bib].y, standing[bib].rank or len(standing)))
    size = min(12.0, (_LOWEST - TOP + 12) / max(len(bibs), 1) - 1)
    heights = spread([ends[bib].y + number / 100 for number, bib in enumerate(bibs)], size + 1, TOP, _LOWEST)
    for bib, height in zip(bibs, heights, strict=True):
        end, bold = ends[bib], bib in styles
        colour = INK if bold or not styles else FROST
        yield rule(end, Point(RIGHT + 8, height), colour=OTHER if bold else LINE)
        text = f"{bib} {_short(standing[bib])}"
        yield words(
            Point(RIGHT + 12, height + size / 3), text, size=size, weight=700 if bold else 400, fill=colour
        )


_LONGEST, _LONGEST_MARKED = 25, 20


def _short(standing: Standing) -> str:
    """A name that fits beside the plot, with the mark of who did not finish."""
    name = printable(standing.skater.name)
    # Letters of East Asia are as wide as two.
    ends = [*accumulate(2 if east_asian_width(letter) in "WF" else 1 for letter in name)]
    room = _LONGEST_MARKED if standing.score.irm else _LONGEST
    kept = sum(end < room for end in ends)
    short = name if ends[-1:] <= [room] else f"{name[:kept].rstrip()}\N{HORIZONTAL ELLIPSIS}"
    mark = f" {standing.score.irm.value}" if standing.score.irm else ""
    return f"{short} {standing.skater.noc}{mark}"


def _told(chapter: Chapter, lines: Lines, highlighted: Sequence[int], form: str) -> str:
    """The lines of the highlighted in words."""
    names = {bib: starter.skater.name for bib, starter in chapter.race.starters.items()}
    return " ".join(
        f"{printable(names[bib])}: {', '.join('-' if v is None else form.format(v) for v in lines[bib])}."
        for bib in highlighted
    )


# Points by sprint


_PITCH = 26


def _points(chapter: Chapter, highlighted: Sequence[int]) -> _Drawn:
    """Who scored where: a row a skater, a column a sprint, the larger the disc the better the place."""
    scored = [one for one in chapter.standings if any(one.score.sprints)]
    height = TOP + 40 + _PITCH * max(len(scored), 1)
    told = " ".join(map(_scored_words, scored))
    return _Drawn(captions.of_points(chapter), told, [*_point_parts(chapter, scored, highlighted)], height)


def _scored_words(standing: Standing) -> str:
    won = ", ".join(map(str, standing.score.sprints))
    void = ", void" if standing.score.void else ""
    return f"{printable(standing.skater.name)}: {won}{void}; total {standing.score.total}."


def _point_parts(chapter: Chapter, scored: Sequence[Standing], highlighted: Sequence[int]) -> Iterator[str]:
    tables = list(chapter.race.tables.items())
    along = Scale(1, len(tables) + 1, LEFT + 290, RIGHT + 60)
    for number, (lap, _) in enumerate(tables, 1):
        yield words(Point(along(number), TOP), f"S{number}", anchor="middle", weight=700)
        yield words(Point(along(number), TOP + 14), f"lap {lap}", anchor="middle", size=11, fill=FROST)
    yield words(Point(along(len(tables) + 1), TOP), "Total", anchor="middle", weight=700)
    for place, standing in enumerate(scored):
        y = TOP + 40 + _PITCH * place
        bold = standing.score.bib in highlighted
        name = f"{standing.score.bib} {_short(standing)}"
        yield rule(Point(16, y + _PITCH / 2), Point(RIGHT + 100, y + _PITCH / 2))
        yield words(Point(16, y + 4), name, size=13, weight=700 if bold else 400)
        for number, (won, (_, table)) in enumerate(zip(standing.score.sprints, tables, strict=True), 1):
            if won:
                yield _disc(
                    Point(along(number), y), won, won / max(table, default=won), void=standing.score.void
                )
        total = str(standing.score.total)
        yield words(Point(along(len(tables) + 1), y + 4), total, anchor="middle", size=13, weight=700)


def _disc(at: Point, won: int, share: float, *, void: bool) -> str:
    radius = 7 + 5 * min(share, 1.0) ** 0.5
    full = share >= 1
    disc = (
        f'<circle cx="{at.x:.1f}" cy="{at.y:.1f}" r="{radius:.1f}" fill="{INK if full else "#FFFFFF"}" '
        f'stroke="{INK}" stroke-width="1.2"/>'
    )
    fill = "#FFFFFF" if full else INK
    text = words(Point(at.x, at.y + 4), str(won), anchor="middle", size=11, weight=700, fill=fill)
    struck = rule(Point(at.x - radius - 4, at.y), Point(at.x + radius + 4, at.y), colour=OTHER, width=2)
    return disc + text + (struck if void else "")


def has_lap_times(chapter: Chapter) -> bool:
    """Whether a chart of gaps or lap times would show a line: a race told by orders alone has none."""
    return any(lap is not None for bib in chapter.race.starters for lap in lap_times(chapter.race, bib)[1:])


KINDS: Mapping[str, tuple[str, Callable[[Chapter, Sequence[int]], _Drawn]]] = {
    "position": ("Position by lap", _position),
    "gap": ("Gap to the first by lap", _gap),
    "laps": ("Lap times", _laps),
    "points": ("Points by sprint", _points),
}
"""Each kind of chart: its title, and what draws it."""
