"""A table of a PostgreSQL database: whether it grew, by a watermark, and its rows, copied out in one transaction.

The server writes CSV (`COPY TO STDOUT`), in which NULL and the empty text differ, so that a database's rows take the way of
all others: promised types, exact, and what does not fit is said.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from weft.errors import SourceFault
from weft.product.contract import Column, Table
from weft.sources.location import Location
from weft.sources.options import Options
from weft.sources.prepare import Fetched, Piece, unknown
from weft.sources.shape import shape_of
from weft.sources.transfer import Transfer

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

    from weft.sources.job import Job

WRITTEN = Options()
"""How the server writes: UTF-8, commas, a header, NULL as the empty field and the empty text in quotes."""
SESSION = "-c timezone=UTC -c datestyle=ISO,YMD -c intervalstyle=postgres -c extra_float_digits=1"
TYPES = "SELECT attname, atttypid::regtype::text, typcategory FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
CANCEL_SECONDS = 2
NESTED = ("A", "C")
"""PostgreSQL's categories of types that are written as JSON: arrays and composites."""
ALIKE = ("BLOB", "BYTEA", "BINARY", "VARBINARY")


def parts(where: Location, table: Table) -> dict[str, str]:
    """The table's watermark; without one it is new each time."""
    if not where.options.watermark:
        return {shown(where, table): unknown()}
    with connected(where) as connection:
        return {shown(where, table): _watermark(connection, where, table)}


def copied(where: Location, job: Job, transfer: Transfer) -> Fetched:
    """The promised columns of a table, in a file under the job's scratch, and the watermark of the same moment."""
    from psycopg import IsolationLevel, sql

    table, into = job.table, job.scratch / "rows.csv"
    job.scratch.mkdir(parents=True, exist_ok=True)
    with connected(where) as connection, transfer.by(lambda: connection.cancel_safe(timeout=CANCEL_SECONDS)):
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        types = _types(connection, where, table)
        found = shape_of(shown(where, table), tuple(types), table).findings
        if any(finding.severity == "error" for finding in found):
            return Fetched({}, [], found)
        mark = _watermark(connection, where, table) if where.options.watermark else unknown()
        chosen = sql.SQL(", ").join(_selected(column, *types[column.source_name]) for column in table.columns)
        query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT csv, HEADER true, ENCODING 'UTF8')")
        statement = query.format(chosen, _name(where, table))
        with connection.cursor() as cursor, cursor.copy(statement) as copy, into.open("wb") as file:
            for block in copy:
                transfer.refuse_ended()
                file.write(block)
    return Fetched({shown(where, table): mark}, [Piece(into, shown(where, table))], found)


def _selected(column: Column, type_: str, category: str) -> sql.Composable:
    from psycopg import sql

    source = sql.Identifier(column.source_name)
    if category in NESTED:
        return sql.SQL("to_json({0}) AS {0}").format(source)
    if type_ == "bytea":
        # DuckDB reads a BLOB's text as `\xAA\xBB`.
        return sql.SQL(r"regexp_replace(encode({0}, 'hex'), '(..)', '\\x\1', 'g') AS {0}").format(source)
    return source


def _types(connection: psycopg.Connection[Any], where: Location, table: Table) -> dict[str, tuple[str, str]]:
    """Each column's type and its category, in order."""
    rows = connection.execute(TYPES, (_name(where, table).as_string(connection),)).fetchall()
    return {name: (type_, category) for name, type_, category in rows}


def _watermark(connection: psycopg.Connection[Any], where: Location, table: Table) -> str:
    from psycopg import sql

    column = sql.Identifier(where.options.watermark)
    row = connection.execute(sql.SQL("SELECT max({})::text FROM {}").format(column, _name(where, table))).fetchone()
    return f"watermark:{row[0] if row else None}"


def _name(where: Location, table: Table) -> sql.Identifier:
    from psycopg import sql

    schema = where.database.schema if where.database else "public"
    return sql.Identifier(schema, table.physical_name or table.name)


def shown(where: Location, table: Table) -> str:
    """`host/database.schema.table`: nothing of it is secret."""
    database = where.database
    place = f"{database.host}/{database.name}.{database.schema}." if database else ""
    return f"{place}{table.physical_name or table.name}"


@contextmanager
def connected(where: Location) -> Iterator[psycopg.Connection[Any]]:
    """A read-only transaction. Who asks is said by options `user` and `password`, else by the
    environment (PGUSER, PGPASSWORD) or by libpq's own files.

    Raises: SourceFault, in the driver's words without the password.
    """
    try:
        import psycopg
    except ImportError as error:
        mend = "Install it: pip install 'weft[postgres]'."
        raise SourceFault(
            "reading PostgreSQL needs psycopg, which is not installed", mend=mend, place=where.place
        ) from error
    database = where.database
    assert database, "a location of kind database has one"
    said: dict[str, Any] = {"host": database.host, "port": database.port, "dbname": database.name}
    said |= {key: value for key in ("user", "password") if (value := getattr(where.options, key))}
    try:
        with psycopg.connect(
            **said, connect_timeout=max(2, int(where.options.timeout_seconds)), options=SESSION
        ) as connection:
            connection.read_only = True
            yield connection
    except psycopg.Error as error:
        raise _fault(where, error) from error


def _fault(where: Location, error: psycopg.Error) -> SourceFault:
    what = str(error).strip().split("\n", 1)[0]
    for secret in filter(None, (os.environ.get("PGPASSWORD"), where.options.password)):
        what = what.replace(secret, "***")
    database = where.database
    name = f"{database.host}:{database.port}/{database.name}" if database else "the database"
    mend = "Check the contract's server, and PGUSER and PGPASSWORD in the environment."
    return SourceFault(f"{name} cannot be read ({what})", mend=mend, place=where.place)
