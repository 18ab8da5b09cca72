"""A source contract over a folder of the test's own, and its data once it has arrived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from weft.names import ProductName
from weft.product.contract import Column, Contract, Scalar, Server, Table
from weft.product.mesh import Read
from weft.product.product import InputPort, Product
from weft.product.snapshot import SourceState
from weft.sources import Arrival, Request, arrive, state


@dataclass(frozen=True)
class Source:
    """A read of one table from one server, in a mesh whose root is a folder of its own."""

    root: Path
    read: Read
    product: Product

    def arrives(self, previous: SourceState | None = None) -> Arrival:
        return arrive(Request(self.read, self.product, self.root, self.root / "out.parquet", previous))

    def rows(self) -> list[tuple[Any, ...]]:
        files = [str(file) for file in self.arrives().files]
        with duckdb.connect() as connection:
            return connection.read_parquet(files).fetchall() if files else []

    def state(self, previous: SourceState | None = None) -> SourceState:
        return state(self.read, self.product, self.root, previous)


Sources = Callable[..., Source]


@pytest.fixture
def source(tmp_path: Path) -> Sources:
    """`source({"a": "VARCHAR"}, path="a.csv", nullValues="NA")`: fields of the standard, all else options."""

    def made(columns: Mapping[str, str] | list[Column], type_: str = "local", **said: Any) -> Source:
        told = [Column(name, kind) for name, kind in columns.items()] if isinstance(columns, Mapping) else columns
        table = Table("rows", tuple(told), physical_name=str(said.pop("table", "")))
        names = (
            "path",
            "format",
            "location",
            "endpointUrl",
            "host",
            "port",
            "database",
            "schema",
            "delimiter",
            "encoding",
        )
        fields = {name: value for name, value in said.items() if name in names}
        options: dict[str, Scalar] = said.pop("options", {})
        options |= {name: value for name, value in said.items() if name not in names}
        contract = Contract(
            "c", "1.0.0", (table,), "product/c.odcs.yaml", servers=(Server("s", type_, fields, options),)
        )
        product = Product(ProductName("a.b"), "id", "product", "", (contract,))
        (tmp_path / "product").mkdir(exist_ok=True)
        return Source(tmp_path, Read("rows", InputPort("rows", "c"), table, contract), product)

    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the contract lies: what its paths are relative to."""
    (tmp_path / "product").mkdir(exist_ok=True)
    return tmp_path / "product"
