"""`weft test --unit`: given these input rows, these come out; in memory, with nothing published read."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weft.engine.seam import Bench, Columns
from weft.errors import Misuse, Place, WeftError, did_you_mean
from weft.names import ProductName, identifier, sortable_id
from weft.plan.fingerprint import made_by
from weft.product.contract import Scalar
from weft.product.mesh import Read
from weft.product.product import Product
from weft.run.computing import Computing
from weft.run.core_step import CoreStep
from weft.run.workshop import Workshop

if TYPE_CHECKING:
    import pyarrow as pa

Value = Scalar | Sequence["Value"] | Mapping[str, "Value"]
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Case:
    """One example of a transform: rows by input name, and the rows that must come out (only their columns are compared)."""

    product: ProductName
    table: str
    """What the file is named after: a table or a step, `departures@1` for a line of its own."""
    name: str
    given: Mapping[str, Sequence[Row]]
    expect: Sequence[Row]
    as_of: datetime | None = None
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """`missing` rows were expected and did not come out; `surplus` rows came out and were not expected."""

    case: Case
    passed: bool
    missing: tuple[Row, ...] = ()
    surplus: tuple[Row, ...] = ()
    message: str = ""
    seconds: float = 0.0


def try_case(shop: Workshop, case: Case) -> CaseResult:
    """Runs one example. A fault of the transform is a result that says so, not an error."""
    began = time.perf_counter()
    bench = shop.engine.bench(case.as_of or datetime.now(UTC))
    try:
        came = _computed(shop, bench, case)
        missing, surplus = _difference(bench, came, case)
        return CaseResult(case, not missing and not surplus, missing, surplus, "", time.perf_counter() - began)
    except WeftError as error:
        return CaseResult(case, False, message=str(error), seconds=time.perf_counter() - began)
    finally:
        bench.close()


def _computed(shop: Workshop, bench: Bench, case: Case) -> pa.Table:
    product = shop.mesh.product(case.product)
    reads = shop.mesh.reads(product)
    if case.table not in made_by(product):
        raise Misuse(
            f"the test is named after '{case.table}', which no transform of {product.name} makes",
            place=case.place,
            mend=did_you_mean(case.table, made_by(product)),
        )
    known = {*reads, *made_by(product)}
    for name in case.given:
        if name not in known:
            raise Misuse(
                f"'{name}' is given, which is no input of {product.name}",
                place=case.place,
                mend=did_you_mean(name, known),
            )

    def offer(name: str) -> None:
        bench.step(name, _rows_sql(case.given.get(name, ()), _columns(product, reads, name, case)), stored=True)

    scratch, as_of = shop.settings.private / "scratch", case.as_of or datetime.now(UTC)
    core = CoreStep(shop, product, product.core, scratch / sortable_id(), as_of) if product.core else None
    computing = Computing(product, bench, as_of, shop.root, scratch, core=core)
    standing = (case.given.keys() & made_by(product).keys()) - {case.table}
    try:
        for key in computing.arranged({case.table}, standing, offer):
            return bench.arrow(f"SELECT * FROM (\n{_bare(computing.sql(key))}\n) AS result").read_all()
    finally:
        if core is not None:
            shutil.rmtree(core.into, ignore_errors=True)
    raise Misuse(f"'{case.table}' is given and tested at once", place=case.place)


def _columns(product: Product, reads: Mapping[str, Read], name: str, case: Case) -> Columns:
    """What an input or a given step looks like: as promised; a step of the product's own as its rows say."""
    if name in reads:
        return tuple((column.name, column.type) for column in reads[name].table.columns)
    lines = product.lines_made
    for _, contract, table in product.promises:
        if lines.get(name) == product.line(table.name, contract.line):
            return tuple((column.name, column.type) for column in table.columns)
    rows = case.given.get(name, ())
    names = dict.fromkeys(column for row in rows for column in row)
    return tuple((column, _guessed([row.get(column) for row in rows])) for column in names)


def _guessed(values: Sequence[Value]) -> str:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "BOOLEAN"
    if kinds == {int}:
        return "BIGINT"
    return "DOUBLE" if kinds and kinds <= {int, float} else "VARCHAR"


def _bare(sql: str) -> str:
    return sql.rstrip().rstrip(";")


def _rows_sql(rows: Sequence[Row], columns: Columns) -> str:
    """A query that returns rows written as YAML, cast to the columns' types; a column that a row leaves out is null."""
    casts = ", ".join(f"CAST({identifier(name)} AS {kind}) AS {identifier(name)}" for name, kind in columns)
    names = ", ".join(identifier(name) for name, _ in columns)
    if not rows:
        empty = ", ".join("NULL" for _ in columns)
        return f"SELECT {casts} FROM (VALUES ({empty})) AS given({names}) LIMIT 0"
    values = ", ".join(f"({', '.join(_literal(row.get(name)) for name, _ in columns)})" for row in rows)
    return f"SELECT {casts} FROM (VALUES {values}) AS given({names})"


def _literal(value: Value) -> str:
    """A value as text that DuckDB casts: `[1, 2]`, `{'a': 1}`."""
    if value is None:
        return "NULL"
    return "'" + _text(value).replace("'", "''") + "'"


def _text(value: Value, *, nested: bool = False) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"'{name}': {_text(inner, nested=True)}" for name, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_text(inner, nested=True) for inner in value) + "]"
    if value is None:
        return "NULL"
    return "'" + str(value).replace("'", "\\'") + "'" if nested and isinstance(value, str) else str(value)


def _difference(bench: Bench, came: pa.Table, case: Case) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Rows as a bag: in any order, each as often as expected; only the columns that an expected row names are compared."""
    names = list(dict.fromkeys(column for row in case.expect for column in row)) or came.column_names
    for name in names:
        if name not in came.column_names:
            mend = did_you_mean(name, came.column_names)
            raise Misuse(
                f"column '{name}' is expected, which {case.table} does not return", place=case.place, mend=mend
            )
    found = came.select(names).to_pylist()
    types = _types(bench, came, names)
    expected = bench.arrow(_rows_sql(case.expect, types)).read_all().to_pylist() if case.expect else []
    left = list(found)
    missing = []
    for row in expected:
        match = next((other for other in left if _equal(row, other)), None)
        if match is None:
            missing.append(row)
        else:
            left.remove(match)
    return tuple(missing), tuple(left)


def _types(bench: Bench, came: pa.Table, names: Sequence[str]) -> Columns:
    bench.offer_arrow("result_of_case", came.to_reader())
    described = bench.arrow("DESCRIBE SELECT * FROM result_of_case").read_all().to_pylist()
    types = {row["column_name"]: row["column_type"] for row in described}
    return tuple((name, types[name]) for name in names)


def _equal(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(one) and math.isnan(other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_equal(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_equal(a, b) for a, b in zip(one, other, strict=True))
    return one == other
