"""An answer as Python likes it: a DuckDB relation, Arrow, pandas or Polars by their names, and a table in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from weft.errors import Misuse
from weft.session.display import Grid, as_html, as_text, plain, typed
from weft.session.forms import Forms
from weft.session.releasing import Held, Release

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from weft.engine.seam import Columns
    from weft.names import LineName
    from weft.query.answer import Answer

FIRST_ROWS = 20

_with_relations: set[Result] = set()
"""A relation, and every one that is made of it, needs its answer open, and cannot say so: those are closed by hand, or at the end."""


class Result(Forms):
    """The answer to one query. Each form computes it anew, from the same snapshots, which are kept while this is open.

    It is closed by `close`, at the end of a `with`, with its mesh, or once nobody holds it. For one thread at a time.
    """

    def __init__(self, answer: Answer, sql: str, release: Release) -> None:
        self.sql = sql
        self._answer = answer
        self._held = Held(self, release)

    @property
    def columns(self) -> Columns:
        """Names and DuckDB types, found without computing anything."""
        return self._answer.columns

    @property
    def reads(self) -> tuple[LineName, ...]:
        """The lines that it reads."""
        return tuple(dict.fromkeys(self._answer.question.lines.values()))

    def relation(self) -> duckdb.DuckDBPyRelation:
        """DuckDB's own, to go on asking; it lives until this or the mesh is closed."""
        found = self._open().relation()
        _with_relations.add(self)
        return found

    def reader(self) -> pa.RecordBatchReader:
        """Arrow batches as they are computed, for what memory should not hold; read them before asking for another form."""
        import pyarrow as pa

        stream = self._open().reader()
        return pa.RecordBatchReader.from_batches(stream.schema, self._batches(stream))

    def _batches(self, stream: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        """Whoever reads keeps this from being forgotten."""
        yield from stream

    def arrow(self) -> pa.Table:
        return self._open().arrow()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Rows by column name."""
        yield from self._open().objects()

    def close(self) -> None:
        _with_relations.discard(self)
        self._held.release()

    def __enter__(self) -> Result:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        """What it would return; nothing is computed."""
        columns = plain(", ".join(f"{name} {kind}" for name, kind in self.columns))
        return f"<weft result{'' if self._held.is_held else ', closed'}: {columns}>"

    def __str__(self) -> str:
        """The first rows."""
        return as_text(self._grid())

    def _repr_html_(self) -> str:
        return as_html(self._grid())

    def _grid(self) -> Grid:
        from weft.query.forms import texts

        if not self._held.is_held:
            return Grid("", typed(self.columns), (), "closed")
        answer = self._answer
        rows, count = texts(answer.relation().limit(FIRST_ROWS + 1), 0, answer.interrupt)
        note = f"the first {FIRST_ROWS} rows" if count > FIRST_ROWS else f"{count} row{'' if count == 1 else 's'}"
        return Grid("", typed(self.columns), tuple(rows[:FIRST_ROWS]), note)

    def _open(self) -> Answer:
        if not self._held.is_held:
            raise Misuse("this result is closed", mend="Ask again with query(), and close it when you are done.")
        return self._answer
