"""How masks and row filters are computed in DuckDB, and the barrier that keeps a reader's own expressions above them.

A mask never fails, whatever the value: an error would tell of it. Below the barrier stand the files, the row filters and the
masks; all that the reader writes stands above it. DuckDB 2.0 moves whatever it takes to be harmless below a filter, and takes
for harmless what is not (`LIKE ... ESCAPE` fails on some values); it moves nothing below a LIMIT, which costs nothing itself.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from weft.access.masks import Mask, RowFilter
from weft.engine.seam import Columns
from weft.engine.text import literal
from weft.names import identifier

BARRIER = "LIMIT 9223372036854775807"
INTEGERS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER")
NUMBERS = re.compile(r"FLOAT|DOUBLE|DECIMAL\(.*\)")
MOMENTS = re.compile(r"DATE|TIMESTAMP.*")
FIRST_SHOWN = 8
"""A text shows its last four only where it has this many characters: of a shorter one they would tell too much."""
PURPOSE = b"weft column masks, 1"
INNER, OUTER = 0x36, 0x5C
"""Source: RFC 2104, section 2."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What stands in a column's place: an expression over the column itself, and its type."""

    column: str
    sql: str
    type: str


@dataclass(frozen=True, slots=True)
class Hashing:
    """A keyed hash as SQL, 32 hexadecimal digits: HMAC over SHA-256, its inner digest in hexadecimal, its key derived from the mesh's.

    The key that SQL holds is of letters alone, so that texts need no turning into bytes: that takes ten times as long.
    """

    inner: str
    outer: str

    def of(self, text: str) -> str:
        return f"substr(sha256({literal(self.outer)} || sha256({literal(self.inner)} || {text})), 1, 32)"


def hashing(key: bytes) -> Hashing:
    """By a mesh's key, from which the key of the hashes is derived: the mesh's own never reaches DuckDB."""
    derived = hmac.new(key, PURPOSE, hashlib.sha256).digest()
    letters = bytes(ord("a") + nibble for byte in derived for nibble in (byte >> 4, byte & 15))
    return Hashing(*(bytes(letter ^ pad for letter in letters).decode("ascii") for pad in (INNER, OUTER)))


def projection(column: str, type_: str, mask: Mask, key: Hashing) -> Projection:
    """What stands in a column's place. Its type is kept where the mask can keep it."""
    value = f"r.{identifier(column)}"
    sql, shown = _masked(value, type_, mask, key)
    return Projection(column, f"CASE WHEN {value} IS NOT NULL THEN {sql} END", shown)


def row_filter(one: RowFilter, columns: Columns) -> str:
    """A condition on the rows behind a table; of what is not there, none."""
    types = {name.lower(): (name, type_) for name, type_ in columns}
    if not one.values or one.column.lower() not in types:
        return "false"
    name, type_ = types[one.column.lower()]
    value = f"r.{identifier(name)}"
    compared = value if type_ == "VARCHAR" else f"CAST({value} AS VARCHAR)"
    return f"{compared} IN ({', '.join(map(literal, one.values))})"


def behind(rows: str, columns: Columns, projections: Iterable[Projection], filters: Iterable[str]) -> str:
    """The query over rows with what is masked and filtered of it, above which nothing moves below."""
    masked = {one.column: one.sql for one in projections}
    chosen = ", ".join(
        f"{masked[name]} AS {identifier(name)}" if name in masked else f"r.{identifier(name)}" for name, _ in columns
    )
    where = " AND ".join(filters)
    return f"SELECT {chosen} FROM ({rows}) r{f' WHERE {where} {BARRIER}' if where else ''}"


def _masked(value: str, type_: str, mask: Mask, key: Hashing, depth: int = 0) -> tuple[str, str]:
    """An expression over a value that is not NULL, and its type. Lists and structs are masked inside; NULL is what cannot be masked."""
    if mask.kind == "null" or not type_:
        return _nothing(type_)
    if type_.endswith("]"):
        return _masked_list(value, type_, mask, key, depth)
    if type_.startswith("STRUCT("):
        return _masked_struct(value, type_, mask, key, depth)
    match mask.kind:
        case "hash":
            return _hashed(value, type_, key)
        case "last_four":
            return _last_four(value, type_)
        case "redact" if type_ == "VARCHAR":
            return literal(mask.text), type_
        case "year" if MOMENTS.fullmatch(type_):
            return _first_of("year", value, type_)
        case "bucket":
            return _bucket(value, type_, mask)
    return _nothing(type_)


