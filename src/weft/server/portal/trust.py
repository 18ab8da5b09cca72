"""Whether a product can be trusted: its runs, checks and rows over time, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from weft.governance.kinds import FAILED, RECOVERED, UNEXPECTED
from weft.names import ProductName, table_of
from weft.query.facts import Facts, among, rows_of
from weft.server.portal.rendering import counted, plural
from weft.server.portal.saying import said
from weft.server.portal.series import Point, Series, columns, lasted, trace

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.query.seen import Narrow

MOST_RUNS, MOST_INCIDENTS = 40, 8
NOT_HELD = ("failed", "error")
WRONG = {FAILED: "bad", RECOVERED: "good", "rolled back": "warn", "built on withdrawn": "warn", UNEXPECTED: "warn"}
STEP = ("run", "line_name", "state", "started_at", "seconds", "rows", "message")


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that went wrong, or was mended; `run` is '' where none did it."""

    at: datetime
    kind: str
    tone: str
    message: str
    run: str = ""


@dataclass(frozen=True, slots=True)
class Trust:
    """What is None was measured once at most: one value is no history. `is_failing` where the newest word is of a failure."""

    runs: Series | None
    checks: Series | None
    rows: Series | None
    incidents: tuple[Incident, ...]
    is_failing: bool


@dataclass
class _Ran:
    """One product in one run."""

    run: str
    at: datetime
    seconds: float = 0.0
    failed: bool = False
    message: str = ""


def trust(name: ProductName, facts: Facts) -> Trust:
    """As far as whoever asks may see its tables."""
    steps = sorted(rows_of(facts.relation("steps", recent(name, facts)), *STEP), key=lambda step: step[3])
    ran = _ran(steps)
    published = {run for (run,) in rows_of(facts.relation("publishes", recent(name, facts)), "run")}
    incidents = sorted(_incidents(name, facts, ran), key=lambda one: one.at, reverse=True)
    return Trust(
        _runs(name, ran, published),
        _checks(name, facts),
        _rows(steps, facts),
        tuple(incidents[:MOST_INCIDENTS]),
        _is_failing(incidents, ran),
    )


def recent(name: ProductName, facts: Facts) -> Narrow:
    """The rows of a relation that its last runs wrote in the environment."""

    def narrowed(table: pa.Table) -> pa.Table:
        import pyarrow.compute as pc

        own = among(among(table, "product", [name]), "environment", [facts.library.environment])
        runs = pc.unique(own.column("run")).drop_null().to_pylist()
        return among(own, "run", runs[-MOST_RUNS:])

    return narrowed


def _ran(steps: list[tuple[Any, ...]]) -> list[_Ran]:
    """The oldest first."""
    found: dict[str, _Ran] = {}
    for run, _, state, at, seconds, _, message in steps:
        one = found.setdefault(run, _Ran(run, at))
        one.seconds += seconds or 0.0
        one.failed = one.failed or state == "failed"
        one.message = one.message or (message if state == "failed" else "")
    return list(found.values())


def _runs(name: ProductName, ran: list[_Ran], published: set[str]) -> Series | None:
    if len(ran) < 2:
        return None
    words = [("failed" if one.failed else "published" if one.run in published else "waited") for one in ran]
    tones = {"failed": "bad", "waited": "warn", "published": ""}
    points = [
        Point(
            one.at,
            max(one.seconds, 0.001),
            f"{lasted(one.seconds)}, {word}",
            tones[word],
            link=f"/runs/{one.run}",
        )
        for one, word in zip(ran, words, strict=True)
    ]
    keys = [(tones[word], word) for word in ("published", "failed", "waited") if word in words]
    return _keyed(columns("How long its runs took, and what came of them", points, lasted), keys)


def _keyed(series: Series, keys: Sequence[tuple[str, str]]) -> Series:
    from dataclasses import replace

    return replace(series, keys=tuple(keys) if len(keys) > 1 else ())


def _checks(name: ProductName, facts: Facts) -> Series | None:
    """Of each run: how many of its own promises were looked at, and how many did not hold."""
    looked: dict[str, tuple[datetime, int, int, bool]] = {}
    found = facts.relation("check_history", recent(name, facts))
    for run, at, outcome, severity, consumer in rows_of(found, "run", "checked_at", "outcome", "severity", "consumer"):
        if consumer is None:
            _, count, bad, stops = looked.get(run, (at, 0, 0, False))
            is_bad = outcome in NOT_HELD
            looked[run] = at, count + 1, bad + is_bad, stops or (is_bad and severity == "error")
    if len(looked) < 2:
        return None
    points = [_looked(*one) for one in sorted(looked.values())]
    kinds = {"bad": "stopped the publish", "warn": "did not hold"}
    keys = [("", "held"), *((tone, words) for tone, words in kinds.items() if any(p.tone == tone for p in points))]
    return _keyed(columns("Checks, run by run", points), keys)


def _looked(at: datetime, count: int, bad: int, stops: bool) -> Point:
    held = f"{counted(count - bad)} of {plural(count, 'check')} held"
    return Point(at, count, held, ("bad" if stops else "warn") if bad else "", bad / count if bad else 1.0)


def _rows(steps: list[tuple[Any, ...]], facts: Facts) -> Series | None:
    """All tables together, each by its newest line; of those that a run did not touch, the rows they had. None where some are not
    for whoever asks."""
    newest = set(facts.newest.values())
    stands: dict[str, int] = {}
    points: dict[str, Point] = {}
    for run, line, state, at, _, rows, _ in sorted(steps, key=lambda step: (step[0], step[1] in newest)):
        if not line or state != "done":
            continue
        if rows is None:
            return None
        stands[table_of(line)] = rows
        total = sum(stands.values())
        points[run] = Point(points[run].at if run in points else at, total, plural(total, "row"))
    return trace("Rows, all tables together", tuple(points.values()), shape="steps") if len(points) > 1 else None


def _incidents(name: ProductName, facts: Facts, ran: list[_Ran]) -> Iterator[Incident]:
    def narrowed(table: pa.Table) -> pa.Table:
        own = among(among(table, "product", [name]), "environment", [facts.library.environment])
        return among(own, "kind", WRONG)

    told: set[str] = set()
    for at, kind, message, run in rows_of(facts.relation("events", narrowed), "happened_at", "kind", "message", "run"):
        told.add(run)
        yield Incident(at, kind, WRONG[kind], said(message), run)
    for one in ran:
        if one.failed and one.run not in told:
            yield Incident(one.at, FAILED, "bad", said(one.message), one.run)


def _is_failing(incidents: list[Incident], ran: list[_Ran]) -> bool:
    """The newest run failed, or the newest word about failing is not that it is mended."""
    last = next((one.kind for one in incidents if one.kind in (FAILED, RECOVERED)), RECOVERED)
    return last == FAILED and (not ran or ran[-1].failed)
