"""What a relation of the `mesh` domain is: its name, its columns with what each says, and how its rows are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from weft.registry.facts.ledger import Ledger

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["text", "integer", "real", "boolean", "time", "texts"]
DUCKDB_TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "real": "DOUBLE",
    "boolean": "BOOLEAN",
    "time": "TIMESTAMP WITH TIME ZONE",
    "texts": "VARCHAR[]",
}


@dataclass(frozen=True, slots=True)
class FactColumn:
    """Times are in UTC. What is not known is NULL, what is not said is ''."""

    name: str
    kind: Kind
    description: str

    @property
    def type(self) -> str:
        """As DuckDB calls it."""
        return DUCKDB_TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Relation:
    """`key` names the columns that tell one row from another; `rows` gives tuples in the order of columns, times in microseconds."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[FactColumn, ...]
    rows: Callable[[Ledger], Iterable[tuple[Any, ...]]]
    fresh: Callable[[Ledger], Iterable[tuple[Any, ...]]] | None = None
    """More rows, which any question may change: they are read each time, and the others are kept by the registry's state."""
    order: tuple[str, ...] = ()
    """The columns that it is ordered by, where both kinds of rows are put together."""
    is_of_publishes: bool = False
    """Whether nothing but a publish changes what is kept of it in `prod`."""

    def table(self, ledger: Ledger) -> pa.Table:
        """All its rows."""
        kept = self.kept(ledger)
        return kept if self.fresh is None else self.joined(kept, self.of(self.fresh(ledger)))

    def kept(self, ledger: Ledger) -> pa.Table:
        """The rows that stand while the registry does."""
        return self.of(self.rows(ledger))

    def joined(self, kept: pa.Table, fresh: pa.Table) -> pa.Table:
        import pyarrow as pa

        found = pa.concat_tables((kept, fresh))
        return found.sort_by([(column, "ascending") for column in self.order]) if self.order else found

    def of(self, found: Iterable[tuple[Any, ...]]) -> pa.Table:
        """Rows as an Arrow table with this relation's columns."""
        import pyarrow as pa

        schema = self.schema()
        rows = list(found)
        if not rows:
            return schema.empty_table()
        values = zip(*rows, strict=True)
        return pa.table([pa.array(v, f.type) for v, f in zip(values, schema, strict=True)], schema=schema)

    def schema(self) -> pa.Schema:
        import pyarrow as pa

        types = {
            "text": pa.string(),
            "integer": pa.int64(),
            "real": pa.float64(),
            "boolean": pa.bool_(),
            "time": pa.timestamp("us", tz="UTC"),
            "texts": pa.list_(pa.string()),
        }
        return pa.schema([pa.field(column.name, types[column.kind]) for column in self.columns])


def text(name: str, description: str) -> FactColumn:
    return FactColumn(name, "text", description)


def integer(name: str, description: str) -> FactColumn:
    return FactColumn(name, "integer", description)


def real(name: str, description: str) -> FactColumn:
    return FactColumn(name, "real", description)


def boolean(name: str, description: str) -> FactColumn:
    return FactColumn(name, "boolean", description)


def time(name: str, description: str) -> FactColumn:
    return FactColumn(name, "time", description)


def texts(name: str, description: str) -> FactColumn:
    return FactColumn(name, "texts", description)
