"""Pictures of numbers as SVG: made on the server, drawn by the style sheet, read aloud by their titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 320.0, 72.0
GAP = 1.0
SLOTS = 24
"""A few bars are as wide as many: a picture of three runs is no wall."""


@dataclass(frozen=True, slots=True)
class Bar:
    """`tone` is one of the style sheet's: good, warn, bad, two, three, rest; '' is the chart's own."""

    label: str
    value: float
    tone: str = ""


def bars(title: str, given: Sequence[Bar], height: float = HEIGHT, slots: int = SLOTS) -> Markup:
    """One bar for each value, from nothing up; each says its own value on hover. There is room for `slots` at least."""
    most = max((bar.value for bar in given), default=0) or 1
    step = WIDTH / max(len(given), slots)
    marks = Markup("").join(
        Markup(
            '<rect class="mark {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="1"><title>{}</title></rect>'
        ).format(bar.tone, at * step, height - tall, max(step - GAP, 0.5), tall, f"{bar.label}: {bar.value:,g}")
        for at, bar in enumerate(given)
        if (tall := max(bar.value / most * height, 1.5 if bar.value else 0))
    )
    return framed(
        title, Markup('<line class="axis" x1="0" x2="{0}" y1="{1}" y2="{1}"/>').format(WIDTH, height) + marks, height
    )


def line(title: str, values: Sequence[tuple[str, float]], height: float = HEIGHT) -> Markup:
    """One trace over time, its ground filled; the last value is marked."""
    if not values:
        return framed(title, Markup(""), height)
    low, high = min(v for _, v in values), max(v for _, v in values)
    span = (high - low) or 1
    step = WIDTH / max(len(values) - 1, 1)
    points = [(at * step, 4 + (height - 8) * (1 - (value - low) / span)) for at, (_, value) in enumerate(values)]
    path = " ".join(f"{'M' if not at else 'L'}{x:.1f} {y:.1f}" for at, (x, y) in enumerate(points))
    ground = f"{path} L{points[-1][0]:.1f} {height} L0 {height} Z"
    dots = Markup("").join(
        Markup('<circle class="mark" cx="{:.1f}" cy="{:.1f}" r="2.5"><title>{}</title></circle>').format(
            x, y, f"{label}: {value:,g}"
        )
        for (x, y), (label, value) in zip(points, values, strict=True)
    )
    return framed(
        title, Markup('<path class="fill" d="{}"/><path class="trace" d="{}"/>').format(ground, path) + dots, height
    )


def shares(title: str, given: Sequence[Bar]) -> Markup:
    """One bar cut into shares of a whole."""
    whole = sum(bar.value for bar in given) or 1
    at, marks = 0.0, []
    for bar in given:
        wide = bar.value / whole * WIDTH
        text = f"{bar.label}: {bar.value / whole:.1%}"
        marks.append(
            Markup(
                '<rect class="mark {}" x="{:.2f}" y="0" width="{:.2f}" height="8" rx="2"><title>{}</title></rect>'
            ).format(bar.tone, at, max(wide - GAP, 0), text)
        )
        at += wide
    return framed(title, Markup("").join(marks), 8)


def framed(title: str, content: Markup, height: float, width: float = WIDTH) -> Markup:
    """A picture as wide as the room that it is given: what is drawn in it is stretched, so that it holds no words."""
    return Markup(
        '<svg class="chart" role="img" viewBox="0 0 {} {}" preserveAspectRatio="none"><title>{}</title>{}</svg>'
    ).format(f"{width:g}", f"{height:g}", escape(title), content)
