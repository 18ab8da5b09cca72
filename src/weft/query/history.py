"""What happened: runs and what they published, newest first, of the whole mesh or of one name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from weft.errors import Unknown
from weft.names import ProductName, domain_of
from weft.query.answer import Library
from weft.query.facts import Facts, among, rows_of

if TYPE_CHECKING:
    import pyarrow as pa

STEP = ("run", "product", "line_name", "action", "state", "reason", "rows", "bytes", "seconds", "snapshot", "message")
PUBLISH = ("run", "product", "revision", "published_at", "changed_lines", "removed_lines")
CHECK = ("run", "line_name", "check_name", "outcome", "severity", "measured_text", "threshold", "message")
EVENT = ("run", "happened_at", "product", "line_name", "kind", "message", "who")
RUN = ("run", "command", "who", "state", "started_at", "ended_at", "seconds", "message")
NOT_HELD = ("failed", "error")


@dataclass(frozen=True, slots=True)
class TableEntry:
    """What a run did for one line, and why: `action` is built, same, reused, checked or removed, or what was planned where it failed."""

    line: str
    action: str
    state: str
    reasons: tuple[str, ...] = ()
    rows: int = 0
    bytes: int = 0
    seconds: float = 0.0
    snapshot: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """What became of one product in a run. `changed` are the lines that have a new snapshot since; `revision` is None where it did not publish."""

    product: ProductName
    state: Literal["published", "failed", "waited"]
    revision: int | None = None
    published_at: datetime | None = None
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    tables: tuple[TableEntry, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class NotHeld:
    """A check that failed or could not be computed in a run."""

    line: str
    check: str
    outcome: str
    severity: str
    measured: str | None
    threshold: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class EventEntry:
    """Something that happened to a product; `line` is '' where it is of the product as a whole."""

    happened_at: datetime
    product: ProductName
    line: str
    kind: str
    message: str
    who: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One run. Times are in UTC; what is not over has no end."""

    run: str
    command: str
    who: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    seconds: float | None
    message: str
    products: tuple[ProductEntry, ...] = ()
    not_held: tuple[NotHeld, ...] = ()
    events: tuple[EventEntry, ...] = ()

    @property
    def published(self) -> tuple[ProductName, ...]:
        return tuple(product.product for product in self.products if product.state == "published")

    @property
    def failures(self) -> tuple[tuple[ProductName, str], ...]:
        """Each product that failed, with what it said."""
        return tuple((product.product, product.message) for product in self.products if product.state == "failed")


def history(library: Library, name: str | None = None, limit: int = 50) -> tuple[Entry, ...]:
    """The newest runs of one environment; of those that did something for a domain, a product or a table where one is named.

    Raises: Unknown, where nothing of that name was ever run or published, with the closest.
    """
    return history_of(Facts(library), name, limit)


