"""The waterfall of a pair: what each comparison found on both sides, and what it weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.core_data.comparing import levels_of
from weft.core_data.learning import PRIOR, Learnt
from weft.core_data.weighing import linker_of, quietly, weighed
from weft.core_data.wording import value_of
from weft.engine.text import literal
from weft.names import identifier
from weft.product.core_data import Comparison, CoreData

if TYPE_CHECKING:
    import duckdb

UNKNOWN = "not filled"


def make_evidence(connection: duckdb.DuckDBPyConnection, core: CoreData, learnt: Learnt, pairs: str) -> None:
    """Makes `evidence`: l, r, probability, weight, evidence, for the pairs of a query (l, r), by the weights that were learnt."""
    if not core.comparisons:
        connection.execute(
            f"CREATE OR REPLACE TABLE evidence AS SELECT l, r, NULL::DOUBLE AS probability, NULL::DOUBLE AS weight, [] AS evidence FROM ({pairs})"
        )
        return
    prior = _term(literal(PRIOR), "NULL", "NULL", "''", f"{learnt.prior_weight!r}::DOUBLE")
    terms = ", ".join([prior, *(_told(at, one) for at, one in enumerate(core.comparisons))])
    with quietly():
        linker = linker_of(connection, core, learnt.weights, learnt.prior, is_told=True)
        found = weighed(connection, linker, pairs, None)
        found.create("told")
    connection.execute(
        f"CREATE OR REPLACE TABLE evidence AS SELECT rid_l AS l, rid_r AS r, match_probability AS probability, match_weight AS weight, [{terms}] AS evidence "
        "FROM told JOIN record AS a ON a.rid = rid_l JOIN record AS b ON b.rid = rid_r"
    )
    connection.execute("DROP TABLE told")


def _told(at: int, comparison: Comparison) -> str:
    words = [level.words for level in levels_of(comparison)]
    cases = " ".join(f"WHEN {len(words) - 1 - place} THEN {literal(one)}" for place, one in enumerate(words))
    level = f"CASE gamma_c{at} {cases} ELSE {literal(UNKNOWN)} END"
    weight = f"mw_c{at}" + (f" + mw_tf_adj_c{at}" if comparison.by_frequency else "")
    return _term(literal(comparison.name), _said(comparison, "a"), _said(comparison, "b"), level, weight)


def _said(comparison: Comparison, side: str) -> str:
    columns = [f"CAST({side}.{identifier(value_of(field))} AS VARCHAR)" for field in comparison.fields]
    return columns[0] if len(columns) == 1 else f"nullif(concat_ws(', ', {', '.join(columns)}), '')"


def _term(comparison: str, left: str, right: str, level: str, weight: str) -> str:
    return (
        f'struct_pack(comparison := {comparison}::VARCHAR, "left" := {left}::VARCHAR, "right" := {right}::VARCHAR, '
        f"level := {level}::VARCHAR, weight := ({weight})::DOUBLE)"
    )
