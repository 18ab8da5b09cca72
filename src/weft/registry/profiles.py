"""Profiles of snapshots, kept as long as these are."""

from __future__ import annotations

from collections.abc import Iterable

from weft.names import LineName, SnapshotId
from weft.product.profiled import KeptProfile
from weft.registry.database import Database, Row, Transaction, chosen
from weft.registry.values import decoded, encoded, microseconds

KEEP = """
    INSERT INTO profiles (snapshot, line_name, profiled_at, value_json)
    SELECT id, ?, ?, ? FROM snapshots WHERE id = ?
    ON CONFLICT (snapshot) DO UPDATE SET profiled_at = excluded.profiled_at, value_json = excluded.value_json
"""
KEPT = "SELECT value_json FROM profiles WHERE snapshot IN (*)"
OF_LINE = "SELECT value_json FROM profiles WHERE line_name = ? ORDER BY snapshot"
FORGET = "DELETE FROM profiles WHERE snapshot NOT IN (SELECT id FROM snapshots)"


class SQLProfiles:
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, profile: KeptProfile) -> bool:
        values = (profile.line, microseconds(profile.profiled_at), encoded(profile), profile.snapshot)
        with self._database.writing() as transaction:
            return bool(transaction.run(KEEP, values))

    def kept(self, snapshots: Iterable[SnapshotId]) -> dict[SnapshotId, KeptProfile]:
        with self._database.reading() as transaction:
            found = [_value(row) for row in chosen(transaction, KEPT, sorted(set(snapshots)))]
        return {profile.snapshot: profile for profile in found}

    def of(self, line: LineName) -> tuple[KeptProfile, ...]:
        with self._database.reading() as transaction:
            return tuple(_value(row) for row in transaction.rows(OF_LINE, (line,)))


def forget(transaction: Transaction) -> None:
    """Those whose snapshots are gone."""
    transaction.run(FORGET)


def _value(row: Row) -> KeptProfile:
    found: KeptProfile = decoded(row[0], KeptProfile)
    return found