def history_of(facts: Facts, name: str | None = None, limit: int = 50) -> tuple[Entry, ...]:
    """The same over facts that were read already."""
    runs = among(facts.relation("runs"), "environment", [facts.library.environment])
    if name is not None:
        tables = [facts.relation(relation, _naming(name, of)) for relation, of in NAMED.items()]
        if not any(table.num_rows for table in tables):
            _refuse_unknown(name, facts)
        runs = among(runs, "run", {run for table in tables for (run,) in rows_of(table, "run") if run})
    runs = _newest(runs, limit)
    kept = [run for (run,) in rows_of(runs, "run")]
    if name is None:
        tables = [facts.relation(relation, _of_runs(relation, kept)) for relation in NAMED]
    return _entries(runs, tables)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs: of a name ('' of all), in a state ('' in any), so many from the newest on."""

    name: str = ""
    state: str = ""
    start: int = 0
    count: int = 25


@dataclass(frozen=True, slots=True)
class Told:
    """Some of the runs that were wanted, and of `total` of them how long the newest took: (run, state, when, seconds)."""

    entries: tuple[Entry, ...]
    total: int
    lasted: tuple[tuple[str, str, datetime, float], ...]


LASTED = ("run", "state", "started_at", "seconds")
MOST_LASTED = 60


def told_of(facts: Facts, wanted: Wanted) -> Told:
    """A page of the runs of one environment; none, where nothing of that name was ever run."""
    runs = among(facts.relation("runs"), "environment", [facts.library.environment])
    if wanted.name:
        tables = [facts.relation(relation, _naming(wanted.name, of)) for relation, of in NAMED.items()]
        runs = among(runs, "run", {run for table in tables for (run,) in rows_of(table, "run") if run})
    if wanted.state:
        runs = among(runs, "state", [wanted.state])
    first = max(0, runs.num_rows - wanted.start - wanted.count)
    shown = runs.slice(first, max(0, runs.num_rows - wanted.start - first))
    kept = [run for (run,) in rows_of(shown, "run")]
    entries = _entries(shown, [facts.relation(relation, _of_runs(relation, kept)) for relation in NAMED])
    over = [row for row in rows_of(_newest(runs, MOST_LASTED), *LASTED) if row[3] is not None]
    return Told(entries, runs.num_rows, tuple(over))


def run_of(library: Library, run: str) -> Entry:
    """One run of the library's environment. Raises: Unknown."""
    facts = Facts(library)
    found = among(among(facts.relation("runs"), "environment", [library.environment]), "run", [run])
    if found.num_rows == 0:
        raise Unknown("run", run)
    return _entries(found, [facts.relation(relation, _of_runs(relation, [run])) for relation in NAMED])[0]


def _entries(runs: pa.Table, tables: Sequence[pa.Table]) -> tuple[Entry, ...]:
    kept = [run for (run,) in rows_of(runs, "run")]
    told = zip(NAMED, tables, (STEP, PUBLISH, CHECK, EVENT), strict=True)
    parts = tuple(_by_run(_told(table, relation), columns, kept) for relation, table, columns in told)
    return tuple(_entry(row, parts) for row in reversed(list(rows_of(runs, *RUN))))


def _newest(runs: pa.Table, limit: int) -> pa.Table:
    return runs.slice(max(0, runs.num_rows - limit)) if limit >= 0 else runs


def _told(table: pa.Table, relation: str) -> pa.Table:
    """Of checks those that did not hold."""
    return among(table, "outcome", NOT_HELD) if relation == "check_history" else table


def _of_runs(relation: str, runs: Sequence[str]) -> Callable[[pa.Table], pa.Table]:
    return lambda table: among(_told(table, relation), "run", runs)


def _naming(name: str, of: Callable[[pa.Table, str], pa.Table]) -> Callable[[pa.Table], pa.Table]:
    return lambda table: of(_near(table, name), name)


def _near(table: pa.Table, name: str) -> pa.Table:
    """The rows of the product that a name lies in, or of the products of a domain: what is left is looked at one by one."""
    import pyarrow.compute as pc

    domain, dot, rest = name.partition("@")[0].partition(".")
    if not dot:
        return table.filter(pc.starts_with(table.column("product"), f"{domain}."))
    return table.filter(pc.equal(table.column("product"), f"{domain}.{rest.partition('.')[0]}"))


def events_of(facts: Facts, name: str, limit: int) -> tuple[EventEntry, ...]:
    """The newest events of a domain, a product or a table, newest first; those of a product as a whole are its tables', too."""
    found = among(facts.relation("events", _naming(name, _of_events)), "environment", [facts.library.environment])
    told = [EventEntry(*row) for _, *row in rows_of(found, *EVENT)]
    return tuple(reversed(told[-limit:]))


Grouped = dict[str, list[tuple[Any, ...]]]


def _by_run(table: pa.Table, columns: tuple[str, ...], runs: list[str]) -> Grouped:
    found: Grouped = {}
    for run, *rest in rows_of(among(table, "run", runs), *columns):
        found.setdefault(run, []).append(tuple(rest))
    return found


def _entry(row: tuple[Any, ...], parts: tuple[Grouped, ...]) -> Entry:
    run = row[0]
    steps, publishes, checks, events = (part.get(run, []) for part in parts)
    not_held, told = tuple(NotHeld(*check) for check in checks), tuple(EventEntry(*event) for event in events)
    return replace(Entry(*row), products=tuple(_products(steps, publishes)), not_held=not_held, events=told)


