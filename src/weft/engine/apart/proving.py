"""Proves one suite after the other, each on a locked DuckDB of its own that reaches the suite's files alone."""

from __future__ import annotations

from pathlib import Path

import duckdb  # noqa: F401 the stem imports what its children need

from weft.engine.apart import walls
from weft.engine.apart.frames import Done, Prove
from weft.engine.checks.proof import Proof
from weft.engine.checks.suite import prove
from weft.engine.clock import clock_macros
from weft.engine.connection import locked_connection, reaching_files
from weft.engine.stage import Stage
from weft.errors import WeftError
from weft.settings import EngineSettings

SETTINGS = EngineSettings(threads=1, memory="128MB")


class _Limited:
    """Whether the process has its limit by now: it is put when DuckDB has once been open, and is of what comes beyond."""

    is_so = False


def proved(task: Prove) -> Done:
    files = [Path(file) for file in task.files]
    try:
        _limit(task.memory)
        connection = locked_connection(EngineSettings(threads=1, memory=f"{task.memory}B"), reaching_files(files), None)
        try:
            proof = Proof(task.suite, files, task.built, {}, clock_macros(task.as_of), task.remembered)
            return Done(prove(Stage(connection), proof))
        finally:
            connection.close()
    except MemoryError:
        return Done(failed="memory")
    except WeftError as error:
        return Done(failed=str(error))


def _limit(memory: int) -> None:
    if not _Limited.is_so:
        locked_connection(SETTINGS, reaching_files(()), None).close()
        walls.limit_memory(2 * memory)
        _Limited.is_so = True
