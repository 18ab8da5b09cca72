"""One connection's own names: relations that a query may say, seen by nobody else of the same DuckDB."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

import duckdb

from weft.engine.faults import binder_fault, line_of
from weft.engine.seam import Columns
from weft.engine.text import embeddable, identifier, relation
from weft.errors import EngineFault, Place

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

Typed = tuple[tuple[str, "DuckDBPyType"], ...]
NUMBERS = count(1)


class Stage:
    """A cursor whose names are temporary ones, which DuckDB keeps by connection: a stage costs 3 µs, a name 0.4 ms.

    Temporary relations have no schema, so that the first `port.table` attaches a catalog of the stage's own.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.cursor = connection.cursor()
        self.known: dict[str, Columns] = {}
        self.macros = ""
        self._views: dict[str, str] = {}
        self._catalog = ""

    def view(self, name: str, sql: str, columns: Columns = ()) -> None:
        self._make("VIEW", name, sql, columns)

    def table(self, name: str, sql: str, columns: Columns = ()) -> None:
        self._make("TABLE", name, sql, columns)

    def _make(self, kind: str, name: str, sql: str, columns: Columns) -> None:
        scope = "" if "." in name else "TEMP "
        if not scope:
            self._open_schema(name.partition(".")[0])
        self.cursor.execute(f"CREATE OR REPLACE {scope}{kind} {relation(name)} AS\n{sql}")
        self.known[name] = columns
        if kind == "VIEW":
            self._views[name] = sql

    def define(self, macros: str) -> None:
        """Functions of the stage's own, in place of DuckDB's."""
        self.cursor.execute(macros)
        self.macros = macros

    def twin(self) -> Stage | None:
        """Another connection with the same names; None where tables are among them, which are this connection's alone."""
        if self._views.keys() != self.known.keys():
            return None
        twin = Stage(self.cursor)
        if self.macros:
            twin.define(self.macros)
        for name, sql in self._views.items():
            twin.view(name, sql, self.known[name])
        return twin

    def _open_schema(self, schema: str) -> None:
        if not self._catalog:
            self._catalog = f"stage {next(NUMBERS)}"
            self.cursor.execute(f"ATTACH ':memory:' AS {identifier(self._catalog)}; USE {identifier(self._catalog)}")
        self.cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)}")

    def typed(self, sql: str, where: str) -> Typed:
        """What one SELECT returns. Raises: EngineFault, with the line in the text."""
        self._must_be_one_select(sql, where)
        try:
            found = self.cursor.sql(embeddable(sql))
            columns = tuple(zip(found.columns, found.types, strict=True))
        except duckdb.Error as error:
            raise self._pointed(error, sql, where) from error
        _must_differ(found.columns, where)
        return columns

    def _must_be_one_select(self, sql: str, where: str) -> None:
        try:
            statements = self.cursor.extract_statements(sql)
        except duckdb.Error as error:
            raise binder_fault(error, Place(where, line_of(error)), (), ()) from error
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise EngineFault("this is not one SELECT", mend="Write one query, and nothing else.", place=Place(where))

    def _pointed(self, error: duckdb.Error, sql: str, where: str) -> EngineFault:
        """The fault with its line: only DuckDB's execution says it, its relations do not."""
        try:
            self.cursor.execute(f"DESCRIBE {embeddable(sql)}")
        except duckdb.Error as again:
            error = again
        columns = {column for known in self.known.values() for column, _ in known}
        return binder_fault(error, Place(where, line_of(error)), self.known, columns)

    def close(self) -> None:
        with suppress(duckdb.ConnectionException):
            if self._catalog:
                self.cursor.execute(f"USE memory; DETACH {identifier(self._catalog)}")
            self.cursor.close()


def _must_differ(names: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise EngineFault(f"two columns are called '{name}'", mend="Name one of them with AS.", place=Place(where))
        seen.add(name.lower())
