"""How many sources say what survived, and how many say anything: field by field."""

from __future__ import annotations

from weft.core_data.wording import value_of
from weft.engine.text import literal
from weft.names import identifier
from weft.product.core_data import CoreData


def corroboration_sql(core: CoreData) -> str:
    """One row for each entity and field that any of its sources says: the value, the sources that agree, those that say one, the variants."""
    return " UNION ALL ".join(_of(field.name) for field in core.fields)


def _of(field: str) -> str:
    value, said = identifier(field), identifier(value_of(field))
    return (
        f"SELECT e.core_id, {literal(field)} AS field, CAST(any_value(e.{value}) AS VARCHAR) AS value, "
        f"count(DISTINCT s.src) FILTER (s.{said} = e.{value}) AS agreeing, count(DISTINCT s.src) AS saying, count(DISTINCT s.{said}) AS variants "
        f"FROM survived AS e JOIN said AS s USING (core_id) WHERE s.{said} IS NOT NULL GROUP BY e.core_id"
    )
