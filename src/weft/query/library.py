"""Where answers come from, and who asks."""

from __future__ import annotations

from dataclasses import dataclass

from weft.access import OWNER, Reader
from weft.registry.seam import Registry
from weft.settings import Settings
from weft.store.seam import Store


@dataclass(frozen=True, slots=True)
class Library:
    """Where answers come from: what the registry says of one environment, and the store behind it."""

    settings: Settings
    registry: Registry
    store: Store
    environment: str
    reader: Reader = OWNER
    """Who asks."""
