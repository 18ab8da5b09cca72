"""What a table holds, as pictures and short words: how values are spread, how many are empty, how many differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup, escape

from weft.profile.values import Bin, ColumnProfile, Finding, Frequent, Likelihood, Score, TableProfile, Value
from weft.server.portal.charts import WIDTH, Bar, bars, framed
from weft.server.portal.rendering import counted, plural

SPARK = 28.0
FEW = 8
"""So many of the most frequent values are told apart in a small picture."""
WORTH_TELLING = 0.5
"""More of a column's rows than this in its most frequent values, and these are its picture."""
SURE: tuple[Likelihood, ...] = ("definite", "likely")
TONES = {"definite": "bad", "likely": "warn", "possible": "", "personal data": "accent"}
PERSONAL = {"possible": "may be personal", "likely": "looks personal", "sensitive": "looks sensitive"}
GOOD, FAIR = 98.0, 90.0
LETTERS = 40
MOST_TOLD = 8
DAY = len("2026-01-31")


@dataclass(frozen=True, slots=True)
class Spread:
    """How one column is filled, for a row of a list: a picture with its two ends, and shares in words."""

    picture: Markup | None = None
    low: str = ""
    high: str = ""
    empty: str = ""
    distinct: str = ""
    meaning: str = ""
    why: str = ""
    """Why there is no picture."""


@dataclass(frozen=True, slots=True)
class Part:
    """A value, or a pattern, and how much of the rows it is: `share` is in percent, `bar` of the most frequent."""

    text: str
    rows: int
    share: str
    bar: Markup


@dataclass(frozen=True, slots=True)
class Told:
    """One finding as people read it."""

    finding: Finding
    said: Markup
    tone: str
    rows: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """One dimension's score in percent, and how good that is: good, warn, bad."""

    name: str
    percent: str
    tone: str


def looked_at(column: ColumnProfile, table: TableProfile) -> int:
    """How many of its values were looked at for the most frequent ones, and for patterns."""
    return column.values * table.sampled_rows // max(table.rows, 1) if table.is_sampled else column.values


def spread(column: ColumnProfile, looked: int) -> Spread:
    empty = column.nulls + column.empties
    distinct = ("" if column.is_distinct_exact else "about ") + counted(column.distinct)
    said = Spread(empty=share(empty, column.rows), distinct=distinct, meaning=meaning(column))
    if column.withheld:
        return _with(said, why="not shown: you see it masked")
    picture, ends = distribution(column, looked, SPARK)
    return Spread(picture, *ends, said.empty, said.distinct, said.meaning, "" if picture else "no value stands out")


def _with(said: Spread, why: str) -> Spread:
    return Spread(None, "", "", said.empty, said.distinct, said.meaning, why)


def distribution(column: ColumnProfile, looked: int, height: float) -> tuple[Markup | None, tuple[str, str]]:
    """A histogram of what has an order, else the most frequent values; with what stands at its two ends."""
    title = f"How the values of {column.name} are spread"
    if column.histogram:
        return histogram(title, column.histogram, height), _ends(column)
    if not column.frequent:
        return None, ("", "")
    if column.frequent[0].rows == 1:
        # Each value stands once: bars of them would say nothing.
        return None, _ends(column)
    told = column.frequent[:FEW]
    rest = max(looked - sum(one.rows for one in told), 0)
    if sum(one.rows for one in told) >= WORTH_TELLING * max(looked, 1):
        given = [Bar(value(one.value), one.rows) for one in told] + ([Bar("all others", rest, "rest")] if rest else [])
        return bars(title, given, height, FEW), (value(told[0].value), "")
    return None, _ends(column)


def _ends(column: ColumnProfile) -> tuple[str, str]:
    """Of moments the days."""
    ends = column.minimum, column.maximum
    low, high = (value(end[:DAY] if column.family == "moment" and isinstance(end, str) else end) for end in ends)
    return low, high


