"""Numbers as people read them: counts with their noun, sizes, times and ages."""

from __future__ import annotations

from datetime import UTC, datetime

UNITS = ("B", "kB", "MB", "GB", "TB")
AGES = ((31_536_000, "year"), (2_592_000, "month"), (86_400, "day"), (3_600, "hour"), (60, "minute"))


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 row`, `336,776 rows`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def sized(count: float) -> str:
    """Bytes: `812 B`, `4.1 MB`."""
    power = 0
    while count >= 1000 and power < len(UNITS) - 1:
        count, power = count / 1000, power + 1
    return f"{count:.0f} {UNITS[power]}" if power == 0 or count >= 100 else f"{count:.1f} {UNITS[power]}"


def lasted(seconds: float) -> str:
    """`8 ms`, `1.4 s`, `2 min 5 s`."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def ago(moment: datetime, now: datetime | None = None) -> str:
    """`just now`, `3 minutes ago`."""
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    for size, noun in AGES:
        if seconds >= size:
            return f"{counted(int(seconds // size), noun)} ago"
    return "just now"


def at(moment: datetime) -> str:
    """A moment in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def measured(value: object) -> str:
    """A number that a check found, in at most six digits; a text as it is."""
    if isinstance(value, bool) or value is None:
        return str(value)
    try:
        number = float(str(value))
    except ValueError:
        return str(value)
    return f"{number:,.0f}" if number.is_integer() and abs(number) < 1e15 else f"{number:,.6g}"
