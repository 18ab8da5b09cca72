"""What a steward is asked: for each two entities that may be one, their best pair, and why it was not joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.core_data.clustering import BY_WEIGHT, STEWARD
from weft.core_data.deciding import Decided
from weft.core_data.evidence import make_evidence
from weft.core_data.matching import Matched
from weft.product.core_data import CoreData

if TYPE_CHECKING:
    import duckdb

BETWEEN = "between the thresholds"


def make_review(connection: duckdb.DuckDBPyConnection, core: CoreData, matched: Matched, decided: Decided) -> None:
    """Makes `reviewed`: l, r, reason, probability, weight, evidence; the best pair of each two clusters that no steward has decided."""
    _gather(connection, core, matched)
    _leave_out(connection, matched, decided)
    make_evidence(connection, core, matched.learnt, "SELECT l, r FROM asked WHERE evidence IS NULL")
    connection.execute(
        "CREATE TABLE reviewed AS SELECT a.l, a.r, a.reason, coalesce(a.probability, e.probability) AS probability, "
        "coalesce(a.weight, e.weight) AS weight, coalesce(a.evidence, e.evidence) AS evidence FROM asked AS a LEFT JOIN evidence AS e USING (l, r)"
    )


def _gather(connection: duckdb.DuckDBPyConnection, core: CoreData, matched: Matched) -> None:
    """`asked`: the best pair of two clusters, of those that were scored now, refused now, or asked before and not matched anew."""
    _make_refused(connection, matched)
    stay = "ANTI JOIN moved AS m ON m.source = p.left_source AND m.source_id = p.left_id ANTI JOIN moved AS n ON n.source = p.right_source AND n.source_id = p.right_id"
    connection.execute(f"CREATE VIEW review_stays AS SELECT p.* FROM past_review AS p {stay}")
    connection.execute(
        "CREATE TABLE asked AS WITH every AS ("
        f"SELECT l, r, probability, weight, coalesce(reason, '{BETWEEN}') AS reason, reason IS NOT NULL AS refused, NULL AS evidence "
        f"FROM scored LEFT JOIN refused USING (l, r) WHERE (kind = {BY_WEIGHT} AND probability < {core.thresholds.same}) OR reason IS NOT NULL "
        f"UNION ALL SELECT least(a.rid, b.rid), greatest(a.rid, b.rid), p.probability, p.weight, p.reason, p.reason <> '{BETWEEN}', p.evidence "
        "FROM (FROM past_review AS p WHERE (p.left_source, p.left_id) IN (FROM moved) OR (p.right_source, p.right_id) IN (FROM moved)) AS p JOIN record AS a ON a.source = p.left_source AND a.source_id = p.left_id "
        "JOIN record AS b ON b.source = p.right_source AND b.source_id = p.right_id WHERE NOT a.fresh AND NOT b.fresh) "
        "SELECT e.*, least(x.core_id, y.core_id) AS one, greatest(x.core_id, y.core_id) AS other FROM every AS e "
        "JOIN crosswalked AS x ON x.rid = e.l JOIN crosswalked AS y ON y.rid = e.r WHERE x.core_id <> y.core_id "
        "QUALIFY row_number() OVER (PARTITION BY one, other ORDER BY e.refused DESC, e.probability DESC, e.weight DESC NULLS FIRST, e.l, e.r) = 1"
    )


def _make_refused(connection: duckdb.DuckDBPyConnection, matched: Matched) -> None:
    import pyarrow as pa

    found = {(one.tie.left, one.tie.right): one.reason for one in matched.clusters.refused if one.reason != STEWARD}
    table = pa.table(
        {
            "l": pa.array([left for left, _ in found], pa.int64()),
            "r": pa.array([right for _, right in found], pa.int64()),
            "reason": pa.array(found.values(), pa.string()),
        }
    )
    connection.register("refused_now", table)
    connection.execute("CREATE TABLE refused AS FROM refused_now")
    connection.unregister("refused_now")


def _leave_out(connection: duckdb.DuckDBPyConnection, matched: Matched, decided: Decided) -> None:
    """Takes out two entities that a steward holds apart, and what lies between the thresholds of two that cannot be one anyway."""
    apart = ", ".join(f"({left}, {right})" for left, right in decided.different)
    if apart:
        connection.execute(
            f"DELETE FROM asked WHERE (one, other) IN (SELECT (least(x.core_id, y.core_id), greatest(x.core_id, y.core_id)) FROM (VALUES {apart}) AS d (l, r) "
            "JOIN crosswalked AS x ON x.rid = d.l JOIN crosswalked AS y ON y.rid = d.r)"
        )
    connection.execute(
        "DELETE FROM asked WHERE NOT refused AND (one, other) IN (SELECT (one, other) FROM asked AS a "
        "JOIN crosswalked AS x ON x.core_id = a.one JOIN record AS xr ON xr.rid = x.rid AND xr.alone "
        "JOIN crosswalked AS y ON y.core_id = a.other JOIN record AS yr ON yr.rid = y.rid AND yr.src = xr.src)"
    )
