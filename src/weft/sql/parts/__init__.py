"""Whether a query keeps the parts of what it reads apart: whether each row of the result depends on rows of the same key alone.

Where it does, a part of the result is computed from the same part of what is read, and the other parts stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from weft.sql.parts.kept import Mixed, Rows

__all__ = ["Mixed", "Rows", "rows_kept"]


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
