"""The side of a process apart that answers questions: one locked DuckDB over what one decision lets be seen, and rows as they come."""

from __future__ import annotations

import socket

import duckdb
import msgspec
import pyarrow as pa

from weft.engine.apart import walls
from weft.engine.apart.forms import FORMS, Writer
from weft.engine.apart.frames import Ask, Begun, Bind, Ended, received
from weft.engine.apart.outgoing import Outgoing
from weft.engine.apart.parameters import values
from weft.engine.faults import plain, run_fault
from weft.engine.reading import QUERY, Files, Reading
from weft.errors import EngineFault, WeftError
from weft.settings import EngineSettings

SMALLER = "Ask for less: filter, aggregate, or name the columns that you need."
THREAD_BYTES = 72 * 2**20
"""Addresses that a thread's stack and its own heap may take, beside what it computes with."""


def bind(task: Bind, control: socket.socket) -> Bound | Unbound:
    """What cannot be bound says so to whoever asks."""
    try:
        return _bound(task, control)
    except WeftError as fault:
        return Unbound(fault, control)


def _bound(task: Bind, control: socket.socket) -> Bound:
    """Reaches nothing but the files of the task from now on, and may take so much memory beyond what it has by now."""
    names: dict[str, Files | pa.Table] = dict(task.files)
    for name in task.tables:
        content = received(control)
        with pa.ipc.open_stream(content) as stream:
            names[name] = stream.read_all()
    walls.reach_only(file for files in task.files.values() for file in files.files)
    settings = EngineSettings(threads=task.threads, memory=f"{task.memory}B")
    reading = Reading(names, settings, lasts=True)
    walls.limit_memory(task.memory + task.memory // 2 + task.threads * THREAD_BYTES)
    return Bound(reading, control)


class Unbound:
    def __init__(self, fault: WeftError, control: socket.socket) -> None:
        self._ended, self._control = Ended(failed=fault.message, mend=fault.mend, why="unbound"), control

    def answer(self, ask: Ask) -> None:
        out = Outgoing(self._control)
        out.message(self._ended)
        out.flush()


class Bound:
    """What is bound answers one question after the other, each with its columns, its rows, and how it ended."""

    def __init__(self, reading: Reading, control: socket.socket) -> None:
        self._reading, self._control = reading, control

    def answer(self, ask: Ask) -> None:
        out = Outgoing(self._control)
        try:
            ended = self._answered(ask, out)
        except MemoryError:
            ended = _out_of_memory()
        except WeftError as fault:
            line = fault.place.line if fault.place else 0
            ended = Ended(failed=fault.message, mend=fault.mend, line=line, why="query")
        except (duckdb.Error, pa.ArrowException, OSError, ValueError, RuntimeError) as error:
            ended = _ended_by(error)
        out.message(msgspec.structs.replace(ended, resident=walls.resident()))
        out.flush()

    def _answered(self, ask: Ask, out: Outgoing) -> Ended:
        given = values(ask.parameters)
        found = self._reading.asked(ask.sql, given)
        columns = tuple((name, str(kind)) for name, kind in zip(found.columns, found.types, strict=True))
        if ask.most:
            found = found.limit(ask.most + 1)
        out.message(Begun(columns))
        with FORMS[ask.form](found, columns, out, ask.compression) as writer:
            return _written(writer, ask, out)


def _written(writer: Writer, ask: Ask, out: Outgoing) -> Ended:
    rows = 0
    for batch in writer.batches():
        if ask.refused_above and rows + batch.num_rows > ask.refused_above:
            return Ended(
                rows,
                failed=f"this has more than the {ask.refused_above:,} rows that one answer may have",
                mend="Add a LIMIT, aggregate, or ask for parts of it by a key.",
                why="rows",
            )
        if ask.most and rows + batch.num_rows > ask.most:
            writer.write(batch.slice(0, ask.most - rows))
            return Ended(ask.most, is_cut=True)
        writer.write(batch)
        rows += batch.num_rows
        out.flush_some()
    return Ended(rows)


def _out_of_memory() -> Ended:
    return Ended(failed="this needs more memory than a question may have", mend=SMALLER, why="memory")


def _ended_by(error: Exception) -> Ended:
    said = plain(error)
    if isinstance(error, duckdb.OutOfMemoryException | pa.ArrowMemoryError) or _is_no_memory(said):
        return _out_of_memory()
    if isinstance(error, duckdb.InternalException | duckdb.FatalException):
        return Ended(failed=f"DuckDB failed within itself: {said}", why="engine")
    fault = run_fault(error, QUERY) if isinstance(error, duckdb.Error) else EngineFault(said)
    return Ended(failed=fault.message if isinstance(fault, EngineFault) else said, mend="", why="data")


def _is_no_memory(said: str) -> bool:
    return "bad_alloc" in said or "Out of Memory" in said or "failed to allocate" in said.lower()
