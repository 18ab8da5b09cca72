"""What of the promised service levels is measured, and how they stand now: by the statistics of what is published, and by the publishes.

No data is read: the newest and the oldest moment of a column are in its snapshot's statistics.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from weft.names import LineName
from weft.plan.changes.bounds import Incomparable
from weft.plan.changes.measures import measure, property_of
from weft.product.contract import Contract, Scalar, ServiceLevel, Table
from weft.product.expectations import column_named
from weft.product.product import Product
from weft.product.snapshot import ColumnStatistics
from weft.registry.facts.ledger import Ledger
from weft.registry.values import decoded, microseconds

STATISTICS = """
    SELECT p.line, s.statistics_json FROM pointers p JOIN snapshots s ON s.id = p.snapshot WHERE p.environment = ?
"""
BY_NEWEST, BY_OLDEST, BY_PUBLISH = ("latency", "freshness"), ("retention",), ("frequency",)
MOMENTS = ("DATE", "TIMESTAMP")


class Measured(NamedTuple):
    """How a level is measured, in words, the seconds promised, the moment counted from, and the column that says it; None where unknown."""

    by: str | None = None
    promised: float | None = None
    at: int | None = None
    line: LineName | None = None
    column: str | None = None


class Levels:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @cached_property
    def _statistics(self) -> dict[LineName, str]:
        return dict(self._ledger.rows(STATISTICS, (self._ledger.environment,)))

    def measured(self, product: Product, contract: Contract, level: ServiceLevel) -> Measured:
        promised = _seconds(level)
        what = property_of(level)
        if promised is None or contract.is_source or what not in (*BY_NEWEST, *BY_OLDEST, *BY_PUBLISH):
            return Measured(None, promised)
        if what in BY_PUBLISH:
            return Measured("the time since the last publish", promised, self._published(product, contract))
        found = column_of(level, contract)
        if found is None:
            return Measured(None, promised)
        table, column = found
        extreme = "oldest" if what in BY_OLDEST else "newest"
        line = product.line(table.name, contract.line)
        words = f"the age of the {extreme} {table.name}.{column}"
        return Measured(words, promised, self._extreme(line, column, extreme), line, column)

    def _published(self, product: Product, contract: Contract) -> int | None:
        """The table that was published the longest ago."""
        lines = (product.line(table.name, contract.line) for table in contract.tables)
        return min((self._ledger.standing[line][2] for line in lines if line in self._ledger.standing), default=None)

    def _extreme(self, line: LineName, column: str, extreme: str) -> int | None:
        if line not in self._statistics:
            return None
        found = decoded(self._statistics[line], dict[str, ColumnStatistics]).get(column, ColumnStatistics())
        at = _moment(found.minimum if extreme == "oldest" else found.maximum)
        return microseconds(at) if at else None


def column_of(level: ServiceLevel, contract: Contract) -> tuple[Table, str] | None:
    """The table and the column of moments that a level's element names."""
    for element in level.element.split(","):
        for table in contract.tables:
            name = column_named(element, table) if element.strip() else None
            column = table.column(name) if name else None
            if column and column.type.startswith(MOMENTS):
                return table, column.name
    return None


def _seconds(level: ServiceLevel) -> float | None:
    try:
        found = measure(level)
    except Incomparable:
        return None
    return float(found.point.value) if found.scale == "seconds" else None


def _moment(value: Scalar) -> datetime | None:
    """One without a zone is taken to be UTC, as the engine does."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
