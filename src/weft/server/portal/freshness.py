"""Whether a table is fresh today: when it was published, what was promised, when the next is due, and how the promise was kept so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from weft.names import LineName, product_of
from weft.plan.changes.measures import property_of
from weft.product.contract import Contract, ServiceLevel, Table
from weft.product.expectations import concerns
from weft.query.facts import Facts, only, rows_of
from weft.query.pages import TableData, TablePage
from weft.server.portal.rendering import plural
from weft.server.portal.series import Point, Series, trace

PUBLISHES = 30
FEWEST = 2
"""One time says nothing of how a promise is kept over time."""
UNITS = (
    ("year", 31_557_600),
    ("month", 2_629_800),
    ("week", 604_800),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
)
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
BY_AGE = ("latency", "freshness")
LEVELS = ("property", "value", "unit", "element", "promised_seconds", "measured_at", "line_name", "column_name")


@dataclass(frozen=True, slots=True)
class Promise:
    """One service level in words. `due` is when it is next to be kept; None where Weft cannot tell, and `why` says so."""

    said: str
    due: datetime | None = None
    now: datetime | None = None
    why: str = ""
    about: str = ""

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.now is not None and self.due < self.now

    @property
    def is_known(self) -> bool:
        return self.due is not None


@dataclass(frozen=True, slots=True)
class Kept:
    """How often a promise was kept: a picture of how long each took, and how many were in time."""

    picture: Series
    in_time: int
    times: int


@dataclass(frozen=True, slots=True)
class Today:
    """`late` are the promises that are not kept now; `is_promised` says whether any can be looked at."""

    promises: tuple[Promise, ...] = ()
    history: tuple[Kept, ...] = ()

    @property
    def late(self) -> tuple[Promise, ...]:
        return tuple(promise for promise in self.promises if promise.is_late)

    @property
    def is_promised(self) -> bool:
        return any(promise.is_known for promise in self.promises)

    @property
    def next_due(self) -> datetime | None:
        return min((one.due for one in self.promises if one.due), default=None)


def today(page: TablePage, facts: Facts) -> Today:
    """Of one line, as far as whoever asks may know of it."""
    promise = facts.mesh.promise(page.name)
    if promise is None or page.data.withheld:
        return Today()
    contract, table = promise
    rows = _measured(facts, product_of(page.name), contract)
    levels = [level for level in contract.service_levels if concerns(level, table)]
    now = datetime.now(UTC)
    said = tuple(_promise(level, rows.get(_key(level), {}), now) for level in levels)
    return Today(said, tuple(_history(page, facts, [(level, rows.get(_key(level), {})) for level in levels])))


def _measured(facts: Facts, product: str, contract: Contract) -> dict[tuple[str, str], dict[str, Any]]:
    found = facts.relation("service_levels", only("product", [product]))
    told = rows_of(found, "contract_id", "version", *LEVELS)
    mine = (dict(zip(LEVELS, rest, strict=True)) for id, version, *rest in told if (id, version) == _of(contract))
    return {(row["property"], row["element"] or ""): row for row in mine}


def _of(contract: Contract) -> tuple[str, str]:
    return contract.id, contract.version


def _key(level: ServiceLevel) -> tuple[str, str]:
    return level.property, level.element


def _promise(level: ServiceLevel, measured: dict[str, Any], now: datetime) -> Promise:
    seconds, at = measured.get("promised_seconds"), measured.get("measured_at")
    column = measured.get("column_name") or ""
    if seconds is None:
        return Promise(_plain(level), about=level.description)
    if property_of(level) == "frequency":
        return _due(f"A new version at least every {lasting(seconds)}", (at, seconds), now, level)
    if property_of(level) in BY_AGE:
        newest = f"The newest `{column}` is" if column else "The newest row is"
        return _due(f"{newest} at most {lasting(seconds)} old", (at, seconds), now, level)
    if property_of(level) == "retention":
        return Promise(f"Rows are kept for {lasting(seconds)}", about=level.description)
    return Promise(_plain(level), about=level.description)


def _due(said: str, counted: tuple[datetime | None, float], now: datetime, level: ServiceLevel) -> Promise:
    at, seconds = counted
    if at is None:
        return Promise(
            said, why="no column of moments says when its rows are from, so nobody measures it", about=level.description
        )
    return Promise(said, at + timedelta(seconds=seconds), now, about=level.description)


def _plain(level: ServiceLevel) -> str:
    """`generalAvailability` as words, and what is promised of it."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in level.property)
    return f"{words[:1].upper()}{words[1:]}: {level.value}{f' {level.unit}' if level.unit else ''}"


