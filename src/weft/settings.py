"""What a mesh is set to: the values of `mesh.yaml`, all with defaults but the name."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`threads` 0 means one for each processor; `memory` is DuckDB's `memory_limit`, a size or a share of the machine."""

    name: str = "duckdb"
    threads: int = 0
    memory: str = "75%"


@dataclass(frozen=True, slots=True)
class Settings:
    """One mesh. `root` is the folder of `mesh.yaml`; `registry` is a SQLAlchemy URL, `store` a folder, both absolute."""

    name: str
    root: Path
    domains: Path
    registry: str
    store: Path
    engine: EngineSettings = field(default_factory=EngineSettings)
    retention_days: float = 30.0
    busy_seconds: float = 30.0
    """How long a commit waits for a locked registry before it says so."""
    expire_days: float = 14.0
    """How long an environment beside `prod` stays once nobody uses it."""
    default_branch: str = ""
    """The git branch whose plans and applies mean `prod`; empty where git is to say."""

    @property
    def private(self) -> Path:
        """The folder of what Weft keeps for itself on this machine: caches, which may be deleted at any time."""
        return self.root / ".weft"
