"""What was measured over time, as pictures: dates below, the most beside, each value on hover, and all of it as a table.

The picture itself holds no text: it is stretched to the width there is, and its words stand around it as HTML, where they keep their size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from markupsafe import Markup, escape

from weft.server.portal.charts import WIDTH, framed
from weft.server.portal.rendering import counted, utc, written

TALL = 96.0
WIDEST = WIDTH / 16
"""A few columns stand apart and are no wall."""
FEW_DAYS = timedelta(days=2)
GROUND = f'<path class="axis" d="M0 {TALL:g} H{WIDTH:g}"/>'
Shape = Literal["line", "steps"]


@dataclass(frozen=True, slots=True)
class Point:
    """One value at one moment. `share` is how much of it (0 to 1) is drawn in `tone`: what failed of what was looked at."""

    at: datetime
    value: float
    said: str
    tone: str = ""
    share: float = 1.0
    link: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment below the picture; `clock` shows the time of the day, where all of it lies within two days."""

    at: datetime
    clock: bool


@dataclass(frozen=True, slots=True)
class Series:
    """What `plot.html` draws: `most` and `least` are the ends of the scale, `limit` what is promised, each in words."""

    title: str
    picture: Markup
    points: Sequence[Point]
    most: str
    least: str = "0"
    ticks: Sequence[Tick] = ()
    limit: str = ""
    keys: Sequence[tuple[str, str]] = field(default=())
    """What the tones mean, where there are several: (tone, words)."""


def whole(value: float) -> str:
    return counted(round(value))


def columns(title: str, points: Sequence[Point], said: Callable[[float], str] = whole) -> Series:
    """One column for each, the oldest on the left: for what happens now and then, whenever that was."""
    most = max((point.value for point in points), default=0) or 1
    wide = min(WIDTH / max(len(points), 1) * 0.8, WIDEST)
    step = (WIDTH - wide) / max(len(points) - 1, 1)
    marks = "".join(_column(point, (at * step, wide), most) for at, point in enumerate(points))
    return Series(title, framed(title, Markup(GROUND + marks), TALL), points, said(most), ticks=_ticks(points))


def _column(point: Point, across: tuple[float, float], most: float) -> str:
    x, wide = across
    tall = max(point.value / most * TALL, 2.0 if point.value else 0.0)
    toned = tall * point.share if point.tone else 0.0
    parts = _bar("mark", (x, TALL - tall), (wide, tall - toned)) if tall > toned else ""
    if toned:
        parts += _bar(f"mark {point.tone}", (x, TALL - toned), (wide, toned))
    return _told(point, parts + _bar("hover", (x, 0), (wide, TALL)))


def _bar(kind: str, corner: tuple[float, float], size: tuple[float, float]) -> str:
    x, y, wide, tall = *corner, *size
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}"/>'


def trace(
    title: str,
    points: Sequence[Point],
    said: Callable[[float], str] = whole,
    limit: tuple[float, str] | None = None,
    shape: Shape = "line",
) -> Series:
    """Values in their own time, from nothing up; `steps` where a value holds until the next one. `limit` is drawn across."""
    most = max([*(point.value for point in points), *((limit[0],) if limit else ())], default=0) or 1
    places = _places(points, most)
    path = _steps(places) if shape == "steps" else _line(places)
    drawn = GROUND
    if len(places) > 1:
        fill = f"{path} L{places[-1][0]:.1f} {TALL} L{places[0][0]:.1f} {TALL} Z"
        drawn += f'<path class="fill" d="{fill}"/><path class="trace" d="{path}"/>'
    if limit:
        drawn += f'<path class="limit" d="M0 {TALL - limit[0] / most * TALL:.1f} H{WIDTH}"/>'
    drawn += "".join(_dot(point, place) for point, place in zip(points, places, strict=True))
    return Series(
        title,
        framed(title, Markup(drawn), TALL),
        points,
        said(most),
        ticks=_ticks(points),
        limit=limit[1] if limit else "",
    )


def _places(points: Sequence[Point], most: float) -> list[tuple[float, float]]:
    if not points:
        return []
    first, last = points[0].at, points[-1].at
    span = (last - first).total_seconds()
    return [
        ((point.at - first).total_seconds() / span * WIDTH if span else WIDTH / 2, TALL - point.value / most * TALL)
        for point in points
    ]


def _line(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{'L' if at else 'M'}{x:.1f} {y:.1f}" for at, (x, y) in enumerate(places))


def _steps(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"H{x:.1f} V{y:.1f}" if at else f"M{x:.1f} {y:.1f}" for at, (x, y) in enumerate(places))


def _dot(point: Point, place: tuple[float, float]) -> str:
    """A line of no length with round ends: round however wide the picture is drawn, as no circle is."""
    at = f'd="M{place[0]:.1f} {place[1]:.1f}h0"'
    return _told(point, f'<path class="dot {point.tone}" {at}/><path class="hover" {at}/>')


def _told(point: Point, drawn: str) -> str:
    """Words alone are anybody's: they are escaped here, all else is made of numbers."""
    title = f'<title data-at="{utc(point.at)}">{written(point.at)}: {escape(point.said)}</title>'
    return f"<g>{title}{drawn}</g>"


def _ticks(points: Sequence[Point]) -> tuple[Tick, ...]:
    """The first, the last, and one between where there is room."""
    if not points:
        return ()
    clock = points[-1].at - points[0].at < FEW_DAYS
    chosen = [
        points[0],
        *([points[len(points) // 2]] if len(points) > 4 else []),
        *([points[-1]] if len(points) > 1 else []),
    ]
    return tuple(Tick(point.at, clock) for point in chosen)


def lasted(seconds: float) -> str:
    """As people say it: 4.2 s, 3 min, 2.5 h, 4 days."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    for least, unit, most in ((1, "s", 60), (60, "min", 3600), (3600, "h", 172_800), (86_400, "days", float("inf"))):
        if seconds < most:
            value = seconds / least
            return f"{value:.3g} {unit}" if value < 100 else f"{value:,.0f} {unit}".replace(",", "\u202f")
    raise AssertionError
