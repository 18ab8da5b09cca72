"""The DuckDB type that a column of a contract has: its physical type where that is one, else what its logical type says.

Types are written as DuckDB's DESCRIBE writes them, so that equal types are equal texts.
"""

from __future__ import annotations

import re
from typing import Any

from weft.names import COLUMN, RESERVED, identifier

_ALIASES: dict[str, tuple[str, ...]] = {
    "BIGINT": ("bigint", "int8", "int64", "long", "oid"),
    "BIGNUM": ("bignum", "varint"),
    "BIT": ("bit", "bitstring"),
    "BLOB": ("blob", "bytea", "binary", "varbinary"),
    "BOOLEAN": ("boolean", "bool", "logical"),
    "DATE": ("date",),
    "DOUBLE": ("double", "double precision", "float8"),
    "FLOAT": ("float", "float4", "real"),
    "GEOMETRY": ("geometry",),
    "HUGEINT": ("hugeint", "int128"),
    "INTEGER": ("integer", "int", "int4", "int32", "signed", "integral"),
    "INTERVAL": ("interval",),
    "JSON": ("json",),
    "SMALLINT": ("smallint", "int2", "int16", "short"),
    "TIME": ("time", "time without time zone"),
    "TIME WITH TIME ZONE": ("timetz", "time with time zone"),
    "TIME_NS": ("time_ns",),
    "TIMESTAMP": ("timestamp", "timestamp_us", "datetime", "timestamp without time zone"),
    "TIMESTAMP WITH TIME ZONE": ("timestamptz", "timestamp with time zone"),
    "TIMESTAMPTZ_NS": ("timestamptz_ns",),
    "TIMESTAMP_MS": ("timestamp_ms",),
    "TIMESTAMP_NS": ("timestamp_ns",),
    "TIMESTAMP_S": ("timestamp_s",),
    "TINYINT": ("tinyint", "int1"),
    "UBIGINT": ("ubigint", "uint64"),
    "UHUGEINT": ("uhugeint", "uint128"),
    "UINTEGER": ("uinteger", "uint32"),
    "USMALLINT": ("usmallint", "uint16"),
    "UTINYINT": ("utinyint", "uint8"),
    "UUID": ("uuid", "guid"),
    "VARCHAR": ("varchar", "char", "bpchar", "nvarchar", "text", "string", "character", "character varying"),
    "VARIANT": ("variant",),
}
NAMES = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}
"""Every spelling of a DuckDB type without parameters, in lower case, and the type's own name."""

_DECIMALS = frozenset(("decimal", "numeric", "dec"))
_TOKEN = re.compile(r"""\s*(?:("(?:[^"]|"")+")|('(?:[^']|'')*')|([A-Za-z_][A-Za-z0-9_]*)|(\d+)|([()\[\],]))""")
_INTEGERS = {"i8": "TINYINT", "i16": "SMALLINT", "i32": "INTEGER", "i64": "BIGINT", "i128": "HUGEINT", "u8": "UTINYINT", "u16": "USMALLINT", "u32": "UINTEGER", "u64": "UBIGINT", "u128": "UHUGEINT"}  # fmt: skip
_ELEMENTS = {"float64": "DOUBLE", "int8": "TINYINT", "uint8": "UTINYINT", "binary": "BOOLEAN"}
_PRECISION = re.compile(r"\w+\((\d+)(?:\s*,\s*(\d+))?\)")


class NoType(ValueError):
    """A column's type cannot be known: `message` says why, `mend` what to write, `field` which field it is about."""

    def __init__(self, message: str, mend: str, field: str = "logicalType") -> None:
        super().__init__(message)
        self.message, self.mend, self.field = message, mend, field


