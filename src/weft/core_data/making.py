"""Makes all tables of one entity: records are read, matched, named, and what survives of them written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from weft.core_data.corroborating import corroboration_sql
from weft.core_data.deciding import Decided, read_decisions
from weft.core_data.identity import identify
from weft.core_data.learning import PRIOR, RECORDS, SURVIVORSHIP, Learnt, survivorship_of
from weft.core_data.matching import Matched, match
from weft.core_data.naming import BEGUN, MERGED, RETURNED, SPLIT, Event
from weft.core_data.opening import opened
from weft.core_data.past import continued, find_what_stays, keeps_survivors, read_past, said_when, with_decisions
from weft.core_data.reading import read_records
from weft.core_data.reviewing import make_review
from weft.core_data.surviving import survive
from weft.engine.text import instant, literal
from weft.names import identifier
from weft.product.core_data import CoreData, CoreMade, CoreRequest, Role, columns_of

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

IN_ORDER: frozenset[Role] = frozenset(["entity", "corroboration"])
"""By core id, so that the least and the greatest of a row group tell whether an id can be in it; a bloom filter says it again."""


def make(request: CoreRequest) -> CoreMade:
    """All tables of the entity, in `request.into`. See CoreMaker."""
    with opened(request) as connection:
        read_records(connection, request)
        decided = read_decisions(connection, request.core)
        with_decisions(connection, decided.by_record())
        whole = read_past(connection, request)
        learnt = continued(connection, request, whole)
        matched = match(connection, request.core, decided, learnt)
        events = identify(connection, request, matched, decided)
        find_what_stays(connection)
        if request.core.tables.keys() & {"entity", "corroboration"}:
            survive(
                connection,
                request.core,
                is_kept=learnt is not None and keeps_survivors(connection, request.core, whole),
            )
        files = _write(connection, request, matched, decided, events)
        return CoreMade(files, _said(connection, matched, decided, events, is_continued=learnt is not None))


def _write(
    connection: duckdb.DuckDBPyConnection,
    request: CoreRequest,
    matched: Matched,
    decided: Decided,
    events: tuple[Event, ...],
) -> Mapping[Role, Path]:
    core = request.core
    if "review" in core.tables:
        make_review(connection, core, matched, decided)
    _register_rows(connection, request, matched.learnt, events)
    return {
        role: _written(connection, request, role, sql) for role, sql in _queries(core).items() if role in core.tables
    }


def _queries(core: CoreData) -> dict[Role, str]:
    """What each table holds, in an order that the request gives: what stays as it was comes first."""
    core_id = identifier(core.id_column)
    return {
        "entity": f"SELECT * FROM past_entity ANTI JOIN changed ON {core_id} = changed.core_id UNION ALL FROM survived",
        "crosswalk": "SELECT p.source, p.source_id, p.core_id, p.probability, p.weight, p.decided_by, p.matched_with, p.content FROM past AS p "
        f"ANTI JOIN renewed USING (rid) WHERE rid IS NOT NULL UNION ALL (SELECT r.source, r.source_id, c.core_id, c.probability, c.weight, c.decided_by, c.matched_with, {said_when('r')} "
        "FROM (FROM crosswalked SEMI JOIN renewed USING (rid)) AS c JOIN record AS r USING (rid) ORDER BY r.rid)",
        "review": "SELECT * FROM (SELECT a.source, a.source_id, x.core_id, b.source, b.source_id, y.core_id, q.probability, q.weight, q.reason, q.evidence "
        "FROM reviewed AS q JOIN record AS a ON a.rid = q.l JOIN record AS b ON b.rid = q.r "
        "JOIN crosswalked AS x ON x.rid = q.l JOIN crosswalked AS y ON y.rid = q.r UNION ALL FROM review_stays) AS all_of "
        "(ls, li, lc, rs, ri, rc, probability, weight, reason, evidence) ORDER BY probability DESC, ls, li, rs, ri",
        "corroboration": f"SELECT * FROM past_corroboration ANTI JOIN changed ON {core_id} = changed.core_id UNION ALL ({corroboration_sql(core)})",
        "history": "FROM (FROM past_history UNION ALL FROM happened) ORDER BY ALL",
        "weights": "FROM weighing",
    }


def _written(connection: duckdb.DuckDBPyConnection, request: CoreRequest, role: Role, sql: str) -> Path:
    columns = columns_of(request.core)[role]
    names = ", ".join(identifier(name) for name, _ in columns)
    casts = ", ".join(f"CAST({identifier(name)} AS {type_}) AS {identifier(name)}" for name, type_ in columns)
    path = request.into / f"{role}.parquet"
    told = ", WRITE_BLOOM_FILTER false" if role in IN_ORDER else ""
    connection.execute(
        f"COPY (SELECT {casts} FROM ({sql}) AS made ({names})) TO {literal(str(path))} (FORMAT parquet, COMPRESSION lz4{told})"
    )
    return path


def _register_rows(
    connection: duckdb.DuckDBPyConnection, request: CoreRequest, learnt: Learnt, events: tuple[Event, ...]
) -> None:
    """Makes `happened` and `weighing`, in the columns of history and weights."""
    core_id = identifier(request.core.id_column)
    connection.execute(
        f'CREATE TABLE happened ("at" TIMESTAMP WITH TIME ZONE, event VARCHAR, {core_id} VARCHAR, other VARCHAR, why VARCHAR, records VARCHAR[])'
    )
    at = f"{instant(request.as_of)}+00"
    if events:
        connection.register("events", _events(events))
        connection.execute(
            f"INSERT INTO happened SELECT '{at}'::TIMESTAMPTZ, event, core_id, other, why, records FROM events"
        )
        connection.unregister("events")
    connection.execute("CREATE TABLE weighing (comparison VARCHAR, level VARCHAR, m DOUBLE, u DOUBLE, weight DOUBLE)")
    connection.executemany("INSERT INTO weighing VALUES (?, ?, ?, ?, ?)", _weights(request.core, learnt))


def _events(events: tuple[Event, ...]) -> pa.Table:
    import pyarrow as pa

    rows = [
        {"event": one.event, "core_id": one.core_id, "other": one.other, "why": one.why, "records": list(one.records)}
        for one in sorted(events, key=_key)
    ]
    kinds = [(name, pa.string()) for name in ("event", "core_id", "other", "why")]
    return pa.Table.from_pylist(rows, pa.schema([*kinds, ("records", pa.list_(pa.string()))]))


def _key(event: Event) -> tuple[str, str, str]:
    return event.event, event.core_id, event.other


def _weights(core: CoreData, learnt: Learnt) -> list[tuple[object, ...]]:
    """The prior, of how many records it was learnt under which declaration, then every level of every comparison."""
    import math

    rows: list[tuple[object, ...]] = [
        (PRIOR, "", learnt.prior, 1 - learnt.prior, learnt.prior_weight),
        (RECORDS, learnt.declared, None, None, float(learnt.records)),
        (SURVIVORSHIP, survivorship_of(core), None, None, None),
    ]
    for comparison in core.comparisons:
        for level, (m, u) in learnt.weights[comparison.name].items():
            rows.append((comparison.name, level, m, u, math.log2(m / u)))
    return rows


def _said(
    connection: duckdb.DuckDBPyConnection,
    matched: Matched,
    decided: Decided,
    events: tuple[Event, ...],
    *,
    is_continued: bool,
) -> str:
    records, entities, fresh = connection.execute(
        "SELECT (SELECT count(*) FROM record), (SELECT count(DISTINCT core_id) FROM crosswalked), (SELECT count(*) FROM record WHERE fresh)"
    ).fetchall()[0]
    how = f"{fresh:,} of them new or changed" if is_continued else "all matched anew"
    parts = [f"{records:,} records are {entities:,}; {how}, {matched.pairs:,} pairs compared"]
    counts = {kind: sum(one.event == kind for one in events) for kind in (BEGUN, MERGED, SPLIT, RETURNED)}
    parts += [f"{count:,} {kind}" for kind, count in counts.items() if count]
    if decided.unknown:
        count = len(decided.unknown)
        parts.append(f"{count:,} decision{'s speak' if count > 1 else ' speaks'} of records that are not there")
    return ", ".join(parts)
