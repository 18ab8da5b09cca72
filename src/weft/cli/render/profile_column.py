"""One column of a profile in words: its values in a few, all that is known of it, and its spread as a picture of one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from weft.cli.render.layout import aligned, cut, padded
from weft.cli.render.terminal import DATA, paint, shown
from weft.profile.values import Bin

if TYPE_CHECKING:
    from weft.profile.values import ColumnProfile, TableProfile, Value

BARS = " ▁▂▃▄▅▆▇█"
SPARKS = 12
LONGEST = 28
MOST = 10


def spark(column: ColumnProfile) -> str:
    """How rows are spread over the values, twelve bars wide; of texts, over the most frequent ones."""
    rows = [one.rows for one in column.histogram]
    if not rows and column.distinct > 1 and column.frequent:
        rows = [one.rows for one in column.frequent[:SPARKS]] if column.frequent[0].rows > 1 else []
    while len(rows) > SPARKS:
        rows = [sum(rows[at : at + 2]) for at in range(0, len(rows), 2)]
    most = max(rows, default=0)
    return "".join(BARS[0] if not one else BARS[max(1, round(one / most * 8))] for one in rows) if most else ""


def share(part: int, whole: int) -> str:
    if not part or not whole:
        return ""
    if part == whole:
        return "all"
    percent = 100 * part / whole
    return "<0.1 %" if percent < 0.1 else ">99.9 %" if percent > 99.9 else f"{percent:.1f} %"


def number(value: Value) -> str:
    """As a person would write it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "·" if value is None else str(value)
    if isinstance(value, int):
        return f"{value:,}" if 10**4 <= abs(value) < 10**9 else str(value)
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:,.4g}" if abs(value) < 1e5 else f"{value:,.0f}" if abs(value) < 1e12 else f"{value:.3g}"  # fmt: skip


CODES = ("zip", "npi", "phone", "ndc", "us-ssn", "credit-card")
"""Meanings whose numbers are not read as amounts."""


def bound(column: ColumnProfile, value: Value) -> str:
    return str(value) if column.meaning in CODES and isinstance(value, int) else text(value)


def text(value: Value) -> str:
    """A value commands nothing: what would move the cursor or colour it is shown as what it is."""
    said = number(value).replace("\n", "⏎").replace("\t", "→")
    return cut(shown(said, DATA), LONGEST) if said.strip() else "(blank)"


def said_of(column: ColumnProfile) -> str:
    """What its values are, in a few words."""
    if column.withheld:
        return "masked"
    if not column.values:
        return "nothing"
    if column.order == "constant":
        return f"always {text(column.minimum)}"
    rising = f", {column.order}" if column.order else ""
    if column.family in ("number", "moment") and column.minimum is not None:
        has_mean = column.mean is not None and not column.is_unique and column.meaning not in CODES
        mean = f", mean {number(column.mean)}" if has_mean else ""
        return f"{bound(column, column.minimum)} … {bound(column, column.maximum)}{mean}{rising}"
    if column.is_unique or not column.frequent or column.frequent[0].rows == 1:
        pattern = f"{text(column.patterns[0].value)} such as " if column.patterns else ""
        return f"{pattern}{text(column.frequent[0].value)}{rising}" if column.frequent else ""
    return ", ".join(f"{text(one.value)} {share(one.rows, _looked(column))}" for one in column.frequent[:4])


def _looked(column: ColumnProfile) -> int:
    if column.text is None:
        return column.values
    blank = sum(one.rows for one in column.frequent if not str(one.value).strip())
    return column.text.looked_at + blank


def column_lines(column: ColumnProfile, profile: TableProfile, room: int) -> Iterator[str]:
    """All that is known of a column."""
    yield from aligned(list(_facts(column)), room)
    for title, listed in (("most frequent", column.frequent), ("patterns", column.patterns)):
        if listed and listed[0].rows > 1:
            looked = round(column.values * profile.sampled_rows / max(profile.rows, 1))
            yield paint(f"  {title}", "dim")
            yield from _bars([(text(one.value), one.rows) for one in listed[:MOST]], looked, room)
    if column.histogram:
        yield paint("  spread", "dim")
        bins = [
            (f"{text(one.low)} … {text(one.high)}" if one.low != one.high else text(one.low), one.rows)
            for one in _joined(column.histogram)
        ]
        yield from _bars(bins, column.values, room)


