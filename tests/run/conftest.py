"""A small mesh in a folder, and a session on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.meshes import planes_and_departures, write_mesh

from weft.session import Session, open_session


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_mesh(tmp_path / "mesh", *planes_and_departures())


@pytest.fixture
def session(root: Path) -> Iterator[Session]:
    with open_session(root) as opened:
        yield opened
