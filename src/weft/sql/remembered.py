"""What was learnt of texts, so that the next process need not read them again: reading SQL takes longer to load than a part takes to make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from weft.product.digest import digest
from weft.sql.aggregate import Aggregate
from weft.sql.parts import Mixed, Rows, counts_each, rows_kept

Value = TypeVar("Value")
MOST = 5_000
"""Texts of each kind that are remembered. When there are more, all are forgotten: what is still asked is soon known again."""


@dataclass(slots=True)
class Followed:
    """One of the two."""

    rows: Rows | None = None
    mixed: Mixed | None = None


@dataclass(slots=True)
class RuleRead:
    """A quality rule's query as it is asked, past the guard; `aggregate` where it is one number of all rows."""

    text: str
    aggregate: Aggregate | None = None
    counts_rows: bool = False
    """Whether it counts rows of the table, each for itself and whatever the time: of tables that are put together it is the sum."""
    others: tuple[str, ...] = ()
    """What else it reads."""


@dataclass(slots=True)
class Remembered:
    """By a digest of all that an answer depends on. Safe for many threads: an answer is the same whoever finds it."""

    followed: dict[str, Followed] = field(default_factory=dict)
    rules: dict[str, RuleRead] = field(default_factory=dict)
    columns: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """What texts return: names and types, as an engine has them."""
    has_learnt: bool = False
    """Whether there is more than was remembered when it was opened."""

    def rows_kept(self, text: str, reads: Mapping[str, Rows]) -> Rows | Mixed:
        """As `weft.sql.parts.rows_kept`. `reads` are those of the text alone. Raises: Refused."""
        said = (f"{name} {rows.columns} {sorted(rows.keys)} {rows.carries}" for name, rows in sorted(reads.items()))
        key = digest(text, *said)
        found = self.followed.get(key)
        if found is None or (answer := found.rows or found.mixed) is None:
            answer = rows_kept(text, reads)
            _keep(self.followed, key, Followed(mixed=answer) if isinstance(answer, Mixed) else Followed(answer))
            self.has_learnt = True
        return answer

    def rule(self, query: str, table: str, column: str | None) -> RuleRead:
        """A quality rule's query over a table and a column. Raises: Refused, where the guard lets it not pass."""
        key = _rule_key(query, table, column)
        found = self.rules.get(key)
        if found is None:
            from weft.sql import aggregate_of, guard, reading, rule_query

            text = rule_query(query, table, column)
            guard(text, where="quality rule")
            read = reading(text)
            counts = not read.as_of and counts_each(text, table)
            found = RuleRead(text, aggregate_of(text), counts, tuple(name for name in read.names if name != table))
            _keep(self.rules, key, found)
            self.has_learnt = True
        return found

    def of_rule(self, query: str, table: str, column: str | None) -> Remembered:
        """What is known of one rule, for a process that then need not read it. Raises: Refused, as `rule`."""
        return Remembered(rules={_rule_key(query, table, column): self.rule(query, table, column)})

    def returned(self, asked: str) -> tuple[tuple[str, str], ...] | None:
        """The columns of a text over what it reads; `asked` is all that they depend on."""
        return self.columns.get(digest(asked))

    def returns(self, asked: str, columns: tuple[tuple[str, str], ...]) -> None:
        _keep(self.columns, digest(asked), columns)
        self.has_learnt = True


def _rule_key(query: str, table: str, column: str | None) -> str:
    return digest(query, table, column or "", "of a column" if column else "")


def _keep(known: dict[str, Value], key: str, value: Value) -> None:
    if len(known) >= MOST:
        known.clear()
    known[key] = value
