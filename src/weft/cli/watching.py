"""Waiting for files to be saved, by looking: one walk of the folders a time, no service and no dependency."""

from __future__ import annotations

import time
from collections.abc import Iterator

from weft.settings import Settings

PAUSE_SECONDS = 0.3


def each_change(settings: Settings) -> Iterator[None]:
    """At once, then each time that a file of the workspace appeared, went or was saved."""
    seen: object = None
    while True:
        now = _looks(settings)
        if now != seen:
            seen = now
            yield
        time.sleep(PAUSE_SECONDS)


def _looks(settings: Settings) -> tuple[dict[str, tuple[int, int]], ...]:
    from weft.workspace.root import MESH_FILE
    from weft.workspace.tree import tree_of

    tree = tree_of(settings.root, settings.domains)
    mesh = (settings.root / MESH_FILE).stat()
    folders = (*tree.domains.values(), *tree.products.values())
    return ({MESH_FILE: (mesh.st_mtime_ns, mesh.st_size)}, tree.lock, *(folder.files for folder in folders))
