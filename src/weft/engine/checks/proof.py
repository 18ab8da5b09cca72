"""What is to be proved, of which files, and how one query of it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb

from weft.engine.checks.measures import WRITTEN, Subject
from weft.engine.faults import plain
from weft.engine.seam import Built, Columns
from weft.engine.stage import Stage
from weft.engine.text import rows_of, saying
from weft.names import leaf_of
from weft.product.checks import Suite
from weft.product.contract import Scalar
from weft.sql.remembered import Remembered

Value = Scalar | Decimal


@dataclass(frozen=True, slots=True)
class Proof:
    """A suite and what it is proved of: the files, what the writer said of them, and the files of tables referred to."""

    suite: Suite
    files: Sequence[Path]
    built: Built
    references: Mapping[str, Sequence[Path]]
    clock: str = ""
    """Statements that put the run's moment in place of now() and its kin."""
    remembered: Remembered = field(default_factory=Remembered)

    @property
    def subject(self) -> Subject:
        return Subject(self.suite.table, self.built)

    @property
    def columns(self) -> Columns:
        return tuple((column.name, column.type) for column in self.suite.table.columns)

    @property
    def table(self) -> str:
        """What the author's rules call the table."""
        return leaf_of(self.suite.line)

    def over_written(self, query: str) -> str:
        """A query of ours over `written`, made whole: only the columns that it names are said, since parsing each costs."""
        said = set(saying(query, (name for name, _ in self.columns)))
        named = tuple(column for column in self.columns if column[0] in said)
        return f"WITH {WRITTEN} AS NOT MATERIALIZED ({rows_of(self.files, named or self.columns)}) {query}"

    @property
    def written(self) -> str:
        """What queries of ours over all of `written` begin with."""
        return f"WITH {WRITTEN} AS NOT MATERIALIZED ({rows_of(self.files, self.columns)}) "


@dataclass(frozen=True, slots=True)
class Answer:
    """A value and the seconds it took; or, with a message, why there is none."""

    value: Value = None
    message: str = ""
    seconds: float = 0.0
    failed: bool = False
    """The message says what went wrong, not merely why there is nothing to compute."""


def fetched(stage: Stage, query: str) -> tuple[Value, ...] | Answer:
    """The first row, or what DuckDB had against it. Raises: duckdb.InterruptException, where somebody stopped it."""
    try:
        row: tuple[Value, ...] = stage.cursor.execute(query).fetchone() or ()
        # A result that is not read to its end keeps Arrow from being offered on the same connection.
        stage.cursor.abort()
        return row
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        return Answer(message=plain(error), failed=True)
