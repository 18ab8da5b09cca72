"""Core data as SQL: what is read of each source and what comes of it, so that it is bound, followed and classified as any query is.

It is never run. Values flow as they do in the matching: a field's from its columns, a core id's from the keys, evidence's from
all of them; that two records are one depends on every field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from weft.names import identifier
from weft.product.core_data import CoreData, CoreSource, Role, columns_of

HEAD = "-- What core.yaml reads, and what comes of it. It is bound and followed, and never run: records are matched by other means.\n"
SOURCE, KEY, UPDATED = '"source of record"', '"key of record"', '"updated of record"'
OTHER_SOURCE, OTHER_KEY = '"source of other"', '"key of other"'


def shape(core: CoreData, role: Role, promised: Sequence[tuple[str, str]]) -> str:
    """The text of one table; `promised` are its columns with their types. One that core data has not is empty."""
    made = {name.lower(): f"CAST({text} AS {type_})" for name, type_, text in _made(core, role)}
    chosen = (f"{made.get(name.lower(), f'CAST(NULL AS {type_})')} AS {identifier(name)}" for name, type_ in promised)
    grouped = f"\nGROUP BY {SOURCE}, {KEY}" if role == "entity" else ""
    return f'{HEAD}{_records(core)}{_pairs(core)}SELECT\n  {_lines(chosen)}\nFROM "pairs of records"{grouped}\n'


def _lines(parts: Iterator[str]) -> str:
    return ",\n  ".join(parts)


def _records(core: CoreData) -> str:
    return 'WITH "all records" AS (\n' + "\nUNION ALL\n".join(_of_source(core, one) for one in core.sources) + "\n), "


def _of_source(core: CoreData, source: CoreSource) -> str:
    types = dict(columns_of(core)["entity"])
    keys = ", ".join(f"CAST({identifier(column)} AS VARCHAR)" for column in source.key)
    said = source.name.replace("'", "''")
    chosen = [f"'{said}' AS {SOURCE}", f"concat_ws('|', {keys}) AS {KEY}"]
    chosen.append(f"{_cast(source.updated, 'DATE')} AS {UPDATED}")
    chosen += [
        f"{_cast(source.fields.get(one.name, ''), types[one.name])} AS {identifier(one.name)}" for one in core.fields
    ]
    name = ".".join(map(identifier, [source.name] if "@" in source.name else source.name.split(".")))
    return f"  SELECT {', '.join(chosen)}\n  FROM {name}"


def _cast(column: str, type_: str) -> str:
    """What a source calls a day may be any text."""
    return f"TRY_CAST(CAST({identifier(column)} AS VARCHAR) AS {type_})" if column else f"CAST(NULL AS {type_})"


def _pairs(core: CoreData) -> str:
    other = ", ".join(f"other.{identifier(one.name)} AS {_other(one.name)}" for one in core.fields)
    said = " OR ".join(f"one.{identifier(field.name)} = other.{identifier(field.name)}" for field in core.fields)
    own = f"one.*, other.{SOURCE} AS {OTHER_SOURCE}, other.{KEY} AS {OTHER_KEY}"
    joined = f'"all records" AS one LEFT JOIN "all records" AS other ON {said}'
    return f'"pairs of records" AS (\n  SELECT {own}, {other}\n  FROM {joined}\n)\n'


def _other(field: str) -> str:
    return f'"other {field}"'


Made = tuple[str, str, str]
"""A column of a table, its type, and the expression."""


def _made(core: CoreData, role: Role) -> Iterator[Made]:
    said = EXPRESSIONS[role](core)
    return ((name, type_, said.get(name, "NULL")) for name, type_ in columns_of(core)[role])


def _id(core: CoreData, source: str = SOURCE, key: str = KEY) -> str:
    return f"concat('{core.prefix}-', left(md5(concat({source}, {key})), 12))"


def _entity(core: CoreData) -> dict[str, str]:
    fields = {one.name: f"max({identifier(one.name)})" for one in core.fields}
    counted = {"records": "count(*)", "sources": f"count(DISTINCT {SOURCE})", "updated_on": f"max({UPDATED})"}
    return {core.id_column: _id(core), **fields, **counted}


def _crosswalk(core: CoreData) -> dict[str, str]:
    content = ", ".join(identifier(one.name) for one in core.fields)
    matched = f"concat({OTHER_SOURCE}, ':', {OTHER_KEY})"
    return {
        "source": SOURCE,
        "source_id": KEY,
        core.id_column: _id(core),
        "matched_with": matched,
        "content": f"md5(concat({content}))",
    }


def _review(core: CoreData) -> dict[str, str]:
    found: dict[str, str] = {}
    for side, source, key in (("left", SOURCE, KEY), ("right", OTHER_SOURCE, OTHER_KEY)):
        found |= {f"{side}_source": source, f"{side}_id": key, f"{side}_{core.id_column}": _id(core, source, key)}
    terms = (
        f"{{'comparison': '{one.name}', 'left': CAST({identifier(one.name)} AS VARCHAR), 'right': CAST({_other(one.name)} AS VARCHAR), "
        "'level': CAST(NULL AS VARCHAR), 'weight': CAST(NULL AS DOUBLE)}"
        for one in core.fields
    )
    return found | {"evidence": f"[{', '.join(terms)}]"}


def _corroboration(core: CoreData) -> dict[str, str]:
    return {core.id_column: _id(core), "value": _any(core)}


def _any(core: CoreData) -> str:
    """What may be a value of any field."""
    return f"coalesce({', '.join(f'CAST({identifier(one.name)} AS VARCHAR)' for one in core.fields)})"


def _history(core: CoreData) -> dict[str, str]:
    """`why` repeats what a steward wrote down of two records, who saw all of their values."""
    other, records = _id(core, OTHER_SOURCE, OTHER_KEY), f"[concat({SOURCE}, ':', {KEY})]"
    return {core.id_column: _id(core), "other": other, "why": _any(core), "records": records}


def _weights(core: CoreData) -> dict[str, str]:
    """Nothing in it is of one record."""
    return {}


EXPRESSIONS: dict[Role, Callable[[CoreData], dict[str, str]]] = {
    "entity": _entity,
    "crosswalk": _crosswalk,
    "review": _review,
    "corroboration": _corroboration,
    "history": _history,
    "weights": _weights,
}
