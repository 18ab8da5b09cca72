"""A producer's apply holds what its consumers expect against the candidate: what it promises stops it, what is beyond warns."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.meshes import A, Made, Source, write_mesh
from tests.run.expected import (
    DEPARTURES,
    FLIGHTS,
    ROUTES,
    SQL,
    applied,
    change,
    expectation,
    expected,
    mesh_that_expects,
    of,
    write_expectation,
)

from weft.names import PROD
from weft.run.expecting import expectations_held
from weft.session import open_session

LATE = "- {metric: invalidValues, name: late, arguments: {validValues: [0]}, mustBeLessThan: 10}"
LATE_COLUMN = """
    - name: delay
      logicalType: integer
      quality: [{metric: invalidValues, arguments: {validValues: [0, 1, 2, 3, 4, 5, 6]}, mustBe: 0}]
"""


def test_what_holds_is_recorded_with_whose_it_is(tmp_path: Path) -> None:
    root = mesh_that_expects(tmp_path, expectation("- {metric: rowCount, mustBeGreaterThan: 5}", LATE_COLUMN))
    report = applied(root)
    assert report.succeeded
    assert expected(of(report, FLIGHTS).results) == {
        "column(delay)": ("passed", "error"),
        "invalidValues(delay)": ("passed", "warning"),
        "rowCount": ("passed", "warning"),
    }
    assert expected(of(report, ROUTES).results) == {}


def test_a_promise_that_a_consumer_needs_stops_the_publish_though_the_producer_would_only_warn(tmp_path: Path) -> None:
    said = expectation("- {metric: rowCount, mustBeGreaterThan: 50}")
    root = mesh_that_expects(
        tmp_path, said, "- {metric: rowCount, mustBeGreaterThan: 55, severity: warning, name: many}"
    )
    assert applied(root).succeeded
    change(root, SQL.format(delay="f.delay").replace("ORDER", "WHERE f.id < 40 ORDER"))
    report = applied(root)
    found = of(report, FLIGHTS)
    assert (found.state, of(report, ROUTES).state) == ("failed", "waited")
    assert expected(found.results)["rowCount"] == ("failed", "error")
    for said in (
        "network.routes expects rowCount found 40 (mustBeGreaterThan 50)",
        "domains/network/routes/contracts/expected.odcs.yaml:11",
        "many mustBeGreaterThan 55, severity warning",
        "domains/operations/flights/contracts/flights.odcs.yaml:",
    ):
        assert said in found.message


def test_what_is_beyond_the_promise_is_a_warning_and_publishes(tmp_path: Path) -> None:
    root = mesh_that_expects(tmp_path, expectation("- {metric: rowCount, mustBeGreaterThan: 5000}"))
    report = applied(root)
    (missed,) = [r for r in of(report, FLIGHTS).results if r.consumer and r.outcome == "failed"]
    assert report.succeeded
    assert (missed.severity, missed.consumer) == ("warning", ROUTES)
    assert "beyond what operations.flights promises" in missed.message


def test_nothing_is_asked_where_nothing_is_expected(root: Path) -> None:
    report = applied(root)
    assert not [r for p in report.products for r in p.results if r.consumer]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        (
            "SELECT sum(id + range) FROM {object}, range(1000000000000)",
            "longer than",
        ),
        ("SELECT len(string_agg(repeat(tail, 5000000))) FROM {object}", "emory"),
        ("SELECT count(*) FROM plane", "it reads 'plane', and an expectation reads {object} alone"),
        (
            "SELECT count(*) FROM {object} JOIN operations.flights.departures USING (id)",
            "expectation reads {object} alone",
        ),
        ("SELECT count(*) FROM read_csv('/etc/passwd')", "read_csv"),
        ("SELECT count(*) FROM '/etc/passwd'", ""),
        ("SELECT random() FROM {object}", "random"),
        ("SELECT getenv('HOME') FROM {object}", "getenv"),
        ("COPY (SELECT 1) TO '/tmp/stolen'", "COPY"),
    ],
)
def test_sql_of_a_consumer_harms_nobody(query: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from weft.engine.apart import asking

    monkeypatch.setattr(asking.Limits.__init__, "__defaults__", (1.0, 2**28))
    fine = '- {type: sql, name: fine, query: "SELECT count(*) FROM {object} WHERE delay < 0", mustBe: 0}'
    root = mesh_that_expects(
        tmp_path, expectation(f'- {{type: sql, name: hostile, query: "{query}", mustBe: 0}}\n{fine}')
    )
    found = _expected_of_absent(root)
    assert found["fine"][:2] == ("passed", "warning")
    assert found["hostile"][:2] == ("error", "warning")
    assert why in found["hostile"][2]


def _expected_of_absent(root: Path) -> dict[str, tuple[str, str, str]]:
    """Whoever wrote it applied it from a checkout of another domain: nobody here has checked it."""
    assert applied(root, "fleet.planes", "operations.flights").succeeded
    with open_session(root) as session:
        line = session.recorded.pointers[DEPARTURES]
        snapshot = session.registry.snapshots([line.snapshot])[line.snapshot]
        results = expectations_held(session.workshop, DEPARTURES, snapshot, [ROUTES])
    return {r.check.partition(" expects ")[2]: (r.outcome, r.severity, r.message) for r in results}


def test_a_domain_that_is_absent_is_heard_through_the_registry(tmp_path: Path) -> None:
    root = mesh_that_expects(
        tmp_path,
        expectation("- {metric: rowCount, mustBeGreaterThan: 50}"),
        "- {metric: rowCount, mustBeGreaterThan: 50, severity: warning}",
    )
    assert applied(root).succeeded
    shutil.rmtree(root / "domains/network")
    change(root, SQL.format(delay="f.delay").replace("ORDER", "WHERE f.id < 40 ORDER"))
    report = applied(root)
    assert of(report, FLIGHTS).state == "failed"
    assert "domains/network/routes/contracts/expected.odcs.yaml:11" in of(report, FLIGHTS).message


def test_an_expectation_that_was_never_applied_binds_nobody(tmp_path: Path) -> None:
    rule = "- {metric: rowCount, mustBeGreaterThan: 50}"
    root = mesh_that_expects(tmp_path, expectation(), rule.replace("}", ", severity: warning}"))
    assert applied(root).succeeded
    write_expectation(root, expectation(rule))
    change(root, SQL.format(delay="f.delay").replace("ORDER", "WHERE f.id < 40 ORDER"))
    report = applied(root, "operations.flights")
    assert of(report, FLIGHTS).state == "published"
    assert "rowCount" not in expected(of(report, FLIGHTS).results)


def test_a_consumer_that_says_what_it_expects_is_told_at_once_and_published(tmp_path: Path) -> None:
    root = mesh_that_expects(tmp_path, expectation())
    assert applied(root).succeeded
    write_expectation(root, expectation("- {metric: rowCount, mustBeGreaterThan: 5000}"))
    report = applied(root)
    assert [p.product for p in report.products] == [ROUTES]
    assert expected(of(report, ROUTES).results)["rowCount"] == ("failed", "warning")
    assert report.succeeded


def test_columns_that_sql_reads_are_expected_though_nobody_wrote_it_down(root: Path) -> None:
    """Below 1.0.0 and in previews anything may go: whoever reads it elsewhere is warned."""
    contract = root / "domains/operations/flights/contracts/flights.odcs.yaml"
    for file in (
        contract,
        root / "domains/operations/flights/product.odps.yaml",
        root / "domains/network/routes/product.odps.yaml",
    ):
        text = file.read_text().replace(
            "version: 1.0.0\nstatus: active\nschema", "version: 0.1.0\nstatus: active\nschema"
        )
        file.write_text(text.replace("departures, version: 1.0.0", "departures, version: 0.1.0"))
    assert applied(root).succeeded
    shutil.rmtree(root / "domains/network")
    contract.write_text(contract.read_text().replace("name: delay", "name: lateness"))
    change(root, SQL.format(delay="f.delay").replace("AS delay", "AS lateness"))
    with open_session(root) as session:
        report = session.apply(session.plan())
    (missed,) = [r for r in of(report, FLIGHTS).results if r.consumer]
    assert (missed.check, missed.severity) == ("network.routes expects column(delay)", "warning")
    assert "reads it as BIGINT in its SQL, and it is there no more" in missed.message


def test_a_service_level_that_no_column_tells_is_not_executable(tmp_path: Path) -> None:
    levels = "- {property: latency, value: 1, unit: d, element: departures.delay}\n- {property: availability, value: 99, unit: '%'}"
    root = mesh_that_expects(tmp_path, expectation(levels=levels))
    found = expected(of(applied(root), FLIGHTS).results)
    assert found["latency of departures.delay"] == ("not executable", "warning")
    assert found["availability"] == ("not executable", "warning")


@pytest.mark.parametrize(
    ("level", "outcome"),
    [
        ("{property: latency, value: 100000, unit: d, element: departures.day}", "passed"),
        ("{property: latency, value: 4, unit: h, element: day}", "failed"),
        ("{property: retention, value: 2, unit: y, element: departures.day}", "passed"),
        ("{property: retention, value: 300, unit: y, element: departures.day}", "failed"),
    ],
)
def test_the_age_of_rows_is_measured_where_their_column_is_named(level: str, outcome: str, tmp_path: Path) -> None:
    said = expectation(columns="- {name: day, logicalType: date}", levels=f"- {level}")
    days = Made("departures", {"day": "date"}, "SELECT DATE '2013-01-01' + n::INTEGER AS day FROM day_file")
    write_mesh(
        tmp_path,
        A("operations.flights", [days], [Source("day_file", {"n": "integer"}, "n\n1\n200\n")]),
        A(
            "network.routes",
            [Made("last", {"day": "date"}, "SELECT max(day) AS day FROM departures")],
            reads=["operations.flights.departures"],
            files={"contracts/expected.odcs.yaml": said},
        ),
    )
    (found,) = [r for r in of(applied(tmp_path), FLIGHTS).results if r.kind == "serviceLevel"]
    assert (found.outcome, found.severity, found.unit) == (outcome, "warning", "seconds")


def test_results_are_in_the_registry_with_the_consumer(tmp_path: Path) -> None:
    root = mesh_that_expects(tmp_path, expectation("- {metric: rowCount, mustBeGreaterThan: 5}"))
    applied(root)
    with open_session(root) as session:
        rows = session.registry.journal.facts("checks", PROD).to_pylist()
    found = {(row["check_name"], row["consumer"]) for row in rows if row["consumer"]}
    assert ("network.routes expects rowCount", ROUTES) in found


def test_both_sides_are_told_once(tmp_path: Path) -> None:
    root = mesh_that_expects(tmp_path, expectation("- {metric: rowCount, mustBeGreaterThan: 5000}"))
    applied(root)
    change(root, SQL.format(delay="f.delay + 0"))
    applied(root)
    with open_session(root) as session:
        events = session.registry.journal.facts("events", PROD).to_pylist()
    told = [(event["product"], event["message"]) for event in events if event["kind"] == "not as expected"]
    message = "departures: network.routes expects rowCount (mustBeGreaterThan 5000) does not hold"
    assert sorted(told) == [(ROUTES, message), (FLIGHTS, message)]


def test_a_test_of_the_consumer_shows_what_it_expects_of_others(tmp_path: Path) -> None:
    root = mesh_that_expects(tmp_path, expectation("- {metric: rowCount, mustBeGreaterThan: 5000}"))
    applied(root)
    with open_session(root) as session:
        consumer, producer, other = (session.test([name]) for name in (ROUTES, FLIGHTS, "fleet.planes"))
    assert expected(consumer.results) == expected(producer.results)
    assert expected(consumer.results)["rowCount"] == ("failed", "warning")
    assert expected(other.results) == {}


def test_a_page_shows_what_is_expected_on_both_sides(tmp_path: Path) -> None:
    from weft.query.pages import ProductPage
    from weft.query.show import shown

    root = mesh_that_expects(tmp_path, expectation("- {metric: rowCount, mustBeGreaterThan: 5000}"))
    applied(root)
    with open_session(root) as session:
        pages = [shown(name, session.library) for name in (ROUTES, FLIGHTS)]
    for page in pages:
        assert isinstance(page, ProductPage)
        found = [(one.consumer, one.check, one.outcome, one.promised) for one in page.how.expectations]
        assert found == [
            (ROUTES, "column(delay)", "passed", "delay BIGINT"),
            (ROUTES, "rowCount", "failed", ""),
        ]
        assert not [check for check in page.how.checks if "expects" in check.check]
