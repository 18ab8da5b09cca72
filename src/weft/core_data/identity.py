"""Clusters get their core ids, and the history what became of those that were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from weft.core_data.deciding import Decided
from weft.core_data.matching import Matched
from weft.core_data.naming import BEGUN, MERGED, MOVED, RETURNED, SPLIT, Before, Event, Named, founded_id, named
from weft.core_data.tracing import WEIGHTS, deciding_ties, said_of
from weft.names import identifier
from weft.product.core_data import CoreData, CoreRequest, RecordId

if TYPE_CHECKING:
    import duckdb


def identify(
    connection: duckdb.DuckDBPyConnection, request: CoreRequest, matched: Matched, decided: Decided
) -> tuple[Event, ...]:
    """Makes `crosswalked`: each record with its core id and what decided it; what happened to ids."""
    clusters = _clusters(matched)
    records = _records(connection)
    named_ = named(
        [[records[rid] for rid in cluster] for cluster in clusters],
        _before(connection, request, (records[cluster[0]] for cluster in clusters)),
        request.core.prefix,
    )
    _write(connection, request.core, matched, clusters, named_)
    rids = {str(record): rid for rid, record in records.items()} if named_.events else {}
    return tuple(replace(one, why=one.why or _why(one, matched, decided, rids, request.core)) for one in named_.events)


def _clusters(matched: Matched) -> list[list[int]]:
    """The records of each cluster that was touched, in order."""
    found: dict[int, list[int]] = {}
    for rid in matched.touched:
        found.setdefault(matched.clusters.root(rid), []).append(rid)
    return list(found.values())


def _records(connection: duckdb.DuckDBPyConnection) -> dict[int, RecordId]:
    rows = connection.execute("SELECT rid, source, source_id FROM record JOIN touched USING (rid)").fetchall()
    return {rid: RecordId(source, key) for rid, source, key in rows}


def _before(connection: duckdb.DuckDBPyConnection, request: CoreRequest, founders: Iterable[RecordId]) -> Before:
    """What is known of ids; `founders` are the records that clusters would be called by."""
    rows = connection.execute(
        "SELECT p.source, p.source_id, p.core_id FROM past AS p JOIN touched USING (rid)"
    ).fetchall()
    gone: dict[str, list[RecordId]] = {}
    for source, key, core_id in connection.execute(
        "SELECT source, source_id, core_id FROM past WHERE rid IS NULL ORDER BY source, source_id"
    ).fetchall():
        gone.setdefault(core_id, []).append(RecordId(source, key))
    begun = _begun(connection, request.core)
    merged = _merged(connection, request.core)
    used = _Used(connection)
    founded = (founded_id(request.core.prefix, record) for record in founders)
    used.look_up(chain(founded, gone, chain.from_iterable(merged.values())))
    return Before(
        held={RecordId(source, key): core_id for source, key, core_id in rows},
        gone={core_id: tuple(found) for core_id, found in gone.items() if not used(core_id)},
        age=lambda one: begun.get(one, ""),
        merged=lambda record: merged.get(str(record), ()),
        is_used=used,
        is_first=not connection.execute("SELECT count(*) FROM past").fetchall()[0][0],
    )


class _Used:
    """Whether a cluster that is not looked at has an id: found at once for those that are likely to be asked for, one by one for others."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.are_any = bool(connection.execute("SELECT count(*) FROM was").fetchall()[0][0])
        self.known: dict[str, bool] = {}

    def __call__(self, core_id: str) -> bool:
        if self.are_any and core_id not in self.known:
            self.look_up([core_id])
        return self.known.get(core_id, False)

    def look_up(self, ids: Iterable[str]) -> None:
        """Has them be known, with one question; they are not even made where nothing is used."""
        if not self.are_any:
            return
        asked = dict.fromkeys(ids, False)
        rows = self.connection.execute(
            "SELECT DISTINCT core_id FROM was WHERE core_id IN (SELECT unnest($ids::VARCHAR[])) AND rid NOT IN (SELECT rid FROM touched)",
            {"ids": list(asked)},
        ).fetchall()
        self.known |= asked | {one: True for (one,) in rows}


