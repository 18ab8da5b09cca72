"""Whether a column rises or falls with the rows: looked for in the sample, and made sure of in all rows."""

from __future__ import annotations

from typing import Any

from weft.profile.ground import Ground, Held

FEWEST = 3
"""Rows below which an order says nothing."""


def look_at_order(ground: Ground) -> None:
    """Of columns without nulls; a constant one is known by its distinct values."""
    whole = [c for c in ground.of("number", "text", "moment") if ground.facts[c.at]["nulls"] == 0]
    varied = [c for c in whole if ground.facts[c.at]["distinct"] > 1 and ground.rows >= FEWEST]
    for column in ground.columns:
        if ground.facts[column.at]["distinct"] == 1 and column.is_shown:
            ground.facts[column.at]["order"] = "constant"
    ordered = {column: found for column, found in _ordered(varied, ground.s, ground) if found}
    if ground.is_sampled and ordered:
        ordered = {column: found for column, found in _ordered(list(ordered), ground.t, ground) if found}
    for column, (order, strict) in ordered.items():
        ground.facts[column.at].update(order=order, is_strictly_ordered=strict)


def _ordered(columns: list[Held], rows: str, ground: Ground) -> list[tuple[Held, Any]]:
    if not columns:
        return []
    neighbours = ", ".join(f"{c.sql}, lag({c.sql}) OVER () AS p{c.at}" for c in columns)
    asked = ", ".join(
        f"bool_and({c.sql} >= p{c.at}), bool_and({c.sql} <= p{c.at}), bool_and({c.sql} <> p{c.at})" for c in columns
    )
    row = ground.looking.rows(f"SELECT {asked} FROM (SELECT {neighbours} FROM {rows})")[0]
    found: list[tuple[Held, Any]] = []
    for at, column in enumerate(columns):
        rises, falls, differs = row[at * 3 : at * 3 + 3]
        order = "rising" if rises else "falling" if falls else ""
        found.append((column, (order, bool(differs)) if order else None))
    return found
