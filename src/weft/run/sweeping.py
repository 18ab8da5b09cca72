"""Deleting what nothing needs any more: never what a pointer, a reader or a run that is alive still holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from weft.run.workshop import Workshop


def sweep(shop: Workshop) -> tuple[int, int]:
    """Forgets snapshots older than the mesh's retention that nothing points at, and deletes orphan files: how many, and bytes."""
    before = datetime.now(UTC) - timedelta(days=shop.settings.retention_days)
    kept, alive = shop.registry.journal.sweep(before)
    return shop.store.sweep(kept, alive)
