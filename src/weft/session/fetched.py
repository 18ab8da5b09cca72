"""An answer from a server as Python likes it: Arrow as it comes, pandas or Polars by their names, and rows by column name."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from weft.errors import Misuse
from weft.session.forms import Forms
from weft.session.releasing import Held
from weft.session.stream import Asking, Stream

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.engine.seam import Columns
    from weft.wire import Connection


class Fetched(Forms):
    """The answer to one query, computed by the server. The first form takes the rows as they come; another form asks anew.

    It is closed by `close`, at the end of a `with`, with its mesh, or once nobody holds it: then the server computes no further.
    Ctrl-C while rows come ends it there, too. For one thread at a time; `cancel` is for another.
    """

    def __init__(self, connection: Connection, asking: Asking) -> None:
        self.sql = asking.sql
        self._connection, self._stream = connection, Stream(connection, asking)
        self._is_taken = False
        self._held = Held(self, self._stream.close)

    @property
    def id(self) -> str:
        """By which the server knows it."""
        return self._stream.asking.id

    @property
    def columns(self) -> Columns:
        """Names and DuckDB types; none where they are too many to be told beside the answer."""
        return self._stream.columns

    @property
    def reads(self) -> tuple[str, ...]:
        """The lines that it reads."""
        return self._stream.reads

    @property
    def notices(self) -> tuple[str, ...]:
        """What whoever asked is to be told beside the answer."""
        return self._stream.notices

    def reader(self) -> pa.RecordBatchReader:
        """Arrow batches as the server computes them, for what memory should not hold. Raises, while it is read: EngineFault, RegistryFault."""
        import pyarrow as pa

        stream = self._taken()
        batches = stream.reader()
        return pa.RecordBatchReader.from_batches(batches.schema, self._batches(stream, batches))

    def _batches(self, stream: Stream, batches: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        """Whoever reads keeps this from being forgotten; whoever stops reading hangs up."""
        try:
            yield from batches
        finally:
            stream.close()

    def arrow(self) -> pa.Table:
        return self.reader().read_all()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Rows by column name."""
        for batch in self.reader():
            yield from batch.to_pylist()

    def cancel(self) -> None:
        """Ends it at the server, from any thread."""
        self._stream.cancel()

    def close(self) -> None:
        self._held.release()

    def __enter__(self) -> Fetched:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        """What it would return."""
        columns = ", ".join(f"{name} {kind}" for name, kind in self.columns)
        return f"<weft result{'' if self._held.is_held else ', closed'}: {columns}>"

    def _taken(self) -> Stream:
        """The rows as they come; asked for again where they have been taken already."""
        if not self._held.is_held:
            raise Misuse("this result is closed", mend="Ask again with query(), and close it when you are done.")
        if self._is_taken:
            self._stream.close()
            self._stream = Stream(self._connection, self._stream.asking.again())
            self._held.release()
            self._held = Held(self, self._stream.close)
        self._is_taken = True
        return self._stream
