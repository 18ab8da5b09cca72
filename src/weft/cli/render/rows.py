"""An answer in the form that was asked for: a table, CSV, JSON, lines of JSON, Parquet or Arrow."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Literal, cast, get_args

from weft.cli.render.counting import counted, lasted
from weft.cli.render.json_out import write_json
from weft.cli.render.terminal import Worded, is_terminal, paint, say, width
from weft.errors import EngineFault, Misuse, did_you_mean

if TYPE_CHECKING:
    from weft.query.answer import Answer

Format = Literal["table", "csv", "json", "jsonl", "parquet", "arrow"]
FORMATS: tuple[Format, ...] = get_args(Format)
ENDINGS: dict[str, Format] = {"ndjson": "jsonl", "ipc": "arrow", "arrows": "arrow", "feather": "arrow", "txt": "table"}


def format_of(said: str, output: Path | None) -> Format:
    """What was said, else what the file's ending says, else a table. Raises: Misuse."""
    wanted = said or (output.suffix.removeprefix(".").lower() if output else "") or "table"
    found = next((form for form in FORMATS if form == wanted), ENDINGS.get(wanted))
    if found is None:
        raise Misuse(f"there is no format '{wanted}'", mend=did_you_mean(wanted, FORMATS))
    return found


def show_answer(answer: Answer, form: tuple[str, Path | None, int], *, json: bool) -> None:
    """`form` is what was said of the format, the file to write, and how many rows a terminal shows."""
    said, output, most = form
    if json:
        if said or output:
            raise Misuse("--json prints one object, and takes no --format or --output", mend="Say --format json.")
        write_json(answer_object(answer))
    else:
        write_answer(answer, format_of(said, output), output, most)


def write_answer(answer: Answer, form: Format, output: Path | None, most: int) -> None:
    """`most` rows of a table on a terminal, 0 for all; every other form has every row. Raises: Misuse."""
    if form == "table" and output is None:
        write_table(answer, most)
        return
    if form in ("parquet", "arrow") and output is None and is_terminal(sys.stdout):
        raise Misuse(f"{form} is not for a terminal to show", mend="Add `--output FILE`, or pipe it somewhere.")
    with _opened(output) as file:
        try:
            WRITERS[form](answer, file)
        except (NotImplementedError, ValueError) as error:
            raise EngineFault(
                f"this cannot be written as {form}: {error}", mend="CAST the column to VARCHAR."
            ) from error
    if output:
        say(f"wrote {output}", "dim")


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """A file appears whole or not at all: it is written beside its place first."""
    if output is None:
        sys.stdout.flush()
        file = cast(BinaryIO, Worded(sys.stdout)) if is_terminal(sys.stdout) else sys.stdout.buffer
        yield file
        file.flush()
        return
    partial = output.with_name(f".{output.name}.partial")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(output)
    except OSError as error:
        raise Misuse(f"{output} cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def say_notices(answer: Answer, said: set[str] | None = None) -> None:
    """What whoever asked is told beside the answer; in one sitting, each once."""
    for notice in answer.notices:
        if said is None or notice not in said:
            say(f"notice: {notice}", "yellow")
    if said is not None:
        said.update(answer.notices)


def write_table(answer: Answer, most: int, began: float | None = None) -> None:
    """`began` is when the question was asked, by the performance counter, where the time is to be told."""
    from weft.cli.render.table import hidden, table_lines

    if not is_terminal(sys.stdout):
        most = 0
    rows, total = answer.texts(most)
    head, rule, *lines = table_lines(answer.columns, rows, width(sys.stdout))
    print(paint(head, "bold"))
    print(paint(rule, "dim"))
    for line in lines:
        print(line)
    shown = "" if len(rows) == total else f", {len(rows):,} of them shown (--rows 0 shows all)"
    took = "" if began is None else f" in {lasted(time.perf_counter() - began)}"
    say(f"{counted(total, 'row')}{shown}{took}", "dim")
    if missing := hidden(answer.columns, rows, width(sys.stdout)):
        say(f"no room for {counted(len(missing), 'column')}: {', '.join(missing)}", "dim")


def _table(answer: Answer, file: IO[bytes]) -> None:
    from weft.cli.render.table import table_lines

    rows, _ = answer.texts(0)
    file.write(("\n".join(table_lines(answer.columns, rows, 10_000)) + "\n").encode())


def _csv(answer: Answer, file: IO[bytes]) -> None:
    """RFC 4180 with line feeds; NULL is nothing, an empty text is quoted. Nested values and intervals are as DuckDB says them."""
    from pyarrow import csv

    with answer.flat() as reader:
        options = csv.WriteOptions(quoting_style="needed")
        with csv.CSVWriter(file, reader.schema, write_options=options) as writer:
            for batch in reader:
                writer.write_batch(batch)


def _json(answer: Answer, file: IO[bytes]) -> None:
    """One array, an object for each row."""
    first = True
    file.write(b"[")
    for row in _objects(answer):
        file.write(b"\n  " if first else b",\n  ")
        file.write(row)
        first = False
    file.write(b"]\n" if first else b"\n]\n")


def _json_lines(answer: Answer, file: IO[bytes]) -> None:
    for row in _objects(answer):
        file.write(row + b"\n")


def _objects(answer: Answer) -> Iterator[bytes]:
    import msgspec

    encode = msgspec.json.Encoder(enc_hook=str, decimal_format="number").encode
    return (encode(row) for row in answer.objects())


def answer_object(answer: Answer) -> dict[str, Any]:
    """What `--json` says of an answer."""
    rows = list(answer.objects())
    columns = [{"name": name, "type": kind} for name, kind in answer.columns]
    return {
        "columns": columns,
        "rows": rows,
        "row_count": len(rows),
        "read": sorted(set(answer.question.lines.values())),
    }


def _parquet(answer: Answer, file: IO[bytes]) -> None:
    from pyarrow import parquet

    reader = answer.flat(nested=True)
    with parquet.ParquetWriter(file, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def _arrow(answer: Answer, file: IO[bytes]) -> None:
    import pyarrow as pa

    reader = answer.reader()
    with pa.ipc.new_stream(file, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


WRITERS: dict[Format, Callable[[Answer, IO[bytes]], None]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
    "jsonl": _json_lines,
    "parquet": _parquet,
    "arrow": _arrow,
}
