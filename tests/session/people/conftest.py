"""A registry of each kind, and one of SQLite, with room for people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.registry.publications import settings_of

from weft.registry import open_registry

from .crowd import People


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    settings = settings_of(tmp_path)
    registry = open_registry(settings)
    yield People(registry, settings)
    registry.close()
