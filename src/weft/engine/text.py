"""Bits of SQL text: quoting, and the author's own statement made ready to stand inside another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from weft.engine.seam import Columns
from weft.names import identifier


def relation(name: str) -> str:
    """`port.table` is a table of the schema `port`."""
    return ".".join(identifier(part) for part in name.split("."))


def listed(names: Iterable[str]) -> str:
    return ", ".join(identifier(name) for name in names)


WORDS = re.compile(r"\w+")


def saying(sql: str, names: Iterable[str]) -> Iterator[str]:
    """The names that a text may say, and every one that it does: quoted or not, in capitals or not, within a comment too."""
    text = sql.lower()
    words = set(WORDS.findall(text))
    for name in names:
        if all(
            part in words or (not WORDS.fullmatch(part) and _within(part, text)) for part in name.lower().split(".")
        ):
            yield name


def _within(part: str, text: str) -> bool:
    return part.replace('"', '""') in text


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def instant(moment: datetime) -> str:
    """A moment in UTC, as DuckDB reads it; one without a zone is taken to be UTC already."""
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).strftime("%Y-%m-%d %H:%M:%S.%f")


def parquet(files: Sequence[Path]) -> str:
    """A relation over files; folder names that look like `key=value` are no columns.

    DuckDB's parser is slow by the word: what a single file does not need costs 0.1 ms.
    """
    paths = [literal(str(file)) for file in files]
    if len(paths) == 1 and "=" not in paths[0]:
        return f"read_parquet({paths[0]})"
    return f"read_parquet([{', '.join(paths)}], hive_partitioning=false)"


KEPT = re.compile(
    r"BOOLEAN|U?(TINY|SMALL|BIG)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\s*\d+\)|VARCHAR|BLOB|UUID"
    r"|DATE|TIMESTAMP|TIMESTAMPTZ|TIMESTAMP WITH TIME ZONE|TIME"
)
"""Types that Parquet gives back as they went in; a cast to what a column is costs 0.02 ms of parsing."""


def rows_of(files: Sequence[Path], columns: Columns) -> str:
    """A query over files that hold these columns, with the promised types where Parquet does not keep them; no files are no rows."""
    chosen = ", ".join(_read_column(name, type_) for name, type_ in columns)
    return f"SELECT {chosen} FROM {parquet(files)}" if files else no_rows(columns)


def _read_column(name: str, type_: str) -> str:
    column = identifier(name)
    return column if KEPT.fullmatch(type_) else f"CAST({column} AS {type_}) AS {column}"


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
