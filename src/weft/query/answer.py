"""A question over what is published: guarded, its names resolved, and answered from the snapshots' files alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any

from weft.engine.seam import Columns
from weft.errors import EngineFault, NotKept, RegistryFault
from weft.names import LineName
from weft.product.snapshot import Snapshot
from weft.query.library import Library
from weft.query.naming import Question, newest_lines, question
from weft.query.prepared import Prepared, prepared
from weft.query.seen import known_pointers, refuse_unseen

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from weft.engine.reading import Reading

__all__ = ["Answer", "Library", "Question", "answer", "newest_lines", "question"]

LEASE_SECONDS = 3600.0
ATTEMPTS = 3
"""Between reading where a table stands and leasing its snapshot a publish and a sweep may pass: then we look again."""


@dataclass(slots=True)
class Seen:
    """How much of an answer was handed out; -1 is not known."""

    rows: int = -1
    bytes: int = -1


class Answer:
    """An open answer: ask it for its rows in the form you like, and close it. Its snapshots are leased until then.

    `question` says what it reads. Each form runs the query anew.
    """

    def __init__(self, reading: Reading, sql: str, question: Question, held: ExitStack) -> None:
        self._reading, self._sql, self._held = reading, sql, held
        self.question = question
        self.notices: tuple[str, ...] = ()
        """What whoever asked is to be told beside the answer."""
        self.seen = Seen()
        self.error: BaseException | None = None
        """What ended the `with` that it was used in, where that was no ordinary end."""

    def when_closed(self, act: Callable[[], None]) -> None:
        self._held.callback(act)

    @cached_property
    def columns(self) -> Columns:
        return self._reading.columns(self._sql)

    def relation(self) -> duckdb.DuckDBPyRelation:
        """DuckDB's own relation; it lives as long as the answer is open."""
        return self._reading.relation(self._sql)

    def reader(self) -> pa.RecordBatchReader:
        """Rows as they come."""
        return self._counted(self._reading.read(self._sql))

    def arrow(self) -> pa.Table:
        return self.reader().read_all()

    def texts(self, most: int = 0) -> tuple[list[tuple[str | None, ...]], int]:
        """The first rows (0: all) as DuckDB writes them, and how many rows there are; pyarrow is not needed."""
        from weft.query.forms import texts

        found = texts(self.relation(), most, self.interrupt)
        self.seen = Seen(found[1])
        return found

    def objects(self) -> Iterator[dict[str, Any]]:
        """Rows by column name, as Python's own values; moments are in UTC."""
        from weft.query.forms import objects

        self.seen = Seen(0)
        for row in objects(self.relation(), self.interrupt):
            self.seen.rows += 1
            yield row

    def flat(self, *, nested: bool = False) -> pa.RecordBatchReader:
        """Rows as they come, with what a text file cannot hold as text; `nested` leaves nested values and bytes."""
        from weft.query.forms import flat

        return self._counted(self._reading.read(flat(self._sql, self.columns, nested=nested)))

    def _counted(self, reader: pa.RecordBatchReader) -> pa.RecordBatchReader:
        import pyarrow as pa

        seen = self.seen = Seen(0, 0)

        def batches() -> Iterator[pa.RecordBatch]:
            for batch in reader:
                seen.rows += batch.num_rows
                seen.bytes += batch.nbytes
                yield batch

        return pa.RecordBatchReader.from_batches(reader.schema, batches())

    def interrupt(self) -> None:
        """Stops what is being computed, from another thread."""
        self._reading.interrupt()

    def close(self) -> None:
        self._held.close()

    def __enter__(self) -> Answer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.error = error
        self.close()


def answer(sql: str, library: Library) -> Answer:
    """Raises: Refused (anything but reading), Unknown (no such table, with the closest), EngineFault (it does not bind)."""
    with ExitStack() as held:
        asked, standing = _standing(sql, library, held)
        asked = replace(asked, columns={name: standing[line].columns for name, line in asked.lines.items()})
        ready = prepared(asked, library, standing)
        reading = held.enter_context(_reading(library, ready))
        answered = Answer(reading, ready.sql, asked, held.pop_all())
    try:
        _ = answered.columns
    except EngineFault as fault:
        answered.close()
        raise ready.in_their_words(fault) from fault
    except BaseException:
        answered.close()
        raise
    return answered


def _standing(sql: str, library: Library, held: ExitStack) -> tuple[Question, dict[LineName, Snapshot]]:
    """What is asked, and the snapshots behind it, leased while `held` is open."""
    for _ in range(ATTEMPTS - 1):
        with suppress(NotKept):
            return _leased(sql, library, held)
    return _leased(sql, library, held)


def _leased(sql: str, library: Library, held: ExitStack) -> tuple[Question, dict[LineName, Snapshot]]:
    """Raises: NotKept, where a publish and a sweep came between looking and leasing."""
    pointers = known_pointers(library, library.registry.recorded(library.environment).pointers)
    asked = question(sql, pointers)
    asked = replace(asked, sights=refuse_unseen(library, asked.lines.values()))
    wanted = {line: pointers[line].snapshot for line in asked.lines.values()}
    found = library.registry.snapshots(wanted.values())
    if missing := set(wanted.values()) - set(found):
        raise NotKept(f"snapshot {min(missing)} is no longer kept", mend="Ask again.")
    if wanted:
        try:
            lease = library.registry.journal.lease(wanted.values(), f"query {os.getpid()}", LEASE_SECONDS)
            held.enter_context(lease)
        except NotKept:
            raise
        except RegistryFault as error:
            # Files never change: what a sweep took meanwhile would be missed when it is read, and never read wrongly.
            asked = replace(asked, unwritten=str(error))
    return asked, {line: found[snapshot] for line, snapshot in wanted.items()}


@contextmanager
def _reading(library: Library, ready: Prepared) -> Iterator[Reading]:
    from weft.engine.reading import Reading

    with Reading({**ready.files, **ready.tables}, library.settings.engine, datetime.now(UTC)) as reading:
        yield reading
