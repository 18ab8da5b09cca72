"""One column of a table: what it is, how its values are spread, how they are written, and how all that moved from snapshot to snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from weft.errors import Unknown
from weft.names import leaf_of, table_of
from weft.product.checks import checks_of
from weft.profile.values import ColumnProfile, TableProfile
from weft.query.facts import Facts
from weft.query.pages import ColumnShown, TablePage
from weft.server.asking import Asker
from weft.server.portal.freshness import promised
from weft.server.portal.links import page_of
from weft.server.portal.profiling import distribution, looked_at, meaning, parts, sampled, share, told, value
from weft.server.portal.rendering import counted
from weft.server.portal.series import Point, Series, trace
from weft.server.portal.table import table_page, trail
from weft.server.portal.wording import checks_said
from weft.server.profiles import known

TALL = 96.0
FREQUENT = 12


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was measured, in words."""

    name: str
    said: str


def column(name: str, of: str, asking: Asker) -> dict[str, Any]:
    """What `column.html` asks for: `of` is the column. Raises: Unknown."""
    page = table_page(name, asking.library)
    shown = _found(of, page)
    found = known(page, asking, past=True)
    profile = found.profile.column(shown.name) if found.profile else None
    return {
        "title": f"{shown.name} of {page.what.title}",
        "place": "/domains",
        "trail": [*trail(page)[:-1], (leaf_of(page.name), page_of(page.name)), (shown.name, "")],
        "page": page,
        "name": str(table_of(page.name)),
        "column": shown,
        "known": found,
        "profile": profile,
        "checks": _checks(page, shown, asking),
        "findings": told([one for one in found.findings if one.column == shown.name]),
        "history": tuple(_history(shown.name, found.history)),
        "drifts": [drift for drift in found.drifts if drift.column == shown.name],
        **(_measured(profile, found.profile) if profile and found.profile else {}),
    }


def _found(of: str, page: TablePage) -> ColumnShown:
    known = {one.name.lower(): one for one in page.data.columns}
    if of.lower() not in known:
        raise Unknown("column", of, list(known))
    return known[of.lower()]


def _checks(page: TablePage, column: ColumnShown, asking: Asker) -> Any:
    """Of all that is checked of the table, what looks at this column."""
    table = promised(Facts(asking.library), page.name)
    about = {check.id for check in checks_of(table) if column.name in check.columns} if table else set()
    return checks_said([check for check in page.how.checks if check.check in about], table)


def _measured(profile: ColumnProfile, table: TableProfile) -> dict[str, Any]:
    looked = looked_at(profile, table)
    picture, ends = distribution(profile, looked, TALL)
    return {
        "picture": picture,
        "ends": ends,
        "facts": tuple(_facts(profile)),
        "writing": tuple(_writing(profile)),
        "frequent": tuple(parts(profile.frequent[:FREQUENT], looked)),
        "patterns": tuple(parts(profile.patterns[:FREQUENT], looked)),
        "sampled": sampled(table),
    }


def _facts(column: ColumnProfile) -> Iterator[Fact]:
    yield Fact("Rows", counted(column.rows))
    yield Fact("Empty", _of(column.nulls + column.empties, column.rows))
    about = "" if column.is_distinct_exact else f"about (within {2 * column.distinct_error:.1%}) "
    unique = ", no two alike" if column.is_unique else ""
    yield Fact("Different values", f"{about}{counted(column.distinct)}{unique}")
    if column.placeholders:
        said = ", ".join(value(one.value) for one in column.placeholder_values[:3])
        yield Fact("Stand for nothing", _of(column.placeholders, column.rows) + (f": {said}" if said else ""))
    if said := meaning(column):
        yield Fact("Looks like", said)
    if column.order:
        yield Fact("Order of rows", column.order)
    numbers = (
        ("Smallest", column.minimum),
        ("Mean", column.mean),
        ("Deviation", column.deviation),
        ("Largest", column.maximum),
    )
    yield from (Fact(name, value(number)) for name, number in numbers if number is not None)
    yield from (Fact(f"{one.share:.0%} are at most", value(one.value)) for one in column.quantiles if 0 < one.share < 1)


def _writing(column: ColumnProfile) -> Iterator[Fact]:
    """How texts, numbers and moments are written, as far as there is anything to tell."""
    if text := column.text:
        yield Fact("Letters", f"{text.shortest} to {text.longest}, {text.mean_length:.1f} on average")
        yield from _counted(TEXTS, text, text.looked_at)
    if number := column.number:
        yield from _counted(NUMBERS, number, column.values)
    if moment := column.moment:
        yield Fact("Days with rows", counted(moment.days))
        yield from _counted(MOMENTS, moment, 0)


TEXTS: tuple[tuple[str, str], ...] = (
    ("upper", "All capitals"),
    ("lower", "All small letters"),
    ("mixed", "Capitals and small letters"),
    ("leading_blanks", "Begin with a blank"),
    ("trailing_blanks", "End with a blank"),
    ("odd_blanks", "Have odd blanks"),
    ("quoted", "Stand in quotation marks"),
    ("non_printing", "Have letters that do not print"),
    ("delimiters", "Have tabs, line ends, | or ;"),
    ("numbers", "Are numbers"),
    ("dates", "Are dates"),
    ("variant_rows", "Differ from a more frequent value in case, blanks or marks alone"),
    ("truncated", "Look cut off"),
)
NUMBERS: tuple[tuple[str, str], ...] = (
    ("zeros", "Zero"),
    ("negatives", "Below zero"),
    ("not_finite", "Not a number, or infinite"),
    ("outliers", "Far from all others"),
)
MOMENTS: tuple[tuple[str, str], ...] = (
    ("missing_days", "Days without rows between"),
    ("longest_gap_days", "Longest gap, in days"),
    ("future", "In the future"),
    ("unlikely", "Before 1900 or after 2100"),
)


def _counted(names: Sequence[tuple[str, str]], facts: object, whole: int) -> Iterator[Fact]:
    for field, said in names:
        if number := getattr(facts, field):
            yield Fact(said, _of(number, whole) if whole else counted(number))


def _of(part: int, whole: int) -> str:
    return f"{counted(part)} ({share(part, whole)})" if part and part != whole else share(part, whole)


def _history(name: str, profiles: Sequence[TableProfile]) -> Iterator[Series]:
    """What of the column can be followed, the oldest snapshot on the left; one alone is no history."""
    measures: tuple[tuple[str, Callable[[ColumnProfile], float | None]], ...] = (
        ("Empty, in percent", lambda one: 100 * one.nulls / one.rows if one.rows else None),
        ("Different values", lambda one: one.distinct),
        ("Mean", lambda one: one.mean),
    )
    for title, measure in measures:
        points = [
            Point(profile.profiled_at, found, value(found))
            for profile in profiles
            if (one := profile.column(name)) and (found := measure(one)) is not None and found >= 0
        ]
        if len(points) > 1:
            yield trace(title, points, lambda number: value(round(number, 4)))
