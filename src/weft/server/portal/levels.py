"""Service levels: what is promised in words, what is measured now, and how that went over time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from weft.names import LineName, SnapshotId
from weft.plan.changes.measures import BETTER, SYNONYMS
from weft.product.product import Product
from weft.query.facts import Facts, among, only, rows_of
from weft.server.portal.series import Point, Series, lasted, trace
from weft.server.portal.trust import recent

if TYPE_CHECKING:
    import pyarrow as pa

MOST_SNAPSHOTS = 30
LEVEL = ("contract_id", "version", "property", "value", "unit", "description", "measured_by", "promised_seconds", "measured_at", "line_name", "column_name")  # fmt: skip
NAMES = {
    "latency": "How old its newest data may be",
    "freshness": "How old its newest data may be",
    "frequency": "How often it is published",
    "retention": "How far back it goes",
    "availability": "How much of the time it is there",
    "generalavailability": "There for everybody since",
    "endofsupport": "Looked after until",
    "endoflife": "There until",
    "throughput": "How much it can be asked",
    "errorrate": "How much may go wrong",
    "timetodetect": "How soon a fault is noticed",
    "timetonotify": "How soon readers are told of a fault",
    "timetorepair": "How soon a fault is mended",
}
UNITS = {
    "ms": "millisecond",
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "w": "week",
    "mo": "month",
    "y": "year",
}

ENDS = ("endofsupport", "endoflife")
"""What stands with the versions: until when one lives."""
DAYS = ("generalavailability", *ENDS)


@dataclass(frozen=True, slots=True)
class Level:
    """One promise of one port's line. `is_kept` is None where it is not measured; `now` says what it comes to at this moment."""

    port: str
    version: str
    name: str
    promised: str
    description: str
    measured_by: str
    now: str
    is_kept: bool | None
    history: Series | None


def levels(product: Product, facts: Facts) -> tuple[Level, ...]:
    """In the order of the ports, each once; what is promised of its end stands with its versions."""
    rows = list(rows_of(facts.relation("service_levels", only("product", [product.name])), *LEVEL))
    ports = {(port.contract_id, port.version): port.name for port in product.output_ports}
    published = [
        at for _, at in rows_of(facts.relation("publishes", recent(product.name, facts)), "run", "published_at")
    ]
    found = [
        _level(ports[row[0], row[1]], row, _history(row, published, facts))
        for row in dict.fromkeys(rows)
        if (row[0], row[1]) in ports and plain(row[2]) not in ENDS
    ]
    order = list(dict.fromkeys(ports.values()))
    return tuple(_joined(sorted(found, key=lambda one: order.index(one.port))))


def _joined(found: Iterable[Level]) -> Iterator[Level]:
    """What two versions of a port promise alike, and keep alike, is told once."""
    by: dict[tuple[object, ...], list[Level]] = {}
    for one in found:
        by.setdefault((one.port, one.name, one.promised, one.now, one.is_kept), []).append(one)
    for same in by.values():
        yield replace(same[0], version=", ".join(one.version for one in same))


def _level(port: str, row: tuple[Any, ...], history: Series | None) -> Level:
    _, version, said, value, unit, description, by, promised, at, _, _ = row
    what = plain(said)
    now = (datetime.now(UTC) - at).total_seconds() if at is not None else None
    is_kept = (
        None
        if now is None or promised is None
        else (now >= promised if BETTER.get(what) == "more" else now <= promised)
    )
    return Level(
        port,
        version,
        NAMES.get(what, said),
        promise(what, value, unit),
        description or "",
        by or "",
        lasted(now) if now is not None else "",
        is_kept,
        history,
    )


def plain(said: str) -> str:
    """A property as the standard spells it, without case: `timetorepair`."""
    what = "".join(letter for letter in said.lower() if letter.isalpha())
    return SYNONYMS.get(what, what)


def promise(what: str, value: str | None, unit: str | None) -> str:
    """`at most 1 day`, `every hour`, `at least 10 years`; as it is written where it is no time."""
    if value is None:
        return "not said"
    one = _unit(unit or "")
    if not one:
        return value[:10] if what in DAYS else f"{value} {unit or ''}".strip()
    is_one = value in ("1", "1.0")
    amount = f"{value} {one if is_one else f'{one}s'}"
    if what == "frequency":
        return f"every {one if is_one else amount}"
    return f"{'at least' if BETTER.get(what) == 'more' else 'at most'} {amount}"


def _unit(said: str) -> str:
    """A unit of time in one word, '' where it is none."""
    unit = said.lower()
    return UNITS.get(unit, "") or (unit.rstrip("s") if unit.rstrip("s") in UNITS.values() else "")


def _history(row: tuple[Any, ...], published: list[datetime], facts: Facts) -> Series | None:
    """What it came to at each publish. None where it is not measured, or was measured once."""
    _, _, said, value, unit, _, by, promised, at, line, column = row
    if not by or promised is None or at is None:
        return None
    points = list(_ages(line, column, plain(said), facts)) if line else list(_gaps(published))
    if len(points) < 2:
        return None
    limit = (float(promised), f"promised: {promise(plain(said), value, unit)}")
    return trace(NAMES.get(plain(said), said), points, lasted, limit)


def _gaps(published: list[datetime]) -> Iterator[Point]:
    for before, after in pairwise(sorted(published)):
        seconds = (after - before).total_seconds()
        yield Point(after, seconds, f"{lasted(seconds)} after the publish before")


def _ages(line: LineName, column: str, what: str, facts: Facts) -> Iterator[Point]:
    """By the statistics of the snapshots that are still kept: whoever may not see the column was told no moment of it above."""

    def narrowed(table: pa.Table) -> pa.Table:
        own = among(table, "line_name", [line])
        return own.slice(max(0, own.num_rows - MOST_SNAPSHOTS))

    ids = [SnapshotId(one) for (one,) in rows_of(facts.relation("snapshots", narrowed), "snapshot")]
    for snapshot in sorted(facts.library.registry.snapshots(ids).values(), key=lambda one: one.created_at):
        found = snapshot.statistics.get(column)
        moment = _moment((found.minimum if what == "retention" else found.maximum) if found else None)
        if moment is not None:
            seconds = max((snapshot.created_at - moment).total_seconds(), 0.0)
            yield Point(snapshot.created_at, seconds, f"{lasted(seconds)} old when it was made")


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
