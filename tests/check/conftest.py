"""A right workspace of two domains, to be made wrong by a few files, and a real engine to check it with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from weft.check import check
from weft.engine.duckdb_engine import DuckDbEngine
from weft.errors import Fault
from weft.names import ProductName
from weft.settings import EngineSettings
from weft.workspace import load, read_settings

SOURCE = """\
apiVersion: v3.2.0
kind: DataContract
id: fleet.planes.file
version: 1.0.0
status: active
servers:
  - {server: file, type: local, path: ../data/planes.csv, format: csv}
schema:
  - name: planes_file
    properties:
      - {name: tailnum, logicalType: string}
      - {name: seats, logicalType: integer}
      - {name: built, logicalType: date}
"""
PLANES = """\
apiVersion: v3.2.0
kind: DataContract
id: fleet.planes
version: 1.2.0
status: active
schema:
  - name: planes
    properties:
      - {name: tailnum, logicalType: string, required: true, primaryKey: true}
      - {name: seats, logicalType: integer}
      - {name: age, logicalType: integer}
  - name: models
    properties:
      - {name: model, logicalType: string}
      - {name: planes, logicalType: integer}
"""
FLIGHTS = """\
apiVersion: v3.2.0
kind: DataContract
id: operations.flights
version: 1.0.0
status: active
schema:
  - name: departures
    properties:
      - {name: tailnum, logicalType: string}
      - {name: seats, logicalType: integer}
      - {name: half, logicalType: number}
"""
MANIFEST = """\
apiVersion: v1.1.0
kind: DataProduct
id: {id}
status: active
domain: {domain}
inputPorts:
  - {{name: {port}, contractId: {reads}, version: {version}}}
outputPorts:
  - {{name: {out}, contractId: {id}, version: {promises}}}
"""
FILES = {
    "mesh.yaml": "name: test\n",
    "domains/fleet/domain.yaml": "name: fleet\n",
    "domains/fleet/planes/product.odps.yaml": MANIFEST.format(
        id="fleet.planes",
        domain="fleet",
        port="plane_file",
        reads="fleet.planes.file",
        version="1.0.0",
        out="plane",
        promises="1.2.0",
    ),
    "domains/fleet/planes/contracts/file.odcs.yaml": SOURCE,
    "domains/fleet/planes/contracts/planes.odcs.yaml": PLANES,
    "domains/fleet/planes/transforms/planes.sql": "SELECT\n  tailnum,\n  seats,\n  year(built) AS age\nFROM plane_file\n",
    "domains/fleet/planes/transforms/models.sql": "SELECT tailnum AS model, count(*) AS planes\nFROM known\nGROUP BY ALL\n",
    "domains/fleet/planes/transforms/known.sql": "SELECT * FROM planes WHERE seats > 0\n",
    "domains/operations/domain.yaml": "name: operations\n",
    "domains/operations/flights/product.odps.yaml": MANIFEST.format(
        id="operations.flights",
        domain="operations",
        port="fleet",
        reads="fleet.planes",
        version="1.0.0",
        out="flight",
        promises="1.0.0",
    ),
    "domains/operations/flights/contracts/flights.odcs.yaml": FLIGHTS,
    "domains/operations/flights/transforms/departures.sql": "SELECT tailnum, seats, seats / 2 AS half\nFROM fleet.planes\n",
}


class World:
    """A workspace on disk. `wrong` writes files over it (None removes one, `before => after` changes it) and checks it."""

    def __init__(self, root: Path, engine: DuckDbEngine) -> None:
        self.root, self.engine = root, engine
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def change(self, files: Mapping[str, str | list[list[str]] | None]) -> None:
        for name, change in files.items():
            path = self.root / name
            if change is None:
                path.unlink()
            elif isinstance(change, str):
                self.write(name, change)
            else:
                text = path.read_text("utf-8")
                for before, after in change:
                    assert before in text, f"{name} has no {before!r}"
                    text = text.replace(before, after, 1)
                path.write_text(text, "utf-8")

    def faults(self, only: frozenset[ProductName] | None = None) -> tuple[Fault, ...]:
        loaded = load(read_settings(self.root))
        return check(loaded.mesh, loaded.faults, self.engine, only, self.root)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDbEngine]:
    engine = DuckDbEngine(EngineSettings(threads=1, memory="512MB"), ())
    yield engine
    engine.close()


@pytest.fixture
def world(tmp_path: Path, engine: DuckDbEngine) -> World:
    return World(tmp_path, engine)