def _joined(bins: Sequence[Bin]) -> Iterator[Bin]:
    """Neighbours without rows are one."""
    for is_empty, some in groupby(bins, key=lambda one: not one.rows):
        found = list(some)
        yield from [Bin(found[0].low, found[-1].high, 0)] if is_empty else found


def _bars(rows: list[tuple[str, int]], whole: int, room: int) -> Iterator[str]:
    widest = max(len(name) for name, _ in rows)
    most = max(count for _, count in rows) or 1
    bar = max(10, min(40, room - widest - 30))
    for name, count in rows:
        drawn = "█" * round(count / most * bar) or ("▏" if count else "")
        yield f"    {padded(name, widest)}  {padded(drawn, bar)}  {count:>9,}  {share(count, whole):>7}".rstrip()


def _facts(column: ColumnProfile) -> Iterator[tuple[str, str]]:
    yield "rows", f"{column.rows:,}"
    yield "nulls", f"{column.nulls:,}  {share(column.nulls, column.rows)}".rstrip()
    if column.empties:
        yield "empty", f"{column.empties:,}"
    if column.placeholders:
        told = ", ".join(text(one.value) for one in column.placeholder_values[:5])
        yield "placeholders", f"{column.placeholders:,}" + (f"  {told}" if told else "")
    error = "" if column.is_distinct_exact else f", give or take {column.distinct_error:.0%} (HyperLogLog)"
    yield "distinct", f"{column.distinct:,}{error}"
    if column.minimum is not None:
        yield "least", text(column.minimum)
        yield "greatest", text(column.maximum)
    if column.mean is not None:
        yield "mean", f"{number(column.mean)}, deviation {number(column.deviation)}"
    if column.quantiles:
        yield "quantiles", "  ".join(f"{one.share:.0%} {text(one.value)}" for one in column.quantiles)
    if column.order:
        yield "order", column.order + (", each row other than the one before" if column.is_strictly_ordered else "")
    if column.meaning:
        yield "meaning", f"{column.meaning.replace('-', ' ')} ({column.meaning_share:.0%} of its values)"
    if column.personal != "none":
        yield "personal", column.personal
    yield from _of_text(column)
    yield from _of_moments(column)
    if column.number and column.number.outliers:
        yield "outliers", f"{column.number.outliers:,}"


def _of_text(column: ColumnProfile) -> Iterator[tuple[str, str]]:
    facts = column.text
    if facts is None:
        return
    yield "length", f"{facts.shortest} to {facts.longest}, mean {facts.mean_length:.1f}"
    cases = {"capitals": facts.upper, "small": facts.lower, "mixed": facts.mixed}
    if told := [f"{name} {share(count, facts.looked_at)}" for name, count in cases.items() if count]:
        yield "letters", ", ".join(told)
    odd = {
        "begin with a blank": facts.leading_blanks,
        "end with one": facts.trailing_blanks,
        "odd blanks": facts.odd_blanks,
        "quoted": facts.quoted,
        "hidden characters": facts.non_printing,
        "delimiters": facts.delimiters,
        "beyond ASCII": facts.non_ascii,
        "read as numbers": facts.numbers,
        "read as dates": facts.dates,
    }
    if told := [f"{name} {count:,}" for name, count in odd.items() if count]:
        yield "written", ", ".join(told)


def _of_moments(column: ColumnProfile) -> Iterator[tuple[str, str]]:
    facts = column.moment
    if facts is None or not facts.days:
        return
    missing = (
        f", {facts.missing_days:,} missing between (the longest gap {facts.longest_gap_days:,})"
        if facts.missing_days
        else ""
    )
    yield "days", f"{facts.days:,}{missing}"
    if facts.by_day:
        yield "rows a day", f"{facts.by_day.fewest:,} to {facts.by_day.most:,}, mean {facts.by_day.mean:,.1f}"
    if facts.future or facts.unlikely:
        yield "beyond", f"{facts.future:,} in the future, {facts.unlikely:,} before 1900 or after 2100"
