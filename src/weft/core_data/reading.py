"""The records of all sources as one table of standardized values, in one order: by source as declared, then by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.core_data.standardizing import standardized
from weft.core_data.wording import literals, short_of, value_of
from weft.core_data.wordlists import SHORT_FORMS
from weft.engine.text import literal
from weft.errors import TransformFault
from weft.names import identifier
from weft.product.core_data import CoreData, CoreRequest, CoreSource, Standard

if TYPE_CHECKING:
    import duckdb

SAID_OFTEN: frozenset[Standard] = frozenset(["text", "given_name", "address", "city", "state", "zip", "credential"])
SAID, MADE = identifier("as it was said"), identifier("as it is compared")


def read_records(connection: duckdb.DuckDBPyConnection, request: CoreRequest) -> None:
    """Makes `record`: rid (0, 1, ... in order), source, source_id, src (the source's place), alone (whether its source is unique),
    updated, content, one column for each field, and the groups of short forms that a given name belongs to.

    Raises: TransformFault, where a source has a column missing, a record without a key, or one key twice.
    """
    core = request.core
    first = 0
    for at in range(len(core.sources)):
        first += _read_source(connection, request, at, first)
    shorts, joins = _shorts(connection, core)
    records = " UNION ALL ".join(_records(request, at, source) for at, source in enumerate(core.sources))
    connection.execute(
        f"CREATE TABLE record AS SELECT u.*, {_content(core)} AS content, true AS fresh{shorts} FROM ({records}) AS u {joins}"
    )
    for at, _ in enumerate(core.sources):
        connection.execute(f"DROP TABLE arrived_{at}")


def _read_source(connection: duckdb.DuckDBPyConnection, request: CoreRequest, at: int, first: int) -> int:
    """Makes `arrived_N`: rid, from `first` on, source_id, and the columns as they came; how many records there are."""
    source = request.core.sources[at]
    reader = request.sources[source.name]
    _must_have(source, [field.name for field in reader.schema])
    connection.register("arriving", reader)
    wanted = (*source.key, *source.fields.values(), *([source.updated] if source.updated else []))
    columns = {name.lower(): name for name in wanted}.values()
    key = f"concat_ws('|', {', '.join(f'CAST({identifier(one)} AS VARCHAR)' for one in source.key)})"
    empty = " OR ".join(f"{identifier(one)} IS NULL" for one in source.key)
    said = ", ".join(f"{identifier(column)} AS {identifier(said_in(column))}" for column in columns)
    connection.execute(
        f"CREATE TABLE arrived_{at} AS SELECT {first} + row_number() OVER () - 1 AS rid, * "
        f"FROM (SELECT CASE WHEN {empty} THEN NULL ELSE {key} END AS source_id, {said} FROM arriving ORDER BY source_id)"
    )
    connection.unregister("arriving")
    _must_be_keyed(connection, at, source)
    return int(connection.execute(f"SELECT count(*) FROM arrived_{at}").fetchall()[0][0])


def said_in(column: str) -> str:
    """What a source's column is called where it arrived: none is called as ours are."""
    return f"said {column.lower()}"


def _records(request: CoreRequest, at: int, source: CoreSource) -> str:
    """SQL of the standardized records of one source."""
    said = identifier(said_in(source.updated))
    updated = f"TRY_CAST(CAST({said} AS VARCHAR) AS TIMESTAMP)" if source.updated else "NULL::TIMESTAMP"
    fields, joins = _fields(request.core, source, f"arrived_{at}")
    return (
        f"SELECT rid, {literal(source.name)} AS source, source_id, {at} AS src, {source.is_unique} AS alone, {updated} AS updated, {fields} "
        f"FROM arrived_{at} {joins}"
    )


def _must_have(source: CoreSource, given: list[str]) -> None:
    known = {name.lower() for name in given}
    wanted = (*source.key, *source.fields.values(), *([source.updated] if source.updated else []))
    if missing := sorted({column for column in wanted if column.lower() not in known}):
        raise TransformFault(
            f"source '{source.name}' has no column '{missing[0]}'",
            mend=f"It has: {', '.join(given)}.",
            place=source.place,
        )


def _fields(core: CoreData, source: CoreSource, arrived: str) -> tuple[str, str]:
    """The columns of standardized values, and what has to be joined for them: few values said often are made alike once each."""
    columns, joins = [], []
    for at, field in enumerate(core.fields):
        if field.name not in source.fields:
            made = f"CAST(NULL AS {'DATE' if field.standard == 'date' else 'VARCHAR'})"
        elif field.standard in SAID_OFTEN:
            column = identifier(said_in(source.fields[field.name]))
            made = f"made_{at}.{MADE}"
            joins.append(
                f"LEFT JOIN (SELECT {SAID}, {standardized(field.standard, SAID)} AS {MADE} FROM (SELECT DISTINCT {column} AS {SAID} FROM {arrived})) "
                f"AS made_{at} ON {arrived}.{column} = made_{at}.{SAID}"
            )
        else:
            made = standardized(field.standard, identifier(said_in(source.fields[field.name])))
        columns.append(f"{made} AS {identifier(value_of(field.name))}")
    return ", ".join(columns), " ".join(joins)


def _must_be_keyed(connection: duckdb.DuckDBPyConnection, at: int, source: CoreSource) -> None:
    key = ", ".join(source.key)
    nothing = connection.execute(f"SELECT count(*) FROM arrived_{at} WHERE source_id IS NULL").fetchall()[0][0]
    if nothing:
        raise TransformFault(
            f"{nothing:,} record{'s' if nothing > 1 else ''} of source '{source.name}' ha{'ve' if nothing > 1 else 's'} no key ({key})",
            mend="Leave them out in a step of the product's own, or choose a key that is always filled.",
            place=source.place,
        )
    found = connection.execute(
        f"SELECT count(*), min(source_id), max(times) FROM (SELECT source_id, count(*) AS times FROM arrived_{at} GROUP BY ALL HAVING count(*) > 1)"
    ).fetchall()[0]
    if found[0]:
        raise TransformFault(
            f"{found[0]:,} key{'s' if found[0] > 1 else ''} of source '{source.name}' ({key}) stand{'' if found[0] > 1 else 's'} "
            f"for several records, such as '{found[1]}'",
            mend="Choose a `key` that is one record's alone, or make the records one in a step of the product's own.",
            place=source.place,
        )


def _content(core: CoreData) -> str:
    """What a record says; its time is no part of it. A number of 64 bits: one record's content is compared with its own of before alone."""
    values = ", ".join(identifier(value_of(field.name)) for field in core.fields)
    return f"format('{{:016x}}', hash({values}))"


def _shorts(connection: duckdb.DuckDBPyConnection, core: CoreData) -> tuple[str, str]:
    """A given name's groups, and what is joined for them: names that share a group may be the same person's."""
    groups: dict[str, list[str]] = {}
    for at, names in enumerate(SHORT_FORMS):
        for name in names.split():
            groups.setdefault(name, []).append(f"{at}")
    rows = ", ".join(f"({literal(name)}, [{literals(found)}])" for name, found in groups.items())
    connection.execute(f"CREATE TABLE short_form AS FROM (VALUES {rows}) AS f (name, groups)")
    fields = given_names(core)
    columns = "".join(f", {short_of(field)}.groups AS {short_of(field)}" for field in fields)
    joins = " ".join(
        f"LEFT JOIN short_form AS {short_of(field)} ON {short_of(field)}.name = u.{value_of(field)}" for field in fields
    )
    return columns, joins


def given_names(core: CoreData) -> tuple[str, ...]:
    """The fields that are compared as given names, whose short forms are looked up."""
    return tuple(dict.fromkeys(one.fields[0] for one in core.comparisons if one.measure == "given_name"))
