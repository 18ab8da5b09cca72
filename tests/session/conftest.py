"""Real meshes, opened as a notebook opens them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.meshes import A, Made, Source, planes_and_departures, write_mesh

import weft

SCRIPT = '<script>alert("N0")</script>'
WORDS = A(
    "notes.words",
    [Made("word", {"id": "integer key", "text": "string"}, "SELECT id, text FROM word_file ORDER BY id")],
    [
        Source(
            "word_file",
            {"id": "integer", "text": "string"},
            f'id,text\n1,"{SCRIPT.replace(chr(34), chr(34) * 2)}"\n2,\n',
        )
    ],
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_mesh(tmp_path / "mesh", *planes_and_departures())


@pytest.fixture
def fresh(root: Path) -> Iterator[weft.OpenMesh]:
    """Nothing is applied yet."""
    with weft.open(root) as mesh:
        yield mesh


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All is applied; to be read only."""
    root = write_mesh(tmp_path_factory.mktemp("published") / "mesh", *planes_and_departures(), WORDS)
    weft.open(root).apply().raise_for_failure()
    return root


@pytest.fixture
def mesh(published: Path) -> Iterator[weft.OpenMesh]:
    with weft.open(published) as opened:
        yield opened
