"""The floor: one Python process that imports DuckDB and runs a list of statements. No YAML, no registry, no names.

Each table is one COPY straight to Parquet, and its two checks are the one hand-written query that is quickest for both.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from bench.mesh import Mesh, Place, Table
from bench.processes import Command

if TYPE_CHECKING:
    import duckdb

SCRIPT = '''\
"""Written by the benchmark: each table's COPY, then its checks, each to return zeros."""
import duckdb

connection = duckdb.connect()
for copy, check in {statements}:
    connection.execute(copy)
    broken = connection.execute(check).fetchone()
    if any(broken):
        raise SystemExit(f"{{check}}: {{broken}}")
'''


class Raw:
    name = "raw DuckDB"

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder, self.data = folder, data
        self.made = folder / "made"
        self.editions = count(1)

    def write(self, mesh: Mesh) -> None:
        self.mesh = mesh
        self.made.mkdir(parents=True, exist_ok=True)
        self._write_script("all.py", [self._statements(table) for table in mesh.tables])

    def first_build(self) -> Command:
        return Command([sys.executable, "all.py"], self.folder, prepare=self._remove_made)

    def nothing_changed(self) -> Mapping[str, Command]:
        return {}

    def leaf_changed(self) -> Mapping[str, Command]:
        """As somebody would who knows that only the leaf must be made again."""
        return {"": Command([sys.executable, "leaf.py"], self.folder, prepare=self._edit)}

    def relations(self, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
        return {table.name: f"read_parquet('{self._path(table)}')" for table in self.mesh.tables}

    def _edit(self) -> None:
        self._write_script("leaf.py", [self._statements(self.mesh.leaf, next(self.editions))])

    def _write_script(self, name: str, statements: list[tuple[str, str]]) -> None:
        lines = "".join(f"    ({copy!r}, {check!r}),\n" for copy, check in statements)
        (self.folder / name).write_text(SCRIPT.format(statements=f"[\n{lines}]"))

    def _remove_made(self) -> None:
        shutil.rmtree(self.made)
        self.made.mkdir()

    def _statements(self, table: Table, edition: int = 0) -> tuple[str, str]:
        path = self._path(table)
        copy = f"COPY (\n{table.sql(self._place(), edition)}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
        return copy, both_checks(table.key, f"read_parquet('{path}')")

    def _path(self, table: Table) -> Path:
        return self.made / f"{table.name}.parquet"

    def _place(self) -> Place:
        sources = self.mesh.sources
        return lambda name: sources[name].relation(self.data) if name in sources else f"'{self.made / name}.parquet'"


def both_checks(key: str, relation: str) -> str:
    """Rows without the key, and keys given more than once."""
    return f"SELECT count(*) - count({key}), count({key}) - count(DISTINCT {key}) FROM {relation}"
