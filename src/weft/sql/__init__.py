"""What a query reads, returns and means. SQLGlot appears nowhere else, and is imported when the first text is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weft.product.product import Reading
    from weft.sql.aggregate import Aggregate
    from weft.sql.lineage import Columns, Edge
    from weft.sql.names_read import Reference

__all__ = [
    "aggregate_of",
    "column_lineage",
    "columns_read",
    "expressions",
    "guard",
    "output_lines",
    "parameters",
    "pinned",
    "reading",
    "references",
    "renamed",
    "rule_query",
]


def reading(text: str) -> Reading:
    """The names that a query reads, its meaning, and whether it asks for the run's time. Raises: Refused."""
    from weft.sql import meaning

    return meaning.reading(text)


def guard(text: str, *, where: str = "query") -> None:
    """Lets a text pass that only reads, and names nothing but tables and listed functions. Raises: Refused."""
    from weft.sql import meaning

    meaning.guard(text, where=where)


def references(text: str) -> tuple[Reference, ...]:
    """Every place where a query reads a table that is not its own, in the order of the text. Raises: Refused."""
    from weft.sql import names_read

    return names_read.references(text)


def parameters(text: str) -> tuple[str, ...]:
    """What stands for values in a question: `$name` as `name`, `$1` as `1`, `?` as nothing, each once. Raises: Refused."""
    from weft.sql import names_read

    return names_read.parameters(text)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with references replaced: a name as `reading` has it, to a ready-made SQL identifier. Raises: Refused."""
    from weft.sql import rewriting

    return rewriting.renamed(text, names)


def pinned(text: str, as_of: datetime) -> str:
    """The text with now(), current_date and their kin replaced by what they say at `as_of`, in UTC. Raises: Refused."""
    from weft.sql import pinning

    return pinning.pinned(text, as_of)


def rule_query(text: str, object: str, property: str | None) -> str:
    """A quality rule's SQL with its table and column in place of `{object}` and `{property}`. Raises: Refused."""
    from weft.sql import rewriting

    return rewriting.rule_query(text, object, property)


def aggregate_of(text: str) -> Aggregate | None:
    """What a query computes of all rows of one table, as an expression; None where it is more than that. Raises: Refused."""
    from weft.sql import aggregating

    return aggregating.aggregate_of(text)


def column_lineage(text: str, reads: Mapping[str, Columns]) -> tuple[Edge, ...]:
    """What each column of the result is computed from, and what decides which rows there are. Raises: Refused."""
    from weft.sql import lineage

    return lineage.column_lineage(text, reads)


def columns_read(text: str, reads: Mapping[str, Columns]) -> dict[str, tuple[str, ...]]:
    """The columns that a query reads of each name, said or by a star of its result. Raises: Refused."""
    from weft.sql import lineage

    return lineage.columns_read(text, reads)


def output_lines(text: str) -> dict[str, int]:
    """The line of each column that a query returns under a name that it says, by the name in lower case. Raises: Refused."""
    from weft.sql import outputs

    return outputs.output_lines(text)


def expressions(text: str) -> dict[str, str]:
    """How a query says each column that it returns, by its name in lower case. Raises: Refused."""
    from weft.sql import said

    return said.expressions(text)
