"""The one way to a store: a folder, as mesh.yaml says."""

from __future__ import annotations

from weft.settings import Settings
from weft.store.folder import FolderStore
from weft.store.seam import Store


def open_store(settings: Settings) -> Store:
    """Nothing is created before the first file is."""
    return FolderStore(settings.store)
