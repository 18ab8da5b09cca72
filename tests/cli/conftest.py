"""The command line as a test calls it, and a mesh that was applied once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.meshes import planes_and_departures, write_mesh
from typer.testing import CliRunner

from weft.cli.app import app


@dataclass(frozen=True)
class Said:
    """What a call printed and how it ended."""

    status: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, Any]:
        """The one object on standard output; anything beside it is an error."""
        found: dict[str, Any] = json.loads(self.out)
        assert isinstance(found, dict)
        return found


Weft = Callable[..., Said]


def call(*arguments: str, mesh: Path | None = None, given: str = "") -> Said:
    more = ("--mesh", str(mesh)) if mesh else ()
    result = CliRunner().invoke(app, [*arguments, *more], input=given, prog_name="weft")
    assert "Traceback" not in result.output
    return Said(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def weft() -> Weft:
    return call


@pytest.fixture(scope="session")
def flights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three products in a row, applied; only to be read."""
    root = write_mesh(tmp_path_factory.mktemp("cli") / "mesh", *planes_and_departures())
    assert call("apply", mesh=root).status == 0
    return root


@pytest.fixture
def unbuilt(tmp_path: Path) -> Path:
    """The same products, written and not applied."""
    return write_mesh(tmp_path / "mesh", *planes_and_departures())
