"""A registry with an audit trail, and its witness."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from weft.governance.audit.signing import Witness, witness
from weft.product.audit import AuditedRead, Decided, Ending
from weft.registry import open_registry
from weft.registry.seam import Registry
from weft.settings import Settings

READ = AuditedRead("ann", "api", {"fleet.planes.plane@1": ("tail", "seats")}, "SELECT * FROM fleet.planes.plane")
DONE = Ending("done", 3, 99, 12)
GRANTED = Decided("eve", "agreement", "granted", "ann reads fleet.planes.plane", "she asked well", ("fleet",))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    url = f"sqlite:///{tmp_path}/.weft/registry.db"
    return Settings("flights", tmp_path, tmp_path / "domains", url, tmp_path / ".weft" / "store")


@pytest.fixture
def registry(settings: Settings) -> Iterator[Registry]:
    opened = open_registry(settings)
    yield opened
    opened.close()


@pytest.fixture
def trail(registry: Registry, settings: Settings) -> Witness:
    """Nine records, with a head of the sixth and one of the last."""
    found = witness(settings, registry.audit)
    for _ in range(3):
        registry.audit.complete(registry.audit.begin(READ), DONE)
        registry.audit.chain.tail()
    found.sign()
    registry.audit.decided(*[GRANTED] * 3)
    found.sign()
    return found


Change = Callable[[str], None]


@pytest.fixture
def change(settings: Settings) -> Change:
    """Somebody who may do anything to the registry, triggers and all."""

    def changed(statements: str) -> None:
        with closing(sqlite3.connect(settings.registry.removeprefix("sqlite:///"))) as connection:
            connection.executescript(
                f"DROP TRIGGER IF EXISTS audit_unchanged; DROP TRIGGER IF EXISTS audit_kept; {statements}"
            )

    return changed