def _begun(connection: duckdb.DuckDBPyConnection, core: CoreData) -> dict[str, str]:
    """When each id began that is not of the first time."""
    rows = connection.execute(
        f"SELECT {identifier(core.id_column)}, min(CAST(h.at AS VARCHAR)) FROM past_history AS h WHERE event IN ('{BEGUN}', '{SPLIT}') GROUP BY 1"
    ).fetchall()
    return dict(rows)


def _merged(connection: duckdb.DuckDBPyConnection, core: CoreData) -> dict[str, tuple[str, ...]]:
    """The ids that were merged into others while a record had them, the last first."""
    rows = connection.execute(
        f"SELECT record, list(DISTINCT other) FROM (SELECT unnest(records) AS record, other FROM past_history WHERE event = '{MERGED}') GROUP BY record"
    ).fetchall()
    order = connection.execute(
        f"SELECT other, epoch_us(max(h.at)) FROM past_history AS h WHERE event = '{MERGED}' GROUP BY other"
    ).fetchall()
    last = dict(order)
    return {record: tuple(sorted(others, key=lambda one: (-last[one], one))) for record, others in rows}


def _write(
    connection: duckdb.DuckDBPyConnection, core: CoreData, matched: Matched, clusters: list[list[int]], found: Named
) -> None:
    import pyarrow as pa

    rules = tuple(rule.name for rule in core.rules)
    ids = {rid: core_id for cluster, core_id in zip(clusters, found.ids, strict=True) for rid in cluster}
    by = deciding_ties(matched.clusters.joined)
    told = [(said_of(by[rid][1], rules), *by[rid]) if rid in by else ("alone", None, None) for rid in ids]
    table = pa.table(
        {
            "rid": pa.array(ids.keys(), pa.int64()),
            "core_id": pa.array(ids.values(), pa.string()),
            "decided_by": pa.array([one[0] for one in told], pa.string()),
            "with_rid": pa.array([one[1] for one in told], pa.int64()),
            "probability": pa.array([one[2].probability if one[2] else None for one in told], pa.float64()),
            "weight": pa.array(
                [-one[2].lightness if one[2] and one[0] == WEIGHTS else None for one in told], pa.float64()
            ),
        }
    )
    connection.register("named", table)
    connection.execute(
        "CREATE TABLE newly AS SELECT n.rid, n.core_id, n.decided_by, o.source || ':' || o.source_id AS matched_with, n.probability, n.weight "
        "FROM named AS n LEFT JOIN record AS o ON n.with_rid = o.rid"
    )
    connection.execute("CREATE VIEW crosswalked AS FROM newly UNION ALL FROM was ANTI JOIN touched USING (rid)")
    connection.unregister("named")


def _why(event: Event, matched: Matched, decided: Decided, rids: dict[str, int], core: CoreData) -> str:
    """In words, what joined the records of one id with those of another, or what holds them apart."""
    moved = {rids[record] for record in event.records}
    if event.event in (MERGED, MOVED):
        rules = tuple(rule.name for rule in core.rules)
        tie = next((one for one in matched.clusters.joined if (one.left in moved) != (one.right in moved)), None)
        if tie is None:
            return ""
        if decision := decided.same.get((tie.left, tie.right)):
            return f"decided by {decision.by}" + (f": {decision.why}" if decision.why else "")
        by = said_of(tie, rules)
        return f"weights, with probability {tie.probability:.3f}" if by == WEIGHTS else f"rule '{by}'"
    return _why_apart(moved, event, decided)


def _why_apart(ours: set[int], event: Event, decided: Decided) -> str:
    for (left, right), decision in decided.different.items():
        if (left in ours) != (right in ours) and event.event in (SPLIT, RETURNED):
            return f"decided by {decision.by}" + (f": {decision.why}" if decision.why else "")
    return "what they say matches no longer"
