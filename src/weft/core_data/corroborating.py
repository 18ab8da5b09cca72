"""How many sources say what survived, and how many say anything: field by field."""

from __future__ import annotations

from weft.core_data.wording import value_of
from weft.engine.text import literal
from weft.names import identifier
from weft.product.core_data import CoreData


def corroboration_sql(core: CoreData) -> str:
    """One row for each entity and field that any of its sources says, by both: the value, the sources that agree, those that say one, the
    variants. Where all records say the same, nothing has to be counted but who says it; the others are counted first.
    """
    names = sorted(field.name for field in core.fields)
    counted = ", ".join(f"count_{at} AS ({_counted(name)})" for at, name in enumerate(names))
    rows = ", ".join(_row(at, name) for at, name in enumerate(names))
    joins = " ".join(f"LEFT JOIN count_{at} AS c{at} USING (core_id)" for at, _ in enumerate(names))
    return (
        f"WITH {counted}, listed AS (SELECT core_id, [{rows}] AS told FROM survived JOIN gathered AS g USING (core_id) {joins} ORDER BY core_id), "
        "single AS (SELECT core_id, unnest(told) AS one FROM listed) SELECT core_id, one.field, one.value, one.agreeing, one.saying, one.variants "
        "FROM single WHERE one.value IS NOT NULL OR one.saying > 0"
    )


def _counted(field: str) -> str:
    """What is counted of the entities whose records differ in a field."""
    said = value_of(field)
    return (
        f"SELECT s.core_id, bit_count(bit_or(CASE WHEN s.{said} = e.{identifier(field)} THEN 1::UBIGINT << s.src END)) AS agreeing, "
        f"count(DISTINCT s.{said}) AS variants FROM said AS s JOIN gathered AS g USING (core_id) JOIN survived AS e USING (core_id) "
        f"WHERE g.min_{said} <> g.max_{said} OR e.{identifier(field)} IS NULL GROUP BY s.core_id"
    )


def _row(at: int, field: str) -> str:
    said = value_of(field)
    saying = f"coalesce(bit_count(g.by_{said}), 0)"
    return (
        f"struct_pack(field := {literal(field)}, value := CAST(survived.{identifier(field)} AS VARCHAR), "
        f"agreeing := coalesce(c{at}.agreeing, CASE WHEN c{at}.core_id IS NULL THEN {saying} ELSE 0 END)::BIGINT, saying := {saying}::BIGINT, "
        f"variants := coalesce(c{at}.variants, CASE WHEN {saying} > 0 THEN 1 ELSE 0 END)::BIGINT)"
    )
