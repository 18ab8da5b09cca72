"""Every kind of check, both ways: rows, what is promised of them, and what is measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from weft.engine.seam import Bench, Build, Built
from weft.names import LineName
from weft.product.checks import Check, CheckKind, CheckResult, Suite
from weft.product.contract import Column, Metric, Operator, QualityRule, Relationship, Scalar, Table, Threshold
from weft.product.snapshot import ColumnStatistics

LINE = LineName("sales.orders.line@1")
COLUMN = "v"

RowCheck = tuple[CheckKind, tuple[Scalar, ...], str, str, int]
ROW_CHECKS: tuple[RowCheck, ...] = (
    ("required", (), "BIGINT", "1, NULL, NULL", 2),
    ("required", (), "BIGINT", "1, 2", 0),
    ("required", (), "STRUCT(a INTEGER)", "{'a': NULL}, NULL", 1),
    ("enum", ("a", "b"), "VARCHAR", "'a', 'b', NULL", 0),
    ("enum", ("a", None), "VARCHAR", "'a', 'A', ''", 2),
    ("enum", (1, 2), "VARCHAR", "'1', '2', '3'", 1),
    ("enum", (1, "2"), "BIGINT", "1, 2, 3, NULL", 1),
    ("enum", ("x",), "BIGINT", "1, NULL", 1),
    ("enum", (True,), "BOOLEAN", "true, false", 1),
    ("enum", (0.1,), "FLOAT", "0.1, 0.2", 1),
    ("enum", (1.555,), "DECIMAL(10,2)", "1.55, 1.56", 2),
    ("enum", ("2020-01-01",), "DATE", "DATE '2020-01-01', DATE '2020-01-02'", 1),
    ("minimum", (0,), "BIGINT", "-1, 0, 1, NULL", 1),
    ("minimum", (0.5,), "BIGINT", "0, 1", 1),
    ("minimum", (0,), "DOUBLE", "'nan', '-inf', 'inf', 0", 2),
    ("maximum", (0,), "DOUBLE", "'nan', '-inf', 'inf', 0", 2),
    ("maximum", (100,), "DOUBLE", "99.9, 100", 0),
    ("maximum", (0.1,), "FLOAT", "0.1", 0),
    ("maximum", (1.25,), "DECIMAL(10,1)", "1.2, 1.3", 1),
    ("maximum", (18446744073709551615,), "UBIGINT", "18446744073709551615", 0),
    ("maximum", (10**30,), "HUGEINT", "1000000000000000000000000000001, 1", 1),
    ("maximum", (10**50,), "BIGINT", "9223372036854775807", 0),
    ("minimum", ("2013-01-01",), "DATE", "DATE '2012-12-31', DATE '2013-01-01'", 1),
    ("maximum", ("2013-01-01T12:00:00Z",), "DATE", "DATE '2013-01-01', DATE '2013-01-02'", 1),
    (
        "maximum",
        ("2013-01-01T00:00:00+02:00",),
        "TIMESTAMP",
        "TIMESTAMP '2012-12-31 22:00:00', TIMESTAMP '2012-12-31 23:00:00'",
        1,
    ),
    (
        "minimum",
        ("2013-01-01",),
        "TIMESTAMPTZ",
        "TIMESTAMPTZ '2013-01-01 00:00:00+01', TIMESTAMPTZ '2013-01-01 00:00:00+00'",
        1,
    ),
    ("maximum", ("12:00",), "TIME", "TIME '11:59', TIME '12:00:01'", 1),
    ("maximum", ("b",), "VARCHAR", "'a', 'c'", 1),
    ("exclusiveMinimum", (0,), "INTEGER", "0, 1", 1),
    ("exclusiveMaximum", (10,), "DECIMAL(5,2)", "10.00, 9.99", 1),
    ("exclusiveMaximum", (10,), "DOUBLE", "9, 'nan'", 1),
    ("multipleOf", (5,), "BIGINT", "0, 5, 10, -5, 7, NULL", 1),
    ("multipleOf", (0.05,), "DECIMAL(10,2)", "1.25, 1.26", 1),
    ("multipleOf", (0.1,), "DOUBLE", "0.3, 0.35, 'inf'", 2),
    ("minLength", (2,), "VARCHAR", "'a', 'éé', NULL", 1),
    ("maxLength", (2,), "VARCHAR", "'abc', '👍é', ''", 1),
    ("maxLength", (1,), "BLOB", "'ab'::BLOB, 'a'::BLOB", 1),
    ("pattern", ("^[A-Z]{2}[0-9]+$",), "VARCHAR", "'AB1', 'xAB1', NULL", 1),
    ("pattern", ("B",), "VARCHAR", "'ABC', 'AC'", 1),
    ("pattern", (r"^\u00e9(?<rest>.)$",), "VARCHAR", "'éa', 'ea'", 1),
    ("pattern", ("it's",), "VARCHAR", "'it''s', 'its'", 1),
    ("format", ("email",), "VARCHAR", "'a.b+c@d-e.example', 'a@b', 'a@', 'a b@c.d', '@c.d'", 3),
    (
        "format",
        ("uuid",),
        "VARCHAR",
        "'123e4567-e89b-12d3-a456-426614174000', '123e4567e89b12d3a456426614174000', 'x'",
        2,
    ),
    (
        "format",
        ("uri",),
        "VARCHAR",
        "'https://a.example/b?c=d#e', 'urn:isbn:1', 'mailto:a@b', 'a.example', 'http://a b', 'http://%zz'",
        3,
    ),
    ("format", ("hostname",), "VARCHAR", "'a.example', 'localhost', '-a.example', 'a..b', 'a_b'", 3),
    ("format", ("ipv4",), "VARCHAR", "'127.0.0.1', '255.255.255.255', '256.0.0.1', '1.2.3', '1.2.3.4.5'", 3),
    (
        "format",
        ("ipv6",),
        "VARCHAR",
        "'::1', '::', '2001:db8::8a2e:370:7334', '::ffff:1.2.3.4', '1:2:3:4:5:6:7:8', '1::2::3', '1:2:3', 'g::1', '1:2:3:4:5:6:7:8:9'",
        4,
    ),
    ("format", ("byte",), "VARCHAR", "'aGVsbG8=', '', 'aGVsbG8', '####'", 2),
    ("format", ("binary",), "VARCHAR", "'anything'", 0),
    ("format", ("yyyy-MM-dd",), "VARCHAR", "'2020-02-29', '2021-02-29', '2020-2-9', '20200229', NULL", 3),
    (
        "format",
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX",),
        "VARCHAR",
        "'2020-01-01T01:02:03.456Z', '2020-01-01T01:02:03.456+02:00', '2020-01-01 01:02:03'",
        1,
    ),
    ("format", ("dd/MM/yyyy HH:mm",), "VARCHAR", "'31/12/2020 23:59', '12/31/2020 23:59'", 1),
    ("format", ("yyyy-MM-dd",), "DATE", "DATE '2020-01-01'", 0),
    ("format", ("i8",), "BIGINT", "127, -128, 128", 1),
    ("format", ("u16",), "BIGINT", "-1, 0, 65535, 65536", 2),
    ("format", ("f32",), "DOUBLE", "1e38, 1e39, 'inf'", 1),
    ("minItems", (1,), "INTEGER[]", "[], [1], NULL", 1),
    ("maxItems", (1,), "INTEGER[]", "[1, 2], [NULL]", 1),
    ("maxItems", (1,), "MAP(VARCHAR, INTEGER)", "MAP {'a': 1, 'b': 2}, MAP {'a': 1}", 1),
    ("uniqueItems", (), "INTEGER[]", "[1, 2], [1, 1], [NULL, 1], [NULL, NULL], []", 2),
    ("unique", (), "BIGINT", "1, 2, 3", 0),
    ("unique", (), "BIGINT", "1, 1, 1, 2, 2, NULL, NULL", 3),
    ("unique", (), "DOUBLE", "'nan', 'nan', 0.0, -0.0", 2),
    ("primaryKey", (), "VARCHAR", "'a', 'A', 'a'", 1),
    ("unique", (), "STRUCT(a INTEGER)", "{'a': 1}, {'a': 1}, {'a': NULL}", 1),
)


def written(bench: Bench, folder: Path, type_: str, values: str) -> tuple[Path, Built]:
    listed = ", ".join(f"(CAST({value.strip()} AS {type_}))" for value in split(values)) if values else ""
    rows = f"(VALUES {listed}) AS t ({COLUMN})" if values else f"(SELECT NULL AS {COLUMN} WHERE false)"
    path = folder / "line.parquet"
    return path, bench.build(
        Build(LINE, f"SELECT CAST({COLUMN} AS {type_}) AS {COLUMN} FROM {rows}", ((COLUMN, type_),), path)
    )


def split(values: str) -> list[str]:
    """At commas outside brackets and quotes."""
    parts, depth, quoted = [""], 0, False
    for letter in values:
        quoted ^= letter == "'"
        depth += (letter in "[{(") - (letter in ")}]") if not quoted else 0
        if letter == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def suite_of(check: Check, type_: str) -> Suite:
    return Suite(LINE, Table("line", (Column(COLUMN, type_),)), (check,))


@pytest.mark.parametrize("with_statistics", [True, False], ids=["with statistics", "by rows"])
@pytest.mark.parametrize("case", ROW_CHECKS, ids=str)
def test_the_rows_that_break_a_check_are_counted(
    bench: Bench, tmp_path: Path, case: RowCheck, with_statistics: bool
) -> None:
    kind, limits, type_, values, expected = case
    path, built = written(bench, tmp_path, type_, values)
    known = built if with_statistics else Built(built.rows)
    suite = suite_of(Check("c", kind, (COLUMN,), values=limits), type_)
    (result,) = bench.check(suite, [path], known, {})
    assert (result.measured, result.outcome, result.message) == (expected, "failed" if expected else "passed", "")
    assert result.rows == built.rows
    shown = bench.failing(suite, "c", [path], {})
    assert shown.num_rows >= expected if kind in ("unique", "primaryKey") else shown.num_rows == expected


@pytest.mark.parametrize(
    ("kind", "limits", "type_"), sorted({(kind, limits, type_) for kind, limits, type_, _, _ in ROW_CHECKS}, key=str)
)
def test_an_empty_table_breaks_no_row_check(
    bench: Bench, tmp_path: Path, kind: CheckKind, limits: tuple[Scalar, ...], type_: str
) -> None:
    path, built = written(bench, tmp_path, type_, "")
    check = Check("c", kind, (COLUMN,), values=limits)
    (result,) = bench.check(suite_of(check, type_), [path], built, {})
    (without_files,) = bench.check(suite_of(check, type_), [], Built(0), {})
    assert (result.measured, result.outcome) == (without_files.measured, without_files.outcome) == (0, "passed")


Arguments = dict[str, Scalar | list[Scalar]]
Measured = tuple[Metric, Arguments, str, str, str, Scalar]
METRICS: tuple[Measured, ...] = (
    ("nullValues", {}, "BIGINT", "1, NULL, NULL, 2", "rows", 2),
    ("nullValues", {}, "BIGINT", "1, NULL, NULL, 2", "percent", 50.0),
    ("nullValues", {}, "BIGINT", "", "percent", 0.0),
    ("missingValues", {}, "VARCHAR", "'a', '', NULL, ' '", "rows", 2),
    ("missingValues", {"missingValues": [None, "", "N/A"]}, "VARCHAR", "'a', '', NULL, 'N/A', 'n/a'", "rows", 3),
    ("missingValues", {"missingValues": ["", "N/A"]}, "VARCHAR", "'a', '', NULL, 'N/A'", "rows", 2),
    ("missingValues", {"missingValues": [-999, "N/A", None]}, "BIGINT", "1, -999, NULL", "rows", 2),
    ("missingValues", {"missingValues": [0]}, "VARCHAR", "'0', '00'", "percent", 50.0),
    ("invalidValues", {"validValues": ["pounds", "kg"]}, "VARCHAR", "'kg', 'KG', NULL", "rows", 1),
    ("invalidValues", {"validValues": [1, 2]}, "BIGINT", "1, 3, NULL, 4", "percent", 50.0),
    ("invalidValues", {"pattern": "^[A-Z]+$"}, "VARCHAR", "'A', 'a', NULL", "rows", 1),
    ("invalidValues", {"pattern": "^[A-Z]+$", "validValues": ["A", "b"]}, "VARCHAR", "'A', 'B', 'b'", "rows", 2),
    ("duplicateValues", {}, "VARCHAR", "'a', 'a', 'a', 'b', NULL, NULL", "rows", 2),
    ("duplicateValues", {}, "VARCHAR", "'a', 'a', 'b', 'c'", "percent", 25.0),
    ("duplicateValues", {"properties": [COLUMN]}, "BIGINT", "1, 1", "rows", 1),
    ("rowCount", {}, "BIGINT", "1, NULL, 1", "rows", 3),
    ("rowCount", {}, "BIGINT", "", "rows", 0),
)


@pytest.mark.parametrize("with_statistics", [True, False], ids=["with statistics", "by rows"])
@pytest.mark.parametrize("case", METRICS, ids=str)
def test_a_library_metric_is_measured(bench: Bench, tmp_path: Path, case: Measured, with_statistics: bool) -> None:
    metric, arguments, type_, values, unit, expected = case
    path, built = written(bench, tmp_path, type_, values)
    threshold = Threshold("mustBe", (expected,))
    rule = QualityRule(
        "library",
        "r",
        None if metric == "rowCount" else COLUMN,
        metric,
        arguments,
        threshold,
        "percent" if unit == "percent" else "rows",
    )
    suite = suite_of(Check("c", "library", (COLUMN,), "warning", rule=rule), type_)
    (result,) = bench.check(suite, [path], built if with_statistics else Built(built.rows), {})
    assert (result.measured, result.outcome, result.unit, result.severity) == (expected, "passed", unit, "warning")
    assert bench.failing(suite, "c", [path], {}).num_rows >= (0 if metric == "rowCount" else bool(expected))


OPERATORS: tuple[tuple[Operator, tuple[Scalar, ...], str], ...] = (
    ("mustBe", (3,), "3"), ("mustNotBe", (3,), "0 1 2 4 5"), ("mustBeGreaterThan", (3,), "4 5"), ("mustBeGreaterOrEqualTo", (3,), "3 4 5"),
    ("mustBeLessThan", (3,), "0 1 2"), ("mustBeLessOrEqualTo", (3.5,), "0 1 2 3"), ("mustBeBetween", (2, 4), "2 3 4"), ("mustNotBeBetween", (2, 4), "0 1 5"),
)  # fmt: skip


@pytest.mark.parametrize(("operator", "limits", "held"), OPERATORS)
def test_an_operator_holds_for_its_values(
    bench: Bench, operator: Operator, limits: tuple[Scalar, ...], held: str
) -> None:
    rule = QualityRule("library", "r", metric="rowCount", threshold=Threshold(operator, limits))
    suite = suite_of(Check("c", "library", rule=rule), "BIGINT")
    outcomes = [bench.check(suite, [], Built(rows), {})[0].outcome for rows in range(6)]
    assert " ".join(str(rows) for rows, outcome in enumerate(outcomes) if outcome == "passed") == held


UNDONE = (
    (Check("c", "text", rule=QualityRule("text", "r")), "not executable", "it is written for people"),
    (Check("c", "custom", rule=QualityRule("custom", "r", engine="soda")), "skipped", "no engine 'soda' is known here"),
    (
        Check("c", "format", (COLUMN,), values=("password",)),
        "not executable",
        "a password has no form that data could be checked against",
    ),
    (Check("c", "format", (COLUMN,), values=("qqq",)), "not executable", "no way is known to check the format 'qqq'"),
    (Check("c", "pattern", (COLUMN,), values=("a(?=b)",)), "error", "pattern 'a(?=b)': invalid perl operator: (?="),
    (Check("c", "required", ("w",)), "error", "table 'line' has no column 'w'. See the contract."),
    (Check("c", "minimum", (COLUMN,), values=("abc",)), "passed", ""),
)


@pytest.mark.parametrize(("check", "outcome", "message"), UNDONE)
def test_what_is_not_done_says_why_and_the_others_are_done(
    bench: Bench, tmp_path: Path, check: Check, outcome: str, message: str
) -> None:
    path, built = written(bench, tmp_path, "VARCHAR", "'b', NULL")
    others = (Check("least", "minLength", (COLUMN,), values=(2,)), Check("most", "maxLength", (COLUMN,), values=(5,)))
    suite = Suite(LINE, Table("line", (Column(COLUMN, "VARCHAR"),)), (check, *others))
    result, least, most = bench.check(suite, [path], built, {})
    assert (result.outcome, result.message) == (outcome, message)
    assert (least.measured, most.measured) == (1, 0)


Ruled = tuple[str, tuple[Operator, Scalar], str, Scalar, str]
RULES: tuple[Ruled, ...] = (
    ("SELECT count(*) FROM {object} WHERE {property} > 1", ("mustBe", 2), "passed", 2, ""),
    ("SELECT count(*) FROM line", ("mustBe", 2), "failed", 3, ""),
    ("SELECT avg({property}) FROM {object}", ("mustBeLessThan", 2.5), "passed", 2, ""),
    ("SELECT 0.1::DECIMAL(3,2)", ("mustBe", 0.1), "passed", 0.1, ""),
    ("SELECT bool_and({property} > 0) FROM {object}", ("mustBe", True), "passed", True, ""),
    ("SELECT 'yes'", ("mustBe", "yes"), "passed", "yes", ""),
    ("SELECT max({property}) FROM {object} WHERE false", ("mustBeLessThan", 2), "failed", None, "the query returned NULL"),
    ("SELECT 1 WHERE false", ("mustBe", 1), "error", None, "the query returned no row"),
    ("SELECT 'a'", ("mustBeLessThan", 2), "error", None, "'a' cannot be compared with 2. The query has to return a number."),
    ("SELECT DATE '2020-01-01'", ("mustBe", 1), "error", None, "the query returned a DATE, and a rule needs a number"),
    ("SELECT 1, 2", ("mustBe", 1), "error", None, "the query returns 2 columns, and a rule needs one value."),
    ("SELECT {property} FROM other", ("mustBe", 1), "error", None, "quality rule:1: there is no table 'other' among what this may read. There is: line."),
    ("SELECT date_diff('day', DATE '2013-01-01', current_date)", ("mustBe", 1), "passed", 1, ""),
)  # fmt: skip


@pytest.mark.parametrize("case", RULES, ids=str)
def test_a_rule_in_sql_is_compared_with_its_threshold(bench: Bench, tmp_path: Path, case: Ruled) -> None:
    query, threshold, outcome, measured, message = case
    path, built = written(bench, tmp_path, "BIGINT", "1, 2, 3")
    rule = QualityRule("sql", "r", COLUMN, query=query, threshold=Threshold(threshold[0], (threshold[1],)))
    (result,) = bench.check(suite_of(Check("c", "sql", (COLUMN,), rule=rule), "BIGINT"), [path], built, {})
    assert (result.outcome, result.measured, result.message) == (outcome, measured, message)


def test_rules_that_share_a_scan_measure_what_each_would_alone(bench: Bench, tmp_path: Path) -> None:
    path, built = written(bench, tmp_path, "BIGINT", "1, 2, 3, NULL, 9")
    queries = {
        "SELECT COUNT(*) FROM {object} WHERE {property} > 1": 3,
        "SELECT AVG({property}) FROM {object}": 3.75,
        "SELECT COUNT(DISTINCT {property}) * 1.0 / COUNT({property}) FROM {object}": 1,
        "SELECT MAX({property}) FROM {object} WHERE {property} < 9": 3,
        "SELECT CURRENT_DATE - DATE '2013-01-01' - MIN({property}) FROM {object}": 0,
        "SELECT SUM(NULLIF({property}, {property})) FROM {object}": None,
        "SELECT MIN(CAST('x' || {property} AS BIGINT)) FROM {object}": None,
        "SELECT MIN(DATE '2020-01-01' + CAST({property} AS INTEGER)) FROM {object}": None,
    }
    rules = [QualityRule("sql", q, COLUMN, query=q, threshold=Threshold("mustBe", (0,))) for q in queries]
    checks = tuple(Check(rule.name, "sql", (COLUMN,), rule=rule) for rule in rules)
    table = Table("line", (Column(COLUMN, "BIGINT"),))
    together = bench.check(Suite(LINE, table, checks), [path], built, {})
    alone = [bench.check(Suite(LINE, table, (check,)), [path], built, {})[0] for check in checks]
    assert [one.measured for one in together] == list(queries.values())
    assert [(one.outcome, one.message) for one in together] == [(one.outcome, one.message) for one in alone]
    messages = [one.message for one in together[-3:]]
    assert messages[0] == "the query returned NULL"
    assert "'x1'" in messages[1]
    assert messages[2] == "the query returned a DATE, and a rule needs a number"


def test_a_rule_that_reads_a_file_is_refused(bench: Bench, tmp_path: Path) -> None:
    path, built = written(bench, tmp_path, "BIGINT", "1")
    rule = QualityRule(
        "sql", "r", query=f"SELECT count(*) FROM read_parquet('{path}')", threshold=Threshold("mustBe", (1,))
    )
    (result,) = bench.check(suite_of(Check("c", "sql", rule=rule), "BIGINT"), [path], built, {})
    assert result.outcome == "error"
    assert "read_parquet" in result.message


def related(bench: Bench, folder: Path, references: str) -> CheckResult:
    columns = (("a", "BIGINT"), ("b", "VARCHAR"))
    line, other = folder / "line.parquet", folder / "other.parquet"
    built = bench.build(
        Build(LINE, "FROM (VALUES (1, 'x'), (1, 'y'), (2, NULL), (NULL, 'x'), (3, 'x')) t (a, b)", columns, line)
    )
    bench.build(
        Build(
            LINE, "FROM (VALUES (1, 'x'), (1, 'x'), (NULL, NULL)) t (c, d)", (("c", "BIGINT"), ("d", "VARCHAR")), other
        )
    )
    relationship = Relationship(("a", "b"), references, ("c", "d"))
    suite = Suite(
        LINE,
        Table("line", tuple(Column(*column) for column in columns)),
        (Check("fk", "relationship", relationship=relationship),),
    )
    (result,) = bench.check(suite, [line], built, {"other": [other], "empty": []})
    if result.outcome == "failed":
        assert bench.failing(suite, "fk", [line], {"other": [other], "empty": []}).num_rows == result.measured
    return result


def test_keys_without_a_counterpart_are_counted_and_nulls_pass(bench: Bench, tmp_path: Path) -> None:
    result = related(bench, tmp_path, "other")
    assert (result.outcome, result.measured) == ("failed", 2)


def test_all_keys_are_orphans_of_an_empty_table(bench: Bench, tmp_path: Path) -> None:
    assert related(bench, tmp_path, "empty").measured == 3


def test_a_relationship_to_nowhere_is_an_error(bench: Bench, tmp_path: Path) -> None:
    result = related(bench, tmp_path, "nowhere")
    assert (result.outcome, result.message.partition(".")[0]) == ("error", "table 'nowhere' is not at hand")


LARGE = (
    ("range", 0),
    ("300000 - range", 0),
    ("CASE WHEN range = 299999 THEN 5 ELSE range END", 1),
    ("range // 2", 150_000),
    ("CASE WHEN range < 299999 THEN range END", 0),
    ("CASE WHEN range % 2 = 0 THEN 7 END", 149_999),
    ("'k' || range", 0),
    ("lpad(range::VARCHAR, 9, '0')", 0),
)


@pytest.mark.parametrize(("expression", "expected"), LARGE)
def test_a_large_table_is_proved_unique_in_any_order(
    bench: Bench, tmp_path: Path, expression: str, expected: int
) -> None:
    type_ = "VARCHAR" if "'" in expression else "BIGINT"
    path = tmp_path / "line.parquet"
    built = bench.build(
        Build(LINE, f"SELECT {expression} AS v, 1 AS w FROM range(300000)", ((COLUMN, type_), ("w", "INTEGER")), path)
    )
    table = Table("line", (Column(COLUMN, type_), Column("w", "INTEGER")))
    suite = Suite(LINE, table, (Check("one", "unique", (COLUMN,)), Check("both", "primaryKey", ("w", COLUMN))))
    assert [result.measured for result in bench.check(suite, [path], built, {})] == [expected, expected]


def test_statistics_alone_prove_what_they_can(bench: Bench, tmp_path: Path) -> None:
    missing = [tmp_path / "gone.parquet"]
    built = Built(10, {COLUMN: ColumnStatistics(2, 1, 9)})
    checks = (
        Check("required", "required", (COLUMN,)),
        Check("minimum", "minimum", (COLUMN,), values=(1,)),
        Check("maximum", "exclusiveMaximum", (COLUMN,), values=(9.5,)),
        Check(
            "rows", "library", rule=QualityRule("library", "r", metric="rowCount", threshold=Threshold("mustBe", (10,)))
        ),
        Check("read", "maximum", (COLUMN,), values=(8,)),
    )
    results = bench.check(Suite(LINE, Table("line", (Column(COLUMN, "BIGINT"),)), checks), missing, built, {})
    assert [(result.outcome, result.measured) for result in results] == [
        ("failed", 2),
        ("passed", 0),
        ("passed", 0),
        ("passed", 10),
        ("error", None),
    ]
