"""A mesh to measure on, as one value that every side writes down in its own way: the same SQL, data and checks for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import duckdb

Columns = dict[str, str]
"""Names to DuckDB types, in order."""
Place = Callable[[str], str]
"""From the name of a source or a table to how one side's SQL says it."""


@dataclass(frozen=True)
class Source:
    """One file from outside. `rows` is the query that makes its content, the same on every machine."""

    name: str
    columns: Columns
    rows: str
    format: Literal["csv", "parquet"] = "parquet"

    def path(self, data: Path) -> Path:
        return data / f"{self.name}.{self.format}"

    def relation(self, data: Path) -> str:
        """How DuckDB's own SQL reads it, typed as promised. Without a sniffer: it takes 17 ms for a small file."""
        if self.format == "parquet":
            return f"read_parquet('{self.path(data)}')"
        types = ", ".join(f"'{name}': '{type_}'" for name, type_ in self.columns.items())
        return f"read_csv('{self.path(data)}', auto_detect = false, header = true, columns = {{{types}}})"

    def write(self, connection: duckdb.DuckDBPyConnection, data: Path) -> None:
        options = "FORMAT csv, HEADER" if self.format == "csv" else "FORMAT parquet, COMPRESSION zstd"
        connection.execute(f"COPY ({self.rows}) TO '{self.path(data)}' ({options})")


@dataclass(frozen=True)
class Table:
    """What one product publishes; two things are promised of it: `key` is never null, and unique.

    `template` is its SQL, in which `{name}` stands for what is read and `{edition}` for what a change changes.
    """

    domain: str
    name: str
    columns: Columns
    template: str
    reads: tuple[str, ...] = ()
    source: Source | None = None
    key: str = "id"

    def sql(self, place: Place, edition: int = 0) -> str:
        names = [*self.reads, *([self.source.name] if self.source else [])]
        return self.template.format(**{name: place(name) for name in names}, edition=edition)


@dataclass(frozen=True)
class Mesh:
    """Tables in an order in which each reads only from those before it. The last is a leaf: nobody reads it."""

    name: str
    tables: tuple[Table, ...]

    @cached_property
    def sources(self) -> dict[str, Source]:
        return {table.source.name: table.source for table in self.tables if table.source}

    @property
    def leaf(self) -> Table:
        return self.tables[-1]

    @cached_property
    def domain_of(self) -> dict[str, str]:
        return {table.name: table.domain for table in self.tables}

    def write_sources(self, data: Path) -> None:
        import duckdb

        data.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            for source in self.sources.values():
                if not source.path(data).exists():
                    source.write(connection, data)