def histogram(title: str, bins: Sequence[Bin], height: float) -> Markup:
    return bars(title, [Bar(f"{value(one.low)} to {value(one.high)}", one.rows) for one in bins], height, len(bins))


def parts(found: Sequence[Frequent], whole: int) -> Iterator[Part]:
    """Each with its share of the rows that were looked at."""
    most = max((one.rows for one in found), default=0) or 1
    for one in found:
        yield Part(value(one.value), one.rows, share(one.rows, whole), _level(one, most))


def _level(one: Frequent, most: int) -> Markup:
    mark = Markup('<rect class="mark" x="0" y="0" width="{:.1f}" height="8" rx="2"/>').format(one.rows / most * WIDTH)
    return framed(f"{value(one.value)}: {one.rows:,}", mark, 8)


def told(findings: Sequence[Finding], link: str = "") -> tuple[Told, ...]:
    """`link` is the table's page, where its columns have theirs."""
    return tuple(
        Told(
            one,
            _said(one, link),
            TONES[one.likelihood],
            ("about " if one.is_estimated else "") + plural(one.rows, "row"),
            tuple(value(example) for example in one.examples),
        )
        for one in findings
    )


def _said(finding: Finding, link: str) -> Markup:
    """What it says, its column being code, or a way to the column's page."""
    named = Markup('<a class="mono" href="{}/columns/{}">{}</a>') if link else Markup("<code>{2}</code>")
    said, column = escape(finding.said), named.format(link, quote(finding.column, safe=""), finding.column)
    quoted = escape(f"'{finding.column}'")
    return said.replace(quoted, column) if finding.column and quoted in said else said


def scored(scores: Sequence[Score]) -> tuple[Scored, ...]:
    """All together first; what has no data point is left out."""
    return tuple(
        Scored(one.dimension or "overall", percent(one.percent), tone(one.percent)) for one in scores if one.points
    )


def tone(percent: float) -> str:
    return "good" if percent >= GOOD else "warn" if percent >= FAIR else "bad"


def percent(value: float) -> str:
    """One digit after the point, and never 100 where something is left."""
    return "100 %" if value == 100 else f"{min(value, 99.9):.1f} %"


def meaning(column: ColumnProfile) -> str:
    said = [column.meaning.replace("-", " ")] if column.meaning else []
    return ", ".join([*said, *([PERSONAL[column.personal]] if column.personal in PERSONAL else [])])


def share(part: int, whole: int) -> str:
    """In percent: none and all are said as they are, and little is not said to be none."""
    if not part or not whole:
        return "none"
    if part == whole:
        return "all"
    found = 100 * part / whole
    return "under 0.1 %" if found < 0.1 else f"{min(found, 99.9):.1f} %"


def value(found: Value) -> str:
    """As a person reads it: numbers with thin spaces and few digits, long texts cut."""
    if found is None:
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, int):
        return counted(found)
    if isinstance(found, float):
        return (
            counted(int(found)) if found.is_integer() and abs(found) < 1e15 else f"{found:,.4g}".replace(",", "\u202f")
        )
    return found if len(found) <= LETTERS else f"{found[: LETTERS - 1]}…"


def sampled(profile: TableProfile) -> str:
    """How patterns and frequent values were found."""
    if not profile.is_sampled:
        return "From all rows"
    return f"Patterns and frequent values from {counted(profile.sampled_rows)} sampled rows, all else from all rows"


def together(profile: TableProfile) -> Iterator[str]:
    """What tells rows apart, and what decides what, as prose; what is broken is among the findings."""
    for key in [key for key in profile.keys if key.is_likely][:MOST_TOLD]:
        yield f"No two rows have the same {' and '.join(f'`{name}`' for name in key.columns)}"
    for one in profile.foreign_keys[:MOST_TOLD]:
        yield f"`{one.column}` is found in `{one.to_column}` of {one.table}: {percent(100 * one.share)} of its values"
    for rule in [rule for rule in profile.dependencies if not rule.exceptions][:MOST_TOLD]:
        yield f"`{rule.determinant}` decides `{rule.dependent}`"
