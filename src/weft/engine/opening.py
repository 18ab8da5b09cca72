"""Opens a locked DuckDB: in memory, in UTC, and able to touch the given folders and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from weft.engine.text import literal
from weft.errors import EngineFault
from weft.settings import EngineSettings

if TYPE_CHECKING:
    import duckdb

    from weft.engine.seam import Engine

Locks = Sequence[str]


def open_engine(settings: EngineSettings, allowed: Sequence[Path]) -> Engine:
    """The engine that the settings name; it reads and writes below `allowed` only, and spills into the last of them.

    Raises: EngineFault, where the engine is unknown or its settings are.
    """
    if settings.name != "duckdb":
        raise EngineFault(f"there is no engine '{settings.name}'", mend="Set `engine: {name: duckdb}` in mesh.yaml.")
    from weft.engine.duckdb_engine import DuckDbEngine

    return DuckDbEngine(settings, allowed)


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
