"""Rows as a text can hold them: what CSV, JSON or Parquet has no type for is written as DuckDB writes it."""

from __future__ import annotations

from weft.engine.seam import Columns
from weft.names import identifier

NESTED = ("STRUCT(", "MAP(", "BLOB")
NOWHERE = ("INTERVAL", "BIT", "TIME WITH TIME ZONE", "UNION(", "VARIANT", "GEOMETRY")
"""What neither CSV nor Parquet has by way of Arrow."""


def flattened(columns: Columns, *, nested: bool = False) -> str:
    """What to select of rows with these columns; nothing, where they are flat as they are. `nested` leaves nested values and bytes."""
    as_text = [kind.startswith(NOWHERE) or (not nested and is_nested(kind)) for _, kind in columns]
    if not any(as_text):
        return ""
    return ", ".join(
        f"CAST({identifier(name)} AS VARCHAR) AS {identifier(name)}" if is_text else identifier(name)
        for (name, _), is_text in zip(columns, as_text, strict=True)
    )


def is_nested(kind: str) -> bool:
    return kind.endswith("]") or kind.startswith(NESTED)


def json_line(columns: Columns) -> str:
    """An expression for one JSON object of each row; nothing, where a value lies within another and only Python writes it right.

    Moments are ISO 8601, bytes base64, and what is no number null, as JSON has it.
    """
    if any(
        kind.endswith("]") or kind.startswith(("STRUCT(", "MAP(", "UNION(", "VARIANT", "JSON")) for _, kind in columns
    ):
        return ""
    fields = ", ".join(f"{identifier(name)} := {_in_json(identifier(name), kind)}" for name, kind in columns)
    return f"CAST(to_json(struct_pack({fields})) AS VARCHAR)"


def _in_json(column: str, kind: str) -> str:
    if kind in ("FLOAT", "DOUBLE"):
        return f"CASE WHEN isfinite({column}) THEN {column} END"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"replace(replace(CAST({column} AS VARCHAR), ' ', 'T'), '+00', 'Z')"
    if kind.startswith("TIMESTAMP"):
        return f"replace(CAST({column} AS VARCHAR), ' ', 'T')"
    if kind == "BLOB":
        return f"base64({column})"
    return f"CAST({column} AS VARCHAR)" if kind.startswith(NOWHERE) else column
