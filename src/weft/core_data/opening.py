"""The DuckDB that one making computes in: in memory, in UTC, able to read what was published and to write into its own folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from weft.engine.connection import HANDS_BACK, reaching_folders
from weft.errors import EngineFault
from weft.product.core_data import CoreRequest

if TYPE_CHECKING:
    import duckdb


@contextmanager
def opened(request: CoreRequest) -> Iterator[duckdb.DuckDBPyConnection]:
    """Its own connection, closed in the end; a driver's error is translated. Raises: EngineFault, TransformFault, StoreFault."""
    import duckdb

    from weft.engine.faults import run_fault

    try:
        connection = duckdb.connect(":memory:", config=_config(request))
        folders = {request.into, *(file.parent for files in request.previous.values() for file in files)}
        connection.execute("; ".join(["SET GLOBAL TimeZone = 'UTC'", *reaching_folders(sorted(folders))]))
    except duckdb.Error as error:
        raise EngineFault(
            f"DuckDB did not open: {error}", mend="See `engine: {threads, memory}` in mesh.yaml."
        ) from error
    try:
        with request.stopping(connection.interrupt) if request.stopping else nullcontext():
            yield connection
    except duckdb.Error as error:
        raise run_fault(error, f"core data '{request.core.entity}'") from error
    finally:
        connection.close()


def _config(request: CoreRequest) -> dict[str, str | bool | int | float | list[str]]:
    spill = request.into / ".spill"
    config: dict[str, str | bool | int | float | list[str]] = {
        "python_enable_replacements": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": str(spill),
        "allocator_bulk_deallocation_flush_threshold": HANDS_BACK,
        "threads": request.threads or 2,
    }
    return {**config, "memory_limit": request.memory} if request.memory else config