def column_type(column: dict[str, Any]) -> str:
    """The DuckDB type of an ODCS property. Raises: NoType.

    Source: DESIGN.md, section 2; ODCS 3.2, schema properties, logicalTypeOptions.
    """
    physical = str(column.get("physicalType") or "")
    if physical and (found := duckdb_type(physical)):
        return found
    logical = column.get("logicalType")
    options = column.get("logicalTypeOptions") or {}
    match logical:
        case "string":
            return "VARCHAR"
        case "integer":
            return _INTEGERS.get(str(options.get("format")), "BIGINT")
        case "number":
            return _number(physical, options)
        case "boolean" | "date":
            return str(logical).upper()
        case "timestamp" | "time":
            return f"{logical.upper()} WITH TIME ZONE" if options.get("timezone") else logical.upper()
        case "object":
            return _struct(column)
        case "array":
            return f"{_inner(column, column.get('items'), 'items')}[]"
        case "map":
            said = column.get("map") or {}
            return f"MAP({_inner(column, said.get('key'), 'map')}, {_inner(column, said.get('value'), 'map')})"
        case "vector":
            return f"{_ELEMENTS.get(options.get('elementType', ''), 'FLOAT')}[{_dimensions(options)}]"
    if physical:
        raise NoType(
            f"'{physical}' is no type of DuckDB", "Add `logicalType: ...`, or write a DuckDB type.", "physicalType"
        )
    raise NoType("it says no type", "Add `logicalType: ...`, or `physicalType: ...` with a DuckDB type.")


def _number(physical: str, options: dict[str, Any]) -> str:
    if options.get("format"):
        return "FLOAT" if options["format"] == "f32" else "DOUBLE"
    said = _PRECISION.fullmatch(physical.strip())
    if said and 0 < int(said[1]) <= 38 and int(said[2] or 0) <= int(said[1]):
        return f"DECIMAL({int(said[1])},{int(said[2] or 0)})"
    return "DOUBLE"


def _dimensions(options: dict[str, Any]) -> int:
    if "dimensions" not in options:
        raise NoType("a vector without dimensions has no type", "Add `logicalTypeOptions: {dimensions: ...}`.")
    return int(options["dimensions"])


def _struct(column: dict[str, Any]) -> str:
    fields = column.get("properties") or ()
    if not fields:
        raise NoType(
            "an object without properties has no type", "Add `properties:`, or say `physicalType: JSON`.", "properties"
        )
    names = [str(field["name"]).lower() for field in fields]
    if twice := [name for name in names if names.count(name) > 1]:
        raise NoType(f"its property '{twice[0]}' is given twice", "Remove one, or rename it.", "properties")
    inside = ", ".join(f"{quoted(field['name'])} {column_type(field)}" for field in fields)
    return f"STRUCT({inside})"


def _inner(column: dict[str, Any], inner: Any, field: str) -> str:
    if not isinstance(inner, dict):
        raise NoType(
            f"'{column.get('logicalType')}' without `{field}` has no type",
            f"Add `{field}:` with a `logicalType`.",
            field,
        )
    return column_type(inner)


FUNCTIONS = frozenset(
    [
        "anti",
        "asof",
        "at",
        "authorization",
        "binary",
        "by",
        "collation",
        "concurrently",
        "cross",
        "freeze",
        "full",
        "glob",
        "ilike",
        "inner",
        "is",
        "isnull",
        "join",
        "left",
        "like",
        "natural",
        "notnull",
        "outer",
        "overlaps",
        "positional",
        "right",
        "semi",
        "similar",
        "tablesample",
        "unpack",
        "verbose",
    ]
)
"""Words beside the reserved ones that name no field of a type unless they are quoted (`duckdb_keywords()`, category type_function)."""


def quoted(name: str) -> str:
    """A column's name as SQL says it: in double quotes where it must be."""
    plain = COLUMN.fullmatch(name) and name.lower() not in RESERVED and name.lower() not in FUNCTIONS
    return name if plain else identifier(name)


