"""Deleting what nothing needs any more: never what a pointer, a reader or a run that is alive still holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from weft.errors import WeftError
from weft.run.report import RunReport
from weft.run.workshop import Workshop
from weft.settings import Settings
from weft.store.seam import Store

if TYPE_CHECKING:
    from weft.registry.seam import Registry


def sweep(shop: Workshop) -> tuple[int, int]:
    """Forgets snapshots older than the mesh's retention that nothing points at, and reads older than the query log keeps;
    deletes orphan files: how many, and bytes.
    """
    return sweep_of(shop.settings, shop.registry, shop.store)


def sweep_of(settings: Settings, registry: Registry, store: Store) -> tuple[int, int]:
    """The same where nothing is built: at a server."""
    now = datetime.now(UTC)
    before, reads_before = (now - timedelta(days=days) for days in (settings.retention_days, settings.query_log_days))
    kept, alive = registry.journal.sweep(before, reads_before)
    return store.sweep(kept, alive)


def swept(shop: Workshop, report: RunReport) -> RunReport:
    """Sweeps after a run. Where that cannot be done the run was done nevertheless: what stays, the next sweep takes."""
    try:
        return replace(report, swept=sweep(shop))
    except WeftError as error:
        return replace(report, unswept=str(error))