def lasting(seconds: float) -> str:
    """A time as people say it: day, 2 hours, 10 years."""
    for unit, long in UNITS:
        if seconds >= long * 0.99:
            count = round(seconds / long)
            return f"{count} {unit}s" if count > 1 else f"1 {unit}"
    return plural(round(seconds), "second")


def _history(page: TablePage, facts: Facts, levels: Sequence[tuple[ServiceLevel, dict[str, Any]]]) -> Iterator[Kept]:
    for level, measured in levels:
        seconds = measured.get("promised_seconds")
        if not seconds:
            continue
        if property_of(level) == "frequency":
            times = sorted(_publishes(page.name, facts))[-PUBLISHES - 1 :]
            gaps = [(later, (later - earlier).total_seconds()) for earlier, later in pairwise(times)]
            yield from _kept("between publishes", gaps, seconds)
        elif (
            property_of(level) in BY_AGE
            and measured.get("column_name")
            and _is_told(page.data, measured["column_name"])
        ):
            ages = list(_ages(page.name, measured["column_name"], facts))[-PUBLISHES:]
            yield from _kept(f"from the newest {measured['column_name']} to its publish", ages, seconds)


def _kept(said: str, found: Sequence[tuple[datetime, float]], promised: float) -> Iterator[Kept]:
    if len(found) < FEWEST:
        return
    unit, long = next(((u, s) for u, s in UNITS if promised >= s), UNITS[-1])
    points = [
        Point(at, seconds / long, lasting(seconds), "warn" if seconds > promised else "") for at, seconds in found
    ]
    limit = promised / long, f"promised: {lasting(promised)}"
    picture = trace(f"{unit.capitalize()}s {said}", points, lambda value: f"{value:,.3g}", limit)
    yield Kept(picture, sum(seconds <= promised for _, seconds in found), len(found))


def _publishes(line: LineName, facts: Facts) -> Iterator[datetime]:
    found = facts.relation("publishes", only("product", [product_of(line)]))
    for at, lines in rows_of(found, "published_at", "lines"):
        if line in lines:
            yield at


def _is_told(data: TableData, column: str) -> bool:
    return not data.rows_seen and not any(one.name == column and one.mask for one in data.columns)


def _ages(line: LineName, column: str, facts: Facts) -> Iterator[tuple[datetime, float]]:
    """How old the newest row of each snapshot was when it was made."""
    found = facts.relation("snapshots", only("line_name", [line]))
    made = dict(zip(*_columns(found, "snapshot", "created_at"), strict=True))
    for id, snapshot in sorted(facts.library.registry.snapshots(made).items()):
        statistics = snapshot.statistics.get(column)
        if newest := _moment(statistics.maximum if statistics else None):
            yield made[id], (made[id] - newest).total_seconds()


def _columns(table: Any, *names: str) -> Iterable[list[Any]]:
    return [table.column(name).to_pylist() for name in names]


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def promised(facts: Facts, line: LineName) -> Table | None:
    """What the line's contract says of the table."""
    found = facts.mesh.promise(line)
    return found[1] if found else None


def scheduled(cron: str) -> str:
    """A schedule in words where it is one of the usual ones, else as it is written."""
    parts = cron.split()
    if len(parts) != 5 or parts[2:4] != ["*", "*"] or not parts[0].isdigit():
        return cron
    minute, hour, day = int(parts[0]), parts[1], parts[4]
    if hour == "*" and day == "*":
        return f"every hour at {minute} past"
    if not hour.isdigit():
        return cron
    at = f"at {int(hour):02}:{minute:02} UTC"
    if day == "*":
        return f"every day {at}"
    return f"every {DAYS[int(day) % 7]} {at}" if day.isdigit() else cron
