"""Masks in DuckDB: of every type, of NULL, of extremes; and what the hash is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from weft.access.masks import MASK_KINDS, Mask, RowFilter
from weft.engine.masking import behind, hashing, projection, row_filter

KEY = hashing(b"k" * 32)
VALUES: dict[str, tuple[str, ...]] = {
    "VARCHAR": ("'4111111111111111'", "''", "'N12'", "'ß' || chr(0) || 'x'", "repeat('a', 100000)"),
    "BOOLEAN": ("true",),
    "TINYINT": ("-128", "127", "0"),
    "SMALLINT": ("-32768",),
    "INTEGER": ("-2147483648", "2147483647"),
    "BIGINT": ("-9223372036854775808", "9223372036854775807", "-1"),
    "HUGEINT": ("-170141183460469231731687303715884105728", "170141183460469231731687303715884105727"),
    "UTINYINT": ("255",),
    "UBIGINT": ("18446744073709551615",),
    "UHUGEINT": ("340282366920938463463374607431768211455",),
    "BIGNUM": ("1",),
    "FLOAT": ("'nan'", "'-inf'", "3.4e38"),
    "DOUBLE": ("'nan'", "'inf'", "1.7e308", "-0.0"),
    "DECIMAL(4,2)": ("-99.99",),
    "DECIMAL(38,10)": ("-9999999999999999999999999999.9999999999",),
    "DATE": ("'infinity'", "'-infinity'", "'5877642-06-25 (BC)'", "'2013-07-04'"),
    "TIMESTAMP": ("'infinity'", "'290309-12-22 (BC) 00:00:00'", "'2013-07-04 10:11:12'"),
    "TIMESTAMP_S": ("'2013-07-04 10:11:12'",),
    "TIMESTAMP_MS": ("'2013-07-04 10:11:12'",),
    "TIMESTAMP_NS": ("'1677-09-22 00:00:00'", "'2262-04-11 00:00:00'"),
    "TIMESTAMP WITH TIME ZONE": ("'infinity'", "'2013-07-04 10:11:12+00'"),
    "TIME": ("'10:11:12'",),
    "TIME WITH TIME ZONE": ("'10:11:12+02'",),
    "INTERVAL": ("'3 days'",),
    "UUID": ("'ffffffff-ffff-ffff-ffff-ffffffffffff'",),
    "BLOB": ("'\\xFF\\x00'",),
    "BIT": ("'101'",),
    "JSON": ("""'{"a": 1}'""",),
    "ENUM('low', 'high')": ("'high'",),
    "VARCHAR[]": ("['4111111111111111', NULL]", "[]"),
    "INTEGER[3]": ("[1, NULL, 2147483647]",),
    "DATE[][]": ("[[DATE '2013-07-04'], NULL, []]",),
    "STRUCT(a VARCHAR, \"b c\" STRUCT(d INTEGER[], e DATE))": ("{'a': 'x', 'b c': {'d': [1], 'e': DATE '2013-07-04'}}", "{'a': NULL, 'b c': NULL}"),
    "STRUCT(\"select\" DECIMAL(4,2), f ENUM('a,b', 'c)'))": ("{'select': 1.5, 'f': 'a,b'}",),
    "MAP(VARCHAR, INTEGER)": ("MAP {'a': 1}",),
    "UNION(n INTEGER, t VARCHAR)": ("union_value(n := 1)",),
    "VARIANT": ("1",),
}  # fmt: skip
MASKS = [*(Mask(kind) for kind in MASK_KINDS), Mask("bucket", width=10), Mask("bucket", width=0.5, unit="decade")]


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def masked(duck: duckdb.DuckDBPyConnection, type_: str, mask: Mask, values: str) -> duckdb.DuckDBPyRelation:
    one = projection("c", type_, mask, KEY)
    rows = f"SELECT CAST(v AS {type_}) AS c FROM (VALUES {values}) t(v)"
    return duck.sql(behind(rows, (("c", type_),), (one,), ()))


@pytest.mark.parametrize("mask", MASKS, ids=str)
@pytest.mark.parametrize("type_", VALUES)
def test_a_mask_never_fails_and_has_the_type_that_it_says(
    duck: duckdb.DuckDBPyConnection, type_: str, mask: Mask
) -> None:
    for value in VALUES[type_]:
        found = masked(duck, type_, mask, f"({value})")
        declared = duck.sql(f"SELECT CAST(NULL AS {projection('c', type_, mask, KEY).type}) AS c").types
        assert (found.columns, found.types) == (["c"], declared)
        # Materialised and as text: what Python cannot hold is no matter here.
        assert len(found.project("CAST(c AS VARCHAR) AS c").fetchall()) == 1


@pytest.mark.parametrize("mask", MASKS, ids=str)
@pytest.mark.parametrize("type_", VALUES)
def test_null_stays_null(duck: duckdb.DuckDBPyConnection, type_: str, mask: Mask) -> None:
    assert masked(duck, type_, mask, "(NULL)").project("c IS NULL").fetchall() == [(True,)]


def one(duck: duckdb.DuckDBPyConnection, type_: str, mask: Mask, value: str) -> Any:
    (row,) = masked(duck, type_, mask, f"({value})").project("CAST(c AS VARCHAR)").fetchall()
    return row[0]


@pytest.mark.parametrize(
    ("type_", "mask", "value", "shown"),
    [
        ("VARCHAR", Mask("last_four"), "'4111111111111234'", "****1234"),
        ("VARCHAR", Mask("last_four"), "'N14228'", "****"),
        ("BIGINT", Mask("last_four"), "4111111111111234", "****1234"),
        ("DATE", Mask("last_four"), "'2013-07-04'", None),
        ("VARCHAR", Mask("redact"), "'Ann'", "***"),
        ("VARCHAR", Mask("redact", text="it's hidden"), "'Ann'", "it's hidden"),
        ("INTEGER", Mask("redact"), "7", None),
        ("DATE", Mask("year"), "'2013-07-04'", "2013-01-01"),
        ("TIMESTAMP", Mask("year"), "'2013-07-04 10:11:12'", "2013-01-01 00:00:00"),
        ("VARCHAR", Mask("year"), "'2013-07-04'", None),
        ("INTEGER", Mask("bucket", width=10), "27", "20"),
        ("INTEGER", Mask("bucket", width=10), "-7", "-10"),
        ("TINYINT", Mask("bucket", width=10), "-128", None),
        ("BIGINT", Mask("bucket", width=10), "9223372036854775807", "9223372036854775800"),
        ("DOUBLE", Mask("bucket", width=0.5), "1.7", "1.5"),
        ("DECIMAL(10,2)", Mask("bucket", width=100), "1234.56", "1200.00"),
        ("DATE", Mask("bucket", unit="quarter"), "'2013-08-04'", "2013-07-01"),
        ("VARCHAR[]", Mask("redact"), "['Ann', NULL]", "[***, NULL]"),
        ("STRUCT(a VARCHAR, b INTEGER)", Mask("redact"), "{'a': 'Ann', 'b': 3}", "{'a': ***, 'b': NULL}"),
        ("JSON", Mask("redact"), """'{"a": 1}'""", None),
        ("MAP(VARCHAR, INTEGER)", Mask("redact"), "MAP {'a': 1}", None),
    ],
)
def test_what_is_shown(duck: duckdb.DuckDBPyConnection, type_: str, mask: Mask, value: str, shown: str | None) -> None:
    assert one(duck, type_, mask, value) == shown


def test_equal_values_have_equal_hashes_and_others_with_another_key(duck: duckdb.DuckDBPyConnection) -> None:
    other = projection("c", "VARCHAR", Mask("hash"), hashing(b"l" * 32))
    (row,) = duck.sql(behind("SELECT 'Ann' AS c", (("c", "VARCHAR"),), (other,), ())).fetchall()
    hashes = {one(duck, "VARCHAR", Mask("hash"), value) for value in ("'Ann'", "'Ann'", "'Bob'")}
    assert len(hashes) == 2
    assert row[0] not in hashes


def test_the_hash_is_a_hash_within_a_hash_each_under_the_padded_key(duck: duckdb.DuckDBPyConnection) -> None:
    letters = bytes(byte ^ 0x36 for byte in KEY.inner.encode())
    assert letters == bytes(byte ^ 0x5C for byte in KEY.outer.encode())
    assert len(letters) == 64
    inner = hashlib.sha256(KEY.inner.encode() + "Ann ß".encode()).hexdigest()
    outer = hashlib.sha256((KEY.outer + inner).encode()).hexdigest()
    assert one(duck, "VARCHAR", Mask("hash"), "'Ann ß'") == outer[:32]


@pytest.mark.parametrize(
    ("type_", "value", "given", "seen"),
    [
        ("VARCHAR", "'EU'", ("EU", "it's"), True),
        ("VARCHAR", "'US'", ("EU",), False),
        ("VARCHAR", "NULL", ("EU",), False),
        ("VARCHAR", "'EU'", (), False),
        ("INTEGER", "7", ("7",), True),
        ("INTEGER", "7", ("seven",), False),
        ("VARCHAR[]", "['EU']", ("EU",), False),
    ],
)
def test_rows_are_compared_as_texts(
    duck: duckdb.DuckDBPyConnection, type_: str, value: str, given: tuple[str, ...], seen: bool
) -> None:
    condition = row_filter(RowFilter("REGION", given), (("region", type_),))
    rows = f"SELECT CAST({value} AS {type_}) AS region"
    assert bool(duck.sql(behind(rows, (("region", type_),), (), (condition,))).fetchall()) is seen


@pytest.mark.parametrize("column", ["", "gone"])
def test_a_filter_without_its_column_shows_no_row(duck: duckdb.DuckDBPyConnection, column: str) -> None:
    condition = row_filter(RowFilter(column, ("EU",)), (("region", "VARCHAR"),))
    assert duck.sql(behind("SELECT 'EU' AS region", (("region", "VARCHAR"),), (), (condition,))).fetchall() == []
