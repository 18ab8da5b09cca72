"""Bits of SQL text: quoting, and the author's own statement made ready to stand inside another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from weft.engine.seam import Columns


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def relation(name: str) -> str:
    """`port.table` is a table of the schema `port`."""
    return ".".join(identifier(part) for part in name.split("."))


def listed(names: Iterable[str]) -> str:
    return ", ".join(identifier(name) for name in names)


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def instant(moment: datetime) -> str:
    """A moment in UTC, as DuckDB reads it; one without a zone is taken to be UTC already."""
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).strftime("%Y-%m-%d %H:%M:%S.%f")


def parquet(files: Sequence[Path]) -> str:
    """A relation over files; folder names that look like `key=value` are no columns."""
    paths = ", ".join(literal(str(file)) for file in files)
    return f"read_parquet([{paths}], hive_partitioning=false)"


def rows_of(files: Sequence[Path], columns: Columns) -> str:
    """A query over files with the promised types, which Parquet does not keep all of; no files are no rows."""
    chosen = ", ".join(f"CAST({identifier(name)} AS {type_}) AS {identifier(name)}" for name, type_ in columns)
    return f"SELECT {chosen} FROM {parquet(files)}" if files else no_rows(columns)


def no_rows(columns: Columns) -> str:
    chosen = ", ".join(f"CAST(NULL AS {type_}) AS {identifier(name)}" for name, type_ in columns)
    return f"SELECT {chosen} WHERE false"


def embeddable(sql: str) -> str:
    """The author's text without its closing semicolons, every other character where it was, so that lines keep their numbers.

    A line break follows it, since it may end in a comment.
    """
    if ";" not in sql:
        return f"{sql}\n"
    import duckdb

    # Offsets count bytes.
    text = bytearray(sql.encode())
    for offset, kind in duckdb.tokenize(sql):
        if kind == duckdb.token_type.operator and text[offset : offset + 1] == b";":
            text[offset : offset + 1] = b" "
    return f"{text.decode()}\n"