def _nothing(type_: str) -> tuple[str, str]:
    return f"CAST(NULL AS {type_ or 'VARCHAR'})", type_ or "VARCHAR"


def _hashed(value: str, type_: str, key: Hashing) -> tuple[str, str]:
    if type_ == "UUID":
        return f"CAST({key.of(f'CAST({value} AS VARCHAR)')} AS UUID)", type_
    return key.of(value if type_ == "VARCHAR" else f"CAST({value} AS VARCHAR)"), "VARCHAR"


def _last_four(value: str, type_: str) -> tuple[str, str]:
    if not (type_ in ("VARCHAR", "UUID") or INTEGERS.fullmatch(type_)):
        return _nothing(type_)
    text = value if type_ == "VARCHAR" else f"CAST({value} AS VARCHAR)"
    return f"CASE WHEN length({text}) >= {FIRST_SHOWN} THEN '****' || right({text}, 4) ELSE '****' END", "VARCHAR"


def _first_of(unit: str, value: str, type_: str) -> tuple[str, str]:
    return f"TRY(CAST(date_trunc('{unit}', {value}) AS {type_}))", type_


def _bucket(value: str, type_: str, mask: Mask) -> tuple[str, str]:
    if MOMENTS.fullmatch(type_):
        return _first_of(mask.unit, value, type_)
    if mask.width and INTEGERS.fullmatch(type_) and mask.width == int(mask.width):
        width, wide = int(mask.width), f"CAST({value} AS HUGEINT)"
        return f"TRY(CAST({wide} - ((({wide} % {width}) + {width}) % {width}) AS {type_}))", type_
    if mask.width and (INTEGERS.fullmatch(type_) or NUMBERS.fullmatch(type_)):
        return f"TRY(CAST(floor(CAST({value} AS DOUBLE) / {mask.width!r}) * {mask.width!r} AS {type_}))", type_
    return _nothing(type_)


def _masked_list(value: str, type_: str, mask: Mask, key: Hashing, depth: int) -> tuple[str, str]:
    inner, _, size = type_[:-1].rpartition("[")
    item = f"x{depth}"
    sql, shown = _masked(item, inner, mask, key, depth + 1)
    items = f"CAST({value} AS {inner}[])" if size else value
    listed = f"list_transform({items}, lambda {item}: CASE WHEN {item} IS NOT NULL THEN {sql} END)"
    return (f"CAST({listed} AS {shown}[{size}])" if size else listed), f"{shown}[{size}]"


def _masked_struct(value: str, type_: str, mask: Mask, key: Hashing, depth: int) -> tuple[str, str]:
    parts, types = [], []
    for name, inner in _fields(type_):
        field = f"struct_extract({value}, {literal(_bare(name))})"
        sql, shown = _masked(field, inner, mask, key, depth)
        parts.append(f"{name} := CASE WHEN {field} IS NOT NULL THEN {sql} END")
        types.append(f"{name} {shown}")
    return f"struct_pack({', '.join(parts)})", f"STRUCT({', '.join(types)})"


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


FIELD = re.compile(r'\s*("(?:[^"]|"")*"|\w+)\s+(.*)', re.DOTALL)


def _fields(type_: str) -> Iterator[tuple[str, str]]:
    """The names, as they are spelled, and the types of a struct's fields."""
    for part in _split(type_.removeprefix("STRUCT(")[:-1]):
        if found := FIELD.fullmatch(part):
            yield found[1], found[2].strip()


def _split(inside: str) -> Iterator[str]:
    """At commas that stand in no parentheses and no quotes."""
    start = depth = 0
    quote = ""
    for place, letter in enumerate(inside):
        if quote or letter in "\"'":
            quote = "" if letter == quote else quote or letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "," and not depth:
            yield inside[start:place]
            start = place + 1
    yield inside[start:]