def _products(steps: list[tuple[Any, ...]], publishes: list[tuple[Any, ...]]) -> Iterator[ProductEntry]:
    tables: dict[str, list[TableEntry]] = {}
    for product, line, action, state, reason, rows, size, *rest in steps:
        reasons = tuple(part for part in reason.split("; ") if part)
        # Whoever does not see all rows is not told how many there are.
        tables.setdefault(product, []).append(TableEntry(line, action, state, reasons, rows or 0, size or 0, *rest))
    published: Mapping[str, tuple[Any, ...]] = {product: tuple(rest) for product, *rest in publishes}
    for product in dict.fromkeys([*published, *tables]):
        yield _product(ProductName(product), tuple(tables.get(product, ())), published.get(product))


def _product(name: ProductName, tables: tuple[TableEntry, ...], published: tuple[Any, ...] | None) -> ProductEntry:
    if published is not None:
        revision, at, changed, removed = published
        return ProductEntry(name, "published", revision, at, tuple(changed), tuple(removed), tables)
    failed = any(table.state == "failed" for table in tables)
    message = next((table.message for table in tables if table.message), "")
    return ProductEntry(name, "failed" if failed else "waited", tables=tables, message=message)


def _refuse_unknown(name: str, facts: Facts) -> None:
    """A product that is no more has a history still."""
    tables = steps, publishes = facts.relation("steps"), facts.relation("publishes")
    lines = {line for (line,) in rows_of(steps, "line_name")}
    lines |= {line for found in rows_of(publishes, "lines", "removed_lines") for part in found for line in part}
    products = {product for table in tables for (product,) in rows_of(table, "product")} | set(facts.recorded.digests)
    known = lines | products | {line.partition("@")[0] for line in lines} | {domain_of(p) for p in products}
    if name not in known:
        raise Unknown(
            "domain, product or table with a history", name, {n for n in known if "@" not in n or "@" in name}
        )


TABLE_DOTS = 2
"""In the name of a table. Rows that are of a domain or a product are all near it (`_near`), and need no second look."""


def _of_steps(steps: pa.Table, name: str) -> pa.Table:
    import pyarrow as pa

    if name.count(".") < TABLE_DOTS:
        return steps
    mask = [_concerns(line or f"{product}.", name) for product, line in rows_of(steps, "product", "line_name")]
    return steps.filter(pa.array(mask, pa.bool_()))


def _of_publishes(publishes: pa.Table, name: str) -> pa.Table:
    """A publish of a product concerns those of its tables that it changed or removed."""
    import pyarrow as pa

    rows = rows_of(publishes, "product", "changed_lines", "removed_lines")
    mask = [
        any(_concerns(line, name) for line in (f"{product}.", *changed, *removed)) for product, changed, removed in rows
    ]
    return publishes.filter(pa.array(mask, pa.bool_()))


def _of_events(events: pa.Table, name: str) -> pa.Table:
    """What happened to a product as a whole happened to each of its tables."""
    import pyarrow as pa

    rows = rows_of(events, "product", "line_name")
    mask = [_concerns(line or f"{product}.", name) or (not line and _concerns(name, product)) for product, line in rows]
    return events.filter(pa.array(mask, pa.bool_()))


def _of_lines(checks: pa.Table, name: str) -> pa.Table:
    import pyarrow as pa

    if name.count(".") < TABLE_DOTS:
        return checks
    return checks.filter(pa.array([_concerns(line, name) for (line,) in rows_of(checks, "line_name")], pa.bool_()))


def _concerns(line: str, name: str) -> bool:
    """Whether a line (`domain.product.` for a product as a whole) is of a domain, a product, a table, or is the line itself."""
    if "@" in name:
        return line == name
    table = line.partition("@")[0]
    return f"{table}.".startswith(f"{name}.") or table == name


NAMED = {"steps": _of_steps, "publishes": _of_publishes, "check_history": _of_lines, "events": _of_events}
"""The relations that tell what runs did, and how each is narrowed to what a name says."""
