"""A table of a real PostgreSQL arrives as promised; its server's words are told, its password is not."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from weft.errors import SourceFault
from weft.product.contract import Column

Source = Callable[..., Any]
AB = {"a": "VARCHAR", "b": "BIGINT"}


@pytest.fixture
def database(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The fields of a server; who asks is in the environment."""
    url = urlsplit(postgres_url)
    monkeypatch.setenv("PGUSER", url.username or "")
    monkeypatch.setenv("PGPASSWORD", url.password or "")
    return {
        "type_": "postgresql",
        "host": url.hostname,
        "port": str(url.port),
        "database": url.path[1:],
        "schema": "public",
        "table": "t",
    }


def run(database: dict[str, Any], *statements: str) -> None:
    with psycopg.connect(
        host=database["host"], port=database["port"], dbname=database["database"], autocommit=True
    ) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_a_table_arrives_with_its_nulls_and_empty_texts(source: Source, database: dict[str, Any]) -> None:
    run(
        database,
        "CREATE TABLE t (b bigint, a text)",
        "INSERT INTO t VALUES (1, 'x'), (NULL, ''), (3, NULL), (4, E'p\"q,\\nr')",
    )
    assert source(AB, **database).rows() == [("x", 1), ("", None), (None, 3), ('p"q,\nr', 4)]


TYPES = {
    "NUMERIC(10,2)": ("12.50", "DECIMAL(10,2)", Decimal("12.50")),
    "double precision": ("0.1", "DOUBLE", 0.1),
    "boolean": ("true", "BOOLEAN", True),
    "date": ("'2013-01-31'", "DATE", date(2013, 1, 31)),
    "timestamp": ("'2013-01-31 10:00:00.123456'", "TIMESTAMP", datetime(2013, 1, 31, 10, 0, 0, 123456)),
    "timestamptz": ("'2013-01-31 10:00:00+02'", "TIMESTAMP", datetime(2013, 1, 31, 8)),
    "interval": ("'1 day 02:00'", "INTERVAL", timedelta(days=1, hours=2)),
    "uuid": ("'6b6a3b3a-2f0e-4c1c-9d7e-0d6c6c8a1f11'", "UUID", uuid.UUID("6b6a3b3a-2f0e-4c1c-9d7e-0d6c6c8a1f11")),
    "bytea": ("'\\x00ff41'", "BLOB", b"\x00\xffA"),
    "integer[]": ("'{1,NULL,3}'", "INTEGER[]", [1, None, 3]),
    "text[]": ("'{\"a,b\",c}'", "VARCHAR[]", ["a,b", "c"]),
    "jsonb": ("'{\"x\": [1, 2]}'", "STRUCT(x INTEGER[])", {"x": [1, 2]}),
}


@pytest.mark.parametrize("type_", TYPES)
def test_types_arrive_as_promised(type_: str, source: Source, database: dict[str, Any]) -> None:
    written, promised, value = TYPES[type_]
    run(database, f"CREATE TABLE t (a {type_})", f"INSERT INTO t VALUES ({written}), (NULL)")
    assert source({"a": promised}, **database).rows() == [(value,), (None,)]


def test_columns_and_tables_go_by_their_physical_names(source: Source, database: dict[str, Any]) -> None:
    run(
        database,
        "CREATE SCHEMA shop",
        'CREATE TABLE shop."Order Lines" ("Pay, $" numeric)',
        'INSERT INTO shop."Order Lines" VALUES (1)',
    )
    columns = [Column("pay", "BIGINT", "Pay, $")]
    assert source(columns, **database | {"schema": "shop", "table": "Order Lines"}).rows() == [(1,)]


def test_a_value_that_does_not_fit_is_counted(source: Source, database: dict[str, Any]) -> None:
    run(database, "CREATE TABLE t (a text, b numeric)", "INSERT INTO t VALUES ('x', 1.5), ('y', 2)")
    with pytest.raises(SourceFault, match=r"public\.t: column 'b': 1 value is no BIGINT \('1.5'\)"):
        source(AB, **database).arrives()


def test_a_missing_column_is_named(source: Source, database: dict[str, Any]) -> None:
    run(database, "CREATE TABLE t (a text, bb int)")
    with pytest.raises(SourceFault, match=r"column 'b' is missing\. Did you mean 'bb'"):
        source(AB, **database).arrives()


def test_a_missing_table_is_told_in_the_servers_words(source: Source, database: dict[str, Any]) -> None:
    with pytest.raises(SourceFault, match=r'relation "public\.t" does not exist'):
        source(AB, **database).arrives()


def test_a_watermark_says_whether_it_grew(source: Source, database: dict[str, Any]) -> None:
    run(database, "CREATE TABLE t (a text, b bigint)", "INSERT INTO t VALUES ('x', 1)")
    made = source(AB, watermark="b", **database)
    before = made.state()
    assert made.state(before) == before == made.arrives().state
    run(database, "INSERT INTO t VALUES ('y', 2)")
    assert made.state(before).digest != before.digest


def test_without_a_watermark_it_is_new_each_time(source: Source, database: dict[str, Any]) -> None:
    made = source(AB, **database)
    assert made.state().digest != made.state().digest


def test_a_wrong_password_is_not_said(
    source: Source, database: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "not-the-secret")
    with pytest.raises(SourceFault, match="password authentication failed") as fault:
        source(AB, **database).arrives()
    assert "not-the-secret" not in str(fault.value)


def test_a_password_is_taken_from_a_variable(
    source: Source, database: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(database, "CREATE TABLE t (a text, b bigint)")
    monkeypatch.setenv("SHOP_PASSWORD", os.environ["PGPASSWORD"])
    monkeypatch.delenv("PGPASSWORD")
    assert source(AB, password="${SHOP_PASSWORD}", user="weft", **database).rows() == []


def test_a_password_in_a_contract_is_refused(source: Source, database: dict[str, Any]) -> None:
    with pytest.raises(SourceFault, match="a password is written in the contract") as fault:
        source(AB, password="hunter2", **database).arrives()
    assert "hunter2" not in str(fault.value)


def test_nobody_there_is_said(source: Source) -> None:
    with pytest.raises(SourceFault, match=r"127.0.0.1:1/x cannot be read"):
        source(AB, "postgres", host="127.0.0.1", port=1, database="x", schema="public", watermark="b").state()
