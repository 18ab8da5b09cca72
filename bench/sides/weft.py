"""Weft: a workspace of one product a table, with its manifest, contract and SQL, as a team would write them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from bench.mesh import Columns, Mesh, Source, Table
from bench.processes import Command, Prepare, nothing

if TYPE_CHECKING:
    import duckdb

LOGICAL = {"BIGINT": "integer", "VARCHAR": "string", "DATE": "date", "DOUBLE": "number", "BOOLEAN": "boolean"}
PROD = ("--env", "prod")
"""Said, for a git checkout may make another environment the default."""
WEFT = str(Path(sys.executable).with_name("weft"))


class Weft:
    name = "Weft"

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder, self.data = folder, data
        self.editions = count(1)

    def write(self, mesh: Mesh) -> None:
        self.mesh = mesh
        shutil.rmtree(self.folder, ignore_errors=True)
        for table in mesh.tables:
            self._write_product(table)
        (self.folder / "mesh.yaml").write_text(f"name: {mesh.name}\n")

    def first_build(self) -> Command:
        return self.command("apply", *PROD, prepared=lambda: shutil.rmtree(self.folder / ".weft", ignore_errors=True))

    def nothing_changed(self) -> Mapping[str, Command]:
        return {"": self.command("plan", *PROD)}

    def leaf_changed(self) -> Mapping[str, Command]:
        return {"": self.command("apply", *PROD, prepared=self._edit)}

    def help(self) -> Command:
        return self.command("--help")

    def query(self) -> Command:
        """Of the smallest table there is."""
        table = self.mesh.tables[0]
        return self.command("query", *PROD, f"SELECT count(*) AS n FROM {table.domain}.{table.name}.{table.name}")

    def command(self, *arguments: str, prepared: Prepare = nothing) -> Command:
        return Command([WEFT, *arguments], self.folder, prepare=prepared)

    def relations(self, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
        from weft.session import open_session

        with open_session(self.folder) as session:
            published = {pointer.snapshot: line for line, pointer in session.recorded.pointers.items()}
            snapshots = session.registry.snapshots(published)
            store = session.settings.store
        return {
            published[name].split(".")[1]: f"read_parquet({[str(store / file.path) for file in snapshot.files]})"
            for name, snapshot in snapshots.items()
        }

    def _edit(self) -> None:
        self.edit(self.mesh.leaf, next(self.editions))

    def _write_product(self, table: Table) -> None:
        folder = self._folder(table)
        for part in ("contracts", "transforms"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder.parent / "domain.yaml").write_text(f"name: {table.domain}\ndescription: What {table.domain} owns.\n")
        if table.source:
            path = self.data.resolve() / table.source.path(self.data).name
            (folder / "contracts" / f"{table.source.name}.odcs.yaml").write_text(_expected(table.source, path))
        self.edit(table, 0)

    def edit(self, table: Table, edition: int) -> None:
        """Another edition means something else, and its version says so: Weft refuses one that claims less."""
        folder, sql = self._folder(table), table.sql(lambda name: name, edition)
        version = f"1.{edition}.0"
        (folder / "product.odps.yaml").write_text(_manifest(table, self.mesh.domain_of, version))
        (folder / "contracts" / f"{table.name}.odcs.yaml").write_text(_promise(table, version))
        (folder / "transforms" / f"{table.name}.sql").write_text(sql)

    def _folder(self, table: Table) -> Path:
        return self.folder / "domains" / table.domain / table.name


def _manifest(table: Table, domain_of: Mapping[str, str], version: str) -> str:
    inputs = [(name, f"{domain_of[name]}.{name}") for name in table.reads]
    if table.source:
        inputs.append((table.source.name, table.source.name))
    return f"""\
apiVersion: v1.1.0
kind: DataProduct
id: {table.domain}.{table.name}
name: {table.name.replace("_", " ").capitalize()}
version: 1.0.0
status: active
domain: {table.domain}
description:
  purpose: What {table.name} is for.
inputPorts:
{"".join(_INPUT.format(name=name, contract=contract) for name, contract in inputs)}outputPorts:
  - name: {table.name}
    version: {version}
    contractId: {table.domain}.{table.name}
"""


_INPUT = """\
  - name: {name}
    version: 1.0.0
    contractId: {contract}
"""


def _promise(table: Table, version: str) -> str:
    return _contract(f"{table.domain}.{table.name}", "", version) + _schema(table.name, table.columns, table.key)


def _expected(source: Source, path: Path) -> str:
    server = f"servers:\n  - server: files\n    type: local\n    path: {path}\n    format: {source.format}\n"
    return _contract(source.name, server) + _schema(source.name, source.columns)


def _contract(name: str, servers: str, version: str = "1.0.0") -> str:
    return f"apiVersion: v3.2.0\nkind: DataContract\nid: {name}\nname: {name}\nversion: {version}\nstatus: active\n{servers}"


def _schema(name: str, columns: Columns, key: str = "") -> str:
    properties = "".join(_property(column, its_type, column == key) for column, its_type in columns.items())
    return f"schema:\n  - name: {name}\n    logicalType: object\n    properties:\n{properties}"


def _property(name: str, its_type: str, is_key: bool) -> str:
    physical = "" if its_type in LOGICAL else f"        physicalType: {its_type}\n"
    key = "        primaryKey: true\n        primaryKeyPosition: 1\n" if is_key else ""
    return f"      - name: {name}\n        logicalType: {LOGICAL.get(its_type, 'number')}\n{physical}{key}"
