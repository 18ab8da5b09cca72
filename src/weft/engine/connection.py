"""A locked DuckDB: in memory, in UTC, and able to touch what it is given and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from weft.engine.text import literal
from weft.errors import EngineFault
from weft.settings import EngineSettings

if TYPE_CHECKING:
    import duckdb

Locks = Sequence[str]
HANDS_BACK = "88MB"
"""DuckDB hands freed memory back when this much was freed at once: at its own 512 MB a heavy mesh peaks a fifth above the floor, at 16 MB it is a tenth slower."""


def locked_connection(settings: EngineSettings, locks: Locks, spill: Path | None) -> duckdb.DuckDBPyConnection:
    """A DuckDB of its own whose configuration can no longer be changed; `locks` are the statements that say what it may reach.

    Raises: EngineFault, where threads or memory are no such thing.
    """
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": settings.memory,
        "python_enable_replacements": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": str(spill) if spill else "",
        "allocator_bulk_deallocation_flush_threshold": HANDS_BACK,
    }
    if settings.threads:
        config["threads"] = settings.threads
    try:
        connection = duckdb.connect(":memory:", config=config)
        connection.execute("; ".join(["SET GLOBAL TimeZone = 'UTC'", *locks, "SET lock_configuration = true"]))
    except duckdb.Error as error:
        told = str(error).partition("\n")[0]
        raise EngineFault(
            f"DuckDB did not open: {told}", mend="See `engine: {threads, memory}` in mesh.yaml."
        ) from error
    return connection


def reaching_folders(allowed: Sequence[Path]) -> Locks:
    folders = ", ".join(literal(str(folder)) for folder in allowed)
    return (f"SET allowed_directories = [{folders}]", "SET enable_external_access = false")


def reaching_files(allowed: Sequence[Path]) -> Locks:
    files = ", ".join(literal(str(file)) for file in allowed)
    return (f"SET allowed_paths = [{files}]", "SET enable_external_access = false")
