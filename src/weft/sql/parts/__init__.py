"""Whether a query keeps the parts of what it reads apart: whether each row of the result depends on rows of the same key alone.

Where it does, a part of the result is computed from the same part of what is read, and the other parts stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from weft.sql.parts.kept import Mixed, Rows

COUNTED = ("expressions", "from_", "joins", "where")
"""The parts of a SELECT that a count of rows may have."""
__all__ = ["Mixed", "Rows", "counts_each", "rows_kept"]


def rows_kept(text: str, reads: Mapping[str, Rows]) -> Rows | Mixed:
    """The rows that a query returns, with the columns that hold the key; or what in it mixes rows of several keys.

    `reads` has what is known of each name that the query reads. Raises: Refused.
    """
    from weft.sql.parts.queries import query_rows
    from weft.sql.parts.rows import Mixes, Scope
    from weft.sql.statement import statement

    read = statement(text)
    try:
        return query_rows(read.tree, Scope(query_rows, reads))
    except Mixes as found:
        return found.mixed
    except RecursionError:
        return Mixed("it is nested too deeply", 1)


def counts_each(text: str, table: str) -> bool:
    """Whether a query counts rows that come about of one row of a table each: `SELECT count(*)` of what keeps its rows apart. Raises: Refused."""
    from sqlglot import exp

    from weft.sql.parts.queries import query_rows
    from weft.sql.parts.rows import Mixes, Scope
    from weft.sql.statement import statement

    tree = statement(text).tree
    if not isinstance(tree, exp.Select) or any(v for part, v in tree.args.items() if v and part not in COUNTED):
        return False
    chosen = tree.expressions[0].unalias() if len(tree.expressions) == 1 else None
    if not isinstance(chosen, exp.Count) or not isinstance(chosen.this, exp.Star):
        return False
    rows = exp.select("1")
    for part in COUNTED[1:]:
        rows.set(part, tree.args.get(part))
    try:
        return query_rows(rows, Scope(query_rows, {table: Rows.of_files(())})).carries
    except (Mixes, RecursionError):
        return False
