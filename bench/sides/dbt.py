"""dbt with DuckDB: a model a table, materialized as a table of one DuckDB file, and dbt's own tests not_null and unique."""

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

REQUIREMENTS = ("dbt-core==1.12.*", "dbt-duckdb==1.11.*")
QUIET = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
STATE = "state"
PROJECT = """\
name: bench
version: 1.0.0
config-version: 2
profile: bench
model-paths: [models]
models:
  bench:
    +materialized: table
"""
PROFILE = """\
bench:
  target: prod
  outputs:
    prod: {type: duckdb, path: warehouse.duckdb, threads: 2}
"""


class Dbt:
    name = "dbt"

    def __init__(self, folder: Path, data: Path, peers: Path) -> None:
        self.folder, self.data = folder, data
        self.dbt = str(environment(peers / "dbt", REQUIREMENTS) / "dbt")
        self.editions = count(1)

    def write(self, mesh: Mesh) -> None:
        self.mesh = mesh
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (self.folder / "dbt_project.yml").write_text(PROJECT)
        (self.folder / "profiles.yml").write_text(PROFILE)
        for table in mesh.tables:
            self._folder(table).mkdir(parents=True, exist_ok=True)
            self._write_sql(table, 0)
            (self._folder(table) / f"{table.name}.yml").write_text(self._properties(table))

    def first_build(self) -> Command:
        return self._build(prepared=self._remove_made)

    def nothing_changed(self) -> Mapping[str, Command]:
        """`state selection` compares with the manifest of the build before, kept as its users keep it."""
        return {"": self._build(), "state selection": self._build(*self._changed(), prepared=self._keep_state)}

    def leaf_changed(self) -> Mapping[str, Command]:
        return {
            "": self._build(prepared=self._edit),
            "state selection": self._build(*self._changed(), prepared=self._keep_state_and_edit),
        }

    def relations(self, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
        connection.execute(f"ATTACH IF NOT EXISTS '{self.folder / 'warehouse.duckdb'}' AS dbt (READ_ONLY)")
        return {table.name: f"dbt.main.{table.name}" for table in self.mesh.tables}

    def _build(self, *arguments: str, prepared: Prepare = nothing) -> Command:
        said = [self.dbt, "build", "--profiles-dir", ".", *arguments]
        return Command(said, self.folder, QUIET, prepared)

    def _changed(self) -> tuple[str, ...]:
        return ("--select", "state:modified+", "--state", STATE)

    def _remove_made(self) -> None:
        shutil.rmtree(self.folder / "target", ignore_errors=True)
        (self.folder / "warehouse.duckdb").unlink(missing_ok=True)

    def _keep_state(self) -> None:
        (self.folder / STATE).mkdir(exist_ok=True)
        shutil.copy(self.folder / "target" / "manifest.json", self.folder / STATE)

    def _edit(self) -> None:
        self._write_sql(self.mesh.leaf, next(self.editions))

    def _keep_state_and_edit(self) -> None:
        self._keep_state()
        self._edit()

    def _folder(self, table: Table) -> Path:
        return self.folder / "models" / table.domain

    def _write_sql(self, table: Table, edition: int) -> None:
        (self._folder(table) / f"{table.name}.sql").write_text(table.sql(self._place, edition))

    def _place(self, name: str) -> str:
        source = self.mesh.sources.get(name)
        return f"{{{{ source('{source.name}', '{source.name}') }}}}" if source else f"{{{{ ref('{name}') }}}}"

    def _properties(self, table: Table) -> str:
        columns = "".join(f"      - name: {name}\n{_TESTS if name == table.key else ''}" for name in table.columns)
        text = f"version: 2\nmodels:\n  - name: {table.name}\n    description: What {table.name} is for.\n    columns:\n{columns}"
        return text + (self._source(table) if table.source else "")

    def _source(self, table: Table) -> str:
        assert table.source
        relation = table.source.relation(self.data.resolve()).replace('"', '\\"')
        # dbt knows one name of a source's schema once: each file is a source of its own.
        return _SOURCE.format(name=table.source.name, relation=relation)


_TESTS = "        data_tests: [not_null, unique]\n"
_SOURCE = """\
sources:
  - name: {name}
    tables:
      - name: {name}
        config:
          external_location: "{relation}"
          formatter: oldstyle
"""
