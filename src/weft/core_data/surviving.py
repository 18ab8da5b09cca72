"""One row for each entity: of what its records say, the value that survives, by the criteria that core.yaml gives in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.core_data.wording import value_of
from weft.names import identifier
from weft.product.core_data import CoreData, Criterion

if TYPE_CHECKING:
    import duckdb


def units_of(core: CoreData) -> tuple[tuple[str, ...], ...]:
    """Fields that survive together, and each other field of its own, in the order of their first fields."""
    together = {field: group for group in core.survivorship.together for field in group}
    return tuple(dict.fromkeys(together.get(field.name, (field.name,)) for field in core.fields))


def survive(connection: duckdb.DuckDBPyConnection, core: CoreData, *, is_kept: bool) -> None:
    """Makes `survived`: core_id, every field's surviving value under its own name, records, sources, updated_on.

    A value that all records share needs no criteria; they are asked of the others alone. With `is_kept`, of entities whose records say what
    they said nothing is made: all that are not in `changed` stay as they were published.
    """
    some = "SEMI JOIN renewed USING (rid)" if is_kept else ""
    connection.execute(
        f"CREATE TABLE changed AS SELECT core_id FROM crosswalked {some} UNION SELECT core_id FROM past {some} "
        "UNION SELECT core_id FROM past WHERE rid IS NULL"
    )
    _make_said(connection, core)
    for at, unit in enumerate(units_of(core)):
        _make_unit(connection, core, at, unit)
    chosen = ", ".join(_chosen(at, unit) for at, unit in enumerate(units_of(core)))
    joins = " ".join(f"LEFT JOIN unit_{at} USING (core_id)" for at, _ in enumerate(units_of(core)))
    connection.execute(
        f"CREATE TABLE survived AS SELECT core_id, {chosen}, records, sources, updated_on FROM gathered {joins} ORDER BY core_id"
    )


def _make_said(connection: duckdb.DuckDBPyConnection, core: CoreData) -> None:
    fields = [value_of(field.name) for field in core.fields]
    rank = {name: at for at, name in enumerate(core.survivorship.sources)}
    ranks = " ".join(
        f"WHEN {at} THEN {rank.get(source.name, len(rank) + at)}" for at, source in enumerate(core.sources)
    )
    filled = " + ".join(f"({identifier(field)} IS NOT NULL)::INTEGER" for field in fields)
    columns = ", ".join(identifier(field) for field in fields)
    connection.execute(
        f"CREATE OR REPLACE TABLE said AS SELECT c.core_id, r.rid, r.src, CASE r.src {ranks} END AS source_rank, r.updated, {filled} AS filled, {columns} "
        "FROM record AS r JOIN (FROM crosswalked SEMI JOIN changed USING (core_id)) AS c USING (rid)"
    )
    ends = ", ".join(
        f"min({field}) AS min_{field}, max({field}) AS max_{field}, count({field}) AS n_{field}, "
        f"bit_or(CASE WHEN {field} IS NOT NULL THEN 1::UBIGINT << src END) AS by_{field}"
        for field in fields
    )
    connection.execute(
        "CREATE OR REPLACE TABLE gathered AS SELECT core_id, count(*) AS records, bit_count(bit_or(1::UBIGINT << src)) AS sources, "
        f"CAST(max(updated) AS DATE) AS updated_on, {ends} FROM said GROUP BY core_id"
    )


def _make_unit(connection: duckdb.DuckDBPyConnection, core: CoreData, at: int, unit: tuple[str, ...]) -> None:
    """`unit_N`: the values of the entities whose records differ in them."""
    columns = ", ".join(identifier(value_of(field)) for field in unit)
    differs = " OR ".join(_differs(field, is_alone=len(unit) == 1) for field in unit)
    filled = " + ".join(f"({identifier(value_of(field))} IS NOT NULL)::INTEGER" for field in unit)
    said = " OR ".join(f"s.{identifier(value_of(field))} IS NOT NULL" for field in unit)
    order = ", ".join([*(_order(one) for one in _criteria(core, unit)), "first"])
    kept = ", ".join(f"{identifier(value_of(field))} AS {identifier(f'u{at}_{field}')}" for field in unit)
    connection.execute(
        f"CREATE OR REPLACE TABLE unit_{at} AS SELECT core_id, {kept} FROM (SELECT s.core_id, {columns}, count(DISTINCT s.src) AS agreement, "
        f"min(source_rank) AS source, max(updated) AS recency, max(filled * 100 + {filled}) AS completeness, min(rid) AS first FROM said AS s "
        f"SEMI JOIN (SELECT core_id FROM gathered WHERE {differs}) AS g USING (core_id) WHERE {said} GROUP BY s.core_id, {columns}) "
        f"QUALIFY row_number() OVER (PARTITION BY core_id ORDER BY {order}) = 1"
    )


def _differs(field: str, *, is_alone: bool) -> str:
    """Whether records of an entity differ in a field; in a group of fields, a record that says nothing differs too."""
    name = value_of(field)
    unequal = f"min_{name} <> max_{name}"
    return unequal if is_alone else f"{unequal} OR n_{name} NOT IN (0, records)"


def _criteria(core: CoreData, unit: tuple[str, ...]) -> tuple[Criterion, ...]:
    return next(
        (core.survivorship.fields[field] for field in unit if field in core.survivorship.fields), core.survivorship.by
    )


def _order(criterion: Criterion) -> str:
    return {
        "agreement": "agreement DESC",
        "source": "source",
        "recency": "recency DESC NULLS LAST",
        "completeness": "completeness DESC",
    }[criterion]


def _chosen(at: int, unit: tuple[str, ...]) -> str:
    """A value that differed is the one chosen; all others are what all records say."""
    first = f"unit_{at}.core_id"
    return ", ".join(
        f"CASE WHEN {first} IS NULL THEN min_{value_of(field)} ELSE {identifier(f'u{at}_{field}')} END AS {identifier(field)}"
        for field in unit
    )
