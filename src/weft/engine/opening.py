"""Opens the engine that a mesh is set to. Its driver is imported when one is opened, and not before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from weft.engine.seam import Engine
from weft.errors import EngineFault
from weft.settings import EngineSettings
from weft.sql.remembered import Remembered


def open_engine(settings: EngineSettings, allowed: Sequence[Path], remembered: Remembered | None = None) -> Engine:
    """The engine that the settings name; it reads and writes below `allowed` only, and spills into the last of them.

    `remembered` is what is known of texts already, and learns of others.

    Raises: EngineFault, where the engine is unknown or its settings are.
    """
    if settings.name != "duckdb":
        raise EngineFault(f"there is no engine '{settings.name}'", mend="Set `engine: {name: duckdb}` in mesh.yaml.")
    from weft.engine.duckdb_engine import DuckDbEngine

    return DuckDbEngine(settings, allowed, remembered)
