"""What differs in meaning between two queries of the same shape: by column, and in which rows there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from weft.sql.lineage.flows import Columns
from weft.sql.meaning import reading
from weft.sql.normal import Normal, Unclear, normal
from weft.sql.normal.forms import PARTS, Part

Kind = Literal["expression", "window", "filter", "join", "group", "order", "union"]
WORDS: dict[Kind, str] = {
    "expression": "its expression changed",
    "window": "it is windowed or ordered otherwise",
    "filter": "rows are filtered otherwise",
    "join": "rows are joined otherwise",
    "group": "rows are grouped otherwise",
    "order": "rows are windowed or ordered otherwise",
    "union": "rows are united otherwise",
}


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One difference: the columns that it changes, and, where it was written in one place, what stood there and stands now.

    `expression` and `window` are of one column each; the others are of every column that both queries return.
    """

    kind: Kind
    columns: tuple[str, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Query:
    """A query with what it may read: columns of its inputs by name, and the product's own steps, each after what it reads."""

    sql: str
    reads: Mapping[str, Columns]
    steps: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """Digests of its text and of its steps' texts."""
        return tuple(reading(text).meaning for text in (self.sql, *self.steps.values()))


def meaning_differences(old_sql: str, new_sql: str, reads: Mapping[str, Columns]) -> tuple[Difference, ...]:
    """What differs where both read the same, and no steps. Raises: Refused, where one of them is no query."""
    return query_differences(Query(old_sql, reads), Query(new_sql, reads))


def query_differences(old: Query, new: Query) -> tuple[Difference, ...]:
    """Empty where the two say the same.

    Only columns that both return are compared. Names within a query, layout, brackets, and the order of columns and of
    operands that may change places do not count. What has no normal form (PIVOT) differs wherever its words do.
    Raises: Refused, where one of them is no query.
    """
    if old == new:
        return ()
    try:
        before, after = (normal(query.sql, query.reads, query.steps) for query in (old, new))
    except Unclear:
        return _unclear(old, new)
    return (*_of_columns(before, after), *_of_rows(before, after))


def _of_columns(old: Normal, new: Normal) -> tuple[Difference, ...]:
    found = []
    for name, was in old.columns.items():
        now = new.columns.get(name)
        if now is None or now == was:
            continue
        kind: Kind = "window" if was.bare == now.bare else "expression"
        texts = old.written.get(name, ""), new.written.get(name, "")
        told = texts if texts[0] != texts[1] else ("", "")
        found.append(Difference(kind, (name,), *((text,) if text else () for text in told)))
    return tuple(found)


def _of_rows(old: Normal, new: Normal) -> tuple[Difference, ...]:
    both = tuple(name for name in old.columns if name in new.columns)
    return tuple(
        Difference(part, both, _written(old, part, gone), _written(new, part, come))
        for part in PARTS
        if (gone := old.parts[part] - new.parts[part]) | (come := new.parts[part] - old.parts[part])
    )


def _written(of: Normal, part: Part, texts: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(of.shown[part, text] for text in texts if (part, text) in of.shown))


def _unclear(old: Query, new: Query) -> tuple[Difference, ...]:
    from weft.sql.lineage import column_lineage

    if old.words == new.words:
        return ()
    names = dict.fromkeys(edge.column.lower() for edge in column_lineage(old.sql, old.reads))
    return (Difference("expression", tuple(names)),)
