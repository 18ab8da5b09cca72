"""Values of service levels on a scale: durations however they are written, shares, dates; and which way is better.

Source: ODCS 3.2, service-level agreement, properties and units.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, NamedTuple

from weft.plan.changes.bounds import Incomparable, Point
from weft.product.contract import ServiceLevel

Better = Literal["less", "more"]
BETTER: dict[str, Better] = {
    "latency": "less",
    "freshness": "less",
    "frequency": "less",
    "timetodetect": "less",
    "timetonotify": "less",
    "timetorepair": "less",
    "errorrate": "less",
    "timeofavailability": "less",
    "generalavailability": "less",
    "retention": "more",
    "availability": "more",
    "throughput": "more",
    "endofsupport": "more",
    "endoflife": "more",
}
"""`frequency` is the time between two deliveries; of dates, less is earlier."""
SYNONYMS = {"ly": "latency", "la": "latency", "fy": "frequency", "re": "retention", "av": "availability", "th": "throughput", "er": "errorrate", "ga": "generalavailability", "es": "endofsupport", "el": "endoflife", "td": "timetodetect", "tn": "timetonotify", "tr": "timetorepair"}  # fmt: skip
ENDS = frozenset(("endofsupport", "endoflife"))
"""Where nothing is said, there is no end: saying one announces it, and taking it back is no loss."""

_SECONDS = {
    "ms": ("0.001", ("ms", "millisecond", "milliseconds")),
    "s": ("1", ("s", "sec", "secs", "second", "seconds")),
    "min": ("60", ("min", "mins", "minute", "minutes")),
    "h": ("3600", ("h", "hr", "hrs", "hour", "hours")),
    "d": ("86400", ("d", "day", "days")),
    "w": ("604800", ("w", "wk", "week", "weeks")),
    "mo": ("2629800", ("mo", "month", "months")),
    "y": ("31557600", ("y", "yr", "yrs", "year", "years")),
}
_UNIT = {name: Decimal(seconds) for seconds, names in _SECONDS.values() for name in names}
_WORDS = {"hourly": "3600", "daily": "86400", "weekly": "604800", "monthly": "2629800", "yearly": "31557600", "annually": "31557600"}  # fmt: skip
_SHARES = frozenset(("%", "percent", "pct"))
_AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?)\s*([A-Za-z%]*)")
_ISO = re.compile(r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_ISO_UNITS = ("y", "mo", "w", "d", "h", "min", "s")


class Measure(NamedTuple):
    """`scale` says what can be compared with what: seconds, percent, a moment, or a number of an unknown unit."""

    scale: str
    point: Point


def property_of(level: ServiceLevel) -> str:
    """Its name in lower letters without separators, synonyms resolved."""
    name = re.sub(r"[^a-z]", "", level.property.lower())
    return SYNONYMS.get(name, name)


def measure(level: ServiceLevel) -> Measure:
    """Raises: Incomparable, where the value is on no scale that we know."""
    text, unit = str(level.value).strip(), level.unit.strip().lower()
    if level.value is None or isinstance(level.value, bool):
        raise Incomparable(text)
    if seconds := _WORDS.get(text.lower()):
        return Measure("seconds", Point(seconds))
    if (found := _ISO.fullmatch(text.upper())) and not unit:
        parts = (int(n) * _UNIT[u] for n, u in zip(found.groups(), _ISO_UNITS, strict=True) if n)
        return Measure("seconds", Point(str(sum(parts, Decimal(0)))))
    if found := _AMOUNT.fullmatch(text):
        return _amount(Decimal(found[1]), found[2].lower() or unit)
    point = Point(level.value)
    return Measure(f"{point.kind} {unit}".strip(), point)


def _amount(amount: Decimal, unit: str) -> Measure:
    if unit in _SHARES:
        return Measure("percent", Point(str(amount)))
    if seconds := _UNIT.get(unit):
        return Measure("seconds", Point(str(amount * seconds)))
    return Measure(f"number {unit}".strip(), Point(str(amount)))


def improvement(old: ServiceLevel, new: ServiceLevel) -> int:
    """1 where the new level is better for a reader, 0 where it is the same, -1 where worse. Raises: Incomparable."""
    was, now = measure(old), measure(new)
    if was.scale != now.scale:
        raise Incomparable(f"{was.scale} and {now.scale}")
    if was.point == now.point:
        return 0
    better = BETTER.get(property_of(old))
    if better is None:
        raise Incomparable(old.property)
    return 1 if (now.point > was.point) == (better == "more") else -1
