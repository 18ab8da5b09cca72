"""Results are written in the form of the Open Observability Results Standard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from weft.standards.oors import Observation, Observed, message, overall

AT = datetime(2024, 1, 2, 12, 30, tzinfo=timezone(timedelta(hours=2)))


def test_a_failed_check_is_a_result_with_its_measure_and_target() -> None:
    failed = Observed(
        "required(dep_time)", "operations.flights.departures", "failed", metric="required", dimension="completeness",
        value=3, threshold=("mustBe", (0,)), unit="rows", rows=1200, failed_rows=3, message="3 rows have no dep_time",
    )  # fmt: skip
    found = message(Observation("run-1", AT, "operations.flights.departures", "1.0.0", AT, (failed,)))
    identity = found.pop("id")
    assert len(identity) == 36
    assert found == {
        "apiVersion": "v0.8.1",
        "kind": "ObservabilityResults",
        "observedAt": "2024-01-02T10:30:00Z",
        "status": "fail",
        "source": {"process": "weft", "runId": "run-1", "vendor": "weft"},
        "run": {"state": "completed", "startedAt": "2024-01-02T10:30:00Z"},
        "contract": {"contractId": "operations.flights.departures", "standard": "ODCS", "version": "1.0.0"},
        "results": [
            {
                "id": "operations.flights.departures:required(dep_time)",
                "type": "check",
                "name": "required(dep_time)",
                "status": "fail",
                "severity": "high",
                "dimension": "completeness",
                "target": {"resourceType": "table", "resourceIdentifier": "operations.flights.departures"},
                "measure": {
                    "metric": "required",
                    "value": 3,
                    "threshold": {"mustBe": 0},
                    "unit": "rows",
                    "rowCount": 1200,
                    "failedRowCount": 3,
                },
                "message": "3 rows have no dep_time",
            }
        ],
    }


@pytest.mark.parametrize(
    ("outcome", "severity", "status"),
    [
        ("passed", "error", "pass"),
        ("failed", "error", "fail"),
        ("failed", "warning", "warn"),
        ("error", "warning", "error"),
        ("skipped", "error", "skip"),
        ("not executable", "error", "skip"),
        ("new", "error", "unknown"),
    ],
)
def test_an_outcome_is_a_status(outcome: str, severity: str, status: str) -> None:
    found = message(Observation("r", datetime.now(UTC), results=(Observed("c", "t", outcome, severity),)))
    assert found["results"][0]["status"] == found["status"] == status


def test_the_whole_is_the_worst_of_its_results() -> None:
    assert overall(["pass", "skip", "warn"]) == "warn"
    assert overall(["skip", "pass"]) == "pass"
    assert overall([]) == "unknown"


def test_two_bounds_are_a_list() -> None:
    between = Observed("c", "t", "passed", value=2, threshold=("mustBeBetween", (1, 3)))
    found = message(Observation("r", AT, results=(between,)))
    assert found["results"][0]["measure"]["threshold"] == {"mustBeBetween": [1, 3]}
    assert message(Observation("r", AT))["id"] == found["id"]
