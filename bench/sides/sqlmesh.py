"""SQLMesh with DuckDB: a FULL model a table, with its own audits not_null and unique_values; state in the same DuckDB file."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from bench.mesh import Mesh, Table
from bench.processes import Command, Prepare, nothing
from bench.sides.peer import environment

if TYPE_CHECKING:
    import duckdb

REQUIREMENTS = ("sqlmesh==0.236.*", "duckdb")
QUIET = {"SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "true", "DO_NOT_TRACK": "1"}
CONFIG = """\
gateways:
  local:
    connection:
      type: duckdb
      database: warehouse.db
default_gateway: local
disable_anonymized_analytics: true
model_defaults:
  dialect: duckdb
  start: 2024-01-01
"""
MODEL = """\
MODEL (
  name mesh.{name},
  kind FULL,
  cron '@daily',
  audits (not_null(columns := ({key})), unique_values(columns := ({key})))
);

{sql}"""


class SqlMesh:
    name = "SQLMesh"

    def __init__(self, folder: Path, data: Path, peers: Path) -> None:
        self.folder, self.data = folder, data
        self.sqlmesh = str(environment(peers / "sqlmesh", REQUIREMENTS) / "sqlmesh")
        self.editions = count(1)

    def write(self, mesh: Mesh) -> None:
        self.mesh = mesh
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (self.folder / "config.yaml").write_text(CONFIG)
        for table in mesh.tables:
            self._folder(table).mkdir(parents=True, exist_ok=True)
            self._write_sql(table, 0)

    def first_build(self) -> Command:
        return self._plan(self._remove_made)

    def nothing_changed(self) -> Mapping[str, Command]:
        return {"": self._plan(), "run": Command([self.sqlmesh, "run"], self.folder, QUIET)}

    def leaf_changed(self) -> Mapping[str, Command]:
        return {"": self._plan(self._edit)}

    def relations(self, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
        connection.execute(f"ATTACH IF NOT EXISTS '{self.folder / 'warehouse.db'}' AS warehouse (READ_ONLY)")
        return {table.name: f"warehouse.mesh.{table.name}" for table in self.mesh.tables}

    def _plan(self, prepared: Prepare = nothing) -> Command:
        return Command([self.sqlmesh, "plan", "--no-prompts", "--auto-apply"], self.folder, QUIET, prepared)

    def _remove_made(self) -> None:
        shutil.rmtree(self.folder / ".cache", ignore_errors=True)
        for file in self.folder.glob("warehouse.db*"):
            file.unlink()

    def _edit(self) -> None:
        self._write_sql(self.mesh.leaf, next(self.editions))

    def _folder(self, table: Table) -> Path:
        return self.folder / "models" / table.domain

    def _write_sql(self, table: Table, edition: int) -> None:
        text = MODEL.format(name=table.name, key=table.key, sql=table.sql(self._place, edition))
        (self._folder(table) / f"{table.name}.sql").write_text(text)

    def _place(self, name: str) -> str:
        source = self.mesh.sources.get(name)
        return source.relation(self.data.resolve()) if source else f"mesh.{name}"
