"""One connection's own names: relations that a query may say, seen by nobody else of the same DuckDB."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any, NamedTuple

import duckdb

from weft.engine.faults import binder_fault, line_of, plain, run_fault
from weft.engine.seam import Columns
from weft.engine.signatures import Asked, Signatures, Typed
from weft.engine.text import embeddable, relation, saying
from weft.errors import EngineFault, Place
from weft.names import identifier

Given = Mapping[str, Any] | Sequence[Any]
NUMBERS = count(1)
RENAMED = re.compile(r"(.+?)(_\d+)+")
"""A column that may be called so because another has its name: what a subquery makes of two of one name."""


class Ready(NamedTuple):
    """A text made ready to run. `lines_before` come before the author's first."""

    sql: str
    lines_before: int


class Stage:
    """A cursor whose names are its own: a stage costs 3 µs. A name that is offered costs nothing until a text says it.

    Then the text gets it as a common table expression, since making a view binds it: 0.4 ms, 1 ms over a file. What has
    to be a relation is a temporary one, which DuckDB keeps by connection. Those have no schema, so that the first
    `port.table` that a text says attaches a catalog of the stage's own.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, signatures: Signatures | None = None) -> None:
        self.cursor = connection.cursor()
        self.signatures = signatures or Signatures()
        self.known: dict[str, Columns] = {}
        self.macros = ""
        self._offered: dict[str, str] = {}
        self._views: dict[str, str] = {}
        self._catalog = ""

    def offer(self, name: str, sql: str, columns: Columns = ()) -> None:
        """A name for a query of ours, which is not looked at before a text says the name."""
        if name in self.known and name not in self._offered:
            self.view(name, sql, columns)
        else:
            self._offered[name] = sql
            self.known[name] = columns

    def view(self, name: str, sql: str, columns: Columns = ()) -> None:
        self._make("VIEW", name, sql, columns)
        self._views[name] = sql

    def table(self, name: str, sql: str, columns: Columns = ()) -> None:
        self._make("TABLE", name, sql, columns)
        self._views.pop(name, None)

    def _make(self, kind: str, name: str, sql: str, columns: Columns) -> None:
        scope = "" if "." in name else "TEMP "
        if not scope:
            self._open_schema(name.partition(".")[0])
        self.cursor.execute(f"CREATE OR REPLACE {scope}{kind} {relation(name)} AS\n{sql}")
        self.known[name] = columns
        self._offered.pop(name, None)

    def define(self, macros: str) -> None:
        """Functions of the stage's own, in place of DuckDB's."""
        self.cursor.execute(macros)
        self.macros = macros

    def twin(self) -> Stage | None:
        """Another connection with the same names; None where tables are among them, which are this connection's alone."""
        if self._views.keys() | self._offered.keys() != self.known.keys():
            return None
        twin = Stage(self.cursor, self.signatures)
        if self.macros:
            twin.define(self.macros)
        for name, columns in self.known.items():
            if name in self._views:
                twin.view(name, self._views[name], columns)
            else:
                twin.offer(name, self._offered[name], columns)
        return twin

    def _open_schema(self, schema: str) -> None:
        if not self._catalog:
            self._catalog = f"stage {next(NUMBERS)}"
            self.cursor.execute(f"ATTACH ':memory:' AS {identifier(self._catalog)}; USE {identifier(self._catalog)}")
        self.cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)}")

    def ready(self, sql: str, chosen: str = "") -> Ready:
        """The author's text with the names that it says, to be run as it is or to stand in parentheses.

        `chosen` are the columns to take of it; all as they are, where none are. It stands in a subquery of its own, since
        DuckDB 2.0 loses the WITH of a text that follows another WITH in bare parentheses.
        """
        names = self._expressions(sql)
        text = embeddable(sql)
        if not names and not chosen:
            return Ready(text, 0)
        head = f"{names}SELECT {chosen or '*'} FROM ("
        return Ready(f"{head}\n{text})\n", head.count("\n") + 1)

    def _expressions(self, sql: str) -> str:
        """What comes before a text that says names which were offered; those of a schema become views first."""
        said = list(saying(sql, self._offered))
        for name in said:
            if "." in name:
                self._put(name)
        named = ", ".join(
            f"{identifier(name)} AS NOT MATERIALIZED ({self._offered[name]})" for name in said if name in self._offered
        )
        return f"WITH {named} " if named else ""

    def _put(self, name: str) -> None:
        """Makes a view of an offered name. Raises: EngineFault, StoreFault, where there is nothing to read."""
        try:
            self.view(name, self._offered[name], self.known[name])
        except duckdb.IOException as error:
            raise run_fault(error, f"'{name}'") from error
        except duckdb.Error as error:
            mend = "See the types of its contract."
            raise EngineFault(f"'{name}' cannot be read: {plain(error)}", mend=mend) from error

    def typed(self, sql: str, where: str) -> Typed:
        """What one SELECT returns. Raises: EngineFault, with the line in the text; StoreFault, where a file is not there."""
        asked = self.asked(sql)
        known = self.signatures.recall(asked)
        if known is None:
            known = self._bound(sql, where)
            self.signatures.remember(asked, known)
        return known

    def asked(self, sql: str) -> Asked | None:
        """All that what a text returns depends on; None where the types of what it reads are not known beforehand."""
        reads = tuple(sorted((name, self.known[name]) for name in saying(sql, self.known)))
        if any(not columns or not all(type_ for _, type_ in columns) for _, columns in reads):
            return None
        return Asked(sql, reads, bool(self.macros))

    def relation(self, sql: str, where: str, given: Given) -> duckdb.DuckDBPyRelation:
        """One SELECT over views and tables alone, ready to be run; `given` are the values of its parameters, by name or place.

        Raises: EngineFault, with the line in the text; StoreFault, where a file is not there.
        """
        try:
            found = self.cursor.sql(self._one_select(embeddable(sql), where), params=given or None)
        except duckdb.Error as error:
            if given:
                raise binder_fault(
                    error, Place(where, line_of(error, sql)), self.known, self._columns_known()
                ) from error
            raise self._explained(error, sql, where) from error
        _must_differ(found.columns, where)
        return found

    def _bound(self, sql: str, where: str) -> Typed:
        try:
            columns = self._described(self.ready(sql).sql, where)
            if _may_be_renamed([name for name, _ in columns]):
                self._put_all(sql)
                columns = self._described(embeddable(sql), where)
        except duckdb.Error as error:
            raise self._explained(error, sql, where) from error
        _must_differ([name for name, _ in columns], where)
        return columns

    def _described(self, query: str, where: str) -> Typed:
        """Parsed once, which is half of the work, and looked at before any of it could run."""
        found = self.cursor.sql(self._one_select(query, where))
        return tuple(zip(found.columns, found.types, strict=True))

    def _one_select(self, sql: str, where: str) -> duckdb.Statement:
        statements = self.cursor.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise EngineFault("this is not one SELECT", mend="Write one query, and nothing else.", place=Place(where))
        return statements[0]

    def _explained(self, error: duckdb.Error, sql: str, where: str) -> EngineFault:
        """What the author's bare text says of itself, before what it says among our own words."""
        try:
            self._one_select(sql, where)
        except EngineFault as fault:
            return fault
        except duckdb.Error as bare:
            return binder_fault(bare, Place(where, line_of(bare)), (), ())
        return self._pointed(error, sql, where)

    def _pointed(self, error: duckdb.Error, sql: str, where: str) -> EngineFault:
        """The fault with its line: only DuckDB's execution says it, and only of the bare text nothing but its own words."""
        self._put_all(sql)
        try:
            self.cursor.execute(f"DESCRIBE {embeddable(sql)}")
        except duckdb.Error as again:
            error = again
        return binder_fault(error, Place(where, line_of(error, sql)), self.known, self._columns_known())

    def _columns_known(self) -> set[str]:
        return {column for known in self.known.values() for column, _ in known}

    def _put_all(self, sql: str) -> None:
        for name in list(saying(sql, self._offered)):
            self._put(name)

    def close(self) -> None:
        with suppress(duckdb.ConnectionException):
            if self._catalog:
                self.cursor.execute(f"USE memory; DETACH {identifier(self._catalog)}")
            self.cursor.close()


def _may_be_renamed(names: Sequence[str]) -> bool:
    folded = {name.lower() for name in names}
    return any(found[1].lower() in folded for name in names if (found := RENAMED.fullmatch(name)))


def _must_differ(names: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise EngineFault(f"two columns are called '{name}'", mend="Name one of them with AS.", place=Place(where))
        seen.add(name.lower())
