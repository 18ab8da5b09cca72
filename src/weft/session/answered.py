"""A server's answer as an answer of this workspace: its rows lie in a file here, and are told in every form."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from weft.names import LineName, identifier
from weft.query.answer import Answer
from weft.query.naming import Question
from weft.session.stream import Asking, Stream

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.engine.reading import Reading
    from weft.engine.seam import Columns
    from weft.settings import EngineSettings
    from weft.wire import Connection

ROWS = "answer"


def answered(connection: Connection, asking: Asking, settings: EngineSettings) -> Answer:
    """All rows are fetched; they are held in a file, and not in memory. Raises: Refused, Unknown, EngineFault, RegistryFault."""
    from weft.engine.reading import Reading

    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="weft-")))
        stream = Stream(connection, asking)
        held.callback(stream.close)
        table = _fetched(stream, folder / "answer.arrows", held)
        reading = held.enter_context(Reading({ROWS: table}, settings, datetime.now(UTC)))
        lines = {name: LineName(name) for name in stream.reads if "@" in name}
        found = Answer(reading, _as_typed(reading, stream.columns), Question(asking.sql, lines, {}), held.pop_all())
        found.notices = stream.notices
    return found


def _fetched(stream: Stream, file: Path, held: ExitStack) -> pa.Table:
    import pyarrow as pa

    with file.open("wb") as written:
        for chunk in stream.chunks():
            written.write(chunk)
    mapped = held.enter_context(pa.memory_map(str(file)))
    return pa.ipc.open_stream(mapped).read_all()


def _as_typed(reading: Reading, columns: Columns) -> str:
    """In the very types that the server computed: some have no Arrow of their own."""
    everything = f"SELECT * FROM {ROWS}"
    here = reading.columns(everything)
    if not columns or [name for name, _ in here] != [name for name, _ in columns] or here == columns:
        return everything
    named = (f"CAST({identifier(name)} AS {kind}) AS {identifier(name)}" for name, kind in columns)
    return f"SELECT {', '.join(named)} FROM {ROWS}"
