"""A registry of each kind, and one who publishes in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from weft.registry import open_registry
from weft.registry.seam import Registry
from weft.settings import Settings

from .publications import Publisher, settings_of

SCHEMAS = count(1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_of(tmp_path)


@pytest.fixture
def sqlite(settings: Settings) -> Iterator[Registry]:
    registry = open_registry(settings)
    yield registry
    registry.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "sqlite":
        return settings_of(tmp_path)
    return settings_of(tmp_path, schema_url(request.getfixturevalue("postgres_server")))


def schema_url(server: Any) -> str:
    """A schema of its own for each test: a database for each takes thirty times as long."""
    import psycopg

    name = f"registry_{next(SCHEMAS)}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
    return f"{server.url('postgres')}?options=-csearch_path%3D{name}"


@pytest.fixture
def registry(any_settings: Settings) -> Iterator[Registry]:
    """Each kind in turn."""
    opened = open_registry(any_settings)
    yield opened
    opened.close()


@pytest.fixture
def publisher(registry: Registry) -> Publisher:
    return Publisher(registry, registry.journal.begin("prod", "apply", "ann"))
