"""Bits of SQL that say the rooms' own names: a record's columns, lists of texts, parts of a block."""

from __future__ import annotations

from collections.abc import Iterable

from weft.engine.text import literal
from weft.names import identifier
from weft.product.core_data import BlockPart


def literals(texts: Iterable[str]) -> str:
    return ", ".join(literal(text) for text in texts)


def value_of(field: str) -> str:
    """The column of a field's standardized value, by a name that no SQL word and no column of ours has."""
    return f"f_{field}"


def short_of(field: str) -> str:
    """The column of the groups of given names that a value belongs to."""
    return f"short_{field}"


def part_of(part: BlockPart, side: str = "") -> str:
    """SQL of one part of a block, of a side's record; NULL where it is shorter than its first character."""
    column = (f"{side}." if side else "") + identifier(value_of(part.field))
    if not part.first:
        return f"CAST({column} AS VARCHAR)"
    return f"nullif(substr(CAST({column} AS VARCHAR), {part.first}, {part.last - part.first + 1}), '')"


def said_block(block: tuple[BlockPart, ...]) -> str:
    """A block as core.yaml says it."""
    return (
        "[" + ", ".join(f"{part.field}[{part.first}:{part.last}]" if part.first else part.field for part in block) + "]"
    )
