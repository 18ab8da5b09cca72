"""The records of all sources as one table of standardized values, in one order: by source as declared, then by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.core_data.standardizing import standardized
from weft.core_data.wording import literals, short_of, value_of
from weft.core_data.wordlists import SHORT_FORMS
from weft.engine.text import literal
from weft.errors import TransformFault
from weft.names import identifier
from weft.product.core_data import CoreData, CoreRequest, CoreSource

if TYPE_CHECKING:
    import duckdb


def read_records(connection: duckdb.DuckDBPyConnection, request: CoreRequest) -> None:
    """Makes `record`: rid (0, 1, ... in order), source, source_id, src (the source's place), alone (whether its source is unique),
    updated, content, one column for each field, and the groups of short forms that a given name belongs to.

    Raises: TransformFault, where a source has a column missing, a record without a key, or one key twice.
    """
    core = request.core
    for at, source in enumerate(core.sources):
        _read_source(connection, request, at, source)
    union = " UNION ALL ".join(f"FROM source_{at}" for at in range(len(core.sources)))
    connection.execute(
        f"CREATE TABLE record AS SELECT row_number() OVER (ORDER BY src, source_id) - 1 AS rid, *, {_content(core)} AS content, "
        f"{_shorts(core)} FROM ({union}) ORDER BY src, source_id"
    )
    for at, _ in enumerate(core.sources):
        connection.execute(f"DROP TABLE source_{at}")


def _read_source(connection: duckdb.DuckDBPyConnection, request: CoreRequest, at: int, source: CoreSource) -> None:
    reader = request.sources[source.name]
    _must_have(source, [field.name for field in reader.schema])
    connection.register("arriving", reader)
    key = f"concat_ws('|', {', '.join(f'CAST({identifier(one)} AS VARCHAR)' for one in source.key)})"
    empty = " OR ".join(f"{identifier(one)} IS NULL" for one in source.key)
    updated = (
        f"TRY_CAST(CAST({identifier(source.updated)} AS VARCHAR) AS TIMESTAMP)" if source.updated else "NULL::TIMESTAMP"
    )
    fields = ", ".join(_field(request.core, source))
    connection.execute(
        f"CREATE TABLE source_{at} AS SELECT {literal(source.name)} AS source, CASE WHEN {empty} THEN NULL ELSE {key} END AS source_id, "
        f"{at} AS src, {source.is_unique} AS alone, {updated} AS updated, {fields} FROM arriving"
    )
    connection.unregister("arriving")
    _must_be_keyed(connection, at, source)


def _must_have(source: CoreSource, given: list[str]) -> None:
    known = {name.lower() for name in given}
    wanted = (*source.key, *source.fields.values(), *([source.updated] if source.updated else []))
    if missing := sorted({column for column in wanted if column.lower() not in known}):
        raise TransformFault(
            f"source '{source.name}' has no column '{missing[0]}'",
            mend=f"It has: {', '.join(given)}.",
            place=source.place,
        )


def _field(core: CoreData, source: CoreSource) -> list[str]:
    return [
        f"{standardized(field.standard, identifier(source.fields[field.name]))} AS {identifier(value_of(field.name))}"
        if field.name in source.fields
        else f"CAST(NULL AS {'DATE' if field.standard == 'date' else 'VARCHAR'}) AS {identifier(value_of(field.name))}"
        for field in core.fields
    ]


def _must_be_keyed(connection: duckdb.DuckDBPyConnection, at: int, source: CoreSource) -> None:
    key = ", ".join(source.key)
    nothing = connection.execute(f"SELECT count(*) FROM source_{at} WHERE source_id IS NULL").fetchall()[0][0]
    if nothing:
        raise TransformFault(
            f"{nothing:,} record{'s' if nothing > 1 else ''} of source '{source.name}' ha{'ve' if nothing > 1 else 's'} no key ({key})",
            mend="Leave them out in a step of the product's own, or choose a key that is always filled.",
            place=source.place,
        )
    found = connection.execute(
        f"SELECT count(*), min(source_id), max(times) FROM (SELECT source_id, count(*) AS times FROM source_{at} GROUP BY ALL HAVING count(*) > 1)"
    ).fetchall()[0]
    if found[0]:
        raise TransformFault(
            f"{found[0]:,} key{'s' if found[0] > 1 else ''} of source '{source.name}' ({key}) stand{'' if found[0] > 1 else 's'} "
            f"for several records, such as '{found[1]}'",
            mend="Choose a `key` that is one record's alone, or make the records one in a step of the product's own.",
            place=source.place,
        )


def _content(core: CoreData) -> str:
    """What a record says; its time is no part of it."""
    values = ", ".join(f"CAST({identifier(value_of(field.name))} AS VARCHAR)" for field in core.fields)
    return f"md5(CAST([{values}] AS VARCHAR))"


def _shorts(core: CoreData) -> str:
    """A given name's groups, as a text of their numbers between spaces: names that share one may be the same person's."""
    groups: dict[str, list[str]] = {}
    for at, names in enumerate(SHORT_FORMS):
        for name in names.split():
            groups.setdefault(name, []).append(f"{at}")
    known = f"MAP {{{', '.join(f'{literal(name)}: [{literals(found)}]' for name, found in groups.items())}}}"
    shorts = [f"{known}[{identifier(value_of(field))}] AS {identifier(short_of(field))}" for field in given_names(core)]
    return ", ".join([*shorts, "true AS fresh"])


def given_names(core: CoreData) -> tuple[str, ...]:
    """The fields that are compared as given names, whose short forms are looked up."""
    return tuple(dict.fromkeys(one.fields[0] for one in core.comparisons if one.measure == "given_name"))
