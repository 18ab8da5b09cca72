"""The registry's schema: which version a registry has, and how a new one is made.

`sqlite.sql` and `postgresql.sql` are what the migrations come to, written out (`python -m weft.registry.migrating`), so that
a new registry needs neither Alembic nor SQLAlchemy; a test holds them to be the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from weft.errors import RegistryFault
from weft.names import sortable_id
from weft.registry.database import Transaction

VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012")
"""All that this Weft can read or migrate, oldest first."""
HEAD = VERSIONS[-1]
VERSION_TABLE = "schema_version"
COUNTERS = ("revision", "journal", "leases")
"""Whoever publishes, begins a run or leases counts up the one of these first: its row is the lock that the sweeper takes too."""


class State(Enum):
    ABSENT = "absent"
    OLDER = "older"
    CURRENT = "current"


def settled(transaction: Transaction, mesh: str, where: str) -> State:
    """Raises: RegistryFault where a newer Weft wrote it, or it is another mesh's."""
    if not transaction.has(VERSION_TABLE):
        return State.ABSENT
    version = transaction.rows(f"SELECT version_num FROM {VERSION_TABLE}")[0][0]
    if version not in VERSIONS:
        raise RegistryFault(
            f"the registry {where} has schema {version}, which is newer than this Weft knows ({HEAD})",
            mend="Upgrade Weft: `pip install --upgrade weft`.",
        )
    owner = transaction.rows("SELECT value FROM meta WHERE name = 'mesh'")[0][0]
    if owner != mesh:
        raise RegistryFault(
            f"the registry {where} belongs to the mesh '{owner}', not to '{mesh}'",
            mend=f"Say name: {owner} in mesh.yaml, or give '{mesh}' a registry of its own.",
        )
    return State.CURRENT if version == HEAD else State.OLDER


def created(transaction: Transaction, dialect: str, mesh: str) -> None:
    """Makes every table, unless somebody else just did."""
    if transaction.has(VERSION_TABLE):
        return
    for statement in statements(dialect):
        transaction.run(statement)
    identity = (("mesh", mesh), ("identity", sortable_id()), ("horizon", ""))
    transaction.run_many("INSERT INTO meta (name, value) VALUES (?, ?)", identity)
    transaction.run_many("INSERT INTO counters (name, value) VALUES (?, 0)", [(counter,) for counter in COUNTERS])


def statements(dialect: str) -> Iterator[str]:
    text = (Path(__file__).parent / f"{dialect}.sql").read_text(encoding="utf-8")
    # At the end of a line: a trigger has some within.
    return (statement.strip() for statement in text.split(";\n") if statement.strip())
