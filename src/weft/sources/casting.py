"""From a source's text to the promised type: how a value is read fast, and how exactly it must fit.

A cast of DuckDB rounds (`1.5` as BIGINT is 2) and cuts (a time is lost in a DATE). What arrives must fit without loss, so
each type has an expression that is NULL for a text that does not fit, and most have a cheaper one that fails for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from weft.product.contract import Column
from weft.sources.options import Options

TEXTS = frozenset({"VARCHAR", "TEXT", "STRING", "CHAR", "BPCHAR"})
SMALL = frozenset(
    {
        "TINYINT",
        "INT1",
        "SMALLINT",
        "INT2",
        "SHORT",
        "INTEGER",
        "INT4",
        "INT",
        "SIGNED",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
    }
)
LARGE = frozenset({"BIGINT", "INT8", "LONG", "UBIGINT"})
HUGE = frozenset({"HUGEINT", "INT128", "UHUGEINT"})
DECIMALS = frozenset({"DECIMAL", "NUMERIC", "DEC"})
FLOATS = frozenset({"DOUBLE", "FLOAT8", "FLOAT", "FLOAT4", "REAL"})
MOMENTS = frozenset({"TIMESTAMP", "DATETIME", "TIMESTAMP WITHOUT TIME ZONE"})
ZONED = frozenset({"TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"})
DIRECT = frozenset({"BOOLEAN", "BOOL", "LOGICAL", "TIME", *FLOATS, *ZONED})
"""What the CSV reader parses itself, without loss."""
EXACT_IN_DOUBLE = "9e15"


@dataclass(frozen=True, slots=True)
class Cast:
    """`read_as` is the type asked of the reader, `fast` turns what it gives into the promised type or fails.

    `text` is what a text says, NULL where that is nothing; `exact` turns a text into the promised type, NULL where it does not
    fit. `{}` stands for the column.
    """

    read_as: str
    fast: str
    exact: str
    text: str = "{}"

    def unfitting(self, value: str) -> str:
        """The condition, in SQL, under which a value (an expression) does not fit."""
        if self.exact == "{}":
            return "false"
        return f"({self.text}) IS NOT NULL AND ({self.exact}) IS NULL".replace("{}", value)


def cast_of(column: Column, options: Options) -> Cast:
    type_ = column.type.strip()
    base = re.sub(r"\(.*\)", "", type_).upper()
    if base in TEXTS and "[" not in type_:
        return Cast("VARCHAR", "{}", "{}")
    text = _text(base, options)
    exact = _exact(type_, base, options).replace("{}", text)
    # Reading all integers as DOUBLE and comparing costs a tenth more than reading them as they are, which rounds.
    if base in SMALL:
        return Cast("DOUBLE", f"CASE WHEN {{}} <> {{}}::{type_} THEN error('') ELSE {{}}::{type_} END", exact, text)
    if base in LARGE:
        lossy = f"{{}} <> {{}}::{type_} OR abs({{}}) > {EXACT_IN_DOUBLE}"
        return Cast("DOUBLE", f"CASE WHEN {lossy} THEN error('') ELSE {{}}::{type_} END", exact, text)
    formatted = options.timestamp_format if base in ZONED | MOMENTS else options.date_format
    if base in DIRECT and not (base in ZONED and formatted):
        return Cast(type_, "{}", exact, text)
    if base == "DATE" and not formatted:
        return Cast("TIMESTAMP", "CASE WHEN {} <> {}::DATE THEN error('') ELSE {}::DATE END", exact, text)
    if base in MOMENTS and not formatted:
        # Not a cast: that would be pushed into the reader, which drops a zone's offset.
        return Cast("TIMESTAMPTZ", "{} AT TIME ZONE 'UTC'", exact, text)
    return Cast(
        "VARCHAR", f"CASE WHEN {text} IS NOT NULL AND ({exact}) IS NULL THEN error('') ELSE {exact} END", exact, text
    )


def _text(base: str, options: Options) -> str:
    """The text that is parsed: quoted empty fields and null values mean nothing where a type has no such value."""
    nulls = ", ".join(literal(value) for value in options.nulls)
    text = f"CASE WHEN {{}} IN ({nulls}) THEN NULL ELSE {{}} END"
    if options.decimal != "." and base in SMALL | LARGE | HUGE | DECIMALS | FLOATS:
        # A point is no part of a number here: it becomes what no number has.
        swapped = f"translate({{}}, {literal(options.decimal + '.')}, '.?')"
        text = f"CASE WHEN {{}} IN ({nulls}) THEN NULL ELSE {swapped} END"
    return f"({text})"


def _exact(type_: str, base: str, options: Options) -> str:
    tried = f"TRY_CAST({{}} AS {type_})"
    same = f"CASE WHEN TRY_CAST({{}} AS DOUBLE) = {tried}::DOUBLE THEN {tried} END"
    if base in SMALL | LARGE | HUGE:
        return f"CASE WHEN regexp_matches({{}}, '[.eE]') THEN {same} ELSE {tried} END"
    if base in DECIMALS:
        plain = rf"\s*[+-]?\d*(\.\d{{0,{_scale(type_)}}}0*)?\s*"
        return f"CASE WHEN regexp_full_match({{}}, '{plain}') THEN {tried} WHEN regexp_matches({{}}, '[eE]') THEN {same} END"
    if base == "DATE":
        if options.date_format:
            return f"TRY_CAST(try_strptime({{}}, {literal(options.date_format)}) AS DATE)"
        return f"CASE WHEN TRY_CAST({{}} AS TIMESTAMP) = {tried} THEN {tried} END"
    if base in MOMENTS | ZONED and options.timestamp_format:
        return f"CAST(try_strptime({{}}, {literal(options.timestamp_format)}) AS {type_})"
    if base in MOMENTS:
        return "TRY_CAST({} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
    if type_.endswith("]") or base in ("STRUCT", "MAP", "UNION", "JSON"):
        return f"CASE WHEN json_valid({{}}) THEN TRY(CAST(CAST({{}} AS JSON) AS {type_})) ELSE {tried} END"
    return tried


def _scale(decimal: str) -> int:
    """Digits after the point: `DECIMAL` alone is DECIMAL(18,3), `DECIMAL(5)` has none."""
    if "(" not in decimal:
        return 3
    digits = re.findall(r"\d+", decimal)
    return int(digits[1]) if len(digits) > 1 else 0


def literal(text: str) -> str:
    """A text as SQL says it."""
    return "'" + text.replace("'", "''") + "'"