def duckdb_type(text: str) -> str | None:
    """The type as DuckDB writes it (`varchar(18)` is `VARCHAR`, `int[]` is `INTEGER[]`), None where it is no type of DuckDB."""
    if found := NAMES.get(text.lower()):
        return found
    tokens, end = [], 0
    while match := _TOKEN.match(text, end):
        tokens.append(match[match.lastindex or 0])
        end = match.end()
    if not tokens or text[end:].strip():
        return None
    try:
        found = _Parsing(tokens).whole()
    except (LookupError, ValueError):
        return None
    return found


def length_of(text: str) -> int | None:
    """The length that a text type promises: 18 for `varchar(18)`."""
    name, _, rest = text.partition("(")
    length = rest.rstrip().removesuffix(")").strip()
    return int(length) if NAMES.get(name.strip().lower()) == "VARCHAR" and length.isdigit() else None


class _Parsing:
    """Recursive descent over the tokens of a type. Raises: LookupError, ValueError where it is none."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at = tokens, 0

    def whole(self) -> str:
        found = self.type()
        if self.at != len(self.tokens):
            raise ValueError
        return found

    def type(self) -> str:
        name = self.word()
        if name in ("struct", "row", "union"):
            found = f"{'UNION' if name == 'union' else 'STRUCT'}({', '.join(self.listed(self.field))})"
        elif name == "map":
            key, value = self.listed(self.type)
            found = f"MAP({key}, {value})"
        elif name == "enum":
            found = f"ENUM({', '.join(self.listed(self.text))})"
        elif name in _DECIMALS:
            found = self.decimal()
        else:
            found = self.plain(name)
        return found + self.dimensions()

    def plain(self, name: str) -> str:
        while self.peek().isidentifier():
            name += f" {self.word()}"
        found = NAMES[name]
        if self.peek() == "(":
            (size,) = self.listed(self.number)
            return _sized(found, name, int(size))
        return found

    def decimal(self) -> str:
        if self.peek() != "(":
            return "DECIMAL(18,3)"
        width, scale = [int(part) for part in (*self.listed(self.number), "0")][:2]
        if not (0 < width <= 38 and scale <= width):
            raise ValueError
        return f"DECIMAL({width},{scale})"

    def dimensions(self) -> str:
        found = ""
        while self.peek() == "[":
            self.at += 1
            size = "" if self.peek() == "]" else self.number()
            self.expect("]")
            found += f"[{size}]"
        return found

    def field(self) -> str:
        name = self.take()
        if not (name.startswith('"') or name.isidentifier()):
            raise ValueError
        name = name[1:-1].replace('""', '"') if name.startswith('"') else name
        return f"{quoted(name)} {self.type()}"

    def listed(self, one: Any) -> list[str]:
        self.expect("(")
        found = [one()]
        while self.peek() == ",":
            self.at += 1
            found.append(one())
        self.expect(")")
        return found

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def word(self) -> str:
        taken = self.take()
        if not taken.isidentifier():
            raise ValueError
        return taken.lower()

    def text(self) -> str:
        taken = self.take()
        if not taken.startswith("'"):
            raise ValueError
        return taken

    def number(self) -> str:
        taken = self.take()
        if not taken.isdigit():
            raise ValueError
        return taken

    def expect(self, token: str) -> None:
        if self.take() != token:
            raise ValueError


def _sized(found: str, name: str, size: int) -> str:
    """A type with one number after it: a text's length is a limit, not a type; a time's digits choose among timestamps."""
    match found:
        case "VARCHAR" | "BIT" | "BLOB":
            return found
        case "FLOAT" if name == "float":
            return "FLOAT" if size <= 24 else "DOUBLE"
        case "TIMESTAMP":
            return (
                "TIMESTAMP_S"
                if size == 0
                else "TIMESTAMP_MS"
                if size <= 3
                else "TIMESTAMP"
                if size <= 6
                else "TIMESTAMP_NS"
            )
    raise ValueError
