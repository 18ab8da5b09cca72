"""The forms in which rows leave a process apart: an Arrow stream, JSON lines, CSV. Each is written batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol

import msgspec
import pyarrow as pa
from pyarrow import csv

from weft.engine.apart.outgoing import Copying, Outgoing, Sink, Zipping
from weft.engine.flat import flattened, json_line
from weft.engine.reading import BATCH_ROWS
from weft.engine.seam import Columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

LINE_ROWS = 8192
_IN_JSON = msgspec.json.Encoder(enc_hook=str, decimal_format="number")


class Writer(Protocol):
    """Takes the batches that it gives, whole or cut."""

    def batches(self) -> Iterator[pa.RecordBatch]: ...

    def write(self, batch: pa.RecordBatch) -> None: ...


class _Read:
    def __init__(self, reader: pa.RecordBatchReader, write: Callable[[pa.RecordBatch], object]) -> None:
        self._reader, self._write = reader, write

    def batches(self) -> Iterator[pa.RecordBatch]:
        yield from self._reader

    def write(self, batch: pa.RecordBatch) -> None:
        self._write(batch)


@contextmanager
def arrow(found: DuckDBPyRelation, columns: Columns, out: Outgoing, compression: str) -> Iterator[Writer]:
    """An Arrow IPC stream. Without its end it was broken off."""
    reader = found.to_arrow_reader(BATCH_ROWS)
    options = pa.ipc.IpcWriteOptions(compression=compression or None)
    writer = pa.ipc.new_stream(pa.PythonFile(out, mode="w"), reader.schema, options=options)
    yield _Read(reader, writer.write_batch)
    writer.close()


@contextmanager
def text(found: DuckDBPyRelation, columns: Columns, out: Outgoing, compression: str) -> Iterator[Writer]:
    """RFC 4180 with line feeds; NULL is nothing, an empty text is quoted. Nested values are as DuckDB says them."""
    chosen = flattened(columns)
    reader = (found.project(chosen) if chosen else found).to_arrow_reader(BATCH_ROWS)
    options = csv.WriteOptions(quoting_style="needed")
    # Its writer fills one buffer over and over: what it says is copied before it says more.
    with zipped(out, compression) as sink:
        writer = csv.CSVWriter(pa.PythonFile(Copying(sink), mode="w"), reader.schema, write_options=options)
        yield _Read(reader, writer.write_batch)
        writer.close()


@contextmanager
def lines(found: DuckDBPyRelation, columns: Columns, out: Outgoing, compression: str) -> Iterator[Writer]:
    """One JSON object a line."""
    with zipped(out, compression) as sink:
        if expression := json_line(columns):
            reader = found.project(f"{expression} AS line").to_arrow_reader(BATCH_ROWS)
            yield _Read(reader, lambda batch: _write_texts(batch, sink))
            return
        chosen = flattened(columns, nested=True)
        rows = found.project(chosen) if chosen else found
        yield _Read(rows.to_arrow_reader(LINE_ROWS), lambda batch: _write_objects(batch, sink))


@contextmanager
def zipped(out: Outgoing, compression: str) -> Iterator[Sink]:
    """Where it fails it has no end, and nobody takes it for whole."""
    if not compression:
        yield out
        return
    sink = Zipping(out)
    yield sink
    sink.finish()


def _write_texts(batch: pa.RecordBatch, out: Sink) -> None:
    for first in range(0, batch.num_rows, LINE_ROWS):
        out.write(("\n".join(batch.column(0).slice(first, LINE_ROWS).to_pylist()) + "\n").encode())


def _write_objects(batch: pa.RecordBatch, out: Sink) -> None:
    rows = batch.to_pylist(maps_as_pydicts="lossy")
    out.write(b"".join(_IN_JSON.encode(row) + b"\n" for row in rows))


Form = Callable[["DuckDBPyRelation", Columns, Outgoing, str], AbstractContextManager[Writer]]
FORMS: Mapping[str, Form] = {"arrow": arrow, "csv": text, "jsonl": lines}
