"""What a run works with: the mesh as desired, and the seams to the engine, the store and the registry."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from weft.engine.seam import Engine
from weft.product.core_data import CoreMaker
from weft.product.mesh import Mesh
from weft.settings import Settings
from weft.store.seam import Store

if TYPE_CHECKING:
    from weft.registry.seam import Registry


@dataclass(frozen=True, slots=True)
class Workshop:
    settings: Settings
    mesh: Mesh
    engine: Engine
    store: Store
    registry: Registry
    matched: CoreMaker
    """What makes core data: it stands on this floor too, and is handed in from above."""

    @property
    def root(self) -> Path:
        return self.settings.root

    @property
    def workers(self) -> int:
        """How many products are built side by side: one more than computes, since each waits for the disk at times."""
        return (self.settings.engine.threads or processors()) + 1


def processors() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
