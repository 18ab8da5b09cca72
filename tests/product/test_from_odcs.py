"""A contract is what its document says: types, keys, limits, rules and references, and every fault of theirs."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from weft.product.contract import Contract, Limits, Threshold
from weft.product.from_odcs import contract_from
from weft.product.types import column_type, duckdb_type, length_of
from weft.standards.document import read
from weft.standards.schemas import faults_of
from weft.standards.writing import written


def document(tables: list[dict[str, Any]], **more: Any) -> str:
    head = {"apiVersion": "v3.2.0", "kind": "DataContract", "id": "c", "version": "1.0.0", "status": "active"}
    return written(head | more | {"schema": tables})


def read_contract(text: str) -> tuple[Contract | None, list[str]]:
    found = read(text, "c.odcs.yaml")
    assert faults_of(found, "odcs") == ()
    contract, faults = contract_from(found)
    return contract, [str(fault).partition(": ")[2] for fault in faults]


def one(tables: list[dict[str, Any]], **more: Any) -> Contract:
    contract, faults = read_contract(document(tables, **more))
    assert contract is not None
    assert faults == []
    return contract


def table(*properties: dict[str, Any], name: str = "orders", **more: Any) -> dict[str, Any]:
    return {"name": name, "properties": list(properties), **more}


ID = {"name": "id", "logicalType": "integer"}

TYPES: list[tuple[dict[str, Any], str]] = [
    ({"logicalType": "integer"}, "BIGINT"),
    *(
        ({"logicalType": "integer", "logicalTypeOptions": {"format": said}}, its_type)
        for said, its_type in zip(
            ("i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128"),
            (
                "TINYINT",
                "SMALLINT",
                "INTEGER",
                "BIGINT",
                "HUGEINT",
                "UTINYINT",
                "USMALLINT",
                "UINTEGER",
                "UBIGINT",
                "UHUGEINT",
            ),
            strict=True,
        )
    ),
    ({"logicalType": "number"}, "DOUBLE"),
    ({"logicalType": "number", "logicalTypeOptions": {"format": "f32"}}, "FLOAT"),
    ({"logicalType": "number", "physicalType": "NUMBER(12, 4)"}, "DECIMAL(12,4)"),
    ({"logicalType": "number", "physicalType": "decimal(10,2)"}, "DECIMAL(10,2)"),
    ({"logicalType": "string", "physicalType": "varchar(18)"}, "VARCHAR"),
    ({"logicalType": "string", "physicalType": "UUID"}, "UUID"),
    ({"logicalType": "date"}, "DATE"),
    ({"logicalType": "timestamp"}, "TIMESTAMP"),
    ({"logicalType": "timestamp", "logicalTypeOptions": {"timezone": True}}, "TIMESTAMP WITH TIME ZONE"),
    ({"logicalType": "time"}, "TIME"),
    ({"logicalType": "boolean"}, "BOOLEAN"),
    (
        {
            "logicalType": "object",
            "properties": [{"name": "a", "logicalType": "integer"}, {"name": "select", "logicalType": "string"}],
        },
        'STRUCT(a BIGINT, "select" VARCHAR)',
    ),
    ({"logicalType": "array", "items": {"logicalType": "string"}}, "VARCHAR[]"),
    (
        {"logicalType": "map", "map": {"key": {"logicalType": "string"}, "value": {"logicalType": "number"}}},
        "MAP(VARCHAR, DOUBLE)",
    ),
    ({"logicalType": "vector", "physicalType": "vector(3)", "logicalTypeOptions": {"dimensions": 3}}, "FLOAT[3]"),
    ({"logicalType": "vector", "logicalTypeOptions": {"dimensions": 2, "elementType": "float64"}}, "DOUBLE[2]"),
    ({"logicalType": "object", "physicalType": "json"}, "JSON"),
]


@pytest.mark.parametrize(("said", "expected"), TYPES, ids=[expected for _, expected in TYPES])
def test_a_column_has_its_physical_type_where_duckdb_has_it_else_its_logical(
    said: dict[str, Any], expected: str
) -> None:
    (column,) = one([table({"name": "c", **said})]).tables[0].columns
    assert column.type == expected


@pytest.mark.parametrize("spelled", ["int4", "char(3)", "numeric", "dec(5)", "double precision", "timestamp(3)", "timestamp with time zone", "timetz", "bytea", "int[3][]", 'struct(a int, "B c" text[])', "map(text, date)", "enum('a', 'b')", "union(a int, b text)", "character varying(10)", "float(53)", "Bit(3)", "json", "uint64", "row(a int)", 'struct("left" int, b text)[]'])  # fmt: skip
def test_a_type_is_written_as_duckdb_writes_it(spelled: str) -> None:
    with duckdb.connect() as connection:
        assert duckdb_type(spelled) == str(connection.sql(f"SELECT NULL::{spelled}").types[0])


@pytest.mark.parametrize("spelled", ["table", "int(11)", "time(3)", "NVARCHAR(max)", "MAP<STRING, STRING>", "vector(3)", "decimal(40,2)", "struct(a)", "int[", "", "a b"])  # fmt: skip
def test_what_is_no_type_of_duckdb_is_none(spelled: str) -> None:
    assert duckdb_type(spelled) is None


def test_the_length_of_a_text_type_is_a_limit() -> None:
    (column,) = one([table({"name": "c", "logicalType": "string", "physicalType": "VARCHAR(18)"})]).tables[0].columns
    assert column.limits == Limits(max_length=18)
    assert length_of("DECIMAL(18)") is None


def test_limits_are_kept_as_the_standard_says_them() -> None:
    options = {"minimum": "2024-01-01", "format": "dd/MM/yyyy"}
    (column,) = one([table({"name": "c", "logicalType": "date", "logicalTypeOptions": options})]).tables[0].columns
    assert column.limits == Limits(minimum="2024-01-01", format="dd/MM/yyyy")


def test_allowed_values_are_the_enums_values() -> None:
    allowed = [{"value": "US", "label": "United States"}, {"value": None}]
    (column,) = one([table({"name": "c", "logicalType": "string", "enum": allowed})]).tables[0].columns
    assert column.limits.enum == ("US", None)


def test_a_key_without_positions_is_in_the_order_of_its_columns() -> None:
    columns = [{"name": name, "logicalType": "integer", "primaryKey": True} for name in "ba"]
    assert one([table(*columns)]).tables[0].key == ("b", "a")


def test_a_key_with_positions_is_in_their_order() -> None:
    columns = [
        {"name": n, "logicalType": "integer", "primaryKey": True, "primaryKeyPosition": p}
        for n, p in (("b", 2), ("a", 1))
    ]
    assert one([table(*columns)]).tables[0].key == ("a", "b")


def test_rules_have_names_that_stay() -> None:
    quality = [
        {"metric": "nullValues", "mustBe": 0},
        {
            "metric": "invalidValues",
            "mustBeLessThan": 5,
            "unit": "percent",
            "id": "valid-ids",
            "arguments": {"validValues": [1]},
        },
        {"type": "sql", "query": "SELECT 1", "mustBeBetween": [1, 2], "severity": "warning"},
    ]
    of_table = [
        {"metric": "rowCount", "mustBeGreaterThan": 0, "name": "there are rows"},
        {"metric": "duplicateValues", "mustBe": 0, "arguments": {"properties": ["id"]}},
        {"type": "sql", "query": "SELECT 2", "mustNotBe": 0},
        {"type": "text", "description": "As good as gold."},
        {"type": "custom", "engine": "soda", "implementation": "checks"},
    ]
    rules = one([table(ID | {"quality": quality}, quality=of_table)]).tables[0].rules
    assert [(rule.name, rule.kind, rule.column) for rule in rules] == [
        ("nullValues(id)", "library", "id"),
        ("valid-ids", "library", "id"),
        ("sql 1", "sql", "id"),
        ("there are rows", "library", None),
        ("duplicateValues(id)", "library", None),
        ("sql 2", "sql", None),
        ("text 1", "text", None),
        ("custom 1", "custom", None),
    ]
    assert rules[1].unit == "percent"
    assert rules[1].arguments == {"validValues": [1]}
    assert rules[2].threshold == Threshold("mustBeBetween", (1, 2))
    assert rules[2].severity == "warning"
    assert rules[7].engine == "soda"


OPERATORS = [
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
]


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_is_a_threshold(operator: str) -> None:
    (rule,) = one([table(ID, quality=[{"metric": "rowCount", operator: 3}])]).tables[0].rules
    assert rule.threshold == Threshold(operator, (3,))  # type: ignore[arg-type]


PLANES = table({"name": "tailnum", "id": "tail", "logicalType": "string"}, name="planes", id="planes_table")
REFERENCES: list[tuple[Any, tuple[str, tuple[str, ...]]]] = [
    ("planes.tailnum", ("planes", ("tailnum",))),
    ("fleet.tailnum", ("fleet", ("tailnum",))),
    ("fleet.planes.tailnum", ("fleet.planes", ("tailnum",))),
    ("schema/planes_table/properties/tail", ("planes", ("tailnum",))),
    ("/schema/planes_table/properties/tail", ("planes", ("tailnum",))),
]


@pytest.mark.parametrize(("to", "expected"), REFERENCES, ids=[str(to) for to, _ in REFERENCES])
def test_a_relationship_names_a_column_here_or_behind_a_port(to: Any, expected: tuple[str, tuple[str, ...]]) -> None:
    (found,) = one([table(ID | {"relationships": [{"to": to}]}), PLANES]).tables[0].relationships
    assert (found.to_table, found.to_columns) == expected
    assert found.columns == ("id",)


def test_a_composite_relationship_is_said_by_the_table() -> None:
    said = {"from": ["orders.id", "orders.at"], "to": ["other.a", "other.b"]}
    (found,) = one([table(ID, {"name": "at", "logicalType": "date"}, relationships=[said])]).tables[0].relationships
    assert (found.columns, found.to_table, found.to_columns) == (("id", "at"), "other", ("a", "b"))


FAULTY: list[tuple[list[dict[str, Any]], dict[str, Any], str]] = [
    ([table(ID), table(ID)], {}, "the table 'orders' is given twice. Remove one, or rename it."),
    ([table(ID, name="Orders")], {}, "table 'Orders' is no name: lower-case letters, digits and '_' only, beginning with a letter. Keep what the source calls it in `physicalName`."),
    ([{"name": "orders"}], {}, "table 'orders' promises no columns. Add `properties:`, one entry for each column."),
    ([table({"name": "c", "logicalType": "object"})], {}, "property 'c': an object without properties has no type. Add `properties:`, or say `physicalType: JSON`."),
    ([table({"name": "c", "logicalType": "vector"})], {}, "property 'c': a vector without dimensions has no type. Add `logicalTypeOptions: {dimensions: ...}`."),
    ([table({"name": "c", "logicalType": "object", "properties": [ID, {"name": "ID", "logicalType": "date"}]})], {}, "property 'c': its property 'id' is given twice. Remove one, or rename it."),
    ([table({"name": "c", "logicalType": "array"})], {}, "property 'c': 'array' without `items` has no type. Add `items:` with a `logicalType`."),
    ([table(ID | {"relationships": [{"to": "planes.tail"}]}), PLANES], {}, "relationship: 'planes' has no column 'tail'. Did you mean 'tailnum'?"),
    ([table(ID | {"relationships": [{"to": "schema/plane_table/properties/tail"}]}), PLANES], {}, "relationship: no table here has the id 'plane_table'. Did you mean 'planes_table'?"),
    ([table(ID | {"relationships": [{"to": "other.yaml#/schema/a/properties/b"}]})], {}, "relationship: it is to another file, other.yaml. Name the input port instead: `port.column`, `port.table.column`."),
    ([table(ID, relationships=[{"from": ["orders.id"], "to": ["a.b", "a.c"]}])], {}, "relationship: it is from 1 columns to 2. Name as many on both sides."),
    ([table(ID, relationships=[{"from": "orders.ids", "to": "a.b"}])], {}, "relationship: 'orders' has no column 'ids'. Did you mean 'id'?"),
    ([table(ID, quality=[{"metric": "nullValues", "mustBe": 0}])], {}, "nullValues is asked of a column, and this is a table. Move the rule to its column."),
    ([table(ID, quality=[{"metric": "duplicateValues", "mustBe": 0}])], {}, "duplicateValues of a table needs the columns that must differ. Add `arguments: {properties: [...]}`, or move the rule to its column."),
    ([table(ID | {"quality": [{"metric": "nullValues", "mustBe": 0, "unit": "percents"}]})], {}, "property 'id': unknown unit 'percents'. Did you mean 'percent'?"),
    ([table(ID, quality=[{"metric": "rowCount", "mustBe": 0, "severity": "critical"}])], {}, "the severity 'critical' is none that is known. Write error, warning or info; it counts as error."),
    ([table(ID)], {"status": "activ"}, "the status 'activ' is none that is known. Did you mean 'active'?"),
    ([table({"name": "c", "logicalType": "object", "properties": [ID | {"required": True}]})], {}, "property 'c': required of 'id' inside it cannot be checked yet. Say it of the whole column, as a rule of `type: sql`."),
]  # fmt: skip


@pytest.mark.parametrize(("tables", "more", "fault"), FAULTY, ids=[fault for *_, fault in FAULTY])
def test_what_cannot_be_meant_is_said(tables: list[dict[str, Any]], more: dict[str, Any], fault: str) -> None:
    assert read_contract(document(tables, **more))[1] == [fault]


def test_a_property_without_logical_type_is_read_from_older_documents() -> None:
    tables = [table({"name": "c", "physicalType": "INTEGER"})]
    assert one(tables, apiVersion="v3.1.0").tables[0].columns[0].type == "INTEGER"
    (fault,) = faults_of(read(document(tables), "c"), "odcs")
    assert str(fault).endswith("property 'c': there is no logicalType. Add `logicalType: ...`; ODCS 3.2 needs it.")


@pytest.mark.parametrize("rule", [{"rule": "duplicateCount"}, {"type": "library", "rule": "duplicateCount"}])
def test_the_rule_of_3_0_is_the_metric_of_today(rule: dict[str, Any]) -> None:
    tables = [table(ID | {"quality": [rule | {"mustBe": 0}]})]
    assert one(tables, apiVersion="v3.0.2").tables[0].rules[0].metric == "duplicateValues"


def test_servers_keep_their_text_as_written() -> None:
    said = {
        "server": "db",
        "type": "postgres",
        "host": "${HOST}",
        "port": "${PORT:-5432}",
        "database": "d",
        "schema": "s",
    }
    custom = [
        {"property": "watermark", "value": "at", "vendor": "weft"},
        {"property": "x", "value": 1, "vendor": "acme"},
    ]
    (server,) = one([table(ID)], servers=[said | {"customProperties": custom}]).servers
    assert server.fields == {"host": "${HOST}", "port": "${PORT:-5432}", "database": "d", "schema": "s"}
    assert server.options == {"watermark": "at"}


def test_a_team_may_be_the_list_of_its_members() -> None:
    assert [m.username for m in one([table(ID)], team=[{"username": "ann", "role": "owner"}]).team.members] == ["ann"]


def test_a_version_with_a_v_is_the_version() -> None:
    assert one([table(ID)], version="v1.2.0").version == "1.2.0"


def test_every_type_that_a_contract_can_say_is_one_that_duckdb_has() -> None:
    with duckdb.connect() as connection:
        for said, expected in TYPES:
            assert str(connection.sql(f"SELECT NULL::{column_type({'name': 'c', **said})}").types[0]) == expected
