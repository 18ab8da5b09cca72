"""Which records are compared: pairs that are equal in a block, or in what a rule asks for; and what the rules say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.core_data.wording import part_of, said_block, value_of
from weft.errors import TransformFault
from weft.names import identifier
from weft.product.core_data import Block, BlockPart, CoreData, CoreRule

if TYPE_CHECKING:
    import duckdb

MOST_PAIRS = 100_000_000
"""Of one block: what is computed in a few minutes. A million people in blocks of name and place make about ten million."""
MOST_TIED = 10_000_000
"""Of one rule: each is a tie that is joined in its order, of some 400 bytes."""


def blocks_of(core: CoreData) -> tuple[tuple[str, Block], ...]:
    """What brings two records together, each as a person says it: what a rule holds the same, then the blocks."""
    rules = tuple(
        (f"rule '{rule.name}'", tuple(BlockPart(one) for one in rule.fields))
        for rule in core.rules
        if rule.verdict == "same"
    )
    blocks = tuple((f"block {said_block(block)}", block) for block in core.blocking) if core.comparisons else ()
    return (*rules, *blocks)


def find_pairs(connection: duckdb.DuckDBPyConnection, core: CoreData) -> None:
    """Makes `pair`: l < r, and `ruled`, the place of the rule that decides it, or NULL; each pair that has a fresh record, once.

    Raises: TransformFault, where a block would make too many.
    """
    blocks = blocks_of(core)
    _make_keys(connection, core, blocks)
    for at, (said, _) in enumerate(blocks):
        _must_be_few(connection, at, said, core)
    connection.execute("CREATE OR REPLACE TABLE pair (l BIGINT, r BIGINT, ruled INTEGER)")
    ruled = verdict_of(core.rules, "a", "b")
    for at in range(len(blocks)):
        before = "".join(f" AND NOT coalesce(a.k{one} = b.k{one}, false)" for one in range(at))
        connection.execute(
            f"INSERT INTO pair SELECT least(a.rid, b.rid), greatest(a.rid, b.rid), {ruled} FROM keyed AS a JOIN keyed_fresh AS b "
            f"ON a.k{at} = b.k{at} WHERE a.rid <> b.rid AND (NOT a.fresh OR a.rid < b.rid) AND NOT (a.alone AND a.src = b.src){before}"
        )


def _make_keys(connection: duckdb.DuckDBPyConnection, core: CoreData, blocks: tuple[tuple[str, Block], ...]) -> None:
    keys = [f"{key_of(block)} AS k{at}" for at, (_, block) in enumerate(blocks)]
    asked = sorted({value_of(field) for rule in core.rules for field in rule.fields})
    columns = ", ".join(["rid", "src", "alone", "fresh", *map(identifier, asked), *keys])
    connection.execute(f"CREATE OR REPLACE TABLE keyed AS SELECT {columns} FROM record")
    connection.execute("CREATE OR REPLACE VIEW keyed_fresh AS FROM keyed WHERE fresh")


def key_of(block: Block, side: str = "") -> str:
    """SQL of a number that is equal where all parts are; NULL where one is."""
    parts = [part_of(part, side) for part in block]
    return f"CASE WHEN {' AND '.join(f'{part} IS NOT NULL' for part in parts)} THEN hash({', '.join(parts)}) END"


def _must_be_few(connection: duckdb.DuckDBPyConnection, at: int, said: str, core: CoreData) -> None:
    told = "" if _are_all_fresh(connection) else f" AND k{at} IN (SELECT k{at} FROM keyed_fresh)"
    pairs, largest = connection.execute(
        f"WITH found AS (SELECT k{at} AS k, CASE WHEN alone THEN src END AS sole, count(*)::DOUBLE AS n, count(*) FILTER (fresh)::DOUBLE AS f "
        f"FROM keyed WHERE k{at} IS NOT NULL{told} GROUP BY ALL), all_of AS (SELECT k, sum(n) AS n, sum(f) AS f, "
        "sum(CASE WHEN sole IS NULL THEN 0 ELSE f * (n - f) + f * (f - 1) / 2 END) AS less FROM found GROUP BY k) "
        "SELECT coalesce(sum(f * (n - f) + f * (f - 1) / 2 - less), 0), coalesce(max(n), 0) FROM all_of"
    ).fetchall()[0]
    rule = next((rule for rule in core.rules if said == f"rule '{rule.name}'"), None)
    most = MOST_TIED if rule else MOST_PAIRS
    if pairs > most:
        raise TransformFault(
            f"{said} of '{core.entity}' would compare {pairs:,.0f} pairs of records, {largest:,.0f} records share one value of it; "
            f"at most {most:,} are compared",
            mend="Add a field to it, or see whether that value is a placeholder.",
            place=rule.place if rule else None,
        )


def _are_all_fresh(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(connection.execute("SELECT coalesce(bool_and(fresh), true) FROM keyed").fetchall()[0][0])


def verdict_of(rules: tuple[CoreRule, ...], left: str, right: str) -> str:
    """SQL of the place of the first rule that decides two records, NULL where none does."""
    whens = [f"WHEN {speaks(rule, left, right)} THEN {at}" for at, rule in enumerate(rules)]
    return f"CASE {' '.join(whens)} END" if whens else "NULL"


def speaks(rule: CoreRule, left: str, right: str) -> str:
    """SQL of whether a rule decides two records."""
    columns = [identifier(value_of(field)) for field in rule.fields]
    equal = " AND ".join(f"{left}.{column} = {right}.{column}" for column in columns)
    if rule.verdict == "same":
        return f"({equal})"
    filled = " AND ".join(f"{left}.{column} IS NOT NULL AND {right}.{column} IS NOT NULL" for column in columns)
    return f"({filled} AND NOT ({equal}))"
