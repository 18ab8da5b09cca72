"""The order of types: which one holds every value of another, so that nothing that was readable is lost."""

from __future__ import annotations

import re
from functools import lru_cache

_SIGNED = {"TINYINT": 7, "SMALLINT": 15, "INTEGER": 31, "BIGINT": 63, "HUGEINT": 127, "BIGNUM": 1 << 20}
_UNSIGNED = {"UTINYINT": 8, "USMALLINT": 16, "UINTEGER": 32, "UBIGINT": 64, "UHUGEINT": 128}
_CHAINS = (("FLOAT", "DOUBLE"), ("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP"), ("TIME", "TIME_NS"))
"""TIMESTAMP_NS ends in 2262 and begins in 1677: it holds less than TIMESTAMP, and is on no chain."""
_FAMILIES = {
    "number": {*_SIGNED, *_UNSIGNED, "FLOAT", "DOUBLE", "DECIMAL"},
    "text": {"VARCHAR", "JSON", "UUID", "ENUM"},
    "time": {"DATE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS"},
    "clock": {"TIME", "TIME_NS", "TIME WITH TIME ZONE"},
}  # fmt: skip
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_FIELD = re.compile(r'("(?:[^"]|"")*"|\S+)\s+(.*)', re.DOTALL)
_ENDING = re.compile(r"(.*)\[(\d*)\]", re.DOTALL)


@lru_cache(maxsize=4096)
def widens(old: str, new: str) -> bool:
    """Whether every value of `old` is one of `new`, in the same kind of thing. Equal types widen each other, no others do.

    Types are as DuckDB's DESCRIBE writes them. A number stays whole or decimal: `1` and `1.0` are shown and divided
    differently. A field may be added to a struct.
    """
    if old == new:
        return True
    if (lists := _lists(old, new)) is not None:
        return lists
    kind, parts = _opened(old)
    other, theirs = _opened(new)
    if kind != other:
        return _plain(old, new)
    match kind:
        case "STRUCT" | "UNION":
            return _fields(parts, theirs)
        case "MAP":
            return len(parts) == len(theirs) and all(widens(a, b) for a, b in zip(parts, theirs, strict=True))
        case "ENUM":
            return len(parts) < len(theirs) and theirs[: len(parts)] == parts
    return _plain(old, new)


def related(old: str, new: str) -> bool:
    """Whether two types are of one kind: all whole numbers, all moments, all structs."""
    return _family(old) == _family(new)


def _family(type_: str) -> str:
    if _ENDING.fullmatch(type_):
        return "list"
    name = _opened(type_)[0]
    return next((family for family, members in _FAMILIES.items() if name in members), name)


def _plain(old: str, new: str) -> bool:
    if old in _SIGNED and new in _SIGNED:
        return _SIGNED[old] < _SIGNED[new]
    if old in _UNSIGNED:
        return _UNSIGNED[old] < _UNSIGNED.get(new, 0) or _UNSIGNED[old] <= _SIGNED.get(new, 0)
    if (was := _DECIMAL.fullmatch(old)) and (now := _DECIMAL.fullmatch(new)):
        (width, scale), (wider, finer) = map(int, was.groups()), map(int, now.groups())
        return finer >= scale and wider - finer >= width - scale
    return any(old in chain and new in chain and chain.index(old) < chain.index(new) for chain in _CHAINS)


def _lists(old: str, new: str) -> bool | None:
    """Of lists and arrays: equal sizes, the element wider. None where neither is one."""
    was, now = _ENDING.fullmatch(old), _ENDING.fullmatch(new)
    if not was and not now:
        return None
    return bool(was and now and was[2] == now[2] and widens(was[1], now[1]))


def _fields(old: list[str], new: list[str]) -> bool:
    """Every old field is still there, in its order and no narrower."""
    wanted = [_named(field) for field in old]
    for name, type_ in map(_named, new):
        if wanted and wanted[0][0] == name and widens(wanted[0][1], type_):
            wanted.pop(0)
    return not wanted


def _named(field: str) -> tuple[str, str]:
    found = _FIELD.fullmatch(field)
    return (found[1].lower(), found[2]) if found else (field, "")


def _opened(type_: str) -> tuple[str, list[str]]:
    """`MAP(VARCHAR, INTEGER)` is MAP and its two parts; a type without brackets has none."""
    if not type_.endswith(")") or "(" not in type_:
        return type_, []
    name, _, inside = type_.partition("(")
    return name, _split(inside[:-1])


def _split(text: str) -> list[str]:
    parts, depth, quote, start = [], 0, "", 0
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()]
