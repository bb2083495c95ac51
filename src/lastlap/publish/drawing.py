"""Strokes, words and axes of a chart as SVG: no script, no style sheet, nothing fetched.

Colours are those of the design, and none carries a meaning alone: whoever is highlighted has a
line of their own pattern, marks of their own shape, and a name in bold.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

INK, FROST, LINE, ICE, RINK, OTHER = "#0C1B2A", "#52677A", "#D5E1EA", "#E6EFF5", "#FFFFFF", "#9FB3C3"
"""Text, second text, grid, shade, ground, and the lines of who is not highlighted."""

WIDTH, HEIGHT = 960, 540
LEFT, RIGHT, TOP, BOTTOM = 62, 725, 66, 486
"""Where the plot stands on the drawing; names stand right of it."""

_FONT = "'Pretendard JP', Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"

_STYLES = (
    (INK, "", "circle"),
    (FROST, "9 4", "square"),
    (INK, "2 4", "diamond"),
    (FROST, "12 3 2 3", "circle"),
)
"""How the first, second ... highlighted skater is drawn: colour, dashes, marks."""


class Point(NamedTuple):
    """A place on the drawing."""

    x: float
    y: float


class Scale(NamedTuple):
    """What stands where between two ends of an axis."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where *value* stands."""
        span = self.high - self.low or 1
        return self.start + (value - self.low) / span * (self.end - self.start)


def svg(name: str, title: str, says: str, parts: Iterable[str], height: int = HEIGHT) -> str:
    """The whole drawing; *name* makes its ids unlike those of other drawings on a page."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-title {name}-desc" '
        f'font-family="{_FONT}" font-size="12" fill="{INK}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(says)}</desc>'
        f'<rect width="{WIDTH}" height="{height}" fill="{RINK}"/>'
        f"{words(Point(16, 28), title, size=17, weight=700)}{''.join(parts)}</svg>"
    )


def words(
    at: Point, text: str, *, anchor: str = "start", size: float = 12, weight: int = 400, fill: str = INK
) -> str:
    """Text, of which *at* is the start, the middle or the end."""
    return (
        f'<text x="{at.x:.1f}" y="{at.y:.1f}" text-anchor="{anchor}" font-size="{size:g}" '
        f'font-weight="{weight}" fill="{fill}">{escape(text)}</text>'
    )


def rule(start: Point, end: Point, *, colour: str = LINE, width: float = 1) -> str:
    """A straight line."""
    return (
        f'<line x1="{start.x:.1f}" y1="{start.y:.1f}" x2="{end.x:.1f}" y2="{end.y:.1f}" '
        f'stroke="{colour}" stroke-width="{width:g}"/>'
    )


def shade(left: float, right: float, bottom: float = BOTTOM) -> str:
    """A band from top to bottom."""
    return f'<rect x="{left:.1f}" y="{TOP}" width="{right - left:.1f}" height="{bottom - TOP:.1f}" fill="{ICE}"/>'


def path(points: Sequence[Point | None], highlight: int | None) -> str:
    """A line through *points*, broken where one is `None`; *highlight* is the number of its style, if it has one."""
    colour, dashes, shape = (OTHER, "", "") if highlight is None else _STYLES[highlight % len(_STYLES)]
    steps, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        # A line to where it begins is a dot, for who is known at a single lap between others that are not.
        steps.append(f"{pen}{point.x:.1f} {point.y:.1f}" + ("h0" if pen == "M" else ""))
        pen = "L"
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    drawn = (
        f'<path d="{" ".join(steps)}" fill="none" stroke="{colour}" '
        f'stroke-width="{1.3 if highlight is None else 3:g}" stroke-linejoin="round" stroke-linecap="round"{dashed}/>'
    )
    return drawn + "".join(_dot(point, shape, colour) for point in points if point and shape)


def _dot(at: Point, shape: str, colour: str) -> str:
    x, y = at
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>'
    turn = f' transform="rotate(45 {x:.1f} {y:.1f})"' if shape == "diamond" else ""
    return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"{turn}/>'


def spread(wanted: Sequence[float], room: float, low: float, high: float) -> list[float]:
    """Places as near as may be to those *wanted*, no two nearer than *room*, between *low* and *high*."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    found = list(wanted)
    for number, place in enumerate(order):
        found[place] = max(found[place], found[order[number - 1]] + room if number else low)
    for number, place in reversed(list(enumerate(order))):
        limit = high if number + 1 == len(order) else found[order[number + 1]] - room
        found[place] = min(found[place], limit)
    return found


def ticks(low: float, high: float, most: int = 8) -> list[float]:
    """Round numbers from *low* to *high*, at most so many."""
    span = high - low
    steps = (step * 10**power for power in range(-2, 5) for step in (1, 2, 5))
    step = next((step for step in steps if span / step < most), span or 1)
    first = -(-low // step)
    return [
        round((first + number) * step, 6) for number in range(most + 1) if (first + number) * step <= high
    ]
