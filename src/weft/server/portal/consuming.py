"""Who reads a product: products and their ports, people and services by their agreements, and how much it is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from weft.names import leaf_of
from weft.query.facts import Facts, among, rows_of
from weft.server.portal.rendering import plural
from weft.server.portal.series import Point, Series, columns

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.query.pages import Consumer, LineLedger, ProductPage

DAYS = 60


@dataclass(frozen=True, slots=True)
class Reader:
    """One consumer over all lines that it is on, named as `table@line`; `how` is its input port, its doors or its agreement."""

    kind: str
    name: str
    how: str
    lines: tuple[str, ...]
    since: datetime | None
    last_at: datetime | None
    times: int


@dataclass(frozen=True, slots=True)
class Consumers:
    """`reads` is the query log, day by day, and `times` how many they are together."""

    products: tuple[Reader, ...]
    people: tuple[Reader, ...]
    reads: Series | None
    times: int


def consumers(page: ProductPage, facts: Facts) -> Consumers:
    """As far as whoever asks may know who reads what."""
    found = _joined(page.who.ledger)
    reads, times = _reads(page, facts)
    return Consumers(
        tuple(one for one in found if one.kind == "product"),
        tuple(one for one in found if one.kind != "product"),
        reads,
        times,
    )


def _joined(ledger: Iterable[LineLedger]) -> list[Reader]:
    """An agreement and what was read under it are one row."""
    by: dict[tuple[bool, str], list[tuple[str, Consumer]]] = {}
    for line in ledger:
        for one in line.consumers:
            by.setdefault((one.kind == "product", one.name), []).append((leaf_of(line.line), one))
    return [_reader(found) for _, found in sorted(by.items(), key=lambda entry: (not entry[0][0], entry[0][1]))]


def _reader(found: list[tuple[str, Consumer]]) -> Reader:
    ones = [one for _, one in found]
    hows = [one.how for one in ones if one.kind == "agreement"] or [one.how for one in ones]
    return Reader(
        next((one.kind for one in ones if one.kind != "person"), "person"),
        ones[0].name,
        ", ".join(dict.fromkeys(hows)),
        tuple(dict.fromkeys(line for line, _ in found)),
        min((one.since for one in ones if one.since), default=None),
        max((at for one in ones if (at := one.last_read_at or one.last_built_at)), default=None),
        sum(one.times or 0 for one in ones),
    )


def _reads(page: ProductPage, facts: Facts) -> tuple[Series | None, int]:
    """Each day of the last weeks, those on which nobody read too."""

    def narrowed(table: pa.Table) -> pa.Table:
        own = among(among(table, "product", [page.name]), "environment", [facts.library.environment])
        return among(own, "day", [str(one) for one in days])

    today = datetime.now(UTC).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    asked: Counter[str] = Counter()
    who: dict[str, set[str]] = {}
    for day, name, times in rows_of(facts.relation("reads", narrowed), "day", "who", "times"):
        asked[day] += times
        who.setdefault(day, set()).add(name)
    if not asked:
        return None, 0
    points = [_day(day, asked[str(day)], len(who.get(str(day), ()))) for day in days]
    return columns("Reads, day by day", points), sum(asked.values())


def _day(day: date, times: int, readers: int) -> Point:
    said = f"{plural(times, 'read')} by {plural(readers, 'reader')}" if times else "nobody read it"
    return Point(datetime(day.year, day.month, day.day, tzinfo=UTC), times, said)
