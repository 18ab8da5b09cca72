"""What the product published last: who was one, by what; what was learnt; and which records are new since."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from weft.core_data.comparing import levels_of
from weft.core_data.learning import PRIOR, RECORDS, SURVIVORSHIP, Learnt, declared_of, survivorship_of
from weft.engine.text import literal, parquet
from weft.names import identifier
from weft.product.core_data import CoreData, CoreRequest, Role, columns_of

if TYPE_CHECKING:
    import duckdb

LARGE: tuple[Role, ...] = ("entity", "corroboration")
READ_ONCE: tuple[Role, ...] = ("crosswalk", *LARGE)
"""What is read where it is asked for, and no sooner."""
NEW_SHARE = 0.2
"""Weights are learnt anew when this share of the records is new since."""


def read_past(connection: duckdb.DuckDBPyConnection, request: CoreRequest) -> frozenset[Role]:
    """Makes `past_crosswalk`, `past_review`, `past_history` and `past_weights`, empty where nothing was published; the roles that are whole."""
    whole: set[Role] = set()
    for role, columns in columns_of(request.core).items():
        if _read(connection, request, role, columns):
            whole.add(role)
    id_column = identifier(request.core.id_column)
    connection.execute(
        f"CREATE TABLE past AS SELECT p.source, p.source_id, p.{id_column} AS core_id, p.decided_by, p.matched_with, p.probability, p.weight, "
        f"p.content, r.rid, r.rid IS NOT NULL AND r.content = split_part(p.content, '.', 1) AS is_as_before, "
        f"r.rid IS NOT NULL AND {said_when('r')} = p.content AS is_said_again "
        "FROM past_crosswalk AS p LEFT JOIN record AS r USING (source, source_id)"
    )
    return frozenset(whole)


def _read(
    connection: duckdb.DuckDBPyConnection, request: CoreRequest, role: Role, columns: Iterable[tuple[str, str]]
) -> bool:
    files = request.previous.get(role, ())
    given: set[str] = set()
    if files:
        given = {row[0].lower() for row in connection.execute(f"DESCRIBE FROM {parquet(files)}").fetchall()}
    chosen = ", ".join(
        f"CAST({identifier(name) if name.lower() in given else 'NULL'} AS {type_}) AS {identifier(name)}"
        for name, type_ in columns
    )
    source = f"FROM {parquet(files)}" if files else "WHERE false"
    kind = "VIEW" if role in READ_ONCE else "TABLE"
    connection.execute(f"CREATE {kind} past_{role} AS SELECT {chosen} {source}")
    return bool(files) and all(name.lower() in given for name, _ in columns)


def said_when(record: str) -> str:
    """SQL of a record's content, and when it was said: who survives depends on both, who is one on the first alone."""
    return f"({record}.content || coalesce('.' || epoch_us({record}.updated), ''))"


def find_what_stays(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes `renewed`: the rids of records whose line of the crosswalk is written anew, all others stay; and `moved`: the keys of those that were
    matched anew, gone ones among them.
    """
    connection.execute(
        "CREATE TABLE renewed AS SELECT rid FROM touched UNION SELECT rid FROM past WHERE rid IS NOT NULL AND is_said_again IS NOT TRUE"
    )
    connection.execute(
        "CREATE TABLE moved AS SELECT source, source_id FROM record SEMI JOIN touched USING (rid) "
        "UNION ALL SELECT source, source_id FROM past WHERE rid IS NULL"
    )


def keeps_survivors(connection: duckdb.DuckDBPyConnection, core: CoreData, whole: frozenset[Role]) -> bool:
    """Whether what survived of an entity whose records say what they said may be taken as it was published."""
    survivors: set[Role] = {role for role in LARGE if role in core.tables}
    marks = connection.execute(f"SELECT level FROM past_weights WHERE comparison = '{SURVIVORSHIP}'").fetchall()
    return survivors <= whole and marks == [(survivorship_of(core),)]


def learnt_before(connection: duckdb.DuckDBPyConnection, core: CoreData) -> Learnt | None:
    """The weights that were published last, where they are those of this declaration; else None."""
    rows = connection.execute("SELECT comparison, level, m, u, weight FROM past_weights").fetchall()
    marks = {
        comparison: (level, m, weight) for comparison, level, m, _, weight in rows if comparison in (RECORDS, PRIOR)
    }
    if not marks.keys() >= {RECORDS, PRIOR} or marks[RECORDS][0] != declared_of(core):
        return None
    weights: dict[str, dict[str, tuple[float, float]]] = {}
    for comparison, level, m, u, _ in rows:
        if comparison not in marks:
            weights.setdefault(comparison, {})[level] = (m, u)
    if any(level.words not in weights.get(one.name, {}) for one in core.comparisons for level in levels_of(one)):
        return None
    return Learnt(weights, marks[PRIOR][1], int(marks[RECORDS][2]), marks[RECORDS][0])


def continued(connection: duckdb.DuckDBPyConnection, request: CoreRequest, whole: frozenset[Role]) -> Learnt | None:
    """The weights to go on with, and `record.fresh` set for what is to be matched; None where all is to be matched and learnt anew."""
    core = request.core
    needed: set[Role] = {"crosswalk", "weights", *({"review"} if "review" in core.tables else set[Role]())}
    if request.is_whole or not needed <= whole:
        return None
    learnt = learnt_before(connection, core)
    now, known = connection.execute(
        "SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM past WHERE is_as_before)"
    ).fetchall()[0]
    if learnt is None or now - known > NEW_SHARE * now or abs(now - learnt.records) > NEW_SHARE * learnt.records:
        return None
    connection.execute(
        "UPDATE record SET fresh = false WHERE rid IN (SELECT rid FROM past WHERE core_id NOT IN (SELECT core_id FROM past WHERE NOT is_as_before))"
    )
    return learnt


def make_fresh(connection: duckdb.DuckDBPyConnection, records: Iterable[int]) -> None:
    """Has all records of the clusters that these were in matched anew."""
    chosen = ", ".join(str(record) for record in records)
    connection.execute(
        f"UPDATE record SET fresh = true WHERE rid IN (SELECT rid FROM past WHERE core_id IN (SELECT core_id FROM past WHERE rid IN ({chosen})))"
    )


def with_decisions(connection: duckdb.DuckDBPyConnection, said: Iterable[tuple[int, str]]) -> None:
    """Has stewards' decisions be a part of what their records say: a line more or less is a change of the record."""
    for record, text in said:
        connection.execute(f"UPDATE record SET content = md5(content || {literal(text)}) WHERE rid = {record}")
