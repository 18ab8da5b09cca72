"""Suggestions written into an ODCS document: what a person wrote stays as it is, and what it says already is not said again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from weft.product.contract import Column, Table
from weft.profile.suggesting.values import Suggestion
from weft.standards.appending import appended
from weft.standards.document import Path, read


def unsaid(table: Table, suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """What the contract's table does not promise yet, in whatever words."""
    names = {rule.name for rule in table.rules}
    metrics = {
        (rule.column or "", rule.metric, *sorted(rule.arguments)) for rule in table.rules if rule.kind == "library"
    }
    return tuple(one for one in suggestions if one.name not in names and not _is_said(one, table, metrics))


def _is_said(one: Suggestion, table: Table, metrics: set[tuple[str | None, ...]]) -> bool:
    metric = one.rule.get("metric")
    if metric and (one.column, metric, *sorted(one.rule.get("arguments", ()))) in metrics:
        return one.column != "" or metric == "rowCount"
    column = table.column(one.column) if one.column else None
    return column is not None and _promises(column, one, table)


def _promises(column: Column, one: Suggestion, table: Table) -> bool:
    """Whether the column's own fields say it."""
    limits = column.limits
    match one.kind:
        case "nulls":
            return column.required or bool(column.key_position)
        case "unique":
            return column.unique or table.key == (column.name,)
        case "values" | "constant":
            return bool(limits.enum)
        case "pattern" | "form":
            return bool(limits.pattern or limits.format)
        case "range":
            bounds = (limits.minimum, limits.maximum, limits.exclusive_minimum, limits.exclusive_maximum)
            return sum(bound is not None for bound in bounds) >= 2
        case "relationship":
            return any(relationship.columns == (column.name,) for relationship in table.relationships)
        case _:
            return False


def with_suggestions(text: str, table: str, suggestions: Sequence[Suggestion]) -> str:
    """The document with these rules at the end of its columns' and its table's own; equal to what it was where there are none.

    Raises: KeyError, where the document has no such table or column.
    """
    if not suggestions:
        return text
    schema = read(text, table).mapping().get("schema") or []
    places: dict[Path, list[Any]] = {}
    for one in suggestions:
        places.setdefault(_where(schema, table, one), []).append(_entry(one))
    return appended(text, places.items())


def _entry(one: Suggestion) -> Any:
    return one.rule["relationships"] if one.kind == "relationship" else dict(one.rule)


def _where(schema: list[dict[str, Any]], table: str, one: Suggestion) -> Path:
    """The list of rules, or of relationships, of its column or of the table."""
    at = _place(schema, table)
    field = "relationships" if one.kind == "relationship" else "quality"
    if not one.column:
        return ("schema", at, field)
    return ("schema", at, "properties", _place(schema[at].get("properties") or [], one.column), field)


def _place(named: list[dict[str, Any]], name: str) -> int:
    for at, one in enumerate(named):
        if one.get("name") == name:
            return at
    raise KeyError(name)
