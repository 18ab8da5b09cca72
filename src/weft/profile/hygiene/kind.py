"""A kind of thing that is untidy: what it is called, how sure it is, which dimension of quality it touches, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from weft.profile.values import ColumnProfile, Dimension, Finding, Likelihood, TableProfile, Value


@dataclass(frozen=True, slots=True)
class Kind:
    """`said` is one sentence, in which `{column}`, `{rows}` and `{more}` are filled in."""

    name: str
    likelihood: Likelihood
    dimension: Dimension
    said: str
    mend: str


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule saw of one column: `rows` of the `looked` that were looked at."""

    rows: int
    examples: tuple[Value, ...] = ()
    more: str = ""
    is_of_sample: bool = False
    likelihood: Likelihood | None = None
    """Where it is another than the kind's."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a rule may go by, beside the column: the table, examples by fact, and the columns that somebody classified."""

    table: TableProfile
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)
    classified: frozenset[str] = frozenset()


ByFact = Callable[[ColumnProfile, Evidence], Hit | None]
"""A rule that goes by what was measured already."""


@dataclass(frozen=True, slots=True)
class ByValue:
    """A rule that asks of each distinct value: `condition` says, in SQL over `v`, which are at fault; None where it does not apply.

    More than `most` of the values at fault are no fault: then the column is simply like that.
    """

    condition: Callable[[ColumnProfile, Evidence], str | None]
    most: float = 0.5
    fewest_rows: int = 1


def finding(kind: Kind, column: str, hit: Hit, table: TableProfile) -> Finding:
    """Rows seen in a sample are scaled up to all rows."""
    estimated = hit.is_of_sample and table.is_sampled
    rows = round(hit.rows * table.rows / table.sampled_rows) if estimated and table.sampled_rows else hit.rows
    said = kind.said.format(column=column, rows=_rows(rows, estimated), more=hit.more)
    return Finding(
        kind.name,
        column,
        hit.likelihood or kind.likelihood,
        kind.dimension,
        rows,
        hit.examples,
        said,
        kind.mend,
        estimated,
    )


def _rows(rows: int, estimated: bool) -> str:
    about = "about " if estimated else ""
    return f"{about}{rows:,} {'row' if rows == 1 else 'rows'}"
