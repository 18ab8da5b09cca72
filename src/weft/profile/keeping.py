"""Profiles as the registry keeps them, and back."""

from __future__ import annotations

from collections import Counter

import msgspec

from weft.names import LineName, SnapshotId
from weft.product.profiled import KeptProfile, ProfiledColumn
from weft.profile.values import ColumnProfile, TableProfile, Value
from weft.registry.seam import Registry


def keep(registry: Registry, profile: TableProfile) -> bool:
    """In place of an older one of the same snapshot. Whether that snapshot is still kept."""
    return registry.profiles.keep(as_kept(profile))


def kept(registry: Registry, snapshot: SnapshotId) -> TableProfile | None:
    """The profile of a snapshot; None where it was never made, or by a Weft that said other things of a table."""
    found = registry.profiles.kept([snapshot]).get(snapshot)
    return read(found) if found else None


def history(registry: Registry, line: LineName) -> tuple[TableProfile, ...]:
    """All that are kept of a line, the oldest snapshot first."""
    return tuple(profile for one in registry.profiles.of(line) if (profile := read(one)))


def read(kept: KeptProfile) -> TableProfile | None:
    try:
        return msgspec.json.decode(kept.body, type=TableProfile)
    except msgspec.ValidationError:
        return None


def as_kept(profile: TableProfile) -> KeptProfile:
    findings = Counter(finding.column for finding in profile.findings)
    return KeptProfile(
        SnapshotId(profile.snapshot),
        LineName(profile.line),
        profile.profiled_at,
        profile.rows,
        profile.sampled_rows,
        profile.seed,
        profile.scores[0].percent if profile.scores else 100.0,
        tuple(_column(column, findings[column.name]) for column in profile.columns),
        msgspec.json.encode(profile).decode(),
    )


def _column(column: ColumnProfile, findings: int) -> ProfiledColumn:
    return ProfiledColumn(
        column.name,
        column.type,
        column.nulls,
        column.empties,
        column.placeholders,
        column.distinct,
        column.is_distinct_exact,
        _spelled(column.minimum),
        _spelled(column.maximum),
        column.mean,
        column.deviation,
        column.meaning,
        column.personal,
        findings,
    )


def _spelled(value: Value) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
